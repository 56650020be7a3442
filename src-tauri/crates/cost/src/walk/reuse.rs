//! Response caches: which part of requests is looked up, met, and kept anew.

use super::number;
use super::seen::{Seen, Shares};
use super::writer::{Writer, one, say, zero};
use crate::plan::{Number, ResponseCache};
use crate::workings::{Expr, Place};

/// How often a cached step ends.
pub struct Ends {
    /// The chance of an answer.
    pub answered: Expr,
    /// How often what the step would answer is answered, kept answers included.
    pub as_the_step: Expr,
}

/// Writes the parts of requests that go each way.
pub fn shares(w: &mut Writer, group: &str, cache: &ResponseCache) -> Shares {
    let mut mean =
        |number: Option<&Number>| number.map_or_else(zero, |number| number::mean(w, number));
    let excluded = mean(cache.excluded.as_deref());
    let hits = mean(cache.hits.as_deref());
    let noticed = mean(cache.wrong.as_deref());
    let mut row = |field: &str, label: &str, expr: Expr| {
        w.row(Place::Unit, group, field, say(label, "share"), expr)
    };
    let looked_up = if excluded.is(0) {
        one()
    } else {
        row("looked-up", "part that is looked up", one() - &excluded)
    };
    let missed = row("missed", "part that meets nothing", &looked_up * (one() - &hits));
    let wrong = if noticed.is(0) {
        zero()
    } else {
        row(
            "noticed",
            "part whose kept answer is noticed to be wrong",
            &looked_up * &hits * &noticed,
        )
    };
    let met = row("met", "part that a kept answer serves", &looked_up * hits * (one() - noticed));
    Shares { excluded, looked_up, met, wrong, missed }
}

/// How it ends, by the chances of the steps in it.
pub fn ends(shares: &Shares, lookup: Option<&Seen>, step: &Seen, insert: Option<&Seen>) -> Ends {
    let chance = |seen: Option<&Seen>| seen.map_or_else(one, |seen| seen.answered.clone());
    let (looked, kept) = (chance(lookup), chance(insert));
    if looked.is(1) && kept.is(1) && step.answered.is(1) {
        return Ends { answered: one(), as_the_step: one() };
    }
    let runs = &shares.excluded + &looked * (&shares.missed * kept + &shares.wrong);
    let met = looked * &shares.met;
    let answered = &runs * &step.answered + &met;
    // A kept answer is one that the step once gave.
    let as_the_step =
        runs + Expr::if_at_most(&step.answered, &zero(), &zero(), &(met / &step.answered));
    Ends { answered, as_the_step }
}
