//! A feature of one month, ready to be played: sizes, tables and prices looked up once.

use indexmap::IndexSet;
use jiff::ToSpan;
use jiff::civil::Date;

use super::chance::{Count, Size};
use super::error::PlayError;
use super::tariff::{Needs, Tariff};
use crate::book::Model;
use crate::load::Load;
use crate::plan::{
    BranchShare, Call, Feature, HISTORY, History, InputRef, Measures, Number, Part, Plan, Retry,
    Route, Step,
};

/// A feature of one month, ready to be played.
#[derive(Clone, Debug)]
pub struct Script {
    pub(super) root: Act,
    pub(super) calls: Vec<Spoken>,
    /// How many texts a conversation may keep.
    pub(super) kept_texts: usize,
    /// The address of a size that varies beyond listing, if one does.
    pub(super) varying: Option<String>,
}

/// One step.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// A call, by its index.
    Call(usize),
    Chain(Vec<Act>),
    Route {
        weights: Vec<f64>,
        branches: Vec<Act>,
    },
    Retry {
        attempts: Count,
        /// Of success, then of each kind of failure.
        weights: Vec<f64>,
        /// By kind of failure.
        billed: Vec<BilledShares>,
        tried: Box<Act>,
        then: Option<Box<Act>>,
    },
    FanOut {
        copies: Count,
        copied: Box<Act>,
    },
    Conversation {
        turns: Count,
        turn: Vec<Act>,
    },
}

/// What of a failed attempt is billed.
#[derive(Clone, Copy, Debug)]
pub(super) struct BilledShares {
    pub(super) input: f64,
    pub(super) output: f64,
}

/// A call with everything it needs.
#[derive(Clone, Debug)]
pub(super) struct Spoken {
    pub(super) name: String,
    pub(super) input: Vec<Piece>,
    /// Tokens of each text that a conversation may keep, for this call's model; empty where it reads no history.
    pub(super) remembered: Vec<f64>,
    pub(super) output: Size,
    pub(super) reasoning: Size,
    pub(super) answer: bool,
    pub(super) tariff: Tariff,
}

/// A part of a prompt, so many times.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) copies: Count,
    pub(super) content: Content,
}

/// What stands in a part of a prompt.
#[derive(Clone, Debug)]
pub(super) enum Content {
    History,
    /// Tokens before growth, the growth since the first month, and what later turns resend.
    Words {
        size: Size,
        growth: f64,
        kept: Kept,
    },
}

/// What later turns resend of a part.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kept {
    Nothing,
    /// As many tokens as were sent.
    Tokens,
    /// The text with this index, counted anew for the model that reads it.
    Text(usize),
}

impl Script {
    /// Prepares a feature for a month of the plan, from 1. `model` finds a model by its name in the plan.
    pub fn new<'b>(
        plan: &Plan,
        feature: &Feature,
        month: u32,
        measures: &Measures,
        model: impl Fn(&str) -> Option<&'b Model>,
    ) -> Result<Self, PlayError> {
        let first = first_day(plan, month)?;
        let kept_texts = kept_texts(plan, &feature.step);
        let load = feature.arrivals();
        let writer = Writer { plan, month, first, load, measures, model: &model, kept_texts };
        let mut script =
            Self { root: Act::Chain(vec![]), calls: vec![], kept_texts: 0, varying: None };
        script.root = writer.step(&feature.step, &mut script)?;
        script.kept_texts = writer.kept_texts.len();
        Ok(script)
    }

    fn size(&mut self, number: &Number, factor: f64) -> Size {
        let size = Size::of(number, factor);
        let listable = matches!(size, Size::Fixed(_) | Size::Measured { .. });
        if !listable && self.varying.is_none() {
            self.varying = Some(number.address.clone());
        }
        size
    }
}

fn first_day(plan: &Plan, month: u32) -> Result<Date, PlayError> {
    let unknown = || PlayError::NoMonth { starts: plan.starts.clone(), month };
    let start: Date = format!("{}-01", plan.starts).parse().map_err(|_| unknown())?;
    let later = month.checked_sub(1).ok_or_else(unknown)?;
    start.checked_add(i64::from(later).months()).map_err(|_| unknown())
}

/// The texts that answers of the step add to a conversation.
fn kept_texts<'p>(plan: &'p Plan, step: &'p Step) -> IndexSet<&'p str> {
    let kept = |name: &&str| plan.prompts.get(*name).is_some_and(|p| p.is_text() && p.is_kept());
    let answers = step.calls().into_iter().filter(|call| call.answer);
    answers.flat_map(|call| &call.input).map(|input| input.part.as_str()).filter(kept).collect()
}

struct Writer<'w, F> {
    plan: &'w Plan,
    month: u32,
    first: Date,
    load: Load,
    measures: &'w Measures,
    model: &'w F,
    kept_texts: IndexSet<&'w str>,
}

