//! A corpus counted: what each way of counting came to, document by document, on several threads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::thread;

use cost::book::Match;
use prompt::{Counted, CountedIn, Format, Kinds, Lanes, Measurer, Prompt};

use super::documents::{Document, Documents, Found, Place};
use super::lengths::Lengths;
use super::pace::{Pace, Step};
use super::ways::{Way, Ways};
use crate::calibrations::Learned;
use crate::error::Error;

/// What was counted in one way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub lengths: Lengths,
    pub low: u64,
    pub high: u64,
    pub is_estimated: bool,
    /// The vocabularies that it was counted in, as plans call them.
    pub called: BTreeSet<String>,
    /// Whether something was sent that is not counted.
    pub is_short: bool,
}

/// By which models and vocabularies documents went where nobody says how; how a name was recognised,
/// and what its vendor's counts taught.
pub(super) type AskedFor = BTreeMap<(Option<String>, String), (Option<Match>, Option<Learned>)>;

/// What one thread has counted.
#[derive(Default)]
pub(super) struct Counts {
    pub tallies: Vec<Tally>,
    pub asked: AskedFor,
    /// Whether requests were counted without what a vendor puts around messages.
    pub is_unframed: bool,
    pub left_out: u64,
    pub notes: Notes,
}

/// The first notes by their places, so that threads do not matter.
#[derive(Default)]
pub(super) struct Notes(pub BTreeMap<(Place, String), &'static str>);

impl Notes {
    const MOST: usize = 20;

    fn add(&mut self, place: Place, message: String, hint: &'static str) {
        self.0.insert((place, message), hint);
        while self.0.len() > Self::MOST {
            self.0.pop_last();
        }
    }
}

/// Counts documents on so many threads. `go_on` is told how many bytes of how many are done; nothing
/// comes of it where that says that the rest is not wanted.
pub(super) fn tallied(
    documents: &Mutex<Documents>,
    ways: &Ways,
    threads: usize,
    go_on: &(dyn Fn(u64, u64) -> bool + Sync),
) -> Result<Option<Counts>, Error> {
    let all = documents.lock().unwrap_or_else(PoisonError::into_inner).bytes();
    let lanes = Lanes::for_bytes(all);
    let pace = Pace::new(all, go_on);
    let work = || -> Result<Counts, Error> {
        let tallies = ways.each.iter().map(|_| Tally::default()).collect();
        let mut counts = Counts { tallies, ..Counts::default() };
        while pace.is_wanted() {
            let next = documents.lock().unwrap_or_else(PoisonError::into_inner).handful()?;
            if next.is_empty() {
                break;
            }
            for Found { place, size, held } in next {
                let mut step = Step::new(&pace, size, ways.vocabularies());
                match held.read()? {
                    Document::Text(text) => counts.text(&text, ways, &lanes, &mut step),
                    Document::Requests(format, prompts) => {
                        counts.requests(place, (format, &prompts), ways, &lanes, &mut step)?;
                    }
                    Document::Unread(why, hint) => counts.leave_out(place, why, hint),
                }
                if !step.end() {
                    return Ok(counts);
                }
            }
        }
        Ok(counts)
    };
    // The other thread has no reason to go on, either.
    let work = || work().inspect_err(|_| pace.stop());
    let counted: Vec<Result<Counts, Error>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let ended = threads.into_iter().map(|thread| thread.join());
        ended.map(|ended| ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    let mut sum = Counts::default();
    for counts in counted {
        sum.merge(counts?);
    }
    Ok(pace.is_wanted().then_some(sum))
}

impl Counts {
    fn text(&mut self, text: &str, ways: &Ways, lanes: &Lanes, step: &mut Step) {
        let mut seen: Vec<(CountedIn, u64)> = vec![];
        let mut kinds: Option<Kinds> = None;
        for (way, tally) in ways.each.iter().zip(&mut self.tallies) {
            let counted_in = way.counting.counted_in();
            let known = seen.iter().find(|(known, _)| *known == counted_in);
            let tokens =
                known.map_or_else(|| step.count(text, counted_in, lanes), |(_, tokens)| *tokens);
            seen.push((counted_in, tokens));
            let kinds = || *kinds.get_or_insert_with(|| Kinds::of(text));
            let counted = prompt::counted_as(tokens, kinds, way.counting);
            tally.add(counted, way);
            if !step.is_wanted() {
                return;
            }
        }
        if ways.asked.is_some() {
            self.went_by(&ways.each[0]);
        }
    }

    fn requests(
        &mut self,
        place: Place,
        (format, prompts): (Format, &[Prompt]),
        ways: &Ways,
        lanes: &Lanes,
        step: &mut Step,
    ) -> Result<(), Error> {
        for prompt in prompts {
            let asked = match (&ways.asked, &prompt.model) {
                (Some(asked), Some(model)) => Some(asked.way(format, model)?),
                (None, _) | (_, None) => None,
            };
            let mut measurer =
                Measurer::new(prompt, |text, counted_in| step.count(text, counted_in, lanes));
            for (way, tally) in ways.each.iter().zip(&mut self.tallies) {
                let way = asked.as_deref().unwrap_or(way);
                let measured = match &way.on {
                    Some((provider, model)) => measurer.on(provider, model, way.counting),
                    None => measurer.texts(way.counting),
                };
                self.is_unframed |= way.on.is_none();
                tally.is_short |= way.on.is_none() || !measured.without().is_empty();
                tally.add(measured.total, way);
                for gap in measured.gaps {
                    self.notes.add(place, gap.message, "Count it apart.");
                }
            }
            if ways.asked.is_some() {
                self.went_by(asked.as_deref().unwrap_or(&ways.each[0]));
            }
        }
        Ok(())
    }

    /// Notes by what a document went.
    fn went_by(&mut self, way: &Way) {
        let (model, matched) = way.model.clone().unzip();
        let said = (matched.flatten(), Learned::of(way.counting));
        self.asked.insert((model, way.counting.name().to_owned()), said);
    }

    fn leave_out(&mut self, place: Place, why: String, hint: &'static str) {
        self.left_out += 1;
        self.notes.add(place, why, hint);
    }

    fn merge(&mut self, other: Self) {
        if self.tallies.is_empty() {
            self.tallies = other.tallies;
        } else {
            self.tallies.iter_mut().zip(other.tallies).for_each(|(sum, more)| sum.merge(more));
        }
        self.asked.extend(other.asked);
        self.is_unframed |= other.is_unframed;
        self.left_out += other.left_out;
        for ((place, message), hint) in other.notes.0 {
            self.notes.add(place, message, hint);
        }
    }
}

impl Tally {
    fn add(&mut self, counted: Counted, way: &Way) {
        let (low, high) = counted.bounds();
        self.lengths.add(counted.tokens);
        self.low += low;
        self.high += high;
        self.is_estimated |= counted.certainty != prompt::Certainty::Exact;
        if !self.called.contains(&way.called) {
            self.called.insert(way.called.clone());
        }
    }

    fn merge(&mut self, other: Self) {
        self.lengths.merge(other.lengths);
        self.low += other.low;
        self.high += other.high;
        self.is_estimated |= other.is_estimated;
        self.called.extend(other.called);
        self.is_short |= other.is_short;
    }
}
