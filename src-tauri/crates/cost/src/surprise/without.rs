//! A plan without some of its causes: asked once, never failing, on one model, with nothing kept.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::book::Tier;
use crate::plan::number::Count;
use crate::plan::{Agent, AgentUse, Call, Feature, Number, Of, Plan, Step};
use crate::workings::Driver;

/// What a plan can be walked without. It changes how often calls are made, or what is paid for their tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// What repeats on the way to the answer.
    Turns,
    /// Retries, wherever they are.
    Failures,
    /// The ways beside the one to the answer.
    Routing,
    /// Providers' caches and kept answers, wherever they are.
    Caches,
}

impl Switch {
    /// Every switch.
    pub const ALL: [Self; 4] = [Self::Turns, Self::Failures, Self::Routing, Self::Caches];
}

/// The call of each feature that one would have tried, by its address.
pub type Tried<'t> = BTreeMap<&'t str, &'t str>;

/// The plan without what is beside its calls: contracts, limits of providers, other costs.
fn calls_alone(plan: &Plan) -> Plan {
    let rate_limits = IndexMap::new();
    Plan { rate_limits, contracts: vec![], other_costs: vec![], ..plan.clone() }
}

/// The plan with only these switches on, every call in the standard tier where `standard` says that it can be had in it.
/// Contracts and costs beside the calls are left out.
pub fn only(plan: &Plan, tried: &Tried, on: &[Switch], standard: &dyn Fn(&Call) -> bool) -> Plan {
    let mut others = calls_alone(plan);
    keep_numbers(&mut others, plan);
    for feature in &mut others.features {
        let answer = tried.get(&*feature.name).copied();
        // What a feature leaves out of an agent, another one may need.
        let own = |name: &str| format!("{}/{name}", feature.name);
        let agents = plan.agents.iter().map(|(name, agent)| {
            let mut agent = agent.clone();
            rename_agents(&mut agent.step, &own);
            (own(name), agent)
        });
        let mut agents: IndexMap<String, Agent> = agents.collect();
        rename_agents(&mut feature.step, &own);
        let names: Vec<String> = agents.keys().cloned().collect();
        let mut cut = Cut { answer, on, standard, agents: &mut agents };
        for name in names {
            cut.agent(&name, "");
        }
        feature.step = cut.step(&feature.step, &feature.name);
        others.agents.extend(agents);
    }
    others
}

/// The plan with nothing but the call that one would have tried: its launch prompt, and what it writes, in the standard
/// tier where `standard` says so.
pub fn bare(plan: &Plan, tried: &Tried, standard: &dyn Fn(&Call) -> bool) -> Plan {
    launched(plan, &|feature| {
        let answer = tried.get(&*feature.name);
        let call = answer.and_then(|answer| call_at(plan, feature, answer));
        call.into_iter().map(|call| alone(plan, call, standard)).collect()
    })
}

/// The plan with nothing but such calls of each feature as one could have tried, each by its index as its name.
pub fn candidates(
    plan: &Plan,
    of: &dyn Fn(&Feature) -> Vec<Call>,
    standard: &dyn Fn(&Call) -> bool,
) -> Plan {
    launched(plan, &|feature| {
        let named = |(nth, call): (usize, Call)| Call {
            name: nth.to_string(),
            ..alone(plan, &call, standard)
        };
        of(feature).into_iter().enumerate().map(named).collect()
    })
}

/// The plan with these calls alone, at launch.
fn launched(plan: &Plan, calls: &dyn Fn(&Feature) -> Vec<Call>) -> Plan {
    let mut others = calls_alone(plan);
    keep_numbers(&mut others, plan);
    others.prompts.values_mut().for_each(|part| part.grows = None);
    for feature in &mut others.features {
        feature.step = Step::Chain(calls(feature).into_iter().map(Step::Call).collect());
    }
    others
}

/// A call that is asked once: what stands in its prompt by itself, nothing kept.
fn alone(plan: &Plan, call: &Call, standard: &dyn Fn(&Call) -> bool) -> Call {
    let tier = if standard(call) { Tier::Standard } else { call.tier };
    let mut call = Call { cache: None, tier, ..call.clone() };
    call.input.retain(|input| {
        let part = plan.prompts.get(&input.part);
        part.is_some_and(|part| Driver::of(part.role()) == Driver::BasePrompt)
    });
    call
}

/// The call of a feature at an address.
pub fn call_at<'p>(plan: &'p Plan, feature: &'p Feature, answer: &'p str) -> Option<&'p Call> {
    let way = Way { agents: &plan.agents, answer };
    way.call(&feature.step, &feature.name)
}

