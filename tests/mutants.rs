//! Plans as nobody wrote them: each is refused in words or comes to a bill that can be meant; nothing panics or hangs.

mod mutant;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::estimates::{Worked, work_out};
use app::pins;
use app::plans::{open_text, read_plan, write};
use app::shelf::Shelf;
use app::{Code, Error};
use cost::play::{Script, play};
use cost::workings::{Driver, RowId};

use crate::project::at_home;

/// Plans that hold every kind of step between them, what repeats, grows, follows, is cached and was agreed.
const SEEDS: [(&str, &str); 3] = [
    ("conversation", include_str!("files/plans/conversation.yaml")),
    ("agents", include_str!("files/plans/agents.yaml")),
    ("bill", include_str!("files/plans/bill.yaml")),
];

#[test]
fn every_kind_of_step_stands_in_a_plan_that_is_mutated() {
    at_home();
    let shelf = Shelf::of(None).expect("the book inside the program");
    for (name, seed) in SEEDS {
        if let Err(errors) = worked(seed, &shelf) {
            panic!("{name}: {errors:#?}");
        }
    }
    let kinds =
        "call chain route retry fan-out conversation cascade until loop response-cache tool agent";
    for kind in kinds.split(' ') {
        let key = format!("{kind}:");
        assert!(SEEDS.iter().any(|(_, seed)| seed.contains(&key)), "no seed has a {kind}");
    }
}

#[test]
fn no_mutant_of_a_plan_brings_the_program_down() {
    mutants(2_000);
}

#[test]
#[ignore = "minutes; run by `cargo xtask prove`"]
fn prove_no_mutant_of_a_plan_brings_the_program_down() {
    mutants(100_000);
}

/// So many mutants of the seeds, on two threads.
fn mutants(count: u64) {
    at_home();
    let shelf = &Shelf::of(None).expect("the book inside the program");
    let halves = std::thread::scope(|scope| {
        let run = |half| scope.spawn(move || run((half..count).step_by(2), shelf));
        [run(0), run(1)].map(|half| half.join().expect("no mutant fails"))
    });
    let [mut all, mut other] = halves;
    all.billed += other.billed;
    all.refused += other.refused;
    all.malformed += other.malformed;
    all.failed.append(&mut other.failed);
    all.longest = all.longest.max(other.longest);
    println!("{count} mutants: {all:.0?}");
    assert!(all.failed.is_empty(), "each is printed above: {:?}", all.failed);
    // Those that are no plan any more try nothing but the reader.
    assert!(all.billed > count / 10 && all.refused > count / 10, "{all:?}");
    assert!(all.longest.0 < Duration::from_secs(30), "mutant {} hangs", all.longest.1);
}

/// What became of mutants.
#[derive(Debug, Default)]
struct Outcome {
    billed: u64,
    refused: u64,
    malformed: u64,
    failed: Vec<u64>,
    /// How long the slowest took, and its number.
    longest: (Duration, u64),
}

fn run(numbers: impl Iterator<Item = u64>, shelf: &Arc<Shelf>) -> Outcome {
    let mut outcome = Outcome::default();
    for number in numbers {
        let (name, seed) = SEEDS[number as usize % SEEDS.len()];
        let text = mutant::mutant(seed, number);
        let start = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| tried(&text, shelf)));
        outcome.longest = outcome.longest.max((start.elapsed(), number));
        match result {
            Ok(Ok(())) => outcome.billed += 1,
            Ok(Err(Code::MalformedPlan)) => outcome.malformed += 1,
            Ok(Err(_)) => outcome.refused += 1,
            Err(_) => {
                println!("mutant {number} of {name}:\n{text}\n");
                outcome.failed.push(number);
            }
        }
    }
    outcome
}

fn worked(text: &str, shelf: &Arc<Shelf>) -> Result<Worked, Vec<Error>> {
    let nothing = |name: &str| panic!("the seeds name no file, not {name}");
    let opened = open_text(PathBuf::from("plan.yaml"), text, shelf, &nothing)?;
    let pins = pins::of_text(&opened, None, shelf).map_err(|error| vec![error])?;
    work_out(opened, shelf, pins)
}

/// Works a mutant out: a bill that can be meant, or why there is none.
fn tried(text: &str, shelf: &Arc<Shelf>) -> Result<(), Code> {
    match worked(text, shelf) {
        Ok(worked) => {
            can_be_meant(&worked);
            Ok(())
        }
        Err(errors) => {
            assert!(!errors.is_empty(), "refused without a reason");
            for error in &errors {
                assert!(!error.message.is_empty() && !error.hint.is_empty(), "{error:?}");
            }
            Err(errors[0].code)
        }
    }
}

/// Every figure is one, nothing that is used costs less than nothing, and nothing that is billed is free.
fn can_be_meant(worked: &Worked) {
    let estimate = &worked.estimate;
    let (workings, values, ledger) = (&estimate.workings, &estimate.values, &estimate.ledger);
    for (index, row) in workings.rows.iter().enumerate() {
        let finite = values.all(RowId(index)).iter().all(|value| value.is_finite());
        assert!(finite, "{} has {:?}", row.address, values.all(RowId(index)));
    }
    for line in ledger.lines.iter().filter(|line| line.driver != Driver::Contract) {
        let (quantity, amount) = (line.quantity.to_f64(), line.amount.to_f64());
        assert!(quantity > 0.0 && amount >= 0.0, "{}: {quantity} for {amount}", line.step);
        let size = quantity * line.rate.to_f64();
        assert!(amount > 0.0 || size < 1e-17, "{}: {size} is billed as nothing", line.step);
    }
    let (settled, total) = (
        ledger.total().to_f64(),
        values.at(workings.totals.as_ref().expect("a plan has totals").total, 0),
    );
    let gross: f64 = ledger.lines.iter().map(|line| line.amount.to_f64().abs()).sum();
    let rounded = 1e-17 * ledger.lines.len() as f64;
    assert!((settled - total).abs() <= 1e-9 * gross + rounded, "{settled} is not {total}");
    let models = worked.models.clone();
    for (feature, rows) in worked.opened.plan.features.iter().zip(&workings.features) {
        let last = workings.months - 1;
        let calls: f64 = (workings.rows.iter().enumerate())
            .filter(|(_, row)| row.address.starts_with(&format!("{}.", feature.name)))
            .filter(|(_, row)| row.address.ends_with(".calls"))
            .map(|(index, _)| values.at(RowId(index), last))
            .sum();
        // What is played is in the bill as well.
        let model = |name: &str| Some(&models.get(name).model);
        let month = u32::try_from(workings.months).expect("months are few");
        let script =
            Script::new(&worked.opened.plan, feature, month, &worked.opened.measures, model);
        if let Ok(script) = script
            && calls < 200.0
            && values.at(rows.volume, last) > 0.0
        {
            let played = play(&script, 1, 2).unit.cost.mean;
            let walked = values.at(rows.month_unit_cost, last);
            assert!(played.is_finite() && played >= 0.0, "{}: {played} is played", feature.name);
            assert!(
                played == 0.0 || walked > 0.0,
                "{}: {played} is played, {walked} walked",
                feature.name
            );
        }
    }
    let answer = worked.answer();
    for feature in &answer.features {
        let told = serde_json::to_string(feature).expect("an answer is JSON");
        assert!(!told.contains("NaN") && !told.contains("inf"), "{told}");
    }
    // What is read can be written, and is the same when it is read again.
    let again = read_plan(&write(&worked.opened.plan));
    assert!(again.as_ref() == Ok(&worked.opened.plan), "{}", write(&worked.opened.plan));
}
