//! Where a step stands while its usage is written: how often it runs, and what grows around it.

use std::ptr;
use std::rc::Rc;

use super::growth::Growth;
use super::seen::{Answer, Attempts, Past, Seen, weighted};
use super::writer::{one, zero};
use crate::plan::Days;
use crate::workings::Expr;

/// How often a step runs for one unit of work.
#[derive(Clone)]
pub struct Runs {
    /// Runs whose answer counts.
    pub good: Expr,
    /// Runs whose input is billed, failed ones by their billed part.
    pub input: Expr,
    /// Runs whose output is billed, failed ones by their billed part.
    pub output: Expr,
    /// All runs, whatever becomes of them.
    pub sent: Expr,
}

impl Runs {
    /// Once.
    pub fn once() -> Self {
        Self { good: one(), input: one(), output: one(), sent: one() }
    }

    /// So many times as often.
    #[must_use]
    pub fn times(&self, factor: &Expr) -> Self {
        Self {
            good: &self.good * factor,
            input: &self.input * factor,
            output: &self.output * factor,
            sent: &self.sent * factor,
        }
    }

    /// Whether some of them fail.
    pub fn some_fail(&self) -> bool {
        self.input != self.good || self.output != self.good
    }
}

/// Something that repeats around a step.
#[derive(Clone)]
pub struct Level<'p> {
    /// What repeats.
    pub growth: Rc<Growth<'p>>,
    /// The chance that one of its times comes to the next level below, or to the step.
    pub visits: Expr,
    /// What each of its times does.
    pub body: Vec<Rc<Seen<'p>>>,
    /// What was made before it began.
    pub past: Vec<Past<'p>>,
}

/// What stands before a step in the same step of the loop around both.
#[derive(Clone)]
pub struct Earlier<'p> {
    /// What says it.
    pub step: Rc<Seen<'p>>,
    /// The chance that later steps of the loop still find there what it said.
    pub stays: Expr,
}

/// Where a step stands.
#[derive(Clone)]
pub struct Frame<'p> {
    /// On which days of the plan it may run.
    pub days: Rc<Days>,
    /// How often it runs in one turn of the conversation and one step of the context around it.
    pub runs: Runs,
    /// Everything that repeats around it, the outermost first.
    pub levels: Vec<Level<'p>>,
    /// How many of those stand outside of the session that it belongs to.
    pub outside: usize,
    /// The conversation whose history it may read: the first level of its session.
    pub conversation: Option<Rc<Growth<'p>>>,
    /// The loop whose context it may read: the last level.
    pub context: Option<Rc<Growth<'p>>>,
    /// How the turn around it is answered, where that comes to it.
    pub ends: Vec<Answer<'p>>,
    /// What stands before it in the same step of that loop.
    pub before: Vec<Earlier<'p>>,
    /// The chance that later steps of that loop still find there what is said here.
    pub stays: Expr,
    /// What was made before it in the same time of everything that repeats around it.
    pub past: Vec<Past<'p>>,
    /// Whether it is paid for because a cheaper tier was not accepted.
    pub escalated: bool,
    /// The part of its runs that belongs to agents beyond the first.
    pub beyond: Expr,
    /// The part of an agent that would begin here that is beyond the first.
    pub next_agent: Expr,
    /// The part of copies side by side that come after the first one.
    pub warm: Expr,
    /// What it is tried again in, the outermost first, and the chance that an attempt comes to it, or to the next of them.
    pub retries: Vec<(Rc<Attempts<'p>>, Expr)>,
    /// Whether what it answers is what the user sees.
    pub seen: bool,
}

impl<'p> Frame<'p> {
    /// A unit as a whole, on the days of its feature.
    pub fn unit(days: Days) -> Self {
        Self {
            days: Rc::new(days),
            runs: Runs::once(),
            levels: vec![],
            outside: 0,
            conversation: None,
            context: None,
            ends: vec![],
            before: vec![],
            stays: one(),
            past: vec![],
            escalated: false,
            beyond: zero(),
            next_agent: zero(),
            warm: zero(),
            retries: vec![],
            seen: true,
        }
    }

    /// A step that is tried again.
    #[must_use]
    pub fn tried(&self, attempts: &Rc<Attempts<'p>>) -> Self {
        let runs = Runs {
            good: &self.runs.good * (one() - &attempts.all_fail),
            input: &self.runs.input * &attempts.billed_input,
            output: &self.runs.output * &attempts.billed_output,
            sent: &self.runs.sent * &attempts.tries,
        };
        let mut tried = Self { runs, ..self.visited(&attempts.billed) };
        tried.retries.push((Rc::clone(attempts), one()));
        tried
    }

    /// Where only some runs come: another attempt may not.
    #[must_use]
    pub fn times(&self, chance: &Expr) -> Self {
        let mut some = Self { runs: self.runs.times(chance), ..self.visited(chance) };
        if let Some((_, comes)) = some.retries.last_mut() {
            *comes = &*comes * chance;
        }
        some
    }

    fn visited(&self, chance: &Expr) -> Self {
        let mut visited = self.clone();
        if let Some(level) = visited.levels.last_mut() {
            level.visits = &level.visits * chance;
        }
        visited
    }

