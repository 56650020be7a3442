//! What is said of one price: its rates, when it holds, who says so.

use cost::book::{Bracket, Entry, Layer, Origin, Paid, Tier};
use cost::meter::Meter;
use cost::money::Rate;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

/// The price of one meter.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceRate")]
pub struct RateOf {
    /// What is billed.
    pub meter: Meter,
    /// One of these.
    pub unit: String,
    /// US dollars for a million units, as a decimal.
    pub per_million: String,
}

/// Where a price comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceSource")]
pub struct Provenance {
    /// The page that it was read from.
    pub source: String,
    /// The day on which it was last checked.
    pub checked: String,
    /// Where the check comes from: `book`, `documented`, …
    pub basis: String,
}

/// One row of a model's prices.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceEntry")]
pub struct EntryOf {
    /// The first day; since always, as far as the book knows, when left out.
    pub from: Option<String>,
    /// The first day without it.
    pub to: Option<String>,
    /// How the call is processed.
    pub tier: Tier,
    /// For prompts of more tokens than this.
    pub over: Option<u64>,
    /// For prompts of this many tokens or more.
    pub at_least: Option<u64>,
    /// Hours of the day in UTC, the end exclusive: `01:00-04:00`.
    pub window: Option<String>,
    /// Days of the week: `mon-fri`.
    pub days: Option<String>,
    /// The calendar whose holidays are none of these days.
    pub except: Option<String>,
    /// Which part of the book it stands in.
    pub layer: Layer,
    /// The seller promised it until this day at least.
    pub guaranteed_to: Option<String>,
    /// What a reader should know of it.
    pub note: Option<String>,
}

impl RateOf {
    fn new(meter: Meter, rate: Rate) -> Self {
        Self { meter, unit: meter.unit().into(), per_million: rate.per_million() }
    }
}

impl EntryOf {
    /// When an entry holds.
    pub fn new(entry: &Entry) -> Self {
        let (over, at_least) = match entry.bracket {
            Some(Bracket::Over(tokens)) => (Some(tokens), None),
            Some(Bracket::AtLeast(tokens)) => (None, Some(tokens)),
            None => (None, None),
        };
        Self {
            from: entry.from.map(|date| date.to_string()),
            to: entry.to.map(|date| date.to_string()),
            tier: entry.tier,
            over,
            at_least,
            window: entry.window.map(intake::book::hours),
            days: entry.days.as_ref().map(|days| days.week.to_string()),
            except: entry.days.as_ref().and_then(|days| Some(days.except.as_ref()?.id.clone())),
            layer: entry.layer,
            guaranteed_to: entry.guaranteed_to.map(|date| date.to_string()),
            note: entry.note.clone(),
        }
    }
}

impl Provenance {
    /// Where prices come from.
    pub fn new(origin: &Origin) -> Self {
        Self {
            source: origin.source.clone(),
            checked: origin.checked.to_string(),
            basis: origin.basis.clone(),
        }
    }
}

/// The rates of an entry.
pub fn rates(entry: &Entry) -> Vec<RateOf> {
    entry.rates.iter().map(|(meter, rate)| RateOf::new(*meter, *rate)).collect()
}

/// The rates that are paid, whatever entries they stand in.
pub fn paid(paid: &Paid) -> Vec<RateOf> {
    paid.iter().map(|(meter, (rate, _))| RateOf::new(*meter, *rate)).collect()
}
