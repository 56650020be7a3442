//! What vendors billed: learned for one run, and written into a plan.

use std::fs;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::desk::{PLAN, Plan, answer, number, root};
use crate::program::{run, run_with};

/// Twenty requests to Claude with what a made-up tokenizer bills for them: 8 % more tokens than its
/// family is thought to have, a little more or less for each text.
fn bills() -> &'static str {
    static BILLS: OnceLock<String> = OnceLock::new();
    BILLS.get_or_init(made_up)
}

fn made_up() -> String {
    let text = fs::read_to_string(root().join("LICENSE-APACHE")).expect("a long text");
    let letters: Vec<char> = text.chars().collect();
    let bill = |(index, piece): (usize, &[char])| {
        let text: String = piece.iter().collect();
        let request = json!({
            "model": "claude-opus-4-7",
            "max_tokens": 100,
            "messages": [{ "role": "user", "content": text }],
        });
        let counted = run_with(&["count", "--json"], request.to_string().as_bytes());
        let parts = answer(&counted)["counts"][0]["parts"].clone();
        let tokens = |name: &str| -> f64 {
            let parts = parts.as_array().expect("parts").iter();
            parts.filter(|part| part["part"] == name).map(|part| whole(&part["tokens"])).sum()
        };
        let stray = 1.0 + [0.02, -0.015, 0.0, 0.01, -0.02][index % 5];
        let billed = (tokens("user") * 1.08 * stray + tokens("framing")).round() as u64;
        // As Anthropic says it: what was cached stands beside the rest.
        let usage = json!({ "input_tokens": billed - 30, "cache_read_input_tokens": 30, "output_tokens": 9 });
        json!({ "request": request, "response": { "model": "claude-opus-4-7", "usage": usage } })
            .to_string()
    };
    let piece = |index: usize| &letters[index * 500..index * 500 + 300 + 20 * index];
    (0..20).map(|index| bill((index, piece(index))) + "\n").collect()
}

fn whole(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

const PROMPT: &str = "examples/support-desk/prompts/system.md";

fn counted(args: &[&str]) -> Value {
    answer(&run(&[&["count", PROMPT, "--json"], args].concat()))["counts"][0].clone()
}

fn half_width(count: &Value) -> f64 {
    let [tokens, low, high] = ["tokens", "low", "high"].map(|key| whole(&count[key]));
    (high - tokens).max(tokens - low) / tokens
}

#[test]
fn told_counts_correct_an_estimate_and_narrow_its_band() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bills.jsonl");
    fs::write(&file, bills()).expect("written");
    let told = ["--told", file.to_str().expect("a name")];
    let before = counted(&["--model", "claude-opus-4-7"]);
    let after = counted(&[&["--model", "claude-opus-4-7"], &told[..]].concat());
    let ratio = whole(&after["tokens"]) / whole(&before["tokens"]);
    assert!((1.065..1.095).contains(&ratio), "{ratio}");
    assert!(half_width(&before) > 0.1 && half_width(&after) <= 0.05, "{after}");
    assert_eq!(after["learned"]["counts"], 20);
    // Who asks for no model means those that were told of; another model is left as it was.
    assert_eq!(counted(&told), after);
    let other = ["--model", "anthropic/claude-opus-5-5"];
    assert_eq!(counted(&[&other[..], &told[..]].concat()), counted(&other));

    let price = |told: &[&str]| {
        let asked = ["price", PROMPT, "--model", "claude-opus-4-7", "--at", "2026-11-20", "--json"];
        number(&answer(&run(&[&asked[..], told].concat()))["models"][0]["per_call"])
    };
    assert!(price(&told) > price(&[]) * 1.02, "{} {}", price(&told), price(&[]));
}

