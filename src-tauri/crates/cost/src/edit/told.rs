//! What vendors billed: told, and forgotten.

use super::done::{Done, NotEdited};
use crate::plan::{Plan, Told};

/// One more count of a model.
pub fn tell(plan: &mut Plan, model: &str, told: Told) -> Result<Done, NotEdited> {
    if let Some((message, hint)) = told.wrong() {
        return Err(NotEdited::new(message, hint));
    }
    let counts = plan.calibration.entry(model.to_owned()).or_default();
    if counts.contains(&told) {
        return Err(NotEdited::new(
            "The plan has been told of this count already.",
            "Tell of another prompt: the same one teaches nothing new.",
        ));
    }
    counts.push(told);
    Ok(Done::once(format!("{model} billed {} for {}", told.billed, told.estimated)))
}

/// All counts of a model taken out.
pub fn forget(plan: &mut Plan, model: &str) -> Result<Done, NotEdited> {
    match plan.calibration.shift_remove(model) {
        Some(_) => Ok(Done::once(format!("forget what {model} billed"))),
        None => Err(NotEdited::new(
            format!("The plan was told of no `{model}`."),
            "Choose a model that it was told of.",
        )),
    }
}
