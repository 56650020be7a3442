//! The hours of a week that may be its busiest, for users of several profiles and time zones.

use jiff::civil::{Date, Weekday};

use crate::load::{DAY_QUARTERS, Load};

/// So many quarters have an hour.
const QUARTERS: f64 = 4.0;

/// So many days in a row have every hour of a week, whatever the clocks do.
const ALL_HOURS: usize = 14;

/// Of the hours of some days those that may be the busiest, whatever the loads' volumes are: no other hour has as much of
/// every load. Each with the part of a week's arrivals that comes in such an hour, load by load. Where the clocks of two
/// zones stand half an hour apart these are quarters of an hour, told as hours.
pub fn busiest(loads: &[Load], days: &[Date]) -> Vec<Vec<f64>> {
    // One load is busiest when it is, wherever its clocks stand.
    if let ([only], ALL_HOURS..) = (loads, days.len()) {
        return vec![vec![only.busiest()]];
    }
    let mut seen: Vec<(Weekday, Vec<[f64; DAY_QUARTERS]>)> = vec![];
    let mut hours: Vec<Vec<f64>> = vec![];
    for &day in days {
        let quarters: Vec<_> = loads.iter().map(|load| load.quarters(day)).collect();
        let known = (day.weekday(), quarters);
        if seen.contains(&known) {
            continue;
        }
        let of = |nth: usize| known.1.iter().map(|load| load[nth] * QUARTERS).collect();
        hours.extend((0..DAY_QUARTERS).map(of));
        seen.push(known);
    }
    // What is below another one in no load comes before it.
    hours.sort_by(|one, next| next.partial_cmp(one).expect("parts of arrivals are numbers"));
    hours.dedup();
    let mut kept: Vec<Vec<f64>> = vec![];
    for hour in hours {
        let has_all = |kept: &Vec<f64>| kept.iter().zip(&hour).all(|(kept, here)| kept >= here);
        if !kept.iter().any(has_all) {
            kept.push(hour);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn january() -> Vec<Date> {
        date(2027, 1, 1).series(jiff::Span::new().days(1)).take(31).collect()
    }

    #[test]
    fn one_load_and_flat_ones_have_one_hour() {
        let office = Load::office_hours();
        assert_eq!(busiest(std::slice::from_ref(&office), &january()), [[office.busiest()]]);
        let both = busiest(&[Load::flat(), office.clone()], &january());
        assert_eq!(both, [[1.0 / 168.0, office.busiest()]]);
    }

    #[test]
    fn a_few_days_have_their_own_hours_alone() {
        let office = Load::office_hours().on_workdays();
        let saturday = &january()[1..2];
        assert_eq!(busiest(std::slice::from_ref(&office), saturday), [[0.0]]);
        assert!(busiest(&[office], &[]).is_empty());
    }

    #[test]
    fn offices_whose_hours_meet_are_busiest_together() {
        let office = |zone| Load::office_hours().in_zone(zone).expect("a zone");
        let most = Load::office_hours().busiest();
        let near = busiest(&[office("Europe/London"), office("America/New_York")], &january());
        assert_eq!(near, [[most, most]]);
        let far = busiest(&[office("Europe/London"), office("Asia/Tokyo")], &january());
        assert_eq!(far.len(), 2);
        assert!(far.iter().all(|hour| hour.contains(&most) && hour[0] != hour[1]), "{far:?}");
    }
}
