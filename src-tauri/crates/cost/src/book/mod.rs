//! The price book: dated entries by provider and model, and which of them holds when.

mod entry;

pub use entry::{Bracket, Entry, Tier, Window};

use jiff::civil::Date;

/// Prices by provider, as one edition of a book has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// Providers, in the order of their ids.
    pub providers: Vec<Provider>,
}

/// One seller of model calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Provider {
    /// Its id, as in `openai/gpt-5`.
    pub id: String,
    /// Its name as people write it.
    pub name: String,
    /// What it sells.
    pub models: Vec<Model>,
}

/// One model of one provider, with all its prices.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Its id within the provider.
    pub id: String,
    /// Other names that mean exactly this model.
    pub aliases: Vec<String>,
    /// The longest prompt and answer together, in tokens, where known.
    pub context_tokens: Option<u64>,
    /// The page that the prices were read from.
    pub source: String,
    /// The day on which they were last checked.
    pub checked: Date,
    /// Where the check comes from: `book` (inherited from the converted book), `documented`, …
    pub basis: String,
    /// Dated entries. For one tier, bracket and window their dates never overlap.
    pub prices: Vec<Entry>,
}
