//! The JSON Schemas of a plan, and of what each verb prints for programs.

use cost::plan::Plan;
use schemars::{JsonSchema, schema_for};
use serde_json::Value;

use crate::answers::{Answer, NoAnswer};
use crate::error::{Code, Error};
use crate::suggest::did_you_mean;
use crate::{audit, budgets, calibrate, costs, estimates, files, pins, plans, prices, prompts};

/// Every verb whose answer has a schema, and `error` for what stands in its place.
pub const NAMES: &[&str] = &[
    "count",
    "count --batch",
    "count --history",
    "corpus",
    "evidence",
    "price",
    "cost",
    "cost records",
    "cost --batch",
    "calibrate",
    "audit",
    "prices list",
    "prices show",
    "prices import",
    "prices import --out",
    "prices books",
    "prices activate",
    "prices set-aside",
    "prices remove",
    "prices diff",
    "prices check",
    "prices pin",
    "new",
    "inputs",
    "estimate",
    "estimate --why",
    "estimate --surprise",
    "estimate --play",
    "check",
    "report",
    "error",
];

/// The schema of a plan.
pub fn plan() -> Value {
    schema_for!(Plan).to_value()
}

/// The schema of what a verb prints with `--json`.
pub fn of(verb: &str) -> Result<Value, Error> {
    Ok(match verb {
        "count" => answer::<prompts::Counts>(),
        "count --batch" => schema::<prompts::CaseCounts>(),
        "count --history" => answer::<prompts::PromptHistory>(),
        "corpus" => answer::<prompts::CorpusLengths>(),
        "evidence" => answer::<prompts::Evidence>(),
        "price" => answer::<prompts::Prices>(),
        "cost" => answer::<costs::Cost>(),
        "cost records" => answer::<costs::Costs>(),
        "cost --batch" => schema::<costs::Outcome>(),
        "calibrate" => answer::<calibrate::Calibrated>(),
        "audit" => answer::<audit::Audit>(),
        "prices" | "prices list" => answer::<prices::List>(),
        "prices show" => answer::<prices::Shown>(),
        "prices import" => answer::<prices::Proposal>(),
        "prices import --out" => answer::<prices::Imported>(),
        "prices books" | "prices activate" | "prices set-aside" | "prices remove" => {
            answer::<prices::Books>()
        }
        "prices diff" => answer::<prices::ComparedBooks>(),
        "prices check" => answer::<prices::Checked>(),
        "prices pin" => answer::<pins::Pinned>(),
        "inputs" => answer::<plans::Inputs>(),
        "new" | "report" => answer::<files::Written>(),
        "estimate" => answer::<estimates::Estimated>(),
        "estimate --why" => answer::<estimates::Why>(),
        "estimate --surprise" => answer::<estimates::Surprised>(),
        "estimate --play" => answer::<estimates::Played>(),
        "check" => answer::<budgets::Checked>(),
        "error" => schema::<NoAnswer>(),
        other => {
            return Err(Error::new(
                Code::NotFound,
                format!("No verb `{other}` answers in JSON."),
                did_you_mean(other, NAMES, "They are"),
            ));
        }
    })
}

fn answer<T: JsonSchema>() -> Value {
    schema::<Answer<T>>()
}

fn schema<T: JsonSchema>() -> Value {
    schema_for!(T).to_value()
}
