//! The count of a text: exact in a public vocabulary, an estimate with its band for other models.

use crate::family::{Counting, Family};
use crate::model::counting;
use crate::tokenizer::count;

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
    use super::*;

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
