//! The walk against the truth: trees with few outcomes, every one of which is played with its chance.

use std::collections::BTreeSet;

use super::made::{Maker, read};
use super::tests::{value, worked_out};
use super::truth::{played, script, walked};
use crate::meter::Meter;
use crate::plan::{History, Plan, Step};
use crate::play::{PlayError, enumerate_up_to};

/// The most outcomes of a tree that are played.
const FEW: u64 = 2_000;

/// How many random trees are tried; those with more outcomes are left out.
const TREES: u64 = 150;

/// A figure by both: what they differ by has no digit of the whole that it is a part of.
fn same(walked: f64, expected: f64, whole: f64) -> bool {
    (walked - expected).abs() <= 1e-12 * whole.max(expected.abs())
}

/// What of the walk is not the sum over all outcomes; no outcomes where there are more than a few.
fn differences(plan: &Plan, most: u64) -> Result<(u64, Vec<String>), PlayError> {
    let expected = enumerate_up_to(most, &script(plan))?;
    let estimate = worked_out(plan);
    let used = walked(&estimate);
    let mut wrong = vec![];
    let cost = value(&estimate, "f.month.unit-cost", 1);
    if !same(cost, expected.unit.cost, 0.0) {
        wrong.push(format!("cost: {cost} and {}", expected.unit.cost));
    }
    let mut all = played(&expected.calls);
    // Whatever a call is for, its fee is billed once.
    let fees =
        expected.calls.iter().map(|call| (call.name.clone(), Meter::Request, call.used.calls));
    all.extend(fees.filter(|(name, meter, _)| used.contains_key(&(name.clone(), *meter))));
    for (name, meter, quantity) in &all {
        let found = used.get(&(name.clone(), *meter)).copied().unwrap_or(0.0);
        // New tokens are what is left of the prompt after what was kept.
        let prompt = [Meter::Input, Meter::CacheRead, Meter::CacheWrite, Meter::CacheWrite1h];
        let of_prompt = |meter: &Meter| prompt.contains(meter);
        let parts = all.iter().filter(|(of, other, _)| {
            of == name && (other == meter || of_prompt(meter) && of_prompt(other))
        });
        if !same(found, *quantity, parts.map(|part| part.2).sum()) {
            wrong.push(format!("{name} {}: {found} and {quantity}", meter.name()));
        }
    }
    let known: BTreeSet<_> = all.iter().map(|(name, meter, _)| (name.clone(), *meter)).collect();
    wrong.extend(used.keys().filter(|of| !known.contains(of)).map(|of| format!("{of:?}")));
    Ok((expected.paths, wrong))
}

