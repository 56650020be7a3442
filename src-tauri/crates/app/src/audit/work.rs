//! Calls of worked examples priced and counted by the engine that prices everything else.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cost::book::{Entry, Found, Match, Model, Origin, Provider};
use cost::ledger::LedgerLine;
use cost::meter::Meter;
use cost::money::{Quantity, Rate};
use cost::price::{Service, price};
use cost::usage::Usage;
use cost::workings::Item;
use prompt::{Detail, Pixels, image_area, image_patches, image_tokens};
use serde_json::Value;

use super::example::{Call, Example, Look, Picture, Price};
use super::number::Number;
use super::result::{Line, Unit};
use crate::costs::{self, not_priced};
use crate::error::{Code, Error};
use crate::json::Strict;
use crate::shelf::Shelf;
use crate::{estimates, pins, plans, prompts};

/// The lines of calls, and what they come to.
pub fn lines(example: &Example, calls: &[Call]) -> Result<(Vec<Line>, Number), Error> {
    let mut all = vec![];
    for call in calls {
        let mut lines = of_call(example, call)?;
        if let Some(what) = &call.what {
            lines.iter_mut().for_each(|line| line.label = format!("{what}: {}", line.label));
        }
        all.append(&mut lines);
    }
    let amounts = all.iter().map(|line| match example.unit {
        Unit::Usd => line.amount.as_deref().unwrap_or_default(),
        Unit::Tokens => &line.quantity,
    });
    // What a contract takes off is below 0.
    let sum = amounts.collect::<Vec<_>>().join(" + ").replace("+ -", "- ");
    let total = Number::read(&sum).ok_or_else(|| unreadable(example, &sum))?;
    Ok((all, total))
}

fn of_call(example: &Example, call: &Call) -> Result<Vec<Line>, Error> {
    let model = call.model.as_deref().unwrap_or_default();
    if let Some(plan) = &call.plan {
        return plan_lines(plan, example.unit);
    }
    if let Some(picture) = call.patches {
        return Ok(vec![tokens_line(shown(picture), image_patches(pixels(picture)))]);
    }
    if let Some(picture) = call.image {
        return image_line(model, picture).map(|line| vec![line]);
    }
    if let Some(request) = &call.request {
        return request_line(model, request).map(|line| vec![line]);
    }
    if !call.recorded.is_empty() {
        return book_lines(model, call);
    }
    if call.rates.is_empty() && example.price.is_empty() {
        return used(example, call)?
            .into_iter()
            .map(|(meter, quantity)| Ok(line(meter, quantity)))
            .collect();
    }
    printed_lines(example, call)
}

/// So much of each meter, at the prices that the example prints, as the tier that served it has them.
fn printed_lines(example: &Example, call: &Call) -> Result<Vec<Line>, Error> {
    let own = Price { tier: call.tier.clone(), rates: call.rates.clone() };
    let prices = if call.rates.is_empty() { &example.price } else { std::slice::from_ref(&own) };
    let tier = |word: &Option<String>| {
        let service = Service::read(word.as_deref(), []).map_err(|error| not_priced(&error))?;
        Ok::<_, Error>(service.tier)
    };
    let (mut entries, mut printed) = (vec![], vec![]);
    for price in prices {
        let tier = tier(&price.tier)?;
        let rates = printed_rates(example, price)?;
        let single = |(rate, per): &(Number, u64)| Rate::parse(&rate.over(*per)?.to_string());
        let of_one: Option<BTreeMap<_, _>> =
            rates.iter().map(|(meter, printed)| Some((*meter, single(printed)?))).collect();
        let of_one = of_one.ok_or_else(|| unreadable(example, "rates"))?;
        entries.push(Entry { tier, rates: of_one, ..Entry::default() });
        printed.push((tier, rates));
    }
    let checked = example.read().ok_or_else(|| unreadable(example, "read"))?;
    let origin = Origin { source: example.source.clone(), checked, basis: "printed".into() };
    let model = Model { id: example.id.clone(), origin, prices: entries, ..Model::default() };
    let provider =
        Provider { id: example.vendor.clone(), models: vec![model], ..Provider::default() };
    let usage = used(example, call)?
        .into_iter()
        .fold(Usage::default(), |usage, (meter, quantity)| usage.with(meter, quantity));
    let found = Found { provider: &provider, model: &provider.models[0], matched: Match::Exact };
    let service = Service::of(tier(&call.tier)?);
    let priced = price(found, &usage, &service, checked.at(12, 0, 0, 0))
        .map_err(|error| not_priced(&error))?;
    let lines = priced.lines.iter().map(|priced| {
        let of_tier = printed.iter().find(|(tier, _)| *tier == priced.entry.tier);
        let (_, rates) = of_tier.expect("a line's entry is one of the printed ones");
        let (rate, per) = rates[&priced.billed_as];
        Line {
            rate: Some(rate.to_string()),
            per: Some(per),
            amount: Some(priced.amount.to_string()),
            ..line(priced.meter, priced.quantity)
        }
    });
    Ok(lines.collect())
}

