//! Azure's retail meters into the models that their names certainly mean; what is left is kept as unread.
//!
//! A snapshot of azure-genai-prices (MIT), or what the retail price service itself answers.

mod words;

use std::collections::{BTreeMap, BTreeSet};

use cost::book::{Bracket, Entry, Model, Origin, Tier};
use cost::meter::Meter;
use cost::money::Rate;
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::answer::{Feed, Refused};
use super::format::Format;
use super::gather::Gather;
use super::rows::Tariff;
use super::values::{BOOK, Notes, checked, day};
use words::meant;

/// Where they are published.
const PAGE: &str = "https://prices.azure.com/api/retail/prices";
const PROVIDER: &str = "azure";

/// Reads meters. Every entry is marked as checked on the day told, else on that of the snapshot, else today.
pub fn read(bytes: &[u8], told: Option<Date>, today: Date) -> Result<Feed, Refused> {
    let broken = |why: String| Refused::Broken { format: Format::Azure, why };
    let map: Map<String, Value> =
        serde_json::from_slice(bytes).map_err(|error| broken(error.to_string()))?;
    let items = map.get("items").or(map.get("Items")).and_then(Value::as_array);
    let items = items.ok_or_else(|| broken("it has no `items`".into()))?;
    let mut gather = Gather::default();
    let made = map.get("fetched_at").and_then(Value::as_str).and_then(|made| made.get(..10));
    let made = made.and_then(|made| day(made, &mut gather));
    let checked = checked(told, made, today, &mut gather);
    let mut models: Models = BTreeMap::new();
    for item in items {
        if item.is_object() && meter(item, &mut models, &mut gather).is_none() {
            let product = item["productName"].as_str().unwrap_or("feed");
            let name = item["meterName"].as_str().unwrap_or_default();
            let price = format!("{} for {}", item["retailPrice"], item["unitOfMeasure"]);
            gather.keep(product, name, price);
        }
    }
    for (id, meters) in models {
        let model = model(&id, meters, checked, &mut gather);
        gather.model(PROVIDER, PROVIDER, model);
    }
    Ok(gather.finish())
}

/// The prices of each region, by model and by what they price.
type Models = BTreeMap<String, BTreeMap<Place, Regions>>;
type Place = (Tier, Option<Bracket>, Meter);
type Regions = BTreeMap<String, Vec<(Option<Date>, Rate)>>;

/// Puts a meter to its model. Nothing where it is not certain which.
fn meter(item: &Value, models: &mut Models, gather: &mut Gather) -> Option<()> {
    let is_other = |key: &str, usual: &str| item[key].as_str().is_some_and(|value| value != usual);
    if is_other("currencyCode", "USD") || is_other("type", "Consumption") {
        return None;
    }
    let meant = meant(item["productName"].as_str()?, item["meterName"].as_str()?)?;
    let power = match item["unitOfMeasure"].as_str()? {
        "1K" => 3,
        "1M" => 6,
        _ => return None,
    };
    let regions: Vec<&str> = match &item["regions"] {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => vec![item["armRegionName"].as_str()?],
    };
    if regions.is_empty() {
        return None;
    }
    let notes = &mut Notes { provider: PROVIDER, model: &meant.model, gather };
    let from = match item["effectiveStartDate"].as_str() {
        Some(_) => Some(notes.day("effectiveStartDate", &item["effectiveStartDate"])?),
        None => None,
    };
    let rate = notes.rate("retailPrice", &item["retailPrice"], power)?;
    let place = (meant.tier, meant.long, meant.meter);
    let by_region = models.entry(meant.model).or_default().entry(place).or_default();
    for region in regions {
        by_region.entry(region.into()).or_default().push((from, rate));
    }
    Some(())
}

fn model(id: &str, meters: BTreeMap<Place, Regions>, checked: Date, gather: &mut Gather) -> Model {
    let mut tariffs: BTreeMap<Tier, (Option<Date>, Tariff)> = BTreeMap::new();
    let mut elsewhere = BTreeSet::new();
    let mut is_long = false;
    for ((tier, long, meter), regions) in meters {
        let (rate, from, others) = usual(regions);
        for (rate, regions) in others {
            let price = format!("{}: {}", regions.join(", "), rate.per_million());
            let key = format!("{} {} of other regions", tier.name(), meter.name());
            gather.keep(&key, &format!("{PROVIDER}/{id}"), price);
            elsewhere.extend(regions);
        }
        let (since, tariff) = tariffs.entry(tier).or_default();
        *since = (*since).max(from);
        let rates = match long {
            None => &mut tariff.base,
            Some(bracket) => tariff.long.entry(bracket).or_default(),
        };
        rates.insert(meter, rate);
        is_long |= long.is_some();
    }
    let notes = &mut Notes { provider: PROVIDER, model: id, gather };
    if !elsewhere.is_empty() {
        let regions = elsewhere.into_iter().collect::<Vec<_>>().join(", ");
        notes.add(
            format!("Its prices are others in {regions}."),
            "Those of the most regions are taken; the others are kept as unread.",
        );
    }
    if is_long {
        notes.add(
            "Its meters do not say from where a prompt is long.",
            "The limit that the model's maker publishes is taken.",
        );
    }
    let entries = |(tier, (from, tariff)): (Tier, (Option<Date>, Tariff))| {
        tariff.entries(&Entry { from, tier, ..Entry::default() })
    };
    Model {
        id: id.into(),
        origin: Origin { source: PAGE.into(), checked, basis: BOOK.into() },
        prices: tariffs.into_iter().flat_map(entries).collect(),
        ..Model::default()
    }
}

type Others = Vec<(Rate, Vec<String>)>;

/// The price of the most regions, the first day on which one of them has it, and what others have.
fn usual(regions: Regions) -> (Rate, Option<Date>, Others) {
    let mut by_rate: BTreeMap<Rate, (Option<Date>, Vec<String>)> = BTreeMap::new();
    for (region, prices) in regions {
        // The newest of a region is its price.
        let newest = prices.iter().max_by_key(|(from, rate)| (*from, std::cmp::Reverse(*rate)));
        let (from, rate) = *newest.expect("a region is listed with a price");
        let (since, known) = by_rate.entry(rate).or_insert((from, vec![]));
        *since = (*since).min(from);
        known.push(region);
    }
    let most = by_rate
        .iter()
        .max_by_key(|(rate, (_, regions))| (regions.len(), std::cmp::Reverse(**rate)));
    let most = *most.expect("a meter has a region").0;
    let (from, _) = by_rate.remove(&most).expect("just found");
    (most, from, by_rate.into_iter().map(|(rate, (_, regions))| (rate, regions)).collect())
}

#[cfg(test)]
mod tests;
