//! `evidence`: what sample conversations say of a plan's numbers.

use serde_json::Value;

use crate::desk::{PLAN, Plan, answer, refusal, same_fields};
use crate::program::{run, run_with};

const TALKS: &str = "tests/files/talks.jsonl";

#[test]
fn evidence_measures_conversations_and_writes_lines_for_a_plan() {
    let ran = run(&["evidence", TALKS]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let shown = ran.stdout.replace(&today(&ran.stdout), "TODAY");
    insta::assert_snapshot!(shown, @r#"
    talks.jsonl, openai/gpt-5, counted in o200k_base
    3 conversations with 4 turns, 1 beginning of others not counted again

    measured          of each       values  mean  P10  P50  P90  most
    turns             conversation       3   1.3    1    1    2     2
    question          turn               4   8.2    4    7   13    16
    answer            answer             4  11.8    7   14   15    15
    system            conversation       3  12.0   12   12   12    12
    model calls       turn               4   1.2    1    1    2     2
    tool calls        turn               4   0.2    0    0    1     1
    tool call output  call               1  14.0   14   14   14    14
    tool results      turn               4   5.2    0    0   15    21
    reasoning         call               4  64.0   19   64  109   128
    added to history  turn               1  21.0   21   21   21    21

    In a plan:
    # turns
    turns: { value: "1 x2 | 2 x1", source: "3 conversations in talks.jsonl", as_of: TODAY, evidence: "talks.jsonl" }
    # question
    tokens: { value: "3 x1 | 7 x2 | 16 x1 ±42%", source: "4 turns of 3 conversations in talks.jsonl, counted in o200k_base", as_of: TODAY, evidence: "talks.jsonl", counted: "o200k" }
    # answer
    output: { value: "4 x1 | 14 x2 | 15 x1 ±31%", source: "4 answers in talks.jsonl, counted in o200k_base", as_of: TODAY, evidence: "talks.jsonl" }
    # system
    tokens: { value: "12 x3", source: "3 conversations in talks.jsonl, counted in o200k_base", as_of: TODAY, evidence: "talks.jsonl", counted: "o200k" }
    # tool call output
    output: { value: "14 x1", source: "1 call in talks.jsonl, counted in o200k_base", as_of: TODAY, evidence: "talks.jsonl" }
    # tool results
    tokens: { value: "0 x3 | 21 x1 ±83%", source: "4 turns of 3 conversations in talks.jsonl, counted in o200k_base", as_of: TODAY, evidence: "talks.jsonl", counted: "o200k" }
    # reasoning
    reasoning: { value: "0 x1 | 64 x2 | 128 x1", source: "4 calls in talks.jsonl", as_of: TODAY, evidence: "talks.jsonl" }
    "#);
    // A log of requests says all that can be asked for.
    assert_eq!(ran.stderr, "");
}

/// The day stands in every line, and changes every day.
fn today(shown: &str) -> String {
    let at = shown.find("as_of: ").expect("a day") + "as_of: ".len();
    shown[at..at + "2026-11-20".len()].to_owned()
}

#[test]
fn evidence_stands_in_a_plan_as_it_is_printed() {
    let ran = run(&["evidence", TALKS]);
    let line = |label: &str| {
        let mut lines = ran.stdout.lines().skip_while(|line| *line != format!("# {label}"));
        lines.nth(1).expect("a line").to_owned()
    };
    let plan = PLAN
        .replace("{ tokens: 40..220 }", &format!("{{ {} }}", line("question")))
        .replace("output: 120..300", &line("answer"));
    let inputs = answer(&run(&["inputs", &Plan::new(&plan).path(), "--json"]));
    let is_guess = |address: &str| {
        let inputs = inputs["inputs"].as_array().expect("a list");
        inputs.iter().find(|it| it["address"] == address).expect("an input")["guess"].clone()
    };
    for address in ["prompts.question.tokens", "desk.easy.output"] {
        assert_eq!(is_guess(address), Value::Bool(false), "{address}");
    }
}

#[test]
fn evidence_is_described_by_its_schema() {
    let schema = run(&["schema", "--of", "evidence"]).stdout;
    let schema = serde_json::from_str(&schema).expect("a schema is JSON");
    same_fields(&answer(&run(&["evidence", TALKS, "--json"])), &schema, "evidence");
}

#[test]
fn evidence_reads_what_is_piped_and_refuses_what_says_nothing() {
    let found = answer(&run_with(
        &["evidence", "-", "--model", "claude-opus-4-7", "--json"],
        b"User: Where is it?\nAssistant: On its way.",
    ));
    assert_eq!(found["model"], "anthropic/claude-opus-4-7");
    assert_eq!(found["certainty"], "estimated");
    assert!(found["name"].as_str().expect("a name").starts_with("pasted text, SHA-256 "));
    let refused = refusal(&run_with(&["evidence", "-", "--json"], b"[]"));
    assert_eq!(refused["message"], "There is no sample in it.");
    let typed = ["evidence", TALKS, "--model", "gpt-5", "--model", "gpt-4o", "--json"];
    assert_eq!(refusal(&run(&typed))["message"], "Samples are counted in one way.");
}