#[test]
fn calibrate_writes_the_counts_into_the_plan_and_nothing_of_the_prompts() {
    let plan = Plan::new(&PLAN.replace("openai/gpt-5-nano", "anthropic/claude-sonnet-5-5"));
    let written = || fs::read_to_string(plan.folder.path().join("plan.yaml")).expect("the plan");
    let (before, path) = (written(), plan.path());
    let lines = bills().replace("claude-opus-4-7", "claude-sonnet-5-5");
    let asked = ["calibrate", path.as_str(), "--told", "-", "--json"];
    let first = answer(&run_with(&asked, lines.as_bytes()));
    let model = &first["models"][0];
    assert_eq!((&model["added"], &model["learned"]["counts"]), (&json!(20), &json!(20)), "{first}");
    assert!(whole(&model["before_percent"]) >= 13.0, "{model}");
    assert!(whole(&model["learned"]["plus_minus_percent"]) <= 5.0, "{model}");
    let after = written();
    let added = after.strip_prefix(&before).expect("what stood there is untouched");
    assert!(added.starts_with("calibration:\n") && added.lines().count() == 42, "{added}");
    assert!(
        added
            .lines()
            .skip(2)
            .all(|line| line.trim_start_matches([' ', '-']).starts_with(['e', 'b']))
    );

    // The same bills again teach nothing new.
    let again = answer(&run_with(&asked, lines.as_bytes()));
    let of = |answer: &Value, key: &str| answer["models"][0][key].clone();
    assert_eq!((of(&first, "added"), of(&first, "known")), (json!(20), json!(0)));
    assert_eq!((of(&again, "added"), of(&again, "known")), (json!(0), json!(20)));
    assert_eq!(written(), after);
    let said = run_with(&asked[..4], lines.as_bytes()).stdout;
    assert!(said.contains("new  known  counts") && said.contains("nothing was written"), "{said}");

    let inputs = answer(&run(&["inputs", &path, "--json"]));
    let inputs = inputs["inputs"].as_array().expect("a list");
    let own = inputs.iter().find(|it| it["address"] == "prompts.system.tokens.claude-sonnet-5-5");
    let source = own.expect("the model has its own")["source"].as_str().expect("a source");
    assert!(source.contains("learned from 20 counts of the vendor, over "), "{source}");
}

#[test]
fn bills_that_cannot_be_read_are_told_by_their_lines() {
    let lines = "{\"text\": \"A secret.\", \"model\": \"claude-opus-4-7\", \"usage\": {\"input_tokens\": 12}}\n\
                 {\"text\": \"A secret.\", \"model\": \"claude-opus-4-7\"}\n";
    let ran = run_with(&["count", PROMPT, "--told", "-"], lines.as_bytes());
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("2") && !ran.stderr.contains("secret"), "{}", ran.stderr);
    let exact = "{\"text\": \"A secret.\", \"model\": \"openai/gpt-5\", \"usage\": 12}";
    let ran = run_with(&["count", PROMPT, "--told", "-"], exact.as_bytes());
    assert!(ran.code == 2 && ran.stderr.contains("counted exactly"), "{}", ran.stderr);
    let both = run_with(&["count", "-", "--told", "-"], b"");
    assert!(both.code == 2 && both.stderr.contains("cannot both"), "{}", both.stderr);
}

#[test]
fn what_comes_in_on_standard_input_is_called_so() {
    let lines = b"{\"text\": \"A secret.\", \"model\": \"claude-opus-4-7\"}\n";
    let plan = Plan::new(PLAN);
    let path = plan.path();
    for verb in [["count", PROMPT], ["price", PROMPT], ["calibrate", path.as_str()]] {
        let ran = run_with(&[&verb[..], &["--told", "-"]].concat(), lines);
        let says = "error: standard input:1: This says nothing of what was billed.\n";
        assert!(ran.code == 2 && ran.stderr.starts_with(says), "{}", ran.stderr);
    }
    let ran = run_with(&["count", "-"], b"caf\xe9");
    assert!(ran.stderr.starts_with("error: `standard input` is not a text"), "{}", ran.stderr);
}
