//! Calls that are generated for a model, and what the other engine says of them.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use cost::book::{Found, Model, Tier};
use cost::meter::Meter;
use cost::money::Quantity;
use cost::price::Service;
use cost::usage::{Tokens, Usage};
use genai_prices::{Calculator, PriceRequest, Usage as TheirUsage, UsageKey};
use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;

/// One generated call.
#[derive(Clone, Debug)]
pub struct Call {
    pub provider: String,
    pub model: String,
    pub at: DateTime,
    pub service: Service,
    pub tokens: Tokens,
    /// Hours are in units of nine seconds, so that they are decimals.
    pub others: Vec<(Meter, u64)>,
}

/// What is billed besides tokens: its name there, how many of theirs one of ours is, and in whose count it is, too.
const OTHERS: &[(Meter, &str, u64, Option<&str>)] = &[
    (Meter::InputCharacter, "input_characters", 1, None),
    (Meter::WebSearch, "web_searches", 1, None),
    (Meter::FileSearch, "storage_searches", 1, None),
    (Meter::Page, "input_document_pages", 1, None),
    (Meter::AnnotatedPage, "input_annotated_document_pages", 1, Some("input_document_pages")),
    (Meter::AudioHour, "audio_seconds", 9, None),
    (Meter::InputAudioHour, "input_audio_seconds", 9, Some("audio_seconds")),
    (Meter::TextMessage, "input_text_messages", 1, None),
];

impl Call {
    /// A call of what a model has prices for, and now and then of what it has none for.
    pub fn any(numbers: &mut Numbers, found: Found) -> Self {
        let model = found.model;
        let has = |meter: Meter| model.prices.iter().any(|entry| entry.rates.contains_key(&meter));
        let stray = numbers.one_in(20);
        let mut t = Tokens { input: prompt(numbers, model), ..Tokens::default() };
        if has(Meter::CacheRead) || stray {
            t.cache_read = numbers.part_of(t.input);
        }
        let mut rest = t.input - t.cache_read;
        let mut take = |numbers: &mut Numbers, some: bool| {
            let part = if some { numbers.part_of(rest) } else { 0 };
            rest -= part;
            part
        };
        let half = numbers.one_in(2);
        t.cache_write = take(numbers, has(Meter::CacheWrite) && half);
        let third = numbers.one_in(3);
        t.cache_write_1h = take(numbers, has(Meter::CacheWrite1h) && third);
        let (half, third) = (numbers.one_in(2), numbers.one_in(3));
        t.input_audio = take(numbers, (has(Meter::InputAudio) && half) || (stray && third));
        let half = numbers.one_in(2);
        t.input_image = take(numbers, has(Meter::InputImage) && half);
        let half = numbers.one_in(2);
        t.input_video = take(numbers, has(Meter::InputVideo) && half);
        if has(Meter::CacheReadAudio) && numbers.one_in(2) {
            t.cache_read_audio = numbers.part_of(t.cache_read);
            t.input_audio += t.cache_read_audio;
        }
        if has(Meter::CacheReadImage) && numbers.one_in(2) {
            t.cache_read_image = numbers.part_of(t.cache_read - t.cache_read_audio);
            t.input_image += t.cache_read_image;
        }
        if has(Meter::Output) || stray {
            t.output = numbers.below(8000);
            let mut rest = t.output;
            let mut take = |numbers: &mut Numbers, some: bool| {
                let part = if some { numbers.part_of(rest) } else { 0 };
                rest -= part;
                part
            };
            let third = numbers.one_in(3);
            t.reasoning = take(numbers, third);
            t.citation = take(numbers, has(Meter::OutputCitation));
            t.output_audio = take(numbers, has(Meter::OutputAudio) || (stray && third));
            t.output_image = take(numbers, has(Meter::OutputImage));
            t.output_video = take(numbers, has(Meter::OutputVideo));
        }
        let mut others: Vec<(Meter, u64)> = vec![];
        for (meter, ..) in OTHERS {
            // A recording is told whole or as what was heard, and not as both.
            let told = others.last().is_some_and(|(other, _)| *other == Meter::AudioHour);
            if *meter == Meter::InputAudioHour && told {
                continue;
            }
            if (has(*meter) && numbers.one_in(2)) || numbers.one_in(400) {
                others.push((*meter, numbers.below(20)));
            }
        }
        let tier = Tier::ALL.iter().copied().find(|_| numbers.one_in(3)).unwrap_or_default();
        let mut service = Service::of(tier);
        let multipliers = &found.provider.terms.multipliers;
        if !multipliers.is_empty() && numbers.one_in(8) {
            let rule = &multipliers[numbers.index(multipliers.len())];
            // Only where both know what it costs: a model without the surcharge refuses it.
            if rule.models.has(&model.id)
                && rule.span.from.is_none_or(|from| from < FIRST_DAY.date())
            {
                service.special.push((rule.key.clone(), rule.values[0].clone()));
            }
        }
        let minutes = numbers.below(790 * 24 * 60);
        let at = FIRST_DAY + jiff::Span::new().minutes(i64::try_from(minutes).expect("small"));
        let (provider, model) = (found.provider.id.clone(), model.id.clone());
        Self { provider, model, at, service, tokens: t, others }
    }

