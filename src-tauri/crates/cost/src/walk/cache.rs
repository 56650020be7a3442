//! A provider's cache: which part of a call's input is read from it, written to it, or new.
//!
//! Two beginnings of prompts are kept: the one that all sessions share, alive through others' traffic, and the session's
//! own, all that its last call sent, while the next one comes in time.

use super::bracket::{self, Limit};
use super::frame::Frame;
use super::grown::Reads;
use super::growth::Growth;
use super::left::Left;
use super::moments::Moments;
use super::number;
use super::sizes;
use super::traffic;
use super::usage::Usage;
use super::volume;
use super::writer::{Setting, Writer, one, say, two, zero};
use crate::book::CacheRule;
use crate::meter::Meter;
use crate::plan::{CONTEXT, Call, HISTORY, Part, Prefix, PromptCache, Role};
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

/// The end of the address of the row that says whether a beginning may be too short to be kept.
pub const GUARD: &str = "cache.long-enough";

/// Writes how a call's input splits. `resent` is what it reads of what was said so far, over all that repeats.
pub fn classes<'p>(
    w: &mut Writer<'p>,
    (feature, group): (&str, &str),
    call: &'p Call,
    usage: &Usage<'p>,
    frame: &Frame<'p>,
    resent: &Expr,
) -> Classes {
    let Some(cache) = &call.cache else { return Classes::plain() };
    let all = frame.repeats() * usage.once() + resent;
    let all = w.row(Place::Unit, group, "cache.all", say("tokens sent in one run", "tokens"), all);
    let lead = lead(w, call, usage);
    let rule = Rule::of(w, call);
    let mut session =
        Session { w, feature, group, call, cache, usage, frame, lead, rule, certain: true };
    session.guard();
    let alive = session.alive();
    let read = session.read(&alive);
    let read = session.row("cache.read", "tokens read in one run", "tokens", read);
    let kept = session.writable(&all, &read);
    let written = writes(session.w, call, cache);
    // What follows a billed attempt finds all that is kept of the same prompt.
    let long = &kept + &read;
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
        let new = written.iter().fold(one() - &read, |rest, (_, _, share)| rest - share);
        let new = name("new", "part of input that is new", zero().max(&new));
        let classes = [(Meter::Input, "", new), (Meter::CacheRead, "read", read)];
        classes.into_iter().chain(written).collect()
    };
    let good = split("", &frame.again[0]);
    let failed = match frame.runs.some_fail() {
        true => split(".failed", &frame.again[1]),
        false => good.clone(),
    };
    Classes { good, failed }
}

/// What is billed for what is written, where the model has a price for it.
fn writes(w: &Writer, call: &Call, cache: &PromptCache) -> Option<Meter> {
    let model = &w.checked.models.get(&call.model).model;
    let sold = |meter: Meter| model.entries_of(call.tier, meter).next().is_some();
    let hour = cache.ttl.as_ref().is_some_and(|ttl| ttl.mean() >= 3600.0);
    match (hour && sold(Meter::CacheWrite1h), sold(Meter::CacheWrite)) {
        (true, _) => Some(Meter::CacheWrite1h),
        (false, true) => Some(Meter::CacheWrite),
        (false, false) => None,
    }
}

/// The beginning that all sessions share: its parts up to the first that differs between them.
fn lead(w: &Writer, call: &Call, usage: &Usage) -> Moments {
    let shared = call
        .input
        .iter()
        .take_while(|input| w.checked.plan.prompts.get(&input.part).is_some_and(is_shared));
    let sizes = usage.sent.iter().take(shared.count());
    sizes.fold(Moments::zero(), |sum, sent| sum.plus(&sent.size))
}

fn is_shared(part: &Part) -> bool {
    match part.role() {
        Role::System | Role::Tools => true,
        Role::User | Role::Retrieved => false,
    }
}

/// What the seller says of its cache.
struct Rule {
    /// A shorter beginning is not kept.
    minimum: Option<Expr>,
    /// What is read is whole blocks of so many tokens.
    block: Option<Expr>,
    /// How long it is kept, in seconds.
    ttl: Option<Expr>,
    /// Whether a read begins that time anew.
    refreshes: bool,
}

