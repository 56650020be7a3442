//! Which of a model's entries hold for a call, and which of them prices a meter.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::{Date, DateTime};

use super::entry::{Entry, Tier, Window};
use super::model::Model;
use super::none::NoEntry;
use super::origin::Layer;
use crate::meter::Meter;

/// The minutes of a day.
pub const DAY_MINUTES: u16 = 1440;

/// The entries that hold for one call, those that decide first.
#[derive(Clone, Debug)]
pub struct Holding<'a> {
    tier: Tier,
    entries: Vec<&'a Entry>,
}

/// What is asked of a model's prices.
#[derive(Clone, Copy, Debug)]
struct Asked {
    day: Date,
    tier: Tier,
    prompt_tokens: u64,
    /// One meter, or any.
    meter: Option<Meter>,
}

impl Asked {
    /// Whether an entry may say something of it, on some day.
    fn is_answered_by(&self, entry: &Entry) -> bool {
        let is_sold = self.meter.is_none_or(|meter| entry.rates.contains_key(&meter));
        let fees = || match self.meter {
            None => entry.rates.keys().any(|meter| !meter.is_tokens()),
            Some(meter) => !meter.is_tokens(),
        };
        is_sold && (entry.tier == self.tier || entry.tier == Tier::Standard && fees())
    }
}

impl<'a> Holding<'a> {
    /// The entry that prices a meter: of those that say something of it the one of the latest layer, there the one
    /// for some hours or days before the one for all, and that of the higher limit. What counts no tokens is
    /// priced as in the standard tier where a tier says nothing of it.
    pub fn of(&self, meter: Meter) -> Option<&'a Entry> {
        self.pricing(meter).next()
    }

    /// The same without a layer and those after it.
    pub fn below(&self, layer: Layer, meter: Meter) -> Option<&'a Entry> {
        self.pricing(meter).find(|entry| entry.layer < layer)
    }

    /// The entry of the prompt, else the first one.
    pub fn first(&self) -> &'a Entry {
        let own = || self.entries.iter().copied().find(|entry| entry.tier == self.tier);
        self.of(Meter::Input).or_else(own).expect("an entry of its tier holds")
    }

    fn pricing(&self, meter: Meter) -> impl Iterator<Item = &'a Entry> {
        let has = move |entry: &&Entry| {
            (entry.tier == self.tier || !meter.is_tokens()) && entry.rates.contains_key(&meter)
        };
        self.entries.iter().copied().filter(has)
    }
}

