//! Explicit caches that calls of several features name.

use jiff::civil::date;

use super::explicit::{
    answered_by_another, call, close, feature, is_of, made, paid, plan, script_of, stored,
};
use super::tests::{value, worked_out};
use crate::check::check;
use crate::estimate::estimate;
use crate::meter::Meter;
use crate::plan::{Agent, Measures, Of, Plan};
use crate::play::enumerate;
use crate::sample::book as sample;
use crate::workings::Driver;

/// Users come in nine hours side by side, from this one on, on these clocks.
fn nine(first: usize, zone: &str) -> String {
    let hours: [u8; 24] = std::array::from_fn(|hour| u8::from((hour + 24 - first) % 24 < 9));
    format!("load: {{ zone: {zone}, hours: {hours:?} }},")
}

/// Two features that send the same beginning.
fn two(loads: [&str; 2], held: &str) -> Plan {
    let step = call("a", "book, question", held);
    let [f, g] = loads.map(|load| format!("{load} volume: {{ units: 1000/month }}"));
    plan(&[feature("f", &f, &step), feature("g", &g, &step)])
}

#[test]
fn features_whose_users_come_at_other_hours_hold_caches_of_their_own() {
    let day = nine(9, "Europe/London");
    for (other, held, caches) in [
        (day.clone(), "9 h", 1.0),
        (nine(23, "Europe/London"), "9 h", 2.0),
        (nine(9, "Australia/Sydney"), "9 h", 2.0),
        (String::new(), "9 h", 2.0),
        (nine(23, "Europe/London"), "24 h", 1.0),
        ("load: office hours,".to_owned(), "24 h", 1.0),
    ] {
        let plan = two([&day, &other], held);
        let estimate = worked_out(&plan);
        let hours: f64 = held.trim_end_matches(" h").parse().expect("hours");
        close(stored(&estimate, 1), caches * 0.1 * 31.0 * hours * 4.5);
        // Who calls reads at the hours of its own cache, as it does in play.
        let played =
            [0, 1].map(|nth| enumerate(&script_of(&plan, nth)).expect("few outcomes").unit);
        let used: f64 = played.iter().map(|unit| 1000.0 * unit.cost).sum();
        let read: f64 = played.iter().map(|unit| 1000.0 * unit.cache_read).sum();
        close(paid(&estimate, 1, |_| true), used + stored(&estimate, 1) + made(&estimate));
        close(paid(&estimate, 1, is_of(Meter::CacheRead)), read * 0.125 / 1e6);
    }
}

#[test]
fn an_even_load_is_even_on_any_clock() {
    let even = "load: { zone: Asia/Tokyo, hours: flat },";
    let estimate = worked_out(&two(["", even], "6 h"));
    close(stored(&estimate, 1), 0.1 * 31.0 * 6.0 * 4.5);
    close(value(&estimate, "f.a.cache.in-hours", 1), 0.25);
}

#[test]
fn days_are_held_for_those_alone_who_call_in_the_month() {
    let ahead = |from: &str| {
        format!(
            "{{ route: [ {{ from: {from}, share: 20%, step: {} }}, {{ share: rest, step: \
             {{ call: {{ name: b, model: acme/small, input: [question], output: 1 }} }} }} ] }}",
            call("a", "book, question", "24 h")
        )
    };
    let seasonal = "volume: { units: 1000/month, season: [0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2] }";
    let estimate = worked_out(&plan(&[
        feature("f", seasonal, &call("a", "book, question", "24 h")),
        feature("h", "volume: { units: 1000/month }", &ahead("2027-01-21")),
    ]));
    for (month, days) in [(1, 11.0), (2, 28.0), (8, 31.0)] {
        close(value(&estimate, "f.a.cache.days", month), days);
    }
    close(stored(&estimate, 1), 0.1 * 11.0 * 24.0 * 4.5);
}

#[test]
fn who_answers_from_a_day_on_says_what_is_held_from_then_on() {
    let (book, measures) = (answered_by_another(date(2027, 3, 16)), Measures::default());
    let of = |part: &str| {
        let step = call("a", &format!("{part}, question"), "24 h");
        plan(&[feature("f", "volume: { units: 1000/month }", &step)])
    };
    let grows = of("grown");
    let grown = estimate(&check(&grows, &measures, &[&book]).expect("it may grow in time"));
    let grown = grown.expect("sensible");
    // 5,000 tokens that grow by a tenth: 7,320 in May, and 8,052 in June.
    for (month, days) in [(1, 31.0), (2, 28.0), (3, 15.0), (4, 0.0), (5, 0.0), (6, 30.0)] {
        let tokens = 5000.0 * 1.1_f64.powi(month - 1);
        let month = usize::try_from(month).expect("a month");
        close(stored(&grown, month), tokens / 1e6 * days * 24.0 * 4.5);
        let read = paid(&grown, month, is_of(Meter::CacheRead));
        let of_month = f64::from(date(2027, i8::try_from(month).expect("few"), 1).days_in_month());
        close(read, 1000.0 * tokens * 0.125 / 1e6 * days / of_month);
        close(value(&grown, "f.a.cache.times-made", month), if days > 0.0 { 1.0 } else { 0.0 });
    }
    let mut fixed = of("grown");
    fixed.prompts["grown"].grows = None;
    let problems = check(&fixed, &measures, &[&book]).expect_err("it is too short from a day on");
    assert_eq!(
        problems[0].message,
        "The beginning of `a` has 5000 tokens; `acme/other`, which answers for `acme/held` from \
         2027-03-16 on, holds 8000 or more."
    );
}

