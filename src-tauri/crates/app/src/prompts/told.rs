//! Requests beside what their vendors billed: pairs of counts by model, and nothing of the prompts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cost::plan::Told;
use prompt::{Content, Counted, Format, Measured, Message, Role, Template};
use serde_json::Value;

use super::requests::{Note, Reading, measurer, notes, read};
use crate::calibrations::{Calibrations, refused};
use crate::costs::bad_usage;
use crate::error::{At, Code, Error};
use crate::json::Strict;
use crate::shelf::{Shelf, full_name};

/// Pairs of counts, by the model's full name.
pub type Pairs = BTreeMap<String, Vec<Told>>;

/// Requests with what was billed for them.
#[derive(Clone, Debug, Default)]
pub struct Bills {
    /// JSON Lines, or one JSON value: each with `request` or `text`, and `usage` or `response`.
    pub text: String,
    /// The model of those that name none.
    pub model: Option<String>,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
}

/// What bills taught.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taught {
    /// By model.
    pub pairs: Pairs,
    /// The band that each model's texts had before, in percent.
    pub before: BTreeMap<String, u64>,
    /// What nothing was learned from.
    pub notes: Vec<Note>,
}

/// The ways of counting that pairs teach. A model that cannot learn is refused.
pub(super) fn calibrations(told: &Pairs, book: Option<&Path>) -> Result<Calibrations, Error> {
    if told.is_empty() {
        return Ok(Calibrations::default());
    }
    let shelf = Shelf::of(book)?;
    for (name, pairs) in told {
        if let Some(error) = refused(&shelf, name) {
            return Err(error);
        }
        if let Some((message, hint)) = pairs.iter().find_map(|pair| pair.wrong()) {
            return Err(Error::new(Code::InvalidValue, format!("{name}: {message}"), hint));
        }
    }
    Ok(Calibrations::of(told, &shelf))
}

/// One request with what was billed for it.
pub(super) struct Bill {
    /// Its line, or its place in a list.
    pub place: Place,
    pub model: String,
    pub prompt: prompt::Prompt,
    pub billed: u64,
}

#[derive(Clone, Copy)]
pub(super) enum Place {
    Line(usize),
    Item(usize),
}

