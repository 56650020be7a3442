//! The tokens of a vocabulary by their bytes, each with its rank: the lowest merges first.

use rustc_hash::FxHashMap;

/// A token's place in its vocabulary; of two merges the one of lower rank goes first.
pub(crate) type Rank = u32;

/// No token has this rank.
pub(crate) const NO_TOKEN: Rank = Rank::MAX;

/// The tokens of a vocabulary, without its special tokens. Most are short, and a short one is found
/// by one number that holds it whole.
pub(crate) struct Ranks {
    /// Tokens of two bytes, by the number those make.
    pairs: Box<[Rank]>,
    /// Tokens of up to seven bytes.
    short: FxHashMap<u64, Rank>,
    /// Tokens of up to fifteen.
    middle: FxHashMap<u128, Rank>,
    long: FxHashMap<Box<[u8]>, Rank>,
}

impl Ranks {
    /// The table of these tokens.
    pub(crate) fn new<'a>(count: usize, tokens: impl Iterator<Item = (&'a [u8], Rank)>) -> Self {
        let mut ranks = Ranks {
            pairs: vec![NO_TOKEN; 1 << 16].into(),
            short: FxHashMap::with_capacity_and_hasher(count / 2, Default::default()),
            middle: FxHashMap::with_capacity_and_hasher(count / 2, Default::default()),
            long: FxHashMap::default(),
        };
        for (token, rank) in tokens {
            match token.len() {
                2 => drop(std::mem::replace(&mut ranks.pairs[pair(token[0], token[1])], rank)),
                ..=7 => drop(ranks.short.insert(short(token), rank)),
                8..=MOST_PACKED => drop(ranks.middle.insert(middle(token), rank)),
                _ => drop(ranks.long.insert(token.into(), rank)),
            };
        }
        ranks
    }

    /// Every token with its rank.
    #[cfg(any(test, feature = "bulk"))]
    pub(crate) fn tokens(&self) -> impl Iterator<Item = (Vec<u8>, Rank)> {
        let pairs = (0..=u16::MAX).zip(&self.pairs).filter(|(_, rank)| **rank != NO_TOKEN);
        let pairs = pairs.map(|(pair, rank)| (pair.to_be_bytes().to_vec(), *rank));
        let spelled = |bytes: &[u8], length: u8| bytes[..usize::from(length)].to_vec();
        let short = self.short.iter().map(move |(key, rank)| {
            let bytes = key.to_le_bytes();
            (spelled(&bytes, bytes[7]), *rank)
        });
        let middle = self.middle.iter().map(move |(key, rank)| {
            let bytes = key.to_le_bytes();
            (spelled(&bytes, bytes[15]), *rank)
        });
        let long = self.long.iter().map(|(token, rank)| (token.to_vec(), *rank));
        pairs.chain(short).chain(middle).chain(long)
    }

    /// The rank of the token of these two bytes.
    pub(crate) fn pair(&self, first: u8, second: u8) -> Rank {
        self.pairs[pair(first, second)]
    }

    /// The rank of the token of these bytes, [`NO_TOKEN`] where there is none.
    pub(crate) fn get(&self, bytes: &[u8]) -> Rank {
        let rank = match bytes.len() {
            2 => return self.pair(bytes[0], bytes[1]),
            ..=7 => self.short.get(&short(bytes)),
            8..=MOST_PACKED => self.middle.get(&middle(bytes)),
            _ => self.long.get(bytes),
        };
        rank.copied().unwrap_or(NO_TOKEN)
    }
}

/// The longest piece that [`packed`] takes.
pub(crate) const MOST_PACKED: usize = 15;

/// A piece of up to fifteen bytes as a number of its own, below 2¹²⁴.
pub(crate) fn packed(piece: &[u8]) -> u128 {
    if piece.len() <= 7 { short(piece).into() } else { middle(piece) }
}

fn pair(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

/// Up to seven bytes and their number as one number.
fn short(bytes: &[u8]) -> u64 {
    let length = bytes.len();
    let number = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => {
            let last = u64::from(u32::from_le_bytes(*last)) << (8 * (length - 4));
            last | u64::from(u32::from_le_bytes(*first))
        }
        _ => bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)),
    };
    number | (length as u64) << 56
}

/// Eight to fifteen bytes and their number as one number.
fn middle(bytes: &[u8]) -> u128 {
    let length = bytes.len();
    let first = bytes.first_chunk().map_or(0, |it| u64::from_le_bytes(*it));
    let last = bytes.last_chunk().map_or(0, |it| u64::from_le_bytes(*it));
    u128::from(last) << (8 * (length - 8)) | u128::from(first) | (length as u128) << 120
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_tokens_are_told_apart() {
        let bytes: Vec<u8> = (1..=15).collect();
        for length in 0..=15 {
            let mut expected = [0; 16];
            expected[..length].copy_from_slice(&bytes[..length]);
            if length <= 7 {
                expected[7] = length as u8;
                let number = u128::from(short(&bytes[..length]));
                assert_eq!(number, u128::from_le_bytes(expected), "{length}");
            } else {
                expected[15] = length as u8;
                assert_eq!(middle(&bytes[..length]), u128::from_le_bytes(expected), "{length}");
            }
        }
    }

    #[test]
    fn tokens_of_every_length_are_found() {
        let tokens: Vec<Vec<u8>> = (1..40).map(|length| vec![b'a'; length]).collect();
        let ranks = Ranks::new(40, tokens.iter().map(Vec::as_slice).zip(0..));
        for (token, rank) in tokens.iter().zip(0..) {
            assert_eq!(ranks.get(token), rank);
        }
        assert_eq!(ranks.get(b"b"), NO_TOKEN);
        assert_eq!(ranks.get(b"ab"), NO_TOKEN);
        assert_eq!(ranks.get(&[b'a'; 40]), NO_TOKEN);
        assert_eq!(ranks.get(b""), NO_TOKEN);
        let mut told: Vec<_> = ranks.tokens().collect();
        told.sort_by_key(|(_, rank)| *rank);
        assert_eq!(told, tokens.into_iter().zip(0..).collect::<Vec<_>>());
    }
}
