//! Recorded usage: so much of each meter, disjoint, whatever way the vendor counts.
#![deny(clippy::float_arithmetic)]

use std::collections::BTreeMap;

use crate::meter::Meter;
use crate::money::Quantity;

/// What one recorded call used: so much of each meter, disjoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    amounts: BTreeMap<Meter, Quantity>,
    prompt_tokens: u64,
}

/// Tokens of one call as most vendors report them: `input` and `output` are totals, the others parts of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// The whole prompt, cached and written parts included.
    pub input: u64,
    /// Of `input`: served from the cache, whatever the modality.
    pub cache_read: u64,
    /// Of `input`: written to the cache for its default time.
    pub cache_write: u64,
    /// Of `input`: written to the cache for an hour.
    pub cache_write_1h: u64,
    /// Of `input`: audio, cached audio included.
    pub input_audio: u64,
    /// Of `input_audio` and of `cache_read`.
    pub cache_read_audio: u64,
    /// Of `input`: images, cached images included.
    pub input_image: u64,
    /// Of `input_image` and of `cache_read`.
    pub cache_read_image: u64,
    /// Of `input`: video.
    pub input_video: u64,
    /// The whole answer, hidden reasoning included.
    pub output: u64,
    /// Of `output`: hidden reasoning.
    pub reasoning: u64,
    /// Of `output`: citations.
    pub citation: u64,
    /// Of `output`: audio.
    pub output_audio: u64,
    /// Of `output`: images.
    pub output_image: u64,
    /// Of `output`: video.
    pub output_video: u64,
}

/// A part that is larger than its whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The usage contradicts itself: {parts} come to {parts_tokens} tokens, but {whole} to {whole_tokens}."
)]
pub struct Inconsistent {
    /// What the parts are.
    pub parts: &'static str,
    /// How many tokens they are together.
    pub parts_tokens: u64,
    /// What they are parts of.
    pub whole: &'static str,
    /// How many tokens that is.
    pub whole_tokens: u64,
}

impl Usage {
    /// Takes totals apart into disjoint meters.
    pub fn from_tokens(tokens: &Tokens) -> Result<Self, Inconsistent> {
        let t = tokens;
        let cached_text = rest(
            ("cached input", t.cache_read),
            ("cached audio and images", &[t.cache_read_audio, t.cache_read_image]),
        )?;
        let audio = rest(("input audio", t.input_audio), ("cached audio", &[t.cache_read_audio]))?;
        let image =
            rest(("input images", t.input_image), ("cached images", &[t.cache_read_image]))?;
        let input = rest(
            ("the whole input", t.input),
            (
                "cached and written input, audio, images and video",
                &[t.cache_read, t.cache_write, t.cache_write_1h, audio, image, t.input_video],
            ),
        )?;
        let output = rest(
            ("the whole output", t.output),
            (
                "reasoning, citations, audio, images and video",
                &[t.reasoning, t.citation, t.output_audio, t.output_image, t.output_video],
            ),
        )?;
        let amounts = [
            (Meter::Input, input),
            (Meter::CacheRead, cached_text),
            (Meter::CacheWrite, t.cache_write),
            (Meter::CacheWrite1h, t.cache_write_1h),
            (Meter::InputAudio, audio),
            (Meter::CacheReadAudio, t.cache_read_audio),
            (Meter::InputImage, image),
            (Meter::CacheReadImage, t.cache_read_image),
            (Meter::InputVideo, t.input_video),
            (Meter::Output, output),
            (Meter::OutputReasoning, t.reasoning),
            (Meter::OutputCitation, t.citation),
            (Meter::OutputAudio, t.output_audio),
            (Meter::OutputImage, t.output_image),
            (Meter::OutputVideo, t.output_video),
        ];
        let usage = Self { prompt_tokens: t.input, ..Self::default() };
        Ok(amounts
            .into_iter()
            .fold(usage, |usage, (meter, tokens)| usage.with(meter, Quantity::whole(tokens))))
    }

    /// The same usage with so much more of a meter: searches, pages, hours of audio.
    #[must_use]
    pub fn with(mut self, meter: Meter, quantity: Quantity) -> Self {
        if quantity != Quantity::ZERO {
            let amount = self.amounts.entry(meter).or_default();
            *amount = *amount + quantity;
        }
        self
    }

    /// How much of a meter was used.
    pub fn amount(&self, meter: Meter) -> Quantity {
        self.amounts.get(&meter).copied().unwrap_or_default()
    }

    /// Every meter that was used, in the order of [`Meter::ALL`].
    pub fn amounts(&self) -> impl Iterator<Item = (Meter, Quantity)> {
        self.amounts.iter().map(|(meter, quantity)| (*meter, *quantity))
    }

    /// The whole prompt in tokens, on which brackets are tested.
    pub const fn prompt_tokens(&self) -> u64 {
        self.prompt_tokens
    }
}

/// What is left of a whole without its parts.
fn rest(
    (whole, whole_tokens): (&'static str, u64),
    (parts, tokens): (&'static str, &[u64]),
) -> Result<u64, Inconsistent> {
    let parts_tokens = tokens.iter().fold(0u64, |sum, part| sum.saturating_add(*part));
    whole_tokens.checked_sub(parts_tokens).ok_or(Inconsistent {
        parts,
        parts_tokens,
        whole,
        whole_tokens,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tokens: Tokens, expected: &str) {
        let read = match Usage::from_tokens(&tokens) {
            Ok(usage) => usage
                .amounts()
                .map(|(meter, quantity)| format!("{} {quantity}", meter.name()))
                .collect::<Vec<_>>()
                .join(", "),
            Err(error) => error.to_string(),
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn totals_are_taken_apart() {
        check(
            Tokens {
                input: 90_000,
                cache_read: 60_000,
                cache_write: 12_000,
                cache_write_1h: 8_000,
                output: 1_000,
                reasoning: 400,
                ..Tokens::default()
            },
            "input 10000, cache_read 60000, cache_write 12000, cache_write_1h 8000, output 600, output_reasoning 400",
        );
        check(
            Tokens {
                input: 1_000,
                cache_read: 500,
                input_audio: 700,
                cache_read_audio: 300,
                output: 50,
                output_audio: 50,
                ..Tokens::default()
            },
            "input 100, cache_read 200, input_audio 400, cache_read_audio 300, output_audio 50",
        );
        check(Tokens::default(), "");
    }

    #[test]
    fn a_part_larger_than_its_whole_is_an_error() {
        check(
            Tokens { input: 100, cache_read: 90, cache_write: 20, ..Tokens::default() },
            "The usage contradicts itself: cached and written input, audio, images and video come to 110 tokens, \
             but the whole input to 100.",
        );
        check(
            Tokens { output: 10, reasoning: 11, ..Tokens::default() },
            "The usage contradicts itself: reasoning, citations, audio, images and video come to 11 tokens, \
             but the whole output to 10.",
        );
    }
}
