//! What the busiest hour takes of each rate limit.

use cost::money::Quantity;
use cost::plan::Limited;
use cost::workings::Peak;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::worked::{Worked, month_name};

/// So many steps are told of those that send most.
const TOLD: usize = 3;

/// What the busiest hour takes of a rate limit: an expected rate, bursts within the hour not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct PeakOf {
    /// Where the limit stands: `rate-limits.openai/gpt-5.itpm`.
    pub address: String,
    /// The model, as the plan names it.
    pub model: String,
    /// What of it is limited.
    pub limited: Limited,
    /// What is counted: `input tokens`.
    pub counted: String,
    /// The most that a minute may have, as a decimal.
    pub most: String,
    /// The month whose busiest hour comes furthest.
    pub month: String,
    /// What a minute of that hour has, as a decimal.
    pub peak: String,
    /// The part of the limit that this is, as a decimal.
    pub used: String,
    /// The steps that send most of it, the largest first.
    pub senders: Vec<SenderOf>,
    /// What a minute of the busiest hour has, month by month.
    pub months: Vec<String>,
}

/// A step that sends in the busiest hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct SenderOf {
    /// Its address: `support.hard`.
    pub step: String,
    /// Its part of what is sent then, from 0 to 1.
    pub share: String,
}

impl Worked {
    /// What the busiest hours take of the plan's rate limits.
    pub fn peaks(&self) -> Vec<PeakOf> {
        self.estimate.workings.peaks.iter().map(|peak| self.peak(peak)).collect()
    }

    fn peak(&self, peak: &Peak) -> PeakOf {
        let values = &self.estimate.values;
        let months = self.a_minute(peak);
        // The first of several that come as far.
        let worst = (0..months.len()).rev().max_by_key(|month| months[*month]).unwrap_or_default();
        PeakOf {
            address: peak.address.clone(),
            model: peak.model.clone(),
            limited: peak.limited,
            counted: peak.limited.counted().to_owned(),
            most: self.rate_limit(peak).to_string(),
            month: month_name(self.estimate.ledger.months[worst]),
            peak: months[worst].to_string(),
            used: format!("{:.4}", values.at(peak.used, worst)),
            senders: self.senders(peak, worst),
            months: months.iter().map(Quantity::to_string).collect(),
        }
    }

    /// The most that a minute may have.
    pub fn rate_limit(&self, peak: &Peak) -> Quantity {
        Quantity::from_workings(self.estimate.workings.inputs[peak.limit.0].value)
    }

    /// What a minute of the busiest hour has, month by month.
    pub fn a_minute(&self, peak: &Peak) -> Vec<Quantity> {
        // The last digits of a float would choose between months that are alike.
        let rounded = |value: f64| format!("{value:.11e}").parse().unwrap_or(value);
        let of =
            |month| Quantity::from_workings(rounded(self.estimate.values.at(peak.peak, month)));
        (0..self.estimate.ledger.months.len()).map(of).collect()
    }

    /// The steps that send most in the busiest hour of a month.
    pub fn senders(&self, peak: &Peak, month: usize) -> Vec<SenderOf> {
        let behind = self.estimate.behind_peak(peak, month).into_iter().take(TOLD);
        let told = behind
            .map(|(step, share)| SenderOf { step: step.to_owned(), share: format!("{share:.3}") });
        told.collect()
    }
}
