//! What a call's record says was used: our own words, and those of OpenAI, Anthropic, Gemini, Bedrock and OpenTelemetry.
//!
//! Most count the whole prompt; Anthropic and Bedrock count what came from no cache, and the cached parts beside it.

mod fields;
mod flat;
mod report;
mod response;
#[cfg(test)]
mod tests;
mod tools;
mod when;

use std::collections::BTreeMap;

use cost::meter::Meter;
use cost::money::Quantity;
use cost::usage::{Inconsistent, Tokens, Usage};
use serde_json::Value;

pub use self::fields::PROVISIONED;
use self::fields::{Count, FIELDS, Says, Style, known, traffic};
use self::flat::flatten;
pub use self::report::{BadReport, LONG_TOKENS, Page, Row, page};
pub use self::response::{NoUsage, Response, bedrock_names, response};
pub use self::tools::Tools;

/// One recorded call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// What it used.
    pub usage: Usage,
    /// The tier that served it, in the vendor's word.
    pub tier: Option<String>,
    /// What else the record says about how it was served: `inference_geo`, `speed`.
    pub context: BTreeMap<String, String>,
}

/// A record that cannot be read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum BadUsage {
    /// It is not an object, or says nothing.
    #[error("The usage names nothing that was used.")]
    Empty,
    /// A field that is not known, and not zero.
    #[error("The usage has a field `{field}` of {value} that is not known.{}", or(.suggestion))]
    UnknownField {
        /// Its path: `prompt_tokens_details.cached_tokens`.
        field: String,
        /// What it says.
        value: String,
        /// A known field that looks like it.
        suggestion: Option<String>,
    },
    /// A field with something else than an amount.
    #[error("`{field}` is {value}, not {expected}.")]
    NotAnAmount {
        /// Its path.
        field: String,
        /// What it says.
        value: String,
        /// What it should say.
        expected: &'static str,
    },
    /// Fields of several vendors, which count differently.
    #[error(
        "`{first}` is {first_style}'s way to count and `{second}` is {second_style}'s: use one of them."
    )]
    Mixed {
        /// A field of the one.
        first: String,
        /// Whose it is.
        first_style: &'static str,
        /// A field of the other.
        second: String,
        /// Whose it is.
        second_style: &'static str,
    },
    /// Two fields that should agree.
    #[error(
        "The usage contradicts itself: {first} is {first_tokens}, but {second} is {second_tokens}."
    )]
    Contradiction {
        /// The one field, or a sum of several.
        first: String,
        /// What it says.
        first_tokens: u64,
        /// The other.
        second: String,
        /// What that says.
        second_tokens: u64,
    },
    /// A part that is larger than its whole.
    #[error(transparent)]
    Inconsistent(#[from] Inconsistent),
}

/// The most that a record may say was used of anything: more is a mistake, and no bill.
pub const MOST_UNITS: u64 = 1_000_000_000_000_000;

const TOO_MUCH: &str = "an amount of at most 1000000000000000";