impl Model {
    /// The entries that hold for a call of so many prompt tokens (cached and written ones included), at a moment in
    /// UTC.
    pub fn holding(
        &self,
        at: DateTime,
        tier: Tier,
        prompt_tokens: u64,
    ) -> Result<Holding<'_>, NoEntry> {
        let minute = minute_of(at);
        let asked = Asked { day: at.date(), tier, prompt_tokens, meter: None };
        let holding = self.holding_in(minute, asked);
        if holding.iter().any(|entry| entry.tier == tier) {
            Ok(Holding { tier, entries: holding })
        } else {
            Err(self.no_entry(minute, asked))
        }
    }

    /// The entries that price a meter on a day, for prompts of so many tokens, each with its minutes of that day:
    /// first those with hours of their own. The minutes add to [`DAY_MINUTES`].
    pub fn entries_of_day(
        &self,
        day: Date,
        tier: Tier,
        prompt_tokens: u64,
        meter: Meter,
    ) -> Result<Vec<(&Entry, u16)>, NoEntry> {
        let asked = Asked { day, tier, prompt_tokens, meter: Some(meter) };
        let mut shares: Vec<(&Entry, u16)> =
            self.entries_asked(asked).map(|entry| (entry, 0)).collect();
        for (start, minutes) in self.stretches(asked) {
            let holding = self.holding_in(start, asked);
            let first = *holding.first().ok_or_else(|| self.no_entry(start, asked))?;
            let share = shares.iter_mut().find(|(entry, _)| std::ptr::eq(*entry, first));
            share.expect("what holds in a minute holds on its day").1 += minutes;
        }
        shares.retain(|(_, minutes)| *minutes > 0);
        shares.sort_by_key(|(entry, _)| entry.window.is_none());
        Ok(shares)
    }

    /// The stretches of a day, first and last minute, each with the entry that prices a meter in it.
    pub fn stretches_of_day(
        &self,
        day: Date,
        tier: Tier,
        prompt_tokens: u64,
        meter: Meter,
    ) -> Result<Vec<(&Entry, Range<u16>)>, NoEntry> {
        let asked = Asked { day, tier, prompt_tokens, meter: Some(meter) };
        let priced = |(start, minutes): (u16, u16)| {
            let holding = self.holding_in(start, asked);
            let first = *holding.first().ok_or_else(|| self.no_entry(start, asked))?;
            Ok((first, start..start + minutes))
        };
        self.stretches(asked).into_iter().map(priced).collect()
    }

    /// Every entry that prices a meter in a tier on some day.
    pub fn entries_of(&self, tier: Tier, meter: Meter) -> impl Iterator<Item = &Entry> {
        let asked = Asked { day: Date::MIN, tier, prompt_tokens: 0, meter: Some(meter) };
        self.prices.iter().filter(move |entry| asked.is_answered_by(entry))
    }

    /// What holds in a minute, those that decide first.
    fn holding_in(&self, minute: u16, asked: Asked) -> Vec<&Entry> {
        let is_long =
            |entry: &&Entry| entry.bracket.is_none_or(|bracket| bracket.holds(asked.prompt_tokens));
        let mut holding: Vec<&Entry> = self.entries_in(minute, asked).filter(is_long).collect();
        // A later layer and book before an earlier one, the tier's own before the standard ones, hours and days
        // before the rest of the week, and of two cliffs the higher one.
        holding.sort_by(|a, b| {
            let rank = |entry: &Entry| {
                let own = entry.tier == asked.tier;
                (entry.layer, entry.place, own, entry.exceptions(), entry.bracket)
            };
            rank(b).cmp(&rank(a))
        });
        holding
    }

    /// What holds in a minute, for prompts of any length: the tier's own, and fees of the standard one.
    fn entries_in(&self, minute: u16, asked: Asked) -> impl Iterator<Item = &Entry> {
        let holds = move |entry: &&Entry| entry.window.is_none_or(|window| window.holds(minute));
        self.entries_asked(asked).filter(holds)
    }

    fn entries_asked(&self, asked: Asked) -> impl Iterator<Item = &Entry> {
        let holds = move |entry: &&Entry| entry.holds_on(asked.day) && asked.is_answered_by(entry);
        self.prices.iter().filter(holds)
    }

    /// The stretches of a day within which no window begins or ends: their first minutes, and their minutes.
    fn stretches(&self, asked: Asked) -> Vec<(u16, u16)> {
        let windows = self.entries_asked(asked).filter_map(|entry| entry.window);
        let edges = windows.flat_map(|window| [window.start_minute, window.end_minute]);
        let starts: BTreeSet<u16> =
            edges.filter(|&minute| minute < DAY_MINUTES).chain([0]).collect();
        let ends = starts.iter().skip(1).copied().chain([DAY_MINUTES]);
        starts.iter().zip(ends).map(|(&start, end)| (start, end - start)).collect()
    }

    fn no_entry(&self, minute: u16, asked: Asked) -> NoEntry {
        let (model, Asked { day, tier, prompt_tokens, .. }) = (self.id.clone(), asked);
        // A meter is named where others have a price.
        let any = self.holding_in(minute, Asked { meter: None, ..asked });
        let meter = asked.meter.filter(|_| any.iter().any(|entry| entry.tier == tier));
        let asked = Asked { meter, ..asked };
        let sold =
            |entry: &&Entry| asked.meter.is_none_or(|meter| entry.rates.contains_key(&meter));
        let prices = || self.prices.iter().filter(sold);
        if self.prices.is_empty() {
            return NoEntry::Unpriced { model };
        }
        if let Some(meter) = meter.filter(|_| prices().next().is_none()) {
            return NoEntry::NotSold { model, meter };
        }
        let on_day = || prices().filter(|entry| entry.holds_on(day));
        let is_offered = |tier: &Tier| on_day().any(|entry| entry.tier == *tier);
        let offered: Vec<Tier> = Tier::ALL.iter().copied().filter(is_offered).collect();
        if offered.is_empty() {
            let later = prices().filter_map(|entry| entry.from).filter(|from| *from > day);
            let ended = prices().filter_map(|entry| entry.to).filter(|to| *to <= day);
            return NoEntry::NoPriceOnDate {
                model,
                meter,
                day,
                first: later.min(),
                ended: ended.max(),
            };
        }
        let own = |minute| self.entries_in(minute, asked).filter(|entry| entry.tier == tier);
        if let Some(lowest) = own(minute).filter_map(|entry| entry.bracket).min() {
            return NoEntry::NoPriceForLength { model, tier, meter, day, prompt_tokens, lowest };
        }
        if offered.contains(&tier) {
            let unpriced = |&(start, _): &(u16, u16)| own(start).next().is_none();
            let stretches = self.stretches(asked).into_iter().filter(unpriced);
            let hours = |(start, minutes): (u16, u16)| Window {
                start_minute: start,
                end_minute: (start + minutes) % DAY_MINUTES,
            };
            let hours = stretches.map(hours).collect();
            return NoEntry::NoPriceAtHours { model, tier, meter, day, hours };
        }
        let later = prices().filter(|entry| entry.tier == tier).filter_map(|entry| entry.from);
        let first = later.filter(|from| *from > day).min();
        NoEntry::TierNotOffered { model, tier, meter, day, offered, first }
    }
}

