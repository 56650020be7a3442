//! A text that is edited: held in chunks between safe cuts, of which only the changed are counted again.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use thiserror::Error;

use super::chunk::{Cuts, first_cut};
use super::tokens::{count, cuts, token_ends, twin};
use super::vocabulary::Vocabulary;

/// A text that is edited. A copy of it shares its chunks, and what was counted of them.
#[derive(Clone, Debug)]
pub struct Live {
    /// The text in the chunks of each kind of cut.
    words: Chunks,
    blanks: Chunks,
}

/// What is put in the place of a stretch of a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Change {
    /// Where the stretch begins, in UTF-16 code units.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// What stands there from now on.
    pub insert: String,
}

/// A change of what is not in the text: past its end, half a character, or a place changed twice.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Error)]
#[error("The text cannot be changed from {from} to {to}: no such stretch of it is left.")]
pub struct NotInText {
    /// Where the stretch begins, in UTF-16 code units.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
}

/// Long enough to be few, short enough to be counted in every vocabulary between two keys.
const CHUNK_BYTES: usize = 2 << 10;

impl Live {
    /// A text as it is opened.
    pub fn new(text: &str) -> Self {
        Live::in_chunks(text, CHUNK_BYTES)
    }

    fn in_chunks(text: &str, least: usize) -> Self {
        let chunks = |cuts| Chunks::new(text, least, cuts);
        Live { words: chunks(Cuts::Words), blanks: chunks(Cuts::Blanks) }
    }

    /// The text after a set of changes, each told in places of the text before all of them, the
    /// first one first.
    pub fn edited(&self, changes: &[Change]) -> Result<Self, NotInText> {
        let mut edited = self.clone();
        let mut free = usize::MAX;
        for change in changes.iter().rev() {
            if change.from > change.to || change.to > free {
                return Err(NotInText { from: change.from, to: change.to });
            }
            free = change.from;
            edited.words.edit(change)?;
            edited.blanks.edit(change)?;
        }
        Ok(edited)
    }

    /// The same as [`count`](super::count) of the text.
    pub fn count(&self, vocabulary: Vocabulary) -> u64 {
        self.chunks(vocabulary).map(|chunk| chunk.count(vocabulary)).sum()
    }

    /// The same as [`token_ends`](super::token_ends) of the text.
    pub fn token_ends(&self, vocabulary: Vocabulary) -> Vec<u32> {
        let mut ends = vec![];
        let mut start = 0;
        for chunk in self.chunks(vocabulary) {
            ends.extend(chunk.ends(vocabulary).iter().map(|end| start + end));
            start += u32::try_from(chunk.units).expect("a text is shorter than four gigabytes");
        }
        ends
    }

    /// The text.
    pub fn text(&self) -> String {
        self.words.list.iter().map(|chunk| &*chunk.text).collect()
    }

    /// The first character that is not white space.
    pub fn first(&self) -> Option<char> {
        let mut all = self.words.list.iter().flat_map(|chunk| chunk.text.chars());
        all.find(|character| !character.is_whitespace())
    }

    /// How long the text is, in bytes.
    pub fn bytes(&self) -> usize {
        self.words.list.iter().map(|chunk| chunk.text.len()).sum()
    }

    /// Counts the text stretch by stretch, so that [`Live::count`] has only to add up. `wanted`
    /// is told the bytes that are done, and says whether the rest is still wanted.
    pub fn count_ahead(&self, vocabulary: Vocabulary, mut wanted: impl FnMut(usize) -> bool) {
        let mut done = 0;
        for chunk in self.chunks(vocabulary) {
            if !wanted(done) {
                return;
            }
            chunk.count(vocabulary);
            done += chunk.text.len();
        }
    }

    fn chunks(&self, vocabulary: Vocabulary) -> impl Iterator<Item = &Chunk> {
        let chunks = match cuts(vocabulary) {
            Cuts::Words => &self.words,
            Cuts::Blanks => &self.blanks,
        };
        chunks.list.iter().map(|chunk| &**chunk)
    }
}

/// A text between the safe cuts of one kind.
#[derive(Clone, Debug)]
struct Chunks {
    list: Vec<Arc<Chunk>>,
    least: usize,
    cuts: Cuts,
}

impl Chunks {
    fn new(text: &str, least: usize, cuts: Cuts) -> Self {
        let mut chunks = Chunks { list: vec![], least, cuts };
        chunks.list = chunks.cut(text);
        chunks
    }

