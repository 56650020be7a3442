//! Plays worked out by hand, against the player.

use super::tariff::tests::{entry, model};
use super::*;
use crate::book::{Bracket, Entry, Model};
use crate::plan::{Certainty, Measure, Measures, Plan};

mod caches;
mod kinds;
mod turns;

/// A feature of a plan with these parts and agents. Texts have 100 tokens for `small`, 130 for `large`.
fn written(
    month: u32,
    [prompts, agents, step]: [&str; 3],
    around: &Around,
) -> Result<Script, PlayError> {
    let text = format!(
        "
forebill: 1
name: Played
starts: 2027-01
months: 12
prompts: {{ {prompts} }}
agents: {{ {agents} }}
features:
  - name: f
    unit: unit
    volume: {{ units: 100/month }}
    step: {step}
"
    );
    let plan = serde_saphyr::from_str::<Plan>(&text).expect("a plan").addressed();
    let mut measures = Measures::default();
    for part in plan.prompts.keys() {
        for (model, tokens) in [("small", 100.0), ("large", 130.0), ("cliff", 100.0)] {
            let certainty = Certainty::Exact;
            measures.insert(
                part,
                model,
                Measure { vocabulary: "v".into(), tokens, certainty, source: None },
            );
        }
    }
    let models = [
        ("small", small()),
        ("large", large()),
        ("cliff", cliff()),
        ("reader", reader()),
        ("keeper", caches::keeper()),
        ("steep", caches::steep()),
        ("lender", caches::lender()),
    ];
    let named = |name: &str| models.iter().find(|(known, _)| *known == name).map(|(_, m)| m);
    Script::among(&plan, &plan.features[0], month, &measures, named, around)
}

fn script_in_month(month: u32, prompts: &str, step: &str) -> Script {
    written(month, [prompts, "", step], &Around::default()).expect("a script")
}

fn script(prompts: &str, step: &str) -> Script {
    script_in_month(1, prompts, step)
}

/// A script with agents.
fn with_agents(prompts: &str, agents: &str, step: &str) -> Script {
    written(1, [prompts, agents, step], &Around::default()).expect("a script")
}

/// What one unit uses, worked out by every outcome: figures that are not named are 0, costs are in millionths of a
/// dollar; what no cache has is plain input, and what is written is written for something.
#[track_caller]
fn expect(script: &Script, named: &[(&str, f64)]) {
    let expected = enumerate(script).expect("fixed sizes");
    let unit = expected.unit;
    let kept = unit.cache_read + unit.cache_write + unit.cache_write_1h;
    for (name, found) in unit.figures() {
        let known = named.iter().find(|(known, _)| *known == name).map_or(0.0, |it| it.1);
        let (known, found) = match name {
            "uncached" => (unit.prompt_tokens() - kept, *found),
            "written" => (unit.written_tokens(), *found),
            _ if name.ends_with("cost") => (known, found * 1e6),
            _ => (known, *found),
        };
        let near = (found - known).abs() <= 1e-11 * known.abs().max(1.0);
        assert!(near, "{name} is {found}, not {known}");
    }
    for (name, _) in named {
        assert!(unit.figures().iter().any(|(known, _)| known == name), "no figure is {name}");
    }
    // A seeded run of the same script says the same, within its standard errors.
    let (name, errors) = play(script, 5, 2000).unit.furthest_from(&unit);
    assert!(errors < 4.5, "{name} is {errors} standard errors away");
}

/// $1 and $10 per million tokens in and out.
fn small() -> Model {
    model(vec![entry("1", "10")])
}

/// $5 and $30.
fn large() -> Model {
    model(vec![entry("5", "30")])
}

/// $1 and $10, and twice that for prompts of more than 1,000 tokens.
fn cliff() -> Model {
    let long = Entry { bracket: Some(Bracket::Over(1000)), ..entry("2", "20") };
    model(vec![entry("1", "10"), long])
}

/// $1 for input, $2 over 200,000 tokens; what it writes is free.
fn reader() -> Model {
    let long = Entry { bracket: Some(Bracket::Over(200_000)), ..entry("2", "0") };
    model(vec![entry("1", "0"), long])
}

