//! Numbers rounded for people so that the parts still add up to the whole: by largest remainder.

use std::collections::VecDeque;
use std::iter::successors;

/// Parts in whole steps of `10⁻ᵈᵉᶜⁱᵐᵃˡˢ`, whose sum is that of the parts, rounded.
///
/// Where the rest of a division has to go is decided by size, then by place.
pub fn foot(parts: &[f64], decimals: u32) -> Vec<i64> {
    let scaled = scaled(parts, decimals);
    let total = whole(scaled.iter().sum::<f64>().round());
    foot_to(&scaled, total)
}

/// Parts in whole steps that add up to a whole which was rounded before: up where the most is missing.
///
/// The whole is that of the parts, rounded up or down.
pub fn foot_under(parts: &[f64], whole: i64, decimals: u32) -> Vec<i64> {
    foot_to(&scaled(parts, decimals), whole)
}

/// Decimals of what a unit costs: four, and more where the cheapest has not three digits in them.
pub fn unit_decimals(costs: impl IntoIterator<Item = f64>) -> u32 {
    const FEWEST: f64 = 4.0;
    const MOST: f64 = 9.0;
    let least = costs.into_iter().filter(|cost| *cost > 0.0).fold(f64::INFINITY, f64::min);
    if least.is_finite() { (2.0 - least.log10().floor()).clamp(FEWEST, MOST) as u32 } else { 4 }
}

/// A table in whole steps that adds up both ways, each number rounded up or down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footed {
    /// Row by row.
    pub cells: Vec<Vec<i64>>,
    /// What each row comes to.
    pub rows: Vec<i64>,
    /// What each column comes to.
    pub columns: Vec<i64>,
    /// What everything comes to.
    pub total: i64,
}

/// Rows of equal length in whole steps of `10⁻ᵈᵉᶜⁱᵐᵃˡˢ`; rows, columns and their totals add up.
pub fn foot_table(rows: &[Vec<f64>], decimals: u32) -> Footed {
    let exact: Vec<Vec<f64>> = rows.iter().map(|row| scaled(row, decimals)).collect();
    let width = exact.first().map_or(0, Vec::len);
    let column = |at: usize| exact.iter().map(|row| row[at]).collect::<Vec<f64>>();
    let row_sums: Vec<f64> = exact.iter().map(|row| row.iter().sum()).collect();
    let column_sums: Vec<f64> = (0..width).map(|at| column(at).iter().sum()).collect();
    let total = whole(row_sums.iter().sum::<f64>().round());
    let wanted = foot_to(&row_sums, total);
    let columns = foot_to(&column_sums, total);
    // Column by column first; then rows give to each other what they have too much of.
    let mut cells = vec![vec![0; width]; exact.len()];
    for (at, total) in columns.iter().enumerate() {
        for (row, cell) in foot_to(&column(at), *total).into_iter().enumerate() {
            cells[row][at] = cell;
        }
    }
    let over = |cells: &[Vec<i64>], row: usize| cells[row].iter().sum::<i64>() - wanted[row];
    while let Some(from) = (0..cells.len()).find(|&row| over(&cells, row) > 0) {
        let Some(way) = way(&exact, &cells, from, &|row| over(&cells, row) < 0) else { break };
        for (giver, taker, at) in way {
            cells[giver][at] -= 1;
            cells[taker][at] += 1;
        }
    }
    Footed { cells, rows: wanted, columns, total }
}

/// Every number rounded for itself, so that equal ones look equal; the sums may be off by some steps.
pub fn round_table(rows: &[Vec<f64>], decimals: u32) -> Footed {
    let exact: Vec<Vec<f64>> = rows.iter().map(|row| scaled(row, decimals)).collect();
    let round = |value: f64| whole(value.round());
    let width = exact.first().map_or(0, Vec::len);
    let rows: Vec<f64> = exact.iter().map(|row| row.iter().sum()).collect();
    Footed {
        cells: exact.iter().map(|row| row.iter().copied().map(round).collect()).collect(),
        columns: (0..width).map(|at| round(exact.iter().map(|row| row[at]).sum())).collect(),
        total: round(rows.iter().sum()),
        rows: rows.into_iter().map(round).collect(),
    }
}

