//! What of a call's prompt stands there again the next time that its session makes the call.

use super::grown::Reads;
use super::growth::Growth;
use super::left::{self, Left};
use super::moments::Moments;
use super::session::{Session, is_shared};
use super::writer::{one, say, zero};
use crate::plan::{CONTEXT, HISTORY, Part, Prefix};
use crate::workings::{Expr, Node, Place};

impl<'p> Session<'_, 'p> {
    /// What the call of an earlier turn left to be read at turn k: of the one before, or of one that so many others had
    /// `gone` before.
    pub fn found_of_turn(
        &mut self,
        turns: &Growth<'p>,
        gone: Option<&Expr>,
        shared: &Expr,
    ) -> Expr {
        let Some(follows) = self.after_history() else { return shared.clone() };
        let goes_on = turns.goes_on(self.w);
        if goes_on.is(0) {
            return shared.clone();
        }
        let mut size = self.lead.plus(&follows);
        for grown in self.usage.grown.iter().filter(|grown| grown.reads == Reads::History) {
            let before = turns.row_before(self.w, grown.so_often);
            let before = match gone {
                Some(gone) if !before.is(0) => gone,
                Some(_) | None => &before,
            };
            size = size.plus(&grown.moments.times(before));
        }
        let found = self.kept("whole", &size, true);
        match goes_on.is(1) {
            true => found,
            false => &goes_on * found + (one() - goes_on) * shared,
        }
    }

    /// What a call before it in the same turn, in another run of the loop around it, left to be read: on average over
    /// the turns.
    pub fn found_in_turn(&mut self, shared: &Expr) -> Expr {
        let turns = self.frame.conversation.clone();
        let Some(turns) = turns.filter(|_| self.after_history().is_some()) else {
            return shared.clone();
        };
        let group = format!("{}.cache.same-turn", self.group);
        if let Some(row) = self.w.workings.find(&group) {
            return Expr::from(Node::Dot(turns.weights(self.w), row)) / &turns.times;
        }
        let mut size = self.lead.clone();
        for grown in self.usage.grown.iter().filter(|grown| grown.reads == Reads::History) {
            size = size.plus(&grown.at_each(self.w));
        }
        let kept = self.kept("same-turn", &size, true);
        let label = say("read again within turn k", "tokens");
        let kept = self.w.row(Place::Unit, self.group, "cache.same-turn", label, kept);
        let kept = kept.row().expect("it was just written");
        Expr::from(Node::Dot(turns.weights(self.w), kept)) / &turns.times
    }

    /// What the call of an earlier step left to be read at step k: of the one before, or of one that so many others had
    /// `gone` before. What stood before the context stands there again.
    pub fn found_in_step(
        &mut self,
        steps: &Growth<'p>,
        gone: Option<&Expr>,
        shared: &Expr,
    ) -> Expr {
        if self.cache.prefix == Prefix::Shared {
            return shared.clone();
        }
        let mut size = Moments::zero();
        let reads_context = self.call.input.iter().any(|input| input.part == CONTEXT);
        let mut own = self.usage.sent.iter();
        for input in &self.call.input {
            if input.part == HISTORY {
                // Every step of a turn meets the same history.
                size = size.plus(&Moments::fixed(self.history_of_turn()));
            } else if input.part == CONTEXT {
                size = size.plus(&self.context_before(steps, gone));
                break;
            } else {
                let sent = own.next().expect("every part that is sent has a size");
                let part = self.w.checked.plan.prompts.get(&input.part);
                if !reads_context && !part.is_some_and(is_shared) {
                    break;
                }
                size = size.plus(&sent.size);
            }
        }
        self.kept("step", &size, true)
    }

    /// What an earlier step met of the context, and what of its own step stood before it and stayed.
    fn context_before(&mut self, steps: &Growth<'p>, gone: Option<&Expr>) -> Moments {
        let mut size = Moments::zero();
        for grown in self.usage.grown.iter().filter(|grown| grown.reads == Reads::Context) {
            if grown.growth.is_some() {
                let before = steps.row_before(self.w, grown.so_often);
                size = size.plus(&grown.moments.times(gone.unwrap_or(&before)));
            } else if self.frame.before.iter().all(|earlier| earlier.stays.is(1)) {
                size = size.plus(&grown.moments);
            } else {
                for earlier in &self.frame.before {
                    let said = left::says(self.w, &earlier.step, &self.call.model);
                    size = size.plus(&said.times(&earlier.stays));
                }
            }
        }
        size
    }

    /// What of the call's own parts after the history stands there again in the next turn: kept parts, as they were
    /// said. Nothing where the history does not follow what all share.
    fn after_history(&mut self) -> Option<Moments> {
        if self.cache.prefix == Prefix::Shared {
            return None;
        }
        let inputs = &self.call.input;
        let place = inputs.iter().position(|input| input.part == HISTORY)?;
        let prompts = &self.w.checked.plan.prompts;
        let all_shared =
            inputs[..place].iter().all(|input| prompts.get(&input.part).is_some_and(is_shared));
        if !all_shared || self.frame.conversation.is_none() {
            return None;
        }
        let before = inputs[..place].iter().filter(|input| input.is_part()).count();
        let mut size = Moments::zero();
        let mut answers = self.kept_parts();
        let own = inputs[place + 1..].iter().zip(&self.usage.sent[before..]);
        for (index, (input, sent)) in own.enumerate() {
            answers.retain(|(parts, _)| parts.get(index) == Some(&input.part.as_str()));
            let chance = answers.iter().fold(zero(), |sum, (_, chance)| sum + chance);
            if chance.is(0) {
                break;
            }
            size = size.plus(&sent.size.times(&chance));
        }
        Some(size)
    }

    /// The parts that a turn leaves first in the history, with the chance that it ends with the call that was sent them.
    fn kept_parts(&self) -> Vec<(Vec<&'p str>, Expr)> {
        let prompts = &self.w.checked.plan.prompts;
        let is_kept = |part: &str| prompts.get(part).is_some_and(Part::is_kept);
        let pieces = self.frame.conversation.iter().flat_map(|growth| &growth.pieces);
        let answers = pieces.flat_map(|piece| match &piece.left {
            Left::Turn { answers, .. } => answers.as_slice(),
            Left::Steps(_) | Left::Typed(_) => &[],
        });
        let kept = answers.map(|answer| {
            let parts = answer.call.input.iter().map(|input| input.part.as_str());
            (parts.filter(|part| is_kept(part)).collect(), answer.chance.clone())
        });
        kept.collect()
    }

    /// History that a call reads, on average over the turns.
    fn history_of_turn(&mut self) -> Expr {
        let Some(turns) = self.frame.conversation.clone() else { return zero() };
        let mut sum = zero();
        for grown in self.usage.grown.iter().filter(|grown| grown.reads == Reads::History) {
            sum = sum + turns.total(self.w, grown.so_often) * grown.moments.expected();
        }
        sum / &turns.times
    }
}
