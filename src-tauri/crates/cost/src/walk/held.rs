//! A call whose beginning is held in an explicit cache: what it reads there, and in which hours.

use std::sync::Arc;

use jiff::civil::Date;

use super::frame::Frame;
use super::number;
use super::usage::Usage;
use super::writer::{Setting, Writer, one, say, under, zero};
use crate::book::DAY_MINUTES;
use crate::load::Load;
use crate::plan::{Call, Certainty, Days, Feature, Number};
use crate::workings::{Driver, Expr, Node, Place, RowId};

/// Seconds of a day.
const DAY_SECONDS: f64 = 86_400.0;

/// Why tokens are paid for, how many, and how sure that is.
pub type Tokens = (Driver, Expr, Certainty);

/// What one call has of a beginning that is held.
#[derive(Clone, Debug)]
pub struct Held {
    /// The address of the call.
    pub step: String,
    /// What the addresses of its rows begin with.
    pub group: String,
    /// The model, as the plan names it.
    pub model: String,
    /// The beginning that it is made of, and for how long a day it is held.
    pub cache: String,
    /// Whether it is held all day.
    pub is_all_day: bool,
    /// When the users of its feature come.
    pub load: Load,
    /// For how long it is held each day, in seconds.
    pub hours: Expr,
    /// Tokens of the beginning.
    pub size: Expr,
    /// By days of the plan, 1 where they are enough to be held by whoever answers then.
    pub enough: Vec<(Days, Expr)>,
    /// The part of calls that come on days on which they are.
    pub holds: Expr,
    /// The tokens by why they are paid for, and how sure that is.
    pub tokens: Vec<Tokens>,
    /// Causes that go before those of its tokens, each with the part of its calls that has it.
    pub taken: Vec<(Driver, Expr)>,
    /// Calls of one unit that are billed: failed ones by the part of their prompt that is.
    pub calls: Expr,
    /// The days of the plan on which it may run, where these are not all of its feature's.
    pub days: Option<Days>,
    /// The address of the month in which its feature begins, where one is typed.
    pub starts: Option<String>,
}

impl Held {
    /// The same where each formula reads otherwise; nothing where one of them cannot be read.
    pub fn read_as(&self, mut read: impl FnMut(&Expr) -> Option<Expr>) -> Option<Self> {
        let (hours, size, calls) = (read(&self.hours)?, read(&self.size)?, read(&self.calls)?);
        let tokens = self.tokens.iter();
        let tokens = tokens.map(|(driver, tokens, sure)| Some((*driver, read(tokens)?, *sure)));
        let tokens = tokens.collect::<Option<_>>()?;
        let enough = self.enough.iter().map(|(days, enough)| Some((days.clone(), read(enough)?)));
        let (enough, holds) = (enough.collect::<Option<_>>()?, read(&self.holds)?);
        let taken = self.taken.iter().map(|(driver, part)| Some((*driver, read(part)?)));
        let taken = taken.collect::<Option<_>>()?;
        Some(Self { hours, size, enough, holds, tokens, taken, calls, ..self.clone() })
    }

    /// Whether calls share a cache: where it is held for some hours, their users come alike.
    pub fn is_shared_with(&self, other: &Self) -> bool {
        self.cache == other.cache && (self.is_all_day || self.comes_with(other))
    }

    /// Whether the users of both come alike, on one clock.
    pub fn comes_with(&self, other: &Self) -> bool {
        self.load == other.load || (self.load.is_flat() && other.load.is_flat())
    }

    /// The same for so many calls of one unit, where they stand. One cause goes before another: failed attempts first,
    /// then what was escalated, then agents beyond the first.
    #[must_use]
    pub fn by(self, calls: Expr, frame: &Frame) -> Self {
        let runs = &frame.runs;
        let good = match runs.some_fail() {
            true => Expr::if_at_most(&runs.input, &zero(), &zero(), &(&runs.good / &runs.input)),
            false => one(),
        };
        let later = match frame.escalated {
            true => (Driver::Escalation, good.clone()),
            false => (Driver::Agents, &good * &frame.beyond),
        };
        let taken = [(Driver::FailedAttempts, one() - good), later];
        let taken = taken.into_iter().filter(|(_, part)| !part.is(0)).collect();
        Self { calls, taken, ..self }
    }

    /// Its tokens by the cause that goes before all others.
    pub fn by_cause(&self) -> Vec<Tokens> {
        let own = self.taken.iter().fold(one(), |own, (_, part)| own - part);
        let tokens = self.tokens.iter();
        let tokens = tokens.map(|(driver, tokens, sure)| (*driver, tokens * &own, *sure));
        let mut all: Vec<Tokens> = tokens.filter(|(_, tokens, _)| !tokens.is(0)).collect();
        let sure = self.tokens.iter().fold(Certainty::Exact, |sure, (_, _, of)| sure.and(*of));
        let taken = self.taken.iter().map(|(driver, part)| (*driver, &self.size * part, sure));
        all.extend(taken);
        all
    }
}

