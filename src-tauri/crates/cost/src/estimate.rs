//! A checked plan into its ledger: workings evaluated over the months, each line settled once.

use std::sync::Arc;

use crate::check::Checked;
use crate::ledger::{Ledger, LedgerLine, RateSource};
use crate::money::{Money, Quantity, Rate, settle};
use crate::plan::Plan;
use crate::problem::{Lacks, Problem};
use crate::walk::{Before, FOLLOWING, Section, Walked, revised, walk, walk_after};
use crate::workings::{
    FeatureRows, Line, LineRate, Overflow, Peak, PerRows, Row, RowId, Values, Workings,
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
    /// What was written for each feature.
    pub sections: Arc<Vec<Section>>,
}

/// Works a checked plan out. Only figures too large to be meant stand in its way.
pub fn estimate(checked: &Checked) -> Result<Estimate, Vec<Problem>> {
    written(checked, None)
}

/// The same where an earlier plan was worked out already. Of one that differs in typed numbers alone, only what reads
/// them is worked out again; of any other, what is not as it was.
pub fn estimate_after(
    (was, before): (&Checked, &Estimate),
    checked: &Checked,
) -> Result<Estimate, Vec<Problem>> {
    let of_before = (was, &before.workings, &before.values);
    let Some((workings, values, moved)) = revised(of_before, checked) else {
        return written(checked, Some((was, before)));
    };
    let stands = |line: &Line| rows_of(line).all(|row| !moved[row.0]);
    let problems = too_large(checked.plan, &workings, &values, |_, line| !stands(line));
    if !problems.is_empty() {
        return Err(problems);
    }
    let known = workings.lines.iter().enumerate();
    let known = known.map(|(nth, line)| {
        let typed = (typed(&workings, line), typed(&before.workings, line));
        (stands(line) && typed.0 == typed.1).then_some(nth)
    });
    let ledger = settle_lines(&workings, &values, Some((before, known.collect())));
    let sections = Arc::clone(&before.sections);
    Ok(Estimate { workings, values, ledger, sections })
}

/// Writes rows, but those that stand as they did before.
fn written(
    checked: &Checked,
    before: Option<(&Checked, &Estimate)>,
) -> Result<Estimate, Vec<Problem>> {
    let written_before = before.map(|(checked, before)| Before {
        checked,
        workings: &before.workings,
        values: &before.values,
        sections: &before.sections,
    });
    let Walked { workings, values, sections, kept } = walk_after(written_before, checked);
    let mut known: Vec<Option<usize>> = vec![None; workings.lines.len()];
    for (lines, first) in kept.into_iter().map(|kept| kept.lines) {
        lines.zip(first..).for_each(|(line, was)| known[line] = Some(was));
    }
    let mut problems = too_large(checked.plan, &workings, &values, |nth, _| known[nth].is_none());
    problems.extend(overfull(checked.plan, &workings));
    if !problems.is_empty() {
        return Err(problems);
    }
    let ledger = settle_lines(&workings, &values, before.map(|(_, before)| (before, known)));
    Ok(Estimate { workings, values, ledger, sections: Arc::new(sections) })
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
    overflows(plan, workings).filter(|(found, _)| found.is_most()).map(|(_, problem)| problem)
}

