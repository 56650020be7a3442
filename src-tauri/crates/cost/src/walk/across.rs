//! How likely a beginning is kept that calls send alike: by the traffic of the features that they belong to.

use std::ptr;

use super::alive::{Source, Traffic};
use super::beginning::Sharer;
use super::rule::Rule;
use super::sharers::{kept_for, sharers};
use super::touch::Toucher;
use super::writer::{Alive, Tree, Writer, one, say, under, zero};
use super::{number, rate};
use crate::plan::Call;
use crate::workings::{Expr, Place};

/// A beginning that is kept.
pub struct Kept<'c, 'p> {
    /// A call that sends it.
    pub call: &'p Call,
    /// All of them.
    pub sharers: Vec<Sharer<'p>>,
    /// How long it is kept, in seconds.
    pub ttl: Expr,
    /// What the seller says of its cache.
    pub rule: &'c Rule,
}

impl<'p> Kept<'_, 'p> {
    /// The chance that it is there for a call of the feature at hand, where that was written before.
    pub fn known(&self, w: &Writer<'p>) -> Option<Expr> {
        let asked = (&w.arrivals.1, &self.ttl, &self.sharers);
        let known = w.alive.iter().find(|it| (&it.whose, &it.ttl, &it.sharers) == asked);
        known.map(|known| known.alive.clone())
    }

    /// Writes it, under what the rows belong to and what their names end with, by the features whose calls these are: that
    /// of the call first.
    pub fn alive(self, w: &mut Writer<'p>, of: (&str, &str), trees: &[&Tree<'p>]) -> Expr {
        let ((group, name), refreshes) = (of, self.rule.refreshes);
        self.same_times(w, of);
        let mut sources = vec![];
        for tree in trees {
            let stem = format!("cache.by{name}.{}", tree.feature.name);
            let (sharers, ttl) = (self.sharers.as_slice(), &self.ttl);
            let mut toucher = Toucher { w, group, stem: &stem, sharers, ttl, refreshes };
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
        let typed = kept_for(w, self.call).expect("a checked cache knows its time");
        let ttl = (self.ttl.clone(), typed);
        let alive = Traffic { group, name, sources, ttl, refreshes }.alive(w);
        let (whose, Self { ttl, sharers, .. }) = (w.arrivals.1.clone(), self);
        w.alive.push(Alive { whose, ttl, sharers, alive: alive.clone() });
        alive
    }

    /// 0 while calls that keep a beginning for one another have it kept for the same time.
    fn same_times(&self, w: &mut Writer<'p>, (group, name): (&str, &str)) {
        let caches = self.sharers.iter().filter_map(|sharer| sharer.call.cache.as_ref());
        let mut differs = zero();
        for other in caches.filter_map(|cache| cache.ttl.as_ref()) {
            let other = number::mean(w, other);
            if other != self.ttl {
                let longer = Expr::if_at_most(&self.ttl, &other, &differs, &one());
                differs = Expr::if_at_most(&other, &self.ttl, &longer, &one());
            }
        }
        if !differs.is(0) {
            let label = say(format!("{group}: who shares a beginning keeps it as long"), "flag");
            w.row(Place::Check, group, &format!("cache.same-time{name}"), label, differs);
        }
    }
}

/// Writes the chances of the beginnings that calls of several features send.
pub fn across<'p>(w: &mut Writer<'p>, trees: &[Tree<'p>]) {
    let plan = w.checked.plan;
    let of = |tree: &Tree<'p>| -> Vec<&'p Call> {
        plan.made(&tree.feature.step).into_iter().map(|made| made.call).collect()
    };
    let calls: Vec<Vec<&Call>> = trees.iter().map(of).collect();
    for (nth, own) in trees.iter().enumerate() {
        rate::arrive(w, own.feature);
        for call in &calls[nth] {
            let by_traffic =
                call.cache.as_ref().filter(|cache| cache.held.is_none() && cache.alive.is_none());
            let Some(cache) = by_traffic else { continue };
            let rule = Rule::of(w, call);
            for (part, sharers) in call.input.iter().zip(sharers(w, call)) {
                let sends = |others: &Vec<&Call>| {
                    others.iter().any(|other| sharers.iter().any(|it| ptr::eq(it.call, *other)))
                };
                let ttl = rule.time(w, cache);
                // That of the call comes first.
                let others = (0..trees.len()).filter(|it| *it != nth && sends(&calls[*it]));
                let among: Vec<&Tree> =
                    [nth].into_iter().chain(others).map(|it| &trees[it]).collect();
                let kept = Kept { call, sharers, ttl, rule: &rule };
                if among.len() == 1 || kept.known(w).is_some() {
                    continue;
                }
                let stem = under(&under(&own.feature.name, "beginning"), &part.part);
                let mut group = stem.clone();
                let mut again = 1;
                while w.workings.find(&under(&group, "cache.alive")).is_some() {
                    again += 1;
                    group = format!("{stem}-{again}");
                }
                kept.alive(w, (&group, ""), &among);
            }
        }
    }
}
