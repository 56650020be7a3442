//! Where prices are read from: the book inside the program with the user's own laid over it, or a folder of price files.

mod inside;
mod refusals;
mod writers;

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use cost::book::{Book, Found, Layer, MAKERS, Match, Provider, find};
use jiff::civil::Date;
use prompt::Counting;

use self::inside::{CURATED, EMBEDDED, TIERS};
pub use self::refusals::{malformed, no_entry, unknown};
pub use self::writers::writes;
use crate::books::{Active, Edition, Library};
use crate::error::{Code, Error, More};
use crate::vocabularies;

/// One edition of the book: a file for each provider, parsed when it is first asked for.
pub struct Shelf {
    files: Vec<File>,
    /// Where they are, and vocabularies beside them; nothing for those inside the program.
    folder: Option<PathBuf>,
}

/// The models of a shelf by the names that were asked for, each looked up once.
pub struct Names<'s> {
    shelf: &'s Shelf,
    /// By provider, where it was named, and name.
    known: HashMap<String, HashMap<String, Found<'s>>>,
    /// The first day that the shelf names, once somebody asked.
    first_day: Option<Option<Date>>,
}

struct File {
    /// The provider's id, which is the file's name.
    id: String,
    text: Cow<'static, str>,
    /// What the user's own books say of it, in the order in which they are laid over the text.
    above: Vec<(Provider, Layer)>,
    provider: OnceLock<Provider>,
}

impl Shelf {
    /// The book in `folder`, or the one inside the program with the user's active books over it.
    pub fn of(folder: Option<&Path>) -> Result<Arc<Self>, Error> {
        match folder {
            Some(folder) => Self::open(folder).map(Arc::new),
            None => Library::find().map_or_else(|| Ok(Self::program()), |own| Self::with(&own)),
        }
    }

    /// The book inside the program, without any of the user's own.
    pub fn program() -> Arc<Self> {
        static PROGRAM: OnceLock<Arc<Shelf>> = OnceLock::new();
        PROGRAM.get_or_init(|| Arc::new(Self::embedded())).clone()
    }

    /// The book inside the program with the active books of a library over it. Whoever asks again after they changed
    /// gets another one.
    fn with(library: &Library) -> Result<Arc<Self>, Error> {
        type Laid = (PathBuf, Active, Arc<Shelf>);
        static LAST: Mutex<Option<Laid>> = Mutex::new(None);
        let active = library.active()?;
        if active.ids.is_empty() {
            return Ok(Self::program());
        }
        // What a thread left behind that panicked is still whole: the only change is one assignment.
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((folder, laid, shelf)) = &*last
            && folder == library.folder()
            && *laid == active
        {
            return Ok(shelf.clone());
        }
        let shelf = Arc::new(Self::laid(&library.editions(&active)?));
        *last = Some((library.folder().to_owned(), active, shelf.clone()));
        Ok(shelf)
    }

    /// The book inside the program with others over it, in their order.
    pub fn laid(editions: &[Edition]) -> Self {
        let mut shelf = Self::embedded();
        for edition in editions {
            shelf.lay(&edition.providers, edition.about.layer);
        }
        shelf
    }

    /// This book with another one over it.
    #[must_use]
    pub fn under(&self, providers: &[Provider], layer: Layer) -> Self {
        let copy = |file: &File| File {
            id: file.id.clone(),
            text: file.text.clone(),
            above: file.above.clone(),
            provider: file.provider.clone(),
        };
        let files = self.files.iter().map(copy).collect();
        let mut shelf = Self { files, folder: self.folder.clone() };
        shelf.lay(providers, layer);
        shelf
    }

    fn lay(&mut self, providers: &[Provider], layer: Layer) {
        for provider in providers {
            match self.files.binary_search_by(|file| file.id.cmp(&provider.id)) {
                Ok(place) => {
                    let file = &mut self.files[place];
                    if let Some(read) = file.provider.get_mut() {
                        read.lay_over(provider, layer);
                    } else {
                        file.above.push((provider.clone(), layer));
                    }
                }
                Err(place) => {
                    let file = File {
                        id: provider.id.clone(),
                        text: Cow::Borrowed(""),
                        above: vec![],
                        provider: provider.as_layer(layer).into(),
                    };
                    self.files.insert(place, file);
                }
            }
        }
    }

