//! The cost tree: what happens behind one unit, one variant a kind of step.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use super::number::{Count, Fields, Of, Share, Tokens, provenance_schema, write_sourced};
use super::sends::InputRef;
use super::truth;
use crate::book::Tier;

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
}

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
}

/// One of several steps, by chance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Vec<Branch>", into = "Vec<Branch>")]
#[schemars(with = "Vec<Branch>")]
pub struct Route {
    /// What it is called in addresses.
    pub name: String,
    /// Its branches; the last one takes the rest.
    pub branches: Vec<Branch>,
}

impl From<Route> for Vec<Branch> {
    fn from(route: Route) -> Self {
        route.branches
    }
}

impl From<Vec<Branch>> for Route {
    fn from(branches: Vec<Branch>) -> Self {
        Self { name: String::new(), branches }
    }
}

/// One branch of a route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// The part that goes this way.
    pub share: BranchShare,
    /// What happens there.
    pub step: Step,
}

/// A branch's part of the whole.
#[derive(Clone, Debug, PartialEq)]
pub enum BranchShare {
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
    /// What happens when every attempt failed. Without it the unit has no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<Step>,
}

/// One way in which attempts fail, and what of such an attempt is billed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The part of attempts.
    pub share: Of<Share>,
    /// The part of its input that is billed.
    pub billed_input: Option<Of<Share>>,
    /// The part of its output that is billed.
    pub billed_output: Option<Of<Share>>,
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
    /// What `history` holds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub history: History,
    /// What happens in one turn, one step after another.
    pub turn: Vec<Step>,
}

/// What of earlier turns is sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum History {
    /// Everything the user said and was answered.
    #[default]
    Full,
}

impl Step {
    /// Its kind, as it is written.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Call(_) => "call",
            Self::Chain(_) => "chain",
            Self::Route(_) => "route",
            Self::Retry(_) => "retry",
            Self::FanOut(_) => "fan-out",
            Self::Conversation(_) => "conversation",
        }
    }

    /// The steps directly under it in reading order, each with its path below the step's kind.
    pub fn children(&self) -> Vec<(Vec<String>, &Step)> {
        let listed = |steps: &'_ [Step]| -> Vec<String> {
            (0..steps.len()).map(|index| index.to_string()).collect()
        };
        let named = |name: &str| vec![name.to_owned()];
        match self {
            Self::Call(_) => vec![],
            Self::Chain(steps) => {
                listed(steps).into_iter().map(|index| vec![index]).zip(steps).collect()
            }
            Self::Route(route) => {
                let paths = (0..route.branches.len())
                    .map(|index| vec![index.to_string(), "step".to_owned()]);
                paths.zip(route.branches.iter().map(|branch| &branch.step)).collect()
            }
            Self::Retry(retry) => {
                let mut children = vec![(named("step"), &retry.step)];
                children.extend(retry.then.as_ref().map(|then| (named("then"), then)));
                children
            }
            Self::FanOut(fan) => vec![(named("step"), &fan.step)],
            Self::Conversation(conversation) => {
                let paths = listed(&conversation.turn).into_iter();
                paths.map(|index| vec!["turn".to_owned(), index]).zip(&conversation.turn).collect()
            }
        }
    }

    /// The same steps, to change them.
    pub fn children_mut(&mut self) -> Vec<&mut Step> {
        match self {
            Self::Call(_) => vec![],
            Self::Chain(steps) => steps.iter_mut().collect(),
            Self::Route(route) => {
                route.branches.iter_mut().map(|branch| &mut branch.step).collect()
            }
            Self::Retry(retry) => std::iter::once(&mut retry.step).chain(&mut retry.then).collect(),
            Self::FanOut(fan) => vec![&mut fan.step],
            Self::Conversation(conversation) => conversation.turn.iter_mut().collect(),
        }
    }

    /// Its name, where it has one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Call(call) => Some(&call.name),
            Self::Chain(_) => None,
            Self::Route(route) => Some(&route.name),
            Self::Retry(retry) => Some(&retry.name),
            Self::FanOut(fan) => Some(&fan.name),
            Self::Conversation(conversation) => Some(&conversation.name),
        }
    }

    /// Its name to be changed, where it has one. A document has no place for a route's.
    pub fn name_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Call(call) => Some(&mut call.name),
            Self::Chain(_) => None,
            Self::Route(route) => Some(&mut route.name),
            Self::Retry(retry) => Some(&mut retry.name),
            Self::FanOut(fan) => Some(&mut fan.name),
            Self::Conversation(conversation) => Some(&mut conversation.name),
        }
    }

    /// The path to the step of a name, in this one or under it.
    pub fn path_to(&self, name: &str) -> Option<Vec<String>> {
        let kind = vec![self.kind().to_owned()];
        if self.name() == Some(name) {
            return Some(kind);
        }
        let below = |(path, step): (Vec<String>, &Self)| {
            let rest = step.path_to(name)?;
            Some([kind.clone(), path, rest].concat())
        };
        self.children().into_iter().find_map(below)
    }

    /// Every call in it, in reading order.
    pub fn calls(&self) -> Vec<&Call> {
        if let Self::Call(call) = self {
            return vec![call];
        }
        self.children().into_iter().flat_map(|(_, step)| step.calls()).collect()
    }
}

