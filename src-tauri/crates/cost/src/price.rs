//! Recorded usage priced by the book, line by line: whole numbers only, no float.
#![deny(clippy::float_arithmetic)]

use jiff::civil::DateTime;

use crate::book::{Entry, Found, NoEntry, Tier};
use crate::meter::Meter;
use crate::money::{Money, Quantity, Rate, settle};
use crate::usage::Usage;

/// What one recorded call costs at list price, and by which entry.
#[derive(Clone, Debug)]
pub struct Priced<'a> {
    /// The model that was billed, and how its name was recognised.
    pub found: Found<'a>,
    /// The entry that priced it.
    pub entry: &'a Entry,
    /// One line for each meter that was used.
    pub lines: Vec<Line>,
    /// The sum of the lines.
    pub total: Money,
}

/// So much of a meter, at the entry's rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was used.
    pub meter: Meter,
    /// The meter whose rate was taken: another one where the book has no price of its own for `meter`.
    pub billed_as: Meter,
    /// How much was used.
    pub quantity: Quantity,
    /// The price of one unit.
    pub rate: Rate,
    /// `settle(quantity, rate)`.
    pub amount: Money,
}

/// Why recorded usage could not be priced.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// No entry holds.
    #[error(transparent)]
    NoEntry(#[from] NoEntry),
    /// The entry has no price for something that was used.
    #[error("The book has no {} price for `{model}`, and the call used {quantity}.", .meter.name())]
    MeterNotPriced {
        /// The model's id.
        model: String,
        /// What was used.
        meter: Meter,
        /// How much of it.
        quantity: Quantity,
    },
    /// The way in which the call was served has a price of its own that the book lacks.
    #[error("The book has no price for `{key}: {value}`, only for ordinary service.")]
    ContextNotPriced {
        /// What was asked for: `inference_geo`.
        key: String,
        /// Its value: `us`.
        value: String,
    },
    /// No tier is called this.
    #[error("There is no tier called `{word}`.")]
    UnknownTier {
        /// The word as it was written.
        word: String,
    },
    /// Two statements about the tier exclude each other.
    #[error("A call is not served by tier `{}` at `speed: fast`.", .tier.name())]
    FastExcluded {
        /// The tier that was stated.
        tier: Tier,
    },
}

/// The tier that served a call, from the tier's word and what else the vendor says about how it was served.
pub fn served_tier<'a>(
    word: Option<&str>,
    context: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Tier, PriceError> {
    let mut tier = match word {
        None | Some("") => Tier::Standard,
        Some(word) => {
            Tier::parse(word).ok_or_else(|| PriceError::UnknownTier { word: word.into() })?
        }
    };
    for (key, value) in context {
        match (key, value) {
            ("speed", "fast") if tier == Tier::Standard || tier == Tier::Fast => tier = Tier::Fast,
            ("speed", "fast") => return Err(PriceError::FastExcluded { tier }),
            _ if ORDINARY.contains(&value) => {}
            _ => {
                let (key, value) = (key.into(), value.into());
                return Err(PriceError::ContextNotPriced { key, value });
            }
        }
    }
    Ok(tier)
}

/// Prices one recorded call at a moment in UTC.
pub fn price<'a>(
    found: Found<'a>,
    usage: &Usage,
    tier: Tier,
    at: DateTime,
) -> Result<Priced<'a>, PriceError> {
    let entry = found.model.entry_at(at, tier, usage.prompt_tokens())?;
    let mut usage = usage.clone();
    if entry.rates.contains_key(&Meter::Request) && usage.amount(Meter::Request) == Quantity::ZERO {
        // A record that does not say otherwise is of one call.
        usage = usage.with(Meter::Request, Quantity::whole(1));
    }
    let lines = lines(entry, &usage).map_err(|(meter, quantity)| PriceError::MeterNotPriced {
        model: found.model.id.clone(),
        meter,
        quantity,
    })?;
    let total = lines.iter().map(|line| line.amount).sum();
    Ok(Priced { found, entry, lines, total })
}

impl Priced<'_> {
    /// What a reader should know before trusting the total.
    pub fn warnings(&self) -> Vec<String> {
        let elsewhere = self.lines.iter().filter(|line| line.billed_as != line.meter);
        elsewhere
            .map(|line| {
                let (meter, billed_as) = (line.meter.name(), line.billed_as.name());
                format!("The book has no {meter} price for this model: billed as {billed_as}.")
            })
            .collect()
    }
}

/// Values that say that nothing was special.
const ORDINARY: &[&str] = &["", "standard", "default", "global", "not_available", "none"];

