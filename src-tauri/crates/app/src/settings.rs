//! How a person likes the window: theme, zoom, the commands used last.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::{Code, Error};
use crate::files;
use crate::home;
use crate::projects::Nothing;

/// The file in the program's folder.
const FILE: &str = "settings.json";

/// What is kept for every project alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Light, dark, or as the system has it.
    pub theme: Theme,
    /// How large the page is shown; 1 is its own size.
    pub zoom: f64,
    /// The commands used last, newest first.
    pub commands: Vec<String>,
}

/// The colours of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Default for Settings {
    fn default() -> Self {
        Self { theme: Theme::System, zoom: 1.0, commands: vec![] }
    }
}

/// The settings. A file that cannot be read any more is begun anew: no start waits for it.
pub fn read(_: Nothing) -> Result<Settings, Error> {
    match files::read_text(&home::file(FILE)?) {
        Ok(text) => Ok(serde_json::from_str(&text).unwrap_or_default()),
        Err(error) if error.code == Code::MissingFile => Ok(Settings::default()),
        Err(error) => Err(error),
    }
}

/// Keeps the settings.
pub fn write(settings: Settings) -> Result<(), Error> {
    let text = serde_json::to_string_pretty(&settings).expect("settings are plain data");
    files::write(&home::file(FILE)?, text.as_bytes())
}
