//! The beginning of a call's prompts that all sessions share: its parts up to the first that differs between them. What
//! was said so far differs, but where nothing was said yet.

use super::frame::Frame;
use super::moments::Moments;
use super::part::is_shared;
use super::usage::Usage;
use super::writer::{Writer, zero};
use crate::plan::{CONTEXT, Call, HISTORY};
use crate::workings::Expr;

/// What was said so far: the beginning goes on behind it while it is empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// What earlier turns said: nothing in a first turn.
    History,
    /// What earlier steps said: nothing in a first step.
    Context,
}

/// The chances that what was said so far is empty for a call.
#[derive(Clone)]
pub struct Empty {
    /// Of the history.
    pub history: Expr,
    /// Of the context.
    pub context: Expr,
}

impl Empty {
    /// Something was said.
    pub fn never() -> Self {
        Self { history: zero(), context: zero() }
    }

    /// The chance that a gate is open.
    fn open(&self, gate: Gate) -> &Expr {
        match gate {
            Gate::History => &self.history,
            Gate::Context => &self.context,
        }
    }

    /// The chance that all of them are.
    pub fn all_open(&self, gates: &[Gate]) -> Expr {
        gates.iter().fold(Expr::whole(1), |all, gate| all * self.open(*gate))
    }

    /// The chances that two calls, one independent of the other, both find nothing.
    pub fn and(&self, other: &Self) -> Self {
        Self { history: &self.history * &other.history, context: &self.context * &other.context }
    }
}

/// The shared beginning up to some part.
pub struct Stretch {
    /// How many parts of the prompt it is.
    pub parts: usize,
    /// Its size.
    pub size: Moments,
    /// What has to be empty.
    pub gates: Vec<Gate>,
}

/// The shared beginning: each stretch begins with the one before.
pub struct Lead {
    /// The stretches, the shortest first. That one stands in every prompt.
    pub stretches: Vec<Stretch>,
}

impl Lead {
    /// The beginning of every prompt.
    pub fn always(&self) -> &Moments {
        &self.stretches[0].size
    }

    /// Whether some of it stands behind this.
    pub fn is_behind(&self, gate: Gate) -> bool {
        self.stretches.iter().any(|stretch| stretch.gates.contains(&gate))
    }
}

/// The shared beginning of a call's prompts.
pub fn lead(w: &Writer, call: &Call, usage: &Usage, frame: &Frame) -> Lead {
    let mut stretches = vec![Stretch { parts: 0, size: Moments::zero(), gates: vec![] }];
    let mut gates = vec![];
    let mut sizes = usage.sent.iter();
    for input in &call.input {
        match input.part.as_str() {
            HISTORY if frame.conversation.is_some() => gates.push(Gate::History),
            CONTEXT if frame.context.is_some() => gates.push(Gate::Context),
            // Nothing is said there.
            HISTORY | CONTEXT => {}
            part if w.checked.plan.prompts.get(part).is_some_and(is_shared) => {
                let sent = sizes.next().expect("every part that is sent has a size");
                let last = stretches.last_mut().expect("there is a first one");
                let (parts, size) = (last.parts + 1, last.size.plus(&sent.size));
                match last.gates == gates {
                    true => (last.parts, last.size) = (parts, size),
                    false => stretches.push(Stretch { parts, size, gates: gates.clone() }),
                }
            }
            _ => break,
        }
    }
    Lead { stretches }
}
