//! The one evaluator: every row over lanes. A plan's lanes are its months.

use jiff::civil::{Date, date};
use libm::{exp, floor, log, pow, sqrt};

use super::expr::{Expr, Function, Node, Operation, RowId};
use super::row::{Shape, Workings};
use crate::spread::normal_cdf;

/// The value of every row.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    lanes: usize,
    rows: Vec<Vec<f64>>,
    shapes: Vec<Shape>,
}

/// The value of every row, over the plan's months.
pub fn evaluate(workings: &Workings) -> Values {
    let lanes = workings.months;
    let axis = |month| serial(workings.first_day(month));
    let first_days = (0..=lanes).map(axis).collect();
    let shapes = workings.rows.iter().map(|row| row.shape).collect();
    let values = Values { lanes, rows: Vec::with_capacity(workings.rows.len()), shapes };
    let mut evaluator = Evaluator { workings, first_days, values, pool: vec![] };
    for row in &workings.rows {
        let rows = match row.shape {
            Shape::Scalar | Shape::Month => 1,
            Shape::Table(table) | Shape::TableMonth(table) => workings.tables[table.0].rows,
        };
        let width = evaluator.width(row.shape);
        let mut out = vec![0.0; rows * width];
        for (k, lanes) in out.chunks_exact_mut(width).enumerate() {
            evaluator.fill(&row.expr, k, lanes);
        }
        evaluator.values.rows.push(out);
    }
    evaluator.values
}

/// A date as spreadsheets count it: days since 30 December 1899.
pub fn serial(day: Date) -> f64 {
    let days = (day - date(1899, 12, 30)).get_days();
    f64::from(days)
}

impl Values {
    /// A row's value in a month, counted from 0; the same in every month for a scalar.
    ///
    /// # Panics
    /// For a table row: it has no single value.
    pub fn at(&self, row: RowId, month: usize) -> f64 {
        match self.shapes[row.0] {
            Shape::Scalar => self.rows[row.0][0],
            Shape::Month => self.rows[row.0][month],
            Shape::Table(_) | Shape::TableMonth(_) => panic!("a table row has a value for each k"),
        }
    }

    /// A table row's value at k, counted from 0, in a month.
    pub fn at_index(&self, row: RowId, k: usize, month: usize) -> f64 {
        match self.shapes[row.0] {
            Shape::Scalar | Shape::Month => self.at(row, month),
            Shape::Table(_) => self.rows[row.0][k],
            Shape::TableMonth(_) => self.rows[row.0][k * self.lanes + month],
        }
    }

    /// All values of a row: by month, or k by k, the months of each k together.
    pub fn all(&self, row: RowId) -> &[f64] {
        &self.rows[row.0]
    }
}

struct Evaluator<'w> {
    workings: &'w Workings,
    first_days: Vec<f64>,
    values: Values,
    pool: Vec<Vec<f64>>,
}

