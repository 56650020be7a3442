//! The cost tree: what happens behind one unit, one variant a kind of step.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::failure::Failure;
use super::number::{Amount, Count, Duration, Of, Plain, Share, Tokens};
use super::truth;
use super::when::When;
use crate::meter::Meter;

/// One step of the tree, written as a map with one key: its kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// One model call.
    Call(Call),
    /// One step after another.
    Chain(Vec<Step>),
    /// One of several steps.
    Route(Route),
    /// A step tried again when it fails.
    Retry(Box<Retry>),
    /// Copies of a step side by side.
    FanOut(Box<FanOut>),
    /// Turns that resend what was said before.
    Conversation(Box<Conversation>),
    /// Tiers asked in turn until an answer is accepted.
    Cascade(Box<Cascade>),
    /// Drafts until one is accepted.
    Until(Box<Until>),
    /// Steps of an agent, with a context that grows.
    Loop(Box<Loop>),
    /// Answers that are kept and given again.
    ResponseCache(Box<ResponseCache>),
    /// A tool that is used.
    Tool(Box<Tool>),
    /// A named agent of the plan.
    Agent(Box<AgentUse>),
}

/// One of several steps, by chance. Written as the list of its branches where nothing else is said.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// What it is called in addresses.
    pub name: String,
    /// For how long a way is kept.
    pub sticky: Sticky,
    /// Its branches; the last one takes the rest.
    pub branches: Vec<Branch>,
}

/// For how long a way is kept once it was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sticky {
    /// For a turn: each turn goes its own way.
    #[default]
    Turn,
    /// For the conversation: every turn goes as the first one did.
    Conversation,
}

/// One branch of a route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// The part that goes this way; all of it where only `from` or `until` says when.
    #[serde(default, skip_serializing_if = "BranchShare::is_all")]
    pub share: BranchShare,
    /// When it is taken first: `month 7`, `2027-07`, `2027-07-15`. From the plan's start if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<When>,
    /// When it is taken no more: the first month or day without it. Never if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<When>,
    /// What happens there.
    pub step: Step,
}

/// A branch's part of the whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum BranchShare {
    /// All of it, on the days on which the branch runs. Nothing is written.
    #[default]
    All,
    /// So much.
    Named(Of<Share>),
    /// What the other branches leave.
    Rest,
}

/// A step tried again when it fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// What it is called in addresses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// How often it is tried at most.
    pub attempts: Of<Count>,
    /// How attempts fail: exclusive kinds, each with its share of attempts.
    pub fails: IndexMap<String, Failure>,
    /// What is tried.
    pub step: Step,
    /// The part of attempts that meets an outage, which outlasts all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outage: Option<Failure>,
    /// What happens when every attempt failed. Without it the unit has no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<Step>,
}

/// Copies of a step side by side; it has an answer when every copy has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FanOut {
    /// What it is called in addresses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// How many copies.
    pub copies: Of<Count>,
    /// Whether one copy runs first, so that the others find its prompt in the provider's cache.
    #[serde(default, deserialize_with = "truth::read", skip_serializing_if = "is_default")]
    pub warm_first: bool,
    /// What is copied.
    pub step: Step,
}

/// Turns that resend what was said before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Conversation {
    /// What it is called in addresses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// How many turns.
    pub turns: Of<Count>,
    /// The pause between one turn's calls and the next one's, for providers' caches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause: Option<Of<Duration>>,
    /// What `history` holds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub history: History,
    /// What happens in one turn, one step after another.
    pub turn: Vec<Step>,
}

/// What of earlier turns is sent again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum History {
    /// Everything the user said and was answered.
    #[default]
    Full,
    /// The last turns, and nothing of those before.
    Last(Of<Count>),
    /// The last turns, and a summary of those before.
    Summary(Box<Summary>),
}

/// A summary of the turns that are not sent again, written anew at each turn that leaves one behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// How many turns are sent as they were.
    pub last: Of<Count>,
    /// What writes it. The `history` that it reads is the summary so far and the turn that leaves.
    pub step: Step,
}

/// Tiers asked in turn, the cheapest first, until a judge accepts an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cascade {
    /// What it is called in addresses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its tiers; the last one's answer stands.
    pub tiers: Vec<Rung>,
}

/// One tier of a cascade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// What answers.
    pub step: Step,
    /// What judges the answer. The last tier has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judge: Option<Step>,
    /// The part of what reaches this tier that is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepts: Option<Of<Share>>,
    /// The part of right answers that the judge accepts, where acceptance follows from quality.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepts_right: Option<Of<Share>>,
    /// The part of wrong answers that the judge accepts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepts_wrong: Option<Of<Share>>,
    /// The part that this tier gets right of what the first one got right. Of a second tier, instead
    /// of the quality of its call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_right: Option<Of<Share>>,
    /// The part that this tier gets right of what the first one got wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_wrong: Option<Of<Share>>,
}

