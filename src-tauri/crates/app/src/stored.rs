//! Project files as the rest of the program meets them: what one is, what it holds, why it is refused.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use store::{Project, Snapshot};

use crate::error::{Code, Error};
use crate::files;
use crate::runtime::runtime;

/// The ending of a project's file.
pub const ENDING: &str = "forebill";

/// What every SQLite file begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Whether a file is a project's: by its first bytes or, where it is damaged, by its ending.
pub fn is_project(path: &Path) -> bool {
    let mut start = [0; MAGIC.len()];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    let named = path.extension().is_some_and(|ending| ending == ENDING);
    path.is_file() && (named || (read.is_ok() && start == *MAGIC))
}

/// The state that stands in a project's file.
pub fn standing(path: &Path) -> Result<Snapshot, Error> {
    let read = async {
        let mut project = match Project::look(path).await {
            Ok(project) => project,
            // What a killed program left half done has to be taken back first, and an older file brought up to date.
            Err(_) => Project::open(path).await?,
        };
        let (_, snapshot) = project.head().await?;
        project.close().await?;
        Ok(snapshot)
    };
    runtime().block_on(read).map_err(|error: store::Error| refused(&error))
}

/// The store's error for people and programs.
pub fn refused(error: &store::Error) -> Error {
    use store::Error as Refused;
    let code = match error {
        Refused::NotAProject { .. } => Code::UnreadableFile,
        Refused::Damaged { .. } => Code::DamagedProject,
        Refused::Newer { .. } => Code::NewerProject,
        Refused::Locked { .. } | Refused::ReadOnly { .. } => Code::ReadOnly,
        Refused::Full { .. } | Refused::NotWritable { .. } | Refused::AlreadyThere { .. } => {
            Code::BadOutput
        }
        Refused::Missing { .. } => Code::MissingFile,
        Refused::Io { .. } => Code::UnreadableFile,
    };
    Error::new(code, error.what(), error.hint()).at(files::named(error.file()))
}
