//! Stretches of days within months: how often calls are made on each, where branches of routes begin or end in mid-month.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::priced::when;
use super::rate;
use super::route;
use super::writer::{Writer, one, under, zero};
use crate::plan::{Days, Feature, Made, Route};
use crate::workings::{Expr, Node};

/// The plan's days, split where a branch on the way to one of these calls begins or ends within a month.
pub fn stretches<'p>(w: &Writer, made: impl Iterator<Item = &'p Made<'p>>) -> Vec<Days> {
    let all = w.checked.plan.days().expect("a checked plan has days");
    let routes = made.flat_map(|made| made.branches.iter().map(|taken| taken.route));
    let within = routes.flat_map(|route| within_months(route, &all));
    let edges: BTreeSet<Date> = within.chain(edges(&all)).collect();
    let edges: Vec<Date> = edges.into_iter().collect();
    edges.windows(2).map(|edges| Days::of(edges[0]..edges[1])).collect()
}

/// The first days of stretches, and those after them.
fn edges(days: &Days) -> Vec<Date> {
    days.stretches().iter().flat_map(|days| [days.start, days.end]).collect()
}

/// The days within months on which branches of a route begin or end.
fn within_months(route: &Route, all: &Days) -> Vec<Date> {
    let edges = route.branches.iter().flat_map(|branch| edges(&branch.days_of(all)));
    edges.filter(|day| day.day() > 1).collect()
}

/// How often a call is made on such days, against its month's mean. `None` where each of its months is even.
pub fn against_month(
    w: &mut Writer,
    feature: &Feature,
    made: &Made,
    stretch: &Days,
) -> Option<Expr> {
    let all = w.checked.plan.days().expect("a checked plan has days");
    let mut changes = None;
    for taken in &made.branches {
        if within_months(taken.route, &all).is_empty() {
            continue;
        }
        // The parts of runs are those of the days on which the feature's users come.
        rate::arrive(w, feature);
        let group = under(&feature.name, &made.route(taken));
        let mean = part(w, &group, (taken.route, taken.branch), &all);
        let then = format!("{group}{}", when(Some(stretch)));
        let then = part(w, &then, (taken.route, taken.branch), stretch);
        let change = Expr::if_at_most(&mean, &zero(), &zero(), &(then / &mean));
        changes = Some(changes.unwrap_or_else(one) * change);
    }
    changes
}

/// The part of runs that takes a branch, on some of the plan's days.
fn part(w: &mut Writer, group: &str, (route, branch): (&Route, usize), days: &Days) -> Expr {
    match w.workings.find(&format!("{group}.taken.{}", branch + 1)) {
        Some(row) => Expr::from(Node::Row(row)),
        None => route::taken(w, group, route, days).swap_remove(branch),
    }
}
