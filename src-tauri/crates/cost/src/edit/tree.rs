//! Steps added, wrapped, copied, moved and removed.

use super::agent;
use super::done::{Done, NotEdited};
use super::fields::EditPlace;
use super::fresh::{self, Spot};
use super::graft::{
    HERE, Side, beside_of, get, get_mut, give_way, inside, mark, seek, settle, standing, take_out,
};
use super::kinds::StepKind;
use super::names::{self, Names};
use super::words;
use crate::plan::{Branch, BranchShare, CONTEXT, HISTORY, Plan, Step, Trail};

/// A new step beside another, or inside it.
pub fn add(plan: &mut Plan, at: &str, place: EditPlace, kind: StepKind) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let beside = words::step(get(plan, &trail)?);
    let above = match place {
        EditPlace::Inside => Some(trail.clone()),
        EditPlace::Before | EditPlace::After => trail.parent().map(|(above, _)| above),
    };
    let agent = (kind == StepKind::Agent).then(|| agent::for_use(plan, &trail));
    let spot = Spot::under(plan, above.as_ref(), &trail);
    let mut spot = spot.with_agent(agent.unwrap_or_default());
    let new = match (place, kind, get(plan, &trail)?) {
        (EditPlace::Inside, StepKind::Call, ways @ (Step::Route(_) | Step::Cascade(_))) => {
            spot.call(fresh::answers(ways))
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
    plan.prompts.extend(spot.parts());
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
        | Step::Conversation(_)
        | Step::Cascade(_)
        | Step::Until(_)
        | Step::Loop(_)
        | Step::ResponseCache(_)
        | Step::Tool(_)
        | Step::Agent(_) => {
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
    if kind == StepKind::Agent {
        return agent::extract(plan, &trail);
    }
    let above = trail.parent().map(|(above, _)| above);
    let mut spot = Spot::under(plan, above.as_ref(), &trail);
    let step = get(plan, &trail)?.clone();
    let label = words::step(&step);
    let around = spot.around(kind, step).ok_or_else(|| {
        NotEdited::new(
            "A call and a tool hold no steps.",
            "Wrap it in a chain, a route or a retry.",
        )
    })?;
    let label = format!("wrap {label} in {}", around.kind());
    *get_mut(plan, &trail)? = around;
    plan.prompts.extend(spot.parts());
    Ok(Done::once(label).selecting(trail.path(plan)))
}

/// A step gives way to its content.
pub fn unwrap(plan: &mut Plan, at: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let label = format!("unwrap {}", words::step(get(plan, &trail)?));
    let in_turns = trail.parent().is_some_and(|(above, _)| in_conversation(plan, &above));
    let content = match get(plan, &trail)?.clone() {
        single @ (Step::Call(_) | Step::Tool(_)) => {
            let message = format!("A {} holds no steps.", single.kind());
            return Err(NotEdited::new(message, "Remove it instead."));
        }
        Step::Agent(_) => return agent::inline(plan, &trail),
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
        Step::Cascade(mut cascade) => match cascade.tiers.len() {
            1 => vec![cascade.tiers.remove(0).step],
            _ => {
                return Err(NotEdited::new(
                    "A cascade of several tiers cannot become all of them.",
                    "Remove the tiers that go, until one is left.",
                ));
            }
        },
        Step::Until(until) => vec![without_context(until.draft)],
        Step::Loop(repeated) => vec![without_context(repeated.step)],
        Step::ResponseCache(cache) => vec![cache.step],
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

/// A step for which nothing grows any more.
fn without_context(mut step: Step) -> Step {
    fresh::calls_of_turn(&mut step, &mut |call| call.input.retain(|input| input.part != CONTEXT));
    step
}

/// A copy of a step after it; of a branch, one more branch.
pub fn duplicate(plan: &mut Plan, at: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let mut copy = get(plan, &trail)?.clone();
    let label = format!("copy {}", words::step(&copy));
    names::rename(&mut copy, &mut Names::of(plan, trail.root));
    let parent = trail.parent();
    if let Some((above, turn)) = &parent
        && let Some(Step::Route(route)) = above.step_mut(plan)
    {
        let share = BranchShare::Named(fresh::share(&route.branches));
        let last = route.branches.len().saturating_sub(1);
        let index = (turn + 1).min(last);
        route.branches.insert(index, Branch::new(share, copy));
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

/// Whether a step is a conversation, or stands in one.
pub fn in_conversation(plan: &Plan, trail: &Trail) -> bool {
    matches!(trail.step(plan), Some(Step::Conversation(_)))
        || trail.parent().is_some_and(|(above, _)| in_conversation(plan, &above))
}
