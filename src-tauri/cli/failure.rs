//! What could not be done: on a terminal as sentences, for programs as JSON, with the exit code.

use std::io::{self, ErrorKind};
use std::process::ExitCode;

use app::{At, Code, Error, More};
use clap::error::{ContextKind, ContextValue};

use crate::print;

/// The input or the call is wrong.
const WRONG: u8 = 2;

/// Why a verb ended early.
pub enum Failure {
    /// It could not be worked out; every reason that is known.
    Errors(Vec<Error>),
    /// Standard output could not be written to.
    Output(io::Error),
    /// What was asked for is there, and its answer is no.
    No,
    /// Part of it could not be worked out, and that was told.
    Told,
}

impl Failure {
    /// Tells the reasons and gives the exit code.
    pub fn report(self, json: bool) -> ExitCode {
        let errors = match self {
            Self::No => return ExitCode::FAILURE,
            Self::Told => return ExitCode::from(WRONG),
            Self::Errors(errors) => errors,
            // Whoever read the output has seen enough.
            Self::Output(error) if error.kind() == ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Self::Output(error) => vec![Error::new(
                Code::BadOutput,
                format!("The output cannot be written: {error}."),
                "Check where it is sent to.",
            )],
        };
        if json {
            // Nothing can be said any more where standard output is broken too.
            print::out(&app::no_answer(errors)).ok();
        } else {
            errors.iter().for_each(say);
        }
        ExitCode::from(WRONG)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Errors(vec![error])
    }
}

impl From<Vec<Error>> for Failure {
    fn from(errors: Vec<Error>) -> Self {
        Self::Errors(errors)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Help and version are answers; anything else is a wrong call.
pub fn refused_arguments(refusal: &clap::Error, json: bool) -> ExitCode {
    if !refusal.use_stderr() {
        return match refusal.print() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => Failure::from(error).report(json),
        };
    }
    let hint = match wants_to_start(refusal) {
        true => {
            "To start a plan, write `forebill new DIR` and change the plan.yaml in it; \
             `forebill schema` describes one."
        }
        false => "`forebill --help` lists every verb.",
    };
    if json {
        let text = refusal.to_string();
        let said = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
        let message = said.split_whitespace().collect::<Vec<_>>().join(" ");
        let error = Error::new(Code::BadArguments, message, hint);
        return Failure::from(error).report(json);
    }
    refusal.print().ok();
    if wants_to_start(refusal) {
        print::say(&format!("\nhint: {hint}"));
    }
    ExitCode::from(WRONG)
}

/// Whether somebody looked for the verb that other programs begin with.
fn wants_to_start(refusal: &clap::Error) -> bool {
    let verb = refusal.get(ContextKind::InvalidSubcommand);
    matches!(verb, Some(ContextValue::String(verb))
        if ["init", "create", "start", "add", "plan"].contains(&verb.as_str()))
}

/// `error: FILE:LINE:COLUMN: ADDRESS: MESSAGE`, then the hint.
fn say(error: &Error) {
    let place = error.at.as_ref().filter(|at| !is_told(at, &error.message)).map(place);
    let place = place.unwrap_or_default();
    print::say(&format!("error: {place}{}", error.message));
    if !error.hint.is_empty() {
        let verb = error.more.map(|more| format!(" {}", verb_for(more)));
        print::say(&format!("hint: {}{}", error.hint, verb.unwrap_or_default()));
    }
}

/// What helps further on a command line; the hints themselves are read in the window too.
const fn verb_for(more: More) -> &'static str {
    match more {
        More::Models => "`forebill prices list` shows every provider and model.",
        More::OwnBook => "`--book DIR` takes another book.",
        More::OwnBooks => "`forebill prices books` lists them.",
        More::Import => "`forebill prices import FILE --out DIR` writes one.",
        More::Inputs => "`forebill inputs PLAN` lists every address.",
        More::Pin => "`forebill prices pin PLAN` accepts them.",
    }
}

/// Whether a sentence names the file already, and there is no more to say.
fn is_told(at: &At, message: &str) -> bool {
    let file = at.file.as_ref().is_some_and(|file| message.contains(file.as_str()));
    file && at.line.is_none() && at.address.is_none()
}

fn place(at: &At) -> String {
    let numbers = [at.line, at.column].into_iter().flatten().map(|number| number.to_string());
    let file: Vec<String> = at.file.iter().cloned().chain(numbers).collect();
    let parts = [file.join(":"), at.address.clone().unwrap_or_default()];
    parts.iter().filter(|part| !part.is_empty()).map(|part| format!("{part}: ")).collect()
}
