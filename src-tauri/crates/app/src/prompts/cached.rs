//! The beginning of requests that a vendor may cache: where it ends, and whether it is long enough.

use prompt::{Measured, Prompt, shortest_cached};
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

/// What is known of the beginning of requests that a vendor may cache.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Caching {
    /// The fewest tokens that are cached on the model; nothing where no page names them.
    pub least: Option<u64>,
    /// Where that stands.
    pub source: Option<String>,
    /// How many requests begin with fewer, by their likely count: none of theirs is cached.
    pub too_short: u64,
    /// How many requests mark its end themselves, as `cache_control`.
    pub marked: u64,
}

impl Caching {
    /// Of no request yet, on a provider's model.
    pub(super) fn on(model: Option<(&str, &str)>) -> Self {
        let least = model.and_then(|(provider, model)| shortest_cached(provider, model));
        Caching {
            least: least.map(|least| least.tokens),
            source: least.map(|least| least.source.to_owned()),
            ..Caching::default()
        }
    }

    /// One more request, with the tokens of its beginning; nothing where not all of them are counted.
    pub(super) fn add(&mut self, prompt: &Prompt, beginning: Option<u64>) {
        let is_too_short = self.least.zip(beginning).is_some_and(|(least, tokens)| tokens < least);
        self.too_short += u64::from(is_too_short);
        self.marked += u64::from(prompt.mark.is_some());
    }

    /// The tokens of a request's beginning, for [`Caching::add`].
    pub(super) fn beginning(one: &Measured) -> Option<u64> {
        one.unpriced().is_none().then_some(one.cacheable.tokens)
    }

    /// The requests of another file, on the same model.
    pub(super) fn plus(&mut self, more: &Caching) {
        self.too_short += more.too_short;
        self.marked += more.marked;
    }
}
