//! What others keep alive, by many kinds of traffic, against units that arrive by chance and are played call by call.

use std::collections::{BTreeMap, BTreeSet};

use super::made::read;
use super::tests::{value, worked_out};
use crate::plan::{Measures, Plan};
use crate::play::traffic::Features;
use crate::play::{Around, Script, enumerate, play};
use crate::sample::book;

/// Features of these volumes, loads and steps.
fn plan(features: &[(&str, &str, &str)]) -> Plan {
    let features = (1..).zip(features).map(|(nth, (a_day, load, step))| {
        format!(
            "{{ name: f{nth}, unit: unit, load: {load}, volume: {{ units: {a_day}/day }}, step: {step} }}"
        )
    });
    let features = features.collect::<Vec<_>>().join(", ");
    read(&format!(
        "{{ forebill: 1, name: Traffic, starts: 2027-01, months: 1, prompts: {{ \
         system: {{ tokens: 1500, role: system }}, tools: {{ tokens: 800, role: tools }}, \
         rules: {{ tokens: 400, role: system }}, user: {{ tokens: 60 }} }}, \
         agents: {{ worker: {{ step: {} }} }}, features: [ {features} ] }}",
        call("work", "system, tools, user", "")
    ))
}

/// A call on a model whose cache is kept alive by reads.
fn call(name: &str, input: &str, more: &str) -> String {
    call_on("cached", name, input, more)
}

fn call_on(model: &str, name: &str, input: &str, more: &str) -> String {
    format!(
        "{{ call: {{ name: {name}, model: acme/{model}, input: [{input}], output: 50, cache: {{ ttl: 5 min }}{more} }} }}"
    )
}

/// A conversation with a pause.
fn talk(turns: &str, pause: &str, turn: &str) -> String {
    format!("{{ conversation: {{ turns: {turns}, pause: {pause}, turn: [ {turn} ] }} }}")
}

/// Some of all.
fn some(share: &str, step: &str) -> String {
    let other =
        "{ call: { name: other, model: acme/small, input: [user], output: 5, answer: true } }";
    format!("{{ route: [ {{ share: {share}, step: {step} }}, {{ share: rest, step: {other} }} ] }}")
}

/// Days that are played.
const DAYS: f64 = 200.0;

/// The plan's features as they can be played, with what others keep alive.
fn scripts(plan: &Plan, alive: &BTreeMap<String, Vec<(usize, f64)>>) -> Vec<Script> {
    let book = book();
    let model = |name: &str| book.models.iter().find(|model| name.ends_with(&model.id));
    let rule = |id: &str| book.terms.cache(id, jiff::civil::date(2027, 1, 1)).cloned();
    let rules = ["cached", "blocks"].map(|id| (format!("acme/{id}"), rule(id).expect("a rule")));
    let around = Around { rules: rules.into(), alive: alive.clone(), ..Around::default() };
    let scripts = plan.features.iter().map(|feature| {
        let script = Script::among(plan, feature, 1, &Measures::default(), model, &around);
        script.unwrap_or_else(|error| panic!("{error}"))
    });
    scripts.collect()
}

/// The chance that a call's beginning of so many parts is kept, by the row of the walk, against play.
#[track_caller]
fn check(plan: &Plan, (feature, name, row, parts): (usize, &str, &str, usize)) {
    let kept = plan.features.iter().flat_map(|of| plan.called(&of.step));
    let kept: BTreeSet<String> = kept.filter(|name| !name.starts_with("other")).collect();
    let alive = kept.iter().map(|name| (name.clone(), vec![(0, 0.5)])).collect();
    let rates = plan.features.iter().map(|feature| {
        let a_day = feature.volume.units.as_ref().expect("units a day").mean();
        let load = feature.arrivals();
        load.hours().iter().map(|share| share * 7.0 * a_day / 3600.0).collect()
    });
    let scripts: Vec<(Script, Vec<f64>)> = scripts(plan, &alive).into_iter().zip(rates).collect();
    let refreshes = plan.calls().iter().all(|call| call.model != "acme/blocks");
    // Where reads keep nothing alive, Λ/(1 + Λ) takes late calls for calls of others: what a unit left itself has kept
    // others from writing, so that its own late calls find a little less.
    let near = if refreshes { 0.0 } else { 0.02 };
    let features = Features { scripts: &scripts, kept: &kept, ttl: 300.0, refreshes };
    let played = features.alive(DAYS, (feature - 1, name), parts);
    let found = value(&worked_out(plan), row, 1);
    let off = (found - played.mean).abs();
    let errors = off / played.standard_error;
    println!(
        "{row}: {found:.5}, played {:.5} ± {:.5}: {errors:.1}",
        played.mean, played.standard_error
    );
    assert!(played.standard_error < 0.01, "{row}: {played:?} says little");
    assert!(errors < 3.0 || off < near, "{row}: {found}, played {played:?}: {errors} errors");
}

