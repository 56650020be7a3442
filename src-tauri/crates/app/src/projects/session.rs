//! An open project: edits, undo and texts, each answered from memory and written soon.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use cost::edit::{Edit, NotEdited, StepKind};
use cost::plan::{Calibration, Plan};
use cost::units::{self, Kind};
use store::{Revision, Snapshot};

use super::state::{Key, Moment, State, beside, work_out};
use super::texts::{file_of, kept_files, text_file};
use super::view::View;
use super::writer::{Command, Writer};
use crate::calibrations::name_in;
use crate::error::{Code, Error};
use crate::estimates::Worked;
use crate::pins::LOCK_FILE;
use crate::plans::{self, Counts};
use crate::shelf::Shelf;

/// How far back a state without problems is looked for when a project is opened.
const LOOK_BACK: usize = 50;

/// An open project.
pub struct Session {
    /// Its file.
    pub file: PathBuf,
    state: Mutex<State>,
    writer: Writer,
}

/// A state that a project was in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, ts_rs::TS)]
pub struct Past {
    /// Its place in the list, the oldest first.
    pub index: usize,
    /// What was done.
    pub label: String,
    /// When, as `2026-11-22T10:42:07.250Z`.
    pub at: String,
    /// Whether it is the one in view.
    pub head: bool,
}

/// What a list of projects says of one.
pub struct Summary {
    /// The plan's name.
    pub name: String,
    /// One piece of its first feature.
    pub unit: String,
    /// The cost of one unit in the month in view.
    pub unit_cost: Option<String>,
    /// The total of the month in view.
    pub month: Option<String>,
    /// When it was changed last.
    pub changed: String,
}

/// Where the window keeps what it showed.
pub const DESK: &str = "desk";

/// A project's file as it was read.
pub struct Read {
    /// Its revisions, the oldest first.
    pub revisions: Vec<Revision>,
    /// Which of them stands.
    pub head: usize,
    /// What that one holds.
    pub snapshot: Snapshot,
    /// What the window kept.
    pub desk: Option<String>,
    /// Why nothing can be changed.
    pub read_only: Option<String>,
}

impl Session {
    /// Opens a project that was read; the writer has its file.
    pub fn open(number: u64, file: &Path, writer: Writer, read: Read) -> Result<Self, Error> {
        let Read { revisions, head, snapshot, desk, read_only } = read;
        let plan = plans::read_plan(&snapshot.plan).map_err(|error| unreadable(file, error))?;
        let moment = |revision: &Revision| Moment {
            label: revision.label.clone(),
            at: revision.at.clone(),
            snapshot: None,
        };
        let mut state = State {
            number,
            file: file.to_owned(),
            read_only,
            desk,
            files: snapshot.files.clone(),
            text: String::new(),
            plan,
            counts: Counts::default(),
            problems: vec![],
            worked: None,
            moments: revisions.iter().map(moment).collect(),
            head,
            typed: None,
            last: None,
            totals: None,
            select: None,
            month: None,
            turn: 0,
            shown: None,
            outlined: None,
        };
        state.moments[head].snapshot = Some(Arc::new(snapshot));
        state.work_out()?;
        let session = Self { file: file.to_owned(), state: Mutex::new(state), writer };
        session.look_back()?;
        Ok(session)
    }

    /// Changes the plan; typing in one field is one change until it rests. Whoever has the answer of a
    /// turn is told what is otherwise since then.
    pub fn edit(&self, edit: &Edit, since: Option<u64>, now: Instant) -> Result<View, Error> {
        let mut state = self.writable()?;
        let mut edited = state.plan.edit(edit).map_err(not_edited)?;
        let files = kept_files(&state.files, &edited.plan);
        if let Edit::Wrap { at, kind: StepKind::Cascade } = edit {
            edited.plan = state.escalated(edited.plan, at, &files)?;
        }
        let began = edited.field.as_deref().filter(|field| state.goes_on(field, now));
        let began = began.and_then(|_| state.typed.as_ref()?.began.plan.name_of(edit).ok());
        let label = began.unwrap_or(edited.label);
        let key = edited.field.map(|field| Key { field, when: now });
        state.change(&self.writer, label, key, edited.plan, files)?;
        state.select = edited.select;
        Ok(state.view_since(since))
    }

