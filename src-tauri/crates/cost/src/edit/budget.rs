//! Limits set, changed and taken out.

use super::done::{Done, NotEdited};
use super::words;
use crate::plan::{Budget, Feature, Limit, Plan, PlanBudget, Side, Step};

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

/// The limits of a call, or of those of an agent's use, under its new name.
pub fn renamed(feature: &mut Feature, from: &str, to: &str) {
    each_call(feature, &|call| {
        let rest = call.strip_prefix(from)?;
        (rest.is_empty() || rest.starts_with('.')).then(|| format!("{to}{rest}"))
    });
}

/// The limits of the calls of a step that stands in an agent now, by the name of its use.
pub fn moved(feature: &mut Feature, step: &Step, used: &str) {
    fn names<'s>(step: &'s Step, found: &mut Vec<&'s str>) {
        found.extend(step.name());
        step.children().into_iter().for_each(|(_, child)| names(child, found));
    }
    let mut inside = vec![];
    names(step, &mut inside);
    each_call(feature, &|call| {
        let of = |name: &&str| {
            call.strip_prefix(*name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        inside.iter().any(of).then(|| format!("{used}.{call}"))
    });
}

/// Gives the calls that limits are of other names.
fn each_call(feature: &mut Feature, name: &dyn Fn(&str) -> Option<String>) {
    let Some(budget) = &mut feature.budget else { return };
    let key = |key: String| match Side::of(&key) {
        Some((call, side)) => match name(call) {
            Some(now) => format!("{now}.{}", side.name()),
            None => key,
        },
        None => key,
    };
    let tokens = std::mem::take(&mut budget.tokens);
    budget.tokens = tokens.into_iter().map(|(of, limit)| (key(of), limit)).collect();
}

fn unknown(limit: &str, hint: &str) -> NotEdited {
    NotEdited::new(format!("There is no limit called `{limit}`."), hint)
}
