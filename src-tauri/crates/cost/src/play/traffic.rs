//! Units of several features that arrive by chance, played one by one: how often others have kept the beginning of a
//! call's prompt. It knows prompts and times, and no formula.

use std::collections::BTreeSet;

use super::arrivals::{Clock, share};
use super::chance::{Chance, Seeded};
use super::script::{Content, Script};
use super::stage::{Billed, Stage};
use super::tally::Figure;

/// Features that share a provider's cache.
pub(crate) struct Features<'a> {
    /// As they are played, with arrivals a second, one rate for each hour, again and again.
    pub(crate) scripts: &'a [(Script, Vec<f64>)],
    /// The names of the calls whose prompts are kept there.
    pub(crate) kept: &'a BTreeSet<String>,
    /// How long a beginning is kept.
    pub(crate) ttl: f64,
    /// Whether reading begins that time anew.
    pub(crate) refreshes: bool,
}

/// A prompt that was sent.
struct Sent {
    at: f64,
    /// The unit that sent it.
    unit: (usize, usize),
    /// The call, by feature and place among its names.
    call: (usize, usize),
    /// The parts that every session sends alike, from the first on.
    parts: Vec<usize>,
}

impl Features<'_> {
    /// Of the prompts of a call that hold so many shared parts, and whose unit has left nothing alive: the part that finds
    /// these alive.
    pub(crate) fn alive(&self, days: f64, (feature, name): (usize, &str), parts: usize) -> Figure {
        let nth = self.scripts[feature].0.names.iter().position(|known| known == name);
        let call = (feature, nth.expect("a call of the feature"));
        let mut sent = self.sent(days * DAY);
        sent.sort_by(|a, b| a.at.total_cmp(&b.at));
        let of_call = |sent: &&Sent| sent.call == call && sent.parts.len() >= parts;
        let begins = sent.iter().find(of_call).expect("it is sent").parts[..parts].to_vec();
        let (mut alive_until, mut found) = (f64::NEG_INFINITY, vec![]);
        let mut last = vec![vec![]; self.scripts.len()];
        for sent in sent.iter().filter(|sent| sent.parts.starts_with(&begins)) {
            let (feature, unit) = sent.unit;
            if last[feature].len() <= unit {
                last[feature].resize(unit + 1, f64::NEG_INFINITY);
            }
            let before = std::mem::replace(&mut last[feature][unit], sent.at);
            let own = sent.at - before < self.ttl;
            if !own && of_call(&sent) {
                found.push(sent.at < alive_until);
            }
            // Who still finds what it sent itself writes nothing that others could find.
            if self.refreshes || !own && sent.at >= alive_until {
                alive_until = sent.at + self.ttl;
            }
        }
        share(&found)
    }

    fn sent(&self, seconds: f64) -> Vec<Sent> {
        let mut sent = vec![];
        for (feature, (script, by_hour)) in self.scripts.iter().enumerate() {
            let mut chance = Seeded::new(17 + feature as u64);
            let mut stage = Stage::new(script, Seeded::new(71 + feature as u64));
            let mut clock = Clock { by_hour, at: 0.0 };
            for unit in 0.. {
                clock.pass(chance.pause(1.0));
                if clock.at > seconds {
                    break;
                }
                for billed in stage.execute().billed {
                    // Nothing is kept of what was not billed.
                    let is_billed = billed.input + billed.history + billed.context > 0.0;
                    if is_billed && self.kept.contains(&script.names[billed.nth]) {
                        sent.push(Sent {
                            at: clock.at + billed.at,
                            unit: (feature, unit),
                            call: (feature, billed.nth),
                            parts: shared_parts(script, billed),
                        });
                    }
                }
            }
        }
        sent
    }
}

/// The parts of a prompt that every session sends alike, from the first on.
fn shared_parts(script: &Script, billed: &Billed) -> Vec<usize> {
    let call = script.calls.iter().find(|call| call.nth == billed.nth).expect("a call");
    let alike = call.input.iter().map_while(|piece| match &piece.content {
        Content::History => (billed.history == 0.0).then_some(None),
        Content::Context => (billed.context == 0.0).then_some(None),
        Content::Part { part, shared, .. } => shared.then_some(Some(*part)),
    });
    alike.flatten().collect()
}

const DAY: f64 = 86_400.0;
