//! Every step of a plan in reading order, and the way to each of them.

use super::call::Call;
use super::document::Plan;
use super::step::{AgentUse, Route, Rung, Step};

/// A step where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing<'p> {
    /// Its place in the document: `features/0/step/chain/1`.
    pub path: String,
    /// What figures call it: `support.easy`. A chain has no name.
    pub address: Option<String>,
    /// How many steps are above it.
    pub depth: usize,
    /// The place of the step right above it.
    pub parent: Option<String>,
    /// The tree that it stands in.
    pub root: Root,
    /// The step itself.
    pub step: &'p Step,
}

/// A tree of the plan, by its index: that of a feature, or of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    /// What a feature does.
    Feature(usize),
    /// What an agent does when it is used.
    Agent(usize),
}

/// The way to a step: its tree, then which child at every step down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// The tree.
    pub root: Root,
    /// Which of the children, from the top.
    pub turns: Vec<usize>,
}

/// A call as a step makes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Made<'p> {
    /// The uses of agents that lead to it, from the top.
    pub uses: Vec<&'p AgentUse>,
    /// The branches of routes that lead to it, from the top.
    pub branches: Vec<Taken<'p>>,
    /// The call itself.
    pub call: &'p Call,
}

/// A branch of a route.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken<'p> {
    /// How many uses of agents lead to the route.
    pub uses: usize,
    /// The route.
    pub route: &'p Route,
    /// Which of its branches.
    pub branch: usize,
}

impl Made<'_> {
    /// As limits name it: `hard`, and of an agent `scout.look`.
    pub fn name(&self) -> String {
        self.below(self.uses.len(), &self.call.name)
    }

    /// What a branch's route is called, in the same way.
    pub fn route(&self, taken: &Taken) -> String {
        self.below(taken.uses, &taken.route.name)
    }

    /// A name behind those of the first uses.
    fn below(&self, uses: usize, name: &str) -> String {
        let uses = self.uses[..uses].iter().map(|used| used.name.as_str());
        uses.chain([name]).collect::<Vec<_>>().join(".")
    }
}

impl Plan {
    /// Every step, in reading order: those of features, then those of agents.
    pub fn steps(&self) -> Vec<Standing<'_>> {
        let mut steps = vec![];
        for root in self.roots() {
            let (Some(path), Some(name), Some(step)) =
                (self.top(root), self.address_of(root), self.tree(root))
            else {
                continue;
            };
            let top = Standing { path, address: None, depth: 0, parent: None, root, step };
            gather(&name, top, &mut steps);
        }
        steps
    }

    /// Every call that it says, each once, those of agents included.
    pub fn calls(&self) -> Vec<&Call> {
        let trees = self.roots().filter_map(|root| self.tree(root));
        trees.flat_map(Step::calls).collect()
    }

    /// The names of the calls that a step makes, as limits name them: those of agents stand after the
    /// names of their uses, `scout.look`.
    pub fn called(&self, step: &Step) -> Vec<String> {
        self.made(step).iter().map(Made::name).collect()
    }

    /// The calls that a step makes, in reading order: one of an agent for every use of it.
    pub fn made<'p>(&'p self, step: &'p Step) -> Vec<Made<'p>> {
        let mut made = vec![];
        gather_made(self, step, (&mut vec![], &mut vec![]), &mut made);
        made
    }

    /// What addresses of a tree begin with: `support`, `agents.research`.
    pub fn address_of(&self, root: Root) -> Option<String> {
        match root {
            Root::Feature(index) => self.features.get(index).map(|feature| feature.name.clone()),
            Root::Agent(index) => {
                self.agents.get_index(index).map(|(name, _)| format!("agents.{name}"))
            }
        }
    }

    /// Shows every tree to `visit`, to change it.
    pub fn each_tree(&mut self, visit: &mut dyn FnMut(&mut Step)) {
        self.features.iter_mut().for_each(|feature| visit(&mut feature.step));
        self.agents.values_mut().for_each(|agent| visit(&mut agent.step));
    }

    fn roots(&self) -> impl Iterator<Item = Root> + use<> {
        let features = (0..self.features.len()).map(Root::Feature);
        features.chain((0..self.agents.len()).map(Root::Agent))
    }

    fn tree(&self, root: Root) -> Option<&Step> {
        match root {
            Root::Feature(index) => self.features.get(index).map(|feature| &feature.step),
            Root::Agent(index) => self.agents.get_index(index).map(|(_, agent)| &agent.step),
        }
    }

    fn tree_mut(&mut self, root: Root) -> Option<&mut Step> {
        match root {
            Root::Feature(index) => self.features.get_mut(index).map(|feature| &mut feature.step),
            Root::Agent(index) => {
                self.agents.get_index_mut(index).map(|(_, agent)| &mut agent.step)
            }
        }
    }

    /// The place of a tree in the document.
    fn top(&self, root: Root) -> Option<String> {
        match root {
            Root::Feature(index) => Some(format!("features/{index}/step")),
            Root::Agent(index) => {
                self.agents.get_index(index).map(|(name, _)| format!("agents/{name}/step"))
            }
        }
    }

    /// So many maps and lists stand inside each other in its document, at most.
    pub fn depth(&self) -> usize {
        // The plan, its features or agents, one of them.
        let above = 3;
        let trees = self.roots().filter_map(|root| self.tree(root));
        trees.map(|step| above + deep(step)).max().unwrap_or(above)
    }

    /// The step at a place in the document.
    pub fn step_at(&self, path: &str) -> Option<&Step> {
        Trail::to(self, path)?.step(self)
    }

    /// Whether somebody measured the quality of each call that may answer a step: those that one run of it can end with.
    pub fn measured_answers(&self, step: &Step) -> Vec<bool> {
        measured(self, step, &mut vec![])
    }
}

