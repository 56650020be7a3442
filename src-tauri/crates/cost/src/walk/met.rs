//! How likely an earlier step of the same unit has sent the shared beginning of a call that finds nothing of its own
//! session: of a chain of calls with one system prompt, only the first may have to write it.

use std::rc::Rc;

use super::lead::Stretch;
use super::seen::{Past, Seen};
use super::session::Session;
use super::touch::{Toucher, not};
use super::writer::{one, say, under, zero};
use crate::workings::{Expr, Place};

/// By stretch of the shared beginning: the chance that no earlier step has sent it.
pub type Unmet = Vec<Expr>;

impl<'p> Session<'_, 'p> {
    /// In one time of everything that repeats around the call.
    pub fn unmet(&mut self) -> Unmet {
        let past = self.frame.past.clone();
        let nothing = self.lead.stretches.iter().map(|_| one()).collect();
        self.unmet_before(&past, "", nothing)
    }

    /// In one run of a level: so many of its times are the first that come to the call, and where the time before one
    /// comes to others, these have sent it.
    pub fn unmet_around(
        &mut self,
        nth: usize,
        (opening, others): (&Expr, &[Expr]),
        mut unmet: Unmet,
    ) -> Unmet {
        for (unmet, others) in unmet.iter_mut().zip(others).filter(|(_, others)| !others.is(0)) {
            let not_first = one() - one() / opening.max(&one());
            *unmet = &*unmet * not(&(not_first * self.in_time(nth) * others));
        }
        let past = self.frame.levels[nth].past.clone();
        let around = format!("-around-{}", self.stem(nth));
        self.unmet_before(&past, &around, unmet)
    }

    /// By stretch: the chance that a time of a level sends it, given that it does not come to the call.
    pub fn others(&mut self, nth: usize, comes: &Expr) -> Vec<Expr> {
        let body = self.frame.levels[nth].body.clone();
        let stretches = 0..self.lead.stretches.len();
        match comes.is(1) {
            true => stretches.map(|_| zero()).collect(),
            false => stretches.map(|stretch| self.other(nth, stretch, (&body, comes))).collect(),
        }
    }

    fn unmet_before(&mut self, past: &[Past<'p>], around: &str, mut unmet: Unmet) -> Unmet {
        for (stretch, unmet) in unmet.iter_mut().enumerate() {
            let field = format!("cache.unmet{}{around}", self.lead.name(stretch));
            let quiet = self.follow(stretch, |toucher| quiet(toucher, &field, past));
            if let Some(quiet) = quiet.filter(|quiet| !quiet.is(1)) {
                *unmet = match &*unmet * quiet {
                    none if none.is(0) => none,
                    some => self.w.row(Place::Unit, self.group, &field, say(UNMET, "share"), some),
                };
            }
        }
        unmet
    }

    fn other(
        &mut self,
        nth: usize,
        stretch: usize,
        (body, comes): (&[Rc<Seen<'p>>], &Expr),
    ) -> Expr {
        let own = self.call.name.as_str();
        let absent = not(comes);
        let made = self.follow(stretch, |toucher| {
            let touch = toucher.later_time(body);
            let others = touch.calls.iter().any(|call| *call != own);
            others.then(|| one() - touch.absent() / &absent)
        });
        let Some(made) = made.flatten() else { return zero() };
        let made = Expr::if_at_most(&absent, &zero(), &zero(), &zero().max(&made));
        let field = format!("cache.{}-others{}", self.stem(nth), self.lead.name(stretch));
        self.row(
            &field,
            "chance that another call sends it where this one is not made",
            "share",
            made,
        )
    }

    /// Follows a stretch, but where it waits for something to be empty, or somebody says how likely it is kept.
    fn follow<T>(
        &mut self,
        stretch: usize,
        follow: impl FnOnce(&mut Toucher<'_, 'p>) -> T,
    ) -> Option<T> {
        let name = self.lead.name(stretch);
        let Stretch { gates, sharers, .. } = &self.lead.stretches[stretch];
        if self.cache.alive.is_some() || !gates.is_empty() || sharers.is_empty() {
            return None;
        }
        let (sharers, stem) = (sharers.clone(), format!("cache.unmet{name}.by"));
        let (ttl, refreshes) = (self.ttl(), self.rule.refreshes);
        let (w, group, stem) = (&mut *self.w, self.group, stem.as_str());
        Some(follow(&mut Toucher { w, group, stem, sharers: &sharers, ttl: &ttl, refreshes }))
    }
}

const UNMET: &str = "chance that no earlier step has sent the shared beginning";

/// Chances multiplied in one formula, whose length spreadsheets limit.
const MULTIPLIED_AT_ONCE: usize = 8;

/// The chance that none of these steps has sent it, from the last one back to one that surely has.
fn quiet<'p>(toucher: &mut Toucher<'_, 'p>, field: &str, past: &[Past<'p>]) -> Expr {
    let (mut quiet, mut factors) = (one(), 0);
    for past in past.iter().rev() {
        let own = toucher.quiet_past(past);
        factors += usize::from(!own.is(1));
        quiet = quiet * own;
        if quiet.is(0) {
            break;
        }
        if factors == MULTIPLIED_AT_ONCE {
            let (field, rows) = (format!("{field}-of-last"), &toucher.w.workings);
            let free = |field: &String| rows.find(&under(toucher.group, field)).is_none();
            let names = (1..).map(|nth| format!("{field}-{}", nth * MULTIPLIED_AT_ONCE));
            let field = names.into_iter().find(free).expect("one is free");
            quiet = toucher.w.row(Place::Unit, toucher.group, &field, say(UNMET, "share"), quiet);
            factors = 1;
        }
    }
    quiet
}
