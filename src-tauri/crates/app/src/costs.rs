//! Recorded usage priced exactly, line by line, one call or thousands.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cost::book::{Match, Multiplier};
use cost::meter::Meter;
use cost::price::{PriceError, Priced, Service, price};
use intake::usage::{BadUsage, Record};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::error::{Code, Error, More};
use crate::json::Strict;
use crate::prices::{EntryOf, Moment, Provenance, moment};
use crate::shelf::{Names, Shelf, no_entry};

/// One recorded call.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
#[ts(rename = "RecordedCall")]
pub struct Call {
    /// The model, with or without its provider: `openai/gpt-5`, `gpt-5`.
    pub model: String,
    /// Its provider, where `model` does not say.
    pub provider: Option<String>,
    /// What was used: our own words, or a `usage` object of OpenAI, Anthropic, Gemini or Bedrock.
    #[ts(type = "Record<string, unknown>")]
    pub usage: Strict,
    /// When it was billed: `2026-11-20` or `2026-11-20T12:00:00Z`; now when left out.
    pub at: Option<String>,
    /// The tier that served it; the usage's own, or the standard one, when left out.
    pub tier: Option<String>,
    /// What else is known about how it was served: `inference_geo`, `speed`.
    pub context: BTreeMap<String, String>,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
}

/// What a call costs at list price.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "CallCost")]
pub struct Cost {
    /// Who sells the model.
    pub provider: String,
    /// Its id within the provider.
    pub model: String,
    /// How the name was recognised.
    #[serde(rename = "match")]
    pub matched: Match,
    /// US dollars, as an exact decimal: the sum of the lines.
    pub total_usd: String,
    /// One line for each meter that was used.
    pub lines: Vec<CostLine>,
    /// The entry that priced it.
    pub entry: EntryOf,
    /// Where its prices come from.
    pub provenance: Provenance,
    /// What to know before trusting the total.
    pub warnings: Vec<String>,
}

/// So much of a meter at a price.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct CostLine {
    /// What was used.
    pub meter: Meter,
    /// The meter whose price was taken, where `meter` has none of its own.
    pub billed_as: Option<Meter>,
    /// One of these.
    pub unit: String,
    /// How much, as a decimal.
    pub quantity: String,
    /// How much of it is billed, where that is more: by a minimum, or in whole steps.
    pub billed: Option<String>,
    /// Prices of it are usually told for so many units.
    pub told_for: u64,
    /// US dollars for that many, as a decimal, before multipliers.
    pub list_price: String,
    /// What that is multiplied by, in this order.
    pub multipliers: Vec<MultiplierOf>,
    /// US dollars for a million units, as a decimal.
    pub per_million: String,
    /// US dollars, as an exact decimal.
    pub amount_usd: String,
    /// The entry that prices it.
    pub entry: EntryOf,
    /// Where its price comes from.
    pub provenance: Provenance,
}

/// A factor on a price for the way in which a call was served.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceMultiplier")]
pub struct MultiplierOf {
    /// What was special: `inference_geo`.
    pub key: String,
    /// Its value: `us`.
    pub value: String,
    /// A decimal.
    pub factor: String,
    /// Where it comes from.
    pub provenance: Provenance,
}

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

/// Why a case has no total.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "CaseRefusal")]
pub struct Refusal {
    /// What kind of thing went wrong.
    pub code: Code,
    /// What could not be priced.
    pub message: String,
    /// What to do now.
    pub hint: String,
}

/// What a vendor recorded of a call.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The usage object.
    pub usage: Strict,
    /// The model, where a whole response says it.
    pub model: Option<String>,
    /// The tier, where a whole response says it beside its usage.
    pub tier: Option<String>,
}

