//! A person at the window, who types numbers, undoes and goes on; and what the project should then be.

use serde_json::{Value, json};

use super::model::Random;
use crate::project::{Desk, text};

/// The numbers that are typed in.
const FIELDS: [&str; 3] =
    ["front-desk.answer.output", "front-desk.units", "prompts.question.tokens"];

/// Something that a person does.
#[derive(Debug)]
enum Deed {
    Types { field: usize, number: u64 },
    Undoes,
    Redoes,
}

/// The deed of this number. Whoever types twice in a row types in two fields, so that no clock has a say in what is
/// one change.
fn deed(number: u64) -> Deed {
    match Random(number).below(10) {
        0..6 => Deed::Types { field: number as usize % FIELDS.len(), number: 1_000 + number },
        6..9 => Deed::Undoes,
        _ => Deed::Redoes,
    }
}

/// Does what has this number.
pub fn perform(desk: &Desk, number: u64) {
    match deed(number) {
        Deed::Types { field, number } => {
            let (address, text) = (FIELDS[field], number.to_string());
            desk.edit(json!({"edit": "number", "address": address, "text": text}));
        }
        Deed::Undoes => drop(desk.call("projects.undo", json!({}))),
        Deed::Redoes => drop(desk.call("projects.redo", json!({}))),
    }
}

/// How many deeds there are from this one until all is to be on disk.
pub fn burst(number: u64) -> u64 {
    1 + Random(!number).below(MOST)
}

/// So many deeds at most until all is to be on disk.
pub const MOST: u64 = 4;

/// What a project holds: what each state is called, which one stands, and the numbers in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub labels: Vec<String>,
    head: usize,
    numbers: [String; FIELDS.len()],
}

impl Found {
    /// What an open project says of itself.
    pub fn in_project(desk: &Desk) -> Self {
        let (past, view) = (desk.call("projects.past", json!({})), desk.view());
        let past = past.as_array().expect("a list");
        let inputs = view["inputs"].as_array().expect("a list");
        let number = |address| {
            let input = inputs.iter().find(|input| input["address"] == address);
            text(&input.unwrap_or_else(|| panic!("no {address}: {inputs:?}"))["value"]).to_owned()
        };
        let label = |state: &Value| {
            // `output of answer 40..120 → 1001`: what it was is told by the state before.
            let label = text(&state["label"]);
            label.rsplit(" → ").next().unwrap_or(label).to_owned()
        };
        Self {
            labels: past.iter().map(label).collect(),
            head: past.iter().position(|state| state["head"] == true).expect("one stands"),
            numbers: FIELDS.map(number),
        }
    }
}

/// What it should hold: the same deeds on a list in memory.
pub struct Expected {
    states: Vec<(String, [String; FIELDS.len()])>,
    head: usize,
}

impl Expected {
    /// A project in which nothing was done.
    pub fn new(found: Found) -> Self {
        let Found { mut labels, head: 0, numbers } = found else { panic!("{found:?}") };
        Self { states: vec![(labels.swap_remove(0), numbers)], head: 0 }
    }

    /// Does here what has this number.
    pub fn apply(&mut self, number: u64) {
        match deed(number) {
            Deed::Types { field, number } => {
                let mut numbers = self.states[self.head].1.clone();
                numbers[field] = number.to_string();
                self.states.truncate(self.head + 1);
                self.states.push((number.to_string(), numbers));
                self.head += 1;
            }
            Deed::Undoes => self.head = self.head.saturating_sub(1),
            Deed::Redoes => self.head = (self.head + 1).min(self.states.len() - 1),
        }
    }

    /// What is to be found.
    pub fn found(&self) -> Found {
        Found {
            labels: self.states.iter().map(|(label, _)| label.clone()).collect(),
            head: self.head,
            numbers: self.states[self.head].1.clone(),
        }
    }
}
