//! The plan in memory: worked out after every change, with the list of its states.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cost::money::Money;
use cost::plan::Plan;
use cost::problem::{Lacks, Problem};
use store::Snapshot;

use super::agreements;
use super::figures;
use super::inputs;
use super::node::Node;
use super::outline::{self, Places};
use super::since::Shown;
use super::view::{Facts, Finding, LastEdit, PlanInput, Taught, View};
use super::writer::{Command, Writer};
use crate::calibrations::{Calibrations, Learned};
use crate::error::{Code, Error};
use crate::estimates::{Refused, Worked, attempt, month_name};
use crate::pins::{self, LOCK_FILE};
use crate::plans::{self, Counts, Files};
use crate::prices::now_text;
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
    pub last: Option<(String, Option<Totals>)>,
    /// What is to be selected next.
    pub select: Option<String>,
    /// The month that was chosen.
    pub month: Option<usize>,
    /// Counts answers.
    pub turn: u64,
    /// The rows of the last one.
    pub shown: Option<Shown>,
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
    /// The plan before it began: a change is named by where it came from.
    pub before: Plan,
    /// The figures before it began: those of a half-typed number are nobody's.
    worked: Option<Arc<Worked>>,
}

/// The figures that an edit is compared by.
#[derive(Clone)]
pub struct Totals {
    unit_costs: Vec<(String, Vec<f64>)>,
    months: Vec<Money>,
    total: Money,
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
        let before = self.totals();
        let goes_on = key.as_ref().is_some_and(|key| self.goes_on(&key.field, key.when));
        let worked = self.worked.clone();
        let earlier = self.stand(plan, files)?;
        let typing = self.typed.take().filter(|_| goes_on);
        let (began, worked) = match typing {
            Some(typing) => (typing.before, typing.worked),
            None => (earlier, worked),
        };
        if !self.problems.is_empty() {
            self.worked.clone_from(&worked);
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
        self.typed = key.map(|key| Typing { key, before: began, worked });
        self.select = None;
        Ok(())
    }

    /// Puts another plan in place, worked out; the answer is the one before. Where that fails nothing changed.
    pub fn stand(&mut self, plan: Plan, files: Files) -> Result<Plan, Error> {
        let plan = std::mem::replace(&mut self.plan, plan);
        let files = std::mem::replace(&mut self.files, files);
        match self.work_out() {
            Ok(()) => Ok(plan),
            Err(error) => {
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
                self.worked = Some(Arc::new(worked));
            }
            Err(problems) => self.problems = problems,
        }
        Ok(())
    }

    /// The figures that the next change is compared by.
    pub fn totals(&self) -> Option<Totals> {
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

    /// What the window shows.
    pub fn view(&mut self) -> View {
        self.view_since(None)
    }

    /// The same without the rows that are as they were, for whoever has the answer of that turn.
    pub fn view_since(&mut self, since: Option<u64>) -> View {
        let view = self.whole_view();
        let known = self.shown.take().filter(|known| since == Some(known.turn()));
        let (view, shown) = match known {
            Some(known) => known.leave_out(view),
            None => Shown::all(view),
        };
        self.shown = Some(shown);
        view
    }

    fn whole_view(&mut self) -> View {
        self.turn += 1;
        let (months, month) = (self.month_names(), self.month_in_view());
        let mut nodes = outline::nodes(&self.plan);
        let mut parts = outline::parts(&self.plan, &nodes);
        let mut shown = None;
        if let Some(worked) = &self.worked {
            // The figures may be those of a state with fewer months.
            let month = month.min(worked.estimate.workings.months.saturating_sub(1));
            figures::fill(&mut nodes, worked, month);
            agreements::fill_changes(&mut nodes, worked, month);
            figures::fill_parts(&mut parts, &mut nodes, worked, month);
            shown = Some(figures::figures(worked, month));
        }
        let inputs = self.inputs(&nodes);
        View {
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
            inputs,
        }
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

    fn inputs(&self, nodes: &[Node]) -> Vec<PlanInput> {
        let measures = self.worked.as_ref().map(|worked| worked.opened.measures.clone());
        let places = Places::of(nodes);
        plans::inputs_of(&self.plan, &measures.unwrap_or_default())
            .into_iter()
            .map(|(input, number)| inputs::plan_input(input, number.as_ref(), &places))
            .collect()
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
        let (before, after) = (before.clone()?, self.totals()?);
        let cost_of = |totals: &Totals, name: &str| {
            let known = totals.unit_costs.iter().find(|(known, _)| known == name);
            known.and_then(|(_, costs)| costs.get(month).copied())
        };
        let changes = after.unit_costs.iter().filter_map(|(name, _)| {
            let (before, after) = (cost_of(&before, name)?, cost_of(&after, name)?);
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
            month: moved(in_month(&before), in_month(&after)),
            total: moved(before.total, after.total),
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
