//! One model: what is paid on a day and since when, what is announced, what else its seller says.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cost::book::{
    Capability, Condition, Entry, Found, Layer, Match, Model, Stretch, Tier, side_by_side,
};
use cost::meter::Meter;
use cost::money::Rate;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::answers::{Answering, answering};
use super::beside::{Comparison, comparisons};
use super::conditions::condition_words;
use super::entry::{EntryOf, Provenance, RateOf, rates};
use super::moment::moment;
use super::terms::{RerouteOf, TermsOf};
use crate::error::Error;
use crate::shelf::Shelf;

/// Which model to show.
#[derive(Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
#[ts(rename = "PriceQuery")]
pub struct Query {
    /// Its name, with or without its provider.
    pub model: String,
    /// The day that `holds` is told for, as `2026-11-20`; today when left out.
    pub at: Option<String>,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
}

/// One model with all its prices.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "ShownModel")]
pub struct Shown {
    /// Who sells it.
    pub provider: String,
    /// Its id within the provider.
    pub model: String,
    /// How the name was recognised.
    #[serde(rename = "match")]
    pub matched: Match,
    /// The id of the model that was named, where another one answers in its place: all of this is that one's.
    pub named: Option<String>,
    /// Since when that is so.
    pub rerouted: Option<RerouteOf>,
    /// Its name as people write it, where known.
    pub name: Option<String>,
    /// Other names that mean exactly this model.
    pub aliases: Vec<String>,
    /// The longest prompt and answer together, where known.
    pub context_tokens: Option<u64>,
    /// The vocabulary that counts its tokens, where published.
    pub vocabulary: Option<String>,
    /// What it can do besides reading and writing text; nothing where that is not known.
    pub capabilities: Option<Vec<Capability>>,
    /// Where the prices come from.
    pub provenance: Provenance,
    /// Every row, in the order of the price file.
    pub prices: Vec<Row>,
    /// The day that this is told for.
    pub at: String,
    /// What is paid on that day, after every part of the book.
    pub pays: Vec<Pays>,
    /// What is said of later days.
    pub announced: Vec<Announced>,
    /// What its seller says beyond the prices.
    pub terms: TermsOf,
    /// The same model at other sellers, and in other books.
    pub compares: Vec<Comparison>,
}

/// One row of a model's prices, with its rates.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceRow")]
pub struct Row {
    /// When it holds.
    pub entry: EntryOf,
    /// Whether its dates hold on the day.
    pub holds: bool,
    /// Whether it is what is paid on the day, and no other row goes before it.
    pub decides: bool,
    /// Who says so.
    pub provenance: Provenance,
    /// Its rates.
    pub rates: Vec<RateOf>,
}

/// What is paid for one meter on the day.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PaidPrice")]
pub struct Pays {
    /// How the call is processed.
    pub tier: Tier,
    /// Under what, in words: `batch, prompts over 272,000 tokens`.
    pub condition: String,
    /// What is billed.
    pub meter: Meter,
    /// One of these.
    pub unit: String,
    /// US dollars for a million of them, as a decimal.
    pub per_million: String,
    /// The first day of this price; since always, as far as the book knows, when left out.
    pub since: Option<String>,
    /// Whether `since` is the first day on which somebody recorded it: it may have been offered before.
    pub first_recorded: bool,
    /// Which part of the book says so.
    pub layer: Layer,
    /// Who says so.
    pub provenance: Provenance,
    /// The seller promised it until this day at least.
    pub guaranteed_to: Option<String>,
    /// What a reader should know of it.
    pub note: Option<String>,
}

/// A price that changes on a later day.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "AnnouncedPrice")]
pub struct Announced {
    /// The first day.
    pub from: String,
    /// Under what, in words.
    pub condition: String,
    /// What is billed.
    pub meter: Meter,
    /// One of these.
    pub unit: String,
    /// US dollars for a million of them from then on, as a decimal; nothing where the price ends.
    pub per_million: Option<String>,
    /// The same until then.
    pub was: Option<String>,
    /// Which part of the book says so.
    pub layer: Layer,
    /// Who says so.
    pub provenance: Provenance,
}

/// One model with all its prices.
pub fn show(query: Query) -> Result<Shown, Error> {
    let shelf = Shelf::of(query.book.as_deref())?;
    let at = moment(query.at.as_deref())?.at.date();
    let named = shelf.find(None, &query.model)?;
    let Answering { found, reroute, .. } = answering(named, at)?;
    let Found { provider, model, matched } = found;
    let timelines = side_by_side(&[model]);
    let row = |entry: &Entry| Row {
        entry: EntryOf::new(entry),
        holds: entry.holds_on(at),
        decides: decides(&timelines, entry, at),
        provenance: Provenance::new(model.origin_of(entry)),
        rates: rates(entry),
    };
    Ok(Shown {
        provider: provider.id.clone(),
        model: model.id.clone(),
        matched,
        named: reroute.map(|_| named.model.id.clone()),
        rerouted: reroute.map(RerouteOf::new),
        name: model.name.clone(),
        aliases: model.aliases.clone(),
        context_tokens: model.context_tokens,
        vocabulary: model.vocabulary.clone(),
        capabilities: model.capabilities.clone(),
        provenance: Provenance::new(&model.origin),
        prices: model.prices.iter().map(row).collect(),
        at: at.to_string(),
        pays: timelines.iter().flat_map(|timeline| pays(model, timeline, at)).collect(),
        announced: announced(model, &timelines, at),
        terms: TermsOf::new(provider, &model.id, at),
        compares: comparisons(found, &shelf, query.book.is_some(), at),
    })
}

