//! Texts that a person edits: opened once, then told key by key what changed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use prompt::{Kinds, Live};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::{Code, Error};

/// A text that is going to be edited.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "EditedText")]
pub struct Text {
    /// The text.
    pub text: String,
    /// The number of its state; a later state has a higher one.
    pub generation: u32,
}

/// A text that was opened.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "TextHandle")]
pub struct Handle {
    /// The number under which it is asked about.
    pub handle: u64,
}

/// What changed in a text that was opened.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "TextEdits")]
pub struct Edits {
    /// The text.
    pub handle: u64,
    /// The generation that was changed.
    pub since: u32,
    /// The generation that came of it.
    pub generation: u32,
    /// Sets of changes, one after the other; the changes of a set are told in places of the text
    /// before all of them, the first one first.
    pub sets: Vec<Vec<Changed>>,
}

/// What was put in the place of a stretch of a text.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
#[ts(rename = "TextChange")]
pub struct Changed {
    /// Where the stretch began, in UTF-16 code units.
    pub from: usize,
    /// Where it ended.
    pub to: usize,
    /// What stands there now.
    pub insert: String,
}

/// One state of a text.
#[derive(Debug)]
pub struct Edited {
    /// Its number.
    pub generation: u32,
    /// The text, with what was counted of it.
    pub text: Live,
    kinds: OnceLock<Kinds>,
}

impl Edited {
    fn new(generation: u32, text: Live) -> Arc<Self> {
        Arc::new(Self { generation, text, kinds: OnceLock::new() })
    }

    /// What kinds of text it is made of.
    pub fn kinds(&self) -> &Kinds {
        self.kinds.get_or_init(|| Kinds::of(&self.text.text()))
    }
}

/// A window edits one at a time; more are those of a page that did not come to closing them.
const MOST: usize = 16;

/// Takes a text that is going to be edited.
pub fn open(text: Text) -> Result<Handle, Error> {
    Ok(add(Edited::new(text.generation, Live::new(&text.text))))
}

/// Takes what changed in a text.
pub fn change(edits: Edits) -> Result<(), Error> {
    let mut texts = texts();
    let edited = texts.by_handle.get_mut(&edits.handle).ok_or_else(|| not_open(edits.handle))?;
    if edited.generation != edits.since {
        let now = edited.generation;
        return Err(out_of_step(format!(
            "A change of generation {} is told, and the text is of generation {now}.",
            edits.since
        )));
    }
    let mut text = edited.text.clone();
    for set in edits.sets {
        let set: Vec<prompt::Change> = set
            .into_iter()
            .map(|Changed { from, to, insert }| prompt::Change { from, to, insert })
            .collect();
        text = text.edited(&set).map_err(|error| out_of_step(error.to_string()))?;
    }
    *edited = Edited::new(edits.generation, text);
    Ok(())
}

/// Forgets a text.
pub fn close(handle: Handle) -> Result<(), Error> {
    texts().by_handle.remove(&handle.handle);
    Ok(())
}

/// Puts another text in the place of one that is still open.
pub(super) fn replace(handle: u64, text: Live) -> Option<Arc<Edited>> {
    let mut texts = texts();
    let edited = texts.by_handle.get_mut(&handle)?;
    *edited = Edited::new(edited.generation, text);
    Some(edited.clone())
}

/// A text as it stands.
pub(super) fn now(handle: u64) -> Result<Arc<Edited>, Error> {
    texts().by_handle.get(&handle).cloned().ok_or_else(|| not_open(handle))
}

fn add(edited: Arc<Edited>) -> Handle {
    let mut texts = texts();
    texts.last += 1;
    let handle = texts.last;
    texts.by_handle.insert(handle, edited);
    if texts.by_handle.len() > MOST {
        texts.by_handle.pop_first();
    }
    Handle { handle }
}

struct Texts {
    by_handle: BTreeMap<u64, Arc<Edited>>,
    last: u64,
}

/// What a thread left behind that panicked is still whole: every change is one assignment.
fn texts() -> MutexGuard<'static, Texts> {
    static TEXTS: Mutex<Texts> = Mutex::new(Texts { by_handle: BTreeMap::new(), last: 0 });
    TEXTS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn not_open(handle: u64) -> Error {
    let message = format!("No text is open under the number {handle}.");
    Error::new(Code::NotFound, message, "Open it again.")
}

fn out_of_step(message: String) -> Error {
    Error::new(Code::BadArguments, message, "Open the text again, and tell what changes then.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: &str) -> u64 {
        open(Text { text: text.into(), generation: 1 }).expect("there is room").handle
    }

    fn edits(handle: u64, since: u32, sets: &[&[(usize, usize, &str)]]) -> Edits {
        let changed = |(from, to, insert): &(usize, usize, &str)| Changed {
            from: *from,
            to: *to,
            insert: (*insert).into(),
        };
        let sets: Vec<_> = sets.iter().map(|set| set.iter().map(changed).collect()).collect();
        let generation = since + u32::try_from(sets.len()).expect("a few");
        Edits { handle, since, generation, sets }
    }

    #[test]
    fn a_text_follows_what_is_told() {
        let handle = opened("Where is it?");
        let sets: &[&[_]] = &[&[(0, 5, "When"), (9, 11, "that")], &[(4, 4, " and how")]];
        change(edits(handle, 1, sets)).expect("it is in step");
        let edited = now(handle).expect("it is open");
        assert_eq!(edited.text.text(), "When and how is that?");
        assert_eq!(edited.generation, 3);
    }

    #[test]
    fn what_is_out_of_step_is_refused_and_changes_nothing() {
        let handle = opened("Where is it?");
        let refused = |edits| change(edits).expect_err("it is out of step").code;
        assert_eq!(refused(edits(handle, 2, &[&[(0, 0, "a")]])), Code::BadArguments);
        let half: &[&[_]] = &[&[(0, 0, "a")], &[(90, 91, "")]];
        assert_eq!(refused(edits(handle, 1, half)), Code::BadArguments);
        let edited = now(handle).expect("it is open");
        assert_eq!((edited.text.text().as_str(), edited.generation), ("Where is it?", 1));
    }

    #[test]
    fn a_closed_text_is_forgotten() {
        let handle = opened("Where is it?");
        close(Handle { handle }).expect("it is open");
        close(Handle { handle }).expect("it is no longer");
        assert_eq!(now(handle).expect_err("it is closed").code, Code::NotFound);
        let error = change(edits(handle, 1, &[])).expect_err("it is closed");
        assert_eq!(error.code, Code::NotFound);
    }
}
