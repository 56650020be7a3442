//! Why a feature cannot be played.

use jiff::civil::Date;

use crate::book::Tier;
use crate::meter::Meter;

/// Why a feature cannot be played. A checked plan with all its prices and counts is never refused; listing its outcomes
/// also needs sizes that do not vary.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlayError {
    /// The plan's first month is not one, or lies too far away.
    #[error(
        "Month {month} of a plan that starts in `{starts}` is not in the calendar. Write `starts: 2027-01`."
    )]
    NoMonth {
        /// As the plan has it.
        starts: String,
        /// The month that was asked for, from 1.
        month: u32,
    },
    /// A call sends a part that the plan does not have.
    #[error("`{call}` sends `{part}`, which is not among the plan's prompts. Add it there.")]
    UnknownPart {
        /// The call's name.
        call: String,
        /// The part's name.
        part: String,
    },
    /// A text was not counted for a model that reads it.
    #[error("The text of `{part}` was not counted for `{model}`. Count it before playing.")]
    NotCounted {
        /// The part's name.
        part: String,
        /// The model, as the plan names it.
        model: String,
    },
    /// A model that the book does not have.
    #[error("No model of the price book is called `{model}`. Correct the name, or add its prices.")]
    UnknownModel {
        /// The model, as the plan names it.
        model: String,
    },
    /// A model without a price that a call needs.
    #[error("No {} price for `{model}` in tier {} on {day}. Add an entry, or move the plan's start.", .meter.name(), .tier.name())]
    NoPrice {
        /// The model's id.
        model: String,
        /// The tier that was asked for.
        tier: Tier,
        /// The first day without a price.
        day: Date,
        /// What has no price.
        meter: Meter,
    },
    /// A number that is no count.
    #[error("`{text}` at {address} is not a count. Write 3 or 2..6.")]
    NotACount {
        /// The number's address.
        address: String,
        /// As typed.
        text: String,
    },
    /// A kind of failure that does not say what of it is billed.
    #[error(
        "The failure `{kind}` of `{retry}` does not say what of it is billed. Write `billed_input` and `billed_output`."
    )]
    BillingUnsaid {
        /// The retry's name.
        retry: String,
        /// The kind of failure.
        kind: String,
    },
    /// A use of an agent that the plan does not have.
    #[error("The plan has no agent called `{agent}`. Add it under `agents`.")]
    UnknownAgent {
        /// The agent's name.
        agent: String,
    },
    /// Nobody says what part of a tier's answers is accepted.
    #[error(
        "What part of tier {tier} of `{cascade}` is accepted? Write `accepts`, or what the judge accepts and how good the answers are."
    )]
    AcceptanceUnsaid {
        /// The cascade's name.
        cascade: String,
        /// The tier, from 1.
        tier: usize,
    },
    /// Nobody says how soon a session calls again.
    #[error(
        "How soon does the session call `{call}` again? Write a `pause` at the conversation, or `in_time` at its cache."
    )]
    PauseUnsaid {
        /// The call's name.
        call: String,
    },
    /// Nobody says how long a provider keeps prompts.
    #[error(
        "How long does the provider of `{model}` keep what `{call}` sends? Write `ttl` at its cache."
    )]
    TimeUnsaid {
        /// The call's name.
        call: String,
        /// The model, as the plan names it.
        model: String,
    },
    /// The chance that others keep a prompt alive was not worked out.
    #[error(
        "How likely do other sessions keep alive what `{call}` sends? Write `alive` at its cache, or work it out before playing."
    )]
    TrafficUnsaid {
        /// The call's name.
        call: String,
    },
    /// The part of requests that meets a kept answer was not worked out.
    #[error(
        "What part of requests meets an answer kept by `{name}`? Write `hits`, or work it out before playing."
    )]
    HitsUnsaid {
        /// The response cache's name.
        name: String,
    },
    /// What varies beyond listing cannot be enumerated.
    #[error(
        "{address} varies, so its outcomes cannot be listed one by one. Play the feature with a seed instead."
    )]
    Varies {
        /// The number's address.
        address: String,
    },
    /// There are too many outcomes to list.
    #[error("The feature has more than {most} outcomes. Play it with a seed instead.")]
    TooManyPaths {
        /// The most that are listed.
        most: u64,
    },
}
