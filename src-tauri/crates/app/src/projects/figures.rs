//! What the outline's nodes and the features come to in the month in view.

use std::collections::BTreeMap;
use std::ops::Range;

use cost::meter::Meter;
use cost::money::Money;
use cost::plan::{CONTEXT, Certainty, Counted, HISTORY};
use cost::workings::{Driver, FeatureRows, Item, Line, RowId};

use super::behind::{Steps, at, decimals, row_at};
use super::call_prices::call_prices;
use super::node::{Kind, Node, NodeFigures, Under};
use super::view::{CostPer, DriverShare, FeatureFigures, Figures, Part};
use crate::estimates::{UnknownCost, Worked};
use crate::foot::{decimal, foot, foot_under, shares};

/// What the whole plan comes to.
pub fn figures(steps: &Steps) -> Figures {
    let Steps { worked, .. } = *steps;
    let ledger = &worked.estimate.ledger;
    let workings = &worked.estimate.workings;
    Figures {
        currency: worked.opened.plan.currency.clone(),
        total: ledger.total().to_string(),
        months: (0..workings.months).map(|month| ledger.month(month).to_string()).collect(),
        unit_decimals: steps.decimals,
        features: workings.features.iter().map(|rows| feature(steps, rows)).collect(),
    }
}

/// Gives every node what it comes to. Nodes that the worked plan does not have stay without.
pub fn fill(nodes: &mut [Node], steps: &Steps) {
    let Steps { worked, .. } = *steps;
    let trees = trees(nodes);
    let tree = |kind, name: &str| trees.get(&(kind, name.to_owned())).cloned().unwrap_or(0..0);
    for feature in &worked.estimate.workings.features {
        fill_tree(&mut nodes[tree(Kind::Feature, &feature.name)], steps, None);
    }
    // An agent's are for one unit of the feature in which all of its uses are.
    for agent in worked.opened.plan.agents.keys() {
        let Some(feature) = steps.stands.feature_of(agent) else { continue };
        let rows = worked.estimate.workings.features.iter().find(|rows| rows.name == feature);
        let whole = rows.map(|rows| steps.at(rows.month_unit_cost));
        fill_tree(&mut nodes[tree(Kind::NamedAgent, agent)], steps, whole);
    }
}

/// Tokens of the parts that a node's call sends in the month, and of parts as such.
pub fn fill_parts(parts: &mut [Part], nodes: &mut [Node], steps: &Steps) {
    let Steps { worked, month, .. } = *steps;
    for node in nodes.iter_mut() {
        let Some(address) = &node.address else { continue };
        let Some(address) = steps.stands.places(address).into_iter().next() else { continue };
        for sent in &mut node.sends {
            let at =
                |field: &str| row_at(worked, &format!("{address}.in.{}{field}", sent.part), month);
            let known = match sent.part.as_str() {
                HISTORY => resent(steps, &address),
                CONTEXT => None,
                _ => at("").map(|launch| launch + at(".gained").unwrap_or(0.0)),
            };
            sent.tokens = known.map(tokens);
            let model = node.model.as_deref().unwrap_or_default();
            sent.certainty = certainty(worked, &sent.part, model)
                .map(|(certainty, counted)| certainty.in_words(counted));
        }
    }
    for part in parts {
        let measured = worked.opened.measures.iter().find(|(name, _)| *name == part.name);
        let typed = || {
            let known = worked.opened.plan.prompts.get(&part.name)?.tokens.as_ref()?;
            Some(known.mean())
        };
        part.tokens = measured.map(|(_, measure)| measure.tokens).or_else(typed).map(tokens);
    }
}

/// How sure a part's length is on a model, with what it was counted for before; nothing where
/// nobody counted it.
fn certainty<'w>(
    worked: &'w Worked,
    name: &str,
    model: &str,
) -> Option<(Certainty, Option<&'w Counted>)> {
    let part = worked.opened.plan.prompts.get(name)?;
    let tokens = part.tokens.as_ref();
    let counted = tokens.and_then(|tokens| tokens.provenance.counted.as_ref());
    let measures = &worked.opened.measures;
    (counted.is_some() || measures.get(name, model).is_some())
        .then(|| (measures.certainty(name, part, model), counted))
}

