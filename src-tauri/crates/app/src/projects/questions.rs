//! A plan from six answers: everything that was not asked is a guess, and marked as one.

use std::collections::BTreeMap;

use cost::edit::Evidenced;
use cost::plan::{FORMAT, Plan, given_units};
use cost::units::{self, Kind, Period};
use serde::Deserialize;
use store::Snapshot;
use ts_rs::TS;

use crate::error::{At, Code, Error};
use crate::plans;
use crate::prices::today;
use crate::shelf::Shelf;

/// The answers.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct Questions {
    /// What is one unit? `conversation`
    pub unit: String,
    /// Who uses it? `12k users`; or how many units there are, whoever that is: `10,000 documents a day`.
    pub users: String,
    /// How often does each? `1.4/month`; nothing where the units are said.
    pub each: String,
    /// Only in office hours? A day counts as a working day then.
    pub office_hours: bool,
    /// The prompt's text.
    pub prompt: String,
    /// Which model answers?
    pub model: String,
    /// What a sample conversation says, each number under what was measured: `turns`, `question`,
    /// `answer`, `reasoning`, and `system` where no prompt is pasted.
    pub measured: Vec<Evidenced>,
}

/// The file of the pasted prompt.
const PROMPT_FILE: &str = "prompts/prompt.md";

impl Questions {
    /// The plan that the answers make, with its name. Each answer that cannot be read is told by its field.
    pub fn plan(&self) -> Result<(String, Snapshot), Error> {
        let unit = first_filled(&self.unit, "request").to_lowercase();
        let volume = self.volume(&unit)?;
        let model = self.model()?;
        let label = capitalised(&unit);
        let name = slug(&unit);
        let turns = self.measured("turns");
        let talks = turns.as_ref().is_some_and(|turns| turns.value.trim() != "1")
            || ["conversation", "chat", "session", "dialog"].iter().any(|word| unit.contains(word));
        let number = |what: &str, usual: &str| {
            self.measured(what).map_or_else(|| usual.to_owned(), |found| sourced(&found))
        };
        let reasoning =
            self.measured("reasoning").map(|it| format!(", reasoning: {}", sourced(&it)));
        let call = format!(
            "call: {{ name: answer, answer: true, model: {model}, input: [{}], output: {}{} }}",
            if talks { "prompt, history, message" } else { "prompt, message" },
            number("answer", "100..300"),
            reasoning.unwrap_or_default(),
        );
        let step = match talks {
            true => {
                let turns = number("turns", "2..6");
                format!("conversation:\n        turns: {turns}\n        turn:\n          - {call}")
            }
            false => call,
        };
        let system = self.measured("system").filter(|_| self.prompt.trim().is_empty());
        let prompt = match &system {
            Some(found) => format!("{{ role: system, tokens: {} }}", sourced(found)),
            None => format!("{{ file: {PROMPT_FILE} }}"),
        };
        let text = format!(
            "forebill: {FORMAT}\nname: {}\nstarts: {}\nmonths: 12\n\
             prompts:\n  prompt: {prompt}\n  message: {{ label: What the user says, tokens: {} }}\n\
             features:\n  - name: {name}\n    unit: {}\n    volume: {volume}\n    step:\n      {step}\n",
            quoted(&format!("New plan: {label}")),
            next_month(),
            number("question", "20..150"),
            quoted(&unit),
        );
        let plan: Plan = plans::read_plan(&text)?;
        let prompt = first_filled(&self.prompt, "You are a helpful assistant.");
        let file = system.is_none().then(|| (PROMPT_FILE.to_owned(), prompt.into()));
        let files = BTreeMap::from_iter(file);
        Ok((label, Snapshot { format: FORMAT, plan: plans::write(&plan), files }))
    }

    /// What a sample says of one thing.
    fn measured(&self, what: &str) -> Option<Evidenced> {
        self.measured.iter().find(|found| found.address == what).cloned()
    }

    /// So many units, or who uses it and how often each does.
    fn volume(&self, unit: &str) -> Result<String, Error> {
        // With nobody who uses it, units that are named are all units.
        let named = |each: &str| given_units(each, unit).filter(|_| !is_frequency(each));
        if let Some(units) = named(self.each.trim()).filter(|_| self.users.trim().is_empty()) {
            return Ok(format!("{{ units: {} }}", quoted(&self.on_days(units))));
        }
        if let Some(units) = given_units(self.users.trim(), unit) {
            if !self.each.trim().is_empty() {
                let message =
                    format!("`{}` says how many units there are, whoever uses it.", self.users);
                let hint = "Leave this empty, or say above how many people use it.";
                return Err(Error::new(Code::InvalidValue, message, hint).at(field("each")));
            }
            return Ok(format!("{{ units: {} }}", quoted(&self.on_days(units))));
        }
        let users = without_people(first_filled(&self.users, "1k"));
        let users = self.number("users", users, Kind::People)?;
        let each = first_filled(&self.each, "4/month");
        let each = self.each(&named(each).unwrap_or_else(|| each.to_owned()))?;
        Ok(format!("{{ users: {}, each: {} }}", quoted(&users), quoted(&each)))
    }

