//! From one unit to the bill: months by driver and feature, totals, other costs.

use std::sync::Arc;

use super::call::Figures;
use super::contract;
use super::number;
use super::over_time::at_launch;
use super::per::{Cost, per, ratio};
use super::right::right;
use super::storage::storage;
use super::unanswered::{UnansweredRows, unanswered};
use super::writer::{Writer, key, one, say, under, volume_address, zero};
use crate::plan::{Certainty, Feature, OtherCost};
use crate::spread::Spread;
use crate::workings::{
    Charged, Driver, Expr, FeatureRows, Item, Line, LineRate, Node, Place, RowId, Totals,
};

/// Writes what features, months and everything come to.
pub fn totals<'f>(w: &mut Writer, figures: impl Iterator<Item = &'f Figures>) {
    let plan = w.checked.plan;
    let figures: Vec<&Figures> = figures.collect();
    let with_figures = plan.features.iter().zip(figures.iter().copied());
    storage(w, &with_figures.collect::<Vec<_>>());
    let monthly: Vec<Expr> =
        plan.other_costs.iter().filter_map(|cost| other_cost(w, cost)).collect();
    let drivers: Vec<Drivers> =
        plan.features.iter().map(|feature| feature_drivers(w, feature)).collect();
    let changes = contract::contracts(w);
    let mut months = zero();
    for ((feature, figures), drivers) in plan.features.iter().zip(figures).zip(drivers) {
        let changed = changes.features.iter().filter(|(name, _)| *name == feature.name);
        let changed: Vec<RowId> = changed.flat_map(|(_, rows)| rows.iter().copied()).collect();
        months = months + feature_rows(w, feature, figures, drivers, &changed);
    }
    let months = monthly.into_iter().fold(months, |sum, cost| sum + cost);
    let apart = changes.apart.into_iter().map(|row| Expr::from(Node::Row(row)));
    let months = apart.fold(months, |sum, cost| sum + cost);
    let month = w.row_id(Place::Month, "total", "total.month", say("all costs", "USD"), months);
    let all = Expr::from(Node::Total(month));
    let total = w.row_id(Place::Figure, "total", "total", say("all costs, all months", "USD"), all);
    w.workings.totals = Some(Totals { month, total });
    if let Some(exchange) = &plan.exchange {
        let rate = number::mean(w, &exchange.rate);
        let label =
            say(format!("all costs, all months, in {}", exchange.currency), &exchange.currency);
        let exchanged = Expr::from(Node::Row(total)) * rate;
        w.row_id(Place::Figure, "total", "total.exchanged", label, exchanged);
    }
    let changed = w.workings.contracts.iter().map(|contract| contract.month);
    let changed: Vec<RowId> = changed.collect();
    if !changed.is_empty() {
        let changed = changed.into_iter().map(|row| Expr::from(Node::Total(row)));
        let changed = changed.fold(zero(), |sum, row| sum + row);
        let say_changed = say("what contracts change, all months", "USD");
        let contract = w.row_id(Place::Figure, "total", "total.contract", say_changed, changed);
        let list = Expr::from(Node::Row(total)) - Expr::from(Node::Row(contract));
        let say_list = say("all costs at list prices, all months", "USD");
        w.row_id(Place::Figure, "total", "total.list", say_list, list);
    }
}

/// A feature's cost by driver and month, in the order of [`Driver::ALL`].
type Drivers = Vec<(Driver, RowId)>;

/// Writes a cost beside the model calls. Answers the month row of one that belongs to no feature.
fn other_cost(w: &mut Writer, other: &OtherCost) -> Option<Expr> {
    let group = format!("other-costs.{}", other.id());
    let cost = number::mean(w, &other.cost);
    if let Some(once) = &other.once {
        let month = Expr::from(Node::MonthNumber);
        let in_month = number::mean(w, once);
        let from = Expr::if_at_most(&in_month, &month, &one(), &zero());
        let times = Expr::if_at_most(&month, &in_month, &from, &zero());
        let label = say(format!("{}, in its month", other.name), "times");
        let times = w.row_id(Place::Month, &group, format!("{group}.times"), label, times);
        let label = say(format!("{}, once", other.name), "USD");
        let cost = Expr::from(Node::Row(times)) * cost;
        let amount = w.row_id(Place::Month, &group, format!("{group}.month"), label, cost);
        push_line(w, other, amount, Some(times), None);
        return Some(Expr::from(Node::Row(amount)));
    }
    let Some(share) = &other.share else {
        let label = say(format!("{}, once a month", other.name), "USD");
        let amount = w.row_id(Place::Month, &group, under(&group, "month"), label, cost.clone());
        push_line(w, other, amount, None, None);
        return Some(Expr::from(Node::Row(amount)));
    };
    let feature = feature_of(w, other);
    let share = number::mean(w, share);
    let unit = &feature.unit;
    let times = say(format!("{}, times", other.name), format!("times per {unit}"));
    let times = w.row_id(Place::Unit, &group, under(&group, "times"), times, share);
    let label = say(other.name.clone(), format!("USD per {unit}"));
    let label = label.keyed(key(&feature.name, Driver::OtherCosts));
    let expr = Expr::from(Node::Row(times)) * cost;
    let amount = w.row_id(Place::Line, &group, under(&group, "each"), label, expr);
    push_line(w, other, amount, Some(times), Some(feature));
    None
}

