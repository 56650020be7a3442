//! On which days a call runs, and which entries price it there.

use std::collections::BTreeSet;
use std::ops::Range;

use jiff::civil::Date;

use super::writer::Writer;
use crate::book::{Bracket, Entry, NoEntry};
use crate::meter::Meter;
use crate::plan::{Call, Days};

/// Every entry that may price a meter of a call.
pub fn of_meter<'w>(w: &'w Writer, call: &Call, meter: Meter) -> impl Iterator<Item = &'w Entry> {
    w.checked.models.get(&call.model).model.entries_of(call.tier, meter)
}

/// The days on which the step at hand runs.
fn running(w: &Writer) -> Days {
    let days = w.days.as_ref().map(|days| Days::clone(days));
    days.unwrap_or_else(|| w.checked.plan.days().expect("a checked plan has days"))
}

/// The days on which the step at hand runs, where its prices are told apart from those of the plan as a whole: some day
/// has none, or its first or last month is split and prices differ.
pub fn apart(w: &Writer, call: &Call, meter: Meter) -> Option<Days> {
    let is_unpriced = |day: &Date| of_day(w, call, *day, meter, None).is_err();
    let unpriced = match by_weekday(w, call, meter) {
        true => all_days(w).any(|day| is_unpriced(&day)),
        false => days(w, call, meter, None).iter().any(is_unpriced),
    };
    let splits = || {
        let stretches = w.days.as_ref().map_or(&[][..], |days| days.stretches());
        let ends = stretches.iter().flat_map(|stretch| [stretch.start, stretch.end]);
        ends.into_iter().any(|day| day.day() > 1)
    };
    let differ = || {
        let plan = w.workings.first_day(0)..w.workings.first_day(w.workings.months);
        of_meter(w, call, meter).filter(|entry| entry.meets(&plan)).count() > 1
    };
    (unpriced || (splits() && differ())).then(|| running(w))
}

/// What marks prices of some days of the plan alone.
pub fn when(own: Option<&Days>) -> String {
    let stretches = own.map_or(&[][..], Days::stretches);
    stretches.iter().map(|days| format!(".from-{}-to-{}", days.start, days.end)).collect()
}

/// The first day on which a step runs and its meter has a price; the plan's first one, where every day has one.
pub fn first_priced(w: &Writer, call: &Call, meter: Meter, own: Option<&Days>) -> Date {
    let start = w.workings.first_day(0);
    let Some(own) = own else { return start };
    let is_priced = |day: &Date| of_day(w, call, *day, meter, None).is_ok();
    let mut priced = all_days(w).filter(|day| own.has(*day)).filter(is_priced);
    priced.next().expect("a checked plan's calls have prices on the days on which they run")
}

/// Every day of the plan.
pub fn all_days(w: &Writer) -> impl Iterator<Item = Date> {
    let (start, end) = (w.workings.first_day(0), w.workings.first_day(w.workings.months));
    start.series(jiff::Span::new().days(1)).take_while(move |day| *day < end)
}

/// The days on which the prices of a call may be others than the day before: of the plan, or of those on which it runs.
pub fn days(w: &Writer, call: &Call, meter: Meter, own: Option<&Days>) -> Vec<Date> {
    let all = Days::of(w.workings.first_day(0)..w.workings.first_day(w.workings.months));
    let own = own.unwrap_or(&all);
    let dated = of_meter(w, call, meter).flat_map(|entry| [entry.from, entry.to]).flatten();
    let changes = dated.filter(|day| own.has(*day));
    let starts = own.stretches().iter().map(|stretch| stretch.start);
    starts.chain(changes).collect::<BTreeSet<Date>>().into_iter().collect()
}

/// The entries for prompts that just reach a bracket, each with its minutes of the day.
pub fn of_day<'w>(
    w: &'w Writer,
    call: &Call,
    day: Date,
    meter: Meter,
    bracket: Option<Bracket>,
) -> Result<Vec<(&'w Entry, u16)>, NoEntry> {
    let model = &w.checked.models.get(&call.model).model;
    let prompt_tokens = bracket.map_or(0, Bracket::first_tokens);
    model.entries_of_day(day, call.tier, prompt_tokens, meter)
}

/// The stretches of a day, each with the entry for prompts that just reach a bracket.
pub fn stretches_of<'w>(
    w: &'w Writer,
    call: &Call,
    day: Date,
    meter: Meter,
    bracket: Option<Bracket>,
) -> Result<Vec<(&'w Entry, Range<u16>)>, NoEntry> {
    let model = &w.checked.models.get(&call.model).model;
    let prompt_tokens = bracket.map_or(0, Bracket::first_tokens);
    let mut stretches = model.stretches_of_day(day, call.tier, prompt_tokens, meter)?;
    stretches.sort_by_key(|(entry, _)| entry.window.is_none());
    Ok(stretches)
}

/// Whether a call's prices differ by the day of the week within the plan.
pub fn by_weekday(w: &Writer, call: &Call, meter: Meter) -> bool {
    let days = w.workings.first_day(0)..w.workings.first_day(w.workings.months);
    of_meter(w, call, meter).any(|entry| entry.days.is_some() && entry.meets(&days))
}
