//! What a unit of a meter costs, month by month: price entries weighted by their days.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;

pub use super::writer::RateRows;

use super::priced::{
    all_days, apart, by_weekday, days, first_priced, of_day, of_meter, stretches_of, when,
};
use super::writer::{Writer, say};
use crate::book::{Bracket, DAY_MINUTES, Entry};
use crate::meter::Meter;
use crate::plan::{Call, Days, Feature};
use crate::workings::{Expr, LineRate, Node, Place, Price, PriceId, RowId};

/// From now on, prices of hours and days count by when the users of a feature come.
pub fn arrive(w: &mut Writer, feature: &Feature) {
    let load = feature.arrivals();
    let alike = w.checked.plan.features.iter().find(|other| other.arrivals() == load);
    let first = alike.map_or_else(|| feature.name.clone(), |other| other.name.clone());
    if w.arrivals.1 != first {
        w.rates.clear();
    }
    w.arrivals = (load, first);
    w.feature_starts = feature.starts.as_ref().map(|starts| starts.address.clone());
}

/// The brackets that price what a call is billed for within the plan's months, from the lowest.
pub fn brackets(w: &Writer, call: &Call, meters: &[Meter]) -> Vec<Bracket> {
    let named: BTreeSet<Bracket> = meters
        .iter()
        .flat_map(|&meter| of_meter(w, call, meter))
        .filter_map(|entry| entry.bracket)
        .collect();
    if named.is_empty() {
        return vec![];
    }
    let own = meters.iter().find_map(|&meter| apart(w, call, meter));
    let days: Vec<Date> = match meters.iter().any(|&meter| by_weekday(w, call, meter)) {
        true => all_days(w).filter(|day| own.as_ref().is_none_or(|own| own.has(*day))).collect(),
        false => {
            let days = meters.iter().flat_map(|&meter| days(w, call, meter, own.as_ref()));
            days.collect::<BTreeSet<_>>().into_iter().collect()
        }
    };
    // Hours with a price for any length may leave a bracket nothing to price.
    let prices = |bracket: &Bracket| {
        let all = days.iter().flat_map(|day| meters.iter().map(move |meter| (*day, *meter)));
        let priced =
            all.filter_map(|(day, meter)| of_day(w, call, day, meter, Some(*bracket)).ok());
        priced.flatten().any(|(entry, _)| entry.bracket == Some(*bracket))
    };
    // What holds for any prompt is no cliff.
    named.into_iter().filter(|bracket| bracket.first_tokens() > 0).filter(prices).collect()
}

/// Whether each call has a fee on some day on which it runs: a checked plan's calls then have one on all of them.
pub fn has_fee(w: &Writer, call: &Call) -> bool {
    let plan = w.workings.first_day(0)..w.workings.first_day(w.workings.months);
    let stretches = w.days.as_ref().map_or(std::slice::from_ref(&plan), |days| days.stretches());
    let meets = |entry: &Entry| stretches.iter().any(|stretch| entry.meets(stretch));
    of_meter(w, call, Meter::Request).any(meets)
}

/// The rate of a meter for prompts that just reach a bracket, day by day.
///
/// # Panics
/// When no day on which the call runs has a price for the meter: a checked plan's calls have.
pub fn rate(w: &mut Writer, call: &Call, meter: Meter, bracket: Option<Bracket>) -> RateRows {
    let of = (call.tier, meter, bracket, w.days.clone());
    let known = w.rates.get(&call.model).and_then(|rates| rates.iter().find(|(it, _)| *it == of));
    let rates = match known {
        Some((_, rates)) => rates.clone(),
        None => {
            let rates = write(w, call, meter, bracket);
            w.rates.entry(call.model.clone()).or_default().push((of, rates.clone()));
            rates
        }
    };
    // The month in which a feature begins decides on which days its calls run.
    if let (Some(starts), Some(_)) = (&w.feature_starts, &rates.unpriced) {
        Arc::make_mut(&mut w.workings.decided).by.insert(starts.clone());
    }
    rates
}

