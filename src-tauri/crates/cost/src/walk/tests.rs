//! The walk against play: every execution enumerated where it can be, played where it cannot.

use crate::estimate::{Estimate, estimate};
use crate::plan::{Measures, Plan};
use crate::play::{Script, Used, enumerate, play};
use crate::sample::{book, checked, plan};
use crate::workings::{explain, number};

pub(super) fn worked_out(plan: &Plan) -> Estimate {
    estimate(&checked(plan, &Measures::default())).expect("a plan of sensible size")
}

/// A row's value in a month counted from 1, by its address.
pub(super) fn value(estimate: &Estimate, address: &str, month: usize) -> f64 {
    let row = estimate.workings.find(address).unwrap_or_else(|| panic!("no row {address}"));
    estimate.values.at(row, month - 1)
}

/// Tokens of one kind for one unit: every row of the driver's tokens, over all calls.
fn tokens(estimate: &Estimate, driver: &str) -> f64 {
    let of_call = |group: &str| format!("{group}.{driver}.tokens");
    let rows = estimate.workings.rows.iter().filter(|row| row.address == of_call(&row.group));
    rows.map(|row| value(estimate, &row.address, 1)).sum()
}

fn close(name: &str, value: f64, expected: f64, tolerance: f64) {
    let scale = expected.abs().max(1e-300);
    assert!((value - expected).abs() <= tolerance * scale, "{name}: {value} is not {expected}");
}

fn script(plan: &Plan, month: u32, measures: &Measures) -> Script {
    let book = book();
    let model = |name: &str| book.models.iter().find(|model| name.ends_with(&model.id));
    Script::new(plan, &plan.features[0], month, measures, model).expect("can be played")
}

/// What every execution of a unit comes to in a month, each by its chance.
pub(super) fn outcomes(plan: &Plan, month: u32) -> Used<f64> {
    enumerate(&script(plan, month, &Measures::default())).expect("enumerable").unit
}

/// The walk equals every enumerated execution, month by month.
pub(super) fn equals_enumeration(plan: &Plan) {
    let estimate = worked_out(plan);
    for month in 1..=plan.months {
        let expected = outcomes(plan, month);
        let walked = value(&estimate, "f.month.unit-cost", month as usize);
        close("unit cost", walked, expected.cost, 1e-12);
        if month == 1 {
            let again = expected.history + expected.context;
            close("history", tokens(&estimate, "history"), again, 1e-12);
            close("output", tokens(&estimate, "output"), expected.output, 1e-12);
        }
    }
}

const PARTS: &str = "{ system: { tokens: 400, role: system, grows: 6%/month }, user: { tokens: 30 }, \
     page: { tokens: 150, role: retrieved }, schema: { tokens: 90, role: tools } }";

#[test]
fn a_conversation_that_can_fail_equals_its_enumeration() {
    equals_enumeration(&plan(
        2,
        PARTS,
        "{ conversation: { turns: 1..2, turn: [ \
           { call: { name: rewrite, model: acme/small, input: [user], output: 12 } }, \
           { route: [ \
             { share: 70%, step: { call: { name: easy, model: acme/small, answer: true, input: [system, history, page x2, user], output: 120, reasoning: 40 } } }, \
             { share: rest, step: { retry: { attempts: 2, fails: { invalid: 10%, rejected: 3% }, \
                step: { call: { name: hard, model: acme/large, answer: true, input: [system, schema, history, user], output: 300 } }, \
                then: { retry: { attempts: 1, fails: { invalid: 20% }, step: { call: { name: last, model: acme/small, answer: true, input: [history, user], output: 80 } } } } } } } ] }, \
           { call: { name: guard, model: acme/small, input: [history, user], output: 2 } } ] } }",
    ));
}

#[test]
fn copies_retries_and_what_follows_equal_their_enumeration() {
    equals_enumeration(&plan(
        2,
        PARTS,
        "{ chain: [ \
           { fan-out: { copies: 1..2, step: { retry: { attempts: 1..2, fails: { odd: { value: 30%, billed_input: 100%, billed_output: 25% }, timeout: 5% }, \
              step: { call: { name: check, model: acme/search, input: [page x3], output: 20 } } } } } }, \
           { call: { name: close, model: acme/small, input: [system], output: 50 } } ] }",
    ));
}

