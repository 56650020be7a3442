//! Numbers with width: fixed values, ranges, three-point guesses and what was measured, their moments and count tables.
//!
//! The rules are those of the plan's mathematics, section 1; the walk writes the same ones as rows of formulas.

use std::sync::Arc;

use libm::{erfc, exp, log, sqrt, tanh};

use crate::histogram::Histogram;

/// 2·z₉₀, the width in standard deviations between P10 and P90, written out to the last digit of a float.
pub const TWO_Z90: f64 = 2.563_103_131_089_200_7;

/// A count's table ends at the first K with F(K + ½) at or above this.
pub const TAIL: f64 = 0.999;

/// How much further than its range a share's ends lie, in widths of the range, so that it is P10 to P90.
pub const SHARE_REACH: f64 = 0.486_724;

/// The weight of the likely value in a three-point mean.
pub const LIKELY_WEIGHT: f64 = 4.0;

/// The longest table of a count.
pub const MOST_ROWS: usize = 500;

/// The most copies and uses that a count without width may say: no table is made of it, but each is played.
pub const MOST_COPIES: f64 = 100_000.0;

/// The shape of a number.
#[derive(Clone, Debug, PartialEq)]
pub enum Spread {
    /// One value.
    Fixed(f64),
    /// P10 to P90.
    Range {
        /// P10.
        low: f64,
        /// P90.
        high: f64,
    },
    /// Minimum, most likely value, maximum.
    Likely {
        /// The minimum.
        low: f64,
        /// The most likely value.
        likely: f64,
        /// The maximum.
        high: f64,
    },
    /// What was measured: values, each with how often it was met.
    Measured(Arc<Histogram>),
}

/// What a bare range of a number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// Lognormal: positive amounts.
    Lognormal,
    /// Lognormal on 1 + g: rates of change, which may be zero or negative.
    Growth,
    /// A three-point curve held inside 0 to 1, its likely value in the middle.
    Share,
}

impl Spread {
    /// The expected value: the mean everywhere, never the median.
    pub fn mean(&self, law: Law) -> f64 {
        match (self, law) {
            (&Self::Fixed(value), _) => value,
            (&Self::Range { low, high }, Law::Lognormal) => lognormal(low, high).0,
            (&Self::Range { low, high }, Law::Growth) => lognormal(1.0 + low, 1.0 + high).0 - 1.0,
            (&Self::Range { low, high }, Law::Share) => {
                let (least, most) = share_ends(low, high);
                three_point_mean(least, (low + high) / 2.0, most)
            }
            (&Self::Likely { low, likely, high }, _) => three_point_mean(low, likely, high),
            (Self::Measured(histogram), _) => histogram.mean(),
        }
    }

    /// The variance between units of work.
    pub fn variance(&self, law: Law) -> f64 {
        match (self, law) {
            (Self::Fixed(_), _) => 0.0,
            (&Self::Range { low, high }, Law::Lognormal) => lognormal(low, high).1,
            (&Self::Range { low, high }, Law::Growth) => lognormal(1.0 + low, 1.0 + high).1,
            (&Self::Range { low, high }, Law::Share) => {
                let (least, most) = share_ends(low, high);
                three_point_variance(least, (low + high) / 2.0, most)
            }
            (&Self::Likely { low, likely, high }, _) => three_point_variance(low, likely, high),
            (Self::Measured(histogram), _) => histogram.variance(),
        }
    }

    /// Whether it has no width.
    pub fn is_fixed(&self) -> bool {
        match self {
            Self::Fixed(_) => true,
            Self::Range { low, high } => low == high,
            Self::Likely { low, high, .. } => low == high,
            Self::Measured(histogram) => histogram.least() == histogram.most(),
        }
    }

    /// Doubt about the mean of what was measured, from its standard error: 80 % lie within ± so much.
    pub fn measured_doubt(&self) -> Option<f64> {
        match self {
            Self::Fixed(_) | Self::Range { .. } | Self::Likely { .. } => None,
            Self::Measured(histogram) => {
                let relative = histogram.standard_error()? / histogram.mean();
                // σ = ln((1 + d)/(1 − d)) / 2·z₉₀ of a lognormal with this standard error.
                let sigma = sqrt(log(1.0 + relative * relative));
                let doubt = tanh(sigma * TWO_Z90 / 2.0);
                (doubt > 0.0 && doubt < 1.0).then_some(doubt)
            }
        }
    }
}

/// μ and σ of the lognormal with these P10 and P90.
pub fn lognormal_parameters(low: f64, high: f64) -> (f64, f64) {
    ((log(low) + log(high)) / 2.0, log(high / low) / TWO_Z90)
}

/// Mean and variance of the lognormal with these P10 and P90.
fn lognormal(low: f64, high: f64) -> (f64, f64) {
    let (mu, sigma) = lognormal_parameters(low, high);
    let mean = exp(mu + sigma * sigma / 2.0);
    (mean, mean * mean * (exp(sigma * sigma) - 1.0))
}

