//! A text that is too long to be edited: counted in every vocabulary as a job, then priced like any other.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use prompt::{Live, Vocabulary};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::editing::{self, Edited, Handle, Text};
use crate::error::{Code, Error};
use crate::files;
use crate::jobs::{self, Watch};

/// Where a long text is.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "LongText")]
pub enum Imported {
    /// In a file.
    File(PathBuf),
    /// Opened already, by its handle.
    Live(u64),
}

/// The job that counts a long text, and the handle under which the text is.
#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct Importing {
    /// The number under which the job is asked after.
    pub job: u64,
    /// The number under which the text is asked about; whoever cancels the job closes it.
    pub handle: u64,
}

/// A longer text is a corpus.
const MOST_BYTES: u64 = 1 << 30;

/// Two leave the window a core on the smallest of computers.
const THREADS: usize = 2;

/// Starts to count a long text in every vocabulary.
pub fn import(imported: Imported) -> Result<Importing, Error> {
    let (handle, path) = match imported {
        Imported::Live(handle) => (editing::now(handle).map(|_| handle)?, None),
        Imported::File(path) => {
            let bytes = fs::metadata(&path).map_err(|cause| files::unread(&path, &cause))?.len();
            if bytes > MOST_BYTES {
                return Err(too_long(&path, bytes));
            }
            let empty = Text { text: String::new(), generation: 0 };
            let Handle { handle } = editing::open(empty)?;
            (handle, Some(path))
        }
    };
    let jobs::Started { job } = jobs::start("Reading the text", move |watch| {
        let read = match &path {
            Some(path) => editing::replace(handle, Live::new(&files::read_text(path)?)),
            None => editing::now(handle).ok(),
        };
        // Who closed the text wants none of it any more.
        let counted = read.is_some_and(|text| count(&text, watch));
        Ok(counted.then(Vec::new))
    });
    Ok(Importing { job, handle })
}

/// Counts a text in every vocabulary; answers whether that was wanted to the end.
fn count(edited: &Edited, watch: &Watch) -> bool {
    let megabytes = |bytes: usize| bytes / 1_000_000;
    let all = megabytes(edited.text.bytes() * Vocabulary::ALL.len());
    let (next, done, wanted) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(true));
    let go_on = |bytes: usize| {
        let done = done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let is_wanted = watch.step("Counting the text", megabytes(done), all);
        wanted.fetch_and(is_wanted, Ordering::Relaxed) && is_wanted
    };
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(vocabulary) =
                    Vocabulary::ALL.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let mut told = 0;
                    edited.text.count_ahead(*vocabulary, |bytes| {
                        let more = bytes - told;
                        told = bytes;
                        go_on(more)
                    });
                }
            });
        }
    });
    let is_wanted = go_on(0);
    if is_wanted {
        edited.kinds();
    }
    is_wanted
}

fn too_long(path: &Path, bytes: u64) -> Error {
    Error::new(
        Code::UnreadableFile,
        format!("`{}` has {} MB, which is no prompt.", path.display(), bytes / 1_000_000),
        "Take the part of it that is sent to the model; at most 1,073 MB are counted.",
    )
    .at(files::named(path))
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;
    use std::time::Duration;

    use super::*;
    use crate::jobs::{Number, Outcome, cancel, poll};

    fn ended(job: u64) -> Outcome {
        loop {
            let progress = poll(Number { job }).expect("it was started");
            assert!(progress.done <= progress.of, "{progress:?}");
            match progress.outcome {
                Some(outcome) => return outcome,
                None => sleep(Duration::from_millis(1)),
            }
        }
    }

    const SENTENCE: &str = "The refund was sent on Tuesday. ";

    #[test]
    fn a_file_is_counted_and_then_known() {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("long.md");
        fs::write(&path, SENTENCE.repeat(1000)).expect("there is room");
        let importing = import(Imported::File(path)).expect("it is there");
        assert_eq!(ended(importing.job), Outcome::Written { files: vec![] });
        let text = &editing::now(importing.handle).expect("it is open").text;
        assert_eq!(text.bytes(), SENTENCE.len() * 1000);
        for vocabulary in Vocabulary::ALL {
            let whole = prompt::count(&SENTENCE.repeat(1000), vocabulary);
            assert_eq!(text.count(vocabulary), whole, "{vocabulary}");
        }
    }

    #[test]
    fn an_opened_text_is_counted_until_somebody_cancels() {
        let text = Text { text: SENTENCE.repeat(100_000), generation: 1 };
        let Handle { handle } = editing::open(text).expect("there is room");
        let importing = import(Imported::Live(handle)).expect("it is open");
        cancel(Number { job: importing.job }).expect("any job can be cancelled");
        assert_eq!(ended(importing.job), Outcome::Cancelled);
    }

    #[test]
    fn what_cannot_be_counted_says_why() {
        let refused = |imported| import(imported).expect_err("it cannot be").code;
        assert_eq!(refused(Imported::Live(0)), Code::NotFound);
        assert_eq!(refused(Imported::File("nowhere.md".into())), Code::MissingFile);
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("picture.png");
        fs::write(&path, b"\x89PNG\xff\xff").expect("there is room");
        let importing = import(Imported::File(path)).expect("it is there");
        assert!(matches!(ended(importing.job), Outcome::Failed { .. }));
    }
}
