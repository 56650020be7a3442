//! Rate limits: what the busiest hour of each month takes of them, over all features that use the model.
//!
//! These are expected rates: units are even within an hour of their load profile, and bursts inside of it are not
//! counted. Where branches of routes begin or end within a month, the calls of its days before and after that are
//! counted apart; what one of them takes is the mean of its month. Of failed attempts the tokens that are billed count,
//! and each attempt is a request. What is put into an explicit cache counts toward no limit.

use std::collections::BTreeSet;

use super::busiest::busiest;
use super::call::Figures;
use super::number;
use super::priced::when;
use super::stretches::{against_month, stretches};
use super::volume::business_days;
use super::writer::{Setting, Writer, one, say, under, volume_address, zero};
use crate::book::{DAY_MINUTES, Tier};
use crate::load::Load;
use crate::plan::{Call, Days, Feature, Limited, Made, Number};
use crate::units::Period;
use crate::workings::{Expr, Item, Line, LineRate, Node, Peak, Place, RowId, Sender};

/// Writes what is sent of each rate limit in the busiest hour. Every line of the plan's calls has been written;
/// `figures` are those of its features.
pub fn peaks(w: &mut Writer, figures: &[&Figures]) {
    let plan = w.checked.plan;
    let mut known = vec![];
    for (model, limits) in &plan.rate_limits {
        for (limited, limit) in limits.typed() {
            let peak = peak(w, (model, limited, limit), figures, &mut known);
            w.workings.peaks.push(peak);
        }
    }
}

/// Where the rows of a limit stand.
struct Rows {
    group: String,
    address: String,
    limited: Limited,
}

impl Rows {
    fn write(&self, w: &mut Writer, field: &str, label: String, unit: &str, expr: Expr) -> RowId {
        let address = under(&self.address, field);
        w.row_id(Place::Volume, &self.group, address, say(label, unit), expr)
    }

    /// What is sent a minute.
    fn rate(&self, w: &mut Writer, field: &str, when: &str, expr: Expr) -> RowId {
        let label = format!("{} a minute {when}", self.limited.counted());
        self.write(w, field, label, self.limited.unit(), expr)
    }

    /// What a step sends for one unit, on all days or some.
    fn of_step(
        &self,
        w: &mut Writer,
        feature: &Feature,
        (step, on): (&str, Option<&Days>),
        sent: Expr,
    ) -> RowId {
        let Self { group, address, limited } = self;
        let then = on.map(said).unwrap_or_default();
        let label = format!("{} that count, {step}{then}", limited.counted());
        let label = say(label, format!("{} per {}", limited.counted(), feature.unit));
        w.row_id(Place::Unit, group, format!("{address}.of.{step}{}", when(on)), label, sent)
    }
}

/// A call that counts, and what of it does for one unit.
struct Sends<'p> {
    made: Made<'p>,
    step: String,
    row: RowId,
}

/// What a feature sends, on all of the plan's days or in one of their stretches.
struct Sent {
    stretch: Option<usize>,
    week: RowId,
    steps: Vec<(String, RowId)>,
    /// The place in the plan of the first feature whose users come alike.
    alike: usize,
}

