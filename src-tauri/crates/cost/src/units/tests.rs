//! What people type, and what it is read as.

use super::*;

fn reads(text: &str, kind: Kind) -> Spread {
    read(text, kind).unwrap_or_else(|unread| panic!("{text}: {}", unread.message)).spread
}

fn refuses(text: &str, kind: Kind) -> String {
    let unread = read(text, kind).expect_err("must not be read");
    format!("{} {}", unread.message, unread.hint)
}

#[test]
fn numbers_read_as_people_type_them() {
    assert_eq!(reads("1.5M tokens", Kind::Tokens), Spread::Fixed(1.5e6));
    assert_eq!(reads("25..35", Kind::Tokens), Spread::Range { low: 25.0, high: 35.0 });
    assert_eq!(reads("1..2k", Kind::Tokens), Spread::Range { low: 1e3, high: 2e3 });
    assert_eq!(reads("4..11%", Kind::Share), Spread::Range { low: 0.04, high: 0.11 });
    assert_eq!(reads("$1.10", Kind::Amount), Spread::Fixed(1.1));
    assert_eq!(reads("12,000", Kind::People), Spread::Fixed(12_000.0));
    assert_eq!(reads("6%/month", Kind::Growth), Spread::Fixed(0.06));
    assert_eq!(reads("month 9", Kind::MonthNumber), Spread::Fixed(9.0));
    for (text, seconds) in
        [("90 s", 90.0), ("5m", 300.0), ("1.5 hours", 5400.0), ("30 days", 2.592e6)]
    {
        assert_eq!(reads(text, Kind::Duration), Spread::Fixed(seconds));
    }
    assert_eq!(reads("1..4 min", Kind::Duration), Spread::Range { low: 60.0, high: 240.0 });
    assert_eq!(
        refuses("300", Kind::Duration),
        "`300` is not a stretch of time. Write 90 s, 5 min, 2 h or 30 days."
    );
    let each = read("0.5/1.5/6 per business day", Kind::Frequency).expect("reads");
    assert_eq!(each.period, Some(Period::BusinessDay));
    assert_eq!(each.spread, Spread::Likely { low: 0.5, likely: 1.5, high: 6.0 });
    assert_eq!(reads("3/Business Day", Kind::Frequency), Spread::Fixed(3.0));
    for text in ["3/year", "3 a year", "3 per year"] {
        let each = read(text, Kind::Frequency).expect("reads");
        assert_eq!((each.spread, each.period), (Spread::Fixed(3.0), Some(Period::Year)));
    }
    assert_eq!(reads("$0.125", Kind::Amount), Spread::Fixed(0.125));
    let users = read("12k ±20%", Kind::People).expect("reads");
    assert_eq!((users.spread, users.doubt), (Spread::Fixed(12_000.0), Some(0.2)));
}

#[test]
fn what_was_measured_lists_its_values_with_how_often_each_was_met() {
    let read = |text, kind| super::read(text, kind).expect("reads");
    let tokens = read("120 x14 | 1.2k × 88 | 9,000", Kind::Tokens);
    assert_eq!(tokens.spread.mean(Law::Lognormal), (1680.0 + 105_600.0 + 9000.0) / 103.0);
    assert!(tokens.doubt.is_some_and(|doubt| doubt < 0.12), "{:?}", tokens.doubt);
    assert_eq!(read("120 x14 | 350 x2 ±40%", Kind::Tokens).doubt, Some(0.4));
    assert_eq!(reads("350 x88 tokens", Kind::Tokens), Spread::Fixed(350.0));
    assert_eq!(reads("25% x1 | 75% x3", Kind::Share).mean(Law::Share), 0.625);
    let days = read("900 x3 | 1.1k x1 per business day", Kind::Frequency);
    assert_eq!(days.period, Some(Period::BusinessDay));
    assert_eq!(days.spread.mean(Law::Lognormal), 950.0);
}

