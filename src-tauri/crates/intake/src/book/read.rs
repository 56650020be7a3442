//! A provider's price file read, with the line and column of whatever is wrong in it.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use cost::book::{Bracket, Capability, Entry, Model, Provider, Tier, Window};
use cost::meter::Meter;
use cost::money::Rate;
use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::check;

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

/// Reads and checks the price file of one provider.
pub fn read(text: &str) -> Result<Provider, BadBook> {
    let document = DeTable::parse(text).map_err(|error| syntax(text, &error))?;
    let fields = Fields { text, table: document.get_ref(), span: 0..0, model: None };
    fields.only(&["provider", "name", "aliases", "model"])?;
    let id = fields.needed_text("provider")?;
    let models: Vec<Model> = fields.tables("model")?.iter().map(model).collect::<Result<_, _>>()?;
    if let Some((first, second, name)) = check::namesakes(&models) {
        let message =
            format!("Both `{first}` and `{second}` answer to `{name}`: keep one of them.");
        return Err(BadBook { line: None, column: None, model: None, message });
    }
    Ok(Provider {
        id: id.into(),
        name: fields.text("name")?.unwrap_or(id).into(),
        aliases: fields.texts("aliases")?,
        models,
    })
}

/// Reads one `[[model]]`; a file with several providers reads `provider` itself.
pub fn model(fields: &Fields) -> Result<Model, BadBook> {
    let id = fields.needed_text("id")?;
    let fields = &Fields { model: Some(id), ..fields.clone() };
    fields.only(&[
        "provider",
        "id",
        "name",
        "aliases",
        "context_tokens",
        "vocabulary",
        "capabilities",
        "source",
        "checked",
        "basis",
        "price",
    ])?;
    let rows = fields.tables("price")?;
    let prices = rows.iter().map(price).collect::<Result<Vec<_>, _>>()?;
    if let Some((_, second)) = check::overlap(&prices) {
        let message = "It overlaps with another price of the same tier, bracket and window: \
                       end the earlier one with `to`.";
        return Err(rows[second].bad(rows[second].span.clone(), message));
    }
    Ok(Model {
        id: id.into(),
        name: fields.text("name")?.map(Into::into),
        aliases: fields.texts("aliases")?,
        context_tokens: fields.number("context_tokens")?,
        vocabulary: fields.text("vocabulary")?.map(Into::into),
        capabilities: capabilities(fields)?,
        source: fields.needed_text("source")?.into(),
        checked: fields.date("checked")?.ok_or_else(|| fields.missing("checked"))?,
        basis: fields.needed_text("basis")?.into(),
        prices,
    })
}

/// What a model can do. An empty list says that it can do none of it; no list, that nobody knows.
fn capabilities(fields: &Fields) -> Result<Option<Vec<Capability>>, BadBook> {
    if !fields.table.contains_key("capabilities") {
        return Ok(None);
    }
    let names = fields.texts("capabilities")?;
    if let Some(name) = names.iter().find(|name| Capability::parse(name).is_none()) {
        let known = Capability::ALL.map(Capability::name).join(", ");
        let message = format!("There is no capability `{name}`: it is one of {known}.");
        return Err(fields.bad_field("capabilities", message));
    }
    let is_listed = |one: &Capability| names.iter().any(|name| name == one.name());
    Ok(Some(Capability::ALL.into_iter().filter(is_listed).collect()))
}

fn price(fields: &Fields) -> Result<Entry, BadBook> {
    let mut rates = BTreeMap::new();
    for (key, value) in fields.table.iter() {
        if NOT_RATES.contains(&key.get_ref().as_ref()) {
            continue;
        }
        let meter =
            Meter::from_name(key.get_ref()).ok_or_else(|| fields.unknown(key, &NOT_RATES))?;
        rates.insert(meter, rate(fields, key.get_ref(), value)?);
    }
    if rates.is_empty() {
        return Err(
            fields.bad(fields.span.clone(), "This price has no rates: add `input = \"…\"`.")
        );
    }
    let (from, to) = (fields.date("from")?, fields.date("to")?);
    if let (Some(from), Some(to)) = (from, to)
        && to <= from
    {
        let message =
            format!("`to` is the first day without this price: {to} is not after {from}.");
        return Err(fields.bad_field("to", message));
    }
    let bracket = match (fields.number("over")?, fields.number("at_least")?) {
        (None, None) => None,
        (Some(tokens), None) => Some(Bracket::Over(tokens)),
        (None, Some(tokens)) => Some(Bracket::AtLeast(tokens)),
        (Some(_), Some(_)) => {
            return Err(fields.bad_field("at_least", "A price has `over` or `at_least`, not both."));
        }
    };
    Ok(Entry { from, to, tier: tier(fields)?, bracket, window: window(fields)?, rates })
}

/// The keys of a price that are not meters.
const NOT_RATES: [&str; 6] = ["from", "to", "tier", "over", "at_least", "window"];

