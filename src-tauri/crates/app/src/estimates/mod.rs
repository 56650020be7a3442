//! Estimates: a plan opened, pinned, checked and worked out.

mod answer;
mod why;
mod worked;

pub use answer::{
    BookOf, DriverTotal, Estimated, EstimatedFeature, FeatureMonth, LineOf, ModelOf, MonthTotal,
    PlanOf, PriceOf, StepTotal, TextOf,
};
pub use why::{Operand, Source, Why};
pub use worked::{Worked, work, work_out};
