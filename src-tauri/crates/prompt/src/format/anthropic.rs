//! Anthropic's messages.

use super::node::{Node, Reading, Unreadable, message};
use crate::message::{Content, Detail, Mark, Message, Prompt, Role, Tool};

const ROLES: &[(&str, Role)] = &[("user", Role::User), ("assistant", Role::Assistant)];

/// Reads a request.
pub(super) fn read(root: &Node, reading: &mut Reading) -> Result<Prompt, Unreadable> {
    let (mut messages, mut mark) = (vec![], None);
    let mut add = |(message, marked): (Message, Option<usize>)| {
        mark = marked.map(|pieces| Mark::Message(messages.len(), pieces)).or(mark);
        messages.push(message);
    };
    if let Some(system) = root.get("system") {
        let Contents { pieces, marked } = contents(&system, reading)?;
        add((message(Role::System, pieces), marked));
    }
    for node in root.need("messages")?.items()? {
        add(one(&node, reading)?);
    }
    let (mut tools, mut marked_tools) = (vec![], None);
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
        if is_marked(&tool) {
            marked_tools = Some(Mark::Tools(tools.len()));
        }
    }
    // What is said comes behind the tools.
    let mark = mark.or(marked_tools);
    let model = root.get("model").map(|model| model.text().map(str::to_owned)).transpose()?;
    let choice = root.get("tool_choice");
    let must_call = choice.map_or(Ok(""), |choice| choice.word("type"))?;
    let must_call = ["any", "tool"].contains(&must_call);
    Ok(Prompt { model, tools, must_call, messages, mark, ..Prompt::default() })
}

/// What is said, and how much of it lies before the last mark in it.
#[derive(Default)]
struct Contents {
    pieces: Vec<Content>,
    marked: Option<usize>,
}

impl Contents {
    fn push(&mut self, content: Content) {
        self.pieces.push(content);
    }

    /// Adds what stands inside a block.
    fn extend(&mut self, inner: Contents, as_here: impl FnMut(Content) -> Content) {
        self.marked = inner.marked.map(|pieces| self.pieces.len() + pieces).or(self.marked);
        self.pieces.extend(inner.pieces.into_iter().map(as_here));
    }
}

/// Whether the beginning up to here is to be cached.
fn is_marked(node: &Node) -> bool {
    node.get("cache_control").is_some()
}

fn one(node: &Node, reading: &mut Reading) -> Result<(Message, Option<usize>), Unreadable> {
    let role = node.role(ROLES)?;
    let Contents { pieces, marked } = contents(&node.need("content")?, reading)?;
    let is_result = |content: &Content| matches!(content, Content::ToolResult(_));
    let is_answer = !pieces.is_empty() && pieces.iter().all(is_result);
    // What tools answer comes under the user's name.
    Ok((message(if is_answer { Role::Tool } else { role }, pieces), marked))
}

fn contents(node: &Node, reading: &mut Reading) -> Result<Contents, Unreadable> {
    let mut contents = Contents::default();
    if node.value.is_string() {
        contents.push(reading.text(node)?);
        return Ok(contents);
    }
    for block in node.items()? {
        block_of(&block, reading, &mut contents)?;
        if is_marked(&block) {
            contents.marked = Some(contents.pieces.len());
        }
    }
    Ok(contents)
}

fn block_of(
    block: &Node,
    reading: &mut Reading,
    contents: &mut Contents,
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
                contents.extend(inner, |content| match content {
                    Content::Text(text) => Content::ToolResult(text),
                    other => other,
                });
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
    contents: &mut Contents,
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
            contents.extend(inner, |content| match content {
                Content::Text(text) => Content::Document(text),
                other => other,
            });
        }
        _ => reading.file(block, "A document"),
    }
    Ok(())
}
