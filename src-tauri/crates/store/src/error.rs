//! Why a project file could not be read or written; a kind exists because a shell acts on it.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A project file that could not be read or written. Shown, it says what, which file and what now.
#[derive(Debug, thiserror::Error)]
#[error("{} {}", self.what(), self.hint())]
pub enum Error {
    /// It is another kind of file.
    NotAProject {
        /// The file.
        file: PathBuf,
    },
    /// It is a project file and does not hold what it should.
    Damaged {
        /// The file.
        file: PathBuf,
        /// What was found, in our words: it is shown.
        found: String,
        /// What SQLite said, if it did: it is not shown.
        raw: Option<String>,
    },
    /// A newer version of the program wrote it.
    Newer {
        /// The file.
        file: PathBuf,
        /// The version that the file is of.
        theirs: u32,
        /// The newest that this program knows.
        ours: u32,
    },
    /// Somebody else has it open.
    Locked {
        /// The file.
        file: PathBuf,
    },
    /// A change was asked of a project that is open for reading only.
    ReadOnly {
        /// The file.
        file: PathBuf,
        /// Why it is.
        why: Why,
    },
    /// The disk has no room.
    Full {
        /// The file.
        file: PathBuf,
    },
    /// The file or its folder may not be written to.
    NotWritable {
        /// The file or the folder.
        file: PathBuf,
        /// The system's words.
        cause: String,
    },
    /// There is no such file or folder, or it was moved away while it was open.
    Missing {
        /// The file or the folder.
        file: PathBuf,
    },
    /// There is one of this name, and it is not replaced.
    AlreadyThere {
        /// The file.
        file: PathBuf,
    },
    /// The system failed otherwise.
    Io {
        /// The file.
        file: PathBuf,
        /// What happened, in our words or the system's: it is shown.
        cause: String,
        /// What SQLite said, if it did: it is not shown.
        raw: Option<String>,
    },
}

/// Why a project is open for reading only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was opened to be looked at.
    Looking,
    /// Another program, or another window, is writing to it.
    Locked,
    /// The file may not be written to.
    File,
    /// Its folder may not be written to, which every change needs; in the system's words.
    Folder(String),
    /// Its disk knows no locks, so two programs could write at once; in the system's words.
    NoLocks(String),
}

impl Error {
    /// The file that it is about.
    pub fn file(&self) -> &Path {
        match self {
            Self::NotAProject { file }
            | Self::Damaged { file, .. }
            | Self::Newer { file, .. }
            | Self::Locked { file }
            | Self::ReadOnly { file, .. }
            | Self::Full { file }
            | Self::NotWritable { file, .. }
            | Self::Missing { file }
            | Self::AlreadyThere { file }
            | Self::Io { file, .. } => file,
        }
    }

    /// What could not be done, and which file it is about.
    pub fn what(&self) -> String {
        let name = self.file().display();
        match self {
            Self::NotAProject { .. } => format!("`{name}` is not a Forebill project."),
            Self::Damaged { found, .. } => format!("`{name}` is damaged: {found}."),
            Self::Newer { theirs, ours, .. } => format!(
                "`{name}` was written by a newer Forebill: its format is {theirs}, this one knows {ours}."
            ),
            Self::Locked { .. } => format!("`{name}` is open in another window or program."),
            Self::ReadOnly { why, .. } => format!("`{name}` is open for reading only: {why}."),
            Self::Full { .. } => format!("There is no room left on the disk for `{name}`."),
            Self::NotWritable { cause, .. } => format!("`{name}` cannot be written to: {cause}."),
            Self::Missing { .. } => format!("`{name}` is not there."),
            Self::AlreadyThere { .. } => format!("`{name}` exists already."),
            Self::Io { cause, .. } => format!("`{name}` cannot be read or written: {cause}."),
        }
    }

    /// What to do now.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotAProject { .. } => {
                "Choose a `.forebill` file, or open a folder with a `plan.yaml`."
            }
            Self::Damaged { .. } => {
                "Restore a backup: the damaged file is kept beside it under another name."
            }
            Self::Newer { .. } => "Nothing was changed in it. Open it with that Forebill.",
            Self::Locked { .. } => "Close it there and try again.",
            Self::ReadOnly { .. } => "Save a copy under another name to go on with it.",
            Self::Full { .. } => "Nothing of it was changed. Make room and try again.",
            Self::NotWritable { .. } => {
                "Choose a folder that you may write to; a file that is not opened for this reason, copy there."
            }
            Self::Missing { .. } => "Look for it where it was moved, or restore a backup.",
            Self::AlreadyThere { .. } => "Choose another name.",
            Self::Io { .. } => "Look whether its disk is connected, and try again.",
        }
    }
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Looking => f.write_str("it was opened to be looked at"),
            Self::Locked => f.write_str("another window or program has it open"),
            Self::File => f.write_str("the file may not be written to"),
            Self::Folder(cause) => write!(f, "its folder cannot be written to, {cause}"),
            Self::NoLocks(cause) => write!(f, "its disk cannot keep others from it, {cause}"),
        }
    }
}

/// What the system said about a file.
pub fn from_io(file: &Path, cause: &io::Error) -> Error {
    let file = file.to_owned();
    match cause.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => Error::Missing { file },
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::Full { file },
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Error::NotWritable { file, cause: plainly(cause) }
        }
        ErrorKind::AlreadyExists => Error::AlreadyThere { file },
        _ => Error::Io { file, cause: plainly(cause), raw: None },
    }
}

/// The system's words without its numbers: `permission denied`.
pub fn plainly(cause: &io::Error) -> String {
    let text = cause.to_string();
    let words = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_which_and_what_now() {
        let file = || PathBuf::from("desk.forebill");
        let refused = |kind: ErrorKind| from_io(&file(), &io::Error::from(kind));
        let check = |error: Error, expected: &str| assert_eq!(error.to_string(), expected);
        check(
            Error::Newer { file: file(), theirs: 3, ours: 1 },
            "`desk.forebill` was written by a newer Forebill: its format is 3, this one knows 1. \
             Nothing was changed in it. Open it with that Forebill.",
        );
        check(
            refused(ErrorKind::StorageFull),
            "There is no room left on the disk for `desk.forebill`. \
             Nothing of it was changed. Make room and try again.",
        );
        check(
            refused(ErrorKind::NotFound),
            "`desk.forebill` is not there. \
             Look for it where it was moved, or restore a backup.",
        );
        check(
            refused(ErrorKind::PermissionDenied),
            "`desk.forebill` cannot be written to: permission denied. Choose a folder that you \
             may write to; a file that is not opened for this reason, copy there.",
        );
        check(
            Error::ReadOnly { file: file(), why: Why::Locked },
            "`desk.forebill` is open for reading only: another window or program has it open. \
             Save a copy under another name to go on with it.",
        );
    }
}
