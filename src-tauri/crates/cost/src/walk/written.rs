//! What a call writes: its visible and its hidden output, within its limit of tokens.

use super::moments::{Measured, Moments, Rest};
use super::number;
use super::writer::{Setting, Writer, one, say, two, zero};
use crate::plan::{Call, Number};
use crate::workings::{Expr, Node, Place, RowId};

/// What a call writes in one run.
pub struct Written {
    /// Visible tokens.
    pub output: Expr,
    /// Hidden tokens.
    pub reasoning: Expr,
}

/// Expected tokens of one run.
pub fn written(w: &mut Writer, call: &Call) -> Written {
    let Some(limit) = &call.max_tokens else {
        let mut mean =
            |number: Option<&Number>| number.map_or_else(zero, |number| number::mean(w, number));
        let output = mean(call.output.as_deref());
        let reasoning = mean(call.reasoning.as_deref());
        return Written { output, reasoning };
    };
    let limit = number::mean(w, limit);
    let group = group(call);
    let output = moments(w, call.output.as_deref());
    let hidden = moments(w, call.reasoning.as_deref());
    // Hidden tokens are spent first.
    let reasoning = capped(w, &group, "capped.reasoning", &hidden, &limit).mean;
    let all = all(w, call, [&output, &hidden], &limit).mean;
    Written { output: all - &reasoning, reasoning }
}

/// What of a run is left for others to read: visible output, and what was thought where that is sent again.
pub fn said(w: &mut Writer, call: &Call) -> Moments {
    let output = moments(w, call.output.as_deref());
    let hidden = moments(w, call.reasoning.as_deref());
    let Some(limit) = &call.max_tokens else {
        return if call.keep_reasoning { output.plus(&hidden) } else { output };
    };
    let limit = number::mean(w, limit);
    let group = group(call);
    let all = all(w, call, [&output, &hidden], &limit);
    if call.keep_reasoning || call.reasoning.is_none() {
        return Moments::varying(all.mean, all.variance);
    }
    let spent = capped(w, &group, "capped.reasoning", &hidden, &limit);
    let mean = all.mean - spent.mean;
    let variance = match &call.reasoning {
        Some(number) if !hidden.is_fixed() => {
            beside_hidden(w, &group, (number, &hidden), &output, (&limit, &mean))
        }
        Some(_) | None => all.variance,
    };
    Moments::varying(mean, variance)
}

/// The variance of visible output, of which the limit leaves less the more is thought.
fn beside_hidden(
    w: &mut Writer,
    group: &str,
    (number, hidden): (&Number, &Moments),
    output: &Moments,
    (limit, mean): (&Expr, &Expr),
) -> Expr {
    let names = Names { group, field: "capped.visible" };
    let values = match &hidden.measured {
        Some(measured) => Values::measured(measured),
        None => points(w, number, hidden),
    };
    let room = zero().max(&(limit - &values.value));
    let room = names.row(w, "room", "what is visible may take", "tokens", room);
    let fixed = output.fixed.min(&room);
    let square = match output.mean.is(0) {
        true => &fixed * &fixed,
        false => {
            let rest = Rest { mean: output.mean.clone(), variance: output.variance.clone() };
            let Within { within, square } = names.within(w, &rest, &(room - &fixed));
            &fixed * &fixed + two() * &fixed * within + square
        }
    };
    let square = names.row(w, "each-square", "its expected square", "tokens²", square);
    let square = square.row().expect("it was just written");
    names.variance(w, mean, Expr::from(Node::Dot(values.times, square)) / &values.all)
}

/// All that a call writes within its limit.
fn all(w: &mut Writer, call: &Call, [output, hidden]: [&Moments; 2], limit: &Expr) -> Rest {
    let group = group(call);
    match &call.reasoning {
        Some(number) => capped_both(w, (&group, "capped"), (number, hidden), output, limit),
        None => capped(w, &group, "capped", output, limit),
    }
}

fn moments(w: &mut Writer, number: Option<&Number>) -> Moments {
    number.map_or_else(Moments::zero, |number| number::moments(w, number))
}

/// The address of a call's numbers.
fn group(call: &Call) -> String {
    let limit = call.max_tokens.as_ref().map(|limit| limit.address.as_str());
    limit.and_then(|address| address.strip_suffix(".max_tokens")).unwrap_or_default().to_owned()
}

/// Mean and variance of min(X, m), what varies of X being a lognormal above its fixed part: beside each value that was
/// measured, where something of it was.
fn capped(w: &mut Writer, group: &str, field: &str, of: &Moments, limit: &Expr) -> Rest {
    let Moments { fixed, mean, variance, measured, .. } = of;
    if of.is_fixed() {
        return Rest { mean: fixed.min(limit), variance: zero() };
    }
    let names = Names { group, field };
    if let Some(measured) = measured {
        let values = Values::measured(measured);
        return names.beside(w, &values, (fixed, measured.rest.as_ref()), limit);
    }
    let room = zero().max(&(limit - fixed));
    let room = names.row(w, "room", "what varies may take", "tokens", room);
    let rest = Rest { mean: mean.clone(), variance: variance.clone() };
    let Within { within, square } = names.within(w, &rest, &room);
    let variance = names.variance(w, &within, square);
    Rest { mean: fixed.min(limit) + within, variance }
}

/// The same of two that vary, one of which is `number`: beside each of its points.
fn capped_both(
    w: &mut Writer,
    (group, field): (&str, &str),
    (number, of): (&Number, &Moments),
    other: &Moments,
    limit: &Expr,
) -> Rest {
    let all = of.plus(other);
    if of.is_fixed() || other.is_fixed() || all.measured.is_some() {
        return capped(w, group, field, &all, limit);
    }
    let values = points(w, number, of);
    let rest = Rest { mean: other.mean.clone(), variance: other.variance.clone() };
    Names { group, field }.beside(w, &values, (&all.fixed, Some(&rest)), limit)
}