    /// Cuts what is longer than two of the shortest chunks, so that a key more or less in a chunk
    /// does not break a crumb off it.
    fn cut(&self, text: &str) -> Vec<Arc<Chunk>> {
        let mut chunks = vec![];
        let mut rest = text;
        while !rest.is_empty() {
            let at = if rest.len() <= self.least * 2 {
                rest.len()
            } else {
                first_cut(rest, self.least, self.cuts)
            };
            let (chunk, after) = rest.split_at(at);
            chunks.push(Arc::new(Chunk::new(chunk)));
            rest = after;
        }
        chunks
    }

    /// Cuts anew what the change touches. Whether a cut is safe is decided by the characters beside
    /// it, so all other cuts stay.
    fn edit(&mut self, change: &Change) -> Result<(), NotInText> {
        let not_in_text = NotInText { from: change.from, to: change.to };
        let Some((touched, start)) = self.touched(change) else {
            return Err(not_in_text);
        };
        let (mut first, mut behind) = (*touched.start(), touched.end() + 1);
        if self.list.is_empty() {
            (first, behind) = (0, 0);
        }
        let mut text: String = self.list[first..behind].iter().map(|it| &*it.text).collect();
        let place = |unit: usize| byte_at(&text, unit - start).ok_or(not_in_text);
        let (from, to) = (place(change.from)?, place(change.to)?);
        text.replace_range(from..to, &change.insert);
        // What got short is joined with what stands beside it.
        if text.len() < self.least {
            if let Some(next) = self.list.get(behind) {
                text.push_str(&next.text);
                behind += 1;
            } else if first > 0 {
                first -= 1;
                text.insert_str(0, &self.list[first].text);
            }
        }
        let cut = self.cut(&text);
        self.list.splice(first..behind, cut);
        Ok(())
    }

    /// The chunks that a change lies in or borders on, and where the first of them begins.
    fn touched(&self, change: &Change) -> Option<(RangeInclusive<usize>, usize)> {
        let mut first = None;
        let mut last = 0;
        let mut start = 0;
        for (index, chunk) in self.list.iter().enumerate() {
            if start > change.to {
                break;
            }
            let end = start + chunk.units;
            if end >= change.from && first.is_none() {
                first = Some((index, start));
            }
            last = index;
            start = end;
        }
        match first {
            Some((first, at)) => (change.to <= start).then_some((first..=last, at)),
            None => (self.list.is_empty() && change.to == 0).then_some((0..=0, 0)),
        }
    }
}

/// Where a place in UTF-16 code units is in bytes; nowhere past the end and within a character.
fn byte_at(text: &str, unit: usize) -> Option<usize> {
    let mut units = 0;
    for (at, char) in text.char_indices() {
        if units >= unit {
            return (units == unit).then_some(at);
        }
        units += char.len_utf16();
    }
    (units == unit).then_some(text.len())
}

/// A stretch of a text between safe cuts, with what was counted of it.
struct Chunk {
    text: Box<str>,
    /// Its length in UTF-16 code units.
    units: usize,
    counts: [OnceLock<u64>; Vocabulary::ALL.len()],
    /// Where its tokens end, in the vocabulary that was asked for last.
    ends: Mutex<Option<(Vocabulary, Arc<[u32]>)>>,
}

impl Chunk {
    fn new(text: &str) -> Self {
        Chunk {
            text: text.into(),
            units: text.chars().map(char::len_utf16).sum(),
            counts: Default::default(),
            ends: Mutex::default(),
        }
    }

    fn count(&self, vocabulary: Vocabulary) -> u64 {
        *self.known(vocabulary).get_or_init(|| count(&self.text, vocabulary))
    }

    fn known(&self, vocabulary: Vocabulary) -> &OnceLock<u64> {
        &self.counts[twin(vocabulary) as usize]
    }

    fn ends(&self, vocabulary: Vocabulary) -> Arc<[u32]> {
        let mut kept = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((of, ends)) if *of == vocabulary => ends.clone(),
            _ => {
                let ends: Arc<[u32]> = token_ends(&self.text, vocabulary).into();
                self.known(vocabulary).get_or_init(|| ends.len() as u64);
                *kept = Some((vocabulary, ends.clone()));
                ends
            }
        }
    }
}

