//! `check`: a plan held against its limits, as a gate.

use app::budgets::{self, Checked as CheckedBudgets, Held as HeldLimit, Verdict as BudgetVerdict};

use crate::args::{Check, Common};
use crate::estimate::request;
use crate::failure::Failure;
use crate::prices;
use crate::print::{self, Table, counted, decimal, dollars, rate};

/// What to write into a plan that has no limits.
const ADD_ONE: &str =
    "Add `budget:` at a feature, at the plan, or at both, or `rate_limits:` at the plan:

features:
  - name: ...
    budget: { unit_cost: $0.05, month: $9000 }

budget: { month: $20k }

rate_limits: { openai/gpt-5: { rpm: 10k, tpm: 2M } }
";

/// Holds a plan against its limits. The exit code says 1 where one is passed, and 2 where none is and
/// one could not be judged.
pub fn check(args: &Check, common: &Common) -> Result<(), Failure> {
    let (worked, checked) = budgets::check(&request(&args.plan, common))?;
    prices::keep(&worked.pins, &args.plan, common);
    let notes = worked.warnings().into_iter().chain(worked.uncounted());
    notes.for_each(|note| print::say(&format!("note: {note}")));
    print::answer::<Failure>("check", common, &checked, || table(&checked))?;
    match (checked.over, checked.unjudged) {
        (0, 0) => Ok(()),
        (0, _) => Err(Failure::Told),
        (_, _) => Err(Failure::No),
    }
}

fn table(checked: &CheckedBudgets) -> String {
    if checked.limits.is_empty() {
        return format!("{}: no limits in this plan. {ADD_ONE}", checked.plan.name);
    }
    let mut table = Table::new(&["<", "<limit", ">most", "<", ">comes to", "<in", ">over by"]);
    for held in &checked.limits {
        table.row([
            verdict(held.verdict).to_owned(),
            held.address.clone(),
            amount(held, &held.most),
            held.percentile.map(|percent| format!("P{percent}")).unwrap_or_else(|| of_rate(held)),
            held.comes_to.as_ref().map(|comes_to| amount(held, comes_to)).unwrap_or_default(),
            held.worst.clone().unwrap_or_default(),
            held.excess.as_ref().map(|excess| amount(held, excess)).unwrap_or_default(),
        ]);
    }
    let breaches: String = checked.limits.iter().filter_map(told).collect();
    let limits = counted(checked.limits.len(), "limit", "limits");
    let unjudged = match checked.unjudged {
        0 => String::new(),
        some => format!(", {some} not judged"),
    };
    format!(
        "{}: {limits}, {} over{unjudged}; {} units played, seed {}\n\n{}{breaches}",
        checked.plan.name,
        checked.over,
        print::whole(checked.draws.into()),
        checked.seed,
        table.text()
    )
}

/// What stands behind a limit that is passed, or why one is not judged.
fn told(held: &HeldLimit) -> Option<String> {
    if let Some(why) = &held.why {
        return Some(format!("\n{} is not judged: {why}\n", held.address));
    }
    let first = held.first.as_ref()?;
    if !held.senders.is_empty() {
        let senders = print::senders(&held.senders);
        let worst = held.worst.as_deref().unwrap_or_default();
        let most = format!("Most of it in the busiest hour of {worst}: {senders}.");
        return Some(format!("\n{} is first passed in {first}. {most}\n", held.address));
    }
    let share = match held.share.as_ref().and_then(|share| share.parse::<f64>().ok()) {
        Some(share) => format!(" ({:.0} % of {})", share * 100.0, held.worst.as_ref()?),
        None => String::new(),
    };
    let step = held.step.as_ref().filter(|step| !step.is_empty());
    let behind = match (step, &held.driver_label) {
        (Some(step), Some(driver)) => format!(" Most of it: {step}, {driver}{share}."),
        (None, Some(driver)) => format!(" Most of it: {driver}{share}."),
        (_, None) => String::new(),
    };
    Some(format!("\n{} is first passed in {first}.{behind}\n", held.address))
}

/// What is held against a rate limit.
fn of_rate(held: &HeldLimit) -> String {
    if is_rate(held) { "peak".to_owned() } else { String::new() }
}

fn is_rate(held: &HeldLimit) -> bool {
    held.unit.ends_with(" a minute")
}

const fn verdict(verdict: BudgetVerdict) -> &'static str {
    match verdict {
        BudgetVerdict::Over => "OVER",
        BudgetVerdict::Unjudged => "?",
        BudgetVerdict::Near => "near",
        BudgetVerdict::Within => "within",
    }
}

fn amount(held: &HeldLimit, value: &str) -> String {
    match held.unit.as_str() {
        "tokens" => decimal(value, 0),
        _ if is_rate(held) => rate(value),
        _ => dollars(value, places(value)),
    }
}

/// Cents, and three digits that count where there are none.
fn places(value: &str) -> usize {
    match value.parse::<f64>() {
        Ok(size) if size > 0.0 => (2.0 - size.log10().floor()).clamp(2.0, 18.0) as usize,
        Ok(_) | Err(_) => 2,
    }
}
