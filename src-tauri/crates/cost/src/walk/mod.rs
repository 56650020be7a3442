//! The walk: a plan and its prices into workings. Chances bottom-up first, then usage top-down.

mod account;
mod across;
mod again;
mod agreed;
mod alive;
mod allowance;
mod beginning;
mod bracket;
mod busiest;
mod cache;
mod call;
mod cascade;
mod context;
mod contract;
mod empty;
mod found;
mod frame;
mod fresh;
mod gaps;
mod grown;
mod growth;
mod held;
mod launched;
mod lead;
mod left;
mod levels;
mod lines;
mod measured;
mod met;
mod mixed;
mod moments;
mod never;
mod number;
mod over_time;
mod part;
mod peak;
mod per;
mod priced;
mod rate;
mod retry;
mod reuse;
mod revised;
mod right;
mod route;
mod rule;
mod seen;
mod session;
mod sharers;
mod sizes;
mod steps;
mod storage;
mod stretches;
mod tool;
mod totals;
mod touch;
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
mod clocks;
#[cfg(test)]
mod drawn;
#[cfg(test)]
mod edited;
#[cfg(test)]
mod explicit;
#[cfg(test)]
mod full;
#[cfg(test)]
mod handbook;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod limits_dated;
#[cfg(test)]
mod made;
#[cfg(test)]
mod outcomes;
#[cfg(test)]
mod quality;
#[cfg(test)]
mod rerouted;
#[cfg(test)]
mod retyped;
#[cfg(test)]
mod sharing;
#[cfg(test)]
mod split;
#[cfg(test)]
mod switched;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod traffic;
#[cfg(test)]
mod truth;
#[cfg(test)]
mod weekdays;

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use again::Again;
use call::Figures;
use steps::Steps;
use writer::Tree;

pub use again::{Before, Kept, Section};
pub use growth::NEVER_ACCEPTED;
pub use over_time::FOLLOWING;
pub use revised::revised;
pub(crate) use sharers::{begins, is_same, kept_for, shared_parts};
pub(crate) use writer::Writer;

use crate::check::Checked;
use crate::plan::{Feature, Number, Plan};
use crate::workings::{Decided, Input, InputId, Purpose, Quick, Values, Workings, evaluate};

/// Workings with their values, and what of them was written for which feature.
pub struct Walked {
    /// Rows of formulas.
    pub workings: Workings,
    /// Their values.
    pub values: Values,
    /// What was written for each feature.
    pub sections: Vec<Section>,
    /// What stands as it did before.
    pub kept: Vec<Kept>,
}

/// Writes a plan's workings. Calls whose prompts come near a limit are walked turn by turn.
pub fn walk(checked: &Checked) -> (Workings, Values) {
    let Walked { workings, values, .. } = walk_after(None, checked);
    (workings, values)
}

/// The same where another plan was walked before: what they have in common is not walked again.
pub fn walk_after(before: Option<Before<'_>>, checked: &Checked) -> Walked {
    let mut again = before.and_then(|before| Again::new(before, checked));
    let (workings, sections) = write(checked, again.as_mut());
    let kept = again.map_or_else(Vec::new, |again| again.kept);
    let known = kept.iter().map(|kept| kept.rows.clone());
    let values = match before {
        None => evaluate(&workings),
        Some(before) => before.values.with_others(&workings, known),
    };
    Walked { workings, values, sections, kept }
}

fn write(checked: &Checked, mut again: Option<&mut Again>) -> (Workings, Vec<Section>) {
    let plan = checked.plan;
    let starts = plan.first_day().expect("a checked plan starts in a month");
    let months = usize::try_from(plan.months).expect("months are few");
    // A call has about so many rows.
    let room = 24 * plan.calls().len();
    let mut w = Writer::new(checked, Workings::with_room(starts, months, room));
    w.senders = Rc::new(sharers::senders(checked));
    let mut sections: Vec<Section> = vec![];
    // Numbers of any feature may follow any volume.
    plan.features.iter().for_each(|feature| _ = volume::volume(&mut w, feature));
    // So may what calls find that others left.
    let linked = sharers::linked(checked);
    let among: Vec<Tree> = linked.iter().map(|feature| tree(&mut w, feature)).collect();
    across::across(&mut w, &among);
    let decided = std::mem::take(&mut w.workings.decided);
    for feature in &plan.features {
        rate::arrive(&mut w, feature);
        let kept = again.as_mut().and_then(|again| again.write(&mut w, feature));
        sections.push(kept.unwrap_or_else(|| {
            let known = among.iter().find(|tree| tree.feature.name == feature.name);
            section(&mut w, feature, known)
        }));
    }
    let own = sections.iter().map(|section| section.decided.clone());
    let decided = own.fold(Arc::unwrap_or_clone(decided), Decided::and);
    w.workings.decided = Arc::new(decided);
    totals::totals(&mut w, sections.iter().map(|section| &section.figures));
    let figures: Vec<&Figures> = sections.iter().map(|section| &section.figures).collect();
    peak::peaks(&mut w, &figures);
    let numbers = plan.numbers();
    // What no formula needs is still an input of the plan.
    numbers.iter().for_each(|number| w.every_end(number));
    w.workings.reading_order = reading_order(plan, &numbers, &w.workings);
    (w.workings, sections)
}

/// First, the chances of a feature's steps.
fn tree<'p>(w: &mut Writer<'p>, feature: &'p Feature) -> Tree<'p> {
    rate::arrive(w, feature);
    let seen = Steps::new(w, feature).tree();
    Tree { feature, load: w.arrivals.clone(), seen }
}

/// Then what they use, and the chances where these are not known yet.
fn section<'p>(w: &mut Writer<'p>, feature: &'p Feature, known: Option<&Tree<'p>>) -> Section {
    let from = w.mark();
    w.tree = Some(Rc::new(known.cloned().unwrap_or_else(|| tree(w, feature))));
    let mut steps = Steps::new(w, feature);
    steps.walk();
    let figures = steps.figures;
    Section::since(w, from, figures)
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
