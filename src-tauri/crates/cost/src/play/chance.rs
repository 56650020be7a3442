//! Where an execution's choices come from: a seeded generator, or every path in turn.

use libm::{exp, log, sqrt};
use rand_pcg::Pcg64;
use rand_pcg::rand_core::{Rng, SeedableRng};

use crate::plan::Number;
use crate::spread::{Spread, count_table, lognormal_parameters};

/// Makes the choices of an execution.
pub(super) trait Chance {
    /// An index, with a chance in proportion to its weight. At least one weight is above 0.
    fn pick(&mut self, weights: &[f64]) -> usize;

    /// A size in tokens.
    fn draw(&mut self, size: &Size) -> f64;

    /// A pause of this mean: however long it lasted, it ends at any moment alike.
    fn pause(&mut self, mean: f64) -> f64;

    /// Whether what has this chance happens.
    fn toss(&mut self, chance: f64) -> bool {
        if chance <= 0.0 || chance >= 1.0 {
            return chance > 0.0;
        }
        self.pick(&[chance, 1.0 - chance]) == 0
    }
}

/// A number of tokens that may vary between calls.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Size {
    Fixed(f64),
    /// Mean and standard deviation of the logarithm.
    Lognormal {
        mu: f64,
        sigma: f64,
    },
    /// `low + width · B`, B from a beta distribution with parameters `left` and `right`.
    ThreePoint {
        low: f64,
        width: f64,
        left: f64,
        right: f64,
    },
    /// One of these values, in proportion to how often it was met.
    Measured {
        values: Vec<f64>,
        times: Vec<f64>,
    },
}

/// A whole number of 1 or more that may vary.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Count {
    Fixed(usize),
    /// P(1), P(2), …
    Table(Vec<f64>),
}

impl Size {
    /// A number in a month in which it is so many times its first value.
    pub(super) fn of(number: &Number, factor: f64) -> Self {
        match number.scaled(factor) {
            Spread::Fixed(value) => Self::Fixed(value),
            Spread::Range { low, high } if low == high => Self::Fixed(low),
            Spread::Range { low, high } => {
                let (mu, sigma) = lognormal_parameters(low, high);
                Self::Lognormal { mu, sigma }
            }
            Spread::Likely { low, high, .. } if low == high => Self::Fixed(low),
            Spread::Likely { low, likely, high } => {
                let width = high - low;
                let left = 1.0 + 4.0 * (likely - low) / width;
                let right = 1.0 + 4.0 * (high - likely) / width;
                Self::ThreePoint { low, width, left, right }
            }
            Spread::Measured(histogram) => Self::Measured {
                values: histogram.bins().iter().map(|bin| bin.value).collect(),
                times: histogram.bins().iter().map(|bin| bin.times).collect(),
            },
        }
    }
}

impl Count {
    /// `None` where the number cannot be a count.
    pub(super) fn of(number: &Number, factor: f64) -> Option<Self> {
        let spread = number.scaled(factor);
        // Copies and uses without width may be more than a table has rows.
        if let Spread::Fixed(value) = spread {
            return (value.fract() == 0.0 && value >= 1.0).then_some(Self::Fixed(value as usize));
        }
        let table = count_table(&spread)?;
        Some(if spread.is_fixed() { Self::Fixed(table.len()) } else { Self::Table(table) })
    }

    pub(super) fn pick(&self, chance: &mut impl Chance) -> usize {
        match self {
            Self::Fixed(count) => *count,
            Self::Table(weights) => chance.pick(weights) + 1,
        }
    }
}

/// Choices from a seed: PCG64 (XSL-RR), the same bits on every machine.
///
/// Every draw is exact in distribution: normals by Marsaglia's polar method, three-point curves as
/// betas from two gammas of Marsaglia and Tsang (2000).
pub(super) struct Seeded {
    generator: Pcg64,
    spare_normal: Option<f64>,
}

impl Seeded {
    pub(super) fn new(seed: u64) -> Self {
        Self { generator: Pcg64::seed_from_u64(seed), spare_normal: None }
    }

