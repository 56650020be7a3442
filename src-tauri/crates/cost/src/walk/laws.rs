//! Laws that hold for every plan, over random trees.

use proptest::prelude::*;

use crate::check::check;
use crate::estimate::{Estimate, estimate};
use crate::money::Money;
use crate::plan::{Measures, Plan};
use crate::play::{Script, enumerate};
use crate::sample::{any_step, book, checked, plan_of};
use crate::workings::RowId;

fn worked_out(plan: &Plan) -> Estimate {
    estimate(&checked(plan, &Measures::default())).expect("a plan of sensible size")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_line_is_its_quantity_at_its_rate_and_a_parent_the_sum_of_its_children(step in any_step()) {
        let Estimate { workings, values, ledger, .. } = worked_out(&plan_of(&step, 1000));
        let same = |sum: Money, row: RowId, month: usize| {
            let (sum, walked) = (sum.to_f64(), values.at(row, month));
            // Each line is rounded once, to 10⁻¹² of a unit.
            (sum - walked).abs() <= 1e-12 * walked.abs() + 1e-15
        };
        for line in &ledger.lines {
            let size = line.quantity.to_f64() * line.rate.to_f64();
            prop_assert!((line.amount.to_f64() - size).abs() <= 1e-15 * size + 1e-18);
        }
        let feature = &workings.features[0];
        for month in 0..workings.months {
            for (driver, row) in &feature.drivers {
                let of_driver = ledger.sum(|line| {
                    (line.month, line.driver, line.feature.as_str()) == (month, *driver, "f")
                });
                prop_assert!(same(of_driver, *row, month), "{} in {}", driver.name(), month);
            }
            let of_feature = ledger.sum(|line| line.month == month && line.feature == "f");
            prop_assert!(same(of_feature, feature.month, month));
            prop_assert!(same(ledger.month(month), workings.totals.expect("totals").month, month));
        }
        let months: Money = (0..workings.months).map(|month| ledger.month(month)).sum();
        prop_assert_eq!(months, ledger.total());
    }

    #[test]
    fn the_workings_and_the_ledger_say_the_same(step in any_step()) {
        let Estimate { workings, values, ledger, .. } = worked_out(&plan_of(&step, 1000));
        let rows = workings.totals.expect("totals");
        let (walked, settled) = (values.at(rows.total, 0), ledger.total().to_f64());
        prop_assert!((walked - settled).abs() <= 1e-12 * walked, "{} and {}", walked, settled);
        let finite = (0..workings.rows.len())
            .all(|index| values.all(RowId(index)).iter().all(|value| value.is_finite()));
        prop_assert!(finite);
    }

    #[test]
    fn twice_the_users_cost_twice_as_much(step in any_step()) {
        let cost = |users| {
            let estimate = worked_out(&plan_of(&step, users));
            estimate.values.at(estimate.workings.features[0].total, 0)
        };
        let (once, twice) = (cost(1000), cost(2000));
        prop_assert!((twice - 2.0 * once).abs() <= 1e-12 * twice);
    }
}

/// The same trees with fixed sizes, so that every execution can be enumerated. Cliffs stand in their way.
fn small_step() -> impl Strategy<Value = String> {
    let call = (1..400u32, prop::bool::ANY).prop_map(|(output, large)| {
        let model = if large { "steps" } else { "small" };
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
            (inner.clone(), 1..3u32).prop_map(|(a, copies)| format!(
                "{{ fan-out: {{ copies: {copies}, step: {a} }} }}"
            )),
            (inner.clone(), 1..4u32, 1..400u32).prop_map(|(a, turns, output)| format!(
                "{{ conversation: {{ turns: {turns}, turn: [ {a}, {{ call: {{ model: acme/steps, answer: true, input: [system, history], output: {output} }} }} ] }} }}"
            )),
            // A turn that may fail leaves a history of several sizes: near a cliff that is matched, not exact.
            (inner, 1..4u32, 1..400u32, 1..100u32).prop_map(|(a, turns, output, fails)| format!(
                "{{ conversation: {{ turns: {turns}, turn: [ {a}, {{ retry: {{ attempts: 1, fails: {{ invalid: {fails}% }}, \
                 step: {{ call: {{ model: acme/small, answer: true, input: [system, history], output: {output} }} }} }} }} ] }} }}"
            )),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_random_tree_equals_its_enumeration(step in small_step()) {
        let plan = plan_of(&step, 1000);
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

/// What a hurried or hostile hand may write where a number, a name or a step stands.
fn slip() -> impl Strategy<Value = String> {
    let number = prop::sample::select(vec![
        "0",
        "1",
        "-1",
        "1e300",
        "1e-300",
        "0..1",
        "1..2",
        "1..500",
        "1..1000000",
        "0.5",
        "500",
        "1000000B",
        "1000%/month",
        "-99%/month",
        "1e30%/month",
        "6/month",
        "100%",
        "0%",
        "33%",
        "1000B/day",
        "1/week",
        "$1000000B",
        "$0.0000000000000000001",
        "0/0/0",
        "1/2/3",
        "±5%",
        "12 ±99%",
        "",
        "x",
        "month 2",
        "3 ±0%",
    ]);
    let name = prop::sample::select(vec![
        "a",
        "month",
        "adoption",
        "table",
        "f",
        "in",
        "history",
        "total",
        "a-b",
        "route",
        "1a",
        "base-prompt",
    ]);
    let numbers = prop::collection::vec(number, 9);
    (numbers, name.clone(), name).prop_map(|(n, call, part)| {
        format!(
            "{{ forebill: 1, name: Slip, starts: 2027-01, months: 60, prompts: {{ {part}: {{ tokens: '{}', grows: '{}' }} }}, \
             features: [ {{ name: f, unit: unit, volume: {{ users: '{}', each: '{}', grows: '{}' }}, step: {{ conversation: {{ turns: '{}', turn: [ \
             {{ retry: {{ attempts: '{}', fails: {{ timeout: 5% }}, step: {{ fan-out: {{ copies: '{}', step: \
             {{ call: {{ name: {call}, model: acme/steps, input: [{part}, history], output: '{}' }} }} }} }} }} }}, \
             {{ call: {{ model: acme/large, answer: true, input: [{part}], output: 1 }} }} ] }} }} }} ], \
             other_costs: [ {{ name: review, share: '{}', cost: '{}' }} ] }}",
            n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[1], n[2]
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_is_written_earns_problems_or_a_finite_ledger(text in slip()) {
        let Ok(plan) = serde_saphyr::from_str::<Plan>(&text) else { return Ok(()) };
        let plan = plan.addressed();
        let measures = Measures::default();
        if let Ok(checked) = check(&plan, &measures, &[&book()])
            && let Ok(estimate) = estimate(&checked)
        {
            prop_assert!(estimate.ledger.total().to_f64().is_finite());
        }
    }
}