#[test]
fn retries_inside_retries_multiply_what_failed() {
    equals_enumeration(&plan(
        1,
        PARTS,
        "{ retry: { attempts: 3, fails: { timeout: 20%, rejected: 10% }, \
           step: { chain: [ { call: { name: draft, model: acme/small, input: [system], output: 200 } }, \
             { retry: { attempts: 2, fails: { invalid: 40% }, step: { call: { name: check, model: acme/large, answer: true, input: [system, user], output: 90 } }, \
               then: { call: { name: mend, model: acme/large, answer: true, input: [user], output: 60 } } } } ] } } }",
    ));
}

#[test]
fn a_retry_that_always_fails_is_summed_and_not_divided() {
    equals_enumeration(&plan(
        1,
        PARTS,
        "{ retry: { attempts: 4, fails: { invalid: 100% }, step: { call: { name: a, model: acme/small, input: [system], output: 20 } }, \
           then: { call: { name: b, model: acme/large, answer: true, input: [system], output: 20 } } } }",
    ));
}

#[test]
fn two_cliffs_are_met_turn_by_turn_and_at_their_exact_edges() {
    // Turns send 400, 700, 1,000, … tokens: turn 3 stands exactly on the inclusive limit.
    let conversation = |base: u32, turns: &str| {
        format!(
            "{{ conversation: {{ turns: {turns}, turn: [ {{ call: {{ name: a, model: acme/steps, answer: true, \
             input: [base, history, user], output: {base} }} }} ] }} }}"
        )
    };
    let prompts = "{ base: { tokens: 300, role: system, grows: 5%/month }, user: { tokens: 100 } }";
    equals_enumeration(&plan(8, prompts, &conversation(200, "3..9")));
    equals_enumeration(&plan(2, prompts, &conversation(200, "8")));
    let edge = "{ call: { name: a, model: acme/steps, answer: true, input: [user], output: 10 } }";
    for tokens in [999, 1000, 2500, 2501] {
        equals_enumeration(&plan(1, &format!("{{ user: {{ tokens: {tokens} }} }}"), edge));
    }
}

#[test]
fn a_far_cliff_leaves_a_guard_and_no_turns() {
    let step = "{ conversation: { turns: 2..6, turn: [ { call: { name: a, model: acme/large, answer: true, \
         input: [user, history], output: 100..300 } } ] } }";
    let far = worked_out(&plan(1, "{ user: { tokens: 40..220 } }", step));
    assert_eq!(value(&far, "f.a.within-bracket", 1), 0.0);
    assert!(far.workings.find("f.a.over-200000.over").is_none());
    let near = worked_out(&plan(1, "{ user: { tokens: 9k..60k } }", step));
    assert!(near.workings.find("f.a.within-bracket").is_none());
    assert!(value(&near, "f.a.over-200000.input", 1) > 0.0);
}

#[test]
fn what_varies_equals_play_within_four_standard_errors() {
    let plan = plan(
        1,
        "{ system: { tokens: 900, role: system }, user: { tokens: 40..220 }, page: { tokens: 350..900, used: 40% } }",
        "{ conversation: { turns: 2..6, turn: [ \
           { route: [ \
             { share: 30..50%, step: { call: { name: easy, model: acme/small, answer: true, input: [system, history, page x4, user], output: 120..300 } } }, \
             { share: rest, step: { retry: { attempts: 3, fails: { invalid: 6%, timeout: 3% }, \
               step: { call: { name: hard, model: acme/large, answer: true, input: [system, history, user], output: 180..450, reasoning: 400/600/1800 } } } } } ] } ] } }",
    );
    let estimate = worked_out(&plan);
    let measures = Measures::default();
    let played = play(&script(&plan, 1, &measures), 7, 20_000);
    let walked = value(&estimate, "f.month.unit-cost", 1);
    let errors = played.unit.cost.errors_from(walked);
    assert!(errors < 4.0, "{walked} is {errors} standard errors from play");
    for (driver, figure) in [
        ("history", played.unit.history),
        ("output", played.unit.output),
        ("reasoning", played.unit.reasoning),
    ] {
        let errors = figure.errors_from(tokens(&estimate, driver));
        assert!(errors < 4.0, "{driver} is {errors} standard errors from play");
    }
}

