//! How sure a count is, as answers say it.

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

/// How sure a count is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "CountCertainty")]
pub enum Certainty {
    /// Counted with the model's own vocabulary.
    Exact,
    /// Between `low` and `high` for nearly all texts.
    Estimated,
    /// More than is counted: something is left out.
    AtLeast,
}

impl Certainty {
    /// Of both together.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Certainty::AtLeast, _) | (_, Certainty::AtLeast) => Certainty::AtLeast,
            (Certainty::Exact, Certainty::Exact) => Certainty::Exact,
            (Certainty::Estimated, _) | (_, Certainty::Estimated) => Certainty::Estimated,
        }
    }
}

impl Certainty {
    /// Of all that is measured: no count of a part of it is sure.
    pub(super) fn of(measured: &prompt::Measured) -> Self {
        match measured.without().is_empty() {
            true => measured.total.certainty.into(),
            false => Certainty::AtLeast,
        }
    }
}

impl From<prompt::Certainty> for Certainty {
    fn from(certainty: prompt::Certainty) -> Self {
        match certainty {
            prompt::Certainty::Exact => Certainty::Exact,
            prompt::Certainty::Estimated { .. } => Certainty::Estimated,
        }
    }
}
