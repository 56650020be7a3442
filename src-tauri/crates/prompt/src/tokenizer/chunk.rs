//! Safe cuts: places in a text where every vocabulary ends one token and begins the next.
//!
//! A vocabulary first splits a text into pieces by a pattern, then merges bytes within each piece.
//! A cut is safe when every pattern ends a piece there, whatever else stands to its left and right,
//! and when no piece to its left could see what was cut off. The sum of the chunks' counts is then
//! the count of the whole.

/// Where a vocabulary lets a text be cut.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Cuts {
    /// Around words and before blanks: every vocabulary that cuts by a pattern.
    Words,
    /// Before blanks and around runs of line ends: Gemma, whose only token with a blank behind
    /// something else is `> </`, and whose only tokens with line ends are runs of them.
    Blanks,
}

/// The parts of a text between safe cuts, each the shortest of at least `least` bytes.
/// A part is much longer than that only where the text has no safe cut.
pub(crate) fn chunks(text: &str, least: usize, cuts: Cuts) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (chunk, after) = rest.split_at(first_cut(rest, least, cuts));
        rest = after;
        Some(chunk)
    })
}

/// Where the first safe cut at or after `least` stands, or the end.
pub(super) fn first_cut(text: &str, least: usize, cuts: Cuts) -> usize {
    if text.len() <= least {
        return text.len();
    }
    let mut from = least.max(1) - 1;
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let mut chars = text[from..].char_indices();
    let mut left = chars.next().map(|(_, char)| char);
    for (at, right) in chars {
        if from + at >= least && left.is_some_and(|left| cuts.allow(left, right)) {
            return from + at;
        }
        left = Some(right);
    }
    text.len()
}

impl Cuts {
    /// Whether a text may be cut between these two characters.
    ///
    /// In words:
    ///
    /// - In every pattern a blank can only open a piece or stand in a piece of nothing but blanks,
    ///   so a piece ends before the first blank after anything else. (Line ends are no blanks here:
    ///   they close pieces of punctuation.)
    /// - After a letter a piece can only go on with a letter, a mark or an apostrophe.
    /// - After a digit it can only go on with a digit.
    ///
    /// Looking ahead, patterns see one character past a run of blanks; on the left of a safe cut
    /// that character is never behind the cut, for `left` is no blank.
    fn allow(self, left: char, right: char) -> bool {
        match self {
            Cuts::Blanks if right == ' ' => !matches!(left, ' ' | '>' | '▁'),
            Cuts::Blanks => (left == '\n') != (right == '\n'),
            Cuts::Words if right.is_whitespace() && !is_line_end(right) => !left.is_whitespace(),
            Cuts::Words if is_letter(left) => {
                right.is_ascii_digit() || (closes_word(right) && right != '\'')
            }
            Cuts::Words => left.is_ascii_digit() && (is_letter(right) || closes_word(right)),
        }
    }
}

/// A part of `\p{L}`, with nothing that is not in it: ASCII, kana, Chinese characters, Hangul.
fn is_letter(char: char) -> bool {
    char.is_ascii_alphabetic()
        || matches!(char,
            '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}'
            | '\u{4E00}'..='\u{9FA5}' | '\u{AC00}'..='\u{D7A3}')
}

/// Neither letter nor mark nor number: line ends, ASCII and common CJK punctuation.
fn closes_word(char: char) -> bool {
    is_line_end(char)
        || char.is_ascii_punctuation()
        || matches!(
            char,
            '、' | '。' | '，' | '．' | '！' | '？' | '：' | '；' | '（' | '）' | '「' | '」'
        )
}

fn is_line_end(char: char) -> bool {
    matches!(char, '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let parts: Vec<_> = chunks(text, 1, Cuts::Words).collect();
        assert_eq!(parts.join("|"), expected);
    }

    #[test]
    fn words_keep_the_blank_before_them() {
        check("Refund order 4711, please.", "Refund| order| 4711|,| please|.");
    }

    #[test]
    fn runs_of_blanks_and_line_ends_are_not_cut() {
        check("a  \t b\n\n  c", "a|  \t b|\n\n  c");
        check("!\n\n/\n x", "!\n\n/\n x");
    }

    #[test]
    fn an_apostrophe_may_shorten_the_word_before_it() {
        check("don't 5's", "don't| 5|'s");
    }

    #[test]
    fn other_scripts_are_cut_at_their_punctuation() {
        check("退款，订单「4711」", "退款|，订单|「4711|」");
        check("e\u{301}a", "e\u{301}a");
    }

    #[test]
    fn gemma_is_cut_before_blanks_and_around_line_ends() {
        let parts: Vec<_> = chunks("a1, b  c> </d ▁ e\n\nf> \ng", 1, Cuts::Blanks).collect();
        assert_eq!(parts, ["a1,", " b", "  c> </d", " ▁ e", "\n\n", "f> ", "\n", "g"]);
    }

    #[test]
    fn a_chunk_has_the_length_asked_for() {
        let text = "alpha beta gamma delta";
        let parts: Vec<_> = chunks(text, 8, Cuts::Words).collect();
        assert_eq!(parts, ["alpha beta", " gamma delta"]);
        assert_eq!(chunks("", 8, Cuts::Words).count(), 0);
    }
}