/// Whether an answer only stands in for one that failed.
pub fn stands_in(plan: &Plan, feature: &Feature, answer: &str) -> bool {
    let way = Way { agents: &plan.agents, answer };
    way.stands_in(&feature.step, &feature.name)
}

/// The numbers that are typed for what repeats on the way to an answer, by their addresses.
pub fn repeats(plan: &Plan, feature: &Feature, answer: &str) -> Vec<String> {
    let way = Way { agents: &plan.agents, answer };
    let mut found = vec![];
    way.repeats(&feature.step, &feature.name, &mut found);
    found
}

/// Numbers may follow others: those are still there for them, in an agent that nobody uses.
fn keep_numbers(others: &mut Plan, plan: &Plan) {
    if plan.numbers().iter().all(|number| number.over_time.follows.is_none()) {
        return;
    }
    for feature in &plan.features {
        let aside = Agent { label: None, step: feature.step.clone() };
        others.agents.insert(format!("{}/aside", feature.name), aside);
    }
}

fn rename_agents(step: &mut Step, own: &dyn Fn(&str) -> String) {
    if let Step::Agent(used) = step {
        used.agent = own(&used.agent);
    }
    step.children_mut().into_iter().for_each(|step| rename_agents(step, own));
}

/// The way to an answer, by its address.
struct Way<'p> {
    agents: &'p IndexMap<String, Agent>,
    answer: &'p str,
}

impl<'p> Way<'p> {
    /// Whether it goes through a step. `prefix` is what addresses begin with there.
    fn holds(&self, step: &'p Step, prefix: &str) -> bool {
        self.call(step, prefix).is_some()
    }

    fn call(&self, step: &'p Step, prefix: &str) -> Option<&'p Call> {
        match step {
            Step::Call(call) => is_at(self.answer, prefix, &call.name).then_some(call),
            Step::Agent(used) => {
                let (inside, agent) = self.inside(used, prefix)?;
                self.call(&agent.step, &inside)
            }
            Step::Chain(_)
            | Step::Route(_)
            | Step::Retry(_)
            | Step::FanOut(_)
            | Step::Conversation(_)
            | Step::Cascade(_)
            | Step::Until(_)
            | Step::Loop(_)
            | Step::ResponseCache(_)
            | Step::Tool(_) => {
                step.children().into_iter().find_map(|(_, step)| self.call(step, prefix))
            }
        }
    }

    /// An agent on the way, and what addresses begin with in it.
    fn inside(&self, used: &AgentUse, prefix: &str) -> Option<(String, &'p Agent)> {
        let inside = format!("{prefix}.{}", used.name);
        let rest = self.answer.strip_prefix(&inside)?;
        rest.starts_with('.').then(|| self.agents.get(&used.agent).map(|agent| (inside, agent)))?
    }

    fn stands_in(&self, step: &'p Step, prefix: &str) -> bool {
        if let Step::Retry(retry) = step
            && retry.then.as_ref().is_some_and(|then| self.holds(then, prefix))
        {
            return true;
        }
        if let Step::Agent(used) = step {
            let inside = self.inside(used, prefix);
            return inside.is_some_and(|(inside, agent)| self.stands_in(&agent.step, &inside));
        }
        step.children().into_iter().any(|(_, step)| self.stands_in(step, prefix))
    }

    fn repeats(&self, step: &'p Step, prefix: &str, found: &mut Vec<String>) {
        if !self.holds(step, prefix) {
            return;
        }
        found.extend(count_of(step).map(|count| count.address.clone()));
        if let Step::Agent(used) = step
            && let Some((inside, agent)) = self.inside(used, prefix)
        {
            self.repeats(&agent.step, &inside, found);
        }
        step.children().into_iter().for_each(|(_, step)| self.repeats(step, prefix, found));
    }
}

fn is_at(answer: &str, prefix: &str, name: &str) -> bool {
    let rest = answer.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('.'));
    rest == Some(name)
}

/// How often what stands in a step is repeated.
fn count_of(step: &Step) -> Option<&Number> {
    match step {
        Step::FanOut(fan) => Some(&fan.copies),
        Step::Conversation(conversation) => Some(&conversation.turns),
        Step::Until(until) => Some(&until.rounds),
        Step::Loop(repeated) => Some(&repeated.steps),
        Step::Call(_)
        | Step::Chain(_)
        | Step::Route(_)
        | Step::Retry(_)
        | Step::Cascade(_)
        | Step::ResponseCache(_)
        | Step::Tool(_)
        | Step::Agent(_) => None,
    }
}

