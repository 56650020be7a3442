//! The examples that travel inside the program, opened as copies.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use store::Snapshot;
use ts_rs::TS;

use crate::error::{Code, Error};
use crate::plans;

/// Which sample.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The folder's name under `examples/`.
    pub name: String,
}

/// What a sample is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "SampleAbout")]
pub struct About {
    /// The folder's name under `examples/`.
    pub name: String,
    /// As people read it.
    pub label: String,
    /// One piece of its first feature.
    pub unit: String,
    /// What it teaches.
    pub teaches: String,
}

struct Packed {
    name: &'static str,
    teaches: &'static str,
    plan: &'static str,
    /// The texts beside it, by the names of their files.
    texts: &'static [(&'static str, &'static str)],
}

/// An example's folder: what it teaches, and its texts.
macro_rules! packed {
    ($name:literal, $teaches:literal, [$($text:literal),*]) => {
        Packed {
            name: $name,
            teaches: $teaches,
            plan: include_str!(concat!("../../../../examples/", $name, "/plan.yaml")),
            texts: &[$(
                ($text, include_str!(concat!("../../../../examples/", $name, "/", $text))),
            )*],
        }
    };
}

const SAMPLES: &[Packed] = &[
    packed!(
        "support-desk",
        "routing, history, retries, retrieved text, human review",
        [
            "prompts/guardrail.md",
            "prompts/rewrite.md",
            "prompts/router.md",
            "prompts/summary.md",
            "prompts/system.md",
            "prompts/tools.md",
            "prices.lock.toml"
        ]
    ),
    packed!("hello", "one prompt, one call", ["prompts/answer.md", "prices.lock.toml"]),
];

/// Every sample.
pub fn list() -> Vec<About> {
    let about = |packed: &Packed| {
        let plan = plans::read_plan(packed.plan).expect("the examples are tested");
        About {
            name: packed.name.to_owned(),
            label: plan.name,
            unit: plan.features.first().map(|feature| feature.unit.clone()).unwrap_or_default(),
            teaches: packed.teaches.to_owned(),
        }
    };
    SAMPLES.iter().map(about).collect()
}

/// A sample as a project's first state.
pub fn snapshot(name: &str) -> Result<Snapshot, Error> {
    let Some(sample) = SAMPLES.iter().find(|sample| sample.name == name) else {
        let names: Vec<_> = SAMPLES.iter().map(|sample| sample.name).collect();
        return Err(Error::new(
            Code::NotFound,
            format!("There is no sample called `{name}`."),
            format!("The samples are: {}.", names.join(", ")),
        ));
    };
    let plan = plans::read_plan(sample.plan)?;
    let text = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).into());
    let files: BTreeMap<_, _> = sample.texts.iter().map(text).collect();
    Ok(Snapshot { format: cost::plan::FORMAT, plan: plans::write(&plan), files })
}
