//! What users of several time zones keep alive for one another, against every minute of a month.

use jiff::civil::date;

use super::made::read;
use super::tests::{value, worked_out};
use crate::estimate::Estimate;
use crate::load::Load;

/// Minutes of a day.
const DAY: usize = 24 * 60;

/// For so many minutes a beginning is kept.
const KEPT: usize = 5;

fn office(zone: &str) -> Load {
    Load::office_hours().in_zone(zone).expect("a zone")
}

/// The part of calls of the first zone's users in a month of 2027 that come while somebody's beginning is kept.
fn by_the_minute(month: i8, zones: [&str; 2], a_day: [f64; 2], chance: fn(f64) -> f64) -> f64 {
    let first = date(2027, month, 1);
    // The month, and the day before it.
    let days = first.yesterday().expect("a day").series(jiff::Span::new().days(1));
    let days: Vec<_> = days.take_while(|day| *day <= first.last_of_month()).collect();
    let [own, other] = zones.map(office);
    let minutes = |load: &Load| -> Vec<f64> {
        let quarters = days.iter().flat_map(|day| load.quarters(*day));
        quarters.flat_map(|quarter| [quarter / 15.0; 15]).collect()
    };
    let (own, other) = (minutes(&own), minutes(&other));
    let (mut all, mut found) = (0.0, 0.0);
    for minute in DAY..own.len() {
        let sent = |load: &[f64], a_day: f64| {
            let now = 0.5 * load[minute] + 0.5 * load[minute - KEPT];
            7.0 * a_day * (now + load[minute - KEPT + 1..minute].iter().sum::<f64>())
        };
        all += own[minute];
        found += own[minute] * chance(sent(&own, a_day[0]) + sent(&other, a_day[1]));
    }
    found / all
}

/// Every month of a year that begins in a month, by the rows of the walk.
#[track_caller]
fn equals_every_minute(model: &str, zones: [&str; 2], chance: fn(f64) -> f64) {
    for starts in ["2027-01", "2027-04", "2027-10"] {
        let feature = |(name, zone, a_day): (&str, &str, u32)| {
            format!(
                "{{ name: {name}, unit: unit, load: {{ zone: {zone}, hours: office hours }}, \
                 volume: {{ units: {a_day}/day }}, step: {{ call: {{ name: a, model: {model}, \
                 input: [system, user], output: 50, cache: {{ ttl: 5 min }} }} }} }}"
            )
        };
        let features = [("f", zones[0], 20), ("g", zones[1], 200)].map(feature).join(", ");
        let estimate = worked_out(&read(&format!(
            "{{ forebill: 1, name: Clocks, starts: {starts}, months: 12, prompts: {{ \
             system: {{ tokens: 1500, role: system }}, user: {{ tokens: 60 }} }}, features: [ {features} ] }}"
        )));
        let begins: i8 = starts[5..].parse().expect("a month");
        for month in begins..=12 {
            let nth = usize::try_from(month - begins + 1).expect("a month");
            let [[own, other], turned] = [zones, [zones[1], zones[0]]];
            for (name, zones, a_day) in
                [("f", [own, other], [20.0, 200.0]), ("g", turned, [200.0, 20.0])]
            {
                let found = alive(&estimate, name, nth);
                let expected = by_the_minute(month, zones, a_day, chance);
                // An hour is told by its mean, its first minutes too.
                assert!(
                    (found - expected).abs() < 0.003,
                    "{name} in month {month}: {found}, not {expected}"
                );
            }
        }
    }
}

/// The chance that a feature's call finds the beginning.
fn alive(estimate: &Estimate, feature: &str, month: usize) -> f64 {
    value(estimate, &format!("{feature}.a.cache.alive"), month)
}

#[test]
fn clocks_that_part_within_a_year_are_those_of_each_day() {
    let refreshed = |sent: f64| 1.0 - libm::exp(-sent);
    equals_every_minute("acme/cached", ["Europe/London", "America/New_York"], refreshed);
    equals_every_minute("acme/cached", ["Australia/Sydney", "America/New_York"], refreshed);
    let begun = |sent: f64| sent / (1.0 + sent);
    equals_every_minute("acme/blocks", ["Europe/London", "Africa/Lagos"], begun);
}

#[test]
fn clocks_half_an_hour_apart_are_split_into_halves() {
    let refreshed = |sent: f64| 1.0 - libm::exp(-sent);
    equals_every_minute("acme/cached", ["Europe/London", "Asia/Kolkata"], refreshed);
    equals_every_minute("acme/cached", ["Asia/Kathmandu", "Australia/Lord_Howe"], refreshed);
}
