//! The public vocabularies that a text is counted in exactly.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A public vocabulary of OpenAI.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Vocabulary {
    /// GPT-4o and later, and the o series.
    O200kBase,
    /// The open-weight gpt-oss models. Only its special tokens differ from `O200kBase`.
    O200kHarmony,
    /// GPT-4, GPT-3.5 and the embedding models.
    Cl100kBase,
    /// Codex and the last completion models of GPT-3.
    P50kBase,
    /// GPT-2 and the first GPT-3 models.
    R50kBase,
}

/// A name that no vocabulary has.
#[derive(Clone, Debug, Eq, PartialEq, Error)]
#[error(
    "No vocabulary is called `{0}`. \
     Take one of o200k_base, o200k_harmony, cl100k_base, p50k_base, r50k_base."
)]
pub struct UnknownVocabulary(pub String);

impl Vocabulary {
    /// All of them, newest first.
    pub const ALL: [Vocabulary; 5] = [
        Vocabulary::O200kBase,
        Vocabulary::O200kHarmony,
        Vocabulary::Cl100kBase,
        Vocabulary::P50kBase,
        Vocabulary::R50kBase,
    ];

    /// The name its vendor gave it.
    pub fn name(self) -> &'static str {
        match self {
            Vocabulary::O200kBase => "o200k_base",
            Vocabulary::O200kHarmony => "o200k_harmony",
            Vocabulary::Cl100kBase => "cl100k_base",
            Vocabulary::P50kBase => "p50k_base",
            Vocabulary::R50kBase => "r50k_base",
        }
    }

    /// The name it has in an address, as in `prompts.system.tokens.o200k`.
    pub fn short_name(self) -> &'static str {
        match self {
            Vocabulary::O200kBase => "o200k",
            Vocabulary::O200kHarmony => "harmony",
            Vocabulary::Cl100kBase => "cl100k",
            Vocabulary::P50kBase => "p50k",
            Vocabulary::R50kBase => "r50k",
        }
    }
}

impl fmt::Display for Vocabulary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Vocabulary {
    type Err = UnknownVocabulary;

    /// Reads either name.
    fn from_str(name: &str) -> Result<Self, UnknownVocabulary> {
        Vocabulary::ALL
            .into_iter()
            .find(|vocabulary| [vocabulary.name(), vocabulary.short_name()].contains(&name))
            .ok_or_else(|| UnknownVocabulary(name.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_names_are_read_back() {
        for vocabulary in Vocabulary::ALL {
            assert_eq!(vocabulary.to_string().parse(), Ok(vocabulary));
            assert_eq!(vocabulary.short_name().parse(), Ok(vocabulary));
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let message = "o300k".parse::<Vocabulary>().map_err(|error| error.to_string());
        assert_eq!(
            message,
            Err("No vocabulary is called `o300k`. Take one of \
                 o200k_base, o200k_harmony, cl100k_base, p50k_base, r50k_base."
                .into())
        );
    }
}
