//! When something is: the beginning of a month or of a day, and days of a plan.

use std::borrow::Cow;
use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::Date;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::contract::first_day;
use super::number::{Scalar, Text};

/// The beginning of a month or a day, as somebody typed it: `month 7`, `2027-07`, `2027-07-15`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When(pub String);

impl When {
    /// How one is written.
    pub const EXAMPLE: &'static str = "month 7, 2027-07 or 2027-07-15";

    /// Its day, in a plan that starts on this one. `None` where the text says none.
    pub fn day(&self, starts: Date) -> Option<Date> {
        let text = self.0.trim();
        let dated = first_day(text)
            .or_else(|| (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten());
        dated.or_else(|| {
            let nth: u16 = text.strip_prefix("month").unwrap_or(text).trim().parse().ok()?;
            starts.checked_add(i64::from(nth.checked_sub(1)?).months()).ok()
        })
    }
}

/// Days of a plan: stretches in their order that do not touch, each from a day to the first one after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days(Vec<Range<Date>>);

impl Days {
    /// The days of one stretch.
    pub fn of(stretch: Range<Date>) -> Self {
        Self(if stretch.is_empty() { vec![] } else { vec![stretch] })
    }

    /// Those that both have.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let common = self.0.iter().flat_map(|one| {
            let both = move |two: &Range<Date>| one.start.max(two.start)..one.end.min(two.end);
            other.0.iter().map(both)
        });
        Self(common.filter(|stretch| !stretch.is_empty()).collect())
    }

    /// Those that either has.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let mut all: Vec<Range<Date>> = self.0.iter().chain(&other.0).cloned().collect();
        all.sort_by_key(|stretch| stretch.start);
        let mut joined: Vec<Range<Date>> = vec![];
        for stretch in all {
            match joined.last_mut().filter(|last| stretch.start <= last.end) {
                Some(last) => last.end = last.end.max(stretch.end),
                None => joined.push(stretch),
            }
        }
        Self(joined)
    }

    /// Those that the other one has not.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        other.0.iter().fold(self.clone(), |left, gone| {
            let parts = left.0.into_iter().flat_map(|stretch| {
                [
                    stretch.start..stretch.end.min(gone.start),
                    stretch.start.max(gone.end)..stretch.end,
                ]
            });
            Self(parts.filter(|part| !part.is_empty()).collect())
        })
    }

    /// Whether a day is one of them.
    pub fn has(&self, day: Date) -> bool {
        self.0.iter().any(|stretch| stretch.contains(&day))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its stretches.
    pub fn stretches(&self) -> &[Range<Date>] {
        &self.0
    }

    /// The first of them.
    pub fn first(&self) -> Option<Date> {
        self.0.first().map(|stretch| stretch.start)
    }
}

impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Scalar(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for When {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Text::deserialize(deserializer)?.0))
    }
}

impl JsonSchema for When {
    fn schema_name() -> Cow<'static, str> {
        "When".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": format!("The beginning of a month or a day: {}.", Self::EXAMPLE),
            "type": ["string", "integer"],
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_of_the_plan_a_month_and_a_day_are_read() {
        let check = |text: &str, day: Option<Date>| {
            assert_eq!(When(text.to_owned()).day(date(2027, 3, 1)), day, "{text}");
        };
        check("month 1", Some(date(2027, 3, 1)));
        check("month 11", Some(date(2028, 1, 1)));
        check(" 2 ", Some(date(2027, 4, 1)));
        check("2027-07", Some(date(2027, 7, 1)));
        check("2027-07-15", Some(date(2027, 7, 15)));
        for text in ["", "month 0", "month", "July", "2027-7", "2027-02-30", "1.5", "month -1"] {
            check(text, None);
        }
    }

    #[test]
    fn days_are_taken_from_joined_with_and_left_of_others() {
        let days = |stretches: &[(i8, i8)]| {
            let days = stretches.iter().map(|(from, to)| date(2027, 1, *from)..date(2027, 1, *to));
            Days(days.collect())
        };
        let (one, other) = (days(&[(1, 5), (9, 12)]), days(&[(3, 10)]));
        assert_eq!(one.and(&other), days(&[(3, 5), (9, 10)]));
        assert_eq!(one.or(&other), days(&[(1, 12)]));
        assert_eq!(one.without(&other), days(&[(1, 3), (10, 12)]));
        assert_eq!(other.without(&one), days(&[(5, 9)]));
        assert_eq!(one.or(&days(&[(5, 9)])), days(&[(1, 12)]));
        assert!(Days::of(date(2027, 1, 5)..date(2027, 1, 5)).is_empty());
        assert!(one.has(date(2027, 1, 4)) && !one.has(date(2027, 1, 5)));
    }
}
