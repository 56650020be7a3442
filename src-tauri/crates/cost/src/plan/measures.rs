//! How long the texts of a plan are, counted elsewhere: part by model.

use std::collections::BTreeMap;

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

/// How sure a count is.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Counted with the model's own vocabulary.
    #[default]
    Exact,
    /// Estimated, with its band as a share: 0.1 for ±10 %.
    Estimated(f64),
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
