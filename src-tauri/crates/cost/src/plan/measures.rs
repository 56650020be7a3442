//! How long the texts of a plan are, counted elsewhere: part by model.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use ts_rs::TS;

/// Counted texts: part and model (as the plan names them) to tokens.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures(BTreeMap<(String, String), Measure>);

/// The length of one text for one model.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// The vocabulary's short name, as in `prompts.system.tokens.o200k`; the model's own where it
    /// was learned from its counts.
    pub vocabulary: String,
    /// Tokens.
    pub tokens: f64,
    /// How sure the count is.
    pub certainty: Certainty,
    /// Who says so, where it is more than the vocabulary.
    pub source: Option<String>,
}

/// How sure the tokens of one call are, from sure to unsure. How often it is made is the plan's to
/// say and no part of it; a fee for each call is exact, an amount that was typed is assumed.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Counted with the model's own vocabulary.
    #[default]
    Exact,
    /// Estimated, with its band as a share: 0.1 for ±10 %.
    Estimated(f64),
    /// Typed, and counted by nobody.
    Assumed,
}

impl Certainty {
    /// `exact`, `estimated` or `assumed`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Estimated(_) => "estimated",
            Self::Assumed => "assumed",
        }
    }

    /// The less sure of the two: a sum is no surer than its parts.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        if other > self { other } else { self }
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact | Self::Assumed => f.write_str(self.name()),
            // Ten digits hide what binary fractions leave behind: 7.000000000000001.
            Self::Estimated(band) => {
                let percent = format!("{:.10}", band * 100.0);
                let percent = percent.trim_end_matches('0').trim_end_matches('.');
                write!(f, "estimated ±{percent} %")
            }
        }
    }
}

impl Measures {
    /// Notes a count.
    pub fn insert(&mut self, part: &str, model: &str, measure: Measure) {
        self.0.insert((part.to_owned(), model.to_owned()), measure);
    }

    /// The length of a part for a model.
    pub fn get(&self, part: &str, model: &str) -> Option<&Measure> {
        self.0.get(&(part.to_owned(), model.to_owned()))
    }

    /// Every count with its part.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Measure)> {
        self.0.iter().map(|((part, _), measure)| (part.as_str(), measure))
    }

    /// Every count, to move one: `--set prompts.system.tokens.o200k=500`.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Measure)> {
        self.0.iter_mut().map(|((part, _), measure)| (part.as_str(), measure))
    }
}
