//! How long a call's prompts are: its parts, and what was said so far.

use super::bracket::Prompts;
use super::frame::Frame;
use super::grown::Reads;
use super::moments::Moments;
use super::usage::Usage;
use super::writer::{Writer, one, say, zero};
use crate::workings::{Expr, Place};

/// The size of a call's own parts.
pub fn own(usage: &Usage) -> Moments {
    usage.sent.iter().fold(Moments::zero(), |sum, sent| sum.plus(&sent.size))
}

/// A call's prompts: one by one where they read what was said so far.
pub fn prompts<'p>(w: &mut Writer, group: &str, usage: &Usage<'p>, frame: &Frame<'p>) -> Prompts {
    let own = own(usage);
    let growing =
        |reads| usage.grown.iter().any(|grown| grown.reads == reads && grown.growth.is_some());
    let (in_turns, in_steps) = (growing(Reads::History), growing(Reads::Context));
    let growth = match (in_turns, in_steps) {
        (_, true) => frame.context.clone(),
        (true, false) => frame.conversation.clone(),
        (false, false) => None,
    };
    let Some(growth) = growth else {
        let all = usage.grown.iter().fold(own, |sum, grown| sum.plus(&grown.moments));
        let tokens = all.expected();
        return Prompts { size: named(w, group, all), turns: None, tokens, calls: one() };
    };
    let mut size = own.clone();
    let mut tokens = &growth.times * own.expected();
    for grown in &usage.grown {
        let each = match (grown.reads, in_steps) {
            // Every step of a turn meets the same history; turns are taken together.
            (Reads::History, true) => {
                let turns = frame.turns();
                let often = grown.growth.as_ref().map(|growth| growth.total(w, grown.so_often));
                let mean = often.unwrap_or_else(zero) / turns;
                tokens = tokens + &growth.times * &mean * grown.moments.expected();
                grown.moments.times(&mean)
            }
            _ => {
                let times = match &grown.growth {
                    Some(growth) => growth.total(w, grown.so_often),
                    None => growth.times.clone(),
                };
                tokens = tokens + times * grown.moments.expected();
                grown.at_each(w)
            }
        };
        size = size.plus(&each);
    }
    let label = say("tokens sent over all turns", "tokens");
    let tokens = w.row(Place::Unit, group, "size.all", label, tokens);
    let turns = Some(growth.weights(w));
    Prompts { size: named(w, group, size), turns, tokens, calls: growth.times.clone() }
}

/// The call's prompts at the first time, and at the last that there can be.
pub fn outer(w: &mut Writer, usage: &Usage) -> Vec<(&'static str, Prompts)> {
    let own = own(usage);
    let once = |size: Moments| {
        let tokens = size.expected();
        Prompts { size, turns: None, tokens, calls: one() }
    };
    let this_step = usage.grown.iter().filter(|grown| grown.growth.is_none());
    let first = this_step.fold(own.clone(), |sum, grown| sum.plus(&grown.moments));
    let mut turns = vec![("first-turn", once(first))];
    if usage.grown.iter().any(|grown| grown.growth.is_some()) {
        let last = usage.grown.iter().fold(own, |sum, grown| sum.plus(&grown.at_most(w)));
        turns.push(("last-turn", once(last)));
    }
    turns
}

/// The size as rows of its own: every formula of the brackets reads them.
pub fn named(w: &mut Writer, group: &str, size: Moments) -> Moments {
    let mut row = |field: &str, label: &str, unit: &str, expr: Expr| {
        if expr.is(0) { expr } else { w.row(Place::Unit, group, field, say(label, unit), expr) }
    };
    Moments {
        fixed: row("size.fixed", "fixed part of the prompt", "tokens", size.fixed),
        mean: row("size.mean", "what varies of the prompt", "tokens", size.mean),
        variance: row("size.variance", "its variance", "tokens²", size.variance),
        third: size.third.read_as(|third| {
            row("size.third", "its third central moment", "tokens³", third.clone())
        }),
        measured: size.measured,
        apart: size.apart,
        cases: size.cases,
    }
}
