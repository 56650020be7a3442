//! Which numbers of a step take what samples say.

use cost::edit::Evidenced;
use cost::plan::{Call, Plan, Role, Standing, Step};

use super::found::{Found, What};
use crate::prompts::requests::Note;

/// The model that answers in a step, where only one does.
pub(super) fn model(plan: &Plan, at: &str) -> Option<String> {
    let steps = plan.steps();
    let standing = steps.iter().find(|standing| standing.path == at)?;
    match answers(standing)[..] {
        [call] => Some(call.model.clone()),
        _ => None,
    }
}

/// What a step would take, and why it takes no more.
pub(super) fn of(
    plan: &Plan,
    at: &str,
    found: &[Found],
    as_of: &str,
) -> (Vec<Evidenced>, Vec<Note>) {
    let steps = plan.steps();
    let Some(standing) = steps.iter().find(|standing| standing.path == at) else {
        return (vec![], vec![]);
    };
    let above = plan.address_of(standing.root).expect("its tree was just listed");
    let mut notes = vec![];
    let mut places: Vec<(What, String)> = vec![];
    if let (Step::Conversation(_), Some(address)) = (standing.step, &standing.address) {
        places.push((What::Turns, format!("{address}.turns")));
    }
    match answers(standing)[..] {
        [call] => {
            let address = format!("{above}.{}", call.name);
            places.push((What::Answer, format!("{address}.output")));
            places.push((What::Reasoning, format!("{address}.reasoning")));
            for (what, role) in [
                (What::Question, Role::User),
                (What::System, Role::System),
                (What::Retrieved, Role::Retrieved),
            ] {
                let part = part(plan, call, role);
                places.extend(part.map(|part| (what, format!("prompts.{part}.tokens"))));
            }
        }
        [] => notes.push(note("No call here is marked as the answer.")),
        [..] => {
            notes.push(note("Several calls here can be the answer: the samples do not say which."))
        }
    }
    let take = |(what, address): (What, String)| {
        let found = found.iter().find(|found| found.what == what)?;
        Some(Evidenced {
            address,
            value: found.value.clone(),
            source: found.source.clone(),
            as_of: as_of.to_owned(),
            evidence: Some(found.evidence.clone()),
            counted: found.counted.clone(),
        })
    };
    (places.into_iter().filter_map(take).collect(), notes)
}

fn note(message: &str) -> Note {
    let hint = "Take its numbers at the call itself.".to_owned();
    Note { place: None, message: message.to_owned(), hint }
}

/// The calls of a step whose output the user sees; a call that is asked about is one itself.
fn answers<'p>(standing: &Standing<'p>) -> Vec<&'p Call> {
    match standing.step {
        Step::Call(call) => vec![call],
        other => other.calls().into_iter().filter(|call| call.answer).collect(),
    }
}

/// The one part of this role that a call sends once, as so many tokens.
fn part<'p>(plan: &Plan, call: &'p Call, role: Role) -> Option<&'p str> {
    let mut parts = call.input.iter().filter(|input| {
        let part = plan.prompts.get(&input.part);
        part.is_some_and(|part| part.role() == role && !part.is_text()) && input.copies.is_none()
    });
    let only = parts.next()?;
    parts.next().is_none().then_some(only.part.as_str())
}
