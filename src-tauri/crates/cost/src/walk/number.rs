//! Means, variances and count tables of typed numbers, as rows.

use std::sync::Arc;

use super::launched::{self, lognormal, measured, once};
use super::moments::{Measured, Moments, Without};
use super::over_time;
use super::writer::{Setting, TableRows, Writer, one, say, two, under, zero};
use crate::plan::{Number, Plan};
use crate::spread::{MOST_ROWS, Spread, count_table};
use crate::workings::{Expr, Node, Place, RowId};

/// The expected value of a number.
pub fn mean(w: &mut Writer, number: &Number) -> Expr {
    let launched = launched::mean(w, number);
    match over_time::factor(w, number) {
        None => launched,
        Some(factor) => once(w, number, "now", |_| launched * factor),
    }
}

/// Fixed part, mean and variance of a number that varies between units of work.
pub fn moments(w: &mut Writer, number: &Number) -> Moments {
    if let Some(known) = w.moments.get(&number.address) {
        return known.clone();
    }
    let launched = launched_moments(w, number);
    let moments = match over_time::factor(w, number) {
        None => launched,
        Some(factor) => launched.scaled(&factor),
    };
    w.moments.insert(number.address.clone(), moments.clone());
    moments
}

fn launched_moments(w: &mut Writer, number: &Number) -> Moments {
    let mean = launched::mean(w, number);
    let variance = match *number.spread() {
        Spread::Fixed(_) => return Moments::fixed(mean),
        Spread::Range { .. } => {
            let (_, sigma) = lognormal(w, number);
            let spread = (&sigma * &sigma).exp() - one();
            &(&mean * &mean) * spread
        }
        Spread::Likely { low, high, .. } => {
            let (low, high) = (w.typed(number, "low", low), w.typed(number, "high", high));
            let weight = w.setting(Setting::LikelyWeight);
            (&mean - &low) * (&high - &mean) / (weight + two() + one())
        }
        Spread::Measured(_) => return measured_moments(w, number, mean),
    };
    let variance = once(w, number, "variance", |_| variance);
    match number.spread() {
        Spread::Range { .. } => Moments::lognormal(mean, variance),
        Spread::Fixed(_) | Spread::Likely { .. } | Spread::Measured(_) => {
            Moments::varying(mean, variance)
        }
    }
}

fn measured_moments(w: &mut Writer, number: &Number, mean: Expr) -> Moments {
    let rows = measured(w, number);
    let variance = once(w, number, "variance", |w| {
        let away = Expr::from(Node::Row(rows.values)) - &mean;
        let address = under(&number.address, "measured.squares");
        let squares = say("squared distance from the mean", format!("{}²", number.unit()));
        let squares = w.row_id(Place::Unit, &number.address, &address, squares, &away * &away);
        Expr::from(Node::Dot(rows.times, squares)) / &rows.met
    });
    Moments::measured(rows, mean, variance)
}

/// The moments of a count: those of its table, where it has one.
pub fn count_moments(w: &mut Writer, count: &Number) -> Moments {
    if let Spread::Fixed(value) = *count.spread() {
        return Moments::fixed(w.typed(count, "", value));
    }
    let table = table(w, count);
    let mean = once(w, count, "mean", |_| Expr::from(Node::Sum(table.at_least)));
    let variance = once(w, count, "variance", |w| {
        // E[n²] = Σ (2k − 1)·P(n ≥ k)
        let index = Expr::from(Node::Row(table.index));
        let odd = two() * index - one();
        let group = under(&count.address, "odd");
        let odd = w.row_id(Place::Unit, &count.address, &group, say("2k − 1", "count"), odd);
        Expr::from(Node::Dot(table.at_least, odd)) - &mean * &mean
    });
    Moments::varying(mean, variance)
}

/// A count's expected value.
pub fn count_mean(w: &mut Writer, count: &Number) -> Expr {
    match *count.spread() {
        Spread::Fixed(value) => w.typed(count, "", value),
        Spread::Range { .. } | Spread::Likely { .. } | Spread::Measured(_) => {
            let table = table(w, count);
            once(w, count, "mean", |_| Expr::from(Node::Sum(table.at_least)))
        }
    }
}

