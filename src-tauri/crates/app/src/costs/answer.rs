//! What a recorded call costs, line by line, or why it has no price.

use cost::book::{Condition, Match, Multiplier};
use cost::meter::Meter;
use cost::price::{Priced, Service};
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::error::{Code, Error};
use crate::prices::{EntryOf, Provenance, condition_words};

/// What a call costs at list price.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "CallCost")]
pub struct Cost {
    /// Who sells the model.
    pub provider: String,
    /// Its id within the provider.
    pub model: String,
    /// How the name was recognised.
    #[serde(rename = "match")]
    pub matched: Match,
    /// US dollars, as an exact decimal: the sum of the lines.
    pub total_usd: String,
    /// One line for each meter that was used.
    pub lines: Vec<CostLine>,
    /// The entry that prices its first line.
    pub entry: EntryOf,
    /// Where the price of its first line comes from.
    pub provenance: Provenance,
    /// What to know before trusting the total.
    pub warnings: Vec<String>,
}

/// So much of a meter at a price.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct CostLine {
    /// What was used.
    pub meter: Meter,
    /// The meter whose price was taken, where `meter` has none of its own.
    pub billed_as: Option<Meter>,
    /// One of these.
    pub unit: String,
    /// How much, as a decimal.
    pub quantity: String,
    /// How much of it is billed, where that is more: by a minimum, or in whole steps.
    pub billed: Option<String>,
    /// Prices of it are usually told for so many units.
    pub told_for: u64,
    /// US dollars for that many, as a decimal, before multipliers.
    pub list_price: String,
    /// What that is multiplied by, in this order.
    pub multipliers: Vec<MultiplierOf>,
    /// US dollars for a million units, as a decimal.
    pub per_million: String,
    /// US dollars, as an exact decimal.
    pub amount_usd: String,
    /// Under what that price holds, in words: `batch, prompts over 200,000 tokens`.
    pub condition: String,
    /// The entry that prices it.
    pub entry: EntryOf,
    /// Where its price comes from.
    pub provenance: Provenance,
}

/// A factor on a price for the way in which a call was served.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceMultiplier")]
pub struct MultiplierOf {
    /// What was special: `inference_geo`.
    pub key: String,
    /// Its value: `us`.
    pub value: String,
    /// A decimal.
    pub factor: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Why a case has no total.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "CaseRefusal")]
pub struct Refusal {
    /// What kind of thing went wrong.
    pub code: Code,
    /// What could not be priced.
    pub message: String,
    /// What to do now.
    pub hint: String,
}

impl Cost {
    /// The lines of a call that was priced.
    pub fn new(priced: &Priced, service: &Service, warnings: Vec<String>) -> Self {
        let multiplier = |each| MultiplierOf::new(each, service);
        let line = |line: &cost::price::Line| CostLine {
            meter: line.meter,
            billed_as: Some(line.billed_as).filter(|meter| *meter != line.meter),
            unit: line.meter.unit().into(),
            quantity: line.used.to_string(),
            billed: (line.quantity != line.used).then(|| line.quantity.to_string()),
            told_for: line.meter.told_for(),
            list_price: line.list_rate.for_units(line.meter.told_for()),
            multipliers: priced.multipliers_of(line).map(multiplier).collect(),
            per_million: line.rate.per_million(),
            amount_usd: line.amount.to_string(),
            condition: condition_words(&Condition::of(line.entry)),
            entry: EntryOf::new(line.entry),
            provenance: Provenance::new(priced.origin(line)),
        };
        let entry = priced.lines.first().map_or(priced.holding.first(), |line| line.entry);
        Self {
            provider: priced.found.provider.id.clone(),
            model: priced.found.model.id.clone(),
            matched: priced.found.matched,
            total_usd: priced.total.to_string(),
            lines: priced.lines.iter().map(line).collect(),
            entry: EntryOf::new(entry),
            provenance: Provenance::new(priced.found.model.origin_of(entry)),
            warnings,
        }
    }
}

impl MultiplierOf {
    fn new(multiplier: &Multiplier, service: &Service) -> Self {
        let asked = service.special.iter().find(|(key, _)| *key == multiplier.key);
        Self {
            key: multiplier.key.clone(),
            value: asked.map(|(_, value)| value.clone()).unwrap_or_default(),
            factor: multiplier.factor.to_string(),
            provenance: Provenance::new(&multiplier.origin),
        }
    }
}

impl From<Error> for Refusal {
    fn from(Error { code, message, hint, .. }: Error) -> Self {
        Self { code, message, hint }
    }
}
