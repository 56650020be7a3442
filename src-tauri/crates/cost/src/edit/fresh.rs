//! New steps that can be worked out at once.

use indexmap::IndexMap;

use super::judged::{Judged, also};
use super::kinds::StepKind;
use super::names::{self, Names};
use crate::plan::number::{Share, Tokens};
use crate::plan::{
    AgentUse, Branch, BranchShare, CONTEXT, Call, Cascade, Conversation, Failure, FanOut, HISTORY,
    History, InputRef, Loop, Of, Part, Plan, ResponseCache, Retry, Root, Route, Rung, Step, Sticky,
    Tool, Trail, Until,
};

/// What a new step finds where it goes.
#[derive(Clone, Debug)]
pub struct Spot {
    /// A call like those near it, without a name.
    like: Call,
    /// Whether the turn that it stands in has an answer, so that `history` can be read.
    history: bool,
    /// Whether something is above whose `context` grows.
    context: bool,
    /// Whether a retry or an agent around it must not fail by its step.
    must_not_fail: bool,
    /// The model of a call that writes nothing.
    embeds: Option<String>,
    /// The agent that a use of one is of.
    agent: String,
    names: Names,
    /// What those who judge a step read of it.
    judged: Judged,
}

impl Spot {
    /// Directly under a step (or at the top of its tree), near another.
    pub fn under(plan: &Plan, above: Option<&Trail>, near: &Trail) -> Self {
        let conversation = above.and_then(|above| conversation(plan, above));
        let answered = conversation.is_some_and(|turns| turns.turn.iter().any(answers));
        let in_agent = matches!(near.root, Root::Agent(_));
        Self {
            like: like(plan, near),
            history: answered,
            context: above.is_some_and(|above| in_context(plan, above)),
            must_not_fail: above.map_or(in_agent, |above| in_retry(plan, above)),
            embeds: embeds(plan),
            agent: String::new(),
            names: Names::of(plan, near.root),
            judged: Judged::in_tree(plan, near.root),
        }
    }

    /// At the top of a tree of its own.
    pub fn elsewhere(plan: &Plan, near: &Trail) -> Self {
        Self {
            like: like(plan, near),
            history: false,
            context: false,
            must_not_fail: false,
            embeds: embeds(plan),
            agent: String::new(),
            names: Names::of(plan, Root::Feature(plan.features.len())),
            judged: Judged::default(),
        }
    }

    /// The same, where a use of an agent is of this one.
    #[must_use]
    pub fn with_agent(mut self, agent: String) -> Self {
        self.agent = agent;
        self
    }

    /// The model of the calls near it.
    pub fn model(&self) -> String {
        self.like.model.clone()
    }

    /// Parts that what was made here sends, and that the plan may lack.
    pub fn parts(self) -> IndexMap<String, Part> {
        self.judged.parts
    }

    /// A new step of a kind.
    pub fn step(&mut self, kind: StepKind) -> Step {
        match kind {
            StepKind::Call => self.call(false),
            StepKind::Chain => Step::Chain(vec![self.call(false), self.call(false)]),
            StepKind::Route => {
                let (one, other) = (self.call(false), self.call(false));
                self.route(one, other)
            }
            StepKind::Retry => {
                let step = self.call(false);
                self.retry(step, false)
            }
            StepKind::FanOut => {
                let step = self.call(false);
                self.fan_out(step)
            }
            StepKind::Conversation => {
                self.history = true;
                let step = self.call(true);
                self.conversation(vec![remember(step)])
            }
            StepKind::Cascade => {
                let first = self.call(false);
                self.cascade(first)
            }
            StepKind::Until => {
                let draft = self.named("draft", false);
                self.until(draft)
            }
            StepKind::Loop => {
                let step = self.call(false);
                self.repeated(step)
            }
            StepKind::ResponseCache => {
                let step = self.call(false);
                self.response_cache(step)
            }
            StepKind::Tool => Step::Tool(Box::new(Tool {
                name: self.names.free("tool"),
                fee: Some(Of::new("$0.01")),
                ..Tool::default()
            })),
            StepKind::Agent => Step::Agent(Box::new(AgentUse {
                name: self.names.free(&self.agent.clone()),
                agent: self.agent.clone(),
                ..AgentUse::default()
            })),
        }
    }