fn share_ends(low: f64, high: f64) -> (f64, f64) {
    let reach = SHARE_REACH * (high - low);
    ((low - reach).max(0.0), (high + reach).min(1.0))
}

fn three_point_mean(low: f64, likely: f64, high: f64) -> f64 {
    (low + LIKELY_WEIGHT * likely + high) / (LIKELY_WEIGHT + 2.0)
}

fn three_point_variance(low: f64, likely: f64, high: f64) -> f64 {
    let mean = three_point_mean(low, likely, high);
    (mean - low) * (high - mean) / (LIKELY_WEIGHT + 3.0)
}

/// The standard normal distribution function.
pub fn normal_cdf(z: f64) -> f64 {
    erfc(-z / std::f64::consts::SQRT_2) / 2.0
}

/// The probability table of a count: P(n = 1), P(n = 2), … to its cap. `None` above [`MOST_ROWS`].
pub fn count_table(spread: &Spread) -> Option<Vec<f64>> {
    match *spread {
        Spread::Fixed(value) => fixed_table(value),
        Spread::Range { low, high } if low == high => fixed_table(low),
        Spread::Range { low, high } => {
            let (mu, sigma) = lognormal_parameters(low, high);
            let below = |k: usize| normal_cdf((log(k as f64 + 0.5) - mu) / sigma);
            let last = (1..=MOST_ROWS).find(|&k| below(k) >= TAIL)?;
            let chance = |k| if k == 1 { below(1) } else { below(k) - below(k - 1) };
            let mut table: Vec<f64> = (1..last).map(chance).collect();
            table.push(if last == 1 { 1.0 } else { 1.0 - below(last - 1) });
            Some(table)
        }
        Spread::Likely { .. } => None,
        Spread::Measured(ref histogram) => measured_table(histogram),
    }
}

/// `None` where a value is no count.
fn measured_table(histogram: &Histogram) -> Option<Vec<f64>> {
    let all = histogram.times();
    let mut table = vec![];
    for bin in histogram.bins() {
        let k = (1..=MOST_ROWS).find(|&k| k as f64 == bin.value)?;
        table.resize(k, 0.0);
        table[k - 1] = bin.times / all;
    }
    Some(table)
}

fn fixed_table(value: f64) -> Option<Vec<f64>> {
    let last = (1..=MOST_ROWS).find(|&k| k as f64 == value)?;
    Some((1..=last).map(|k| if k == last { 1.0 } else { 0.0 }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(value: f64, expected: f64, tolerance: f64) {
        assert!((value - expected).abs() <= tolerance, "{value} is not {expected}");
    }

    #[test]
    fn the_expected_value_of_a_range_is_its_mean_and_not_its_median() {
        close(Spread::Range { low: 40.0, high: 220.0 }.mean(Law::Lognormal), 117.03, 0.005);
        close(Spread::Range { low: 0.3, high: 0.5 }.mean(Law::Share), 0.4, 1e-12);
        close(
            Spread::Likely { low: 0.5, likely: 1.5, high: 6.0 }.mean(Law::Lognormal),
            12.5 / 6.0,
            1e-12,
        );
        close(Spread::Range { low: -0.05, high: 0.05 }.mean(Law::Growth), 0.0, 1e-3);
    }

    #[test]
    fn a_count_is_a_table_with_a_real_cap() {
        let table = count_table(&Spread::Range { low: 5.0, high: 40.0 }).expect("a table");
        assert_eq!(table.len(), 174);
        close(table.iter().sum(), 1.0, 1e-12);
        assert_eq!(count_table(&Spread::Fixed(3.0)), Some(vec![0.0, 0.0, 1.0]));
        assert_eq!(count_table(&Spread::Fixed(2.5)), None);
        assert_eq!(count_table(&Spread::Range { low: 5.0, high: 5000.0 }), None);
    }

    fn measured(text: &str) -> Spread {
        let read = Histogram::read(text, "a number", |value| value.parse().ok());
        Spread::Measured(Arc::new(read.expect("a histogram")))
    }

    #[test]
    fn what_was_measured_is_its_own_table() {
        let turns = measured("1 x6 | 2 x3 | 5 x1");
        assert_eq!(count_table(&turns), Some(vec![0.6, 0.3, 0.0, 0.0, 0.1]));
        assert_eq!(count_table(&measured("1 x6 | 2.5 x3")), None);
        close(turns.mean(Law::Lognormal), 1.7, 1e-12);
        close(turns.variance(Law::Lognormal), 4.3 - 1.7 * 1.7, 1e-12);
    }

    #[test]
    fn more_measured_values_leave_less_doubt() {
        let doubt = |text| measured(text).measured_doubt().expect("more than one value");
        // The mean is 20, its standard error 10/√99: a little over one, and 1.28 of it on each side.
        close(doubt("10 x50 | 30 x50"), 1.2816 * 10.0 / 99.0_f64.sqrt() / 20.0, 1e-3);
        close(doubt("10 x5000 | 30 x5000") * 10.0, doubt("10 x50 | 30 x50"), 1e-3);
        assert_eq!(measured("10 x1").measured_doubt(), None);
    }
}
