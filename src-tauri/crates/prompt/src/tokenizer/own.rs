//! A vocabulary that the user brings, from a `tokenizer.json` or a `.tiktoken` file.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde_json::Value;
use splintr::{AnyTokenizer, Backend, SpecialMode, Tokenize, from_json_bytes};
use thiserror::Error;

use super::bpe::{self, Bpe};
use super::chunk::{Cuts, chunks};
use super::data::{NotRanks, file_ranks};
use super::pieces::Pieces;
use super::tokens::{CHUNK_BYTES, count};
use super::vocabulary::Vocabulary;

/// A vocabulary from a file.
pub struct OwnVocabulary(Engine);

enum Engine {
    HuggingFace(Box<AnyTokenizer>),
    Tiktoken(Box<Bpe>),
}

/// A vocabulary from a file that stays loaded while the program runs. Copies of one are equal, two of
/// one file are not.
#[derive(Clone, Copy)]
pub struct Own(&'static Kept);

struct Kept {
    name: String,
    short_name: String,
    vocabulary: OwnVocabulary,
}

/// What a text is counted in.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum CountedIn {
    /// A vocabulary that the program has.
    Public(Vocabulary),
    /// One that the user brought.
    Own(Own),
}

/// A file that is no vocabulary.
#[derive(Debug, Error)]
pub enum NotVocabulary {
    /// Not a `tokenizer.json` of Hugging Face.
    #[error("It is not a tokenizer.json: {0}.")]
    HuggingFace(String),
    /// Its merges go another way than its tokens' numbers, by which splintr merges.
    #[error("It merges `{0}` later than tokens that have higher numbers, which is not supported.")]
    Order(String),
    /// Not the ranks of tiktoken.
    #[error(transparent)]
    Tiktoken(#[from] NotRanks),
    /// The vocabulary whose cuts were asked for cuts by no pattern.
    #[error("{0} cuts by no pattern, so no .tiktoken file goes with it.")]
    Cuts(Vocabulary),
}

impl OwnVocabulary {
    /// Reads a `tokenizer.json`, which says itself how it cuts.
    pub fn hugging_face(file: &[u8]) -> Result<Self, NotVocabulary> {
        let read = from_json_bytes(file);
        let tokenizer = read.map_err(|error| NotVocabulary::HuggingFace(error.to_string()))?;
        if let Some(token) = merged_out_of_order(file) {
            return Err(NotVocabulary::Order(token));
        }
        Ok(OwnVocabulary(Engine::HuggingFace(Box::new(tokenizer))))
    }

    /// Reads a `.tiktoken` file, which holds tokens alone; a text is cut as `cut_as` does.
    pub fn tiktoken(file: &[u8], cut_as: Vocabulary) -> Result<Self, NotVocabulary> {
        let patterns = bpe::patterns(cut_as).ok_or(NotVocabulary::Cuts(cut_as))?;
        let bpe = Bpe { pieces: Pieces::new(patterns), ranks: file_ranks(file)? };
        Ok(OwnVocabulary(Engine::Tiktoken(Box::new(bpe))))
    }

    /// The tokens of a text alone; names of special tokens in it are plain text.
    pub fn count(&self, text: &str) -> u64 {
        match &self.0 {
            Engine::HuggingFace(tokenizer) => {
                let ordinary = SpecialMode::Ordinary;
                let ids = match tokenizer.backend() {
                    Backend::Bpe(backend) => Tokenize::encode_with(backend, text, &ordinary),
                    Backend::Unigram(backend) => Tokenize::encode_with(backend, text, &ordinary),
                    Backend::WordPiece(backend) => Tokenize::encode_with(backend, text, &ordinary),
                    Backend::Spm(backend) => Tokenize::encode_with(backend, text, &ordinary),
                };
                ids.expect("nothing is refused where all is plain text").len() as u64
            }
            Engine::Tiktoken(bpe) => {
                let mut tokens = 0;
                for chunk in chunks(text, CHUNK_BYTES, Cuts::Words) {
                    bpe.tokens(chunk, |_| tokens += 1);
                }
                tokens
            }
        }
    }
}

impl Own {
    /// Keeps a vocabulary under the name of its file, and the one it has in an address.
    pub fn keep(name: &str, short_name: &str, vocabulary: OwnVocabulary) -> Self {
        let (name, short_name) = (name.to_owned(), short_name.to_owned());
        Own(Box::leak(Box::new(Kept { name, short_name, vocabulary })))
    }

