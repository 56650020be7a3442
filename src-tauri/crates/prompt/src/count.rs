//! The count of a text: exact in a public vocabulary, an estimate with its band for other models.

use crate::family::{Counting, Family};
use crate::model::counting;
use crate::tokens::{CHUNK_BYTES, count_in_chunks};
use crate::vocabulary::Vocabulary;

/// A number of tokens, and how sure it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Counted {
    /// The count, or the likely count.
    pub tokens: u64,
    /// How sure it is.
    pub certainty: Certainty,
}

/// How sure a count is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Certainty {
    /// What the vocabulary says.
    Exact,
    /// Between these, for nearly all texts.
    Estimated {
        /// Tokens at least.
        low: u64,
        /// Tokens at most.
        high: u64,
    },
}

/// The tokens of a text alone, without a chat's frame. Names of special tokens in it are plain
/// text, as they are to the vendors' own services.
pub fn count(text: &str, vocabulary: Vocabulary) -> u64 {
    count_in_chunks(text, vocabulary, CHUNK_BYTES)
}

/// The tokens of a text by one way of counting.
pub fn count_as(text: &str, counting: Counting) -> Counted {
    counted_as(count(text, counting.counted_in()), counting)
}

/// What a count in [`Counting::counted_in`] comes to.
pub fn counted_as(tokens: u64, counting: Counting) -> Counted {
    match counting {
        Counting::Exact(_) => Counted { tokens, certainty: Certainty::Exact },
        Counting::Estimated(family) => estimate(tokens, family),
    }
}

/// The tokens of a text for a provider's model. See [`counting`] for the names.
pub fn count_for_model(provider: &str, model: &str, text: &str) -> Counted {
    count_as(text, counting(provider, model))
}

impl Counted {
    /// The wider side of the band in percent of the count, `None` for an exact count.
    pub fn plus_minus_percent(&self) -> Option<u64> {
        match self.certainty {
            Certainty::Exact => None,
            Certainty::Estimated { low, high } => {
                let wider = (self.tokens - low).max(high - self.tokens);
                Some((wider * 100).div_ceil(self.tokens.max(1)))
            }
        }
    }
}

