//! Samples as people have them: chats of every vendor with what was answered, transcripts, answers alone.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use prompt::{Content, Message, Prompt, Role, Template, transcript};
use serde_json::{Map, Value, json};

use super::super::folder::paths;
use super::super::requests::Note;
use super::super::told::{reply, sent};
use crate::error::{Code, Error};
use crate::files;

/// A longer sample is a corpus.
const MOST_BYTES: usize = 64 << 20;

/// So many notes say enough.
const MOST_NOTES: usize = 20;

/// A conversation, or an answer alone.
pub(super) struct Sample {
    pub prompt: Prompt,
    /// Whether its beginning is what was sent to a model, as it was.
    pub is_sent: bool,
}

/// What was found.
#[derive(Default)]
pub(super) struct Samples {
    pub read: Vec<Sample>,
    /// Hidden tokens of each call that a usage tells of.
    pub reasoning: Vec<u64>,
    /// How many are the beginnings of others.
    pub beginnings: u64,
    pub left_out: u64,
    pub notes: Vec<Note>,
}

impl Samples {
    /// Those of a file, or of all files of a folder.
    pub fn at(path: &Path) -> Result<Self, Error> {
        let mut samples = Self::default();
        if path.is_dir() {
            for file in paths(path)? {
                let name = file.strip_prefix(path).unwrap_or(&file).display().to_string();
                let bytes = files::read(&file)?;
                match prompt::text(&bytes) {
                    Ok(text) => samples.text(&name, text),
                    Err(_) => {
                        samples.leave_out(&name, "It is no text in UTF-8.", "Save it as UTF-8.")
                    }
                }
            }
        } else {
            samples.text("", &files::read_text(path)?);
        }
        samples.ended()
    }

    /// Those of a text.
    pub fn of(text: &str) -> Result<Self, Error> {
        let mut samples = Self::default();
        samples.text("", text);
        samples.ended()
    }

    /// Refuses nothing at all; requests that go on in others count once.
    fn ended(mut self) -> Result<Self, Error> {
        if self.read.is_empty() {
            let why = self.notes.first().map(|note| format!("{} ", note.message));
            let message = format!("{}There is no sample in it.", why.unwrap_or_default());
            return Err(Error::new(Code::UnreadableFile, message, SHAPES));
        }
        let all = self.read.len();
        self.leave_beginnings();
        self.beginnings = (all - self.read.len()) as u64;
        let more = self.notes.len().saturating_sub(MOST_NOTES);
        if more > 0 {
            self.notes.truncate(MOST_NOTES);
            let message = format!("{more} more are left out.");
            self.notes.push(Note { place: None, message, hint: "Look at them one by one.".into() });
        }
        Ok(self)
    }

    /// A log has each request of a conversation, and each has all that was said before it.
    fn leave_beginnings(&mut self) {
        let mut begun: HashSet<u64> = HashSet::new();
        let ends: Vec<u64> = self
            .read
            .iter()
            .map(|sample| {
                let mut hasher = DefaultHasher::new();
                let (mut end, mut behind) = (0, None);
                for message in &sample.prompt.messages {
                    begun.extend(behind);
                    format!("{message:?}").hash(&mut hasher);
                    end = hasher.finish();
                    behind = Some(end);
                }
                end
            })
            .collect();
        let mut ends = ends.into_iter();
        self.read.retain(|sample| {
            let is_begun = ends.next().is_some_and(|end| begun.contains(&end));
            let is_open =
                sample.prompt.messages.last().is_some_and(|it| it.role != Role::Assistant);
            !(is_begun && (sample.is_sent || is_open))
        });
    }