    /// The name of its file: `acme/tokenizer.json`.
    pub fn name(self) -> &'static str {
        &self.0.name
    }

    /// The name it has in an address, as in `prompts.system.tokens.acme-tokenizer`.
    pub fn short_name(self) -> &'static str {
        &self.0.short_name
    }

    fn place(self) -> usize {
        std::ptr::from_ref(self.0).addr()
    }
}

impl fmt::Debug for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Own").field(&self.name()).finish()
    }
}

impl PartialEq for Own {
    fn eq(&self, other: &Self) -> bool {
        self.place() == other.place()
    }
}

impl Eq for Own {}

impl Hash for Own {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.place().hash(state);
    }
}

impl Ord for Own {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.name(), self.place()).cmp(&(other.name(), other.place()))
    }
}

impl PartialOrd for Own {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl CountedIn {
    /// The tokens of a text alone.
    pub fn count(self, text: &str) -> u64 {
        match self {
            CountedIn::Public(vocabulary) => count(text, vocabulary),
            CountedIn::Own(own) => own.0.vocabulary.count(text),
        }
    }
}

impl From<Vocabulary> for CountedIn {
    fn from(vocabulary: Vocabulary) -> Self {
        CountedIn::Public(vocabulary)
    }
}

/// The first token of a `tokenizer.json` that a merge makes after one of a higher number.
fn merged_out_of_order(file: &[u8]) -> Option<String> {
    let file: Value = serde_json::from_slice(file).ok()?;
    let (vocabulary, merges) = (&file["model"]["vocab"], file["model"]["merges"].as_array()?);
    let mut highest = 0;
    merges.iter().find_map(|merge| {
        let token = match merge {
            Value::String(pair) => pair.replacen(' ', "", 1),
            pair => pair[0].as_str()?.to_owned() + pair[1].as_str()?,
        };
        let number = vocabulary[&token].as_u64()?;
        let is_behind = number < highest;
        highest = highest.max(number);
        is_behind.then_some(token)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Where is my refund? <|endoftext|> Ich warte seit dem 3. Mai.";

    #[test]
    fn a_tiktoken_file_counts_as_the_vocabulary_that_it_holds() {
        let file = include_bytes!("../../vocabularies/qwen3.5.tiktoken");
        let own = OwnVocabulary::tiktoken(file, Vocabulary::Qwen35).expect("it is one");
        assert_eq!(own.count(TEXT), count(TEXT, Vocabulary::Qwen35));
        let error = OwnVocabulary::tiktoken(b"IQ== 0\nno", Vocabulary::O200kBase).err();
        let message = error.map(|error| error.to_string());
        assert_eq!(message.as_deref(), Some("Line 2 is not a token in base64 and its rank."));
        assert!(OwnVocabulary::tiktoken(file, Vocabulary::Gemma3).is_err());
    }

    #[test]
    fn a_tokenizer_json_says_itself_how_it_cuts() {
        let file = br#"{
            "model": {
                "type": "BPE",
                "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "abc": 4},
                "merges": [["a", "b"], ["ab", "c"]]
            },
            "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}
        }"#;
        let own = OwnVocabulary::hugging_face(file).expect("it is one");
        assert_eq!(own.count("abcabba"), 4);
        let text = String::from_utf8_lossy(file);
        let swapped = text.replace(r#"["a", "b"], ["ab", "c"]"#, r#"["ab", "c"], ["a", "b"]"#);
        let error = OwnVocabulary::hugging_face(swapped.as_bytes()).err().expect("out of order");
        assert!(error.to_string().starts_with("It merges `ab` later"), "{error}");
        let error = OwnVocabulary::hugging_face(b"{}").err().expect("it is none");
        assert!(error.to_string().starts_with("It is not a tokenizer.json: "), "{error}");
    }
}
