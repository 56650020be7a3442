//! No two files use each other, in Rust or in TypeScript, directly or round a corner.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::sources::{files, read, root, shipped};

type Uses = BTreeMap<PathBuf, Vec<PathBuf>>;

#[test]
fn no_cycle_between_rust_files() {
    let paths = files("src-tauri", &[".rs"]);
    let uses: Uses = paths
        .iter()
        .filter(|path| !path.ends_with("lib.rs") && !path.ends_with("main.rs"))
        .map(|path| (path.clone(), used_by_rust(path)))
        .collect();
    assert_eq!(cycle(&uses), None);
}

#[test]
fn no_cycle_between_the_pages_files() {
    let paths = files("ui/src", &[".ts", ".svelte"]);
    let uses: Uses = paths.iter().map(|path| (path.clone(), imported(path))).collect();
    assert!(uses.values().any(|used| !used.is_empty()), "no file of the page imports another");
    assert_eq!(cycle(&uses), None);
}

/// The files that a Rust file names by `crate::`, `super::` or `mod`. A `lib.rs` is the table of
/// contents, not a file that is used.
fn used_by_rust(path: &Path) -> Vec<PathBuf> {
    let code = shipped(path);
    let is_mod = path.ends_with("mod.rs");
    let folder = if is_mod {
        path.parent().expect("a file is in a folder").to_owned()
    } else {
        path.with_extension("")
    };
    let parent = folder.parent().expect("a module has a parent").to_owned();
    let crate_root =
        |it: &&Path| ["lib.rs", "main.rs"].iter().any(|name| root().join(it).join(name).is_file());
    let source = path.ancestors().find(crate_root).unwrap_or(&parent).to_owned();
    let mut used = Vec::new();
    for (word, from) in [("crate::", &source), ("super::", &parent), ("mod ", &folder)] {
        for names in code.split(word).skip(1) {
            used.extend(named(names).iter().filter_map(|names| file_of(from, names)));
        }
    }
    used.retain(|it| it != path);
    used
}

/// `a::b` and `a::{b, c::d}` as lists of names; enough of a path to find its file.
fn named(text: &str) -> Vec<Vec<String>> {
    let end =
        text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(text.len());
    let stem: Vec<String> =
        text[..end].split("::").filter(|name| !name.is_empty()).map(String::from).collect();
    let Some(group) = text[end..].strip_prefix('{') else { return vec![stem] };
    let group = group.split(['}', ';']).next().unwrap_or_default();
    group.split(',').map(|item| [stem.clone(), named(item.trim()).concat()].concat()).collect()
}

/// The file of the longest part of a path that is a module.
fn file_of(folder: &Path, names: &[String]) -> Option<PathBuf> {
    (1..=names.len())
        .rev()
        .find_map(|length| {
            let module =
                names[..length].iter().fold(folder.to_owned(), |path, name| path.join(name));
            let files = [module.with_extension("rs"), module.join("mod.rs")];
            files.into_iter().find(|file| root().join(file).is_file())
        })
        .or_else(|| {
            // A name that is no module stands in the folder's own file, unless that is the crate's.
            let own = [folder.join("mod.rs"), folder.with_extension("rs")];
            own.into_iter().find(|file| root().join(file).is_file())
        })
}

/// The files of the page that a file imports.
fn imported(path: &Path) -> Vec<PathBuf> {
    let text = read(path);
    let folder = path.parent().expect("a file is in a folder");
    let quoted = text.split("from \"").chain(text.split("import \"")).skip(1);
    quoted
        .filter(|rest| rest.starts_with('.'))
        .filter_map(|rest| resolved(&folder.join(rest.split('"').next()?)))
        .collect()
}

fn resolved(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                plain.pop();
            }
            std::path::Component::CurDir => {}
            part => plain.push(part),
        }
    }
    let shown = plain.display().to_string();
    let candidates = [shown.clone(), format!("{shown}.ts"), format!("{shown}/index.ts")];
    candidates.into_iter().map(PathBuf::from).find(|file| root().join(file).is_file())
}

/// The files of a cycle, if there is one.
fn cycle(uses: &Uses) -> Option<Vec<&Path>> {
    fn visit<'a>(
        at: &'a Path,
        uses: &'a Uses,
        way: &mut Vec<&'a Path>,
        done: &mut Vec<&'a Path>,
    ) -> bool {
        if way.contains(&at) {
            way.push(at);
            return true;
        }
        if done.contains(&at) {
            return false;
        }
        way.push(at);
        if uses.get(at).into_iter().flatten().any(|next| visit(next, uses, way, done)) {
            return true;
        }
        way.pop();
        done.push(at);
        false
    }
    let (mut way, mut done) = (Vec::new(), Vec::new());
    uses.keys().any(|file| visit(file, uses, &mut way, &mut done)).then_some(way)
}

#[test]
fn a_cycle_is_found() {
    let path = |name: &str| PathBuf::from(name);
    let uses = Uses::from([
        (path("a"), vec![path("b")]),
        (path("b"), vec![path("c"), path("d")]),
        (path("d"), vec![path("b")]),
    ]);
    let way: Vec<PathBuf> = cycle(&uses).expect("b and d").into_iter().map(PathBuf::from).collect();
    assert_eq!(way, ["a", "b", "d", "b"].map(path));
}
