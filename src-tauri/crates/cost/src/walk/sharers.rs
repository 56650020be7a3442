//! Calls whose prompts begin alike: on one model, with the same parts first, kept for the same time.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::beginning::{Begins, Gate, Senders, Sharer};
use super::part::is_shared;
use super::writer::Writer;
use crate::check::Checked;
use crate::plan::{CONTEXT, Call, Feature, HISTORY, InputRef, Plan};

/// The parts at the beginning of a call's prompts that all sessions send alike, each with what has to be empty before it.
pub fn shared_parts<'p>(plan: &Plan, call: &'p Call) -> Vec<(&'p InputRef, Vec<Gate>)> {
    let (mut parts, mut gates) = (vec![], vec![]);
    for input in &call.input {
        match input.part.as_str() {
            HISTORY => gates.push(Gate::History),
            CONTEXT => gates.push(Gate::Context),
            part if plan.prompts.get(part).is_some_and(is_shared) => {
                parts.push((input, gates.clone()));
            }
            _ => break,
        }
    }
    parts
}

/// The calls of a plan whose providers keep their prompts, in reading order.
pub fn senders<'p>(checked: &'p Checked<'p>) -> Senders<'p> {
    let mut senders = Senders::default();
    for call in checked.plan.calls() {
        if let Some(begins) = begins(checked, call) {
            senders.entry(begins).or_default().push(call);
        }
    }
    senders
}

/// What a call's prompts begin with; nothing where no other call can keep that for it.
pub fn begins<'p>(checked: &'p Checked<'p>, call: &'p Call) -> Option<Begins<'p>> {
    call.cache.as_ref().filter(|cache| cache.held.is_none())?;
    let sold = checked.models.get(&call.model);
    let (first, _) = shared_parts(checked.plan, call).into_iter().next()?;
    Some((&sold.provider, &sold.model.id, &first.part))
}

/// The features of which each has a call whose prompts begin as those of another feature do.
pub fn linked<'p>(checked: &'p Checked<'p>) -> Vec<&'p Feature> {
    let plan = checked.plan;
    let of = |feature: &'p Feature| -> HashSet<Begins<'p>> {
        let made = plan.made(&feature.step).into_iter();
        made.filter_map(|made| begins(checked, made.call)).collect()
    };
    let all: Vec<HashSet<Begins>> = plan.features.iter().map(of).collect();
    let mut often: HashMap<&Begins, usize> = HashMap::new();
    all.iter().flatten().for_each(|begins| *often.entry(begins).or_default() += 1);
    let is_linked = |own: &HashSet<Begins>| own.iter().any(|begins| often[begins] > 1);
    let pairs = plan.features.iter().zip(&all);
    pairs.filter(|(_, own)| is_linked(own)).map(|(feature, _)| feature).collect()
}

/// The calls that send the first parts of a call as it does, for each number of parts.
pub fn sharers<'p>(w: &mut Writer<'p>, call: &'p Call) -> Vec<Vec<Sharer<'p>>> {
    let plan = w.checked.plan;
    let parts = shared_parts(plan, call);
    let mut found: Vec<Vec<Sharer>> = parts.iter().map(|_| vec![]).collect();
    let Some(begins) = begins(w.checked, call) else { return found };
    let senders = Rc::clone(&w.senders);
    for other in senders[&begins].iter().copied() {
        let theirs = shared_parts(plan, other);
        let pairs = parts.iter().zip(&theirs);
        let same = pairs.take_while(|((own, _), (their, _))| is_same(w, own, their)).count();
        if same == 0 || !is_kept_alike(w, call, other) {
            continue;
        }
        for ((_, gates), found) in theirs.into_iter().take(same).zip(&mut found) {
            found.push(Sharer { call: other, gates });
        }
    }
    found
}

/// Whether two calls send a part alike.
pub fn is_same(w: &mut Writer, own: &InputRef, other: &InputRef) -> bool {
    let mut copies = |input: &InputRef| {
        let copies = input.copies.as_ref();
        copies.map(|copies| (w.decide(copies), copies.text.clone()))
    };
    own.part == other.part && copies(own) == copies(other)
}

/// Whether what two calls of a model send is kept as long.
fn is_kept_alike(w: &mut Writer, call: &Call, other: &Call) -> bool {
    kept_for(w, call) == kept_for(w, other)
}

/// For how many seconds what a call sends is kept.
pub fn kept_for(w: &mut Writer, call: &Call) -> Option<f64> {
    if let Some(ttl) = call.cache.as_ref().and_then(|cache| cache.ttl.as_ref()) {
        return Some(w.decide(ttl));
    }
    let day = w.workings.first_day(0);
    let sold = w.checked.models.get(&call.model);
    let rule = sold.terms.cache(&sold.model.id, day)?;
    rule.ttl_seconds.first().map(|&seconds| seconds as f64)
}
