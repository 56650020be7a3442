//! One price of metergraph as rows of a book: tiers, longer prompts, cheap hours.

use cost::book::{Bracket, Days, Entry, Origin, Tier, Week, Window};
use cost::meter::Meter;
use jiff::civil::{Date, Weekday};
use serde_json::Value;

use crate::feed::rows::{Rates, Tariff};
use crate::feed::values::{self, Notes};

/// Who says a price.
pub fn origin(value: &Value, otherwise: &str, checked: Date) -> Origin {
    values::origin(&value["source_url"], otherwise, checked)
}

/// The rows of one price.
pub fn entries(value: &Value, checked: Date, otherwise: &str, notes: &mut Notes) -> Vec<Entry> {
    let (mut base, mut batch) = (Rates::new(), Rates::new());
    for (key, price) in value.as_object().into_iter().flatten() {
        let (rates, meter, power) = match key.as_str() {
            "input_per_mtok" => (&mut base, Meter::Input, 6),
            "output_per_mtok" => (&mut base, Meter::Output, 6),
            "cache_read_per_mtok" => (&mut base, Meter::CacheRead, 6),
            "cache_write_5m_per_mtok" => (&mut base, Meter::CacheWrite, 6),
            "cache_write_1h_per_mtok" => (&mut base, Meter::CacheWrite1h, 6),
            "request_fee_per_1k_usd" => (&mut base, Meter::Request, 3),
            "batch_input_per_mtok" => (&mut batch, Meter::Input, 6),
            "batch_output_per_mtok" => (&mut batch, Meter::Output, 6),
            "batch_cache_read_per_mtok" => (&mut batch, Meter::CacheRead, 6),
            "channel" | "region" | "effective_from" | "effective_to" | "source_url" | "rules" => {
                continue;
            }
            _ => {
                notes.unread(key, price);
                continue;
            }
        };
        if let Some(rate) = notes.rate(key, price, power) {
            rates.insert(meter, rate);
        }
    }
    let rules = &value["rules"];
    let mut said = vec![];
    for (key, rule) in rules.as_object().into_iter().flatten() {
        match key.as_str() {
            "long_context"
            | "off_peak_discount"
            | "input_includes_cache_read"
            | "input_includes_cache_write" => {}
            "varies_by_provider" => said.push("It varies by who answers behind the gateway."),
            "uncaptured_fees" => said.push("There are fees that the catalogue does not list."),
            _ => notes.unread(&format!("rules.{key}"), rule),
        }
    }
    let from = notes.day("effective_from", &value["effective_from"]);
    if from.is_none() && !value["effective_from"].is_null() {
        return vec![];
    }
    let like = Entry {
        from,
        to: notes.day("effective_to", &value["effective_to"]),
        origin: Some(origin(value, otherwise, checked).into()),
        note: (!said.is_empty()).then(|| said.join(" ")),
        ..Entry::default()
    };
    let long = &rules["long_context"];
    let mut rows = rows(&longer(base.clone(), long, notes), rules, &like, notes);
    if !batch.is_empty() {
        let is_said = |meter| !base.contains_key(&meter) || batch.contains_key(&meter);
        if ![Meter::CacheRead, Meter::CacheWrite].into_iter().all(is_said) {
            notes.add(
                "Its batch price says nothing of cached prompts.",
                "The standard price is taken for them, as metergraph does.",
            );
        }
        let mut all = base;
        all.extend(batch);
        let none = Value::Null;
        let long = if long["applies_to_batch"] == false { &none } else { long };
        let like = Entry { tier: Tier::Batch, ..like };
        rows.extend(self::rows(&longer(all, long, notes), rules, &like, notes));
    }
    rows
}

/// With what longer prompts cost.
fn longer(base: Rates, rule: &Value, notes: &mut Notes) -> Tariff {
    let mut tariff = Tariff { base, ..Tariff::default() };
    if rule.is_null() {
        return tariff;
    }
    for (key, value) in rule.as_object().into_iter().flatten() {
        let known = [
            "threshold",
            "input_multiplier",
            "output_multiplier",
            "applies_to_batch",
            "threshold_counts_cached_tokens",
        ];
        if !known.contains(&key.as_str()) {
            notes.unread(&format!("rules.long_context.{key}"), value);
        }
    }
    let input = notes.factor("input_multiplier", &rule["input_multiplier"]);
    let output = notes.factor("output_multiplier", &rule["output_multiplier"]);
    let Some(((input, output), over)) = input.zip(output).zip(rule["threshold"].as_u64()) else {
        notes.unread("rules.long_context", rule);
        return tariff;
    };
    let factor = |meter| match meter {
        Meter::Input | Meter::CacheRead | Meter::CacheWrite | Meter::CacheWrite1h => Some(input),
        Meter::Output => Some(output),
        _ => None,
    };
    let rates =
        tariff.base.iter().filter_map(|(meter, rate)| Some((*meter, rate.times(factor(*meter)?))));
    tariff.long = [(Bracket::Over(over), rates.collect())].into();
    tariff
}

/// A price at every hour, or a cheap one with that of the peak hours before it.
fn rows(peak: &Tariff, rules: &Value, like: &Entry, notes: &mut Notes) -> Vec<Entry> {
    let rule = &rules["off_peak_discount"];
    if rule.is_null() {
        return peak.entries(like);
    }
    let hour = |value: &Value| {
        value
            .as_u64()
            .filter(|hour| *hour <= 24)
            .and_then(|hour| u16::try_from(hour % 24 * 60).ok())
    };
    let window = |value: &Value| {
        let (start_minute, end_minute) = (hour(&value[0])?, hour(&value[1])?);
        (start_minute != end_minute).then_some(Window { start_minute, end_minute })
    };
    let windows = rule["peak_hours_utc"].as_array();
    let windows = windows.and_then(|list| list.iter().map(window).collect::<Option<Vec<_>>>());
    let factor = notes.factor("off_peak_discount.multiplier", &rule["multiplier"]);
    let Some((windows, factor)) = windows.zip(factor) else {
        notes.unread("rules.off_peak_discount", rule);
        return peak.entries(like);
    };
    let week = Week::span(Weekday::Monday, Weekday::Friday);
    let is_working_days = rule["peak_weekdays_only"].as_bool().unwrap_or(false);
    let days = is_working_days.then_some(Days { week, except: None });
    let cheap = peak.map(|meter, rate| if meter.is_tokens() { rate.times(factor) } else { rate });
    let mut rows = cheap.entries(like);
    for window in windows {
        let like = Entry { window: Some(window), days: days.clone(), ..like.clone() };
        rows.extend(peak.entries(&like));
    }
    rows
}
