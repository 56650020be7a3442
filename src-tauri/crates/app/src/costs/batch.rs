//! Cases of a file priced one by one, each an outcome of its own.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cost::book::Match;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::answer::Refusal;
use super::call::{Call, Own, cost_of};
use super::records::unmarked;
use crate::error::{Code, Error};
use crate::json::Strict;
use crate::shelf::{Names, Shelf};

/// Many recorded calls.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "CallBatch")]
pub struct Batch {
    /// The cases: a list, or an object with the list as `cases`, as text.
    pub cases: String,
    /// A folder of price files instead of the book inside the program.
    #[serde(default)]
    pub book: Option<PathBuf>,
}

/// What became of one case.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "CaseOutcome")]
pub struct Outcome {
    /// The case's own id.
    #[ts(type = "string")]
    pub id: Value,
    /// US dollars, as an exact decimal; nothing when there is an error.
    pub total_usd: Option<String>,
    /// How the model's name was recognised.
    #[serde(rename = "match")]
    pub matched: Option<Match>,
    /// Why there is no total.
    pub error: Option<Refusal>,
}

/// Prices every case of a file, in its order. One that cannot be priced stops none of the others.
pub fn batch(batch: Batch) -> Result<Vec<Outcome>, Error> {
    let shelf = Shelf::of(batch.book.as_deref())?;
    let cases = cases(&batch.cases)?;
    let mut names = shelf.names();
    Ok(cases.into_iter().map(|case| outcome(&mut names, case)).collect())
}

/// A case of a file. What tests add to it, such as the expected total, is not read.
#[derive(Deserialize)]
struct Case {
    provider: Option<String>,
    model: String,
    as_of: Option<String>,
    usage: Value,
    service_tier: Option<String>,
    #[serde(default)]
    context: BTreeMap<String, String>,
}

fn cases(text: &str) -> Result<Vec<Value>, Error> {
    let refused = |cause: &dyn std::fmt::Display| {
        let message = format!("The cases cannot be read: {cause}.");
        let hint = "Write a JSON list of cases, or an object with the list as `cases`.";
        Error::new(Code::BadArguments, message, hint)
    };
    let Strict(mut document) =
        serde_json::from_str(unmarked(text)).map_err(|error| refused(&error))?;
    match document.get_mut("cases").map_or(&mut Value::Null, |cases| cases).take() {
        Value::Array(cases) => Ok(cases),
        Value::Null => match document {
            Value::Array(cases) => Ok(cases),
            _ => Err(refused(&"there is no list")),
        },
        _ => Err(refused(&"`cases` is not a list")),
    }
}

fn outcome(names: &mut Names, case: Value) -> Outcome {
    let id = case.get("id").cloned().unwrap_or_default();
    let priced = serde_json::from_value::<Case>(case)
        .map_err(|error| {
            let message = format!("The case is not of its shape: {error}.");
            Error::new(Code::BadArguments, message, "It has `model`, `usage`, and mostly `as_of`.")
        })
        .and_then(|case| {
            let call = Call {
                model: case.model,
                provider: case.provider,
                usage: Strict(case.usage),
                at: case.as_of,
                tier: case.service_tier,
                context: case.context,
                book: None,
            };
            cost_of(names, &call, Own::default())
        });
    match priced {
        Ok(cost) => {
            let (total_usd, matched) = (Some(cost.total_usd), Some(cost.matched));
            Outcome { id, total_usd, matched, error: None }
        }
        Err(error) => {
            Outcome { id, total_usd: None, matched: None, error: Some(Refusal::from(error)) }
        }
    }
}
