//! Cliffs: which part of a call's prompts passes a limit, by partial expectation.

use super::moments::{Apart, Bounded, Case, Measured, Moments, Rest, Third, larger};
use super::rate::suffix;
use super::writer::{Setting, Writer, one, say, two, under, zero};
use crate::book::Bracket;
use crate::workings::{Expr, Node, Place, PriceId, RowId};

/// The size of a call's prompts: one size, or one for each turn k of a conversation.
pub struct Prompts {
    /// At turn k, or at once.
    pub size: Moments,
    /// The chance of each turn: a row of their table.
    pub turns: Option<RowId>,
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
#[derive(Clone)]
struct Matched {
    mu: Expr,
    sigma: Expr,
}

/// What varies of a prompt as a lognormal, and the room that the rest of the prompt leaves it.
struct Varying {
    room: Expr,
    mean: Expr,
    matched: Matched,
}

/// What passes a limit.
struct Over {
    /// The chance of it.
    chance: Expr,
    /// What varies of the prompts that pass it.
    varying: Expr,
}

/// One limit of a call.
pub struct Limit<'g> {
    /// What the addresses of its rows begin with.
    pub group: &'g str,
    /// What they are called.
    pub name: String,
    /// What the rows of the size that is compared are called.
    pub size: String,
    /// Whether what just reaches it has passed it.
    pub inclusive: bool,
    /// Where it is, in tokens.
    pub edge: Expr,
}

/// What passes a limit, as rows: the chance of it, and its tokens.
pub struct Beyond {
    /// The chance.
    pub chance: Expr,
    /// Tokens of what passes it.
    pub tokens: Expr,
}

