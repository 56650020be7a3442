//! `count --history`: a prompt's tokens by month, from repositories made for each test.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::desk::{PLAN, Plan, answer, refusal, same_fields, text};
use crate::program::{program, ran, run};

/// A repository whose commits have their days and one author, whoever runs the tests.
struct Repository(TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(TempDir::new().expect("a folder"));
        repository.git(
            "2026-01-01",
            &["init", "--quiet", "--initial-branch", "main", "--object-format", "sha1"],
        );
        repository
    }

    fn path(&self) -> String {
        text(self.0.path())
    }

    fn git(&self, day: &str, arguments: &[&str]) {
        git(self.0.path(), day, arguments);
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }

    /// Commits a text of so many words, which are as many tokens.
    fn commit(&self, day: &str, name: &str, words: usize, subject: &str) {
        self.write(name, " word".repeat(words).as_bytes());
        self.all(day, subject);
    }

    fn all(&self, day: &str, subject: &str) {
        self.git(day, &["add", "--all"]);
        self.git(day, &["commit", "--quiet", "--allow-empty", "--message", subject]);
    }

    fn count(&self, path: &str) -> Value {
        answer(&run(&["count", "--history", &self.path(), path, "--json"]))
    }

    fn refused(&self, path: &str) -> String {
        let error = refusal(&run(&["count", "--history", &self.path(), path, "--json"]));
        let said = |name: &str| error[name].as_str().expect("a sentence").to_owned();
        let top = fs::canonicalize(self.0.path()).expect("it is there");
        let named = format!("{} {}", said("message"), said("hint"));
        named.replace(&text(top), "REPO").replace(&self.path(), "REPO")
    }
}

fn git(folder: &Path, day: &str, arguments: &[&str]) {
    let moment = format!("{day}T12:00:00Z");
    let mut git = Command::new("git");
    git.arg("-C")
        .arg(folder)
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "")
        .env("GIT_CONFIG_SYSTEM", "");
    for who in ["AUTHOR", "COMMITTER"] {
        git.env(format!("GIT_{who}_NAME"), "Ada");
        git.env(format!("GIT_{who}_EMAIL"), "ada@example.com");
        git.env(format!("GIT_{who}_DATE"), &moment);
    }
    let ran = git.output().expect("git is here");
    assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

