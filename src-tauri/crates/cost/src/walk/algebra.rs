//! The algebra of plans, over random trees of every kind of step: what doubles, adds up, changes nothing or goes one way.
//! Nothing in these plans follows from traffic, counts on a whole month or comes once, but where a test says so.

use super::made::{Maker, read};
use super::tests::{value, worked_out};
use crate::check::check;
use crate::estimate::Estimate;
use crate::ledger::LedgerLine;
use crate::money::Money;
use crate::plan::Measures;
use crate::sample::book;

/// How many trees each law is held against.
const TREES: u64 = 24;

/// The plans of random trees, as they are written.
fn texts() -> impl Iterator<Item = String> {
    // Seeds beside those whose trees are played.
    (1..=TREES).map(|seed| Maker::new(7000 + seed).text())
}

fn of(text: &str) -> Estimate {
    worked_out(&read(text))
}

fn unit_cost(text: &str) -> f64 {
    value(&of(text), "f.month.unit-cost", 1)
}

/// The same plan with something else around its tree: `STEP` stands for the tree.
fn wrapped(text: &str, around: &str) -> String {
    const VOLUME: &str = "volume: { units: 10/month }, step: ";
    let (head, tree) = text.split_once(VOLUME).expect("the feature's tree comes last");
    let tree = tree.strip_suffix(" } ] }").expect("and ends the plan");
    format!("{head}{VOLUME}{} }} ] }}", around.replace("STEP", tree))
}

/// A call of its own, so long and beside everything else.
const CALL: &str =
    "{ call: { name: beside, model: acme/large, answer: true, input: [user], output: 70 } }";

#[track_caller]
fn same(what: &str, left: f64, right: f64) {
    assert!((left - right).abs() <= 1e-12 * left.abs(), "{what}: {left} and {right}");
}

/// No less but for rounding.
#[track_caller]
fn no_less(what: &str, left: f64, right: f64) {
    assert!(left >= right * (1.0 - 1e-12), "{what}: {left} is less than {right}");
}

#[test]
fn twice_the_volume_costs_twice_as_much() {
    for text in texts() {
        let total = |text: &str| of(text).ledger.total().to_f64();
        let twice = text.replace("units: 10/month", "units: 20/month");
        assert_ne!(text, twice);
        same(&text, total(&twice), 2.0 * total(&text));
    }
}

#[test]
fn months_steps_and_causes_each_sum_to_the_total() {
    for text in texts() {
        let text = text.replace("months: 1,", "months: 9,");
        let Estimate { ledger, workings, .. } = of(&text);
        assert_eq!(workings.months, 9);
        let months: Money = (0..9).map(|month| ledger.month(month)).sum();
        assert_eq!(months, ledger.total(), "{text}");
        let by = |key: &dyn Fn(&LedgerLine) -> String| -> Money {
            let mut keys: Vec<String> = ledger.lines.iter().map(key).collect();
            keys.sort();
            keys.dedup();
            keys.iter().map(|of| ledger.sum(|line| key(line) == *of)).sum()
        };
        assert_eq!(by(&|line| line.step.clone()), ledger.total(), "{text}");
        assert_eq!(by(&|line| line.driver.name().to_owned()), ledger.total(), "{text}");
    }
}

#[test]
fn what_never_happens_changes_nothing() {
    let mut tried = 0;
    for text in texts() {
        let cost = unit_cost(&text);
        for around in [
            "{ response-cache: { name: never-met, hits: 0%, step: STEP } }",
            "{ chain: [ STEP ] }",
            "{ retry: { name: never-fails, attempts: 3, fails: { invalid: 0% }, step: STEP } }",
            &format!(
                "{{ route: [ {{ share: 100%, step: STEP }}, {{ share: rest, step: {CALL} }} ] }}"
            ),
            &format!(
                "{{ cascade: {{ name: sure, tiers: [ {{ step: STEP, accepts: 100% }}, {{ step: {CALL} }} ] }} }}"
            ),
            "{ fan-out: { name: alone, copies: 1, step: STEP } }",
        ] {
            let text = wrapped(&text, around);
            // Some trees are refused in some places: an answer that depends on what was said is not kept.
            let plan = read(&text);
            if check(&plan, &Measures::default(), &[&book()]).is_err() {
                continue;
            }
            same(&text, unit_cost(&text), cost);
            tried += 1;
        }
    }
    assert!(tried > 100, "only {tried} were tried");
}

