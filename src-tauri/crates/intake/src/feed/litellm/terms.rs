//! What LiteLLM says beside prices: multipliers, cheap hours, free searches, shortest cached beginnings, last days.

use cost::book::{
    CacheMode, CacheRule, Days, Entry, Metering, Models, Multiplier, MultiplierOn, Origin, Period,
    Retirement, Span, Tier, Week, Window,
};
use cost::meter::Meter;
use cost::money::Quantity;
use serde_json::{Map, Value};

use super::keys::{key, scaled};
use crate::feed::gather::Term;
use crate::feed::hours::{weeks, window};
use crate::feed::rows::Tariff;
use crate::feed::values::{Notes, factor};

/// The keys that are read here.
pub const KEYS: &[&str] = &[
    "provider_specific_entry",
    "regional_processing_uplift_multiplier_eu",
    "regional_processing_uplift_multiplier_us",
    "regional_endpoint_uplift_multiplier",
    "off_peak_pricing",
    "search_context_cost_per_query",
    "search_free_requests",
    "tiered_pricing",
    "web_search_billing_unit",
    "prompt_cache_min_tokens",
    "deprecation_date",
];

/// Factors of keys, what is special then, and its value.
const FACTORS: &[(&str, &str, &str)] = &[
    ("regional_processing_uplift_multiplier_eu", "data_residency", "eu"),
    ("regional_processing_uplift_multiplier_us", "data_residency", "us"),
    ("regional_endpoint_uplift_multiplier", "endpoint", "regional"),
];

/// Adds what a model's map says beside its prices.
pub fn add(map: &Map<String, Value>, origin: &Origin, notes: &mut Notes) {
    for (name, special, value) in FACTORS {
        if let Some(factor) = map.get(*name).and_then(|value| notes.factor(name, value)) {
            term(notes, Term::Multiplier(multiplier(special, value, factor, origin)));
        }
    }
    for (name, value) in
        map.get("provider_specific_entry").and_then(Value::as_object).into_iter().flatten()
    {
        match (name.as_str(), factor(value)) {
            ("us", Some(factor)) => {
                term(notes, Term::Multiplier(multiplier("inference_geo", "us", factor, origin)));
            }
            ("fast", Some(_)) => {}
            _ => notes.unread(&format!("provider_specific_entry.{name}"), value),
        }
    }
    if let Some(value) = map.get("search_free_requests") {
        match free_searches(value, origin) {
            Some(rule) => term(notes, Term::Metering(rule)),
            None => notes.unread("search_free_requests", value),
        }
    }
    if let Some(unit) = map.get("web_search_billing_unit").filter(|unit| *unit != "per_query") {
        notes.unread("web_search_billing_unit", unit);
    }
    if let Some(value) = map.get("prompt_cache_min_tokens") {
        let tokens = value.as_f64().filter(|tokens| (1.0..1e9).contains(tokens));
        match tokens {
            // A count of tokens, written as a float here and there.
            Some(tokens) => {
                let is_marked = notes.model.contains("claude");
                term(notes, Term::Cache(cache(tokens as u64, is_marked, origin)));
            }
            None => notes.unread("prompt_cache_min_tokens", value),
        }
    }
    if let Some(on) =
        map.get("deprecation_date").and_then(|value| notes.day("deprecation_date", value))
    {
        let end =
            Retirement { model: notes.model.into(), on, successor: None, origin: origin.clone() };
        if let Some(terms) = notes.gather.terms(notes.provider) {
            terms.retirements.push(end);
        }
    }
}

/// The prices of a model answered faster, where they are a factor of the standard ones.
pub fn fast(map: &Map<String, Value>, standard: &Tariff, notes: &mut Notes) -> Vec<Entry> {
    let Some(value) = map.get("provider_specific_entry").and_then(|entry| entry.get("fast")) else {
        return vec![];
    };
    let Some(factor) = notes.factor("provider_specific_entry.fast", value) else { return vec![] };
    let fast =
        standard.map(|meter, rate| if meter.is_tokens() { rate.times(factor) } else { rate });
    fast.entries(&Entry { tier: Tier::Fast, ..Entry::default() })
}