/// The shortest way by which a step gets from a row to one that wants it: giver, taker, column.
///
/// A row gives where it was rounded up, and another takes there where it was rounded down.
fn way(
    exact: &[Vec<f64>],
    cells: &[Vec<i64>],
    from: usize,
    is_wanting: &dyn Fn(usize) -> bool,
) -> Option<Vec<(usize, usize, usize)>> {
    let is_up = |row: usize, at: usize| cells[row][at] as f64 > exact[row][at];
    let is_down = |row: usize, at: usize| (cells[row][at] as f64) < exact[row][at];
    let mut came: Vec<Option<(usize, usize, usize)>> = vec![None; cells.len()];
    let mut queue = VecDeque::from([from]);
    while let Some(giver) = queue.pop_front() {
        for at in (0..cells[giver].len()).filter(|&at| is_up(giver, at)) {
            for taker in (0..cells.len()).filter(|&row| row != from && is_down(row, at)) {
                if came[taker].is_some() {
                    continue;
                }
                came[taker] = Some((giver, taker, at));
                if is_wanting(taker) {
                    let steps = successors(came[taker], |(giver, ..)| came[*giver]);
                    return Some(steps.collect());
                }
                queue.push_back(taker);
            }
        }
    }
    None
}

fn scaled(parts: &[f64], decimals: u32) -> Vec<f64> {
    /// Nearer to a whole step than this is that step: the rest is what floats leave behind.
    const NOISE: f64 = 1e-6;
    let scale = 10f64.powi(i32::try_from(decimals).expect("a few decimals"));
    let clean =
        |value: f64| if (value - value.round()).abs() < NOISE { value.round() } else { value };
    parts.iter().map(|part| clean(part * scale)).collect()
}

const fn whole(value: f64) -> i64 {
    value as i64
}

/// Whole numbers of a given sum, each rounded up or down: up where the most is missing.
fn foot_to(scaled: &[f64], total: i64) -> Vec<i64> {
    let mut footed: Vec<i64> = scaled.iter().map(|part| whole(part.floor())).collect();
    let missing = total - footed.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..scaled.len()).collect();
    order.sort_by(|&a, &b| {
        let rest = |index: usize| scaled[index] - scaled[index].floor();
        rest(b).total_cmp(&rest(a)).then(a.cmp(&b))
    });
    let steps = usize::try_from(missing.unsigned_abs()).unwrap_or(usize::MAX);
    match missing.is_positive() {
        true => order.iter().take(steps).for_each(|&index| footed[index] += 1),
        false => order.iter().rev().take(steps).for_each(|&index| footed[index] -= 1),
    }
    footed
}

/// Parts of a hundred percent, with one decimal, that add up to it; zeros where there is nothing.
pub fn shares(parts: &[f64]) -> Vec<i64> {
    let total: f64 = parts.iter().sum();
    if total <= 0.0 {
        return vec![0; parts.len()];
    }
    foot(&parts.iter().map(|part| part / total * 100.0).collect::<Vec<_>>(), 1)
}

