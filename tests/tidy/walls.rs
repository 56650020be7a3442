//! What a room must not touch, as its words have it.

use std::collections::BTreeMap;

use super::manifests::roots;
use super::modules::{File, program};
use super::page::imports;
use super::place::{assert_none, texts};
use super::words::{Word, without};

/// Rooms that are given everything: no files, no network, no environment, no clock.
const PURE: &[&str] = &["cost", "prompt", "intake", "report"];

/// What is outside, by the beginning of its path.
const OUTSIDE: &[&str] =
    &["std::fs", "std::env", "std::net", "std::process", "std::time", "std::thread"];

/// Rooms of `cost` where money is exact.
const EXACT: &[&str] =
    &["money", "meter", "usage", "book", "price", "ledger", "budget", "variance"];

/// The functions of `money` in which a float becomes a quantity, or a figure one to show.
const FLOAT_DOORS: &[&str] = &["from_workings", "to_f64", "to_float"];

/// Programs, which print.
const PRINTING: &[&str] =
    &["src-tauri/cli/", "src-tauri/xtask/", "src-tauri/src/main.rs", "src-tauri/build.rs"];

#[test]
fn the_pure_rooms_touch_nothing_outside() {
    let texts = rust();
    let rooms = PURE.iter().map(|room| format!("src-tauri/crates/{room}/src/lib.rs"));
    let findings: Vec<_> = rooms.flat_map(|root| outside(&program(&root, &texts))).collect();
    assert_none(&findings);
}

#[test]
fn money_meets_no_float() {
    let texts = rust();
    assert_none(&floats(&program("src-tauri/crates/cost/src/lib.rs", &texts)));
}

#[test]
fn only_programs_print() {
    let texts = rust();
    // Benches print what they measure.
    let ships = |root: &String| root.starts_with("src-tauri/") && !root.contains("/benches/");
    let shipping = roots().into_iter().filter(ships);
    let findings: Vec<_> = shipping.flat_map(|root| printing(&program(&root, &texts))).collect();
    assert_none(&findings);
}

#[test]
fn one_file_of_the_page_knows_the_shell() {
    let texts = texts(&["ui/src"], &[".ts", ".svelte"]);
    assert_none(&shell(&texts, "ui/src/host/tauri.ts"));
}

/// Texts of others reach the page as text, never as markup.
#[test]
fn the_page_takes_no_markup() {
    assert_none(&markup(&texts(&["ui/src"], &[".svelte"])));
}

fn rust() -> BTreeMap<String, String> {
    texts(&["src-tauri"], &[".rs"])
}

fn shipping<'a, 'b>(files: &'b [File<'a>]) -> impl Iterator<Item = &'b File<'a>> {
    files.iter().filter(|file| !file.tests)
}

fn outside(files: &[File]) -> Vec<String> {
    let mut findings = vec![];
    for file in shipping(files) {
        for named in &file.named {
            let path = named.path.join("::");
            let begins = |with: &&&str| {
                path.strip_prefix(**with)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            };
            let is_clock = named.path.len() > 1 && path.ends_with("::now");
            if is_clock || OUTSIDE.iter().any(|with| begins(&with)) {
                let advice = "Take it as an argument; `app` does files and clock.";
                findings.push(format!("{}:{} uses {path}. {advice}", file.path, named.line));
            }
        }
    }
    findings
}

fn floats(files: &[File]) -> Vec<String> {
    let mut findings = vec![];
    let exact = |file: &&File| file.module.first().is_some_and(|room| EXACT.contains(&&**room));
    for file in shipping(files).filter(exact) {
        let doors = if file.module == ["money"] { FLOAT_DOORS } else { &[] };
        let is_float = |word: &&Word| {
            let number = word.text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
            number == "f64" || number == "f32"
        };
        for word in without(&file.words, doors).iter().filter(is_float) {
            let advice = "Money is whole: settle a forecast by `Quantity::from_workings`.";
            findings.push(format!("{}:{} has {}. {advice}", file.path, word.line, word.text));
        }
    }
    findings
}

