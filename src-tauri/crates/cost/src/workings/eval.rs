//! The one evaluator: every row over lanes. A plan's lanes are its months.

use std::ops::Range;
use std::slice;

use super::axis::Axis;
use super::expr::{Expr, InputId, Node, RowId};
use super::lanes::{Block, View, add, apply, combine, combine_view, repeat, sum, write};
use super::reads::moved;
use super::row::{Shape, Workings};

/// The value of every row.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    lanes: usize,
    /// Those of all rows, one behind the other.
    values: Vec<f64>,
    /// Where each row's begin, and where the last one's end.
    starts: Vec<usize>,
    shapes: Vec<Shape>,
}

/// The value of every row, over the plan's months.
pub fn evaluate(workings: &Workings) -> Values {
    let (mut values, blocks) = Values::unknown(workings);
    values.values.resize(values.starts[blocks.len()], 0.0);
    values.work_out(workings, &blocks, |_| true);
    values
}

/// Values of rows that are asked for while others are still to be written.
#[derive(Default)]
pub struct Early {
    axis: Option<Axis>,
    blocks: Vec<Block>,
    /// Where the values of each row begin; nothing where nobody has asked for them.
    starts: Vec<usize>,
    values: Vec<f64>,
    pool: Pool,
}

impl Early {
    const UNKNOWN: usize = usize::MAX;

    /// All values of a row.
    pub fn all(&mut self, workings: &Workings, row: RowId) -> &[f64] {
        for row in &workings.rows[self.blocks.len()..] {
            self.blocks.push(Block::of(workings, row.shape));
            self.starts.push(Self::UNKNOWN);
        }
        let longest = workings.tables.iter().map(|table| table.rows).max().unwrap_or(1);
        let is_short =
            |axis: &Axis| axis.index.len() < longest || axis.rates.len() != workings.prices.len();
        if self.axis.as_ref().is_none_or(is_short) {
            self.axis = Some(Axis::of(workings));
        }
        self.work_out(workings, row);
        &self.values[self.starts[row.0]..][..self.blocks[row.0].len()]
    }

    /// Rows from this one on are taken back.
    pub fn forget_from(&mut self, row: usize) {
        self.axis = None;
        self.blocks.truncate(row);
        self.starts.truncate(row);
    }

    fn work_out(&mut self, workings: &Workings, row: RowId) {
        if self.starts[row.0] != Self::UNKNOWN {
            return;
        }
        let expr = &workings.row(row).expr;
        expr.reads().into_iter().for_each(|read| self.work_out(workings, read));
        let (start, len) = (self.values.len(), self.blocks[row.0].len());
        self.values.resize(start + len, 0.0);
        let (before, out) = self.values.split_at_mut(start);
        let axis = self.axis.as_ref().expect("it is there before a row is worked out");
        let (starts, blocks) = (&self.starts, &self.blocks);
        let known = Known { workings, axis, starts, blocks, values: before };
        known.row(row, out, &mut self.pool);
        self.starts[row.0] = start;
    }
}

impl Values {
    /// None yet, and how those of each row will lie.
    fn unknown(workings: &Workings) -> (Self, Vec<Block>) {
        let shapes: Vec<Shape> = workings.rows.iter().map(|row| row.shape).collect();
        let blocks: Vec<Block> = shapes.iter().map(|shape| Block::of(workings, *shape)).collect();
        let mut starts = Vec::with_capacity(blocks.len() + 1);
        starts.push(0);
        for block in &blocks {
            starts.push(starts[starts.len() - 1] + block.len());
        }
        let values = Vec::with_capacity(starts[blocks.len()]);
        (Self { lanes: workings.months, values, starts, shapes }, blocks)
    }

    /// Those of other workings: of rows that are `known` to be some of these, in their order, the same; and of the
    /// others, worked out.
    pub fn with_others(
        &self,
        workings: &Workings,
        known: impl Iterator<Item = (Range<usize>, usize)>,
    ) -> Self {
        let (mut values, blocks) = Self::unknown(workings);
        let mut wanted = vec![true; blocks.len()];
        for (rows, first) in known {
            values.values.resize(values.starts[rows.start], 0.0);
            let of_these = self.starts[first]..self.starts[first + rows.len()];
            values.values.extend_from_slice(&self.values[of_these]);
            wanted[rows].fill(false);
        }
        values.values.resize(values.starts[blocks.len()], 0.0);
        values.work_out(workings, &blocks, |row| wanted[row]);
        values
    }

