//! Plans: opened from a folder, their texts counted, the place of everything known.

mod inputs;
mod places;
mod read;
mod texts;
mod wanted;
mod write;

pub use inputs::{Input, Inputs, ModelInput, Scalar, input, inputs_of};
pub use texts::Counts;
pub use write::write;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use cost::plan::{Measures, NotSet, Plan};
use cost::problem::{Lacks, Problem};
use serde::Deserialize;
use ts_rs::TS;

use crate::calibrations::Calibrations;
use crate::error::{At, Code, Error, More};
use crate::files;
use crate::hash;
use crate::shelf::Shelf;
use crate::stored::{self, is_project};
use crate::suggest::nearest;
use places::{Place, Places};

/// The name of a plan in its folder.
pub const PLAN_FILE: &str = "plan.yaml";

/// Which plan, with which of its inputs set to something else.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct Request {
    /// The plan's file, or its folder.
    pub plan: PathBuf,
    /// Inputs to set first: `support.conversation.turns=2..6`; a call's model among them.
    pub set: Vec<String>,
    /// A folder of price files instead of the plan's pinned prices.
    pub book: Option<PathBuf>,
}

/// A plan that was read, with the lengths of its texts.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The plan's file, as the user named it.
    pub file: PathBuf,
    /// The plan, every number with its address.
    pub plan: Plan,
    /// The lengths of its texts.
    pub measures: Measures,
    /// The SHA-256 of its text, its prompts' texts and what was set.
    pub hash: String,
    /// What was set for this run, models first: `support.easy.output.low=100`.
    pub set: Vec<String>,
    /// The texts of the project that it stands in, pinned prices among them; nothing for a plan that is a folder.
    pub inside: Option<Files>,
    texts: texts::Texts,
    places: Places,
}

/// Texts beside a plan, by the names of their files.
pub type Files = BTreeMap<String, Arc<str>>;

/// The inputs of a plan, those that are asked for set.
pub fn inputs(request: Request) -> Result<Inputs, Vec<Error>> {
    let shelf = Shelf::of(request.book.as_deref()).map_err(|error| vec![error])?;
    Ok(open_set(&request, &shelf)?.inputs())
}

/// Opens a plan and sets what is asked for. Every value that cannot be set is an error of its own.
pub fn open_set(request: &Request, shelf: &Shelf) -> Result<Opened, Vec<Error>> {
    let mut opened = open(&request.plan, shelf)?;
    // Models come first: a text's length is one in a vocabulary.
    let (models, numbers): (Vec<&String>, Vec<&String>) =
        request.set.iter().partition(|change| opened.names_model(change));
    let of_models = models.into_iter().map(|change| opened.set_model(change, shelf).err());
    let mut refused: Vec<Error> = of_models.collect::<Vec<_>>().into_iter().flatten().collect();
    refused.extend(numbers.into_iter().filter_map(|change| opened.set(change).err()));
    if refused.is_empty() { Ok(opened) } else { Err(refused) }
}

/// Opens a plan: a folder with a `plan.yaml`, a plan's file, or a project's. The shelf knows its models.
///
/// Every text that cannot be read is an error of its own.
pub fn open(path: &Path, shelf: &Shelf) -> Result<Opened, Vec<Error>> {
    if is_project(path) {
        return open_project(path, shelf);
    }
    let file = plan_file(path).map_err(|error| vec![error])?;
    let text = files::read_text(&file).map_err(|error| vec![error])?;
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    open_text(file, &text, shelf, &|name| {
        let path = folder.join(name);
        // A link may lead out of the folder where its name does not.
        let real = |path: &Path| path.canonicalize().ok();
        let home = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
        match (real(home), real(&path)) {
            (Some(home), Some(path)) if !path.starts_with(&home) => Err(outside(name)),
            _ => files::read_text(&path),
        }
    })
}

/// Opens the plan that stands in a project's file.
fn open_project(path: &Path, shelf: &Shelf) -> Result<Opened, Vec<Error>> {
    let snapshot = stored::standing(path).map_err(|error| vec![error])?;
    let files = snapshot.files;
    let mut opened = open_text(path.to_owned(), &snapshot.plan, shelf, &|name| {
        let text = files.get(name).map(|text| text.to_string());
        text.ok_or_else(|| {
            let message = format!("The project has no text `{name}`.");
            Error::new(
                Code::MissingFile,
                message,
                "Open it in the window and paste the text there.",
            )
        })
    })?;
    opened.inside = Some(files);
    Ok(opened)
}

