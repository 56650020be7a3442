//! Values as they lie beside each other: by k, and by month for each k; what is done with all of them at once.

use super::expr::{Function, Operation};
use super::row::{Shape, Workings};
use super::wide::{exp, log, pow, pow_one};
use crate::spread::normal_cdf;

/// How the values of a row lie: so many k, each with so many months.
#[derive(Clone, Copy)]
pub struct Block {
    /// So many k.
    pub rows: usize,
    /// So many values of each.
    pub width: usize,
}

impl Block {
    /// All of them.
    pub const fn len(self) -> usize {
        self.rows * self.width
    }

    /// That of a shape.
    pub fn of(workings: &Workings, shape: Shape) -> Self {
        let lanes = workings.months;
        match shape {
            Shape::Scalar => Self { rows: 1, width: 1 },
            Shape::Month => Self { rows: 1, width: lanes },
            Shape::Table(table) => Self { rows: workings.tables[table.0].rows, width: 1 },
            Shape::TableMonth(table) => Self { rows: workings.tables[table.0].rows, width: lanes },
        }
    }
}

/// The values of one operand, as they lie beside those that are worked out.
pub enum View<'v> {
    /// The same everywhere.
    One(f64),
    /// Each for itself.
    Each(&'v [f64]),
    /// By month, the same for every k.
    Lanes(&'v [f64]),
    /// By k, the same in every month.
    Rows(&'v [f64]),
}

/// The same for every k.
pub fn repeat(block: Block, out: &mut [f64], lanes: impl FnOnce(&mut [f64])) {
    let (first, rest) = out.split_at_mut(block.width);
    lanes(first);
    rest.chunks_exact_mut(block.width).for_each(|lanes| lanes.copy_from_slice(first));
}

/// One value or one for each lane, added to each.
pub fn add(lanes: &mut [f64], values: &[f64]) {
    match values {
        [one] => lanes.iter_mut().for_each(|sum| *sum += one),
        values => lanes.iter_mut().zip(values).for_each(|(sum, value)| *sum += value),
    }
}

/// One operand everywhere.
pub fn write(view: View<'_>, block: Block, out: &mut [f64]) {
    match view {
        View::One(value) => out.fill(value),
        View::Each(values) => out.copy_from_slice(values),
        View::Lanes(values) => {
            out.chunks_exact_mut(block.width).for_each(|lanes| lanes.copy_from_slice(values));
        }
        View::Rows(values) => {
            let rows = out.chunks_exact_mut(block.width).zip(values);
            rows.for_each(|(lanes, value)| lanes.fill(*value));
        }
    }
}

/// Each lane with one operand.
pub fn combine_view(operation: Operation, out: &mut [f64], view: View<'_>, block: Block) {
    match view {
        View::One(value) => combine_one(operation, out, value),
        View::Each(values) => combine(operation, out, values),
        View::Lanes(values) => {
            out.chunks_exact_mut(block.width).for_each(|lanes| combine(operation, lanes, values));
        }
        View::Rows(values) => {
            let rows = out.chunks_exact_mut(block.width).zip(values);
            rows.for_each(|(lanes, value)| combine_one(operation, lanes, *value));
        }
    }
}

/// Each lane with a value of its own.
pub fn combine(operation: Operation, out: &mut [f64], other: &[f64]) {
    match operation {
        Operation::Add => each(out, other, |out, other| *out += other),
        Operation::Subtract => each(out, other, |out, other| *out -= other),
        Operation::Multiply => each(out, other, |out, other| *out *= other),
        Operation::Divide => each(out, other, |out, other| *out /= other),
        Operation::Min => each(out, other, |out, other| *out = out.min(other)),
        Operation::Max => each(out, other, |out, other| *out = out.max(other)),
        Operation::Power => pow(out, other),
    }
}

fn each(out: &mut [f64], other: &[f64], combine: impl Fn(&mut f64, f64)) {
    out.iter_mut().zip(other).for_each(|(out, other)| combine(out, *other));
}

/// Each lane with the same value.
pub fn combine_one(operation: Operation, out: &mut [f64], other: f64) {
    match operation {
        Operation::Add => out.iter_mut().for_each(|out| *out += other),
        Operation::Subtract => out.iter_mut().for_each(|out| *out -= other),
        Operation::Multiply => out.iter_mut().for_each(|out| *out *= other),
        Operation::Divide => out.iter_mut().for_each(|out| *out /= other),
        Operation::Min => out.iter_mut().for_each(|out| *out = out.min(other)),
        Operation::Max => out.iter_mut().for_each(|out| *out = out.max(other)),
        Operation::Power => pow_one(out, other),
    }
}

/// Each lane by itself.
pub fn apply(function: Function, out: &mut [f64]) {
    match function {
        Function::Floor => out.iter_mut().for_each(|value| *value = value.floor()),
        Function::Exp => exp(out),
        Function::Ln => log(out),
        Function::Sqrt => out.iter_mut().for_each(|value| *value = value.sqrt()),
        Function::NormalCdf => out.iter_mut().for_each(|value| *value = normal_cdf(*value)),
    }
}

/// From +0, in order: an empty sum is 0 and not −0.
pub fn sum(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |total, value| total + value)
}
