//! What samples say, number by number: measured values, their mean, and their doubt.

use cost::histogram::Histogram;
use cost::spread::{Spread, TWO_Z90};
use prompt::{Certainty, Counted};
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::super::lengths::Lengths;

/// What of a conversation was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "EvidenceOf")]
pub enum What {
    /// How often the user speaks in a conversation.
    Turns,
    /// What the user says in a turn.
    Question,
    /// What the user sees at the end of a turn.
    Answer,
    /// What the model is told before anybody speaks.
    System,
    /// The descriptions of tools.
    Tools,
    /// What was searched for and sent in a turn.
    Retrieved,
    /// How often the model is called in a turn.
    Calls,
    /// How often tools are called in a turn.
    ToolCalls,
    /// What a call says that calls tools.
    ToolOutput,
    /// What tools answer in a turn.
    ToolResults,
    /// Hidden tokens of a call.
    Reasoning,
    /// What a turn adds to what later turns send again.
    Growth,
}

impl What {
    /// As people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Turns => "turns",
            Self::Question => "question",
            Self::Answer => "answer",
            Self::System => "system",
            Self::Tools => "tools",
            Self::Retrieved => "retrieved",
            Self::Calls => "model calls",
            Self::ToolCalls => "tool calls",
            Self::ToolOutput => "tool call output",
            Self::ToolResults => "tool results",
            Self::Reasoning => "reasoning",
            Self::Growth => "added to history",
        }
    }

    /// What one value is of.
    pub const fn each(self) -> &'static str {
        match self {
            Self::Turns | Self::System | Self::Tools => "conversation",
            Self::Answer => "answer",
            Self::ToolOutput | Self::Reasoning => "call",
            Self::Question
            | Self::Retrieved
            | Self::Calls
            | Self::ToolCalls
            | Self::ToolResults
            | Self::Growth => "turn",
        }
    }

    /// The field of a plan that takes it; nothing where there is none.
    pub const fn field(self) -> Option<&'static str> {
        match self {
            Self::Turns => Some("turns"),
            Self::Question | Self::System | Self::Tools | Self::Retrieved | Self::ToolResults => {
                Some("tokens")
            }
            Self::Answer | Self::ToolOutput => Some("output"),
            Self::Reasoning => Some("reasoning"),
            Self::Calls | Self::ToolCalls | Self::Growth => None,
        }
    }

    /// Whether it is a number of tokens.
    pub const fn is_tokens(self) -> bool {
        match self {
            Self::Turns | Self::Calls | Self::ToolCalls => false,
            Self::Question
            | Self::Answer
            | Self::System
            | Self::Tools
            | Self::Retrieved
            | Self::ToolOutput
            | Self::ToolResults
            | Self::Reasoning
            | Self::Growth => true,
        }
    }
}

/// One thing that was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "EvidenceNumber")]
pub struct Found {
    /// What.
    pub what: What,
    /// As people call it.
    pub label: String,
    /// What one value is of: `turn`, `answer`, `conversation`, `call`.
    pub each: String,
    /// How many values there are.
    pub times: u64,
    /// Their mean.
    pub mean: String,
    /// The smallest.
    pub least: u64,
    /// One in ten is smaller.
    pub p10: u64,
    /// Half of them are.
    pub p50: u64,
    /// Nine in ten are.
    pub p90: u64,
    /// The largest.
    pub most: u64,
    /// As a number of a plan: `3 x4 | 5 x2`.
    pub value: String,
    /// The field of a plan that takes it; nothing where there is none.
    pub field: Option<String>,
    /// Who says so, for the plan.
    pub source: String,
    /// What stands behind it, for the plan.
    pub evidence: String,
    /// What it was counted for, for the plan: `o200k`, `claude-newer ±12%`.
    pub counted: Option<String>,
}

/// The values of one thing, conversation by conversation.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    /// The values of each conversation.
    by_conversation: Vec<Vec<Counted>>,
}

/// What they come to.
pub(super) struct Come {
    pub lengths: Lengths,
    /// The fewest and the most of all together.
    pub low: u64,
    pub high: u64,
    pub is_estimated: bool,
    /// As a plan has it.
    pub value: String,
}