impl Limit<'_> {
    fn row(&self, w: &mut Writer, field: &str, label: &str, unit: &str, expr: Expr) -> Expr {
        let field = under(&self.name, field);
        w.row(Place::Unit, self.group, &field, say(label, unit), expr)
    }

    fn chance(&self, w: &mut Writer, field: &str, expr: Expr) -> Expr {
        self.row(w, field, "chance of passing the limit", "share", expr)
    }

    fn tokens(&self, w: &mut Writer, field: &str, expr: Expr) -> Expr {
        self.row(w, field, "tokens of prompts that pass it", "tokens", expr)
    }

    /// One of two, as a prompt of one size stays within the limit or passes it.
    fn step(&self, size: &Expr, room: &Expr, within: &Expr, passes: &Expr) -> Expr {
        match self.inclusive {
            false => Expr::if_at_most(size, room, within, passes),
            true => Expr::if_at_most(room, size, passes, within),
        }
    }

    /// E[X; X > t] = E[X]·Φ(σ − (ln t − μ)/σ) for what varies.
    fn lognormal(&self, w: &mut Writer, prefix: &str, varying: &Varying) -> Over {
        let Varying { room, mean, matched: Matched { mu, sigma } } = varying;
        // Without room or width all pass the limit or none does.
        let none = w.setting(Setting::FarDeviations);
        let all = zero() - &none;
        let step = self.step(mean, room, &none, &all);
        let distance = Expr::if_at_most(sigma, &zero(), &step, &((room.ln() - mu) / sigma));
        let distance = Expr::if_at_most(room, &zero(), &all, &distance);
        let field = format!("{prefix}distance");
        let distance = self.row(w, &field, "distance to the limit", "deviations", distance);
        let varying = mean * (sigma - &distance).normal_cdf();
        Over { chance: (zero() - distance).normal_cdf(), varying }
    }

    /// A sum of several: an amount that never varies, negative where the sum is skewed little, and a lognormal beside it, of
    /// the sum's own mean, variance and third central moment.
    fn sum(
        &self,
        w: &mut Writer,
        (mean, variance, third): (&Expr, &Expr, &Expr),
        room: &Expr,
    ) -> Over {
        let mut row = |field: &str, label: &str, unit: &str, expr: Expr| {
            let field = format!("{}.{field}", self.size);
            w.once(&under(self.group, &field), |w| {
                w.row(Place::Unit, self.group, &field, say(label, unit), expr)
            })
        };
        let skew = third / (variance * variance.sqrt());
        let skew = Expr::if_at_most(variance, &zero(), &zero(), &skew);
        let skew = row("skew", "skewness of what varies of the prompt", "", skew);
        // skew = (c² + 3)·c has one root: c = ∛r − 1/∛r, with r = skew/2 + √(1 + skew²/4).
        let half = &skew / two();
        let root = &half + (one() + &half * &half).sqrt();
        let root = root.power(&(one() / (two() + one())));
        let root = row("root", "cube root of its half and what completes it", "", root);
        let c = &root - one() / &root;
        // Within two deviations of the mean the foot would stand in the body of the sum.
        let far = Expr::if_at_most(&c, &(one() / two()), &(variance.sqrt() / &c), mean);
        let above = Expr::if_at_most(&c, &zero(), mean, &far);
        let above = row("above", "mean of the lognormal part of it", "tokens", above);
        let (field, value) = (under(&self.size, "above"), mean - &above);
        let value = row("below", "what the lognormal part stands on", "tokens", value);
        let matched = matched(w, self.group, &field, &above, variance);
        let each = self.lognormal(w, "", &Varying { room: room - &value, mean: above, matched });
        let over = self.row(w, "sum", "chance that the sum passes it", "share", each.chance);
        Over { varying: value * &over + each.varying, chance: over }
    }

    /// What was measured says itself how much of it lies beyond.
    fn measured(&self, of: &Measured, room: &Expr) -> Over {
        let varying = of.part_beyond(room, self.inclusive);
        Over { chance: of.share_beyond(room, self.inclusive), varying }
    }

    /// Each way in which one of several may come, with all else that varies as a lognormal beside it.
    fn case_by_case(&self, w: &mut Writer, cases: &[Case], room: &Expr) -> Over {
        let mut sum = Over { chance: zero(), varying: zero() };
        for (Case { chance, value, rest }, nth) in cases.iter().zip(1..) {
            let name = format!("case-{nth}");
            let mut named = |field: &str, label: &str, unit: &str, expr: &Expr| {
                let field = format!("{name}.{field}");
                self.row(w, &field, label, unit, expr.clone())
            };
            let value = named("value", "one of several amounts", "tokens", value);
            let mean = named("mean", "what varies beside it", "tokens", &rest.mean);
            let variance = named("variance", "its variance", "tokens²", &rest.variance);
            let matched =
                matched(w, self.group, &format!("{}.{name}", self.name), &mean, &variance);
            let varying = Varying { room: room - &value, mean, matched };
            let each = self.lognormal(w, &format!("{name}."), &varying);
            let over = self.row(
                w,
                &format!("{name}.over"),
                "chance that it passes the limit",
                "share",
                each.chance,
            );
            sum.varying = sum.varying + chance * (value * &over + each.varying);
            sum.chance = sum.chance + chance * over;
        }
        sum
    }

    /// Each value that was measured, with all else that varies as a lognormal beside it.
    fn value_by_value(
        &self,
        w: &mut Writer,
        (of, rest): (&Measured, &Rest),
        room: &Expr,
        in_turns: bool,
    ) -> Over {
        let name = under(&self.name, "rest");
        let mean = self.row(w, "rest.mean", "what varies beside it", "tokens", rest.mean.clone());
        let matched = matched(w, self.group, &name, &mean, &rest.variance);
        let beside = |w: &mut Writer, prefix: &str, value: &Expr| {
            let (room, mean) = (room - value, mean.clone());
            self.lognormal(w, prefix, &Varying { room, mean, matched: matched.clone() })
        };
        let share = |times: Expr| times / &of.rows.met;
        if !in_turns {
            let value = &of.factor * Expr::from(Node::Row(of.rows.values));
            let each = beside(w, "left.", &value);
            let chance = self.chance(w, "left.over", each.chance);
            let varying = self.tokens(w, "left.varying", &value * &chance + each.varying);
            let weighed = |each| share(dot(of.rows.times, &each));
            return Over { chance: weighed(chance), varying: weighed(varying) };
        }
        // A table has no room for turns and values: a row for each value, and one for some added up.
        let mut sum = Over { chance: zero(), varying: zero() };
        for ((value, times), nth) in of.rows.cells.iter().zip(1..) {
            let value = &of.factor * Expr::from(Node::Input(*value));
            let each = beside(w, &format!("left-{nth}."), &value);
            let share = share(Expr::from(Node::Input(*times)));
            sum.varying = sum.varying + &share * (value * &each.chance + each.varying);
            sum.chance = sum.chance + share * each.chance;
            if nth % ADDED_AT_ONCE == 0 {
                sum.chance = self.chance(w, &format!("up-to-{nth}.over"), sum.chance);
                sum.varying = self.tokens(w, &format!("up-to-{nth}.varying"), sum.varying);
            }
        }
        sum
    }
}

