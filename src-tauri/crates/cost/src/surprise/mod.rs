//! From what one would have said to what one unit really costs, cause by cause.
//!
//! The naive figure is the answer call once, at launch. What stands between it and the real cost is one game: its players
//! are the causes, and each has its fair share of the difference, so that no order of telling matters. Causes with a
//! driver of their own come in with their lines; turns, failures, routing and caches come in by walking the plan with and
//! without them. All of it is told at standard prices: what batch and other service make of these stands beside the game,
//! call by call, as contracts do.

mod amounts;
mod cause;
mod facts;
mod fair;
mod tried;
mod without;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use amounts::{Amounts, Calls, amounts, of_call};
use facts::{Facts, Walked};
use tried::{Answers, answers, unmarked};
use without::{Switch, Tried, bare, call_at, candidates, only};

pub use cause::Cause;
pub use tried::tried;

use crate::book::Tier;
use crate::check::Checked;
use crate::estimate::Estimate;
use crate::plan::{Call, Plan};
use crate::walk::walk;
use crate::workings::{Driver, FeatureRows, Values, Workings};

/// From naive to real, for one unit of a feature.
#[derive(Clone, Debug, PartialEq)]
pub struct Surprise {
    /// The feature's name.
    pub feature: String,
    /// What one would have said: the answer call once, at launch. `None` where no call is made.
    pub naive: Option<f64>,
    /// The answer call that was tried, by its address.
    pub tried: Option<String>,
    /// Whether no call is marked as the answer, and the dearest one stands for it.
    pub is_assumed: bool,
    /// The tier that it was tried in: the standard one wherever the book sells that.
    pub tier: Tier,
    /// What makes the difference, in the order of [`Cause::ALL`].
    pub steps: Vec<Step>,
    /// What one unit costs, by month.
    pub unit_costs: Vec<f64>,
}

/// What one cause adds, or takes off.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The cause.
    pub cause: Cause,
    /// Dollars for one unit, by month.
    pub units: Vec<f64>,
    /// Dollars in each month.
    pub months: Vec<f64>,
    /// How many times the answer is asked for, by month: of turns.
    pub times: Vec<f64>,
    /// Tokens of one unit, by month: of what has a driver of its own.
    pub tokens: Vec<f64>,
    /// What it comes from, the dearest first: calls by their addresses, costs by their names.
    pub from: Vec<String>,
    /// The numbers that it rests on, by their addresses.
    pub numbers: Vec<String>,
}

/// Below this part of a unit's cost an amount is dust of the arithmetic.
const DUST: f64 = 1e-13;

impl Surprise {
    /// What matters in a month, counted from 0: what adds first, then what takes off, each the largest first.
    pub fn in_month(&self, month: usize) -> Vec<&Step> {
        let scale = self.unit_costs[month].abs().max(self.naive.unwrap_or_default());
        let matters = |step: &&Step| {
            step.units[month].abs() > DUST * scale
                || (self.unit_costs[month] == 0.0 && step.months[month] != 0.0)
        };
        let mut steps: Vec<&Step> = self.steps.iter().filter(matters).collect();
        let place = |step: &Step| (step.units[month] < 0.0, -step.units[month].abs());
        steps.sort_by(|one, other| {
            let ((takes, size), (other_takes, other_size)) = (place(one), place(other));
            takes.cmp(&other_takes).then(size.total_cmp(&other_size))
        });
        steps
    }
}

/// What makes one unit of each feature dearer than the naive figure, in every month.
pub fn surprise(checked: &Checked, estimate: &Estimate) -> Vec<Surprise> {
    let plan = checked.plan;
    // The standard service is compared with where the book sells it on all days.
    let days = plan.days().expect("a checked plan has days");
    let standard = |call: &Call| {
        call.tier == Tier::Standard
            || checked.models.sells(&Call { tier: Tier::Standard, ..call.clone() }, &days)
    };
    let worked = |plan: &Plan| {
        let (models, named) = (checked.models.clone(), checked.named.clone());
        walk(&Checked { plan, models, named, ..*checked })
    };
    let mut answers: Vec<Answers> =
        plan.features.iter().map(|feature| answers(plan, feature, estimate)).collect();
    if answers.iter().any(|it| it.tried.is_none()) {
        let (workings, values) =
            worked(&candidates(plan, &|feature| unmarked(plan, feature), &standard));
        for found in answers.iter_mut().filter(|it| it.tried.is_none()) {
            found.assume(plan, &workings, &values);
        }
    }
    let tried = answers.iter().filter_map(|it| Some((&*it.feature.name, it.tried.as_deref()?)));
    let tried: Tried = tried.collect();
    let only = |plan: &Plan, on: &[Switch]| only(plan, &tried, on, &standard);
    let present = present(plan, &only);
    // Every group of switches; with all of them on, and no service but the standard one, the plan is as it stands.
    let last = (1_usize << present.len()) - 1;
    let is_served = |call: &&Call| call.tier != Tier::Standard && standard(call);
    let served = plan.calls().iter().any(is_served);
    let walked: Vec<(Workings, Values)> = (0..last + usize::from(served))
        .map(|group| worked(&only(plan, &members(&present, group))))
        .collect();
    let launched = worked(&bare(plan, &tried, &standard));
    let real = Walked { workings: &estimate.workings, values: &estimate.values };
    let walks = walked.iter().map(|(workings, values)| Walked { workings, values });
    let groups: Vec<Walked> = walks.chain((!served).then_some(real)).collect();
    let bare = Walked { workings: &launched.0, values: &launched.1 };
    let rows = &estimate.workings.features;
    let game = Game { plan, present: &present, groups: &groups, bare, real, standard: &standard };
    answers.iter().zip(rows).map(|(answers, rows)| game.of_feature(answers, rows)).collect()
}

