//! What a seller says of its cache.

use super::number;
use super::writer::Writer;
use crate::book::CacheRule;
use crate::plan::{Call, PromptCache};
use crate::workings::Expr;

/// What the seller says of its cache.
pub struct Rule {
    /// A shorter beginning is not kept.
    pub minimum: Option<Expr>,
    /// What is read is whole blocks of so many tokens.
    pub block: Option<Expr>,
    /// How long it is kept, in seconds.
    ttl: Option<Expr>,
    /// Whether a read begins that time anew.
    pub refreshes: bool,
}

impl Rule {
    /// Of the model of a call.
    pub fn of(w: &mut Writer, call: &Call) -> Self {
        let day = w.workings.first_day(0);
        let sold = w.checked.models.get(&call.model);
        let rule: Option<&CacheRule> = sold.terms.cache(&sold.model.id, day);
        let Some(rule) = rule.cloned() else {
            return Self { minimum: None, block: None, ttl: None, refreshes: true };
        };
        let name = sold.name.clone();
        let mut given = |field: &str, value: u64, unit: &str| {
            let address = format!("price.{name}.cache.{field}");
            w.given(&address, value as f64, unit, &rule.origin.source)
        };
        let minimum =
            (rule.minimum_tokens > 0).then(|| given("minimum", rule.minimum_tokens, "tokens"));
        let block = (rule.granularity_tokens > 1)
            .then(|| given("block", rule.granularity_tokens, "tokens"));
        let ttl = rule.ttl_seconds.first().map(|&ttl| given("ttl", ttl, "seconds"));
        Self { minimum, block, ttl, refreshes: rule.refreshes }
    }

    /// For how many seconds what a call sends is kept.
    pub fn time(&self, w: &mut Writer, cache: &PromptCache) -> Expr {
        match &cache.ttl {
            Some(ttl) => number::mean(w, ttl),
            None => self.ttl.clone().expect("a checked cache knows its time"),
        }
    }
}
