//! genai-prices v2 (MIT, Pydantic Services Inc.) into providers with dated entries.
//!
//! Its rules: the last price whose condition holds wins; a tier's price replaces the base price key by key.

mod entries;

use cost::book::{Bracket, Model, Origin, Tier, Window};
use cost::meter::Meter;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use self::entries::{Conditional, Price, Prices, Variant, entries};
use super::answer::{Feed, Refused};
use super::format::Format;
use super::gather::Gather;
use super::names;
use super::values::Notes;

/// Reads a feed. Every entry is marked as checked on `checked`, or on [`newest`] where none is given.
pub fn read(bytes: &[u8], checked: Option<Date>, today: Date) -> Result<Feed, Refused> {
    let feed: Vec<FeedProvider> = serde_json::from_slice(bytes)
        .map_err(|error| Refused::Broken { format: Format::Genai, why: error.to_string() })?;
    let checked = checked.unwrap_or_else(|| newest(&feed, today));
    // It leaves a price out where it is not known: its 0 is one.
    let mut gather = Gather::of_our_own();
    for each in &feed {
        provider(each, checked, &mut gather);
    }
    Ok(gather.finish())
}

#[derive(Deserialize)]
struct FeedProvider {
    id: String,
    name: String,
    #[serde(default)]
    pricing_urls: Vec<String>,
    provider_match: Option<Rule>,
    models: Vec<FeedModel>,
}

#[derive(Deserialize)]
struct FeedModel {
    id: String,
    name: Option<String>,
    context_window: Option<u64>,
    #[serde(rename = "match")]
    rule: Rule,
    prices: Value,
    #[serde(default)]
    price_variants: Vec<Value>,
}

/// How a name is recognised: one key, such as `equals`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Rule {
    equals: Option<String>,
    contains: Option<String>,
    starts_with: Option<String>,
    or: Vec<Rule>,
}

impl Rule {
    /// The rule and those of which any one is enough.
    fn any(&self) -> Vec<&Self> {
        std::iter::once(self).chain(self.or.iter().flat_map(Self::any)).collect()
    }
}

/// The day of the newest price in a feed that has begun: the feed was checked on it or later.
fn newest(feed: &[FeedProvider], today: Date) -> Date {
    let models = feed.iter().flat_map(|provider| &provider.models);
    let lists = models.flat_map(|model| {
        model.prices.as_array().into_iter().flatten().chain(&model.price_variants)
    });
    let dates = lists.filter_map(|price| price["constraint"]["start_date"].as_str()?.parse().ok());
    dates.filter(|from| *from <= today).max().unwrap_or(today)
}

fn provider(feed: &FeedProvider, checked: Date, gather: &mut Gather) {
    let Some(provider) = gather.provider(&feed.id, Some(&feed.name)) else { return };
    provider.aliases = provider_aliases(feed);
    let Some(source) = feed.pricing_urls.first() else {
        let hint = "Its models are left out: a price needs a source.";
        gather.problem(&[&feed.id], "The provider names no pricing page.", hint);
        return;
    };
    for each in &feed.models {
        let model = model(&feed.id, each, source, checked, gather);
        gather.model(&feed.id, &feed.id, model);
    }
}

/// What the feed recognises a provider by, and what tracing and proxies call it.
fn provider_aliases(feed: &FeedProvider) -> Vec<String> {
    let rules = feed.provider_match.as_ref().map(Rule::any).unwrap_or_default();
    let texts =
        rules.into_iter().flat_map(|rule| [&rule.equals, &rule.contains, &rule.starts_with]);
    let known = names::aliases(&feed.id).iter().map(|name| (*name).to_owned());
    let mut aliases: Vec<String> = texts.flatten().cloned().chain(known).collect();
    aliases.sort();
    aliases.dedup();
    aliases.retain(|alias| *alias != feed.id);
    aliases
}

fn model(
    provider: &str,
    feed: &FeedModel,
    source: &str,
    checked: Date,
    gather: &mut Gather,
) -> Model {
    let notes = &mut Notes { provider, model: &feed.id, gather };
    let base = base_prices(&feed.prices, notes);
    let variants: Vec<_> =
        feed.price_variants.iter().filter_map(|each| variant(each, notes)).collect();
    let prices = entries(&base, &variants);
    if prices.is_empty() {
        notes.add(
            "The feed lists the model without any price.",
            "It is kept, but nothing is priced by it.",
        );
    }
    let at_least = |cliff: Bracket| match cliff {
        Bracket::AtLeast(tokens) => Some(tokens),
        Bracket::Over(_) => None,
    };
    if let Some(tokens) = prices.iter().find_map(|entry| entry.bracket.and_then(at_least)) {
        notes.add(
            format!("Its long-prompt price starts above {} tokens.", tokens - 1),
            format!("It is read as {tokens} tokens or more, which is what such a limit means."),
        );
    }
    Model {
        id: feed.id.clone(),
        name: feed.name.clone(),
        aliases: aliases(feed),
        context_tokens: feed.context_window,
        vocabulary: (provider == "openai").then(|| vocabulary(&feed.id)).flatten().map(Into::into),
        capabilities: None,
        hosted: None,
        origin: Origin { source: source.into(), checked, basis: "book".into() },
        prices,
    }
}