/// The rows of a list, by some of their fields.
fn rows(list: &Value, fields: &[&str]) -> Vec<String> {
    let cell = |row: &Value, field: &str| match &row[field] {
        Value::Null => "–".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let rows = list.as_array().expect("a list").iter();
    rows.map(|row| fields.iter().map(|field| cell(row, field)).collect::<Vec<_>>().join(" "))
        .collect()
}

fn grown() -> Repository {
    let repository = Repository::new();
    repository.commit("2026-01-05", "prompts/old.md", 100, "Add the prompt");
    repository.commit("2026-02-10", "prompts/old.md", 104, "Say when to hand over");
    repository.git("2026-03-01", &["mv", "prompts/old.md", "prompts/new name.md"]);
    repository.all("2026-03-01", "Call it what it is");
    repository.commit("2026-03-20", "prompts/new name.md", 140, "Add five examples");
    repository.commit("2026-05-02", "prompts/new name.md", 145, "Mind the tone");
    repository.commit("2026-06-30", "README.md", 5, "Say what this is");
    repository
}

#[test]
fn a_prompts_growth_comes_with_the_commits_behind_it() {
    let repository = grown();
    let ran = run(&["count", "--history", &repository.path(), "prompts/new name.md"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    // A hash depends on nothing but what was committed, when and by whom.
    insta::assert_snapshot!(ran.stdout, @r#"
    prompts/new name.md, counted in o200k_base

    month    tokens  change          commits
    2026-01     100                        1
    2026-02     104      +4   4.0 %        1
    2026-03     140     +36  34.6 %        2
    2026-04     140       0   0.0 %        0
    2026-05     145      +5   3.6 %        1
    2026-06     145       0   0.0 %        0

    commit        day         before  after  change                 subject
    4331a95e501b  2026-01-05       –    100                  added  Add the prompt
    efb654995698  2026-02-10     100    104      +4   4.0 %         Say when to hand over
    12a82263f0b4  2026-03-01     104    104       0   0.0 %  moved  Call it what it is
    00cc41819319  2026-03-20     104    140     +36  34.6 %  jump   Add five examples
    be7b79ef60a3  2026-05-02     140    145      +5   3.6 %         Mind the tone

    A jump changes the length by 10 %, or by 5 % and three robust deviations of what commits change.

    Growth: 8.50 % a month, 0.92 to 16.64 (P10 to P90); a line through the logarithms of 6 months explains 77 %

    In a plan, at the part:
    grows: { value: "0.9..16.6%/month", source: "git history of prompts/new name.md, 2026-01 to 2026-06, counted in o200k_base", as_of: 2026-06-30, evidence: "prompts/new name.md @ 4331a95e501b..be7b79ef60a3" }
    "#);
}

#[test]
fn the_line_for_a_plan_is_one_that_a_plan_reads() {
    let repository = grown();
    let ran = run(&["count", "--history", &repository.path(), "prompts/new name.md"]);
    let line = ran.stdout.lines().last().expect("a line");
    let plan = PLAN.replace("grows: 6%/month", line);
    let plan = Plan::new(&plan);
    let inputs = answer(&run(&["inputs", &plan.path(), "--json"]));
    let rows = rows(&inputs["inputs"], &["address", "value", "guess"]);
    assert!(
        rows.iter()
            .any(|row| row.starts_with("prompts.system.grows ") && row.ends_with("/month false")),
        "{rows:?}"
    );
}

#[test]
fn its_schema_is_that_of_the_answer() {
    let schema = run(&["schema", "--of", "count --history"]).stdout;
    let schema = serde_json::from_str(&schema).expect("a schema is JSON");
    same_fields(&grown().count("prompts/new name.md"), &schema, "count --history");
}

#[test]
fn merges_are_one_step_of_the_branch_that_they_go_into() {
    let repository = Repository::new();
    repository.commit("2026-01-05", "a.md", 100, "Add the prompt");
    repository.git("2026-01-10", &["checkout", "--quiet", "-b", "side"]);
    repository.commit("2026-02-01", "a.md", 200, "Try twice as much");
    repository.commit("2026-02-02", "a.md", 130, "Keep the best of it");
    repository.git("2026-02-10", &["checkout", "--quiet", "main"]);
    repository.commit("2026-02-11", "b.md", 1, "Something else");
    repository
        .git("2026-03-01", &["merge", "--quiet", "--no-ff", "--message", "Merge side", "side"]);
    let history = repository.count("a.md");
    assert_eq!(
        rows(&history["commits"], &["day", "before", "tokens", "jump", "subject"]),
        ["2026-01-05 – 100 false Add the prompt", "2026-03-01 100 130 true Merge side"]
    );
    assert_eq!(
        rows(&history["months"], &["month", "tokens", "commits"]),
        ["2026-01 100 1", "2026-02 100 0", "2026-03 130 1"]
    );
}

#[test]
fn a_file_may_go_and_come_again() {
    let repository = Repository::new();
    repository.commit("2026-01-05", "a.md", 100, "Add the prompt");
    repository.git("2026-02-03", &["rm", "--quiet", "a.md"]);
    repository.all("2026-02-03", "Do without");
    repository.commit("2026-04-01", "a.md", 104, "Bring it back");
    let history = repository.count("a.md");
    assert_eq!(
        rows(&history["months"], &["month", "tokens"]),
        ["2026-01 100", "2026-02 –", "2026-03 –", "2026-04 104"]
    );
    assert_eq!(
        rows(&history["commits"], &["kind", "before", "tokens", "change"]),
        ["added – 100 –", "removed 100 – –", "added 100 104 4"]
    );
    // Two months with a length: a line, and no doubt of it.
    assert_eq!(history["growth"]["value"], "1.3%/month");
    assert_eq!(history["growth"]["low_percent"], Value::Null);
}

#[test]
fn versions_that_are_no_text_are_told_and_left_out() {
    let repository = Repository::new();
    repository.commit("2026-01-05", "a.md", 100, "Add the prompt");
    repository.write("a.md", b"\xff\xfe\x00 binary");
    repository.all("2026-02-05", "Break it");
    repository.commit("2026-03-05", "a.md", 102, "Mend it");
    let history = repository.count("a.md");
    assert_eq!(rows(&history["months"], &["tokens"]), ["100", "100", "102"]);
    let notes = rows(&history["notes"], &["message"]);
    assert_eq!(notes, ["The version of 2026-02-05 is no text in UTF-8: it is left out."]);
}

#[test]
fn a_shallow_clone_says_so() {
    let repository = grown();
    let clone = TempDir::new().expect("a folder");
    let from = format!("file://{}", repository.path());
    git(clone.path(), "2026-07-01", &["clone", "--quiet", "--depth", "3", &from, "clone"]);
    let folder = text(clone.path().join("clone"));
    let ran = run(&["count", "--history", &folder, "prompts/new name.md", "--json"]);
    let history = answer(&ran);
    let notes = rows(&history["notes"], &["message"]);
    assert!(notes.iter().any(|note| note.starts_with("The clone is shallow")), "{notes:?}");
    assert_eq!(history["commits"][0]["tokens"], 140);
}

#[test]
fn a_model_counts_in_its_own_way_and_estimates_say_so() {
    let repository = grown();
    let typed = ["count", "--history", &repository.path(), "prompts/new name.md", "--json"];
    let history = answer(&run(&[&typed[..], &["--model", "claude-opus-4-8"]].concat()));
    assert_eq!(history["certainty"], "estimated");
    assert!(history["commits"][0]["low"].as_u64() < history["commits"][0]["tokens"].as_u64());
    let source = history["growth"]["source"].as_str().expect("a source");
    assert!(source.ends_with("2026-01 to 2026-06, estimated for claude-newer"), "{source}");
    let twice = run(&[&typed[..], &["--model", "gpt-5", "--vocabulary", "llama3"]].concat());
    assert_eq!(refusal(&twice)["message"], "A history is counted in one way.");
}

#[test]
fn what_cannot_be_read_says_why_and_what_now() {
    let repository = grown();
    assert_eq!(
        repository.refused("prompts/gone.md"),
        "The history of `REPO` has no file `prompts/gone.md`. \
         Write its path as it is today, seen from the folder; it counts once committed."
    );
    assert_eq!(
        repository.refused("../elsewhere.md"),
        "`../elsewhere.md` lies outside the repository `REPO`. \
         Name a file inside it, seen from the folder."
    );
    assert_eq!(
        repository.refused("prompts"),
        "`prompts` is a folder, not a file. Name a file in it."
    );
    let nowhere = Repository(TempDir::new().expect("a folder"));
    assert_eq!(
        nowhere.refused("a.md"),
        "`REPO` lies in no git repository. Name the folder of one."
    );
    assert_eq!(
        Repository::new().refused("a.md"),
        "The repository of `REPO` has no commits. Commit the prompt first."
    );
    let gone = run(&["count", "--history", "no/such/folder", "a.md", "--json"]);
    assert_eq!(refusal(&gone)["code"], "missing_file");
    let mut without = program(&["count", "--history", ".", "README.md", "--json"]);
    without.env("PATH", "");
    assert_eq!(refusal(&ran(without, b""))["message"], "There is no program `git` here.");
}

/// A folder inside the repository and a whole path both lead to the file.
#[test]
fn a_file_is_named_as_seen_from_the_folder() {
    let repository = grown();
    let inside = text(repository.0.path().join("prompts"));
    let whole = text(repository.0.path().join("prompts/new name.md"));
    for typed in [[inside.as_str(), "new name.md"], [inside.as_str(), whole.as_str()]] {
        let history = answer(&run(&["count", "--history", typed[0], typed[1], "--json"]));
        assert_eq!(history["path"], "prompts/new name.md");
    }
}
