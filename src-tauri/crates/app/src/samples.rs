//! The examples that travel inside the program, so that a window has something to show without a path.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::{Code, Error};
use crate::estimates::{self, Worked};
use crate::pins;
use crate::plans;
use crate::shelf::Shelf;

/// Which sample.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The folder's name under `examples/`.
    pub name: String,
}

/// One number with its name and unit, ready to be shown.
#[derive(Debug, PartialEq, Eq, Serialize, TS)]
pub struct Figure {
    /// What the number is.
    pub label: String,
    /// A decimal number as text.
    pub value: String,
    /// What is counted.
    pub unit: String,
}

/// The figure that stands for a sample: what one unit of its first feature costs, to six decimals.
pub fn figure(sample: Sample) -> Result<Figure, Error> {
    let Worked { estimate, .. } = work(&sample.name)?;
    let feature = &estimate.workings.features[0];
    let row = estimate.workings.row(feature.unit_cost);
    Ok(Figure {
        label: "Unit cost".into(),
        value: format!("{:.6}", estimate.values.at(feature.unit_cost, 0)),
        unit: row.unit.clone(),
    })
}

struct Packed {
    name: &'static str,
    plan: &'static str,
    /// The texts beside it, by the names of their files.
    texts: &'static [(&'static str, &'static str)],
}

const SAMPLES: &[Packed] = &[Packed {
    name: "hello",
    plan: include_str!("../../../../examples/hello/plan.yaml"),
    texts: &[("prompts/answer.md", include_str!("../../../../examples/hello/prompts/answer.md"))],
}];

fn work(name: &str) -> Result<Worked, Error> {
    let Some(sample) = SAMPLES.iter().find(|sample| sample.name == name) else {
        let names: Vec<_> = SAMPLES.iter().map(|sample| sample.name).collect();
        return Err(Error::new(
            Code::NotFound,
            format!("There is no sample called `{name}`."),
            format!("The samples are: {}.", names.join(", ")),
        ));
    };
    let text = |file: &str| {
        let found = sample.texts.iter().find(|(beside, _)| *beside == file);
        Ok(found.expect("a sample travels with its texts").1.to_owned())
    };
    let file = PathBuf::from(format!("examples/{name}/{}", plans::PLAN_FILE));
    let shelf = Shelf::of(None)?;
    let worked = plans::open_text(file, sample.plan, &shelf, &text).and_then(|opened| {
        let pins = pins::unpinned(&opened, &shelf);
        estimates::work_out(opened, &shelf, pins)
    });
    worked.map_err(|mut errors| errors.remove(0))
}