/// Other names that mean exactly the model. Rules for beginnings and parts of names mean no single one.
fn aliases(feed: &FeedModel) -> Vec<String> {
    let family = feed.id.strip_suffix("-latest");
    let named = |rule: &Rule| {
        // `x-latest` with a rule for everything that begins with `x`: `x` itself, and so its dated releases.
        let stem = rule.starts_with.clone().filter(|start| Some(start.as_str()) == family);
        rule.equals.clone().or(stem)
    };
    let mut aliases: Vec<_> = feed.rule.any().into_iter().filter_map(named).collect();
    aliases.sort();
    aliases.dedup();
    aliases.retain(|alias| *alias != feed.id);
    aliases
}

/// The vocabulary of a model of OpenAI, as tiktoken 0.14 has it; the first beginning that fits decides.
fn vocabulary(id: &str) -> Option<&'static str> {
    const BY_BEGINNING: &[(&str, &str)] = &[
        ("gpt-oss-", "o200k_harmony"),
        ("gpt-5", "o200k_base"),
        ("gpt-4.5", "o200k_base"),
        ("gpt-4.1", "o200k_base"),
        ("gpt-4o", "o200k_base"),
        ("chatgpt-4o", "o200k_base"),
        ("ft:gpt-4o", "o200k_base"),
        ("codex-mini", "o200k_base"),
        ("o1", "o200k_base"),
        ("o3", "o200k_base"),
        ("o4-mini", "o200k_base"),
        ("gpt-4", "cl100k_base"),
        ("gpt-3.5", "cl100k_base"),
        ("ft:gpt-3.5", "cl100k_base"),
        ("text-embedding-", "cl100k_base"),
        ("davinci-002", "cl100k_base"),
        ("babbage-002", "cl100k_base"),
        ("text-davinci-00", "p50k_base"),
    ];
    let not_text = ["image", "tts", "transcribe"].iter().any(|word| id.contains(word));
    let fits = BY_BEGINNING.iter().find(|(beginning, _)| id.starts_with(beginning));
    fits.filter(|_| !not_text).map(|(_, vocabulary)| *vocabulary)
}

/// The list of prices in the feed's order; one set alone has no condition.
fn base_prices(feed: &Value, notes: &mut Notes) -> Vec<Conditional> {
    let Some(list) = feed.as_array() else {
        let prices = prices(feed, notes);
        return vec![Conditional { from: None, window: None, prices }];
    };
    let mut base: Vec<Conditional> = Vec::new();
    for each in list {
        let Some((from, window)) = condition(&each["constraint"], notes) else { continue };
        let prices = prices(&each["prices"], notes);
        // A condition has a date or hours, never both: hours are taken to hold since the change before them.
        let since = base.iter().filter_map(|earlier| earlier.from).max();
        if let (Some(_), Some(since)) = (window, since) {
            notes.add(
                format!("Its daily hours have no date: they are taken to hold since {since}."),
                "That is the last dated change listed before them.",
            );
        }
        base.push(Conditional { from: from.or(window.and(since)), window, prices });
    }
    base
}

/// When a set of prices holds. `None`, with a note, when it cannot be said.
fn condition(feed: &Value, notes: &mut Notes) -> Option<(Option<Date>, Option<Window>)> {
    let text = |key: &str| feed[key].as_str();
    let minute = |key: &str| {
        let (hours, rest) = text(key)?.split_once(':')?;
        let minutes = rest.strip_suffix(":00Z")?;
        let minute = hours.parse::<u16>().ok()? * 60 + minutes.parse::<u16>().ok()?;
        Some(minute).filter(|minute| *minute < 1440)
    };
    let keys: Vec<_> =
        feed.as_object().into_iter().flat_map(|map| map.keys().map(String::as_str)).collect();
    let read = match keys[..] {
        [] => Some((None, None)),
        ["start_date"] => {
            text("start_date").and_then(|date| date.parse().ok()).map(|from| (Some(from), None))
        }
        ["end_time", "start_time"] => minute("start_time")
            .zip(minute("end_time"))
            .map(|(start_minute, end_minute)| (None, Some(Window { start_minute, end_minute }))),
        _ => None,
    };
    if read.is_none() {
        notes.add(format!("Its condition {feed} is not known."), "The price is left out.");
    }
    read
}

