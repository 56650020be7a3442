//! How long the texts of a plan are, counted elsewhere: part by model.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use ts_rs::TS;

use super::counted::Counted;
use super::document::Part;
use super::number::Number;

/// Counted texts: part and model (as the plan names them) to tokens. Of parts that were counted
/// before, what the model reads.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    texts: BTreeMap<(String, String), Measure>,
    reads: BTreeMap<(String, String), Reads>,
}

/// How a model's tokens are counted today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reads {
    /// The vocabulary's name, as the plan has it.
    pub vocabulary: String,
    /// Whether it is the model's own vocabulary, and no estimate.
    pub is_exact: bool,
}

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
    /// Typed, and counted by nobody or for another vocabulary.
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

    /// The same, with what was counted for where that is not what is read.
    pub fn in_words(self, counted: Option<&Counted>) -> String {
        match (self, counted) {
            (Self::Assumed, Some(counted)) => format!("{self}, counted for {counted}"),
            (Self::Assumed, None) | (Self::Exact | Self::Estimated(_), _) => self.to_string(),
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
        self.texts.insert((part.to_owned(), model.to_owned()), measure);
    }

    /// Notes how a model that is sent a part counts, where the part's length was counted before.
    pub fn insert_reads(&mut self, part: &str, model: &str, reads: Reads) {
        self.reads.insert((part.to_owned(), model.to_owned()), reads);
    }

    /// The length of a part for a model.
    pub fn get(&self, part: &str, model: &str) -> Option<&Measure> {
        self.texts.get(&(part.to_owned(), model.to_owned()))
    }

    /// How sure a part's length is on a model.
    pub fn certainty(&self, name: &str, part: &Part, model: &str) -> Certainty {
        match &part.tokens {
            Some(tokens) => {
                let reads = self.reads.get(&(name.to_owned(), model.to_owned()));
                reads.map_or(Certainty::Assumed, |reads| certainty_as_read(tokens, reads))
            }
            None => self.get(name, model).map_or(Certainty::Assumed, |measure| measure.certainty),
        }
    }

    /// How sure a number is on every model that is sent it.
    pub fn certainty_everywhere(&self, number: &Number) -> Certainty {
        let Some(part) = number.part() else { return Certainty::Assumed };
        let reads = self.reads.iter().filter(|((known, _), _)| known == part);
        reads
            .map(|(_, reads)| certainty_as_read(number, reads))
            .reduce(Certainty::and)
            .unwrap_or(Certainty::Assumed)
    }

    /// Every count with its part.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Measure)> {
        self.texts.iter().map(|((part, _), measure)| (part.as_str(), measure))
    }

    /// Every count, to move one: `--set prompts.system.tokens.o200k=500`.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Measure)> {
        self.texts.iter_mut().map(|((part, _), measure)| (part.as_str(), measure))
    }
}

/// How sure a length is that was counted before, on a model that counts like this today.
fn certainty_as_read(length: &Number, reads: &Reads) -> Certainty {
    let counted = length.provenance.counted.as_ref();
    match counted.filter(|counted| counted.vocabulary == reads.vocabulary) {
        Some(counted) => match counted.plus_minus_percent {
            Some(percent) => Certainty::Estimated(f64::from(percent) / 100.0),
            None if reads.is_exact => Certainty::Exact,
            None => Certainty::Assumed,
        },
        None => Certainty::Assumed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Of, Provenance};

    #[test]
    fn a_counted_length_is_as_sure_as_its_count_where_the_vocabulary_is_the_same() {
        let (o200k, newer) = (("o200k", true), ("claude-newer", false));
        let check = |counted: &str, (vocabulary, is_exact): (&str, bool), expected: &str| {
            let counted = Some(counted.parse().expect("it is one"));
            let tokens =
                Of::sourced("120 x14 | 350 x88", Provenance { counted, ..Provenance::default() });
            let part = Part { tokens: Some(tokens), ..Part::default() };
            let mut measures = Measures::default();
            assert_eq!(measures.certainty("page", &part, "m"), Certainty::Assumed);
            let reads = Reads { vocabulary: vocabulary.to_owned(), is_exact };
            measures.insert_reads("page", "m", reads);
            assert_eq!(measures.certainty("page", &part, "m").to_string(), expected);
            assert_eq!(measures.certainty("page", &part, "other"), Certainty::Assumed);
        };
        check("o200k", o200k, "exact");
        check("o200k ±3%", o200k, "estimated ±3 %");
        check("o200k", newer, "assumed");
        check("claude-newer ±12%", newer, "estimated ±12 %");
        check("claude-newer ±12%", o200k, "assumed");
        // Whoever counts for an estimate has a band.
        check("claude-newer", newer, "assumed");
    }
}
