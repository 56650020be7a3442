//! Decimal text from JSON numbers, without binary floats in between.

use cost::money::Rate;
use serde_json::Number;

/// Digits after the point of a price per million units: a single unit then has 18.
const DIGITS: i32 = 12;

/// A price read from a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// The price.
    pub rate: Rate,
    /// Whether digits beyond the twelfth were rounded away: the noise of a float upstream.
    pub rounded: bool,
}

/// A price for `10^power` units, as a rate. `None` when it is negative or beyond reason.
pub fn rate(number: &Number, power: i32) -> Option<Read> {
    let text = number.to_string();
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}").parse::<u128>().ok()?;
    let places = exponent.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?;
    // Per 10^power units, so per million units it is 10^(6 - power) as much.
    let power_of_ten = places + 6 - power + DIGITS;
    let (scaled, rounded) = match u32::try_from(power_of_ten) {
        Ok(up) => (digits.checked_mul(10u128.checked_pow(up)?)?, false),
        Err(_) => {
            let unit = 10u128.checked_pow(power_of_ten.unsigned_abs())?;
            let (quotient, rest) = (digits / unit, digits % unit);
            let up = 2 * rest > unit || (2 * rest == unit && quotient % 2 == 1);
            (quotient + u128::from(up), rest != 0)
        }
    };
    let unit = 10u128.pow(DIGITS.unsigned_abs());
    let text = format!("{}.{:012}", scaled / unit, scaled % unit);
    Rate::parse_per_million(&text).map(|rate| Read { rate, rounded })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, power: i32, expected: &str) {
        let number: Number = serde_json::from_str(json).expect("a number");
        let text = rate(&number, power).map_or("none".into(), |read| {
            let mark = if read.rounded { "≈" } else { "" };
            format!("{mark}{}", read.rate.per_million())
        });
        assert_eq!(text, expected);
    }

    #[test]
    fn the_numbers_own_digits_count() {
        check("0.003625", 6, "0.003625");
        check("10", 6, "10");
        check("0", 6, "0");
        check("1e-7", 6, "0.0000001");
        check("2.5", 3, "2500");
        check("0.111", 0, "111000");
    }

    #[test]
    fn float_noise_is_rounded_and_said_to_be() {
        check("1.0399999999999998", 6, "≈1.04");
        check("0.041666666666666664", 6, "≈0.041666666667");
    }

    #[test]
    fn what_is_no_price_is_refused() {
        check("-1", 6, "none");
        check("1e300", 6, "none");
    }
}
