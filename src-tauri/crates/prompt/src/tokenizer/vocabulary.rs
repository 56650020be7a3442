//! The public vocabularies that a text is counted in exactly.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A public vocabulary.
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
    /// Llama 3 to 3.3.
    Llama3,
    /// Qwen 2 to 3.
    Qwen3,
    /// Qwen 3.5 and 3.6.
    Qwen35,
    /// DeepSeek V3, R1 and V4.
    DeepSeekV3,
    /// Mistral's Tekken: NeMo and what came after it.
    Tekken,
    /// Gemma 3, and Gemini 2 to 3.
    Gemma3,
}

/// A name that no vocabulary has.
#[derive(Clone, Debug, Eq, PartialEq, Error)]
#[error("No vocabulary is called `{0}`. Take one of {known}.", known = known())]
pub struct UnknownVocabulary(pub String);

impl Vocabulary {
    /// All of them: OpenAI's, newest first, then the open families'.
    pub const ALL: [Vocabulary; 11] = [
        Vocabulary::O200kBase,
        Vocabulary::O200kHarmony,
        Vocabulary::Cl100kBase,
        Vocabulary::P50kBase,
        Vocabulary::R50kBase,
        Vocabulary::Llama3,
        Vocabulary::Qwen3,
        Vocabulary::Qwen35,
        Vocabulary::DeepSeekV3,
        Vocabulary::Tekken,
        Vocabulary::Gemma3,
    ];

    /// The name its vendor gave it, with its version where that is part of it.
    pub fn name(self) -> &'static str {
        match self {
            Vocabulary::O200kBase => "o200k_base",
            Vocabulary::O200kHarmony => "o200k_harmony",
            Vocabulary::Cl100kBase => "cl100k_base",
            Vocabulary::P50kBase => "p50k_base",
            Vocabulary::R50kBase => "r50k_base",
            Vocabulary::Llama3 => "llama3",
            Vocabulary::Qwen3 => "qwen3",
            Vocabulary::Qwen35 => "qwen3_5",
            Vocabulary::DeepSeekV3 => "deepseek_v3",
            Vocabulary::Tekken => "mistral_tekken_v3",
            Vocabulary::Gemma3 => "gemma3",
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
            Vocabulary::Llama3 => "llama3",
            Vocabulary::Qwen3 => "qwen3",
            Vocabulary::Qwen35 => "qwen3-5",
            Vocabulary::DeepSeekV3 => "deepseek-v3",
            Vocabulary::Tekken => "tekken",
            Vocabulary::Gemma3 => "gemma3",
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

fn known() -> String {
    Vocabulary::ALL.map(Vocabulary::name).join(", ")
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
        let error = "o300k".parse::<Vocabulary>().expect_err("there is none");
        assert_eq!(
            error.to_string(),
            "No vocabulary is called `o300k`. Take one of o200k_base, o200k_harmony, cl100k_base, \
             p50k_base, r50k_base, llama3, qwen3, qwen3_5, deepseek_v3, mistral_tekken_v3, gemma3."
        );
    }
}
