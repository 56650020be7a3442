//! Steps moved: up, down, in, out, and anywhere.

use super::done::{Done, NotEdited};
use super::fields::Direction;
use super::graft::{
    GONE, HERE, Side, beside_of, find, get, get_mut, inside, list, mark, nowhere, seek, settle,
    sought, take_out,
};
use super::words;
use crate::plan::{Cascade, Plan, Step, Trail};

/// A step goes one place on.
pub fn step_on(plan: &mut Plan, at: &str, by: Direction) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let name = words::step(get(plan, &trail)?);
    match by {
        Direction::Up => swap(plan, &trail, Side::Before, &name),
        Direction::Down => swap(plan, &trail, Side::After, &name),
        Direction::In => move_in(plan, &trail, &name),
        Direction::Out => move_out(plan, &trail, &name),
    }
}

/// A step goes under another, as one of its children.
pub fn move_to(plan: &mut Plan, at: &str, under: &str, index: usize) -> Result<Done, NotEdited> {
    let (trail, parent) = (seek(plan, at)?, seek(plan, under)?);
    let name = words::step(get(plan, &trail)?);
    if trail.holds(&parent) {
        return Err(NotEdited::new(
            format!("`{name}` cannot go into itself."),
            "Choose a step that does not stand in it.",
        ));
    }
    let label = format!("move {name} into {}", words::step(get(plan, &parent)?));
    match trail.parent() {
        Some((above, turn)) if above == parent => {
            let index = reorder(plan, &above, turn, index, &name)?;
            let label = format!("move {name} {}", if index < turn { "up" } else { "down" });
            Ok(Done::once(label).selecting(above.child(index).path(plan)))
        }
        Some(_) | None => {
            carry(plan, &trail, label, |plan| inside(plan, &parent, Some(index), mark(HERE)))
        }
    }
}

/// Takes a step from one place to another, where `put` puts the mark.
fn carry(
    plan: &mut Plan,
    from: &Trail,
    label: String,
    put: impl FnOnce(&mut Plan) -> Result<(), NotEdited>,
) -> Result<Done, NotEdited> {
    let step = std::mem::replace(get_mut(plan, from)?, mark(GONE));
    put(plan)?;
    let gone = find(plan, GONE);
    take_out(plan, &gone)?;
    if sought(plan, HERE).is_none() {
        return Err(NotEdited::new(
            format!("What `{}` would go into goes with it.", words::step(&step)),
            "A tier takes its judge along: choose another place.",
        ));
    }
    Ok(Done::once(label).selecting(settle(plan, step)))
}

/// Changes places with the step before or after.
fn swap(plan: &mut Plan, trail: &Trail, side: Side, name: &str) -> Result<Done, NotEdited> {
    let (way, end) = if side == Side::Before { ("up", "first") } else { ("down", "last") };
    let stands_alone = || {
        NotEdited::new(
            format!("`{name}` stands alone here: there is no other to change places with."),
            "Move it out, or add a step beside it first.",
        )
    };
    let (above, turn) = trail.parent().ok_or_else(stands_alone)?;
    let to = if side == Side::Before { turn.checked_sub(1) } else { turn.checked_add(1) };
    let count = get(plan, &above)?.children().len();
    let to = to.filter(|to| *to < count).ok_or_else(|| {
        NotEdited::new(
            format!("`{name}` is the {end} here."),
            "Move it out to go past the step around it.",
        )
    })?;
    reorder(plan, &above, turn, to, name)?;
    Ok(Done::once(format!("move {name} {way}")).selecting(above.child(to).path(plan)))
}

