//! The plan in memory: worked out after every change, with the list of its states.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cost::money::Money;
use cost::plan::{Measures, Plan};
use cost::problem::{Lacks, Problem};
use cost::workings::FeatureRows;
use store::Snapshot;

use super::agreements;
use super::behind::Steps;
use super::dearer;
use super::figures;
use super::node::Node;
use super::outline::Places;
use super::outlined::Outlined;
use super::since::Shown;
use super::view::{Facts, Finding, LastEdit, PlanInput, Taught, View};
use super::writer::{Command, Writer};
use crate::calibrations::{Calibrations, Learned};
use crate::error::{Code, Error};
use crate::estimates::{Refused, Worked, attempt, month_name};
use crate::pins::{self, LOCK_FILE};
use crate::plans::{self, Counts, Files};
use crate::prices::now_text;
use crate::runtime::runtime;
use crate::shelf::{Shelf, full_name};

/// Typing in one field is one change until it rests for so long.
const REST: Duration = Duration::from_secs(1);

/// The plan and everything that is known about it.
pub struct State {
    /// The number under which it is open.
    pub number: u64,
    /// Its file.
    pub file: PathBuf,
    /// Why nothing can be changed.
    pub read_only: Option<String>,
    /// What the window keeps.
    pub desk: Option<String>,
    /// The plan.
    pub plan: Plan,
    /// The plan as it is written.
    pub text: String,
    /// Its texts, pinned prices among them.
    pub files: Files,
    /// Lengths of texts that are known.
    pub counts: Counts,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// The newest state without problems, worked out.
    pub worked: Option<Arc<Worked>>,
    /// Every state, the oldest first; undo and redo move `head` along it.
    pub moments: Vec<Moment>,
    /// Which state stands.
    pub head: usize,
    /// The field that is being typed in.
    pub typed: Option<Typing>,
    /// The last change, and the figures before it.
    pub last: Option<(String, Option<Arc<Totals>>)>,
    /// What the figures come to.
    pub totals: Option<Arc<Totals>>,
    /// What is to be selected next.
    pub select: Option<String>,
    /// The month that was chosen.
    pub month: Option<usize>,
    /// Counts answers.
    pub turn: u64,
    /// The rows of the last one.
    pub shown: Option<Shown>,
    /// The plan's outline, once it was asked for.
    pub outlined: Option<Outlined>,
}

/// One state of the project.
pub struct Moment {
    /// What was done.
    pub label: String,
    /// When.
    pub at: String,
    /// In memory since it was made or visited.
    pub snapshot: Option<Arc<Snapshot>>,
}

/// A key pressed in a field.
pub struct Key {
    /// The field.
    pub field: String,
    /// When.
    pub when: Instant,
}

/// Typing in one field, which is one change until it rests.
pub struct Typing {
    /// The last key.
    key: Key,
    /// Where it began.
    pub began: Began,
}

/// The project before somebody began to type: the figures of a half-typed number are nobody's.
pub struct Began {
    /// The plan, by which a change is named.
    pub plan: Plan,
    /// Its texts.
    files: Files,
    /// Whose figures there were.
    figures: Before,
    /// Whether the figures have moved since.
    has_moved: bool,
}

/// Whose figures there were before somebody began to type.
enum Before {
    /// The plan's own: they are worked out again where they are needed, rather than held twice.
    Own,
    /// Those of an earlier one, if any: the plan had problems.
    Earlier(Option<Arc<Worked>>),
}

/// The figures that an edit is compared by.
pub struct Totals {
    unit_costs: BTreeMap<String, Vec<f64>>,
    months: Vec<Money>,
    total: Money,
}

impl Totals {
    fn of(worked: &Worked) -> Self {
        let (workings, values) = (&worked.estimate.workings, &worked.estimate.values);
        let costs = |rows: &FeatureRows| {
            (0..workings.months).map(|month| values.at(rows.month_unit_cost, month)).collect()
        };
        let ledger = &worked.estimate.ledger;
        let months: Vec<Money> = (0..workings.months).map(|month| ledger.month(month)).collect();
        Self {
            unit_costs: workings
                .features
                .iter()
                .map(|rows| (rows.name.clone(), costs(rows)))
                .collect(),
            total: months.iter().copied().sum(),
            months,
        }
    }
}

