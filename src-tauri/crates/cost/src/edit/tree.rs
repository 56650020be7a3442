//! Steps added, wrapped, copied, moved and removed.

use super::asked::{Direction, EditPlace, StepKind};
use super::done::{Done, NotEdited};
use super::fresh::{self, Names, Spot};
use super::words;
use crate::plan::{Branch, BranchShare, Call, HISTORY, Plan, Step, Trail};

/// A new step beside another, or inside it.
pub fn add(plan: &mut Plan, at: &str, place: EditPlace, kind: StepKind) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let beside = words::step(get(plan, &trail)?);
    let above = match place {
        EditPlace::Inside => Some(trail.clone()),
        EditPlace::Before | EditPlace::After => trail.parent().map(|(above, _)| above),
    };
    let mut spot = Spot::under(plan, above.as_ref(), &trail);
    let new = match (place, kind, get(plan, &trail)?) {
        (EditPlace::Inside, StepKind::Call, Step::Route(route)) => {
            spot.call(route.branches.iter().any(|branch| fresh::answers(&branch.step)))
        }
        _ => spot.step(kind),
    };
    match place {
        EditPlace::Inside => inside(plan, &trail, None, mark(HERE))?,
        EditPlace::Before => beside_of(plan, &trail, Side::Before, mark(HERE))?,
        EditPlace::After => beside_of(plan, &trail, Side::After, mark(HERE))?,
    }
    let where_to = match place {
        EditPlace::Before => "before",
        EditPlace::After => "after",
        EditPlace::Inside => "inside",
    };
    let label = format!("add {} {where_to} {beside}", new.kind());
    Ok(Done::once(label).selecting(settle(plan, new)))
}

/// One more way for a route.
pub fn add_branch(plan: &mut Plan, at: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    match get(plan, &trail)? {
        Step::Route(_) => add(plan, at, EditPlace::Inside, StepKind::Call),
        Step::Call(_)
        | Step::Chain(_)
        | Step::Retry(_)
        | Step::FanOut(_)
        | Step::Conversation(_) => {
            Err(NotEdited::new("Only a route has branches.", "Wrap the step in a route."))
        }
    }
}

/// What happens when every attempt of a retry failed.
pub fn add_then(plan: &mut Plan, at: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let above = trail.parent().map(|(above, _)| above);
    let mut spot = Spot::under(plan, above.as_ref(), &trail);
    let Some(Step::Retry(retry)) = trail.step_mut(plan) else {
        return Err(NotEdited::new("Only a retry has a stand-in.", "Wrap the step in a retry."));
    };
    if retry.then.is_some() {
        return Err(NotEdited::new(
            format!("`{}` has a stand-in already.", retry.name),
            "Change that one, or remove it first.",
        ));
    }
    let label = format!("add a stand-in for {}", words::step(&retry.step));
    retry.then = Some(spot.call(fresh::answers(&retry.step)));
    Ok(Done::once(label).selecting(trail.child(1).path(plan)))
}

/// A step becomes the content of a new one.
pub fn wrap(plan: &mut Plan, at: &str, kind: StepKind) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let above = trail.parent().map(|(above, _)| above);
    let mut spot = Spot::under(plan, above.as_ref(), &trail);
    let step = get(plan, &trail)?.clone();
    let label = words::step(&step);
    let around = spot.around(kind, step).ok_or_else(|| {
        NotEdited::new("A call holds no steps.", "Wrap it in a chain, a route or a retry.")
    })?;
    let label = format!("wrap {label} in {}", around.kind());
    *get_mut(plan, &trail)? = around;
    Ok(Done::once(label).selecting(trail.path(plan)))
}

/// A step gives way to its content.
pub fn unwrap(plan: &mut Plan, at: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let label = format!("unwrap {}", words::step(get(plan, &trail)?));
    let in_turns = trail.parent().is_some_and(|(above, _)| in_conversation(plan, &above));
    let content = match get(plan, &trail)?.clone() {
        Step::Call(_) => {
            return Err(NotEdited::new("A call holds no steps.", "Remove it instead."));
        }
        Step::Chain(steps) => steps,
        Step::Route(mut route) => match route.branches.len() {
            1 => vec![route.branches.remove(0).step],
            _ => {
                return Err(NotEdited::new(
                    "A route of several ways cannot become all of them.",
                    "Remove the branches that go, until one is left.",
                ));
            }
        },
        Step::Retry(retry) => vec![retry.step],
        Step::FanOut(fan) => vec![fan.step],
        Step::Conversation(mut conversation) => {
            if !in_turns {
                for step in &mut conversation.turn {
                    fresh::calls_of_turn(step, &mut |call| {
                        call.input.retain(|input| input.part != HISTORY);
                    });
                }
            }
            conversation.turn
        }
    };
    give_way(plan, &trail, content)?;
    Ok(Done::once(label).selecting(standing(plan, &trail)))
}

