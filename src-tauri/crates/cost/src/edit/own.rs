//! What single kinds of steps say of themselves: caches, histories, fees, what is accepted.

use super::done::{Done, NotEdited};
use super::fresh::Spot;
use super::graft::{get, get_mut, seek};
use super::kinds::{StepField, TierForm};
use super::words;
use crate::meter::Meter;
use crate::plan::{
    Call, Cascade, Conversation, History, Of, Plan, Prefix, PromptCache, ResponseCache, Root, Rung,
    Step, Sticky, Summary, Tool, Traffic, Trail,
};

/// How much of a call's prompts is kept, and by whom.
pub fn cache(plan: &mut Plan, at: &str, value: &str) -> Result<Done, NotEdited> {
    let (prefix, says) = match value.trim() {
        "" => (None, "no cache"),
        "whole" => (Some(Prefix::Whole), "the whole prompt"),
        "shared" => (Some(Prefix::Shared), "what all share"),
        "held" => (None, "what all share, held by the hour"),
        other => return Err(one_of(other, "whole, shared, held or nothing")),
    };
    let trail = seek(plan, at)?;
    let open_ended = !is_paused(plan, &trail);
    let call = call(get_mut(plan, &trail)?)?;
    let before = call.cache.take();
    call.cache = match (value.trim(), before) {
        ("held", Some(cache)) if cache.held.is_some() => Some(cache),
        ("held", _) => Some(PromptCache { held: Some(Of::new("24 h")), ..PromptCache::default() }),
        (_, before) => prefix.map(|prefix| match before.filter(|cache| cache.held.is_none()) {
            Some(cache) => PromptCache { prefix, ..cache },
            // How soon the session calls again does not follow from a pause that nobody wrote.
            None => PromptCache {
                prefix,
                in_time: open_ended.then(|| Of::new("90%")),
                ..PromptCache::default()
            },
        }),
    };
    done(at, format!("cache of {}: {says}", call.name))
}

/// For how long a route keeps its way.
pub fn sticky(plan: &mut Plan, at: &str, value: &str) -> Result<Done, NotEdited> {
    let sticky = match value.trim() {
        "turn" => Sticky::Turn,
        "conversation" => Sticky::Conversation,
        other => return Err(one_of(other, "turn or conversation")),
    };
    let trail = seek(plan, at)?;
    let Step::Route(route) = get_mut(plan, &trail)? else {
        return Err(NotEdited::new("Only a route keeps its way.", "Select a route."));
    };
    route.sticky = sticky;
    done(at, format!("{} keeps its way for a {}", route.name, value.trim()))
}

/// What of earlier turns a conversation sends again.
pub fn history(plan: &mut Plan, at: &str, value: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let mut spot = Spot::under(plan, Some(&trail), &trail);
    let conversation = conversation(get_mut(plan, &trail)?)?;
    let last = match &conversation.history {
        History::Full => Of::new("4"),
        History::Last(last) => last.clone(),
        History::Summary(summary) => summary.last.clone(),
    };
    let says = match value.trim() {
        "full" => {
            conversation.history = History::Full;
            "all earlier turns"
        }
        "last" => {
            conversation.history = History::Last(last);
            "the last turns"
        }
        "summary" => {
            if conversation.history.summary().is_none() {
                let step = spot.summary();
                conversation.history = History::Summary(Box::new(Summary { last, step }));
            }
            "a summary and the last turns"
        }
        other => return Err(one_of(other, "full, last or summary")),
    };
    done(at, format!("history of {}: {says}", conversation.name))
}

/// Whether one copy of a fan-out runs before the others.
pub fn warm_first(plan: &mut Plan, at: &str, warm: bool) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let Step::FanOut(fan) = get_mut(plan, &trail)? else {
        return Err(NotEdited::new("Only a fan-out has copies.", "Select a fan-out."));
    };
    fan.warm_first = warm;
    let says = if warm { "one copy first" } else { "all copies at once" };
    done(at, format!("{}: {says}", fan.name))
}

/// Whether the part of hits is given, or follows from traffic.
pub fn hits(plan: &mut Plan, at: &str, value: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let cache = response_cache(get_mut(plan, &trail)?)?;
    let says = match value.trim() {
        "given" => {
            cache.traffic = None;
            cache.hits.get_or_insert_with(|| Of::new("30%"));
            "given"
        }
        "traffic" => {
            cache.hits = None;
            cache.traffic.get_or_insert_with(|| Traffic {
                distinct: Of::new("10k"),
                zipf: Of::new("1"),
                max_age: Of::new("1 h"),
                scopes: None,
            });
            "from traffic"
        }
        other => return Err(one_of(other, "given or traffic")),
    };
    done(at, format!("hits of {}: {says}", cache.name))
}

