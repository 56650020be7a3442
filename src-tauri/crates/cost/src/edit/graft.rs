//! Steps put into a tree and taken out of it.

use super::done::NotEdited;
use super::fresh;
use super::words;
use crate::plan::{Branch, BranchShare, Call, History, Of, Plan, Root, Rung, Step, Trail};

/// Where a new step goes beside one that is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Right before it.
    Before,
    /// Right after it.
    After,
}

/// Marks where a step comes to stand while the tree around it changes. No hand types such a name.
pub const HERE: &str = "\0here";
/// Marks where a step stood.
pub const GONE: &str = "\0gone";

/// A step that only keeps a place.
pub fn mark(name: &str) -> Step {
    Step::Call(Call { name: name.to_owned(), ..Call::default() })
}

/// The place of a mark.
pub fn find(plan: &Plan, mark: &str) -> Trail {
    sought(plan, mark).expect("the mark was just put there")
}

/// The place of a mark, where it still stands.
pub fn sought(plan: &Plan, mark: &str) -> Option<Trail> {
    let mut steps = plan.steps().into_iter();
    let marked = steps.find(|standing| standing.step.name() == Some(mark))?;
    Trail::to(plan, &marked.path)
}

/// Puts a step where the mark is; answers its place.
pub fn settle(plan: &mut Plan, step: Step) -> Option<String> {
    let here = find(plan, HERE);
    if let Some(marked) = here.step_mut(plan) {
        *marked = step;
    }
    here.path(plan)
}

/// The way to a step by its place in the document.
pub fn seek(plan: &Plan, path: &str) -> Result<Trail, NotEdited> {
    Trail::to(plan, path).ok_or_else(|| nowhere(path))
}

/// What was named is not there any more.
pub fn nowhere(path: &str) -> NotEdited {
    NotEdited::new(
        format!("No step stands at `{path}`."),
        "It may have been moved or removed: select it again.",
    )
}

/// The step at the end of a way.
pub fn get<'p>(plan: &'p Plan, trail: &Trail) -> Result<&'p Step, NotEdited> {
    trail.step(plan).ok_or_else(|| nowhere("this place"))
}

/// The step at the end of a way, to change it.
pub fn get_mut<'p>(plan: &'p mut Plan, trail: &Trail) -> Result<&'p mut Step, NotEdited> {
    trail.step_mut(plan).ok_or_else(|| nowhere("this place"))
}

/// The steps that follow one another under a step, where several can.
pub fn list(step: &mut Step) -> Option<&mut Vec<Step>> {
    match step {
        Step::Chain(steps) => Some(steps),
        Step::Conversation(conversation) => Some(&mut conversation.turn),
        Step::Call(_)
        | Step::Route(_)
        | Step::Retry(_)
        | Step::FanOut(_)
        | Step::Cascade(_)
        | Step::Until(_)
        | Step::Loop(_)
        | Step::ResponseCache(_)
        | Step::Tool(_)
        | Step::Agent(_) => None,
    }
}

/// Puts a step beside another. Where one step stands alone, both then stand in a chain.
pub fn beside_of(plan: &mut Plan, trail: &Trail, side: Side, new: Step) -> Result<(), NotEdited> {
    if let Some((above, turn)) = trail.parent()
        && let Some(steps) = list(get_mut(plan, &above)?)
    {
        let index = if side == Side::Before { turn } else { turn + 1 };
        steps.insert(index.min(steps.len()), new);
        return Ok(());
    }
    join(get_mut(plan, trail)?, side, new);
    Ok(())
}

/// Makes a chain of a step and a new one, or the chain that it is longer.
fn join(step: &mut Step, side: Side, new: Step) {
    let mut steps = match std::mem::replace(step, Step::Chain(vec![])) {
        Step::Chain(steps) => steps,
        only @ (Step::Call(_)
        | Step::Route(_)
        | Step::Retry(_)
        | Step::FanOut(_)
        | Step::Conversation(_)
        | Step::Cascade(_)
        | Step::Until(_)
        | Step::Loop(_)
        | Step::ResponseCache(_)
        | Step::Tool(_)
        | Step::Agent(_)) => vec![only],
    };
    match side {
        Side::Before => steps.insert(0, new),
        Side::After => steps.push(new),
    }
    *step = Step::Chain(steps);
}

/// Puts a step into another: as one of its children, or as its last.
pub fn inside(
    plan: &mut Plan,
    trail: &Trail,
    index: Option<usize>,
    new: Step,
) -> Result<(), NotEdited> {
    let side = if index == Some(0) { Side::Before } else { Side::After };
    match get_mut(plan, trail)? {
        single @ (Step::Call(_) | Step::Tool(_) | Step::Agent(_)) => {
            let (name, kind) = (words::step(single), single.kind());
            return Err(NotEdited::new(
                format!("`{name}` is a {kind}: no step can stand in it."),
                format!("Put the step beside it, or wrap the {kind} first."),
            ));
        }
        Step::Chain(steps) => put(steps, index, new),
        Step::Conversation(conversation) => put(&mut conversation.turn, index, new),
        Step::Route(route) => {
            // The branch that takes the rest stays the last.
            let last = route.branches.len().saturating_sub(1);
            let share = BranchShare::Named(fresh::share(&route.branches));
            let index = index.unwrap_or(last).min(last);
            route.branches.insert(index, Branch::new(share, new));
        }
        Step::Retry(retry) => join(&mut retry.step, side, new),
        Step::FanOut(fan) => join(&mut fan.step, side, new),
        Step::Cascade(cascade) => {
            // The tier whose answer stands stays the last.
            let last = cascade.tiers.len().saturating_sub(1);
            cascade.tiers.insert(last, Rung { accepts: Some(Of::new("70%")), ..Rung::of(new) });
        }
        Step::Until(until) => join(&mut until.draft, side, new),
        Step::Loop(repeated) => join(&mut repeated.step, side, new),
        Step::ResponseCache(cache) => join(&mut cache.step, side, new),
    }
    Ok(())
}

