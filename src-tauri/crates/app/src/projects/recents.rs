//! Projects that were open, the newest first, with the figures that they had.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::session::{Session, Summary};
use crate::error::{Code, Error};
use crate::files;
use crate::home;

/// The file in the program's folder.
const FILE: &str = "recents.json";

/// So many are kept.
const MOST: usize = 30;

/// A project that was open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Recent {
    /// Its file.
    pub file: String,
    /// The plan's name.
    pub name: String,
    /// One piece of its first feature.
    pub unit: String,
    /// The cost of one unit in the month that was in view.
    pub unit_cost: Option<String>,
    /// The month's total.
    pub month: Option<String>,
    /// When it was changed, as `2026-11-22T10:42:07.250Z`.
    pub changed: String,
    /// Whether it could not be read when it was to be opened last.
    #[serde(default)]
    pub damaged: bool,
    /// Whether it was open when the window was left.
    #[serde(default)]
    pub open: bool,
    /// What became of the file.
    #[serde(skip_deserializing, default)]
    pub state: RecentState,
    /// How many backups there are of it.
    #[serde(skip_deserializing, default)]
    pub backups: usize,
}

/// What became of a project's file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RecentState {
    /// It is where it was.
    #[default]
    Here,
    /// It is not where it was.
    Missing,
    /// It does not hold what it should.
    Damaged,
}

/// The list. Where it cannot be read there is none: no start waits for it.
pub fn list() -> Vec<Recent> {
    let mut recents = read(&turn()).unwrap_or_default();
    let backups = home::backups().ok();
    for recent in &mut recents {
        let path = Path::new(&recent.file);
        recent.state = match path.exists() {
            false => RecentState::Missing,
            true if recent.damaged => RecentState::Damaged,
            true => RecentState::Here,
        };
        let found = backups.as_ref().and_then(|folder| store::backups(folder, path).ok());
        recent.backups = found.map_or(0, |found| found.len());
    }
    recents
}

/// Notes a project that is open with its figures, at the head of the list. A list that cannot be kept is no reason to
/// stop: the project itself is sound.
pub fn note(session: &Session) {
    let recent = recent(session, true);
    let noted = change(|recents| {
        recents.retain(|known| known.file != recent.file);
        // A window has one plan open.
        recents.iter_mut().for_each(|known| known.open = false);
        recents.insert(0, recent);
        recents.truncate(MOST);
    });
    drop(noted);
}

/// Notes a project that is closed with its last figures, where it stands in the list, and whether it is opened again at
/// the next start.
pub fn note_closed(session: &Session, again: bool) {
    let recent = recent(session, again);
    let noted = change(|recents| {
        recents.iter_mut().for_each(|known| known.open &= !again);
        if let Some(known) = recents.iter_mut().find(|known| known.file == recent.file) {
            *known = recent;
        }
    });
    drop(noted);
}

/// The project that was open when the window was left.
pub fn left_open() -> Option<PathBuf> {
    let recents = read(&turn()).unwrap_or_default();
    recents.into_iter().find(|recent| recent.open).map(|recent| recent.file.into())
}

/// Notes that none is open: what cannot be opened is not tried at every start.
pub fn none_open() {
    // A list that cannot be kept has it tried once more, and that is no harm.
    drop(change(|recents| recents.iter_mut().for_each(|recent| recent.open = false)));
}

/// Notes that a project's file is damaged, if it is in the list.
pub fn note_damaged(path: &Path) {
    let noted = change(|recents| {
        let known = recents.iter_mut().find(|known| Path::new(&known.file) == path);
        if let Some(known) = known {
            known.damaged = true;
        }
    });
    // The refusal to open it is told anyway.
    drop(noted);
}

/// Forgets a project; its file stays where it is.
pub fn forget(path: &Path) -> Result<(), Error> {
    change(|recents| recents.retain(|known| Path::new(&known.file) != path))
}

fn recent(session: &Session, open: bool) -> Recent {
    let Summary { name, unit, unit_cost, month, changed } = session.summary();
    Recent {
        file: session.file.display().to_string(),
        name,
        unit,
        unit_cost,
        month,
        changed,
        damaged: false,
        open,
        state: RecentState::Here,
        backups: 0,
    }
}

/// Changes the list: one after another, so that none undoes what another did.
fn change(change: impl FnOnce(&mut Vec<Recent>)) -> Result<(), Error> {
    let turn = turn();
    let mut recents = read(&turn)?;
    change(&mut recents);
    let text = serde_json::to_string_pretty(&recents).expect("the list is plain data");
    files::write(&home::file(FILE)?, text.as_bytes())
}

fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The list as it is kept. One that is no list any more is kept under another name.
fn read(_turn: &MutexGuard<()>) -> Result<Vec<Recent>, Error> {
    let file = home::file(FILE)?;
    let text = match files::read_text(&file) {
        Ok(text) => text,
        Err(error) if error.code == Code::MissingFile => return Ok(vec![]),
        Err(error) => return Err(error),
    };
    Ok(serde_json::from_str(&text).unwrap_or_else(|_| {
        let aside = fs::rename(&file, file.with_extension("unreadable"));
        drop(aside);
        vec![]
    }))
}
