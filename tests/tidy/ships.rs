//! What ships with the program: no network code, and licences that ask for no more than a notice.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use super::place::{assert_none, read, root};

/// Code that reaches a network, with all whose names begin with it.
const NETWORK: &[&str] = &[
    "reqwest",
    "hyper",
    "h2",
    "quinn",
    "rustls",
    "native-tls",
    "openssl",
    "curl",
    "ureq",
    "isahc",
    "tungstenite",
    "sqlx-postgres",
    "sqlx-mysql",
];

/// Licences that ask for no more than a notice.
const PERMISSIVE: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Libraries under MPL-2.0 that Tauri needs: used unmodified, and its copyleft ends at their own files.
const FILE_BY_FILE: &[&str] =
    &["cssparser", "cssparser-macros", "dtoa-short", "option-ext", "selectors"];

/// Data under a licence of its own that asks for its text and a notice: both are there.
const DATA: &[(&str, &str)] =
    &[("splintr-vocab-llama3", "src-tauri/crates/prompt/vocabularies/LICENSE-llama3")];

#[test]
fn nothing_that_ships_holds_network_code() {
    for (package, known) in [("desktop", "tauri"), ("forebill", "clap")] {
        let libraries = libraries(&["-p", package, "-e", "normal"]);
        assert!(libraries.contains_key(known), "{package} without {known}: {libraries:?}");
        assert_none(&network(package, &libraries));
    }
}

#[test]
fn libraries_that_ship_have_permissive_licences() {
    let libraries = libraries(&["-p", "desktop", "-p", "forebill", "-e", "normal,build"]);
    assert_none(&licences(&libraries));
    let notice = read("NOTICE");
    for (package, text) in DATA {
        assert!(read(text).contains("AGREEMENT") && notice.contains(text), "{package}");
    }
    let names: BTreeSet<_> = notice.split([' ', ',', '\n']).collect();
    for name in FILE_BY_FILE {
        assert!(libraries.contains_key(*name), "{name} no longer ships: take it off the list");
        assert!(names.contains(name), "NOTICE does not name {name}, which is under MPL-2.0");
    }
}

#[test]
fn files_that_follow_others_are_named_in_the_notice() {
    let notice = read("NOTICE");
    let file = "src-tauri/crates/cost/src/workings/wide.rs";
    assert!(read(file).contains("provided that this notice is preserved"), "{file}");
    assert!(notice.contains(file), "NOTICE does not name {file}, which follows msun");
    let granted = "Permission to use, copy, modify, and distribute this software is freely granted, \
                   provided that this notice is preserved.";
    let flat = notice.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("by Sun Microsystems, Inc. All rights reserved.") && flat.contains(granted)
    );
}

/// Svelte is a tool for the page's build that leaves its own code in the result.
#[test]
fn packages_in_the_page_have_permissive_licences() {
    let lock: Value = serde_json::from_str(&read("ui/package-lock.json")).expect("it is JSON");
    let shipped = packages(&lock["packages"], &["svelte"]);
    assert!(shipped.contains_key("svelte") && shipped.contains_key("@tauri-apps/api"));
    assert_none(&licences(&shipped));
}

/// What Cargo links, by name, with its licence. A machine that never built the window asks the registry.
fn libraries(selection: &[&str]) -> BTreeMap<String, String> {
    let tree = |offline: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["tree", "--locked", "--prefix", "none", "--format", "{p}|{l}"]);
        cargo.args(selection).args(offline).current_dir(root()).output().expect("Cargo runs this")
    };
    let mut ran = tree(&["--offline"]);
    if !ran.status.success() {
        ran = tree(&[]);
    }
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    named(&String::from_utf8_lossy(&ran.stdout))
}

/// Lines such as `serde v1.0.0 (proc-macro)|MIT OR Apache-2.0 (*)`.
fn named(tree: &str) -> BTreeMap<String, String> {
    let lines = tree.lines().filter_map(|line| line.split_once('|'));
    let pairs = lines.filter_map(|(package, licence)| {
        Some((package.split(' ').next()?.to_owned(), licence.trim_end_matches(" (*)").to_owned()))
    });
    pairs.collect()
}

