//! Routes: one of several branches; the last takes the rest, so that shares always add to one.

use super::number;
use super::writer::{Writer, one, say, zero};
use crate::plan::{BranchShare, Route};
use crate::workings::{Expr, Place};

/// Writes the part of runs that takes each branch. Named shares above 1 in sum are scaled down to 1.
pub fn taken(w: &mut Writer, group: &str, route: &Route) -> Vec<Expr> {
    let shares: Vec<Option<Expr>> = route
        .branches
        .iter()
        .map(|branch| match &branch.share {
            BranchShare::Named(share) => Some(number::mean(w, share)),
            BranchShare::Rest => None,
        })
        .collect();
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

/// Writes the check that every run takes one branch.
pub fn check(w: &mut Writer, group: &str, taken: &[Expr]) {
    let sum = taken.iter().fold(zero(), |sum, part| sum + part);
    let label = say(format!("{group}: branches add to 1"), "share");
    w.row(Place::Check, group, "check", label, sum - one());
}
