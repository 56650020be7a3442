//! The call that one would have tried: of several answers the dearest.

use std::collections::BTreeMap;

use super::without;
use crate::estimate::Estimate;
use crate::plan::{Feature, Plan};

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
    }
}

/// The call of each feature that one would have tried, by its address: of several answers the dearest. Nothing where none
/// answers.
pub fn tried(plan: &Plan, estimate: &Estimate) -> Vec<Option<String>> {
    plan.features.iter().map(|feature| answers(plan, feature, estimate).tried).collect()
}
