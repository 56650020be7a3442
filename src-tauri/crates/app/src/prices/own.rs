//! The user's own books: imported, activated, set aside, removed.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use cost::book::{Layer, Model, Provider};
use cost::problem::Problem;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::check::lines_left_out;
use super::conditions::words;
use super::diff::{Conflict, Diff, between, pairs};
use super::feed;
use super::moment::{date, now_text, today};
use super::subject::Subject;
use super::wanted::Wanted;
use crate::books::{Active, Edition, Kept, Library, Proposed, Unread};
use crate::error::Error;
use crate::shelf::Shelf;

/// No arguments.
#[derive(Clone, Copy, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "AllBooks")]
pub struct AllBooks {}

/// A book of the user's own.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "BookId")]
pub struct BookId {
    /// Its id, or the beginning of it.
    pub id: String,
}

/// A file of prices to import.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "PriceFile")]
pub struct PriceFile {
    /// The file, in any form that is read.
    pub file: PathBuf,
    /// The day on which it was checked, as `2026-11-09`; as the file says when left out.
    #[serde(default)]
    pub checked: Option<String>,
}

/// The user's own books.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "OwnBooks")]
pub struct Books {
    /// The newest first. The program's own is none of them.
    pub books: Vec<Book>,
    /// Prices of other active books before which those of the one go that was activated just now.
    pub over: Vec<Conflict>,
}

/// A book that was imported once, and does not change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "OwnBook")]
pub struct Book {
    /// The SHA-256 of the bytes that were imported, or of it and the day on which they were said to be checked.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it was read as.
    pub format: String,
    /// The name of the file that was imported.
    pub file: String,
    /// When, as `2026-11-22T10:42:07.250Z`.
    pub imported: String,
    /// How many models it has.
    pub models: u64,
    /// How many prices.
    pub entries: u64,
    /// Whether its prices hold.
    pub active: bool,
    /// Its place among those that hold: 1 goes before all others.
    pub place: Option<u64>,
    /// What was left out of it, changed or is worth knowing.
    pub problems: Vec<Problem>,
    /// Keys that mean nothing here.
    pub unread: Vec<Unread>,
    /// Why it cannot be read any more, and what now. Its other fields are empty then.
    pub damaged: Option<Error>,
}

/// What an import found. It is kept, and changes no price until it is activated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "ProposedBook")]
pub struct Proposal {
    /// The SHA-256 of its bytes, or of it and the day on which they were said to be checked.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it was read as.
    pub format: String,
    /// How many models it has.
    pub models: u64,
    /// How many prices.
    pub entries: u64,
    /// How many lines of a table were left out.
    pub left_out: u64,
    /// What was left out, changed or is worth knowing.
    pub problems: Vec<Problem>,
    /// Keys that mean nothing here.
    pub unread: Vec<Unread>,
    /// Whether the same bytes were imported before: then nothing was written.
    pub known: bool,
    /// Whether it holds already.
    pub active: bool,
    /// What activating it would change.
    pub diff: Diff,
}

/// What is compared.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "BookPair")]
pub struct PairOfBooks {
    /// A book: `default`, the id of an own one, a folder of price files, a file.
    pub old: String,
    /// Another one. Left out, it is told what activating the first one would change.
    #[serde(default)]
    pub new: Option<String>,
    /// Only what this seller sells, by its id.
    #[serde(default)]
    pub provider: Option<String>,
    /// Only this model, as `provider/id` or by its id alone.
    #[serde(default)]
    pub model: Option<String>,
}

/// What two books say otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "ComparedBooks")]
pub struct ComparedBooks {
    /// What stands for old.
    pub old: String,
    /// What stands for new.
    pub new: String,
    /// What differs.
    pub diff: Diff,
}

/// The user's own books. One that is damaged is among them, and says so.
pub fn books(_: AllBooks) -> Result<Books, Error> {
    let Some(library) = Library::find() else { return Ok(Books::default()) };
    let active = library.active()?;
    let book = |(id, about): (String, Result<_, Error>)| Book::new(id, about, &active);
    Ok(Books { books: library.all().into_iter().map(book).collect(), over: vec![] })
}

/// One of the user's own books. One that is damaged says so.
pub fn book(book: BookId) -> Result<Books, Error> {
    let id = Library::own()?.meant(&book.id)?;
    let mut books = books(AllBooks {})?;
    books.books.retain(|book| book.id == id);
    Ok(books)
}

/// Keeps a file of prices as a book, and says what activating it would change. The same bytes twice change nothing.
pub fn propose(file: PriceFile) -> Result<Proposal, Vec<Error>> {
    let alone = |error| vec![error];
    let checked = file.checked.as_deref().map(date).transpose().map_err(alone)?;
    let (bytes, mut proposed) = feed::read(&file.file, checked)?;
    proposed.problems.extend(feed::since(&proposed.providers));
    keep(&file.file, checked, &bytes, &proposed).map_err(alone)
}

fn keep(
    file: &Path,
    checked: Option<Date>,
    bytes: &[u8],
    proposed: &Proposed,
) -> Result<Proposal, Error> {
    let library = Library::own()?;
    let (id, kept) = library.keep(bytes, file, checked, now_text(), proposed)?;
    // What was kept before is what would be activated, whatever this version reads in the same bytes.
    let edition = library.read(&id)?;
    let active = library.active()?;
    let diff = activation(&library, &active, &id, &edition, today())?;
    let Edition { about, .. } = edition;
    let problems = about.problems();
    Ok(Proposal {
        active: active.has(&id),
        id,
        left_out: lines_left_out(&problems),
        problems,
        name: about.name,
        format: about.format,
        models: about.models,
        entries: about.entries,
        unread: about.unread,
        known: kept == Kept::AsItWas,
        diff,
    })
}