    /// How often each comes: a number of times in a stretch of time.
    fn each(&self, typed: &str) -> Result<String, Error> {
        Ok(self.on_days(self.number("each", typed, Kind::Frequency)?))
    }

    /// The same on working days, where only they count.
    fn on_days(&self, read: String) -> String {
        let by_day = units::read(&read, Kind::Frequency)
            .is_ok_and(|typed| typed.period == Some(Period::Day));
        match by_day && self.office_hours {
            true => read.replace("/day", "/business day").replace("per day", "per business day"),
            false => read,
        }
    }

    fn model(&self) -> Result<String, Error> {
        let typed = self.model.trim();
        if typed.is_empty() {
            return Err(Error::new(
                Code::InvalidValue,
                "Which model answers is not said.",
                "Choose one of the list, or type its name.",
            )
            .at(field("model")));
        }
        let shelf = Shelf::of(None)?;
        let found = shelf.find(None, typed).map_err(|error| error.at(field("model")))?;
        Ok(quoted(&format!("{}/{}", found.provider.id, found.model.id)))
    }

    fn number(&self, name: &str, typed: &str, kind: Kind) -> Result<String, Error> {
        units::read(typed, kind).map(|_| typed.to_owned()).map_err(|unread| {
            Error::new(Code::InvalidValue, unread.message, unread.hint).at(field(name))
        })
    }
}

fn is_frequency(typed: &str) -> bool {
    units::read(typed, Kind::Frequency).is_ok()
}

/// A number with who says so, as a plan has it in one line.
fn sourced(found: &Evidenced) -> String {
    let Evidenced { value, source, as_of, evidence, counted, .. } = found;
    let more = [("evidence", evidence), ("counted", counted)].into_iter();
    let more = more.filter_map(|(key, text)| Some(format!(", {key}: {}", quoted(text.as_ref()?))));
    format!(
        "{{ value: {}, source: {}, as_of: {}{} }}",
        quoted(value),
        quoted(source),
        quoted(as_of),
        more.collect::<String>()
    )
}

fn field(name: &str) -> At {
    At { address: Some(name.to_owned()), ..At::default() }
}

fn first_filled<'t>(typed: &'t str, otherwise: &'t str) -> &'t str {
    match typed.trim() {
        "" => otherwise,
        typed => typed,
    }
}

/// `12k users` is `12k`, `800..1200 agents` is `800..1200`: the words say what the field asks.
fn without_people(typed: &str) -> &str {
    match typed.rsplit_once(' ') {
        Some((number, word)) if word.chars().all(char::is_alphabetic) => number.trim_end(),
        _ => typed,
    }
}

