//! Which rows an input reaches.

use super::expr::{InputId, Node};
use super::row::Workings;
use crate::plan::CALENDAR;

/// Whether each row reads one of these inputs, or a row that does.
pub fn moved(workings: &Workings, changed: &[InputId]) -> Vec<bool> {
    let mut inputs = vec![false; workings.inputs.len()];
    changed.iter().for_each(|input| inputs[input.0] = true);
    let mut moved: Vec<bool> = Vec::with_capacity(workings.rows.len());
    for row in workings.rows.iter() {
        let mut reads = false;
        row.expr.visit(&mut |node| {
            reads |= match node {
                Node::Input(input) => inputs[input.0],
                Node::Listed(table, first) => {
                    inputs[first.0..][..workings.tables[table.0].rows].contains(&true)
                }
                Node::OfYear(january) => inputs[january.0..][..CALENDAR.len()].contains(&true),
                Node::Row(row)
                | Node::Sum(row)
                | Node::Before(row)
                | Node::Total(row)
                | Node::SoFar(row)
                | Node::InMonth(row, _) => moved[row.0],
                Node::Dot(left, right) | Node::Beyond { of: left, add: right, .. } => {
                    moved[left.0] || moved[right.0]
                }
                Node::Gather(key) => workings.keyed(key).iter().any(|row| moved[row.0]),
                Node::Whole(_)
                | Node::Net(_)
                | Node::From(_)
                | Node::To(_)
                | Node::DayShare(_)
                | Node::Limit(_)
                | Node::Given(_)
                | Node::MonthNumber
                | Node::FirstDay
                | Node::NextFirstDay
                | Node::Index
                | Node::Binary(..)
                | Node::Apply(..)
                | Node::If { .. } => false,
            };
        });
        moved.push(reads);
    }
    moved
}
