//! Which earlier call left what a call reads: the last one of its session, wherever in what repeats that was, while it
//! is kept.

use super::beginning::Gate;
use super::empty::Ends;
use super::frame::times_of;
use super::lead::Empty;
use super::met::Unmet;
use super::never::{never_in, tiny};
use super::session::Session;
use super::touch::not;
use super::writer::{one, say, zero};
use crate::workings::{Expr, Node, Place};

/// What calls may find where they find nothing of their own session.
struct Shared {
    /// Each stretch of the shared beginning.
    stretches: Vec<SharedStretch>,
}

/// A stretch of the shared beginning.
struct SharedStretch {
    /// What has to be empty.
    gates: Vec<Gate>,
    /// What can be read of it beyond the stretch before.
    tokens: Expr,
    /// The chance that others have left it.
    alive: Expr,
}

impl Shared {
    /// What two calls share who find nothing said with these chances.
    fn common(&self, empty: &Empty) -> Expr {
        let all = self.stretches.iter();
        all.fold(zero(), |sum, stretch| sum + &stretch.tokens * empty.all_open(&stretch.gates))
    }

    /// What a call reads of others, and of other steps, who finds nothing said with these chances.
    fn cold(&self, empty: &Empty, unmet: &Unmet) -> Expr {
        let all = self.stretches.iter().zip(unmet);
        all.fold(zero(), |sum, (stretch, unmet)| {
            let found = match unmet.is(1) {
                true => stretch.alive.clone(),
                false => one() - not(&stretch.alive) * unmet,
            };
            sum + found * &stretch.tokens * empty.all_open(&stretch.gates)
        })
    }

    /// What it reads beyond that, where others have come since its own last call with these chances.
    fn since(&self, empty: &Empty, unmet: &Unmet, others: &[Expr]) -> Expr {
        let all = self.stretches.iter().zip(unmet).zip(others);
        all.fold(zero(), |sum, ((stretch, unmet), others)| {
            let missed = not(&stretch.alive) * unmet;
            sum + others * missed * &stretch.tokens * empty.all_open(&stretch.gates)
        })
    }
}

/// What the first call of each time of a level may find.
struct Finds {
    /// Of others.
    cold: Expr,
    /// What more of other steps, where one of them has come since the last call before it.
    since: Expr,
    /// The shared beginning of the last call before it.
    common: Expr,
}

/// What calls find of those before them in one run of something that repeats.
struct Passed {
    /// Tokens that they read.
    read: Expr,
    /// How many find none before them.
    opening: Expr,
}

