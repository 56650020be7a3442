//! `prices`: the book, and what a plan pins of it.

use std::fs;

use tempfile::TempDir;

use crate::desk::{PLAN, Plan, answer, root, text};
use crate::program::run;

#[test]
fn prices_are_listed_and_shown() {
    let ran = run(&["prices", "list", "openai/gpt-5-nano", "--at", "2026-11-20"]);
    insta::assert_snapshot!(ran.stdout, @"
    model                                input  output  context  other prices
    openai/gpt-5-nano                    $0.05   $0.40  400,000  cache_read, web_search, file_search
    openrouter/openai/gpt-5-nano         $0.05   $0.40  400,000  cache_read
    openrouter/openai/gpt-5-nano:batch  $0.025   $0.20  400,000  cache_read

    3 models, prices per million units
    ");
    let ran = run(&["prices", "show", "gpt-5-nano", "--at", "2026-10-13"]);
    insta::assert_snapshot!(ran.stdout, @"
    openai/gpt-5-nano
    takes 400,000 tokens
    can do tools, reasoning, images

    paid on 2026-10-13
    for       billed                            price  since                    says
    standard  input          $0.05 per million tokens  always, as far as known  [1]
              cache_read    $0.005 per million tokens  always, as far as known  [1]
              output         $0.40 per million tokens  always, as far as known  [1]
              web_search    $10.00 per 1,000 searches  always, as far as known  [1]
              file_search    $2.50 per 1,000 searches  always, as far as known  [1]
    batch     input         $0.025 per million tokens  2025-08-07               [2]
              cache_read   $0.0025 per million tokens  2025-08-07               [2]
              output         $0.20 per million tokens  2025-08-07               [2]
              web_search    $10.00 per 1,000 searches  2025-08-07               [2]
              file_search    $2.50 per 1,000 searches  2025-08-07               [2]
    flex      input         $0.025 per million tokens  known since 2026-10-01   [1]
              cache_read   $0.0025 per million tokens  known since 2026-10-01   [1]
              output         $0.20 per million tokens  known since 2026-10-01   [1]
              web_search    $10.00 per 1,000 searches  known since 2026-10-01   [1]
              file_search    $2.50 per 1,000 searches  known since 2026-10-01   [1]
    [1] https://developers.openai.com/api/docs/pricing, checked 2026-11-09, book (default)
    [2] https://developers.openai.com/api/docs/models/gpt-5-nano, checked 2026-10-26, quoted (curated)

    data_residency us, eu: no surcharge (https://platform.openai.com/docs/pricing, checked 2026-10-19)
    cache, implicit: beginnings of 1,024 tokens and more, in blocks of 128, kept for 24 hours or 10 minutes, reading begins that anew (https://developers.openai.com/api/docs/guides/prompt-caching, checked 2026-11-22)

    elsewhere                     input  output
    openrouter/openai/gpt-5-nano  $0.05   $0.40  differs
    ");
    let shown = answer(&run(&["prices", "show", "gpt-5-nano-2025-08-07", "--json"]));
    assert_eq!((&shown["model"], &shown["match"]), (&"gpt-5-nano".into(), &"alias".into()));
}

#[test]
fn an_imported_book_prices_what_it_has() {
    let folder = TempDir::new().expect("a folder");
    let book = text(folder.path().join("book"));
    let ran = run(&["prices", "import", "tests/files/genai-prices-excerpt.json", "--out", &book]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.ends_with(&format!("written to {book}\n")), "{}", ran.stdout);
    let list = answer(&run(&["prices", "list", "--book", &book, "--json"]));
    let models = list["models"].as_array().expect("a list");
    // A feed does not say what its models can do; the book inside the program does.
    let able = |model: &serde_json::Value| {
        let name = format!("{}/{}", model["provider"], model["model"]).replace('"', "");
        let shown = answer(&run(&["prices", "show", &name, "--book", &book, "--json"]));
        shown["capabilities"].as_array().is_some_and(|some| !some.is_empty())
    };
    assert!(models.iter().any(able));
    let all = answer(&run(&["prices", "list", "--json"]));
    assert!(!models.is_empty() && models.len() < all["models"].as_array().map_or(0, Vec::len));
}

#[test]
fn a_plan_keeps_the_prices_it_was_estimated_with() {
    let plan = Plan::new(PLAN);
    let lock = plan.folder.path().join("prices.lock.toml");
    let first = run(&["estimate", &plan.path()]);
    assert_eq!(first.stderr, format!("Prices are pinned in {}.\n", lock.display()));
    assert_eq!(run(&["estimate", &plan.path()]).stderr, "");

    // Nobody edits a lock file by hand unnoticed.
    let text = fs::read_to_string(&lock).expect("it was written");
    fs::write(&lock, text.replace("0.05", "0.06")).expect("it can be written to");
    let edited = run(&["estimate", &plan.path()]);
    assert_eq!(edited.code, 2);
    assert!(edited.stderr.contains("their hash differs"), "{}", edited.stderr);

    let pinned = run(&["prices", "pin", &plan.path()]);
    assert_eq!((pinned.code, fs::read_to_string(&lock).ok()), (0, Some(text)));
    assert_eq!(run(&["estimate", &plan.path()]).stdout, first.stdout);

    let book = root().join("src-tauri/prices");
    let aside = run(&["estimate", &plan.path(), "--book", &self::text(&book)]);
    assert_eq!(aside.stdout, first.stdout);
    assert!(aside.stderr.contains("set aside for this run"), "{}", aside.stderr);
}

#[test]
fn a_plan_beside_which_nothing_can_be_written_is_estimated_all_the_same() {
    let plan = Plan::new(PLAN);
    // A folder stands where the lock file is written first.
    fs::create_dir(plan.folder.path().join(".prices.lock.toml.part")).expect("a new folder");
    let ran = run(&["estimate", &plan.path()]);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.starts_with("The prices are not pinned: "), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("Desk: $1.75"), "{}", ran.stdout);
}

#[test]
fn a_model_that_another_answers_for_is_shown_listed_and_priced_as_that_one() {
    let before = run(&["prices", "show", "gemini-2.5-pro", "--at", "2026-11-30"]);
    assert!(before.stdout.starts_with("google/gemini-2.5-pro\n"), "{}", before.stdout);
    let shown = run(&["prices", "show", "gemini-2.5-pro", "--at", "2026-12-01"]);
    let head: Vec<&str> = shown.stdout.lines().take(4).collect();
    assert_eq!(
        head,
        [
            "google/gemini-2.5-pro",
            "rerouted to gemini-3.8-flash since 2026-12-01 \
             (https://ai.google.dev/gemini-api/docs/deprecations, checked 2026-11-10)",
            "",
            "google/gemini-3.8-flash",
        ]
    );
    let json = |verb: &str, at: &str| {
        answer(&run(&["prices", verb, "google/gemini-2.5-pro", "--at", at, "--json"]))
    };
    let input = |list: &serde_json::Value| list["models"][0]["rates"][0]["per_million"].clone();
    let listed = json("list", "2026-12-01");
    assert_eq!((listed["models"][0]["model"].as_str()), Some("gemini-2.5-pro"));
    assert_eq!(input(&listed), "0.75");
    assert_eq!(listed["models"][0]["rerouted"]["to"], "gemini-3.8-flash");
    assert_eq!(input(&json("list", "2026-11-30")), "1.25");
    let said = run(&["prices", "list", "google/gemini-2.5-pro", "--at", "2026-12-01"]).stdout;
    let note = "google/gemini-2.5-pro: rerouted to gemini-3.8-flash since 2026-12-01\n";
    assert!(said.contains(note), "{said}");

    let priced = run(&[
        "price",
        "examples/hello/prompts/answer.md",
        "--model",
        "gemini-2.5-pro",
        "--at",
        "2026-12-01",
    ]);
    let warning = "warning: `gemini-2.5-pro` is rerouted to `gemini-3.8-flash` since 2026-12-01, and billed as that.\n";
    assert_eq!((priced.code, priced.stderr.as_str()), (0, warning));
    assert!(priced.stdout.contains("google/gemini-3.8-flash"), "{}", priced.stdout);
    let usage = r#"{"input_tokens": 1000000, "output_tokens": 0}"#;
    let cost = ["cost", "--model", "gemini-2.5-pro", "--at", "2026-12-01", "--usage", usage];
    assert_eq!(run(&cost).stderr, warning);
    assert_eq!(answer(&run(&[&cost[..], &["--json"]].concat()))["total_usd"], "0.75");

    let ended = run(&["prices", "show", "claude-opus-4-0", "--at", "2026-11-20"]);
    assert!(
        ended.stdout.contains("retired since 2026-06-15, then claude-opus-4-8"),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_model_that_leads_to_none_is_an_error() {
    let folder = TempDir::new().expect("a folder");
    let book = "provider = \"acme\"\nname = \"Acme\"\n\n[[reroute]]\nmodel = \"one\"\nanswers = \"two\"\n\
        source = \"https://acme.example\"\nchecked = 2026-11-20\nbasis = \"documented\"\n\n[[model]]\nid = \"one\"\n\
        source = \"https://acme.example\"\nchecked = 2026-11-20\nbasis = \"documented\"\n\n[[model.price]]\ninput = \"1\"\noutput = \"1\"\n";
    fs::write(folder.path().join("acme.toml"), book).expect("written");
    let book = text(folder.path());
    let usage = r#"{"input_tokens": 1, "output_tokens": 1}"#;
    for typed in [
        &["prices", "show", "acme/one"][..],
        &["cost", "--model", "acme/one", "--usage", usage],
        &["price", "examples/hello/prompts/answer.md", "--model", "acme/one"],
    ] {
        let ran = run(&[typed, &["--book", &book]].concat());
        let said =
            "error: `acme/one` is answered and billed as `two`, which the book does not have.\n";
        assert!(ran.code == 2 && ran.stderr.starts_with(said), "{typed:?}: {}", ran.stderr);
    }
    let list = run(&["prices", "list", "--book", &book]).stdout;
    assert!(!list.contains("$1.00") && list.contains("rerouted to two"), "{list}");
}

#[test]
fn the_factor_that_decides_is_the_one_that_is_shown() {
    let shown = run(&["prices", "show", "gpt-5.6-sol", "--at", "2026-11-20"]).stdout;
    let of_residency: Vec<&str> =
        shown.lines().filter(|line| line.starts_with("data_residency")).collect();
    assert_eq!(of_residency.len(), 1, "{shown}");
    assert!(of_residency[0].starts_with("data_residency us, eu: times 1.1"), "{shown}");
}

#[test]
fn fees_are_shown_by_what_they_are_sold_by() {
    let shown = |model: &str| run(&["prices", "show", model, "--at", "2026-11-20"]).stdout;
    let of = |model: &str, meter: &str| {
        let text = shown(model);
        let line = text.lines().find(|line| line.contains(meter)).unwrap_or_default().to_owned();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(of("gpt-5.4", "web_search").contains("$10.00 per 1,000 searches"));
    assert!(of("openai/vector-store", "storage_gb_day").contains("$0.10 per GB-day"));
    assert!(of("claude-opus-5-5", "code_execution_hour").contains("$0.05 per hour"));
}
