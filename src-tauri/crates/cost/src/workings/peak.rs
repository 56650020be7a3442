//! Rate limits, and what the busiest hour of each month takes of them.

use super::expr::{InputId, RowId};
use crate::plan::Limited;

/// A rate limit, and the rows of what the busiest hour takes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Peak {
    /// Where the limit stands: `rate-limits.openai/gpt-5.itpm`.
    pub address: String,
    /// The model, as the plan names it.
    pub model: String,
    /// What of it is limited.
    pub limited: Limited,
    /// The limit.
    pub limit: InputId,
    /// What is sent a minute in the busiest hour, by month.
    pub peak: RowId,
    /// The part of the limit that it takes, by month.
    pub used: RowId,
    /// What is sent a minute in each hour of the week that may be the busiest: the peak is the largest.
    pub hours: Vec<RowId>,
    /// Who sends it.
    pub senders: Vec<Sender>,
}

/// What a feature sends.
#[derive(Clone, Debug, PartialEq)]
pub struct Sender {
    /// In a week of the month.
    pub week: RowId,
    /// By the address of the step, for one unit of work.
    pub steps: Vec<(String, RowId)>,
    /// The part of a week that comes in each of those hours, by hour and month.
    pub shares: Vec<Vec<f64>>,
}
