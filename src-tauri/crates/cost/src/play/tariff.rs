//! What a call costs by the size of its prompt, in one month of a flat day.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::cache::Writes;
use super::error::PlayError;
use crate::book::{Bracket, Entry, Model, Tier};
use crate::load::Load;
use crate::meter::Meter;

/// A model's prices for one tier and month, by prompt size.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tariff {
    /// By rising size; the first one holds from 0.
    bands: Vec<Band>,
}

/// Dollars per unit for calls whose prompt is long enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Band {
    from: Option<Bracket>,
    pub(super) input: f64,
    /// Input read from a cache, and written to one for its default time or an hour.
    pub(super) read: f64,
    pub(super) write: f64,
    pub(super) write_hour: f64,
    pub(super) output: f64,
    pub(super) request: f64,
}

/// Which prices a call cannot do without.
#[derive(Clone, Copy, Debug)]
pub(super) struct Needs {
    pub(super) input: bool,
    pub(super) output: bool,
    /// Whether it reads from its provider's cache, and what it pays for writing there.
    pub(super) read: bool,
    pub(super) writes: Writes,
}

impl Tariff {
    /// The mean over the calls of these days, which come with `load`.
    pub(super) fn new(
        model: &Model,
        tier: Tier,
        days: &[Date],
        load: &Load,
        needs: Needs,
    ) -> Result<Self, PlayError> {
        let month = Month { model, tier, days, load };
        let cuts: BTreeSet<Option<Bracket>> =
            month.entries().map(|entry| entry.bracket).chain([None]).collect();
        let bands = cuts.into_iter().map(|cut| month.band(cut, needs)).collect::<Result<_, _>>()?;
        Ok(Self { bands })
    }

    /// The mean price of one use of a tool.
    pub(super) fn fee(
        model: &Model,
        tier: Tier,
        days: &[Date],
        load: &Load,
        meter: Meter,
    ) -> Result<f64, PlayError> {
        Month { model, tier, days, load }.mean(0, meter)
    }

    /// The prices of a call by the size of its whole prompt, in tokens.
    pub(super) fn at(&self, prompt: f64) -> &Band {
        let holds = |band: &&Band| match band.from {
            None => true,
            Some(Bracket::Over(limit)) => prompt > limit as f64,
            Some(Bracket::AtLeast(limit)) => prompt >= limit as f64,
        };
        self.bands.iter().rev().find(holds).expect("the first band holds from 0")
    }
}

struct Month<'a> {
    model: &'a Model,
    tier: Tier,
    days: &'a [Date],
    load: &'a Load,
}

impl<'a> Month<'a> {
    /// Every entry that may price a call.
    fn entries(&self) -> impl Iterator<Item = &'a Entry> {
        let meters = [
            Meter::Input,
            Meter::CacheRead,
            Meter::CacheWrite,
            Meter::CacheWrite1h,
            Meter::Output,
            Meter::Request,
        ];
        let all = meters.into_iter().flat_map(|meter| self.model.entries_of(self.tier, meter));
        all.filter(|entry| self.days.iter().any(|&day| entry.holds_on(day)))
    }

    /// The mean prices of prompts that have just reached `cut`.
    fn band(&self, cut: Option<Bracket>, needs: Needs) -> Result<Band, PlayError> {
        let prompt_tokens = cut.map_or(0, Bracket::first_tokens);
        let sold = |meter| self.model.entries_of(self.tier, meter).next().is_some();
        let rate = |meter: Meter, needed: bool| match self.mean(prompt_tokens, meter) {
            Err(missing) if needed => Err(missing),
            found => Ok(found.unwrap_or(0.0)),
        };
        Ok(Band {
            from: cut,
            input: rate(Meter::Input, needs.input)?,
            read: rate(Meter::CacheRead, needs.read)?,
            write: rate(Meter::CacheWrite, needs.writes == Writes::Default)?,
            write_hour: rate(Meter::CacheWrite1h, needs.writes == Writes::Hour)?,
            output: rate(Meter::Output, needs.output)?,
            request: rate(Meter::Request, sold(Meter::Request))?,
        })
    }

    /// The mean price of one unit over the minutes of the month.
    fn mean(&self, prompt_tokens: u64, meter: Meter) -> Result<f64, PlayError> {
        // What runs on no day is never billed.
        if self.days.is_empty() {
            return Ok(0.0);
        }
        if !self.load.is_flat() {
            return self.mean_of_calls(prompt_tokens, meter);
        }
        // Whole minutes are added first: a price that never changes is not touched by rounding.
        let mut minutes: Vec<(&Entry, u32)> = vec![];
        for &day in self.days {
            let entries = self.model.entries_of_day(day, self.tier, prompt_tokens, meter);
            for (entry, of_day) in entries.map_err(|_| self.missing(day, meter))? {
                match minutes.iter_mut().find(|(known, _)| std::ptr::eq(*known, entry)) {
                    Some((_, minutes)) => *minutes += u32::from(of_day),
                    None => minutes.push((entry, u32::from(of_day))),
                }
            }
        }
        let total: u32 = minutes.iter().map(|(_, minutes)| minutes).sum();
        let share = |minutes: u32| f64::from(minutes) / f64::from(total);
        let weighed =
            minutes.into_iter().map(|(entry, it)| share(it) * entry.rates[&meter].to_f64());
        Ok(weighed.sum())
    }

    /// The mean price of one unit over calls, quarter by quarter of an hour.
    fn mean_of_calls(&self, prompt_tokens: u64, meter: Meter) -> Result<f64, PlayError> {
        let (mut paid, mut calls) = (0.0, 0.0);
        for &day in self.days {
            let priced = self.model.stretches_of_day(day, self.tier, prompt_tokens, meter);
            let priced = priced.map_err(|_| self.missing(day, meter))?;
            for (quarter, part) in (0_u16..).zip(self.load.quarters(day)) {
                calls += part;
                for minute in quarter * 15..quarter * 15 + 15 {
                    let at = priced.iter().find(|(_, minutes)| minutes.contains(&minute));
                    let (entry, _) = at.expect("the stretches of a day cover it");
                    paid += part / 15.0 * entry.rates[&meter].to_f64();
                }
            }
        }
        Ok(paid / calls)
    }

    fn missing(&self, day: Date, meter: Meter) -> PlayError {
        PlayError::NoPrice { model: self.model.id.clone(), tier: self.tier, day, meter }
    }
}

