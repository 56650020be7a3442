//! What must be there: each example's README and snapshot, each price's source and date, each file on the map.

use std::collections::BTreeSet;

use super::manifests::roots;
use super::modules::program;
use super::place::{assert_none, entries, read, root, texts};

#[test]
fn every_example_has_a_readme_and_a_snapshot() {
    let list = read("examples/broken/README.md");
    let mut findings = vec![];
    for folder in folders("examples").filter(|folder| folder != "examples/broken") {
        let name = folder.trim_start_matches("examples/");
        if !root().join(&folder).join("README.md").is_file() {
            findings.push(format!("{folder}: write a README.md with the commands to try."));
        }
        let snapshot = format!("tests/snapshots/main__examples__{name}.snap");
        if !root().join(&snapshot).is_file() {
            findings.push(format!("{folder}: `cargo test examples` writes {snapshot}: commit it."));
        }
    }
    for folder in folders("examples/broken") {
        let name = folder.trim_start_matches("examples/broken/");
        if !list.contains(&format!("[{name}]({name}/)")) {
            findings.push(format!("{folder}: name it in examples/broken/README.md."));
        }
        if !root().join(&folder).join("expected.txt").is_file() {
            findings.push(format!(
                "{folder}: `cargo test examples` writes its expected.txt: commit it."
            ));
        }
    }
    assert_none(&findings);
}

#[test]
fn every_price_has_a_source_and_the_day_of_its_check() {
    let files = texts(&["src-tauri/prices"], &[".toml"]);
    let findings: Vec<_> = files.iter().flat_map(|(path, text)| unsourced(path, text)).collect();
    assert_none(&findings);
}

#[test]
fn every_file_is_compiled_and_says_what_lives_there() {
    let texts = texts(&["src-tauri", "tests"], &[".rs"]);
    let programs = roots().into_iter().flat_map(|root| program(&root, &texts));
    let compiled: BTreeSet<String> = programs.map(|file| file.path).collect();
    let mut findings = vec![];
    for (path, text) in &texts {
        if !compiled.contains(path) {
            findings.push(format!("{path}: no `mod` leads here. List it, or delete it."));
        }
        if !text.starts_with("//! ") {
            findings.push(format!("{path}:1: begin with `//!` and what lives here."));
        }
    }
    assert_none(&findings);
}

#[test]
fn the_map_is_true() {
    const MAP: &str = "src-tauri/README.md";
    let mapped = mapped(&read(MAP));
    let mut findings = vec![];
    for (line, path) in &mapped {
        if !root().join("src-tauri").join(path).exists() {
            findings
                .push(format!("{MAP}:{line}: {path} is not there. Mend the line or take it off."));
        }
    }
    for room in entries("src-tauri/crates").iter().map(|room| format!("{room}/src")) {
        for path in entries(&room) {
            let known = mapped.iter().any(|(_, known)| {
                let known = format!("src-tauri/{known}");
                known == path || known.starts_with(&format!("{path}/"))
            });
            if !known && !path.ends_with("/lib.rs") {
                findings.push(format!("{path}: give it a line in {MAP}, with what lives there."));
            }
        }
    }
    assert_none(&findings);
}

fn folders(parent: &str) -> impl Iterator<Item = String> {
    entries(parent).into_iter().filter(|path| root().join(path).is_dir())
}

/// Models without a source or a day, by the line they begin in.
fn unsourced(path: &str, text: &str) -> Vec<String> {
    let mut findings = vec![];
    let mut model: Option<(usize, bool, bool)> = None;
    let mut close = |model: Option<(usize, bool, bool)>| {
        if let Some((line, source, checked)) = model
            && !(source && checked)
        {
            let advice = "Say where its prices were read, `source`, and when, `checked`.";
            findings.push(format!("{path}:{line}: {advice}"));
        }
    };
    for (at, line) in text.lines().enumerate() {
        if line == "[[model]]" {
            close(model.replace((at + 1, false, false)));
        }
        if let Some((_, source, checked)) = &mut model {
            *source |= line.starts_with("source = \"https://");
            *checked |= line.starts_with("checked = 20");
        }
    }
    close(model);
    findings
}

/// The paths that the map draws as trees, with their lines. Two blanks go one folder down.
fn mapped(text: &str) -> Vec<(usize, String)> {
    let mut found = vec![];
    let mut above: Vec<&str> = vec![];
    let mut drawn = false;
    for (at, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            drawn = line == "```text";
        }
        let depth = (line.len() - line.trim_start().len()) / 2;
        let names =
            line.split_whitespace().take_while(|word| word.ends_with(".rs") || word.ends_with('/'));
        for name in names.filter(|_| drawn) {
            above.truncate(depth);
            found.push((at + 1, (above.concat() + name).trim_end_matches('/').to_owned()));
            above.push(name);
        }
    }
    found
}

#[test]
fn the_map_is_read_as_paths() {
    let map = "crates/ are not drawn\n```text\na/src/\n  b.rs      what b.rs is\n  c/        more\n    \
               d.rs  e.rs  both\n\nf/g/       a folder\n```";
    let found: Vec<_> = mapped(map).into_iter().map(|(_, path)| path).collect();
    assert_eq!(found, ["a/src", "a/src/b.rs", "a/src/c", "a/src/c/d.rs", "a/src/c/e.rs", "f/g"]);
}

#[test]
fn a_price_without_a_source_or_a_day_is_found() {
    let text = "provider = \"acme\"\n[[model]]\nsource = \"https://acme.example\"\nchecked = 2026-11-09\n\
                [[model.price]]\ninput = \"1\"\n[[model]]\nchecked = 2026-11-09\n[[model]]\nsource = \"https://a\"";
    let advice = "Say where its prices were read, `source`, and when, `checked`.";
    assert_eq!(unsourced("p", text), [format!("p:7: {advice}"), format!("p:9: {advice}")]);
}
