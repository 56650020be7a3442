//! Money, rates and quantities: whole numbers, settled once, exact in any order.
#![deny(clippy::float_arithmetic)]

use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

/// An amount of the ledger's currency: whole 10⁻¹⁸.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i128);

/// A price for one single unit (one token, one search): whole 10⁻¹⁸ of the currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(i128);

/// So many units: whole 10⁻¹² of a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quantity(i128);

/// What a rate is multiplied by: whole 10⁻⁶.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Factor(u64);

const RATE_DIGITS: u32 = 18;
const QUANTITY_DIGITS: u32 = 12;
const FACTOR_DIGITS: u32 = 6;
const HOUR_SECONDS: i128 = 3600;

/// `quantity × rate`, taken in 256 bits and rounded once, half to even.
///
/// # Panics
/// When the amount passes 1.7 × 10²⁰ units of the currency.
pub fn settle(quantity: Quantity, rate: Rate) -> Money {
    let negative = (quantity.0 < 0) != (rate.0 < 0);
    let (high, low) = wide_product(quantity.0.unsigned_abs(), rate.0.unsigned_abs());
    let (quotient, remainder) = divide_wide(high, low, 10u128.pow(QUANTITY_DIGITS));
    let half = 10u128.pow(QUANTITY_DIGITS) / 2;
    let up = remainder > half || (remainder == half && quotient % 2 == 1);
    let size = i128::try_from(quotient + u128::from(up)).expect("an amount stays below 1.7e20");
    Money(if negative { -size } else { size })
}

/// The same of hours: those that are whole seconds are settled as seconds, so that 20 minutes are a third of an hour.
pub fn settle_hours(hours: Quantity, rate: Rate) -> Money {
    let seconds = hours.seconds().and_then(|seconds| seconds.checked_mul(rate.0));
    seconds.map_or_else(|| settle(hours, rate), |amount| Money(divided(amount, HOUR_SECONDS)))
}

/// Divided by what is above 0, rounded half to even.
fn divided(value: i128, by: i128) -> i128 {
    let (quotient, rest) = (value.div_euclid(by), value.rem_euclid(by));
    let is_up = match rest.cmp(&(by - rest)) {
        Ordering::Less => false,
        Ordering::Equal => quotient % 2 != 0,
        Ordering::Greater => true,
    };
    quotient + i128::from(is_up)
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Reads a decimal such as `12.50`, exactly. `None` if it is not one, or needs more than 18 decimals.
    pub fn parse(text: &str) -> Option<Self> {
        parse_scaled(text, RATE_DIGITS).map(Self)
    }

    /// The mean of so many amounts that come to this one, rounded once, half to even.
    ///
    /// # Panics
    /// When there are none.
    pub fn mean_of(self, count: u64) -> Self {
        Self(divided(self.0, i128::from(count)))
    }

    /// What one of so many costs that together cost this, rounded once, half to even. `None` where there are none.
    pub fn shared_by(self, count: Quantity) -> Option<Rate> {
        let scaled = self.0.checked_mul(10i128.pow(QUANTITY_DIGITS))?;
        (count.0 > 0).then(|| Rate(divided(scaled, count.0)))
    }

    /// The nearest float, for ratios and pictures; never to add up.
    pub fn to_f64(self) -> f64 {
        to_float(self.0, RATE_DIGITS)
    }
}

impl Rate {
    /// Reads a decimal price per single unit, exactly.
    pub fn parse(text: &str) -> Option<Self> {
        parse_scaled(text, RATE_DIGITS).map(Self)
    }

    /// Reads a decimal price per million units, exactly. `None` if a single unit's price needs more than 18 decimals.
    pub fn parse_per_million(text: &str) -> Option<Self> {
        parse_scaled(text, RATE_DIGITS - 6).map(Self)
    }

    /// The price per million units as a decimal without trailing zeros.
    pub fn per_million(self) -> String {
        print_scaled(self.0, RATE_DIGITS - 6)
    }

    /// The price for so many units as a decimal without trailing zeros.
    ///
    /// # Panics
    /// When it passes 1.7 × 10²⁰ units of the currency.
    pub fn for_units(self, units: u64) -> String {
        settle(Quantity::whole(units), self).to_string()
    }

    /// The rate so many times, rounded once, half to even, where that needs more than 18 decimals.
    ///
    /// # Panics
    /// When it passes 1.7 × 10²⁰ units of the currency.
    #[must_use]
    pub fn times(self, factor: Factor) -> Self {
        let scale = 10i128.pow(QUANTITY_DIGITS - FACTOR_DIGITS);
        Self(settle(Quantity(i128::from(factor.0) * scale), self).0)
    }

