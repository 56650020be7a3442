//! Anthropic's messages.

use super::node::{Node, Reading, Unreadable, message};
use crate::message::{Content, Detail, Message, Prompt, Role, Tool};

const ROLES: &[(&str, Role)] = &[("user", Role::User), ("assistant", Role::Assistant)];

/// Reads a request.
pub(super) fn read(root: &Node, reading: &mut Reading) -> Result<Prompt, Unreadable> {
    let mut messages = vec![];
    if let Some(system) = root.get("system") {
        let contents = contents(&system, reading)?;
        messages.push(message(Role::System, contents));
    }
    for node in root.need("messages")?.items()? {
        messages.push(one(&node, reading)?);
    }
    let mut tools = vec![];
    for tool in root.list("tools")? {
        match tool.get("input_schema") {
            Some(schema) => tools.push(Tool {
                name: tool.need("name")?.text()?.to_owned(),
                description: tool.word("description")?.to_owned(),
                parameters: schema.value.clone(),
            }),
            None => {
                let hint = "The bash tool takes 244 or 325 tokens by model, the text editor 700.";
                let message = format!("The tool `{}` is the vendor's own.", tool.word("type")?);
                reading.gap(&tool, message, hint);
            }
        }
    }
    let model = root.get("model").map(|model| model.text().map(str::to_owned)).transpose()?;
    let choice = root.get("tool_choice");
    let must_call = choice.map_or(Ok(""), |choice| choice.word("type"))?;
    let must_call = ["any", "tool"].contains(&must_call);
    Ok(Prompt { model, tools, must_call, messages, ..Prompt::default() })
}

fn one(node: &Node, reading: &mut Reading) -> Result<Message, Unreadable> {
    let role = node.role(ROLES)?;
    let contents = contents(&node.need("content")?, reading)?;
    let is_result = |content: &Content| matches!(content, Content::ToolResult(_));
    let is_answer = !contents.is_empty() && contents.iter().all(is_result);
    // What tools answer comes under the user's name.
    Ok(message(if is_answer { Role::Tool } else { role }, contents))
}

fn contents(node: &Node, reading: &mut Reading) -> Result<Vec<Content>, Unreadable> {
    if node.value.is_string() {
        return Ok(vec![reading.text(node)?]);
    }
    let mut contents = vec![];
    for block in node.items()? {
        block_of(&block, reading, &mut contents)?;
    }
    Ok(contents)
}

fn block_of(
    block: &Node,
    reading: &mut Reading,
    contents: &mut Vec<Content>,
) -> Result<(), Unreadable> {
    match block.word("type")? {
        "text" => contents.push(reading.text(&block.need("text")?)?),
        "image" => {
            let source = block.need("source")?;
            contents.push(match source.word("type")? {
                "base64" => reading.image(block, source.need("data")?.text()?, Detail::Auto),
                _ => reading.far_image(block, Detail::Auto),
            });
        }
        "document" => document(block, reading, contents)?,
        "search_result" => {
            for part in block.list("content")? {
                contents.push(Content::Retrieved(reading.template(part.word("text")?)));
            }
        }
        "tool_use" => {
            let input = block.get("input").map(|input| input.value.to_string());
            let name = block.need("name")?.text()?.to_owned();
            contents.push(Content::ToolCall(name, input.unwrap_or_default()));
        }
        "tool_result" => {
            if let Some(content) = block.get("content") {
                let inner = self::contents(&content, reading)?;
                contents.extend(inner.into_iter().map(|content| match content {
                    Content::Text(text) => Content::ToolResult(text),
                    other => other,
                }));
            }
        }
        "thinking" | "redacted_thinking" => {
            let hint = "Nothing to do: vendors leave out what was thought in earlier turns.";
            reading.unbilled(block, "What the model thought is not counted.", hint);
        }
        other => reading.unknown_part(block, other),
    }
    Ok(())
}

fn document(
    block: &Node,
    reading: &mut Reading,
    contents: &mut Vec<Content>,
) -> Result<(), Unreadable> {
    for key in ["title", "context"] {
        if let Some(text) = block.get(key) {
            contents.push(Content::Document(reading.template(text.text()?)));
        }
    }
    let source = block.need("source")?;
    match source.word("type")? {
        "text" => {
            contents.push(Content::Document(reading.template(source.need("data")?.text()?)));
        }
        "content" => {
            let inner = self::contents(&source.need("content")?, reading)?;
            contents.extend(inner.into_iter().map(|content| match content {
                Content::Text(text) => Content::Document(text),
                other => other,
            }));
        }
        _ => reading.file(block, "A document"),
    }
    Ok(())
}
