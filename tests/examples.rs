//! Every example: those that work by the table they print, those that must not by what they are told.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{expect_file, run};

#[test]
fn each_example_is_estimated() {
    let names = plans("examples");
    assert!(names.iter().any(|name| name == "support-desk"), "only {names:?} were found");
    for name in names {
        let ran = run(&["estimate", &format!("examples/{name}")]);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        insta::assert_snapshot!(name, ran.stdout);
    }
}

#[test]
fn each_example_says_what_it_shows() {
    for name in plans("examples") {
        let readme = root().join("examples").join(&name).join("README.md");
        assert!(readme.is_file(), "examples/{name} has no README.md");
    }
}

/// Each broken plan's folder holds what is said about it.
#[test]
fn each_broken_plan_earns_its_message() {
    let names = plans("examples/broken");
    assert!(names.len() > 30, "only {names:?} were found");
    let mut changed = vec![];
    for name in names {
        let plan = format!("examples/broken/{name}");
        let mut said = String::new();
        for arguments in [&["estimate", &plan][..], &["estimate", &plan, "--json"]] {
            let ran = run(arguments);
            assert_eq!(ran.code, 2, "{name} must be refused:\n{}", ran.stdout);
            let _ =
                write!(said, "$ forebill {}\n{}{}", arguments.join(" "), ran.stderr, ran.stdout);
        }
        let file = root().join(&plan).join("expected.txt");
        changed.extend(expect_file(&file, &said).err());
    }
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

#[test]
fn the_list_of_broken_plans_is_complete() {
    let list = fs::read_to_string(root().join("examples/broken/README.md")).expect("the list");
    for name in plans("examples/broken") {
        assert!(list.contains(&format!("[{name}]({name}/)")), "{name} is not in the list");
    }
}

/// The names of the folders in `parent` that hold a plan.
fn plans(parent: &str) -> Vec<String> {
    let folders = fs::read_dir(root().join(parent)).expect("the examples are there");
    let mut names: Vec<String> = folders
        .map(|entry| entry.expect("a folder can be read").path())
        .filter(|folder| folder.join("plan.yaml").is_file())
        .filter_map(|folder| Some(folder.file_name()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