fn peak(
    w: &mut Writer,
    (model, limited, limit): (&str, Limited, &Number),
    figures: &[&Figures],
    known: &mut Vec<Known>,
) -> Peak {
    let plan = w.checked.plan;
    let address = limit.address.clone();
    let rows = Rows { group: under("rate-limits", model), address: address.clone(), limited };
    let features = plan.features.iter().zip(figures);
    let sends: Vec<_> = features
        .map(|(feature, figures)| (feature, sends(w, &rows, model, feature, figures)))
        .filter(|(_, sends)| !sends.is_empty())
        .collect();
    let calls = sends.iter().flat_map(|(_, sends)| sends.iter().map(|sends| &sends.made));
    let days = stretches(w, calls);
    let mut sent: Vec<Sent> = vec![];
    for (feature, sends) in sends {
        sent.extend(of_feature(w, &rows, feature, &sends, &days));
    }
    // In the plan's order, whoever sends: the same hours are told once.
    let alike: BTreeSet<usize> = sent.iter().map(|sent| sent.alike).collect();
    let of = |sent: &Sent| alike.range(..sent.alike).count();
    let shares = match known.iter().find(|known| known.alike == alike && known.days == days) {
        Some(known) => known.shares.clone(),
        None => {
            let shares = shares(w, &alike, &days);
            known.push(Known { alike: alike.clone(), days, shares: shares.clone() });
            shares
        }
    };
    let is_in = |sent: &Sent, stretch: usize| sent.stretch.is_none_or(|own| own == stretch);
    let minutes = w.setting(Setting::HourMinutes);
    let rate = |hour: &Hour| {
        let sent = sent.iter().filter(|sent| is_in(sent, hour.stretch));
        let sent = sent.fold(zero(), |sum, sent| {
            sum + Expr::from(Node::Row(sent.week)) * &hour.shares[of(sent)].0
        });
        sent / &minutes
    };
    let rates: Vec<Expr> = shares.iter().map(rate).collect();
    let hours: Vec<RowId> = match rates.as_slice() {
        [] | [_] => vec![],
        several => (1..)
            .zip(several)
            .map(|(nth, rate)| {
                let when = format!("in an hour that may be the busiest: {nth}");
                rows.rate(w, &format!("hour.{nth}"), &when, rate.clone())
            })
            .collect(),
    };
    let most = match rates.as_slice() {
        [] => zero(),
        [only] => only.clone(),
        _ => largest(w, &rows, &hours),
    };
    let peak = rows.rate(w, "peak", "in the busiest hour", most);
    let most = number::mean(w, limit);
    let label = format!("part of the limit that {} take in the busiest hour", limited.counted());
    let used = rows.write(w, "used", label, "share", Expr::from(Node::Row(peak)) / &most);
    let senders = sent.iter().map(|sent| {
        let shares = shares.iter().map(|hour| match is_in(sent, hour.stretch) {
            true => hour.shares[of(sent)].1.clone(),
            false => vec![0.0; w.workings.months],
        });
        Sender { week: sent.week, steps: sent.steps.clone(), shares: shares.collect() }
    });
    let senders = senders.collect();
    let hours = if hours.is_empty() { vec![peak] } else { hours };
    let limit = most.input().expect("a checked limit is one number");
    Peak { address, model: model.to_owned(), limited, limit, peak, used, hours, senders }
}

/// What a feature sends: on all days, or stretch by stretch where its calls change within months.
fn of_feature(
    w: &mut Writer,
    rows: &Rows,
    feature: &Feature,
    sends: &[Sends],
    days: &[Days],
) -> Vec<Sent> {
    let features = &w.checked.plan.features;
    let load = feature.arrivals();
    let alike = features.iter().position(|other| other.arrivals() == load);
    let alike = alike.expect("it comes like itself");
    let week = |w: &mut Writer, steps: Vec<(String, RowId)>, stretch: Option<usize>| {
        let on = stretch.map(|nth| &days[nth]);
        let each = steps.iter().fold(zero(), |sum, (_, row)| sum + Expr::from(Node::Row(*row)));
        let each = each * units_a_week(w, feature, &features[alike].name);
        let unit = format!("{} a week", rows.limited.counted());
        let label = format!("{unit} of {}{}", feature.name, on.map(said).unwrap_or_default());
        let field = format!("week.{}{}", feature.name, when(on));
        let week = rows.write(w, &field, label, &unit, each);
        Sent { stretch, week, steps, alike }
    };
    let mut sent = vec![];
    for (nth, on) in days.iter().enumerate() {
        let changes = sends.iter().map(|sends| against_month(w, feature, &sends.made, on));
        let changes: Vec<Option<Expr>> = changes.collect();
        if changes.iter().all(Option::is_none) {
            let steps = sends.iter().map(|sends| (sends.step.clone(), sends.row));
            return vec![week(w, steps.collect(), None)];
        }
        let steps = sends.iter().zip(changes).map(|(sends, change)| {
            let row = match change {
                Some(change) => {
                    let then = Expr::from(Node::Row(sends.row)) * change;
                    rows.of_step(w, feature, (&sends.step, Some(on)), then)
                }
                None => sends.row,
            };
            (sends.step.clone(), row)
        });
        let steps = steps.collect();
        sent.push(week(w, steps, Some(nth)));
    }
    sent
}

