//! Reports: a plan's figures as files, each by its ending.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use report::{About, Figures};
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::answers::answer;
use crate::error::{Code, Error};
use crate::estimates::Worked;
use crate::files;
use crate::prices::today;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Written {
    /// The files, in the order in which they were asked for.
    pub files: Vec<WrittenFile>,
}

/// One file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct WrittenFile {
    /// Where.
    pub file: String,
    /// How long it is.
    pub bytes: u64,
}

/// Writes a plan's figures into files, whose endings say how: all of them, or none where one cannot be made.
pub fn write(worked: &Worked, outs: &[PathBuf]) -> Result<Written, Error> {
    if let Some((_, twice)) =
        outs.iter().enumerate().find(|(index, out)| outs[..*index].contains(out))
    {
        return Err(Error::new(
            Code::BadArguments,
            format!("`{}` is to be written twice.", twice.display()),
            "Name each file once.",
        ));
    }
    let made = outs.iter().map(|out| Ok((out, make(worked, kind(out)?, today())?)));
    let made: Vec<(&PathBuf, Vec<u8>)> = made.collect::<Result<_, Error>>()?;
    let mut files = vec![];
    for (out, bytes) in made {
        files::write(out, &bytes)?;
        files.push(WrittenFile { file: out.display().to_string(), bytes: bytes.len() as u64 });
    }
    Ok(Written { files })
}

/// What a file is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
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

    const fn ending(self) -> &'static str {
        match self {
            Self::Workbook => "xlsx",
            Self::Csv => "csv",
            Self::Svg => "svg",
            Self::Json => "json",
        }
    }
}

fn kind(out: &Path) -> Result<Kind, Error> {
    let ending = out.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    Kind::ALL.into_iter().find(|kind| kind.ending() == ending).ok_or_else(|| {
        let endings = Kind::ALL.map(|kind| format!(".{}", kind.ending())).join(", ");
        Error::new(
            Code::BadArguments,
            format!("The ending of `{}` does not say what to write.", out.display()),
            format!("Name a file that ends in one of {endings}."),
        )
    })
}

fn make(worked: &Worked, kind: Kind, exported: Date) -> Result<Vec<u8>, Error> {
    let figures = Figures::new(about(worked, exported), &worked.estimate);
    match kind {
        Kind::Workbook => report::workbook(&figures).map_err(|error| not_made(&error)),
        Kind::Csv => Ok(report::csv(&figures)),
        Kind::Svg => Ok(report::months_svg(&figures).into_bytes()),
        Kind::Json => Ok(answer("estimate", worked.answer()).into_bytes()),
    }
}

fn about(worked: &Worked, exported: Date) -> About {
    let plan = &worked.opened.plan;
    About {
        name: plan.name.clone(),
        currency: plan.currency.clone(),
        plan_hash: worked.opened.hash.clone(),
        set: worked.opened.set.clone(),
        book: worked.pins.edition.clone(),
        exported,
    }
}

fn not_made(error: &report::Error) -> Error {
    Error::new(Code::BadOutput, error.to_string(), error.hint())
}
