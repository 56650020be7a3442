//! Draws of inputs worked out at once, against each of them worked out alone.

use std::sync::Arc;

use super::made::random_plan;
use super::retyped::every_shape;
use crate::estimate::estimate;
use crate::plan::{Measures, Plan};
use crate::sample::checked;
use crate::workings::{Draws, InputId, RowId, evaluate};

const DRAWS: usize = 7;

/// Works draws of these inputs out in one block and one by one: every value of every row that is asked for is the same.
fn same_bits(plan: &Plan, drawn: impl Fn(usize) -> bool, wanted: impl Fn(usize) -> bool) -> usize {
    let measures = Measures::default();
    let of_plan = estimate(&checked(plan, &measures)).expect("a plan of sensible size");
    let workings = &of_plan.workings;
    let drawn: Vec<InputId> =
        (0..workings.inputs.len()).filter(|input| drawn(*input)).map(InputId).collect();
    let wanted: Vec<RowId> =
        (0..workings.rows.len()).filter(|row| wanted(*row)).map(RowId).collect();
    let columns: Vec<Vec<f64>> = (drawn.iter().enumerate())
        .map(|(nth, input)| {
            let value = workings.inputs[input.0].value;
            let times = |draw: usize| 0.9 + 0.02 * ((nth * 5 + draw * 3) % 11) as f64;
            (0..DRAWS).map(|draw| value * times(draw)).collect()
        })
        .collect();
    let alone: Vec<_> = (0..DRAWS)
        .map(|draw| {
            let mut one = workings.clone();
            for (input, column) in drawn.iter().zip(&columns) {
                Arc::make_mut(&mut one.inputs[input.0]).value = column[draw];
            }
            evaluate(&one)
        })
        .collect();
    let mut compared = 0;
    let borrowed: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    Draws::new(workings, &of_plan.values, &drawn, &wanted).block(&borrowed, &mut |row, values| {
        for (draw, alone) in alone.iter().enumerate() {
            let at_once = values.iter().skip(draw).step_by(DRAWS);
            for (at_once, alone) in at_once.zip(alone.all(row)) {
                let same =
                    at_once.to_bits() == alone.to_bits() || (at_once.is_nan() && alone.is_nan());
                let address = &workings.row(row).address;
                assert!(same, "{address} in draw {draw}: {at_once} is not {alone}");
                compared += 1;
            }
            assert_eq!(values.len(), DRAWS * alone.all(row).len());
        }
    });
    compared
}

#[test]
fn draws_of_random_trees_give_the_bits_of_each_alone() {
    let compared: usize = (1..=30)
        .map(|seed| {
            let plan = random_plan(seed);
            same_bits(&plan, |_| true, |_| true) + same_bits(&plan, |nth| nth % 3 == 0, |_| true)
        })
        .sum();
    assert!(compared > 100_000, "{compared}");
}

#[test]
fn draws_over_months_give_the_bits_of_each_alone() {
    let plan = every_shape();
    assert!(same_bits(&plan, |_| true, |_| true) > 10_000);
    assert!(same_bits(&plan, |nth| nth % 4 == 1, |_| true) > 1_000);
    // Rows that only lead to others are forgotten when nobody reads them any more.
    assert!(same_bits(&plan, |_| true, |row| row % 50 == 0) > 1_000);
}
