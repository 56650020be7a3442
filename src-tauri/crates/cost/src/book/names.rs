//! One model under two names: a dated id that costs what the undated one does, and what is said of it under either.
#![deny(clippy::float_arithmetic)]

use super::entry::Entry;
use super::find::without_date;
use super::model::{Model, Provider};
use super::origin::Origin;
use super::terms::{CacheRule, Metering, Models, Multiplier, Reroute, Retirement, Terms};

impl Provider {
    /// Takes each model whose id ends with a day for another name of the one without it, where both cost the same.
    /// The ids that are such names now.
    pub fn join_dated(&mut self) -> Vec<String> {
        let mut joined = vec![];
        let mut place = 0;
        while place < self.models.len() {
            let Some(twin) = self.undated(place).map(|twin| twin.id.clone()) else {
                place += 1;
                continue;
            };
            let dated = self.models.remove(place);
            self.terms.reroutes.retain(|rule| rule.model != dated.id);
            self.terms.retirements.retain(|end| end.model != dated.id);
            self.terms.follow(&dated.id, &twin);
            let twin = self.models.iter_mut().find(|model| model.id == twin);
            let twin = twin.expect("it is another model");
            joined.push(dated.id.clone());
            for name in std::iter::once(dated.id).chain(dated.aliases) {
                if name != twin.id && !twin.aliases.contains(&name) {
                    twin.aliases.push(name);
                }
            }
        }
        joined
    }

    /// The model without the day at the end of the id of one, where nothing is said of the two that differs.
    fn undated(&self, place: usize) -> Option<&Model> {
        let dated = &self.models[place];
        let stem = without_date(&dated.id)?;
        let twin = self.models.iter().find(|model| model.id.eq_ignore_ascii_case(stem))?;
        let same = dated.hosted == twin.hosted
            && dated.prices.len() == twin.prices.len()
            && dated.prices.iter().zip(&twin.prices).all(|(a, b)| costs_the_same(a, b))
            && self.terms.says_the_same(&dated.id, &twin.id);
        same.then_some(twin)
    }
}

impl Provider {
    /// Where else a model of a book stands here: listed apart under its dated id by one book, a name of it in another.
    /// A book that has one of the names alone means both.
    pub(super) fn other_listings(&self, theirs: &Model, place: usize, book: &Self) -> Vec<usize> {
        let known = &self.models[place];
        let calls = |name: &String| known.aliases.contains(name) || theirs.aliases.contains(name);
        let is_same = |other: &Model| {
            let is_dated = without_date(&other.id) == Some(&known.id) && calls(&other.id);
            let is_bare = without_date(&known.id) == Some(&other.id);
            is_dated || (is_bare && (calls(&other.id) || other.aliases.contains(&known.id)))
        };
        let is_listed = |other: &Model| book.models.iter().any(|model| model.id == other.id);
        let places = 0..self.models.len();
        places.filter(|at| is_same(&self.models[*at]) && !is_listed(&self.models[*at])).collect()
    }
}

/// Whether two entries say the same, whoever says it.
fn costs_the_same(a: &Entry, b: &Entry) -> bool {
    let bare = |entry: &Entry| Entry { origin: None, note: None, ..entry.clone() };
    bare(a) == bare(b)
}

impl Terms {
    /// Whether nothing that is said of two models tells them apart. A cache that is said of one alone is the other's too.
    fn says_the_same(&self, one: &str, other: &str) -> bool {
        let [mut one, mut other] = [one, other].map(|id| self.said_of(id));
        if one.caches.is_empty() || other.caches.is_empty() {
            one.caches.clear();
            other.caches.clear();
        }
        one == other
    }

