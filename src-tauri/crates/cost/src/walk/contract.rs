//! Contracts: what agreed prices, percentages and free quantities make of the spend at list prices.

use std::collections::BTreeSet;

use super::account;
use super::agreed::{Agreed, Charge};
use super::allowance;
use super::writer::{Setting, Writer, one, say, zero};
use crate::plan::{Contract, Free, term, term_of};
use crate::workings::{
    Agreement, Allowance, ContractId, Expr, Item, Line, LineRate, Node, Place, PriceId, RowId,
};

/// What contracts change.
#[derive(Default)]
pub struct Changes {
    /// For each feature, by its name.
    pub features: Vec<(String, Vec<RowId>)>,
    /// For none.
    pub apart: Vec<RowId>,
}

/// Writes what the contracts of a plan change. Every line of its calls has been written.
pub fn contracts(w: &mut Writer) -> Changes {
    let mut changes = Changes::default();
    let books = books(w);
    let contracts = w.checked.plan.contracts.iter().filter(|contract| contract.has_terms());
    for contract in contracts.chain(&books) {
        let charges = charges(w, contract);
        let agreed = terms(w, contract, charges);
        let Agreed { features, changes: changed, apart, .. } = agreed;
        let named = features.into_iter().map(|(feature, _)| feature);
        changes.features.extend(named.zip(changed));
        changes.apart.extend(apart);
    }
    changes
}

/// Where no contract is about a seller, what is free by its book alone.
fn books(w: &Writer) -> Vec<Contract> {
    let mut books: Vec<Contract> = vec![];
    for (_, sold) in w.checked.models.iter() {
        let frees = |line: &Line| match (&line.item, &line.rate) {
            (Item::Model { model, meter }, LineRate::Prices(prices)) => {
                let paid = prices.iter().map(|(id, _)| w.workings.prices[id.0].paid());
                let mut rules =
                    paid.filter_map(|name| sold.terms_of(name)).flat_map(|terms| &terms.metering);
                *model == sold.name && rules.any(|it| it.meter == *meter && it.free.is_some())
            }
            (Item::Model { .. } | Item::Other(_), _) => false,
        };
        let name = format!("book/{}", sold.provider);
        let mut contracts = w.checked.plan.contracts.iter().filter(|it| it.has_terms());
        if contracts.any(|contract| covers(w, contract, &sold.name))
            || books.iter().any(|book| book.name == name)
            || !w.workings.lines.iter().any(frees)
        {
            continue;
        }
        let label = Some(format!("{} by its book", sold.provider));
        let provider = Some(sold.provider.clone());
        books.push(Contract { name, label, provider, ..Contract::default() });
    }
    books
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
        let of_call =
            |charge: &Charge| (&charge.lines[0].step, charge.meter) == (&line.step, *meter);
        let paid = paid(w, prices);
        let is_part = paid.len() > 1;
        for (model, prices) in paid {
            let tier = w.workings.prices[prices[0].0.0].tier;
            let line = Line { rate: LineRate::Prices(prices), ..line.clone() };
            let mut same = charges.iter_mut().filter(|charge| of_call(charge));
            if let Some(charge) = same.find(|charge| charge.model == model) {
                charge.lines.push(line);
                continue;
            }
            let address = match charges.iter().filter(|charge| of_call(charge)).count() {
                0 => address.clone(),
                before => format!("{address}.{}", before + 1),
            };
            let [list, agreed, units] = [zero(), zero(), zero()];
            let (lines, meter) = (vec![line], *meter);
            charges.push(Charge {
                feature,
                address,
                model,
                meter,
                tier,
                lines,
                is_part,
                list,
                agreed,
                units,
            });
        }
    }
    charges
}

/// Price entries, each with its part of the month.
type Prices = Vec<(PriceId, Option<RowId>)>;

