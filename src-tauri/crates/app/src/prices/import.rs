//! Somebody's price data made into a folder of price files.

use std::path::{Path, PathBuf};

use cost::problem::Problem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::feed;
use super::moment::date;
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
}

/// What an import wrote.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[ts(rename = "PriceImport")]
pub struct Imported {
    /// The price files, in the order of their providers.
    pub files: Vec<PathBuf>,
    /// How many models they have.
    pub models: u64,
    /// How many dated entries.
    pub entries: u64,
    /// What was left out, changed or is worth knowing.
    pub problems: Vec<Problem>,
}

/// Makes price files of a feed, one for each provider.
pub fn import(feed: Feed) -> Result<Imported, Error> {
    let checked = feed.checked.as_deref().map(date).transpose()?;
    let (_, read) = feed::read(&feed.file, checked)?;
    let mut files = Vec::new();
    for provider in &read.providers {
        let path = feed.out.join(format!("{}.toml", provider.id));
        let text = intake::book::write(provider);
        // What is written is read back first: a file that the book would refuse is not left behind.
        intake::book::read(&text).map_err(|error| malformed(&path, &error))?;
        files.push((path, text));
    }
    std::fs::create_dir_all(&feed.out).map_err(|error| unwritable(&feed.out, &error))?;
    for (path, text) in &files {
        std::fs::write(path, text).map_err(|error| unwritable(path, &error))?;
    }
    let models = read.providers.iter().flat_map(|provider| &provider.models);
    Ok(Imported {
        files: files.into_iter().map(|(path, _)| path).collect(),
        models: models.clone().count() as u64,
        entries: models.map(|model| model.prices.len() as u64).sum(),
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
