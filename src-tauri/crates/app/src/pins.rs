//! The prices that a plan has pinned beside it, in `prices.lock.toml`.

mod terms;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cost::book::{Book, Entry, Found, Model, Provider, Terms, find};
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::error::{At, Code, Error, More};
use crate::files;
use crate::hash;
use crate::plans::Opened;
use crate::shelf::Shelf;

/// The name of the file beside the plan.
pub const LOCK_FILE: &str = "prices.lock.toml";

/// So much of a hash tells editions apart for people.
const EDITION_DIGITS: usize = 12;

/// Where a plan's prices come from.
#[derive(Clone, Debug)]
pub struct Pins {
    /// The lock file; nothing where a book was given instead.
    file: Option<PathBuf>,
    /// What the file has or is to have. Nothing where one of the plan's models is not known.
    book: Option<Book>,
    /// The models that the plan means, at pinned prices and by the names that they have today.
    in_use: Book,
    /// Whether the file has all of them already.
    pub complete: bool,
    /// How many of its entries, and of the terms about its models, the book has otherwise by now.
    pub moved: usize,
    /// The models of a plan with pins that are not among them, by the names that it uses.
    pub unpinned: Vec<String>,
    /// What the prices are called in reports.
    pub edition: String,
}

/// What was pinned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Pinned {
    /// The file that was written.
    pub file: String,
    /// The models in it, as `provider/id`.
    pub models: Vec<String>,
    /// How many entries and terms differ from those that were pinned before; nothing where these could not be read.
    pub moved: Option<usize>,
}

/// What became of a lock file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It was there, with everything the plan uses.
    Unchanged,
    /// It was written.
    Written(PathBuf),
}

/// Reads the prices that a plan has pinned; what it has not is taken from the book.
pub fn read(opened: &Opened, shelf: &Shelf) -> Result<Pins, Error> {
    if let Some(inside) = &opened.inside {
        return of_text(opened, inside.get(LOCK_FILE).map(AsRef::as_ref), shelf);
    }
    let file = opened.file.with_file_name(LOCK_FILE);
    let pinned = if file.exists() {
        let text = files::read_text(&file)?;
        intake::book::lock::read(&text).map_err(|error| damaged(&file, &error))?
    } else {
        Book::default()
    };
    Ok(with_names(Some(file), pinned, &model_names(opened), shelf))
}

/// The prices that a plan has pinned in a text at hand; what it has not is taken from the book.
pub fn of_text(opened: &Opened, lock: Option<&str>, shelf: &Shelf) -> Result<Pins, Error> {
    let pinned = match lock {
        Some(text) => {
            intake::book::lock::read(text).map_err(|error| damaged(Path::new(LOCK_FILE), &error))?
        }
        None => Book::default(),
    };
    Ok(with_names(None, pinned, &model_names(opened), shelf))
}

