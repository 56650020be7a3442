//! What a price file may not say: two prices for one call, two models of one name.

use cost::book::{Entry, Model, Window};

/// Two entries that would both price the same call, as their places in the list.
pub fn overlap(prices: &[Entry]) -> Option<(usize, usize)> {
    (0..prices.len())
        .flat_map(|second| (0..second).map(move |first| (first, second)))
        .find(|&(first, second)| clash(&prices[first], &prices[second]))
}

/// Whether the last entry would price a call that one before it prices, too.
pub fn overlaps_last(prices: &[Entry]) -> bool {
    prices.split_last().is_some_and(|(last, before)| overlapping(before, last).is_some())
}

/// The first entry that prices a call which another one would price, too.
pub fn overlapping<'e>(prices: &'e [Entry], other: &Entry) -> Option<&'e Entry> {
    prices.iter().find(|entry| clash(entry, other))
}

fn clash(a: &Entry, b: &Entry) -> bool {
    a.tier == b.tier
        && a.bracket == b.bracket
        && a.from.is_none_or(|from| b.to.is_none_or(|to| from < to))
        && b.from.is_none_or(|from| a.to.is_none_or(|to| from < to))
        && (a.layer, a.place) == (b.layer, b.place)
        // Hours and days are exceptions to an entry without them.
        && a.exceptions() == b.exceptions()
        && a.window.zip(b.window).is_none_or(|(a, b)| meet(a, b))
        && a.days.as_ref().zip(b.days.as_ref()).is_none_or(|(a, b)| a.week.meets(b.week))
        && a.rates.keys().any(|meter| b.rates.contains_key(meter))
}

/// Two models of one provider that answer to one name: their ids, and the name.
pub fn namesakes(models: &[Model]) -> Option<(&str, &str, &str)> {
    let mut known = std::collections::HashMap::new();
    for model in models {
        for name in std::iter::once(&model.id).chain(&model.aliases) {
            let other = known.insert(name.to_lowercase(), model);
            if let Some(other) = other.filter(|other| other.id != model.id) {
                return Some((&other.id, &model.id, name));
            }
        }
    }
    None
}

fn meet(a: Window, b: Window) -> bool {
    a.holds(b.start_minute) || b.holds(a.start_minute)
}
