//! Numbers typed anew and steps wrapped: worked out after what it was, each plan costs what it does from nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::estimates::{Worked, attempt, work};
use app::plans::{Opened, Request};
use app::shelf::Shelf;
use cost::edit::{Edit, StepKind};

use crate::project::at_home;

/// So many times as much is typed.
const FACTORS: [f64; 4] = [0.4, 1.25, 3.0, 60.0];

#[test]
fn each_number_of_each_example_typed_anew_costs_what_it_does_from_nothing() {
    each_plan(|nth, factor| nth % FACTORS.len() == factor);
}

#[test]
#[ignore = "minutes; run by `cargo xtask prove`"]
fn prove_each_number_of_each_example_typed_anew_costs_what_it_does_from_nothing() {
    each_plan(|_, _| true);
}

/// Every plan, with the values that are picked by a number's place and a factor's.
fn each_plan(picked: impl Fn(usize, usize) -> bool) {
    at_home();
    let shelf = Shelf::of(None).expect("the book inside the program");
    let (mut revised, mut anew) = (0, 0);
    for plan in plans() {
        let request = Request { plan, ..Request::default() };
        let before = work(&request).unwrap_or_else(|errors| panic!("{errors:#?}"));
        let addresses = before.opened.plan.addresses(&before.opened.measures);
        for (nth, address) in addresses.iter().enumerate() {
            for (factor, times) in FACTORS.iter().enumerate().filter(|(it, _)| picked(nth, *it)) {
                let Some(opened) = typed(&before, address, *times) else { continue };
                let of = |known| attempt(opened.clone(), &shelf, before.pins.clone(), known);
                match (of(Some(&before)), of(None)) {
                    (Ok(after), Ok(whole)) => {
                        let what = format!("{}: {address} × {times}", request.plan.display());
                        assert!(said(&after) == said(&whole), "{what}, factor {factor}");
                        let of_same_rows = shares_rows(&after, &before);
                        *if of_same_rows { &mut revised } else { &mut anew } += 1;
                    }
                    (Err(after), Err(whole)) => assert_eq!(after.problems, whole.problems),
                    (Ok(_), Err(_)) | (Err(_), Ok(_)) => {
                        panic!("{address} × {times}: refused once")
                    }
                }
            }
        }
    }
    println!("{revised} over the same rows, {anew} over others");
    assert!(revised > anew && anew > 0, "{revised} over the same rows, {anew} over others");
}

#[test]
fn steps_of_each_example_that_are_wrapped_cost_what_they_do_from_nothing() {
    at_home();
    let shelf = Shelf::of(None).expect("the book inside the program");
    let (mut kept, mut written) = (0, 0);
    for plan in plans() {
        let request = Request { plan, ..Request::default() };
        let before = work(&request).unwrap_or_else(|errors| panic!("{errors:#?}"));
        let paths = before.opened.plan.steps().into_iter().map(|standing| standing.path);
        let kinds = [StepKind::Retry, StepKind::Loop, StepKind::FanOut, StepKind::Conversation];
        for (nth, at) in paths.enumerate().step_by(3) {
            let edit = Edit::Wrap { at, kind: kinds[nth % kinds.len()] };
            let Ok(edited) = before.opened.plan.edit(&edit) else { continue };
            let mut opened = before.opened.clone();
            opened.plan = edited.plan;
            let of = |known| attempt(opened.clone(), &shelf, before.pins.clone(), known);
            match (of(Some(&before)), of(None)) {
                (Ok(after), Ok(whole)) => {
                    assert!(said(&after) == said(&whole), "{edit:?} of {}", request.plan.display());
                    let was = &before.estimate.workings;
                    for row in after.estimate.workings.rows.iter() {
                        let was = was.find(&row.address).map(|id| was.row(id));
                        let is_kept = was.is_some_and(|was| Arc::ptr_eq(&was.said, &row.said));
                        *if is_kept { &mut kept } else { &mut written } += 1;
                    }
                }
                (Err(after), Err(whole)) => assert_eq!(after.problems, whole.problems),
                (Ok(_), Err(_)) | (Err(_), Ok(_)) => panic!("{edit:?}: refused once"),
            }
        }
    }
    println!("{kept} rows written again as they were, {written} others");
    assert!(kept > 0 && written > 0, "{kept} rows written again as they were, {written} others");
}

/// Examples, and plans that hold every kind of step between them.
fn plans() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = |folder: &str| {
        let entries = fs::read_dir(root.join(folder)).expect("a folder of the project");
        entries.map(|entry| entry.expect("it can be listed").path()).collect::<Vec<_>>()
    };
    let is_example = |path: &PathBuf| path.join("plan.yaml").is_file();
    let examples = listed("examples").into_iter().filter(is_example);
    let mut plans: Vec<PathBuf> = examples.chain(listed("tests/files/plans")).collect();
    plans.sort();
    assert!(plans.len() > 9, "{plans:?}");
    plans
}

/// The plan with so many times the value at an address; nothing where that cannot be typed.
fn typed(before: &Worked, address: &str, times: f64) -> Option<Opened> {
    let mut opened = before.opened.clone();
    let inputs = &before.estimate.workings.inputs;
    let value = inputs.iter().find(|input| input.address == address)?.value * times;
    let is_whole = (value / times).fract() == 0.0;
    let value = if is_whole { value.round().max(1.0) } else { value };
    opened.set(&format!("{address}={value}")).ok()?;
    Some(opened)
}

/// Every field of it, to the last digit.
fn said(worked: &Worked) -> String {
    format!("{:?}", worked.estimate)
}

fn shares_rows(one: &Worked, other: &Worked) -> bool {
    Arc::ptr_eq(&one.estimate.workings.rows, &other.estimate.workings.rows)
}
