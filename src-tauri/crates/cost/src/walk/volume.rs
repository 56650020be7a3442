//! Units of work by month: from people and how often they come, or given.

use super::call::volume_address;
use super::number::{self, one, two, zero};
use super::writer::{Setting, Writer, say};
use crate::plan::{Adoption, Curve, Feature, Number, Rise};
use crate::units::Period;
use crate::workings::{Expr, Node, Place};

/// Writes a feature's units by month.
///
/// # Panics
/// When the feature has no volume: a checked plan's features have.
pub fn volume(w: &mut Writer, feature: &Feature) -> Expr {
    let volume = &feature.volume;
    let mut units = match (&volume.units, &volume.users, &volume.each) {
        (Some(units), _, _) => frequency(w, units),
        (None, Some(users), Some(each)) => {
            let people = number::mean(w, users);
            let active = match &volume.adoption {
                None => people,
                Some(adoption) => people * adopting(w, feature, adoption),
            };
            let label = say("people who use it", "people");
            let active = w.row(Place::Volume, &feature.name, "active", label, active);
            active * frequency(w, each)
        }
        (None, _, _) => unreachable!("a checked plan's features have a volume"),
    };
    if let Some(grows) = &volume.grows {
        let change = number::mean(w, grows);
        let factor = (one() + change).power(&(Expr::from(Node::MonthNumber) - one()));
        let label = say("volume against launch", "times");
        units = units * w.row(Place::Volume, &feature.name, "growth", label, factor);
    }
    let address = volume_address(&feature.name);
    let label = say(format!("{}s", feature.unit), format!("{}s a month", feature.unit));
    let row = w.row_id(Place::Volume, &feature.name, &address, label, units);
    Expr::from(Node::Row(row))
}

/// How often in a month.
fn frequency(w: &mut Writer, number: &Number) -> Expr {
    let times = number::mean(w, number);
    match number.typed().period.expect("a frequency has a period") {
        Period::Month => times,
        Period::Day => times * days(w),
        Period::Week => {
            let days = days(w);
            let week = w.setting(Setting::WeekDays);
            times * (days / week)
        }
        Period::BusinessDay => times * business_days(w),
    }
}

fn days(w: &mut Writer) -> Expr {
    w.once("calendar.days", |w| {
        let days = Expr::from(Node::NextFirstDay) - Expr::from(Node::FirstDay);
        w.row(Place::Volume, "calendar", "days", say("days", "days"), days)
    })
}

/// Mondays to Fridays. Spreadsheets' day 2 is a Monday, and every seventh day after it.
fn business_days(w: &mut Writer) -> Expr {
    w.once("calendar.business-days", |w| {
        let before = |w: &mut Writer, field: &str, day: Expr| {
            let since = day - two();
            let week = w.setting(Setting::WeekDays);
            let weeks = (&since / &week).floor();
            let label = say(format!("whole weeks before the {field} day"), "weeks");
            let weeks = w.row(Place::Volume, "calendar", &format!("weeks-{field}"), label, weeks);
            let workdays = w.setting(Setting::BusinessDays);
            &workdays * &weeks + workdays.min(&(since - &week * &weeks))
        };
        let first = before(w, "first", Expr::from(Node::FirstDay));
        let next = before(w, "next", Expr::from(Node::NextFirstDay));
        let label = say("Mondays to Fridays", "days");
        w.row(Place::Volume, "calendar", "business-days", label, next - first)
    })
}

fn adopting(w: &mut Writer, feature: &Feature, adoption: &Adoption) -> Expr {
    match adoption {
        Adoption::Steady(share) => number::mean(w, share),
        Adoption::Rising(rise) => rising(w, feature, rise),
    }
}

/// f(m) = from + (to − from)·(L(x) − L(0))/(L(1) − L(0)), x = min(1, (m − 1)/(by − 1)).
fn rising(w: &mut Writer, feature: &Feature, rise: &Rise) -> Expr {
    let group = format!("{}.adoption", feature.name);
    let (from, to, by) =
        (number::mean(w, &rise.from), number::mean(w, &rise.to), number::mean(w, &rise.by));
    let along = (Expr::from(Node::MonthNumber) - one()) / (by - one());
    let along = w.row(
        Place::Volume,
        &group,
        "along",
        say("part of the rise behind us", "share"),
        one().min(&along),
    );
    let done = match rise.curve {
        Curve::Linear => along,
        Curve::SCurve => {
            let steepness = w.setting(Setting::Steepness);
            let logistic =
                |x: &Expr| one() / (one() + (zero() - &steepness * (x - one() / two())).exp());
            let [start, end, now] = [
                ("curve-start", "the curve's start", logistic(&zero())),
                ("curve-end", "the curve's end", logistic(&one())),
                ("curve", "the curve now", logistic(&along)),
            ]
            .map(|(field, label, expr)| {
                w.row(Place::Volume, &group, field, say(label, "share"), expr)
            });
            (now - &start) / (end - start)
        }
    };
    let adopted = &from + (to - &from) * done;
    w.row(Place::Volume, &group, "share", say("part of the people who use it", "share"), adopted)
}
