//! The models of the book, found by words.

use std::path::PathBuf;

use cost::book::{Found, Match, Model, Provider, Tier};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::answers::answering;
use super::beside::plain;
use super::entry::{Provenance, RateOf, paid};
use super::moment::moment;
use super::terms::{RerouteOf, RetirementOf};
use crate::error::Error;
use crate::shelf::Shelf;

/// Which models to list.
#[derive(Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
#[ts(rename = "PriceFilter")]
pub struct Filter {
    /// Words that must all be in `provider/id` or in the model's name; nothing lists every model.
    pub words: Vec<String>,
    /// The day of the prices, as `2026-11-20`; today when left out.
    pub at: Option<String>,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
}

/// One model in a list, with its standard prices on the day.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "ListedModel")]
pub struct Listed {
    /// Who sells it.
    pub provider: String,
    /// Its id within the provider.
    pub model: String,
    /// Its name as people write it, where known.
    pub name: Option<String>,
    /// The longest prompt and answer together, where known.
    pub context_tokens: Option<u64>,
    /// Standard prices on the day, of short prompts, outside all windows. Empty when it has none.
    pub rates: Vec<RateOf>,
    /// The tiers with a price on the day.
    pub tiers: Vec<Tier>,
    /// Where the prices come from.
    pub provenance: Provenance,
    /// The model that answers in its place on the day; the prices are that one's.
    pub rerouted: Option<RerouteOf>,
    /// Since when it has ended.
    pub retired: Option<RetirementOf>,
}

/// Models of the book.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct List {
    /// By provider, in the order of its file.
    pub models: Vec<Listed>,
}

/// The models whose names have all of some words.
pub fn list(filter: Filter) -> Result<Vec<Listed>, Error> {
    let shelf = Shelf::of(filter.book.as_deref())?;
    let at = moment(filter.at.as_deref())?.at.date();
    let words: Vec<_> = filter.words.iter().map(|word| word.to_lowercase()).collect();
    let wanted = |provider: &Provider, model: &Model| {
        let name = model.name.as_deref().unwrap_or_default();
        let text = format!("{}/{} {name}", provider.id, model.id).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let mut models = Vec::new();
    for provider in shelf.providers() {
        let wanted = provider.models.iter().filter(|model| wanted(provider, model));
        models.extend(wanted.map(|model| listed(provider, model, at)));
    }
    if models.is_empty() && !words.is_empty() {
        // An alias is in no name, and means its model all the same.
        let found = shelf.find(None, &words.join("-"))?;
        models.push(listed(found.provider, found.model, at));
    }
    Ok(models)
}

/// How many models the book inside the program has, and the newest day on which a price was checked.
pub fn extent() -> (usize, String) {
    let shelf = Shelf::program();
    let models = || shelf.providers().into_iter().flat_map(|provider| &provider.models);
    let checked = models().map(|model| model.origin.checked).max();
    (models().count(), checked.map(|day| day.to_string()).unwrap_or_default())
}

fn listed(provider: &Provider, model: &Model, at: Date) -> Listed {
    let named = Found { provider, model, matched: Match::Exact };
    let answering = answering(named, at).ok();
    // One that leads to a model that is not there has no price.
    let billed = answering.map(|it| it.found.model);
    let rerouted = provider.terms.reroute(&model.id, at);
    Listed {
        provider: provider.id.clone(),
        model: model.id.clone(),
        name: model.name.clone(),
        context_tokens: model.context_tokens,
        rates: billed.map(|billed| paid(&plain(billed, at))).unwrap_or_default(),
        tiers: billed.map(|billed| billed.tiers_on(at)).unwrap_or_default(),
        provenance: Provenance::new(&billed.unwrap_or(model).origin),
        rerouted: rerouted.map(RerouteOf::new),
        retired: answering.and_then(|it| it.ended).map(RetirementOf::new),
    }
}
