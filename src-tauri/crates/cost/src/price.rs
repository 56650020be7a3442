//! Recorded usage priced by the book, line by line: whole numbers only, no float.
#![deny(clippy::float_arithmetic)]

use jiff::civil::{Date, DateTime};

use crate::book::{Entry, Found, Multiplier, NoEntry, Origin, Tier};
use crate::meter::Meter;
use crate::money::{Money, Quantity, Rate, settle};
use crate::usage::Usage;

/// How a call was served.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// The processing tier.
    pub tier: Tier,
    /// What was special besides, with its value: `inference_geo` and `us`.
    pub special: Vec<(String, String)>,
}

/// What one recorded call costs at list price, and by which entry.
#[derive(Clone, Debug)]
pub struct Priced<'a> {
    /// The model that was billed, and how its name was recognised.
    pub found: Found<'a>,
    /// When it was billed, in UTC.
    pub at: DateTime,
    /// The entry that priced it.
    pub entry: &'a Entry,
    /// What the way in which it was served multiplies, in this order.
    pub multipliers: Vec<&'a Multiplier>,
    /// One line for each meter that was used.
    pub lines: Vec<Line<'a>>,
    /// The sum of the lines.
    pub total: Money,
}

/// So much of a meter, at the entry's rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line<'a> {
    /// What was used.
    pub meter: Meter,
    /// The meter whose rate was taken: another one where the book has no price of its own for `meter`.
    pub billed_as: Meter,
    /// How much was used.
    pub used: Quantity,
    /// How much of it is billed: more where there is a minimum or a step.
    pub quantity: Quantity,
    /// The entry that prices it.
    pub entry: &'a Entry,
    /// The entry's price of one unit.
    pub list_rate: Rate,
    /// The same after multipliers.
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
    #[error("The book has no price for `{key}: {value}` of `{model}`{}", known(.offered))]
    ServiceNotPriced {
        /// The model's id.
        model: String,
        /// What was asked for: `inference_geo`.
        key: String,
        /// Its value: `us`.
        value: String,
        /// The values that have one.
        offered: Vec<String>,
    },
    /// The way in which the call was served is not offered together with its tier.
    #[error("`{model}` is not sold at `{key}: {value}` in tier `{}`.", .tier.name())]
    NotTogether {
        /// The model's id.
        model: String,
        /// What was asked for: `inference_geo`.
        key: String,
        /// Its value: `us`.
        value: String,
        /// The tier.
        tier: Tier,
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

impl Service {
    /// The ordinary service of a tier.
    pub fn of(tier: Tier) -> Self {
        Self { tier, special: vec![] }
    }

    /// From the tier's word and what else the vendor says about how a call was served.
    pub fn read<'a>(
        word: Option<&str>,
        context: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, PriceError> {
        let tier = match word {
            None | Some("") => Tier::Standard,
            Some(word) => {
                Tier::parse(word).ok_or_else(|| PriceError::UnknownTier { word: word.into() })?
            }
        };
        let mut service = Self::of(tier);
        for (key, value) in context {
            match (key, value) {
                ("speed", "fast") if tier == Tier::Standard => service.tier = Tier::Fast,
                ("speed", "fast") if tier == Tier::Fast => {}
                ("speed", "fast") => return Err(PriceError::FastExcluded { tier }),
                _ if ORDINARY.contains(&value) => {}
                _ => service.special.push((key.into(), value.into())),
            }
        }
        Ok(service)
    }
}

/// Prices one recorded call at a moment in UTC.
pub fn price<'a>(
    found: Found<'a>,
    usage: &Usage,
    service: &Service,
    at: DateTime,
) -> Result<Priced<'a>, PriceError> {
    let tier = service.tier;
    let entry = found.model.entry_at(at, tier, usage.prompt_tokens())?;
    let multipliers = multipliers(found, service, at.date())?;
    let call = Call { found, entry, multipliers: &multipliers, tier, at };
    let mut lines: Vec<Line> = Vec::with_capacity(8);
    for (meter, quantity) in usage.amounts() {
        call.bill(&mut lines, meter, quantity)?;
    }
    let asks_for_a_call = entry.rates.contains_key(&Meter::Request);
    if asks_for_a_call && usage.amount(Meter::Request) == Quantity::ZERO {
        // A record that does not say otherwise is of one call.
        call.bill(&mut lines, Meter::Request, Quantity::whole(1))?;
    }
    let total = lines.iter().map(|line| line.amount).sum();
    Ok(Priced { found, at, entry, multipliers, lines, total })
}

