//! Files that people have prompts in: texts, the requests of each vendor, lists of requests.

mod node;
pub use node::Unreadable;

mod anthropic;
mod gemini;
mod openai_chat;
mod openai_responses;

mod transcript;
pub use transcript::transcript;

mod shape;
pub use shape::{Format, UnknownFormat};

use node::{Node, Reading};
use serde_json::Value;
use shape::{body, shape_of};

use crate::message::{Gap, Lost, Pixels, Prompt};
use crate::variable::{Given, Template};

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Requests {
    /// What they are written in.
    pub format: Format,
    /// Whether there is one on each line.
    pub are_lines: bool,
    /// In the file's order; one at least.
    pub prompts: Vec<Prompt>,
}

/// Reads the prompts of a text, in the format that its shape tells.
///
/// `given` are the texts of its variables, `image` is the size of pictures of which only the
/// address is known.
pub fn read(text: &str, given: &Given, image: Option<Pixels>) -> Result<Requests, Unreadable> {
    let start = text.trim_start();
    if !start.starts_with(['{', '[']) || start.starts_with("{{") {
        return Ok(bare(text, given, None));
    }
    match serde_json::from_str::<Value>(text) {
        Ok(value) => match shape_of(body(&value)) {
            Some(format) => {
                let prompts = vec![one(body(&value), format, given, image)?];
                Ok(Requests { format, are_lines: false, prompts })
            }
            None => Ok(bare(text, given, Some("It is JSON that no vendor takes as a request"))),
        },
        Err(error) => match lines(text, None, given, image) {
            Some(requests) => requests,
            // Only what is clearly meant as JSON is told that it is none.
            None if begins_like_json(start) => {
                let why = format!("It begins like JSON and is none ({error})");
                Ok(bare(text, given, Some(&why)))
            }
            None => Ok(bare(text, given, None)),
        },
    }
}

/// Reads the prompts of a text in this format, whatever its shape.
pub fn read_as(
    text: &str,
    format: Format,
    given: &Given,
    image: Option<Pixels>,
) -> Result<Requests, Unreadable> {
    if format == Format::Text {
        return Ok(bare(text, given, None));
    }
    match serde_json::from_str::<Value>(text) {
        Ok(value) => {
            let prompts = vec![one(body(&value), format, given, image)?];
            Ok(Requests { format, are_lines: false, prompts })
        }
        Err(error) => lines(text, Some(format), given, image).unwrap_or_else(|| {
            let place = "the request".to_owned();
            Err(Unreadable { place, message: format!("is not JSON: {error}"), line: None })
        }),
    }
}

fn begins_like_json(text: &str) -> bool {
    let mut signs = text.chars().filter(|sign| !sign.is_whitespace());
    let open: String = signs.by_ref().take(3).collect();
    ["{\"", "[{\""].iter().any(|start| open.starts_with(start)) || text.starts_with("{\n")
}

fn bare(text: &str, given: &Given, why: Option<&str>) -> Requests {
    let mut prompt = Prompt::bare(Template::read(text, given));
    prompt.note_variables();
    prompt.gaps.extend(why.map(|why| {
        Gap::new(
            "",
            format!("{why}: counted as a plain text."),
            "Say `text` if it is meant as one.",
        )
        .without(Lost::Nothing)
    }));
    Requests { format: Format::Text, are_lines: false, prompts: vec![prompt] }
}

/// Requests by lines; nothing where the first line is none.
fn lines(
    text: &str,
    format: Option<Format>,
    given: &Given,
    image: Option<Pixels>,
) -> Option<Result<Requests, Unreadable>> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let (_, first) = lines.clone().next()?;
    let first: Value = serde_json::from_str(first).ok()?;
    if !first.is_object() {
        return None;
    }
    let format = format.or_else(|| shape_of(body(&first)))?;
    let prompts: Result<Vec<Prompt>, Unreadable> =
        lines.try_fold(vec![], |mut prompts, (index, line)| {
            let value = serde_json::from_str::<Value>(line).map_err(|error| Unreadable {
                place: "the line".into(),
                message: format!("is not JSON: {error}"),
                line: None,
            });
            let prompt = value.and_then(|value| one(body(&value), format, given, image));
            prompts.push(prompt.map_err(|error| Unreadable { line: Some(index + 1), ..error })?);
            Ok(prompts)
        });
    Some(prompts.map(|prompts| Requests { format, are_lines: true, prompts }))
}

fn one(
    value: &Value,
    format: Format,
    given: &Given,
    image: Option<Pixels>,
) -> Result<Prompt, Unreadable> {
    let mut reading = Reading { given, image, gaps: vec![] };
    let root = Node::root(value);
    let read = match format {
        Format::Text => return Ok(bare(&value.to_string(), given, None).prompts.remove(0)),
        Format::OpenAiChat => openai_chat::read,
        Format::OpenAiResponses => openai_responses::read,
        Format::Anthropic => anthropic::read,
        Format::Gemini => gemini::read,
    };
    let mut prompt = read(&root, &mut reading)?;
    if prompt.messages.is_empty() {
        return Err(root.wrong("has no messages"));
    }
    prompt.gaps = reading.gaps;
    prompt.note_variables();
    Ok(prompt)
}

#[cfg(test)]
mod tests;
