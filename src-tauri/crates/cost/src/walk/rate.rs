//! What a unit of a meter costs, month by month: price entries weighted by their days.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::writer::{Writer, say};
use crate::book::{Bracket, DAY_MINUTES, Entry};
use crate::meter::Meter;
use crate::money::Rate;
use crate::plan::Call;
use crate::workings::{Expr, LineRate, Node, Place, Price, PriceId, RowId};

/// A rate as a formula, and the entries behind it.
#[derive(Clone)]
pub struct RateRows {
    /// Dollars for one unit.
    pub rate: Expr,
    /// For the ledger: exact entries, each with its part of the month.
    pub line: LineRate,
    /// The rate on the plan's first day.
    pub first_day: Expr,
}

/// The brackets that price a call's model within the plan's months, from the lowest.
pub fn brackets(w: &Writer, call: &Call) -> Vec<Bracket> {
    let model = &w.checked.models.get(&call.model).model;
    let named: BTreeSet<Bracket> = model.prices.iter().filter_map(|entry| entry.bracket).collect();
    let days = days(w, call);
    // Hours with a price for any length may leave a bracket nothing to price.
    let prices = |bracket: &Bracket| {
        let of_day = |&day: &Date| of_day(w, call, day, Some(*bracket));
        days.iter().flat_map(of_day).any(|(entry, _)| entry.bracket == Some(*bracket))
    };
    // What holds for any prompt is no cliff.
    named.into_iter().filter(|bracket| bracket.first_tokens() > 0).filter(prices).collect()
}

/// The fee for one call, where the model has one on every day of the plan.
pub fn fee(w: &mut Writer, call: &Call) -> Option<RateRows> {
    let entries = &w.checked.models.get(&call.model).model.prices;
    let has_fee =
        entries.iter().any(|entry| !entry.is_fees() && entry.rates.contains_key(&Meter::Request));
    has_fee.then(|| rate(w, call, Meter::Request, None))
}

