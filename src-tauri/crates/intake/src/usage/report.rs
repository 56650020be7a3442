//! Usage reports of vendors, which count many requests together: OpenAI's Usage API and Anthropic's usage report.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

/// One row of a report: so much of a model's usage, in one span of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Where it stands: `bucket 1, result 2`.
    pub place: String,
    /// Whose report it is.
    pub provider: &'static str,
    /// The model; nothing where the report was not asked for by model.
    pub model: Option<String>,
    /// The beginning of its span: a day where it covers one, else a moment.
    pub at: String,
    /// What was used, as [`super::read`] reads it.
    pub usage: Value,
    /// The tier, where that is told apart.
    pub tier: Option<String>,
    /// How many requests it counts together, where known.
    pub requests: Option<u64>,
    /// Whether they are all longer than [`LONG_TOKENS`], or none is; nothing where the report does not say.
    pub is_long: Option<bool>,
}

/// The length of prompts by which Anthropic's report tells them apart.
pub const LONG_TOKENS: u64 = 200_000;

/// A report that is none that is read here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadReport {
    /// A kind of report that counts something else.
    #[error("{place} is of `{kind}`, which is not read")]
    Kind {
        /// Where it stands.
        place: String,
        /// Its kind, as the vendor names it.
        kind: String,
    },
    /// A part that is not of its shape.
    #[error("{place} has no {lacks}")]
    Shape {
        /// Where it stands.
        place: String,
        /// What is not there.
        lacks: &'static str,
    },
}

/// A page of a report, its rows in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Whose report it is; nothing where it has no bucket.
    pub provider: Option<&'static str>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Whether the vendor has more pages of it.
    pub has_more: bool,
}

/// The rows of a report's page, or of one bucket of it; nothing where the document is no report.
pub fn page(document: &Value) -> Option<Result<Page, BadReport>> {
    // A response may have an empty list beside its usage.
    let is_response = document.get("usage").is_some();
    let buckets = match document.get("data") {
        Some(Value::Array(buckets)) if !is_response && buckets.iter().all(is_bucket) => {
            buckets.as_slice()
        }
        _ if is_bucket(document) => std::slice::from_ref(document),
        _ => return None,
    };
    let has_more = document.get("has_more").and_then(Value::as_bool).unwrap_or(false);
    let rows = buckets.iter().enumerate().map(|(index, bucket)| rows(index + 1, bucket));
    let rows: Result<Vec<Vec<Row>>, BadReport> = rows.collect();
    let provider = buckets.first().map(provider);
    Some(rows.map(|rows| Page { provider, rows: rows.concat(), has_more }))
}

fn is_bucket(value: &Value) -> bool {
    let has_time = value.get("start_time").is_some() || value.get("starting_at").is_some();
    has_time && value.get("results").is_some_and(Value::is_array)
}

fn provider(bucket: &Value) -> &'static str {
    if bucket.get("starting_at").is_some() { "anthropic" } else { "openai" }
}

fn rows(number: usize, bucket: &Value) -> Result<Vec<Row>, BadReport> {
    let place = format!("bucket {number}");
    let (start, end) = match bucket.get("starting_at") {
        Some(_) => (moment(&bucket["starting_at"]), moment(&bucket["ending_at"])),
        None => (second(&bucket["start_time"]), second(&bucket["end_time"])),
    };
    let start = start.ok_or(BadReport::Shape { place, lacks: "time at which it starts" })?;
    let is_a_day = end.is_some_and(|end| end.as_second() - start.as_second() >= 86_400);
    let at = match is_a_day {
        true => start.to_zoned(TimeZone::UTC).date().to_string(),
        false => start.to_string(),
    };
    let results = bucket["results"].as_array().into_iter().flatten().enumerate();
    let row = |(index, result): (usize, &Value)| {
        let place = format!("bucket {number}, result {}", index + 1);
        let read = match bucket.get("starting_at") {
            Some(_) => anthropic(&place, result),
            None => openai(&place, result),
        };
        read.map(|row| Row { place, at: at.clone(), ..row })
    };
    results.map(row).collect()
}

