//! A small book and plans for tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::date;
use proptest::prelude::*;

use crate::book::{
    Bracket, CacheMode, CacheRule, Calendar, Days, Entry, Model, Models, Origin, Provider, Span,
    Terms, Tier, Week, Window,
};
use crate::check::{Checked, check};
use crate::meter::Meter;
use crate::money::Rate;
use crate::plan::{Measures, Plan};

/// Models of one seller: `acme/small` is cut in July, `acme/large` has a cliff over 200,000 tokens,
/// `acme/search` a fee for each call, `acme/steps` two cliffs, the first of them inclusive,
/// `acme/hours` mornings, a cliff and, from July, cheaper mornings with a cliff of their own,
/// `acme/edge` two cliffs at one limit,
/// `acme/weekdays` dearer office hours but on two holidays, and a new price for them in July,
/// `acme/weekends` a cliff on weekends only,
/// `acme/apart` prices for input, output and a call that begin apart, each with a cliff of its own, `acme/mornings` a price for mornings only, `acme/long` one for long prompts,
/// `acme/nightly` a batch tier at half the price, `acme/store` fees alone, `acme/gift` costs nothing, `acme/cached` a cache from 1,024 tokens on, `acme/blocks` one
/// in blocks of 128 that is free to write and ends on time, `acme/held` explicit caches from 2,048 tokens on, paid by the
/// hour and dearer from July, and a cliff.
pub fn book() -> Provider {
    let entry = |from, to, bracket, input: &str, output: &str| Entry {
        from,
        to,
        bracket,
        rates: [(Meter::Input, input), (Meter::Output, output)]
            .map(|(meter, rate)| (meter, Rate::parse_per_million(rate).expect("a rate")))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        ..Entry::default()
    };
    let july = Some(date(2027, 7, 15));
    let small = vec![entry(None, july, None, "0.4", "1.6"), entry(july, None, None, "0.2", "0.8")];
    let cliff = Some(Bracket::Over(200_000));
    let large = vec![entry(None, None, None, "3", "15"), entry(None, None, cliff, "6", "22.5")];
    let (first, second) = (Some(Bracket::AtLeast(1000)), Some(Bracket::Over(2500)));
    let steps = vec![
        entry(None, None, None, "1", "2"),
        entry(None, None, first, "3", "4"),
        entry(None, july, second, "5", "6"),
        entry(july, None, second, "7", "8"),
    ];
    let mut search = entry(None, None, None, "1", "1");
    search.rates.insert(Meter::Request, Rate::parse("0.012").expect("a rate"));
    let hours =
        |start: u16, end: u16| Some(Window { start_minute: start * 60, end_minute: end % 24 * 60 });
    let long = Some(Bracket::Over(500));
    let by_hours = vec![
        Entry { window: hours(0, 12), ..entry(None, july, None, "100", "100") },
        Entry { window: hours(0, 12), ..entry(july, None, None, "50", "60") },
        Entry { window: hours(6, 18), ..entry(july, None, long, "70", "80") },
        entry(None, None, None, "200", "200"),
        entry(None, None, long, "1000", "1000"),
    ];
    let edge = vec![
        entry(None, None, long, "5", "6"),
        entry(None, None, Some(Bracket::AtLeast(500)), "3", "4"),
        entry(None, None, None, "1", "2"),
    ];
    let holidays = Calendar {
        id: "acme".to_owned(),
        source: "https://acme.example/holidays".to_owned(),
        known_to: date(2027, 12, 31),
        dates: vec![date(2027, 1, 1), date(2027, 5, 5)],
    };
    let week = Week::parse("mon-fri").expect("days of the week");
    let office = |from, to, input: &str, output: &str| Entry {
        window: hours(9, 17),
        days: Some(Days { week, except: Some(Arc::new(holidays.clone())) }),
        ..entry(from, to, None, input, output)
    };
    let weekdays = vec![
        entry(None, None, None, "1", "2"),
        office(None, july, "3", "7"),
        office(july, None, "5", "11"),
    ];
    let weekend =
        Some(Days { week: Week::parse("sat-sun").expect("days of the week"), except: None });
    let weekends = vec![
        entry(None, None, None, "1", "2"),
        Entry { days: weekend, ..entry(None, None, long, "4", "8") },
    ];
    let of = |meter, rate: &str, entry: Entry| Entry {
        rates: [(meter, Rate::parse(rate).expect("a rate"))].into(),
        ..entry
    };
    let at = |from, to, bracket| Entry { from, to, bracket, ..Entry::default() };
    let apart = vec![
        of(Meter::Input, "0.01", at(None, july, None)),
        of(Meter::Input, "0.02", at(july, None, None)),
        of(Meter::Input, "0.03", at(None, None, long)),
        of(Meter::Output, "0.1", at(None, None, None)),
        of(Meter::Output, "0.5", at(None, None, first)),
        of(Meter::Request, "7", at(None, None, None)),
        of(Meter::Request, "9", at(july, None, second)),
    ];
    let fees = Entry {
        rates: [(Meter::StorageGbDay, Rate::parse("0.1").expect("a rate"))].into(),
        ..Entry::default()
    };
    let mut cached = entry(None, None, None, "3", "15");
    for (meter, rate) in [
        (Meter::CacheRead, "0.3"),
        (Meter::CacheWrite, "3.75"),
        (Meter::CacheWrite1h, "6"),
        (Meter::WebSearch, "10000"),
    ] {
        cached.rates.insert(meter, Rate::parse_per_million(rate).expect("a rate"));
    }
    let mut blocks = cached.rates.clone();
    blocks.retain(|meter, _| ![Meter::CacheWrite, Meter::CacheWrite1h].contains(meter));
    let kept = |minimum_tokens, granularity_tokens, refreshes| CacheRule {
        models: Models::All,
        span: Span::default(),
        mode: CacheMode::Explicit,
        minimum_tokens,
        granularity_tokens,
        ttl_seconds: vec![300, 3600],
        refreshes,
        breakpoints: None,
        storage: None,
        origin: Origin::default(),
    };
    let mut held =
        vec![entry(None, None, None, "1.25", "10"), entry(None, None, cliff, "2.5", "15")];
    for (entry, read) in held.iter_mut().zip(["0.125", "0.25"]) {
        let rate = Rate::parse_per_million(read).expect("a rate");
        entry.rates.insert(Meter::CacheRead, rate);
    }
    for (from, to, rate) in [(None, july, "0.0000045"), (july, None, "0.000006")] {
        held.push(of(Meter::CacheStorage, rate, at(from, to, None)));
    }
    let nightly = vec![
        entry(None, None, None, "2", "10"),
        Entry { tier: Tier::Batch, ..entry(None, None, None, "1", "5") },
    ];
    let mornings = vec![Entry { window: hours(0, 12), ..entry(None, None, None, "1", "2") }];
    let model = |id: &str, prices| Model {
        id: id.to_owned(),
        origin: Origin {
            source: "https://acme.example/prices".to_owned(),
            checked: date(2026, 11, 9),
            basis: "book".to_owned(),
        },
        prices,
        ..Model::default()
    };
    Provider {
        id: "acme".to_owned(),
        name: "Acme".to_owned(),
        models: vec![
            model("small", small),
            model("large", large),
            model("search", vec![search]),
            model("steps", steps),
            model("hours", by_hours),
            model("edge", edge),
            model("weekdays", weekdays),
            model("weekends", weekends),
            model("apart", apart),
            model("mornings", mornings),
            model("long", vec![entry(None, None, long, "1", "2")]),
            model("nightly", nightly),
            model("store", vec![fees]),
            model("gift", vec![entry(None, None, None, "0", "0")]),
            model("cached", vec![cached.clone()]),
            model("blocks", vec![Entry { rates: blocks, ..Entry::default() }]),
            model("held", held),
        ],
        terms: Terms {
            caches: vec![
                CacheRule {
                    models: Models::These(vec!["cached".to_owned()]),
                    ..kept(1024, 1, true)
                },
                CacheRule {
                    models: Models::These(vec!["blocks".to_owned()]),
                    ..kept(1024, 128, false)
                },
                CacheRule {
                    models: Models::These(vec!["held".to_owned()]),
                    mode: CacheMode::Named,
                    ..kept(2048, 1, false)
                },
            ],
            ..Terms::default()
        },
        ..Provider::default()
    }
}