/// The expected use of one unit, worked out by every outcome: input, history, output, failed input, failed output
/// in tokens, cost in millionths of a dollar.
#[track_caller]
fn check(script: &Script, tokens: [f64; 5], micro_usd: f64) {
    let Used { input, history, output, failed_input, failed_output, cost, .. } =
        enumerate(script).expect("fixed sizes").unit;
    let found = [input, history, output, failed_input, failed_output, cost * 1e6];
    let [a, b, c, d, e] = tokens;
    for (found, expected) in found.into_iter().zip([a, b, c, d, e, micro_usd]) {
        let near = (found - expected).abs() <= 1e-12 * expected.abs().max(1.0);
        assert!(near, "{found} is not {expected}");
    }
    // A seeded run of the same script says the same, within its standard errors.
    let played = play(script, 5, 2000);
    let (name, errors) = played.unit.furthest_from(&enumerate(script).expect("fixed sizes").unit);
    assert!(errors < 4.0, "{name} is {errors} standard errors away");
}

const TALK: &str = "system: { tokens: 35, role: system }, question: { tokens: 23 }";

#[test]
fn ten_turns_resend_what_was_said() {
    // The published example G-1a: 4,495 input tokens.
    let talk = "{ conversation: { turns: 10, turn: [{ call: { answer: true, model: small, input: [system, history, question], output: 64 } }] } }";
    let script = script(TALK, talk);
    let fresh = 10.0 * (35.0 + 23.0);
    check(&script, [fresh, 4495.0 - fresh, 640.0, 0.0, 0.0], 4495.0 + 6400.0);
    let expected = enumerate(&script).expect("fixed sizes");
    assert_eq!(expected.unit.prompt_tokens(), 4495.0);
    assert_eq!((expected.paths, expected.unit.calls, expected.answered), (1, 10.0, 1.0));
    assert_eq!(expected.calls[0].largest_prompt, 58.0 + 9.0 * 87.0);
}

#[test]
fn history_holds_kept_parts_and_visible_answers_alone() {
    let turn = "
      conversation:
        turns: 2
        turn:
          - call: { name: helper, model: small, input: [history, question], output: 7 }
          - call: { name: reply, answer: true, model: small, input: [notes, found x3, question], output: 50, reasoning: 400 }
";
    let prompts = "question: { tokens: 20 }, notes: { tokens: 5, keep: true, role: tools }, found: { tokens: 30, used: 40% }";
    // The second helper reads question, notes and answer of the first turn.
    let fresh = 2.0 * (20.0 + 5.0 + 90.0 + 20.0);
    let output = 2.0 * (7.0 + 50.0);
    let cost = fresh + 75.0 + 10.0 * (output + 800.0);
    check(&script(prompts, turn), [fresh, 75.0, output, 0.0, 0.0], cost);
}

#[test]
fn a_kept_text_is_counted_anew_for_the_model_that_reads_it() {
    let turn = "
      conversation:
        turns: 3
        turn:
          - call: { name: reply, answer: true, model: small, input: [hello], output: 10 }
          - call: { name: judge, model: large, input: [history] }
";
    let prompts = "hello: { text: Hello., keep: true, grows: 10%/month }";
    // 100 tokens for the one, 130 for the other, a tenth more in month 2; 0, 1 and 2 earlier turns.
    let history = 3.0 * (143.0 + 10.0);
    let cost = 330.0 + 5.0 * history + 10.0 * 30.0;
    check(&script_in_month(2, prompts, turn), [330.0, history, 30.0, 0.0, 0.0], cost);
}

#[test]
fn failed_attempts_are_billed_by_their_kind() {
    let retry = "{ retry: { attempts: 3, fails: { rejected: 10%, timeout: 20%, invalid: 10% }, step: { call: { model: small, input: [question], output: 40 } } } }";
    let script = script("question: { tokens: 100 }", retry);
    // f = 0.4; runs of the second and third attempt: 0.4, 0.16.
    let runs = 1.0 + 0.4 + 0.16;
    let (input, output) = (0.6 * runs * 100.0, 0.6 * runs * 40.0);
    let (failed_input, failed_output) = (0.3 * runs * 100.0, (0.1 + 0.1) * runs * 40.0);
    let cost = input + failed_input + 10.0 * (output + failed_output);
    check(&script, [input, 0.0, output, failed_input, failed_output], cost);
    let expected = enumerate(&script).expect("fixed sizes");
    assert!((expected.answered - (1.0 - 0.4_f64.powi(3))).abs() < 1e-14);
    assert!((expected.unit.calls - runs).abs() < 1e-14);
    let failed_usd = (failed_input + 10.0 * failed_output) / 1e6;
    assert!((expected.unit.failed_cost - failed_usd).abs() < 1e-15);
}