    /// The same where some inputs of the workings have other values; and whether each row reads one of them,
    /// or a row that does.
    pub fn after(&self, workings: &Workings, changed: &[InputId]) -> (Self, Vec<bool>) {
        let moved = moved(workings, changed);
        let mut values = self.clone();
        let blocks: Vec<Block> =
            self.shapes.iter().map(|shape| Block::of(workings, *shape)).collect();
        values.work_out(workings, &blocks, |row| moved[row]);
        (values, moved)
    }

    fn work_out(&mut self, workings: &Workings, blocks: &[Block], wanted: impl Fn(usize) -> bool) {
        let (axis, mut pool) = (Axis::of(workings), vec![]);
        let starts = &self.starts;
        for (index, block) in blocks.iter().enumerate().filter(|(index, _)| wanted(*index)) {
            // A row reads those before it.
            let (before, rest) = self.values.split_at_mut(starts[index]);
            let known = Known { workings, axis: &axis, starts, blocks, values: before };
            known.row(RowId(index), &mut rest[..block.len()], &mut pool);
        }
    }

    /// A row's value in a month, counted from 0; the same in every month for a scalar.
    ///
    /// # Panics
    /// For a table row: it has no single value.
    pub fn at(&self, row: RowId, month: usize) -> f64 {
        match self.shapes[row.0] {
            Shape::Scalar => self.values[self.starts[row.0]],
            Shape::Month => self.values[self.starts[row.0] + month],
            Shape::Table(_) | Shape::TableMonth(_) => panic!("a table row has a value for each k"),
        }
    }

    /// A table row's value at k, counted from 0, in a month.
    pub fn at_index(&self, row: RowId, k: usize, month: usize) -> f64 {
        match self.shapes[row.0] {
            Shape::Scalar | Shape::Month => self.at(row, month),
            Shape::Table(_) => self.values[self.starts[row.0] + k],
            Shape::TableMonth(_) => self.values[self.starts[row.0] + k * self.lanes + month],
        }
    }

    /// All values of a row: by month, or k by k, the months of each k together.
    pub fn all(&self, row: RowId) -> &[f64] {
        &self.values[self.starts[row.0]..self.starts[row.0 + 1]]
    }
}

/// Buffers to be used again.
type Pool = Vec<Vec<f64>>;

/// What is known when a row is worked out.
struct Known<'k> {
    workings: &'k Workings,
    axis: &'k Axis,
    /// Where the values of each row begin.
    starts: &'k [usize],
    blocks: &'k [Block],
    /// Those of the rows that it reads.
    values: &'k [f64],
}

impl<'k> Known<'k> {
    /// Works a row out.
    fn row(&self, row: RowId, out: &mut [f64], pool: &mut Pool) {
        let expr = &self.workings.row(row).expr;
        match out {
            [only] => *only = self.one(expr, pool),
            out => self.fill(expr, self.blocks[row.0], out, pool),
        }
    }

