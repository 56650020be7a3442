//! Every kind of step, by figures that anybody can check by hand.

use super::tests::{value, worked_out};
use crate::plan::Plan;
use crate::sample::plan;

fn close(what: &str, found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance * expected.abs().max(1e-12),
        "{what}: {found} is not {expected}"
    );
}

/// Rows of the first month, by their ends of addresses under the feature.
#[track_caller]
fn check(step: &str, rows: &[(&str, f64)]) {
    check_with(
        "{ system: { tokens: 1000, role: system }, user: { tokens: 100 }, page: { tokens: 50, role: tools } }",
        step,
        rows,
    );
}

#[track_caller]
fn check_with(prompts: &str, step: &str, rows: &[(&str, f64)]) {
    let plan = plan(1, prompts, step);
    let estimate = worked_out(&plan);
    for (address, expected) in rows {
        close(address, value(&estimate, &format!("f.{address}"), 1), *expected, 1e-12);
    }
}

#[test]
fn an_escalated_request_still_pays_its_cheap_attempt() {
    let step = "{ cascade: { tiers: [ \
        { step: { call: { name: small, model: acme/small, answer: true, input: [user], output: 10 } }, \
          judge: { call: { name: judge, model: acme/small, input: [user], output: 1 } }, accepts: 60% }, \
        { step: { call: { name: large, model: acme/large, answer: true, input: [user], output: 30 } } } ] } }";
    check(
        step,
        &[
            ("small.base-prompt.tokens", 100.0),
            ("judge.base-prompt.tokens", 100.0),
            ("large.escalation.input.tokens", 40.0),
            ("large.escalation.output.tokens", 12.0),
            ("unit-cost", (200.0 * 0.4 + 11.0 * 1.6 + 40.0 * 3.0 + 12.0 * 15.0) / 1e6),
        ],
    );
}

#[test]
fn what_a_judge_accepts_follows_from_quality() {
    let step = "{ cascade: { tiers: [ \
        { step: { call: { name: small, model: acme/small, answer: true, quality: 70%, input: [user], output: 10 } }, accepts_right: 90%, accepts_wrong: 20% }, \
        { step: { call: { name: middle, model: acme/small, answer: true, input: [user], output: 10 } }, after_right: 95%, after_wrong: 50%, accepts_right: 80%, accepts_wrong: 10% }, \
        { step: { call: { name: large, model: acme/large, answer: true, input: [user], output: 30 } } } ] } }";
    let accepted = 0.7 * 0.9 + 0.3 * 0.2;
    let right = (0.07 * 0.95 + 0.24 * 0.5) / 0.31;
    let second = right * 0.8 + (1.0 - right) * 0.1;
    check(
        step,
        &[
            ("cascade.tier-1.accepted", accepted),
            ("cascade.tier-2.right", right),
            ("cascade.tier-2.accepted", second),
            ("cascade.tier-3.reached", (1.0 - accepted) * (1.0 - second)),
        ],
    );
}

#[test]
fn a_refined_prompt_grows_by_its_drafts_and_checks() {
    let step = "{ until: { rounds: 3, accepts: 50%, \
        draft: { call: { name: draft, model: acme/small, answer: true, input: [system, user, context], output: 200 } }, \
        check: { call: { name: check, model: acme/small, input: [user, context], output: 40 } } } }";
    // Rounds come with chances 1, ½, ¼: they read 0, 240, 480 tokens, and checks the draft as well.
    check(
        step,
        &[
            ("until.times", 1.75),
            ("until.never-accepted", 0.125),
            ("draft.base-prompt.tokens", 1.75 * 1100.0),
            ("draft.history.tokens", 0.5 * 240.0 + 0.25 * 480.0),
            ("check.history.tokens", 1.75 * 200.0 + 0.5 * 240.0 + 0.25 * 480.0),
            ("draft.output.tokens", 1.75 * 200.0),
        ],
    );
}

#[test]
fn a_loop_reads_what_its_steps_and_tools_left() {
    let step = "{ loop: { steps: 4, step: { chain: [ \
        { call: { name: think, model: acme/small, input: [system, user, context], output: 30, reasoning: 500 } }, \
        { tool: { name: search, uses: 2, fee: $0.01, returns: page } }, \
        { call: { name: act, model: acme/small, answer: true, keep_reasoning: true, input: [user, context], output: 20, reasoning: 5 } } ] } } }";
    // Each step leaves 30 + 2·50 + 25, of which `act` meets 130 in its own step: it is the first to read the results.
    check(
        step,
        &[
            ("think.history.tokens", 6.0 * 155.0),
            ("act.history.tokens", 4.0 * 30.0 + 6.0 * 155.0),
            ("act.tools.tokens", 4.0 * 100.0),
            ("search.tools.uses", 8.0),
            ("search.tools", 0.08),
            ("think.base-prompt.tokens", 4400.0),
        ],
    );
    let typed = "{ loop: { steps: 4, adds: 8k, step: { call: { name: think, model: acme/small, input: [user, context], output: 30 } } } }";
    check(typed, &[("think.history.tokens", 48_000.0)]);
}

