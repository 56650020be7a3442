//! What beginnings cost that are held in explicit caches: tokens by the hour, and new ones each time that one is made.
//!
//! One that several calls name is held once, and shared out by how often each is called in the month. A month without any
//! of these calls holds nothing.

use std::sync::Arc;

use super::call::Figures;
use super::held::{Held, Tokens};
use super::lines::{NewLine, Unit, write};
use super::rate::{self, RateRows, suffix};
use super::writer::{Setting, Writer, one, say, under, volume_address, zero};
use crate::book::Bracket;
use crate::load::Load;
use crate::meter::Meter;
use crate::plan::{Call, Days, Feature};
use crate::workings::{Expr, Item, LineRate, Node, Place, PriceId};

/// A call that names a cache, with its feature.
type User<'f> = (&'f Feature, &'f Held);

/// Writes what is held for the calls of all features.
pub fn storage(w: &mut Writer, features: &[(&Feature, &Figures)]) {
    let all = features
        .iter()
        .flat_map(|(feature, figures)| figures.held.iter().map(|held| (*feature, held)));
    let mut caches: Vec<Vec<User>> = vec![];
    for (feature, held) in all {
        match caches.iter_mut().find(|users| users[0].1.is_shared_with(held)) {
            Some(users) => users.push((feature, held)),
            None => caches.push(vec![(feature, held)]),
        }
    }
    if caches.is_empty() {
        return;
    }
    // What is held costs the same at any hour, whoever comes.
    w.arrivals = (Load::flat(), String::new());
    w.feature_starts = None;
    w.rates.clear();
    caches.iter().for_each(|users| cache(w, users));
    w.days = None;
    w.rates.clear();
}

/// Writes what one cache costs.
fn cache(w: &mut Writer, users: &[User]) {
    let (_, first) = users[0];
    let all_days = w.checked.plan.days().expect("a checked plan has days");
    let days = users.iter().fold(Days::default(), |days, (feature, held)| match &held.days {
        Some(own) => days.or(own),
        None => days.or(&feature.days_of(&all_days)),
    });
    w.days = (days != all_days).then(|| days.clone().into());
    let call = Call { model: first.model.clone(), ..Call::default() };
    let kept = rate::rate(w, &call, Meter::CacheStorage, None);
    let made = made(w, &call, first);
    if kept.unpriced.is_some() || made.iter().any(|(_, rates, _)| rates.unpriced.is_some()) {
        let decided = &mut Arc::make_mut(&mut w.workings.decided).by;
        decided.extend(users.iter().filter_map(|(_, held)| held.starts.clone()));
    }
    same_hours(w, users);
    let group = &first.group;
    let calls = users.iter().fold(zero(), |sum, user| sum + calls_of(w, user));
    let label = say("calls in the month that name the cache", "calls");
    let calls = w.row(Place::Unit, group, "cache.calls", label, calls);
    let (day, in_month) = (w.setting(Setting::DaySeconds), days_of_month(w, users, &calls));
    let label = say("days in the month on which the beginning is held", "days");
    let in_month = w.row(Place::Unit, group, "cache.days", label, in_month);
    let hours = first.hours.min(&day) / w.setting(Setting::HourSeconds) * &in_month;
    let label = say("hours in the month in which it is held", "hours");
    let hours = w.row(Place::Unit, group, "cache.hours", label, hours);
    // One that is held always is made anew with each month's prompt, any other one each day.
    let times = Expr::if_at_most(&day, &first.hours, &one().min(&in_month), &in_month);
    let label = say("times in the month that it is put into its cache", "times");
    let times = w.row(Place::Unit, group, "cache.times-made", label, times);
    for (feature, held) in users {
        let part = Expr::if_at_most(&calls, &zero(), &zero(), &(&held.calls / &calls));
        let label = say("part of the cache that one unit pays for", "share");
        let part = w.row(Place::Unit, &held.group, "cache.part", label, part);
        let unit = Unit { feature, step: &held.step, group: &held.group };
        let (hours, times) = (&hours * &part, &times * &part);
        for of in &held.by_cause() {
            let meter = Meter::CacheStorage;
            let said = ("held", "held in an explicit cache", "token-hours");
            line(w, &unit, of, &hours, Paid { model: &call.model, meter, rates: &kept, said });
            for (bracket, rates, passes) in &made {
                let field = bracket.map_or("made".to_owned(), |it| under("made", &suffix(it)));
                let said = (&*field, "put into an explicit cache", "tokens");
                let meter = Meter::Input;
                let times = &times * passes;
                line(w, &unit, of, &times, Paid { model: &call.model, meter, rates, said });
            }
        }
    }
}

/// What tokens that are held are paid by.
struct Paid<'a> {
    model: &'a str,
    meter: Meter,
    rates: &'a RateRows,
    /// The end of the line's address, what it says, and what is counted.
    said: (&'a str, &'a str, &'a str),
}

/// Writes what one unit pays for the tokens of one driver, so many times.
fn line(w: &mut Writer, unit: &Unit, of: &Tokens, times: &Expr, paid: Paid) {
    let ((driver, tokens, certainty), Paid { model, meter, rates, said }) = (of, paid);
    let (field, what, counted) = said;
    let (field, label) = (under(driver.name(), field), format!("{}, {what}", driver.label()));
    let counted = say(label.clone(), format!("{counted} per {}", unit.feature.unit));
    let address = under(&field, "tokens");
    let quantity = w.row(Place::Unit, unit.group, &address, counted, tokens * times);
    let row = quantity.row();
    let model = w.checked.models.get(model).name.clone();
    let (rates, certainty) = (rates.clone(), *certainty);
    let line = NewLine { field, label, quantity, row, rates, certainty, sent: false };
    write(w, unit, *driver, Item::Model { model, meter }, line);
}

