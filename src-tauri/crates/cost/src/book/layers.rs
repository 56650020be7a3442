//! One part of the book laid over another: what it says goes before, and takes nothing away.
#![deny(clippy::float_arithmetic)]

use std::sync::Arc;

use super::find::without_date;
use super::model::{Model, Provider};
use super::origin::Layer;
use super::snapshot;
use super::terms::{Multiplier, Span};

impl Provider {
    /// Lays what another part of the book says about this provider over it.
    pub fn lay_over(&mut self, above: &Self, layer: Layer) {
        for alias in &above.aliases {
            if !self.aliases.contains(alias) {
                self.aliases.push(alias.clone());
            }
        }
        let mut terms = above.terms.clone();
        if layer == Layer::User {
            snapshot::date_terms(&mut terms, |id, day| {
                let asked = above.models.iter().filter(|model| id.is_none_or(|id| model.id == id));
                let known = asked.filter_map(|model| self.same_model(model, above));
                known.into_iter().any(|model| model.had_price(day))
            });
        }
        for model in &above.models {
            let laid = laid(model, layer);
            let Some(place) = self.place_of(model, above) else {
                self.models.push(laid);
                continue;
            };
            let known = self.models[place].id.clone();
            terms.follow(&model.id, &known);
            for other in self.other_listings(model, place, above) {
                let other = &mut self.models[other];
                terms.share(&known, &other.id);
                let named = Model { id: other.id.clone(), aliases: vec![], ..laid.clone() };
                other.lay_in(named, layer);
            }
            self.models[place].lay_in(laid, layer);
        }
        // The same factor said anew is not multiplied twice.
        self.terms
            .multipliers
            .retain(|below| !terms.multipliers.iter().any(|said| says_anew(said, below)));
        self.terms.extend(&terms);
    }

    /// The model that another book means by one of its own: of its id, else the one that has this for another name.
    pub fn same_model(&self, theirs: &Model, book: &Self) -> Option<&Model> {
        self.place_of(theirs, book).map(|place| &self.models[place])
    }

