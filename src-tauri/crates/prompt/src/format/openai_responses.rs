//! OpenAI's Responses.

use super::node::{Node, Reading, Unreadable, message};
use super::openai_chat::{SCHEMA, detail, function_tool, must_call};
use crate::message::{Content, Lost, Message, Prompt, Role};

const ROLES: &[(&str, Role)] = &[
    ("system", Role::System),
    ("developer", Role::System),
    ("user", Role::User),
    ("assistant", Role::Assistant),
];

/// Reads a request, or its list of input items.
pub(super) fn read(root: &Node, reading: &mut Reading) -> Result<Prompt, Unreadable> {
    if root.value.is_array() {
        return Ok(Prompt { messages: items(root, reading)?, ..Prompt::default() });
    }
    let mut messages = vec![];
    if let Some(instructions) = root.get("instructions") {
        messages.push(message(Role::System, vec![reading.text(&instructions)?]));
    }
    let input = root.need("input")?;
    match input.value.is_string() {
        true => messages.push(message(Role::User, vec![reading.text(&input)?])),
        false => messages.extend(items(&input, reading)?),
    }
    let mut tools = vec![];
    for tool in root.list("tools")? {
        match tool.word("type")? {
            "function" => tools.push(function_tool(&tool)?),
            other => reading.unknown(&tool, other),
        }
    }
    for (key, what) in [
        ("previous_response_id", "What an earlier response said is sent again and not counted."),
        ("conversation", "What the conversation holds is sent again and not counted."),
        ("prompt", "A stored prompt is not counted: its text is not at hand."),
    ] {
        if let Some(stored) = root.get(key) {
            reading.large_gap(&stored, Lost::Kept, what.into(), "Put it into `input`.");
        }
    }
    if let Some(text) = root.get("text")
        && let Some(schema) = text.get("format").and_then(|format| format.get("schema"))
    {
        reading.gap(&schema, "The schema of the answer is not counted.", SCHEMA);
    }
    let model = root.get("model").map(|model| model.text().map(str::to_owned)).transpose()?;
    Ok(Prompt { model, tools, must_call: must_call(root), messages, ..Prompt::default() })
}

fn items(list: &Node, reading: &mut Reading) -> Result<Vec<Message>, Unreadable> {
    let mut messages = vec![];
    for item in list.items()? {
        messages.extend(one(&item, reading)?);
    }
    Ok(messages)
}

fn one(item: &Node, reading: &mut Reading) -> Result<Option<Message>, Unreadable> {
    Ok(match item.word("type")? {
        "" | "message" => {
            let role = item.role(ROLES)?;
            let content = item.need("content")?;
            let mut contents = vec![];
            match content.value.is_string() {
                true => contents.push(reading.text(&content)?),
                false => {
                    for part in content.items()? {
                        contents.extend(part_of(&part, reading)?);
                    }
                }
            }
            Some(message(role, contents))
        }
        "function_call" => {
            let name = item.need("name")?.text()?.to_owned();
            let call = Content::ToolCall(name, item.word("arguments")?.to_owned());
            Some(message(Role::Assistant, vec![call]))
        }
        "function_call_output" => {
            let output = item.need("output")?;
            let mut contents = vec![];
            match output.value.is_string() {
                true => contents.push(Content::ToolResult(reading.template(output.text()?))),
                false => {
                    for part in output.items()? {
                        contents.extend(part_of(&part, reading)?);
                    }
                }
            }
            Some(message(Role::Tool, contents))
        }
        "file_search_call" => {
            let mut found = vec![];
            for result in item.list("results")? {
                found.push(Content::Retrieved(reading.template(result.word("text")?)));
            }
            Some(message(Role::Tool, found))
        }
        other => {
            reading.unknown(item, other);
            None
        }
    })
}

fn part_of(part: &Node, reading: &mut Reading) -> Result<Option<Content>, Unreadable> {
    Ok(match part.word("type")? {
        "input_text" | "output_text" | "text" => Some(reading.text(&part.need("text")?)?),
        "refusal" => Some(reading.text(&part.need("refusal")?)?),
        "input_image" => {
            let detail = detail(part)?;
            Some(match part.get("image_url") {
                Some(url) => reading.image_at(part, url.text()?, detail),
                None => reading.far_image(part, detail),
            })
        }
        "input_file" => {
            reading.file(part, "A file");
            None
        }
        other => {
            reading.unknown_part(part, other);
            None
        }
    })
}
