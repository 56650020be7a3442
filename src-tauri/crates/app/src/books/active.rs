//! Which of the user's books hold, and in which order: one small file.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Code, Error};
use crate::files;

/// The file in the folder of the books.
const FILE: &str = "active.toml";

const HEAD: &str = "# The books that are laid over the program's own prices; the last one goes before the others. Written by Forebill.\n\n";

/// The ids of the books that hold. A later one goes before an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Active {
    /// In the order in which they are laid.
    #[serde(rename = "active")]
    pub ids: Vec<String>,
}

impl Active {
    /// What the file in a folder says; no file is no book.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let file = folder.join(FILE);
        let text = match files::read_text(&file) {
            Ok(text) => text,
            Err(error) if error.code == Code::MissingFile => return Ok(Self::default()),
            Err(error) => return Err(error),
        };
        toml::from_str(&text).map_err(|error: toml::de::Error| {
            Error::new(
                Code::BadPrices,
                format!("The list of active books cannot be read: {}.", error.message()),
                "Remove the file, then activate your books again.",
            )
            .at(files::named(&file))
        })
    }

    /// Writes the file whole.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        let text = toml::to_string(self).expect("a list of texts is TOML");
        files::write(&folder.join(FILE), (HEAD.to_owned() + &text).as_bytes())
    }

    /// Lays a book over all others, whether it was among them or not.
    pub fn put_on_top(&mut self, id: &str) {
        self.take_off(id);
        self.ids.push(id.to_owned());
    }

    /// Takes a book off.
    pub fn take_off(&mut self, id: &str) {
        self.ids.retain(|known| known != id);
    }

    /// Whether a book holds.
    pub fn has(&self, id: &str) -> bool {
        self.ids.iter().any(|known| known == id)
    }
}
