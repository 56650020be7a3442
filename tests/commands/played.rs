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
