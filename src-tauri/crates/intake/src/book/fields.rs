//! One table of a price file, and what is wrong in it with line and column.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use cost::book::Origin;
use cost::money::Rate;
use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong in a price file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct BadBook {
    /// Counted from 1, where known.
    pub line: Option<u32>,
    /// Counted from 1, in characters, where known.
    pub column: Option<u32>,
    /// The id of the model that it is about.
    pub model: Option<String>,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for BadBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "line {line}, column {column}: ")?;
        }
        if let Some(model) = &self.model {
            write!(f, "model `{model}`: ")?;
        }
        f.write_str(&self.message)
    }
}

/// Dollars for one unit. With the most units that a record may have, 10¹⁵, every line of it stays below 10¹⁸
/// and their sum within [`cost::money::Money`].
pub const HIGHEST_RATE: &str = "1000";

/// One table of a price file, with what an error in it needs to say where it is.
#[derive(Clone)]
pub struct Fields<'a> {
    /// The whole file.
    pub text: &'a str,
    /// The table.
    pub table: &'a DeTable<'a>,
    /// Where it stands in the file, in bytes.
    pub span: Range<usize>,
    /// The model that it is about.
    pub model: Option<&'a str>,
}

/// Whose tables are meant.
pub enum Seller<'a> {
    /// Those of the file's only provider.
    File,
    /// Those that name this one.
    Named(&'a str),
}

impl Seller<'_> {
    /// The tables of a list such as `[[cache]]`.
    pub fn tables<'a>(&self, file: &Fields<'a>, key: &str) -> Result<Vec<Fields<'a>>, BadBook> {
        let mut tables = file.tables(key)?;
        if let Self::Named(id) = self {
            tables.retain(|table| table.text("provider").ok().flatten() == Some(*id));
        }
        Ok(tables)
    }
}

impl<'a> Fields<'a> {
    /// Refuses keys that are not known.
    pub fn only(&self, known: &[&str]) -> Result<(), BadBook> {
        let unknown = self.table.keys().find(|key| !known.contains(&key.get_ref().as_ref()));
        unknown.map_or(Ok(()), |key| Err(self.unknown(key, &known.join(", "))))
    }

