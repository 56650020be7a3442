//! The two passes over a tree: chances bottom-up, usage top-down.

use std::rc::Rc;

use super::call::{self, Figures};
use super::frame::Frame;
use super::growth::{Growth, Piece, Times};
use super::left::Left;
use super::seen::{Answer, Kind, Past, Reused, Seen, Tier, Way, weighted};
use super::writer::{Writer, one, under, zero};
use super::{cascade, number, retry, reuse, route, tool, unanswered};
use crate::plan::{
    AgentUse, Cascade, Conversation, Days, FanOut, Feature, History, Loop, ResponseCache, Retry,
    Route, Step, Sticky, Until,
};
use crate::workings::Expr;

/// The walk over the tree of one feature.
pub struct Steps<'a, 'p> {
    w: &'a mut Writer<'p>,
    feature: &'p Feature,
    /// What addresses begin with: the feature, and the agents on the way down.
    prefix: String,
    /// The agents on the way down.
    agents: Vec<&'p str>,
    /// The branches that a whole conversation takes, by the address of their route.
    kept_ways: Vec<(String, usize)>,
    /// What the rows of the way that is walked end with.
    suffix: String,
    /// How often the step whose chances are worked out comes up for one unit.
    often: Expr,
    /// Every day of the plan.
    all_days: Days,
    /// What calls add to the figures of the feature.
    pub figures: Figures,
}

impl<'a, 'p> Steps<'a, 'p> {
    /// Nothing walked yet.
    pub fn new(w: &'a mut Writer<'p>, feature: &'p Feature) -> Self {
        let all_days = w.checked.plan.days().expect("a checked plan has days");
        Self {
            w,
            feature,
            prefix: feature.name.clone(),
            agents: vec![],
            kept_ways: vec![],
            suffix: String::new(),
            often: one(),
            all_days,
            figures: Figures::default(),
        }
    }

