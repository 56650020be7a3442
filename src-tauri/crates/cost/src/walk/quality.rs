//! Right answers and what one of them costs, against every outcome of a unit.

use super::tests::{equals_enumeration, outcomes, value, worked_out};
use crate::plan::{Measures, Plan};
use crate::sample::{book, plan};
use crate::workings::Per;

const PARTS: &str = "{ user: { tokens: 100 }, system: { tokens: 900, role: system } }";

fn call(name: &str, quality: &str) -> String {
    let quality = if quality.is_empty() { String::new() } else { format!(", quality: {quality}") };
    format!(
        "call: {{ name: {name}, model: acme/small, answer: true, input: [system, user], output: 10{quality} }}"
    )
}

#[track_caller]
fn check(step: &str) -> Plan {
    let plan = plan(1, PARTS, step);
    equals_enumeration(&plan);
    let estimate = worked_out(&plan);
    let expected = outcomes(&plan, 1);
    for (address, expected) in
        [("f.month.answers", expected.answers), ("f.month.right", expected.right)]
    {
        let found = value(&estimate, address, 1);
        assert!((found / expected - 1.0).abs() < 1e-12, "{address}: {found}, not {expected}");
    }
    let rows = estimate.workings.features[0].per.iter().find(|rows| rows.per == Per::Right);
    let each = estimate.cost_per(rows.expect("quality is known")).expect("there are answers");
    let expected = expected.cost / expected.right;
    assert!((each / expected - 1.0).abs() < 1e-12, "{each}, not {expected}");
    plan
}

#[test]
fn every_way_to_an_answer_has_its_right_ones() {
    let (easy, hard) = (call("easy", "97%"), call("hard", "80%"));
    let route = format!(
        "{{ route: [ {{ share: 60%, step: {{ {easy} }} }}, {{ share: rest, step: {{ {hard} }} }} ] }}"
    );
    check(&route);
    check(&format!("{{ conversation: {{ turns: 1..3, turn: [ {route} ] }} }}"));
    check(&format!(
        "{{ retry: {{ attempts: 2, fails: {{ invalid: 30% }}, step: {{ {easy} }}, then: {{ {hard} }} }} }}"
    ));
    check(&format!(
        "{{ retry: {{ attempts: 2, fails: {{ invalid: 30% }}, step: {{ {easy} }} }} }}"
    ));
    check(&format!(
        "{{ response-cache: {{ hits: 40%, wrong: 10%, excluded: 20%, step: {{ {easy} }} }} }}"
    ));
    check(&format!(
        "{{ until: {{ rounds: 3, accepts: 60%, draft: {{ {easy} }}, check: {{ call: {{ name: check, model: acme/small, input: [context], output: 5 }} }} }} }}"
    ));
}

#[test]
fn a_judge_lets_right_answers_through_more_often() {
    let (small, large) = (call("small", "70%"), call("large", "90%"));
    for judged in [
        "accepts: 60%",
        "accepts_right: 90%, accepts_wrong: 20%",
        "accepts_right: 100%, accepts_wrong: 0%",
    ] {
        check(&format!(
            "{{ cascade: {{ tiers: [ {{ step: {{ {small} }}, {judged} }}, {{ step: {{ {large} }} }} ] }} }}"
        ));
        let unmeasured = call("large", "");
        check(&format!(
            "{{ cascade: {{ tiers: [ {{ step: {{ {small} }}, {judged} }}, \
             {{ step: {{ {unmeasured} }}, after_right: 95%, after_wrong: 50% }} ] }} }}"
        ));
        // What fails reaches no judge.
        check(&format!(
            "{{ cascade: {{ tiers: [ {{ step: {{ retry: {{ attempts: 2, fails: {{ invalid: 40% }}, step: {{ {small} }} }} }}, {judged} }}, {{ step: {{ {large} }} }} ] }} }}"
        ));
    }
}

#[test]
fn a_perfect_judge_keeps_what_the_strong_model_gets_right_of_the_rest() {
    // RouteLLM's GSM8K responses, 1,319 prompts: Mixtral is right on 63.84 %, GPT-4 on 85.67 %, both on 56.63 %, either
    // on 92.87 %. A perfect judge leaves GPT-4 what Mixtral got wrong: it is right on 80.3 % of that.
    let (weak, both, either) = (0.6384, 0.5663, 0.9287);
    let (after_right, after_wrong) = (both / weak, (either - weak) / (1.0 - weak));
    assert_eq!((1000.0_f64 * after_wrong).round(), 803.0);
    let step = format!(
        "{{ cascade: {{ tiers: [ {{ step: {{ {} }}, accepts_right: 100%, accepts_wrong: 0% }}, \
         {{ step: {{ {} }}, after_right: {}%, after_wrong: {}% }} ] }} }}",
        call("weak", "63.84%"),
        call("strong", ""),
        100.0 * after_right,
        100.0 * after_wrong
    );
    let estimate = worked_out(&check(&step));
    let quality = value(&estimate, "f.month.quality", 1);
    assert!((quality - either).abs() < 1e-12, "{quality}");
}

