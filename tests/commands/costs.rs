//! `cost`: recorded usage, one call, several, or a vendor's report.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::desk::{answer, text};
use crate::program::{Ran, run, run_with};

#[test]
fn cost_prices_recorded_usage_line_by_line() {
    let usage = r#"{"input_tokens": 12000, "input_tokens_details": {"cached_tokens": 8000}, "output_tokens": 567}"#;
    let typed = ["cost", "--model", "gpt-5-nano", "--usage", usage, "--at", "2026-11-20"];
    let ran = run(&typed);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @"
    openai/gpt-5-nano, prices of https://developers.openai.com/api/docs/pricing, checked 2026-11-09

    billed      quantity           price                   cost
    input          4,000  tokens   $0.05  a million     $0.0002
    cache_read     8,000  tokens  $0.005  a million    $0.00004
    output           567  tokens   $0.40  a million  $0.0002268
    total                                            $0.0004668
    ");
    let cost = answer(&run(&[&typed[..], &["--json"]].concat()));
    assert_eq!(cost["total_usd"], "0.0004668");
    assert_eq!(cost["match"], "exact");
}

#[test]
fn cost_runs_a_case_file_line_by_line() {
    let ran = run(&["cost", "--batch", "tests/files/price_cases.json"]);
    let lines = ran.stdout.lines();
    assert_eq!((ran.code, lines.clone().count()), (0, 85));
    assert_eq!(
        lines.clone().next(),
        Some(r#"{"id":"P-001","total_usd":"0.008138","match":"exact","error":null}"#)
    );
    let unknown = lines.clone().find(|line| line.contains("\"P-083\"")).expect("a case");
    assert!(unknown.contains(r#""total_usd":null,"match":null,"error":{"code":"unknown_model""#));
}

/// Records as they are written to a log, and as they are priced.
fn logged(records: &str, more: &[&str]) -> Ran {
    run_with(&[&["cost", "--usage", "-"], more].concat(), records.as_bytes())
}

const LOG: &str = r#"{"model": "gpt-5-nano-2025-08-07", "created": 1795132800, "usage": {"prompt_tokens": 1000000, "completion_tokens": 0}}
{"model": "claude-haiku-4-5", "as_of": "2026-11-20", "usage": {"input_tokens": 1000000, "output_tokens": 0}}
"#;

#[test]
fn cost_prices_several_records_each_on_its_day() {
    let ran = logged(LOG, &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(ran.stdout, @"
    record  model                       made                   cost
    line 1  openai/gpt-5-nano           2026-11-20T00:00:00Z  $0.05
    line 2  anthropic/claude-haiku-4-5  2026-11-20               $1
    total                                                     $1.05
    ");
    let costs = answer(&logged(LOG, &["--json"]));
    assert_eq!((&costs["total_usd"], &costs["priced"]), (&json!("1.05"), &json!(2)));
    assert_eq!(costs["records"][1]["cost"]["lines"][0]["amount_usd"], "1");
    // A list is the same, and so is a page.
    let list = format!("[{}]", LOG.trim().replace('\n', ",\n"));
    assert_eq!(logged(&list, &[]).stdout, ran.stdout);
}

#[test]
fn a_record_that_cannot_be_priced_is_told_with_its_line_and_stops_no_other() {
    let log = LOG.replace("claude-haiku-4-5", "claude-haiku-9") + LOG;
    let ran = logged(&log, &[]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.stderr, @"
    error: line 2: The book has no model called `claude-haiku-9`. Did you mean anthropic/claude-haiku-4-5, anthropic/claude-haiku-5-5, google/claude-haiku-4-5?
    hint: Names are never guessed: write one of the price book's, or add its price to a book of your own.
    ");
    insta::assert_snapshot!(ran.stdout, @"
    record  model                       made                   cost
    line 1  openai/gpt-5-nano           2026-11-20T00:00:00Z  $0.05
    line 2  no price, see above         2026-11-20
    line 3  openai/gpt-5-nano           2026-11-20T00:00:00Z  $0.05
    line 4  anthropic/claude-haiku-4-5  2026-11-20               $1
    total   without 1 record                                   $1.1
    ");
    let ran = logged(&log, &["--json"]);
    let costs: Value = serde_json::from_str(&ran.stdout).expect("an answer is JSON");
    assert_eq!((ran.code, &costs["refused"], &costs["total_usd"]), (2, &json!(1), &json!("1.1")));
    let refused = &costs["records"][1];
    assert_eq!((&refused["place"], &refused["cost"]), (&json!("line 2"), &Value::Null));
    assert_eq!(refused["error"]["code"], "unknown_model");
    // Nothing priced is nothing, and no $0.
    let none = logged("[{\"input_tokens\": 1}]", &["--model", "acme/large"]);
    assert!(none.code == 2 && none.stdout.ends_with("none\n"), "{}", none.stdout);
    assert_eq!(logged("[]", &[]).code, 2);
}

#[test]
fn what_contradicts_a_record_is_refused_or_said() {
    let one = r#"{"model": "gpt-5-nano", "created": 1795132800, "service_tier": "flex", "usage": {"prompt_tokens": 9, "completion_tokens": 1}}"#;
    let ran = logged(one, &["--tier", "batch"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("said to be served by tier `batch`, but its usage says `flex`"),
        "{}",
        ran.stderr
    );
    let ran = logged(one, &["--model", "gpt-5-mini", "--at", "2026-11-21"]);
    insta::assert_snapshot!(ran.stderr, @"
    warning: The record says that `gpt-5-nano` answered; the prices are those of `gpt-5-mini`, as was asked.
    warning: The record says that the call was made at 2026-11-20T00:00:00Z; the prices are those of 2026-11-21, as was asked.
    ");
    let ran = logged(one, &["--model", "openai/gpt-5-nano-2025-08-07"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[test]
fn a_page_of_a_vendors_report_is_priced_row_by_row() {
    let result = |input: u64, requests: u64| {
        json!({"object": "organization.usage.completions.result", "input_tokens": input,
            "output_tokens": 0, "input_cached_tokens": 0, "num_model_requests": requests,
            "model": "gpt-5.6-sol", "batch": false, "service_tier": "default"})
    };
    let openai = json!({"object": "page", "has_more": true, "data": [
        {"object": "bucket", "start_time": 1_795_046_400, "end_time": 1_795_132_800,
            "results": [result(1_000_000, 42), result(1_000_000, 1), result(200_000, 42)]}]});
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("usage.json");
    fs::write(&file, openai.to_string()).expect("written");
    let ran = run(&["cost", "--usage", &text(&file)]);
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(ran.stderr, @"
    warning: bucket 1, result 1: 42 calls are counted together, and how long each was is not told: priced as if none reached 272001 tokens. It would be $8 if all did.
    warning: The report has more pages: this is not all of it.
    ");
    insta::assert_snapshot!(ran.stdout, @"
    record              model               made         cost
    bucket 1, result 1  openai/gpt-5.6-sol  2026-11-19     $4
    bucket 1, result 2  openai/gpt-5.6-sol  2026-11-19     $8
    bucket 1, result 3  openai/gpt-5.6-sol  2026-11-19   $0.8
    total                                               $12.8
    ");

    let anthropic = |window: &str| {
        let page = json!({"data": [{"starting_at": "2026-01-20T00:00:00Z",
            "ending_at": "2026-01-20T01:00:00Z", "results": [{
            "uncached_input_tokens": 1_000_000, "cache_creation": null, "cache_read_input_tokens": 0,
            "output_tokens": 0, "model": "claude-sonnet-4-5", "service_tier": "standard",
            "context_window": window, "inference_geo": "not_available", "speed": "standard"}]}],
            "has_more": false});
        answer(&logged(&page.to_string(), &["--json"]))["total_usd"].clone()
    };
    assert_eq!(anthropic("0-200k"), "3");
    assert_eq!(anthropic("200k-1M"), "6");
}

#[test]
fn a_record_is_priced_on_the_day_that_it_tells_under_any_name() {
    let record = |when: &str| {
        format!(
            r#"{{"model": "claude-sonnet-4-6"{when}, "usage": {{"input_tokens": 1000000, "output_tokens": 0}}}}"#
        )
    };
    let log = [
        record(r#", "timestamp": "2026-02-20T00:00:00Z""#),
        record(r#", "created_at": "2026-02-20T01:00:00+02:00""#),
        record(r#", "time": 1771545600000"#),
        record(r#", "date": "2026-11-20""#),
        r#"{"model": "gpt-5-nano", "usage": {"input_tokens": 1000000, "output_tokens": 0}}"#.into(),
    ];
    let ran = logged(&log.join("\n"), &[]);
    let told = "warning: 1 record has no day; priced as of 20";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @"
    record  model                        made                    cost
    line 1  anthropic/claude-sonnet-4-6  2026-02-20T00:00:00Z      $6
    line 2  anthropic/claude-sonnet-4-6  2026-02-19T23:00:00Z      $6
    line 3  anthropic/claude-sonnet-4-6  2026-02-20T00:00:00Z      $6
    line 4  anthropic/claude-sonnet-4-6  2026-11-20                $3
    line 5  openai/gpt-5-nano                                   $0.05
    total                                                      $21.05
    ");
    assert_eq!(
        logged(&log.join("\n"), &["--at", "2026-02-20"]).stderr.matches("no day").count(),
        0
    );
}

#[test]
fn searches_of_a_whole_response_are_billed_and_what_cannot_be_counted_is_said() {
    let openai = r#"{"model": "gpt-5.4", "created_at": 1795132800, "usage": {"input_tokens": 0, "output_tokens": 0},
        "output": [{"type": "web_search_call"}, {"type": "web_search_call"}, {"type": "file_search_call"},
            {"type": "code_interpreter_call"}, {"type": "message"}]}"#;
    let ran = logged(openai, &[]);
    insta::assert_snapshot!(ran.stdout, @"
    openai/gpt-5.4, prices of https://developers.openai.com/api/docs/pricing, checked 2026-11-09

    billed       quantity             price                cost
    web_search          2  searches  $10.00  per 1,000    $0.02
    file_search         1  searches   $2.50  per 1,000  $0.0025
    total                                               $0.0225
    ");
    insta::assert_snapshot!(ran.stderr, @"
    warning: The response used what its usage does not tell: the code interpreter's container time is not counted.
    ");
    let gemini = |model: &str| {
        let record = json!({"modelVersion": model, "createTime": "2026-11-20T00:00:00Z",
            "usageMetadata": {"promptTokenCount": 0, "totalTokenCount": 0},
            "candidates": [{"groundingMetadata": {"webSearchQueries": ["a", "b"]}}]});
        logged(&record.to_string(), &["--json"])
    };
    let ran = gemini("gemini-3.8-flash");
    assert_eq!(answer(&ran)["total_usd"], "0.028", "{}", ran.stderr);
    let ran = gemini("gemini-2.5-flash");
    assert_eq!(answer(&ran)["total_usd"], "0");
    assert!(ran.stderr.contains("grounding by the prompt is not counted"), "{}", ran.stderr);
}

#[test]
fn a_report_settles_no_limit_below_the_lengths_that_it_tells_apart() {
    let page = |tokens: u64, window: &str| {
        json!({"data": [{"starting_at": "2026-11-20T00:00:00Z", "ending_at": "2026-11-21T00:00:00Z",
            "results": [{"uncached_input_tokens": tokens, "output_tokens": 0, "model": "claude-haiku-5-5",
            "context_window": window}]}], "has_more": false})
    };
    let cost = |tokens: u64, window: &str| {
        let ran = logged(&page(tokens, window).to_string(), &["--json"]);
        (answer(&ran)["total_usd"].as_str().expect("a total").to_owned(), ran.stderr)
    };
    let (total, told) = cost(1_000_000, "0-200k");
    assert_eq!(total, "0.1");
    insta::assert_snapshot!(told, @"
    warning: bucket 1, result 1: Calls are counted together, and how long each was is not told: priced as if none reached 100001 tokens. It would be $0.5 if all did.
    ");
    assert_eq!(cost(100_000, "0-200k"), ("0.01".into(), String::new()));
    assert_eq!(cost(1_000_000, "200k-1M"), ("0.5".into(), String::new()));
    // A page in a list or on a line still says that it is not the last.
    let mut more = page(100_000, "0-200k");
    more["has_more"] = json!(true);
    let ran = logged(&format!("[{more}]"), &[]);
    assert!(ran.stderr.contains("The report has more pages"), "{}", ran.stderr);
}

#[test]
fn a_price_whose_only_limit_is_none_and_equal_prices_need_no_warning() {
    let folder = TempDir::new().expect("a folder");
    let price = |limits: &str| {
        let head = "provider = \"acme\"\nname = \"Acme\"\n\n[[model]]\nid = \"large\"\n\
                    source = \"https://acme.example\"\nchecked = 2026-11-20\nbasis = \"book\"\n";
        fs::write(folder.path().join("acme.toml"), format!("{head}{limits}")).expect("written");
        let row = json!({"data": [{"start_time": 1_795_046_400, "end_time": 1_795_132_800, "results": [
            {"object": "organization.usage.completions.result", "input_tokens": 1_000_000,
             "output_tokens": 0, "num_model_requests": 42, "model": "large"}]}]});
        let row = row.to_string();
        let ran =
            logged(&row, &["--model", "acme/large", "--json", "--book", &text(folder.path())]);
        (answer(&ran)["total_usd"].clone(), ran.stderr.contains("counted together"))
    };
    let entry =
        |limit: &str, input: &str| format!("\n[[model.price]]\n{limit}\ninput = \"{input}\"\n");
    assert_eq!(price(&entry("at_least = 0", "2")), (json!("2"), false));
    let limited = entry("at_least = 0", "2") + &entry("over = 100000", "3");
    assert_eq!(price(&limited), (json!("2"), true));
    assert_eq!(price(&(entry("", "2") + &entry("over = 100000", "2"))), (json!("2"), false));
}

#[test]
fn bedrocks_records_name_the_model_after_its_region() {
    let record = |id: &str| {
        let usage = json!({"inputTokens": 1_000_000, "outputTokens": 0});
        let record = json!({"modelId": id, "timestamp": "2026-11-20T00:00:00Z", "usage": usage});
        let cost = answer(&logged(&record.to_string(), &["--json"]));
        format!(
            "{}/{}",
            cost["provider"].as_str().expect("a seller"),
            cost["model"].as_str().expect("a model")
        )
    };
    let regional = "aws/regional.anthropic.claude-haiku-4-5-20251001-v1:0";
    for id in
        ["us.anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic.claude-haiku-4-5-20251001-v1:0"]
    {
        assert_eq!(record(id), regional);
    }
    assert_eq!(
        record("arn:aws:bedrock:us-east-1:1:inference-profile/eu.meta.llama3-1-8b-instruct-v1:0"),
        "aws/meta.llama3-1-8b-instruct-v1:0"
    );
    assert_eq!(record("global.anthropic.claude-opus-5-5"), "aws/global.anthropic.claude-opus-5-5");
    let failed = logged(r#"{"model": "gpt-5.4", "error": {"message": "Slow down."}}"#, &[]);
    insta::assert_snapshot!(failed.stderr, @"
    error: The usage cannot be read: a call of `gpt-5.4` failed and has no usage: Slow down.
    hint: Leave it out if nothing of it was billed.
    ");
}

#[test]
fn a_session_of_twenty_minutes_costs_a_third_of_an_hour_to_the_last_digit() {
    let total = |model: &str, usage: &str| {
        let typed = ["cost", "--model", model, "--at", "2026-11-20", "--usage", usage, "--json"];
        answer(&run(&typed))["total_usd"].as_str().expect("a decimal").to_owned()
    };
    let claude = "claude-opus-5-5";
    assert_eq!(total(claude, r#"{"session_minutes": 20}"#), "0.026666666666666667");
    assert_eq!(total(claude, r#"{"session_minutes": 60}"#), "0.08");
    assert_eq!(total(claude, r#"{"session_hour": 0.3333333333333333}"#), "0.026666666666666667");
    // Containers are billed by whole minutes, five at least.
    let container = "openai/container-64gb";
    assert_eq!(total(container, r#"{"code_execution_minutes": 20}"#), "1.92");
    assert_eq!(total(container, r#"{"code_execution_minutes": 2}"#), "0.48");
    assert_eq!(total(container, r#"{"code_execution_seconds": 301}"#), "0.576");
}
