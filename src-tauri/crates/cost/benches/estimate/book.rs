//! A small book: a price that is cut within the plan, a cliff, a cache, a vocabulary of vectors.

use std::collections::BTreeMap;

use cost::book::{
    Bracket, CacheMode, CacheRule, Entry, Model, Models, Origin, Provider, Span, Terms,
};
use cost::meter::Meter;
use cost::money::Rate;
use jiff::civil::date;

/// The one seller.
pub fn book() -> Provider {
    let july = Some(date(2027, 7, 15));
    let entry = |rates: &[(Meter, &str)]| Entry {
        rates: (rates.iter())
            .map(|(meter, rate)| (*meter, Rate::parse_per_million(rate).expect("a rate")))
            .collect::<BTreeMap<_, _>>(),
        ..Entry::default()
    };
    let text = |input, output| entry(&[(Meter::Input, input), (Meter::Output, output)]);
    let cached = entry(&[
        (Meter::Input, "3"),
        (Meter::Output, "15"),
        (Meter::CacheRead, "0.3"),
        (Meter::CacheWrite, "3.75"),
    ]);
    let model = |id: &str, prices| Model { id: id.to_owned(), prices, ..Model::default() };
    Provider {
        id: "acme".to_owned(),
        name: "Acme".to_owned(),
        models: vec![
            model(
                "small",
                vec![
                    Entry { to: july, ..text("0.4", "1.6") },
                    Entry { from: july, ..text("0.2", "0.8") },
                ],
            ),
            model(
                "large",
                vec![
                    text("3", "15"),
                    Entry { bracket: Some(Bracket::Over(200_000)), ..text("6", "22.5") },
                ],
            ),
            model("cached", vec![cached]),
            model("vectors", vec![entry(&[(Meter::Input, "0.02")])]),
        ],
        terms: Terms {
            caches: vec![CacheRule {
                models: Models::These(vec!["cached".to_owned()]),
                span: Span::default(),
                mode: CacheMode::Explicit,
                minimum_tokens: 1024,
                granularity_tokens: 1,
                ttl_seconds: vec![300],
                refreshes: true,
                breakpoints: None,
                storage: None,
                origin: Origin::default(),
            }],
            ..Terms::default()
        },
        ..Provider::default()
    }
}