    /// A step of a kind around another; nothing for a kind that holds no steps.
    pub fn around(&mut self, kind: StepKind, step: Step) -> Option<Step> {
        let answers = answers(&step);
        Some(match kind {
            StepKind::Call | StepKind::Tool | StepKind::Agent => return None,
            StepKind::Chain => Step::Chain(vec![step]),
            StepKind::Route => {
                let other = self.call(answers);
                self.route(step, other)
            }
            StepKind::Retry => self.retry(step, answers),
            StepKind::FanOut => self.fan_out(step),
            StepKind::Conversation => self.conversation(vec![remember(step)]),
            StepKind::Cascade => self.cascade(step),
            StepKind::Until => self.until(step),
            StepKind::Loop => self.repeated(step),
            StepKind::ResponseCache => self.response_cache(step),
        })
    }

    /// What writes a summary of earlier turns.
    pub fn summary(&mut self) -> Step {
        let mut step = self.named("summary", false);
        if let Step::Call(call) = &mut step {
            call.input.retain(|input| input.part != HISTORY);
            call.input.push(InputRef { part: HISTORY.to_owned(), copies: None });
        }
        step
    }

    /// A call that says little about what others wrote.
    pub fn helper(&mut self, name: &str, output: &str) -> Step {
        let mut step = self.named(name, false);
        if let Step::Call(call) = &mut step {
            call.output = Some(Of::new(output));
        }
        step
    }

    /// A call that writes nothing, as an embedding, where the plan has a model for it; else it writes little.
    pub fn reader(&mut self, name: &str) -> Step {
        let mut step = self.helper(name, "5..20");
        if let Step::Call(call) = &mut step {
            call.input.retain(|input| input.part != HISTORY);
            if let Some(model) = self.embeds.clone().filter(|_| !call.input.is_empty()) {
                (call.model, call.output) = (model, None);
            }
        }
        step
    }

    /// A call like those near it.
    pub fn call(&mut self, answer: bool) -> Step {
        self.named("call", answer)
    }

    fn named(&mut self, name: &str, answer: bool) -> Step {
        let mut call = Call { name: self.names.free(name), answer, ..self.like.clone() };
        call.input.retain(|input| match input.part.as_str() {
            HISTORY => self.history,
            CONTEXT => self.context,
            _ => true,
        });
        Step::Call(call)
    }

    fn route(&self, one: Step, other: Step) -> Step {
        let half = BranchShare::Named(Of::new("50%"));
        let branches = vec![Branch::new(half, one), Branch::new(BranchShare::Rest, other)];
        Step::Route(Route { name: String::new(), sticky: Sticky::default(), branches })
    }

    fn retry(&mut self, step: Step, answers: bool) -> Step {
        let then = self.must_not_fail.then(|| self.call(answers));
        Step::Retry(Box::new(Retry {
            name: self.names.free("retry"),
            attempts: Of::new("3"),
            fails: IndexMap::from([("timeout".to_owned(), failure("timeout"))]),
            step,
            outage: None,
            then,
        }))
    }

    fn fan_out(&mut self, step: Step) -> Step {
        Step::FanOut(Box::new(FanOut {
            name: self.names.free("fan-out"),
            copies: Of::new("3"),
            warm_first: false,
            step,
        }))
    }

    fn conversation(&mut self, turn: Vec<Step>) -> Step {
        Step::Conversation(Box::new(Conversation {
            name: self.names.free("conversation"),
            turns: Of::new("2..6"),
            pause: None,
            history: History::Full,
            turn,
        }))
    }

    /// What is asked now with a judge, and a copy of it where its answer is not accepted.
    fn cascade(&mut self, first: Step) -> Step {
        let mut second = first.clone();
        names::rename(&mut second, &mut self.names);
        calls_of_turn(&mut second, &mut |call| {
            // How good it is on what was refused, nobody measured.
            call.quality = None;
        });
        let first = Rung {
            judge: Some(self.judge(&first)),
            accepts: Some(Of::new("70%")),
            ..Rung::of(first)
        };
        Step::Cascade(Box::new(Cascade {
            name: self.names.free("cascade"),
            tiers: vec![first, Rung::of(second)],
        }))
    }

