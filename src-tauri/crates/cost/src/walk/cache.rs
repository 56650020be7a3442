//! A provider's cache: which part of a call's input is read from it, written to it, or new.
//!
//! Two beginnings of prompts are kept: the one that all sessions share, alive through others' traffic, and the session's
//! own, all that its last call sent, while the next one comes in time.

use super::bracket::{self, Limit};
use super::frame::Frame;
use super::held::{self, Held};
use super::lead::lead;
use super::rule::Rule;
use super::session::Session;
use super::sizes;
use super::usage::Usage;
use super::writer::{Writer, one, say, zero};
use crate::meter::Meter;
use crate::plan::{Call, Prefix, PromptCache};
use crate::workings::{Expr, Node, Place};

/// A class of input: its meter, what its rows are called, its part of the tokens.
pub type Class = (Meter, &'static str, Expr);

/// How a call's input splits into what is new, read and written.
pub struct Classes {
    good: Vec<Class>,
    failed: Vec<Class>,
}

impl Classes {
    /// Without a cache all is new.
    fn plain() -> Self {
        let new = || vec![(Meter::Input, "", one())];
        Self { good: new(), failed: new() }
    }

    /// Of calls whose answer counts.
    pub fn good(&self) -> Vec<Class> {
        self.good.clone()
    }

    /// Of failed attempts.
    pub fn failed(&self) -> Vec<Class> {
        self.failed.clone()
    }

    /// The meters of what is sent. What is new has a price even where all is cached: for the first call of all.
    pub fn meters(&self) -> Vec<Meter> {
        let others = self.good.iter().map(|(meter, ..)| *meter);
        std::iter::once(Meter::Input).chain(others.filter(|meter| *meter != Meter::Input)).collect()
    }
}

/// Writes how a call's input splits. `resent` is what it reads of what was said so far, over all that repeats.
pub fn classes<'p>(
    w: &mut Writer<'p>,
    group: &str,
    call: &'p Call,
    usage: &Usage<'p>,
    frame: &Frame<'p>,
    resent: &Expr,
) -> Classes {
    let Some(cache) = &call.cache else { return Classes::plain() };
    let all = all(w, group, usage, frame, resent);
    let lead = lead(w, call, usage, frame, cache.alive.is_none());
    let rule = Rule::of(w, call);
    let mut session = Session { w, group, call, cache, usage, frame, lead, rule, certain: true };
    session.guard();
    let read = session.read();
    let read = session.row("cache.read", "tokens read in one run", "tokens", read);
    let kept = writable(&mut session, &all, &read);
    let written = writes(session.w, call, cache);
    // What follows a billed attempt finds all that is kept of the same prompt.
    let long = &kept + &read;
    // Tokens are taken from tokens: of shares dust would be left where all is kept.
    let rest = &all - &read - &kept;
    let again = again(&mut session);
    let mut split = |side: &str, again: &Expr| -> Vec<Class> {
        let read = again * &long + (one() - again) * &read;
        let share = |of: Expr| Expr::if_at_most(&all, &zero(), &zero(), &(of / &all));
        let mut name = |field: &str, label: &str, expr: Expr| {
            session.row(&format!("cache.{field}-share{side}"), label, "share", expr)
        };
        let read = name("read", "part of input that is read", share(read));
        let written = written.map(|meter| {
            let written = (one() - again) * &kept;
            (meter, "written", name("written", "part of input that is written", share(written)))
        });
        let new = match written {
            Some(_) => share(zero().max(&rest)),
            None => zero().max(&(one() - &read)),
        };
        let new = name("new", "part of input that is new", new);
        let classes = [(Meter::Input, "", new), (Meter::CacheRead, "read", read)];
        classes.into_iter().chain(written).collect()
    };
    let good = split("", &again[0]);
    let failed = match frame.runs.some_fail() {
        true => split(".failed", &again[1]),
        false => good.clone(),
    };
    Classes { good, failed }
}

