//! A plan against its book: every problem at once. A plan without problems cannot fail.

mod agents;
mod below;
mod budgets;
mod causes;
mod contracts;
mod dated;
mod days;
mod features;
mod finding;
mod held;
mod lengths;
mod over_time;
mod own;
mod prices;
mod rate_limits;
mod steps;

pub(crate) use agents::reached;
pub use days::of_step as days_of_step;
pub use prices::{Models, Sold};

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use finding::{Findings, NAME_HINT, fitted, is_name};
use lengths::{kept, lengths};
use prices::Priced;
use steps::{Above, Seer};

use crate::book::Provider;
use crate::plan::{CONTEXT, Days, FORMAT, HISTORY, Measures, Number, Plan, Step};
use crate::problem::Problem;

/// A plan without problems, with its models and the lengths of its texts.
#[derive(Clone, Debug)]
pub struct Checked<'p> {
    /// The plan.
    pub plan: &'p Plan,
    /// Its models, with their prices.
    pub models: Models,
    /// How long its texts are.
    pub measures: &'p Measures,
    /// The models that contracts and rate limits name, as `provider/id`, by the names that they use.
    pub named: BTreeMap<String, String>,
}

/// The most months that a plan may have.
pub const MOST_MONTHS: u32 = 60;

/// Addresses that belong to no feature.
const RESERVED: [&str; 11] = [
    "agents",
    "prompts",
    "settings",
    "price",
    "calendar",
    "total",
    "other-costs",
    "contracts",
    "exchange",
    "causes",
    "rate-limits",
];

/// A name for a feature made of what was typed, or what to write instead.
pub(crate) fn feature_name(typed: &str) -> Result<String, &'static str> {
    match fitted(typed) {
        None => Err(NAME_HINT),
        Some(name) if RESERVED.contains(&name.as_str()) => Err(TAKEN_BY_PLAN),
        Some(name) => Ok(name),
    }
}

/// A name for an agent made of what was typed, or what to write instead.
pub(crate) fn agent_name(typed: &str) -> Result<String, &'static str> {
    fitted(typed).ok_or(NAME_HINT)
}

/// A name for a contract made of what was typed, or what to write instead.
pub(crate) fn contract_name(typed: &str) -> Result<String, &'static str> {
    fitted(typed).ok_or(NAME_HINT)
}

/// A name for a step made of what was typed, or what to write instead.
pub(crate) fn step_name(typed: &str) -> Result<String, &'static str> {
    match fitted(typed) {
        None => Err(NAME_HINT),
        Some(name) if RESERVED_STEPS.contains(&name.as_str()) => Err(TAKEN_BY_FIGURE),
        Some(name) => Ok(name),
    }
}

const TAKEN_BY_PLAN: &str = "The name is taken by the plan itself; choose another.";
const TAKEN_BY_FIGURE: &str = "It stands for a figure of the feature; choose another.";

/// Addresses directly under a feature that belong to none of its steps.
const RESERVED_STEPS: [&str; 18] = [
    "active",
    "adoption",
    "all-units",
    "each",
    "growth",
    "grows",
    "month",
    "naive-unit-cost",
    "season",
    "starts",
    "success",
    "total",
    "unit-cost",
    "units",
    "unused",
    "users",
    "value",
    "volume",
];

/// Every problem of a plan, or the plan as it can be walked.
pub fn check<'p>(
    plan: &'p Plan,
    measures: &'p Measures,
    book: &[&Provider],
) -> Result<Checked<'p>, Vec<Problem>> {
    check_beside(plan, measures, book, book)
}

/// The same for calls that know a part of the book alone: contracts may name the rest of it.
pub fn check_beside<'p>(
    plan: &'p Plan,
    measures: &'p Measures,
    book: &[&Provider],
    rest: &[&Provider],
) -> Result<Checked<'p>, Vec<Problem>> {
    let mut found = Findings::default();
    let months = frame(&mut found, plan);
    let mut models = Models::default();
    let all = match (months.first(), months.last()) {
        (Some(&start), Some(&end)) => Days::of(start..end),
        // Of a plan without months something else is said.
        _ => Days::default(),
    };
    let mut see = |found: &mut Findings, priced: Priced<'_>, days: Option<&Days>| {
        let days = days.map_or(all.clone(), |days| days.and(&all));
        models.check(found, book, priced, (&all, &days));
        if let Priced::Call(call) = priced {
            lengths(found, plan, measures, call, &models);
            held::long_enough(found, (plan, measures), call, &models, &days);
        }
    };
    written(&mut found, plan, &|found, step| kept(found, plan, measures, step), &mut see);
    let mut named = contracts::named(&mut found, plan, &models, [rest, book]);
    rate_limits::named(&mut found, plan, [rest, book], &mut named);
    match found.problems.is_empty() {
        true => Ok(Checked { plan, models, measures, named }),
        false => Err(found.problems),
    }
}

