//! What is paid under one condition over the days, of several books side by side.
#![deny(clippy::float_arithmetic)]

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use super::days::Days;
use super::entry::{Bracket, Entry, Tier, Window};
use super::holding::DAY_MINUTES;
use super::model::Model;
use super::terms::Span;
use crate::meter::Meter;
use crate::money::Rate;

/// Under what a price is asked for: each combination that some entry of a model is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    /// How the call is processed.
    pub tier: Tier,
    /// From which length of prompts on.
    pub bracket: Option<Bracket>,
    /// At which hours; nothing for those that no entry singles out.
    pub window: Option<Window>,
    /// On which days of the week; nothing for those that no entry singles out.
    pub days: Option<Days>,
}

/// What is paid for each meter, and the entry that says so.
pub type Paid<'a> = BTreeMap<Meter, (Rate, &'a Entry)>;

/// Days over which nothing begins or ends, under one condition.
#[derive(Clone, Debug)]
pub struct Stretch<'a> {
    /// The days.
    pub span: Span,
    /// What is paid, by each of the models in their order. Empty where a model has no price.
    pub paid: Vec<Paid<'a>>,
}

/// What models cost under each condition that one of them knows, over all days.
pub fn side_by_side<'a>(models: &[&'a Model]) -> Vec<(Condition, Vec<Stretch<'a>>)> {
    let entries = || models.iter().flat_map(|model| &model.prices);
    let mut conditions: Vec<Condition> = vec![];
    for entry in entries() {
        let condition = Condition::of(entry);
        if !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    conditions.sort_by_key(|it| {
        let week = it.days.as_ref().map(|days| days.week);
        (it.tier, it.bracket, week, it.window)
    });
    let edges: BTreeSet<Date> =
        entries().flat_map(|entry| [entry.from, entry.to]).flatten().collect();
    let starts = || std::iter::once(None).chain(edges.iter().copied().map(Some));
    let ends = || edges.iter().copied().map(Some).chain([None]);
    let spans: Vec<Span> = starts().zip(ends()).map(|(from, to)| Span { from, to }).collect();
    let stretches = |condition: &Condition| {
        let of = |span: &Span| {
            let moment = condition.moment(*span, models)?;
            let paid = models.iter().map(|model| model.paid(condition, moment)).collect();
            Some(Stretch { span: *span, paid })
        };
        spans.iter().filter_map(of).collect()
    };
    conditions.iter().map(|condition| (condition.clone(), stretches(condition))).collect()
}

impl Condition {
    /// What an entry is about.
    pub fn of(entry: &Entry) -> Self {
        Self {
            tier: entry.tier,
            bracket: entry.bracket,
            window: entry.window,
            days: entry.days.clone(),
        }
    }

    /// A moment of a day under this condition, and under no other that some entry singles out.
    pub fn moment_of(&self, day: Date, models: &[&Model]) -> Option<DateTime> {
        self.moment(Span { from: Some(day), to: day.tomorrow().ok() }, models)
    }

    fn moment(&self, span: Span, models: &[&Model]) -> Option<DateTime> {
        let entries = || models.iter().flat_map(|model| &model.prices);
        let of_tier = || entries().filter(|entry| entry.tier == self.tier);
        let days = days_of(span);
        let is_asked = |day: &Date| match &self.days {
            Some(days) => days.hold(*day),
            None => !of_tier().filter_map(|entry| entry.days.as_ref()).any(|days| days.hold(*day)),
        };
        let day = days.into_iter().find(is_asked)?;
        let minute = match self.window {
            Some(window) => window.start_minute,
            None => {
                let windows: Vec<Window> = of_tier()
                    .filter(|entry| entry.holds_on(day))
                    .filter_map(|entry| entry.window)
                    .collect();
                let ends = windows.iter().map(|window| window.end_minute);
                let is_free = |minute: &u16| {
                    *minute < DAY_MINUTES && !windows.iter().any(|window| window.holds(*minute))
                };
                std::iter::once(0).chain(ends).find(is_free)?
            }
        };
        let part = |value: u16| i8::try_from(value).expect("a day has 24 hours of 60 minutes");
        Some(day.at(part(minute / 60), part(minute % 60), 0, 0))
    }
}

impl Model {
    /// What is paid for each meter under a condition, at a moment of it. Nothing where there is no price.
    pub fn paid(&self, condition: &Condition, moment: DateTime) -> Paid<'_> {
        let tokens = condition.bracket.map_or(0, Bracket::first_tokens);
        let Ok(holding) = self.holding(moment, condition.tier, tokens) else {
            return Paid::new();
        };
        let priced =
            |meter: &Meter| holding.of(*meter).map(|entry| (*meter, (entry.rates[meter], entry)));
        Meter::ALL.iter().filter_map(priced).collect()
    }
}

