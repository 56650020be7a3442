//! Which steps a limit splits by the lognormal that stands for a sum of several draws: that is near, and not exact.

use std::collections::BTreeSet;

use crate::estimate::Estimate;
use crate::workings::{RowId, Workings};

/// Steps of which a limit in reach is compared with a lognormal that no typed range is: one matched to a sum.
pub(super) fn split_sums(estimate: &Estimate) -> BTreeSet<String> {
    let Estimate { workings, values, .. } = estimate;
    let typed: Vec<f64> = labelled(workings, "σ of the lognormal")
        .flat_map(|sigma| values.all(sigma).iter().map(|sigma| sigma * sigma))
        .collect();
    let is_typed = |squared: f64| typed.iter().any(|typed| (typed - squared).abs() <= 1e-9 * typed);
    let is_sum = |squared: &f64| *squared > 0.0 && !is_typed(*squared);
    let splits = |distance: RowId| {
        let sigmas = workings.row(distance).expr.reads().into_iter();
        let squares = sigmas.flat_map(|sigma| workings.row(sigma).expr.reads());
        let mut squares = squares.filter(|row| workings.row(*row).label == MATCHED);
        squares.any(|row| values.all(row).iter().any(is_sum))
    };
    let groups: BTreeSet<&str> = labelled(workings, "distance to the limit")
        .filter(|distance| splits(*distance))
        .map(|distance| workings.row(distance).group.as_str())
        .collect();
    let lines = workings.lines.iter();
    let split = lines.filter(|line| groups.contains(workings.row(line.amount).group.as_str()));
    split.map(|line| line.step.clone()).collect()
}

const MATCHED: &str = "σ² of what varies of the prompt";

fn labelled<'w>(workings: &'w Workings, label: &'w str) -> impl Iterator<Item = RowId> + 'w {
    let rows = workings.rows.iter().zip(0..);
    rows.filter(move |(row, _)| row.label == label).map(|(_, nth)| RowId(nth))
}

#[test]
fn only_a_sum_near_a_limit_is_split_by_a_stand_in() {
    use super::tests::worked_out;
    use crate::sample::plan;
    let split = |prompts: &str, input: &str| {
        let call =
            format!("{{ call: {{ name: a, model: acme/steps, input: {input}, output: 9 }} }}");
        split_sums(&worked_out(&plan(1, prompts, &call))).contains("f.a")
    };
    let near = "{ user: { tokens: 600..1200 }, note: { tokens: 100 }, page: { tokens: 300..500 } }";
    assert!(split(near, "[user, page]"));
    assert!(split(near, "[user x2]"));
    // One range is what it is, and beside what is fixed as well.
    assert!(!split(near, "[user]"));
    assert!(!split(near, "[user, note]"));
    assert!(!split("{ user: { tokens: 6..12 }, page: { tokens: 3..5 } }", "[user, page]"));
}
