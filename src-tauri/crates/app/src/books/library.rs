//! The folder of the user's books: what is in it, what is added, which of it holds.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::active::Active;
use super::edition::{self, About, Edition, Import, Proposed, hash};
use crate::error::{Code, Error, More};
use crate::files;
use crate::home;

/// The folder of the user's books.
#[derive(Clone, Debug)]
pub struct Library {
    folder: PathBuf,
}

/// What became of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The same bytes had been imported before.
    AsItWas,
    /// It is a new book.
    New,
}

impl Library {
    /// The folder of this user, made if it is not there.
    pub fn own() -> Result<Self, Error> {
        Ok(Self { folder: home::books()? })
    }

    /// The folder of this user, where there is one.
    pub fn find() -> Option<Self> {
        home::existing("books").map(Self::at)
    }

    /// A folder.
    pub fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps what was read from bytes, as of a day that somebody said, as a book, unless it is kept already. One that was
    /// damaged is written anew.
    pub fn keep(
        &self,
        bytes: &[u8],
        source: &Path,
        checked: Option<Date>,
        imported: String,
        proposed: &Proposed,
    ) -> Result<(String, Kept), Error> {
        let import = Import { sha256: hash(bytes), source, checked, imported };
        let id = edition::id(&import.sha256, checked);
        let place = self.folder.join(&id);
        if Edition::read(&place).is_ok() {
            return Ok((id, Kept::AsItWas));
        }
        let beside =
            self.folder.join(format!(".{}.{}.part", edition::short(&id), std::process::id()));
        let written = fs::create_dir_all(&beside)
            .map_err(|cause| files::unmade(&beside, &cause))
            .and_then(|()| edition::write(&beside, import, proposed))
            .and_then(|()| {
                if place.exists() {
                    fs::remove_dir_all(&place).map_err(|cause| files::unwritten(&place, &cause))?;
                }
                fs::rename(&beside, &place).map_err(|cause| files::unwritten(&place, &cause))
            });
        if written.is_err() {
            // Nothing is in its place yet; a rest that cannot be removed harms nobody.
            fs::remove_dir_all(&beside).ok();
        }
        written.map(|()| (id, Kept::New))
    }

    /// Every book, the newest first; one that is damaged by its id and what is wrong with it.
    pub fn all(&self) -> Vec<(String, Result<About, Error>)> {
        let read = |id: String| {
            let about = self.read(&id).map(|edition| edition.about);
            (id, about)
        };
        let mut all: Vec<_> = self.ids().into_iter().map(read).collect();
        let when = |about: &Result<About, Error>| about.as_ref().ok().map(|it| it.imported.clone());
        all.sort_by_key(|(_, about)| std::cmp::Reverse(when(about)));
        all
    }

    /// The id of every book, and of those that hold and are gone.
    pub fn ids(&self) -> Vec<String> {
        let names = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let kept = names.filter_map(|entry| entry.file_name().into_string().ok());
        let mut ids: Vec<String> = kept.chain(self.active().unwrap_or_default().ids).collect();
        ids.retain(|name| is_id(name));
        ids.sort();
        ids.dedup();
        ids
    }

    /// A book by its id, whole and as it was written.
    pub fn read(&self, id: &str) -> Result<Edition, Error> {
        Edition::read(&self.folder.join(id))
    }

    /// Which books hold.
    pub fn active(&self) -> Result<Active, Error> {
        Active::read(&self.folder)
    }

    /// The books that hold, in the order in which they are laid.
    pub fn editions(&self, active: &Active) -> Result<Vec<Edition>, Error> {
        active.ids.iter().map(|id| self.read(id)).collect()
    }

    /// The id that begins so. Nothing where no book has one, an error where several do.
    pub fn named(&self, start: &str) -> Result<Option<String>, Error> {
        const ENOUGH: usize = 4;
        if start.len() < ENOUGH || !start.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let mut ids = self.ids();
        ids.retain(|id| id.starts_with(&start.to_lowercase()));
        match ids.as_slice() {
            [] => Ok(None),
            [id] => Ok(Some(id.clone())),
            _ => Err(Error::new(
                Code::NotFound,
                format!("{} of your books begin with {start}.", ids.len()),
                "Write more of the id.",
            )),
        }
    }

    /// The same, where there has to be one.
    pub fn meant(&self, start: &str) -> Result<String, Error> {
        self.named(start)?.ok_or_else(|| {
            Error::new(
                Code::NotFound,
                format!("You have no book `{start}`."),
                "A book is named by its id, or the beginning of it.",
            )
            .with(More::OwnBooks)
        })
    }

