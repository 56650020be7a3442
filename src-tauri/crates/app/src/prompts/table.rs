//! What one call made of parts costs on every model of the book: the rows that are looked at.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use cost::book::{Found, Match};
use cost::money::Money;
use cost::price::PriceError;
use cost::units::Kind;
use jiff::civil::DateTime;
use prompt::{Billing, Counted};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::boundaries::counting_of;
use super::certainty::Certainty;
use super::look::{Line, Look, looked_at};
use super::parts::{CallPart, Parts, WayCounted, expected, whole};
use super::pasted::{CallRead, Come, Pasted, Way};
use super::price::{calls, check_output, fits, thousand};
use super::requests::Reading;
use super::told::Pairs;
use crate::calibrations::Calibrations;
use crate::error::{Code, Error};
use crate::prices::{answering, moment};
use crate::shelf::{Shelf, full_name};

/// One call, made of parts, and the rows of its table that are looked at.
#[derive(Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct PartedCall {
    /// What is sent.
    pub parts: Vec<CallPart>,
    /// How the text is read, where it is the only part; nothing counts it as it stands.
    pub reading: Option<Reading>,
    /// The tokens of the answer, as typed: `300`, `180..450`.
    pub output: String,
    /// What vendors billed, by model: estimates are corrected by it.
    pub told: Pairs,
    /// A vocabulary, as `o200k_base`, or a model, as the plan names it: the way that is asked about.
    pub counted_as: Option<String>,
    /// The day of the prices, as `2026-11-20`; today when left out.
    pub at: Option<String>,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
    /// Which models are looked at.
    pub look: Look,
}

/// What one call costs on every model.
#[derive(Debug, PartialEq, Serialize, TS)]
pub struct PriceTable {
    /// The day of the prices.
    pub at: String,
    /// The tokens of the answer, as they are priced.
    pub output: u64,
    /// What the text was read as, where it is a request, has variables or nearly is one.
    pub read: Option<CallRead>,
    /// The ways in which models count.
    pub ways: Vec<WayCounted>,
    /// Which of them was asked about; nothing where the book knows no such model.
    pub counted: Option<usize>,
    /// The model that was asked about, as `provider/id`.
    pub model: Option<String>,
    /// Who sells models, by id.
    pub sellers: Vec<Seller>,
    /// How many models the book has.
    pub models: usize,
    /// How many of them are looked at.
    pub found: usize,
    /// How many more would be, if it were known that they can do what is asked for.
    pub capabilities_unknown: usize,
    /// What a thousand calls cost on the cheapest that is looked at and that the call fits.
    pub cheapest_per_1000: Option<String>,
    /// The place of the first row.
    pub from: usize,
    /// The rows in view.
    pub rows: Vec<TableRow>,
}

/// Who sells models.
#[derive(Debug, PartialEq, Serialize, TS)]
pub struct Seller {
    /// `openai`
    pub id: String,
    /// `OpenAI`
    pub name: String,
}

/// One model and its price.
#[derive(Debug, PartialEq, Serialize, TS)]
pub struct TableRow {
    /// `provider/id`
    pub model: String,
    /// Its place in `ways`.
    pub way: usize,
    /// What the call costs on it.
    pub price: RowPrice,
}

/// What a call costs on a model, or why that has no price for it.
#[derive(Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RowPrice {
    /// It has one.
    Priced(ModelPrice),
    /// It has none; why, as a sentence.
    Unpriced(String),
}

/// What a call costs on a model.
#[derive(Debug, PartialEq, Serialize, TS)]
pub struct ModelPrice {
    /// US dollars for one call, as an exact decimal.
    pub per_call: String,
    /// US dollars for a thousand calls, as an exact decimal.
    pub per_1000: String,
    /// The same with the fewest and the most tokens of an estimate, where that has a price.
    pub band_per_1000: Option<(String, String)>,
    /// The part of the model's window that prompt and answer take, where that is known.
    pub window: Option<f64>,
    /// Whether they fit; nothing where that is not known.
    pub fits: Option<bool>,
}

/// Prices a call on every model of the book, and shows those that are looked at.
pub fn table(call: PartedCall) -> Result<PriceTable, Error> {
    let output = whole(expected(&call.output, Kind::Tokens, || "output".into())?);
    check_output(output)?;
    let shelf = Shelf::of(call.book.as_deref())?;
    let at = moment(call.at.as_deref())?.at;
    let mut sent = Sent::of(&call)?;
    let mut ways = Ways::default();
    let (mut counted, mut model) = (None, None);
    let taught = Calibrations::of(&call.told, &shelf);
    if let Some(Ok((counting, named))) = call.counted_as.as_deref().map(counting_of) {
        let own = named.as_deref().map(|name| taught.counted_as(&shelf, name)).transpose()?;
        let own = own.map(|own| own.counting);
        let on = named.as_deref().and_then(|name| name.split_once('/'));
        counted = Some(ways.place((own.unwrap_or(counting), sent.billing(on))));
        model = named;
    }
    let providers = shelf.providers();
    let mut models: Vec<(Found, usize)> = vec![];
    for &provider in &providers {
        for model in &provider.models {
            let found = Found { provider, model, matched: Match::Exact };
            let billing = sent.billing(Some((&provider.id, &model.id)));
            models.push((found, ways.place((taught.counting(&shelf, &found)?, billing))));
        }
    }
    let come = sent.counted(&ways.all);
    let lines = models.iter().map(|&(found, way)| Line {
        found,
        name: full_name(&found),
        way,
        tokens: come[way].shown.tokens,
        longest: come[way].longest(),
        total: each(found, &come[way], output, at),
    });
    let (lines, capabilities_unknown) = looked_at(lines.collect(), &call.look, output);
    let fitting =
        lines.iter().filter(|line| fits(&line.found, line.longest, output) != Some(false));
    let cheapest = fitting.filter_map(|line| line.total.as_ref().ok()).min();
    let from = call.look.from.min(lines.len());
    let view = lines[from..].iter().take(call.look.most);
    Ok(PriceTable {
        at: at.date().to_string(),
        output,
        read: sent.told(
            &shelf,
            counted.map(|way: usize| (&ways.all[way], &*come[way])),
            model.as_deref().and_then(|name: &str| name.split_once('/')),
        ),
        counted,
        model,
        sellers: providers
            .iter()
            .map(|provider| Seller { id: provider.id.clone(), name: provider.name.clone() })
            .collect(),
        models: models.len(),
        found: lines.len(),
        capabilities_unknown,
        cheapest_per_1000: cheapest.map(|total| thousand(*total).to_string()),
        from,
        rows: view.map(|line| line.row(&come[line.way], output, at)).collect(),
        ways: come.iter().map(|come| come.shown.clone()).collect(),
    })
}

