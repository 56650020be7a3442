//! One line of our own table: one price.

use std::collections::BTreeMap;
use std::sync::Arc;

use cost::book::{Bracket, Days, Entry, Origin, Tier, Week, Window};
use cost::meter::Meter;
use cost::money::Rate;
use jiff::civil::Date;

use crate::book::{HIGHEST_RATE, Lack, not_in_dollars, other_currency};
use crate::feed::hours::window;
use crate::feed::names;

/// The columns of a table; one that is not needed may be left out.
pub const COLUMNS: [&str; 18] = [
    "provider",
    "model",
    "tier",
    "from",
    "to",
    "over",
    "at_least",
    "window",
    "days",
    "meter",
    "per_million",
    "each",
    "currency",
    "source",
    "checked",
    "basis",
    "guaranteed_to",
    "note",
];

/// Why a line is no price.
pub struct Wrong {
    /// What it lacks.
    pub what: Lack,
    /// What is wrong, as a sentence.
    pub why: String,
}

impl From<String> for Wrong {
    fn from(why: String) -> Self {
        Self { what: Lack::Line, why }
    }
}

impl From<&str> for Wrong {
    fn from(why: &str) -> Self {
        why.to_owned().into()
    }
}

/// A price and whose it is.
pub struct Row {
    /// The provider.
    pub provider: String,
    /// The model.
    pub model: String,
    /// The price, with one rate.
    pub entry: Entry,
}

impl Row {
    /// Reads the cells of a line. `checked` is the day for a line that has none; none may lie after today.
    pub fn read(cells: &BTreeMap<&str, &str>, checked: Date, today: Date) -> Result<Self, Wrong> {
        let cell = |column: &str| cells.get(column).copied().filter(|cell| !cell.is_empty());
        let needed = |column: &str| cell(column).ok_or(format!("It has no `{column}`."));
        let day = |column: &str| {
            let read = |text: &str| {
                text.parse::<Date>()
                    .map_err(|_| format!("`{column}` is `{text}`, no day as 2026-11-20."))
            };
            cell(column).map(read).transpose()
        };
        let tokens = |column: &str| {
            let read = |text: &str| {
                text.parse::<u64>()
                    .map_err(|_| format!("`{column}` is `{text}`, no number of tokens."))
            };
            cell(column).map(read).transpose()
        };
        let currency = cell("currency").map(|word| {
            let is_ours = ["USD", "US$", "$"].iter().any(|own| word.eq_ignore_ascii_case(own));
            (!is_ours).then(|| not_in_dollars(word))
        });
        if let Some(why) = currency.flatten().or_else(|| other_currency(cell("unit")?)) {
            return Err(why.into());
        }
        let meter = needed("meter")?;
        let meter = Meter::from_name(meter)
            .ok_or_else(|| format!("There is no meter `{meter}`: it is one such as `input`."))?;
        let bracket = match (tokens("over")?, tokens("at_least")?) {
            (None, None) => None,
            (Some(tokens), None) => Some(Bracket::Over(tokens)),
            (None, Some(tokens)) => Some(Bracket::AtLeast(tokens)),
            (Some(_), Some(_)) => return Err("A price has `over` or `at_least`, not both.".into()),
        };
        let tier = match cell("tier") {
            None => Tier::Standard,
            Some(word) => Tier::parse(word).ok_or_else(|| {
                let known: Vec<_> = Tier::ALL.iter().map(|tier| tier.name()).collect();
                format!("There is no tier `{word}`: it is one of {}.", known.join(", "))
            })?,
        };
        let origin = Origin {
            source: needed("source").map_err(|why| Wrong { what: Lack::Source, why })?.into(),
            checked: day("checked")?.unwrap_or(checked),
            basis: cell("basis").unwrap_or("own").into(),
        };
        if let Some(why) = yet_to_come(origin.checked, today) {
            return Err(why.into());
        }
        let (from, to) = (day("from")?, day("to")?);
        if from.zip(to).is_some_and(|(from, to)| to <= from) {
            return Err(
                "`to` is the first day without this price, and has to come after `from`.".into()
            );
        }
        Ok(Self {
            provider: names::meant(needed("provider")?),
            model: needed("model")?.into(),
            entry: Entry {
                from,
                to,
                tier,
                bracket,
                window: cell("window").map(hours).transpose()?,
                days: cell("days").map(days).transpose()?,
                origin: Some(Arc::new(origin)),
                guaranteed_to: day("guaranteed_to")?,
                note: cell("note").map(Into::into),
                rates: [(meter, rate(cell("per_million"), cell("each"))?)].into(),
                ..Entry::default()
            },
        })
    }
}

/// Why nobody can have looked on a day, where it lies ahead anywhere on earth.
pub fn yet_to_come(checked: Date, today: Date) -> Option<String> {
    let is_ahead = today.tomorrow().is_ok_and(|tomorrow| checked > tomorrow);
    is_ahead.then(|| format!("`checked` is {checked}, a day that is yet to come."))
}

fn rate(per_million: Option<&str>, each: Option<&str>) -> Result<Rate, String> {
    let (text, rate) = match (per_million, each) {
        (Some(text), None) => (text, Rate::parse_per_million(text)),
        (None, Some(text)) => (text, Rate::parse(text)),
        _ => return Err("A price is `per_million` or `each`: one of them.".into()),
    };
    if text.contains(',') {
        return Err(format!(
            "`{text}` has a comma: write the price with a point alone, as 1234.5."
        ));
    }
    let highest = Rate::parse(HIGHEST_RATE).expect("a decimal");
    let rate = rate.filter(|rate| (Rate::default()..=highest).contains(rate));
    rate.ok_or_else(|| format!("`{text}` is no price: it is a decimal of 0 or more, as 0.25."))
}

fn hours(text: &str) -> Result<Window, String> {
    let read = text.split_once('-').and_then(|(start, end)| window(start, end).flatten());
    read.ok_or_else(|| format!("`window` is `{text}`, not hours in UTC as 01:00-04:00."))
}

fn days(text: &str) -> Result<Days, String> {
    let week =
        Week::parse(text).ok_or_else(|| format!("`days` is `{text}`, not days as mon-fri."))?;
    Ok(Days { week, except: None })
}