impl<'b, F: Fn(&str) -> Option<&'b Model>> Writer<'_, F> {
    fn step(&self, step: &Step, script: &mut Script) -> Result<Act, PlayError> {
        match step {
            Step::Call(call) => {
                let spoken = self.call(call, script)?;
                script.calls.push(spoken);
                Ok(Act::Call(script.calls.len() - 1))
            }
            Step::Chain(steps) => Ok(Act::Chain(self.steps(steps, script)?)),
            Step::Route(route) => self.route(route, script),
            Step::Retry(retry) => self.retry(retry, script),
            Step::FanOut(fan) => {
                let copied = Box::new(self.step(&fan.step, script)?);
                Ok(Act::FanOut { copies: self.count(&fan.copies)?, copied })
            }
            Step::Conversation(conversation) => match conversation.history {
                History::Full => Ok(Act::Conversation {
                    turns: self.count(&conversation.turns)?,
                    turn: self.steps(&conversation.turn, script)?,
                }),
            },
        }
    }

    fn steps(&self, steps: &[Step], script: &mut Script) -> Result<Vec<Act>, PlayError> {
        steps.iter().map(|step| self.step(step, script)).collect()
    }

    fn route(&self, route: &Route, script: &mut Script) -> Result<Act, PlayError> {
        let named = |share: &BranchShare| match share {
            BranchShare::Named(share) => Some(share.mean()),
            BranchShare::Rest => None,
        };
        let shares: Vec<Option<f64>> = route.branches.iter().map(|b| named(&b.share)).collect();
        let rest = (1.0 - shares.iter().flatten().sum::<f64>()).max(0.0);
        let branches = route
            .branches
            .iter()
            .map(|branch| self.step(&branch.step, script))
            .collect::<Result<_, _>>()?;
        let weights = shares.into_iter().map(|share| share.unwrap_or(rest)).collect();
        Ok(Act::Route { weights, branches })
    }

    fn retry(&self, retry: &Retry, script: &mut Script) -> Result<Act, PlayError> {
        let failing: Vec<f64> = retry.fails.values().map(|failure| failure.share.mean()).collect();
        let success = (1.0 - failing.iter().sum::<f64>()).max(0.0);
        let billed = retry.fails.iter().map(|(kind, failure)| {
            let unsaid =
                || PlayError::BillingUnsaid { retry: retry.name.clone(), kind: kind.clone() };
            Ok(BilledShares {
                input: failure.billed_input.as_ref().ok_or_else(unsaid)?.mean(),
                output: failure.billed_output.as_ref().ok_or_else(unsaid)?.mean(),
            })
        });
        Ok(Act::Retry {
            attempts: self.count(&retry.attempts)?,
            weights: std::iter::once(success).chain(failing).collect(),
            billed: billed.collect::<Result<_, _>>()?,
            tried: Box::new(self.step(&retry.step, script)?),
            then: match &retry.then {
                Some(then) => Some(Box::new(self.step(then, script)?)),
                None => None,
            },
        })
    }

    fn call(&self, call: &Call, script: &mut Script) -> Result<Spoken, PlayError> {
        let input = call.input.iter().map(|input| self.piece(call, input, script));
        let input = input.collect::<Result<Vec<_>, _>>()?;
        let model = (self.model)(&call.model)
            .ok_or_else(|| PlayError::UnknownModel { model: call.model.clone() })?;
        let writes = call.output.is_some() || call.reasoning.is_some();
        let needs = Needs { input: !input.is_empty(), output: writes };
        let reads_history = call.input.iter().any(|input| input.part == HISTORY);
        let remembered = if reads_history {
            let tokens = |name: &&str| {
                let part = &self.plan.prompts[*name];
                Ok(self.counted(name, &call.model)? * self.growth(part))
            };
            self.kept_texts.iter().map(tokens).collect::<Result<_, _>>()?
        } else {
            vec![]
        };
        Ok(Spoken {
            name: call.name.clone(),
            input,
            remembered,
            output: call
                .output
                .as_ref()
                .map_or(Size::Fixed(0.0), |number| self.size(number, script)),
            reasoning: call.reasoning.as_ref().map_or(Size::Fixed(0.0), |n| self.size(n, script)),
            answer: call.answer,
            tariff: Tariff::new(model, call.tier, self.first, &self.load, needs)?,
        })
    }

    fn piece(
        &self,
        call: &Call,
        input: &InputRef,
        script: &mut Script,
    ) -> Result<Piece, PlayError> {
        let copies =
            input.copies.as_ref().map_or(Ok(Count::Fixed(1)), |copies| self.count(copies))?;
        if input.part == HISTORY {
            return Ok(Piece { copies, content: Content::History });
        }
        let part = self.plan.prompts.get(&input.part).ok_or_else(|| PlayError::UnknownPart {
            call: call.name.clone(),
            part: input.part.clone(),
        })?;
        let size = match &part.tokens {
            Some(tokens) => self.size(tokens, script),
            None => Size::Fixed(self.counted(&input.part, &call.model)?),
        };
        let kept = match part.is_kept() {
            false => Kept::Nothing,
            true => {
                self.kept_texts.get_index_of(input.part.as_str()).map_or(Kept::Tokens, Kept::Text)
            }
        };
        Ok(Piece { copies, content: Content::Words { size, growth: self.growth(part), kept } })
    }

    fn counted(&self, part: &str, model: &str) -> Result<f64, PlayError> {
        let measure = self.measures.get(part, model).ok_or_else(|| PlayError::NotCounted {
            part: part.to_owned(),
            model: model.to_owned(),
        })?;
        Ok(measure.tokens)
    }

    fn size(&self, number: &Number, script: &mut Script) -> Size {
        script.size(number, self.plan.factor(number, self.month))
    }

    fn count(&self, number: &Number) -> Result<Count, PlayError> {
        let count = Count::of(number, self.plan.factor(number, self.month));
        count.ok_or_else(|| PlayError::NotACount {
            address: number.address.clone(),
            text: number.text.clone(),
        })
    }

    /// How many times its first length a part has in this month.
    fn growth(&self, part: &Part) -> f64 {
        let monthly = part.grows.as_ref().map_or(0.0, |grows| grows.mean());
        libm::pow(1.0 + monthly, f64::from(self.month) - 1.0)
    }
}
