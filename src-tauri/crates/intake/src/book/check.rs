//! What a price file may not say: two prices for one call, two models of one name.

use cost::book::{Entry, Model, Window};

/// Two entries that would both price the same call, as their places in the list.
pub fn overlap(prices: &[Entry]) -> Option<(usize, usize)> {
    let clash = |a: &Entry, b: &Entry| {
        a.tier == b.tier
            && a.bracket == b.bracket
            && a.from.is_none_or(|from| b.to.is_none_or(|to| from < to))
            && b.from.is_none_or(|from| a.to.is_none_or(|to| from < to))
            && match (a.window, b.window) {
                (None, None) => true,
                (Some(a), Some(b)) => meet(a, b),
                // A window is an exception to an entry for the whole day.
                (Some(_), None) | (None, Some(_)) => false,
            }
    };
    (0..prices.len())
        .flat_map(|second| (0..second).map(move |first| (first, second)))
        .find(|&(first, second)| clash(&prices[first], &prices[second]))
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
