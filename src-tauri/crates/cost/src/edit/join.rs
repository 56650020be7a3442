//! The features of another plan, brought into one with their parts, agents and costs.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::done::{Done, NotEdited};
use super::feature::say_whose;
use crate::check::feature_name;
use crate::plan::{Plan, Prices, Root, Step, Trail};

/// New names by the old ones: only of what collides.
type Names = BTreeMap<String, String>;

/// Adds what `other` plans. A part or agent that says the same is shared, one that says something else
/// gets another name; contracts, causes and calibrations stay where they were agreed and measured.
pub fn join(plan: &mut Plan, other: &Plan, label: &str) -> Result<Done, NotEdited> {
    let mut other = bring(plan, other);
    let is_ours = |name: &str| plan.features.iter().any(|feature| feature.name == name);
    let is_theirs = |name: &str| other.features.iter().any(|feature| feature.name == name);
    let taken: Vec<String> = other.features.iter().map(|it| it.name.clone()).collect();
    let features = freed(renamed(&taken, is_ours), &|name| {
        is_ours(name) || is_theirs(name) || feature_name(name).is_err()
    });
    let first = plan.features.len();
    say_whose(plan);
    say_whose(&mut other);
    for mut feature in other.features {
        feature.name = named(&features, feature.name);
        plan.features.push(feature);
    }
    for mut cost in other.other_costs {
        cost.of = cost.of.map(|feature| named(&features, feature));
        let plain = cost.name.clone();
        let mut names = (2..).map(|count: u32| format!("{plain} {count}"));
        while plan.other_costs.iter().any(|known| known.id() == cost.id()) {
            cost.name = names.next().expect("there are more counts than costs");
        }
        plan.other_costs.push(cost);
    }
    let path = Trail::top(Root::Feature(first)).path(plan);
    Ok(Done::once(label).selecting(path))
}

/// Adds the parts and agents of another plan; answers that plan by the names that they have here.
pub fn bring(plan: &mut Plan, other: &Plan) -> Plan {
    let mut other = other.clone().addressed();
    let parts = other_names(plan, &other, &|plan| &mut plan.prompts);
    each_tree(&mut other, &mut |step| name_parts(step, &parts));
    // An agent is the same only where it sends the same parts.
    let agents = other_names(plan, &other, &|plan| &mut plan.agents);
    each_tree(&mut other, &mut |step| name_agents(step, &agents));
    for (name, part) in std::mem::take(&mut other.prompts) {
        plan.prompts.entry(named(&parts, name)).or_insert(part);
    }
    for (name, agent) in std::mem::take(&mut other.agents) {
        plan.agents.entry(named(&agents, name)).or_insert(agent);
    }
    if let (Some(ours), Some(theirs)) = (&mut plan.prices, &other.prices) {
        later(ours, theirs);
    }
    other
}

fn named(names: &Names, name: String) -> String {
    names.get(&name).cloned().unwrap_or(name)
}

/// What was known of prices on either day.
fn later(ours: &mut Prices, theirs: &Prices) {
    ours.as_of = ours.as_of.max(theirs.as_of);
}

/// Another name for each of theirs that says something else here: a numbered one under which the same
/// is known already, else a free one.
fn other_names<T: PartialEq>(
    ours: &Plan,
    theirs: &Plan,
    of: &dyn Fn(&mut Plan) -> &mut IndexMap<String, T>,
) -> Names {
    let (mut plan, mut other) = (ours.clone(), theirs.clone());
    let (known, brought) = (of(&mut plan), of(&mut other));
    let collides = |name: &str| known.get(name).is_some_and(|it| Some(it) != brought.get(name));
    let mut names = Names::new();
    let mut strange = vec![];
    for name in renamed(brought.keys(), collides) {
        let numbered = (2..).map(|count: u32| format!("{name}-{count}"));
        let mut numbered = numbered.take_while(|it| known.contains_key(it));
        let same = numbered.find(|it| {
            !brought.contains_key(it) && under(theirs, of, &name, it).as_ref() == known.get(it)
        });
        match same {
            Some(same) => drop(names.insert(name, same)),
            None => strange.push(name),
        }
    }
    names.extend(freed(strange, &|name| known.contains_key(name) || brought.contains_key(name)));
    names
}

/// What a plan has under a name, as it would be under another.
fn under<T>(
    plan: &Plan,
    of: &dyn Fn(&mut Plan) -> &mut IndexMap<String, T>,
    name: &str,
    other: &str,
) -> Option<T> {
    let mut plan = plan.clone();
    let it = of(&mut plan).shift_remove(name)?;
    of(&mut plan).insert(other.to_owned(), it);
    of(&mut plan.addressed()).shift_remove(other)
}

/// The names that need another one.
fn renamed<'n>(
    names: impl IntoIterator<Item = &'n String>,
    collides: impl Fn(&str) -> bool,
) -> Vec<String> {
    names.into_iter().filter(|name| collides(name)).cloned().collect()
}

