//! The system's file dialogs; while the window is driven, a file with answers stands in for the person.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use app::{Code, Error};
use rfd::AsyncFileDialog;
use serde::Deserialize;
use tauri::{State, WebviewWindow};

use crate::window::is_driven;

/// What a dialog is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Wanted {
    /// A project file or a plan, to be opened.
    Project,
    /// A text, to be read.
    Text,
    /// A folder with a plan, to be opened.
    Folder,
    /// A folder of documents, to be counted.
    Documents,
    /// A file with a document on each line, to be counted.
    Lines,
    /// A price file, to be imported.
    Prices,
    /// A place for a project file.
    SaveProject,
    /// A folder for a project written out.
    SaveFolder,
    /// A place for a workbook.
    SaveWorkbook,
    /// A place for a table.
    SaveCsv,
    /// A place for a picture.
    SaveChart,
}

/// The places to write to that were chosen since the program started.
#[derive(Default)]
pub struct Chosen(Mutex<BTreeSet<PathBuf>>);

impl Chosen {
    /// Whether a person chose to have this written.
    pub fn has(&self, path: &Path) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(path)
    }

    fn add(&self, path: &Path) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    }
}

/// Asks the person for a path; `name` is what a new file is called at first. None: they backed out.
#[tauri::command]
pub async fn pick(
    wanted: Wanted,
    name: Option<String>,
    window: WebviewWindow,
    chosen: State<'_, Chosen>,
) -> Result<Option<String>, Error> {
    let picked = if is_driven() { next_answer() } else { ask(wanted, name, &window).await };
    let Some(path) = picked else { return Ok(None) };
    if wanted.is_written() {
        chosen.add(&path);
    }
    path.into_os_string().into_string().map(Some).map_err(not_text)
}

impl Wanted {
    fn title(self) -> &'static str {
        match self {
            Self::Project => "Open a project or a plan",
            Self::Text => "Open a text",
            Self::Folder => "Open a folder with a plan",
            Self::Documents => "Count the documents of a folder",
            Self::Lines => "Count the documents of a file",
            Self::Prices => "Import a price file",
            Self::SaveProject => "Save the project as",
            Self::SaveFolder => "Write the project out into a folder",
            Self::SaveWorkbook => "Save the workbook",
            Self::SaveCsv => "Save the table",
            Self::SaveChart => "Save the chart",
        }
    }

    /// The kinds of file that are offered, the usual one first; none for a folder.
    fn kinds(self) -> &'static [(&'static str, &'static [&'static str])] {
        match self {
            Self::Project => &[("Projects and plans", &["forebill", "yaml", "yml"])],
            Self::Text => {
                &[("Texts", &["md", "txt", "json", "jinja", "prompt"]), ("All files", &["*"])]
            }
            Self::Lines => &[("JSON Lines", &["jsonl", "ndjson"]), ("All files", &["*"])],
            Self::Prices => {
                &[("Price files", &["json", "csv", "toml", "yaml", "yml"]), ("All files", &["*"])]
            }
            Self::SaveProject => &[("Forebill projects", &["forebill"])],
            Self::SaveWorkbook => &[("Workbooks", &["xlsx"])],
            Self::SaveCsv => &[("Tables", &["csv"])],
            Self::SaveChart => &[("Pictures", &["svg"])],
            Self::Folder | Self::Documents | Self::SaveFolder => &[],
        }
    }

    fn is_written(self) -> bool {
        !matches!(
            self,
            Self::Project
                | Self::Text
                | Self::Folder
                | Self::Documents
                | Self::Lines
                | Self::Prices
        )
    }
}

async fn ask(wanted: Wanted, name: Option<String>, window: &WebviewWindow) -> Option<PathBuf> {
    let mut dialog = AsyncFileDialog::new().set_title(wanted.title()).set_parent(window);
    for (name, endings) in wanted.kinds() {
        dialog = dialog.add_filter(*name, endings);
    }
    let Some((_, [ending, ..])) = wanted.kinds().first() else {
        return dialog.pick_folder().await.map(Into::into);
    };
    if !wanted.is_written() {
        return dialog.pick_file().await.map(Into::into);
    }
    let mut name = name.unwrap_or_default();
    loop {
        let picked: PathBuf = dialog.clone().set_file_name(&name).save_file().await?.into();
        let ended = app::files::with_ending(&picked, ending);
        // The dialog asked about the name as typed; about the whole one it has to ask again.
        if ended == picked || !ended.exists() {
            return Some(ended);
        }
        dialog = dialog.set_directory(ended.parent().unwrap_or(Path::new("")));
        name = ended.file_name().unwrap_or_default().to_string_lossy().into_owned();
    }
}

/// The first line of the file that `FOREBILL_DIALOG` names, which goes from it. None left: backed out.
fn next_answer() -> Option<PathBuf> {
    let answers = PathBuf::from(env::var_os("FOREBILL_DIALOG")?);
    let text = fs::read_to_string(&answers).ok()?;
    let (next, rest) = text.split_once('\n').unwrap_or((&text, ""));
    fs::write(&answers, rest).ok()?;
    (!next.is_empty()).then(|| next.into())
}

fn not_text(path: OsString) -> Error {
    Error::new(
        Code::UnreadableFile,
        format!("The name of `{}` is not text.", path.to_string_lossy()),
        "Rename the file, or choose another.",
    )
}
