//! What a step says of itself: tiers, failures, turns.

use super::agents;
use super::below::Below;
use super::finding::{Findings, NAME_HINT, is_name};
use crate::plan::{
    AgentUse, Call, Cascade, Conversation, Failure, History, Plan, ResponseCache, Retry, Rung, Tool,
};

pub fn retry(found: &mut Findings, retry: &Retry, step: Below, then: Option<Below>) -> Below {
    if step.can_fail {
        found.say(
            "step",
            "The repeated step can end without an answer by itself.",
            "Give the retry inside it a `then`, so that only this retry fails.",
        );
    }
    if retry.fails.is_empty() {
        found.say(
            "fails",
            "A retry without failures.",
            "Name a kind with its share: `fails: { invalid: 4% }`.",
        );
    }
    let mut sum = 0.0;
    for (kind, failure) in &retry.fails {
        found.within(&["fails"], |found| {
            if !is_name(kind) {
                found.say(kind, format!("`{kind}` is not a name."), NAME_HINT);
            }
            billed(found, kind, failure);
        });
        if failure.share.read.is_ok() {
            sum += failure.share.mean();
        }
    }
    if sum > 1.0 + 1e-12 {
        let message = format!("The ways to fail add to {:.1}%, more than all.", sum * 100.0);
        found.say("fails", message, "Failure kinds are exclusive: lower them to 100% at most.");
    }
    if let Some(outage) = &retry.outage {
        billed(found, Failure::OUTAGE, outage);
    }
    let rescued = then.is_some_and(|then| !then.can_fail);
    let then = then.unwrap_or_default();
    Below {
        can_fail: !rescued,
        answers: step.answers.max(then.answers),
        reads_history: step.reads_history || then.reads_history,
    }
}

fn billed(found: &mut Findings, kind: &str, failure: &Failure) {
    if failure.billed_input.is_none() || failure.billed_output.is_none() {
        found.say(
            kind,
            format!("What of a call that fails as `{kind}` is billed?"),
            "Write `{ value: 2%, billed_input: 100%, billed_output: 50% }`; known kinds are rejected, timeout, invalid.",
        );
    }
}

/// A step beside another, whose output nobody sees.
pub fn helper(found: &mut Findings, field: &str, who: &str, below: Below) -> Below {
    if below.answers > 0 {
        let message = format!("{who} is nothing that the user sees.");
        found.say(field, message, "Take `answer: true` off its call.");
    }
    Below { answers: 0, ..below }
}

/// What repeats or goes on has an answer each time.
pub fn answers(found: &mut Findings, field: &str, below: Below) {
    if below.can_fail {
        let message = "What goes on from here can end without an answer.";
        found.say(field, message, "Give the retry inside it a `then`.");
    }
}

/// What a call says of its limits and its cache.
pub fn call(found: &mut Findings, call: &Call, unpaused: bool) {
    if let Some(most) = &call.max_tokens
        && most.read.as_ref().is_ok_and(|typed| !typed.spread.is_fixed())
    {
        found.at(most, "A limit of tokens is one number.", "Write it as 4096.");
    }
    if unpaused && call.waits() {
        found.say(
            "cache",
            format!("How soon does the session call `{}` again?", call.name),
            "Write `pause: 2 min` at the conversation, or `in_time: 80%` here.",
        );
    }
}

