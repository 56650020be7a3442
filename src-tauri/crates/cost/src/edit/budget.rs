//! Limits set, changed and taken out, and taken along with their calls; rate limits set by model.

use super::done::{Done, NotEdited};
use super::words;
use crate::plan::{Budget, Feature, Limit, Limited, Made, Of, Plan, PlanBudget, Side, Step};

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
        None => match Limited::of(limit) {
            Some((model, limited)) => return Ok(rate(plan, model, limited, value)),
            None => {
                let hint =
                    "Of a whole plan, write month, or a model and what of it: openai/gpt-5.tpm.";
                return Err(unknown(limit, hint));
            }
        },
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

/// A rate limit of a model; one that stands there keeps who says so.
fn rate(plan: &mut Plan, model: &str, limited: Limited, value: Option<&str>) -> Done {
    let limits = plan.rate_limits.entry(model.to_owned()).or_default();
    let limit = limits.get_mut(limited);
    let provenance = limit.take().map(|limit| limit.provenance.clone()).unwrap_or_default();
    *limit = value.map(|value| Of::sourced(value, provenance));
    plan.rate_limits.retain(|_, limits| limits.typed().next().is_some());
    let what = format!("{} a minute of {model}", limited.counted());
    let said = words::short(value.unwrap_or_default());
    let field = format!("rate-limits.{model}.{}", limited.name());
    Done::typed(field, format!("limit of {what}: {said}"))
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
/// of the plan with those that are gone. `edit` is what made the one plan of the other.
pub fn follow(
    before: &Plan,
    after: &mut Plan,
    edit: impl FnOnce(&mut Plan) -> Result<Done, NotEdited>,
) -> Result<(), NotEdited> {
    let limits =
        |feature: &Feature| feature.budget.as_ref().is_some_and(|budget| !budget.tokens.is_empty());
    if !before.features.iter().any(limits) {
        return Ok(());
    }
    let marked = marked(before);
    let mut edited = marked.clone();
    edit(&mut edited)?;
    let (known, are) = (calls(before, &marked), calls(after, &edited));
    // The calls of a feature, by its name, that it did not make before.
    let new = |index: usize, name: &str| {
        let earlier = before.features.iter().position(|feature| feature.name == name);
        let were = earlier.map_or(&[][..], |earlier| &known[earlier]);
        are[index].iter().filter(move |call| !were.iter().any(|known| known.stays(call)))
    };
    let names: Vec<String> = after.features.iter().map(|feature| feature.name.clone()).collect();
    for (feature, were) in before.features.iter().zip(&known) {
        let here = |it: &Feature| it.name == feature.name && it.budget.is_some();
        let Some(index) = after.features.iter().position(here) else { continue };
        let mut left = vec![];
        let budget = after.features[index].budget.as_mut().expect("it was just found");
        for (key, limit) in std::mem::take(&mut budget.tokens) {
            let of = Side::of(&key);
            let was = of.and_then(|(call, side)| {
                Some((were.iter().find(|known| known.name == call)?, side))
            });
            let Some((was, side)) = was else {
                budget.tokens.insert(key, limit);
                continue;
            };
            let same = are[index].iter().find(|call| call.stays(was));
            let alike = || are[index].iter().find(|call| call.name == was.name);
            let moved = || new(index, &names[index]).find(|call| call.mark == was.mark);
            match same.or_else(alike).or_else(moved) {
                Some(call) => {
                    budget.tokens.insert(format!("{}.{}", call.name, side.name()), limit);
                }
                None => left.push((was, side, limit)),
            }
        }
        after.features[index].budget.take_if(|budget| budget.is_empty());
        for (was, side, limit) in left {
            let comes = |(index, name): (usize, &String)| {
                Some((index, &new(index, name).find(|call| call.mark == was.mark)?.name))
            };
            if let Some((now, call)) = names.iter().enumerate().find_map(comes) {
                let budget = after.features[now].budget.get_or_insert_default();
                budget.tokens.entry(format!("{call}.{}", side.name())).or_insert(limit);
            }
        }
    }
    Ok(())
}

/// A call that a feature makes, and what tells it from others whatever it is called.
struct Called {
    name: String,
    /// The names of the uses of agents that lead to it.
    uses: Vec<String>,
    /// Its own mark; a new call has none.
    mark: Option<String>,
}

impl Called {
    /// Whether it is the same call, and of the same use.
    fn stays(&self, other: &Self) -> bool {
        (&self.uses, &self.mark) == (&other.uses, &other.mark)
    }
}

/// The calls of every feature of a plan, with the marks that they have in another of the same steps.
fn calls(plan: &Plan, marked: &Plan) -> Vec<Vec<Called>> {
    let of = |(feature, marked_feature): (&Feature, &Feature)| {
        let (made, marks) = (plan.made(&feature.step), marked.made(&marked_feature.step));
        let called = |(made, marked): (&Made, Made)| Called {
            name: made.name(),
            uses: made.uses.iter().map(|used| used.name.clone()).collect(),
            mark: marked.call.label.clone(),
        };
        made.iter().zip(marks).map(called).collect()
    };
    plan.features.iter().zip(&marked.features).map(of).collect()
}

/// The plan with a label on each call that no other has.
fn marked(plan: &Plan) -> Plan {
    fn mark(step: &mut Step, count: &mut usize) {
        if let Step::Call(call) = step {
            *count += 1;
            call.label = Some(count.to_string());
        }
        step.children_mut().into_iter().for_each(|child| mark(child, count));
    }
    let (mut marked, mut count) = (plan.clone(), 0);
    marked.each_tree(&mut |step| mark(step, &mut count));
    marked
}

fn unknown(limit: &str, hint: &str) -> NotEdited {
    NotEdited::new(format!("There is no limit called `{limit}`."), hint)
}
