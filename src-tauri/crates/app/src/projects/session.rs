//! An open project: its plan in memory, worked out after every edit, and the list of its states.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cost::edit::{Edit, NotEdited};
use cost::plan::Plan;
use cost::problem::Problem;
use store::{Revision, Snapshot};

use super::figures;
use super::outline;
use super::view::{Facts, Finding, LastEdit, PlanInput, View};
use super::writer::{Command, Writer};
use crate::error::{Code, Error};
use crate::estimates::{Refused, Worked, attempt, month_name};
use crate::pins::{self, LOCK_FILE};
use crate::plans::{self, Counts, Files};
use crate::prices::now_text;
use crate::shelf::Shelf;

/// Typing in one field is one change until it rests for so long.
const REST: Duration = Duration::from_secs(1);

/// How far back a state without problems is looked for when a project is opened.
const LOOK_BACK: usize = 50;

/// An open project.
pub struct Session {
    /// The number under which it is open.
    pub number: u64,
    /// Its file.
    pub file: PathBuf,
    state: Mutex<State>,
    writer: Writer,
}

/// The plan and everything that is known about it.
struct State {
    read_only: Option<String>,
    desk: Option<String>,
    plan: Plan,
    files: Files,
    counts: Counts,
    problems: Vec<Problem>,
    /// The newest state without problems, worked out.
    worked: Option<Arc<Worked>>,
    /// Every state, the oldest first; undo and redo move `head` along it.
    moments: Vec<Moment>,
    head: usize,
    /// The field that was typed in last, and when.
    typed: Option<(String, Instant)>,
    last: Option<(String, Option<Totals>)>,
    select: Option<String>,
    month: Option<usize>,
    turn: u64,
}

/// One state of the project.
struct Moment {
    label: String,
    at: String,
    /// In memory since it was made or visited.
    snapshot: Option<Arc<Snapshot>>,
}

