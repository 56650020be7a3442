//! `estimate --play`: how units differ in what they cost.

use crate::desk::{answer, number};
use crate::program::run;

#[test]
fn one_conversation_in_twenty_costs_more_than_its_p95() {
    let plan = "examples/support-desk";
    let play =
        |seed: &str| answer(&run(&["estimate", plan, "--play", "3000", "--seed", seed, "--json"]));
    let played = play("1");
    let cost = &played["features"][0]["cost"];
    let [mean, p50, p95, p99] = ["mean", "p50", "p95", "p99"].map(|figure| number(&cost[figure]));
    assert!(p50 < mean && mean < p95 && p95 < p99, "{played}");
    // What a person reviews is played with it: $2.50 in 2 % of conversations.
    let [mean, p99] = {
        let many = answer(&run(&["estimate", plan, "--play", "20000", "--json"]));
        ["mean", "p99"].map(|figure| number(&many["features"][0]["cost"][figure]))
    };
    assert!(p99 > 2.5, "{p99}");
    let estimate = answer(&run(&["estimate", plan, "--json"]));
    let months = estimate["features"][0]["months"].as_array().expect("a list");
    let unit = number(&months.last().expect("a month")["unit_cost"]);
    assert!((mean / unit - 1.0).abs() < 0.05, "{mean} is played, {unit} worked out");
    assert_eq!(played, play("1"));
    assert_ne!(played, play("2"));

    let table = run(&["estimate", plan, "--play", "3000"]);
    assert!(table.stdout.contains("one in 100"), "{}", table.stdout);
    assert!(
        table.stdout.contains("3,000 units of each feature played, seed 1"),
        "{}",
        table.stdout
    );
}

#[test]
fn what_holding_caches_costs_is_said_to_be_left_out() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("plan.yaml");
    let said = |cache: &str| {
        let plan = format!(
            "{{ forebill: 1, name: T, starts: 2027-01, months: 1, prompts: {{ book: {{ tokens: 50k, role: system }} }}, \
             features: [ {{ name: f, unit: answer, volume: {{ units: 1000/month }}, step: {{ call: {{ name: a, \
             model: google/gemini-2.5-pro, input: [book], output: 100{cache} }} }} }} ] }}"
        );
        std::fs::write(&path, plan).expect("a new folder can be written to");
        run(&["estimate", path.to_str().expect("a path"), "--play", "10"])
    };
    let clause = "with the `other_costs` that come with units";
    let (held, plain) = (said(", cache: { held: 24 h }"), said(""));
    let without = format!("{clause}, without what holding explicit caches costs\n");
    assert!(held.stdout.contains(&without), "{} {}", held.stdout, held.stderr);
    assert!(plain.stdout.contains(&format!("{clause}\n")), "{} {}", plain.stdout, plain.stderr);
}
