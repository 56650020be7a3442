//! A limit over a slice of what a plan comes to, month by month: within, near or over, and what is behind it.
#![deny(clippy::float_arithmetic)]

use std::iter::{Sum, repeat_n};
use std::ops::Sub;

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::ledger::{Ledger, LedgerLine};
use crate::meter::Meter;
use crate::money::{Money, Quantity};
use crate::plan::Side;
use crate::workings::{Driver, Item};

/// How a limit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "BudgetVerdict")]
pub enum Verdict {
    /// In some month it is passed.
    Over,
    /// Nothing can be said of it.
    Unjudged,
    /// In some month more than nine tenths of it are reached.
    Near,
    /// Every month stays below.
    Within,
}

/// A limit held against months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged<T> {
    /// How it stands.
    pub verdict: Verdict,
    /// The first month that passes it, counted from 0.
    pub first: Option<usize>,
    /// The month that comes furthest, and what it comes to; nothing where no month has any.
    pub worst: Option<(usize, T)>,
    /// How much that is above the limit.
    pub excess: Option<T>,
}

/// What most of a slice is paid for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// The step that costs most; empty for what belongs to none.
    pub step: String,
    /// What costs most of that step.
    pub driver: Driver,
    /// What the two come to.
    pub amount: Money,
}

/// Holds a limit against every month; nothing for one without anything to be limited.
pub fn judge<T>(limit: T, months: &[Option<T>]) -> Judged<T>
where
    T: Copy + Ord + Sub<Output = T> + Sum,
{
    let there = || months.iter().enumerate().filter_map(|(month, of)| Some((month, (*of)?)));
    let first = there().find(|(_, of)| *of > limit).map(|(month, _)| month);
    // The first of several that come as far.
    let worst = there().reduce(|most, next| if next.1 > most.1 { next } else { most });
    let is_near = |of: T| repeat_n(of, 10).sum::<T>() > repeat_n(limit, 9).sum();
    let verdict = match worst {
        Some((_, most)) if most > limit => Verdict::Over,
        Some((_, most)) if is_near(most) => Verdict::Near,
        Some(_) | None => Verdict::Within,
    };
    let excess = worst.map(|(_, most)| most).filter(|most| *most > limit).map(|most| most - limit);
    Judged { verdict, first, worst, excess }
}

/// The dearest step of a slice, and the dearest cause in that step.
pub fn behind(ledger: &Ledger, wanted: impl Fn(&LedgerLine) -> bool) -> Option<Behind> {
    let lines: Vec<&LedgerLine> = ledger.lines.iter().filter(|line| wanted(line)).collect();
    let step = most(lines.iter().map(|line| (line.step.as_str(), line.amount)))?.0;
    let of_step = lines.iter().filter(|line| line.step == step);
    let (driver, amount) = most(of_step.map(|line| (line.driver, line.amount)))?;
    Some(Behind { step: step.to_owned(), driver, amount })
}

/// What most of a call's tokens on one side are, in a month.
pub fn behind_tokens(ledger: &Ledger, step: &str, side: Side, month: usize) -> Option<Driver> {
    let lines = ledger.lines.iter().filter(|line| line.month == month && line.step == step);
    let tokens = lines.filter_map(|line| match &line.item {
        Item::Model { meter, .. } if side_of(*meter) == Some(side) => {
            Some((line.driver, line.quantity))
        }
        Item::Model { .. } | Item::Other(_) => None,
    });
    Some(most::<Driver, Quantity>(tokens)?.0)
}

fn side_of(meter: Meter) -> Option<Side> {
    let name = meter.name();
    match meter.is_tokens() {
        true if name.starts_with("output") => Some(Side::Output),
        true => Some(Side::Input),
        false => None,
    }
}

/// The key with the largest sum; the first of several.
fn most<K: PartialEq + Copy, T: Copy + Ord + Sum>(
    of: impl Iterator<Item = (K, T)>,
) -> Option<(K, T)> {
    let mut sums: Vec<(K, T)> = vec![];
    for (key, amount) in of {
        match sums.iter_mut().find(|(known, _)| *known == key) {
            Some((_, sum)) => *sum = [*sum, amount].into_iter().sum(),
            None => sums.push((key, amount)),
        }
    }
    sums.into_iter().reduce(|most, next| if next.1 > most.1 { next } else { most })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_near_from_nine_tenths_on_and_passed_only_above() {
        let check = |months: &[Option<u64>], verdict, first, worst, excess| {
            assert_eq!(judge(100, months), Judged { verdict, first, worst, excess }, "{months:?}");
        };
        check(&[Some(90), Some(12)], Verdict::Within, None, Some((0, 90)), None);
        check(&[Some(12), Some(91)], Verdict::Near, None, Some((1, 91)), None);
        check(&[None, Some(100)], Verdict::Near, None, Some((1, 100)), None);
        check(
            &[Some(12), Some(101), Some(130), Some(130)],
            Verdict::Over,
            Some(1),
            Some((2, 130)),
            Some(30),
        );
        check(&[None, None], Verdict::Within, None, None, None);
        check(&[], Verdict::Within, None, None, None);
    }

    #[test]
    fn money_is_judged_to_its_last_digit() {
        let money = |text| Money::parse(text).expect("money");
        let months = [Some(money("9000.000000000000000001"))];
        let judged = judge(money("9000"), &months);
        assert_eq!(judged.excess, Some(money("0.000000000000000001")));
    }

    #[test]
    fn the_largest_sum_counts_and_not_the_largest_line() {
        assert_eq!(most([("a", 3_u64), ("b", 2), ("b", 2)].into_iter()), Some(("b", 4)));
        assert_eq!(most([("a", 4_u64), ("b", 4)].into_iter()), Some(("a", 4)));
        assert_eq!(most(std::iter::empty::<(&str, u64)>()), None);
    }
}
