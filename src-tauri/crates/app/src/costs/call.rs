//! One recorded call priced: what is said of it, what its record says, and what to know of the price.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cost::book::{Entry, Found, Model};
use cost::meter::Meter;
use cost::money::Quantity;
use cost::price::{Line, Service, price};
use cost::usage::Usage;
use intake::usage::{PROVISIONED, Record};
use jiff::civil::DateTime;
use serde::Deserialize;
use ts_rs::TS;

use super::answer::Cost;
use super::records::Together;
use super::refusals::{bad_usage, not_priced};
use crate::error::{Code, Error};
use crate::json::Strict;
use crate::prices::{Moment, answering, moment};
use crate::shelf::{Names, Shelf};

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

/// What a record says of its call beside the usage.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// The tier that served it.
    pub tier: Option<String>,
    /// What was special about it.
    pub context: BTreeMap<String, String>,
    /// Where it is of several calls.
    pub together: Option<Together>,
}

/// Prices one recorded call.
pub fn cost(call: Call) -> Result<Cost, Error> {
    let shelf = Shelf::of(call.book.as_deref())?;
    cost_of(&mut shelf.names(), &call, Own::default())
}

/// The same with what the record says beside the usage.
pub fn cost_of(names: &mut Names, call: &Call, own: Own) -> Result<Cost, Error> {
    let named = names.find(call.provider.as_deref(), &call.model)?;
    let mut record = intake::usage::read(&call.usage.0).map_err(|error| bad_usage(&error))?;
    let Moment { at, hour_known } = moment(call.at.as_deref())?;
    let answering = answering(named, at.date())?;
    let found = answering.found;
    let word = tier_word(call, &record, &own)?;
    let context = context(call, &record, &own)?;
    let context = context.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    let service = Service::read(word, context).map_err(|error| not_priced(&error))?;
    let mut warnings = answering.warnings();
    let short = own.together.and_then(|together| {
        let asks = found.model.prices.iter().any(|it| it.rates.contains_key(&Meter::Request));
        if let Some(requests) = together.requests.filter(|_| asks) {
            let usage = std::mem::take(&mut record.usage);
            record.usage = usage.with(Meter::Request, Quantity::whole(requests));
        }
        short(together, &found, &record.usage, &service, at)
    });
    let priced = match &short {
        Some((model, warning)) => {
            warnings.extend(warning.clone());
            price(Found { model, ..found }, &record.usage, &service, at)
        }
        None => price(found, &record.usage, &service, at),
    };
    let priced = priced.map_err(|error| not_priced(&error))?;
    warnings.extend(priced.warnings());
    let by_hour = |line: &Line| {
        let (tier, prompt) = (priced.tier, priced.prompt_tokens);
        let of_day = found.model.entries_of_day(at.date(), tier, prompt, line.billed_as);
        let rate = |(entry, _): &(&Entry, u16)| entry.rates[&line.billed_as];
        // Hours without any price are hours apart, too.
        of_day.map_or(true, |all| all.iter().any(|it| rate(it) != rate(&all[0])))
    };
    if !hour_known && priced.lines.iter().any(by_hour) {
        warnings
            .push("The price depends on the hour, and none was given: taken at 12:00 UTC.".into());
    }
    if priced.lines.iter().any(|line| line.entry.from.is_none())
        && let Some(first) = names.first_day().filter(|first| at.date() < *first)
    {
        warnings.push(format!(
            "The book knows no change of a price before {first}: whether this one held on {} is not known.",
            at.date()
        ));
    }
    Ok(Cost::new(&priced, &service, warnings))
}

/// The model without its brackets, for calls of which only their sum is known, with what to say of them where some of
/// them may be long. Nothing where it makes no difference, or all of them are long.
fn short(
    together: Together,
    found: &Found,
    usage: &Usage,
    service: &Service,
    at: DateTime,
) -> Option<(Model, Option<String>)> {
    let of_tier = || found.model.entries_on(at.date(), service.tier);
    let lowest = of_tier().filter_map(|entry| entry.bracket).min()?;
    let is_exact = together.requests == Some(1) || together.is_long == Some(true);
    if is_exact || !lowest.holds(usage.prompt_tokens()) {
        return None;
    }
    let mut model = found.model.clone();
    model.prices.retain(|entry| entry.bracket.is_none());
    let most = price(*found, usage, service, at).ok().filter(|_| together.is_long.is_none());
    let warning = most.map(|most| {
        let requests = together.requests.map_or("Calls are".into(), |it| format!("{it} calls are"));
        format!(
            "{requests} counted together, and how long each was is not told: priced as if none reached {} tokens. \
             It would be ${} if all did.",
            lowest.first_tokens(),
            most.total
        )
    });
    Some((model, warning))
}

/// The tier's word: the one given, or the record's own. Two different ones contradict each other.
fn tier_word<'a>(
    call: &'a Call,
    record: &'a Record,
    own: &'a Own,
) -> Result<Option<&'a str>, Error> {
    let plain = |word: &'a str| if word == "default" { "standard" } else { word };
    let said =
        |word: &'a Option<String>| word.as_deref().filter(|word| !word.is_empty()).map(plain);
    let (usage, beside, given) = (said(&record.tier), said(&own.tier), said(&call.tier));
    let agreed = |(one, one_says): (&str, Option<&'a str>), other: Option<&'a str>| match (
        one_says, other,
    ) {
        (Some(one_says), Some(other)) if one_says != other => Err(Error::new(
            Code::InconsistentUsage,
            format!("The {one} by tier `{one_says}`, but its usage says `{other}`."),
            "The record says which tier served the call: leave the other out.",
        )),
        _ => Ok(other.or(one_says)),
    };
    let own = agreed(("record says that the call was served", beside), usage)?;
    let word = agreed(("call is said to be served", given), own)?;
    match word {
        Some(PROVISIONED) => Err(Error::new(
            Code::NotPriced,
            "The call was served by provisioned throughput, which is paid for its units and hours and not for tokens.",
            "Price the units that were bought, as `capacity_unit_hour`; to compare, take the usage without its tier.",
        )),
        word => Ok(word),
    }
}

/// How the call was served besides: what is given, and what the record says. A value that is told twice is the same.
fn context(call: &Call, record: &Record, own: &Own) -> Result<BTreeMap<String, String>, Error> {
    let mut context = record.context.clone();
    for (key, value) in own.context.iter().chain(&call.context) {
        // `not_available` says nothing.
        let known = context.get(key).filter(|it| !it.is_empty() && *it != "not_available");
        match known {
            Some(known) if !known.eq_ignore_ascii_case(value) => {
                return Err(Error::new(
                    Code::InconsistentUsage,
                    format!(
                        "The call is said to have `{key}` `{value}`, but its record says `{known}`."
                    ),
                    "The record says how the call was served: leave the other out.",
                ));
            }
            _ => context.insert(key.clone(), value.clone()),
        };
    }
    Ok(context)
}
