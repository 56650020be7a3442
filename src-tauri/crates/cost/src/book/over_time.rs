//! A model as it is billed over all days, where others answer in its place on some of them.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

use super::entry::Entry;
use super::find::{Found, Match, UnknownModel};
use super::model::Model;
use super::terms::Span;

impl<'a> Found<'a> {
    /// The model with the prices of those that answer in its place, on the days on which they do. One that the
    /// book does not have is an error where it answers within these days; on others there is then no price.
    pub fn over_time(self, days: &Range<Date>) -> Result<Model, UnknownModel> {
        let answers = self.answering(days)?;
        if let [(Span { from: None, to: None }, only)] = answers.as_slice()
            && only.id == self.model.id
        {
            return Ok(self.model.clone());
        }
        let prices = answers.into_iter().flat_map(|(span, model)| {
            model.prices.iter().filter_map(move |entry| self.within(span, model, entry))
        });
        Ok(Model { prices: prices.collect(), ..self.model.clone() })
    }

    /// Spans in which one model answers, itself or another, one after another. One that the book does not have
    /// is an error within these days, and left out on others.
    pub fn answering(self, days: &Range<Date>) -> Result<Vec<(Span, &'a Model)>, UnknownModel> {
        let reroutes = &self.provider.terms.reroutes;
        let edges = reroutes.iter().flat_map(|reroute| [reroute.span.from, reroute.span.to]);
        let edges: BTreeSet<Date> = edges.flatten().collect();
        let starts = std::iter::once(None).chain(edges.iter().copied().map(Some));
        let ends = edges.iter().copied().map(Some).chain([None]);
        let mut answers: Vec<(Span, &Model)> = vec![];
        for (from, to) in starts.zip(ends) {
            let day = from.or_else(|| to?.yesterday().ok());
            let model = match day.map_or(Ok(self), |day| self.on(day)) {
                Ok(found) => found.model,
                Err(unknown) => {
                    let within = from.is_none_or(|from| from < days.end)
                        && to.is_none_or(|to| days.start < to);
                    if within {
                        return Err(unknown);
                    }
                    continue;
                }
            };
            let goes_on = |known: &(Span, &Model)| known.1.id == model.id && known.0.to == from;
            match answers.last_mut().filter(|known| goes_on(known)) {
                Some((span, _)) => span.to = to,
                None => answers.push((Span { from, to }, model)),
            }
        }
        Ok(answers)
    }

    /// The models of its seller that answer in its place on some day.
    pub fn answers(self) -> impl Iterator<Item = Self> {
        let reroutes = self.provider.terms.reroutes.iter();
        let own = reroutes.filter(move |reroute| reroute.model == self.model.id);
        own.filter_map(move |reroute| {
            let model = self.provider.models.iter().find(|model| model.id == reroute.to)?;
            Some(Self { model, matched: Match::Rerouted, ..self })
        })
    }

    /// The part of an entry that lies in a span, said by whoever says it of the model that answers.
    fn within(self, span: Span, answers: &Model, entry: &Entry) -> Option<Entry> {
        let from = entry.from.max(span.from);
        let to = [entry.to, span.to].into_iter().flatten().min();
        if from.zip(to).is_some_and(|(from, to)| to <= from) {
            return None;
        }
        let mut entry = Entry { from, to, ..entry.clone() };
        if answers.id != self.model.id {
            entry.origin.get_or_insert_with(|| Arc::new(answers.origin.clone()));
            entry.answers = Some(answers.id.clone());
            let note = format!("`{}` answers in its place.", answers.id);
            entry.note = Some(entry.note.map_or(note.clone(), |known| format!("{note} {known}")));
        }
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::book::{Origin, Provider, Reroute, Terms, Tier};
    use crate::meter::Meter;
    use crate::money::Rate;

    const APRIL: Date = date(2026, 4, 1);
    const DAYS: Range<Date> = date(2026, 3, 1)..date(2026, 10, 1);

    fn model(id: &str, prices: &[(&str, Option<Date>, Option<Date>)]) -> Model {
        let entry = |&(input, from, to): &(&str, _, _)| {
            let rate = Rate::parse_per_million(input).expect("a price");
            Entry { from, to, rates: [(Meter::Input, rate)].into(), ..Entry::default() }
        };
        let origin = Origin { source: id.into(), ..Origin::default() };
        Model {
            id: id.into(),
            origin,
            prices: prices.iter().map(entry).collect(),
            ..Model::default()
        }
    }

    fn reroute(model: &str, from: Date, to: &str) -> Reroute {
        let span = Span { from: Some(from), to: None };
        Reroute { model: model.into(), span, to: to.into(), origin: Origin::default() }
    }

    fn seller(reroutes: Vec<Reroute>) -> Provider {
        let may = Some(date(2026, 5, 1));
        Provider {
            id: "acme".into(),
            models: vec![
                model("old", &[("1", None, None)]),
                model("new", &[("2", None, may), ("3", may, None)]),
                model("newest", &[("5", None, None)]),
            ],
            terms: Terms { reroutes, ..Terms::default() },
            ..Provider::default()
        }
    }

    #[test]
    fn the_prices_of_what_answers_hold_from_the_day_on_which_it_does() {
        let july = date(2026, 7, 1);
        let seller = seller(vec![reroute("old", APRIL, "new"), reroute("new", july, "newest")]);
        let found = Found { provider: &seller, model: &seller.models[0], matched: Match::Exact };
        let billed = found.over_time(&DAYS).expect("all of them are sold");
        let on = |day: Date| {
            let holding = billed.holding(day.into(), Tier::Standard, 0).expect("a price");
            let entry = holding.first();
            (entry.rates[&Meter::Input].per_million(), billed.origin_of(entry).source.clone())
        };
        // Every day is billed as a call of that day is.
        let days = date(2026, 3, 1).series(jiff::Span::new().days(1)).take(200);
        for day in days {
            let model = found.on(day).expect("a model").model;
            let holding = model.holding(day.into(), Tier::Standard, 0).expect("a price");
            let rate = holding.first().rates[&Meter::Input].per_million();
            assert_eq!(on(day), (rate, model.id.clone()), "{day}");
        }
        assert_eq!(on(APRIL), ("2".into(), "new".into()));
        assert_eq!(on(july), ("5".into(), "newest".into()));
    }

    #[test]
    fn what_nobody_answers_for_stays_as_it_is() {
        let seller = seller(vec![reroute("new", APRIL, "newest")]);
        let found = Found { provider: &seller, model: &seller.models[0], matched: Match::Exact };
        assert_eq!(found.over_time(&DAYS).as_ref(), Ok(&seller.models[0]));
    }

    #[test]
    fn a_way_that_leads_nowhere_is_an_error() {
        let seller = seller(vec![reroute("old", APRIL, "gone")]);
        let found = Found { provider: &seller, model: &seller.models[0], matched: Match::Exact };
        assert!(found.over_time(&DAYS).is_err());
        assert!(found.over_time(&(date(2026, 1, 1)..date(2026, 4, 2))).is_err());
    }

    #[test]
    fn a_way_that_leads_nowhere_after_the_days_that_are_asked_for_has_no_price() {
        let seller = seller(vec![reroute("old", APRIL, "gone")]);
        let found = Found { provider: &seller, model: &seller.models[0], matched: Match::Exact };
        let billed = found.over_time(&(date(2026, 1, 1)..APRIL)).expect("days before it");
        assert_eq!((billed.prices.len(), billed.prices[0].to), (1, Some(APRIL)));
    }
}