/// Values added up in one formula, whose length spreadsheets limit.
const ADDED_AT_ONCE: usize = 8;

/// The part of prompts over a limit.
pub fn passing(
    w: &mut Writer,
    group: &str,
    prompts: &Prompts,
    (bracket, price): (Bracket, PriceId),
) -> Passing {
    let limit = Limit {
        group,
        name: suffix(bracket),
        size: "size".to_owned(),
        inclusive: match bracket {
            Bracket::Over(_) => false,
            Bracket::AtLeast(_) => true,
        },
        edge: Expr::from(Node::Limit(price)),
    };
    let Beyond { chance, tokens } = beyond(w, &limit, &prompts.size, prompts.turns.is_some());
    let (calls, tokens) = match prompts.turns {
        None => (chance, tokens),
        Some(weights) => (dot(weights, &chance), dot(weights, &tokens)),
    };
    let calls = calls / &prompts.calls;
    let calls = limit.row(w, "calls", "part of calls that pass it", "share", calls);
    let input = &tokens / &prompts.tokens;
    let input = Expr::if_at_most(&prompts.tokens, &zero(), &zero(), &input);
    let input = limit.row(w, "input", "part of input tokens that pass it", "share", input);
    Passing { input, calls }
}

/// What of an amount passes a limit, by partial expectation; turn by turn where there are turns.
pub fn beyond(w: &mut Writer, limit: &Limit, size: &Moments, in_turns: bool) -> Beyond {
    let Moments { fixed, mean, variance, third, measured, cases, .. } = size;
    let room = &limit.edge - fixed;
    let room = limit.row(w, "room", "room for what varies", "tokens", room);
    let Over { chance, varying } = match measured {
        _ if size.is_fixed() => {
            let chance = limit.step(mean, &room, &zero(), &one());
            Over { chance, varying: zero() }
        }
        None if !cases.is_empty() => limit.case_by_case(w, cases, &room),
        None => match third {
            Third::Lognormal | Third::Unknown => {
                let matched = matched(w, limit.group, &limit.size, mean, variance);
                limit.lognormal(w, "", &Varying { room, mean: mean.clone(), matched })
            }
            Third::Sum(third) => limit.sum(w, (mean, variance, third), &room),
        },
        Some(of) => match &of.rest {
            None => limit.measured(of, &room),
            Some(rest) => limit.value_by_value(w, (of, rest), &room, in_turns),
        },
    };
    let chance = limit.chance(w, "over", chance);
    let tokens = limit.tokens(w, "tokens", fixed * &chance + varying);
    Beyond { chance, tokens }
}

/// 0 while the largest prompts stay below the lowest limit: else the call must be walked turn by turn.
/// A first turn may reach further than the last, whose many parts average out.
pub fn guard(
    w: &mut Writer,
    group: &str,
    turns: &[(&str, Prompts)],
    limit: (Bracket, PriceId),
) -> Expr {
    let largest = largest(w, group, turns);
    let tokens = w.row(Place::Unit, group, "largest", say("largest prompt", "tokens"), largest);
    let edge = Expr::from(Node::Limit(limit.1));
    let within = match limit.0 {
        Bracket::Over(_) => Expr::if_at_most(&tokens, &edge, &zero(), &one()),
        Bracket::AtLeast(_) => Expr::if_at_most(&edge, &tokens, &one(), &zero()),
    };
    let label = format!("{group}: prompts stay below {} tokens", limit.0.limit_tokens());
    w.row(Place::Check, group, GUARD, say(label, "flag"), within)
}

