//! From a plan to a script: every number looked up for one month.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::chance::{Count, Size};
use super::error::PlayError;
use super::script::{
    Accepts, Act, Beside, BilledShares, Drafts, Remembered, Repeated, Reused, Script, Talk, Tier,
    Tries,
};
use super::tariff::days_of_month;
use super::texts::Texts;
use crate::book::{CacheRule, Model};
use crate::load::Load;
use crate::plan::{
    AgentUse, Branch, BranchShare, Cascade, Conversation, Days, Failure, Feature, History, Loop,
    Measures, Number, Plan, ResponseCache, Retry, Route, Rung, Step, Sticky, Until,
};

/// What a feature meets besides prices: how providers keep prompts, and what follows from the plan's traffic.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// Rules of caches, by the model as the plan names it.
    pub rules: BTreeMap<String, CacheRule>,
    /// The fewest tokens that an explicit cache holds, by the model as the plan names it.
    pub least_held: BTreeMap<String, u64>,
    /// The chance that others keep alive what all sessions share, from so many parts on, by call where the plan does not
    /// say it. The chances fall.
    pub alive: BTreeMap<String, Vec<(usize, f64)>>,
    /// The part of requests that meets a kept answer, by response cache where the plan does not say it.
    pub hits: BTreeMap<String, f64>,
}

impl Script {
    /// Prepares a feature for a month of the plan, from 1. `model` finds a model by its name in the plan.
    pub fn new<'b>(
        plan: &Plan,
        feature: &Feature,
        month: u32,
        measures: &Measures,
        model: impl Fn(&str) -> Option<&'b Model>,
    ) -> Result<Self, PlayError> {
        Self::among(plan, feature, month, measures, model, &Around::default())
    }

    /// The same among what is around it.
    pub fn among<'b>(
        plan: &Plan,
        feature: &Feature,
        month: u32,
        measures: &Measures,
        model: impl Fn(&str) -> Option<&'b Model>,
        around: &Around,
    ) -> Result<Self, PlayError> {
        let first = first_day(plan, month)?;
        let mut texts = Texts::default();
        texts.gather(plan, &feature.step, &mut vec![]);
        let mut writer = Writer {
            plan,
            month,
            first,
            load: feature.arrivals(),
            measures,
            model: &model,
            around,
            texts,
            shelves: vec![],
            numbered: 0,
            paused: None,
            script: Self {
                root: Act::Chain(vec![]),
                names: vec![],
                calls: vec![],
                tools: vec![],
                cached: 0,
                sticky: 0,
                timed: false,
                varying: None,
                beside: beside(plan, feature, month),
            },
        };
        let own = plan.days().map(|all| feature.days_of(&all)).unwrap_or_default();
        let days = days_of_month(first).into_iter().filter(|day| own.has(*day)).collect();
        writer.script.root = writer.step(&feature.step, &Stand { days, ..Stand::default() })?;
        if let Some(pause) = writer.paused.take().filter(|_| writer.script.timed) {
            writer.varies(&pause);
        }
        Ok(writer.script)
    }
}

/// Costs that come with a feature's units; those of a month, or of once, belong to none.
fn beside(plan: &Plan, feature: &Feature, month: u32) -> Vec<Beside> {
    let in_month = |number: &Number| number.mean() * plan.factor(number, month);
    let own = plan.other_costs.iter().filter(|other| {
        let first = plan.features.first().map(|first| &first.name);
        other.of.as_ref().or(first) == Some(&feature.name)
    });
    own.filter_map(|other| {
        let share = in_month(other.share.as_ref()?);
        Some(Beside { share, cost: in_month(&other.cost) })
    })
    .collect()
}

fn first_day(plan: &Plan, month: u32) -> Result<Date, PlayError> {
    let unknown = || PlayError::NoMonth { starts: plan.starts.clone(), month };
    let start: Date = format!("{}-01", plan.starts).parse().map_err(|_| unknown())?;
    let later = month.checked_sub(1).ok_or_else(unknown)?;
    start.checked_add(i64::from(later).months()).map_err(|_| unknown())
}

