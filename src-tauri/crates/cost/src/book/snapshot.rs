//! A list of others as it was on one day: laid over prices that were known before, it says nothing of the days before.
#![deny(clippy::float_arithmetic)]

use jiff::civil::Date;

use super::entry::Entry;
use super::model::Model;
use super::origin::Origin;
use super::terms::{CacheRule, Metering, Models, Multiplier, Span, Terms};

/// Has prices without a first day hold from the day of their list, where a model had a price before.
pub fn date_prices(prices: &mut Vec<Entry>, known: &Model) {
    prices.retain_mut(|entry| {
        let day = entry.origin.as_deref().and_then(day_of);
        let Some(day) = day.filter(|day| entry.from.is_none() && known.had_price(*day)) else {
            return true;
        };
        entry.from = Some(day);
        entry.to.is_none_or(|to| day < to)
    });
}

/// The same for what is said beyond prices. `had_price` is asked whether a model, or any, had a price before a day.
pub fn date_terms(terms: &mut Terms, had_price: impl Fn(Option<&str>, Date) -> bool) {
    let split = |models: &Models, span: Span, origin: &Origin| -> Vec<(Models, Span)> {
        let Some(day) = day_of(origin).filter(|_| span.from.is_none()) else {
            return vec![(models.clone(), span)];
        };
        let (known, fresh) = match models {
            Models::All if had_price(None, day) => (Some(Models::All), None),
            Models::All => (None, Some(Models::All)),
            Models::These(ids) => {
                let (known, fresh): (Vec<_>, Vec<_>) =
                    ids.iter().cloned().partition(|id| had_price(Some(id), day));
                let some = |ids: Vec<_>| (!ids.is_empty()).then_some(Models::These(ids));
                (some(known), some(fresh))
            }
        };
        let dated = Span { from: Some(day), ..span };
        let known = known.filter(|_| span.to.is_none_or(|to| day < to));
        let known = known.map(|models| (models, dated));
        known.into_iter().chain(fresh.map(|models| (models, span))).collect()
    };
    let all = std::mem::take(&mut terms.multipliers);
    terms.multipliers.extend(all.iter().flat_map(|rule| {
        let parts = split(&rule.models, rule.span, &rule.origin).into_iter();
        parts.map(|(models, span)| Multiplier { models, span, ..rule.clone() })
    }));
    let all = std::mem::take(&mut terms.metering);
    terms.metering.extend(all.iter().flat_map(|rule| {
        let parts = split(&rule.models, rule.span, &rule.origin).into_iter();
        parts.map(|(models, span)| Metering { models, span, ..rule.clone() })
    }));
    let all = std::mem::take(&mut terms.caches);
    terms.caches.extend(all.iter().flat_map(|rule| {
        let parts = split(&rule.models, rule.span, &rule.origin).into_iter();
        parts.map(|(models, span)| CacheRule { models, span, ..rule.clone() })
    }));
    for rule in &mut terms.reroutes {
        let day = day_of(&rule.origin).filter(|day| had_price(Some(&rule.model), *day));
        rule.span.from = rule.span.from.or(day);
    }
}

/// The day of the list that says something; nothing where it was no list of others.
fn day_of(origin: &Origin) -> Option<Date> {
    origin.is_of_another_book().then_some(origin.checked)
}

impl Model {
    /// Whether it has a price on a day before this one.
    pub(super) fn had_price(&self, day: Date) -> bool {
        self.prices.iter().any(|entry| entry.from.is_none_or(|from| from < day))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::civil::date;

    use super::*;
    use crate::book::{Layer, Provider, Tier};
    use crate::meter::Meter;
    use crate::money::{Factor, Rate};

    const DAY: Date = date(2026, 11, 20);

    /// A model's price without a first day, as its page has it or as another book does.
    fn book(id: &str, input: &str, basis: &str) -> Provider {
        let rate = Rate::parse_per_million(input).expect("a price");
        let origin = Origin { source: basis.into(), checked: DAY, basis: basis.into() };
        let model = Model {
            id: id.into(),
            origin,
            prices: vec![Entry { rates: [(Meter::Input, rate)].into(), ..Entry::default() }],
            ..Model::default()
        };
        Provider { id: "acme".into(), models: vec![model], ..Provider::default() }
    }

    #[track_caller]
    fn check(book: &Provider, day: Date, expected: &str) {
        let at = day.at(12, 0, 0, 0);
        let entry = book.models[0].holding(at, Tier::Standard, 0).expect("a price").first();
        assert_eq!(entry.rates[&Meter::Input].per_million(), expected, "{day}");
    }

    #[test]
    fn a_list_of_one_day_leaves_the_past_as_it_was() {
        let (before, after) = (date(2026, 11, 19), DAY);
        let mut laid = book("large", "2", "documented");
        laid.lay_over(&book("large", "3", "book"), Layer::User);
        check(&laid, before, "2");
        check(&laid, after, "3");
        // What somebody wrote holds always where no day is given.
        let mut laid = book("large", "2", "book");
        laid.lay_over(&book("large", "3", "documented"), Layer::User);
        check(&laid, before, "3");
        check(&laid, after, "3");
        // Nobody knows another price of the model.
        let mut laid = Provider { id: "acme".into(), ..Provider::default() };
        laid.lay_over(&book("large", "3", "book"), Layer::User);
        check(&laid, before, "3");
        // A price that ended before the day of the list is one of the past.
        let mut ended = book("large", "9", "book");
        ended.models[0].prices[0].to = Some(date(2026, 3, 1));
        let mut laid = book("large", "2", "documented");
        laid.lay_over(&ended, Layer::User);
        check(&laid, date(2026, 2, 1), "2");
        // The program's own parts are laid as they are.
        let mut laid = book("large", "2", "documented");
        laid.lay_over(&book("large", "3", "book"), Layer::Curated);
        check(&laid, before, "3");
    }

    #[test]
    fn so_does_what_a_list_says_beyond_prices() {
        let mut listed = book("large", "3", "book");
        let origin = Origin { basis: "book".into(), checked: DAY, ..Origin::default() };
        listed.terms.multipliers = vec![Multiplier {
            models: Models::These(vec!["large".into(), "new".into()]),
            span: Span::default(),
            key: "speed".into(),
            values: vec!["fast".into()],
            factor: Factor::parse("2").expect("a factor"),
            on: Default::default(),
            excludes: vec![],
            origin,
        }];
        let mut laid = book("large", "2", "documented");
        laid.models[0].prices[0].origin = Some(Arc::default());
        laid.lay_over(&listed, Layer::User);
        let holds = |model: &str, day: Date| {
            laid.terms.multipliers.iter().any(|rule| rule.holds(model, day, "speed", "fast"))
        };
        let before = date(2026, 11, 19);
        assert_eq!([holds("large", before), holds("large", DAY)], [false, true]);
        assert_eq!([holds("new", before), holds("new", DAY)], [true, true]);
    }
}
