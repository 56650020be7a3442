//! A snapshot of model-prices (MIT) into providers: what each model cost since when, and who says so.

mod hours;

use std::sync::Arc;

use cost::book::{Bracket, Entry, Model, Origin, Tier};
use cost::meter::Meter;
use cost::money::Rate;
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::answer::{Feed, Refused};
use super::format::Format;
use super::gather::Gather;
use super::names;
use super::rows::{Rates, Tariff};
use super::values::{BOOK, Notes, checked, day};

/// Where it is published.
const PAGE: &str = "https://pypi.org/project/model-prices/";

/// Reads a snapshot. Every entry is marked as checked on the day told, else on that of the snapshot, else today.
pub fn read(bytes: &[u8], told: Option<Date>, today: Date) -> Result<Feed, Refused> {
    let broken = |why: String| Refused::Broken { format: Format::ModelPrices, why };
    let map: Map<String, Value> =
        serde_json::from_slice(bytes).map_err(|error| broken(error.to_string()))?;
    let prices = map.get("prices").and_then(Value::as_object);
    let prices = prices.ok_or_else(|| broken("it has no `prices`".into()))?;
    let mut gather = Gather::default();
    let made = map.get("updated_at").and_then(Value::as_str).and_then(|made| made.get(..10));
    let made = made.and_then(|made| day(made, &mut gather));
    let checked = checked(told, made, today, &mut gather);
    let schedules = hours::read(map.get("schedules").unwrap_or(&Value::Null), &mut gather);
    let aliases = map.get("aliases").map_or(&Value::Null, |aliases| &aliases["models"]);
    for (key, value) in &map {
        match key.as_str() {
            "prices" | "schema" | "updated_at" | "schedules" | "models_dev" | "status" => {}
            "aliases" => gather.unread("aliases.providers", "feed", &value["providers"]),
            _ => gather.unread(key, "feed", value),
        }
    }
    for (word, models) in prices {
        for (id, modes) in models.as_object().into_iter().flatten() {
            let seller = names::ours(word);
            let notes = &mut Notes { provider: seller, model: id, gather: &mut gather };
            let mut model = timeline(id, modes, checked, notes);
            for schedule in schedules.iter().filter(|schedule| schedule.provider == *word) {
                schedule.apply(&mut model);
            }
            let full = format!("{word}/{id}");
            let names = aliases.as_object().into_iter().flatten();
            let means_it = |(_, to): &(&String, &Value)| to.as_str() == Some(&full);
            model.aliases = names.filter(means_it).map(|(alias, _)| alias.clone()).collect();
            gather.model(seller, word, model);
        }
    }
    Ok(gather.finish())
}

/// A model with what it cost in each mode.
fn timeline(id: &str, modes: &Value, checked: Date, notes: &mut Notes) -> Model {
    let mut prices = vec![];
    for (mode, spans) in modes.as_object().into_iter().flatten() {
        match Tier::parse(mode) {
            Some(tier) => prices.extend(entries(tier, spans, checked, notes)),
            None => notes.unread(&format!("mode {mode}"), spans),
        }
    }
    // Its latest standard price speaks for the model; an entry that is of another source says so.
    let latest = prices.iter().rev().find(|entry: &&Entry| entry.tier == Tier::Standard);
    let origin = latest.or(prices.last()).and_then(|entry| entry.origin.as_deref().cloned());
    let origin = origin.unwrap_or(Origin { source: PAGE.into(), checked, basis: BOOK.into() });
    for entry in &mut prices {
        entry.origin = entry.origin.take().filter(|own| **own != origin);
    }
    Model { id: id.into(), origin, prices, ..Model::default() }
}

