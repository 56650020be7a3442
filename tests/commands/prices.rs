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
    for       billed                                 price  since                    says
    standard  input               $0.05 per million tokens  always, as far as known  [1]
              cache_read         $0.005 per million tokens  always, as far as known  [1]
              output              $0.40 per million tokens  always, as far as known  [1]
              web_search   $10,000.00 per million searches  always, as far as known  [1]
              file_search   $2,500.00 per million searches  always, as far as known  [1]
    batch     input              $0.025 per million tokens  2025-08-07               [2]
              cache_read        $0.0025 per million tokens  2025-08-07               [2]
              output              $0.20 per million tokens  2025-08-07               [2]
              web_search   $10,000.00 per million searches  2025-08-07               [2]
              file_search   $2,500.00 per million searches  2025-08-07               [2]
    flex      input              $0.025 per million tokens  2026-10-01               [1]
              cache_read        $0.0025 per million tokens  2026-10-01               [1]
              output              $0.20 per million tokens  2026-10-01               [1]
              web_search   $10,000.00 per million searches  2026-10-01               [1]
              file_search   $2,500.00 per million searches  2026-10-01               [1]
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