/// Opens a plan that is at hand as text, with the texts that it names.
pub fn open_text(
    file: PathBuf,
    text: &str,
    shelf: &Shelf,
    beside: &dyn Fn(&str) -> Result<String, Error>,
) -> Result<Opened, Vec<Error>> {
    let (plan, places) = read::read(text).map_err(|malformed| {
        let read::Malformed { message, hint, place } = malformed;
        vec![Error::new(Code::MalformedPlan, message, hint).at(at(&file, place, None))]
    })?;
    let inside = |name: &str| if is_inside(name) { beside(name) } else { Err(outside(name)) };
    let texts = texts::read(&plan, &inside).map_err(|errors| {
        let placed = errors.into_iter().map(|(part, error)| {
            let path = ["prompts", &part, "file"].map(str::to_owned);
            error.at(at(&file, places.find(&path), Some(path.join("."))))
        });
        placed.collect::<Vec<_>>()
    })?;
    let measures = measured(&plan, &texts, shelf, &mut Counts::default())
        .map_err(|errors| errors.into_iter().map(|(_, error)| error).collect::<Vec<_>>())?;
    let hash = texts::hash(text, &texts);
    Ok(Opened { file, plan, measures, hash, set: vec![], inside: None, texts, places })
}

/// A plan from its text, without the texts that it names.
pub fn read_plan(text: &str) -> Result<Plan, Error> {
    let (plan, _) = read::read(text).map_err(|malformed| {
        let read::Malformed { message, hint, .. } = malformed;
        Error::new(Code::MalformedPlan, message, hint)
    })?;
    Ok(plan)
}

/// Opens a plan that is at hand, with the texts that it names. A text that is missing is a problem of the plan.
pub fn at_hand(
    file: PathBuf,
    plan: Plan,
    text: &str,
    beside: &dyn Fn(&str) -> Result<String, Error>,
    shelf: &Shelf,
    known: &mut Counts,
) -> Result<Opened, Vec<Problem>> {
    let problems = |errors: Vec<(String, Error)>| {
        let problem = |(part, error): (String, Error)| Problem {
            path: ["prompts", &part, "file"].map(str::to_owned).to_vec(),
            address: Some(format!("prompts.{part}.file")),
            message: error.message,
            hint: error.hint,
            lacks: Lacks::Nothing,
        };
        errors.into_iter().map(problem).collect::<Vec<_>>()
    };
    let texts = texts::read(&plan, beside).map_err(problems)?;
    let measures = measured(&plan, &texts, shelf, known).map_err(problems)?;
    let hash = texts::hash(text, &texts);
    let places = Places::default();
    Ok(Opened { file, plan, measures, hash, set: vec![], inside: None, texts, places })
}

/// The lengths of a plan's texts, for models that it was told of as they taught.
fn measured(
    plan: &Plan,
    texts: &texts::Texts,
    shelf: &Shelf,
    known: &mut Counts,
) -> Result<Measures, Vec<(String, Error)>> {
    let calibrations = Calibrations::of(&plan.calibration, shelf);
    texts::count(plan, texts, &|model| calibrations.counted_as(shelf, model), known)
}

impl Opened {
    /// Sets one input: `support.easy.output.low=100`.
    pub fn set(&mut self, change: &str) -> Result<(), Error> {
        let Some((address, value)) = change.split_once('=') else {
            return Err(Error::new(
                Code::InvalidValue,
                format!("`{change}` does not say what to set it to."),
                "Write ADDRESS=VALUE, as in support.conversation.turns=2..6.",
            ));
        };
        let address = address.trim();
        let set = self.plan.set(&mut self.measures, address, value);
        set.map_err(|not_set| match not_set {
            NotSet::Unread { unread } => Error::new(
                Code::InvalidValue,
                format!("`{address}` cannot be set: {}", unread.message),
                unread.hint,
            )
            .at(At { address: Some(address.to_owned()), ..At::default() }),
            NotSet::Unknown { .. } => self.no_input(address),
        })?;
        self.was_set(format!("{address}={}", value.trim()));
        Ok(())
    }

