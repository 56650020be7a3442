//! Branches that run for some months only: each month is that of the steps which run in it.

use std::collections::BTreeMap;

use super::made::{Maker, read};
use super::tests::{equals_enumeration, value, worked_out};
use crate::book::{Origin, Provider, Retirement};
use crate::check::check;
use crate::estimate::{Estimate, estimate};
use crate::ledger::LedgerLine;
use crate::money::{Money, Quantity, Rate};
use crate::plan::{Measures, Plan};
use crate::sample::{book, plan};
use crate::surprise::surprise;
use crate::workings::{Item, Place};

const PARTS: &str = "{ system: { tokens: 400, role: system }, user: { tokens: 30 x1 | 70 x2 } }";

fn call(name: &str, model: &str, output: &str) -> String {
    format!(
        "{{ call: {{ name: {name}, model: acme/{model}, answer: true, input: [system, user], output: {output} }} }}"
    )
}

fn switch(when: &str, one: &str, other: &str) -> String {
    format!("{{ route: [ {{ {when}, step: {one} }}, {{ share: rest, step: {other} }} ] }}")
}

/// The same with answers that later turns send again.
fn talk(step: &str) -> String {
    let turn = step.replace("[system, user]", "[system, history, user]");
    format!("{{ conversation: {{ turns: 1 x1 | 3 x2, pause: 2 min, turn: [ {turn} ] }} }}")
}

/// A plan from May on, with this tree.
fn from_may(months: u32, step: &str) -> Plan {
    Plan { starts: "2027-05".to_owned(), ..plan(months, PARTS, step) }
}

#[test]
fn every_month_costs_the_sum_over_its_outcomes() {
    let (one, other) = (call("one", "small", "10 x1 | 40 x1"), call("other", "large", "25"));
    // The price of `small` changes on 15 July, in the third month.
    for when in [
        "until: month 3",
        "from: month 3",
        "from: 2027-06, until: 2027-08",
        "until: 2027-07-20",
        "from: 2027-07-04, until: 2027-07-29",
        "share: 30%, from: month 2, until: 2027-07-20",
    ] {
        let step = switch(when, &one, &other);
        equals_enumeration(&from_may(5, &step));
        equals_enumeration(&from_may(5, &talk(&step)));
        let kept = step.replace("{ route: [", "{ route: { sticky: conversation, branches: [");
        equals_enumeration(&from_may(5, &talk(&kept.replace("} ] }", "} ] } }"))));
        // A switch within a switch, and beside others that share the months.
        let third = call("third", "cached", "60");
        equals_enumeration(&from_may(5, &switch("until: 2027-07-10", &third, &step)));
        let three = step.replacen(
            "{ share: rest",
            "{ share: 25%, until: month 2, step: THIRD }, { share: rest",
            1,
        );
        if when.starts_with("from: month 3") || when.starts_with("share") {
            equals_enumeration(&from_may(5, &three.replace("THIRD", &third)));
        }
    }
}

#[test]
fn a_branch_of_no_share_leaves_no_trace_in_what_is_sent_again() {
    let (one, other) = (call("one", "small", "10 x1 | 40 x1"), call("other", "steps", "5..900"));
    let nested = switch("until: month 2", &one, &call("third", "small", "7"));
    // In the last months neither branch of the inner switch runs.
    let step = switch("until: month 3", &nested, &other);
    let both = worked_out(&from_may(5, &talk(&step)));
    let last = worked_out(&from_may(5, &talk(&other)));
    for month in [3, 4, 5] {
        let of = |estimate: &Estimate| value(estimate, "f.month.unit-cost", month);
        let (found, expected) = (of(&both), of(&last));
        assert!((found - expected).abs() <= 1e-9 * expected, "{found} is not {expected}");
    }
    for row in both.workings.rows.iter() {
        let id = both.workings.find(&row.address).expect("it is there");
        assert!(both.values.all(id).iter().all(|value| value.is_finite()), "{}", row.address);
    }
}

