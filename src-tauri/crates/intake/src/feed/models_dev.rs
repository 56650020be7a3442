//! models.dev's `api.json` (MIT) into providers with entries: one price for each model, without a date.

use cost::book::{Bracket, Capability, Entry, Model, Tier};
use cost::meter::Meter;
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::answer::{Feed, Refused};
use super::format::Format;
use super::gather::Gather;
use super::names;
use super::rows::{Rates, Tariff};
use super::values::{Notes, checked, day, origin};

/// Where it is published.
const PAGE: &str = "https://models.dev";

/// Reads an export. Every entry is marked as checked on the day told, else on that of the export, else today.
pub fn read(bytes: &[u8], told: Option<Date>, today: Date) -> Result<Feed, Refused> {
    let map: Map<String, Value> = serde_json::from_slice(bytes)
        .map_err(|error| Refused::Broken { format: Format::ModelsDev, why: error.to_string() })?;
    let mut gather = Gather::default();
    let made = map.get("_meta").and_then(|meta| meta["generated_at"].as_str());
    let made = made.and_then(|made| made.get(..10)).and_then(|made| day(made, &mut gather));
    let checked = checked(told, made, today, &mut gather);
    let providers = map.get("providers").and_then(Value::as_object).unwrap_or(&map);
    let mut listed: Vec<_> =
        providers.iter().filter(|(_, value)| value["models"].is_object()).collect();
    listed.sort_by_key(|(word, _)| (names::ours(word), names::rank(word), word.as_str()));
    for (word, value) in listed {
        let id = names::ours(word);
        let name = value["name"].as_str().filter(|_| names::name(id).is_none());
        if gather.provider(id, name).is_none() {
            continue;
        }
        for (model, about) in value["models"].as_object().into_iter().flatten() {
            let notes = &mut Notes { provider: id, model, gather: &mut gather };
            let model = self::model(model, about, &value["doc"], checked, notes);
            gather.model(id, word, model);
        }
    }
    Ok(gather.finish())
}

fn model(id: &str, about: &Value, page: &Value, checked: Date, notes: &mut Notes) -> Model {
    for (key, value) in about.as_object().into_iter().flatten() {
        if !KEYS.contains(&key.as_str()) {
            notes.unread(key, value);
        }
    }
    let standard = tariff(&about["cost"], "cost", notes);
    let mut prices = standard.entries(&Entry::default());
    for (mode, value) in about["experimental"]["modes"].as_object().into_iter().flatten() {
        let tier = Tier::parse(mode).filter(|tier| *tier != Tier::Standard);
        // The export has a list of lengths, the page's own file an object with `cost`.
        let cost = value.get("cost").or(value.get(0)).filter(|cost| cost.is_object());
        match tier.zip(cost) {
            Some((tier, cost)) => {
                let tariff = tariff(cost, mode, notes);
                prices.extend(tariff.entries(&Entry { tier, ..Entry::default() }));
            }
            None => notes.unread(&format!("experimental.modes.{mode}"), value),
        }
    }
    Model {
        id: id.into(),
        name: about["name"].as_str().filter(|name| !name.trim().is_empty()).map(Into::into),
        aliases: vec![],
        context_tokens: about["limit"]["context"].as_u64().filter(|tokens| *tokens > 0),
        vocabulary: None,
        capabilities: capabilities(about),
        origin: origin(page, PAGE, checked),
        hosted: None,
        prices,
    }
}

/// What is read, and what says nothing of prices.
const KEYS: [&str; 22] = [
    "id",
    "name",
    "cost",
    "limit",
    "experimental",
    "modalities",
    "reasoning",
    "tool_call",
    "attachment",
    "temperature",
    "structured_output",
    "family",
    "knowledge",
    "release_date",
    "last_updated",
    "open_weights",
    "status",
    "interleaved",
    "provider",
    "reasoning_options",
    "description",
    "benchmarks",
];

/// A limit has no sign there: xAI's prices of long prompts begin at theirs, those of others after it.
fn bracket(provider: &str, tokens: u64) -> Bracket {
    match provider {
        "x-ai" => Bracket::AtLeast(tokens),
        _ => Bracket::Over(tokens),
    }
}

/// What a set of prices has for short and for longer prompts.
fn tariff(cost: &Value, name: &str, notes: &mut Notes) -> Tariff {
    let mut tariff = Tariff { base: rates(cost, name, notes), ..Tariff::default() };
    let mut long = |limit: Option<u64>, value: &Value, notes: &mut Notes| match limit {
        Some(tokens) => {
            let rates = rates(value, name, notes);
            tariff.long.entry(bracket(notes.provider, tokens)).or_default().extend(rates);
        }
        None => notes.unread(&format!("{name}.tiers"), value),
    };
    if let Some(value) = cost.get("context_over_200k") {
        long(Some(200_000), value, notes);
    }
    for each in cost["tiers"].as_array().into_iter().flatten() {
        let size = each["tier"]["size"].as_u64().filter(|_| each["tier"]["type"] == "context");
        long(each["min_context"].as_u64().or(size), each, notes);
    }
    tariff
}

fn rates(cost: &Value, name: &str, notes: &mut Notes) -> Rates {
    let mut rates = Rates::new();
    for (key, value) in cost.as_object().into_iter().flatten() {
        let meter = match key.as_str() {
            "input" => Meter::Input,
            "output" => Meter::Output,
            "cache_read" => Meter::CacheRead,
            "cache_write" => Meter::CacheWrite,
            "reasoning" => Meter::OutputReasoning,
            "input_audio" => Meter::InputAudio,
            "output_audio" => Meter::OutputAudio,
            "tiers" | "context_over_200k" | "tier" | "min_context" => continue,
            _ => {
                notes.unread(&format!("{name}.{key}"), value);
                continue;
            }
        };
        if let Some(rate) = notes.rate(key, value, 6) {
            rates.insert(meter, rate);
        }
    }
    // Reasoning at the price of the output is output.
    if rates.get(&Meter::OutputReasoning) == rates.get(&Meter::Output) {
        rates.remove(&Meter::OutputReasoning);
    }
    rates
}

/// What a model can do, where the file says all of it.
fn capabilities(about: &Value) -> Option<Vec<Capability>> {
    let inputs = about["modalities"]["input"].as_array()?;
    let (tools, reasoning) = (about["tool_call"].as_bool()?, about["reasoning"].as_bool()?);
    let reads = |word: &str| inputs.iter().any(|input| input == word);
    let can = |one: &Capability| match one {
        Capability::Tools => tools,
        Capability::Reasoning => reasoning,
        Capability::Images => reads("image"),
        Capability::Pdf => reads("pdf"),
        Capability::Audio => reads("audio"),
        Capability::Video => reads("video"),
    };
    Some(Capability::ALL.into_iter().filter(can).collect())
}

#[cfg(test)]
mod tests;