fn write(w: &mut Writer, call: &Call, meter: Meter, bracket: Option<Bracket>) -> RateRows {
    let own = apart(w, call, meter);
    let stretches = stretches(w, call, meter, bracket, own.as_ref());
    let prices: Vec<PriceId> = stretches.into_iter().map(|price| price_id(w, price)).collect();
    let unpriced = own.as_ref().map(|own| unpriced(w, call, meter, own));
    let first_day = {
        let start = first_priced(w, call, meter, own.as_ref());
        let holds = |id: &&PriceId| {
            let price = &w.workings.prices[id.0];
            price.from.is_none_or(|from| from <= start) && price.to.is_none_or(|to| start < to)
        };
        prices.iter().filter(holds).fold(Expr::whole(0), |sum, &id| sum + weighted(w, id))
    };
    if let [only] = prices.as_slice() {
        let day_share = w.workings.prices[only.0].day_share;
        assert!(day_share == 1.0, "a checked plan's days have prices at every hour");
        if unpriced.is_none() {
            covered(w, *only);
        }
        let rate = Expr::from(Node::Net(*only));
        return RateRows { rate, line: LineRate::Prices(vec![(*only, None)]), first_day, unpriced };
    }
    let shares: Vec<(PriceId, RowId)> = prices.iter().map(|&id| (id, share(w, id))).collect();
    let group = group(w, call);
    let name = bracket_name(meter.name(), bracket);
    let whose = match is_weighed(w, call, meter) {
        true => format!("{}{}", whose(w), when(own.as_ref())),
        false => when(own.as_ref()),
    };
    let address = format!("{group}.{name}.rate{}{whose}", tier_suffix(call));
    let unit = format!("USD per {}", meter.unit());
    let rate = w.once(&address.clone(), |w| {
        let sum = shares.iter().fold(Expr::whole(0), |sum, (id, share)| {
            sum + Expr::from(Node::Row(*share)) * Expr::from(Node::Net(*id))
        });
        let label = format!("{name} of {}, by days of the month", call.model);
        let row = w.row_id(Place::Rate, &group, &address, say(label, unit), sum);
        every_day(w, &group, &address, &shares);
        if unpriced.is_none() {
            known_months(w, &group, &address, &prices);
        }
        Expr::from(Node::Row(row))
    });
    let line = shares.into_iter().map(|(id, share)| (id, Some(share))).collect();
    RateRows { rate, line: LineRate::Prices(line), first_day, unpriced }
}

fn weighted(w: &Writer, id: PriceId) -> Expr {
    let net = Expr::from(Node::Net(id));
    if w.workings.prices[id.0].day_share == 1.0 {
        net
    } else {
        net * Expr::from(Node::DayShare(id))
    }
}

/// The part of a month in which a price holds.
fn share(w: &mut Writer, id: PriceId) -> RowId {
    let price = &w.workings.prices[id.0];
    let (from, to, day_share, months) = (price.from, price.to, price.day_share, price.months);
    let (group, label) =
        (price.address.clone(), format!("part of the month at {}", price.rate.per_million()));
    let address = format!("{group}.share");
    if let Some(row) = w.workings.find(&address) {
        return row;
    }
    if let Some(months) = months {
        let part = Expr::from(Node::Given(months));
        return w.row_id(Place::Rate, &group, &address, say(label, "share"), part);
    }
    let (first, next) = (Expr::from(Node::FirstDay), Expr::from(Node::NextFirstDay));
    let begins = from.map_or(first.clone(), |_| Expr::from(Node::From(id)).max(&first));
    let ends = to.map_or(next.clone(), |_| Expr::from(Node::To(id)).min(&next));
    let days = Expr::whole(0).max(&(ends - begins));
    let mut part = days / (next - first);
    if day_share != 1.0 {
        part = part * Expr::from(Node::DayShare(id));
    }
    w.row_id(Place::Rate, &group, &address, say(label, "share"), part)
}

