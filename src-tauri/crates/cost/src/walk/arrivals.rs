//! Prices of hours, days and stretches of a month, weighed by when users come, against play, which goes minute by minute.

use libm::exp;

use super::tests::{equals_enumeration, value, worked_out};
use crate::estimate::Estimate;
use crate::load::Load;
use crate::plan::Plan;
use crate::play::arrivals::Sessions;

/// Six months of calls to a model, with users that come so.
fn plan(model: &str, load: &str) -> Plan {
    let text = format!(
        "{{ forebill: 1, name: Test, starts: 2027-03, months: 6, prompts: {{ user: {{ tokens: 1000 }} }}, \
         features: [ {{ name: f, unit: unit, load: {load}, volume: {{ units: 10/month }}, step: \
         {{ call: {{ name: a, model: acme/{model}, answer: true, input: [user], output: 100 }} }} }} ] }}"
    );
    let plan: Plan = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    plan.addressed()
}

const WEEKDAYS: &str = "{ zone: America/New_York, hours: { \
     mon-fri: [0,0,0,0,0,0,0,1,2,5,5,5,4,5,5,5,4,3,1,1,0,0,0,0], \
     sat-sun: [0,0,0,0,0,0,0,0,0,0,0,1,1,1,1,0,0,0,0,0,0,0,0,0] } }";

const HOUR: f64 = 3600.0;

/// Nobody comes on a Saturday or a Sunday, and at night few do.
const QUIET_WEEKENDS: &str = "{ hours: { \
     mon-fri: [1,1,1,1,1,1,1,1,9,9,9,9,9,9,9,9,9,9,1,1,1,1,1,1], \
     sat-sun: [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0] } }";

fn quiet_weekends() -> [[f64; 24]; 7] {
    let hour = |hour| if (8..18).contains(&hour) { 9.0 } else { 1.0 };
    let (day, none) = (std::array::from_fn(hour), [0.0; 24]);
    [day, day, day, day, day, none, none]
}

#[test]
fn hours_and_weekdays_count_by_who_comes_in_them() {
    for load in ["flat", "office hours", "{ zone: Asia/Kolkata, hours: office hours }", WEEKDAYS] {
        for model in ["small", "hours", "weekdays", "weekends", "apart"] {
            equals_enumeration(&plan(model, load));
        }
    }
}

#[test]
fn nine_tenths_of_a_day_in_office_hours_pay_what_holds_then() {
    // From 9:00 to 17:00 on a working day lie eight of nine hours with nine tenths of all calls.
    let estimate = worked_out(&plan("weekdays", "office hours"));
    let share = value(&estimate, "price.acme/weekdays.input.of-f.share", 1);
    // March 2027 has 23 working days of 31.
    assert!((share - 23.0 / 31.0 * 0.8).abs() < 1e-12, "{share}");
}

#[test]
fn a_price_that_changes_within_a_month_is_split_by_who_came_before() {
    let weekends = "{ hours: { mon-fri: [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0], \
         sat-sun: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1] } }";
    let estimate = worked_out(&plan("small", weekends));
    // July 2027 has nine days of weekends, four of them before the 15th.
    let share = value(&estimate, "price.acme/small.input.of-f.share", 5);
    assert!((share - 4.0 / 9.0).abs() < 1e-12, "{share}");
}

/// The part of requests that meets a kept answer, for a cache of an hour whose requests come a hundred times an hour.
fn hits(distinct: u32, zipf: f64) -> f64 {
    let text = format!(
        "{{ forebill: 1, name: Test, starts: 2027-01, months: 1, prompts: {{ user: {{ tokens: 1000 }} }}, \
         features: [ {{ name: f, unit: unit, volume: {{ units: 1200/day }}, step: {{ fan-out: {{ copies: 2, step: {{ \
         response-cache: {{ name: kept, traffic: {{ distinct: {distinct}, zipf: {zipf}, max_age: 1 h, scopes: 3 }}, \
         excluded: 25%, step: {{ call: {{ name: a, model: acme/large, input: [user], output: 100 }} }} }} }} }} }} }} ] }}"
    );
    let plan: Plan = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    value(&worked_out(&plan.addressed()), "f.kept.traffic.hits", 1)
}

