//! Whether agents that use agents come to an end.

use std::collections::BTreeSet;

use super::below::Below;
use super::finding::Findings;
use crate::plan::{AgentUse, Plan, Step};

/// The most steps behind one unit, with those of every agent in their place.
pub const MOST_STEPS: usize = 20_000;

/// What holds for the tree of an agent.
pub fn agent(found: &mut Findings, plan: &Plan, name: &str, step: &Step, below: Below) {
    if below.can_fail {
        found.say(
            "",
            format!("`{name}` can end without an answer."),
            "Give its retry a `then`: who uses an agent counts on it.",
        );
    }
    for (path, used) in uses(step) {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        if used.depth.is_none() && reached(plan, &used.agent).contains(name) {
            found.within(&path, |found| {
                let message = format!("`{}` uses itself without an end.", used.agent);
                found.say("use", message, "Say how many stand inside each other: `depth: 2`.");
            });
        }
    }
}

/// Whether a tree with all its agents can be walked in sensible time.
pub fn size(found: &mut Findings, plan: &Plan, step: &Step) {
    let endless = plan.agents.iter().any(|(name, agent)| {
        let endless = |(_, used): (_, &AgentUse)| {
            used.depth.is_none() && reached(plan, &used.agent).contains(name.as_str())
        };
        uses(&agent.step).into_iter().any(endless)
    });
    if !endless && count(plan, step, &mut vec![], MOST_STEPS).is_none() {
        let message = format!("Its agents come to more than {MOST_STEPS} steps.");
        found.say("", message, "Lower the `depth` of agents that use themselves.");
    }
}

/// The steps of a tree and of the agents in it; nothing where there are more than `most`.
fn count<'p>(
    plan: &'p Plan,
    step: &'p Step,
    above: &mut Vec<&'p str>,
    most: usize,
) -> Option<usize> {
    let mut left = most.checked_sub(1)?;
    let below = step.children().into_iter().map(|(_, child)| child);
    if let Step::Agent(used) = step
        && used.stands_in(above)
        && let Some(agent) = plan.agents.get(&used.agent)
    {
        above.push(&used.agent);
        left = left.checked_sub(count(plan, &agent.step, above, left)?)?;
        above.pop();
    }
    for child in below {
        left = left.checked_sub(count(plan, child, above, left)?)?;
    }
    Some(most - left)
}

/// The agents that one of them comes to, itself included.
pub fn reached<'p>(plan: &'p Plan, name: &'p str) -> BTreeSet<&'p str> {
    let mut known = BTreeSet::from([name]);
    let mut ahead = vec![name];
    while let Some(agent) = ahead.pop().and_then(|name| plan.agents.get(name)) {
        for (_, used) in uses(&agent.step) {
            if known.insert(&used.agent) {
                ahead.push(&used.agent);
            }
        }
    }
    known
}

/// The uses of agents in a tree, each with its path.
fn uses(step: &Step) -> Vec<(Vec<String>, &AgentUse)> {
    if let Step::Agent(used) = step {
        return vec![(vec!["agent".to_owned()], used)];
    }
    let below = step.children().into_iter().flat_map(|(path, child)| {
        let under = move |(rest, used): (Vec<String>, _)| {
            ([vec![step.kind().to_owned()], path.clone(), rest].concat(), used)
        };
        uses(child).into_iter().map(under)
    });
    below.collect()
}
