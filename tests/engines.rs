//! Calls priced beside another engine, genai-prices, on the data that the book was converted from: every
//! difference is one that a rule predicts to the last digit.

mod call;

use std::collections::BTreeMap;
use std::io::Read;

use app::shelf::Shelf;
use cost::book::{Entry, Found, Layer, Match, Model, Provider, Tier};
use cost::meter::Meter;
use cost::price::{PriceError, price};
use cost::usage::{Tokens, Usage};
use flate2::read::GzDecoder;
use genai_prices::Calculator;
use jiff::civil::{Date, DateTime, date};

use call::{Call, Numbers};

const CALLS_OF_EACH_MODEL: usize = 50;

/// What the other engine does otherwise, in the order in which it comes to bear.
const RULES: &[Rule] = &[
    Rule {
        name: "a way of serving that it does not know costs nothing more",
        source: "Its contexts are processing, service_tier, speed, route and search_type: price_variants of its data. \
                 Anthropic and OpenAI charge a tenth more for residency (reference/billing-rules.md).",
        matches: |call, _| !call.service.special.is_empty(),
        as_they_do: |call, _| call.service.special.clear(),
    },
    Rule {
        name: "tiers have no history before the middle of October 2026, and cost what the ordinary one does",
        source: "Its README: the bundled tier rates are verified from October 12, 2026; earlier tier history is not \
                 modeled. Batches are sold since 2024-04-15 (OpenAI) and 2024-10-08 (Anthropic): model-prices.",
        matches: |call, model| {
            call.at.date() < TIERS_SINCE && model.prices.iter().any(|it| is_tier_of_ours(call, it))
        },
        as_they_do: without_tier_of_ours,
    },
    Rule {
        name: "a tier that it does not list costs what the ordinary one does",
        source: "Its data of 2026-11-09 has no tier of these models: model-prices, prices/curated/tiers.",
        matches: |call, model| {
            call.at.date() >= TIERS_SINCE && model.prices.iter().any(|it| is_tier_of_ours(call, it))
        },
        as_they_do: without_tier_of_ours,
    },
    Rule {
        name: "a tier that is not offered is priced as the ordinary one",
        source: "Its README: if a context matches no variant, you receive the standard-price estimate.",
        matches: |call, model| {
            let day = call.at.date();
            !model.tiers_on(day).is_empty() && !model.tiers_on(day).contains(&call.service.tier)
        },
        as_they_do: |call, _| call.service.tier = Tier::Standard,
    },
    Rule {
        name: "a name that came to mean another model keeps the price of its first one",
        source: "Its data has one price by hours for deepseek-chat and deepseek-reasoner. The hours ended on 2025-09-05, \
                 and the names meant V3.2 and V4 Flash later: model-prices, api-docs.deepseek.com/updates.",
        matches: |call, model| {
            let has_moved = ["deepseek-chat", "deepseek-reasoner"].contains(&model.id.as_str());
            has_moved && model.prices.iter().any(|it| is_price_of_ours(call, it))
        },
        as_they_do: |call, model| model.prices.retain(|it| !is_price_of_ours(call, it)),
    },
    Rule {
        name: "hours have neither dates nor weekdays nor holidays",
        source: "Its constraints are a start date or a time of day, never both: src/model.rs. DeepSeek's peak hours \
                 began on 2026-08-17 and leave out weekends and China's holidays (api-docs.deepseek.com).",
        matches: |call, model| {
            let in_hours = |it: &Entry| it.window.is_some_and(|it| it.holds(minute(call.at)));
            let mut ours = model.prices.iter().filter(|it| is_of_our_hours(call, model, it));
            ours.any(in_hours) || hours_of_theirs(call, model).is_some()
        },
        as_they_do: |call, model| {
            let ours: Vec<bool> =
                model.prices.iter().map(|it| is_of_our_hours(call, model, it)).collect();
            let mut ours = ours.into_iter();
            model.prices.retain(|_| !ours.next().expect("one for each"));
            if let Some(hours) = hours_of_theirs(call, model).cloned() {
                model.prices.retain(|it| it.is_fees() || it.tier != call.service.tier);
                model.prices.push(Entry { from: None, to: None, window: None, ..hours });
            }
        },
    },
    Rule {
        name: "a fee that it does not list costs nothing",
        source: "Its data has no web searches of xAI and of OpenAI's search preview, which docs.x.ai and \
                 developers.openai.com charge for: prices/curated.",
        matches: |call, model| call.others.iter().any(|(meter, _)| is_fee_of_ours(model, *meter)),
        as_they_do: |call, model| {
            let ours = |&(meter, _): &(Meter, u64)| is_fee_of_ours(model, meter).then_some(meter);
            let ours: Vec<Meter> = call.others.iter().filter_map(ours).collect();
            for meter in ours {
                for entry in model.prices.iter_mut().filter(|it| it.layer == Layer::Curated) {
                    entry.rates.remove(&meter);
                }
                model.prices.retain(|entry| !entry.rates.is_empty());
                call.others.retain(|(other, _)| *other != meter);
            }
        },
    },
    Rule {
        name: "a model without a price costs nothing",
        source: "Its data lists models with empty prices, and a sum over nothing is 0: src/units.rs.",
        matches: |_, model| model.prices.is_empty(),
        as_they_do: |call, model| {
            (call.tokens, call.others) = (Tokens::default(), vec![]);
            model.prices = vec![Entry { tier: call.service.tier, ..Entry::default() }];
        },
    },
    Rule {
        name: "a kind without a price is billed as the kind around it",
        source: "Usage is taken apart among the units that have a price, the rest stays with their ancestor: \
                 leaf_values in src/units.rs. A vendor that lists no audio price sells no audio.",
        matches: |call, model| unpriced(call, model).any(|meter| around(meter).is_some()),
        as_they_do: |call, model| {
            let kinds = unpriced(call, model).filter_map(|meter| Some((meter, around(meter)?)));
            for (meter, whole) in kinds.collect::<Vec<_>>() {
                call.tokens = without(call.tokens, meter);
                let of_it = call.others.iter_mut().filter(|(other, _)| *other == meter);
                of_it.for_each(|(other, _)| *other = whole);
            }
        },
    },
    Rule {
        name: "what has no price costs nothing",
        source: "A unit without a price is not among the priced ones: leaf_values in src/units.rs.",
        matches: |call, model| unpriced(call, model).any(|meter| around(meter).is_none()),
        as_they_do: |call, model| {
            let alone = unpriced(call, model).filter(|meter| around(*meter).is_none());
            for meter in alone.collect::<Vec<_>>() {
                call.tokens = without(call.tokens, meter);
                call.others.retain(|(other, _)| *other != meter);
            }
        },
    },
];

