//! Days and moments as they are named, and the one clock of these operations.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::error::{Code, Error};

/// A moment that was named, in UTC.
pub struct Moment {
    /// The moment.
    pub at: DateTime,
    /// Whether the hour was said, too.
    pub hour_known: bool,
}

/// Reads `2026-11-20` (its noon) or `2026-11-20T12:00:00Z`, now when nothing is named. Without an offset it is UTC.
pub fn moment(text: Option<&str>) -> Result<Moment, Error> {
    let Some(text) = text else {
        return Ok(Moment { at: now().datetime(), hour_known: true });
    };
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(Moment { at: timestamp.to_zoned(TimeZone::UTC).datetime(), hour_known: true });
    }
    if text.len() > "2026-11-20".len()
        && let Ok(at) = text.parse::<DateTime>()
    {
        return Ok(Moment { at, hour_known: true });
    }
    Ok(Moment { at: date(text)?.at(12, 0, 0, 0), hour_known: false })
}

/// Reads `2026-11-20`.
pub fn date(text: &str) -> Result<Date, Error> {
    text.parse().map_err(|_| {
        Error::new(
            Code::BadArguments,
            format!("`{text}` is not a date."),
            "Write it as 2026-11-20 or 2026-11-20T12:00:00Z.",
        )
    })
}

/// The one place of these operations that reads the clock.
fn now() -> Zoned {
    Timestamp::now().to_zoned(TimeZone::UTC)
}

/// The moment in UTC, as `2026-11-22T10:42:07.250Z`.
pub fn now_text() -> String {
    now().timestamp().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The day on which this runs, in UTC.
pub fn today() -> Date {
    now().date()
}
