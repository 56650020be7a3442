//! Every step of a plan in reading order, and the way to each of them.

use super::document::Plan;
use super::step::Step;

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
    /// The index of its feature.
    pub feature: usize,
    /// The step itself.
    pub step: &'p Step,
}

/// The way to a step: its feature, then which child at every step down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// The index of the feature.
    pub feature: usize,
    /// Which of the children, from the top.
    pub turns: Vec<usize>,
}

impl Plan {
    /// Every step, in reading order.
    pub fn steps(&self) -> Vec<Standing<'_>> {
        let mut steps = vec![];
        for (index, feature) in self.features.iter().enumerate() {
            let top = Standing {
                path: top(index),
                address: None,
                depth: 0,
                parent: None,
                feature: index,
                step: &feature.step,
            };
            gather(&feature.name, top, &mut steps);
        }
        steps
    }

    /// So many maps and lists stand inside each other in its document, at most.
    pub fn depth(&self) -> usize {
        // The plan, its features, one of them.
        let above = 3;
        self.features.iter().map(|feature| above + deep(&feature.step)).max().unwrap_or(above)
    }

    /// The step at a place in the document.
    pub fn step_at(&self, path: &str) -> Option<&Step> {
        Trail::to(self, path)?.step(self)
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

fn top(feature: usize) -> String {
    format!("features/{feature}/step")
}

fn below(parent: &str, step: &Step, path: &[String]) -> String {
    format!("{parent}/{}/{}", step.kind(), path.join("/"))
}

fn gather<'p>(feature: &str, mut standing: Standing<'p>, steps: &mut Vec<Standing<'p>>) {
    let Standing { step, depth, feature: index, .. } = standing;
    standing.address = step.name().map(|name| format!("{feature}.{name}"));
    let parent = standing.path.clone();
    steps.push(standing);
    for (path, child) in step.children() {
        let child = Standing {
            path: below(&parent, step, &path),
            address: None,
            depth: depth + 1,
            parent: Some(parent.clone()),
            feature: index,
            step: child,
        };
        gather(feature, child, steps);
    }
}

impl Trail {
    /// The way to a place in the document, if a step stands there.
    pub fn to(plan: &Plan, path: &str) -> Option<Self> {
        let (feature, rest) = path.strip_prefix("features/")?.split_once('/')?;
        let feature: usize = feature.parse().ok()?;
        let mut rest = rest.strip_prefix("step")?;
        let mut step = &plan.features.get(feature)?.step;
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
        Some(Self { feature, turns })
    }

    /// The way to a child of this step.
    pub fn child(&self, turn: usize) -> Self {
        let turns = self.turns.iter().copied().chain([turn]).collect();
        Self { feature: self.feature, turns }
    }

    /// The way to the step right above, and which of its children this one is.
    pub fn parent(&self) -> Option<(Self, usize)> {
        let (turn, turns) = self.turns.split_last()?;
        Some((Self { feature: self.feature, turns: turns.to_vec() }, *turn))
    }

    /// Whether this step is the other, or above it.
    pub fn holds(&self, other: &Self) -> bool {
        self.feature == other.feature && other.turns.starts_with(&self.turns)
    }

    /// The step at its end.
    pub fn step<'p>(&self, plan: &'p Plan) -> Option<&'p Step> {
        let top = &plan.features.get(self.feature)?.step;
        self.turns.iter().try_fold(top, |step, turn| {
            step.children().into_iter().nth(*turn).map(|(_, child)| child)
        })
    }

    /// The step at its end, to change it.
    pub fn step_mut<'p>(&self, plan: &'p mut Plan) -> Option<&'p mut Step> {
        let top = &mut plan.features.get_mut(self.feature)?.step;
        self.turns.iter().try_fold(top, |step, turn| step.children_mut().into_iter().nth(*turn))
    }

    /// Its place in the document.
    pub fn path(&self, plan: &Plan) -> Option<String> {
        let mut path = top(self.feature);
        let mut step = &plan.features.get(self.feature)?.step;
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
        for nowhere in
            ["", "features", "features/1/step", "features/0/stepping", "features/0/step/chain/7"]
        {
            assert_eq!(plan.step_at(nowhere), None, "{nowhere}");
        }
    }
}