/// Features that come at any time alike, and the rows to check of them.
#[track_caller]
fn flat(features: &[(&str, &str)], rows: &[(usize, &str, &str, usize)]) {
    let features: Vec<_> = features.iter().map(|(a_day, step)| (*a_day, "flat", *step)).collect();
    let plan = plan(&features);
    rows.iter().for_each(|row| check(&plan, *row));
}

#[test]
fn calls_that_few_units_make_keep_less_alive() {
    let one = call("a", "system, user", "");
    flat(&[("288", &one)], &[(1, "a", "f1.a.cache.alive", 1)]);
    flat(&[("288", &some("10%", &one))], &[(1, "a", "f1.a.cache.alive", 1)]);
    let tried = format!(
        "{{ retry: {{ attempts: 2, fails: {{ rejected: 50% }}, step: {} }} }}",
        call("a", "system, user", "")
    );
    flat(&[("288", &tried)], &[(1, "a", "f1.a.cache.alive", 1)]);
    let answered = format!(
        "{{ response-cache: {{ hits: 60%, wrong: 10%, step: {} }} }}",
        call("a", "system, user", "")
    );
    flat(&[("288", &answered)], &[(1, "a", "f1.a.cache.alive", 1)]);
    let escalated = format!(
        "{{ cascade: {{ tiers: [ {{ step: {}, accepts: 70% }}, {{ step: {} }} ] }} }}",
        call("a", "system, user", ", answer: true"),
        call("b", "tools, user", ", answer: true")
    );
    let rows = [(1, "a", "f1.a.cache.alive", 1), (1, "b", "f1.b.cache.alive", 1)];
    flat(&[("288", &escalated)], &rows);
    let copies = format!("{{ fan-out: {{ copies: 1..5, step: {} }} }}", some("30%", &one));
    flat(&[("288", &copies)], &[(1, "a", "f1.a.cache.alive", 1)]);
}

#[test]
fn each_gap_has_its_own_pause() {
    let one = call("a", "system, user", ", answer: true");
    for (a_day, pause, share) in
        [("50", "2 min", "100%"), ("50", "4 min", "40%"), ("200", "20 min", "25%")]
    {
        let turn = if share == "100%" { one.clone() } else { some(share, &one) };
        let row = "f1.a.cache.alive";
        flat(&[(a_day, &talk("3..9", pause, &turn))], &[(1, "a", row, 1)]);
        let on_time = talk("3..9", pause, &turn).replace("acme/cached", "acme/blocks");
        flat(&[(a_day, &on_time)], &[(1, "a", row, 1)]);
    }
    let steps = |pause: &str, step: &str| {
        format!("{{ loop: {{ steps: 2..6, pause: {pause}, step: {step} }} }}")
    };
    let nested = talk("2..5", "8 min", &steps("1 min", &one));
    flat(&[("50", &nested)], &[(1, "a", "f1.a.cache.alive", 1)]);
    let on_time = nested.replace("acme/cached", "acme/blocks");
    flat(&[("50", &on_time)], &[(1, "a", "f1.a.cache.alive", 1)]);
    let agents = steps("2 min", "{ agent: { name: w, use: worker } }");
    flat(&[("50", &agents)], &[(1, "w.work", "f1.w.work.cache.alive", 2)]);
}

#[test]
fn features_that_send_the_same_beginning_keep_it_for_one_another() {
    let (one, two) = (call("a", "system, tools, user", ""), call("b", "system, rules, user", ""));
    let single = [("100", one.as_str()), ("200", two.as_str())];
    let rows = [
        (1, "a", "f1.a.cache.alive", 1),
        (1, "a", "f1.a.cache.alive-beyond-1", 2),
        (2, "b", "f2.b.cache.alive", 1),
        (2, "b", "f2.b.cache.alive-beyond-1", 2),
    ];
    flat(&single, &rows);
    let talks = talk("2..6", "3 min", &call("c", "system, tools, history, user", ", answer: true"));
    let three = [("100", one.as_str()), ("200", two.as_str()), ("40", talks.as_str())];
    flat(
        &three,
        &[
            (1, "a", "f1.a.cache.alive", 1),
            (1, "a", "f1.a.cache.alive-beyond-1", 2),
            (3, "c", "f3.c.cache.alive", 1),
        ],
    );
    let ending = three.map(|(a_day, step)| (a_day, step.replace("acme/cached", "acme/blocks")));
    let ending: Vec<_> = ending.iter().map(|(a_day, step)| (*a_day, step.as_str())).collect();
    flat(&ending, &[(1, "a", "f1.a.cache.alive", 1), (3, "c", "f3.c.cache.alive", 1)]);
}