/// A copy of a step after it; of a branch, one more branch.
pub fn duplicate(plan: &mut Plan, at: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let mut copy = get(plan, &trail)?.clone();
    let label = format!("copy {}", words::step(&copy));
    rename(&mut copy, &mut Names::of(plan, trail.feature));
    let parent = trail.parent();
    if let Some((above, turn)) = &parent
        && let Some(Step::Route(route)) = above.step_mut(plan)
    {
        let share = BranchShare::Named(fresh::share(&route.branches));
        let last = route.branches.len().saturating_sub(1);
        let index = (turn + 1).min(last);
        route.branches.insert(index, Branch { share, step: copy });
        return Ok(Done::once(label).selecting(above.child(index).path(plan)));
    }
    if parent.is_some_and(|(above, _)| in_conversation(plan, &above)) {
        // A turn has one answer, and the original gives it.
        fresh::calls_of_turn(&mut copy, &mut |call| call.answer = false);
    }
    beside_of(plan, &trail, Side::After, mark(HERE))?;
    Ok(Done::once(label).selecting(settle(plan, copy)))
}

/// A step goes, with all under it.
pub fn remove(plan: &mut Plan, at: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let label = format!("delete {}", words::step(get(plan, &trail)?));
    take_out(plan, &trail)?;
    Ok(Done::once(label).selecting(standing(plan, &trail)))
}

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
            format!("{name} cannot go into itself."),
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

/// Where a new step goes beside one that is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

/// The name of a step that keeps a place while the tree around it changes. No document can hold it.
const HERE: &str = "\0here";
const GONE: &str = "\0gone";

fn mark(name: &str) -> Step {
    Step::Call(Call { name: name.to_owned(), ..Call::default() })
}

/// The place of a mark.
fn find(plan: &Plan, mark: &str) -> Trail {
    let mut steps = plan.steps().into_iter();
    let marked = steps.find(|standing| standing.step.name() == Some(mark));
    let trail = marked.and_then(|standing| Trail::to(plan, &standing.path));
    trail.expect("the mark was just put there")
}

/// Puts a step where the mark is; answers its place.
fn settle(plan: &mut Plan, step: Step) -> Option<String> {
    let here = find(plan, HERE);
    if let Some(marked) = here.step_mut(plan) {
        *marked = step;
    }
    here.path(plan)
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
    Ok(Done::once(label).selecting(settle(plan, step)))
}

pub(super) fn seek(plan: &Plan, path: &str) -> Result<Trail, NotEdited> {
    Trail::to(plan, path).ok_or_else(|| nowhere(path))
}

fn nowhere(path: &str) -> NotEdited {
    NotEdited::new(
        format!("No step stands at `{path}`."),
        "It may have been moved or removed: select it again.",
    )
}

fn get<'p>(plan: &'p Plan, trail: &Trail) -> Result<&'p Step, NotEdited> {
    trail.step(plan).ok_or_else(|| nowhere("this place"))
}

fn get_mut<'p>(plan: &'p mut Plan, trail: &Trail) -> Result<&'p mut Step, NotEdited> {
    trail.step_mut(plan).ok_or_else(|| nowhere("this place"))
}

/// The steps that follow one another under a step, where several can.
fn list(step: &mut Step) -> Option<&mut Vec<Step>> {
    match step {
        Step::Chain(steps) => Some(steps),
        Step::Conversation(conversation) => Some(&mut conversation.turn),
        Step::Call(_) | Step::Route(_) | Step::Retry(_) | Step::FanOut(_) => None,
    }
}

/// Puts a step beside another. Where one step stands alone, both then stand in a chain.
fn beside_of(plan: &mut Plan, trail: &Trail, side: Side, new: Step) -> Result<(), NotEdited> {
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
        | Step::Conversation(_)) => vec![only],
    };
    match side {
        Side::Before => steps.insert(0, new),
        Side::After => steps.push(new),
    }
    *step = Step::Chain(steps);
}

