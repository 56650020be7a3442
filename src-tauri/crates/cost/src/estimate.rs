//! A checked plan into its ledger: workings evaluated over the months, each line settled once.

use std::sync::Arc;

use crate::check::Checked;
use crate::ledger::{Ledger, LedgerLine, RateSource};
use crate::money::{Money, Quantity, Rate, settle};
use crate::plan::Plan;
use crate::problem::{Lacks, Problem};
use crate::walk::{FOLLOWING, revised, walk};
use crate::workings::{
    FeatureRows, Line, LineRate, Overflow, PerRows, Row, RowId, Values, Workings,
};

/// What a plan comes to.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// The rows behind every figure.
    pub workings: Workings,
    /// Their values.
    pub values: Values,
    /// The lines.
    pub ledger: Ledger,
}

/// Works a checked plan out. Only figures too large to be meant stand in its way.
pub fn estimate(checked: &Checked) -> Result<Estimate, Vec<Problem>> {
    let (workings, values) = walk(checked);
    let mut problems = too_large(checked.plan, &workings, &values, |_| true);
    problems.extend(overfull(checked.plan, &workings));
    if !problems.is_empty() {
        return Err(problems);
    }
    let ledger = settle_lines(&workings, &values, None);
    Ok(Estimate { workings, values, ledger })
}

/// The same where an earlier plan was worked out already: of one that differs in typed numbers alone, only what reads
/// them is worked out again.
pub fn estimate_after(
    (was, before): (&Checked, &Estimate),
    checked: &Checked,
) -> Result<Estimate, Vec<Problem>> {
    let of_before = (was, &before.workings, &before.values);
    let Some((workings, values, moved)) = revised(of_before, checked) else {
        return estimate(checked);
    };
    let problems = too_large(checked.plan, &workings, &values, |row| moved[row.0]);
    if !problems.is_empty() {
        return Err(problems);
    }
    let ledger = settle_lines(&workings, &values, Some((before, &moved)));
    Ok(Estimate { workings, values, ledger })
}

impl Estimate {
    /// What all of its plan would come to if no number followed another; nothing where none does. That is another
    /// plan, walked from nothing.
    pub fn without_follows(&self, checked: &Checked) -> Option<Money> {
        let follows = |row: &Row| row.address.ends_with(FOLLOWING);
        self.workings.rows.iter().any(follows).then(|| without_follows(checked))
    }

    /// What may go wrong, though the plan can be worked out: prompts of which a few are longer than their model takes.
    pub fn warnings(&self, plan: &Plan) -> Vec<Problem> {
        overflows(plan, &self.workings).map(|(_, warning)| warning).collect()
    }
}

/// Calls whose median prompt is longer than their model takes.
fn overfull(plan: &Plan, workings: &Workings) -> impl Iterator<Item = Problem> {
    overflows(plan, workings).filter(|(calls, _)| *calls > 0.5).map(|(_, problem)| problem)
}

/// Calls whose prompts are longer than their model takes: which part of them, and what is said of it.
fn overflows(plan: &Plan, workings: &Workings) -> impl Iterator<Item = (f64, Problem)> {
    workings.overflows.iter().map(|found| {
        let problem = Problem {
            path: plan.path_to(&found.step).unwrap_or_default(),
            address: Some(found.step.clone()),
            message: found.message(workings.first_day(found.month)),
            hint: Overflow::HINT.to_owned(),
            lacks: Lacks::Nothing,
        };
        (found.calls, problem)
    })
}

/// What a plan comes to if success does not raise what one unit takes.
fn without_follows(checked: &Checked) -> Money {
    let mut plan = checked.plan.clone();
    plan.each_number(&mut |_, _, number| number.over_time.follows = None);
    let (models, named) = (checked.models.clone(), checked.named.clone());
    let (workings, values) = walk(&Checked { plan: &plan, models, named, ..*checked });
    settle_lines(&workings, &values, None).total()
}

/// Above this, quantities and amounts are a slip of the pen: more than the world spends in a lifetime.
const MOST: f64 = 1e17;

/// Figures that no bill can hold, at most one for each step, among lines of which some row has moved.
fn too_large(
    plan: &Plan,
    workings: &Workings,
    values: &Values,
    moved: impl Fn(&RowId) -> bool,
) -> Vec<Problem> {
    let mut problems: Vec<Problem> = vec![];
    let has_moved = |line: &&Line| {
        let mut rows = line.volume.iter().chain(&line.quantity).chain([&line.amount]);
        rows.any(&moved)
    };
    for line in workings.lines.iter().filter(has_moved) {
        let slip = (0..workings.months).find_map(|month| {
            let volume = line.volume.map_or(1.0, |volume| values.at(volume, month));
            let quantity = line.quantity.map_or(1.0, |quantity| values.at(quantity, month));
            let (units, amount) = (volume * quantity, volume * values.at(line.amount, month));
            let fits = units.abs() <= MOST && amount.abs() <= MOST;
            (!fits).then_some((month, units))
        });
        let Some((month, units)) = slip else { continue };
        if problems.iter().any(|known| known.address.as_ref() == Some(&line.step)) {
            continue;
        }
        let month = workings.first_day(month);
        problems.push(Problem {
            path: plan.path_to(&line.step).unwrap_or_default(),
            address: Some(line.step.clone()),
            message: format!(
                "It would use {units:.1e} units in {}-{:02}.",
                month.year(),
                month.month()
            ),
            hint: "Look for a volume, a growth or a length that is larger than it was meant."
                .to_owned(),
            lacks: Lacks::Nothing,
        });
    }
    problems
}

