//! What a call sends and writes in one run.

use std::rc::Rc;

use super::frame::Frame;
use super::grown::{self, Grown, Reads};
use super::left::{self, Left};
use super::part::{self, Sent};
use super::writer::{Writer, zero};
use super::written::{self, Written};
use crate::plan::{CONTEXT, Call, Certainty, HISTORY};
use crate::workings::Expr;

/// What a call sends and writes in one run.
pub struct Usage<'p> {
    /// Its parts.
    pub sent: Vec<Sent>,
    /// What it reads of what was said so far.
    pub grown: Vec<Grown<'p>>,
    /// What it writes.
    pub written: Written,
    /// How sure it is what was said so far.
    pub resent: Certainty,
}

impl Usage<'_> {
    /// Tokens of its own parts.
    pub fn once(&self) -> Expr {
        self.sent.iter().fold(zero(), |sum, sent| sum + &sent.launch + &sent.gained)
    }

    /// How sure all is that is sent.
    pub fn certainty(&self) -> Certainty {
        let sent = self.sent.iter().map(|sent| match sent.gained.is(0) {
            true => sent.certainty,
            false => Certainty::Assumed,
        });
        sent.fold(self.resent, Certainty::and)
    }
}

/// What a call sends and writes where it stands.
pub fn usage<'p>(w: &mut Writer<'p>, group: &str, call: &'p Call, frame: &Frame<'p>) -> Usage<'p> {
    let parts = call.input.iter().filter(|input| input.is_part());
    let sent: Vec<Sent> = parts.map(|input| part::sent(w, group, call, input)).collect();
    let reads = |name: &str| call.input.iter().any(|input| input.part == name);
    let mut grown = vec![];
    if let Some(conversation) = frame.conversation.as_ref().filter(|_| reads(HISTORY)) {
        grown.extend(grown::of_growth(w, conversation, Reads::History, &call.model));
    }
    if let Some(context) = frame.context.as_ref().filter(|_| reads(CONTEXT)) {
        grown.extend(grown::of_growth(w, context, Reads::Context, &call.model));
        if !frame.before.is_empty() {
            let steps = frame.before.iter().map(|earlier| Rc::clone(&earlier.step));
            let before = Left::Steps(steps.collect());
            grown.push(grown::of_this_step(w, group, &before, &call.model));
        }
    }
    let grown: Vec<Grown> =
        grown.into_iter().filter(|grown| !grown.moments.expected().is(0)).collect();
    let resent = grown.iter().fold(Certainty::Exact, |worst, grown| match &grown.left {
        Some(left) => worst.and(left::certainty(w, left, &call.model)),
        None => Certainty::Assumed,
    });
    let written = written::written(w, call);
    Usage { sent, grown, written, resent }
}
