//! Rate limits: what the busiest hour of each month takes of them, over all features that use the model.
//!
//! These are expected rates: units are even within an hour of their load profile, and bursts inside of it are not
//! counted; a branch that runs for a part of a month counts as spread over all of it. Of failed attempts the tokens that
//! are billed count, and each attempt is a request.

use std::collections::BTreeSet;

use super::busiest::busiest;
use super::call::Figures;
use super::number;
use super::volume::business_days;
use super::writer::{Setting, Writer, one, say, under, volume_address, zero};
use crate::book::Tier;
use crate::load::Load;
use crate::plan::{Call, Feature, Limited, Number};
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
}

/// What a feature sends, and the place in the plan of the first one whose users come alike.
struct Sent {
    week: RowId,
    steps: Vec<(String, RowId)>,
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
    let mut sent: Vec<Sent> = vec![];
    for (feature, figures) in plan.features.iter().zip(figures) {
        let steps = steps(w, &rows, model, feature, figures);
        if steps.is_empty() {
            continue;
        }
        let each = steps.iter().fold(zero(), |sum, (_, row)| sum + Expr::from(Node::Row(*row)));
        let week = each * units_a_week(w, feature);
        let unit = format!("{} a week", limited.counted());
        let label = format!("{unit} of {}", feature.name);
        let week = rows.write(w, &under("week", &feature.name), label, &unit, week);
        let load = comes(feature);
        let alike = plan.features.iter().position(|other| comes(other) == load);
        sent.push(Sent { week, steps, alike: alike.expect("it comes like itself") });
    }
    // In the plan's order, whoever sends: the same hours are told once.
    let alike: BTreeSet<usize> = sent.iter().map(|sent| sent.alike).collect();
    let of = |sent: &Sent| alike.range(..sent.alike).count();
    let shares = match known.iter().find(|known| known.alike == alike) {
        Some(known) => known.shares.clone(),
        None => {
            let shares = shares(w, &alike);
            known.push(Known { alike: alike.clone(), shares: shares.clone() });
            shares
        }
    };
    let minutes = w.setting(Setting::HourMinutes);
    let rate = |shares: &Vec<Share>| {
        let sent = sent
            .iter()
            .fold(zero(), |sum, sent| sum + Expr::from(Node::Row(sent.week)) * &shares[of(sent)].0);
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
        let shares = shares.iter().map(|shares| shares[of(sent)].1.clone()).collect();
        Sender { week: sent.week, steps: sent.steps.clone(), shares }
    });
    let senders = senders.collect();
    let hours = if hours.is_empty() { vec![peak] } else { hours };
    let limit = most.input().expect("a checked limit is one number");
    Peak { address, model: model.to_owned(), limited, limit, peak, used, hours, senders }
}

/// Of a feature's calls on a model, what counts for one unit of work, by the steps' addresses.
fn steps(
    w: &mut Writer,
    Rows { group, address, limited }: &Rows,
    model: &str,
    feature: &Feature,
    figures: &Figures,
) -> Vec<(String, RowId)> {
    let plan = w.checked.plan;
    let named = &w.checked.named[model];
    // Batches have limits of their own.
    let counts =
        |call: &Call| call.tier != Tier::Batch && w.checked.models.get(&call.model).name == *named;
    let calls = plan.made(&feature.step).into_iter().filter(|made| counts(made.call));
    let calls: Vec<String> = calls.map(|made| under(&feature.name, &made.name())).collect();
    let mut steps = vec![];
    for step in calls {
        let sent = match limited {
            Limited::Rpm => {
                let of_step = figures.requests.iter().filter(|(it, _)| *it == step);
                of_step.fold(zero(), |sum, (_, sent)| sum + sent)
            }
            Limited::Tpm | Limited::Itpm | Limited::Otpm => tokens(w, *limited, &step),
        };
        if sent.is(0) {
            continue;
        }
        let label = say(
            format!("{} that count, {step}", limited.counted()),
            format!("{} per {}", limited.counted(), feature.unit),
        );
        let row = w.row_id(Place::Unit, group, format!("{address}.of.{step}"), label, sent);
        steps.push((step, row));
    }
    steps
}

