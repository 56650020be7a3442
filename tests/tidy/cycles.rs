//! Which file may use which: downwards in `cost`, children never their parent, and nobody in a circle.

use std::collections::BTreeMap;

use super::manifests::roots;
use super::modules::{File, Use, program, uses};
use super::page;
use super::place::{assert_none, texts};

#[test]
fn no_two_files_use_each_other() {
    let texts_of_rust = texts(&["src-tauri", "tests"], &[".rs"]);
    let mut findings = vec![];
    for root in roots() {
        let files = program(&root, &texts_of_rust);
        findings.extend(children_that_use_parents(&files));
        findings.extend(circle(&uses(&files)));
    }
    findings.extend(circle(&page::uses(&texts(&["ui/src", "ui/tests"], &[".ts", ".svelte"]))));
    assert_none(&findings);
}

#[test]
fn a_module_of_cost_uses_only_those_listed_above_it() {
    let texts = texts(&["src-tauri/crates/cost/src"], &[".rs"]);
    let files = program("src-tauri/crates/cost/src/lib.rs", &texts);
    assert_none(&upwards(&files));
}

/// A circle of files, said as one finding.
fn circle(uses: &[Use]) -> Option<String> {
    let mut by_file: BTreeMap<&str, Vec<&Use>> = BTreeMap::new();
    for found in uses {
        by_file.entry(&found.from).or_default().push(found);
    }
    let mut done = vec![];
    let way = by_file.keys().find_map(|file| round(file, &by_file, &mut vec![], &mut done))?;
    let steps: Vec<_> =
        way.iter().map(|at| format!("{}:{} uses {}", at.from, at.line, at.to)).collect();
    let advice = "Move what they share into a file of its own, below both.";
    Some(format!("{}. {advice}", steps.join(", ")))
}

/// The steps from a file back to itself; `done` are files without a way back.
fn round<'a>(
    file: &'a str,
    uses: &BTreeMap<&str, Vec<&'a Use>>,
    way: &mut Vec<&'a Use>,
    done: &mut Vec<&'a str>,
) -> Option<Vec<&'a Use>> {
    if let Some(start) = way.iter().position(|step| step.from == file) {
        return Some(way[start..].to_vec());
    }
    if done.contains(&file) {
        return None;
    }
    for step in uses.get(file).into_iter().flatten() {
        way.push(step);
        if let Some(found) = round(&step.to, uses, way, done) {
            return Some(found);
        }
        way.pop();
    }
    done.push(file);
    None
}

/// A `mod.rs` and a program's root use their children, never the other way round.
fn children_that_use_parents(files: &[File]) -> Vec<String> {
    let module = |path: &str| &files.iter().find(|file| file.path == path).expect("a file").module;
    let upwards = |found: &&Use| {
        let (from, to) = (module(&found.from), module(&found.to));
        from.len() > to.len() && from.starts_with(to)
    };
    let say = |Use { from, to, line }: &Use| {
        format!("{from}:{line} uses {to}, its parent. Use the file in which the thing is written.")
    };
    uses(files).iter().filter(upwards).map(say).collect()
}

/// Modules at the top that use one listed below them.
fn upwards(files: &[File]) -> Vec<String> {
    let root = files.iter().find(|file| file.module.is_empty()).expect("a program has a root");
    let floor = |path: &str| {
        let file = files.iter().find(|file| file.path == path)?;
        let name = file.module.first()?;
        root.children.iter().position(|child| child.name == *name)
    };
    let found = uses(files).into_iter().filter_map(|Use { from, to, line }| {
        let higher = floor(&to)? > floor(&from)?;
        let advice = format!("{} lists it below. Move what is needed down.", root.path);
        higher.then(|| format!("{from}:{line} uses {to}, but {advice}"))
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: impl Fn(&[File]) -> Vec<String>, files: &[(&str, &str)], expected: &[&str]) {
        let own = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        let texts = files.iter().map(own).collect();
        assert_eq!(found(&program("/lib.rs", &texts)), expected);
    }

    #[test]
    fn a_circle_is_found_round_a_corner() {
        let files = |last| {
            [
                ("/lib.rs", "mod a; mod b; mod c;"),
                ("/a.rs", "use crate::b::B;"),
                ("/b/mod.rs", "mod d;\nuse d::D;"),
                ("/b/d.rs", "\n\nfn f() { crate::c::c() }"),
                ("/c.rs", last),
            ]
        };
        let circles = |files: &[File]| circle(&uses(files)).into_iter().collect();
        let found = "/a.rs:1 uses /b/mod.rs, /b/mod.rs:2 uses /b/d.rs, /b/d.rs:3 uses /c.rs, \
                     /c.rs:1 uses /a.rs. Move what they share into a file of its own, below both.";
        check(circles, &files("use super::a::A;"), &[found]);
        check(circles, &files("#[cfg(test)] mod tests { use crate::a::A; }"), &[]);
    }

    #[test]
    fn a_child_that_uses_its_parent_is_found() {
        let files = [
            ("/lib.rs", "mod a;"),
            ("/a/mod.rs", "mod b; mod c;"),
            ("/a/b.rs", "use super::c;"),
            ("/a/c.rs", "use super::A;\nuse crate::B;"),
        ];
        let expected = [
            "/a/c.rs:1 uses /a/mod.rs, its parent. Use the file in which the thing is written.",
            "/a/c.rs:2 uses /lib.rs, its parent. Use the file in which the thing is written.",
        ];
        check(children_that_use_parents, &files, &expected);
    }

    #[test]
    fn a_module_that_uses_a_higher_one_is_found() {
        let files = [
            ("/lib.rs", "pub mod money; pub mod book; #[cfg(test)] mod sample;"),
            ("/money.rs", "\nuse crate::book::find::F;"),
            ("/book/mod.rs", "mod find; use crate::money::Money;"),
            ("/book/find.rs", ""),
            ("/sample.rs", "use crate::book::B;"),
        ];
        let expected = "/money.rs:2 uses /book/find.rs, but /lib.rs lists it below. \
                        Move what is needed down.";
        check(upwards, &files, &[expected]);
    }
}