impl<'p> Session<'_, 'p> {
    /// Tokens that are read over everything that repeats in one session.
    pub fn read(&mut self) -> Expr {
        let shared = self.shared();
        let (mut ends, mut unmet) = (self.ends(), self.unmet());
        // The chance that one run of what is below makes the call at all, and the calls that are the first in one.
        let (mut made, mut first, mut read) = (one(), one(), zero());
        for nth in (self.frame.outside..self.frame.levels.len()).rev() {
            let level = self.frame.levels[nth].clone();
            let comes = &level.visits * &made;
            let others = self.others(nth, &comes);
            let finds = self.finds(nth, &ends, (&shared, &unmet, &others));
            let passed = self.passed(nth, &comes, &finds);
            unmet = self.unmet_around(nth, (&comes, &passed.opening), &others, unmet);
            ends = self.ends_of_level(nth, (&comes, &passed.opening), ends);
            let around = times_of(&self.frame.levels[self.frame.outside..nth]);
            read = read + around * &first * passed.read;
            made = comes * &passed.opening;
            first = first * passed.opening;
        }
        read + first * self.of_other_sessions(made, &ends, (&shared, unmet))
    }

    /// The shared beginning, stretch by stretch.
    fn shared(&mut self) -> Shared {
        let mut before = zero();
        let mut stretches = vec![];
        for nth in 0..self.lead.stretches.len() {
            let name = self.lead.name(nth);
            let label = match self.lead.stretches[nth].gates.is_empty() {
                true => "shared beginning that can be read",
                false => "the same while nothing was said",
            };
            let size = self.lead.stretches[nth].size.clone();
            let tokens = self.kept(&format!("lead{name}"), &size, false);
            let tokens = self.row(&format!("cache.shared{name}"), label, "tokens", tokens);
            let gates = self.lead.stretches[nth].gates.clone();
            let beyond = &tokens - std::mem::replace(&mut before, tokens.clone());
            stretches.push(SharedStretch { gates, alive: zero(), tokens: beyond });
        }
        for (nth, stretch) in stretches.iter_mut().enumerate() {
            stretch.alive = self.alive(nth);
        }
        Shared { stretches }
    }

    /// What can be written of the shared beginning, on average over all calls.
    pub fn shared_of_all(&mut self) -> Expr {
        let average = self.on_average();
        let (mut before, mut all) = (zero(), zero());
        for nth in 0..self.lead.stretches.len() {
            let name = self.lead.name(nth);
            let size = self.lead.stretches[nth].size.clone();
            let tokens = self.kept(&format!("lead-written{name}"), &size, false);
            let open = average.all_open(&self.lead.stretches[nth].gates);
            all = all + open * (&tokens - &before);
            before = tokens;
        }
        all
    }

    /// What the first call of each time but the first of a level may find, where what is in it `ends` so.
    fn finds(
        &self,
        nth: usize,
        ends: &Ends,
        (shared, unmet, others): (&Shared, &Unmet, &[Expr]),
    ) -> Finds {
        let (now, both) = (&ends.first, ends.first.and(&ends.last));
        let (now, both) = match (self.stem(nth).as_str(), nth.checked_sub(self.frame.outside)) {
            ("turn", _) | (_, None) => (now.clone(), both),
            // Both are calls of one turn.
            (_, Some(_)) => {
                let Empty { history, .. } = self.on_average();
                let in_turn = |of: Empty| Empty { history: history.clone(), ..of };
                (in_turn(now.clone()), in_turn(both))
            }
        };
        let (cold, since) = (shared.cold(&now, unmet), shared.since(&now, unmet, others));
        Finds { cold, since, common: shared.common(&both) }
    }

    /// What is read by a call that finds none before it in its session. A session of the same unit may have left the
    /// shared beginning.
    fn of_other_sessions(
        &mut self,
        mut made: Expr,
        ends: &Ends,
        (shared, mut unmet): (&Shared, Unmet),
    ) -> Expr {
        let (mut first, mut read) = (one(), zero());
        for nth in (0..self.frame.outside).rev() {
            let level = self.frame.levels[nth].clone();
            let comes = &level.visits * &made;
            let others = self.others(nth, &comes);
            let finds = self.finds(nth, ends, (shared, &unmet, &others));
            let passed = self.passed(nth, &comes, &finds);
            unmet = self.unmet_around(nth, (&comes, &passed.opening), &others, unmet);
            read = read + &first * passed.read / &level.growth.times;
            made = comes * &passed.opening;
            first = first * passed.opening / &level.growth.times;
        }
        read + first * shared.cold(&ends.first, &unmet)
    }

    /// What the first calls of each time of a level find, where each time `comes` to the call with this chance.
    fn passed(&mut self, nth: usize, comes: &Expr, finds: &Finds) -> Passed {
        let growth = self.frame.levels[nth].growth.clone();
        let stem = self.stem(nth);
        let earlier = growth.earlier(self.w);
        let seldom = !comes.is(1);
        let visited = match seldom {
            false => one(),
            true => {
                let never = never_in(self.w, &(one() - comes), &earlier);
                self.table(
                    &stem,
                    "visited",
                    "chance that an earlier time made the call",
                    one() - never,
                )
            }
        };
        let kept = match seldom {
            false => self.in_time(nth),
            true => self.kept_since(nth, comes, &visited),
        };
        let gone = seldom.then(|| {
            // In time or not, the last one is as far back.
            let since = if kept.row().is_some() { &kept } else { &visited };
            let before = Expr::from(Node::Before(since.row().expect("a row of a table")));
            let gone = Expr::if_at_most(since, &zero(), &zero(), &(before / since));
            self.table(&stem, "gone", "times before the last one that made the call", gone)
        });
        let found = match nth.checked_sub(self.frame.outside) {
            None => finds.common.clone(),
            Some(_) if stem == "turn" => {
                self.found_of_turn(&growth, (comes, gone.as_ref()), &finds.common)
            }
            Some(_) if stem == "step" => self.found_in_step(&growth, gone.as_ref(), &finds.common),
            Some(_) => self.found_in_turn(&finds.common),
        };
        let read = match seldom {
            false => {
                let next = &kept * found + (one() - &kept) * &finds.cold;
                Expr::if_at_most(&earlier, &zero(), &zero(), &next)
            }
            true => {
                let read = &kept * found + (&visited - &kept) * &finds.cold;
                match finds.since.is(0) {
                    true => read,
                    // The last pause was short enough, and all since the last call together were not.
                    false => {
                        let since = zero().max(&(self.in_time(nth) * &visited - &kept));
                        read + since * &finds.since
                    }
                }
            }
        };
        let weights = growth.weights(self.w);
        let dot = |row: &Expr| Expr::from(Node::Dot(weights, row.row().expect("a row of a table")));
        let label =
            say(format!("read by the first call of {stem} k after an earlier one"), "tokens");
        let at = format!("cache.at-{stem}");
        let read = dot(&self.w.row(Place::Unit, self.group, &at, label, read));
        let opening = match seldom {
            false => growth.first(self.w),
            true => {
                let opening = &growth.times - dot(&visited);
                let field = format!("cache.{stem}-openings");
                self.row(&field, "calls that find none before them", "calls", opening)
            }
        };
        Passed { read, opening }
    }

    /// The chance that an earlier time made the call, and that what the last one left is kept: a row.
    fn kept_since(&mut self, nth: usize, comes: &Expr, visited: &Expr) -> Expr {
        let growth = self.frame.levels[nth].growth.clone();
        let in_time = self.in_time(nth);
        if in_time.is(1) {
            return visited.clone();
        }
        // What is given holds for the next call, whenever it comes.
        if self.cache.in_time.is_some() {
            return in_time * visited;
        }
        let stem = self.stem(nth);
        let earlier = growth.earlier(self.w);
        let k = &earlier + one();
        let before = |row: &Expr| Expr::from(Node::Before(row.row().expect("a row of a table")));
        // k pauses in a row last as long as an Erlang variable: in time by the Poisson chances of fewer ends.
        let ends = zero() - (one() - &in_time).max(&tiny(self.w)).ln();
        let label = "times that a beginning ends in one pause";
        let ends = self.row(&format!("cache.{stem}-ends"), label, "times", ends);
        let logs = self.table(&stem, "logs", "ln k", k.ln());
        let term = (&earlier * ends.ln() - &ends - before(&logs)).exp();
        let none = Expr::if_at_most(&earlier, &zero(), &one(), &zero());
        let term = Expr::if_at_most(&ends, &zero(), &none, &term);
        let term = self.table(&stem, "ended", "chance of k − 1 ends in the pauses", term);
        let alive = zero().max(&(one() - before(&term) - &term));
        let absent = never_in(self.w, &(one() - comes), &earlier);
        let label = "chance that the last visit was k before, and is kept";
        let last = self.table(&stem, "last-visit", label, comes * absent * alive);
        self.table(&stem, "kept", "chance that a visit before k is kept", before(&last))
    }

    fn table(&mut self, stem: &str, field: &str, label: &str, expr: Expr) -> Expr {
        let field = format!("cache.{stem}-{field}");
        self.w.row(Place::Unit, self.group, &field, say(label, ""), expr)
    }
}