/// A length that all but one prompt in 10¹¹ stay below.
pub fn largest(w: &mut Writer, group: &str, turns: &[(&str, Prompts)]) -> Expr {
    let deviations = w.setting(Setting::ReachDeviations);
    let mut largest = zero();
    for (turn, prompts) in turns {
        let size = &prompts.size;
        let Apart { bounded, boundless } = size.taken_apart();
        let group = under(group, turn);
        let measured =
            if bounded.most.is(0) { zero() } else { rare_sum(w, &group, &bounded, &deviations) };
        let rest = if boundless.is_none() {
            zero()
        } else {
            let Matched { mu, sigma } =
                matched(w, &group, "size", &boundless.mean, &boundless.variance);
            (mu + &deviations * sigma).exp()
        };
        largest = larger(&largest, &(&size.fixed + measured + rest));
    }
    largest
}

/// What a sum of measured draws passes no more often than a normal number these deviations. Bennett's
/// inequality: P(S − E[S] ≥ t) ≤ e⁻ᴸ at t = (V/M·(eˢ − 1 − s) + L·M)/s for every s > 0, with V the
/// variance of S and M its longest draw.
fn rare_sum(w: &mut Writer, group: &str, sum: &Bounded, deviations: &Expr) -> Expr {
    let mut row = |field: &str, label: &str, unit: &str, expr: &Expr| {
        let field = format!("bounded.{field}");
        w.row(Place::Unit, group, &field, say(label, unit), expr.clone())
    };
    let mean = row("mean", "what was measured, added up", "tokens", &sum.mean);
    let variance = row("variance", "its variance", "tokens²", &sum.variance);
    let draw = row("draw", "longest text in it", "tokens", &sum.draw);
    let seldom = zero() - (zero() - deviations).normal_cdf().ln();
    let seldom = row("seldom", "−ln of the chance to leave out", "", &seldom);
    let third = &seldom * &draw * &draw / &variance / (two() + one());
    let third = Expr::if_at_most(&variance, &zero(), &zero(), &third);
    let third = row("weight", "weight of the longest text", "", &third);
    // The best s of Bernstein's weaker inequality is near the best of this one.
    let tilt = (one() + &third + (&third * &third + (two() + two() + two()) * &third).sqrt()).ln();
    let tilt = row("tilt", "how much long texts are favoured", "", &tilt);
    let beyond = &variance / &draw * (tilt.exp() - one() - &tilt) + &seldom * &draw;
    let rare = (mean + beyond / &tilt).min(&sum.most);
    Expr::if_at_most(&variance, &zero(), &sum.most, &rare)
}

/// The last part of a guard's address.
pub const GUARD: &str = "within-bracket";

/// μ and σ of the lognormal of this mean and variance, as rows below `field`.
fn matched(w: &mut Writer, group: &str, field: &str, mean: &Expr, variance: &Expr) -> Matched {
    let mut row = |part: &str, label: &str, expr: &dyn Fn() -> Expr| {
        let field = under(field, part);
        w.once(&under(group, &field), |w| w.row(Place::Unit, group, &field, say(label, ""), expr()))
    };
    let squared = row("sigma2", "σ² of what varies of the prompt", &|| {
        let ratio = (one() + variance / (mean * mean)).ln();
        Expr::if_at_most(mean, &zero(), &zero(), &ratio)
    });
    let sigma = row("sigma", "σ of what varies of the prompt", &|| squared.sqrt());
    let mu = row("mu", "μ of what varies of the prompt", &|| {
        let log = mean.ln() - &squared / Expr::whole(2);
        Expr::if_at_most(mean, &zero(), &zero(), &log)
    });
    Matched { mu, sigma }
}

/// Σ weight(k) · value(k).
fn dot(weights: RowId, value: &Expr) -> Expr {
    let row = value.row().expect("a row was just written");
    Expr::from(Node::Dot(weights, row))
}