/// The prices of cheap hours, which go before those of the rest of the day.
pub fn off_peak(
    map: &Map<String, Value>,
    standard: &Tariff,
    mode: &str,
    notes: &mut Notes,
) -> Vec<Entry> {
    let Some(value) = map.get("off_peak_pricing") else { return vec![] };
    let mut own = Tariff::default();
    for (name, price) in value.as_object().into_iter().flatten() {
        match (name.as_str(), key(name, mode)) {
            ("windows" | "weekday_timezone", _) => {}
            (_, Some(key)) if key.tier == Tier::Standard && key.over.is_none() => {
                if let Some(rate) = notes.rate(name, price, key.power) {
                    own.base.insert(key.meter, scaled(rate, key.times));
                }
            }
            _ => notes.unread(&format!("off_peak_pricing.{name}"), price),
        }
    }
    if let Some(zone) = value["weekday_timezone"].as_str().filter(|zone| *zone != "UTC") {
        notes.add(
            format!(
                "The weekdays of its cheap hours are those of {}.",
                crate::feed::format::short(zone)
            ),
            "They are read as days in UTC.",
        );
    }
    let tariff = standard.under(&own);
    let mut prices = vec![];
    for each in value["windows"].as_array().into_iter().flatten() {
        let Some((windows, days)) = when(each) else {
            notes.unread("off_peak_pricing.windows", each);
            continue;
        };
        for week in days {
            let days = (week != Week::ALL).then_some(Days { week, except: None });
            for window in &windows {
                let like = Entry { window: *window, days: days.clone(), ..Entry::default() };
                if like.exceptions() > 0 {
                    prices.extend(tariff.entries(&like));
                }
            }
        }
    }
    prices
}

/// The hours and the days of one of the cheap windows.
fn when(value: &Value) -> Option<(Vec<Option<Window>>, Vec<Week>)> {
    let hours = match &value["hours_utc"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(list) => list.iter().map(Value::as_str).collect::<Option<_>>()?,
        _ => return None,
    };
    let span = |hours: &str| hours.split_once('-').and_then(|(start, end)| window(start, end));
    let windows = hours.into_iter().map(span).collect::<Option<_>>()?;
    let days = match &value["weekdays"] {
        Value::Null => vec![1, 2, 3, 4, 5, 6, 7],
        Value::Array(list) => {
            let day = |value: &Value| i8::try_from(value.as_i64()?).ok();
            list.iter().map(day).collect::<Option<_>>()?
        }
        _ => return None,
    };
    Some((windows, weeks(&days)))
}

fn term(notes: &mut Notes, term: Term) {
    notes.gather.term(notes.provider, notes.model, term);
}

fn multiplier(
    special: &str,
    value: &str,
    factor: cost::money::Factor,
    origin: &Origin,
) -> Multiplier {
    Multiplier {
        models: Models::All,
        span: Span::default(),
        key: special.into(),
        values: vec![value.into()],
        factor,
        on: MultiplierOn::Tokens,
        excludes: vec![],
        origin: origin.clone(),
    }
}

/// `{"count": 5000, "period": "month", "shared_group": "gemini-3"}`: the models of a group share them.
fn free_searches(value: &Value, origin: &Origin) -> Option<Metering> {
    let free = Quantity::parse(&value["count"].as_u64()?.to_string())?;
    let period = value["period"].as_str()?;
    let per = Period::ALL.into_iter().find(|known| known.name() == period)?;
    let source = match value["shared_group"].as_str() {
        Some(group) => format!("{} (shared by {group})", origin.source),
        None => origin.source.clone(),
    };
    (free > Quantity::ZERO).then_some(Metering {
        models: Models::All,
        span: Span::default(),
        meter: Meter::WebSearch,
        minimum: None,
        increment: None,
        free: Some(free),
        per,
        origin: Origin { source, ..origin.clone() },
    })
}

/// LiteLLM says the shortest beginning and nothing more.
fn cache(minimum_tokens: u64, is_marked: bool, origin: &Origin) -> CacheRule {
    CacheRule {
        models: Models::All,
        span: Span::default(),
        mode: if is_marked { CacheMode::Explicit } else { CacheMode::Implicit },
        minimum_tokens,
        granularity_tokens: 1,
        ttl_seconds: vec![],
        refreshes: false,
        breakpoints: None,
        storage: None,
        origin: origin.clone(),
    }
}