#[test]
fn what_comes_after_the_last_failure_is_a_first_attempt() {
    let retry = "{ retry: { attempts: 2, fails: { odd: { value: 50%, billed_input: 100%, billed_output: 25% } }, step: { call: { name: a, model: small, input: [question], output: 40 } }, then: { call: { name: b, model: large, input: [question], output: 8 } } } }";
    let tokens = [75.0 + 25.0, 0.0, 30.0 + 2.0, 75.0, 7.5];
    let small = 75.0 + 75.0 + 10.0 * (30.0 + 7.5);
    check(&script("question: { tokens: 100 }", retry), tokens, small + 5.0 * 25.0 + 30.0 * 2.0);
}

#[test]
fn a_turn_without_an_answer_stops_and_is_forgotten() {
    let turn = "
      conversation:
        turns: 2
        turn:
          - retry: { attempts: 1, fails: { invalid: 50% }, step: { call: { name: draft, answer: true, model: small, input: [history, question], output: 10 } } }
          - call: { name: guard, model: small, input: [question] }
";
    // Turn 2 reads 30 tokens when turn 1 was answered; a half of turn 2 fails, with its history.
    let fresh = 2.0 * (0.5 * 20.0 + 0.5 * 20.0);
    let history = 0.25 * 30.0;
    let failed_input = 2.0 * 0.5 * 20.0 + 0.25 * 30.0;
    let cost = fresh + history + failed_input + 10.0 * 20.0;
    let script = script("question: { tokens: 20 }", turn);
    check(&script, [fresh, history, 10.0, failed_input, 10.0], cost);
    // A conversation counts as answered even so.
    assert_eq!(enumerate(&script).expect("fixed sizes").answered, 1.0);
}

#[test]
fn a_route_takes_one_branch_and_the_last_one_the_rest() {
    let route = "{ route: [{ share: 70%, step: { call: { name: easy, model: small, input: [question], output: 10 } } }, { share: 20%, step: { chain: [] } }, { share: rest, step: { call: { name: hard, model: large, input: [question], output: 50 } } }] }";
    let script = script("question: { tokens: 100 }", route);
    let cost = 0.7 * (100.0 + 100.0) + 0.1 * (500.0 + 1500.0);
    check(&script, [80.0, 0.0, 7.0 + 5.0, 0.0, 0.0], cost);
    let expected = enumerate(&script).expect("fixed sizes");
    let runs: Vec<f64> = expected.calls.iter().map(|call| call.used.calls).collect();
    assert!((runs[0] - 0.7).abs() < 1e-15 && (runs[1] - 0.1).abs() < 1e-15, "{runs:?}");
    assert_eq!(expected.paths, 3);
}

#[test]
fn a_fan_out_has_an_answer_when_every_copy_has_one() {
    let chain = "
      chain:
        - fan-out: { copies: 3, step: { retry: { attempts: 1, fails: { invalid: 10% }, step: { call: { name: part, model: small, input: [question], output: 10 } } } } }
        - call: { name: merge, model: small, input: [question x3], output: 20 }
";
    let all = 0.9_f64.powi(3);
    // All copies are played, whatever becomes of the others; the merge runs after three answers.
    let tokens = [270.0 + 300.0 * all, 0.0, 27.0 + 20.0 * all, 30.0, 3.0];
    let cost = 300.0 + 300.0 * all + 10.0 * (30.0 + 20.0 * all);
    let script = script("question: { tokens: 100 }", chain);
    check(&script, tokens, cost);
    assert!((enumerate(&script).expect("fixed sizes").answered - all).abs() < 1e-15);
}

#[test]
fn a_call_over_the_cliff_costs_more_from_its_first_token() {
    // Prompts of 400, 900, 1,400 and 1,900 tokens.
    let talk = "{ conversation: { turns: 4, turn: [{ call: { answer: true, model: cliff, input: [history, question], output: 100 } }] } }";
    let cost = 400.0 + 900.0 + 2.0 * (1400.0 + 1900.0) + 10.0 * 200.0 + 20.0 * 200.0;
    check(&script("question: { tokens: 400 }", talk), [1600.0, 3000.0, 400.0, 0.0, 0.0], cost);
    // A failed attempt is priced by the prompt that was sent, not by the part that is billed.
    let retry = "{ retry: { attempts: 1, fails: { odd: { value: 100%, billed_input: 50%, billed_output: 0% } }, step: { call: { model: cliff, input: [question], output: 100 } } } }";
    check(&script("question: { tokens: 1200 }", retry), [0.0, 0.0, 0.0, 600.0, 0.0], 1200.0);
}

