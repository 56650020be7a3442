//! Means, variances and count tables of typed numbers, as rows.

use super::moments::{Measured, Moments};
use super::writer::{MeasuredRows, Setting, TableRows, Writer, one, say, two, zero};
use crate::histogram::Bin;
use crate::plan::Number;
use crate::spread::{Law, MOST_ROWS, Spread, count_table};
use crate::units::Kind;
use crate::workings::{Expr, InputId, Node, Place, RowId};

/// The expected value of a number.
pub fn mean(w: &mut Writer, number: &Number) -> Expr {
    match number.spread() {
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

/// Fixed part, mean and variance of a number that varies between units of work.
pub fn moments(w: &mut Writer, number: &Number) -> Moments {
    let mean = mean(w, number);
    let variance = match number.spread() {
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
    Moments::varying(mean, variance)
}

fn measured_moments(w: &mut Writer, number: &Number, mean: Expr) -> Moments {
    let rows = measured(w, number);
    let variance = once(w, number, "variance", |w| {
        let away = Expr::from(Node::Row(rows.values)) - &mean;
        let address = format!("{}.measured.squares", number.address);
        let squares = say("squared distance from the mean", format!("{}²", number.unit()));
        let squares = w.row_id(Place::Unit, &number.address, &address, squares, &away * &away);
        Expr::from(Node::Dot(rows.times, squares)) / &rows.met
    });
    Moments::measured(rows, mean, variance)
}

/// The table of a measured number, over cells that can be changed.
fn measured(w: &mut Writer, number: &Number) -> MeasuredRows {
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
    let (table, _) = w.workings.push_table(&group, &format!("{group}.measured"), bins.len());
    let mut row = |field: &str, label: &str, unit: &str, expr: Expr| {
        w.row_id(Place::Unit, &group, &format!("{group}.{field}"), say(label, unit), expr)
    };
    let listed = |inputs: &[InputId]| Expr::from(Node::Listed(table, inputs[0]));
    let cells = values.iter().copied().zip(times.iter().copied()).collect();
    let values = row("measured.value", "measured value", &unit, listed(&values));
    let times = row("measured.times", "times it was met", "count", listed(&times));
    let product = Expr::from(Node::Row(values)) * Expr::from(Node::Row(times));
    let product = row("measured.product", "value × times", &unit, product);
    let met = row("met", "how many were measured", "count", Expr::from(Node::Sum(times)));
    let met = Expr::from(Node::Row(met));
    let variance = histogram.variance();
    let rows = MeasuredRows { values, times, product, cells, met, most, variance };
    w.measured.insert(number.address.clone(), rows.clone());
    rows
}

/// The moments of a count: those of its table, where it has one.
pub fn count_moments(w: &mut Writer, count: &Number) -> Moments {
    if let Spread::Fixed(value) = count.spread() {
        return Moments::fixed(w.typed(count, "", value));
    }
    let table = table(w, count);
    let mean = once(w, count, "mean", |_| Expr::from(Node::Sum(table.at_least)));
    let variance = once(w, count, "variance", |w| {
        // E[n²] = Σ (2k − 1)·P(n ≥ k)
        let index = Expr::from(Node::Row(table.index));
        let odd = two() * index - one();
        let group = format!("{}.odd", count.address);
        let odd = w.row_id(Place::Unit, &count.address, &group, say("2k − 1", "count"), odd);
        Expr::from(Node::Dot(table.at_least, odd)) - &mean * &mean
    });
    Moments::varying(mean, variance)
}

/// A count's expected value.
pub fn count_mean(w: &mut Writer, count: &Number) -> Expr {
    match count.spread() {
        Spread::Fixed(value) => w.typed(count, "", value),
        Spread::Range { .. } | Spread::Likely { .. } | Spread::Measured(_) => {
            let table = table(w, count);
            once(w, count, "mean", |_| Expr::from(Node::Sum(table.at_least)))
        }
    }
}

/// A count's expected number of pairs, E[n(n − 1)/2]: how often an earlier turn is sent again.
pub fn count_pairs(w: &mut Writer, count: &Number) -> Expr {
    once(w, count, "pairs", |w| match count.spread() {
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
    match count.spread() {
        Spread::Fixed(value) => w.typed(count, "", value),
        Spread::Range { .. } | Spread::Likely { .. } | Spread::Measured(_) => {
            let table = table(w, count);
            once(w, count, "most", |w| {
                let reached = Expr::from(Node::Row(table.at_least));
                let reached = Expr::if_at_most(&reached, &zero(), &zero(), &one());
                let address = format!("{}.table.reached", count.address);
                let say = say("whether n may be k", "flag");
                Expr::from(Node::Sum(w.row_id(Place::Unit, &count.address, &address, say, reached)))
            })
        }
    }
}

/// k − 1, for each row of a count's table.
pub fn earlier(w: &mut Writer, count: &Number, table: TableRows) -> RowId {
    let address = format!("{}.earlier", count.address);
    if let Some(row) = w.workings.find(&address) {
        return row;
    }
    let expr = Expr::from(Node::Row(table.index)) - one();
    w.row_id(Place::Unit, &count.address, &address, say("turns before turn k", "count"), expr)
}

/// Σ of baseⁱ⁻¹ over i = 1 to n: attempts until one succeeds, at most n.
pub fn geometric(w: &mut Writer, count: &Number, base: &Expr, address: &str) -> Expr {
    match count.spread() {
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
            let address = format!("{address}.powers");
            let say = say("chance of coming to try k", "share");
            let powers = w.row_id(Place::Unit, &count.address, &address, say, power);
            Expr::from(Node::Dot(table.at_least, powers))
        }
    }
}

/// The probability table of a count, with room for edits.
///
/// # Panics
/// When the count needs more rows than a table may have: a checked plan's does not.
pub fn table(w: &mut Writer, count: &Number) -> TableRows {
    if let Some(rows) = w.tables.get(&count.address) {
        return *rows;
    }
    let used = count_table(&count.spread()).expect("a checked count has a table").len();
    // Room for edits: a range three times as long still fits.
    let printed = (3 * used + 10).min(MOST_ROWS + 4);
    let (_, index) =
        w.workings.push_table(&count.address, &format!("{}.table", count.address), printed);
    let k = Expr::from(Node::Row(index));
    let at_least = match count.spread() {
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
    let address = format!("{}.table.at-least", count.address);
    let say_at_least = say("P(n ≥ k)", "share");
    let at_least = w.row_id(Place::Unit, &count.address, &address, say_at_least, at_least);
    let rows = TableRows { index, at_least };
    w.tables.insert(count.address.clone(), rows);
    rows
}

fn table_row(w: &mut Writer, count: &Number, field: &str, label: &str, expr: Expr) -> Expr {
    let field = format!("table.{field}");
    w.row(Place::Unit, &count.address, &field, say(label, "share"), expr)
}

/// μ and σ of a range.
fn lognormal(w: &mut Writer, number: &Number) -> (Expr, Expr) {
    let Spread::Range { low, high } = number.spread() else {
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
fn once(
    w: &mut Writer,
    number: &Number,
    field: &str,
    expr: impl FnOnce(&mut Writer) -> Expr,
) -> Expr {
    let address = format!("{}.{field}", number.address);
    w.once(&address, |w| {
        let expr = expr(w);
        let (label, unit) = describe(field, number);
        w.row(Place::Unit, &number.address, field, say(label, unit), expr)
    })
}

fn describe(field: &str, number: &Number) -> (&'static str, String) {
    let unit = number.unit();
    match field {
        "mu" => ("μ of the lognormal", String::new()),
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
