//! Somebody's price data made into a folder of price files.

use std::path::{Path, PathBuf};

use cost::problem::Problem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::check::lines_left_out;
use super::feed;
use super::moment::date;
use crate::books::Proposed;
use crate::error::{Code, Error};
use crate::shelf::malformed;

/// A feed to make price files of.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "PriceFeed")]
pub struct Feed {
    /// The feed, in any form that is read.
    pub file: PathBuf,
    /// The folder for the price files, made when it is not there.
    pub out: PathBuf,
    /// The day on which the feed was checked, as `2026-11-09`; its newest price when left out.
    #[serde(default)]
    pub checked: Option<String>,
    /// Whether files that are there and say otherwise are replaced; refused when left out.
    #[serde(default)]
    pub replace: bool,
}

/// What an import wrote.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceImport")]
pub struct Imported {
    /// The price files, in the order of their providers.
    pub files: Vec<PathBuf>,
    /// Those of them that were there before, and said otherwise.
    pub replaced: Vec<PathBuf>,
    /// How many models they have.
    pub models: u64,
    /// How many dated entries.
    pub entries: u64,
    /// How many lines of a table were left out.
    pub left_out: u64,
    /// What was left out, changed or is worth knowing.
    pub problems: Vec<Problem>,
}

/// Makes price files of a feed, one for each provider.
pub fn import(feed: Feed) -> Result<Imported, Vec<Error>> {
    let alone = |error| vec![error];
    let checked = feed.checked.as_deref().map(date).transpose().map_err(alone)?;
    let (_, read) = feed::read(&feed.file, checked)?;
    write(&feed, read).map_err(alone)
}

fn write(feed: &Feed, read: Proposed) -> Result<Imported, Error> {
    let mut files = Vec::new();
    for provider in &read.providers {
        let path = feed.out.join(format!("{}.toml", provider.id));
        let text = intake::book::write(provider);
        // What is written is read back first: a file that the book would refuse is not left behind.
        intake::book::read(&text).map_err(|error| malformed(&path, &error))?;
        files.push((path, text));
    }
    let differs = |(path, text): &&(PathBuf, String)| {
        path.exists() && std::fs::read(path).ok().as_deref() != Some(text.as_bytes())
    };
    let replaced: Vec<_> = files.iter().filter(differs).map(|(path, _)| path.clone()).collect();
    if let Some(first) = replaced.first().filter(|_| !feed.replace) {
        let more = match replaced.len() {
            1 => String::new(),
            all => format!(", and so {} {} more", if all == 2 { "does" } else { "do" }, all - 1),
        };
        return Err(Error::new(
            Code::BadOutput,
            format!(
                "`{}` is there already and says otherwise{more}: nothing is written.",
                first.display()
            ),
            "Name another folder, or say that files are replaced.",
        ));
    }
    std::fs::create_dir_all(&feed.out).map_err(|error| unwritable(&feed.out, &error))?;
    for (path, text) in &files {
        std::fs::write(path, text).map_err(|error| unwritable(path, &error))?;
    }
    let models = read.providers.iter().flat_map(|provider| &provider.models);
    Ok(Imported {
        files: files.into_iter().map(|(path, _)| path).collect(),
        replaced,
        models: models.clone().count() as u64,
        entries: models.map(|model| model.prices.len() as u64).sum(),
        left_out: lines_left_out(&read.problems),
        problems: read.problems,
    })
}

fn unwritable(path: &Path, error: &std::io::Error) -> Error {
    Error::new(
        Code::BadOutput,
        format!("`{}` cannot be written: {error}.", path.display()),
        "Choose a folder that you may write to.",
    )
}
