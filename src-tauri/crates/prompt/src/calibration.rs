//! What a model's own counts say of its family's factor: each one that is pasted narrows the band.

use crate::count::{Certainty, Counted};

/// One text whose tokens the vendor told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// What the family's factor made of it.
    pub likely: u64,
    /// What the vendor counted, the frame of the chat taken off.
    pub counted: u64,
}

/// A model's factor over its family's, learned from counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// How many counts it was learned from.
    pub samples: usize,
    /// What the family's likely count is multiplied by.
    pub factor: f64,
    /// Half of the band's width in logarithms: nine texts in ten lie within it.
    half_width: f64,
}

/// How far one text of a model strays from another, before any was seen: a standard deviation in
/// logarithms. Texts of one kind lie within ±4 % of each other in public vocabularies.
const STRAY: f64 = 0.025;

/// How many counts that guess is worth.
const STRAY_WORTH: f64 = 4.0;

/// How far a model's factor lies from its family's: ±15 % for nine in ten.
const APART: f64 = 0.085;

impl Calibration {
    /// Learns from counts; nothing where none of them has tokens.
    ///
    /// Logarithms of counted over likely are taken as normal, their mean and width as unknown
    /// (normal-inverse-gamma, Gelman et al., Bayesian Data Analysis, 3.3): the band is where the
    /// next text is expected, a Student's t.
    pub fn learned(told: &[Told]) -> Option<Self> {
        let logs: Vec<f64> = told
            .iter()
            .filter(|told| told.likely > 0 && told.counted > 0)
            .map(|told| (told.counted as f64 / told.likely as f64).ln())
            .collect();
        if logs.is_empty() {
            return None;
        }
        let samples = logs.len() as f64;
        let mean = logs.iter().sum::<f64>() / samples;
        let squares: f64 = logs.iter().map(|log| (log - mean).powi(2)).sum();
        // The family's own factor stands for a part of a count.
        let worth = (STRAY / APART).powi(2);
        let all = worth + samples;
        let center = samples * mean / all;
        let freedom = STRAY_WORTH + samples;
        let apart = worth * samples * mean.powi(2) / all;
        let variance = (STRAY_WORTH * STRAY.powi(2) + squares + apart) / freedom;
        let half_width = student_p95(freedom) * (variance * (1.0 + 1.0 / all)).sqrt();
        Some(Calibration { samples: logs.len(), factor: center.exp(), half_width })
    }

    /// A family's likely count, as this model counts.
    pub fn counted(&self, likely: u64) -> Counted {
        let tokens = likely as f64 * self.factor;
        Counted {
            tokens: tokens.round() as u64,
            certainty: Certainty::Estimated {
                low: (tokens * (-self.half_width).exp()).floor() as u64,
                high: (tokens * self.half_width.exp()).ceil() as u64,
            },
        }
    }

    /// The wider side of its band, as a share of the count.
    pub fn plus_minus(&self) -> f64 {
        self.half_width.exp_m1()
    }
}

/// The 95th percentile of Student's t, by its expansion over the normal's (Abramowitz and Stegun,
/// 26.7.5); within 0.2 % from four degrees of freedom on.
fn student_p95(freedom: f64) -> f64 {
    let z = 1.644_853_626_951_472_7_f64;
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + first / freedom + second / freedom.powi(2) + third / freedom.powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers like those of a die, the same each time (SplitMix64).
    struct Dice(u64);

    impl Dice {
        fn share(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut bits = self.0;
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        }

        /// A normal number (Box and Muller).
        fn normal(&mut self) -> f64 {
            let radius = (-2.0 * (1.0 - self.share()).ln()).sqrt();
            radius * (std::f64::consts::TAU * self.share()).cos()
        }
    }

    /// What a made-up tokenizer of this factor counts, texts straying by 2 % from each other.
    fn told(dice: &mut Dice, factor: f64) -> Told {
        let likely = 200.0 + 4_000.0 * dice.share();
        let counted = likely * factor * (0.02 * dice.normal()).exp();
        Told { likely: likely.round() as u64, counted: counted.round() as u64 }
    }

    fn band(counted: Counted) -> (u64, u64) {
        match counted.certainty {
            Certainty::Estimated { low, high } => (low, high),
            Certainty::Exact => panic!("it was estimated"),
        }
    }

    #[test]
    fn twenty_counts_narrow_the_band_and_it_still_holds_the_truth() {
        let mut dice = Dice(1);
        let (mut held, mut narrow) = (0, 0);
        for _ in 0..1_000 {
            let factor = 0.88 + 0.24 * dice.share();
            let seen: Vec<Told> = (0..20).map(|_| told(&mut dice, factor)).collect();
            let calibration = Calibration::learned(&seen).expect("there are counts");
            narrow += u32::from(calibration.plus_minus() <= 0.05);
            let next = told(&mut dice, factor);
            let (low, high) = band(calibration.counted(next.likely));
            held += u32::from((low..=high).contains(&next.counted));
        }
        assert!(held >= 870, "{held} of 1000");
        assert!(narrow >= 950, "{narrow} of 1000 are within 5 %");
    }

    #[test]
    fn it_beats_four_characters_a_token() {
        // Interval score of a 90 % band (Gneiting and Raftery, 2007): width, and twenty times what
        // is missed. Characters divided by four, ±25 %, over texts of 3.2 to 5 characters a token.
        let score = |(low, high): (f64, f64), truth: f64| {
            high - low + 20.0 * ((low - truth).max(0.0) + (truth - high).max(0.0))
        };
        let mut dice = Dice(2);
        let (mut ours, mut theirs) = (0.0, 0.0);
        for _ in 0..1_000 {
            let factor = 0.88 + 0.24 * dice.share();
            let seen: Vec<Told> = (0..20).map(|_| told(&mut dice, factor)).collect();
            let next = told(&mut dice, factor);
            let truth = next.counted as f64;
            let characters = truth * (3.2 + 1.8 * dice.share());
            let calibration = Calibration::learned(&seen).expect("there are counts");
            let (low, high) = band(calibration.counted(next.likely));
            ours += score((low as f64, high as f64), truth) / truth;
            theirs += score((characters / 4.0 * 0.75, characters / 4.0 * 1.25), truth) / truth;
        }
        assert!(ours < theirs / 2.0, "{ours:.0} {theirs:.0}");
    }

    #[test]
    fn one_count_moves_the_factor_and_leaves_doubt() {
        let one = Calibration::learned(&[Told { likely: 1_000, counted: 1_100 }]);
        let one = one.expect("a count");
        assert!((1.08..1.10).contains(&one.factor), "{}", one.factor);
        assert!((0.05..0.12).contains(&one.plus_minus()), "{}", one.plus_minus());
        assert_eq!(Calibration::learned(&[]), None);
        assert_eq!(Calibration::learned(&[Told { likely: 10, counted: 0 }]), None);
    }

    #[test]
    fn students_t_is_that_of_the_tables() {
        for (freedom, table) in [(5.0, 2.015), (10.0, 1.812), (24.0, 1.711), (100.0, 1.660)] {
            assert!((student_p95(freedom) - table).abs() < 0.004, "{freedom}");
        }
    }
}
