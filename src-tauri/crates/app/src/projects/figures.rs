//! What the outline's nodes and the features come to in the month in view.

use std::collections::{BTreeMap, BTreeSet};

use cost::meter::Meter;
use cost::plan::{Certainty, Counted, HISTORY};
use cost::workings::{Driver, FeatureRows, Item, Line, RowId};

use super::view::{DriverShare, FeatureFigures, Figures, Kind, Node, NodeFigures, Part};
use crate::estimates::Worked;
use crate::foot::{decimal, foot, foot_under, shares, unit_decimals};

/// What the whole plan comes to.
pub fn figures(worked: &Worked, month: usize) -> Figures {
    let ledger = &worked.estimate.ledger;
    let workings = &worked.estimate.workings;
    Figures {
        currency: worked.opened.plan.currency.clone(),
        total: ledger.total().to_string(),
        without_follows: worked.estimate.without_follows.map(|total| total.to_string()),
        months: (0..workings.months).map(|month| ledger.month(month).to_string()).collect(),
        unit_decimals: most_decimals(worked),
        features: workings.features.iter().map(|rows| feature(worked, rows, month)).collect(),
    }
}

/// Decimals of the cost of a feature's unit.
pub fn decimals(worked: &Worked, rows: &FeatureRows) -> u32 {
    unit_decimals(worked.estimate.values.all(rows.month_unit_cost).iter().copied())
}

/// Decimals of a column in which the units of all features stand.
fn most_decimals(worked: &Worked) -> u32 {
    let features = worked.estimate.workings.features.iter();
    features.map(|rows| decimals(worked, rows)).max().unwrap_or(unit_decimals([]))
}

/// Gives every node what it comes to. Nodes that the worked plan does not have stay without.
pub fn fill(nodes: &mut [Node], worked: &Worked, month: usize) {
    for feature in &worked.estimate.workings.features {
        let own: Vec<usize> = indices_of(nodes, &feature.name);
        fill_feature(nodes, &own, worked, month);
    }
}