/// What a call has of a beginning that is held for it, if one is.
pub fn held<'p>(
    w: &mut Writer<'p>,
    feature: &Feature,
    call: &'p Call,
    (step, group): (&str, &str),
    usage: &Usage<'p>,
) -> Option<Held> {
    let hours = call.held()?;
    let plan = w.checked.plan;
    let parts = plan.beginning(call);
    let sent = &usage.sent[..parts.len()];
    let row = |w: &mut Writer, field: &str, label: &str, unit: &str, expr: Expr| {
        w.row(Place::Unit, group, &format!("cache.{field}"), say(label, unit), expr)
    };
    let size = sent.iter().fold(zero(), |sum, sent| sum + &sent.launch + &sent.gained);
    let size = row(w, "beginning", "tokens of the beginning that all send alike", "tokens", size);
    let (enough, holds) = enough(w, call, group, &size);
    let mut tokens = vec![];
    let mut of = |driver: Driver, amount: Expr, sure: Certainty| {
        if !amount.is(0) {
            tokens.push((driver, amount, sure));
        }
    };
    for driver in [Driver::BasePrompt, Driver::Tools] {
        let own = sent.iter().filter(|sent| sent.driver == driver);
        let (amount, sure) = own.fold((zero(), Certainty::Exact), |(sum, sure), sent| {
            (sum + &sent.launch, sure.and(sent.certainty))
        });
        of(driver, amount, sure);
    }
    let gained = sent.iter().fold(zero(), |sum, sent| sum + &sent.gained);
    of(Driver::PromptGrowth, gained, Certainty::Assumed);
    let sold = w.checked.models.get(&call.model).name.clone();
    let held_for = w.decide(hours);
    let mut cache = vec![sold, held_for.to_string()];
    for input in parts {
        let copies = input.copies.as_ref().map(|copies| (w.decide(copies), &copies.text));
        cache.push(format!("{} {copies:?}", input.part));
    }
    let days = days(w, feature);
    Some(Held {
        step: step.to_owned(),
        group: group.to_owned(),
        model: call.model.clone(),
        cache: cache.join("\n"),
        is_all_day: held_for >= DAY_SECONDS,
        load: w.arrivals.0.clone(),
        hours: number::mean(w, hours),
        size,
        enough,
        holds,
        tokens,
        taken: vec![],
        calls: zero(),
        days,
        starts: w.feature_starts.clone(),
    })
}

/// The days on which the call at hand may run, where these are not all of its feature's.
fn days(w: &mut Writer, feature: &Feature) -> Option<Days> {
    let all = w.checked.plan.days().expect("a checked plan has days");
    let own = w.days.as_ref().map(|days| Days::clone(days))?;
    if own == feature.days_of(&all) {
        return None;
    }
    // They end where a branch does, and begin with the feature.
    Arc::make_mut(&mut w.workings.decided).by.extend(w.feature_starts.clone());
    Some(own)
}

/// Tokens that a call reads of what is held for it, over all that repeats in one run.
pub fn read(w: &mut Writer, call: &Call, held: &Held, frame: &Frame) -> Expr {
    let hours = call.held().expect("a beginning is held for some time");
    let share = in_hours(w, &held.group, hours);
    let read = frame.repeats() * &held.size * &held.holds * share;
    let label = say("tokens read in one run", "tokens");
    w.row(Place::Unit, &held.group, "cache.read", label, read)
}

/// Where a beginning is long enough to be held: 1 or 0 by days of the plan, and the part of calls that come on days of 1.
fn enough(w: &mut Writer, call: &Call, group: &str, size: &Expr) -> (Vec<(Days, Expr)>, Expr) {
    let minima = minima(w, call);
    let single = minima.len() == 1;
    let (mut enough, mut holds) = (vec![], zero());
    for (nth, (days, minimum)) in (1..).zip(minima) {
        let end = if nth == 1 { String::new() } else { format!("-{nth}") };
        let flag = match minimum {
            None => one(),
            Some((least, source)) => {
                let name = &w.checked.models.get(&call.model).name;
                let address = format!("price.{name}.cache.held-minimum{end}");
                let minimum = w.given(&address, least, "tokens", &source);
                let expr = Expr::if_at_most(&minimum, size, &one(), &zero());
                let field =
                    if single { "cache.holds".to_owned() } else { format!("cache.long{end}") };
                let label = say("1 where the beginning is long enough to be held", "flag");
                w.row(Place::Unit, group, &field, label, expr)
            }
        };
        if !single {
            let address = format!("{group}.cache.answered{end}");
            holds = holds + part_of_calls(w, &address, &days) * &flag;
        }
        enough.push((days, flag));
    }
    if single {
        let (_, flag) = &enough[0];
        let holds = flag.clone();
        return (enough, holds);
    }
    let label = say("part of calls on days on which the beginning is long enough", "share");
    let holds = w.row(Place::Unit, group, "cache.holds", label, holds);
    (enough, holds)
}

