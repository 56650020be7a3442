//! One number edited: its text, who says it, or that it is there at all.

use super::done::{Done, NotEdited};
use super::fields::{OverTimeField, ProvenanceField};
use super::words;
use crate::plan::{Failure, Follows, Number, Of, Plan, Provenance, Slot, given_units};
use crate::units::Kind;

/// A number as it is typed.
pub fn typed(plan: &mut Plan, address: &str, text: &str) -> Result<Done, NotEdited> {
    let (path, before) = at(plan, address, |path, slot| (path.to_vec(), text_of(slot)))?;
    let what = words::number(plan, &path);
    let given = volume_at(plan, &path).and_then(|(index, field)| {
        Some((index, field, given_units(text, &plan.features[index].unit)?))
    });
    if let Some((index, "users", units)) = &given {
        // So many units are no people: the volume is given from now on.
        let volume = &mut plan.features[*index].volume;
        volume.units = Some(Of::new(units));
        (volume.users, volume.adoption, volume.each) = (None, None, None);
        let label = format!("volume of {}: {units}", plan.features[*index].name);
        return Ok(Done::typed(address, label));
    }
    let text = given.as_ref().map_or(text, |(_, _, units)| units);
    let is_emptied = text.trim().is_empty() && !is_needed(&path);
    at(plan, address, |_, slot| {
        let gone = is_emptied && slot.clear();
        if !gone {
            write(slot, text);
        }
    })?;
    if let Some(twin) = twin(address).filter(|_| is_emptied) {
        at(plan, &twin, |_, slot| slot.clear())?;
    }
    let label = match before {
        Some(before) => words::change(&what, &before, text),
        None => format!("{what} {}", words::short(text)),
    };
    Ok(Done::typed(address, label))
}

/// The feature and the field of a number that says how many units come, or who makes them.
fn volume_at<'p>(plan: &Plan, path: &'p [String]) -> Option<(usize, &'p str)> {
    let [features, index, volume, field] = path else { return None };
    let is_one = features == "features" && volume == "volume";
    let index = index.parse().ok().filter(|index| is_one && *index < plan.features.len())?;
    ["units", "users", "each"].contains(&field.as_str()).then_some((index, field))
}

/// A number with all that is said of it, in place of the one that may be there.
pub fn put(
    plan: &mut Plan,
    address: &str,
    text: &str,
    provenance: &Provenance,
) -> Result<(), NotEdited> {
    at(plan, address, |_, slot| {
        slot.fill(text);
        // A share may be typed as `rest`, which is no number.
        let number = slot.number().ok_or_else(|| {
            NotEdited::new(format!("`{text}` is no number."), "Give one that was measured.")
        })?;
        if let Err(unread) = &number.read {
            return Err(NotEdited::new(unread.message.clone(), &unread.hint));
        }
        number.provenance = provenance.clone();
        Ok(())
    })?
}

/// What people call the number at an address.
pub fn called(plan: &mut Plan, address: &str) -> Result<String, NotEdited> {
    let path = at(plan, address, |path, _| path.to_vec())?;
    Ok(words::number(plan, &path))
}

/// An optional number that is not there yet.
pub fn add(plan: &mut Plan, address: &str) -> Result<Done, NotEdited> {
    let (path, usual) = at(plan, address, |path, slot| match slot.number() {
        Some(_) => Err(NotEdited::new(
            format!("`{address}` is there already."),
            "Change its value instead.",
        )),
        None => Ok((path.to_vec(), usual(path, slot.kind()))),
    })??;
    at(plan, address, |_, slot| slot.fill(usual))?;
    if let Some(twin) = twin(address) {
        at(plan, &twin, |path, slot| slot.fill(self::usual(path, slot.kind())))?;
    }
    Ok(Done::once(format!("add {} {usual}", words::number(plan, &path))))
}

