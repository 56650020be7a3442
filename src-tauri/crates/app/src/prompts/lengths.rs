//! How the lengths of documents spread: their mean, their tenths, and how often which lengths were met.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

/// Lengths in tokens, each with how often it was met: as many entries as there are different lengths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lengths(pub BTreeMap<u64, u64>);

/// So many documents have from `from` tokens to fewer than `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct LengthBar {
    /// The fewest tokens.
    pub from: u64,
    /// The first number of tokens that is too many.
    pub to: u64,
    /// How many documents.
    pub documents: u64,
}

impl Lengths {
    pub fn add(&mut self, tokens: u64) {
        *self.0.entry(tokens).or_default() += 1;
    }

    pub fn merge(&mut self, other: Self) {
        for (length, times) in other.0 {
            *self.0.entry(length).or_default() += times;
        }
    }

    pub fn documents(&self) -> u64 {
        self.0.values().sum()
    }

    pub fn tokens(&self) -> u64 {
        self.0.iter().map(|(length, times)| length * times).sum()
    }

    pub fn least(&self) -> u64 {
        self.0.keys().next().copied().unwrap_or_default()
    }

    pub fn most(&self) -> u64 {
        self.0.keys().next_back().copied().unwrap_or_default()
    }

    /// The variance between documents.
    pub fn variance(&self) -> f64 {
        let documents = self.documents() as f64;
        let mean = self.tokens() as f64 / documents;
        let squares = self.0.iter().map(|(length, times)| {
            let away = *length as f64 - mean;
            away * away * *times as f64
        });
        squares.sum::<f64>() / documents
    }

    /// The length that such a part of the documents do not pass, in hundredths; between two by its distance.
    pub fn percentile(&self, hundredths: u64) -> u64 {
        let steps = u128::from(self.documents().saturating_sub(1)) * u128::from(hundredths);
        let (place, part) = ((steps / 100) as u64, (steps % 100) as u64);
        let (low, high) = (self.nth(place), self.nth(place + u64::from(part > 0)));
        low + ((high - low) * part + 50) / 100
    }

    /// The length of the nth document, from 0, by length.
    fn nth(&self, nth: u64) -> u64 {
        let mut before = 0;
        let reached = self.0.iter().find(|(_, times)| {
            before += **times;
            nth < before
        });
        reached.map_or(self.most(), |(length, _)| *length)
    }

    /// Bars between round lengths: 1, 2, 5, 10, …, or in even steps where lengths lie close together.
    pub fn bars(&self) -> Vec<LengthBar> {
        const FEW: usize = 4;
        let round = self.between(&round_edges(self.least(), self.most()));
        if round.len() >= FEW {
            round
        } else {
            self.between(&even_edges(self.least(), self.most()))
        }
    }

    fn between(&self, edges: &[u64]) -> Vec<LengthBar> {
        let bars = edges.windows(2).map(|ends| {
            let documents = self.0.range(ends[0]..ends[1]).map(|(_, times)| times).sum();
            LengthBar { from: ends[0], to: ends[1], documents }
        });
        bars.collect()
    }
}

/// From the last edge at or below the least length to the first above the most.
fn round_edges(least: u64, most: u64) -> Vec<u64> {
    let decades = (0..19).flat_map(|power| [1, 2, 5].map(|one: u64| one * 10_u64.pow(power)));
    let edges: Vec<u64> = std::iter::once(0).chain(decades).collect();
    let first = edges.partition_point(|edge| *edge <= least) - 1;
    let last = edges.partition_point(|edge| *edge <= most).min(edges.len() - 1);
    edges[first..=last].to_vec()
}

fn even_edges(least: u64, most: u64) -> Vec<u64> {
    const BARS: u64 = 10;
    let width = (most - least) / BARS + 1;
    let step = round_edges(width, width);
    let step = if step[0] == width { width } else { step[1] };
    let first = least / step * step;
    (0..).map(|nth| first + nth * step).take_while(|edge| *edge <= most + step).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lengths(of: impl IntoIterator<Item = u64>) -> Lengths {
        let mut lengths = Lengths::default();
        of.into_iter().for_each(|length| lengths.add(length));
        lengths
    }

    #[test]
    fn tenths_lie_between_documents() {
        let lengths = lengths(1..=101);
        let all = [0, 10, 50, 90, 99, 100].map(|hundredths| lengths.percentile(hundredths));
        assert_eq!(all, [1, 11, 51, 91, 100, 101]);
        assert_eq!(super::tests::lengths([10, 20]).percentile(50), 15);
        assert_eq!(super::tests::lengths([7]).percentile(99), 7);
    }

    #[test]
    fn bars_stand_between_round_lengths() {
        let bars = |of: &[u64]| {
            let bars = lengths(of.iter().copied()).bars();
            let words =
                bars.iter().map(|bar| format!("{}..{} {}", bar.from, bar.to, bar.documents));
            words.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(
            bars(&[12, 40, 45, 160, 220]),
            "10..20 1, 20..50 2, 50..100 0, 100..200 1, 200..500 1"
        );
        assert_eq!(
            bars(&[101, 104, 109]),
            "101..102 1, 102..103 0, 103..104 0, 104..105 1, 105..106 0, 106..107 0, 107..108 0, 108..109 0, 109..110 1"
        );
        assert_eq!(
            bars(&[1000, 1400]),
            "1000..1050 1, 1050..1100 0, 1100..1150 0, 1150..1200 0, 1200..1250 0, 1250..1300 0, 1300..1350 0, 1350..1400 0, 1400..1450 1"
        );
        assert_eq!(bars(&[0]), "0..1 1");
    }

    proptest! {
        #[test]
        fn every_document_stands_in_one_bar(of in prop::collection::vec(0..2_000_000_u64, 1..100)) {
            let lengths = lengths(of.clone());
            let bars = lengths.bars();
            prop_assert_eq!(bars.iter().map(|bar| bar.documents).sum::<u64>(), of.len() as u64);
            prop_assert!(bars.windows(2).all(|pair| pair[0].to == pair[1].from));
            prop_assert!(bars.len() <= 32, "{} bars", bars.len());
        }
    }
}
