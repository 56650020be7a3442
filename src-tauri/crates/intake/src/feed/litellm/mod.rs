//! LiteLLM's price map (MIT, Berri AI) into providers with entries: one price for each model, without a date.
//!
//! Its rules: a tier's price that is missing is the standard one, key by key; xAI's longer prompts begin at the limit.

mod keys;
mod terms;

use std::collections::BTreeMap;

use cost::book::{Bracket, Entry, Model, Tier};
use cost::meter::Meter;
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::answer::{Feed, Refused};
use super::format::Format;
use super::gather::Gather;
use super::names;
use super::rows::{Rates, Tariff};
use super::values::{Notes, checked, origin};
use keys::{is_no_price, key, scaled};

/// Where the map is published.
const PAGE: &str =
    "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json";

/// Reads a map. Every entry is marked as checked on the day told, else today.
pub fn read(bytes: &[u8], told: Option<Date>, today: Date) -> Result<Feed, Refused> {
    let map: Map<String, Value> = serde_json::from_slice(bytes)
        .map_err(|error| Refused::Broken { format: Format::LiteLlm, why: error.to_string() })?;
    let mut gather = Gather::default();
    let checked = checked(told, None, today, &mut gather);
    let mut listed: Vec<Listed> = vec![];
    for (name, value) in &map {
        match (value["litellm_provider"].as_str(), value.as_object()) {
            _ if name == "sample_spec" => {}
            (Some(word), Some(map)) => listed.push(Listed::new(name, word, map)),
            _ => gather.unread("an entry without a provider", name, value),
        }
    }
    listed.sort_by_key(|each| (each.provider, each.id, names::rank(each.word), each.name));
    for each in listed {
        each.read(checked, &mut gather);
    }
    Ok(gather.finish())
}

/// A model as the map lists it.
struct Listed<'a> {
    provider: &'a str,
    id: &'a str,
    name: &'a str,
    word: &'a str,
    map: &'a Map<String, Value>,
}

impl<'a> Listed<'a> {
    fn new(name: &'a str, word: &'a str, map: &'a Map<String, Value>) -> Self {
        let provider = names::ours(word);
        let is_own = |prefix: &str| prefix == word || names::ours(prefix) == provider;
        let own = name.split_once('/').filter(|(prefix, id)| is_own(prefix) && !id.is_empty());
        Self { provider, id: own.map_or(name, |(_, id)| id), name, word, map }
    }

    fn read(&self, checked: Date, gather: &mut Gather) {
        let notes = &mut Notes { provider: self.provider, model: self.id, gather };
        let mode = self.map.get("mode").and_then(Value::as_str).unwrap_or_default();
        let mut tariffs: BTreeMap<Tier, Tariff> = BTreeMap::new();
        for (name, value) in self.map {
            if is_no_price(name) || terms::KEYS.contains(&name.as_str()) {
                continue;
            }
            if !self.price(name, value, mode, &mut tariffs, notes) && !value.is_null() {
                notes.unread(name, value);
            }
        }
        self.by_search(&mut tariffs, notes);
        self.by_length(&mut tariffs, notes);
        let standard = tariffs.remove(&Tier::Standard).unwrap_or_default();
        let standard = without_twins(standard);
        let mut prices = standard.entries(&Entry::default());
        for (tier, own) in tariffs {
            let tariff = without_twins(laid(&standard, &own, tier, notes));
            prices.extend(tariff.entries(&Entry { tier, ..Entry::default() }));
        }
        prices.extend(terms::fast(self.map, &standard, notes));
        prices.extend(terms::off_peak(self.map, &standard, mode, notes));
        let page = self.map.get("source").unwrap_or(&Value::Null);
        let model = Model {
            id: self.id.into(),
            origin: origin(page, PAGE, checked),
            prices,
            ..Model::default()
        };
        let word = self.word.split('-').next().unwrap_or(self.word);
        let named = notes.gather.model(self.provider, word, model);
        if let Some(named) = named.filter(|named| named.is_new) {
            let notes =
                &mut Notes { provider: self.provider, model: &named.id, gather: notes.gather };
            terms::add(self.map, &origin(&Value::Null, PAGE, checked), notes);
        }
    }

    /// Puts one price where it belongs. Whether it could.
    fn price(
        &self,
        name: &str,
        value: &Value,
        mode: &str,
        tariffs: &mut BTreeMap<Tier, Tariff>,
        notes: &mut Notes,
    ) -> bool {
        // Two names of one price.
        if name == "input_cost_per_token_cache_hit" {
            return self.map.get("cache_read_input_token_cost") == Some(value);
        }
        let gives = |name: &str| {
            self.map.get(name).and_then(Value::as_f64).is_some_and(|price| price != 0.0)
        };
        let twin = match name {
            "input_cost_per_image" => gives("output_cost_per_image"),
            "output_cost_per_second" => gives("input_cost_per_second"),
            _ => false,
        };
        let Some(key) = key(name, mode).filter(|_| !twin) else { return false };
        let Some(rate) = notes.rate(name, value, key.power) else { return true };
        let rates =
            rates(tariffs.entry(key.tier).or_default(), key.over.map(|over| self.bracket(over)));
        rates.insert(key.meter, scaled(rate, key.times));
        true
    }

