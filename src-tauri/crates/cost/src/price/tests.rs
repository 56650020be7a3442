//! Calls priced line by line.

use super::*;
use crate::book::{
    Bracket, Layer, Match, Metering, Model, Models, MultiplierOn, Period, Provider, Span, Terms,
};
use crate::usage::Tokens;
use jiff::civil::date;
use proptest::prelude::*;

/// A model with one entry of `meter price` pairs per million.
fn seller(rates: &str) -> Provider {
    let mut words = rates.split_whitespace();
    let mut prices = std::iter::from_fn(|| {
        let meter = Meter::from_name(words.next()?).expect("a meter");
        let rate = words.next().and_then(Rate::parse_per_million).expect("a price");
        Some((meter, rate))
    });
    let entry = Entry { rates: prices.by_ref().collect(), ..Entry::default() };
    let origin = Origin { checked: date(2026, 11, 9), ..Origin::default() };
    let model = Model { id: "large".into(), origin, prices: vec![entry], ..Model::default() };
    Provider { id: "acme".into(), models: vec![model], ..Provider::default() }
}

fn found(provider: &Provider) -> Found<'_> {
    Found { provider, model: &provider.models[0], matched: Match::Exact }
}

#[track_caller]
fn check(rates: &str, usage: &Usage, expected: &[&str]) {
    let provider = seller(rates);
    let at = date(2026, 11, 20).at(12, 0, 0, 0);
    let text = match price(found(&provider), usage, &Service::default(), at) {
        Ok(priced) => {
            let line = |line: &Line| {
                let (meter, rate) = (line.meter.name(), line.rate.per_million());
                format!("{meter} {} × {rate}/1M = {}", line.quantity, line.amount)
            };
            let lines = priced.lines.iter().map(line);
            let total = [format!("total {}", priced.total)];
            lines.chain(priced.warnings()).chain(total).collect()
        }
        Err(error) => vec![error.to_string()],
    };
    assert_eq!(text, expected);
}

fn used(tokens: Tokens) -> Usage {
    Usage::from_tokens(&tokens).expect("consistent usage")
}

#[test]
fn each_meter_is_a_line() {
    let tokens =
        Tokens { input: 1234, cache_read: 1000, output: 567, reasoning: 67, ..Tokens::default() };
    check(
        "input 2 cache_read 0.2 output 10 web_search 10000",
        &used(tokens).with(Meter::WebSearch, Quantity::whole(3)),
        &[
            "input 234 × 2/1M = 0.000468",
            "cache_read 1000 × 0.2/1M = 0.0002",
            "output 567 × 10/1M = 0.00567",
            "web_search 3 × 10000/1M = 0.03",
            "total 0.036338",
        ],
    );
}

#[test]
fn reasoning_has_a_line_of_its_own_only_where_it_has_a_price() {
    let tokens = Tokens { output: 500, reasoning: 400, ..Tokens::default() };
    check("output 8", &used(tokens), &["output 500 × 8/1M = 0.004", "total 0.004"]);
    check(
        "output 8 output_reasoning 3",
        &used(tokens),
        &["output 100 × 8/1M = 0.0008", "output_reasoning 400 × 3/1M = 0.0012", "total 0.002"],
    );
    let thought_only = Tokens { output: 400, reasoning: 400, ..Tokens::default() };
    check("output 8", &used(thought_only), &["output 400 × 8/1M = 0.0032", "total 0.0032"]);
}

#[test]
fn a_cache_class_without_a_price_is_billed_as_input_and_says_so() {
    check(
        "input 2",
        &used(Tokens { input: 1000, cache_read: 600, ..Tokens::default() }),
        &[
            "input 400 × 2/1M = 0.0008",
            "cache_read 600 × 2/1M = 0.0012",
            "The book has no cache_read price for this model: billed as input.",
            "total 0.002",
        ],
    );
}

