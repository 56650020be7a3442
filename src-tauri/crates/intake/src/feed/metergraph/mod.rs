//! metergraph's catalogue (Apache-2.0) into providers: prices by channel and region, each from one day to another.

mod alias;
mod row;

use std::collections::{BTreeMap, BTreeSet};

use cost::book::{Entry, Model, Origin, Reroute};
use cost::meter::Meter;
use jiff::civil::Date;
use serde_json::Value;

use super::answer::{Feed, Refused};
use super::format::{Format, text};
use super::gather::Gather;
use super::names;
use super::values::{BOOK, Notes, checked, day};
use alias::Alias;

/// Where it is published.
const PAGE: &str = "https://pypi.org/project/metergraph-core/";

/// Reads a catalogue. Every entry is marked as checked on the day told, else on that of the catalogue, else today.
pub fn read(bytes: &[u8], told: Option<Date>, today: Date) -> Result<Feed, Refused> {
    let broken = |why: String| Refused::Broken { format: Format::Metergraph, why };
    let text = text(bytes).map_err(|seen| broken(format!("it is {seen}")))?;
    let options = serde_saphyr::options! { with_snippet: false };
    let document: Value = serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| broken(error.to_string()))?;
    let models =
        document["models"].as_array().ok_or_else(|| broken("it has no `models`".into()))?;
    if let Some(other) = document["currency"].as_str().filter(|currency| *currency != "USD") {
        return Err(broken(format!(
            "its prices are in {}, not in USD",
            super::format::short(other)
        )));
    }
    let mut gather = Gather::default();
    let made = document["pricing_verified_at"].as_str().and_then(|made| day(made, &mut gather));
    let checked = checked(told, made, today, &mut gather);
    let mut reader = Reader { checked, fees: BTreeMap::new(), reroutes: vec![], gather };
    reader.fees(&document["retrieval"]);
    for (key, value) in document.as_object().into_iter().flatten() {
        let known = ["version", "currency", "pricing_verified_at", "models", "retrieval"];
        if !known.contains(&key.as_str()) {
            reader.gather.unread(key, "feed", value);
        }
    }
    for model in models {
        reader.model(model);
    }
    reader.reroute();
    Ok(reader.gather.finish())
}

struct Reader {
    checked: Date,
    /// Fees of a channel, which come beside the prices of each of its models.
    fees: BTreeMap<String, Vec<Entry>>,
    reroutes: Vec<Dated>,
    gather: Gather,
}

/// A name that means a model for some time.
struct Dated {
    provider: String,
    reroute: Reroute,
    /// Whether that is as long as the model has prices.
    is_always: bool,
}

/// Who sells through a channel, and the word for it.
fn seller(channel: &str) -> (&str, &str) {
    let word = match channel {
        "aws-bedrock" | "aws-bedrock-geo" => "bedrock",
        "google-vertex-ai" => "vertex_ai",
        "vercel-ai-gateway" => "vercel",
        other => other.strip_suffix("-api").unwrap_or(other),
    };
    (names::ours(word), word)
}

impl Reader {
    fn fees(&mut self, list: &Value) {
        for value in list.as_array().into_iter().flatten() {
            let channel = value["channel"].as_str().unwrap_or_default();
            let is_search = ["web_search", "google_search_grounding"]
                .iter()
                .any(|name| value["operation"] == *name);
            let notes =
                &mut Notes { provider: "feed", model: "retrieval", gather: &mut self.gather };
            let rate = notes.rate("per_1k_usd", &value["per_1k_usd"], 3);
            let Some(rate) = rate.filter(|_| is_search && value["region"] == "global") else {
                self.gather.unread("retrieval", channel, value);
                continue;
            };
            let entry = Entry {
                from: notes.day("effective_from", &value["effective_from"]),
                to: notes.day("effective_to", &value["effective_to"]),
                origin: Some(row::origin(value, PAGE, self.checked).into()),
                rates: [(Meter::WebSearch, rate)].into(),
                ..Entry::default()
            };
            self.fees.entry(channel.into()).or_default().push(entry);
        }
    }

    /// One model, at each channel and in each region where it is sold.
    fn model(&mut self, value: &Value) {
        let canonical = value["canonical_id"].as_str().unwrap_or_default();
        let rows: Vec<&Value> = value["prices"].as_array().into_iter().flatten().collect();
        let place = |row: &&Value| {
            Some((row["channel"].as_str()?.to_owned(), row["region"].as_str()?.to_owned()))
        };
        let places: BTreeSet<_> = rows.iter().filter_map(place).collect();
        if rows.iter().any(|row| place(row).is_none()) {
            self.gather.problem(
                &["feed", canonical],
                "One of its prices names no channel or no region.",
                "It is left out.",
            );
        }
        let mut places: Vec<_> = places.into_iter().collect();
        places.sort_by_key(|(channel, region)| {
            (names::rank(seller(channel).1), channel.clone(), region != "global", region.clone())
        });
        for key in known_keys(value) {
            self.gather.unread(key, canonical, &value[key]);
        }
        for (channel, region) in &places {
            let regions = places.iter().filter(|(other, _)| other == channel).count();
            let here: Vec<_> = rows
                .iter()
                .filter(|row| row["channel"] == **channel && row["region"] == **region)
                .copied()
                .collect();
            self.sold(value, (channel, region), regions == 1, &here);
        }
    }

