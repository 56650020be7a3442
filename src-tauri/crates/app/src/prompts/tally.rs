//! A corpus counted: what each way of counting came to, document by document, on several threads.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use cost::book::Match;
use prompt::{Counted, CountedIn, Counting, Kinds, Lanes, Measurer, Prompt};

use super::documents::{Document, Documents, Found, Place};
use super::lengths::Lengths;
use crate::error::Error;

/// One way of counting.
pub(super) struct Way {
    pub model: Option<(String, Match)>,
    /// The provider and the model whose rules hold for requests.
    pub on: Option<(String, String)>,
    pub counting: Counting,
}

/// What was counted in one way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub lengths: Lengths,
    pub low: u64,
    pub high: u64,
    pub is_estimated: bool,
}

/// What one thread has counted.
#[derive(Default)]
pub(super) struct Counts {
    pub tallies: Vec<Tally>,
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
    ways: &[Way],
    threads: usize,
    go_on: &(dyn Fn(u64, u64) -> bool + Sync),
) -> Result<Option<Counts>, Error> {
    let all = documents.lock().unwrap_or_else(PoisonError::into_inner).bytes();
    let lanes = Lanes::for_bytes(all);
    let (done, wanted) = (AtomicU64::new(0), AtomicBool::new(true));
    let work = || -> Result<Counts, Error> {
        let nothing = || Tally::default();
        let tallies = ways.iter().map(|_| nothing()).collect();
        let mut counts = Counts { tallies, ..Counts::default() };
        while wanted.load(Ordering::Relaxed) {
            let next = documents.lock().unwrap_or_else(PoisonError::into_inner).handful();
            // The other thread has no reason to go on, either.
            let handful = next.inspect_err(|_| wanted.store(false, Ordering::Relaxed))?;
            if handful.is_empty() {
                break;
            }
            for Found { place, size, held } in handful {
                match held.read().inspect_err(|_| wanted.store(false, Ordering::Relaxed))? {
                    Document::Text(text) => counts.text(&text, ways, &lanes),
                    Document::Requests(prompts) => counts.requests(place, &prompts, ways, &lanes),
                    Document::Unread(why, hint) => counts.leave_out(place, why, hint),
                }
                let done = done.fetch_add(size, Ordering::Relaxed) + size;
                if !go_on(done.min(all), all) {
                    wanted.store(false, Ordering::Relaxed);
                    return Ok(counts);
                }
            }
        }
        Ok(counts)
    };
    let counted: Vec<Result<Counts, Error>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let ended = threads.into_iter().map(|thread| thread.join());
        ended.map(|ended| ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    let mut sum = Counts::default();
    for counts in counted {
        sum.merge(counts?);
    }
    Ok(wanted.into_inner().then_some(sum))
}

impl Counts {
    fn text(&mut self, text: &str, ways: &[Way], lanes: &Lanes) {
        let mut seen: Vec<(CountedIn, u64)> = vec![];
        let mut kinds: Option<Kinds> = None;
        for (way, tally) in ways.iter().zip(&mut self.tallies) {
            let counted_in = way.counting.counted_in();
            let known = seen.iter().find(|(known, _)| *known == counted_in);
            let tokens = known.map_or_else(|| lanes.count(text, counted_in), |(_, tokens)| *tokens);
            seen.push((counted_in, tokens));
            let kinds = || *kinds.get_or_insert_with(|| Kinds::of(text));
            let counted = prompt::counted_as(tokens, kinds, way.counting);
            tally.add(counted);
        }
    }

    fn requests(&mut self, place: Place, prompts: &[Prompt], ways: &[Way], lanes: &Lanes) {
        for prompt in prompts {
            let mut measurer =
                Measurer::new(prompt, |text, counted_in| lanes.count(text, counted_in));
            for (way, tally) in ways.iter().zip(&mut self.tallies) {
                let measured = match &way.on {
                    Some((provider, model)) => measurer.on(provider, model, way.counting),
                    None => measurer.texts(way.counting),
                };
                tally.add(measured.total);
                for gap in measured.gaps {
                    self.notes.add(place, gap.message, "Count it apart.");
                }
            }
        }
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
        self.left_out += other.left_out;
        for ((place, message), hint) in other.notes.0 {
            self.notes.add(place, message, hint);
        }
    }
}

impl Tally {
    fn add(&mut self, counted: Counted) {
        let (low, high) = counted.bounds();
        self.lengths.add(counted.tokens);
        self.low += low;
        self.high += high;
        self.is_estimated |= counted.certainty != prompt::Certainty::Exact;
    }

    fn merge(&mut self, other: Self) {
        self.lengths.merge(other.lengths);
        self.low += other.low;
        self.high += other.high;
        self.is_estimated |= other.is_estimated;
    }
}
