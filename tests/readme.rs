//! The README's commands print what the README says they print.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::desk::Plan;
use crate::program::{expect_file, run};

#[test]
fn the_output_in_the_readme_is_what_the_program_prints() {
    let mut runs = 0;
    for file in readmes() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
        let readme = fs::read_to_string(path).expect("the README is there");
        for (command, shown) in transcripts(&readme) {
            let ran = run(&words(&command));
            assert_eq!(ran.code, 0, "{file}: forebill {command}\n{}", ran.stderr);
            assert_shown(&shown, &ran.stdout, &format!("{file}: forebill {command}"));
            runs += 1;
        }
    }
    assert!(runs > 8, "only {runs} commands were found");
}

/// The house's README, and that of each example.
fn readmes() -> Vec<String> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let folders = fs::read_dir(examples).expect("the examples are there");
    let names = folders.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut files: Vec<String> = names
        .map(|name| format!("examples/{name}/README.md"))
        .chain(["README.md".into()])
        .collect();
    files.sort();
    files
}

#[test]
fn every_kind_of_step_in_the_readme_can_be_pasted_into_a_plan() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(file).expect("the README is there");
    let section = readme.split("## Every kind of step").nth(1).expect("it has the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let cells = section.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.strip_suffix("` |")?.split("` |");
        Some((cells.next()?, cells.next()?.rsplit("| `").next()?))
    });
    let cells: Vec<(&str, &str)> = cells.collect();
    let schema: Value = serde_json::from_str(&run(&["schema"]).stdout).expect("a schema is JSON");
    let kinds = schema["$defs"]["Step"]["oneOf"].as_array().expect("the kinds of steps");
    let mut kinds: Vec<&str> = kinds.iter().filter_map(|it| it["required"][0].as_str()).collect();
    let mut shown: Vec<&str> = cells.iter().map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    shown.sort_unstable();
    assert_eq!(shown, kinds);
    let any = "{ call: { model: openai/gpt-5-nano, input: [question], output: 20 } }";
    let features = cells.iter().map(|(kind, step)| {
        let step = step.replace("STEP", any);
        assert!(step.starts_with(&format!("{{ {kind}: ")), "{kind}: {step}");
        format!("  - {{ name: of-{kind}, unit: unit, volume: {{ units: 9/day }}, step: {step} }}\n")
    });
    let plan = format!(
        "forebill: 1\nname: Steps\nstarts: 2027-01\nmonths: 1\nprompts: {{ system: {{ tokens: 900, role: system }}, \
         question: {{ tokens: 60 }}, article: {{ tokens: 400, role: retrieved }} }}\n\
         agents: {{ researcher: {{ step: {any} }} }}\nfeatures:\n{}",
        features.collect::<String>()
    );
    let plan = Plan::new(&plan);
    let ran = run(&["estimate", &plan.path(), "--json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn the_picture_in_the_readme_is_what_the_program_draws() {
    let folder = tempfile::tempdir().expect("a folder for the picture");
    let out = folder.path().join("months.svg");
    let out = out.to_str().expect("its path is UTF-8");
    let ran = run(&["report", "examples/support-desk", "--out", out]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let drawn = fs::read_to_string(out).expect("the picture is there");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/support-desk/months.svg");
    expect_file(&file, &drawn).unwrap_or_else(|difference| panic!("{difference}"));
}

/// The commands of fenced blocks that begin with `$ forebill`, each with the lines shown under it.
fn transcripts(text: &str) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = vec![];
    let mut open = false;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            open = lines.peek().is_some_and(|next| next.starts_with("$ forebill "));
        } else if let Some(command) = line.strip_prefix("$ forebill ").filter(|_| open) {
            found.push((command.to_owned(), vec![]));
        } else if let Some((_, shown)) = found.last_mut().filter(|_| open) {
            shown.push(line.to_owned());
        }
    }
    found
}

/// The words of a command; single quotes keep one together.
fn words(command: &str) -> Vec<&str> {
    let quoted = command.split('\'').enumerate();
    quoted
        .flat_map(|(index, piece)| match index % 2 {
            0 => piece.split_whitespace().collect(),
            _ => vec![piece],
        })
        .collect()
}

/// Compares line by line; a line of `…` alone stands for any lines left out.
fn assert_shown(shown: &[String], printed: &str, context: &str) {
    let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
    let mut at = 0;
    let mut gap = false;
    for line in shown {
        if line == "…" {
            gap = true;
            continue;
        }
        let rest = &printed[at..];
        let found = if gap {
            rest.iter().position(|other| other == line)
        } else {
            rest.first().filter(|other| *other == line).map(|_| 0)
        };
        let skipped = found.unwrap_or_else(|| {
            panic!("{context}\n  shown:   {line}\n  printed:\n{}", printed.join("\n"))
        });
        at += skipped + 1;
        gap = false;
    }
    assert!(gap || at == printed.len(), "{context}: prints more than is shown");
}
