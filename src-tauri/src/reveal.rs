//! Shows a file that was written where it lies, in the system's file manager.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use app::{Code, Error};
use tauri::State;

use crate::dialogs::Chosen;

/// Opens the folder of a file that a person chose to have written since the program started. No
/// other: a page must not open what it likes.
#[tauri::command]
pub fn reveal(path: PathBuf, chosen: State<Chosen>) -> Result<(), Error> {
    let within = path.parent().is_some_and(|folder| chosen.has(folder));
    if !chosen.has(&path) && !within {
        let message = format!("`{}` was not written by this window.", path.display());
        return Err(Error::new(
            Code::BadArguments,
            message,
            "Open its folder in your file manager.",
        ));
    }
    let folder = if path.is_dir() { &path } else { path.parent().unwrap_or(&path) };
    if !folder.is_dir() {
        let message = format!("There is no folder `{}` any more.", folder.display());
        return Err(Error::new(Code::MissingFile, message, "It was moved or deleted meanwhile."));
    }
    let mut manager = Command::new(MANAGER)
        .arg(folder)
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| unopened(folder, &error))?;
    // Whoever starts a program has to see it off.
    thread::spawn(move || manager.wait());
    Ok(())
}

#[cfg(target_os = "windows")]
const MANAGER: &str = "explorer";
#[cfg(target_os = "macos")]
const MANAGER: &str = "open";
#[cfg(not(any(target_os = "windows", target_os = "macos")))]
const MANAGER: &str = "xdg-open";

fn unopened(folder: &Path, cause: &dyn std::fmt::Display) -> Error {
    Error::new(
        Code::Internal,
        format!("The folder `{}` could not be opened by {MANAGER}: {cause}.", folder.display()),
        "Open it in your file manager.",
    )
}
