//! The fields of a step that are no numbers: names, models, what a call sends, how a retry fails.

use super::done::{Done, NotEdited};
use super::graft::{get_mut, seek};
use super::kinds::StepField;
use super::{agent, fresh, own, words};
use crate::book::Tier;
use crate::check;
use crate::plan::{Call, Failure, InputRef, Of, Plan, Retry, Root, Step};

/// A field of a step.
pub fn field(plan: &mut Plan, at: &str, field: StepField, value: &str) -> Result<Done, NotEdited> {
    match field {
        StepField::Name => name(plan, at, value),
        StepField::Label => label(plan, at, value),
        StepField::Model => model(plan, at, value),
        StepField::Tier => {
            let (call, tier) = (call(plan, at)?, tier(value)?);
            let what = format!("tier of {}", called(call));
            let label = words::change(&what, call.tier.name(), tier.name());
            call.tier = tier;
            Ok(Done::typed(format!("{at} tier"), label).selecting(Some(at.to_owned())))
        }
        StepField::Answer => answer(plan, at, truth(value)?),
        StepField::Keep => {
            let (call, keep) = (call(plan, at)?, truth(value)?);
            call.keep = keep;
            let says = if keep { "is sent again" } else { "is not sent again" };
            once(at, format!("{} {says} in later turns", called(call)))
        }
        StepField::KeepReasoning => {
            let (call, keep) = (call(plan, at)?, truth(value)?);
            call.keep_reasoning = keep;
            let says = if keep { "with" } else { "without" };
            once(at, format!("{} is sent again {says} its reasoning", called(call)))
        }
        StepField::Cache => own::cache(plan, at, value),
        StepField::Sticky => own::sticky(plan, at, value),
        StepField::History => own::history(plan, at, value),
        StepField::WarmFirst => own::warm_first(plan, at, truth(value)?),
        StepField::Hits => own::hits(plan, at, value),
        StepField::Fee => own::fee(plan, at, value),
        StepField::Meter | StepField::Returns => own::of_tool(plan, at, field, value),
        StepField::Agent => agent::which(plan, at, value),
        StepField::Depth => agent::depth(plan, at, value),
    }
}

fn label(plan: &mut Plan, at: &str, value: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let step = get_mut(plan, &trail)?;
    let before = words::step(step);
    let text = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
    if let Step::Tool(tool) = step {
        tool.label = text;
    } else {
        own::call(step)?.label = text;
    }
    let label = words::change("label", &before, value);
    Ok(Done::typed(format!("{at} label"), label).selecting(Some(at.to_owned())))
}

fn model(plan: &mut Plan, at: &str, value: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    if let Step::Tool(_) = get_mut(plan, &trail)? {
        return own::of_tool(plan, at, StepField::Model, value);
    }
    let call = call(plan, at)?;
    let label = words::change(&format!("model of {}", called(call)), &call.model, value);
    call.model = value.trim().to_owned();
    Ok(Done::typed(format!("{at} model"), label).selecting(Some(at.to_owned())))
}

fn answer(plan: &mut Plan, at: &str, answers: bool) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let step = get_mut(plan, &trail)?;
    let who = words::step(step);
    if let Step::Agent(used) = step {
        used.answer = answers;
    } else {
        own::call(step)?.answer = answers;
    }
    let says = if answers { "is the answer" } else { "is not the answer" };
    Ok(Done::typed(format!("{at} answer"), format!("{who} {says}")).selecting(Some(at.to_owned())))
}

fn called(call: &Call) -> String {
    call.label.clone().unwrap_or_else(|| call.name.clone())
}

fn once(at: &str, label: String) -> Result<Done, NotEdited> {
    Ok(Done::once(label).selecting(Some(at.to_owned())))
}

/// One more part for a call to send.
pub fn add_input(
    plan: &mut Plan,
    at: &str,
    part: &str,
    copies: Option<&str>,
) -> Result<Done, NotEdited> {
    let call = call(plan, at)?;
    let part = part.trim();
    if call.input.iter().any(|input| input.part == part) {
        return Err(NotEdited::new(
            format!("`{}` sends `{part}` already.", call.name),
            "Change how many copies of it are sent.",
        ));
    }
    let copies = copies.filter(|copies| !copies.trim().is_empty()).map(Of::new);
    call.input.push(InputRef { part: part.to_owned(), copies });
    let label = format!("send {part} in {}", called(call));
    Ok(Done::once(label).selecting(Some(at.to_owned())))
}

/// A part less for a call to send.
pub fn remove_input(plan: &mut Plan, at: &str, index: usize) -> Result<Done, NotEdited> {
    let call = call(plan, at)?;
    let part = sent(call, index)?;
    call.input.remove(index);
    let label = format!("send no {part} in {}", called(call));
    Ok(Done::once(label).selecting(Some(at.to_owned())))
}

/// A part sent earlier or later in the prompt.
pub fn move_input(plan: &mut Plan, at: &str, index: usize, to: usize) -> Result<Done, NotEdited> {
    let call = call(plan, at)?;
    let part = sent(call, index)?;
    let input = call.input.remove(index);
    call.input.insert(to.min(call.input.len()), input);
    let when = if to < index { "earlier" } else { "later" };
    let label = format!("send {part} {when} in {}", called(call));
    Ok(Done::once(label).selecting(Some(at.to_owned())))
}

