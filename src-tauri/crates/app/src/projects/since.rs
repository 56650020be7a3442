//! What of a view is otherwise than in the answer before: most edits move a few rows of a large plan.

use super::node::Node;
use super::view::{FeatureFigures, PlanInput, View};

/// The rows of an answer.
pub struct Shown {
    turn: u64,
    nodes: Vec<Node>,
    inputs: Vec<PlanInput>,
    features: Vec<FeatureFigures>,
}

impl Shown {
    /// Keeps the rows of a view that leaves nothing out.
    pub fn all(view: View) -> (View, Self) {
        let shown = Self {
            turn: view.turn,
            nodes: view.nodes.clone(),
            inputs: view.inputs.clone(),
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
    pub fn leave_out(self, mut view: View) -> (View, Self) {
        let Some(figures) = &mut view.figures else { return Self::all(view) };
        let same_rows = alike(&self.nodes, &view.nodes, |node| &node.at)
            && alike(&self.inputs, &view.inputs, |input| &input.input.address)
            && alike(&self.features, &figures.features, |feature| &feature.name);
        if !same_rows {
            return Self::all(view);
        }
        let shown = Self {
            turn: view.turn,
            nodes: changed(&self.nodes, &mut view.nodes),
            inputs: changed(&self.inputs, &mut view.inputs),
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
