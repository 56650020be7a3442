//! On which days of the week a price holds, and on which holidays it does not.
#![deny(clippy::float_arithmetic)]

use std::fmt;
use std::sync::Arc;

use jiff::civil::{Date, Weekday};

/// Days of the week, holidays apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Days {
    /// The days of the week.
    pub week: Week,
    /// Holidays, on which a price for these days does not hold.
    pub except: Option<Arc<Calendar>>,
}

/// Days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Week(u8);

/// Holidays as somebody decided them, for some years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Its name within its price file: `china`.
    pub id: String,
    /// The page that they were read from.
    pub source: String,
    /// The last day for which the holidays are known.
    pub known_to: Date,
    /// The holidays.
    pub dates: Vec<Date>,
}

impl Days {
    /// Whether a day is one of them.
    pub fn hold(&self, day: Date) -> bool {
        let is_holiday = |calendar: &Arc<Calendar>| calendar.dates.contains(&day);
        self.week.has(day.weekday()) && !self.except.as_ref().is_some_and(is_holiday)
    }

    /// The calendar whose holidays are not decided yet for a day that would be one of these.
    pub fn undecided(&self, day: Date) -> Option<&Calendar> {
        let calendar = self.except.as_deref()?;
        (self.week.has(day.weekday()) && calendar.known_to < day).then_some(calendar)
    }
}

impl Week {
    /// All seven days.
    pub const ALL: Self = Self(0b111_1111);

    /// From one day to another, both inclusive.
    pub fn span(first: Weekday, last: Weekday) -> Self {
        let length = first.until(last).unsigned_abs() + 1;
        let days = first.cycle_forward().take(usize::from(length));
        Self(days.fold(0, |days, day| days | bit(day)))
    }

    /// Reads `mon-fri` or `sat`.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        Some(Self::span(weekday(first)?, weekday(last)?))
    }

    /// Whether a day of the week is one of them.
    pub fn has(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }

    /// Whether both have a day.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}

fn weekday(name: &str) -> Option<Weekday> {
    let offset = NAMES.iter().position(|known| *known == name)?;
    Weekday::from_monday_zero_offset(i8::try_from(offset).ok()?).ok()
}

/// As it is written: `mon-fri`.
impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = || Weekday::Monday.cycle_forward().take(7);
        // The first day that has no day before it; all days begin on Monday.
        let first = days().find(|&day| self.has(day) && !self.has(day.previous()));
        let first = first.unwrap_or(Weekday::Monday);
        let run = first.cycle_forward().take(7).take_while(|&day| self.has(day));
        let last = run.last().unwrap_or(first);
        let name = |day: Weekday| NAMES[day.to_monday_zero_offset().unsigned_abs() as usize];
        if first == last {
            f.write_str(name(first))
        } else {
            write!(f, "{}-{}", name(first), name(last))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_read_and_written_alike() {
        for text in ["mon-fri", "sat-sun", "wed", "sat-mon", "mon-sun"] {
            let week = Week::parse(text).expect("days");
            assert_eq!(week.to_string(), text);
            assert_eq!(Week::parse(&week.to_string()), Some(week));
        }
        assert_eq!(Week::parse("mon-sun"), Some(Week::ALL));
        for text in ["", "mo", "mon-", "mon-tue-wed", "Mon"] {
            assert_eq!(Week::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_holiday_is_no_working_day_and_an_unknown_year_says_so() {
        let china = Calendar {
            id: "china".into(),
            source: "https://example.com".into(),
            known_to: date(2026, 12, 31),
            dates: vec![date(2026, 10, 1)],
        };
        let days = Days { week: Week::parse("mon-fri").expect("days"), except: Some(china.into()) };
        let check = |day: Date, holds: bool, decided: bool| {
            assert_eq!((days.hold(day), days.undecided(day).is_none()), (holds, decided), "{day}");
        };
        check(date(2026, 9, 30), true, true);
        check(date(2026, 10, 1), false, true);
        check(date(2026, 10, 3), false, true);
        check(date(2027, 10, 1), true, false);
        check(date(2027, 10, 2), false, true);
    }
}
