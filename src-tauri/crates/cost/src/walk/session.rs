//! A call whose provider keeps its prompts, in the session that it belongs to: which beginnings can be kept, and for how
//! long.

use super::across::Kept;
use super::beginning::Sharer;
use super::bracket::{self, Limit};
use super::frame::Frame;
use super::lead::Lead;
use super::moments::Moments;
use super::number;
use super::rule::Rule;
use super::usage::Usage;
use super::writer::{Writer, one, say, two, under, zero};
use crate::plan::{Call, PromptCache};
use crate::workings::{Expr, Node, Place};

/// The end of the address of the row that says whether a beginning may be too short to be kept.
pub const GUARD: &str = "cache.long-enough";

/// A call in the session that it belongs to.
pub struct Session<'c, 'p> {
    /// What is written with.
    pub w: &'c mut Writer<'p>,
    /// What the addresses of its rows begin with.
    pub group: &'c str,
    /// The call.
    pub call: &'p Call,
    /// What it says of its provider's cache.
    pub cache: &'p PromptCache,
    /// What it sends.
    pub usage: &'c Usage<'p>,
    /// Where it stands.
    pub frame: &'c Frame<'p>,
    /// The beginning that all sessions share.
    pub lead: Lead<'p>,
    /// What the seller says of its cache.
    pub rule: Rule,
    /// Whether every beginning is long enough to be kept.
    pub certain: bool,
}

impl<'p> Session<'_, 'p> {
    /// A row, but where there is nothing to say.
    pub fn row(&mut self, field: &str, label: &str, unit: &str, expr: Expr) -> Expr {
        match expr.is(0) || expr.is(1) {
            true => expr,
            false => self.w.row(Place::Unit, self.group, field, say(label, unit), expr),
        }
    }

    /// What the rows of a level are called after, by its place among all levels.
    pub fn stem(&self, nth: usize) -> String {
        let own = nth.checked_sub(self.frame.outside);
        if self.frame.conversation.is_some() && own == Some(0) {
            "turn".to_owned()
        } else if self.frame.context.is_some() && nth + 1 == self.frame.levels.len() {
            "step".to_owned()
        } else {
            format!("level-{}", nth + 1)
        }
    }

    /// 0 while what all sessions share is long enough by itself: else each beginning is compared.
    pub fn guard(&mut self) {
        let Some(minimum) = self.rule.minimum.clone() else { return };
        let short = Expr::if_at_most(&minimum, &self.lead.always().fixed, &zero(), &one());
        let label = format!("{}: beginnings are long enough to be kept", self.group);
        let before = self.w.mark();
        let guard = self.w.row(Place::Check, self.group, GUARD, say(label, "flag"), short);
        if self.w.warns(&guard) {
            self.w.rewind(before);
            self.certain = false;
        }
    }

    /// How long a beginning is kept.
    pub fn ttl(&mut self) -> Expr {
        self.rule.time(self.w, self.cache)
    }

    /// The chance that the session's next call comes in time: as it is given, or after one pause of a level.
    pub fn in_time(&mut self, nth: usize) -> Expr {
        if let Some(in_time) = &self.cache.in_time {
            return number::mean(self.w, in_time);
        }
        let Some(pause) = self.frame.levels[nth].growth.pause else { return one() };
        let field = format!("cache.{}-in-time", self.stem(nth));
        if let Some(known) = self.w.workings.find(&under(self.group, &field)) {
            return Expr::from(Node::Row(known));
        }
        let (ttl, pause) = (self.ttl(), number::mean(self.w, pause));
        let late = (zero() - ttl / &pause).exp();
        let expr = Expr::if_at_most(&pause, &zero(), &one(), &(one() - late));
        self.row(&field, "chance that the next call comes in time", "share", expr)
    }

    /// The chance that a stretch of what all sessions share is there for a call that finds nothing of its own session.
    pub fn alive(&mut self, nth: usize) -> Expr {
        let alive = match &self.cache.alive {
            Some(alive) => number::mean(self.w, alive),
            None => self.alive_by_traffic(nth),
        };
        // Of copies that wait only the first may miss.
        let first = one() - &self.frame.warm;
        match first.is(1) {
            true => alive,
            false => {
                let expr = one() - (one() - alive) * first;
                let label = "chance that a first call finds the shared beginning";
                self.row(&format!("cache.first-alive{}", self.lead.name(nth)), label, "share", expr)
            }
        }
    }

    /// The same by the traffic of all whose calls send it.
    fn alive_by_traffic(&mut self, nth: usize) -> Expr {
        let mut sharers = self.lead.stretches[nth].sharers.clone();
        if sharers.is_empty() {
            sharers.push(Sharer { call: self.call, gates: vec![] });
        }
        let kept = Kept { call: self.call, sharers, ttl: self.ttl(), rule: &self.rule };
        let name = self.lead.name(nth);
        if let Some(alive) = kept.known(self.w) {
            let label = say("chance that the shared beginning is kept", "share");
            let field = format!("cache.alive{name}");
            return self.w.row(Place::Unit, self.group, &field, label, alive);
        }
        // What calls of other features send as well is known by now.
        let own = self.w.tree.clone().expect("a feature's tree comes first");
        kept.alive(self.w, (self.group, &name), &[&own])
    }

    /// What can be read of a beginning of this size.
    pub fn kept(&mut self, field: &str, size: &Moments, in_turns: bool) -> Expr {
        let block = self.rule.block.clone();
        let floored = |size: &Expr| match &block {
            Some(block) => (size / block).floor() * block,
            None => size.clone(),
        };
        let minimum = self.rule.minimum.clone();
        if size.is_fixed() {
            let kept = floored(&size.fixed);
            return match minimum {
                Some(minimum) if !size.fixed.is(0) => {
                    Expr::if_at_most(&minimum, &size.fixed, &kept, &zero())
                }
                Some(_) | None => kept,
            };
        }
        // A size that varies loses half a block on average.
        let half = block.map_or_else(zero, |block| block / two());
        match minimum {
            Some(edge) if !self.certain => {
                let name = format!("cache.{field}");
                let limit =
                    Limit { group: self.group, size: name.clone(), name, inclusive: true, edge };
                let beyond = bracket::beyond(self.w, &limit, size, in_turns);
                beyond.tokens - beyond.chance * half
            }
            Some(_) | None => size.expected() - half,
        }
    }
}
