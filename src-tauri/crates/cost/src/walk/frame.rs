//! Where a step stands while its usage is written: how often it runs, and what grows around it.

use std::rc::Rc;

use super::growth::Growth;
use super::seen::{Attempts, Seen};
use super::writer::{one, zero};
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
}

impl Runs {
    /// Once.
    pub fn once() -> Self {
        Self { good: one(), input: one(), output: one() }
    }

    /// So many times as often.
    #[must_use]
    pub fn times(&self, factor: &Expr) -> Self {
        Self {
            good: &self.good * factor,
            input: &self.input * factor,
            output: &self.output * factor,
        }
    }

    /// Whether some of them fail.
    pub fn some_fail(&self) -> bool {
        self.input != self.good || self.output != self.good
    }
}

/// Where a step stands.
#[derive(Clone)]
pub struct Frame<'p> {
    /// How often it runs in one turn of the conversation and one step of the context around it.
    pub runs: Runs,
    /// The conversation whose history it may read.
    pub conversation: Option<Rc<Growth<'p>>>,
    /// How often repeats whatever stands between that and the context.
    pub between: Expr,
    /// The loop whose context it may read.
    pub context: Option<Rc<Growth<'p>>>,
    /// What stands before it in the same step of that loop.
    pub before: Vec<Rc<Seen<'p>>>,
    /// Whether it is paid for because a cheaper tier was not accepted.
    pub escalated: bool,
    /// The part of its runs that belongs to agents beyond the first.
    pub beyond: Expr,
    /// The part of an agent that would begin here that is beyond the first.
    pub next_agent: Expr,
    /// The chance that it runs in one turn of the conversation, and in one step of the context, around it.
    pub visits: [Expr; 2],
    /// How often what stands outside of its session's turns and steps repeats.
    pub outside: Expr,
    /// What that is.
    pub around: Option<Around<'p>>,
    /// The part of copies side by side that come after the first one.
    pub warm: Expr,
    /// The part of its runs that follow a billed attempt with the same prompt: of good ones, of failed ones.
    pub again: [Expr; 2],
    /// Whether what it answers is what the user sees.
    pub seen: bool,
}

/// What repeats around a session.
#[derive(Clone)]
pub struct Around<'p> {
    /// The nearest that does.
    pub growth: Rc<Growth<'p>>,
    /// The chance that it comes to the session each time.
    pub visits: Expr,
    /// How often that repeats in turn.
    pub beyond: Expr,
}

impl<'p> Frame<'p> {
    /// A unit as a whole.
    pub fn unit() -> Self {
        Self {
            runs: Runs::once(),
            conversation: None,
            between: one(),
            context: None,
            before: vec![],
            escalated: false,
            beyond: zero(),
            next_agent: zero(),
            visits: [one(), one()],
            outside: one(),
            around: None,
            warm: zero(),
            again: [zero(), zero()],
            seen: true,
        }
    }

    /// A step that is tried again.
    #[must_use]
    pub fn tried(&self, attempts: &Attempts) -> Self {
        let runs = Runs {
            good: &self.runs.good * (one() - &attempts.all_fail),
            input: &self.runs.input * &attempts.billed_input,
            output: &self.runs.output * &attempts.billed_output,
        };
        let visits = self.visits.each_ref().map(|visits| visits * &attempts.billed);
        let again = std::array::from_fn(|index| {
            let (outer, inner) = (&self.again[index], &attempts.again[index]);
            match outer.is(0) {
                true => inner.clone(),
                false => one() - (one() - outer) * (one() - inner),
            }
        });
        Self { runs, again, visits, ..self.clone() }
    }

    /// Where only some runs come.
    #[must_use]
    pub fn times(&self, chance: &Expr) -> Self {
        let visits = self.visits.each_ref().map(|visits| visits * chance);
        Self { runs: self.runs.times(chance), visits, ..self.clone() }
    }

    /// One of several ways, which the next attempt may not take again.
    #[must_use]
    pub fn way(&self, part: &Expr) -> Self {
        let again = self.again.each_ref().map(|again| again * part);
        Self { again, ..self.times(part) }
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
        let mut after = self.clone();
        if after.context.as_ref().is_some_and(|context| context.grows_by_steps()) {
            after.before.push(Rc::clone(step));
        }
        after
    }

    /// Turns of the conversation around it.
    pub fn turns(&self) -> Expr {
        self.conversation.as_ref().map_or_else(one, |growth| growth.times.clone())
    }

    /// Steps of the context around it.
    pub fn steps(&self) -> Expr {
        self.context.as_ref().map_or_else(one, |growth| growth.times.clone())
    }

    /// How often everything around it repeats.
    pub fn repeats(&self) -> Expr {
        self.turns() * &self.between * self.steps()
    }

    /// What repeats around a session that begins here.
    fn around(&self) -> Option<Around<'p>> {
        let (growth, visits) = match (&self.context, &self.conversation) {
            (Some(context), _) => (context, &self.visits[1]),
            (None, Some(turns)) => (turns, &self.visits[0]),
            (None, None) => {
                let around = self.around.clone()?;
                return Some(Around { visits: &around.visits * &self.visits[0], ..around });
            }
        };
        let beyond = &self.outside * self.repeats() / &growth.times;
        Some(Around { growth: Rc::clone(growth), visits: visits.clone(), beyond })
    }

    /// In the turns of a conversation.
    #[must_use]
    pub fn in_conversation(&self, growth: Rc<Growth<'p>>) -> Self {
        Self {
            runs: self.runs.times(&self.repeats()),
            outside: &self.outside * self.repeats(),
            around: self.around(),
            visits: [one(), one()],
            conversation: Some(growth),
            between: one(),
            context: None,
            before: vec![],
            ..self.clone()
        }
    }

    /// In the steps of a loop.
    #[must_use]
    pub fn in_context(&self, growth: Rc<Growth<'p>>) -> Self {
        Self {
            between: &self.between * self.steps(),
            visits: [self.visits[0].clone(), one()],
            context: Some(growth),
            before: vec![],
            ..self.clone()
        }
    }

    /// In an agent, which knows nothing of what grows around it.
    #[must_use]
    pub fn in_agent(&self) -> Self {
        Self {
            runs: self.runs.times(&self.repeats()),
            outside: &self.outside * self.repeats(),
            around: self.around(),
            visits: [one(), one()],
            conversation: None,
            between: one(),
            context: None,
            before: vec![],
            beyond: self.next_agent.clone(),
            next_agent: one(),
            ..self.clone()
        }
    }
}
