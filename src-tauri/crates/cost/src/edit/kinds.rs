//! The kinds of steps, and what is said of each, as the page names them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A kind of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// One model call.
    Call,
    /// One step after another.
    Chain,
    /// One of several steps.
    Route,
    /// A step tried again when it fails.
    Retry,
    /// Copies of a step side by side.
    FanOut,
    /// Turns that resend what was said before.
    Conversation,
    /// Tiers asked in turn until an answer is accepted.
    Cascade,
    /// Drafts until one is accepted.
    Until,
    /// Steps of an agent, with a context that grows.
    Loop,
    /// Answers that are kept and given again.
    ResponseCache,
    /// A tool that is used.
    Tool,
    /// A named agent of the plan.
    Agent,
}

/// A field of a step that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum StepField {
    /// Its name in addresses.
    Name,
    /// Of a call or a tool: its name as people write it.
    Label,
    /// Of a call: `provider/name`; of a tool, in whose price list its fee stands.
    Model,
    /// Of a call: `standard`, `batch`, `flex`, `priority`, `fast`.
    Tier,
    /// Of a call or a use of an agent: whether the user sees what it says, `true` or `false`.
    Answer,
    /// Of a call: whether later turns send its output again although it is no answer.
    Keep,
    /// Of a call: whether what it thinks is sent again wherever its output is.
    KeepReasoning,
    /// Of a call: how much of its prompts its provider keeps, `whole` or `shared`, or that an explicit cache holds what all
    /// share, `held`; nothing for no cache.
    Cache,
    /// Of a route: for how long a way is kept, `turn` or `conversation`.
    Sticky,
    /// Of a conversation: what `history` holds, `full`, `last` or `summary`.
    History,
    /// Of a fan-out: whether one copy runs before the others.
    WarmFirst,
    /// Of a response cache: whether the part of hits is `given` or follows from `traffic`.
    Hits,
    /// Of a tool: whether its fee is its `own` or stands in a price `list`.
    Fee,
    /// Of a tool: what of the price list one use is, `web_search`.
    Meter,
    /// Of a tool: the part that one use returns.
    Returns,
    /// Of a use of an agent: which.
    Agent,
    /// Of a use of an agent: how many of it stand inside each other at most.
    Depth,
}

/// A field of a branch that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum BranchField {
    /// When it is taken first: `month 7`, `2027-07`, `2027-07-15`, or nothing.
    From,
    /// When it is taken no more: the first month or day without it, or nothing.
    Until,
    /// Whether it takes `all` while it runs, or a `part`.
    Takes,
}

/// How it is said which of a tier's answers are accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum TierForm {
    /// As a part of all.
    Given,
    /// As what its judge accepts of right and of wrong answers.
    Judged,
}

/// A field of an agent that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum AgentField {
    /// Its name, here and wherever it is used.
    Name,
    /// Its name as people write it.
    Label,
}
