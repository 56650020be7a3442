//! Each verb: what was typed, what came out, and the exit code.

mod books;
mod budgets;
mod contracts;
mod costs;
mod counts;
mod evidence;
mod histories;
mod plans;
mod played;
mod prices;
mod prompts;
mod surprises;
mod warnings;

use std::process::Stdio;

use serde_json::Value;

use crate::desk::{PLAN, Plan, answer, json_lines, same_fields, text};
use crate::program::{program, run};

/// Every verb's answer has the fields that its schema asks for, and none that it does not know.
#[test]
fn schemas_are_those_of_the_answers() {
    let schema = |verb: &[&str]| -> Value {
        let ran = run(&[&["schema"], verb].concat());
        assert_eq!(ran.code, 0, "{verb:?}: {}", ran.stderr);
        serde_json::from_str(&ran.stdout).expect("a schema is JSON")
    };
    assert_eq!(schema(&[])["title"], "Plan");
    let plan = Plan::new(PLAN);
    let path = plan.path();
    let workbook = text(plan.folder.path().join("desk.xlsx"));
    let usage = r#"{"input_tokens": 1, "output_tokens": 1}"#;
    let prompt = "examples/hello/prompts/answer.md";
    let records = r#"[{"input_tokens": 1, "output_tokens": 1}]"#;
    let answers: [(&str, &[&str]); 18] = [
        ("count", &["count", prompt]),
        ("price", &["price", prompt]),
        ("cost", &["cost", "--model", "gpt-5", "--usage", usage]),
        ("cost records", &["cost", "--model", "gpt-5", "--usage", records]),
        ("prices list", &["prices", "list"]),
        ("prices show", &["prices", "show", "gpt-5"]),
        ("prices books", &["prices", "books"]),
        ("prices diff", &["prices", "diff", "tests/files/own-prices.toml"]),
        ("prices check", &["prices", "check", "tests/files/own-prices.toml"]),
        ("prices pin", &["prices", "pin", &path]),
        ("inputs", &["inputs", &path]),
        ("estimate", &["estimate", &path]),
        ("estimate --why", &["estimate", &path, "--why", "total"]),
        ("estimate --surprise", &["estimate", "examples/support-desk", "--surprise"]),
        ("estimate --play", &["estimate", "examples/support-desk", "--play", "100"]),
        ("report", &["report", &path, "--out", &workbook]),
        ("audit", &["audit", "A-1"]),
        ("calibrate", &["calibrate", &path, "--told", "tests/files/billed.jsonl"]),
    ];
    for (verb, typed) in answers {
        let answer = answer(&run(&[typed, &["--json"]].concat()));
        same_fields(&answer, &schema(&["--of", verb]), verb);
    }
    for (verb, typed) in [
        ("count --batch", ["count", "--batch", "tests/files/token_cases.json"]),
        ("cost --batch", ["cost", "--batch", "tests/files/price_cases.json"]),
    ] {
        same_fields(&json_lines(&run(&typed))[0], &schema(&["--of", verb]), verb);
    }
    let refused = run(&["inputs", "nowhere", "--json"]);
    let refused: Value = serde_json::from_str(&refused.stdout).expect("an error is JSON");
    same_fields(&refused, &schema(&["--of", "error"]), "error");
    assert_eq!(run(&["schema", "--of", "estimat"]).code, 2);
}

#[test]
fn whoever_reads_may_stop_reading() {
    let mut child = program(&["prices", "list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program was built beside its tests");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}