/// The days of the month that begins on this one.
pub(super) fn days_of_month(first: Date) -> Vec<Date> {
    first.series(jiff::Span::new().days(1)).take_while(|day| day.month() == first.month()).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::book::Window;
    use crate::money::Rate;

    /// An entry since always, at so many dollars per million tokens of input and output.
    pub(in crate::play) fn entry(input: &str, output: &str) -> Entry {
        let rate = |text| Rate::parse_per_million(text).expect("a decimal");
        let rates = [(Meter::Input, rate(input)), (Meter::Output, rate(output))];
        Entry { rates: rates.into(), ..Entry::default() }
    }

    pub(in crate::play) fn model(prices: Vec<Entry>) -> Model {
        Model { id: "small".into(), prices, ..Model::default() }
    }

    const BOTH: Needs = Needs { input: true, output: true, read: false, writes: Writes::Free };

    /// Dollars per million tokens of input, of a call in March 2027.
    fn check(prices: Vec<Entry>, prompt: f64, input: f64) {
        let (days, load) = (days_of_month(date(2027, 3, 1)), Load::flat());
        let tariff = Tariff::new(&model(prices), Tier::Standard, &days, &load, BOTH);
        let found = tariff.expect("prices").at(prompt).input * 1e6;
        assert!((found - input).abs() < 1e-12 * input, "{prompt} tokens: {found}, not {input}");
    }

    fn refuse(prices: Vec<Entry>) -> String {
        let (days, load) = (days_of_month(date(2027, 3, 1)), Load::flat());
        let tariff = Tariff::new(&model(prices), Tier::Standard, &days, &load, BOTH);
        tariff.expect_err("no price").to_string()
    }

    fn over(limit: u64, input: &str) -> Entry {
        Entry { bracket: Some(Bracket::Over(limit)), ..entry(input, "1") }
    }

    fn between(start_minute: u16, end_minute: u16, input: &str) -> Entry {
        Entry { window: Some(Window { start_minute, end_minute }), ..entry(input, "1") }
    }

    #[test]
    fn the_longest_bracket_that_a_prompt_reaches_prices_all_of_it() {
        let at_least = Entry { bracket: Some(Bracket::AtLeast(300)), ..entry("9", "1") };
        let prices = vec![at_least, over(200, "4"), entry("2", "1")];
        check(prices.clone(), 0.0, 2.0);
        check(prices.clone(), 200.0, 2.0);
        check(prices.clone(), 200.01, 4.0);
        check(prices.clone(), 299.99, 4.0);
        check(prices, 300.0, 9.0);
    }

    #[test]
    fn a_price_that_changes_within_the_month_counts_by_its_days() {
        let change = Some(date(2027, 3, 11));
        let before = Entry { to: change, ..entry("31", "1") };
        let after = Entry { from: change, ..entry("62", "1") };
        check(vec![before, after], 1.0, 10.0 + 42.0);
    }

    #[test]
    fn hours_with_prices_of_their_own_count_by_their_part_of_the_day() {
        let night = between(22 * 60, 4 * 60, "4");
        check(vec![entry("8", "1"), night], 1.0, 7.0);
        let halves = vec![between(0, 720, "2"), between(720, 0, "6")];
        check(halves, 1.0, 4.0);
        // At night the night's price holds for long prompts too, as nothing longer has one of its own.
        check(vec![entry("8", "1"), over(10, "16"), between(0, 720, "4")], 11.0, 10.0);
    }

    #[test]
    fn what_has_no_price_is_refused_and_never_free() {
        let later = Entry { from: Some(date(2027, 3, 2)), ..entry("1", "1") };
        insta::assert_snapshot!(refuse(vec![later]), @"No input price for `small` in tier standard on 2027-03-01. Add an entry, or move the plan's start.");
        let mut silent = entry("1", "1");
        silent.rates.remove(&Meter::Output);
        insta::assert_snapshot!(refuse(vec![silent]), @"No output price for `small` in tier standard on 2027-03-01. Add an entry, or move the plan's start.");
        insta::assert_snapshot!(refuse(vec![between(0, 720, "1")]), @"No input price for `small` in tier standard on 2027-03-01. Add an entry, or move the plan's start.");
    }
}
