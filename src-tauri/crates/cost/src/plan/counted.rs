//! What a length was counted for: a vocabulary, and a band where it is an estimate.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

/// What a length was counted for: `o200k`, or `claude-newer ±12%` where it was estimated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The vocabulary's short name; a family's or a model's own where it was estimated.
    pub vocabulary: String,
    /// The band of an estimate in percent.
    pub plus_minus_percent: Option<u8>,
}

impl Counted {
    /// How it is written.
    pub const EXAMPLE: &'static str = "`o200k`, or `claude-newer ±12%` for an estimate";
}

/// A text that does not say what was counted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotCounted;

impl FromStr for Counted {
    type Err = NotCounted;

    fn from_str(text: &str) -> Result<Self, NotCounted> {
        let (vocabulary, band) = match text.split_once('±') {
            Some((vocabulary, band)) => (vocabulary.trim(), Some(band.trim())),
            None => (text.trim(), None),
        };
        if vocabulary.is_empty() || vocabulary.contains(char::is_control) {
            return Err(NotCounted);
        }
        let percent = |band: &str| {
            let percent = band.strip_suffix('%')?.trim_end().parse::<u8>().ok()?;
            (1..100).contains(&percent).then_some(percent)
        };
        let plus_minus_percent = band.map(|band| percent(band).ok_or(NotCounted)).transpose()?;
        Ok(Self { vocabulary: vocabulary.to_owned(), plus_minus_percent })
    }
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { vocabulary, plus_minus_percent } = self;
        f.write_str(vocabulary)?;
        plus_minus_percent.map_or(Ok(()), |percent| write!(f, " ±{percent}%"))
    }
}

impl Serialize for Counted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(CountedVisitor)
    }
}

struct CountedVisitor;

impl Visitor<'_> for CountedVisitor {
    type Value = Counted;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Counted::EXAMPLE)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Counted, E> {
        text.parse().map_err(|NotCounted| E::invalid_value(Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_for_is_read_as_it_is_written() {
        for text in ["o200k", "acme/tokenizer.json", "claude-newer ±12%", "other ±99%"] {
            let counted: Counted = text.parse().expect(text);
            assert_eq!(counted.to_string(), text);
        }
        let counted: Counted = " gemini±8 % ".parse().expect("blanks are of no matter");
        assert_eq!(counted.to_string(), "gemini ±8%");
    }

    #[test]
    fn what_names_no_vocabulary_or_no_band_is_refused() {
        for text in ["", " ", "±8%", "o200k ±", "o200k ±8", "o200k ±0%", "o200k ±100%", "a\nb"]
        {
            assert_eq!(text.parse::<Counted>(), Err(NotCounted), "{text:?}");
        }
    }
}