/// What the page is built from: all that is not for development, and these with what they need.
fn packages(lock: &Value, built_in: &[&str]) -> BTreeMap<String, String> {
    let lock = lock.as_object().expect("packages by folder");
    let name = |folder: &str| folder.rsplit_once("node_modules/").map(|(_, name)| name.to_owned());
    let ships = |package: &Value| package.get("dev").is_none();
    let mut open: Vec<String> = lock
        .iter()
        .filter(|(_, package)| ships(package))
        .filter_map(|(folder, _)| name(folder))
        .chain(built_in.iter().map(|name| (*name).to_owned()))
        .collect();
    let mut found = BTreeMap::new();
    while let Some(next) = open.pop() {
        let package = lock.get(&format!("node_modules/{next}")).unwrap_or(&Value::Null);
        let needs = package["dependencies"].as_object().into_iter().flatten();
        let licence = package["license"].as_str().unwrap_or_default().to_owned();
        if found.insert(next, licence).is_none() {
            open.extend(needs.map(|(name, _)| name.clone()));
        }
    }
    found
}

fn network(package: &str, libraries: &BTreeMap<String, String>) -> Vec<String> {
    let reaches = |name: &&String| {
        NETWORK.iter().any(|network| {
            name.strip_prefix(network)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
        })
    };
    let say = |name| {
        format!(
            "{package} links {name}. `cargo tree -p {package} -i {name}` says for whom; turn that feature off."
        )
    };
    libraries.keys().filter(reaches).map(say).collect()
}

fn licences(libraries: &BTreeMap<String, String>) -> Vec<String> {
    let refused = |(name, licence): &(&String, &String)| {
        let file_by_file = *licence == "MPL-2.0" && FILE_BY_FILE.contains(&&***name);
        let data = DATA.iter().any(|(package, _)| package == name);
        !file_by_file && !data && !allows(licence)
    };
    let say = |(name, licence): (&String, &String)| {
        let licence = if licence.is_empty() { "none that it names" } else { licence };
        format!("{name} is under a licence that does not ship: {licence}. Use another library.")
    };
    libraries.iter().filter(refused).map(say).collect()
}

/// Whether a licence expression can be met by permissive licences. An exception only ever permits more.
fn allows(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let allowed = either(&words, &mut at);
    allowed && at == words.len()
}

fn either(words: &[&str], at: &mut usize) -> bool {
    let mut allowed = both(words, at);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        allowed |= both(words, at);
    }
    allowed
}

fn both(words: &[&str], at: &mut usize) -> bool {
    let mut allowed = one(words, at);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        allowed &= one(words, at);
    }
    allowed
}

fn one(words: &[&str], at: &mut usize) -> bool {
    let word = words.get(*at).copied().unwrap_or_default();
    *at += 1;
    let allowed = match word {
        "(" => {
            let inner = either(words, at);
            *at += 1;
            inner
        }
        licence => PERMISSIVE.contains(&licence),
    };
    if words.get(*at) == Some(&"WITH") {
        *at += 2;
    }
    allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_met_or_not() {
        let met = [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
            "LGPL-2.1 AND MIT OR ISC",
            "Apache-2.0 / MIT",
        ];
        let not_met = [
            "",
            "GPL-3.0-only",
            "LGPL-2.1-or-later",
            "AGPL-3.0",
            "MIT AND GPL-3.0",
            "MPL-2.0",
            "GPL-2.0 WITH Classpath-exception-2.0",
            "MIT MIT",
            "(MIT OR ISC) AND (GPL-3.0)",
        ];
        assert_eq!(met.map(allows), met.map(|_| true));
        assert_eq!(not_met.map(allows), not_met.map(|_| false));
    }

    #[test]
    fn what_must_not_ship_is_found() {
        let tree = "desktop v0.1.0 (/home/me/forebill/src-tauri)|MIT\nhyper-util v0.1.0|MIT (*)\n\n\
                    http v1.5.0|MIT\nselectors v0.38.0|MPL-2.0\nreadline v1.0.0|GPL-3.0\nnone v1.0.0|";
        let found = named(tree);
        let links = "desktop links hyper-util. `cargo tree -p desktop -i hyper-util` says for whom; \
                     turn that feature off.";
        assert_eq!(network("desktop", &found), [links]);
        let refused = [
            "none is under a licence that does not ship: none that it names. Use another library.",
            "readline is under a licence that does not ship: GPL-3.0. Use another library.",
        ];
        assert_eq!(licences(&found), refused);
    }

    #[test]
    fn the_page_ships_what_it_needs() {
        let lock = serde_json::json!({
            "": { "license": "MIT" },
            "node_modules/api": { "license": "MIT" },
            "node_modules/vite": { "license": "MIT", "dev": true },
            "node_modules/svelte": { "license": "MIT", "dev": true, "dependencies": { "clsx": "^2" } },
            "node_modules/clsx": { "license": "GPL-3.0", "dev": true },
        });
        let found = packages(&lock, &["svelte"]);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["api", "clsx", "svelte"]);
        assert_eq!(licences(&found).len(), 1);
    }
}
