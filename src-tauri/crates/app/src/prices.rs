//! The price book: listed, shown, and made from a feed.

use std::path::{Path, PathBuf};

use cost::book::{Bracket, Capability, Entry, Found, Layer, Match, Model, Origin, Provider, Tier};
use cost::meter::Meter;
use cost::problem::Problem;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::{Code, Error};
use crate::shelf::{Shelf, malformed};

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
}

/// Models of the book.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct List {
    /// By provider, in the order of its file.
    pub models: Vec<Listed>,
}

/// The price of one meter.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceRate")]
pub struct RateOf {
    /// What is billed.
    pub meter: Meter,
    /// One of these.
    pub unit: String,
    /// US dollars for a million units, as a decimal.
    pub per_million: String,
}

/// Where a price comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceSource")]
pub struct Provenance {
    /// The page that it was read from.
    pub source: String,
    /// The day on which it was last checked.
    pub checked: String,
    /// Where the check comes from: `book`, `documented`, …
    pub basis: String,
}

/// One row of a model's prices.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceEntry")]
pub struct EntryOf {
    /// The first day; since always, as far as the book knows, when left out.
    pub from: Option<String>,
    /// The first day without it.
    pub to: Option<String>,
    /// How the call is processed.
    pub tier: Tier,
    /// For prompts of more tokens than this.
    pub over: Option<u64>,
    /// For prompts of this many tokens or more.
    pub at_least: Option<u64>,
    /// Hours of the day in UTC, the end exclusive: `01:00-04:00`.
    pub window: Option<String>,
    /// Days of the week: `mon-fri`.
    pub days: Option<String>,
    /// The calendar whose holidays are none of these days.
    pub except: Option<String>,
    /// Which part of the book it stands in.
    pub layer: Layer,
    /// The seller promised it until this day at least.
    pub guaranteed_to: Option<String>,
    /// What a reader should know of it.
    pub note: Option<String>,
}

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
}

/// One row of a model's prices, with its rates.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceRow")]
pub struct Row {
    /// When it holds.
    pub entry: EntryOf,
    /// Whether it holds on the day.
    pub holds: bool,
    /// Its rates.
    pub rates: Vec<RateOf>,
}

/// A feed to make price files of.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "PriceFeed")]
pub struct Feed {
    /// The feed: a price book of any format that is read.
    pub file: PathBuf,
    /// The folder for the price files, made when it is not there.
    pub out: PathBuf,
    /// The day on which the feed was checked, as `2026-11-09`; its newest price when left out.
    #[serde(default)]
    pub checked: Option<String>,
}