/// What a line says besides the names of its steps.
type Said = (Item, &'static str, Quantity, Rate, Money);

/// What is charged in a month, but for what comes to nothing.
fn charged(estimate: &Estimate, month: usize) -> Vec<Said> {
    let is_charged = |line: &&LedgerLine| line.month == month && line.amount != Money::ZERO;
    let lines = estimate.ledger.lines.iter().filter(is_charged);
    lines.map(|it| (it.item.clone(), it.driver.name(), it.quantity, it.rate, it.amount)).collect()
}

#[test]
fn a_switch_is_charged_as_two_plans_of_one_model_each() {
    for wrap in [str::to_owned, talk] {
        let (old, new) = (call("a", "small", "10..40"), call("b", "cached", "60"));
        let both = worked_out(&from_may(5, &wrap(&switch("until: 2027-08", &old, &new))));
        let [old, new] = [old, new].map(|step| worked_out(&from_may(5, &wrap(&step))));
        for month in 0..5 {
            let expected = charged(if month < 3 { &old } else { &new }, month);
            assert!(!expected.is_empty());
            assert_eq!(charged(&both, month), expected, "month {month}");
        }
    }
}

#[test]
fn random_trees_that_are_switched_cost_what_they_do_alone() {
    const VOLUME: &str = "volume: { units: 10/month }, step: ";
    for seed in 1..=24 {
        let [one, other] = [seed, seed + 100]
            .map(|seed| Maker::new(9000 + seed).text().replace("months: 1,", "months: 3,"));
        let other = other.replace("name: c", "name: d").replace("worker", "helper");
        let tree = |text: &str| {
            let (_, tree) = text.split_once(VOLUME).expect("the feature's tree comes last");
            tree.strip_suffix(" } ] }").expect("and ends the plan").to_owned()
        };
        let agent = |text: &str| {
            let (_, agents) = text.split_once("agents: { ").expect("each has an agent");
            agents.split_once(" }, features:").expect("before its features").0.to_owned()
        };
        let switched = one
            .replace(&tree(&one), &switch("until: month 2", &tree(&one), &tree(&other)))
            .replace("agents: { ", &format!("agents: {{ {}, ", agent(&other)));
        let [one, other, switched] = [one, other, switched].map(|text| worked_out(&read(&text)));
        for (month, expected) in [(1, &one), (2, &other), (3, &other)] {
            let of = |estimate: &Estimate| value(estimate, "f.month.unit-cost", month);
            let (found, expected) = (of(&switched), of(expected));
            let near = (found - expected).abs() <= 1e-12 * expected;
            assert!(near, "tree {seed}, month {month}: {found} is not {expected}");
        }
    }
}

/// Acme, whose `old` has prices until July and is retired then, and whose `new` has prices from July on.
fn retiring() -> Provider {
    let mut acme = book();
    let day = jiff::civil::date(2027, 7, 10);
    for (id, of, from, to) in [("old", "large", None, Some(day)), ("new", "steps", Some(day), None)]
    {
        let model = acme.models.iter().find(|model| model.id == of).expect("a model");
        let mut model = model.clone();
        model.id = id.to_owned();
        for entry in &mut model.prices {
            (entry.from, entry.to) = (entry.from.max(from), entry.to.or(to));
        }
        acme.models.push(model);
    }
    let (model, successor) = ("old".to_owned(), Some("new".to_owned()));
    acme.terms.retirements.push(Retirement {
        model,
        on: day,
        successor,
        origin: Origin::default(),
    });
    acme
}

fn of_retiring(plan: &Plan) -> Result<Estimate, String> {
    let measures = Measures::default();
    let acme = retiring();
    let checked = check(plan, &measures, &[&acme]);
    let checked =
        checked.map_err(|found| found.iter().map(|it| format!("{it}\n")).collect::<String>())?;
    Ok(estimate(&checked).expect("a plan of sensible size"))
}

#[test]
fn a_model_needs_prices_on_the_days_on_which_it_is_called() {
    let (old, new) = (call("a", "old", "40"), call("b", "new", "60"));
    let on = |day: &str| of_retiring(&from_may(5, &switch(&format!("until: {day}"), &old, &new)));
    let estimate = on("2027-07-10").expect("each model has a price on each of its days");
    let same =
        [("large", "until: 2027-07-10"), ("steps", "from: 2027-07-10")].map(|(model, when)| {
            let alone = switch(
                when,
                &call("a", model, if model == "large" { "40" } else { "60" }),
                "{ chain: [ { call: { name: z, model: acme/gift, input: [user], output: 1 } } ] }",
            );
            worked_out(&from_may(5, &alone))
        });
    for month in 0..5 {
        let total: f64 = same.iter().map(|it| it.ledger.month(month).to_f64()).sum();
        let found = estimate.ledger.month(month).to_f64();
        assert!((found - total).abs() <= 1e-12 * total, "month {month}: {found} is not {total}");
    }
    let checks = estimate.workings.rows.iter().filter(|row| row.place == Place::Check);
    for row in checks {
        let id = estimate.workings.find(&row.address).expect("it is there");
        let off = estimate.values.all(id).iter().any(|value| value.abs() > 1e-9);
        assert!(!off, "{} is red", row.address);
    }
    insta::assert_snapshot!(on("2027-07-11").expect_err("a day too late"), @"
    features.0.step.route.0.step.call.model: `acme/old` is retired on 2027-07-10, and called until 2027-07-11. Give its branch `until: 2027-07-10`, and call `acme/new`, which its seller names instead from then on.
    features.0.step.route.0.step.call.model: The book has no price for `old` on 2027-07-10. The last one ended on 2027-07-10. Choose another tier or model, move the plan's start, or let a route call another model on these days.
    ");
    insta::assert_snapshot!(on("2027-07-09").expect_err("a day too early"), @"features.0.step.route.1.step.call.model: The book has no price for `new` on 2027-07-09. The first one after it starts on 2027-07-10. Choose another tier or model, move the plan's start, or let a route call another model on these days.");
    insta::assert_snapshot!(of_retiring(&from_may(5, &old)).expect_err("no switch"), @"
    features.0.step.call.model: `acme/old` is retired on 2027-07-10, before the plan ends. Switch to `acme/new`, which its seller names instead: in a route, give the branch of this call `until: 2027-07-10`, and let the rest call it.
    features.0.step.call.model: The book has no price for `old` on 2027-07-10. The last one ended on 2027-07-10. Choose another tier or model, move the plan's start, or let a route call another model on these days.
    ");
    assert!(of_retiring(&from_may(2, &old)).is_ok(), "it ends after the plan");
}

#[test]
fn what_one_would_have_said_and_its_causes_add_up_though_models_end() {
    let with = |name: &str, model: &str| {
        talk(&call(name, model, "40").replace("system,", "system, page,"))
    };
    let prompts = PARTS.replacen("{ ", "{ page: { tokens: 90, role: retrieved }, ", 1);
    for when in ["until: 2027-07", "until: 2027-07-10"] {
        // The switch is the whole feature, and a step of its turns.
        let outside = switch(when, &with("a", "old"), &with("b", "new"));
        let inside = talk(&switch(when, &call("a", "old", "40"), &call("b", "new", "60")));
        for step in [outside, inside] {
            let plan = Plan { starts: "2027-05".to_owned(), ..plan(5, &prompts, &step) };
            let measures = Measures::default();
            let mut acme = retiring();
            // Both are there at the beginning of July.
            if when == "until: 2027-07" {
                let new = acme.models.last_mut().expect("the new one");
                new.prices.iter_mut().for_each(|entry| entry.from = None);
            }
            let checked = check(&plan, &measures, &[&acme]).expect("a plan");
            let estimate = estimate(&checked).expect("a plan of sensible size");
            let told = surprise(&checked, &estimate).remove(0);
            assert!(told.naive.is_some_and(|naive| naive > 0.0));
            for (month, cost) in told.unit_costs.iter().enumerate() {
                let steps: f64 = told.steps.iter().map(|step| step.units[month]).sum();
                let sum = told.naive.unwrap_or_default() + steps;
                assert!((sum - cost).abs() <= 1e-9 * cost, "{when}, {month}: {sum} is not {cost}");
            }
        }
    }
}

#[test]
fn a_feature_that_starts_later_needs_prices_from_then_on() {
    let text = |starts: &str| {
        format!(
            "{{ forebill: 1, name: Later, starts: 2027-05, months: 5, prompts: {PARTS}, \
             agents: {{ scout: {{ step: {} }} }}, features: [ \
             {{ name: f, unit: unit, starts: {starts}, volume: {{ units: 10/month }}, step: \
             {{ agent: {{ name: look, use: scout, answer: true }} }} }} ] }}",
            call("a", "new", "40")
        )
    };
    let estimate = of_retiring(&read(&text("month 4"))).expect("priced from July on");
    let months: Vec<bool> =
        (0..5).map(|month| estimate.ledger.month(month) != Money::ZERO).collect();
    assert_eq!(months, [false, false, false, true, true]);
    let told = of_retiring(&read(&text("month 3"))).expect_err("the first days have no price");
    assert!(told.contains("no price for `new` on 2027-07-01"), "{told}");
}

#[test]
fn problems_of_branches_that_are_dated_say_what_to_write() {
    let told = |branches: &str| {
        let text = branches.replace("STEP", &call("a", "small", "1"));
        let step = format!("{{ route: [ {text} ] }}");
        let plan = from_may(5, &step.replacen("name: a", "name: b", 1));
        let problems = check(&plan, &Measures::default(), &[&book()]).err().unwrap_or_default();
        let mut said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        said.dedup();
        said.join("\n")
    };
    let rest = "{ share: rest, step: STEP }";
    let one = |branch: &str| told(&format!("{{ {branch}, step: STEP }}, {rest}"));
    assert_eq!(one("until: month 3"), "");
    let all: BTreeMap<&str, String> =
        ["until: soon", "from: 2027-08, until: 2027-06", "from: month 6", "until: 2027-05"]
            .map(|branch| (branch, one(branch)))
            .into();
    insta::assert_debug_snapshot!(all, @r#"
    {
        "from: 2027-08, until: 2027-06": "features.0.step.route.0.until: Branch 1 would end on 2027-06-01, before it begins on 2027-08-01. Say the first month or day without it.",
        "from: month 6": "features.0.step.route.0.from: Branch 1 runs on no day of the plan. Take the branch out, or move its dates.",
        "until: 2027-05": "features.0.step.route.0.until: Branch 1 runs on no day of the plan. Take the branch out, or move its dates.",
        "until: soon": "features.0.step.route.0.until: `soon` is no month and no day. Write month 7, 2027-07 or 2027-07-15.",
    }
    "#);
    insta::assert_snapshot!(told(&format!("{{ until: month 4, step: STEP }}, {{ share: 20%, from: 2027-07, step: {} }}, {rest}", call("c", "small", "1"))), @"f.route.share.2: The branches add to 120.0% from 2027-07-01 on, more than all. Lower the shares until they add to 100% at most.");
    insta::assert_snapshot!(told(&format!("{{ share: 20%, from: 2027-07, step: STEP }}, {{ until: month 4, step: {} }}, {rest}", call("c", "small", "1"))), @"features.0.step.route.1.until: The branches add to 120.0% from 2027-07-01 on, more than all. Let one branch end where the other one begins.");
    insta::assert_snapshot!(told(&format!("{{ step: STEP }}, {rest}")), @"features.0.step.route.0.share: Which part goes this way? Write a share such as 70%, or when it runs: `until: month 7`.");
    insta::assert_snapshot!(told("{ share: rest, from: month 2, step: STEP }"), @"features.0.step.route.0.from: The rest takes what is left, whenever that is. Take `from` off, and say when the other branches run.");
}
