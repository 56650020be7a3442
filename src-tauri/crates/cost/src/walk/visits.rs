//! Which earlier call left what a call reads: the last one of its session, wherever in what repeats that was, while it
//! is kept.

use super::frame::times_of;
use super::never::{never_in, tiny};
use super::session::Session;
use super::writer::{one, say, zero};
use crate::workings::{Expr, Node, Place};

/// What calls may find where they find nothing of their own session.
struct Shared {
    /// The shared beginning.
    tokens: Expr,
    /// What is read of it, expected.
    cold: Expr,
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
        let lead = self.lead.clone();
        let tokens = self.kept("lead", &lead, false);
        let tokens =
            self.row("cache.shared", "shared beginning that can be read", "tokens", tokens);
        let cold = self.alive() * &tokens;
        let shared = Shared { tokens, cold };
        // The chance that one run of what is below makes the call at all, and the calls that are the first in one.
        let (mut made, mut first, mut read) = (one(), one(), zero());
        for nth in (self.frame.outside..self.frame.levels.len()).rev() {
            let level = self.frame.levels[nth].clone();
            let comes = &level.visits * &made;
            let passed = self.passed(nth, &comes, &shared);
            let around = times_of(&self.frame.levels[self.frame.outside..nth]);
            read = read + around * &first * passed.read;
            made = comes * &passed.opening;
            first = first * passed.opening;
        }
        read + first * self.of_other_sessions(made, &shared)
    }

    /// What is read by a call that finds none before it in its session. A session of the same unit may have left the
    /// shared beginning.
    fn of_other_sessions(&mut self, mut made: Expr, shared: &Shared) -> Expr {
        let (mut first, mut read) = (one(), zero());
        for nth in (0..self.frame.outside).rev() {
            let level = self.frame.levels[nth].clone();
            let comes = &level.visits * &made;
            let passed = self.passed(nth, &comes, shared);
            read = read + &first * passed.read / &level.growth.times;
            made = comes * &passed.opening;
            first = first * passed.opening / &level.growth.times;
        }
        read + first * &shared.cold
    }

    /// What the first calls of each time of a level find, where each time `comes` to the call with this chance.
    fn passed(&mut self, nth: usize, comes: &Expr, shared: &Shared) -> Passed {
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
            None => shared.tokens.clone(),
            Some(_) if stem == "turn" => {
                self.found_of_turn(&growth, (comes, gone.as_ref()), &shared.tokens)
            }
            Some(_) if stem == "step" => self.found_in_step(&growth, gone.as_ref(), &shared.tokens),
            Some(_) => self.found_in_turn(&shared.tokens),
        };
        let read = match seldom {
            false => {
                let next = &kept * found + (one() - &kept) * &shared.cold;
                Expr::if_at_most(&earlier, &zero(), &zero(), &next)
            }
            true => &kept * found + (&visited - &kept) * &shared.cold,
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