/// A plan of one feature with these prompts and this step, ten units a month, over so many months.
pub fn plan(months: u32, prompts: &str, step: &str) -> Plan {
    let text = format!(
        "{{ forebill: 1, name: Test, starts: 2027-01, months: {months}, prompts: {prompts}, \
         features: [ {{ name: f, unit: unit, volume: {{ units: 10/month }}, step: {step} }} ] }}"
    );
    let plan: Plan = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    plan.addressed()
}

/// The plan as it can be walked.
pub fn checked<'p>(plan: &'p Plan, measures: &'p Measures) -> Checked<'p> {
    check(plan, measures, &[&book()]).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// A random step as it is written in a plan. Names are left to the plan.
pub fn any_step() -> impl Strategy<Value = String> {
    let call = (0..3u32, 1..400u32, prop::bool::ANY, prop::bool::ANY).prop_map(
        |(parts, output, large, thinks)| {
            let input = ["system", "user x2", "page"][..=parts as usize].join(", ");
            let model = if large { "large" } else { "small" };
            let reasoning = if thinks { ", reasoning: 40..90" } else { "" };
            format!("{{ call: {{ model: acme/{model}, input: [{input}], output: {output}{reasoning} }} }}")
        },
    );
    call.prop_recursive(3, 12, 3, |inner| {
        let many = prop::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            many.clone().prop_map(|steps| format!("{{ chain: [{}] }}", steps.join(", "))),
            (inner.clone(), inner.clone(), 0..=100u32).prop_map(|(a, b, share)| format!(
                "{{ route: [{{ share: {share}%, step: {a} }}, {{ share: rest, step: {b} }}] }}"
            )),
            (inner.clone(), inner.clone(), 1..4u32, 1..100u32).prop_map(|(a, b, tries, fails)| {
                format!(
                    "{{ retry: {{ attempts: {tries}, fails: {{ timeout: {fails}% }}, step: {a}, then: {b} }} }}"
                )
            }),
            (inner, 1..3u32, 3..5u32).prop_map(|(a, low, high)| format!(
                "{{ fan-out: {{ copies: {low}..{high}, step: {a} }} }}"
            )),
            (many, prop::bool::ANY).prop_map(|(steps, measured)| format!(
                "{{ conversation: {{ turns: {}, turn: [{}] }} }}",
                if measured { "1 x9 | 2 x5 | 4 x1" } else { "2..4" },
                steps.join(", ")
            )),
        ]
    })
}

/// A plan of one feature with this step, three parts and two other costs.
pub fn plan_of(step: &str, users: u32) -> Plan {
    let text = format!(
        "{{ forebill: 1, name: Law, starts: 2027-05, months: 4, prompts: {{ \
         system: {{ tokens: 700, role: system, grows: 4%/month }}, user: {{ tokens: 30..90 }}, \
         page: {{ tokens: 100 x40 | 900 x8 | 150k x1, used: 40% }} }}, features: [ {{ name: f, unit: unit, \
         volume: {{ users: {users}, adoption: {{ from: 10%, to: 60%, by: month 3 }}, each: 3/week }}, step: {step} }} ], \
         other_costs: [ {{ name: review, share: 2%, cost: $1.10 }}, {{ name: platform, cost: $500 }} ] }}"
    );
    let plan: Plan =
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    plan.addressed()
}