    /// Where it runs on some of these days alone.
    #[must_use]
    pub fn on(&self, days: &Days) -> Self {
        Self { days: Rc::new(self.days.and(days)), ..self.clone() }
    }

    /// Copies of a step side by side; with `warm_first` all but one find its prompt kept.
    #[must_use]
    pub fn copies(&self, copies: &Expr, warm_first: bool) -> Self {
        let others = (copies - one()) / copies;
        let beyond_one = |part: &Expr| part + (one() - part) * &others;
        Self {
            runs: self.runs.times(copies),
            next_agent: beyond_one(&self.next_agent),
            warm: if warm_first { beyond_one(&self.warm) } else { self.warm.clone() },
            ..self.clone()
        }
    }

    /// After a step of the same turn or step: what that said stands in the context, where that grows by it.
    #[must_use]
    pub fn after(&self, step: &Rc<Seen<'p>>) -> Self {
        let mut after = self.past(Past::Answered(Rc::clone(step)));
        if after.context.as_ref().is_some_and(|context| context.grows_by_steps()) {
            let stays = after.stays.clone();
            after.before.push(Earlier { step: Rc::clone(step), stays });
        }
        after
    }

    /// After a step that leaves nothing in the context.
    #[must_use]
    pub fn past(&self, step: Past<'p>) -> Self {
        let mut past = self.clone();
        past.past.push(step);
        past
    }

    /// Below a step of a turn, where the turn's answers by that step are these.
    #[must_use]
    pub fn ending(&self, step: &Seen<'p>, answers: Vec<Answer<'p>>) -> Self {
        // Other steps of a loop may go other ways.
        if self.context.is_some() || step.answers.is_empty() {
            return self.clone();
        }
        let is_by = |end: &Answer| step.answers.iter().any(|own| ptr::eq(own.call, end.call));
        let (own, mut ends): (Vec<_>, Vec<_>) = self.ends.iter().cloned().partition(is_by);
        if own.len() != step.answers.len() {
            return self.clone();
        }
        let sum = |all: &[Answer]| all.iter().fold(zero(), |sum, answer| sum + &answer.chance);
        let (part, whole) = (sum(&own), sum(&step.answers));
        let stands = if part == whole { one() } else { part / whole };
        ends.extend(weighted(&answers, &stands));
        Self { ends, ..self.clone() }
    }

    /// Where what is said stays with this chance.
    #[must_use]
    pub fn staying(&self, chance: &Expr) -> Self {
        Self { stays: &self.stays * chance, ..self.clone() }
    }

    /// The levels of its session.
    pub fn own(&self) -> &[Level<'p>] {
        &self.levels[self.outside..]
    }

    /// Turns of the conversation around it.
    pub fn turns(&self) -> Expr {
        self.conversation.as_ref().map_or_else(one, |growth| growth.times.clone())
    }

    /// Steps of the context around it.
    pub fn steps(&self) -> Expr {
        self.context.as_ref().map_or_else(one, |growth| growth.times.clone())
    }

    /// How often repeats whatever stands between the conversation and the context.
    pub fn between(&self) -> Expr {
        let first = usize::from(self.conversation.is_some());
        let last = usize::from(self.context.is_some());
        let own = self.own();
        times_of(&own[first..own.len() - last])
    }

    /// How often everything of its session repeats.
    pub fn repeats(&self) -> Expr {
        self.turns() * self.between() * self.steps()
    }

    /// In the turns of a conversation, which are answered so.
    #[must_use]
    pub fn in_conversation(
        &self,
        growth: Rc<Growth<'p>>,
        ends: Vec<Answer<'p>>,
        turn: Vec<Rc<Seen<'p>>>,
    ) -> Self {
        let outside = self.levels.len();
        let conversation = Some(Rc::clone(&growth));
        Self { conversation, outside, ends, ..self.apart().under(growth, turn) }
    }

    /// In the steps of a loop.
    #[must_use]
    pub fn in_context(&self, growth: Rc<Growth<'p>>, step: Vec<Rc<Seen<'p>>>) -> Self {
        let context = Some(Rc::clone(&growth));
        Self { context, before: vec![], stays: one(), ..self.clone().under(growth, step) }
    }

    /// In an agent, which knows nothing of what grows around it.
    #[must_use]
    pub fn in_agent(&self) -> Self {
        Self {
            outside: self.levels.len(),
            beyond: self.next_agent.clone(),
            next_agent: one(),
            ..self.apart()
        }
    }

    /// Where nothing is known of what grows around it.
    fn apart(&self) -> Self {
        Self {
            runs: self.runs.times(&self.repeats()),
            conversation: None,
            context: None,
            ends: vec![],
            before: vec![],
            stays: one(),
            ..self.clone()
        }
    }

    fn under(mut self, growth: Rc<Growth<'p>>, body: Vec<Rc<Seen<'p>>>) -> Self {
        let past = std::mem::take(&mut self.past);
        self.levels.push(Level { growth, visits: one(), body, past });
        self
    }
}

/// How often all of them together repeat.
pub fn times_of(levels: &[Level]) -> Expr {
    levels.iter().fold(one(), |times, level| times * &level.growth.times)
}
