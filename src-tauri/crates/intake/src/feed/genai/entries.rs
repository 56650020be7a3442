//! Prices with conditions, as the feed lists them, into entries with dates.

use std::collections::BTreeMap;

use cost::book::{Bracket, Entry, Tier, Window};
use cost::meter::Meter;
use cost::money::Rate;
use jiff::civil::Date;

/// A set of prices and when they hold.
pub struct Conditional {
    /// The first day; since always when left out.
    pub from: Option<Date>,
    /// The hours of the day; the whole day when left out.
    pub window: Option<Window>,
    /// What holds then.
    pub prices: Prices,
}

/// A set of prices that replaces others for one tier.
pub struct Variant {
    /// The tier.
    pub tier: Tier,
    /// The first day; since always when left out.
    pub from: Option<Date>,
    /// What is replaced, key by key.
    pub prices: Prices,
}

/// Prices by what they price.
pub type Prices = BTreeMap<Meter, Price>;

/// One price, and the higher ones of longer prompts.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// For short prompts.
    pub base: Rate,
    /// Each holds for prompts of more than so many tokens, in rising order.
    pub tiers: Vec<(u64, Rate)>,
}

/// The dated entries of a model: base prices between one change and the next, each tier laid over them.
pub fn entries(base: &[Conditional], variants: &[Variant]) -> Vec<Entry> {
    let starts = base.iter().map(|each| each.from).chain(variants.iter().map(|each| each.from));
    let mut starts: Vec<Option<Date>> = starts.chain([None]).collect();
    starts.sort();
    starts.dedup();
    let mut windows: Vec<_> = base.iter().map(|each| each.window).collect();
    windows.sort();
    windows.dedup();

    let mut entries = Vec::new();
    for tier in Tier::ALL {
        for window in &windows {
            let rows = |from: &Option<Date>| {
                let prices = base_at(base, *from, *window)?;
                Some(brackets(&over(prices, *tier, variants, *from)?))
            };
            let rows: Vec<_> = starts.iter().map(rows).collect();
            entries.extend(dated(&starts, &rows, *tier, *window));
        }
    }
    entries
}

/// The prices that hold since a start, for the hours of a window or for the rest of the day: the last that apply.
fn base_at(base: &[Conditional], from: Option<Date>, window: Option<Window>) -> Option<&Prices> {
    let begun = |each: &&Conditional| each.from <= from;
    let day_or_window = |each: &&Conditional| each.window.is_none() || each.window == window;
    let last = base.iter().rev().filter(begun).find(day_or_window);
    // A price for the whole day that comes after a window ends it.
    let last = last.filter(|each| each.window == window);
    last.map(|each| &each.prices).filter(|prices| !prices.is_empty())
}

/// The base prices with a tier's own laid over them; of two variants the first listed decides.
fn over(base: &Prices, tier: Tier, variants: &[Variant], from: Option<Date>) -> Option<Prices> {
    if tier == Tier::Standard {
        return Some(base.clone());
    }
    let begun = |variant: &&Variant| variant.tier == tier && variant.from <= from;
    let mut laid: Option<Prices> = None;
    for variant in variants.iter().filter(begun).rev() {
        laid.get_or_insert_with(|| base.clone()).extend(variant.prices.clone());
    }
    laid
}

type Rows = Vec<(Option<Bracket>, BTreeMap<Meter, Rate>)>;

/// One row for each prompt length at which a price changes.
fn brackets(prices: &Prices) -> Rows {
    let mut starts: Vec<u64> =
        prices.values().flat_map(|price| price.tiers.iter().map(|(start, _)| *start)).collect();
    starts.sort_unstable();
    starts.dedup();
    let rates = |start: Option<u64>| {
        let rate = |price: &Price| {
            let reached = price.tiers.iter().rev().find(|(tier, _)| Some(*tier) <= start);
            reached.map_or(price.base, |(_, rate)| *rate)
        };
        prices.iter().map(|(meter, price)| (*meter, rate(price))).collect()
    };
    let mut rows: Rows = vec![(None, rates(None))];
    for start in starts {
        let rates = rates(Some(start));
        if rows.last().is_some_and(|(_, before)| *before != rates) {
            // Feeds can say only "more than": 199,999 is their way to say "200,000 or more".
            let inclusive = start % 1000 == 999;
            let bracket =
                if inclusive { Bracket::AtLeast(start + 1) } else { Bracket::Over(start) };
            rows.push((Some(bracket), rates));
        }
    }
    rows
}

/// Entries with their dates: one run for as long as nothing changes, closed by the next start.
fn dated(
    starts: &[Option<Date>],
    rows: &[Option<Rows>],
    tier: Tier,
    window: Option<Window>,
) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut first = 0;
    for run in rows.chunk_by(|a, b| a == b) {
        let (from, to) = (starts[first], starts.get(first + run.len()).copied().flatten());
        first += run.len();
        for (bracket, rates) in run[0].iter().flatten() {
            entries.push(Entry {
                from,
                to,
                tier,
                bracket: *bracket,
                window,
                rates: rates.clone(),
                ..Entry::default()
            });
        }
    }
    entries
}
