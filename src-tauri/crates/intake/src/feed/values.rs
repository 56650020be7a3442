//! Numbers, days and names from the JSON of others, with a problem where one is not what it should be.

use cost::book::Origin;
use cost::money::{Factor, Rate};
use jiff::civil::Date;
use serde_json::Value;

use super::gather::Gather;
use crate::book::HIGHEST_RATE;
use crate::decimal;

/// The `basis` of what another book says.
pub const BOOK: &str = "book";

/// A model's own place in a feed, and where what is wrong with it goes.
pub struct Notes<'a> {
    /// The provider, in our words.
    pub provider: &'a str,
    /// The model, as it will be called.
    pub model: &'a str,
    /// Where problems go.
    pub gather: &'a mut Gather,
}

impl Notes<'_> {
    /// Says something about the model.
    pub fn add(&mut self, message: impl Into<String>, hint: impl Into<String>) {
        self.gather.problem(&[self.provider, self.model], message, hint);
    }

    /// Keeps what has no place in a book.
    pub fn unread(&mut self, key: &str, value: &Value) {
        let model = format!("{}/{}", self.provider, self.model);
        self.gather.unread(key, &model, value);
    }

    /// A price for ten to the power of so many units. Nothing where none is given, or, with a problem, none can be read.
    pub fn rate(&mut self, key: &str, value: &Value, power: i32) -> Option<Rate> {
        if value.is_null() {
            return None;
        }
        let highest = Rate::parse(HIGHEST_RATE).expect("a decimal");
        let read = value.as_number().and_then(|number| decimal::rate(number, power));
        let Some(read) = read.filter(|read| read.rate <= highest) else {
            let value = super::format::short(&value.to_string());
            self.add(format!("Its price `{key}` is not one: {value}."), "It is left out.");
            return None;
        };
        if read.rounded {
            self.add(
                format!("`{key}` {value} has more digits than a price."),
                format!("It is read as {} for a million.", read.rate.per_million()),
            );
        }
        Some(read.rate)
    }

    /// A factor above 0. Nothing, with a problem, where it is none.
    pub fn factor(&mut self, key: &str, value: &Value) -> Option<Factor> {
        let read = factor(value);
        if read.is_none() {
            let value = super::format::short(&value.to_string());
            self.add(format!("Its factor `{key}` is not one: {value}."), "It is left out.");
        }
        read
    }

    /// A day, cut from a moment where the feed has one.
    pub fn day(&mut self, key: &str, value: &Value) -> Option<Date> {
        let text = value.as_str()?.trim();
        let read = day(text, self.gather);
        if read.is_none() {
            let text = super::format::short(text);
            self.add(format!("`{key}` is no day: `{text}`."), "It is left out.");
        }
        read
    }
}

/// A factor above 0.
pub fn factor(value: &Value) -> Option<Factor> {
    let text = value.as_number()?.to_string();
    let text = text.strip_suffix(".0").unwrap_or(&text);
    Factor::parse(text).filter(|factor| factor.to_string() != "0")
}

/// A day of `2026-08-16` or `2026-08-16T16:00:00Z`: a book has days, and says once where a time is cut.
pub fn day(text: &str, gather: &mut Gather) -> Option<Date> {
    let date = text.get(..10)?;
    let rest = &text[10..];
    let day: Date = date.parse().ok()?;
    if !rest.is_empty() && !rest.starts_with(['T', ' ']) {
        return None;
    }
    let midnight = rest.trim_start_matches(['T', ' ']).chars().take(8);
    if midnight.filter(char::is_ascii_digit).any(|digit| digit != '0') {
        gather.once(
            "Prices change at times of the day in this feed.",
            "Each holds here from the beginning of its day, in UTC.",
        );
    }
    Some(day)
}

/// Who says what a feed says: the page that it names, else the feed itself.
pub fn origin(page: &Value, otherwise: &str, checked: Date) -> Origin {
    let page = page.as_str().map(str::trim).filter(|page| !page.is_empty());
    Origin { source: page.unwrap_or(otherwise).into(), checked, basis: BOOK.into() }
}

/// The day on which a feed was checked: as it is told, as the feed says, else today, and that is said.
pub fn checked(told: Option<Date>, said: Option<Date>, today: Date, gather: &mut Gather) -> Date {
    told.or(said).unwrap_or_else(|| {
        gather.once(UNDATED, UNDATED_HINT);
        today
    })
}

/// What is said of a file without a day.
pub const UNDATED: &str = "The file does not say of which day it is.";

/// What becomes of its prices.
pub const UNDATED_HINT: &str =
    "Its prices are marked as checked today: give the day of the file if it is older.";
