//! Measured values with how often each was met: `120 x14 | 350 x88 | 900 x12`.

use std::collections::BTreeMap;
use std::fmt;

/// The most values that one may list.
pub const MOST_BINS: usize = 64;

/// Bins are split until what varies inside them is at most this share of the variance.
const WITHIN: f64 = 0.001;

/// The same of ratios between lengths.
const RATIOS_WITHIN: f64 = 0.005;

/// What to write, for hints.
pub const EXAMPLE: &str = "120 x14 | 350 x88 | 900 x12";

/// Values from small to large, each with how often it was met.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    bins: Vec<Bin>,
}

/// One value, or the mean of several that lie close together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// The value.
    pub value: f64,
    /// How often it was met: whole, at least once.
    pub times: f64,
}

/// Why bins are no histogram: what is wrong, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faulty {
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub hint: String,
}

impl Histogram {
    /// Whether a text lists values, and is no single number or range.
    pub fn is_meant(text: &str) -> bool {
        text.contains('|') || split_times(text).1.is_some()
    }

    /// Reads a text; `scalar` reads one value, and `noun` says what that is.
    pub fn read(
        text: &str,
        noun: &str,
        scalar: impl Fn(&str) -> Option<f64>,
    ) -> Result<Self, Faulty> {
        let fault = |message: String| Faulty { message, hint: format!("Write {EXAMPLE}.") };
        let mut bins = vec![];
        for item in text.split('|').map(str::trim) {
            if item.is_empty() {
                return Err(fault(format!("`{}` has a bar without a value.", short(text))));
            }
            let (value, times) = split_times(item);
            let value = scalar(value).ok_or_else(|| fault(format!("`{value}` is not {noun}.")))?;
            let times = match times {
                None => 1.0,
                Some(times) => read_times(times).ok_or_else(|| {
                    fault(format!(
                        "`{item}` does not say how often: a whole number from 1 to 10¹²."
                    ))
                })?,
            };
            bins.push(Bin { value, times });
        }
        Self::new(bins)
    }

    /// Values that rise, each met at least once.
    pub fn new(bins: Vec<Bin>) -> Result<Self, Faulty> {
        if bins.is_empty() || bins.len() > MOST_BINS {
            return Err(Faulty {
                message: format!("It lists {} values; from 1 to {MOST_BINS} can be.", bins.len()),
                hint: "Put neighbours together: their mean, and how often all of them were met."
                    .to_owned(),
            });
        }
        let falls = bins.windows(2).find(|pair| pair[0].value >= pair[1].value);
        if let Some([before, after]) = falls {
            return Err(Faulty {
                message: format!(
                    "Its values do not rise: {} follows {}.",
                    after.value, before.value
                ),
                hint: "List each value once, from small to large.".to_owned(),
            });
        }
        Ok(Self { bins })
    }

    /// Whole lengths, each met so often, in at most [`MOST_BINS`] bins: the same count and the same sum to the
    /// last token, and nearly the same variance. `None` where there is nothing.
    pub fn of_lengths(lengths: &BTreeMap<u64, u64>) -> Option<Self> {
        let seen: Vec<(u64, u64)> =
            lengths.iter().map(|(&length, &times)| (length, times)).collect();
        let bins = match seen.len() {
            0 => return None,
            1..=MOST_BINS => seen,
            _ => rounded(&seen, &parts(&seen)),
        };
        let bin = |(value, times): (u64, u64)| Bin { value: value as f64, times: times as f64 };
        Some(Self { bins: bins.into_iter().map(bin).collect() })
    }

    /// Its bins, from small to large.
    pub fn bins(&self) -> &[Bin] {
        &self.bins
    }

    /// Every value so many times as large, met as often.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let scaled = |bin: &Bin| Bin { value: bin.value * factor, times: bin.times };
        Self { bins: self.bins.iter().map(scaled).collect() }
    }

    /// How many values were met.
    pub fn times(&self) -> f64 {
        self.bins.iter().map(|bin| bin.times).sum()
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.bins.iter().map(|bin| bin.value * bin.times).sum::<f64>() / self.times()
    }

    /// The variance between the values that were met.
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        let square = |bin: &Bin| (bin.value - mean) * (bin.value - mean) * bin.times;
        self.bins.iter().map(square).sum::<f64>() / self.times()
    }

    /// The standard error of the mean; `None` for a single value.
    pub fn standard_error(&self) -> Option<f64> {
        let times = self.times();
        (times > 1.0).then(|| libm::sqrt(self.variance() / (times - 1.0)))
    }

    /// The smallest value that at least this share of the values do not pass.
    pub fn quantile(&self, share: f64) -> f64 {
        let mut left = share * self.times();
        let reached = self.bins.iter().find(|bin| {
            left -= bin.times;
            left <= 0.0
        });
        reached.map_or(self.most(), |bin| bin.value)
    }

    /// The smallest value.
    pub fn least(&self) -> f64 {
        self.bins[0].value
    }

    /// The largest value.
    pub fn most(&self) -> f64 {
        self.bins[self.bins.len() - 1].value
    }
}

