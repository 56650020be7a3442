//! A step with the chances that were worked out for it.

use std::rc::Rc;

use super::whole::one;
use crate::plan::{AgentUse, Call, Conversation, Days, FanOut, Loop, Number, Tool, Until};
use crate::workings::Expr;

/// A step with the chances that were worked out for it.
pub struct Seen<'p> {
    /// What it is.
    pub kind: Kind<'p>,
    /// The chance that it ends with an answer, or at least does not fail.
    pub answered: Expr,
    /// What the user may be answered, each with its chance.
    pub answers: Vec<Answer<'p>>,
    /// What else is kept, each with how often.
    pub keeps: Vec<Answer<'p>>,
}

impl<'p> Seen<'p> {
    /// The answers that what it says may begin with, each with its chance.
    pub fn begins(&self) -> Vec<Answer<'p>> {
        match &self.kind {
            Kind::Chain(steps) => {
                steps.iter().find(|step| !step.is_silent()).map_or(vec![], |first| first.begins())
            }
            Kind::Route { taken, branches, .. } => {
                let ways = taken.iter().zip(branches);
                ways.flat_map(|(part, branch)| weighted(&branch.begins(), part)).collect()
            }
            Kind::Retry { attempts, step, then } => {
                let mut begins = weighted(&step.begins(), &(one() - &attempts.all_fail));
                if let Some(then) = then {
                    begins.extend(weighted(&then.begins(), &attempts.all_fail));
                }
                begins
            }
            Kind::Cascade(tiers) => {
                let ends = |tier: &Tier| &tier.reached * &tier.step.answered * &tier.stands;
                let tiers = tiers.iter();
                tiers.flat_map(|tier| weighted(&tier.step.begins(), &ends(tier))).collect()
            }
            Kind::Until { draft, .. } => draft.begins(),
            Kind::Call(_) | Kind::Loop { .. } => self.answers.clone(),
            Kind::ResponseCache(reused) => reused.step.begins(),
            Kind::Agent { used, step, .. } if used.answer => step.answers.clone(),
            // What copies say, and what is said to no user, is no answer.
            Kind::FanOut { .. }
            | Kind::Agent { .. }
            | Kind::Tool(_)
            | Kind::Conversation { .. }
            | Kind::Nothing => vec![],
        }
    }

    /// Whether it never says anything to those after it.
    pub fn is_silent(&self) -> bool {
        match &self.kind {
            Kind::Call(_) | Kind::Conversation { .. } => false,
            Kind::Chain(steps) | Kind::Route { branches: steps, .. } => {
                steps.iter().all(|step| step.is_silent())
            }
            Kind::Retry { step, then, .. } => {
                step.is_silent() && then.as_ref().is_none_or(|then| then.is_silent())
            }
            Kind::FanOut { step, .. } | Kind::Until { draft: step, .. } => step.is_silent(),
            Kind::Cascade(tiers) => tiers.iter().all(|tier| tier.step.is_silent()),
            Kind::ResponseCache(reused) => reused.step.is_silent(),
            // Of what is a unit of its own, its answer is heard.
            Kind::Loop { step, .. } | Kind::Agent { step, .. } => step.answers.is_empty(),
            Kind::Tool(tool) => tool.returns.is_none(),
            Kind::Nothing => true,
        }
    }

    /// Whether time passes in it between calls. Turns of which nobody says the pause have one.
    pub fn pauses(&self) -> bool {
        match &self.kind {
            Kind::Call(_) | Kind::Tool(_) | Kind::Nothing => false,
            Kind::Conversation { .. } => true,
            Kind::Loop { repeated, step } => repeated.pause.is_some() || step.pauses(),
            Kind::Chain(steps) | Kind::Route { branches: steps, .. } => {
                steps.iter().any(|step| step.pauses())
            }
            Kind::Retry { step, then, .. } => {
                step.pauses() || then.as_ref().is_some_and(|then| then.pauses())
            }
            Kind::FanOut { step, .. } | Kind::Agent { step, .. } => step.pauses(),
            Kind::Until { draft, check, .. } => draft.pauses() || check.pauses(),
            Kind::Cascade(tiers) => tiers.iter().any(|tier| {
                tier.step.pauses() || tier.judge.as_ref().is_some_and(|judge| judge.pauses())
            }),
            Kind::ResponseCache(reused) => {
                let Reused { lookup, step, insert, .. } = &**reused;
                let aside = [lookup, insert].into_iter().flatten();
                aside.chain([step]).any(|step| step.pauses())
            }
        }
    }

    /// Whether an agent stands in it, outside of other agents.
    pub fn has_agent(&self) -> bool {
        match &self.kind {
            Kind::Agent { .. } => true,
            Kind::Call(_) | Kind::Tool(_) | Kind::Nothing => false,
            Kind::Chain(steps) | Kind::Route { branches: steps, .. } => {
                steps.iter().any(|step| step.has_agent())
            }
            Kind::Retry { step, then, .. } => {
                step.has_agent() || then.as_ref().is_some_and(|then| then.has_agent())
            }
            Kind::FanOut { step, .. } | Kind::Loop { step, .. } => step.has_agent(),
            Kind::Until { draft, check, .. } => draft.has_agent() || check.has_agent(),
            Kind::Cascade(tiers) => tiers.iter().any(|tier| tier.step.has_agent()),
            Kind::Conversation { ways, .. } => ways.iter().any(|way| way.turn.has_agent()),
            Kind::ResponseCache(reused) => reused.step.has_agent(),
        }
    }
}