fn rate(fields: &Fields, key: &str, value: &Spanned<DeValue>) -> Result<Rate, BadBook> {
    let Some(text) = value.get_ref().as_str() else {
        return Err(fields.bad_field(key, format!("`{key}` is a decimal in quotes: \"0.25\".")));
    };
    let rate = Rate::parse_per_million(text).filter(|_| !text.starts_with('-'));
    let rate = rate.ok_or_else(|| {
        let message = format!(
            "`{key}` is \"{text}\", which is not a decimal of 0 or more with at most 12 digits after the point."
        );
        fields.bad_field(key, message)
    })?;
    let highest = Rate::parse(HIGHEST_RATE).expect("a decimal");
    if rate > highest {
        let message = format!(
            "`{key}` is \"{text}\", more than ${HIGHEST_RATE} for one unit: prices are for a million units."
        );
        return Err(fields.bad_field(key, message));
    }
    Ok(rate)
}

/// Dollars for one unit. With the most units that a record may have, 10¹⁵, every line of it stays below 10¹⁸
/// and their sum within [`cost::money::Money`].
const HIGHEST_RATE: &str = "1000";

fn tier(fields: &Fields) -> Result<Tier, BadBook> {
    let Some(word) = fields.text("tier")? else { return Ok(Tier::Standard) };
    Tier::parse(word).ok_or_else(|| {
        let known: Vec<_> = Tier::ALL.iter().map(|tier| tier.name()).collect();
        let message = format!("There is no tier `{word}`: it is one of {}.", known.join(", "));
        fields.bad_field("tier", message)
    })
}

fn window(fields: &Fields) -> Result<Option<Window>, BadBook> {
    let Some(text) = fields.text("window")? else { return Ok(None) };
    let minute = |time: &str| {
        let (hour, minute) = time.split_once(':').filter(|_| time.len() == 5)?;
        let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
        (hour < 24 && minute < 60).then_some(hour * 60 + minute)
    };
    let read = text.split_once('-').and_then(|(start, end)| Some((minute(start)?, minute(end)?)));
    match read {
        Some((start_minute, end_minute)) if start_minute != end_minute => {
            Ok(Some(Window { start_minute, end_minute }))
        }
        _ => {
            let message = format!("`window` is \"{text}\", not hours in UTC as \"01:00-04:00\".");
            Err(fields.bad_field("window", message))
        }
    }
}

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

impl<'a> Fields<'a> {
    /// Refuses keys that are not known.
    pub fn only(&self, known: &[&str]) -> Result<(), BadBook> {
        let unknown = self.table.keys().find(|key| !known.contains(&key.get_ref().as_ref()));
        unknown.map_or(Ok(()), |key| Err(self.unknown(key, known)))
    }

    /// A text that may be left out, but not left empty.
    pub fn text(&self, key: &str) -> Result<Option<&'a str>, BadBook> {
        self.table.get(key).map_or(Ok(None), |value| match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => Ok(Some(text)),
            Some(_) | None => Err(self.bad_field(key, format!("`{key}` is a text in quotes."))),
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

    fn number(&self, key: &str) -> Result<Option<u64>, BadBook> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        let number = value.get_ref().as_integer().filter(|number| number.radix() == 10);
        let number = number.and_then(|number| number.as_str().parse().ok());
        number
            .map(Some)
            .ok_or_else(|| self.bad_field(key, format!("`{key}` is a whole number of tokens.")))
    }

    fn date(&self, key: &str) -> Result<Option<Date>, BadBook> {
        let Some(value) = self.table.get(key) else { return Ok(None) };
        let date = value.get_ref().as_datetime().map(|date| date.to_string().parse());
        match date {
            Some(Ok(date)) => Ok(Some(date)),
            Some(Err(_)) | None => {
                Err(self.bad_field(key, format!("`{key}` is a date without quotes: 2026-11-09.")))
            }
        }
    }

    fn missing(&self, key: &str) -> BadBook {
        self.bad(self.span.clone(), format!("`{key}` is missing."))
    }

    fn unknown(&self, key: &Spanned<std::borrow::Cow<str>>, known: &[&str]) -> BadBook {
        let meters = if self.table.contains_key("input") || known == NOT_RATES {
            " or a meter such as `input`"
        } else {
            ""
        };
        let message = format!(
            "There is no field `{}` here: it is one of {}{meters}.",
            key.get_ref(),
            known.join(", ")
        );
        self.bad(key.span(), message)
    }

