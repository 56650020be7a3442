//! Limits that a plan sets itself: tokens of a call, what a unit costs, what a month costs.

use std::borrow::Cow;
use std::marker::PhantomData;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::number::{Amount, Meaning, Scalar, Text, Tokens};
use crate::spread::Spread;
use crate::units::{self, Typed, Unread};

/// Limits of one feature.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// By call and side, as `hard.input` or `hard.output`: the last call of that name in a unit has no
    /// more tokens, in nineteen of twenty units that make it.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub tokens: IndexMap<String, Limit<Tokens>>,
    /// What a unit costs in the mean, in every month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_cost: Option<Limit<Amount>>,
    /// What every month costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month: Option<Limit<Amount>>,
}

/// Limits of the whole plan, and how units are played to hold tokens against theirs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanBudget {
    /// What every month costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month: Option<Limit<Amount>>,
    /// How many units are played; 20,000 if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draws: Option<u32>,
    /// The seed that they are played with; 1 if nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// One limit as somebody typed it: `$9000`, `6k`, `$9000 at P80`.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit<M> {
    /// As typed.
    pub text: String,
    /// What the text reads as, percentile apart.
    pub read: Result<Typed, Unread>,
    /// The percentile that it holds for; the mean if nothing is said.
    pub at: Option<Percentile>,
    kind: PhantomData<M>,
}

/// What stands behind `at` in a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Percentile {
    /// One of [`Percentile::KNOWN`].
    P(u8),
    /// Something else.
    Unknown,
}

impl Percentile {
    /// Those that figures are told for.
    pub const KNOWN: [u8; 4] = [10, 50, 80, 90];
}

/// Which tokens of a call are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The whole prompt, what earlier turns said included.
    Input,
    /// What is written, hidden tokens included.
    Output,
}

impl Side {
    /// `input`
    pub const fn name(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }

    /// The call and the side that a limit names: `hard.input`.
    pub fn of(key: &str) -> Option<(&str, Self)> {
        let (call, side) = key.rsplit_once('.')?;
        let side = [Self::Input, Self::Output].into_iter().find(|it| it.name() == side)?;
        Some((call, side))
    }
}

impl Budget {
    /// Whether it limits nothing.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty() && self.unit_cost.is_none() && self.month.is_none()
    }
}

impl<M: Meaning> Limit<M> {
    /// Reads a text.
    pub fn new(text: &str) -> Self {
        let (amount, at) = match text.rsplit_once(" at ") {
            Some((amount, at)) => (amount.trim(), Some(percentile(at.trim()))),
            None => (text, None),
        };
        let read = units::read(amount, M::KIND);
        Self { text: text.to_owned(), read, at, kind: PhantomData }
    }

    /// The limit as one number in decimal; nothing where it is a range, or cannot be read.
    pub fn decimal(&self) -> Option<String> {
        match self.read.as_ref().ok()? {
            Typed { spread: Spread::Fixed(value), doubt: None, .. } => Some(value.to_string()),
            Typed { .. } => None,
        }
    }
}

fn percentile(text: &str) -> Percentile {
    let digits = text.strip_prefix(['P', 'p']).and_then(|digits| digits.parse::<u8>().ok());
    match digits.filter(|percent| Percentile::KNOWN.contains(percent)) {
        Some(percent) => Percentile::P(percent),
        None => Percentile::Unknown,
    }
}

impl<'de, M: Meaning> Deserialize<'de> for Limit<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(&Text::deserialize(deserializer)?.0))
    }
}

impl<M> Serialize for Limit<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Scalar(&self.text).serialize(serializer)
    }
}

impl<M: Meaning> JsonSchema for Limit<M> {
    fn schema_name() -> Cow<'static, str> {
        format!("{:?}Limit", M::KIND).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "One number as people type it; a month's may end in ` at P80`.",
            "type": ["string", "number"],
        })
    }
}
