//! What one unit pays for, cause by cause: the lines of a plan's workings by who answers for them.

use std::collections::{BTreeMap, BTreeSet};

use super::cause::Cause;
use crate::meter::Meter;
use crate::workings::{Driver, Item, Line, Values, Workings};

/// The calls of a feature, as the surprise tells them apart.
pub struct Calls<'c> {
    /// The one that would have been tried.
    pub tried: Option<&'c str>,
    /// It and those that answer in its place: what their prompts and outputs cost is the answer's.
    pub answers: BTreeSet<&'c str>,
}

/// What the answer's prompt and output cost, and what every cause comes to, month by month.
pub struct Amounts {
    /// The answer's own.
    pub answer: Vec<f64>,
    /// What answers for its lines by itself, or not at all.
    pub causes: BTreeMap<Cause, Vec<f64>>,
}

impl Amounts {
    /// All of it, month by month.
    pub fn sum(&self) -> Vec<f64> {
        self.causes.values().fold(self.answer.clone(), |mut sums, amounts| {
            sums.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
            sums
        })
    }
}

/// The amounts of one unit of a feature.
pub fn amounts(workings: &Workings, values: &Values, feature: &str, calls: &Calls) -> Amounts {
    let nothing = vec![0.0; workings.months];
    let mut sums = Amounts { answer: nothing.clone(), causes: BTreeMap::new() };
    for line in workings.lines.iter().filter(|line| line.feature == feature) {
        let sum = match owner(line, calls) {
            Owner::Answer => &mut sums.answer,
            Owner::Cause(cause) => sums.causes.entry(cause).or_insert_with(|| nothing.clone()),
            Owner::Apart => continue,
        };
        for (month, sum) in sum.iter_mut().enumerate() {
            *sum += values.at(line.amount, month);
        }
    }
    sums
}

/// Who answers for a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The answer itself: its prompt at launch, what it visibly writes.
    Answer,
    /// A cause.
    Cause(Cause),
    /// Nobody: what a contract changes is settled over all lines.
    Apart,
}

/// Who answers for a line, by its driver and its call.
pub fn owner(line: &Line, calls: &Calls) -> Owner {
    let is_fee = match &line.item {
        Item::Model { meter, .. } => !meter.is_tokens() && *meter != Meter::CacheStorage,
        Item::Other(_) => true,
    };
    Owner::Cause(match line.driver {
        Driver::BasePrompt | Driver::Output if calls.answers.contains(&*line.step) => {
            return Owner::Answer;
        }
        Driver::BasePrompt | Driver::Output => Cause::Helpers,
        // A tool that is used is a helper; what it returns is read by calls.
        Driver::Tools if is_fee => Cause::Helpers,
        Driver::Retrieved | Driver::Tools => Cause::Retrieved,
        Driver::Reasoning => Cause::Reasoning,
        Driver::History => Cause::History,
        Driver::PromptGrowth => Cause::PromptGrowth,
        Driver::FailedAttempts => Cause::FailedAttempts,
        Driver::Escalation => Cause::Escalation,
        Driver::Agents => Cause::Agents,
        Driver::OtherCosts => Cause::OtherCosts,
        Driver::Contract => return Owner::Apart,
    })
}

/// What of one call answers for its lines itself, month by month: its amount by driver.
pub fn of_call(
    workings: &Workings,
    values: &Values,
    call: &str,
    driver: impl Fn(Driver) -> bool,
) -> Vec<f64> {
    let own = workings.lines.iter().filter(|line| line.step == call && driver(line.driver));
    own.fold(vec![0.0; workings.months], |mut sums, line| {
        sums.iter_mut().enumerate().for_each(|(month, sum)| *sum += values.at(line.amount, month));
        sums
    })
}
