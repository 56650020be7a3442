//! Corpora of hundreds of megabytes by fastokens: several times as fast, once its tables are made.

use std::sync::OnceLock;

use fastokens::Tokenizer;
use fastokens::tiktoken::{CL100K_BASE_PATTERN, O200K_BASE_PATTERN, QWEN2_PATTERN, TiktokenConfig};

use super::chunk::chunks;
use super::pieces::LONG_S;
use super::tokens::{CHUNK_BYTES, bpe, count, cuts, reading, twin};
use super::vocabulary::Vocabulary;

/// The vocabularies in the tables of fastokens, made when they are first needed.
#[derive(Default)]
pub(super) struct Bulks([OnceLock<Option<Bulk>>; Vocabulary::ALL.len()]);

impl Bulks {
    /// The tables of a vocabulary, where fastokens cuts as its vendor does.
    pub(super) fn of(&self, vocabulary: Vocabulary) -> Option<&Bulk> {
        let vocabulary = twin(vocabulary);
        self.0[vocabulary as usize].get_or_init(|| Bulk::new(vocabulary)).as_ref()
    }
}

/// A vocabulary in the tables of fastokens.
pub(super) struct Bulk {
    vocabulary: Vocabulary,
    engine: Tokenizer,
}

impl Bulk {
    fn new(vocabulary: Vocabulary) -> Option<Self> {
        // Its scanners are chosen by these very patterns. It takes a vocabulary with tokens that no
        // merge makes for a broken one, as those of Llama 3, Tekken and p50k are; r50k knows letters of another
        // Unicode there, DeepSeek cuts by three patterns, Gemma by none.
        let pattern = match vocabulary {
            Vocabulary::O200kBase | Vocabulary::O200kHarmony => O200K_BASE_PATTERN,
            Vocabulary::Cl100kBase => CL100K_BASE_PATTERN,
            Vocabulary::Qwen3 => QWEN2_PATTERN,
            Vocabulary::P50kBase
            | Vocabulary::R50kBase
            | Vocabulary::Llama3
            | Vocabulary::Qwen35
            | Vocabulary::DeepSeekV3
            | Vocabulary::Tekken
            | Vocabulary::Gemma3 => return None,
        };
        let tokens: Vec<(Vec<u8>, u32)> = bpe(vocabulary)?.ranks.tokens().collect();
        let config = TiktokenConfig::new(pattern, vec![]);
        let engine = Tokenizer::from_tiktoken_ranks(&tokens, config);
        Some(Bulk { vocabulary, engine: engine.expect("the vocabularies are those of the tests") })
    }

    pub(super) fn count(&self, text: &str) -> u64 {
        let chunks = chunks(text, CHUNK_BYTES, cuts(self.vocabulary));
        chunks.map(|chunk| self.chunk(chunk)).sum()
    }

    fn chunk(&self, chunk: &str) -> u64 {
        if chunk.contains(LONG_S) {
            return count(chunk, self.vocabulary);
        }
        let read = reading(chunk, self.vocabulary);
        let tokens = self.engine.encode_ordinary(&read.text);
        tokens.expect("no text is refused where no token is special").len() as u64
    }
}
