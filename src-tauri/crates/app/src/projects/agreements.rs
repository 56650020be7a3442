//! Contracts as nodes of the outline: their terms, each with its fields and numbers, and what they change.

use cost::money::Money;
use cost::plan::{Contract, Number, Plan};

use super::listed::Listed;
use super::node::{Agreed, Kind, Main, Node, TermFieldOf, TermOf};
use crate::estimates::Worked;

/// Gives every contract's node what the contract says.
pub fn fill(nodes: &mut [Node], plan: &Plan, listed: &Listed) {
    let Listed { numbers, absent } = listed;
    let contracts = nodes.iter_mut().filter(|node| node.kind == Kind::Contract);
    for (index, (node, contract)) in contracts.zip(&plan.contracts).enumerate() {
        let of = format!("contracts.{}.", contract.name);
        let terms = terms(plan, index, &of, numbers, absent);
        let own = |address: &&String| {
            let rest = address.strip_prefix(&of);
            rest.is_some_and(|rest| !rest.contains('.'))
        };
        node.inputs.retain(|address| own(&address));
        node.contract = Some(Agreed {
            provider: contract.provider.clone(),
            source: contract.source.clone(),
            change: None,
            why: None,
            terms,
            optional: absent.iter().filter(own).cloned().collect(),
        });
        node.main = Some(Main { address: None, text: summary(contract), guess: false });
    }
}

/// Gives every contract's node what the contract changes in a month.
pub fn fill_changes(nodes: &mut [Node], worked: &Worked, month: usize) {
    let contracts = &worked.estimate.workings.contracts;
    for node in nodes {
        let Some(agreed) = &mut node.contract else { continue };
        let Some(known) = contracts.iter().find(|it| Some(&it.address) == node.address.as_ref())
        else {
            continue;
        };
        let of = format!("{}.", known.address);
        let ledger = &worked.estimate.ledger;
        let lines = ledger.of_month(month).iter().filter(|line| line.step.starts_with(&of));
        let change: Money = lines.map(|line| line.amount).sum();
        agreed.change = Some(change.to_string());
        agreed.why = Some(format!("{}.month", known.address));
    }
}

fn terms(
    plan: &Plan,
    index: usize,
    of: &str,
    numbers: &[Number],
    absent: &[String],
) -> Vec<TermOf> {
    let terms = plan.terms(index).into_iter().map(|term| {
        let of = format!("{of}{}.", term.name);
        // `discount` has none of the numbers of `discount.2`.
        let is_own = |address: &str| {
            address
                .strip_prefix(&of)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        let fields = term.fields.into_iter().map(|it| TermFieldOf {
            field: it.field,
            value: it.value,
            choices: it.choices,
        });
        let inputs = numbers.iter().map(|number| number.address.clone());
        TermOf {
            kind: term.kind,
            index: term.index,
            label: match term.index {
                0 => term.kind.word().to_owned(),
                more => format!("{} {}", term.kind.word(), more + 1),
            },
            fields: fields.collect(),
            inputs: inputs.filter(|address| is_own(address)).collect(),
            optional: absent.iter().filter(|address| is_own(address)).cloned().collect(),
            rows: term.rows,
        }
    });
    terms.collect()
}

/// With whom, as the row of a contract says it.
fn summary(contract: &Contract) -> String {
    match &contract.provider {
        Some(seller) => format!("with {seller}"),
        None => "with every other seller".to_owned(),
    }
}
