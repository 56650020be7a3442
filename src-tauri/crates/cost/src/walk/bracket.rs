//! Cliffs: which part of a call's prompts passes a limit, by partial expectation.

use super::number::{Moments, one, zero};
use super::rate::suffix;
use super::writer::{Setting, TableRows, Writer, say};
use crate::book::Bracket;
use crate::workings::{Expr, Node, Place, PriceId};

/// The size of a call's prompts: one size, or one for each turn k of a conversation.
pub struct Prompts {
    /// At turn k, or at once.
    pub size: Moments,
    /// The turns, with P(n ≥ k).
    pub turns: Option<TableRows>,
    /// Expected tokens over all turns.
    pub tokens: Expr,
    /// Expected turns.
    pub calls: Expr,
}

/// The part of a call's tokens that is billed in a bracket or above it.
#[derive(Clone)]
pub struct Passing {
    /// Of input tokens.
    pub input: Expr,
    /// Of calls, and so of output tokens.
    pub calls: Expr,
}

impl Passing {
    /// All of it.
    pub fn all() -> Self {
        Self { input: one(), calls: one() }
    }
}

/// The lognormal that stands for what varies of a prompt.
struct Matched {
    mu: Expr,
    sigma: Expr,
}

/// The part of prompts over a limit. E[X; X > t] = E[X]·Φ(σ − (ln t − μ)/σ) for what varies.
pub fn passing(
    w: &mut Writer,
    group: &str,
    prompts: &Prompts,
    limit: (Bracket, PriceId),
) -> Passing {
    let (bracket, price) = limit;
    let name = suffix(bracket);
    let size = &prompts.size;
    let row = |w: &mut Writer, field: &str, label: &str, unit: &str, expr: Expr| {
        w.row(Place::Unit, group, &format!("{name}.{field}"), say(label, unit), expr)
    };
    let room = Expr::from(Node::Limit(price)) - &size.fixed;
    let room = row(w, "room", "room for what varies", "tokens", room);
    let step = match bracket {
        Bracket::Over(_) => Expr::if_at_most(&size.mean, &room, &zero(), &one()),
        Bracket::AtLeast(_) => Expr::if_at_most(&room, &size.mean, &one(), &zero()),
    };
    let whole = size.expected();
    let (over, tokens) = if size.is_fixed() {
        let over = row(w, "over", "chance of passing the limit", "share", step);
        (over.clone(), over * whole)
    } else if let Some(measured) = &size.measured {
        // What was measured says itself how much of it lies beyond.
        let inclusive = match bracket {
            Bracket::Over(_) => false,
            Bracket::AtLeast(_) => true,
        };
        let over = measured.share_beyond(&room, inclusive);
        let over = row(w, "over", "chance of passing the limit", "share", over);
        (over.clone(), &size.fixed * over + measured.part_beyond(&room, inclusive))
    } else {
        let Matched { mu, sigma } = matched(w, group, prompts);
        let distance = (room.ln() - mu) / &sigma;
        let distance = Expr::if_at_most(&sigma, &zero(), &zero(), &distance);
        let distance = Expr::if_at_most(&room, &zero(), &zero(), &distance);
        let distance = row(w, "distance", "distance to the limit", "deviations", distance);
        let chance = one() - distance.normal_cdf();
        let chance = Expr::if_at_most(&room, &zero(), &one(), &chance);
        let chance = Expr::if_at_most(&sigma, &zero(), &step, &chance);
        let over = row(w, "over", "chance of passing the limit", "share", chance);
        let beyond = &size.fixed * &over + &size.mean * (sigma.clone() - &distance).normal_cdf();
        let tokens = Expr::if_at_most(&room, &zero(), &whole, &beyond);
        let tokens = Expr::if_at_most(&sigma, &zero(), &(&over * &whole), &tokens);
        (over, tokens)
    };
    let tokens = row(w, "tokens", "tokens of prompts that pass it", "tokens", tokens);
    let (calls, tokens) = match prompts.turns {
        None => (over, tokens),
        Some(table) => (dot(table, &over), dot(table, &tokens)),
    };
    let calls = calls / &prompts.calls;
    let calls = row(w, "calls", "part of calls that pass it", "share", calls);
    let input = &tokens / &prompts.tokens;
    let input = Expr::if_at_most(&prompts.tokens, &zero(), &zero(), &input);
    let input = row(w, "input", "part of input tokens that pass it", "share", input);
    Passing { input, calls }
}

/// 0 while the largest prompts stay below the lowest limit: else the call must be walked turn by turn.
/// A first turn may reach further than the last, whose many parts average out.
pub fn guard(w: &mut Writer, group: &str, turns: &[(&str, Prompts)], limit: (Bracket, PriceId)) {
    let deviations = w.setting(Setting::ReachDeviations);
    let mut largest = zero();
    for (turn, prompts) in turns {
        let size = &prompts.size;
        let reaches = if size.is_fixed() {
            size.fixed.clone()
        } else if size.measured.is_some() {
            &size.fixed + &size.most
        } else {
            let Matched { mu, sigma } = matched(w, &format!("{group}.{turn}"), prompts);
            let rare = (mu + &deviations * sigma).exp();
            // Seldom but very long texts lie beyond the deviations of their mean.
            let rare = if size.most.is(0) { rare } else { rare.max(&size.most) };
            &size.fixed + rare
        };
        largest = if largest.is(0) { reaches } else { largest.max(&reaches) };
    }
    let tokens = w.row(Place::Unit, group, "largest", say("largest prompt", "tokens"), largest);
    let edge = Expr::from(Node::Limit(limit.1));
    let within = match limit.0 {
        Bracket::Over(_) => Expr::if_at_most(&tokens, &edge, &zero(), &one()),
        Bracket::AtLeast(_) => Expr::if_at_most(&edge, &tokens, &one(), &zero()),
    };
    let label = format!("{group}: prompts stay below {} tokens", limit.0.limit_tokens());
    w.row(Place::Check, group, GUARD, say(label, "flag"), within);
}

/// The last part of a guard's address.
pub const GUARD: &str = "within-bracket";

fn matched(w: &mut Writer, group: &str, prompts: &Prompts) -> Matched {
    let Moments { mean, variance, .. } = &prompts.size;
    if prompts.size.is_fixed() {
        return Matched { mu: zero(), sigma: zero() };
    }
    let (mean, variance) = (mean.clone(), variance.clone());
    let squared = w.once(&format!("{group}.size.sigma2"), |w| {
        let ratio = (one() + &variance / (&mean * &mean)).ln();
        let guarded = Expr::if_at_most(&mean, &zero(), &zero(), &ratio);
        w.row(
            Place::Unit,
            group,
            "size.sigma2",
            say("σ² of what varies of the prompt", ""),
            guarded,
        )
    });
    let sigma = w.once(&format!("{group}.size.sigma"), |w| {
        w.row(
            Place::Unit,
            group,
            "size.sigma",
            say("σ of what varies of the prompt", ""),
            squared.sqrt(),
        )
    });
    let mu = w.once(&format!("{group}.size.mu"), |w| {
        let log = mean.ln() - &squared / Expr::whole(2);
        let guarded = Expr::if_at_most(&mean, &zero(), &zero(), &log);
        w.row(Place::Unit, group, "size.mu", say("μ of what varies of the prompt", ""), guarded)
    });
    Matched { mu, sigma }
}

/// Σ P(n ≥ k) · value(k).
fn dot(table: TableRows, value: &Expr) -> Expr {
    let row = value.row().expect("a row was just written");
    Expr::from(Node::Dot(table.at_least, row))
}