/// The rate of a meter for prompts that just reach a bracket, day by day.
///
/// # Panics
/// When a day of the plan has no price for the meter: a checked plan's calls have.
pub fn rate(w: &mut Writer, call: &Call, meter: Meter, bracket: Option<Bracket>) -> RateRows {
    let stretches = stretches(w, call, meter, bracket);
    let prices: Vec<PriceId> = stretches.into_iter().map(|price| price_id(w, price)).collect();
    let first_day = {
        let start = w.workings.first_day(0);
        let holds = |id: &&PriceId| {
            let price = &w.workings.prices[id.0];
            price.from.is_none_or(|from| from <= start) && price.to.is_none_or(|to| start < to)
        };
        prices.iter().filter(holds).fold(Expr::whole(0), |sum, &id| sum + weighted(w, id))
    };
    if let [only] = prices.as_slice() {
        let day_share = w.workings.prices[only.0].day_share;
        assert!(day_share == 1.0, "a checked plan's days have prices at every hour");
        covered(w, *only);
        let rate = Expr::from(Node::Net(*only));
        return RateRows { rate, line: LineRate::Prices(vec![(*only, None)]), first_day };
    }
    let shares: Vec<(PriceId, RowId)> = prices.iter().map(|&id| (id, share(w, id))).collect();
    let group = group(w, call);
    let name = bracket_name(meter.name(), bracket);
    let address = format!("{group}.{name}.rate{}", tier_suffix(call));
    let unit = format!("USD per {}", meter.unit());
    let rate = w.once(&address.clone(), |w| {
        let sum = shares.iter().fold(Expr::whole(0), |sum, (id, share)| {
            sum + Expr::from(Node::Row(*share)) * Expr::from(Node::Net(*id))
        });
        let label = format!("{name} of {}, by days of the month", call.model);
        let row = w.row_id(Place::Rate, &group, &address, say(label, unit), sum);
        every_day(w, &group, &address, &shares);
        Expr::from(Node::Row(row))
    });
    let line = shares.into_iter().map(|(id, share)| (id, Some(share))).collect();
    RateRows { rate, line: LineRate::Prices(line), first_day }
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
    let (from, to, day_share) = (price.from, price.to, price.day_share);
    let (group, label) =
        (price.address.clone(), format!("part of the month at {}", price.rate.per_million()));
    let address = format!("{group}.share");
    if let Some(row) = w.workings.find(&address) {
        return row;
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
    w.row_id(Place::Check, group, &format!("{address}.check"), say(label, "share"), check);
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

/// The stretches of days, and parts of the day, in which one price holds.
fn stretches(w: &Writer, call: &Call, meter: Meter, bracket: Option<Bracket>) -> Vec<Price> {
    let sold = w.checked.models.get(&call.model);
    let days = days(w, call);
    let mut prices: Vec<Price> = vec![];
    for (index, &day) in days.iter().enumerate() {
        let next = days.get(index + 1).copied();
        for (entry, minutes) in of_day(w, call, day, bracket) {
            let day_share = f64::from(minutes) / f64::from(DAY_MINUTES);
            let from = if index == 0 { entry.from } else { Some(day) };
            let to = next.or(entry.to);
            let origin = sold.model.origin_of(entry);
            let rate = entry_rate(entry, meter).expect("a checked call's meters have prices");
            // A stretch goes on where nothing but another entry's day has come.
            let goes_on = prices.iter_mut().find(|price| {
                price.to == Some(day)
                    && (price.rate, price.window, price.bracket)
                        == (rate, entry.window, entry.bracket)
                    && price.day_share == day_share
                    && entry.from != Some(day)
            });
            match goes_on {
                Some(price) => price.to = to,
                None => prices.push(Price {
                    address: String::new(),
                    model: sold.name.clone(),
                    meter,
                    tier: call.tier,
                    bracket: entry.bracket,
                    window: entry.window,
                    rate,
                    from,
                    to,
                    day_share,
                    source: origin.source.clone(),
                    checked: origin.checked,
                    basis: origin.basis.clone(),
                }),
            }
        }
    }
    let name =
        format!("price.{}.{}{}", sold.name, bracket_name(meter.name(), bracket), tier_suffix(call));
    for (index, price) in prices.iter_mut().enumerate() {
        price.address = if index == 0 { name.clone() } else { format!("{name}.{}", index + 1) };
    }
    prices
}

/// The days of the plan on which the prices of a call may be others than the day before.
fn days(w: &Writer, call: &Call) -> Vec<Date> {
    let (start, end) = (w.workings.first_day(0), w.workings.first_day(w.workings.months));
    let entries = w.checked.models.get(&call.model).model.prices.iter();
    let of_tier: Vec<&Entry> = entries.filter(|entry| entry.tier == call.tier).collect();
    let inside = |day: &Date| start < *day && *day < end;
    let dated = of_tier.iter().flat_map(|entry| [entry.from, entry.to]).flatten();
    let mut changes: BTreeSet<Date> = dated.filter(inside).collect();
    let by_weekday: Vec<_> = of_tier.iter().filter_map(|entry| entry.days.as_ref()).collect();
    if !by_weekday.is_empty() {
        let days = start.series(jiff::Span::new().days(1)).take_while(|day| *day < end);
        let turns = |day: &Date| {
            let before = day.yesterday().expect("a plan begins after the first day of all");
            by_weekday.iter().any(|days| days.hold(before) != days.hold(*day))
        };
        changes.extend(days.filter(inside).filter(turns));
    }
    std::iter::once(start).chain(changes).collect()
}

/// The entries for prompts that just reach a bracket, each with its minutes of the day.
fn of_day<'w>(
    w: &'w Writer,
    call: &Call,
    day: Date,
    bracket: Option<Bracket>,
) -> Vec<(&'w Entry, u16)> {
    let model = &w.checked.models.get(&call.model).model;
    let prompt_tokens = bracket.map_or(0, Bracket::first_tokens);
    let entries = model.entries_of_day(day, call.tier, prompt_tokens);
    entries.expect("a checked plan's days have prices at every hour")
}

/// A meter's price.
fn entry_rate(entry: &Entry, meter: Meter) -> Option<Rate> {
    entry.rates.get(&meter).copied()
}

fn price_id(w: &mut Writer, price: Price) -> PriceId {
    if let Some(&id) = w.prices.get(&price.address) {
        return id;
    }
    let id = PriceId(w.workings.prices.len());
    w.prices.insert(price.address.clone(), id);
    w.workings.prices.push(price);
    id
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
