//! When a call was made, as its record says it.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde_json::{Number, Value};

/// What may say it, ours first.
const NAMES: [&str; 9] = [
    "as_of",
    "at",
    "createTime",
    "created_at",
    "created",
    "timestamp",
    "requestTime",
    "time",
    "date",
];

/// No call was made before this second: a smaller number under such a name is something else.
const FIRST_SECOND: i64 = 1_000_000_000;

/// The largest number that counts seconds; what is above counts milliseconds.
const LAST_SECOND: i64 = 1_000_000_000_000;

/// The moment of a record in UTC, or its day. What our own words say is taken as it stands, so that it is refused
/// where it is no day.
pub fn when(document: &Value) -> Option<String> {
    let own = || NAMES[..2].iter().find_map(|name| document.get(name)?.as_str());
    let read = NAMES.iter().find_map(|name| match document.get(name)? {
        Value::String(text) => moment(text),
        Value::Number(number) => Some(unix(number)?.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    });
    match own() {
        Some(text) => moment(text).or_else(|| Some(text.to_owned())),
        None => read,
    }
}

/// A text of ISO 8601: a moment, or a day alone. A time without an offset is one in UTC.
fn moment(text: &str) -> Option<String> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment.to_string());
    }
    let is_day = text.len() <= "2026-11-20".len();
    let is_read =
        if is_day { text.parse::<Date>().is_ok() } else { text.parse::<DateTime>().is_ok() };
    is_read.then(|| text.to_owned())
}

/// Whole seconds or milliseconds since 1970; parts of a second change no price.
fn unix(number: &Number) -> Option<Timestamp> {
    let whole = number.to_string();
    let whole: i64 = whole.split('.').next()?.parse().ok()?;
    match whole {
        ..FIRST_SECOND => None,
        FIRST_SECOND..=LAST_SECOND => Timestamp::from_second(whole).ok(),
        _ => Timestamp::from_millisecond(whole).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: Option<&str>) {
        let document = serde_json::from_str(json).expect("JSON");
        assert_eq!(when(&document).as_deref(), expected, "{json}");
    }

    #[test]
    fn texts_numbers_and_days_say_when_under_any_vendors_name() {
        check(r#"{"timestamp": "2026-02-20T00:00:00Z"}"#, Some("2026-02-20T00:00:00Z"));
        check(r#"{"created_at": "2025-05-01T00:00:00Z"}"#, Some("2025-05-01T00:00:00Z"));
        check(r#"{"requestTime": "2026-02-20T01:30:00+02:00"}"#, Some("2026-02-19T23:30:00Z"));
        check(r#"{"created": "2026-02-20 08:00:00"}"#, Some("2026-02-20 08:00:00"));
        check(r#"{"time": 1795132800}"#, Some("2026-11-20T00:00:00Z"));
        check(r#"{"created": 1795132800.75}"#, Some("2026-11-20T00:00:00Z"));
        check(r#"{"timestamp": 1795132800250}"#, Some("2026-11-20T00:00:00.25Z"));
        check(r#"{"date": "2026-11-20"}"#, Some("2026-11-20"));
        check(
            r#"{"createTime": "2026-11-20T00:00:00.5Z", "time": 350}"#,
            Some("2026-11-20T00:00:00.5Z"),
        );
    }

    #[test]
    fn what_is_no_day_says_nothing_but_in_our_own_words() {
        for json in [r#"{"time": 350}"#, r#"{"time": "12:03"}"#, r#"{"date": "soon"}"#, "{}"] {
            check(json, None);
        }
        check(r#"{"time": "12:03", "date": "2026-11-20"}"#, Some("2026-11-20"));
        check(r#"{"as_of": "soon", "date": "2026-11-20"}"#, Some("soon"));
    }
}
