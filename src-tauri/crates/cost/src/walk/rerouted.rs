//! Contracts and allowances of models in whose place others answer: each day is that of the model that answers.

use jiff::civil::{Date, date};

use crate::book::{Entry, Metering, Model, Models, Origin, Period, Provider, Reroute, Span};
use crate::check::check;
use crate::estimate::{Estimate, estimate};
use crate::meter::Meter;
use crate::money::{Quantity, Rate};
use crate::plan::{Measures, Plan};
use crate::workings::explain;

/// Acme with `old` at $1 a call and `new` at $2, 100 of these free a month; from a day on the one answers for the
/// other.
fn acme(from: Option<Date>) -> Provider {
    let origin = Origin { source: "https://acme.example".into(), ..Origin::default() };
    let model = |id: &str, each: &str| {
        let rates = [(Meter::Input, "0"), (Meter::Output, "0"), (Meter::Request, each)];
        let rates = rates.map(|(meter, rate)| (meter, Rate::parse(rate).expect("a rate")));
        let prices = vec![Entry { rates: rates.into(), ..Entry::default() }];
        Model { id: id.into(), origin: origin.clone(), prices, ..Model::default() }
    };
    let mut acme = Provider { id: "acme".into(), name: "Acme".into(), ..Provider::default() };
    acme.models = vec![model("old", "1"), model("new", "2")];
    acme.terms.metering.push(Metering {
        models: Models::These(vec!["new".into()]),
        span: Span::default(),
        meter: Meter::Request,
        minimum: None,
        increment: None,
        free: Quantity::parse("100"),
        per: Period::Month,
        origin: origin.clone(),
    });
    let span = Span { from, to: None };
    let reroute = Reroute { model: "old".into(), span, to: "new".into(), origin };
    acme.terms.reroutes.extend(from.map(|_| reroute));
    acme
}

/// Four months of a thousand calls each of a model.
fn worked_out(acme: &Provider, model: &str, terms: &str) -> Estimate {
    let text = format!(
        "{{ forebill: 1, name: Test, starts: 2027-01, months: 4, prompts: {{ text: {{ tokens: 1 }} }}, \
         features: [ {{ name: desk, unit: unit, volume: {{ units: 1000/month }}, step: \
         {{ call: {{ name: a, model: acme/{model}, input: [text], output: 1 }} }} }} ], \
         contracts: [ {terms} ] }}"
    );
    let plan: Plan =
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let (plan, measures) = (plan.addressed(), Measures::default());
    let checked = check(&plan, &measures, &[acme]).expect("a plan");
    estimate(&checked).expect("a plan of sensible size")
}

#[track_caller]
fn close(estimate: &Estimate, month: usize, expected: f64) {
    let is = estimate.ledger.month(month).to_f64();
    assert!((is - expected).abs() < 1e-9, "month {month}: {is} is not {expected}");
}

const TERMS: [&str; 6] = [
    "",
    "{ name: c, prices: [ { model: acme/new, meter: request, each: $0.5 } ] }",
    "{ name: c, prices: [ { model: acme/old, meter: request, each: $0.25 } ] }",
    "{ name: c, discounts: [ { off: 10%, model: acme/old }, { off: 30%, model: acme/new } ] }",
    "{ name: c, free: [ { meter: request, model: acme/old, units: 300 } ], tax: 20% }",
    "{ name: c, prices: [ { model: acme/new, meter: request, each: $0.5 } ], \
     free: [ { meter: request, model: acme/new, units: 40 } ], commitments: [ { amount: $700, every: month } ] }",
];

#[test]
fn terms_are_those_of_the_model_that_answers_in_the_month() {
    let rerouted = acme(Some(date(2027, 3, 1)));
    for terms in TERMS {
        let estimate = worked_out(&rerouted, "old", terms);
        let (old, new) =
            (worked_out(&acme(None), "old", terms), worked_out(&acme(None), "new", terms));
        for month in 0..4 {
            let expected = if month < 2 { &old } else { &new };
            close(&estimate, month, expected.ledger.month(month).to_f64());
        }
    }
}

#[test]
fn a_name_that_another_answers_for_all_along_is_billed_as_that_one() {
    for from in [date(2026, 3, 1), date(2027, 1, 1)] {
        let rerouted = acme(Some(from));
        for terms in TERMS {
            let [named, answers] = ["old", "new"].map(|name| worked_out(&rerouted, name, terms));
            (0..4).for_each(|month| close(&named, month, answers.ledger.month(month).to_f64()));
        }
        // 900 of 1,000 calls at $0.5.
        close(&worked_out(&rerouted, "old", TERMS[1]), 0, 450.0);
    }
}

#[test]
fn a_month_of_both_is_billed_by_their_days() {
    let rerouted = acme(Some(date(2027, 2, 8)));
    let terms = "{ name: c, prices: [ { model: acme/new, meter: request, each: $0.5 } ], \
         discounts: [ { off: 10%, model: acme/old } ] }";
    // A week of 250 calls at $0.9, and 750 of the other's, 100 of them free.
    close(&worked_out(&rerouted, "old", terms), 1, 250.0 * 0.9 + 650.0 * 0.5);
}

#[test]
fn a_price_names_the_model_that_answers_though_it_is_the_same() {
    let mut rerouted = acme(Some(date(2027, 3, 1)));
    rerouted.models[1].prices = rerouted.models[0].prices.clone();
    let estimate = worked_out(&rerouted, "old", "");
    let label = |address: &str| {
        let why = explain(&estimate.workings, &estimate.values, address, 0).expect("a price");
        why.figure.label
    };
    assert_eq!(label("price.acme/old.request"), "request of acme/old");
    assert_eq!(
        label("price.acme/old.request.2"),
        "request of acme/new, which answers for acme/old"
    );
}
