//! Projects: opened, edited, undone, saved; what the window works with.

mod agreements;
mod asked;
mod behind;
mod call_prices;
mod dearer;
mod dollars;
mod events;
mod figures;
mod folder;
mod inputs;
mod listed;
mod node;
mod opened;
mod outline;
mod outlined;
mod projection;
mod questions;
mod recents;
mod session;
mod since;
mod stands;
mod state;
mod steps;
#[cfg(test)]
mod tests;
mod texts;
mod view;
mod writer;

use std::sync::Arc;
use std::time::Instant;

pub use asked::{
    Along, By, Change, Clip, Desk, FigureOf, File, InView, Month, NewText, Nothing, Number, Opened,
    PartOf, Saved, Start, State, StepOf, Target, Template, Text, Units,
};
pub use dollars::{Dollars, Paid, Step as StepDollars, Unused};
pub use node::{Agreed, Kind, Main, Node, NodeFigures, Sent, TermFieldOf, TermOf};
pub use projection::{Band, Projection, Stack};
pub use questions::Questions;
pub use recents::{Recent, RecentState};
pub use session::Past;
pub use view::{
    DriverShare, FeatureFigures, Figures, Finding, LastEdit, Part, PlanInput, Taught, View,
};

use cost::edit::Edit;
use cost::plan::{Calibration, Plan, Told};
use cost::play::UNITS;

use crate::error::{Code, Error};
use crate::estimates::{Played, PlayedFeature, Surprised, Why};
use crate::files;
use crate::home;
use crate::prices::now_text;
use crate::runtime::runtime;
use crate::samples;
use crate::stored::{self, ENDING, is_project, refused};
use opened::{
    already_open, drafts, free_draft, make, open_project, opening, put, session, sessions,
};

/// What a window starts with.
pub fn start(_: Nothing) -> Result<Start, Error> {
    let (models, checked) = crate::prices::extent();
    Ok(Start { recents: recents::list(), samples: samples::list(), models, checked })
}

/// Opens a project's file; a plan's folder or file becomes a project of its own.
pub fn open(file: File) -> Result<Opened, Error> {
    let _turn = opening();
    open_file(file)
}

/// Commits everything and closes the file, for good or until the next start.
fn leave(project: u64, open: bool) -> Result<(), Error> {
    let session = session(project)?;
    session.writer().flush()?;
    recents::note_closed(&session, open);
    sessions().remove(&project);
    session.writer().close()
}

fn open_file(file: File) -> Result<Opened, Error> {
    if let Some(session) = already_open(&file.path) {
        recents::note(&session);
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

/// Opens what was open when the window was left.
pub fn resume(_: Nothing) -> Result<Option<Opened>, Error> {
    let _turn = opening();
    let left = recents::left_open();
    recents::none_open();
    // A file that is gone is told in the list.
    let left = left.filter(|path| path.exists());
    left.map(|path| open_file(File { path })).transpose()
}

/// Opens a copy of an example.
pub fn sample(sample: samples::Sample) -> Result<Opened, Error> {
    let _turn = opening();
    let snapshot = samples::snapshot(&sample.name)?;
    make(&free_draft(&sample.name)?, "opened the sample", &snapshot, None)
}

/// Adds an example's features to an open plan, with the texts that they need.
pub fn add_sample(wanted: Template) -> Result<View, Error> {
    let session = session(wanted.project)?;
    let label = format!("add from template {}", samples::label(&wanted.name)?);
    session.add_plan(&samples::snapshot(&wanted.name)?, &label)
}

/// A step or a feature as text, with all that it needs.
pub fn copy(wanted: StepOf) -> Result<Text, Error> {
    Ok(Text { text: session(wanted.project)?.copied(&wanted.at)? })
}

/// Puts what was copied into a plan.
pub fn paste(clip: Clip) -> Result<View, Error> {
    session(clip.project)?.paste(clip.at.as_deref(), &clip.text)
}

/// Makes a plan of six answers.
pub fn new(questions: Questions) -> Result<Opened, Error> {
    let _turn = opening();
    let (name, snapshot) = questions.plan()?;
    make(&free_draft(&name)?, "new plan", &snapshot, None)
}

/// Changes a plan. What is answered is in memory; `projects.saved` tells when it is on disk.
pub fn edit(change: Change) -> Result<View, Error> {
    session(change.project)?.edit(&change.edit, change.since, Instant::now())
}

/// Learns from what a vendor billed for a model's prompt.
pub fn tell(project: u64, model: &str, told: Told) -> Result<View, Error> {
    let session = session(project)?;
    let model = session.name_of(model)?;
    session.edit(&Edit::Tell { model, told }, None, Instant::now())
}

/// Writes a part's text, a new part's with the calls that send it.
pub fn write_text(new: NewText) -> Result<View, Error> {
    let session = session(new.project)?;
    match &new.calls {
        Some(calls) => session.add_text(&new.part, &new.text, calls, new.output.as_deref()),
        None => session.write_text(&new.part, &new.text, Instant::now()),
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
pub fn undo(along: Along) -> Result<View, Error> {
    session(along.project)?.undo(along.since)
}

/// Does again what was taken back.
pub fn redo(along: Along) -> Result<View, Error> {
    session(along.project)?.redo(along.since)
}

/// Goes to a state of the list.
pub fn go_to(state: State) -> Result<View, Error> {
    session(state.project)?.go_to(state.index, state.since)
}

/// Every state, the oldest first.
pub fn past(number: Number) -> Result<Vec<Past>, Error> {
    Ok(session(number.project)?.past())
}

/// The project with a month in view.
pub fn look_at(InView { project, month, since }: InView) -> Result<View, Error> {
    Ok(session(project)?.look_at(month, since))
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
    leave(number.project, false)
}

/// Commits and closes everything that is open, to be opened again at the next start; the first failure is told.
pub fn close_all() -> Result<(), Error> {
    let open: Vec<u64> = sessions().keys().copied().collect();
    let closed: Vec<_> = open.into_iter().map(|project| leave(project, true)).collect();
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
            put(&path, "saved a copy", &session.current())?;
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

/// What the plan would come to if no number followed a driver, as an exact decimal; nothing where none does.
pub fn without_follows(number: Number) -> Result<Option<String>, Error> {
    Ok(session(number.project)?.worked()?.without_follows())
}

/// The months, stacked.
pub fn projection(by: By) -> Result<Projection, Error> {
    Ok(projection::projection(&*session(by.project)?.worked()?, by.by))
}

/// Where the dollars of a month go.
pub fn dollars(month: Month) -> Result<Dollars, Error> {
    Ok(dollars::dollars(&*session(month.project)?.worked()?, month.month))
}

/// From what one would have said to what a unit and a month cost.
pub fn surprise(month: Month) -> Result<Surprised, Error> {
    Ok(session(month.project)?.worked()?.surprise_in(month.month))
}

/// How units of a feature differ in what they cost in a month; nothing where the figures have no such feature.
pub fn play(units: Units) -> Result<Option<PlayedFeature>, Error> {
    let worked = session(units.project)?.worked()?;
    Ok(worked.play_one(&units.feature, units.month, UNITS, Played::SEED))
}

/// What vendors billed, as an open project's plan has it.
pub fn calibration(project: u64) -> Result<Calibration, Error> {
    Ok(session(project)?.calibration())
}

/// The plan of an open project.
pub fn plan(project: u64) -> Result<Plan, Error> {
    Ok(session(project)?.plan())
}

/// The figures of an open project, for reports.
pub fn worked(project: u64) -> Result<Arc<crate::estimates::Worked>, Error> {
    session(project)?.worked()
}
