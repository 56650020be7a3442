//! What comes of reading a price book of others: proposed entries, problems, and what was not read.

use cost::book::Provider;
use cost::problem::{Lacks, Problem};

use super::format::Format;

/// A price book in our own words, and what of it could not be said in them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Feed {
    /// In the order of their ids; each can be written as a price file and reads back the same.
    pub providers: Vec<Provider>,
    /// What was left out, changed or is worth knowing.
    pub problems: Vec<Problem>,
    /// What is in the file and has no place in a book, in the order of the keys.
    pub unread: Vec<Unread>,
}

/// A key that was not read, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// As the file has it.
    pub key: String,
    /// Where, in the order of the file's models.
    pub kept: Vec<Kept>,
}

/// What one model has under a key that was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The model, as `provider/id`.
    pub model: String,
    /// The value, as the file has it.
    pub value: String,
}

/// A file that cannot be read as a price book.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is of a format that is read, and something in it is not as it has to be.
    #[error("This is not a {} file: {why}.", .format.name())]
    Broken {
        /// The format.
        format: Format,
        /// What is wrong.
        why: String,
    },
    /// It is a workbook.
    #[error("This is an Excel workbook: save it as CSV, and import that.")]
    Workbook,
    /// It is of no format that is read.
    #[error("This is {seen}, and no price book that is known. Read are {}.", known())]
    Unknown {
        /// What it is.
        seen: String,
    },
}

fn known() -> String {
    Format::ALL.map(Format::name).join(", ")
}

/// A finding about something in a feed.
pub fn problem(path: &[&str], message: impl Into<String>, hint: impl Into<String>) -> Problem {
    Problem {
        path: path.iter().map(|part| (*part).to_owned()).collect(),
        address: None,
        message: message.into(),
        hint: hint.into(),
        lacks: Lacks::Nothing,
    }
}