    /// A text that may be left out, but not left empty.
    pub fn text(&self, key: &str) -> Result<Option<&'a str>, BadBook> {
        self.table.get(key).map_or(Ok(None), |value| match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => Ok(Some(text)),
            Some(_) => {
                Err(self
                    .bad_field(key, format!("`{key}` is empty: write its text, or leave it out.")))
            }
            None => Err(self.bad_field(key, format!("`{key}` is a text in quotes."))),
        })
    }

    /// A text that has to be there.
    pub fn needed_text(&self, key: &str) -> Result<&'a str, BadBook> {
        self.text(key)?.ok_or_else(|| self.missing(key))
    }

    /// A list of texts; nothing when left out.
    pub fn texts(&self, key: &str) -> Result<Vec<String>, BadBook> {
        let Some(value) = self.table.get(key) else { return Ok(vec![]) };
        let each = value.get_ref().as_array().map(|values| {
            values.iter().map(|value| value.get_ref().as_str().map(Into::into)).collect()
        });
        each.flatten()
            .ok_or_else(|| self.bad_field(key, format!("`{key}` is a list of texts in quotes.")))
    }

    /// The tables of a list such as `[[model]]`.
    pub fn tables(&self, key: &str) -> Result<Vec<Fields<'a>>, BadBook> {
        let Some(value) = self.table.get(key) else { return Ok(vec![]) };
        let fields = |value: &'a Spanned<DeValue<'a>>| {
            let table = value.get_ref().as_table()?;
            Some(Fields { table, span: value.span(), ..self.clone() })
        };
        let each = value.get_ref().as_array().map(|values| values.iter().map(fields).collect());
        each.flatten()
            .ok_or_else(|| self.bad_field(key, format!("`{key}` is a list of tables: [[{key}]].")))
    }

    /// A whole number of tokens, or of something else that is counted.
    pub fn number(&self, key: &str) -> Result<Option<u64>, BadBook> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        let number = value.get_ref().as_integer().filter(|number| number.radix() == 10);
        let number = number.and_then(|number| number.as_str().parse().ok());
        number
            .map(Some)
            .ok_or_else(|| self.bad_field(key, format!("`{key}` is a whole number of tokens.")))
    }

    /// A day.
    pub fn date(&self, key: &str) -> Result<Option<Date>, BadBook> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        let date = value.get_ref().as_datetime().map(|date| date.to_string().parse());
        match date {
            Some(Ok(date)) => Ok(Some(date)),
            Some(Err(_)) | None => {
                Err(self.bad_field(key, format!("`{key}` is a date without quotes: 2026-11-09.")))
            }
        }
    }

    /// A day that has to be there.
    pub fn needed_date(&self, key: &str) -> Result<Date, BadBook> {
        self.date(key)?.ok_or_else(|| self.missing(key))
    }

    /// A list of days; nothing when left out.
    pub fn dates(&self, key: &str) -> Result<Vec<Date>, BadBook> {
        let Some(value) = self.table.get(key) else { return Ok(vec![]) };
        let day =
            |value: &Spanned<DeValue>| value.get_ref().as_datetime()?.to_string().parse().ok();
        let days = value.get_ref().as_array().map(|values| values.iter().map(day).collect());
        let message = format!("`{key}` is a list of dates without quotes: [2026-10-01].");
        days.flatten().ok_or_else(|| self.bad_field(key, message))
    }

    /// A list of whole numbers; nothing when left out.
    pub fn numbers(&self, key: &str) -> Result<Vec<u64>, BadBook> {
        let Some(value) = self.table.get(key) else { return Ok(vec![]) };
        let number = |value: &Spanned<DeValue>| value.get_ref().as_integer()?.as_str().parse().ok();
        let all = value.get_ref().as_array().map(|values| values.iter().map(number).collect());
        let message = format!("`{key}` is a list of whole numbers: [300, 3600].");
        all.flatten().ok_or_else(|| self.bad_field(key, message))
    }

    /// Yes or no; no when left out.
    pub fn yes(&self, key: &str) -> Result<bool, BadBook> {
        let Some(value) = self.table.get(key) else { return Ok(false) };
        let yes = value.get_ref().as_bool();
        yes.ok_or_else(|| self.bad_field(key, format!("`{key}` is true or false.")))
    }

    /// One of some words; nothing when left out.
    pub fn word<T: Copy>(
        &self,
        key: &str,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Result<Option<T>, BadBook> {
        let Some(word) = self.text(key)? else { return Ok(None) };
        let meant = all.iter().copied().find(|one| name(*one) == word);
        let names: Vec<_> = all.iter().map(|one| name(*one)).collect();
        let message = format!("There is no {key} `{word}`: it is one of {}.", names.join(", "));
        meant.map(Some).ok_or_else(|| self.bad_field(key, message))
    }

    /// Who says something, all of it needed.
    pub fn origin(&self) -> Result<Origin, BadBook> {
        Ok(Origin {
            source: self.needed_text("source")?.into(),
            checked: self.needed_date("checked")?,
            basis: self.needed_text("basis")?.into(),
        })
    }

    /// A price for a million units, or, as `0.05 each`, for one.
    pub fn rate(&self, key: &str, value: &Spanned<DeValue>) -> Result<Rate, BadBook> {
        let Some(text) = value.get_ref().as_str() else {
            return Err(self.bad_field(key, format!("`{key}` is a decimal in quotes: \"0.25\".")));
        };
        let rate = match text.strip_suffix(" each") {
            Some(each) => Rate::parse(each),
            None => Rate::parse_per_million(text),
        };
        let rate = rate.filter(|_| !text.starts_with('-'));
        let rate = rate.ok_or_else(|| {
            let message = format!(
                "`{key}` is \"{text}\", which is not a decimal of 0 or more with at most 12 digits after the point."
            );
            self.bad_field(key, message)
        })?;
        let highest = Rate::parse(HIGHEST_RATE).expect("a decimal");
        if rate > highest {
            let message = format!(
                "`{key}` is \"{text}\", more than ${HIGHEST_RATE} for one unit: prices are for a million units."
            );
            return Err(self.bad_field(key, message));
        }
        Ok(rate)
    }

    /// Something that is missing and may not be.
    pub fn missing(&self, key: &str) -> BadBook {
        self.bad(self.span.clone(), format!("`{key}` is missing."))
    }

    /// A key that is not known.
    pub fn unknown(&self, key: &Spanned<Cow<str>>, known: &str) -> BadBook {
        let name = key.get_ref().as_ref();
        let value = self.table.get(name).filter(|_| ["currency", "unit"].contains(&name));
        let other = value.and_then(|value| other_currency(value.get_ref().as_str()?));
        if let Some(message) = other {
            return self.bad(key.span(), message);
        }
        let message = format!("There is no field `{}` here: it is one of {known}.", key.get_ref());
        self.bad(key.span(), message)
    }

    /// What is wrong with a value.
    pub fn bad_field(&self, key: &str, message: impl Into<String>) -> BadBook {
        let span = self.table.get(key).map_or(self.span.clone(), Spanned::span);
        self.bad(span, message)
    }

    /// What is wrong at a place of this table.
    pub fn bad(&self, span: Range<usize>, message: impl Into<String>) -> BadBook {
        let (line, column) = place(self.text, span.start);
        BadBook {
            line: Some(line),
            column: Some(column),
            model: self.model.map(Into::into),
            message: message.into(),
        }
    }
}

/// Why a price is not taken, where a word beside it names a currency that is not the one of prices.
pub fn other_currency(word: &str) -> Option<String> {
    let word = word.trim();
    let is_ours = ["USD", "US$", "$"].iter().any(|own| word.eq_ignore_ascii_case(own));
    let is_sign = !word.is_ascii() && word.chars().count() == 1;
    let is_code = word.len() == 3 && word.bytes().all(|letter| letter.is_ascii_alphabetic());
    (!is_ours && (is_sign || is_code)).then(|| not_in_dollars(&word.to_uppercase()))
}

/// Why a price in another currency is not taken.
pub fn not_in_dollars(currency: &str) -> String {
    format!(
        "The price is in {currency}; prices are in USD: convert it, or set the rate in the plan's contract."
    )
}

/// What the text itself gets wrong as TOML.
pub fn syntax(text: &str, error: &toml::de::Error) -> BadBook {
    let place = error.span().map(|span| place(text, span.start));
    BadBook {
        line: place.map(|(line, _)| line),
        column: place.map(|(_, column)| column),
        model: None,
        message: error.message().into(),
    }
}

/// Line and column of a byte, counted from 1, columns in characters.
fn place(text: &str, byte: usize) -> (u32, u32) {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let line = count(before.matches('\n').count() + 1);
    (line, count(before[line_start..].chars().count() + 1))
}