#[test]
fn steps_of_one_unit_are_one_arrival() {
    let both = format!(
        "{{ chain: [ {}, {}, {} ] }}",
        some("40%", &call("a", "system, user", "")),
        some("50%", &call("b", "system, tools, user", "")),
        call("c", "tools, user", "")
    )
    .replacen("name: other", "name: other-2", 1);
    flat(
        &[("288", &both)],
        &[
            (1, "a", "f1.a.cache.alive", 1),
            (1, "b", "f1.b.cache.alive", 1),
            (1, "b", "f1.b.cache.alive-beyond-1", 2),
            (1, "c", "f1.c.cache.alive", 1),
        ],
    );
}

#[test]
fn what_follows_an_empty_history_is_kept_by_first_turns() {
    let reads = call("a", "system, history, tools, user", ", answer: true");
    let talks = talk("3..9", "2 min", &reads);
    let single = call("b", "system, tools, user", "");
    let rows = [(1, "a", "f1.a.cache.alive", 1), (1, "a", "f1.a.cache.alive-beyond-1", 2)];
    flat(&[("100", &talks)], &rows);
    flat(&[("100", &talk("3..9", "2 min", &some("50%", &reads)))], &rows);
    let shared = [
        rows[0],
        rows[1],
        (2, "b", "f2.b.cache.alive", 1),
        (2, "b", "f2.b.cache.alive-beyond-1", 2),
    ];
    flat(&[("100", &talks), ("50", &single)], &shared);
}

#[test]
fn what_is_read_of_each_stretch_is_what_play_reads() {
    let single = call("a", "system, tools, user", "");
    let talks = format!(
        "{{ conversation: {{ turns: 1 x1 | 2 x2 | 3 x1, turn: [ {} ] }} }}",
        call("b", "system, history, tools, user", ", answer: true")
            .replace("ttl: 5 min", "ttl: 5 min, in_time: 70%")
    );
    let plan = plan(&[("100", "flat", &single), ("200", "flat", &talks)]);
    let estimate = worked_out(&plan);
    for call in ["f1.a", "f2.b"] {
        let alive = |end: &str| value(&estimate, &format!("{call}.cache.alive{end}"), 1);
        assert!(alive("-beyond-1") < alive(""), "{call}");
    }
    equals_play(&plan, &[("a", "f1.a", 1), ("b", "f2.b", 1)], 0.0);
}

/// What units cost, against play that is told how likely others keep the first part of each call's prompt, and so many
/// more: by all outcomes where they can be counted, else by chance. It may be dearer by so much, and is never cheaper.
#[track_caller]
fn equals_play(plan: &Plan, calls: &[(&str, &str, usize)], dearer: f64) {
    let estimate = worked_out(plan);
    let alive = calls.iter().map(|(name, address, beyond)| {
        let chances = (0..=*beyond).map(|parts| {
            let end = if parts == 0 { String::new() } else { format!("-beyond-{parts}") };
            (parts, value(&estimate, &format!("{address}.cache.alive{end}"), 1))
        });
        ((*name).to_owned(), chances.collect())
    });
    for (feature, script) in plan.features.iter().zip(scripts(plan, &alive.collect())) {
        let row = format!("{}.month.unit-cost", feature.name);
        let found = value(&estimate, &row, 1);
        let (cost, near) = match enumerate(&script) {
            Ok(expected) => (expected.unit.cost, 1e-12 * expected.unit.cost),
            Err(_) => {
                let played = play(&script, 5, 20_000).unit.cost;
                (played.mean, 4.0 * played.standard_error)
            }
        };
        println!("{row}: {found}, played {cost} ± {near}");
        let allowed = cost - near..cost + near + dearer * cost;
        assert!(allowed.contains(&found), "{row}: {found}, played {cost} ± {near}");
    }
}

/// Units that come now and then find what their own earlier steps have sent.
#[track_caller]
fn finds_its_own(step: &str, calls: &[(&str, usize)], dearer: f64) {
    for a_day in ["2", "100"] {
        let plan = plan(&[(a_day, "flat", step)]);
        let addresses = calls.iter().map(|(name, _)| format!("f1.{name}")).collect::<Vec<_>>();
        let calls = calls.iter().zip(&addresses);
        let calls: Vec<_> =
            calls.map(|((name, beyond), address)| (*name, address.as_str(), *beyond)).collect();
        equals_play(&plan, &calls, dearer);
    }
}