/// Leaves out of steps what is switched off.
struct Cut<'c> {
    answer: Option<&'c str>,
    on: &'c [Switch],
    standard: &'c dyn Fn(&Call) -> bool,
    agents: &'c mut IndexMap<String, Agent>,
}

impl Cut<'_> {
    fn is_off(&self, switch: Switch) -> bool {
        !self.on.contains(&switch)
    }

    fn holds(&self, step: &Step, prefix: &str) -> bool {
        let Some(answer) = self.answer else { return false };
        Way { agents: self.agents, answer }.holds(step, prefix)
    }

    /// Cuts what an agent does, as it is used where addresses begin with `prefix`.
    fn agent(&mut self, name: &str, prefix: &str) {
        let Some(agent) = self.agents.get(name) else { return };
        let step = self.step(&agent.step.clone(), prefix);
        self.agents.get_mut(name).expect("it was just there").step = step;
    }

    fn step(&mut self, step: &Step, prefix: &str) -> Step {
        if let Some(instead) = self.instead(step, prefix) {
            return self.step(&instead, prefix);
        }
        let once = self.is_off(Switch::Turns) && self.holds(step, prefix);
        let mut step = step.clone();
        match &mut step {
            Step::Call(call) => {
                if self.is_off(Switch::Caches) {
                    call.cache = None;
                }
                if (self.standard)(call) {
                    call.tier = Tier::Standard;
                }
            }
            Step::Agent(used) => {
                if self.holds(&Step::Agent(used.clone()), prefix) {
                    self.agent(&used.agent, &format!("{prefix}.{}", used.name));
                }
            }
            Step::FanOut(fan) if once => set_to_one(&mut fan.copies),
            Step::Conversation(conversation) if once => set_to_one(&mut conversation.turns),
            Step::Until(until) if once => set_to_one(&mut until.rounds),
            Step::Loop(repeated) if once => set_to_one(&mut repeated.steps),
            Step::FanOut(_)
            | Step::Conversation(_)
            | Step::Until(_)
            | Step::Loop(_)
            | Step::Chain(_)
            | Step::Route(_)
            | Step::Retry(_)
            | Step::Cascade(_)
            | Step::ResponseCache(_)
            | Step::Tool(_) => {}
        }
        for child in step.children_mut() {
            *child = self.step(child, prefix);
        }
        step
    }

    /// The step that is left of one of several.
    fn instead(&self, step: &Step, prefix: &str) -> Option<Step> {
        match step {
            Step::Retry(retry) => {
                let then = retry.then.as_ref().filter(|then| self.holds(then, prefix));
                self.is_off(Switch::Failures).then(|| then.unwrap_or(&retry.step).clone())
            }
            Step::Route(route) if self.is_off(Switch::Routing) => {
                let mut steps = route.branches.iter().map(|branch| &branch.step);
                steps.find(|step| self.holds(step, prefix)).cloned()
            }
            Step::Cascade(cascade) if self.is_off(Switch::Routing) => {
                let tiers = cascade.tiers.iter();
                let mut steps = tiers.flat_map(|tier| [Some(&tier.step), tier.judge.as_ref()]);
                let answers =
                    steps.find_map(|step| step.filter(|step| self.holds(step, prefix)))?;
                // Who judges every first answer is a helper, whoever answers.
                let judge = cascade.tiers.first().and_then(|first| first.judge.as_ref());
                let judge = judge.filter(|judge| !self.holds(judge, prefix));
                Some(match judge {
                    Some(judge) => Step::Chain(vec![answers.clone(), judge.clone()]),
                    None => answers.clone(),
                })
            }
            Step::ResponseCache(cache) if self.is_off(Switch::Caches) => {
                let aside = [&cache.lookup, &cache.insert].into_iter().flatten();
                let mut holding = aside.filter(|step| self.holds(step, prefix));
                Some(holding.next().unwrap_or(&cache.step).clone())
            }
            Step::Call(_)
            | Step::Chain(_)
            | Step::Route(_)
            | Step::FanOut(_)
            | Step::Conversation(_)
            | Step::Cascade(_)
            | Step::Until(_)
            | Step::Loop(_)
            | Step::ResponseCache(_)
            | Step::Tool(_)
            | Step::Agent(_) => None,
        }
    }
}

/// Once, under an address of its own: what follows the number still finds it aside.
fn set_to_one(count: &mut Of<Count>) {
    let mut one = Of::new("1");
    one.address = format!("{}.once", count.address);
    *count = one;
}
