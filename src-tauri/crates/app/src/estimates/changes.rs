//! Prices that change while a plan runs: what is announced, and from which of its months on it holds.

use cost::meter::Meter;
use cost::money::Rate;
use cost::workings::{Price, Workings};
use jiff::civil::Date;

use super::worked::Worked;

/// What changes within the plan's months, a sentence for each model, tier and day.
pub fn notes(worked: &Worked) -> Vec<String> {
    sentences(&worked.estimate.workings)
}

/// One price in the place of another, from a day on.
struct Change<'w> {
    new: &'w Price,
    old: Rate,
    day: Date,
}

impl Change<'_> {
    /// What is sold, how it is served, and from when on it costs something else.
    fn key(&self) -> (&str, &str, Date) {
        (&self.new.model, self.new.tier.name(), self.day)
    }

    /// For how much it is told.
    fn per(&self) -> &'static str {
        match self.new.meter {
            Meter::CacheStorage => " a million token-hours",
            meter if meter.is_tokens() => " a million tokens",
            _ => "",
        }
    }

    /// `input $2.50 → $2.00`
    fn says(&self) -> String {
        let (new, meter) = (self.new, self.new.meter);
        let long = new.bracket.map(|bracket| {
            let tokens = report::grouped(bracket.first_tokens() as f64, 0);
            format!(" of prompts from {tokens} tokens on")
        });
        let [old, now] = [self.old, new.rate].map(|rate| dollars(rate, meter));
        format!("{}{} {old} → {now}", meter.name(), long.unwrap_or_default())
    }
}

fn sentences(workings: &Workings) -> Vec<String> {
    let (start, end) = (workings.first_day(0), workings.first_day(workings.months));
    let mut changes: Vec<Change> = vec![];
    for new in &workings.prices {
        let Some(day) = new.from.filter(|day| start < *day && *day < end) else { continue };
        // Another model that answers from that day on has a note of its own.
        let is_before = |old: &&Price| {
            old.to == Some(day)
                && (&old.model, &old.answers, old.meter, old.tier, old.bracket)
                    == (&new.model, &new.answers, new.meter, new.tier, new.bracket)
                && (old.window, &old.days) == (new.window, &new.days)
        };
        let old = workings.prices.iter().find(is_before).filter(|old| old.rate != new.rate);
        changes.extend(old.map(|old| Change { new, old: old.rate, day }));
    }
    changes.sort_by(|one, other| {
        let (one, other) = (one.key(), other.key());
        (one.2, one.0, one.1).cmp(&(other.2, other.0, other.1))
    });
    let same = changes.chunk_by(|one, other| one.key() == other.key());
    same.map(|changes| sentence(changes, workings)).collect()
}

/// `openai/gpt-5.4: input $2.50 → $2.20 from 2026-12-01, month 3 of the plan.`
fn sentence(changes: &[Change], workings: &Workings) -> String {
    let (model, tier, day) = changes[0].key();
    let tier = if tier == "standard" { String::new() } else { format!(" ({tier})") };
    let month = (0..workings.months).filter(|month| workings.first_day(*month) <= day).count();
    let alike = changes.chunk_by(|one, other| one.per() == other.per());
    let says: Vec<String> = alike
        .map(|changes| {
            let mut says: Vec<String> = vec![];
            for said in changes.iter().map(Change::says) {
                // What is told apart by length may cost the same in the end.
                if !says.contains(&said) {
                    says.push(said);
                }
            }
            says.join(", ") + changes[0].per()
        })
        .collect();
    format!("{model}{tier}: {} from {day} on, which is month {month} of the plan.", says.join(", "))
}

/// Dollars of a million tokens, of these for an hour, or of one of something else, with cents.
fn dollars(rate: Rate, meter: Meter) -> String {
    let by_million = meter.is_tokens() || meter == Meter::CacheStorage;
    let decimal = if by_million { rate.per_million() } else { rate.to_string() };
    match decimal.split_once('.') {
        None => format!("${decimal}.00"),
        Some((_, cents)) if cents.len() < 2 => format!("${decimal}0"),
        Some(_) => format!("${decimal}"),
    }
}
