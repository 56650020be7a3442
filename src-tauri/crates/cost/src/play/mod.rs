//! The player: executions of a feature played one by one, with no formula of the walk.
//!
//! It says how much units of work differ (percentiles, CV), and proves the walk: by every outcome in turn where sizes are
//! fixed, by many seeded executions otherwise.

#[cfg(test)]
pub(crate) mod arrivals;
mod bill;
mod cache;
mod call;
mod cascade;
mod chance;
mod error;
mod held;
mod memory;
mod refine;
mod script;
mod stage;
mod talk;
mod tally;
mod tariff;
mod texts;
#[cfg(test)]
pub(crate) mod traffic;
mod voices;
mod writer;

pub use error::PlayError;
pub use script::Script;
pub use tally::{Figure, Used};
pub use writer::Around;

use libm::sqrt;

use bill::Bill;
use chance::{Chance, Enumerated, Seeded};
use stage::Stage;
use tally::{Running, Sum};

/// How many units are played unless somebody says otherwise.
pub const UNITS: u32 = 20_000;

/// The most outcomes that [`enumerate`] lists.
pub const MOST_PATHS: u64 = 1_000_000;

/// What one unit uses, over many that were played.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// How many units were played.
    pub units: u32,
    /// The part of them that had an answer.
    pub answered: f64,
    /// What the calls and tools of one unit use.
    pub unit: Used<Figure>,
    /// US dollars of one unit: its calls and tools, and the other costs that come with units.
    pub cost: Figure,
    /// The same, as units differ.
    pub cost_percentiles: Percentiles,
    /// The standard deviation of that over its mean; 0 where nothing costs anything.
    pub cost_cv: f64,
    /// What each call adds to it, in reading order.
    pub calls: Vec<CallUsed<Figure>>,
    /// How large the last run of each call is in a unit, in reading order.
    pub last: Vec<LastCall>,
}

/// The size of the last run of a call in a unit, over the units in which it ran. Where it ran with
/// success, the last success counts.
#[derive(Clone, Debug, PartialEq)]
pub struct LastCall {
    /// Its name within the feature.
    pub name: String,
    /// In how many units it ran.
    pub units: u32,
    /// Tokens of its whole prompt that one unit in twenty passes; 0 where it never ran.
    pub input_p95: f64,
    /// The same of the tokens that it writes, hidden ones included.
    pub output_p95: f64,
}

/// What one unit uses, expected exactly.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// How many outcomes there are.
    pub paths: u64,
    /// The chance of an answer.
    pub answered: f64,
    /// What one unit uses.
    pub unit: Used<f64>,
    /// What each call adds to it, in reading order.
    pub calls: Vec<CallUsed<f64>>,
}

/// What one call or tool uses in a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct CallUsed<T> {
    /// Its name within the feature, after the agents that it stands in: `research.search`.
    pub name: String,
    /// What all its runs within one unit use.
    pub used: Used<T>,
    /// The largest prompt seen, in tokens; 0 where it never ran.
    pub largest_prompt: f64,
}

/// So much or less has a unit in ten, in two, in five of four, in ten of nine, in twenty of nineteen, in a hundred of
/// ninety-nine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Percentiles {
    /// One unit in ten has less.
    pub p10: f64,
    /// Half of them have less.
    pub p50: f64,
    /// Four in five have less.
    pub p80: f64,
    /// Nine in ten have less.
    pub p90: f64,
    /// Nineteen in twenty have less.
    pub p95: f64,
    /// Ninety-nine in a hundred have less.
    pub p99: f64,
}

