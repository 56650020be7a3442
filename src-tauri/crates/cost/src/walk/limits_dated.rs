//! Rate limits where branches begin and end within months, against every hour of every day.

use jiff::civil::{Date, date};

use super::limits::{close, days, peak, plan};
use super::made::read;
use super::tests::worked_out;
use crate::load::Load;

fn call(name: &str, output: u32) -> String {
    let call = format!("model: acme/large, input: [system, user], output: {output}");
    format!("{{ call: {{ name: {name}, answer: true, {call} }} }}")
}

/// Output tokens of one unit on a day.
type Written = fn(Date) -> f64;

fn from(day: Date, first: Date, then: f64) -> f64 {
    if day >= first { then } else { 0.0 }
}

/// The busiest hour of each month by a tree, beside another feature, against what a unit writes on each day.
#[track_caller]
fn equals_every_day(step: &str, written: Written) {
    let steady = call("s", 30);
    let loads = [
        ("flat", "flat"),
        ("office hours", "office hours"),
        (
            "{ zone: Europe/London, hours: office hours }",
            "{ zone: Australia/Sydney, hours: office hours }",
        ),
    ];
    for (own, others) in loads {
        let features = [("f", own, "1440/day", step), ("g", others, "14400/day", &*steady)];
        let estimate = worked_out(&plan(6, "acme/large", &features));
        let load = |text: &str| match text {
            "flat" => Load::flat(),
            _ => {
                let zone = text.split(['{', ' ', ',']).find(|word| word.contains('/'));
                Load::office_hours().in_zone(zone.unwrap_or("UTC")).expect("a zone")
            }
        };
        for month in 1..=6 {
            let most = days(month).flat_map(|day| {
                let [own, others] = [own, others].map(|text| load(text).quarters(day));
                let of = move |(own, others): (f64, f64)| {
                    (own * 1440.0 * written(day) + others * 14400.0 * 30.0) * 4.0 * 7.0 / 60.0
                };
                own.into_iter().zip(others).map(of)
            });
            let most = most.fold(0.0, f64::max);
            let month = usize::try_from(month).expect("a month");
            close(peak(&estimate, "acme/large", "otpm", month), most);
        }
    }
}

#[test]
fn a_switch_within_a_month_sends_all_on_its_days() {
    let (one, other) = (call("one", 500), call("other", 100));
    let step = format!(
        "{{ route: [ {{ until: 2027-04-16, share: 100%, step: {one} }}, {{ share: rest, step: {other} }} ] }}"
    );
    equals_every_day(&step, |day| 500.0 - from(day, date(2027, 4, 16), 400.0));
    let step = format!(
        "{{ route: [ {{ from: 2027-02-26, until: month 5, step: {one} }}, {{ share: rest, step: {other} }} ] }}"
    );
    equals_every_day(&step, |day| {
        100.0 + from(day, date(2027, 2, 26), 400.0) - from(day, date(2027, 5, 1), 400.0)
    });
}

#[test]
fn what_the_rest_takes_changes_within_a_month() {
    let (one, other) = (call("one", 100), call("other", 900));
    let third = call("third", 20);
    let step = format!(
        "{{ route: [ {{ share: 30%, from: 2027-03-10, step: {one} }}, \
         {{ share: 50%, from: 2027-03-20, until: 2027-05-02, step: {third} }}, {{ share: rest, step: {other} }} ] }}"
    );
    equals_every_day(&step, |day| {
        let [first, second] = [date(2027, 3, 10), date(2027, 3, 20)];
        let ended = from(day, date(2027, 5, 2), 0.5 * 880.0);
        900.0 - from(day, first, 0.3 * 800.0) - from(day, second, 0.5 * 880.0) + ended
    });
}

#[test]
fn switches_within_switches_and_conversations_are_those_of_their_days() {
    let (one, other, third) = (call("one", 700), call("other", 100), call("third", 40));
    let inner = format!(
        "{{ route: [ {{ from: 2027-02-10, share: 100%, step: {one} }}, {{ share: rest, step: {other} }} ] }}"
    );
    let outer = format!(
        "{{ route: [ {{ until: 2027-02-20, share: 100%, step: {inner} }}, {{ share: rest, step: {third} }} ] }}"
    );
    let written =
        |day| 100.0 + from(day, date(2027, 2, 10), 600.0) - from(day, date(2027, 2, 20), 660.0);
    equals_every_day(&outer, written);
    let kept = inner.replace("{ route: [", "{ route: { sticky: conversation, branches: [");
    let kept = kept.replace("} ] }", "} ] } }");
    let outer = outer.replace("answer: true, ", "");
    let talk =
        format!("{{ conversation: {{ turns: 2, pause: 1 min, turn: [ {kept}, {outer} ] }} }}")
            .replacen("name: one", "name: kept-one", 1)
            .replacen("name: other", "name: kept-other", 1);
    equals_every_day(&talk, |day| {
        let kept = 100.0 + from(day, date(2027, 2, 10), 600.0);
        2.0 * (kept + 100.0 + from(day, date(2027, 2, 10), 600.0)
            - from(day, date(2027, 2, 20), 660.0))
    });
}

#[test]
fn an_agent_of_some_days_is_used_on_these() {
    let agent = call("look", 500);
    let step = "{ route: [ { until: 2027-04-16, share: 100%, step: { agent: { name: scout, use: helper, answer: true } } }, \
         { share: rest, step: REST } ] }"
        .replace("REST", &call("other", 100));
    let plan = read(&format!(
        "{{ forebill: 1, name: Limits, starts: 2027-01, months: 6, prompts: {{ \
         system: {{ tokens: 1500, role: system }}, user: {{ tokens: 60 }} }}, \
         rate_limits: {{ acme/large: {{ rpm: 100, otpm: 50k }} }}, agents: {{ helper: {{ step: {agent} }} }}, \
         features: [ {{ name: f, unit: unit, load: office hours, volume: {{ units: 100/business day }}, step: {step} }} ] }}"
    ));
    let estimate = worked_out(&plan);
    let a_minute = |written: f64| 100.0 * written / 10.0 / 60.0;
    close(peak(&estimate, "acme/large", "otpm", 4), a_minute(500.0));
    close(peak(&estimate, "acme/large", "otpm", 5), a_minute(100.0));
    let told = estimate.behind_peak(&estimate.workings.peaks[1], 3);
    assert_eq!(told, [("f.scout.look", 1.0)]);
}