fn printing(files: &[File]) -> Vec<String> {
    let mut findings = vec![];
    let silent = |file: &&File| !PRINTING.iter().any(|place| file.path.starts_with(place));
    for file in shipping(files).filter(silent) {
        for pair in file.words.windows(2) {
            let prints = ["print", "println", "eprint", "eprintln", "dbg"].contains(&pair[0].text);
            if prints && pair[1].text == "!" {
                let advice = "Return what is to be said; the command line prints.";
                findings.push(format!(
                    "{}:{} has {}!. {advice}",
                    file.path, pair[0].line, pair[0].text
                ));
            }
        }
    }
    findings
}

fn shell(texts: &BTreeMap<String, String>, door: &str) -> Vec<String> {
    let mut findings = vec![];
    for (path, text) in texts.iter().filter(|(path, _)| *path != door) {
        for (line, import) in imports(text) {
            if import.starts_with("@tauri-apps") {
                findings.push(format!("{path}:{line} imports {import}. Call through {door}."));
            }
        }
    }
    findings
}

fn markup(texts: &BTreeMap<String, String>) -> Vec<String> {
    let mut findings = vec![];
    for (path, text) in texts {
        let lines = text.lines().enumerate().filter(|(_, line)| line.contains("{@html"));
        findings.extend(
            lines.map(|(at, _)| format!("{path}:{} has {{@html}}. Show it as text.", at + 1)),
        );
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: impl Fn(&[File]) -> Vec<String>, module: &str, text: &str, expected: &[&str]) {
        let files =
            [("/lib.rs", format!("mod {module};")), (&format!("/{module}.rs"), text.to_owned())]
                .map(|(path, text)| (path.to_owned(), text));
        assert_eq!(found(&program("/lib.rs", &files.into())), expected);
    }

    #[test]
    fn what_is_outside_is_found() {
        let advice = "Take it as an argument; `app` does files and clock.";
        let text =
            "use std::{fmt, fs::File};\nfn f() { jiff::Zoned::now(); \"std::env\" }\nfn fs() {}";
        let fs = format!("/a.rs:1 uses std::fs::File. {advice}");
        let now = format!("/a.rs:2 uses jiff::Zoned::now. {advice}");
        check(outside, "a", text, &[&fs, &now]);
        check(outside, "a", "#[cfg(test)] mod tests { use std::fs; }", &[]);
    }

    #[test]
    fn a_float_is_found() {
        let advice = "Money is whole: settle a forecast by `Quantity::from_workings`.";
        let text =
            "impl Q { fn from_workings(v: f64) -> Self { v as f64 } }\nfn f(x: f32) { 1_f64 }";
        let first = format!("/money.rs:2 has f32. {advice}");
        let second = format!("/money.rs:2 has 1_f64. {advice}");
        check(floats, "money", text, &[&first, &second]);
        let text = "fn from_workings(v: f64) {}";
        check(floats, "price", text, &[&format!("/price.rs:1 has f64. {advice}")]);
        check(floats, "walk", text, &[]);
    }

    #[test]
    fn a_print_is_found() {
        let text = "fn f() {\n  println!(\"{}\", println);\n}";
        let advice = "Return what is to be said; the command line prints.";
        check(printing, "a", text, &[&format!("/a.rs:2 has println!. {advice}")]);
    }

    #[test]
    fn a_second_file_that_knows_the_shell_is_found() {
        let import = "import { invoke } from \"@tauri-apps/api/core\";".to_owned();
        let texts = ["door.ts", "Page.svelte"].map(|path| (path.to_owned(), import.clone())).into();
        let expected = "Page.svelte:1 imports @tauri-apps/api/core. Call through door.ts.";
        assert_eq!(shell(&texts, "door.ts"), [expected]);
    }

    #[test]
    fn markup_is_found() {
        let texts = [("Page.svelte".to_owned(), "<p>\n{@html note}</p>".to_owned())].into();
        assert_eq!(markup(&texts), ["Page.svelte:2 has {@html}. Show it as text."]);
    }
}
