//! What moves inputs together, and what becomes of addresses when things get other names.

use std::collections::BTreeMap;

use super::asked::Edit;
use super::done::{Done, NotEdited};
use super::fields::{FeatureField, OtherCostField};
use super::kinds::{AgentField, StepField, StepKind};
use super::words;
use crate::check;
use crate::plan::{Of, Plan};

/// The part of a number's doubt that a cause explains if nothing is said.
const PART: &str = "50%";

/// Gives an input another cause, or lets it move alone.
pub fn cause(plan: &mut Plan, address: &str, text: &str) -> Result<Done, NotEdited> {
    let known = plan.numbers().into_iter().find(|number| number.address == address);
    let number = known.filter(|number| number.path[0] != "causes").ok_or_else(|| {
        NotEdited::new(
            format!("There is no input at `{address}`."),
            "It may have been removed or renamed: select it again.",
        )
    })?;
    for cause in plan.causes.values_mut() {
        cause.shift_remove(address);
    }
    let mut said = text.split_whitespace();
    if let Some(name) = said.next() {
        let part = said.next().unwrap_or(PART);
        let cause = plan.causes.entry(name.to_owned()).or_default();
        cause.insert(address.to_owned(), Of::new(part));
    }
    plan.causes.retain(|_, cause| !cause.is_empty());
    let label = format!("cause of {}: {}", words::number(plan, &number.path), words::short(text));
    Ok(Done::typed(format!("{address} cause"), label))
}

/// What gets another place in the document with its new name, and which.
pub type Moved = Option<[Vec<String>; 2]>;

/// Whether an edit gives things another name, and what moves by that.
pub fn renaming(edit: &Edit, after: &Plan) -> Option<Moved> {
    let named = |list: &str, name: &str| vec![list.to_owned(), name.trim().to_owned()];
    if let Edit::RenamePart { name, to } = edit {
        return Some(Some([named("prompts", name), named("prompts", to)]));
    }
    if let Edit::Agent { name, field: AgentField::Name, value } = edit {
        let before = named("agents", name);
        // A name is made of what was typed: the one at its place is the agent's.
        let known =
            after.agents.keys().find(|known| check::agent_name(value).as_ref() == Ok(known));
        return Some(known.map(|now| [before, named("agents", now)]));
    }
    if let Edit::Wrap { at, kind: StepKind::Agent } = edit {
        let (name, _) = after.agents.last()?;
        let before = at.split('/').map(str::to_owned).collect();
        let now = [named("agents", name), vec!["step".to_owned()]].concat();
        return Some(Some([before, now]));
    }
    let is_name = matches!(
        edit,
        Edit::Feature { field: FeatureField::Name, .. }
            | Edit::Step { field: StepField::Name, .. }
            | Edit::OtherCost { field: OtherCostField::Name, .. }
    );
    is_name.then_some(None)
}

/// Addresses that are named elsewhere in the plan go with the names of what they lead to.
pub fn follow_names(before: &Plan, plan: &mut Plan, moved: &Moved) {
    let after = plan.clone().addressed().numbers();
    let after_names: Vec<String> = plan.features.iter().map(|it| it.name.clone()).collect();
    let at: BTreeMap<&[String], &str> =
        after.iter().map(|number| (&number.path[..], number.address.as_str())).collect();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    for number in before.numbers() {
        let mut path = number.path.to_vec();
        if let Some([from, to]) = moved
            && path.starts_with(from)
        {
            path.splice(..from.len(), to.iter().cloned());
        }
        if let Some(now) = at.get(&path[..]).filter(|now| **now != number.address) {
            renamed.insert(number.address, (*now).to_owned());
        }
    }
    let features = before.features.iter().zip(&after_names);
    let renamed_features: BTreeMap<&str, &str> = features
        .filter(|(before, after)| before.name != **after)
        .map(|(before, after)| (before.name.as_str(), after.as_str()))
        .collect();
    plan.each_number(&mut |_, _, number| {
        let Some(follows) = &mut number.over_time.follows else { return };
        let (feature, figure) = follows.driver.split_once('.').unwrap_or((&follows.driver, ""));
        if let Some(now) = renamed.get(&follows.driver) {
            follows.driver.clone_from(now);
        } else if let Some(now) = renamed_features.get(feature) {
            follows.driver = format!("{now}.{figure}");
        }
    });
    for cause in plan.causes.values_mut() {
        let moved = cause.drain(..).collect::<Vec<_>>().into_iter();
        cause.extend(
            moved.map(|(address, part)| (renamed.get(&address).cloned().unwrap_or(address), part)),
        );
    }
}