    /// What is said of one model, whoever says it, without its name.
    fn said_of(&self, id: &str) -> Self {
        let (models, model, origin) = (|| Models::All, String::new, Origin::default);
        let multipliers = self.multipliers.iter().filter(|rule| rule.models.has(id));
        let metering = self.metering.iter().filter(|rule| rule.models.has(id));
        let caches = self.caches.iter().filter(|rule| rule.models.has(id));
        let reroutes = self.reroutes.iter().filter(|rule| rule.model == id);
        let retirements = self.retirements.iter().filter(|end| end.model == id);
        Self {
            multipliers: multipliers
                .map(|rule| Multiplier { models: models(), origin: origin(), ..rule.clone() })
                .collect(),
            metering: metering
                .map(|rule| Metering { models: models(), origin: origin(), ..rule.clone() })
                .collect(),
            caches: caches
                .map(|rule| CacheRule { models: models(), origin: origin(), ..rule.clone() })
                .collect(),
            reroutes: reroutes
                .map(|rule| Reroute { model: model(), origin: origin(), ..rule.clone() })
                .collect(),
            retirements: retirements
                .map(|end| Retirement { model: model(), origin: origin(), ..end.clone() })
                .collect(),
        }
    }

    /// Says of one model what is said of another, and no longer of that. What is said of it already stays.
    pub fn follow(&mut self, from: &str, to: &str) {
        self.carry(from, to, false);
    }

    /// Says of another model, too, what is said of one. What is said of it already stays.
    pub fn share(&mut self, of: &str, with: &str) {
        self.carry(of, with, true);
    }

