//! Results of tools that a call is the first to read: what is read again is history.

use std::rc::Rc;

use super::frame::Frame;
use super::growth::Times;
use super::left::Left;
use super::part;
use super::seen::{Kind, Seen};
use super::writer::{Writer, one, zero};
use crate::plan::{CONTEXT, Call, InputRef};
use crate::workings::Expr;

/// Tokens of results that a call is the first to read, over everything that repeats around it. Where a step of a loop
/// may go by without a reader, only what the step before it left is new.
pub fn fresh<'p>(w: &mut Writer<'p>, call: &Call, frame: &Frame<'p>) -> Expr {
    let Some(context) = frame.context.as_ref().filter(|_| reads(call)) else { return zero() };
    let before: Vec<Rc<Seen>> = frame.before.iter().map(|it| Rc::clone(&it.step)).collect();
    let here = unread_of(w, &before, &call.model);
    let mut tokens = frame.repeats() * &here.tokens;
    for piece in &context.pieces {
        let (Times::Earlier, Left::Steps(steps)) = (piece.so_often, &piece.left) else { continue };
        let left = unread_of(w, steps, &call.model);
        let again = frame.turns() * frame.between() * (&context.times - one());
        tokens = tokens + again * &here.passes * left.tokens;
    }
    tokens
}

/// What tools of a step returned that no call of it has read.
struct Unread {
    /// Tokens.
    tokens: Expr,
    /// The chance that no call of the step reads what stands before it.
    passes: Expr,
}

impl Unread {
    /// Nothing that returns, and nothing that reads.
    fn nothing() -> Self {
        Self { tokens: zero(), passes: one() }
    }
}

fn reads(call: &Call) -> bool {
    call.input.iter().any(|input| input.part == CONTEXT)
}

/// What is unread after steps that come one after another.
fn unread_of<'p>(w: &mut Writer<'p>, steps: &[Rc<Seen<'p>>], reader: &str) -> Unread {
    steps.iter().rev().fold(Unread::nothing(), |later, step| {
        let own = unread(w, step, reader);
        Unread {
            tokens: &later.passes * own.tokens + later.tokens,
            passes: later.passes * own.passes,
        }
    })
}

fn unread<'p>(w: &mut Writer<'p>, seen: &Seen<'p>, reader: &str) -> Unread {
    match &seen.kind {
        Kind::Call(call) => {
            Unread { passes: if reads(call) { zero() } else { one() }, ..Unread::nothing() }
        }
        Kind::Tool(tool) => {
            let Some(name) = &tool.returns else { return Unread::nothing() };
            let input = InputRef { part: name.clone(), copies: tool.uses.clone() };
            let tokens = part::size(w, &input, reader).expected();
            Unread { tokens, ..Unread::nothing() }
        }
        Kind::Chain(steps) => unread_of(w, steps, reader),
        Kind::Route { taken, branches, .. } => {
            let ways = taken.iter().zip(branches);
            one_of(ways.map(|(part, step)| (part.clone(), unread(w, step, reader))).collect())
        }
        Kind::Retry { attempts, step, then } => {
            let tried = unread(w, step, reader);
            let Some(then) = then else { return tried };
            let stand_in = unread(w, then, reader);
            let good = one() - &attempts.all_fail;
            one_of(vec![(good, tried), (attempts.all_fail.clone(), stand_in)])
        }
        Kind::FanOut { copies, step, .. } => {
            let each = unread(w, step, reader);
            Unread { tokens: copies * each.tokens, passes: each.passes }
        }
        Kind::Cascade(tiers) => tiers.iter().fold(Unread::nothing(), |all, tier| {
            let own = unread(w, &tier.step, reader);
            let stands = &tier.reached * &tier.step.answered * &tier.stands;
            let asked =
                if own.passes.is(1) { zero() } else { &tier.reached * (one() - own.passes) };
            let tokens = if own.tokens.is(0) { zero() } else { stands * own.tokens };
            Unread { tokens: all.tokens + tokens, passes: all.passes * (one() - asked) }
        }),
        Kind::ResponseCache(reused) => unread(w, &reused.step, reader),
        // What is a unit of its own reads and leaves nothing but its answer.
        Kind::Until { .. }
        | Kind::Loop { .. }
        | Kind::Agent { .. }
        | Kind::Conversation { .. }
        | Kind::Nothing => Unread::nothing(),
    }
}

