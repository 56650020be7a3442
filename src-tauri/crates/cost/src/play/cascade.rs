//! Cascades and kept answers: cheap ways tried before dear ones.

use super::chance::Chance;
use super::script::{Accepts, Act, Reused, Tier};
use super::stage::Stage;

impl<'s, C: Chance> Stage<'s, C> {
    /// Asks tier after tier until an answer is accepted; the last one's stands.
    pub(super) fn cascade(&mut self, tiers: &'s [Tier]) -> bool {
        let role = self.part;
        let mut first_right = None;
        let mut answered = true;
        for (nth, tier) in tiers.iter().enumerate() {
            self.part.escalated |= nth > 0;
            let mark = self.trace.mark();
            answered = self.act(&tier.step);
            if let Some((after_right, after_wrong)) = tier.after {
                let share = |right: bool| if right { after_right } else { after_wrong };
                let right = first_right.map(|right| self.chance.toss(share(right)));
                self.trace.answers(mark).iter_mut().for_each(|it| it.verdict.right = right);
            }
            let right = self.trace.answers(mark).last().and_then(|answer| answer.verdict.right);
            if nth == 0 {
                first_right = right;
            }
            if let Some(judge) = tier.judge.as_ref().filter(|_| answered) {
                answered = self.beside(judge, mark.left);
            }
            if !answered || nth + 1 == tiers.len() || self.accepted(tier.accepts, right) {
                break;
            }
            self.trace.unsay(mark);
        }
        self.part = role;
        answered
    }

    fn accepted(&mut self, accepts: Accepts, right: Option<bool>) -> bool {
        let share = match accepts {
            Accepts::Share(share) => share,
            Accepts::ByTruth { right: of_right, wrong: of_wrong } => {
                let right = right.expect("a script knows how good each judged answer is");
                if right { of_right } else { of_wrong }
            }
        };
        self.chance.toss(share)
    }

    /// Asks whether the answer is known before a step is played.
    pub(super) fn reuse(&mut self, reused: &'s Reused) -> bool {
        if self.chance.toss(reused.excluded) {
            return self.act(&reused.step);
        }
        let start = self.trace.mark().left;
        if !reused.lookup.iter().all(|lookup| self.beside(lookup, start)) {
            return false;
        }
        if self.chance.toss(reused.hits) {
            return match self.chance.toss(reused.wrong) {
                true => self.act(&reused.step),
                false => self.give_again(&reused.step),
            };
        }
        self.act(&reused.step) && reused.insert.iter().all(|insert| self.beside(insert, start))
    }

    /// A step that leaves nothing, beside one that left what stands from `start`, which it sees.
    fn beside(&mut self, act: &'s Act, start: usize) -> bool {
        let (seen, mark) = (self.seen(), self.trace.mark());
        self.see(start);
        let answered = self.act(act);
        self.unsee(seen);
        self.trace.unsay(mark);
        answered
    }

    /// Says what a step would say, for nothing.
    fn give_again(&mut self, act: &'s Act) -> bool {
        let (role, clock) = (self.part, self.clock);
        self.part.kept_answer = true;
        let answered = self.act(act);
        (self.part, self.clock) = (role, clock);
        answered
    }
}