/// Measured lengths: mostly short, some long, a few over the cliffs of the model `steps` at 1,000 and 2,500.
#[test]
fn a_sum_of_measured_draws_near_a_limit_is_split_within_half_a_percent() {
    // Of several outputs before it, a 400 alone takes a prompt past 1,000 tokens.
    let prompts = "{ brief: { tokens: 700, role: system } }";
    let call = "{ call: { name: a, model: acme/steps, input: [brief, context], output: 20 x5 | 90 x3 | 400 x1 } }";
    for steps in ["3", "2..4"] {
        let plan = plan(1, prompts, &format!("{{ loop: {{ steps: {steps}, step: {call} }} }}"));
        let walked = value(&worked_out(&plan), "f.month.unit-cost", 1);
        close("unit cost", walked, outcomes(&plan, 1).cost, 0.005);
    }
}

const MEASURED: &str = "40 x70 | 600 x20 | 1100 x6 | 2900 x3 | 9000 x1";

#[test]
fn measured_values_equal_their_enumeration() {
    let prompts = format!(
        "{{ system: {{ tokens: 300, role: system, grows: 5%/month }}, \
            page: {{ tokens: {MEASURED}, role: retrieved, grows: 3%/month }} }}"
    );
    let call = |input: &str, rest: &str| {
        format!(
            "{{ call: {{ name: a, model: acme/steps, answer: true, input: [{input}], output: {rest} }} }}"
        )
    };
    // At the cliffs, also as they move with growth; what it writes is measured too.
    equals_enumeration(&plan(6, &prompts, &call("page", "10")));
    equals_enumeration(&plan(6, &prompts, &call("system, page", "20 x3 | 500 x1")));
    // Behind a retry, turn by turn before a history that does not vary, as counts.
    let retry = call("system, page", "10");
    let retry = format!(
        "{{ retry: {{ attempts: 1 x3 | 4 x1, fails: {{ invalid: 20% }}, step: {retry} }} }}"
    );
    equals_enumeration(&plan(3, &prompts, &retry));
    let copies = format!("{{ fan-out: {{ copies: 1 x1 | 3 x2, step: {} }} }}", call("page", "10"));
    equals_enumeration(&plan(1, &prompts, &copies));
    let turns = format!(
        "{{ conversation: {{ turns: 1 x5 | 3 x5 | 4 x1, turn: [ {} ] }} }}",
        call("system, history, page", "200")
    );
    equals_enumeration(&plan(2, &prompts, &turns));
}

#[test]
fn a_seldom_long_text_meets_the_cliff() {
    let call = |model: &str| {
        format!(
            "{{ call: {{ name: a, model: acme/{model}, answer: true, input: [a, b], output: 1 }} }}"
        )
    };
    let prompts = "{ a: { tokens: 100 x999999 | 300k x1 }, b: { tokens: 90 x5 | 110 x5 } }";
    let estimate = worked_out(&plan(1, prompts, &call("large")));
    close("over", value(&estimate, "f.a.over-200000.over", 1), 1e-6, 1e-9);
    // And one that stays far below it leaves a guard.
    let prompts = "{ a: { tokens: 100 x9 | 150k x1 }, b: { tokens: 90 } }";
    let estimate = worked_out(&plan(1, prompts, &call("large")));
    assert_eq!(value(&estimate, "f.a.largest", 1), 150_090.0);
    assert_eq!(value(&estimate, "f.a.within-bracket", 1), 0.0);
}