/// Reads a usage object, or a whole response with one, from JSON.
pub fn record(text: &str) -> Result<Recorded, Error> {
    let Strict(mut document) = serde_json::from_str(text).map_err(|cause| no_record(&cause))?;
    if !document.is_object() {
        return Err(no_record(&"this is JSON of another shape"));
    }
    let word = |name: &str| document.get(name).and_then(Value::as_str).map(str::to_owned);
    let model = word("model").or_else(|| word("modelVersion"));
    let tier = word("service_tier");
    let of_response =
        if document.get("usageMetadata").is_some() { "usageMetadata" } else { "usage" };
    match document.get_mut(of_response).map(Value::take) {
        Some(usage @ Value::Object(_)) => {
            let own = usage.get("service_tier").is_some_and(Value::is_string);
            Ok(Recorded { usage: Strict(usage), model, tier: tier.filter(|_| !own) })
        }
        Some(_) => Err(no_record(&"the response's usage is no object")),
        None => Ok(Recorded { usage: Strict(document), model: None, tier: None }),
    }
}

/// No usage can be read; says what can.
pub fn no_record(cause: &dyn std::fmt::Display) -> Error {
    Error::new(
        Code::BadArguments,
        format!("The usage cannot be read: {cause}."),
        r#"Give a usage object of OpenAI, Anthropic, Gemini or Bedrock, as in '{"input_tokens": 1234, "output_tokens": 567}', or a whole response with one: as JSON, as a file, or - for standard input."#,
    )
}

/// Prices one recorded call.
pub fn cost(call: Call) -> Result<Cost, Error> {
    let shelf = Shelf::of(call.book.as_deref())?;
    cost_by(&mut shelf.names(), &call)
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
    let Strict(mut document) = serde_json::from_str(text).map_err(|error| refused(&error))?;
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
            cost_by(names, &call)
        });
    match priced {
        Ok(cost) => {
            let (total_usd, matched) = (Some(cost.total_usd), Some(cost.matched));
            Outcome { id, total_usd, matched, error: None }
        }
        Err(Error { code, message, hint, .. }) => {
            let error = Some(Refusal { code, message, hint });
            Outcome { id, total_usd: None, matched: None, error }
        }
    }
}

fn cost_by(names: &mut Names, call: &Call) -> Result<Cost, Error> {
    let named = names.find(call.provider.as_deref(), &call.model)?;
    let record = intake::usage::read(&call.usage.0).map_err(|error| bad_usage(&error))?;
    let Moment { at, hour_known } = moment(call.at.as_deref())?;
    let found = named.on(at.date());
    let word = tier_word(call, &record)?;
    let mut context = record.context.clone();
    context.extend(call.context.clone());
    let context = context.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let service = Service::read(word, context).map_err(|error| not_priced(&error))?;
    let priced = price(found, &record.usage, &service, at).map_err(|error| not_priced(&error))?;
    let mut warnings = priced.warnings();
    if found.matched == Match::Rerouted {
        warnings.insert(
            0,
            format!("`{}` is answered and billed as `{}`.", named.model.id, found.model.id),
        );
    }
    let mut of_tier = found.model.entries_on(at.date(), service.tier);
    if !hour_known && of_tier.any(|entry| entry.window.is_some()) {
        warnings
            .push("The price depends on the hour, and none was given: taken at 12:00 UTC.".into());
    }
    Ok(Cost::new(&priced, &service, warnings))
}

impl Cost {
    fn new(priced: &Priced, service: &Service, warnings: Vec<String>) -> Self {
        let multiplier = |each| MultiplierOf::new(each, service);
        let line = |line: &cost::price::Line| CostLine {
            meter: line.meter,
            billed_as: Some(line.billed_as).filter(|meter| *meter != line.meter),
            unit: line.meter.unit().into(),
            quantity: line.used.to_string(),
            billed: (line.quantity != line.used).then(|| line.quantity.to_string()),
            told_for: line.meter.told_for(),
            list_price: line.list_rate.for_units(line.meter.told_for()),
            multipliers: priced.multipliers_of(line).map(multiplier).collect(),
            per_million: line.rate.per_million(),
            amount_usd: line.amount.to_string(),
            entry: EntryOf::new(line.entry),
            provenance: Provenance::new(priced.origin(line)),
        };
        Self {
            provider: priced.found.provider.id.clone(),
            model: priced.found.model.id.clone(),
            matched: priced.found.matched,
            total_usd: priced.total.to_string(),
            lines: priced.lines.iter().map(line).collect(),
            entry: EntryOf::new(priced.entry),
            provenance: Provenance::new(priced.found.model.origin_of(priced.entry)),
            warnings,
        }
    }
}