/// The switches that change something in the plan.
fn present(plan: &Plan, only: &dyn Fn(&Plan, &[Switch]) -> Plan) -> Vec<Switch> {
    let whole = only(plan, &Switch::ALL);
    let others = |switch: Switch| -> Vec<Switch> {
        Switch::ALL.into_iter().filter(|other| *other != switch).collect()
    };
    let matters = |switch: &Switch| only(plan, &others(*switch)) != whole;
    Switch::ALL.into_iter().filter(matters).collect()
}

fn members(present: &[Switch], group: usize) -> Vec<Switch> {
    let is_in = |(index, _): &(usize, &Switch)| group & (1 << index) != 0;
    present.iter().enumerate().filter(is_in).map(|(_, switch)| *switch).collect()
}

const fn cause_of(switch: Switch) -> Cause {
    match switch {
        Switch::Turns => Cause::Turns,
        Switch::Failures => Cause::FailedAttempts,
        Switch::Routing => Cause::Routing,
        Switch::Caches => Cause::Caches,
    }
}

/// What is told of each cause, month by month.
type Told = BTreeMap<Cause, Vec<f64>>;

/// A plan walked in every way that the surprise compares.
struct Game<'g> {
    plan: &'g Plan,
    /// The switches that change something.
    present: &'g [Switch],
    /// The plan at standard prices with every group of them; the last has all.
    groups: &'g [Walked<'g>],
    /// Nothing but the calls that were tried.
    bare: Walked<'g>,
    /// The plan as it stands.
    real: Walked<'g>,
    /// Whether a call is sold in the standard tier.
    standard: &'g dyn Fn(&Call) -> bool,
}

impl Game<'_> {
    fn of_feature(&self, answers: &Answers, rows: &FeatureRows) -> Surprise {
        let Self { plan, present, groups, bare, real, .. } = *self;
        let name = &*answers.feature.name;
        let months = real.workings.months;
        let tried = answers.tried.as_deref();
        // What still answers beside the call that was tried when all is switched off answers on top of it.
        let alone: BTreeSet<&str> =
            groups[0].workings.lines.iter().map(|line| line.step.as_str()).collect();
        let instead = |answer: &&str| Some(*answer) == tried || !alone.contains(answer);
        let all = answers.all.iter().map(String::as_str);
        let calls = Calls { tried, answers: all.filter(instead).collect() };
        let mut worths: Vec<Amounts> =
            groups.iter().map(|it| amounts(it.workings, it.values, name, &calls)).collect();
        let launched = amounts(bare.workings, bare.values, name, &at_launch(&bare, name));
        let call = tried.and_then(|tried| call_at(plan, answers.feature, tried));
        let own = call.map_or(Tier::Standard, |call| call.tier);
        let tier = if call.is_some_and(self.standard) { Tier::Standard } else { own };
        // What the workings say of it is said in its own tier.
        let said = rows.naive_unit_cost.filter(|_| tier == own);
        let naive = match said {
            Some(row) => Some(real.values.at(row, 0)),
            None => tried.map(|_| launched.answer[answers.launch]),
        };
        let mut told = Told::new();
        let mut whole = amounts(real.workings, real.values, name, &calls);
        if let Some(costs) = whole.causes.remove(&Cause::OtherCosts) {
            add(&mut told, Cause::OtherCosts, costs);
        }
        let at_standard = worths.last_mut().expect("there is a plan with everything on");
        at_standard.causes.remove(&Cause::OtherCosts);
        let standard = at_standard.sum();
        let spared = whole.sum().iter().zip(&standard).map(|(real, at)| real - at).collect();
        if let Some(naive) = naive {
            let drift = launched.answer.iter().map(|now| now - naive).collect();
            add(&mut told, Cause::SinceLaunch, drift);
            lengthened(&mut told, &mut worths, &launched.answer, groups[0], &calls);
        }
        game(&mut told, &worths, present, months);
        add(&mut told, Cause::Service, spared);
        let volume: Vec<f64> =
            (0..months).map(|month| real.values.at(rows.volume, month)).collect();
        let contract = rows.drivers.iter().find(|(driver, _)| *driver == Driver::Contract);
        let agreed: Option<Vec<f64>> =
            contract.map(|(_, row)| (0..months).map(|it| real.values.at(*row, it)).collect());
        if let Some(agreed) = &agreed {
            let each = agreed.iter().zip(&volume);
            let each = each.map(|(agreed, units)| if *units > 0.0 { agreed / units } else { 0.0 });
            add(&mut told, Cause::Contract, each.collect());
        }
        let step = |(cause, units): (Cause, Vec<f64>)| {
            let in_month = |(unit, volume): (&f64, &f64)| unit * volume;
            let months = match (&agreed, cause) {
                (Some(agreed), Cause::Contract) => agreed.clone(),
                (Some(_) | None, _) => units.iter().zip(&volume).map(in_month).collect(),
            };
            let facts = Facts { plan, answers, calls: &calls, present, groups, real };
            Step {
                times: facts.times(cause),
                tokens: facts.tokens(cause),
                from: facts.from(cause),
                numbers: facts.numbers(cause),
                cause,
                units,
                months,
            }
        };
        let unit_cost = |month| real.values.at(rows.month_unit_cost, month);
        Surprise {
            feature: name.to_owned(),
            naive,
            tried: answers.tried.clone(),
            is_assumed: answers.is_assumed,
            tier,
            steps: told.into_iter().map(step).collect(),
            unit_costs: (0..months).map(unit_cost).collect(),
        }
    }
}