    fn all(&self, row: RowId) -> &'k [f64] {
        &self.values[self.starts[row.0]..][..self.blocks[row.0].len()]
    }

    /// An operand that needs no working out.
    fn view(&self, expr: &Expr, block: Block) -> Option<View<'k>> {
        let by_month = |values: &'k [f64]| match block.rows {
            1 => View::Each(values),
            _ => View::Lanes(values),
        };
        let by_index = |values: &'k [f64]| match block.width {
            1 => View::Each(values),
            _ => View::Rows(values),
        };
        Some(match expr.node() {
            Node::Whole(_)
            | Node::Net(_)
            | Node::From(_)
            | Node::To(_)
            | Node::DayShare(_)
            | Node::Limit(_) => View::One(self.axis.constant(self.workings, expr.node())),
            Node::Input(input) => View::One(self.workings.inputs[input.0].value),
            Node::Given(series) => by_month(&self.workings.series[series.0].values),
            Node::MonthNumber => by_month(&self.axis.months),
            Node::FirstDay => by_month(&self.axis.days[..self.axis.months.len()]),
            Node::NextFirstDay => by_month(&self.axis.days[1..]),
            Node::Index => by_index(&self.axis.index[..block.rows]),
            Node::Row(row) => {
                let values = self.all(*row);
                let Block { rows, width } = self.blocks[row.0];
                match (rows, width) {
                    (1, 1) => View::One(values[0]),
                    (1, _) => by_month(values),
                    (_, 1) => by_index(values),
                    (..) => View::Each(values),
                }
            }
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

    /// Works an expression out where it has one value.
    fn one(&self, expr: &Expr, pool: &mut Pool) -> f64 {
        match expr.node() {
            Node::Binary(operation, left, right) => {
                let mut value = [self.one(left, pool)];
                combine(*operation, &mut value, slice::from_ref(&self.one(right, pool)));
                value[0]
            }
            Node::Apply(function, operand) => {
                let mut value = [self.one(operand, pool)];
                apply(*function, &mut value);
                value[0]
            }
            Node::If { left, right, then, otherwise } => {
                let taken = match self.one(left, pool) > self.one(right, pool) {
                    true => otherwise,
                    false => then,
                };
                self.one(taken, pool)
            }
            Node::Whole(value) => f64::from(*value),
            Node::Input(input) => self.workings.inputs[input.0].value,
            Node::Row(row) if self.blocks[row.0].len() == 1 => self.values[self.starts[row.0]],
            Node::Listed(..)
            | Node::OfYear(_)
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
            | Node::Row(_)
            | Node::Sum(_)
            | Node::Dot(..)
            | Node::Beyond { .. }
            | Node::InMonth(..)
            | Node::Total(_)
            | Node::SoFar(_)
            | Node::Before(_)
            | Node::Gather(_) => {
                let mut value = [0.0];
                self.fill(expr, Block { rows: 1, width: 1 }, &mut value, pool);
                value[0]
            }
        }
    }

    /// Works an expression out for every k and month of a block.
    fn fill(&self, expr: &Expr, block: Block, out: &mut [f64], pool: &mut Pool) {
        if let Some(view) = self.view(expr, block) {
            return write(view, block, out);
        }
        match expr.node() {
            Node::Listed(_, first) => {
                for (k, lanes) in out.chunks_exact_mut(block.width).enumerate() {
                    lanes.fill(self.workings.inputs[first.0 + k].value);
                }
            }
            Node::OfYear(january) => {
                let of_month = |month: &usize| self.workings.inputs[january.0 + month].value;
                let months: Vec<f64> = self.axis.of_year.iter().map(of_month).collect();
                repeat(block, out, |lanes| lanes.copy_from_slice(&months));
            }
            Node::Binary(operation, left, right) => {
                self.fill(left, block, out, pool);
                match self.view(right, block) {
                    Some(view) => combine_view(*operation, out, view, block),
                    None => {
                        let mut other = buffer(pool, out.len());
                        self.fill(right, block, &mut other, pool);
                        combine(*operation, out, &other);
                        pool.push(other);
                    }
                }
            }
            Node::Apply(function, operand) => {
                self.fill(operand, block, out, pool);
                apply(*function, out);
            }
            Node::If { left, right, then, otherwise } => {
                let mut sides = [(); 2].map(|()| buffer(pool, out.len()));
                self.fill(left, block, &mut sides[0], pool);
                self.fill(right, block, &mut sides[1], pool);
                let [left, right] = &sides;
                let others = left.iter().zip(right).filter(|(left, right)| left > right).count();
                if others == out.len() {
                    self.fill(otherwise, block, out, pool);
                } else {
                    self.fill(then, block, out, pool);
                }
                if others > 0 && others < out.len() {
                    let mut other = buffer(pool, out.len());
                    self.fill(otherwise, block, &mut other, pool);
                    for (lane, out) in out.iter_mut().enumerate() {
                        if left[lane] > right[lane] {
                            *out = other[lane];
                        }
                    }
                    pool.push(other);
                }
                pool.extend(sides);
            }
            Node::Sum(row) => {
                let (rows, width) = (self.blocks[row.0].rows, self.blocks[row.0].width);
                let values = self.all(*row);
                repeat(block, out, |lanes| {
                    lanes.fill(0.0);
                    for k in 0..rows {
                        add(lanes, &values[k * width..(k + 1) * width]);
                    }
                });
            }
            Node::Before(row) => {
                let Block { rows, width } = self.blocks[row.0];
                let values = self.all(*row);
                let mut sum = buffer(pool, block.width);
                for (k, lanes) in out.chunks_exact_mut(block.width).enumerate() {
                    lanes.copy_from_slice(&sum);
                    let k = if rows == 1 { 0 } else { k };
                    add(&mut sum, &values[k * width..(k + 1) * width]);
                }
                pool.push(sum);
            }
            Node::Dot(left, right) => self.dot(*left, *right, block, out),
            Node::Beyond { of, add, limit, inclusive } => {
                let mut limits = buffer(pool, out.len());
                self.fill(limit, block, &mut limits, pool);
                let rows = self.blocks[of.0].rows;
                for (place, out) in out.iter_mut().enumerate() {
                    let (limit, month) = (limits[place], place % block.width);
                    let beyond = (0..rows).filter(|&k| {
                        let value = self.at_index(*of, k, month);
                        value > limit || (*inclusive && value == limit)
                    });
                    *out = sum(beyond.map(|k| self.at_index(*add, k, month)));
                }
                pool.push(limits);
            }
            Node::InMonth(row, month) => {
                self.fill(month, block, out, pool);
                let last = self.axis.months.len() - 1;
                for value in out.iter_mut() {
                    // A month that the plan does not have is refused before.
                    let month = (*value - 1.0).clamp(0.0, last as f64) as usize;
                    *value = self.at_index(*row, 0, month);
                }
            }
            Node::Total(row) => {
                out.fill(sum(
                    (0..self.axis.months.len()).map(|month| self.at_index(*row, 0, month))
                ));
            }
            Node::SoFar(row) => repeat(block, out, |lanes| {
                let mut so_far = 0.0;
                for (month, out) in lanes.iter_mut().enumerate() {
                    so_far += self.at_index(*row, 0, month);
                    *out = so_far;
                }
            }),
            Node::Gather(key) => {
                let lines = self.workings.keyed(key);
                repeat(block, out, |lanes| {
                    lanes.fill(0.0);
                    lines.iter().for_each(|line| add(lanes, self.all(*line)));
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

    /// Two rows, multiplied and summed over k.
    fn dot(&self, left: RowId, right: RowId, block: Block, out: &mut [f64]) {
        let rows = self.blocks[left.0].rows.max(self.blocks[right.0].rows);
        // The k-th values of a row, one or one for each month.
        let at = |row: RowId, k: usize| {
            let Block { rows, width } = self.blocks[row.0];
            let k = if rows == 1 { 0 } else { k };
            &self.all(row)[k * width..(k + 1) * width]
        };
        repeat(block, out, |lanes| {
            lanes.fill(0.0);
            for k in 0..rows {
                match (at(left, k), at(right, k)) {
                    ([left], [right]) => {
                        let product = left * right;
                        lanes.iter_mut().for_each(|sum| *sum += product);
                    }
                    ([left], right) => {
                        lanes.iter_mut().zip(right).for_each(|(sum, right)| *sum += left * right);
                    }
                    (left, [right]) => {
                        lanes.iter_mut().zip(left).for_each(|(sum, left)| *sum += left * right);
                    }
                    (left, right) => {
                        let pairs = left.iter().zip(right);
                        lanes.iter_mut().zip(pairs).for_each(|(sum, (l, r))| *sum += l * r);
                    }
                }
            }
        });
    }

    fn at_index(&self, row: RowId, k: usize, month: usize) -> f64 {
        let Block { rows, width } = self.blocks[row.0];
        let (k, month) = (if rows == 1 { 0 } else { k }, if width == 1 { 0 } else { month });
        self.values[self.starts[row.0] + k * width + month]
    }
}

fn buffer(pool: &mut Pool, lanes: usize) -> Vec<f64> {
    let mut buffer = pool.pop().unwrap_or_default();
    buffer.clear();
    buffer.resize(lanes, 0.0);
    buffer
}