/// A tier's prices. `None`, with a note, when they are of no tier that a book has.
fn variant(feed: &Value, notes: &mut Notes) -> Option<Variant> {
    let prices = prices(&feed["prices"], notes);
    let when: Vec<_> = feed["when"].as_object().into_iter().flatten().collect();
    let tier = match when[..] {
        [(key, Value::String(word))] => match (key.as_str(), word.as_str()) {
            ("processing", "batch") => Some(Tier::Batch),
            ("service_tier", word) => Tier::parse(word),
            ("speed", "fast") => Some(Tier::Fast),
            _ => None,
        },
        _ => None,
    };
    let (from, window) = condition(&feed["constraint"], notes)?;
    // The standard price itself, said once more.
    let nothing = prices.is_empty() && (tier.is_none() || tier == Some(Tier::Standard));
    match tier {
        _ if nothing => None,
        Some(tier) if tier != Tier::Standard && window.is_none() => {
            Some(Variant { tier, from, prices })
        }
        _ => {
            let message = format!("Its prices for {} are of no tier.", feed["when"]);
            notes.add(&message, "They are left out.");
            None
        }
    }
}

/// A set of prices by meter. What no meter stands for is left out, with a note.
fn prices(feed: &Value, notes: &mut Notes) -> Prices {
    let mut prices = Prices::new();
    for (key, value) in feed.as_object().into_iter().flatten() {
        let Some((meter, power)) = meter(key) else {
            notes
                .add(format!("No meter stands for its price `{key}`: {value}."), "It is left out.");
            notes.unread(key, value);
            continue;
        };
        match price(value, power, key, notes) {
            Some(price) => {
                prices.insert(meter, price);
            }
            None => notes.add(format!("Its price `{key}` is not one: {value}."), "It is left out."),
        }
    }
    prices
}

fn price(feed: &Value, power: i32, key: &str, notes: &mut Notes) -> Option<Price> {
    let mut rate = |value: &Value| notes.rate(key, value, power);
    if feed.is_number() {
        return Some(Price { base: rate(feed)?, tiers: vec![] });
    }
    let tier = |tier: &Value| Some((tier["start"].as_u64()?, rate(&tier["price"])?));
    let mut tiers: Vec<_> = feed["tiers"].as_array()?.iter().map(tier).collect::<Option<_>>()?;
    tiers.sort_by_key(|(start, _)| *start);
    Some(Price { base: rate(&feed["base"])?, tiers })
}

/// What a price key prices, and for ten to the power of how many units.
fn meter(key: &str) -> Option<(Meter, i32)> {
    Some(match key {
        "input_mtok" => (Meter::Input, 6),
        "cache_read_mtok" => (Meter::CacheRead, 6),
        "cache_write_mtok" => (Meter::CacheWrite, 6),
        "cache_write_1h_mtok" => (Meter::CacheWrite1h, 6),
        "output_mtok" => (Meter::Output, 6),
        "input_audio_mtok" => (Meter::InputAudio, 6),
        "cache_audio_read_mtok" => (Meter::CacheReadAudio, 6),
        "output_audio_mtok" => (Meter::OutputAudio, 6),
        "input_image_mtok" => (Meter::InputImage, 6),
        "cache_image_read_mtok" => (Meter::CacheReadImage, 6),
        "output_image_mtok" => (Meter::OutputImage, 6),
        "input_video_mtok" => (Meter::InputVideo, 6),
        "output_video_mtok" => (Meter::OutputVideo, 6),
        "output_reasoning_mtok" => (Meter::OutputReasoning, 6),
        "output_citation_mtok" => (Meter::OutputCitation, 6),
        "input_mchars" => (Meter::InputCharacter, 6),
        "requests_kcount" => (Meter::Request, 3),
        "web_searches_kcount" => (Meter::WebSearch, 3),
        "storage_searches_kcount" => (Meter::FileSearch, 3),
        "input_document_kpages" => (Meter::Page, 3),
        "input_annotated_document_kpages" => (Meter::AnnotatedPage, 3),
        "audio_hours" => (Meter::AudioHour, 0),
        "input_audio_hours" => (Meter::InputAudioHour, 0),
        "input_text_messages_kcount" => (Meter::TextMessage, 3),
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
