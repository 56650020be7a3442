//! One imported book: a folder of our own price files with the story of its import, written once.

use std::fs;
use std::path::Path;

use cost::book::{Layer, Provider};
use cost::problem::{Lacks, Problem};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ts_rs::TS;

use crate::error::{At, Code, Error, More};
use crate::files;

/// The file beside the price files.
const ABOUT: &str = "book.toml";

/// Every value that was not read, beside it.
const UNREAD: &str = "unread.toml";

/// The form of `book.toml`.
const FORMAT: u32 = 1;

/// What somebody's price data says, before it is a book.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposed {
    /// What it was read as: `genai-prices`, `forebill`, …
    pub format: String,
    /// Its sellers.
    pub providers: Vec<Provider>,
    /// What was left out, changed or is worth knowing.
    pub problems: Vec<Problem>,
    /// Keys that mean nothing here, with every value that was met.
    pub unread: Vec<UnreadKey>,
}

/// A key of price data that means nothing here, with what stands under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnreadKey {
    /// The key.
    pub key: String,
    /// In the order of the file.
    pub values: Vec<UnreadValue>,
}

/// What one model has under a key that means nothing here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnreadValue {
    /// The model, as `provider/id`.
    pub model: String,
    /// The value, as the file has it.
    pub value: String,
}

/// A key of price data that means nothing here, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, JsonSchema)]
#[ts(rename = "UnreadKey")]
pub struct Unread {
    /// The key.
    pub key: String,
    /// How many models have it.
    pub models: u64,
    /// The first of them, long values cut short. The book's folder has all of them, in `unread.toml`.
    #[serde(default)]
    pub examples: Vec<UnreadValue>,
}

/// Every value that was not read: `unread.toml`.
#[derive(Serialize)]
struct AllUnread<'p> {
    unread: &'p [UnreadKey],
}

impl UnreadKey {
    fn in_short(&self) -> Unread {
        const EXAMPLES: usize = 3;
        const LETTERS: usize = 60;
        let cut = |value: &UnreadValue| {
            let mut short: String = value.value.chars().take(LETTERS).collect();
            if short.len() < value.value.len() {
                short.push('…');
            }
            UnreadValue { model: value.model.clone(), value: short }
        };
        Unread {
            key: self.key.clone(),
            models: self.values.len() as u64,
            examples: self.values.iter().take(EXAMPLES).map(cut).collect(),
        }
    }
}

/// The story of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The form of this file.
    forebill: u32,
    /// The SHA-256 of the bytes that were imported, in hexadecimal.
    pub sha256: String,
    /// The day on which they were said to be checked, where somebody said one.
    pub checked: Option<Date>,
    /// What people call it.
    pub name: String,
    /// What it was read as.
    pub format: String,
    /// The name of the file that was imported.
    pub file: String,
    /// When, as `2026-11-22T10:42:07.250Z`.
    pub imported: String,
    /// As which part of the book it is laid.
    pub layer: Layer,
    /// How many models it has.
    pub models: u64,
    /// How many prices it has.
    pub entries: u64,
    /// The SHA-256 of everything else that this file says.
    seal: String,
    /// Keys that mean nothing here.
    #[serde(default)]
    pub unread: Vec<Unread>,
    #[serde(default)]
    problems: Vec<Told>,
    /// Its files, and what each holds.
    #[serde(default)]
    prices: Vec<PriceFile>,
}

/// A problem as it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    path: Vec<String>,
    message: String,
    hint: String,
}

/// A file of a book, and what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceFile {
    file: String,
    sha256: String,
}

/// A book that was read whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Edition {
    /// The story of its import.
    pub about: About,
    /// Its sellers.
    pub providers: Vec<Provider>,
}

impl Edition {
    /// Reads a book, and refuses one that is not as it was written.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let about = About::read(folder)?;
        let is_of = folder.file_name().is_some_and(|name| name == about.id().as_str());
        if !is_of {
            return Err(about.damaged(folder, "It stands in the folder of another book."));
        }
        let mut providers = Vec::with_capacity(about.prices.len());
        for PriceFile { file, sha256 } in &about.prices {
            let path = folder.join(file);
            let is_price = file != UNREAD;
            let bytes =
                files::read(&path).map_err(|error| about.damaged(folder, &error.message))?;
            if hash(&bytes) != *sha256 {
                let cause = format!("`{file}` is not as it was written.");
                return Err(about.damaged(folder, &cause));
            }
            if !is_price {
                continue;
            }
            let read = files::text(&path, &bytes)
                .map_err(|error| about.damaged(folder, &error.message))
                .and_then(|text| {
                    let read = intake::book::read(text);
                    read.map_err(|error| about.damaged(folder, &format!("`{file}`: {error}")))
                });
            providers.push(read?);
        }
        Ok(Self { about, providers })
    }
}

