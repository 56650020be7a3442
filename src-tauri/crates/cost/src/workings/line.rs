//! Rows that become lines of the ledger: what is charged, and at which rate.

use std::ops::Deref;
use std::sync::Arc;

use super::driver::Driver;
use super::expr::{InputId, PriceId, RowId};
use crate::book::Period;
use crate::meter::Meter;
use crate::money::Quantity;
use crate::plan::Certainty;

/// A row that becomes lines of the ledger: an amount for one unit of work.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The amount for one unit, by month.
    pub amount: RowId,
    /// The quantity for one unit, by month. `None` is one.
    pub quantity: Option<RowId>,
    /// Units of work by month. `None` for what comes once a month.
    pub volume: Option<RowId>,
    /// What is charged; the ledger's lines share it.
    pub charged: Arc<Charged>,
    /// The rate: price entries with their part of the month, or one input.
    pub rate: LineRate,
}

/// What a line charges: for whom, for what, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Charged {
    /// Its feature; empty for what belongs to none.
    pub feature: String,
    /// The address of its step.
    pub step: String,
    /// What is paid for.
    pub item: Item,
    /// Why.
    pub driver: Driver,
    /// How sure the quantity is.
    pub certainty: Certainty,
    /// Whether the calls of its step send it. They do not send what is put into an explicit cache for them.
    pub sent: bool,
}

impl Deref for Line {
    type Target = Charged;
    fn deref(&self) -> &Charged {
        &self.charged
    }
}

/// What a line pays for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A meter of a model.
    Model {
        /// `openai/gpt-5`
        model: String,
        /// What of it.
        meter: Meter,
    },
    /// A cost beside the model calls, by its name.
    Other(String),
}

/// Where a line's rate comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum LineRate {
    /// Price entries, each with its part of the month; `None` is the whole month.
    Prices(Vec<(PriceId, Option<RowId>)>),
    /// An amount typed in the plan.
    Typed(InputId),
    /// An amount of money that the terms of a contract come to in the month: the quantity, at 1.
    Agreed(ContractId),
}

/// A contract of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContractId(pub usize);

/// A contract of the plan, as its lines name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// `contracts.openai`
    pub address: String,
    /// Its name as people write it.
    pub label: String,
    /// Where its terms are written.
    pub source: Option<String>,
    /// Its spend at list prices, by month.
    pub list: RowId,
    /// What it changes, by month.
    pub month: RowId,
    /// The terms that are about some of the calls, by their addresses: what these calls cost at list prices, each for
    /// a meter and by month. A term without any is about no call of the plan.
    pub scopes: Vec<(String, Vec<RowId>)>,
    /// What the book frees of what it is about.
    pub allowances: Vec<Allowance>,
}

/// What a seller gives each account for nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// `contracts.book/google.allowance`
    pub address: String,
    /// Of what.
    pub meter: Meter,
    /// How much.
    pub free: Quantity,
    /// What it comes back with.
    pub per: Period,
    /// The page that it was read from.
    pub source: String,
}
