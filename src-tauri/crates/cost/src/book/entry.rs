//! One dated row of prices.
#![deny(clippy::float_arithmetic)]

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::days::Days;
use super::origin::{Layer, Origin};
use crate::meter::Meter;
use crate::money::Rate;

/// Prices that hold from one day to another, for one tier, prompt length and time of day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// The first day, inclusive. `None` means since always, as far as the book knows.
    pub from: Option<Date>,
    /// The day on which they end, exclusive.
    pub to: Option<Date>,
    /// The processing tier.
    pub tier: Tier,
    /// The prompt length from which these prices hold, for the whole request.
    pub bracket: Option<Bracket>,
    /// The hours of the day in which they hold, before any entry without hours.
    pub window: Option<Window>,
    /// The days of the week on which they hold, before any entry for every day.
    pub days: Option<Days>,
    /// Which part of the book they stand in: a later layer goes before an earlier one.
    pub layer: Layer,
    /// Its place among the books of its layer: a later one goes before an earlier one.
    pub place: u16,
    /// Who says so, where that is not who says the rest about the model.
    pub origin: Option<Arc<Origin>>,
    /// The seller promised them until this day, and said nothing about what comes after.
    pub guaranteed_to: Option<Date>,
    /// What a reader should know of them, such as what another book has.
    pub note: Option<String>,
    /// The id of the model that answers, where that is not the one whose price it stands for. No file says this.
    pub answers: Option<String>,
    /// Price for one unit of each meter.
    pub rates: BTreeMap<Meter, Rate>,
}

/// How a request is processed, and so what it costs.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    TS,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// The list price.
    #[default]
    Standard,
    /// Answered within a day.
    Batch,
    /// Answered when there is room.
    Flex,
    /// Answered first.
    Priority,
    /// Answered faster.
    Fast,
    /// Answered faster still.
    Ultrafast,
}

/// A cliff: the whole request is priced by this entry once its prompt is long enough.
///
/// In the order of the shortest prompts that they hold for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bracket {
    /// More prompt tokens than this.
    Over(u64),
    /// This many prompt tokens or more.
    AtLeast(u64),
}

/// Hours of the day, in UTC; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// Minutes after midnight.
    pub start_minute: u16,
    /// Minutes after midnight; may be before `start_minute` when the window spans midnight.
    pub end_minute: u16,
}

impl Tier {
    /// Every tier, in the order in which they are printed.
    pub const ALL: &[Self] =
        &[Self::Standard, Self::Batch, Self::Flex, Self::Priority, Self::Fast, Self::Ultrafast];

    /// Its name in price files and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Batch => "batch",
            Self::Flex => "flex",
            Self::Priority => "priority",
            Self::Fast => "fast",
            Self::Ultrafast => "ultrafast",
        }
    }

    /// The tier that a vendor's word means; `default` is the standard one.
    pub fn parse(word: &str) -> Option<Self> {
        let word = if word == "default" { "standard" } else { word };
        Self::ALL.iter().copied().find(|tier| tier.name() == word)
    }
}

impl Entry {
    /// Whether the entry holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day)
            && self.to.is_none_or(|to| day < to)
            && self.days.as_ref().is_none_or(|days| days.hold(day))
    }

    /// Whether its span has some of these days in it.
    pub fn meets(&self, days: &Range<Date>) -> bool {
        self.from.is_none_or(|from| from < days.end) && self.to.is_none_or(|to| days.start < to)
    }

    /// Whether it has only fees, which come beside whatever entry prices the tokens.
    pub fn is_fees(&self) -> bool {
        !self.rates.keys().any(|meter| meter.is_tokens())
    }

    /// In how many ways it is an exception: to other hours, to other days.
    pub fn exceptions(&self) -> usize {
        usize::from(self.window.is_some()) + usize::from(self.days.is_some())
    }
}

impl Bracket {
    /// Whether a prompt of so many tokens is long enough.
    pub const fn holds(self, prompt_tokens: u64) -> bool {
        match self {
            Self::Over(limit) => prompt_tokens > limit,
            Self::AtLeast(limit) => prompt_tokens >= limit,
        }
    }

    /// The limit in tokens.
    pub const fn limit_tokens(self) -> u64 {
        match self {
            Self::Over(limit) | Self::AtLeast(limit) => limit,
        }
    }

    /// The shortest prompt that is long enough, in tokens.
    pub const fn first_tokens(self) -> u64 {
        match self {
            Self::Over(limit) => limit.saturating_add(1),
            Self::AtLeast(limit) => limit,
        }
    }
}

impl Ord for Bracket {
    fn cmp(&self, other: &Self) -> Ordering {
        let begins = |bracket: &Self| (bracket.limit_tokens(), matches!(bracket, Self::Over(_)));
        begins(self).cmp(&begins(other))
    }
}

impl PartialOrd for Bracket {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Window {
    /// Whether a minute of the day lies inside.
    pub const fn holds(self, minute: u16) -> bool {
        if self.start_minute <= self.end_minute {
            self.start_minute <= minute && minute < self.end_minute
        } else {
            self.start_minute <= minute || minute < self.end_minute
        }
    }
}

/// Hours as `22:00-06:00`.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.start_minute, self.end_minute);
        write!(f, "{:02}:{:02}-{:02}:{:02}", start / 60, start % 60, end / 60, end % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_are_in_the_order_in_which_a_growing_prompt_reaches_them() {
        let mut brackets = [
            Bracket::Over(500),
            Bracket::AtLeast(501),
            Bracket::Over(499),
            Bracket::AtLeast(500),
            Bracket::AtLeast(2),
        ];
        brackets.sort();
        let expected = [
            Bracket::AtLeast(2),
            Bracket::Over(499),
            Bracket::AtLeast(500),
            Bracket::Over(500),
            Bracket::AtLeast(501),
        ];
        assert_eq!(brackets, expected);
        for bracket in brackets {
            let first = bracket.first_tokens();
            assert!(bracket.holds(first) && !bracket.holds(first - 1), "{bracket:?}");
        }
    }
}
