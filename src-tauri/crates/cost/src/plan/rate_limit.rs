//! What a provider lets a model take each minute: requests and tokens, as providers limit them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::limited::Limited;
use super::number::{Of, Plain};

/// What a provider lets a model take each minute. What is served in a batch does not count: batches have limits of their
/// own. Nor does what is put into an explicit cache, ahead of the calls that read it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateLimits {
    /// Requests per minute (RPM): every attempt, failed ones too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rpm: Option<Of<Plain>>,
    /// Tokens per minute (TPM): all that is read and written, cached input included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tpm: Option<Of<Plain>>,
    /// Input tokens per minute (ITPM): new ones and those written to a cache. What is read from a cache does not count, as
    /// with Anthropic's current models (<https://platform.claude.com/docs/en/api/rate-limits>).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub itpm: Option<Of<Plain>>,
    /// Output tokens per minute (OTPM), hidden ones included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otpm: Option<Of<Plain>>,
}

impl RateLimits {
    /// The limit of this kind.
    pub const fn get(&self, limited: Limited) -> Option<&Of<Plain>> {
        match limited {
            Limited::Rpm => self.rpm.as_ref(),
            Limited::Tpm => self.tpm.as_ref(),
            Limited::Itpm => self.itpm.as_ref(),
            Limited::Otpm => self.otpm.as_ref(),
        }
    }

    /// The place of the limit of this kind.
    pub const fn get_mut(&mut self, limited: Limited) -> &mut Option<Of<Plain>> {
        match limited {
            Limited::Rpm => &mut self.rpm,
            Limited::Tpm => &mut self.tpm,
            Limited::Itpm => &mut self.itpm,
            Limited::Otpm => &mut self.otpm,
        }
    }

    /// Those that are typed.
    pub fn typed(&self) -> impl Iterator<Item = (Limited, &Of<Plain>)> {
        Limited::ALL.into_iter().filter_map(|limited| Some((limited, self.get(limited)?)))
    }
}