#[test]
fn a_cascade_never_costs_less_than_its_first_tier() {
    for text in texts() {
        let cost = unit_cost(&text);
        let mut before = f64::INFINITY;
        for accepts in [0, 30, 99, 100] {
            let tiers = format!("[ {{ step: STEP, accepts: {accepts}% }}, {{ step: {CALL} }} ]");
            let text = wrapped(&text, &format!("{{ cascade: {{ name: first, tiers: {tiers} }} }}"));
            let cascade = unit_cost(&text);
            no_less(&text, cascade, cost);
            // Whoever accepts more asks the second tier less.
            no_less(&text, before, cascade);
            before = cascade;
        }
    }
}

#[test]
fn more_of_something_never_costs_less() {
    for text in texts() {
        let cost = unit_cost(&text);
        for (some, more) in [
            ("user: { tokens: 30..90", "user: { tokens: 60..180"),
            ("note: { tokens: 50", "note: { tokens: 51"),
            ("page: { tokens: 150..450", "page: { tokens: 300..900"),
            ("turns: 2..6", "turns: 3..9"),
            ("steps: 2..5", "steps: 4..8"),
            ("copies: 1..3", "copies: 2..4"),
            ("output: 40..160", "output: 80..320"),
        ] {
            no_less(&format!("{more}: {text}"), unit_cost(&text.replace(some, more)), cost);
        }
    }
}

#[test]
fn more_hits_never_cost_more() {
    for text in texts() {
        let mut before = f64::INFINITY;
        for hits in [0, 20, 60, 100] {
            let around =
                format!("{{ response-cache: {{ name: met, hits: {hits}%, step: {CALL} }} }}");
            let text = wrapped(&text, &format!("{{ chain: [ {around}, STEP ] }}"));
            let cost = unit_cost(&text);
            no_less(&text, before, cost);
            before = cost;
        }
    }
}

/// Of caches that follow from traffic, more traffic keeps more alive.
#[test]
fn more_traffic_never_raises_the_cost_of_a_unit() {
    let mut cheaper = 0;
    for text in texts() {
        // What is said of traffic is left to be worked out.
        let parts = text.split("alive: ").enumerate().map(|(nth, part)| match nth {
            0 => part,
            _ => part.split_once('%').expect("a share").1.trim_start_matches(", "),
        });
        let text = parts.collect::<String>();
        let mut before = f64::INFINITY;
        for units in ["1/month", "10/month", "100k/month", "10M/month"] {
            let plan = read(&text.replace("units: 10/month", &format!("units: {units}")));
            if check(&plan, &Measures::default(), &[&book()]).is_err() {
                break;
            }
            let cost = value(&worked_out(&plan), "f.month.unit-cost", 1);
            no_less(&text, before, cost);
            cheaper += u32::from(before.is_finite() && cost < before * 0.999);
            before = cost;
        }
    }
    assert!(cheaper > 5, "traffic made {cheaper} of them cheaper");
}

/// A cost that comes once is in its month and in no other.
#[test]
fn what_comes_once_comes_in_its_month() {
    let call = "{ call: { name: a, model: acme/small, answer: true, input: [user], output: 1 } }";
    let plan = |costs: &str| {
        read(&format!(
            "{{ forebill: 1, name: Once, starts: 2027-01, months: 4, prompts: {{ user: {{ tokens: 10 }} }}, \
             features: [ {{ name: f, unit: unit, volume: {{ units: 10/month }}, step: {call} }} ], other_costs: [ {costs} ] }}"
        ))
    };
    let months = |costs: &str| {
        let ledger = worked_out(&plan(costs)).ledger;
        (0..4).map(|month| ledger.month(month)).collect::<Vec<Money>>()
    };
    let (without, with) = (months(""), months("{ name: index, cost: $400, once: month 3 }"));
    let more: Vec<f64> = without.iter().zip(&with).map(|(a, b)| b.to_f64() - a.to_f64()).collect();
    assert_eq!(more, [0.0, 0.0, 400.0, 0.0]);
    let told = |cost: &str| {
        let problems = check(&plan(cost), &Measures::default(), &[&book()]).expect_err("refused");
        problems[0].to_string()
    };
    insta::assert_snapshot!(told("{ name: index, cost: $400, once: month 5 }"), @"other-costs.index.once: `month 5` lies behind the last of the plan's months. Write month 1 to month 4.");
    insta::assert_snapshot!(told("{ name: index, cost: $400, once: month 2, share: 5% }"), @"other_costs.0.share: `index` comes once, and with units. Keep one of `once` and `share`.");
}
