//! Why nothing of a model prices a call.

use jiff::civil::Date;

use super::entry::{Bracket, Tier, Window};
use crate::meter::Meter;

/// Why no entry of a model holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoEntry {
    /// The model is listed without any price.
    #[error("The book lists `{model}` without any price.")]
    Unpriced {
        /// The model's id.
        model: String,
    },
    /// Its prices start later, or have ended.
    #[error("The book has no {}price for `{model}` on {day}. {}", of(.meter), known(.first, .ended))]
    NoPriceOnDate {
        /// The model's id.
        model: String,
        /// What has no price, where other meters have.
        meter: Option<Meter>,
        /// The day that was asked for.
        day: Date,
        /// The first day with a price, when `day` is before it.
        first: Option<Date>,
        /// The day on which the last price ended, when `day` is not before it.
        ended: Option<Date>,
    },
    /// The model has prices on the day, but not for this tier.
    #[error(
        "The book has no {} {}price for `{model}` on {day}. Offered on that day: {}.{}",
        .tier.name(), of(.meter), names(.offered), starts(*.tier, .first)
    )]
    TierNotOffered {
        /// The model's id.
        model: String,
        /// The tier that was asked for.
        tier: Tier,
        /// What has no price, where other meters have.
        meter: Option<Meter>,
        /// The day that was asked for.
        day: Date,
        /// The tiers with a price on that day.
        offered: Vec<Tier>,
        /// The first later day on which the tier has a price.
        first: Option<Date>,
    },
    /// The tier has prices on the day, but not at every hour.
    #[error(
        "The book has no {} {}price for `{model}` on {day} at {} (UTC), only at other hours.",
        .tier.name(), of(.meter), listed(.hours)
    )]
    NoPriceAtHours {
        /// The model's id.
        model: String,
        /// The tier that was asked for.
        tier: Tier,
        /// What has no price, where other meters have.
        meter: Option<Meter>,
        /// The day that was asked for.
        day: Date,
        /// The hours of that day without a price.
        hours: Vec<Window>,
    },
    /// The tier has prices on the day, but for longer prompts.
    #[error(
        "The book has no {} {}price for `{model}` on {day} for a prompt of {prompt_tokens} tokens: \
         its prices start at {} tokens.",
        .tier.name(), of(.meter), .lowest.first_tokens()
    )]
    NoPriceForLength {
        /// The model's id.
        model: String,
        /// The tier that was asked for.
        tier: Tier,
        /// What has no price, where other meters have.
        meter: Option<Meter>,
        /// The day that was asked for.
        day: Date,
        /// The length that was asked for.
        prompt_tokens: u64,
        /// The lowest limit that has a price.
        lowest: Bracket,
    },
    /// Nothing of the model is sold by this measure, in any tier and on any day.
    #[error("The book has no {} price for `{model}`.", .meter.name())]
    NotSold {
        /// The model's id.
        model: String,
        /// What was asked for.
        meter: Meter,
    },
}

/// A meter before the word price, where one is named.
fn of(meter: &Option<Meter>) -> String {
    meter.map(|meter| format!("{} ", meter.name())).unwrap_or_default()
}

fn known(first: &Option<Date>, ended: &Option<Date>) -> String {
    match (first, ended) {
        (Some(first), _) => format!("The first one after it starts on {first}."),
        (None, Some(ended)) => format!("The last one ended on {ended}."),
        (None, None) => String::new(),
    }
}

fn names(tiers: &[Tier]) -> String {
    tiers.iter().map(|tier| tier.name()).collect::<Vec<_>>().join(", ")
}

fn listed(hours: &[Window]) -> String {
    hours.iter().map(Window::to_string).collect::<Vec<_>>().join(" and ")
}

fn starts(tier: Tier, first: &Option<Date>) -> String {
    match first {
        Some(first) => format!(" Its first {} price starts on {first}.", tier.name()),
        None => String::new(),
    }
}
