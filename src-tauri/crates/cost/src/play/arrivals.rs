//! Sessions and requests arriving second by second: how often what was kept is found alive.

use super::chance::{Chance, Seeded};
use super::tally::{Figure, Running};

/// Sessions that send the same beginning.
pub(crate) struct Sessions<'a> {
    /// Arrivals a second, one rate for each hour, again and again.
    pub(crate) by_hour: &'a [f64],
    /// The chances of 1, 2, … calls in a session.
    pub(crate) calls: &'a [f64],
    /// The mean pause between two of its calls, in seconds.
    pub(crate) pause: f64,
    /// How long a beginning is kept.
    pub(crate) ttl: f64,
    /// Whether reading begins that time anew.
    pub(crate) refreshes: bool,
}

/// Requests of one scope that come again.
pub(crate) struct Requests<'a> {
    /// How often each of them comes, in proportion.
    pub(crate) weights: &'a [f64],
    /// Requests a second.
    pub(crate) rate: f64,
    /// How long an answer is kept after it was given first.
    pub(crate) max_age: f64,
}

/// One call of a session.
struct Called {
    at: f64,
    /// How long after the call before it in its session.
    after: Option<f64>,
}

impl Sessions<'_> {
    /// Of the calls that find nothing of their own session, the part that others have left something alive for.
    pub(crate) fn alive(&self, seed: u64, sessions: u32) -> Figure {
        let mut calls = self.calls_of(seed, sessions);
        calls.sort_by(|a, b| a.at.total_cmp(&b.at));
        let mut alive_until = f64::NEG_INFINITY;
        let mut found = vec![];
        for Called { at, after } in calls {
            let own = after.is_some_and(|after| after < self.ttl);
            if !own {
                found.push(at < alive_until);
            }
            // Who still finds what it sent itself writes nothing that others could find.
            if self.refreshes || !own && at >= alive_until {
                alive_until = at + self.ttl;
            }
        }
        share(&found)
    }

    fn calls_of(&self, seed: u64, sessions: u32) -> Vec<Called> {
        let mut chance = Seeded::new(seed);
        let mut clock = Clock { by_hour: self.by_hour, at: 0.0 };
        let mut calls = vec![];
        for _ in 0..sessions {
            clock.pass(chance.pause(1.0));
            let mut at = clock.at;
            calls.push(Called { at, after: None });
            for _ in 0..chance.pick(self.calls) {
                let pause = chance.pause(self.pause);
                at += pause;
                calls.push(Called { at, after: Some(pause) });
            }
        }
        calls
    }
}

impl Requests<'_> {
    /// The part of requests whose answer is still kept.
    pub(crate) fn hits(&self, seed: u64, requests: u32) -> Figure {
        let mut chance = Seeded::new(seed);
        let mut at = 0.0;
        let mut given = vec![f64::NEG_INFINITY; self.weights.len()];
        let mut found = vec![];
        for _ in 0..requests {
            at += chance.pause(1.0 / self.rate);
            let given = &mut given[chance.pick(self.weights)];
            found.push(at - *given < self.max_age);
            if at - *given >= self.max_age {
                *given = at;
            }
        }
        share(&found)
    }
}

/// A day whose hours have rates of their own.
pub(super) struct Clock<'a> {
    pub(super) by_hour: &'a [f64],
    pub(super) at: f64,
}

impl Clock<'_> {
    /// Goes on until so many arrivals would be expected.
    pub(super) fn pass(&mut self, mut arrivals: f64) {
        loop {
            let hour = (self.at / HOUR).floor();
            let rate = self.by_hour[hour as usize % self.by_hour.len()];
            let left = (hour + 1.0) * HOUR - self.at;
            if arrivals < rate * left {
                self.at += arrivals / rate;
                return;
            }
            arrivals -= rate * left;
            self.at = (hour + 1.0) * HOUR;
        }
    }
}

const HOUR: f64 = 3600.0;

/// Neighbours find much the same: the error is that of means of long stretches. The first one only warms up.
const STRETCHES: usize = 41;

/// The part that is true.
pub(super) fn share(found: &[bool]) -> Figure {
    let mut running = Running::default();
    let length = found.len() / STRETCHES;
    for (stretch, nth) in found.chunks_exact(length).take(STRETCHES).skip(1).zip(1..) {
        let alive = stretch.iter().filter(|alive| **alive).count();
        running.take(alive as f64 / length as f64, f64::from(nth));
    }
    running.figure((STRETCHES - 1) as f64)
}

#[cfg(test)]
mod tests {
    use libm::{exp, pow};

    use super::*;
    use crate::spread::{Spread, count_table};

    const SESSIONS: u32 = 40_000;