    pub fn usage(&self) -> Usage {
        let usage = Usage::from_tokens(&self.tokens).expect("consistent usage");
        let quantity = |meter: Meter, count: u64| match meter {
            Meter::AudioHour | Meter::InputAudioHour => {
                Quantity::parse(&format!("{}.{:04}", count / 400, count % 400 * 25)).expect("hours")
            }
            _ => Quantity::whole(count),
        };
        let others = self.others.iter();
        others.fold(usage, |usage, (meter, count)| usage.with(*meter, quantity(*meter, *count)))
    }

    /// What the other engine says of the model by this name; nothing where it takes it for another model.
    pub fn priced_by(&self, theirs: &Calculator, name: &str) -> Option<f64> {
        let t = &self.tokens;
        // Every kind is said, zero or not: it refuses parts whose whole is left out.
        let tokens = [
            ("input_tokens", t.input),
            ("cache_read_tokens", t.cache_read),
            ("cache_write_tokens", t.cache_write + t.cache_write_1h),
            ("cache_write_1h_tokens", t.cache_write_1h),
            ("input_audio_tokens", t.input_audio),
            ("cache_audio_read_tokens", t.cache_read_audio),
            ("cache_audio_write_tokens", 0),
            ("input_image_tokens", t.input_image),
            ("cache_image_read_tokens", t.cache_read_image),
            ("cache_image_write_tokens", 0),
            ("input_video_tokens", t.input_video),
            ("cache_video_read_tokens", 0),
            ("cache_video_write_tokens", 0),
            ("output_tokens", t.output),
            ("output_reasoning_tokens", t.reasoning),
            ("output_citation_tokens", t.citation),
            ("output_audio_tokens", t.output_audio),
            ("output_image_tokens", t.output_image),
            ("output_video_tokens", t.output_video),
        ];
        let mut counts: BTreeMap<&str, u64> = tokens.into_iter().collect();
        for (meter, count) in &self.others {
            let known = OTHERS.iter().find(|(known, ..)| known == meter);
            let (_, key, each, within) = known.expect("one of them");
            *counts.entry(key).or_default() += count * each;
            if let Some(whole) = within {
                *counts.entry(whole).or_default() += count * each;
            }
        }
        let mut usage = TheirUsage::new();
        for (key, count) in counts {
            usage.insert(UsageKey::from(key), count as f64);
        }
        let zoned = self.at.to_zoned(TimeZone::UTC).expect("a moment in UTC");
        let seconds = u64::try_from(zoned.timestamp().as_second()).expect("after 1970");
        let request = PriceRequest::new(name, &usage)
            .with_provider_id(&self.provider)
            .with_timestamp(UNIX_EPOCH + Duration::from_secs(seconds));
        let request = match self.service.tier {
            Tier::Standard => request,
            Tier::Batch => request.with_price_context("processing", "batch"),
            Tier::Fast if self.provider == "anthropic" => {
                request.with_price_context("speed", "fast")
            }
            tier => request.with_price_context("service_tier", tier.name()),
        };
        let priced = theirs.calculate(&request).ok()?;
        let is_it = (&priced.provider_id, &priced.model_id) == (&self.provider, &self.model);
        is_it.then_some(priced.total_price)
    }
}

const FIRST_DAY: DateTime = date(2025, 1, 1).at(0, 0, 0, 0);

/// Lengths around the model's brackets, short and long ones.
fn prompt(numbers: &mut Numbers, model: &Model) -> u64 {
    let limits = model.prices.iter().filter_map(|entry| Some(entry.bracket?.limit_tokens()));
    let limits: Vec<u64> = limits.collect();
    match numbers.below(10) {
        0 => 0,
        1..=3 if !limits.is_empty() => limits[numbers.index(limits.len())] - 1 + numbers.below(3),
        1..=6 => 1 + numbers.below(20_000),
        _ => 1 + numbers.below(1_200_000),
    }
}

/// A seeded sequence of numbers: splitmix64.
pub struct Numbers(pub u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("below a length")
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn part_of(&mut self, whole: u64) -> u64 {
        self.below(whole + 1)
    }
}
