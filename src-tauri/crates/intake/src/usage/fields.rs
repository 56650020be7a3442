//! The fields of usage records: whose they are, and what they say.

use cost::meter::Meter;

/// Whose way to count a field belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Several vendors and we.
    Any,
    /// Ours, as price cases are written.
    Ours,
    /// OpenAI Chat, and those who imitate it.
    Chat,
    /// OpenAI Responses and Realtime.
    Responses,
    /// Anthropic Messages: cached input stands beside the rest.
    Anthropic,
    /// Google Gemini: hidden thoughts stand beside the answer.
    Gemini,
    /// Amazon Bedrock Converse: cached input stands beside the rest.
    Bedrock,
    /// OpenTelemetry's conventions for generative AI.
    OpenTelemetry,
}

impl Style {
    /// Whether cached input stands beside the rest instead of inside it.
    pub const fn is_exclusive(self) -> bool {
        matches!(self, Self::Anthropic | Self::Bedrock)
    }

    /// As an error names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "anyone",
            Self::Ours => "Forebill",
            Self::Chat => "OpenAI Chat",
            Self::Responses => "OpenAI Responses",
            Self::Anthropic => "Anthropic",
            Self::Gemini => "Gemini",
            Self::Bedrock => "Bedrock",
            Self::OpenTelemetry => "OpenTelemetry",
        }
    }
}

/// What a field says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Says {
    /// So many tokens.
    Count(Count),
    /// So much of something else.
    Fee(Meter),
    /// So much of hours of something else, in one of so many parts of an hour.
    Time(Meter, u32),
    /// The tier that served the call.
    Tier,
    /// The same in Vertex AI's words.
    Traffic,
    /// Something else about how it was served.
    Context,
}

impl Says {
    /// Whether it says how much of something was used.
    pub const fn is_amount(self) -> bool {
        match self {
            Self::Count(_) | Self::Fee(_) | Self::Time(..) => true,
            Self::Tier | Self::Traffic | Self::Context => false,
        }
    }
}

/// Which tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    Input,
    Output,
    Total,
    CacheRead,
    CacheMiss,
    CacheWrite,
    CacheWrite5m,
    CacheWrite1h,
    InputAudio,
    CacheReadAudio,
    InputImage,
    CacheReadImage,
    InputVideo,
    /// Prompt that tools wrote, beside the rest of it.
    ToolInput,
    /// The answer without hidden reasoning.
    Visible,
    Reasoning,
    Citation,
    OutputAudio,
    OutputImage,
    /// Text is what is left; what is not billed is not counted.
    Nothing,
}

