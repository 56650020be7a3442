//! Records as vendors write them.

use super::*;

#[track_caller]
fn check(json: &str, expected: &str) {
    let value: Value = serde_json::from_str(json).expect("JSON");
    let text = match read(&value) {
        Ok(record) => {
            let amount = |(meter, amount): (Meter, Quantity)| format!("{} {amount}", meter.name());
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
    check(r#"{"input_tokens": 1.5}"#, "`input_tokens` is 1.5, not a whole number of 0 or more.");
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

#[test]
fn gemini_counts_thoughts_beside_the_answer() {
    check(
        r#"{"promptTokenCount": 12000, "cachedContentTokenCount": 8000, "candidatesTokenCount": 300,
            "thoughtsTokenCount": 500, "totalTokenCount": 12800,
            "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 11742},
                {"modality": "IMAGE", "tokenCount": 258}],
            "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 8000}]}"#,
        "12000 of prompt: input 3742, cache_read 8000, output 300, input_image 258, output_reasoning 500",
    );
    check(
        r#"{"promptTokenCount": 100, "toolUsePromptTokenCount": 40, "candidatesTokenCount": 5, "totalTokenCount": 145}"#,
        "140 of prompt: input 140, output 5",
    );
    check(
        r#"{"promptTokenCount": 100, "candidatesTokenCount": 5, "thoughtsTokenCount": 7, "totalTokenCount": 105}"#,
        "The usage contradicts itself: input and output is 112, but `total_tokens` is 105.",
    );
}

#[test]
fn gemini_says_by_its_traffic_which_tier_served_the_call() {
    let usage = |traffic: &str| {
        format!(r#"{{"promptTokenCount": 10, "totalTokenCount": 10, "trafficType": "{traffic}"}}"#)
    };
    check(&usage("ON_DEMAND"), "10 of prompt: input 10, tier standard");
    check(&usage("ON_DEMAND_PRIORITY"), "10 of prompt: input 10, tier priority");
    check(&usage("ON_DEMAND_FLEX"), "10 of prompt: input 10, tier flex");
    check(&usage("PROVISIONED_THROUGHPUT"), "10 of prompt: input 10, tier provisioned");
    check(&usage("TRAFFIC_TYPE_UNSPECIFIED"), "10 of prompt: input 10");
    check(&usage("ROLLING"), "`trafficType` is \"ROLLING\", not a kind of traffic.");
}

#[test]
fn bedrock_and_opentelemetry_have_words_of_their_own() {
    check(
        r#"{"inputTokens": 10, "cacheReadInputTokens": 200, "cacheWriteInputTokens": 30, "outputTokens": 5,
            "totalTokens": 245}"#,
        "240 of prompt: input 10, cache_read 200, cache_write 30, output 5",
    );
    check(
        r#"{"inputTokens": 10, "cacheWriteInputTokens": 30, "outputTokens": 5,
            "cacheDetails": [{"ttl": "1h", "inputTokens": 20}, {"ttl": "5m", "inputTokens": 10}]}"#,
        "40 of prompt: input 10, cache_write 10, cache_write_1h 20, output 5",
    );
    check(
        r#"{"gen_ai.usage.input_tokens": 1200, "gen_ai.usage.cache_read.input_tokens": 1024,
            "gen_ai.usage.output_tokens": 300, "openai.response.service_tier": "flex"}"#,
        "1200 of prompt: input 176, cache_read 1024, output 300, tier flex",
    );
}

#[test]
fn what_is_not_tokens_goes_by_its_meter() {
    check(
        r#"{"capacity_unit_hour": 720.5, "storage_gb_month": 3}"#,
        "0 of prompt: capacity_unit_hour 720.5, storage_gb_month 3",
    );
    check(
        r#"{"training_tokens": 3}"#,
        "The usage has a field `training_tokens` of 3 that is not known. Did you mean `training_token`?",
    );
}

#[test]
fn hours_are_told_as_minutes_and_seconds_too() {
    check(
        r#"{"session_minutes": 20, "code_execution_seconds": 90.5}"#,
        "0 of prompt: code_execution_hour 0.025138888889, session_hour 0.333333333333",
    );
    check(r#"{"session_hour": 0.3333333333333333}"#, "0 of prompt: session_hour 0.333333333333");
    check(
        r#"{"session_hour": 1, "session_minutes": 20}"#,
        "`session_minutes` is 20, not left out, where its hours are told, too.",
    );
}
