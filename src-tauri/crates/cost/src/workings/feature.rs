//! The rows of what features come to, and everything together.

use super::driver::Driver;
use super::expr::RowId;

/// What one feature comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureRows {
    /// Its name.
    pub name: String,
    /// Its name as people write it.
    pub label: String,
    /// One piece of it.
    pub unit: String,
    /// Units by month.
    pub volume: RowId,
    /// Units over all months.
    pub units: RowId,
    /// Cost by month.
    pub month: RowId,
    /// Cost over all months.
    pub total: RowId,
    /// Cost of one unit, over all months.
    pub unit_cost: RowId,
    /// Cost of one unit in each month.
    pub month_unit_cost: RowId,
    /// The same for one call, one user, one accepted outcome, where these are known.
    pub per: Vec<PerRows>,
    /// The part of its answers that are right, in each month and over all months. `None` where somebody did not measure
    /// a call that answers.
    pub quality: Option<[RowId; 2]>,
    /// The part of units that gets no answer, over all months. `None` where each gets one.
    pub unanswered: Option<RowId>,
    /// The part of turns of conversations that gets no answer, over all months. `None` where each gets one.
    pub unanswered_turns: Option<RowId>,
    /// What one would have said: the answer once, at launch. `None` when no call answers.
    pub naive_unit_cost: Option<RowId>,
    /// Cost by driver and month, in the order of [`Driver::ALL`]; only those that occur.
    pub drivers: Vec<(Driver, RowId)>,
}

/// What a feature's cost is divided by, beside its units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// A model call that is billed: what calls cost by how many there are, other costs and fees of tools apart.
    Call,
    /// A person who uses it, for a month.
    User,
    /// One of them, for a working day.
    SeatDay,
    /// A unit whose outcome is accepted.
    Accepted,
    /// A right answer, by the measured quality of the calls that give it.
    Right,
}

impl Per {
    /// Its name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::User => "user-month",
            Self::SeatDay => "seat-day",
            Self::Accepted => "accepted",
            Self::Right => "right",
        }
    }

    /// What a plan does not say where this is not known.
    pub const fn lacks(self) -> &'static str {
        match self {
            Self::Call => "no model call",
            Self::User | Self::SeatDay => "no users in this volume",
            Self::Accepted => "no accepted part is typed",
            Self::Right => "the quality of its answers was not measured",
        }
    }

    /// What one of it is, for a feature with such units.
    pub fn one(self, unit: &str) -> String {
        match self {
            Self::Call => "call".to_owned(),
            Self::User => "active user and month".to_owned(),
            Self::SeatDay => "seat and working day".to_owned(),
            Self::Accepted => format!("accepted {unit}"),
            Self::Right => "right answer".to_owned(),
        }
    }
}

/// A feature's cost for one of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerRows {
    /// Of what.
    pub per: Per,
    /// How many there are, by month.
    pub count: RowId,
    /// What one costs in each month.
    pub month_cost: RowId,
    /// How many there are over all months.
    pub all: RowId,
    /// What one costs, over all months.
    pub cost: RowId,
}

impl FeatureRows {
    /// What every feature is asked the cost of one of, and cannot be told here.
    pub fn unknown(&self) -> impl Iterator<Item = Per> {
        let asked = [Per::Call, Per::User, Per::SeatDay, Per::Accepted];
        asked.into_iter().filter(|asked| self.per.iter().all(|known| known.per != *asked))
    }

    /// Whether a row is what one of something costs in each month.
    pub fn is_of_one(&self, row: RowId) -> bool {
        self.month_unit_cost == row || self.per.iter().any(|per| per.month_cost == row)
    }
}

/// What everything comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// By month.
    pub month: RowId,
    /// Over all months.
    pub total: RowId,
}
