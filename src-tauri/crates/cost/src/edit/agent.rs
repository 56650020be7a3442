//! Agents: added, renamed, copied and removed; steps that become one, and uses that give way to one.

use super::done::{Done, NotEdited};
use super::fresh::{self, Spot};
use super::graft::{get, get_mut, give_way, seek, standing};
use super::kinds::AgentField;
use super::names::{self, Names};
use super::words;
use crate::check;
use crate::plan::{Agent, AgentUse, Plan, Root, Step, Trail};

/// A new agent with one call.
pub fn add(plan: &mut Plan, name: &str) -> Result<Done, NotEdited> {
    let name = free(plan, name)?;
    let agent = fresh(plan, &Trail::top(Root::Feature(0)));
    let label = format!("add agent {name}");
    let (index, _) = plan.agents.insert_full(name, agent);
    Ok(Done::once(label).selecting(Trail::top(Root::Agent(index)).path(plan)))
}

/// A field of an agent.
pub fn field(
    plan: &mut Plan,
    name: &str,
    field: AgentField,
    value: &str,
) -> Result<Done, NotEdited> {
    let index = plan.agents.get_index_of(name).ok_or_else(|| unknown(plan, name))?;
    match field {
        AgentField::Label => {
            let label = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
            plan.agents[index].label = label;
            let label = format!("label of {name}: {}", words::short(value));
            Ok(Done::typed(format!("agents/{index} label"), label))
        }
        AgentField::Name => {
            let label = words::change("rename agent", name, value);
            let done = Done::typed(format!("agents/{index} name"), label);
            if value.trim() == name {
                return Ok(done);
            }
            let to = free(plan, value)?;
            let agent = plan.agents.shift_remove(name).expect("its index was just found");
            plan.agents.shift_insert(index, to.clone(), agent);
            each_use(plan, &mut |used| {
                if used.agent == name {
                    used.agent.clone_from(&to);
                }
            });
            Ok(done)
        }
    }
}

/// A copy of an agent after it.
pub fn duplicate(plan: &mut Plan, name: &str) -> Result<Done, NotEdited> {
    let index = plan.agents.get_index_of(name).ok_or_else(|| unknown(plan, name))?;
    let mut copy = plan.agents[index].clone();
    copy.label = copy.label.map(|label| format!("{label} (copy)"));
    let to = counted(plan, name);
    plan.agents.shift_insert(index + 1, to, copy);
    let path = Trail::top(Root::Agent(index + 1)).path(plan);
    Ok(Done::once(format!("copy agent {name}")).selecting(path))
}

/// An agent goes that nothing uses.
pub fn remove(plan: &mut Plan, name: &str) -> Result<Done, NotEdited> {
    if !plan.agents.contains_key(name) {
        return Err(unknown(plan, name));
    }
    // Where it uses itself, that use goes with it.
    let own = format!("agents/{name}/");
    let users: Vec<String> = plan
        .steps()
        .into_iter()
        .filter(|standing| uses(standing.step, name) && !standing.path.starts_with(&own))
        .map(|standing| format!("`{}`", standing.address.unwrap_or(standing.path)))
        .collect();
    if !users.is_empty() {
        return Err(NotEdited::new(
            format!("`{name}` is used by {}.", users.join(", ")),
            "Remove these uses first, or let them use another agent.",
        ));
    }
    plan.agents.shift_remove(name);
    Ok(Done::once(format!("delete agent {name}")))
}

/// An agent that can be used in a tree without an end to it not being said: one that there is, or a new one.
pub fn for_use(plan: &mut Plan, near: &Trail) -> String {
    let inside = match near.root {
        Root::Feature(_) => None,
        Root::Agent(index) => plan.agents.get_index(index).map(|(name, _)| name.clone()),
    };
    let ends = |name: &&String| {
        inside.as_ref().is_none_or(|inside| !check::reached(plan, name).contains(inside.as_str()))
    };
    if let Some(known) = plan.agents.keys().find(ends) {
        return known.clone();
    }
    let name = counted(plan, "agent");
    let agent = fresh(plan, near);
    plan.agents.insert(name.clone(), agent);
    name
}

/// A step becomes a new agent, and what stands in its place uses that.
pub fn extract(plan: &mut Plan, trail: &Trail) -> Result<Done, NotEdited> {
    let step = std::mem::replace(get_mut(plan, trail)?, Step::Chain(vec![]));
    let label = format!("wrap {} in agent", words::step(&step));
    let mut names = Names::of(plan, trail.root);
    let stem = step.name().map(|name| name.replace('.', "-"));
    let name = counted(plan, &stem.unwrap_or_else(|| step.kind().to_owned()));
    let used = AgentUse {
        name: names.free(&name),
        agent: name.clone(),
        answer: fresh::answers(&step),
        depth: None,
    };
    *get_mut(plan, trail)? = Step::Agent(Box::new(used));
    plan.agents.insert(name, Agent { label: None, step });
    Ok(Done::once(label).selecting(trail.path(plan)))
}

