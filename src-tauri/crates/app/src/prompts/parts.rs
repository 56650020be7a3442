//! What a call is made of, and how long that is in each way of counting.

use cost::units::{self, Kind};
use prompt::{Counted, Counting};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::certainty::Certainty;
use super::count::Counter;
use super::editing;
use crate::calibrations::Learned;
use crate::error::{At, Code, Error};

/// One part of what a call sends.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CallPart {
    /// How long it is.
    pub size: Size,
    /// How many of it, as typed: `4`, `3..6`; one when left out.
    #[serde(default)]
    pub copies: Option<String>,
}

/// How long a part is.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "PartSize")]
pub enum Size {
    /// A text, counted as each model does.
    Text(String),
    /// A text that was opened, as it stands, by its handle.
    Live(u64),
    /// So many tokens on every model, as typed: `350..900`.
    Tokens(String),
}

/// The call's prompt, counted in one way.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct WayCounted {
    /// The vocabulary, or the family whose tokens are estimated: `o200k`, `claude-newer`.
    pub name: String,
    /// The prompt's tokens.
    pub tokens: u64,
    /// How sure the count is.
    pub certainty: Certainty,
    /// The fewest tokens; `tokens` where the count is exact.
    pub low: u64,
    /// The most tokens; `tokens` where the count is exact.
    pub high: u64,
    /// The wider side of an estimate's band in percent.
    pub plus_minus_percent: Option<u64>,
    /// What its vendor's counts taught; nothing where none was told.
    pub learned: Option<Learned>,
    /// The tokens of each part; they add up.
    pub parts: Vec<u64>,
}

const LONGEST_PROMPT: f64 = 1e9;

/// What a call sends, each text counted once in each vocabulary.
pub(super) struct Parts<'t>(Vec<Part<'t>>);

struct Part<'t> {
    copies: f64,
    length: Length<'t>,
}

enum Length<'t> {
    Text(Counter<'t>),
    Tokens(f64),
}

impl<'t> Part<'t> {
    fn new(index: usize, part: &'t CallPart) -> Result<Self, Error> {
        let place = |field: &str| format!("parts.{index}.{field}");
        let copies = match &part.copies {
            Some(typed) => expected(typed, Kind::Count, || place("copies"))?,
            None => 1.0,
        };
        let length = match &part.size {
            Size::Text(text) => Length::Text(Counter::new(text)),
            Size::Live(handle) => Length::Text(Counter::edited(editing::now(*handle)?)),
            Size::Tokens(typed) => {
                Length::Tokens(expected(typed, Kind::Tokens, || place("tokens"))?)
            }
        };
        Ok(Self { copies, length })
    }

    /// Its tokens: likely, fewest, most.
    fn tokens(&mut self, counting: Counting) -> [f64; 3] {
        let each = match &mut self.length {
            Length::Tokens(tokens) => [*tokens; 3],
            Length::Text(counter) => {
                let Counted { tokens, certainty } = counter.as_by(counting);
                let (low, high) = match certainty {
                    prompt::Certainty::Exact => (tokens, tokens),
                    prompt::Certainty::Estimated { low, high } => (low, high),
                };
                [tokens, low, high].map(|tokens| tokens as f64)
            }
        };
        each.map(|tokens| tokens * self.copies)
    }
}

impl<'t> Parts<'t> {
    /// Reads what is typed, and refuses what cannot be meant.
    pub(super) fn of(parts: &'t [CallPart]) -> Result<Self, Error> {
        let parts = parts.iter().enumerate().map(|(index, part)| Part::new(index, part));
        let parts = Self(parts.collect::<Result<_, _>>()?);
        parts.check()?;
        Ok(parts)
    }

    /// The prompt, counted in one way.
    pub(super) fn counted(&mut self, counting: Counting) -> WayCounted {
        let parts: Vec<[f64; 3]> = self.0.iter_mut().map(|part| part.tokens(counting)).collect();
        let sum = |which: usize| whole(parts.iter().map(|part| part[which]).sum());
        let (tokens, low, high) = (sum(0), sum(1), sum(2));
        let (certainty, plus_minus_percent) = match counting {
            Counting::Exact(_) | Counting::Own(_) => (Certainty::Exact, None),
            Counting::Estimated(_) | Counting::Learned(..) => {
                let certainty = prompt::Certainty::Estimated { low, high };
                (Certainty::Estimated, Counted { tokens, certainty }.plus_minus_percent())
            }
        };
        let likely: Vec<f64> = parts.iter().map(|part| part[0]).collect();
        WayCounted {
            name: counting.short_name().into(),
            tokens,
            certainty,
            low,
            high,
            plus_minus_percent,
            learned: Learned::of(counting),
            parts: footed(&likely, tokens),
        }
    }
    /// A prompt of more tokens than any model reads is a slip of the hand.
    fn check(&self) -> Result<(), Error> {
        let typed = |part: &Part| match part.length {
            Length::Text(_) => part.copies,
            Length::Tokens(tokens) => tokens * part.copies,
        };
        let tokens: f64 = self.0.iter().map(typed).sum();
        if tokens <= LONGEST_PROMPT {
            return Ok(());
        }
        Err(Error::new(
            Code::InvalidValue,
            format!("No model reads {} tokens.", whole(tokens)),
            "Give the length of one call, up to 1000000000 tokens.",
        ))
    }
}

/// Whole numbers that add up to `total`: what is missing goes to the largest remainders.
pub(super) fn footed(parts: &[f64], total: u64) -> Vec<u64> {
    let mut whole: Vec<u64> = parts.iter().map(|part| part.floor() as u64).collect();
    let missing = total.saturating_sub(whole.iter().sum());
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| parts[*b].fract().total_cmp(&parts[*a].fract()));
    for index in order.into_iter().take(missing as usize) {
        whole[index] += 1;
    }
    whole
}

/// The expected value of what somebody typed.
pub(super) fn expected(
    typed: &str,
    kind: Kind,
    place: impl FnOnce() -> String,
) -> Result<f64, Error> {
    match units::read(typed, kind) {
        Ok(read) => Ok(read.spread.mean(kind.law())),
        Err(unread) => {
            let at = At { address: Some(place()), ..At::default() };
            Err(Error::new(Code::InvalidValue, unread.message, unread.hint).at(at))
        }
    }
}

/// Whole tokens, as calls are billed.
pub(super) fn whole(tokens: f64) -> u64 {
    tokens.round() as u64
}
