//! Where each token of a text ends, for an editor that tints them.

use prompt::{Counting, Vocabulary};
use serde::Deserialize;
use ts_rs::TS;

use super::count::{Counter, full_name};
use super::editing;
use crate::bytes::Bytes;
use crate::error::{Code, Error};
use crate::shelf::Shelf;

/// A text whose tokens are to be seen.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Tinted {
    /// A text that was opened.
    pub handle: u64,
    /// A vocabulary, as `o200k_base`, or a model, as the book names it.
    pub counted_as: String,
}

/// The tokens of a text: words of four bytes, the smallest first.
///
/// The generation of the text; 1 for an exact count or 0 for an estimate; the tokens; the fewest
/// and the most; then, of an exact count alone, where each token ends, in UTF-16 code units.
pub fn boundaries(tinted: Tinted) -> Result<Bytes, Error> {
    let edited = editing::now(tinted.handle)?;
    let generation = edited.generation;
    let words = match counting_of(&tinted.counted_as)?.0 {
        Counting::Exact(vocabulary) => {
            let ends = edited.text.token_ends(vocabulary);
            let tokens = word(ends.len() as u64);
            [&[generation, 1, tokens, tokens, tokens], ends.as_slice()].concat()
        }
        // Where the tokens of a vocabulary from a file end is not known.
        counting @ (Counting::Own(_) | Counting::Estimated(_) | Counting::Learned(..)) => {
            let counted = Counter::edited(edited).as_by(counting);
            let (low, high) = match counted.certainty {
                prompt::Certainty::Exact => (counted.tokens, counted.tokens),
                prompt::Certainty::Estimated { low, high } => (low, high),
            };
            vec![generation, 0, word(counted.tokens), word(low), word(high)]
        }
    };
    Ok(Bytes(words.into_iter().flat_map(u32::to_le_bytes).collect()))
}

/// How a vocabulary or a model counts, and the model's name as `provider/id`.
pub(super) fn counting_of(name: &str) -> Result<(Counting, Option<String>), Error> {
    if let Ok(vocabulary) = name.parse::<Vocabulary>() {
        return Ok((Counting::Exact(vocabulary), None));
    }
    let shelf = Shelf::of(None)?;
    match shelf.find(None, name) {
        Ok(found) => Ok((shelf.counting(&found)?, Some(full_name(&found)))),
        Err(error) if error.code == Code::UnknownModel => Err(Error {
            hint: format!("{} A vocabulary does too, as `o200k_base`.", error.hint),
            ..error
        }),
        Err(error) => Err(error),
    }
}

fn word(tokens: u64) -> u32 {
    u32::try_from(tokens).expect("a text is shorter than four gigabytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(counted_as: &str, expected: &[u32]) {
        let text = editing::Text { text: "Where is my 😀?".into(), generation: 7 };
        let editing::Handle { handle } = editing::open(text).expect("there is room");
        let tinted = Tinted { handle, counted_as: counted_as.into() };
        let bytes = boundaries(tinted).expect("the book has it").0;
        let words: Vec<u32> = bytes
            .chunks_exact(4)
            .map(|word| u32::from_le_bytes(word.try_into().expect("four bytes")))
            .collect();
        assert_eq!(words, expected, "{counted_as}");
    }

    #[test]
    fn an_exact_count_says_where_each_token_ends() {
        let words = [7, 1, 5, 5, 5, 5, 8, 11, 14, 15];
        check("o200k_base", &words);
        check("gpt-5", &words);
    }

    #[test]
    fn an_estimate_has_a_band_and_no_ends() {
        check("anthropic/claude-opus-5-5", &[7, 0, 8, 6, 9]);
    }

    #[test]
    fn what_counts_nothing_is_named() {
        let empty = editing::Text { text: String::new(), generation: 1 };
        let editing::Handle { handle } = editing::open(empty).expect("there is room");
        let tinted = Tinted { handle, counted_as: "gpt-7-nope".into() };
        let error = boundaries(tinted).expect_err("no such model");
        assert_eq!(error.code, Code::UnknownModel);
        assert!(error.hint.ends_with("as `o200k_base`."), "{}", error.hint);
    }
}
