//! Projects: opened, edited, undone, saved; what the window works with.

mod figures;
mod folder;
mod outline;
mod projection;
mod questions;
mod recents;
mod session;
mod state;
mod view;
mod writer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use store::{Access, Project, Snapshot};
use ts_rs::TS;

pub use projection::{Band, Projection, Stack};
pub use questions::Questions;
pub use recents::{Recent, RecentState};
pub use session::Past;
pub use view::{
    DriverShare, FeatureFigures, Figures, Finding, Kind, LastEdit, Main, Node, NodeFigures, Part,
    PlanInput, Sent, View,
};

use crate::error::{Code, Error};
use crate::estimates::Why;
use crate::files;
use crate::home;
use crate::prices::now_text;
use crate::runtime::runtime;
use crate::samples;
use crate::stored::{self, ENDING, is_project, refused};
use session::{DESK, Session};
use writer::Writer;

/// An open project.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectNumber")]
pub struct Number {
    /// The number under which it is open.
    pub project: u64,
}

/// A file or a folder.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "FilePath")]
pub struct File {
    /// Its path.
    pub path: PathBuf,
}

/// A project and a place to write to.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectTarget")]
pub struct Target {
    /// The number under which it is open.
    pub project: u64,
    /// Where to.
    pub path: PathBuf,
}

/// A change of a project's plan.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectEdit")]
pub struct Change {
    /// The number under which it is open.
    pub project: u64,
    /// What to do.
    pub edit: cost::edit::Edit,
}

/// A month of a project.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectMonth")]
pub struct Month {
    /// The number under which it is open.
    pub project: u64,
    /// Counted from 0.
    pub month: usize,
}

/// A state of a project.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectState")]
pub struct State {
    /// The number under which it is open.
    pub project: u64,
    /// Its place in the list, the oldest first.
    pub index: usize,
}

/// A part of a project's prompts.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectPart")]
pub struct PartOf {
    /// The number under which it is open.
    pub project: u64,
    /// The part's name.
    pub part: String,
}

/// A part's new text.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectText")]
pub struct NewText {
    /// The number under which it is open.
    pub project: u64,
    /// The part's name.
    pub part: String,
    /// Its text.
    pub text: String,
    /// Where the part is new: the places of the calls that send it.
    pub calls: Option<Vec<String>>,
}

/// A text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "PartText")]
pub struct Text {
    /// The text.
    pub text: String,
}

/// What to keep of the window's state.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectDesk")]
pub struct Desk {
    /// The number under which it is open.
    pub project: u64,
    /// The window's own text.
    pub desk: String,
}

/// A figure of a project.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectFigure")]
pub struct FigureOf {
    /// The number under which it is open.
    pub project: u64,
    /// The figure's address.
    pub address: String,
    /// `2027-12`; all months, or the first, when nothing is said.
    pub month: Option<String>,
}

/// How months are stacked.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ProjectStack")]
pub struct By {
    /// The number under which it is open.
    pub project: u64,
    /// By what.
    pub by: Stack,
}

/// A project that was opened.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(rename = "OpenedProject")]
pub struct Opened {
    /// The project.
    pub view: View,
    /// What the window kept when it was open last.
    pub desk: Option<String>,
    /// What to know about how it was opened.
    pub note: Option<String>,
}

/// What was committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Saved {
    /// When, as `2026-11-22T10:42:07.250Z`.
    pub at: String,
}

/// Where a window starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Start {
    /// Projects that were open, the newest first.
    pub recents: Vec<Recent>,
    /// The examples inside the program.
    pub samples: Vec<samples::About>,
    /// How many models the book has.
    pub models: usize,
    /// The newest day on which one of its prices was checked.
    pub checked: String,
}

/// What a window starts with.
pub fn start(_: Nothing) -> Result<Start, Error> {
    let (models, checked) = crate::prices::extent()?;
    Ok(Start { recents: recents::list(), samples: samples::list(), models, checked })
}

/// No arguments.
#[derive(Clone, Copy, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Opens a project's file; a plan's folder or file becomes a project of its own.
pub fn open(file: File) -> Result<Opened, Error> {
    let _turn = opening();
    open_file(file)
}

