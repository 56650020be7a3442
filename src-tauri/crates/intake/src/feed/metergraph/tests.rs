//! An excerpt of the catalogue with one model for each of its rules.

use super::super::format::Format;
use super::super::tests::{check, excerpt, names, said, unread};

#[test]
fn each_channel_and_region_is_sold_by_somebody() {
    let expected = [
        "aws/global.openai.gpt-6-sol",
        "aws/openai.gpt-6-sol",
        "deepseek/deepseek-flash",
        "deepseek/deepseek-v4-flash",
        "google/gemini-3.5-flash",
        "google/gemini-flash-latest",
        "google/models/gemini-flash-latest",
        "google/vertex_ai/gemini-3.5-flash",
        "openai/gpt-6-sol",
        "vercel/deepseek/deepseek-v4.1-flash",
        "x-ai/grok-4.7",
        "x-ai/us/grok-4.7",
    ];
    assert_eq!(names(&excerpt(Format::Metergraph)), expected);
}

#[test]
fn longer_prompts_batches_and_searches_have_their_prices() {
    check(
        &excerpt(Format::Metergraph),
        "openai",
        "gpt-6-sol",
        r#"
source = "https://developers.openai.com/api/docs/models/gpt-6-sol"
checked = 2026-10-25
basis = "book"
[[model.price]]
from = 2026-08-26
web_search = "10000"
source = "https://platform.openai.com/docs/pricing"
checked = 2026-10-25
basis = "book"
[[model.price]]
from = 2026-09-22
input = "2"
cache_read = "0.2"
cache_write = "2.5"
output = "10"
[[model.price]]
from = 2026-09-22
over = 272000
input = "4"
cache_read = "0.4"
cache_write = "5"
output = "15"
[[model.price]]
from = 2026-09-22
tier = "batch"
input = "1"
cache_read = "0.2"
cache_write = "2.5"
output = "5"
[[model.price]]
from = 2026-09-22
tier = "batch"
over = 272000
input = "2"
cache_read = "0.4"
cache_write = "5"
output = "7.5"
"#,
    );
}

#[test]
fn the_listed_price_is_that_of_the_peak_hours() {
    check(
        &excerpt(Format::Metergraph),
        "deepseek",
        "deepseek-v4-flash",
        r#"
source = "https://api-docs.deepseek.com/quick_start/pricing/"
checked = 2026-10-25
basis = "book"
[[model.price]]
from = 2026-04-24
to = 2026-09-10
input = "0.14"
cache_read = "0.0028"
output = "0.28"
[[model.price]]
from = 2026-09-10
input = "0.15"
cache_read = "0.003"
output = "0.6"
[[model.price]]
from = 2026-09-10
window = "01:00-04:00"
days = "mon-fri"
input = "0.3"
cache_read = "0.006"
output = "1.2"
[[model.price]]
from = 2026-09-10
window = "06:00-10:00"
days = "mon-fri"
input = "0.3"
cache_read = "0.006"
output = "1.2"
"#,
    );
}

#[test]
fn prices_begin_and_end_and_are_announced() {
    check(
        &excerpt(Format::Metergraph),
        "google",
        "gemini-3.5-flash",
        r#"
aliases = ["models/gemini-3.5-flash"]
source = "https://ai.google.dev/gemini-api/docs/changelog"
checked = 2026-10-25
basis = "book"
[[model.price]]
from = 2026-05-19
to = 2026-10-08
input = "1.5"
cache_read = "0.15"
output = "9"
source = "https://ai.google.dev/gemini-api/docs/pricing"
checked = 2026-10-25
basis = "book"
[[model.price]]
from = 2026-10-08
to = 2027-01-01
input = "0.75"
cache_read = "0.075"
output = "3.75"
[[model.price]]
from = 2027-01-01
input = "1.5"
cache_read = "0.15"
output = "7.5"
[[model.price]]
from = 2026-05-19
to = 2026-10-08
tier = "batch"
input = "0.75"
cache_read = "0.15"
output = "4.5"
source = "https://ai.google.dev/gemini-api/docs/pricing"
checked = 2026-10-25
basis = "book"
[[model.price]]
from = 2026-10-08
to = 2027-01-01
tier = "batch"
input = "0.375"
cache_read = "0.075"
output = "1.875"
[[model.price]]
from = 2027-01-01
tier = "batch"
input = "0.75"
cache_read = "0.15"
output = "3.75"
"#,
    );
}

#[test]
fn a_name_that_means_one_model_after_the_other_is_rerouted() {
    let feed = excerpt(Format::Metergraph);
    let said = |id: &str| {
        let provider =
            feed.providers.iter().find(|provider| provider.id == id).expect("it is there");
        let days = |day: Option<jiff::civil::Date>| day.map_or("…".into(), |day| day.to_string());
        let reroutes = provider.terms.reroutes.iter().map(|reroute| {
            let (from, to) = (days(reroute.span.from), days(reroute.span.to));
            format!("{} {from} {to} {}", reroute.model, reroute.to)
        });
        reroutes.collect::<Vec<_>>()
    };
    assert_eq!(said("deepseek"), ["deepseek-v4-flash 2026-09-10 … deepseek-flash"]);
    assert_eq!(
        said("google"),
        [
            "gemini-flash-latest 2026-05-19 2026-07-21 gemini-3.5-flash",
            "models/gemini-flash-latest 2026-05-19 2026-07-21 gemini-3.5-flash",
        ]
    );
    assert!(said("x-ai").is_empty(), "a name as old as the model is one of its names");
    let grok = feed.providers.iter().find(|provider| provider.id == "x-ai").expect("it is there");
    assert_eq!(grok.models[0].aliases, ["grok-4.7-latest"]);
}

#[test]
fn nothing_is_lost_in_silence() {
    let feed = excerpt(Format::Metergraph);
    let batch = "Its batch price says nothing of cached prompts. The standard price is taken for them, \
                 as metergraph does.";
    assert_eq!(
        said(&feed),
        [
            format!("openai.gpt-6-sol: {batch}"),
            format!("google.gemini-3.5-flash: {batch}"),
            "google.gemini-3.5-flash: The feed has other prices for it as well, under `vertex_ai`. They \
             are listed as `vertex_ai/gemini-3.5-flash`."
                .into(),
            "feed: Prices change at times of the day in this feed. Each holds here from the beginning \
             of its day, in UTC."
                .into(),
        ]
    );
    let keys: Vec<_> = feed.unread.iter().map(|unread| unread.key.as_str()).collect();
    assert_eq!((keys, unread(&feed).len()), (vec!["retrieval"], 1));
}
