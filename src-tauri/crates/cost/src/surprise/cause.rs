//! What makes one unit dearer than the answer that was tried once, and how it is called.

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::workings::Driver;

/// What stands between the naive figure and the real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, TS, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[ts(rename = "SurpriseCause")]
#[schemars(rename = "SurpriseCause")]
pub enum Cause {
    /// The answer is asked for more than once.
    Turns,
    /// Calls whose answers nobody sees.
    Helpers,
    /// What is looked up, and what tools say of themselves and return.
    Retrieved,
    /// What the model thinks.
    Reasoning,
    /// What was said before.
    History,
    /// What the prompt has gained since launch.
    PromptGrowth,
    /// The price and the typed lengths of the answer that was tried are not those of launch.
    SinceLaunch,
    /// Attempts that had to be repeated, and what stands in for them.
    FailedAttempts,
    /// Other models that answer as well, dearer or cheaper.
    Routing,
    /// Later tiers of a cascade, where a cheaper answer was not accepted.
    Escalation,
    /// Calls that are served in another way than the standard one: in a batch, when there is room, at once.
    Service,
    /// Agents beyond the first.
    Agents,
    /// What is read from caches and not paid anew.
    Caches,
    /// Costs beside the model calls.
    OtherCosts,
    /// What a contract takes off list prices, or adds to them.
    Contract,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 15] = [
        Self::Turns,
        Self::Helpers,
        Self::Retrieved,
        Self::Reasoning,
        Self::History,
        Self::PromptGrowth,
        Self::SinceLaunch,
        Self::FailedAttempts,
        Self::Routing,
        Self::Escalation,
        Self::Service,
        Self::Agents,
        Self::Caches,
        Self::OtherCosts,
        Self::Contract,
    ];

    /// As it stands in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Turns => "turns",
            Self::Helpers => "helpers",
            Self::Retrieved => Driver::Retrieved.name(),
            Self::Reasoning => Driver::Reasoning.name(),
            Self::History => Driver::History.name(),
            Self::PromptGrowth => Driver::PromptGrowth.name(),
            Self::SinceLaunch => "since-launch",
            Self::FailedAttempts => Driver::FailedAttempts.name(),
            Self::Routing => "routing",
            Self::Escalation => Driver::Escalation.name(),
            Self::Service => "service",
            Self::Agents => Driver::Agents.name(),
            Self::Caches => "caches",
            Self::OtherCosts => Driver::OtherCosts.name(),
            Self::Contract => Driver::Contract.name(),
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Turns => "Turns",
            Self::Helpers => "Helpers",
            Self::Retrieved => "Retrieved and tools",
            Self::Reasoning => Driver::Reasoning.label(),
            Self::History => Driver::History.label(),
            Self::PromptGrowth => Driver::PromptGrowth.label(),
            Self::SinceLaunch => "Since launch",
            Self::FailedAttempts => Driver::FailedAttempts.label(),
            Self::Routing => "Routing",
            Self::Escalation => Driver::Escalation.label(),
            Self::Service => "Batch and service",
            Self::Agents => Driver::Agents.label(),
            Self::Caches => "Caches",
            Self::OtherCosts => Driver::OtherCosts.label(),
            Self::Contract => Driver::Contract.label(),
        }
    }
}