/// Every field that is read, by its path.
pub const FIELDS: &[(&str, Style, Says)] = {
    use Count::*;
    use Says::{Context, Count as C, Fee, Tier, Traffic};
    use Style::*;
    &[
        ("input_tokens", Any, C(Input)),
        ("output_tokens", Any, C(Output)),
        ("total_tokens", Any, C(Total)),
        ("reasoning_tokens", Any, C(Reasoning)),
        ("citation_tokens", Any, C(Citation)),
        ("input_audio_tokens", Any, C(InputAudio)),
        ("output_audio_tokens", Any, C(OutputAudio)),
        ("cached_audio_tokens", Any, C(CacheReadAudio)),
        ("input_image_tokens", Any, C(InputImage)),
        ("output_image_tokens", Any, C(OutputImage)),
        ("web_searches", Any, Fee(Meter::WebSearch)),
        ("file_searches", Any, Fee(Meter::FileSearch)),
        ("requests", Any, Fee(Meter::Request)),
        ("pages", Any, Fee(Meter::Page)),
        ("annotated_pages", Any, Fee(Meter::AnnotatedPage)),
        ("input_characters", Any, Fee(Meter::InputCharacter)),
        ("text_messages", Any, Fee(Meter::TextMessage)),
        ("audio_hours", Any, Fee(Meter::AudioHour)),
        ("input_audio_hours", Any, Fee(Meter::InputAudioHour)),
        ("service_tier", Any, Tier),
        ("inference_geo", Any, Context),
        ("data_residency", Any, Context),
        ("speed", Any, Context),
        // Ours.
        ("cached_read", Ours, C(CacheRead)),
        ("cache_write_5m", Ours, C(CacheWrite5m)),
        ("cache_write_1h", Ours, C(CacheWrite1h)),
        // OpenAI Chat.
        ("prompt_tokens", Chat, C(Input)),
        ("completion_tokens", Chat, C(Output)),
        ("cached_tokens", Chat, C(CacheRead)),
        ("prompt_cache_hit_tokens", Chat, C(CacheRead)),
        ("prompt_cache_miss_tokens", Chat, C(CacheMiss)),
        ("prompt_tokens_details.cached_tokens", Chat, C(CacheRead)),
        ("prompt_tokens_details.cache_write_tokens", Chat, C(CacheWrite5m)),
        ("prompt_tokens_details.audio_tokens", Chat, C(InputAudio)),
        ("prompt_tokens_details.image_tokens", Chat, C(InputImage)),
        ("prompt_tokens_details.text_tokens", Chat, C(Nothing)),
        ("completion_tokens_details.reasoning_tokens", Chat, C(Reasoning)),
        ("completion_tokens_details.audio_tokens", Chat, C(OutputAudio)),
        ("completion_tokens_details.image_tokens", Chat, C(OutputImage)),
        ("completion_tokens_details.text_tokens", Chat, C(Nothing)),
        // Predictions, taken or not, are inside the output.
        ("completion_tokens_details.accepted_prediction_tokens", Chat, C(Nothing)),
        ("completion_tokens_details.rejected_prediction_tokens", Chat, C(Nothing)),
        // OpenAI Responses.
        ("input_tokens_details.cached_tokens", Responses, C(CacheRead)),
        ("input_tokens_details.cache_write_tokens", Responses, C(CacheWrite5m)),
        ("input_tokens_details.audio_tokens", Responses, C(InputAudio)),
        ("input_tokens_details.image_tokens", Responses, C(InputImage)),
        ("input_tokens_details.text_tokens", Responses, C(Nothing)),
        ("input_token_details.cached_tokens", Responses, C(CacheRead)),
        ("input_token_details.audio_tokens", Responses, C(InputAudio)),
        ("input_token_details.image_tokens", Responses, C(InputImage)),
        ("input_token_details.text_tokens", Responses, C(Nothing)),
        ("input_token_details.cached_tokens_details.audio_tokens", Responses, C(CacheReadAudio)),
        ("input_token_details.cached_tokens_details.image_tokens", Responses, C(CacheReadImage)),
        ("input_token_details.cached_tokens_details.text_tokens", Responses, C(Nothing)),
        ("output_token_details.audio_tokens", Responses, C(OutputAudio)),
        ("output_token_details.text_tokens", Responses, C(Nothing)),
        ("output_tokens_details.reasoning_tokens", Responses, C(Reasoning)),
        ("output_tokens_details.image_tokens", Responses, C(OutputImage)),
        ("output_tokens_details.text_tokens", Responses, C(Nothing)),
        // Anthropic.
        ("cache_read_input_tokens", Anthropic, C(CacheRead)),
        ("cache_creation_input_tokens", Anthropic, C(CacheWrite)),
        ("cache_creation.ephemeral_5m_input_tokens", Anthropic, C(CacheWrite5m)),
        ("cache_creation.ephemeral_1h_input_tokens", Anthropic, C(CacheWrite1h)),
        ("output_tokens_details.thinking_tokens", Anthropic, C(Reasoning)),
        ("server_tool_use.web_search_requests", Anthropic, Fee(Meter::WebSearch)),
        // Fetching is free.
        ("server_tool_use.web_fetch_requests", Anthropic, C(Nothing)),
        // Gemini: ai.google.dev/api/generate-content, UsageMetadata.
        ("promptTokenCount", Gemini, C(Input)),
        ("cachedContentTokenCount", Gemini, C(CacheRead)),
        ("candidatesTokenCount", Gemini, C(Visible)),
        ("thoughtsTokenCount", Gemini, C(Reasoning)),
        ("toolUsePromptTokenCount", Gemini, C(ToolInput)),
        ("totalTokenCount", Gemini, C(Total)),
        ("trafficType", Gemini, Traffic),
        ("promptTokensDetails.TEXT", Gemini, C(Nothing)),
        ("promptTokensDetails.DOCUMENT", Gemini, C(Nothing)),
        ("promptTokensDetails.AUDIO", Gemini, C(InputAudio)),
        ("promptTokensDetails.IMAGE", Gemini, C(InputImage)),
        ("promptTokensDetails.VIDEO", Gemini, C(InputVideo)),
        ("cacheTokensDetails.TEXT", Gemini, C(Nothing)),
        ("cacheTokensDetails.AUDIO", Gemini, C(CacheReadAudio)),
        ("cacheTokensDetails.IMAGE", Gemini, C(CacheReadImage)),
        ("candidatesTokensDetails.TEXT", Gemini, C(Nothing)),
        ("candidatesTokensDetails.AUDIO", Gemini, C(OutputAudio)),
        ("candidatesTokensDetails.IMAGE", Gemini, C(OutputImage)),
        ("toolUsePromptTokensDetails.TEXT", Gemini, C(Nothing)),
        // Bedrock: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html.
        ("inputTokens", Bedrock, C(Input)),
        ("outputTokens", Bedrock, C(Output)),
        ("totalTokens", Bedrock, C(Total)),
        ("cacheReadInputTokens", Bedrock, C(CacheRead)),
        ("cacheWriteInputTokens", Bedrock, C(CacheWrite)),
        ("cacheDetails.5m", Bedrock, C(CacheWrite5m)),
        ("cacheDetails.1h", Bedrock, C(CacheWrite1h)),
        // OpenTelemetry: gen-ai spans of the conventions of 2026-08-20.
        ("gen_ai.usage.input_tokens", OpenTelemetry, C(Input)),
        ("gen_ai.usage.output_tokens", OpenTelemetry, C(Output)),
        ("gen_ai.usage.cache_read.input_tokens", OpenTelemetry, C(CacheRead)),
        ("gen_ai.usage.cache_creation.input_tokens", OpenTelemetry, C(CacheWrite)),
        ("gen_ai.usage.cache_write.input_tokens", OpenTelemetry, C(CacheWrite)),
        ("gen_ai.usage.reasoning.output_tokens", OpenTelemetry, C(Reasoning)),
        ("openai.response.service_tier", OpenTelemetry, Tier),
    ]
};

