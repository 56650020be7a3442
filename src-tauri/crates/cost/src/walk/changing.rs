//! Numbers that change over time, against play and against arithmetic that shares nothing with either.

use super::tests::{equals_enumeration, value, worked_out};
use crate::check::check;
use crate::estimate::Estimate;
use crate::plan::{Measures, Plan};
use crate::sample::{book, plan};

const PARTS: &str = "{ system: { tokens: 400, role: system }, user: { tokens: 30 } }";

/// A plan over a year whose users come to be more and more, from the third month on.
fn adopted(turns: &str, output: &str) -> Plan {
    adopted_from("month 3", turns, output)
}

fn adopted_from(starts: &str, turns: &str, output: &str) -> Plan {
    let text = format!(
        "{{ forebill: 1, name: Test, starts: 2027-01, months: 12, prompts: {PARTS}, features: [ \
         {{ name: f, unit: unit, starts: {starts}, volume: {{ users: 10k, adoption: {{ from: 10%, to: 40%, by: month 9, \
         shape: linear }}, each: 2/business day, grows: 3%/month }}, step: {{ conversation: {{ turns: {turns}, turn: [ \
         {{ call: {{ name: a, model: acme/large, answer: true, input: [system, history, user], output: {output} }} }} \
         ] }} }} }} ] }}"
    );
    let plan: Plan = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    plan.addressed()
}

#[test]
fn output_that_grows_is_more_each_month() {
    let step = "{ call: { name: a, model: acme/small, answer: true, input: [system], \
                output: { value: 100, grows: 2%/month }, reasoning: { value: 10 x3 | 50 x1, grows: 1%/month } } }";
    let plan = plan(12, PARTS, step);
    equals_enumeration(&plan);
    let estimate = worked_out(&plan);
    let twelfth = value(&estimate, "f.a.output.tokens", 12);
    assert!((twelfth - 100.0 * 1.02_f64.powi(11)).abs() < 1e-9, "{twelfth}");
    // What one would have said is said at launch.
    let naive = value(&estimate, "f.naive-unit-cost", 12);
    assert!((naive - (400.0 * 0.4 + 100.0 * 1.6) / 1e6).abs() < 1e-15, "{naive}");
}

#[test]
fn turns_that_grow_have_a_table_of_their_own_each_month() {
    for turns in ["{ value: 1..3, grows: 4%/month }", "{ value: 2..4, grows: -3%/month }"] {
        let step = format!(
            "{{ conversation: {{ turns: {turns}, turn: [ {{ call: {{ name: a, model: acme/steps, answer: true, \
             input: [system, history, user], output: 300 }} }} ] }} }}"
        );
        equals_enumeration(&plan(12, PARTS, &step));
    }
}

#[test]
fn copies_and_attempts_change_as_well() {
    let step = "{ chain: [ \
                { fan-out: { copies: { value: 1..2, grows: 5%/month }, step: { call: { name: a, model: acme/small, \
                input: [user], output: 10 } } } }, \
                { retry: { attempts: { value: 1..2, grows: 2%/month }, fails: { timeout: 20% }, step: { call: { \
                name: b, model: acme/small, input: [{ part: user, copies: { value: 2..3, grows: 3%/month } }], \
                output: 10 } } } } ] }";
    equals_enumeration(&plan(6, PARTS, step));
}

#[test]
fn what_follows_a_driver_is_15_percent_more_where_that_has_doubled() {
    let follows = "{ value: 200, follows: { driver: f.volume.adoption, doubled: 15% } }";
    equals_enumeration(&adopted_from("month 1", "3", follows));
    let estimate = worked_out(&adopted("3", follows));
    let output = |month| value(&estimate, "f.a.output.now", month);
    // 10 % in month 3, 5 points more each month: 20 % in month 5, 40 % from month 9 on.
    assert!((output(3) - 200.0).abs() < 1e-9 && (output(1) - 200.0).abs() < 1e-9);
    assert!((output(5) - 230.0).abs() < 1e-9, "{}", output(5));
    assert!((output(9) - 264.5).abs() < 1e-9 && output(12) == output(9), "{}", output(9));
}

#[test]
fn whatever_is_followed_the_walk_and_play_agree() {
    for driver in ["f.adoption", "f.volume.active", "f.volume", "f.a.output"] {
        let turns = format!("{{ value: 2..3, follows: {{ driver: {driver}, doubled: 12% }} }}");
        equals_enumeration(&adopted_from("month 1", &turns, "{ value: 150, grows: -2%/month }"));
    }
    let both = "{ value: 1..3, grows: 1%/month, follows: { driver: f.volume, doubled: -10% } }";
    equals_enumeration(&adopted_from("month 1", both, "80"));
}

#[test]
fn the_bill_is_told_without_what_follows() {
    let follows = adopted("{ value: 2..3, follows: { driver: f.volume, doubled: 20% } }", "90");
    let alone = adopted("2..3", "90");
    let told = |plan: &Plan, estimate: &Estimate| {
        let measures = Measures::default();
        let checked = check(plan, &measures, &[&book()]).expect("a plan without problems");
        estimate.without_follows(&checked)
    };
    let (estimate, without) = (worked_out(&follows), worked_out(&alone));
    assert_eq!(told(&follows, &estimate), Some(without.ledger.total()));
    assert!(estimate.ledger.total() > without.ledger.total());
    assert_eq!(told(&alone, &without), None);
}

/// The only problem of a plan.
fn refused(turns: &str, output: &str) -> String {
    let (plan, measures) = (adopted(turns, output), Measures::default());
    let problems = check(&plan, &measures, &[&book()]).expect_err("refused");
    problems
        .into_iter()
        .map(|it| format!("{}: {}", it.path.join("/"), it.message))
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let turns = "features/0/step/conversation/turns";
    let output = "features/0/step/conversation/turn/0/call/output";
    let follows =
        |driver: &str| format!("{{ value: 2..3, follows: {{ driver: {driver}, doubled: 9% }} }}");
    assert_eq!(
        refused(&follows("f.a.output"), &follows("f.conversation.turns")),
        format!(
            "{turns}: `f.conversation.turns`, which follows `f.a.output`, which follows `f.conversation.turns`: a circle.; \
             {output}: `f.a.output`, which follows `f.conversation.turns`, which follows `f.a.output`: a circle."
        )
    );
    assert_eq!(
        refused(&follows("f.nothing"), "9"),
        format!("{turns}: There is nothing to follow at `f.nothing`.")
    );
    assert_eq!(
        refused(&follows("f.a.output"), "9"),
        format!(
            "{turns}: `f.a.output` does not change over time: it has neither `grows` nor `follows`."
        )
    );
    assert_eq!(
        refused("{ value: 3, grows: 2%/month }", "9"),
        format!("{turns}: `3` is a whole count, which cannot change by parts.")
    );
    assert_eq!(
        refused("{ value: 5..40, grows: 40%/month }", "9"),
        format!("{turns}: `5..40` would need a table of more than 500 rows in month 5.")
    );
}