#[test]
fn what_is_held_is_as_long_for_all_units() {
    let told = |tokens: &str, input: &str| {
        let features = [feature("f", "volume: { units: 9/month }", &call("a", input, "24 h"))];
        let mut plan = plan(&features);
        plan.prompts["grown"].tokens = Some(Of::new(tokens));
        let problems = check(&plan.addressed(), &Measures::default(), &[&sample()]).err();
        let problems = problems.unwrap_or_default().into_iter();
        let told = problems.map(|it| format!("{}: {} {}", it.path.join("/"), it.message, it.hint));
        told.collect::<Vec<_>>()
    };
    assert_eq!(told("5000", "grown, question"), [""; 0]);
    assert_eq!(told("5000 ±20%", "grown, question"), [""; 0]);
    assert_eq!(told("1500..9000", "rules, question, grown"), [""; 0]);
    let hint = "Write one number, with ± where it is in doubt: 2500 ±20%.";
    for tokens in ["4500..9500", "4000 / 5000 / 9000", "4000 x3 | 9000 x1"] {
        assert_eq!(
            told(tokens, "grown, question"),
            [format!(
                "prompts/grown/tokens: `{tokens}` of `grown` varies between units, and `a` holds \
                 one beginning for all of them. {hint}"
            )]
        );
    }
    assert_eq!(
        told("5000", "grown x1..3, question"),
        [format!(
            "features/0/step/call/input/0: `1..3` of `grown` varies between units, and `a` holds \
             one beginning for all of them. {hint}"
        )]
    );
}

#[test]
fn what_is_held_has_the_cause_that_goes_before_others() {
    let held = call("a", "book, rules, question", "24 h");
    let cheap = "{ call: { name: cheap, model: acme/small, input: [question], output: 10 } }";
    let cascade = format!(
        "{{ cascade: {{ tiers: [ {{ accepts: 80%, step: {cheap} }}, {{ step: {held} }} ] }} }}"
    );
    let used = |name: &str| format!("{{ agent: {{ name: {name}, use: helper }} }}");
    let agents = format!("{{ chain: [ {}, {} ] }}", used("one"), used("two"));
    let fails = |step: &str| {
        format!("{{ retry: {{ attempts: 2, fails: {{ invalid: 25% }}, step: {step} }} }}")
    };
    // Of 1.25 attempts 0.3125 fail.
    let failed = 0.25;
    let own = [Driver::BasePrompt, Driver::Tools];
    for (step, causes) in [
        (held.clone(), vec![]),
        (cascade.clone(), vec![(Driver::Escalation, 1.0)]),
        (agents, vec![(Driver::Agents, 0.5)]),
        (fails(&held), vec![(Driver::FailedAttempts, failed)]),
        (
            cascade.replace(&held, &fails(&held)),
            vec![(Driver::FailedAttempts, failed), (Driver::Escalation, 1.0 - failed)],
        ),
    ] {
        let mut plan = plan(&[feature("f", "volume: { units: 1000/month }", &step)]);
        if step.contains("helper") {
            let helper: Agent =
                serde_saphyr::from_str(&format!("{{ step: {held} }}")).expect("an agent");
            plan.agents.insert("helper".to_owned(), helper);
        }
        let estimate = worked_out(&plan.addressed());
        let of = |driver: Driver| {
            let rows = estimate.ledger.lines.iter();
            let lines = rows.filter(|line| line.month == 3 && line.driver == driver);
            lines.filter(|line| is_of(Meter::CacheStorage)(line)).map(|it| it.amount.to_f64()).sum()
        };
        let rest = causes.iter().fold(1.0, |rest, (_, part)| rest - part);
        // A part of 100,000 tokens and one of 20,000, in April.
        let all = 0.12 * 720.0 * 4.5;
        close(stored(&estimate, 4), all);
        for (driver, part) in &causes {
            close(of(*driver), part * all);
        }
        for (driver, of_size) in own.into_iter().zip([100.0 / 120.0, 20.0 / 120.0]) {
            close(of(driver), rest * of_size * all);
        }
        // Making it has the same causes.
        let rows = estimate.workings.rows.iter();
        let made = rows.filter(|row| row.address.ends_with(".made.tokens"));
        let made: f64 = made.map(|row| value(&estimate, &row.address, 4)).sum();
        close(made * 1000.0, 120_000.0);
    }
}
