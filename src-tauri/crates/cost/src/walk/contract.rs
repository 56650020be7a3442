//! Contracts: what agreed prices, percentages and free quantities make of the spend at list prices.

use std::collections::BTreeSet;

use super::account;
use super::agreed::Agreed;
use super::writer::{Setting, Writer, one, say, zero};
use crate::book::Tier;
use crate::meter::Meter;
use crate::plan::{Contract, Free, Scope, term};
use crate::workings::{Agreement, ContractId, Expr, Item, Line, LineRate, Node, Place, RowId};

/// What contracts change.
#[derive(Default)]
pub struct Changes {
    /// For each feature, by its name.
    pub features: Vec<(String, Vec<RowId>)>,
    /// For none.
    pub apart: Vec<RowId>,
}

/// What one call pays for one meter in a month.
struct Charge {
    feature: usize,
    address: String,
    model: String,
    meter: Meter,
    tier: Tier,
    list: Expr,
    lines: Vec<Line>,
    agreed: Expr,
}

/// Writes what the contracts of a plan change. Every line of its calls has been written.
pub fn contracts(w: &mut Writer) -> Changes {
    let plan = w.checked.plan;
    let mut changes = Changes::default();
    for contract in plan.contracts.iter().filter(|contract| contract.has_terms()) {
        let charges = charges(w, contract);
        let agreed = terms(w, contract, charges);
        let Agreed { features, changes: changed, apart, .. } = agreed;
        let named = features.into_iter().map(|(feature, _)| feature);
        changes.features.extend(named.zip(changed));
        changes.apart.extend(apart);
    }
    changes
}

/// What a contract is about: lines by call and meter, each with its spend at list prices.
fn charges(w: &mut Writer, contract: &Contract) -> Vec<Charge> {
    let mut charges: Vec<Charge> = vec![];
    let lines = w.workings.lines.clone();
    let mut features: Vec<String> = vec![];
    for line in lines {
        let (Item::Model { model, meter }, LineRate::Prices(prices)) = (&line.item, &line.rate)
        else {
            continue;
        };
        if !covers(w, contract, model) {
            continue;
        }
        let known = features.iter().position(|known| *known == line.feature);
        let feature = known.unwrap_or_else(|| {
            features.push(line.feature.clone());
            features.len() - 1
        });
        let address = format!("{}.{}", line.step, meter.name());
        match charges.iter_mut().find(|charge| charge.address == address) {
            Some(charge) => charge.lines.push(line),
            None => {
                let tier = w.workings.prices[prices[0].0.0].tier;
                let (model, meter) = (model.clone(), *meter);
                let (list, agreed, lines) = (zero(), zero(), vec![line]);
                charges.push(Charge { feature, address, model, meter, tier, list, lines, agreed });
            }
        }
    }
    charges
}

/// Whether a contract is about a model: it names its seller, or no contract does.
fn covers(w: &Writer, contract: &Contract, model: &str) -> bool {
    let of = |contract: &Contract| {
        let provider = contract.provider.as_deref();
        provider.is_some_and(|provider| {
            model.split_once('/').is_some_and(|(seller, _)| seller == provider)
        })
    };
    match contract.provider {
        Some(_) => of(contract),
        None => !w.checked.plan.contracts.iter().any(of),
    }
}

fn terms<'a, 'p>(
    w: &'a mut Writer<'p>,
    contract: &'p Contract,
    mut charges: Vec<Charge>,
) -> Agreed<'a, 'p> {
    let id = ContractId(w.workings.contracts.len());
    let group = format!("contracts.{}", contract.name);
    for charge in &mut charges {
        let amount = |line: &Line| Expr::from(Node::Row(line.amount));
        let each = charge.lines.iter().fold(zero(), |sum, line| sum + amount(line));
        let volume = charge.lines[0].volume.map_or_else(one, |row| Expr::from(Node::Row(row)));
        let label = format!("{} of {}, at list", charge.meter.name(), charge.model);
        let address = format!("{group}.{}.list", charge.address);
        let row = w.row_id(Place::Month, &group, &address, say(label, "USD"), volume * each);
        charge.list = Expr::from(Node::Row(row));
        charge.agreed = charge.list.clone();
    }
    let mut names: Vec<(usize, String)> =
        charges.iter().map(|charge| (charge.feature, charge.lines[0].feature.clone())).collect();
    names.dedup();
    names.sort();
    names.dedup();
    let mut agreed = Agreed {
        w,
        contract,
        id,
        changes: vec![vec![]; names.len()],
        features: vec![],
        list: zero(),
        apart: vec![],
    };
    for (index, name) in names {
        let list = charges.iter().filter(|charge| charge.feature == index);
        let list = list.fold(zero(), |sum, charge| sum + &charge.list);
        let label = format!("spend of {name} at list prices");
        let row = agreed.row(&format!("list.{name}"), &label, "USD", list);
        agreed.features.push((name, row));
    }
    let list = agreed.features.iter().fold(zero(), |sum, (_, list)| sum + list);
    let list = agreed.row_id("list", "spend at list prices", "USD", list);
    agreed.list = Expr::from(Node::Row(list));
    negotiated(&mut agreed, &mut charges);
    for (index, free) in contract.free.iter().enumerate() {
        free_units(&mut agreed, &charges, free, &term("free", index));
    }
    account::terms(&mut agreed, |agreed, meter, field| {
        let of = |charge: &&Charge| charge.meter == meter;
        let cost = charges.iter().filter(of).fold(zero(), |sum, charge| sum + &charge.agreed);
        let units = charges.iter().filter(of).fold(zero(), |sum, charge| sum + units(charge));
        let unit = format!("{}s", meter.unit());
        let units = agreed.row(&format!("{field}.units"), "units in the month", &unit, units);
        let cost = agreed.row(&format!("{field}.cost"), "what they cost as agreed", "USD", cost);
        (units, cost)
    });
    finish(&mut agreed, list);
    agreed
}

