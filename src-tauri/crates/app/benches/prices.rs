//! How fast recorded calls are priced, as a ratio against genai-prices in the same run: `cargo xtask bench prices`.

use std::fs;
use std::hint::black_box;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use app::shelf::{Names, Shelf};
use cost::book::Tier;
use cost::price::{Service, price};
use cost::usage::Usage;
use cpu_time::ThreadTime;
use flate2::read::GzDecoder;
use genai_prices::{Calculator, PriceRequest, Usage as TheirUsage, UsageKey};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

const ROUNDS: usize = 9;
const CALLS: usize = 100_000;

fn main() {
    let calls = calls();
    let theirs = calculator();
    let shelf = Shelf::program();
    let ours = |call: &Call, names: &mut Names<'_>| {
        let found = names.find(Some(&call.provider), &call.model).expect("a known model");
        let priced = price(
            found.on(call.at.date()).expect("the book has what answers"),
            &call.usage,
            &call.service,
            call.at,
        );
        priced.expect("a price").total.to_f64()
    };
    // The same calls, and the same amounts, before anything is timed.
    let mut names = shelf.names();
    for call in &calls {
        let (ours, theirs) = (ours(call, &mut names), call.theirs(&theirs));
        let off = (ours - theirs).abs();
        assert!(
            off <= 1e-9 * ours.abs() + 1e-12,
            "{} {}: {ours}, theirs {theirs}",
            call.provider,
            call.model
        );
    }
    let (mut our_times, mut their_times) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        let mut names = shelf.names();
        our_times.push(timed(|| sum(&calls, |call| ours(call, &mut names))));
        their_times.push(timed(|| sum(&calls, |call| call.theirs(&theirs))));
    }
    let (our_time, their_time) = (median(our_times), median(their_times));
    let each = |time: Duration| time.as_secs_f64() * 1e6 / CALLS as f64;
    println!(
        "recorded calls, after parsing, on one core: {CALLS} calls, median of {ROUNDS} rounds"
    );
    println!("Forebill       {:.3} µs a call", each(our_time));
    println!("genai-prices   {:.3} µs a call", each(their_time));
    println!("times as fast  {:.2}", their_time.as_secs_f64() / our_time.as_secs_f64());
}

fn sum(calls: &[Call], mut of: impl FnMut(&Call) -> f64) -> f64 {
    (0..CALLS).map(|nth| of(&calls[nth % calls.len()])).sum()
}

fn timed(work: impl FnOnce() -> f64) -> Duration {
    let started = ThreadTime::now();
    black_box(work());
    started.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// One recorded call, parsed for both.
struct Call {
    provider: String,
    model: String,
    at: DateTime,
    usage: Usage,
    service: Service,
    their_usage: TheirUsage,
    their_time: SystemTime,
}

impl Call {
    fn theirs(&self, calculator: &Calculator) -> f64 {
        let request = PriceRequest::new(&self.model, &self.their_usage)
            .with_provider_id(&self.provider)
            .with_timestamp(self.their_time);
        let request = match self.service.tier {
            Tier::Standard => request,
            Tier::Batch => request.with_price_context("processing", "batch"),
            tier => request.with_price_context("service_tier", tier.name()),
        };
        calculator.calculate(&request).map_or(f64::NAN, |priced| priced.total_price)
    }
}

/// The cases of the contract that both engines price, as recorded calls.
fn calls() -> Vec<Call> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/files");
    let text = fs::read_to_string(folder.join("price_cases.json")).expect("the cases");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let cases = document["cases"].as_array().expect("a list");
    cases.iter().filter(|case| both_price(case)).map(call).collect()
}

/// Whether the other engine is among those that agree on a case.
fn both_price(case: &Value) -> bool {
    let agree = case["oracle"]["agree"].as_array();
    let is_theirs =
        |engine: &Value| engine.as_str().is_some_and(|name| name.starts_with("genai-prices"));
    case["expected_usd"].is_string() && agree.is_some_and(|engines| engines.iter().any(is_theirs))
}

fn call(case: &Value) -> Call {
    let text = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
    let record = intake::usage::read(&case["usage"]).expect("usage");
    let zoned = text("as_of").parse::<jiff::Timestamp>().expect("a moment").to_zoned(TimeZone::UTC);
    let seconds = u64::try_from(zoned.timestamp().as_second()).expect("after 1970");
    let tokens = |name: &str| case["usage"][name].as_f64().unwrap_or_default();
    let mut their_usage = TheirUsage::new();
    let counts = [
        ("input_tokens", tokens("input_tokens")),
        ("cache_read_tokens", tokens("cached_read")),
        ("cache_write_tokens", tokens("cache_write_5m") + tokens("cache_write_1h")),
        ("cache_write_1h_tokens", tokens("cache_write_1h")),
        ("output_tokens", tokens("output_tokens")),
        ("input_audio_tokens", tokens("input_audio_tokens")),
        ("output_audio_tokens", tokens("output_audio_tokens")),
        ("cache_audio_read_tokens", 0.0),
        ("web_searches", tokens("web_searches")),
    ];
    for (key, count) in counts {
        their_usage.insert(UsageKey::from(key), count);
    }
    Call {
        provider: text("provider"),
        model: text("model"),
        at: zoned.datetime(),
        usage: record.usage,
        service: Service::read(Some(&text("service_tier")), []).expect("a tier"),
        their_usage,
        their_time: UNIX_EPOCH + Duration::from_secs(seconds),
    }
}

/// genai-prices with the data that the book inside the program was converted from.
fn calculator() -> Calculator {
    let packed = include_bytes!("../../../../tests/files/genai-prices-0.2.3.json.gz");
    let mut text = vec![];
    GzDecoder::new(packed.as_slice()).read_to_end(&mut text).expect("a gzip file");
    Calculator::from_json(text).expect("its own data")
}