/// A check that the parts of a month add to 1.
fn every_day(w: &mut Writer, group: &str, address: &str, shares: &[(PriceId, RowId)]) {
    let sum =
        shares.iter().fold(Expr::whole(0), |sum, (_, share)| sum + Expr::from(Node::Row(*share)));
    let label = format!("{address}: every day has one price");
    let check = sum - Expr::whole(1);
    w.row_id(Place::Check, group, format!("{address}.check"), say(label, "share"), check);
}

/// A check that parts of months which the calendar gave are asked for those months alone.
fn known_months(w: &mut Writer, group: &str, address: &str, prices: &[PriceId]) {
    if prices.iter().all(|id| w.workings.prices[id.0].months.is_none()) {
        return;
    }
    let node = |node: fn(PriceId) -> Node| prices.iter().map(move |&id| Expr::from(node(id)));
    let first = node(Node::From).reduce(|first, from| first.min(&from));
    let last = node(Node::To).reduce(|last, to| last.max(&to));
    let (Some(first), Some(last)) = (first, last) else { return };
    let early = Expr::whole(0).max(&(first - Expr::from(Node::FirstDay)));
    let late = Expr::whole(0).max(&(Expr::from(Node::NextFirstDay) - last));
    let label = format!("{address}: days whose weekdays were not counted");
    w.row_id(Place::Check, group, format!("{address}.months"), say(label, "days"), early + late);
}

/// A check that an only price holds on every day of the plan.
fn covered(w: &mut Writer, id: PriceId) {
    let price = &w.workings.prices[id.0];
    let (group, from, to) = (price.address.clone(), price.from, price.to);
    let address = format!("{group}.check");
    if w.workings.find(&address).is_some() || (from.is_none() && to.is_none()) {
        return;
    }
    let early = from.map_or(Expr::whole(0), |_| {
        Expr::whole(0).max(&(Expr::from(Node::From(id)) - Expr::from(Node::FirstDay)))
    });
    let late = to.map_or(Expr::whole(0), |_| {
        Expr::whole(0).max(&(Expr::from(Node::NextFirstDay) - Expr::from(Node::To(id))))
    });
    let label = format!("{group}: days without a price");
    w.row_id(Place::Check, &group, &address, say(label, "days"), early + late);
}

/// A price in the making, and the part of each month in which it holds where that is the calendar's.
type Stretch = (Price, Option<Vec<f64>>);

/// The stretches of days, and parts of the day or of the months, in which one price holds.
fn stretches(
    w: &Writer,
    call: &Call,
    meter: Meter,
    bracket: Option<Bracket>,
    own: Option<&Days>,
) -> Vec<Stretch> {
    let is_weighed = is_weighed(w, call, meter);
    let by_month = match is_weighed || own.is_some() || by_weekday(w, call, meter) {
        true => by_month(w, call, meter, bracket, own),
        false => vec![],
    };
    let weighed = if is_weighed { whose(w) } else { String::new() };
    let (mut found, whose) = match (own, by_month.len()) {
        (Some(_), _) => (by_month, weighed + &when(own)),
        // One price for every day of the week is a price like any other.
        (None, 0 | 1) => (by_day(w, call, meter, bracket), String::new()),
        (None, _) => (by_month, weighed),
    };
    let sold = w.checked.models.get(&call.model);
    let name = format!(
        "price.{}.{}{}{whose}",
        sold.name,
        bracket_name(meter.name(), bracket),
        tier_suffix(call)
    );
    for (index, (price, _)) in found.iter_mut().enumerate() {
        price.address = if index == 0 { name.clone() } else { format!("{name}.{}", index + 1) };
    }
    found
}