/// What a call of these parts costs, at the cliffs of `steps` and as it is played.
fn equals_play(prompts: &str, step: &str) {
    let plan = plan(1, prompts, step);
    let walked = value(&worked_out(&plan), "f.month.unit-cost", 1);
    let played = play(&script(&plan, 1, &Measures::default()), 11, 40_000).unit.cost;
    let errors = played.errors_from(walked);
    // Turn by turn a lognormal, or the values alone, stand for what varies: 0.5 % at the most.
    let apart = (walked / played.mean - 1.0).abs();
    assert!(
        errors < 4.0 || apart < 0.005,
        "{step}: {walked} is {errors} errors from play, {apart}"
    );
}

#[test]
fn measured_values_beside_others_equal_play_at_the_cliffs() {
    let prompts = format!(
        "{{ system: {{ tokens: 300, role: system }}, page: {{ tokens: {MEASURED}, role: retrieved }}, \
            user: {{ tokens: 40..220 }}, other: {{ tokens: 150 x5 | 220 x8 | 310 x4 }} }}"
    );
    let call = |input: &str| {
        format!(
            "{{ call: {{ name: a, model: acme/steps, answer: true, input: [{input}], output: 100..300 }} }}"
        )
    };
    for input in ["page, user", "system, page, other", "page x1", "page x2, user"] {
        equals_play(&prompts, &call(input));
    }
    for turns in ["1", "1..4"] {
        let turn = call("system, history, page, user");
        equals_play(
            &prompts,
            &format!("{{ conversation: {{ turns: {turns}, turn: [ {turn} ] }} }}"),
        );
    }
}

/// Lengths of real texts: half are below 300, one in 600 has 15,000.
const LONG_TAIL: &str = "17 x4 | 39 x55 | 67 x46 | 102 x55 | 134 x43 | 192 x78 | 291 x42 | 403 x55 | 533 x50 | \
     664 x28 | 838 x18 | 1148 x22 | 1920 x22 | 3181 x35 | 4688 x20 | 6798 x19 | 10487 x1 | 15074 x1";

#[test]
fn many_measured_values_in_turns_equal_play_at_the_cliffs() {
    let prompts = format!(
        "{{ page: {{ tokens: {LONG_TAIL}, role: retrieved }}, user: {{ tokens: 40..220 }} }}"
    );
    let step = "{ conversation: { turns: 2..5, turn: [ { call: { name: a, model: acme/steps, answer: true, \
         input: [history, page, user], output: 100..300 } } ] } }";
    equals_play(&prompts, step);
}

#[test]
fn a_cliff_beyond_every_sum_of_long_texts_is_not_walked_turn_by_turn() {
    // Such texts stay in the history; whichever answer a turn ends with, each has a few of them.
    let prompts = format!(
        "{{ system: {{ tokens: 2000, role: system, grows: 2%/month }}, page: {{ tokens: {LONG_TAIL} }}, \
            user: {{ tokens: 15..120 }} }}"
    );
    let step = "{ conversation: { turns: 2 x5 | 5 x3, turn: [ { route: [ \
         { share: 55%, step: { call: { name: easy, model: acme/large, answer: true, input: [system, history, page x2, user], output: 50..350 } } }, \
         { share: rest, step: { call: { name: hard, model: acme/large, answer: true, input: [system, history, { part: page, copies: 1 x2 | 3 x1 }, user], output: 80..500 } } } ] } ] } }";
    let plan = plan(2, &prompts, step);
    let estimate = worked_out(&plan);
    let turned = |address: &str| address.contains(".over-200000.") && address.contains(".left");
    assert!(!estimate.workings.rows.iter().any(|row| turned(&row.address)));
    let rows = estimate.workings.rows.len();
    assert!(rows < 400, "{rows} rows");
    let played = play(&script(&plan, 1, &Measures::default()), 5, 40_000);
    for call in &played.calls {
        let guarded = value(&estimate, &format!("f.{}.largest", call.name), 1);
        let longest = call.largest_prompt;
        assert!(longest < guarded && guarded < 200_000.0, "{longest} under {guarded}");
    }
}