    /// What judges a step: it reads what was asked, and what the step wrote.
    pub fn judge(&mut self, step: &Step) -> Step {
        let mut judge = self.helper("judge", "5..20");
        if let Step::Call(call) = &mut judge {
            self.judged.asked(step, &mut call.input);
            if self.context {
                also(&mut call.input, CONTEXT);
            } else if let Some(written) = self.judged.written(step) {
                also(&mut call.input, &written);
            }
        }
        judge
    }

    fn until(&mut self, draft: Step) -> Step {
        let mut check = self.helper("check", "20..80");
        if let Step::Call(call) = &mut check {
            self.judged.asked(&draft, &mut call.input);
            also(&mut call.input, CONTEXT);
        }
        Step::Until(Box::new(Until {
            name: self.names.free("until"),
            rounds: Of::new("3"),
            accepts: Of::new("60%"),
            draft: recall(draft),
            check,
        }))
    }

    fn repeated(&mut self, step: Step) -> Step {
        Step::Loop(Box::new(Loop {
            name: self.names.free("loop"),
            steps: Of::new("3..9"),
            adds: None,
            pause: None,
            step: recall(step),
        }))
    }

    fn response_cache(&mut self, step: Step) -> Step {
        let reads = |call: &&Call| call.input.iter().any(|input| input.part == HISTORY);
        // What depends on earlier turns is not kept for anybody.
        let excluded = step.calls().iter().any(reads).then(|| Of::new("50%"));
        Step::ResponseCache(Box::new(ResponseCache {
            name: self.names.free("response-cache"),
            hits: Some(Of::new("30%")),
            traffic: None,
            wrong: None,
            excluded,
            lookup: None,
            insert: None,
            step,
        }))
    }
}

/// A way to fail, with what is billed of it.
pub fn failure(kind: &str) -> Failure {
    let billed = || match Failure::billed_by_default(kind) {
        // Filled in with its source where the plan is addressed.
        Some(_) => None,
        None => Some(Of::new("100%")),
    };
    Failure { share: Of::new("2%"), billed_input: billed(), billed_output: billed() }
}

/// A share for one more branch: a tenth of all, or half of what the others leave.
pub fn share(branches: &[Branch]) -> Of<Share> {
    let named = branches.iter().filter_map(|branch| match &branch.share {
        BranchShare::All => Some(1.0),
        BranchShare::Named(share) if share.read.is_ok() => Some(share.mean()),
        BranchShare::Named(_) | BranchShare::Rest => None,
    });
    let rest = (1.0 - named.sum::<f64>()).max(0.0);
    let tenths_of_percent = (rest / 2.0 * 1000.0).floor().min(100.0);
    Of::new(&format!("{}%", tenths_of_percent / 10.0))
}

/// Whether a call of the step is what the user sees, now or in a turn around it.
pub fn answers(step: &Step) -> bool {
    match step {
        Step::Call(call) => call.answer,
        // Its answers are those of its own turns.
        Step::Conversation(_) | Step::Tool(_) => false,
        Step::Agent(used) => used.answer,
        Step::Chain(_)
        | Step::Route(_)
        | Step::Retry(_)
        | Step::FanOut(_)
        | Step::Cascade(_)
        | Step::Until(_)
        | Step::Loop(_)
        | Step::ResponseCache(_) => step.children().into_iter().any(|(_, child)| answers(child)),
    }
}

/// The calls of a step whose turn is that of the step.
pub fn calls_of_turn<'s>(step: &'s mut Step, visit: &mut dyn FnMut(&'s mut Call)) {
    match step {
        Step::Call(call) => visit(call),
        Step::Conversation(_) => {}
        Step::Tool(_) | Step::Agent(_) => {}
        Step::Chain(_)
        | Step::Route(_)
        | Step::Retry(_)
        | Step::FanOut(_)
        | Step::Cascade(_)
        | Step::Until(_)
        | Step::Loop(_)
        | Step::ResponseCache(_) => {
            step.children_mut().into_iter().for_each(|child| calls_of_turn(child, visit));
        }
    }
}