/// A name as addresses have it: small letters, digits and dashes.
fn slug(words: &str) -> String {
    let dashed = words.replace(|c: char| !c.is_ascii_alphanumeric(), "-").to_ascii_lowercase();
    let parts: Vec<&str> = dashed.split('-').filter(|part| !part.is_empty()).collect();
    let name = parts.join("-");
    match name.chars().next() {
        Some(first) if first.is_ascii_lowercase() => name,
        Some(_) => format!("unit-{name}"),
        None => "unit".to_owned(),
    }
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

/// A text as YAML reads it back, whatever is in it: JSON's strings are strings there.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

fn next_month() -> String {
    let next = today().first_of_month().checked_add(jiff::Span::new().months(1));
    crate::estimates::month_name(next.expect("the calendar goes on"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> Questions {
        Questions {
            unit: "Conversation".into(),
            users: "12k users".into(),
            each: "1.4/month".into(),
            model: "openai/gpt-5.4-mini".into(),
            prompt: "You help.".into(),
            ..Questions::default()
        }
    }

    #[test]
    fn six_answers_are_a_plan_that_can_be_worked_out() {
        let (name, snapshot) = answers().plan().expect("a plan");
        assert_eq!(name, "Conversation");
        assert_eq!(snapshot.files[PROMPT_FILE].as_ref(), "You help.");
        let plan = plans::read_plan(&snapshot.plan).expect("it reads");
        let shown: Vec<String> = plan
            .numbers()
            .iter()
            .map(|number| format!("{} = {}", number.address, number.text))
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        prompts.message.tokens = 20..150
        conversation.users = 12k
        conversation.each = 1.4/month
        conversation.conversation.turns = 2..6
        conversation.answer.output = 100..300
        ");
    }

    #[test]
    fn what_a_sample_says_is_no_guess() {
        let found = |what: &str, value: &str| Evidenced {
            address: what.to_owned(),
            value: value.to_owned(),
            source: "4 turns of 3 conversations".to_owned(),
            as_of: "2026-11-23".to_owned(),
            evidence: Some("talks.jsonl".to_owned()),
            counted: ["question", "system"].contains(&what).then(|| "o200k".to_owned()),
        };
        let measured = vec![
            found("turns", "1 x2 | 2 x1"),
            found("question", "3 x1 | 7 x2 ±42%"),
            found("answer", "4 x1 | 14 x2"),
            found("reasoning", "0 x1 | 64 x2"),
            found("system", "12 x3"),
        ];
        let shown = |answers: Questions| {
            let (_, snapshot) = answers.plan().expect("a plan");
            let plan = plans::read_plan(&snapshot.plan).expect("it reads");
            let number = |it: cost::plan::Number| {
                let guess = if it.is_guess() { ", a guess" } else { "" };
                format!("{} = {}{guess}", it.address, it.text)
            };
            let numbers: Vec<String> = plan.numbers().into_iter().map(number).collect();
            (numbers.join("\n"), snapshot.files.len())
        };
        let unit = "Answer".to_owned();
        let answers = Questions { unit, measured, prompt: String::new(), ..answers() };
        let (numbers, files) = shown(answers.clone());
        insta::assert_snapshot!(numbers, @"
        prompts.prompt.tokens = 12 x3
        prompts.message.tokens = 3 x1 | 7 x2 ±42%
        answer.users = 12k, a guess
        answer.each = 1.4/month, a guess
        answer.conversation.turns = 1 x2 | 2 x1
        answer.answer.output = 4 x1 | 14 x2
        answer.answer.reasoning = 0 x1 | 64 x2
        ");
        assert_eq!(files, 0);
        // The prompt that was pasted is the longer truth.
        let (numbers, files) = shown(Questions { prompt: "You help.".to_owned(), ..answers });
        assert!(!numbers.contains("prompts.prompt"), "{numbers}");
        assert_eq!(files, 1);
    }

    #[test]
    fn a_day_is_a_working_day_in_office_hours() {
        let mut answers = answers();
        assert_eq!(answers.each("3/day").as_deref(), Ok("3/day"));
        answers.office_hours = true;
        assert_eq!(answers.each("3/day").as_deref(), Ok("3/business day"));
        assert_eq!(answers.each("1.4/month").as_deref(), Ok("1.4/month"));
    }

    #[test]
    fn so_many_units_are_a_volume_whoever_uses_them() {
        let said = |users: &str, each: &str, office_hours: bool| {
            let (users, each) = (users.into(), each.into());
            let unit = "Document".into();
            match (Questions { unit, users, each, office_hours, ..answers() }).plan() {
                Ok((_, snapshot)) => {
                    let plan = plans::read_plan(&snapshot.plan).expect("it reads");
                    let numbers = plan.numbers().into_iter();
                    let volume = numbers.filter(|it| {
                        ["document.units", "document.users", "document.each"]
                            .contains(&it.address.as_str())
                    });
                    let volume = volume.map(|it| format!("{} = {}", it.address, it.text));
                    volume.collect::<Vec<_>>().join(", ")
                }
                Err(error) => {
                    let field = error.at.and_then(|at| at.address).unwrap_or_default();
                    format!("{field}: {} {}", error.message, error.hint)
                }
            }
        };
        assert_eq!(said("10,000 documents a day", "", false), "document.units = 10,000/day");
        assert_eq!(said("10k/day", "", true), "document.units = 10k/business day");
        assert_eq!(said("1 document per week", "", false), "document.units = 1/week");
        assert_eq!(
            said("12k users", "2/day", false),
            "document.users = 12k, document.each = 2/day"
        );
        assert_eq!(
            said("10k/day", "2/day", false),
            "each: `10k/day` says how many units there are, whoever uses it. \
             Leave this empty, or say above how many people use it."
        );
        assert_eq!(
            said("12k users", "2 documents a day", false),
            "document.users = 12k, document.each = 2/day"
        );
        assert_eq!(said("", "10,000 documents a day", false), "document.units = 10,000/day");
    }

    #[test]
    fn a_yearly_rate_is_an_answer_as_people_type_it() {
        for each in ["3 a year", "3/year", "3 per year"] {
            let (_, snapshot) =
                Questions { each: each.into(), ..answers() }.plan().expect("a plan");
            let plan = plans::read_plan(&snapshot.plan).expect("it reads");
            let numbers = plan.numbers();
            let written = numbers.iter().find(|it| it.address == "conversation.each");
            assert_eq!(written.map(|it| it.text.as_str()), Some(each));
        }
    }

    #[test]
    fn what_cannot_be_meant_is_told_by_its_question() {
        let check = |answers: Questions, expected: &str| {
            let error = answers.plan().expect_err("it must be refused");
            let field = error.at.and_then(|at| at.address).unwrap_or_default();
            assert_eq!(format!("{field}: {}", error.message), expected);
        };
        check(
            Questions { model: String::new(), ..answers() },
            "model: Which model answers is not said.",
        );
        check(
            Questions { users: "many".into(), ..answers() },
            "users: `many` is not a number of people.",
        );
    }

    #[test]
    fn people_may_be_called_by_any_word() {
        let check = |typed: &str, number: &str| assert_eq!(without_people(typed), number);
        check("12k users", "12k");
        check("800..1200 agents", "800..1200");
        check("12k ±20%", "12k ±20%");
        check("12k", "12k");
        check("many", "many");
    }

    #[test]
    fn names_are_addresses() {
        assert_eq!(
            ["rep and day", "Über 9!", "9 lives", ""].map(slug),
            ["rep-and-day", "ber-9", "unit-9-lives", "unit"]
        );
    }
}
