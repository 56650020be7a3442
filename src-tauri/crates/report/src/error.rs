//! Why a report could not be written.

use rust_xlsxwriter::XlsxError;

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Two cells of the workbook would have one name.
    #[error("`{first}` and `{second}` would both be called `{name}` in the workbook.")]
    NameTaken {
        /// The name.
        name: String,
        /// Who has it.
        first: String,
        /// Who wants it too.
        second: String,
    },
    /// A cell's name would be longer than spreadsheets allow.
    #[error("`{address}` is too long to be the name of a cell.")]
    NameTooLong {
        /// What was to be named.
        address: String,
    },
    /// A number that no spreadsheet can hold.
    #[error("`{cell}` would hold {value}, which is no number for a spreadsheet.")]
    NotFinite {
        /// Where it was to stand.
        cell: String,
        /// What it is.
        value: f64,
    },
    /// A date outside the workbook's calendar.
    #[error("`{address}` has the date {date}; the workbook's calendar runs from 2000 to 2100.")]
    Date {
        /// Whose date it is.
        address: String,
        /// The date.
        date: jiff::civil::Date,
    },
    /// A formula that reaches outside the workbook, or is longer than spreadsheets allow.
    #[error("The formula of `{cell}` may not be written: {formula}")]
    Formula {
        /// Where it was to stand.
        cell: String,
        /// Its beginning.
        formula: String,
    },
    /// A formula's text result that a spreadsheet would take for something else.
    #[error("`{cell}` may not show the text `{text}`: a spreadsheet takes it for something else.")]
    TextResult {
        /// Where it was to stand.
        cell: String,
        /// The text.
        text: String,
    },
    /// Whoever asked for it wants it no longer.
    #[error("The workbook was not written: it was cancelled.")]
    Cancelled,
    /// A plan that makes no call and has no other cost.
    #[error("The plan has no cost at all: there is nothing to draw by month.")]
    Nothing,
    /// More rows or columns than a sheet has, or another limit of the format.
    #[error("The workbook could not be written: {0}.")]
    Workbook(#[from] XlsxError),
}

impl Error {
    /// What to do now.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NameTaken { .. } => "Rename one of the two: dots and dashes count as the same.",
            Self::NameTooLong { .. } => "Shorten the names of the steps that it runs through.",
            Self::NotFinite { .. } => "Look for an input near 0 that something is divided by.",
            Self::Date { .. } => "Correct the date in the price file.",
            Self::Formula { .. } | Self::TextResult { .. } => {
                "This is a mistake in Forebill: report it with the plan."
            }
            Self::Cancelled => "Export again when you want it.",
            Self::Nothing => "Give a call some input or output, or the plan another cost.",
            Self::Workbook(_) => "Split the plan, or write CSV instead.",
        }
    }
}