/// What an import wrote.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceImport")]
pub struct Imported {
    /// The price files, in the order of their providers.
    pub files: Vec<PathBuf>,
    /// How many models they have.
    pub models: u64,
    /// How many dated entries.
    pub entries: u64,
    /// What was left out, changed or is worth knowing.
    pub problems: Vec<Problem>,
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

/// One model with all its prices.
pub fn show(query: Query) -> Result<Shown, Error> {
    let shelf = Shelf::of(query.book.as_deref())?;
    let at = moment(query.at.as_deref())?.at.date();
    let Found { provider, model, matched } = shelf.find(None, &query.model)?;
    let row = |entry: &Entry| Row {
        entry: EntryOf::new(entry),
        holds: entry.holds_on(at),
        rates: rates(entry),
    };
    Ok(Shown {
        provider: provider.id.clone(),
        model: model.id.clone(),
        matched,
        name: model.name.clone(),
        aliases: model.aliases.clone(),
        context_tokens: model.context_tokens,
        vocabulary: model.vocabulary.clone(),
        capabilities: model.capabilities.clone(),
        provenance: Provenance::new(&model.origin),
        prices: model.prices.iter().map(row).collect(),
    })
}

/// Makes price files of a feed, one for each provider.
pub fn import(feed: Feed) -> Result<Imported, Error> {
    let shown = feed.file.display();
    let bytes = std::fs::read(&feed.file).map_err(|error| {
        let message = format!("The feed `{shown}` cannot be read: {error}.");
        Error::new(Code::BadPrices, message, "Check the path, and that you may read it.")
    })?;
    let checked = feed.checked.as_deref().map(date).transpose()?;
    let (_, mut read) = intake::feed::read(&bytes, checked, today()).map_err(|error| {
        let message = format!("`{shown}` cannot be imported. {error}");
        Error::new(Code::BadPrices, message, "Give a book as it was published, or one of your own.")
    })?;
    add_capabilities(&mut read.providers)?;
    let mut files = Vec::new();
    for provider in &read.providers {
        let path = feed.out.join(format!("{}.toml", provider.id));
        let text = intake::book::write(provider);
        // What is written is read back first: a file that the book would refuse is not left behind.
        intake::book::read(&text).map_err(|error| malformed(&path, &error))?;
        files.push((path, text));
    }
    std::fs::create_dir_all(&feed.out).map_err(|error| unwritable(&feed.out, &error))?;
    for (path, text) in &files {
        std::fs::write(path, text).map_err(|error| unwritable(path, &error))?;
    }
    let models = read.providers.iter().flat_map(|provider| &provider.models);
    Ok(Imported {
        files: files.into_iter().map(|(path, _)| path).collect(),
        models: models.clone().count() as u64,
        entries: models.map(|model| model.prices.len() as u64).sum(),
        problems: read.problems,
    })
}

/// A feed has prices alone: what its models can do is what the book inside the program says of the same ones.
fn add_capabilities(providers: &mut [Provider]) -> Result<(), Error> {
    let own = Shelf::of(None)?;
    for provider in providers {
        for model in &mut provider.models {
            if let Some(known) = own.exact(&provider.id, &model.id) {
                model.capabilities.clone_from(&known.model.capabilities);
            }
        }
    }
    Ok(())
}

impl EntryOf {
    /// When an entry holds.
    pub fn new(entry: &Entry) -> Self {
        let (over, at_least) = match entry.bracket {
            Some(Bracket::Over(tokens)) => (Some(tokens), None),
            Some(Bracket::AtLeast(tokens)) => (None, Some(tokens)),
            None => (None, None),
        };
        Self {
            from: entry.from.map(|date| date.to_string()),
            to: entry.to.map(|date| date.to_string()),
            tier: entry.tier,
            over,
            at_least,
            window: entry.window.map(intake::book::hours),
            days: entry.days.as_ref().map(|days| days.week.to_string()),
            except: entry.days.as_ref().and_then(|days| Some(days.except.as_ref()?.id.clone())),
            layer: entry.layer,
            guaranteed_to: entry.guaranteed_to.map(|date| date.to_string()),
            note: entry.note.clone(),
        }
    }
}

impl Provenance {
    /// Where prices come from.
    pub fn new(origin: &Origin) -> Self {
        Self {
            source: origin.source.clone(),
            checked: origin.checked.to_string(),
            basis: origin.basis.clone(),
        }
    }
}

/// A moment that was named, in UTC.
pub struct Moment {
    /// The moment.
    pub at: DateTime,
    /// Whether the hour was said, too.
    pub hour_known: bool,
}

/// Reads `2026-11-20` (its noon) or `2026-11-20T12:00:00Z`, now when nothing is named. Without an offset it is UTC.
pub fn moment(text: Option<&str>) -> Result<Moment, Error> {
    let Some(text) = text else {
        return Ok(Moment { at: now().datetime(), hour_known: true });
    };
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(Moment { at: timestamp.to_zoned(TimeZone::UTC).datetime(), hour_known: true });
    }
    if text.len() > "2026-11-20".len()
        && let Ok(at) = text.parse::<DateTime>()
    {
        return Ok(Moment { at, hour_known: true });
    }
    Ok(Moment { at: date(text)?.at(12, 0, 0, 0), hour_known: false })
}

fn date(text: &str) -> Result<Date, Error> {
    text.parse().map_err(|_| {
        Error::new(
            Code::BadArguments,
            format!("`{text}` is not a date."),
            "Write it as 2026-11-20 or 2026-11-20T12:00:00Z.",
        )
    })
}

/// The one place of these operations that reads the clock.
fn now() -> Zoned {
    Timestamp::now().to_zoned(TimeZone::UTC)
}

/// The moment in UTC, as `2026-11-22T10:42:07.250Z`.
pub fn now_text() -> String {
    now().timestamp().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// How many models the book inside the program has, and the newest day on which a price was checked.
pub fn extent() -> Result<(usize, String), Error> {
    let shelf = Shelf::of(None)?;
    let models = || shelf.providers().into_iter().flat_map(|provider| &provider.models);
    let checked = models().map(|model| model.origin.checked).max();
    Ok((models().count(), checked.map(|day| day.to_string()).unwrap_or_default()))
}

/// The day on which this runs, in UTC.
pub fn today() -> Date {
    now().date()
}

fn listed(provider: &Provider, model: &Model, at: Date) -> Listed {
    let plain = |entry: &&Entry| entry.bracket.is_none() && entry.window.is_none();
    let entry = model.entries_on(at, Tier::Standard).find(plain);
    Listed {
        provider: provider.id.clone(),
        model: model.id.clone(),
        name: model.name.clone(),
        context_tokens: model.context_tokens,
        rates: entry.map(rates).unwrap_or_default(),
        tiers: model.tiers_on(at),
        provenance: Provenance::new(&model.origin),
    }
}

fn rates(entry: &Entry) -> Vec<RateOf> {
    let rate = |(meter, rate): (&Meter, &cost::money::Rate)| RateOf {
        meter: *meter,
        unit: meter.unit().into(),
        per_million: rate.per_million(),
    };
    entry.rates.iter().map(rate).collect()
}

fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    Error::new(
        Code::BadOutput,
        format!("`{}` cannot be written: {error}.", path.display()),
        "Choose a folder that you may write to.",
    )
}