#[test]
fn a_kept_answer_spares_the_step_unless_it_is_noticed_to_be_wrong() {
    let call = |name: &str| {
        format!("{{ call: {{ name: {name}, model: acme/small, input: [user], output: 10 }} }}")
    };
    let step = format!(
        "{{ response-cache: {{ hits: 40%, wrong: 5%, excluded: 10%, lookup: {}, insert: {}, step: {} }} }}",
        call("look"),
        call("keep"),
        call("answer")
    );
    check(
        &step,
        &[
            ("look.calls", 0.9),
            ("answer.calls", 0.1 + 0.9 * (0.6 + 0.4 * 0.05)),
            ("keep.calls", 0.9 * 0.6),
        ],
    );
}

#[test]
fn an_outage_outlasts_every_attempt() {
    let step = "{ retry: { attempts: 3, fails: { invalid: 10% }, outage: { value: 2%, billed_input: 50%, billed_output: 0% }, \
        step: { call: { name: first, model: acme/small, answer: true, input: [user], output: 10 } }, \
        then: { call: { name: other, model: acme/large, answer: true, input: [user], output: 10 } } } }";
    let tries = 1.0 + 0.1 + 0.01;
    check(
        step,
        &[
            ("other.calls", 0.02 + 0.98 * 0.001),
            ("first.calls", 0.98 * 0.999),
            (
                "first.failed-attempts.input.tokens",
                100.0 * (0.98 * tries - 0.98 * 0.999 + 0.02 * 3.0 * 0.5),
            ),
        ],
    );
}

#[test]
fn only_the_last_turns_are_sent_again_with_a_summary_of_the_others() {
    let turn = "turn: [ { call: { name: a, model: acme/small, answer: true, input: [system, history, user], output: 60 } } ]";
    // Turns leave 160 tokens: 0, 1, 2, 2, 2 of them are sent.
    let last = format!("{{ conversation: {{ turns: 5, history: {{ last: 2 }}, {turn} }} }}");
    check(&last, &[("a.history.tokens", 7.0 * 160.0)]);
    let summary = format!(
        "{{ conversation: {{ turns: 5, history: {{ summary: {{ last: 2, step: {{ call: {{ name: sum, model: acme/small, input: [history], output: 30 }} }} }} }}, {turn} }} }}"
    );
    // At turns 4 and 5 a turn leaves: the summary reads it, and at turn 5 the summary before.
    check(
        &summary,
        &[
            ("a.history.tokens", 7.0 * 160.0 + 2.0 * 30.0),
            ("sum.history.tokens", 2.0 * 160.0 + 30.0),
            ("sum.output.tokens", 60.0),
        ],
    );
}

#[test]
fn a_way_that_is_kept_has_its_own_history() {
    let step = "{ conversation: { turns: 3, turn: [ \
        { call: { name: help, model: acme/small, input: [history, user], output: 5 } }, \
        { route: { sticky: conversation, branches: [ \
          { share: 25%, step: { call: { name: long, model: acme/small, answer: true, input: [history, user], output: 400 } } }, \
          { share: rest, step: { call: { name: short, model: acme/small, answer: true, input: [history, user], output: 40 } } } ] } } ] } }";
    check(
        step,
        &[
            ("long.way-1.history.tokens", 0.25 * 3.0 * 500.0),
            ("short.way-2.history.tokens", 0.75 * 3.0 * 140.0),
            ("help.way-1.history.tokens", 0.25 * 3.0 * 500.0),
            ("help.way-2.history.tokens", 0.75 * 3.0 * 140.0),
        ],
    );
}

#[test]
fn agents_beyond_the_first_have_a_cause_of_their_own() {
    let text = "{ forebill: 1, name: Agents, starts: 2027-01, months: 1, prompts: { user: { tokens: 100 } }, agents: { \
        worker: { step: { chain: [ { call: { name: work, model: acme/small, answer: true, input: [user], output: 10 } }, { agent: { name: deeper, use: worker, depth: 2 } } ] } } }, \
        features: [ { name: f, unit: unit, volume: { units: 10/month }, step: { chain: [ \
          { fan-out: { copies: 4, step: { agent: { name: one, use: worker } } } }, { agent: { name: two, use: worker } } ] } } ] }";
    let plan: Plan = serde_saphyr::from_str(text).expect("a plan");
    let estimate = worked_out(&plan.addressed());
    for (address, expected) in [
        ("f.one.work.base-prompt.tokens", 100.0),
        ("f.one.work.agents.input.tokens", 300.0),
        ("f.one.deeper.work.agents.input.tokens", 400.0),
        ("f.two.work.agents.input.tokens", 100.0),
        ("f.two.deeper.work.agents.output.tokens", 10.0),
    ] {
        close(address, value(&estimate, address, 1), expected, 1e-12);
    }
}

#[test]
fn a_limit_of_tokens_caps_what_is_written_hidden_tokens_first() {
    let call = |limits: &str| {
        format!("{{ call: {{ name: a, model: acme/small, input: [user], {limits} }} }}")
    };
    check(
        &call("output: 300, reasoning: 900, max_tokens: 1000"),
        &[("a.reasoning.tokens", 900.0), ("a.output.tokens", 100.0)],
    );
    // E[min(X, 400)] of a lognormal with P10 100 and P90 1,000, by quadrature of the lognormal.
    check(&call("output: 100..1000, max_tokens: 400"), &[("a.output.tokens", 282.829_275_689_959)]);
}