    /// Has a book hold, before all others. One that cannot be read is refused.
    pub fn activate(&self, id: &str) -> Result<(), Error> {
        self.read(id)?;
        let mut active = self.active()?;
        active.put_on_top(id);
        active.write(&self.folder)
    }

    /// Has a book hold no longer.
    pub fn set_aside(&self, id: &str) -> Result<(), Error> {
        let mut active = self.active()?;
        active.take_off(id);
        active.write(&self.folder)
    }

    /// Removes a book that does not hold.
    pub fn remove(&self, id: &str) -> Result<(), Error> {
        if self.active()?.has(id) {
            return Err(Error::new(
                Code::BadArguments,
                format!("Your book {} is active.", edition::short(id)),
                "Set it aside first.",
            ));
        }
        let place = self.folder.join(id);
        if !place.exists() {
            return Ok(());
        }
        fs::remove_dir_all(&place).map_err(|cause| files::unwritten(&place, &cause))
    }
}

/// Whether a name is that of a book's folder: a SHA-256 in hexadecimal.
fn is_id(name: &str) -> bool {
    name.len() == 64
        && name.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::{UnreadKey, UnreadValue};

    const LARGE: &str = "provider = \"acme\"\nname = \"Acme\"\n\n[[model]]\nid = \"large\"\n\
        source = \"https://acme.example\"\nchecked = 2026-11-09\nbasis = \"documented\"\n\n\
        [[model.price]]\ninput = \"2\"\n";

    fn library() -> (tempfile::TempDir, Library) {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::at(folder.path().to_owned());
        (folder, library)
    }

    fn proposed(text: &str) -> Proposed {
        let provider = intake::book::read(text).expect("a price file");
        let format = "forebill".into();
        Proposed { format, providers: vec![provider], problems: vec![], unread: vec![] }
    }

    fn keep(library: &Library, text: &str, when: &str) -> (String, Kept) {
        let source = Path::new("acme.toml");
        let kept = library.keep(text.as_bytes(), source, None, when.into(), &proposed(text));
        kept.expect("there is room")
    }

    /// Every file of a folder with its bytes and the time of its last change.
    fn everything(folder: &Path) -> Vec<(PathBuf, Vec<u8>, std::time::SystemTime)> {
        let mut found = vec![];
        for entry in fs::read_dir(folder).expect("it is there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                found.extend(everything(&path));
            } else {
                let changed = entry.metadata().and_then(|about| about.modified()).expect("a time");
                found.push((path.clone(), fs::read(&path).expect("readable"), changed));
            }
        }
        found.sort();
        found
    }

    #[test]
    fn the_same_bytes_twice_change_nothing() {
        let (folder, library) = library();
        let (id, kept) = keep(&library, LARGE, "2026-11-23T01:00:00.000Z");
        assert_eq!((id.len(), kept), (64, Kept::New));
        let before = everything(folder.path());
        assert_eq!(before.len(), 2, "the price file, and what it is");
        let again = keep(&library, LARGE, "2026-11-24T01:00:00.000Z");
        assert_eq!(again, (id.clone(), Kept::AsItWas));
        assert_eq!(everything(folder.path()), before);
        let edition = library.read(&id).expect("it was written");
        assert_eq!(edition.providers, proposed(LARGE).providers);
        assert_eq!((edition.about.name.as_str(), edition.about.models), ("acme", 1));
    }

    #[test]
    fn the_day_that_somebody_said_is_part_of_a_book() {
        let (folder, library) = library();
        let keep = |checked: Option<Date>| {
            let source = Path::new("acme.toml");
            let when = "2026-11-23T01:00:00.000Z".into();
            library.keep(LARGE.as_bytes(), source, checked, when, &proposed(LARGE)).expect("room").0
        };
        let (plain, day) = (keep(None), keep(Some(jiff::civil::date(2026, 11, 1))));
        assert_ne!(plain, day);
        assert_eq!(keep(Some(jiff::civil::date(2026, 11, 1))), day);
        assert!(library.read(&day).is_ok());
        // A folder that stands for another book is told.
        fs::remove_dir_all(folder.path().join(&day)).expect("it is there");
        fs::rename(folder.path().join(&plain), folder.path().join(&day)).expect("it is free");
        let error = library.read(&day).expect_err("it is the other one");
        assert!(error.message.ends_with("It stands in the folder of another book."), "{error}");
    }

    #[test]
    fn what_was_not_read_is_kept_with_the_book() {
        let (folder, library) = library();
        let value = |at: usize| UnreadValue { model: format!("acme/{at}"), value: "z".repeat(100) };
        let unread = vec![UnreadKey { key: "colour".into(), values: (0..5).map(value).collect() }];
        let proposed = Proposed { unread, ..proposed(LARGE) };
        let source = Path::new("acme.json");
        let when = "2026-11-23T01:00:00.000Z".into();
        let (id, _) = library.keep(b"{}", source, None, when, &proposed).expect("there is room");
        let [short] = &library.read(&id).expect("it was written").about.unread[..] else {
            panic!()
        };
        assert_eq!((short.models, short.examples.len()), (5, 3));
        assert_eq!(short.examples[0].value, "z".repeat(60) + "…");
        let file = folder.path().join(&id).join("unread.toml");
        let text = fs::read_to_string(&file).expect("it is there");
        assert_eq!(text.matches(&"z".repeat(100)).count(), 5);
        fs::write(&file, text.replace('z', "y")).expect("it can be written to");
        assert!(library.read(&id).is_err());
    }

    #[test]
    fn which_books_hold_and_in_which_order_outlives_the_program() {
        let (folder, library) = library();
        let (first, _) = keep(&library, LARGE, "2026-11-23T01:00:00.000Z");
        let (second, _) =
            keep(&library, &LARGE.replace("\"2\"", "\"3\""), "2026-11-23T02:00:00.000Z");
        library.activate(&first).expect("it is there");
        library.activate(&second).expect("it is there");
        let again = Library::at(folder.path().to_owned());
        assert_eq!(again.active().expect("it was written").ids, [first.clone(), second.clone()]);
        again.activate(&first).expect("it is there");
        assert_eq!(library.active().expect("it was written").ids, [second.clone(), first.clone()]);
        let newest: Vec<_> = library.all().into_iter().map(|(id, _)| id).collect();
        assert_eq!(newest, [second.clone(), first.clone()]);
        assert!(library.remove(&first).is_err(), "an active book is not removed");
        library.set_aside(&first).expect("it is active");
        library.remove(&first).expect("it is not");
        library.remove(&first).expect("twice is the same");
        assert_eq!(library.all().len(), 1);
        let nobody = library.meant("0123").expect_err("no such book");
        assert_eq!(nobody.code, Code::NotFound);
        assert_eq!(library.meant(&second[..6]), Ok(second));
    }

    #[test]
    fn a_book_that_was_changed_or_lost_says_which_and_is_mended_by_its_file() {
        let (folder, library) = library();
        let (id, _) = keep(&library, LARGE, "2026-11-23T01:00:00.000Z");
        library.activate(&id).expect("it is there");
        let place = folder.path().join(&id);
        let prices = place.join("000-acme.toml");
        let check = |break_it: &dyn Fn(), expected: &str| {
            break_it();
            let active = library.active().expect("it was written");
            let error = library.editions(&active).expect_err("it is damaged");
            let here = folder.path().display().to_string();
            let said = error.message.replace(&here, "DIR").replace(&id, "ID").replace('\\', "/");
            assert_eq!(said.replace(&id[..12], "ID"), expected);
            assert_eq!((error.code, error.more), (Code::BadPrices, Some(More::OwnBooks)));
            assert!(library.all()[0].1.is_err());
            let mended = keep(&library, LARGE, "2026-11-24T01:00:00.000Z");
            assert_eq!(mended, (id.clone(), Kept::New));
            assert!(library.editions(&active).is_ok());
        };
        let cheaper = LARGE.replace("\"2\"", "\"1\"");
        check(
            &|| fs::write(&prices, &cheaper).expect("it can be written to"),
            "Your book `acme` is damaged. `000-acme.toml` is not as it was written.",
        );
        check(
            &|| fs::remove_file(&prices).expect("it is there"),
            "Your book `acme` is damaged. There is no file `DIR/ID/000-acme.toml`.",
        );
        let about = || fs::read_to_string(place.join("book.toml")).expect("it is there");
        check(
            &|| {
                let others = about().replace("acme.toml", "vendor.toml");
                fs::write(place.join("book.toml"), others).expect("it is there");
            },
            "Your book `acme` is damaged. `book.toml` is not as it was written.",
        );
        check(
            &|| fs::remove_dir_all(&place).expect("it is there"),
            "Your book ID cannot be read. There is no file `DIR/ID/book.toml`.",
        );
        check(
            &|| fs::write(place.join("book.toml"), "forebill = 9").expect("it is there"),
            "Your book ID cannot be read. missing field `sha256`.",
        );
    }

    #[test]
    fn a_list_of_active_books_that_is_none_is_told() {
        let (folder, library) = library();
        fs::write(folder.path().join("active.toml"), "active = 1").expect("it can be written to");
        let error = library.active().expect_err("it is no list");
        assert_eq!(error.code, Code::BadPrices);
        assert!(error.at.is_some());
    }
}
