//! What stands behind the steps of a plan: their lines, their dollars, their calls.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use cost::money::Money;
use cost::workings::{FeatureRows, Item, Line, RowId};

use super::node::{Kind, Node};
use super::stands::Stands;
use crate::estimates::Worked;
use crate::foot::unit_decimals;

/// The lines of every step, and what each comes to in a month.
pub struct Steps<'w> {
    /// The plan, worked out.
    pub worked: &'w Worked,
    /// The month, counted from 0.
    pub month: usize,
    lines: BTreeMap<&'w str, Vec<&'w Line>>,
    /// What each comes to in the month.
    pub dollars: BTreeMap<&'w str, Money>,
    /// The steps of each feature that call models or use tools, by their addresses.
    pub of_features: BTreeMap<&'w str, BTreeSet<&'w str>>,
    /// Where the steps of agents stand.
    pub stands: Stands,
    /// Decimals of the column in which the units of all features stand.
    pub decimals: u32,
}

impl<'w> Steps<'w> {
    /// Those of a plan, in a month counted from 0.
    pub fn of(worked: &'w Worked, month: usize) -> Self {
        let workings = &worked.estimate.workings;
        let mut lines: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
        let mut of_features: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for line in &workings.lines {
            lines.entry(&line.step).or_default().push(line);
            if matches!(line.item, Item::Model { .. }) {
                of_features.entry(&line.feature).or_default().insert(&line.step);
            }
        }
        let mut dollars: BTreeMap<&str, Money> = BTreeMap::new();
        for line in worked.estimate.ledger.of_month(month) {
            let sum = dollars.entry(&line.step).or_default();
            *sum = [*sum, line.amount].into_iter().sum();
        }
        let decimals = workings.features.iter().map(|rows| decimals(worked, rows)).max();
        Self {
            worked,
            month,
            lines,
            dollars,
            of_features,
            stands: Stands::of(&worked.opened.plan),
            decimals: decimals.unwrap_or(unit_decimals([])),
        }
    }

    /// The lines of a step.
    pub fn lines(&self, address: &str) -> &[&'w Line] {
        self.lines.get(address).map_or(&[], Vec::as_slice)
    }

    /// The steps behind a node that has none under it, by their addresses; of a use of an agent, all of that.
    pub fn behind(&self, node: &Node) -> Vec<&'w str> {
        let mut behind = vec![];
        for place in self.stands.places(node.address.as_deref().unwrap_or_default()) {
            let from = (Bound::Included(place.as_str()), Bound::Unbounded);
            let from = self.lines.range::<str, _>(from).map(|(known, _)| *known);
            for known in from.take_while(|known| known.starts_with(&place)) {
                let rest = &known[place.len()..];
                let is_it = match node.kind {
                    Kind::Agent => rest.starts_with('.'),
                    _ => rest.is_empty(),
                };
                behind.extend(is_it.then_some(known));
            }
        }
        behind
    }

    /// A row's value in the month.
    pub fn at(&self, row: RowId) -> f64 {
        at(self.worked, row, self.month)
    }

    /// Calls of a step that count, for one unit.
    pub fn calls(&self, step: &str) -> f64 {
        self.groups(step).iter().map(|group| self.calls_of(group)).sum()
    }

    /// The same with failed ones, by the billed part of their prompt: those whose tokens are counted.
    pub fn billed(&self, step: &str) -> f64 {
        let billed = |group: &&str| {
            let billed = row_at(self.worked, &format!("{group}.billed-calls"), self.month);
            billed.unwrap_or_else(|| self.calls_of(group))
        };
        self.groups(step).iter().map(billed).sum()
    }

    /// One for each unit is a number, and has no row.
    fn calls_of(&self, group: &str) -> f64 {
        row_at(self.worked, &format!("{group}.calls"), self.month).unwrap_or(1.0)
    }

    /// What the rows of a step are called by: one for each way that is kept for a conversation.
    fn groups<'s>(&'s self, step: &'s str) -> BTreeSet<&'s str> {
        let rows =
            self.lines(step).iter().map(|line| self.worked.estimate.workings.row(line.amount));
        let group = |address: &'w str| {
            let fields = address.strip_prefix(step)?.strip_prefix('.')?.split('.');
            let ways = fields.take_while(|field| is_way(field));
            Some(&address[..step.len() + ways.map(|way| way.len() + 1).sum::<usize>()])
        };
        let groups: BTreeSet<&str> = rows.filter_map(|row| group(&row.address)).collect();
        if groups.is_empty() { BTreeSet::from([step]) } else { groups }
    }
}

fn is_way(field: &str) -> bool {
    let nth = field.strip_prefix("way-");
    nth.is_some_and(|nth| nth.bytes().all(|digit| digit.is_ascii_digit()))
}

/// Decimals of the cost of a feature's unit.
pub fn decimals(worked: &Worked, rows: &FeatureRows) -> u32 {
    unit_decimals(worked.estimate.values.all(rows.month_unit_cost).iter().copied())
}

/// The value of a row at an address in a month; nothing where there is none.
pub fn row_at(worked: &Worked, address: &str, month: usize) -> Option<f64> {
    worked.estimate.workings.find(address).map(|row| at(worked, row, month))
}

/// A row's value in a month.
pub fn at(worked: &Worked, row: RowId, month: usize) -> f64 {
    worked.estimate.values.at(row, month)
}
