//! One recorded call priced: what is said of it, what its record says, and what to know of the price.

use std::collections::BTreeMap;
use std::path::PathBuf;

use cost::book::{Bracket, Entry, Found, Model};
use cost::meter::Meter;
use cost::money::Quantity;
use cost::price::{Line, Service, price};
use cost::usage::Usage;
use intake::usage::{LONG_TOKENS, PROVISIONED, Record, Tools};
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
    /// What tools did that its usage does not count.
    pub tools: Tools,
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
    let (usage, uncounted) = with_tools(std::mem::take(&mut record.usage), &own.tools, &found);
    record.usage = usage;
    warnings.extend(uncounted);
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

/// The usage with what tools did beside it, where it does not tell that itself, and what is billed and not counted.
fn with_tools(usage: Usage, tools: &Tools, found: &Found) -> (Usage, Vec<String>) {
    // Google bills grounding by the query since Gemini 3, before that by the prompt.
    let is_by_prompt = ["gemini-1", "gemini-2"].iter().any(|old| found.model.id.contains(old));
    let queries = if is_by_prompt { 0 } else { tools.queries };
    let searches = [
        (Meter::WebSearch, tools.web_searches.saturating_add(queries)),
        (Meter::FileSearch, tools.file_searches),
    ];
    let untold = searches
        .into_iter()
        .filter(|(meter, searches)| *searches > 0 && usage.amount(*meter) == Quantity::ZERO);
    let untold: Vec<_> = untold.collect();
    let by_prompt = (is_by_prompt && tools.queries > 0).then_some("grounding by the prompt");
    let uncounted = tools.uncounted.iter().copied().chain(by_prompt);
    let told = uncounted.map(|what| {
        format!("The response used what its usage does not tell: {what} is not counted.")
    });
    let told = told.collect();
    let add = |usage: Usage, (meter, searches)| usage.with(meter, Quantity::whole(searches));
    (untold.into_iter().fold(usage, add), told)
}

/// The model without the brackets that no call of several is known to have reached, where only the sum of the calls is
/// known, with what to say of them where some may have. Nothing where it makes no difference.
fn short(
    together: Together,
    found: &Found,
    usage: &Usage,
    service: &Service,
    at: DateTime,
) -> Option<(Model, Option<String>)> {
    if together.requests == Some(1) || together.is_long == Some(true) {
        return None;
    }
    let begins = |entry: &Entry| entry.bracket.map_or(0, Bracket::first_tokens);
    let of_tier = || found.model.entries_on(at.date(), service.tier);
    // A call has a token at least, and at least as many as the lowest prices are for.
    let floor = of_tier().map(begins).min()?.max(1);
    let sum = usage.prompt_tokens();
    let above =
        || of_tier().filter_map(|entry| entry.bracket).filter(|it| it.first_tokens() > floor);
    if !above().any(|bracket| bracket.holds(sum)) {
        return None;
    }
    let up_to = |most: u64| {
        let mut model = found.model.clone();
        model.prices.retain(|entry| begins(entry) <= most);
        model
    };
    // A report that tells long prompts apart settles the brackets of those lengths, and none below.
    let told = if together.is_long == Some(false) { LONG_TOKENS } else { u64::MAX };
    let is_open = |bracket: &Bracket| bracket.limit_tokens() < told;
    let model = up_to(floor);
    let warning = above().filter(is_open).min().filter(|it| it.holds(sum)).and_then(|lowest| {
        let highest = above().filter(is_open).map(Bracket::first_tokens).max()?;
        let total = |model: &Model| {
            price(Found { model, ..*found }, usage, service, at).ok().map(|priced| priced.total)
        };
        let most = total(&up_to(highest))?;
        if total(&model) == Some(most) {
            return None;
        }
        let requests = together.requests.map_or("Calls are".into(), |it| format!("{it} calls are"));
        Some(format!(
            "{requests} counted together, and how long each was is not told: priced as if none reached {} tokens. \
             It would be ${most} if all did.",
            lowest.first_tokens(),
        ))
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