    /// The name that the plan has for a model.
    pub fn name_of(&self, model: &str) -> Result<String, Error> {
        let shelf = Shelf::of(None)?;
        Ok(name_in(&self.writable()?.plan, model, &shelf))
    }

    /// Writes the text of a part.
    pub fn write_text(&self, part: &str, text: &str, now: Instant) -> Result<View, Error> {
        let mut state = self.writable()?;
        let mut plan = state.plan.clone();
        let mut files = state.files.clone();
        let known = plan.prompts.get_mut(part).ok_or_else(|| no_part(part))?;
        match &known.file {
            Some(file) => {
                files.insert(file.clone(), text.into());
            }
            None if known.text.is_some() => known.text = Some(text.to_owned()),
            None => {
                // Tokens that were typed give way to the text itself.
                let file = text_file(&files, part);
                files.insert(file.clone(), text.into());
                (known.file, known.tokens) = (Some(file), None);
            }
        }
        let label = format!("text of {part}");
        let key = Key { field: label.clone(), when: now };
        state.change(&self.writer, label, Some(key), plan, files)?;
        Ok(state.view())
    }

    /// Adds a part with its text, sent by the calls at these places, and how much they answer: one change.
    pub fn add_text(
        &self,
        name: &str,
        text: &str,
        calls: &[String],
        output: Option<&str>,
    ) -> Result<View, Error> {
        let mut state = self.writable()?;
        let nodes = output.map(answer_length).transpose()?.map(|()| state.view().nodes);
        let add =
            Edit::AddPart { name: name.to_owned(), text: Some(text.to_owned()), tokens: None };
        let mut edited = state.plan.edit(&add).map_err(not_edited)?;
        let label = edited.label.clone();
        for at in calls {
            let send = Edit::AddInput { at: at.clone(), part: name.to_owned(), copies: None };
            edited = edited.plan.edit(&send).map_err(not_edited)?;
            let node = nodes.iter().flatten().find(|node| node.at == *at);
            if let (Some(output), Some(call)) = (output, node.and_then(|it| it.address.as_ref())) {
                let number =
                    Edit::Number { address: format!("{call}.output"), text: output.to_owned() };
                edited = edited.plan.edit(&number).map_err(not_edited)?;
            }
        }
        let mut files = state.files.clone();
        if let Some(part) = edited.plan.prompts.get_mut(name) {
            let file = text_file(&files, name);
            files.insert(file.clone(), text.into());
            (part.file, part.text, part.tokens) = (Some(file), None, None);
        }
        state.change(&self.writer, label, None, edited.plan, files)?;
        Ok(state.view())
    }

    /// Adds the features of another plan, with the texts that they need.
    pub fn add_plan(&self, other: &Snapshot, label: &str) -> Result<View, Error> {
        let mut state = self.writable()?;
        let mut plan = plans::read_plan(&other.plan)?;
        let mut files = state.files.clone();
        for (name, part) in &mut plan.prompts {
            let Some(file) = &mut part.file else { continue };
            let Some(text) = other.files.get(file) else { continue };
            // Two texts of one name are two files.
            if files.get(file).is_some_and(|known| known != text) {
                *file = file_of(&files, name, text);
            }
            files.insert(file.clone(), text.clone());
        }
        let edited = state.plan.join(&plan, label).map_err(not_edited)?;
        let files = kept_files(&files, &edited.plan);
        state.change(&self.writer, edited.label, None, edited.plan, files)?;
        state.select = edited.select;
        Ok(state.view())
    }

    /// A step or a feature as a plan's text that holds all that it needs.
    pub fn copied(&self, at: &str) -> Result<String, Error> {
        let state = self.state();
        let mut clip = state.plan.copied(at).map_err(not_edited)?;
        for part in clip.prompts.values_mut() {
            if let Some(file) = part.file.take() {
                part.text = Some(beside(&state.files, &file)?);
            }
        }
        Ok(plans::write(&clip))
    }