#[test]
fn a_long_conversation_sees_the_cliff_that_its_mean_does_not() {
    // 20,000 tokens, 8,000 more each turn, 5..40 turns: 1.604 times the quadratic form on the same table.
    let talk = "{ conversation: { turns: 5..40, turn: [{ call: { answer: true, model: reader, input: [system, history], output: 8000 } }] } }";
    let played = enumerate(&script("system: { tokens: 20k, role: system }", talk));
    let unit = played.expect("fixed sizes").unit;
    let ratio = unit.cost * 1e6 / unit.prompt_tokens();
    assert!((ratio - 1.604).abs() < 5e-4, "{ratio}");
    // A prompt of 100k..300k costs 1.537 times its base price.
    let call = "{ call: { model: reader, input: [found] } }";
    let unit = play(&script("found: { tokens: 100k..300k }", call), 1, UNITS).unit;
    let ratio = unit.cost.mean * 1e6 / unit.input.mean;
    assert!((ratio - 1.537).abs() < 0.01, "{ratio}");
}

#[test]
fn counts_come_from_their_table() {
    let call = "{ call: { model: small, input: [{ part: question, copies: 2..5 }] } }";
    let script = script("question: { tokens: 100 }", call);
    let spread = crate::spread::Spread::Range { low: 2.0, high: 5.0 };
    let table = crate::spread::count_table(&spread).expect("a table");
    let mean: f64 = table.iter().zip(1..).map(|(p, k)| p * f64::from(k)).sum();
    check(&script, [100.0 * mean, 0.0, 0.0, 0.0, 0.0], 100.0 * mean);
    let paths = enumerate(&script).expect("fixed sizes").paths;
    assert_eq!(paths, table.len() as u64);
}

#[test]
fn copies_that_are_one_number_need_no_table() {
    let copies =
        "{ fan-out: { copies: 600, step: { call: { model: small, input: [question] } } } }";
    let parts = "{ call: { model: small, input: [question x700] } }";
    for (step, times) in [(copies, 600.0), (parts, 700.0)] {
        let all = times * 2.0;
        check(&script("question: { tokens: 2 }", step), [all, 0.0, 0.0, 0.0, 0.0], all);
    }
}

const VARIED: &str = "{ conversation: { turns: 2..6, turn: [{ call: { answer: true, model: small, input: [system, history, question], output: 30..60 } }] } }";
const VARIED_PARTS: &str = "system: { tokens: 35, role: system }, question: { tokens: 40..220 }";

#[test]
fn a_seed_plays_the_same_units_again() {
    let script = script(VARIED_PARTS, VARIED);
    assert_eq!(play(&script, 1, 50), play(&script, 1, 50));
    assert_ne!(play(&script, 1, 50).unit, play(&script, 2, 50).unit);
    insta::assert_snapshot!(format!("{:x}", play(&script, 1, 50).unit.cost.mean.to_bits()), @"3f6eaaee2b05d8df");
}

#[test]
fn standard_errors_cover_the_quadratic_form() {
    let script = script(VARIED_PARTS, VARIED);
    let spread = |low, high| crate::spread::Spread::Range { low, high };
    let mean = |low, high| spread(low, high).mean(crate::spread::Law::Lognormal);
    let table = crate::spread::count_table(&spread(2.0, 6.0)).expect("a table");
    let moment = |f: &dyn Fn(f64) -> f64| -> f64 {
        table.iter().zip(1..).map(|(p, k)| p * f(f64::from(k))).sum()
    };
    let (turns, pairs) = (moment(&|n| n), moment(&|n| n * (n - 1.0) / 2.0));
    let (question, answer) = (mean(40.0, 220.0), mean(30.0, 60.0));
    let mut covered = 0;
    for seed in 0..20 {
        let unit = play(&script, seed, 2000).unit;
        let errors = [
            unit.input.errors_from(turns * (35.0 + question)),
            unit.history.errors_from(pairs * (question + answer)),
            unit.output.errors_from(turns * answer),
        ];
        assert!(errors.iter().all(|&error| error < 4.0), "seed {seed}: {errors:?}");
        covered += errors.iter().filter(|&&error| error < 1.0).count();
    }
    // Two in three means lie within one standard error: 41 of 60, give or take 4.
    assert!((29..=53).contains(&covered), "{covered}");
}

