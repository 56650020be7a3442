//! How likely an earlier step of the same unit has sent the shared beginning of a call that finds nothing of its own
//! session: of a chain of calls with one system prompt, only the first may have to write it.

use std::rc::Rc;

use super::lead::Stretch;
use super::never::never_in;
use super::seen::{Kind, Past, Seen};
use super::session::Session;
use super::touch::{Toucher, not};
use super::writer::{one, say, zero};
use crate::workings::{Expr, Node, Place};

/// By stretch of the shared beginning: the chance that no earlier step has sent it.
pub type Unmet = Vec<Expr>;

impl<'p> Session<'_, 'p> {
    /// In one time of everything that repeats around the call.
    pub fn unmet(&mut self) -> Unmet {
        let past = self.frame.past.clone();
        let nothing = self.lead.stretches.iter().map(|_| one()).collect();
        self.unmet_before((&past, &one()), "", nothing)
    }

    /// In one run of a level, of whose times so many are the first that come to the call, each of them with a chance.
    pub fn unmet_around(
        &mut self,
        nth: usize,
        (comes, opening): (&Expr, &Expr),
        others: &[Expr],
        mut unmet: Unmet,
    ) -> Unmet {
        let (level, in_time) = (self.frame.levels[nth].clone(), self.in_time(nth));
        let in_first = one() / opening.max(&one());
        let stem = self.stem(nth);
        for (stretch, others) in others.iter().enumerate().filter(|(_, others)| !others.is(0)) {
            let none = if in_time.is(1) {
                let earlier = level.growth.earlier(self.w);
                let none = never_in(self.w, &(not(comes) * not(others)), &earlier);
                let field = format!("cache.{stem}-none{}", self.lead.name(stretch));
                let label =
                    say("chance that no earlier time has sent the shared beginning", "share");
                let none = self.w.row(Place::Unit, self.group, &field, label, none);
                let none = none.row().expect("it was just written");
                Expr::from(Node::Dot(level.growth.weights(self.w), none)) / opening
            } else {
                not(&(not(&in_first) * &in_time * others))
            };
            unmet[stretch] = &unmet[stretch] * none;
        }
        // A summary stands after turns, and is no time of theirs.
        if level.body.is_empty() {
            return unmet;
        }
        let at_once = in_time.is(1) && !level.body.iter().any(|step| step.pauses());
        let counts = if at_once { one() } else { in_first };
        self.unmet_before((&level.past, &counts), &format!("-around-{stem}"), unmet)
    }

    /// By stretch: the chance that a time of a level sends it, given that it does not come to the call. Nothing where that
    /// may be too long ago.
    pub fn others(&mut self, nth: usize, comes: &Expr) -> Vec<Expr> {
        let body = self.frame.levels[nth].body.clone();
        let stretches = 0..self.lead.stretches.len();
        match comes.is(1) || body.iter().any(|step| step.pauses()) {
            true => stretches.map(|_| zero()).collect(),
            false => stretches.map(|stretch| self.other(nth, stretch, (&body, comes))).collect(),
        }
    }

    /// What was made before counts with a chance: else it is too long ago.
    fn unmet_before(
        &mut self,
        (past, counts): (&[Past<'p>], &Expr),
        around: &str,
        mut unmet: Unmet,
    ) -> Unmet {
        for (stretch, unmet) in unmet.iter_mut().enumerate() {
            let quiet = self.follow(stretch, |toucher| quiet(toucher, past));
            let Some(quiet) = quiet.filter(|quiet| !quiet.is(1)) else { continue };
            let quiet = if counts.is(1) { quiet } else { one() - counts * not(&quiet) };
            *unmet = match &*unmet * quiet {
                none if none.is(0) => none,
                some => {
                    let field = format!("cache.unmet{}{around}", self.lead.name(stretch));
                    let label = "chance that no earlier step has sent the shared beginning";
                    self.w.row(Place::Unit, self.group, &field, say(label, "share"), some)
                }
            };
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

/// So many steps that may have sent it are looked back on: the formula of their product has to stay short.
const MOST_LOOKED_BACK: usize = 8;

/// The chance that none of these steps has sent it a moment ago, from the last one back to one that surely has, or before
/// which time passed.
fn quiet<'p>(toucher: &mut Toucher<'_, 'p>, past: &[Past<'p>]) -> Expr {
    let (mut quiet, mut counted) = (one(), 0);
    for past in past.iter().rev() {
        let (Past::Answered(step) | Past::Failed(_, step) | Past::Sometimes(_, step)) = past;
        let took_time = step.pauses();
        let own = match (took_time, past) {
            (false, _) => toucher.quiet_past(past),
            (true, Past::Answered(step)) => quiet_at_the_end(toucher, step),
            (true, Past::Failed(..) | Past::Sometimes(..)) => one(),
        };
        counted += usize::from(!own.is(1));
        quiet = quiet * own;
        if quiet.is(0) || took_time || counted == MOST_LOOKED_BACK {
            break;
        }
    }
    quiet
}

/// The chance that a step in which time passed has not sent it at its end: in the last time of what repeats.
fn quiet_at_the_end<'p>(toucher: &mut Toucher<'_, 'p>, seen: &Seen<'p>) -> Expr {
    let last = |steps: &[&Rc<Seen<'p>>]| -> Vec<Past<'p>> {
        steps.iter().map(|step| Past::Answered(Rc::clone(step))).collect()
    };
    let past = match &seen.kind {
        Kind::Chain(steps) => last(&steps.iter().collect::<Vec<_>>()),
        Kind::Loop { step, .. } | Kind::Agent { step, .. } => last(&[step]),
        Kind::Until { draft, check, .. } => last(&[draft, check]),
        Kind::Conversation { ways, .. } => match ways.as_slice() {
            [way] => last(&[&way.turn]),
            _ => vec![],
        },
        Kind::Call(_)
        | Kind::Tool(_)
        | Kind::Nothing
        | Kind::Route { .. }
        | Kind::Retry { .. }
        | Kind::FanOut { .. }
        | Kind::Cascade(_)
        | Kind::ResponseCache(_) => vec![],
    };
    quiet(toucher, &past)
}