type Timeline<'a> = (Condition, Vec<Stretch<'a>>);

/// Whether an entry prices something under its own condition on a day.
fn decides(timelines: &[Timeline], entry: &Entry, at: Date) -> bool {
    let condition = Condition::of(entry);
    let of = timelines.iter().find(|(known, _)| *known == condition);
    let on_the_day = of.and_then(|(_, stretches)| stretches.iter().find(|it| it.span.has(at)));
    let mut paid = on_the_day.into_iter().flat_map(|it| it.paid[0].values());
    paid.any(|(_, says)| std::ptr::eq(*says, entry))
}

/// What is paid under a condition on a day, for each meter that some entry prices under it.
fn pays(model: &Model, (condition, stretches): &Timeline, at: Date) -> Vec<Pays> {
    let Some(place) = stretches.iter().position(|it| it.span.has(at)) else { return vec![] };
    // One that gives way to a price for every call of a later part of the book is still asked for.
    let about: BTreeSet<Meter> = model
        .prices
        .iter()
        .filter(|entry| Condition::of(entry) == *condition && entry.holds_on(at))
        .flat_map(|entry| entry.rates.keys().copied())
        .collect();
    let own = stretches[place].paid[0].iter().filter(|(meter, _)| about.contains(meter));
    let pays = |(meter, (rate, entry)): (&Meter, &(Rate, &Entry))| {
        let same = |it: &&Stretch| it.paid[0].get(meter).is_some_and(|(other, _)| other == rate);
        let since = stretches[..=place].iter().rev().take_while(same).last();
        let origin = model.origin_of(entry);
        // Tiers are in books since somebody put them there; a page says since when they are sold.
        let is_recorded = ["book", "recorded", "inferred"].contains(&origin.basis.as_str());
        let had_none = |it: &Stretch| !it.paid[0].contains_key(meter);
        let is_first = since
            .and_then(|since| stretches.iter().position(|it| std::ptr::eq(it, since)))
            .is_some_and(|first| first > 0 && stretches[..first].iter().all(had_none));
        Pays {
            tier: condition.tier,
            condition: condition_words(condition),
            meter: *meter,
            unit: meter.unit().into(),
            per_million: rate.per_million(),
            since: since.and_then(|it| it.span.from).map(|day| day.to_string()),
            first_recorded: condition.tier != Tier::Standard && is_recorded && is_first,
            layer: entry.layer,
            provenance: Provenance::new(origin),
            guaranteed_to: entry.guaranteed_to.map(|day| day.to_string()),
            note: entry.note.clone(),
        }
    };
    own.map(pays).collect()
}

/// What changes after a day, the nearest first.
fn announced(model: &Model, timelines: &[Timeline], at: Date) -> Vec<Announced> {
    let mut found: Vec<(Date, Announced)> = vec![];
    for (condition, stretches) in timelines {
        for (before, after) in stretches.iter().zip(stretches.iter().skip(1)) {
            let Some(from) = after.span.from.filter(|from| at < *from) else { continue };
            let (was, comes) = (&before.paid[0], &after.paid[0]);
            for meter in Meter::ALL {
                let (old, new) = (was.get(meter), comes.get(meter));
                let rate = |paid: Option<&(Rate, &Entry)>| paid.map(|(rate, _)| rate.per_million());
                let Some((_, says)) = new.or(old).filter(|_| rate(old) != rate(new)) else {
                    continue;
                };
                // Where the entries are about something wider, it is told there.
                let is_own = |paid: Option<&(Rate, &Entry)>| {
                    paid.is_some_and(|(_, entry)| Condition::of(entry) == *condition)
                };
                if is_own(old) || is_own(new) {
                    found.push((
                        from,
                        Announced {
                            from: from.to_string(),
                            condition: condition_words(condition),
                            meter: *meter,
                            unit: meter.unit().into(),
                            per_million: rate(new),
                            was: rate(old),
                            layer: says.layer,
                            provenance: Provenance::new(model.origin_of(says)),
                        },
                    ));
                }
            }
        }
    }
    found.sort_by_key(|(from, _)| *from);
    found.into_iter().map(|(_, announced)| announced).collect()
}
