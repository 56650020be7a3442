//! Typed numbers as they are in the first month, as rows: means, and what they are worked out from.

use super::measured::MeasuredRows;
use super::writer::{Setting, Writer, one, say, two, under, zero};
use crate::histogram::Bin;
use crate::plan::Number;
use crate::spread::{Law, Spread};
use crate::units::Kind;
use crate::workings::{Expr, InputId, Node, Place, RowId};

/// The expected value of a number in the first month.
pub fn mean(w: &mut Writer, number: &Number) -> Expr {
    if let Some(known) = w.means.get(&number.address) {
        return known.clone();
    }
    let mean = write_mean(w, number);
    w.means.insert(number.address.clone(), mean.clone());
    mean
}

fn write_mean(w: &mut Writer, number: &Number) -> Expr {
    match *number.spread() {
        Spread::Fixed(value) => w.typed(number, "", value),
        Spread::Range { low, high } => match number.kind.law() {
            Law::Lognormal => lognormal_mean(w, number),
            Law::Growth => {
                let grown = lognormal_mean(w, number);
                once(w, number, "mean", |_| grown - one())
            }
            Law::Share => share_mean(w, number, low, high),
        },
        Spread::Likely { low, likely, high } => {
            let points = [("low", low), ("likely", likely), ("high", high)];
            let points = points.map(|(field, value)| w.typed(number, field, value));
            once(w, number, "mean", |w| three_point_mean(w, &points))
        }
        Spread::Measured(_) => {
            let rows = measured(w, number);
            once(w, number, "mean", |_| Expr::from(Node::Dot(rows.times, rows.values)) / rows.met)
        }
    }
}

/// The table of a measured number, over cells that can be changed.
pub fn measured(w: &mut Writer, number: &Number) -> MeasuredRows {
    if let Some(rows) = w.measured.get(&number.address) {
        return rows.clone();
    }
    let Spread::Measured(histogram) = number.spread() else {
        unreachable!("only what was measured has a table of values")
    };
    let bins = histogram.bins();
    let mut cells = |field: &str, value: fn(&Bin) -> f64| -> Vec<InputId> {
        let numbered =
            bins.iter().zip(1..).map(|(bin, nth)| (format!("{field}-{nth}"), value(bin)));
        let typed = numbered.map(|(field, value)| w.typed(number, &field, value).input());
        typed.map(|input| input.expect("a typed number is an input")).collect()
    };
    let (values, times) = (cells("value", |bin| bin.value), cells("times", |bin| bin.times));
    let (group, unit) = (number.address.clone(), number.unit());
    let most = Expr::from(Node::Input(values[values.len() - 1]));
    let cells = values.iter().copied().zip(times.iter().copied()).collect();
    let [values, times, product, met] = match find(w, &group) {
        Some(rows) => rows,
        None => {
            w.decide(number);
            let address = under(&group, "measured");
            let (table, _) = w.workings.push_table(&group, &address, bins.len());
            let mut row = |field: &str, label: &str, unit: &str, expr: Expr| {
                w.row_id(Place::Unit, &group, under(&group, field), say(label, unit), expr)
            };
            let listed = |inputs: &[InputId]| Expr::from(Node::Listed(table, inputs[0]));
            let values = row(MEASURED[0], "measured value", &unit, listed(&values));
            let times = row(MEASURED[1], "times it was met", "count", listed(&times));
            let product = Expr::from(Node::Row(values)) * Expr::from(Node::Row(times));
            let product = row(MEASURED[2], "value × times", &unit, product);
            let sum = Expr::from(Node::Sum(times));
            [values, times, product, row(MEASURED[3], "how many were measured", "count", sum)]
        }
    };
    let met = Expr::from(Node::Row(met));
    let variance = histogram.variance();
    let rows = MeasuredRows { values, times, product, cells, met, most, variance };
    w.measured.insert(number.address.clone(), rows.clone());
    rows
}