fn open_file(file: File) -> Result<Opened, Error> {
    if let Some(session) = already_open(&file.path) {
        return Ok(Opened { view: session.view(), desk: session.desk(), note: None });
    }
    if file.path.exists() && !is_project(&file.path) {
        let (name, snapshot) = folder::read(&file.path)?;
        let note = format!(
            "This is a copy of `{}`. What you change stays in it until you write it out as a plan folder.",
            file.path.display()
        );
        // A copy that is still as it was made is opened again rather than made again.
        return match drafts(&name)?
            .find(|path| stored::standing(path).is_ok_and(|it| it == snapshot))
        {
            Some(copy) => Ok(Opened { note: Some(note), ..open_file(File { path: copy })? }),
            None => make(&free_draft(&name)?, "opened", &snapshot, Some(note)),
        };
    }
    open_project(&file.path, None)
}

/// Opens a copy of an example.
pub fn sample(sample: samples::Sample) -> Result<Opened, Error> {
    let _turn = opening();
    let snapshot = samples::snapshot(&sample.name)?;
    make(&free_draft(&sample.name)?, "opened the sample", &snapshot, None)
}

/// Makes a plan of six answers.
pub fn new(questions: Questions) -> Result<Opened, Error> {
    let _turn = opening();
    let (name, snapshot) = questions.plan()?;
    make(&free_draft(&name)?, "new plan", &snapshot, None)
}

/// Changes a plan. What is answered is in memory; `projects.saved` tells when it is on disk.
pub fn edit(change: Change) -> Result<View, Error> {
    session(change.project)?.edit(&change.edit)
}

/// Writes a part's text, a new part's with the calls that send it.
pub fn write_text(new: NewText) -> Result<View, Error> {
    let session = session(new.project)?;
    match &new.calls {
        Some(calls) => session.add_text(&new.part, &new.text, calls),
        None => session.write_text(&new.part, &new.text),
    }
}

/// Takes the prices that the book has now instead of those that are pinned.
pub fn repin(number: Number) -> Result<View, Error> {
    session(number.project)?.repin()
}

/// The text of a part.
pub fn text(part: PartOf) -> Result<Text, Error> {
    Ok(Text { text: session(part.project)?.text(&part.part)? })
}

/// Takes the last change back.
pub fn undo(number: Number) -> Result<View, Error> {
    session(number.project)?.undo()
}

/// Does again what was taken back.
pub fn redo(number: Number) -> Result<View, Error> {
    session(number.project)?.redo()
}

/// Goes to a state of the list.
pub fn go_to(state: State) -> Result<View, Error> {
    session(state.project)?.go_to(state.index)
}

/// Every state, the oldest first.
pub fn past(number: Number) -> Result<Vec<Past>, Error> {
    Ok(session(number.project)?.past())
}

/// The project with a month in view.
pub fn look_at(month: Month) -> Result<View, Error> {
    Ok(session(month.project)?.look_at(month.month))
}

/// Waits until every change is committed.
pub fn saved(number: Number) -> Result<Saved, Error> {
    session(number.project)?.writer().flush()?;
    Ok(Saved { at: now_text() })
}

/// Keeps what the window shows, for the next time.
pub fn keep(desk: Desk) -> Result<(), Error> {
    let session = session(desk.project)?;
    session.keep_desk(desk.desk);
    recents::note(&session);
    Ok(())
}

/// Commits everything and closes the file.
pub fn close(number: Number) -> Result<(), Error> {
    let session = session(number.project)?;
    session.writer().flush()?;
    recents::note(&session);
    sessions().remove(&number.project);
    session.writer().close()
}

/// Commits and closes everything that is open; the first failure is told.
pub fn close_all() -> Result<(), Error> {
    let open: Vec<u64> = sessions().keys().copied().collect();
    let closed: Vec<_> = open.into_iter().map(|project| close(Number { project })).collect();
    closed.into_iter().collect()
}

/// Writes the project under another name and goes on with that one.
pub fn save_as(target: Target) -> Result<Opened, Error> {
    let _turn = opening();
    let session = session(target.project)?;
    let path = files::with_ending(&target.path, ENDING);
    let note = match session.writer().flush() {
        // A copy has the whole list of states.
        Ok(()) => {
            session.writer().copy_to(path.clone())?;
            None
        }
        // What cannot be committed where it is can still be saved somewhere else.
        Err(error) => {
            drop(created(&path, "saved a copy", &session.current())?);
            Some(format!(
                "{} This copy has the plan as it stands, without its earlier states.",
                error.message
            ))
        }
    };
    let opened = open_project(&path, note)?;
    // Only now: where the copy does not open, the project is still there.
    sessions().remove(&target.project);
    session.writer().abandon();
    Ok(Opened { desk: opened.desk.or(session.desk()), ..opened })
}