/// Tokens of earlier turns in one call of a step, on average; nothing where none are sent again.
fn resent(steps: &Steps, step: &str) -> Option<f64> {
    let is_resent = |line: &&&Line| {
        let input = matches!(line.item, Item::Model { meter, .. } if READ.contains(&meter));
        line.driver == Driver::History && input
    };
    let lines = steps.lines(step).iter().filter(is_resent);
    let quantities: Vec<f64> =
        lines.filter_map(|line| line.quantity).map(|row| steps.at(row)).collect();
    let calls = steps.calls(step);
    (!quantities.is_empty() && calls > 0.0).then(|| quantities.iter().sum::<f64>() / calls)
}

/// What is sent: new, read from a provider's cache, or written to it.
const READ: [Meter; 4] = [Meter::Input, Meter::CacheRead, Meter::CacheWrite, Meter::CacheWrite1h];

/// What one node without children comes to, for one unit.
#[derive(Clone, Copy, Default)]
struct Leaf {
    calls: f64,
    tokens_in: f64,
    tokens_out: f64,
    cost: f64,
    /// Whether a part is sent whose tokens are estimated.
    estimated: bool,
}

impl Leaf {
    /// With another beside it.
    fn and(self, other: Self) -> Self {
        Self {
            calls: self.calls + other.calls,
            tokens_in: self.tokens_in + other.tokens_in,
            tokens_out: self.tokens_out + other.tokens_out,
            cost: self.cost + other.cost,
            estimated: self.estimated || other.estimated,
        }
    }
}

/// What the leaves under a node come to.
#[derive(Clone, Copy, Default)]
struct Sum {
    leaf: Leaf,
    month: Money,
    leaves: usize,
}

/// Fills the nodes of one tree; shares are of the first node's cost, or of `whole`.
fn fill_tree(nodes: &mut [Node], steps: &Steps, whole: Option<f64>) {
    // A parent is the sum of the leaves under it.
    let mut sums = vec![Sum::default(); nodes.len()];
    let places: BTreeMap<&str, usize> =
        nodes.iter().enumerate().map(|(index, node)| (node.at.as_str(), index)).collect();
    for index in 0..nodes.len() {
        // A step that the figures do not have yet stays without: 0 would be wrong.
        let Some(leaf) = leaf(steps, &nodes[index]) else { continue };
        let behind = steps.behind(&nodes[index]);
        let own: Money = behind.iter().filter_map(|step| steps.dollars.get(step)).copied().sum();
        let mut above = Some(index);
        while let Some(held) = above {
            let sum = &mut sums[held];
            sum.leaf = sum.leaf.and(leaf);
            sum.month = [sum.month, own].into_iter().sum();
            sum.leaves += 1;
            above = nodes[held].parent.as_deref().and_then(|parent| places.get(parent).copied());
        }
    }
    let held: Vec<usize> = (0..nodes.len()).filter(|&index| sums[index].leaves > 0).collect();
    let costs: Vec<f64> = held.iter().map(|&index| sums[index].leaf.cost).collect();
    let places = steps.decimals;
    let shown = shown(nodes, &held, &costs, whole, places);
    for (&index, (cost, share)) in held.iter().zip(shown) {
        let Sum { leaf, month, .. } = sums[index];
        let is_other = nodes[index].kind == Kind::OtherCost;
        nodes[index].figures = Some(NodeFigures {
            calls: (!is_other).then(|| number(leaf.calls)),
            tokens_in: (!is_other).then(|| tokens(leaf.tokens_in)),
            estimated: leaf.estimated,
            tokens_out: (!is_other).then(|| tokens(leaf.tokens_out)),
            cost: decimal(cost, places),
            cost_exact: number(leaf.cost),
            month: month.to_string(),
            share: decimal(share, 1),
            why: why(steps, &nodes[index]),
            under: under(steps, &nodes[index]),
            prices: call_prices(steps, &nodes[index]),
        });
    }
}