/// Takes a child of a step to another place among its children; answers which it becomes.
fn reorder(
    plan: &mut Plan,
    above: &Trail,
    from: usize,
    to: usize,
    name: &str,
) -> Result<usize, NotEdited> {
    fn shift<T>(items: &mut Vec<T>, from: usize, to: usize) -> usize {
        let to = to.min(items.len() - 1);
        let item = items.remove(from);
        items.insert(to, item);
        to
    }
    match get_mut(plan, above)? {
        Step::Call(_) | Step::Tool(_) | Step::Agent(_) => Err(nowhere("this place")),
        Step::Chain(steps) => Ok(shift(steps, from, to)),
        Step::Conversation(conversation) if from < conversation.turn.len() => {
            Ok(shift(&mut conversation.turn, from, to))
        }
        Step::Route(route) => {
            let last = route.branches.len() - 1;
            if from != to && (from == last || to >= last) {
                return Err(NotEdited::new(
                    "The branch that takes the rest stands last.",
                    "Change the shares, or move the steps inside the branches.",
                ));
            }
            Ok(shift(&mut route.branches, from, to))
        }
        Step::Cascade(cascade) => tiers(cascade, from, to, name),
        Step::Retry(_)
        | Step::FanOut(_)
        | Step::Conversation(_)
        | Step::Until(_)
        | Step::Loop(_)
        | Step::ResponseCache(_) => Err(NotEdited::new(
            format!("`{name}` has its one place here."),
            "Move it out, or into a step of its own.",
        )),
    }
}

/// Tiers change places; what is accepted of a place stays with it, as its judge does.
fn tiers(cascade: &mut Cascade, from: usize, to: usize, name: &str) -> Result<usize, NotEdited> {
    let seat = |child: usize| cascade.seat(child).ok_or_else(|| nowhere("this place"));
    let (tier, judges) = seat(from)?;
    if judges {
        return Err(NotEdited::new(
            format!("`{name}` judges its tier and has its one place here."),
            "Move it out, or add a judge to the other tier.",
        ));
    }
    let last = cascade.tiers.len() - 1;
    let (met, _) = seat(to.min(cascade_children(cascade) - 1))?;
    // Beyond the judge of a tier is the next tier.
    let other = if to > from { (tier + 1).max(met).min(last) } else { met.min(tier) };
    let mut steps: Vec<Step> = cascade.tiers.iter().map(|rung| rung.step.clone()).collect();
    let step = steps.remove(tier);
    steps.insert(other, step);
    for (rung, step) in cascade.tiers.iter_mut().zip(steps) {
        rung.step = step;
    }
    let before = cascade.tiers[..other].iter();
    Ok(before.map(|rung| 1 + usize::from(rung.judge.is_some())).sum())
}

fn cascade_children(cascade: &Cascade) -> usize {
    cascade.tiers.iter().map(|rung| 1 + usize::from(rung.judge.is_some())).sum()
}

/// Into the step before it, as its last.
fn move_in(plan: &mut Plan, trail: &Trail, name: &str) -> Result<Done, NotEdited> {
    let before = trail.parent().and_then(|(above, turn)| {
        let is_retry = matches!(above.step(plan), Some(Step::Retry(_)));
        Some(above.child(turn.checked_sub(1).filter(|_| !is_retry)?))
    });
    let before = before.ok_or_else(|| {
        NotEdited::new(
            format!("No step stands before `{name}` that it could go into."),
            "Move it down first, or wrap it.",
        )
    })?;
    let label = format!("move {name} into {}", words::step(get(plan, &before)?));
    carry(plan, trail, label, |plan| inside(plan, &before, None, mark(HERE)))
}

/// Right after the step that it stands in.
fn move_out(plan: &mut Plan, trail: &Trail, name: &str) -> Result<Done, NotEdited> {
    let at_the_top = || {
        NotEdited::new(
            format!("`{name}` stands at the top of its feature."),
            "There is nothing to move it out of.",
        )
    };
    let (mut around, _) = trail.parent().ok_or_else(at_the_top)?;
    // Beside a chain that stands alone is in that chain: out of what is around it, then.
    while matches!(get(plan, &around)?, Step::Chain(_)) {
        let Some((above, _)) = around.parent() else { return Err(at_the_top()) };
        if list(get_mut(plan, &above)?).is_some() {
            break;
        }
        around = above;
    }
    let label = format!("move {name} out of {}", words::step(get(plan, &around)?));
    carry(plan, trail, label, |plan| beside_of(plan, &around, Side::After, mark(HERE)))
}
