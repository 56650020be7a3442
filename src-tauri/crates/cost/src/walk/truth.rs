//! The walk against the player, over random trees of every kind of step.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;

use super::made::{Maker, read};
use super::split::split_sums;
use super::tests::worked_out;
use crate::estimate::Estimate;
use crate::meter::Meter;
use crate::plan::{Measures, Plan};
use crate::play::{Around, CallUsed, Figure, Script, play};
use crate::sample::book;
use crate::workings::Item;

/// How many trees are played each time.
const TREES: u64 = 40;

/// How many there are.
const ALL: u64 = 500;

/// Units of each meter, by step and meter, of one unit of work.
pub(super) fn walked(estimate: &Estimate) -> BTreeMap<(String, Meter), f64> {
    let mut used = BTreeMap::new();
    for line in &estimate.workings.lines {
        let meter = match &line.item {
            Item::Model { meter, .. } => *meter,
            // A tool's own fee.
            Item::Other(_) => Meter::WebSearch,
        };
        let quantity = line.quantity.map_or(1.0, |row| estimate.values.at(row, 0));
        let name = line.step.strip_prefix("f.").expect("steps of the feature").to_owned();
        *used.entry((name, meter)).or_insert(0.0) += quantity;
    }
    used
}

/// The same of what was played.
pub(super) fn played<T: Copy>(calls: &[CallUsed<T>]) -> Vec<(String, Meter, T)> {
    let of = |call: &CallUsed<T>| {
        let used = &call.used;
        [
            (Meter::Input, used.uncached),
            (Meter::CacheRead, used.cache_read),
            (Meter::CacheWrite, used.cache_write),
            (Meter::CacheWrite1h, used.cache_write_1h),
            (Meter::Output, used.written),
            (Meter::WebSearch, used.uses),
        ]
        .map(|(meter, figure)| (call.name.clone(), meter, figure))
    };
    calls.iter().flat_map(of).collect()
}

/// The plan's feature as it can be played, with what providers keep.
pub(super) fn script(plan: &Plan) -> Script {
    let book = book();
    let model = |name: &str| book.models.iter().find(|model| name.ends_with(&model.id));
    let rule = |id: &str| book.terms.cache(id, jiff::civil::date(2027, 1, 1)).cloned();
    let rules = ["cached", "blocks"]
        .into_iter()
        .filter_map(|id| Some((format!("acme/{id}"), rule(id)?)))
        .collect();
    let around = Around { rules, ..Around::default() };
    let script = Script::among(plan, &plan.features[0], 1, &Measures::default(), model, &around);
    script.unwrap_or_else(|error| panic!("{error}"))
}

/// A figure of the walk that lies outside the standard errors of play.
struct Outside {
    /// What it is, and both figures.
    what: String,
    /// How far, in standard errors.
    errors: f64,
    /// How far, against the total, or against all tokens of the step's prompts where the meter is what is left of them.
    part: f64,
    /// Whether the walk splits a sum of several draws at a limit there.
    split: bool,
}

impl Outside {
    /// Whether it is as near as a sum can be split.
    fn is_near(&self) -> bool {
        const NEAR: f64 = 0.005;
        self.split && self.part <= NEAR
    }
}

/// How far the walk of a tree is from its plays.
struct Away {
    seed: u64,
    /// The total, in standard errors.
    total: f64,
    /// How many steps there are.
    steps: usize,
    /// The total, where it lies outside.
    cost: Option<Outside>,
    /// Meters that lie outside, with their steps.
    meters: Vec<(String, Outside)>,
}

impl Away {
    /// What lies outside, with its step: none for the total.
    fn outside(&self) -> impl Iterator<Item = (&str, &Outside)> {
        let of_meters = self.meters.iter().map(|(step, outside)| (step.as_str(), outside));
        self.cost.iter().map(|outside| ("", outside)).chain(of_meters)
    }

    fn said(&self, Outside { what, errors, part, split }: &Outside) -> String {
        let part = 100.0 * part;
        let split = if *split { ", a sum split at a limit" } else { "" };
        format!("tree {}: {what}: {errors:.1} errors, {part:.3} %{split}", self.seed)
    }
}

/// Standard errors within which a total lies, and each step's usage.
const TOTAL: f64 = 4.0;
const USAGE: f64 = 5.5;

fn errors(walked: f64, played: Figure, units: u32) -> f64 {
    // What is left of a rounded sum is nothing.
    const NOTHING: f64 = 1.0;
    // At least so many tokens are read or written where a cache is met.
    const SELDOM: f64 = 1024.0;
    if played.mean == 0.0 && played.standard_error == 0.0 {
        // The chance that none of so many plays met it is that of so many deviations.
        return (2.0 * f64::from(units) * walked.max(0.0) / SELDOM).sqrt();
    }
    let exact = (walked - played.mean).abs() <= 1e-9 * walked.abs().max(NOTHING);
    if exact { 0.0 } else { (walked - played.mean) / played.standard_error.max(1e-300) }
}