/// How a number goes on after the first month.
pub fn over_time(
    plan: &mut Plan,
    address: &str,
    field: OverTimeField,
    value: &str,
) -> Result<Done, NotEdited> {
    let value = value.trim();
    let path = at(plan, address, |path, slot| {
        let kind = slot.kind();
        let number = slot.number().ok_or_else(|| unknown(address))?;
        if !Number::can_change(kind) {
            return Err(NotEdited::new(
                format!("`{address}` cannot change over time."),
                "Turns, copies, attempts, output and parts can.",
            ));
        }
        let over_time = &mut number.over_time;
        match field {
            OverTimeField::Grows => {
                let before = over_time.grows.take().map(|grows| grows.provenance.clone());
                let grows = || Of::sourced(value, before.unwrap_or_default());
                over_time.grows = (!value.is_empty()).then(grows);
            }
            OverTimeField::Follows => {
                let doubled = over_time.follows.take().map(|follows| follows.doubled);
                let doubled = doubled.unwrap_or_else(|| Of::new(usual(&[], Kind::Change)));
                let driver = value.to_owned();
                over_time.follows = (!value.is_empty()).then_some(Follows { driver, doubled });
            }
        }
        Ok(path.to_vec())
    })??;
    let (key, word) = match field {
        OverTimeField::Grows => ("grows", "growth"),
        OverTimeField::Follows => ("follows", "driver"),
    };
    let label = format!("{word} of {}: {}", words::number(plan, &path), words::short(value));
    Ok(Done::typed(format!("{address} {key}"), label))
}

/// Who says a number.
pub fn provenance(
    plan: &mut Plan,
    address: &str,
    field: ProvenanceField,
    value: &str,
) -> Result<Done, NotEdited> {
    let value = Some(value.trim()).filter(|value| !value.is_empty());
    let as_of = match (field, value) {
        (ProvenanceField::AsOf, Some(day)) => Some(day.parse().map_err(|_| {
            NotEdited::new(format!("`{day}` is not a day."), "Write it as 2026-11-20.")
        })?),
        (ProvenanceField::AsOf, None)
        | (
            ProvenanceField::Source | ProvenanceField::Owner | ProvenanceField::Evidence,
            Some(_) | None,
        ) => None,
    };
    let path = at(plan, address, |path, slot| {
        let number = slot.number().ok_or_else(|| unknown(address))?;
        let provenance = &mut number.provenance;
        let text = value.map(str::to_owned);
        match field {
            ProvenanceField::Source => provenance.source = text,
            ProvenanceField::AsOf => provenance.as_of = as_of,
            ProvenanceField::Owner => provenance.owner = text,
            ProvenanceField::Evidence => provenance.evidence = text,
        }
        Ok(path.to_vec())
    })??;
    let (word, key) = match field {
        ProvenanceField::Source => ("source", "source"),
        ProvenanceField::AsOf => ("day", "as-of"),
        ProvenanceField::Owner => ("owner", "owner"),
        ProvenanceField::Evidence => ("evidence", "evidence"),
    };
    let what = words::number(plan, &path);
    let said = words::short(value.unwrap_or_default());
    Ok(Done::typed(format!("{address} {key}"), format!("{word} for {what}: {said}")))
}

/// Every optional number that is not there yet and could be: its address, and what it measures.
pub fn absent(plan: &Plan) -> Vec<(String, Kind)> {
    let mut absent = vec![];
    plan.clone().each_slot(&mut |address, _, slot| {
        if slot.number().is_none() {
            absent.push((address.to_owned(), slot.kind()));
        }
    });
    absent
}

/// Does something to the slot at an address.
fn at<T>(
    plan: &mut Plan,
    address: &str,
    mut act: impl FnMut(&[String], &mut dyn Slot) -> T,
) -> Result<T, NotEdited> {
    let mut done = None;
    plan.each_slot(&mut |known, path, slot| {
        if known == address && done.is_none() {
            done = Some(act(path, slot));
        }
    });
    done.ok_or_else(|| unknown(address))
}

fn unknown(address: &str) -> NotEdited {
    NotEdited::new(
        format!("There is no input at `{address}`."),
        "It may have been removed or renamed: select it again.",
    )
}

fn text_of(slot: &mut dyn Slot) -> Option<String> {
    slot.number().map(|number| number.text.clone())
}

