//! What a call's record says was used: our own words, OpenAI's and Anthropic's `usage` objects.
//!
//! OpenAI counts the whole prompt; Anthropic counts what came from no cache, and the cached parts beside it.

mod fields;

use std::collections::BTreeMap;

use cost::money::Quantity;
use cost::usage::{Inconsistent, Tokens, Usage};
use serde_json::Value;

use self::fields::{Count, FIELDS, Says, Style, known};

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
    if !known.iter().any(|((_, says), ..)| !matches!(says, Says::Tier | Says::Context)) {
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
            Says::Context => {
                let value = text(path, value)?;
                read.context.extend(value.map(|value| (path.clone(), value)));
            }
            Says::Fee(meter) => {
                let amount = Quantity::parse(&value.to_string()).filter(|_| value.is_number());
                let amount = amount.filter(|amount| *amount >= Quantity::ZERO);
                let amount = amount.or(value.is_null().then_some(Quantity::ZERO));
                let amount = amount.ok_or_else(|| not(path, value, "an amount"))?;
                if amount > Quantity::whole(MOST_UNITS) {
                    return Err(not(path, value, TOO_MUCH));
                }
                read.usage = read.usage.with(meter, amount);
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
        self.exclusive |= style == Style::Anthropic;
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
        let input = self.get(Count::Input).saturating_add(cached);
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
            output: self.output(input, reasoning)?,
            reasoning,
            citation: self.get(Count::Citation),
            output_audio: self.get(Count::OutputAudio),
            output_image: self.get(Count::OutputImage),
            ..Tokens::default()
        })
    }

    /// The whole output. Who counts reasoning beside it (xAI) has it in the total.
    fn output(&self, input: u64, reasoning: u64) -> Result<u64, BadUsage> {
        let output = self.get(Count::Output);
        let Some((total, _)) = self.counts.get(&Count::Total) else { return Ok(output) };
        let beside = output.saturating_add(reasoning);
        if reasoning > 0 && input.saturating_add(beside) == *total {
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

/// Every value that is not an object, with its path.
fn flatten<'v>(path: &str, value: &'v Value, fields: &mut Vec<(String, &'v Value)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| flatten(&below(key), value, fields))
        }
        _ if path.is_empty() => {}
        _ => fields.push((path.to_owned(), value)),
    }
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
    let likeliest =
        FIELDS.iter().map(|(known, ..)| *known).max_by(|a, b| alike(a).total_cmp(&alike(b)));
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

#[cfg(test)]
mod tests {
    use super::*;
    use cost::meter::Meter;

    #[track_caller]
    fn check(json: &str, expected: &str) {
        let value: Value = serde_json::from_str(json).expect("JSON");
        let text = match read(&value) {
            Ok(record) => {
                let amount =
                    |(meter, amount): (Meter, Quantity)| format!("{} {amount}", meter.name());
                let amounts = record.usage.amounts().map(amount);
                let tier = record.tier.iter().map(|tier| format!("tier {tier}"));
                let context = record.context.iter().map(|(key, value)| format!("{key} {value}"));
                let all: Vec<_> = amounts.chain(tier).chain(context).collect();
                format!("{} of prompt: {}", record.usage.prompt_tokens(), all.join(", "))
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(text, expected);
    }

    #[test]
    fn our_own_words() {
        check(
            r#"{"input_tokens": 90000, "cached_read": 60000, "cache_write_5m": 12000, "cache_write_1h": 8000,
                "output_tokens": 1000, "reasoning_tokens": 0, "web_searches": 3, "audio_hours": 0.25}"#,
            "90000 of prompt: input 10000, cache_read 60000, cache_write 12000, cache_write_1h 8000, \
             output 1000, web_search 3, audio_hour 0.25",
        );
        check(r#"{"input_tokens": 0, "output_tokens": 0}"#, "0 of prompt: ");
    }

    #[test]
    fn openai_counts_the_whole_prompt() {
        check(
            r#"{"prompt_tokens": 2006, "completion_tokens": 300, "total_tokens": 2306,
                "prompt_tokens_details": {"cached_tokens": 1920, "audio_tokens": 0},
                "completion_tokens_details": {"reasoning_tokens": 192, "audio_tokens": 0,
                    "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 12}}"#,
            "2006 of prompt: input 86, cache_read 1920, output 108, output_reasoning 192",
        );
        check(
            r#"{"input_tokens": 10000, "input_tokens_details": {"cached_tokens": 2000, "cache_write_tokens": 6000},
                "output_tokens": 500, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": 10500}"#,
            "10000 of prompt: input 2000, cache_read 2000, cache_write 6000, output 500",
        );
        check(
            r#"{"prompt_tokens": 100, "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36,
                "prompt_tokens_details": {"cached_tokens": 64}, "completion_tokens": 5}"#,
            "100 of prompt: input 36, cache_read 64, output 5",
        );
    }

    #[test]
    fn reasoning_beside_the_output_is_seen_in_the_total() {
        check(
            r#"{"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 150,
                "completion_tokens_details": {"reasoning_tokens": 40}}"#,
            "100 of prompt: input 100, output 10, output_reasoning 40",
        );
    }

    #[test]
    fn anthropic_counts_what_came_from_no_cache() {
        check(
            r#"{"input_tokens": 1500, "cache_creation_input_tokens": 1500, "cache_read_input_tokens": 20000,
                "cache_creation": {"ephemeral_5m_input_tokens": 500, "ephemeral_1h_input_tokens": 1000},
                "output_tokens": 500, "output_tokens_details": {"thinking_tokens": 100},
                "server_tool_use": {"web_search_requests": 10, "web_fetch_requests": 2},
                "service_tier": "batch", "inference_geo": "not_available", "speed": "standard"}"#,
            "23000 of prompt: input 1500, cache_read 20000, cache_write 500, cache_write_1h 1000, output 400, \
             output_reasoning 100, web_search 10, tier batch, inference_geo not_available, speed standard",
        );
        check(
            r#"{"input_tokens": 10, "cache_creation_input_tokens": 30, "cache_read_input_tokens": null,
                "cache_creation": null, "server_tool_use": null, "output_tokens": 1}"#,
            "40 of prompt: input 10, cache_write 30, output 1",
        );
    }

    #[test]
    fn contradictions_name_both_figures() {
        check(
            r#"{"input_tokens": 10, "cache_creation_input_tokens": 30, "output_tokens": 1,
                "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 10}}"#,
            "The usage contradicts itself: what was written for 5 minutes and for 1 hour is 20, \
             but `cache_creation_input_tokens` is 30.",
        );
        check(
            r#"{"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 111}"#,
            "The usage contradicts itself: input and output is 110, but `total_tokens` is 111.",
        );
        check(
            r#"{"prompt_tokens": 100, "prompt_cache_hit_tokens": 64, "prompt_tokens_details": {"cached_tokens": 63}}"#,
            "The usage contradicts itself: `prompt_cache_hit_tokens` is 64, but \
             `prompt_tokens_details.cached_tokens` is 63.",
        );
        check(
            r#"{"input_tokens": 10, "cached_read": 20, "output_tokens": 1}"#,
            "The usage contradicts itself: cached and written input, audio, images and video come to 20 tokens, \
             but the whole input to 10.",
        );
        check(
            r#"{"input_tokens": 10, "cached_read": 5, "cache_read_input_tokens": 5}"#,
            "`cache_read_input_tokens` is Anthropic's way to count and `cached_read` is Forebill's: \
             use one of them.",
        );
    }

    #[test]
    fn an_unknown_field_counts_only_when_it_says_something() {
        check(
            r#"{"input_tokens": 10, "output_tokens": 1, "novel_tokens": 0, "notes": null, "list": [], "x": {}}"#,
            "10 of prompt: input 10, output 1",
        );
        check(
            r#"{"input_tokens": 10, "cache_reads": 5}"#,
            "The usage has a field `cache_reads` of 5 that is not known. Did you mean `cached_read`?",
        );
        check(
            r#"{"input_tokens": 10, "iterations": [{"input_tokens": 5}]}"#,
            "The usage has a field `iterations` of [{\"input_tokens\":5}] that is not known.",
        );
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        check(r#"{"input_tokens": -1}"#, "`input_tokens` is -1, not a whole number of 0 or more.");
        check(
            r#"{"input_tokens": 1.5}"#,
            "`input_tokens` is 1.5, not a whole number of 0 or more.",
        );
        check(r#"{"web_searches": "3"}"#, "`web_searches` is \"3\", not an amount.");
        check(
            r#"{"input_tokens": 1000000000000001}"#,
            "`input_tokens` is 1000000000000001, not an amount of at most 1000000000000000.",
        );
        check(
            r#"{"input_tokens": 1, "web_searches": 2000000000000000}"#,
            "`web_searches` is 2000000000000000, not an amount of at most 1000000000000000.",
        );
        check(
            r#"{"input_tokens": 1000000000000000}"#,
            "1000000000000000 of prompt: input 1000000000000000",
        );
        check("{}", "The usage names nothing that was used.");
        check("[1]", "The usage names nothing that was used.");
    }
}
