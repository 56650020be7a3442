//! What the window shows of an open project: the plan as a tree, its figures, its problems.

use cost::plan::Told;
use serde::Serialize;
use ts_rs::TS;

use super::node::Node;
use crate::calibrations::Learned;
use crate::estimates::UnknownCost;
use crate::plans::Input;

/// An open project, as it stands after the last edit.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct View {
    /// The number under which it is open.
    pub project: u64,
    /// Counts up with every answer, so that a late one can be told from a new one.
    pub turn: u64,
    /// The answer that this one goes on from: nodes, inputs and features that are as they were in it are
    /// left out. Nothing where all of them are here.
    pub since: Option<u64>,
    /// The project's file.
    pub file: String,
    /// Why nothing can be changed; nothing where it can.
    pub read_only: Option<String>,
    /// What undo would take back, in words.
    pub undo: Option<String>,
    /// What redo would do again, in words.
    pub redo: Option<String>,
    /// The step that is to be selected now, where an edit made or moved one.
    pub select: Option<String>,
    /// The plan's name.
    pub name: String,
    /// `2027-01`
    pub starts: String,
    /// How many months.
    pub months: Vec<String>,
    /// The month in view, counted from 0.
    pub month: usize,
    /// The plan as an outline: features, their steps, their other costs, in reading order.
    pub nodes: Vec<Node>,
    /// The parts of prompts.
    pub parts: Vec<Part>,
    /// The models that the plan was told of.
    pub taught: Vec<Taught>,
    /// Every typed or counted number.
    pub inputs: Vec<PlanInput>,
    /// What is wrong with the plan.
    pub problems: Vec<Finding>,
    /// What to know before the figures are trusted.
    pub notes: Vec<String>,
    /// What the plan costs; nothing before it was ever free of problems.
    pub figures: Option<Figures>,
    /// Whether the figures are those of an earlier state, because the plan has problems now.
    pub stale: bool,
    /// What the last edit was, and what it changed.
    pub last: Option<LastEdit>,
    /// What the figures rest on.
    pub facts: Facts,
}

/// A model that the plan was told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[ts(rename = "TaughtModel")]
pub struct Taught {
    /// Its name in the plan.
    pub name: String,
    /// `provider/id`, where the book knows it.
    pub model: Option<String>,
    /// What was estimated and billed.
    pub told: Vec<Told>,
    /// What that comes to; nothing where it cannot be meant.
    pub learned: Option<Learned>,
}

/// A part of prompts.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// How it is called in tables.
    pub label: String,
    /// Whose words it is: `system`, `user`, `retrieved`, `tools`.
    pub role: String,
    /// Whether it is a text, counted by vocabulary.
    pub is_text: bool,
    /// The file of the text, where it is one of its own.
    pub file: Option<String>,
    /// Whether later turns send it again.
    pub keep: bool,
    /// Tokens: as counted by the first model that reads it, or as expected of what was typed.
    pub tokens: Option<String>,
    /// As typed, where it is no text.
    pub typed: Option<String>,
    /// The addresses of its numbers.
    pub inputs: Vec<String>,
    /// Numbers that it could have and has not.
    pub optional: Vec<String>,
    /// The places of the calls that send it.
    pub sent_by: Vec<String>,
}

/// A number of the plan.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct PlanInput {
    /// The number with its source.
    #[serde(flatten)]
    pub input: Input,
    /// What it is, in words: `output tokens`.
    pub label: String,
    /// The place of the node or part that it belongs to.
    pub at: String,
    /// Whether it can be left out.
    pub optional: bool,
    /// The tenth and the ninetieth percentile of a range, as decimals.
    pub range: Option<[String; 2]>,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[ts(rename = "PlanProblem")]
pub struct Finding {
    /// The input or step, where it has an address.
    pub address: Option<String>,
    /// The place of the node that it stands at.
    pub at: String,
    /// Which field of it, where it is one: `model`, `output`, `months`.
    pub field: Option<String>,
    /// What is wrong, and with which value.
    pub message: String,
    /// What to write instead.
    pub hint: String,
    /// What the figures use meanwhile, where it is a number that was free of problems before.
    pub meanwhile: Option<String>,
}

/// What a plan costs.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct Figures {
    /// The currency of every amount.
    pub currency: String,
    /// Everything, over all months, as an exact decimal.
    pub total: String,
    /// Every month's total, as exact decimals.
    pub months: Vec<String>,
    /// Decimals of the nodes' costs, which stand in one column: those of the cheapest unit.
    pub unit_decimals: u32,
    /// The plan's features, in its order.
    pub features: Vec<FeatureFigures>,
}

/// What a feature costs.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct FeatureFigures {
    /// Its name in addresses.
    pub name: String,
    /// Its name as people write it.
    pub label: String,
    /// One piece of it.
    pub unit: String,
    /// Decimals of its unit's cost: four, and more where that is small.
    pub decimals: u32,
    /// The cost of one unit over all months; nothing where there are no units.
    pub unit_cost: Option<String>,
    /// The cost of one unit, month by month; nothing in months without units.
    pub unit_costs: Vec<Option<String>>,
    /// Units, month by month.
    pub units: Vec<String>,
    /// The cost of one call, one user, one accepted outcome in the month in view, where these are known.
    pub costs: Vec<CostPer>,
    /// Of what else one would ask the cost, and what the plan does not say for it.
    pub unknown_costs: Vec<UnknownCost>,
    /// The part of its answers that are right in the month; nothing where nobody measured a call that answers.
    pub quality: Option<String>,
    /// What one would have said: the answer once, at launch. Nothing when no call answers.
    pub naive_unit_cost: Option<String>,
    /// Billed model calls behind one unit in the month in view: those whose tokens are counted, failed attempts by the
    /// billed part of their prompt.
    pub calls: String,
    /// Tokens sent for one unit in the month in view.
    pub tokens_in: String,
    /// Tokens written for one unit in the month in view, reasoning included.
    pub tokens_out: String,
    /// What is paid for context that no answer needs, for one unit in the month in view.
    pub unused: Option<String>,
    /// One unit in the month in view by driver, from the axis up.
    pub drivers: Vec<DriverShare>,
}

/// What a feature costs for one of something, in the month in view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct CostPer {
    /// Of what, in words: `seat and working day`.
    pub label: String,
    /// What one costs; nothing where there is none.
    pub cost: Option<String>,
    /// What `why` explains.
    pub why: String,
}

/// What a driver takes of a unit's cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DriverShare {
    /// `base-prompt`
    pub driver: String,
    /// As people read it.
    pub label: String,
    /// In percent with one decimal, so that they add up to a hundred.
    pub share: String,
    /// Dollars for one unit.
    pub cost: String,
}

/// The last edit and its changes; signed decimals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LastEdit {
    /// In words: `output of hard 120..300 → 1..450`.
    pub label: String,
    /// Of each feature's unit cost in the month in view, by the feature's name.
    pub unit_costs: Vec<(String, String)>,
    /// Of the total of the month in view.
    pub month: String,
    /// Of the total over all months.
    pub total: String,
}

/// What the figures rest on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct Facts {
    /// The newest day on which a price in use was checked.
    pub checked: Option<String>,
    /// Pinned price entries that the plan uses.
    pub pinned: usize,
    /// Entries, and terms about the pinned models, that the book has otherwise by now.
    pub moved: usize,
    /// Inputs.
    pub inputs: usize,
    /// Those that nobody has given a source for.
    pub guesses: usize,
}
