//! Limits set, changed and taken out, and taken along with their calls.

use super::done::{Done, NotEdited};
use super::words;
use crate::plan::{Budget, Feature, Limit, Plan, PlanBudget, Side};

/// A limit of a feature, or of the whole plan; nothing takes it out.
pub fn set(
    plan: &mut Plan,
    feature: Option<usize>,
    limit: &str,
    value: &str,
) -> Result<Done, NotEdited> {
    let value = Some(value.trim()).filter(|value| !value.is_empty());
    let of = match feature {
        None if limit == "month" => {
            let mut budget = plan.budget.take().unwrap_or_default();
            budget.month = value.map(Limit::new);
            plan.budget = Some(budget).filter(|it| *it != PlanBudget::default());
            "the plan".to_owned()
        }
        None => return Err(unknown(limit, "Of a whole plan, the months can be limited.")),
        Some(index) => {
            let feature = plan.features.get_mut(index).ok_or_else(|| {
                let hint = "It may have been removed: select it again.";
                NotEdited::new("The plan has no such feature.", hint)
            })?;
            let mut budget = feature.budget.take().unwrap_or_default();
            match limit {
                "month" => budget.month = value.map(Limit::new),
                "unit_cost" => budget.unit_cost = value.map(Limit::new),
                key => tokens(&mut budget, key, value)?,
            }
            feature.budget = Some(budget).filter(|budget| !budget.is_empty());
            feature.name.clone()
        }
    };
    let what = match limit {
        "month" => "limit of a month".to_owned(),
        "unit_cost" => "limit of a unit's cost".to_owned(),
        key => format!("limit of {key}"),
    };
    let said = words::short(value.unwrap_or_default());
    let field = format!("{of} budget {limit}");
    Ok(Done::typed(field, format!("{what} of {of}: {said}")))
}

fn tokens(budget: &mut Budget, key: &str, value: Option<&str>) -> Result<(), NotEdited> {
    if Side::of(key).is_none() {
        return Err(unknown(key, "Write month, unit_cost, or a call and its side: hard.input."));
    }
    match value {
        Some(value) => budget.tokens.insert(key.to_owned(), Limit::new(value)),
        None => budget.tokens.shift_remove(key),
    };
    Ok(())
}

/// Takes the limits of calls along: under their new names, to the feature where they stand now, or out
/// of the plan with those that are gone. Where `in_order`, as many calls as before are the same calls.
pub fn follow(before: &Plan, after: &mut Plan, in_order: bool) {
    for feature in &before.features {
        let here = |known: &Feature| known.name == feature.name && known.budget.is_some();
        let Some(index) = after.features.iter().position(here) else { continue };
        let (were, are) = (before.called(&feature.step), after.called(&after.features[index].step));
        let still = in_order && were.len() == are.len();
        let mut left = vec![];
        let budget = after.features[index].budget.as_mut().expect("it was just found");
        for (key, limit) in std::mem::take(&mut budget.tokens) {
            let was = |call: &str| were.iter().position(|known| known == call);
            match Side::of(&key).and_then(|(call, side)| Some((call, side, was(call)?))) {
                Some((call, side, at)) if !are.iter().any(|known| known == call) => match still {
                    true => {
                        budget.tokens.insert(format!("{}.{}", are[at], side.name()), limit);
                    }
                    false => left.push((key, limit)),
                },
                Some(_) | None => {
                    budget.tokens.insert(key, limit);
                }
            }
        }
        after.features[index].budget.take_if(|budget| budget.is_empty());
        for (key, limit) in left {
            let now = Side::of(&key).and_then(|(call, _)| come_to(before, after, call));
            if let Some(now) = now {
                let budget = after.features[now].budget.get_or_insert_default();
                budget.tokens.entry(key).or_insert(limit);
            }
        }
    }
}

/// The feature that a call has come to; none for one that is gone.
fn come_to(before: &Plan, after: &Plan, call: &str) -> Option<usize> {
    let makes = |plan: &Plan, feature: &Feature| {
        plan.called(&feature.step).iter().any(|known| known == call)
    };
    after.features.iter().position(|feature| {
        let earlier = before.features.iter().find(|known| known.name == feature.name);
        makes(after, feature) && !earlier.is_some_and(|earlier| makes(before, earlier))
    })
}

fn unknown(limit: &str, hint: &str) -> NotEdited {
    NotEdited::new(format!("There is no limit called `{limit}`."), hint)
}
