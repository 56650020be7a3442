//! How many tokens the pieces of a text have that came by lately: most come again.

use std::cell::RefCell;

use super::ranks::{MOST_PACKED, packed};
use super::vocabulary::Vocabulary;

/// Pieces that came by, each in the one place it can have; a later one takes the place of an earlier.
pub(crate) struct Seen(Box<[u128]>);

/// 256 KB, which a core keeps near.
const PLACES_BITS: u32 = 14;

/// A piece is written in the bits below; these hold its tokens.
const TOKENS_SHIFT: u32 = 124;
const PIECE: u128 = (1 << TOKENS_SHIFT) - 1;

impl Seen {
    fn new() -> Self {
        Seen(vec![0; 1 << PLACES_BITS].into())
    }

    /// The tokens of a piece that is not empty, counted if it did not come by lately.
    pub(crate) fn tokens(&mut self, piece: &[u8], count: impl FnOnce() -> usize) -> usize {
        if piece.len() > MOST_PACKED {
            return count();
        }
        let piece = packed(piece);
        let folded = (piece as u64) ^ (piece >> 64) as u64;
        let hash = folded.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let place = &mut self.0[(hash >> (u64::BITS - PLACES_BITS)) as usize];
        if *place & PIECE != piece {
            // A piece has no more tokens than bytes, so four bits hold them.
            *place = piece | (count() as u128) << TOKENS_SHIFT;
        }
        (*place >> TOKENS_SHIFT) as usize
    }
}

thread_local! {
    static SEEN: RefCell<[Option<Seen>; Vocabulary::ALL.len()]> = const {
        RefCell::new([const { None }; Vocabulary::ALL.len()])
    };
}

/// Works with what this thread has seen in a vocabulary.
pub(crate) fn with<T>(vocabulary: Vocabulary, work: impl FnOnce(&mut Seen) -> T) -> T {
    SEEN.with_borrow_mut(|seen| work(seen[vocabulary as usize].get_or_insert_with(Seen::new)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_that_came_by_is_not_counted_again() {
        let mut seen = Seen::new();
        assert_eq!(seen.tokens(b" refund", || 3), 3);
        assert_eq!(seen.tokens(b" refund", || panic!("it came by")), 3);
        assert_eq!(seen.tokens(b"refund", || 2), 2);
        assert_eq!(seen.tokens(b"fifteen bytes !", || 15), 15);
        assert_eq!(seen.tokens(b"fifteen bytes !", || panic!("it came by")), 15);
        assert_eq!(seen.tokens(b"sixteen bytes !!", || 4), 4);
        assert_eq!(seen.tokens(b"sixteen bytes !!", || 5), 5);
    }

    #[test]
    fn a_later_piece_takes_the_place_of_an_earlier_one() {
        let mut seen = Seen::new();
        let pieces: Vec<String> = (0..100_000).map(|number| format!("{number:07}")).collect();
        for round in 1..=2 {
            for (piece, number) in pieces.iter().zip(0..) {
                let tokens = 1 + number % 7;
                assert_eq!(seen.tokens(piece.as_bytes(), || tokens), tokens, "{round} {piece}");
            }
        }
    }
}