/// The models that are paid for by a line's prices, each with its own.
fn paid(w: &Writer, prices: &Prices) -> Vec<(String, Prices)> {
    let mut paid: Vec<(String, Prices)> = vec![];
    for price in prices {
        let name = w.workings.prices[price.0.0].paid();
        match paid.iter_mut().find(|(known, _)| known == name) {
            Some((_, prices)) => prices.push(*price),
            None => paid.push((name.to_owned(), vec![*price])),
        }
    }
    paid
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

fn terms<'a, 'p, 'c>(
    w: &'a mut Writer<'p>,
    contract: &'c Contract,
    mut charges: Vec<Charge>,
) -> Agreed<'a, 'p, 'c> {
    let id = ContractId(w.workings.contracts.len());
    let group = format!("contracts.{}", contract.name);
    for charge in &mut charges {
        let each = charge.lines.iter().fold(zero(), |sum, line| sum + amount(line, charge.is_part));
        let volume = charge.lines[0].volume.map_or_else(one, |row| Expr::from(Node::Row(row)));
        let label = format!("{} of {}, at list", charge.meter.name(), charge.model);
        let address = format!("{group}.{}.list", charge.address);
        let row = w.row_id(Place::Month, &group, &address, say(label, "USD"), volume * each);
        charge.list = Expr::from(Node::Row(row));
        charge.agreed = charge.list.clone();
        charge.units = units(charge);
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
        charges,
        changes: vec![vec![]; names.len()],
        features: vec![],
        list: zero(),
        weights: (vec![], zero()),
        apart: vec![],
    };
    for (index, name) in names {
        let list = agreed.charges.iter().filter(|charge| charge.feature == index);
        let list = list.fold(zero(), |sum, charge| sum + &charge.list);
        let label = format!("spend of {name} at list prices");
        let row = agreed.row(&format!("list.{name}"), &label, "USD", list);
        agreed.features.push((name, row));
    }
    let list = agreed.features.iter().fold(zero(), |sum, (_, list)| sum + list);
    let list = agreed.row_id("list", "spend at list prices", "USD", list);
    agreed.list = Expr::from(Node::Row(list));
    negotiated(&mut agreed);
    weigh(&mut agreed);
    let allowances = allowance::terms(&mut agreed);
    for (index, free) in contract.free.iter().enumerate() {
        free_units(&mut agreed, free, &term("free", index));
    }
    account::terms(&mut agreed);
    finish(&mut agreed, list, allowances);
    agreed
}

/// Prices and percentages, call by call.
fn negotiated(agreed: &mut Agreed) {
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
    for index in 0..agreed.charges.len() {
        let charge = &agreed.charges[index];
        let mut cost = charge.list.clone();
        // From the last: the first that holds counts.
        for (price, (holds, each)) in contract.prices.iter().zip(&flags).rev() {
            if agreed.meets(price.scope(), charge) {
                let asked = &charge.units * each;
                cost = match holds {
                    None => asked,
                    Some(holds) => holds * asked + (one() - holds) * cost,
                };
            }
        }
        for (discount, off) in contract.discounts.iter().zip(&discounts) {
            if agreed.meets(discount.scope(), charge) {
                cost = cost * (one() - off);
            }
        }
        if cost != charge.list {
            let label = format!("{} of {}, as agreed", charge.meter.name(), charge.model);
            let field = format!("{}.agreed", charge.address);
            changed.insert(charge.feature);
            agreed.charges[index].agreed = agreed.row(&field, &label, "USD", cost);
        }
    }
    let amounts = (0..agreed.features.len()).map(|feature| {
        let of = agreed.charges.iter().filter(|charge| charge.feature == feature);
        let sum = of.fold(zero(), |sum, charge| sum + &charge.agreed);
        if changed.contains(&feature) { sum - &agreed.features[feature].1 } else { zero() }
    });
    let amounts = amounts.collect();
    agreed.lines("prices", "agreed prices", amounts);
}