/// Since then its data has tiers.
const TIERS_SINCE: Date = date(2026, 10, 14);

/// Whether an entry is a tier's price for tokens on the day of a call, that our book has of others.
fn is_tier_of_ours(call: &Call, entry: &Entry) -> bool {
    let tier = call.service.tier;
    let is_of_it = entry.tier == tier && tier != Tier::Standard && !entry.is_fees();
    is_of_it && entry.layer == Layer::Curated && entry.holds_on(call.at.date())
}

/// Whether an entry is an ordinary price for tokens on the day of a call, that our book has beside the converted one.
fn is_price_of_ours(call: &Call, entry: &Entry) -> bool {
    let is_ordinary = entry.tier == Tier::Standard && !entry.is_fees();
    is_ordinary && entry.layer == Layer::Curated && entry.holds_on(call.at.date())
}

/// Without the tier that our book has of others: the ordinary one, where no other is left.
fn without_tier_of_ours(call: &mut Call, model: &mut Model) {
    model.prices.retain(|entry| !is_tier_of_ours(call, entry));
    if !model.tiers_on(call.at.date()).contains(&call.service.tier) {
        call.service.tier = Tier::Standard;
    }
}

/// Whether an entry is one of those that our book has with hours on some days, or between them.
fn is_of_our_hours(call: &Call, model: &Model, entry: &Entry) -> bool {
    let is_ours =
        |it: &Entry| it.layer == Layer::Curated && it.tier == call.service.tier && !it.is_fees();
    let mut ours = model.prices.iter().filter(|it| is_ours(it));
    is_ours(entry) && ours.any(|it| it.window.is_some() || it.days.is_some())
}

