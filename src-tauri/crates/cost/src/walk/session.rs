//! A call whose provider keeps its prompts, in the session that it belongs to: which beginnings can be kept, and for how
//! long.

use std::rc::Rc;

use super::alive::{Source, Traffic};
use super::beginning::Sharer;
use super::bracket::{self, Limit};
use super::frame::Frame;
use super::lead::Lead;
use super::moments::Moments;
use super::number;
use super::sharers::kept_for;
use super::touch::Toucher;
use super::usage::Usage;
use super::writer::{Alive, Writer, one, say, two, zero};
use crate::book::CacheRule;
use crate::plan::{Call, PromptCache};
use crate::workings::{Expr, Place};

/// The end of the address of the row that says whether a beginning may be too short to be kept.
pub const GUARD: &str = "cache.long-enough";

/// What the seller says of its cache.
pub struct Rule {
    /// A shorter beginning is not kept.
    pub minimum: Option<Expr>,
    /// What is read is whole blocks of so many tokens.
    block: Option<Expr>,
    /// How long it is kept, in seconds.
    ttl: Option<Expr>,
    /// Whether a read begins that time anew.
    refreshes: bool,
}

impl Rule {
    /// Of the model of a call.
    pub fn of(w: &mut Writer, call: &Call) -> Self {
        let day = w.workings.first_day(0);
        let sold = w.checked.models.get(&call.model);
        let rule: Option<&CacheRule> = sold.terms.cache(&sold.model.id, day);
        let Some(rule) = rule.cloned() else {
            return Self { minimum: None, block: None, ttl: None, refreshes: true };
        };
        let name = sold.name.clone();
        let mut given = |field: &str, value: u64, unit: &str| {
            let address = format!("price.{name}.cache.{field}");
            w.given(&address, value as f64, unit, &rule.origin.source)
        };
        let minimum =
            (rule.minimum_tokens > 0).then(|| given("minimum", rule.minimum_tokens, "tokens"));
        let block = (rule.granularity_tokens > 1)
            .then(|| given("block", rule.granularity_tokens, "tokens"));
        let ttl = rule.ttl_seconds.first().map(|&ttl| given("ttl", ttl, "seconds"));
        Self { minimum, block, ttl, refreshes: rule.refreshes }
    }
}

/// A call in the session that it belongs to.
pub struct Session<'c, 'p> {
    /// What is written with.
    pub w: &'c mut Writer<'p>,
    /// The feature.
    pub feature: &'c str,
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
    fn ttl(&mut self) -> Expr {
        match &self.cache.ttl {
            Some(ttl) => number::mean(self.w, ttl),
            None => self.rule.ttl.clone().expect("a checked cache knows its time"),
        }
    }

    /// The chance that the session's next call comes in time: as it is given, or after one pause of a level.
    pub fn in_time(&mut self, nth: usize) -> Expr {
        if let Some(in_time) = &self.cache.in_time {
            return number::mean(self.w, in_time);
        }
        let Some(pause) = self.frame.levels[nth].growth.pause else { return one() };
        let (ttl, pause) = (self.ttl(), number::mean(self.w, pause));
        let late = (zero() - ttl / &pause).exp();
        let expr = Expr::if_at_most(&pause, &zero(), &one(), &(one() - late));
        let field = format!("cache.{}-in-time", self.stem(nth));
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

    /// The same by the traffic of all features whose calls send it.
    fn alive_by_traffic(&mut self, nth: usize) -> Expr {
        let ttl = self.ttl();
        let typed = kept_for(self.w, self.call).expect("a checked cache knows its time");
        let (name, refreshes) = (self.lead.name(nth), self.rule.refreshes);
        let mut sharers = self.lead.stretches[nth].sharers.clone();
        if sharers.is_empty() {
            sharers.push(Sharer { call: self.call, gates: vec![] });
        }
        let trees = Rc::clone(&self.w.trees);
        let whose = self.w.arrivals.1.clone();
        let known =
            self.w.alive.iter().find(|known| {
                (&known.whose, &known.ttl, &known.sharers) == (&whose, &ttl, &sharers)
            });
        if let Some(Alive { alive, .. }) = known.cloned() {
            let label = say("chance that the shared beginning is kept", "share");
            return self.w.row(
                Place::Unit,
                self.group,
                &format!("cache.alive{name}"),
                label,
                alive,
            );
        }
        self.same_times(&name, &ttl, &sharers);
        // That of the call comes first.
        let (own, others): (Vec<_>, Vec<_>) =
            trees.iter().partition(|tree| tree.feature.name == self.feature);
        let mut sources = vec![];
        for tree in own.into_iter().chain(others) {
            let stem = format!("cache.by{name}.{}", tree.feature.name);
            let (group, sharers, ttl) = (self.group, sharers.as_slice(), &ttl);
            let mut toucher = Toucher { w: self.w, group, stem: &stem, sharers, ttl, refreshes };
            let touch = toucher.unit(&tree.seen);
            if touch.calls.is_empty() {
                continue;
            }
            let mut calls: Vec<String> = vec![];
            for call in &touch.calls {
                if !calls.iter().any(|known| known == call) {
                    calls.push((*call).to_owned());
                }
            }
            let (made, later) = (touch.made(), touch.later);
            let feature = tree.feature.name.clone();
            sources.push(Source { feature, load: tree.load.clone(), made, later, calls });
        }
        let group = self.group;
        let traffic = Traffic { group, name: &name, sources, ttl: (ttl.clone(), typed), refreshes };
        let alive = traffic.alive(self.w);
        self.w.alive.push(Alive { whose, ttl, sharers, alive: alive.clone() });
        alive
    }

    /// 0 while calls that keep a beginning for one another have it kept for the same time.
    fn same_times(&mut self, name: &str, ttl: &Expr, sharers: &[Sharer<'p>]) {
        let caches = sharers.iter().filter_map(|sharer| sharer.call.cache.as_ref());
        let mut differs = zero();
        for other in caches.filter_map(|cache| cache.ttl.as_ref()) {
            let other = number::mean(self.w, other);
            if other != *ttl {
                let longer = Expr::if_at_most(ttl, &other, &differs, &one());
                differs = Expr::if_at_most(&other, ttl, &longer, &one());
            }
        }
        if !differs.is(0) {
            let label =
                say(format!("{}: who shares a beginning keeps it as long", self.group), "flag");
            let field = format!("cache.same-time{name}");
            self.w.row(Place::Check, self.group, &field, label, differs);
        }
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
