//! Estimates: a plan opened, pinned, checked and worked out.

mod answer;
mod changes;
mod contracts;
mod kept;
mod limited;
mod notes;
mod peaks;
mod played;
mod surprise;
mod terms;
mod why;
mod worked;

pub use answer::{
    BookOf, DriverTotal, Estimated, EstimatedFeature, FeatureMonth, LineOf, ModelOf, MonthTotal,
    PlanOf, PriceOf, StepTotal, TextOf, UnknownCost,
};
pub use contracts::{ContractOf, Exchanged};
pub use peaks::{PeakOf, SenderOf};
pub use played::{Played, PlayedCost, PlayedFeature};
pub use surprise::{Amount, Beside, SurpriseStep, Surprised, SurprisedFeature};
pub use why::{NO_FEATURE, Operand, Source, Why};
pub use worked::{Refused, Worked, attempt, month_name, work, work_out};

use crate::error::Error;
use crate::plans::Request;

/// What a plan costs; nothing is written beside it.
pub fn preview(request: Request) -> Result<Estimated, Vec<Error>> {
    work(&request).map(|worked| worked.answer())
}
