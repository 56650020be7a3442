//! Parts of prompts: added, renamed, changed and removed.

use super::call::{add_input, truth};
use super::done::{Done, NotEdited};
use super::fields::PartField;
use super::{evidence, words};
use crate::plan::{CONTEXT, HISTORY, Of, Part, Plan, Role, Step};

/// A field of a part.
pub fn field(
    plan: &mut Plan,
    name: &str,
    field: PartField,
    value: &str,
) -> Result<Done, NotEdited> {
    let part = plan.prompts.get_mut(name).ok_or_else(|| unknown(name))?;
    let text = Some(value.to_owned()).filter(|value| !value.trim().is_empty());
    let (key, word) = match field {
        PartField::Label => {
            part.label = text;
            ("label", "label")
        }
        PartField::Role => {
            part.role = text.map(|role| self::role(&role)).transpose()?;
            ("role", "role")
        }
        PartField::Keep => {
            part.keep = text.map(|keep| truth(&keep)).transpose()?;
            ("keep", "keep")
        }
        PartField::File => {
            part.file = text;
            (part.text, part.tokens) = (None, None);
            ("file", "file")
        }
        PartField::Tokens => {
            part.tokens = text.map(|tokens| Of::new(&tokens));
            (part.text, part.file) = (None, None);
            ("tokens", "tokens")
        }
        PartField::Text => {
            part.text = Some(value.to_owned());
            (part.file, part.tokens) = (None, None);
            let label = format!("text of {name}");
            return Ok(Done::typed(format!("prompts.{name} text"), label));
        }
    };
    let label = format!("{word} of {name}: {}", words::short(value));
    Ok(Done::typed(format!("prompts.{name} {key}"), label))
}

/// A length that was measured, with who says so: one edit.
pub fn measured(
    plan: &mut Plan,
    name: &str,
    value: &str,
    source: &str,
    as_of: &str,
    counted: Option<&str>,
) -> Result<Done, NotEdited> {
    let part = plan.prompts.get_mut(name).ok_or_else(|| unknown(name))?;
    let provenance = evidence::said(source, as_of, None, counted)?;
    let tokens = Of::sourced(value.trim(), provenance);
    if let Err(unread) = &tokens.read {
        return Err(NotEdited::new(unread.message.clone(), &unread.hint));
    }
    part.tokens = Some(tokens);
    (part.text, part.file) = (None, None);
    Ok(Done::once(format!("tokens of {name}: {}", words::short(source_of(part)))))
}

fn source_of(part: &Part) -> &str {
    let tokens = part.tokens.as_ref();
    tokens.and_then(|tokens| tokens.provenance.source.as_deref()).unwrap_or("measured")
}

/// A new part: a text, or so many tokens.
pub fn add(
    plan: &mut Plan,
    name: &str,
    text: Option<&str>,
    tokens: Option<&str>,
) -> Result<Done, NotEdited> {
    let name = free(plan, name)?;
    let mut part = Part::default();
    match (text, tokens) {
        (Some(text), None) => part.text = Some(text.to_owned()),
        (None, tokens) => part.tokens = Some(Of::new(tokens.unwrap_or("100..500"))),
        (Some(_), Some(_)) => {
            return Err(NotEdited::new(
                "A part is a text or so many tokens, not both.",
                "Send one of `text` and `tokens`.",
            ));
        }
    }
    plan.prompts.insert(name.clone(), part);
    Ok(Done::once(format!("add part {name}")))
}

/// A new part of so many tokens, sent by a call: its label, its tokens and how many of it, as far as they are said.
pub fn send(
    plan: &mut Plan,
    at: &str,
    name: &str,
    [label, tokens, copies]: [Option<&str>; 3],
) -> Result<Done, NotEdited> {
    let name = name.trim();
    let added = add(plan, name, None, tokens)?;
    let label = label.map(str::trim).filter(|label| !label.is_empty() && *label != name);
    plan.prompts[name].label = label.map(str::to_owned);
    let sent = add_input(plan, at, name, copies)?;
    Ok(Done { label: format!("{}, {}", added.label, sent.label), ..sent })
}