fn away(seed: u64, units: u32) -> Away {
    let plan = read(&Maker::new(seed).text());
    let estimate = worked_out(&plan);
    let found = play(&script(&plan), seed, units);
    let splits = split_sums(&estimate);
    let outside = |what: &str, walked: f64, (played, of): (Figure, f64), split: bool| Outside {
        what: format!("{what}: {walked} and {} ± {}", played.mean, played.standard_error),
        errors: errors(walked, played, units),
        part: (walked - played.mean).abs() / of,
        split,
    };
    let cost = super::tests::value(&estimate, "f.month.unit-cost", 1);
    let played_cost = found.unit.cost;
    let total = errors(cost, played_cost, units);
    let used = walked(&estimate);
    let mut meters = vec![];
    for (name, meter, figure) in played(&found.calls) {
        let walked = used.get(&(name.clone(), meter)).copied().unwrap_or(0.0);
        if errors(walked, figure, units).abs() <= USAGE {
            continue;
        }
        let call = found.calls.iter().find(|call| call.name == name).expect("it was played");
        let sent = [call.used.uncached, call.used.cache_read, call.used.cache_write];
        let sent: f64 = sent.iter().map(|figure| figure.mean).sum();
        let of = if meter == Meter::Input { sent } else { figure.mean };
        let what = format!("{name} {}", meter.name());
        let is_split = splits.contains(&format!("f.{name}"));
        meters.push((name, outside(&what, walked, (figure, of), is_split)));
    }
    let is_outside = total.abs() > TOTAL;
    let of_total = (played_cost, played_cost.mean);
    let cost = is_outside.then(|| outside("total", cost, of_total, !splits.is_empty()));
    Away { seed, total, steps: found.calls.len(), cost, meters }
}

/// Every tree with so many plays of it, on two threads.
fn compared(trees: u64, units: u32) -> Vec<Away> {
    let half = |rest: u64| {
        let seeds = (1..=trees).filter(move |seed| seed % 2 == rest);
        let said = |away: Away| {
            away.outside().for_each(|(_, outside)| println!("{}", away.said(outside)));
            away
        };
        seeds.map(|seed| said(away(seed, units))).collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        let mut found = half(0);
        found.extend(other.join().expect("a thread that says what is wrong"));
        found.sort_by_key(|away| away.seed);
        found
    })
}

/// The walk of every tree against so many plays of it. `near` says whether a sum of several draws that is split at a
/// limit may be as near as that.
fn agrees(trees: u64, units: u32, near: bool) {
    let found = compared(trees, units);
    let (mut sum, mut summed, mut wrong) = (0.0, 0.0, vec![]);
    let (mut steps, mut near_steps) = (0, 0);
    for away in &found {
        let mut near_ones = BTreeSet::new();
        for (step, outside) in away.outside() {
            if near && outside.is_near() {
                near_ones.insert(step);
            } else {
                wrong.push(away.said(outside));
            }
        }
        if !near_ones.remove("") {
            sum += away.total * away.total;
            summed += 1.0;
        }
        steps += away.steps;
        near_steps += near_ones.len();
    }
    let near_totals = trees as f64 - summed;
    println!(
        "{trees} trees of {steps} steps, {units} plays each: Σz² of {summed} totals is {sum:.1};"
    );
    println!("{near_totals} totals and {near_steps} steps are sums split at a limit, within 0.5 %");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // 99.9 % of χ² lie between, by Wilson and Hilferty's cube.
    let band = |z: f64| {
        let part = 2.0 / (9.0 * summed);
        summed * (1.0 - part + z * part.sqrt()).powi(3)
    };
    assert!((band(-3.29)..band(3.29)).contains(&sum), "Σz² of {summed} totals: {sum}");
    assert!(20 * near_steps <= steps, "{near_steps} of {steps} steps are only near");
    assert!(20.0 * near_totals <= trees as f64, "{near_totals} of {trees} totals are only near");
}

#[test]
fn random_trees_cost_what_their_plays_do() {
    agrees(TREES, 2_000, false);
}

#[test]
#[ignore = "50,000 plays of each tree, in release"]
fn release_random_trees_cost_what_their_plays_do() {
    agrees(TREES, 50_000, false);
}

#[test]
#[ignore = "2,000 plays of 500 trees, in release"]
fn release_all_random_trees_cost_what_their_plays_do() {
    agrees(ALL, 2_000, false);
}

#[test]
#[ignore = "a million plays of 500 trees, in release"]
fn prove_random_trees_cost_what_their_plays_do() {
    agrees(ALL, 1_000_000, true);
}