fn second(value: &Value) -> Option<Timestamp> {
    Timestamp::from_second(value.as_i64()?).ok()
}

fn moment(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

fn word(result: &Value, key: &str) -> Option<String> {
    result.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// Cached, written, audio and picture tokens are inside `input_tokens`; how long prompts were is not told.
fn openai(place: &str, result: &Value) -> Result<Row, BadReport> {
    const KINDS: [&str; 2] =
        ["organization.usage.completions.result", "organization.usage.embeddings.result"];
    let kind = word(result, "object").unwrap_or_default();
    if !KINDS.contains(&kind.as_str()) {
        return Err(BadReport::Kind { place: place.into(), kind });
    }
    let details = parts(
        result,
        &[
            ("input_cached_tokens", "cached_tokens"),
            ("input_cache_write_tokens", "cache_write_tokens"),
            ("input_audio_tokens", "audio_tokens"),
            ("input_image_tokens", "image_tokens"),
        ],
    );
    let mut usage = parts(
        result,
        &[
            ("input_tokens", "input_tokens"),
            ("output_tokens", "output_tokens"),
            ("input_cached_audio_tokens", "cached_audio_tokens"),
            ("output_audio_tokens", "output_audio_tokens"),
            ("output_image_tokens", "output_image_tokens"),
        ],
    );
    usage.insert("input_tokens_details".into(), details.into());
    if let Some(images) = result.get("input_cached_image_tokens").filter(|it| it.as_u64() > Some(0))
    {
        let details = json!({"cached_tokens_details": {"image_tokens": images}});
        usage.insert("input_token_details".into(), details);
    }
    let is_batch = result.get("batch").and_then(Value::as_bool) == Some(true);
    Ok(Row {
        provider: "openai",
        model: word(result, "model"),
        usage: usage.into(),
        tier: if is_batch { Some("batch".into()) } else { word(result, "service_tier") },
        requests: result.get("num_model_requests").and_then(Value::as_u64),
        ..Row::default()
    })
}

/// Cached and written tokens stand beside `uncached_input_tokens`, and long prompts are told apart.
fn anthropic(place: &str, result: &Value) -> Result<Row, BadReport> {
    if result.get("uncached_input_tokens").is_none() {
        let lacks = "`uncached_input_tokens`";
        return Err(BadReport::Shape { place: place.into(), lacks });
    }
    let usage = parts(
        result,
        &[
            ("uncached_input_tokens", "input_tokens"),
            ("cache_creation", "cache_creation"),
            ("cache_read_input_tokens", "cache_read_input_tokens"),
            ("output_tokens", "output_tokens"),
            ("server_tool_use", "server_tool_use"),
            ("inference_geo", "inference_geo"),
            ("speed", "speed"),
        ],
    );
    let is_long = match word(result, "context_window").as_deref() {
        Some("0-200k") => Some(false),
        Some("200k-1M") => Some(true),
        _ => None,
    };
    Ok(Row {
        provider: "anthropic",
        model: word(result, "model"),
        usage: usage.into(),
        tier: word(result, "service_tier"),
        is_long,
        ..Row::default()
    })
}

/// What a row says under these names, under the names that records have for it.
fn parts(result: &Value, names: &[(&str, &str)]) -> Map<String, Value> {
    let named = |(theirs, ours): &(&str, &str)| {
        let value = result.get(theirs).filter(|value| !value.is_null())?;
        Some(((*ours).to_owned(), value.clone()))
    };
    names.iter().filter_map(named).collect::<BTreeMap<_, _>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of a page, each as its place, model, time, tier and what it used.
    #[track_caller]
    fn check(document: &Value, expected: &[&str]) {
        let page = page(document).expect("a report").expect("of its shape");
        let row = |row: &Row| {
            let record = crate::usage::read(&row.usage).expect("usage");
            let amount = |(meter, amount): (cost::meter::Meter, cost::money::Quantity)| {
                format!("{} {amount}", meter.name())
            };
            let amounts: Vec<_> = record.usage.amounts().map(amount).collect();
            let Row { place, at, requests, is_long, .. } = row;
            let (model, tier) = (row.model.as_deref(), row.tier.as_deref());
            format!(
                "{place}: {} on {at}, {}, {requests:?} requests, long {is_long:?}: {}",
                model.unwrap_or("?"),
                tier.unwrap_or("?"),
                amounts.join(", ")
            )
        };
        assert_eq!(page.rows.iter().map(row).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn openais_rows_have_cached_tokens_inside() {
        let result = |more: Value| {
            let mut result = json!({
                "object": "organization.usage.completions.result", "input_tokens": 120_000,
                "input_cached_tokens": 80_000, "input_cache_write_tokens": 10_000,
                "input_uncached_tokens": 30_000, "output_tokens": 9000, "input_audio_tokens": 0,
                "num_model_requests": 42, "project_id": "proj_a", "user_id": null,
                "model": "gpt-6-sol", "batch": false, "service_tier": "default"});
            for (key, value) in more.as_object().expect("an object") {
                result[key] = value.clone();
            }
            result
        };
        let bucket = |start: i64, end: i64, results: Value| json!({"object": "bucket", "start_time": start, "end_time": end, "results": results});
        check(
            &json!({"object": "page", "has_more": false, "next_page": null, "data": [
                bucket(1_795_046_400, 1_795_132_800, json!([result(json!({})), result(json!({"batch": true}))])),
                bucket(1_795_046_400, 1_795_050_000, json!([result(json!({"model": null, "service_tier": null}))])),
            ]}),
            &[
                "bucket 1, result 1: gpt-6-sol on 2026-11-19, default, Some(42) requests, long None: \
                 input 30000, cache_read 80000, cache_write 10000, output 9000",
                "bucket 1, result 2: gpt-6-sol on 2026-11-19, batch, Some(42) requests, long None: \
                 input 30000, cache_read 80000, cache_write 10000, output 9000",
                "bucket 2, result 1: ? on 2026-11-19T00:00:00Z, ?, Some(42) requests, long None: \
                 input 30000, cache_read 80000, cache_write 10000, output 9000",
            ],
        );
        let images = json!([{"object": "organization.usage.images.result", "images": 3}]);
        let refused = page(&bucket(1_795_046_400, 1_795_132_800, images)).expect("a report");
        assert_eq!(
            refused.expect_err("refused").to_string(),
            "bucket 1, result 1 is of `organization.usage.images.result`, which is not read"
        );
    }

    #[test]
    fn anthropics_rows_have_them_beside_and_tell_long_prompts_apart() {
        check(
            &json!({"data": [{"starting_at": "2026-11-20T00:00:00Z", "ending_at": "2026-11-21T00:00:00Z",
                "results": [{"uncached_input_tokens": 1500, "cache_creation": {"ephemeral_1h_input_tokens": 1000,
                    "ephemeral_5m_input_tokens": 500}, "cache_read_input_tokens": 20000, "output_tokens": 500,
                    "server_tool_use": {"web_search_requests": 10}, "api_key_id": "apikey_1",
                    "model": "claude-opus-5-5", "service_tier": "standard", "context_window": "0-200k",
                    "inference_geo": "global", "speed": "standard"}]}], "has_more": true, "next_page": "x"}),
            &[
                "bucket 1, result 1: claude-opus-5-5 on 2026-11-20, standard, None requests, long Some(false): \
               input 1500, cache_read 20000, cache_write 500, cache_write_1h 1000, output 500, web_search 10",
            ],
        );
    }

    #[test]
    fn what_is_no_report_is_left_to_others() {
        let empty = json!({"object": "list", "data": [], "usage": {"prompt_tokens": 3}});
        for document in [empty, json!({"data": [1]}), json!({"usage": {}}), json!([]), json!(1)] {
            assert_eq!(page(&document), None, "{document}");
        }
    }
}