/// The prices of a tier as they are printed, each with the units that it is for.
fn printed_rates(
    example: &Example,
    price: &Price,
) -> Result<BTreeMap<Meter, (Number, u64)>, Error> {
    let read = |(name, text): (&String, &String)| {
        let meter = Meter::from_name(name).ok_or_else(|| unreadable(example, name))?;
        Ok((meter, rate(text).ok_or_else(|| unreadable(example, text))?))
    };
    price.rates.iter().map(read).collect()
}

/// Recorded usage at the book's prices.
fn book_lines(model: &str, call: &Call) -> Result<Vec<Line>, Error> {
    let usage = call.recorded.iter().map(|(name, amount)| (name.clone(), Value::from(*amount)));
    let priced = costs::cost(costs::Call {
        model: model.into(),
        usage: Strict(Value::Object(usage.collect())),
        at: call.at.clone(),
        ..costs::Call::default()
    })?;
    let lines = priced.lines.into_iter().map(|line| Line {
        label: words(line.meter),
        quantity: line.billed.unwrap_or(line.quantity),
        unit: line.unit,
        rate: Some(line.per_million),
        per: Some(1_000_000),
        amount: Some(line.amount_usd),
    });
    Ok(lines.collect())
}

fn image_line(model: &str, picture: Picture) -> Result<Line, Error> {
    let shelf = Shelf::of(None)?;
    let found = shelf.find(None, model)?;
    let detail = match picture.detail {
        Look::Auto => Detail::Auto,
        Look::Low => Detail::Low,
        Look::High => Detail::High,
    };
    let counted = image_tokens(&found.provider.id, &found.model.id, pixels(picture), detail);
    let counted = counted.ok_or_else(|| {
        let message = format!("No formula is known for images on `{model}`.");
        Error::new(Code::NotFound, message, "Name a model whose vendor publishes one.")
    })?;
    Ok(tokens_line(shown(picture), counted.tokens))
}

fn request_line(model: &str, request: &str) -> Result<Line, Error> {
    let counts = prompts::count(prompts::Text {
        text: request.into(),
        models: vec![model.into()],
        ..prompts::Text::default()
    })?;
    let tokens = counts.counts.iter().map(|count| count.tokens).sum();
    Ok(tokens_line("the request".into(), tokens))
}