/// A count's expected number of pairs, E[n(n − 1)/2]: how often an earlier turn is sent again.
pub fn count_pairs(w: &mut Writer, count: &Number) -> Expr {
    once(w, count, "pairs", |w| match *count.spread() {
        Spread::Fixed(value) => {
            let n = w.typed(count, "", value);
            &n * (&n - one()) / two()
        }
        Spread::Range { .. } | Spread::Likely { .. } | Spread::Measured(_) => {
            let table = table(w, count);
            let earlier = earlier(w, count, table);
            Expr::from(Node::Dot(table.at_least, earlier))
        }
    })
}

/// The largest value of a count.
pub fn most(w: &mut Writer, count: &Number) -> Expr {
    match *count.spread() {
        Spread::Fixed(value) => w.typed(count, "", value),
        Spread::Range { .. } | Spread::Likely { .. } | Spread::Measured(_) => {
            let table = table(w, count);
            once(w, count, "most", |w| {
                let reached = Expr::from(Node::Row(table.at_least));
                let reached = Expr::if_at_most(&reached, &zero(), &zero(), &one());
                let address = under(&count.address, "table.reached");
                let say = say("whether n may be k", "flag");
                Expr::from(Node::Sum(w.row_id(Place::Unit, &count.address, &address, say, reached)))
            })
        }
    }
}

/// k − 1, for each row of a count's table.
pub fn earlier(w: &mut Writer, count: &Number, table: TableRows) -> RowId {
    let address = under(&count.address, "earlier");
    if let Some(row) = w.workings.find(&address) {
        return row;
    }
    let expr = Expr::from(Node::Row(table.index)) - one();
    w.row_id(Place::Unit, &count.address, &address, say("turns before turn k", "count"), expr)
}

/// Σ of baseⁱ⁻¹ over i = 1 to n: attempts until one succeeds, at most n.
pub fn geometric(w: &mut Writer, count: &Number, base: &Expr, address: &str) -> Expr {
    match *count.spread() {
        Spread::Fixed(value) => {
            let n = w.typed(count, "", value);
            let series = (one() - base.power(&n)) / (one() - base);
            Expr::if_at_most(&one(), base, &n, &series)
        }
        Spread::Range { .. } | Spread::Likely { .. } | Spread::Measured(_) => {
            let table = table(w, count);
            let earlier = Expr::from(Node::Row(earlier(w, count, table)));
            // 0⁰ is an error in some spreadsheets.
            let power = Expr::if_at_most(&earlier, &zero(), &one(), &base.power(&earlier));
            let address = under(address, "powers");
            let say = say("chance of coming to try k", "share");
            let powers = w.row_id(Place::Unit, &count.address, &address, say, power);
            Expr::from(Node::Dot(table.at_least, powers))
        }
    }
}

/// How many there are where none comes the last way, as each does not with this chance: of a count that varies.
pub fn without(w: &mut Writer, count: &Number, not_last: Option<Expr>) -> Option<Without> {
    let not_last = not_last.filter(|_| !matches!(count.spread(), Spread::Fixed(_)))?;
    let table = table(w, count);
    // Draws that come otherwise have rows of their own.
    let mut group = under(&count.address, "without");
    loop {
        match w.workings.find(&under(&group, "each")) {
            Some(row) if w.workings.row(row).expr != not_last => {
                w.leans_on_others = true;
                group.push_str("-other");
            }
            Some(_) | None => break,
        }
    }
    let mut row = |field: &str, label: &str, unit: &str, expr: Expr| {
        let address = under(&group, field);
        w.once(&address, |w| {
            let row = w.row_id(Place::Unit, &count.address, &address, say(label, unit), expr);
            Expr::from(Node::Row(row))
        })
    };
    let each = row("each", "chance that one does not come the last way", "share", not_last);
    let k = Expr::from(Node::Row(table.index));
    let before = &k - one();
    // E[f(n)] = f(0) + Σ P(n ≥ k)·(f(k) − f(k − 1))
    let none = row("none", "chance that none of k does", "share", each.power(&k));
    let none_before = Expr::if_at_most(&before, &zero(), &one(), &each.power(&before));
    let none_before = row("before", "chance that none of k − 1 does", "share", none_before);
    let mut sum = |field: &str, label: &str, of: Expr, of_before: Expr| {
        let expr = &none * of - &none_before * of_before;
        let expr = row(field, label, "", expr);
        Expr::from(Node::Dot(table.at_least, expr.row().expect("it was just written")))
    };
    let chance = sum("step", "what the k-th adds to the chance of none", one(), one());
    let first = sum("first", "the same of how many", k.clone(), before.clone());
    let second = sum("second", "the same of their square", &k * &k, &before * &before);
    let chance = row("chance", "chance that none does", "share", one() + chance);
    let of_none = |sum: Expr| Expr::if_at_most(&chance, &zero(), &one(), &(sum / &chance));
    let mean = row("mean", "how many there are then", "count", of_none(first));
    let variance = zero().max(&(of_none(second) - &mean * &mean));
    let variance = row("variance", "its variance", "count²", variance);
    Some(Without { chance, mean, variance })
}

