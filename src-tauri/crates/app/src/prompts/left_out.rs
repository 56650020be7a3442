//! Models that are not in a list of prices, and why none is where nothing is left.

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

/// How many models of a book are not in a list.
#[derive(Debug, Default, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct LeftOut {
    /// Sold by others than their makers.
    pub resold: usize,
    /// For images, speech, search or moderation, or trained for somebody.
    pub not_writers: usize,
    /// Too short for the prompt and its answer; where only those that fit were asked for, also those
    /// whose length nobody knows.
    pub too_short: usize,
    /// The same under another name, at the same price.
    pub doubled: usize,
    /// Answered by another model on the day.
    pub rerouted: usize,
    /// Without a known rule for something in the prompt, such as an image.
    pub not_counted: usize,
    /// Known to lack a capability that was asked for.
    pub lacking: usize,
    /// Of which nobody knows what they can do, where that was asked for.
    pub capabilities_unknown: usize,
}

impl LeftOut {
    /// Why each of them was, as `3 that write no answers`; empty where none was.
    pub(super) fn reasons(&self, fits: bool, capabilities: &[String]) -> Vec<String> {
        let LeftOut {
            resold,
            not_writers,
            too_short,
            doubled,
            rerouted,
            not_counted,
            lacking,
            capabilities_unknown,
        } = self;
        let short = if fits { "too short or of unknown length" } else { "too short" };
        let lack = format!("known to lack {}", capabilities.join(" or "));
        let unknown =
            format!("of which nobody knows whether they have {}", capabilities.join(" and "));
        [
            (resold, "of other sellers".to_owned()),
            (not_writers, "that write no answers".to_owned()),
            (too_short, short.to_owned()),
            (doubled, "doubles".to_owned()),
            (rerouted, "that others answer for".to_owned()),
            (not_counted, "whose images are not known".to_owned()),
            (lacking, lack),
            (capabilities_unknown, unknown),
        ]
        .into_iter()
        .filter(|(many, _)| **many > 0)
        .map(|(many, why)| format!("{many} {why}"))
        .collect()
    }
}
