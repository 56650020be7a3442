//! The projects that are open, each under its number; how one comes to be open.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use store::{Access, Project, Snapshot};

use super::asked::Opened;
use super::recents;
use super::session::{self, DESK, Session};
use super::writer::Writer;
use crate::error::{Code, Error};
use crate::files;
use crate::home;
use crate::prices::now_text;
use crate::runtime::runtime;
use crate::stored::{ENDING, refused};

/// Every open project by its number.
pub fn sessions() -> MutexGuard<'static, BTreeMap<u64, Arc<Session>>> {
    static SESSIONS: Mutex<BTreeMap<u64, Arc<Session>>> = Mutex::new(BTreeMap::new());
    SESSIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One opening after another: the second of a double click finds what the first has opened.
pub fn opening() -> MutexGuard<'static, ()> {
    static OPENING: Mutex<()> = Mutex::new(());
    OPENING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The open project of a number.
pub fn session(project: u64) -> Result<Arc<Session>, Error> {
    sessions().get(&project).cloned().ok_or_else(|| {
        Error::new(
            Code::NotFound,
            format!("No project is open under the number {project}."),
            "Open it again from the start page.",
        )
    })
}

/// The project of a file, where it is open.
pub fn already_open(path: &Path) -> Option<Arc<Session>> {
    let real = |path: &Path| path.canonicalize().ok();
    let wanted = real(path)?;
    sessions().values().find(|session| real(&session.file) == Some(wanted.clone())).cloned()
}

/// Makes a project of a first state, and opens it.
pub fn make(
    path: &Path,
    label: &str,
    snapshot: &Snapshot,
    note: Option<String>,
) -> Result<Opened, Error> {
    let project = created(path, label, snapshot)?;
    opened(project, note)
}

/// Makes a project's file of a first state.
pub fn created(path: &Path, label: &str, snapshot: &Snapshot) -> Result<Project, Error> {
    let at = now_text();
    let created = Project::create(path, label, &at, snapshot);
    runtime().block_on(created).map_err(|error| refused(&error))
}

/// Makes a project's file of a first state, in place of whatever lies there.
pub fn put(path: &Path, label: &str, snapshot: &Snapshot) -> Result<(), Error> {
    let at = now_text();
    let put = Project::put(path, label, &at, snapshot);
    runtime().block_on(put).map_err(|error| refused(&error))
}

/// Opens a project's file.
pub fn open_project(path: &Path, note: Option<String>) -> Result<Opened, Error> {
    let project = runtime().block_on(Project::open(path)).map_err(|error| {
        let error = refused(&error);
        if error.code == Code::DamagedProject {
            recents::note_damaged(path);
        }
        error
    })?;
    opened(project, note)
}

/// Takes a project whose file is open.
pub fn opened(mut project: Project, note: Option<String>) -> Result<Opened, Error> {
    static NUMBERS: AtomicU64 = AtomicU64::new(1);
    let file = project.path().to_owned();
    let read = runtime().block_on(read(&mut project)).map_err(|error| refused(&error))?;
    let numbers = read.revisions.iter().map(|revision| revision.id).collect();
    let writer = Writer::start(project, numbers, read.head);
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    if let (None, Ok(folder)) = (&read.read_only, home::backups()) {
        writer.back_up(folder);
    }
    let session = Arc::new(Session::open(number, &file, writer, read)?);
    sessions().insert(number, session.clone());
    recents::note(&session);
    Ok(Opened { view: session.view(), desk: session.desk(), note })
}

async fn read(project: &mut Project) -> Result<session::Read, store::Error> {
    let read_only = match project.access() {
        Access::Write => None,
        Access::ReadOnly(why) => Some(why.to_string()),
    };
    let revisions = project.revisions().await?;
    let (standing, snapshot) = project.head().await?;
    let head = revisions.iter().position(|known| known.id == standing.id);
    let head = head.expect("the head is one of the revisions");
    let desk = project.kept(DESK).await?;
    Ok(session::Read { revisions, head, snapshot, desk, read_only })
}

/// A file for a project that nobody has given a place yet.
pub fn free_draft(name: &str) -> Result<PathBuf, Error> {
    let taken = drafts(name)?.count();
    Ok(draft(&home::drafts()?, name, taken))
}

/// The files that have a name already, without a gap.
pub fn drafts(name: &str) -> Result<impl Iterator<Item = PathBuf>, Error> {
    let folder = home::drafts()?;
    Ok((0..).map(move |taken| draft(&folder, name, taken)).take_while(|path| path.exists()))
}

/// The file of a name of which so many are taken: `Desk`, then `Desk 2`.
fn draft(folder: &Path, name: &str, taken: usize) -> PathBuf {
    let name = files::plain_name(name);
    match taken {
        0 => folder.join(format!("{name}.{ENDING}")),
        _ => folder.join(format!("{name} {}.{ENDING}", taken + 1)),
    }
}