/// One more way to fail.
pub fn add_failure(plan: &mut Plan, at: &str, kind: &str) -> Result<Done, NotEdited> {
    let retry = retry(plan, at)?;
    let kind = kind.trim();
    if kind.is_empty() || retry.fails.contains_key(kind) {
        let message = match kind {
            "" => "A way to fail needs a name.".to_owned(),
            kind => format!("`{}` fails as `{kind}` already.", retry.name),
        };
        return Err(NotEdited::new(message, "Write `timeout`, `rejected`, `invalid` or another."));
    }
    if kind == Failure::OUTAGE {
        if retry.outage.is_some() {
            return Err(NotEdited::new(
                format!("`{}` meets outages already.", retry.name),
                "Change how often, or remove them first.",
            ));
        }
        retry.outage = Some(fresh::failure(kind));
    } else {
        retry.fails.insert(kind.to_owned(), fresh::failure(kind));
    }
    let label = format!("add {kind} to {}", retry.name);
    Ok(Done::once(label).selecting(Some(at.to_owned())))
}

/// A way to fail less.
pub fn remove_failure(plan: &mut Plan, at: &str, kind: &str) -> Result<Done, NotEdited> {
    let retry = retry(plan, at)?;
    if kind == Failure::OUTAGE && !retry.fails.contains_key(kind) && retry.outage.is_some() {
        retry.outage = None;
        return once(at, format!("delete {kind} from {}", retry.name));
    }
    if retry.fails.len() == 1 {
        return Err(NotEdited::new(
            "A retry needs a way to fail, and this is its only one.",
            "Set it to 0%, or unwrap the retry.",
        ));
    }
    if retry.fails.shift_remove(kind).is_none() {
        let known: Vec<&str> = retry.fails.keys().map(String::as_str).collect();
        return Err(NotEdited::new(
            format!("`{}` does not fail as `{kind}`.", retry.name),
            format!("It fails as {}.", known.join(", ")),
        ));
    }
    let label = format!("delete {kind} from {}", retry.name);
    Ok(Done::once(label).selecting(Some(at.to_owned())))
}

/// Reads true or false.
pub fn truth(value: &str) -> Result<bool, NotEdited> {
    match value.trim() {
        "true" => Ok(true),
        "false" => Ok(false),
        other => Err(NotEdited::new(
            format!("`{other}` is neither true nor false."),
            "Write true or false.",
        )),
    }
}

fn call<'p>(plan: &'p mut Plan, at: &str) -> Result<&'p mut Call, NotEdited> {
    let trail = seek(plan, at)?;
    own::call(get_mut(plan, &trail)?)
}

fn retry<'p>(plan: &'p mut Plan, at: &str) -> Result<&'p mut Retry, NotEdited> {
    let trail = seek(plan, at)?;
    match trail.step_mut(plan) {
        Some(Step::Retry(retry)) => Ok(retry),
        _ => Err(NotEdited::new("Only a retry has ways to fail.", "Select a retry.")),
    }
}

fn sent(call: &Call, index: usize) -> Result<String, NotEdited> {
    let input = call.input.get(index).map(|input| input.part.clone());
    input.ok_or_else(|| {
        NotEdited::new(
            format!("`{}` sends only {} parts.", call.name, call.input.len()),
            "Select the part again.",
        )
    })
}

fn name(plan: &mut Plan, at: &str, value: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let value = value.trim();
    if value.is_empty() {
        return Err(NotEdited::new(
            "A step has a name, by which its numbers are found.",
            "Write one of small letters, digits and dashes.",
        ));
    }
    let value = &check::step_name(value)
        .map_err(|hint| NotEdited::new(format!("`{value}` cannot be the name of a step."), hint))?;
    let tree = match trail.root {
        Root::Feature(_) => "feature",
        Root::Agent(_) => "agent",
    };
    let others = plan.steps().into_iter().filter(|other| {
        other.root == trail.root && other.path != at && other.step.name() == Some(value.as_str())
    });
    if others.count() > 0 {
        return Err(NotEdited::new(
            format!("Another step of the {tree} is called `{value}`."),
            "Choose another name; a label may be any text.",
        ));
    }
    let step = trail.step_mut(plan).expect("the trail was just found");
    let before = words::step(step);
    let kind = step.kind();
    let name = if matches!(step, Step::Route(_)) { None } else { step.name_mut() };
    let name = name.ok_or_else(|| {
        NotEdited::new(format!("A {kind} has no name of its own."), "Name the steps in it.")
    })?;
    name.clone_from(value);
    let label = words::change("rename", &before, value);
    Ok(Done::typed(format!("{at} name"), label).selecting(Some(at.to_owned())))
}

fn tier(value: &str) -> Result<Tier, NotEdited> {
    Tier::parse(value.trim()).ok_or_else(|| {
        let names: Vec<&str> = Tier::ALL.iter().map(|tier| tier.name()).collect();
        NotEdited::new(
            format!("`{value}` is no tier."),
            format!("Write one of {}.", names.join(", ")),
        )
    })
}
