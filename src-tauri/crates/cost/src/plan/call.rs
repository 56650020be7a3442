//! One model call: what it sends and writes, and how its provider caches it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::number::{Duration, Number, Of, Share, Tokens};
use super::sends::InputRef;
use super::truth;
use crate::book::Tier;

/// One model call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Its name within the feature.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its name as people write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The model, as `provider/name`.
    pub model: String,
    /// The processing tier.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tier: Tier,
    /// What is sent: parts by name, and `history`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub input: Vec<InputRef>,
    /// Visible tokens written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Of<Tokens>>,
    /// Hidden tokens written, billed as output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<Of<Tokens>>,
    /// Whether its output is what the user sees.
    #[serde(default, deserialize_with = "truth::read", skip_serializing_if = "is_default")]
    pub answer: bool,
    /// The most tokens that it may write, hidden ones included. Hidden tokens are spent first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<Of<Tokens>>,
    /// The part of its answers that are right, as somebody measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quality: Option<Of<Share>>,
    /// Whether later turns of its conversation send its output again although it is no answer.
    #[serde(default, deserialize_with = "truth::read", skip_serializing_if = "is_default")]
    pub keep: bool,
    /// Whether what it thinks is sent again wherever its output is.
    #[serde(default, deserialize_with = "truth::read", skip_serializing_if = "is_default")]
    pub keep_reasoning: bool,
    /// How its provider keeps the beginning of its prompts. Without it every token is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<PromptCache>,
}

impl Call {
    /// Whether how soon its session calls it again is left to the pauses around it.
    pub fn waits(&self) -> bool {
        let waits = |cache: &PromptCache| cache.held.is_none() && cache.in_time.is_none();
        self.cache.as_ref().is_some_and(waits)
    }

    /// For how long a day the beginning of its prompts is held in an explicit cache, where it is.
    pub fn held(&self) -> Option<&Number> {
        self.cache.as_ref()?.held.as_deref()
    }
}

/// A provider's cache of the beginnings of prompts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PromptCache {
    /// How long a beginning is kept. The model's default time if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl: Option<Of<Duration>>,
    /// The chance that the beginning which all sessions share is kept alive by other sessions.
    /// Worked out from the traffic if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alive: Option<Of<Share>>,
    /// The chance that the session's next call comes in time. Worked out from the pause between
    /// calls if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_time: Option<Of<Share>>,
    /// How much of a prompt is kept.
    #[serde(default, skip_serializing_if = "is_default")]
    pub prefix: Prefix,
    /// For how long each day the shared beginning is held in a cache of its own, which calls name
    /// and which is paid for by the hour: an explicit cache. `24 h` holds it always. Nothing else
    /// is kept, and no other field says anything beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held: Option<Of<Duration>>,
}

/// How much of a prompt is kept in a provider's cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Prefix {
    /// All of it: the session's next call reads what this one sent.
    #[default]
    Whole,
    /// Only the beginning that all sessions share.
    Shared,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