    fn bad_field(&self, key: &str, message: impl Into<String>) -> BadBook {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::write;
    use cost::money::{Money, Quantity, settle};

    const LARGE: &str = r#"provider = "acme"
name = "Acme"

[[model]]
id = "large"
source = "https://acme.example/prices"
checked = 2026-11-09
basis = "documented"

[[model.price]]
to = 2026-03-01
input = "2.5"
output = "10"

[[model.price]]
from = 2026-03-01
input = "2"
output = "8"

[[model.price]]
from = 2026-03-01
tier = "batch"
over = 200000
window = "22:00-06:00"
input = "0.003625"
"#;

    /// The file with one line replaced by another, read.
    #[track_caller]
    fn check(line: &str, instead: &str, expected: &str) {
        assert!(LARGE.contains(line), "{line}");
        let error = read(&LARGE.replacen(line, instead, 1)).expect_err("refused");
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn what_is_written_reads_back() {
        let provider = read(LARGE).expect("a price file");
        let text = write(&provider);
        assert_eq!(text.split_once("\n\n").map(|(_, rest)| rest), Some(LARGE));
        assert_eq!(read(&text), Ok(provider));
    }

    #[test]
    fn an_error_says_where_and_what_instead() {
        check(
            "= \"acme\"",
            "= acme",
            "line 1, column 12: string values must be quoted, expected literal string",
        );
        check(
            "input = \"2\"",
            "input = 2.0",
            "line 17, column 9: model `large`: `input` is a decimal in quotes: \"0.25\".",
        );
        check(
            "input = \"2\"",
            "input = \"-2\"",
            "line 17, column 9: model `large`: `input` is \"-2\", which is not a decimal of 0 or more \
             with at most 12 digits after the point.",
        );
        check(
            "input = \"2\"",
            "input = \"0.0000000000001\"",
            "line 17, column 9: model `large`: `input` is \"0.0000000000001\", which is not a decimal of 0 \
             or more with at most 12 digits after the point.",
        );
        check(
            "input = \"2\"",
            "input = \"1000000000.01\"",
            "line 17, column 9: model `large`: `input` is \"1000000000.01\", more than $1000 for one unit: \
             prices are for a million units.",
        );
        assert!(read(&LARGE.replace("input = \"2\"", "input = \"1000000000\"")).is_ok());
        check(
            "input = \"2\"",
            "imput = \"2\"",
            "line 17, column 1: model `large`: There is no field `imput` here: it is one of from, to, tier, \
             over, at_least, window or a meter such as `input`.",
        );
        check(
            "checked = 2026-11-09\n",
            "",
            "line 4, column 1: model `large`: `checked` is missing.",
        );
        check(
            "source = \"https://acme.example/prices\"",
            "source = \"\"",
            "line 6, column 10: model `large`: `source` is a text in quotes.",
        );
        check(
            "checked = 2026-11-09",
            "checked = \"yesterday\"",
            "line 7, column 11: model `large`: `checked` is a date without quotes: 2026-11-09.",
        );
        check(
            "22:00-06:00",
            "22-6",
            "line 24, column 10: model `large`: `window` is \"22-6\", not hours in UTC as \"01:00-04:00\".",
        );
        check(
            "over = 200000",
            "over = 200000\nat_least = 1",
            "line 24, column 12: model `large`: A price has `over` or `at_least`, not both.",
        );
        check(
            "tier = \"batch\"",
            "tier = \"bach\"",
            "line 22, column 8: model `large`: There is no tier `bach`: it is one of standard, batch, flex, \
             priority, fast.",
        );
    }

    #[test]
    fn what_a_model_can_do_is_listed_or_not_known_and_never_guessed() {
        let source = "source = ";
        let listed = |list: &str| {
            let line = format!("capabilities = {list}\n{source}");
            let provider = read(&LARGE.replacen(source, &line, 1)).expect("a price file");
            assert_eq!(read(&write(&provider)).as_ref(), Ok(&provider));
            provider.models[0].can(&[Capability::Tools, Capability::Images])
        };
        assert_eq!(listed("[\"images\", \"tools\", \"pdf\"]"), Some(true));
        assert_eq!(listed("[\"tools\"]"), Some(false));
        assert_eq!(listed("[]"), Some(false));
        assert_eq!(read(LARGE).expect("a price file").models[0].can(&[]), None);
        check(
            source,
            "capabilities = [\"vision\"]\nsource = ",
            "line 6, column 16: model `large`: There is no capability `vision`: it is one of tools, \
             reasoning, images, pdf, audio, video.",
        );
    }

    #[test]
    fn the_most_of_everything_at_the_highest_rate_is_still_an_amount() {
        let most = Quantity::whole(crate::usage::MOST_UNITS);
        let highest = Rate::parse(HIGHEST_RATE).expect("a decimal");
        let total: Money = Meter::ALL.iter().map(|_| settle(most, highest)).sum();
        assert_eq!(total.to_string(), format!("{}{}", Meter::ALL.len(), "0".repeat(18)));
    }

    #[test]
    fn prices_may_not_overlap() {
        check(
            "to = 2026-03-01\n",
            "",
            "line 14, column 1: model `large`: It overlaps with another price of the same tier, bracket and \
             window: end the earlier one with `to`.",
        );
        check(
            "to = 2026-03-01\n",
            "from = 2026-03-01\nto = 2026-03-01\n",
            "line 12, column 6: model `large`: `to` is the first day without this price: 2026-03-01 is not \
             after 2026-03-01.",
        );
    }

    #[test]
    fn a_name_means_one_model() {
        let second = LARGE.split_once("\n\n").expect("a head").1.replace("\"large\"", "\"LARGE\"");
        let error = read(&format!("{LARGE}\n{second}")).expect_err("refused");
        assert_eq!(
            error.to_string(),
            "Both `large` and `LARGE` answer to `LARGE`: keep one of them."
        );
    }
}
