//! What texts came to that were counted lately: a text is tinted, priced and looked at without being counted anew.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use prompt::CountedIn;

use crate::hash;

/// Every key makes another text, while the other messages of a long request stay.
const MOST: usize = 32_768;

/// A text, by what stands for it.
pub struct Lately(String);

impl Lately {
    /// A text that may have been counted.
    pub fn of(text: &str) -> Self {
        Self(hash::of([text]))
    }

    /// Its tokens, counted by `count` if nobody has.
    pub fn tokens(&self, counted_in: CountedIn, count: impl FnOnce() -> u64) -> u64 {
        let known = counts().find(&self.0, counted_in);
        known.unwrap_or_else(|| {
            // Others count meanwhile.
            let tokens = count();
            self.keep(counted_in, tokens);
            tokens
        })
    }

    /// Takes a count that somebody made on the way.
    pub fn keep(&self, counted_in: CountedIn, tokens: u64) {
        counts().keep(&self.0, counted_in, tokens);
    }
}

fn counts() -> MutexGuard<'static, Counts> {
    static COUNTS: LazyLock<Mutex<Counts>> = LazyLock::new(Mutex::default);
    COUNTS.lock().unwrap_or_else(PoisonError::into_inner)
}

type By = (String, CountedIn);

/// Counts: those that were asked for since the last clearing, and those before them.
#[derive(Default)]
struct Counts {
    newer: HashMap<By, u64>,
    older: HashMap<By, u64>,
}

impl Counts {
    fn find(&mut self, text: &str, counted_in: CountedIn) -> Option<u64> {
        let by = (text.to_owned(), counted_in);
        if let Some(tokens) = self.newer.get(&by) {
            return Some(*tokens);
        }
        let tokens = self.older.remove(&by)?;
        self.insert(by, tokens);
        Some(tokens)
    }

    fn keep(&mut self, text: &str, counted_in: CountedIn, tokens: u64) {
        if self.find(text, counted_in).is_none() {
            self.insert((text.to_owned(), counted_in), tokens);
        }
    }

    fn insert(&mut self, by: By, tokens: u64) {
        if self.newer.len() == MOST / 2 {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(by, tokens);
    }
}

#[cfg(test)]
mod tests {
    use prompt::Vocabulary;

    use super::*;

    #[test]
    fn a_text_is_counted_once_in_each_vocabulary() {
        let text = || Lately::of("This sentence is counted once.");
        assert_eq!(text().tokens(Vocabulary::O200kBase.into(), || 6), 6);
        assert_eq!(text().tokens(Vocabulary::O200kBase.into(), || panic!("it was counted")), 6);
        assert_eq!(text().tokens(Vocabulary::R50kBase.into(), || 7), 7);
        assert_eq!(Lately::of("Another one.").tokens(Vocabulary::O200kBase.into(), || 3), 3);
    }

    #[test]
    fn what_nobody_asks_for_again_is_forgotten() {
        let mut counts = Counts::default();
        let vocabulary = Vocabulary::O200kBase.into();
        counts.keep("asked for", vocabulary, 1);
        counts.keep("left alone", vocabulary, 2);
        for key in 0..MOST {
            counts.keep(&format!("key {key}"), vocabulary, 3);
            assert_eq!(counts.find("asked for", vocabulary), Some(1));
        }
        assert_eq!(counts.find("left alone", vocabulary), None);
        assert!(counts.newer.len() + counts.older.len() <= MOST);
    }
}