/// What their hours cost in the minute of a call: the last that they list, whatever the day.
fn hours_of_theirs<'m>(call: &Call, model: &'m Model) -> Option<&'m Entry> {
    let minute = minute(call.at);
    let holds = |entry: &&Entry| {
        let is_of_it = entry.tier == call.service.tier && entry.layer == Layer::Default;
        is_of_it && entry.window.is_some_and(|window| window.holds(minute))
    };
    model.prices.iter().filter(holds).max_by_key(|entry| entry.from)
}

/// Whether a fee stands only in what our book has beside the converted one.
fn is_fee_of_ours(model: &Model, meter: Meter) -> bool {
    let has = |layer: Layer| {
        let mut of = model.prices.iter().filter(move |entry| entry.layer == layer);
        of.any(|entry| entry.rates.contains_key(&meter))
    };
    has(Layer::Curated) && !has(Layer::Default)
}

struct Rule {
    name: &'static str,
    source: &'static str,
    matches: fn(&Call, &Model) -> bool,
    /// Changes the call, or the book, so that our engine comes to what theirs says.
    as_they_do: fn(&mut Call, &mut Model),
}

#[test]
fn every_difference_to_another_engine_is_predicted_by_a_rule() {
    let theirs = calculator();
    let shelf = Shelf::program();
    let mut numbers = Numbers(20_261_123);
    let (mut calls, mut same, mut unknown_to_them) = (0, 0, vec![]);
    let mut effects: BTreeMap<&str, Effect> = BTreeMap::new();
    for (provider, model) in models(&theirs) {
        let found = shelf.exact(&provider, &model).expect("every model of the feed is in the book");
        for nth in 0..CALLS_OF_EACH_MODEL {
            let call = Call::any(&mut numbers, found);
            let names = std::iter::once(&found.model.id).chain(&found.model.aliases);
            let Some(amount) = names.into_iter().find_map(|name| call.priced_by(&theirs, name))
            else {
                // Their rules of recognition find another model by its own id, or none.
                if nth == 0 {
                    unknown_to_them.push(format!("{provider}/{model}"));
                }
                break;
            };
            calls += 1;
            let is_theirs = |said: &Said| said.as_ref().is_ok_and(|said| alike(*said, amount));
            let (matched, predicted) = predicted(&call, found, None);
            assert!(is_theirs(&predicted), "{matched:?} {call:?}: {predicted:?}, theirs {amount}");
            let is_same = is_theirs(&found_priced(&call, found.provider, found.model));
            same += usize::from(is_same);
            for name in &matched {
                let effect = effects.entry(name).or_default();
                effect.matched += 1;
                effect.alone += usize::from(!is_same && matched.len() == 1);
                let (_, without) = self::predicted(&call, found, Some(name));
                effect.unexplained_without += usize::from(!is_theirs(&without));
            }
        }
    }
    println!("{calls} calls, {same} alike, {effects:#?}, unknown to them {unknown_to_them:?}");
    assert!(calls >= 100_000, "{calls}");
    assert!(same > calls / 3, "{same} of {calls}");
    assert!(unknown_to_them.len() < 60, "{unknown_to_them:?}");
    assert!(RULES.len() <= 12);
    for rule in RULES {
        let effect = effects.get(rule.name).copied().unwrap_or_default();
        assert!(effect.is_one(calls), "{}: {effect:?} of {calls}; {}", rule.name, rule.source);
    }
}

/// What a rule does for the calls that it matches.
#[derive(Clone, Copy, Debug, Default)]
struct Effect {
    matched: usize,
    /// Differences that need no other rule.
    alone: usize,
    /// Calls that nothing explains once the rule is gone.
    unexplained_without: usize,
}

impl Effect {
    /// Whether the rule is needed, explains some differences by itself, and is not about everything.
    fn is_one(self, calls: usize) -> bool {
        0 < self.alone && 0 < self.unexplained_without && self.matched < calls
    }
}

