//! The worked examples that vendors published, worked out again line by line.

mod example;
mod number;
mod result;
mod work;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use self::example::Example;
use self::number::Number;
pub use self::result::{Line, Seen, Status, Unit};
use self::work::lines;
use crate::error::{Code, Error};
use crate::suggest::did_you_mean;

/// Which examples to work out.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
#[ts(rename = "AuditWanted")]
pub struct Wanted {
    /// By their ids, as `A-1`; all of them when left out.
    pub ids: Vec<String>,
}

/// The examples worked out again.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Audit {
    /// Each with its lines, vendor by vendor.
    pub examples: Vec<Audited>,
    /// How many come to what is said of them.
    pub passed: u64,
    /// How many of them were printed with a mistake.
    pub flagged: u64,
}

/// A published example, and what it comes to.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "AuditExample")]
pub struct Audited {
    /// What it is called here: `A-1`.
    pub id: String,
    /// Who published it.
    pub vendor: String,
    /// What it is about.
    pub title: String,
    /// Where it stands.
    pub source: String,
    /// How it was read there.
    pub seen: Seen,
    /// Who has the copy that was read, or quotes it, where that is known.
    pub via: Option<String>,
    /// The day on which somebody last looked.
    pub read: String,
    /// What goes in, as published.
    pub inputs: String,
    /// What results are in.
    pub unit: Unit,
    /// The result as published, a decimal with the digits that were printed.
    pub printed: String,
    /// What the published numbers come to, a decimal of at most twelve digits after the point.
    pub computed: String,
    /// The lines of it.
    pub lines: Vec<Line>,
    /// What is right where the published result is not, a decimal of as many digits as tell.
    pub right: Option<String>,
    /// The lines of that, where the published numbers come to what was printed.
    pub right_lines: Vec<Line>,
    /// How the published result stands to them.
    pub status: Status,
    /// Whether that is so.
    pub holds: bool,
    /// What a reader should know.
    pub note: Option<String>,
}

/// The files of examples inside the program.
const FILES: &[&str] = &[
    include_str!("../../../../audit/anthropic.toml"),
    include_str!("../../../../audit/aws.toml"),
    include_str!("../../../../audit/azure.toml"),
    include_str!("../../../../audit/google.toml"),
    include_str!("../../../../audit/openai.toml"),
    include_str!("../../../../audit/others.toml"),
];

/// Works published examples out again.
pub fn run(wanted: Wanted) -> Result<Audit, Error> {
    let read =
        |text: &&str| example::read(text).expect("the examples inside the program are tested");
    let mut examples: Vec<Example> = FILES.iter().flat_map(read).collect();
    if let Some(unknown) =
        wanted.ids.iter().find(|id| !examples.iter().any(|example| is_called(example, id)))
    {
        let ids: Vec<&str> = examples.iter().map(|example| example.id.as_str()).collect();
        let message = format!("There is no worked example `{unknown}`.");
        return Err(Error::new(Code::NotFound, message, did_you_mean(unknown, &ids, "They are")));
    }
    if !wanted.ids.is_empty() {
        examples.retain(|example| wanted.ids.iter().any(|id| is_called(example, id)));
    }
    let examples = examples.iter().map(audited).collect::<Result<Vec<_>, _>>()?;
    let count = |is: fn(&Audited) -> bool| examples.iter().filter(|each| is(each)).count() as u64;
    Ok(Audit {
        passed: count(|each| each.holds),
        flagged: count(|each| each.status == Status::VendorError),
        examples,
    })
}

fn is_called(example: &Example, id: &str) -> bool {
    example.id.eq_ignore_ascii_case(id)
}

fn audited(example: &Example) -> Result<Audited, Error> {
    let (mut all, printed_sum) = match example.call.is_empty() {
        true => (vec![], None),
        false => lines(example, &example.call).map(|(lines, sum)| (lines, Some(sum)))?,
    };
    let (mut right_lines, right_sum) = match example.corrected.is_empty() {
        true => (vec![], None),
        false => lines(example, &example.corrected).map(|(lines, sum)| (lines, Some(sum)))?,
    };
    let holds = holds(example, printed_sum, right_sum);
    if all.is_empty() {
        // Nothing comes to what was printed: the right figure is the only one.
        (all, right_lines) = (right_lines, vec![]);
    }
    let computed = printed_sum.or(right_sum).map(|sum| sum.to_string()).unwrap_or_default();
    Ok(Audited {
        id: example.id.clone(),
        vendor: example.vendor.clone(),
        title: example.title.clone(),
        source: example.source.clone(),
        seen: example.seen,
        via: example.via.clone(),
        read: example.read().map(|day| day.to_string()).unwrap_or_default(),
        inputs: example.inputs.clone(),
        unit: example.unit,
        printed: example.printed.clone(),
        computed,
        lines: all,
        right: example.right.clone(),
        right_lines,
        status: example.status,
        holds,
        note: example.note.clone(),
    })
}

