//! What a prompt costs, model by model, cheapest first.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use cost::book::{Found, Match};
use cost::meter::Meter;
use cost::money::Money;
use cost::price::{PriceError, Service, price as price_call};
use cost::usage::{Tokens, Usage};
use jiff::civil::DateTime;
use prompt::{Counting, Gap};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::capable::capabilities;
use super::certainty::Certainty;
use super::count::{full_name, rounded};
use super::left_out::LeftOut;
use super::listed::{is_makers_own, sellers, without_version};
use super::no_price::{Asked, empty, nothing_left, unpriced};
use super::requests::{
    Measuring, Note, OnModel, PartTokens, Reading, has_variables, notes, parts, read, variables,
};
use super::told::{Pairs, calibrations};
use crate::costs::not_priced;
use crate::error::{Code, Error};
use crate::prices::{answering, moment};
use crate::shelf::{Shelf, writes};
use crate::vocabularies;

/// A prompt to price.
#[derive(Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct Prompt {
    /// The prompt.
    pub text: String,
    /// The length of the answer in tokens.
    pub output: u64,
    /// The models to price on; when empty, the makers' own that write and that the prompt fits.
    pub models: Vec<String>,
    /// Whether every model of every seller is listed.
    pub all: bool,
    /// Only the models of these sellers, by id or alias, whoever makes them; of all when empty.
    pub providers: Vec<String>,
    /// Whether only models are listed that the prompt and its answer are known to fit.
    pub fits: bool,
    /// Only models that are known to have all of these capabilities: `tools`, `images`.
    pub capabilities: Vec<String>,
    /// Models that count in another vocabulary than the book says: its name, or a file of one.
    pub vocabularies: BTreeMap<String, String>,
    /// Only the cheapest so many.
    pub top: Option<usize>,
    /// How it is read.
    pub reading: Reading,
    /// What vendors billed, by model: estimates are corrected by it.
    pub told: Pairs,
    /// The day of the prices, as `2026-11-20`; today when left out.
    pub at: Option<String>,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
}

/// What a prompt costs, cheapest first.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Prices {
    /// The day of the prices.
    pub at: String,
    /// The length of the answer in tokens.
    pub output: u64,
    /// What the prompt is written in, as `text` or `openai-chat`; `folder` for the files of one.
    pub format: String,
    /// How many requests it holds.
    pub requests: u64,
    /// What is not counted, or not as one might think.
    pub notes: Vec<Note>,
    /// Models, cheapest first.
    pub models: Vec<PricedModel>,
    /// How many models were left out, because nobody asked for all of them.
    pub left_out: LeftOut,
}

/// What a prompt costs on one model.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct PricedModel {
    /// `provider/id`
    pub model: String,
    /// How the name was recognised.
    #[serde(rename = "match")]
    pub matched: Match,
    /// The prompt's tokens; their mean where there are several requests.
    pub tokens: u64,
    /// How sure the count is.
    pub certainty: Certainty,
    /// What the tokens of all requests are of.
    pub parts: Vec<PartTokens>,
    /// US dollars for one call, as an exact decimal; the mean of several requests.
    pub per_call: String,
    /// US dollars for a thousand calls, as an exact decimal.
    pub per_1000: String,
    /// US dollars for all requests, where there are several, as an exact decimal.
    pub total: Option<String>,
    /// Whether prompt and answer fit the model; nothing where its length is not known.
    pub fits: Option<bool>,
    /// What to know before trusting the price: that another model was named, that this one has ended.
    pub warnings: Vec<String>,
}

/// An answer of more tokens than this is a slip of the hand.
const LONGEST_OUTPUT: u64 = 1_000_000_000;

/// Prices a prompt on models by name, or on every model that writes text, cheapest first.
pub fn price(prompt: Prompt) -> Result<Prices, Error> {
    check(&prompt)?;
    if prompt.text.trim().is_empty() {
        return Err(empty());
    }
    let requests = read(&prompt.text, &prompt.reading)?;
    has_variables(&prompt.reading, &variables(&requests.prompts))?;
    price_requests(prompt, requests.format.name(), &requests.prompts)
}