/// Reads one call's record.
pub fn read(record: &Value) -> Result<Record, BadUsage> {
    let mut fields = Vec::new();
    flatten("", record, &mut fields);
    let known: Vec<_> =
        fields.iter().filter_map(|(path, value)| Some((known(path)?, path, *value))).collect();
    if !known.iter().any(|((_, says), ..)| says.is_amount()) {
        // Zeros are an answer, an empty record is not; a misspelt field is told apart below.
        refuse_unknown(&fields)?;
        return Err(BadUsage::Empty);
    }
    refuse_unknown(&fields)?;
    refuse_mixed(&known)?;

    let mut read = Record::default();
    let mut counts = Counts::default();
    for ((style, says), path, value) in known {
        match says {
            Says::Tier => read.tier = text(path, value)?.or(read.tier),
            Says::Traffic => {
                let Some(word) = text(path, value)? else { continue };
                let tier = traffic(&word).ok_or_else(|| not(path, value, "a kind of traffic"))?;
                read.tier = tier.map(str::to_owned).or(read.tier);
            }
            Says::Context => {
                let value = text(path, value)?;
                read.context.extend(value.map(|value| (path.clone(), value)));
            }
            Says::Fee(meter) => read.usage = read.usage.with(meter, amount(path, value)?),
            Says::Time(meter, parts) => {
                if read.usage.amount(meter) != Quantity::ZERO {
                    return Err(not(path, value, "left out, where its hours are told, too"));
                }
                read.usage = read.usage.with(meter, amount(path, value)?.part(parts));
            }
            Says::Count(count) => counts.set(count, style, path, value)?,
        }
    }
    let fees = std::mem::take(&mut read.usage);
    let usage = Usage::from_tokens(&counts.tokens()?)?;
    read.usage = fees.amounts().fold(usage, |usage, (meter, amount)| usage.with(meter, amount));
    Ok(read)
}

/// What was counted, and by which field.
#[derive(Default)]
struct Counts {
    counts: BTreeMap<Count, (u64, String)>,
    exclusive: bool,
}

impl Counts {
    fn set(
        &mut self,
        count: Count,
        style: Style,
        path: &str,
        value: &Value,
    ) -> Result<(), BadUsage> {
        self.exclusive |= style.is_exclusive();
        if value.is_null() {
            return Ok(());
        }
        let tokens =
            value.as_u64().ok_or_else(|| not(path, value, "a whole number of 0 or more"))?;
        if tokens > MOST_UNITS {
            return Err(not(path, value, TOO_MUCH));
        }
        let before = self.counts.insert(count, (tokens, path.into()));
        match before.filter(|(before, _)| *before != tokens && count != Count::Nothing) {
            Some((first_tokens, first)) => Err(BadUsage::Contradiction {
                first: format!("`{first}`"),
                first_tokens,
                second: format!("`{path}`"),
                second_tokens: tokens,
            }),
            None => Ok(()),
        }
    }

    fn get(&self, count: Count) -> u64 {
        self.counts.get(&count).map_or(0, |(tokens, _)| *tokens)
    }

    /// Totals and their parts, whoever counted them.
    fn tokens(&self) -> Result<Tokens, BadUsage> {
        let (short, hour) = (self.get(Count::CacheWrite5m), self.get(Count::CacheWrite1h));
        let parts = short.saturating_add(hour);
        // Without its parts, what was written was written for the default time.
        let parts_known = [Count::CacheWrite5m, Count::CacheWrite1h]
            .iter()
            .any(|count| self.counts.contains_key(count));
        let written = match self.counts.get(&Count::CacheWrite) {
            Some((written, _)) if !parts_known => *written,
            Some((written, path)) if parts != *written => {
                return Err(BadUsage::Contradiction {
                    first: "what was written for 5 minutes and for 1 hour".into(),
                    first_tokens: parts,
                    second: format!("`{path}`"),
                    second_tokens: *written,
                });
            }
            _ => parts,
        };
        let read = self.get(Count::CacheRead);
        let cached = if self.exclusive { read.saturating_add(written) } else { 0 };
        let told = self.get(Count::Input).saturating_add(self.get(Count::ToolInput));
        let input = told.saturating_add(cached);
        if let Some((missed, _)) = self.counts.get(&Count::CacheMiss) {
            agree(
                "cache hits and misses",
                read.saturating_add(*missed),
                "the whole prompt",
                input,
            )?;
        }
        let reasoning = self.get(Count::Reasoning);
        Ok(Tokens {
            input,
            cache_read: read,
            cache_write: written - hour,
            cache_write_1h: hour,
            input_audio: self.get(Count::InputAudio),
            cache_read_audio: self.get(Count::CacheReadAudio),
            input_image: self.get(Count::InputImage),
            cache_read_image: self.get(Count::CacheReadImage),
            input_video: self.get(Count::InputVideo),
            output: self.output(input, reasoning)?,
            reasoning,
            citation: self.get(Count::Citation),
            output_audio: self.get(Count::OutputAudio),
            output_image: self.get(Count::OutputImage),
            ..Tokens::default()
        })
    }