#[test]
fn a_list_that_cannot_be_meant_is_refused() {
    let write = "Write 120 x14 | 350 x88 | 900 x12.";
    for (text, said) in [
        ("120 x14 |", "`120 x14 |` has a bar without a value."),
        ("120 x14 | much x3", "`much` is not a number of tokens."),
        ("120 x0 | 300 x1", "`120 x0` does not say how often: a whole number from 1 to 10¹²."),
        ("120 x1.5", "`120 x1.5` does not say how often: a whole number from 1 to 10¹²."),
    ] {
        assert_eq!(refuses(text, Kind::Tokens), format!("{said} {write}"));
    }
    assert_eq!(
        refuses("350 x2 | 120 x14", Kind::Tokens),
        "Its values do not rise: 120 follows 350. List each value once, from small to large."
    );
    assert_eq!(
        refuses("-4 x2 | 120 x14", Kind::Tokens),
        "`-4 x2 | 120 x14` is below 0. Write 0 or more."
    );
    assert_eq!(
        refuses("1 x2 | 2.5 x14", Kind::Count),
        "`1 x2 | 2.5 x14` lists what is not whole. Write whole counts: 2 x14 | 3 x88."
    );
    let many: Vec<String> = (1..=65).map(|value| format!("{value} x2")).collect();
    assert_eq!(
        refuses(&many.join(" | "), Kind::Tokens),
        "It lists 65 values; from 1 to 64 can be. \
         Put neighbours together: their mean, and how often all of them were met."
    );
    assert!(refuses("1 x3 | 700 x2", Kind::Count).contains("more than 500 rows"));
    assert!(refuses("1 x3 | 7 x2", Kind::MonthNumber).contains("is not a month of the plan"));
}

#[test]
fn what_cannot_be_meant_is_refused_with_what_to_write() {
    assert_eq!(
        refuses("0..450", Kind::Tokens),
        "`0..450` starts at 0, which a range of this kind cannot. Write 1..450, or low/likely/high: 0/225/450."
    );
    assert_eq!(
        refuses("lots", Kind::Tokens),
        "`lots` is not a number of tokens. Write 350, 1.2k or 40..220."
    );
    assert_eq!(
        refuses("140%", Kind::Share),
        "`140%` is not between 0% and 100%. Write a share such as 70%."
    );
    assert_eq!(
        refuses("6/month", Kind::Growth),
        "`6/month` has no `%`: it would be 600% a month. Write 6%/month."
    );
    assert_eq!(
        refuses("6%/year", Kind::Growth),
        "`6%/year` is not a change by month. Write 6%/month."
    );
    assert_eq!(
        refuses("$0.1234567890123456789", Kind::Amount),
        "`$0.1234567890123456789` has more digits than are kept. Write 15 digits at most."
    );
    assert_eq!(
        refuses("12.500", Kind::People),
        "`12.500` may be 12500 or 12.5. Write 12500, or take the zeros off the end."
    );
    assert_eq!(
        refuses("800..3.000", Kind::Tokens),
        "`3.000` may be 3000 or 3. Write 3000, or take the zeros off the end."
    );
    assert_eq!(
        refuses("6/hour", Kind::Frequency),
        "`6/hour` counts by the hour, which is not known here. Write /day, /business day, /week, /month or /year."
    );
    assert_eq!(refuses("5/min", Kind::Plain), "`5/min` has a `/min` too many. Write 0.9 or 5,000.");
    assert_eq!(
        refuses("6%/quarter", Kind::Growth),
        "`6%/quarter` is not a change by month. Write 6%/month."
    );
    assert_eq!(refuses("9..3", Kind::Count), "`9..3` runs backwards. Write 3 or 2..6.");
    assert_eq!(
        refuses("2.5", Kind::Count),
        "`2.5` is not a whole count of 1 or more. Write 3 or 2..6."
    );
    assert_eq!(
        refuses("1,5", Kind::Tokens),
        "`1,5` is not a number of tokens. Write 350, 1.2k or 40..220."
    );
    assert_eq!(
        refuses("10k", Kind::Frequency),
        "`10k` does not say in how much time. Write 1.4/month, 10k/day or 3/business day."
    );
    assert_eq!(
        refuses("5 ±120%", Kind::People),
        "`±120%` is not a doubt from ±0% to below ±100%. Write 12k or 12k ±20%."
    );
    assert!(refuses("5..5000", Kind::Count).contains("more than 500 rows"));
    assert_eq!(
        refuses("100001", Kind::Count),
        "`100001` is more than 100,000. Count larger pieces, or make the copies units of the volume."
    );
    assert!(read("600", Kind::Count).is_ok());
}

#[test]
fn no_hint_names_a_month_that_a_short_plan_does_not_have() {
    for text in ["2027-02", "month 0", "month 2..3", "soon", "month 2 ±x"] {
        let told = refuses(text, Kind::MonthNumber);
        assert!(
            told.ends_with("Write month 1 for the plan's first month, and count on from there."),
            "{told}"
        );
    }
}
