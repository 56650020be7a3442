//! The call that one would have tried: of several answers the dearest.

use std::collections::BTreeMap;

use super::amounts::of_call;
use super::without;
use crate::estimate::Estimate;
use crate::plan::{Call, Feature, Made, Plan};
use crate::workings::{Values, Workings};

/// The answer calls of a feature.
pub struct Answers<'p> {
    /// The feature.
    pub feature: &'p Feature,
    /// By their addresses.
    pub all: Vec<String>,
    /// Those of them that only stand in for failed ones.
    pub stand_ins: Vec<String>,
    /// The dearest of the others: the model that it was tried on.
    pub tried: Option<String>,
    /// Whether none is marked, and the dearest of all calls stands for it.
    pub is_assumed: bool,
    /// The month in which the feature begins, from 0.
    pub launch: usize,
}

impl Answers<'_> {
    /// Takes the dearest of the calls that nobody marked, worked out one by one under their indices.
    pub fn assume(&mut self, plan: &Plan, workings: &Workings, values: &Values) {
        let costs = made(plan, self.feature).into_iter().enumerate().map(|(nth, call)| {
            let step = format!("{}.{nth}", self.feature.name);
            (of_call(workings, values, &step, |_| true)[self.launch], call.name())
        });
        let dearest = costs.reduce(|best, it| if it.0 > best.0 { it } else { best });
        self.tried = dearest.map(|(_, name)| format!("{}.{name}", self.feature.name));
        self.all.extend(self.tried.clone());
        self.is_assumed = self.tried.is_some();
    }
}

/// The calls of a feature that one could have tried where none is marked.
pub fn unmarked(plan: &Plan, feature: &Feature) -> Vec<Call> {
    made(plan, feature).into_iter().map(|made| made.call.clone()).collect()
}

/// Those that write and do not only stand in for failed ones; else all.
fn made<'p>(plan: &'p Plan, feature: &'p Feature) -> Vec<Made<'p>> {
    let all = plan.made(&feature.step);
    let own = |made: &Made| {
        let address = format!("{}.{}", feature.name, made.name());
        made.call.output.is_some() && !without::stands_in(plan, feature, &address)
    };
    let first: Vec<Made> = all.iter().filter(|made| own(made)).cloned().collect();
    if first.is_empty() { all } else { first }
}

/// The answer calls of a feature, by what each would have cost once, when it begins.
pub fn answers<'p>(plan: &Plan, feature: &'p Feature, estimate: &Estimate) -> Answers<'p> {
    let (workings, values) = (&estimate.workings, &estimate.values);
    let launch = feature.starts.as_ref().map_or(0, |starts| starts.mean() as usize - 1);
    let prefix = format!("{}.", feature.name);
    let mut costs: BTreeMap<&str, f64> = BTreeMap::new();
    let mut order: Vec<&str> = vec![];
    for (address, row) in workings.rows.iter().filter_map(|row| {
        let call = row.address.strip_suffix(".naive")?;
        call.starts_with(&prefix).then_some((call, workings.find(&row.address)?))
    }) {
        // Ways of one conversation are one call.
        let call = match address.rsplit_once(".way-") {
            Some((call, way)) if way.bytes().all(|byte| byte.is_ascii_digit()) => call,
            Some(_) | None => address,
        };
        let cost = values.at(row, launch);
        let known = costs.entry(call).or_insert_with(|| {
            order.push(call);
            cost
        });
        *known = known.max(cost);
    }
    let (stand_ins, first): (Vec<&str>, Vec<&str>) =
        order.iter().partition(|answer| without::stands_in(plan, feature, answer));
    let candidates = if first.is_empty() { &stand_ins } else { &first };
    let dearest = candidates
        .iter()
        .copied()
        .reduce(|best, answer| if costs[answer] > costs[best] { answer } else { best });
    let owned = |answers: &[&str]| answers.iter().map(|&answer| answer.to_owned()).collect();
    Answers {
        feature,
        all: owned(&order),
        stand_ins: owned(&stand_ins),
        tried: dearest.map(str::to_owned),
        is_assumed: false,
        launch,
    }
}

/// The call of each feature that one would have tried, by its address: of several answers the dearest. Nothing where none
/// answers.
pub fn tried(plan: &Plan, estimate: &Estimate) -> Vec<Option<String>> {
    plan.features.iter().map(|feature| answers(plan, feature, estimate).tried).collect()
}