impl fmt::Debug for Chunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{seeded, text};
    use super::*;

    fn change(from: usize, to: usize, insert: &str) -> Change {
        Change { from, to, insert: insert.into() }
    }

    /// What a full count says of the text that was edited.
    fn check(live: &Live, expected: &str) {
        assert_eq!(live.text(), expected);
        assert_eq!(live.bytes(), expected.len());
        for vocabulary in Vocabulary::ALL {
            let ends = token_ends(expected, vocabulary);
            assert_eq!(live.count(vocabulary), ends.len() as u64, "{vocabulary} {expected:?}");
            assert_eq!(live.token_ends(vocabulary), ends, "{vocabulary} {expected:?}");
            assert_eq!(count(expected, vocabulary), ends.len() as u64, "{vocabulary}");
        }
    }

    #[test]
    fn an_edited_text_counts_as_what_it_has_become() {
        let live = Live::new("Where is my 😀?");
        check(&live, "Where is my 😀?");
        let edited = live.edited(&[change(6, 8, "was"), change(12, 14, "refund")]);
        check(&edited.expect("it is there"), "Where was my refund?");
        check(&live, "Where is my 😀?");
        let emptied = live.edited(&[change(0, 15, "")]).expect("it is there");
        check(&emptied, "");
        check(&emptied.edited(&[change(0, 0, "Why?")]).expect("it is there"), "Why?");
    }

    #[test]
    fn what_is_not_in_the_text_is_refused() {
        let live = Live::new("Where is my 😀?");
        let refused = |changes: &[Change], from, to| {
            assert_eq!(live.edited(changes).expect_err("it is not"), NotInText { from, to });
        };
        refused(&[change(15, 16, "")], 15, 16);
        refused(&[change(13, 14, "")], 13, 14);
        refused(&[change(5, 4, "")], 5, 4);
        refused(&[change(3, 5, ""), change(4, 6, "")], 3, 5);
        assert!(Live::new("").edited(&[change(0, 1, "")]).is_err());
    }

    #[test]
    fn only_what_a_key_touches_is_cut_and_counted_anew() {
        let text = "The refund was sent on Tuesday. ".repeat(2_000);
        let live = Live::new(&text);
        live.count(Vocabulary::O200kBase);
        let edited = live.edited(&[change(30_000, 30_000, "x")]).expect("it is there");
        for (before, after) in [(&live.words, &edited.words), (&live.blanks, &edited.blanks)] {
            assert_eq!(before.list.len(), after.list.len());
            let other = before.list.iter().zip(&after.list).filter(|(a, b)| !Arc::ptr_eq(a, b));
            assert!(other.count() <= 2);
        }
    }

    #[test]
    fn keys_and_deletions_leave_no_crumbs() {
        let text = "The refund was sent on Tuesday. ".repeat(500);
        let mut live = Live::new(&text);
        let chunks = live.words.list.len();
        for key in 0..2_000 {
            live = live.edited(&[change(3_000 + key, 3_000 + key, "a ")]).expect("it is there");
        }
        assert!(live.words.list.len() <= chunks + 2);
        for _ in 0..2_000 {
            live = live.edited(&[change(2_000, 2_008, "")]).expect("it is there");
        }
        assert!(live.words.list.len() <= 3, "{}", live.words.list.len());
    }

    #[test]
    fn counting_ahead_stops_when_it_is_no_longer_wanted() {
        let live = Live::new(&"The refund was sent on Tuesday. ".repeat(500));
        let mut told = vec![];
        live.count_ahead(Vocabulary::Cl100kBase, |done| {
            told.push(done);
            told.len() < 3
        });
        assert_eq!(told.len(), 3);
        assert!(told.is_sorted() && told[0] == 0);
        let counted = |chunk: &&Arc<Chunk>| chunk.counts[2].get().is_some();
        assert_eq!(live.words.list.iter().filter(counted).count(), 2);
    }

    /// Where to cut, by shares of the text, and what to put there.
    fn edits() -> impl Strategy<Value = Vec<(f64, f64, String)>> {
        prop::collection::vec((0.0..=1.0, prop_oneof![Just(0.0), 0.0..0.3], text(4, 20)), 1..12)
    }

    proptest! {
        #![proptest_config(seeded(60))]

        #[test]
        fn any_edits_count_as_a_full_count_does(
            text in text(40, 40), edits in edits(), least in 1_usize..64
        ) {
            let mut live = Live::in_chunks(&text, least);
            let mut whole: Vec<char> = text.chars().collect();
            for (at, length, insert) in edits {
                let from = (at * whole.len() as f64) as usize;
                let to = (from + (length * whole.len() as f64) as usize).min(whole.len());
                let unit = |end: usize| whole[..end].iter().map(|char| char.len_utf16()).sum();
                live = live.edited(&[change(unit(from), unit(to), &insert)])?;
                whole.splice(from..to, insert.chars());
                check(&live, &whole.iter().collect::<String>());
            }
        }
    }
}
