//! Usage as vendors write it down, in any amount: one record, a list, a record a line, a page of a usage report.

use std::collections::BTreeMap;

use intake::usage::{NoUsage, Page, Response, Row, Tools};
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::error::{Code, Error};
use crate::json::Strict;

/// What a vendor recorded of a call, or of several together.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// The usage object.
    pub usage: Strict,
    /// Who sells the model, where the record says it.
    pub provider: Option<String>,
    /// The model, where it says it.
    pub model: Option<String>,
    /// The tier, where it says it beside its usage.
    pub tier: Option<String>,
    /// What else it says about how the call was served.
    pub context: BTreeMap<String, String>,
    /// When the call was made, where it says it.
    pub at: Option<String>,
    /// What tools did that the usage does not count.
    pub tools: Tools,
    /// Where it counts several calls together.
    pub together: Option<Together>,
}

/// Calls that are counted together, so that the length of each is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Together {
    /// How many, where known.
    pub requests: Option<u64>,
    /// Whether all of them are longer than [`LONG_TOKENS`](intake::usage::LONG_TOKENS), or none is; nothing where
    /// that is not told.
    pub is_long: Option<bool>,
}

/// One record of several, with its place: `line 3`, `bucket 1, result 2`.
pub struct Placed {
    /// Its place.
    pub place: String,
    /// What it says, or why it cannot be read.
    pub recorded: Result<Recorded, Error>,
}

/// What a text holds.
pub enum Records {
    /// One record.
    One(Box<Recorded>),
    /// Several.
    Several {
        /// In their order.
        records: Vec<Placed>,
        /// Whether there are more of them somewhere else.
        has_more: bool,
    },
}

/// Reads what a text holds. A list or a page of a report is several records even where it has one.
pub fn records(text: &str) -> Result<Records, Error> {
    let text = unmarked(text);
    let whole = serde_json::from_str::<Strict>(text);
    let start = text.trim_start();
    if let Ok(Strict(document)) = &whole
        && let Some(page) = intake::usage::page(document)
    {
        let page = page.map_err(|cause| no_record(&cause))?;
        let has_more = page.has_more;
        let records = page.rows.into_iter().map(of_row).collect();
        return Ok(Records::Several { records, has_more });
    }
    let list = start.starts_with('[') && serde_json::from_str::<Vec<IgnoredAny>>(text).is_ok();
    let pieces = match (&whole, list) {
        (_, true) => elements(text),
        (Ok(_), false) => return record(text).map(|one| Records::One(Box::new(one))),
        (Err(cause), false) => {
            let lines = lines(text);
            let is_json = |(_, line): &(usize, &str)| serde_json::from_str::<Strict>(line).is_ok();
            if lines.len() < 2 || !lines.iter().any(is_json) {
                return Err(no_record(cause));
            }
            lines
        }
    };
    let (mut records, mut has_more) = (vec![], BTreeMap::new());
    for (line, piece) in pieces {
        let (placed, page) = of_line(line, piece);
        records.extend(placed);
        // Of a report's pages only the last one in the text says whether there are more.
        has_more.extend(page.map(|page| (page.provider, page.has_more)));
    }
    let has_more = has_more.into_values().any(|it| it);
    Ok(Records::Several { records, has_more })
}

/// Reads a usage object, or a whole response with one, from JSON.
pub fn record(text: &str) -> Result<Recorded, Error> {
    let Strict(document) =
        serde_json::from_str(unmarked(text)).map_err(|cause| no_record(&cause))?;
    of_value(document)
}

/// No usage can be read; says what can.
pub fn no_record(cause: &dyn std::fmt::Display) -> Error {
    Error::new(
        Code::BadArguments,
        format!("The usage cannot be read: {cause}."),
        r#"Give a usage object of OpenAI, Anthropic, Gemini or Bedrock, as in '{"input_tokens": 1234, "output_tokens": 567}', or a whole response with one; several as a list, or one a line: as JSON, as a file, or - for standard input."#,
    )
}

/// The text without the mark that some programs put before it.
pub(super) fn unmarked(text: &str) -> &str {
    text.trim_start_matches('\u{feff}')
}

/// A record, or the rows of a page of a report, with that page.
fn of_line(line: usize, piece: &str) -> (Vec<Placed>, Option<Page>) {
    let place = format!("line {line}");
    let value = match serde_json::from_str::<Strict>(piece) {
        Ok(Strict(value)) => value,
        Err(cause) => {
            // The place within the piece is none of the text's.
            let cause = cause.to_string();
            let cause = cause.split(" at line ").next().unwrap_or_default().to_owned();
            return (vec![Placed { place, recorded: Err(no_record(&cause)) }], None);
        }
    };
    match intake::usage::page(&value) {
        Some(Ok(mut page)) => {
            let rows = std::mem::take(&mut page.rows).into_iter().map(of_row);
            let rows = rows.map(|row| Placed { place: format!("{place}, {}", row.place), ..row });
            (rows.collect(), Some(page))
        }
        Some(Err(cause)) => (vec![Placed { place, recorded: Err(no_record(&cause)) }], None),
        None => (vec![Placed { place, recorded: of_value(value) }], None),
    }
}

fn of_row(row: Row) -> Placed {
    let Row { place, provider, model, at, usage, tier, requests, is_long } = row;
    let recorded = Recorded {
        usage: usage.into(),
        provider: Some(provider.into()),
        model,
        tier,
        at: Some(at),
        context: BTreeMap::new(),
        tools: Tools::default(),
        together: Some(Together { requests, is_long }),
    };
    Placed { place, recorded: Ok(recorded) }
}

