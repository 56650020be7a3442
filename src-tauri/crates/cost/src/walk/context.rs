//! Prompts that pass what their model takes: how often, where it is not so often that the plan is refused.

use super::bracket::{self, Limit};
use super::frame::Frame;
use super::moments::Moments;
use super::sizes;
use super::usage::Usage;
use super::writer::{Writer, one, say, under, zero};
use super::written;
use crate::plan::Call;
use crate::workings::{Expr, Node, Overflow, Place, Shape};

/// Chances below this are no warning: one call in a million.
const SELDOM: f64 = 1e-6;

/// Notes how often a call's prompts, and what it writes, pass what its model takes. What that is worked out by is taken
/// back: no figure follows from it.
pub fn context<'p>(
    w: &mut Writer<'p>,
    (step, group): (&str, &str),
    call: &'p Call,
    usage: &Usage<'p>,
    frame: &Frame<'p>,
) {
    let sold = w.checked.models.get(&call.model);
    let (Some(takes), model) = (sold.model.context_tokens, sold.name.clone()) else { return };
    let group = under(group, "context");
    let before = w.mark();
    let written = written::whole(w, call);
    let mut turns = sizes::outer(w, usage);
    turns.iter_mut().for_each(|(_, prompts)| prompts.size = prompts.size.plus(&written));
    let largest = bracket::largest(w, &group, &turns);
    let of_model = format!("price.{model}.context");
    let room = w.given(&of_model, takes as f64, "tokens", "the book");
    let passes = Expr::if_at_most(&largest, &room, &zero(), &one());
    let label = say(format!("{step}: every prompt fits what its model takes"), "flag");
    let guard = w.row(Place::Check, &group, "fits", label, passes);
    if !w.warns(&guard) {
        return;
    }
    w.rewind(before);
    let [by_call, by_unit] = w.tried_out(|w| {
        let room = w.given(&of_model, takes as f64, "tokens", "the book");
        let written = written::whole(w, call);
        shares(w, &group, (usage, frame), &written, room)
    });
    let worst = (0..by_call.len()).max_by(|a, b| by_call[*a].total_cmp(&by_call[*b]));
    let Some(month) = worst.filter(|month| by_call[*month] > SELDOM) else { return };
    let (calls, units) = (by_call[month], by_unit[month]);
    let step = step.to_owned();
    let found = Overflow { step, model, takes, month, calls, units };
    // A call stands once for each way that a conversation keeps: the worst is told.
    let known = w.workings.overflows.iter_mut().find(|known| known.step == found.step);
    match known {
        Some(known) if known.calls >= found.calls => {}
        Some(known) => *known = found,
        None => w.workings.overflows.push(found),
    }
}

/// By month, the part of a call's prompts that, with what it writes, pass the edge, and the chance that what repeats around
/// it comes so far.
fn shares<'p>(
    w: &mut Writer<'p>,
    group: &str,
    (usage, frame): (&Usage<'p>, &Frame<'p>),
    written: &Moments,
    edge: Expr,
) -> [Vec<f64>; 2] {
    let prompts = sizes::prompts(w, group, usage, frame);
    let size = prompts.size.plus(written);
    let name = "over".to_owned();
    let limit = Limit { group, size: "size".to_owned(), name, inclusive: false, edge };
    let over = bracket::beyond(w, &limit, &size, prompts.turns.is_some()).chance;
    let over = w.row(Place::Unit, group, "over.share", say("share", "share"), over);
    let Some(weights) = prompts.turns else {
        let share = by_month(w, &over).concat();
        return [share.clone(), share];
    };
    let (over, weights) = (by_month(w, &over), by_month(w, &Expr::from(Node::Row(weights))));
    let shares = over.iter().zip(&weights).map(|(over, weights)| {
        let (mut passed, mut calls, mut units, mut all) = (0.0_f64, 0.0, 0.0, 0.0);
        for (over, comes) in over.iter().zip(weights) {
            calls += comes * over;
            // Prompts only grow: whoever passes it at k passes it later as well.
            units += comes * (over - passed).max(0.0);
            passed = passed.max(*over);
            all += comes;
        }
        (if all > 0.0 { calls / all } else { 0.0 }, units)
    });
    let (calls, units) = shares.unzip();
    [calls, units]
}

/// A row's values month by month: one, or one for each k.
fn by_month(w: &mut Writer, row: &Expr) -> Vec<Vec<f64>> {
    let values = w.early(row);
    let months = w.workings.months;
    let id = row.row().expect("it was just written");
    match w.workings.row(id).shape {
        Shape::Scalar => vec![values; months],
        Shape::Month => values.into_iter().map(|value| vec![value]).collect(),
        Shape::Table(_) => vec![values; months],
        Shape::TableMonth(_) => (0..months)
            .map(|month| values.iter().skip(month).step_by(months).copied().collect())
            .collect(),
    }
}
