//! Why recorded usage has no price, with what to do.

use cost::price::PriceError;
use intake::usage::BadUsage;

use crate::error::{Code, Error, More};
use crate::shelf::no_entry;

/// Recorded usage that cannot be read.
pub(crate) fn bad_usage(error: &BadUsage) -> Error {
    let (code, hint) = match error {
        BadUsage::Empty => (Code::BadArguments, "Pass the `usage` object of a response."),
        BadUsage::UnknownField { .. } => (
            Code::BadArguments,
            "Usage of OpenAI, Anthropic, Gemini and Bedrock is read: rename the field, or leave it out if it is not billed.",
        ),
        BadUsage::NotAnAmount { .. } => (Code::BadArguments, "Amounts are numbers."),
        BadUsage::Mixed { .. } => {
            (Code::InconsistentUsage, "Vendors count cached input inside or beside the rest.")
        }
        BadUsage::Contradiction { .. } | BadUsage::Inconsistent(_) => (
            Code::InconsistentUsage,
            "Parts are inside their totals, but for Anthropic's cached input, which stands beside the rest.",
        ),
    };
    Error::new(code, error.to_string(), hint)
}

/// Recorded usage without a price.
pub fn not_priced(error: &PriceError) -> Error {
    let (code, hint) = match error {
        PriceError::NoEntry(cause) => return no_entry(cause),
        PriceError::MeterNotPriced { .. } => {
            let hint = "Add its price to a book of your own.";
            return Error::new(Code::NotPriced, error.to_string(), hint).with(More::OwnBook);
        }
        PriceError::ServiceNotPriced { .. } => (
            Code::NotPriced,
            "Its surcharge is not in the book: the ordinary price would be wrong.",
        ),
        PriceError::NotTogether { .. } => {
            (Code::TierNotAvailable, "Name the tier that served the call.")
        }
        PriceError::UnknownTier { .. } => (
            Code::TierNotAvailable,
            "Tiers are standard (default), batch, flex, priority, fast and ultrafast: name the one that served the call.",
        ),
        PriceError::FastExcluded { .. } => {
            (Code::TierNotAvailable, "Fast mode is not combined with other tiers.")
        }
    };
    Error::new(code, error.to_string(), hint)
}
