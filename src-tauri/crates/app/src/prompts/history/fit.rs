//! How a prompt grows: a line through the logarithms of its lengths by month, and which edits are jumps.

use cost::spread::TWO_Z90;

/// A line through the logarithms of lengths.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fit {
    /// Its slope: the logarithm of a month's growth.
    pub slope: f64,
    /// The slope's standard error; nothing for two months, through which every line goes.
    pub error: Option<f64>,
    /// The part of the logarithms' variance that the line explains.
    pub explained: f64,
}

impl Fit {
    /// Through lengths of 1 and more, each with its month; nothing for fewer than two.
    pub fn of(lengths: &[(u32, u64)]) -> Option<Self> {
        let points: Vec<(f64, f64)> = lengths
            .iter()
            .map(|&(month, tokens)| (f64::from(month), (tokens as f64).ln()))
            .collect();
        let n = points.len() as f64;
        if points.len() < 2 {
            return None;
        }
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / n;
        let (x, y) = (mean(|it| it.0), mean(|it| it.1));
        let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
            points.iter().map(|point| of(point.0 - x, point.1 - y)).sum()
        };
        let spread = sum(&|x, _| x * x);
        let slope = sum(&|x, y| x * y) / spread;
        let all = sum(&|_, y| y * y);
        let rest = sum(&|x, y| (y - slope * x) * (y - slope * x));
        let explained = if all > 0.0 { 1.0 - rest / all } else { 1.0 };
        let error = (points.len() > 2)
            .then(|| (rest / (n - 2.0) / spread).sqrt().max(wandering(&points, slope)));
        Some(Self { slope, error, explained })
    }

    /// The growth of a month, as a share.
    pub fn growth(&self) -> f64 {
        self.slope.exp_m1()
    }

    /// P10 and P90 of the growth of a month, as the plan has it: normal in the logarithm of 1 + growth.
    pub fn band(&self) -> Option<(f64, f64)> {
        let reach = self.error? * TWO_Z90 / 2.0;
        Some(((self.slope - reach).exp_m1(), (self.slope + reach).exp_m1()))
    }
}

/// The slope's standard error where each month goes on from the one before it.
///
/// A prompt's length is a sum of edits, so its distances from the line follow each other, and the
/// usual error would be far too small. Of a random walk the slope has 6/5 of a step's variance by n.
fn wandering(points: &[(f64, f64)], slope: f64) -> f64 {
    let steps = points.windows(2).map(|pair| {
        let months = pair[1].0 - pair[0].0;
        let off = pair[1].1 - pair[0].1 - slope * months;
        off * off / months
    });
    let variance = steps.sum::<f64>() / (points.len() - 2) as f64;
    (1.2 * variance / points.len() as f64).sqrt()
}

/// An edit that changes the length by as much is a jump.
pub(super) const JUMP: f64 = 0.10;

/// So is one that changes it by as much, and by [`DEVIATIONS`] of what edits here usually do.
pub(super) const SMALL_JUMP: f64 = 0.05;

/// Robust deviations: 1.4826 times the median distance from the median.
pub(super) const DEVIATIONS: f64 = 3.0;

