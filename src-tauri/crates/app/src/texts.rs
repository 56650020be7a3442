//! A text that was dropped on the window, or chosen by the dialog.

use std::fs;

use serde::Serialize;
use ts_rs::TS;

use crate::error::Error;
use crate::files;
use crate::projects::File;

/// What is longer is not for an editor: it is counted and priced as it is.
const MOST_EDITED: u64 = 10_000_000;

/// A text from a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "FileText")]
pub struct Text {
    /// The text; nothing where it is too long to be edited.
    pub text: Option<String>,
    /// How long the file is.
    pub bytes: u64,
}

/// The text of a file.
pub fn read(file: File) -> Result<Text, Error> {
    let path = &file.path;
    let bytes = fs::metadata(path).map_err(|cause| files::unread(path, &cause))?.len();
    let text = if bytes > MOST_EDITED { None } else { Some(files::read_text(path)?) };
    Ok(Text { text, bytes })
}
