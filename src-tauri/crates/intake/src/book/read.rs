//! A provider's price file read.

use std::collections::BTreeMap;
use std::sync::Arc;

use cost::book::{
    Bracket, Calendar, Capability, Days, Entry, Hosted, Layer, Model, Provider, Tier, Week, Window,
};
use cost::meter::Meter;
use toml::de::DeTable;

use super::check;
use super::fields::{BadBook, Fields, Seller, syntax};
use super::hosted;
use super::terms;

/// Reads and checks the price file of one provider.
pub fn read(text: &str) -> Result<Provider, BadBook> {
    let document = DeTable::parse(text).map_err(|error| syntax(text, &error))?;
    let fields = Fields { text, table: document.get_ref(), span: 0..0, model: None };
    fields
        .only(&[&["provider", "name", "aliases", "model", "calendar"], terms::TABLES].concat())?;
    let id = fields.needed_text("provider")?;
    let calendars = calendars(&fields, &Seller::File)?;
    let read = |fields: &Fields| {
        let unpinned = |row: &Fields| {
            let pinned = PINNED.iter().find_map(|key| row.table.get_key_value(*key));
            pinned.map_or(Ok(()), |(key, _)| Err(row.unknown(key, &known(&PINNED))))
        };
        let named = Fields { model: Some(fields.needed_text("id")?), ..fields.clone() };
        named.tables("price")?.iter().try_for_each(unpinned)?;
        model(fields, &calendars)
    };
    let models = fields.tables("model")?.iter().map(read).collect::<Result<Vec<_>, _>>()?;
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
        terms: terms::read(&fields, &Seller::File)?,
    })
}

/// Reads every `[[calendar]]` of a seller.
pub fn calendars(fields: &Fields, seller: &Seller) -> Result<Vec<Arc<Calendar>>, BadBook> {
    let read = |fields: &Fields| {
        fields.only(&["provider", "id", "source", "known_to", "dates"])?;
        Ok(Arc::new(Calendar {
            id: fields.needed_text("id")?.into(),
            source: fields.needed_text("source")?.into(),
            known_to: fields.needed_date("known_to")?,
            dates: fields.dates("dates")?,
        }))
    };
    seller.tables(fields, "calendar")?.iter().map(read).collect()
}

