//! What a project is asked, and what it answers beside its view.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::projection::Stack;
use super::recents::Recent;
use super::view::View;
use crate::samples;

/// No arguments.
#[derive(Clone, Copy, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// An open project.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectNumber")]
pub struct Number {
    /// The number under which it is open.
    pub project: u64,
}

/// A file or a folder.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "FilePath")]
pub struct File {
    /// Its path.
    pub path: PathBuf,
}

/// A project and a place to write to.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectTarget")]
pub struct Target {
    /// The number under which it is open.
    pub project: u64,
    /// Where to.
    pub path: PathBuf,
}

/// A change of a project's plan.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectEdit")]
pub struct Change {
    /// The number under which it is open.
    pub project: u64,
    /// What to do.
    pub edit: cost::edit::Edit,
    /// The turn of the answer that the window has: what is as it was in it is left out.
    pub since: Option<u64>,
}

/// A step back or forward along a project's states.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "StepAlong")]
pub struct Along {
    /// The number under which it is open.
    pub project: u64,
    /// The turn of the answer that the window has: what is as it was in it is left out.
    pub since: Option<u64>,
}

/// A month of a project that is to be in view.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "MonthInView")]
pub struct InView {
    /// The number under which it is open.
    pub project: u64,
    /// Counted from 0.
    pub month: usize,
    /// The turn of the answer that the window has: what is as it was in it is left out.
    pub since: Option<u64>,
}

/// A month of a project.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectMonth")]
pub struct Month {
    /// The number under which it is open.
    pub project: u64,
    /// Counted from 0.
    pub month: usize,
}

/// A feature of a project in a month.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectUnits")]
pub struct Units {
    /// The number under which it is open.
    pub project: u64,
    /// The feature's name.
    pub feature: String,
    /// Counted from 0.
    pub month: usize,
}

/// A state of a project.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectState")]
pub struct State {
    /// The number under which it is open.
    pub project: u64,
    /// Its place in the list, the oldest first.
    pub index: usize,
    /// The turn of the answer that the window has: what is as it was in it is left out.
    pub since: Option<u64>,
}

/// A step or a feature of a project.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectStep")]
pub struct StepOf {
    /// The number under which it is open.
    pub project: u64,
    /// Its place in the document.
    pub at: String,
}

/// What was copied, for a project.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectClip")]
pub struct Clip {
    /// The number under which it is open.
    pub project: u64,
    /// The step that it goes after; beside the features where none is named.
    pub at: Option<String>,
    /// As it was copied.
    pub text: String,
}

/// A template whose features are wanted in a project.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectTemplate")]
pub struct Template {
    /// The number under which it is open.
    pub project: u64,
    /// The folder's name under `examples/`.
    pub name: String,
}

/// A part of a project's prompts.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectPart")]
pub struct PartOf {
    /// The number under which it is open.
    pub project: u64,
    /// The part's name.
    pub part: String,
}

/// A part's new text.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectText")]
pub struct NewText {
    /// The number under which it is open.
    pub project: u64,
    /// The part's name.
    pub part: String,
    /// Its text.
    pub text: String,
    /// Where the part is new: the places of the calls that send it.
    pub calls: Option<Vec<String>>,
    /// Where it is new: the length of what these calls answer, as typed; nothing leaves it as it is.
    pub output: Option<String>,
}

/// A text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "PartText")]
pub struct Text {
    /// The text.
    pub text: String,
}

/// What to keep of the window's state.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectDesk")]
pub struct Desk {
    /// The number under which it is open.
    pub project: u64,
    /// The window's own text.
    pub desk: String,
}

/// A figure of a project.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectFigure")]
pub struct FigureOf {
    /// The number under which it is open.
    pub project: u64,
    /// The figure's address.
    pub address: String,
    /// `2027-12`; all months, or the first, when nothing is said.
    pub month: Option<String>,
}

/// How months are stacked.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectStack")]
pub struct By {
    /// The number under which it is open.
    pub project: u64,
    /// By what.
    pub by: Stack,
}

/// A project that was opened.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(rename = "OpenedProject")]
pub struct Opened {
    /// The project.
    pub view: View,
    /// What the window kept when it was open last.
    pub desk: Option<String>,
    /// What to know about how it was opened.
    pub note: Option<String>,
}

/// What was committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Saved {
    /// When, as `2026-11-22T10:42:07.250Z`.
    pub at: String,
}

/// Where a window starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Start {
    /// Projects that were open, the newest first.
    pub recents: Vec<Recent>,
    /// The examples inside the program.
    pub samples: Vec<samples::About>,
    /// How many models the book has.
    pub models: usize,
    /// The newest day on which one of its prices was checked.
    pub checked: String,
}