    fn sold(&mut self, value: &Value, place: (&str, &str), only: bool, rows: &[&Value]) {
        let (channel, region) = place;
        let canonical = value["canonical_id"].as_str().unwrap_or_default();
        let (provider, word) = seller(channel);
        let aliases = Alias::all(&value["aliases"], channel, provider, &mut self.gather);
        let (own, others): (Vec<_>, Vec<_>) =
            aliases.into_iter().partition(|alias| alias.is_for(region, only));
        let tail = canonical.split_once('/').map_or(canonical, |(_, tail)| tail);
        // Where nobody has named it in a region, its name elsewhere says which region.
        let (id, region_in_name) =
            match (alias::best(&own, tail, provider), alias::best(&others, tail, provider)) {
                (Some(best), _) => (best.name.clone(), false),
                (None, best) => {
                    (best.map_or(tail, |best| &best.name).to_owned(), region != "global")
                }
            };
        let id = if region_in_name { format!("{region}/{id}") } else { id };
        let notes = &mut Notes { provider, model: &id, gather: &mut self.gather };
        let mut prices: Vec<_> =
            rows.iter().flat_map(|row| row::entries(row, self.checked, PAGE, notes)).collect();
        prices.extend(self.fees.get(channel).into_iter().flatten().cloned());
        let last = rows.last().map(|row| row::origin(row, PAGE, self.checked));
        let origin = last.unwrap_or(Origin {
            source: PAGE.into(),
            checked: self.checked,
            basis: BOOK.into(),
        });
        for entry in &mut prices {
            entry.origin = entry.origin.take().filter(|own| **own != origin);
        }
        let named = own.iter().filter(|alias| !alias.is_dated());
        let model = Model {
            id: id.clone(),
            aliases: named.map(|alias| alias.name.clone()).filter(|name| *name != id).collect(),
            origin,
            prices,
            ..Model::default()
        };
        let word = if region == "global" { word } else { region };
        let first =
            model.prices.iter().filter(|entry| !entry.is_fees()).map(|entry| entry.from).min();
        let Some(to) = self.gather.model(provider, word, model).map(|named| named.id) else {
            return;
        };
        for alias in own.iter().filter(|alias| alias.is_dated()) {
            let reroute = Reroute {
                model: alias.name.clone(),
                span: alias.span,
                to: to.clone(),
                origin: row::origin(alias.value, PAGE, self.checked),
            };
            // A name that is as old as the model's prices, and means it still, means it always.
            let is_always = reroute.span.to.is_none()
                && first.flatten().is_some_and(|first| reroute.span.from <= Some(first));
            let is_same = |known: &Dated| {
                known.provider == provider
                    && Reroute { origin: known.reroute.origin.clone(), ..reroute.clone() }
                        == known.reroute
            };
            if alias.name != to && !self.reroutes.iter().any(is_same) {
                self.reroutes.push(Dated { provider: provider.into(), reroute, is_always });
            }
        }
    }

    /// A name that means one model after the other: a model without prices of its own, unless it is one.
    fn reroute(&mut self) {
        let all = std::mem::take(&mut self.reroutes);
        let is_alone = |dated: &Dated| {
            let same = |other: &&Dated| {
                other.provider == dated.provider && other.reroute.model == dated.reroute.model
            };
            all.iter().filter(same).count() == 1
        };
        for dated in &all {
            let Dated { provider, reroute, is_always } = dated;
            if *is_always && is_alone(dated) && !self.gather.has(provider, &reroute.model) {
                self.gather.alias(provider, &reroute.to, &reroute.model);
            }
        }
        for Dated { provider, reroute, .. } in all {
            let is_name =
                |gather: &Gather| gather.is_called(&provider, &reroute.to, &reroute.model);
            if is_name(&self.gather) {
                continue;
            }
            if !self.gather.has(&provider, &reroute.model) {
                let origin = reroute.origin.clone();
                let model = Model { id: reroute.model.clone(), origin, ..Model::default() };
                self.gather.model(&provider, &provider, model);
            }
            if let Some(terms) = self.gather.terms(&provider) {
                terms.reroutes.push(reroute);
            }
        }
    }
}

/// The keys of a model that are not read.
fn known_keys(value: &Value) -> Vec<&str> {
    let keys = value.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    keys.filter(|key| !["canonical_id", "publisher", "aliases", "prices"].contains(key)).collect()
}

#[cfg(test)]
mod tests;