/// A stretch of days, in words.
fn said(days: &Days) -> String {
    let days = days.stretches().iter();
    days.map(|days| format!(", from {} until {}", days.start, days.end)).collect()
}

/// Of a feature's calls on a model, what counts for one unit of work.
fn sends<'p>(
    w: &mut Writer<'p>,
    rows: &Rows,
    model: &str,
    feature: &'p Feature,
    figures: &Figures,
) -> Vec<Sends<'p>> {
    let plan = w.checked.plan;
    let named = &w.checked.named[model];
    // Batches have limits of their own.
    let counts =
        |call: &Call| call.tier != Tier::Batch && w.checked.models.get(&call.model).name == *named;
    let mut sends = vec![];
    for made in plan.made(&feature.step).into_iter().filter(|made| counts(made.call)) {
        let step = under(&feature.name, &made.name());
        let sent = match rows.limited {
            Limited::Rpm => {
                let of_step = figures.requests.iter().filter(|(it, _)| *it == step);
                of_step.fold(zero(), |sum, (_, sent)| sum + sent)
            }
            Limited::Tpm | Limited::Itpm | Limited::Otpm => tokens(w, rows.limited, &step),
        };
        if !sent.is(0) {
            let row = rows.of_step(w, feature, (&step, None), sent);
            sends.push(Sends { made, step, row });
        }
    }
    sends
}

/// The tokens of a step that count, for one unit.
fn tokens(w: &Writer, limited: Limited, step: &str) -> Expr {
    let sent = w.workings.lines.iter().filter(|line| line.sent && line.step == step);
    let counted = sent.filter(|line| match (&line.item, &line.rate) {
        (Item::Model { meter, .. }, LineRate::Prices(_)) => limited.counts(*meter),
        (Item::Model { .. } | Item::Other(_), _) => false,
    });
    let quantity = |line: &Line| line.quantity.map_or_else(one, |row| Expr::from(Node::Row(row)));
    counted.fold(zero(), |sum, line| sum + quantity(line))
}

/// Units of a feature in a week of the month: seven of its days, or five of Mondays to Fridays. Those that are told by the
/// month or the year come more often on some days of the week than on others where the load does.
fn units_a_week(w: &mut Writer, feature: &Feature, whose: &str) -> Expr {
    let volume = w.workings.find(&volume_address(&feature.name));
    let units = Expr::from(Node::Row(volume.expect("volumes are written first")));
    if feature.volume.is_by_workday() {
        let days = business_days(w);
        return units * w.setting(Setting::BusinessDays) / days;
    }
    let load = feature.arrivals();
    if matches!(feature.volume.period(), Some(Period::Month | Period::Year)) && !load.is_daily() {
        let values = w.by_month(|w, month| {
            let of_day = |day| load.between(day, 0..DAY_MINUTES);
            1.0 / w.days_of_month(month).map(of_day).sum::<f64>()
        });
        w.check_start();
        let label = format!("part of a month of {whose} that comes in a week of it");
        let series = w.series(&format!("{whose}.load.week"), &label, values);
        return units * Expr::from(Node::Given(series));
    }
    let days = Expr::from(Node::NextFirstDay) - Expr::from(Node::FirstDay);
    units * w.setting(Setting::WeekDays) / days
}