/// Pins a plan's prices anew, as the book has them now.
pub fn pin(opened: &Opened, shelf: &Shelf) -> Result<Pinned, Error> {
    if opened.inside.is_some() {
        return Err(Error::new(
            Code::BadArguments,
            format!("`{}` is a project, which has its prices inside.", opened.file.display()),
            "Open it in the window and take the book's prices there.",
        ));
    }
    let file = opened.file.with_file_name(LOCK_FILE);
    let names = model_names(opened);
    let book = shelf.book(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
    // A lock file that cannot be read any more is what pinning again mends.
    let moved = read(opened, shelf).ok().map(|pins| pins.moved);
    files::write(&file, intake::book::lock::write(&book).as_bytes())?;
    let models = book.providers.iter().flat_map(|provider| {
        provider.models.iter().map(|model| format!("{}/{}", provider.id, model.id))
    });
    Ok(Pinned { file: file.display().to_string(), models: models.collect(), moved })
}

impl Pins {
    /// A book was given: nothing is read and nothing is written.
    pub fn set_aside(folder: &Path) -> Self {
        let edition = folder.display().to_string();
        let unpinned = vec![];
        let in_use = Book::default();
        Self { file: None, book: None, in_use, complete: true, moved: 0, unpinned, edition }
    }

    /// Where to look models up: among the plan's own, or in the whole book.
    pub fn providers<'a>(&'a self, shelf: &'a Shelf) -> Vec<&'a Provider> {
        match &self.book {
            Some(_) => self.in_use.providers.iter().collect(),
            None => shelf.providers(),
        }
    }

    /// What the lock file is to have, unless it has it already.
    pub fn text(&self) -> Option<String> {
        let book = self.book.as_ref().filter(|_| !self.complete)?;
        Some(intake::book::lock::write(book))
    }

    /// Writes what the plan uses beside it, unless it is there.
    pub fn save(&self) -> Result<Saved, Error> {
        match (&self.file, &self.book) {
            (Some(file), Some(book)) if !self.complete => {
                files::write(file, intake::book::lock::write(book).as_bytes())?;
                Ok(Saved::Written(file.clone()))
            }
            _ => Ok(Saved::Unchanged),
        }
    }
}

fn damaged(file: &Path, error: &intake::book::BadBook) -> Error {
    Error::new(
        Code::BadPrices,
        format!("The pinned prices cannot be read: {error}"),
        "Take the file from your version control, or accept the book's prices.",
    )
    .with(More::Pin)
    .at(At { line: error.line, column: error.column, ..files::named(file) })
}

/// Every model that a call or a tool of the plan is sold by.
fn model_names(opened: &Opened) -> BTreeSet<String> {
    opened.plan.model_names().into_iter().map(str::to_owned).collect()
}

fn with_names(
    file: Option<PathBuf>,
    pinned: Book,
    names: &BTreeSet<String>,
    shelf: &Shelf,
) -> Pins {
    let providers: Vec<&Provider> = pinned.providers.iter().collect();
    let means = |name: &str| meant(&providers, shelf, name);
    let is_pinned = |id: &Id| exact(&pinned, id).is_some();
    let missing: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !means(name).is_some_and(|id| is_pinned(&id)))
        .collect();
    let used: BTreeSet<Id> = names.iter().filter_map(|name| means(name)).collect();
    let moved = pinned.providers.iter().map(|provider| moved(provider, shelf)).sum();
    let Ok(added) = shelf.book(&missing) else {
        // The check tells which model is not known, and what the whole book has instead.
        let (in_use, edition) = (Book::default(), String::new());
        let unpinned = vec![];
        return Pins { file, book: None, in_use, complete: true, moved, unpinned, edition };
    };
    let has_pins = !pinned.providers.is_empty();
    let unpinned = missing.iter().filter(|_| has_pins).map(|name| (*name).to_owned()).collect();
    let mut book = merged(pinned, added);
    let (mut used, mut complete) = (used, missing.is_empty());
    // A lock file of before may say that another model answers, and not at which prices; that one may
    // have another in its place by now.
    loop {
        used = with_answers(&book, used);
        let lacking = used.iter().filter(|id| exact(&book, id).is_none());
        let known = lacking.filter(|(provider, id)| shelf.exact(provider, id).is_some());
        let known: Vec<String> = known.map(|(provider, id)| format!("{provider}/{id}")).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        if known.is_empty() {
            break;
        }
        complete = false;
        let Ok(added) = shelf.book(&known) else { break };
        let before = models(&book);
        book = merged(book, added);
        if models(&book) == before {
            break;
        }
    }
    let in_use = named_today(&book, &used, shelf);
    let edition = hash::of([intake::book::lock::write(&book).as_str()]);
    let edition = format!("{LOCK_FILE} {}", &edition[..EDITION_DIGITS]);
    Pins { file, book: Some(book), in_use, complete, moved, unpinned, edition }
}

/// A provider's id and a model's.
type Id = (String, String);

