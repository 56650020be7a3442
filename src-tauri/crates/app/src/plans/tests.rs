//! Plans opened, set, refused, and told what vendors billed.

use std::fs;

use cost::plan::Certainty;

use super::*;

const PLAN: &str = "\
forebill: 1
name: Desk
starts: 2027-01
months: 12
prompts:
  system: { file: prompts/system.md, grows: 6%/month }
  rules: { text: Be brief. }
  question: { tokens: 40..220 }
features:
  - name: desk
    unit: answer
    volume: { units: 300/day }
    step:
      chain:
        - call: { name: easy, model: openai/gpt-5, input: [system, question], output: { value: 120..300, source: logs } }
        - call: { name: hard, model: anthropic/claude-sonnet-4-5, input: [system, rules], output: 10 }
";

fn folder(plan: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("prompts")).expect("it can be written to");
    fs::write(folder.path().join("prompts/system.md"), "You answer questions about coffee.")
        .expect("it can be written to");
    fs::write(folder.path().join(PLAN_FILE), plan).expect("it can be written to");
    folder
}

fn shelf() -> std::sync::Arc<Shelf> {
    Shelf::of(None).expect("the book inside the program")
}

fn opened(folder: &tempfile::TempDir) -> Opened {
    open(folder.path(), &shelf()).expect("a plan without errors")
}

/// Errors as people read them, without the folder.
fn refused(folder: &tempfile::TempDir, path: &Path) -> String {
    let errors = open(path, &shelf()).expect_err("it must be refused");
    let line = |error: &Error| {
        let At { file, line, column, address } = error.at.clone().expect("it has a place");
        let place = [line, column].into_iter().flatten().map(|number| format!(":{number}"));
        let address = address.map(|address| format!(" ({address})")).unwrap_or_default();
        format!(
            "{}{}{address} {} {}",
            file.expect("it is in a file"),
            place.collect::<String>(),
            error.message,
            error.hint
        )
    };
    let lines: Vec<String> = errors.iter().map(line).collect();
    lines.join("\n").replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn texts_are_counted_for_the_models_that_are_sent_them() {
    let opened = opened(&folder(PLAN));
    let count =
        |part, model| opened.measures.get(part, model).map(|m| (m.vocabulary.as_str(), m.tokens));
    assert_eq!(count("system", "openai/gpt-5"), Some(("o200k", 6.0)));
    assert_eq!(count("system", "anthropic/claude-sonnet-4-5").expect("sent").0, "claude-older");
    assert_eq!(count("rules", "openai/gpt-5"), None);
    assert_eq!(count("question", "openai/gpt-5"), None);
}

#[test]
fn a_plan_is_named_by_its_folder_or_its_file() {
    let folder = folder(PLAN);
    let by_folder = open(folder.path(), &shelf()).expect("a plan");
    let by_file = open(&folder.path().join(PLAN_FILE), &shelf()).expect("a plan");
    assert_eq!((by_folder.file, by_folder.hash), (by_file.file, by_file.hash));
}

#[test]
fn the_hash_moves_with_the_plan_and_with_its_texts() {
    let folder = folder(PLAN);
    let first = opened(&folder).hash;
    assert_eq!(first.len(), 64);
    fs::write(folder.path().join("prompts/system.md"), "Shorter.").expect("it can be written");
    let second = opened(&folder).hash;
    fs::write(folder.path().join(PLAN_FILE), PLAN.replace("300/day", "301/day"))
        .expect("it can be written to");
    assert!(first != second && second != opened(&folder).hash);
}

#[test]
fn what_is_missing_is_named() {
    let empty = tempfile::tempdir().expect("a folder");
    assert_eq!(
        refused(&empty, empty.path()).replace(&empty.path().display().to_string(), "FOLDER"),
        "FOLDER The folder `FOLDER` has no plan.yaml. \
             Name a plan's file, or a folder with a plan.yaml in it."
    );
    let gone =
        PLAN.replace("prompts/system.md", "gone.md").replace("text: Be brief.", "file: r.md");
    let folder = folder(&gone);
    assert_eq!(
        refused(&folder, folder.path()),
        "plan.yaml:6:19 (prompts.system.file) There is no file `gone.md`. \
             Check the name and the folder.\n\
             plan.yaml:7:18 (prompts.rules.file) There is no file `r.md`. \
             Check the name and the folder."
    );
}

#[test]
fn a_text_outside_the_plans_folder_is_refused() {
    for name in ["/etc/passwd", "../secret.md", "prompts/../../secret.md", "prompts/link.md"] {
        let folder = folder(&PLAN.replace("prompts/system.md", name));
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("prompts/link.md"))
            .expect("it can be written to");
        assert_eq!(
            refused(&folder, folder.path()),
            format!(
                "plan.yaml:6:19 (prompts.system.file) `{name}` is outside the plan's folder. \
                     Keep a copy beside the plan and name it from there, as in prompts/system.md."
            )
        );
    }
    opened(&folder(&PLAN.replace("prompts/system.md", "./prompts/../prompts/system.md")));
}