    /// Puts what was copied after a step, or beside the features.
    pub fn paste(&self, at: Option<&str>, text: &str) -> Result<View, Error> {
        let mut state = self.writable()?;
        let mut clip = plans::read_plan(text)?;
        for (name, part) in &mut clip.prompts {
            let Some(ours) = state.plan.prompts.get(name) else { continue };
            let known = ours.file.as_ref().and_then(|file| state.files.get(file));
            // The same text beside the plan is the same part.
            if part.text.is_some() && part.text.as_deref() == known.map(|text| &**text) {
                *part = ours.clone();
            }
        }
        let edited = state.plan.paste(at, &clip).map_err(not_edited)?;
        let files = kept_files(&state.files, &edited.plan);
        state.change(&self.writer, edited.label, None, edited.plan, files)?;
        state.select = edited.select;
        Ok(state.view())
    }

    /// Takes the prices that the book has now.
    pub fn repin(&self) -> Result<View, Error> {
        let mut state = self.writable()?;
        let (plan, mut files) = (state.plan.clone(), state.files.clone());
        files.remove(LOCK_FILE);
        state.change(&self.writer, "prices of the book".to_owned(), None, plan, files)?;
        Ok(state.view())
    }

    /// The text of a part.
    pub fn text(&self, part: &str) -> Result<String, Error> {
        let state = self.state();
        let known = state.plan.prompts.get(part).ok_or_else(|| no_part(part))?;
        match (&known.file, &known.text) {
            (Some(file), _) => beside(&state.files, file),
            (None, Some(text)) => Ok(text.clone()),
            (None, None) => Ok(String::new()),
        }
    }

    /// Takes the last change back. Whoever has the answer of a turn is told what is otherwise since then.
    pub fn undo(&self, since: Option<u64>) -> Result<View, Error> {
        let head = self.state().head;
        match head.checked_sub(1) {
            Some(index) => self.go_to(index, since),
            None => Ok(self.state().view_since(since)),
        }
    }

    /// Does again what was taken back, in the same way.
    pub fn redo(&self, since: Option<u64>) -> Result<View, Error> {
        let state = self.state();
        let next = state.head + 1;
        let there = next < state.moments.len();
        drop(state);
        if there { self.go_to(next, since) } else { Ok(self.state().view_since(since)) }
    }

    /// Goes to a state of the list, in the same way.
    pub fn go_to(&self, index: usize, since: Option<u64>) -> Result<View, Error> {
        let snapshot = self.snapshot(index)?;
        let mut state = self.writable()?;
        let plan =
            plans::read_plan(&snapshot.plan).map_err(|error| unreadable(&self.file, error))?;
        let label = match index < state.head {
            true => format!("undid {}", state.moments[index + 1].label),
            false => format!("redid {}", state.moments[index].label),
        };
        let before = state.totals.clone();
        state.stand(plan, snapshot.files.clone())?;
        state.moments[index].snapshot = Some(snapshot);
        (state.head, state.typed, state.select) = (index, None, None);
        state.last = Some((label, before));
        self.writer.send(Command::Go(index));
        Ok(state.view_since(since))
    }

    /// Every state, the oldest first.
    pub fn past(&self) -> Vec<Past> {
        let state = self.state();
        let past = |(index, moment): (usize, &Moment)| Past {
            index,
            label: moment.label.clone(),
            at: moment.at.clone(),
            head: index == state.head,
        };
        state.moments.iter().enumerate().map(past).collect()
    }

    /// The project as it stands.
    pub fn view(&self) -> View {
        self.state().view()
    }

    /// The project with another month in view, in the same way.
    pub fn look_at(&self, month: usize, since: Option<u64>) -> View {
        let mut state = self.state();
        state.month = Some(month);
        state.view_since(since)
    }

    /// The newest state without problems, worked out.
    pub fn worked(&self) -> Result<Arc<Worked>, Error> {
        self.state().worked.clone().ok_or_else(|| {
            Error::new(
                Code::InvalidPlan,
                "The plan has problems and was never worked out.",
                "Mend what is marked in the outline first.",
            )
        })
    }

    /// What vendors billed, as the plan in view has it.
    pub fn calibration(&self) -> Calibration {
        self.state().plan.calibration.clone()
    }

