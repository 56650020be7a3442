//! What a model's own counts say of its family's factor: each one that is told narrows the band.

/// One prompt whose tokens the vendor told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// What the family's factor made of its texts.
    pub estimated: u64,
    /// What the vendor billed for them, the frame of the chat taken off.
    pub billed: u64,
}

/// A model's factor over its family's, learned from counts. Logarithms are kept in millionths, so
/// that ways of counting can be compared.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Calibration {
    samples: u32,
    /// The logarithm of what the family's likely count is multiplied by.
    log_factor: i32,
    /// Half of the band's width: nine texts in ten lie within it.
    half_width: i32,
}

/// How far one text of a model strays from another, before any was seen: a standard deviation in
/// logarithms. Texts of one kind lie within ±4 % of each other in public vocabularies.
const STRAY: f64 = 0.025;

/// How many counts that guess is worth.
const STRAY_WORTH: f64 = 3.0;

/// How far a model's factor lies from its family's: ±15 % for nine in ten.
const APART: f64 = 0.085;

const MILLION: f64 = 1e6;

impl Calibration {
    /// Learns from counts; nothing where none of them has tokens.
    ///
    /// Logarithms of billed over estimated are taken as normal, their mean and width as unknown
    /// (normal-inverse-gamma, Gelman et al., Bayesian Data Analysis, 3.3): the band is where the
    /// next text is expected, a Student's t.
    pub fn learned(told: &[Told]) -> Option<Self> {
        let logs: Vec<f64> = told
            .iter()
            .filter(|told| told.estimated > 0 && told.billed > 0)
            .map(|told| (told.billed as f64 / told.estimated as f64).ln())
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
        Some(Calibration {
            samples: u32::try_from(logs.len()).unwrap_or(u32::MAX),
            log_factor: (center * MILLION).round() as i32,
            half_width: (half_width * MILLION).round() as i32,
        })
    }

    /// A family's likely count as this model counts: the fewest tokens, the likely count, the most.
    pub fn tokens(&self, estimated: u64) -> [u64; 3] {
        let tokens = estimated as f64 * self.factor();
        let width = (f64::from(self.half_width) / MILLION).exp();
        [(tokens / width).floor(), tokens.round(), (tokens * width).ceil()].map(|it| it as u64)
    }

    /// How many counts it was learned from.
    pub fn samples(&self) -> u32 {
        self.samples
    }

    /// What the family's likely count is multiplied by.
    pub fn factor(&self) -> f64 {
        (f64::from(self.log_factor) / MILLION).exp()
    }

