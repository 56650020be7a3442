//! What of a model's traffic providers limit each minute.

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::meter::Meter;

/// What is limited each minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Limited {
    /// Requests (RPM).
    Rpm,
    /// Tokens of both sides, cached input included (TPM).
    Tpm,
    /// Input tokens that no cache served (ITPM).
    Itpm,
    /// Output tokens (OTPM).
    Otpm,
}

impl Limited {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rpm, Self::Tpm, Self::Itpm, Self::Otpm];

    /// Its field in a plan: `itpm`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rpm => "rpm",
            Self::Tpm => "tpm",
            Self::Itpm => "itpm",
            Self::Otpm => "otpm",
        }
    }

    /// What it counts, in words: `input tokens`.
    pub const fn counted(self) -> &'static str {
        match self {
            Self::Rpm => "requests",
            Self::Tpm => "tokens",
            Self::Itpm => "input tokens",
            Self::Otpm => "output tokens",
        }
    }

    /// What one of it is: `requests a minute`.
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Rpm => "requests a minute",
            Self::Tpm | Self::Itpm | Self::Otpm => "tokens a minute",
        }
    }

    /// The model and what of it is limited, as `openai/gpt-5.1.itpm` names them.
    pub fn of(key: &str) -> Option<(&str, Self)> {
        let (model, name) = key.rsplit_once('.')?;
        let limited = Self::ALL.into_iter().find(|it| it.name() == name)?;
        Some((model, limited))
    }

    /// Whether tokens of a meter count.
    pub fn counts(self, meter: Meter) -> bool {
        let name = meter.name();
        let (written, cached) = (name.starts_with("output"), name.starts_with("cache_read"));
        meter.is_tokens()
            && match self {
                Self::Rpm => false,
                Self::Tpm => true,
                Self::Itpm => !written && !cached,
                Self::Otpm => written,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cached_input_counts_toward_all_tokens_alone() {
        let check = |meter, expected: [bool; 4]| {
            assert_eq!(Limited::ALL.map(|limited| limited.counts(meter)), expected, "{meter:?}");
        };
        check(Meter::Input, [false, true, true, false]);
        check(Meter::CacheWrite1h, [false, true, true, false]);
        check(Meter::CacheRead, [false, true, false, false]);
        check(Meter::OutputReasoning, [false, true, false, true]);
        check(Meter::Request, [false; 4]);
    }

    #[test]
    fn a_key_names_a_model_with_dots_and_what_is_limited() {
        assert_eq!(Limited::of("openai/gpt-5.1.itpm"), Some(("openai/gpt-5.1", Limited::Itpm)));
        assert_eq!([Limited::of("openai/gpt-5.1"), Limited::of("month")], [None, None]);
    }
}
