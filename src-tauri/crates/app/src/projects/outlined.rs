//! The outline of a plan without its figures, kept while nothing but typed numbers of its steps changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use cost::plan::{Measures, Plan};

use super::inputs::plan_input;
use super::listed::Listed;
use super::node::Node;
use super::outline::{self, Places};
use super::view::{Part, PlanInput};
use crate::plans;

/// What is told of a plan before anything of it is worked out.
pub struct Outlined {
    listed: Listed,
    nodes: Vec<Node>,
    parts: Vec<Part>,
    /// The lengths of texts among the inputs.
    measures: Measures,
    inputs: Vec<Arc<PlanInput>>,
}

impl Outlined {
    /// That of a plan whose texts have these lengths.
    pub fn of(plan: &Plan, measures: &Measures) -> Self {
        let listed = Listed::of(plan);
        let nodes = outline::nodes(plan, &listed);
        let parts = outline::parts(plan, &nodes, &listed);
        let inputs = inputs(plan, &listed, measures, &nodes);
        Self { listed, nodes, parts, measures: measures.clone(), inputs }
    }

    /// Every node in reading order, without figures.
    pub fn nodes(&self) -> Vec<Node> {
        self.nodes.clone()
    }

    /// The parts of prompts, without what is counted.
    pub fn parts(&self) -> Vec<Part> {
        self.parts.clone()
    }

    /// Every typed or counted number, where texts have these lengths.
    pub fn inputs(&mut self, plan: &Plan, measures: &Measures) -> Vec<Arc<PlanInput>> {
        if self.measures != *measures {
            self.inputs = inputs(plan, &self.listed, measures, &self.nodes);
            self.measures = measures.clone();
        }
        self.inputs.clone()
    }

    /// Makes it that of another plan, where this differs in typed numbers of its features' steps alone. Where it
    /// answers `false` it is of neither.
    pub fn follow(&mut self, before: &Plan, now: &Plan) -> bool {
        let Some(apart) = before.numbers_apart(now) else { return false };
        let mut features = BTreeSet::new();
        let mut changed = vec![];
        for (_, number) in apart {
            let [root, index, ..] = &*number.path else { return false };
            let is_of_another =
                number.address.ends_with(".grows") || number.address.ends_with(".follows.doubled");
            let known = self.listed.numbers.iter().position(|it| it.address == number.address);
            let (Ok(feature), Some(known)) = (index.parse::<usize>(), known) else { return false };
            if root != "features" || is_of_another {
                return false;
            }
            features.insert(feature);
            changed.push(known);
            self.listed.numbers[known] = number;
        }
        let is_outlined = features.into_iter().all(|feature| self.outline_again(now, feature));
        self.list_again(now, &changed);
        is_outlined
    }

    /// Puts the nodes of a feature in the place of those that were there.
    fn outline_again(&mut self, plan: &Plan, feature: usize) -> bool {
        let at = format!("features/{feature}");
        let Some(start) = self.nodes.iter().position(|node| node.at == at) else { return false };
        let mut known = self.nodes[start..].iter_mut();
        for node in outline::feature(plan, feature) {
            let Some(known) = known.next().filter(|known| known.at == node.at) else {
                return false;
            };
            let (inputs, optional) =
                (std::mem::take(&mut known.inputs), std::mem::take(&mut known.optional));
            *known = Node { inputs, optional, ..node };
        }
        known.next().is_none_or(|next| next.parent.is_none())
    }

    /// Lists these numbers anew.
    fn list_again(&mut self, plan: &Plan, changed: &[usize]) {
        let places = Places::of(&self.nodes);
        // The lengths of texts stand before them.
        let first = self.inputs.len() - self.listed.numbers.len();
        for &index in changed {
            let number = &self.listed.numbers[index];
            let input = plan_input(plans::input(plan, number), Some(number), &places);
            self.inputs[first + index] = Arc::new(input);
        }
    }
}

fn inputs(
    plan: &Plan,
    listed: &Listed,
    measures: &Measures,
    nodes: &[Node],
) -> Vec<Arc<PlanInput>> {
    let places = Places::of(nodes);
    plans::inputs_of(plan, &listed.numbers, measures)
        .into_iter()
        .map(|(input, number)| Arc::new(plan_input(input, number, &places)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use cost::edit::Edit;
    use cost::plan::{Measures, Plan};

    use super::Outlined;
    use crate::plans::read_plan;

    /// Types every number of a plan anew, one after another; answers how often the outline was kept.
    fn kept(plan: Plan) -> usize {
        let measures = Measures::default();
        let mut outlined = Outlined::of(&plan, &measures);
        let (mut now, mut kept) = (plan.clone(), 0);
        for number in plan.numbers() {
            for text in ["17%", "3", &number.text] {
                let edit = Edit::Number { address: number.address.clone(), text: text.to_owned() };
                let Ok(edited) = now.edit(&edit) else { continue };
                let fresh = Outlined::of(&edited.plan, &measures);
                match outlined.follow(&now, &edited.plan) {
                    true => kept += 1,
                    false => outlined = Outlined::of(&edited.plan, &measures),
                }
                assert_eq!(outlined.nodes, fresh.nodes, "{}", number.address);
                assert_eq!(outlined.parts, fresh.parts, "{}", number.address);
                assert_eq!(outlined.inputs, fresh.inputs, "{}", number.address);
                now = edited.plan;
            }
        }
        kept
    }

    #[test]
    fn what_is_kept_is_what_the_plan_outlines() {
        let text = fs::read_to_string("../../../tests/files/plans/conversation.yaml");
        let plan = read_plan(&text.expect("the tests' plans are there")).expect("a plan");
        assert!(kept(plan) > 60);
        for example in ["coding-assistant", "support-desk"] {
            let text = fs::read_to_string(format!("../../../examples/{example}/plan.yaml"));
            kept(read_plan(&text.expect("the examples are there")).expect("a plan"));
        }
    }

    #[test]
    fn a_plan_of_other_steps_is_outlined_anew() {
        let text = fs::read_to_string("../../../examples/hello/plan.yaml");
        let plan = read_plan(&text.expect("the examples are there")).expect("a plan");
        let mut outlined = Outlined::of(&plan, &Measures::default());
        let at = "features/0/step".to_owned();
        let more = plan.edit(&Edit::Duplicate { at }).expect("it can be copied").plan;
        assert!(!outlined.follow(&plan, &more));
    }
}