    /// The plan in view.
    pub fn plan(&self) -> Plan {
        self.state().plan.clone()
    }

    /// The state in view as it is written.
    pub fn current(&self) -> Snapshot {
        let state = self.state();
        Snapshot {
            format: cost::plan::FORMAT,
            plan: state.text.clone(),
            files: state.files.clone(),
        }
    }

    /// What a list of projects says of it.
    pub fn summary(&self) -> Summary {
        let state = self.state();
        let worked = state.worked.as_ref();
        // The figures may be those of a state with fewer months.
        let last = worked.map_or(0, |worked| worked.estimate.workings.months - 1);
        let month = state.month_in_view().min(last);
        let rows = worked.and_then(|worked| worked.estimate.workings.features.first());
        let feature = state.plan.features.first();
        Summary {
            name: state.plan.name.clone(),
            unit: feature.map(|feature| feature.unit.clone()).unwrap_or_default(),
            unit_cost: worked.zip(rows).and_then(|(worked, rows)| {
                Some(worked.estimate.month_unit_cost(rows, month)?.to_string())
            }),
            month: worked.map(|worked| worked.estimate.ledger.month(month).to_string()),
            changed: state.moments[state.head].at.clone(),
        }
    }

    /// What the window kept when it was open last, or keeps now.
    pub fn desk(&self) -> Option<String> {
        self.state().desk.clone()
    }

    /// Keeps what the window shows.
    pub fn keep_desk(&self, desk: String) {
        let mut state = self.state();
        if state.read_only.is_none() && state.desk.as_ref() != Some(&desk) {
            self.writer.send(Command::Keep(DESK, desk.clone()));
        }
        state.desk = Some(desk);
    }

    /// The thread that writes.
    pub fn writer(&self) -> &Writer {
        &self.writer
    }

    fn snapshot(&self, index: usize) -> Result<Arc<Snapshot>, Error> {
        let known = self.state().moments.get(index).map(|moment| moment.snapshot.clone());
        match known {
            Some(Some(snapshot)) => Ok(snapshot),
            Some(None) => Ok(Arc::new(self.writer.load(index)?)),
            None => Err(Error::new(
                Code::NotFound,
                format!("The project has no state number {index}."),
                "Choose one of the list.",
            )),
        }
    }

    /// Finds figures for a plan that has problems now: those of its newest state without.
    fn look_back(&self) -> Result<(), Error> {
        let (head, worked) = {
            let state = self.state();
            (state.head, state.worked.is_some())
        };
        if worked {
            return Ok(());
        }
        for index in (head.saturating_sub(LOOK_BACK)..head).rev() {
            let Ok(snapshot) = self.snapshot(index) else { continue };
            let Ok(plan) = plans::read_plan(&snapshot.plan) else { continue };
            let mut state = self.state();
            if let Ok(worked) =
                work_out(&plan, &snapshot.plan, &snapshot.files, &mut Counts::default(), None)?
            {
                state.rest_on(worked);
                break;
            }
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writable(&self) -> Result<MutexGuard<'_, State>, Error> {
        let state = self.state();
        match &state.read_only {
            None => Ok(state),
            Some(why) => Err(Error::new(
                Code::ReadOnly,
                format!("`{}` cannot be changed: {why}", self.file.display()),
                "Save a copy under another name and change that.",
            )),
        }
    }
}

/// Whether this is a number of tokens.
fn answer_length(output: &str) -> Result<(), Error> {
    let read = units::read(output, Kind::Tokens);
    read.map(drop).map_err(|unread| Error::new(Code::InvalidValue, unread.message, unread.hint))
}

fn not_edited(refused: NotEdited) -> Error {
    Error::new(Code::InvalidValue, refused.message, refused.hint)
}

fn no_part(name: &str) -> Error {
    Error::new(
        Code::NotFound,
        format!("The plan has no part called `{name}`."),
        "Choose one of the list, or add it first.",
    )
}

fn unreadable(file: &Path, error: Error) -> Error {
    Error::new(
        Code::UnreadableFile,
        format!("The plan inside `{}` cannot be read: {}", file.display(), error.message),
        error.hint,
    )
}
