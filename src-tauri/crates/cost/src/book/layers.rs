//! One part of the book laid over another: what it says goes before, and takes nothing away.
#![deny(clippy::float_arithmetic)]

use std::sync::Arc;

use super::model::{Model, Provider};
use super::origin::Layer;

impl Provider {
    /// Lays what another part of the book says about this provider over it.
    pub fn lay_over(&mut self, above: &Self, layer: Layer) {
        for alias in &above.aliases {
            if !self.aliases.contains(alias) {
                self.aliases.push(alias.clone());
            }
        }
        for model in &above.models {
            let laid = laid(model, layer);
            match self.models.iter_mut().find(|known| known.id == model.id) {
                Some(known) => known.lay_over(laid),
                None => self.models.push(laid),
            }
        }
        self.terms.extend(&above.terms);
    }

    /// The same provider as a part of the book.
    #[must_use]
    pub fn as_layer(&self, layer: Layer) -> Self {
        let mut empty = Self { models: vec![], terms: Default::default(), ..self.clone() };
        empty.lay_over(self, layer);
        empty
    }
}

impl Model {
    fn lay_over(&mut self, above: Self) {
        for alias in above.aliases {
            if !self.aliases.contains(&alias) {
                self.aliases.push(alias);
            }
        }
        self.name = above.name.or(self.name.take());
        self.context_tokens = above.context_tokens.or(self.context_tokens);
        self.vocabulary = above.vocabulary.or(self.vocabulary.take());
        self.capabilities = above.capabilities.or(self.capabilities.take());
        self.hosted = above.hosted.or(self.hosted.take());
        self.prices.extend(above.prices);
    }
}

/// A model whose every entry knows its layer and who says it.
fn laid(model: &Model, layer: Layer) -> Model {
    let mut model = model.clone();
    let origin = Arc::new(model.origin.clone());
    for entry in &mut model.prices {
        entry.layer = layer;
        entry.origin.get_or_insert_with(|| origin.clone());
    }
    model
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::book::{Entry, Origin, Tier};
    use crate::meter::Meter;
    use crate::money::Rate;

    fn provider(source: &str, prices: &[(&str, Entry)]) -> Provider {
        let entry = |(input, entry): &(&str, Entry)| {
            let rate = Rate::parse_per_million(input).expect("a price");
            Entry { rates: [(Meter::Input, rate)].into(), ..entry.clone() }
        };
        let model = Model {
            id: "large".into(),
            origin: Origin { source: source.into(), ..Origin::default() },
            prices: prices.iter().map(entry).collect(),
            ..Model::default()
        };
        Provider { id: "acme".into(), models: vec![model], ..Provider::default() }
    }

    #[test]
    fn what_is_laid_over_goes_before_and_the_rest_stays() {
        let march = Some(date(2026, 3, 1));
        let plain = Entry::default();
        let batch = Entry { tier: Tier::Batch, ..Entry::default() };
        let mut book = provider("below", &[("2", plain.clone()), ("1", batch)]);
        let above = provider("above", &[("3", Entry { from: march, ..plain })]);
        book.lay_over(&above, Layer::Contract);
        let check = |day, tier, expected: (&str, &str)| {
            let model = &book.models[0];
            let entry = model.entry_at(day, tier, 0).expect("a price");
            let input = entry.rates[&Meter::Input].per_million();
            assert_eq!((input.as_str(), model.origin_of(entry).source.as_str()), expected);
        };
        let (before, after) = (date(2026, 2, 1).at(0, 0, 0, 0), date(2026, 4, 1).at(0, 0, 0, 0));
        check(before, Tier::Standard, ("2", "below"));
        check(after, Tier::Standard, ("3", "above"));
        check(after, Tier::Batch, ("1", "below"));
    }
}
