//! What a revision holds, and what it is called.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A plan and its texts at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Which writing of plans `plan` is in; the caller's number.
    pub format: u32,
    /// The plan's text, whole.
    pub plan: String,
    /// The texts that go with it, by name. A name is whatever the file says: whoever makes a path of it has to check it.
    pub files: BTreeMap<String, Arc<str>>,
}

/// A change, by the name that people know it by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Later revisions have higher ids, and none is used twice.
    pub id: i64,
    /// What was done.
    pub label: String,
    /// The field that it was done in, for typing that is merged.
    pub field: Option<String>,
    /// When, in RFC 3339, as the caller said.
    pub at: String,
}