    /// The nearest float, for the workings.
    pub fn to_f64(self) -> f64 {
        to_float(self.0, RATE_DIGITS)
    }
}

impl Factor {
    /// Once: nothing is changed.
    pub const ONE: Self = Self(10u64.pow(FACTOR_DIGITS));

    /// Reads a decimal such as `1.1`, exactly. `None` if it is negative, or needs more than 6 decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let value = u64::try_from(parse_scaled(text, FACTOR_DIGITS)?).ok()?;
        (value <= 1000 * 10u64.pow(FACTOR_DIGITS)).then_some(Self(value))
    }

    /// The nearest float, for the workings.
    pub fn to_f64(self) -> f64 {
        to_float(i128::from(self.0), FACTOR_DIGITS)
    }
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many whole units.
    ///
    /// # Panics
    /// Above 10²⁶ units.
    pub fn whole(units: u64) -> Self {
        Self(i128::from(units) * 10i128.pow(QUANTITY_DIGITS))
    }

    /// Reads a decimal such as `1.5`, exactly. `None` if it needs more than 12 decimals.
    pub fn parse(text: &str) -> Option<Self> {
        parse_scaled(text, QUANTITY_DIGITS).map(Self)
    }

    /// The same of a decimal with more digits, rounded half to even.
    pub fn nearest(text: &str) -> Option<Self> {
        let digits = QUANTITY_DIGITS as usize;
        let Some((whole, fraction)) = text.split_once('.').filter(|(_, it)| it.len() > digits)
        else {
            return Self::parse(text);
        };
        let (kept, cut) = fraction.split_at_checked(digits)?;
        let Self(size) = Self::parse(&format!("{}.{kept}", whole.trim_start_matches('-')))?;
        if !cut.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let is_up = match cut.trim_end_matches('0') {
            "5" => size % 2 == 1,
            cut => cut >= "5",
        };
        let size = size + i128::from(is_up);
        Some(Self(if text.starts_with('-') { -size } else { size }))
    }

    /// One of so many equal parts, rounded half to even.
    ///
    /// # Panics
    /// Of no parts.
    #[must_use]
    pub fn part(self, parts: u32) -> Self {
        Self(divided(self.0, i128::from(parts)))
    }

    /// So much each time, so many times, at a share of it; rounded once, half to even. `None` where that is too much.
    pub fn sustained(self, times: u64, share: Factor) -> Option<Self> {
        let all = self.0.checked_mul(i128::from(times))?.checked_mul(i128::from(share.0))?;
        Some(Self(divided(all, 10i128.pow(FACTOR_DIGITS))))
    }

    /// The next whole number of steps of so much; itself where that is no step at all.
    #[must_use]
    pub fn up_to_steps_of(self, step: Self) -> Self {
        if step.0 <= 0 {
            return self;
        }
        let rest = self.0.rem_euclid(step.0);
        if rest == 0 { self } else { Self(self.0 - rest + step.0) }
    }

    /// The same of hours, where both or the step alone are whole seconds.
    #[must_use]
    pub fn up_to_steps_of_hours(self, step: Self) -> Self {
        let Some(step_seconds) = step.seconds().filter(|seconds| *seconds > 0) else {
            return self.up_to_steps_of(step);
        };
        let unit = 10i128.pow(QUANTITY_DIGITS);
        let (hours, unit) = match self.seconds() {
            Some(seconds) => (seconds, 1),
            None => (self.0 * HOUR_SECONDS, unit),
        };
        let steps = -(-hours).div_euclid(step_seconds * unit);
        Self::of_seconds(steps * step_seconds)
    }

    fn of_seconds(seconds: i128) -> Self {
        Self(divided(seconds * 10i128.pow(QUANTITY_DIGITS), HOUR_SECONDS))
    }

    /// The whole seconds that so many hours are, to the last digit.
    fn seconds(self) -> Option<i128> {
        let seconds = divided(self.0.checked_mul(HOUR_SECONDS)?, 10i128.pow(QUANTITY_DIGITS));
        (Self::of_seconds(seconds) == self).then_some(seconds)
    }

    /// A workings value, rounded once, half to even: the one place where a float becomes a quantity.
    ///
    /// # Panics
    /// When `value` is not finite or passes 10²⁶ units: workings of a checked plan do neither.
    pub fn from_workings(value: f64) -> Self {
        assert!(value.is_finite() && value.abs() < 1e26, "a quantity is finite and below 1e26");
        // The float's own binary digits, scaled as integers: no second rounding.
        let bits = value.abs().to_bits();
        let exponent = i32::try_from(bits >> 52).expect("eleven bits") - 1075;
        let fraction = u128::from(bits & ((1 << 52) - 1));
        let mantissa = if exponent == -1075 { fraction << 1 } else { fraction | (1 << 52) };
        let scaled = mantissa * 10u128.pow(QUANTITY_DIGITS);
        let size = if exponent >= 0 {
            // 2⁵³ · 10¹² is below 2⁹³, and the bound on `value` leaves room for the shift.
            scaled << exponent
        } else {
            shift_half_even(scaled, exponent.unsigned_abs())
        };
        let size = i128::try_from(size).expect("below 1e38");
        Self(if value < 0.0 { -size } else { size })
    }

    /// The nearest float.
    pub fn to_f64(self) -> f64 {
        to_float(self.0, QUANTITY_DIGITS)
    }
}

