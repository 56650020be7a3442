//! What is compared or checked: the active book, the program's own, one of the user's, a folder, or a file of prices.

use std::path::Path;
use std::sync::Arc;

use cost::book::Provider;

use super::feed;
use crate::books::Library;
use crate::error::{Code, Error, More};
use crate::shelf::Shelf;

/// The program's own book, by name.
const DEFAULT: &str = "default";

/// The book that prices are taken from now, by name.
const ACTIVE: &str = "active";

/// A book that somebody named.
pub struct Subject {
    /// What it is called.
    pub name: String,
    /// Its id, where it is one of the user's own.
    pub id: Option<String>,
    held: Held,
}

enum Held {
    Shelf(Arc<Shelf>),
    Providers(Vec<Provider>),
}

impl Subject {
    /// The book that a word means: `default`, `active`, the id of one of the user's own, a folder of price files, a file.
    pub fn named(word: &str) -> Result<Self, Error> {
        let name = word.to_owned();
        if word == DEFAULT {
            return Ok(Self { name, id: None, held: Held::Shelf(Shelf::program()) });
        }
        if word == ACTIVE {
            return Ok(Self { name, id: None, held: Held::Shelf(Shelf::of(None)?) });
        }
        let path = Path::new(word);
        if path.is_dir() {
            return Ok(Self { name, id: None, held: Held::Shelf(Shelf::of(Some(path))?) });
        }
        if path.is_file() {
            let (_, read) = feed::read(path, None)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            return Ok(Self { name, id: None, held: Held::Providers(read.providers) });
        }
        let library = Library::find();
        let id = library.as_ref().map(|library| library.named(word)).transpose()?.flatten();
        match library.zip(id) {
            Some((library, id)) => {
                let edition = library.read(&id)?;
                let held = Held::Providers(edition.providers);
                Ok(Self { name: edition.about.name, id: Some(id), held })
            }
            None => Err(Error::new(
                Code::NotFound,
                format!("`{word}` is no file, no folder and none of your books."),
                "Name a file of prices, a folder of price files, the id of a book, `default` or `active`.",
            )
            .with(More::OwnBooks)),
        }
    }

    /// Its sellers.
    pub fn providers(&self) -> Vec<&Provider> {
        match &self.held {
            Held::Shelf(shelf) => shelf.providers(),
            Held::Providers(providers) => providers.iter().collect(),
        }
    }
}
