//! Which models of the book a person looks at, and in which order.

use std::collections::HashSet;

use cost::book::{Capability, Found};
use cost::money::Money;
use serde::Deserialize;
use ts_rs::TS;

use super::listed::{is_makers_own, without_version};
use super::price::fits;
use crate::shelf::writes;

/// Which models are looked at, and in which order.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct Look {
    /// Whose models.
    pub sellers: Sellers,
    /// Words that a model's name must have.
    pub query: String,
    /// What a model must be known to be able to do.
    pub capabilities: Vec<Capability>,
    /// Whether only models are looked at that the call is known to fit.
    pub fits: bool,
    /// What they are sorted by.
    pub order: Order,
    /// Whether the largest come first.
    pub down: bool,
    /// The first row that is in view.
    pub from: usize,
    /// How many are in view.
    pub most: usize,
}

/// So many rows are in view where nobody says how many.
const SCREENFUL: usize = 60;

impl Default for Look {
    fn default() -> Self {
        Self {
            sellers: Sellers::default(),
            query: String::new(),
            capabilities: Vec::new(),
            fits: false,
            order: Order::default(),
            down: false,
            from: 0,
            most: SCREENFUL,
        }
    }
}

/// Whose models are looked at.
#[derive(Debug, Default, Deserialize, PartialEq, TS)]
#[serde(rename_all = "snake_case")]
pub enum Sellers {
    /// Those that their makers sell, for writing text, and that have a price for the call.
    #[default]
    Makers,
    /// All of the book.
    All,
    /// Those of one seller, by its id.
    One(String),
}

/// What models are sorted by. Those without a price stand behind them, by their sellers.
#[derive(Clone, Copy, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "ModelOrder")]
pub enum Order {
    /// What a call costs.
    #[default]
    Price,
    /// The model's name, without its seller.
    Name,
    /// The prompt's tokens.
    Tokens,
    /// The part of the model's window that prompt and answer take.
    Window,
}

/// One model of the book, with what the call costs on it.
pub(super) struct Line<'b> {
    pub found: Found<'b>,
    pub name: String,
    pub way: usize,
    /// In the mean of several requests.
    pub tokens: u64,
    /// Of the longest of them.
    pub longest: u64,
    /// What one costs, or why that is not known.
    pub total: Result<Money, String>,
}

/// The lines that pass, in the order in which they are looked at, and how many do not only because nobody knows
/// what their models can do.
pub(super) fn looked_at<'b>(
    mut lines: Vec<Line<'b>>,
    look: &Look,
    output: u64,
) -> (Vec<Line<'b>>, usize) {
    lines.sort_by(|a, b| match (&a.total, &b.total) {
        (Ok(one), Ok(other)) => (one, &a.name).cmp(&(other, &b.name)),
        (one, other) => one.is_err().cmp(&other.is_err()),
    });
    match &look.sellers {
        Sellers::All => {}
        Sellers::One(seller) => lines.retain(|line| line.found.provider.id == *seller),
        Sellers::Makers => lines.retain(|line| {
            let Found { provider, model, .. } = line.found;
            line.total.is_ok() && is_makers_own(&provider.id, &model.id) && writes(&model.id)
        }),
    }
    let query = look.query.to_lowercase();
    lines.retain(|line| {
        let name = line.name.to_lowercase();
        query.split_whitespace().all(|word| name.contains(word))
    });
    if look.fits {
        lines.retain(|line| fits(&line.found, line.longest, output) == Some(true));
    }
    let mut unknown = 0;
    if !look.capabilities.is_empty() {
        let wanted = &look.capabilities;
        unknown = lines.iter().filter(|line| line.found.model.can(wanted).is_none()).count();
        lines.retain(|line| line.found.model.can(wanted) == Some(true));
    }
    if look.sellers == Sellers::Makers {
        // By price: of two names for the same model the first one stays.
        let mut seen = HashSet::new();
        lines.retain(|Line { name, total, .. }| {
            let total = total.as_ref().ok().copied();
            seen.insert((total, without_version(name).to_owned()))
        });
    }
    let priced = lines.partition_point(|line| line.total.is_ok());
    let priced = &mut lines[..priced];
    match look.order {
        Order::Price => {}
        Order::Name => priced.sort_by_key(|line| &line.found.model.id),
        Order::Tokens => priced.sort_by_key(|line| line.tokens),
        Order::Window => priced.sort_by(|a, b| {
            let window = |line: &Line| line.window(output).unwrap_or(f64::INFINITY);
            window(a).total_cmp(&window(b))
        }),
    }
    if look.down {
        priced.reverse();
    }
    (lines, unknown)
}

impl Line<'_> {
    /// The part of the model's window that the call takes.
    pub fn window(&self, output: u64) -> Option<f64> {
        let limit = self.found.model.context_tokens?;
        Some((self.longest + output) as f64 / limit as f64)
    }
}
