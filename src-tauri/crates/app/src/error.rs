//! Why an operation could not be done: a code for programs, a sentence and a hint for people, a place.

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

/// An operation that could not be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, TS, JsonSchema)]
#[error("{message}")]
#[ts(rename = "CallError")]
pub struct Error {
    /// What kind of thing went wrong; shells act on this, never on the text.
    pub code: Code,
    /// What could not be done, and which thing it was about.
    pub message: String,
    /// What to do now.
    pub hint: String,
    /// Where it is, if it is in something that the user wrote.
    pub at: Option<At>,
    /// What helps further, beside the hint. No part of an answer.
    #[serde(skip)]
    pub more: Option<More>,
}

/// What helps further with an error. A hint is read in the window and on a terminal, so it names no commands: a shell
/// that has some says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum More {
    /// A list of every model of the book.
    Models,
    /// A book of one's own.
    OwnBook,
    /// A list of the books that were imported.
    OwnBooks,
    /// A book written from somebody's list of prices.
    Import,
    /// A list of a plan's numbers.
    Inputs,
    /// The prices of the book, accepted for a plan.
    Pin,
}

/// The kinds of error. A code exists because a shell acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "ErrorCode")]
pub enum Code {
    /// The arguments of a call are not of its shape.
    BadArguments,
    /// No operation has this name.
    UnknownCall,
    /// What was named does not exist.
    NotFound,
    /// The book has no model of this name, or more than one.
    UnknownModel,
    /// The book has no price for the model on this day.
    NoPriceOnDate,
    /// The model is not offered in this tier on this day.
    TierNotAvailable,
    /// The book has no price for something that was used.
    NotPriced,
    /// Recorded usage contradicts itself.
    InconsistentUsage,
    /// A price file or feed cannot be read.
    BadPrices,
    /// Output cannot be written where it was asked for.
    BadOutput,
    /// There is no file or folder of this name.
    MissingFile,
    /// A file is there and cannot be read as what it should be.
    UnreadableFile,
    /// The text of a plan is not of a plan's form.
    MalformedPlan,
    /// A plan says something that cannot be worked out.
    InvalidPlan,
    /// A value that was given for an input cannot be meant.
    InvalidValue,
    /// A project that may only be looked at.
    ReadOnly,
    /// A project's file does not hold what it should.
    DamagedProject,
    /// A newer Forebill wrote the project.
    NewerProject,
    /// A mistake in Forebill itself.
    Internal,
}

/// A place in what the user wrote. Each part is there as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct At {
    /// The file, as the user named it.
    pub file: Option<String>,
    /// Counted from 1.
    pub line: Option<u32>,
    /// Counted from 1, in characters.
    pub column: Option<u32>,
    /// The address of the input or step, as `support.easy.output`.
    pub address: Option<String>,
}

/// Where one error is asked for and there are several: the first, and how many more.
impl From<Vec<Error>> for Error {
    fn from(errors: Vec<Error>) -> Self {
        let more = errors.len().saturating_sub(1);
        let mut first = errors.into_iter().next().expect("what failed has a reason");
        if more > 0 {
            let (is, errors) = if more == 1 { ("is", "error") } else { ("are", "errors") };
            first.hint += &format!(" There {is} {more} more {errors}.");
        }
        first
    }
}

impl Error {
    /// An error without a place.
    pub fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into(), at: None, more: None }
    }

    /// The arguments of the call `name` are not of its shape.
    pub fn bad_arguments(name: &str, cause: &dyn std::fmt::Display) -> Self {
        Self::new(
            Code::BadArguments,
            format!("The arguments of `{name}` are not of its shape: {cause}."),
            "ui/src/types/calls.ts lists what every call takes.",
        )
    }

    /// A mistake of the program itself.
    pub fn own_mistake(cause: &dyn std::fmt::Display) -> Self {
        Self::new(
            Code::Internal,
            format!("Forebill made a mistake of its own: {cause}."),
            "Please report it, with what you did just before.",
        )
    }

    /// The same error in a file.
    pub fn in_file(self, path: &std::path::Path) -> Self {
        let at = self.at.clone().unwrap_or_default();
        self.at(At { file: Some(path.display().to_string()), ..at })
    }

    /// The same error with its place.
    pub fn at(self, at: At) -> Self {
        Self { at: Some(at), ..self }
    }

    /// The same error with what helps further.
    pub fn with(self, more: More) -> Self {
        Self { more: Some(more), ..self }
    }
}
