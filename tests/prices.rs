//! Recorded calls priced by the book inside the program.

use std::fs;
use std::path::{Path, PathBuf};

use app::Code;
use app::costs::{Batch, Call, Outcome, batch, cost};
use app::prices::{Feed, Filter, Query, import, list, show};
use serde_json::{Value, json};

use crate::project::at_home;

#[test]
fn the_price_cases_hold_to_the_last_digit() {
    at_home();
    let cases = fs::read_to_string(path("price_cases.json")).expect("the cases are there");
    let document: Value = serde_json::from_str(&cases).expect("the cases are JSON");
    let expected = document["cases"].as_array().expect("a list of cases");
    let outcomes = batch(Batch { cases: cases.clone(), book: None }).expect("a list of cases");
    assert_eq!(outcomes.len(), 85);
    for (case, outcome) in expected.iter().zip(&outcomes) {
        assert_eq!(case["id"], outcome.id);
        assert_eq!(as_expected(case, outcome), Ok(()), "{}", case["id"]);
    }
}

#[test]
fn where_books_disagree_the_rule_and_its_source_are_stated() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/prices/README.md");
    let readme = fs::read_to_string(readme).expect("it is there");
    let stated: Vec<Vec<&str>> = readme
        .lines()
        .filter(|line| line.starts_with("| P-"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let cases = fs::read_to_string(path("price_cases.json")).expect("the cases are there");
    let document: Value = serde_json::from_str(&cases).expect("the cases are JSON");
    let disputed = document["cases"].as_array().expect("a list").iter().filter(|case| {
        case["oracle"]["dissent"].is_object() || case["oracle"]["single"] == Value::Bool(true)
    });
    let disputed: Vec<&Value> = disputed.collect();
    assert_eq!((disputed.len(), stated.len()), (11, 11));
    for (case, row) in disputed.into_iter().zip(&stated) {
        let [id, usd, rule, source, others] = row[..] else { panic!("{row:?}") };
        assert_eq!((&case["id"], &case["expected_usd"]), (&json!(id), &json!(usd)));
        assert!(source.starts_with("https://") && !rule.is_empty() && !others.is_empty(), "{id}");
    }
}

#[test]
fn a_call_is_priced_line_by_line_with_its_source() {
    let usage = json!({
        "input_tokens": 2000, "cache_read_input_tokens": 96000, "cache_creation_input_tokens": 2000,
        "output_tokens": 1200, "server_tool_use": {"web_search_requests": 1},
        "service_tier": "batch", "inference_geo": "not_available",
    });
    let priced = cost(call("anthropic/claude-opus-5-5-20260922", usage)).expect("a price");
    let lines = priced.lines.iter().map(|line| {
        let (meter, unit) = (line.meter.name(), &line.unit);
        format!("{meter} {} {unit} × {}/1M = {}", line.quantity, line.per_million, line.amount_usd)
    });
    let expected = [
        "input 2000 token × 2/1M = 0.004",
        "cache_read 96000 token × 0.1/1M = 0.0096",
        "cache_write 2000 token × 2.5/1M = 0.005",
        "output 1200 token × 10/1M = 0.012",
        "web_search 1 search × 10000/1M = 0.01",
    ];
    assert_eq!(lines.collect::<Vec<_>>(), expected);
    assert_eq!((priced.total_usd.as_str(), priced.matched.name()), ("0.0406", "alias"));
    assert_eq!(priced.entry.from.as_deref(), Some("2026-10-14"));
    assert_eq!(priced.provenance.source, "https://www.anthropic.com/pricing#api");
    assert_eq!((priced.provenance.checked.as_str(), priced.warnings.len()), ("2026-11-09", 0));
}

#[test]
fn a_price_by_the_hour_asks_for_the_hour() {
    let usage = json!({"prompt_tokens": 1000, "completion_tokens": 0, "total_tokens": 1000});
    let at = |at: &str| {
        let call = Call { at: Some(at.into()), ..call("deepseek-v4-pro", usage.clone()) };
        let priced = cost(call).expect("a price");
        (priced.total_usd, priced.warnings.join(" "))
    };
    assert_eq!(at("2026-11-18T02:30:00Z"), ("0.00132".into(), String::new()));
    assert_eq!(at("2026-11-18T10:30:00+08:00"), ("0.00132".into(), String::new()));
    assert_eq!(at("2026-11-18T04:00"), ("0.00066".into(), String::new()));
    let warning = "The price depends on the hour, and none was given: taken at 12:00 UTC.";
    assert_eq!(at("2026-11-18"), ("0.00066".into(), warning.into()));
    // A Saturday, and a holiday in China on a Thursday, are cheap all day.
    assert_eq!(at("2026-11-21T02:30:00Z"), ("0.00066".into(), String::new()));
    assert_eq!(at("2026-10-01T02:30:00Z"), ("0.00066".into(), String::new()));
    let warning =
        "The holidays of china are known to 2026-12-31: 2027-01-04 counts as a working day.";
    assert_eq!(at("2027-01-04T02:30:00Z"), ("0.00132".into(), warning.into()));
}

#[test]
fn residency_costs_a_tenth_more_on_new_models_nothing_on_old_ones_and_is_no_guess() {
    let total = |model: &str, key: &str, value: &str| {
        let context = [(key.to_owned(), value.to_owned())].into();
        let usage = json!({"input_tokens": 10_000, "output_tokens": 1000});
        let at = Some("2026-11-20T12:00:00Z".into());
        let priced = cost(Call { context, at, ..call(model, usage) });
        priced.map(|priced| priced.total_usd).map_err(|error| error.code)
    };
    assert_eq!(total("openai/gpt-5.6-sol", "data_residency", "eu"), Ok("0.066".into()));
    assert_eq!(total("openai/gpt-5.6-sol", "data_residency", "us"), Ok("0.066".into()));
    assert_eq!(total("openai/gpt-5.6-sol", "data_residency", "EU"), Ok("0.066".into()));
    assert_eq!(total("openai/gpt-5.6-sol", "data_residency", "Global"), Ok("0.06".into()));
    assert_eq!(total("openai/gpt-4.1", "data_residency", "eu"), Ok("0.028".into()));
    assert_eq!(total("openai/gpt-4.1", "data_residency", "mars"), Err(Code::NotPriced));
    assert_eq!(total("anthropic/claude-opus-5-5", "inference_geo", "us"), Ok("0.066".into()));
    // Models before Claude 4.6 are not offered so.
    assert_eq!(total("anthropic/claude-sonnet-4-5", "inference_geo", "us"), Err(Code::NotPriced));
}

#[test]
fn what_cannot_be_priced_says_why() {
    #[track_caller]
    fn check(call: Call, code: Code, message: &str) {
        let error = cost(call).expect_err("refused");
        assert_eq!((error.code, error.message.as_str()), (code, message));
    }
    let usage = json!({"input_tokens": 10, "output_tokens": 1});
    check(
        call("acme/large", usage.clone()),
        Code::UnknownModel,
        "The book has no model called `acme/large`.",
    );
    check(
        Call { tier: Some("turbo".into()), ..call("gpt-6-sol", usage.clone()) },
        Code::TierNotAvailable,
        "There is no tier called `turbo`.",
    );
    check(
        Call {
            tier: Some("flex".into()),
            ..call("gpt-6-sol", json!({"input_tokens": 1, "service_tier": "priority"}))
        },
        Code::InconsistentUsage,
        "The call is said to be served by tier `flex`, but its usage says `priority`.",
    );
    check(
        Call {
            context: [("inference_geo".into(), "us".into())].into(),
            ..call(
                "claude-opus-5-5",
                json!({"input_tokens": 1, "output_tokens": 1, "inference_geo": "global"}),
            )
        },
        Code::InconsistentUsage,
        "The call is said to have `inference_geo` `us`, but its record says `global`.",
    );
    check(
        call(
            "gemini-3.8-flash",
            json!({"promptTokenCount": 1, "trafficType": "PROVISIONED_THROUGHPUT"}),
        ),
        Code::NotPriced,
        "The call was served by provisioned throughput, which is paid for its units and hours and not for tokens.",
    );
    check(
        Call { at: Some("soon".into()), ..call("gpt-6-sol", usage.clone()) },
        Code::BadArguments,
        "`soon` is not a date.",
    );
    check(
        call("openai/moderation", usage.clone()),
        Code::NotPriced,
        "The book lists `moderation` without any price.",
    );
    check(
        call("gpt-6-sol", json!({"input_tokens": 10, "input_audio_tokens": 5})),
        Code::NotPriced,
        "The book has no input_audio price for `gpt-6-sol`, and the call used 5.",
    );
    check(
        call("gpt-6-sol", json!({"input_tokens": 10, "cached_read": 11})),
        Code::InconsistentUsage,
        "The usage contradicts itself: cached and written input, audio, images and video come to 11 tokens, \
         but the whole input to 10.",
    );
    check(
        call("gpt-6-sol", json!({"input_tokens": 10, "tokens_out": 11})),
        Code::BadArguments,
        "The usage has a field `tokens_out` of 11 that is not known.",
    );
    let book = Some(PathBuf::from("/nowhere/at/all"));
    let error = cost(Call { book, ..call("gpt-6-sol", usage) }).expect_err("refused");
    assert_eq!(error.code, Code::BadPrices);
}

#[test]
fn a_day_before_all_that_the_book_knows_is_doubtful() {
    let warnings = |at: &str| {
        let usage = json!({"input_tokens": 1, "output_tokens": 1});
        let priced = cost(Call { at: Some(at.into()), ..call("openai/gpt-4o-mini", usage) });
        let about = |warning: &String| warning.contains("knows no change");
        priced.expect("a price").warnings.into_iter().filter(about).collect::<Vec<_>>()
    };
    assert_eq!(warnings("2026-01-01"), Vec::<String>::new());
    assert_eq!(
        warnings("2019-01-01"),
        [
            "The book knows no change of a price before 2025-05-22: whether this one held on 2019-01-01 is not known."
        ]
    );
}

#[test]
fn a_case_that_cannot_be_read_stops_no_other() {
    at_home();
    let cases = json!([
        {"id": 1, "model": "gpt-6-sol"},
        "no case",
        {"id": 3, "model": "gpt-6-sol", "usage": {"input_tokens": 1000000, "output_tokens": 0}, "as_of": "2026-11-20"},
    ]);
    let outcomes = batch(Batch { cases: cases.to_string(), book: None }).expect("a list");
    let results: Vec<_> = outcomes.iter().map(result).collect();
    assert_eq!(results, [Err(Code::BadArguments), Err(Code::BadArguments), Ok("4")]);
    for text in ["", "{}", r#"{"cases": 1}"#, "1"] {
        let error = batch(Batch { cases: text.into(), book: None }).expect_err(text);
        assert_eq!(error.code, Code::BadArguments, "{text}");
    }
}

#[test]
fn an_imported_book_replaces_the_one_inside() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("new/book");
    let imported = import(feed(&out)).expect("the excerpt is imported");
    assert_eq!((imported.files.len(), imported.models, imported.problems.len()), (9, 15, 7));
    let book = Some(out.clone());

    let all = list(Filter { book: book.clone(), ..Filter::default() }).expect("a list");
    assert_eq!(all.len(), 15);
    let words = ["OPUS".into(), "5.5".into()].into();
    let found =
        list(Filter { words, at: Some("2026-11-20".into()), book: book.clone() }).expect("a list");
    let row = found.first().expect("one model");
    assert_eq!((row.model.as_str(), row.rates[0].per_million.as_str()), ("claude-opus-5-5", "4"));
    assert_eq!(
        row.tiers.iter().map(|tier| tier.name()).collect::<Vec<_>>(),
        ["standard", "batch", "fast"]
    );

    let query = Query { model: "xai/grok-4.7".into(), at: None, book: book.clone() };
    let shown = show(query).expect("a model");
    assert_eq!((shown.provider.as_str(), shown.prices.len()), ("x-ai", 2));
    assert_eq!(shown.prices[1].entry.at_least, Some(200_000));

    let error =
        show(Query { model: "gpt-6-sol".into(), at: None, book }).expect_err("not in the excerpt");
    assert_eq!(error.code, Code::UnknownModel);
}