/// The same of requests that were read, whatever the text says.
pub(super) fn price_requests(
    prompt: Prompt,
    format: &str,
    prompts: &[prompt::Prompt],
) -> Result<Prices, Error> {
    check(&prompt)?;
    if prompts.is_empty() {
        return Err(empty());
    }
    let shelf = Shelf::of(prompt.book.as_deref())?;
    let at = moment(prompt.at.as_deref())?.at;
    let wanted = capabilities(&prompt.capabilities)?;
    let mut measuring = Measuring::of(prompts);
    let mut gaps: Vec<Gap> = prompts.iter().flat_map(|prompt| prompt.gaps.clone()).collect();
    if let Some(gap) = gaps.iter().find(|gap| gap.lost.is_large()) {
        return Err(unpriced("No model", gap));
    }
    let taught = calibrations(&prompt.told, prompt.book.as_deref())?;
    let own = own_vocabularies(&prompt, &shelf)?;
    let mut measure = |found: &Found| -> Result<Rc<OnModel>, Error> {
        let counting = match own.get(&full_name(found)) {
            Some(counting) => *counting,
            None => taught.counting(&shelf, found)?,
        };
        Ok(measuring.on(&found.provider.id, &found.model.id, counting))
    };
    let mut priced: Vec<(Money, PricedModel)> = vec![];
    let (mut left_out, mut without_price) = (LeftOut::default(), 0);
    let can = |found: &Found| match wanted.is_empty() {
        true => Some(true),
        false => found.model.can(&wanted),
    };
    for name in &prompt.models {
        let answering = answering(shelf.find(None, name)?, at.date())?;
        let found = answering.found;
        let measured = measure(&found)?;
        if let Some(gap) = measured.sum.unpriced() {
            return Err(unpriced(&format!("`{}`", full_name(&found)), gap));
        }
        let (cost, mut model) =
            on_model(&measured, found, prompt.output, at).map_err(|error| not_priced(&error))?;
        model.warnings = answering.warnings();
        gaps.extend(measured.sum.gaps.iter().cloned());
        if prompt.fits && model.fits != Some(true) {
            left_out.too_short += 1;
            continue;
        }
        match can(&found) {
            Some(true) => priced.push((cost, model)),
            Some(false) => left_out.lacking += 1,
            None => left_out.capabilities_unknown += 1,
        }
    }
    if prompt.models.is_empty() {
        for provider in sellers(&shelf, &prompt.providers)? {
            for model in &provider.models {
                let found = Found { provider, model, matched: Match::Exact };
                let answering = answering(found, at.date())?;
                // What has no price for text in and text out is not a model for a prompt.
                let measured = measure(&found)?;
                let Ok((cost, mut one)) = on_model(&measured, found, prompt.output, at) else {
                    without_price += 1;
                    continue;
                };
                one.warnings = answering.warnings();
                // What is not counted must not make a model look cheap.
                if measured.sum.unpriced().is_some() {
                    left_out.not_counted += 1;
                    continue;
                }
                let is_anybodys = prompt.book.is_some() || !prompt.providers.is_empty();
                if prompt.fits && one.fits != Some(true) {
                    left_out.too_short += 1;
                } else if !prompt.all && !is_anybodys && !is_makers_own(&provider.id, &model.id) {
                    left_out.resold += 1;
                } else if !prompt.all && !writes(&model.id) {
                    left_out.not_writers += 1;
                } else if answering.reroute.is_some() {
                    // One that another answers for is listed as that one.
                    left_out.rerouted += 1;
                } else if !prompt.all && one.fits == Some(false) {
                    left_out.too_short += 1;
                } else {
                    match can(&found) {
                        Some(true) => priced.push((cost, one)),
                        Some(false) => left_out.lacking += 1,
                        None => left_out.capabilities_unknown += 1,
                    }
                }
            }
        }
    }
    if priced.is_empty() {
        let Prompt { fits, capabilities, providers, .. } = &prompt;
        let asked = Asked { fits: *fits, capabilities, providers };
        return Err(nothing_left(&asked, &left_out, without_price, at.date()));
    }
    priced.sort_by(|a, b| (a.0, &a.1.model).cmp(&(b.0, &b.1.model)));
    if prompt.models.is_empty() && !prompt.all {
        let (before, mut seen) = (priced.len(), HashSet::new());
        priced.retain(|(cost, one)| seen.insert((*cost, without_version(&one.model).to_owned())));
        left_out.doubled = before - priced.len();
    }
    priced.truncate(prompt.top.unwrap_or(usize::MAX));
    let models = priced.into_iter().map(|(_, model)| model).collect();
    Ok(Prices {
        at: at.date().to_string(),
        output: prompt.output,
        format: format.into(),
        requests: prompts.len() as u64,
        notes: notes(&gaps),
        models,
        left_out,
    })
}

