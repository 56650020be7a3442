//! The words of edits: which field is written, where something goes, which form it takes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A piece of who says a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ProvenanceField {
    /// A page, a study, a measurement.
    Source,
    /// The day of the source: `2026-11-20`.
    AsOf,
    /// Who answers for it.
    Owner,
    /// The data behind it.
    Evidence,
}

/// A way in which a number goes on after the first month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum OverTimeField {
    /// So much a month.
    Grows,
    /// As a driver does: `support.volume.adoption`.
    Follows,
}

/// A field of the whole plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum PlanField {
    /// Its name as people write it.
    Name,
    /// The first month: `2027-01`.
    Starts,
    /// How many months.
    Months,
    /// The day of knowledge of its prices: `2026-11-20`, or nothing.
    PricesAsOf,
}

/// A field of a part that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum PartField {
    /// What it is called in tables.
    Label,
    /// `system`, `user`, `retrieved`, `tools`, or nothing.
    Role,
    /// A file beside the plan.
    File,
    /// The text itself.
    Text,
    /// So many tokens instead of a text.
    Tokens,
    /// Whether later turns send it again: `true`, `false`, or nothing.
    Keep,
}

/// A field of a feature that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum FeatureField {
    /// Its name in addresses.
    Name,
    /// Its name as people write it.
    Label,
    /// Who answers for it.
    Owner,
    /// The cost centre that pays for it.
    CostCentre,
    /// The general ledger account that it is booked to.
    GlAccount,
    /// One piece of it.
    Unit,
    /// When its users come: `flat`, `office hours`, or 24 weights.
    Load,
    /// On whose clocks: `Europe/Berlin`, or nothing for UTC.
    Zone,
}

/// A field of another cost that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum OtherCostField {
    /// What it is for.
    Name,
    /// The name of the feature whose units have it.
    Of,
}

/// A field of a contract that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum ContractField {
    /// Its name in addresses.
    Name,
    /// What it is called in tables.
    Label,
    /// Whose models it is about: a seller, or nothing for every other.
    Provider,
    /// Where its terms are written.
    Source,
}

/// A kind of term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum TermKind {
    /// A price instead of the book's.
    Price,
    /// A part taken off prices.
    Discount,
    /// What costs nothing each month.
    Free,
    /// Parts taken off by what a month comes to.
    Steps,
    /// What is charged on top of the spend.
    Fee,
    /// What is paid whether it is used or not.
    Commitment,
    /// What was paid or given before.
    Credit,
}

impl TermKind {
    /// Every kind, in the order in which terms count.
    pub const ALL: [Self; 7] = [
        Self::Price,
        Self::Discount,
        Self::Free,
        Self::Steps,
        Self::Fee,
        Self::Commitment,
        Self::Credit,
    ];

    /// The list of a contract in which it stands.
    pub const fn list(self) -> &'static str {
        match self {
            Self::Price => "prices",
            Self::Discount => "discounts",
            Self::Free => "free",
            Self::Steps => "steps",
            Self::Fee => "fees",
            Self::Commitment => "commitments",
            Self::Credit => "credits",
        }
    }

    /// What people call it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Discount => "percentage",
            Self::Free => "free quantity",
            Self::Steps => "volume steps",
            Self::Fee => "fee",
            Self::Commitment => "commitment",
            Self::Credit => "credit",
        }
    }
}

/// A field of a term that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum TermField {
    /// What a fee is for.
    Name,
    /// The model.
    Model,
    /// What of it is billed.
    Meter,
    /// How the call is processed.
    Tier,
    /// Whether a step counts for all of the month: `true`, `false`.
    Whole,
    /// How long a stretch is: `month`, `quarter`, `year`, `term`.
    Every,
    /// What is drawn from a commitment: `agreed`, `list`.
    DrawnBy,
    /// The first month: `2027-04`.
    From,
    /// The first month without it.
    To,
}

impl TermField {
    /// Every field, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::Name,
        Self::Model,
        Self::Meter,
        Self::Tier,
        Self::Whole,
        Self::Every,
        Self::DrawnBy,
        Self::From,
        Self::To,
    ];

    /// What people call it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Model => "model",
            Self::Meter => "meter",
            Self::Tier => "tier",
            Self::Whole => "reach",
            Self::Every => "stretch",
            Self::DrawnBy => "drawing",
            Self::From => "first month",
            Self::To => "end",
        }
    }
}

/// Where a new step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum EditPlace {
    /// Right before the step.
    Before,
    /// Right after the step.
    After,
    /// Into the step, as its last; into a route as one more branch.
    Inside,
}

/// Which way a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Before the one before it.
    Up,
    /// After the one after it.
    Down,
    /// Into the one before it, as its last.
    In,
    /// Right after the one that it stands in.
    Out,
}

/// How a volume is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum VolumeForm {
    /// Units in a stretch of time.
    Units,
    /// People, the part of them who come, and how often each does.
    Users,
}

/// How adoption goes over the months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum AdoptionForm {
    /// Everybody uses it from the first month.
    Everyone,
    /// The same share in every month.
    Steady,
    /// Slow, fast, slow, from one share to another.
    SCurve,
    /// The same step each month, from one share to another.
    Linear,
}

/// How the months of a year differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum SeasonForm {
    /// They do not.
    None,
    /// A factor for each month of the calendar, 1 where none was typed.
    ByMonth,
    /// The factors that were typed, against each other, with a mean of 1.
    Scaled,
}
