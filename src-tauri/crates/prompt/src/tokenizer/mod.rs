//! Texts into tokens by a public vocabulary: how many there are, and where each ends.

mod vocabulary;
pub use vocabulary::{UnknownVocabulary, Vocabulary};

mod chunk;
mod ranks;

mod data;

mod merge;

mod seen;

mod pieces;

mod normal;

mod bpe;

mod sentencepiece;

mod tokens;
pub use tokens::{count, token_ends};

#[cfg(feature = "bulk")]
mod bulk;

mod live;
pub use live::{Change, Live, NotInText};

mod own;
pub use own::{CountedIn, NotVocabulary, Own, OwnVocabulary};

mod lanes;
pub use lanes::Lanes;

#[cfg(test)]
mod tests;
