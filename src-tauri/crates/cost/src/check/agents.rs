//! Whether agents that use agents come to an end.

use std::collections::BTreeSet;

use super::below::Below;
use super::finding::Findings;
use crate::plan::{AgentUse, Call, Plan, Step};

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

/// The calls behind a use of an agent that ask the pauses around it how soon they come again, each with its agent.
/// Conversations inside of it have pauses of their own.
pub fn waiting<'p>(plan: &'p Plan, name: &'p str) -> Vec<(&'p str, &'p Call)> {
    let (mut known, mut ahead, mut calls) = (BTreeSet::from([name]), vec![name], vec![]);
    while let Some(name) = ahead.pop() {
        let mut steps: Vec<&Step> =
            plan.agents.get(name).map(|agent| &agent.step).into_iter().collect();
        while let Some(step) = steps.pop() {
            match step {
                Step::Call(call) => calls.extend(call.waits().then_some((name, call))),
                Step::Agent(used) => {
                    ahead.extend(known.insert(&used.agent).then_some(&*used.agent))
                }
                Step::Conversation(_) | Step::Tool(_) => {}
                Step::Chain(_)
                | Step::Route(_)
                | Step::Retry(_)
                | Step::FanOut(_)
                | Step::Cascade(_)
                | Step::Until(_)
                | Step::Loop(_)
                | Step::ResponseCache(_) => {
                    steps.extend(step.children().into_iter().rev().map(|(_, child)| child));
                }
            }
        }
    }
    calls
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

#[cfg(test)]
mod tests {
    use crate::plan::{Measures, Plan};
    use crate::sample::book;

    /// What is wrong with a conversation of this turn, whose agent `scout` makes a call that says this of its cache.
    fn problems(conversation: &str, cache: &str) -> Vec<String> {
        let call = format!(
            "{{ call: {{ name: look, model: acme/cached, input: [system], output: 9, answer: true, cache: {cache} }} }}"
        );
        let turn = conversation.replace("CALL", &call);
        let text = format!(
            "{{ forebill: 1, name: T, starts: 2027-01, months: 1, prompts: {{ system: {{ tokens: 1500, role: system }} }}, \
             agents: {{ scout: {{ step: {{ loop: {{ steps: 2, step: {call} }} }} }} }}, features: [ {{ name: f, unit: unit, \
             volume: {{ units: 9/month }}, step: {{ conversation: {{ turns: 3, {turn} }} }} }} ] }}"
        );
        let plan = serde_saphyr::from_str::<Plan>(&text).unwrap_or_else(|error| panic!("{error}"));
        let (plan, measures) = (plan.addressed(), Measures::default());
        let found = crate::check::check(&plan, &measures, &[&book()]);
        let problems = found.err().into_iter().flatten();
        problems.map(|it| format!("{}: {} {}", it.path.join("/"), it.message, it.hint)).collect()
    }

    #[test]
    fn a_session_without_pauses_is_asked_how_soon_it_calls_again_wherever_the_call_stands() {
        let agent = "turn: [ { until: { rounds: 2, accepts: 50%, draft: { agent: { use: scout } }, \
             check: { agent: { use: scout } } } } ]";
        let asked = "agent/use: How soon does the session call `look` of `scout` again? Write `pause: 2 min` at the \
             conversation, or `in_time: 80%` at the cache of the call.";
        let turn = "features/0/step/conversation/turn/0/until";
        assert_eq!(
            problems(agent, "{ alive: 50% }"),
            [format!("{turn}/draft/{asked}"), format!("{turn}/check/{asked}")]
        );
        let in_loop = "turn: [ { loop: { steps: 2, step: CALL } } ]";
        assert_eq!(
            problems(in_loop, "{ alive: 50% }"),
            [
                "features/0/step/conversation/turn/0/loop/step/call/cache: How soon does the session call `look` again? \
              Write `pause: 2 min` at the conversation, or `in_time: 80%` here."
            ]
        );
        for turn in [agent, in_loop] {
            assert!(problems(turn, "{ alive: 50%, in_time: 80% }").is_empty());
            assert!(problems(&format!("pause: 1 min, {turn}"), "{ alive: 50% }").is_empty());
        }
    }
}