/// A call whose output is kept, and how often: of an answer, the chance that a turn ends with it.
#[derive(Clone)]
pub struct Answer<'p> {
    /// The call.
    pub call: &'p Call,
    /// The chance.
    pub chance: Expr,
    /// The chance that it is this one and right, where somebody measured it.
    pub right: Option<Expr>,
}

impl Answer<'_> {
    /// The same where users are answered so often.
    pub fn given(&self) -> Given {
        Given { chance: self.chance.clone(), right: self.right.clone() }
    }
}

/// What users are answered, and how often for one unit.
#[derive(Clone, Debug)]
pub struct Given {
    /// How often.
    pub chance: Expr,
    /// How often it is right, where somebody measured it.
    pub right: Option<Expr>,
}

/// A step's children and rows, by kind.
pub enum Kind<'p> {
    /// A call.
    Call(&'p Call),
    /// One after another.
    Chain(Vec<Rc<Seen<'p>>>),
    /// One of several, with the part that takes each.
    Route {
        /// The parts.
        taken: Vec<Expr>,
        /// Its branches.
        branches: Vec<Rc<Seen<'p>>>,
        /// On which days of the plan each is taken, where that is said.
        days: Option<Vec<Days>>,
    },
    /// Tried again.
    Retry {
        /// How often.
        attempts: Rc<Attempts<'p>>,
        /// What is tried.
        step: Rc<Seen<'p>>,
        /// What stands in for it.
        then: Option<Rc<Seen<'p>>>,
    },
    /// Side by side.
    FanOut {
        /// How many.
        copies: Expr,
        /// As it is written.
        fan: &'p FanOut,
        /// What is copied.
        step: Rc<Seen<'p>>,
    },
    /// Turns, once for each way that is kept for a whole conversation.
    Conversation {
        /// As it is written.
        conversation: &'p Conversation,
        /// Each way with its chance, and what its rows are told apart by.
        ways: Vec<Way<'p>>,
    },
    /// Tiers.
    Cascade(Vec<Tier<'p>>),
    /// Rounds of drafts.
    Until {
        /// As it is written.
        until: &'p Until,
        /// The chance that a draft is not accepted.
        rejected: Expr,
        /// What writes a draft.
        draft: Rc<Seen<'p>>,
        /// What checks it.
        check: Rc<Seen<'p>>,
    },
    /// Steps of a loop.
    Loop {
        /// As it is written.
        repeated: &'p Loop,
        /// What is repeated.
        step: Rc<Seen<'p>>,
    },
    /// Answers kept and given again.
    ResponseCache(Box<Reused<'p>>),
    /// A tool.
    Tool(&'p Tool),
    /// An agent's tree, under its own addresses.
    Agent {
        /// As it is written.
        used: &'p AgentUse,
        /// What its addresses begin with.
        prefix: String,
        /// What it does.
        step: Rc<Seen<'p>>,
    },
    /// One agent too many inside itself.
    Nothing,
}

/// A way that a whole conversation goes.
pub struct Way<'p> {
    /// The chance of it.
    pub chance: Expr,
    /// What the addresses of its rows end with: empty where there is one way.
    pub suffix: String,
    /// A turn of it.
    pub turn: Rc<Seen<'p>>,
    /// What writes its summary.
    pub summary: Option<Rc<Seen<'p>>>,
    /// On which days of the plan it is taken.
    pub days: Days,
}

/// What a retry does to the step it repeats.
pub struct Attempts<'p> {
    /// The chance that every attempt fails.
    pub all_fail: Expr,
    /// Expected attempts.
    pub tries: Expr,
    /// The chance that any attempt is billed.
    pub billed: Expr,
    /// Expected attempts whose input is billed.
    pub billed_input: Expr,
    /// Expected attempts whose output is billed.
    pub billed_output: Expr,
    /// How each ends.
    pub ends: Ends<'p>,
}

/// How attempts end.
pub struct Ends<'p> {
    /// The most there are.
    pub most: &'p Number,
    /// What the retry's rows belong to.
    pub group: String,
    /// The chance that one fails, where there is no outage.
    pub fails: Expr,
    /// The chance that it does so unbilled.
    pub free: Expr,
    /// Expected attempts.
    pub tries: Expr,
    /// What may come over all of them.
    pub outage: Option<Outage>,
}

/// All attempts fail alike.
pub struct Outage {
    /// The chance of it.
    pub share: Expr,
    /// Expected attempts in it.
    pub tried: Expr,
    /// The part of a failed attempt's prompt that is billed.
    pub of_input: Expr,
    /// Expected attempts whose prompt is billed where there is none.
    pub usual: Expr,
}

/// A step that was made before another one, in the same time of everything that repeats around both.
#[derive(Clone)]
pub enum Past<'p> {
    /// It had an answer.
    Answered(Rc<Seen<'p>>),
    /// It was tried again, and every attempt failed: what stands in for it follows.
    Failed(Rc<Attempts<'p>>, Rc<Seen<'p>>),
    /// It was made with a chance, and had an answer where it was.
    Sometimes(Expr, Rc<Seen<'p>>),
}

/// A tier of a cascade.
pub struct Tier<'p> {
    /// The chance that it is asked.
    pub reached: Expr,
    /// The chance that its answer stands, once it has one.
    pub stands: Expr,
    /// What answers.
    pub step: Rc<Seen<'p>>,
    /// What judges the answer.
    pub judge: Option<Rc<Seen<'p>>>,
}

/// A response cache.
pub struct Reused<'p> {
    /// The parts of requests that go each way.
    pub shares: Shares,
    /// What they are looked up with.
    pub lookup: Option<Rc<Seen<'p>>>,
    /// What is answered from it.
    pub step: Rc<Seen<'p>>,
    /// What keeps a new answer.
    pub insert: Option<Rc<Seen<'p>>>,
}

/// The parts of requests that go each way.
pub struct Shares {
    /// Go past the cache.
    pub excluded: Expr,
    /// Are looked up.
    pub looked_up: Expr,
    /// Meet a kept answer, which stands.
    pub met: Expr,
    /// Meet a kept answer that is noticed to be wrong.
    pub wrong: Expr,
    /// Meet nothing.
    pub missed: Expr,
}

impl Shares {
    /// The part of requests for which the step runs, where look-ups have this chance of an answer.
    pub fn runs(&self, looked: &Expr) -> Expr {
        &self.excluded + looked * self.unmet()
    }

    /// The part of requests that is looked up and then runs.
    pub fn unmet(&self) -> Expr {
        &self.missed + &self.wrong
    }
}

/// The chance that answers stand when other steps beside them may fail.
pub fn weighted<'p>(answers: &[Answer<'p>], chance: &Expr) -> Vec<Answer<'p>> {
    let weigh = |answer: &Answer<'p>| Answer {
        call: answer.call,
        chance: &answer.chance * chance,
        right: answer.right.as_ref().map(|right| right * chance),
    };
    answers.iter().map(weigh).collect()
}