fn measured<'p>(plan: &'p Plan, step: &'p Step, above: &mut Vec<&'p str>) -> Vec<bool> {
    let mut all = |steps: &[&'p Step]| -> Vec<bool> {
        steps.iter().flat_map(|step| measured(plan, step, above)).collect()
    };
    match step {
        Step::Call(call) => call.answer.then(|| call.quality.is_some()).into_iter().collect(),
        Step::Chain(steps) => all(&steps.iter().collect::<Vec<_>>()),
        Step::Route(route) => {
            all(&route.branches.iter().map(|branch| &branch.step).collect::<Vec<_>>())
        }
        Step::Retry(retry) => {
            all(&std::iter::once(&retry.step).chain(&retry.then).collect::<Vec<_>>())
        }
        Step::Until(until) => all(&[&until.draft]),
        Step::Loop(repeated) => all(&[&repeated.step]),
        Step::ResponseCache(cache) => all(&[&cache.step]),
        Step::Cascade(cascade) => {
            let of_tier = |rung: &'p Rung| {
                let follows = rung.after_right.is_some();
                let answers = measured(plan, &rung.step, above);
                answers.into_iter().map(move |known| known || follows).collect::<Vec<_>>()
            };
            cascade.tiers.iter().flat_map(of_tier).collect()
        }
        Step::Agent(used) => match plan.agents.get(&used.agent) {
            Some(agent)
                if used.answer
                    && used.stands_in(above)
                    && !above.contains(&used.agent.as_str()) =>
            {
                above.push(&used.agent);
                let answers = measured(plan, &agent.step, above);
                above.pop();
                answers
            }
            Some(_) | None => vec![],
        },
        // What copies say, and what was said in turns, is no answer of one run.
        Step::FanOut(_) | Step::Conversation(_) | Step::Tool(_) => vec![],
    }
}

/// No plan that can be worked out has more calls.
const MOST_CALLS: usize = 50_000;

