//! The walk: a plan and its prices into workings. Chances bottom-up first, then usage top-down.

mod account;
mod agreed;
mod alive;
mod allowance;
mod bracket;
mod cache;
mod call;
mod cascade;
mod context;
mod contract;
mod found;
mod frame;
mod fresh;
mod grown;
mod growth;
mod launched;
mod left;
mod levels;
mod lines;
mod measured;
mod mixed;
mod moments;
mod never;
mod number;
mod over_time;
mod part;
mod per;
mod rate;
mod retry;
mod reuse;
mod revised;
mod right;
mod route;
mod seen;
mod session;
mod sizes;
mod steps;
mod tool;
mod totals;
mod unanswered;
mod usage;
mod visits;
mod volume;
mod whole;
mod writer;
mod written;

#[cfg(test)]
mod agreements;
#[cfg(test)]
mod algebra;
#[cfg(test)]
mod arrivals;
#[cfg(test)]
mod changing;
#[cfg(test)]
mod drawn;
#[cfg(test)]
mod full;
#[cfg(test)]
mod handbook;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod outcomes;
#[cfg(test)]
mod quality;
#[cfg(test)]
mod rerouted;
#[cfg(test)]
mod retyped;
#[cfg(test)]
mod split;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod truth;
#[cfg(test)]
mod weekdays;

use std::collections::HashMap;

use call::Figures;
use steps::Steps;
use writer::Writer;

pub use over_time::FOLLOWING;
pub use revised::revised;

use crate::check::Checked;
use crate::plan::{Number, Plan};
use crate::workings::{Input, InputId, Purpose, Quick, Values, Workings, evaluate};

/// Writes a plan's workings. Calls whose prompts come near a limit are walked turn by turn.
pub fn walk(checked: &Checked) -> (Workings, Values) {
    let workings = write(checked);
    let values = evaluate(&workings);
    (workings, values)
}

fn write(checked: &Checked) -> Workings {
    let plan = checked.plan;
    let starts = plan.first_day().expect("a checked plan starts in a month");
    let months = usize::try_from(plan.months).expect("months are few");
    // A call has about so many rows.
    let room = 24 * plan.calls().len();
    let mut w = Writer::new(checked, Workings::with_room(starts, months, room));
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
    let numbers = plan.numbers();
    // What no formula needs is still an input of the plan.
    numbers.iter().for_each(|number| w.every_end(number));
    w.workings.reading_order = reading_order(plan, &numbers, &w.workings);
    w.workings
}

/// Inputs as the plan's reader meets them: a part's measured lengths with the part, settings last.
fn reading_order(plan: &Plan, numbers: &[Number], workings: &Workings) -> Vec<InputId> {
    let mut places: HashMap<&str, usize, Quick> = HashMap::default();
    for (place, number) in numbers.iter().enumerate() {
        places.entry(&number.address).or_insert(place);
    }
    let place = |input: &Input| match input.purpose {
        Purpose::Setting => (2, 0),
        Purpose::Typed => (1, places.get(input.number.as_str()).copied().unwrap_or(0)),
        Purpose::Measured => {
            let part = input.address.split('.').nth(1).unwrap_or_default();
            (0, plan.prompts.get_index_of(part).unwrap_or(0))
        }
    };
    let mut order: Vec<InputId> = (0..workings.inputs.len()).map(InputId).collect();
    order.sort_by_cached_key(|id| place(&workings.inputs[id.0]));
    order
}
