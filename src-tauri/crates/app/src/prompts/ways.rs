//! The ways in which the documents of a corpus are counted: those that are asked for, or those of requests.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use cost::book::Match;
use prompt::{CountedIn, Counting, Format};

use super::count::asked_for;
use crate::calibrations::Calibrations;
use crate::error::Error;

/// How documents are counted.
pub(super) struct Ways {
    pub each: Vec<Way>,
    /// Where nobody says how: a request goes by the model that it names, all else by the one way.
    pub asked: Option<Asked>,
}

/// One way of counting.
pub(super) struct Way {
    pub model: Option<(String, Option<Match>)>,
    /// The provider and the model whose rules hold for requests.
    pub on: Option<(String, String)>,
    pub counting: Counting,
    /// What plans call it: `o200k`.
    pub called: String,
}

/// The models that requests name.
pub(super) struct Asked {
    pub taught: Calibrations,
    pub book: Option<PathBuf>,
    pub known: Mutex<BTreeMap<(&'static str, String), Arc<Way>>>,
}

impl Way {
    /// A vocabulary, for no model.
    pub fn of(counting: Counting) -> Self {
        Way { model: None, on: None, counting, called: counting.short_name().to_owned() }
    }
}

impl Ways {
    /// In how many vocabularies a text is counted.
    pub fn vocabularies(&self) -> u64 {
        let mut seen: Vec<CountedIn> = vec![];
        for way in &self.each {
            let counted_in = way.counting.counted_in();
            if !seen.contains(&counted_in) {
                seen.push(counted_in);
            }
        }
        seen.len().max(1) as u64
    }
}

impl Asked {
    /// How a request is counted that names this model.
    pub fn way(&self, format: Format, model: &str) -> Result<Arc<Way>, Error> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (format.maker(), model.to_owned());
        if let Some(way) = known.get(&key) {
            return Ok(way.clone());
        }
        let ((name, matched), way) = asked_for(model, format, &self.taught, self.book.as_deref())?;
        let model = name.map(|name| (name, matched));
        let short = || way.counting.short_name().to_owned();
        let called = way.on.as_ref().map_or_else(short, |on| self.taught.called(on, way.counting));
        let way = Arc::new(Way { model, on: way.on, counting: way.counting, called });
        known.insert(key, way.clone());
        Ok(way)
    }
}