/// A use gives way to what its agent does. An agent that nothing uses any more goes.
pub fn inline(plan: &mut Plan, trail: &Trail) -> Result<Done, NotEdited> {
    let Step::Agent(used) = get(plan, trail)?.clone() else {
        return Err(NotEdited::new("Only a use of an agent gives way to one.", "Select a use."));
    };
    let agent = plan.agents.get(&used.agent).ok_or_else(|| unknown(plan, &used.agent))?;
    let mut step = agent.step.clone();
    let comes_back = |it: &AgentUse| check::reached(plan, &it.agent).contains(used.agent.as_str());
    if all_uses(&step).into_iter().any(comes_back) {
        return Err(NotEdited::new(
            format!("`{}` uses itself: it has no place but its own.", used.agent),
            "Change the agent, or remove this use.",
        ));
    }
    let label = format!("unwrap {}", used.name);
    if !used.answer {
        fresh::calls_of_turn(&mut step, &mut |call| call.answer = false);
    }
    *get_mut(plan, trail)? = Step::Chain(vec![]);
    let left = plan.steps().into_iter().any(|standing| uses(standing.step, &used.agent));
    if !left {
        plan.agents.shift_remove(&used.agent);
    }
    names::rename(&mut step, &mut Names::of(plan, trail.root));
    let steps = match step {
        Step::Chain(steps) => steps,
        one @ (Step::Call(_)
        | Step::Route(_)
        | Step::Retry(_)
        | Step::FanOut(_)
        | Step::Conversation(_)
        | Step::Cascade(_)
        | Step::Until(_)
        | Step::Loop(_)
        | Step::ResponseCache(_)
        | Step::Tool(_)
        | Step::Agent(_)) => vec![one],
    };
    give_way(plan, trail, steps)?;
    Ok(Done::once(label).selecting(standing(plan, trail)))
}

/// Which agent a step uses.
pub fn which(plan: &mut Plan, at: &str, value: &str) -> Result<Done, NotEdited> {
    let value = value.trim();
    if !plan.agents.contains_key(value) {
        return Err(unknown(plan, value));
    }
    let trail = seek(plan, at)?;
    let used = used(get_mut(plan, &trail)?)?;
    let label = words::change(&format!("agent of {}", used.name), &used.agent, value);
    value.clone_into(&mut used.agent);
    Ok(Done::once(label).selecting(Some(at.to_owned())))
}

/// How many of an agent stand inside each other at most.
pub fn depth(plan: &mut Plan, at: &str, value: &str) -> Result<Done, NotEdited> {
    let value = value.trim();
    let depth = (!value.is_empty()).then(|| value.parse()).transpose().map_err(|_| {
        NotEdited::new(format!("`{value}` is not a number of agents."), "Write 1 to 6, or nothing.")
    })?;
    let trail = seek(plan, at)?;
    let used = used(get_mut(plan, &trail)?)?;
    used.depth = depth;
    let label = format!("depth of {}: {}", used.name, words::short(value));
    Ok(Done::typed(format!("{at} depth"), label).selecting(Some(at.to_owned())))
}

/// A step that uses an agent.
pub fn used(step: &mut Step) -> Result<&mut AgentUse, NotEdited> {
    if let Step::Agent(used) = step {
        return Ok(used);
    }
    Err(NotEdited::new("Only a use of an agent says which.", "Select a use of an agent."))
}

fn fresh(plan: &Plan, near: &Trail) -> Agent {
    Agent { label: None, step: Spot::elsewhere(plan, near).call(true) }
}

fn uses(step: &Step, name: &str) -> bool {
    matches!(step, Step::Agent(used) if used.agent == name)
}

fn all_uses(step: &Step) -> Vec<&AgentUse> {
    if let Step::Agent(used) = step {
        return vec![used];
    }
    step.children().into_iter().flat_map(|(_, child)| all_uses(child)).collect()
}

fn each_use(plan: &mut Plan, visit: &mut dyn FnMut(&mut AgentUse)) {
    fn see(step: &mut Step, visit: &mut dyn FnMut(&mut AgentUse)) {
        if let Step::Agent(used) = step {
            visit(used);
        }
        step.children_mut().into_iter().for_each(|child| see(child, visit));
    }
    plan.each_tree(&mut |step| see(step, visit));
}

fn unknown(plan: &Plan, name: &str) -> NotEdited {
    let known: Vec<&str> = plan.agents.keys().map(String::as_str).collect();
    let hint = match known.is_empty() {
        true => "Add an agent first.".to_owned(),
        false => format!("Agents of this plan: {}.", known.join(", ")),
    };
    NotEdited::new(format!("The plan has no agent called `{name}`."), hint)
}

/// A name that a new agent can have, made of what was typed.
fn free(plan: &Plan, name: &str) -> Result<String, NotEdited> {
    let typed = name.trim();
    let name = check::agent_name(typed).map_err(|hint| {
        NotEdited::new(format!("`{typed}` cannot be the name of an agent."), hint)
    })?;
    if plan.agents.contains_key(&name) {
        return Err(NotEdited::new(
            format!("Another agent is called `{name}`."),
            "Choose another name; a label may be any text.",
        ));
    }
    Ok(name)
}

/// The first free one of `scout`, `scout-2`, `scout-3`.
fn counted(plan: &Plan, stem: &str) -> String {
    let counted = (2..).map(|count: u32| format!("{stem}-{count}"));
    std::iter::once(stem.to_owned())
        .chain(counted)
        .find(|name| !plan.agents.contains_key(name))
        .expect("there are more counts than agents")
}
