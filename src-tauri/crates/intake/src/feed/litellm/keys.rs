//! What a key of LiteLLM prices: meter, unit, tier and prompt length.

use cost::book::Tier;
use cost::meter::Meter;
use cost::money::{Factor, Rate};

/// What one price of a model prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// What is billed.
    pub meter: Meter,
    /// For ten to the power of how many of the key's own units.
    pub power: i32,
    /// How many of the key's units one of ours has: 3,600 seconds, an hour.
    pub times: u32,
    /// The tier.
    pub tier: Tier,
    /// Only for prompts of more tokens than this.
    pub over: Option<u64>,
}

/// What a key prices for a model of a mode. Nothing where no meter can say it.
pub fn key(name: &str, mode: &str) -> Option<Key> {
    let (rest, tier) = tier(name)?;
    let mut parts = rest.split("_above_");
    let base = parts.next().unwrap_or_default();
    let (mut over, mut is_hour) = (None, false);
    for part in parts {
        match part.strip_suffix("k_tokens").map(str::parse::<u64>) {
            Some(Ok(thousands)) if over.is_none() && thousands < 1_000_000 => {
                over = Some(thousands * 1000)
            }
            None if part == "1hr" && !is_hour => is_hour = true,
            _ => return None,
        }
    }
    let (meter, power, times) = base_of(base, mode)?;
    let meter = match (meter, is_hour) {
        (meter, false) => meter,
        (Meter::CacheWrite, true) => Meter::CacheWrite1h,
        (_, true) => return None,
    };
    Some(Key { meter, power, times, tier, over })
}

/// A rate of one of the key's units as one of ours.
pub fn scaled(rate: Rate, times: u32) -> Rate {
    let by = |rate: Rate, times: u32| {
        rate.times(Factor::parse(&times.to_string()).expect("a small number"))
    };
    match times {
        3600 => by(by(rate, 60), 60),
        few => by(rate, few),
    }
}

fn tier(name: &str) -> Option<(&str, Tier)> {
    const TIERS: [(&str, Tier); 3] =
        [("_batches", Tier::Batch), ("_flex", Tier::Flex), ("_priority", Tier::Priority)];
    let found = TIERS.iter().find_map(|(end, tier)| Some((name.strip_suffix(end)?, *tier)));
    Some(found.unwrap_or((name, Tier::Standard)))
}

fn base_of(base: &str, mode: &str) -> Option<(Meter, i32, u32)> {
    let each = |meter| Some((meter, 0, 1));
    let spoken = ["audio_transcription", "realtime", "audio_speech"].contains(&mode);
    match base {
        "input_cost_per_token" => each(Meter::Input),
        "output_cost_per_token" => each(Meter::Output),
        "output_cost_per_reasoning_token" => each(Meter::OutputReasoning),
        "citation_cost_per_token" => each(Meter::OutputCitation),
        "cache_read_input_token_cost" => each(Meter::CacheRead),
        "cache_creation_input_token_cost" => each(Meter::CacheWrite),
        "input_cost_per_audio_token" => each(Meter::InputAudio),
        "cache_read_input_audio_token_cost" => each(Meter::CacheReadAudio),
        "output_cost_per_audio_token" => each(Meter::OutputAudio),
        "input_cost_per_image_token" => each(Meter::InputImage),
        "cache_read_input_image_token_cost" => each(Meter::CacheReadImage),
        "output_cost_per_image_token" => each(Meter::OutputImage),
        "input_cost_per_video_token" => each(Meter::InputVideo),
        "output_cost_per_video_token" => each(Meter::OutputVideo),
        "input_cost_per_character" => each(Meter::InputCharacter),
        "output_cost_per_character" => each(Meter::OutputCharacter),
        "input_cost_per_request" => each(Meter::Request),
        "input_cost_per_text_message" => each(Meter::TextMessage),
        "ocr_cost_per_page" => each(Meter::Page),
        "annotation_cost_per_page" => each(Meter::AnnotatedPage),
        "code_interpreter_cost_per_session" => each(Meter::Session),
        "file_search_cost_per_1k_calls" => Some((Meter::FileSearch, 3, 1)),
        "file_search_cost_per_gb_per_day" | "vector_store_cost_per_gb_per_day" => {
            each(Meter::StorageGbDay)
        }
        "output_cost_per_image" | "input_cost_per_image" => each(Meter::Image),
        "input_cost_per_audio_per_second" => Some((Meter::InputAudioHour, 0, 3600)),
        "output_cost_per_video_per_second" => Some((Meter::Minute, 0, 60)),
        "input_cost_per_second" if spoken => Some((Meter::InputAudioHour, 0, 3600)),
        "output_cost_per_second" if spoken => Some((Meter::AudioHour, 0, 3600)),
        "output_cost_per_second" if mode == "video_generation" => Some((Meter::Minute, 0, 60)),
        "input_cost_per_query" if mode == "rerank" => each(Meter::RerankSearch),
        "input_cost_per_query" if mode == "search" => each(Meter::WebSearch),
        _ => None,
    }
}

/// Whether a key says something else than what is paid.
pub fn is_no_price(key: &str) -> bool {
    const BEGINNINGS: [&str; 7] =
        ["supports_", "supported_", "max_", "reasoning_", "bedrock_", "token_count_", "gemini_"];
    const KEYS: [&str; 13] = [
        "litellm_provider",
        "mode",
        "source",
        "rpm",
        "tpm",
        "default_reasoning_effort",
        "output_vector_size",
        "uses_embed_content",
        "use_openai_responses_path",
        "vertex_ai_audio_api",
        "thinking_always_on",
        "audio_transcription_config",
        "tool_use_system_prompt_tokens",
    ];
    KEYS.contains(&key) || BEGINNINGS.iter().any(|beginning| key.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, mode: &str, expected: &str) {
        let said = key(name, mode).map_or("none".into(), |key| {
            let over = key.over.map(|tokens| format!(" over {tokens}")).unwrap_or_default();
            format!("{} {}{over} ×{}", key.tier.name(), key.meter.name(), key.times)
        });
        assert_eq!(said, expected);
    }

    #[test]
    fn a_key_says_meter_tier_and_length() {
        check("input_cost_per_token", "chat", "standard input ×1");
        check("output_cost_per_token_above_272k_tokens_flex", "chat", "flex output over 272000 ×1");
        check(
            "cache_creation_input_token_cost_above_1hr_above_100k_tokens_batches",
            "chat",
            "batch cache_write_1h over 100000 ×1",
        );
        check("input_cost_per_second", "audio_transcription", "standard input_audio_hour ×3600");
    }

    #[test]
    fn what_no_meter_can_say_is_none() {
        check("cache_creation_input_token_cost_above_12hr", "chat", "none");
        check("input_cost_per_token_ultrafast", "chat", "none");
        check("input_cost_per_token_above_1hr", "chat", "none");
        check("input_cost_per_second", "chat", "none");
        check("input_dbu_cost_per_token", "chat", "none");
        check("input_cost_per_video_per_second_above_8s_interval", "embedding", "none");
    }
}