/// The same where the beginning is held in an explicit cache: that is read, and the rest is new.
pub fn of_held(
    w: &mut Writer,
    call: &Call,
    held: &Held,
    usage: &Usage,
    frame: &Frame,
    resent: &Expr,
) -> Classes {
    let all = all(w, &held.group, usage, frame, resent);
    let read = held::read(w, call, held, frame);
    let mut row = |field: &str, label: &str, share: Expr| {
        w.row(Place::Unit, &held.group, &format!("cache.{field}-share"), say(label, "share"), share)
    };
    let read = Expr::if_at_most(&all, &zero(), &zero(), &(read / &all));
    let read = row("read", "part of input that is read", read);
    let new = row("new", "part of input that is new", zero().max(&(one() - &read)));
    let good = vec![(Meter::Input, "", new), (Meter::CacheRead, "read", read)];
    Classes { failed: good.clone(), good }
}

/// The part of its runs that follow a billed attempt with the same prompt: of good ones, of failed ones.
fn again(session: &mut Session) -> [Expr; 2] {
    let retries = &session.frame.retries;
    let (mut found, mut good, mut comes) = ([zero(), zero()], one(), one());
    for (nth, (attempts, chance)) in retries.iter().enumerate().rev() {
        let by = format!("{}-by-{nth}", session.call.name);
        let label = "chance that an attempt comes to the call";
        let field = format!("cache.in-attempt-{nth}");
        let chance = session.row(&field, label, "share", chance * comes);
        let by_it = attempts.found(session.w, &chance, &by);
        found = std::array::from_fn(|side| match found[side].is(0) {
            true => by_it[side].clone(),
            false => one() - (one() - &found[side]) * (one() - &by_it[side]),
        });
        good = good * attempts.good();
        comes = if nth == 0 { one() } else { attempts.comes(session.w, &chance, &by) };
    }
    let [of_good, of_all] = &found;
    if of_good == of_all {
        return found;
    }
    let failed = one() - &good;
    let of_failed = (of_all - good * of_good) / &failed;
    let of_failed = Expr::if_at_most(&failed, &zero(), &zero(), &of_failed);
    [of_good.clone(), of_failed]
}

/// Tokens that are sent in one run.
fn all(w: &mut Writer, group: &str, usage: &Usage, frame: &Frame, resent: &Expr) -> Expr {
    let all = frame.repeats() * usage.once() + resent;
    w.row(Place::Unit, group, "cache.all", say("tokens sent in one run", "tokens"), all)
}

/// What is billed for what is written, where the model has a price for it.
fn writes(w: &mut Writer, call: &Call, cache: &PromptCache) -> Option<Meter> {
    let hour = cache.ttl.as_ref().is_some_and(|ttl| w.decide(ttl) >= 3600.0);
    let model = &w.checked.models.get(&call.model).model;
    let sold = |meter: Meter| model.entries_of(call.tier, meter).next().is_some();
    match (hour && sold(Meter::CacheWrite1h), sold(Meter::CacheWrite)) {
        (true, _) => Some(Meter::CacheWrite1h),
        (false, true) => Some(Meter::CacheWrite),
        (false, false) => None,
    }
}

/// Tokens that are written over everything that repeats, of the `read` of `all`.
fn writable(session: &mut Session<'_, '_>, all: &Expr, read: &Expr) -> Expr {
    if session.cache.prefix == Prefix::Shared {
        let shared = session.shared_of_all();
        return zero().max(&(shared * session.frame.repeats() - read));
    }
    let written = all - read;
    if session.certain || session.rule.minimum.is_none() {
        return session.row("cache.kept", "tokens written in one run", "tokens", written);
    }
    let edge = session.rule.minimum.clone().expect("it was just seen");
    let prompts = sizes::prompts(
        session.w,
        &format!("{}.cache", session.group),
        session.usage,
        session.frame,
    );
    let name = "cache.long".to_owned();
    let limit = Limit { group: session.group, size: name.clone(), name, inclusive: true, edge };
    let beyond = bracket::beyond(session.w, &limit, &prompts.size, prompts.turns.is_some());
    let tokens = match prompts.turns {
        Some(weights) => Expr::from(Node::Dot(weights, beyond.tokens.row().expect("a row"))),
        None => beyond.tokens,
    };
    let share = tokens / &prompts.tokens;
    let share = Expr::if_at_most(&prompts.tokens, &zero(), &zero(), &share);
    let written = zero().max(&(all * share - read));
    session.row("cache.kept", "tokens written in one run", "tokens", written)
}
