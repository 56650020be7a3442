//! Sellers and their models, and which of a model's entries holds when.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};

use super::capability::Capability;
use super::entry::{Bracket, Entry, Tier, Window};
use super::hosted::Hosted;
use super::origin::{Layer, Origin};
use super::terms::Terms;
use crate::meter::Meter;

/// The minutes of a day.
pub const DAY_MINUTES: u16 = 1440;

/// One seller of model calls.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provider {
    /// Its id, as in `openai/gpt-5`.
    pub id: String,
    /// Its name as people write it.
    pub name: String,
    /// Other names that mean exactly this seller: `gemini`, `bedrock`.
    pub aliases: Vec<String>,
    /// What it sells.
    pub models: Vec<Model>,
    /// What it says about prices beyond the prices.
    pub terms: Terms,
}

/// One model of one provider, with all its prices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// Its id within the provider.
    pub id: String,
    /// Its name as people write it, where known.
    pub name: Option<String>,
    /// Other names that mean exactly this model.
    pub aliases: Vec<String>,
    /// The longest prompt and answer together, in tokens, where known.
    pub context_tokens: Option<u64>,
    /// The vocabulary that counts its tokens, where published: `o200k_base`, or a file beside its
    /// price file: `acme/tokenizer.json`.
    pub vocabulary: Option<String>,
    /// What it can do, in the order of [`Capability::ALL`]; nothing where that is not known.
    pub capabilities: Option<Vec<Capability>>,
    /// Who says its prices.
    pub origin: Origin,
    /// The accelerators that serve it, where its price is worked out from them.
    pub hosted: Option<Hosted>,
    /// Dated entries. For one layer, tier, bracket, window and day of the week their dates never overlap.
    pub prices: Vec<Entry>,
}

/// Why no entry of a model holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoEntry {
    /// The model is listed without any price.
    #[error("The book lists `{model}` without any price.")]
    Unpriced {
        /// The model's id.
        model: String,
    },
    /// Its prices start later, or have ended.
    #[error("The book has no price for `{model}` on {day}. {}", known(.first, .ended))]
    NoPriceOnDate {
        /// The model's id.
        model: String,
        /// The day that was asked for.
        day: Date,
        /// The first day with a price, when `day` is before it.
        first: Option<Date>,
        /// The day on which the last price ended, when `day` is not before it.
        ended: Option<Date>,
    },
    /// The model has prices on the day, but not for this tier.
    #[error(
        "The book has no {} price for `{model}` on {day}. Offered on that day: {}.{}",
        .tier.name(), names(.offered), starts(*.tier, .first)
    )]
    TierNotOffered {
        /// The model's id.
        model: String,
        /// The tier that was asked for.
        tier: Tier,
        /// The day that was asked for.
        day: Date,
        /// The tiers with a price on that day.
        offered: Vec<Tier>,
        /// The first later day on which the tier has a price.
        first: Option<Date>,
    },
    /// The tier has prices on the day, but not at every hour.
    #[error(
        "The book has no {} price for `{model}` on {day} at {} (UTC), only at other hours.",
        .tier.name(), listed(.hours)
    )]
    NoPriceAtHours {
        /// The model's id.
        model: String,
        /// The tier that was asked for.
        tier: Tier,
        /// The day that was asked for.
        day: Date,
        /// The hours of that day without a price.
        hours: Vec<Window>,
    },
    /// The tier has prices on the day, but for longer prompts.
    #[error(
        "The book has no {} price for `{model}` on {day} for a prompt of {prompt_tokens} tokens: \
         its prices start at {} tokens.",
        .tier.name(), .lowest.first_tokens()
    )]
    NoPriceForLength {
        /// The model's id.
        model: String,
        /// The tier that was asked for.
        tier: Tier,
        /// The day that was asked for.
        day: Date,
        /// The length that was asked for.
        prompt_tokens: u64,
        /// The lowest limit that has a price.
        lowest: Bracket,
    },
}

impl Model {
    /// Whether it can do all of these; nothing where that is not known.
    pub fn can(&self, wanted: &[Capability]) -> Option<bool> {
        let has = self.capabilities.as_ref()?;
        Some(wanted.iter().all(|one| has.contains(one)))
    }

    /// The entry that prices a call of so many prompt tokens (cached and written ones included), at a moment in UTC.
    pub fn entry_at(
        &self,
        at: DateTime,
        tier: Tier,
        prompt_tokens: u64,
    ) -> Result<&Entry, NoEntry> {
        let minute = minute_of(at);
        self.entry_in(at.date(), minute, tier, prompt_tokens)
            .ok_or_else(|| self.no_entry(at.date(), minute, tier, prompt_tokens))
    }

