//! Why the book does not answer, for whoever asked.

use std::path::Path;

use cost::book::{NoEntry, UnknownModel};

use crate::error::{At, Code, Error, More};

/// A price file that is not one.
pub fn malformed(path: &Path, error: &intake::book::BadBook) -> Error {
    let file = path.display().to_string();
    Error::new(
        Code::BadPrices,
        format!("`{file}` is not a price file: {error}"),
        "Its README says how a price is written.",
    )
    .at(At { file: Some(file), line: error.line, column: error.column, address: None })
}

/// A name that means no model.
pub fn unknown(error: &UnknownModel) -> Error {
    let hint = match error {
        UnknownModel::NoProvider { .. } => "Write one of the price book's: provider/model.",
        UnknownModel::NoModel { .. } => {
            "Names are never guessed: write one of the price book's, or add its price to a book of your own."
        }
        UnknownModel::NoReroute { .. } => "Add the model to the book, or end its reroute there.",
        UnknownModel::Ambiguous { .. } => "Write the provider before the name: provider/model.",
    };
    Error::new(Code::UnknownModel, error.to_string(), hint).with(More::Models)
}

/// A model without a price for what was asked.
pub fn no_entry(error: &NoEntry) -> Error {
    let (code, hint) = match error {
        NoEntry::Unpriced { .. } | NoEntry::NotSold { .. } => {
            (Code::NotPriced, "Choose another model, or add its price to a book of your own.")
        }
        NoEntry::NoPriceOnDate { .. } => (
            Code::NoPriceOnDate,
            "Choose another date, or add an entry for this one to a book of your own.",
        ),
        NoEntry::NoPriceAtHours { .. } | NoEntry::NoPriceForLength { .. } => (
            Code::NotPriced,
            "Choose another model, or add an entry for the rest to a book of your own.",
        ),
        NoEntry::TierNotOffered { .. } => (
            Code::TierNotAvailable,
            "Price the tier that served the call; the standard price is never taken instead.",
        ),
    };
    let refused = Error::new(code, error.to_string(), hint);
    match code {
        Code::TierNotAvailable => refused,
        _ => refused.with(More::OwnBook),
    }
}
