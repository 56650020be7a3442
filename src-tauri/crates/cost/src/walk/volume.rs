//! Units of work by month: from people and how often they come, or given.

use super::call::volume_address;
use super::number;
use super::writer::{Setting, Writer, one, say, two, zero};
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
    let label = say(feature.units(), format!("{} a month", feature.units()));
    let row = w.row_id(Place::Volume, &feature.name, &address, label, units);
    Expr::from(Node::Row(row))
}

/// How often in a month.
fn frequency(w: &mut Writer, number: &Number) -> Expr {
    let times = number::mean(w, number);
    match number.typed().period.expect("a frequency has a period") {
        Period::Month => times,
        Period::Year => times / w.setting(Setting::YearMonths),
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

#[cfg(test)]
mod tests {
    use crate::estimate::estimate;
    use crate::plan::{Measures, Plan};
    use crate::sample::checked;

    /// Units of every month, for a volume as it is written in a plan.
    fn units(starts: &str, volume: &str) -> Vec<f64> {
        let text = format!(
            "{{ forebill: 1, name: V, starts: {starts}, months: 12, prompts: {{ p: {{ tokens: 1 }} }}, features: [ \
             {{ name: f, unit: unit, volume: {volume}, step: {{ call: {{ model: acme/large, input: [p], output: 1 }} }} }} ] }}"
        );
        let plan: Plan = serde_saphyr::from_str(&text).expect("a plan");
        let plan = plan.addressed();
        let measures = Measures::default();
        let estimate = estimate(&checked(&plan, &measures)).expect("a plan of sensible size");
        let volume = estimate.workings.features[0].volume;
        (0..12).map(|month| estimate.values.at(volume, month)).collect()
    }

    #[test]
    fn a_day_a_week_and_a_business_day_follow_the_calendar() {
        assert_eq!(units("2027-01", "{ units: 10/day }")[..3], [310.0, 280.0, 310.0]);
        assert_eq!(units("2028-01", "{ units: 1/day }")[1], 29.0);
        assert_eq!(units("2027-02", "{ units: 1/week }")[0], 4.0);
        // Mondays to Fridays of 2027, counted on a calendar.
        let workdays = [21.0, 20.0, 23.0, 22.0, 21.0, 22.0, 22.0, 22.0, 22.0, 21.0, 22.0, 23.0];
        assert_eq!(units("2027-01", "{ units: 1/business day }"), workdays);
    }

    #[test]
    fn a_year_is_twelve_equal_months() {
        assert_eq!(units("2027-01", "{ units: 3/year }"), [0.25; 12]);
        assert_eq!(units("2027-01", "{ users: 400, each: 3 a year }"), [100.0; 12]);
    }

    #[test]
    fn adoption_rises_in_an_s_from_its_first_month_to_its_last() {
        let rising =
            "{ users: 1000, adoption: { from: 10%, to: 50%, by: month 9 }, each: 1/month }";
        let units = units("2027-01", rising);
        assert!((units[0] - 100.0).abs() < 1e-9 && (units[8] - 500.0).abs() < 1e-9);
        // Half of the way is half of the rise.
        assert!((units[4] - 300.0).abs() < 1e-9, "{units:?}");
        assert_eq!(units[8], units[11]);
    }

    #[test]
    fn growth_compounds_from_the_second_month() {
        let units = units("2027-01", "{ units: 100/month, grows: 10%/month }");
        assert!((units[2] - 121.0).abs() < 1e-9);
    }
}
