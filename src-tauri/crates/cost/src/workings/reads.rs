//! What an expression reads, and which rows an input reaches.

use std::ops::Range;

use super::expr::{Expr, InputId, Node, RowId};
use super::row::Workings;
use crate::plan::CALENDAR;

/// Something that an expression reads.
pub enum Read {
    /// Inputs that stand side by side.
    Inputs(Range<usize>),
    /// A row, or one of those that are gathered.
    Row(RowId),
}

/// Shows everything that an expression reads directly to `see`.
pub fn each_read(workings: &Workings, expr: &Expr, see: &mut dyn FnMut(Read)) {
    expr.visit(&mut |node| match node {
        Node::Input(input) => see(Read::Inputs(input.0..input.0 + 1)),
        Node::Listed(table, first) => {
            see(Read::Inputs(first.0..first.0 + workings.tables[table.0].rows));
        }
        Node::OfYear(january) => see(Read::Inputs(january.0..january.0 + CALENDAR.len())),
        Node::Row(row)
        | Node::Sum(row)
        | Node::Before(row)
        | Node::Total(row)
        | Node::SoFar(row)
        | Node::InMonth(row, _) => see(Read::Row(*row)),
        Node::Dot(left, right) | Node::Beyond { of: left, add: right, .. } => {
            see(Read::Row(*left));
            see(Read::Row(*right));
        }
        Node::Gather(key) => workings.keyed(key).iter().for_each(|row| see(Read::Row(*row))),
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
        | Node::If { .. } => {}
    });
}

/// Whether each row reads one of these inputs, or a row that does.
pub fn moved(workings: &Workings, changed: &[InputId]) -> Vec<bool> {
    let mut inputs = vec![false; workings.inputs.len()];
    changed.iter().for_each(|input| inputs[input.0] = true);
    let mut moved: Vec<bool> = Vec::with_capacity(workings.rows.len());
    for row in workings.rows.iter() {
        let mut reads = false;
        each_read(workings, &row.expr, &mut |read| {
            reads |= match read {
                Read::Inputs(range) => inputs[range].contains(&true),
                Read::Row(row) => moved[row.0],
            };
        });
        moved.push(reads);
    }
    moved
}