/// Reads bills and compares them with what is estimated. Every bill that cannot be read is an error
/// of its own; what stands around the texts is taken off, so that the texts alone teach.
pub fn told(bills: &Bills) -> Result<Taught, Vec<Error>> {
    let shelf = Shelf::of(bills.book.as_deref()).map_err(|error| vec![error])?;
    let (mut taught, mut errors) = (Taught::default(), vec![]);
    let mut bands: BTreeMap<String, Counted> = BTreeMap::new();
    for (place, value) in values(&bills.text).map_err(|error| vec![error])? {
        let read = value.and_then(|value| bill(place, value, bills.model.as_deref()));
        let compared = read.and_then(|bill| compared(&bill, &shelf));
        match compared {
            Ok(Compared::Pair { model, told, texts }) => {
                let pairs = taught.pairs.entry(model.clone()).or_default();
                // The same again teaches nothing new, here as in a plan.
                if pairs.contains(&told) {
                    continue;
                }
                pairs.push(told);
                let sum = bands.entry(model).or_insert(Counted::NONE);
                *sum = sum.plus(texts);
            }
            Ok(Compared::Nothing(note)) => taught.notes.push(note),
            Err(error) => errors.push(place.placed(error)),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    if taught.pairs.is_empty() {
        let why = taught.notes.first().map(|note| format!("{} ", note.message));
        let why = why.unwrap_or_else(|| "There is no request with its usage in it. ".to_owned());
        return Err(vec![Error::new(
            Code::BadArguments,
            format!("{why}Nothing can be learned from that."),
            SHAPE,
        )]);
    }
    taught.before = bands
        .into_iter()
        .map(|(model, texts)| (model, texts.plus_minus_percent().unwrap_or_default()))
        .collect();
    Ok(taught)
}

const SHAPE: &str = r#"Write one a line: {"request": { … }, "usage": { … }}, with the vendor's own request and usage; a whole "response" may stand for its usage, and a "text" with its "model" for a request."#;

/// Every value of the text, with its place.
type Values = Vec<(Place, Result<Value, Error>)>;

fn values(text: &str) -> Result<Values, Error> {
    let text = text.trim_start_matches('\u{feff}');
    if let Ok(Strict(value)) = serde_json::from_str::<Strict>(text) {
        return Ok(match value {
            Value::Array(items) => {
                let items = items.into_iter().enumerate();
                items.map(|(index, item)| (Place::Item(index + 1), Ok(item))).collect()
            }
            one => vec![(Place::Line(1), Ok(one))],
        });
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let values: Values = lines
        .map(|(index, line)| {
            let value = serde_json::from_str::<Strict>(line).map(|Strict(value)| value);
            let value = value.map_err(|error| {
                // The parser's words, never what stands there.
                let message = format!("This is not JSON: {}.", words(&error));
                Error::new(Code::UnreadableFile, message, SHAPE)
            });
            (Place::Line(index + 1), value)
        })
        .collect();
    match values.iter().all(|(_, value)| value.is_err()) {
        true => Err(Error::new(Code::UnreadableFile, "These are no JSON Lines.", SHAPE)),
        false => Ok(values),
    }
}

fn words(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.split(" at line ").next().unwrap_or(&said).to_owned()
}

impl Place {
    fn placed(self, error: Error) -> Error {
        match self {
            Place::Line(line) => {
                let at = error.at.clone().unwrap_or_default();
                error.at(At { line: u32::try_from(line).ok(), ..at })
            }
            Place::Item(item) => {
                Error { message: format!("Item {item}: {}", error.message), ..error }
            }
        }
    }

    fn name(self) -> String {
        match self {
            Place::Line(line) => format!("line {line}"),
            Place::Item(item) => format!("item {item}"),
        }
    }
}

/// A request with what was billed for it.
fn bill(place: Place, value: Value, model: Option<&str>) -> Result<Bill, Error> {
    let unreadable = |what: &str| Error::new(Code::UnreadableFile, what, SHAPE);
    if !value.is_object() {
        return Err(unreadable("This is no object."));
    }
    let reply = reply(&value);
    let find = |key: &str| [reply, &value].into_iter().find_map(|it| it.get(key));
    let usage = find("usage").or_else(|| find("usageMetadata"));
    let usage = usage.ok_or_else(|| unreadable("This says nothing of what was billed."))?;
    let billed = prompt_tokens(usage)?;
    let prompt = match (value.get("text"), request(&value)) {
        (Some(Value::String(text)), None) | (None, Some(Value::String(text))) => said(text),
        (Some(_), None) => return Err(unreadable("`text` is no text.")),
        (Some(_), Some(_)) => {
            return Err(unreadable("This has a request and a text: which one was billed?"));
        }
        (None, Some(request)) => sent(request)?,
        (None, None) => sent(&without_reply(&value))?,
    };
    let word = |value: &Value, key: &str| Some(value.get(key)?.as_str()?.to_owned());
    let model = word(&value, "model")
        .or_else(|| prompt.model.clone())
        .or_else(|| word(reply, "model"))
        .or_else(|| word(reply, "modelVersion"))
        .or_else(|| model.map(str::to_owned));
    let model = model.ok_or_else(|| {
        let message = "Nothing says which model was billed.";
        Error::new(Code::BadArguments, message, "Name it there as `model`, or for all of them.")
    })?;
    Ok(Bill { place, model, prompt, billed })
}

/// The vendor's response: as it is, or wrapped as batch files do.
pub(super) fn reply(value: &Value) -> &Value {
    let response = value.get("response").filter(|inner| inner.is_object()).unwrap_or(value);
    let is_wrapped = !std::ptr::eq(response, value);
    response.get("body").filter(|inner| is_wrapped && inner.is_object()).unwrap_or(response)
}

fn request(value: &Value) -> Option<&Value> {
    ["request", "body", "params"].iter().find_map(|key| value.get(key))
}

/// The request itself may carry its usage.
fn without_reply(value: &Value) -> Value {
    let mut value = value.clone();
    if let Some(fields) = value.as_object_mut() {
        ["usage", "usageMetadata", "response"].iter().for_each(|key| {
            fields.remove(*key);
        });
    }
    value
}

/// All input tokens that were billed, cached ones among them, whoever counts them how.
pub(super) fn prompt_tokens(usage: &Value) -> Result<u64, Error> {
    let gemini = usage.get("promptTokenCount").and_then(Value::as_u64);
    match usage.as_u64().or(gemini) {
        Some(tokens) => Ok(tokens),
        None => {
            let read = intake::usage::read(usage).map_err(|error| bad_usage(&error))?;
            Ok(read.usage.prompt_tokens())
        }
    }
}

/// A text that was sent as one message.
pub(super) fn said(text: &str) -> prompt::Prompt {
    let text = Content::Text(Template { text: text.to_owned(), variables: vec![] });
    let message = Message { role: Role::User, name: None, contents: vec![text] };
    prompt::Prompt { messages: vec![message], ..prompt::Prompt::default() }
}

/// A request in its vendor's form.
pub(super) fn sent(request: &Value) -> Result<prompt::Prompt, Error> {
    let text = request.to_string();
    let mut requests = read(&text, &Reading::default())?;
    let contents = requests.prompts.iter().flat_map(|it| &it.messages).flat_map(|it| &it.contents);
    let variables = contents.filter_map(Content::template).flat_map(|text| &text.variables);
    // What was sent had no variables: braces in it stand for themselves.
    let itself = |name: &String| (name.clone(), format!("{{{{{name}}}}}"));
    let variables: BTreeMap<_, _> = variables.map(|variable| itself(&variable.name)).collect();
    if !variables.is_empty() {
        requests = read(&text, &Reading { variables, ..Reading::default() })?;
    }
    match (requests.format, requests.prompts.pop()) {
        (Format::Text, _) | (_, None) => {
            let message = "The request is in no vendor's form.";
            Err(Error::new(Code::UnreadableFile, message, SHAPE))
        }
        (_, Some(prompt)) => Ok(prompt),
    }
}

/// What a bill teaches.
pub(super) enum Compared {
    Pair { model: String, told: Told, texts: Counted },
    Nothing(Note),
}

/// The frame may be in doubt by so much of the texts: more would be learned as theirs.
const FRAME_IN_DOUBT: f64 = 0.05;

/// The texts of a request as they are estimated, beside what was billed for them alone.
pub(super) fn compared(bill: &Bill, shelf: &Shelf) -> Result<Compared, Error> {
    let found = shelf.find(None, &bill.model)?;
    let model = full_name(&found);
    let nothing = |message: String, hint: &str| {
        let place = Some(bill.place.name());
        Ok(Compared::Nothing(Note { place, message, hint: hint.to_owned() }))
    };
    if let Some(error) = refused(shelf, &bill.model) {
        return nothing(error.message, "Leave it out.");
    }
    let (provider, id) = (&found.provider.id, &found.model.id);
    let measured: Measured = measurer(&bill.prompt).on(provider, id, shelf.counting(&found)?);
    if let Some(note) = notes(&measured.gaps).into_iter().next() {
        let message = format!("{} Nothing is learned from it.", note.message);
        return nothing(message, "Leave it out.");
    }
    let (texts, frame) = (measured.texts(), measured.frame());
    let (low, high) = frame.bounds();
    if (high - low) as f64 / 2.0 > FRAME_IN_DOUBT * texts.tokens as f64 {
        let message = format!(
            "Its {} tokens of text stand beside {low} to {high} of tools, pictures and framing, \
             which are known too roughly to learn from the rest.",
            texts.tokens
        );
        return nothing(message, "Tell of requests that are mostly text.");
    }
    let (estimated, billed) = (texts.tokens, bill.billed.saturating_sub(frame.tokens));
    let told = Told { estimated, billed };
    match told.wrong() {
        Some((message, hint)) => Err(Error::new(Code::InvalidValue, message, hint)),
        None => Ok(Compared::Pair { model, told, texts }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Where is {{my}} order? It was sent on Tuesday, and the tracking page still says \
                        that it waits in the warehouse. Please look it up and tell me when it will \
                        be here, or send the money back to the card that I paid with.";

    fn taught(text: &str) -> Taught {
        told(&Bills { text: text.to_owned(), ..Bills::default() }).expect("bills that can be read")
    }

    #[test]
    fn every_vendors_usage_is_read_as_all_of_its_input() {
        let request = |model: &str| {
            format!(
                r#"{{"model": "{model}", "max_tokens": 9, "messages": [{{"role": "user", "content": "{TEXT}"}}]}}"#
            )
        };
        let lines = [
            format!(
                r#"{{"request": {}, "usage": {{"input_tokens": 20, "cache_read_input_tokens": 70, "output_tokens": 5}}}}"#,
                request("claude-opus-4-7")
            ),
            format!(
                r#"{{"request": {}, "response": {{"model": "claude-opus-4-7", "usage": {{"input_tokens": 91, "output_tokens": 5}}}}}}"#,
                request("claude-opus-4-7")
            ),
            format!(r#"{{"text": "{TEXT}", "model": "anthropic/claude-opus-4-7", "usage": 92}}"#),
        ];
        let learned = taught(&lines.join("\n"));
        let pairs = &learned.pairs["anthropic/claude-opus-4-7"];
        // 6 of the 90 stand around the message.
        assert_eq!(pairs.iter().map(|pair| pair.billed).collect::<Vec<_>>(), [84, 85, 86]);
        assert!(pairs.iter().all(|pair| pair.estimated == pairs[0].estimated), "{pairs:?}");
        assert_eq!(learned.before["anthropic/claude-opus-4-7"], 13);
        let gemini = format!(
            r#"[{{"request": {{"contents": [{{"role": "user", "parts": [{{"text": "{TEXT} {TEXT}"}}]}}]}},
                 "response": {{"modelVersion": "gemini-1.5-pro", "usageMetadata": {{"promptTokenCount": 121}}}}}}]"#
        );
        assert_eq!(taught(&gemini).pairs["google/gemini-1.5-pro"][0].billed, 120);
    }

    #[test]
    fn a_bill_that_is_told_twice_teaches_once() {
        let line = |tokens: u64| {
            format!(r#"{{"text": "{TEXT}", "model": "claude-opus-4-7", "usage": {tokens}}}"#)
        };
        let [once, twice] = [[90, 99].as_slice(), &[90, 99, 90, 90]]
            .map(|bills| taught(&bills.iter().map(|it| line(*it) + "\n").collect::<String>()));
        assert_eq!(once.pairs["anthropic/claude-opus-4-7"].len(), 2);
        assert_eq!(twice, once);
    }

    #[test]
    fn what_teaches_nothing_is_told_and_what_cannot_be_read_has_its_line() {
        let lines = [
            format!(r#"{{"text": "{TEXT}", "model": "claude-opus-4-7", "usage": 90}}"#),
            format!(r#"{{"text": "{TEXT}", "model": "openai/gpt-5", "usage": 60}}"#),
        ];
        let learned = taught(&lines.join("\n"));
        assert_eq!(learned.pairs.len(), 1);
        let notes: Vec<&str> = learned.notes.iter().map(|it| it.message.as_str()).collect();
        assert!(notes.len() == 1 && notes[0].contains("counted exactly"), "{notes:?}");

        let wrong = format!(
            "{}\nnot JSON: {TEXT}\n\n{{\"text\": \"{TEXT}\", \"usage\": 90}}\n\
             {{\"text\": \"{TEXT}\", \"model\": \"claude-opus-4-7\", \"usage\": 9000}}\n\
             {{\"text\": \"{TEXT}\", \"model\": \"claude-nope-9\", \"usage\": 90}}\n\
             {{\"request\": {{\"a\": 1}}, \"usage\": {{\"input_token\": 3}}}}",
            lines[0]
        );
        let errors = told(&Bills { text: wrong, ..Bills::default() }).expect_err("five are wrong");
        let line = |error: &Error| error.at.as_ref().and_then(|at| at.line).expect("its line");
        assert_eq!(errors.iter().map(line).collect::<Vec<_>>(), [2, 4, 5, 6, 7]);
        let says = errors.iter().map(|it| format!("{}{}", it.message, it.hint)).collect::<String>();
        assert!(!says.contains("tracking"), "a prompt is never repeated: {says}");
    }
}
