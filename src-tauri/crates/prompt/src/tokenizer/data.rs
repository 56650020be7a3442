//! Where the vocabularies' tokens come from.

use std::fmt::Debug;

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use splintr::core::byte_level_decode_bytes;
use tiktoken_rs::CoreBPE;

use super::ranks::{Rank, Ranks};

/// Tokens as the data packages of splintr hold them: a mark, how many there are, then each as rank,
/// length and bytes, in numbers of seven bits.
pub(crate) struct Packed(&'static [u8]);

/// What a packed vocabulary begins with.
const PACKED_MARK: &[u8] = b"SPLNTRV1";

impl Packed {
    /// The table of a vocabulary that is spelled in its own bytes.
    pub(crate) fn ranks(data: &'static [u8]) -> Ranks {
        let (count, tokens) = Packed::new(data);
        Ranks::new(count, tokens)
    }

    /// The table of a vocabulary that is spelled in a letter for each byte, as GPT-2 was.
    pub(crate) fn spelled_ranks(data: &'static [u8]) -> Ranks {
        let (count, tokens) = Packed::new(data);
        let tokens: Vec<(Vec<u8>, Rank)> = tokens
            .filter_map(|(token, rank)| Some((byte_level_decode_bytes(token)?, rank)))
            .collect();
        Ranks::new(count, tokens.iter().map(|(token, rank)| (token.as_slice(), *rank)))
    }

    fn new(data: &'static [u8]) -> (usize, Self) {
        let (count, tokens) = data
            .strip_prefix(PACKED_MARK)
            .and_then(<[u8]>::split_first_chunk)
            .expect("the data of this version of splintr");
        (u32::from_le_bytes(*count) as usize, Packed(tokens))
    }

    fn number(&mut self) -> Option<u32> {
        let end = self.0.iter().position(|byte| *byte < 0x80)?;
        let (bytes, rest) = self.0.split_at(end + 1);
        self.0 = rest;
        Some(bytes.iter().rev().fold(0, |number, byte| number << 7 | u32::from(byte & 0x7f)))
    }
}

impl Iterator for Packed {
    type Item = (&'static [u8], Rank);

    fn next(&mut self) -> Option<Self::Item> {
        let rank = self.number()?;
        let length = self.number()?;
        let (token, rest) = self.0.split_at(length as usize);
        self.0 = rest;
        Some((token, rank))
    }
}

/// The table of a vocabulary of tiktoken-rs, without its special tokens; the library's own is let go.
pub(crate) fn library_ranks<E: Debug>(core: Result<CoreBPE, E>) -> Ranks {
    let core = core.expect("the vocabularies inside the library are tested");
    let special = core.special_tokens();
    let is_special = |bytes: &[u8]| special.iter().any(|name| name.as_bytes() == bytes);
    let tokens: Vec<(Vec<u8>, Rank)> = (0..)
        .map_while(|rank| Some((core.decode_bytes(&[rank]).ok()?, rank)))
        .filter(|(bytes, _)| !is_special(bytes))
        .collect();
    Ranks::new(tokens.len(), tokens.iter().map(|(token, rank)| (token.as_slice(), *rank)))
}

/// A file of tokens that is not one.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("Line {line} is not a token in base64 and its rank.")]
pub struct NotRanks {
    /// The line, counted from 1.
    pub line: usize,
}

/// The table of a `.tiktoken` file: a token in base64 and its rank on each line.
pub(crate) fn file_ranks(text: &[u8]) -> Result<Ranks, NotRanks> {
    let lines = text.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.is_empty());
    let tokens: Vec<(Vec<u8>, Rank)> = lines
        .map(|(index, line)| token_and_rank(line).ok_or(NotRanks { line: index + 1 }))
        .collect::<Result<_, _>>()?;
    Ok(Ranks::new(tokens.len(), tokens.iter().map(|(token, rank)| (token.as_slice(), *rank))))
}

fn token_and_rank(line: &[u8]) -> Option<(Vec<u8>, Rank)> {
    let line = line.trim_ascii_end();
    let blank = line.iter().position(|byte| *byte == b' ')?;
    let token = BASE64.decode(&line[..blank]).ok().filter(|token| !token.is_empty())?;
    let rank = str::from_utf8(&line[blank + 1..]).ok()?.parse().ok()?;
    Some((token, rank))
}
