//! Prompts that pass what their model takes, against chances worked out by hand.

use crate::check::check;
use crate::estimate::{Estimate, estimate};
use crate::plan::{Measures, Plan};
use crate::problem::Problem;
use crate::sample::{book, plan};
use crate::spread::{Spread, count_table, lognormal_parameters, normal_cdf};
use crate::workings::Overflow;

/// With models that take 10,000 tokens.
fn worked_out(plan: &Plan) -> Result<Estimate, Vec<Problem>> {
    let mut book = book();
    book.models.iter_mut().for_each(|model| model.context_tokens = Some(10_000));
    let measures = Measures::default();
    let checked = check(plan, &measures, &[&book])?;
    estimate(&checked)
}

fn overflows(plan: &Plan) -> Vec<Overflow> {
    worked_out(plan).expect("a plan").workings.overflows
}

fn one(tokens: &str) -> Plan {
    let call = "{ call: { name: a, model: acme/small, answer: true, input: [system, user], output: 100 } }";
    plan(2, &format!("{{ system: {{ tokens: 900 }}, user: {{ tokens: {tokens} }} }}"), call)
}

/// Fixed turns of 1,000 tokens each over a system prompt of 2,000.
fn talk(turns: &str) -> Plan {
    let step = format!(
        "{{ conversation: {{ turns: {turns}, turn: [ {{ call: {{ name: a, model: acme/small, answer: true, \
         input: [system, history, user], output: 400 }} }} ] }} }}"
    );
    plan(1, "{ system: { tokens: 2000, role: system }, user: { tokens: 600 } }", &step)
}

#[test]
fn a_tail_over_the_context_is_told_with_its_chance() {
    let found = overflows(&one("4k..8k"));
    let (mu, sigma) = lognormal_parameters(4000.0, 8000.0);
    // 900 of the system and 100 that are written leave 9,000.
    let chance = 0.5 * libm::erfc((9000.0_f64.ln() - mu) / sigma / std::f64::consts::SQRT_2);
    assert_eq!(found.len(), 1);
    assert!((found[0].calls - chance).abs() < 1e-9, "{} is not {chance}", found[0].calls);
    assert_eq!((found[0].takes, found[0].units), (10_000, found[0].calls));
    let measured = overflows(&one("800 x97 | 9100 x3"));
    assert!((measured[0].calls - 0.03).abs() < 1e-12);
    assert!(overflows(&one("800..2000")).is_empty() && overflows(&one("9000")).is_empty());
}

#[test]
fn a_conversation_that_grows_over_the_context_says_how_often() {
    // Turn k sends 2,600 and 1,000 for each before it, and writes 400: from the ninth on it is too long.
    let table = count_table(&Spread::Range { low: 2.0, high: 9.0 }).expect("a table");
    let at_least = |k: usize| table[k - 1..].iter().sum::<f64>();
    let turns: f64 = (1..=table.len()).map(at_least).sum();
    let too_long: f64 = (9..=table.len()).map(at_least).sum();
    let found = overflows(&talk("2..9"));
    assert!((found[0].calls - too_long / turns).abs() < 1e-12, "{found:?}");
    assert!((found[0].units - at_least(9)).abs() < 1e-12, "{found:?}");
    assert!(overflows(&talk("8")).is_empty());
}

#[test]
fn a_warning_says_what_which_how_often_and_what_now() {
    let plan = talk("2..9");
    let warnings = worked_out(&plan).expect("a plan").warnings(&plan);
    insta::assert_snapshot!(warnings[0], @"f.a: 8.7% of its prompts, with what it writes, pass the 10000 tokens that `acme/small` takes, which 12% of its conversations or loops come to, in 2027-01. Such calls fail, and the figures price them as if they were answered. Keep fewer turns or steps, send less, or choose a model with a longer context.");
    assert_eq!(warnings[0].path, ["features", "0", "step", "conversation", "turn", "0", "call"]);
}

#[test]
fn what_half_of_all_prompts_pass_is_refused() {
    let said = |plan: &Plan| worked_out(plan).expect_err("refused")[0].to_string();
    insta::assert_snapshot!(said(&one("9k..12k")), @"features.0.step.call.input: Half of what `a` sends and writes is more than 11392 tokens; `acme/small` takes 10000. Send less, or choose a model with a longer context.");
    insta::assert_snapshot!(said(&talk("40")), @"f.a: 80% of its prompts, with what it writes, pass the 10000 tokens that `acme/small` takes, which 100% of its conversations or loops come to, in 2027-01. Such calls fail. Keep fewer turns or steps, send less, or choose a model with a longer context.");
    // The mean lies above, the median below: a warning.
    let found = overflows(&one("3k..22k"));
    assert!(found[0].calls > 0.3 && found[0].calls < 0.5, "{found:?}");
}

/// A call that is sent so many tokens and writes others.
fn writes(sent: u32, more: &str) -> Plan {
    let call = format!(
        "{{ call: {{ name: a, model: acme/small, answer: true, input: [user], {more} }} }}"
    );
    plan(1, &format!("{{ user: {{ tokens: {sent} }} }}"), &call)
}

#[test]
fn what_a_call_writes_takes_room_by_its_spread() {
    // A lognormal that lies between 50 and 2,000 in four of five answers.
    let (mu, sigma) = lognormal_parameters(50.0, 2000.0);
    let beyond = |room: f64| 1.0 - normal_cdf((room.ln() - mu) / sigma);
    for (sent, room) in [(9408, 592.0), (8808, 1192.0)] {
        let found = overflows(&writes(sent, "output: 50..2000"));
        let [found] = &found[..] else { panic!("one call: {found:?}") };
        assert!((found.calls - beyond(room)).abs() < 1e-3, "{found:?}, not {}", beyond(room));
        assert_eq!(found.units, found.calls);
    }
    // Its limit of tokens holds.
    assert_eq!(overflows(&writes(5000, "output: 20000, max_tokens: 4000")), []);
    assert!(worked_out(&writes(7000, "output: 20000, max_tokens: 4000")).is_err());
}

#[test]
fn conversations_whose_turns_vary_come_so_far_by_their_last_turn() {
    // One turn or two of 4,000 sent and a lognormal written: the second holds both answers.
    let step = "{ conversation: { turns: 1 x1 | 2 x1, turn: [ { call: { name: a, model: acme/small, answer: true, \
         input: [history, user], output: 300..2000 } } ] } }";
    let found = overflows(&plan(1, "{ user: { tokens: 4000 } }", step));
    let [found] = &found[..] else { panic!("one call: {found:?}") };
    let (mu, sigma) = lognormal_parameters(300.0, 2000.0);
    let beyond =
        |room: f64| if room <= 0.0 { 1.0 } else { 1.0 - normal_cdf((room.ln() - mu) / sigma) };
    let first = beyond(6000.0);
    // Over all first answers, in thousandths of a deviation.
    let cells = (-8000..8000).map(|nth| (f64::from(nth) / 1e3, f64::from(nth + 1) / 1e3));
    let second: f64 = cells
        .map(|(low, high)| {
            let said = (mu + sigma * (low + high) / 2.0).exp();
            (normal_cdf(high) - normal_cdf(low)) * beyond(2000.0 - said)
        })
        .sum();
    let (units, calls) = (first + 0.5 * (second - first), (first + 0.5 * second) / 1.5);
    // Two lognormals are matched by one.
    assert!((found.units - units).abs() < 0.01, "{found:?}, not {units}");
    assert!((found.calls - calls).abs() < 0.01, "{found:?}, not {calls}");
    assert!(found.units > 1.2 * found.calls);
}