impl About {
    /// Reads what a book says of itself.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let file = folder.join(ABOUT);
        let text = files::read_text(&file).map_err(|error| no_book(folder, &error.message))?;
        let about: Self = toml::from_str(&text)
            .map_err(|error: toml::de::Error| no_book(folder, &format!("{}.", error.message())))?;
        // A name with a folder in it would lead elsewhere.
        let is_plain =
            |it: &PriceFile| Path::new(&it.file).file_name().is_some_and(|n| n == it.file.as_str());
        if about.forebill != FORMAT || !about.prices.iter().all(is_plain) {
            return Err(no_book(folder, "A newer Forebill wrote it, or somebody changed it."));
        }
        if about.sealed().seal != about.seal {
            return Err(about.damaged(folder, "`book.toml` is not as it was written."));
        }
        Ok(about)
    }

    /// The id of the book: what was imported, and as of which day somebody said that it is.
    fn id(&self) -> String {
        id(&self.sha256, self.checked)
    }

    /// The same with its seal set.
    fn sealed(&self) -> Self {
        let open = Self { seal: String::new(), ..self.clone() };
        Self { seal: hash(open.text().as_bytes()), ..open }
    }

    fn text(&self) -> String {
        toml::to_string(self).expect("texts and numbers are TOML")
    }

    /// The problems of its import.
    pub fn problems(&self) -> Vec<Problem> {
        let problem = |told: &Told| Problem {
            path: told.path.clone(),
            address: None,
            message: told.message.clone(),
            hint: told.hint.clone(),
            lacks: Lacks::Nothing,
        };
        self.problems.iter().map(problem).collect()
    }

    fn damaged(&self, folder: &Path, cause: &str) -> Error {
        let message = format!("Your book `{}` is damaged. {cause}", self.name);
        broken(folder, message)
    }
}

/// The SHA-256 of bytes, in hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The id of a book: the hash of its bytes, or, where somebody said of which day they are, of that and the day.
pub fn id(sha256: &str, checked: Option<Date>) -> String {
    checked
        .map_or_else(|| sha256.to_owned(), |day| hash(format!("{sha256} checked {day}").as_bytes()))
}

/// Where a book comes from.
pub struct Import<'i> {
    /// The SHA-256 of its bytes.
    pub sha256: String,
    /// The file.
    pub source: &'i Path,
    /// The day on which it was said to be checked.
    pub checked: Option<Date>,
    /// When it is imported.
    pub imported: String,
}

/// Writes a book into an empty folder. What is written is read back before anybody relies on it.
pub fn write(folder: &Path, import: Import, proposed: &Proposed) -> Result<(), Error> {
    let Import { sha256, source, checked, imported } = import;
    let mut prices = vec![];
    for (number, provider) in proposed.providers.iter().enumerate() {
        let text = intake::book::write(provider);
        let file = file_name(number, &provider.id);
        intake::book::read(&text).map_err(|error| {
            Error::new(
                Code::BadPrices,
                format!("The prices of `{}` cannot be kept: {error}", provider.id),
                "Take them out of the file, or mend them there.",
            )
            .at(At { file: Some(source.display().to_string()), ..At::default() })
        })?;
        write_new(&folder.join(&file), &text)?;
        prices.push(PriceFile { file, sha256: hash(text.as_bytes()) });
    }
    if !proposed.unread.is_empty() {
        let all = AllUnread { unread: &proposed.unread };
        let text = toml::to_string(&all).expect("texts are TOML");
        write_new(&folder.join(UNREAD), &text)?;
        prices.push(PriceFile { file: UNREAD.into(), sha256: hash(text.as_bytes()) });
    }
    let told = |problem: &Problem| Told {
        path: problem.path.clone(),
        message: problem.message.clone(),
        hint: problem.hint.clone(),
    };
    let models = || proposed.providers.iter().flat_map(|provider| &provider.models);
    let name = |part: Option<&std::ffi::OsStr>| {
        part.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let about = About {
        forebill: FORMAT,
        sha256,
        checked,
        name: name(source.file_stem()),
        format: proposed.format.clone(),
        file: name(source.file_name()),
        imported,
        layer: Layer::User,
        models: models().count() as u64,
        entries: models().map(|model| model.prices.len() as u64).sum(),
        seal: String::new(),
        unread: proposed.unread.iter().map(UnreadKey::in_short).collect(),
        problems: proposed.problems.iter().map(told).collect(),
        prices,
    };
    write_new(&folder.join(ABOUT), &about.sealed().text())
}

/// A name that no system refuses, told apart by its number whatever the seller is called.
fn file_name(number: usize, provider: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    let plain: String = provider
        .chars()
        .map(|letter| if is_plain(letter) { letter } else { '-' })
        .take(60)
        .collect();
    format!("{number:03}-{plain}.toml")
}

fn write_new(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|cause| files::unwritten(path, &cause))
}

fn no_book(folder: &Path, cause: &str) -> Error {
    let id = folder.file_name().unwrap_or_default().to_string_lossy();
    broken(folder, format!("Your book {} cannot be read. {cause}", short(&id)))
}

fn broken(folder: &Path, message: String) -> Error {
    Error::new(Code::BadPrices, message, "Import its file again, or set the book aside.")
        .with(More::OwnBooks)
        .at(files::named(folder))
}

/// So much of an id tells books apart for people.
pub fn short(id: &str) -> &str {
    const DIGITS: usize = 12;
    id.get(..DIGITS).unwrap_or(id)
}
