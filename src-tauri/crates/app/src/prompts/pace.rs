//! How far the counting of a corpus is, told stretch by stretch, and whether the rest is wanted.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use prompt::{CountedIn, Lanes};

/// How far all threads are, and whether the rest is wanted.
pub(super) struct Pace<'g> {
    done: AtomicU64,
    all: u64,
    wanted: AtomicBool,
    go_on: &'g (dyn Fn(u64, u64) -> bool + Sync),
}

impl<'g> Pace<'g> {
    pub fn new(all: u64, go_on: &'g (dyn Fn(u64, u64) -> bool + Sync)) -> Self {
        Self { done: AtomicU64::new(0), all, wanted: AtomicBool::new(true), go_on }
    }

    /// So many bytes more are done; whether the rest is wanted.
    pub fn done(&self, bytes: u64) -> bool {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if self.is_wanted() && !(self.go_on)(done.min(self.all), self.all) {
            self.stop();
        }
        self.is_wanted()
    }

    pub fn stop(&self) {
        self.wanted.store(false, Ordering::Relaxed);
    }

    pub fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
    }
}

/// How far one document is.
pub(super) struct Step<'p> {
    pace: &'p Pace<'p>,
    /// Bytes that are not told of yet.
    left: u64,
    /// So many times its bytes are counted.
    ways: u64,
}

impl<'p> Step<'p> {
    /// A document of so many bytes, counted so many times.
    pub fn new(pace: &'p Pace<'p>, bytes: u64, ways: u64) -> Self {
        Self { pace, left: bytes, ways }
    }

    pub fn is_wanted(&self) -> bool {
        self.pace.is_wanted()
    }

    /// The document is done; whether the rest is wanted.
    pub fn end(self) -> bool {
        self.pace.done(self.left)
    }

    /// Counts a text stretch by stretch; the count is of no use where the rest is not wanted.
    pub fn count(&mut self, text: &str, counted_in: CountedIn, lanes: &Lanes) -> u64 {
        if text.len() <= Lanes::STRETCH_BYTES {
            return lanes.count(text, counted_in);
        }
        let mut tokens = 0;
        for stretch in lanes.stretches(text, counted_in) {
            tokens += lanes.count(stretch, counted_in);
            let part = (stretch.len() as u64 / self.ways).min(self.left);
            self.left -= part;
            if !self.pace.done(part) {
                break;
            }
        }
        tokens
    }
}
