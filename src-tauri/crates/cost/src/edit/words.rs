//! What people call the things of a plan: for the names of edits.

use super::fields::TermKind;
use crate::plan::{CALENDAR, Plan, Step};

/// A step: its label, its name, or its kind.
pub fn step(step: &Step) -> String {
    let label = match step {
        Step::Call(call) => call.label.clone(),
        Step::Tool(tool) => tool.label.clone(),
        Step::Chain(_)
        | Step::Route(_)
        | Step::Retry(_)
        | Step::FanOut(_)
        | Step::Conversation(_)
        | Step::Cascade(_)
        | Step::Until(_)
        | Step::Loop(_)
        | Step::ResponseCache(_)
        | Step::Agent(_) => None,
    };
    label.unwrap_or_else(|| step.name().unwrap_or(step.kind()).to_owned())
}

/// A number, by its place in the document: `output of hard`.
pub fn number(plan: &Plan, path: &[String]) -> String {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match &path[..] {
        ["prompts", part, field @ ..] => of(field, part),
        ["rate_limits", model, field @ ..] => of(field, model),
        ["other_costs", index, field @ ..] => {
            let index: Option<usize> = index.parse().ok();
            let cost = index.and_then(|index| plan.other_costs.get(index));
            of(field, cost.map_or("other costs", |cost| &cost.name))
        }
        ["contracts", index, list @ ..] => {
            let index: Option<usize> = index.parse().ok();
            let contract = index.and_then(|index| plan.contracts.get(index));
            let label = contract.map_or("contract", |contract| contract.label());
            match list {
                [list, term, field @ ..] => {
                    let kind = TermKind::ALL.into_iter().find(|kind| kind.list() == *list);
                    let nth = term.parse().map_or(0, |term: usize| term + 1);
                    let what = kind.map_or(*list, |kind| kind.word());
                    match field {
                        ["rows", row, field @ ..] => {
                            let row = row.parse().map_or(0, |row: usize| row + 1);
                            of(field, &format!("step {row} of {what} {nth} of {label}"))
                        }
                        field => of(field, &format!("{what} {nth} of {label}")),
                    }
                }
                field => of(field, label),
            }
        }
        ["features", index, "volume", field @ ..] | ["features", index, field @ ..]
            if field.first() != Some(&"step") =>
        {
            let index: Option<usize> = index.parse().ok();
            let feature = index.and_then(|index| plan.features.get(index));
            let whose = feature.map_or("feature", |feature| &feature.name);
            match field {
                ["season", month] => {
                    let nth = month.parse().ok().and_then(|nth: usize| CALENDAR.get(nth));
                    of(&["season in", nth.unwrap_or(month)], whose)
                }
                field => of(field, whose),
            }
        }
        _ => of_step(plan, &path.join("/")).unwrap_or_else(|| path.join(" ")),
    }
}

/// A number or a text as the name of an edit shows it: short, in one line.
pub fn short(text: &str) -> String {
    let short = cut(text, 40);
    if short.is_empty() { "nothing".to_owned() } else { short }
}

/// The name of an edit, in one line.
pub fn name(label: &str) -> String {
    cut(label, 120)
}

/// So many letters of a text at most, in one line.
fn cut(text: &str, most: usize) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let line = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// What was, and what is now.
pub fn change(what: &str, before: &str, after: &str) -> String {
    format!("{what} {} → {}", short(before), short(after))
}

fn of(field: &[&str], whose: &str) -> String {
    format!("{} of {whose}", field.join(" ").replace('_', " "))
}

fn of_step(plan: &Plan, path: &str) -> Option<String> {
    let steps = plan.steps().into_iter().rev();
    let (found, rest) = steps.into_iter().find_map(|found| {
        let kind = format!("{}/{}/", found.path, found.step.kind());
        path.strip_prefix(&kind).map(|rest| (found.step, rest.to_owned()))
    })?;
    let rest: Vec<&str> = rest.split('/').collect();
    let name = step(found);
    Some(match (found, &rest[..]) {
        (Step::Call(call), ["input", index, ..]) => {
            let input = index.parse().ok().and_then(|index: usize| call.input.get(index));
            format!("copies of {} in {name}", input.map_or("input", |input| &input.part))
        }
        (Step::Route(route), [index, "share"] | ["branches", index, "share"]) => {
            let branch = index.parse().ok().and_then(|index: usize| route.branches.get(index));
            format!("share of {}", branch.map_or(name, |branch| step(&branch.step)))
        }
        (Step::Retry(_), ["fails", kind]) => format!("{kind} of {name}"),
        (Step::Retry(_), ["fails", kind, field]) => {
            format!("{} in {name}", of(&[field], kind))
        }
        (Step::Cascade(_), ["tiers", index, field @ ..]) => {
            let tier = index.parse().map_or(0, |tier: usize| tier + 1);
            of(field, &format!("tier {tier} of {name}"))
        }
        (
            Step::Call(_)
            | Step::Chain(_)
            | Step::Route(_)
            | Step::Retry(_)
            | Step::FanOut(_)
            | Step::Conversation(_)
            | Step::Cascade(_)
            | Step::Until(_)
            | Step::Loop(_)
            | Step::ResponseCache(_)
            | Step::Tool(_)
            | Step::Agent(_),
            field,
        ) => of(field, &name),
    })
}
