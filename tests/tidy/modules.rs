//! The files of a Rust program along its `mod`s, and what each names of the others.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{TEST, Word, shipped, starts, words};

/// A file of a program.
#[derive(Debug)]
pub struct File<'a> {
    /// From the project's folder.
    pub path: String,
    /// Its module below the program's root, which has none.
    pub module: Vec<String>,
    /// Whether only tests are compiled with it.
    pub tests: bool,
    /// What ships of it.
    pub words: Vec<Word<'a>>,
    /// The modules that it declares.
    pub children: Vec<Child>,
    /// The paths that ship with it.
    pub named: Vec<Named>,
}

/// A module declared in a file.
#[derive(Debug)]
pub struct Child {
    pub name: String,
    pub tests: bool,
}

/// A path in a file. Of the own program it begins with `crate`.
#[derive(Debug, PartialEq)]
pub struct Named {
    pub path: Vec<String>,
    pub line: usize,
}

/// One file uses another.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    pub from: String,
    pub to: String,
    pub line: usize,
}

/// The program's files from its root on. `texts` holds every file by its path.
pub fn program<'a>(root: &str, texts: &'a BTreeMap<String, String>) -> Vec<File<'a>> {
    let mut files = vec![];
    let mut open = vec![(root.to_owned(), vec![], false)];
    while let Some((path, module, tests)) = open.pop() {
        let Some(text) = texts.get(&path) else {
            panic!("{root} leads to {path}, which is not there")
        };
        let all = words(text);
        let children = children(&all);
        for child in &children {
            let folder = folder(&path, root);
            let candidates =
                [format!("{folder}/{}.rs", child.name), format!("{folder}/{}/mod.rs", child.name)];
            let Some(file) = candidates.into_iter().find(|file| texts.contains_key(file)) else {
                panic!("{path} declares `mod {}`, which is not there", child.name)
            };
            let below = module.iter().chain([&child.name]).cloned().collect();
            open.push((file, below, tests || child.tests));
        }
        let words = shipped(&all);
        let named = named(&words, &module, &children);
        files.push(File { path, module, tests, words, children, named });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Which shipped file uses which, each pair once, where it does so first.
pub fn uses(files: &[File]) -> Vec<Use> {
    let by_module: BTreeMap<&[String], &String> =
        files.iter().map(|file| (&file.module[..], &file.path)).collect();
    let file_of = |path: &[String]| {
        let inside = path.first().is_some_and(|first| first == "crate");
        let module = |length: usize| by_module.get(&path[1..length]).copied();
        inside.then(|| (1..=path.len()).rev().find_map(module)).flatten()
    };
    let mut found: Vec<Use> = vec![];
    for file in files.iter().filter(|file| !file.tests) {
        let mut seen = BTreeSet::from([&file.path]);
        for Named { path, line } in &file.named {
            let Some(used) = file_of(path) else { continue };
            if seen.insert(used) {
                found.push(Use { from: file.path.clone(), to: used.clone(), line: *line });
            }
        }
    }
    found
}

/// Where the modules that a file declares stand.
fn folder<'a>(path: &'a str, root: &str) -> &'a str {
    match path.strip_suffix("/mod.rs") {
        Some(folder) => folder,
        None if path == root => path.rsplit_once('/').map_or("", |(folder, _)| folder),
        None => path.trim_end_matches(".rs"),
    }
}

fn children(words: &[Word]) -> Vec<Child> {
    let mut found = vec![];
    for at in 0..words.len() {
        if let [keyword, name, end, ..] = &words[at..]
            && (keyword.text, end.text) == ("mod", ";")
        {
            let tests = at >= TEST.len() && starts(&words[at - TEST.len()..], TEST);
            found.push(Child { name: name.text.to_owned(), tests });
        }
    }
    found
}

