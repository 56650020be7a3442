//! A plan opened, pinned, checked and worked out.

use std::path::PathBuf;

use cost::check::{Models, check};
use cost::estimate::estimate;
use cost::problem::Problem;
use serde::Deserialize;
use ts_rs::TS;

use crate::error::Error;
use crate::pins::{self, Pins};
use crate::plans::{self, Opened};
use crate::shelf::Shelf;

/// Which plan to work out.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct Request {
    /// The plan's file, or its folder.
    pub plan: PathBuf,
    /// Inputs to set first: `support.conversation.turns=2..6`.
    pub set: Vec<String>,
    /// A folder of price files instead of the plan's pinned prices.
    pub book: Option<PathBuf>,
}

/// A plan that was worked out.
#[derive(Clone, Debug)]
pub struct Worked {
    /// The plan.
    pub opened: Opened,
    /// Its models, by the names it uses.
    pub models: Models,
    /// Its rows, their values, and the ledger.
    pub estimate: cost::estimate::Estimate,
    /// Where its prices come from.
    pub pins: Pins,
}

/// Works a plan out. Everything that is wrong with it is an error of its own.
pub fn work(request: &Request) -> Result<Worked, Vec<Error>> {
    let mut opened = plans::open(&request.plan)?;
    let refused: Vec<Error> =
        request.set.iter().filter_map(|change| opened.set(change).err()).collect();
    if !refused.is_empty() {
        return Err(refused);
    }
    let shelf = Shelf::of(request.book.as_deref()).map_err(|error| vec![error])?;
    let pins = match &request.book {
        Some(folder) => Pins::set_aside(folder),
        None => pins::read(&opened, &shelf).map_err(|error| vec![error])?,
    };
    work_out(opened, &shelf, pins)
}

/// Works an opened plan out with the prices it has pinned, and those of a shelf for the rest.
pub fn work_out(opened: Opened, shelf: &Shelf, pins: Pins) -> Result<Worked, Vec<Error>> {
    let providers = pins.providers(shelf);
    let refused = |problems: Vec<Problem>| -> Vec<Error> {
        problems.iter().map(|problem| opened.invalid(problem)).collect()
    };
    let checked = check(&opened.plan, &opened.measures, &providers).map_err(refused)?;
    let estimate = estimate(&checked).map_err(refused)?;
    let models = checked.models.clone();
    Ok(Worked { opened, models, estimate, pins })
}