/// Every kind of step, and what it says of itself.
fn kinds() -> Vec<(&'static str, String)> {
    let call = |name: &str, more: &str| {
        format!("{{ call: {{ name: {name}, model: acme/small, input: [user], {more} }} }}")
    };
    let answer = |name: &str, more: &str| {
        format!(
            "{{ call: {{ name: {name}, model: acme/large, answer: true, input: [system, history, user], {more} }} }}"
        )
    };
    let cached = |name: &str, input: &str, cache: &str| {
        format!(
            "{{ call: {{ name: {name}, model: acme/cached, answer: true, input: [{input}], \
             output: 40 x3 | 90 x1, cache: {{ {cache} }} }} }}"
        )
    };
    let talk = |history: &str, turn: &str| {
        format!("{{ conversation: {{ turns: 1 x1 | 2 x3 | 3 x2, {history} turn: [ {turn} ] }} }}")
    };
    let summary = "history: { summary: { last: 1, step: { call: { name: sum, model: acme/small, \
         input: [brief, history], output: 20 x1 | 50 x1 } } } },";
    let two = "fails: { invalid: 20%, rejected: 15% }";
    let fails = "fails: { invalid: 7%, timeout: 4%, rejected: 2%, \
         odd: { value: 3%, billed_input: 60%, billed_output: 25% } }";
    let outage = "outage: { value: 2%, billed_input: 40%, billed_output: 0% }";
    let kept =
        |name: &str| cached(name, "system, user", "alive: 60%").replace("40 x3 | 90 x1", "40");
    let aside = |name: &str| kept(name).replace("answer: true, ", "");
    let retried = |says: &str, step: &str| {
        format!(
            "{{ retry: {{ {says} {two}, step: {step}, then: {} }} }}",
            call("then", "output: 5")
        )
    };
    let ways = |sticky: &str| {
        format!(
            "{{ route: {{ sticky: {sticky}, branches: [ {{ share: 30%, step: {} }}, {{ share: 25%, step: {} }}, {{ share: rest, step: {} }} ] }} }}",
            answer("one", "output: 30"),
            cached("two", "system, history, user", "alive: 60%, in_time: 70%"),
            answer("three", "output: 80, reasoning: 10 x1 | 300 x1, max_tokens: 200")
        )
    };
    let (both, shared) = ("alive: 60%, in_time: 70%", "alive: 60%, in_time: 70%, prefix: shared");
    let steps = |step: &str| format!("{{ loop: {{ steps: 1 x1 | 2 x1 | 3 x1, step: {step} }} }}");
    let few = |step: String| {
        let fewer = [("| 3 x2", ""), ("| 3 x1", ""), (" x3 | 90 x1", "")];
        fewer.iter().fold(step, |step, (many, few)| step.replace(many, few))
    };
    let in_turns = |input: &str, cache: &str| few(talk("", &steps(&cached("a", input, cache))));
    let judge = call("judge", "output: 2");
    let graded = |name: &str, more: &str| answer(name, &format!("output: 30 x2 | 70 x1, {more}"));
    vec![
        ("call", call("a", "output: 10 x1 | 400 x2, reasoning: 100, max_tokens: 450")),
        ("call", "{ call: { name: a, model: acme/search, input: [page, user], output: 5 } }".into()),
        ("call", "{ call: { name: a, model: acme/steps, input: [page, brief], output: 9 } }".into()),
        ("chain", format!("{{ chain: [ {}, {} ] }}", call("a", "output: 1"), call("b", "output: 2"))),
        (
            "fan-out",
            format!(
                "{{ fan-out: {{ copies: 1 x1 | 3 x1, step: {} }} }}",
                cached("a", "system, user", "alive: 30%")
            ),
        ),
        (
            "fan-out",
            format!(
                "{{ fan-out: {{ copies: 1 x1 | 3 x1, warm_first: true, step: {} }} }}",
                cached("a", "system, user", "alive: 30%")
            ),
        ),
        ("route", ways("turn").replace("history, ", "").replace(", in_time: 70%", "")),
        ("route", talk("", &ways("turn")).replace("| 3 x2", "")),
        ("route", talk("", &ways("conversation"))),
        ("conversation", talk("", &cached("a", "system, history, short, user", both))),
        ("conversation", talk("", &cached("a", "short, history, system, user", both))),
        ("conversation", talk("history: { last: 1 },", &cached("a", "system, history, short", both))),
        ("conversation", talk("", &cached("a", "system, history, short, user", shared))),
        ("conversation", talk(summary, &cached("a", "history, system, user", both))),
        ("route", talk("", &ways("turn").replace("history, user", "history, short, user"))),
        ("loop", steps(&cached("a", "system, context, short, user", both))),
        ("loop", steps(&cached("a", "system, user, context, short", both))),
        ("loop", steps(&cached("a", "short, context, system", shared))),
        (
            "loop",
            steps(&format!(
                "{{ chain: [ {}, {} ] }}",
                call("b", "output: 7"),
                cached("a", "system, context, short", both)
            )),
        ),
        ("loop", in_turns("system, history, short, context, brief", both)),
        ("loop", in_turns("system, context, short, history, system-too", shared)),
        ("loop", in_turns("system, history, short, context, system-too", shared)),
        (
            "loop",
            few(talk("", &steps(&steps(&cached("a", "system, history, short, user", both))))),
        ),
        ("agent", steps("{ agent: { use: talker } }")),
        (
            "cascade",
            format!(
                "{{ cascade: {{ tiers: [ {{ step: {}, judge: {judge}, accepts: 55% }}, {{ step: {}, accepts: 70% }}, {{ step: {} }} ] }} }}",
                call("a", "output: 10"),
                call("b", "output: 20"),
                call("c", "output: 30")
            ),
        ),
        (
            "cascade",
            talk(
                "",
                &format!(
                    "{{ cascade: {{ tiers: [ {{ step: {}, judge: {judge}, accepts_right: 90%, accepts_wrong: 20% }}, {{ step: {}, after_right: 95%, after_wrong: 40% }} ] }} }}",
                    graded("a", "quality: 70%"),
                    graded("b", "reasoning: 5")
                ),
            ),
        ),
        (
            "until",
            format!(
                "{{ until: {{ rounds: 1 x1 | 3 x2, accepts: 40%, draft: {}, check: {} }} }}",
                "{ call: { name: draft, model: acme/small, input: [brief, context], output: 20 x1 | 60 x1 } }",
                "{ call: { name: check, model: acme/large, input: [context], output: 7 } }"
            ),
        ),
        (
            "retry",
            format!(
                "{{ retry: {{ attempts: 1 x1 | 3 x2, {fails}, {outage}, step: {}, then: {{ retry: {{ attempts: 2, fails: {{ invalid: 30% }}, step: {} }} }} }} }}",
                call("a", "output: 10 x1 | 30 x1"),
                call("b", "output: 5")
            ),
        ),
        (
            "retry",
            talk(
                "",
                &format!(
                    "{{ retry: {{ attempts: 2, fails: {{ invalid: 20%, timeout: 10% }}, step: {} }} }}, {}",
                    cached("a", "system, history, user", "alive: 60%, in_time: 70%"),
                    call("guard", "output: 1")
                ),
            )
            .replace("| 3 x2", ""),
        ),
        ("retry", retried("attempts: 3,", &kept("a"))),
        ("retry", retried("attempts: 3,", &format!("{{ route: [ {{ share: 40%, step: {} }}, {{ share: rest, step: {} }} ] }}", kept("a"), kept("b")))),
        ("retry", retried("attempts: 2,", &format!("{{ retry: {{ attempts: 2, fails: {{ rejected: 30%, invalid: 20% }}, step: {}, then: {} }} }}", kept("a"), kept("b")))),
        ("retry", retried(&format!("attempts: 2, {outage},"), &retried("attempts: 1 x1 | 3 x1,", &kept("a")).replace("then", "inner-then").replace("inner-then:", "then:"))),
        ("retry", retried(&format!("attempts: 3, {outage},"), &format!("{{ cascade: {{ tiers: [ {{ step: {}, accepts: 70% }}, {{ step: {} }} ] }} }}", kept("a"), kept("b")))),
        ("retry", retried(&format!("attempts: 2, {}", outage.replace("40%", "0%") + ","), &format!("{{ response-cache: {{ hits: 50%, step: {}, lookup: {}, insert: {} }} }}", kept("a"), aside("b"), aside("c")))),
        (
            "loop",
            "{ loop: { steps: 1 x1 | 4 x1, step: { chain: [ \
             { call: { name: think, model: acme/cached, input: [system, context], output: 20 x1 | 90 x1, cache: { alive: 30% } } }, \
             { tool: { name: look, uses: 2, fee: $0.01, returns: page } }, \
             { call: { name: act, model: acme/large, answer: true, input: [user, context], output: 15, reasoning: 7, keep_reasoning: true } } ] } } }"
                .into(),
        ),
        (
            "loop",
            "{ loop: { steps: 1 x1 | 4 x1, adds: 200 x1 | 900 x1, step: { call: { name: a, model: acme/small, answer: true, input: [system, context], output: 15 } } } }"
                .into(),
        ),
        ("conversation", talk("", &graded("a", "keep_reasoning: true, reasoning: 40"))),
        ("conversation", talk("history: { last: 1 },", &graded("a", "quality: 90%"))),
        ("conversation", talk(summary, &graded("a", "quality: 90%"))),
        (
            "response-cache",
            format!(
                "{{ response-cache: {{ hits: 35%, wrong: 8%, excluded: 12%, lookup: {}, insert: {}, step: {} }} }}",
                call("look", "output: 1"),
                call("keep", "output: 1"),
                call("a", "output: 30 x1 | 60 x1")
            ),
        ),
        ("tool", "{ tool: { name: a, uses: 1 x2 | 4 x1, fee: $0.013 } }".into()),
        ("tool", "{ tool: { name: a, uses: 1 x2 | 4 x1, model: acme/cached, meter: web_search } }".into()),
        ("agent", "{ chain: [ { agent: { use: worker } }, { agent: { name: again, use: worker, depth: 3 } } ] }".into()),
        ("agent", "{ fan-out: { copies: 1 x1 | 2 x1, step: { agent: { use: worker, answer: true } } } }".into()),
        // A provider's cache: long and short times, what all share, beginnings below the minimum, blocks.
        ("call", talk("", &cached("a", "system, history, user", "alive: 90%, in_time: 80%"))),
        ("call", talk("", &cached("a", "system, history, user", "ttl: 1 h, alive: 90%, in_time: 80%"))),
        ("call", talk("", &cached("a", "system, history, user", "alive: 90%, in_time: 80%, prefix: shared"))),
        ("call", talk("", &cached("a", "system, history, page, user", "alive: 90%, in_time: 80%"))),
        ("call", talk("history: { last: 2 },", &cached("a", "system, history, user", "alive: 90%, in_time: 80%"))),
        (
            "call",
            "{ conversation: { turns: 1 x1 | 2 x3 | 4 x2, turn: [ { call: { name: a, model: acme/cached, answer: true, input: [short, history, user], output: 250, cache: { alive: 90%, in_time: 80% } } } ] } }"
                .into(),
        ),
        (
            "call",
            "{ conversation: { turns: 1 x1 | 2 x3 | 4 x2, turn: [ { call: { name: a, model: acme/blocks, answer: true, input: [system, history, user], output: 250, cache: { alive: 90%, in_time: 80% } } } ] } }"
                .into(),
        ),
    ]
}

