//! Workings over many draws of their inputs at once, operation by operation over columns of draws: the same bits as
//! one draw after the other.

use std::collections::HashMap;

use super::axis::Axis;
use super::eval::Values;
use super::expr::{Expr, InputId, Node, Operation, RowId};
use super::hash::Quick;
use super::lanes::{Block, apply, sum};
use super::reads::{Read, each_read, moved};
use super::row::Workings;
use super::wide::{
    AddProducts, Choose, CountMore, OfEach, OfOne, OfOuter, WithEach, WithOne, WithOuter, pow,
    pow_one, wide,
};

/// What is known of workings before any draw: which rows a draw changes, and for how long each is needed.
pub struct Draws<'w> {
    workings: &'w Workings,
    /// Of the plan as it is typed, for what no draw changes.
    typed: &'w Values,
    axis: Axis,
    blocks: Vec<Block>,
    /// The column of each input that is drawn.
    columns: Vec<Option<usize>>,
    moved: Vec<bool>,
    /// Rows to be worked out, each with those that nobody reads from then on.
    order: Vec<(RowId, Vec<RowId>)>,
}

/// One block of draws being worked out.
struct Working<'d, 'w> {
    of: &'d Draws<'w>,
    draws: usize,
    columns: &'d [&'d [f64]],
    /// By row: k by k, in each the months, in each month the draws. Empty where it is not known or no longer needed.
    values: Vec<Vec<f64>>,
    pool: HashMap<usize, Vec<Vec<f64>>, Quick>,
}

/// What is worked out at once: so many k from one on, or so many months of one k, each for every draw.
#[derive(Clone, Copy)]
struct At {
    k: usize,
    by_k: bool,
    outer: usize,
}