#[test]
fn a_kept_text_is_counted_for_every_model_that_reads_the_history() {
    let plan = "\
forebill: 1
name: Desk
starts: 2027-01
months: 1
prompts:
  s: { text: Be brief., keep: true }
  q: { tokens: 50 }
features:
  - name: desk
    unit: conversation
    volume: { units: 300/day }
    step:
      conversation:
        turns: 3
        turn:
          - call: { name: says, answer: true, model: openai/gpt-5.4-mini, input: [s, q], output: 10 }
          - call: { name: sums, model: anthropic/claude-sonnet-4-5, input: [history], output: 10 }
";
    let opened = opened(&folder(plan));
    let read_by = |model| opened.measures.get("s", model).map(|m| m.vocabulary.as_str());
    assert_eq!(read_by("openai/gpt-5.4-mini"), Some("o200k"));
    assert_eq!(read_by("anthropic/claude-sonnet-4-5"), Some("claude-older"));
}

#[test]
fn what_was_set_moves_the_hash() {
    let mut opened = opened(&folder(PLAN));
    let before = opened.hash.clone();
    opened.set("desk.units = 3k/day").expect("it is there");
    assert_eq!(opened.set, ["desk.units=3k/day"]);
    let after = opened.hash.clone();
    opened.set("desk.nowhere=1").expect_err("nothing is there");
    assert_eq!((before == after, after), (false, opened.hash));
}

#[test]
fn a_problem_is_placed_at_the_value_that_it_is_about() {
    let folder = folder(PLAN);
    let opened = opened(&folder);
    let number = opened.plan.numbers().into_iter().find(|n| n.address == "desk.easy.output");
    let problem = Problem {
        path: number.expect("the plan has it").path.to_vec(),
        address: Some("desk.easy.output".to_owned()),
        message: "Too long.".to_owned(),
        hint: "Shorten it.".to_owned(),
        lacks: Lacks::Nothing,
    };
    let place = opened.invalid(&problem).at.expect("it has a place");
    assert_eq!((place.line, place.column), (Some(15), Some(96)));
    assert_eq!(PLAN.lines().nth(14).and_then(|line| line.get(95..103)), Some("120..300"));
}

#[test]
fn an_input_is_set_by_its_address() {
    let mut opened = opened(&folder(PLAN));
    opened.set("desk.units=3k/day").expect("it is there");
    opened.set("prompts.system.tokens.o200k = 500").expect("it is there");
    let value = |address: &str| {
        opened.inputs().inputs.into_iter().find(|i| i.address == address).map(|input| input.value)
    };
    assert_eq!(value("desk.units").as_deref(), Some("3k/day"));
    assert_eq!(value("prompts.system.tokens.o200k").as_deref(), Some("500"));
    let refused = |change: &str| {
        let error = opened.clone().set(change).expect_err("it must be refused");
        format!("{} {}", error.message, error.hint.split(" `forebill").next().unwrap_or_default())
    };
    assert_eq!(
        refused("desk.easy.outptu=3"),
        "The plan has no input at `desk.easy.outptu`. Did you mean `desk.easy.output`?"
    );
    assert_eq!(
        refused("desk.units"),
        "`desk.units` does not say what to set it to. \
             Write ADDRESS=VALUE, as in support.conversation.turns=2..6."
    );
    assert_eq!(
        refused("desk.easy.output=lots"),
        "`desk.easy.output` cannot be set: `lots` is not a number of tokens. \
             Write 350, 1.2k or 40..220."
    );
}