/// Every path: those of `use`, taken apart, and those in the code.
fn named(words: &[Word], module: &[String], children: &[Child]) -> Vec<Named> {
    let mut found = vec![];
    let mut inner: Vec<(usize, &str)> = vec![]; // modules with braces, and how deep each stands
    let (mut at, mut depth) = (0, 0);
    while let Some(word) = words.get(at) {
        let next = words.get(at + 1).map_or("", |next| next.text);
        match word.text {
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                inner.pop_if(|(opened, _)| *opened == depth);
            }
            "mod" if words.get(at + 2).is_some_and(|word| word.text == "{") => {
                inner.push((depth, next));
                at += 1;
            }
            // `pub(in crate::walk)` lets others in and uses nobody.
            "pub" if next == "(" => {
                at += words[at..].iter().position(|word| word.text == ")").unwrap_or(0);
            }
            "use" if next != "<" => {
                let mut paths = vec![];
                at = tree(words, at + 1, &[], &mut paths);
                let here: Vec<&str> = here(module, &inner).collect();
                found.extend(paths.into_iter().map(|named| absolute(named, &here, children)));
            }
            _ if next == "::" && is_name(word.text) => {
                let mut path = vec![word.text.to_owned()];
                let line = word.line;
                while let [separator, name, ..] = &words[at + 1..]
                    && separator.text == "::"
                    && is_name(name.text)
                {
                    path.push(name.text.to_owned());
                    at += 2;
                }
                let here: Vec<&str> = here(module, &inner).collect();
                found.push(absolute(Named { path, line }, &here, children));
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn here<'a>(module: &'a [String], inner: &'a [(usize, &'a str)]) -> impl Iterator<Item = &'a str> {
    module.iter().map(String::as_str).chain(inner.iter().map(|(_, name)| *name))
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Takes `a::{b, c::d as e}` apart, from `at` to behind its end.
fn tree(words: &[Word], mut at: usize, stem: &[String], found: &mut Vec<Named>) -> usize {
    let mut path = stem.to_vec();
    let line = words.get(at).map_or(0, |word| word.line);
    while let Some(word) = words.get(at) {
        match word.text {
            "{" => {
                at += 1;
                while words.get(at).is_some_and(|word| word.text != "}") {
                    at = tree(words, at, &path, found);
                    at += usize::from(words.get(at).is_some_and(|word| word.text == ","));
                }
                return at + 1;
            }
            "," | "}" | ";" => break,
            "as" => at += 1,
            "self" if !path.is_empty() => {}
            text if is_name(text) => path.push(text.to_owned()),
            _ => {}
        }
        at += 1;
    }
    found.push(Named { path, line });
    at
}

/// The path from the program's root, if it leads to the own program.
fn absolute(named: Named, here: &[&str], children: &[Child]) -> Named {
    let Named { path, line } = named;
    let supers = path.iter().take_while(|name| *name == "super" || *name == "self").count();
    let up = path[..supers].iter().filter(|name| *name == "super").count();
    let is_child =
        path.first().is_some_and(|name| children.iter().any(|child| child.name == *name));
    if supers == 0 && !is_child {
        return Named { path, line };
    }
    let above = &here[..here.len().saturating_sub(up)];
    let inside = above.iter().map(|name| (*name).to_owned()).chain(path[supers..].iter().cloned());
    Named { path: ["crate".to_owned()].into_iter().chain(inside).collect(), line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_files() {
        let files = [
            ("/lib.rs", "mod a; mod b; pub use b::Thing;"),
            ("/a.rs", "use std::{fs, a::x};\nuse crate::{b::{self, c::Deep}};\n"),
            ("/b/mod.rs", "mod c; mod d;\n\nfn f() { c::g(); Self::a::x() }"),
            ("/b/c.rs", "use super::d as e;\nmod inner { use super::super::super::a; }"),
            ("/b/d.rs", "pub(in crate::a) fn f() {}\n#[cfg(test)] mod t { use crate::a::A; }"),
        ];
        let texts: BTreeMap<_, _> =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let show = |found: &Use| format!("{}:{} {}", found.from, found.line, found.to);
        let uses: Vec<_> = uses(&program("/lib.rs", &texts)).iter().map(show).collect();
        let expected = [
            "/a.rs:2 /b/mod.rs",
            "/a.rs:2 /b/c.rs",
            "/b/c.rs:1 /b/d.rs",
            "/b/c.rs:2 /a.rs",
            "/b/mod.rs:3 /b/c.rs",
            "/lib.rs:1 /b/mod.rs",
        ];
        assert_eq!(uses, expected);
    }
}