/// An operand as it lies beside what is worked out.
enum View<'v> {
    /// The same everywhere.
    One(f64),
    /// Each for itself.
    Each(&'v [f64]),
    /// By k or month, the same in every draw.
    Outer(&'v [f64]),
    /// By draw, the same for every k or month.
    Inner(&'v [f64]),
}

impl<'w> Draws<'w> {
    /// Prepares draws of `drawn`, one column for each, of which only the `wanted` rows are asked for.
    pub fn new(
        workings: &'w Workings,
        typed: &'w Values,
        drawn: &[InputId],
        wanted: &[RowId],
    ) -> Self {
        let moved = moved(workings, drawn);
        let mut columns = vec![None; workings.inputs.len()];
        drawn.iter().enumerate().for_each(|(column, input)| columns[input.0] = Some(column));
        let blocks = workings.rows.iter().map(|row| Block::of(workings, row.shape)).collect();
        let mut needed = vec![false; workings.rows.len()];
        let mut read_later = needed.clone();
        wanted.iter().for_each(|row| needed[row.0] = true);
        let mut order: Vec<(RowId, Vec<RowId>)> = vec![];
        for index in (0..workings.rows.len()).rev() {
            if !needed[index] || !moved[index] {
                continue;
            }
            let mut done = if read_later[index] { vec![] } else { vec![RowId(index)] };
            each_read(workings, &workings.rows[index].expr, &mut |read| {
                let Read::Row(read) = read else { return };
                needed[read.0] = true;
                if moved[read.0] && !std::mem::replace(&mut read_later[read.0], true) {
                    done.push(read);
                }
            });
            order.push((RowId(index), done));
        }
        order.reverse();
        Self { workings, typed, axis: Axis::of(workings), blocks, columns, moved, order }
    }

    /// Whether no draw changes an expression.
    fn stands(&self, expr: &Expr) -> bool {
        let mut stands = true;
        each_read(self.workings, expr, &mut |read| {
            stands &= match read {
                Read::Inputs(mut inputs) => inputs.all(|input| self.columns[input].is_none()),
                Read::Row(row) => !self.moved[row.0],
            };
        });
        stands
    }

    /// Works a block of draws out: for each of the drawn inputs a column of values, all of one length. Shows each row
    /// with its values as soon as they are known: k by k, in each the months, in each month the draws.
    ///
    /// # Panics
    /// When the columns are not as many as the inputs, or of different lengths.
    pub fn block(&self, columns: &[&[f64]], see: &mut dyn FnMut(RowId, &[f64])) {
        let drawn = self.columns.iter().flatten().count();
        let draws = columns.first().map_or(0, |column| column.len());
        assert!(columns.len() == drawn && columns.iter().all(|column| column.len() == draws));
        let values = vec![vec![]; self.workings.rows.len()];
        let mut working = Working { of: self, draws, columns, values, pool: HashMap::default() };
        for (row, done) in &self.order {
            let values = working.row(*row);
            see(*row, &values);
            working.values[row.0] = values;
            for row in done {
                let values = std::mem::take(&mut working.values[row.0]);
                working.give_back(values);
            }
        }
    }
}

impl Working<'_, '_> {
    fn row(&mut self, row: RowId) -> Vec<f64> {
        let Block { rows, width } = self.of.blocks[row.0];
        let workings = self.of.workings;
        let expr = &workings.row(row).expr;
        let mut out = self.buffer(rows * width * self.draws);
        if rows > 1 && width > 1 {
            for (k, out) in out.chunks_exact_mut(width * self.draws).enumerate() {
                self.fill(expr, At { k, by_k: false, outer: width }, out);
            }
        } else {
            let by_k = rows > 1;
            self.fill(expr, At { k: 0, by_k, outer: rows * width }, &mut out);
        }
        out
    }

    /// A buffer whose values are anybody's.
    fn buffer(&mut self, len: usize) -> Vec<f64> {
        let kept = self.pool.get_mut(&len).and_then(Vec::pop);
        kept.unwrap_or_else(|| vec![0.0; len])
    }

    fn give_back(&mut self, buffer: Vec<f64>) {
        self.pool.entry(buffer.len()).or_default().push(buffer);
    }

    /// The values of one k of a row, for its months or for all.
    fn of_k(&self, row: RowId, k: usize) -> View<'_> {
        let Block { rows, width } = self.of.blocks[row.0];
        let k = if rows == 1 { 0 } else { k };
        if self.of.moved[row.0] {
            let lanes = width * self.draws;
            let values = &self.values[row.0][k * lanes..][..lanes];
            if width == 1 { View::Inner(values) } else { View::Each(values) }
        } else {
            let values = &self.of.typed.all(row)[k * width..][..width];
            if width == 1 { View::One(values[0]) } else { View::Outer(values) }
        }
    }

    fn value(&self, row: RowId, k: usize, month: usize, draw: usize) -> f64 {
        let Block { rows, width } = self.of.blocks[row.0];
        let (k, month) = (if rows == 1 { 0 } else { k }, if width == 1 { 0 } else { month });
        match self.of.moved[row.0] {
            true => self.values[row.0][(k * width + month) * self.draws + draw],
            false => self.of.typed.all(row)[k * width + month],
        }
    }

    fn input(&self, input: InputId) -> View<'_> {
        match self.of.columns[input.0] {
            Some(column) => View::Inner(self.columns[column]),
            None => View::One(self.of.workings.inputs[input.0].value),
        }
    }

    /// An operand that needs no working out.
    fn view(&self, expr: &Expr, at: At) -> Option<View<'_>> {
        let axis = &self.of.axis;
        Some(match expr.node() {
            Node::Input(input) => self.input(*input),
            Node::Given(series) => by_month(&self.of.workings.series[series.0].values, at),
            Node::MonthNumber => by_month(&axis.months, at),
            Node::FirstDay => by_month(&axis.days, at),
            Node::NextFirstDay => by_month(&axis.days[1..], at),
            Node::Index if at.by_k => View::Outer(&axis.index[..at.outer]),
            Node::Index => View::One(axis.index[at.k]),
            Node::Row(row) => {
                let Block { rows, width } = self.of.blocks[row.0];
                if !at.by_k || rows == 1 {
                    self.of_k(*row, at.k)
                } else if width > 1 {
                    unreachable!("a row that has no months reads none")
                } else if self.of.moved[row.0] {
                    View::Each(&self.values[row.0])
                } else {
                    View::Outer(self.of.typed.all(*row))
                }
            }
            Node::Whole(_)
            | Node::Net(_)
            | Node::From(_)
            | Node::To(_)
            | Node::DayShare(_)
            | Node::Limit(_) => View::One(axis.constant(self.of.workings, expr.node())),
            Node::Listed(..)
            | Node::OfYear(_)
            | Node::Binary(..)
            | Node::Apply(..)
            | Node::If { .. }
            | Node::Sum(_)
            | Node::Dot(..)
            | Node::Beyond { .. }
            | Node::InMonth(..)
            | Node::Total(_)
            | Node::SoFar(_)
            | Node::Before(_)
            | Node::Gather(_) => return None,
        })
    }

    /// Works an expression out for every k or month, and every draw.
    fn fill(&mut self, expr: &Expr, at: At, out: &mut [f64]) {
        let draws = self.draws;
        if let Some(view) = self.view(expr, at) {
            return write(&view, draws, out);
        }
        match expr.node() {
            Node::Listed(_, first) => {
                for (k, out) in out.chunks_exact_mut(at.lanes(draws)).enumerate() {
                    write(&self.input(InputId(first.0 + at.k + k)), draws, out);
                }
            }
            Node::OfYear(january) => {
                for (month, out) in out.chunks_exact_mut(draws).enumerate() {
                    let month = if at.by_k { 0 } else { month };
                    let input = InputId(january.0 + self.of.axis.of_year[month]);
                    write(&self.input(input), draws, out);
                }
            }
            Node::Binary(operation, left, right) => {
                match (self.view(left, at), self.view(right, at)) {
                    (Some(View::Each(left)), Some(right)) => {
                        return combine_from(*operation, out, left, &right, draws);
                    }
                    (Some(left), Some(View::Each(right))) => {
                        return combine_onto(*operation, out, &left, right, draws);
                    }
                    (Some(_) | None, Some(_) | None) => {}
                }
                self.fill(left, at, out);
                if let Some(view) = self.view(right, at) {
                    return combine_view(*operation, out, &view, draws);
                }
                let mut other = self.buffer(out.len());
                self.fill(right, at, &mut other);
                combine_view(*operation, out, &View::Each(&other), draws);
                self.give_back(other);
            }
            Node::Apply(function, operand) => {
                if self.draws > 1 && self.of.stands(operand) {
                    // Worked out once, for whatever is drawn.
                    let pool = HashMap::default();
                    let mut alone =
                        Working { of: self.of, draws: 1, columns: &[], values: vec![], pool };
                    let mut once = vec![0.0; at.outer];
                    alone.fill(operand, at, &mut once);
                    apply(*function, &mut once);
                    return write(&View::Outer(&once), draws, out);
                }
                self.fill(operand, at, out);
                apply(*function, out);
            }
            Node::If { left, right, then, otherwise } => {
                let mut sides = [(); 2].map(|()| self.buffer(out.len()));
                self.fill(left, at, &mut sides[0]);
                self.fill(right, at, &mut sides[1]);
                let [left, right] = &sides;
                let others = wide(CountMore { left, right });
                self.fill(if others == out.len() { otherwise } else { then }, at, out);
                if others > 0 && others < out.len() {
                    let mut other = self.buffer(out.len());
                    self.fill(otherwise, at, &mut other);
                    let [left, right] = &sides;
                    wide(Choose { out, other: &other, left, right });
                    self.give_back(other);
                }
                sides.into_iter().for_each(|side| self.give_back(side));
            }
            Node::Sum(row) => {
                let rows = self.of.blocks[row.0].rows;
                self.repeat(at, out, |working, lanes| {
                    lanes.fill(0.0);
                    (0..rows).for_each(|k| {
                        combine_view(Operation::Add, lanes, &working.of_k(*row, k), draws)
                    });
                });
            }
            Node::Before(row) => {
                for (k, out) in out.chunks_exact_mut(at.lanes(draws)).enumerate() {
                    out.fill(0.0);
                    (0..at.k + k).for_each(|k| {
                        combine_view(Operation::Add, out, &self.of_k(*row, k), draws)
                    });
                }
            }
            Node::Dot(left, right) => {
                let rows = self.of.blocks[left.0].rows.max(self.of.blocks[right.0].rows);
                self.repeat(at, out, |working, lanes| {
                    lanes.fill(0.0);
                    let mut product = working.buffer(lanes.len());
                    for k in 0..rows {
                        match (working.of_k(*left, k), working.of_k(*right, k)) {
                            (View::Each(left), View::Each(right))
                            | (View::Inner(left), View::Inner(right))
                            | (View::Each(left), View::Inner(right))
                            | (View::Inner(right), View::Each(left)) => {
                                wide(AddProducts { lanes, left, right });
                            }
                            (left, right) => {
                                write(&left, draws, &mut product);
                                combine_view(Operation::Multiply, &mut product, &right, draws);
                                combine_view(Operation::Add, lanes, &View::Each(&product), draws);
                            }
                        }
                    }
                    working.give_back(product);
                });
            }
            Node::Beyond { of, add, limit, inclusive } => {
                let mut limits = self.buffer(out.len());
                self.fill(limit, at, &mut limits);
                let rows = self.of.blocks[of.0].rows;
                for (place, out) in out.iter_mut().enumerate() {
                    let (limit, draw) = (limits[place], place % draws);
                    let month = if at.by_k { 0 } else { place / draws };
                    let beyond = (0..rows).filter(|&k| {
                        let value = self.value(*of, k, month, draw);
                        value > limit || (*inclusive && value == limit)
                    });
                    let of_k = |k| self.value(*add, k, month, draw);
                    *out = sum(beyond.map(of_k));
                }
                self.give_back(limits);
            }
            Node::InMonth(row, month) => {
                self.fill(month, at, out);
                let last = self.of.axis.months.len() - 1;
                for (place, value) in out.iter_mut().enumerate() {
                    // A month that the plan does not have is refused before.
                    let month = (*value - 1.0).clamp(0.0, last as f64) as usize;
                    *value = self.value(*row, 0, month, place % draws);
                }
            }
            Node::Total(row) => {
                let months = self.of.axis.months.len();
                for (place, out) in out.iter_mut().enumerate() {
                    let of_month = |month| self.value(*row, 0, month, place % draws);
                    *out = sum((0..months).map(of_month));
                }
            }
            Node::SoFar(row) => self.repeat(at, out, |working, lanes| {
                for month in 0..lanes.len() / draws {
                    for draw in 0..draws {
                        let before = match month {
                            0 => 0.0,
                            month => lanes[(month - 1) * draws + draw],
                        };
                        lanes[month * draws + draw] = before + working.value(*row, 0, month, draw);
                    }
                }
            }),
            Node::Gather(key) => {
                let workings = self.of.workings;
                self.repeat(at, out, |working, lanes| {
                    lanes.fill(0.0);
                    for line in workings.keyed(key) {
                        combine_view(Operation::Add, lanes, &working.of_k(*line, 0), draws);
                    }
                });
            }
            Node::Whole(_)
            | Node::Input(_)
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
            | Node::Row(_) => unreachable!("it needs no working out"),
        }
    }

    /// What has no k, the same for each of them.
    fn repeat(&mut self, at: At, out: &mut [f64], lanes: impl FnOnce(&mut Self, &mut [f64])) {
        let (first, rest) = out.split_at_mut(at.lanes(self.draws));
        lanes(self, first);
        rest.chunks_exact_mut(first.len()).for_each(|lanes| lanes.copy_from_slice(first));
    }
}

