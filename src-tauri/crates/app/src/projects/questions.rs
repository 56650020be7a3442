//! A plan from six answers: everything that was not asked is a guess, and marked as one.

use std::collections::BTreeMap;

use cost::plan::{FORMAT, Plan};
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
    /// Who uses it? `12k users`
    pub users: String,
    /// How often does each? `1.4/month`
    pub each: String,
    /// Only in office hours? A day counts as a working day then.
    pub office_hours: bool,
    /// The prompt's text.
    pub prompt: String,
    /// Which model answers?
    pub model: String,
}

/// The file of the pasted prompt.
const PROMPT_FILE: &str = "prompts/prompt.md";

impl Questions {
    /// The plan that the answers make, with its name. Each answer that cannot be read is told by its field.
    pub fn plan(&self) -> Result<(String, Snapshot), Error> {
        let unit = first_filled(&self.unit, "request").to_lowercase();
        let users =
            self.number("users", without_people(first_filled(&self.users, "1k")), Kind::People)?;
        let each = self.each()?;
        let model = self.model()?;
        let label = capitalised(&unit);
        let name = slug(&unit);
        let talks =
            ["conversation", "chat", "session", "dialog"].iter().any(|word| unit.contains(word));
        let call = format!(
            "call: {{ name: answer, answer: true, model: {model}, input: [{}], output: 100..300 }}",
            if talks { "prompt, history, message" } else { "prompt, message" }
        );
        let step = match talks {
            true => {
                format!("conversation:\n        turns: 2..6\n        turn:\n          - {call}")
            }
            false => call,
        };
        let text = format!(
            "forebill: {FORMAT}\nname: {}\nstarts: {}\nmonths: 12\n\
             prompts:\n  prompt: {{ file: {PROMPT_FILE} }}\n  message: {{ label: What the user says, tokens: 20..150 }}\n\
             features:\n  - name: {name}\n    unit: {}\n    volume: {{ users: {}, each: {} }}\n    step:\n      {step}\n",
            quoted(&format!("New plan: {label}")),
            next_month(),
            quoted(&unit),
            quoted(&users),
            quoted(&each),
        );
        let plan: Plan = plans::read_plan(&text)?;
        let prompt = first_filled(&self.prompt, "You are a helpful assistant.");
        let files = BTreeMap::from([(PROMPT_FILE.to_owned(), prompt.into())]);
        Ok((label, Snapshot { format: FORMAT, plan: plans::write(&plan), files }))
    }

    /// How often each comes: a number of times in a stretch of time, on working days where only they count.
    fn each(&self) -> Result<String, Error> {
        let typed = first_filled(&self.each, "4/month");
        let read = self.number("each", typed, Kind::Frequency)?;
        let by_day = units::read(&read, Kind::Frequency)
            .is_ok_and(|typed| typed.period == Some(Period::Day));
        match by_day && self.office_hours {
            true => {
                Ok(read.replace("/day", "/business day").replace("per day", "per business day"))
            }
            false => Ok(read),
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
    fn a_day_is_a_working_day_in_office_hours() {
        let mut answers = Questions { each: "3/day".into(), ..answers() };
        assert_eq!(answers.each().as_deref(), Ok("3/day"));
        answers.office_hours = true;
        assert_eq!(answers.each().as_deref(), Ok("3/business day"));
        answers.each = "1.4/month".into();
        assert_eq!(answers.each().as_deref(), Ok("1.4/month"));
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
