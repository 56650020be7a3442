//! One file of a report: what its ending asks for, and its bytes.

use std::ops::ControlFlow;
use std::path::Path;

use jiff::civil::Date;
use report::{About, Figures, Step};

use crate::answers::answer;
use crate::error::{Code, Error};
use crate::estimates::{UnknownCost, Worked};
use crate::jobs::Watch;

/// What a file is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The whole model with live formulas.
    Workbook,
    /// Every charge of the ledger.
    Csv,
    /// The months, stacked by driver.
    Svg,
    /// What `estimate --json` answers.
    Json,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Workbook, Self::Csv, Self::Svg, Self::Json];

    /// What a file's ending asks for.
    pub fn of(out: &Path) -> Result<Self, Error> {
        let ending = out.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        Self::ALL.into_iter().find(|kind| kind.ending() == ending).ok_or_else(|| {
            let endings = Self::ALL.map(|kind| format!(".{}", kind.ending())).join(", ");
            Error::new(
                Code::BadArguments,
                format!("The ending of `{}` does not say what to write.", out.display()),
                format!("Name a file that ends in one of {endings}."),
            )
        })
    }

    const fn ending(self) -> &'static str {
        match self {
            Self::Workbook => "xlsx",
            Self::Csv => "csv",
            Self::Svg => "svg",
            Self::Json => "json",
        }
    }
}

/// The bytes of a file; nothing where it was cancelled.
pub fn make(
    worked: &Worked,
    kind: Kind,
    exported: Date,
    watch: &Watch,
) -> Result<Option<Vec<u8>>, Error> {
    let figures = Figures::new(about(worked, exported), &worked.estimate);
    let whole = |what: &str, bytes: &dyn Fn() -> Vec<u8>| watch.step(what, 0, 1).then(bytes);
    match kind {
        Kind::Workbook => {
            let mut told = |step: Step| {
                let what = match step.sheet {
                    Some(sheet) => format!("Writing the sheet {sheet}"),
                    None => "Packing the workbook".to_owned(),
                };
                match watch.step(what, step.done, step.of) {
                    true => ControlFlow::Continue(()),
                    false => ControlFlow::Break(()),
                }
            };
            match report::workbook_in_steps(&figures, &mut told) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(report::Error::Cancelled) => Ok(None),
                Err(error) => Err(not_made(&error)),
            }
        }
        Kind::Csv => Ok(whole("Writing every charge", &|| report::csv(&figures))),
        Kind::Svg => Ok(whole("Drawing the months", &|| report::months_svg(&figures).into_bytes())),
        Kind::Json => {
            Ok(whole("Writing the estimate", &|| answer("estimate", worked.answer()).into_bytes()))
        }
    }
}

/// Which plan, prices and day a report belongs to.
pub fn about(worked: &Worked, exported: Date) -> About {
    let plan = &worked.opened.plan;
    About {
        name: plan.name.clone(),
        currency: plan.currency.clone(),
        plan_hash: worked.opened.hash.clone(),
        set: worked.opened.set.clone(),
        notes: [worked.notes(), unknown(worked)].concat(),
        book: worked.pins.edition.clone(),
        exported,
    }
}

/// Of what the cost of one is not known, feature by feature: tables have no row for it.
fn unknown(worked: &Worked) -> Vec<String> {
    let features = worked.estimate.workings.features.iter();
    let said = features.flat_map(|feature| {
        UnknownCost::of(feature).into_iter().map(|it| {
            format!("{}: the cost of one {} is not known: {}.", feature.name, it.label, it.lacks)
        })
    });
    said.collect()
}

/// Why a report cannot be made.
pub fn not_made(error: &report::Error) -> Error {
    Error::new(Code::BadOutput, error.to_string(), error.hint())
}
