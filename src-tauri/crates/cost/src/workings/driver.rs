//! Why something is paid for: the causes of costs.

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::plan::Role;

/// Exactly one for each token: why it is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, TS, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Driver {
    /// What the first version of the prompt sends, and what the user asks.
    BasePrompt,
    /// What was looked up.
    Retrieved,
    /// Tool descriptions and results.
    Tools,
    /// What earlier turns said.
    History,
    /// What the prompt has gained since launch.
    PromptGrowth,
    /// What the model writes.
    Output,
    /// What the model thinks.
    Reasoning,
    /// Attempts that had to be repeated.
    FailedAttempts,
    /// Dearer tiers, for what a cheaper one was not trusted with.
    Escalation,
    /// Agents beyond the first.
    Agents,
    /// Costs beside the model calls.
    OtherCosts,
    /// What a contract takes off list prices, or adds to them.
    Contract,
}

impl Driver {
    /// Every driver, in the order of charts: from the axis up.
    pub const ALL: [Self; 12] = [
        Self::BasePrompt,
        Self::Retrieved,
        Self::Tools,
        Self::History,
        Self::PromptGrowth,
        Self::Output,
        Self::Reasoning,
        Self::FailedAttempts,
        Self::Escalation,
        Self::Agents,
        Self::OtherCosts,
        Self::Contract,
    ];

    /// Why a part of a prompt is paid for, at its launch length.
    pub const fn of(role: Role) -> Self {
        match role {
            Role::System | Role::User => Self::BasePrompt,
            Role::Retrieved => Self::Retrieved,
            Role::Tools => Self::Tools,
        }
    }

    /// As it stands in addresses and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BasePrompt => "base-prompt",
            Self::Retrieved => "retrieved",
            Self::Tools => "tools",
            Self::History => "history",
            Self::PromptGrowth => "prompt-growth",
            Self::Output => "output",
            Self::Reasoning => "reasoning",
            Self::FailedAttempts => "failed-attempts",
            Self::Escalation => "escalation",
            Self::Agents => "agents",
            Self::OtherCosts => "other-costs",
            Self::Contract => "contract",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::BasePrompt => "Base prompt",
            Self::Retrieved => "Retrieved",
            Self::Tools => "Tools",
            Self::History => "History",
            Self::PromptGrowth => "Prompt growth",
            Self::Output => "Output",
            Self::Reasoning => "Reasoning",
            Self::FailedAttempts => "Failed attempts",
            Self::Escalation => "Escalation",
            Self::Agents => "Agents",
            Self::OtherCosts => "Other costs",
            Self::Contract => "Contract",
        }
    }
}
