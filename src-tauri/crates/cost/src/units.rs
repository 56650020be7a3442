//! Inputs as people type them: `10k/day`, `25..35`, `5 ±20%`, `$2.50`, `15%`, `6%/month`.

use std::sync::Arc;

use crate::histogram::Histogram;
use crate::money::Rate;
use crate::spread::{Law, MOST_COPIES, MOST_ROWS, Spread, count_table};

/// What a field measures, and so how its text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Tokens of one text.
    Tokens,
    /// A count of turns, attempts or copies: whole.
    Count,
    /// A part of a whole, 0 to 1.
    Share,
    /// A change by month: `6%/month`.
    Growth,
    /// How many people.
    People,
    /// So often in a stretch of time: `1.4/month`, `10k/day`.
    Frequency,
    /// An amount of money.
    Amount,
    /// A month of the plan: `month 9`.
    MonthNumber,
    /// How many times as much: `0.8`, `120%`.
    Factor,
    /// So much more or less: `15%`, `-10%`.
    Change,
    /// A stretch of time, read as seconds: `90 s`, `5 min`, `2 h`.
    Duration,
    /// A number of nothing: an exponent, how many there are.
    Plain,
}

/// The stretch of time behind a frequency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// A calendar day.
    Day,
    /// Seven days.
    Week,
    /// Monday to Friday.
    BusinessDay,
    /// A calendar month.
    Month,
    /// Twelve months.
    Year,
}

/// A text that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    /// The number's shape.
    pub spread: Spread,
    /// Doubt about its mean, as a share of it: `±20%`, or as measured.
    pub doubt: Option<f64>,
    /// The stretch of time, for frequencies.
    pub period: Option<Period>,
}

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// What is wrong with it.
    pub message: String,
    /// What to write.
    pub hint: String,
}

impl Kind {
    /// What a bare range of this kind means.
    pub const fn law(self) -> Law {
        match self {
            Self::Share => Law::Share,
            Self::Growth | Self::Change => Law::Growth,
            Self::Tokens
            | Self::Count
            | Self::People
            | Self::Frequency
            | Self::Amount
            | Self::MonthNumber
            | Self::Factor
            | Self::Duration
            | Self::Plain => Law::Lognormal,
        }
    }

    /// Whether a bare range is a difference between units of work, and not doubt about the mean.
    pub const fn varies(self) -> bool {
        match self {
            Self::Tokens | Self::Count | Self::Duration => true,
            Self::Share
            | Self::Growth
            | Self::People
            | Self::Frequency
            | Self::Amount
            | Self::MonthNumber
            | Self::Factor
            | Self::Change
            | Self::Plain => false,
        }
    }

    /// One that can be read, for hints.
    pub const fn example(self) -> &'static str {
        match self {
            Self::Tokens => "350, 1.2k or 40..220",
            Self::Count => "3 or 2..6",
            Self::Share => "70% or 30%..50%",
            Self::Growth => "6%/month",
            Self::People => "12k or 12k ±20%",
            Self::Frequency => "1.4/month, 10k/day or 3/business day",
            Self::Amount => "$1.10",
            Self::MonthNumber => "month 9",
            Self::Factor => "0.8 or 120%",
            Self::Change => "15% or -10%",
            Self::Duration => "90 s, 5 min, 2 h or 30 days",
            Self::Plain => "0.9 or 5,000",
        }
    }
}