/// Whole steps of `10⁻ᵈᵉᶜⁱᵐᵃˡˢ` as a decimal: 426 of four decimals is `0.0426`.
pub fn decimal(steps: i64, decimals: u32) -> String {
    let (sign, digits) = (if steps < 0 { "-" } else { "" }, steps.unsigned_abs().to_string());
    let places = usize::try_from(decimals).expect("a few decimals");
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parts: &[f64], decimals: u32, expected: &str) {
        let shown: Vec<String> =
            foot(parts, decimals).into_iter().map(|part| decimal(part, decimals)).collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn parts_add_up_to_the_rounded_whole() {
        check(&[0.33333, 0.33333, 0.33334], 2, "0.33 0.33 0.34");
        check(&[0.00004, 0.00004, 0.00004], 4, "0.0001 0.0000 0.0000");
        check(&[2.5, 2.5], 0, "3 2");
        check(&[], 4, "");
    }

    #[test]
    fn parts_of_parts_add_up_to_what_was_shown_of_them() {
        // Of three groups alike the first gets what is left; inside it the largest rest does.
        assert_eq!(foot(&[2.4, 2.3, 2.3], 0), [3, 2, 2]);
        assert_eq!(foot_under(&[0.7, 0.8, 0.9], 3, 0), [1, 1, 1]);
        assert_eq!(foot_under(&[0.7, 0.8, 0.8], 2, 0), [0, 1, 1]);
        assert_eq!(foot_under(&[1.0, 2.1], 2, 0), [0, 2]);
        // What floats leave behind is no rest: 0.0426 is 426 steps and not 425.99….
        assert_eq!(foot_under(&[0.0426, 0.000_04], 426, 4), [426, 0]);
    }

    #[test]
    fn a_cheap_unit_has_decimals_enough_to_be_read() {
        let check = |costs: &[f64], expected: u32| {
            assert_eq!(unit_decimals(costs.iter().copied()), expected, "{costs:?}");
        };
        check(&[0.1803], 4);
        check(&[0.0123, 12.0], 4);
        check(&[0.0021, 0.18], 5);
        check(&[0.000_042], 7);
        check(&[1e-14], 9);
        check(&[0.0], 4);
        check(&[], 4);
    }

    #[test]
    fn a_table_adds_up_both_ways_and_no_number_is_off_by_a_whole_step() {
        // Numbers as they come: a sequence without a pattern that rounding could follow.
        let mut seed = 7_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            (seed >> 40) as f64 / 997.0
        };
        for (height, width) in [(1, 1), (1, 12), (9, 1), (2, 3), (8, 12), (9, 36)] {
            let rows: Vec<Vec<f64>> =
                (0..height).map(|_| (0..width).map(|_| next()).collect()).collect();
            let footed = foot_table(&rows, 0);
            let exact: f64 = rows.iter().flatten().sum();
            assert_eq!(footed.total, exact.round() as i64, "{height} by {width}");
            for (row, cells) in footed.cells.iter().enumerate() {
                assert_eq!(cells.iter().sum::<i64>(), footed.rows[row], "{height} by {width}");
                let near = |(cell, exact): (&i64, &f64)| (*cell as f64 - exact).abs() < 1.0;
                assert!(cells.iter().zip(&rows[row]).all(near), "{height} by {width}");
                let exact: f64 = rows[row].iter().sum();
                assert!((footed.rows[row] as f64 - exact).abs() < 1.0, "{height} by {width}");
            }
            for (at, column) in footed.columns.iter().enumerate() {
                let sum: i64 = footed.cells.iter().map(|cells| cells[at]).sum();
                assert_eq!(sum, *column, "{height} by {width}");
            }
        }
    }

    #[test]
    fn a_table_rounded_for_itself_has_equals_alike() {
        let footed = round_table(&[vec![78.808; 12]], 2);
        assert_eq!(footed.cells, [[7881; 12]]);
        assert_eq!(
            (footed.rows, footed.columns, footed.total),
            (vec![94570], vec![7881; 12], 94570)
        );
    }

    #[test]
    fn whole_numbers_stay_as_they_are() {
        let footed = foot_table(&[vec![1.0, 2.0], vec![0.0, 40.0]], 0);
        assert_eq!(footed.cells, [[1, 2], [0, 40]]);
        assert_eq!((footed.rows, footed.columns, footed.total), (vec![3, 40], vec![1, 42], 43));
        assert_eq!(foot_table(&[], 2).total, 0);
    }

    #[test]
    fn shares_add_up_to_a_hundred() {
        assert_eq!(shares(&[1.0, 1.0, 1.0]), [334, 333, 333]);
        assert_eq!(shares(&[0.0, 0.0]), [0, 0]);
    }

    #[test]
    fn steps_read_as_decimals() {
        assert_eq!([decimal(426, 4), decimal(-5, 1), decimal(7, 0)], ["0.0426", "-0.5", "7"]);
    }
}
