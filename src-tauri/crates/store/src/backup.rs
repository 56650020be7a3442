//! Backups: the newest ten of a project in a folder of the caller's choice, and the way back.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::disk::{Draft, existing, free_name, keep_as, move_companions, wanted};
use crate::error::{Error, from_io};
use crate::lock::lock_to_replace;
use crate::sqlite::{Connection, Mode};
use crate::version::{Mark, VERSIONS};

/// So many backups of a project are kept.
pub const KEPT: usize = 10;

/// One backup of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The file, itself a project.
    pub file: PathBuf,
    /// When it was made, as the caller said.
    pub at: String,
}

/// The backups of a project in a folder, newest first: in the order in which they were made, whatever the clock said.
pub fn backups(folder: &Path, project: &Path) -> Result<Vec<Backup>, Error> {
    Ok(numbered(folder, &series(project))?.into_iter().map(|(_, backup)| backup).collect())
}

/// Copies an open project into the folder as its newest backup, and removes those beyond the newest ten.
pub async fn back_up(
    from: &mut Connection,
    project: &Path,
    folder: &Path,
    at: &str,
) -> Result<Backup, Error> {
    fs::create_dir_all(folder).map_err(|cause| from_io(folder, &cause))?;
    let series = series(project);
    // One at a time, so that no two get one number.
    let _lock = lock_to_replace(&wanted(&folder.join(&series))?)?;
    let before = numbered(folder, &series)?;
    let number = before.first().map_or(0, |(number, _)| *number) + 1;
    let name = format!("{series}.{number:06}.{}.forebill", written(at));
    let file = wanted(&folder.join(name))?;
    let draft = Draft::of(&file)?;
    from.copy_into(&draft).await?;
    draft.place()?;
    for (_, old) in before.iter().skip(KEPT - 1) {
        // One that cannot be removed is one too many, and no reason to fail.
        fs::remove_file(&old.file).ok();
    }
    Ok(Backup { file, at: at.to_owned() })
}

/// Puts a backup in a project's place. What lay there is kept beside it: the answer is under which name.
pub async fn restore(backup: &Path, project: &Path) -> Result<Option<PathBuf>, Error> {
    let backup = existing(backup)?;
    let version = Mark::of_bytes(&backup)?.known(VERSIONS, &backup)?;
    let mut from = Connection::open(&backup, Mode::Read).await?;
    VERSIONS.check(&mut from, version).await?;
    let project = wanted(project)?;
    let _lock = lock_to_replace(&project)?;
    let draft = Draft::of(&project)?;
    from.copy_into(&draft).await?;
    from.close().await?;
    let kept = keep(&project).map_err(|cause| from_io(&project, &cause))?;
    draft.place()?;
    Ok(kept)
}

/// Gives what lies there another name, with its journal: without that, it would be damaged more.
fn keep(project: &Path) -> std::io::Result<Option<PathBuf>> {
    if project.symlink_metadata().is_err() {
        return Ok(None);
    }
    let name = free_name(project, ".replaced");
    move_companions(project, &name)?;
    keep_as(project, &name)?;
    Ok(Some(name))
}

/// How the names of a project's backups begin. Projects of one name in several folders have several.
fn series(project: &Path) -> String {
    let place = wanted(project).or_else(|_| std::path::absolute(project));
    let place = place.unwrap_or_else(|_| project.to_owned());
    let hash = Sha256::digest(place.as_os_str().as_encoded_bytes());
    let hash: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let stem = project.file_stem().unwrap_or_default().to_string_lossy();
    let stem: String = stem.chars().take(40).collect();
    format!("{stem}.{hash}")
}

/// The backups of a series with their numbers, highest first.
fn numbered(folder: &Path, series: &str) -> Result<Vec<(u64, Backup)>, Error> {
    let listed = match fs::read_dir(folder) {
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
        listed => listed.map_err(|cause| from_io(folder, &cause))?,
    };
    let mut found = vec![];
    for entry in listed {
        let file = entry.map_err(|cause| from_io(folder, &cause))?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let rest = name.strip_prefix(series).and_then(|rest| rest.strip_prefix('.'));
        let Some(rest) = rest.and_then(|rest| rest.strip_suffix(".forebill")) else { continue };
        let Some((number, at)) = rest.split_once('.') else { continue };
        let Ok(number) = number.parse() else { continue };
        found.push((number, Backup { file, at: read(at) }));
    }
    found.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    Ok(found)
}

/// A time as a part of a file's name: some systems take no colons there, and dots part it.
fn written(at: &str) -> String {
    let sign = |sign: char| match sign {
        ':' => '_',
        '.' => ',',
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '+' => sign,
        _ => '-',
    };
    at.chars().map(sign).collect()
}

/// The time in a file's name.
fn read(name: &str) -> String {
    name.replace('_', ":").replace(',', ".")
}
