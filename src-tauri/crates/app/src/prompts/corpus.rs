//! A corpus: many documents, each counted apart, and how their lengths spread; as a job or at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use cost::book::Match;
use cost::histogram::Histogram;
use cost::plan::Counted;
use cost::spread::Spread;
use prompt::{Counting, Gap, Vocabulary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::certainty::Certainty;
use super::count::{Named, unnamed};
use super::documents::{Documents, nothing};
use super::lengths::LengthBar;
use super::requests::Note;
use super::tally::{AskedFor, Counts, Tally, tallied};
use super::told::{Pairs, calibrations};
use super::ways::{Asked, Way, Ways};
use crate::calibrations::Learned;
use crate::error::{Code, Error};
use crate::jobs;
use crate::prices::today;
use crate::projects;
use crate::shelf::{Shelf, full_name};
use crate::vocabularies;
use report::grouped;

/// A corpus to count.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct Corpus {
    /// A folder of texts, or a file of JSON Lines.
    pub path: PathBuf,
    /// Models to count as, as the book names them.
    pub models: Vec<String>,
    /// Vocabularies to count in, or files of one. If neither is given, requests are counted on the
    /// models that they name, and all else in `o200k_base`.
    pub vocabularies: Vec<String>,
    /// What vendors billed, by model: estimates are corrected by it.
    pub told: Pairs,
    /// The open project whose plan says what vendors billed, where it is for one.
    pub project: Option<u64>,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
}

/// How the documents of a corpus spread, counted in several ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct CorpusLengths {
    /// The folder's or the file's name.
    pub name: String,
    /// How many documents were counted.
    pub documents: u64,
    /// How many were left out.
    pub left_out: u64,
    /// The day on which they were counted.
    pub as_of: String,
    /// One for each model and vocabulary.
    pub ways: Vec<DocumentLengths>,
    /// What was left out and why, what is not counted.
    pub notes: Vec<Note>,
}

/// How the documents spread, counted in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct DocumentLengths {
    /// The model, as `provider/id`; nothing where a vocabulary was asked for.
    pub model: Option<String>,
    /// How the model's name was recognised.
    #[serde(rename = "match")]
    pub matched: Option<Match>,
    /// The vocabulary, or the family whose tokens are estimated.
    pub vocabulary: String,
    /// What its vendor's counts taught; nothing where none was told.
    pub learned: Option<Learned>,
    /// How sure the counts are.
    pub certainty: Certainty,
    /// All documents together.
    pub tokens: u64,
    /// The fewest tokens of an estimate, together.
    pub low: Option<u64>,
    /// The most tokens of an estimate, together.
    pub high: Option<u64>,
    /// The mean of a document.
    pub mean: String,
    /// The standard deviation between documents.
    pub deviation: String,
    /// The shortest.
    pub least: u64,
    /// One document in ten is shorter.
    pub p10: u64,
    /// Half of them are.
    pub p50: u64,
    /// Nine in ten are.
    pub p90: u64,
    /// Ninety-nine in a hundred are.
    pub p99: u64,
    /// The longest.
    pub most: u64,
    /// How often which lengths were met.
    pub bars: Vec<LengthBar>,
    /// The lengths as a number of a plan: the same count and mean, nearly the same variance.
    pub value: String,
    /// Which part of the variance that number keeps.
    pub kept_variance: String,
    /// Who says so, for the plan.
    pub source: String,
    /// What they were counted for, for the plan: `o200k`, `claude-newer ±12%`; nothing where that is
    /// not one vocabulary, or where something is not counted.
    pub counted: Option<String>,
}

/// A corpus that is being counted.
#[derive(Clone, Copy, Debug, Serialize, TS)]
pub struct CorpusStarted {
    /// The number under which the job is asked after.
    pub job: u64,
    /// The number under which its lengths are taken when it has ended.
    pub corpus: u64,
}

/// Which corpus.
#[derive(Clone, Copy, Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CorpusNumber {
    /// The number that its start answered.
    pub corpus: u64,
}

/// Two leave the window a core on the smallest of computers.
const THREADS: usize = 2;

/// What is counted in when nobody says.
const USUAL: Vocabulary = Vocabulary::O200kBase;

/// Starts to count a corpus.
pub fn start(mut corpus: Corpus) -> Result<CorpusStarted, Error> {
    static NUMBERS: AtomicU64 = AtomicU64::new(1);
    if let Some(project) = corpus.project {
        corpus.told.extend(projects::calibration(project)?);
    }
    let ways = ways(&corpus)?;
    let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
    let jobs::Started { job } = jobs::start("Counting documents", move |watch| {
        let go_on = |done: u64, of: u64| {
            let kilobytes = |bytes: u64| usize::try_from(bytes / 1000).unwrap_or(usize::MAX);
            watch.step("Counting documents", kilobytes(done), kilobytes(of))
        };
        let documents = Documents::of(&corpus.path)?;
        let counted = counted(&corpus.path, documents, &ways, THREADS, &go_on)?;
        Ok(counted.map(|counted| {
            with(|done| done.insert(number, counted));
            vec![]
        }))
    });
    Ok(CorpusStarted { job, corpus: number })
}

