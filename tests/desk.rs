//! A small plan in a folder of its own, and how answers and refusals are read.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::Ran;

pub const PLAN: &str = "\
forebill: 1
name: Desk
starts: 2027-01
months: 2
prompts:
  system: { file: system.md, grows: 6%/month }
  question: { tokens: 40..220 }
features:
  - name: desk
    unit: answer
    volume: { units: { value: 10k/month, source: last year } }
    step: { call: { name: easy, answer: true, model: openai/gpt-5-nano, input: [system, question], output: 120..300 } }
";

/// A plan in a folder of its own.
pub struct Plan {
    pub folder: TempDir,
}

impl Plan {
    pub fn new(text: &str) -> Self {
        let folder = TempDir::new().expect("a folder");
        let write = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).expect("a new folder can be written to");
        };
        write("plan.yaml", text);
        write("system.md", "You answer the visitors of a small library in two sentences.");
        Self { folder }
    }

    pub fn path(&self) -> String {
        text(self.folder.path())
    }
}

/// Checks what a person reads of a refusal; `PLAN` stands for the plan's folder.
pub fn refuses(ran: &Ran, plan: &Plan, expected: &str) {
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    assert_eq!(ran.stderr.replace(&plan.path(), "PLAN"), expected);
}

/// The error of a refusal as JSON.
pub fn refusal(ran: &Ran) -> Value {
    assert_eq!((ran.code, ran.stderr.as_str()), (2, ""), "{}", ran.stdout);
    let mut refusal: Value = serde_json::from_str(&ran.stdout).expect("a refusal is JSON");
    refusal["error"].take()
}

/// A verb's answer as JSON.
pub fn answer(ran: &Ran) -> Value {
    assert_eq!(ran.code, 0, "{}{}", ran.stderr, ran.stdout);
    let answer: Value = serde_json::from_str(&ran.stdout).expect("an answer is JSON");
    assert_eq!(answer["forebill"], 1);
    answer
}

/// Whether an answer has the fields of its schema, and no others.
pub fn same_fields(answer: &Value, schema: &Value, verb: &str) {
    let mut fields: Vec<&str> =
        answer.as_object().expect("an object").keys().map(String::as_str).collect();
    let mut known: Vec<&str> =
        schema["properties"].as_object().expect("an object").keys().map(String::as_str).collect();
    fields.sort_unstable();
    known.sort_unstable();
    assert_eq!(fields, known, "{verb}");
}

pub fn json_lines(ran: &Ran) -> Vec<Value> {
    ran.stdout.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

pub fn number(value: &Value) -> f64 {
    value.as_str().and_then(|text| text.parse().ok()).expect("a decimal as text")
}

pub fn text(path: impl AsRef<Path>) -> String {
    path.as_ref().display().to_string()
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
