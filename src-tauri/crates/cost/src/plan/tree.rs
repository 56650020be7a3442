//! The steps of a tree: what they are called, and which stand under which.

use std::collections::BTreeSet;

use super::call::Call;
use super::document::Plan;
use super::step::{AgentUse, Cascade, History, Route, Rung, Step, Sticky};

impl Step {
    /// Its kind, as it is written.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Call(_) => "call",
            Self::Chain(_) => "chain",
            Self::Route(_) => "route",
            Self::Retry(_) => "retry",
            Self::FanOut(_) => "fan-out",
            Self::Conversation(_) => "conversation",
            Self::Cascade(_) => "cascade",
            Self::Until(_) => "until",
            Self::Loop(_) => "loop",
            Self::ResponseCache(_) => "response-cache",
            Self::Tool(_) => "tool",
            Self::Agent(_) => "agent",
        }
    }

    /// The steps directly under it in reading order, each with its path below the step's kind.
    pub fn children(&self) -> Vec<(Vec<String>, &Step)> {
        let listed = |steps: &'_ [Step]| -> Vec<String> {
            (0..steps.len()).map(|index| index.to_string()).collect()
        };
        let named = |name: &str| vec![name.to_owned()];
        match self {
            Self::Call(_) => vec![],
            Self::Chain(steps) => {
                listed(steps).into_iter().map(|index| vec![index]).zip(steps).collect()
            }
            Self::Route(route) => {
                let list: Vec<String> = route.list().iter().map(|&list| list.to_owned()).collect();
                let paths = (0..route.branches.len()).map(|index| {
                    [list.clone(), vec![index.to_string(), "step".to_owned()]].concat()
                });
                paths.zip(route.branches.iter().map(|branch| &branch.step)).collect()
            }
            Self::Retry(retry) => {
                let mut children = vec![(named("step"), &retry.step)];
                children.extend(retry.then.as_ref().map(|then| (named("then"), then)));
                children
            }
            Self::FanOut(fan) => vec![(named("step"), &fan.step)],
            Self::Conversation(conversation) => {
                let paths = listed(&conversation.turn).into_iter();
                let turns = paths.map(|index| vec!["turn".to_owned(), index]);
                let summary = conversation
                    .history
                    .summary()
                    .map(|step| (["history", "summary", "step"].map(str::to_owned).to_vec(), step));
                turns.zip(&conversation.turn).chain(summary).collect()
            }
            Self::Cascade(cascade) => {
                let rungs = cascade.tiers.iter().enumerate().flat_map(|(index, rung)| {
                    let path =
                        |field: &str| vec!["tiers".to_owned(), index.to_string(), field.to_owned()];
                    let judge = rung.judge.as_ref().map(|judge| (path("judge"), judge));
                    std::iter::once((path("step"), &rung.step)).chain(judge)
                });
                rungs.collect()
            }
            Self::Until(until) => {
                vec![(named("draft"), &until.draft), (named("check"), &until.check)]
            }
            Self::Loop(repeated) => vec![(named("step"), &repeated.step)],
            Self::ResponseCache(cache) => {
                let lookup = cache.lookup.as_ref().map(|step| (named("lookup"), step));
                let insert = cache.insert.as_ref().map(|step| (named("insert"), step));
                lookup.into_iter().chain([(named("step"), &cache.step)]).chain(insert).collect()
            }
            // What an agent does stands under the plan.
            Self::Tool(_) | Self::Agent(_) => vec![],
        }
    }

    /// The same steps, to change them.
    pub fn children_mut(&mut self) -> Vec<&mut Step> {
        match self {
            Self::Call(_) => vec![],
            Self::Chain(steps) => steps.iter_mut().collect(),
            Self::Route(route) => {
                route.branches.iter_mut().map(|branch| &mut branch.step).collect()
            }
            Self::Retry(retry) => std::iter::once(&mut retry.step).chain(&mut retry.then).collect(),
            Self::FanOut(fan) => vec![&mut fan.step],
            Self::Conversation(conversation) => {
                let summary = conversation.history.summary_mut();
                conversation.turn.iter_mut().chain(summary).collect()
            }
            Self::Cascade(cascade) => {
                let rungs = cascade.tiers.iter_mut();
                rungs
                    .flat_map(|rung| std::iter::once(&mut rung.step).chain(&mut rung.judge))
                    .collect()
            }
            Self::Until(until) => vec![&mut until.draft, &mut until.check],
            Self::Loop(repeated) => vec![&mut repeated.step],
            Self::ResponseCache(cache) => {
                let lookup = cache.lookup.as_mut().into_iter();
                lookup.chain([&mut cache.step]).chain(&mut cache.insert).collect()
            }
            Self::Tool(_) | Self::Agent(_) => vec![],
        }
    }

    /// What it is called by where nobody names it: the agent that it uses, or its kind.
    pub fn stem(&self) -> &str {
        match self {
            Self::Agent(used) => &used.agent,
            Self::Call(_)
            | Self::Chain(_)
            | Self::Route(_)
            | Self::Retry(_)
            | Self::FanOut(_)
            | Self::Conversation(_)
            | Self::Cascade(_)
            | Self::Until(_)
            | Self::Loop(_)
            | Self::ResponseCache(_)
            | Self::Tool(_) => self.kind(),
        }
    }

    /// Its name, where it has one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Call(call) => Some(&call.name),
            Self::Chain(_) => None,
            Self::Route(route) => Some(&route.name),
            Self::Retry(retry) => Some(&retry.name),
            Self::FanOut(fan) => Some(&fan.name),
            Self::Conversation(conversation) => Some(&conversation.name),
            Self::Cascade(cascade) => Some(&cascade.name),
            Self::Until(until) => Some(&until.name),
            Self::Loop(repeated) => Some(&repeated.name),
            Self::ResponseCache(cache) => Some(&cache.name),
            Self::Tool(tool) => Some(&tool.name),
            Self::Agent(agent) => Some(&agent.name),
        }
    }

    /// Its name to be changed, where it has one. A document has no place for a route's.
    pub fn name_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Call(call) => Some(&mut call.name),
            Self::Chain(_) => None,
            Self::Route(route) => Some(&mut route.name),
            Self::Retry(retry) => Some(&mut retry.name),
            Self::FanOut(fan) => Some(&mut fan.name),
            Self::Conversation(conversation) => Some(&mut conversation.name),
            Self::Cascade(cascade) => Some(&mut cascade.name),
            Self::Until(until) => Some(&mut until.name),
            Self::Loop(repeated) => Some(&mut repeated.name),
            Self::ResponseCache(cache) => Some(&mut cache.name),
            Self::Tool(tool) => Some(&mut tool.name),
            Self::Agent(agent) => Some(&mut agent.name),
        }
    }

    /// The path to the step of a name, in this one or under it.
    pub fn path_to(&self, name: &str) -> Option<Vec<String>> {
        let kind = vec![self.kind().to_owned()];
        if self.name() == Some(name) {
            return Some(kind);
        }
        let below = |(path, step): (Vec<String>, &Self)| {
            let rest = step.path_to(name)?;
            Some([kind.clone(), path, rest].concat())
        };
        self.children().into_iter().find_map(below)
    }

    /// The step and every one under it, in reading order.
    pub fn all(&self) -> Vec<&Self> {
        let below = self.children().into_iter().flat_map(|(_, step)| step.all());
        std::iter::once(self).chain(below).collect()
    }

    /// Every call in it, in reading order.
    pub fn calls(&self) -> Vec<&Call> {
        if let Self::Call(call) = self {
            return vec![call];
        }
        self.children().into_iter().flat_map(|(_, step)| step.calls()).collect()
    }
}

