//! The examples that travel inside the program, so that a window has something to show without a path.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::{Code, Error};

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

/// The figure that stands for a sample: the length of its prompt.
pub fn figure(sample: Sample) -> Result<Figure, Error> {
    let prompt = prompt(&sample.name)?;
    Ok(Figure {
        label: "Prompt length".into(),
        value: prompt.chars().count().to_string(),
        unit: "characters".into(),
    })
}

/// Every sample: its name and its prompt.
const SAMPLES: &[(&str, &str)] =
    &[("hello", include_str!("../../../../examples/hello/prompts/answer.md"))];

fn prompt(name: &str) -> Result<&'static str, Error> {
    let found = SAMPLES.iter().find(|(sample, _)| *sample == name);
    found.map(|(_, prompt)| *prompt).ok_or_else(|| {
        let names: Vec<_> = SAMPLES.iter().map(|(sample, _)| *sample).collect();
        Error::new(
            Code::NotFound,
            format!("There is no sample called `{name}`."),
            format!("The samples are: {}.", names.join(", ")),
        )
    })
}