/// Another name for a part, here and in every call that sends it.
pub fn rename(plan: &mut Plan, name: &str, to: &str) -> Result<Done, NotEdited> {
    let index = plan.prompts.get_index_of(name).ok_or_else(|| unknown(name))?;
    let label = words::change("rename part", name, to);
    let done = Done::typed(format!("prompts/{index} name"), label);
    if to.trim() == name {
        return Ok(done);
    }
    let to = free(plan, to)?;
    let part = plan.prompts.shift_remove(name).expect("its index was just found");
    plan.prompts.shift_insert(index, to.clone(), part);
    each_step(plan, &mut |step| match step {
        Step::Call(call) => {
            for input in call.input.iter_mut().filter(|input| input.part == name) {
                input.part.clone_from(&to);
            }
        }
        Step::Tool(tool) => {
            if let Some(part) = tool.returns.as_mut().filter(|part| *part == name) {
                part.clone_from(&to);
            }
        }
        Step::Chain(_)
        | Step::Route(_)
        | Step::Retry(_)
        | Step::FanOut(_)
        | Step::Conversation(_)
        | Step::Cascade(_)
        | Step::Until(_)
        | Step::Loop(_)
        | Step::ResponseCache(_)
        | Step::Agent(_) => {}
    });
    Ok(done)
}

/// A part goes, also from every call that sends it.
pub fn remove(plan: &mut Plan, name: &str) -> Result<Done, NotEdited> {
    if plan.prompts.shift_remove(name).is_none() {
        return Err(unknown(name));
    }
    let (mut calls, mut tools) = (0_usize, 0_usize);
    each_step(plan, &mut |step| match step {
        Step::Call(call) => {
            let before = call.input.len();
            call.input.retain(|input| input.part != name);
            calls += usize::from(call.input.len() < before);
        }
        Step::Tool(tool) => {
            tools += usize::from(tool.returns.take_if(|part| part == name).is_some());
        }
        Step::Chain(_)
        | Step::Route(_)
        | Step::Retry(_)
        | Step::FanOut(_)
        | Step::Conversation(_)
        | Step::Cascade(_)
        | Step::Until(_)
        | Step::Loop(_)
        | Step::ResponseCache(_)
        | Step::Agent(_) => {}
    });
    let from = match calls {
        0 => String::new(),
        1 => ", sent by one call".to_owned(),
        some => format!(", sent by {some} calls"),
    };
    let returned = if tools > 0 { ", returned by a tool" } else { "" };
    Ok(Done::once(format!("delete part {name}{from}{returned}")))
}

fn unknown(name: &str) -> NotEdited {
    NotEdited::new(
        format!("The plan has no part called `{name}`."),
        "It may have been removed or renamed: select it again.",
    )
}

/// A name that a new part can have.
fn free(plan: &Plan, name: &str) -> Result<String, NotEdited> {
    let name = name.trim();
    let message = match name {
        "" => "A part needs a name.".to_owned(),
        HISTORY => "`history` is what was said before.".to_owned(),
        CONTEXT => "`context` is what grows in a loop.".to_owned(),
        name if plan.prompts.contains_key(name) => {
            format!("The plan has a part called `{name}` already.")
        }
        name => return Ok(name.to_owned()),
    };
    Err(NotEdited::new(message, "Choose another name."))
}

fn role(value: &str) -> Result<Role, NotEdited> {
    match value.trim() {
        "system" => Ok(Role::System),
        "user" => Ok(Role::User),
        "retrieved" => Ok(Role::Retrieved),
        "tools" => Ok(Role::Tools),
        other => Err(NotEdited::new(
            format!("`{other}` is not one of the roles."),
            "Write system, user, retrieved or tools.",
        )),
    }
}

fn each_step(plan: &mut Plan, visit: &mut dyn FnMut(&mut Step)) {
    fn see(step: &mut Step, visit: &mut dyn FnMut(&mut Step)) {
        visit(step);
        step.children_mut().into_iter().for_each(|child| see(child, visit));
    }
    plan.each_tree(&mut |step| see(step, visit));
}
