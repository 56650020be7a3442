//! Every arrow points down: between crates as their manifests say it, in `cost` as its table of contents does.

use std::path::Path;

use super::sources::{files, listed, manifests, read, shipped};

/// A crate, its manifest, and the crates of the house that it may use.
const HOUSE: &[(&str, &str, &[&str])] = &[
    ("cost", "src-tauri/crates/cost/Cargo.toml", &[]),
    ("prompt", "src-tauri/crates/prompt/Cargo.toml", &["cost"]),
    ("intake", "src-tauri/crates/intake/Cargo.toml", &["cost"]),
    ("report", "src-tauri/crates/report/Cargo.toml", &["cost"]),
    ("app", "src-tauri/crates/app/Cargo.toml", &["cost", "prompt", "intake", "report"]),
    ("desktop", "src-tauri/Cargo.toml", &["app"]),
    ("forebill", "Cargo.toml", &["app"]),
    ("xtask", "src-tauri/xtask/Cargo.toml", &[]),
    ("window", "tests/window/Cargo.toml", &[]),
];

#[test]
fn crates_use_only_what_lies_below_them() {
    for (name, manifest, allowed) in HOUSE {
        for used in listed(manifest, "dependencies") {
            let of_the_house = HOUSE.iter().any(|(other, ..)| *other == used);
            let fine = !of_the_house || allowed.contains(&used.as_str());
            assert!(fine, "{name} uses {used}, which does not lie below it");
        }
    }
}

#[test]
fn every_crate_stands_in_the_drawing() {
    let mut drawn: Vec<_> = HOUSE.iter().map(|(_, manifest, _)| manifest.to_string()).collect();
    let mut there = manifests();
    drawn.sort();
    there.sort();
    assert_eq!(drawn, there);
}

#[test]
fn a_module_of_cost_uses_only_those_listed_above_it() {
    let contents = read("src-tauri/crates/cost/src/lib.rs");
    let modules: Vec<&str> = contents
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    let floor = |module: &str| modules.iter().position(|listed| *listed == module);
    let mut looked = 0;
    for path in files("src-tauri/crates/cost/src", &[".rs"]) {
        let Some(own) = module_of(&path).and_then(|module| floor(&module)) else { continue };
        for used in used_modules(&shipped(&path)) {
            let Some(below) = floor(&used) else { continue };
            assert!(below <= own, "{} uses {used}, listed below it", path.display());
            looked += 1;
        }
    }
    assert!(looked > 0, "no module of cost uses another");
}

/// `plan` for `cost/src/plan/step.rs`, `money` for `cost/src/money.rs`.
fn module_of(path: &Path) -> Option<String> {
    let inside = path.strip_prefix("src-tauri/crates/cost/src").ok()?;
    let first = inside.components().next()?.as_os_str().to_str()?;
    Some(first.trim_end_matches(".rs").to_owned())
}

/// The first name after every `crate::`, those in braces too.
fn used_modules(code: &str) -> Vec<String> {
    let name = |text: &str| {
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
    };
    let mut used = Vec::new();
    for path in code.split("crate::").skip(1) {
        match path.strip_prefix('{') {
            Some(group) => {
                let group = group.split("};").next().unwrap_or_default();
                used.extend(group.split(',').map(|item| name(item.trim())));
            }
            None => used.push(name(path)),
        }
    }
    used
}
