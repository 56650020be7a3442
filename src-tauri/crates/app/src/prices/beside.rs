//! A model beside itself: at other sellers, and in other books.

use std::collections::BTreeSet;

use cost::book::{Condition, Found, Model, Paid, Provider};
use cost::meter::Meter;
use cost::money::Rate;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::entry::{RateOf, paid};
use crate::books::Library;
use crate::shelf::Shelf;

/// The same model somewhere else.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceComparison")]
pub struct Comparison {
    /// Another book: the name of one of the user's own, or `default`. Nothing where it is the same book.
    pub book: Option<String>,
    /// Who sells it.
    pub provider: String,
    /// Its id there.
    pub model: String,
    /// Standard prices on the day, of short prompts, outside all windows.
    pub rates: Vec<RateOf>,
    /// Whether a meter that both have is priced otherwise.
    pub differs: bool,
}

/// The same model at other sellers, and in books that are not this one.
pub fn comparisons(found: Found, shelf: &Shelf, is_other_book: bool, at: Date) -> Vec<Comparison> {
    let own = plain(found.model, at);
    let names = names(found.model);
    let mut all = vec![];
    for provider in shelf.providers().into_iter().filter(|it| it.id != found.provider.id) {
        for model in provider.models.iter().filter(|model| !names.is_disjoint(&self::names(model)))
        {
            all.push(Comparison::new(None, provider, model, &own, at));
        }
    }
    // What a folder of price files says otherwise than the user's books is not asked.
    let library = Library::find().filter(|_| !is_other_book);
    let Some(library) = library else { return all };
    let mut is_laid_over = false;
    for id in library.ids() {
        // One that is damaged is told where books are listed.
        let Ok(edition) = library.read(&id) else { continue };
        let seller = edition.providers.iter().find(|it| it.id == found.provider.id);
        if let Some((seller, model)) = seller.and_then(|it| Some((it, in_book(it, found)?))) {
            is_laid_over |= library.active().is_ok_and(|active| active.has(&id));
            all.push(Comparison::new(Some(edition.about.name.clone()), seller, model, &own, at));
        }
    }
    let program = Shelf::program();
    if is_laid_over && let Some(known) = program.exact(&found.provider.id, &found.model.id) {
        let book = Some("default".to_owned());
        all.push(Comparison::new(book, known.provider, known.model, &own, at));
    }
    all
}

impl Comparison {
    fn new(book: Option<String>, provider: &Provider, model: &Model, own: &Paid, at: Date) -> Self {
        let other = plain(model, at);
        let is_otherwise = |(meter, (rate, _)): (&Meter, &(Rate, _))| {
            own.get(meter).is_some_and(|(own, _)| own != rate)
        };
        Self {
            book,
            provider: provider.id.clone(),
            model: model.id.clone(),
            differs: other.iter().any(is_otherwise),
            rates: paid(&other),
        }
    }
}

/// What a short call in the ordinary tier pays, outside all windows.
pub fn plain(model: &Model, at: Date) -> Paid<'_> {
    let ordinary = Condition::default();
    let moment = ordinary.moment_of(at, &[model]);
    moment.map(|moment| model.paid(&ordinary, moment)).unwrap_or_default()
}

/// The model of another book's seller that is this one.
fn in_book<'b>(seller: &'b Provider, found: Found) -> Option<&'b Model> {
    let is_it = |model: &&Model| {
        let same = found.provider.same_model(model, seller);
        same.is_some_and(|same| same.id == found.model.id)
    };
    seller.models.iter().find(is_it)
}

/// The names of a model without who made it: `gpt-oss-120b` of `openai/gpt-oss-120b`.
fn names(model: &Model) -> BTreeSet<String> {
    let bare = |name: &String| name.rsplit('/').next().unwrap_or(name).to_lowercase();
    std::iter::once(&model.id).chain(&model.aliases).map(bare).collect()
}
