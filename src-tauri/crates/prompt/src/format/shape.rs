//! Which vendor's request a JSON value is, by its shape.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;
use thiserror::Error;

/// What a prompt is written in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// A text, Markdown among it.
    Text,
    /// OpenAI's chat completions.
    OpenAiChat,
    /// OpenAI's Responses.
    OpenAiResponses,
    /// Anthropic's messages.
    Anthropic,
    /// Gemini's contents.
    Gemini,
}

/// A name that no format has.
#[derive(Clone, Debug, Eq, PartialEq, Error)]
#[error("No format is called `{0}`. Take one of {known}.", known = Format::ALL.map(Format::name).join(", "))]
pub struct UnknownFormat(pub String);

impl Format {
    /// All of them.
    pub const ALL: [Format; 5] = [
        Format::Text,
        Format::OpenAiChat,
        Format::OpenAiResponses,
        Format::Anthropic,
        Format::Gemini,
    ];

    /// `openai-chat`
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::OpenAiChat => "openai-chat",
            Format::OpenAiResponses => "openai-responses",
            Format::Anthropic => "anthropic",
            Format::Gemini => "gemini",
        }
    }

    /// Whose models take it.
    pub fn maker(self) -> &'static str {
        match self {
            Format::Text => "",
            Format::OpenAiChat | Format::OpenAiResponses => "openai",
            Format::Anthropic => "anthropic",
            Format::Gemini => "google",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let name = if name == "markdown" { "text" } else { name };
        let format = Format::ALL.into_iter().find(|format| format.name() == name);
        format.ok_or_else(|| UnknownFormat(name.into()))
    }
}

/// The request itself, where a batch file wraps it.
pub(super) fn body(value: &Value) -> &Value {
    let is_wrapped = value.get("custom_id").is_some() || value.get("key").is_some();
    let inner = ["body", "params", "request"].iter().find_map(|key| value.get(key));
    inner.filter(|inner| is_wrapped && inner.is_object()).unwrap_or(value)
}

/// The format of a request; nothing where no vendor takes it.
pub(super) fn shape_of(value: &Value) -> Option<Format> {
    if let Some(list) = value.as_array() {
        return list.first().and_then(shape_of_message);
    }
    let is_list = |key: &str| value.get(key).is_some_and(Value::is_array);
    if is_list("contents") {
        return Some(Format::Gemini);
    }
    if is_list("messages") {
        let is_anthropic = is_anthropic(value);
        return Some(if is_anthropic { Format::Anthropic } else { Format::OpenAiChat });
    }
    let is_input = is_list("input") || value.get("input").is_some_and(Value::is_string);
    let is_asked = ["model", "instructions", "tools"].iter().any(|key| value.get(key).is_some());
    (is_input && is_asked).then_some(Format::OpenAiResponses)
}

/// The format of a list, by its first message.
fn shape_of_message(message: &Value) -> Option<Format> {
    let has = |key: &str| message.get(key).is_some();
    let kind = message.get("type").and_then(Value::as_str);
    if has("parts") {
        Some(Format::Gemini)
    } else if matches!(kind, Some("message" | "function_call" | "function_call_output")) {
        Some(Format::OpenAiResponses)
    } else if has("role") && (has("content") || has("tool_calls")) {
        let types = block_types(message);
        let is_responses = types.iter().any(|kind| kind.starts_with("input_"));
        Some(if is_responses { Format::OpenAiResponses } else { Format::OpenAiChat })
    } else {
        None
    }
}

/// Whether a request with messages is one of Anthropic's. What both could mean goes by the model.
fn is_anthropic(request: &Value) -> bool {
    let has = |key: &str| request.get(key).is_some();
    let list = |key: &str| request.get(key).and_then(Value::as_array).into_iter().flatten();
    let messages = || list("messages");
    let openai_role = |message: &Value| {
        let role = message.get("role").and_then(Value::as_str);
        matches!(role, Some("system" | "developer" | "tool" | "function"))
    };
    if messages().any(|message| openai_role(message) || message.get("tool_calls").is_some())
        || list("tools").any(|tool| tool.get("function").is_some())
    {
        return false;
    }
    const BLOCKS: &[&str] =
        &["tool_use", "tool_result", "image", "document", "thinking", "search_result"];
    let has_block = |message: &Value| block_types(message).iter().any(|kind| BLOCKS.contains(kind));
    let model = request.get("model").and_then(Value::as_str).unwrap_or_default();
    has("system")
        || has("anthropic_version")
        || list("tools").any(|tool| tool.get("input_schema").is_some())
        || messages().any(has_block)
        || model.contains("claude")
}

/// The types of a message's parts.
fn block_types(message: &Value) -> Vec<&str> {
    let parts = message.get("content").and_then(Value::as_array).into_iter().flatten();
    parts.filter_map(|part| part.get("type").and_then(Value::as_str)).collect()
}