/// The figures that an edit is compared by.
#[derive(Clone)]
struct Totals {
    unit_costs: Vec<(String, Vec<f64>)>,
    months: Vec<cost::money::Money>,
    total: cost::money::Money,
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
            read_only,
            desk,
            files: snapshot.files.clone(),
            plan,
            counts: Counts::default(),
            problems: vec![],
            worked: None,
            moments: revisions.iter().map(moment).collect(),
            head,
            typed: None,
            last: None,
            select: None,
            month: None,
            turn: 0,
        };
        state.moments[head].snapshot = Some(Arc::new(snapshot));
        state.work_out()?;
        let session = Self { number, file: file.to_owned(), state: Mutex::new(state), writer };
        session.look_back()?;
        Ok(session)
    }

    /// Changes the plan.
    pub fn edit(&self, edit: &Edit) -> Result<View, Error> {
        let mut state = self.writable()?;
        let edited = state.plan.edit(edit).map_err(not_edited)?;
        let files = kept_files(&state.files, &edited.plan);
        state.change(&self.writer, edited.label, edited.field, edited.plan, files)?;
        state.select = edited.select;
        Ok(state.view(self))
    }

    /// Writes the text of a part.
    pub fn write_text(&self, part: &str, text: &str) -> Result<View, Error> {
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
        let (label, field) = (format!("text of {part}"), Some(format!("text of {part}")));
        state.change(&self.writer, label, field, plan, files)?;
        Ok(state.view(self))
    }

    /// Adds a part with its text, sent by the calls at these places.
    pub fn add_text(&self, name: &str, text: &str, calls: &[String]) -> Result<View, Error> {
        let mut state = self.writable()?;
        let add =
            Edit::AddPart { name: name.to_owned(), text: Some(text.to_owned()), tokens: None };
        let mut edited = state.plan.edit(&add).map_err(not_edited)?;
        let label = edited.label.clone();
        for at in calls {
            let send = Edit::AddInput { at: at.clone(), part: name.to_owned(), copies: None };
            edited = edited.plan.edit(&send).map_err(not_edited)?;
        }
        let mut files = state.files.clone();
        if let Some(part) = edited.plan.prompts.get_mut(name) {
            let file = text_file(&files, name);
            files.insert(file.clone(), text.into());
            (part.file, part.text, part.tokens) = (Some(file), None, None);
        }
        state.change(&self.writer, label, None, edited.plan, files)?;
        Ok(state.view(self))
    }

    /// Takes the prices that the book has now.
    pub fn repin(&self) -> Result<View, Error> {
        let mut state = self.writable()?;
        let (plan, mut files) = (state.plan.clone(), state.files.clone());
        files.remove(LOCK_FILE);
        state.change(&self.writer, "prices of the book".to_owned(), None, plan, files)?;
        Ok(state.view(self))
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

    /// Takes the last change back.
    pub fn undo(&self) -> Result<View, Error> {
        let head = self.state().head;
        match head.checked_sub(1) {
            Some(index) => self.go_to(index),
            None => Ok(self.view()),
        }
    }

    /// Does again what was taken back.
    pub fn redo(&self) -> Result<View, Error> {
        let state = self.state();
        let next = state.head + 1;
        let there = next < state.moments.len();
        drop(state);
        if there { self.go_to(next) } else { Ok(self.view()) }
    }

    /// Goes to a state of the list.
    pub fn go_to(&self, index: usize) -> Result<View, Error> {
        let snapshot = self.snapshot(index)?;
        let mut state = self.writable()?;
        let plan =
            plans::read_plan(&snapshot.plan).map_err(|error| unreadable(&self.file, error))?;
        let label = match index < state.head {
            true => format!("undid {}", state.moments[index + 1].label),
            false => format!("redid {}", state.moments[index].label),
        };
        let before = state.totals();
        (state.plan, state.files) = (plan, snapshot.files.clone());
        state.moments[index].snapshot = Some(snapshot);
        (state.head, state.typed, state.select) = (index, None, None);
        state.last = Some((label, before));
        state.work_out()?;
        self.writer.send(Command::Go(index));
        Ok(state.view(self))
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
        self.state().view(self)
    }

    /// The project with another month in view.
    pub fn look_at(&self, month: usize) -> View {
        let mut state = self.state();
        state.month = Some(month);
        state.view(self)
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

    /// The state in view as it is written.
    pub fn current(&self) -> Snapshot {
        let state = self.state();
        Snapshot {
            format: cost::plan::FORMAT,
            plan: plans::write(&state.plan),
            files: state.files.clone(),
        }
    }

    /// What a list of projects says of it.
    pub fn summary(&self) -> Summary {
        let state = self.state();
        let month = state.month_in_view();
        let worked = state.worked.as_ref();
        let rows = worked.and_then(|worked| worked.estimate.workings.features.first());
        let feature = state.plan.features.first();
        Summary {
            name: state.plan.name.clone(),
            unit: feature.map(|feature| feature.unit.clone()).unwrap_or_default(),
            unit_cost: worked.zip(rows).map(|(worked, rows)| {
                let month = month.min(worked.estimate.workings.months - 1);
                worked.estimate.values.at(rows.month_unit_cost, month).to_string()
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
            let snapshot = self.snapshot(index)?;
            let Ok(plan) = plans::read_plan(&snapshot.plan) else { continue };
            let mut state = self.state();
            if let Ok(worked) = work_out(&plan, &snapshot.files, &mut Counts::default())? {
                state.worked = Some(Arc::new(worked));
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

impl State {
    /// Takes a changed plan: worked out at once, written soon.
    fn change(
        &mut self,
        writer: &Writer,
        label: String,
        field: Option<String>,
        plan: Plan,
        files: Files,
    ) -> Result<(), Error> {
        let before = self.totals();
        let earlier =
            (std::mem::replace(&mut self.plan, plan), std::mem::replace(&mut self.files, files));
        if let Err(error) = self.work_out() {
            (self.plan, self.files) = earlier;
            return Err(error);
        }
        let snapshot = Arc::new(Snapshot {
            format: cost::plan::FORMAT,
            plan: plans::write(&self.plan),
            files: self.files.clone(),
        });
        let at = now_text();
        let goes_on = self.head + 1 == self.moments.len()
            && matches!((&field, &self.typed), (Some(field), Some((typed, when)))
                if field == typed && when.elapsed() < REST);
        if goes_on {
            let before = self.last.take().and_then(|(_, before)| before);
            self.last = Some((label.clone(), before));
            let moment = &mut self.moments[self.head];
            (moment.label, moment.at) = (label.clone(), at.clone());
            moment.snapshot = Some(snapshot.clone());
            writer.send(Command::Amend { label, at, snapshot });
        } else {
            self.last = Some((label.clone(), before));
            self.moments.truncate(self.head + 1);
            let moment =
                Moment { label: label.clone(), at: at.clone(), snapshot: Some(snapshot.clone()) };
            self.moments.push(moment);
            self.head += 1;
            writer.send(Command::Push { label, field: field.clone(), at, snapshot });
        }
        self.typed = field.map(|field| (field, Instant::now()));
        self.select = None;
        Ok(())
    }

    /// Works the plan out. Its problems are no error: the figures of the state before stay.
    fn work_out(&mut self) -> Result<(), Error> {
        match work_out(&self.plan, &self.files, &mut self.counts)? {
            Ok(worked) => {
                if let Some(lock) = worked.pins.text() {
                    self.files.insert(LOCK_FILE.to_owned(), lock.into());
                }
                self.problems.clear();
                self.worked = Some(Arc::new(worked));
            }
            Err(problems) => self.problems = problems,
        }
        Ok(())
    }

    fn totals(&self) -> Option<Totals> {
        let worked = self.worked.as_ref()?;
        let (workings, values) = (&worked.estimate.workings, &worked.estimate.values);
        let unit_costs = workings.features.iter().map(|rows| {
            let months = 0..workings.months;
            let costs = months.map(|month| values.at(rows.month_unit_cost, month)).collect();
            (rows.name.clone(), costs)
        });
        let ledger = &worked.estimate.ledger;
        Some(Totals {
            unit_costs: unit_costs.collect(),
            months: (0..workings.months).map(|month| ledger.month(month)).collect(),
            total: ledger.total(),
        })
    }

    fn view(&mut self, session: &Session) -> View {
        self.turn += 1;
        let (months, month) = (self.month_names(), self.month_in_view());
        let mut nodes = outline::nodes(&self.plan);
        let mut parts = outline::parts(&self.plan, &nodes);
        let mut shown = None;
        if let Some(worked) = &self.worked {
            // The figures may be those of a state with fewer months.
            let month = month.min(worked.estimate.workings.months.saturating_sub(1));
            figures::fill(&mut nodes, worked, month);
            figures::fill_parts(&mut parts, &mut nodes, worked, month);
            shown = Some(figures::figures(worked, month));
        }
        let inputs = self.inputs(&nodes);
        View {
            project: session.number,
            turn: self.turn,
            file: session.file.display().to_string(),
            read_only: self.read_only.clone(),
            undo: (self.head > 0).then(|| self.moments[self.head].label.clone()),
            redo: self.moments.get(self.head + 1).map(|moment| moment.label.clone()),
            select: self.select.take(),
            name: self.plan.name.clone(),
            starts: self.plan.starts.clone(),
            problems: self.problems.iter().map(|problem| self.finding(problem, &nodes)).collect(),
            notes: self.worked.as_ref().map(|worked| worked.notes()).unwrap_or_default(),
            last: self.last_edit(month),
            facts: self.facts(&inputs),
            stale: !self.problems.is_empty(),
            figures: shown,
            months,
            month,
            nodes,
            parts,
            inputs,
        }
    }

    fn month_names(&self) -> Vec<String> {
        let Some(first) = self.plan.first_day() else { return vec![] };
        let month = |index: u32| first.checked_add(jiff::Span::new().months(index)).map(month_name);
        (0..self.plan.months.min(cost::check::MOST_MONTHS)).filter_map(|i| month(i).ok()).collect()
    }

    /// The month that was chosen, or the last.
    fn month_in_view(&self) -> usize {
        let last = self.month_names().len().saturating_sub(1);
        self.month.unwrap_or(last).min(last)
    }

    fn inputs(&self, nodes: &[super::view::Node]) -> Vec<PlanInput> {
        let measures = self.worked.as_ref().map(|worked| worked.opened.measures.clone());
        plans::inputs_of(&self.plan, &measures.unwrap_or_default())
            .into_iter()
            .map(|(input, number)| outline::plan_input(input, number.as_ref(), nodes))
            .collect()
    }

    fn finding(&self, problem: &Problem, nodes: &[super::view::Node]) -> Finding {
        let before = || {
            let plan = &self.worked.as_ref()?.opened.plan;
            let address = problem.address.as_ref()?;
            let known = plan.numbers().into_iter().find(|number| number.address == *address)?;
            Some(known.text)
        };
        let at = outline::node_of(nodes, &problem.path);
        let is_field = problem.path.join("/") != at || !at.contains('/');
        Finding {
            address: problem.address.clone(),
            field: problem.path.last().filter(|_| is_field).cloned(),
            at,
            message: problem.message.clone(),
            hint: problem.hint.clone(),
            meanwhile: before(),
        }
    }

    fn last_edit(&self, month: usize) -> Option<LastEdit> {
        let (label, before) = self.last.as_ref()?;
        let (before, after) = (before.clone()?, self.totals()?);
        let cost_of = |totals: &Totals, name: &str| {
            let known = totals.unit_costs.iter().find(|(known, _)| known == name);
            known.and_then(|(_, costs)| costs.get(month).copied())
        };
        let changes = after.unit_costs.iter().filter_map(|(name, _)| {
            let change = cost_of(&after, name)? - cost_of(&before, name)?;
            Some((name.clone(), change.to_string()))
        });
        let in_month = |totals: &Totals| totals.months.get(month).copied().unwrap_or_default();
        Some(LastEdit {
            label: label.clone(),
            unit_costs: changes.collect(),
            month: (in_month(&after) - in_month(&before)).to_string(),
            total: (after.total - before.total).to_string(),
        })
    }

    fn facts(&self, inputs: &[PlanInput]) -> Facts {
        let worked = self.worked.as_ref();
        Facts {
            checked: worked
                .and_then(|worked| worked.checked())
                .map(|(_, newest)| newest.to_string()),
            pinned: worked.map_or(0, |worked| worked.estimate.workings.prices.len()),
            moved: worked.map_or(0, |worked| worked.pins.moved),
            inputs: inputs.len(),
            guesses: inputs.iter().filter(|input| input.input.guess).count(),
        }
    }
}

/// Works a plan at hand out: what it comes to, or what is wrong with it.
fn work_out(
    plan: &Plan,
    files: &Files,
    counts: &mut Counts,
) -> Result<Result<Worked, Vec<Problem>>, Error> {
    let shelf = Shelf::of(None)?;
    let text = plans::write(plan);
    let beside = |name: &str| beside(files, name);
    let opened =
        plans::at_hand(plans::PLAN_FILE.into(), plan.clone(), &text, &beside, &shelf, counts);
    let opened = match opened {
        Ok(opened) => opened,
        Err(problems) => return Ok(Err(problems)),
    };
    let lock = files.get(LOCK_FILE).map(AsRef::as_ref);
    let pins = pins::of_text(&opened, lock, &shelf)?;
    Ok(attempt(opened, &shelf, pins).map_err(|refused| {
        let Refused { problems, .. } = refused;
        problems
    }))
}

/// The files that a plan still names, and its pinned prices.
fn kept_files(files: &Files, plan: &Plan) -> Files {
    let named: Vec<&str> = plan.prompts.values().filter_map(|part| part.file.as_deref()).collect();
    let keeps = |name: &str| name == LOCK_FILE || named.contains(&name);
    files
        .iter()
        .filter(|(name, _)| keeps(name))
        .map(|(name, text)| (name.clone(), text.clone()))
        .collect()
}

/// A name for the text of a part that no other text has.
fn text_file(files: &Files, part: &str) -> String {
    let plain = format!("prompts/{part}.md");
    let numbered = (2..).map(|number| format!("prompts/{part}-{number}.md"));
    let mut names = std::iter::once(plain).chain(numbered);
    names.find(|name| !files.contains_key(name)).expect("numbers do not end")
}

fn beside(files: &Files, name: &str) -> Result<String, Error> {
    let known = files.get(name).map(|text| text.to_string());
    known.ok_or_else(|| {
        Error::new(
            Code::MissingFile,
            format!("The project has no text `{name}`."),
            "Paste it into the part on the page Prompts.",
        )
    })
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
