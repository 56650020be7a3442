//! A text as a vocabulary reads it, where that is not as it was written.

use std::borrow::Cow;

use unicode_normalization_alignments::char::canonical_combining_class;
use unicode_normalization_alignments::{IsNormalized, UnicodeNormalization, is_nfc, is_nfc_quick};

/// A text as it is read.
pub(crate) struct Reading<'t> {
    /// What is read.
    pub(crate) text: Cow<'t, str>,
    /// The bytes of each stretch as written and as read; none where it is read as it was written.
    stretches: Vec<(usize, usize)>,
}

impl<'t> Reading<'t> {
    /// Read as it was written.
    pub(crate) fn as_written(text: &'t str) -> Self {
        Reading { text: Cow::Borrowed(text), stretches: vec![] }
    }

    /// Read in the composed form of Unicode (NFC), as Qwen does: by the tables of the library that
    /// its tokenizers run on, which know the marks and letters of Unicode 9.
    pub(crate) fn composed(text: &'t str) -> Self {
        if is_nfc(text) {
            return Reading::as_written(text);
        }
        // Nothing before a starter that cannot compose has to do with what follows it.
        let is_fresh = |char: char| {
            canonical_combining_class(char) == 0
                && is_nfc_quick(std::iter::once(char)) == IsNormalized::Yes
        };
        let starts = text.char_indices().skip(1).filter(|(_, char)| is_fresh(*char));
        let ends = starts.map(|(at, _)| at).chain([text.len()]);
        Reading::by_stretches(text, ends, |stretch, read| {
            read.extend(stretch.nfc().map(|(char, _)| char));
        })
    }

    /// Read with one character for another.
    pub(crate) fn replaced(text: &'t str, from: char, to: &str) -> Self {
        if !text.contains(from) {
            return Reading::as_written(text);
        }
        let ends = text.char_indices().skip(1).map(|(at, _)| at).chain([text.len()]);
        Reading::by_stretches(text, ends, |stretch, read| {
            read.push_str(if stretch.starts_with(from) { to } else { stretch });
        })
    }

    fn by_stretches(
        text: &str,
        ends: impl Iterator<Item = usize>,
        append: impl Fn(&str, &mut String),
    ) -> Self {
        let mut read = String::with_capacity(text.len());
        let mut stretches = vec![];
        let mut start = 0;
        for end in ends {
            let before = read.len();
            let stretch = &text[start..end];
            append(stretch, &mut read);
            if read[before..] == *stretch {
                // Tokens end between its characters, as they would where nothing else is read
                // otherwise: where they end does not depend on what stands further away.
                stretches.extend(stretch.chars().map(|char| (char.len_utf8(), char.len_utf8())));
            } else {
                stretches.push((stretch.len(), read.len() - before));
            }
            start = end;
        }
        Reading { text: Cow::Owned(read), stretches }
    }

    /// Turns bytes as read into bytes as written: a token that ends within a stretch has none of
    /// it, the one that ends the stretch has all of it.
    pub(crate) fn written(&self, each: &mut impl FnMut(usize)) -> impl FnMut(usize) {
        let mut stretches = self.stretches.iter().copied();
        let is_as_written = self.stretches.is_empty();
        let (mut read_end, mut token_end) = (0, 0);
        move |bytes| {
            if is_as_written {
                return each(bytes);
            }
            token_end += bytes;
            let mut written = 0;
            while let Some((stretch, read)) = stretches.clone().next()
                && read_end + read <= token_end
            {
                stretches.next();
                read_end += read;
                written += stretch;
            }
            each(written);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(reading: &Reading, tokens: &[usize]) -> Vec<usize> {
        let mut lengths = vec![];
        let mut each = |bytes| lengths.push(bytes);
        tokens.iter().copied().for_each(reading.written(&mut each));
        lengths
    }

    #[test]
    fn what_is_composed_already_is_read_as_written() {
        let reading = Reading::composed("Grüße");
        assert!(matches!(reading.text, Cow::Borrowed("Grüße")));
        assert_eq!(written(&reading, &[2, 5]), [2, 5]);
    }

    #[test]
    fn marks_are_composed_and_tokens_keep_their_place() {
        let reading = Reading::composed("ru\u{308}ck 1");
        assert_eq!(reading.text, "rück 1");
        assert_eq!(written(&reading, &[3, 2, 2]), [4, 2, 2]);
        // A token that ends within `ü` has nothing of it.
        assert_eq!(written(&reading, &[2, 3, 2]), [1, 5, 2]);
    }

    #[test]
    fn what_stands_elsewhere_does_not_move_the_end_of_a_token() {
        let alone = Reading::composed("e\u{301}\u{301}");
        assert_eq!(alone.text, "é\u{301}");
        let marks = Reading::composed("\u{301}\u{301} u\u{308}");
        assert_eq!(written(&marks, &[3, 2, 2]), [2, 3, 3]);
    }

    #[test]
    fn letters_that_vendors_do_not_know_are_not_composed() {
        assert_eq!(Reading::composed("\u{1611e}\u{1611e}").text, "\u{1611e}\u{1611e}");
        // A mark of Unicode 14 stands between the letter and the mark that it composes with.
        assert_eq!(Reading::composed("か\u{8d2}\u{3099}").text, "か\u{8d2}\u{3099}");
    }

    #[test]
    fn one_character_stands_for_another() {
        let reading = Reading::replaced("a▁b", '▁', " ");
        assert_eq!(reading.text, "a b");
        assert_eq!(written(&reading, &[1, 2]), [1, 4]);
    }
}