impl BranchShare {
    /// How the rest is written.
    pub const REST: &'static str = "rest";
}

impl Failure {
    /// The source of what is billed by default, before the kind of failure.
    pub const BILLED_SOURCE: &'static str = "what vendors bill of a call that ends as";

    /// What is billed of a failed attempt of a well-known kind: (input, output).
    pub fn billed_by_default(kind: &str) -> Option<(&'static str, &'static str)> {
        match kind {
            "rejected" => Some(("0%", "0%")),
            "timeout" => Some(("100%", "50%")),
            "invalid" => Some(("100%", "100%")),
            _ => None,
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Serialize for BranchShare {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
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

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.billed_input.is_none() && self.billed_output.is_none() {
            return self.share.serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        write_sourced(&self.share, &mut map)?;
        for (key, billed) in
            [("billed_input", &self.billed_input), ("billed_output", &self.billed_output)]
        {
            if let Some(billed) = billed {
                map.serialize_entry(key, billed)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Failure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FailureVisitor)
    }
}

struct FailureVisitor;

impl<'de> Visitor<'de> for FailureVisitor {
    type Value = Failure;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a share such as 4%, or a map with `value`, `billed_input`, `billed_output`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Failure, E> {
        Ok(Failure { share: Of::new(text), billed_input: None, billed_output: None })
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Failure, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Failure, E> {
        self.visit_str(&value.to_string())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Failure, A::Error> {
        let mut fields = Fields::default();
        let (mut billed_input, mut billed_output) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "billed_input" => billed_input = Some(map.next_value()?),
                "billed_output" => billed_output = Some(map.next_value()?),
                other if fields.take(other, &mut map)? => {}
                other => {
                    let known = &["value", "source", "billed_input", "billed_output"];
                    return Err(A::Error::unknown_field(other, known));
                }
            }
        }
        let value = fields.value.ok_or_else(|| A::Error::missing_field("value"))?;
        let share = Of::sourced(&value, fields.provenance);
        Ok(Failure { share, billed_input, billed_output })
    }
}

impl JsonSchema for Failure {
    fn schema_name() -> Cow<'static, str> {
        "Failure".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let share = generator.subschema_for::<Of<Share>>();
        let mut map = provenance_schema(&["value"]);
        let properties = map.ensure_object()["properties"].as_object_mut();
        let properties = properties.expect("an object has properties");
        properties.insert("billed_input".into(), share.clone().to_value());
        properties.insert("billed_output".into(), share.clone().to_value());
        json_schema!({ "anyOf": [{ "type": ["string", "number"] }, map] })
    }
}
