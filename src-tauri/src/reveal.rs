//! Shows a file that was written where it lies, in the system's file manager.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use app::{Code, Error};
use tauri::State;

use crate::dialogs::Chosen;

/// A file manager that could not be opened says so within this time; one that is open runs on, or has handed over.
const PATIENCE: Duration = Duration::from_secs(2);

/// Opens the folder of a file that a person chose to have written since the program started. No
/// other: a page must not open what it likes.
#[tauri::command]
pub async fn reveal(path: PathBuf, chosen: State<'_, Chosen>) -> Result<(), Error> {
    let within = path.parent().is_some_and(|folder| chosen.has(folder));
    if !chosen.has(&path) && !within {
        let message = format!("`{}` was not written by this window.", path.display());
        return Err(Error::new(
            Code::BadArguments,
            message,
            "Open its folder in your file manager.",
        ));
    }
    // It waits, and those who answer calls must not.
    let shown = tauri::async_runtime::spawn_blocking(move || show(&path)).await;
    shown.unwrap_or_else(|error| Err(Error::own_mistake(&error)))
}

fn show(path: &Path) -> Result<(), Error> {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    if !folder.is_dir() {
        let message = format!("There is no folder `{}` any more.", folder.display());
        return Err(Error::new(Code::MissingFile, message, "It was moved or deleted meanwhile."));
    }
    let mut manager = Command::new(MANAGER)
        .arg(folder)
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| unopened(folder, &error))?;
    match ended_soon(&mut manager) {
        Some(ended) if !ended.success() => Err(unopened(folder, &ended)),
        Some(_) => Ok(()),
        None => {
            // Whoever starts a program has to see it off.
            thread::spawn(move || manager.wait());
            Ok(())
        }
    }
}

/// How a program ended, if it did so soon.
fn ended_soon(program: &mut Child) -> Option<ExitStatus> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Ok(Some(ended)) = program.try_wait() {
            return Some(ended);
        }
        thread::sleep(Duration::from_millis(20));
    }
    None
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
        format!("No file manager shows the folder `{}`: {MANAGER}, {cause}.", folder.display()),
        "What was written is there: copy its path, and go there by other means.",
    )
}