/// After so many days a price that nobody looked at since is old.
const OLD_AFTER_DAYS: i32 = 120;

impl<'a> Priced<'a> {
    /// Who says a line's price.
    pub fn origin(&self, line: &Line<'a>) -> &'a Origin {
        self.found.model.origin_of(line.entry)
    }

    /// The multipliers of a line, in their order.
    pub fn multipliers_of(&self, line: &Line) -> impl Iterator<Item = &'a Multiplier> {
        let meter = line.meter;
        self.multipliers.iter().copied().filter(move |multiplier| multiplier.is_on(meter))
    }

    /// What a reader should know before trusting the total.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = vec![];
        for line in &self.lines {
            if line.billed_as != line.meter {
                let (meter, billed_as) = (line.meter.name(), line.billed_as.name());
                warnings.push(format!(
                    "The book has no {meter} price for this model: billed as {billed_as}."
                ));
            }
            let freed = self.found.provider.terms.metering(
                &self.found.model.id,
                self.at.date(),
                line.meter,
            );
            if let Some((free, per)) = freed.and_then(|rule| Some((rule.free?, rule.per))) {
                let (meter, per) = (line.meter.name(), per.name());
                warnings.push(format!(
                    "{free} {meter} are free for an account each {per}: that is settled with the bill, not with a call."
                ));
            }
        }
        let mut entries: Vec<&Entry> = vec![];
        for line in &self.lines {
            if !entries.iter().any(|entry| std::ptr::eq(*entry, line.entry)) {
                entries.push(line.entry);
                warnings.extend(doubts(
                    line.entry,
                    self.found.model.origin_of(line.entry),
                    self.at,
                ));
            }
        }
        warnings
    }
}

/// What makes an entry's price doubtful for a moment.
fn doubts(entry: &Entry, origin: &Origin, at: DateTime) -> Vec<String> {
    let day = at.date();
    let mut doubts = vec![];
    if let Some(to) = entry.guaranteed_to.filter(|to| *to < day) {
        doubts.push(format!(
            "The price was promised until {to} at least; whether it still holds on {day} is not known."
        ));
    }
    if let Some(calendar) = entry.days.as_ref().and_then(|days| days.undecided(day)) {
        doubts.push(format!(
            "The holidays of {} are known to {}: {day} counts as a working day.",
            calendar.id, calendar.known_to
        ));
    }
    if origin.is_inferred() {
        doubts.push("The price is inferred from others, not read from its seller.".into());
    }
    let age = origin.checked.until(day).map_or(0, |span| span.get_days());
    if age > OLD_AFTER_DAYS {
        doubts.push(format!(
            "The price was last checked on {}, {age} days before {day}.",
            origin.checked
        ));
    }
    doubts.extend(entry.note.clone());
    doubts
}

/// What is the same for every line of a call.
struct Call<'a, 'm> {
    found: Found<'a>,
    entry: &'a Entry,
    multipliers: &'m [&'a Multiplier],
    tier: Tier,
    at: DateTime,
}