    /// From 0 (inclusive) to 1 (exclusive), in steps of 2⁻⁵³.
    fn uniform(&mut self) -> f64 {
        (self.generator.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare_normal.take() {
            return spare;
        }
        loop {
            let x = 2.0 * self.uniform() - 1.0;
            let y = 2.0 * self.uniform() - 1.0;
            let square = x * x + y * y;
            if square < 1.0 && square > 0.0 {
                let stretch = sqrt(-2.0 * log(square) / square);
                self.spare_normal = Some(y * stretch);
                return x * stretch;
            }
        }
    }

    /// A gamma of scale 1, for shapes of 1 and more.
    fn gamma(&mut self, shape: f64) -> f64 {
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let root = 1.0 + c * x;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            // 1 − u lies above 0, so that its logarithm is finite.
            let u = 1.0 - self.uniform();
            if log(u) < x * x / 2.0 + d - d * v + d * log(v) {
                return d * v;
            }
        }
    }
}

impl Chance for Seeded {
    fn pick(&mut self, weights: &[f64]) -> usize {
        let mut left = self.uniform() * weights.iter().sum::<f64>();
        for (index, &weight) in weights.iter().enumerate() {
            if left < weight {
                return index;
            }
            left -= weight;
        }
        // Rounding can carry the rest past the last weight.
        weights.iter().rposition(|&weight| weight > 0.0).expect("one weight is above 0")
    }

    fn draw(&mut self, size: &Size) -> f64 {
        match *size {
            Size::Fixed(tokens) => tokens,
            Size::Lognormal { mu, sigma } => exp(mu + sigma * self.normal()),
            Size::ThreePoint { low, width, left, right } => {
                let (x, y) = (self.gamma(left), self.gamma(right));
                low + width * x / (x + y)
            }
            Size::Measured { ref values, ref times } => values[self.pick(times)],
        }
    }

    fn pause(&mut self, mean: f64) -> f64 {
        -mean * log(1.0 - self.uniform())
    }
}

/// Every path through the picks, one execution after another, depth first.
#[derive(Default)]
pub(super) struct Enumerated {
    picks: Vec<Picked>,
    depth: usize,
    chance: f64,
}

struct Picked {
    index: usize,
    /// The next index with a chance.
    next: Option<usize>,
}

impl Enumerated {
    /// Goes to the start of the current path.
    pub(super) fn restart(&mut self) {
        self.depth = 0;
        self.chance = 1.0;
    }

    /// The chance of the path just played.
    pub(super) fn chance(&self) -> f64 {
        self.chance
    }

    /// Turns to the next path: false when all have been played.
    pub(super) fn advance(&mut self) -> bool {
        while let Some(last) = self.picks.pop() {
            if let Some(index) = last.next {
                self.picks.push(Picked { index, next: None });
                return true;
            }
        }
        false
    }
}

impl Chance for Enumerated {
    fn pick(&mut self, weights: &[f64]) -> usize {
        let after = |start: usize| (start..weights.len()).find(|&index| weights[index] > 0.0);
        if self.depth == self.picks.len() {
            let index = after(0).expect("one weight is above 0");
            self.picks.push(Picked { index, next: None });
        }
        let picked = &mut self.picks[self.depth];
        picked.next = after(picked.index + 1);
        self.depth += 1;
        self.chance *= weights[picked.index] / weights.iter().sum::<f64>();
        picked.index
    }

    fn draw(&mut self, size: &Size) -> f64 {
        match size {
            Size::Fixed(tokens) => *tokens,
            Size::Measured { values, times } => values[self.pick(times)],
            Size::Lognormal { .. } | Size::ThreePoint { .. } => {
                panic!("sizes that vary are refused before paths are played")
            }
        }
    }

