//! The days within a plan's months on which prices in use change.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use ts_rs::TS;

use crate::estimates::Worked;

/// A day on which prices of a model change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PriceEvent {
    /// The month in which it is, counted from 0.
    pub month: usize,
    /// `2027-07-01`
    pub day: String,
    /// `openai/gpt-5`
    pub model: String,
    /// What changes.
    pub changes: Vec<PriceChange>,
}

/// A price that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PriceChange {
    /// `input`
    pub meter: String,
    /// By so much of what it was, as a share; nothing where there was no price before.
    pub by: Option<String>,
}

/// Prices in use that begin within the plan's months, by day and model.
pub fn events(worked: &Worked) -> Vec<PriceEvent> {
    let workings = &worked.estimate.workings;
    let mut events: BTreeMap<(Date, &str), PriceEvent> = BTreeMap::new();
    // Prices of some hours speak only where none of the whole day does.
    let whole_days = workings.prices.iter().filter(|price| price.window.is_none());
    let some_hours = workings.prices.iter().filter(|price| price.window.is_some());
    for price in whole_days.chain(some_hours) {
        let Some(from) = price.from else { continue };
        let within = (0..workings.months).find(|&month| {
            workings.first_day(month) <= from && from < workings.first_day(month + 1)
        });
        // A price that holds from the first day on changes nothing.
        let Some(month) = within.filter(|_| from > workings.first_day(0)) else { continue };
        let event = events.entry((from, &price.model)).or_insert_with(|| PriceEvent {
            month,
            day: from.to_string(),
            model: price.model.clone(),
            changes: vec![],
        });
        let before = workings.prices.iter().find(|before| {
            (&before.model, before.meter) == (&price.model, price.meter)
                && (before.tier, before.bracket) == (price.tier, price.bracket)
                && (before.window == price.window && before.to == Some(from))
        });
        let by = before.map(|before| price.rate.to_f64() / before.rate.to_f64() - 1.0);
        let by = by.filter(|by| by.is_finite()).map(|by| by.to_string());
        let change = PriceChange { meter: price.meter.name().replace('_', " "), by };
        let is_said = event.changes.iter().any(|said| said.meter == change.meter);
        if !is_said || (price.window.is_none() && !event.changes.contains(&change)) {
            event.changes.push(change);
        }
    }
    // What goes on as it was is no event.
    let moves = |event: &PriceEvent| {
        event.changes.iter().any(|change| change.by.as_deref().is_none_or(|by| by != "0"))
    };
    events.into_values().filter(moves).collect()
}