#[test]
fn what_comes_with_units_beside_their_calls_is_played_with_them() {
    let text = "{ forebill: 1, name: Test, starts: 2027-01, months: 3, prompts: { question: { tokens: 100 } }, \
        features: [ { name: f, unit: unit, volume: { units: 100/month }, step: { call: { model: small, input: [question] } } }, \
          { name: g, unit: unit, volume: { units: 100/month }, step: { call: { model: small, input: [question] } } } ], \
        other_costs: [ { name: review, of: f, cost: $1.80, share: 2% }, { name: scan, of: f, cost: $0.10, share: 100% }, \
          { name: desk, cost: $500 }, { name: index, cost: $9, once: month 1 }, { name: grown, of: g, cost: $1, share: 100% } ] }";
    let plan = serde_saphyr::from_str::<Plan>(text).expect("a plan").addressed();
    let small = small();
    let played = |feature: usize, month: u32| {
        let of = &plan.features[feature];
        let script = Script::new(&plan, of, month, &Measures::default(), |_| Some(&small))
            .expect("a script");
        play(&script, 5, UNITS)
    };
    let found = played(0, 1);
    let call = found.unit.cost.mean;
    assert!(call > 0.0 && call < 0.01 && found.unit.cost.standard_error == 0.0, "{call}");
    // One unit in fifty is reviewed: half of the units, and nineteen in twenty, are not.
    assert!(found.cost.errors_from(call + 0.1 + 0.02 * 1.8) < 4.0, "{:?}", found.cost);
    let Percentiles { p50, p95, p99, .. } = found.cost_percentiles;
    for (percentile, expected) in [(p50, 0.1), (p95, 0.1), (p99, 1.9)] {
        assert!((percentile - call - expected).abs() < 1e-12, "{percentile} is not {expected}");
    }
    let cv = 1.8 * sqrt(0.02 * 0.98) / (call + 0.136);
    assert!((found.cost_cv / cv - 1.0).abs() < 0.05, "{} for {cv}", found.cost_cv);
    let other = played(1, 1);
    assert!((other.cost_percentiles.p50 - call - 1.0).abs() < 1e-12, "{:?}", other.cost);
    assert_eq!(other.cost_cv, 0.0);
}

#[test]
fn percentiles_and_cv_describe_unit_costs() {
    let call = "{ call: { model: small, input: [question] } }";
    let played = play(&script("question: { tokens: 40..220 }", call), 3, UNITS);
    let Percentiles { p10, p50, p80, p90, p95, p99 } = played.cost_percentiles;
    // The lognormal's own, e^(μ + zσ); its CV is e^(σ²) − 1 under the root.
    let expected = [40.0, 93.81, 163.9, 220.0, 280.2, 441.3];
    for (found, expected) in [p10, p50, p80, p90, p95, p99].into_iter().zip(expected) {
        assert!((found * 1e6 / expected - 1.0).abs() < 0.03, "{found} for {expected}");
    }
    let sigma = libm::log(220.0 / 40.0) / crate::spread::TWO_Z90;
    let cv = sqrt(libm::exp(sigma * sigma) - 1.0);
    assert!((played.cost_cv / cv - 1.0).abs() < 0.05, "{} for {cv}", played.cost_cv);
    let four = Percentiles::of(vec![4.0, 1.0, 3.0, 2.0, 5.0]);
    assert_eq!((four.p50, four.p80), (3.0, 4.2));
}

#[test]
fn what_cannot_be_listed_is_refused() {
    let refused = |script: &Script| enumerate_up_to(4096, script).expect_err("refused").to_string();
    insta::assert_snapshot!(refused(&script(VARIED_PARTS, VARIED)), @"prompts.question.tokens varies, so its outcomes cannot be listed one by one. Play the feature with a seed instead.");
    let many = "{ fan-out: { copies: 13, step: { route: [{ share: 50%, step: { chain: [] } }, { share: rest, step: { chain: [] } }] } } }";
    insta::assert_snapshot!(refused(&script("", many)), @"The feature has more than 4096 outcomes. Play it with a seed instead.");
}