impl fmt::Display for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Bin { value, times }) in self.bins.iter().enumerate() {
            let bar = if index == 0 { "" } else { " | " };
            write!(f, "{bar}{value} x{times}")?;
        }
        Ok(())
    }
}

/// `120 x14` as value and times.
fn split_times(item: &str) -> (&str, Option<&str>) {
    match item.rsplit_once(['x', '×']) {
        Some((value, times)) if times.trim_start().starts_with(|c: char| c.is_ascii_digit()) => {
            (value.trim_end(), Some(times.trim_start()))
        }
        _ => (item, None),
    }
}

fn read_times(text: &str) -> Option<f64> {
    let digits = text.replace([',', '_'], "");
    let times =
        digits.parse::<u64>().ok().filter(|times| (1..=1_000_000_000_000).contains(times))?;
    Some(times as f64)
}

fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Neighbouring lengths that become one bin, as a range of `seen`.
#[derive(Clone, Copy)]
struct Part {
    from: usize,
    to: usize,
    /// What varies inside it, and where it is best cut, with what that takes away.
    within: f64,
    cut: Option<(usize, f64)>,
}

/// Cuts where it helps the variance most, until little is left inside; then where it helps most by
/// ratios, so that the many short lengths beside a few long ones keep their shape.
fn parts(seen: &[(u64, u64)]) -> Vec<Part> {
    // Rounding needs up to two bins of its own.
    const MOST: usize = MOST_BINS - 2;
    const BY_VARIANCE: usize = 44;
    let whole = [Part { from: 0, to: seen.len(), within: 0.0, cut: None }];
    let parts = Sums::of(seen, |length| length).cut(&whole, WITHIN, BY_VARIANCE);
    Sums::of(seen, libm::log1p).cut(&parts, RATIOS_WITHIN, MOST)
}

/// Running sums of times, of sizes and of their squares, around the mean size.
struct Sums(Vec<[f64; 3]>);

impl Sums {
    fn of(seen: &[(u64, u64)], size: fn(f64) -> f64) -> Self {
        let sized = seen.iter().map(|(length, times)| (size(*length as f64), *times as f64));
        let times: f64 = sized.clone().map(|(_, times)| times).sum();
        let mean = sized.clone().map(|(size, times)| size * times).sum::<f64>() / times;
        let mut sums = vec![[0.0; 3]];
        for (size, times) in sized {
            let ([n, sum, squares], away) = (sums[sums.len() - 1], size - mean);
            sums.push([n + times, sum + times * away, squares + times * away * away]);
        }
        Self(sums)
    }

    /// The parts cut further, until so small a share of the variance is left inside or there are `most`.
    fn cut(&self, parts: &[Part], share: f64, most: usize) -> Vec<Part> {
        let mut parts: Vec<Part> = parts.iter().map(|part| self.part(part.from, part.to)).collect();
        let enough = self.within(0, self.0.len() - 1) * share;
        while parts.len() < most && parts.iter().map(|part| part.within).sum::<f64>() > enough {
            let gain = |part: &Part| part.cut.map_or(0.0, |(_, gain)| gain);
            let best =
                (0..parts.len()).max_by(|&a, &b| gain(&parts[a]).total_cmp(&gain(&parts[b])));
            let cut = best.and_then(|index| Some((index, parts[index].cut?.0)));
            let Some((index, cut)) = cut else { break };
            let Part { from, to, .. } = parts[index];
            parts[index] = self.part(from, cut);
            parts.insert(index + 1, self.part(cut, to));
        }
        parts
    }

    /// Squared distances from the part's own mean.
    fn within(&self, from: usize, to: usize) -> f64 {
        let [n, sum, squares] = [0, 1, 2].map(|at| self.0[to][at] - self.0[from][at]);
        (squares - sum * sum / n).max(0.0)
    }

    fn part(&self, from: usize, to: usize) -> Part {
        let within = self.within(from, to);
        let left = |cut| self.within(from, cut) + self.within(cut, to);
        let cuts = (from + 1..to).map(|cut| (cut, within - left(cut)));
        let cut = cuts.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        Part { from, to, within, cut }
    }
}