/// What cannot be meant is refused.
fn check(prompt: &Prompt) -> Result<(), Error> {
    check_output(prompt.output)?;
    match prompt.top {
        Some(0) => Err(Error::new(
            Code::BadArguments,
            "The cheapest 0 models are none.",
            "Ask for 1 or more, or leave the limit out.",
        )),
        Some(_) | None => Ok(()),
    }
}

/// The models that are counted as the user says.
fn own_vocabularies(prompt: &Prompt, shelf: &Shelf) -> Result<HashMap<String, Counting>, Error> {
    let named: Result<Vec<String>, Error> =
        prompt.models.iter().map(|name| Ok(full_name(&shelf.find(None, name)?))).collect();
    let named = named?;
    let mut own = HashMap::new();
    for (name, vocabulary) in &prompt.vocabularies {
        let model = full_name(&shelf.find(None, name)?);
        let refused = |why: &str, hint: &str| {
            Err(Error::new(Code::BadArguments, format!("`{model}` {why}"), hint))
        };
        if !named.is_empty() && !named.contains(&model) {
            return refused(
                "has a vocabulary and is not among the models that are priced.",
                "Name it among them, or leave its vocabulary out.",
            );
        }
        if prompt.told.contains_key(&model) {
            return refused(
                "has a vocabulary and what was billed: one of them counts.",
                "Leave one of the two out.",
            );
        }
        let counting = vocabularies::counting(vocabulary, Path::new(""))?;
        if own.insert(model.clone(), counting).is_some() {
            return refused("is named twice with a vocabulary.", "Name it once.");
        }
    }
    Ok(own)
}

fn on_model(
    measured: &OnModel,
    found: Found,
    output: u64,
    at: DateTime,
) -> Result<(Money, PricedModel), PriceError> {
    let OnModel { each, sum } = measured;
    let total = calls(found, each, output, at)?;
    let longest = each.iter().copied().max().unwrap_or(0);
    let requests = each.len() as u64;
    let per_call = total.mean_of(requests);
    let model = PricedModel {
        model: full_name(&found),
        matched: found.matched,
        tokens: rounded(sum.total.tokens, requests),
        certainty: Certainty::of(sum),
        parts: parts(sum),
        per_call: per_call.to_string(),
        per_1000: thousand(per_call).to_string(),
        total: (requests > 1).then(|| total.to_string()),
        fits: fits(&found, longest, output),
        warnings: vec![],
    };
    Ok((total, model))
}

/// What one call costs on a model: so many tokens in, so many out.
fn one_call(found: Found, input: u64, output: u64, at: DateTime) -> Result<Money, PriceError> {
    let tokens = Tokens { input, output, ..Tokens::default() };
    let usage = Usage::from_tokens(&tokens).expect("two totals do not contradict each other");
    Ok(price_call(found, &usage, &Service::default(), at)?.total)
}