#[test]
fn what_a_script_lacks_is_named() {
    let plan = |prompts: &str, call: &str, starts: &str| -> Plan {
        let text = format!(
            "{{ forebill: 1, name: P, starts: {starts}, months: 1, prompts: {{ {prompts} }}, features: [{{ name: f, unit: u, volume: {{ units: 1/month }}, step: {{ {call} }} }}] }}"
        );
        serde_saphyr::from_str::<Plan>(&text).expect("a plan").addressed()
    };
    let model = small();
    let refused = |plan: Plan| {
        let named = |name: &str| (name == "small").then_some(&model);
        let script = Script::new(&plan, &plan.features[0], 1, &Measures::default(), named);
        script.expect_err("refused").to_string()
    };
    let call = "call: { name: a, model: small, input: [q] }";
    insta::assert_snapshot!(refused(plan("", call, "2027-01")), @"`a` sends `q`, which is not among the plan's prompts. Add it there.");
    insta::assert_snapshot!(refused(plan("q: { text: Hi. }", call, "2027-01")), @"The text of `q` was not counted for `small`. Count it before playing.");
    insta::assert_snapshot!(refused(plan("q: { tokens: 1 }", call, "soon")), @"Month 1 of a plan that starts in `soon` is not in the calendar. Write `starts: 2027-01`.");
    let other = "call: { name: a, model: smal, input: [q] }";
    insta::assert_snapshot!(refused(plan("q: { tokens: 1 }", other, "2027-01")), @"No model of the price book is called `smal`. Correct the name, or add its prices.");
    let retry = "retry: { name: again, attempts: 2, fails: { odd: 1% }, step: { chain: [] } }";
    insta::assert_snapshot!(refused(plan("", retry, "2027-01")), @"The failure `odd` of `again` does not say what of it is billed. Write `billed_input` and `billed_output`.");
}

/// The limits of tokens are held against the last call of a unit: the longest of a conversation.
#[test]
fn the_last_call_of_a_unit_is_as_large_as_its_conversation_got() {
    let turn = "{ name: a, answer: true, model: small, input: [s, history, q], output: 30 }";
    let step = format!("{{ conversation: {{ turns: 3, turn: [ {{ call: {turn} }} ] }} }}");
    let played = play(&script("s: { text: x }, q: { tokens: 20 }", &step), 1, 100);
    // 100 of the system, 20 of the question, and two turns of 20 and 30 before it.
    let last = LastCall { name: "a".into(), units: 100, input_p95: 220.0, output_p95: 30.0 };
    assert_eq!(played.last, [last]);
}

/// Units in which a call does not run say nothing of it; a failed attempt gives way to a success.
#[test]
fn the_last_call_counts_where_it_ran_and_where_it_succeeded() {
    let call = "{ name: a, answer: true, model: small, input: [q], output: 10..30, reasoning: 5 }";
    let other = "{ name: b, model: small, input: [q], output: 1 }";
    let route = format!(
        "{{ route: [ {{ share: 25%, step: {{ retry: {{ attempts: 2, fails: {{ rejected: 50% }}, \
         step: {{ call: {call} }} }} }} }}, {{ share: rest, step: {{ call: {other} }} }} ] }}"
    );
    let played = play(&script("q: { tokens: 100..300 }", &route), 7, 20_000);
    let [a, b] = &played.last[..] else { panic!("two calls") };
    assert_eq!(a.units + b.units, 20_000);
    assert!((a.units as f64 / 20_000.0 - 0.25).abs() < 0.02, "{}", a.units);
    // P95 of a lognormal: the middle times e to 1.645 of its deviations.
    let p95 = |low: f64, high: f64| {
        let (mu, sigma) = crate::spread::lognormal_parameters(low, high);
        (mu + 1.644_854 * sigma).exp()
    };
    assert!((a.input_p95 / p95(100.0, 300.0) - 1.0).abs() < 0.05, "{}", a.input_p95);
    // A rejected answer is billed nothing: one unit in four has no other.
    assert!(a.output_p95 < p95(10.0, 30.0) + 5.0 + 1.0, "{}", a.output_p95);
    assert!((b.input_p95 / p95(100.0, 300.0) - 1.0).abs() < 0.03, "{}", b.input_p95);
}