/// Whole means of the parts, rounded so that the sum is kept to the last token.
fn rounded(seen: &[(u64, u64)], parts: &[Part]) -> Vec<(u64, u64)> {
    let mut bins = BTreeMap::<u64, u64>::new();
    // What the bins have more than the lengths.
    let mut over = 0_i128;
    for part in parts {
        let inside = &seen[part.from..part.to];
        let times: u64 = inside.iter().map(|(_, times)| times).sum();
        let sum: u128 =
            inside.iter().map(|(length, times)| u128::from(*length) * u128::from(*times)).sum();
        let below = u64::try_from(sum / u128::from(times)).expect("a mean lies among its lengths");
        let rest = i128::try_from(sum % u128::from(times)).expect("a rest is below its divisor");
        let up = rest > 0 && (over - rest + i128::from(times)).abs() < (over - rest).abs();
        over += if up { i128::from(times) } else { 0 } - rest;
        *bins.entry(below + u64::from(up)).or_default() += times;
    }
    while over != 0 {
        let movable = bins.iter().filter(|(value, _)| over < 0 || **value > 0);
        let (&value, &times) =
            movable.max_by_key(|(_, times)| **times).expect("what is over was rounded up");
        let moved = times.min(u64::try_from(over.unsigned_abs()).unwrap_or(u64::MAX));
        let to = if over > 0 { value - 1 } else { value + 1 };
        *bins.entry(to).or_default() += moved;
        match times - moved {
            0 => bins.remove(&value),
            left => bins.insert(value, left),
        };
        over -= i128::from(moved) * over.signum();
    }
    bins.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn binned(lengths: &[u64]) -> Option<Histogram> {
        let mut seen = BTreeMap::<u64, u64>::new();
        lengths.iter().for_each(|&length| *seen.entry(length).or_default() += 1);
        Histogram::of_lengths(&seen)
    }

    fn moments(lengths: &[u64]) -> (f64, f64) {
        let n = lengths.len() as f64;
        let mean = lengths.iter().sum::<u64>() as f64 / n;
        let square = |length: &u64| (*length as f64 - mean) * (*length as f64 - mean);
        (mean, lengths.iter().map(square).sum::<f64>() / n)
    }

    proptest! {
        #[test]
        fn bins_keep_the_count_the_sum_and_nearly_the_variance(
            logs in prop::collection::vec(0.0..14.0_f64, 1..600),
            steep in 0.1..1.0_f64,
        ) {
            let lengths: Vec<u64> = logs.iter().map(|log| libm::exp(log * steep) as u64).collect();
            let histogram = binned(&lengths).expect("lengths");
            prop_assert!(histogram.bins().len() <= MOST_BINS);
            let sum: f64 = histogram.bins().iter().map(|bin| bin.value * bin.times).sum();
            prop_assert_eq!(sum, lengths.iter().sum::<u64>() as f64);
            prop_assert_eq!(histogram.times(), lengths.len() as f64);
            let (_, variance) = moments(&lengths);
            // Rounding to whole tokens moves each value by less than one.
            let off = (histogram.variance() - variance).abs();
            prop_assert!(off <= 0.01 * variance + 1.0, "{off} of {variance}");
            // And it is a histogram that can be typed.
            let text = histogram.to_string();
            let read = Histogram::read(&text, "a number", |text| text.parse().ok());
            prop_assert_eq!(read, Ok(histogram));
        }
    }

    #[test]
    fn few_different_lengths_are_kept_as_they_are() {
        let histogram = binned(&[350, 120, 350, 0]).expect("lengths");
        assert_eq!(histogram.to_string(), "0 x1 | 120 x1 | 350 x2");
        assert_eq!((histogram.mean(), histogram.times()), (205.0, 4.0));
        assert_eq!(binned(&[]), None);
    }

    #[test]
    fn a_long_tail_keeps_its_variance_to_a_thousandth() {
        let lengths: Vec<u64> =
            (1..=2000).map(|n| libm::exp(4.0 + f64::from(n % 997) / 200.0) as u64).collect();
        let histogram = binned(&lengths).expect("lengths");
        let (_, variance) = moments(&lengths);
        let off = (histogram.variance() / variance - 1.0).abs();
        assert!(off < 0.0015, "{off}");
    }

    #[test]
    fn a_few_very_long_texts_leave_the_short_ones_their_shape() {
        let lengths: Vec<u64> = (100..3000).chain([400_000, 2_000_000]).collect();
        let histogram = binned(&lengths).expect("lengths");
        for (share, length) in [(0.1, 390.0), (0.5, 1550.0), (0.9, 2711.0)] {
            let quantile = histogram.quantile(share);
            assert!((quantile / length - 1.0).abs() < 0.1, "{quantile} is not about {length}");
        }
    }

    #[test]
    fn shares_of_the_values_lie_below() {
        let histogram = Histogram::read("10 x1 | 20 x8 | 90 x1", "a number", |t| t.parse().ok());
        let histogram = histogram.expect("a histogram");
        let quantiles = [0.05, 0.1, 0.5, 0.9, 0.95].map(|share| histogram.quantile(share));
        assert_eq!(quantiles, [10.0, 10.0, 20.0, 20.0, 90.0]);
    }
}
