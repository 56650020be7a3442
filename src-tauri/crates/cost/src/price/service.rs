//! How a call was served.

use super::error::PriceError;
use crate::book::Tier;

/// How a call was served.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// The processing tier.
    pub tier: Tier,
    /// What was special besides, with its value: `inference_geo` and `us`.
    pub special: Vec<(String, String)>,
}

impl Service {
    /// The ordinary service of a tier.
    pub fn of(tier: Tier) -> Self {
        Self { tier, special: vec![] }
    }

    /// From the tier's word and what else the vendor says about how a call was served.
    pub fn read<'a>(
        word: Option<&str>,
        context: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, PriceError> {
        let tier = match word {
            None | Some("") => Tier::Standard,
            Some(word) => {
                Tier::parse(word).ok_or_else(|| PriceError::UnknownTier { word: word.into() })?
            }
        };
        let mut service = Self::of(tier);
        for (key, value) in context {
            // Vendors write the same value as `EU` and as `eu`.
            let value = value.to_ascii_lowercase();
            match (key, value.as_str()) {
                ("speed", "fast") if tier == Tier::Standard => service.tier = Tier::Fast,
                ("speed", "fast") if tier == Tier::Fast => {}
                ("speed", "fast") => return Err(PriceError::FastExcluded { tier }),
                (_, value) if ORDINARY.contains(&value) => {}
                _ => service.special.push((key.into(), value)),
            }
        }
        Ok(service)
    }
}

/// Values that say that nothing was special.
const ORDINARY: &[&str] = &["", "standard", "default", "global", "not_available", "none"];
