//! The count of a text: exact in a public vocabulary, an estimate with its band for other models.

use crate::family::{Counting, Factor, Family};
use crate::kind::Kinds;
use crate::model::counting;

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
    let tokens = counting.counted_in().count(text);
    counted_as(tokens, || Kinds::of(text), counting)
}

/// What a count in [`Counting::counted_in`] comes to, on a text of kinds that are asked for where
/// it is an estimate.
pub fn counted_as(tokens: u64, kinds: impl FnOnce() -> Kinds, counting: Counting) -> Counted {
    match counting {
        Counting::Exact(_) | Counting::Own(_) => Counted { tokens, certainty: Certainty::Exact },
        Counting::Estimated(family) => estimated(tokens, &kinds(), family),
        Counting::Learned(family, calibration) => {
            let [low, tokens, high] =
                calibration.tokens(estimated(tokens, &kinds(), family).tokens);
            Counted { tokens, certainty: Certainty::Estimated { low, high } }
        }
    }
}

/// What a count in [`Counting::counted_in`] comes to for a family, on a text of these kinds.
pub(crate) fn estimated(tokens: u64, kinds: &Kinds, family: Family) -> Counted {
    let tokens = tokens as f64;
    let times = |factor: fn(Factor) -> f64| tokens * kinds.mean(|kind| factor(family.factor(kind)));
    Counted {
        tokens: times(|it| it.likely).round() as u64,
        certainty: Certainty::Estimated {
            low: times(|it| it.low).floor() as u64,
            high: times(|it| it.high).ceil() as u64,
        },
    }
}

/// The tokens of a text for a provider's model. See [`counting`] for the names.
pub fn count_for_model(provider: &str, model: &str, text: &str) -> Counted {
    count_as(text, counting(provider, model))
}

impl Counted {
    /// No tokens.
    pub const NONE: Counted = Counted { tokens: 0, certainty: Certainty::Exact };

    /// A count of which the fewest and the most are known; exact where they are the same.
    pub(crate) fn between(low: u64, tokens: u64, high: u64) -> Self {
        let is_exact = low == high;
        let estimated = Certainty::Estimated { low, high };
        Counted { tokens, certainty: if is_exact { Certainty::Exact } else { estimated } }
    }

    /// The fewest and the most tokens.
    pub fn bounds(&self) -> (u64, u64) {
        match self.certainty {
            Certainty::Exact => (self.tokens, self.tokens),
            Certainty::Estimated { low, high } => (low, high),
        }
    }

    /// Both together.
    pub fn plus(self, other: Counted) -> Self {
        let ((low, high), (more_low, more_high)) = (self.bounds(), other.bounds());
        let sum = Counted::between(low + more_low, self.tokens + other.tokens, high + more_high);
        let are_exact = [self, other].iter().all(|it| it.certainty == Certainty::Exact);
        let (low, high) = sum.bounds();
        let estimated = Certainty::Estimated { low, high };
        Counted { certainty: if are_exact { Certainty::Exact } else { estimated }, ..sum }
    }

    /// What is left of it without a part of it.
    pub(crate) fn minus(self, part: Counted) -> Self {
        let ((low, high), (part_low, part_high)) = (self.bounds(), part.bounds());
        let tokens = self.tokens.saturating_sub(part.tokens);
        let certainty = match self.certainty {
            Certainty::Exact => Certainty::Exact,
            Certainty::Estimated { .. } => Certainty::Estimated {
                low: low.saturating_sub(part_low).min(tokens),
                high: high.saturating_sub(part_high).max(tokens),
            },
        };
        Counted { tokens, certainty }
    }

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
        check("claude-opus-4-8", 8, Certainty::Estimated { low: 6, high: 9 });
        check("claude-3-haiku", 6, Certainty::Estimated { low: 5, high: 7 });
        check("llama-4-maverick", 5, Certainty::Estimated { low: 4, high: 7 });
        assert_eq!(count_for_model("", "gpt-4o", text).plus_minus_percent(), None);
        assert_eq!(count_for_model("", "claude-opus-4-8", text).plus_minus_percent(), Some(25));
        assert_eq!(count_for_model("", "claude-opus-4-8", "").plus_minus_percent(), Some(0));
    }
}
