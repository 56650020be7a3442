//! What decided which rows there are, beside the structure of the plan: typed numbers may change as long as it stands.

use std::collections::BTreeSet;

use super::expr::RowId;

/// What of the typed values the rows of workings rest on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decided {
    /// The addresses of numbers whose values chose between rows.
    pub by: BTreeSet<String>,
    /// Whether counts change over the months: whatever they change by chose the size of their tables.
    pub by_changing_counts: bool,
    /// Rows that are 0 in every month: where one is not, others are written.
    pub while_zero: Vec<RowId>,
}

impl Decided {
    /// Both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.by.extend(other.by);
        self.by_changing_counts |= other.by_changing_counts;
        self.while_zero.extend(other.while_zero);
        self
    }
}
