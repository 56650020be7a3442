//! A beginning that is held in an explicit cache: calls read it while it is held.

use super::cache::Classes;
use super::chance::Chance;
use super::memory::{Heard, Key};
use crate::load::Load;

/// What a call has of a beginning that is held.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Held {
    /// The parts of the plan that it is made of.
    pub(super) parts: Vec<usize>,
    /// A shorter one cannot be held.
    pub(super) minimum: f64,
    /// The chance that a call comes while it is held.
    pub(super) share: f64,
}

impl Held {
    /// What of a prompt is read.
    pub(super) fn send(&self, prompt: &[Heard], chance: &mut impl Chance) -> Classes {
        let is_held = |key: Key| match key {
            Key::Shared(part) => self.parts.contains(&part),
            Key::Sent { .. } | Key::Said(_) => false,
        };
        let held = prompt.iter().take_while(|heard| is_held(heard.key));
        let read: f64 = held.map(|heard| heard.tokens).sum();
        match read >= self.minimum && chance.toss(self.share) {
            true => Classes { read, ..Classes::default() },
            false => Classes::default(),
        }
    }
}

/// The largest part of a week's arrivals that comes in so many seconds of each day, at the same hours.
pub(super) fn share(load: &Load, seconds: f64) -> f64 {
    const HOUR: f64 = 3600.0;
    let held = seconds / HOUR;
    let between = |first: f64| -> f64 {
        let of_hour = |(nth, part): (usize, &f64)| {
            // The hours of yesterday's and of today's stretch.
            let begins = (nth % 24) as f64;
            let common =
                |first: f64| ((begins + 1.0).min(first + held) - begins.max(first)).max(0.0);
            part * (common(first) + common(first - 24.0))
        };
        load.hours().iter().enumerate().map(of_hour).sum()
    };
    let ends = (0..24).map(|hour| between((f64::from(hour) - held).rem_euclid(24.0)));
    (0..24).map(|hour| between(f64::from(hour))).chain(ends).fold(0.0, f64::max)
}
