//! What may go wrong though a plan can be worked out: said wherever its figures are shown.

use std::fs;

use calamine::{Reader, Xlsx, open_workbook};

use crate::desk::{PLAN, Plan, answer, number, text};
use crate::program::run;

#[test]
fn a_tail_over_the_context_is_told_wherever_the_plan_is_shown() {
    let plan =
        Plan::new(&PLAN.replace("40..220", "30k..125k").replace("gpt-5-nano", "gpt-4o-mini"));
    let told = "desk.easy: 9.3% of its prompts, with what it writes, pass the 128000 tokens that \
                `openai/gpt-4o-mini` takes, in 2027-02. Such calls fail, and the figures price them as if they were \
                answered. Keep fewer turns or steps, send less, or choose a model with a longer context.";
    let estimated = run(&["estimate", &plan.path()]);
    assert!(estimated.code == 0 && estimated.stderr.contains(told), "{}", estimated.stderr);
    let notes = answer(&run(&["estimate", &plan.path(), "--json"]))["notes"].take();
    assert!(notes.as_array().expect("notes").iter().any(|note| note == told), "{notes}");
    let checked = run(&["check", &plan.path()]);
    assert!(checked.code == 0 && checked.stderr.contains(told), "{}", checked.stderr);
    let out = text(plan.folder.path().join("desk.xlsx"));
    assert_eq!(run(&["report", &plan.path(), "--out", &out]).code, 0);
    let mut book: Xlsx<_> = open_workbook(&out).expect("a workbook");
    let mut cells = book.worksheets().into_iter().flat_map(|(_, sheet)| {
        sheet.cells().map(|(_, _, cell)| cell.to_string()).collect::<Vec<_>>()
    });
    assert!(cells.any(|cell| cell.contains("pass the 128000 tokens")));
}

#[test]
fn what_stays_within_the_context_is_not_told() {
    for tokens in ["40..220", "30k..40k"] {
        let plan = Plan::new(&PLAN.replace("40..220", tokens).replace("gpt-5-nano", "gpt-4o-mini"));
        let checked = run(&["check", &plan.path()]);
        assert!(!checked.stderr.contains("pass the"), "{}", checked.stderr);
    }
}

#[test]
fn the_part_that_gets_no_answer_is_told() {
    let retry = "step: { retry: { attempts: 2, fails: { timeout: 6% }, step: { call:";
    let text = PLAN.replace("step: { call:", retry);
    let plan = Plan::new(&text.replace("120..300 } }", "120..300 } } } }"));
    let told = run(&["estimate", &plan.path()]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    let sentence = "\n0.36% of answers get no answer: what is tried has failed for good.\n";
    assert!(told.stdout.contains(sentence), "{}", told.stdout);
    let estimate = answer(&run(&["estimate", &plan.path(), "--json"]));
    let share = number(&estimate["features"][0]["unanswered"]);
    assert!((share - 0.0036).abs() < 1e-12, "{share}");
    // Where nothing fails there is nothing to tell.
    let without = run(&["estimate", &Plan::new(PLAN).path()]);
    assert!(!without.stdout.contains("get no answer"), "{}", without.stdout);
}

#[test]
fn a_price_that_changes_within_the_plan_is_told_with_its_month() {
    let plan = Plan::new(
        &PLAN.replace("openai/gpt-5-nano", "acme/small").replace("months: 2", "months: 3"),
    );
    let folder = tempfile::tempdir().expect("a folder for prices");
    let book = "provider = \"acme\"\nname = \"Acme\"\n\n[[model]]\nid = \"small\"\n\
                source = \"https://acme.example\"\nchecked = 2026-11-20\nbasis = \"book\"\n\n\
                [[model.price]]\nto = 2027-02-15\ninput = \"2.5\"\noutput = \"10\"\n\n\
                [[model.price]]\nfrom = 2027-02-15\ninput = \"2\"\noutput = \"10\"\n";
    fs::write(folder.path().join("acme.toml"), book).expect("written");
    let told = |path: &str| run(&["estimate", path, "--book", &text(folder.path())]);
    let ran = told(&plan.path());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let note = "note: acme/small: input $2.50 → $2.00 a million tokens from 2027-02-15 on, which is month 2 of the plan.";
    assert!(ran.stderr.contains(note), "{}", ran.stderr);
    // What stays as it is, and what comes after the plan, is not told.
    assert!(!ran.stderr.contains("output $10"), "{}", ran.stderr);
    let before = Plan::new(
        &PLAN.replace("openai/gpt-5-nano", "acme/small").replace("months: 2", "months: 1"),
    );
    let ran = told(&before.path());
    assert!(ran.code == 0 && !ran.stderr.contains("note: acme/small"), "{}", ran.stderr);
}

#[test]
fn what_holding_a_cache_costs_is_told_by_the_hour() {
    let text = "{ forebill: 1, name: Held, starts: 2026-11, months: 3, \
                prompts: { manual: { tokens: 100k, role: system }, question: { tokens: 100 } }, \
                features: [ { name: ask, unit: question, volume: { units: 5000/month }, step: { call: { \
                name: reply, model: google/gemini-3.8-flash, answer: true, input: [manual, question], \
                output: 300, cache: { held: 24 h } } } } ] }";
    let plan = Plan::new(text);
    let ran = run(&["estimate", &plan.path(), "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let note = "cache_storage $0.50 → $1.00 a million token-hours from 2027-01-01 on";
    assert!(ran.stderr.contains(note), "{}", ran.stderr);
    let months = answer(&ran)["months"].clone();
    let months = months.as_array().expect("months").iter();
    let totals: Vec<f64> = months.map(|month| number(&month["total"])).collect();
    assert_eq!(totals.len(), 3);
    // $36 for 0.1 M tokens and 720 hours at $0.50, and calls: 100k read, 100 new, 300 written; once made.
    let calls = |input: f64| 5000.0 * (0.1 * input * 0.1 + 100e-6 * input + 300e-6 * 5.0 * input);
    let month =
        |hours: f64, input: f64, storage: f64| 0.1 * hours * storage + calls(input) + 0.1 * input;
    let expected = [month(720.0, 0.75, 0.5), month(744.0, 0.75, 0.5), month(744.0, 1.5, 1.0)];
    for (found, expected) in totals.into_iter().zip(expected) {
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }
}

#[test]
fn the_part_of_which_no_draft_is_accepted_is_told() {
    let until = "step: { until: { name: refine, rounds: 3, accepts: 60%, check: { call: \
                 { name: critic, model: openai/gpt-5.4-nano, input: [question], output: 5 } }, draft: { call:";
    let text = PLAN.replace("step: { call:", until);
    let plan = Plan::new(&text.replace("120..300 } }", "120..300 } } } }"));
    let told = run(&["estimate", &plan.path()]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    let sentence = "refine: 6.4% of it ends without an accepted draft, and the last one stands.";
    assert!(told.stderr.contains(sentence), "{}", told.stderr);
}
