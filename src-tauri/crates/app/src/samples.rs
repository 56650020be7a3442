//! The examples that travel inside the program, opened as copies.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use store::Snapshot;
use ts_rs::TS;

use crate::error::{Code, Error};
use crate::files::{self, Written, WrittenFile};
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
    /// Where its figures come from, and what it leaves out.
    readme: &'static str,
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
            readme: include_str!(concat!("../../../../examples/", $name, "/README.md")),
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
    packed!(
        "sales-copilot",
        "uses that differ, drafts until one is accepted, seats and working days",
        ["prompts/claims.md", "prompts/notes.md", "prompts/system.md", "prices.lock.toml"]
    ),
    packed!(
        "coding-assistant",
        "two populations, an agent's loop, a provider's cache",
        ["prompts/repository.md", "prices.lock.toml"]
    ),
    packed!(
        "document-processing",
        "batch, a cascade with a judge, pages that models read in their own way",
        ["prompts/check.md", "prompts/extract.md", "prompts/fields.json", "prices.lock.toml"]
    ),
    packed!(
        "research-agents",
        "named agents, fan-out, fees of tools",
        ["prompts/checker.md", "prompts/lead.md", "prompts/searcher.md", "prices.lock.toml"]
    ),
    packed!(
        "rag-answers",
        "retrieved text, a cache of answers, a summary of earlier turns",
        ["prompts/examples.md", "prompts/rewrite.md", "prompts/system.md", "prices.lock.toml"]
    ),
    packed!("hello", "one prompt, one call", ["prompts/answer.md", "prices.lock.toml"]),
];

/// The name of a plan's file in its folder.
const PLAN_FILE: &str = "plan.yaml";
/// The name of what is said about it there.
const README: &str = "README.md";

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
    let sample = packed(name)?;
    let plan = plans::read_plan(sample.plan)?;
    let text = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).into());
    let files: BTreeMap<_, _> = sample.texts.iter().map(text).collect();
    Ok(Snapshot { format: cost::plan::FORMAT, plan: plans::write(&plan), files })
}

/// A sample's name as people read it.
pub fn label(name: &str) -> Result<String, Error> {
    Ok(plans::read_plan(packed(name)?.plan)?.name)
}

/// Puts a sample into a folder of its own, word for word: nothing that is there is replaced.
pub fn put(name: &str, folder: &Path) -> Result<Written, Error> {
    let sample = packed(name)?;
    let is_empty = fs::read_dir(folder).map_or(true, |mut there| there.next().is_none());
    if !is_empty || folder.is_file() {
        return Err(Error::new(
            Code::BadOutput,
            format!("There is something in `{}` already.", folder.display()),
            "Name a folder that is not there, or an empty one.",
        ));
    }
    let first = [(PLAN_FILE, sample.plan), (README, sample.readme)];
    let mut written = vec![];
    for (name, text) in first.iter().chain(sample.texts) {
        let file = folder.join(name);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(|cause| files::unmade(parent, &cause))?;
        }
        files::write(&file, text.as_bytes())?;
        let bytes = text.len() as u64;
        written.push(WrittenFile { file: file.display().to_string(), bytes });
    }
    Ok(Written { files: written })
}

fn packed(name: &str) -> Result<&'static Packed, Error> {
    SAMPLES.iter().find(|sample| sample.name == name).ok_or_else(|| {
        let names: Vec<_> = SAMPLES.iter().map(|sample| sample.name).collect();
        Error::new(
            Code::NotFound,
            format!("There is no sample called `{name}`."),
            format!("The samples are: {}.", names.join(", ")),
        )
    })
}
