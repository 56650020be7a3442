//! The beginning of a call's prompts that all sessions share: its parts up to the first that differs between them. What
//! was said so far differs, but where nothing was said yet.

use super::beginning::{Gate, Sharer};
use super::frame::Frame;
use super::moments::Moments;
use super::sharers;
use super::usage::Usage;
use super::writer::{Writer, zero};
use crate::plan::Call;
use crate::workings::Expr;

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
pub struct Stretch<'p> {
    /// How many parts of the prompt it is.
    pub parts: usize,
    /// Its size.
    pub size: Moments,
    /// What has to be empty.
    pub gates: Vec<Gate>,
    /// The calls that send it.
    pub sharers: Vec<Sharer<'p>>,
}

/// The shared beginning: each stretch begins with the one before.
pub struct Lead<'p> {
    /// The stretches, the shortest first. That one stands in every prompt.
    pub stretches: Vec<Stretch<'p>>,
}

impl Lead<'_> {
    /// The beginning of every prompt.
    pub fn always(&self) -> &Moments {
        let everywhere = self.stretches.iter().take_while(|stretch| stretch.gates.is_empty());
        &everywhere.last().expect("the first one is").size
    }

    /// What the rows of a stretch end with.
    pub fn name(&self, nth: usize) -> String {
        match nth.checked_sub(1) {
            None => String::new(),
            Some(before) => format!("-beyond-{}", self.stretches[before].parts),
        }
    }

    /// Whether some of it stands behind this.
    pub fn is_behind(&self, gate: Gate) -> bool {
        self.stretches.iter().any(|stretch| stretch.gates.contains(&gate))
    }
}

/// The shared beginning of a call's prompts. With `apart`, stretches that other calls send as well are told apart.
pub fn lead<'p>(
    w: &mut Writer<'p>,
    call: &'p Call,
    usage: &Usage,
    frame: &Frame,
    apart: bool,
) -> Lead<'p> {
    let begins = (0, Moments::zero(), vec![], vec![]);
    let stretch = |(parts, size, gates, sharers)| Stretch { parts, size, gates, sharers };
    let mut stretches = vec![stretch(begins)];
    let mut shared: Vec<Vec<Sharer>> = if apart { sharers::sharers(w, call) } else { vec![] };
    let parts = sharers::shared_parts(w.checked.plan, call);
    for (nth, ((_, mut gates), sent)) in parts.into_iter().zip(&usage.sent).enumerate() {
        // Elsewhere nothing is said.
        gates.retain(|gate| match gate {
            Gate::History => frame.conversation.is_some(),
            Gate::Context => frame.context.is_some(),
        });
        let sharers = shared.get_mut(nth).map(std::mem::take).unwrap_or_default();
        let last = stretches.last_mut().expect("there is a first one");
        let next = stretch((nth + 1, last.size.plus(&sent.size), gates, sharers));
        match last.gates == next.gates && (nth == 0 || last.sharers == next.sharers) {
            true => *last = next,
            false => stretches.push(next),
        }
    }
    Lead { stretches }
}