/// Writes the plan as `plan.yaml` with its texts into a folder.
pub fn write_out(target: Target) -> Result<files::Written, Error> {
    folder::write(&target.path, &session(target.project)?.current())
}

/// Opens the newest good backup in place of a damaged file, which is kept beside it.
pub fn restore(file: File) -> Result<Opened, Error> {
    let _turn = opening();
    let backups = store::backups(&home::backups()?, &file.path);
    for backup in backups.map_err(|error| refused(&error))? {
        let restored = runtime().block_on(store::restore(&backup.file, &file.path));
        let kept = match restored {
            Ok(kept) => kept,
            // The one before it may be whole.
            Err(store::Error::Damaged { .. }) => continue,
            Err(error) => return Err(refused(&error)),
        };
        let kept = kept.map(|kept| format!(" What lay there is kept as `{}`.", kept.display()));
        let note = format!("This is the backup of {}.{}", backup.at, kept.unwrap_or_default());
        return open_project(&file.path, Some(note));
    }
    Err(Error::new(
        Code::NotFound,
        format!("There is no good backup of `{}`.", file.path.display()),
        "Look for a copy that was mailed or saved elsewhere.",
    ))
}

/// Forgets a project; its file stays where it is.
pub fn forget(file: File) -> Result<(), Error> {
    recents::forget(&file.path)
}

/// Why a figure of the plan is what it is.
pub fn why(figure: FigureOf) -> Result<Why, Error> {
    let worked = session(figure.project)?.worked()?;
    worked.why(&figure.address, figure.month.as_deref())
}

/// The months, stacked.
pub fn projection(by: By) -> Result<Projection, Error> {
    Ok(projection::projection(&*session(by.project)?.worked()?, by.by))
}

/// The figures of an open project, for reports.
pub fn worked(project: u64) -> Result<Arc<crate::estimates::Worked>, Error> {
    session(project)?.worked()
}

fn sessions() -> MutexGuard<'static, BTreeMap<u64, Arc<Session>>> {
    static SESSIONS: Mutex<BTreeMap<u64, Arc<Session>>> = Mutex::new(BTreeMap::new());
    SESSIONS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One opening after another: the second of a double click finds what the first has opened.
fn opening() -> MutexGuard<'static, ()> {
    static OPENING: Mutex<()> = Mutex::new(());
    OPENING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn session(project: u64) -> Result<Arc<Session>, Error> {
    sessions().get(&project).cloned().ok_or_else(|| {
        Error::new(
            Code::NotFound,
            format!("No project is open under the number {project}."),
            "Open it again from the start page.",
        )
    })
}

fn already_open(path: &Path) -> Option<Arc<Session>> {
    let real = |path: &Path| path.canonicalize().ok();
    let wanted = real(path)?;
    sessions().values().find(|session| real(&session.file) == Some(wanted.clone())).cloned()
}

/// Makes a project of a first state, and opens it.
fn make(
    path: &Path,
    label: &str,
    snapshot: &Snapshot,
    note: Option<String>,
) -> Result<Opened, Error> {
    let project = created(path, label, snapshot)?;
    opened(project, note)
}

fn created(path: &Path, label: &str, snapshot: &Snapshot) -> Result<Project, Error> {
    let at = now_text();
    let created = Project::create(path, label, &at, snapshot);
    runtime().block_on(created).map_err(|error| refused(&error))
}

fn open_project(path: &Path, note: Option<String>) -> Result<Opened, Error> {
    let project = runtime().block_on(Project::open(path)).map_err(|error| {
        let error = refused(&error);
        if error.code == Code::DamagedProject {
            recents::note_damaged(path);
        }
        error
    })?;
    opened(project, note)
}

fn opened(mut project: Project, note: Option<String>) -> Result<Opened, Error> {
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
fn free_draft(name: &str) -> Result<PathBuf, Error> {
    let taken = drafts(name)?.count();
    Ok(draft(&home::drafts()?, name, taken))
}

/// The files that have a name already, without a gap.
fn drafts(name: &str) -> Result<impl Iterator<Item = PathBuf>, Error> {
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