    /// The wider side of its band, as a share of the count.
    pub fn plus_minus(&self) -> f64 {
        (f64::from(self.half_width) / MILLION).exp_m1()
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
    use crate::count::estimated;
    use crate::family::{Factor, Family};
    use crate::kind::{Kind, Kinds};
    use crate::tokenizer::{Vocabulary, count};

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

        fn between(&mut self, low: f64, high: f64) -> f64 {
            low + (high - low) * self.share()
        }

        /// A normal number (Box and Muller).
        fn normal(&mut self) -> f64 {
            let radius = (-2.0 * (1.0 - self.share()).ln()).sqrt();
            radius * (std::f64::consts::TAU * self.share()).cos()
        }

        fn one_of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
            &all[((self.share() * all.len() as f64) as usize).min(all.len() - 1)]
        }
    }

    /// What a made-up tokenizer of this factor bills, texts straying so far from each other.
    fn told(dice: &mut Dice, factor: f64, stray: f64) -> Told {
        let estimated = dice.between(200.0, 4_200.0);
        let billed = estimated * factor * (stray * dice.normal()).exp();
        Told { estimated: estimated.round() as u64, billed: billed.round() as u64 }
    }

    /// Of 1,000 made-up tokenizers: how many of their next texts lie in the band that so many
    /// counts taught, and how many bands are within ±5 %.
    fn tried(seed: u64, counts: usize, stray: f64) -> (u32, u32) {
        let mut dice = Dice(seed);
        let (mut held, mut narrow) = (0, 0);
        for _ in 0..1_000 {
            let factor = dice.between(0.88, 1.12);
            let seen: Vec<Told> = (0..counts).map(|_| told(&mut dice, factor, stray)).collect();
            let calibration = Calibration::learned(&seen).expect("there are counts");
            narrow += u32::from(calibration.plus_minus() <= 0.05);
            let next = told(&mut dice, factor, stray);
            let [low, _, high] = calibration.tokens(next.estimated);
            held += u32::from((low..=high).contains(&next.billed));
        }
        (held, narrow)
    }

    #[test]
    fn twenty_counts_narrow_the_band_and_it_still_holds_the_truth() {
        let (held, narrow) = tried(1, 20, 0.02);
        assert!(held >= 870, "{held} of 1000");
        assert!(narrow >= 990, "{narrow} of 1000 are within 5 %");
    }

    #[test]
    fn the_band_holds_the_truth_after_any_count_and_widens_where_texts_differ() {
        for counts in [1, 2, 5, 10, 20, 50] {
            for stray in [0.005, 0.02, 0.03] {
                let (held, _) = tried(3, counts, stray);
                assert!(held >= 870, "{counts} counts, straying by {stray}: {held} of 1000");
            }
        }
        // Texts that differ by more than was thought are noticed.
        let (held, narrow) = tried(4, 20, 0.05);
        assert!(held >= 870 && narrow <= 20, "{held} {narrow}");
    }

    /// A real text: how long, and how it is estimated.
    struct Text {
        characters: f64,
        o200k: u64,
        kinds: Kinds,
    }

    /// Files of ours in pieces of 300 to 2,400 characters.
    fn texts(file: &str) -> Vec<Text> {
        let letters: Vec<char> = file.chars().collect();
        let (mut texts, mut start) = (vec![], 0);
        for length in [300, 700, 1_200, 2_400].into_iter().cycle() {
            let Some(piece) = letters.get(start..start + length) else { break };
            let text: String = piece.iter().collect();
            let o200k = count(&text, Vocabulary::O200kBase);
            texts.push(Text { characters: length as f64, o200k, kinds: Kinds::of(&text) });
            start += length;
        }
        texts
    }

    /// The interval score of a 90 % band over the truth (Gneiting and Raftery, 2007): its width,
    /// and twenty times what it misses.
    fn score((low, high): (f64, f64), truth: f64) -> f64 {
        (high - low + 20.0 * ((low - truth).max(0.0) + (truth - high).max(0.0))) / truth
    }

    #[test]
    fn on_real_texts_it_beats_the_familys_band_and_that_beats_four_characters_a_token() {
        let files = [
            texts(include_str!("../../../../README.md")),
            texts(include_str!("measure.rs")),
            texts(include_str!("../../../../tests/files/price_cases.json")),
        ];
        let family = Family::ClaudeOlder;
        let mut dice = Dice(2);
        let (mut learned, mut untold, mut by_characters) = (0.0, 0.0, 0.0);
        let (mut held, mut held_untold) = (0, 0);
        for trial in 0..1_000 {
            // A tokenizer somewhere in its family's bands, and prompts out of one file.
            let (places, file) = ([(); 5].map(|()| dice.share()), &files[trial % files.len()]);
            let factor = |kind: Kind| {
                let Factor { low, high, .. } = family.factor(kind);
                low + (high - low) * places[kind as usize]
            };
            let call = |dice: &mut Dice| {
                let text = dice.one_of(file);
                let truth = text.o200k as f64 * text.kinds.mean(factor);
                let billed = (truth * (0.02 * dice.normal()).exp()).round();
                (text, estimated(text.o200k, &text.kinds, family), billed)
            };
            let seen: Vec<Told> = (0..20)
                .map(|_| call(&mut dice))
                .map(|(_, it, billed)| Told { estimated: it.tokens, billed: billed as u64 })
                .collect();
            let calibration = Calibration::learned(&seen).expect("there are counts");
            let (text, counted, truth) = call(&mut dice);
            let as_floats = |(low, high): (u64, u64)| (low as f64, high as f64);
            let ([low, _, high], wide) = (calibration.tokens(counted.tokens), counted.bounds());
            held += u32::from((low..=high).contains(&(truth as u64)));
            held_untold += u32::from((wide.0..=wide.1).contains(&(truth as u64)));
            learned += score(as_floats((low, high)), truth);
            untold += score(as_floats(wide), truth);
            let quarter = text.characters / 4.0;
            by_characters += score((quarter * 0.75, quarter * 1.25), truth);
        }
        assert!(held >= 870, "{held} of 1000 hold after 20 counts");
        assert!(held_untold >= 870, "{held_untold} of 1000 hold before any");
        assert!(learned < untold * 0.7, "{learned:.0} {untold:.0}");
        assert!(untold < by_characters, "{untold:.0} {by_characters:.0}");
    }

    #[test]
    fn one_count_moves_the_factor_and_leaves_doubt() {
        let one = Calibration::learned(&[Told { estimated: 1_000, billed: 1_100 }]);
        let one = one.expect("a count");
        assert!((1.08..1.10).contains(&one.factor()), "{}", one.factor());
        assert!((0.05..0.12).contains(&one.plus_minus()), "{}", one.plus_minus());
        assert_eq!(Calibration::learned(&[]), None);
        assert_eq!(Calibration::learned(&[Told { estimated: 10, billed: 0 }]), None);
    }

    #[test]
    fn students_t_is_that_of_the_tables() {
        for (freedom, table) in [(5.0, 2.015), (10.0, 1.812), (24.0, 1.711), (100.0, 1.660)] {
            assert!((student_p95(freedom) - table).abs() < 0.004, "{freedom}");
        }
    }
}
