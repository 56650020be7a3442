//! What grows while something repeats: the history of a conversation's turns, the context of a loop's steps.

use std::rc::Rc;

use super::left::{self, Left};
use super::moments::Moments;
use super::number;
use super::seen::Seen;
use super::writer::{Writer, one, say, two, under, zero};
use crate::plan::{History, Number};
use crate::spread::Spread;
use crate::workings::{Expr, Node, Place, RowId};

/// The field of the part of which no draft is accepted.
pub const NEVER_ACCEPTED: &str = "never-accepted";

/// Something that repeats, and what each time leaves for the next.
#[derive(Clone)]
pub struct Growth<'p> {
    /// Its address.
    pub group: String,
    /// How often it repeats, expected.
    pub times: Expr,
    /// How often at most.
    count: &'p Number,
    /// With which chance the k-th comes, where that is not the count's own.
    weights: Option<RowId>,
    /// What is read of earlier times.
    pub pieces: Vec<Piece<'p>>,
    /// The pause before each but the first.
    pub pause: Option<&'p Number>,
    /// What has no more than so many, and one, before it does not come.
    after: Option<&'p Number>,
}

/// Something that is read of earlier times, so often at the k-th.
#[derive(Clone)]
pub struct Piece<'p> {
    /// How often.
    pub so_often: Times<'p>,
    /// What.
    pub left: Left<'p>,
}