    /// The entries that price calls of so many prompt tokens on a day, each with its minutes of that day:
    /// first those with hours of their own. The minutes add to [`DAY_MINUTES`].
    pub fn entries_of_day(
        &self,
        day: Date,
        tier: Tier,
        prompt_tokens: u64,
    ) -> Result<Vec<(&Entry, u16)>, NoEntry> {
        let mut shares: Vec<(&Entry, u16)> =
            self.entries_on(day, tier).map(|entry| (entry, 0)).collect();
        for (start, minutes) in self.stretches(day, tier) {
            let holding = self
                .entry_in(day, start, tier, prompt_tokens)
                .ok_or_else(|| self.no_entry(day, start, tier, prompt_tokens))?;
            let share = shares.iter_mut().find(|(entry, _)| std::ptr::eq(*entry, holding));
            share.expect("what holds in a minute holds on its day").1 += minutes;
        }
        shares.retain(|(_, minutes)| *minutes > 0);
        shares.sort_by_key(|(entry, _)| entry.window.is_none());
        Ok(shares)
    }

    /// The fee for a meter that the entry of a call says nothing of, at a moment in UTC: of the tier, else of the
    /// ordinary one. What a part of the book charges with its tokens stays a fee under one that prices tokens alone.
    pub fn fee_at(&self, at: DateTime, tier: Tier, meter: Meter) -> Option<&Entry> {
        let minute = minute_of(at);
        let of = |tier: Tier| {
            let holding = || self.entries_in(at.date(), minute, tier);
            let top = holding().filter(|entry| !entry.is_fees()).map(|entry| entry.layer).max();
            let is_below = |entry: &Entry| {
                !meter.is_tokens() && entry.bracket.is_none() && Some(entry.layer) < top
            };
            holding()
                .filter(|entry| entry.rates.contains_key(&meter))
                .filter(|entry| entry.is_fees() || is_below(entry))
                .max_by_key(|entry| (entry.layer, entry.exceptions(), entry.bracket))
        };
        of(tier).or_else(|| of(Tier::Standard))
    }

    /// What earlier layers have where one has an entry of its own.
    pub fn entry_below(
        &self,
        layer: Layer,
        at: DateTime,
        tier: Tier,
        prompt_tokens: u64,
    ) -> Option<&Entry> {
        self.entries_in(at.date(), minute_of(at), tier)
            .filter(|entry| entry.layer < layer)
            .filter(|entry| entry.bracket.is_none_or(|bracket| bracket.holds(prompt_tokens)))
            .max_by_key(|entry| rank(entry))
    }

    /// Who says an entry's prices.
    pub fn origin_of<'a>(&'a self, entry: &'a Entry) -> &'a Origin {
        entry.origin.as_deref().unwrap_or(&self.origin)
    }

    /// Every entry of a tier that holds on a day: its brackets, and its windows.
    pub fn entries_on(&self, day: Date, tier: Tier) -> impl Iterator<Item = &Entry> {
        self.prices.iter().filter(move |entry| entry.tier == tier && entry.holds_on(day))
    }

    /// The tiers with a price on a day, in the order of [`Tier::ALL`].
    pub fn tiers_on(&self, day: Date) -> Vec<Tier> {
        let offered = |tier: &Tier| self.entries_on(day, *tier).next().is_some();
        Tier::ALL.iter().copied().filter(offered).collect()
    }

    fn entry_in(&self, day: Date, minute: u16, tier: Tier, prompt_tokens: u64) -> Option<&Entry> {
        self.entries_in(day, minute, tier)
            .filter(|entry| entry.bracket.is_none_or(|bracket| bracket.holds(prompt_tokens)))
            .max_by_key(|entry| rank(entry))
    }

    /// Every entry of a tier that holds in a minute of a day, for prompts of any length.
    fn entries_in(&self, day: Date, minute: u16, tier: Tier) -> impl Iterator<Item = &Entry> {
        let holds = move |entry: &&Entry| entry.window.is_none_or(|window| window.holds(minute));
        self.entries_on(day, tier).filter(holds)
    }

