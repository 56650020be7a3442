//! Prompts that pass what their model takes: how often, where it is not so often that the plan is refused.

use super::bracket::{self, Limit};
use super::frame::Frame;
use super::sizes;
use super::usage::Usage;
use super::writer::{Writer, one, say, under, zero};
use crate::plan::Call;
use crate::workings::{Expr, Node, Overflow, Place};

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
    let written = &usage.written.output + &usage.written.reasoning;
    let turns = sizes::outer(w, usage);
    let largest = bracket::largest(w, &group, &turns) + &written;
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
        let edge = w.row(Place::Unit, &group, "edge", say("room", "tokens"), room - written);
        shares(w, &group, (usage, frame), edge)
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

/// By month, the part of a call's prompts that pass the edge, and the chance that what repeats around it comes so far.
fn shares<'p>(
    w: &mut Writer<'p>,
    group: &str,
    (usage, frame): (&Usage<'p>, &Frame<'p>),
    edge: Expr,
) -> [Vec<f64>; 2] {
    let prompts = sizes::prompts(w, group, usage, frame);
    let name = "over".to_owned();
    let limit = Limit { group, size: "size".to_owned(), name, inclusive: false, edge };
    let over = bracket::beyond(w, &limit, &prompts.size, prompts.turns.is_some()).chance;
    let (calls, units) = match prompts.turns {
        None => (over.clone(), over),
        Some(weights) => {
            let row = over.row().expect("it was just written");
            // Prompts only grow: whoever passes it at k passes it later as well.
            let before = Expr::from(Node::Before(row));
            let newly = zero().max(&(&over - before));
            let newly = w.row(Place::Unit, group, "newly", say("for the first time", ""), newly);
            let newly = newly.row().expect("it was just written");
            let of = |row| Expr::from(Node::Dot(weights, row));
            (of(row) / &prompts.calls, of(newly))
        }
    };
    [("calls", calls), ("units", units)].map(|(field, share)| {
        let share = w.row(Place::Unit, group, field, say("share", "share"), share);
        w.early(&share)
    })
}