impl At {
    /// How many values one k has.
    fn lanes(self, draws: usize) -> usize {
        if self.by_k { draws } else { self.outer * draws }
    }
}

/// What is given for each month.
fn by_month(values: &[f64], at: At) -> View<'_> {
    // What lies by k has one month.
    if at.by_k || at.outer == 1 { View::One(values[0]) } else { View::Outer(&values[..at.outer]) }
}

fn write(view: &View<'_>, draws: usize, out: &mut [f64]) {
    match view {
        View::One(value) => out.fill(*value),
        View::Each(values) => out.copy_from_slice(values),
        View::Outer(values) => {
            out.chunks_exact_mut(draws).zip(*values).for_each(|(out, value)| out.fill(*value));
        }
        View::Inner(values) => {
            out.chunks_exact_mut(draws).for_each(|out| out.copy_from_slice(values));
        }
    }
}

/// Two operands, lane by lane: each of the left with the right.
fn combine_from(
    operation: Operation,
    out: &mut [f64],
    left: &[f64],
    right: &View<'_>,
    draws: usize,
) {
    match operation {
        Operation::Add => work_out(out, left, right, draws, |left, right| left + right),
        Operation::Subtract => work_out(out, left, right, draws, |left, right| left - right),
        Operation::Multiply => work_out(out, left, right, draws, |left, right| left * right),
        Operation::Divide => work_out(out, left, right, draws, |left, right| left / right),
        Operation::Min | Operation::Max | Operation::Power => {
            out.copy_from_slice(left);
            combine_view(operation, out, right, draws);
        }
    }
}

