//! The tokens of a text, chunk by chunk: how many there are, and where each ends.

use std::sync::LazyLock;

use tiktoken_rs::CoreBPE;

use crate::chunk::chunks;
use crate::long::splitter;
use crate::vocabulary::Vocabulary;

/// Where each token ends, in UTF-16 code units, as editors count; the last one ends with the text.
///
/// There are as many as [`count`](crate::count) says. A character that several tokens share
/// belongs to the one that completes it, so the others end where it begins.
pub fn token_ends(text: &str, vocabulary: Vocabulary) -> Vec<u32> {
    let mut ends = Vec::with_capacity(text.len() / 4);
    let mut chars = text.chars();
    let (mut token_end, mut at_byte, mut at_unit) = (0, 0, 0);
    each_token(text, vocabulary, |bytes| {
        token_end += bytes;
        while let Some(char) = chars.clone().next()
            && at_byte + char.len_utf8() <= token_end
        {
            chars.next();
            at_byte += char.len_utf8();
            at_unit += char.len_utf16();
        }
        ends.push(u32::try_from(at_unit).expect("a text is shorter than four gigabytes"));
    });
    ends
}

/// Chunks this long cost nothing in speed and keep a caller's memory small.
pub(crate) const CHUNK_BYTES: usize = 16 << 10;

/// What tiktoken-rs is given at once at most: it gives up at about a million blanks in a row.
pub(crate) const LONGEST_CHUNK_BYTES: usize = 64 << 10;

/// How many tokens a text has, whatever the size of its chunks.
pub(crate) fn count_in_chunks(text: &str, vocabulary: Vocabulary, chunk_bytes: usize) -> u64 {
    let mut tokens = 0;
    for chunk in chunks(text, chunk_bytes) {
        if chunk.len() <= LONGEST_CHUNK_BYTES {
            tokens += core(vocabulary).encode_ordinary(chunk).len() as u64;
        } else {
            splitter(vocabulary).tokens(chunk, |_| tokens += 1);
        }
    }
    tokens
}

pub(crate) fn core(vocabulary: Vocabulary) -> &'static CoreBPE {
    match vocabulary {
        // Their special tokens differ, which are plain text here; ranks and pattern are the same.
        Vocabulary::O200kBase | Vocabulary::O200kHarmony => tiktoken_rs::o200k_base_singleton(),
        Vocabulary::Cl100kBase => tiktoken_rs::cl100k_base_singleton(),
        Vocabulary::P50kBase => tiktoken_rs::p50k_base_singleton(),
        Vocabulary::R50kBase => tiktoken_rs::r50k_base_singleton(),
    }
}

/// Hands on the bytes of each token.
fn each_token(text: &str, vocabulary: Vocabulary, mut each: impl FnMut(usize)) {
    let lengths = lengths(vocabulary);
    for chunk in chunks(text, CHUNK_BYTES) {
        if chunk.len() <= LONGEST_CHUNK_BYTES {
            for rank in core(vocabulary).encode_ordinary(chunk) {
                each(lengths[rank as usize].into());
            }
        } else {
            splitter(vocabulary).tokens(chunk, &mut each);
        }
    }
}

/// The bytes of each token by its rank.
fn lengths(vocabulary: Vocabulary) -> &'static [u8] {
    static O200K: LazyLock<Vec<u8>> = LazyLock::new(|| measured(Vocabulary::O200kBase));
    static CL100K: LazyLock<Vec<u8>> = LazyLock::new(|| measured(Vocabulary::Cl100kBase));
    static P50K: LazyLock<Vec<u8>> = LazyLock::new(|| measured(Vocabulary::P50kBase));
    static R50K: LazyLock<Vec<u8>> = LazyLock::new(|| measured(Vocabulary::R50kBase));
    match vocabulary {
        Vocabulary::O200kBase | Vocabulary::O200kHarmony => &O200K,
        Vocabulary::Cl100kBase => &CL100K,
        Vocabulary::P50kBase => &P50K,
        Vocabulary::R50kBase => &R50K,
    }
}

fn measured(vocabulary: Vocabulary) -> Vec<u8> {
    let bytes = |rank| core(vocabulary).decode_bytes(&[rank]).ok();
    let length = |bytes: Vec<u8>| u8::try_from(bytes.len()).expect("no token passes 128 bytes");
    (0..).map_while(bytes).map(length).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::count;

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
            serde_json::from_str(include_str!("../../../../tests/files/token_cases.json"))
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
        let text = "-".repeat(LONGEST_CHUNK_BYTES + 1);
        let ends = token_ends(&text, Vocabulary::O200kBase);
        assert_eq!(ends.len() as u64, count(&text, Vocabulary::O200kBase));
        assert_eq!(ends.last().map(|end| *end as usize), Some(text.len()));
    }
}