impl Rule {
    fn of(w: &mut Writer, call: &Call) -> Self {
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

/// What calls find that find nothing of their own session: the first of it, and those that come late.
struct Alive {
    first: Expr,
    late: Expr,
}

/// A call in the session that it belongs to.
struct Session<'c, 'p> {
    w: &'c mut Writer<'p>,
    feature: &'c str,
    group: &'c str,
    call: &'p Call,
    cache: &'p PromptCache,
    usage: &'c Usage<'p>,
    frame: &'c Frame<'p>,
    lead: Moments,
    rule: Rule,
    /// Whether every beginning is long enough to be kept.
    certain: bool,
}

impl<'p> Session<'_, 'p> {
    fn row(&mut self, field: &str, label: &str, unit: &str, expr: Expr) -> Expr {
        match expr.is(0) || expr.is(1) {
            true => expr,
            false => self.w.row(Place::Unit, self.group, field, say(label, unit), expr),
        }
    }

    /// 0 while what all sessions share is long enough by itself: else each beginning is compared.
    fn guard(&mut self) {
        let Some(minimum) = self.rule.minimum.clone() else { return };
        let short = Expr::if_at_most(&minimum, &self.lead.fixed, &zero(), &one());
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

    /// The same as it is before anything grows or is in doubt.
    fn ttl_seconds(&self) -> f64 {
        let sold = self.w.checked.models.get(&self.call.model);
        let rule = sold.terms.cache(&sold.model.id, self.w.workings.first_day(0));
        let default = || rule.and_then(|rule| rule.ttl_seconds.first()).map(|&ttl| ttl as f64);
        let said = self.cache.ttl.as_ref().map(|ttl| ttl.mean());
        said.or_else(default).expect("a checked cache knows its time")
    }

    /// The chance that the session's next call comes in time: as it is given, or after a pause.
    fn in_time(&mut self, growth: &Growth<'p>) -> Expr {
        if let Some(in_time) = &self.cache.in_time {
            return number::mean(self.w, in_time);
        }
        let Some(pause) = growth.pause else { return one() };
        let (ttl, pause) = (self.ttl(), number::mean(self.w, pause));
        let late = (zero() - ttl / &pause).exp();
        let expr = Expr::if_at_most(&pause, &zero(), &one(), &(one() - late));
        let field = match self.frame.context.as_ref().is_some_and(|it| it.group == growth.group) {
            true => "cache.step-in-time",
            false => "cache.in-time",
        };
        // The traffic that keeps a beginning alive asks for it as well.
        match self.w.workings.find(&format!("{}.{field}", self.group)) {
            Some(row) => Expr::from(Node::Row(row)),
            None => self.row(field, "chance that the next call comes in time", "share", expr),
        }
    }

    /// The chance that what all sessions share is there for calls that find nothing of their own session.
    fn alive(&mut self) -> Alive {
        let alive = match &self.cache.alive {
            Some(alive) => number::mean(self.w, alive),
            None => self.alive_by_traffic(),
        };
        // Of copies that wait only the first may miss; what repeats without a session of its own may miss the first time,
        // and after a pause.
        let (misses, opening) = ((one() - &alive) * self.waits(), self.opening_outside());
        let mut found = |field: &str, label: &str, misses: Expr| match misses == one() - &alive {
            true => alive.clone(),
            false => self.row(field, label, "share", one() - misses),
        };
        let late = "chance that a late call finds the shared beginning";
        let first = "chance that a first call finds the shared beginning";
        let late = found("cache.late-alive", late, misses.clone());
        let first = match opening.is(1) {
            true => late.clone(),
            false => found("cache.first-alive", first, misses * opening),
        };
        Alive { first, late }
    }

    /// Of copies side by side, the part that does not wait for the first one.
    fn waits(&self) -> Expr {
        one() - &self.frame.warm
    }

    /// Of the calls that open a session inside of what repeats around it, the part that finds nothing of another one.
    fn opening_outside(&mut self) -> Expr {
        let Some(around) = self.frame.around.clone() else { return one() };
        let growth = &around.growth;
        let visits = match (&self.frame.conversation, &self.frame.context) {
            (Some(_), _) => around.visits.clone(),
            (None, Some(_)) => &around.visits * &self.frame.visits[0] / &self.frame.visits[1],
            (None, None) => &around.visits * &self.frame.visits[0],
        };
        let first = match visits.is(1) {
            true => one() / &growth.times,
            false => {
                let earlier = growth.earlier(self.w);
                let absent = never_in(self.w, &(one() - visits), &earlier);
                let label = "chance that none before it made the call";
                let absent = self.row("cache.none-before", label, "share", absent);
                let absent = absent.row().expect("it was just written");
                Expr::from(Node::Dot(growth.weights(self.w), absent)) / &growth.times
            }
        };
        let first = first / &around.beyond;
        let in_time = self.in_time(growth);
        &first + (one() - &first) * (one() - in_time)
    }

    /// The same by the traffic of the feature's own sessions.
    fn alive_by_traffic(&mut self) -> Expr {
        let ttl = self.ttl();
        let sessions = match self.frame.conversation.is_some() || self.frame.context.is_some() {
            true => self.frame.outside.clone(),
            false => self.frame.runs.good.clone(),
        };
        let rate = volume::by_the_second(self.w, self.feature) * sessions;
        let rate = self.row("cache.arrivals", "sessions by the second", "sessions", rate);
        let repeats = &self.frame.visits[0] * &self.frame.visits[1] * self.frame.repeats();
        let others = zero().max(&(repeats - one()));
        let growth = self.frame.conversation.clone().or_else(|| self.frame.context.clone());
        let in_time = growth.map_or_else(one, |growth| self.in_time(&growth));
        if !self.rule.refreshes {
            let load = rate * ttl * (one() + others * (one() - in_time));
            let load =
                self.row("cache.load", "arrivals that would begin it, in its time", "times", load);
            let lives = self.ttl_seconds();
            let (feature, group) = (self.feature, self.group);
            let alive =
                traffic::kept(self.w, (feature, group), lives, &load, |load| load / (one() + load));
            return self.row(
                "cache.alive",
                "chance that the shared beginning is kept",
                "share",
                alive,
            );
        }
        // E[min(pause, τ)] = τ·q / −ln(1 − q), for pauses that end at any moment alike.
        let ends = zero() - (one() - &in_time).max(&tiny(self.w)).ln();
        let waits = Expr::if_at_most(&ends, &zero(), &ttl, &(&ttl * in_time / &ends));
        let stretch = ttl + others * waits;
        let (lives, of) = (self.ttl_seconds(), (self.feature, self.group));
        let alive = traffic::kept(self.w, of, lives, &(rate * stretch), |load| {
            one() - (zero() - load).exp()
        });
        self.row("cache.alive", "chance that the shared beginning is kept", "share", alive)
    }

    /// What can be read of a beginning of this size.
    fn kept(&mut self, field: &str, size: &Moments, in_turns: bool) -> Expr {
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

    /// Tokens that are read over everything that repeats in one run.
    fn read(&mut self, alive: &Alive) -> Expr {
        let lead = self.lead.clone();
        let shared = self.kept("lead", &lead, false);
        let shared =
            self.row("cache.shared", "shared beginning that can be read", "tokens", shared);
        let cold = Alive { first: &alive.first * &shared, late: &alive.late * &shared };
        let Some(context) = self.frame.context.clone() else {
            let visits = self.frame.visits[0].clone();
            return self.first_of_turns(&visits, &shared, &cold);
        };
        let (opening, steps) = self.steps(&context, &shared, &cold.late);
        // A turn makes the call if any step of it does.
        let visits = match self.frame.visits[1].is(1) {
            true => self.frame.visits[0].clone(),
            false => one().min(&(&self.frame.visits[0] * &opening)),
        };
        let first = self.first_of_turns(&visits, &shared, &cold);
        // What repeats inside a turn begins where the turn did.
        let again = &self.frame.between - one();
        let same = match again.is(0) {
            true => zero(),
            false => again * self.next_in_turns(&shared, &cold.late),
        };
        (first + same) * opening + self.frame.turns() * &self.frame.between * steps
    }

    /// What a call reads that comes again within a turn, over all turns: it follows at once, unless the plan says how
    /// often it comes in time.
    fn next_in_turns(&mut self, shared: &Expr, cold: &Expr) -> Expr {
        let kept = self.kept_in_turns(shared);
        let Some(in_time) = &self.cache.in_time else { return kept };
        let in_time = number::mean(self.w, in_time);
        &in_time * kept + (one() - in_time) * cold * self.frame.turns()
    }

    /// What calls read that are the first of their turn, over all turns.
    fn first_of_turns(&mut self, visits: &Expr, shared: &Expr, cold: &Alive) -> Expr {
        let Some(turns) = self.frame.conversation.clone() else { return cold.first.clone() };
        let in_time = self.in_time(&turns);
        let earlier = turns.earlier(self.w);
        let row = if visits.is(1) {
            let kept = self.kept_of_turn(&turns, shared);
            let next = &in_time * kept + (one() - &in_time) * &cold.late;
            Expr::if_at_most(&earlier, &zero(), &cold.first, &next)
        } else {
            self.seldom_in_turns(&turns, (visits, &in_time), shared, &cold.first)
        };
        let row = self.w.row(
            Place::Unit,
            self.group,
            "cache.at-turn",
            say("read by the first call of turn k", "tokens"),
            row,
        );
        let row = row.row().expect("it was just written");
        Expr::from(Node::Dot(turns.weights(self.w), row))
    }

    /// What the call of the turn before left to be read at turn k.
    fn kept_of_turn(&mut self, turns: &Growth<'p>, shared: &Expr) -> Expr {
        let Some(follows) = self.after_history() else { return shared.clone() };
        let mut size = self.lead.plus(&follows);
        for grown in self.usage.grown.iter().filter(|grown| grown.reads == Reads::History) {
            let before = turns.row_before(self.w, grown.so_often);
            size = size.plus(&grown.moments.times(&before));
        }
        let goes_on = turns.goes_on(self.w);
        let kept = self.kept("whole", &size, true);
        match goes_on.is(1) {
            true => kept,
            false => &goes_on * kept + (one() - goes_on) * shared,
        }
    }

    /// The same for a call that not every turn makes: it reads what its own last visit left.
    fn seldom_in_turns(
        &mut self,
        turns: &Growth<'p>,
        (seldom, in_time): (&Expr, &Expr),
        shared: &Expr,
        cold: &Expr,
    ) -> Expr {
        let k = turns.earlier(self.w) + one();
        let earlier = turns.earlier(self.w);
        let table = |session: &mut Self, field: &str, label: &str, expr: Expr| {
            let field = format!("cache.{field}");
            session.w.row(Place::Unit, session.group, &field, say(label, ""), expr)
        };
        let before = |row: &Expr| Expr::from(Node::Before(row.row().expect("a row of a table")));
        // k pauses in a row last as long as an Erlang variable: in time by the Poisson chances of fewer ends.
        let ends = zero() - (one() - in_time).max(&tiny(self.w)).ln();
        let ends =
            self.row("cache.ends", "times that a beginning ends in one pause", "times", ends);
        let logs = table(self, "logs", "ln k", k.ln());
        let term = (&earlier * ends.ln() - &ends - before(&logs)).exp();
        let term = Expr::if_at_most(
            &ends,
            &zero(),
            &Expr::if_at_most(&earlier, &zero(), &one(), &zero()),
            &term,
        );
        let alive = match self.cache.in_time.is_some() {
            // What is given holds for the next call, whenever it comes.
            true => in_time.clone(),
            false => {
                let term = table(self, "ended", "chance of k − 1 ends in the pauses", term);
                zero().max(&(one() - before(&term) - &term))
            }
        };
        let absent = one() - seldom;
        let absent = never_in(self.w, &absent, &earlier);
        let last = table(
            self,
            "last-visit",
            "chance that the last visit was k before, and is kept",
            seldom * absent * alive,
        );
        let kept = table(self, "visited", "chance that a visit before k is kept", before(&last));
        let Some(follows) = self.after_history() else {
            return shared * &kept + cold * (one() - kept);
        };
        // Turns before the last visit, on average.
        let gone = Expr::if_at_most(&kept, &zero(), &zero(), &(before(&kept) / &kept));
        let gone = table(self, "gone", "turns before the last visit", gone);
        let mut size = self.lead.plus(&follows);
        for grown in self.usage.grown.iter().filter(|grown| grown.reads == Reads::History) {
            let before = match turns.row_before(self.w, grown.so_often).is(0) {
                true => zero(),
                false => gone.clone(),
            };
            size = size.plus(&grown.moments.times(&before));
        }
        let found = self.kept("whole", &size, true);
        let goes_on = turns.goes_on(self.w);
        let found = match goes_on.is(1) {
            true => found,
            false => &goes_on * found + (one() - goes_on) * shared,
        };
        &kept * found + cold * (one() - kept)
    }

    /// What calls that repeat inside a turn find of the one before, over all turns.
    fn kept_in_turns(&mut self, shared: &Expr) -> Expr {
        let turns = self.frame.conversation.clone();
        let Some(turns) = turns.filter(|_| self.after_history().is_some()) else {
            return self.frame.turns() * shared;
        };
        let mut size = self.lead.clone();
        for grown in self.usage.grown.iter().filter(|grown| grown.reads == Reads::History) {
            size = size.plus(&grown.at_each(self.w));
        }
        let kept = self.kept("same-turn", &size, true);
        let label = say("read again within turn k", "tokens");
        let kept = self.w.row(Place::Unit, self.group, "cache.same-turn", label, kept);
        let kept = kept.row().expect("it was just written");
        Expr::from(Node::Dot(turns.weights(self.w), kept))
    }

    /// What of the call's own parts after the history stands there again in the next turn: kept parts, as they were
    /// said. Nothing where the history does not follow what all share.
    fn after_history(&mut self) -> Option<Moments> {
        if self.cache.prefix == Prefix::Shared {
            return None;
        }
        let inputs = &self.call.input;
        let place = inputs.iter().position(|input| input.part == HISTORY)?;
        let prompts = &self.w.checked.plan.prompts;
        let all_shared =
            inputs[..place].iter().all(|input| prompts.get(&input.part).is_some_and(is_shared));
        if !all_shared || self.frame.conversation.is_none() {
            return None;
        }
        let before = inputs[..place].iter().filter(|input| input.is_part()).count();
        let mut size = Moments::zero();
        let mut answers = self.kept_parts();
        let own = inputs[place + 1..].iter().zip(&self.usage.sent[before..]);
        for (index, (input, sent)) in own.enumerate() {
            answers.retain(|(parts, _)| parts.get(index) == Some(&input.part.as_str()));
            let chance = answers.iter().fold(zero(), |sum, (_, chance)| sum + chance);
            if chance.is(0) {
                break;
            }
            size = size.plus(&sent.size.times(&chance));
        }
        Some(size)
    }

    /// The parts that a turn leaves first in the history, with the chance that it ends with the call that was sent them.
    fn kept_parts(&self) -> Vec<(Vec<&'p str>, Expr)> {
        let prompts = &self.w.checked.plan.prompts;
        let is_kept = |part: &str| prompts.get(part).is_some_and(Part::is_kept);
        let pieces = self.frame.conversation.iter().flat_map(|growth| &growth.pieces);
        let answers = pieces.flat_map(|piece| match &piece.left {
            Left::Turn { answers, .. } => answers.as_slice(),
            Left::Steps(_) | Left::Typed(_) => &[],
        });
        let kept = answers.map(|answer| {
            let parts = answer.call.input.iter().map(|input| input.part.as_str());
            (parts.filter(|part| is_kept(part)).collect(), answer.chance.clone())
        });
        kept.collect()
    }

    /// History that a call reads over all turns, where it follows what all share.
    fn history_of_turn(&mut self) -> Expr {
        if self.after_history().is_none() {
            return zero();
        }
        let (turns, mut sum) = (self.frame.conversation.clone(), zero());
        for grown in self.usage.grown.iter().filter(|grown| grown.reads == Reads::History) {
            let total =
                turns.as_ref().map_or_else(zero, |turns| turns.total(self.w, grown.so_often));
            sum = sum + total * grown.moments.expected();
        }
        sum
    }

    /// Of the steps of a loop: how many calls open it, and what the others read.
    fn steps(&mut self, context: &Growth<'p>, shared: &Expr, cold: &Expr) -> (Expr, Expr) {
        let in_time = self.in_time(context);
        let (size, added) = self.kept_in_step(context, shared);
        let earlier = context.earlier(self.w);
        let seldom = &self.frame.visits[1];
        let weights = context.weights(self.w);
        let visited = match seldom.is(1) {
            true => Expr::if_at_most(&earlier, &zero(), &zero(), &one()),
            false => one() - never_in(self.w, &(one() - seldom), &earlier),
        };
        let table = |session: &mut Self, field: &str, label: &str, expr: Expr| {
            let field = format!("cache.{field}");
            let row = session.w.row(Place::Unit, session.group, &field, say(label, ""), expr);
            row.row().expect("it was just written")
        };
        let kept = if seldom.is(1) {
            self.kept("step", &size, true)
        } else {
            // Σ over the last visit k steps before, of what there was then.
            let gaps = &earlier - &visited / seldom;
            let visited_row = Expr::if_at_most(&visited, &zero(), &zero(), &(gaps / &visited));
            self.kept("step", &size.plus(&Moments::fixed(added * visited_row)), true)
        };
        let visited =
            table(self, "visited-step", "chance that an earlier step made the call", visited);
        let visited_expr = Expr::from(Node::Row(visited));
        let next = &in_time * kept + (one() - in_time) * cold;
        let read = table(self, "at-step", "read by the call of step k", visited_expr * next);
        let opening = context.times.clone() - Expr::from(Node::Dot(weights, visited));
        let steps = Expr::from(Node::Dot(weights, read));
        let opening = self.row("cache.openings", "calls that open the loop", "calls", opening);
        (
            opening,
            self.row("cache.in-steps", "tokens read in the steps of one loop", "tokens", steps),
        )
    }

    /// What the call of the step before left to be read at step k; of a call that not every step makes, what it left at
    /// the first step, and what each step adds.
    fn kept_in_step(&mut self, context: &Growth<'p>, shared: &Expr) -> (Moments, Expr) {
        if self.cache.prefix == Prefix::Shared {
            return (Moments::fixed(shared.clone()), zero());
        }
        let (mut size, mut added) = (self.lead.clone(), zero());
        let reads_context = self.call.input.iter().any(|input| input.part == CONTEXT);
        let mut own = self.usage.sent.iter();
        let mut all_shared = true;
        for input in &self.call.input {
            if input.part == HISTORY {
                // Every step of a turn meets the same history.
                if self.frame.conversation.is_some() {
                    let history = self.history_of_turn() / self.frame.turns();
                    size = size.plus(&Moments::fixed(history));
                }
            } else if input.part == CONTEXT {
                for grown in self.usage.grown.iter().filter(|grown| grown.reads == Reads::Context) {
                    let each = grown.moments.clone();
                    let before = context.row_before(self.w, grown.so_often);
                    if self.frame.visits[1].is(1) || before.is(1) {
                        size = size.plus(&if before.is(1) { each } else { each.times(&before) });
                    } else {
                        added = added + each.expected();
                    }
                }
                break;
            } else {
                let sent = own.next().expect("every part that is sent has a size");
                let part = self.w.checked.plan.prompts.get(&input.part);
                all_shared = all_shared && part.is_some_and(is_shared);
                if all_shared {
                    continue;
                }
                if !reads_context {
                    break;
                }
                size = size.plus(&sent.size);
            }
        }
        (size, added)
    }

    /// Tokens that are written over everything that repeats, of the `read` of `all`.
    fn writable(&mut self, all: &Expr, read: &Expr) -> Expr {
        if self.cache.prefix == Prefix::Shared {
            let shared = self.kept("lead-written", &self.lead.clone(), false);
            return zero().max(&(shared * self.frame.repeats() - read));
        }
        let written = all - read;
        if self.certain || self.rule.minimum.is_none() {
            return self.row("cache.kept", "tokens written in one run", "tokens", written);
        }
        let edge = self.rule.minimum.clone().expect("it was just seen");
        let prompts =
            sizes::prompts(self.w, &format!("{}.cache", self.group), self.usage, self.frame);
        let name = "cache.long".to_owned();
        let limit = Limit { group: self.group, size: name.clone(), name, inclusive: true, edge };
        let beyond = bracket::beyond(self.w, &limit, &prompts.size, prompts.turns.is_some());
        let tokens = match prompts.turns {
            Some(weights) => Expr::from(Node::Dot(weights, beyond.tokens.row().expect("a row"))),
            None => beyond.tokens,
        };
        let share = tokens / &prompts.tokens;
        let share = Expr::if_at_most(&prompts.tokens, &zero(), &zero(), &share);
        let written = zero().max(&(all * share - read));
        self.row("cache.kept", "tokens written in one run", "tokens", written)
    }
}

/// A chance that nothing comes near.
fn tiny(w: &mut Writer) -> Expr {
    let far = w.setting(Setting::FarDeviations);
    (zero() - far).exp()
}

/// The chance that something is absent so many times in a row; what is all but impossible is no smaller number than that:
/// some spreadsheets refuse smaller ones.
fn never_in(w: &mut Writer, absent: &Expr, times: &Expr) -> Expr {
    let least = tiny(w);
    let logs = times * absent.max(&least).ln();
    let far = w.setting(Setting::FarDeviations);
    let chance = (zero() - far).max(&logs).exp();
    Expr::if_at_most(times, &zero(), &one(), &chance)
}
