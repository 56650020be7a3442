//! Prices by weekday, and of each meter for itself, against play, which walks every day.

use super::made::read;
use super::tests::{equals_enumeration, value, worked_out};
use crate::estimate::Estimate;
use crate::sample::plan;
use crate::workings::explain;

#[test]
fn weekdays_and_holidays_are_parts_of_their_months() {
    let plan = plan(
        12,
        "{ user: { tokens: 1000 } }",
        "{ call: { name: a, model: acme/weekdays, answer: true, input: [user], output: 100 } }",
    );
    equals_enumeration(&plan);
    let estimate = worked_out(&plan);
    // Three prices, however many weekends the months have.
    let input = "price.acme/weekdays.input";
    let share = |address: &str, month| value(&estimate, &format!("{input}{address}.share"), month);
    assert_eq!(estimate.workings.prices.len(), 6);
    // January 2027 has 21 days from Monday to Friday; the first is a holiday.
    assert_eq!(share(".2", 1), 20.0 * 8.0 / (31.0 * 24.0));
    assert_eq!([share("", 1), share(".3", 1)], [1.0 - share(".2", 1), 0.0]);
    let check = format!("{input}.rate.months");
    assert!((1..=12).all(|month| value(&estimate, &check, month) == 0.0));
    let why = explain(&estimate.workings, &estimate.values, &format!("{input}.2.share"), 0);
    let said = &why.expect("a row").operands[0].label;
    assert_eq!(
        said,
        "part of the month: mon-fri except holidays of acme (known to 2027-12-31), 09:00-17:00"
    );
}

#[test]
fn a_cliff_that_the_first_day_does_not_know_is_met_on_the_days_that_do() {
    for tokens in [500, 501] {
        let prompt = format!("{{ user: {{ tokens: {tokens} }} }}");
        let step =
            "{ call: { name: a, model: acme/weekends, answer: true, input: [user], output: 100 } }";
        equals_enumeration(&plan(3, &prompt, step));
    }
}

#[test]
fn the_naive_figure_is_at_the_prices_of_the_first_day() {
    let step =
        "{ call: { name: a, model: acme/weekdays, answer: true, input: [user], output: 100 } }";
    let estimate = worked_out(&plan(3, "{ user: { tokens: 1000 } }", step));
    // The plan begins on a holiday, outside office hours all day.
    let naive = value(&estimate, "f.naive-unit-cost", 1);
    assert!((naive - (1000.0 * 1.0 + 100.0 * 2.0) / 1e6).abs() < 1e-15, "{naive}");
}

#[test]
fn meters_that_are_priced_apart_meet_their_own_cliffs_and_days() {
    for tokens in [500, 501, 999, 1000, 2500, 2501] {
        let prompt = format!("{{ user: {{ tokens: {tokens} }} }}");
        let step =
            "{ call: { name: a, model: acme/apart, answer: true, input: [user], output: 100 } }";
        equals_enumeration(&plan(8, &prompt, step));
    }
}

#[test]
fn a_fee_for_each_call_has_its_own_cliff_turn_by_turn_and_for_failed_attempts() {
    // Turns send 800, 1,700 and 2,600 tokens; the fee is dearer over 2,500.
    let step = "{ conversation: { turns: 1..3, turn: [ { retry: { attempts: 2, fails: { invalid: 20% }, \
         step: { call: { name: a, model: acme/apart, answer: true, input: [history, user], output: 100 } }, \
         then: { call: { name: b, model: acme/small, answer: true, input: [user], output: 100 } } } } ] } }";
    let plan = plan(8, "{ user: { tokens: 800 } }", step);
    equals_enumeration(&plan);
    let estimate = worked_out(&plan);
    let of_long = estimate.workings.find("f.a.base-prompt.requests.over-2500");
    assert!(estimate.values.at(of_long.expect("a line"), 7) > 0.0);
}

#[test]
fn a_cliff_of_what_a_call_does_not_use_is_none_of_its() {
    let step = "{ call: { name: a, model: acme/apart, answer: true, output: 100 } }";
    equals_enumeration(&plan(8, "{ user: { tokens: 800 } }", step));
}

#[test]
fn users_of_business_days_pay_the_prices_of_these() {
    let of = |load: &str, units: &str| {
        let step =
            "{ call: { name: a, model: acme/weekdays, answer: true, input: [user], output: 100 } }";
        let volume = format!("load: {load}, volume: {{ units: {units} }}");
        let text = format!(
            "{{ forebill: 1, name: W, starts: 2027-01, months: 3, prompts: {{ user: {{ tokens: 1000 }} }}, \
             features: [ {{ name: f, unit: unit, {volume}, step: {step} }} ] }}"
        );
        worked_out(&read(&text))
    };
    let none = vec!["0"; 24].join(", ");
    let even = vec!["1"; 24].join(", ");
    let typed = format!("{{ hours: {{ mon-fri: [{even}], sat: [{none}], sun: [{none}] }} }}");
    let cost = |estimate: &Estimate| value(estimate, "f.month.unit-cost", 2);
    let (told, typed) = (of("flat", "100/business day"), of(&typed, "100/day"));
    assert!((cost(&told) - cost(&typed)).abs() < 1e-15);
    assert!(cost(&told) != cost(&of("flat", "100/day")));
}