pub fn cascade(found: &mut Findings, plan: &Plan, cascade: &Cascade) {
    let Some((last, others)) = cascade.tiers.split_last() else {
        return found.say("tiers", "A cascade without tiers.", "Add tiers, the cheapest first.");
    };
    let last_index = others.len().to_string();
    found.within(&["tiers", &last_index], |found| {
        let judged = last.judge.is_some()
            || [&last.accepts, &last.accepts_right, &last.accepts_wrong]
                .iter()
                .any(|share| share.is_some());
        if judged {
            let hint = "Take its judge off, or add a tier after it.";
            found.say("", "The answer of the last tier stands: nobody judges it.", hint);
        }
    });
    for (index, rung) in cascade.tiers.iter().enumerate() {
        found.within(&["tiers", &index.to_string()], |found| {
            if index + 1 < cascade.tiers.len() {
                accepted(found, plan, rung);
            }
            let follows = rung.after_right.is_some() && rung.after_wrong.is_some();
            let said = plan.measured_answers(&rung.step);
            if follows && index == 1 && said.contains(&true) {
                let hint = "Keep the `quality` of its call, or `after_right` and `after_wrong`.";
                found.say("after_right", "What this tier gets right is said twice.", hint);
            }
            if follows && index == 1 && !is_measured(plan, &cascade.tiers[0]) {
                found.say(
                    "after_right",
                    "How many answers of the first tier are right?",
                    "Write `quality: 85%` at its call that is marked `answer: true`: this tier follows from it.",
                );
            }
            let after = [("after_right", &rung.after_right), ("after_wrong", &rung.after_wrong)];
            for (field, share) in after {
                if share.is_some() && index != 1 {
                    let hint = "Write the `quality` of its call, as measured on what reaches it.";
                    found.say(field, "Only a second tier follows from the first.", hint);
                }
            }
            if rung.after_right.is_some() != rung.after_wrong.is_some() {
                let hint = "Write both `after_right` and `after_wrong`, or neither.";
                found.say("", "What the second tier gets right is said by half.", hint);
            }
        });
    }
}

/// Whether it follows what part of a tier's answers is accepted.
fn accepted(found: &mut Findings, plan: &Plan, rung: &Rung) {
    match (&rung.accepts, &rung.accepts_right, &rung.accepts_wrong) {
        (Some(_), None, None) | (None, Some(_), Some(_)) => {}
        (None, None, None) => {
            found.say("", "Which part of this tier's answers is accepted?", "Write `accepts: 70%`.")
        }
        (Some(_), _, _) => found.say(
            "accepts",
            "What is accepted is said twice.",
            "Keep `accepts`, or `accepts_right` and `accepts_wrong`.",
        ),
        (None, _, _) => found.say(
            "",
            "What a judge accepts is said by half.",
            "Write both `accepts_right` and `accepts_wrong`.",
        ),
    }
    let by_judge = rung.accepts_right.is_some() && rung.accepts_wrong.is_some();
    if !by_judge || is_measured(plan, rung) {
        return;
    }
    match plan.measured_answers(&rung.step).is_empty() {
        true => found.say(
            "",
            "Nothing in this tier gives the one answer that is judged right or wrong.",
            "Mark its call `answer: true`, outside of copies and conversations, or write `accepts: 70%`.",
        ),
        false => found.say(
            "",
            "How many answers of this tier are right?",
            "Write `quality: 85%` at its call that is marked `answer: true`.",
        ),
    }
}

/// Whether the plan says how many answers of a tier are right.
fn is_measured(plan: &Plan, rung: &Rung) -> bool {
    let answers = plan.measured_answers(&rung.step);
    let follows = rung.after_right.is_some() && rung.after_wrong.is_some();
    !answers.is_empty() && (follows || answers.iter().all(|known| *known))
}

pub fn response_cache(found: &mut Findings, cache: &ResponseCache, step: Below, by_chance: bool) {
    match (&cache.hits, &cache.traffic) {
        (None, Some(_)) if by_chance => found.say(
            "traffic",
            "How often requests come here is not known beforehand.",
            "Write `hits: 30%`, or put the cache around the retry, the `until` or the cascade.",
        ),
        (Some(_), None) | (None, Some(_)) => {}
        (None, None) => found.say(
            "",
            "Which part of requests meets a kept answer?",
            "Write `hits: 30%`, or `traffic` that it follows from.",
        ),
        (Some(_), Some(_)) => {
            found.say("hits", "Hits are said twice.", "Keep `hits` or `traffic`.");
        }
    }
    if step.reads_history && cache.excluded.is_none() {
        found.say(
            "step",
            "Answers that depend on what was said before are kept for anybody.",
            "Take `history` off its calls, or say with `excluded` which part of requests goes past the cache.",
        );
    }
}

