//! Routes: one of several branches; the last takes the rest, so that shares always add to one.

use super::number;
use super::writer::{Writer, one, say, zero};
use crate::book::DAY_MINUTES;
use crate::plan::{BranchShare, Days, Route, Step, Sticky};
use crate::workings::{Expr, Node, Place};

/// Writes the part of runs that takes each branch, over some of the plan's days. Named shares above 1 in sum are scaled
/// down to 1.
pub fn taken(w: &mut Writer, group: &str, route: &Route, over: &Days) -> Vec<Expr> {
    let all = w.checked.plan.days().expect("a checked plan has days");
    let mut shares: Vec<Option<Expr>> = vec![];
    for (index, branch) in route.branches.iter().enumerate() {
        let share = match &branch.share {
            BranchShare::All => one(),
            BranchShare::Named(share) => number::mean(w, share),
            BranchShare::Rest => {
                shares.push(None);
                continue;
            }
        };
        let share = match branch.is_dated() {
            true => share * runs(w, (group, index + 1), &branch.days_of(&all), over),
            false => share,
        };
        shares.push(Some(share));
    }
    let sum = shares.iter().flatten().fold(zero(), |sum, share| sum + share);
    let sum = w.row(Place::Unit, group, "named", say("sum of the named shares", "share"), sum);
    let taken = shares.into_iter().enumerate().map(|(index, share)| {
        let (label, expr) = match share {
            Some(share) => ("part that takes it", share / one().max(&sum)),
            None => ("the rest", zero().max(&(one() - &sum))),
        };
        let label = format!("branch {}: {label}", index + 1);
        w.row(Place::Unit, group, &format!("taken.{}", index + 1), say(label, "share"), expr)
    });
    taken.collect()
}

/// The part of each month's runs over some days that come on those of a branch, as its users come.
fn runs(w: &mut Writer, (group, nth): (&str, usize), days: &Days, over: &Days) -> Expr {
    w.check_start();
    let address = format!("{group}.runs.{nth}");
    let values = w.by_month(|w, month| {
        let load = &w.arrivals.0;
        let (mut own, mut all) = (0.0, 0.0);
        for day in w.days_of_month(month).filter(|day| over.has(*day)) {
            let part = load.between(day, 0..DAY_MINUTES);
            all += part;
            own += if days.has(day) { part } else { 0.0 };
        }
        // Where nobody comes no part of them does.
        if all > 0.0 { own / all } else { 0.0 }
    });
    let label = format!("branch {nth}: part of the month in which it runs");
    let runs = Expr::from(Node::Given(w.series(&address, &label, values)));
    w.row(Place::Unit, group, &format!("runs.{nth}.now"), say(label, "share"), runs)
}

/// Writes the check that every run takes one branch.
pub fn check(w: &mut Writer, group: &str, taken: &[Expr]) {
    let sum = taken.iter().fold(zero(), |sum, part| sum + part);
    let label = say(format!("{group}: branches add to 1"), "share");
    w.row(Place::Check, group, "check", label, sum - one());
}

/// The routes of a turn whose way is kept for the conversation, in reading order.
pub fn kept(turn: &[Step]) -> Vec<&Route> {
    let mut routes = vec![];
    for step in turn {
        if let Step::Route(route) = step {
            routes.extend((route.sticky == Sticky::Conversation).then_some(route));
            for branch in &route.branches {
                routes.extend(kept(std::slice::from_ref(&branch.step)));
            }
        } else if let Step::Chain(steps) = step {
            routes.extend(kept(steps));
        }
    }
    routes
}