impl Evaluator<'_> {
    fn width(&self, shape: Shape) -> usize {
        match shape {
            Shape::Scalar | Shape::Table(_) => 1,
            Shape::Month | Shape::TableMonth(_) => self.values.lanes,
        }
    }

    /// Works an expression out for one k: a value for each lane, or one for all.
    fn fill(&mut self, expr: &Expr, k: usize, out: &mut [f64]) {
        match expr.node() {
            Node::Whole(value) => out.fill(f64::from(*value)),
            Node::Input(input) => out.fill(self.workings.inputs[input.0].value),
            Node::Listed(_, first) => out.fill(self.workings.inputs[first.0 + k].value),
            Node::OfYear(january) => each(out, |month| {
                self.workings.inputs[self.workings.of_year(*january, month).0].value
            }),
            Node::Net(price) => out.fill(self.workings.prices[price.0].rate.to_f64()),
            Node::From(price) => {
                let from = self.workings.prices[price.0].from;
                out.fill(serial(from.expect("only a dated price is asked for its date")));
            }
            Node::To(price) => {
                let to = self.workings.prices[price.0].to;
                out.fill(serial(to.expect("only a dated price is asked for its date")));
            }
            Node::DayShare(price) => out.fill(self.workings.prices[price.0].day_share),
            Node::Limit(price) => {
                let bracket = self.workings.prices[price.0].bracket;
                let bracket = bracket.expect("only a bracket is asked for its limit");
                out.fill(bracket.limit_tokens() as f64);
            }
            Node::Given(series) => {
                each(out, |month| self.workings.series[series.0].values[month]);
            }
            Node::MonthNumber => each(out, |month| month as f64 + 1.0),
            Node::FirstDay => each(out, |month| self.first_days[month]),
            Node::NextFirstDay => each(out, |month| self.first_days[month + 1]),
            Node::Index => out.fill(k as f64 + 1.0),
            Node::Row(row) => each(out, |month| self.values.at_index(*row, k, month)),
            Node::Binary(operation, left, right) => {
                let mut other = self.buffer(out.len());
                self.fill(left, k, out);
                self.fill(right, k, &mut other);
                combine(*operation, out, &other);
                self.pool.push(other);
            }
            Node::Apply(function, operand) => {
                self.fill(operand, k, out);
                apply(*function, out);
            }
            Node::If { left, right, then, otherwise } => {
                let mut sides = [(); 3].map(|()| self.buffer(out.len()));
                self.fill(left, k, &mut sides[0]);
                self.fill(right, k, &mut sides[1]);
                self.fill(then, k, out);
                self.fill(otherwise, k, &mut sides[2]);
                for lane in 0..out.len() {
                    if sides[0][lane] > sides[1][lane] {
                        out[lane] = sides[2][lane];
                    }
                }
                self.pool.extend(sides);
            }
            Node::Sum(row) => {
                let rows = self.table_rows(*row);
                each(out, |month| sum((0..rows).map(|k| self.values.at_index(*row, k, month))));
            }
            Node::Before(row) => {
                each(out, |month| sum((0..k).map(|k| self.values.at_index(*row, k, month))));
            }
            Node::Dot(left, right) => {
                let rows = self.table_rows(*left).max(self.table_rows(*right));
                let product = |k, month| {
                    self.values.at_index(*left, k, month) * self.values.at_index(*right, k, month)
                };
                each(out, |month| sum((0..rows).map(|k| product(k, month))));
            }
            Node::Beyond { of, add, limit, inclusive } => {
                let mut limits = self.buffer(out.len());
                self.fill(limit, k, &mut limits);
                let rows = self.table_rows(*of);
                each(out, |month| {
                    let beyond = (0..rows).filter(|&k| {
                        let value = self.values.at_index(*of, k, month);
                        value > limits[month] || (*inclusive && value == limits[month])
                    });
                    sum(beyond.map(|k| self.values.at_index(*add, k, month)))
                });
                self.pool.push(limits);
            }
            Node::InMonth(row, month) => {
                self.fill(month, k, out);
                let last = self.values.lanes - 1;
                for value in out.iter_mut() {
                    // A month that the plan does not have is refused before.
                    let month = (*value - 1.0).clamp(0.0, last as f64) as usize;
                    *value = self.values.at(*row, month);
                }
            }
            Node::Total(row) => {
                out.fill(sum((0..self.values.lanes).map(|month| self.values.at(*row, month))));
            }
            Node::SoFar(row) => {
                each(out, |month| sum((0..=month).map(|earlier| self.values.at(*row, earlier))))
            }
            Node::Gather(key) => {
                let lines = self.workings.rows.iter().zip(&self.values.rows);
                let found: Vec<_> =
                    lines.filter(|(row, _)| row.key.as_deref() == Some(key)).collect();
                each(out, |month| sum(found.iter().map(|(_, values)| values[month])));
            }
        }
    }

    fn table_rows(&self, row: RowId) -> usize {
        match self.values.shapes[row.0] {
            Shape::Scalar | Shape::Month => 1,
            Shape::Table(table) | Shape::TableMonth(table) => self.workings.tables[table.0].rows,
        }
    }

    fn buffer(&mut self, lanes: usize) -> Vec<f64> {
        let mut buffer = self.pool.pop().unwrap_or_default();
        buffer.clear();
        buffer.resize(lanes, 0.0);
        buffer
    }
}

fn each(out: &mut [f64], value: impl Fn(usize) -> f64) {
    for (lane, out) in out.iter_mut().enumerate() {
        *out = value(lane);
    }
}

fn combine(operation: Operation, out: &mut [f64], other: &[f64]) {
    let with: fn(f64, f64) -> f64 = match operation {
        Operation::Add => |a, b| a + b,
        Operation::Subtract => |a, b| a - b,
        Operation::Multiply => |a, b| a * b,
        Operation::Divide => |a, b| a / b,
        Operation::Min => f64::min,
        Operation::Max => f64::max,
        Operation::Power => pow,
    };
    for (out, other) in out.iter_mut().zip(other) {
        *out = with(*out, *other);
    }
}

fn apply(function: Function, out: &mut [f64]) {
    let of: fn(f64) -> f64 = match function {
        Function::Floor => floor,
        Function::Exp => exp,
        Function::Ln => log,
        Function::Sqrt => sqrt,
        Function::NormalCdf => normal_cdf,
    };
    out.iter_mut().for_each(|value| *value = of(*value));
}

/// From +0, in order: an empty sum is 0 and not −0.
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |total, value| total + value)
}
