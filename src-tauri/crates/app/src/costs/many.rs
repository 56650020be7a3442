//! Many recorded calls priced one by one, with their sum.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cost::money::Money;
use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{Cost, Refusal};
use super::call::{Call, Own, cost_of};
use super::records::{Placed, Recorded, no_record};
use crate::error::{Code, Error};
use crate::prices::today;
use crate::shelf::{Names, Shelf};

/// What is said of every record of a text at once.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The model that was billed, where the records do not say.
    pub model: Option<String>,
    /// The day or moment of the prices, instead of the records' own.
    pub at: Option<String>,
    /// The tier that served them, where the records do not say.
    pub tier: Option<String>,
    /// What else is known about how they were served.
    pub context: BTreeMap<String, String>,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
}

/// What several recorded calls cost at list price.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Costs {
    /// US dollars for all that could be priced, as an exact decimal; nothing where none could.
    pub total_usd: Option<String>,
    /// How many records were priced.
    pub priced: u64,
    /// How many were not.
    pub refused: u64,
    /// Every record, in its order.
    pub records: Vec<RecordCost>,
    /// What to know before trusting the total, beside what each record's cost says.
    pub warnings: Vec<String>,
}

/// What became of one record.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RecordCost {
    /// Where it stands: `line 3`, `bucket 1, result 2`.
    pub place: String,
    /// When the call was made, where the record says it.
    pub at: Option<String>,
    /// What it costs; nothing when there is an error.
    pub cost: Option<Cost>,
    /// Why it has no price.
    pub error: Option<Refusal>,
}

/// Prices one record with what is said of it.
pub fn one(recorded: Recorded, said: &Said) -> Result<Cost, Error> {
    let shelf = Shelf::of(said.book.as_deref())?;
    priced(&mut shelf.names(), recorded, said)
}

/// Prices every record, in its order. One that cannot be priced stops none of the others.
pub fn several(records: Vec<Placed>, has_more: bool, said: &Said) -> Result<Costs, Error> {
    if records.is_empty() {
        return Err(no_record(&"there is no record in it"));
    }
    let shelf = Shelf::of(said.book.as_deref())?;
    let (mut names, mut total) = (shelf.names(), Money::ZERO);
    let mut costs: Vec<RecordCost> = vec![];
    for Placed { place, recorded } in records {
        let at = recorded.as_ref().ok().and_then(|it| it.at.clone());
        let cost = recorded.and_then(|recorded| priced(&mut names, recorded, said));
        let (cost, error) = match cost {
            Ok(cost) => (Some(cost), None),
            Err(error) => (None, Some(Refusal::from(error))),
        };
        let amount = cost.as_ref().map(|cost| Money::parse(&cost.total_usd));
        total += amount.map_or(Money::ZERO, |it| it.expect("a total is a decimal"));
        costs.push(RecordCost { place, at, cost, error });
    }
    let priced = costs.iter().filter(|it| it.cost.is_some()).count() as u64;
    let more = "The report has more pages: this is not all of it.";
    let undated = costs.iter().filter(|it| it.at.is_none() && it.cost.is_some()).count();
    let undated = Some(undated).filter(|undated| *undated > 0 && said.at.is_none());
    let undated = undated.map(|undated| {
        let have = if undated == 1 { "record has" } else { "records have" };
        format!("{undated} {have} no day; priced as of {}.", today())
    });
    Ok(Costs {
        total_usd: (priced > 0).then(|| total.to_string()),
        priced,
        refused: costs.len() as u64 - priced,
        records: costs,
        warnings: has_more.then(|| more.to_owned()).into_iter().chain(undated).collect(),
    })
}

fn priced(names: &mut Names, recorded: Recorded, said: &Said) -> Result<Cost, Error> {
    let mut overruled = vec![];
    let Recorded { usage, provider, model, tier, context, at, tools, together } = recorded;
    let model = model.map(|own| in_the_book(names, provider.as_deref(), own));
    let (model, provider) = match (said.model.clone(), model) {
        (Some(said), Some(own)) => {
            overruled.extend(other_model(names, &own, &said));
            (said, None)
        }
        (Some(said), None) => (said, None),
        (None, Some(own)) => (own, provider),
        (None, None) => return Err(no_model(together.is_some())),
    };
    if let (Some(said), Some(own)) = (&said.at, &at)
        && !own.starts_with(said.as_str())
    {
        overruled.push(format!("The record says that the call was made at {own}; the prices are those of {said}, as was asked."));
    }
    let call = Call {
        model,
        provider,
        usage,
        at: said.at.clone().or(at),
        tier: said.tier.clone(),
        context: said.context.clone(),
        book: None,
    };
    let own = Own { tier, context, tools, together };
    let mut cost = cost_of(names, &call, own)?;
    cost.warnings.splice(0..0, overruled);
    Ok(cost)
}

/// A model as the book names it, where its seller names it after the region that served it.
fn in_the_book(names: &mut Names, provider: Option<&str>, own: String) -> String {
    if provider != Some("aws") {
        return own;
    }
    let mut all = intake::usage::bedrock_names(&own).into_iter();
    all.find(|name| names.find(provider, name).is_ok()).unwrap_or(own)
}

/// Said where a record names another model than the one that it is to be priced on.
fn other_model(names: &mut Names, own: &str, said: &str) -> Option<String> {
    let meant = names.find(None, said).ok()?;
    let own_id = names.find(Some(&meant.provider.id), own).map(|own| &own.model.id);
    let is_same = own_id.is_ok_and(|id| *id == meant.model.id);
    (!is_same).then(|| {
        format!(
            "The record says that `{own}` answered; the prices are those of `{said}`, as was asked."
        )
    })
}

fn no_model(is_report: bool) -> Error {
    let hint = match is_report {
        true => {
            "Ask for the report by model, as group_by=model, or name the one model that it is of."
        }
        false => "Name it: --model openai/gpt-5. A whole response says it itself.",
    };
    Error::new(Code::BadArguments, "Nothing says which model was billed.", hint)
}