impl Period {
    /// As it is typed after the slash.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::BusinessDay => "business day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// What to write for a month of any plan, however short.
const MONTH_HINT: &str = "Write month 1 for the plan's first month, and count on from there.";

/// Reads a text of a kind.
pub fn read(text: &str, kind: Kind) -> Result<Typed, Unread> {
    let hint = match kind == Kind::MonthNumber {
        true => MONTH_HINT.to_owned(),
        false => format!("Write {}.", kind.example()),
    };
    let unread = |message: String| Unread { message, hint: hint.clone() };
    if let Some(grouped) = grouped_by_points(text)
        .filter(|_| !matches!(kind, Kind::Share | Kind::Growth | Kind::Factor | Kind::Change))
    {
        let whole = grouped.replace('.', "");
        return Err(Unread {
            message: format!(
                "`{grouped}` may be {whole} or {}.",
                grouped.trim_end_matches('0').trim_end_matches('.')
            ),
            hint: format!("Write {whole}, or take the zeros off the end."),
        });
    }
    let (rest, doubt) = split_doubt(text.trim()).map_err(unread)?;
    let (rest, period) = split_period(rest);
    let rest = if kind == Kind::MonthNumber {
        rest.strip_prefix("month").unwrap_or(rest).trim()
    } else if kind == Kind::Tokens {
        rest.strip_suffix("tokens").unwrap_or(rest).trim()
    } else {
        rest
    };
    let spread = match Histogram::is_meant(rest) {
        true => read_measured(rest, kind)?,
        false => read_spread(rest, kind).map_err(|message| {
            match (kind, unknown_period(rest, period)) {
                (Kind::Frequency, Some(word)) => Unread {
                    message: format!("`{text}` counts by the {word}, which is not known here."),
                    hint: "Write /day, /business day, /week, /month or /year.".to_owned(),
                },
                (Kind::Growth, Some(_)) => unread(format!("`{text}` is not a change by month.")),
                (_, Some(word)) => unread(format!("`{text}` has a `/{word}` too many.")),
                (_, None) => unread(message),
            }
        })?,
    };
    let period = match (kind, period) {
        (Kind::Frequency, Some(period)) => Some(period),
        (Kind::Frequency, None) => {
            return Err(unread(format!("`{text}` does not say in how much time.")));
        }
        (Kind::Growth, Some(Period::Month)) if !rest.contains('%') && ends(&spread).1 >= 1.0 => {
            return Err(unread(format!(
                "`{text}` has no `%`: it would be {}% a month.",
                ends(&spread).1 * 100.0
            )));
        }
        (Kind::Growth, Some(Period::Month)) => None,
        (Kind::Growth, _) => return Err(unread(format!("`{text}` is not a change by month."))),
        (_, Some(period)) => {
            return Err(unread(format!("`{text}` has a `/{}` too many.", period.name())));
        }
        (_, None) => None,
    };
    within(&spread, kind, text)?;
    let doubt = doubt.or_else(|| spread.measured_doubt());
    Ok(Typed { spread, doubt, period })
}

/// A number whose points may group thousands: `1.000`, `12.500`, `1.250.000`.
fn grouped_by_points(text: &str) -> Option<&str> {
    let numbers = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let ends = numbers.flat_map(|number| number.split(".."));
    ends.into_iter().find(|number| {
        let mut groups = number.split('.');
        let first = groups.next().unwrap_or_default();
        let rest: Vec<&str> = groups.collect();
        (1..=3).contains(&first.len())
            && first != "0"
            && !rest.is_empty()
            && rest.iter().all(|group| group.len() == 3)
            && number.ends_with('0')
    })
}

fn split_doubt(text: &str) -> Result<(&str, Option<f64>), String> {
    let Some((value, doubt)) = text.split_once('±').or_else(|| text.split_once("+-")) else {
        return Ok((text, None));
    };
    let doubt = doubt.trim();
    let share = doubt
        .strip_suffix('%')
        .and_then(|digits| scalar(digits.trim(), Kind::Growth))
        .map(|percent| percent / 100.0)
        .filter(|share| (0.0..1.0).contains(share))
        .ok_or_else(|| format!("`±{doubt}` is not a doubt from ±0% to below ±100%."))?;
    Ok((value.trim(), Some(share)))
}

fn split_period(text: &str) -> (&str, Option<Period>) {
    const WORDS: [(&str, Period); 5] = [
        ("business day", Period::BusinessDay),
        ("month", Period::Month),
        ("year", Period::Year),
        ("week", Period::Week),
        ("day", Period::Day),
    ];
    for (word, period) in WORDS {
        let at = text.len().checked_sub(word.len()).filter(|&at| text.is_char_boundary(at));
        let Some((rest, end)) = at.map(|at| text.split_at(at)) else { continue };
        if !end.eq_ignore_ascii_case(word) {
            continue;
        }
        let rest = rest.trim_end();
        for joint in ["/", " per", " a"] {
            if let Some(value) = rest.strip_suffix(joint) {
                return (value.trim_end(), Some(period));
            }
        }
    }
    (text, None)
}

/// A word behind a slash that is no period: `6/hour`.
fn unknown_period(text: &str, period: Option<Period>) -> Option<&str> {
    let (_, word) = text.rsplit_once('/')?;
    let letters = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphabetic() || c == ' ');
    (period.is_none() && letters).then_some(word)
}

/// Values with how often each was met; one value alone has no width.
fn read_measured(text: &str, kind: Kind) -> Result<Spread, Unread> {
    let histogram = Histogram::read(text, noun(kind), |value| scalar(value, kind))
        .map_err(|fault| Unread { message: fault.message, hint: fault.hint })?;
    Ok(match histogram.bins() {
        [only] => Spread::Fixed(only.value),
        _ => Spread::Measured(Arc::new(histogram)),
    })
}

