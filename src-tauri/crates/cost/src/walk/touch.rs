//! How often the units of a feature send a beginning that several calls share: whether they do at all, and for how much
//! longer it is kept by their later calls.

use std::ptr;
use std::rc::Rc;

use super::beginning::{Gate, Sharer};
use super::number;
use super::seen::{Attempts, Kind, Past, Reused, Seen, Tier, Way};
use super::writer::{Writer, one, zero};
use crate::plan::{Conversation, History, Number};
use crate::workings::{Expr, Node};

/// What one run of a step does to a beginning.
#[derive(Clone)]
pub struct Touch<'p> {
    /// The chance that it is not sent, and the step has an answer.
    quiet: Expr,
    /// The chance that it is not sent, and the step has none.
    fails: Expr,
    /// What calls after the first add: seconds, or calls that come too late.
    pub later: Expr,
    /// The calls.
    pub calls: Vec<&'p str>,
    /// The chance that a later call comes in time, where the first of them says it.
    in_time: Option<&'p Number>,
}

/// What was said so far is empty where a step stands.
#[derive(Clone, Copy)]
struct Said {
    history: bool,
    context: bool,
    /// Whether steps add to the context.
    grows: bool,
}

/// Follows a beginning through the tree of a feature.
pub struct Toucher<'w, 'p> {
    /// What is written with.
    pub w: &'w mut Writer<'p>,
    /// What the rows belong to.
    pub group: &'w str,
    /// What their addresses begin with, after that.
    pub stem: &'w str,
    /// The calls that send the beginning.
    pub sharers: &'w [Sharer<'p>],
    /// How long it is kept.
    pub ttl: &'w Expr,
    /// Whether a read begins that time anew.
    pub refreshes: bool,
}

impl Touch<'_> {
    /// It is not sent.
    fn none(answered: &Expr) -> Self {
        let (quiet, fails) = (answered.clone(), not(answered));
        Self { quiet, fails, later: zero(), calls: vec![], in_time: None }
    }

    /// The chance that it is sent.
    pub fn made(&self) -> Expr {
        match (self.calls.is_empty(), self.fails.is(0)) {
            (true, _) => zero(),
            (false, true) => not(&self.quiet),
            (false, false) => one() - (&self.quiet + &self.fails),
        }
    }

    /// The chance that it is not sent.
    pub fn absent(&self) -> Expr {
        &self.quiet + &self.fails
    }
}

