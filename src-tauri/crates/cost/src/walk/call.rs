//! A model call: its tokens by driver.

use super::cache;
use super::context;
use super::frame::Frame;
use super::fresh;
use super::held::{self, Held};
use super::levels;
use super::lines::{LineWriter, Unit};
use super::seen::Given;
use super::unanswered::Unanswered;
use super::usage;
use super::writer::{Writer, one, zero};
use crate::plan::{Call, Certainty, Feature};
use crate::workings::{Driver, Expr};

/// What a call adds to the figures of its feature, for one unit of work.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// What one would have said each answer costs.
    pub naive: Vec<Expr>,
    /// The same of answers that only stand in for failed ones: nobody tries those first.
    pub stand_in: Vec<Expr>,
    /// What is paid for context that no answer needs.
    pub unused: Vec<Expr>,
    /// How many calls are billed, of each call: failed ones by the part of their prompt that is.
    pub calls: Vec<Expr>,
    /// How many requests are sent, of each call by its step's address: every attempt is one.
    pub requests: Vec<(String, Expr)>,
    /// What is paid for the uses of tools.
    pub fees: Vec<Expr>,
    /// What users are answered, each with how often for one unit.
    pub given: Vec<Given>,
    /// What is held in explicit caches.
    pub held: Vec<Held>,
    /// What of all that gets no answer.
    pub unanswered: Unanswered,
}

impl Figures {
    /// The same where each formula reads otherwise; nothing where one of them cannot be read.
    pub fn read_as(&self, mut read: impl FnMut(&Expr) -> Option<Expr>) -> Option<Self> {
        let Self { naive, stand_in, unused, calls, requests, fees, given, held, unanswered } = self;
        let unanswered = unanswered.read_as(&mut read)?;
        let held = held.iter().map(|held| held.read_as(&mut read)).collect::<Option<_>>()?;
        let requests = requests.iter().map(|(step, sent)| Some((step.clone(), read(sent)?)));
        let requests = requests.collect::<Option<_>>()?;
        let mut all = |exprs: &[Expr]| exprs.iter().map(&mut read).collect::<Option<Vec<Expr>>>();
        let (naive, stand_in) = (all(naive)?, all(stand_in)?);
        let (unused, calls, fees) = (all(unused)?, all(calls)?, all(fees)?);
        let given = given.iter().map(|Given { chance, right }| {
            let right = match right {
                Some(right) => Some(read(right)?),
                None => None,
            };
            Some(Given { chance: read(chance)?, right })
        });
        let given = given.collect::<Option<_>>()?;
        Some(Self { naive, stand_in, unused, calls, requests, fees, given, held, unanswered })
    }
}

/// Tokens of one driver.
struct Part {
    driver: Driver,
    tokens: Expr,
    certainty: Certainty,
}

/// Writes a call's rows and lines. `step` is its address, `group` that of its rows.
pub fn call<'p>(
    w: &mut Writer<'p>,
    feature: &Feature,
    call: &'p Call,
    (step, group): (&str, &str),
    frame: &Frame<'p>,
    figures: &mut Figures,
) {
    let usage = usage::usage(w, group, call, frame);
    let resent = usage.grown.iter().fold(zero(), |sum, grown| sum + grown.all(w, frame));
    let held = held::held(w, feature, call, (step, group), &usage);
    let classes = match &held {
        Some(held) => cache::of_held(w, call, held, &usage, frame, &resent),
        None => cache::classes(w, group, call, &usage, frame, &resent),
    };
    let levels = levels::levels(w, group, call, &usage, frame, &classes);
    context::context(w, (step, group), call, &usage, frame);
    let fresh = fresh::fresh(w, call, frame);
    let repeats = frame.repeats();
    let runs = &frame.runs;
    let unit = Unit { feature, step, group };
    let mut writer = LineWriter { w, unit, call, levels, classes };
    let calls = writer.calls(&(&runs.good * &repeats));

    let mut input: Vec<Part> = vec![];
    for driver in [Driver::BasePrompt, Driver::Retrieved, Driver::Tools] {
        let of_driver = usage.sent.iter().filter(|sent| sent.driver == driver);
        let (tokens, certainty) = of_driver
            .fold((zero(), Certainty::Exact), |(sum, sure), sent| {
                (sum + &sent.launch, sure.and(sent.certainty))
            });
        let (mut tokens, mut certainty) = (&calls * tokens, certainty);
        if driver == Driver::Tools && !fresh.is(0) {
            (tokens, certainty) = (tokens + &runs.good * &fresh, certainty.and(usage.resent));
        }
        input.push(Part { driver, tokens, certainty });
    }
    let gained = usage.sent.iter().fold(zero(), |sum, sent| sum + &sent.gained);
    let (driver, certainty) = (Driver::PromptGrowth, Certainty::Assumed);
    input.push(Part { driver, tokens: &calls * &gained, certainty });
    let again = if fresh.is(0) { resent.clone() } else { &resent - &fresh };
    let tokens = &runs.good * again;
    input.push(Part { driver: Driver::History, tokens, certainty: usage.resent });
    let output = [
        (Driver::Output, &calls * &usage.written.output),
        (Driver::Reasoning, &calls * &usage.written.reasoning),
    ];

    let own = one() - &frame.beyond;
    match frame.escalated {
        true => writer.taken_over(Driver::Escalation, &input_of(&input), &output, &calls, &one()),
        false => {
            for Part { driver, tokens, certainty } in &input {
                writer.input(*driver, "", &own * tokens, *certainty);
            }
            writer.fees(Driver::BasePrompt, &own * &calls);
            for (driver, tokens) in &output {
                writer.output(*driver, "", &own * tokens);
            }
            if !frame.beyond.is(0) {
                let beyond = &frame.beyond;
                writer.taken_over(Driver::Agents, &input_of(&input), &output, &calls, beyond);
            }
        }
    }
    if runs.some_fail() {
        let written = &usage.written.output + &usage.written.reasoning;
        let input = (&runs.input - &runs.good) * (&repeats * usage.once() + resent);
        let output = (&runs.output - &runs.good) * &repeats * written;
        writer.failed(input, output, (&runs.input - &runs.good) * &repeats, usage.certainty());
    }
    figures.unused.extend(writer.unused(&usage, &calls));
    let sent = match runs.some_fail() {
        true => &runs.sent * &repeats,
        false => calls.clone(),
    };
    figures.requests.push((step.to_owned(), sent));
    let billed = match runs.some_fail() {
        true => writer.billed(&runs.input * &repeats),
        false => calls,
    };
    figures.held.extend(held.map(|held| held.by(billed.clone(), frame)));
    figures.calls.push(billed);
    figures.naive.extend((call.answer && frame.seen).then(|| writer.naive(&usage)));
}

/// All that is sent, and how sure it is.
fn input_of(parts: &[Part]) -> (Expr, Certainty) {
    let parts = parts.iter().filter(|part| !part.tokens.is(0));
    parts.fold((zero(), Certainty::Exact), |(sum, sure), part| {
        (sum + &part.tokens, sure.and(part.certainty))
    })
}