/// Prices that hold for stretches of days.
fn by_day(w: &Writer, call: &Call, meter: Meter, bracket: Option<Bracket>) -> Vec<Stretch> {
    let days = days(w, call, meter, None);
    let mut prices: Vec<Price> = vec![];
    for (index, &day) in days.iter().enumerate() {
        let next = days.get(index + 1).copied();
        let entries = of_day(w, call, day, meter, bracket);
        for (entry, minutes) in entries.expect("every day of a plan is priced here") {
            let day_share = f64::from(minutes) / f64::from(DAY_MINUTES);
            let from = if index == 0 { entry.from } else { Some(day) };
            let to = next.or(entry.to);
            let price = Price { from, to, day_share, ..price(w, call, meter, entry) };
            // A stretch goes on where nothing but another entry's day has come.
            let goes_on = prices.iter_mut().find(|known| {
                known.to == Some(day)
                    && (known.rate, known.window, known.bracket)
                        == (price.rate, price.window, price.bracket)
                    && known.day_share == day_share
                    && known.answers == price.answers
                    && entry.from != Some(day)
            });
            match goes_on {
                Some(known) => known.to = to,
                None => prices.push(price),
            }
        }
    }
    prices.into_iter().map(|price| (price, None)).collect()
}

/// Prices of a model whose hours or weekdays differ: each with its part of the arrivals of every month.
fn by_month(
    w: &Writer,
    call: &Call,
    meter: Meter,
    bracket: Option<Bracket>,
    own: Option<&Days>,
) -> Vec<Stretch> {
    let months = w.workings.months;
    let (load, _) = &w.arrivals;
    let mut parts: Vec<(&Entry, Vec<f64>)> = vec![];
    for month in 0..months {
        for day in w.days_of_month(month).filter(|day| own.is_none_or(|own| own.has(*day))) {
            // What has no price on some days runs on others.
            let Ok(stretches) = stretches_of(w, call, day, meter, bracket) else { continue };
            for (entry, minutes) in stretches {
                let known = parts.iter().position(|(known, _)| std::ptr::eq(*known, entry));
                let index = known.unwrap_or_else(|| {
                    parts.push((entry, vec![0.0; months]));
                    parts.len() - 1
                });
                parts[index].1[month] += load.between(day, minutes);
            }
        }
    }
    let all: Vec<f64> =
        (0..months).map(|month| parts.iter().map(|(_, parts)| parts[month]).sum()).collect();
    let (start, end) = (w.workings.first_day(0), w.workings.first_day(months));
    let launch = first_priced(w, call, meter, own);
    let at_launch = stretches_of(w, call, launch, meter, bracket);
    let at_launch = at_launch.expect("its first day with a price has one");
    let all_day = load.between(launch, 0..DAY_MINUTES);
    let day_share = |entry: &Entry| {
        let own = at_launch.iter().filter(|(known, _)| std::ptr::eq(*known, entry));
        // Nobody comes on the first day: its minutes count.
        let part = |minutes: &Range<u16>| match all_day > 0.0 {
            true => load.between(launch, minutes.clone()) / all_day,
            false => f64::from(minutes.end - minutes.start) / f64::from(DAY_MINUTES),
        };
        own.map(|(_, minutes)| part(minutes)).sum()
    };
    let stretch = |(entry, parts): (&Entry, Vec<f64>)| {
        // A month without any of its days is as the nearest one before it, or else after it.
        let nearest = |month: usize| {
            let is_met = |month: &usize| all[*month] > 0.0;
            (0..=month).rev().find(is_met).or_else(|| (month..months).find(is_met))
        };
        let share = |month| nearest(month).map_or(0.0, |month: usize| parts[month] / all[month]);
        let shares: Vec<f64> = (0..months).map(share).collect();
        // The months are those of the plan: no share is known before or after.
        let from = Some(entry.from.map_or(start, |from| from.max(start)));
        let to = Some(entry.to.map_or(end, |to| to.min(end)));
        let price = price(w, call, meter, entry);
        (Price { from, to, day_share: day_share(entry), ..price }, Some(shares))
    };
    parts.into_iter().map(stretch).collect()
}