fn minute_of(at: DateTime) -> u16 {
    let minute = i32::from(at.hour()) * 60 + i32::from(at.minute());
    u16::try_from(minute).expect("a day has 1440 minutes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::Bracket;
    use crate::money::Rate;
    use jiff::civil::date;

    /// One entry, its input price standing for its name.
    fn entry(input: &str, from: Option<Date>, to: Option<Date>) -> Entry {
        let rate = Rate::parse_per_million(input).expect("a price");
        Entry { from, to, rates: [(Meter::Input, rate)].into(), ..Entry::default() }
    }

    fn model(prices: Vec<Entry>) -> Model {
        Model { id: "large".into(), prices, ..Model::default() }
    }

    /// March changes the price and drops the cliff; nights are cheap; batch comes in June.
    fn large() -> Model {
        let march = date(2026, 3, 1);
        let (old, new) = (entry("1", None, Some(march)), entry("3", Some(march), None));
        let bracket = Some(Bracket::Over(200_000));
        let window = Some(Window { start_minute: 22 * 60, end_minute: 6 * 60 });
        model(vec![
            old.clone(),
            Entry { bracket, ..entry("2", None, Some(march)) },
            new.clone(),
            Entry { window, ..entry("0.5", Some(march), None) },
            Entry { tier: Tier::Batch, ..entry("1.5", Some(date(2026, 6, 1)), None) },
        ])
    }

    #[track_caller]
    fn check(at: &str, tier: Tier, prompt_tokens: u64, expected: &str) {
        let at: DateTime = at.parse().expect("a moment");
        let found = match large().holding(at, tier, prompt_tokens) {
            Ok(holding) => holding.first().rates[&Meter::Input].per_million(),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn a_cliff_moves_the_whole_request() {
        check("2026-02-28T12:00", Tier::Standard, 200_000, "1");
        check("2026-02-28T12:00", Tier::Standard, 200_001, "2");
        check("2026-03-01T12:00", Tier::Standard, 200_001, "3");
    }

    #[test]
    fn a_window_ends_before_its_last_minute_and_starts_with_its_date() {
        check("2026-02-28T23:00", Tier::Standard, 1, "1");
        check("2026-03-01T21:59", Tier::Standard, 1, "3");
        check("2026-03-01T22:00", Tier::Standard, 1, "0.5");
        check("2026-03-02T05:59", Tier::Standard, 1, "0.5");
        check("2026-03-02T06:00", Tier::Standard, 1, "3");
    }

    #[test]
    fn a_tier_that_is_not_offered_is_an_error() {
        check("2026-06-01T00:00", Tier::Batch, 1, "1.5");
        check(
            "2026-05-31T00:00",
            Tier::Batch,
            1,
            "The book has no batch price for `large` on 2026-05-31. Offered on that day: standard. \
             Its first batch price starts on 2026-06-01.",
        );
        check(
            "2026-06-01T00:00",
            Tier::Flex,
            1,
            "The book has no flex price for `large` on 2026-06-01. Offered on that day: standard, batch.",
        );
    }

    /// The day's entries for a prompt: their input prices, each with its minutes.
    #[track_caller]
    fn day(model: &Model, day: Date, prompt_tokens: u64, expected: &str) {
        let entries = model.entries_of_day(day, Tier::Standard, prompt_tokens, Meter::Input);
        let text = match &entries {
            Ok(entries) => entries
                .iter()
                .map(|(entry, minutes)| {
                    format!("{} for {minutes}", entry.rates[&Meter::Input].per_million())
                })
                .collect::<Vec<_>>()
                .join(", "),
            Err(error) => error.to_string(),
        };
        assert_eq!(text, expected);
        // The same as asking minute by minute.
        let at_minute = |minute: u16| {
            let at = DateTime::from(day) + jiff::Span::new().minutes(minute);
            model.holding(at, Tier::Standard, prompt_tokens)
        };
        for (entry, minutes) in entries.into_iter().flatten() {
            let is_it =
                |minute: &u16| at_minute(*minute).is_ok_and(|at| std::ptr::eq(at.first(), entry));
            assert_eq!((0..DAY_MINUTES).filter(is_it).count(), usize::from(minutes));
        }
    }

    #[test]
    fn hours_win_over_a_cliff_and_the_higher_cliff_over_the_lower() {
        let hours = |start: u16, end: u16| {
            Some(Window { start_minute: start * 60, end_minute: end * 60 % DAY_MINUTES })
        };
        let over = |limit| Some(Bracket::Over(limit));
        let both = model(vec![
            Entry { window: hours(0, 12), ..entry("100", None, None) },
            entry("200", None, None),
            Entry { bracket: over(500), ..entry("1000", None, None) },
            Entry { bracket: Some(Bracket::AtLeast(500)), ..entry("900", None, None) },
            Entry { bracket: over(800), window: hours(22, 6), ..entry("3000", None, None) },
        ]);
        let when = date(2027, 1, 1);
        day(&both, when, 499, "100 for 720, 200 for 720");
        day(&both, when, 500, "100 for 720, 900 for 720");
        day(&both, when, 501, "100 for 720, 1000 for 720");
        // At night the cliff of the night is higher than the morning's price for any prompt.
        day(&both, when, 801, "100 for 360, 3000 for 480, 1000 for 600");
    }

    #[test]
    fn hours_and_lengths_without_a_price_are_named() {
        let hours =
            |start: u16, end: u16| Some(Window { start_minute: start * 60, end_minute: end * 60 });
        let long = Some(Bracket::Over(500));
        let gaps = model(vec![
            Entry { window: hours(1, 12), ..entry("1", None, None) },
            Entry { window: hours(14, 18), ..entry("1", None, None) },
        ]);
        let when = date(2027, 1, 1);
        day(
            &gaps,
            when,
            1,
            "The book has no standard price for `large` on 2027-01-01 at 00:00-01:00 and 12:00-14:00 \
             and 18:00-00:00 (UTC), only at other hours.",
        );
        day(
            &model(vec![Entry { bracket: long, ..entry("1", None, None) }]),
            when,
            500,
            "The book has no standard price for `large` on 2027-01-01 for a prompt of 500 tokens: \
             its prices start at 501 tokens.",
        );
    }

    #[test]
    fn a_day_without_prices_names_the_nearest_one() {
        let day = DateTime::from(date(2025, 4, 1));
        let from = Some(date(2025, 6, 1));
        let late = model(vec![entry("1", from, Some(date(2025, 9, 1)))]);
        let error = late.holding(day, Tier::Standard, 1).expect_err("too early");
        assert_eq!(
            error.to_string(),
            "The book has no price for `large` on 2025-04-01. The first one after it starts on 2025-06-01."
        );
        let error = late.holding(date(2026, 1, 1).into(), Tier::Standard, 1).expect_err("too late");
        assert_eq!(
            error.to_string(),
            "The book has no price for `large` on 2026-01-01. The last one ended on 2025-09-01."
        );
        let error = model(vec![]).holding(day, Tier::Standard, 1).expect_err("no price at all");
        assert_eq!(error.to_string(), "The book lists `large` without any price.");
    }

    fn priced(layer: Layer, tier: Tier, rates: &[(Meter, &str)]) -> Entry {
        let rate = |(meter, price): &(Meter, &str)| {
            (*meter, Rate::parse_per_million(price).expect("a price"))
        };
        Entry { layer, tier, rates: rates.iter().map(rate).collect(), ..Entry::default() }
    }

    #[test]
    fn each_meter_is_priced_by_the_latest_layer_that_says_something_of_it() {
        use Meter::{CacheRead, Input, Output, OutputReasoning, WebSearch};
        let long = Some(Bracket::Over(1000));
        let list = priced(
            Layer::Default,
            Tier::Standard,
            &[(Input, "4"), (CacheRead, "0.4"), (Output, "8"), (WebSearch, "10000")],
        );
        let of_long = [(Input, "6"), (CacheRead, "0.6")];
        let own = priced(Layer::User, Tier::Standard, &[(Input, "3"), (Output, "6")]);
        let batch = priced(Layer::Default, Tier::Batch, &[(Input, "2"), (Output, "4")]);
        let long = Entry { bracket: long, ..priced(Layer::Default, Tier::Standard, &of_long) };
        let book = model(vec![list, long, own, batch]);
        let at = DateTime::from(date(2026, 6, 1));
        let check = |tier, prompt_tokens, meter, expected: Option<(&str, Layer)>| {
            let holding = book.holding(at, tier, prompt_tokens).expect("prices");
            let found = holding.of(meter).map(|it| (it.rates[&meter].per_million(), it.layer));
            assert_eq!(found, expected.map(|(price, layer)| (price.to_owned(), layer)));
        };
        check(Tier::Standard, 1000, Input, Some(("3", Layer::User)));
        check(Tier::Standard, 1000, CacheRead, Some(("0.4", Layer::Default)));
        // One's own price knows no limit; the limit of what it says nothing of stays.
        check(Tier::Standard, 1001, Input, Some(("3", Layer::User)));
        check(Tier::Standard, 1001, CacheRead, Some(("0.6", Layer::Default)));
        check(Tier::Standard, 1001, WebSearch, Some(("10000", Layer::Default)));
        check(Tier::Standard, 1, OutputReasoning, None);
        // Fees hold for every tier, tokens for none but their own.
        check(Tier::Batch, 1, WebSearch, Some(("10000", Layer::Default)));
        check(Tier::Batch, 1, CacheRead, None);
        let below = book.holding(at, Tier::Standard, 1001).expect("prices");
        let below = below.below(Layer::User, Input).expect("a list price");
        assert_eq!(below.rates[&Input].per_million(), "6");
    }

    #[test]
    fn an_own_fee_goes_before_a_tiers_of_the_book_below() {
        let fee = |layer, tier, price| priced(layer, tier, &[(Meter::WebSearch, price)]);
        let book = model(vec![
            priced(Layer::Default, Tier::Batch, &[(Meter::Input, "1"), (Meter::WebSearch, "10")]),
            fee(Layer::Default, Tier::Standard, "20"),
        ]);
        let paid = |book: &Model| {
            let at = DateTime::from(date(2026, 6, 1));
            let holding = book.holding(at, Tier::Batch, 0).expect("prices");
            holding.of(Meter::WebSearch).expect("a fee").rates[&Meter::WebSearch].per_million()
        };
        assert_eq!(paid(&book), "10");
        let mut own = book.clone();
        own.prices.push(fee(Layer::User, Tier::Standard, "5"));
        assert_eq!(paid(&own), "5");
    }

    #[test]
    fn the_meter_without_a_price_is_named_where_others_have_one() {
        let june = Some(date(2026, 6, 1));
        let output = priced(Layer::Default, Tier::Standard, &[(Meter::Output, "4")]);
        let book = model(vec![entry("1", None, None), Entry { to: june, ..output }]);
        let why = |tier, meter| {
            let missing = book.entries_of_day(date(2026, 7, 1), tier, 0, meter);
            missing.expect_err("no price").to_string()
        };
        assert_eq!(
            why(Tier::Standard, Meter::Output),
            "The book has no output price for `large` on 2026-07-01. The last one ended on 2026-06-01."
        );
        assert_eq!(
            why(Tier::Standard, Meter::InputAudio),
            "The book has no input_audio price for `large`."
        );
        assert_eq!(
            why(Tier::Batch, Meter::Output),
            "The book has no batch price for `large` on 2026-07-01. Offered on that day: standard."
        );
    }
}