/// Whether the fee of a tool is its own, or stands in a price list.
pub fn fee(plan: &mut Plan, at: &str, value: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let model = Spot::under(plan, None, &trail).model();
    let tool = tool(get_mut(plan, &trail)?)?;
    let says = match value.trim() {
        "own" => {
            (tool.model, tool.meter) = (None, None);
            tool.fee.get_or_insert_with(|| Of::new("$0.01"));
            "its own"
        }
        "list" => {
            tool.fee = None;
            tool.model.get_or_insert(model);
            tool.meter.get_or_insert(Meter::WebSearch);
            "from a price list"
        }
        other => return Err(one_of(other, "own or list")),
    };
    done(at, format!("fee of {}: {says}", tool.name))
}

/// A field of a tool as text.
pub fn of_tool(
    plan: &mut Plan,
    at: &str,
    field: StepField,
    value: &str,
) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let tool = tool(get_mut(plan, &trail)?)?;
    let text = Some(value.trim().to_owned()).filter(|value| !value.is_empty());
    let (key, label) = if field == StepField::Meter {
        let unknown = |name: &String| {
            let message = format!("`{name}` is nothing that is sold by use.");
            NotEdited::new(message, "Write `web_search`, or another meter of the price list.")
        };
        let meter = |name: String| Meter::from_name(&name).ok_or_else(|| unknown(&name));
        tool.meter = text.map(meter).transpose()?;
        ("meter", format!("use of {}: {}", tool.name, words::short(value)))
    } else if field == StepField::Returns {
        tool.returns = text;
        ("returns", format!("{} returns {}", tool.name, words::short(value)))
    } else {
        let before = tool.model.clone().unwrap_or_default();
        let label = words::change(&format!("price list of {}", tool.name), &before, value);
        tool.model = text;
        ("model", label)
    };
    Ok(Done::typed(format!("{at} {key}"), label).selecting(Some(at.to_owned())))
}

/// What judges the answers of a tier.
pub fn add_judge(plan: &mut Plan, at: &str, tier: usize) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let mut spot = Spot::under(plan, Some(&trail), &trail);
    let cascade = cascade(get_mut(plan, &trail)?)?;
    let label = format!("add a judge to tier {} of {}", tier + 1, cascade.name);
    let rung = judged(cascade, tier)?;
    if rung.judge.is_some() {
        return Err(NotEdited::new(
            format!("Tier {} has a judge already.", tier + 1),
            "Change that one, or remove it first.",
        ));
    }
    rung.judge = Some(spot.judge(&rung.step));
    let seats = cascade.tiers[..=tier].iter();
    let turn = seats.map(|rung| 1 + usize::from(rung.judge.is_some())).sum::<usize>() - 1;
    plan.prompts.extend(spot.parts());
    Ok(Done::once(label).selecting(trail.child(turn).path(plan)))
}

/// How it is said which of a tier's answers are accepted.
pub fn tier_form(
    plan: &mut Plan,
    at: &str,
    tier: usize,
    form: TierForm,
) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let cascade = cascade(get_mut(plan, &trail)?)?;
    let name = format!("tier {} of {}", tier + 1, cascade.name);
    let rung = judged(cascade, tier)?;
    let says = match form {
        TierForm::Given => {
            (rung.accepts_right, rung.accepts_wrong) = (None, None);
            rung.accepts.get_or_insert_with(|| Of::new("70%"));
            "a part of all"
        }
        TierForm::Judged => {
            rung.accepts = None;
            rung.accepts_right.get_or_insert_with(|| Of::new("90%"));
            rung.accepts_wrong.get_or_insert_with(|| Of::new("20%"));
            if rung.after_right.is_none() {
                // What is accepted follows from what is right.
                super::fresh::calls_of_turn(&mut rung.step, &mut |call| {
                    if call.answer {
                        call.quality.get_or_insert_with(|| Of::new("80%"));
                    }
                });
            }
            "as its judge finds"
        }
    };
    done(at, format!("accepted of {name}: {says}"))
}

/// What a request is looked up with.
pub fn add_lookup(plan: &mut Plan, at: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let mut spot = Spot::under(plan, Some(&trail), &trail);
    let cache = response_cache(get_mut(plan, &trail)?)?;
    if cache.lookup.is_some() {
        return Err(has_one(&cache.name, "a look-up"));
    }
    cache.lookup = Some(spot.reader("lookup"));
    let label = format!("add a look-up to {}", cache.name);
    Ok(Done::once(label).selecting(trail.child(0).path(plan)))
}

