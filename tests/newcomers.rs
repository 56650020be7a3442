//! What somebody new to the program types, and what it answers.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Ran, run, run_with};

const DESK: &str = "examples/support-desk";

#[test]
fn what_an_estimate_prints_can_be_asked_for() {
    let why = |address: &str| answer(&["estimate", DESK, "--why", address]);
    let estimate = answer(&["estimate", DESK]);
    let total = |list: &str, name: &str| {
        let list = estimate[list].as_array().expect("a list");
        let found = list.iter().find(|one| one["step"] == name || one["driver"] == name);
        found.expect("it is printed")["total"].clone()
    };
    assert_eq!(why("support.hard")["figure"]["value"], total("steps", "support.hard"));
    let review = "other-costs.human-review";
    assert_eq!(why(review)["figure"]["value"], total("steps", review));
    let reasoning = &estimate["features"][0]["drivers"][6];
    assert_eq!(reasoning["label"], "Reasoning");
    for address in ["support.reasoning", "support.Reasoning", "reasoning", "Reasoning"] {
        assert_eq!(why(address)["figure"]["value"], reasoning["total"], "{address}");
    }
    let everything = why("total");
    assert_eq!(everything["figure"]["value"], estimate["total"]);
    assert_eq!(everything["month"], Value::Null);
    let amounts: Vec<f64> = everything["operands"]
        .as_array()
        .expect("its lines")
        .iter()
        .map(|line| line["value"].as_str().and_then(|value| value.parse().ok()).expect("a decimal"))
        .collect();
    assert!(amounts.len() > 20 && amounts.is_sorted_by(|a, b| a >= b), "{amounts:?}");
}