    /// The one model that a name means; a bare name means its maker's own.
    pub fn find(&self, provider: Option<&str>, name: &str) -> Result<Found<'_>, Error> {
        // What is asked for by its file's name needs only that file; a bare name mostly the makers'.
        let named = provider.or(name.split_once('/').map(|(provider, _)| provider));
        let few: Vec<_> = match named {
            Some(id) => self.files.iter().filter(|file| file.id == id).collect(),
            None => MAKERS.iter().filter_map(|maker| self.file(maker)).collect(),
        };
        let few: Vec<_> = few.into_iter().map(File::provider).collect();
        match find(&few, provider, name) {
            Ok(found) => Ok(found),
            Err(_) => find(&self.providers(), provider, name).map_err(|error| unknown(&error)),
        }
    }

    /// The same for many names that come again.
    pub fn names(&self) -> Names<'_> {
        Names { shelf: self, known: HashMap::new(), first_day: None }
    }

    /// Exactly this model of exactly this provider, with its provider.
    pub fn exact(&self, provider: &str, id: &str) -> Option<Found<'_>> {
        let provider = self.provider(provider)?;
        let model = provider.models.iter().find(|model| model.id == id)?;
        Some(Found { provider, model, matched: Match::Exact })
    }

    /// The model of this name that its maker sells, whoever passes it on: of `anthropic/claude-haiku-4.5`, Anthropic's.
    pub fn made(&self, name: &str) -> Option<Found<'_>> {
        let makers: Vec<_> = MAKERS.iter().filter_map(|maker| self.file(maker)).collect();
        let makers: Vec<_> = makers.into_iter().map(File::provider).collect();
        let name = name.rsplit('/').next().unwrap_or(name);
        let dashed = name.replace('.', "-");
        [name, &dashed].into_iter().find_map(|name| find(&makers, None, name).ok())
    }

    /// The seller of exactly this id.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.file(id).map(File::provider)
    }

    /// How a model counts its tokens: in the vocabulary that the book names, else as its name asks for.
    pub fn counting(&self, found: &Found) -> Result<Counting, Error> {
        let model = full_name(found);
        let Some(name) = &found.model.vocabulary else {
            return Ok(prompt::counting(&found.provider.id, &found.model.id));
        };
        let counting = match &self.folder {
            None if vocabularies::is_file(name) => Err(Error::new(
                Code::MissingFile,
                format!("Its vocabulary `{name}` is a file beside its price, in another book."),
                "Name that book's folder.",
            )
            .with(More::OwnBook)),
            None => vocabularies::counting(name, Path::new("")),
            Some(folder) => vocabularies::counting(name, folder),
        };
        counting.map_err(|error| {
            let message = format!("`{model}` cannot be counted. {}", error.message);
            Error { message, ..error }
        })
    }

    /// The same of a name; one that means no model is judged by its words.
    pub fn counting_of(&self, name: &str) -> Result<Counting, Error> {
        match self.find(None, name) {
            Ok(found) => self.counting(&found),
            Err(_) => {
                let (provider, model) = name.split_once('/').unwrap_or(("", name));
                Ok(prompt::counting(provider, model))
            }
        }
    }

    /// A small book with just the models of these names, for a plan and its pin.
    pub fn book(&self, names: &[&str]) -> Result<Book, Error> {
        let mut book = Book::default();
        let found = names.iter().map(|name| self.find(None, name));
        let mut wanted = found.collect::<Result<Vec<_>, _>>()?;
        while let Some(found) = wanted.pop() {
            let id = &found.provider.id;
            let place = match book.providers.binary_search_by(|provider| provider.id.cmp(id)) {
                Ok(place) => place,
                Err(place) => {
                    let provider = Provider { models: vec![], ..head(found.provider) };
                    book.providers.insert(place, provider);
                    place
                }
            };
            let models = &mut book.providers[place].models;
            if !models.iter().any(|model| model.id == found.model.id) {
                models.push(found.model.clone());
                wanted.extend(found.answers());
            }
        }
        for provider in &mut book.providers {
            provider.models.sort_by(|a, b| a.id.cmp(&b.id));
        }
        Ok(book)
    }

    /// Every provider, in the order of their ids.
    pub fn providers(&self) -> Vec<&Provider> {
        self.files.iter().map(File::provider).collect()
    }

    /// The first day on which a price begins.
    fn first_day(&self) -> Option<Date> {
        let models = self.files.iter().flat_map(|file| &file.provider().models);
        models.flat_map(|model| &model.prices).filter_map(|entry| entry.from).min()
    }

    fn embedded() -> Self {
        let file = |(id, text): &(&str, &'static str)| File {
            id: (*id).into(),
            text: Cow::Borrowed(*text),
            above: vec![],
            provider: OnceLock::new(),
        };
        // In the order of their ids: a test holds the list to that of the folder.
        Self { files: EMBEDDED.iter().map(file).collect(), folder: None }
    }

    fn open(folder: &Path) -> Result<Self, Error> {
        let unreadable = |path: &Path, error: &std::io::Error| {
            Error::new(
                Code::BadPrices,
                format!("The prices in `{}` cannot be read: {error}.", path.display()),
                "A book is a folder of price files, one for each provider.",
            )
            .with(More::Import)
        };
        let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
        let mut paths: Vec<PathBuf> = entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()
            .map_err(|error| unreadable(folder, &error))?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        paths.sort();
        let mut files: Vec<File> = Vec::new();
        for path in &paths {
            let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
            let provider = intake::book::read(&text).map_err(|error| malformed(path, &error))?;
            if files.iter().any(|file| file.id == provider.id) {
                let message =
                    format!("`{}` is the second file of `{}`.", path.display(), provider.id);
                return Err(Error::new(
                    Code::BadPrices,
                    message,
                    "Keep one file for each provider.",
                ));
            }
            files.push(File {
                id: provider.id.clone(),
                text: text.into(),
                above: vec![],
                provider: provider.into(),
            });
        }
        files.sort_by(|a, b| a.id.cmp(&b.id));
        if files.is_empty() {
            let message = format!("There are no price files in `{}`.", folder.display());
            let hint = "A book has one .toml for each provider.";
            return Err(Error::new(Code::BadPrices, message, hint).with(More::Import));
        }
        Ok(Self { files, folder: Some(folder.to_owned()) })
    }

    fn file(&self, id: &str) -> Option<&File> {
        self.files.iter().find(|file| file.id == id)
    }
}