    /// First, the chances of the whole feature.
    pub fn tree(&mut self) -> Rc<Seen<'p>> {
        self.chances(&self.feature.step)
    }

    /// Then what each of its steps uses.
    pub fn walk(&mut self) {
        let step = Rc::clone(&self.w.tree.as_ref().expect("a feature's tree comes first").seen);
        self.figures.given.extend(step.answers.iter().map(Answer::given));
        self.figures.unanswered.units = unanswered::chance(&step);
        let days = self.feature.days_of(&self.all_days);
        self.usage(&step, &Frame::unit(days));
    }

    /// The address of a step.
    fn group(&self, name: &str) -> String {
        format!("{}.{name}{}", self.prefix, self.suffix)
    }

    /// The chances of a step that comes up so often each time that what is around it does.
    fn chances_of(&mut self, step: &'p Step, often: &Expr) -> Rc<Seen<'p>> {
        let around = self.often.clone();
        self.often = &around * often;
        let seen = self.chances(step);
        self.often = around;
        seen
    }

    /// First pass, bottom-up: how each step ends.
    fn chances(&mut self, step: &'p Step) -> Rc<Seen<'p>> {
        Rc::new(match step {
            Step::Call(call) => {
                let mut answer = |is_one: bool| {
                    let quality = call.quality.as_ref().filter(|_| is_one);
                    let right = quality.map(|quality| number::mean(self.w, quality));
                    is_one.then(|| Answer { call, chance: one(), right }).into_iter().collect()
                };
                let (answers, keeps) = (answer(call.answer), answer(call.keep && !call.answer));
                Seen { kind: Kind::Call(call), answered: one(), answers, keeps }
            }
            Step::Chain(steps) => self.chain(steps),
            Step::Route(route) => self.route(route),
            Step::Retry(retry) => self.retry(retry),
            Step::FanOut(fan) => self.fan_out(fan),
            Step::Conversation(conversation) => self.conversation(conversation),
            Step::Cascade(cascade) => self.cascade(cascade),
            Step::Until(until) => self.until(until),
            Step::Loop(repeated) => self.repeated(repeated),
            Step::ResponseCache(cache) => self.reused(cache),
            Step::Tool(tool) => sure(Kind::Tool(tool)),
            Step::Agent(used) => self.agent(used),
        })
    }

    fn chain(&mut self, steps: &'p [Step]) -> Seen<'p> {
        let mut reached = one();
        let steps = steps.iter().map(|step| {
            let seen = self.chances_of(step, &reached);
            reached = &reached * &seen.answered;
            seen
        });
        let steps: Vec<Rc<Seen>> = steps.collect();
        let answered = steps.iter().fold(one(), |all, step| all * &step.answered);
        let (mut answers, mut keeps) = (vec![], vec![]);
        for (index, step) in steps.iter().enumerate() {
            let others = steps.iter().enumerate().filter(|(other, _)| *other != index);
            let others = others.fold(one(), |all, (_, step)| all * &step.answered);
            answers.extend(weighted(&step.answers, &others));
            keeps.extend(weighted(&step.keeps, &others));
        }
        Seen { kind: Kind::Chain(steps), answered, answers, keeps }
    }

    fn route(&mut self, route: &'p Route) -> Seen<'p> {
        let group = self.group(&route.name);
        if route.sticky == Sticky::Conversation {
            let way = self.kept_ways.iter().find(|(kept, _)| *kept == self.way(route));
            let (_, branch) = way.expect("a conversation chose a way before its turns are walked");
            let step = self.chances(&route.branches[*branch].step);
            let (answered, answers, keeps) =
                (step.answered.clone(), step.answers.clone(), step.keeps.clone());
            return Seen { kind: Kind::Chain(vec![step]), answered, answers, keeps };
        }
        let taken = route::taken(self.w, &group, route, &self.all_days);
        route::check(self.w, &group, &taken);
        let parts = route.branches.iter().zip(&taken);
        let branches: Vec<Rc<Seen>> =
            parts.map(|(branch, part)| self.chances_of(&branch.step, part)).collect();
        let certain = branches.iter().all(|branch| branch.answered.is(1));
        let parts = taken.iter().zip(&branches);
        let answered = match certain {
            true => one(),
            false => {
                parts.clone().fold(zero(), |sum, (part, branch)| sum + part * &branch.answered)
            }
        };
        let answers =
            parts.clone().flat_map(|(part, branch)| weighted(&branch.answers, part)).collect();
        let keeps = parts.flat_map(|(part, branch)| weighted(&branch.keeps, part)).collect();
        let days = route.is_dated().then(|| route.days_of(&self.all_days));
        Seen { kind: Kind::Route { taken, branches, days }, answered, answers, keeps }
    }

    fn retry(&mut self, retry: &'p Retry) -> Seen<'p> {
        let attempts = Rc::new(retry::attempts(self.w, &self.group(&retry.name), retry));
        let step = self.chances(&retry.step);
        let failed = attempts.all_fail.clone();
        let then = retry.then.as_ref().map(|then| self.chances_of(then, &failed));
        let rescued = then.as_ref().map_or_else(zero, |then| then.answered.clone());
        let answered = match rescued.is(1) {
            true => one(),
            false => one() - &attempts.all_fail * (one() - rescued),
        };
        let succeeds = one() - &attempts.all_fail;
        let (mut answers, mut keeps) =
            (weighted(&step.answers, &succeeds), weighted(&step.keeps, &succeeds));
        if let Some(then) = &then {
            answers.extend(weighted(&then.answers, &attempts.all_fail));
            keeps.extend(weighted(&then.keeps, &attempts.all_fail));
        }
        Seen { kind: Kind::Retry { attempts, step, then }, answered, answers, keeps }
    }

    fn fan_out(&mut self, fan: &'p FanOut) -> Seen<'p> {
        let copies = number::count_mean(self.w, &fan.copies);
        let step = self.chances_of(&fan.step, &copies);
        let answered = match step.answered.is(1) {
            true => one(),
            // Every copy: E[sⁿ] = 1 − (1 − s)·Σ P(n ≥ i)·sⁱ⁻¹
            false => {
                let address = format!("{}.copies", self.group(&fan.name));
                let series = number::geometric(self.w, &fan.copies, &step.answered, &address);
                one() - (one() - &step.answered) * series
            }
        };
        let keeps = weighted(&step.keeps, &copies);
        Seen { kind: Kind::FanOut { copies, fan, step }, answered, answers: vec![], keeps }
    }

    fn conversation(&mut self, conversation: &'p Conversation) -> Seen<'p> {
        let routes = route::kept(&conversation.turn);
        let outside = self.kept_ways.len();
        let mut ways = vec![(one(), vec![], self.all_days.clone())];
        for route in routes {
            let taken = route::taken(self.w, &self.group(&route.name), route, &self.all_days);
            route::check(self.w, &self.group(&route.name), &taken);
            let key = self.way(route);
            let days = route.days_of(&self.all_days);
            ways = ways
                .into_iter()
                .flat_map(|(chance, chosen, on)| {
                    taken.iter().zip(&days).enumerate().map(move |(index, (part, own))| {
                        (&chance * part, [chosen.clone(), vec![index]].concat(), on.and(own))
                    })
                })
                .collect();
            self.kept_ways.push((key, 0));
        }
        let several = ways.len() > 1;
        let outer = self.suffix.clone();
        let mut walked = vec![];
        for (nth, (chance, chosen, days)) in ways.into_iter().enumerate() {
            for (kept, index) in self.kept_ways[outside..].iter_mut().zip(&chosen) {
                kept.1 = *index;
            }
            if several {
                self.suffix = format!("{outer}.way-{}", nth + 1);
            }
            let around = self.often.clone();
            self.often = &around * &chance * number::count_mean(self.w, &conversation.turns);
            let turn = Rc::new(self.chain(&conversation.turn));
            self.often = around;
            let summary = conversation.history.summary().map(|step| self.chances(step));
            walked.push(Way { chance, suffix: self.suffix.clone(), turn, summary, days });
            self.suffix.clone_from(&outer);
        }
        self.kept_ways.truncate(outside);
        // A turn without an answer is followed by the next.
        sure(Kind::Conversation { conversation, ways: walked })
    }

    /// What the way that a route keeps is known by.
    fn way(&self, route: &Route) -> String {
        under(&self.prefix, &route.name)
    }

    fn cascade(&mut self, cascade: &'p Cascade) -> Seen<'p> {
        let group = self.group(&cascade.name);
        let rungs = cascade.tiers.iter();
        let seen: Vec<_> = rungs
            .map(|rung| {
                let judge = rung.judge.as_ref().map(|judge| self.chances(judge));
                (self.chances(&rung.step), judge)
            })
            .collect();
        let accepted = cascade::accepted(self.w, &group, cascade, &seen);
        let (mut reached, mut answered) = (one(), zero());
        let (mut answers, mut keeps, mut tiers) = (vec![], vec![], vec![]);
        for ((step, judge), accepted) in seen.into_iter().zip(accepted) {
            let judged = judge.as_ref().map_or_else(one, |judge| judge.answered.clone());
            let accepts = accepted.part.clone();
            let stands = &judged * &accepts;
            let ends = &reached * &stands;
            answered = answered + &ends * &step.answered;
            answers.extend(accepted.of(&step.answers, &(&reached * &judged)));
            keeps.extend(weighted(&step.keeps, &ends));
            let goes_on = &reached * &step.answered * judged * (one() - &accepts);
            let name = format!("tier-{}", tiers.len() + 2);
            let next = match accepts.is(1) {
                true => zero(),
                false => cascade::reached(self.w, &group, &name, goes_on),
            };
            tiers.push(Tier {
                reached: std::mem::replace(&mut reached, next),
                stands,
                step,
                judge,
            });
        }
        let certain = tiers.iter().all(|tier| {
            let judged = tier.judge.as_ref().is_none_or(|judge| judge.answered.is(1));
            judged && tier.step.answered.is(1)
        });
        let answered = if certain { one() } else { answered };
        Seen { kind: Kind::Cascade(tiers), answered, answers, keeps }
    }

    fn until(&mut self, until: &'p Until) -> Seen<'p> {
        let rejected = one() - number::mean(self.w, &until.accepts);
        let (draft, check) = (self.chances(&until.draft), self.chances(&until.check));
        let answers = draft.answers.clone();
        let keeps = [draft.keeps.clone(), check.keeps.clone()].concat();
        Seen {
            kind: Kind::Until { until, rejected, draft, check },
            answered: one(),
            answers,
            keeps,
        }
    }

    fn repeated(&mut self, repeated: &'p Loop) -> Seen<'p> {
        let times = number::count_mean(self.w, &repeated.steps);
        let step = self.chances_of(&repeated.step, &times);
        let answers = step.answers.clone();
        let keeps = weighted(&step.keeps, &times);
        Seen { kind: Kind::Loop { repeated, step }, answered: one(), answers, keeps }
    }

    fn reused(&mut self, cache: &'p ResponseCache) -> Seen<'p> {
        let group = self.group(&cache.name);
        let shares =
            reuse::shares(self.w, (&self.feature.name, &group), cache, &self.often.clone());
        let mut aside = |step: &'p Option<Step>, often: &Expr| {
            step.as_ref().map(|step| self.chances_of(step, often))
        };
        let lookup = aside(&cache.lookup, &shares.looked_up);
        let insert = aside(&cache.insert, &shares.missed);
        let met = lookup.as_ref().map_or_else(one, |lookup| lookup.answered.clone());
        let step = self.chances_of(&cache.step, &shares.runs(&met));
        let ends = reuse::ends(&shares, lookup.as_deref(), &step, insert.as_deref());
        let answers = weighted(&step.answers, &ends.as_the_step);
        let keeps = weighted(&step.keeps, &ends.as_the_step);
        let kind = Kind::ResponseCache(Box::new(Reused { shares, lookup, step, insert }));
        Seen { kind, answered: ends.answered, answers, keeps }
    }

    fn agent(&mut self, used: &'p AgentUse) -> Seen<'p> {
        let agent = self.w.checked.plan.agents.get(&used.agent);
        let agent = agent.expect("a checked plan has its agents");
        if !used.stands_in(&self.agents) {
            return sure(Kind::Nothing);
        }
        let prefix = format!("{}.{}", self.prefix, used.name);
        let outside = std::mem::replace(&mut self.prefix, prefix.clone());
        self.agents.push(&used.agent);
        let step = self.chances(&agent.step);
        self.agents.pop();
        self.prefix = outside;
        let answers = if used.answer { step.answers.clone() } else { vec![] };
        Seen { kind: Kind::Agent { used, prefix, step }, answered: one(), answers, keeps: vec![] }
    }

    /// Second pass, top-down: what each step uses where it stands.
    fn usage(&mut self, seen: &Rc<Seen<'p>>, frame: &Frame<'p>) {
        // What never runs has no rows.
        if frame.days.is_empty() {
            return;
        }
        match &seen.kind {
            Kind::Call(call) => {
                let (step, group) = (under(&self.prefix, &call.name), self.group(&call.name));
                self.w.days = self.days_of(frame);
                call::call(self.w, self.feature, call, (&step, &group), frame, &mut self.figures);
            }
            Kind::Chain(steps) => self.usage_of_chain(steps, frame),
            Kind::Route { taken, branches, days } => {
                for (index, (part, branch)) in taken.iter().zip(branches).enumerate() {
                    let mut way = frame.ending(seen, branch.answers.clone()).times(part);
                    if let Some(days) = days {
                        way = way.on(&days[index]);
                    }
                    self.usage(branch, &way);
                }
            }
            Kind::Retry { attempts, step, then } => {
                let answers = retry::answers(attempts, step, then.as_deref());
                self.usage(step, &frame.ending(seen, answers).tried(attempts));
                if let Some(then) = then {
                    let frame = frame.ending(seen, then.answers.clone());
                    let tried = std::mem::take(&mut self.figures.naive);
                    let frame = frame.past(Past::Failed(Rc::clone(attempts), Rc::clone(step)));
                    self.usage(then, &frame.times(&attempts.all_fail));
                    let stand_in = std::mem::replace(&mut self.figures.naive, tried);
                    self.figures.stand_in.extend(stand_in);
                }
            }
            Kind::FanOut { copies, fan, step } => {
                self.usage(step, &frame.copies(copies, fan.warm_first));
            }
            Kind::Conversation { conversation, ways } => {
                for way in ways {
                    let outer = std::mem::replace(&mut self.suffix, way.suffix.clone());
                    let taken = frame.times(&way.chance).on(&way.days);
                    self.usage_of_turns(conversation, way, &taken);
                    self.suffix = outer;
                }
            }
            Kind::Cascade(tiers) => {
                let mut frame = frame.clone();
                for (index, tier) in tiers.iter().enumerate() {
                    let escalated = frame.escalated || index > 0;
                    let asked = Frame { escalated, ..frame.times(&tier.reached) };
                    // What a tier said goes where its answer does not stand.
                    let asked = asked.ending(seen, cascade::answers(&tiers[index..]));
                    let asked = asked.staying(&tier.stands);
                    self.usage(&tier.step, &asked);
                    if let Some(judge) = &tier.judge {
                        let judges = asked.times(&tier.step.answered).after(&tier.step);
                        self.usage(judge, &judges);
                    }
                    for step in [Some(&tier.step), tier.judge.as_ref()].into_iter().flatten() {
                        frame.past.push(Past::Answered(Rc::clone(step)));
                    }
                }
            }
            Kind::Until { until, rejected, draft, check } => {
                let (group, both) = (
                    self.group(&until.name),
                    Left::Steps(vec![Rc::clone(draft), Rc::clone(check)]),
                );
                let pieces = vec![Piece { so_often: Times::Earlier, left: both }];
                let growth = Growth::while_chance(self.w, group, &until.rounds, rejected, pieces);
                let body = vec![Rc::clone(draft), Rc::clone(check)];
                let frame = frame.in_context(Rc::new(growth), body);
                self.usage(draft, &frame);
                self.usage(check, &frame.after(draft));
            }
            Kind::Loop { repeated, step } => {
                let left = match &repeated.adds {
                    Some(adds) => Left::Typed(adds),
                    None => Left::Steps(vec![Rc::clone(step)]),
                };
                let pieces = vec![Piece { so_often: Times::Earlier, left }];
                let group = self.group(&repeated.name);
                let growth = Growth::new(self.w, group, &repeated.steps, pieces);
                let growth = growth.after_pauses(repeated.pause.as_deref());
                self.usage(step, &frame.in_context(Rc::new(growth), vec![Rc::clone(step)]));
            }
            Kind::ResponseCache(reused) => self.usage_of_reused(reused, frame),
            Kind::Tool(used) => {
                self.w.days = self.days_of(frame);
                let (step, group) = (under(&self.prefix, &used.name), self.group(&used.name));
                tool::tool(self.w, self.feature, used, (&step, &group), frame, &mut self.figures);
            }
            Kind::Agent { used, prefix, step } => {
                let outside = std::mem::replace(&mut self.prefix, prefix.clone());
                self.agents.push(&used.agent);
                let seen = frame.seen && used.answer;
                self.usage(step, &Frame { seen, ..frame.in_agent() });
                self.agents.pop();
                self.prefix = outside;
            }
            Kind::Nothing => {}
        }
    }

    /// The days on which a step runs, where these are not all.
    fn days_of(&self, frame: &Frame<'p>) -> Option<Rc<Days>> {
        (*frame.days != self.all_days).then(|| Rc::clone(&frame.days))
    }

    /// A step runs when all before it had an answer. Of its agents, those after the first are beyond it.
    fn usage_of_chain(&mut self, steps: &[Rc<Seen<'p>>], frame: &Frame<'p>) {
        let mut frame = frame.clone();
        for step in steps {
            self.usage(step, &frame);
            frame = frame.times(&step.answered);
            if step.has_agent() {
                frame.next_agent = one();
            }
            frame = frame.after(step);
        }
    }

    fn usage_of_turns(&mut self, conversation: &'p Conversation, way: &Way<'p>, frame: &Frame<'p>) {
        let (answers, keeps) = (way.turn.answers.clone(), way.turn.keeps.clone());
        let turn = Left::Turn { answers, keeps };
        let history = &conversation.history;
        let pieces = Growth::history(history, &turn, way.summary.as_ref());
        let group = self.group(&conversation.name);
        let growth = Growth::new(self.w, group, &conversation.turns, pieces);
        let growth = growth.after_pauses(conversation.pause.as_deref());
        let turns = &frame.runs.good * frame.repeats() * &growth.times;
        let given = weighted(&way.turn.answers, &turns);
        self.figures.given.extend(given.iter().map(Answer::given));
        if frame.seen {
            self.figures.unanswered.of_turns(&turns, &unanswered::chance(&way.turn));
        }
        if let (Some(summary), History::Summary(said)) = (&way.summary, history) {
            let own = Left::Steps(vec![Rc::clone(summary)]);
            let growth = Growth::of_summary(self.w, &growth, &said.last, turn, own);
            self.usage(summary, &frame.in_conversation(Rc::new(growth), vec![], vec![]));
        }
        let ends = way.turn.answers.clone();
        let turn = vec![Rc::clone(&way.turn)];
        self.usage(&way.turn, &frame.in_conversation(Rc::new(growth), ends, turn));
    }

    fn usage_of_reused(&mut self, reused: &Reused<'p>, frame: &Frame<'p>) {
        let Reused { shares, lookup, step, insert, .. } = reused;
        let met = lookup.as_ref().map_or_else(one, |lookup| lookup.answered.clone());
        let (mut asked, mut looked_up) = (frame.clone(), frame.clone());
        if let Some(lookup) = lookup {
            self.usage(lookup, &frame.times(&shares.looked_up));
            let runs = shares.runs(&met);
            let looked =
                Expr::if_at_most(&runs, &zero(), &zero(), &(&met * shares.unmet() / &runs));
            asked = asked.past(Past::Sometimes(looked, Rc::clone(lookup)));
            looked_up = looked_up.past(Past::Answered(Rc::clone(lookup)));
        }
        self.usage(step, &asked.times(&shares.runs(&met)));
        if let Some(insert) = insert {
            let kept = &shares.missed * met * &step.answered;
            self.usage(insert, &looked_up.times(&kept).after(step));
        }
    }
}

/// A step that cannot fail, and that answers nothing.
fn sure(kind: Kind<'_>) -> Seen<'_> {
    Seen { kind, answered: one(), answers: vec![], keeps: vec![] }
}