/// Calls whose prompts are longer than their model takes, and what is said of it.
fn overflows<'w>(
    plan: &Plan,
    workings: &'w Workings,
) -> impl Iterator<Item = (&'w Overflow, Problem)> {
    workings.overflows.iter().map(|found| {
        let problem = Problem {
            path: plan.path_to(&found.step).unwrap_or_default(),
            address: Some(found.step.clone()),
            message: found.message(workings.first_day(found.month)),
            hint: found.hint(),
            lacks: Lacks::Nothing,
        };
        (found, problem)
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

/// The rows that a line reads.
fn rows_of(line: &Line) -> impl Iterator<Item = RowId> {
    let shares = match &line.rate {
        LineRate::Prices(prices) => prices.as_slice(),
        LineRate::Typed(_) | LineRate::Agreed(_) => &[],
    };
    let shares = shares.iter().filter_map(|(_, share)| *share);
    line.volume.into_iter().chain(line.quantity).chain([line.amount]).chain(shares)
}

/// Figures that no bill can hold, at most one for each step, among the lines that are `wanted`.
fn too_large(
    plan: &Plan,
    workings: &Workings,
    values: &Values,
    wanted: impl Fn(usize, &Line) -> bool,
) -> Vec<Problem> {
    let mut problems: Vec<Problem> = vec![];
    let lines = workings.lines.iter().enumerate();
    for (_, line) in lines.filter(|(nth, line)| wanted(*nth, line)) {
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

/// Settles every line, but those known to come to what a line of an estimate before came to.
fn settle_lines(
    workings: &Workings,
    values: &Values,
    before: Option<(&Estimate, Vec<Option<usize>>)>,
) -> Ledger {
    let mut lines = Vec::with_capacity(workings.months * workings.lines.len());
    // The same in every month.
    let typed: Vec<Rate> = workings.lines.iter().map(|line| typed(workings, line)).collect();
    let settled = before.as_ref().map(|(before, known)| (Settled::of(before), known));
    for month in 0..workings.months {
        for (nth, (line, typed)) in workings.lines.iter().zip(&typed).enumerate() {
            if let Some((settled, known)) = &settled
                && let Some(was) = known[nth]
            {
                lines.extend(settled.again(month, was, line));
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

/// A ledger by the lines of the workings that it comes from.
struct Settled<'b> {
    of: &'b Estimate,
    /// Where the lines of each begin, month by month, and where the last ones end.
    starts: Vec<usize>,
}

impl<'b> Settled<'b> {
    fn of(of: &'b Estimate) -> Self {
        let (workings, settled) = (&of.workings, &of.ledger.lines);
        let mut starts = Vec::with_capacity(workings.months * workings.lines.len() + 1);
        let mut at = 0;
        for month in 0..workings.months {
            for line in &workings.lines {
                starts.push(at);
                let is_of =
                    |it: &&LedgerLine| it.month == month && Arc::ptr_eq(&it.charged, &line.charged);
                at += settled[at..].iter().take_while(is_of).count();
            }
        }
        starts.push(at);
        Self { of, starts }
    }

    /// What a line came to, at the prices of the line that it is now.
    fn again(&self, month: usize, nth: usize, now: &Line) -> impl Iterator<Item = LedgerLine> {
        let lines = &self.of.workings.lines;
        let place = month * lines.len() + nth;
        let settled = self.of.ledger.lines[self.starts[place]..self.starts[place + 1]].iter();
        let source = move |was: RateSource| match (was, &lines[nth].rate, &now.rate) {
            (RateSource::Price(was), LineRate::Prices(of_was), LineRate::Prices(of_now)) => {
                let place = of_was.iter().position(|(price, _)| *price == was);
                RateSource::Price(of_now[place.expect("it is one of its line's")].0)
            }
            (_, _, LineRate::Typed(input)) => RateSource::Typed(*input),
            (was, _, LineRate::Prices(_) | LineRate::Agreed(_)) => was,
        };
        settled.map(move |it| LedgerLine { source: source(it.source), ..it.clone() })
    }
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

    /// The steps that send in the busiest hour of a month, each with its part of the peak, the largest first. None where
    /// nothing is sent.
    pub fn behind_peak<'p>(&self, peak: &'p Peak, month: usize) -> Vec<(&'p str, f64)> {
        let of = |row: RowId| self.values.at(row, month);
        let hours = peak.hours.iter().map(|row| of(*row));
        let busiest = hours.enumerate().max_by(|(_, one), (_, next)| one.total_cmp(next));
        let Some((busiest, _)) = busiest else { return vec![] };
        let mut parts: Vec<(&str, f64)> = vec![];
        for sender in &peak.senders {
            let all: f64 = sender.steps.iter().map(|(_, row)| of(*row)).sum();
            let sent = of(sender.week) * sender.shares[busiest][month];
            let steps = sender.steps.iter().filter(|_| all > 0.0);
            parts.extend(steps.map(|(step, row)| (step.as_str(), sent * of(*row) / all)));
        }
        let all: f64 = parts.iter().map(|(_, sent)| sent).sum();
        parts.retain(|(_, sent)| *sent > 0.0);
        parts.iter_mut().for_each(|(_, sent)| *sent /= all);
        parts.sort_by(|one, next| next.1.total_cmp(&one.1));
        parts
    }
}
