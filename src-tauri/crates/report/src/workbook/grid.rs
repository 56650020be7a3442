//! The sheets, and the rows and columns that have the same meaning on all of them.

/// A sheet of the workbook, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// What it comes to.
    Summary,
    /// What was typed.
    Inputs,
    /// What things cost.
    PriceBook,
    /// One unit of work.
    UnitCost,
    /// All units, by month.
    Projection,
    /// Counts, k by k.
    Tables,
    /// Counts, k by k and month by month.
    Turns,
    /// Whether it adds up.
    Checks,
}

impl Sheet {
    /// Every sheet, in its order.
    pub const ALL: [Self; 8] = [
        Self::Summary,
        Self::Inputs,
        Self::PriceBook,
        Self::UnitCost,
        Self::Projection,
        Self::Tables,
        Self::Turns,
        Self::Checks,
    ];

    /// As it stands on its tab.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Inputs => "Inputs",
            Self::PriceBook => "PriceBook",
            Self::UnitCost => "UnitCost",
            Self::Projection => "Projection",
            Self::Tables => "Tables",
            Self::Turns => "Turns",
            Self::Checks => "Checks",
        }
    }
}

/// Addresses.
pub const ADDRESS: u16 = 0;
/// Labels.
pub const LABEL: u16 = 1;
/// Units.
pub const UNIT: u16 = 2;
/// What does not depend on the month, and totals.
pub const CONSTANT: u16 = 3;
/// What a row is gathered by, or gathers by. Without a number, so that every balance opens with 0 there.
pub const KEY: u16 = 4;
/// The first month.
pub const FIRST_MONTH: u16 = 5;
/// The heads of columns.
pub const HEADER: u32 = 4;
/// 1, 2, 3, …
pub const NUMBER: u32 = 6;
/// The first day of the month.
pub const FIRST_DAY: u32 = 7;
/// The day after its last.
pub const NEXT_FIRST_DAY: u32 = 8;
/// The quarter of the plan, on the Projection.
pub const QUARTER: u32 = 9;
/// The first row under the months.
pub const BODY: u32 = 11;

/// The first month of the plan, on Inputs.
pub const START: u32 = 6;
/// How many months there are, on Inputs.
pub const MONTHS: u32 = 7;
/// Months in a quarter, on Inputs.
pub const QUARTER_MONTHS: u32 = 8;
/// What a check of money may be off by, on Inputs.
pub const MONEY_TOLERANCE: u32 = 9;
/// What any other check may be off by, on Inputs.
pub const SHARE_TOLERANCE: u32 = 10;

/// How many checks fail, on Checks.
pub const FAILED: u32 = 5;
/// What that means, on Checks.
pub const MASTER: u32 = 6;
/// The first check, on Checks.
pub const FIRST_CHECK: u32 = 8;

/// The first input of the plan, on Inputs.
pub const FIRST_INPUT: u32 = 13;

/// The first price, on the PriceBook.
pub const FIRST_PRICE: u32 = 5;

/// Columns of the PriceBook.
pub mod price {
    /// The model.
    pub const MODEL: u16 = 1;
    /// What is billed.
    pub const METER: u16 = 2;
    /// The processing tier.
    pub const TIER: u16 = 3;
    /// Whether its limit counts from above it or from it on.
    pub const BRACKET: u16 = 4;
    /// The prompt length from which it holds.
    pub const LIMIT: u16 = 5;
    /// The hours of the day.
    pub const HOURS: u16 = 6;
    /// The part of a day in which it holds.
    pub const DAY_SHARE: u16 = 7;
    /// The price as it is listed.
    pub const LIST: u16 = 8;
    /// For so many units.
    pub const PER: u16 = 9;
    /// The price for one.
    pub const NET: u16 = 10;
    /// The first day.
    pub const FROM: u16 = 11;
    /// The day after the last.
    pub const TO: u16 = 12;
    /// The page that it was read from.
    pub const SOURCE: u16 = 13;
    /// The day of the last check.
    pub const CHECKED: u16 = 14;
    /// Where the check comes from.
    pub const BASIS: u16 = 15;
}
