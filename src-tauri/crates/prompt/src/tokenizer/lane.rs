//! The counter that suits how much there is to count.

use super::tokens::count;
use super::vocabulary::Vocabulary;

/// Counts many texts in one vocabulary, as [`count`] does.
///
/// With the feature `bulk`, a corpus that is long enough is counted by a faster engine, whose tables
/// take a second and 160 MB to make.
pub struct Lane {
    vocabulary: Vocabulary,
    #[cfg(feature = "bulk")]
    bulk: Option<super::bulk::Bulk>,
}

impl Lane {
    /// From here on the faster engine pays for its tables: measured on text of few bytes a token,
    /// where it gains least.
    pub const BULK_BYTES: u64 = 200_000_000;

    /// The counter for so many bytes in all.
    pub fn new(vocabulary: Vocabulary, bytes: u64) -> Self {
        #[cfg(not(feature = "bulk"))]
        let _ = bytes;
        Lane {
            vocabulary,
            #[cfg(feature = "bulk")]
            bulk: (bytes >= Self::BULK_BYTES).then(|| super::bulk::Bulk::new(vocabulary)).flatten(),
        }
    }

    /// The tokens of one text.
    pub fn count(&self, text: &str) -> u64 {
        #[cfg(feature = "bulk")]
        if let Some(bulk) = &self.bulk {
            return bulk.count(text);
        }
        count(text, self.vocabulary)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_counts_as_one_text_alone_is_counted() {
        let text = "Where is my refund? 退款在哪里？ I'll wait\u{2026} ".repeat(500);
        for vocabulary in Vocabulary::ALL {
            for bytes in [0, Lane::BULK_BYTES] {
                let lane = Lane::new(vocabulary, bytes);
                assert_eq!(lane.count(&text), count(&text, vocabulary), "{vocabulary} {bytes}");
            }
        }
    }
}
