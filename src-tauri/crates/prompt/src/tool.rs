//! What the tools of a call take, in tokens.

use serde_json::{Value, json};

use crate::count::{Certainty, Counted};
use crate::message::{Prompt, Tool};
use crate::rules::{Model, Rules};

/// The tokens of a prompt's tools, and where the rule stands that gave them.
pub(crate) fn tools(
    prompt: &Prompt,
    model: &Model,
    count: &mut dyn FnMut(&str) -> Counted,
) -> (Counted, &'static str) {
    if prompt.tools.is_empty() {
        return (Counted::NONE, "");
    }
    let written = |count: &mut dyn FnMut(&str) -> Counted| {
        prompt.tools.iter().map(|tool| as_json(tool, count)).fold(Counted::NONE, Counted::plus)
    };
    match model.rules {
        Rules::Cookbook => (cookbook(prompt, model, count), COOKBOOK),
        Rules::OpenAi => (doubted(cookbook(prompt, model, count), 0.8, 1.3), OPENAI),
        Rules::Claude(major, minor) => {
            let (own, source) = match tool_prompt(model, (major, minor)) {
                Some((may, must)) => {
                    let tokens = if prompt.must_call { must } else { may };
                    (Counted::between(tokens, tokens, tokens), CLAUDE)
                }
                None => (Counted::between(264, 500, 804), CLAUDE_UNKNOWN),
            };
            (own.plus(doubted(written(count), 0.8, 1.25)), source)
        }
        Rules::Texts => (written(count), ""),
        Rules::Gemini(_) | Rules::Other => (doubted(written(count), 0.6, 1.5), OTHER),
    }
}

const COOKBOOK: &str = "7 a function (gpt-4 and gpt-3.5: 10), 3 a property, its texts, 12 once: \
                        exact for gpt-4o, gpt-4o-mini, gpt-3.5-turbo and gpt-4 on flat schemas \
                        (OpenAI's cookbook, read 2026-11)";
const OPENAI: &str =
    "as for gpt-4o, by OpenAI's cookbook, read 2026-11; not confirmed for later models";
const CLAUDE: &str =
    "Anthropic's own prompt for tools (tool use overview, read 2026-11), and their schemas as JSON";
const CLAUDE_UNKNOWN: &str = "their schemas as JSON; Anthropic's page names no prompt for tools of \
                              this model, on others it takes 264 to 804";
const OTHER: &str = "their schemas as JSON; the vendor publishes no rule";

/// What Claude is told about tools before it sees any: when it may call one, when it must.
/// Source: tool use overview of platform.claude.com, read 2026-11.
fn tool_prompt(model: &Model, version: (u32, u32)) -> Option<(u64, u64)> {
    let is = |line: &str| model.name.contains(line);
    Some(match version {
        (3, 5) if is("haiku") => (264, 355),
        (4, 0 | 1) if is("opus") || is("sonnet") => (313, 315),
        (4, 5) => (496, 588),
        (4, 6) => (497, 589),
        (4, 7) if is("opus") => (675, 804),
        (4, 8) if is("opus") => (290, 410),
        (5, 0) if is("sonnet") => (354, 474),
        _ => return None,
    })
}

/// The formula of OpenAI's cookbook.
fn cookbook(prompt: &Prompt, model: &Model, count: &mut dyn FnMut(&str) -> Counted) -> Counted {
    let is_older =
        model.is_any(&["gpt-4", "gpt-3.5", "gpt-35-turbo"]) && !model.name.starts_with("gpt-4.");
    let each = if is_older { 10 } else { 7 };
    let mut sum = exactly(12);
    for tool in &prompt.tools {
        let line = format!("{}:{}", tool.name, without_stop(&tool.description));
        sum = sum.plus(exactly(each)).plus(count(&line));
        sum = sum.plus(properties(&tool.parameters, count));
    }
    sum
}

/// The properties of a schema. Those inside others are counted alike, which nobody confirmed.
fn properties(schema: &Value, count: &mut dyn FnMut(&str) -> Counted) -> Counted {
    let Some(fields) = schema.get("properties").and_then(Value::as_object) else {
        return Counted::NONE;
    };
    if fields.is_empty() {
        return Counted::NONE;
    }
    let mut sum = exactly(3);
    for (name, field) in fields {
        let word = |key: &str| field.get(key).and_then(Value::as_str);
        let description = word("description").map(without_stop);
        let line = format!("{name}:{}:{}", word("type").unwrap_or(""), description.unwrap_or(""));
        sum = sum.plus(exactly(3)).plus(count(&line));
        if let Some(values) = field.get("enum").and_then(Value::as_array) {
            let mut tokens = 0;
            for value in values {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                tokens += 3 + count(&text).tokens;
            }
            sum = sum.plus(exactly(tokens.saturating_sub(3)));
        }
        let inner = properties(field, count)
            .plus(field.get("items").map_or(Counted::NONE, |items| properties(items, count)));
        let is_covered = inner == Counted::NONE && description.is_some() && word("type").is_some();
        sum = sum.plus(if is_covered { inner } else { doubted(inner, 0.5, 1.5).or_some(4) });
    }
    sum
}

impl Counted {
    /// At least in doubt by so many.
    fn or_some(self, tokens: u64) -> Self {
        let (low, high) = self.bounds();
        Counted::between(low, self.tokens, high.max(self.tokens + tokens))
    }
}

fn exactly(tokens: u64) -> Counted {
    Counted { tokens, certainty: Certainty::Exact }
}

fn without_stop(text: &str) -> &str {
    text.strip_suffix('.').unwrap_or(text)
}

fn as_json(tool: &Tool, count: &mut dyn FnMut(&str) -> Counted) -> Counted {
    let Tool { name, description, parameters } = tool;
    let text = json!({ "name": name, "description": description, "parameters": parameters });
    count(&text.to_string())
}

/// The same count, surer to lie between these parts of it.
fn doubted(counted: Counted, least: f64, most: f64) -> Counted {
    let (low, high) = counted.bounds();
    Counted::between(
        (low as f64 * least).floor() as u64,
        counted.tokens,
        (high as f64 * most).ceil() as u64,
    )
}