#[test]
fn a_guard_leaves_out_no_sum_but_one_in_a_million_million() {
    // Forty texts, of which one in a hundred is long: how many are long is binomial.
    let call = |input: &str| {
        let step = format!(
            "{{ call: {{ name: a, model: acme/large, answer: true, input: [{input}], output: 1 }} }}"
        );
        let prompts = "{ a: { tokens: 100 x99 | 3000 x1 } }";
        value(&worked_out(&plan(1, prompts, &step)), "f.a.largest", 1)
    };
    let seldom = 1.28e-12;
    let chance = |long: i32| {
        let ways = (0..long).fold(1.0, |ways, k| ways * f64::from(40 - k) / f64::from(k + 1));
        ways * 0.01_f64.powi(long) * 0.99_f64.powi(40 - long)
    };
    let passing = |long: i32| (long..=40).map(chance).sum::<f64>();
    let most = (0..40).find(|&long| passing(long + 1) < seldom).expect("some are rare");
    let exact = f64::from(40 * 100 + most * 2900);
    let guarded = call("a x40");
    assert!(exact <= guarded && guarded < 1.5 * exact, "{guarded} for {exact}");
    // Few texts have a largest sum, which no prompt passes.
    close("two", call("a x2"), 6000.0, 1e-12);
}

#[test]
fn a_little_noise_moves_no_cliff() {
    let cost = |user: &str, input: &str, shape: &str| {
        let prompts = format!(
            "{{ page: {{ tokens: 100 x900 | 2400 x100, role: retrieved }}, user: {{ tokens: {user} }} }}"
        );
        let call = format!(
            "{{ call: {{ name: a, model: acme/steps, answer: true, input: [{input}], output: 10 }} }}"
        );
        let plan = plan(1, &prompts, &shape.replace("CALL", &call));
        value(&worked_out(&plan), "f.month.unit-cost", 1)
    };
    let plain = cost("55", "page, user", "CALL");
    let turn = "{ conversation: { turns: 1, turn: [ CALL ] } }";
    for (user, input, shape) in [
        ("55 x1", "page x1, user", "CALL"),
        ("54 x5 | 56 x5", "page, user", "CALL"),
        ("54..56", "page, user", "CALL"),
        ("54..56", "page, user, history", turn),
    ] {
        let noisy = cost(user, input, shape);
        assert!((noisy / plain - 1.0).abs() < 1e-3, "{user}, {input}: {noisy} for {plain}");
    }
}

#[test]
fn a_price_cut_inside_a_month_is_weighted_by_its_days() {
    let estimate = worked_out(&plan(
        12,
        "{ user: { tokens: 1000 } }",
        "{ call: { name: a, model: acme/small, answer: true, input: [user], output: 100 } }",
    ));
    close("June", value(&estimate, "f.month.unit-cost", 6), 5.6e-4, 1e-12);
    close(
        "July",
        value(&estimate, "f.month.unit-cost", 7),
        5.6e-4 * 14.0 / 31.0 + 2.8e-4 * 17.0 / 31.0,
        1e-12,
    );
    close("August", value(&estimate, "f.month.unit-cost", 8), 2.8e-4, 1e-12);
}

#[test]
fn the_ledger_settles_what_the_workings_say() {
    let plan = plan(
        12,
        "{ system: { tokens: 400, role: system, grows: 3%/month }, user: { tokens: 30..90 } }",
        "{ call: { name: a, model: acme/small, answer: true, input: [system, user], output: 100..200 } }",
    );
    let estimate = worked_out(&plan);
    let total = estimate.workings.totals.expect("totals").total;
    close("total", estimate.ledger.total().to_f64(), estimate.values.at(total, 0), 1e-12);
    for line in &estimate.ledger.lines {
        assert_eq!(line.amount, line.settled());
    }
    let parts = (0..12).map(|month| estimate.ledger.month(month)).sum();
    assert_eq!(estimate.ledger.total(), parts);
}

