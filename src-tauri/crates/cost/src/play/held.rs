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

/// The largest part of a week's arrivals that comes in so many seconds of each day, which are whole hours side by side.
pub(super) fn share(load: &Load, seconds: f64) -> f64 {
    const HOUR: f64 = 3600.0;
    let is_held = |nth: usize, first: usize| ((nth + 24 - first) % 24) as f64 * HOUR < seconds;
    let between = |first: usize| -> f64 {
        let hours = load.hours().iter().enumerate();
        hours.filter(|(nth, _)| is_held(*nth, first)).map(|(_, part)| part).sum()
    };
    (0..24).map(between).fold(0.0, f64::max)
}
