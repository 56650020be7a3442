//! What was sent from the window, beside what its vendor billed for it.

use cost::plan::Told;
use prompt::{Format, Prompt};
use serde::Deserialize;
use ts_rs::TS;

use super::editing;
use super::parts::{CallPart, Size};
use super::requests::{Reading, notes, read};
use super::told::{Bill, Compared, Place, compared, prompt_tokens, reply, said};
use crate::error::{Code, Error};
use crate::json::Strict;
use crate::projects::{self, View};
use crate::shelf::Shelf;

/// What was sent, beside what the vendor billed for it.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "BilledCall")]
pub struct Billed {
    /// The project that is told, by the number under which it is open.
    pub project: u64,
    /// The model, with or without its provider.
    pub model: String,
    /// What was sent.
    pub parts: Vec<CallPart>,
    /// How the text is read, where it is the only part; nothing counts it as it stands.
    #[serde(default)]
    pub reading: Option<Reading>,
    /// The vendor's `usage`, its whole response, or the number of input tokens.
    pub billed: String,
}

/// Tells a project what was billed: it learns, and keeps nothing of the prompt.
pub fn tell(call: Billed) -> Result<View, Error> {
    let (model, told) = pair(&call)?;
    projects::tell(call.project, &model, told)
}

/// The pair that a call teaches, with the model's full name.
fn pair(call: &Billed) -> Result<(String, Told), Error> {
    let shelf = Shelf::of(None)?;
    let billed = typed_tokens(&call.billed)?;
    let prompt = match (&call.reading, call.parts.as_slice()) {
        (Some(reading), [CallPart { size, copies: None }]) => asked(size, reading)?,
        _ => sent(&call.parts)?,
    };
    let place = Place::Line(1);
    let bill = Bill { place, model: call.model.clone(), prompt, billed };
    match compared(&bill, &shelf)? {
        Compared::Pair { model, told, .. } => Ok((model, told)),
        Compared::Nothing(note) => Err(Error::new(Code::InvalidValue, note.message, note.hint)),
    }
}

/// One text as the request that it holds, with its variables filled in.
fn asked(size: &Size, reading: &Reading) -> Result<Prompt, Error> {
    let requests = read(&text_of(size)?, reading)?;
    let prompt = match (requests.format, requests.prompts.as_slice()) {
        // It was sent as a message: the vendor billed what stands around that.
        (Format::Text, [text]) => Prompt { is_bare: false, ..text.clone() },
        (_, [prompt]) => prompt.clone(),
        (_, many) => {
            let message = format!("These are {} requests, and one bill.", many.len());
            return Err(Error::new(Code::InvalidValue, message, "Show one of them."));
        }
    };
    match notes(&prompt.gaps).into_iter().next() {
        Some(note) => {
            let message = format!("{} Nothing is learned from it.", note.message);
            Err(Error::new(Code::InvalidValue, message, note.hint))
        }
        None => Ok(prompt),
    }
}

/// Parts as one message.
fn sent(parts: &[CallPart]) -> Result<Prompt, Error> {
    let mut all = String::new();
    for part in parts {
        let text = text_of(&part.size)?;
        let copies = part.copies.as_deref().unwrap_or("1").trim();
        let copies: usize =
            copies.parse().ok().filter(|copies| *copies <= 1_000).ok_or_else(|| {
                let message = format!("`{copies}` is no number of copies that was sent.");
                Error::new(Code::InvalidValue, message, "Show the whole prompt as a scratch text.")
            })?;
        all.extend(std::iter::repeat_n(text.as_str(), copies));
    }
    Ok(said(&all))
}

/// What was sent as a text. A length that is typed is nobody's count.
fn text_of(size: &Size) -> Result<String, Error> {
    match size {
        Size::Text(text) => Ok(text.clone()),
        Size::Live(handle) => Ok(editing::now(*handle)?.text.text()),
        Size::Tokens(_) => {
            let message = "Parts of this call have a length that is typed, not counted.";
            let hint = "Show the whole prompt as it was sent, as a scratch text.";
            Err(Error::new(Code::InvalidValue, message, hint))
        }
    }
}

/// A number of input tokens as people paste it: by itself, in a usage object, in a response.
fn typed_tokens(typed: &str) -> Result<u64, Error> {
    let plain = typed.trim().replace([',', '\u{a0}', '\u{202f}', ' '], "");
    if let Ok(tokens) = plain.parse::<u64>() {
        return Ok(tokens);
    }
    let Ok(Strict(value)) = serde_json::from_str::<Strict>(typed) else {
        return Err(Error::new(
            Code::InvalidValue,
            "This is neither a number of tokens nor a usage object.",
            "Paste what the vendor answered as `usage`, or the number of input tokens.",
        ));
    };
    let reply = reply(&value);
    let usage = reply.get("usage").or_else(|| reply.get("usageMetadata")).unwrap_or(reply);
    prompt_tokens(usage)
}