fn read_spread(text: &str, kind: Kind) -> Result<Spread, String> {
    let ends: Vec<&str> = text.split("..").map(str::trim).collect();
    let points: Vec<&str> = text.split('/').map(str::trim).collect();
    match (ends.as_slice(), points.as_slice()) {
        ([low, high], _) => {
            let (low, high) = (read_with(low, high, kind)?, read_with(high, high, kind)?);
            if low > high {
                return Err(format!("`{text}` runs backwards."));
            }
            Ok(if low == high { Spread::Fixed(low) } else { Spread::Range { low, high } })
        }
        (_, [low, likely, high]) => {
            let read = |part| read_with(part, high, kind);
            let (low, likely, high) = (read(low)?, read(likely)?, read(high)?);
            if !(low <= likely && likely <= high) {
                return Err(format!("`{text}` is not low/likely/high."));
            }
            Ok(if low == high { Spread::Fixed(low) } else { Spread::Likely { low, likely, high } })
        }
        _ => read_with(text, text, kind).map(Spread::Fixed),
    }
}

/// Reads one end; a `%` or a scale that only the last end carries holds for all: `4..11%`, `10..20k`.
fn read_with(text: &str, last: &str, kind: Kind) -> Result<f64, String> {
    let bare = text.ends_with(|end: char| end.is_ascii_digit());
    let suffix = last.trim_start_matches(|c: char| c.is_ascii_digit() || "$-+.,_ ".contains(c));
    let value = if bare { scalar(&format!("{text}{suffix}"), kind) } else { scalar(text, kind) };
    value.ok_or_else(|| match text {
        "" => "A number is missing.".to_owned(),
        some => format!("`{some}` is not {}.", noun(kind)),
    })
}

const fn noun(kind: Kind) -> &'static str {
    match kind {
        Kind::Tokens => "a number of tokens",
        Kind::Count => "a count",
        Kind::Share => "a share",
        Kind::Growth | Kind::Change => "a change",
        Kind::People => "a number of people",
        Kind::Frequency => "a number",
        Kind::Amount => "an amount of money",
        Kind::MonthNumber => "a month of the plan",
        Kind::Factor => "a factor",
        Kind::Duration => "a stretch of time",
        Kind::Plain => "a number",
    }
}

/// A single number with its scale: `12k`, `1.5M`, `$2.50`, `15%`, `12,000`.
fn scalar(text: &str, kind: Kind) -> Option<f64> {
    let (text, seconds) = if kind == Kind::Duration { split_seconds(text)? } else { (text, 1.0) };
    let dollars = (kind == Kind::Amount).then(|| text.strip_prefix('$')).flatten();
    let text = dollars.unwrap_or(text);
    let (digits, divisor, factor) = match text.char_indices().last()? {
        (at, '%') if matches!(kind, Kind::Share | Kind::Growth | Kind::Factor | Kind::Change) => {
            (&text[..at], 100.0, 1.0)
        }
        (at, 'k' | 'K') => (&text[..at], 1.0, 1e3),
        (at, 'M') => (&text[..at], 1.0, 1e6),
        (at, 'B') => (&text[..at], 1.0, 1e9),
        _ => (text, 1.0, 1.0),
    };
    let digits = without_grouping(digits.trim())?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || b".-+eE".contains(&byte));
    let value = digits.parse::<f64>().ok().filter(|value| plain && value.is_finite())?;
    Some(value / divisor * factor * seconds)
}

/// A stretch of time, as what stands before its unit and the seconds of one.
fn split_seconds(text: &str) -> Option<(&str, f64)> {
    const UNITS: [(&[&str], f64); 4] = [
        (&["s", "sec", "second", "seconds"], 1.0),
        (&["m", "min", "minute", "minutes"], 60.0),
        (&["h", "hour", "hours"], 3600.0),
        (&["d", "day", "days"], 86_400.0),
    ];
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let (_, seconds) =
        UNITS.into_iter().find(|(names, _)| names.contains(&&text[digits.len()..]))?;
    Some((digits.trim_end(), seconds))
}

/// Takes out `,` and `_` between groups of three digits; `None` where they group otherwise.
fn without_grouping(digits: &str) -> Option<String> {
    let Some(mark) = [',', '_'].into_iter().find(|mark| digits.contains(*mark)) else {
        return Some(digits.to_owned());
    };
    let whole = digits.split('.').next()?;
    let mut groups = whole.trim_start_matches('-').split(mark);
    let first = groups.next()?;
    let grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    let nowhere_else = !digits[whole.len()..].contains(mark);
    (grouped && nowhere_else).then(|| digits.replace(mark, ""))
}