/// The part of a week in an hour: as a formula, and month by month.
type Share = (Expr, Vec<f64>);

/// An hour that may be the busiest.
#[derive(Clone)]
struct Hour {
    /// The stretch of days that it is one of.
    stretch: usize,
    /// By load.
    shares: Vec<Share>,
}

/// The hours of some loads, each by the place of the first feature that has it, on some stretches of days.
struct Known {
    alike: BTreeSet<usize>,
    days: Vec<Days>,
    shares: Vec<Hour>,
}

/// The hours that may be the busiest, each with the part of a week's arrivals in it by load.
fn shares(w: &mut Writer, alike: &BTreeSet<usize>, stretches: &[Days]) -> Vec<Hour> {
    let features = &w.checked.plan.features;
    let each: Vec<Load> = alike.iter().map(|nth| features[*nth].arrivals()).collect();
    if each.is_empty() {
        return vec![];
    }
    let whose: Vec<&str> = alike.iter().map(|nth| features[*nth].name.as_str()).collect();
    let mut found = vec![];
    for (stretch, days) in stretches.iter().enumerate() {
        let of_month = |month: usize| {
            let own: Vec<_> = w.days_of_month(month).filter(|day| days.has(*day)).collect();
            busiest(&each, &own)
        };
        let months: Vec<Vec<Vec<f64>>> = (0..w.workings.months).map(of_month).collect();
        let on = (stretches.len() > 1).then_some(days);
        for hour in 0..months.iter().map(Vec::len).max().unwrap_or_default() {
            let of_load = (0..each.len()).map(|load| {
                // A month of fewer such hours has its first one again, one without such days has none.
                let share = |month: &Vec<Vec<f64>>| {
                    month.get(hour).or(month.first()).map_or(0.0, |hour| hour[load])
                };
                let values: Vec<f64> = months.iter().map(share).collect();
                (share_of(w, &whose, (hour, load, on), &values), values)
            });
            found.push(Hour { stretch, shares: of_load.collect() });
        }
    }
    found
}

/// One number where all months have the same, or a series: clocks are set to summer and back.
fn share_of(
    w: &mut Writer,
    whose: &[&str],
    (hour, load, on): (usize, usize, Option<&Days>),
    values: &[f64],
) -> Expr {
    let own = whose[load];
    let mut address = format!("{own}.load.busiest");
    for (_, other) in whose.iter().enumerate().filter(|(nth, _)| *nth != load) {
        address.push_str(&format!(".with-{other}"));
    }
    let address = format!("{address}{}.{}", when(on), hour + 1);
    if values.iter().all(|value| *value == values[0]) {
        let source = format!("the load profile of {own}");
        return w.given(&address, values[0], "share", &source);
    }
    w.check_start();
    let then = on.map(said).unwrap_or_default();
    let label =
        format!("part of a week of {own} that comes in an hour that may be the busiest{then}");
    Expr::from(Node::Given(w.series(&address, &label, values.to_vec())))
}

/// So many formulas stand side by side.
const MOST: usize = 16;

/// The largest of several rows, by rows of their own where there are many.
fn largest(w: &mut Writer, rows: &Rows, of: &[RowId]) -> Expr {
    let mut of = of.to_vec();
    let mut nth = 0;
    while of.len() > MOST {
        let larger = of.chunks(MOST).map(|some| {
            nth += 1;
            rows.rate(w, &format!("hours.{nth}"), "in the busiest of some hours", one_of(some))
        });
        of = larger.collect();
    }
    one_of(&of)
}

/// The largest of a few rows.
fn one_of(rows: &[RowId]) -> Expr {
    let rows = rows.iter().map(|row| Expr::from(Node::Row(*row)));
    rows.reduce(|most, next| most.max(&next)).unwrap_or_else(zero)
}