/// The plan with what a vendor billed for twenty prompts.
fn told(name: &str, times: f64) -> String {
    let pair = |estimated: u32| {
        let billed = (f64::from(estimated) * times).round();
        format!("    - {{ estimated: {estimated}, billed: {billed} }}\n")
    };
    let pairs: String = (1..=20).map(|of| pair(of * 150)).collect();
    format!("{PLAN}calibration:\n  {name}:\n{pairs}")
}

#[test]
fn what_a_vendor_billed_corrects_the_texts_of_its_model() {
    let opened = opened(&folder(&told("claude-sonnet-4-5", 1.04)));
    let measure = opened.measures.get("system", "anthropic/claude-sonnet-4-5");
    let measure = measure.expect("it is sent");
    let Certainty::Estimated(band) = measure.certainty else {
        panic!("{:?}", measure.certainty);
    };
    assert_eq!(measure.vocabulary, "claude-sonnet-4-5");
    assert!(band < 0.3, "{band}"); // seven tokens are rounded
    let input = opened.inputs().inputs.into_iter().nth(1).expect("the system's length");
    assert_eq!(input.address, "prompts.system.tokens.claude-sonnet-4-5");
    let source = input.source.expect("it says so");
    let words = ", learned from 20 counts of the vendor, over measured in November 2026";
    assert!(source.starts_with("estimated ±") && source.contains(words), "{source}");
}

#[test]
fn every_count_that_cannot_be_meant_is_a_problem_of_its_own() {
    let told = "calibration:
  anthropic/claude-sonnet-4-5:
    - { estimated: 0, billed: 12 }
    - { estimated: 100, billed: 110 }
    - { estimated: 100, billed: 900 }
  claude-sonnet-4-5: [{ estimated: 100, billed: 108 }]
  openai/gpt-5: [{ estimated: 100, billed: 100 }]
  anthropic/claude-nope: [{ estimated: 100, billed: 100 }]
  anthropic/claude-opus-5-5: []
";
    let folder = folder(&format!("{PLAN}{told}"));
    let request = Request { plan: folder.path().to_owned(), ..Request::default() };
    let errors = crate::estimates::work(&request).expect_err("none of them can be meant");
    let line = |error: &Error| {
        let line = error.at.as_ref().and_then(|at| at.line).expect("it has a place");
        format!("{line}: {}", error.message)
    };
    let mut lines: Vec<String> = errors.iter().map(line).collect();
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"), @"
        19: Nothing is learned from 0 tokens.
        21: 900 billed tokens cannot be those of a text estimated at 100: they are more than 4 times apart.
        22: `claude-sonnet-4-5` is the second name of a model that was told of.
        23: `openai/gpt-5` is counted exactly, in o200k_base: there is nothing to learn from its vendor.
        24: The book has no model called `anthropic/claude-nope`. Did you mean anthropic/claude-2, anthropic/claude-opus-5, anthropic/claude-v1?
        25: Nothing is told of `anthropic/claude-opus-5-5`.
        ");
}

#[test]
fn what_a_vendor_billed_is_written_back_as_it_was() {
    let (plan, _) = read::read(&told("claude-sonnet-4-5", 1.04)).expect("a plan");
    let text = write(&plan);
    assert!(text.ends_with("    - estimated: 3000\n      billed: 3120\n"), "{text}");
    let (again, _) = read::read(&text).expect("what was written is read");
    assert_eq!((&again, write(&again)), (&plan, text));
}

#[test]
fn inputs_are_listed_with_what_they_are_made_of() {
    let inputs = opened(&folder(PLAN)).inputs().inputs;
    let line = |input: &Input| {
        let scalars: Vec<_> = input.scalars.iter().map(|s| s.value.as_str()).collect();
        let source = input.source.as_deref().unwrap_or("guess");
        format!(
            "{} = {} {} [{}] {source}",
            input.address,
            input.value,
            input.unit,
            scalars.join(" ")
        )
    };
    let lines: Vec<String> = inputs.iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
        prompts.rules.tokens.claude-older = 3 tokens [3] estimated ±34%
        prompts.system.tokens.claude-older = 7 tokens [7] estimated ±15%
        prompts.system.tokens.o200k = 6 tokens [6] counted
        prompts.system.grows = 6%/month share a month [0.06] guess
        prompts.question.tokens = 40..220 tokens [40 220] guess
        desk.units = 300/day times a day [300] guess
        desk.easy.output = 120..300 tokens [120 300] logs
        desk.hard.output = 10 tokens [10] guess
        ");
}