#[test]
fn a_feed_that_cannot_be_imported_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("book");
    let missing = Feed { file: folder.path().join("feed.json"), ..feed(&out) };
    assert_eq!(import(missing).expect_err("refused")[0].code, Code::BadPrices);
    let other = Feed { file: path("price_cases.json"), ..feed(&out) };
    assert_eq!(import(other).expect_err("refused")[0].code, Code::BadPrices);
    assert!(!out.exists());
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    assert_eq!(import(feed(&file)).expect_err("refused")[0].code, Code::BadOutput);
}

fn call(model: &str, usage: Value) -> Call {
    at_home();
    Call {
        model: model.into(),
        usage: usage.into(),
        at: Some("2026-11-20T12:00:00Z".into()),
        ..Call::default()
    }
}

fn feed(out: &Path) -> Feed {
    at_home();
    Feed { file: path("genai-prices-excerpt.json"), out: out.into(), checked: None, replace: false }
}

fn result(outcome: &Outcome) -> Result<&str, Code> {
    match (&outcome.total_usd, &outcome.error) {
        (Some(total), None) => Ok(total),
        (None, Some(error)) => Err(error.code),
        _ => panic!("{outcome:?} is neither a total nor an error"),
    }
}

fn as_expected(case: &Value, outcome: &Outcome) -> Result<(), String> {
    let expected = case["expected_usd"].as_str().or(case["expected_error"].as_str());
    let found = match result(outcome) {
        Ok(total) => total.to_owned(),
        Err(code) => {
            serde_json::to_value(code).expect("a code is JSON").as_str().expect("text").to_owned()
        }
    };
    if expected == Some(&found) { Ok(()) } else { Err(format!("{outcome:?}, not {expected:?}")) }
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name)
}