const MEASURED: [&str; 4] = ["measured.value", "measured.times", "measured.product", "met"];

/// The rows of a measured number that are there.
fn find(w: &Writer, group: &str) -> Option<[RowId; 4]> {
    let [values, times, product, met] = MEASURED.map(|field| w.workings.find(&under(group, field)));
    Some([values?, times?, product?, met?])
}

/// μ and σ of a range.
pub fn lognormal(w: &mut Writer, number: &Number) -> (Expr, Expr) {
    let Spread::Range { low, high } = *number.spread() else {
        unreachable!("only a range has a lognormal")
    };
    let (low, high) = (w.typed(number, "low", low), w.typed(number, "high", high));
    let (low, high) = match number.kind.law() {
        Law::Growth => (one() + low, one() + high),
        Law::Lognormal | Law::Share => (low, high),
    };
    let width = w.setting(Setting::TwoZ90);
    let mu = once(w, number, "mu", |_| (low.ln() + high.ln()) / two());
    let sigma = once(w, number, "sigma", |_| (&high / &low).ln() / width);
    (mu, sigma)
}

fn lognormal_mean(w: &mut Writer, number: &Number) -> Expr {
    let (mu, sigma) = lognormal(w, number);
    let field = match number.kind.law() {
        Law::Growth => "factor",
        Law::Lognormal | Law::Share => "mean",
    };
    once(w, number, field, |_| (mu + &sigma * &sigma / two()).exp())
}

fn share_mean(w: &mut Writer, number: &Number, low: f64, high: f64) -> Expr {
    let (low, high) = (w.typed(number, "low", low), w.typed(number, "high", high));
    let reach = w.setting(Setting::ShareReach) * (&high - &low);
    let least = once(w, number, "least", |_| zero().max(&(&low - &reach)));
    let most = once(w, number, "most", |_| one().min(&(&high + &reach)));
    let middle = once(w, number, "middle", |_| (&low + &high) / two());
    once(w, number, "mean", |w| three_point_mean(w, &[least, middle, most]))
}

fn three_point_mean(w: &mut Writer, [low, likely, high]: &[Expr; 3]) -> Expr {
    let weight = w.setting(Setting::LikelyWeight);
    (low + &weight * likely + high) / (weight + two())
}

/// A row of a number, written when it is first asked for.
pub fn once(
    w: &mut Writer,
    number: &Number,
    field: &str,
    expr: impl FnOnce(&mut Writer) -> Expr,
) -> Expr {
    let address = under(&number.address, field);
    if let Some(row) = w.workings.find(&address) {
        return Expr::from(Node::Row(row));
    }
    let expr = expr(w);
    let (label, unit) = describe(field, number);
    let row = w.row_id(Place::Unit, &number.address, address, say(label, unit), expr);
    Expr::from(Node::Row(row))
}

fn describe(field: &str, number: &Number) -> (&'static str, String) {
    let unit = number.unit();
    match field {
        "mu" => ("μ of the lognormal", String::new()),
        "mu-now" => ("μ of the lognormal in the month", String::new()),
        "now" => ("expected value in the month", unit),
        "growth" => ("value against the first month, by growth", "times".to_owned()),
        "following" => ("value against the first month, by its driver", "times".to_owned()),
        "over-time" => ("value against the first month", "times".to_owned()),
        "driver" => ("its driver against its first month", "times".to_owned()),
        "sigma" => ("σ of the lognormal", String::new()),
        "variance" => ("variance between units", format!("{unit}²")),
        "factor" => ("mean of 1 + change", String::new()),
        "least" => ("least share", unit),
        "most" if number.kind == Kind::Count => ("largest count in the table", unit),
        "most" => ("largest share", unit),
        "middle" => ("likely share", unit),
        "pairs" => ("expected n(n − 1)/2", unit),
        _ => ("expected value", unit),
    }
}