fn gather_made<'p>(
    plan: &'p Plan,
    step: &'p Step,
    (above, branches): (&mut Vec<&'p AgentUse>, &mut Vec<Taken<'p>>),
    made: &mut Vec<Made<'p>>,
) {
    if made.len() >= MOST_CALLS {
        return;
    }
    if let Step::Call(call) = step {
        made.push(Made { uses: above.clone(), branches: branches.clone(), call });
    }
    if let Step::Agent(used) = step {
        let agents: Vec<&str> = above.iter().map(|used| used.agent.as_str()).collect();
        // An agent without end is refused by the check.
        if (used.depth.is_some() || !agents.contains(&used.agent.as_str()))
            && used.stands_in(&agents)
            && let Some(agent) = plan.agents.get(&used.agent)
        {
            above.push(used);
            gather_made(plan, &agent.step, (above, branches), made);
            above.pop();
        }
    }
    for (branch, (_, child)) in step.children().into_iter().enumerate() {
        let outside = branches.len();
        if let Step::Route(route) = step {
            branches.push(Taken { uses: above.len(), route, branch });
        }
        gather_made(plan, child, (above, branches), made);
        branches.truncate(outside);
    }
}

/// The maps and lists of a step: its kind, its fields, what stands in them.
fn deep(step: &Step) -> usize {
    let below = step.children().into_iter().map(|(path, child)| (path.len(), deep(child))).max();
    let (between, child) = below.unwrap_or_default();
    let own = match step {
        // Its inputs, one of them, who says how many.
        Step::Call(_) => 5,
        // A kind of failure, what is billed of it, who says so.
        Step::Retry(_) => 5,
        // A branch's share, and who says it.
        Step::Route(_) => 4,
        // A tier, one of its numbers, who says it.
        Step::Cascade(_) => 5,
        // What hits follow from, and who says it.
        Step::ResponseCache(_) | Step::Conversation(_) => 4,
        Step::Chain(_)
        | Step::FanOut(_)
        | Step::Until(_)
        | Step::Loop(_)
        | Step::Tool(_)
        | Step::Agent(_) => 3,
    };
    own.max(1 + between + child)
}

fn below(parent: &str, step: &Step, path: &[String]) -> String {
    format!("{parent}/{}/{}", step.kind(), path.join("/"))
}

fn gather<'p>(above: &str, mut standing: Standing<'p>, steps: &mut Vec<Standing<'p>>) {
    let Standing { step, depth, root, .. } = standing;
    standing.address = step.name().map(|name| format!("{above}.{name}"));
    let parent = standing.path.clone();
    steps.push(standing);
    for (path, child) in step.children() {
        let child = Standing {
            path: below(&parent, step, &path),
            address: None,
            depth: depth + 1,
            parent: Some(parent.clone()),
            root,
            step: child,
        };
        gather(above, child, steps);
    }
}

impl Trail {
    /// The way to the top of a tree.
    pub const fn top(root: Root) -> Self {
        Self { root, turns: vec![] }
    }

