//! What is compared or checked: the active book, the program's own, one of the user's, a folder, or a file of prices.

use std::path::Path;
use std::sync::Arc;

use cost::book::Provider;
use cost::problem::Problem;

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
    /// What was left out of a file, changed or is worth knowing.
    pub problems: Vec<Problem>,
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
            return Ok(Self::shelf(name, Shelf::program()));
        }
        if word == ACTIVE {
            return Ok(Self::shelf(name, Shelf::of(None)?));
        }
        let path = Path::new(word);
        if path.is_dir() {
            return Ok(Self::shelf(name, Shelf::of(Some(path))?));
        }
        if path.is_file() {
            let (_, read) = feed::read(path, None)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let held = Held::Providers(read.providers);
            return Ok(Self { name, id: None, problems: read.problems, held });
        }
        let library = Library::find();
        let id = library.as_ref().map(|library| library.named(word)).transpose()?.flatten();
        match library.zip(id) {
            Some((library, id)) => {
                let edition = library.read(&id)?;
                let held = Held::Providers(edition.providers);
                let problems = edition.about.problems();
                Ok(Self { name: edition.about.name, id: Some(id), problems, held })
            }
            None => Err(Error::new(
                Code::NotFound,
                format!("`{word}` is no file, no folder and none of your books."),
                "Name a file of prices, a folder of price files, the id of a book, `default` or `active`.",
            )
            .with(More::OwnBooks)),
        }
    }

    fn shelf(name: String, shelf: Arc<Shelf>) -> Self {
        Self { name, id: None, problems: vec![], held: Held::Shelf(shelf) }
    }

    /// Its sellers.
    pub fn providers(&self) -> Vec<&Provider> {
        match &self.held {
            Held::Shelf(shelf) => shelf.providers(),
            Held::Providers(providers) => providers.iter().collect(),
        }
    }
}
