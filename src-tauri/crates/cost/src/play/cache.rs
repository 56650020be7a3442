//! A provider's cache of the beginnings of prompts: what of one is read, and what is written.

use std::rc::Rc;

use super::chance::Chance;
use super::memory::{Heard, Key, Prompt};

/// How a call's provider keeps the beginnings of its prompts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Keeps {
    /// Its place among the calls whose prompts are kept.
    pub(super) index: usize,
    /// Which calls find what it sends, and leave it the same: of one model, kept for one time. Nothing where somebody says
    /// how likely it finds it.
    pub(super) shelf: Option<usize>,
    /// How long a beginning is kept, in seconds.
    pub(super) ttl: f64,
    /// The chance that the session's next call comes in time, where it is given.
    pub(super) in_time: Option<f64>,
    /// The chance that other sessions keep alive what all of them share, from so many parts on; the chances fall.
    pub(super) alive: Vec<(usize, f64)>,
    /// Whether it keeps only what all sessions share.
    pub(super) shared_only: bool,
    /// A shorter beginning is not kept.
    pub(super) minimum: f64,
    /// What is read is whole blocks of so many tokens.
    pub(super) block: f64,
    pub(super) writes: Writes,
}

/// What is paid for writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writes {
    /// The price of input.
    Free,
    Default,
    Hour,
}

/// What was kept of each call's last prompt.
#[derive(Clone, Debug, Default)]
pub(super) struct Caches {
    last: Vec<Option<Rc<Kept>>>,
}

/// A prompt that was kept.
#[derive(Debug)]
struct Kept {
    prompt: Prompt,
    /// Which calls find it.
    shelf: Option<usize>,
    /// When, in seconds after the execution began.
    at: f64,
    /// Its number: later ones have larger numbers.
    serial: u64,
    /// Whether the next call comes in time, whatever the chances are.
    sure: bool,
}

/// A prompt by what is paid for it; the rest is plain input.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Classes {
    pub(super) read: f64,
    pub(super) written: f64,
    pub(super) written_hour: f64,
}

impl Caches {
    pub(super) fn new(calls: usize) -> Self {
        Self { last: vec![None; calls] }
    }

    /// Nothing was kept yet.
    pub(super) fn clear(&mut self) {
        self.last.fill(None);
    }

    /// Sends a prompt at a time, by a serial number: what is read of what was kept, and what is written.
    pub(super) fn send(
        &mut self,
        keeps: &Keeps,
        prompt: &Prompt,
        (at, serial): (f64, u64),
        chance: &mut impl Chance,
    ) -> Classes {
        let shared = prompt.iter().take_while(|part| matches!(part.key, Key::Shared(_))).count();
        let kept = if keeps.shared_only { &prompt[..shared] } else { &prompt[..] };
        if tokens(kept) < keeps.minimum {
            self.last[keeps.index] = None;
            return Classes::default();
        }
        let found = match &self.last[keeps.index] {
            Some(before) if before.is_in_time(keeps, at, chance) => before.common(kept),
            late_or_none => {
                let since = late_or_none.as_ref().map_or(0, |late| late.serial);
                let shared = &prompt[..shared];
                let long = !shared.is_empty() && tokens(shared) >= keeps.minimum;
                let of_unit = self.of_unit(keeps, shared, (at, since));
                let of_others = if long { keeps.of_others(shared, chance) } else { &[] };
                if of_unit.len() > of_others.len() { of_unit } else { of_others }
            }
        };
        let found = tokens(found);
        let read = if found < keeps.minimum { 0.0 } else { whole_blocks(found, keeps.block) };
        let rest = tokens(kept) - read;
        let (prompt, shelf) = (kept.to_vec(), keeps.shelf);
        self.last[keeps.index] = Some(Rc::new(Kept { prompt, shelf, at, serial, sure: false }));
        match keeps.writes {
            Writes::Free => Classes { read, ..Classes::default() },
            Writes::Default => Classes { read, written: rest, written_hour: 0.0 },
            Writes::Hour => Classes { read, written: 0.0, written_hour: rest },
        }
    }

    /// From now on what was kept since a number is found, or is found by chance as anything else.
    pub(super) fn mark(&mut self, since: u64, sure: bool) {
        for kept in self.last.iter_mut().flatten() {
            if kept.serial >= since && kept.sure != sure {
                let Kept { shelf, at, serial, .. } = **kept;
                *kept = Rc::new(Kept { prompt: kept.prompt.clone(), shelf, at, serial, sure });
            }
        }
    }

    /// What is kept by either, the later one of each call.
    pub(super) fn and(mut self, others: &Self) -> Self {
        let newer = |kept: &Option<Rc<Kept>>| kept.as_ref().map_or(0, |kept| kept.serial);
        for (own, other) in self.last.iter_mut().zip(&others.last) {
            if newer(other) > newer(own) {
                own.clone_from(other);
            }
        }
        self
    }

    /// What other calls of the unit have sent of a shared beginning since the call's own last prompt.
    fn of_unit<'p>(
        &self,
        keeps: &Keeps,
        shared: &'p [Heard],
        (at, since): (f64, u64),
    ) -> &'p [Heard] {
        let on_shelf = |kept: &&Rc<Kept>| keeps.shelf.is_some() && kept.shelf == keeps.shelf;
        let in_time = |kept: &&Rc<Kept>| kept.serial > since && at - kept.at < keeps.ttl;
        let kept = self.last.iter().flatten().filter(on_shelf).filter(in_time);
        let found = kept.map(|kept| kept.common(shared)).max_by_key(|found| found.len());
        found.unwrap_or_default()
    }
}

impl Keeps {
    /// What other sessions have kept alive of a shared beginning.
    fn of_others<'p>(&self, shared: &'p [Heard], chance: &mut impl Chance) -> &'p [Heard] {
        let mut likely = 1.0;
        for (from, alive) in &self.alive {
            let first = parts(shared, *from);
            if first.len() == shared.len() {
                break;
            }
            if !chance.toss(if likely > 0.0 { (alive / likely).min(1.0) } else { 0.0 }) {
                return first;
            }
            likely = *alive;
        }
        shared
    }
}

/// So many parts of a beginning, with all their copies.
fn parts(beginning: &[Heard], count: usize) -> &[Heard] {
    let copies = beginning.chunk_by(|left, right| left.key == right.key);
    &beginning[..copies.take(count).map(<[Heard]>::len).sum()]
}

impl Kept {
    fn is_in_time(&self, keeps: &Keeps, now: f64, chance: &mut impl Chance) -> bool {
        match keeps.in_time {
            _ if self.sure => true,
            Some(share) => chance.toss(share),
            None => now - self.at < keeps.ttl,
        }
    }

    /// The beginning of a prompt that was sent before as well, part by part.
    fn common<'p>(&self, prompt: &'p [Heard]) -> &'p [Heard] {
        let pairs = self.prompt.iter().zip(prompt);
        let same = pairs.take_while(|(before, now)| now.is(before)).count();
        &prompt[..same]
    }
}

fn tokens(parts: &[Heard]) -> f64 {
    parts.iter().map(|part| part.tokens).sum()
}

fn whole_blocks(tokens: f64, block: f64) -> f64 {
    if block > 1.0 { (tokens / block).floor() * block } else { tokens }
}