/// Drafts, each with its check, until one is accepted; `context` holds the drafts and checks so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Until {
    /// What it is called in addresses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The most rounds. After them the last draft stands.
    pub rounds: Of<Count>,
    /// The part of drafts that is accepted.
    pub accepts: Of<Share>,
    /// What writes a draft.
    pub draft: Step,
    /// What checks it.
    pub check: Step,
}

/// Steps of an agent, one after another; `context` holds what the steps before wrote and were returned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Loop {
    /// What it is called in addresses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// How many steps.
    pub steps: Of<Count>,
    /// What each step adds to `context`. What its calls write and its tools return if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adds: Option<Of<Tokens>>,
    /// The pause between two steps. Steps follow at once if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pause: Option<Of<Duration>>,
    /// What happens in one step.
    pub step: Step,
}

/// Answers kept and given again: the step runs only for requests that were not met before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResponseCache {
    /// What it is called in addresses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The part of requests that meets a kept answer. Worked out from `traffic` if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hits: Option<Of<Share>>,
    /// What the part of hits is worked out from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traffic: Option<Traffic>,
    /// The part of hits whose answer is noticed to be wrong: the step runs after all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<Of<Share>>,
    /// The part of requests that must not be answered from it: personal data, side effects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excluded: Option<Of<Share>>,
    /// What a request is looked up with: an embedding, a search.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lookup: Option<Step>,
    /// What keeps a new answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insert: Option<Step>,
    /// What is answered from it.
    pub step: Step,
}

/// Requests that come again, from which hits follow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Traffic {
    /// How many different requests there are within one scope.
    pub distinct: Of<Plain>,
    /// How much more often some come than others: the exponent of Zipf's law; 0 is all alike.
    pub zipf: Of<Plain>,
    /// How long an answer is kept.
    pub max_age: Of<Duration>,
    /// How many scopes there are that do not share answers: tenants, users. One if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Of<Plain>>,
}

/// A tool that is used: its fee, and what it returns into the context.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// What it is called in addresses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its name as people write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// How often it is used; once if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses: Option<Of<Count>>,
    /// What one use costs, where no book says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee: Option<Of<Amount>>,
    /// The model in whose price list its fee stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What of that list one use is: `web_search`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meter: Option<Meter>,
    /// The part that one use returns into the `context` around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returns: Option<String>,
}

/// A use of a named agent of the plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentUse {
    /// What it is called in addresses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The agent.
    #[serde(rename = "use")]
    pub agent: String,
    /// Whether what it answers is what the user sees.
    #[serde(default, deserialize_with = "truth::read", skip_serializing_if = "is_default")]
    pub answer: bool,
    /// How many of it stand inside each other at most, where it uses itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
}

impl Branch {
    /// A branch that takes this part on every day.
    pub const fn new(share: BranchShare, step: Step) -> Self {
        Self { share, from: None, until: None, step }
    }
}

impl BranchShare {
    /// How the rest is written.
    pub const REST: &'static str = "rest";

    const fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Serialize for Route {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.sticky == Sticky::default() {
            return self.branches.serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("sticky", &self.sticky)?;
        map.serialize_entry("branches", &self.branches)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Route {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RouteVisitor)
    }
}

struct RouteVisitor;

impl<'de> Visitor<'de> for RouteVisitor {
    type Value = Route;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of branches, or a map with `sticky` and `branches`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Route, A::Error> {
        let branches = Vec::deserialize(SeqAccessDeserializer::new(seq))?;
        Ok(Route { name: String::new(), sticky: Sticky::default(), branches })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Route, A::Error> {
        let (mut sticky, mut branches) = (Sticky::default(), None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "sticky" => sticky = map.next_value()?,
                "branches" => branches = Some(map.next_value()?),
                other => return Err(A::Error::unknown_field(other, &["sticky", "branches"])),
            }
        }
        let branches = branches.ok_or_else(|| A::Error::missing_field("branches"))?;
        Ok(Route { name: String::new(), sticky, branches })
    }
}

impl JsonSchema for Route {
    fn schema_name() -> Cow<'static, str> {
        "Route".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let branches = generator.subschema_for::<Vec<Branch>>();
        let sticky = generator.subschema_for::<Sticky>();
        json_schema!({
            "anyOf": [
                branches,
                {
                    "type": "object",
                    "properties": { "sticky": sticky, "branches": branches },
                    "required": ["branches"],
                    "additionalProperties": false,
                }
            ]
        })
    }
}

impl Serialize for BranchShare {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            // A branch that says nothing is written without the field.
            Self::All => serializer.serialize_none(),
            Self::Named(share) => share.serialize(serializer),
            Self::Rest => serializer.serialize_str(Self::REST),
        }
    }
}

impl<'de> Deserialize<'de> for BranchShare {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let share = Of::<Share>::deserialize(deserializer)?;
        Ok(if share.text == Self::REST { Self::Rest } else { Self::Named(share) })
    }
}

impl JsonSchema for BranchShare {
    fn schema_name() -> Cow<'static, str> {
        "BranchShare".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let share = generator.subschema_for::<Of<Share>>();
        json_schema!({ "anyOf": [{ "const": "rest" }, share] })
    }
}
