//! The walk: a plan and its prices into workings. Chances bottom-up first, then usage top-down.

mod account;
mod agreed;
mod allowance;
mod bracket;
mod call;
mod contract;
mod conversation;
mod launched;
mod moments;
mod number;
mod over_time;
mod part;
mod rate;
mod retry;
mod route;
mod totals;
mod volume;
mod writer;

#[cfg(test)]
mod agreements;
#[cfg(test)]
mod arrivals;
#[cfg(test)]
mod changing;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod rerouted;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod weekdays;

use std::collections::BTreeSet;

use call::{Figures, Runs};
use conversation::{Answer, Scope, weighted};
use writer::{Writer, one, zero};

pub use over_time::FOLLOWING;

use crate::check::Checked;
use crate::plan::{Conversation, FanOut, Feature, Plan, Retry, Route, Step};
use crate::workings::{Expr, Input, InputId, Purpose, Values, Workings, evaluate};

/// Writes a plan's workings. Calls whose prompts come near a bracket are walked turn by turn.
pub fn walk(checked: &Checked) -> (Workings, Values) {
    let mut reach = BTreeSet::new();
    loop {
        let workings = walk_with(checked, &reach);
        let values = evaluate(&workings);
        let near = near_brackets(&workings, &values);
        if near.is_empty() {
            return (workings, values);
        }
        reach.extend(near);
    }
}

/// The calls whose guards say that a bracket is in reach.
fn near_brackets(workings: &Workings, values: &Values) -> Vec<String> {
    let guards = workings.rows.iter().filter_map(|row| {
        let call = row.address.strip_suffix(bracket::GUARD)?.strip_suffix('.')?;
        Some((call, workings.find(&row.address)?))
    });
    guards
        .filter(|(_, row)| values.all(*row).iter().any(|flag| *flag != 0.0))
        .map(|(call, _)| call.to_owned())
        .collect()
}

fn walk_with(checked: &Checked, reach: &BTreeSet<String>) -> Workings {
    let plan = checked.plan;
    let starts = plan.first_day().expect("a checked plan starts in a month");
    let months = usize::try_from(plan.months).expect("months are few");
    let mut w = Writer::new(checked, reach, Workings::new(starts, months));
    let mut figures = vec![];
    // Numbers of any feature may follow any volume.
    plan.features.iter().for_each(|feature| _ = volume::volume(&mut w, feature));
    for feature in &plan.features {
        rate::arrive(&mut w, feature);
        let mut steps = Steps { w: &mut w, feature, figures: Figures::default() };
        let step = steps.chances(&feature.step);
        steps.usage(&step, &Runs::once(), None);
        figures.push(steps.figures);
    }
    totals::totals(&mut w, &figures);
    // What no formula needs is still an input of the plan.
    plan.numbers().iter().for_each(|number| w.every_end(number));
    w.workings.reading_order = reading_order(plan, &w.workings);
    w.workings
}

/// Inputs as the plan's reader meets them: a part's measured lengths with the part, settings last.
fn reading_order(plan: &Plan, workings: &Workings) -> Vec<InputId> {
    let numbers: Vec<String> = plan.numbers().into_iter().map(|number| number.address).collect();
    let place = |input: &Input| match input.purpose {
        Purpose::Setting => (2, 0),
        Purpose::Typed => {
            (1, numbers.iter().position(|address| *address == input.number).unwrap_or(0))
        }
        Purpose::Measured => {
            let part = input.address.split('.').nth(1).unwrap_or_default();
            (0, plan.prompts.get_index_of(part).unwrap_or(0))
        }
    };
    let mut order: Vec<InputId> = (0..workings.inputs.len()).map(InputId).collect();
    order.sort_by_key(|id| place(&workings.inputs[id.0]));
    order
}

/// A step with the chances that were worked out for it.
struct Seen<'p> {
    step: Kind<'p>,
    /// The chance that it ends with an answer, or at least does not fail.
    answered: Expr,
    /// What the user may be answered, and with which chance.
    answers: Vec<Answer<'p>>,
}

