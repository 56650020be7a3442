//! Units of work by month: from people and how often they come, or given.

use super::number;
use super::writer::{Setting, Writer, one, say, two, volume_address, zero};
use crate::plan::{Adoption, Curve, Feature, Number, Rise, Season};
use crate::units::Period;
use crate::workings::{Expr, InputId, Node, Place};

/// Writes a feature's units by month.
///
/// # Panics
/// When the feature has no volume: a checked plan's features have.
pub fn volume(w: &mut Writer, feature: &Feature) -> Expr {
    let volume = &feature.volume;
    let age = age(w, feature);
    let mut units = match (&volume.units, &volume.users, &volume.each) {
        (Some(units), _, _) => frequency(w, units),
        (None, Some(users), Some(each)) => {
            let people = number::mean(w, users);
            let active = match &volume.adoption {
                None => people,
                Some(adoption) => people * adopting(w, feature, &age, adoption),
            };
            let label = say("people who use it", "people");
            let active = w.row(Place::Volume, &feature.name, "active", label, active);
            active * frequency(w, each)
        }
        (None, _, _) => unreachable!("a checked plan's features have a volume"),
    };
    if let Some(grows) = &volume.grows {
        let change = number::mean(w, grows);
        let factor = (one() + change).power(&age);
        let label = say("volume against launch", "times");
        units = units * w.row(Place::Volume, &feature.name, "growth", label, factor);
    }
    if let Some(season) = &volume.season {
        units = units * of_season(w, feature, season);
    }
    if let Some(starts) = &feature.starts {
        let first = number::mean(w, starts);
        units = Expr::if_at_most(&first, &Expr::from(Node::MonthNumber), &units, &zero());
    }
    let address = volume_address(&feature.name);
    let label = say(feature.units(), format!("{} a month", feature.units()));
    let row = w.row_id(Place::Volume, &feature.name, &address, label, units);
    Expr::from(Node::Row(row))
}

/// Months since the feature began.
fn age(w: &mut Writer, feature: &Feature) -> Expr {
    let month = Expr::from(Node::MonthNumber);
    let Some(starts) = &feature.starts else { return month - one() };
    let first = number::mean(w, starts);
    let label = say("months since it began", "months");
    w.row(Place::Volume, &feature.name, "month.age", label, zero().max(&(month - first)))
}

/// The factor of the month of the calendar.
fn of_season(w: &mut Writer, feature: &Feature, season: &Season) -> Expr {
    let factors = season.factors.iter().map(|factor| number::mean(w, factor).input());
    let factors: Vec<InputId> = factors.map(|input| input.expect("a factor is typed")).collect();
    let factor = Expr::from(Node::OfYear(factors[0]));
    let label = say("volume against the mean of its year", "times");
    w.row(Place::Volume, &feature.name, "season", label, factor)
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
pub fn business_days(w: &mut Writer) -> Expr {
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

/// Units of a feature by the second, in the month at hand.
pub fn by_the_second(w: &mut Writer, feature: &str) -> Expr {
    let volume = w.workings.find(&volume_address(feature)).expect("volumes are written first");
    let days = Expr::from(Node::NextFirstDay) - Expr::from(Node::FirstDay);
    Expr::from(Node::Row(volume)) / (w.setting(Setting::DaySeconds) * days)
}

fn adopting(w: &mut Writer, feature: &Feature, age: &Expr, adoption: &Adoption) -> Expr {
    match adoption {
        Adoption::Steady(share) => number::mean(w, share),
        Adoption::Rising(rise) => rising(w, feature, age, rise),
    }
}

/// f(m) = from + (to − from)·(L(x) − L(0))/(L(1) − L(0)), x = min(1, (m − 1)/(by − 1)), months counted from its first.
fn rising(w: &mut Writer, feature: &Feature, age: &Expr, rise: &Rise) -> Expr {
    let group = format!("{}.adoption", feature.name);
    let (from, to, by) =
        (number::mean(w, &rise.from), number::mean(w, &rise.to), number::mean(w, &rise.by));
    let first = feature.starts.as_ref().map_or_else(one, |starts| number::mean(w, starts));
    let along = age / (by - first);
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

    /// Units of every month of a feature that begins in a month of its own.
    fn units_from(starts: &str, volume: &str) -> Vec<f64> {
        units("2027-01", &format!("{volume}, starts: {starts}"))
    }

    #[test]
    fn a_feature_has_no_volume_before_it_begins_and_grows_from_then_on() {
        let units = units_from("month 4", "{ units: 100/month, grows: 10%/month }");
        let grown = |months: i32| 100.0 * 1.1_f64.powi(months);
        assert_eq!(units[..3], [0.0; 3]);
        for (months, units) in (0..).zip(&units[3..]) {
            assert!((units - grown(months)).abs() < 1e-9, "{units} after {months} months");
        }
        let rising = "{ users: 1000, adoption: { from: 10%, to: 50%, by: month 10, shape: linear }, \
                      each: 1/month }";
        let units = units_from("month 4", rising);
        assert!((units[3] - 100.0).abs() < 1e-9 && (units[6] - 300.0).abs() < 1e-9, "{units:?}");
        assert!((units[9] - 500.0).abs() < 1e-9 && units[2] == 0.0, "{units:?}");
    }

    #[test]
    fn a_season_follows_the_months_of_the_calendar() {
        let factors = [0.8, 0.8, 1.0, 1.1, 1.0, 1.0, 0.7, 0.6, 1.0, 1.2, 1.3, 1.5];
        let units = units("2027-11", &format!("{{ units: 100/month, season: {factors:?} }}"));
        let expected: Vec<f64> = (0..12).map(|month| 100.0 * factors[(month + 10) % 12]).collect();
        assert_eq!(units, expected);
        assert!((units.iter().sum::<f64>() - 1200.0).abs() < 1e-9);
    }

    #[test]
    fn growth_compounds_from_the_second_month() {
        let units = units("2027-01", "{ units: 100/month, grows: 10%/month }");
        assert!((units[2] - 121.0).abs() < 1e-9);
    }
}