#[test]
fn later_steps_find_what_earlier_ones_of_the_unit_have_sent() {
    let a = call("a", "system, user", ", answer: true");
    let b = call("b", "system, user", ", answer: true");
    let both = [("a", 0), ("b", 0)];
    let exactly = |step: &str, calls: &[(&str, usize)]| finds_its_own(step, calls, 0.0);
    exactly(&format!("{{ chain: [ {a}, {b} ] }}"), &both);
    exactly(&format!("{{ chain: [ {}, {b} ] }}", some("40%", &a)), &both);
    let c = call("c", "system, tools, user", "");
    exactly(&format!("{{ chain: [ {a}, {c}, {b} ] }}"), &[("a", 0), ("b", 0), ("c", 1)]);
    let tiers = |judge: &str| {
        format!(
            "{{ cascade: {{ tiers: [ {{ step: {a}, {judge} accepts: 70% }}, {{ step: {b} }} ] }} }}"
        )
    };
    exactly(&tiers(""), &both);
    let judge = format!("judge: {},", call("j", "system, user", ""));
    exactly(&tiers(&judge), &[("a", 0), ("b", 0), ("j", 0)]);
    for fails in ["rejected: 40%", "timeout: 40%, invalid: 20%"] {
        let tried =
            format!("{{ retry: {{ attempts: 2, fails: {{ {fails} }}, step: {a}, then: {b} }} }}");
        exactly(&tried, &both);
    }
    let copies = format!("{{ fan-out: {{ copies: 1..3, step: {} }} }}", some("30%", &a));
    exactly(&format!("{{ chain: [ {copies}, {b} ] }}"), &both);
    let drafts = format!(
        "{{ until: {{ rounds: 3, accepts: 50%, draft: {a}, check: {} }} }}",
        call("check", "system, user", "")
    );
    exactly(&drafts, &[("a", 0), ("check", 0)]);
    let kept = format!(
        "{{ response-cache: {{ hits: 60%, wrong: 10%, step: {a}, insert: {} }} }}",
        call("insert", "system, user", "")
    );
    exactly(&kept, &[("a", 0), ("insert", 0)]);
    let agents =
        "{ chain: [ { agent: { name: v, use: worker } }, { agent: { name: w, use: worker } } ] }";
    exactly(agents, &[("v.work", 0), ("w.work", 0)]);
    let seldom = |name: &str, call: &str| some("20%", call).replace("other", name);
    let (one, two) = (seldom("x", &a), seldom("y", &b));
    exactly(&format!("{{ loop: {{ steps: 1..4, step: {{ chain: [ {one}, {two} ] }} }} }}"), &both);
    for excluded in ["", "excluded: 40%,"] {
        let kept = format!(
            "{{ response-cache: {{ hits: 50%, {excluded} lookup: {}, step: {b}, insert: {} }} }}",
            call("l", "system, user", ""),
            call("i", "system, user", "")
        );
        exactly(&kept, &[("l", 0), ("b", 0), ("i", 0)]);
    }
    // As many as are looked back on.
    let names: Vec<String> = (0..8).map(|nth| format!("s{nth}")).collect();
    let seldom = names.iter().map(|name| {
        let one = some("10%", &call(name, "system, user", ""));
        one.replace("name: other", &format!("name: other-{name}"))
    });
    let row = seldom.collect::<Vec<_>>().join(", ");
    let all = names.iter().map(String::as_str).chain(["b"]).map(|name| (name, 0));
    exactly(&format!("{{ chain: [ {row}, {b} ] }}"), &all.collect::<Vec<_>>());
    let steps =
        format!("{{ loop: {{ steps: 1..3, step: {{ chain: [ {}, {b} ] }} }} }}", some("50%", &a));
    exactly(&steps, &both);
}

#[test]
fn turns_find_what_other_steps_of_their_unit_have_sent() {
    let a = call("a", "system, user", "");
    let b = call("b", "system, user", ", answer: true");
    let answers = call("a", "system, user", ", answer: true");
    let both = [("a", 0), ("b", 0)];
    let nearly = |turn: &str, calls: &[(&str, usize)]| {
        for pause in ["1 min", "6 min"] {
            finds_its_own(&talk("1..6", pause, turn), calls, 0.0);
        }
    };
    nearly(&format!("{a}, {b}"), &both);
    nearly(&format!("{}, {b}", some("40%", &a).replace(", answer: true", "")), &both);
    nearly(
        &format!(
            "{{ route: [ {{ share: 60%, step: {answers} }}, {{ share: rest, step: {b} }} ] }}"
        ),
        &both,
    );
    let steps = format!("{{ loop: {{ steps: 1..4, pause: 2 min, step: {b} }} }}");
    nearly(&format!("{a}, {steps}"), &both);
    let talks = talk("1..6", "4 min", &answers);
    finds_its_own(&format!("{{ chain: [ {b}, {talks} ] }}"), &both, 0.0);
}