impl<'s> Names<'s> {
    /// The one model that a name means; a bare name means its maker's own.
    pub fn find(&mut self, provider: Option<&str>, name: &str) -> Result<Found<'s>, Error> {
        let seller = provider.unwrap_or_default();
        if let Some(found) = self.known.get(seller).and_then(|names| names.get(name)) {
            return Ok(*found);
        }
        let found = self.shelf.find(provider, name)?;
        self.known.entry(seller.into()).or_default().insert(name.into(), found);
        Ok(found)
    }

    /// The first day on which the shelf has a price begin: of what was before it knows nothing.
    pub fn first_day(&mut self) -> Option<Date> {
        *self.first_day.get_or_insert_with(|| self.shelf.first_day())
    }
}

impl File {
    fn provider(&self) -> &Provider {
        self.provider.get_or_init(|| {
            let read = |text: &str| {
                intake::book::read(text).expect("the price files inside the program are tested")
            };
            let mut provider = read(&self.text);
            for (_, text) in CURATED.iter().chain(TIERS).filter(|(id, _)| *id == self.id) {
                provider.lay_over(&read(text), Layer::Curated);
            }
            for (above, layer) in &self.above {
                provider.lay_over(above, *layer);
            }
            provider
        })
    }
}

/// A model as `provider/id`.
pub fn full_name(found: &Found) -> String {
    format!("{}/{}", found.provider.id, found.model.id)
}

/// Everything about a provider but its models.
fn head(provider: &Provider) -> Provider {
    Provider {
        id: provider.id.clone(),
        name: provider.name.clone(),
        aliases: provider.aliases.clone(),
        models: vec![],
        terms: provider.terms.clone(),
    }
}

#[cfg(test)]
mod tests;
