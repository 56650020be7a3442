//! A step copied out of a plan as a small plan of its own, and put into another.

use super::done::{Done, NotEdited};
use super::fresh;
use super::graft::{HERE, Side, beside_of, get, mark, nowhere, seek, settle};
use super::join::{bring, join};
use super::names::{self, Names};
use super::tree::in_conversation;
use super::words;
use crate::plan::{Plan, Root, Step, Trail};

/// A step, or a whole feature, with the parts and agents that it needs: a plan that says nothing else.
pub fn copied(plan: &Plan, at: &str) -> Result<Plan, NotEdited> {
    let mut clip = plan.clone();
    let whole =
        plan.features.iter().enumerate().find(|(index, _)| at == format!("features/{index}"));
    let is_whole = whole.is_some();
    let of = match whole {
        Some((_, feature)) => Some(feature),
        None => match seek(plan, at)?.root {
            Root::Feature(index) => plan.features.get(index),
            // A step of an agent needs a feature to stand in.
            Root::Agent(_) => plan.features.first(),
        },
    };
    let mut feature = of.cloned().ok_or_else(|| nowhere(at))?;
    if !is_whole {
        feature.step = get(plan, &seek(plan, at)?)?.clone();
        (feature.budget, feature.success, feature.value) = (None, None, None);
    }
    let alone = plan.features.len() == 1;
    clip.other_costs.retain(|cost| {
        let is_its = cost.of.as_deref().map_or(alone, |of| of == feature.name);
        is_whole && is_its && cost.share.is_some()
    });
    (clip.budget, clip.exchange) = (None, None);
    clip.rate_limits.clear();
    clip.contracts.clear();
    clip.causes.clear();
    clip.calibration.clear();
    let (mut parts, mut agents) = (vec![], vec![]);
    needed(plan, &feature.step, &mut parts, &mut agents);
    clip.prompts.retain(|name, _| parts.contains(name));
    clip.agents.retain(|name, _| agents.contains(name));
    clip.features = vec![feature];
    Ok(clip)
}

/// Puts what was copied after a step; where none is named, beside all features.
pub fn paste(plan: &mut Plan, at: Option<&str>, clip: &Plan) -> Result<Done, NotEdited> {
    let [feature] = &clip.features[..] else {
        return Err(NotEdited::new(
            "That is no step that was copied.",
            "Copy a step or a feature of a plan first.",
        ));
    };
    let Some(at) = at.filter(|at| Trail::to(plan, at).is_some()) else {
        return join(plan, clip, &format!("paste feature {}", feature.name));
    };
    let trail = seek(plan, at)?;
    let mut step = bring(plan, clip).features.remove(0).step;
    let label = format!("paste {}", words::step(&step));
    names::rename(&mut step, &mut Names::of(plan, trail.root));
    if trail.parent().is_some_and(|(above, _)| in_conversation(plan, &above)) {
        // A turn has one answer, and what is there gives it.
        fresh::calls_of_turn(&mut step, &mut |call| call.answer = false);
    }
    beside_of(plan, &trail, Side::After, mark(HERE))?;
    Ok(Done::once(label).selecting(settle(plan, step)))
}

/// The parts and agents that a step cannot do without.
fn needed(plan: &Plan, step: &Step, parts: &mut Vec<String>, agents: &mut Vec<String>) {
    if let Step::Call(call) = step {
        parts.extend(call.input.iter().map(|input| input.part.clone()));
    }
    if let Step::Tool(tool) = step {
        parts.extend(tool.returns.clone());
    }
    if let Step::Agent(used) = step
        && !agents.contains(&used.agent)
    {
        agents.push(used.agent.clone());
        if let Some(agent) = plan.agents.get(&used.agent) {
            needed(plan, &agent.step, parts, agents);
        }
    }
    step.children().into_iter().for_each(|(_, child)| needed(plan, child, parts, agents));
}

#[cfg(test)]
mod tests {
    use crate::plan::Plan;

    fn plan(text: &str) -> Plan {
        serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}"))
    }

    const FROM: &str = "
forebill: 1
name: From
starts: 2027-01
months: 3
prompts: { rules: { tokens: 700 }, q: { tokens: 20 }, other: { tokens: 5 } }
agents:
  seeker: { step: { call: { name: look, model: acme/small, answer: true, input: [rules], output: 9 } } }
  idle: { step: { call: { name: wait, model: acme/small, input: [other], output: 9 } } }
features:
  - name: desk
    unit: answer
    volume: { units: 9/day }
    step: { chain: [ { call: { name: first, model: acme/small, input: [other], output: 1 } }, { agent: { name: ask, use: seeker } }, { call: { name: reply, model: acme/small, answer: true, input: [q], output: 5 } } ] }
";

    const TO: &str = "
forebill: 1
name: To
starts: 2027-01
months: 3
prompts: { rules: { tokens: 100 } }
features:
  - { name: shop, unit: answer, volume: { units: 9/day }, step: { call: { name: ask, model: acme/small, answer: true, input: [rules], output: 9 } } }
";

    #[test]
    fn a_step_is_copied_with_what_it_needs_and_nothing_else() {
        let clip = plan(FROM).copied("features/0/step/chain/1").expect("it is there");
        assert_eq!(clip.agents.keys().collect::<Vec<_>>(), ["seeker"]);
        assert_eq!(clip.prompts.keys().collect::<Vec<_>>(), ["rules"]);
        let pasted = plan(TO).paste(Some("features/0/step"), &clip).expect("it can be");
        let after = pasted.plan;
        assert_eq!(after.prompts.keys().collect::<Vec<_>>(), ["rules", "rules-2"]);
        let names: Vec<_> =
            after.steps().iter().filter_map(|it| it.step.name().map(str::to_owned)).collect();
        assert!(names.contains(&"ask-2".to_owned()), "{names:?}");
        assert!(crate::check::form(&after).is_empty(), "{:?}", crate::check::form(&after));
        assert!(pasted.label.starts_with("paste"), "{}", pasted.label);
    }

    #[test]
    fn a_feature_is_copied_whole_and_stands_beside_the_others() {
        let clip = plan(FROM).copied("features/0").expect("it is there");
        assert_eq!(clip.agents.len(), 1);
        let after = plan(TO).paste(None, &clip).expect("it can be").plan;
        let names: Vec<_> = after.features.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["shop", "desk"]);
        let twice = after.paste(Some("features/0"), &clip).expect("it can be").plan;
        assert_eq!(twice.features[2].name, "desk-2");
    }
}