fn one_of(ways: Vec<(Expr, Unread)>) -> Unread {
    let certain = ways.iter().all(|(_, way)| way.passes.is(1));
    let sum = |of: &dyn Fn(&Unread) -> Expr| {
        let parts = ways.iter().filter(|(_, way)| !of(way).is(0));
        parts.fold(zero(), |sum, (part, way)| sum + part * of(way))
    };
    let passes = if certain { one() } else { sum(&|way| way.passes.clone()) };
    Unread { tokens: sum(&|way| way.tokens.clone()), passes }
}

#[cfg(test)]
mod tests {
    use crate::estimate::estimate;
    use crate::plan::Measures;
    use crate::sample::{checked, plan};
    use crate::workings::{Driver, Item};

    const PROMPTS: &str = "{ user: { tokens: 100 }, page: { tokens: 500, role: tools } }";
    const TOOL: &str = "{ tool: { returns: page } }";

    fn call(name: &str) -> String {
        format!(
            "{{ call: {{ name: {name}, model: acme/small, input: [user, context], output: 10 }} }}"
        )
    }

    /// Tokens that one unit is billed for, by driver: first readings of tools, and what is read again.
    #[track_caller]
    fn check(step: &str, tools: f64, history: f64) {
        let (plan, measures) = (plan(1, PROMPTS, step), Measures::default());
        let estimate = estimate(&checked(&plan, &measures)).expect("a plan of sensible size");
        let sum = |driver: Driver| -> f64 {
            let lines = estimate.workings.lines.iter().filter(|line| {
                line.driver == driver
                    && matches!(&line.item, Item::Model { meter, .. } if meter.is_tokens())
            });
            lines.map(|line| estimate.values.at(line.quantity.expect("it is counted"), 0)).sum()
        };
        for (driver, expected) in [(Driver::Tools, tools), (Driver::History, history)] {
            let found = sum(driver);
            assert!((found - expected).abs() < 1e-9, "{}: {found}, not {expected}", driver.name());
        }
    }

    fn repeated(steps: &str) -> String {
        format!("{{ loop: {{ steps: 4, step: {{ chain: [{steps}] }} }} }}")
    }

    #[test]
    fn results_are_new_to_the_next_step_and_history_to_those_after_it() {
        // Three results are met anew; six times ten tokens of the call, and three results again.
        check(&repeated(&format!("{}, {TOOL}", call("think"))), 1500.0, 6.0 * 510.0 - 1500.0);
    }

    #[test]
    fn results_of_the_same_step_are_new() {
        let all = 4.0 * 500.0 + 6.0 * 510.0;
        check(&repeated(&format!("{TOOL}, {}", call("think"))), 2000.0, all - 2000.0);
    }

    #[test]
    fn what_one_call_has_read_is_history_to_the_next() {
        let steps = format!("{TOOL}, {}, {}", call("think"), call("check"));
        let first = 4.0 * 500.0 + 6.0 * 520.0;
        let second = 4.0 * 510.0 + 6.0 * 520.0;
        check(&repeated(&steps), 2000.0, first + second - 2000.0);
    }

    #[test]
    fn what_a_part_of_the_steps_looks_up_is_new_in_that_part() {
        let quiet = "{ tool: { fee: $0.01 } }";
        let route = format!(
            "{{ route: [ {{ share: 30%, step: {TOOL} }}, {{ share: rest, step: {quiet} }} ] }}"
        );
        let all = 4.0 * 150.0 + 6.0 * 160.0;
        check(&repeated(&format!("{route}, {}", call("think"))), 600.0, all - 600.0);
    }

    #[test]
    fn a_tool_outside_of_loops_is_read_by_nobody() {
        check(
            &format!("{{ chain: [{TOOL}, {}] }}", call("think").replace(", context", "")),
            0.0,
            0.0,
        );
    }
}