/// A step's children and rows, by kind.
enum Kind<'p> {
    Call(&'p crate::plan::Call),
    Chain(Vec<Seen<'p>>),
    Route { taken: Vec<Expr>, branches: Vec<Seen<'p>> },
    Retry { attempts: retry::Attempts, step: Box<Seen<'p>>, then: Option<Box<Seen<'p>>> },
    FanOut { copies: Expr, step: Box<Seen<'p>> },
    Conversation { conversation: &'p Conversation, turn: Box<Seen<'p>> },
}

struct Steps<'a, 'p> {
    w: &'a mut Writer<'p>,
    feature: &'p Feature,
    figures: Figures,
}

impl<'p> Steps<'_, 'p> {
    /// First pass, bottom-up: how each step ends.
    fn chances(&mut self, step: &'p Step) -> Seen<'p> {
        match step {
            Step::Call(call) => {
                let answers = match call.answer {
                    true => vec![Answer { call, chance: one() }],
                    false => vec![],
                };
                Seen { step: Kind::Call(call), answered: one(), answers }
            }
            Step::Chain(steps) => self.chain(steps),
            Step::Route(route) => self.route(route),
            Step::Retry(retry) => self.retry(retry),
            Step::FanOut(fan) => self.fan_out(fan),
            Step::Conversation(conversation) => {
                let turn = Box::new(self.chain(&conversation.turn));
                // A turn without an answer is followed by the next.
                let step = Kind::Conversation { conversation, turn };
                Seen { step, answered: one(), answers: vec![] }
            }
        }
    }

    fn chain(&mut self, steps: &'p [Step]) -> Seen<'p> {
        let steps: Vec<Seen> = steps.iter().map(|step| self.chances(step)).collect();
        let answered = steps.iter().fold(one(), |all, step| all * &step.answered);
        let mut answers = vec![];
        for (index, step) in steps.iter().enumerate() {
            let others = steps.iter().enumerate().filter(|(other, _)| *other != index);
            let others = others.fold(one(), |all, (_, step)| all * &step.answered);
            answers.extend(weighted(&step.answers, &others));
        }
        Seen { step: Kind::Chain(steps), answered, answers }
    }

    fn route(&mut self, route: &'p Route) -> Seen<'p> {
        let taken = route::taken(self.w, &self.feature.name, route);
        route::check(self.w, &self.feature.name, route, &taken);
        let branches: Vec<Seen> =
            route.branches.iter().map(|branch| self.chances(&branch.step)).collect();
        let certain = branches.iter().all(|branch| branch.answered.is(1));
        let parts = taken.iter().zip(&branches);
        let answered = match certain {
            true => one(),
            false => {
                parts.clone().fold(zero(), |sum, (part, branch)| sum + part * &branch.answered)
            }
        };
        let answers = parts.flat_map(|(part, branch)| weighted(&branch.answers, part)).collect();
        Seen { step: Kind::Route { taken, branches }, answered, answers }
    }

    fn retry(&mut self, retry: &'p Retry) -> Seen<'p> {
        let attempts = retry::attempts(self.w, &self.feature.name, retry);
        let step = Box::new(self.chances(&retry.step));
        let then = retry.then.as_ref().map(|then| Box::new(self.chances(then)));
        let rescued = then.as_ref().map_or_else(zero, |then| then.answered.clone());
        let answered = match rescued.is(1) {
            true => one(),
            false => one() - &attempts.all_fail * (one() - rescued),
        };
        let mut answers = weighted(&step.answers, &(one() - &attempts.all_fail));
        if let Some(then) = &then {
            answers.extend(weighted(&then.answers, &attempts.all_fail));
        }
        Seen { step: Kind::Retry { attempts, step, then }, answered, answers }
    }

    fn fan_out(&mut self, fan: &'p FanOut) -> Seen<'p> {
        let copies = number::count_mean(self.w, &fan.copies);
        let step = Box::new(self.chances(&fan.step));
        let answered = match step.answered.is(1) {
            true => one(),
            // Every copy: E[sⁿ] = 1 − (1 − s)·Σ P(n ≥ i)·sⁱ⁻¹
            false => {
                let address = format!("{}.{}.copies", self.feature.name, fan.name);
                let series = number::geometric(self.w, &fan.copies, &step.answered, &address);
                one() - (one() - &step.answered) * series
            }
        };
        Seen { step: Kind::FanOut { copies, step }, answered, answers: vec![] }
    }

    /// Second pass, top-down: what each step uses, for so many runs.
    fn usage(&mut self, seen: &Seen<'p>, runs: &Runs, scope: Option<&Scope>) {
        match &seen.step {
            Kind::Call(call) => {
                call::call(self.w, self.feature, call, runs, scope, &mut self.figures);
            }
            Kind::Chain(steps) => self.usage_of_chain(steps, runs, scope),
            Kind::Route { taken, branches } => {
                for (part, branch) in taken.iter().zip(branches) {
                    self.usage(branch, &runs.times(part), scope);
                }
            }
            Kind::Retry { attempts, step, then } => {
                self.usage(step, &attempts.runs(runs), scope);
                if let Some(then) = then {
                    let tried = std::mem::take(&mut self.figures.naive);
                    self.usage(then, &runs.times(&attempts.all_fail), scope);
                    let stand_in = std::mem::replace(&mut self.figures.naive, tried);
                    self.figures.stand_in.extend(stand_in);
                }
            }
            Kind::FanOut { copies, step } => self.usage(step, &runs.times(copies), scope),
            Kind::Conversation { conversation, turn } => {
                let runs = match scope {
                    None => runs.clone(),
                    Some(outer) => runs.times(&outer.turns),
                };
                let answers = turn.answers.clone();
                let scope = Scope::new(self.w, &self.feature.name, conversation, answers);
                self.usage(turn, &runs, Some(&scope));
            }
        }
    }

    /// A step runs when all before it had an answer.
    fn usage_of_chain(&mut self, steps: &[Seen<'p>], runs: &Runs, scope: Option<&Scope>) {
        let mut come_to = one();
        for step in steps {
            self.usage(step, &runs.times(&come_to), scope);
            come_to = come_to * &step.answered;
        }
    }
}