/// What the cost of a use of an agent is the sum of.
fn under(steps: &Steps, node: &Node) -> Vec<Under> {
    if node.kind != Kind::Agent {
        return vec![];
    }
    let label = |behind: &str| {
        let before = format!("{}.", node.name);
        let inside = behind.find(&before).map(|at| &behind[at + before.len()..]);
        inside.unwrap_or(behind).to_owned()
    };
    let under = |behind: &str| Under {
        label: label(behind),
        cost: number(step(steps, behind).unwrap_or_default().cost),
        why: why_step(steps, behind),
    };
    steps.behind(node).into_iter().map(under).collect()
}

/// Costs and shares of nodes in whole steps: those under a node add up to what it shows, level by level.
fn shown(
    nodes: &[Node],
    held: &[usize],
    costs: &[f64],
    whole: Option<f64>,
    places: u32,
) -> Vec<(i64, i64)> {
    let mut shown = vec![(0, 0); held.len()];
    let top = costs.first().copied().unwrap_or_default();
    let whole = whole.unwrap_or(top);
    let percent = |cost: f64| if whole > 0.0 { cost / whole * 100.0 } else { 0.0 };
    if let Some(first) = shown.first_mut() {
        *first = (foot(&[top], places)[0], foot(&[percent(top)], 1)[0]);
    }
    let mut children: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, &index) in held.iter().enumerate() {
        let parent = nodes[index].parent.as_deref();
        children.entry(parent.unwrap_or_default()).or_default().push(place);
    }
    // Nodes stand in reading order: a parent is shown before what is under it.
    for (place, &index) in held.iter().enumerate() {
        let Some(children) = children.get(nodes[index].at.as_str()) else { continue };
        let of: Vec<f64> = children.iter().map(|&child| costs[child]).collect();
        let shares: Vec<f64> = of.iter().map(|&cost| percent(cost)).collect();
        let (cost, share) = shown[place];
        let footed = foot_under(&of, cost, places).into_iter().zip(foot_under(&shares, share, 1));
        children.iter().zip(footed).for_each(|(&child, footed)| shown[child] = footed);
    }
    shown
}

/// What explains what a node costs for one unit; nothing for a node that only holds others.
fn why(steps: &Steps, node: &Node) -> String {
    match (node.kind, &node.address) {
        (Kind::Call | Kind::Tool, Some(_)) => match steps.behind(node)[..] {
            [only] => why_step(steps, only),
            _ => String::new(),
        },
        (Kind::OtherCost, Some(address)) => format!("{address}.each"),
        (Kind::Feature, Some(address)) => format!("{address}.month.unit-cost"),
        _ => String::new(),
    }
}

/// What explains a step's cost: all of it, or its one line where that is all.
fn why_step(steps: &Steps, address: &str) -> String {
    let whole = format!("{address}.unit-cost");
    let workings = &steps.worked.estimate.workings;
    match (workings.find(&whole), steps.lines(address)) {
        (None, [only]) => workings.row(only.amount).address.clone(),
        (Some(_) | None, _) => whole,
    }
}

/// What a node without others under it comes to; nothing for other nodes, and for those that have no figures.
fn leaf(steps: &Steps, node: &Node) -> Option<Leaf> {
    match node.kind {
        Kind::Call | Kind::Tool | Kind::Agent | Kind::OtherCost => {}
        Kind::Feature
        | Kind::Chain
        | Kind::Route
        | Kind::Retry
        | Kind::FanOut
        | Kind::Conversation
        | Kind::Cascade
        | Kind::Until
        | Kind::Loop
        | Kind::ResponseCache
        | Kind::NamedAgent
        | Kind::Contract => return None,
    }
    let behind = steps.behind(node);
    let leaves = behind.iter().filter_map(|address| step(steps, address));
    let Some(leaf) = leaves.reduce(Leaf::and) else {
        // A tool without a fee, and an agent of nothing else, cost nothing.
        let stands = || {
            let places = steps.stands.places(node.address.as_deref()?);
            places.iter().any(|place| steps.stands.has(place)).then(Leaf::default)
        };
        return matches!(node.kind, Kind::Tool | Kind::Agent).then(stands)?;
    };
    let model = node.model.as_deref().unwrap_or_default();
    let mut sent = node.sends.iter().filter_map(|it| certainty(steps.worked, &it.part, model));
    let estimated = sent.any(|(it, _)| matches!(it, Certainty::Estimated(_)));
    Some(Leaf { estimated, ..leaf })
}

