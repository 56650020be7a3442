//! What a step leaves to those that read what was said so far.

use std::rc::Rc;

use super::mixed::mixed;
use super::moments::Moments;
use super::number;
use super::part;
use super::seen::{Answer, Kind, Seen};
use super::writer::{Writer, one, say, under};
use super::written;
use crate::plan::{Certainty, InputRef, Number};
use crate::workings::{Expr, Node, Place};

/// What is left behind.
#[derive(Clone)]
pub enum Left<'p> {
    /// What a turn adds to the history: kept parts and the answer, and what else is kept.
    Turn {
        /// What it may be answered, with which chance.
        answers: Vec<Answer<'p>>,
        /// What else is kept, and how often.
        keeps: Vec<Answer<'p>>,
    },
    /// What steps say, one after another.
    Steps(Vec<Rc<Seen<'p>>>),
    /// So much, as somebody typed it.
    Typed(&'p Number),
}

/// What is left, as a model reads it, under rows of its own.
pub fn named(w: &mut Writer, group: &str, left: &Left, reader: &str) -> Moments {
    // Only texts read differently from model to model.
    let vocabulary = if has_text(w, left) { format!(".{reader}") } else { String::new() };
    let stem = match left {
        Left::Turn { .. } => "said",
        Left::Steps(_) | Left::Typed(_) => "left",
    };
    let address = [group, ".", stem, &vocabulary].concat();
    if let Some(known) = w.left.get(&address) {
        return known.clone();
    }
    let moments = write(w, (group, stem, &vocabulary), left, reader);
    w.left.insert(address, moments.clone());
    moments
}

fn write(
    w: &mut Writer,
    (group, stem, vocabulary): (&str, &str, &str),
    left: &Left,
    reader: &str,
) -> Moments {
    let label = match left {
        Left::Turn { .. } => "said in one turn",
        Left::Steps(_) | Left::Typed(_) => "left for what comes after",
    };
    let mut row = |w: &mut Writer, field: &str, label: &str, unit: &str, expr: Expr| {
        if expr.is(0) {
            return expr;
        }
        let address = [group, ".", field, vocabulary].concat();
        if let Some(row) = w.workings.find(&address) {
            return Expr::from(Node::Row(row));
        }
        let row = w.row_id(Place::Unit, group, address, say(label, unit), expr);
        Expr::from(Node::Row(row))
    };
    let alternatives = match left {
        Left::Turn { answers, keeps } => {
            let alternatives: Vec<(Expr, Moments)> = answers
                .iter()
                .map(|answer| (answer.chance.clone(), turn(w, answer, reader)))
                .collect();
            let kept = keeps.iter().fold(Moments::zero(), |sum, kept| {
                sum.plus(&written::said(w, kept.call).times(&kept.chance))
            });
            if !kept.expected().is(0) {
                let answered = mixed(w, (stem, label), &alternatives, &mut row);
                vec![(one(), answered.plus(&kept))]
            } else {
                alternatives
            }
        }
        Left::Steps(steps) => vec![(one(), says_all(w, steps, reader))],
        Left::Typed(number) => vec![(one(), number::moments(w, number))],
    };
    if let [(chance, only)] = alternatives.as_slice()
        && chance.is(1)
    {
        let mut row = |field: &str, label: String, unit: &str, expr: &Expr| {
            row(w, &under(stem, field), &label, unit, expr.clone())
        };
        return Moments {
            measured: only.measured.clone(),
            apart: only.apart.clone(),
            cases: only.cases.clone(),
            fixed: row("fixed", format!("{label}, fixed"), "tokens", &only.fixed),
            mean: row("mean", format!("{label}, varying"), "tokens", &only.mean),
            variance: row("variance", "its variance".to_owned(), "tokens²", &only.variance),
            third: only.third.read_as(|third| {
                row("third", "its third central moment".to_owned(), "tokens³", third)
            }),
        };
    }
    mixed(w, (stem, label), &alternatives, &mut row)
}

/// What a turn that ends with this answer leaves in the history: kept parts and what is visible of the output.
fn turn(w: &mut Writer, answer: &Answer, reader: &str) -> Moments {
    let said = written::said(w, answer.call);
    let kept: Vec<_> = kept(w, answer).collect();
    kept.into_iter().fold(said, |sum, input| sum.plus(&part::size(w, input, reader)))
}

fn kept<'p>(w: &Writer<'p>, answer: &Answer<'p>) -> impl Iterator<Item = &'p InputRef> {
    let plan = w.checked.plan;
    let is_kept =
        |input: &&InputRef| plan.prompts.get(&input.part).is_some_and(|part| part.is_kept());
    answer.call.input.iter().filter(|input| input.is_part()).filter(is_kept)
}

/// How sure the tokens of what is left are, as a model reads them. What is written is typed, and so is by how much a
/// part grows.
pub fn certainty(w: &Writer, left: &Left, reader: &str) -> Certainty {
    let Left::Turn { answers, .. } = left else { return Certainty::Assumed };
    answers.iter().fold(Certainty::Exact, |worst, answer| {
        let said = if answer.call.output.is_some() { Certainty::Assumed } else { Certainty::Exact };
        let kept = kept(w, answer).map(|input| match part::part(w, &input.part).grows {
            Some(_) => Certainty::Assumed,
            None => part::certainty(w, &input.part, reader),
        });
        kept.fold(worst.and(said), Certainty::and)
    })
}

fn has_text(w: &Writer, left: &Left) -> bool {
    match left {
        Left::Turn { answers, .. } => answers.iter().any(|answer| {
            let mut kept = kept(w, answer);
            kept.any(|input| part::part(w, &input.part).is_text())
        }),
        Left::Steps(steps) => steps.iter().any(|step| returns_text(w, step)),
        Left::Typed(_) => false,
    }
}

fn returns_text(w: &Writer, seen: &Seen) -> bool {
    match &seen.kind {
        Kind::Tool(tool) => tool.returns.as_ref().is_some_and(|name| part::part(w, name).is_text()),
        Kind::Call(_) | Kind::Nothing | Kind::Conversation { .. } | Kind::Agent { .. } => false,
        Kind::Chain(steps) | Kind::Route { branches: steps, .. } => {
            steps.iter().any(|step| returns_text(w, step))
        }
        Kind::Retry { step, then, .. } => {
            returns_text(w, step) || then.as_ref().is_some_and(|then| returns_text(w, then))
        }
        Kind::Cascade(tiers) => tiers.iter().any(|tier| returns_text(w, &tier.step)),
        Kind::FanOut { step, .. } | Kind::Until { draft: step, .. } => returns_text(w, step),
        Kind::Loop { .. } => false,
        Kind::ResponseCache(reused) => returns_text(w, &reused.step),
    }
}

/// What steps say, one after another.
pub fn says_all(w: &mut Writer, steps: &[Rc<Seen>], reader: &str) -> Moments {
    steps.iter().fold(Moments::zero(), |sum, step| sum.plus(&says(w, step, reader)))
}

/// What a step says to those after it in the same loop. Nothing there ends without an answer.
pub fn says(w: &mut Writer, seen: &Seen, reader: &str) -> Moments {
    match &seen.kind {
        Kind::Call(call) => written::said(w, call),
        Kind::Chain(steps) => says_all(w, steps, reader),
        Kind::Route { taken, branches, .. } => {
            let ways = taken.iter().zip(branches);
            let ways = ways.map(|(part, step)| (part.clone(), says(w, step, reader))).collect();
            one_of(w, ways)
        }
        Kind::Retry { attempts, step, then } => {
            let tried = says(w, step, reader);
            let Some(then) = then else { return tried };
            let stand_in = says(w, then, reader);
            one_of(
                w,
                vec![(one() - &attempts.all_fail, tried), (attempts.all_fail.clone(), stand_in)],
            )
        }
        Kind::FanOut { fan, step, .. } => {
            let each = says(w, step, reader);
            let count = number::count_moments(w, &fan.copies);
            let without = number::without(w, &fan.copies, each.not_last());
            each.repeated(&count, || number::most(w, &fan.copies), without)
        }
        Kind::Cascade(tiers) => {
            let ways = tiers.iter().map(|tier| {
                let chance = &tier.reached * &tier.step.answered * &tier.stands;
                (chance, says(w, &tier.step, reader))
            });
            let ways = ways.collect();
            one_of(w, ways)
        }
        Kind::Until { draft, .. } => says(w, draft, reader),
        Kind::ResponseCache(reused) => says(w, &reused.step, reader),
        Kind::Tool(tool) => {
            let Some(name) = &tool.returns else { return Moments::zero() };
            let input = InputRef { part: name.clone(), copies: tool.uses.clone() };
            part::size(w, &input, reader)
        }
        // Of what is a unit of its own, its answer is seen.
        Kind::Loop { .. } => answers(w, &seen.answers),
        Kind::Agent { step, .. } => answers(w, &step.answers),
        Kind::Conversation { ways, .. } => {
            let ways: Vec<(Expr, Moments)> = ways
                .iter()
                .flat_map(|way| way.turn.answers.iter().map(move |answer| (way, answer)))
                .map(|(way, answer)| (&way.chance * &answer.chance, written::said(w, answer.call)))
                .collect();
            one_of(w, ways)
        }
        Kind::Nothing => Moments::zero(),
    }
}

fn answers(w: &mut Writer, answers: &[Answer]) -> Moments {
    let ways = answers.iter();
    let ways = ways.map(|answer| (answer.chance.clone(), written::said(w, answer.call))).collect();
    one_of(w, ways)
}

fn one_of(w: &mut Writer, ways: Vec<(Expr, Moments)>) -> Moments {
    match ways.as_slice() {
        [] => Moments::zero(),
        [(chance, only)] if chance.is(1) => only.clone(),
        _ => mixed(w, ("", ""), &ways, &mut |_, _, _, _, expr| expr),
    }
}
