//! A measured number's rows.

use crate::workings::{Expr, InputId, RowId};

/// The rows of a measured number.
#[derive(Clone)]
pub struct MeasuredRows {
    /// Its values.
    pub values: RowId,
    /// How often each was met.
    pub times: RowId,
    /// Both multiplied.
    pub product: RowId,
    /// The cells of each value, and of how often it was met.
    pub cells: Vec<(InputId, InputId)>,
    /// How many were met.
    pub met: Expr,
    /// The largest value.
    pub most: Expr,
    /// The variance as it was typed, to tell the wider of two.
    pub variance: f64,
}