/// Settles every line, but those of an estimate before none of whose rows has moved.
fn settle_lines(
    workings: &Workings,
    values: &Values,
    before: Option<(&Estimate, &[bool])>,
) -> Ledger {
    let mut lines = Vec::with_capacity(workings.months * workings.lines.len());
    // The same in every month.
    let typed: Vec<Rate> = workings.lines.iter().map(|line| typed(workings, line)).collect();
    let stands: Vec<bool> = (workings.lines.iter().zip(&typed))
        .map(|(line, rate)| before.is_some_and(|before| stands(line, *rate, before)))
        .collect();
    let mut settled = before.map_or(&[][..], |(before, _)| &before.ledger.lines);
    for month in 0..workings.months {
        for ((line, typed), stands) in workings.lines.iter().zip(&typed).zip(&stands) {
            let of_line =
                |it: &LedgerLine| it.month == month && Arc::ptr_eq(&it.charged, &line.charged);
            let end = settled.iter().position(|it| !of_line(it)).unwrap_or(settled.len());
            let (of_line, rest) = settled.split_at(end);
            settled = rest;
            if *stands {
                lines.extend_from_slice(of_line);
                continue;
            }
            let volume = line.volume.map_or(1.0, |volume| values.at(volume, month));
            let units = volume * line.quantity.map_or(1.0, |quantity| values.at(quantity, month));
            let mut push = |part: f64, rate: Rate, source: RateSource| {
                let quantity = Quantity::from_workings(units * part);
                if quantity == Quantity::ZERO {
                    return;
                }
                lines.push(LedgerLine {
                    month,
                    charged: Arc::clone(&line.charged),
                    quantity,
                    rate,
                    amount: settle(quantity, rate),
                    source,
                });
            };
            match &line.rate {
                LineRate::Typed(input) => push(1.0, *typed, RateSource::Typed(*input)),
                LineRate::Agreed(contract) => push(1.0, *typed, RateSource::Agreed(*contract)),
                LineRate::Prices(prices) => {
                    for (price, share) in prices {
                        let part = share.map_or(1.0, |share| values.at(share, month));
                        push(part, workings.prices[price.0].rate, RateSource::Price(*price));
                    }
                }
            }
        }
    }
    let months = (0..workings.months).map(|month| workings.first_day(month)).collect();
    Ledger { months, lines }
}

/// Whether a line comes to what it came to before: its rate is the same, and none of its rows has moved.
fn stands(line: &Line, rate: Rate, (before, moved): (&Estimate, &[bool])) -> bool {
    let row_stands = |row: &RowId| !moved[row.0];
    let priced = match &line.rate {
        LineRate::Typed(_) => typed(&before.workings, line) == rate,
        LineRate::Agreed(_) => true,
        LineRate::Prices(prices) => {
            prices.iter().filter_map(|(_, share)| share.as_ref()).all(row_stands)
        }
    };
    priced && line.volume.iter().chain(&line.quantity).all(row_stands)
}

/// The rate of a line that has one in all months: 0 where price entries say it.
fn typed(workings: &Workings, line: &Line) -> Rate {
    let decimal = match line.rate {
        LineRate::Typed(input) => workings.inputs[input.0].value.to_string(),
        LineRate::Agreed(_) => "1".to_owned(),
        LineRate::Prices(_) => return Rate::default(),
    };
    Rate::parse(&decimal).expect("a typed amount is a decimal")
}

impl Estimate {
    /// The cost of one feature over all months.
    pub fn feature_total(&self, feature: &str) -> Money {
        self.ledger.sum(|line| line.feature == feature)
    }

    /// The cost of one unit over all months. Where there are none, nothing can be said.
    pub fn unit_cost(&self, feature: &FeatureRows) -> Option<f64> {
        let units = self.values.at(feature.units, 0);
        (units > 0.0).then(|| self.values.at(feature.unit_cost, 0))
    }

    /// The cost of one of something over all months. Where there is none, nothing can be said.
    pub fn cost_per(&self, per: &PerRows) -> Option<f64> {
        let counted = self.values.at(per.all, 0);
        (counted > 0.0).then(|| self.values.at(per.cost, 0))
    }

    /// The same in a month, counted from 0.
    pub fn month_cost_per(&self, per: &PerRows, month: usize) -> Option<f64> {
        let counted = self.values.at(per.count, month);
        (counted > 0.0).then(|| self.values.at(per.month_cost, month))
    }

    /// The cost of one unit in a month, counted from 0. Where there are none, nothing can be said.
    pub fn month_unit_cost(&self, feature: &FeatureRows, month: usize) -> Option<f64> {
        let units = self.values.at(feature.volume, month);
        (units > 0.0).then(|| self.values.at(feature.month_unit_cost, month))
    }
}