/// What the terms of a whole month are given to features by.
fn weigh(agreed: &mut Agreed) {
    let list: Vec<Expr> = agreed.features.iter().map(|(_, list)| list.clone()).collect();
    // Without an agreed price, what is nothing at list prices stays nothing.
    if agreed.contract.prices.is_empty() {
        agreed.weights = (list, agreed.list.clone());
        return;
    }
    let mut weights = vec![];
    for (index, list) in list.iter().enumerate() {
        let name = agreed.features[index].0.clone();
        let weight = Expr::if_at_most(&agreed.list, &zero(), &agreed.agreed_of(index), list);
        let label = "spend at list prices, or as agreed where that is nothing";
        weights.push(agreed.row(&format!("weight.{name}"), label, "USD", weight));
    }
    let all = weights.iter().fold(zero(), |sum, weight| sum + weight);
    let all = agreed.row("weight", "spend that month's terms are given by", "USD", all);
    agreed.weights = (weights, all);
}

/// What costs nothing: its part of the month's units, at their mean price.
fn free_units(agreed: &mut Agreed, free: &Free, name: &str) {
    let meets = |agreed: &Agreed, charge: &Charge| agreed.meets(free.scope(), charge);
    let of: Vec<usize> =
        (0..agreed.charges.len()).filter(|&index| meets(agreed, &agreed.charges[index])).collect();
    if of.is_empty() {
        return;
    }
    let used = of.iter().fold(zero(), |sum, &index| sum + &agreed.charges[index].units);
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
        let of = of.iter().map(|&index| &agreed.charges[index]);
        let of = of.filter(|charge| charge.feature == feature);
        let cost = of.fold(zero(), |sum, charge| sum + &charge.agreed);
        if cost.is(0) { zero() } else { zero() - &part * cost }
    });
    let amounts = amounts.collect();
    agreed.lines(name, &format!("free {}", free.meter.name()), amounts);
    // Later terms meet what is left of the units and of their cost.
    for index in of {
        agreed.charges[index].free(&part);
    }
}

/// What the contract changes in all, and whether its lines add up to what its terms say.
fn finish(agreed: &mut Agreed, list: RowId, allowances: Vec<Allowance>) {
    let changes = agreed.changes.iter().flatten().chain(&agreed.apart);
    let all = changes.fold(zero(), |sum, &row| sum + Expr::from(Node::Row(row)));
    let month = agreed.row_id("month", "what the contract changes", "USD", all);
    let contract = agreed.contract;
    let scopes = contract.scopes().into_iter().map(|(of, index, scope)| {
        let meets = agreed.charges.iter().filter(|charge| agreed.meets(scope, charge));
        let list = meets.filter_map(|charge| charge.list.row()).collect();
        (format!("contracts.{}.{}", contract.name, term_of(of, index)), list)
    });
    let scopes = scopes.collect();
    agreed.w.workings.contracts.push(Agreement {
        address: format!("contracts.{}", contract.name),
        label: contract.label().to_owned(),
        source: contract.source.clone().or_else(|| Some(allowances.first()?.source.clone())),
        list,
        month,
        scopes,
        allowances,
    });
}

/// Units of a charge in a month.
fn units(charge: &Charge) -> Expr {
    let each = charge.lines.iter().fold(zero(), |sum, line| {
        let quantity = quantity(line);
        sum + if charge.is_part { quantity * of_prices(line, |_| one()) } else { quantity }
    });
    let volume = charge.lines[0].volume.map_or_else(one, |row| Expr::from(Node::Row(row)));
    volume * each
}

/// What a line comes to for one unit, or its prices' part of that.
fn amount(line: &Line, is_part: bool) -> Expr {
    match is_part {
        false => Expr::from(Node::Row(line.amount)),
        true => quantity(line) * of_prices(line, |price| Expr::from(Node::Net(price))),
    }
}

fn quantity(line: &Line) -> Expr {
    line.quantity.map_or_else(one, |row| Expr::from(Node::Row(row)))
}

/// Something of a line's prices, each by its part of the month.
fn of_prices(line: &Line, what: impl Fn(PriceId) -> Expr) -> Expr {
    let prices = match &line.rate {
        LineRate::Prices(prices) => prices.as_slice(),
        LineRate::Typed(_) | LineRate::Agreed(_) => &[],
    };
    prices.iter().fold(zero(), |sum, &(price, share)| {
        sum + share.map_or_else(one, |share| Expr::from(Node::Row(share))) * what(price)
    })
}
