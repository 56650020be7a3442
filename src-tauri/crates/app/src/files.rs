//! Files read and written, with errors that say which file and what now.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use crate::error::{At, Code, Error};

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

/// The text of a file.
pub fn read_text(path: &Path) -> Result<String, Error> {
    text(path, &read(path)?).map(str::to_owned)
}

/// The bytes of a file.
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|cause| unread(path, &cause))
}

/// The text that bytes hold; `path` is where they came from.
pub fn text<'b>(path: &Path, bytes: &'b [u8]) -> Result<&'b str, Error> {
    prompt::text(bytes).map_err(|error| {
        Error::new(
            Code::UnreadableFile,
            format!("`{}` is not a text in UTF-8: byte {} is none.", path.display(), error.offset),
            "Save it as UTF-8.",
        )
        .at(named(path))
    })
}

/// Why a file could not be read.
pub fn unread(path: &Path, cause: &std::io::Error) -> Error {
    let name = path.display();
    let (code, message, hint) = match cause.kind() {
        ErrorKind::NotFound => (
            Code::MissingFile,
            format!("There is no file `{name}`."),
            "Check the name and the folder.",
        ),
        ErrorKind::IsADirectory => (
            Code::UnreadableFile,
            format!("`{name}` is a folder, not a file."),
            "Name a file in it.",
        ),
        _ => (
            Code::UnreadableFile,
            format!("`{name}` cannot be read: {}.", plainly(cause)),
            "Check who may read it.",
        ),
    };
    Error::new(code, message, hint).at(named(path))
}

/// Writes a file whole: beside its place first, so that a full disk never leaves half a file.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let beside = path.with_file_name(format!(
        ".{}.part",
        path.file_name().unwrap_or_default().to_string_lossy()
    ));
    let is_other = path.exists() && !path.is_file();
    let written = match is_other {
        // Nothing can stand beside a device or a pipe.
        true => fs::write(path, bytes),
        false => fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path)),
    };
    written.map_err(|cause| {
        // Nothing was written, or only beside its place; a rest that cannot be removed harms nobody.
        fs::remove_file(&beside).ok();
        unwritten(path, &cause)
    })
}

/// Why a file or folder could not be written.
pub fn unwritten(path: &Path, cause: &std::io::Error) -> Error {
    Error::new(
        Code::BadOutput,
        format!("`{}` cannot be written: {}.", path.display(), plainly(cause)),
        "Choose a folder that exists and that you may write to.",
    )
    .at(named(path))
}

/// A folder that could not be made.
pub fn unmade(path: &Path, cause: &std::io::Error) -> Error {
    Error::new(
        Code::BadOutput,
        format!("The folder `{}` cannot be made: {}.", path.display(), plainly(cause)),
        "Choose a folder that exists and that you may write to.",
    )
    .at(named(path))
}

/// A name that every file system takes, made of a plan's.
pub fn plain_name(name: &str) -> String {
    let is_bad = |letter: char| letter.is_control() || "/\\:*?\"<>|".contains(letter);
    let name = name.replace(is_bad, " ");
    let words: Vec<&str> = name.split_whitespace().collect();
    let name: String = words.join(" ").trim_matches('.').chars().take(80).collect();
    if name.is_empty() { "Plan".to_owned() } else { name }
}

/// A new file's path as a person meant it: `report` is `report.xlsx`, `v1.2` is `v1.2.xlsx`.
pub fn with_ending(path: &Path, ending: &str) -> PathBuf {
    if path.extension().is_some_and(|there| there.eq_ignore_ascii_case(ending)) {
        return path.to_owned();
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{ending}"));
    path.with_file_name(name)
}

/// A place that is a whole file.
pub fn named(path: &Path) -> At {
    At { file: Some(path.display().to_string()), ..At::default() }
}

/// The system's words without its numbers: `permission denied`.
fn plainly(cause: &std::io::Error) -> String {
    let text = cause.to_string();
    let words = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string()).unwrap_or_default();
    first + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("note.txt");
        for text in ["first", "±second"] {
            write(&path, text.as_bytes()).expect("the folder can be written to");
            assert_eq!(read_text(&path).as_deref(), Ok(text));
        }
        assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1);
    }

    #[test]
    fn a_new_file_gets_its_ending() {
        let check = |typed: &str, expected: &str| {
            assert_eq!(with_ending(Path::new(typed), "xlsx"), Path::new(expected));
        };
        check("/a/report", "/a/report.xlsx");
        check("/a/report.xlsx", "/a/report.xlsx");
        check("/a/report.XLSX", "/a/report.XLSX");
        check("/a/v1.2", "/a/v1.2.xlsx");
    }

    #[test]
    fn every_refusal_names_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("latin"), b"Gr\xfc\xdfe").expect("the folder can be written to");
        let refusals = [
            (read_text(&at("gone")).map(drop), Code::MissingFile),
            (read_text(folder.path()).map(drop), Code::UnreadableFile),
            (read_text(&at("latin")).map(drop), Code::UnreadableFile),
            (write(&at("gone/there"), b""), Code::BadOutput),
        ];
        for (refusal, code) in refusals {
            let error = refusal.expect_err("it must be refused");
            assert_eq!(error.code, code);
            assert!(error.message.contains(&folder.path().display().to_string()), "{error}");
        }
    }
}
