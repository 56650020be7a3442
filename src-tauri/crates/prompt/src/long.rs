//! Stretches without a safe cut: counted in linear time, whatever they hold.
//!
//! tiktoken-rs gives up on a run of about a million blanks and slows down on long pieces. Here the
//! pieces are found by a pattern that needs no backtracking, and a long piece is merged in windows
//! that are joined only where the joint is proved to be a token boundary.

use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashMap;
use tiktoken_rs::{CoreBPE, Rank, byte_pair_split};

use crate::vocabulary::Vocabulary;

/// Twice the longest token of any vocabulary (128 spaces), so that a window holds a joint.
/// Any size is exact; merging takes the square of it.
const WINDOW_BYTES: usize = 256;

/// How one vocabulary splits and merges, for texts of any shape.
pub(crate) struct Splitter {
    pieces: Regex,
    /// Whether a run of blanks goes on over line ends.
    blanks_span_lines: bool,
    ranks: FxHashMap<Vec<u8>, Rank>,
}

/// The splitter of a vocabulary, made when it is first needed.
pub(crate) fn splitter(vocabulary: Vocabulary) -> &'static Splitter {
    static O200K: LazyLock<Splitter> =
        LazyLock::new(|| Splitter::new(O200K_PIECES, false, tiktoken_rs::o200k_base_singleton()));
    static CL100K: LazyLock<Splitter> =
        LazyLock::new(|| Splitter::new(CL100K_PIECES, false, tiktoken_rs::cl100k_base_singleton()));
    static P50K: LazyLock<Splitter> =
        LazyLock::new(|| Splitter::new(R50K_PIECES, true, tiktoken_rs::p50k_base_singleton()));
    static R50K: LazyLock<Splitter> =
        LazyLock::new(|| Splitter::new(R50K_PIECES, true, tiktoken_rs::r50k_base_singleton()));
    match vocabulary {
        Vocabulary::O200kBase | Vocabulary::O200kHarmony => &O200K,
        Vocabulary::Cl100kBase => &CL100K,
        Vocabulary::P50kBase => &P50K,
        Vocabulary::R50kBase => &R50K,
    }
}

// The patterns of tiktoken's `openai_public.py` without their look-ahead `\s+(?!\S)`, for which
// `piece_end` stands in, and without possessive marks, which change no match in them.
const O200K_PIECES: &str = concat!(
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+",
);
const CL100K_PIECES: &str = concat!(
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}",
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+$|\s*[\r\n]|\s+",
);
const R50K_PIECES: &str = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+";

impl Splitter {
    fn new(pieces: &str, blanks_span_lines: bool, core: &CoreBPE) -> Self {
        Splitter {
            pieces: Regex::new(pieces).expect("the patterns are constants"),
            blanks_span_lines,
            ranks: ranks(core),
        }
    }

    /// The tokens of a text that begins and ends at safe cuts: hands on the bytes of each.
    pub(crate) fn tokens(&self, text: &str, mut each: impl FnMut(usize)) {
        let mut start = 0;
        while start < text.len() {
            let end = self.piece_end(text, start);
            let piece = &text.as_bytes()[start..end];
            if self.ranks.contains_key(piece) {
                each(piece.len());
            } else {
                self.merged(piece, WINDOW_BYTES).into_iter().for_each(&mut each);
            }
            start = end;
        }
    }

    /// Where the piece that begins at `start` ends.
    fn piece_end(&self, text: &str, start: usize) -> usize {
        let found = self.pieces.find_at(text, start).expect("every character can begin a piece");
        let last = found.as_str().chars().next_back().expect("no pattern matches the empty text");
        let is_run_of_blanks =
            last.is_whitespace() && (self.blanks_span_lines || !matches!(last, '\r' | '\n'));
        // A run of blanks before a word leaves its last blank to the word.
        let before_last = found.end() - last.len_utf8();
        if is_run_of_blanks && found.end() < text.len() && before_last > start {
            before_last
        } else {
            found.end()
        }
    }

    /// Merges window by window; when a window holds no joint, all again with longer ones.
    fn merged(&self, piece: &[u8], mut window_bytes: usize) -> Vec<usize> {
        loop {
            match self.merged_in_windows(piece, window_bytes) {
                Some(lengths) => return lengths,
                None => window_bytes *= 2,
            }
        }
    }