/// What keeps a new answer.
pub fn add_insert(plan: &mut Plan, at: &str) -> Result<Done, NotEdited> {
    let trail = seek(plan, at)?;
    let mut spot = Spot::under(plan, Some(&trail), &trail);
    let cache = response_cache(get_mut(plan, &trail)?)?;
    if cache.insert.is_some() {
        return Err(has_one(&cache.name, "an insertion"));
    }
    cache.insert = Some(spot.reader("insert"));
    let label = format!("add an insertion to {}", cache.name);
    let turn = 1 + usize::from(cache.lookup.is_some());
    Ok(Done::once(label).selecting(trail.child(turn).path(plan)))
}

/// A tool at the end of a way.
pub fn tool(step: &mut Step) -> Result<&mut Tool, NotEdited> {
    if let Step::Tool(tool) = step {
        return Ok(tool);
    }
    Err(NotEdited::new("Only a tool has a fee and returns something.", "Select a tool."))
}

/// A call at the end of a way.
pub fn call(step: &mut Step) -> Result<&mut Call, NotEdited> {
    if let Step::Call(call) = step {
        return Ok(call);
    }
    Err(NotEdited::new("Only a call has a model, a label and something to send.", "Select a call."))
}

fn conversation(step: &mut Step) -> Result<&mut Conversation, NotEdited> {
    if let Step::Conversation(conversation) = step {
        return Ok(conversation);
    }
    Err(NotEdited::new("Only a conversation has a history.", "Select a conversation."))
}

fn response_cache(step: &mut Step) -> Result<&mut ResponseCache, NotEdited> {
    if let Step::ResponseCache(cache) = step {
        return Ok(cache);
    }
    Err(NotEdited::new("Only a response cache has hits.", "Wrap the step in a response cache."))
}

fn cascade(step: &mut Step) -> Result<&mut Cascade, NotEdited> {
    if let Step::Cascade(cascade) = step {
        return Ok(cascade);
    }
    Err(NotEdited::new("Only a cascade has tiers.", "Wrap the step in a cascade."))
}

/// A tier whose answers somebody judges.
fn judged(cascade: &mut Cascade, tier: usize) -> Result<&mut Rung, NotEdited> {
    let count = cascade.tiers.len();
    if tier + 1 == count {
        return Err(NotEdited::new(
            "The answer of the last tier stands: nobody judges it.",
            "Add a tier after it first.",
        ));
    }
    let name = cascade.name.clone();
    cascade.tiers.get_mut(tier).ok_or_else(|| {
        NotEdited::new(format!("`{name}` has only {count} tiers."), "Select the cascade again.")
    })
}

/// Whether the pause before the next call of the same session is known.
fn is_paused(plan: &Plan, trail: &Trail) -> bool {
    is_paused_outside(plan, trail, &mut vec![])
}

/// The same, beside trees that were asked already.
fn is_paused_outside(plan: &Plan, trail: &Trail, asked: &mut Vec<Root>) -> bool {
    let Some((above, _)) = trail.parent() else {
        let Root::Agent(index) = trail.root else { return true };
        if asked.contains(&trail.root) {
            return true;
        }
        asked.push(trail.root);
        let name = plan.agents.get_index(index).map(|(name, _)| name);
        let steps = plan.steps();
        let mut uses = steps.iter().filter(
            |standing| matches!(standing.step, Step::Agent(used) if Some(&used.agent) == name),
        );
        return uses.all(|used| {
            let place = Trail::to(plan, &used.path);
            place.is_none_or(|place| is_paused_outside(plan, &place, asked))
        });
    };
    match get(plan, &above) {
        Ok(Step::Conversation(conversation)) => conversation.pause.is_some(),
        Err(_) => true,
        Ok(
            Step::Call(_)
            | Step::Chain(_)
            | Step::Route(_)
            | Step::Retry(_)
            | Step::FanOut(_)
            | Step::Cascade(_)
            | Step::Until(_)
            | Step::Loop(_)
            | Step::ResponseCache(_)
            | Step::Tool(_)
            | Step::Agent(_),
        ) => is_paused_outside(plan, &above, asked),
    }
}

fn done(at: &str, label: String) -> Result<Done, NotEdited> {
    Ok(Done::once(label).selecting(Some(at.to_owned())))
}

fn one_of(value: &str, known: &str) -> NotEdited {
    NotEdited::new(format!("`{value}` cannot be chosen here."), format!("Choose {known}."))
}

fn has_one(name: &str, what: &str) -> NotEdited {
    NotEdited::new(format!("`{name}` has {what} already."), "Change that one, or remove it first.")
}
