//! What a call writes: its visible and its hidden output, within its limit of tokens.

use super::moments::{Moments, Rest};
use super::number;
use super::writer::{Setting, Writer, one, say, two, under, zero};
use crate::plan::{Call, Number};
use crate::workings::{Expr, Place};

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

/// Mean and variance of min(X, m): E[X; X ≤ m] + m·P(X > m), what varies of X being a lognormal above its fixed part.
fn capped(w: &mut Writer, group: &str, field: &str, of: &Moments, limit: &Expr) -> Rest {
    let far = w.setting(Setting::FarDeviations);
    let mut row = |name: &str, label: &str, unit: &str, expr: Expr| {
        let field = under(field, name);
        let address = under(group, &field);
        w.once(&address, |w| w.row(Place::Unit, group, &field, say(label, unit), expr))
    };
    let Moments { fixed, mean, variance, .. } = of;
    let room = zero().max(&(limit - fixed));
    if of.is_fixed() {
        return Rest { mean: fixed.min(limit), variance: zero() };
    }
    let room = row("room", "what varies may take", "tokens", room);
    let squared = row("sigma2", "σ² of what varies", "", (one() + variance / (mean * mean)).ln());
    let sigma = row("sigma", "its σ", "", squared.sqrt());
    let distance = (room.ln() - mean.ln()) / &sigma + &sigma / two();
    // Without room nothing stays below the limit.
    let none = zero() - far;
    let distance = Expr::if_at_most(&room, &zero(), &none, &distance);
    let distance = row("distance", "distance to the limit", "deviations", distance);
    let above = (zero() - &distance).normal_cdf();
    let above = row("above", "chance to meet the limit", "share", above);
    let within = mean * (&distance - &sigma).normal_cdf() + &room * &above;
    let within = row("within", "expected within the limit", "tokens", within);
    let square = (mean * mean + variance) * (&distance - two() * &sigma).normal_cdf()
        + &room * &room * &above;
    let square = row("square", "expected square within the limit", "tokens²", square);
    let variance = zero().max(&(square - &within * &within));
    let variance = row("variance", "its variance", "tokens²", variance);
    Rest { mean: fixed.min(limit) + within, variance }
}
