//! A finding about a plan, a book or a bill: where, what, and what to do about it.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

/// Something that is wrong with a document. A value: collected, never thrown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Problem {
    /// Where it stands in the document, from the root: `features`, `0`, `step`, `call`, `output`.
    pub path: Vec<String>,
    /// The address of the input or step, where it has one: `support.easy.output`.
    pub address: Option<String>,
    /// What is wrong, and with which value.
    pub message: String,
    /// What to write instead.
    pub hint: String,
    /// What one has to look up to mend it.
    #[serde(skip)]
    pub lacks: Lacks,
}

/// What is missing beside the document: each shell has its own way to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lacks {
    /// Nothing: the document alone is wrong.
    #[default]
    Nothing,
    /// The name of a model of the book.
    Model,
    /// The prices of a beginning that is held in an explicit cache, of the call of this field.
    Held,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.address.clone().unwrap_or_else(|| self.path.join("."));
        write!(f, "{place}: {} {}", self.message, self.hint)
    }
}
