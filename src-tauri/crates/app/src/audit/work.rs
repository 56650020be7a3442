//! Calls of worked examples priced and counted by the engine that prices everything else.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cost::book::{Entry, Found, Match, Model, Origin, Provider};
use cost::meter::Meter;
use cost::money::{Quantity, Rate};
use cost::price::{Service, price};
use cost::usage::Usage;
use cost::workings::Item;
use prompt::{Detail, Pixels, image_patches, image_tokens};
use serde_json::Value;

use super::example::{Call, Example, Look, Picture};
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
    let sum = amounts.collect::<Vec<_>>().join(" + ");
    let total = Number::read(&sum).ok_or_else(|| unreadable(example, &sum))?;
    Ok((all, total))
}

fn of_call(example: &Example, call: &Call) -> Result<Vec<Line>, Error> {
    let model = call.model.as_deref().unwrap_or_default();
    if let Some(plan) = &call.plan {
        return plan_lines(plan);
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
    if call.rates.is_empty() {
        return used(example, call)?
            .into_iter()
            .map(|(meter, quantity)| Ok(line(meter, quantity)))
            .collect();
    }
    printed_lines(example, call)
}

/// So much of each meter, at the prices that the example prints.
fn printed_lines(example: &Example, call: &Call) -> Result<Vec<Line>, Error> {
    let mut printed = BTreeMap::new();
    for (name, text) in &call.rates {
        let meter = Meter::from_name(name).ok_or_else(|| unreadable(example, name))?;
        let (rate, per) = rate(text).ok_or_else(|| unreadable(example, text))?;
        printed.insert(meter, (rate, per));
    }
    let single = |(rate, per): &(Number, u64)| Rate::parse(&rate.over(*per)?.to_string());
    let rates: Option<BTreeMap<_, _>> =
        printed.iter().map(|(meter, printed)| Some((*meter, single(printed)?))).collect();
    let rates = rates.ok_or_else(|| unreadable(example, "rates"))?;
    let checked = example.read().ok_or_else(|| unreadable(example, "read"))?;
    let origin = Origin { source: example.source.clone(), checked, basis: "printed".into() };
    let entry = Entry { rates, ..Entry::default() };
    let model = Model { id: example.id.clone(), origin, prices: vec![entry], ..Model::default() };
    let provider =
        Provider { id: example.vendor.clone(), models: vec![model], ..Provider::default() };
    let usage = used(example, call)?
        .into_iter()
        .fold(Usage::default(), |usage, (meter, quantity)| usage.with(meter, quantity));
    let found = Found { provider: &provider, model: &provider.models[0], matched: Match::Exact };
    let priced = price(found, &usage, &Service::default(), checked.at(12, 0, 0, 0))
        .map_err(|error| not_priced(&error))?;
    let lines = priced.lines.iter().map(|priced| {
        let (rate, per) = printed[&priced.billed_as];
        Line {
            rate: Some(rate.to_string()),
            per: Some(per),
            amount: Some(priced.amount.to_string()),
            ..line(priced.meter, priced.quantity)
        }
    });
    Ok(lines.collect())
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

/// The tokens of the prompts of a whole plan, by their cause.
fn plan_lines(text: &str) -> Result<Vec<Line>, Error> {
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
    let lines = worked.estimate.ledger.lines.iter().filter(|line| is_prompt(&line.item));
    Ok(lines
        .map(|line| Line {
            label: line.driver.label().to_owned(),
            quantity: line.quantity.to_string(),
            unit: "token".into(),
            rate: None,
            per: None,
            amount: None,
        })
        .collect())
}

fn used(example: &Example, call: &Call) -> Result<Vec<(Meter, Quantity)>, Error> {
    let read = |(name, text): (&String, &String)| {
        let meter = Meter::from_name(name).ok_or_else(|| unreadable(example, name))?;
        let quantity = Number::read(text).and_then(|sum| Quantity::parse(&sum.to_string()));
        Ok((meter, quantity.ok_or_else(|| unreadable(example, text))?))
    };
    let mut used = call.used.iter().map(read).collect::<Result<Vec<_>, Error>>()?;
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
