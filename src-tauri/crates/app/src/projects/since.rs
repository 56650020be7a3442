//! What of a view is otherwise than in the answer before: most edits move a few rows of a large plan.

use std::sync::Arc;

use super::node::Node;
use super::view::{FeatureFigures, PlanInput, View};

/// The rows of an answer.
pub struct Shown {
    turn: u64,
    nodes: Vec<Node>,
    inputs: Vec<Arc<PlanInput>>,
    features: Vec<FeatureFigures>,
}

impl Shown {
    /// A view with all of its inputs, and the rows to keep of it.
    pub fn all(mut view: View, inputs: Vec<Arc<PlanInput>>) -> (View, Self) {
        view.inputs = inputs.iter().map(|input| PlanInput::clone(input)).collect();
        let shown = Self {
            turn: view.turn,
            nodes: view.nodes.clone(),
            inputs,
            features: view.figures.iter().flat_map(|it| it.features.clone()).collect(),
        };
        (view, shown)
    }

    /// The turn of that answer.
    pub const fn turn(&self) -> u64 {
        self.turn
    }

    /// A later view without the rows that are as they were in this one. Where rows came, went or moved
    /// it leaves nothing out.
    pub fn leave_out(self, mut view: View, inputs: Vec<Arc<PlanInput>>) -> (View, Self) {
        let Some(figures) = &mut view.figures else { return Self::all(view, inputs) };
        let same_rows = alike(&self.nodes, &view.nodes, |node| &node.at)
            && alike(&self.inputs, &inputs, |input| &input.input.address)
            && alike(&self.features, &figures.features, |feature| &feature.name);
        if !same_rows {
            return Self::all(view, inputs);
        }
        let pairs = self.inputs.iter().zip(&inputs);
        let is_other =
            |(before, now): &(&Arc<_>, &Arc<_>)| !Arc::ptr_eq(before, now) && before != now;
        view.inputs = pairs.filter(is_other).map(|(_, now)| PlanInput::clone(now)).collect();
        let shown = Self {
            turn: view.turn,
            nodes: changed(&self.nodes, &mut view.nodes),
            inputs,
            features: changed(&self.features, &mut figures.features),
        };
        view.since = Some(self.turn);
        (view, shown)
    }
}

/// Whether two lists have the same rows in the same order.
fn alike<T>(before: &[T], now: &[T], name: impl Fn(&T) -> &String) -> bool {
    before.len() == now.len()
        && before.iter().zip(now).all(|(before, now)| name(before) == name(now))
}

/// Leaves what changed in a list; the answer is all of it.
fn changed<T: Clone + PartialEq>(before: &[T], now: &mut Vec<T>) -> Vec<T> {
    let pairs = before.iter().zip(now.iter());
    let changed = pairs.filter(|(before, now)| before != now).map(|(_, now)| now.clone()).collect();
    std::mem::replace(now, changed)
}