/// What the lines of a step come to; nothing where it has none.
fn step(steps: &Steps, address: &str) -> Option<Leaf> {
    let lines = steps.lines(address);
    let is_call =
        matches!(lines.first()?.item, Item::Model { .. }) && !steps.stands.is_tool(address);
    let calls = if is_call { steps.billed(address) } else { 0.0 };
    let mut leaf = Leaf { calls, ..Leaf::default() };
    for line in lines {
        leaf.cost += steps.at(line.amount);
        let quantity = line.quantity.map_or(1.0, |row| steps.at(row));
        match &line.item {
            Item::Model { meter, .. } if READ.contains(meter) => leaf.tokens_in += quantity,
            Item::Model { meter: Meter::Output, .. } => leaf.tokens_out += quantity,
            Item::Model { .. } | Item::Other(_) => {}
        }
    }
    Some(leaf)
}

/// Tokens that one call of a step is sent, and that it writes, in the first month in which it is made, those of cached
/// parts and of every billed attempt among them; nothing where it is never made.
pub fn one_call(worked: &Worked, address: &str) -> Option<[f64; 2]> {
    (0..worked.estimate.workings.months).find_map(|month| {
        let call = step(&Steps::of(worked, month), address).filter(|call| call.calls > 0.0)?;
        Some([call.tokens_in, call.tokens_out].map(|tokens| tokens / call.calls))
    })
}

fn feature(steps: &Steps, rows: &FeatureRows) -> FeatureFigures {
    let Steps { worked, month, .. } = *steps;
    let workings = &worked.estimate.workings;
    let by_month = |row: RowId| -> Vec<String> {
        (0..workings.months).map(|month| number(at(worked, row, month))).collect()
    };
    let units = at(worked, rows.volume, month);
    let costs: Vec<f64> = rows
        .drivers
        .iter()
        .map(|(_, row)| if units > 0.0 { at(worked, *row, month) / units } else { 0.0 })
        .collect();
    let driver = |((driver, cost), share): ((Driver, f64), i64)| DriverShare {
        driver: driver.name().to_owned(),
        label: driver.label().to_owned(),
        share: decimal(share, 1),
        cost: number(cost),
    };
    let drivers = rows.drivers.iter().map(|(driver, _)| *driver);
    let sum = all(steps, &rows.name);
    let unused = row_at(worked, &format!("{}.month.unused", rows.name), month);
    FeatureFigures {
        name: rows.name.clone(),
        label: rows.label.clone(),
        unit: rows.unit.clone(),
        decimals: decimals(worked, rows),
        unit_cost: worked.estimate.unit_cost(rows).map(number),
        unit_costs: (0..workings.months)
            .map(|month| worked.estimate.month_unit_cost(rows, month).map(number))
            .collect(),
        units: by_month(rows.volume),
        costs: rows
            .per
            .iter()
            .map(|per| CostPer {
                label: per.per.one(&rows.unit),
                cost: worked.estimate.month_cost_per(per, month).map(number),
                why: workings.row(per.month_cost).address.clone(),
            })
            .collect(),
        unknown_costs: UnknownCost::of(rows),
        quality: rows.quality.map(|[in_month, _]| number(at(worked, in_month, month))),
        naive_unit_cost: rows.naive_unit_cost.map(|row| number(at(worked, row, month))),
        calls: number(sum.calls),
        tokens_in: tokens(sum.tokens_in),
        tokens_out: tokens(sum.tokens_out),
        unused: unused.filter(|_| units > 0.0).map(|unused| number(unused / units)),
        drivers: drivers.zip(costs.iter().copied()).zip(shares(&costs)).map(driver).collect(),
    }
}