#[test]
fn anything_else_without_a_price_is_an_error() {
    let spoken = Tokens { input: 1000, input_audio: 600, ..Tokens::default() };
    check(
        "input 2",
        &used(spoken),
        &["The book has no input_audio price for `large`, and the call used 600."],
    );
    check(
        "input 2",
        &Usage::default().with(Meter::WebSearch, Quantity::whole(1)),
        &["The book has no web_search price for `large`, and the call used 1."],
    );
}

#[test]
fn a_tier_without_the_price_for_long_prompts_says_so() {
    let rates =
        |price: &str| [(Meter::Input, Rate::parse_per_million(price).expect("a price"))].into();
    let mut provider = seller("input 2");
    let long = Entry { bracket: Some(Bracket::Over(1000)), rates: rates("4"), ..Entry::default() };
    let priority = Entry { tier: Tier::Priority, rates: rates("5"), ..Entry::default() };
    provider.models[0].prices.extend([long, priority]);
    let warnings = |tier: Tier, input: u64| {
        let usage = used(Tokens { input, ..Tokens::default() });
        let at = date(2026, 11, 20).at(12, 0, 0, 0);
        let priced = price(found(&provider), &usage, &Service::of(tier), at).expect("a price");
        priced.warnings()
    };
    assert!(warnings(Tier::Standard, 1001).is_empty());
    assert!(warnings(Tier::Priority, 1000).is_empty());
    assert_eq!(
        warnings(Tier::Priority, 1001),
        [
            "The book has no priority price for prompts of 1001 tokens and more, as it has in the standard tier: \
             billed as a shorter prompt."
        ]
    );
}

#[test]
fn a_record_is_of_one_call_unless_it_says_otherwise() {
    let usage = used(Tokens { input: 1000, ..Tokens::default() });
    let one = ["input 1000 × 1/1M = 0.001", "request 1 × 5000/1M = 0.005", "total 0.006"];
    check("input 1 request 5000", &usage, &one);
    let two = ["input 1000 × 1/1M = 0.001", "request 2 × 5000/1M = 0.01", "total 0.011"];
    check("input 1 request 5000", &usage.with(Meter::Request, Quantity::whole(2)), &two);
}