impl<'p> Toucher<'_, 'p> {
    /// What one unit does.
    pub fn unit(&mut self, tree: &Seen<'p>) -> Touch<'p> {
        let Kind::Chain(steps) = &tree.kind else { return self.step(tree, Said::nothing()) };
        // What comes after the last step that sends it leaves it as it is.
        let mut steps = self.steps(steps, Said::nothing());
        let sends = |(touch, _): &(Touch<'p>, &Expr)| !touch.calls.is_empty();
        let last = steps.iter().rposition(sends);
        steps.truncate(last.map_or(0, |last| last + 1));
        in_a_row(steps)
    }

    /// The chance that a step that is over, and took no time, has not sent it.
    pub fn quiet_past(&mut self, past: &Past<'p>) -> Expr {
        let part = |quiet: &Expr, of: &Expr| match (quiet == of, of.is(1)) {
            (true, _) => one(),
            (false, true) => quiet.clone(),
            (false, false) => Expr::if_at_most(of, &zero(), &one(), &(quiet / of)),
        };
        match past {
            Past::Answered(step) => part(&self.step(step, Said::something()).quiet, &step.answered),
            Past::Failed(attempts, step) => {
                let tried = self.step(step, Said::something());
                part(&fails_quietly(attempts, &tried), &attempts.all_fail)
            }
            Past::Sometimes(share, step) => {
                let quiet = part(&self.step(step, Said::something()).quiet, &step.answered);
                if quiet.is(1) { quiet } else { one() - share * not(&quiet) }
            }
        }
    }

    /// What one of the times of something that repeats does, but the first.
    pub fn later_time(&mut self, body: &[Rc<Seen<'p>>]) -> Touch<'p> {
        in_a_row(self.steps(body, Said::something()))
    }

    /// What each of several steps does where it stands.
    fn steps<'s>(&mut self, steps: &'s [Rc<Seen<'p>>], said: Said) -> Vec<(Touch<'p>, &'s Expr)> {
        let mut said = said;
        let touched = steps.iter().map(|step| {
            let touch = self.step(step, said);
            said = said.after(step);
            (touch, &step.answered)
        });
        touched.collect()
    }

    fn step(&mut self, seen: &Seen<'p>, said: Said) -> Touch<'p> {
        match &seen.kind {
            Kind::Call(call) => {
                let own = self.sharers.iter().find(|sharer| ptr::eq(sharer.call, *call));
                let open = |gate: &Gate| match gate {
                    Gate::History => said.history,
                    Gate::Context => said.context,
                };
                match own.is_some_and(|own| own.gates.iter().all(open)) {
                    false => Touch::none(&one()),
                    true => Touch {
                        quiet: zero(),
                        fails: zero(),
                        later: zero(),
                        calls: vec![&call.name],
                        in_time: call.cache.as_ref().and_then(|cache| cache.in_time.as_deref()),
                    },
                }
            }
            Kind::Tool(_) | Kind::Nothing => Touch::none(&one()),
            Kind::Chain(steps) => known(seen, in_a_row(self.steps(steps, said))),
            Kind::Route { taken, branches, .. } => {
                let ways = taken.iter().zip(branches);
                let ways = ways.map(|(part, branch)| (part, self.step(branch, said)));
                either(seen, ways.collect())
            }
            Kind::Retry { attempts, step, then } => {
                let tried = self.step(step, said);
                let then = then.as_ref().map(|then| self.step(then, said));
                retried(seen, attempts, &tried, then)
            }
            Kind::FanOut { fan, step, .. } => {
                let touch = self.step(step, said);
                if touch.calls.is_empty() {
                    return Touch::none(&seen.answered);
                }
                // E[sⁿ], for what no copy does.
                let mut all = |field: &str, s: &Expr| {
                    if s.is(0) || s.is(1) {
                        return s.clone();
                    }
                    let address = self.address(&fan.name, field);
                    one() - not(s) * number::geometric(self.w, &fan.copies, s, &address)
                };
                let quiet = all("quiet", &touch.quiet);
                let fails = match touch.fails.is(0) {
                    true => zero(),
                    false => all("absent", &touch.absent()) - &quiet,
                };
                Touch { quiet, fails, ..touch }
            }
            Kind::Conversation { conversation, ways } => {
                self.conversation(seen, conversation, ways)
            }
            Kind::Cascade(tiers) => self.cascade(seen, tiers, said),
            Kind::Until { until, rejected, draft, check } => {
                let rounds = Said::in_loop(said.history, true).map(|said| {
                    let touch = (self.step(draft, said), &draft.answered);
                    let checked = self.step(check, said.after(draft));
                    known(seen, in_a_row(vec![touch, (checked, &check.answered)]))
                });
                let rejected = Some(rejected);
                self.repeated(seen, (&until.name, &until.rounds, rejected), None, rounds)
            }
            Kind::Loop { repeated, step } => {
                let steps = Said::in_loop(said.history, repeated.adds.is_none());
                let steps = steps.map(|said| self.step(step, said));
                let pause = repeated.pause.as_deref();
                self.repeated(seen, (&repeated.name, &repeated.steps, None), pause, steps)
            }
            Kind::ResponseCache(reused) => self.reused(seen, reused, said),
            Kind::Agent { step, .. } => self.step(step, Said::nothing()),
        }
    }

    fn conversation(
        &mut self,
        seen: &Seen<'p>,
        talk: &'p Conversation,
        ways: &[Way<'p>],
    ) -> Touch<'p> {
        let mut all = vec![];
        for way in ways {
            let later = Said { history: false, ..Said::nothing() };
            let turns = [Said::nothing(), later].map(|said| self.step(&way.turn, said));
            let name = format!("{}{}", talk.name, way.suffix);
            let pause = talk.pause.as_deref();
            // A summary is written beside its turn: it adds to what no turn sends.
            let touch = match (&way.summary, &talk.history) {
                (Some(summary), History::Summary(kept))
                    if turns.iter().all(|turn| turn.calls.is_empty()) =>
                {
                    let summary = self.step(summary, later);
                    self.summarised(&name, (&talk.turns, &kept.last), pause, summary)
                }
                _ => self.repeated(seen, (&name, &talk.turns, None), pause, turns),
            };
            all.push((&way.chance, touch));
        }
        either(seen, all)
    }

    /// Summaries, the first of which is written when more turns than the `last` ones are before.
    fn summarised(
        &mut self,
        name: &str,
        (turns, last): (&'p Number, &'p Number),
        pause: Option<&'p Number>,
        summary: Touch<'p>,
    ) -> Touch<'p> {
        if summary.calls.is_empty() {
            return Touch::none(&one());
        }
        let table = number::table(self.w, turns);
        let k = Expr::from(Node::Row(table.index));
        let first = number::mean(self.w, last) + Expr::whole(2);
        let first = Expr::if_at_most(&first, &k, &one(), &zero());
        let first = self.row(name, "summarised", "whether turn k is summarised", first);
        let expected = Expr::from(Node::Dot(table.at_least, first));
        let comes = summary.made();
        // The first of them, and each after it.
        let earlier = Expr::from(Node::Before(first));
        let follows = Expr::if_at_most(&earlier, &zero(), &zero(), &one());
        let follows = self.row(name, "follows", "whether a turn before it is", follows);
        let later = Expr::from(Node::Dot(table.at_least, follows));
        let made = (&expected - &later) * &comes;
        let added = later * comes * self.gap(name, pause, summary.in_time);
        let later = &summary.later * expected + added;
        Touch { quiet: not(&made), fails: zero(), later, ..summary }
    }

    fn cascade(&mut self, seen: &Seen<'p>, tiers: &[Tier<'p>], said: Said) -> Touch<'p> {
        let (mut asked, mut quiet, mut fails) = (one(), zero(), zero());
        let (mut later, mut calls, mut in_time) = (zero(), vec![], None);
        for (nth, tier) in tiers.iter().enumerate() {
            let touch = self.step(&tier.step, said);
            let judge = tier.judge.as_ref();
            let judge_touch = match judge {
                Some(judge) => self.step(judge, said.after(&tier.step)),
                None => Touch::none(&one()),
            };
            let judged = judge.map_or_else(one, |judge| judge.answered.clone());
            let accepted = match judged.is(1) || tier.stands.is(0) {
                true => tier.stands.clone(),
                false => Expr::if_at_most(&judged, &zero(), &zero(), &(&tier.stands / &judged)),
            };
            later =
                later + &tier.reached * (&touch.later + &tier.step.answered * &judge_touch.later);
            fails = fails + &asked * (&touch.fails + &touch.quiet * &judge_touch.fails);
            let ends = asked * &touch.quiet * &judge_touch.quiet;
            let is_last = nth + 1 == tiers.len();
            quiet = quiet + if is_last { ends.clone() } else { &ends * &accepted };
            asked = if is_last { zero() } else { ends * not(&accepted) };
            calls.extend(touch.calls.into_iter().chain(judge_touch.calls));
            in_time = in_time.or(touch.in_time).or(judge_touch.in_time);
        }
        known(seen, Touch { quiet, fails, later, calls, in_time })
    }

    fn reused(&mut self, seen: &Seen<'p>, reused: &Reused<'p>, said: Said) -> Touch<'p> {
        let Reused { shares, lookup, step, insert } = reused;
        let aside = |it: Option<Touch<'p>>| it.unwrap_or_else(|| Touch::none(&one()));
        let looked = aside(lookup.as_ref().map(|lookup| self.step(lookup, said)));
        let touch = self.step(step, said);
        let kept = aside(insert.as_ref().map(|insert| self.step(insert, said.after(step))));
        let runs =
            &shares.excluded + &looked.quiet * (&shares.wrong + &shares.missed * &kept.quiet);
        let quiet = runs * &touch.quiet + &looked.quiet * &shares.met;
        let unanswered = &shares.excluded + &looked.quiet * (&shares.wrong + &shares.missed);
        let fails = &shares.looked_up * &looked.fails
            + unanswered * &touch.fails
            + &looked.quiet * &shares.missed * &touch.quiet * &kept.fails;
        let met = lookup.as_ref().map_or_else(one, |lookup| lookup.answered.clone());
        let later = &shares.looked_up * &looked.later
            + shares.runs(&met) * &touch.later
            + &shares.missed * met * &step.answered * &kept.later;
        let in_time = looked.in_time.or(touch.in_time).or(kept.in_time);
        let calls = [looked.calls, touch.calls, kept.calls].concat();
        known(seen, Touch { quiet, fails, later, calls, in_time })
    }

    /// Times of something that repeats: the first, and each later one. `go_on` is the chance that another one follows.
    fn repeated(
        &mut self,
        seen: &Seen<'p>,
        (name, count, go_on): (&str, &'p Number, Option<&Expr>),
        pause: Option<&'p Number>,
        [first, later]: [Touch<'p>; 2],
    ) -> Touch<'p> {
        if first.calls.is_empty() && later.calls.is_empty() {
            return Touch::none(&seen.answered);
        }
        let in_time = first.in_time.or(later.in_time);
        let comes = [first.made(), later.made()];
        let times = self.times(name, (count, go_on), (pause, in_time), &comes);
        let others = match first.later.is(0) && later.later.is(0) {
            true => zero(),
            false => &first.later + (&times.expected - one()) * &later.later,
        };
        let later_calls = later.calls.into_iter().filter(|call| !first.calls.contains(call));
        let calls = first.calls.iter().copied().chain(later_calls).collect();
        let quiet = not(&times.made);
        Touch { quiet, fails: zero(), later: others + times.later, calls, in_time }
    }
}

impl Said {
    /// Nothing was.
    fn nothing() -> Self {
        Self { history: true, context: true, grows: false }
    }

    /// Something was.
    fn something() -> Self {
        Self { history: false, context: false, grows: false }
    }

    /// In the first step of a loop, and in each later one.
    fn in_loop(history: bool, grows: bool) -> [Self; 2] {
        [true, false].map(|context| Self { history, context, grows })
    }

    /// After a step.
    fn after(self, step: &Seen) -> Self {
        let context = self.context && (!self.grows || step.is_silent());
        Self { context, ..self }
    }
}

/// 1 less a chance.
pub fn not(chance: &Expr) -> Expr {
    match chance.is(1) {
        true => zero(),
        false => one() - chance,
    }
}

/// A step in which nothing sends it ends as it does.
fn known<'p>(seen: &Seen, touch: Touch<'p>) -> Touch<'p> {
    if touch.calls.is_empty() { Touch::none(&seen.answered) } else { touch }
}