/// Which edits are jumps, by the lengths before and after each.
pub(super) fn jumps(edits: &[(u64, u64)]) -> Vec<bool> {
    let log = |&(before, after): &(u64, u64)| (after.max(1) as f64 / before.max(1) as f64).ln();
    let logs: Vec<f64> = edits.iter().map(log).collect();
    let middle = median(logs.clone());
    let usual = 1.4826 * median(logs.iter().map(|log| (log - middle).abs()).collect());
    let is_jump = |((before, after), log): (&(u64, u64), &f64)| {
        let share = (*after as f64 - *before as f64).abs() / (*before).max(1) as f64;
        share >= JUMP || (share >= SMALL_JUMP && (log - middle).abs() > DEVIATIONS * usual)
    };
    edits.iter().zip(&logs).map(is_jump).collect()
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    match of.len() {
        0 => 0.0,
        many if many % 2 == 1 => of[many / 2],
        many => f64::midpoint(of[many / 2 - 1], of[many / 2]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-4, "{a} is not {b}");
    }

    #[test]
    fn the_line_goes_through_steady_growth() {
        let lengths: Vec<(u32, u64)> =
            (0..12).map(|month| (month, (1e6 * 1.04_f64.powi(month as i32)) as u64)).collect();
        let fit = Fit::of(&lengths).expect("twelve months");
        near(fit.growth(), 0.04);
        near(fit.explained, 1.0);
        let (low, high) = fit.band().expect("it has a band");
        assert!(low <= 0.04 && 0.04 <= high && high - low < 1e-4, "{low}..{high}");
        assert_eq!(Fit::of(&[(0, 500)]), None);
        let two = Fit::of(&[(0, 100), (2, 121)]).expect("two months");
        near(two.growth(), 0.1);
        assert_eq!(two.error, None);
    }

    /// The figures are those of any regression: slope 0.08664, residual sum 0.02002 over 4 months.
    #[test]
    fn the_doubt_is_that_of_the_fit_and_no_smaller_than_that_of_a_walk() {
        let fit = Fit::of(&[(0, 1000), (1, 1200), (2, 1150), (3, 1300)]).expect("four months");
        let logs = [1000.0_f64, 1200.0, 1150.0, 1300.0].map(f64::ln);
        let slope = (-1.5 * logs[0] - 0.5 * logs[1] + 0.5 * logs[2] + 1.5 * logs[3]) / 5.0;
        near(fit.slope, slope);
        let mean = logs.iter().sum::<f64>() / 4.0;
        let rest: f64 =
            (0..4).map(|at| (logs[at] - mean - slope * (at as f64 - 1.5)).powi(2)).sum();
        let usual = (rest / 2.0 / 5.0).sqrt();
        let steps: f64 = logs.windows(2).map(|pair| (pair[1] - pair[0] - slope).powi(2)).sum();
        let walk = (1.2 * steps / 2.0 / 4.0).sqrt();
        assert!(walk > usual);
        near(fit.error.expect("it has one"), walk);
    }

    /// What is said of a walk, held against walks: the slope lies inside P10 to P90 in four of five.
    #[test]
    fn four_in_five_walks_have_their_drift_inside_the_band() {
        let mut seed = 7_u64;
        let mut coin = move || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((seed >> 33) as f64 / (1_u64 << 31) as f64 - 0.5) * 0.2
        };
        let mut inside = 0;
        for _ in 0..2000 {
            let mut log = 16.0_f64;
            let lengths: Vec<(u32, u64)> = (0..24)
                .map(|month| {
                    log += 0.03 + coin();
                    (month, log.exp() as u64)
                })
                .collect();
            let (low, high) = Fit::of(&lengths).and_then(|fit| fit.band()).expect("a band");
            inside += u32::from((low..=high).contains(&0.03_f64.exp_m1()));
        }
        assert!((1500..=1700).contains(&inside), "{inside} of 2000");
    }

    #[test]
    fn a_jump_is_a_tenth_or_far_from_what_edits_usually_do() {
        let check = |edits: &[(u64, u64)], expected: &[bool]| assert_eq!(jumps(edits), expected);
        check(&[(1000, 1100), (1100, 1000)], &[true, false]);
        check(&[(1000, 890)], &[true]);
        // Most edits do little: 6 % is far from that; where all edits do as much, it is not.
        check(
            &[(1000, 1003), (1003, 1003), (1003, 1006), (1006, 1067), (1067, 1069)],
            &[false, false, false, true, false],
        );
        check(&[(1000, 1060), (1060, 1120), (1120, 1065), (1065, 1125)], &[false; 4]);
        check(&[(0, 50)], &[true]);
        check(&[], &[]);
    }
}
