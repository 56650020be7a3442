//! OpenAI's chat completions, which most vendors take too.

use super::node::{Node, Reading, Unreadable, message};
use crate::message::{Content, Detail, Message, Prompt, Role, Tool};

const ROLES: &[(&str, Role)] = &[
    ("system", Role::System),
    ("developer", Role::System),
    ("user", Role::User),
    ("assistant", Role::Assistant),
    ("tool", Role::Tool),
    ("function", Role::Tool),
];

/// Reads a request, or its list of messages.
pub(super) fn read(root: &Node, reading: &mut Reading) -> Result<Prompt, Unreadable> {
    if root.value.is_array() {
        return Ok(Prompt { messages: messages(root, reading)?, ..Prompt::default() });
    }
    let mut tools = vec![];
    for tool in root.list("tools")? {
        match tool.get("function") {
            Some(function) => tools.push(function_tool(&function)?),
            None => reading.unknown(&tool, tool.word("type")?),
        }
    }
    for function in root.list("functions")? {
        tools.push(function_tool(&function)?);
    }
    if let Some(format) = root.get("response_format")
        && let Some(schema) = format.get("json_schema")
    {
        reading.gap(&schema, "The schema of the answer is not counted.", SCHEMA);
    }
    Ok(Prompt {
        model: root.get("model").map(|model| model.text().map(str::to_owned)).transpose()?,
        tools,
        must_call: must_call(root),
        messages: messages(&root.need("messages")?, reading)?,
        ..Prompt::default()
    })
}

pub(super) const SCHEMA: &str = "Vendors do not publish how it is sent; about its own length.";

/// Whether the model has to call a tool.
pub(super) fn must_call(root: &Node) -> bool {
    root.get("tool_choice").is_some_and(|choice| match choice.value.as_str() {
        Some(word) => word == "required",
        None => true,
    })
}

/// A tool by its name, its description and its parameters.
pub(super) fn function_tool(function: &Node) -> Result<Tool, Unreadable> {
    Ok(Tool {
        name: function.need("name")?.text()?.to_owned(),
        description: function.word("description")?.to_owned(),
        parameters: function.get("parameters").map(|it| it.value.clone()).unwrap_or_default(),
    })
}

pub(super) fn detail(part: &Node) -> Result<Detail, Unreadable> {
    let Some(detail) = part.get("detail") else { return Ok(Detail::Auto) };
    match detail.text()? {
        "auto" => Ok(Detail::Auto),
        "low" => Ok(Detail::Low),
        "high" => Ok(Detail::High),
        "original" => Ok(Detail::Most),
        other => {
            Err(detail.wrong(format!("is `{other}`, and may be `auto`, `low`, `high`, `original`")))
        }
    }
}

fn messages(list: &Node, reading: &mut Reading) -> Result<Vec<Message>, Unreadable> {
    list.items()?.iter().map(|node| one(node, reading)).collect()
}

fn one(node: &Node, reading: &mut Reading) -> Result<Message, Unreadable> {
    let role = node.role(ROLES)?;
    let mut contents = vec![];
    if let Some(content) = node.get("content") {
        match content.value.is_string() {
            true => contents.push(reading.text(&content)?),
            false => {
                for part in content.items()? {
                    contents.extend(part_of(&part, reading)?);
                }
            }
        }
    }
    if role == Role::Tool {
        contents = contents.into_iter().map(as_result).collect();
    }
    for call in node.list("tool_calls")? {
        contents.push(tool_call(&call.need("function")?)?);
    }
    if let Some(call) = node.get("function_call") {
        contents.push(tool_call(&call)?);
    }
    let name = node.get("name").map(|name| name.text().map(str::to_owned)).transpose()?;
    Ok(Message { name, ..message(role, contents) })
}

fn as_result(content: Content) -> Content {
    match content {
        Content::Text(text) => Content::ToolResult(text),
        other => other,
    }
}

fn tool_call(call: &Node) -> Result<Content, Unreadable> {
    Ok(Content::ToolCall(call.need("name")?.text()?.to_owned(), call.word("arguments")?.to_owned()))
}

fn part_of(part: &Node, reading: &mut Reading) -> Result<Option<Content>, Unreadable> {
    Ok(match part.word("type")? {
        "text" => Some(reading.text(&part.need("text")?)?),
        "refusal" => Some(reading.text(&part.need("refusal")?)?),
        "image_url" => {
            let image = part.need("image_url")?;
            let url =
                if image.value.is_string() { image.text()? } else { image.need("url")?.text()? };
            let detail = detail(&image)?;
            Some(reading.image_at(part, url, detail))
        }
        "file" => {
            reading.file(part, "A file");
            None
        }
        other => {
            reading.unknown_part(part, other);
            None
        }
    })
}