/// The bill of a whole plan, or the tokens of its prompts by their cause.
fn plan_lines(text: &str, unit: Unit) -> Result<Vec<Line>, Error> {
    let shelf = Shelf::of(None)?;
    let nothing = |name: &str| {
        Err(Error::new(Code::MissingFile, format!("`{name}` stands nowhere."), "Type tokens."))
    };
    let first = |mut errors: Vec<Error>| errors.swap_remove(0);
    let mut opened =
        plans::open_text(PathBuf::from("plan.yaml"), text, &shelf, &nothing).map_err(first)?;
    // No pins are looked for beside it.
    opened.inside = Some(BTreeMap::new());
    let pins = pins::read(&opened, &shelf)?;
    let worked = estimates::work_out(opened, &shelf, pins).map_err(first)?;
    let is_prompt = |item: &Item| match item {
        Item::Model { meter, .. } => *meter != Meter::Output,
        Item::Other(_) => false,
    };
    let lines = worked.estimate.ledger.lines.iter();
    let counted = |line: &LedgerLine| Line {
        label: line.driver.label().to_owned(),
        quantity: line.quantity.to_string(),
        unit: "token".into(),
        rate: None,
        per: None,
        amount: None,
    };
    Ok(match unit {
        Unit::Tokens => lines.filter(|line| is_prompt(&line.item)).map(counted).collect(),
        Unit::Usd => lines.map(charged).collect(),
    })
}

/// A line of a bill; what was agreed beyond prices is an amount of dollars.
fn charged(line: &LedgerLine) -> Line {
    let (unit, per) = match &line.item {
        Item::Model { meter, .. } => (meter.unit(), meter.told_for()),
        Item::Other(_) => ("dollar", 1),
    };
    Line {
        label: line.driver.label().to_owned(),
        quantity: to_the_billionth(&line.quantity.to_string()),
        unit: unit.into(),
        rate: Some(line.rate.for_units(per)),
        per: Some(per),
        amount: Some(to_the_billionth(&line.amount.to_string())),
    }
}

/// A decimal of a forecast, whose workings are floats: nine digits after the point are certain.
fn to_the_billionth(text: &str) -> String {
    let (sign, size) = text.strip_prefix('-').map_or(("", text), |size| ("-", size));
    let rounded = Number::read(size).and_then(|it| it.rounded(9)).unwrap_or_else(|| size.into());
    let rounded = match rounded.split_once('.') {
        Some(_) => rounded.trim_end_matches('0').trim_end_matches('.'),
        None => &rounded,
    };
    format!("{sign}{rounded}")
}

fn used(example: &Example, call: &Call) -> Result<Vec<(Meter, Quantity)>, Error> {
    let read = |(name, text): (&String, &String)| {
        let meter = Meter::from_name(name).ok_or_else(|| unreadable(example, name))?;
        let quantity = Number::read(text).and_then(|sum| Quantity::parse(&sum.to_string()));
        Ok((meter, quantity.ok_or_else(|| unreadable(example, text))?))
    };
    let mut used = call.used.iter().map(read).collect::<Result<Vec<_>, Error>>()?;
    let area = call.area.map(|picture| (Meter::InputImage, image_area(pixels(picture))));
    used.extend(area.map(|(meter, tokens)| (meter, Quantity::whole(tokens))));
    used.sort_by_key(|(meter, _)| *meter);
    Ok(used)
}

/// A price as printed, and for how many units it is.
fn rate(text: &str) -> Option<(Number, u64)> {
    let (sum, per) = [(" per 1M", 1_000_000), (" per 1K", 1000), (" each", 1)]
        .iter()
        .find_map(|(word, per)| Some((text.strip_suffix(word)?, *per)))?;
    Some((Number::read(sum)?, per))
}

fn line(meter: Meter, quantity: Quantity) -> Line {
    Line {
        label: words(meter),
        quantity: quantity.to_string(),
        unit: meter.unit().into(),
        rate: None,
        per: None,
        amount: None,
    }
}

fn tokens_line(label: String, tokens: u64) -> Line {
    Line { label, ..line(Meter::Input, Quantity::whole(tokens)) }
}

fn words(meter: Meter) -> String {
    meter.name().replace('_', " ")
}

fn shown(picture: Picture) -> String {
    format!("{} × {} pixels", picture.width, picture.height)
}

fn pixels(picture: Picture) -> Pixels {
    Pixels { width: picture.width, height: picture.height }
}

fn unreadable(example: &Example, text: &str) -> Error {
    let message = format!("`{text}` of the example {} cannot be read.", example.id);
    Error::new(Code::BadArguments, message, "The examples' README says how they are written.")
}
