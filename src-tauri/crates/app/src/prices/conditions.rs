//! Under what a price holds, in words: `batch, prompts over 272,000 tokens, from 2026-03-01`.

use cost::book::{Bracket, Condition, Span};
use report::grouped;

/// A condition, and the days.
pub fn words(condition: &Condition, span: Span) -> String {
    [condition_words(condition), span_words(span)]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}

/// A condition alone.
pub fn condition_words(condition: &Condition) -> String {
    let mut parts = vec![condition.tier.name().to_owned()];
    parts.extend(condition.bracket.map(|bracket| match bracket {
        Bracket::Over(tokens) => format!("prompts over {} tokens", grouped(tokens as f64, 0)),
        Bracket::AtLeast(tokens) => {
            format!("prompts of {} tokens and more", grouped(tokens as f64, 0))
        }
    }));
    parts.extend(condition.window.map(|window| format!("{window} UTC")));
    parts.extend(condition.days.as_ref().map(|days| match &days.except {
        Some(calendar) => format!("{} but holidays ({})", days.week, calendar.id),
        None => days.week.to_string(),
    }));
    parts.join(", ")
}

/// Days alone; nothing for all of them.
pub fn span_words(span: Span) -> String {
    match (span.from, span.to) {
        (None, None) => String::new(),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("until {to}"),
        (Some(from), Some(to)) => format!("{from} to {to}"),
    }
}
