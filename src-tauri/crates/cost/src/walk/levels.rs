//! Price levels of a call: the rates by the length of its prompts, and the part of the tokens billed at each.

use super::bracket::{self, Passing, Prompts};
use super::cache::Classes;
use super::frame::Frame;
use super::rate::{self, RateRows};
use super::sizes;
use super::usage::Usage;
use super::writer::Writer;
use crate::book::Bracket;
use crate::meter::Meter;
use crate::plan::Call;
use crate::workings::{Expr, LineRate, PriceId};

/// A price level: a bracket, the rates in it, and the part of the tokens billed there.
pub struct Level {
    /// From which length on.
    pub bracket: Option<Bracket>,
    rates: Vec<(Meter, RateRows)>,
    /// What is billed here.
    pub part: Passing,
}

/// Writes the levels of a call whose prompts come near a limit, or the guard of one whose prompts do not.
pub fn levels<'p>(
    w: &mut Writer,
    group: &str,
    call: &Call,
    usage: &Usage<'p>,
    frame: &Frame<'p>,
    classes: &Classes,
) -> Vec<Level> {
    let meters = meters(w, call, usage, classes);
    let brackets = rate::brackets(w, call, &meters);
    let mut levels = vec![level(w, call, &meters, None)];
    let Some(&bracket) = brackets.first() else { return levels };
    let before = w.mark();
    let next = level(w, call, &meters, Some(bracket));
    let limit = next.limit(w).expect("a bracket's level has its limit");
    let turns = sizes::outer(w, usage);
    let guard = bracket::guard(w, group, &turns, limit);
    if w.warns(&guard) {
        w.rewind(before);
        levels.extend(brackets.into_iter().map(|bracket| level(w, call, &meters, Some(bracket))));
        let prompts = sizes::prompts(w, group, usage, frame);
        let parts = parts(w, group, &prompts, &levels);
        levels.iter_mut().zip(parts).for_each(|(level, part)| level.part = part);
    }
    levels
}

/// The part of a call's tokens that is billed at each level. What passes the next limit is not billed at this one.
pub fn parts(w: &mut Writer, group: &str, prompts: &Prompts, levels: &[Level]) -> Vec<Passing> {
    let mut parts: Vec<Passing> = levels
        .iter()
        .map(|level| match level.limit(w) {
            None => Passing::all(),
            Some(limit) => bracket::passing(w, group, prompts, limit),
        })
        .collect();
    for index in 1..parts.len() {
        let next = parts[index].clone();
        let part = &mut parts[index - 1];
        part.input = &part.input - next.input;
        part.calls = &part.calls - next.calls;
    }
    parts
}

/// What a call is billed for.
fn meters(w: &Writer, call: &Call, usage: &Usage, classes: &Classes) -> Vec<Meter> {
    let sends = !usage.sent.is_empty() || !usage.grown.is_empty();
    let writes = call.output.is_some() || call.reasoning.is_some();
    let input = if sends { classes.meters() } else { vec![] };
    let output = writes.then_some(Meter::Output);
    let fee = rate::has_fee(w, call).then_some(Meter::Request);
    input.into_iter().chain(output).chain(fee).collect()
}

fn level(w: &mut Writer, call: &Call, meters: &[Meter], bracket: Option<Bracket>) -> Level {
    let rates = meters.iter().map(|&meter| (meter, rate::rate(w, call, meter, bracket)));
    Level { bracket, rates: rates.collect(), part: Passing::all() }
}

impl Level {
    /// The rate of a meter, where the call is billed for it.
    pub fn rate(&self, meter: Meter) -> Option<&RateRows> {
        self.rates.iter().find(|(known, _)| *known == meter).map(|(_, rates)| rates)
    }

    /// The part of a meter's units that is billed here, and their rate.
    pub fn of(&self, meter: Meter) -> (&Expr, &RateRows) {
        let by_call = [Meter::Output, Meter::Request].contains(&meter);
        let part = if by_call { &self.part.calls } else { &self.part.input };
        (part, self.rate(meter).expect("what a call is billed for has a rate"))
    }

    /// The limit of its bracket, with a price that carries it.
    fn limit(&self, w: &Writer) -> Option<(Bracket, PriceId)> {
        let bracket = self.bracket?;
        let prices = self.rates.iter().flat_map(|(_, rows)| match &rows.line {
            LineRate::Prices(prices) => prices.as_slice(),
            LineRate::Typed(_) | LineRate::Agreed(_) => &[],
        });
        let carries = |id: &PriceId| w.workings.prices[id.0].bracket == Some(bracket);
        let price = prices.map(|(id, _)| *id).find(carries);
        Some((bracket, price.expect("a bracket has an entry in the plan's months")))
    }
}