/// What calls cost on a model: so many tokens in, each answered in so many.
pub(super) fn calls(
    found: Found,
    inputs: &[u64],
    output: u64,
    at: DateTime,
) -> Result<Money, PriceError> {
    let (sum, outputs) = (inputs.iter().sum(), output.saturating_mul(inputs.len() as u64));
    // Without a cliff and a price for each call, all tokens cost the same whoever sends them.
    let is_flat = found
        .model
        .prices
        .iter()
        .all(|entry| entry.bracket.is_none() && !entry.rates.contains_key(&Meter::Request));
    if is_flat && sum <= MOST_AT_ONCE && outputs <= MOST_AT_ONCE {
        return one_call(found, sum, outputs, at);
    }
    inputs.iter().map(|input| one_call(found, *input, output, at)).sum()
}

/// A record with more tokens is refused.
const MOST_AT_ONCE: u64 = 1_000_000_000_000;

/// What a thousand such calls cost.
pub(super) fn thousand(one: Money) -> Money {
    std::iter::repeat_n(one, 1000).sum()
}

/// Whether prompt and answer fit a model; nothing where its length is not known.
pub(super) fn fits(found: &Found, input: u64, output: u64) -> Option<bool> {
    found.model.context_tokens.map(|limit| input + output <= limit)
}