/// The model that a name of the plan means: the one that is pinned as exactly this, else the one
/// that the shelf knows by it. Only what the shelf no longer knows is matched among the pins alone,
/// where a dated name would be taken for another that is pinned.
fn meant(pinned: &[&Provider], shelf: &Shelf, name: &str) -> Option<Id> {
    let id = |found: Found| (found.provider.id.clone(), found.model.id.clone());
    let own = find(pinned, None, name).ok().map(id);
    match own {
        Some((provider, model)) if format!("{provider}/{model}") == name => Some((provider, model)),
        own => shelf.find(None, name).ok().map(id).or(own),
    }
}

/// Models that are used, and those that answer in their place.
fn with_answers(book: &Book, mut used: BTreeSet<Id>) -> BTreeSet<Id> {
    loop {
        let before = used.len();
        for provider in &book.providers {
            for reroute in &provider.terms.reroutes {
                if used.contains(&(provider.id.clone(), reroute.model.clone())) {
                    used.insert((provider.id.clone(), reroute.to.clone()));
                }
            }
        }
        if used.len() == before {
            return used;
        }
    }
}

fn exact<'b>(book: &'b Book, (provider, id): &Id) -> Option<&'b Model> {
    let provider = book.providers.iter().find(|known| known.id == *provider)?;
    provider.models.iter().find(|model| model.id == *id)
}

/// The models that are used, with the other names that they have on the shelf: pinned names may
/// mean another model by now.
fn named_today(book: &Book, used: &BTreeSet<Id>, shelf: &Shelf) -> Book {
    let mut named = Book::default();
    for provider in &book.providers {
        let mut of_plan = Provider { models: vec![], ..provider.clone() };
        for model in &provider.models {
            if !used.contains(&(provider.id.clone(), model.id.clone())) {
                continue;
            }
            let mut model = model.clone();
            match shelf.exact(&provider.id, &model.id) {
                Some(today) => {
                    of_plan.aliases.clone_from(&today.provider.aliases);
                    model.aliases.clone_from(&today.model.aliases);
                }
                None => model.aliases.retain(|alias| shelf.find(None, alias).is_err()),
            }
            of_plan.models.push(model);
        }
        if !of_plan.models.is_empty() {
            named.providers.push(of_plan);
        }
    }
    named
}

/// How many models there are.
fn models(book: &Book) -> usize {
    book.providers.iter().map(|provider| provider.models.len()).sum()
}

/// How many of a seller's pinned entries, and of the terms about its pinned models, the book has otherwise.
fn moved(pinned: &Provider, shelf: &Shelf) -> usize {
    let entries: usize =
        pinned.models.iter().map(|model| entries_moved(pinned, model, shelf)).sum();
    let today = shelf.provider(&pinned.id).map(|today| &today.terms);
    entries + terms::moved(pinned, today.unwrap_or(&Terms::default()))
}

fn entries_moved(provider: &Provider, pinned: &Model, shelf: &Shelf) -> usize {
    let current = match shelf.find(Some(&provider.id), &pinned.id) {
        Ok(found) => found.model.prices.as_slice(),
        Err(_) => &[],
    };
    let only_in = |here: &[Entry], there: &[Entry]| {
        here.iter().filter(|entry| !there.contains(entry)).count()
    };
    only_in(&pinned.prices, current).max(only_in(current, &pinned.prices))
}

fn merged(mut book: Book, added: Book) -> Book {
    for provider in added.providers {
        match book.providers.iter_mut().find(|known| known.id == provider.id) {
            Some(known) => {
                let is_new = |model: &Model| !known.models.iter().any(|it| it.id == model.id);
                let models: Vec<Model> = provider.models.into_iter().filter(is_new).collect();
                terms::add(known, &provider.terms, &models);
                known.models.extend(models);
            }
            None => book.providers.push(provider),
        }
    }
    book.providers.sort_by(|a, b| a.id.cmp(&b.id));
    book
}

#[cfg(test)]
mod tests;
