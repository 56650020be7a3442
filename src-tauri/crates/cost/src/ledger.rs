//! Ledger lines: what is paid for, when, why, and at which exact rate.
#![deny(clippy::float_arithmetic)]

use std::ops::Deref;
use std::sync::Arc;

use jiff::civil::Date;

use crate::money::{Money, Quantity, Rate, settle};
use crate::workings::{Charged, ContractId, InputId, PriceId};

/// Lines over the months of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    /// The first days of its months.
    pub months: Vec<Date>,
    /// Its lines, month by month.
    pub lines: Vec<LedgerLine>,
}

/// One charge: so much of an item, at this rate, in this month.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerLine {
    /// The month, counted from 0.
    pub month: usize,
    /// What is charged: shared with the line of the workings that it comes from.
    pub charged: Arc<Charged>,
    /// How much of it.
    pub quantity: Quantity,
    /// The price of one unit, after multipliers.
    pub rate: Rate,
    /// `quantity × rate`, settled.
    pub amount: Money,
    /// Where the rate comes from.
    pub source: RateSource,
}

impl Deref for LedgerLine {
    type Target = Charged;
    fn deref(&self) -> &Charged {
        &self.charged
    }
}

/// Where a line's rate comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateSource {
    /// A price entry.
    Price(PriceId),
    /// An amount typed in the plan.
    Typed(InputId),
    /// The terms of a contract: the quantity is money, the rate 1.
    Agreed(ContractId),
}

impl LedgerLine {
    /// Settles the line's amount again.
    pub fn settled(&self) -> Money {
        settle(self.quantity, self.rate)
    }
}

impl Ledger {
    /// Everything.
    pub fn total(&self) -> Money {
        self.sum(|_| true)
    }

    /// What one month comes to, counted from 0.
    pub fn month(&self, month: usize) -> Money {
        self.of_month(month).iter().map(|line| line.amount).sum()
    }

    /// The lines of one month, counted from 0.
    pub fn of_month(&self, month: usize) -> &[LedgerLine] {
        let start = self.lines.partition_point(|line| line.month < month);
        let end = self.lines.partition_point(|line| line.month <= month);
        &self.lines[start..end]
    }

    /// The lines that `wanted` picks, added up.
    pub fn sum(&self, wanted: impl Fn(&LedgerLine) -> bool) -> Money {
        self.lines.iter().filter(|line| wanted(line)).map(|line| line.amount).sum()
    }
}