    /// Whether a change is one of a call's model.
    fn names_model(&self, change: &str) -> bool {
        let address = change.split('=').next().unwrap_or_default().trim();
        self.plan.models().iter().any(|(known, _)| known == address)
    }

    /// Sets a call's model, `support.easy.model=anthropic/claude-opus-4-7`, and counts the texts for it.
    fn set_model(&mut self, change: &str, shelf: &Shelf) -> Result<(), Error> {
        let (address, model) = change.split_once('=').unwrap_or((change, ""));
        let (address, model) = (address.trim(), model.trim());
        let is_in_use = self.plan.models().iter().any(|(_, known)| *known == model);
        if !is_in_use && let Err(error) = shelf.find(None, model) {
            let message = format!("`{address}` cannot be set: {}", error.message);
            let at = At { address: Some(address.to_owned()), ..At::default() };
            return Err(Error { message, ..error }.at(at));
        }
        self.plan.set_model(address, model).map_err(|_| self.no_input(address))?;
        self.measures = measured(&self.plan, &self.texts, shelf, &mut Counts::default())
            .map_err(|errors| errors.into_iter().next().expect("there is one").1)?;
        self.was_set(format!("{address}={model}"));
        Ok(())
    }

    fn was_set(&mut self, set: String) {
        self.hash = hash::of([self.hash.as_str(), &set]);
        self.set.push(set);
    }

    /// Every input, in reading order; the lengths of texts first.
    pub fn inputs(&self) -> Inputs {
        inputs::list(&self.plan, &self.measures)
    }

    /// What is wrong with the plan, as an error with its place in the text.
    pub fn invalid(&self, problem: &Problem) -> Error {
        let place = match problem.address {
            Some(_) => self.places.find_number(&problem.path),
            None => self.places.find(&problem.path),
        };
        let error = Error::new(Code::InvalidPlan, &problem.message, &problem.hint).at(at(
            &self.file,
            place,
            problem.address.clone(),
        ));
        match problem.lacks {
            Lacks::Nothing | Lacks::Held => error,
            Lacks::Model => error.with(More::Models),
        }
    }

    /// No input stands at an address.
    fn no_input(&self, address: &str) -> Error {
        let mut known = self.plan.addresses(&self.measures);
        known.extend(self.plan.models().into_iter().map(|(address, _)| address));
        let near = nearest(address, known.iter().map(String::as_str));
        let guess = near.map(|name| format!("Did you mean `{name}`?"));
        Error::new(
            Code::NotFound,
            format!("The plan has no input at `{address}`."),
            guess.unwrap_or_else(|| "Choose one of the plan's numbers.".to_owned()),
        )
        .with(More::Inputs)
    }
}

fn plan_file(path: &Path) -> Result<PathBuf, Error> {
    let named = if path.is_dir() { path.join(PLAN_FILE) } else { path.to_owned() };
    if named.exists() {
        return Ok(named);
    }
    let message = if path.is_dir() {
        format!("The folder `{}` has no {PLAN_FILE}.", path.display())
    } else {
        format!("There is no plan `{}`.", path.display())
    };
    let hint = format!("Name a plan's file, or a folder with a {PLAN_FILE} in it.");
    Err(Error::new(Code::MissingFile, message, hint).at(files::named(path)))
}

/// Whether a path stays in the folder that it starts from, by its words alone.
fn is_inside(name: &str) -> bool {
    let mut depth = 0_usize;
    Path::new(name).components().all(|component| match component {
        Component::Normal(_) => {
            depth += 1;
            true
        }
        Component::CurDir => true,
        Component::ParentDir => match depth.checked_sub(1) {
            Some(less) => {
                depth = less;
                true
            }
            None => false,
        },
        Component::RootDir | Component::Prefix(_) => false,
    })
}

/// A plan that somebody sends must not read other files of whoever opens it.
fn outside(name: &str) -> Error {
    Error::new(
        Code::InvalidPlan,
        format!("`{name}` is outside the plan's folder."),
        "Keep a copy beside the plan and name it from there, as in prompts/system.md.",
    )
}

fn at(file: &Path, place: Option<Place>, address: Option<String>) -> At {
    At {
        file: Some(file.display().to_string()),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        address,
    }
}

#[cfg(test)]
mod tests;