/// Steps one after another, each with the chance of an answer.
fn in_a_row<'p>(steps: Vec<(Touch<'p>, &Expr)>) -> Touch<'p> {
    let (mut row, mut reached) = (Touch::none(&one()), one());
    for (touch, answered) in steps {
        row.fails = row.fails + &row.quiet * touch.fails;
        row.quiet = row.quiet * touch.quiet;
        row.later = row.later + &reached * touch.later;
        row.calls.extend(touch.calls);
        row.in_time = row.in_time.or(touch.in_time);
        reached = reached * answered;
    }
    row
}

/// One of several.
fn either<'p>(seen: &Seen, ways: Vec<(&Expr, Touch<'p>)>) -> Touch<'p> {
    let mut sum =
        Touch { quiet: zero(), fails: zero(), later: zero(), calls: vec![], in_time: None };
    for (part, touch) in ways {
        sum.quiet = sum.quiet + part * touch.quiet;
        sum.fails = sum.fails + part * touch.fails;
        sum.later = sum.later + part * touch.later;
        sum.calls.extend(touch.calls);
        sum.in_time = sum.in_time.or(touch.in_time);
    }
    known(seen, sum)
}

/// Attempts, billed ones alone: those before the last are taken to go the same way.
fn retried<'p>(
    seen: &Seen,
    attempts: &Attempts,
    tried: &Touch<'p>,
    then: Option<Touch<'p>>,
) -> Touch<'p> {
    let succeeds = not(&attempts.all_fail);
    let fails_quietly = fails_quietly(attempts, tried);
    let later = &attempts.billed * &tried.later;
    let then = then.unwrap_or_else(|| Touch::none(&zero()));
    let calls = [tried.calls.clone(), then.calls].concat();
    let quiet = &succeeds * &tried.quiet + &fails_quietly * then.quiet;
    let fails = succeeds * &tried.fails + fails_quietly * then.fails;
    let later = later + &attempts.all_fail * then.later;
    known(seen, Touch { quiet, fails, later, calls, in_time: tried.in_time.or(then.in_time) })
}

/// The chance that all attempts fail, and none of them sends it.
fn fails_quietly(attempts: &Attempts, tried: &Touch) -> Expr {
    let unbilled = not(&attempts.billed);
    match (tried.quiet.is(0) && tried.fails.is(0), unbilled.is(0)) {
        (true, _) => unbilled,
        (false, true) => &attempts.all_fail * tried.absent(),
        (false, false) => {
            let billed = &attempts.all_fail - &unbilled;
            unbilled + billed * tried.absent()
        }
    }
}