/// So many rows has the table of a count: more than are used, as room for edits.
///
/// # Panics
/// When the count needs more rows than a table may have: a checked plan's does not.
pub fn table_rows(plan: &Plan, count: &Number) -> usize {
    let factors = (1..=plan.months).map(|month| plan.factor(count, month));
    let largest = if count.changes() { factors.fold(1.0, f64::max) } else { 1.0 };
    let used = count_table(&count.scaled(largest)).expect("a checked count has a table").len();
    // A range three times as long still fits.
    (3 * used + 10).min(MOST_ROWS + 4)
}

/// The probability table of a count, with room for edits.
///
/// # Panics
/// When the count needs more rows than a table may have: a checked plan's does not.
pub fn table(w: &mut Writer, count: &Number) -> TableRows {
    let rows = under(&count.address, "table");
    if let (Some(index), Some(at_least)) =
        (w.workings.find(&under(&rows, "k")), w.workings.find(&under(&rows, "at-least")))
    {
        return TableRows { index, at_least };
    }
    if count.changes() {
        Arc::make_mut(&mut w.workings.decided).by_changing_counts = true;
    }
    let printed = table_rows(w.checked.plan, count);
    let (_, index) = w.workings.push_table(&count.address, &rows, printed);
    let k = Expr::from(Node::Row(index));
    let at_least = match *count.spread() {
        Spread::Fixed(value) => {
            let n = w.typed(count, "", value);
            Expr::if_at_most(&k, &n, &one(), &zero())
        }
        Spread::Measured(_) => {
            let rows = measured(w, count);
            Measured::once(rows).share_beyond(&k, true)
        }
        Spread::Range { .. } | Spread::Likely { .. } => {
            let (mu, sigma) = lognormal(w, count);
            let mu = match over_time::factor(w, count) {
                None => mu,
                Some(factor) => once(w, count, "mu-now", |_| mu + factor.ln()),
            };
            let edge = ((two() * &k - one()) / two()).ln();
            // A range without width is a step.
            let step = Expr::if_at_most(&mu, &edge, &one(), &zero());
            let curve = ((edge - &mu) / &sigma).normal_cdf();
            let curve = Expr::if_at_most(&sigma, &zero(), &step, &curve);
            let below = Expr::if_at_most(&k, &one(), &zero(), &curve);
            let below = table_row(w, count, "below", "P(n < k)", below);
            let tail = w.setting(Setting::Tail);
            Expr::if_at_most(&tail, &below, &zero(), &(one() - &below))
        }
    };
    let say_at_least = say("P(n ≥ k)", "share");
    let address = under(&rows, "at-least");
    let at_least = w.row_id(Place::Unit, &count.address, address, say_at_least, at_least);
    TableRows { index, at_least }
}

fn table_row(w: &mut Writer, count: &Number, field: &str, label: &str, expr: Expr) -> Expr {
    let field = format!("table.{field}");
    w.row(Place::Unit, &count.address, &field, say(label, "share"), expr)
}