fn push_line(
    w: &mut Writer,
    other: &OtherCost,
    amount: RowId,
    quantity: Option<RowId>,
    feature: Option<&Feature>,
) {
    let rate = match *other.cost.spread() {
        Spread::Fixed(value) => {
            let input = w.typed(&other.cost, "", value).input();
            LineRate::Typed(input.expect("a typed number is an input"))
        }
        Spread::Range { .. } | Spread::Likely { .. } | Spread::Measured(_) => {
            unreachable!("a checked cost has one amount")
        }
    };
    let feature = feature.map_or_else(String::new, |feature| feature.name.clone());
    let volume = w.workings.find(&volume_address(&feature));
    w.workings.lines.push(Line {
        amount,
        quantity,
        volume,
        charged: Arc::new(Charged {
            feature,
            step: format!("other-costs.{}", other.id()),
            item: Item::Other(other.name.clone()),
            driver: Driver::OtherCosts,
            certainty: Certainty::Assumed,
            sent: false,
        }),
        rate,
    });
}

/// The feature whose units have a cost.
///
/// # Panics
/// When there is none: a checked plan's costs name theirs, or there is only one.
pub fn feature_of<'p>(w: &Writer<'p>, other: &OtherCost) -> &'p Feature {
    let features = &w.checked.plan.features;
    let named = |feature: &&Feature| other.of.as_ref().is_none_or(|of| *of == feature.name);
    features.iter().find(named).expect("a checked cost has a feature")
}

fn feature_drivers(w: &mut Writer, feature: &Feature) -> Drivers {
    let name = &feature.name;
    let volume = w.workings.find(&volume_address(name)).expect("volumes are written first");
    let units = Expr::from(Node::Row(volume));
    let mut drivers = vec![];
    for driver in Driver::ALL {
        let key = key(name, driver);
        if w.workings.keyed(&key).is_empty() {
            continue;
        }
        let address = format!("{name}.month.{}", driver.name());
        let cost = &units * Expr::from(Node::Gather(key));
        let label = say(driver.label(), "USD");
        drivers.push((driver, w.row_id(Place::Month, name, &address, label, cost)));
    }
    drivers
}

fn feature_rows(
    w: &mut Writer,
    feature: &Feature,
    figures: &Figures,
    mut drivers: Drivers,
    changed: &[RowId],
) -> Expr {
    let name = &feature.name;
    let volume = w.workings.find(&volume_address(name)).expect("volumes are written first");
    let units = Expr::from(Node::Row(volume));
    if !changed.is_empty() {
        let driver = Driver::Contract;
        let sum = changed.iter().fold(zero(), |sum, row| sum + Expr::from(Node::Row(*row)));
        let address = format!("{name}.month.{}", driver.name());
        let label = say(driver.label(), "USD");
        drivers.push((driver, w.row_id(Place::Month, name, &address, label, sum)));
    }
    let sum = drivers.iter().fold(zero(), |sum, (_, row)| sum + Expr::from(Node::Row(*row)));
    let label = feature.label.clone().unwrap_or_else(|| name.clone());
    let say_month = say(format!("{label}, all drivers"), "USD");
    let month = w.row_id(Place::Month, name, under(name, "month"), say_month, sum);
    let unused = figures.unused.iter().fold(zero(), |sum, cost| sum + cost);
    let unused = (!unused.is(0)).then(|| {
        let label = say("paid for what no answer needs", "USD");
        let address = under(name, "month.unused");
        w.row_id(Place::Month, name, &address, label, &units * unused)
    });
    let tried = if figures.naive.is_empty() { &figures.stand_in } else { &figures.naive };
    let tried: Vec<Expr> = tried.iter().map(|cost| at_launch(w, feature, cost)).collect();
    let mut figure = |field: &str, label: &str, unit: &str, expr: Expr| {
        w.row_id(Place::Figure, name, under(name, field), say(label, unit), expr)
    };
    let unit = format!("USD per {}", feature.unit);
    let all_units =
        figure("all-units", "units, all months", &feature.unit, Expr::from(Node::Total(volume)));
    let total = figure("total", "cost, all months", "USD", Expr::from(Node::Total(month)));
    let per_unit = ratio(total, all_units);
    let unit_cost = figure("unit-cost", "cost of one unit, over all months", &unit, per_unit);
    if let Some(unused) = unused {
        let all = Expr::from(Node::Total(unused));
        figure("unused", "paid for what no answer needs, all months", "USD", all);
    }
    let naive_unit_cost = tried.split_first().map(|(first, others)| {
        let dearest = others.iter().fold(first.clone(), |most, cost| most.max(cost));
        figure("naive-unit-cost", "what one would have said", &unit, dearest)
    });
    let in_month = ratio(month, volume);
    let in_month_label = say("cost of one unit, in the month", unit);
    let address = under(name, "month.unit-cost");
    let month_unit_cost = w.row_id(Place::Month, name, &address, in_month_label, in_month);
    let right = right(w, feature, figures, volume);
    let counted = right.as_ref().map(|right| right.count.clone());
    let other = drivers.iter().find(|(driver, _)| *driver == Driver::OtherCosts);
    let cost = Cost { month, total, other: other.map(|(_, row)| *row), fees: &figures.fees };
    let per = per(w, feature, (&figures.calls, counted), volume, &cost);
    let UnansweredRows { units: none, turns: no_turns } =
        unanswered(w, feature, &figures.unanswered, volume, all_units);
    let quality = right.map(|right| right.quality);
    w.workings.features.push(FeatureRows {
        name: name.clone(),
        label,
        unit: feature.unit.clone(),
        volume,
        units: all_units,
        month,
        total,
        unit_cost,
        month_unit_cost,
        per,
        quality,
        unanswered: none,
        unanswered_turns: no_turns,
        naive_unit_cost,
        drivers,
    });
    Expr::from(Node::Row(month))
}
