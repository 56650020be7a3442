//! The prices that a plan has pinned beside it, in `prices.lock.toml`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cost::book::{Book, Entry, Model, Provider, find};
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::error::{At, Code, Error};
use crate::files;
use crate::plans::Opened;
use crate::shelf::Shelf;

/// The name of the file beside the plan.
pub const LOCK_FILE: &str = "prices.lock.toml";

/// Where a plan's prices come from.
#[derive(Clone, Debug)]
pub struct Pins {
    /// The lock file; nothing where a book was given instead.
    file: Option<PathBuf>,
    /// The models that the plan uses, pinned or to be pinned. Nothing where one of them is not known.
    book: Option<Book>,
    /// Whether the file has all of them already.
    pub complete: bool,
    /// How many of its entries the book has otherwise by now.
    pub moved: usize,
}

/// What was pinned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Pinned {
    /// The file that was written.
    pub file: String,
    /// The models in it, as `provider/id`.
    pub models: Vec<String>,
    /// How many entries differ from those that were pinned before.
    pub moved: usize,
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
    let file = opened.file.with_file_name(LOCK_FILE);
    let pinned = if file.exists() {
        let text = files::read_text(&file)?;
        intake::book::lock::read(&text).map_err(|error| damaged(opened, &file, &error))?
    } else {
        Book::default()
    };
    Ok(with_names(file, pinned, &model_names(opened), shelf))
}

/// Pins a plan's prices anew, as the book has them now.
pub fn pin(opened: &Opened, shelf: &Shelf) -> Result<Pinned, Error> {
    let file = opened.file.with_file_name(LOCK_FILE);
    let names = model_names(opened);
    let book = shelf.book(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
    // A lock file that cannot be read any more is what pinning again mends.
    let moved = read(opened, shelf).map_or(0, |pins| pins.moved);
    files::write(&file, intake::book::lock::write(&book).as_bytes())?;
    let models = book.providers.iter().flat_map(|provider| {
        provider.models.iter().map(|model| format!("{}/{}", provider.id, model.id))
    });
    Ok(Pinned { file: file.display().to_string(), models: models.collect(), moved })
}

impl Pins {
    /// A book was given: nothing is read and nothing is written.
    pub fn set_aside() -> Self {
        Self { file: None, book: None, complete: true, moved: 0 }
    }

    /// Where to look models up: among the plan's own, or in the whole book.
    pub fn providers<'a>(&'a self, shelf: &'a Shelf) -> Vec<&'a Provider> {
        match &self.book {
            Some(book) => book.providers.iter().collect(),
            None => shelf.providers(),
        }
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

fn damaged(opened: &Opened, file: &Path, error: &intake::book::BadBook) -> Error {
    Error::new(
        Code::BadPrices,
        format!("The pinned prices cannot be read: {error}"),
        format!(
            "Take the file from your version control, or accept the book's prices with \
             `forebill prices pin {}`.",
            opened.file.display()
        ),
    )
    .at(At { line: error.line, column: error.column, ..files::named(file) })
}

fn model_names(opened: &Opened) -> BTreeSet<String> {
    let calls = opened.plan.features.iter().flat_map(|feature| feature.step.calls());
    calls.map(|call| call.model.clone()).collect()
}

fn with_names(file: PathBuf, pinned: Book, names: &BTreeSet<String>, shelf: &Shelf) -> Pins {
    let file = Some(file);
    let providers: Vec<&Provider> = pinned.providers.iter().collect();
    let missing: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| find(&providers, None, name).is_err())
        .collect();
    let moved = pinned
        .providers
        .iter()
        .flat_map(|provider| provider.models.iter().map(move |model| (provider, model)))
        .map(|(provider, model)| moved(provider, model, shelf))
        .sum();
    let Ok(added) = shelf.book(&missing) else {
        // The check tells which model is not known, and what the whole book has instead.
        return Pins { file, book: None, complete: true, moved };
    };
    let complete = missing.is_empty();
    Pins { file, book: Some(merged(pinned, added)), complete, moved }
}

/// How many of a model's entries the book has otherwise.
fn moved(provider: &Provider, pinned: &Model, shelf: &Shelf) -> usize {
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
            Some(known) => known.models.extend(provider.models),
            None => book.providers.push(provider),
        }
    }
    book.providers.sort_by(|a, b| a.id.cmp(&b.id));
    book
}
