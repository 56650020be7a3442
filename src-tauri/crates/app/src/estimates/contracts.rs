//! What contracts and another currency make of an estimate.

use cost::workings::Driver;
use schemars::JsonSchema;
use serde::Serialize;
use ts_rs::TS;

use super::worked::Worked;

/// What a contract changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct ContractOf {
    /// Its name in addresses.
    pub name: String,
    /// Its name as people write it.
    pub label: String,
    /// Where its terms are written.
    pub source: Option<String>,
    /// What it adds to the cost at list prices over all months, below 0 where it takes off: an exact decimal.
    pub change: String,
}

/// The total in another currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Exchanged {
    /// Which.
    pub currency: String,
    /// What one unit of the plan's currency is worth in it.
    pub rate: String,
    /// The day of the rate.
    pub as_of: Option<String>,
    /// Who published it.
    pub source: Option<String>,
    /// Everything, over all months.
    pub total: String,
}

/// What each contract changes.
pub fn contracts(worked: &Worked) -> Vec<ContractOf> {
    let ledger = &worked.estimate.ledger;
    let changes = worked.estimate.workings.contracts.iter().map(|contract| {
        let of = format!("{}.", contract.address);
        let change = ledger.sum(|line| line.step.starts_with(&of));
        ContractOf {
            name: contract.address.trim_start_matches("contracts.").to_owned(),
            label: contract.label.clone(),
            source: contract.source.clone(),
            change: change.to_string(),
        }
    });
    changes.collect()
}

/// Everything at list prices, where something else was agreed: an exact decimal.
pub fn list_total(worked: &Worked) -> Option<String> {
    let agreed = !worked.estimate.workings.contracts.is_empty();
    let list = || worked.estimate.ledger.sum(|line| line.driver != Driver::Contract);
    agreed.then(|| list().to_string())
}

/// The total in the plan's other currency.
pub fn exchanged(worked: &Worked) -> Option<Exchanged> {
    let exchange = worked.opened.plan.exchange.as_ref()?;
    let total = worked.estimate.workings.find("total.exchanged")?;
    let provenance = &exchange.rate.provenance;
    Some(Exchanged {
        currency: exchange.currency.clone(),
        rate: exchange.rate.mean().to_string(),
        as_of: provenance.as_of.map(|day| day.to_string()),
        source: provenance.source.clone(),
        total: worked.estimate.values.at(total, 0).to_string(),
    })
}
