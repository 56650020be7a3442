//! Gemini's contents.

use super::node::{Node, Reading, Unreadable, message};
use crate::message::{Content, Detail, Lost, Message, Prompt, Role, Tool};

const ROLES: &[(&str, Role)] = &[
    ("user", Role::User),
    ("model", Role::Assistant),
    ("function", Role::Tool),
    ("system", Role::System),
];

/// Reads a request, or its list of contents.
pub(super) fn read(root: &Node, reading: &mut Reading) -> Result<Prompt, Unreadable> {
    if root.value.is_array() {
        let messages: Result<Vec<_>, _> =
            root.items()?.iter().map(|node| one(node, Detail::Auto, reading)).collect();
        return Ok(Prompt { messages: messages?, ..Prompt::default() });
    }
    let config = root.any(&["generationConfig", "generation_config"]);
    let detail = config.as_ref().map_or(Ok(Detail::Auto), detail)?;
    let mut messages = vec![];
    if let Some(system) = root.any(&["systemInstruction", "system_instruction"]) {
        let contents = match system.value.is_string() {
            true => vec![reading.text(&system)?],
            false => parts(&system, detail, reading)?,
        };
        messages.push(message(Role::System, contents));
    }
    for node in root.need("contents")?.items()? {
        messages.push(one(&node, detail, reading)?);
    }
    let mut tools = vec![];
    for tool in root.list("tools")? {
        let Some(functions) = tool.any(&["functionDeclarations", "function_declarations"]) else {
            let own = tool.value.as_object().and_then(|tool| tool.keys().next().cloned());
            reading.unknown(&tool, &own.unwrap_or_default());
            continue;
        };
        for function in functions.items()? {
            let schema = function.any(&["parameters", "parametersJsonSchema"]);
            tools.push(Tool {
                name: function.need("name")?.text()?.to_owned(),
                description: function.word("description")?.to_owned(),
                parameters: schema.map(|schema| schema.value.clone()).unwrap_or_default(),
            });
        }
    }
    if let Some(cached) = root.any(&["cachedContent", "cached_content"]) {
        let hint = "Put what is cached into `contents`.";
        let message = "Cached content is not counted: its text is not at hand.";
        reading.large_gap(&cached, Lost::Kept, message.into(), hint);
    }
    let model = root.get("model").map(|model| model.text()).transpose()?;
    let model = model.map(|model| model.trim_start_matches("models/").to_owned());
    let must_call = root
        .any(&["toolConfig", "tool_config"])
        .and_then(|config| config.any(&["functionCallingConfig", "function_calling_config"]))
        .is_some_and(|config| config.word("mode").is_ok_and(|mode| mode == "ANY"));
    Ok(Prompt { model, tools, must_call, messages, ..Prompt::default() })
}

fn detail(config: &Node) -> Result<Detail, Unreadable> {
    let Some(level) = config.any(&["mediaResolution", "media_resolution"]) else {
        return Ok(Detail::Auto);
    };
    match level.text()?.trim_start_matches("MEDIA_RESOLUTION_") {
        "UNSPECIFIED" => Ok(Detail::Auto),
        "LOW" => Ok(Detail::Low),
        "MEDIUM" => Ok(Detail::Medium),
        "HIGH" => Ok(Detail::High),
        "ULTRA_HIGH" => Ok(Detail::Most),
        other => Err(level.wrong(format!(
            "is `{other}`, and may be MEDIA_RESOLUTION_LOW, _MEDIUM, _HIGH or _ULTRA_HIGH"
        ))),
    }
}

fn one(node: &Node, detail: Detail, reading: &mut Reading) -> Result<Message, Unreadable> {
    let role = if node.get("role").is_some() { node.role(ROLES)? } else { Role::User };
    let contents = parts(node, detail, reading)?;
    let is_result = |content: &Content| matches!(content, Content::ToolResult(_));
    let is_answer = !contents.is_empty() && contents.iter().all(is_result);
    Ok(message(if is_answer { Role::Tool } else { role }, contents))
}

fn parts(node: &Node, detail: Detail, reading: &mut Reading) -> Result<Vec<Content>, Unreadable> {
    let mut contents = vec![];
    let list = node.need("parts")?;
    // One part may stand without its list.
    let parts = if list.value.is_object() { vec![list] } else { list.items()? };
    for part in parts {
        contents.extend(part_of(&part, detail, reading)?);
    }
    Ok(contents)
}

fn part_of(
    part: &Node,
    detail: Detail,
    reading: &mut Reading,
) -> Result<Option<Content>, Unreadable> {
    if let Some(text) = part.get("text") {
        return Ok(Some(reading.text(&text)?));
    }
    if let Some(data) = part.any(&["inlineData", "inline_data"]) {
        let kind = data.any(&["mimeType", "mime_type"]);
        let kind = kind.map_or(Ok(""), |kind| kind.text())?;
        if kind.starts_with("image/") {
            return Ok(Some(reading.image(part, data.need("data")?.text()?, detail)));
        }
        reading.file(part, &format!("A file of type `{kind}`"));
        return Ok(None);
    }
    if let Some(data) = part.any(&["fileData", "file_data"]) {
        let kind = data.any(&["mimeType", "mime_type"]);
        if kind.map_or(Ok(""), |kind| kind.text())?.starts_with("image/") {
            return Ok(Some(reading.far_image(part, detail)));
        }
        reading.file(part, "A file");
        return Ok(None);
    }
    if let Some(call) = part.any(&["functionCall", "function_call"]) {
        let arguments = call.get("args").map(|args| args.value.to_string()).unwrap_or_default();
        return Ok(Some(Content::ToolCall(call.need("name")?.text()?.to_owned(), arguments)));
    }
    if let Some(answer) = part.any(&["functionResponse", "function_response"]) {
        let answer = answer.get("response").map(|it| it.value.to_string()).unwrap_or_default();
        return Ok(Some(Content::ToolResult(reading.template(&answer))));
    }
    let kind = part.value.as_object().and_then(|part| part.keys().next().cloned());
    reading.unknown_part(part, &kind.unwrap_or_default());
    Ok(None)
}