/// Tokens of the parts that a node's call sends in the month, and of parts as such.
pub fn fill_parts(parts: &mut [Part], nodes: &mut [Node], worked: &Worked, month: usize) {
    for node in nodes.iter_mut() {
        let Some(address) = &node.address else { continue };
        for sent in &mut node.sends {
            let at =
                |field: &str| row_at(worked, &format!("{address}.in.{}{field}", sent.part), month);
            let known = match sent.part.as_str() {
                HISTORY => resent(worked, address, month),
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
fn resent(worked: &Worked, step: &str, month: usize) -> Option<f64> {
    let is_resent = |line: &&Line| {
        let input = matches!(line.item, Item::Model { meter: Meter::Input, .. });
        line.step == step && line.driver == Driver::History && input
    };
    let lines = worked.estimate.workings.lines.iter().filter(is_resent);
    let quantities: Vec<f64> =
        lines.filter_map(|line| line.quantity).map(|row| at(worked, row, month)).collect();
    let calls = calls(worked, step, month);
    (!quantities.is_empty() && calls > 0.0).then(|| quantities.iter().sum::<f64>() / calls)
}

/// Calls of a step for one unit. One for each unit is a number, and has no row.
fn calls(worked: &Worked, step: &str, month: usize) -> f64 {
    row_at(worked, &format!("{step}.calls"), month).unwrap_or(1.0)
}

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

fn fill_feature(nodes: &mut [Node], own: &[usize], worked: &Worked, month: usize) {
    // A step that the figures do not have yet stays without: 0 would be wrong.
    let known = |&index: &usize| Some((index, leaf(worked, &nodes[index], month)?));
    let (leaves, of): (Vec<usize>, Vec<Leaf>) = own.iter().filter_map(known).unzip();
    // A parent is the sum of the leaves under it.
    let leaves_under = |index: usize| -> Vec<usize> {
        let at = &nodes[index].at;
        let below = format!("{at}/");
        let is_feature = nodes[index].kind == Kind::Feature;
        let under = |leaf: &usize| {
            let leaf = &nodes[*leaf].at;
            is_feature || leaf == at || leaf.starts_with(&below)
        };
        (0..leaves.len()).filter(|&k| under(&leaves[k])).collect()
    };
    let held = own.iter().map(|&index| (index, leaves_under(index)));
    let held: Vec<(usize, Vec<usize>)> = held.filter(|(_, picked)| !picked.is_empty()).collect();
    let costs: Vec<f64> =
        held.iter().map(|(_, picked)| picked.iter().map(|&k| of[k].cost).sum()).collect();
    let places = most_decimals(worked);
    let shown = shown(nodes, &held, &costs, places);
    for (place, (index, picked)) in held.iter().enumerate() {
        let sum = |value: &dyn Fn(&Leaf) -> f64| picked.iter().map(|&k| value(&of[k])).sum::<f64>();
        let is_other = nodes[*index].kind == Kind::OtherCost;
        let count = |value: f64| (!is_other).then(|| number(value));
        let steps: Vec<&str> =
            picked.iter().filter_map(|&k| nodes[leaves[k]].address.as_deref()).collect();
        let ledger = &worked.estimate.ledger;
        let in_month =
            ledger.sum(|line| line.month == month && steps.contains(&line.step.as_str()));
        let (cost, share) = shown[place];
        nodes[*index].figures = Some(NodeFigures {
            calls: count(sum(&|leaf| leaf.calls)),
            tokens_in: (!is_other).then(|| tokens(sum(&|leaf| leaf.tokens_in))),
            estimated: picked.iter().any(|&k| of[k].estimated),
            tokens_out: (!is_other).then(|| tokens(sum(&|leaf| leaf.tokens_out))),
            cost: decimal(cost, places),
            cost_exact: number(costs[place]),
            month: in_month.to_string(),
            share: decimal(share, 1),
            why: why(&nodes[*index]),
        });
    }
}

/// Costs and shares of nodes in whole steps: those under a node add up to what it shows, level by level.
fn shown(
    nodes: &[Node],
    held: &[(usize, Vec<usize>)],
    costs: &[f64],
    places: u32,
) -> Vec<(i64, i64)> {
    let mut shown = vec![(0, 0); held.len()];
    let whole = costs.first().copied().unwrap_or_default();
    let percent = |cost: f64| if whole > 0.0 { cost / whole * 100.0 } else { 0.0 };
    if let Some(first) = shown.first_mut() {
        *first = (foot(&[whole], places)[0], foot(&[percent(whole)], 1)[0]);
    }
    let mut children: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, (index, _)) in held.iter().enumerate() {
        let parent = nodes[*index].parent.as_deref();
        children.entry(parent.unwrap_or_default()).or_default().push(place);
    }
    // Nodes stand in reading order: a parent is shown before what is under it.
    for (place, (index, _)) in held.iter().enumerate() {
        let Some(children) = children.get(nodes[*index].at.as_str()) else { continue };
        let of: Vec<f64> = children.iter().map(|&child| costs[child]).collect();
        let shares: Vec<f64> = of.iter().map(|&cost| percent(cost)).collect();
        let (cost, share) = shown[place];
        let footed = foot_under(&of, cost, places).into_iter().zip(foot_under(&shares, share, 1));
        children.iter().zip(footed).for_each(|(&child, footed)| shown[child] = footed);
    }
    shown
}

/// What explains what a node costs for one unit; nothing for a node that only holds others.
fn why(node: &Node) -> String {
    match (node.kind, &node.address) {
        (Kind::Call, Some(address)) => format!("{address}.unit-cost"),
        (Kind::OtherCost, Some(address)) => format!("{address}.each"),
        (Kind::Feature, Some(address)) => format!("{address}.month.unit-cost"),
        _ => String::new(),
    }
}

/// What a call or another cost comes to; nothing for other nodes, and for those that have no figures.
fn leaf(worked: &Worked, node: &Node, month: usize) -> Option<Leaf> {
    let has_own = matches!(node.kind, Kind::Call | Kind::OtherCost);
    let leaf = step(worked, node.address.as_deref().filter(|_| has_own)?, month)?;
    let model = node.model.as_deref().unwrap_or_default();
    let mut sent = node.sends.iter().filter_map(|it| certainty(worked, &it.part, model));
    let estimated = sent.any(|(it, _)| matches!(it, Certainty::Estimated(_)));
    Some(Leaf { estimated, ..leaf })
}

/// What the lines of a step come to; nothing where it has none.
fn step(worked: &Worked, address: &str, month: usize) -> Option<Leaf> {
    let lines = || worked.estimate.workings.lines.iter().filter(|line| line.step == address);
    let first = lines().next()?;
    let is_call = matches!(first.item, Item::Model { .. });
    let calls = if is_call { calls(worked, address, month) } else { 0.0 };
    let mut leaf = Leaf { calls, ..Leaf::default() };
    for line in lines() {
        leaf.cost += at(worked, line.amount, month);
        let quantity = line.quantity.map_or(1.0, |row| at(worked, row, month));
        match &line.item {
            Item::Model { meter: Meter::Input, .. } => leaf.tokens_in += quantity,
            Item::Model { meter: Meter::Output, .. } => leaf.tokens_out += quantity,
            Item::Model { .. } | Item::Other(_) => {}
        }
    }
    Some(leaf)
}

fn feature(worked: &Worked, rows: &FeatureRows, month: usize) -> FeatureFigures {
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
    let sum = all(worked, &rows.name, month);
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
        naive_unit_cost: rows.naive_unit_cost.map(|row| number(at(worked, row, month))),
        calls: number(sum.calls),
        tokens_in: tokens(sum.tokens_in),
        tokens_out: tokens(sum.tokens_out),
        unused: unused.filter(|_| units > 0.0).map(|unused| number(unused / units)),
        drivers: drivers.zip(costs.iter().copied()).zip(shares(&costs)).map(driver).collect(),
    }
}

/// Everything that happens behind one unit of a feature.
fn all(worked: &Worked, feature: &str, month: usize) -> Leaf {
    let lines = worked.estimate.workings.lines.iter().filter(|line| line.feature == feature);
    let models = lines.filter(|line| matches!(line.item, Item::Model { .. }));
    let steps: BTreeSet<&str> = models.map(|line| line.step.as_str()).collect();
    let leaves = steps.into_iter().filter_map(|address| step(worked, address, month));
    leaves.fold(Leaf::default(), |sum, one| Leaf {
        calls: sum.calls + one.calls,
        tokens_in: sum.tokens_in + one.tokens_in,
        tokens_out: sum.tokens_out + one.tokens_out,
        cost: sum.cost + one.cost,
        estimated: sum.estimated || one.estimated,
    })
}

/// The nodes of a feature, its other costs included.
fn indices_of(nodes: &[Node], feature: &str) -> Vec<usize> {
    let is_it = |node: &Node| node.kind == Kind::Feature && node.name == feature;
    let Some(start) = nodes.iter().position(is_it) else { return vec![] };
    let end = nodes[start + 1..].iter().position(|node| node.parent.is_none());
    (start..end.map_or(nodes.len(), |end| start + 1 + end)).collect()
}

fn row_at(worked: &Worked, address: &str, month: usize) -> Option<f64> {
    worked.estimate.workings.find(address).map(|row| at(worked, row, month))
}

fn at(worked: &Worked, row: RowId, month: usize) -> f64 {
    worked.estimate.values.at(row, month)
}

fn number(value: f64) -> String {
    value.to_string()
}

/// Tokens to a tenth: more would pretend.
fn tokens(value: f64) -> String {
    format!("{:.1}", value).trim_end_matches(".0").to_owned()
}