/// Has a book's prices hold, before those of all others of the user's. Says before which of them they go.
pub fn activate(book: BookId) -> Result<Books, Error> {
    let library = Library::own()?;
    let id = library.meant(&book.id)?;
    let above = library.read(&id)?;
    library.activate(&id)?;
    let mut over = vec![];
    let mut others = library.active()?;
    others.take_off(&id);
    // One that is damaged is told among the books.
    for other in others.ids.iter().rev().filter_map(|other| library.read(other).ok()) {
        over.extend(conflicts(&above.providers, &other, today()));
    }
    Ok(Books { over, ..books(AllBooks {})? })
}

/// Has a book's prices hold no longer.
pub fn set_aside(book: BookId) -> Result<Books, Error> {
    let library = Library::own()?;
    library.set_aside(&library.meant(&book.id)?)?;
    books(AllBooks {})
}

/// Removes a book that does not hold.
pub fn remove(book: BookId) -> Result<Books, Error> {
    let library = Library::own()?;
    library.remove(&library.meant(&book.id)?)?;
    books(AllBooks {})
}

/// What two books say otherwise; of one alone, what activating it would change.
pub fn compare(pair: PairOfBooks) -> Result<ComparedBooks, Error> {
    let wanted = Wanted { provider: pair.provider, model: pair.model };
    let old = Subject::named(&pair.old)?;
    let Some(new) = pair.new else {
        let active = Shelf::of(None)?;
        let [own, _] = wanted.of([old.providers(), vec![]])?;
        let own: Vec<Provider> = own.into_iter().map(Cow::into_owned).collect();
        let diff = laid_over(&active, &own, Layer::User, today());
        return Ok(ComparedBooks { old: "active".into(), new: old.name, diff });
    };
    let new = Subject::named(&new)?;
    let [before, after] = wanted.of([old.providers(), new.providers()])?;
    let (before, after): (Vec<&Provider>, Vec<&Provider>) =
        (before.iter().map(Cow::as_ref).collect(), after.iter().map(Cow::as_ref).collect());
    let diff = between(&before, &after, today());
    Ok(ComparedBooks { old: old.name, new: new.name, diff })
}

impl Book {
    fn new(id: String, about: Result<crate::books::About, Error>, active: &Active) -> Self {
        let place = active.ids.iter().rev().position(|known| *known == id);
        let active = place.is_some();
        let place = place.map(|place| place as u64 + 1);
        match about {
            Ok(about) => Self {
                id,
                problems: about.problems(),
                name: about.name,
                format: about.format,
                file: about.file,
                imported: about.imported,
                models: about.models,
                entries: about.entries,
                active,
                place,
                unread: about.unread,
                damaged: None,
            },
            Err(error) => Self {
                id,
                name: String::new(),
                format: String::new(),
                file: String::new(),
                imported: String::new(),
                models: 0,
                entries: 0,
                active,
                place,
                problems: vec![],
                unread: vec![],
                damaged: Some(error),
            },
        }
    }
}

/// What activating a book would change, beside what the other active books of the user's say otherwise.
fn activation(
    library: &Library,
    active: &Active,
    id: &str,
    edition: &Edition,
    today: Date,
) -> Result<Diff, Error> {
    let mut others = active.clone();
    others.take_off(id);
    let others = library.editions(&others)?;
    let mut diff = laid_over(&*Shelf::of(None)?, &edition.providers, edition.about.layer, today);
    for other in &others {
        diff.conflicts.extend(conflicts(&edition.providers, other, today));
        // An earlier edition of the same list: what it has and this one lacks.
        if (&other.about.file, &other.about.format) == (&edition.about.file, &edition.about.format)
        {
            let (old, new) = (refs(&other.providers), refs(&edition.providers));
            diff.removed.extend(between(&old, &new, today).removed);
        }
    }
    diff.sort();
    diff.removed.dedup();
    Ok(diff)
}

/// What laying a book over another changes in what is paid. It takes no model away.
fn laid_over(now: &Shelf, providers: &[Provider], layer: Layer, today: Date) -> Diff {
    let then = now.under(providers, layer);
    let mut diff = Diff::default();
    for provider in providers {
        let before = now.provider(&provider.id);
        let after = then.provider(&provider.id).expect("what was laid over is there");
        for model in &provider.models {
            let same = before.and_then(|before| before.same_model(model, provider));
            match same {
                Some(old) => {
                    let is_it = |new: &&Model| new.id == old.id;
                    let new = after.models.iter().find(is_it).expect("nothing is taken away");
                    diff.take(&provider.id, old, new, today);
                }
                None => diff.added.push(format!("{}/{}", provider.id, model.id)),
            }
        }
    }
    diff.sort();
    diff
}

/// What another book says otherwise than these, where both have a price.
fn conflicts(here: &[Provider], other: &Edition, today: Date) -> Vec<Conflict> {
    let mut found = vec![];
    for provider in here {
        let Some(there) = other.providers.iter().find(|it| it.id == provider.id) else { continue };
        for model in &provider.models {
            let Some(theirs) = there.same_model(model, provider) else { continue };
            let both = pairs(model, theirs, today).into_iter();
            found.extend(both.filter(|pair| pair.old != pair.new).filter_map(|pair| {
                Some(Conflict {
                    model: format!("{}/{}", provider.id, model.id),
                    entry: words(&pair.condition, pair.span),
                    meter: pair.meter,
                    unit: pair.meter.unit().into(),
                    here: pair.old?.per_million(),
                    there: pair.new?.per_million(),
                    book: other.about.name.clone(),
                })
            }));
        }
    }
    found
}

fn refs(providers: &[Provider]) -> Vec<&Provider> {
    providers.iter().collect()
}