/// A call that every turn of a new conversation sends what was said before.
fn remember(mut step: Step) -> Step {
    if let Step::Call(call) = &mut step {
        call.answer = true;
    }
    let reads = |call: &Call| call.input.iter().any(|input| input.part == HISTORY);
    if step.calls().into_iter().any(reads) || !answers(&step) {
        return step;
    }
    calls_of_turn(&mut step, &mut |call| {
        if call.answer {
            // What was said before stands before what is said now.
            let place = call.input.len().saturating_sub(1);
            call.input.insert(place, InputRef { part: HISTORY.to_owned(), copies: None });
        }
    });
    step
}

/// Lets the calls of a step read what was left before, if none of them does.
fn recall(mut step: Step) -> Step {
    let reads = |call: &Call| call.input.iter().any(|input| input.part == CONTEXT);
    if step.calls().into_iter().any(reads) {
        return step;
    }
    calls_of_turn(&mut step, &mut |call| {
        call.input.push(InputRef { part: CONTEXT.to_owned(), copies: None });
    });
    step
}

/// The nearest call that writes, as a pattern for a new one.
fn like(plan: &Plan, near: &Trail) -> Call {
    let steps = plan.steps();
    let here = near.path(plan);
    let here = steps.iter().position(|step| Some(&step.path) == here.as_ref()).unwrap_or_default();
    let nearest = steps.iter().enumerate().filter_map(|(index, standing)| match standing.step {
        Step::Call(call) => {
            let elsewhere = standing.root != near.root;
            Some(((call.output.is_none(), elsewhere, index.abs_diff(here)), call))
        }
        Step::Chain(_)
        | Step::Route(_)
        | Step::Retry(_)
        | Step::FanOut(_)
        | Step::Conversation(_)
        | Step::Cascade(_)
        | Step::Until(_)
        | Step::Loop(_)
        | Step::ResponseCache(_)
        | Step::Tool(_)
        | Step::Agent(_) => None,
    });
    let nearest = nearest.min_by_key(|(distance, _)| *distance).map(|(_, call)| call);
    let writes = nearest.is_none_or(|call| call.output.is_some());
    Call {
        model: nearest.map(|call| call.model.clone()).unwrap_or_default(),
        tier: nearest.map(|call| call.tier).unwrap_or_default(),
        input: nearest.map(|call| call.input.clone()).unwrap_or_default(),
        output: writes.then(|| Of::<Tokens>::new("100..300")),
        ..Call::default()
    }
}

/// The model of the first call that writes nothing.
fn embeds(plan: &Plan) -> Option<String> {
    let mut calls = plan.calls().into_iter();
    calls.find(|call| call.output.is_none()).map(|call| call.model.clone())
}

/// The conversation that a step is, or stands in.
fn conversation<'p>(plan: &'p Plan, trail: &Trail) -> Option<&'p Conversation> {
    if let Some(Step::Conversation(conversation)) = trail.step(plan) {
        return Some(conversation);
    }
    conversation(plan, &trail.parent()?.0)
}

/// Whether this step, or one above it, has a `context` that grows.
fn in_context(plan: &Plan, trail: &Trail) -> bool {
    match trail.step(plan) {
        Some(Step::Until(_) | Step::Loop(_)) => true,
        Some(Step::Conversation(_)) | None => false,
        Some(
            Step::Call(_)
            | Step::Chain(_)
            | Step::Route(_)
            | Step::Retry(_)
            | Step::FanOut(_)
            | Step::Cascade(_)
            | Step::ResponseCache(_)
            | Step::Tool(_)
            | Step::Agent(_),
        ) => trail.parent().is_some_and(|(above, _)| in_context(plan, &above)),
    }
}

/// Whether a failure here would be one of a retry's step, the retry being this step or above it, or
/// of an agent.
fn in_retry(plan: &Plan, trail: &Trail) -> bool {
    match trail.step(plan) {
        Some(Step::Retry(_)) => true,
        Some(Step::Conversation(_)) | None => false,
        Some(
            Step::Call(_)
            | Step::Chain(_)
            | Step::Route(_)
            | Step::FanOut(_)
            | Step::Cascade(_)
            | Step::Until(_)
            | Step::Loop(_)
            | Step::ResponseCache(_)
            | Step::Tool(_)
            | Step::Agent(_),
        ) => match trail.parent() {
            Some((above, _)) => in_retry(plan, &above),
            None => matches!(trail.root, Root::Agent(_)),
        },
    }
}
