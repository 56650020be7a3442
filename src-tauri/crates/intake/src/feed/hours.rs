//! Hours and days of the week, as others write them.

use cost::book::{Week, Window};
use jiff::civil::Weekday;

/// Hours from `16:30` to `00:30`; the whole day, which is no window, where they begin and end alike.
pub fn window(start: &str, end: &str) -> Option<Option<Window>> {
    let minute = |time: &str| {
        let (hour, minute) = time.trim().split_once(':')?;
        let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
        let is_time = (hour < 24 && minute < 60) || (hour == 24 && minute == 0);
        is_time.then_some(hour % 24 * 60 + minute)
    };
    let (start_minute, end_minute) = (minute(start)?, minute(end)?);
    Some((start_minute != end_minute).then_some(Window { start_minute, end_minute }))
}

/// Days, Monday as 1, as spans that a book can say.
pub fn weeks(days: &[i8]) -> Vec<Week> {
    let mut days: Vec<_> =
        days.iter().filter_map(|day| Weekday::from_monday_one_offset(*day).ok()).collect();
    days.sort_by_key(|day| day.to_monday_zero_offset());
    days.dedup();
    let follows = |a: &Weekday, b: &Weekday| a.next() == *b && *b != Weekday::Monday;
    days.chunk_by(follows).map(|run| Week::span(run[0], run[run.len() - 1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_spans() {
        let said =
            |days: &[i8]| weeks(days).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(said(&[1, 2, 3, 4, 5]), "mon-fri");
        assert_eq!(said(&[7, 6]), "sat-sun");
        assert_eq!(said(&[7, 1, 3]), "mon wed sun");
        assert_eq!(said(&[1, 2, 3, 4, 5, 6, 7]), "mon-sun");
        assert_eq!(said(&[0, 8]), "");
    }

    #[test]
    fn hours_may_pass_midnight_and_a_whole_day_is_no_window() {
        let said = |start: &str, end: &str| {
            window(start, end).map_or("none".into(), |hours| {
                hours.map_or("all day".into(), |hours| hours.to_string())
            })
        };
        assert_eq!(said("16:30", "00:30"), "16:30-00:30");
        assert_eq!(said("10:00", "24:00"), "10:00-00:00");
        assert_eq!(said("00:00", "00:00"), "all day");
        assert_eq!(said("25:00", "26:00"), "none");
        assert_eq!(said("9", "10"), "none");
    }
}