fn put(steps: &mut Vec<Step>, index: Option<usize>, new: Step) {
    steps.insert(index.unwrap_or(steps.len()).min(steps.len()), new);
}

/// Puts steps in the place of one.
pub fn give_way(plan: &mut Plan, trail: &Trail, mut steps: Vec<Step>) -> Result<(), NotEdited> {
    if let Some((above, turn)) = trail.parent()
        && let Some(list) = list(get_mut(plan, &above)?)
    {
        if steps.is_empty() {
            return take_out(plan, trail);
        }
        list.splice(turn..=turn, steps);
        return Ok(());
    }
    *get_mut(plan, trail)? = match steps.len() {
        0 => return take_out(plan, trail),
        1 => steps.remove(0),
        _ if matches!(get(plan, trail)?, Step::Chain(_)) => {
            return Err(NotEdited::new(
                "Only one step has room here; the chain holds several.",
                "Move steps out of it first.",
            ));
        }
        _ => Step::Chain(steps),
    };
    Ok(())
}

/// Takes a step out. What is left with one step gives way to it.
pub fn take_out(plan: &mut Plan, trail: &Trail) -> Result<(), NotEdited> {
    let alone = |whose: &str, hint: &str| {
        Err(NotEdited::new(format!("{whose} needs a step, and this is its only one."), hint))
    };
    let Some((above, turn)) = trail.parent() else {
        return match trail.root {
            Root::Feature(_) => {
                alone("A feature", "Remove the feature, or add another step first.")
            }
            Root::Agent(_) => alone("An agent", "Remove the agent, or add another step first."),
        };
    };
    let left = match get_mut(plan, &above)? {
        Step::Call(_) | Step::Tool(_) | Step::Agent(_) => return Err(nowhere("this place")),
        Step::Chain(steps) if steps.len() > 1 => {
            steps.remove(turn);
            if steps.len() > 1 { vec![] } else { std::mem::take(steps) }
        }
        Step::Chain(_) => return take_out(plan, &above),
        Step::Conversation(conversation) if turn >= conversation.turn.len() => {
            conversation.history = History::Full;
            vec![]
        }
        Step::Conversation(conversation) if conversation.turn.len() > 1 => {
            conversation.turn.remove(turn);
            vec![]
        }
        Step::Conversation(_) => {
            return alone("A conversation", "Remove the conversation, or unwrap it.");
        }
        Step::Route(route) if route.branches.len() > 1 => {
            route.branches.remove(turn);
            if let Some(last) = route.branches.last_mut() {
                *last = Branch::new(BranchShare::Rest, last.step.clone());
            }
            let one = route.branches.len() == 1;
            if one { vec![route.branches.remove(0).step] } else { vec![] }
        }
        Step::Route(_) => return take_out(plan, &above),
        Step::Retry(retry) if turn == 1 => {
            retry.then = None;
            vec![]
        }
        Step::Retry(_) => return alone("A retry", "Remove the retry, or unwrap it."),
        Step::FanOut(_) => return alone("A fan-out", "Remove the fan-out, or unwrap it."),
        Step::Cascade(cascade) => match cascade.seat(turn) {
            Some((index, true)) => {
                cascade.tiers[index].judge = None;
                vec![]
            }
            Some((index, false)) if cascade.tiers.len() > 1 => {
                cascade.tiers.remove(index);
                cascade.last_stands();
                let one = cascade.tiers.len() == 1;
                if one { vec![cascade.tiers.remove(0).step] } else { vec![] }
            }
            Some(_) => return take_out(plan, &above),
            None => return Err(nowhere("this place")),
        },
        Step::Until(_) => return alone("A refinement", "Remove the refinement, or unwrap it."),
        Step::Loop(_) => return alone("A loop", "Remove the loop, or unwrap it."),
        Step::ResponseCache(cache) if turn == 0 && cache.lookup.is_some() => {
            cache.lookup = None;
            vec![]
        }
        Step::ResponseCache(cache) if turn > usize::from(cache.lookup.is_some()) => {
            cache.insert = None;
            vec![]
        }
        Step::ResponseCache(_) => return alone("A cache", "Remove the cache, or unwrap it."),
    };
    if left.is_empty() { Ok(()) } else { replace(plan, &above, left) }
}

/// One step in the place of another; a chain's steps follow one another where they can.
fn replace(plan: &mut Plan, trail: &Trail, mut one: Vec<Step>) -> Result<(), NotEdited> {
    let in_list = match trail.parent() {
        Some((above, _)) => list(get_mut(plan, &above)?).is_some(),
        None => false,
    };
    match one.pop() {
        Some(Step::Chain(steps)) if in_list => give_way(plan, trail, steps),
        Some(step) => {
            *get_mut(plan, trail)? = step;
            Ok(())
        }
        None => Ok(()),
    }
}

/// The place at the end of a way, or the nearest that is left.
pub fn standing(plan: &Plan, trail: &Trail) -> Option<String> {
    let (above, turn) = match trail.parent() {
        _ if trail.step(plan).is_some() => return trail.path(plan),
        Some(parent) => parent,
        None => return None,
    };
    let count = above.step(plan).map_or(0, |step| step.children().len());
    match turn.min(count).checked_sub(1) {
        Some(before) => above.child(before).path(plan),
        None => standing(plan, &above),
    }
}