    #[track_caller]
    fn check(found: Figure, expected: f64) {
        let errors = found.errors_from(expected);
        assert!(errors < 4.0, "{found:?} is {errors} standard errors from {expected}");
        assert!(found.standard_error < 0.01, "{found:?} says little");
    }

    fn calls(low: f64, high: f64) -> (Vec<f64>, f64) {
        let table = count_table(&Spread::Range { low, high }).expect("a table");
        let more = table.iter().zip(0..).map(|(p, k)| p * f64::from(k)).sum();
        (table, more)
    }

    #[test]
    fn reading_keeps_a_beginning_alive() {
        let (calls, more) = calls(3.0, 9.0);
        for (every, pause, ttl) in
            [(1800.0, 120.0, 300.0), (600.0, 400.0, 300.0), (9000.0, 60.0, 3600.0)]
        {
            let by_hour = [1.0 / every];
            let sessions =
                Sessions { by_hour: &by_hour, calls: &calls, pause, ttl, refreshes: true };
            let q = 1.0 - exp(-ttl / pause);
            // τq / −ln(1 − q), as −ln(1 − q) is τ/pause.
            let gap = pause * q;
            check(sessions.alive(1, SESSIONS), 1.0 - exp(-(ttl + more * gap) / every));
        }
    }

    #[test]
    fn where_reading_keeps_nothing_alive_it_is_written_again_and_again() {
        let (calls, more) = calls(3.0, 9.0);
        for (every, pause, ttl) in
            [(200.0, 120.0, 300.0), (600.0, 400.0, 300.0), (60.0, 900.0, 300.0)]
        {
            let by_hour = [1.0 / every];
            let sessions =
                Sessions { by_hour: &by_hour, calls: &calls, pause, ttl, refreshes: false };
            let q = 1.0 - exp(-ttl / pause);
            let lookups = ttl / every * (1.0 + more * (1.0 - q));
            check(sessions.alive(2, SESSIONS), lookups / (1.0 + lookups));
        }
    }

    /// Arrivals a second of 288 calls a day: 90 % in the nine hours from nine to six.
    fn office_hours() -> [f64; 24] {
        let each = |hour| if (9..18).contains(&hour) { 0.9 / 9.0 } else { 0.1 / 15.0 };
        std::array::from_fn(|hour| 288.0 * each(hour) / HOUR)
    }

    #[test]
    fn single_calls_find_more_in_office_hours() {
        let alive = |by_hour: &[f64]| {
            let sessions =
                Sessions { by_hour, calls: &[1.0], pause: 1.0, ttl: 300.0, refreshes: true };
            sessions.alive(3, SESSIONS)
        };
        let flat = 1.0 - exp(-1.0);
        check(alive(&[288.0 / 24.0 / HOUR]), flat);
        let office = 0.9 * (1.0 - exp(-2.4)) + 0.1 * (1.0 - exp(-0.16));
        let found = alive(&office_hours());
        // An hour's first calls still look back at the hour before: a thousandth.
        assert!((found.mean - office).abs() < 4.0 * found.standard_error + 0.002, "{found:?}");
        assert_eq!(((100.0 * flat).round(), (100.0 * office).round()), (63.0, 83.0));
    }

    #[test]
    fn a_long_time_reaches_back_into_earlier_hours() {
        let by_hour = office_hours().map(|rate| rate / 20.0);
        let (ttl, minutes) = (2.0 * HOUR, 24 * 60);
        let rate = |minute: usize| by_hour[minute % minutes / 60];
        let day: f64 = (0..minutes).map(rate).sum();
        let expected: f64 = (0..minutes)
            .map(|minute| {
                let before: f64 = (1..=120).map(|back| 60.0 * rate(minute + minutes - back)).sum();
                rate(minute) / day * (1.0 - exp(-before))
            })
            .sum();
        let sessions =
            Sessions { by_hour: &by_hour, calls: &[1.0], pause: 1.0, ttl, refreshes: true };
        check(sessions.alive(4, SESSIONS), expected);
    }

    #[test]
    fn requests_meet_their_kept_answers_by_zipfs_law() {
        let hits = |distinct: u32, zipf: f64, rate: f64, max_age: f64| {
            let weights: Vec<f64> = (1..=distinct).map(|k| pow(f64::from(k), -zipf)).collect();
            let all: f64 = weights.iter().sum();
            let expected = weights.iter().map(|weight| {
                let kept = rate * weight / all * max_age;
                weight / all * kept / (1.0 + kept)
            });
            let found = Requests { weights: &weights, rate, max_age }.hits(5, SESSIONS);
            check(found, expected.sum());
        };
        hits(50, 1.0, 0.1, HOUR);
        hits(200, 0.8, 0.1, HOUR);
        hits(20, 0.0, 0.01, HOUR);
    }
}