impl MultiplierOf {
    fn new(multiplier: &Multiplier, service: &Service) -> Self {
        let asked = service.special.iter().find(|(key, _)| *key == multiplier.key);
        Self {
            key: multiplier.key.clone(),
            value: asked.map(|(_, value)| value.clone()).unwrap_or_default(),
            factor: multiplier.factor.to_string(),
            provenance: Provenance::new(&multiplier.origin),
        }
    }
}

/// The tier's word: the one given, or the usage's own. Two different ones contradict each other.
fn tier_word<'a>(call: &'a Call, record: &'a Record) -> Result<Option<&'a str>, Error> {
    let plain = |word: &'a str| if word == "default" { "standard" } else { word };
    let given = call.tier.as_deref().filter(|word| !word.is_empty()).map(plain);
    let own = record.tier.as_deref().filter(|word| !word.is_empty()).map(plain);
    match (given, own) {
        (Some(given), Some(own)) if given != own => Err(Error::new(
            Code::InconsistentUsage,
            format!("The call is said to be served by tier `{given}`, but its usage says `{own}`."),
            "The usage says which tier served the call: leave the other out.",
        )),
        _ => Ok(given.or(own)),
    }
}

/// Recorded usage that cannot be read.
pub(crate) fn bad_usage(error: &BadUsage) -> Error {
    let (code, hint) = match error {
        BadUsage::Empty => (Code::BadArguments, "Pass the `usage` object of a response."),
        BadUsage::UnknownField { .. } => (
            Code::BadArguments,
            "Usage of OpenAI, Anthropic, Gemini and Bedrock is read: rename the field, or leave it out if it is not billed.",
        ),
        BadUsage::NotAnAmount { .. } => (Code::BadArguments, "Amounts are numbers."),
        BadUsage::Mixed { .. } => {
            (Code::InconsistentUsage, "Vendors count cached input inside or beside the rest.")
        }
        BadUsage::Contradiction { .. } | BadUsage::Inconsistent(_) => (
            Code::InconsistentUsage,
            "Parts are inside their totals, but for Anthropic's cached input, which stands beside the rest.",
        ),
    };
    Error::new(code, error.to_string(), hint)
}

/// Recorded usage without a price.
pub fn not_priced(error: &PriceError) -> Error {
    let (code, hint) = match error {
        PriceError::NoEntry(cause) => return no_entry(cause),
        PriceError::MeterNotPriced { .. } => {
            let hint = "Add its price to a book of your own.";
            return Error::new(Code::NotPriced, error.to_string(), hint).with(More::OwnBook);
        }
        PriceError::ServiceNotPriced { .. } => (
            Code::NotPriced,
            "Its surcharge is not in the book: the ordinary price would be wrong.",
        ),
        PriceError::NotTogether { .. } => {
            (Code::TierNotAvailable, "Name the tier that served the call.")
        }
        PriceError::UnknownTier { .. } => (
            Code::TierNotAvailable,
            "Tiers are standard (default), batch, flex, priority, fast and ultrafast: name the one that served the call.",
        ),
        PriceError::FastExcluded { .. } => {
            (Code::TierNotAvailable, "Fast mode is not combined with other tiers.")
        }
    };
    Error::new(code, error.to_string(), hint)
}