    fn text(&mut self, place: &str, text: &str) {
        const JSON: [char; 2] = ['{', '['];
        let start = text.trim_start_matches('\u{feff}').trim();
        if start.is_empty() {
            return self.leave_out(place, "It is empty.", "Nothing needs to be done.");
        }
        if start.len() > MOST_BYTES {
            return self.leave_out(place, "It is longer than 64 MB.", "Split it.");
        }
        if !start.starts_with(JSON) {
            return self.plain(start);
        }
        if let Ok(value) = serde_json::from_str::<Value>(start) {
            return self.value(place, &value);
        }
        let first = start.lines().next().unwrap_or_default();
        if serde_json::from_str::<Value>(first).is_err() {
            return self.plain(start);
        }
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let colon = if place.is_empty() { "line " } else { ":" };
            let place = format!("{place}{colon}{}", index + 1);
            match serde_json::from_str::<Value>(line.trim_start_matches('\u{feff}')) {
                Ok(value) => self.value(&place, &value),
                Err(_) => self.leave_out(&place, "It is no JSON.", SHAPES),
            }
        }
    }

    /// A transcript, or else an answer.
    fn plain(&mut self, text: &str) {
        let prompt = transcript(text).unwrap_or_else(|| {
            let contents = vec![Content::Text(Template::plain(text))];
            let message = Message { role: Role::Assistant, name: None, contents };
            Prompt { messages: vec![message], ..Prompt::default() }
        });
        self.read.push(Sample { prompt, is_sent: false });
    }

    fn value(&mut self, place: &str, value: &Value) {
        match value {
            Value::String(text) => self.plain(text),
            Value::Array(items) if items.first().is_some_and(is_message) => {
                self.chat(place, messages(items), false);
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let comma = if place.is_empty() { "" } else { " " };
                    self.value(&format!("{place}{comma}[{index}]"), item);
                }
            }
            Value::Object(_) => self.object(place, value),
            Value::Null | Value::Bool(_) | Value::Number(_) => {
                self.leave_out(place, "It is no conversation.", SHAPES);
            }
        }
    }

    /// A request with what was answered, or one of the two, or a conversation under another name.
    fn object(&mut self, place: &str, value: &Value) {
        let response = reply(value);
        self.reasoning.extend(reasoning(response));
        let inner = ["request", "body", "params"].iter().find_map(|key| value.get(key));
        let request = inner.filter(|inner| inner.is_object()).unwrap_or(value);
        let named = ["conversations", "conversation", "dialogue", "chat"];
        let turns = named.iter().find_map(|key| request.get(key)?.as_array());
        let has_list =
            ["messages", "contents", "input"].iter().any(|key| request.get(key).is_some());
        let mut chat = match (turns, has_list) {
            (Some(turns), _) => messages(turns),
            (None, true) => request.clone(),
            (None, false) => Value::Null,
        };
        let is_answered = answered(&mut chat, response);
        if !has_list && turns.is_none() && !is_answered {
            let text = ["text", "content", "answer", "output"]
                .iter()
                .find_map(|key| value.get(key)?.as_str());
            return match text {
                Some(text) => self.plain(text),
                None => self.leave_out(place, "It is no conversation.", SHAPES),
            };
        }
        let is_sent = has_list && (request.get("model").is_some() || inner.is_some());
        self.chat(place, chat, is_sent);
    }

    fn chat(&mut self, place: &str, chat: Value, is_sent: bool) {
        match sent(&chat) {
            Ok(prompt) => {
                self.read.push(Sample { prompt, is_sent });
            }
            Err(error) => self.leave_out(place, &error.message, SHAPES),
        }
    }

    fn leave_out(&mut self, place: &str, why: &str, hint: &str) {
        self.left_out += 1;
        let place = Some(place.to_owned()).filter(|place| !place.is_empty());
        self.notes.push(Note { place, message: why.to_owned(), hint: hint.to_owned() });
    }
}

const SHAPES: &str = "Give chats as OpenAI, Anthropic or Gemini have them, one a file or one a line, \
                      a text with lines that begin with `User:` and `Assistant:`, or an answer alone.";

fn is_message(value: &Value) -> bool {
    ["role", "from", "parts"].iter().any(|key| value.get(key).is_some())
        || value.get("type").and_then(Value::as_str) == Some("message")
}

/// Messages as vendors write them, of those that others write as `{"from": "human", "value": "…"}`.
fn messages(items: &[Value]) -> Value {
    let role = |from: &str| {
        match from {
            "human" => "user",
            "gpt" | "bot" | "ai" | "model" | "chatgpt" => "assistant",
            "function" | "observation" => "tool",
            other => other,
        }
        .to_owned()
    };
    let message = |item: &Value| match (item["from"].as_str(), item["value"].as_str()) {
        (Some(from), Some(text)) => json!({ "role": role(from), "content": text }),
        _ => item.clone(),
    };
    if items.iter().any(|item| item.get("parts").is_some()) {
        return json!({ "contents": items });
    }
    json!({ "messages": items.iter().map(message).collect::<Vec<_>>() })
}

/// Puts what was answered behind what was asked, as the vendor writes it. Whether anything was.
fn answered(chat: &mut Value, response: &Value) -> bool {
    let (list, said) = if let Some(message) = response.pointer("/choices/0/message") {
        ("messages", vec![message.clone()])
    } else if let Some(content) = response.pointer("/candidates/0/content") {
        ("contents", vec![content.clone()])
    } else if response["type"] == "message" && response["content"].is_array() {
        ("messages", vec![json!({ "role": "assistant", "content": response["content"] })])
    } else if let Some(items) = response["output"].as_array() {
        let said = items.iter().filter(|item| item["type"] != "reasoning").cloned();
        ("input", said.collect())
    } else {
        return false;
    };
    if !chat.is_object() {
        *chat = Value::Object(Map::new());
        // A request of OpenAI's Responses is one by its model.
        chat["model"] = response["model"].clone();
    }
    match &mut chat[list] {
        Value::Array(items) => items.extend(said),
        Value::String(text) => {
            let mut items = vec![json!({ "role": "user", "content": text })];
            items.extend(said);
            chat[list] = Value::Array(items);
        }
        other => *other = Value::Array(said),
    }
    true
}

/// The hidden tokens that a usage tells of.
fn reasoning(response: &Value) -> Option<u64> {
    const PLACES: [&str; 4] = [
        "/usage/completion_tokens_details/reasoning_tokens",
        "/usage/output_tokens_details/reasoning_tokens",
        "/usageMetadata/thoughtsTokenCount",
        "/usage/reasoning_tokens",
    ];
    PLACES.iter().find_map(|place| response.pointer(place)?.as_u64())
}