#[test]
fn a_sum_is_shown_with_its_lines_and_for_a_month() {
    let ran = run(&["estimate", DESK, "--why", "support.easy", "--month", "2027-12"]);
    insta::assert_snapshot!(ran.stdout, @"
    support.easy = 418.258 USD
      all of it (in 2027-12)

      = sum of its lines

    support.easy.retrieved.month      111.027  USD  Retrieved: input of openai/gpt-5.4-mini
    support.easy.base-prompt.month    94.5705  USD  Base prompt: input of openai/gpt-5.4-mini
    support.easy.tools.month          72.8268  USD  Tools: input of openai/gpt-5.4-mini
    support.easy.prompt-growth.month   65.307  USD  Prompt growth: input of openai/gpt-5.4-mini
    support.easy.output.month          47.279  USD  Output: output of openai/gpt-5.4-mini
    support.easy.history.month        27.2476  USD  History: input of openai/gpt-5.4-mini
    ");
    let line = ["--why", "support.easy.output.month", "--month", "2027-12"];
    let ran = run(&[&["estimate", DESK], &line[..]].concat());
    insta::assert_snapshot!(ran.stdout, @"
    support.easy.output.month = 47.279 USD
      Output: output of openai/gpt-5.4-mini (in 2027-12)

      = support.volume × support.easy.output
      = 23400 × 0.00202047

    support.volume           23,400  conversations a month  conversations
    support.easy.output  0.00202047  USD per conversation   Output
    ");
    let ran = run(&["estimate", DESK, "--why", "support.easy.unit-cost", "--month", "2027-12"]);
    insta::assert_snapshot!(ran.stdout, @"
    support.easy.unit-cost = 0.0178743 USD per conversation
      all of it, for one conversation (in 2027-12)

      = support.easy.retrieved + support.easy.base-prompt + support.easy.tools + support.easy.prompt-growth + support.easy.output + support.easy.history
      = 0.00474473 + 0.00404147 + 0.00311226 + 0.0027909 + 0.00202047 + 0.00116443

    support.easy.retrieved      0.00474473  USD per conversation  Retrieved: input of openai/gpt-5.4-mini
    support.easy.base-prompt    0.00404147  USD per conversation  Base prompt: input of openai/gpt-5.4-mini
    support.easy.tools          0.00311226  USD per conversation  Tools: input of openai/gpt-5.4-mini
    support.easy.prompt-growth   0.0027909  USD per conversation  Prompt growth: input of openai/gpt-5.4-mini
    support.easy.output         0.00202047  USD per conversation  Output: output of openai/gpt-5.4-mini
    support.easy.history        0.00116443  USD per conversation  History: input of openai/gpt-5.4-mini
    ");
    let last = answer(&["estimate", DESK, "--why", "total", "--month", "2027-12"]);
    assert_eq!(last["figure"]["value"], answer(&["estimate", DESK])["months"][11]["total"]);
    let row = ["estimate", DESK, "--why", "support.month.unit-cost", "--month", "2027-12"];
    assert_eq!(answer(&row)["month"], "2027-12");
    let unit_cost = answer(&["estimate", DESK, "--why", "support.unit-cost"]);
    assert_eq!(unit_cost["month"], Value::Null, "it is over all months");
    refuses(
        &run(&["estimate", DESK, "--why", "total", "--month", "2029-01"]),
        "error: The plan has no month `2029-01`.\nhint: Its months are 2027-01 to 2027-12.\n",
    );
}

#[test]
fn a_whole_response_is_priced_from_anywhere() {
    let usage = r#"{"input_tokens": 12000, "output_tokens": 567}"#;
    let response = format!(
        r#"{{"id": "resp_1", "model": "gpt-5-nano", "service_tier": "flex", "usage": {usage}}}"#
    );
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("response.json");
    fs::write(&file, &response).expect("it can be written to");
    let at = ["cost", "--at", "2026-11-20", "--json", "--usage"];
    let file = file.to_str().expect("its path is UTF-8");
    let by_hand = ["--model", "openai/gpt-5-nano", "--tier", "flex"];
    let expected = run(&[&at[..], &[usage], &by_hand].concat());
    assert_eq!(expected.code, 0, "{}", expected.stdout);
    assert_eq!(run(&[&at[..], &[&response]].concat()).stdout, expected.stdout);
    assert_eq!(run(&[&at[..], &[file]].concat()).stdout, expected.stdout);
    assert_eq!(run_with(&[&at[..], &["-"]].concat(), response.as_bytes()).stdout, expected.stdout);
    let refused = |usage: &str| run(&["cost", "--usage", usage]).stderr;
    assert!(refused("nowhere.json").starts_with(
        "error: The usage cannot be read: `nowhere.json` is neither JSON nor a file.\n\
         hint: Give a usage object of OpenAI, Anthropic, Gemini or Bedrock"
    ));
    assert!(refused("[1]").contains("JSON of another shape"));
    assert!(refused(usage).starts_with("error: Nothing says which model was billed.\n"));
}

#[test]
fn the_book_says_when_it_has_no_such_model() {
    let ran = run(&["prices", "list", "gpt-5-nanno"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("gpt-5-nano"), "{}", ran.stderr);
    let empty = run_with(&["price", "-"], b"");
    assert!(empty.code == 2 && empty.stderr.starts_with("error: The prompt is empty."));
}

#[test]
fn the_price_of_a_call_is_rounded_from_all_its_digits() {
    // A tie: its nearest float is a little less than the exact 0.0030275.
    let asked = ["price", "--model", "openai/gpt-5", "--output", "302", "--at", "2026-11-20"];
    let text = b"one two three four five six";
    let exact = run_with(&[&asked[..], &["--json"]].concat(), text);
    let exact: Value = serde_json::from_str(&exact.stdout).expect("JSON");
    assert_eq!(exact["models"][0]["per_call"], "0.0030275");
    let shown = run_with(&asked, text).stdout;
    assert!(shown.contains(" $0.003028 "), "{shown}");
}

#[test]
fn a_text_for_a_variable_that_nobody_wrote_is_refused() {
    let prompt = b"Answer {{question}} for {{name}}.";
    let expected = "error: The prompt has no variable `qestion`.\n\
                    hint: Did you mean `question`? It has: name, question.\n";
    for verb in ["count", "price"] {
        let given = [verb, "-", "--model", "gpt-5", "--var", "qestion=Where?"];
        refuses(&run_with(&given, prompt), expected);
        assert_eq!(run_with(&[&given[..5], &["question=Where?"]].concat(), prompt).code, 0);
        let none = run_with(&given, b"Hello.");
        assert!(
            none.stderr.contains("It has none. Write it there as {{qestion}}"),
            "{}",
            none.stderr
        );
    }
    // Of the files of a folder one may have it and another not.
    let folder = TempDir::new().expect("a folder");
    for (name, text) in [("a.md", "Hello, {{name}}."), ("b.md", "Be kind.")] {
        fs::write(folder.path().join(name), text).expect("it can be written to");
    }
    let path = folder.path().to_str().expect("its path is UTF-8");
    for verb in ["count", "price"] {
        let given = |variable| run(&[verb, path, "--model", "gpt-5", "--var", variable]);
        assert_eq!(given("name=Ada").code, 0, "{}", given("name=Ada").stderr);
        refuses(
            &given("nmae=Ada"),
            "error: The prompt has no variable `nmae`.\n\
             hint: Did you mean `name`? It has: name.\n",
        );
    }
}

#[test]
fn a_list_of_prices_with_nothing_in_it_says_what_left_all_of_them_out() {
    let price =
        |asked: &[&str]| run_with(&[&["price", "--at", "2026-11-20"], asked].concat(), b"Hi");
    refuses(
        &price(&["--fits", "--output", "900000000", "--provider", "groq"]),
        "error: No model is left to price it on. Left out: 33 too short or of unknown length.\n\
         hint: Take a shorter prompt or answer, or list also what may not fit, or ask other \
         providers.\n",
    );
    let unable = price(&["--with", "audio,video", "--provider", "groq"]);
    assert_eq!((unable.code, unable.stdout.as_str()), (2, ""));
    assert!(unable.stderr.contains(" known to lack audio or video"), "{}", unable.stderr);
    assert!(unable.stderr.contains("Ask for fewer capabilities"), "{}", unable.stderr);
    // What reads texts and writes none has no price for an answer.
    let mute = run_with(&["price", "--provider", "voyageai", "--json"], b"Hi");
    let error = serde_json::from_str::<Value>(&mute.stdout).expect("JSON")["error"].take();
    assert_eq!((mute.code, &error["code"]), (2, &"not_found".into()));
    let message = error["message"].as_str().expect("a sentence");
    assert!(message.contains(" without a price for text on "), "{message}");
}

#[test]
fn models_that_were_named_are_asked_whether_they_fit_and_what_they_can() {
    let asked = ["price", "--json", "--at", "2026-11-20", "--model", "gpt-5", "--model", "gpt-4o"];
    let priced = |more: &[&str]| -> Value {
        let ran = run_with(&[&asked[..], more].concat(), b"Hi");
        assert_eq!(ran.code, 0, "{}", ran.stdout);
        serde_json::from_str(&ran.stdout).expect("JSON")
    };
    let names = |prices: &Value| -> Vec<String> {
        let models = prices["models"].as_array().expect("a list").iter();
        models.map(|model| model["model"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(&priced(&[])).len(), 2);
    let fitting = priced(&["--fits", "--output", "200000"]);
    assert_eq!(names(&fitting), ["openai/gpt-5"]);
    assert_eq!(fitting["left_out"]["too_short"], 1);
    assert_eq!(names(&priced(&["--with", "reasoning"])), ["openai/gpt-5"]);
}

#[test]
fn whoever_looks_for_a_way_to_start_is_told() {
    for verb in ["init", "create"] {
        let ran = run(&[verb]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("`forebill new DIR`"), "{}", ran.stderr);
    }
    assert!(!run(&["estimat"]).stderr.contains("forebill new"));
}

#[test]
fn a_new_plan_is_a_template_in_a_folder_of_its_own() {
    let folder = TempDir::new().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_str().expect("its path is UTF-8").to_owned();
    let names = ["hello", "support-desk", "sales-copilot", "coding-assistant"];
    for name in [&names[..], &["document-processing", "research-agents", "rag-answers"]].concat() {
        let to = at(name);
        assert_eq!(answer(&["new", &to, "--template", name])["verb"], "new");
        // Its README says where the figures come from: it goes along.
        let readme = |folder: &str| fs::read_to_string(format!("{folder}/README.md"));
        let ours = readme(&format!("examples/{name}")).expect("every example has one");
        assert_eq!(readme(&to).ok(), Some(ours));
        let ours = run(&["estimate", &format!("examples/{name}")]);
        assert_eq!(run(&["estimate", &to]).stdout, ours.stdout);
    }
    assert!(run(&["new", &at("first")]).stdout.contains("plan.yaml"));
    let there = run(&["new", &at("first")]);
    assert_eq!(there.code, 2);
    assert!(there.stderr.contains("There is something in"), "{}", there.stderr);
    let unknown = run(&["new", &at("second"), "--template", "nothing"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("rag-answers"), "{}", unknown.stderr);
}

#[test]
fn a_call_that_lets_somebody_wait_is_noted() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().to_str().expect("its path is UTF-8");
    let plan = |volume: &str, call: &str| {
        let text = format!(
            "forebill: 1\nname: Desk\nstarts: 2027-01\nmonths: 1\nfeatures:\n  - name: desk\n    \
             unit: answer\n    volume: {{ {volume} }}\n    step: {{ call: {{ {call}, \
             model: openai/gpt-5-nano, output: 90 }} }}\n"
        );
        fs::write(folder.path().join("plan.yaml"), text).expect("it can be written to");
        answer(&["estimate", path])["notes"].clone()
    };
    let people = "users: 200, each: 1/day";
    assert_eq!(
        plan(people, "name: easy, answer: true, tier: batch"),
        serde_json::json!([
            "desk.easy: batch answers within a day, and somebody waits for this call."
        ])
    );
    assert!(run(&["estimate", path]).stderr.contains("note: desk.easy: batch answers"));
    let nothing = serde_json::json!([]);
    assert_eq!(plan(people, "name: easy, answer: true"), nothing);
    assert_eq!(plan(people, "name: report, tier: batch"), nothing);
    // Documents that come by themselves may lie overnight.
    assert_eq!(plan("units: 200/day", "name: easy, answer: true, tier: batch"), nothing);
}

fn refuses(ran: &Ran, expected: &str) {
    assert_eq!((ran.code, ran.stderr.as_str(), ran.stdout.as_str()), (2, expected, ""));
}

/// What a command answers in JSON.
fn answer(arguments: &[&str]) -> Value {
    let ran = run(&[arguments, &["--json"]].concat());
    assert_eq!(ran.code, 0, "{}{}", ran.stderr, ran.stdout);
    serde_json::from_str(&ran.stdout).expect("JSON")
}