#[test]
fn why_shows_formula_numbers_and_price() {
    let plan = plan(
        12,
        "{ system: { tokens: 400, role: system, grows: 3%/month } }",
        "{ call: { name: a, model: acme/large, answer: true, input: [system], output: 100 } }",
    );
    let estimate = worked_out(&plan);
    let why = explain(&estimate.workings, &estimate.values, "f.a.prompt-growth", 2).expect("a row");
    insta::assert_snapshot!(format!("{}\n= {}\n= {}", why.formula, why.numbers, number(why.figure.value.expect("a figure"))), @"
    f.a.prompt-growth.tokens × price.acme/large.input
    = 24.36 × 0.000003
    = 0.00007308
    ");
    assert_eq!(
        why.operands.last().map(|price| price.address.as_str()),
        Some("price.acme/large.input")
    );
    assert_eq!(explain(&estimate.workings, &estimate.values, "f.b", 2), None);
}

#[test]
fn what_one_would_have_said_meets_the_cliff_too() {
    let step = "{ call: { name: a, model: acme/steps, answer: true, input: [user], output: 10 } }";
    for tokens in ["900", "1500", "5000", "400..3000"] {
        let estimate = worked_out(&plan(1, &format!("{{ user: {{ tokens: {tokens} }} }}"), step));
        let naive = value(&estimate, "f.naive-unit-cost", 1);
        close(tokens, naive, value(&estimate, "f.unit-cost", 1), 1e-12);
    }
}

#[test]
fn a_slip_of_the_pen_is_told_at_its_step() {
    let plan = plan(
        60,
        "{ system: { tokens: 400, role: system, grows: 900%/month } }",
        "{ call: { name: a, model: acme/small, answer: true, input: [system], output: 10 } }",
    );
    let measures = Measures::default();
    let problems = estimate(&checked(&plan, &measures)).expect_err("far too large");
    assert_eq!(problems[0].address.as_deref(), Some("f.a"));
    assert_eq!(problems[0].path, ["features", "0", "step", "call"]);
    assert!(problems[0].message.starts_with("It would use "), "{}", problems[0].message);
}

#[test]
fn hours_cliffs_and_a_change_of_prices_equal_their_enumeration() {
    let one = |model: &str, months: u32, tokens: &str| {
        let prompts = format!("{{ text: {{ tokens: {tokens} }} }}");
        let call = format!(
            "{{ call: {{ name: a, model: acme/{model}, answer: true, input: [text], output: 40 }} }}"
        );
        plan(months, &prompts, &call)
    };
    // Mornings at $100 for prompts of any length, the cliff's $1,000 for the rest of the day.
    let january = worked_out(&one("hours", 1, "1000"));
    close("January", value(&january, "f.month.unit-cost", 1) * 1000.0, 572.0, 1e-12);
    // From 15 July: 00-06 at $50 and $60, 06-18 at $70 and $80, the rest of the day at $1,000.
    let july = worked_out(&one("hours", 8, "1000"));
    let new = (6.0 * (50.0 + 2.4) + 12.0 * (70.0 + 3.2) + 6.0 * 1040.0) / 24.0;
    close("August", value(&july, "f.month.unit-cost", 8) * 1000.0, new, 1e-12);
    let mixed = 572.0 * 14.0 / 31.0 + new * 17.0 / 31.0;
    close("July", value(&july, "f.month.unit-cost", 7) * 1000.0, mixed, 1e-12);
    for tokens in [499, 500, 501, 1000] {
        equals_enumeration(&one("hours", 8, &tokens.to_string()));
        equals_enumeration(&one("edge", 1, &tokens.to_string()));
    }
    let conversation = "{ conversation: { turns: 2..9, turn: [ { call: { name: a, model: acme/hours, \
         answer: true, input: [text, history], output: 40 } } ] } }";
    equals_enumeration(&plan(8, "{ text: { tokens: 100, grows: 5%/month } }", conversation));
}

#[test]
fn two_cliffs_at_one_limit_are_told_apart_by_one_token() {
    let cost = |tokens: u32| {
        let call =
            "{ call: { name: a, model: acme/edge, answer: true, input: [text], output: 0 } }";
        let plan = plan(1, &format!("{{ text: {{ tokens: {tokens} }} }}"), call);
        value(&worked_out(&plan), "f.month.unit-cost", 1) * 1e6
    };
    close("below", cost(499), 499.0, 1e-12);
    close("at", cost(500), 1500.0, 1e-12);
    close("over", cost(501), 2505.0, 1e-12);
}