    fn place_of(&self, theirs: &Model, book: &Self) -> Option<usize> {
        let of_id = self.models.iter().position(|known| known.id == theirs.id);
        // Two models of one book are never taken for one.
        let has_both = |known: &Model| book.models.iter().any(|other| other.id == known.id);
        let is_called_so = |known: &Model| known.aliases.contains(&theirs.id) && !has_both(known);
        let first = |known: &Model| {
            let mut called = book.models.iter().filter(|other| known.aliases.contains(&other.id));
            called.next().is_some_and(|other| other.id == theirs.id)
        };
        // One that stands here under its dated id alone.
        let dated = || {
            let is_it = |known: &Model| {
                without_date(&known.id) == Some(theirs.id.as_str())
                    && theirs.aliases.contains(&known.id)
                    && !has_both(known)
            };
            let mut known = (0..self.models.len()).filter(|place| is_it(&self.models[*place]));
            known.next().filter(|_| known.next().is_none())
        };
        of_id
            .or_else(|| self.models.iter().position(|known| is_called_so(known) && first(known)))
            .or_else(dated)
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
    /// Lays another over this one, as a part of the book.
    fn lay_in(&mut self, mut above: Self, layer: Layer) {
        if layer == Layer::User {
            snapshot::date_prices(&mut above.prices, self);
        }
        let places =
            self.prices.iter().filter(|entry| entry.layer == layer).map(|entry| entry.place + 1);
        let place = places.max().unwrap_or(0);
        above.prices.iter_mut().for_each(|entry| entry.place = place);
        self.lay_over(above);
    }

    fn lay_over(&mut self, above: Self) {
        for name in std::iter::once(above.id).chain(above.aliases) {
            if name != self.id && !self.aliases.contains(&name) {
                self.aliases.push(name);
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

/// Whether a factor of the book above is for every call that one below is for.
fn says_anew(above: &Multiplier, below: &Multiplier) -> bool {
    let Span { from, to } = above.span;
    (&above.key, &above.models) == (&below.key, &below.models)
        && below.values.iter().all(|value| above.values.contains(value))
        && from.is_none_or(|from| below.span.from.is_some_and(|below| from <= below))
        && to.is_none_or(|to| below.span.to.is_some_and(|below| below <= to))
}

/// A model whose every entry knows its layer and who says it.
fn laid(model: &Model, layer: Layer) -> Model {
    let mut model = model.clone();
    let origin = Arc::new(model.origin.clone());
    for entry in &mut model.prices {
        (entry.layer, entry.place) = (layer, 0);
        entry.origin.get_or_insert_with(|| origin.clone());
    }
    model
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::book::{Bracket, Entry, Origin, Tier, Window};
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
            let entry = model.holding(day, tier, 0).expect("a price").first();
            let input = entry.rates[&Meter::Input].per_million();
            assert_eq!((input.as_str(), model.origin_of(entry).source.as_str()), expected);
        };
        let (before, after) = (date(2026, 2, 1).at(0, 0, 0, 0), date(2026, 4, 1).at(0, 0, 0, 0));
        check(before, Tier::Standard, ("2", "below"));
        check(after, Tier::Standard, ("3", "above"));
        check(after, Tier::Batch, ("1", "below"));
    }

    /// What a layer costs under one condition stands for its name.
    #[test]
    fn a_contract_goes_before_the_users_book_the_curated_one_and_the_default() {
        let layers = [
            (Layer::Default, "1"),
            (Layer::Curated, "2"),
            (Layer::User, "3"),
            (Layer::Contract, "4"),
        ];
        let day = date(2026, 6, 1).at(12, 0, 0, 0);
        // Every choice of layers, laid in every order: the highest decides.
        for chosen in 1_usize..16 {
            for turn in 0..layers.len() {
                let mut order = layers;
                order.rotate_left(turn);
                let mut book = Provider { id: "acme".into(), ..Provider::default() };
                let is_chosen = |layer: Layer| chosen & (1 << (layer as usize)) != 0;
                for (layer, input) in order.iter().filter(|(layer, _)| is_chosen(*layer)) {
                    book.lay_over(&provider(layer.name(), &[(input, Entry::default())]), *layer);
                }
                let expected = layers.iter().rfind(|(layer, _)| is_chosen(*layer)).expect("one");
                let model = &book.models[0];
                let entry = model.holding(day, Tier::Standard, 0).expect("a price").first();
                assert_eq!(entry.rates[&Meter::Input].per_million(), expected.1);
                assert_eq!(model.origin_of(entry).source, expected.0.name());
            }
        }
    }

    #[test]
    fn of_two_books_of_one_layer_the_later_decides_and_the_earlier_fills_in() {
        let (march, june) = (Some(date(2026, 3, 1)), Some(date(2026, 6, 1)));
        let nights = Some(Window { start_minute: 22 * 60, end_minute: 6 * 60 });
        let long = Some(Bracket::Over(200_000));
        let plain = Entry::default();
        let mut book = Provider { id: "acme".into(), ..Provider::default() };
        let first = provider(
            "first",
            &[
                ("1", plain.clone()),
                ("2", Entry { bracket: long, ..plain.clone() }),
                ("0.5", Entry { window: nights, ..plain.clone() }),
                ("0.1", Entry { tier: Tier::Batch, ..plain.clone() }),
            ],
        );
        book.lay_over(&first, Layer::User);
        let second = provider("second", &[("3", Entry { from: march, to: june, ..plain.clone() })]);
        book.lay_over(&second, Layer::User);
        let paid = |book: &Provider, at: &str, tier, tokens, expected: &str| {
            let at = at.parse().expect("a moment");
            let entry = book.models[0].holding(at, tier, tokens).expect("a price").first();
            assert_eq!(entry.rates[&Meter::Input].per_million(), expected, "{at}");
        };
        paid(&book, "2026-02-01T12:00", Tier::Standard, 0, "1");
        paid(&book, "2026-02-01T23:00", Tier::Standard, 0, "0.5");
        paid(&book, "2026-04-01T12:00", Tier::Standard, 0, "3");
        paid(&book, "2026-04-01T23:00", Tier::Standard, 0, "3");
        paid(&book, "2026-04-01T12:00", Tier::Standard, 300_000, "3");
        paid(&book, "2026-04-01T12:00", Tier::Batch, 0, "0.1");
        paid(&book, "2026-07-01T12:00", Tier::Standard, 300_000, "2");

        // An earlier one's nights stay where the later one says something of long prompts alone.
        book.lay_over(&provider("third", &[("9", Entry { bracket: long, ..plain })]), Layer::User);
        paid(&book, "2026-02-01T23:00", Tier::Standard, 1000, "0.5");
        paid(&book, "2026-02-01T12:00", Tier::Standard, 1000, "1");
        paid(&book, "2026-02-01T23:00", Tier::Standard, 300_000, "9");
    }

    #[test]
    fn fees_of_which_the_book_above_says_nothing_stay() {
        let fees = |meters: &[(Meter, &str)]| Entry {
            rates: meters
                .iter()
                .map(|(meter, price)| (*meter, Rate::parse_per_million(price).expect("a price")))
                .collect(),
            ..Entry::default()
        };
        let book = |entries: Vec<Entry>| Provider {
            id: "acme".into(),
            models: vec![Model { id: "large".into(), prices: entries, ..Model::default() }],
            ..Provider::default()
        };
        let mut laid = book(vec![]);
        let below = fees(&[(Meter::WebSearch, "10000"), (Meter::FileSearch, "2500")]);
        laid.lay_over(&book(vec![below]), Layer::User);
        laid.lay_over(&book(vec![fees(&[(Meter::WebSearch, "9000")])]), Layer::User);
        let at = date(2026, 6, 1).at(0, 0, 0, 0);
        let fee = |meter| {
            let holding = laid.models[0].holding(at, Tier::Standard, 0).expect("fees");
            let entry = holding.of(meter).expect("a fee");
            entry.rates[&meter].per_million()
        };
        assert_eq!((fee(Meter::WebSearch), fee(Meter::FileSearch)), ("9000".into(), "2500".into()));

        // A search that is priced with the tokens below keeps its price under a book that prices tokens alone.
        let mut laid = book(vec![fees(&[(Meter::Input, "2"), (Meter::WebSearch, "10000")])]);
        laid.lay_over(&book(vec![fees(&[(Meter::Input, "1")])]), Layer::User);
        let holding = laid.models[0].holding(at, Tier::Standard, 0).expect("prices");
        let entry = holding.of(Meter::WebSearch).expect("a fee");
        assert_eq!((entry.layer, entry.rates.len()), (Layer::Default, 2));
        assert!(holding.of(Meter::CacheRead).is_none());
    }

    #[test]
    fn another_name_of_a_model_is_laid_over_it() {
        let plain = Entry::default();
        let mut book = provider("below", &[("2", plain.clone())]);
        book.models[0].aliases = vec!["large-1".into(), "large-2".into()];
        let mut above = provider("above", &[("1", plain)]);
        above.models[0].id = "large-1".into();
        let other = Model { id: "large-2".into(), ..above.models[0].clone() };
        above.models.push(other);
        book.lay_over(&above, Layer::User);
        let names: Vec<_> = book.models.iter().map(|model| model.id.as_str()).collect();
        assert_eq!(names, ["large", "large-2"], "two models of one book are never taken for one");
        assert_eq!(book.models[0].prices.len(), 2);
    }

    #[derive(Clone, Debug)]
    struct Row(Layer, u8, u8, usize, u8, u8);

    fn rows() -> impl Strategy<Value = Vec<Row>> {
        let layer = (0..4_usize).prop_map(|place| Layer::ALL[place]);
        let row = (layer, 0..12_u8, 0..12_u8, 0..2_usize, 0..3_u8, 1..200_u8);
        let row = row.prop_map(|(a, b, c, d, e, f)| Row(a, b, c, d, e, f));
        proptest::collection::vec(row, 0..12)
    }

    /// A row from a month to another of 2026; 0 is since always, and without end.
    fn entry_of(row: &Row, first: u8) -> Entry {
        let Row(_, from, months, tier, kind, input) = row;
        let month = |month: u8| date(2026 + i16::from(month / 12), 1 + (month % 12) as i8, 1);
        let from = Some(first + from).filter(|from| *from > 0);
        let to =
            Some(*months).filter(|months| *months > 0).map(|months| from.unwrap_or(0) + months);
        Entry {
            from: from.map(month),
            to: to.map(month),
            tier: Tier::ALL[*tier],
            bracket: (*kind == 1).then_some(Bracket::Over(1000)),
            window: (*kind == 2).then_some(Window { start_minute: 60, end_minute: 120 }),
            rates: [(Meter::Input, Rate::parse_per_million(&input.to_string()).expect("a price"))]
                .into(),
            ..Entry::default()
        }
    }

    fn laid_rows(rows: &[(Layer, Entry)]) -> Model {
        let mut book = Provider::default();
        for (layer, entry) in rows {
            let above =
                Model { id: "large".into(), prices: vec![entry.clone()], ..Model::default() };
            let above = Provider { models: vec![above], ..Provider::default() };
            book.lay_over(&above, *layer);
        }
        book.models.pop().unwrap_or_default()
    }

    /// What is paid at a moment, for short prompts and long ones, by day and at night, in both tiers.
    fn paid(model: &Model, month: i8) -> Vec<Option<Rate>> {
        let day = date(2026, month, 15);
        let moments = [day.at(1, 30, 0, 0), day.at(12, 0, 0, 0)];
        let asked = moments.into_iter().flat_map(|at| {
            [0, 5000].into_iter().flat_map(move |tokens| {
                [Tier::Standard, Tier::Batch].into_iter().map(move |tier| (at, tier, tokens))
            })
        });
        let price = |(at, tier, tokens)| {
            let entry = model.holding(at, tier, tokens).ok()?.first();
            entry.rates.get(&Meter::Input).copied()
        };
        asked.map(price).collect()
    }

    proptest! {
        #[test]
        fn a_future_entry_never_changes_a_past_price(
            now in rows(),
            later in rows(),
            order in proptest::collection::vec(proptest::prelude::any::<bool>(), 24),
        ) {
            let known: Vec<_> = now.iter().map(|row| (row.0, entry_of(row, 0))).collect();
            // Announced for July or after, whatever the layer, written before or after what is known.
            let future = later.iter().map(|row| (row.0, entry_of(row, 6)));
            let mut all = known.clone();
            for (one, first) in future.zip(order) {
                let place = if first { 0 } else { all.len() };
                all.insert(place, one);
            }
            let (before, after) = (laid_rows(&known), laid_rows(&all));
            for month in 1..=6 {
                prop_assert_eq!(paid(&before, month), paid(&after, month));
            }
        }

        #[test]
        fn of_two_books_the_later_decides_where_it_holds_and_the_earlier_everywhere_else(
            below in rows(),
            above in rows(),
        ) {
            let only = |rows: &[Row]| rows.iter().map(|row| (Layer::User, entry_of(row, 0))).collect::<Vec<_>>();
            let (below, above) = (only(&below), only(&above));
            let (alone, under) = (laid_rows(&above), laid_rows(&below));
            let both = laid_rows(&[below, above].concat());
            for month in 1..=12 {
                let expected = paid(&alone, month).into_iter().zip(paid(&under, month));
                let expected: Vec<_> = expected.map(|(above, below)| above.or(below)).collect();
                prop_assert_eq!(paid(&both, month), expected);
            }
        }
    }
}
