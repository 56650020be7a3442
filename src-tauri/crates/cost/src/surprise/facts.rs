//! What is told of each cause beside its amounts: how often, how much, and what it comes from.

use std::collections::BTreeMap;

use super::amounts::{Calls, Owner, owner};
use super::cause::Cause;
use super::tried::Answers;
use super::without::{self, Switch};
use crate::book::Tier;
use crate::plan::Plan;
use crate::workings::{Driver, Item, Line, LineRate, Values, Workings};

/// A plan walked with some of its switches on.
#[derive(Clone, Copy)]
pub struct Walked<'w> {
    /// Its rows.
    pub workings: &'w Workings,
    /// Their values.
    pub values: &'w Values,
}

/// What is told beside the amounts.
pub struct Facts<'f> {
    /// The plan.
    pub plan: &'f Plan,
    /// The feature's answers.
    pub answers: &'f Answers<'f>,
    /// Its calls, told apart.
    pub calls: &'f Calls<'f>,
    /// The switches that change something.
    pub present: &'f [Switch],
    /// The plan with every group of them.
    pub groups: &'f [Walked<'f>],
    /// The plan as it stands.
    pub real: Walked<'f>,
}

impl Facts<'_> {
    /// How many times the answer is asked for, by month: of turns.
    pub fn times(&self, cause: Cause) -> Vec<f64> {
        let at = self.present.iter().position(|switch| *switch == Switch::Turns);
        let (Cause::Turns, Some(at), Some(tried)) = (cause, at, self.calls.tried) else {
            return vec![];
        };
        let (often, once) = (self.groups[1 << at], self.groups[0]);
        // Its launch prompt and its output are as often billed as it is asked.
        let own = |line: &&Line| {
            let asked = [Driver::BasePrompt, Driver::Output].contains(&line.driver);
            asked && line.step == tried && is_tokens(line)
        };
        let (often, once) = (quantities(often, &own), quantities(once, &own));
        match once.iter().all(|tokens| *tokens > 0.0) {
            true => often.iter().zip(&once).map(|(often, once)| often / once).collect(),
            false => vec![],
        }
    }

    /// Tokens of one unit, by month: of what has a driver of its own.
    pub fn tokens(&self, cause: Cause) -> Vec<f64> {
        match cause {
            Cause::Retrieved | Cause::Reasoning | Cause::History | Cause::PromptGrowth => {
                quantities(self.real, &|line| self.is_of(cause, line) && is_tokens(line))
            }
            Cause::Turns
            | Cause::Helpers
            | Cause::SinceLaunch
            | Cause::FailedAttempts
            | Cause::Routing
            | Cause::Escalation
            | Cause::Service
            | Cause::Agents
            | Cause::Caches
            | Cause::OtherCosts
            | Cause::Contract => vec![],
        }
    }

    fn is_of(&self, cause: Cause, line: &Line) -> bool {
        line.feature == self.answers.feature.name && owner(line, self.calls) == Owner::Cause(cause)
    }

    /// What it comes from, the dearest first.
    pub fn from(&self, cause: Cause) -> Vec<String> {
        let Walked { workings, values } = self.real;
        let mut costs: BTreeMap<String, f64> = BTreeMap::new();
        for line in &workings.lines {
            let answers = Some(&*line.step) != self.calls.tried
                && self.calls.answers.contains(&*line.step)
                && cause == self.other_answer(&line.step);
            let is_it = match cause {
                Cause::Service => self.is_served(line),
                Cause::Routing => answers && line.driver != Driver::Escalation,
                Cause::Turns
                | Cause::Helpers
                | Cause::Retrieved
                | Cause::Reasoning
                | Cause::History
                | Cause::PromptGrowth
                | Cause::SinceLaunch
                | Cause::FailedAttempts
                | Cause::Escalation
                | Cause::Agents
                | Cause::Caches
                | Cause::OtherCosts
                | Cause::Contract => answers || self.is_of(cause, line),
            };
            if !is_it {
                continue;
            }
            let name = match (&line.item, cause) {
                (Item::Other(name), Cause::OtherCosts) => name.clone(),
                (Item::Other(_) | Item::Model { .. }, _) => line.step.clone(),
            };
            let units = |month| line.volume.map_or(1.0, |volume| values.at(volume, month));
            let cost: f64 = (0..workings.months)
                .map(|month| units(month) * values.at(line.amount, month))
                .sum();
            *costs.entry(name).or_default() += cost;
        }
        let mut from: Vec<(String, f64)> =
            costs.into_iter().filter(|(_, cost)| *cost > 0.0).collect();
        from.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        from.into_iter().map(|(name, _)| name).collect()
    }

    /// Whether a line is of a call whose service is another than the standard one.
    fn is_served(&self, line: &Line) -> bool {
        let price = match &line.rate {
            LineRate::Prices(prices) => prices.first(),
            LineRate::Typed(_) | LineRate::Agreed(_) => None,
        };
        let prices = &self.real.workings.prices;
        let tier = price.map_or(Tier::Standard, |(price, _)| prices[price.0].tier);
        line.feature == self.answers.feature.name && tier != Tier::Standard
    }

    /// Why there is another answer than the one that was tried.
    fn other_answer(&self, call: &str) -> Cause {
        match self.answers.stand_ins.iter().any(|answer| answer == call) {
            true => Cause::FailedAttempts,
            false => Cause::Routing,
        }
    }

    /// The numbers that it rests on, by their addresses.
    pub fn numbers(&self, cause: Cause) -> Vec<String> {
        match (cause, self.calls.tried) {
            (Cause::Turns, Some(tried)) => without::repeats(self.plan, self.answers.feature, tried),
            (_, Some(_) | None) => vec![],
        }
    }
}

fn is_tokens(line: &Line) -> bool {
    match &line.item {
        Item::Model { meter, .. } => meter.is_tokens(),
        Item::Other(_) => false,
    }
}

/// How much some lines are of one unit, by month.
fn quantities(walked: Walked, picked: &dyn Fn(&&Line) -> bool) -> Vec<f64> {
    let Walked { workings, values } = walked;
    let lines = || workings.lines.iter().filter(picked);
    let of = |line: &Line, month| line.quantity.map_or(1.0, |row| values.at(row, month));
    (0..workings.months).map(|month| lines().map(|line| of(line, month)).sum()).collect()
}