/// Served by capacity that is paid by its unit and hour: the call itself has no price.
pub const PROVISIONED: &str = "provisioned";

/// What Gemini's `trafficType` says of the tier; nothing where it says nothing: ai.google.dev's SDK, TrafficType.
pub fn traffic(word: &str) -> Option<Option<&'static str>> {
    Some(match word {
        "TRAFFIC_TYPE_UNSPECIFIED" => None,
        "ON_DEMAND" => Some("standard"),
        "ON_DEMAND_PRIORITY" => Some("priority"),
        "ON_DEMAND_FLEX" => Some("flex"),
        "PROVISIONED_THROUGHPUT" => Some(PROVISIONED),
        _ => return None,
    })
}

/// What the field of that path says. What is not counted in tokens goes by its meter's name, too; hours also
/// as minutes and seconds: `session_minutes`.
pub fn known(path: &str) -> Option<(Style, Says)> {
    let timed = || {
        let (name, parts) = [("_minutes", 60), ("_seconds", 3600)]
            .iter()
            .find_map(|(ending, parts)| Some((path.strip_suffix(ending)?, *parts)))?;
        let meter = Meter::from_name(&format!("{name}_hour")).filter(|meter| meter.is_hours())?;
        Some((Style::Any, Says::Time(meter, parts)))
    };
    let field = FIELDS.iter().find(|(known, ..)| *known == path);
    let meter = || Meter::from_name(path).filter(|meter| !meter.is_tokens());
    let named = || meter().map(|meter| (Style::Any, Says::Fee(meter)));
    field.map(|(_, style, says)| (*style, *says)).or_else(named).or_else(timed)
}
