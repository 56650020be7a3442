//! What a call writes: its visible and its hidden output, within its limit of tokens.

use super::moments::{Measured, Moments, Rest};
use super::number;
use super::writer::{Setting, Writer, one, say, two, zero};
use crate::plan::{Call, Number};
use crate::workings::{Expr, Node, Place};

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
    let hidden = moments(w, call.reasoning.as_deref());
    let all = moments(w, call.output.as_deref()).plus(&hidden);
    // Hidden tokens are spent first.
    let reasoning = capped(w, &group, "capped.reasoning", &hidden, &limit).mean;
    let all = capped(w, &group, "capped", &all, &limit).mean;
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
    let all = capped(w, &group, "capped", &output.plus(&hidden), &limit);
    if call.keep_reasoning || call.reasoning.is_none() {
        return Moments::varying(all.mean, all.variance);
    }
    let spent = capped(w, &group, "capped.reasoning", &hidden, &limit);
    let mean = all.mean - spent.mean;
    // What the limit takes off visible output varies with what was thought; matched, not exact.
    let share = &mean / output.expected();
    Moments::varying(mean, &(&output.variance * &share) * &share)
}

fn moments(w: &mut Writer, number: Option<&Number>) -> Moments {
    number.map_or_else(Moments::zero, |number| number::moments(w, number))
}

/// The address of a call's numbers.
fn group(call: &Call) -> String {
    let limit = call.max_tokens.as_ref().map(|limit| limit.address.as_str());
    limit.and_then(|address| address.strip_suffix(".max_tokens")).unwrap_or_default().to_owned()
}

/// Mean and variance of min(X, m): value by value of what was measured, what else varies being a lognormal above the
/// fixed part.
fn capped(w: &mut Writer, group: &str, field: &str, of: &Moments, limit: &Expr) -> Rest {
    let Moments { fixed, mean, variance, measured, .. } = of;
    if of.is_fixed() {
        return Rest { mean: fixed.min(limit), variance: zero() };
    }
    let cap = Cap { group, field };
    let room = zero().max(&(limit - fixed));
    let room = cap.row(w, "room", "what varies may take", "tokens", room);
    let Within { mean, square } = match measured {
        None => {
            let rest = Rest { mean: mean.clone(), variance: variance.clone() };
            cap.lognormal(w, &rest, &room)
        }
        Some(of) => cap.measured(w, of, &room),
    };
    let variance = zero().max(&(square - &mean * &mean));
    let variance = cap.row(w, "variance", "its variance", "tokens²", variance);
    Rest { mean: fixed.min(limit) + mean, variance }
}

/// What is written of an amount within its room, and the square of that.
struct Within {
    mean: Expr,
    square: Expr,
}

/// A limit on an amount: where its rows stand.
struct Cap<'g> {
    group: &'g str,
    field: &'g str,
}

impl Cap<'_> {
    fn row(&self, w: &mut Writer, name: &str, label: &str, unit: &str, expr: Expr) -> Expr {
        let field = format!("{}.{name}", self.field);
        let address = format!("{}.{field}", self.group);
        w.once(&address, |w| w.row(Place::Unit, self.group, &field, say(label, unit), expr))
    }

    /// E[X; X ≤ m] + m·P(X > m) of a lognormal.
    fn lognormal(&self, w: &mut Writer, of: &Rest, room: &Expr) -> Within {
        let Rest { mean, variance } = of;
        let far = w.setting(Setting::FarDeviations);
        let squared = (one() + variance / (mean * mean)).ln();
        let squared = self.row(w, "sigma2", "σ² of what varies", "", squared);
        let sigma = self.row(w, "sigma", "its σ", "", squared.sqrt());
        let distance = (room.ln() - mean.ln()) / &sigma + &sigma / two();
        // Without room nothing stays below the limit.
        let none = zero() - far;
        let distance = Expr::if_at_most(room, &zero(), &none, &distance);
        let distance = self.row(w, "distance", "distance to the limit", "deviations", distance);
        let above = (zero() - &distance).normal_cdf();
        let above = self.row(w, "above", "chance to meet the limit", "share", above);
        let within = mean * (&distance - &sigma).normal_cdf() + room * &above;
        let within = self.row(w, "within", "expected within the limit", "tokens", within);
        let square = (mean * mean + variance) * (&distance - two() * &sigma).normal_cdf()
            + room * room * &above;
        let label = "expected square within the limit";
        Within { mean: within, square: self.row(w, "square", label, "tokens²", square) }
    }

    /// Each value that was measured, and beside it what else varies in the room that it leaves.
    fn measured(&self, w: &mut Writer, of: &Measured, room: &Expr) -> Within {
        let value = (&of.factor * Expr::from(Node::Row(of.rows.values))).min(room);
        let value = self.row(w, "value", "of a measured value, within the limit", "tokens", value);
        let beside = match of.rest.as_ref().filter(|rest| !rest.is_none()) {
            Some(rest) => {
                let left = self.row(w, "left", "room beside a value", "tokens", room - &value);
                self.lognormal(w, rest, &left)
            }
            None => Within { mean: zero(), square: zero() },
        };
        let square = &value * &value + two() * &value * &beside.mean + beside.square;
        let label = "expected within the limit";
        Within {
            mean: self.expected(w, of, ("all-within", label, "tokens"), value + beside.mean),
            square: self.expected(w, of, ("all-square", "its square", "tokens²"), square),
        }
    }

    /// The mean over all that was measured, of a row with each value.
    fn expected(
        &self,
        w: &mut Writer,
        of: &Measured,
        (name, label, unit): (&str, &str, &str),
        each: Expr,
    ) -> Expr {
        let each = self.row(w, &format!("{name}.each"), label, unit, each);
        let each = each.row().expect("it was just written");
        let sum = Expr::from(Node::Dot(of.rows.times, each));
        self.row(w, name, label, unit, sum / &of.rows.met)
    }
}
