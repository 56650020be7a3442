//! Numbers as they were measured, with who says so.

use super::asked::Evidenced;
use super::done::{Done, NotEdited};
use super::{number, words};
use crate::plan::{Counted, Of, Plan, Provenance};

/// Measured numbers in place of what was there: one edit, or none of them.
pub fn take(plan: &mut Plan, numbers: &[Evidenced]) -> Result<Done, NotEdited> {
    let Some(first) = numbers.first() else {
        return Err(NotEdited::new("Nothing was measured.", "Choose a number at least."));
    };
    for number in numbers {
        let Evidenced { address, value, source, as_of, evidence, counted } = number;
        let provenance = said(source, as_of, evidence.as_deref(), counted.as_deref())?;
        put(plan, address, value.trim(), &provenance)?;
    }
    let more = match numbers.len() {
        1 => String::new(),
        some => format!(" and {} more", some - 1),
    };
    let what = number::called(plan, &first.address)?;
    Ok(Done::once(format!("{what}{more}: {}", words::short(&first.source))))
}

/// Who says what was measured.
pub fn said(
    source: &str,
    as_of: &str,
    evidence: Option<&str>,
    counted: Option<&str>,
) -> Result<Provenance, NotEdited> {
    let as_of = as_of.trim().parse().map_err(|_| {
        NotEdited::new(format!("`{as_of}` is not a day."), "Write it as 2026-11-20.")
    })?;
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let counted = counted.map(|counted| counted.parse().map_err(|_| not_counted(counted)));
    let counted: Option<Counted> = counted.transpose()?;
    let (source, evidence) = (filled(source), evidence.and_then(filled));
    Ok(Provenance { source, as_of: Some(as_of), evidence, counted, ..Provenance::default() })
}

/// The length of a part takes the place of its text.
fn put(
    plan: &mut Plan,
    address: &str,
    value: &str,
    provenance: &Provenance,
) -> Result<(), NotEdited> {
    let part = address.strip_prefix("prompts.").and_then(|rest| rest.strip_suffix(".tokens"));
    if let Some(part) = part.and_then(|name| plan.prompts.get_mut(name)) {
        let tokens = Of::sourced(value, provenance.clone());
        if let Err(unread) = &tokens.read {
            return Err(NotEdited::new(unread.message.clone(), &unread.hint));
        }
        part.tokens = Some(tokens);
        (part.text, part.file) = (None, None);
        return Ok(());
    }
    number::put(plan, address, value, provenance)
}

fn not_counted(counted: &str) -> NotEdited {
    let hint = format!("Write {}.", Counted::EXAMPLE);
    NotEdited::new(format!("`{counted}` names no vocabulary, or no band."), &hint)
}
