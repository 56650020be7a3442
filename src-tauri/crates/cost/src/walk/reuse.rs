//! Response caches: which part of requests is looked up, met, and kept anew.

use super::number;
use super::seen::{Seen, Shares};
use super::volume;
use super::writer::{Setting, Writer, one, say, two, zero};
use crate::plan::{Number, ResponseCache, Traffic};
use crate::workings::{Expr, Node, Place, RowId};

/// How often a cached step ends.
pub struct Ends {
    /// The chance of an answer.
    pub answered: Expr,
    /// How often what the step would answer is answered, kept answers included.
    pub as_the_step: Expr,
}

/// Writes the parts of requests that go each way. Requests come so `often` for one unit of the feature.
pub fn shares(
    w: &mut Writer,
    (feature, group): (&str, &str),
    cache: &ResponseCache,
    often: &Expr,
) -> Shares {
    let mut mean =
        |number: Option<&Number>| number.map_or_else(zero, |number| number::mean(w, number));
    let excluded = mean(cache.excluded.as_deref());
    let noticed = mean(cache.wrong.as_deref());
    let given = cache.hits.as_deref().map(|hits| number::mean(w, hits));
    let hits = given.unwrap_or_else(|| {
        let traffic = cache.traffic.as_ref().expect("a checked cache says what is hit");
        let requests = volume::by_the_second(w, feature) * often * (one() - &excluded);
        hits(w, group, traffic, requests)
    });
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

/// The part of requests that meets an answer: Σ w·λτw/(1 + λτw) over the different requests of a scope, which come by
/// Zipf's law. They are summed in groups of neighbouring ranks: the first ones alone, later ones in groups whose ranks
/// grow by one factor.
fn hits(w: &mut Writer, group: &str, traffic: &Traffic, requests: Expr) -> Expr {
    let distinct = number::mean(w, &traffic.distinct);
    let zipf = number::mean(w, &traffic.zipf);
    let scopes = traffic.scopes.as_ref().map_or_else(one, |scopes| number::mean(w, scopes));
    let load = requests * number::mean(w, &traffic.max_age) / scopes;
    let label = "requests of one scope while an answer is kept";
    let load = w.row(Place::Unit, group, "traffic.load", say(label, "requests"), load);
    let groups = w.setting(Setting::Groups);
    let (_, index) = w.workings.push_table(group, &format!("{group}.traffic"), GROUPS);
    let k = Expr::from(Node::Row(index));
    let end = distinct + one();
    let mut row = |field: &str, label: &str, unit: &str, expr: Expr| -> RowId {
        let address = format!("{group}.traffic.{field}");
        w.row_id(Place::Unit, group, &address, say(label, unit), expr)
    };
    // The rank that a group begins with, if so many groups stand before it.
    let first = |before: &Expr| {
        let rank = (before / &groups * end.ln()).exp().floor();
        end.min(&rank.max(&(before + one())))
    };
    let from = row("from", "the first rank of the group", "rank", first(&(&k - one())));
    let to = Expr::if_at_most(&groups, &k, &end, &first(&k));
    let to = row("to", "the first rank after it", "rank", to);
    let (from, to) = (Expr::from(Node::Row(from)), Expr::from(Node::Row(to)));
    let middle = (&from + &to - one()) / two();
    let weight = one() / middle.power(&zipf);
    let weight = row("weight", "how often one of them comes, in proportion", "weight", weight);
    let mass = (to - from) * Expr::from(Node::Row(weight));
    let mass = row("group-weight", "how often any of them comes", "weight", mass);
    let all = row("all", "all weights", "weight", Expr::from(Node::Sum(mass)));
    let all = Expr::from(Node::Row(all));
    let each = load * Expr::from(Node::Row(weight)) / &all;
    let met = row("met", "chance that its answer is kept", "share", &each / (one() + &each));
    let hits = Expr::from(Node::Dot(mass, met)) / all;
    Expr::from(Node::Row(row("hits", "part that meets a kept answer", "share", hits)))
}

/// Rows of the table of groups; [`Setting::Groups`] says the same.
const GROUPS: usize = 400;

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