/// `value / 2^shift`, rounded half to even.
fn shift_half_even(value: u128, shift: u32) -> u128 {
    if shift >= 128 {
        return 0;
    }
    let quotient = value >> shift;
    let rest = value - (quotient << shift);
    let half = 1u128 << (shift - 1);
    quotient + u128::from(rest > half || (rest == half && quotient % 2 == 1))
}

/// The 256-bit product as (high, low) halves.
fn wide_product(a: u128, b: u128) -> (u128, u128) {
    const MASK: u128 = u64::MAX as u128;
    let (a1, a0) = (a >> 64, a & MASK);
    let (b1, b0) = (b >> 64, b & MASK);
    let low = a0 * b0;
    let middle = a1 * b0 + (low >> 64);
    let middle2 = a0 * b1 + (middle & MASK);
    (a1 * b1 + (middle >> 64) + (middle2 >> 64), (middle2 << 64) | (low & MASK))
}

/// (high, low) ÷ a divisor below 2⁶⁴, by two digits of 64 bits at a time. The quotient must fit 128 bits.
fn divide_wide(high: u128, low: u128, divisor: u128) -> (u128, u128) {
    assert!(high < divisor, "an amount stays below 1.7e20");
    let upper = (high << 64) | (low >> 64);
    let rest = ((upper % divisor) << 64) | (low & u128::from(u64::MAX));
    ((upper / divisor) << 64 | (rest / divisor), rest % divisor)
}

fn parse_scaled(text: &str, digits: u32) -> Option<i128> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let fraction = fraction.trim_end_matches('0');
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let places = u32::try_from(fraction.len()).ok().filter(|&places| places <= digits)?;
    let whole = whole.parse::<i128>().ok()?.checked_mul(10i128.checked_pow(digits)?)?;
    let fraction = match fraction {
        "" => 0,
        some => some.parse::<i128>().ok()? * 10i128.pow(digits - places),
    };
    let value = whole.checked_add(fraction)?;
    Some(if negative { -value } else { value })
}

fn print_scaled(value: i128, digits: u32) -> String {
    let scale = 10u128.pow(digits);
    let size = value.unsigned_abs();
    let sign = if value < 0 { "-" } else { "" };
    let width = digits as usize;
    let text = format!("{sign}{}.{:0width$}", size / scale, size % scale);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn to_float(value: i128, digits: u32) -> f64 {
    print_scaled(value, digits).parse().expect("a decimal is a float")
}

/// Without trailing zeros: `0.0042`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&print_scaled(self.0, RATE_DIGITS))
    }
}

/// Per single unit, without trailing zeros.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&print_scaled(self.0, RATE_DIGITS))
    }
}

/// Without trailing zeros: `1.1`.
impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&print_scaled(i128::from(self.0), FACTOR_DIGITS))
    }
}

/// Without trailing zeros.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&print_scaled(self.0, QUANTITY_DIGITS))
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

impl Add for Quantity {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Quantity {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sum for Quantity {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn settled(quantity: &str, rate: &str) -> String {
        let quantity = Quantity::parse(quantity).expect("a quantity");
        settle(quantity, Rate::parse(rate).expect("a rate")).to_string()
    }

