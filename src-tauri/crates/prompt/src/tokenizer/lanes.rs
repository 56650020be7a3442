//! How the documents of a corpus are counted: as any text, or in a faster lane where there are very many.

use super::chunk::{Cuts, chunks};
use super::own::CountedIn;
use super::tokens::cuts;

#[cfg(feature = "bulk")]
use super::bulk::Bulks;

/// Counts the documents of a corpus, each as [`CountedIn::count`] does.
///
/// With the feature `bulk`, a corpus that is long enough is counted by a faster engine, whose tables
/// take a second or two and 200 MB for each vocabulary.
pub struct Lanes {
    #[cfg(feature = "bulk")]
    bulk: Option<Bulks>,
}

impl Lanes {
    /// From here on the faster engine pays for its tables. On English it breaks even at 220 MB
    /// against a counter of 100 MB/s; on Chinese and Japanese, which are slower, at 50 MB.
    pub const BULK_BYTES: u64 = 200_000_000;

    /// The lanes for a corpus of so many bytes.
    pub fn for_bytes(bytes: u64) -> Self {
        #[cfg(not(feature = "bulk"))]
        let _ = bytes;
        Lanes {
            #[cfg(feature = "bulk")]
            bulk: (bytes >= Self::BULK_BYTES).then(Bulks::default),
        }
    }

    /// A stretch is counted in some hundredths of a second.
    pub const STRETCH_BYTES: usize = 1 << 20;

    /// A document cut so that its stretches have as many tokens together as it has. In one piece,
    /// where nobody says where its vocabulary lets a text be cut.
    pub fn stretches<'t>(
        &self,
        text: &'t str,
        counted_in: CountedIn,
    ) -> impl Iterator<Item = &'t str> + use<'t> {
        let (least, cuts) = match counted_in {
            CountedIn::Public(vocabulary) => (Self::STRETCH_BYTES, cuts(vocabulary)),
            CountedIn::Own(_) => (usize::MAX, Cuts::Words),
        };
        chunks(text, least, cuts)
    }

    /// The tokens of one document.
    pub fn count(&self, text: &str, counted_in: CountedIn) -> u64 {
        #[cfg(feature = "bulk")]
        if let CountedIn::Public(vocabulary) = counted_in
            && let Some(bulk) = self.bulk.as_ref().and_then(|bulk| bulk.of(vocabulary))
        {
            return bulk.count(text);
        }
        counted_in.count(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokenizer::{Vocabulary, count};

    #[test]
    fn a_document_is_counted_as_a_text_alone_in_either_lane() {
        let text = "Where is my refund? 退款在哪里？ it'\u{17f} I'll wait\u{2026} ".repeat(500);
        let long = text.repeat(Lanes::STRETCH_BYTES * 3 / 2 / text.len());
        for bytes in [0, Lanes::BULK_BYTES] {
            let lanes = Lanes::for_bytes(bytes);
            for vocabulary in Vocabulary::ALL {
                let counted = lanes.count(&text, vocabulary.into());
                assert_eq!(counted, count(&text, vocabulary), "{vocabulary} {bytes}");
                let stretches = lanes.stretches(&long, vocabulary.into());
                let counted: Vec<u64> =
                    stretches.map(|stretch| lanes.count(stretch, vocabulary.into())).collect();
                assert_eq!(counted.len(), 2, "{vocabulary}");
                assert_eq!(counted.iter().sum::<u64>(), count(&long, vocabulary), "{vocabulary}");
            }
        }
    }
}