/// How often something left by one time is read at the k-th.
#[derive(Clone, Copy)]
pub enum Times<'p> {
    /// Once.
    Once,
    /// Once for each before: k − 1.
    Earlier,
    /// Once for each before, but of the last ones only.
    Last(&'p Number),
    /// Once where more than so many, and this many besides, are before.
    Beyond(&'p Number, u8),
}

impl<'p> Growth<'p> {
    /// Something that repeats as often as a count says.
    pub fn new(w: &mut Writer, group: String, count: &'p Number, pieces: Vec<Piece<'p>>) -> Self {
        let times = number::count_mean(w, count);
        Self { group, times, count, weights: None, pieces, pause: None, after: None }
    }

    /// Whether what is said adds to it, and no number that stands for all of that.
    pub fn grows_by_steps(&self) -> bool {
        self.pieces.iter().all(|piece| match &piece.left {
            Left::Steps(_) | Left::Turn { .. } => true,
            Left::Typed(_) => false,
        })
    }

    /// The same with a pause before each but the first.
    #[must_use]
    pub fn after_pauses(self, pause: Option<&'p Number>) -> Self {
        Self { pause, ..self }
    }

    /// Something that goes on with a chance each time, and as often as a count says at most.
    pub fn while_chance(
        w: &mut Writer,
        group: String,
        count: &'p Number,
        chance: &Expr,
        pieces: Vec<Piece<'p>>,
    ) -> Self {
        let table = number::table(w, count);
        let earlier = Expr::from(Node::Row(number::earlier(w, count, table)));
        // 0⁰ is an error in some spreadsheets.
        let power = Expr::if_at_most(&earlier, &zero(), &one(), &chance.power(&earlier));
        let weight = Expr::from(Node::Row(table.at_least)) * power;
        let weights = weight_row(w, &group, weight);
        let times = Expr::from(Node::Sum(weights));
        let times = w.row(Place::Unit, &group, "times", say("expected rounds", "rounds"), times);
        // E[rⁿ] = 1 − (1 − r)·Σ P(n ≥ k)·rᵏ⁻¹
        let never = match *count.spread() {
            Spread::Fixed(value) => chance.power(&w.typed(count, "", value)),
            Spread::Range { .. } | Spread::Likely { .. } | Spread::Measured(_) => {
                zero().max(&(one() - (one() - chance) * &times))
            }
        };
        let label = "part of which no draft is accepted: the last one stands";
        w.row(Place::Unit, &group, NEVER_ACCEPTED, say(label, "share"), never);
        Self { group, times, count, weights: Some(weights), pieces, pause: None, after: None }
    }

    /// The turns at which a conversation writes its summary anew.
    pub fn of_summary(
        w: &mut Writer,
        conversation: &Self,
        last: &'p Number,
        turn: Left<'p>,
        summary: Left<'p>,
    ) -> Self {
        let (count, group) = (conversation.count, under(&conversation.group, "summary"));
        let table = number::table(w, count);
        let index = Expr::from(Node::Row(table.index));
        let leaves = beyond(w, last, 0, &index);
        let weights = weight_row(w, &group, Expr::from(Node::Row(table.at_least)) * leaves);
        let times = Expr::from(Node::Sum(weights));
        let times = w.row(Place::Unit, &group, "times", say("expected summaries", "times"), times);
        let pieces = vec![
            Piece { so_often: Times::Once, left: turn },
            Piece { so_often: Times::Beyond(last, 1), left: summary },
        ];
        let (weights, after) = (Some(weights), Some(last));
        Self { group, times, count, weights, pieces, pause: conversation.pause, after }
    }

    /// What a conversation's turns read of earlier ones.
    pub fn history(
        history: &'p History,
        turn: &Left<'p>,
        summary: Option<&Rc<Seen<'p>>>,
    ) -> Vec<Piece<'p>> {
        let of_turn = |so_often| Piece { so_often, left: turn.clone() };
        match (history, summary) {
            (History::Full, _) => vec![of_turn(Times::Earlier)],
            (History::Last(last), _) => vec![of_turn(Times::Last(last))],
            (History::Summary(summary), Some(seen)) => vec![
                Piece {
                    so_often: Times::Beyond(&summary.last, 0),
                    left: Left::Steps(vec![Rc::clone(seen)]),
                },
                of_turn(Times::Last(&summary.last)),
            ],
            (History::Summary(_), None) => unreachable!("a summary is written by a step"),
        }
    }

    /// P(n ≥ k), for each k.
    pub fn weights(&self, w: &mut Writer) -> RowId {
        self.weights.unwrap_or_else(|| number::table(w, self.count).at_least)
    }

    /// How often a piece is read over all times: its expected sum.
    pub fn total(&self, w: &mut Writer, so_often: Times<'p>) -> Expr {
        match so_often {
            Times::Once => self.times.clone(),
            Times::Earlier if self.weights.is_none() => number::count_pairs(w, self.count),
            Times::Earlier | Times::Last(_) | Times::Beyond(..) => {
                let (name, label) = match so_often {
                    Times::Earlier | Times::Once => ("pairs", "times that earlier ones are read"),
                    Times::Last(_) => ("in-window", "times that a turn is sent again"),
                    Times::Beyond(..) => ("summaries", "times that the summary is read"),
                };
                let (weights, row) = (self.weights(w), self.row(w, so_often));
                let address = under(&self.group, name);
                w.once(&address, |w| {
                    let row = row.row().expect("it was written as a row");
                    let sum = Expr::from(Node::Dot(weights, row));
                    w.row(Place::Unit, &self.group, name, say(label, "times"), sum)
                })
            }
        }
    }

    /// How often a piece is read at the k-th: a row of the count's table.
    pub fn row(&self, w: &mut Writer, so_often: Times<'p>) -> Expr {
        let table = number::table(w, self.count);
        let earlier = |w: &mut Writer| Expr::from(Node::Row(number::earlier(w, self.count, table)));
        let index = Expr::from(Node::Row(table.index));
        let (field, expr) = match so_often {
            Times::Once => return one(),
            Times::Earlier => return earlier(w),
            Times::Last(last) => {
                let window = number::mean(w, last);
                ("window".to_owned(), earlier(w).min(&window))
            }
            Times::Beyond(last, more) => (format!("beyond-{more}"), beyond(w, last, more, &index)),
        };
        let address = under(&self.group, &field);
        w.once(&address, |w| {
            w.row(Place::Unit, &self.group, &field, say("times it is read at k", "times"), expr)
        })
    }

    /// How often a piece was read the time before, where what is read now begins with all of that.
    pub fn row_before(&self, w: &mut Writer, so_often: Times<'p>) -> Expr {
        let table = number::table(w, self.count);
        let before = Expr::from(Node::Row(number::earlier(w, self.count, table)));
        match so_often {
            Times::Once => one(),
            // Of the last turns none has left yet.
            Times::Earlier | Times::Last(_) => zero().max(&(before - one())),
            // There was no summary yet.
            Times::Beyond(..) => zero(),
        }
    }

    /// 1 where what is read now begins with all that was read the time before.
    pub fn goes_on(&self, w: &mut Writer) -> Expr {
        // Each summary reads one anew.
        if self.after.is_some() {
            return zero();
        }
        let table = number::table(w, self.count);
        let before = Expr::from(Node::Row(number::earlier(w, self.count, table)));
        let windows = self.pieces.iter().filter_map(|piece| match piece.so_often {
            Times::Last(last) => Some(last),
            Times::Once | Times::Earlier | Times::Beyond(..) => None,
        });
        match windows.collect::<Vec<_>>().first() {
            Some(last) => {
                let window = number::mean(w, last);
                Expr::if_at_most(&before, &window, &one(), &zero())
            }
            None => one(),
        }
    }

    /// How many were before the k-th.
    pub fn earlier(&self, w: &mut Writer) -> Expr {
        let table = number::table(w, self.count);
        let earlier = Expr::from(Node::Row(number::earlier(w, self.count, table)));
        match self.after {
            None => earlier,
            Some(last) => zero().max(&(earlier - number::mean(w, last) - one())),
        }
    }

    /// Whether nothing is read of earlier times the first time.
    pub fn begins_empty(&self) -> bool {
        self.after.is_none()
    }

    /// How often there is a first one.
    pub fn first(&self, w: &mut Writer) -> Expr {
        if self.after.is_none() {
            return one();
        }
        let (weights, earlier) = (self.weights(w), self.earlier(w));
        let follows = Expr::if_at_most(&earlier, &zero(), &zero(), &one());
        let label = say("whether one was before", "flag");
        let follows =
            w.row_id(Place::Unit, &self.group, format!("{}.follows", self.group), label, follows);
        &self.times - Expr::from(Node::Dot(weights, follows))
    }

    /// How often a piece is read at the last time that there can be.
    pub fn most(&self, w: &mut Writer, so_often: Times<'p>) -> Expr {
        let last = number::most(w, self.count);
        match so_often {
            Times::Once => one(),
            Times::Earlier => last - one(),
            Times::Last(window) => (last - one()).min(&number::mean(w, window)),
            Times::Beyond(window, more) => beyond(w, window, more, &last),
        }
    }

    /// What a piece is, as a model reads it.
    pub fn moments(&self, w: &mut Writer, piece: &Piece<'p>, reader: &str) -> Moments {
        left::named(w, &self.group, &piece.left, reader)
    }
}

fn weight_row(w: &mut Writer, group: &str, weight: Expr) -> RowId {
    w.row_id(Place::Unit, group, under(group, "weight"), say("chance of the k-th", "share"), weight)
}

/// 1 where more than `last` and `more` are before the k-th, else 0.
fn beyond(w: &mut Writer, last: &Number, more: u8, k: &Expr) -> Expr {
    let first = number::mean(w, last) + two() + Expr::whole(more);
    Expr::if_at_most(&first, k, &one(), &zero())
}