/// The lengths of a corpus whose job has ended; told once.
pub fn take(number: CorpusNumber) -> Result<CorpusLengths, Error> {
    with(|done| done.remove(&number.corpus)).ok_or_else(|| {
        let message = format!("No corpus was counted under the number {}.", number.corpus);
        Error::new(Code::NotFound, message, "Count it again.")
    })
}

/// Counts a corpus at once. `go_on` is told how many bytes of how many are done; it answers whether
/// the rest is wanted, and nothing is answered where it is not.
pub fn corpus(
    corpus: &Corpus,
    go_on: &(dyn Fn(u64, u64) -> bool + Sync),
) -> Result<Option<CorpusLengths>, Error> {
    counted(&corpus.path, Documents::of(&corpus.path)?, &ways(corpus)?, THREADS, go_on)
}

fn with<T>(act: impl FnOnce(&mut BTreeMap<u64, CorpusLengths>) -> T) -> T {
    static COUNTED: Mutex<BTreeMap<u64, CorpusLengths>> = Mutex::new(BTreeMap::new());
    act(&mut COUNTED.lock().unwrap_or_else(PoisonError::into_inner))
}

pub(super) fn ways(corpus: &Corpus) -> Result<Ways, Error> {
    let (mut ways, mut asked) = (vec![], None);
    if !corpus.models.is_empty() {
        let shelf = Shelf::of(corpus.book.as_deref())?;
        let taught = calibrations(&corpus.told, corpus.book.as_deref())?;
        for name in &corpus.models {
            let found = shelf.find(None, name)?;
            let on = (found.provider.id.clone(), found.model.id.clone());
            let counting = taught.counting(&shelf, &found)?;
            let model = Some((full_name(&found), Some(found.matched)));
            let called = taught.called(&on, counting);
            ways.push(Way { model, on: Some(on), counting, called });
        }
    }
    for name in &corpus.vocabularies {
        let counting = vocabularies::counting(name, Path::new(""))?;
        ways.push(Way::of(counting));
    }
    if ways.is_empty() {
        let taught = calibrations(&corpus.told, corpus.book.as_deref())?;
        asked = Some(Asked { taught, book: corpus.book.clone(), known: Mutex::default() });
        ways.push(Way::of(Counting::Exact(USUAL)));
    }
    Ok(Ways { each: ways, asked })
}

fn counted(
    root: &Path,
    documents: Documents,
    ways: &Ways,
    threads: usize,
    go_on: &(dyn Fn(u64, u64) -> bool + Sync),
) -> Result<Option<CorpusLengths>, Error> {
    let documents = Mutex::new(documents);
    let Some(counts) = tallied(&documents, ways, threads, go_on)? else { return Ok(None) };
    let documents = documents.into_inner().unwrap_or_else(PoisonError::into_inner);
    answered(root, &documents, counts, ways).map(Some)
}

fn answered(
    root: &Path,
    documents: &Documents,
    counts: Counts,
    ways: &Ways,
) -> Result<CorpusLengths, Error> {
    let Counts { tallies, asked, is_unframed, left_out, notes } = counts;
    let path = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let mut notes: Vec<Note> = notes
        .0
        .into_iter()
        .map(|((place, message), hint)| Note {
            place: Some(documents.named(place)),
            message,
            hint: hint.to_owned(),
        })
        .collect();
    let counted = tallies.first().map_or(0, |tally| tally.lengths.documents());
    if counted == 0 {
        let Error { code, message, hint, at, .. } = nothing(root);
        let why = notes.first().map(|note| {
            let place = note.place.as_deref().unwrap_or_default();
            format!("{message} {place}: {}", note.message)
        });
        return Err(Error::new(code, why.unwrap_or(message), hint).at(at.unwrap_or_default()));
    }
    notes.extend(is_unframed.then(|| {
        let Gap { message, hint, .. } = unnamed();
        Note { place: None, message, hint }
    }));
    notes.extend(each_by_its_own(&asked));
    let ways = ways.each.iter().zip(tallies).map(|(way, tally)| {
        let ((model, matched), vocabulary, learned) = match ways.asked {
            Some(_) => together(&asked),
            None => {
                let (model, matched) = way.model.clone().unzip();
                let learned = Learned::of(way.counting);
                ((model, matched.flatten()), way.counting.name().to_owned(), learned)
            }
        };
        DocumentLengths { model, matched, learned, ..of_way(vocabulary, tally, &name) }
    });
    Ok(CorpusLengths {
        documents: counted,
        left_out,
        as_of: today().to_string(),
        ways: ways.collect(),
        notes,
        name,
    })
}