/// Whether what was printed, what its numbers come to and what is right stand to each other as its status says.
fn holds(example: &Example, sum: Option<Number>, right: Option<Number>) -> bool {
    let is_printed = |sum: Number| Number::read(&example.printed) == Some(sum);
    let digits = |text: &str| text.split_once('.').map_or(0, |(_, after)| after.len() as u32);
    let comes_to = |sum: Number, text: &str| {
        let shown = match example.truncated {
            true => sum.cut(digits(text)),
            false => sum.rounded(digits(text)),
        };
        shown.as_deref() == Some(text)
    };
    let is_near = |sum: Number| comes_to(sum, &example.printed);
    match example.status {
        Status::Exact | Status::Tokens => sum.is_some_and(is_printed),
        Status::Rounded => sum.is_some_and(|sum| is_near(sum) && !is_printed(sum)),
        Status::PriceInferred => sum.is_some_and(is_near),
        Status::VendorError => {
            let is_explained = sum.is_none_or(is_near) && (sum.is_some() || right.is_some());
            let is_right = match (right, &example.right) {
                (Some(right), Some(stated)) => comes_to(right, stated) && !is_near(right),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            is_explained && is_right && example.note.is_some()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = r#"
        vendor = "Acme"
        [[example]]
        id = "X-1"
        title = "A session"
        source = "https://acme.example/prices"
        seen = "page"
        read = 2026-11-22
        inputs = "two hours; $0.08 an hour"
        printed = "0.16"
        status = "exact"
        [[example.call]]
        used = { session_hour = "2" }
        rates = { session_hour = "0.08 each" }
    "#;

    const CORRECTED: &str = r#"
        right = "0.24"
        note = "An hour is missing."
        [[example.corrected]]
        used = { session_hour = "3" }
        rates = { session_hour = "0.08 each" }
    "#;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let examples = example::read(text).expect("an example");
        assert_eq!(audited(&examples[0]).expect("worked out").holds, expected, "{text}");
    }

    #[test]
    fn an_example_holds_only_where_its_status_is_true() {
        let with = |printed: &str, status: &str| {
            let line = format!("printed = \"{printed}\"");
            SESSION
                .replace("printed = \"0.16\"", &line)
                .replace("\"exact\"", &format!("\"{status}\""))
        };
        check(&with("0.16", "exact"), true);
        check(&with("0.2", "exact"), false);
        check(&with("0.2", "rounded"), true);
        check(&with("0.1", "rounded"), false);
        check(&with("0.16", "rounded"), false);
        check(
            &with("0.1", "rounded")
                .replace("[[example.call]]", "truncated = true\n[[example.call]]"),
            true,
        );
        check(&with("0.16", "price_inferred"), true);
        check(&with("0.17", "price_inferred"), false);
    }

    #[test]
    fn a_vendors_error_needs_what_is_right_and_why() {
        let wrong = SESSION.replace("\"exact\"", "\"vendor_error\"");
        let text = |printed: &str, more: &str| {
            let (head, call) = wrong.split_once("[[example.call]]").expect("a call");
            let (said, corrected) = more.split_once("[[example.corrected]]").unwrap_or((more, ""));
            let corrected = match corrected {
                "" => String::new(),
                rest => format!("[[example.corrected]]{rest}"),
            };
            let head = head.replace("\"0.16\"", &format!("\"{printed}\""));
            format!("{head}{said}[[example.call]]{call}{corrected}")
        };
        check(&text("0.16", CORRECTED), true);
        check(&text("0.17", CORRECTED), false);
        check(&text("0.16", &CORRECTED.replace("0.24", "0.25")), false);
        check(&text("0.16", &CORRECTED.replace("note", "# ")), false);
        check(&text("0.16", &CORRECTED.replace("\"3\"", "\"2\"").replace("0.24", "0.16")), false);
        check(&text("0.16", "note = \"Nobody knows.\"\n"), true);
        check(&text("0.16", "right = \"1\"\nnote = \"Nobody knows.\"\n"), false);
    }
}
