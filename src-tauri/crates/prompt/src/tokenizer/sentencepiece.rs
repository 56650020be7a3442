//! Gemma's vocabulary: fixed symbols first, then characters merged, the best scored pair first.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::chunk::{Cuts, chunks};
use super::merge::{Atoms, Merger};
use super::ranks::{NO_TOKEN, Rank, Ranks};

/// Gemma 3: the model file that Google's own library loads for Gemini 2 to 3, of sha256
/// `1299c11d7cf632ef3b4e11937501358ada021bbdf7c47638d13c0ee982f2e79c`.
pub(crate) static GEMMA3: LazyLock<SentencePiece> = LazyLock::new(|| {
    SentencePiece::read(include_bytes!("../../vocabularies/gemma3.model"))
        .expect("the file inside the program is tested")
});

/// The sign that stands for a blank in a vocabulary, and is read as one in a text.
pub(crate) const BLANK_SIGN: char = '▁';

/// A SentencePiece vocabulary of the kind BPE, with a token for each byte.
pub(crate) struct SentencePiece {
    /// What is one token wherever it stands: runs of blanks and of line ends, tags.
    symbols: AhoCorasick,
    ranks: Ranks,
}

/// What a piece of a vocabulary is.
mod kind {
    pub(super) const NORMAL: u64 = 1;
    pub(super) const USER_DEFINED: u64 = 4;
}

/// A piece of a vocabulary, its blanks written as blanks.
struct Piece {
    text: String,
    /// 0, -1, -2 and so on: the first merges have the best.
    score: f32,
    kind: u64,
}

impl SentencePiece {
    /// Reads a model file; nothing where it is not one.
    fn read(file: &[u8]) -> Option<Self> {
        let mut pieces = pieces(file)?;
        pieces.retain(|piece| [kind::NORMAL, kind::USER_DEFINED].contains(&piece.kind));
        let symbols = pieces.iter().filter(|piece| piece.kind == kind::USER_DEFINED);
        let symbols = symbols.map(|piece| &piece.text);
        let symbols = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(symbols);
        let tokens = pieces.iter().map(|piece| (piece.text.as_bytes(), -piece.score as Rank));
        Some(SentencePiece { symbols: symbols.ok()?, ranks: Ranks::new(pieces.len(), tokens) })
    }

    /// Hands on the bytes of each token of a text that begins and ends at safe cuts and writes
    /// its blanks as blanks.
    pub(crate) fn tokens(&self, text: &str, mut each: impl FnMut(usize)) {
        let mut merger = Merger::new(&self.ranks, Atoms::Chars);
        let mut from = 0;
        for symbol in self.symbols.find_iter(text) {
            self.merged(&text[from..symbol.start()], &mut merger, &mut each);
            each(symbol.len());
            from = symbol.end();
        }
        self.merged(&text[from..], &mut merger, &mut each);
    }

    fn merged(&self, text: &str, merger: &mut Merger, each: &mut impl FnMut(usize)) {
        for word in chunks(text, 1, Cuts::Blanks) {
            let mut at = 0;
            merger.tokens(word.as_bytes(), |bytes| {
                let token = &word.as_bytes()[at..at + bytes];
                at += bytes;
                if self.ranks.get(token) == NO_TOKEN {
                    // A character that the vocabulary lacks has a token for each of its bytes.
                    token.iter().for_each(|_| each(1));
                } else {
                    each(bytes);
                }
            });
        }
    }
}

/// The pieces of a model file (`sentencepiece_model.proto`), each a message in its first field.
fn pieces(file: &[u8]) -> Option<Vec<Piece>> {
    let mut pieces = vec![];
    for field in Fields(file) {
        let (1, Value::Bytes(fields)) = field? else { continue };
        let mut piece = Piece { text: String::new(), score: 0.0, kind: kind::NORMAL };
        for field in Fields(fields) {
            match field? {
                (1, Value::Bytes(text)) => {
                    piece.text = str::from_utf8(text).ok()?.replace(BLANK_SIGN, " ");
                }
                (2, Value::Fixed(bits)) => piece.score = f32::from_bits(bits),
                (3, Value::Number(number)) => piece.kind = number,
                _ => {}
            }
        }
        pieces.push(piece);
    }
    Some(pieces)
}

/// The fields of a message of protocol buffers; `None` where the bytes are not one.
struct Fields<'b>(&'b [u8]);

enum Value<'b> {
    Number(u64),
    Fixed(u32),
    Bytes(&'b [u8]),
}

impl<'b> Fields<'b> {
    fn number(&mut self) -> Option<u64> {
        let end = self.0.iter().take(9).position(|byte| *byte < 0x80)?;
        let (bytes, rest) = self.0.split_at(end + 1);
        self.0 = rest;
        Some(bytes.iter().rev().fold(0, |number, byte| number << 7 | u64::from(byte & 0x7f)))
    }

    fn bytes(&mut self, length: usize) -> Option<&'b [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn field(&mut self) -> Option<(u64, Value<'b>)> {
        let tag = self.number()?;
        let value = match tag & 7 {
            0 => Value::Number(self.number()?),
            2 => {
                let length = usize::try_from(self.number()?).ok()?;
                Value::Bytes(self.bytes(length)?)
            }
            5 => Value::Fixed(u32::from_le_bytes(self.bytes(4)?.try_into().ok()?)),
            _ => return None,
        };
        Some((tag >> 3, value))
    }
}

impl<'b> Iterator for Fields<'b> {
    type Item = Option<(u64, Value<'b>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut at = 0;
        let mut tokens = vec![];
        GEMMA3.tokens(text, |bytes| {
            tokens.push(String::from_utf8_lossy(&text.as_bytes()[at..at + bytes]).into_owned());
            at += bytes;
        });
        assert_eq!(tokens.join("|"), expected);
    }

    #[test]
    fn symbols_come_first() {
        check("<td>Where    is\n\n\nit</td>", "<td>|Where|    |is|\n\n\n|it|</td>");
    }

    #[test]
    fn words_keep_the_blank_before_them() {
        check("Where is my refund?", "Where| is| my| refund|?");
    }

    #[test]
    fn an_unknown_character_has_a_token_for_each_byte() {
        check("\u{10ffff}", "\u{fffd}|\u{fffd}|\u{fffd}|\u{fffd}");
    }

    #[test]
    fn only_one_token_holds_a_blank_behind_something_else() {
        // It is why a cut before a blank is safe behind anything but `>`.
        let pieces = pieces(include_bytes!("../../vocabularies/gemma3.model")).expect("a model");
        let is_crossing = |piece: &&Piece| {
            piece.text.as_bytes().windows(2).any(|pair| pair[0] != b' ' && pair[1] == b' ')
        };
        let crossing: Vec<&str> =
            pieces.iter().filter(is_crossing).map(|piece| piece.text.as_str()).collect();
        assert_eq!(crossing, ["> </"]);
    }

    #[test]
    fn only_runs_of_line_ends_hold_line_ends_and_they_are_symbols() {
        // It is why a cut at either end of such a run is safe.
        let pieces = pieces(include_bytes!("../../vocabularies/gemma3.model")).expect("a model");
        let has_line_end = |piece: &&Piece| piece.text.contains('\n');
        let runs: Vec<&Piece> = pieces.iter().filter(has_line_end).collect();
        assert!(runs.iter().any(|piece| piece.text == "\n"));
        for Piece { text, kind, .. } in runs {
            let is_run = text.chars().all(|char| char == '\n');
            assert!(is_run && *kind == kind::USER_DEFINED, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_model_is_refused() {
        assert!(SentencePiece::read(b"\xff\xff").is_none());
    }
}