#[test]
fn hits_follow_from_traffic_by_zipfs_law() {
    for (distinct, zipf, within) in [
        (1, 1.0, 1e-12),
        (50, 1.0, 1e-12),
        (200, 0.8, 1e-12),
        (5_000, 1.0, 1e-4),
        (100_000, 0.7, 1e-4),
        (100_000, 1.3, 1e-4),
        (1_000, 0.0, 1e-9),
    ] {
        // Two a unit, three in four of them looked up, in three scopes, while an answer is kept.
        let arrivals = 1200.0 * 2.0 * 0.75 / 24.0 / 3.0;
        let weights: Vec<f64> = (1..=distinct).map(|k| f64::from(k).powf(-zipf)).collect();
        let all: f64 = weights.iter().sum();
        let expected: f64 = weights
            .iter()
            .map(|weight| weight / all)
            .map(|share| share * arrivals * share / (1.0 + arrivals * share))
            .sum();
        let found = hits(distinct, zipf);
        let off = (found / expected - 1.0).abs();
        assert!(off < within, "{distinct} by {zipf}: {found}, not {expected}: {off:e}");
    }
}

/// The chance that others keep the beginning alive of a call that comes so many times a day, or of a conversation.
fn alive(load: &str, a_day: u32, ttl: &str, turns: &str) -> Estimate {
    let call = format!(
        "{{ call: {{ name: a, model: acme/cached, answer: true, input: [system, history, user], output: 100, \
         cache: {{ ttl: {ttl} }} }} }}"
    );
    let step = match turns {
        "" => call.replace("history, ", ""),
        _ => format!("{{ conversation: {{ turns: {turns}, pause: 2 min, turn: [ {call} ] }} }}"),
    };
    let text = format!(
        "{{ forebill: 1, name: Test, starts: 2027-01, months: 1, prompts: {{ system: {{ tokens: 4000, role: system }}, \
         user: {{ tokens: 100 }} }}, features: [ {{ name: f, unit: unit, load: {load}, volume: {{ units: {a_day}/day }}, \
         step: {step} }} ] }}"
    );
    let plan: Plan = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    worked_out(&plan.addressed())
}

#[test]
fn what_others_keep_alive_follows_the_hours_of_the_load() {
    let share = |load: &str| value(&alive(load, 288, "5 min", ""), "f.a.cache.alive", 1);
    let (flat, office) = (share("flat"), share("office hours"));
    assert_eq!([flat, office].map(|share| (100.0 * share).round()), [63.0, 83.0]);
    // An hour's first calls look back at the hour before: a thousandth.
    assert!((office - (0.9 * (1.0 - exp(-2.4)) + 0.1 * (1.0 - exp(-0.16)))).abs() < 0.002);
    // The same hours by the week, and in another zone.
    let day = "[1,1,1,1,1,1,1,1,1,15,15,15,15,15,15,15,15,15,1,1,1,1,1,1]";
    let weeks = format!("{{ zone: Asia/Kolkata, hours: {{ mon-fri: {day}, sat-sun: {day} }} }}");
    assert!((share(&weeks) - office).abs() < 1e-12);
}

#[test]
fn a_time_of_hours_reaches_back_into_earlier_ones() {
    let by_hour = |load: &Load, a_day: u32| -> Vec<f64> {
        load.hours().iter().map(|share| share * 7.0 * f64::from(a_day) / HOUR).collect()
    };
    for (load, name) in [
        (Load::office_hours(), "office hours"),
        (Load::weighted(quiet_weekends()).expect("a load"), QUIET_WEEKENDS),
    ] {
        for (a_day, ttl, typed) in
            [(3, 7200.0, "2 h"), (6, 3600.0, "1 h"), (24, 1800.0, "30 min"), (2, 86_400.0, "24 h")]
        {
            let by_hour = by_hour(&load, a_day);
            let sessions =
                Sessions { by_hour: &by_hour, calls: &[1.0], pause: 1.0, ttl, refreshes: true };
            let played = sessions.alive(7, 50_000);
            let found = value(&alive(name, a_day, typed, ""), "f.a.cache.alive", 1);
            let off = (found - played.mean).abs();
            // Within an hour arrivals are taken at their mean.
            let allowed = 4.0 * played.standard_error + 0.003;
            assert!(off < allowed, "{a_day} a day, {typed}, {name}: {found}, played {played:?}");
        }
    }
}