/// The one model that all documents went by, if there is one, the vocabularies, and what was learned.
fn together(asked: &AskedFor) -> (Named, String, Option<Learned>) {
    if asked.len() == 1
        && let Some(((model, vocabulary), (matched, learned))) = asked.first_key_value()
    {
        return ((model.clone(), *matched), vocabulary.clone(), learned.clone());
    }
    let vocabularies: BTreeSet<&str> = asked.keys().map(|(_, name)| name.as_str()).collect();
    let vocabularies: Vec<&str> = vocabularies.into_iter().collect();
    ((None, None), vocabularies.join(" and "), None)
}

/// Says so where not all documents went by one model.
fn each_by_its_own(asked: &AskedFor) -> Option<Note> {
    let models: Vec<&str> = asked.keys().filter_map(|(model, _)| model.as_deref()).collect();
    (asked.len() > 1 && !models.is_empty()).then(|| Note {
        place: None,
        message: format!(
            "Requests are counted on the models that they name: {}.",
            models.join(", ")
        ),
        hint: "Name a model to count all documents on it.".to_owned(),
    })
}

fn of_way(vocabulary: String, tally: Tally, name: &str) -> DocumentLengths {
    let counted_for = counted_for(&tally);
    let Tally { lengths, low, high, is_estimated, .. } = tally;
    let (documents, tokens, variance) = (lengths.documents(), lengths.tokens(), lengths.variance());
    let histogram = Histogram::of_lengths(&lengths.0).expect("there are documents");
    let kept = if variance > 0.0 { histogram.variance() / variance } else { 1.0 };
    let band = is_estimated.then(|| (high - low) as f64 / 2.0 / tokens.max(1) as f64);
    let counted = if is_estimated { "estimated for" } else { "counted in" };
    let each = if documents == 1 { "document" } else { "documents" };
    DocumentLengths {
        model: None,
        matched: None,
        learned: None,
        certainty: if is_estimated { Certainty::Estimated } else { Certainty::Exact },
        tokens,
        low: is_estimated.then_some(low),
        high: is_estimated.then_some(high),
        mean: format!("{:.2}", tokens as f64 / documents as f64),
        deviation: format!("{:.2}", variance.sqrt()),
        least: lengths.least(),
        p10: lengths.percentile(10),
        p50: lengths.percentile(50),
        p90: lengths.percentile(90),
        p99: lengths.percentile(99),
        most: lengths.most(),
        bars: lengths.bars(),
        kept_variance: format!("{kept:.5}"),
        value: format!("{histogram}{}", doubt(&histogram, band)),
        source: format!(
            "{} {each} of {name}, {counted} {vocabulary}",
            grouped(documents as f64, 0)
        ),
        counted: counted_for.map(|counted| counted.to_string()),
        vocabulary,
    }
}

/// What documents were counted for, where that is one vocabulary and nothing is left out of a count.
fn counted_for(tally: &Tally) -> Option<Counted> {
    let Tally { lengths, low, high, is_estimated, called, is_short } = tally;
    let tokens = lengths.tokens();
    let wider = tokens.saturating_sub(*low).max(high.saturating_sub(tokens));
    let percent = (wider * 100).div_ceil(tokens.max(1)).clamp(1, 99);
    let mut called = called.iter();
    match (called.next(), called.next()) {
        (Some(vocabulary), None) if !is_short => Some(Counted {
            vocabulary: vocabulary.clone(),
            plus_minus_percent: is_estimated.then_some(percent as u8),
        }),
        _ => None,
    }
}

/// The doubt of an estimate beside that of measuring only so many documents, as a plan has it; a plan
/// works the latter out by itself.
fn doubt(histogram: &Histogram, band: Option<f64>) -> String {
    // A band holds nine in ten, a plan's doubt four in five.
    const FOUR_FIFTHS_OF_NINE_TENTHS: f64 = 1.281_55 / 1.644_85;
    let Some(band) = band else { return String::new() };
    let measured = Spread::Measured(histogram.clone().into()).measured_doubt().unwrap_or(0.0);
    let both = (band * FOUR_FIFTHS_OF_NINE_TENTHS).hypot(measured);
    format!(" ±{}%", ((both * 100.0).ceil()).clamp(1.0, 99.0))
}

#[cfg(test)]
mod tests;
