//! What holds for any book and any call.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::{Priced, Service, price};
use crate::book::{Bracket, Days, Entry, Found, Layer, Match, Model, Provider, Tier, Week, Window};
use crate::meter::Meter;
use crate::money::{Money, Quantity, Rate, settle};
use crate::usage::{Tokens, Usage};

const FIRST: Date = date(2026, 1, 1);

fn day() -> impl Strategy<Value = Date> {
    (0..600i64).prop_map(|days| FIRST + days.days())
}

fn rate() -> impl Strategy<Value = Rate> {
    (0u64..100_000).prop_map(|micros| {
        let text = format!("{}.{:04}", micros / 10_000, micros % 10_000);
        Rate::parse_per_million(&text).expect("a price")
    })
}

fn window() -> impl Strategy<Value = Option<Window>> {
    prop::option::of((0u16..1440, 1u16..1440).prop_map(|(start_minute, minutes)| Window {
        start_minute,
        end_minute: (start_minute + minutes) % 1440,
    }))
}

fn days() -> impl Strategy<Value = Option<Days>> {
    let weeks = prop::sample::select(vec!["mon-fri", "sat-sun", "wed"]);
    prop::option::of(
        weeks.prop_map(|week| Days { week: Week::parse(week).expect("days"), except: None }),
    )
}

fn bracket() -> impl Strategy<Value = Option<Bracket>> {
    prop::option::of(prop_oneof![
        (1u64..2_000).prop_map(Bracket::Over),
        (1u64..2_000).prop_map(Bracket::AtLeast),
    ])
}

fn layer() -> impl Strategy<Value = Layer> {
    prop::sample::select(Layer::ALL.to_vec())
}

const METERS: [Meter; 4] = [Meter::Input, Meter::CacheRead, Meter::CacheWrite, Meter::Output];

/// An entry for some time of some days, of some layer, that prices some of what calls here use.
fn entry() -> impl Strategy<Value = Entry> {
    let dates = (prop::option::of(day()), prop::option::of(1i64..400));
    let rates = (prop::array::uniform4(rate()), prop::sample::subsequence(METERS.to_vec(), 1..=4));
    (dates, window(), days(), bracket(), layer(), rates).prop_map(
        |((from, length), window, days, bracket, layer, (rates, said))| {
            let rates = METERS.into_iter().zip(rates);
            Entry {
                from,
                to: from.zip(length).map(|(from, length)| from + length.days()),
                window,
                days,
                bracket,
                layer,
                rates: rates.filter(|(meter, _)| said.contains(meter)).collect(),
                ..Entry::default()
            }
        },
    )
}

/// A model with a price at any time, and others that go before it now and then.
fn seller() -> impl Strategy<Value = Provider> {
    (prop::array::uniform4(rate()), prop::collection::vec(entry(), 0..6)).prop_map(
        |(rates, mut prices)| {
            let rates = METERS.into_iter().zip(rates).collect();
            prices.push(Entry { rates, ..Entry::default() });
            let model = Model { id: "large".into(), prices, ..Model::default() };
            Provider { id: "acme".into(), models: vec![model], ..Provider::default() }
        },
    )
}

fn tokens() -> impl Strategy<Value = Tokens> {
    (0u64..3_000, 0u64..3_000, 0u64..3_000, 0u64..3_000, 0u64..3_000).prop_map(
        |(input, cache_read, cache_write, output, reasoning)| Tokens {
            input: input + cache_read + cache_write,
            cache_read,
            cache_write,
            output: output + reasoning,
            reasoning,
            ..Tokens::default()
        },
    )
}

fn priced<'a>(provider: &'a Provider, tokens: &Tokens, on: Date, minute: u16) -> Priced<'a> {
    let found = Found { provider, model: &provider.models[0], matched: Match::Exact };
    let usage = Usage::from_tokens(tokens).expect("consistent usage");
    let at = on.at(0, 0, 0, 0) + i64::from(minute).minutes();
    price(found, &usage, &Service::of(Tier::Standard), at).expect("a price at any time")
}

proptest! {
    #[test]
    fn lines_are_disjoint_and_sum_to_the_total(
        provider in seller(), tokens in tokens(), on in day(), minute in 0u16..1440,
    ) {
        let priced = priced(&provider, &tokens, on, minute);
        let total: Money = priced.lines.iter().map(|line| line.amount).sum();
        prop_assert_eq!(priced.total, total);
        for line in &priced.lines {
            prop_assert_eq!(line.amount, settle(line.quantity, line.rate));
        }
        let of = |wanted: &[Meter]| -> Quantity {
            priced.lines.iter().filter(|line| wanted.contains(&line.meter)).map(|line| line.used).sum()
        };
        let read = of(&[Meter::Input, Meter::CacheRead, Meter::CacheWrite]);
        prop_assert_eq!(read, Quantity::whole(tokens.input));
        prop_assert_eq!(of(&[Meter::Output, Meter::OutputReasoning]), Quantity::whole(tokens.output));
    }

    #[test]
    fn a_price_grows_with_its_tokens_and_jumps_only_at_a_bracket(
        provider in seller(), tokens in tokens(), on in day(), minute in 0u16..1440,
    ) {
        let more = Tokens { input: tokens.input + 1, ..tokens };
        let (one, other) = (priced(&provider, &tokens, on, minute), priced(&provider, &more, on, minute));
        let of = |priced: &Priced<'_>, meter| std::ptr::from_ref(priced.holding.of(meter).expect("a price"));
        if METERS.into_iter().all(|meter| of(&one, meter) == of(&other, meter)) {
            let rate = one.holding.of(Meter::Input).expect("a price").rates[&Meter::Input];
            prop_assert_eq!(other.total - one.total, settle(Quantity::whole(1), rate));
        } else {
            // Only a bracket can tell one length from the next.
            let mut brackets = provider.models[0].prices.iter().filter_map(|entry| entry.bracket);
            prop_assert!(brackets.any(|bracket| bracket.first_tokens() == more.input));
        }
    }

    #[test]
    fn a_future_entry_never_changes_a_past_price(
        provider in seller(), future in entry(), tokens in tokens(), on in day(), minute in 0u16..1440,
        ahead in 1i64..200,
    ) {
        let before = priced(&provider, &tokens, on, minute).total;
        let mut later = provider.clone();
        let from = Some(on + ahead.days());
        later.models[0].prices.push(Entry { from, to: None, ..future });
        prop_assert_eq!(priced(&later, &tokens, on, minute).total, before);
    }

    #[test]
    fn a_later_layer_decides_what_it_prices_and_leaves_the_rest(
        provider in seller(), over in entry(), tokens in tokens(), on in day(), minute in 0u16..1440,
    ) {
        let mut laid = provider.clone();
        let negotiated = Entry {
            from: None, to: None, window: None, days: None, bracket: None, layer: Layer::Contract, ..over
        };
        laid.models[0].prices.retain(|entry| entry.layer != Layer::Contract);
        let before = priced(&laid, &tokens, on, minute);
        let mut laid = laid.clone();
        laid.models[0].prices.push(negotiated.clone());
        let after = priced(&laid, &tokens, on, minute);
        prop_assert_eq!(before.lines.len(), after.lines.len());
        for (before, after) in before.lines.iter().zip(&after.lines) {
            match negotiated.rates.get(&after.meter) {
                Some(rate) => prop_assert_eq!((after.rate, after.entry.layer), (*rate, Layer::Contract)),
                None => prop_assert_eq!(after.amount, before.amount),
            }
        }
    }
}