impl Plan {
    /// Every tree with what addresses in it begin with: those of features, then those of agents.
    pub fn trees(&self) -> impl Iterator<Item = (String, &Step)> {
        let features = self.features.iter().map(|feature| (feature.name.clone(), &feature.step));
        let agents = self.agents.iter();
        features.chain(agents.map(|(name, agent)| (format!("agents.{name}"), &agent.step)))
    }

    /// A tree, and those of the agents that it comes to, each of them once.
    pub fn behind<'p>(&'p self, step: &'p Step) -> Vec<&'p Step> {
        let mut known = BTreeSet::new();
        let mut trees = vec![step];
        let mut ahead = vec![step];
        while let Some(tree) = ahead.pop() {
            for step in tree.all() {
                let Step::Agent(used) = step else { continue };
                let agent = self.agents.get(&used.agent);
                if let Some(agent) = agent.filter(|_| known.insert(&used.agent)) {
                    trees.push(&agent.step);
                    ahead.push(&agent.step);
                }
            }
        }
        trees
    }

    /// The models of every call, and of every tool that is paid for by a price list.
    pub fn model_names(&self) -> BTreeSet<&str> {
        fn of(step: &Step) -> Option<&str> {
            match step {
                Step::Call(call) => Some(call.model.as_str()),
                Step::Tool(tool) => tool.model.as_deref(),
                Step::Chain(_)
                | Step::Route(_)
                | Step::Retry(_)
                | Step::FanOut(_)
                | Step::Conversation(_)
                | Step::Cascade(_)
                | Step::Until(_)
                | Step::Loop(_)
                | Step::ResponseCache(_)
                | Step::Agent(_) => None,
            }
        }
        self.trees().flat_map(|(_, tree)| tree.all()).filter_map(of).collect()
    }
}

impl Route {
    /// Where its branches stand under `route`: a list alone is all that most routes are.
    pub const fn list(&self) -> &'static [&'static str] {
        match self.sticky {
            Sticky::Turn => &[],
            Sticky::Conversation => &["branches"],
        }
    }
}

impl AgentUse {
    /// Whether it stands under these agents, or is one too many.
    pub fn stands_in(&self, above: &[&str]) -> bool {
        let inside = above.iter().filter(|name| **name == self.agent).count();
        self.depth.is_none_or(|depth| inside < depth as usize)
    }
}

impl Rung {
    /// A tier that asks nobody whether its answer stands.
    pub fn of(step: Step) -> Self {
        Self {
            step,
            judge: None,
            accepts: None,
            accepts_right: None,
            accepts_wrong: None,
            after_right: None,
            after_wrong: None,
        }
    }
}

impl Cascade {
    /// The tier to which a child belongs, by its place among the children, and whether it is the judge.
    pub fn seat(&self, child: usize) -> Option<(usize, bool)> {
        let mut seats = self.tiers.iter().enumerate().flat_map(|(index, rung)| {
            std::iter::once((index, false)).chain(rung.judge.as_ref().map(|_| (index, true)))
        });
        seats.nth(child)
    }

    /// The answer of what is now the last tier stands.
    pub fn last_stands(&mut self) {
        if let Some(last) = self.tiers.last_mut() {
            (last.judge, last.accepts, last.accepts_right, last.accepts_wrong) =
                (None, None, None, None);
        }
    }
}

impl History {
    /// What writes its summary.
    pub fn summary(&self) -> Option<&Step> {
        match self {
            Self::Full | Self::Last(_) => None,
            Self::Summary(summary) => Some(&summary.step),
        }
    }

    fn summary_mut(&mut self) -> Option<&mut Step> {
        match self {
            Self::Full | Self::Last(_) => None,
            Self::Summary(summary) => Some(&mut summary.step),
        }
    }
}