/// Plays so many units. The same seed gives the same bits on every machine.
///
/// # Panics
/// For fewer than 2 units: one says nothing about how they differ.
pub fn play(script: &Script, seed: u64, units: u32) -> Played {
    assert!(units >= 2, "at least 2 units show how units differ");
    let mut stage = Stage::new(script, Seeded::new(seed));
    let mut bill = Bill::new(script);
    let mut unit = Used::<Running>::default();
    let mut calls = vec![Used::<Running>::default(); script.names.len()];
    let mut answers = 0_u32;
    // A stream of their own: calls are played alike whatever stands beside them.
    let mut chance = Seeded::new(!seed);
    let mut cost = Running::default();
    let mut costs = Vec::with_capacity(units as usize);
    let mut last = vec![(vec![], vec![]); script.names.len()];
    for nth in 1..=units {
        let execution = stage.execute();
        bill.read(&execution);
        answers += u32::from(execution.answered);
        unit.take(&bill.unit, nth.into());
        calls.iter_mut().zip(&bill.calls).for_each(|(call, used)| call.take(used, nth.into()));
        let met = script.beside.iter().filter(|beside| chance.toss(beside.share));
        let whole = bill.unit.cost + met.map(|beside| beside.cost).sum::<f64>();
        cost.take(whole, nth.into());
        costs.push(whole);
        for ((inputs, outputs), ran) in last.iter_mut().zip(&bill.last) {
            if let Some(ran) = ran {
                inputs.push(ran.input);
                outputs.push(ran.output);
            }
        }
    }
    let n = f64::from(units);
    let unit = unit.summary(n);
    let cost = cost.figure(n);
    let deviation = cost.standard_error * sqrt(n);
    Played {
        units,
        answered: f64::from(answers) / n,
        unit,
        cost,
        cost_percentiles: Percentiles::of(costs),
        cost_cv: if cost.mean > 0.0 { deviation / cost.mean } else { 0.0 },
        calls: by_call(script, &bill, calls.into_iter().map(|call| call.summary(n))),
        last: script.names.iter().zip(last).map(|(name, sizes)| last_call(name, sizes)).collect(),
    }
}

fn last_call(name: &str, (mut inputs, mut outputs): (Vec<f64>, Vec<f64>)) -> LastCall {
    let units = inputs.len() as u32;
    let p95 = |sizes: &mut Vec<f64>| {
        sizes.sort_unstable_by(f64::total_cmp);
        if sizes.is_empty() { 0.0 } else { percentile(sizes, 0.95) }
    };
    let (input_p95, output_p95) = (p95(&mut inputs), p95(&mut outputs));
    LastCall { name: name.to_owned(), units, input_p95, output_p95 }
}

/// The value below which such a share of sorted values lies, between two by their distance.
fn percentile(values: &[f64], share: f64) -> f64 {
    let place = share * (values.len() - 1) as f64;
    let (below, above) = (place.floor(), place.ceil());
    let (low, high) = (values[below as usize], values[above as usize]);
    low + (high - low) * (place - below)
}

/// Plays every outcome once and weighs it with its chance: exact, for features whose sizes are all fixed.
pub fn enumerate(script: &Script) -> Result<Expected, PlayError> {
    enumerate_up_to(MOST_PATHS, script)
}

/// The same for at most so many outcomes.
pub(crate) fn enumerate_up_to(most: u64, script: &Script) -> Result<Expected, PlayError> {
    if let Some(address) = &script.varying {
        return Err(PlayError::Varies { address: address.clone() });
    }
    let mut stage = Stage::new(script, Enumerated::default());
    let mut bill = Bill::new(script);
    let mut unit = Used::<Sum>::default();
    let mut calls = vec![Used::<Sum>::default(); script.names.len()];
    let mut answers = Sum::default();
    for paths in 1..=most {
        stage.chance.restart();
        let execution = stage.execute();
        bill.read(&execution);
        let answered = execution.answered;
        let chance = stage.chance.chance();
        answers.add(if answered { chance } else { 0.0 });
        unit.add_weighted(&bill.unit, chance);
        calls.iter_mut().zip(&bill.calls).for_each(|(call, used)| call.add_weighted(used, chance));
        if !stage.chance.advance() {
            return Ok(Expected {
                paths,
                answered: answers.total(),
                unit: unit.total(),
                calls: by_call(script, &bill, calls.iter().map(Used::<Sum>::total)),
            });
        }
    }
    Err(PlayError::TooManyPaths { most })
}

fn by_call<T>(
    script: &Script,
    bill: &Bill,
    used: impl Iterator<Item = Used<T>>,
) -> Vec<CallUsed<T>> {
    let prompts = script.names.iter().zip(&bill.largest_prompts);
    prompts
        .zip(used)
        .map(|((name, &largest_prompt), used)| CallUsed {
            name: name.clone(),
            used,
            largest_prompt,
        })
        .collect()
}

impl Percentiles {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let at = |share| percentile(&values, share);
        Self {
            p10: at(0.1),
            p50: at(0.5),
            p80: at(0.8),
            p90: at(0.9),
            p95: at(0.95),
            p99: at(0.99),
        }
    }
}

#[cfg(test)]
mod tests;