    /// The whole output. Who counts reasoning beside it (xAI) has it in the total; Gemini always does.
    fn output(&self, input: u64, reasoning: u64) -> Result<u64, BadUsage> {
        let visible = self.counts.get(&Count::Visible).map(|(visible, _)| visible + reasoning);
        let output = visible.unwrap_or(self.get(Count::Output));
        let Some((total, _)) = self.counts.get(&Count::Total) else { return Ok(output) };
        let beside = output.saturating_add(reasoning);
        if visible.is_none() && reasoning > 0 && input.saturating_add(beside) == *total {
            return Ok(beside);
        }
        agree("input and output", input.saturating_add(output), "`total_tokens`", *total)?;
        Ok(output)
    }
}

fn agree(first: &str, first_tokens: u64, second: &str, second_tokens: u64) -> Result<(), BadUsage> {
    if first_tokens == second_tokens {
        return Ok(());
    }
    let (first, second) = (first.into(), second.into());
    Err(BadUsage::Contradiction { first, first_tokens, second, second_tokens })
}

fn refuse_unknown(fields: &[(String, &Value)]) -> Result<(), BadUsage> {
    let says_something = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        Value::Bool(true) | Value::Object(_) => true,
    };
    let unknown =
        fields.iter().find(|(path, value)| known(path).is_none() && says_something(value));
    let Some((path, value)) = unknown else { return Ok(()) };
    let alike = |known: &&str| strsim::jaro_winkler(path, known);
    let meters = Meter::ALL.iter().filter(|meter| !meter.is_tokens()).map(|meter| meter.name());
    let likeliest = FIELDS
        .iter()
        .map(|(known, ..)| *known)
        .chain(meters)
        .max_by(|a, b| alike(a).total_cmp(&alike(b)));
    Err(BadUsage::UnknownField {
        field: path.clone(),
        value: value.to_string(),
        suggestion: likeliest.filter(|known| alike(known) > 0.8).map(Into::into),
    })
}

fn refuse_mixed(known: &[((Style, Says), &String, &Value)]) -> Result<(), BadUsage> {
    let mut styled = known.iter().filter(|((style, _), ..)| *style != Style::Any);
    let Some(((first_style, _), first, _)) = styled.next() else { return Ok(()) };
    match styled.find(|((style, _), ..)| style != first_style) {
        Some(((second_style, _), second, _)) => Err(BadUsage::Mixed {
            first: (*first).clone(),
            first_style: first_style.name(),
            second: (*second).clone(),
            second_style: second_style.name(),
        }),
        None => Ok(()),
    }
}

/// So much of something that is not tokens; nothing where the record says that it is not known.
fn amount(path: &str, value: &Value) -> Result<Quantity, BadUsage> {
    let amount = Quantity::nearest(&value.to_string()).filter(|_| value.is_number());
    let amount = amount.filter(|amount| *amount >= Quantity::ZERO);
    let amount = amount.or(value.is_null().then_some(Quantity::ZERO));
    let amount = amount.ok_or_else(|| not(path, value, "an amount"))?;
    if amount > Quantity::whole(MOST_UNITS) {
        return Err(not(path, value, TOO_MUCH));
    }
    Ok(amount)
}

fn text(path: &str, value: &Value) -> Result<Option<String>, BadUsage> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        _ => Err(not(path, value, "a text")),
    }
}

fn not(path: &str, value: &Value, expected: &'static str) -> BadUsage {
    BadUsage::NotAnAmount { field: path.into(), value: value.to_string(), expected }
}

fn or(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map_or(String::new(), |field| format!(" Did you mean `{field}`?"))
}
