//! The folder in which the program keeps what belongs to no project: drafts, recents, backups, books of prices.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use etcetera::BaseStrategy;

use crate::error::{Code, Error};
use crate::files;

static CHOSEN: OnceLock<PathBuf> = OnceLock::new();

/// Keeps everything in this folder from now on. Only the first choice counts.
pub fn keep_in(folder: PathBuf) {
    let _ = CHOSEN.set(folder);
}

/// The folder of projects that nobody has given a place.
pub fn drafts() -> Result<PathBuf, Error> {
    folder("projects")
}

/// The folder of backups.
pub fn backups() -> Result<PathBuf, Error> {
    folder("backups")
}

/// The folder of the user's own books of prices.
pub fn books() -> Result<PathBuf, Error> {
    folder("books")
}

/// The folder `name` of the program's own, where there is one. Nobody without a home has one, and nothing is made.
pub fn existing(name: &str) -> Option<PathBuf> {
    // The tests of a room that says nothing of its home do not look into that of whoever runs them.
    if cfg!(test) && CHOSEN.get().is_none() {
        return None;
    }
    let folder = root().ok()?.join(name);
    folder.is_dir().then_some(folder)
}

/// The folder `name` of the program's own, made if it is not there.
fn folder(name: &str) -> Result<PathBuf, Error> {
    let folder = root()?.join(name);
    private(&folder).map_err(|cause| {
        Error::new(
            Code::BadOutput,
            format!("The folder `{}` cannot be made: {cause}.", folder.display()),
            "Forebill keeps its drafts and its list of recent projects there; make room, or let it write there.",
        )
        .at(files::named(&folder))
    })?;
    Ok(folder)
}

/// A file of the program's own.
pub fn file(name: &str) -> Result<PathBuf, Error> {
    Ok(folder("")?.join(name))
}

fn root() -> Result<PathBuf, Error> {
    if let Some(chosen) = CHOSEN.get() {
        return Ok(chosen.clone());
    }
    let strategy = etcetera::choose_base_strategy().map_err(|_| {
        Error::new(
            Code::BadOutput,
            "This user has no home folder.",
            "Set HOME, so that Forebill can keep its drafts and its list of recent projects.",
        )
    })?;
    Ok(strategy.data_dir().join("forebill"))
}

/// Makes a folder that nobody but its owner looks into: drafts and backups hold whole prompts.
fn private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}