/// A text of the feature's plan, and of an agent that may use itself once.
fn plan_of(step: &str) -> Plan {
    read(&format!(
        "{{ forebill: 1, name: Few, starts: 2027-01, months: 1, prompts: {{ \
         system: {{ tokens: 1500, role: system }}, short: {{ tokens: 900, role: system }}, \
         system-too: {{ tokens: 300, role: system }}, brief: {{ tokens: 200 }}, user: {{ tokens: 60 }}, page: {{ tokens: 150 x2 | 900 x1, role: retrieved }} }}, \
         agents: {{ worker: {{ step: {{ chain: [ \
           {{ call: {{ name: work, model: acme/large, answer: true, input: [brief], output: 10 x1 | 80 x1 }} }}, \
           {{ route: [ {{ share: 40%, step: {{ agent: {{ name: deeper, use: worker, depth: 2 }} }} }}, \
             {{ share: rest, step: {{ call: {{ name: shallow, model: acme/small, input: [brief], output: 5 }} }} }} ] }} ] }} }}, \
           talker: {{ step: {{ conversation: {{ turns: 1 x1 | 2 x1, turn: [ {{ call: {{ name: talk, model: acme/cached, answer: true, \
             input: [system, history, short, user], output: 40, cache: {{ alive: 60%, in_time: 70% }} }} }} ] }} }} }} }}, \
         features: [ {{ name: f, unit: unit, volume: {{ units: 10/month }}, step: {step} }} ] }}"
    ))
}