    /// The way to a place in the document, if a step stands there.
    pub fn to(plan: &Plan, path: &str) -> Option<Self> {
        let leads = |root: Root| {
            let rest = path.strip_prefix(plan.top(root)?.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then_some((root, rest))
        };
        let (root, mut rest) = plan.roots().find_map(leads)?;
        let mut step = plan.tree(root)?;
        let mut turns = vec![];
        while !rest.is_empty() {
            let children = step.children().into_iter().enumerate();
            let (turn, after, child) = children.into_iter().find_map(|(turn, (path, child))| {
                let after = rest.strip_prefix(below("", step, &path).as_str())?;
                (after.is_empty() || after.starts_with('/')).then_some((turn, after, child))
            })?;
            turns.push(turn);
            (rest, step) = (after, child);
        }
        Some(Self { root, turns })
    }

    /// The way to a child of this step.
    pub fn child(&self, turn: usize) -> Self {
        let turns = self.turns.iter().copied().chain([turn]).collect();
        Self { root: self.root, turns }
    }

    /// The way to the step right above, and which of its children this one is.
    pub fn parent(&self) -> Option<(Self, usize)> {
        let (turn, turns) = self.turns.split_last()?;
        Some((Self { root: self.root, turns: turns.to_vec() }, *turn))
    }

    /// Whether this step is the other, or above it.
    pub fn holds(&self, other: &Self) -> bool {
        self.root == other.root && other.turns.starts_with(&self.turns)
    }

    /// The step at its end.
    pub fn step<'p>(&self, plan: &'p Plan) -> Option<&'p Step> {
        self.turns.iter().try_fold(plan.tree(self.root)?, |step, turn| {
            step.children().into_iter().nth(*turn).map(|(_, child)| child)
        })
    }

    /// The step at its end, to change it.
    pub fn step_mut<'p>(&self, plan: &'p mut Plan) -> Option<&'p mut Step> {
        let top = plan.tree_mut(self.root)?;
        self.turns.iter().try_fold(top, |step, turn| step.children_mut().into_iter().nth(*turn))
    }

    /// Its place in the document.
    pub fn path(&self, plan: &Plan) -> Option<String> {
        let mut path = plan.top(self.root)?;
        let mut step = plan.tree(self.root)?;
        for turn in &self.turns {
            let (place, child) = step.children().into_iter().nth(*turn)?;
            path = below(&path, step, &place);
            step = child;
        }
        Some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "
forebill: 1
name: Desk
starts: 2027-01
months: 12
agents:
  scout: { step: { chain: [ { call: { name: look, model: m } }, { tool: { fee: $1 } } ] } }
features:
  - name: desk
    unit: answer
    volume: { units: 3/day }
    step:
      chain:
        - conversation:
            turns: 3
            turn:
              - route:
                  - { share: 70%, step: { call: { name: easy, model: m } } }
                  - share: rest
                    step:
                      retry:
                        attempts: 2
                        fails: { timeout: 1% }
                        step: { call: { name: hard, model: m } }
                        then: { call: { name: other, model: m } }
        - fan-out: { copies: 2, step: { call: { name: note, model: m } } }
";

    fn plan() -> Plan {
        serde_saphyr::from_str::<Plan>(PLAN).expect("a plan").addressed()
    }

    #[test]
    fn steps_are_listed_as_they_are_read() {
        let plan = plan();
        let line = |standing: &Standing| {
            let address = standing.address.clone().unwrap_or_default();
            format!("{}{} {address}", "  ".repeat(standing.depth), standing.path)
                .trim_end()
                .to_owned()
        };
        let lines: Vec<String> = plan.steps().iter().map(line).collect();
        insta::assert_snapshot!(lines.join("\n"), @"
        features/0/step
          features/0/step/chain/0 desk.conversation
            features/0/step/chain/0/conversation/turn/0 desk.route
              features/0/step/chain/0/conversation/turn/0/route/0/step desk.easy
              features/0/step/chain/0/conversation/turn/0/route/1/step desk.retry
                features/0/step/chain/0/conversation/turn/0/route/1/step/retry/step desk.hard
                features/0/step/chain/0/conversation/turn/0/route/1/step/retry/then desk.other
          features/0/step/chain/1 desk.fan-out
            features/0/step/chain/1/fan-out/step desk.note
        agents/scout/step
          agents/scout/step/chain/0 agents.scout.look
          agents/scout/step/chain/1 agents.scout.tool
        ");
    }

    #[test]
    fn every_listed_step_is_found_at_its_path() {
        let mut plan = plan();
        for standing in plan.clone().steps() {
            let trail = Trail::to(&plan, &standing.path).expect("it is listed");
            assert_eq!(trail.step(&plan), Some(standing.step));
            assert_eq!(trail.step_mut(&mut plan).map(|step| &*step), Some(standing.step));
            assert_eq!(trail.path(&plan), Some(standing.path.clone()));
            let parent = trail.parent().and_then(|(parent, _)| parent.path(&plan));
            assert_eq!(parent, standing.parent);
        }
        for nowhere in [
            "",
            "features",
            "features/1/step",
            "features/0/stepping",
            "features/0/step/chain/7",
            "agents/none/step",
        ] {
            assert_eq!(plan.step_at(nowhere), None, "{nowhere}");
        }
    }
}
