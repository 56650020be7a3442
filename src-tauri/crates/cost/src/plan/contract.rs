//! What was agreed with a seller: prices, discounts, free quantities, steps, fees, commitments, credits, tax.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::number::{self, Of};
use super::truth;
use crate::book::Tier;
use crate::meter::Meter;

/// Another currency beside the plan's, in which everything stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// The other currency, as `EUR`.
    pub currency: String,
    /// What one unit of the plan's currency is worth in it, with the day and the source of the rate.
    pub rate: Of<number::Amount>,
}

/// An agreement about what model calls cost. Its terms count in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contract {
    /// Its name in addresses.
    pub name: String,
    /// What it is called in tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Whose models it is about. Every model that no other contract names, where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Where its terms are written: each of its numbers that names no other source has this one.
    /// `contract` where nothing is said: what was agreed is no guess.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Prices instead of those in the book. The first that holds counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prices: Vec<Negotiated>,
    /// Parts taken off prices. All that hold are taken off, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<Discount>,
    /// What costs nothing each month.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub free: Vec<Free>,
    /// Parts taken off by what a month comes to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Steps>,
    /// What is charged on top of the spend, as by a gateway.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fees: Vec<Fee>,
    /// What is paid whether it is used or not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commitments: Vec<Commitment>,
    /// What was paid or given before. The oldest is used first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<Credit>,
    /// Tax on what is left to pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax: Option<Of<number::Share>>,
}

/// A price instead of the book's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Negotiated {
    /// The model, as `provider/id`.
    pub model: String,
    /// What of it is billed so, prompts of every length alike.
    pub meter: Meter,
    /// How the call is processed; as is standard where nothing is said.
    #[serde(default, skip_serializing_if = "is_standard")]
    pub tier: Tier,
    /// For a million units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_million: Option<Of<number::Amount>>,
    /// For one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub each: Option<Of<number::Amount>>,
    /// The first month, as `2027-04`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The first month without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A part taken off prices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Discount {
    /// The part.
    pub off: Of<number::Share>,
    /// The model; every one where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What of it is billed; all of it where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meter: Option<Meter>,
    /// How the call is processed; in any way where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The first month, as `2027-04`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The first month without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// What costs nothing each month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Free {
    /// Of what.
    pub meter: Meter,
    /// How much a month.
    pub units: Of<number::Tokens>,
    /// The model; all of them together where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The first month, as `2027-04`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The first month without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// Parts taken off by what a month comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// Count units of this instead of spend, and take the parts off its price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meter: Option<Meter>,
    /// Whether a step counts for all of the month, and not only for what lies above it.
    #[serde(
        default,
        deserialize_with = "truth::read_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub whole: Option<bool>,
    /// The steps, upwards.
    pub rows: Vec<StepRow>,
    /// The first month, as `2027-04`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The first month without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepRow {
    /// Above so much spend in a month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spend: Option<Of<number::Amount>>,
    /// Above so many units of the meter in a month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units: Option<Of<number::Tokens>>,
    /// The part taken off.
    pub off: Of<number::Share>,
}

/// What is charged on top of the spend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// What it is for.
    pub name: String,
    /// The part of the spend.
    pub share: Of<number::Share>,
    /// The least for a month with spend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Of<number::Amount>>,
}

/// What is paid whether it is used or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// How much in each stretch.
    pub amount: Of<number::Amount>,
    /// How long a stretch is; what is missing is billed in its last month.
    pub every: Stretch,
    /// What is drawn from it: the spend at list prices, or as agreed.
    #[serde(default, skip_serializing_if = "is_agreed")]
    pub drawn_by: DrawnBy,
    /// The first month, as `2027-04`; the plan's first where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The first month without it; the one after the plan's last where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// A stretch of months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stretch {
    /// One month.
    Month,
    /// Three.
    Quarter,
    /// Twelve.
    Year,
    /// From its first month to its last.
    Term,
}

/// Which spend is drawn from a commitment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DrawnBy {
    /// At list prices.
    List,
    /// As agreed, before fees.
    #[default]
    Agreed,
}

/// What was paid or given before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// How much.
    pub amount: Of<number::Amount>,
    /// The first month, as `2027-04`; the plan's first where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The first month without it: what is left has expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// Who says the numbers of a contract that names no source: what was agreed is no guess.
pub const SOURCE: &str = "contract";

/// From when to when a term holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span<'c> {
    /// The first month.
    pub from: Option<&'c str>,
    /// The first month without it.
    pub to: Option<&'c str>,
}