    /// The stretches of a day within which no window begins or ends: their first minutes, and their minutes.
    fn stretches(&self, day: Date, tier: Tier) -> Vec<(u16, u16)> {
        let windows = self.entries_on(day, tier).filter_map(|entry| entry.window);
        let edges = windows.flat_map(|window| [window.start_minute, window.end_minute]);
        let starts: BTreeSet<u16> =
            edges.filter(|&minute| minute < DAY_MINUTES).chain([0]).collect();
        let ends = starts.iter().skip(1).copied().chain([DAY_MINUTES]);
        starts.iter().zip(ends).map(|(&start, end)| (start, end - start)).collect()
    }

    fn no_entry(&self, day: Date, minute: u16, tier: Tier, prompt_tokens: u64) -> NoEntry {
        let model = self.id.clone();
        if self.prices.is_empty() {
            return NoEntry::Unpriced { model };
        }
        let offered = self.tiers_on(day);
        if offered.is_empty() {
            let later =
                self.prices.iter().filter_map(|entry| entry.from).filter(|from| *from > day);
            let ended = self.prices.iter().filter_map(|entry| entry.to).filter(|to| *to <= day);
            return NoEntry::NoPriceOnDate { model, day, first: later.min(), ended: ended.max() };
        }
        let brackets = self.entries_in(day, minute, tier).filter_map(|entry| entry.bracket);
        if let Some(lowest) = brackets.min() {
            return NoEntry::NoPriceForLength { model, tier, day, prompt_tokens, lowest };
        }
        if offered.contains(&tier) {
            let unpriced =
                |&(start, _): &(u16, u16)| self.entries_in(day, start, tier).next().is_none();
            let stretches = self.stretches(day, tier).into_iter().filter(unpriced);
            let hours = |(start, minutes): (u16, u16)| Window {
                start_minute: start,
                end_minute: (start + minutes) % DAY_MINUTES,
            };
            return NoEntry::NoPriceAtHours {
                model,
                tier,
                day,
                hours: stretches.map(hours).collect(),
            };
        }
        let later = self.prices.iter().filter(|entry| entry.tier == tier);
        let first = later.filter_map(|entry| entry.from).filter(|from| *from > day).min();
        NoEntry::TierNotOffered { model, tier, day, offered, first }
    }
}

fn known(first: &Option<Date>, ended: &Option<Date>) -> String {
    match (first, ended) {
        (Some(first), _) => format!("The first one after it starts on {first}."),
        (None, Some(ended)) => format!("The last one ended on {ended}."),
        (None, None) => String::new(),
    }
}

fn names(tiers: &[Tier]) -> String {
    tiers.iter().map(|tier| tier.name()).collect::<Vec<_>>().join(", ")
}

fn listed(hours: &[Window]) -> String {
    hours.iter().map(Window::to_string).collect::<Vec<_>>().join(" and ")
}

/// The one rule: prices of tokens go before mere fees, a later layer before an earlier one, hours and days before the
/// rest of the week, and of two cliffs the higher one.
fn rank(entry: &Entry) -> (bool, Layer, usize, Option<Bracket>) {
    (!entry.is_fees(), entry.layer, entry.exceptions(), entry.bracket)
}

fn minute_of(at: DateTime) -> u16 {
    let minute = i32::from(at.hour()) * 60 + i32::from(at.minute());
    u16::try_from(minute).expect("a day has 1440 minutes")
}

fn starts(tier: Tier, first: &Option<Date>) -> String {
    match first {
        Some(first) => format!(" Its first {} price starts on {first}.", tier.name()),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::Meter;
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
        let found = match large().entry_at(at, tier, prompt_tokens) {
            Ok(entry) => entry.rates[&Meter::Input].per_million(),
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
        let entries = model.entries_of_day(day, Tier::Standard, prompt_tokens);
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
            model.entry_at(at, Tier::Standard, prompt_tokens)
        };
        for (entry, minutes) in entries.into_iter().flatten() {
            let is_it = |minute: &u16| at_minute(*minute).is_ok_and(|at| std::ptr::eq(at, entry));
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
        let error = late.entry_at(day, Tier::Standard, 1).expect_err("too early");
        assert_eq!(
            error.to_string(),
            "The book has no price for `large` on 2025-04-01. The first one after it starts on 2025-06-01."
        );
        let error =
            late.entry_at(date(2026, 1, 1).into(), Tier::Standard, 1).expect_err("too late");
        assert_eq!(
            error.to_string(),
            "The book has no price for `large` on 2026-01-01. The last one ended on 2025-09-01."
        );
        let error = model(vec![]).entry_at(day, Tier::Standard, 1).expect_err("no price at all");
        assert_eq!(error.to_string(), "The book lists `large` without any price.");
    }
}
