//! What an example comes to: its lines, and how what was printed stands to them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// So much of something at a price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "AuditLine")]
pub struct Line {
    /// What it is.
    pub label: String,
    /// How much, as a decimal.
    pub quantity: String,
    /// One of these.
    pub unit: String,
    /// US dollars, as a decimal; nothing where no price is asked for.
    pub rate: Option<String>,
    /// For so many units.
    #[ts(type = "number | null")]
    pub per: Option<u64>,
    /// US dollars, as an exact decimal.
    pub amount: Option<String>,
}

/// What the result of an example is in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(rename = "AuditUnit")]
pub enum Unit {
    /// US dollars.
    #[default]
    #[serde(rename = "USD")]
    Usd,
    /// Tokens.
    #[serde(rename = "tokens")]
    Tokens,
}

/// How a published result stands to what its numbers come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "AuditStatus")]
pub enum Status {
    /// The same to the last digit.
    Exact,
    /// The same as far as it is printed.
    Rounded,
    /// Wrong: its vendor made a mistake.
    VendorError,
    /// The same, at a price that is not printed.
    PriceInferred,
    /// The same number of tokens.
    Tokens,
}

/// How an example was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "AuditSeen")]
pub enum Seen {
    /// Its own page was opened.
    Page,
    /// A stored copy of its page was read.
    Copy,
    /// Somebody else quotes it; its own page, the usual one of its vendor, was not opened.
    Quoted,
    /// It was worked out for this list, from rules or data that its source prints.
    Derived,
}

impl Seen {
    /// As people read it, after "read" and the day.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Page => "on its page",
            Self::Copy => "in a copy of its page",
            Self::Quoted => "as others quote it; its own page was not opened",
            Self::Derived => "as rules and data, worked out here",
        }
    }
}

impl Status {
    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Exact | Self::Tokens => "exact",
            Self::Rounded => "rounded",
            Self::VendorError => "vendor's error",
            Self::PriceInferred => "price inferred",
        }
    }
}
