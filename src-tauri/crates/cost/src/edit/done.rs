//! What comes of an edit: the plan as it is then and a name for it, or why it cannot be made.

use crate::plan::Plan;

/// An edit that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Edited {
    /// The plan as it is now, every number with its address.
    pub plan: Plan,
    /// What was done, as people name it: `output of hard 120..300 → 1..450`.
    pub label: String,
    /// What typing goes on in: an edit of the same field may be merged with this one.
    pub field: Option<String>,
    /// The step to select now, by its place in the document.
    pub select: Option<String>,
}

/// Why an edit cannot be made, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NotEdited {
    /// What is in its way.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl NotEdited {
    /// What is in its way, and what to do.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

/// What an edit did to a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// As people name it.
    pub label: String,
    /// What typing goes on in.
    pub field: Option<String>,
    /// The step to select now.
    pub select: Option<String>,
}

impl Done {
    /// An edit that stands for itself.
    pub fn once(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// One stage of what is typed into a field.
    pub fn typed(field: impl Into<String>, label: impl Into<String>) -> Self {
        Self { label: label.into(), field: Some(field.into()), select: None }
    }

    /// With a step to select now.
    #[must_use]
    pub fn selecting(mut self, path: Option<String>) -> Self {
        self.select = path;
        self
    }
}