/// Days of a span, enough to meet each day of the week and some holidays: the first ones, or the last ones of a span
/// without a beginning.
fn days_of(span: Span) -> Vec<Date> {
    const ENOUGH: usize = 21;
    match (span.from, span.to) {
        (Some(from), to) => from
            .series(1.day())
            .take_while(|day| to.is_none_or(|to| *day < to))
            .take(ENOUGH)
            .collect(),
        (None, Some(to)) => to
            .yesterday()
            .map(|last| last.series(-1.day()).take(ENOUGH).collect())
            .unwrap_or_default(),
        // No entry has a date: any day will do.
        (None, None) => Date::constant(2026, 1, 5).series(1.day()).take(ENOUGH).collect(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::book::{Layer, Week};

    fn entry(input: &str, from: Option<Date>, to: Option<Date>) -> Entry {
        let rate = Rate::parse_per_million(input).expect("a price");
        Entry { from, to, rates: [(Meter::Input, rate)].into(), ..Entry::default() }
    }

    fn model(prices: Vec<Entry>) -> Model {
        Model { id: "large".into(), prices, ..Model::default() }
    }

    #[track_caller]
    fn check(models: &[Model], expected: &str) {
        let mut text = String::new();
        let models: Vec<&Model> = models.iter().collect();
        for (condition, stretches) in side_by_side(&models) {
            text += condition.tier.name();
            if let Some(bracket) = condition.bracket {
                text += &format!(" from {}", bracket.first_tokens());
            }
            if let Some(window) = condition.window {
                text += &format!(" {window}");
            }
            if let Some(days) = &condition.days {
                text += &format!(" {}", days.week);
            }
            for Stretch { span, paid } in stretches {
                let input = |paid: &Paid| {
                    paid.get(&Meter::Input).map_or("-".into(), |(rate, _)| rate.per_million())
                };
                let from = span.from.map_or("always".into(), |from| from.to_string());
                text +=
                    &format!(" | {from}: {}", paid.iter().map(input).collect::<Vec<_>>().join(" "));
            }
            text.push('\n');
        }
        assert_eq!(text, expected);
    }

    #[test]
    fn each_condition_has_its_days() {
        let march = Some(date(2026, 3, 1));
        let window = Some(Window { start_minute: 60, end_minute: 120 });
        let here = model(vec![
            entry("1", None, march),
            entry("2", march, None),
            Entry { window, ..entry("4", march, None) },
            Entry { bracket: Some(Bracket::Over(1000)), ..entry("3", march, None) },
        ]);
        let there = model(vec![entry("5", march, None)]);
        check(
            &[here, there],
            "standard | always: 1 - | 2026-03-01: 2 5\n\
             standard 01:00-02:00 | always: 1 - | 2026-03-01: 4 5\n\
             standard from 1001 | always: 1 - | 2026-03-01: 3 5\n",
        );
    }

    #[test]
    fn a_higher_layer_decides_and_days_of_the_week_are_met() {
        let working = Days { week: Week::parse("mon-fri").expect("days"), except: None };
        let own = Entry { layer: Layer::User, ..entry("9", Some(date(2026, 6, 1)), None) };
        let model = model(vec![
            entry("1", None, None),
            Entry { days: Some(working), ..entry("2", None, None) },
            own,
        ]);
        check(
            &[model],
            "standard | always: 1 | 2026-06-01: 9\n\
             standard mon-fri | always: 2 | 2026-06-01: 9\n",
        );
    }
}