    fn bracket(&self, tokens: u64) -> Bracket {
        match self.provider {
            "x-ai" => Bracket::AtLeast(tokens),
            _ => Bracket::Over(tokens),
        }
    }

    /// A search has one price or one by how much context it brings, which no meter says.
    fn by_search(&self, tariffs: &mut BTreeMap<Tier, Tariff>, notes: &mut Notes) {
        let key = "search_context_cost_per_query";
        let Some(value) = self.map.get(key) else { return };
        let sizes: Vec<_> = value.as_object().into_iter().flat_map(Map::values).collect();
        match sizes[..] {
            [first, ..] if sizes.iter().all(|size| *size == first) => {
                if let Some(rate) = notes.rate(key, first, 0) {
                    let standard = tariffs.entry(Tier::Standard).or_default();
                    standard.base.insert(Meter::WebSearch, rate);
                }
            }
            _ => notes.unread(key, value),
        }
    }

    /// `tiered_pricing`: a list of prices, each with its range of prompt lengths.
    fn by_length(&self, tariffs: &mut BTreeMap<Tier, Tariff>, notes: &mut Notes) {
        let Some(list) = self.map.get("tiered_pricing") else { return };
        for each in list.as_array().into_iter().flatten() {
            let Some(from) = each["range"][0].as_f64().filter(|from| (0.0..1e12).contains(from))
            else {
                notes.unread("tiered_pricing", each);
                continue;
            };
            // Lengths are whole numbers, written as floats.
            let from = from as u64;
            let tariff = tariffs.entry(Tier::Standard).or_default();
            for (name, value) in
                each.as_object().into_iter().flatten().filter(|(name, _)| *name != "range")
            {
                let Some(key) = key(name, "chat").filter(|key| key.over.is_none()) else {
                    notes.unread(&format!("tiered_pricing.{name}"), value);
                    continue;
                };
                if let Some(rate) = notes.rate(name, value, key.power) {
                    let bracket = (from > 0).then(|| self.bracket(from));
                    rates(tariff, bracket).insert(key.meter, rate);
                }
            }
        }
    }
}

fn rates(tariff: &mut Tariff, bracket: Option<Bracket>) -> &mut Rates {
    match bracket {
        None => &mut tariff.base,
        Some(bracket) => tariff.long.entry(bracket).or_default(),
    }
}

/// A tier's prices over the standard ones.
fn laid(standard: &Tariff, own: &Tariff, tier: Tier, notes: &mut Notes) -> Tariff {
    let mut laid = standard.under(own);
    let is_long = |bracket: &&Bracket| {
        own.base.contains_key(&Meter::Input) && !own.long.contains_key(bracket)
    };
    if let Some(bracket) = standard.long.keys().find(is_long) {
        notes.add(
            format!(
                "It has no {} price for prompts of {} tokens.",
                tier.name(),
                bracket.first_tokens()
            ),
            "The standard one is taken, as LiteLLM does.",
        );
    }
    let writes = |tariff: &Tariff, meter| {
        tariff.base.contains_key(&meter)
            || tariff.long.values().any(|rates| rates.contains_key(&meter))
    };
    if writes(own, Meter::CacheWrite)
        && !writes(own, Meter::CacheWrite1h)
        && writes(standard, Meter::CacheWrite1h)
    {
        laid.base.remove(&Meter::CacheWrite1h);
        laid.long
            .values_mut()
            .for_each(|rates| rates.retain(|meter, _| *meter != Meter::CacheWrite1h));
        notes.add(
            format!("It has no {} price for what is kept for an hour.", tier.name()),
            "It is left out: the standard one would be too much.",
        );
    }
    laid
}

/// Reasoning at the price of the output is output.
fn without_twins(mut tariff: Tariff) -> Tariff {
    let reasoning = tariff.base.get(&Meter::OutputReasoning);
    let has_long = tariff
        .long
        .values()
        .any(|rates| rates.get(&Meter::OutputReasoning) != rates.get(&Meter::Output));
    if reasoning.is_some() && reasoning == tariff.base.get(&Meter::Output) && !has_long {
        tariff.base.remove(&Meter::OutputReasoning);
        tariff
            .long
            .values_mut()
            .for_each(|rates| rates.retain(|meter, _| *meter != Meter::OutputReasoning));
    }
    tariff
}

#[cfg(test)]
mod tests;