    fn pause(&mut self, _: f64) -> f64 {
        panic!("pauses that matter are refused before paths are played")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Provenance;
    use crate::units::Kind;

    const DRAWS: usize = 20_000;

    fn number(text: &str) -> Number {
        Number::new(Kind::Tokens, text, Provenance::default())
    }

    fn draws(text: &str) -> Vec<f64> {
        let (mut seeded, size) = (Seeded::new(7), Size::of(&number(text), 1.0));
        let mut drawn: Vec<f64> = (0..DRAWS).map(|_| seeded.draw(&size)).collect();
        drawn.sort_by(f64::total_cmp);
        drawn
    }

    /// Mean and variance of the draws against those of the number.
    fn check_moments(text: &str) {
        let (number, drawn) = (number(text), draws(text));
        let n = DRAWS as f64;
        let mean = drawn.iter().sum::<f64>() / n;
        let variance = drawn.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
        let error = sqrt(number.variance() / n);
        assert!((mean - number.mean()).abs() < 4.0 * error, "{text}: mean {mean}");
        assert!((variance / number.variance() - 1.0).abs() < 0.08, "{text}: variance {variance}");
    }

    #[test]
    fn draws_have_the_mean_and_the_variance_of_their_number() {
        check_moments("40..220");
        check_moments("350..900");
        check_moments("0/10/100");
        check_moments("5/60/60");
        check_moments("5/5/60");
        check_moments("20 x900 | 350 x80 | 9000 x20");
    }

    #[test]
    fn a_tenth_of_the_draws_lies_below_a_range_and_a_tenth_above() {
        let drawn = draws("40..220");
        let share = |count: usize| count as f64 / DRAWS as f64;
        let below = share(drawn.iter().filter(|&&x| x < 40.0).count());
        let above = share(drawn.iter().filter(|&&x| x > 220.0).count());
        // The standard error of such a share is 0.0021.
        assert!((below - 0.1).abs() < 0.0085 && (above - 0.1).abs() < 0.0085, "{below} {above}");
    }

    #[test]
    fn three_points_keep_their_ends() {
        let drawn = draws("5/20/60");
        assert!(drawn[0] > 5.0 && drawn[DRAWS - 1] < 60.0);
        // Half of a symmetric curve lies on each side of its middle.
        let middle = draws("0/50/100").iter().filter(|&&x| x < 50.0).count();
        assert!(middle.abs_diff(DRAWS / 2) < 283, "{middle}");
    }

    #[test]
    fn picks_follow_their_weights() {
        let mut seeded = Seeded::new(1);
        let mut seen = [0; 4];
        (0..DRAWS).for_each(|_| seen[seeded.pick(&[0.1, 0.0, 0.6, 0.3])] += 1);
        assert_eq!(seen[1], 0);
        for (count, share) in [(seen[0], 0.1), (seen[2], 0.6), (seen[3], 0.3)] {
            let error = sqrt(share * (1.0 - share) / DRAWS as f64);
            assert!((f64::from(count) / DRAWS as f64 - share).abs() < 4.0 * error, "{seen:?}");
        }
    }

    #[test]
    fn a_seed_gives_the_same_bits_everywhere() {
        let mut seeded = Seeded::new(2027);
        let range = seeded.draw(&Size::of(&number("40..220"), 1.0));
        let points = seeded.draw(&Size::of(&number("5/20/60"), 1.0));
        insta::assert_snapshot!(format!("{:x} {:x}", range.to_bits(), points.to_bits()), @"4062b13e31e18841 404789538b131e9b");
    }

    #[test]
    fn paths_are_all_played_once_and_their_chances_add_to_one() {
        let mut paths = Enumerated::default();
        let mut played = vec![];
        loop {
            paths.restart();
            let first = paths.pick(&[0.5, 0.0, 0.5]);
            let second = if first == 2 { paths.pick(&[0.0, 0.25, 0.75]) } else { 9 };
            played.push((first, second, paths.chance()));
            if !paths.advance() {
                break;
            }
        }
        assert_eq!(played, [(0, 9, 0.5), (2, 1, 0.125), (2, 2, 0.375)]);
    }
}