/// What is paid for making the cache, by brackets: rates, and 1 where its prompt is billed there.
fn made(w: &mut Writer, call: &Call, held: &Held) -> Vec<(Option<Bracket>, RateRows, Expr)> {
    let brackets = rate::brackets(w, call, &[Meter::Input]);
    let mut made = vec![(None, rate::rate(w, call, Meter::Input, None), one())];
    for bracket in brackets {
        let rates = rate::rate(w, call, Meter::Input, Some(bracket));
        let limit = Expr::from(Node::Limit(carrier(w, &rates, bracket)));
        let passes = match bracket {
            Bracket::Over(_) => Expr::if_at_most(&held.size, &limit, &zero(), &one()),
            Bracket::AtLeast(_) => Expr::if_at_most(&limit, &held.size, &one(), &zero()),
        };
        let name = format!("cache.{}", suffix(bracket));
        let label = say("1 where the beginning passes the limit", "flag");
        let passes = w.row(Place::Unit, &held.group, &name, label, passes);
        let last = made.last_mut().expect("there is a first one");
        last.2 = &last.2 - &passes;
        made.push((Some(bracket), rates, passes));
    }
    made
}

/// A price that carries the limit of a bracket.
fn carrier(w: &Writer, rates: &RateRows, bracket: Bracket) -> PriceId {
    let prices = match &rates.line {
        LineRate::Prices(prices) => prices.as_slice(),
        LineRate::Typed(_) | LineRate::Agreed(_) => &[],
    };
    let carries = |id: &PriceId| w.workings.prices[id.0].bracket == Some(bracket);
    let price = prices.iter().map(|(id, _)| *id).find(carries);
    price.expect("a bracket has an entry in the plan's months")
}

/// The calls of a user in the month.
fn calls_of(w: &Writer, (feature, held): &User) -> Expr {
    let volume = w.workings.find(&volume_address(&feature.name));
    let volume = volume.expect("volumes are written first");
    Expr::from(Node::Row(volume)) * &held.calls
}

/// Days on which the same users may call, of whom one answers, and their part of each month.
struct Alike {
    users: Vec<usize>,
    enough: usize,
    parts: Vec<f64>,
}

/// Days of the month on which it is held: those on which users may call who do so in the month, and on which the beginning
/// is long enough for whoever answers.
fn days_of_month(w: &mut Writer, users: &[User], calls: &Expr) -> Expr {
    let (_, first) = users[0];
    let month = Expr::from(Node::NextFirstDay) - Expr::from(Node::FirstDay);
    let alike = alike(w, users);
    let mut held = zero();
    for (nth, Alike { users: some, enough, parts }) in (1..).zip(&alike) {
        let called = match some.len() == users.len() {
            true => calls.clone(),
            false => some.iter().fold(zero(), |sum, user| sum + calls_of(w, &users[*user])),
        };
        let (_, enough) = &first.enough[*enough];
        let part = match parts.iter().all(|part| *part == 1.0) {
            true => one(),
            false => {
                w.check_start();
                let end = if nth == 1 { String::new() } else { format!("-{nth}") };
                let address = under(&first.group, &format!("cache.held-days{end}"));
                let label =
                    format!("{}: part of the days on which calls name its cache", first.step);
                Expr::from(Node::Given(w.series(&address, &label, parts.clone())))
            }
        };
        held = held + Expr::if_at_most(&called, &zero(), &zero(), &(&month * part * enough));
    }
    held
}

/// The days of the plan by who may call on them and who answers.
fn alike(w: &Writer, users: &[User]) -> Vec<Alike> {
    let (months, mut found): (usize, Vec<Alike>) = (w.workings.months, vec![]);
    for month in 0..months {
        let days: Vec<_> = w.days_of_month(month).collect();
        for day in &days {
            let may_call = |(_, held): &User| held.days.as_ref().is_none_or(|own| own.has(*day));
            let some = users.iter().enumerate().filter(|(_, user)| may_call(user));
            let some: Vec<usize> = some.map(|(nth, _)| nth).collect();
            let enough = users[0].1.enough.iter().position(|(own, _)| own.has(*day));
            let enough = enough.expect("every day of a plan is looked at");
            if some.is_empty() {
                continue;
            }
            let known = found.iter().position(|it| (&it.users, it.enough) == (&some, enough));
            let nth = known.unwrap_or(found.len());
            if known.is_none() {
                found.push(Alike { users: some, enough, parts: vec![0.0; months] });
            }
            found[nth].parts[month] += 1.0;
        }
        found.iter_mut().for_each(|it| it.parts[month] /= days.len() as f64);
    }
    found
}

/// 0 while calls that share a cache have it held for the same time, and all day where their users come at other hours.
fn same_hours(w: &mut Writer, users: &[User]) {
    let (_, first) = users[0];
    let mut differs = zero();
    for (_, other) in users.iter().filter(|(_, other)| other.hours != first.hours) {
        let longer = Expr::if_at_most(&first.hours, &other.hours, &differs, &one());
        differs = Expr::if_at_most(&other.hours, &first.hours, &longer, &one());
    }
    if users.iter().any(|(_, other)| !other.comes_with(first)) {
        let day = w.setting(Setting::DaySeconds);
        differs = Expr::if_at_most(&day, &first.hours, &differs, &one());
    }
    if !differs.is(0) {
        let group = &first.group;
        let label = say(
            format!("{group}: who shares a cache has it held as long, at the same hours"),
            "flag",
        );
        w.row(Place::Check, group, "cache.same-hours", label, differs);
    }
}
