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
}

impl Certainty {
    /// Of both together.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Certainty::Exact, Certainty::Exact) => Certainty::Exact,
            (Certainty::Estimated, _) | (_, Certainty::Estimated) => Certainty::Estimated,
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