/// Everything that happens behind one unit of a feature.
fn all(steps: &Steps, feature: &str) -> Leaf {
    let own = steps.of_features.get(feature).into_iter().flatten();
    own.filter_map(|address| step(steps, address)).fold(Leaf::default(), Leaf::and)
}

/// Where each node without one above it stands with all under it, by its kind and its name.
fn trees(nodes: &[Node]) -> BTreeMap<(Kind, String), Range<usize>> {
    let tops = nodes.iter().enumerate().filter(|(_, node)| node.parent.is_none());
    let starts: Vec<usize> = tops.map(|(index, _)| index).collect();
    let ends = starts.iter().skip(1).copied().chain([nodes.len()]);
    let tree = |(start, end): (&usize, usize)| {
        let Node { kind, name, .. } = &nodes[*start];
        ((*kind, name.clone()), *start..end)
    };
    starts.iter().zip(ends).map(tree).collect()
}

fn number(value: f64) -> String {
    value.to_string()
}

/// Tokens to a tenth: more would pretend.
fn tokens(value: f64) -> String {
    format!("{:.1}", value).trim_end_matches(".0").to_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::estimates::work;
    use crate::plans::Request;

    #[track_caller]
    fn check(step: &str, calls: f64, tokens_in: f64, tokens_out: f64) {
        let text = format!(
            "{{ forebill: 1, name: Calls, starts: 2027-01, months: 2, prices: {{ as_of: 2026-11-22 }}, \
             prompts: {{ question: {{ tokens: 1000 }} }}, features: [ {{ name: ask, unit: question, \
             volume: {{ units: 10000/month }}, step: {step} }} ] }}"
        );
        let folder = tempfile::tempdir().expect("a folder");
        let plan = folder.path().join("plan.yaml");
        fs::write(&plan, text).expect("the folder can be written to");
        let worked = work(&Request { plan, ..Request::default() }).expect("it has no problems");
        let shown = figures(&Steps::of(&worked, 1));
        let feature = &shown.features[0];
        let found = [&feature.calls, &feature.tokens_in, &feature.tokens_out]
            .map(|text| text.parse::<f64>().expect("a number"));
        for (found, expected) in found.into_iter().zip([calls, tokens_in, tokens_out]) {
            assert!((found - expected).abs() <= 1e-9 * expected, "{found} is not {expected}");
        }
        // What one call costs is asked of the same calls.
        let known = row_at(&worked, "ask.month.calls-per-unit", 1).expect("it calls a model");
        assert!((known - calls).abs() <= 1e-9 * calls, "{known} is not {calls}");
    }

    #[test]
    fn calls_and_tokens_are_of_the_same_attempts() {
        let call = |name: &str| {
            format!(
                "{{ call: {{ name: {name}, answer: true, model: openai/gpt-4o, input: [question], output: 400 }} }}"
            )
        };
        let retry = |fails: &str| {
            let call = call("reply");
            format!("{{ retry: {{ attempts: 2, fails: {{ {fails} }}, step: {call} }} }}")
        };
        check(&call("reply"), 1.0, 1000.0, 400.0);
        // What is invalid is billed whole, what is rejected is not, of a timeout half of the output.
        check(&retry("invalid: 20%"), 1.2, 1200.0, 480.0);
        check(&retry("rejected: 20%"), 0.96, 960.0, 384.0);
        check(&retry("timeout: 20%"), 1.2, 1200.0, 432.0);
        // Ways that are kept for a conversation are added up.
        let route = format!(
            "{{ conversation: {{ turns: 3, turn: [ {{ route: {{ sticky: conversation, branches: [ \
             {{ share: 25%, step: {} }}, {{ share: rest, step: {} }} ] }} }} ] }} }}",
            call("small"),
            call("large")
        );
        check(&route, 3.0, 3000.0, 1200.0);
    }
}
