//! Who says a price, and which statement goes before another.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where a price, or a rule about prices, was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The page or document.
    pub source: String,
    /// The day on which somebody last looked.
    pub checked: Date,
    /// How it is known: `book` (converted from another book), `documented` (read on the page), `inferred`, …
    pub basis: String,
}

/// Which part of the book a price stands in. A later layer goes before an earlier one.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    TS,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "PriceLayer")]
pub enum Layer {
    /// The book that comes with the program, converted from a public one.
    #[default]
    Default,
    /// What that book lacks or has wrong, each read at its own source.
    Curated,
    /// The user's own book.
    User,
    /// What was negotiated.
    Contract,
}

impl Origin {
    /// Whether it was concluded from other prices rather than read.
    pub fn is_inferred(&self) -> bool {
        self.basis == "inferred"
    }

    /// Whether it was taken from a book of others, as that was on the day.
    pub fn is_of_another_book(&self) -> bool {
        self.basis == "book"
    }
}

impl Layer {
    /// Every layer, from the one that gives way to the one that decides.
    pub const ALL: [Self; 4] = [Self::Default, Self::Curated, Self::User, Self::Contract];

    /// Its name in price files and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Curated => "curated",
            Self::User => "user",
            Self::Contract => "contract",
        }
    }

    /// The layer of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.name() == name)
    }
}