/// A free name for each: `system-2`.
fn freed(names: Vec<String>, is_taken: &dyn Fn(&str) -> bool) -> Names {
    let free = |name: String| {
        let mut numbered = (2..).map(|count: u32| format!("{name}-{count}"));
        let free = numbered.find(|name| !is_taken(name)).expect("there are more counts than names");
        (name, free)
    };
    names.into_iter().map(free).collect()
}

fn name_parts(step: &mut Step, names: &Names) {
    let name = |part: &mut String| {
        if let Some(other) = names.get(part) {
            part.clone_from(other);
        }
    };
    if let Step::Call(call) = step {
        call.input.iter_mut().for_each(|input| name(&mut input.part));
    } else if let Step::Tool(tool) = step {
        tool.returns.iter_mut().for_each(name);
    }
}

fn name_agents(step: &mut Step, names: &Names) {
    if let Step::Agent(used) = step
        && let Some(other) = names.get(&used.agent)
    {
        used.agent.clone_from(other);
    }
}

fn each_tree(plan: &mut Plan, visit: &mut dyn FnMut(&mut Step)) {
    let agents = plan.agents.values_mut().map(|agent| &mut agent.step);
    for step in agents.chain(plan.features.iter_mut().map(|feature| &mut feature.step)) {
        each_step(step, visit);
    }
}

fn each_step(step: &mut Step, visit: &mut dyn FnMut(&mut Step)) {
    visit(step);
    step.children_mut().into_iter().for_each(|child| each_step(child, visit));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str) -> Plan {
        serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}"))
    }

    const OURS: &str = "
forebill: 1
name: Ours
starts: 2027-01
months: 3
prompts: { rules: { tokens: 100 }, q: { tokens: 20 } }
agents: { seeker: { step: { call: { name: look, model: acme/small, answer: true, input: [rules], output: 9 } } } }
features:
  - { name: desk, unit: answer, volume: { units: 9/day }, step: { agent: { name: ask, use: seeker, answer: true } } }
other_costs: [{ name: review, share: 5%, cost: $1 }]
";

    #[test]
    fn what_says_the_same_is_shared_and_what_collides_gets_another_name() {
        let theirs = plan(&OURS.replace("tokens: 100", "tokens: 700").replace("Ours", "Theirs"));
        let joined = plan(OURS).join(&theirs, "add from template Theirs").expect("it can be");
        let after = joined.plan;
        assert_eq!(after.prompts.keys().collect::<Vec<_>>(), ["rules", "q", "rules-2"]);
        assert_eq!(after.agents.keys().collect::<Vec<_>>(), ["seeker", "seeker-2"]);
        let names: Vec<_> = after.features.iter().map(|feature| feature.name.as_str()).collect();
        assert_eq!(names, ["desk", "desk-2"]);
        let Step::Agent(used) = &after.features[1].step else { panic!("an agent is used") };
        assert_eq!(used.agent, "seeker-2");
        assert_eq!(after.agents["seeker-2"].step.calls()[0].input[0].part, "rules-2");
        assert_eq!(after.agents["seeker"].step.calls()[0].input[0].part, "rules");
        let costs: Vec<_> =
            after.other_costs.iter().map(|it| (it.name.as_str(), it.of.as_deref())).collect();
        assert_eq!(costs, [("review", Some("desk")), ("review 2", Some("desk-2"))]);
        assert_eq!(joined.select.as_deref(), Some("features/1/step"));
        assert!(crate::check::form(&after).is_empty(), "{:?}", crate::check::form(&after));
    }

    #[test]
    fn what_got_another_name_is_found_under_it_again() {
        let theirs = plan(&OURS.replace("tokens: 100", "tokens: 700").replace("Ours", "Theirs"));
        let once = plan(OURS).join(&theirs, "add").expect("it can be").plan;
        let twice = once.join(&theirs, "add").expect("it can be").plan;
        assert_eq!(twice.prompts.keys().collect::<Vec<_>>(), ["rules", "q", "rules-2"]);
        assert_eq!(twice.agents.keys().collect::<Vec<_>>(), ["seeker", "seeker-2"]);
        let Step::Agent(used) = &twice.features[2].step else { panic!("an agent is used") };
        assert_eq!(used.agent, "seeker-2");
        let other = plan(&OURS.replace("tokens: 100", "tokens: 800"));
        let third = twice.join(&other, "add").expect("it can be").plan;
        assert_eq!(third.prompts.keys().last().map(String::as_str), Some("rules-3"));
    }

    #[test]
    fn the_same_plan_twice_has_two_features_and_one_of_everything_else() {
        let twice = plan(OURS).join(&plan(OURS), "again").expect("it can be").plan;
        assert_eq!((twice.prompts.len(), twice.agents.len(), twice.features.len()), (2, 1, 2));
    }
}