/// Writes a text into a slot, and keeps who said the number that was there.
fn write(slot: &mut dyn Slot, text: &str) {
    let before = slot
        .number()
        .map(|number| (number.text.clone(), number.provenance.clone(), number.over_time.clone()));
    slot.fill(text);
    if let (Some(number), Some((before, mut provenance, over_time))) = (slot.number(), before) {
        number.over_time = over_time;
        if number.text != before {
            provenance.counted = None;
        }
        let ours = Failure::BILLED_SOURCE;
        let is_ours = provenance.source.as_ref().is_some_and(|source| source.starts_with(ours));
        // What vendors bill stood behind the old value only.
        number.provenance = if is_ours { Provenance::default() } else { provenance };
    }
}

/// The number without which another says but half.
fn twin(address: &str) -> Option<String> {
    const TWINS: [[&str; 2]; 2] =
        [[".after_right", ".after_wrong"], [".after_wrong", ".after_right"]];
    let [own, other] = TWINS.into_iter().find(|[own, _]| address.ends_with(own))?;
    address.strip_suffix(own).map(|whose| format!("{whose}{other}"))
}

/// Whether a number is there in one form of its step or another: another form takes it out. A rate limit goes as limits do.
fn is_needed(path: &[String]) -> bool {
    let last = path.last().map(String::as_str).unwrap_or_default();
    path.first().is_some_and(|root| root == "rate_limits")
        || ["hits", "accepts", "accepts_right", "accepts_wrong"].contains(&last)
}

/// A value to begin with.
fn usual(path: &[String], kind: Kind) -> &'static str {
    let field = path.last().map(String::as_str).unwrap_or_default();
    match (kind, field) {
        (Kind::Tokens, "reasoning") => "200..800",
        (Kind::Tokens, "max_tokens") => "4096",
        (Kind::Tokens, "adds") => "500..2000",
        (Kind::Share, "quality" | "accepts_right" | "in_time" | "alive" | "after_right") => "90%",
        (Kind::Share, "accepts") => "70%",
        (Kind::Share, "hits") => "30%",
        (Kind::Share, "accepts_wrong") => "20%",
        (Kind::Tokens, _) => "100..300",
        (Kind::Count, _) => "2",
        (Kind::Share, "adoption" | "billed_input" | "billed_output") => "100%",
        (Kind::Share, "used" | "after_wrong") => "50%",
        (Kind::Share, "success") => "80%",
        (Kind::Share, _) => "5%",
        (Kind::Growth, _) => "3%/month",
        (Kind::People, _) => "1k",
        (Kind::Frequency, "units") => "1k/month",
        (Kind::Frequency, _) => "1/month",
        (Kind::Amount, "fee") => "$0.01",
        (Kind::Amount, _) => "$1",
        // The one month that every plan has.
        (Kind::MonthNumber, _) => "month 1",
        (Kind::Factor, _) => "1",
        (Kind::Change, _) => "15%",
        (Kind::Duration, "ttl") => "5 min",
        (Kind::Duration, "held") => "24 h",
        (Kind::Duration, _) => "1 min",
        (Kind::Plain, "scopes") => "10",
        (Kind::Plain, _) => "1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;
    use crate::plan::Measures;
    use crate::sample::book;

    #[test]
    fn a_plan_of_one_month_can_be_given_every_number_that_it_lacks() {
        let call = "{ call: { name: a, model: acme/small, input: [text], output: 1 } }";
        let mut plan: Plan = crate::sample::plan(1, "{ text: { tokens: 1 } }", call);
        plan.other_costs = serde_saphyr::from_str("[{ name: index, cost: $9 }]").expect("a cost");
        let plan = plan.addressed();
        let absent: Vec<String> = absent(&plan).into_iter().map(|(address, _)| address).collect();
        for needed in ["f.starts", "other-costs.index.once", "other-costs.index.share"] {
            assert!(absent.iter().any(|known| known == needed), "{needed}: {absent:?}");
        }
        for address in absent {
            let mut plan = plan.clone();
            add(&mut plan, &address).expect("it was offered");
            check(&plan.addressed(), &Measures::default(), &[&book()])
                .unwrap_or_else(|problems| panic!("{address}: {}", problems[0]));
        }
    }
}