/// What is wrong with what a plan says, whatever its months, its texts' lengths and its book.
pub fn form(plan: &Plan) -> Vec<Problem> {
    let mut found = Findings::default();
    written(&mut found, plan, &|_, _| {}, &mut |_, _, _| {});
    found.problems
}

/// Everything that is written in a plan, showing each tree and each call to who knows more.
fn written(
    found: &mut Findings,
    plan: &Plan,
    know: &dyn Fn(&mut Findings, &Step),
    see: &mut Seer<'_>,
) {
    let all = plan.numbers();
    numbers(found, &all);
    alike(found, &all);
    parts(found, plan);
    let of_agents = days::of_agents(plan);
    for (name, agent) in &plan.agents {
        found.within(&["agents", name], |found| {
            self::agent(found, name);
            know(found, &agent.step);
            found.within(&["step"], |found| {
                let mut names = BTreeSet::new();
                step_names(found, &agent.step, &mut names);
                let below = steps::step(
                    found,
                    plan,
                    &agent.step,
                    Above::on(of_agents.get(name.as_str())),
                    see,
                );
                agents::agent(found, plan, name, &agent.step, below);
            });
        });
    }
    let mut names = BTreeSet::new();
    for (index, feature) in plan.features.iter().enumerate() {
        found.within(&["features", &index.to_string()], |found| {
            if !names.insert(feature.name.clone()) {
                let message = format!("Two features are called `{}`.", feature.name);
                found.say("name", message, "Give each its own name.");
            }
            if !is_name(&feature.name) || RESERVED.contains(&feature.name.as_str()) {
                let hint = if is_name(&feature.name) { TAKEN_BY_PLAN } else { NAME_HINT };
                let message = format!("`{}` cannot be the name of a feature.", feature.name);
                found.say("name", message, hint);
            }
            features::feature(found, feature, plan.months);
            budgets::feature(found, plan, feature);
            found.within(&["step"], |found| step_names(found, &feature.step, &mut BTreeSet::new()));
            know(found, &feature.step);
            found.within(&["step"], |found| {
                let days = plan.days().map(|all| feature.days_of(&all));
                steps::step(found, plan, &feature.step, Above::on(days.as_ref()), see);
                agents::size(found, plan, &feature.step);
            });
        });
    }
    if let Some(budget) = &plan.budget {
        budgets::plan(found, budget);
    }
    rate_limits::rate_limits(found, plan);
    features::other_costs(found, plan);
    contracts::contracts(found, plan);
    contracts::exchange(found, plan);
    causes::causes(found, plan);
    over_time::over_time(found, plan, &all, MOST_MONTHS);
    calibration(found, plan);
}

/// What vendors are said to have billed.
fn calibration(found: &mut Findings, plan: &Plan) {
    for (model, told) in &plan.calibration {
        found.within(&["calibration", model], |found| {
            if told.is_empty() {
                let message = format!("Nothing is told of `{model}`.");
                found.say("", message, "Add `{ estimated: 4102, billed: 4268 }`, or take it out.");
            }
            for (index, told) in told.iter().enumerate() {
                if let Some((message, hint)) = told.wrong() {
                    found.say(&index.to_string(), message, hint);
                }
            }
        });
    }
}

/// The plan's own fields. Answers the first days of its months, and of the one after.
fn frame(found: &mut Findings, plan: &Plan) -> Vec<Date> {
    if plan.forebill != FORMAT {
        let message =
            format!("The plan has format {}; this version reads {FORMAT}.", plan.forebill);
        found.say("forebill", message, "Open it with a newer version, or write `forebill: 1`.");
    }
    if plan.currency != "USD" {
        let message = format!("Prices are in USD, and the plan is in {}.", plan.currency);
        found.say("currency", message, "Write `currency: USD`.");
    }
    if plan.features.is_empty() {
        found.say(
            "features",
            "The plan has no feature.",
            "Add one with name, unit, volume and step.",
        );
    }
    let enough = (1..=MOST_MONTHS).contains(&plan.months);
    if !enough {
        let message = format!("A plan cannot have {} months.", plan.months);
        found.say("months", message, format!("Write 1 to {MOST_MONTHS}."));
    }
    let first = plan.first_day().filter(|day| (2000..2100).contains(&day.year()));
    let Some(first) = first else {
        found.say("starts", format!("`{}` is not a month.", plan.starts), "Write it as 2027-01.");
        return vec![];
    };
    let months = if enough { plan.months } else { 0 };
    (0..=i64::from(months)).map(|month| first + jiff::Span::new().months(month)).collect()
}

fn numbers(found: &mut Findings, numbers: &[Number]) {
    for number in numbers {
        if let Err(unread) = &number.read {
            found.at(number, unread.message.clone(), unread.hint.clone());
        }
        over_time::repeats(found, number);
        if number.provenance.counted.is_some() && number.part().is_none() {
            let message = format!("`{}` is no length of a part.", number.address);
            found.at(number, message, "Only the tokens of a part are `counted`: take it out.");
        }
    }
}