fn of_value(document: Value) -> Result<Recorded, Error> {
    let read = intake::usage::response(document).map_err(|cause| {
        let error = no_record(&cause);
        match cause {
            NoUsage::Shape | NoUsage::UsageShape => error,
            NoUsage::Failed { .. } | NoUsage::Missing { .. } => {
                Error { hint: "Leave it out if nothing of it was billed.".into(), ..error }
            }
        }
    })?;
    let Response { usage, provider, model, tier, context, at, tools } = read;
    let usage = Strict(usage);
    Ok(Recorded { usage, provider, model, tier, context, at, tools, together: None })
}

/// The lines with something on them, each with its number.
fn lines(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, unmarked(line)));
    lines.filter(|(_, line)| !line.trim().is_empty()).collect()
}

/// The elements of a list that was found to be JSON, each with the line on which it begins.
fn elements(text: &str) -> Vec<(usize, &str)> {
    let (mut found, mut line, mut depth) = (vec![], 1, 0_usize);
    let (mut in_text, mut is_escaped) = (false, false);
    let mut start: Option<(usize, usize)> = None;
    for (index, byte) in text.bytes().enumerate() {
        let is_end = !in_text && depth == 1 && matches!(byte, b',' | b']');
        if is_end && let Some((line, start)) = start.take() {
            found.push((line, text[start..index].trim_end()));
        } else if depth == 1 && start.is_none() && !byte.is_ascii_whitespace() {
            start = Some((line, index));
        }
        line += usize::from(byte == b'\n');
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_text,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_a_list_begin_on_their_lines() {
        let text = "[\n {\"a\": [1, 2],\n  \"b\": \"],{\\\"\"},\n\n 7, \"é,\" ]\n";
        let expected = [(2, "{\"a\": [1, 2],\n  \"b\": \"],{\\\"\"}"), (5, "7"), (5, "\"é,\"")];
        assert_eq!(elements(text), expected);
        assert_eq!(elements("[]"), []);
        assert_eq!(elements("[{}]"), [(1, "{}")]);
    }

    /// The places of what a text holds, with what is wrong there.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let Ok(Records::Several { records, .. }) = records(text) else { panic!("not several") };
        let told = |placed: &Placed| match &placed.recorded {
            Ok(recorded) => format!("{}: {}", placed.place, recorded.usage.0),
            Err(error) => format!("{}: {}", placed.place, error.message),
        };
        assert_eq!(records.iter().map(told).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn several_records_are_a_list_or_one_a_line_and_a_bad_one_stops_no_other() {
        check(
            "{\"input_tokens\": 1}\n\n{\"input_tokens\": 2\n{\"usage\": {\"input_tokens\": 3}, \"model\": \"m\"}\n",
            &[
                r#"line 1: {"input_tokens":1}"#,
                "line 3: The usage cannot be read: EOF while parsing an object.",
                r#"line 4: {"input_tokens":3}"#,
            ],
        );
        check(
            "[{\"input_tokens\": 1},\n 7,\n {\"a\": 1, \"a\": 2}]",
            &[
                r#"line 1: {"input_tokens":1}"#,
                "line 2: The usage cannot be read: this is JSON of another shape.",
                "line 3: The usage cannot be read: `a` is there twice.",
            ],
        );
        check("[{\"input_tokens\": 1}]", &[r#"line 1: {"input_tokens":1}"#]);
        assert!(matches!(records("{\"input_tokens\": 1}"), Ok(Records::One(_))));
        for text in ["", "{", "{\n\"input_tokens\": 1,\n", "[1, 2", "none\nat all"] {
            assert!(records(text).is_err(), "{text}");
        }
    }

    #[test]
    fn marks_before_texts_are_no_part_of_them() {
        check(
            "\u{feff}{\"input_tokens\": 1}\n\u{feff}{\"input_tokens\": 2}\n",
            &[r#"line 1: {"input_tokens":1}"#, r#"line 2: {"input_tokens":2}"#],
        );
        check("\u{feff}[{\"input_tokens\": 1}]", &[r#"line 1: {"input_tokens":1}"#]);
        assert!(matches!(records("\u{feff}{\"input_tokens\": 1}"), Ok(Records::One(_))));
    }

    #[test]
    fn the_last_of_a_reports_pages_says_whether_there_are_more() {
        let page = |time: &str, has_more: bool| {
            format!(r#"{{"data": [{{{time}, "results": []}}], "has_more": {has_more}}}"#)
        };
        let openai = |has_more| page(r#""start_time": 1795046400"#, has_more);
        let anthropic = |has_more| page(r#""starting_at": "2026-11-20T00:00:00Z""#, has_more);
        let check = |pages: &[String], expected: bool| {
            for text in [pages.join("\n"), format!("[{}]", pages.join(","))] {
                let Ok(Records::Several { has_more, .. }) = records(&text) else {
                    panic!("several records")
                };
                assert_eq!(has_more, expected, "{text}");
            }
        };
        check(&[openai(true), openai(true)], true);
        check(&[openai(true), openai(false)], false);
        check(&[openai(true), anthropic(false)], true);
    }

    #[test]
    fn a_record_says_when_its_call_was_made() {
        let at = |text: &str| record(text).expect("a record").at;
        let usage = r#""usage": {"input_tokens": 1}"#;
        assert_eq!(at(&format!("{{{usage}}}")), None);
        assert_eq!(
            at(&format!(r#"{{"created": 1795132800, {usage}}}"#)).as_deref(),
            Some("2026-11-20T00:00:00Z")
        );
        assert_eq!(
            at(&format!(r#"{{"as_of": "2026-11-20", {usage}}}"#)).as_deref(),
            Some("2026-11-20")
        );
    }
}