/// What a term is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope<'c> {
    /// The model, as it is written.
    pub model: Option<&'c str>,
    /// What of it is billed.
    pub meter: Option<Meter>,
    /// How the call is processed.
    pub tier: Option<Tier>,
}

/// The first day of a month that is written as `2027-04`.
pub fn first_day(month: &str) -> Option<Date> {
    let well_formed = month.len() == 7 && month.is_ascii();
    well_formed.then(|| format!("{month}-01").parse().ok())?
}

/// What a term of a list is called: the second of `credits` is `credit.2`.
pub fn term_of(list: &str, index: usize) -> String {
    let kind = match list {
        "free" | "steps" => list,
        list => list.trim_end_matches('s'),
    };
    term(kind, index)
}

/// What the term of a kind at an index is called: `credit`, `credit.2`, `credit.3`.
pub fn term(kind: &str, index: usize) -> String {
    if index == 0 { kind.to_owned() } else { format!("{kind}.{}", index + 1) }
}

impl Contract {
    /// Its name as people write it.
    pub fn label(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }

    /// Whether anything was agreed.
    pub fn has_terms(&self) -> bool {
        !(self.spans().is_empty() && self.fees.is_empty() && self.tax.is_none())
    }

    /// Every model that a term names, with the term's place in the contract.
    pub fn models(&self) -> Vec<(&'static str, usize, &str)> {
        let scopes = self.scopes().into_iter();
        scopes.filter_map(|(list, index, scope)| Some((list, index, scope.model?))).collect()
    }

    /// Every term that is about some of the calls, with its place in the contract: `prices` and its index.
    pub fn scopes(&self) -> Vec<(&'static str, usize, Scope<'_>)> {
        fn each<'c, T>(
            list: &'static str,
            terms: &'c [T],
            scope: impl Fn(&'c T) -> Scope<'c>,
        ) -> impl Iterator<Item = (&'static str, usize, Scope<'c>)> {
            terms.iter().enumerate().map(move |(index, term)| (list, index, scope(term)))
        }
        each("prices", &self.prices, Negotiated::scope)
            .chain(each("discounts", &self.discounts, Discount::scope))
            .chain(each("free", &self.free, Free::scope))
            .chain(each("steps", &self.steps, Steps::scope))
            .collect()
    }

    /// Every term that has months, with its place in the contract.
    pub fn spans(&self) -> Vec<(&'static str, usize, Span<'_>)> {
        fn each<'c, T>(
            list: &'static str,
            terms: &'c [T],
            span: fn(&'c T) -> Span<'c>,
        ) -> impl Iterator<Item = (&'static str, usize, Span<'c>)> {
            terms.iter().enumerate().map(move |(index, term)| (list, index, span(term)))
        }
        each("prices", &self.prices, Negotiated::span)
            .chain(each("discounts", &self.discounts, Discount::span))
            .chain(each("free", &self.free, Free::span))
            .chain(each("steps", &self.steps, Steps::span))
            .chain(each("commitments", &self.commitments, Commitment::span))
            .chain(each("credits", &self.credits, Credit::span))
            .collect()
    }
}

macro_rules! spans {
    ($($term:ident)*) => {$(
        impl $term {
            /// The months in which it holds.
            pub fn span(&self) -> Span<'_> {
                Span { from: self.from.as_deref(), to: self.to.as_deref() }
            }
        }
    )*};
}

spans! { Negotiated Discount Free Steps Commitment Credit }

impl Negotiated {
    /// What it is about.
    pub fn scope(&self) -> Scope<'_> {
        Scope { model: Some(&self.model), meter: Some(self.meter), tier: Some(self.tier) }
    }
}

impl Discount {
    /// What it is about.
    pub fn scope(&self) -> Scope<'_> {
        Scope { model: self.model.as_deref(), meter: self.meter, tier: self.tier }
    }
}

impl Free {
    /// What it is about.
    pub fn scope(&self) -> Scope<'_> {
        Scope { model: self.model.as_deref(), meter: Some(self.meter), tier: None }
    }
}

impl Steps {
    /// What they are about.
    pub fn scope(&self) -> Scope<'_> {
        Scope { model: None, meter: self.meter, tier: None }
    }
}

impl Stretch {
    /// How many months it has; nothing for a whole term.
    pub const fn months(self) -> Option<usize> {
        match self {
            Self::Month => Some(1),
            Self::Quarter => Some(3),
            Self::Year => Some(12),
            Self::Term => None,
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_standard(tier: &Tier) -> bool {
    *tier == Tier::Standard
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_agreed(drawn_by: &DrawnBy) -> bool {
    *drawn_by == DrawnBy::Agreed
}
