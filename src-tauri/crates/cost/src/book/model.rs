//! Sellers and their models, and which of a model's entries holds when.
#![deny(clippy::float_arithmetic)]

use jiff::civil::{Date, DateTime};

use super::entry::{Entry, Tier};

/// One seller of model calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Provider {
    /// Its id, as in `openai/gpt-5`.
    pub id: String,
    /// Its name as people write it.
    pub name: String,
    /// Other names that mean exactly this seller: `gemini`, `bedrock`.
    pub aliases: Vec<String>,
    /// What it sells.
    pub models: Vec<Model>,
}

/// One model of one provider, with all its prices.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Its id within the provider.
    pub id: String,
    /// Its name as people write it, where known.
    pub name: Option<String>,
    /// Other names that mean exactly this model.
    pub aliases: Vec<String>,
    /// The longest prompt and answer together, in tokens, where known.
    pub context_tokens: Option<u64>,
    /// The vocabulary that counts its tokens, where published: `o200k_base`.
    pub vocabulary: Option<String>,
    /// The page that the prices were read from.
    pub source: String,
    /// The day on which they were last checked.
    pub checked: Date,
    /// Where the check comes from: `book` (inherited from the converted book), `documented`, …
    pub basis: String,
    /// Dated entries. For one tier, bracket and window their dates never overlap.
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
}

impl Model {
    /// The entry that prices a call of so many prompt tokens (cached and written ones included), at a moment in UTC.
    pub fn entry_at(
        &self,
        at: DateTime,
        tier: Tier,
        prompt_tokens: u64,
    ) -> Result<&Entry, NoEntry> {
        let minute = u16::try_from(i32::from(at.hour()) * 60 + i32::from(at.minute()))
            .expect("a day has 1440 minutes");
        let holding = self.entries_on(at.date(), tier).filter(|entry| {
            entry.window.is_none_or(|window| window.holds(minute))
                && entry.bracket.is_none_or(|bracket| bracket.holds(prompt_tokens))
        });
        // A window is an exception to the rest of the day; of two cliffs the higher one decides.
        let strictest = holding
            .max_by_key(|entry| (entry.window.is_some(), entry.bracket.map(|b| b.limit_tokens())));
        strictest.ok_or_else(|| self.no_entry(at.date(), tier))
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

    fn no_entry(&self, day: Date, tier: Tier) -> NoEntry {
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
        let later = self.prices.iter().filter(|entry| entry.tier == tier);
        let first = later.filter_map(|entry| entry.from).filter(|from| *from > day).min();
        NoEntry::TierNotOffered { model, tier, day, offered, first }
    }
}

fn known(first: &Option<Date>, ended: &Option<Date>) -> String {
    match (first, ended) {
        (Some(first), _) => format!("The first one after it starts on {first}."),
        (None, Some(ended)) => format!("The last one ended on {ended}."),
        (None, None) => "Its entries hold at other hours only.".into(),
    }
}

fn names(tiers: &[Tier]) -> String {
    tiers.iter().map(|tier| tier.name()).collect::<Vec<_>>().join(", ")
}

fn starts(tier: Tier, first: &Option<Date>) -> String {
    match first {
        Some(first) => format!(" Its first {} price starts on {first}.", tier.name()),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::{Bracket, Window};
    use super::*;
    use crate::meter::Meter;
    use crate::money::Rate;
    use jiff::civil::date;

    /// One entry, its input price standing for its name.
    fn entry(input: &str, from: Option<Date>, to: Option<Date>) -> Entry {
        let rate = Rate::parse_per_million(input).expect("a price");
        Entry {
            from,
            to,
            tier: Tier::Standard,
            bracket: None,
            window: None,
            rates: [(Meter::Input, rate)].into(),
        }
    }

    fn model(prices: Vec<Entry>) -> Model {
        Model {
            id: "large".into(),
            name: None,
            aliases: vec![],
            context_tokens: None,
            vocabulary: None,
            source: "https://example.com/prices".into(),
            checked: date(2026, 11, 9),
            basis: "documented".into(),
            prices,
        }
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