#[test]
fn how_a_call_was_served_is_priced_or_refused() {
    #[track_caller]
    fn check(word: Option<&str>, context: &[(&str, &str)], expected: &str) {
        let served = match Service::read(word, context.iter().copied()) {
            Ok(Service { tier, special }) => {
                special.iter().fold(tier.name().to_owned(), |text, (key, value)| {
                    text + &format!(", {key} {value}")
                })
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(served, expected);
    }
    check(None, &[("inference_geo", "global"), ("speed", "standard")], "standard");
    check(Some("default"), &[("inference_geo", "not_available")], "standard");
    check(Some("priority"), &[], "priority");
    check(Some("standard"), &[("speed", "fast")], "fast");
    check(
        Some("batch"),
        &[("speed", "fast")],
        "A call is not served by tier `batch` at `speed: fast`.",
    );
    check(None, &[("inference_geo", "us")], "standard, inference_geo us");
    check(Some("auto"), &[], "There is no tier called `auto`.");
}

/// A seller whose calls in the US and in the EU cost a tenth more, of tokens alone and not in batches.
fn regional() -> Provider {
    let mut provider = seller("input 2 output 10 web_search 10000");
    let multiplier = Multiplier {
        models: Models::These(vec!["large".into()]),
        span: Span { from: Some(date(2026, 3, 5)), to: None },
        key: "residency".into(),
        values: vec!["us".into(), "eu".into()],
        factor: Factor::parse("1.1").expect("a factor"),
        on: MultiplierOn::Tokens,
        excludes: vec![Tier::Batch],
        origin: Origin::default(),
    };
    let batch = Entry { tier: Tier::Batch, ..provider.models[0].prices[0].clone() };
    provider.models[0].prices.push(batch);
    provider.terms = Terms { multipliers: vec![multiplier], ..Terms::default() };
    provider
}

#[test]
fn a_multiplier_is_on_tokens_and_excludes_what_it_says() {
    #[track_caller]
    fn check(tier: Tier, value: &str, day: Date, expected: &str) {
        let provider = regional();
        let service = Service { tier, special: vec![("residency".into(), value.into())] };
        let usage = used(Tokens { input: 1000, output: 100, ..Tokens::default() })
            .with(Meter::WebSearch, Quantity::whole(2));
        let at = day.at(12, 0, 0, 0);
        let text = match price(found(&provider), &usage, &service, at) {
            Ok(priced) => {
                let line = |line: &Line| {
                    let times = priced.multipliers_of(line).map(|each| each.factor.to_string());
                    let times: Vec<_> = times.collect();
                    format!(
                        "{} × {} = {}",
                        line.list_rate.per_million(),
                        times.join(" × "),
                        line.amount
                    )
                };
                priced.lines.iter().map(line).collect::<Vec<_>>().join(", ")
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(text, expected);
    }
    let today = date(2026, 11, 20);
    let lines = "2 × 1.1 = 0.0022, 10 × 1.1 = 0.0011, 10000 ×  = 0.02";
    check(Tier::Standard, "eu", today, lines);
    check(Tier::Standard, "us", today, lines);
    check(
        Tier::Standard,
        "jp",
        today,
        "The book has no price for `residency: jp` of `large`, only for us, eu.",
    );
    check(Tier::Batch, "eu", today, "`large` is not sold at `residency: eu` in tier `batch`.");
    check(
        Tier::Standard,
        "eu",
        date(2026, 3, 4),
        "The book has no price for `residency: eu` of `large`, only for ordinary service.",
    );
}

#[test]
fn fees_stand_beside_the_entry_that_prices_the_tokens() {
    let mut provider = seller("input 2");
    let rates = [(Meter::WebSearch, Rate::parse("0.014").expect("a rate"))].into();
    let fees = Entry { rates, layer: Layer::Curated, ..Entry::default() };
    provider.models[0].prices.push(fees);
    let usage = used(Tokens { input: 1000, ..Tokens::default() })
        .with(Meter::WebSearch, Quantity::whole(3));
    let at = date(2026, 11, 20).at(12, 0, 0, 0);
    let priced = price(found(&provider), &usage, &Service::default(), at).expect("priced");
    assert_eq!(priced.total.to_string(), "0.044");
    assert_eq!(priced.lines[1].entry.layer, Layer::Curated);
    // A later layer's fee goes before the one that stands beside the tokens.
    let beside = Rate::parse("0.01").expect("a rate");
    provider.models[0].prices[0].rates.insert(Meter::WebSearch, beside);
    let priced = price(found(&provider), &usage, &Service::default(), at).expect("priced");
    assert_eq!(priced.total.to_string(), "0.044");
}

#[test]
fn a_use_is_billed_by_its_minimum_and_in_steps() {
    let mut provider = seller("code_execution_hour 50000");
    let quantity = Quantity::parse;
    provider.terms.metering.push(Metering {
        models: Models::All,
        span: Span::default(),
        meter: Meter::CodeExecutionHour,
        minimum: quantity("0.0833"),
        increment: quantity("0.01"),
        free: quantity("1550"),
        per: Period::Month,
        origin: Origin::default(),
    });
    let check = |used: &str, billed: &str| {
        let usage = Usage::default().with(Meter::CodeExecutionHour, quantity(used).expect("hours"));
        let at = date(2026, 11, 20).at(12, 0, 0, 0);
        let priced = price(found(&provider), &usage, &Service::default(), at).expect("priced");
        assert_eq!(priced.lines[0].quantity.to_string(), billed);
        assert!(priced.warnings()[0].starts_with("1550 code_execution_hour are free"));
    };
    check("0.02", "0.0833");
    check("0.2", "0.2");
    check("0.201", "0.21");
}

#[test]
fn a_price_past_its_promise_old_or_inferred_says_so() {
    let mut provider = seller("input 2");
    let at = date(2026, 11, 20).at(12, 0, 0, 0);
    let usage = used(Tokens { input: 1, ..Tokens::default() });
    let entry = &mut provider.models[0].prices[0];
    entry.guaranteed_to = Some(date(2026, 11, 21));
    let warnings = |provider: &Provider, at| {
        price(found(provider), &usage, &Service::default(), at).expect("priced").warnings()
    };
    assert_eq!(warnings(&provider, at), Vec::<String>::new());
    let later = date(2027, 6, 1).at(12, 0, 0, 0);
    assert_eq!(
        warnings(&provider, later),
        [
            "The price was promised until 2026-11-21 at least; whether it still holds on 2027-06-01 is not known.",
            "The price was last checked on 2026-11-09, 204 days before 2027-06-01.",
        ]
    );
    provider.models[0].origin.basis = "inferred".into();
    provider.models[0].prices[0].note = Some("Another book has $3.".into());
    assert_eq!(
        warnings(&provider, at),
        ["The price is inferred from others, not read from its seller.", "Another book has $3."]
    );
}

#[test]
fn one_multiplier_decides_for_each_thing_that_is_special() {
    let mut provider = regional();
    let again = provider.terms.multipliers[0].clone();
    // Another book says the same of other models as well: it is not charged twice.
    provider.terms.multipliers.push(Multiplier { models: Models::All, ..again.clone() });
    let total = |provider: &Provider| {
        let service =
            Service { special: vec![("residency".into(), "eu".into())], ..Service::default() };
        let usage = used(Tokens { input: 1000, ..Tokens::default() });
        let at = date(2026, 11, 20).at(12, 0, 0, 0);
        price(found(provider), &usage, &service, at).expect("priced").total.to_string()
    };
    assert_eq!(total(&provider), "0.0022");
    let factor = Factor::parse("1").expect("a factor");
    provider.terms.multipliers.push(Multiplier { factor, ..again });
    assert_eq!(total(&provider), "0.002");
}

#[test]
fn books_that_disagree_are_told() {
    let mut provider = seller("input 2 output 10");
    let mut own = provider.models[0].prices[0].clone();
    own.layer = Layer::User;
    own.rates.insert(Meter::Input, Rate::parse_per_million("1.8").expect("a price"));
    provider.models[0].prices.push(own);
    let at = date(2026, 11, 20).at(12, 0, 0, 0);
    let usage = used(Tokens { input: 1000, output: 10, ..Tokens::default() });
    let priced = price(found(&provider), &usage, &Service::default(), at).expect("priced");
    let expected =
        "Books disagree on input: your own has $1.8, the default one $2. Yours is taken.";
    assert_eq!(
        (priced.total.to_string().as_str(), priced.warnings()),
        ("0.0019", vec![expected.into()])
    );
}

proptest! {
    #[test]
    fn the_total_is_the_sum_of_exact_lines(
        input in 0u64..1 << 40,
        cached in 0u64..1 << 40,
        output in 0u64..1 << 40,
        rates in prop::array::uniform3(0u64..1 << 40),
    ) {
        let [a, b, c] = rates.map(|rate| format!("{}.{:06}", rate / 1_000_000, rate % 1_000_000));
        let provider = seller(&format!("input {a} cache_read {b} output {c}"));
        let tokens = Tokens { input: input + cached, cache_read: cached, output, ..Tokens::default() };
        let at = date(2026, 11, 20).at(12, 0, 0, 0);
        let priced = price(found(&provider), &used(tokens), &Service::default(), at).expect("priced");
        let lines: Money = priced.lines.iter().map(|line| line.amount).sum();
        prop_assert_eq!(priced.total, lines);
        // Rates are whole 10⁻¹² of the currency per token, so nothing is rounded.
        let exact = [input, cached, output].iter().zip(rates)
            .map(|(tokens, rate)| i128::from(*tokens) * i128::from(rate)).sum::<i128>();
        let text = format!("{}.{:012}", exact / 1_000_000_000_000, exact % 1_000_000_000_000);
        prop_assert_eq!(Some(priced.total), Money::parse(&text));
    }
}
