//! The prices that a plan has pinned beside it, in `prices.lock.toml`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cost::book::{Book, Entry, Found, Model, Provider, find};
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
    /// How many of its entries the book has otherwise by now.
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
    let moved = read(opened, shelf).map_or(0, |pins| pins.moved);
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

fn model_names(opened: &Opened) -> BTreeSet<String> {
    let calls = opened.plan.features.iter().flat_map(|feature| feature.step.calls());
    calls.map(|call| call.model.clone()).collect()
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
    let moved = pinned
        .providers
        .iter()
        .flat_map(|provider| provider.models.iter().map(move |model| (provider, model)))
        .map(|(provider, model)| moved(provider, model, shelf))
        .sum();
    let Ok(added) = shelf.book(&missing) else {
        // The check tells which model is not known, and what the whole book has instead.
        let (in_use, edition) = (Book::default(), String::new());
        let unpinned = vec![];
        return Pins { file, book: None, in_use, complete: true, moved, unpinned, edition };
    };
    let has_pins = !pinned.providers.is_empty();
    let unpinned = missing.iter().filter(|_| has_pins).map(|name| (*name).to_owned()).collect();
    let mut book = merged(pinned, added);
    let used = with_answers(&book, used);
    // A lock file of before may say that another model answers, and not at which prices.
    let lacking = used.iter().filter(|id| exact(&book, id).is_none());
    let known = lacking.filter(|(provider, id)| shelf.exact(provider, id).is_some());
    let known: Vec<String> = known.map(|(provider, id)| format!("{provider}/{id}")).collect();
    let complete = missing.is_empty() && known.is_empty();
    if let Ok(added) = shelf.book(&known.iter().map(String::as_str).collect::<Vec<_>>()) {
        book = merged(book, added);
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
            Some(known) => {
                let is_new = |model: &Model| !known.models.iter().any(|it| it.id == model.id);
                let models: Vec<Model> = provider.models.into_iter().filter(is_new).collect();
                let ids: Vec<&str> = models.iter().map(|model| model.id.as_str()).collect();
                known.terms.extend(&provider.terms.about(&ids));
                known.models.extend(models);
            }
            None => book.providers.push(provider),
        }
    }
    book.providers.sort_by(|a, b| a.id.cmp(&b.id));
    book
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::plans;

    /// A plan that calls these models, one after another.
    fn folder(models: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        write_plan(&folder, models);
        folder
    }

    fn write_plan(folder: &tempfile::TempDir, models: &[&str]) {
        let calls: String = models
            .iter()
            .enumerate()
            .map(|(i, model)| format!("{{ call: {{ name: c{i}, model: {model}, output: 5 }} }},"))
            .collect();
        let plan = format!(
            "{{ forebill: 1, name: Desk, starts: 2027-01, months: 1, features: [ {{ name: desk, \
             unit: answer, volume: {{ units: 1/day }}, step: {{ chain: [ {calls} ] }} }} ] }}"
        );
        fs::write(folder.path().join("plan.yaml"), plan).expect("it can be written to");
    }

    fn opened(folder: &tempfile::TempDir) -> Opened {
        plans::open(folder.path(), &shelf()).expect("a plan")
    }

    fn shelf() -> std::sync::Arc<Shelf> {
        Shelf::of(None).expect("the book inside the program")
    }

    fn models(pins: &Pins) -> Vec<String> {
        let book = pins.book.as_ref().expect("every model is known");
        let models = |provider: &Provider| -> Vec<String> {
            provider.models.iter().map(|model| format!("{}/{}", provider.id, model.id)).collect()
        };
        book.providers.iter().flat_map(models).collect()
    }

    #[test]
    fn what_was_pinned_stays_and_what_is_new_is_added() {
        let folder = folder(&["openai/gpt-5-nano"]);
        let first = read(&opened(&folder), &shelf()).expect("nothing is pinned");
        assert!(!first.complete);
        let lock = folder.path().join(LOCK_FILE);
        assert_eq!(first.save(), Ok(Saved::Written(lock.clone())));

        let again = read(&opened(&folder), &shelf()).expect("it was just written");
        assert_eq!((again.complete, again.moved, again.save()), (true, 0, Ok(Saved::Unchanged)));
        assert_eq!(again.edition, first.edition);

        write_plan(&folder, &["gpt-5-nano", "anthropic/claude-opus-5-5"]);
        let more = read(&opened(&folder), &shelf()).expect("it was just written");
        assert_eq!(models(&more), ["anthropic/claude-opus-5-5", "openai/gpt-5-nano"]);
        assert_eq!(more.save(), Ok(Saved::Written(lock)));
    }

    #[test]
    fn what_answers_in_the_place_of_a_model_is_pinned_beside_it() {
        let folder = folder(&["google/gemini-2.5-flash"]);
        let both = ["google/gemini-2.5-flash", "google/gemini-3.5-flash-lite"];
        let first = read(&opened(&folder), &shelf()).expect("nothing is pinned");
        assert_eq!(models(&first), both);
        first.save().expect("it can be written to");
        let again = read(&opened(&folder), &shelf()).expect("it was just written");
        assert_eq!((again.complete, models(&again)), (true, both.map(str::to_owned).to_vec()));

        // A lock file of before has the reroute and not the model.
        let lock = folder.path().join(LOCK_FILE);
        let mut book = again.book.clone().expect("every model is known");
        book.providers[0].models.retain(|model| model.id == "gemini-2.5-flash");
        fs::write(&lock, intake::book::lock::write(&book)).expect("it can be written to");
        let mended = read(&opened(&folder), &shelf()).expect("a lock file");
        assert_eq!((mended.complete, models(&mended)), (false, both.map(str::to_owned).to_vec()));
    }

    #[test]
    fn an_older_price_holds_until_it_is_pinned_anew() {
        let folder = folder(&["openai/gpt-5-nano"]);
        let mut pins = read(&opened(&folder), &shelf()).expect("nothing is pinned");
        let older = pins.book.as_mut().expect("every model is known");
        let prices = &mut older.providers[0].models[0].prices;
        prices.truncate(1);
        let (older, kept) = (prices.clone(), prices.len());
        pins.save().expect("the folder can be written to");

        let now = shelf().find(None, "openai/gpt-5-nano").expect("a model").model.prices.len();
        let read_again = read(&opened(&folder), &shelf()).expect("it was just written");
        assert_eq!(read_again.moved, now - kept);
        let shelf_now = shelf();
        let providers = read_again.providers(&shelf_now);
        assert_eq!(providers[0].models[0].prices, older);

        let pinned = pin(&opened(&folder), &shelf()).expect("the folder can be written to");
        assert_eq!((pinned.models, pinned.moved), (vec!["openai/gpt-5-nano".into()], now - kept));
        assert_eq!(read(&opened(&folder), &shelf()).map(|pins| pins.moved), Ok(0));
    }

    #[test]
    fn a_dated_name_is_not_taken_for_the_model_that_is_pinned() {
        let folder = folder(&["openai/gpt-4o"]);
        read(&opened(&folder), &shelf()).and_then(|pins| pins.save()).expect("it is pinned");
        write_plan(&folder, &["openai/gpt-4o-2024-05-13"]);
        let pins = read(&opened(&folder), &shelf()).expect("it was just written");
        assert_eq!(models(&pins), ["openai/gpt-4o", "openai/gpt-4o-2024-05-13"]);
        let shelf = shelf();
        let found = find(&pins.providers(&shelf), None, "openai/gpt-4o-2024-05-13");
        assert_eq!(found.expect("it is in use").model.id, "gpt-4o-2024-05-13");
        assert!(!pins.complete);
    }

    #[test]
    fn what_the_shelf_no_longer_knows_is_found_among_the_pins() {
        let folder = folder(&["openai/gpt-5-nano"]);
        let mut pins = read(&opened(&folder), &shelf()).expect("nothing is pinned");
        let book = pins.book.as_mut().expect("every model is known");
        book.providers[0].models[0].id = "gpt-withdrawn".to_owned();
        pins.save().expect("the folder can be written to");
        write_plan(&folder, &["openai/GPT-withdrawn"]);
        let again = read(&opened(&folder), &shelf()).expect("it was just written");
        assert_eq!(models(&again), ["openai/gpt-withdrawn"]);
        assert!(again.complete && again.providers(&shelf()).len() == 1);
    }

    #[test]
    fn a_model_that_is_not_known_is_left_to_the_check() {
        let folder = folder(&["openai/gpt-7-nope"]);
        let pins = read(&opened(&folder), &shelf()).expect("nothing is pinned");
        assert_eq!(pins.save(), Ok(Saved::Unchanged));
        assert!(pins.providers(&shelf()).len() > 40, "the whole book is looked into");
        let error = pin(&opened(&folder), &shelf()).expect_err("it cannot be pinned");
        assert_eq!(error.code, Code::UnknownModel);
    }

    #[test]
    fn a_lock_file_that_was_edited_is_refused() {
        let folder = folder(&["openai/gpt-5-nano"]);
        let file = folder.path().join(LOCK_FILE);
        read(&opened(&folder), &shelf()).and_then(|pins| pins.save()).expect("it is pinned");
        let text = fs::read_to_string(&file).expect("it was written");
        fs::write(&file, text.replace("0.05", "0.04")).expect("it can be written to");
        let error = read(&opened(&folder), &shelf()).expect_err("its hash differs");
        assert_eq!(error.code, Code::BadPrices);
        assert!(error.hint.contains("accept the book's prices"), "{}", error.hint);
        assert_eq!(error.more, Some(More::Pin));
        pin(&opened(&folder), &shelf()).expect("pinning again mends it");
        assert_eq!(read(&opened(&folder), &shelf()).map(|pins| pins.moved), Ok(0));
    }
}
