//! The walk: a plan and its prices into workings. Chances bottom-up first, then usage top-down.

mod account;
mod agreed;
mod allowance;
mod bracket;
mod cache;
mod call;
mod cascade;
mod contract;
mod frame;
mod grown;
mod growth;
mod launched;
mod left;
mod levels;
mod lines;
mod moments;
mod number;
mod over_time;
mod part;
mod per;
mod rate;
mod retry;
mod reuse;
mod route;
mod seen;
mod sizes;
mod steps;
mod tool;
mod totals;
mod usage;
mod volume;
mod writer;
mod written;

#[cfg(test)]
mod agreements;
#[cfg(test)]
mod arrivals;
#[cfg(test)]
mod changing;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod rerouted;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod weekdays;

use std::collections::BTreeSet;

use call::Figures;
use steps::Steps;
use writer::Writer;

pub use over_time::FOLLOWING;

use crate::check::Checked;
use crate::plan::Plan;
use crate::workings::{Input, InputId, Purpose, Values, Workings, evaluate};

/// Writes a plan's workings. Calls whose prompts come near a limit are walked turn by turn.
pub fn walk(checked: &Checked) -> (Workings, Values) {
    let mut reach = BTreeSet::new();
    loop {
        let workings = walk_with(checked, &reach);
        let values = evaluate(&workings);
        let near = near_limits(&workings, &values);
        if near.is_empty() {
            return (workings, values);
        }
        reach.extend(near);
    }
}

/// What the guards say that is in reach: calls near a price limit, calls whose cached beginnings may be too short.
fn near_limits(workings: &Workings, values: &Values) -> Vec<String> {
    let guards = workings.rows.iter().filter_map(|row| {
        let limit =
            row.address.strip_suffix(bracket::GUARD).and_then(|call| call.strip_suffix('.'));
        let whole = row.address.ends_with(cache::GUARD).then_some(row.address.as_str());
        Some((limit.or(whole)?, workings.find(&row.address)?))
    });
    guards
        .filter(|(_, row)| values.all(*row).iter().any(|flag| *flag != 0.0))
        .map(|(reached, _)| reached.to_owned())
        .collect()
}

fn walk_with(checked: &Checked, reach: &BTreeSet<String>) -> Workings {
    let plan = checked.plan;
    let starts = plan.first_day().expect("a checked plan starts in a month");
    let months = usize::try_from(plan.months).expect("months are few");
    let mut w = Writer::new(checked, reach, Workings::new(starts, months));
    let mut figures: Vec<Figures> = vec![];
    // Numbers of any feature may follow any volume.
    plan.features.iter().for_each(|feature| _ = volume::volume(&mut w, feature));
    for feature in &plan.features {
        rate::arrive(&mut w, feature);
        let mut steps = Steps::new(&mut w, feature);
        steps.walk();
        figures.push(steps.figures);
    }
    totals::totals(&mut w, &figures);
    // What no formula needs is still an input of the plan.
    plan.numbers().iter().for_each(|number| w.every_end(number));
    w.workings.reading_order = reading_order(plan, &w.workings);
    w.workings
}

/// Inputs as the plan's reader meets them: a part's measured lengths with the part, settings last.
fn reading_order(plan: &Plan, workings: &Workings) -> Vec<InputId> {
    let numbers: Vec<String> = plan.numbers().into_iter().map(|number| number.address).collect();
    let place = |input: &Input| match input.purpose {
        Purpose::Setting => (2, 0),
        Purpose::Typed => {
            (1, numbers.iter().position(|address| *address == input.number).unwrap_or(0))
        }
        Purpose::Measured => {
            let part = input.address.split('.').nth(1).unwrap_or_default();
            (0, plan.prompts.get_index_of(part).unwrap_or(0))
        }
    };
    let mut order: Vec<InputId> = (0..workings.inputs.len()).map(InputId).collect();
    order.sort_by_key(|id| place(&workings.inputs[id.0]));
    order
}