/// The tokens of a step that count, for one unit.
fn tokens(w: &Writer, limited: Limited, step: &str) -> Expr {
    let lines = w.workings.lines.iter().filter(|line| line.step == step);
    let counted = lines.filter(|line| match (&line.item, &line.rate) {
        (Item::Model { meter, .. }, LineRate::Prices(_)) => limited.counts(*meter),
        (Item::Model { .. } | Item::Other(_), _) => false,
    });
    let quantity = |line: &Line| line.quantity.map_or_else(one, |row| Expr::from(Node::Row(row)));
    counted.fold(zero(), |sum, line| sum + quantity(line))
}

/// Units of a feature in a week of the month: seven of its days, or five of Mondays to Fridays.
fn units_a_week(w: &mut Writer, feature: &Feature) -> Expr {
    let volume = w.workings.find(&volume_address(&feature.name));
    let units = Expr::from(Node::Row(volume.expect("volumes are written first")));
    if feature.volume.is_by_workday() {
        let days = business_days(w);
        return units * w.setting(Setting::BusinessDays) / days;
    }
    let days = Expr::from(Node::NextFirstDay) - Expr::from(Node::FirstDay);
    units * w.setting(Setting::WeekDays) / days
}

/// When a feature's users come: those of business days on no weekend.
fn comes(feature: &Feature) -> Load {
    let load = feature.arrivals();
    let load = if feature.volume.is_by_workday() { load.on_workdays() } else { load };
    // An even load is even in any zone.
    if load.is_flat() { Load::flat() } else { load }
}

/// The part of a week in an hour: as a formula, and month by month.
type Share = (Expr, Vec<f64>);

/// The hours of some loads, each by the place of the first feature that has it.
struct Known {
    alike: BTreeSet<usize>,
    shares: Vec<Vec<Share>>,
}

/// By hour that may be the busiest and by load, the part of a week's arrivals in it.
fn shares(w: &mut Writer, alike: &BTreeSet<usize>) -> Vec<Vec<Share>> {
    let features = &w.checked.plan.features;
    let each: Vec<Load> = alike.iter().map(|nth| comes(&features[*nth])).collect();
    if each.is_empty() {
        return vec![];
    }
    let months: Vec<Vec<Vec<f64>>> =
        (0..w.workings.months).map(|month| busiest(&each, w.days_of_month(month))).collect();
    let hours = months.iter().map(Vec::len).max().unwrap_or_default();
    let whose: Vec<&str> = alike.iter().map(|nth| features[*nth].name.as_str()).collect();
    let mut found = vec![];
    for hour in 0..hours {
        let of_load = (0..each.len()).map(|load| {
            // A month of fewer such hours has its first one again.
            let share = |month: &Vec<Vec<f64>>| month.get(hour).unwrap_or(&month[0])[load];
            let values: Vec<f64> = months.iter().map(share).collect();
            (share_of(w, &whose, (hour, load), &values), values)
        });
        found.push(of_load.collect());
    }
    found
}

/// One number where all months have the same, or a series: clocks are set to summer and back.
fn share_of(w: &mut Writer, whose: &[&str], (hour, load): (usize, usize), values: &[f64]) -> Expr {
    let own = whose[load];
    let mut address = format!("{own}.load.busiest");
    for (_, other) in whose.iter().enumerate().filter(|(nth, _)| *nth != load) {
        address.push_str(&format!(".with-{other}"));
    }
    let address = format!("{address}.{}", hour + 1);
    if values.iter().all(|value| *value == values[0]) {
        let source = format!("the load profile of {own}");
        return w.given(&address, values[0], "share", &source);
    }
    w.check_start();
    let label = format!("part of a week of {own} that comes in an hour that may be the busiest");
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
