//! A whole response, or the line of a log or of a batch around one: its usage, whose it is, and when it came.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::flat::has_amounts;
use super::tools::{Tools, tools};
use super::when::when;

/// What a vendor recorded of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// The usage, as [`super::read`] reads it.
    pub usage: Value,
    /// Who sells the model, where that is told.
    pub provider: Option<String>,
    /// The model, where that is told.
    pub model: Option<String>,
    /// The tier, where that is told beside the usage.
    pub tier: Option<String>,
    /// What else is told about how the call was served.
    pub context: BTreeMap<String, String>,
    /// When the call was made, where that is told.
    pub at: Option<String>,
    /// What tools did that the usage does not count.
    pub tools: Tools,
}

/// A record without usage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoUsage {
    /// It is no object.
    #[error("this is JSON of another shape")]
    Shape,
    /// Its usage is none.
    #[error("the response's usage is no object")]
    UsageShape,
    /// The call failed.
    #[error("{} failed and has no usage: {cause}", call(.model))]
    Failed {
        /// The model that was called.
        model: Option<String>,
        /// Why, as the vendor says it.
        cause: String,
    },
    /// It names a model, and nothing that was used.
    #[error("the record of `{model}` has no usage")]
    Missing {
        /// The model.
        model: String,
    },
}

/// Reads a usage object, or a response with one, or the line of a log or a batch that holds a response.
pub fn response(document: Value) -> Result<Response, NoUsage> {
    if !document.is_object() {
        return Err(NoUsage::Shape);
    }
    let inner = held(&document);
    let around = [inner, &document];
    let word = |name: &str| around.iter().find_map(|it| word(it, name));
    let bedrock = || Some(word("modelId")?.rsplit('/').next()?.to_owned());
    let told = word("model").or_else(|| word("modelVersion"));
    let by_bedrock = told.is_none().then(bedrock).flatten();
    let provider = word("provider").or_else(|| by_bedrock.is_some().then(|| "aws".into()));
    let model = told.or(by_bedrock);
    let usage = match usage(inner) {
        Some(usage) if usage.is_object() => usage,
        Some(_) => return Err(NoUsage::UsageShape),
        None => match (failure(&around), model) {
            (Some(cause), model) => return Err(NoUsage::Failed { model, cause }),
            (None, Some(model)) if !has_amounts(&document) => {
                return Err(NoUsage::Missing { model });
            }
            (None, _) => return Ok(Response { usage: document, ..Response::default() }),
        },
    };
    let is_batch = !std::ptr::eq(inner, &document)
        && ["custom_id", "key"].iter().any(|name| document.get(name).is_some());
    let tier = match is_batch {
        // A batch's answers tell the tier of their usage, or none that is theirs.
        true => usage.get("service_tier").is_none_or(Value::is_null).then(|| "batch".to_owned()),
        false => word("service_tier").or_else(|| {
            let tier = inner.get("serviceTier")?.get("type")?;
            tier.as_str().map(str::to_owned)
        }),
    };
    let context = around.iter().find_map(|it| it.get("context")?.as_object());
    let context = context.into_iter().flatten();
    let context = context.filter_map(|(key, it)| Some((key.clone(), it.as_str()?.into())));
    Ok(Response {
        provider,
        model,
        tier,
        context: context.collect(),
        at: around.iter().find_map(|it| when(it)),
        tools: tools(body(inner).unwrap_or(inner)),
        usage,
    })
}

/// Names that Amazon Bedrock's id of a model may have in a book, the id itself first. Ids of a region's endpoint
/// are one in it, `regional.…`, whatever the region, and versions may be left out.
pub fn bedrock_names(id: &str) -> Vec<String> {
    const REGIONS: [&str; 8] = ["us", "eu", "apac", "au", "jp", "ca", "in", "us-gov"];
    let regional = id.split_once('.').filter(|(region, _)| REGIONS.contains(region));
    let plain = regional.map_or(id, |(_, plain)| plain);
    let stems = [id.to_owned(), format!("regional.{plain}"), plain.to_owned()];
    let versions = ["", ":0", "-v1:0"];
    let named = |stem: &String| versions.map(|version| format!("{stem}{version}"));
    stems.iter().flat_map(named).collect()
}

/// The response that a line of a batch or a log holds, or the document itself.
fn held(document: &Value) -> &Value {
    let at = |path: &[&str]| {
        let found = path.iter().try_fold(document, |it, name| it.get(name));
        found.filter(|it| it.is_object())
    };
    let is_response =
        |it: &&Value| ["usage", "usageMetadata", "error"].iter().any(|name| it.get(name).is_some());
    match usage(document) {
        Some(_) => document,
        None => at(&["response", "body"])
            .or_else(|| at(&["result", "message"]))
            .or_else(|| at(&["response"]).filter(is_response))
            .unwrap_or(document),
    }
}

/// The usage of a response, or of a line of Bedrock's log of invocations.
fn usage(response: &Value) -> Option<Value> {
    let told = |it: &Value| {
        let names = ["usageMetadata", "usage"];
        names.iter().find_map(|name| it.get(name).filter(|it| !it.is_null())).cloned()
    };
    let counts = || {
        let named = [
            ("input", "inputTokenCount", "inputTokens"),
            ("input", "cacheReadInputTokenCount", "cacheReadInputTokens"),
            ("input", "cacheWriteInputTokenCount", "cacheWriteInputTokens"),
            ("output", "outputTokenCount", "outputTokens"),
        ];
        let count = |(side, theirs, ours): (&str, &str, &str)| {
            Some((ours.to_owned(), response.get(side)?.get(theirs)?.clone()))
        };
        let counts: Map<String, Value> = named.into_iter().filter_map(count).collect();
        (!counts.is_empty()).then_some(Value::Object(counts))
    };
    // The answer's own usage tells for how long was cached, the log's counts do not.
    told(response).or_else(|| told(body(response)?).filter(Value::is_object)).or_else(counts)
}