/// The same, where each of the right is its own.
fn combine_onto(
    operation: Operation,
    out: &mut [f64],
    left: &View<'_>,
    right: &[f64],
    draws: usize,
) {
    match operation {
        Operation::Add => work_out(out, right, left, draws, |right, left| left + right),
        Operation::Subtract => work_out(out, right, left, draws, |right, left| left - right),
        Operation::Multiply => work_out(out, right, left, draws, |right, left| left * right),
        Operation::Divide => work_out(out, right, left, draws, |right, left| left / right),
        Operation::Min | Operation::Max | Operation::Power => {
            write(left, draws, out);
            combine_view(operation, out, &View::Each(right), draws);
        }
    }
}

/// What comes of each of one operand with the other.
fn work_out(
    out: &mut [f64],
    left: &[f64],
    other: &View<'_>,
    draws: usize,
    of: impl Fn(f64, f64) -> f64,
) {
    match *other {
        View::One(one) => wide(OfOne { out, left, one, of }),
        View::Each(each) | View::Inner(each) => wide(OfEach { out, left, each, of }),
        View::Outer(outer) => wide(OfOuter { out, left, outer, long: draws, of }),
    }
}

/// Each lane with the other operand.
fn combine_view(operation: Operation, out: &mut [f64], view: &View<'_>, draws: usize) {
    match operation {
        Operation::Add => work_in(out, view, draws, |out, other| out + other),
        Operation::Subtract => work_in(out, view, draws, |out, other| out - other),
        Operation::Multiply => work_in(out, view, draws, |out, other| out * other),
        Operation::Divide => work_in(out, view, draws, |out, other| out / other),
        Operation::Min => work_in(out, view, draws, f64::min),
        Operation::Max => work_in(out, view, draws, f64::max),
        Operation::Power => match *view {
            View::One(power) => pow_one(out, power),
            View::Each(powers) | View::Inner(powers) => {
                out.chunks_exact_mut(powers.len()).for_each(|out| pow(out, powers));
            }
            View::Outer(powers) => {
                let outer = out.chunks_exact_mut(draws).zip(powers);
                outer.for_each(|(out, power)| pow_one(out, *power));
            }
        },
    }
}

fn work_in(out: &mut [f64], view: &View<'_>, draws: usize, of: impl Fn(f64, f64) -> f64) {
    match *view {
        View::One(one) => wide(WithOne { out, one, of }),
        View::Each(each) | View::Inner(each) => wide(WithEach { out, each, of }),
        View::Outer(outer) => wide(WithOuter { out, outer, long: draws, of }),
    }
}
