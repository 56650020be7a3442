//! Known calls priced by what was imported, where the book's own program gave the expected total.

use std::collections::BTreeMap;

use cost::book::find;
use cost::price::{Service, price};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::answer::Feed;
use super::format::Format;
use super::tests::{TODAY, excerpt, file, published};

/// The cases in which an engine agrees on the total, priced by a feed: how many come to it, and what the others do.
fn agreeing(feed: &Feed, engine: &str) -> (usize, Vec<String>) {
    let cases: Value = serde_json::from_slice(&file("price_cases.json")).expect("JSON");
    let (mut right, mut wrong) = (0, vec![]);
    for case in cases["cases"].as_array().expect("a list") {
        let agrees = case["oracle"]["agree"].as_array().is_some_and(|engines| {
            engines.iter().any(|name| name.as_str().is_some_and(|name| name.starts_with(engine)))
        });
        if !agrees {
            continue;
        }
        match total(feed, case) {
            Ok(total) if case["expected_usd"] == total => right += 1,
            other => wrong.push(format!("{}: {other:?}", case["id"].as_str().expect("an id"))),
        }
    }
    (right, wrong)
}

fn total(feed: &Feed, case: &Value) -> Result<String, String> {
    let text = |key: &str| case[key].as_str();
    let providers: Vec<_> = feed.providers.iter().collect();
    let found = find(&providers, text("provider"), text("model").expect("a model"))
        .map_err(|error| error.to_string())?;
    let at: Timestamp = text("as_of").expect("a moment").parse().expect("a moment");
    let at = at.to_zoned(TimeZone::UTC).datetime();
    let record = crate::usage::read(&case["usage"]).map_err(|error| error.to_string())?;
    let given = case["context"].as_object().into_iter().flatten();
    let given =
        given.map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()));
    let context: BTreeMap<String, String> =
        record.context.clone().into_iter().chain(given).collect();
    let context = context.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let service = Service::read(text("service_tier").or(record.tier.as_deref()), context)
        .map_err(|error| error.to_string())?;
    let found = found.on(at.date()).map_err(|error| error.to_string())?;
    let priced = price(found, &record.usage, &service, at);
    priced.map(|priced| priced.total.to_string()).map_err(|error| error.to_string())
}

/// Where an excerpt has the model at all, it comes to the total to the last digit.
#[test]
fn excerpts_price_the_cases_as_their_own_programs_do() {
    for (format, engine, expected) in [
        (Format::LiteLlm, "litellm", 23),
        (Format::ModelPrices, "model-prices", 16),
        (Format::Metergraph, "metergraph", 6),
    ] {
        let (right, mut wrong) = agreeing(&excerpt(format), engine);
        wrong.retain(|wrong| !wrong.contains("has no model") && !wrong.contains("has no provider"));
        assert_eq!((right, wrong), (expected, vec![]), "{engine}");
    }
}

/// LiteLLM's program halves the price of a batch where its map has none; a tier without a price is not offered here.
const EXPLAINED: &[(&str, &str)] = &[("litellm", "P-063")];

#[test]
#[ignore = "reads published files of megabytes; run by `cargo xtask prove`"]
fn prove_published_books_price_the_cases_as_their_own_programs_do() {
    for (engine, beginning) in [
        ("genai-prices", "genai"),
        ("litellm", "litellm"),
        ("model-prices", "model-prices"),
        ("metergraph", "metergraph"),
    ] {
        let Some(bytes) = published()
            .into_iter()
            .find_map(|(name, bytes)| name.starts_with(beginning).then_some(bytes))
        else {
            println!("{engine}: no published file");
            continue;
        };
        let (_, feed) = super::read(&bytes, None, TODAY).expect("a book");
        let (right, wrong) = agreeing(&feed, engine);
        println!("{engine}: {right} of {} cases {}", right + wrong.len(), wrong.join(", "));
        let is_explained = |wrong: &String| {
            EXPLAINED.iter().any(|(of, case)| *of == engine && wrong.starts_with(case))
        };
        assert!(wrong.iter().all(is_explained) && right > 50, "{engine}: {wrong:?}");
    }
}