/// Prices and percentages, call by call.
fn negotiated(agreed: &mut Agreed, charges: &mut [Charge]) {
    let contract = agreed.contract;
    let mut flags = vec![];
    for (index, price) in contract.prices.iter().enumerate() {
        let holds = agreed.holds(&format!("{}.holds", term("price", index)), price.span());
        let each = match (&price.per_million, &price.each) {
            (Some(price), _) => agreed.number(price) / agreed.w.setting(Setting::Million),
            (None, Some(price)) => agreed.number(price),
            (None, None) => unreachable!("a checked price has an amount"),
        };
        flags.push((holds, each));
    }
    let mut discounts = vec![];
    for (index, discount) in contract.discounts.iter().enumerate() {
        let holds = agreed.holds(&format!("{}.holds", term("discount", index)), discount.span());
        let off = agreed.number(&discount.off);
        discounts.push(holds.map_or(off.clone(), |holds| holds * off));
    }
    let mut changed = BTreeSet::new();
    for charge in charges.iter_mut() {
        let mut cost = charge.list.clone();
        // From the last: the first that holds counts.
        for (price, (holds, each)) in contract.prices.iter().zip(&flags).rev() {
            if meets(agreed.w, price.scope(), charge) {
                let asked = units(charge) * each;
                cost = match holds {
                    None => asked,
                    Some(holds) => holds * asked + (one() - holds) * cost,
                };
            }
        }
        for (discount, off) in contract.discounts.iter().zip(&discounts) {
            if meets(agreed.w, discount.scope(), charge) {
                cost = cost * (one() - off);
            }
        }
        if cost != charge.list {
            let label = format!("{} of {}, as agreed", charge.meter.name(), charge.model);
            let field = format!("{}.agreed", charge.address);
            charge.agreed = agreed.row(&field, &label, "USD", cost);
            changed.insert(charge.feature);
        }
    }
    let amounts = (0..agreed.features.len()).map(|feature| {
        let of = charges.iter().filter(|charge| charge.feature == feature);
        let sum = of.fold(zero(), |sum, charge| sum + &charge.agreed);
        if changed.contains(&feature) { sum - &agreed.features[feature].1 } else { zero() }
    });
    let amounts = amounts.collect();
    agreed.lines("prices", "agreed prices", amounts);
}

/// What costs nothing: its part of the month's units, at their mean price.
fn free_units(agreed: &mut Agreed, charges: &[Charge], free: &Free, name: &str) {
    let of: Vec<&Charge> =
        charges.iter().filter(|charge| meets(agreed.w, free.scope(), charge)).collect();
    if of.is_empty() {
        return;
    }
    let used = of.iter().fold(zero(), |sum, charge| sum + units(charge));
    let unit = format!("{}s", free.meter.unit());
    let used = agreed.row(&format!("{name}.used"), "units in the month", &unit, used);
    let units = agreed.number(&free.units);
    let units = match agreed.holds(&format!("{name}.holds"), free.span()) {
        None => units,
        Some(holds) => holds * units,
    };
    let part = Expr::if_at_most(&used, &units, &one(), &(&units / &used));
    let part = agreed.row(&format!("{name}.part"), "part that costs nothing", "share", part);
    let amounts = (0..agreed.features.len()).map(|feature| {
        let of = of.iter().filter(|charge| charge.feature == feature);
        let cost = of.fold(zero(), |sum, charge| sum + &charge.agreed);
        if cost.is(0) { zero() } else { zero() - &part * cost }
    });
    let amounts = amounts.collect();
    agreed.lines(name, &format!("free {}", free.meter.name()), amounts);
}

/// What the contract changes in all, and whether its lines add up to what its terms say.
fn finish(agreed: &mut Agreed, list: RowId) {
    let changes = agreed.changes.iter().flatten().chain(&agreed.apart);
    let all = changes.fold(zero(), |sum, &row| sum + Expr::from(Node::Row(row)));
    let month = agreed.row_id("month", "what the contract changes", "USD", all);
    let contract = agreed.contract;
    agreed.w.workings.contracts.push(Agreement {
        address: format!("contracts.{}", contract.name),
        label: contract.label().to_owned(),
        source: contract.source.clone(),
        list,
        month,
    });
}

/// Units of a charge in a month.
fn units(charge: &Charge) -> Expr {
    let quantity = |line: &Line| line.quantity.map_or_else(one, |row| Expr::from(Node::Row(row)));
    let each = charge.lines.iter().fold(zero(), |sum, line| sum + quantity(line));
    let volume = charge.lines[0].volume.map_or_else(one, |row| Expr::from(Node::Row(row)));
    volume * each
}

/// Whether a term is about a charge. Its model may be written as the plan's calls write it.
fn meets(w: &Writer, scope: Scope, charge: &Charge) -> bool {
    let same = |model: &str| {
        let sold = w.checked.models.iter().find(|(name, _)| *name == model);
        sold.map_or(model, |(_, sold)| sold.name.as_str()) == charge.model
    };
    scope.model.is_none_or(same)
        && scope.meter.is_none_or(|meter| meter == charge.meter)
        && scope.tier.is_none_or(|tier| tier == charge.tier)
}