/// A shorter beginning cannot be held: the tokens and who says so, and on which days of the plan that is said.
fn minima(w: &Writer, call: &Call) -> Vec<(Days, Option<(f64, String)>)> {
    let sold = w.checked.models.get(&call.model);
    let mut found: Vec<(Days, Option<(f64, String)>)> = vec![];
    for day in (0..w.workings.months).flat_map(|month| w.days_of_month(month)) {
        let rule = sold.named_cache(day).filter(|rule| rule.minimum_tokens > 0);
        let least = rule.map(|rule| (rule.minimum_tokens as f64, rule.origin.source.clone()));
        let next = day.tomorrow().expect("a plan's days are in reach");
        let own = Days::of(day..next);
        match found.iter_mut().find(|(_, known)| *known == least) {
            Some((days, _)) => *days = days.or(&own),
            None => found.push((own, least)),
        }
    }
    found
}

/// The part of each month's calls that come on some days, as its users come.
fn part_of_calls(w: &mut Writer, address: &str, days: &Days) -> Expr {
    w.check_start();
    let own = w.days.clone();
    let values = w.by_month(|w, month| {
        let runs = |day: &Date| own.as_ref().is_none_or(|own| own.has(*day));
        let of_month: Vec<Date> = w.days_of_month(month).filter(runs).collect();
        // A month in which it does not run is as its calendar.
        let of_month =
            if of_month.is_empty() { w.days_of_month(month).collect() } else { of_month };
        let comes = |day: &Date| w.arrivals.0.between(*day, 0..DAY_MINUTES);
        let all: f64 = of_month.iter().map(comes).sum();
        let some: f64 = of_month.iter().filter(|day| days.has(**day)).map(comes).sum();
        if all > 0.0 { some / all } else { 0.0 }
    });
    let label = format!("{address}: part of calls that come while one model answers");
    Expr::from(Node::Given(w.series(address, &label, values)))
}

/// The part of calls that come while it is held: in the hours of a day that lie side by side and in which most come.
fn in_hours(w: &mut Writer, group: &str, held: &Number) -> Expr {
    let seconds = number::mean(w, held);
    let share = match w.arrivals.0.is_flat() {
        true => {
            let day = w.setting(Setting::DaySeconds);
            seconds.min(&day) / day
        }
        false => {
            let (part, index) = busiest(w);
            let hours = seconds / w.setting(Setting::HourSeconds);
            let of_hour = Expr::if_at_most(&Expr::from(Node::Row(index)), &hours, &one(), &zero());
            let label = say("1 where it is held for so many hours", "flag");
            let of_hour = w.row(Place::Unit, group, "cache.held-hours", label, of_hour);
            Expr::from(Node::Dot(part, of_hour.row().expect("it was just written")))
        }
    };
    let label = say("part of calls that come while it is held", "share");
    w.row(Place::Unit, group, "cache.in-hours", label, share)
}

/// A table of the hours of a day: how many more of its users come in the busiest k hours side by side than in k − 1.
fn busiest(w: &mut Writer) -> (RowId, RowId) {
    let (load, whose) = w.arrivals.clone();
    let group = format!("{whose}.load");
    let rows = under(&group, "day");
    let part = under(&rows, "part");
    if let (Some(part), Some(index)) = (w.workings.find(&part), w.workings.find(&under(&rows, "k")))
    {
        return (part, index);
    }
    let values = more_by_hours(&load);
    let (table, index) = w.workings.push_table(&group, &rows, values.len());
    let source = format!("the load profile of {whose}");
    let inputs = values.iter().zip(1..).map(|(value, nth)| {
        let input = w.given(&format!("{part}-{nth}"), *value, "share", &source).input();
        input.expect("what is given is an input")
    });
    let inputs: Vec<_> = inputs.collect();
    let cells = Expr::from(Node::Listed(table, inputs[0]));
    let label = say("part of a day's users that one more of the busiest hours adds", "share");
    (w.row_id(Place::Unit, &group, &part, label, cells), index)
}

/// For k = 1 … 24, how many more of a day's users come in the busiest k hours side by side than in the busiest k − 1.
fn more_by_hours(load: &Load) -> Vec<f64> {
    let days = load.hours().chunks_exact(24);
    let day = days
        .fold([0.0; 24], |sum: [f64; 24], day| std::array::from_fn(|hour| sum[hour] + day[hour]));
    let within = |hours: usize| {
        let from = |first: usize| (first..first + hours).map(|hour| day[hour % 24]).sum::<f64>();
        let all = (0..24).map(from);
        all.fold(0.0, f64::max)
    };
    (1..=24).map(|hours| within(hours) - within(hours - 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_hours_lie_side_by_side() {
        let more = more_by_hours(&Load::office_hours());
        let up_to = |hours: usize| more[..hours].iter().sum::<f64>();
        for (hours, part) in [(1, 0.1), (9, 0.9), (10, 0.9 + 0.1 / 15.0), (24, 1.0)] {
            assert!((up_to(hours) - part).abs() < 1e-12, "{hours}: {}", up_to(hours));
        }
        // Two peaks: around midnight they lie side by side.
        let mut day = [0.0; 24];
        (day[23], day[0], day[12]) = (3.0, 2.0, 4.0);
        let more = more_by_hours(&Load::weighted([day; 7]).expect("a load"));
        assert!((more[0] - 4.0 / 9.0).abs() < 1e-12 && (more[1] - 1.0 / 9.0).abs() < 1e-12);
    }
}
