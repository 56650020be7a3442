//! What a call reads of what was said so far.

use std::rc::Rc;

use super::frame::Frame;
use super::growth::{Growth, Times};
use super::left::{self, Left};
use super::moments::Moments;
use super::writer::Writer;
use crate::workings::Expr;

/// Something of what was said so far, as a call reads it.
pub struct Grown<'p> {
    /// What repeats.
    pub growth: Option<Rc<Growth<'p>>>,
    /// Whether that is the conversation, or the context.
    pub reads: Reads,
    /// How often it is read at the k-th time.
    pub so_often: Times<'p>,
    /// What it is.
    pub moments: Moments,
    /// Where it comes from.
    pub left: Option<Left<'p>>,
}

/// What is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// What earlier turns said.
    History,
    /// What earlier steps of the loop said.
    Context,
}

/// Everything that repeats around a call reads of it.
pub fn of_growth<'p>(
    w: &mut Writer,
    growth: &Rc<Growth<'p>>,
    reads: Reads,
    model: &str,
) -> Vec<Grown<'p>> {
    let pieces = growth.pieces.iter();
    let read = pieces.map(|piece| Grown {
        growth: Some(Rc::clone(growth)),
        reads,
        so_often: piece.so_often,
        moments: growth.moments(w, piece, model),
        left: Some(piece.left.clone()),
    });
    read.collect()
}

/// What stood before a call in the same step of its loop.
pub fn of_this_step<'p>(w: &mut Writer, group: &str, before: &Left<'p>, model: &str) -> Grown<'p> {
    Grown {
        growth: None,
        reads: Reads::Context,
        so_often: Times::Once,
        moments: left::named(w, group, before, model),
        left: None,
    }
}

impl<'p> Grown<'p> {
    /// How often it is read over everything that repeats.
    pub fn times(&self, w: &mut Writer, frame: &Frame<'p>) -> Expr {
        let Some(growth) = &self.growth else { return frame.repeats() };
        let total = growth.total(w, self.so_often);
        match self.reads {
            Reads::History => total * frame.between() * frame.steps(),
            Reads::Context => frame.turns() * frame.between() * total,
        }
    }

    /// Its tokens over everything that repeats.
    pub fn all(&self, w: &mut Writer, frame: &Frame<'p>) -> Expr {
        self.times(w, frame) * self.moments.expected()
    }

    /// Its size at the k-th time.
    pub fn at_each(&self, w: &mut Writer) -> Moments {
        match &self.growth {
            Some(growth) => {
                let times = growth.row(w, self.so_often);
                if times.is(1) { self.moments.clone() } else { self.moments.times(&times) }
            }
            None => self.moments.clone(),
        }
    }

    /// Its size at the last time that there can be.
    pub fn at_most(&self, w: &mut Writer) -> Moments {
        match &self.growth {
            Some(growth) => self.moments.times(&growth.most(w, self.so_often)),
            None => self.moments.clone(),
        }
    }
}
