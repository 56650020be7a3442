//! Laws that hold for every plan, over random trees.

use proptest::prelude::*;

use crate::estimate::{Estimate, estimate};
use crate::money::Money;
use crate::plan::{Measures, Plan};
use crate::play::{Script, enumerate};
use crate::sample::{book, checked};
use crate::workings::{Driver, LineRate, RowId};

/// A random step as it is written in a plan. Names are left to the plan.
fn step() -> impl Strategy<Value = String> {
    let call = (0..3u32, 1..400u32, prop::bool::ANY, prop::bool::ANY).prop_map(
        |(parts, output, large, thinks)| {
            let input = ["system", "user x2", "page"][..=parts as usize].join(", ");
            let model = if large { "large" } else { "small" };
            let reasoning = if thinks { ", reasoning: 40..90" } else { "" };
            format!("{{ call: {{ model: acme/{model}, input: [{input}], output: {output}{reasoning} }} }}")
        },
    );
    call.prop_recursive(3, 12, 3, |inner| {
        let many = prop::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            many.clone().prop_map(|steps| format!("{{ chain: [{}] }}", steps.join(", "))),
            (inner.clone(), inner.clone(), 0..=100u32).prop_map(|(a, b, share)| format!(
                "{{ route: [{{ share: {share}%, step: {a} }}, {{ share: rest, step: {b} }}] }}"
            )),
            (inner.clone(), inner.clone(), 1..4u32, 1..100u32).prop_map(|(a, b, tries, fails)| {
                format!(
                    "{{ retry: {{ attempts: {tries}, fails: {{ timeout: {fails}% }}, step: {a}, then: {b} }} }}"
                )
            }),
            (inner, 1..3u32, 3..5u32).prop_map(|(a, low, high)| format!(
                "{{ fan-out: {{ copies: {low}..{high}, step: {a} }} }}"
            )),
            many.prop_map(|steps| format!(
                "{{ conversation: {{ turns: 2..4, turn: [{}] }} }}",
                steps.join(", ")
            )),
        ]
    })
}

fn plan(step: &str, users: u32) -> Plan {
    let text = format!(
        "{{ forebill: 1, name: Law, starts: 2027-05, months: 4, prompts: {{ \
         system: {{ tokens: 700, role: system, grows: 4%/month }}, user: {{ tokens: 30..90 }}, \
         page: {{ tokens: 100..900, used: 40% }} }}, features: [ {{ name: f, unit: unit, \
         volume: {{ users: {users}, adoption: {{ from: 10%, to: 60%, by: month 3 }}, each: 3/week }}, step: {step} }} ], \
         other_costs: [ {{ name: review, share: 2%, cost: $1.10 }}, {{ name: platform, cost: $500 }} ] }}"
    );
    let plan: Plan =
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    plan.addressed()
}

fn worked_out(plan: &Plan) -> Estimate {
    estimate(&checked(plan, &Measures::default()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_line_is_its_quantity_at_its_rate_and_a_parent_the_sum_of_its_children(step in step()) {
        let estimate = worked_out(&plan(&step, 1000));
        let ledger = &estimate.ledger;
        for line in &ledger.lines {
            prop_assert_eq!(line.amount, line.settled());
        }
        let total = ledger.total();
        let months: Money = (0..4).map(|month| ledger.month(month)).sum();
        let drivers: Money = Driver::ALL.iter().map(|driver| ledger.sum(|line| line.driver == *driver)).sum();
        let features: Money = ["f", ""].iter().map(|name| estimate.feature_total(name)).sum();
        let mut steps: Vec<&str> = ledger.lines.iter().map(|line| line.step.as_str()).collect();
        steps.sort_unstable();
        steps.dedup();
        let steps: Money = steps.iter().map(|step| ledger.sum(|line| line.step == **step)).sum();
        prop_assert_eq!([months, drivers, features, steps], [total; 4]);
    }

    #[test]
    fn the_workings_and_the_ledger_say_the_same(step in step()) {
        let Estimate { workings, values, ledger } = worked_out(&plan(&step, 1000));
        let rows = workings.totals.expect("totals");
        let (walked, settled) = (values.at(rows.total, 0), ledger.total().to_f64());
        prop_assert!((walked - settled).abs() <= 1e-12 * walked, "{} and {}", walked, settled);
        let finite = (0..workings.rows.len())
            .all(|index| values.all(RowId(index)).iter().all(|value| value.is_finite()));
        prop_assert!(finite);
    }

    #[test]
    fn twice_the_users_cost_twice_as_much(step in step()) {
        let cost = |users| {
            let estimate = worked_out(&plan(&step, users));
            estimate.values.at(estimate.workings.features[0].total, 0)
        };
        let (once, twice) = (cost(1000), cost(2000));
        prop_assert!((twice - 2.0 * once).abs() <= 1e-12 * twice);
    }

    #[test]
    fn every_price_of_a_line_has_a_source_and_a_date(step in step()) {
        let estimate = worked_out(&plan(&step, 10));
        for line in &estimate.workings.lines {
            if let LineRate::Prices(prices) = &line.rate {
                prop_assert!(prices.iter().all(|(id, _)| !estimate.workings.prices[id.0].source.is_empty()));
            }
        }
    }
}

/// The same trees with fixed sizes and no conversation, so that every execution can be enumerated.
fn small_step() -> impl Strategy<Value = String> {
    let call = (1..400u32, prop::bool::ANY).prop_map(|(output, large)| {
        let model = if large { "large" } else { "small" };
        format!("{{ call: {{ model: acme/{model}, input: [system], output: {output} }} }}")
    });
    call.prop_recursive(3, 6, 2, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3)
                .prop_map(|steps| format!("{{ chain: [{}] }}", steps.join(", "))),
            (inner.clone(), inner.clone(), 1..100u32).prop_map(|(a, b, share)| format!(
                "{{ route: [{{ share: {share}%, step: {a} }}, {{ share: rest, step: {b} }}] }}"
            )),
            (inner.clone(), inner.clone(), 1..3u32, 1..100u32).prop_map(|(a, b, tries, fails)| format!(
                "{{ retry: {{ attempts: {tries}, fails: {{ timeout: {fails}%, rejected: 0.5% }}, step: {a}, then: {b} }} }}"
            )),
            (inner, 1..3u32).prop_map(|(a, copies)| format!(
                "{{ fan-out: {{ copies: {copies}, step: {a} }} }}"
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_random_tree_equals_its_enumeration(step in small_step()) {
        let plan = plan(&step, 1000);
        let estimate = worked_out(&plan);
        let book = book();
        let model = |name: &str| book.models.iter().find(|model| name.ends_with(&model.id));
        let script = Script::new(&plan, &plan.features[0], 1, &Measures::default(), model).expect("played");
        if let Ok(expected) = enumerate(&script) {
            let review = 0.02 * 1.1;
            let walked = estimate.values.at(estimate.workings.features[0].month_unit_cost, 0) - review;
            prop_assert!((walked - expected.unit.cost).abs() <= 1e-12 * (walked + review), "{} {}", walked, expected.unit.cost);
        }
    }
}