/// Puts a step into another: as one of its children, or as its last.
fn inside(
    plan: &mut Plan,
    trail: &Trail,
    index: Option<usize>,
    new: Step,
) -> Result<(), NotEdited> {
    let side = if index == Some(0) { Side::Before } else { Side::After };
    match get_mut(plan, trail)? {
        Step::Call(call) => {
            return Err(NotEdited::new(
                format!("`{}` is a call: no step can stand in it.", call.name),
                "Put the step beside it, or wrap the call first.",
            ));
        }
        Step::Chain(steps) => put(steps, index, new),
        Step::Conversation(conversation) => put(&mut conversation.turn, index, new),
        Step::Route(route) => {
            // The branch that takes the rest stays the last.
            let last = route.branches.len().saturating_sub(1);
            let share = BranchShare::Named(fresh::share(&route.branches));
            let index = index.unwrap_or(last).min(last);
            route.branches.insert(index, Branch { share, step: new });
        }
        Step::Retry(retry) => join(&mut retry.step, side, new),
        Step::FanOut(fan) => join(&mut fan.step, side, new),
    }
    Ok(())
}

fn put(steps: &mut Vec<Step>, index: Option<usize>, new: Step) {
    steps.insert(index.unwrap_or(steps.len()).min(steps.len()), new);
}

/// Puts steps in the place of one.
fn give_way(plan: &mut Plan, trail: &Trail, mut steps: Vec<Step>) -> Result<(), NotEdited> {
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
fn take_out(plan: &mut Plan, trail: &Trail) -> Result<(), NotEdited> {
    let alone = |whose: &str, hint: &str| {
        Err(NotEdited::new(format!("{whose} needs a step, and this is its only one."), hint))
    };
    let Some((above, turn)) = trail.parent() else {
        return alone("A feature", "Remove the feature, or add another step first.");
    };
    let left = match get_mut(plan, &above)? {
        Step::Call(_) => return Err(nowhere("this place")),
        Step::Chain(steps) if steps.len() > 1 => {
            steps.remove(turn);
            if steps.len() > 1 { vec![] } else { std::mem::take(steps) }
        }
        Step::Chain(_) => return take_out(plan, &above),
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
                last.share = BranchShare::Rest;
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

/// Changes places with the step before or after.
fn swap(plan: &mut Plan, trail: &Trail, side: Side, name: &str) -> Result<Done, NotEdited> {
    let (way, end) = if side == Side::Before { ("up", "first") } else { ("down", "last") };
    let stands_alone = || {
        NotEdited::new(
            format!("{name} stands alone here: there is no other to change places with."),
            "Move it out, or add a step beside it first.",
        )
    };
    let (above, turn) = trail.parent().ok_or_else(stands_alone)?;
    let to = if side == Side::Before { turn.checked_sub(1) } else { turn.checked_add(1) };
    let count = get(plan, &above)?.children().len();
    let to = to.filter(|to| *to < count).ok_or_else(|| {
        NotEdited::new(
            format!("{name} is the {end} here."),
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
        Step::Call(_) => Err(nowhere("this place")),
        Step::Chain(steps) => Ok(shift(steps, from, to)),
        Step::Conversation(conversation) => Ok(shift(&mut conversation.turn, from, to)),
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
        Step::Retry(_) | Step::FanOut(_) => Err(NotEdited::new(
            format!("{name} has its one place here."),
            "Move it out, or into a step of its own.",
        )),
    }
}

/// Into the step before it, as its last.
fn move_in(plan: &mut Plan, trail: &Trail, name: &str) -> Result<Done, NotEdited> {
    let before = trail.parent().and_then(|(above, turn)| {
        let is_retry = matches!(above.step(plan), Some(Step::Retry(_)));
        Some(above.child(turn.checked_sub(1).filter(|_| !is_retry)?))
    });
    let before = before.ok_or_else(|| {
        NotEdited::new(
            format!("No step stands before {name} that it could go into."),
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
            format!("{name} stands at the top of its feature."),
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

/// Gives every step in a copy a name of its own.
fn rename(step: &mut Step, names: &mut Names) {
    // A route is numbered by its place.
    if !matches!(step, Step::Route(_))
        && let Some(name) = step.name_mut()
    {
        *name = names.free(name);
    }
    step.children_mut().into_iter().for_each(|child| rename(child, names));
}

/// Whether a step is a conversation, or stands in one.
fn in_conversation(plan: &Plan, trail: &Trail) -> bool {
    matches!(trail.step(plan), Some(Step::Conversation(_)))
        || trail.parent().is_some_and(|(above, _)| in_conversation(plan, &above))
}

/// The place at the end of a way, or the nearest that is left.
fn standing(plan: &Plan, trail: &Trail) -> Option<String> {
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
