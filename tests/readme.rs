//! The README's commands print what the README says they print.

use std::fs;
use std::path::Path;

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