#[test]
fn without_a_measure_there_is_no_quality() {
    let step = format!(
        "{{ route: [ {{ share: 60%, step: {{ {} }} }}, {{ share: rest, step: {{ {} }} }} ] }}",
        call("easy", "97%"),
        call("hard", "")
    );
    let estimate = worked_out(&plan(1, PARTS, &step));
    assert_eq!(estimate.workings.find("f.month.quality"), None);
    assert!(estimate.workings.features[0].per.iter().all(|rows| rows.per != Per::Right));
}

/// What is said of a plan.
fn said(plan: &Plan) -> Vec<String> {
    let (book, measures) = (book(), Measures::default());
    let problems = crate::check::check(plan, &measures, &[&book]).err().unwrap_or_default();
    problems.into_iter().map(|problem| problem.message).collect()
}

#[test]
fn a_judge_needs_one_answer_whose_quality_is_known() {
    let judged = |step: &str, first: &str, second: &str| {
        let strong = call("strong", second);
        let text = format!(
            "{{ cascade: {{ tiers: [ {{ step: {step}, {first} }}, {{ step: {{ {strong} }} }} ] }} }}"
        );
        said(&plan(1, PARTS, &text))
    };
    let small = call("small", "70%");
    let by_truth = "accepts_right: 90%, accepts_wrong: 20%";
    let none = ["Nothing in this tier gives the one answer that is judged right or wrong."];
    let talk = format!("{{ conversation: {{ turns: 3, turn: [ {{ {small} }} ] }} }}");
    assert_eq!(judged(&talk, by_truth, "90%"), none);
    let copies = format!("{{ fan-out: {{ copies: 3, step: {{ {small} }} }} }}");
    assert_eq!(judged(&copies, by_truth, "90%"), none);
    let both = format!("{{ chain: [ {{ {small} }}, {{ {} }} ] }}", call("other", "60%"));
    assert_eq!(judged(&both, by_truth, "90%"), ["A tier gives one answer, not several."]);

    let after = |first: &str, accepts: &str, second: &str| {
        let (first, second) = (call("small", first), call("middle", second));
        let text = format!(
            "{{ cascade: {{ tiers: [ {{ step: {{ {first} }}, {accepts} }}, \
             {{ step: {{ {second} }}, after_right: 95%, after_wrong: 50%, accepts_right: 80%, accepts_wrong: 10% }}, \
             {{ step: {{ {} }} }} ] }} }}",
            call("strong", "99%")
        );
        said(&plan(1, PARTS, &text))
    };
    assert_eq!(after("", "accepts: 60%", ""), ["How many answers of the first tier are right?"]);
    assert_eq!(after("70%", "accepts: 60%", "80%"), ["What this tier gets right is said twice."]);
    assert_eq!(after("70%", "accepts: 60%", ""), [""; 0]);
}

#[test]
fn the_answer_of_an_agent_is_judged_like_any() {
    let text = format!(
        "{{ forebill: 1, name: Test, starts: 2027-01, months: 1, prompts: {PARTS}, agents: {{ scout: {{ step: {{ {} }} }} }}, \
         features: [ {{ name: f, unit: unit, volume: {{ units: 10/month }}, step: {{ cascade: {{ tiers: [ \
         {{ step: {{ agent: {{ name: scout, use: scout, answer: true }} }}, accepts_right: 90%, accepts_wrong: 20% }}, \
         {{ step: {{ {} }} }} ] }} }} }} ] }}",
        call("look", "80%"),
        call("strong", "90%")
    );
    let plan: Plan = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    let plan = plan.addressed();
    assert_eq!(said(&plan), [""; 0]);
    let accepted = 0.8 * 0.9 + 0.2 * 0.2;
    let quality = value(&worked_out(&plan), "f.month.quality", 1);
    assert!((quality - (0.8 * 0.9 + (1.0 - accepted) * 0.9)).abs() < 1e-12, "{quality}");
}
