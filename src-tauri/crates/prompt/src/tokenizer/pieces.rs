//! The pieces of a text, within which a vocabulary merges.

use regex::Regex;
use splintr::{FxHashMap, Tokenizer};

/// How a vocabulary cuts a text into pieces.
pub(crate) struct Pieces {
    scanner: Tokenizer,
    /// For the few texts that the scanner cuts otherwise than the vocabulary's own library.
    careful: Option<Careful>,
}

impl Pieces {
    /// Cuts by these patterns, each of them what the one before it left.
    pub(crate) fn new(patterns: &[&str]) -> Self {
        let alphabet: FxHashMap<_, _> = (0..=u8::MAX).map(|it| (vec![it], it.into())).collect();
        let scanner = Tokenizer::new_chain(alphabet, FxHashMap::default(), patterns)
            .expect("the patterns are constants");
        Pieces { scanner, careful: None }
    }

    /// Cuts as o200k does.
    pub(crate) fn of_o200k(pattern: &str) -> Self {
        let careful = Regex::new(O200K).expect("the pattern is a constant");
        Pieces { careful: Some(Careful(careful)), ..Pieces::new(&[pattern]) }
    }

    /// Hands on the pieces of a text that begins and ends at safe cuts.
    pub(crate) fn each(&self, text: &str, each: impl FnMut(&str)) {
        match &self.careful {
            Some(careful) if text.contains(LONG_S) => careful.each(text, each),
            _ => self.scanner.for_each_pre_token(text, each),
        }
    }
}

/// Where a pattern ignores case, the long s is an `s` as in `'s`; the scanner takes it for another.
pub(super) const LONG_S: &str = "'\u{17f}";

/// o200k's pattern in `openai_public.py` of tiktoken 0.14.0 without its look-ahead `\s+(?!\S)`, for
/// which [`Careful::end`] stands in.
const O200K: &str = concat!(
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+",
);

/// o200k's pieces by a pattern that folds case as tiktoken does, several times slower.
struct Careful(Regex);

impl Careful {
    fn each(&self, text: &str, mut each: impl FnMut(&str)) {
        let mut start = 0;
        while start < text.len() {
            let end = self.end(text, start);
            each(&text[start..end]);
            start = end;
        }
    }

    /// Where the piece that begins at `start` ends.
    fn end(&self, text: &str, start: usize) -> usize {
        let found = self.0.find_at(text, start).expect("every character can begin a piece");
        let last = found.as_str().chars().next_back().expect("no pattern matches the empty text");
        let is_run_of_blanks = last.is_whitespace() && !matches!(last, '\r' | '\n');
        // A run of blanks before a word leaves its last blank to the word.
        let before_last = found.end() - last.len_utf8();
        if is_run_of_blanks && found.end() < text.len() && before_last > start {
            before_last
        } else {
            found.end()
        }
    }
}

#[cfg(test)]
mod tests {
    use splintr::{
        CL100K_BASE_PATTERN, DEEPSEEK_V3_PATTERNS, GPT2_PATTERN, MISTRAL_V3_PATTERN,
        O200K_BASE_PATTERN, QWEN2_PATTERN, QWEN35_PATTERN,
    };

    use super::*;

    fn check(patterns: &[&str], text: &str, expected: &str) {
        let mut pieces = vec![];
        Pieces::new(patterns).each(text, |piece| pieces.push(piece.to_owned()));
        assert_eq!(pieces.join("|"), expected, "{patterns:?}");
    }

    #[test]
    fn each_vocabulary_has_its_pieces() {
        let text = "McDonald's 12345/\n\n/e\u{301}a";
        check(&[O200K_BASE_PATTERN], text, "Mc|Donald's| |123|45|/\n\n/|e\u{301}a");
        check(&[CL100K_BASE_PATTERN], text, "McDonald|'s| |123|45|/\n\n|/e|\u{301}a");
        check(&[GPT2_PATTERN], text, "McDonald|'s| 12345|/|\n|\n|/|e|\u{301}|a");
        check(&[QWEN2_PATTERN], text, "McDonald|'s| |1|2|3|4|5|/\n\n|/e|\u{301}a");
        check(&[QWEN35_PATTERN], text, "McDonald|'s| |1|2|3|4|5|/\n\n|/e\u{301}a");
        check(&[MISTRAL_V3_PATTERN], text, "Mc|Donald|'s| |1|2|3|4|5|/\n\n/|e\u{301}a");
        check(DEEPSEEK_V3_PATTERNS, text, "McDonald|'s| |123|45|/\n\n|/e|\u{301}a");
    }

    #[test]
    fn the_careful_pattern_cuts_as_the_scanner_does() {
        let pieces = Pieces::of_o200k(O200K_BASE_PATTERN);
        let careful = pieces.careful.as_ref().expect("o200k has one");
        let text =
            "a   b\t\tc \n d\n \nI'll McDonald's 12345/\n\n/ e\u{301}退款，\u{a0}\u{3000}x  ";
        let (mut by_scanner, mut by_pattern) = (vec![], vec![]);
        pieces.each(text, |piece| by_scanner.push(piece.to_owned()));
        careful.each(text, |piece| by_pattern.push(piece.to_owned()));
        assert_eq!(by_pattern, by_scanner);
        assert!(by_pattern.len() > 15);
    }

    #[test]
    fn the_long_s_is_an_s() {
        let mut found = vec![];
        let pieces = Pieces::of_o200k(O200K_BASE_PATTERN);
        pieces.each("it'\u{17f} so", |piece| found.push(piece.to_owned()));
        assert_eq!(found, ["it'\u{17f}", " so"]);
    }
}