    fn carry(&mut self, from: &str, to: &str, is_kept: bool) {
        if from == to {
            return;
        }
        let carried = |models: &Models, is_said: bool| match models {
            Models::All => Some(Models::All),
            Models::These(ids) => {
                let mut left = ids.clone();
                left.retain(|id| is_kept || id != from);
                let is_meant = ids.iter().any(|id| id == from) && !is_said;
                if is_meant && !left.iter().any(|id| id == to) {
                    left.push(to.to_owned());
                    left.sort();
                }
                (!left.is_empty()).then_some(Models::These(left))
            }
        };
        let names =
            |models: &Models| matches!(models, Models::These(ids) if ids.iter().any(|id| id == to));

        let all = std::mem::take(&mut self.multipliers);
        let special = |a: &Multiplier, b: &Multiplier| {
            a.key == b.key && a.values.iter().any(|value| b.values.contains(value))
        };
        self.multipliers.extend(all.iter().filter_map(|rule| {
            let is_said = all.iter().any(|own| names(&own.models) && special(own, rule));
            Some(Multiplier { models: carried(&rule.models, is_said)?, ..rule.clone() })
        }));
        let all = std::mem::take(&mut self.metering);
        self.metering.extend(all.iter().filter_map(|rule| {
            let is_said = all.iter().any(|own| names(&own.models) && own.meter == rule.meter);
            Some(Metering { models: carried(&rule.models, is_said)?, ..rule.clone() })
        }));
        let all = std::mem::take(&mut self.caches);
        let is_said = all.iter().any(|own| names(&own.models));
        self.caches.extend(all.iter().filter_map(|rule| {
            Some(CacheRule { models: carried(&rule.models, is_said)?, ..rule.clone() })
        }));
        let is_ended = self.retirements.iter().any(|end| end.model == to);
        if is_kept {
            let of = self.retirements.iter().filter(|end| end.model == from && !is_ended);
            let too: Vec<_> =
                of.map(|end| Retirement { model: to.to_owned(), ..end.clone() }).collect();
            self.retirements.extend(too);
            let is_said = self.reroutes.iter().any(|rule| rule.model == to);
            let of = self.reroutes.iter().filter(|rule| rule.model == from && !is_said);
            let too: Vec<_> =
                of.map(|rule| Reroute { model: to.to_owned(), ..rule.clone() }).collect();
            self.reroutes.extend(too);
            return;
        }
        for Reroute { model, to: answers, .. } in &mut self.reroutes {
            for id in [model, answers] {
                if *id == from {
                    to.clone_into(id);
                }
            }
        }
        self.retirements.retain(|end| end.model != from || !is_ended);
        for Retirement { model, successor, .. } in &mut self.retirements {
            for id in std::iter::once(model).chain(successor) {
                if *id == from {
                    to.clone_into(id);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Layer, Match, Span};
    use crate::meter::Meter;
    use crate::money::{Factor, Rate};
    use jiff::civil::date;

    const DATED: &str = "gpt-5.4-2026-03-05";

    fn model(id: &str, input: &str, aliases: &[&str]) -> Model {
        let rate = Rate::parse_per_million(input).expect("a price");
        Model {
            id: id.into(),
            aliases: aliases.iter().map(|alias| (*alias).into()).collect(),
            prices: vec![Entry { rates: [(Meter::Input, rate)].into(), ..Entry::default() }],
            ..Model::default()
        }
    }

    fn provider(models: &[Model]) -> Provider {
        Provider { id: "openai".into(), models: models.to_vec(), ..Provider::default() }
    }

    fn regional(model: &str, factor: &str) -> Multiplier {
        Multiplier {
            models: Models::These(vec![model.into()]),
            span: Span::default(),
            key: "data_residency".into(),
            values: vec!["eu".into()],
            factor: Factor::parse(factor).expect("a factor"),
            on: Default::default(),
            excludes: vec![],
            origin: Origin::default(),
        }
    }

    /// What is paid for input under a name, and how the name was recognised.
    #[track_caller]
    fn check(book: &Provider, name: &str, expected: (&str, Match)) {
        let found = book.find(name).expect("a model");
        let at = date(2026, 11, 20).at(12, 0, 0, 0);
        let paid = &side(found.model, at)[&Meter::Input];
        assert_eq!((paid.per_million().as_str(), found.matched), expected, "{name}");
    }

    fn side(model: &Model, at: jiff::civil::DateTime) -> std::collections::BTreeMap<Meter, Rate> {
        let paid = model.paid(&crate::book::Condition::default(), at);
        paid.into_iter().map(|(meter, (rate, _))| (meter, rate)).collect()
    }

    #[test]
    fn a_dated_id_at_the_same_price_is_another_name() {
        let mut listed = provider(&[model("gpt-5.4", "2.5", &[]), model(DATED, "2.5", &["dated"])]);
        assert_eq!(listed.join_dated(), [DATED]);
        assert_eq!(listed.models, [model("gpt-5.4", "2.5", &[DATED, "dated"])]);
        for other in [model(DATED, "3", &[]), model("gpt-5.4-mini", "2.5", &[])] {
            let mut listed = provider(&[model("gpt-5.4", "2.5", &[]), other]);
            assert_eq!(listed.join_dated(), [""; 0]);
            assert_eq!(listed.models.len(), 2);
        }
    }

    #[test]
    fn what_was_negotiated_for_a_model_holds_for_its_dated_name_whatever_is_listed() {
        let program = provider(&[model("gpt-5.4", "2.5", &[DATED])]);
        let mut listed = provider(&[model("gpt-5.4", "2.5", &[]), model(DATED, "2.5", &[])]);
        listed.join_dated();
        for (own, exact) in [("gpt-5.4", "gpt-5.4"), (DATED, "gpt-5.4")] {
            let mut book = program.clone();
            book.lay_over(&listed, Layer::User);
            book.lay_over(&provider(&[model(own, "2", &[])]), Layer::User);
            check(&book, exact, ("2", Match::Exact));
            check(&book, DATED, ("2", Match::Alias));
        }
        // A model that the program does not have, and the list is laid over what was negotiated.
        for own in ["gpt-5.4", DATED] {
            let mut book = provider(&[]);
            book.lay_over(&listed, Layer::User);
            let mut book = provider(&[]).as_layer(Layer::Default);
            book.lay_over(&provider(&[model(own, "2", &[])]), Layer::User);
            book.lay_over(&listed, Layer::User);
            assert_eq!(book.models.len(), 1, "{own}");
            for name in ["gpt-5.4", DATED] {
                assert_eq!(book.find(name).map(|found| found.model.id.as_str()), Some(own));
            }
        }
    }

    /// A list that has another price for the dated name does not take it from what is meant for the model.
    #[test]
    fn what_was_negotiated_holds_for_both_names_where_a_list_prices_them_apart() {
        let program = provider(&[model("gpt-5.4", "2.5", &[DATED])]);
        let listed = provider(&[model("gpt-5.4", "2.5", &[]), model(DATED, "3", &[])]);
        let mut book = program.clone();
        book.lay_over(&listed, Layer::User);
        check(&book, DATED, ("3", Match::Exact));
        for own in ["gpt-5.4", DATED] {
            let mut book = book.clone();
            let mut negotiated = provider(&[model(own, "2", &[])]);
            negotiated.terms.multipliers = vec![regional(own, "1.1")];
            book.lay_over(&negotiated, Layer::User);
            check(&book, "gpt-5.4", ("2", Match::Exact));
            check(&book, DATED, ("2", Match::Exact));
            let day = date(2026, 11, 20);
            let holds = |id| {
                let rules = &book.terms.multipliers;
                rules.iter().any(|rule| rule.holds(id, day, "data_residency", "eu"))
            };
            assert!(holds("gpt-5.4") && holds(DATED), "{own}");
        }
        // One that prices both says what each costs.
        let both = provider(&[model("gpt-5.4", "1", &[]), model(DATED, "2", &[])]);
        book.lay_over(&both, Layer::User);
        check(&book, "gpt-5.4", ("1", Match::Exact));
        check(&book, DATED, ("2", Match::Exact));
        // And one that has the dated name for another one means both.
        book.lay_over(&provider(&[model("gpt-5.4", "4", &[DATED])]), Layer::User);
        check(&book, DATED, ("4", Match::Exact));
        // Models of other prices that nobody has for one stay apart.
        let mut book = listed.clone();
        book.lay_over(&provider(&[model("gpt-5.4", "2", &[])]), Layer::User);
        check(&book, DATED, ("3", Match::Exact));
    }

    #[test]
    fn what_is_said_of_a_dated_id_is_found_under_the_id_that_it_has_now() {
        let retirement = |model: &str| Retirement {
            model: model.into(),
            on: date(2026, 12, 1),
            successor: None,
            origin: Origin::default(),
        };
        let reroute = |model: &str| Reroute {
            model: model.into(),
            span: Span::default(),
            to: "gpt-6".into(),
            origin: Origin::default(),
        };
        let rules = |model: &str| Terms {
            multipliers: vec![regional(model, "1.1")],
            reroutes: vec![reroute(model)],
            retirements: vec![retirement(model)],
            ..Terms::default()
        };
        let mut listed = provider(&[model("gpt-5.4", "2.5", &[]), model(DATED, "2.5", &[])]);
        listed.terms.multipliers = vec![regional("gpt-5.4", "1.1"), regional(DATED, "1.1")];
        listed.terms.retirements = vec![retirement("gpt-5.4"), retirement(DATED)];
        assert_eq!(listed.join_dated(), [DATED]);
        assert_eq!(listed.terms.multipliers, [regional("gpt-5.4", "1.1")]);
        assert_eq!(listed.terms.retirements, [retirement("gpt-5.4")]);
        // One that costs something else, ends on its own or is answered by another is none of its names.
        for said in [
            Terms { multipliers: vec![regional(DATED, "1.1")], ..Terms::default() },
            Terms {
                multipliers: vec![regional("gpt-5.4", "1.1"), regional(DATED, "2")],
                ..Terms::default()
            },
            Terms { retirements: vec![retirement(DATED)], ..Terms::default() },
            rules(DATED),
        ] {
            let mut listed = provider(&[model("gpt-5.4", "2.5", &[]), model(DATED, "2.5", &[])]);
            listed.terms = said.clone();
            assert_eq!(listed.join_dated(), [""; 0], "{said:?}");
            assert_eq!(listed.terms, said);
        }

        // Laid over the model that has it for another name, what its book says of it comes along.
        let mut book = provider(&[model("gpt-5.4", "2.5", &[DATED])]);
        let mut own = provider(&[model(DATED, "2", &[])]);
        own.terms = rules(DATED);
        book.lay_over(&own, Layer::User);
        assert_eq!(book.terms, rules("gpt-5.4"));
    }
}
