//! Why recorded usage cannot be priced.

use crate::book::{NoEntry, Tier};
use crate::meter::Meter;
use crate::money::Quantity;

/// Why recorded usage could not be priced.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// No entry holds.
    #[error(transparent)]
    NoEntry(#[from] NoEntry),
    /// The entry has no price for something that was used.
    #[error("The book has no {} price for `{model}`, and the call used {quantity}.", .meter.name())]
    MeterNotPriced {
        /// The model's id.
        model: String,
        /// What was used.
        meter: Meter,
        /// How much of it.
        quantity: Quantity,
    },
    /// The way in which the call was served has a price of its own that the book lacks.
    #[error("The book has no price for `{key}: {value}` of `{model}`{}", known(.offered))]
    ServiceNotPriced {
        /// The model's id.
        model: String,
        /// What was asked for: `inference_geo`.
        key: String,
        /// Its value: `us`.
        value: String,
        /// The values that have one.
        offered: Vec<String>,
    },
    /// The way in which the call was served is not offered together with its tier.
    #[error("`{model}` is not sold at `{key}: {value}` in tier `{}`.", .tier.name())]
    NotTogether {
        /// The model's id.
        model: String,
        /// What was asked for: `inference_geo`.
        key: String,
        /// Its value: `us`.
        value: String,
        /// The tier.
        tier: Tier,
    },
    /// No tier is called this.
    #[error("There is no tier called `{word}`.")]
    UnknownTier {
        /// The word as it was written.
        word: String,
    },
    /// Two statements about the tier exclude each other.
    #[error("A call is not served by tier `{}` at `speed: fast`.", .tier.name())]
    FastExcluded {
        /// The tier that was stated.
        tier: Tier,
    },
}

fn known(offered: &[String]) -> String {
    if offered.is_empty() {
        ", only for ordinary service.".into()
    } else {
        format!(", only for {}.", offered.join(", "))
    }
}
