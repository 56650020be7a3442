//! Reports: a plan's figures as files, each by its ending, and what they will hold.

mod make;
mod preview;

use std::path::PathBuf;

use serde::Deserialize;
use ts_rs::TS;

pub use preview::{Check, FeatureRow, MonthRow, Preview, Sheet, preview_of};

use crate::error::{Code, Error};
use crate::estimates::Worked;
use crate::files::{self, Written, WrittenFile};
use crate::jobs::{self, Started, Watch};
use crate::prices::today;
use crate::projects;
use make::{Kind, make};

/// What to export.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "ReportExport")]
pub struct Export {
    /// The number under which the project is open.
    pub project: u64,
    /// The files, whose endings say what they are to be.
    pub outs: Vec<PathBuf>,
}

/// What the reports of an open project will hold.
pub fn preview(number: projects::Number) -> Result<Preview, Error> {
    preview_of(&*projects::worked(number.project)?, today())
}

/// Starts to write files from the figures as they stand now.
pub fn start(export: Export) -> Result<Started, Error> {
    kinds(&export.outs)?;
    let worked = projects::worked(export.project)?;
    let names: Vec<_> = export.outs.iter().filter_map(|out| out.file_name()).collect();
    let names: Vec<_> = names.iter().map(|name| name.to_string_lossy()).collect();
    let what = format!("Exporting {}", names.join(", "));
    Ok(jobs::start(&what, move |watch| write_watched(&worked, &export.outs, watch)))
}

/// Writes a plan's figures into files, whose endings say how: all of them, or none where one cannot be made.
pub fn write(worked: &Worked, outs: &[PathBuf]) -> Result<Written, Error> {
    let files = write_watched(worked, outs, &Watch::default())?;
    Ok(Written { files: files.expect("nobody can cancel what nobody watches") })
}

/// The same step by step; nothing where it was cancelled, and then nothing is written.
pub fn write_watched(
    worked: &Worked,
    outs: &[PathBuf],
    watch: &Watch,
) -> Result<Option<Vec<WrittenFile>>, Error> {
    let kinds = kinds(outs)?;
    let mut made = vec![];
    for (out, kind) in outs.iter().zip(kinds) {
        let Some(bytes) = make(worked, kind, today(), watch)? else { return Ok(None) };
        made.push((out, bytes));
    }
    if !watch.step("Putting it in its place", 1, 1) {
        return Ok(None);
    }
    let mut files = vec![];
    for (out, bytes) in made {
        files::write(out, &bytes)?;
        files.push(WrittenFile { file: out.display().to_string(), bytes: bytes.len() as u64 });
    }
    Ok(Some(files))
}

/// What each file is to be, each of them once.
fn kinds(outs: &[PathBuf]) -> Result<Vec<Kind>, Error> {
    let twice = outs.iter().enumerate().find(|(index, out)| outs[..*index].contains(out));
    if let Some((_, twice)) = twice {
        return Err(Error::new(
            Code::BadArguments,
            format!("`{}` is to be written twice.", twice.display()),
            "Name each file once.",
        ));
    }
    outs.iter().map(|out| Kind::of(out)).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use jiff::civil::date;

    use super::*;
    use crate::estimates::work;
    use crate::jobs::Outcome;
    use crate::plans::Request;

    /// One call with a price that is known, and a cost beside it.
    const PLAN: &str = "
forebill: 1
name: Little
starts: 2027-01
months: 2
prompts:
  question: { tokens: 1000 }
features:
  - name: ask
    label: Asking
    unit: question
    volume: { units: { value: 100/month, source: counted } }
    step: { call: { name: reply, answer: true, model: openai/gpt-4o, input: [question], output: 200 } }
other_costs:
  - { name: hosting, cost: $10 }
";

    fn worked(folder: &Path) -> Worked {
        fs::write(folder.join("plan.yaml"), PLAN).expect("the folder can be written to");
        let request = Request { plan: folder.join("plan.yaml"), ..Request::default() };
        work(&request).expect("the plan is free of problems")
    }

    /// What stands in a folder besides the plan.
    fn files_in(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("it is there");
        let names = entries.map(|entry| entry.expect("it can be read").file_name());
        let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into()).collect();
        names.retain(|name| name != "plan.yaml");
        names.sort();
        names
    }

    #[test]
    fn a_preview_says_what_the_workbook_will_hold() {
        let folder = tempfile::tempdir().expect("a folder");
        let worked = worked(folder.path());
        let preview = preview_of(&worked, date(2026, 11, 22)).expect("it can be made");
        assert_eq!(preview.stem, "little_cost-model_2026-11-22");
        assert_eq!((preview.inputs, preview.guesses), (4, 3));
        assert_eq!(preview.total, worked.estimate.ledger.total().to_string());
        assert_eq!(preview.months.len(), 2);
        assert_eq!(preview.peak, 0, "of equals, the first");
        let names: Vec<&str> = preview.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        assert_eq!(
            names,
            ["Summary", "Inputs", "PriceBook", "UnitCost", "Projection", "Checks"],
            "a sheet that has nothing to show is left out"
        );
        let sum: usize = preview.sheets.iter().map(|sheet| sheet.formulas).sum();
        assert_eq!(preview.formulas, sum);
        assert!(preview.checks.len() > 6);
        assert_eq!(preview.failed, 0);
        assert!(preview.chart.starts_with("<svg"));
    }

    #[test]
    fn a_cancelled_export_leaves_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let worked = worked(folder.path());
        let outs = ["a.xlsx", "b.csv"].map(|name| folder.path().join(name)).to_vec();
        let (tell, told) = std::sync::mpsc::channel::<()>();
        let started = jobs::start("Exporting", move |watch| {
            told.recv().expect("the test speaks");
            write_watched(&worked, &outs, watch)
        });
        jobs::cancel(jobs::Number { job: started.job }).expect("any job can be cancelled");
        tell.send(()).expect("the job listens");
        let outcome = loop {
            let progress = jobs::poll(jobs::Number { job: started.job }).expect("it was started");
            if let Some(outcome) = progress.outcome {
                break outcome;
            }
        };
        assert_eq!(outcome, Outcome::Cancelled);
        assert_eq!(files_in(folder.path()), Vec::<String>::new());
    }

    #[test]
    fn an_export_that_fails_leaves_what_was_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let worked = worked(folder.path());
        let kept = folder.path().join("kept.csv");
        fs::write(&kept, "as it was").expect("the folder can be written to");
        let check = |outs: &[&str], code: Code, words: &str| {
            let outs: Vec<_> = outs.iter().map(|name| folder.path().join(name)).collect();
            let error = write(&worked, &outs).expect_err("it must be refused");
            assert_eq!(error.code, code);
            assert!(error.message.contains(words), "{error}");
        };
        check(&["kept.csv", "b.docx"], Code::BadArguments, "does not say what to write");
        check(&["kept.csv", "kept.csv"], Code::BadArguments, "written twice");
        check(&["gone/a.xlsx"], Code::BadOutput, "cannot be written");
        assert_eq!(fs::read_to_string(&kept).expect("it is there"), "as it was");
        assert_eq!(files_in(folder.path()), ["kept.csv"]);
    }
}
