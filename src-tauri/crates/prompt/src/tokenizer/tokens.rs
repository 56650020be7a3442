//! The tokens of a text, chunk by chunk: how many there are, and where each ends.

use super::bpe::{self, Bpe};
use super::chunk::{Cuts, chunks};
use super::normal::Reading;
use super::seen;
use super::sentencepiece::{BLANK_SIGN, GEMMA3};
use super::vocabulary::Vocabulary;

/// The tokens of a text alone, without a chat's frame. Names of special tokens in it are plain
/// text, as they are to the vendors' own services.
pub fn count(text: &str, vocabulary: Vocabulary) -> u64 {
    count_in_chunks(text, vocabulary, CHUNK_BYTES)
}

/// Where each token ends, in UTF-16 code units, as editors count; the last one ends with the text.
///
/// There are as many as [`count`] says. A character that several tokens share belongs to the one
/// that completes it, so the others end where it begins.
pub fn token_ends(text: &str, vocabulary: Vocabulary) -> Vec<u32> {
    let mut ends = Vec::with_capacity(text.len() / 4);
    let mut chars = text.chars();
    let (mut token_end, mut at_byte, mut at_unit) = (0, 0, 0);
    let mut each = |bytes| {
        token_end += bytes;
        while let Some(char) = chars.clone().next()
            && at_byte + char.len_utf8() <= token_end
        {
            chars.next();
            at_byte += char.len_utf8();
            at_unit += char.len_utf16();
        }
        ends.push(u32::try_from(at_unit).expect("a text is shorter than four gigabytes"));
    };
    for chunk in chunks(text, CHUNK_BYTES, cuts(vocabulary)) {
        let reading = reading(chunk, vocabulary);
        each_token(&reading.text, vocabulary, reading.written(&mut each));
    }
    ends
}

/// Chunks this long cost nothing in speed and keep a caller's memory small.
pub(crate) const CHUNK_BYTES: usize = 16 << 10;

/// How many tokens a text has, whatever the size of its chunks.
pub(crate) fn count_in_chunks(text: &str, vocabulary: Vocabulary, chunk_bytes: usize) -> u64 {
    let chunks = chunks(text, chunk_bytes, cuts(vocabulary));
    let chunks = chunks.map(|chunk| reading(chunk, vocabulary).text);
    match bpe(vocabulary) {
        Some(bpe) => {
            seen::with(twin(vocabulary), |seen| chunks.map(|chunk| bpe.count(&chunk, seen)).sum())
        }
        None => {
            let mut tokens = 0;
            chunks.for_each(|chunk| GEMMA3.tokens(&chunk, |_| tokens += 1));
            tokens
        }
    }
}

/// The vocabulary that cuts and merges as this one does.
pub(super) fn twin(vocabulary: Vocabulary) -> Vocabulary {
    // Their special tokens differ, which are plain text here.
    if vocabulary == Vocabulary::O200kHarmony { Vocabulary::O200kBase } else { vocabulary }
}

/// Where a vocabulary lets a text be cut.
pub(super) fn cuts(vocabulary: Vocabulary) -> Cuts {
    if vocabulary == Vocabulary::Gemma3 { Cuts::Blanks } else { Cuts::Words }
}

/// A chunk as its vocabulary reads it.
pub(super) fn reading(chunk: &str, vocabulary: Vocabulary) -> Reading<'_> {
    match vocabulary {
        Vocabulary::Qwen3 | Vocabulary::Qwen35 => Reading::composed(chunk),
        Vocabulary::Gemma3 => Reading::replaced(chunk, BLANK_SIGN, " "),
        _ => Reading::as_written(chunk),
    }
}

/// Hands on the bytes of each token of a chunk as it is read.
fn each_token(chunk: &str, vocabulary: Vocabulary, each: impl FnMut(usize)) {
    match bpe(vocabulary) {
        Some(bpe) => bpe.tokens(chunk, each),
        None => GEMMA3.tokens(chunk, each),
    }
}

/// The tables of a vocabulary that cuts by a pattern, made when they are first needed.
pub(super) fn bpe(vocabulary: Vocabulary) -> Option<&'static Bpe> {
    Some(match twin(vocabulary) {
        Vocabulary::O200kBase | Vocabulary::O200kHarmony => &bpe::O200K,
        Vocabulary::Cl100kBase => &bpe::CL100K,
        Vocabulary::P50kBase => &bpe::P50K,
        Vocabulary::R50kBase => &bpe::R50K,
        Vocabulary::Llama3 => &bpe::LLAMA3,
        Vocabulary::Qwen3 => &bpe::QWEN3,
        Vocabulary::Qwen35 => &bpe::QWEN35,
        Vocabulary::DeepSeekV3 => &bpe::DEEPSEEK_V3,
        Vocabulary::Tekken => &bpe::TEKKEN,
        Vocabulary::Gemma3 => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn check(text: &str, expected: &str) {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut from = 0;
        let mut tokens = vec![];
        for end in token_ends(text, Vocabulary::O200kBase) {
            let end = end as usize;
            tokens.push(String::from_utf16(&units[from..end]).expect("whole characters"));
            from = end;
        }
        assert_eq!(tokens.join("|"), expected);
    }

    #[test]
    fn tokens_end_where_editors_count() {
        check("", "");
        check("Where is my refund?", "Where| is| my| refund|?");
        check("Grüße 😀!", "Gr|ü|ße| 😀|!");
    }

    #[test]
    fn a_character_of_several_tokens_belongs_to_its_last() {
        check("a 𝒳", "a| |||𝒳");
    }

    #[test]
    fn there_are_as_many_ends_as_tokens() {
        let cases: Value =
            serde_json::from_str(include_str!("../../../../../tests/files/token_cases.json"))
                .expect("the cases are JSON");
        for case in cases["texts"].as_array().expect("the cases hold texts") {
            let text = case["text"].as_str().expect("a text");
            let units = text.encode_utf16().count();
            for vocabulary in Vocabulary::ALL {
                let ends = token_ends(text, vocabulary);
                let name = &case["name"];
                assert_eq!(ends.len() as u64, count(text, vocabulary), "{vocabulary} {name}");
                assert!(ends.is_sorted(), "{vocabulary} {name}");
                let last = ends.last().map_or(0, |end| *end as usize);
                assert_eq!(last, units, "{vocabulary} {name}");
            }
        }
    }

    #[test]
    fn a_stretch_without_a_safe_cut_has_its_ends_too() {
        let text = "-".repeat(CHUNK_BYTES * 2);
        let ends = token_ends(&text, Vocabulary::O200kBase);
        assert_eq!(ends.len() as u64, count(&text, Vocabulary::O200kBase));
        assert_eq!(ends.last().map(|end| *end as usize), Some(text.len()));
    }
}
