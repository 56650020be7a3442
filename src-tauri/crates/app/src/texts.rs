//! A text that was dropped on the window, or chosen by the dialog.

use std::fs;

use serde::Serialize;
use ts_rs::TS;

use crate::error::{Code, Error};
use crate::files;
use crate::projects::File;

/// A prompt is shorter: what is longer was not meant for a text field.
const MOST_BYTES: u64 = 16 << 20;

/// A text from a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "FileText")]
pub struct Text {
    /// The text.
    pub text: String,
}

/// The text of a file.
pub fn read(file: File) -> Result<Text, Error> {
    let path = &file.path;
    let length = fs::metadata(path).map_err(|cause| files::unread(path, &cause))?.len();
    if length > MOST_BYTES {
        return Err(Error::new(
            Code::UnreadableFile,
            format!("`{}` has {} MB, which is no prompt.", path.display(), length >> 20),
            "Take the part of it that is sent to the model; at most 16 MB are read.",
        )
        .at(files::named(path)));
    }
    Ok(Text { text: files::read_text(path)? })
}