pub fn tool(found: &mut Findings, plan: &Plan, tool: &Tool) {
    match (&tool.model, &tool.meter) {
        (Some(_), None) => found.say(
            "model",
            "What of this model's price list is one use?",
            "Write `meter: web_search`, or another thing that is sold by use.",
        ),
        (None, Some(_)) => found.say(
            "meter",
            "In which price list does this fee stand?",
            "Write `model: openai/gpt-5`, or the fee itself: `fee: $0.01`.",
        ),
        (Some(_), Some(_)) if tool.fee.is_some() => {
            found.say("fee", "The fee is said twice.", "Keep `fee`, or `model` and `meter`.");
        }
        (Some(_) | None, _) => {}
    }
    if let Some(fee) = &tool.fee
        && fee.read.as_ref().is_ok_and(|typed| !typed.spread.is_fixed())
    {
        found.at(fee, "A fee is one amount.", "Write $0.01; say the doubt as `$0.01 ±20%`.");
    }
    if let Some(part) = &tool.returns
        && !plan.prompts.contains_key(part)
    {
        let known: Vec<&str> = plan.prompts.keys().map(String::as_str).collect();
        let hint = format!("Parts of this plan: {}.", known.join(", "));
        found.say("returns", format!("The plan has no part called `{part}`."), hint);
    }
}

/// A use of an agent: what its tree comes to, where that ends.
pub fn agent(found: &mut Findings, plan: &Plan, used: &AgentUse, unpaused: bool) -> Below {
    let Some(agent) = plan.agents.get(&used.agent) else {
        let known: Vec<&str> = plan.agents.keys().map(String::as_str).collect();
        let hint = match known.is_empty() {
            true => "Add it under `agents`.".to_owned(),
            false => format!("Agents of this plan: {}.", known.join(", ")),
        };
        found.say("use", format!("The plan has no agent called `{}`.", used.agent), hint);
        return Below::default();
    };
    let answers = agent.step.calls().into_iter().any(|call| call.answer);
    if used.answer && !answers {
        let message = format!("No call of `{}` is marked `answer: true`.", used.agent);
        found.say("answer", message, "Mark the call that writes what the agent returns.");
    }
    if let Some(depth) = used.depth
        && !(1..=MOST_DEPTH).contains(&depth)
    {
        let message = format!("An agent cannot stand {depth} times inside itself.");
        found.say("depth", message, format!("Write 1 to {MOST_DEPTH}."));
    }
    let waiting = if unpaused { agents::waiting(plan, &used.agent) } else { vec![] };
    for (name, call) in waiting {
        let message = format!("How soon does the session call `{}` of `{name}` again?", call.name);
        let hint =
            "Write `pause: 2 min` at the conversation, or `in_time: 80%` at the cache of the call.";
        found.say("use", message, hint);
    }
    // No agent may end without an answer.
    Below { answers: u32::from(used.answer), ..Below::default() }
}

/// How many of an agent may stand inside each other.
pub const MOST_DEPTH: u32 = 6;

pub fn conversation(found: &mut Findings, conversation: &Conversation, below: Below) {
    if conversation.turn.is_empty() {
        return found.say(
            "turn",
            "A conversation without a step in its turn.",
            "Add `- call: …` under `turn`.",
        );
    }
    let kept = match &conversation.history {
        History::Full => None,
        History::Last(last) => Some(last),
        History::Summary(summary) => Some(&summary.last),
    };
    if let Some(last) = kept
        && last.read.as_ref().is_ok_and(|typed| !typed.spread.is_fixed())
    {
        found.at(last, "The turns that stay are one number.", "Write it as 6.");
    }
    if below.answers > 1 {
        found.say(
            "turn",
            "More than one call of a turn is marked `answer: true`.",
            "Keep the mark on the call whose output the user sees; branches of a route may each have one.",
        );
    }
    if below.reads_history && below.answers == 0 {
        found.say(
            "turn",
            "Calls read `history`, and no call is marked `answer: true`.",
            "Mark the call whose output the user sees.",
        );
    }
}