/// Reads one `[[model]]`; a file with several providers reads `provider` itself.
pub fn model(fields: &Fields, calendars: &[Arc<Calendar>]) -> Result<Model, BadBook> {
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
        "hosted",
        "price",
    ])?;
    let rows = fields.tables("price")?;
    let read = |fields: &Fields| price(fields, calendars);
    let mut prices = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let hosted = hosted::read(fields)?;
    prices.extend(hosted.as_ref().and_then(Hosted::entry));
    if let Some((_, second)) = check::overlap(&prices) {
        if second == rows.len() {
            let message = "`[model.hosted]` is the model's price: another one of the same days overlaps with it.";
            return Err(fields.bad_field("hosted", message));
        }
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
        origin: fields.origin()?,
        hosted,
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

/// Reads one `[[model.price]]`.
pub fn price(fields: &Fields, calendars: &[Arc<Calendar>]) -> Result<Entry, BadBook> {
    let mut rates = BTreeMap::new();
    for (key, value) in fields.table.iter() {
        if NOT_RATES.contains(&key.get_ref().as_ref()) {
            continue;
        }
        let meter = Meter::from_name(key.get_ref()).ok_or_else(|| {
            // Which part of the book a price is of stands in pinned prices alone.
            fields.unknown(key, &known(&PINNED))
        })?;
        rates.insert(meter, fields.rate(key.get_ref(), value)?);
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
    let own_origin =
        ["source", "checked", "basis"].iter().any(|key| fields.table.contains_key(*key));
    Ok(Entry {
        from,
        to,
        tier: tier(fields)?,
        bracket,
        window: window(fields)?,
        days: days(fields, calendars)?,
        layer: fields.word("layer", &Layer::ALL, Layer::name)?.unwrap_or_default(),
        place: place(fields)?,
        origin: own_origin.then(|| fields.origin()).transpose()?.map(Arc::new),
        guaranteed_to: fields.date("guaranteed_to")?,
        note: fields.text("note")?.map(Into::into),
        answers: None,
        rates,
    })
}

/// What may stand in a price, but for these.
fn known(not: &[&str]) -> String {
    let keys: Vec<_> = NOT_RATES.iter().copied().filter(|key| !not.contains(key)).collect();
    format!("{} or a meter such as `input`", keys.join(", "))
}

/// The keys of a price that are not meters.
const NOT_RATES: [&str; 15] = [
    "from",
    "to",
    "tier",
    "over",
    "at_least",
    "window",
    "days",
    "except",
    "layer",
    "place",
    "guaranteed_to",
    "note",
    "source",
    "checked",
    "basis",
];

/// Which part of the book a price is of: in pinned prices alone.
const PINNED: [&str; 2] = ["layer", "place"];

fn place(fields: &Fields) -> Result<u16, BadBook> {
    let place = fields.number("place")?.unwrap_or(0);
    u16::try_from(place).map_err(|_| fields.bad_field("place", "There are not so many books."))
}

fn days(fields: &Fields, calendars: &[Arc<Calendar>]) -> Result<Option<Days>, BadBook> {
    let week = fields.text("days")?;
    let except = fields.text("except")?;
    if week.is_none() && except.is_none() {
        return Ok(None);
    }
    let week = week.map_or(Some(Week::ALL), Week::parse).ok_or_else(|| {
        fields.bad_field("days", "`days` are days of the week: \"mon-fri\" or \"sun\".")
    })?;
    let except = except.map(|id| {
        let known = calendars.iter().find(|calendar| calendar.id == id);
        let message = format!("There is no [[calendar]] `{id}` in this file.");
        known.cloned().ok_or_else(|| fields.bad_field("except", message))
    });
    Ok(Some(Days { week, except: except.transpose()? }))
}

fn tier(fields: &Fields) -> Result<Tier, BadBook> {
    Ok(fields.word("tier", Tier::ALL, Tier::name)?.unwrap_or_default())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::fields::HIGHEST_RATE;
    use crate::book::write;
    use cost::money::{Money, Quantity, Rate, settle};

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
            "layer = \"contract\"\ninput = \"2\"",
            "line 17, column 1: model `large`: There is no field `layer` here: it is one of from, to, tier, \
             over, at_least, window, days, except, guaranteed_to, note, source, checked, basis or a meter such \
             as `input`.",
        );
        check(
            "input = \"2\"",
            "imput = \"2\"",
            "line 17, column 1: model `large`: There is no field `imput` here: it is one of from, to, tier, \
             over, at_least, window, days, except, guaranteed_to, note, source, checked, basis or a \
             meter such as `input`.",
        );
        check(
            "checked = 2026-11-09\n",
            "",
            "line 4, column 1: model `large`: `checked` is missing.",
        );
        check(
            "source = \"https://acme.example/prices\"",
            "source = \"\"",
            "line 6, column 10: model `large`: `source` is empty: write its text, or leave it out.",
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
             priority, fast, ultrafast.",
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
    fn a_factor_of_nothing_is_refused() {
        let rule = "\n[[multiplier]]\nwhen = \"speed\"\nis = [\"fast\"]\nfactor = \"2\"\n\
                    source = \"https://acme.example\"\nchecked = 2026-11-09\nbasis = \"documented\"\n";
        assert!(read(&(LARGE.to_owned() + rule)).is_ok());
        for zero in ["0", "0.0", "0.000"] {
            let text = LARGE.to_owned() + &rule.replace("\"2\"", &format!("\"{zero}\""));
            let error = read(&text).expect_err("refused").to_string();
            assert!(error.contains("not a decimal such as \"1.1\" above 0"), "{error}");
        }
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