fn lines(entry: &Entry, usage: &Usage) -> Result<Vec<Line>, (Meter, Quantity)> {
    let mut lines: Vec<Line> = Vec::new();
    for (meter, quantity) in usage.amounts() {
        let priced = |as_meter: &Meter| entry.rates.get(as_meter).map(|rate| (*as_meter, *rate));
        let (billed_as, rate) =
            [meter].iter().chain(stands_for(meter)).find_map(priced).ok_or((meter, quantity))?;
        // Reasoning without a price of its own is output, not a line beside it.
        let part_of = is_inside(meter).filter(|whole| *whole == billed_as);
        let meter = part_of.unwrap_or(meter);
        match lines.iter_mut().find(|line| part_of.is_some() && line.meter == meter) {
            Some(line) => {
                line.quantity = line.quantity + quantity;
                line.amount = settle(line.quantity, rate);
            }
            None => {
                let amount = settle(quantity, rate);
                lines.push(Line { meter, billed_as, quantity, rate, amount });
            }
        }
    }
    Ok(lines)
}

/// The meter that a vendor bills instead where a meter has no price of its own, the nearest first.
const fn stands_for(meter: Meter) -> &'static [Meter] {
    match meter {
        Meter::CacheRead | Meter::CacheWrite => &[Meter::Input],
        Meter::CacheWrite1h => &[Meter::CacheWrite, Meter::Input],
        Meter::CacheReadAudio => &[Meter::InputAudio],
        Meter::CacheReadImage => &[Meter::InputImage, Meter::CacheRead, Meter::Input],
        // Vision models bill pictures and frames as prompt text; audio has prices of its own.
        Meter::InputImage | Meter::InputVideo => &[Meter::Input],
        Meter::OutputReasoning | Meter::OutputCitation => &[Meter::Output],
        Meter::Input
        | Meter::Output
        | Meter::InputAudio
        | Meter::OutputAudio
        | Meter::OutputImage
        | Meter::OutputVideo
        | Meter::InputCharacter
        | Meter::Request
        | Meter::WebSearch
        | Meter::FileSearch
        | Meter::Page
        | Meter::AnnotatedPage
        | Meter::AudioHour
        | Meter::InputAudioHour
        | Meter::TextMessage => &[],
    }
}

/// The meter that already says what this one is, where both have one price.
fn is_inside(meter: Meter) -> Option<Meter> {
    let inside = matches!(meter, Meter::OutputReasoning | Meter::OutputCitation);
    inside.then_some(Meter::Output)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Match, Model, Provider};
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
        let entry = Entry {
            from: None,
            to: None,
            tier: Tier::Standard,
            bracket: None,
            window: None,
            rates: prices.by_ref().collect(),
        };
        let model = Model {
            id: "large".into(),
            name: None,
            aliases: vec![],
            context_tokens: None,
            vocabulary: None,
            capabilities: None,
            source: "https://example.com".into(),
            checked: date(2026, 11, 9),
            basis: "book".into(),
            prices: vec![entry],
        };
        Provider { id: "acme".into(), name: "Acme".into(), aliases: vec![], models: vec![model] }
    }

    fn found(provider: &Provider) -> Found<'_> {
        Found { provider, model: &provider.models[0], matched: Match::Exact }
    }

    #[track_caller]
    fn check(rates: &str, usage: &Usage, expected: &[&str]) {
        let provider = seller(rates);
        let at = date(2026, 11, 20).at(12, 0, 0, 0);
        let text = match price(found(&provider), usage, Tier::Standard, at) {
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
        let tokens = Tokens {
            input: 1234,
            cache_read: 1000,
            output: 567,
            reasoning: 67,
            ..Tokens::default()
        };
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
            let served = match served_tier(word, context.iter().copied()) {
                Ok(tier) => tier.name().into(),
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
        check(
            None,
            &[("inference_geo", "us")],
            "The book has no price for `inference_geo: us`, only for ordinary service.",
        );
        check(Some("auto"), &[], "There is no tier called `auto`.");
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
            let priced = price(found(&provider), &used(tokens), Tier::Standard, at).expect("priced");
            let lines: Money = priced.lines.iter().map(|line| line.amount).sum();
            prop_assert_eq!(priced.total, lines);
            // Rates are whole 10⁻¹² of the currency per token, so nothing is rounded.
            let exact = [input, cached, output].iter().zip(rates)
                .map(|(tokens, rate)| i128::from(*tokens) * i128::from(rate)).sum::<i128>();
            let text = format!("{}.{:012}", exact / 1_000_000_000_000, exact % 1_000_000_000_000);
            prop_assert_eq!(Some(priced.total), Money::parse(&text));
        }
    }
}
