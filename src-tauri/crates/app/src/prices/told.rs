//! A price for as many units as people tell it for: tokens by the million, searches by the thousand, hours each.

use cost::meter::Meter;
use cost::money::Rate;
use cost::plan::plural;

/// The price of a million of a meter, for what it is usually told for, and the words for that: `10`, `1,000 searches`.
pub fn told(meter: Meter, per_million: &str) -> (String, String) {
    let rate = Rate::parse_per_million(per_million).expect("a price that was printed");
    let (units, unit) = (meter.told_for(), meter.unit());
    let words = match units {
        1 => unit.to_owned(),
        1_000 => format!("1,000 {}", plural(unit)),
        1_000_000 => format!("million {}", plural(unit)),
        units => format!("{units} {}", plural(unit)),
    };
    (rate.for_units(units), words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_are_told_for_what_they_are_sold_by() {
        let check = |meter: Meter, per_million: &str, expected: (&str, &str)| {
            assert_eq!(told(meter, per_million), (expected.0.into(), expected.1.into()));
        };
        check(Meter::Input, "2.5", ("2.5", "million tokens"));
        check(Meter::WebSearch, "10000", ("10", "1,000 searches"));
        check(Meter::StorageGbDay, "100000", ("0.1", "GB-day"));
        check(Meter::CodeExecutionHour, "50000", ("0.05", "hour"));
        check(Meter::CacheStorage, "1", ("1", "million token-hours"));
    }
}