/// What takes many values, and what stands for it where every outcome is played.
const FEWER: [(&str, &str); 12] = [
    (": 40..160", ": 90"),
    (": 20 x5 | 90 x3 | 400 x1", ": 20 x3 | 400 x1"),
    (": 30..200", ": 110"),
    (": 1..3", ": 1 x1 | 2 x1"),
    (": 300..500", ": 400"),
    (": 1..2", ": 2"),
    (": 2..5", ": 2"),
    (": 2..6", ": 1 x1 | 2 x1"),
    (": 80..120", ": 100"),
    (": 30..90", ": 60"),
    (": 150..450", ": 300"),
    (", pause: 3 min", ""),
];

/// A random tree with few outcomes. What is kept of the prompts of calls that come by chance depends on which calls came
/// before them: such calls have no cache here.
pub(super) fn of_few(seed: u64) -> Plan {
    let text =
        FEWER.iter().fold(Maker::new(seed).text(), |text, (many, few)| text.replace(many, few));
    let calls = text.split("{ call: ").map(|call| {
        // Near a cliff, a history of several sizes is matched and not exact.
        let grows = ["history", "context"].iter().any(|of| call.contains(of));
        let call = if grows { call.replace("acme/steps", "acme/small") } else { call.to_owned() };
        // Whether a pause is too long is no choice among few.
        if call.contains("in_time") {
            call
        } else {
            call.replace("alive: ", "in_time: 70%, alive: ")
        }
    });
    let mut plan = read(&calls.collect::<Vec<_>>().join("{ call: "));
    plan.features.iter_mut().for_each(|feature| by_chance(&mut feature.step, false));
    plan.agents.values_mut().for_each(|agent| by_chance(&mut agent.step, false));
    plan
}