fn within(spread: &Spread, kind: Kind, text: &str) -> Result<(), Unread> {
    let (low, high) = ends(spread);
    let say = |message: String, hint: &str| Err(Unread { message, hint: hint.to_owned() });
    match kind {
        Kind::Share if low < 0.0 || high > 1.0 => {
            say(format!("`{text}` is not between 0% and 100%."), "Write a share such as 70%.")
        }
        Kind::Growth | Kind::Change if low <= -1.0 => {
            say(format!("`{text}` takes away everything, or more."), "Write a change above -100%.")
        }
        Kind::Change if high > 10.0 => {
            say(format!("`{text}` is more than ten times as much more."), "Write 1000% at most.")
        }
        Kind::Growth if high > 10.0 => say(
            format!("`{text}` is more than ten times as much every month."),
            "Write 1000% at most.",
        ),
        Kind::Share | Kind::Growth | Kind::Change => Ok(()),
        Kind::Tokens
        | Kind::Count
        | Kind::People
        | Kind::Frequency
        | Kind::Amount
        | Kind::MonthNumber
        | Kind::Factor
        | Kind::Duration
        | Kind::Plain => within_amount(spread, kind, text),
    }
}

/// Kinds that cannot be negative.
fn within_amount(spread: &Spread, kind: Kind, text: &str) -> Result<(), Unread> {
    let (low, high) = ends(spread);
    let say = |message: String, hint: &str| Err(Unread { message, hint: hint.to_owned() });
    if low < 0.0 {
        return say(format!("`{text}` is below 0."), "Write 0 or more.");
    }
    if high > 1e15 {
        return say(format!("`{text}` is too large."), "Write at most 1e15.");
    }
    if matches!(spread, Spread::Range { .. }) && low == 0.0 {
        let likely = (low + high) / 2.0;
        return say(
            format!("`{text}` starts at 0, which a range of this kind cannot."),
            &format!("Write 1..{high}, or low/likely/high: 0/{likely}/{high}."),
        );
    }
    if kind == Kind::Amount && Rate::parse(&high.to_string()).is_none() {
        return say(format!("`{text}` has more than 18 decimals."), "Write fewer.");
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if kind == Kind::Amount && matches!(spread, Spread::Fixed(_)) && digits > 15 {
        return say(format!("`{text}` has more digits than are kept."), "Write 15 digits at most.");
    }
    if matches!(spread, Spread::Range { .. }) && high > low * 1e6 {
        return say(
            format!("`{text}` spans more than a million times."),
            "Narrow it, or make it a route.",
        );
    }
    if kind == Kind::MonthNumber && (low.fract() != 0.0 || low < 1.0 || low != high) {
        return say(format!("`{text}` is not a month of the plan."), MONTH_HINT);
    }
    if kind == Kind::Count { within_count(spread, low, text) } else { Ok(()) }
}

fn ends(spread: &Spread) -> (f64, f64) {
    match *spread {
        Spread::Fixed(value) => (value, value),
        Spread::Range { low, high } | Spread::Likely { low, high, .. } => (low, high),
        Spread::Measured(ref histogram) => (histogram.least(), histogram.most()),
    }
}

fn within_count(spread: &Spread, low: f64, text: &str) -> Result<(), Unread> {
    let say = |message: String, hint: &str| Err(Unread { message, hint: hint.to_owned() });
    match spread {
        Spread::Fixed(value) if value.fract() != 0.0 || *value < 1.0 => {
            say(format!("`{text}` is not a whole count of 1 or more."), "Write 3 or 2..6.")
        }
        Spread::Likely { .. } => {
            say(format!("`{text}` has three points; a count has one or two."), "Write 2..6.")
        }
        _ if low < 1.0 => {
            say(format!("`{text}` starts below 1."), "Write a count from 1 up, such as 1..6.")
        }
        Spread::Measured(histogram)
            if histogram.bins().iter().any(|bin| bin.value.fract() != 0.0) =>
        {
            say(format!("`{text}` lists what is not whole."), "Write whole counts: 2 x14 | 3 x88.")
        }
        // Where it says how often something is repeated, the check of a plan asks for less.
        Spread::Fixed(value) if *value > MOST_COPIES => say(
            format!("`{text}` is more than 100,000."),
            "Count larger pieces, or make the copies units of the volume.",
        ),
        Spread::Range { .. } | Spread::Measured(_) if count_table(spread).is_none() => say(
            format!("`{text}` needs a table of more than {MOST_ROWS} rows."),
            "Narrow the range, or split the step into a route of short and long ones; copies and uses may be one \
             number up to 100,000.",
        ),
        Spread::Fixed(_) | Spread::Range { .. } | Spread::Measured(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