impl<'a> Call<'a, '_> {
    fn bill(
        &self,
        lines: &mut Vec<Line<'a>>,
        meter: Meter,
        used: Quantity,
    ) -> Result<(), PriceError> {
        let model = self.found.model;
        let own = |entry: &'a Entry, as_meter: Meter| {
            entry.rates.get(&as_meter).map(|rate| (entry, as_meter, *rate))
        };
        let fee = || model.fee_at(self.at, self.tier, meter).and_then(|entry| own(entry, meter));
        let instead = || stands_for(meter).iter().find_map(|other| own(self.entry, *other));
        let priced = own(self.entry, meter).or_else(fee).or_else(instead);
        let Some((entry, billed_as, list_rate)) = priced else {
            let model = model.id.clone();
            return Err(PriceError::MeterNotPriced { model, meter, quantity: used });
        };
        // Reasoning without a price of its own is output, not a line beside it.
        let part_of = is_inside(meter).filter(|whole| *whole == billed_as);
        let meter = part_of.unwrap_or(meter);
        if let Some(line) = lines.iter_mut().find(|line| part_of.is_some() && line.meter == meter) {
            line.used = line.used + used;
            line.quantity = line.quantity + used;
            line.amount = settle(line.quantity, line.rate);
            return Ok(());
        }
        let terms = &self.found.provider.terms;
        let rule = terms.metering(&model.id, self.at.date(), meter);
        let quantity = rule.map_or(used, |rule| rule.billed(used));
        let on = self.multipliers.iter().filter(|multiplier| multiplier.is_on(meter));
        let rate = on.fold(list_rate, |rate, multiplier| rate.times(multiplier.factor));
        let amount = settle(quantity, rate);
        lines.push(Line { meter, billed_as, used, quantity, entry, list_rate, rate, amount });
        Ok(())
    }
}

/// The multipliers for the way in which a call was served, in the order in which its seller lists them.
fn multipliers<'a>(
    found: Found<'a>,
    service: &Service,
    day: Date,
) -> Result<Vec<&'a Multiplier>, PriceError> {
    let (terms, model) = (&found.provider.terms, &found.model.id);
    for (key, value) in &service.special {
        let held = terms.multipliers.iter().find(|rule| rule.holds(model, day, key, value));
        let (model, key, value) = (model.clone(), key.clone(), value.clone());
        match held {
            Some(rule) if rule.excludes.contains(&service.tier) => {
                return Err(PriceError::NotTogether { model, key, value, tier: service.tier });
            }
            Some(_) => {}
            None => {
                let same = |rule: &&Multiplier| {
                    rule.key == key && rule.models.has(&model) && rule.span.has(day)
                };
                let rules = terms.multipliers.iter().filter(same);
                let offered = rules.flat_map(|rule| rule.values.clone()).collect();
                return Err(PriceError::ServiceNotPriced { model, key, value, offered });
            }
        }
    }
    let is_asked = |rule: &&Multiplier| {
        let mut special = service.special.iter();
        special.any(|(key, value)| rule.holds(model, day, key, value))
    };
    Ok(if service.special.is_empty() {
        vec![]
    } else {
        terms.multipliers.iter().filter(is_asked).collect()
    })
}

/// Values that say that nothing was special.
const ORDINARY: &[&str] = &["", "standard", "default", "global", "not_available", "none"];

fn known(offered: &[String]) -> String {
    if offered.is_empty() {
        ", only for ordinary service.".into()
    } else {
        format!(", only for {}.", offered.join(", "))
    }
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
        | Meter::TextMessage
        | Meter::CodeExecutionHour
        | Meter::Session
        | Meter::SessionHour
        | Meter::CacheStorage
        | Meter::TextUnit
        | Meter::RerankSearch
        | Meter::TrainingToken
        | Meter::TrainingHour
        | Meter::HostingHour
        | Meter::CapacityUnitHour
        | Meter::CapacityUnitMonth
        | Meter::StorageGbDay
        | Meter::StorageGbMonth
        | Meter::ReadUnit
        | Meter::WriteUnit
        | Meter::WrittenGb
        | Meter::QueriedGb
        | Meter::ReturnedGb
        | Meter::AcceleratorHour
        | Meter::Image
        | Meter::Minute
        | Meter::OutputCharacter
        | Meter::Step
        | Meter::Credit => &[],
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
    use crate::book::{
        Layer, Match, Metering, Model, Models, MultiplierOn, Period, Provider, Span, Terms,
    };
    use crate::money::Factor;
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
            let usage =
                Usage::default().with(Meter::CodeExecutionHour, quantity(used).expect("hours"));
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
            [
                "The price is inferred from others, not read from its seller.",
                "Another book has $3."
            ]
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
}