/// Addresses must stay apart in a workbook, which knows neither dots nor dashes in names.
fn alike(found: &mut Findings, numbers: &[Number]) {
    let mut seen = BTreeMap::new();
    for number in numbers {
        let plain = number.address.to_lowercase().replace(['.', '-'], "_");
        if let Some(other) = seen.insert(plain, &number.address)
            && *other != number.address
        {
            let message = format!("`{}` and `{other}` are one name in a workbook.", number.address);
            found.at(number, message, "Rename one of the two.");
        }
    }
}

fn parts(found: &mut Findings, plan: &Plan) {
    for (name, part) in &plan.prompts {
        found.within(&["prompts", name], |found| {
            if !is_name(name) || [HISTORY, CONTEXT, "in", "cache"].contains(&name.as_str()) {
                let message = format!("`{name}` cannot be the name of a part.");
                found.say(
                    "",
                    message,
                    match name.as_str() {
                        HISTORY => "`history` is what was said before; choose another.",
                        CONTEXT => "`context` is what grows in a loop; choose another.",
                        _ => NAME_HINT,
                    },
                );
            }
            let said = [part.file.is_some(), part.text.is_some(), part.tokens.is_some()];
            match said.iter().filter(|said| **said).count() {
                1 => {}
                0 => found.say(
                    "",
                    format!("How long is `{name}`?"),
                    "Write `file: prompts/x.md`, `text: …` or `tokens: 350..900`.",
                ),
                _ => found.say(
                    "",
                    format!("`{name}` says its length more than once."),
                    "Keep one of `file`, `text` and `tokens`.",
                ),
            }
        });
    }
}

fn agent(found: &mut Findings, name: &str) {
    if !is_name(name) {
        found.say("", format!("`{name}` cannot be the name of an agent."), NAME_HINT);
    }
}

/// Names are unique within their feature, wherever they stand in the tree.
fn step_names(found: &mut Findings, step: &Step, names: &mut BTreeSet<String>) {
    found.within(&[step.kind()], |found| {
        if let Some(name) = step.name() {
            let counted = name.strip_prefix(step.stem()).and_then(|rest| rest.strip_prefix('.'));
            let given_by_us = counted.is_some_and(|count| count.parse::<u32>().is_ok());
            if RESERVED_STEPS.contains(&name) {
                let message = format!("`{name}` cannot be the name of a step.");
                found.say("name", message, TAKEN_BY_FIGURE);
            } else if !is_name(name) && !given_by_us {
                found.say("name", format!("`{name}` cannot be the name of a step."), NAME_HINT);
            }
            if !names.insert(name.to_owned()) {
                let message = format!("Two steps of the feature are called `{name}`.");
                found.say("name", message, "Give each its own name.");
            }
        }
        for (path, child) in step.children() {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            found.within(&path, |found| step_names(found, child, names));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::book;

    /// Of one plan, all at once: where, what, and what now.
    #[test]
    fn every_problem_is_told_at_once_with_its_place_and_what_to_write() {
        let text = "{ forebill: 1, name: Many, starts: 2027-01, months: 12, \
             prompts: { rules: { tokens: -40, role: system }, question: { tokens: 0..220 } }, \
             agents: { scout: { step: { chain: [ { call: { name: look, answer: true, model: acme/small, input: [question], output: 1 } }, \
               { agent: { name: again, use: scout } } ] } } }, \
             features: [ { name: desk, unit: answer, volume: { units: 10k/month }, step: { route: [ \
               { share: 130%, step: { call: { name: easy, answer: true, model: acme/small, input: [rules], output: 1 } } }, \
               { share: rest, step: { call: { name: hard, answer: true, model: acme/ends, input: [rules], output: 1 } } } ] } } ] }";
        let plan = serde_saphyr::from_str::<Plan>(text).expect("a plan").addressed();
        let mut book = book();
        let mut ends = book.models[0].clone();
        ends.id = "ends".to_owned();
        ends.prices.truncate(1);
        book.models.push(ends);
        let problems = check(&plan, &Measures::default(), &[&book]).expect_err("refused");
        let told = problems
            .iter()
            .map(|it| format!("{}\n  {}\n  {}\n", it.path.join("."), it.message, it.hint));
        insta::assert_snapshot!(told.collect::<String>(), @"
        prompts.rules.tokens
          `-40` is below 0.
          Write 0 or more.
        prompts.question.tokens
          `0..220` starts at 0, which a range of this kind cannot.
          Write 1..220, or low/likely/high: 0/110/220.
        features.0.step.route.0.share
          `130%` is not between 0% and 100%.
          Write a share such as 70%.
        agents.scout.step.chain.1.agent.use
          `scout` uses itself without an end.
          Say how many stand inside each other: `depth: 2`.
        features.0.step.route.1.step.call.model
          The book has no price for `ends` on 2027-07-15. The last one ended on 2027-07-15.
          Choose another tier or model, move the plan's start, or let a route call another model on these days.
        ");
    }
}
