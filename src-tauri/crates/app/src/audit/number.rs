//! Numbers as vendors work them out on their pages, `24 × 31` or `200 × 200 ÷ 750`: exact, as fractions.

use std::cmp::Ordering;
use std::fmt;

/// A fraction whose lower part is above 0.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    above: i128,
    below: i128,
}

impl Number {
    /// Reads decimals with `×`, `÷`, `+` and `-` between them, each with blanks around it.
    pub fn read(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let mut sum = Self { above: 0, below: 1 };
        let mut term = Self::decimal(words.next()?)?;
        while let Some(sign) = words.next() {
            let next = Self::decimal(words.next()?)?;
            match sign {
                "×" => term = term.times(next)?,
                "÷" => term = term.times(next.inverse()?)?,
                "+" => (sum, term) = (sum.plus(term)?, next),
                "-" => (sum, term) = (sum.plus(term)?, next.negative()),
                _ => return None,
            }
        }
        sum.plus(term)
    }

    /// One for so many.
    pub fn over(self, units: u64) -> Option<Self> {
        self.times(Self { above: i128::from(units), below: 1 }.inverse()?)
    }

    /// As a decimal of so many digits after the point, rounded half to even.
    pub fn rounded(self, digits: u32) -> Option<String> {
        let scaled = self.above.checked_mul(10i128.checked_pow(digits)?)?;
        let (whole, rest) = (scaled.div_euclid(self.below), scaled.rem_euclid(self.below));
        let is_up = match rest.checked_mul(2)?.cmp(&self.below) {
            Ordering::Less => false,
            Ordering::Equal => whole % 2 != 0,
            Ordering::Greater => true,
        };
        Some(written(whole + i128::from(is_up), digits))
    }

    /// As a decimal of so many digits after the point, what follows them cut off.
    pub fn cut(self, digits: u32) -> Option<String> {
        let scaled = self.above.checked_mul(10i128.checked_pow(digits)?)?;
        Some(written(scaled / self.below, digits))
    }

    /// A decimal such as `0.25`.
    fn decimal(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let below = 10i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        Self { above: format!("{whole}{fraction}").parse().ok()?, below }.shortened()
    }

    fn plus(self, other: Self) -> Option<Self> {
        let above = self.above.checked_mul(other.below)?;
        let above = above.checked_add(other.above.checked_mul(self.below)?)?;
        Self { above, below: self.below.checked_mul(other.below)? }.shortened()
    }

    fn times(self, other: Self) -> Option<Self> {
        let above = self.above.checked_mul(other.above)?;
        Self { above, below: self.below.checked_mul(other.below)? }.shortened()
    }

    fn inverse(self) -> Option<Self> {
        (self.above > 0).then_some(Self { above: self.below, below: self.above })
    }

    const fn negative(self) -> Self {
        Self { above: -self.above, below: self.below }
    }

    fn shortened(self) -> Option<Self> {
        let (mut common, mut rest) = (self.above.checked_abs()?, self.below);
        while rest != 0 {
            (common, rest) = (rest, common % rest);
        }
        Some(Self { above: self.above / common, below: self.below / common })
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        // Both are in lowest terms.
        (self.above, self.below) == (other.above, other.below)
    }
}

/// With the twelve digits after the point that a quantity has, no more than needed.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.rounded(12).unwrap_or_else(|| format!("{}/{}", self.above, self.below));
        match text.contains('.') {
            true => f.write_str(text.trim_end_matches('0').trim_end_matches('.')),
            false => f.write_str(&text),
        }
    }
}

fn written(scaled: i128, digits: u32) -> String {
    let sign = if scaled < 0 { "-" } else { "" };
    let size = scaled.unsigned_abs();
    let scale = 10u128.pow(digits);
    match digits {
        0 => format!("{sign}{size}"),
        _ => format!("{sign}{}.{:0width$}", size / scale, size % scale, width = digits as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let number = Number::read(text).map(|number| number.to_string());
        assert_eq!(number.as_deref(), expected, "{text}");
    }

    #[test]
    fn sums_are_worked_out_as_they_stand_on_the_page() {
        check("0.705", Some("0.705"));
        check("1 × 24 × 31", Some("744"));
        check("200 × 200 ÷ 750", Some("53.333333333333"));
        check("3 + 12304", Some("12307"));
        check("262960 - 257955", Some("5005"));
        check("2 × 3 + 4 × 5 - 6 ÷ 3", Some("24"));
        check("1 - 2", Some("-1"));
        check("5.00", Some("5"));
        for text in ["", "1 +", "× 2", "a", "1.", "1,000", "2 ÷ 0", "3 x 4", "-1", "1 2"] {
            check(text, if text == "1." { Some("1") } else { None });
        }
    }

    #[test]
    fn numbers_are_rounded_half_to_even_or_cut_off() {
        let check = |text: &str, digits, rounded: &str, cut: &str| {
            let number = Number::read(text).expect("a number");
            assert_eq!(number.rounded(digits).as_deref(), Some(rounded));
            assert_eq!(number.cut(digits).as_deref(), Some(cut));
        };
        check("0.054399", 5, "0.05440", "0.05439");
        check("19.6992", 2, "19.70", "19.69");
        check("2.5", 0, "2", "2");
        check("3.5", 0, "4", "3");
        check("2 ÷ 3", 3, "0.667", "0.666");
    }
}
