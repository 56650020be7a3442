//! What of a call's prompt stands there again the next time that its session makes the call.

use std::ptr;

use super::grown::Reads;
use super::growth::Growth;
use super::left::{self, Left};
use super::moments::Moments;
use super::part::is_shared;
use super::seen::Answer;
use super::session::Session;
use super::writer::{one, say, zero};
use super::written;
use crate::plan::{CONTEXT, HISTORY, Part, Prefix};
use crate::workings::{Expr, Node, Place};

impl<'p> Session<'_, 'p> {
    /// What the call of an earlier turn left to be read at turn k: of the one before, or of one that so many others had
    /// `gone` before. A turn `comes` to the call with this chance.
    pub fn found_of_turn(
        &mut self,
        turns: &Growth<'p>,
        (comes, gone): (&Expr, Option<&Expr>),
        shared: &Expr,
    ) -> Expr {
        let Some(follows) = self.after_history(comes) else { return shared.clone() };
        let goes_on = turns.goes_on(self.w);
        if goes_on.is(0) {
            return shared.clone();
        }
        let mut size = self.lead.always().plus(&follows);
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
        let Some(turns) = turns.filter(|_| self.follows_history()) else {
            return shared.clone();
        };
        let group = format!("{}.cache.same-turn", self.group);
        if let Some(row) = self.w.workings.find(&group) {
            return Expr::from(Node::Dot(turns.weights(self.w), row)) / &turns.times;
        }
        let mut size = self.lead.always().plus(&self.shared_after_history());
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

    /// Whether the history follows what all share.
    fn follows_history(&self) -> bool {
        let prompts = &self.w.checked.plan.prompts;
        let is_own = |part: &str| !prompts.get(part).is_some_and(is_shared);
        let first = self.call.input.iter().find(|input| is_own(&input.part));
        let follows = first.is_some_and(|first| first.part == HISTORY);
        follows && self.cache.prefix == Prefix::Whole && self.frame.conversation.is_some()
    }

    /// What follows the history and is alike in all sessions.
    fn shared_after_history(&self) -> Moments {
        let inputs = self.call.input.iter();
        let mut sent = self.usage.sent.iter();
        let mut size = Moments::zero();
        let mut follows = false;
        for input in inputs {
            if input.part == HISTORY {
                follows = true;
                continue;
            }
            let part = self.w.checked.plan.prompts.get(&input.part);
            if !part.is_some_and(is_shared) {
                break;
            }
            let sent = sent.next().expect("every part that is sent has a size");
            size = if follows { size.plus(&sent.size) } else { size };
        }
        size
    }

    /// What of the call's prompt after the history stands there again in the next turn: kept parts, as they were said, and
    /// the turn's answer, where the context began with that. Nothing where the history does not follow what all share.
    fn after_history(&mut self, comes: &Expr) -> Option<Moments> {
        if !self.follows_history() {
            return None;
        }
        let inputs = &self.call.input;
        let place = inputs.iter().position(|input| input.part == HISTORY)?;
        let before = inputs[..place].iter().filter(|input| input.is_part()).count();
        let mut size = Moments::zero();
        let mut answers = self.answers();
        let mut own = self.usage.sent[before..].iter();
        for (index, input) in inputs[place + 1..].iter().enumerate() {
            if input.part == CONTEXT {
                answers.retain(|(parts, _)| parts.len() == index);
                let ended: Vec<Answer> = answers.into_iter().map(|(_, answer)| answer).collect();
                size = size.plus(&self.answer_in_context(ended, comes));
                break;
            }
            let sent = own.next().expect("every part that is sent has a size");
            answers.retain(|(parts, _)| parts.get(index) == Some(&input.part.as_str()));
            let chance = answers.iter().fold(zero(), |sum, (_, answer)| sum + &answer.chance);
            if chance.is(0) {
                break;
            }
            size = size.plus(&sent.size.times(&chance));
        }
        Some(size)
    }

    /// What of the context is the turn's answer, which the history goes on with: all that a step alone began with.
    fn answer_in_context(&mut self, mut ended: Vec<Answer<'p>>, comes: &Expr) -> Moments {
        let (mut size, first) = (Moments::zero(), self.frame.before.first());
        let begins = first.map_or(vec![], |first| first.step.begins());
        ended.retain(|answer| begins.iter().any(|first| ptr::eq(first.call, answer.call)));
        if ended.is_empty() || self.keeps_others() {
            return size;
        }
        let alone = self.alone(comes);
        for answer in ended {
            let said = written::said(self.w, answer.call);
            size = size.plus(&said.times(&(&answer.chance * &alone)));
        }
        size
    }

    /// The chance that the last call of a turn was in the only step of the loop around it, in the last run of that.
    fn alone(&mut self, comes: &Expr) -> Expr {
        let Some(steps) = self.frame.context.clone() else { return one() };
        let earlier = steps.earlier(self.w);
        let second = Expr::if_at_most(&earlier, &one(), &(zero() - one()), &zero());
        let only = Expr::if_at_most(&earlier, &zero(), &one(), &second);
        let label = say("adds up to the chance of one step alone", "");
        let only = self.w.row(Place::Unit, self.group, "cache.only", label, only);
        let weights = steps.weights(self.w);
        let only = Expr::from(Node::Dot(weights, only.row().expect("it was just written")));
        if comes.is(1) {
            return only;
        }
        let visits = self.frame.own().iter().fold(one(), |all, level| all * &level.visits);
        Expr::if_at_most(comes, &zero(), &zero(), &(visits * only / comes))
    }

    /// Whether turns leave more than kept parts and answers, which stands between those.
    fn keeps_others(&self) -> bool {
        let mut pieces = self.frame.conversation.iter().flat_map(|growth| &growth.pieces);
        pieces.any(|piece| matches!(&piece.left, Left::Turn { keeps, .. } if !keeps.is_empty()))
    }

    /// What a turn that makes the call may be answered, with the parts that it leaves first in the history.
    fn answers(&self) -> Vec<(Vec<&'p str>, Answer<'p>)> {
        let prompts = &self.w.checked.plan.prompts;
        let is_kept = |part: &str| prompts.get(part).is_some_and(Part::is_kept);
        let kept = self.frame.ends.iter().map(|answer| {
            let parts = answer.call.input.iter().map(|input| input.part.as_str());
            (parts.filter(|part| is_kept(part)).collect(), answer.clone())
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