/// An entry's price of a meter, for all of its days.
fn price(w: &Writer, call: &Call, meter: Meter, entry: &Entry) -> Price {
    let sold = w.checked.models.get(&call.model);
    let origin = sold.model.origin_of(entry);
    Price {
        address: String::new(),
        model: sold.name.clone(),
        answers: entry.answers.as_ref().map(|id| format!("{}/{id}", sold.provider)),
        meter,
        tier: entry.tier,
        bracket: entry.bracket,
        window: entry.window,
        days: entry.days.clone(),
        rate: entry.rates[&meter],
        from: entry.from,
        to: entry.to,
        day_share: 1.0,
        months: None,
        source: origin.source.clone(),
        checked: origin.checked,
        basis: origin.basis.clone(),
    }
}

/// Whether it matters when users come: where hours are not alike, and prices change within days, weeks or months.
fn is_weighed(w: &Writer, call: &Call, meter: Meter) -> bool {
    let (start, end) = (w.workings.first_day(0), w.workings.first_day(w.workings.months));
    let splits =
        |day: Option<Date>| day.is_some_and(|day| start < day && day < end && day.day() > 1);
    let mut entries = of_meter(w, call, meter).filter(|entry| entry.meets(&(start..end)));
    let is_partial = |entry: &Entry| {
        entry.window.is_some() || entry.days.is_some() || splits(entry.from) || splits(entry.to)
    };
    !w.arrivals.0.is_flat() && entries.any(is_partial)
}

/// What marks prices that count by when the users of a feature come.
fn whose(w: &Writer) -> String {
    format!(".of-{}", w.arrivals.1)
}

/// The part of each month's days that has no price: all of it in months in which nothing runs.
fn unpriced(w: &mut Writer, call: &Call, meter: Meter, own: &Days) -> Expr {
    w.check_start();
    let values = w.by_month(|w, month| {
        let days: Vec<Date> = w.days_of_month(month).filter(|day| own.has(*day)).collect();
        let missing = days.iter().filter(|day| of_day(w, call, **day, meter, None).is_err());
        if days.is_empty() { 1.0 } else { missing.count() as f64 / days.len() as f64 }
    });
    let address = format!(
        "{}.{}.unpriced{}{}",
        group(w, call),
        meter.name(),
        tier_suffix(call),
        when(Some(own))
    );
    let label = format!("part of the days without a price for {} of {}", meter.name(), call.model);
    Expr::from(Node::Given(w.series(&address, &label, values)))
}

fn price_id(w: &mut Writer, (price, shares): Stretch) -> PriceId {
    if let Some(&id) = w.prices.get(&price.address) {
        return id;
    }
    let months = shares.map(|values| {
        let address = format!("{}.months", price.address);
        w.series(&address, &format!("part of the month: {}", hours(&price)), values)
    });
    let id = PriceId(w.workings.prices.len());
    w.prices.insert(price.address.clone(), id);
    w.workings.prices.push(Price { months, ..price });
    id
}

/// When a price holds, in words: `mon-fri except china (known to 2026-12-31), 09:00-12:00`.
fn hours(price: &Price) -> String {
    let days = match &price.days {
        None => "any other day".to_owned(),
        Some(days) => match &days.except {
            None => days.week.to_string(),
            Some(calendar) => format!(
                "{} except holidays of {} (known to {})",
                days.week, calendar.id, calendar.known_to
            ),
        },
    };
    match price.window {
        None => days,
        Some(window) => format!("{days}, {window}"),
    }
}

fn group(w: &Writer, call: &Call) -> String {
    format!("price.{}", w.checked.models.get(&call.model).name)
}

fn bracket_name(meter: &str, bracket: Option<Bracket>) -> String {
    match bracket {
        None => meter.to_owned(),
        Some(bracket) => format!("{meter}.{}", suffix(bracket)),
    }
}

/// A bracket as it stands in addresses: `over-272000`.
pub fn suffix(bracket: Bracket) -> String {
    match bracket {
        Bracket::Over(limit) => format!("over-{limit}"),
        Bracket::AtLeast(limit) => format!("from-{limit}"),
    }
}

fn tier_suffix(call: &Call) -> String {
    match call.tier.name() {
        "standard" => String::new(),
        tier => format!(".{tier}"),
    }
}
