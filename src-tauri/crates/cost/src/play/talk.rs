//! Conversations: turns, each of them sending again what those before it left.

use super::chance::Chance;
use super::memory::{Place, Word};
use super::script::{Remembered, Talk};
use super::stage::Stage;

impl<'s, C: Chance> Stage<'s, C> {
    /// Plays a conversation, which has an answer whatever becomes of its turns.
    pub(super) fn conversation(&mut self, talk: &'s Talk) -> bool {
        let turns = talk.turns.pick(&mut self.chance);
        let last = match &talk.history {
            Remembered::Full => turns,
            Remembered::Last(last) | Remembered::Summary { last, .. } => {
                last.pick(&mut self.chance)
            }
        };
        let history = std::mem::take(&mut self.history);
        let (context, place) = (self.context.take(), self.place);
        let ways = self.ways.clone();
        let start = self.trace.mark();
        let mut said = Said { turns: vec![], summary: vec![], last };
        for turn in 0..turns {
            if turn > 0 {
                self.pause(talk.pause);
            }
            self.place = Place::in_turn(self.number());
            if let Remembered::Summary { step, .. } = &talk.history
                && let Some(gone) = turn.checked_sub(last + 1)
            {
                self.history = said.to_summarise(gone);
                let mark = self.trace.mark();
                self.act(step);
                said.summary = self.trace.left[mark.left..].to_vec();
                self.trace.forget(mark);
            }
            self.history = said.history();
            self.trace.left.truncate(start.left);
            let mark = self.trace.mark();
            let answered = self.one_after_another(&talk.turn);
            if !answered {
                self.trace.forget(mark);
            }
            self.trace.leave_answers(mark);
            let words = self.trace.end_turn(mark);
            said.turns.push(words);
            self.trace.drop_answers(mark);
        }
        (self.history, self.context, self.place, self.ways) = (history, context, place, ways);
        true
    }
}

/// What the turns so far left.
struct Said {
    /// Turn by turn; nothing of those without an answer.
    turns: Vec<Vec<Word>>,
    /// What is said of the turns that are not sent again.
    summary: Vec<Word>,
    /// How many turns are sent as they were.
    last: usize,
}

impl Said {
    fn history(&self) -> Vec<Word> {
        let first = self.turns.len().saturating_sub(self.last);
        let turns = self.turns[first..].iter().flatten();
        self.summary.iter().chain(turns).copied().collect()
    }

    fn to_summarise(&self, turn: usize) -> Vec<Word> {
        self.summary.iter().chain(&self.turns[turn]).copied().collect()
    }
}