impl Values {
    /// Adds those of one more conversation.
    pub fn add(&mut self, values: Vec<Counted>) {
        if !values.is_empty() {
            self.by_conversation.push(values);
        }
    }

    /// Nothing where nothing was measured.
    pub fn come(&self) -> Option<Come> {
        let mut lengths = Lengths::default();
        let (mut low, mut high, mut is_estimated) = (0, 0, false);
        for counted in self.by_conversation.iter().flatten() {
            let (fewest, most) = counted.bounds();
            lengths.add(counted.tokens);
            (low, high) = (low + fewest, high + most);
            is_estimated |= counted.certainty != Certainty::Exact;
        }
        let histogram = Histogram::of_lengths(&lengths.0)?;
        let doubt = self.doubt(&histogram, is_estimated.then_some((low, high)));
        let percent = doubt.map(|it| format!(" ±{}%", (it * 100.0).ceil().clamp(1.0, 99.0)));
        let value = format!("{histogram}{}", percent.unwrap_or_default());
        Some(Come { lengths, low, high, is_estimated, value })
    }

    /// The doubt to be written, where it is more than the histogram alone says: that of an estimate,
    /// and that of having seen so few conversations, whose turns are alike.
    fn doubt(&self, histogram: &Histogram, band: Option<(u64, u64)>) -> Option<f64> {
        // A band holds nine in ten, a plan's doubt four in five.
        const FOUR_FIFTHS_OF_NINE_TENTHS: f64 = 1.281_55 / 1.644_85;
        let (mean, times) = (histogram.mean(), histogram.times());
        let alone = Spread::Measured(histogram.clone().into()).measured_doubt().unwrap_or(0.0);
        let together = self.standard_error(mean).map_or(0.0, |error| {
            let relative = error / mean;
            let sigma = (relative * relative).ln_1p().sqrt();
            (sigma * TWO_Z90 / 2.0).tanh()
        });
        let measured = alone.max(together);
        let estimated = band.map_or(0.0, |(low, high)| {
            (high - low) as f64 / 2.0 / (mean * times).max(1.0) * FOUR_FIFTHS_OF_NINE_TENTHS
        });
        let both = measured.hypot(estimated);
        // What the histogram says is worked out by the plan itself.
        (both > alone * 1.000_001 && mean > 0.0).then_some(both)
    }

    /// The standard error of the mean, by conversations; nothing for one of them.
    fn standard_error(&self, mean: f64) -> Option<f64> {
        let conversations = self.by_conversation.len() as f64;
        let times: f64 = self.by_conversation.iter().map(|it| it.len() as f64).sum();
        let off = |values: &Vec<Counted>| -> f64 {
            let off: f64 = values.iter().map(|it| it.tokens as f64 - mean).sum();
            off * off
        };
        let sum: f64 = self.by_conversation.iter().map(off).sum();
        let few = conversations / (conversations - 1.0);
        (conversations > 1.0 && mean > 0.0).then(|| (few * sum).sqrt() / times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(conversations: &[&[u64]]) -> String {
        let mut values = Values::default();
        for conversation in conversations {
            let exact = |&tokens| Counted { tokens, certainty: Certainty::Exact };
            values.add(conversation.iter().map(exact).collect());
        }
        values.come().expect("values").value
    }

    #[test]
    fn answers_of_one_conversation_are_alike_and_count_as_fewer() {
        // Where conversations do not differ, the histogram says it all.
        assert_eq!(value(&[&[100, 200], &[100, 200], &[200, 100]]), "100 x3 | 200 x3");
        // Two groups of three: means of 100 and 200 are known as ±50 of 150, not as ±22.
        assert_eq!(value(&[&[100, 100, 100], &[200, 200, 200]]), "100 x3 | 200 x3 ±40%");
        assert_eq!(value(&[&[412]]), "412 x1");
    }

    #[test]
    fn an_estimate_adds_its_band() {
        let mut values = Values::default();
        let certainty = Certainty::Estimated { low: 90, high: 110 };
        values.add(vec![Counted { tokens: 100, certainty }]);
        assert_eq!(values.come().expect("a value").value, "100 x1 ±8%");
    }
}
