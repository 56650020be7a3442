//! On which days of a plan its agents run, and its steps.

use std::collections::BTreeMap;

use crate::plan::{Days, Plan, Root, Step, Trail};

/// The days of each agent that is used, by its name: those of all its uses. Nothing where the plan has no days.
pub fn of_agents(plan: &Plan) -> BTreeMap<&str, Days> {
    let mut found = BTreeMap::new();
    let Some(all) = plan.days() else { return found };
    for feature in &plan.features {
        uses(plan, &feature.step, (&all, &feature.days_of(&all)), &mut found);
    }
    found
}

/// The days on which a step may run: those of its feature, or of all uses of its agent, and of every branch around it.
/// Nothing where the plan has no days, or no such step.
pub fn of_step(plan: &Plan, trail: &Trail) -> Option<Days> {
    let all = plan.days()?;
    let (mut step, mut days) = match trail.root {
        Root::Feature(index) => {
            let feature = plan.features.get(index)?;
            (&feature.step, feature.days_of(&all))
        }
        Root::Agent(index) => {
            let (name, agent) = plan.agents.get_index(index)?;
            (&agent.step, of_agents(plan).remove(name.as_str()).unwrap_or_default())
        }
    };
    for &turn in &trail.turns {
        if let Some(own) = of_branches(step, &all).get(turn) {
            days = days.and(own);
        }
        step = step.children().get(turn)?.1;
    }
    Some(days)
}

fn uses<'p>(
    plan: &'p Plan,
    step: &'p Step,
    (all, here): (&Days, &Days),
    found: &mut BTreeMap<&'p str, Days>,
) {
    if let Step::Agent(used) = step {
        let known = found.entry(&used.agent).or_default();
        let both = known.or(here);
        // A circle ends where it brings no more days.
        if both != *known {
            *known = both;
            if let Some(agent) = plan.agents.get(&used.agent) {
                uses(plan, &agent.step, (all, here), found);
            }
        }
    }
    let own = of_branches(step, all);
    for (index, (_, child)) in step.children().into_iter().enumerate() {
        let below = own.get(index).map_or_else(|| here.clone(), |own| own.and(here));
        uses(plan, child, (all, &below), found);
    }
}

/// The days of each branch of a route that says when its branches run; nothing of any other step.
fn of_branches(step: &Step, all: &Days) -> Vec<Days> {
    match step {
        Step::Route(route) if route.is_dated() => route.days_of(all),
        Step::Call(_)
        | Step::Chain(_)
        | Step::Route(_)
        | Step::Retry(_)
        | Step::FanOut(_)
        | Step::Conversation(_)
        | Step::Cascade(_)
        | Step::Until(_)
        | Step::Loop(_)
        | Step::ResponseCache(_)
        | Step::Tool(_)
        | Step::Agent(_) => vec![],
    }
}
