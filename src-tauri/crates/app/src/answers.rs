//! What the command line prints for programs: one object, with the format and the verb in front.

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Error;

/// What a verb answers.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Answer<T> {
    /// The number of the format: 1.
    pub forebill: u32,
    /// What was asked.
    pub verb: &'static str,
    /// The answer.
    #[serde(flatten)]
    pub result: T,
}

/// Why a verb has no answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NoAnswer {
    /// The number of the format: 1.
    pub forebill: u32,
    /// The first reason.
    pub error: Error,
    /// Every reason, the first one included.
    pub errors: Vec<Error>,
}

/// A verb's answer as JSON.
pub fn answer<T: Serialize>(verb: &'static str, result: T) -> String {
    json(&Answer { forebill: 1, verb, result })
}

/// The reasons for which a verb has no answer, as JSON.
///
/// # Panics
/// Without a reason.
pub fn no_answer(errors: Vec<Error>) -> String {
    let error = errors.first().expect("what failed has a reason").clone();
    json(&NoAnswer { forebill: 1, error, errors })
}

/// One value on one line, as JSON.
pub fn json_line(value: &impl Serialize) -> String {
    let line = serde_json::to_string(value).expect("an answer has text keys and finite numbers");
    line + "\n"
}

fn json(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value);
    text.expect("an answer has text keys and finite numbers") + "\n"
}