/// The prices of one mode, each until the next begins.
fn entries(tier: Tier, spans: &Value, checked: Date, notes: &mut Notes) -> Vec<Entry> {
    let spans: Vec<&Value> = spans.as_array().into_iter().flatten().collect();
    let starts: Vec<_> = spans.iter().map(|span| notes.day("start", &span["start"])).collect();
    let mut entries = vec![];
    for (place, span) in spans.iter().enumerate() {
        let rates = &span["rates"];
        // A start that cannot be read is said, and what it would begin is left out.
        let is_broken = starts[place].is_none() && !span["start"].is_null();
        if rates.is_null() || is_broken {
            continue;
        }
        let mut known = Map::new();
        for (key, value) in span.as_object().into_iter().flatten() {
            match key.as_str() {
                "start" | "rates" | "recorded" => {}
                _ => drop(known.insert(key.clone(), value.clone())),
            }
        }
        known.iter().for_each(|(key, value)| notes.unread(key, value));
        let since = rates["valid_from"].as_str().filter(|_| starts[place].is_none());
        let since =
            since.and_then(|since| since.get(..10)).map(|day| format!("Known since {day}."));
        let of = rates["model"].as_str().map(|of| format!("Listed as the price of {of}."));
        let note: Vec<_> = since.into_iter().chain(of).collect();
        let mut origin = origin(rates, checked);
        // How a day is known says nothing of a price without one: the book has it, as it was when it was checked.
        if starts[place].is_none() {
            origin.basis = BOOK.into();
        }
        let like = Entry {
            from: starts[place],
            to: starts.get(place + 1).copied().flatten(),
            tier,
            origin: Some(Arc::new(origin)),
            note: (!note.is_empty()).then(|| note.join(" ")),
            ..Entry::default()
        };
        entries.extend(tariff(rates, notes).entries(&like));
    }
    entries
}

/// Who says a price, and how it is known since when.
fn origin(rates: &Value, checked: Date) -> Origin {
    let text = |key: &str, otherwise: &str| {
        let text = rates[key].as_str().map(str::trim).filter(|text| !text.is_empty());
        text.unwrap_or(otherwise).to_owned()
    };
    Origin { source: text("source", PAGE), checked, basis: text("valid_from_basis", BOOK) }
}

fn tariff(value: &Value, notes: &mut Notes) -> Tariff {
    let mut tariff = Tariff { base: rates(value, notes), ..Tariff::default() };
    for each in value["tiers"].as_array().into_iter().flatten() {
        let Some(above) = each["above"].as_u64() else {
            notes.unread("tiers", each);
            continue;
        };
        tariff.long.insert(Bracket::Over(above), rates(each, notes));
    }
    let Some(multiple) = value.get("cache_write_1h_multiple") else { return tariff };
    let Some(multiple) = notes.factor("cache_write_1h_multiple", multiple) else { return tariff };
    // It is of the input's price, and said where anything can be written at all.
    let hour = |rates: &mut Rates, input: Option<Rate>| {
        if let Some(input) = rates.get(&Meter::Input).copied().or(input) {
            rates.insert(Meter::CacheWrite1h, input.times(multiple));
        }
    };
    if tariff.base.contains_key(&Meter::CacheWrite) {
        hour(&mut tariff.base, None);
        tariff.long.values_mut().for_each(|rates| hour(rates, None));
    }
    tariff
}

fn rates(value: &Value, notes: &mut Notes) -> Rates {
    let mut rates = Rates::new();
    for (key, value) in value.as_object().into_iter().flatten() {
        let meter = match key.as_str() {
            "input" => Meter::Input,
            "output" => Meter::Output,
            "cache_read" => Meter::CacheRead,
            "cache_write" => Meter::CacheWrite,
            "source"
            | "valid_from"
            | "valid_from_basis"
            | "tiers"
            | "above"
            | "model"
            | "cache_write_1h_multiple" => continue,
            _ => {
                notes.unread(key, value);
                continue;
            }
        };
        if let Some(rate) = notes.rate(key, value, 6) {
            rates.insert(meter, rate);
        }
    }
    rates
}

#[cfg(test)]
mod tests;