#[test]
fn what_a_unit_sent_too_long_ago_is_gone() {
    let a = call("a", "system, user", "");
    let b = call("b", "system, user", ", answer: true");
    let x = call("x", "tools, user", ", answer: true");
    let (both, three) = ([("a", 0), ("b", 0)], [("a", 0), ("b", 0), ("x", 0)]);
    let seldom = |share: &str, call: &str| some(share, call);
    let single = b.replace(", answer: true", "");
    // A call on another prompt, or one that is not kept at all: time passes alike.
    let waits = talk("6", "10 min", &x);
    finds_its_own(&format!("{{ chain: [ {a}, {waits}, {single} ] }}"), &three, 0.0);
    let plain = "{ loop: { steps: 4, pause: 10 min, step: { call: { name: p, model: acme/small, input: [user], output: 9 } } } }";
    // Three pauses of ten minutes together are now and then shorter than five: that is not counted.
    finds_its_own(&format!("{{ chain: [ {a}, {plain}, {single} ] }}"), &both, 0.01);
    let late = talk("20", "2 h", &seldom("10%", &b));
    finds_its_own(&format!("{{ chain: [ {a}, {late} ] }}"), &both, 0.0);
    let early =
        talk("6", "1 h", &seldom("20%", &a.replace("output: 50", "output: 50, answer: true")));
    finds_its_own(&format!("{{ chain: [ {early}, {single} ] }}"), &both, 0.0);
    let steps = format!(
        "{{ loop: {{ steps: 3, pause: 10 min, step: {} }} }}",
        seldom("60%", &single).replace(", answer: true", "")
    );
    // What stands before pauses counts for the first time only, not for a seldom call that comes soon after: too dear.
    let near = talk("20", "1 min", &seldom("10%", &b));
    finds_its_own(&format!("{{ chain: [ {a}, {near} ] }}"), &both, 0.15);
    finds_its_own(&format!("{{ chain: [ {a}, {steps} ] }}"), &both, 0.05);
}

#[test]
fn hours_of_several_loads_meet() {
    let (one, two) = (call("a", "system, user", ""), call("b", "system, tools, user", ""));
    // Where it is office hours in London, those of Tokyo are over.
    let in_zone = |zone: &str| format!("{{ zone: {zone}, hours: office hours }}");
    let (london, tokyo) = (in_zone("Europe/London"), in_zone("Asia/Tokyo"));
    let apart = plan(&[("144", &london, &one), ("144", &tokyo, &two)]);
    let near = plan(&[("144", &london, &one), ("144", &london, &two)]);
    let both = |own: f64, other: f64| 1.0 - libm::exp(-0.5 * own - 0.5 * other);
    let (on, off) = (24.0 * 0.9 / 9.0, 24.0 * 0.1 / 15.0);
    let around = 9.0 * both(off, on) + 6.0 * both(off, off);
    for (plan, expected) in [
        (apart, 0.9 * both(on, off) + 0.1 / 15.0 * around),
        (near, 0.9 * both(on, on) + 0.1 * both(off, off)),
    ] {
        let found = value(&worked_out(&plan), "f1.a.cache.alive", 1);
        assert!((found - expected).abs() < 0.003, "{found}, not {expected}");
    }
    let plan = plan(&[("144", "flat", &one), ("144", "office hours", &two)]);
    let [a, b] =
        ["f1.a.cache.alive", "f2.b.cache.alive"].map(|row| value(&worked_out(&plan), row, 1));
    // Arrivals in the five minutes before, in office hours and out of them.
    let alive = |office: f64| 1.0 - libm::exp(-0.5 - 0.5 * office);
    let (on, off) = (24.0 * 0.9 / 9.0, 24.0 * 0.1 / 15.0);
    let flat = (9.0 * alive(on) + 15.0 * alive(off)) / 24.0;
    let office = 0.9 * alive(on) + 0.1 * alive(off);
    // An hour's first calls look back at the hour before.
    assert!((a - flat).abs() < 0.002, "{a}, not {flat}");
    assert!((b - office).abs() < 0.002, "{b}, not {office}");
    check(&plan, (1, "a", "f1.a.cache.alive", 1));
    check(&plan, (2, "b", "f2.b.cache.alive", 1));
    assert_ne!(a.to_bits(), b.to_bits());
}
