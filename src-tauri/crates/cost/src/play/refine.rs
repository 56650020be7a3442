//! Loops and drafts: steps whose context grows.

use super::chance::Chance;
use super::memory::{Context, Key, Length, Place, Word};
use super::script::{Drafts, Repeated};
use super::stage::Stage;

impl<'s, C: Chance> Stage<'s, C> {
    /// Plays the steps of a loop: outside, the answers of the last one are seen.
    pub(super) fn repeat(&mut self, repeated: &'s Repeated) -> bool {
        let steps = repeated.steps.pick(&mut self.chance);
        let mark = self.trace.mark();
        let around = self.enter(repeated.adds.is_some());
        let mut answered = true;
        for step in 0..steps {
            if step > 0 {
                self.pause(repeated.pause);
                self.trace.unsay(mark);
            }
            self.place = around.place.under(repeated.number, step);
            answered = self.act(&repeated.step);
            if !answered {
                break;
            }
            self.see(mark.left);
            if let Some(adds) = repeated.adds.as_ref().filter(|_| step + 1 < steps) {
                let length = Length::Tokens(self.chance.draw(adds));
                let key = Key::Said(self.number());
                self.context
                    .iter_mut()
                    .for_each(|context| context.words.push(Word { key, length }));
            }
        }
        self.leave_loop(around);
        self.trace.leave_answers(mark);
        answered
    }

    /// Plays drafts, each with its check: outside, the draft that stands is seen.
    pub(super) fn until(&mut self, drafts: &'s Drafts) -> bool {
        let rounds = drafts.rounds.pick(&mut self.chance);
        let mark = self.trace.mark();
        let around = self.enter(false);
        let mut answered = true;
        for round in 0..rounds {
            self.trace.unsay(mark);
            self.place = around.place.under(drafts.number, round);
            answered = self.act(&drafts.draft);
            self.see(mark.left);
            let drafted = self.trace.mark();
            answered = answered && self.act(&drafts.check);
            self.see(drafted.left);
            self.trace.unsay(drafted);
            if !answered || (round + 1 < rounds && self.chance.toss(drafts.accepts)) {
                break;
            }
        }
        self.leave_loop(around);
        answered
    }

    /// A context that grows begins.
    fn enter(&mut self, typed: bool) -> Around {
        let inside = Context { typed, ..Context::default() };
        Around { context: self.context.replace(inside), place: self.place }
    }

    fn leave_loop(&mut self, around: Around) {
        (self.context, self.place) = (around.context, around.place);
    }
}

/// What is around a loop.
struct Around {
    context: Option<Context>,
    place: Place,
}
