//! The beginning of requests that a vendor may cache: where it ends, and whether it is long enough.

use cost::book::Found;
use prompt::{Measured, Prompt};
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::prices::today;
use crate::shelf::Shelf;

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
    pub(super) fn on(shelf: &Shelf, model: Option<(&str, &str)>) -> Self {
        let known = model.and_then(|(provider, model)| {
            let own = shelf.exact(provider, model).and_then(least);
            // Who only passes a model on passes on its cache as well.
            own.or_else(|| shelf.made(model).and_then(least))
        });
        let (least, source) = known.unzip();
        Caching { least, source, ..Caching::default() }
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

/// The shortest beginning that a model's seller caches today, and where that stands.
fn least(found: Found) -> Option<(u64, String)> {
    let rule = found.provider.terms.cache(&found.model.id, today())?;
    let (name, origin) = (&found.provider.name, &rule.origin);
    let source =
        format!("the fewest that {name} caches ({}, checked {})", origin.source, origin.checked);
    (rule.minimum_tokens > 0).then_some((rule.minimum_tokens, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_is_that_of_the_seller_or_of_the_maker() {
        let shelf = Shelf::of(None).expect("the book");
        let check = |provider, model, expected| {
            let caching = Caching::on(&shelf, Some((provider, model)));
            assert_eq!(caching.least, expected, "{provider} {model}");
            assert_eq!(caching.source.is_some(), expected.is_some());
        };
        check("anthropic", "claude-opus-4-7", Some(2048));
        check("aws", "global.anthropic.claude-opus-4-7-v1:0", Some(4096));
        check("openrouter", "anthropic/claude-haiku-4.5", Some(4096));
        check("openai", "gpt-4-turbo", None);
        check("deepseek", "deepseek-v4-pro", None);
        check("nobody", "nothing", None);
        assert_eq!(Caching::on(&shelf, None).least, None);
    }
}
