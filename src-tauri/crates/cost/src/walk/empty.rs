//! How likely nothing was said yet when a session makes a call: the shared beginning then goes on behind it.

use super::beginning::Gate;
use super::lead::Empty;
use super::never::never_in;
use super::session::Session;
use super::writer::{one, say, zero};
use crate::workings::{Expr, Node, Place};

/// Of one run of something that repeats: the chances of its first call, and of its last.
#[derive(Clone)]
pub struct Ends {
    /// Of the first call.
    pub first: Empty,
    /// Of the last.
    pub last: Empty,
}

impl<'p> Session<'_, 'p> {
    /// Of a call by itself.
    pub fn ends(&self) -> Ends {
        Ends { first: Empty::never(), last: Empty::never() }
    }

    /// Of a run of a level, whose times `come` to the call with this chance and hold so many calls that are the first.
    pub fn ends_of_level(
        &mut self,
        nth: usize,
        (comes, opening): (&Expr, &Expr),
        inner: Ends,
    ) -> Ends {
        let Some(gate) = self.gate_of(nth).filter(|gate| self.lead.is_behind(*gate)) else {
            return inner;
        };
        if !self.begins_empty(gate) {
            return inner;
        }
        let (first, last) = (one() / opening, self.last_is_first(nth, comes) / opening);
        let of = |empty: Empty, chance: Expr| match gate {
            Gate::History => Empty { history: chance, ..empty },
            Gate::Context => Empty { context: chance, ..empty },
        };
        Ends { first: of(inner.first, first), last: of(inner.last, last) }
    }

    /// On average over all calls.
    pub fn on_average(&self) -> Empty {
        let part = |gate: Gate, times: Expr| match self.begins_empty(gate) {
            true => one() / times,
            false => zero(),
        };
        Empty {
            history: part(Gate::History, self.frame.turns()),
            context: part(Gate::Context, self.frame.steps()),
        }
    }

    /// What the times of a level add to.
    fn gate_of(&self, nth: usize) -> Option<Gate> {
        match self.stem(nth).as_str() {
            "turn" => Some(Gate::History),
            "step" => Some(Gate::Context),
            _ => None,
        }
    }

    /// Whether it is empty the first time.
    fn begins_empty(&self, gate: Gate) -> bool {
        match gate {
            Gate::History => {
                let turns = self.frame.conversation.as_ref();
                turns.is_some_and(|turns| turns.begins_empty())
            }
            // What stands before the call in its step is there from the first one on.
            Gate::Context => {
                self.frame.context.is_some()
                    && self.usage.grown.iter().all(|grown| grown.growth.is_some())
            }
        }
    }

    /// The chance that no time after the first of a level comes to the call: E[(1 − c)ⁿ⁻¹].
    fn last_is_first(&mut self, nth: usize, comes: &Expr) -> Expr {
        let growth = self.frame.levels[nth].growth.clone();
        let earlier = growth.earlier(self.w);
        // Σ P(n ≥ k)·(f(k) − f(k − 1))
        let none = match comes.is(1) {
            true => {
                let second = Expr::if_at_most(&earlier, &one(), &(zero() - one()), &zero());
                Expr::if_at_most(&earlier, &zero(), &one(), &second)
            }
            false => {
                let absent = one() - comes;
                let later = never_in(self.w, &absent, &earlier)
                    - never_in(self.w, &absent, &(&earlier - one()));
                Expr::if_at_most(&earlier, &zero(), &one(), &later)
            }
        };
        let field = format!("cache.{}-alone", self.stem(nth));
        let label = say("adds up to the chance that no later one makes the call", "");
        let none = self.w.row(Place::Unit, self.group, &field, label, none);
        let weights = growth.weights(self.w);
        Expr::from(Node::Dot(weights, none.row().expect("it was just written")))
    }
}
