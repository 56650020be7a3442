//! How a model's tokens are counted: by its own vocabulary, or by a family's factor over o200k.

use crate::tokenizer::Vocabulary;

/// How the tokens of a model are counted.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Counting {
    /// By the vocabulary the model uses.
    Exact(Vocabulary),
    /// By o200k, times what is known of the model's family.
    Estimated(Family),
}

/// Models whose counts bear a like ratio to those of o200k.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Family {
    /// Claude Opus 4.7 and every later Claude model.
    ClaudeNewer,
    /// Claude up to 4.6.
    ClaudeOlder,
    /// Gemini and Gemma.
    Gemini,
    /// Models of OpenAI whose vocabulary is not published.
    OpenAi,
    /// Every other model.
    Other,
}

/// Tokens for each 100 of o200k.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Factor {
    pub(crate) low_percent: u64,
    pub(crate) likely_percent: u64,
    pub(crate) high_percent: u64,
}

impl Counting {
    /// The name it has in an address, as in `prompts.system.tokens.claude-newer`.
    pub fn short_name(self) -> &'static str {
        match self {
            Counting::Exact(vocabulary) => vocabulary.short_name(),
            Counting::Estimated(family) => family.short_name(),
        }
    }

    /// The vocabulary that is counted in: the model's own, or the one that an estimate starts from.
    pub fn counted_in(self) -> Vocabulary {
        match self {
            Counting::Exact(vocabulary) => vocabulary,
            Counting::Estimated(_) => Vocabulary::O200kBase,
        }
    }
}

impl Family {
    /// All of them.
    pub const ALL: [Family; 5] =
        [Family::ClaudeNewer, Family::ClaudeOlder, Family::Gemini, Family::OpenAi, Family::Other];

    /// The name it has in an address.
    pub fn short_name(self) -> &'static str {
        match self {
            Family::ClaudeNewer => "claude-newer",
            Family::ClaudeOlder => "claude-older",
            Family::Gemini => "gemini",
            Family::OpenAi => "openai-other",
            Family::Other => "other",
        }
    }

    /// Where the family's factor comes from, for a person who doubts it.
    pub fn source(self) -> &'static str {
        match self {
            Family::ClaudeNewer => {
                "Anthropic, token counting page: about 30 % more tokens than earlier models; \
                 published counts of 4.6 and 4.7: prose 1.20, Python 1.29, technical text 1.47, \
                 Chinese and Japanese 1.01 to 1.07 times as many"
            }
            Family::ClaudeOlder => {
                "measured in November 2026 by an unofficial reconstruction, over o200k: \
                 prose 1.14, code 1.29, JSON 1.28, Chinese and Japanese 1.30"
            }
            Family::Gemini => {
                "measured in November 2026 with the vocabulary of Gemma 3, which Google's own \
                 library counts Gemini 2.0 to 3 with, over o200k: prose 1.09, code 1.19, \
                 JSON 1.17, Chinese and Japanese 0.82, figures in logs and tables up to 1.55"
            }
            Family::OpenAi => {
                "every vocabulary that OpenAI published since 2022: for one token of o200k, \
                 cl100k has 1.00 (prose, code) to 1.34 (Chinese and Japanese) and 1.64 (Korean)"
            }
            Family::Other => {
                "measured in November 2026 with Llama 3, Qwen 3 and 3.5, DeepSeek 3 and Mistral, \
                 over o200k: 0.70 (Chinese) to 1.53 (tables of figures); Amazon Nova by one \
                 published comparison with Claude 3 up to 1.75"
            }
        }
    }

    /// The factor. Its band covers prose, code, data, Chinese and Japanese; outside it lie texts of
    /// one character repeated, or of a script that a vocabulary knows badly, as Korean with the
    /// older Claude models (1.8).
    pub(crate) fn factor(self) -> Factor {
        // The ratios are those of `source`; the likely value is that of English prose with code.
        let (low_percent, likely_percent, high_percent) = match self {
            // The older likely value times 1.30; the published ratios times the older ones.
            Family::ClaudeNewer => (120, 155, 185),
            // Down to 1.08 for minified JSON and logs, up to 1.42 for Chinese prose.
            Family::ClaudeOlder => (105, 120, 145),
            Family::Gemini => (70, 115, 160),
            Family::OpenAi => (95, 100, 165),
            Family::Other => (65, 110, 175),
        };
        Factor { low_percent, likely_percent, high_percent }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Every measured text of a common kind lies within the band of its family.
    fn check(family: Family, vocabularies: &[&str]) {
        let Factor { low_percent, high_percent, .. } = family.factor();
        let cases: Value =
            serde_json::from_str(include_str!("../../../../tests/files/token_cases.json"))
                .expect("the cases are JSON");
        let texts = cases["texts"].as_array().expect("the cases hold texts");
        let kinds = ["english", "chat", "code", "json", "cjk", "misc"];
        let mut checked = 0;
        for text in texts.iter().filter(|text| kinds.iter().any(|kind| text["category"] == *kind)) {
            let counted = |name: &str| text["counts"][name].as_u64().expect("a count");
            let o200k = counted("o200k_base");
            if o200k < 100 {
                continue; // too short for a ratio
            }
            for name in vocabularies {
                let percent = counted(name) * 100 / o200k;
                assert!(
                    (low_percent..=high_percent).contains(&percent),
                    "{name} {}: {percent} %",
                    text["name"]
                );
                checked += 1;
            }
        }
        assert!(checked >= 10 * vocabularies.len(), "only {checked}");
    }

    #[test]
    fn bands_hold_what_was_measured() {
        check(Family::Gemini, &["gemma3"]);
        check(Family::OpenAi, &["o200k_base", "cl100k_base"]);
        let open = ["llama3", "qwen3", "qwen3_5", "deepseek_v3", "mistral_tekken_v3"];
        check(Family::Other, &open);
    }
}
