//! Many documents: how their lengths spread, and the plan that takes them.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::desk::{PLAN, Plan, answer};
use crate::program::{Ran, run};

/// Forty articles of a help center, one of them very long, and a picture.
fn articles() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let deeper = folder.path().join("refunds");
    fs::create_dir(&deeper).expect("made");
    let sentence = "The refund was sent on Tuesday, but the customer has not seen it yet. ";
    for nth in 1..=40 {
        let name = format!("{nth}.md");
        let path = if nth % 2 == 0 { deeper.join(name) } else { folder.path().join(name) };
        let times = if nth == 40 { 400 } else { nth };
        fs::write(path, sentence.repeat(times)).expect("written");
    }
    fs::write(folder.path().join("logo.png"), b"\x89PNG\xff").expect("written");
    folder
}

fn corpus(folder: &TempDir, more: &[&str]) -> Ran {
    let path = folder.path().to_str().expect("its path is UTF-8");
    run(&[&["corpus", path], more].concat())
}

#[test]
fn a_folder_becomes_a_number_that_a_plan_takes() {
    let folder = articles();
    let ran = corpus(&folder, &["--json"]);
    let counted = answer(&ran);
    assert_eq!((counted["documents"].as_u64(), counted["left_out"].as_u64()), (Some(40), Some(1)));
    assert_eq!(counted["notes"][0]["place"], "logo.png");
    let way = &counted["ways"][0];
    assert_eq!(
        (way["vocabulary"].as_str(), way["certainty"].as_str()),
        (Some("o200k_base"), Some("exact"))
    );
    let value = way["value"].as_str().expect("a text");
    let set = format!("prompts.question.tokens={value}");
    let plan = Plan::new(PLAN);
    let ran = run(&["inputs", &plan.path(), "--json", "--set", &set]);
    let inputs = answer(&ran);
    let question = inputs["inputs"].as_array().expect("a list").iter();
    let question = question.clone().find(|input| input["address"] == "prompts.question.tokens");
    let expected = question.and_then(|input| input["expected"].as_str()).expect("it is there");
    let tokens = way["tokens"].as_u64().expect("a number");
    assert_eq!(expected.parse::<f64>(), Ok(tokens as f64 / 40.0));
    let ran = run(&["estimate", &plan.path(), "--set", &set]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn the_line_that_is_shown_can_be_put_into_a_plan() {
    let ran = corpus(&articles(), &["--vocabulary", "cl100k_base", "--model", "claude-opus-5-5"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.starts_with("note: logo.png: It is no text in UTF-8."), "{}", ran.stderr);
    let lines: Vec<&str> =
        ran.stdout.lines().filter_map(|line| line.strip_prefix("tokens: ")).collect();
    let [claude, exact] = lines[..] else { panic!("one line for each way: {}", ran.stdout) };
    assert!(claude.contains(" ±") && claude.contains("estimated for claude-newer"), "{claude}");
    for line in [claude, exact] {
        let plan = Plan::new(&PLAN.replace("40..220", line));
        let ran = run(&["inputs", &plan.path(), "--json"]);
        assert_eq!(ran.code, 0, "{line}\n{}", ran.stderr);
        let guessed = |input: &&Value| input["address"] == "prompts.question.tokens";
        let inputs = answer(&ran);
        let input = inputs["inputs"].as_array().expect("a list").iter().find(guessed);
        let source = input.and_then(|input| input["source"].as_str()).expect("it has a source");
        assert!(source.starts_with("40 documents of "), "{source}");
    }
}

#[test]
fn a_plan_is_as_sure_of_a_length_as_its_count_where_the_model_reads_the_same() {
    let (nano, claude) = ("openai/gpt-5-nano", "claude-opus-5-5");
    let ran = corpus(&articles(), &["--model", nano, "--model", claude]);
    let lines: Vec<&str> =
        ran.stdout.lines().filter_map(|line| line.strip_prefix("tokens: {")).collect();
    let [exact, estimated] = lines[..] else { panic!("one line for each way: {}", ran.stdout) };
    let check = |line: &str, model: &str, length: &str, prompt: &str| {
        let plan = Plan::new(&PLAN.replace("40..220", &format!("{{{line}")).replace(nano, model));
        let of = |more: &[&str]| run(&[&["estimate", &plan.path()], more].concat());
        let ran = of(&["--why", "prompts.question.tokens"]);
        let said = format!("expected value, tokens {length}\n");
        assert!(ran.stdout.contains(&said), "{said}{}{}", ran.stdout, ran.stderr);
        let lines = answer(&of(&["--json"]))["lines"].take();
        let mut lines = lines.as_array().expect("a list").iter();
        let line = lines.find(|line| line["driver"] == "base-prompt").expect("it is sent");
        assert_eq!(line["certainty"], prompt, "{line}");
    };
    let band = estimated.split_once("claude-newer ±").expect("it says its band").1;
    let band = band.split_once('%').expect("in percent").0;
    check(exact, nano, "exact", "exact");
    check(&exact.replace("o200k\"", "o200k_base\""), nano, "exact", "exact");
    check(estimated, claude, &format!("estimated ±{band} %"), "estimated");
    check(exact, claude, "assumed, counted for o200k", "assumed");
    let other = format!("assumed, counted for claude-newer ±{band}%");
    check(estimated, nano, &other, "assumed");
}

#[test]
fn only_the_length_of_a_part_is_counted_for_a_vocabulary() {
    let plan = |output: &str| Plan::new(&PLAN.replace("output: 120..300", output));
    let said = |output: &str| {
        let ran = run(&["estimate", &plan(output).path()]);
        assert_eq!(ran.code, 2, "{}", ran.stdout);
        ran.stdout + &ran.stderr
    };
    let found = said("output: { value: 120..300, counted: o200k }");
    assert!(found.contains("`desk.easy.output` is no length of a part."), "{found}");
    let found = said("output: { value: 120..300, counted: o200k ±8 }");
    assert!(found.contains("claude-newer ±12%"), "{found}");
}

#[test]
fn what_was_billed_leaves_less_doubt_about_the_lengths() {
    let folder = articles();
    let doubt = |told: &[&str]| {
        let claude = ["--json", "--model", "claude-opus-4-7"];
        let counted = answer(&corpus(&folder, &[&claude, told].concat()));
        let value = counted["ways"][0]["value"].as_str().expect("a text").to_owned();
        let (_, doubt) = value.split_once(" ±").expect("it is an estimate");
        doubt.trim_end_matches('%').parse::<f64>().expect("a number")
    };
    let told = ["--told", "tests/files/billed.jsonl"];
    assert!(doubt(&told) < doubt(&[]), "{} and {}", doubt(&told), doubt(&[]));

    // What was learned stands where `count` has it.
    let claude = ["--model", "claude-opus-4-7"];
    let counted = answer(&corpus(&folder, &[&claude[..], &["--json"], &told].concat()));
    let learned = &counted["ways"][0]["learned"];
    let [factor, counts] = ["factor", "counts"].map(|key| &learned[key]);
    let words = format!(
        " claude-newer × {}, learned from {counts} counts ",
        factor.as_str().expect("a decimal")
    );
    let table = corpus(&folder, &[&claude[..], &told].concat()).stdout;
    assert!(table.contains(&words), "{words} in {table}");
    let untold = answer(&corpus(&folder, &[&claude[..], &["--json"]].concat()));
    assert_eq!(untold["ways"][0]["learned"], Value::Null);
}

#[test]
fn a_file_of_lines_has_a_document_on_each() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("asked.jsonl");
    fs::write(&path, "\"one\"\n{\"text\": \"one two\"}\nnot JSON\n").expect("written");
    let path = path.to_str().expect("its path is UTF-8");
    let ran = run(&["corpus", path]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("2 documents of asked.jsonl, 1 left out\n"), "{}", ran.stdout);
    assert!(ran.stderr.contains("asked.jsonl:3: It is no JSON: expected ident"), "{}", ran.stderr);
}

#[test]
fn what_is_no_corpus_is_refused() {
    let empty = TempDir::new().expect("a folder");
    let refused = |ran: &Ran, said: &str| {
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    };
    refused(&corpus(&empty, &[]), "There are no documents in `");
    refused(&run(&["corpus", "nowhere"]), "There is no file `nowhere`.");
    refused(&corpus(&articles(), &["--model", "nobody/none"]), "nobody");
    refused(
        &corpus(&articles(), &["--vocabulary", "o200k_bass"]),
        "No vocabulary is called `o200k_bass`.",
    );
}