type Said = Result<f64, PriceError>;

/// What our engine says of a call once it does as the rules have it, all of them or all but one, and which matched.
fn predicted(call: &Call, found: Found, left_out: Option<&str>) -> (Vec<&'static str>, Said) {
    let (mut told, mut book) = (call.clone(), found.model.clone());
    let mut matched = vec![];
    for rule in RULES.iter().filter(|rule| Some(rule.name) != left_out) {
        if (rule.matches)(&told, &book) {
            (rule.as_they_do)(&mut told, &mut book);
            matched.push(rule.name);
        }
    }
    (matched, found_priced(&told, found.provider, &book))
}

/// genai-prices with the data that the book inside the program was converted from.
fn calculator() -> Calculator {
    let packed = include_bytes!("files/genai-prices-0.2.3.json.gz");
    let mut text = vec![];
    GzDecoder::new(packed.as_slice()).read_to_end(&mut text).expect("a gzip file");
    Calculator::from_json(text).expect("its own data")
}

fn models(theirs: &Calculator) -> Vec<(String, String)> {
    let of = |provider: genai_prices::ProviderInfo| {
        let id = provider.id().to_owned();
        provider.models().map(move |model| (id.clone(), model.id().to_owned())).collect::<Vec<_>>()
    };
    theirs.providers().flat_map(of).collect()
}

fn alike(ours: f64, theirs: f64) -> bool {
    (ours - theirs).abs() <= 1e-9 * ours.abs().max(theirs.abs()) + 1e-15
}

fn minute(at: DateTime) -> u16 {
    u16::try_from(i32::from(at.hour()) * 60 + i32::from(at.minute())).expect("a minute of a day")
}

fn found_priced(call: &Call, provider: &Provider, model: &Model) -> Said {
    let found = Found { provider, model, matched: Match::Exact };
    price(found, &call.usage(), &call.service, call.at).map(|priced| priced.total.to_f64())
}

/// What a call used and a model has no price for.
fn unpriced<'a>(call: &'a Call, model: &'a Model) -> impl Iterator<Item = Meter> + 'a {
    let amounts: Vec<_> = call.usage().amounts().collect();
    let provider = Provider::default();
    amounts.into_iter().filter_map(move |(meter, quantity)| {
        let found = Found { provider: &provider, model, matched: Match::Exact };
        let alone = Usage::default().with(meter, quantity);
        let priced = price(found, &alone, &call.service, call.at);
        matches!(priced, Err(PriceError::MeterNotPriced { .. })).then_some(meter)
    })
}

/// The kind that a kind without a price is a part of.
fn around(meter: Meter) -> Option<Meter> {
    match meter {
        Meter::InputAudio | Meter::CacheReadAudio => Some(Meter::Input),
        Meter::OutputAudio | Meter::OutputImage | Meter::OutputVideo => Some(Meter::Output),
        Meter::AnnotatedPage => Some(Meter::Page),
        Meter::InputAudioHour => Some(Meter::AudioHour),
        _ => None,
    }
}

/// The tokens without saying what kind some of them are, or without them at all.
fn without(t: Tokens, meter: Meter) -> Tokens {
    match meter {
        Meter::InputAudio | Meter::CacheReadAudio => {
            Tokens { input_audio: 0, cache_read_audio: 0, ..t }
        }
        Meter::OutputAudio => Tokens { output_audio: 0, ..t },
        Meter::OutputImage => Tokens { output_image: 0, ..t },
        Meter::OutputVideo => Tokens { output_video: 0, ..t },
        Meter::Output | Meter::OutputReasoning | Meter::OutputCitation => Tokens {
            output: 0,
            reasoning: 0,
            citation: 0,
            output_audio: 0,
            output_image: 0,
            output_video: 0,
            ..t
        },
        Meter::Input | Meter::CacheRead | Meter::InputImage | Meter::InputVideo => Tokens {
            output: t.output,
            reasoning: t.reasoning,
            citation: t.citation,
            output_audio: t.output_audio,
            output_image: t.output_image,
            output_video: t.output_video,
            ..Tokens::default()
        },
        _ => t,
    }
}