impl State {
    /// Takes a changed plan: worked out at once, written soon.
    pub fn change(
        &mut self,
        writer: &Writer,
        label: String,
        key: Option<Key>,
        plan: Plan,
        files: Files,
    ) -> Result<(), Error> {
        let before = self.totals.clone();
        let goes_on = key.as_ref().is_some_and(|key| self.goes_on(&key.field, key.when));
        let (worked, files_before) = (self.worked.clone(), self.files.clone());
        let figures = match self.problems.is_empty() {
            true => Before::Own,
            false => Before::Earlier(worked.clone()),
        };
        let plan = self.stand(plan, files)?;
        let mut began = match self.typed.take().filter(|_| goes_on) {
            Some(typing) => typing.began,
            None => Began { plan, files: files_before, figures, has_moved: false },
        };
        if self.problems.is_empty() {
            began.has_moved = true;
        } else if std::mem::take(&mut began.has_moved) {
            self.go_back(&began)?;
        }
        let snapshot = Arc::new(Snapshot {
            format: cost::plan::FORMAT,
            plan: self.text.clone(),
            files: self.files.clone(),
        });
        let at = now_text();
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
            let field = key.as_ref().map(|key| key.field.clone());
            writer.send(Command::Push { label, field, at, snapshot });
        }
        self.typed = key.map(|key| Typing { key, began });
        self.select = None;
        // Nobody waits until the figures of before are taken apart.
        runtime().spawn_blocking(move || drop(worked));
        Ok(())
    }

    /// A plan whose new cascade at a place asks a dearer model second, where the book has one.
    pub fn escalated(&mut self, plan: Plan, at: &str, files: &Files) -> Result<Plan, Error> {
        if !self.problems.is_empty() {
            return Ok(plan);
        }
        let Some(before) = self.worked.clone() else { return Ok(plan) };
        let shelf = Shelf::of(None)?;
        let found = dearer::escalated(&plan, at, (&before, &shelf), |plan| {
            let text = plans::write(plan);
            work_out(plan, &text, files, &mut self.counts, Some(&before)).ok()?.ok()
        });
        Ok(found.unwrap_or(plan))
    }

    /// Takes the figures that there were before somebody began to type.
    fn go_back(&mut self, began: &Began) -> Result<(), Error> {
        match &began.figures {
            Before::Earlier(worked) => {
                self.totals = worked.as_ref().map(|worked| Arc::new(Totals::of(worked)));
                self.worked.clone_from(worked);
            }
            Before::Own => {
                let (plan, files) = (&began.plan, &began.files);
                let now = self.worked.as_deref();
                let before = work_out(plan, &plans::write(plan), files, &mut self.counts, now)?;
                if let Ok(before) = before {
                    self.rest_on(before);
                }
            }
        }
        Ok(())
    }

    /// Takes the figures of a plan without problems.
    pub fn rest_on(&mut self, worked: Worked) {
        self.totals = Some(Arc::new(Totals::of(&worked)));
        self.worked = Some(Arc::new(worked));
    }

    /// Puts another plan in place, worked out; the answer is the one before. Where that fails nothing changed.
    pub fn stand(&mut self, plan: Plan, files: Files) -> Result<Plan, Error> {
        self.outlined = self
            .outlined
            .take()
            .and_then(|mut outlined| outlined.follow(&self.plan, &plan).then_some(outlined));
        let plan = std::mem::replace(&mut self.plan, plan);
        let files = std::mem::replace(&mut self.files, files);
        match self.work_out() {
            Ok(()) => Ok(plan),
            Err(error) => {
                self.outlined = None;
                self.text = plans::write(&plan);
                (self.plan, self.files) = (plan, files);
                Err(error)
            }
        }
    }

    /// Whether typing in a field goes on with the state in view.
    pub fn goes_on(&self, field: &str, now: Instant) -> bool {
        let is_newest = self.head + 1 == self.moments.len();
        let last = self.typed.as_ref().map(|typing| &typing.key);
        let rested = |last: &Key| now.saturating_duration_since(last.when) >= REST;
        is_newest && last.is_some_and(|last| last.field == field && !rested(last))
    }

    /// Works the plan out. Its problems are no error: the figures of the state before stay.
    pub fn work_out(&mut self) -> Result<(), Error> {
        self.text = plans::write(&self.plan);
        let before = self.worked.as_deref();
        match work_out(&self.plan, &self.text, &self.files, &mut self.counts, before)? {
            Ok(worked) => {
                if let Some(lock) = worked.pins.text() {
                    self.files.insert(LOCK_FILE.to_owned(), lock.into());
                }
                self.problems.clear();
                self.rest_on(worked);
            }
            Err(problems) => self.problems = problems,
        }
        Ok(())
    }

    /// What the window shows.
    pub fn view(&mut self) -> View {
        self.view_since(None)
    }

    /// The same without the rows that are as they were, for whoever has the answer of that turn.
    pub fn view_since(&mut self, since: Option<u64>) -> View {
        let (view, inputs) = self.whole_view();
        let known = self.shown.take().filter(|known| since == Some(known.turn()));
        let (view, shown) = match known {
            Some(known) => known.leave_out(view, inputs),
            None => Shown::all(view, inputs),
        };
        self.shown = Some(shown);
        view
    }

    /// What the window shows, and the inputs that belong to it.
    fn whole_view(&mut self) -> (View, Vec<Arc<PlanInput>>) {
        self.turn += 1;
        let (months, month) = (self.month_names(), self.month_in_view());
        let none = Measures::default();
        let measures = self.worked.as_ref().map_or(&none, |worked| &worked.opened.measures);
        let outlined = self.outlined.get_or_insert_with(|| Outlined::of(&self.plan, measures));
        let (mut nodes, mut parts) = (outlined.nodes(), outlined.parts());
        let inputs = outlined.inputs(&self.plan, measures);
        let mut shown = None;
        if let Some(worked) = &self.worked {
            // The figures may be those of a state with fewer months.
            let month = month.min(worked.estimate.workings.months.saturating_sub(1));
            let steps = Steps::of(worked, month);
            figures::fill(&mut nodes, &steps);
            agreements::fill_changes(&mut nodes, worked, month);
            figures::fill_parts(&mut parts, &mut nodes, &steps);
            shown = Some(figures::figures(&steps));
        }
        let view = View {
            project: self.number,
            turn: self.turn,
            since: None,
            file: self.file.display().to_string(),
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
            taught: self.taught(),
            inputs: vec![],
        };
        (view, inputs)
    }

    /// The models that the plan was told of.
    fn taught(&self) -> Vec<Taught> {
        let Ok(shelf) = Shelf::of(None) else { return vec![] };
        let learned = Calibrations::of(&self.plan.calibration, &shelf);
        let taught = self.plan.calibration.iter().map(|(name, told)| Taught {
            name: name.clone(),
            model: shelf.find(None, name).ok().map(|found| full_name(&found)),
            told: told.clone(),
            learned: learned.learned(&shelf, name).map(Learned::from),
        });
        taught.collect()
    }

    fn month_names(&self) -> Vec<String> {
        let Some(first) = self.plan.first_day() else { return vec![] };
        let month = |index: u32| first.checked_add(jiff::Span::new().months(index)).map(month_name);
        (0..self.plan.months.min(cost::check::MOST_MONTHS)).filter_map(|i| month(i).ok()).collect()
    }

    /// The month that was chosen, or the last.
    pub fn month_in_view(&self) -> usize {
        let last = self.month_names().len().saturating_sub(1);
        self.month.unwrap_or(last).min(last)
    }

    fn finding(&self, problem: &Problem, nodes: &[Node]) -> Finding {
        let before = || {
            let plan = &self.worked.as_ref()?.opened.plan;
            let address = problem.address.as_ref()?;
            let known = plan.numbers().into_iter().find(|number| number.address == *address)?;
            Some(known.text)
        };
        let at = Places::of(nodes).node_of(&problem.path);
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
        let (before, after) = (before.as_ref()?, self.totals.as_ref()?);
        let changes = after.unit_costs.iter().filter_map(|(name, costs)| {
            let before = before.unit_costs.get(name)?.get(month).copied()?;
            let after = costs.get(month).copied()?;
            let change = after - before;
            let shown = if is_noise(change, after) { 0.0 } else { change };
            Some((name.clone(), shown.to_string()))
        });
        let in_month = |totals: &Totals| totals.months.get(month).copied().unwrap_or_default();
        let moved = |before: Money, after: Money| {
            let change = after - before;
            let noise = is_noise(change.to_f64(), after.to_f64());
            if noise { Money::default() } else { change }.to_string()
        };
        Some(LastEdit {
            label: label.clone(),
            unit_costs: changes.collect(),
            month: moved(in_month(before), in_month(after)),
            total: moved(before.total, after.total),
        })
    }

    fn facts(&self, inputs: &[Arc<PlanInput>]) -> Facts {
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

/// Whether a change is only what floats leave behind where the same terms are added in another order.
fn is_noise(change: f64, of: f64) -> bool {
    change.abs() <= 1e-11 * of.abs()
}

/// Works a plan at hand out, after the one before it: what it comes to, or what is wrong with it.
pub fn work_out(
    plan: &Plan,
    text: &str,
    files: &Files,
    counts: &mut Counts,
    before: Option<&Worked>,
) -> Result<Result<Worked, Vec<Problem>>, Error> {
    let shelf = Shelf::of(None)?;
    let beside = |name: &str| beside(files, name);
    let opened =
        plans::at_hand(plans::PLAN_FILE.into(), plan.clone(), text, &beside, &shelf, counts);
    let opened = match opened {
        Ok(opened) => opened,
        Err(problems) => return Ok(Err(problems)),
    };
    let lock = files.get(LOCK_FILE).map(AsRef::as_ref);
    let pins = match pins::of_text(&opened, lock, &shelf) {
        Ok(pins) => pins,
        // A project opens all the same: its prices can be taken anew.
        Err(error) => {
            let problem = Problem {
                path: vec!["prices".to_owned()],
                address: None,
                message: error.message,
                hint: "Take the prices that the book has now: a command of Ctrl K.".to_owned(),
                lacks: Lacks::Nothing,
            };
            return Ok(Err(vec![problem]));
        }
    };
    Ok(attempt(opened, &shelf, pins, before).map_err(|refused| {
        let Refused { problems, .. } = refused;
        problems
    }))
}

/// The text of a file of the project.
pub fn beside(files: &Files, name: &str) -> Result<String, Error> {
    let known = files.get(name).map(|text| text.to_string());
    known.ok_or_else(|| {
        Error::new(
            Code::MissingFile,
            format!("The project has no text `{name}`."),
            "Paste it into the part on the page Prompts.",
        )
    })
}