/// What one call costs on a model, in the mean of several; or why that is not known.
fn each(found: Found, come: &Come, output: u64, at: DateTime) -> Result<Money, String> {
    // One that another answers for is priced as that one, in its own row.
    let answering = answering(found, at.date()).map_err(|error| error.message)?;
    if answering.reroute.is_some() {
        return Err(answering.warnings().remove(0));
    }
    let inputs: Vec<u64> = come.each.iter().map(|one| one.tokens).collect();
    let mean = mean(found, &inputs, output, at).map_err(|why| why.to_string())?;
    match &come.lacks {
        Some(what) => Err(what.clone()),
        None => Ok(mean),
    }
}

/// What one of these calls costs on a model, in their mean.
fn mean(found: Found, inputs: &[u64], output: u64, at: DateTime) -> Result<Money, PriceError> {
    Ok(calls(found, inputs, output, at)?.mean_of(inputs.len() as u64))
}

/// What a call sends.
enum Sent<'t> {
    /// Parts, each of a length of its own.
    Parts(Parts<'t>),
    /// One text, as the requests that it holds.
    Requests(Arc<Pasted>),
    /// One text that was looked at, and is counted as it stands.
    Text(Parts<'t>, Arc<Pasted>),
}

impl<'t> Sent<'t> {
    fn of(call: &'t PartedCall) -> Result<Self, Error> {
        let Some(reading) = &call.reading else {
            return Parts::of(&call.parts).map(Sent::Parts);
        };
        let [CallPart { size, copies: None }] = call.parts.as_slice() else {
            return Err(Error::new(
                Code::BadArguments,
                "A text is read as requests, and this call has parts.",
                "Give one text, or leave the reading out.",
            ));
        };
        let pasted = Pasted::of(size, reading)?;
        Ok(match pasted.is_plain() {
            true => Sent::Text(Parts::of(&call.parts)?, pasted),
            false => Sent::Requests(pasted),
        })
    }

    /// Whose rules hold for what is more than texts, on a provider's model.
    fn billing(&self, on: Option<(&str, &str)>) -> Billing {
        match (self, on) {
            (Sent::Requests(pasted), Some((provider, model))) => pasted.billing(provider, model),
            (Sent::Parts(_) | Sent::Text(..) | Sent::Requests(_), _) => Billing::none(),
        }
    }

    fn counted(&mut self, ways: &[Way]) -> Vec<Arc<Come>> {
        match self {
            Sent::Requests(pasted) => pasted.counted(ways),
            Sent::Parts(parts) | Sent::Text(parts, _) => {
                let come = ways.iter().map(|(counting, _)| Come::one(parts.counted(*counting)));
                come.map(Arc::new).collect()
            }
        }
    }

    fn told(
        &self,
        shelf: &Shelf,
        asked: Option<(&Way, &Come)>,
        on: Option<(&str, &str)>,
    ) -> Option<CallRead> {
        match self {
            Sent::Parts(_) => None,
            Sent::Requests(pasted) | Sent::Text(_, pasted) => pasted.told(shelf, asked, on),
        }
    }
}

/// The ways of counting that models ask for, each once.
#[derive(Default)]
struct Ways {
    all: Vec<Way>,
    places: HashMap<Way, usize>,
}

impl Ways {
    fn place(&mut self, way: Way) -> usize {
        let Ways { all, places } = self;
        *places.entry(way).or_insert_with_key(|way| {
            all.push(way.clone());
            all.len() - 1
        })
    }
}

impl Line<'_> {
    fn row(&self, come: &Come, output: u64, at: DateTime) -> TableRow {
        let price = match &self.total {
            Ok(total) => RowPrice::Priced(ModelPrice {
                per_call: total.to_string(),
                per_1000: thousand(*total).to_string(),
                band_per_1000: self.band(come, output, at),
                window: self.window(output),
                fits: fits(&self.found, self.longest, output),
            }),
            Err(why) => RowPrice::Unpriced(why.clone()),
        };
        TableRow { model: self.name.clone(), way: self.way, price }
    }

    /// The fewest and the most tokens of every request, priced as the likely ones are.
    fn band(&self, come: &Come, output: u64, at: DateTime) -> Option<(String, String)> {
        let (low, high): (Vec<u64>, Vec<u64>) = come.each.iter().map(Counted::bounds).unzip();
        let per_1000 = |inputs: &[u64]| {
            let mean = mean(self.found, inputs, output, at).ok()?;
            Some(thousand(mean).to_string())
        };
        match come.shown.certainty {
            Certainty::Exact | Certainty::AtLeast => None,
            Certainty::Estimated => per_1000(&low).zip(per_1000(&high)),
        }
    }
}

#[cfg(test)]
mod tests;