/// Where a step stands.
#[derive(Clone, Default)]
pub(super) struct Stand<'p> {
    /// What the names of its calls begin with.
    pub(super) prefix: String,
    /// The agents around it.
    agents: Vec<&'p str>,
    /// Whether another agent stands before it on its path, or around it.
    beyond: bool,
    /// Whether a conversation without a pause is around it.
    pub(super) unpaused: bool,
    /// Whether a pause is around it, in which its session's next call is late or not.
    pub(super) pauses: bool,
    /// The days of the month on which it runs.
    pub(super) days: Vec<Date>,
}

/// Writes a script.
pub(super) struct Writer<'w, 'b, F> {
    pub(super) plan: &'w Plan,
    pub(super) month: u32,
    pub(super) first: Date,
    pub(super) load: Load,
    pub(super) measures: &'w Measures,
    pub(super) model: &'b F,
    pub(super) around: &'w Around,
    pub(super) texts: Texts<'w>,
    pub(super) script: Script,
    /// Models, and the times for which what they are sent is kept.
    pub(super) shelves: Vec<(String, f64)>,
    numbered: usize,
    /// The address of the first pause.
    paused: Option<String>,
}

pub(super) type Written<T> = Result<T, PlayError>;

impl<'w, 'm, F: Fn(&str) -> Option<&'m Model>> Writer<'w, '_, F> {
    fn step(&mut self, step: &'w Step, stand: &Stand<'w>) -> Written<Act> {
        match step {
            Step::Call(call) => self.call(call, stand),
            Step::Chain(steps) => Ok(Act::Chain(self.steps(steps, stand)?)),
            Step::Route(route) => self.route(route, stand),
            Step::Retry(retry) => self.retry(retry, stand),
            Step::FanOut(fan) => Ok(Act::FanOut {
                number: self.number(),
                copies: self.count(&fan.copies)?,
                warm_first: fan.warm_first,
                copied: Box::new(self.step(&fan.step, stand)?),
            }),
            Step::Conversation(talk) => self.conversation(talk, stand),
            Step::Cascade(cascade) => self.cascade(cascade, stand),
            Step::Until(until) => self.until(until, stand),
            Step::Loop(repeated) => self.repeated(repeated, stand),
            Step::ResponseCache(cache) => self.response_cache(cache, stand),
            Step::Tool(tool) => self.tool(tool, stand),
            Step::Agent(used) => self.agent(used, stand),
        }
    }

    /// One after another: an agent after another one is beyond the first.
    fn steps(&mut self, steps: &'w [Step], stand: &Stand<'w>) -> Written<Vec<Act>> {
        let mut stand = stand.clone();
        let mut acts = vec![];
        for step in steps {
            acts.push(self.step(step, &stand)?);
            stand.beyond |= has_agent(step);
        }
        Ok(acts)
    }

    fn maybe(&mut self, step: Option<&'w Step>, stand: &Stand<'w>) -> Written<Option<Act>> {
        step.map(|step| self.step(step, stand)).transpose()
    }

    fn number(&mut self) -> usize {
        self.numbered += 1;
        self.numbered
    }

    pub(super) fn name(&mut self, name: &str, stand: &Stand) -> usize {
        self.script.names.push(format!("{}{name}", stand.prefix));
        self.script.names.len() - 1
    }

    pub(super) fn count(&self, number: &Number) -> Written<Count> {
        Count::of(number, self.plan.factor(number, self.month)).ok_or_else(|| {
            PlayError::NotACount { address: number.address.clone(), text: number.text.clone() }
        })
    }

    pub(super) fn size(&mut self, number: &Number) -> Size {
        let size = Size::of(number, self.plan.factor(number, self.month));
        if !matches!(size, Size::Fixed(_) | Size::Measured { .. }) {
            self.varies(&number.address);
        }
        size
    }

    fn pauses(&mut self, pause: Option<&Number>) {
        self.paused = self.paused.take().or_else(|| Some(pause?.address.clone()));
    }

    pub(super) fn varies(&mut self, address: &str) {
        self.script.varying.get_or_insert_with(|| address.to_owned());
    }

    fn route(&mut self, route: &'w Route, stand: &Stand<'w>) -> Written<Act> {
        let days = route.days_of(&self.plan.days().unwrap_or_default());
        let named = |(branch, days): (&Branch, &Days)| match &branch.share {
            BranchShare::All => Some(self.part_of_month(days)),
            BranchShare::Named(share) if branch.is_dated() => {
                Some(share.mean() * self.part_of_month(days))
            }
            BranchShare::Named(share) => Some(share.mean()),
            BranchShare::Rest => None,
        };
        let shares: Vec<Option<f64>> = route.branches.iter().zip(&days).map(named).collect();
        let rest = (1.0 - shares.iter().flatten().sum::<f64>()).max(0.0);
        let mut branches = vec![];
        for (branch, own) in route.branches.iter().zip(&days) {
            let days = stand.days.iter().copied().filter(|day| own.has(*day)).collect();
            branches.push(self.step(&branch.step, &Stand { days, ..stand.clone() })?);
        }
        let sticky = match route.sticky {
            Sticky::Turn => None,
            Sticky::Conversation => {
                self.script.sticky += 1;
                Some(self.script.sticky - 1)
            }
        };
        let weights = shares.into_iter().map(|share| share.unwrap_or(rest)).collect();
        Ok(Act::Route { weights, branches, sticky })
    }

    /// The part of the month's calls that come on some days.
    fn part_of_month(&self, own: &Days) -> f64 {
        let (mut met, mut all) = (0.0, 0.0);
        for day in days_of_month(self.first) {
            let calls: f64 = self.load.quarters(day).iter().sum();
            all += calls;
            met += if own.has(day) { calls } else { 0.0 };
        }
        if all > 0.0 { met / all } else { 0.0 }
    }

    fn retry(&mut self, retry: &'w Retry, stand: &Stand<'w>) -> Written<Act> {
        let failing: Vec<f64> = retry.fails.values().map(|failure| failure.share.mean()).collect();
        let success = (1.0 - failing.iter().sum::<f64>()).max(0.0);
        let billed = |kind: &str, failure: &Failure| {
            let unsaid =
                || PlayError::BillingUnsaid { retry: retry.name.clone(), kind: kind.to_owned() };
            Ok(BilledShares {
                input: failure.billed_input.as_ref().ok_or_else(unsaid)?.mean(),
                output: failure.billed_output.as_ref().ok_or_else(unsaid)?.mean(),
            })
        };
        let kinds = retry.fails.iter().map(|(kind, failure)| billed(kind, failure));
        let outage = retry
            .outage
            .as_ref()
            .map(|failure| Ok((failure.share.mean(), billed(Failure::OUTAGE, failure)?)));
        Ok(Act::Retry(Box::new(Tries {
            attempts: self.count(&retry.attempts)?,
            weights: std::iter::once(success).chain(failing).collect(),
            billed: kinds.collect::<Result<_, _>>()?,
            outage: outage.transpose()?,
            tried: self.step(&retry.step, stand)?,
            then: self.maybe(retry.then.as_ref(), stand)?,
        })))
    }

    fn conversation(&mut self, talk: &'w Conversation, stand: &Stand<'w>) -> Written<Act> {
        self.pauses(talk.pause.as_deref());
        let inside =
            Stand { unpaused: talk.pause.is_none(), pauses: talk.pause.is_some(), ..stand.clone() };
        let turn = self.steps(&talk.turn, &inside)?;
        let history = match &talk.history {
            History::Full => Remembered::Full,
            History::Last(last) => Remembered::Last(self.count(last)?),
            History::Summary(summary) => Remembered::Summary {
                last: self.count(&summary.last)?,
                step: self.step(&summary.step, &inside)?,
            },
        };
        Ok(Act::Conversation(Box::new(Talk {
            turns: self.count(&talk.turns)?,
            pause: talk.pause.as_ref().map(|pause| pause.mean()),
            history,
            turn,
        })))
    }

    fn cascade(&mut self, cascade: &'w Cascade, stand: &Stand<'w>) -> Written<Act> {
        let last = cascade.tiers.len().saturating_sub(1);
        let mut tiers = vec![];
        for (nth, rung) in cascade.tiers.iter().enumerate() {
            let calls = self.script.calls.len();
            let step = self.step(&rung.step, stand)?;
            let measured = rung.after_right.is_some() || self.quality_is_known(calls);
            let accepts = match nth == last {
                true => Accepts::Share(1.0),
                false => accepts(rung, measured).ok_or_else(|| PlayError::AcceptanceUnsaid {
                    cascade: cascade.name.clone(),
                    tier: nth + 1,
                })?,
            };
            let after = rung.after_right.as_ref().zip(rung.after_wrong.as_ref());
            tiers.push(Tier {
                step,
                judge: self.maybe(rung.judge.as_ref(), stand)?,
                accepts,
                after: after.map(|(right, wrong)| (right.mean(), wrong.mean())),
            });
        }
        Ok(Act::Cascade(tiers))
    }

    /// Whether somebody measured every answer of the calls from this one on.
    fn quality_is_known(&self, from: usize) -> bool {
        let mut answers = self.script.calls[from..].iter().filter(|call| call.answer).peekable();
        answers.peek().is_some() && answers.all(|call| call.quality.is_some())
    }

    fn until(&mut self, until: &'w Until, stand: &Stand<'w>) -> Written<Act> {
        Ok(Act::Until(Box::new(Drafts {
            number: self.number(),
            rounds: self.count(&until.rounds)?,
            accepts: until.accepts.mean(),
            draft: self.step(&until.draft, stand)?,
            check: self.step(&until.check, stand)?,
        })))
    }

    fn repeated(&mut self, repeated: &'w Loop, stand: &Stand<'w>) -> Written<Act> {
        let pause = repeated.pause.as_ref();
        self.pauses(pause.map(|pause| &**pause));
        let inside = Stand { pauses: pause.is_some() || stand.pauses, ..stand.clone() };
        Ok(Act::Loop(Box::new(Repeated {
            number: self.number(),
            steps: self.count(&repeated.steps)?,
            adds: repeated.adds.as_ref().map(|adds| self.size(adds)),
            pause: pause.map(|pause| pause.mean()),
            step: self.step(&repeated.step, &inside)?,
        })))
    }

    fn response_cache(&mut self, cache: &'w ResponseCache, stand: &Stand<'w>) -> Written<Act> {
        let name = format!("{}{}", stand.prefix, cache.name);
        let hits = cache.hits.as_ref().map(|hits| hits.mean());
        let share = |number: Option<f64>| number.unwrap_or(0.0);
        Ok(Act::ResponseCache(Box::new(Reused {
            hits: hits
                .or_else(|| self.around.hits.get(&name).copied())
                .ok_or(PlayError::HitsUnsaid { name })?,
            wrong: share(cache.wrong.as_ref().map(|it| it.mean())),
            excluded: share(cache.excluded.as_ref().map(|it| it.mean())),
            lookup: self.maybe(cache.lookup.as_ref(), stand)?,
            step: self.step(&cache.step, stand)?,
            insert: self.maybe(cache.insert.as_ref(), stand)?,
        })))
    }

    /// One agent too many inside itself costs and leaves nothing.
    fn agent(&mut self, used: &'w AgentUse, stand: &Stand<'w>) -> Written<Act> {
        if !used.stands_in(&stand.agents) {
            return Ok(Act::Chain(vec![]));
        }
        let unknown = || PlayError::UnknownAgent { agent: used.agent.clone() };
        let agent = self.plan.agents.get(&used.agent).ok_or_else(unknown)?;
        let inside = Stand {
            prefix: format!("{}{}.", stand.prefix, used.name),
            agents: [stand.agents.as_slice(), &[used.agent.as_str()]].concat(),
            beyond: true,
            ..stand.clone()
        };
        Ok(Act::Agent {
            beyond: stand.beyond,
            answers: used.answer,
            does: Box::new(self.step(&agent.step, &inside)?),
        })
    }
}

fn accepts(rung: &Rung, measured: bool) -> Option<Accepts> {
    match (&rung.accepts, &rung.accepts_right, &rung.accepts_wrong) {
        (Some(share), _, _) => Some(Accepts::Share(share.mean())),
        (None, Some(right), Some(wrong)) if measured => {
            Some(Accepts::ByTruth { right: right.mean(), wrong: wrong.mean() })
        }
        (None, _, _) => None,
    }
}

fn has_agent(step: &Step) -> bool {
    matches!(step, Step::Agent(_)) || step.children().iter().any(|(_, child)| has_agent(child))
}