/// In a plan of nothing but the answer, every line of its prompt and output is its own.
fn at_launch<'w>(bare: &Walked<'w>, feature: &str) -> Calls<'w> {
    let lines = bare.workings.lines.iter().filter(|line| line.feature == feature);
    Calls { tried: None, answers: lines.map(|line| line.step.as_str()).collect() }
}

/// What the answer call costs more, asked once, because of what else is sent with it: a longer prompt may have another
/// price. It is given to what makes the prompt longer, by its cost.
fn lengthened(
    told: &mut Told,
    worths: &mut [Amounts],
    launched: &[f64],
    once: Walked,
    calls: &Calls,
) {
    let Some(tried) = calls.tried else { return };
    let of = |driver: Driver| of_call(once.workings, once.values, tried, |it| it == driver);
    let taken = of(Driver::Agents);
    let longer = [
        (Cause::Retrieved, of(Driver::Retrieved)),
        (Cause::Retrieved, of(Driver::Tools)),
        (Cause::PromptGrowth, of(Driver::PromptGrowth)),
    ];
    for month in 0..launched.len() {
        let more = worths[0].answer[month] - launched[month];
        // An answer in a later agent is its lines; asked for once, it is what would have been tried.
        if taken[month] > 0.0 {
            for worth in worths.iter_mut() {
                let nothing = || vec![0.0; launched.len()];
                worth.causes.entry(Cause::Agents).or_insert_with(nothing)[month] += more;
            }
            continue;
        }
        let all: f64 = longer.iter().map(|(_, cost)| cost[month]).sum();
        for (cause, cost) in &longer {
            let part = if all > 0.0 { more * cost[month] / all } else { 0.0 };
            told.entry(*cause).or_insert_with(|| vec![0.0; launched.len()])[month] += part;
        }
        if all <= 0.0 {
            told.entry(Cause::SinceLaunch).or_insert_with(|| vec![0.0; launched.len()])[month] +=
                more;
        }
    }
}

/// Each cause's fair share of what one unit costs beyond the answer asked once.
fn game(told: &mut Told, worths: &[Amounts], present: &[Switch], months: usize) {
    let switches: Vec<Cause> = present.iter().map(|switch| cause_of(*switch)).collect();
    let owners: BTreeSet<Cause> =
        worths.iter().flat_map(|worth| worth.causes.keys().copied()).collect();
    let mut share = |players: &[Cause], worth: &dyn Fn(usize, usize) -> f64| {
        let by_month: Vec<Vec<f64>> = (0..months)
            .map(|month| fair::shares(players.len(), |group| worth(group, month)))
            .collect();
        for (index, cause) in players.iter().enumerate() {
            add(told, *cause, by_month.iter().map(|shares| shares[index]).collect());
        }
    };
    share(&switches, &|group, month| worths[group].answer[month]);
    let all_on = worths.len() - 1;
    for owner in owners {
        let of = |group: usize, month: usize| {
            worths[group].causes.get(&owner).map_or(0.0, |amounts| amounts[month])
        };
        match switches.iter().position(|cause| *cause == brought_by(owner)) {
            // What only a switch brings comes in with it, under its own name.
            Some(at) => {
                let mut players = switches.clone();
                players[at] = owner;
                share(&players, &|group, month| match group & (1 << at) {
                    0 => 0.0,
                    _ => of(group, month),
                });
            }
            None => {
                let players = [&*switches, &[owner]].concat();
                share(&players, &|group, month| match group > all_on {
                    true => of(group & all_on, month),
                    false => 0.0,
                });
            }
        }
    }
}

/// The switch that a cause comes in with, where one brings it: its own, or routing for later tiers of a cascade.
fn brought_by(owner: Cause) -> Cause {
    if owner == Cause::Escalation { Cause::Routing } else { owner }
}

fn add(told: &mut Told, cause: Cause, amounts: Vec<f64>) {
    let sums = told.entry(cause).or_insert_with(|| vec![0.0; amounts.len()]);
    sums.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
}