fn estimate(o200k_tokens: u64, family: Family) -> Counted {
    let factor = family.factor();
    Counted {
        tokens: (o200k_tokens * factor.likely_percent + 50) / 100,
        certainty: Certainty::Estimated {
            low: o200k_tokens * factor.low_percent / 100,
            high: (o200k_tokens * factor.high_percent).div_ceil(100),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;
    use proptest::test_runner::{Config, RngSeed};
    use serde_json::Value;

    use super::*;
    use crate::long::splitter;
    use crate::tokens::{LONGEST_CHUNK_BYTES, core};

    #[test]
    fn the_reference_texts_have_the_reference_counts() {
        let cases: Value =
            serde_json::from_str(include_str!("../../../../tests/files/token_cases.json"))
                .expect("the cases are JSON");
        let texts = cases["texts"].as_array().expect("the cases hold texts");
        assert_eq!(texts.len(), 63);
        for case in texts {
            let text = case["text"].as_str().expect("a text");
            for vocabulary in Vocabulary::ALL {
                let expected = case["counts"][vocabulary.name()].as_u64();
                assert_eq!(
                    Some(count(text, vocabulary)),
                    expected,
                    "{vocabulary} {}",
                    case["name"]
                );
            }
        }
    }

    #[test]
    fn special_tokens_are_plain_text() {
        for vocabulary in Vocabulary::ALL {
            assert!(count("<|endoftext|>", vocabulary) > 1, "{vocabulary}");
        }
    }

    #[test]
    fn a_megabyte_of_blanks_before_a_word_is_counted() {
        // 7,812 runs of 128 spaces, one of 63, and " x".
        let spaces = " ".repeat(1_000_000) + "x";
        assert_eq!(count(&spaces, Vocabulary::O200kBase), 7_814);
        // 62,499 runs of 16 tabs, one of 15, and "\tx".
        let tabs = "\t".repeat(1_000_000) + "x";
        assert_eq!(count(&tabs, Vocabulary::Cl100kBase), 62_501);
    }

    #[test]
    fn long_texts_without_a_safe_cut_are_counted_as_the_library_does() {
        for run in ["a", "7", " \n", "\u{3000}", "-", "/\n", "😀", "退", "e\u{301}"] {
            let text = run.repeat(LONGEST_CHUNK_BYTES / run.len() + 1) + "x";
            let whole = core(Vocabulary::O200kBase).encode_ordinary(&text).len() as u64;
            assert_eq!(count(&text, Vocabulary::O200kBase), whole, "{run:?}");
        }
    }

    /// What patterns and merges treat apart, next to what they join.
    fn fragment() -> impl Strategy<Value = &'static str> {
        let blanks =
            [" ", "  ", "\t", "\n", "\r\n", "\r", "\u{a0}", "\u{3000}", "\u{85}", "\u{2028}"];
        let words = [
            "a", "the", "Refund", "ABC", "iPhone", "s", "S", "ll", "re", "don't", "é", "ß", "ǅ",
            "Ω", "ж",
        ];
        let marks = [
            "'", "'s", "'S", "'ll", "'\u{17f}", "’", "\"", ".", ",", "-", "--", "=", "/", "//",
            "_", "(", "}",
        ];
        let others = [
            "7",
            "42",
            "1000",
            "Ⅷ",
            "²",
            "٣",
            "<|endoftext|>",
            "<|im_start|>",
            "\u{301}",
            "\u{3099}",
            "\u{200d}",
            "\u{feff}",
            "ʰ",
            "א",
            "م",
            "ह",
            "ि",
            "ไทย",
            "退",
            "款",
            "か",
            "ー",
            "データ",
            "エラー",
            "・",
            "한",
            "、",
            "。",
            "，",
            "「",
            "😀",
            "👩‍👧",
            "🇩🇪",
            "𝒳",
            "\0",
            "\u{b}",
            "\u{10ffff}",
        ];
        prop_oneof![
            3 => select(blanks.to_vec()),
            3 => select(words.to_vec()),
            2 => select(marks.to_vec()),
            2 => select(others.to_vec()),
        ]
    }

    fn text(parts: usize, longest_run: usize) -> impl Strategy<Value = String> {
        prop::collection::vec(
            (fragment(), prop_oneof![3 => 1_usize..=2, 1 => 1..=longest_run]),
            0..parts,
        )
        .prop_map(|parts| parts.into_iter().map(|(part, times)| part.repeat(times)).collect())
    }

    fn seeded(cases: u32) -> Config {
        Config {
            cases,
            rng_seed: RngSeed::Fixed(1),
            failure_persistence: None,
            ..Config::default()
        }
    }

    proptest! {
        #![proptest_config(seeded(400))]

        #[test]
        fn chunks_add_up_to_the_whole(text in text(40, 8), least in 1_usize..48) {
            for vocabulary in Vocabulary::ALL {
                let whole = core(vocabulary).encode_ordinary(&text).len() as u64;
                prop_assert_eq!(count_in_chunks(&text, vocabulary, least), whole, "{}", vocabulary);
            }
        }
    }

    proptest! {
        #![proptest_config(seeded(100))]

        #[test]
        fn the_splitter_counts_as_the_library_does(text in text(12, 700)) {
            for vocabulary in Vocabulary::ALL {
                let whole = core(vocabulary).encode_ordinary(&text).len() as u64;
                let mut tokens = 0;
                splitter(vocabulary).tokens(&text, |_| tokens += 1);
                prop_assert_eq!(tokens, whole, "{}", vocabulary);
            }
        }
    }

    #[test]
    fn a_model_without_a_vocabulary_is_estimated_with_a_band() {
        let text = "Where is my refund?";
        let check = |model: &str, tokens, certainty| {
            assert_eq!(count_for_model("", model, text), Counted { tokens, certainty }, "{model}");
        };
        check("gpt-4o", 5, Certainty::Exact);
        check("claude-opus-4-8", 8, Certainty::Estimated { low: 6, high: 10 });
        check("claude-3-haiku", 6, Certainty::Estimated { low: 5, high: 8 });
        check("llama-4-maverick", 6, Certainty::Estimated { low: 3, high: 9 });
        assert_eq!(count_for_model("", "gpt-4o", text).plus_minus_percent(), None);
        assert_eq!(count_for_model("", "claude-opus-4-8", text).plus_minus_percent(), Some(25));
        assert_eq!(count_for_model("", "claude-opus-4-8", "").plus_minus_percent(), Some(0));
    }
}