    /// The lengths of a piece's tokens, merged in windows; `None` when one of them holds no joint.
    ///
    /// Why it is exact: merging takes the pair of lowest rank, the leftmost of equals. If `x₁…xₙ`
    /// are the tokens of a text X, `y₁…yₘ` those of Y, and `xₙy₁` on its own has the tokens xₙ, y₁,
    /// then XY has the tokens `x₁…xₙy₁…yₘ`. For merges on either side of the joint do not touch
    /// those on the other, so both run as they would alone until a pair across the joint has the
    /// lowest rank; but the parts of that pair lie in xₙ and y₁, which pass through the same states
    /// in the same order when merged on their own, so it would be merged there too.
    /// For the same reason the first tokens of a window are the tokens of the bytes they span.
    fn merged_in_windows(&self, piece: &[u8], window_bytes: usize) -> Option<Vec<usize>> {
        let mut lengths = vec![];
        let lengths_of =
            |tokens: &[&[u8]]| tokens.iter().map(|token| token.len()).collect::<Vec<_>>();
        let mut rest = piece;
        let mut window = self.merge(rest, window_bytes);
        while window_bytes < rest.len() {
            let joint = self.joint(rest, &window, window_bytes)?;
            lengths.extend(lengths_of(&window[..joint.tokens_before]));
            rest = &rest[joint.at..];
            window = joint.window_after;
        }
        lengths.extend(lengths_of(&window));
        Some(lengths)
    }

    /// The last joint in the first three quarters of a window; the end of a window is uncertain.
    fn joint<'a>(
        &self,
        rest: &'a [u8],
        window: &[&[u8]],
        window_bytes: usize,
    ) -> Option<Joint<'a>> {
        let end: usize = window.iter().map(|token| token.len()).sum();
        let mut at = end;
        for (index, pair) in window.windows(2).enumerate().rev() {
            at -= pair[1].len();
            if at > end - end / 4 {
                continue;
            }
            let window_after = self.merge(&rest[at..], window_bytes);
            let across = at - pair[0].len()..at + window_after[0].len();
            if self.merge(&rest[across], usize::MAX) == [pair[0], window_after[0]] {
                return Some(Joint { at, tokens_before: index + 1, window_after });
            }
        }
        None
    }

    /// The tokens of the first bytes of a piece.
    fn merge<'a>(&self, piece: &'a [u8], bytes: usize) -> Vec<&'a [u8]> {
        let piece = &piece[..piece.len().min(bytes)];
        if piece.len() == 1 { vec![piece] } else { byte_pair_split(piece, &self.ranks) }
    }
}

/// A place where one token ends and the next begins, whatever stands around them.
struct Joint<'a> {
    at: usize,
    tokens_before: usize,
    window_after: Vec<&'a [u8]>,
}

/// The tokens of a vocabulary with their ranks, without its special tokens.
fn ranks(core: &CoreBPE) -> FxHashMap<Vec<u8>, Rank> {
    let special = core.special_tokens();
    let is_special = |bytes: &[u8]| special.iter().any(|name| name.as_bytes() == bytes);
    (0..)
        .map_while(|rank| Some((core.decode_bytes(&[rank]).ok()?, rank)))
        .filter(|(bytes, _)| !is_special(bytes))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::{Config, RngSeed};

    use super::*;

    fn check(vocabulary: Vocabulary, text: &str, expected: &str) {
        let splitter = splitter(vocabulary);
        let mut pieces = Vec::new();
        let mut start = 0;
        while start < text.len() {
            let end = splitter.piece_end(text, start);
            pieces.push(&text[start..end]);
            start = end;
        }
        assert_eq!(pieces.join("|"), expected, "{vocabulary}");
    }

    #[test]
    fn a_run_of_blanks_leaves_its_last_to_the_word() {
        use Vocabulary::{Cl100kBase, O200kBase, R50kBase};
        check(O200kBase, "a   b\t\tc \n d\n \n", "a|  | b|\t|\tc| \n| d|\n \n");
        check(Cl100kBase, "a   b\t\tc \n d\n \n ", "a|  | b|\t|\tc| \n| d|\n \n ");
        check(R50kBase, "a   b\t\tc \n\n\nd\n \n ", "a|  | b|\t|\t|c| \n\n|\n|d|\n \n ");
    }

    #[test]
    fn each_vocabulary_has_its_pieces() {
        use Vocabulary::{Cl100kBase, O200kBase, R50kBase};
        check(O200kBase, "McDonald's 12345/\n\n/", "Mc|Donald's| |123|45|/\n\n/");
        check(Cl100kBase, "McDonald's 12345/\n\n/", "McDonald|'s| |123|45|/\n\n|/");
        check(R50kBase, "McDonald's 12345/\n\n/", "McDonald|'s| 12345|/|\n|\n|/");
    }

    proptest! {
        #![proptest_config(Config {
            rng_seed: RngSeed::Fixed(1),
            failure_persistence: None,
            ..Config::with_cases(200)
        })]

        #[test]
        fn windows_of_any_size_are_joined_exactly(
            piece in "[a-e]{1,60}|[est aino]{1,120}|[ -~]{1,60}|( |\t|\n){1,200}|[退款再]{1,40}|\\PC{1,30}",
            least_bytes in 1_usize..40,
        ) {
            for vocabulary in Vocabulary::ALL {
                let splitter = splitter(vocabulary);
                let whole = splitter.merge(piece.as_bytes(), usize::MAX);
                let whole: Vec<usize> = whole.into_iter().map(<[u8]>::len).collect();
                let windows = splitter.merged(piece.as_bytes(), least_bytes);
                prop_assert_eq!(windows, whole, "{}", vocabulary);
            }
        }
    }
}
