//! `estimate --surprise`: from what one would have said to what it costs.

use std::fs;

use serde_json::Value;

use crate::desk::{PLAN, Plan, answer, number};
use crate::program::run;

#[test]
fn what_batch_spares_is_what_the_calls_in_it_pay_less() {
    let (plan, month) = ("examples/document-processing", "2027-11");
    let surprise = answer(&run(&["estimate", plan, "--surprise", "--month", month, "--json"]));
    let steps = list(&surprise["features"][0]["steps"]);
    let service = steps.iter().find(|step| step["cause"] == "service").expect("some calls wait");
    let estimate = answer(&run(&["estimate", plan, "--json"]));
    let in_batch = list(&estimate["lines"]).iter().filter(|line| {
        line["month"] == month && line["price"].as_str().is_some_and(|it| it.contains(".batch"))
    });
    // All of it is half the standard price.
    let paid: f64 = in_batch.map(|line| number(&line["amount"])).sum();
    let spared = -number(&service["amount"]["month"]);
    assert!(paid > 1000.0 && (spared - paid).abs() < 0.005, "{spared} is not {paid}");
}

#[test]
fn where_no_call_is_marked_the_surprise_says_what_to_mark() {
    let plan = Plan::new(
        "{ forebill: 1, name: Forms, starts: 2027-01, months: 1, prices: { as_of: 2026-11-22 }, \
         prompts: { form: { tokens: 900 } }, features: [ { name: forms, unit: form, volume: { units: 900/month }, \
         step: { chain: [ { call: { name: sort, model: openai/gpt-5-nano, input: [form], output: 5 } }, \
         { call: { name: extract, model: openai/gpt-5.4, input: [form], output: 400 } } ] } } ] }",
    );
    let told = run(&["estimate", &plan.path(), "--surprise"]);
    assert!(told.stdout.contains("forms.extract, once, at launch"), "{}", told.stdout);
    let says = "No call is marked as the answer: the dearest stands for it. Write `answer: true` at the call whose \
                output the user sees.";
    assert!(told.stdout.contains(says), "{}", told.stdout);
}

#[test]
fn every_example_adds_up_from_what_was_said_to_the_month() {
    let mut told = 0;
    for folder in fs::read_dir("examples").expect("the examples are there") {
        let plan = folder.expect("a folder").path();
        if !plan.join("plan.yaml").is_file() {
            continue;
        }
        let plan = plan.to_str().expect("its path is UTF-8").to_owned();
        let estimate = answer(&run(&["estimate", &plan, "--json"]));
        for month in list(&estimate["months"]) {
            let typed = month["month"].as_str().expect("a month");
            let json = run(&["estimate", &plan, "--surprise", "--month", typed, "--json"]);
            let surprise = answer(&json);
            let mut all = 0.0;
            for feature in list(&surprise["features"]) {
                told += 1;
                adds_up(feature, &format!("{plan} in {typed}"));
                all += number(&feature["real"]["month"]);
            }
            all += list(&surprise["beside"]).iter().map(|it| number(&it["month"])).sum::<f64>();
            let total = number(&month["total"]);
            assert!((all - total).abs() <= 1e-9 * total.abs(), "{plan} in {typed}: {all} {total}");
            assert_eq!(surprise["total"], month["total"]);
        }
    }
    assert!(told > 30, "only {told} months were told");
}

/// What was said and every step come to the unit cost and to the month, exactly and as shown.
fn adds_up(feature: &Value, context: &str) {
    for (field, tolerance) in
        [("unit", 1e-9), ("month", 1e-9), ("unit_shown", 1e-12), ("month_shown", 1e-12)]
    {
        let (naive, real) = (&feature["naive"][field], &feature["real"][field]);
        if real.is_null() {
            continue;
        }
        let steps = list(&feature["steps"]).iter().map(|step| number(&step["amount"][field]));
        let sum = steps.sum::<f64>() + if naive.is_null() { 0.0 } else { number(naive) };
        let real = number(real);
        assert!((sum - real).abs() <= tolerance * real.abs(), "{context}, {field}: {sum} {real}");
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

#[test]
fn a_plan_of_one_call_holds_no_surprise() {
    let plan = Plan::new(PLAN);
    let ran = run(&["estimate", &plan.path(), "--surprise", "--month", "2027-01"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @"
    desk: $0.0000874 becomes $0.0000874 for one answer in 2027-01

    why                       one answer  2027-01
    what one would have said  $0.0000874    $0.87  desk.easy, once, at launch
    what it costs             $0.0000874    $0.87  10,000 answers
    ");
}

#[test]
fn a_month_and_a_question_have_to_fit() {
    let plan = Plan::new(PLAN);
    let path = plan.path();
    let refused = |typed: &[&str]| {
        let ran = run(&[&["estimate", &path], typed].concat());
        assert_eq!(ran.code, 2, "{typed:?}: {}", ran.stdout);
        ran.stderr
    };
    assert!(refused(&["--surprise", "--month", "2031-01"]).contains("2027-01 to 2027-02"));
    assert!(refused(&["--surprise", "--why", "total"]).contains("cannot be used with"));
    assert!(refused(&["--month", "2027-01"]).contains("required"));
}