/// An answer of more tokens than any model writes is refused.
pub(super) fn check_output(output: u64) -> Result<(), Error> {
    if output <= LONGEST_OUTPUT {
        return Ok(());
    }
    Err(Error::new(
        Code::BadArguments,
        format!("No model answers in {output} tokens."),
        "Give the length of one answer, up to 1000000000 tokens.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cost::book::Capability;

    const TEXT: &str = "The refund was sent on Tuesday, but the customer has not seen it yet.";

    fn priced(models: &[&str], output: u64, top: Option<usize>) -> Prices {
        price(Prompt {
            text: TEXT.into(),
            output,
            models: models.iter().map(|name| (*name).to_owned()).collect(),
            top,
            at: Some("2026-11-20".into()),
            ..Prompt::default()
        })
        .expect("the models are priced on this day")
    }

    #[test]
    fn a_prompt_is_priced_cheapest_first() {
        let prices = priced(&["gpt-5", "gpt-5-nano"], 1000, None);
        let line = |model: &PricedModel| format!("{} {}", model.model, model.per_1000);
        assert_eq!(
            prices.models.iter().map(line).collect::<Vec<_>>(),
            ["openai/gpt-5-nano 0.4008", "openai/gpt-5 10.02"]
        );
        let cheapest = priced(&[], 1000, Some(50)).models;
        assert_eq!(cheapest.len(), 50);
        let dollars = |model: &PricedModel| model.per_call.parse::<f64>().expect("a decimal");
        assert!(cheapest.iter().map(dollars).is_sorted());
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let refused = |output, top| {
            let asked = Prompt { text: TEXT.into(), output, top, ..Prompt::default() };
            price(asked).expect_err("it must be refused").message
        };
        assert_eq!(refused(u64::MAX, None), "No model answers in 18446744073709551615 tokens.");
        assert_eq!(refused(1, Some(0)), "The cheapest 0 models are none.");
        assert_eq!(priced(&["gpt-5-nano"], LONGEST_OUTPUT, None).models[0].fits, Some(false));
    }

    #[test]
    fn a_list_is_of_the_sellers_that_were_asked_for_and_of_what_fits() {
        let listed = |providers: &[&str], all, fits, output| {
            let providers = providers.iter().map(|name| (*name).to_owned()).collect();
            let at = Some("2026-11-20".into());
            let text = TEXT.into();
            price(Prompt { text, output, providers, all, fits, at, ..Prompt::default() })
        };
        let groq = listed(&["groq"], false, false, 300).expect("the book has it").models;
        assert!(groq.len() > 3 && groq.iter().all(|one| one.model.starts_with("groq/")));
        let alias = listed(&["GEMINI", "groq"], false, false, 300).expect("the book has them");
        assert!(alias.models.iter().any(|one| one.model.starts_with("google/")));
        let error = listed(&["grok"], false, false, 300).expect_err("no such seller");
        assert_eq!(error.message, "The book has no provider `grok`.");
        assert!(error.hint.starts_with("Did you mean `groq`? It has: "), "{}", error.hint);
        let all = listed(&[], true, false, 300_000).expect("a list");
        let fitting = listed(&[], true, true, 300_000).expect("a list");
        assert!(fitting.models.iter().all(|one| one.fits == Some(true)));
        assert_eq!(all.models.len(), fitting.models.len() + fitting.left_out.too_short);
        assert!(fitting.left_out.too_short > 0);
    }

    #[test]
    fn what_nobody_knows_of_a_model_is_told_apart_from_what_it_lacks() {
        let with = |names: &[&str]| {
            let capabilities = names.iter().map(|name| (*name).to_owned()).collect();
            let at = Some("2026-11-20".into());
            price(Prompt { text: TEXT.into(), capabilities, at, all: true, ..Prompt::default() })
        };
        let all = with(&[]).expect("a list");
        assert_eq!((all.left_out.lacking, all.left_out.capabilities_unknown), (0, 0));
        let able = with(&["tools", "images"]).expect("a list");
        let LeftOut { lacking, capabilities_unknown: unknown, .. } = able.left_out;
        assert!(lacking > 50 && unknown > 500 && able.models.len() > 100);
        assert_eq!(all.models.len(), able.models.len() + lacking + unknown);
        let shelf = Shelf::of(None).expect("the book inside the program");
        for one in &able.models {
            let found = shelf.find(None, &one.model).expect("it was listed");
            let has = found.model.capabilities.as_deref().unwrap_or_default();
            assert!(has.contains(&Capability::Tools) && has.contains(&Capability::Images));
        }
        let error = with(&["tools", "image"]).expect_err("no such capability");
        assert_eq!(
            format!("{} {}", error.message, error.hint),
            "There is no capability `image`. Did you mean `images`? There are: tools, reasoning, \
             images, pdf, audio, video."
        );
    }

    #[test]
    fn an_answer_that_is_too_long_does_not_fit() {
        let fits = |output| priced(&["gpt-5-nano"], output, None).models[0].fits;
        assert_eq!((fits(300), fits(400_000)), (Some(true), Some(false)));
    }

    #[test]
    fn a_list_nobody_limited_is_of_makers_models_that_write() {
        let list = priced(&[], 300, None);
        let has = |name: &str| list.models.iter().any(|model| model.model == name);
        assert!(has("openai/gpt-5-nano") && has("anthropic/claude-opus-5-5"));
        for other in ["google/claude-opus-5-5", "zai/GLM-OCR", "mistral/mistral-embed"] {
            assert!(!has(other), "{other} is listed");
        }
        assert!(!has("openai/gpt-oss-safeguard-20b") && !has("openai/ft:gpt-4o"));
        assert!(has("mistral/ministral-8b") && !has("mistral/ministral-8b-latest"));
        assert!(list.models.iter().all(|model| model.fits != Some(false)));
        let text: String = TEXT.into();
        let at = Some("2026-11-20".into());
        let all = price(Prompt { text, output: 300, all: true, at, ..Prompt::default() });
        let LeftOut { resold, not_writers, too_short, doubled, not_counted, .. } = list.left_out;
        let left_out = resold + not_writers + too_short + doubled + not_counted;
        assert_eq!(all.expect("a list").models.len(), list.models.len() + left_out);
        let empty = Prompt { text: " \n".into(), ..Prompt::default() };
        assert_eq!(price(empty).expect_err("nothing to price").message, "The prompt is empty.");
    }
}