    #[test]
    fn a_mean_is_rounded_once_half_to_even() {
        let check = |amount: &str, count, expected: &str| {
            let mean = Money::parse(amount).expect("a decimal").mean_of(count);
            assert_eq!(mean.to_string(), expected, "{amount} / {count}");
        };
        check("10", 4, "2.5");
        check("1", 3, "0.333333333333333333");
        check("2", 3, "0.666666666666666667");
        check("0.000000000000000003", 2, "0.000000000000000002");
        check("0.000000000000000001", 2, "0");
        check("-1", 3, "-0.333333333333333333");
    }

    #[test]
    fn a_line_settles_to_the_last_digit() {
        assert_eq!(settled("1234", "0.000002"), "0.002468");
        assert_eq!(settled("0.5", "0.000000000000000001"), "0");
        assert_eq!(settled("1.5", "0.000000000000000001"), "0.000000000000000002");
        assert_eq!(settled("2.5", "0.000000000000000001"), "0.000000000000000002");
        assert_eq!(settled("1000000000000000", "0.00005"), "50000000000");
    }

    #[test]
    fn hours_that_are_whole_seconds_are_settled_as_seconds() {
        let hours = |text: &str| Quantity::nearest(text).expect("hours");
        let cost = |text: &str, rate: &str| {
            settle_hours(hours(text), Rate::parse(rate).expect("a rate")).to_string()
        };
        assert_eq!(cost("0.333333333333", "1.44"), "0.48");
        assert_eq!(cost("0.3333333333333333", "0.08"), "0.026666666666666667");
        assert_eq!(cost("0.083333333333", "1.44"), "0.12");
        assert_eq!(cost("1.5", "0.08"), "0.12");
        // A tenth of a second more is no whole second.
        assert_eq!(cost("0.0001", "3"), "0.0003");
        let steps = |used: &str, step: &str| hours(used).up_to_steps_of_hours(hours(step));
        let minute = "0.016666666667";
        assert_eq!(steps("0.333333333333", minute), hours("0.333333333333"));
        assert_eq!(steps("0.333611111111", minute), hours("0.35"));
        assert_eq!(steps("0.3333334", minute), hours("0.35"));
        assert_eq!(steps("0", minute), Quantity::ZERO);
        assert_eq!(steps("0.26", "0.1"), hours("0.3"));
    }

    #[test]
    fn digits_beyond_the_twelfth_are_rounded_where_that_is_asked_for() {
        let nearest = |text: &str| Quantity::nearest(text).map(|it| it.to_string());
        assert_eq!(nearest("0.33333333333333331"), Some("0.333333333333".into()));
        assert_eq!(nearest("0.6666666666666666"), Some("0.666666666667".into()));
        assert_eq!(nearest("-0.6666666666666666"), Some("-0.666666666667".into()));
        assert_eq!(nearest("0.0000000000005"), Some("0".into()));
        assert_eq!(nearest("0.0000000000015"), Some("0.000000000002".into()));
        assert_eq!((nearest("2.5"), nearest("x.1234567890123")), (Some("2.5".into()), None));
    }

    #[test]
    fn decimals_read_and_print_exactly() {
        assert_eq!(
            Rate::parse_per_million("0.003625").map(Rate::per_million),
            Some("0.003625".into())
        );
        assert_eq!(Money::parse("1.0000000000000000001"), None);
        assert_eq!(Money::parse("1e3"), None);
        assert_eq!(Money::parse(".5"), None);
        assert_eq!(Money::parse("-0.5").map(|money| money.to_string()), Some("-0.5".into()));
    }

    #[test]
    fn a_workings_value_is_rounded_once() {
        assert_eq!(Quantity::from_workings(0.1).to_string(), "0.1");
        assert_eq!(Quantity::from_workings(1.0 / 3.0).to_string(), "0.333333333333");
        assert_eq!(Quantity::from_workings(1e20).to_string(), "100000000000000000000");
        assert_eq!(Quantity::from_workings(5e-324).to_string(), "0");
    }

    proptest! {
        #[test]
        fn settle_is_the_exact_product_rounded_half_even(q in -1i128 << 62..1i128 << 62, r in 0i128..1 << 62) {
            let product = q * r;
            let scale = 10i128.pow(QUANTITY_DIGITS);
            let floor = product.div_euclid(scale);
            let rest = product.rem_euclid(scale);
            let up = 2 * rest > scale || (2 * rest == scale && floor % 2 != 0);
            prop_assert_eq!(settle(Quantity(q), Rate(r)), Money(floor + i128::from(up)));
        }

        #[test]
        fn printing_reads_back(value in any::<i64>()) {
            let money = Money(i128::from(value) * 1_000_003);
            prop_assert_eq!(Money::parse(&money.to_string()), Some(money));
        }
    }
}