/// The answer in a line of Bedrock's log.
fn body(response: &Value) -> Option<&Value> {
    response.get("output")?.get("outputBodyJson")
}

/// Why a call failed, where it did.
fn failure(around: &[&Value]) -> Option<String> {
    let results = around.iter().filter_map(|it| it.get("result"));
    let all: Vec<&Value> = around.iter().copied().chain(results).collect();
    let error = all.iter().find_map(|it| it.get("error").filter(|error| !error.is_null()));
    let of_error = error.map(|error| {
        let inner = error.get("error").unwrap_or(error);
        let names = ["message", "code", "type"];
        let said = names.iter().find_map(|name| word(inner, name));
        let said = said.or_else(|| inner.as_str().map(str::to_owned));
        said.unwrap_or_else(|| inner.to_string()).trim_end_matches('.').to_owned()
    });
    let ended = || {
        let kind = all.iter().find_map(|it| word(it, "type"))?;
        ["errored", "canceled", "expired"].contains(&kind.as_str()).then_some(kind)
    };
    of_error.or_else(|| around.iter().find_map(|it| word(it, "errorCode"))).or_else(ended)
}

fn word(value: &Value, name: &str) -> Option<String> {
    value.get(name)?.as_str().map(str::to_owned)
}

fn call(model: &Option<String>) -> String {
    model.as_ref().map_or("a call".into(), |model| format!("a call of `{model}`"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(document: Value, expected: &str) {
        let text = match response(document) {
            Ok(it) => {
                let known = [it.provider, it.model, it.tier, it.at];
                let known: Vec<_> = known.into_iter().flatten().collect();
                format!("{}: {}", known.join(", "), it.usage)
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(text, expected);
    }

    #[test]
    fn lines_of_batches_are_read_to_the_response_that_they_hold() {
        let usage = json!({"input_tokens": 3});
        check(
            json!({"custom_id": "a", "error": null, "response": {"status_code": 200, "body": {
                "model": "gpt-5.4", "created": 1_795_132_800, "service_tier": "default", "usage": usage}}}),
            r#"gpt-5.4, batch, 2026-11-20T00:00:00Z: {"input_tokens":3}"#,
        );
        check(
            json!({"custom_id": "a", "timestamp": "2026-11-20", "result": {"type": "succeeded", "message": {
                "model": "claude-opus-5-5", "usage": {"input_tokens": 3, "service_tier": "batch"}}}}),
            r#"claude-opus-5-5, 2026-11-20: {"input_tokens":3,"service_tier":"batch"}"#,
        );
        check(
            json!({"type": "response.completed", "response": {"model": "gpt-5.4", "usage": usage}}),
            r#"gpt-5.4: {"input_tokens":3}"#,
        );
    }

    #[test]
    fn bedrocks_logs_name_their_model_and_count_their_tokens() {
        let profile = "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0";
        check(
            json!({"timestamp": "2026-02-20T00:00:00Z", "modelId": profile,
                "input": {"inputTokenCount": 10, "cacheReadInputTokenCount": 4},
                "output": {"outputTokenCount": 5, "outputBodyJson": [{"chunk": 1}]}}),
            "aws, us.anthropic.claude-haiku-4-5-20251001-v1:0, 2026-02-20T00:00:00Z: \
             {\"cacheReadInputTokens\":4,\"inputTokens\":10,\"outputTokens\":5}",
        );
        check(
            json!({"modelId": "amazon.nova-pro-v1:0", "input": {"inputTokenCount": 10},
                "output": {"outputTokenCount": 5, "outputBodyJson": {"usage": {"inputTokens": 10}}}}),
            r#"aws, amazon.nova-pro-v1:0: {"inputTokens":10}"#,
        );
        check(
            json!({"modelId": "amazon.nova-pro-v1:0", "serviceTier": {"type": "flex"}, "usage": {"inputTokens": 1}}),
            r#"aws, amazon.nova-pro-v1:0, flex: {"inputTokens":1}"#,
        );
        let names = bedrock_names("us.anthropic.claude-opus-4-8-v1");
        assert!(names.contains(&"regional.anthropic.claude-opus-4-8-v1:0".to_owned()), "{names:?}");
        assert_eq!(bedrock_names("openai.gpt-5.4")[0], "openai.gpt-5.4");
    }

    #[test]
    fn a_call_without_usage_is_named() {
        check(
            json!({"model": "gpt-5.4", "error": {"message": "Slow down.", "code": 429}}),
            "a call of `gpt-5.4` failed and has no usage: Slow down",
        );
        check(json!({"model": "gpt-5.4", "choices": []}), "the record of `gpt-5.4` has no usage");
        check(
            json!({"custom_id": "a", "response": null, "error": {"code": "expired"}}),
            "a call failed and has no usage: expired",
        );
        check(
            json!({"custom_id": "a", "result": {"type": "canceled"}}),
            "a call failed and has no usage: canceled",
        );
        check(json!({"usage": 3}), "the response's usage is no object");
        check(json!([3]), "this is JSON of another shape");
        // Words alone are usage, and a misspelt one is told where they are read.
        check(json!({"input_tokenz": 3}), r#": {"input_tokenz":3}"#);
    }
}