/// Values in a table, with how often each comes.
struct Values {
    value: Expr,
    times: RowId,
    all: Expr,
}

impl Values {
    fn measured(of: &Measured) -> Self {
        let value = &of.factor * Expr::from(Node::Row(of.rows.values));
        Self { value, times: of.rows.times, all: of.rows.met.clone() }
    }
}

/// What varies as a lognormal, by points in equal steps of its deviations: sums of smooth functions over them are as
/// good as integrals.
fn points(w: &mut Writer, number: &Number, of: &Moments) -> Values {
    let group = &number.address;
    let table = format!("{group}.points");
    let find = |w: &Writer, field: &str| w.workings.find(&format!("{table}.{field}"));
    if let (Some(value), Some(times)) = (find(w, "value"), find(w, "weight")) {
        return Values {
            value: Expr::from(Node::Row(value)),
            times,
            all: Expr::from(Node::Sum(times)),
        };
    }
    let count = w.setting(Setting::Points);
    let (_, index) = w.workings.push_table(group, &table, POINTS);
    let mut row = |field: &str, label: &str, unit: &str, expr: Expr| {
        w.row_id(Place::Unit, group, format!("{table}.{field}"), say(label, unit), expr)
    };
    let z = (two() * Expr::from(Node::Row(index)) - count - one()) / (two() + two());
    let z = Expr::from(Node::Row(row("z", "deviations from the middle", "deviations", z)));
    let weight = (zero() - &z * &z / two()).exp();
    let times = row("weight", "how often it comes, in proportion", "weight", weight);
    let squared = (one() + &of.variance / (&of.mean * &of.mean)).ln();
    let value = &of.mean * (squared.sqrt() * z - squared / two()).exp();
    let value = Expr::from(Node::Row(row("value", "what varies there", &number.unit(), value)));
    Values { value, times, all: Expr::from(Node::Sum(times)) }
}

/// Rows of the table of points; [`Setting::Points`] says the same.
const POINTS: usize = 31;

/// What of a lognormal stays within a limit.
struct Within {
    /// E[min(X, room)]
    within: Expr,
    /// E[min(X, room)²]
    square: Expr,
}

/// What the rows of one limit are called.
struct Names<'g> {
    group: &'g str,
    field: &'g str,
}

impl Names<'_> {
    fn row(&self, w: &mut Writer, name: &str, label: &str, unit: &str, expr: Expr) -> Expr {
        let (group, field) = (self.group, format!("{}.{name}", self.field));
        let address = format!("{group}.{field}");
        w.once(&address, |w| w.row(Place::Unit, group, &field, say(label, unit), expr))
    }

    fn variance(&self, w: &mut Writer, mean: &Expr, square: Expr) -> Expr {
        let label = "expected square within the limit";
        let square = self.row(w, "square", label, "tokens²", square);
        let variance = zero().max(&(square - mean * mean));
        self.row(w, "variance", "its variance", "tokens²", variance)
    }

    /// E[X; X ≤ m] + m·P(X > m)
    fn within(&self, w: &mut Writer, of: &Rest, room: &Expr) -> Within {
        let far = w.setting(Setting::FarDeviations);
        let Rest { mean, variance } = of;
        let squared = (one() + variance / (mean * mean)).ln();
        let squared = self.row(w, "sigma2", "σ² of what varies", "", squared);
        let sigma = self.row(w, "sigma", "its σ", "", squared.sqrt());
        let distance = (room.ln() - mean.ln()) / &sigma + &sigma / two();
        // Without room nothing stays below the limit.
        let distance = Expr::if_at_most(room, &zero(), &(zero() - far), &distance);
        let distance = self.row(w, "distance", "distance to the limit", "deviations", distance);
        let above = (zero() - &distance).normal_cdf();
        let above = self.row(w, "above", "chance to meet the limit", "share", above);
        let within = mean * (&distance - &sigma).normal_cdf() + room * &above;
        let within = self.row(w, "within", "expected within the limit", "tokens", within);
        let square = (mean * mean + variance) * (&distance - two() * &sigma).normal_cdf()
            + room * room * &above;
        Within { within, square }
    }

    /// Mean and variance of min(X, m), beside each value of what X holds.
    fn beside(
        &self,
        w: &mut Writer,
        values: &Values,
        (fixed, rest): (&Expr, Option<&Rest>),
        limit: &Expr,
    ) -> Rest {
        let spent = (fixed + &values.value).min(limit);
        let spent = self.row(w, "spent", "value within the limit", "tokens", spent);
        let (each, square) = match rest {
            None => (spent.clone(), &spent * &spent),
            Some(rest) => {
                let room = limit - &spent;
                let room = self.row(w, "room", "what varies beside it may take", "tokens", room);
                let Within { within, square } = self.within(w, rest, &room);
                (&spent + &within, &spent * &spent + two() * &spent * &within + square)
            }
        };
        let mut mean_of = |name: &str, label: &str, unit: &str, each: Expr| {
            let each = self.row(w, name, label, unit, each);
            let each = each.row().expect("it was just written");
            Expr::from(Node::Dot(values.times, each)) / &values.all
        };
        let mean = mean_of("each", "expected within the limit, beside a value", "tokens", each);
        let square = mean_of("each-square", "its expected square", "tokens²", square);
        let mean = self.row(w, "mean", "expected within the limit", "tokens", mean);
        let variance = self.variance(w, &mean, square);
        Rest { mean, variance }
    }
}