/// Takes the caches of calls away that do not come for certain.
fn by_chance(step: &mut Step, chance: bool) {
    match step {
        Step::Call(call) => call.cache = call.cache.take().filter(|_| !chance),
        Step::Chain(steps) => steps.iter_mut().for_each(|step| by_chance(step, chance)),
        Step::Route(route) => {
            route.branches.iter_mut().for_each(|branch| by_chance(&mut branch.step, true));
        }
        Step::Retry(retry) => {
            by_chance(&mut retry.step, chance);
            retry.then.iter_mut().for_each(|then| by_chance(then, true));
        }
        Step::FanOut(fan) => by_chance(&mut fan.step, chance),
        Step::Conversation(talk) => {
            talk.turn.iter_mut().for_each(|step| by_chance(step, chance));
            if let History::Summary(summary) = &mut talk.history {
                by_chance(&mut summary.step, chance);
            }
        }
        Step::Cascade(cascade) => {
            for (nth, tier) in cascade.tiers.iter_mut().enumerate() {
                by_chance(&mut tier.step, chance || nth > 0);
                tier.judge.iter_mut().for_each(|judge| by_chance(judge, chance || nth > 0));
            }
        }
        Step::Until(until) => {
            by_chance(&mut until.draft, chance);
            by_chance(&mut until.check, chance);
        }
        Step::Loop(repeated) => by_chance(&mut repeated.step, chance),
        Step::ResponseCache(kept) => {
            let asides = [&mut kept.lookup, &mut kept.insert].into_iter().flatten();
            asides.chain([&mut kept.step]).for_each(|step| by_chance(step, true));
        }
        Step::Tool(_) | Step::Agent(_) => {}
    }
}

#[test]
fn every_kind_of_step_costs_the_sum_over_its_outcomes() {
    let mut wrong = vec![];
    let kinds = kinds();
    for (kind, step) in &kinds {
        let plan = plan_of(step);
        let stands = plan.features[0].step.all().iter().any(|step| step.kind() == *kind);
        assert!(stands, "no {kind} in {step}");
        let (paths, found) =
            differences(&plan, 20_000).unwrap_or_else(|error| panic!("{kind}: {error} {step}"));
        if !found.is_empty() {
            wrong.push(format!("{kind}, {paths} outcomes, {step}:\n  {}", found.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let named: BTreeSet<&str> = kinds.iter().map(|(kind, _)| *kind).collect();
    let schema = schemars::schema_for!(Step).to_value();
    let all = schema["oneOf"].as_array().expect("a step is one of several kinds");
    assert_eq!(named.len(), all.len(), "{named:?}");
}

/// Random trees, and how many of them at least have so few outcomes that each is played.
fn random_trees(seeds: std::ops::RangeInclusive<u64>, most: u64, at_least: usize) {
    let (mut trees, mut wrong) = (0, vec![]);
    for seed in seeds {
        match differences(&of_few(seed), most) {
            Ok((_, found)) if found.is_empty() => trees += 1,
            Ok((paths, found)) => {
                wrong.push(format!("tree {seed}, {paths} outcomes: {}", found.join("; ")));
            }
            Err(PlayError::TooManyPaths { .. }) => {}
            Err(error) => panic!("tree {seed}: {error}"),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(trees >= at_least, "only {trees} trees have few outcomes");
}

#[test]
fn random_trees_of_few_outcomes_cost_their_sum() {
    random_trees(1..=TREES, FEW, 90);
}

#[test]
#[ignore = "a thousand trees of up to 200,000 outcomes, in release"]
fn prove_random_trees_of_few_outcomes_cost_their_sum() {
    random_trees(1..=1000, 200_000, 800);
}
