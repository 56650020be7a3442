//! How soon an edit has its new ledger, how the time grows with a plan, and one evaluation beside NumPy:
//! `cargo xtask bench estimate`.

mod book;
mod numpy;
mod plan;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::hint::black_box;
use std::time::Duration;

use cost::check::check;
use cost::edit::{Edit, StepKind};
use cost::estimate::{Estimate, estimate, estimate_after};
use cost::plan::{Measures, Plan};
use cost::walk::walk;
use cost::workings::{Draws, InputId, RowId, evaluate};
use cpu_time::ThreadTime;
use mimalloc::MiMalloc;

/// As in the programs that ship.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const ROUNDS: usize = 41;
const FEATURES: usize = 10;
const MONTHS: usize = 36;

fn main() {
    let plan = plan::plan(FEATURES, MONTHS);
    let steps = plan.steps().len();
    let worked = worked_out(&plan);
    let (rows, lines) = (worked.workings.rows.len(), worked.workings.lines.len());
    println!("a plan of {steps} steps over {MONTHS} months: {rows} rows, {lines} of them lines,");
    println!("{} settled lines; medians of {ROUNDS}, on one core", worked.ledger.lines.len());
    println!("figures {:016x}: the same bits whatever is made faster", digest(&worked));

    let number = |nth: usize| Edit::Number {
        address: "f3.easy.output".to_owned(),
        text: ["60..340", "50..350"][nth % 2].to_owned(),
    };
    let path = (plan.steps().iter())
        .find(|standing| standing.step.name() == Some("note"))
        .map(|standing| standing.path.clone())
        .expect("the plan has a note");
    let structure = |nth: usize| match nth % 2 {
        0 => Edit::Wrap { at: path.clone(), kind: StepKind::Retry },
        _ => Edit::Unwrap { at: path.clone() },
    };
    println!();
    edited("an edited number to its new ledger", &plan, number);
    edited("an edited structure to its new ledger", &plan, structure);

    println!();
    println!(
        "steps  months     rows    check     walk  evaluate  settle     all   all / step and month"
    );
    for features in [1, 2, 5, 10, 20, 50, 100] {
        grown(features, MONTHS);
    }
    for months in [12, 24, 60] {
        grown(FEATURES, months);
    }

    println!();
    let ours = median((0..ROUNDS).map(|_| timed(|| evaluate(&worked.workings)).0).collect());
    let drawn = [8, 16, 32, 64, 128].map(|draws| (draws, each_draw(&worked, draws)));
    numpy::compare(&worked, ours, &drawn);
}

fn worked_out(plan: &Plan) -> Estimate {
    let (book, measures) = (book::book(), Measures::default());
    let checked = check(plan, &measures, &[&book]);
    let checked = checked.unwrap_or_else(|problems| panic!("{problems:#?}"));
    estimate(&checked).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// How long one draw takes among so many at once, where every input is drawn and every row is worked out.
fn each_draw(worked: &Estimate, draws: usize) -> Duration {
    let workings = &worked.workings;
    let inputs: Vec<InputId> = (0..workings.inputs.len()).map(InputId).collect();
    let rows: Vec<RowId> = (0..workings.rows.len()).map(RowId).collect();
    let of_draws = Draws::new(workings, &worked.values, &inputs, &rows);
    let columns: Vec<Vec<f64>> =
        workings.inputs.iter().map(|input| vec![input.value; draws]).collect();
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let total = workings.totals.expect("a plan has totals").total;
    let expected = worked.values.at(total, 0).to_bits();
    let mut see = |row: RowId, values: &[f64]| {
        assert!(row != total || values.iter().all(|value| value.to_bits() == expected));
    };
    median((0..5).map(|_| timed(|| of_draws.block(&columns, &mut see)).0).collect())
        / u32::try_from(draws).expect("draws are few")
}

/// Of every value of every row and every line of the ledger.
fn digest(worked: &Estimate) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (index, row) in worked.workings.rows.iter().enumerate() {
        row.address.hash(&mut hasher);
        worked.values.all(RowId(index)).iter().for_each(|value| value.to_bits().hash(&mut hasher));
    }
    for line in &worked.ledger.lines {
        format!("{line:?}").hash(&mut hasher);
    }
    for input in &worked.workings.reading_order {
        worked.workings.inputs[input.0].address.hash(&mut hasher);
    }
    hasher.finish()
}

/// Edits back and forth, each from the edit that the page sends to the ledger.
fn edited(what: &str, plan: &Plan, edit: impl Fn(usize) -> Edit) {
    let (book, measures) = (book::book(), Measures::default());
    let mut plan = plan.clone();
    let mut before = worked_out(&plan);
    let mut parts = [(); 4].map(|()| vec![]);
    for nth in 0..2 * ROUNDS {
        let edit = edit(nth);
        let was = check(&plan, &measures, &[&book]).expect("valid");
        let (of_edit, edited) = timed(|| plan.edit(&edit).expect("it can be edited").plan);
        let (of_check, checked) = timed(|| check(&edited, &measures, &[&book]).expect("valid"));
        let after = || estimate_after((&was, &before), &checked).expect("of sensible size");
        let (of_estimate, estimate) = timed(after);
        let all = of_edit + of_check + of_estimate;
        for (part, time) in parts.iter_mut().zip([all, of_edit, of_check, of_estimate]) {
            part.push(time);
        }
        before = estimate;
        plan = edited;
    }
    let [all, of_edit, of_check, of_estimate] = parts.map(median).map(milliseconds);
    println!(
        "{what:<38}{all:6.2} ms (edit {of_edit:.2}, check {of_check:.2}, estimate {of_estimate:.2})"
    );
}

/// A line of the table.
fn grown(features: usize, months: usize) {
    let plan = plan::plan(features, months);
    let (book, measures) = (book::book(), Measures::default());
    let mut parts = [(); 5].map(|()| vec![]);
    let rounds = (ROUNDS * FEATURES / features).clamp(5, ROUNDS);
    let mut rows = 0;
    for _ in 0..rounds {
        let (of_check, checked) = timed(|| check(&plan, &measures, &[&book]).expect("valid"));
        let (of_walk, (workings, _)) = timed(|| walk(&checked));
        let (of_evaluation, values) = timed(|| evaluate(&workings));
        let (of_estimate, _) = timed(|| estimate(&checked).expect("of sensible size"));
        rows = workings.rows.len();
        black_box(values);
        let times = [of_check, of_walk, of_evaluation, of_estimate, of_check + of_estimate];
        parts.iter_mut().zip(times).for_each(|(part, time)| part.push(time));
    }
    let [of_check, of_walk, of_evaluation, of_estimate, all] = parts.map(median).map(milliseconds);
    let steps = plan.steps().len();
    let each = all * 1e6 / (steps * months) as f64;
    println!(
        "{steps:5} {months:7} {rows:8} {of_check:8.2} {of_walk:8.2} {of_evaluation:9.2} {:7.2} {all:7.2} {each:8.0} ns",
        of_estimate - of_walk
    );
}

/// How long it takes on its core, others' work apart.
fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let started = ThreadTime::now();
    let result = black_box(work());
    (started.elapsed(), result)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
