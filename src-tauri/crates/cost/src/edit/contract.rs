//! What was agreed with sellers: contracts, their terms, and the fields of these that are no numbers.

use super::done::{Done, NotEdited};
use super::fields::{ContractField, TermField, TermKind};
use super::terms::{BILLED, place};
use super::words;
use crate::book::Tier;
use crate::check;
use crate::meter::Meter;
use crate::plan::{
    Commitment, Contract, Credit, Discount, DrawnBy, Fee, Free, Negotiated, Of, Plan, StepRow,
    Steps, Stretch, term_of,
};

/// A term of a contract as it can be edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// What it is.
    pub kind: TermKind,
    /// Which of its kind.
    pub index: usize,
    /// What its numbers' addresses begin with, after the contract's: `discount.2`.
    pub name: String,
    /// Its fields that are no numbers.
    pub fields: Vec<Field>,
    /// How many steps it has, where it has steps.
    pub rows: usize,
}

/// A field of a term that is no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Which.
    pub field: TermField,
    /// Its value; nothing where nothing is said.
    pub value: String,
    /// What can be chosen; any text where nothing is listed.
    pub choices: Vec<String>,
}

/// The terms of a contract, in the order in which they count.
pub fn terms(plan: &Plan, contract: usize) -> Vec<Term> {
    let models = models(plan, contract);
    let Some(mut contract) = plan.contracts.get(contract).cloned() else { return vec![] };
    let mut terms = vec![];
    for kind in TermKind::ALL {
        for index in 0..count(&contract, kind) {
            let fields = TermField::ALL.into_iter().filter_map(|field| {
                let place = place(&mut contract, kind, index, field)?;
                let (value, choices) = (place.value(), place.choices(&models));
                Some(Field { field, value, choices })
            });
            let fields = fields.collect();
            let rows = match kind {
                TermKind::Steps => contract.steps[index].rows.len(),
                TermKind::Price
                | TermKind::Discount
                | TermKind::Free
                | TermKind::Fee
                | TermKind::Commitment
                | TermKind::Credit => 0,
            };
            terms.push(Term { kind, index, name: term_of(kind.list(), index), fields, rows });
        }
    }
    terms
}

/// A new contract about a seller that no contract names yet.
pub fn add(plan: &mut Plan, name: &str) -> Result<Done, NotEdited> {
    let name = fitted(name)?;
    not_taken(plan, None, &name)?;
    let named = |seller: Option<&str>| {
        plan.contracts.iter().any(|contract| contract.provider.as_deref() == seller)
    };
    let models = plan.models();
    let sellers = models.iter().filter_map(|(_, model)| Some(model.split_once('/')?.0));
    let provider = sellers.map(Some).chain([None]).find(|seller| !named(*seller));
    let Some(provider) = provider else {
        let message = "Every seller of the plan has a contract, and so have all others.";
        return Err(NotEdited::new(message, "Add a term to one that is there."));
    };
    let provider = provider.map(str::to_owned);
    plan.contracts.push(Contract { name: name.clone(), provider, ..Contract::default() });
    Ok(Done::once(format!("add contract {name}")))
}

/// A contract goes, with all its terms.
pub fn remove(plan: &mut Plan, index: usize) -> Result<Done, NotEdited> {
    at(plan, index)?;
    let contract = plan.contracts.remove(index);
    Ok(Done::once(format!("delete contract {}", contract.label())))
}

/// A field of a contract that is no number.
pub fn field(
    plan: &mut Plan,
    index: usize,
    field: ContractField,
    value: &str,
) -> Result<Done, NotEdited> {
    let value = value.trim();
    let name = match field {
        ContractField::Name => {
            let name = fitted(value)?;
            not_taken(plan, Some(index), &name)?;
            name
        }
        ContractField::Label | ContractField::Provider | ContractField::Source => String::new(),
    };
    let contract = at(plan, index)?;
    let label = contract.label().to_owned();
    let some = Some(value.to_owned()).filter(|value| !value.is_empty());
    let (key, label) = match field {
        ContractField::Name => {
            let label = words::change("rename contract", &contract.name, &name);
            contract.name = name;
            ("name", label)
        }
        ContractField::Label => {
            contract.label = some;
            ("label", format!("label of contract {label}: {}", words::short(value)))
        }
        ContractField::Provider => {
            contract.provider = some;
            ("provider", format!("contract {label} is with {}", words::short(value)))
        }
        ContractField::Source => {
            contract.source = some;
            ("source", format!("source of contract {label}: {}", words::short(value)))
        }
    };
    Ok(Done::typed(format!("contracts/{index} {key}"), label))
}

/// A new term, after those of its kind.
pub fn add_term(plan: &mut Plan, index: usize, kind: TermKind) -> Result<Done, NotEdited> {
    let model = models(plan, index).into_iter().next();
    let contract = at(plan, index)?;
    match kind {
        TermKind::Price => {
            let Some(model) = model else {
                let message = "No call of the plan is made of a model that the contract is about.";
                return Err(NotEdited::new(message, "Add the call first, or change the seller."));
            };
            contract.prices.push(Negotiated {
                model,
                meter: Meter::Output,
                tier: Tier::Standard,
                per_million: Some(Of::new("$1")),
                each: None,
                from: None,
                to: None,
            });
        }
        TermKind::Discount => contract.discounts.push(Discount {
            off: Of::new("10%"),
            model: None,
            meter: None,
            tier: None,
            from: None,
            to: None,
        }),
        TermKind::Free => {
            let is_free = |meter: &Meter| !contract.free.iter().any(|free| free.meter == *meter);
            let meter = BILLED.into_iter().find(is_free).unwrap_or(Meter::Input);
            let units = Of::new("1M");
            contract.free.push(Free { meter, units, model: None, from: None, to: None });
        }
        TermKind::Steps => {
            let rows = vec![row(&Of::new("$10k"), None)];
            contract.steps.push(Steps { meter: None, whole: None, rows, from: None, to: None });
        }
        TermKind::Fee => {
            let name = match contract.fees.len() {
                0 => "fee".to_owned(),
                more => format!("fee {}", more + 1),
            };
            contract.fees.push(Fee { name, share: Of::new("5%"), minimum: None });
        }
        TermKind::Commitment => contract.commitments.push(Commitment {
            amount: Of::new("$100"),
            every: Stretch::Month,
            drawn_by: DrawnBy::Agreed,
            from: None,
            to: None,
        }),
        TermKind::Credit => {
            contract.credits.push(Credit { amount: Of::new("$100"), from: None, to: None });
        }
    }
    Ok(Done::once(format!("add {} to {}", kind.word(), contract.label())))
}

/// A term goes.
pub fn remove_term(
    plan: &mut Plan,
    index: usize,
    kind: TermKind,
    term: usize,
) -> Result<Done, NotEdited> {
    let contract = at(plan, index)?;
    if term >= count(contract, kind) {
        return Err(no_term());
    }
    match kind {
        TermKind::Price => drop(contract.prices.remove(term)),
        TermKind::Discount => drop(contract.discounts.remove(term)),
        TermKind::Free => drop(contract.free.remove(term)),
        TermKind::Steps => drop(contract.steps.remove(term)),
        TermKind::Fee => drop(contract.fees.remove(term)),
        TermKind::Commitment => drop(contract.commitments.remove(term)),
        TermKind::Credit => drop(contract.credits.remove(term)),
    }
    let what = format!("{} {}", kind.word(), term + 1);
    Ok(Done::once(format!("delete {what} of {}", contract.label())))
}

/// A field of a term that is no number.
pub fn term_field(
    plan: &mut Plan,
    index: usize,
    kind: TermKind,
    term: usize,
    field: TermField,
    value: &str,
) -> Result<Done, NotEdited> {
    let value = value.trim();
    let contract = at(plan, index)?;
    let label = contract.label().to_owned();
    let mut place = place(contract, kind, term, field).ok_or_else(no_term)?;
    let before = place.value();
    place.write(value)?;
    if (kind, field) == (TermKind::Steps, TermField::Meter) {
        count_by(&mut contract.steps[term]);
    }
    let what = format!("{} of {} {} of {label}", field.word(), kind.word(), term + 1);
    let key = format!("contracts/{index} {}/{term} {}", kind.list(), field.word());
    Ok(Done::typed(key, words::change(&what, &before, value)))
}

/// One more step, from twice as much on.
pub fn add_row(plan: &mut Plan, index: usize, term: usize) -> Result<Done, NotEdited> {
    let contract = at(plan, index)?;
    let label = contract.label().to_owned();
    let steps = contract.steps.get_mut(term).ok_or_else(no_term)?;
    let above = |row: &StepRow| {
        let number = match steps.meter {
            Some(_) => &**row.units.as_ref()?,
            None => &**row.spend.as_ref()?,
        };
        number.read.is_ok().then(|| number.mean())
    };
    let twice = (2.0 * steps.rows.last().and_then(above).unwrap_or(5000.0)).max(1.0);
    let added = row(&Of::new(&format!("${twice}")), steps.rows.last());
    steps.rows.push(added);
    // Units are told without a currency.
    count_by(steps);
    Ok(Done::once(format!("add step to volume steps {} of {label}", term + 1)))
}

/// A step goes.
pub fn remove_row(
    plan: &mut Plan,
    index: usize,
    term: usize,
    row: usize,
) -> Result<Done, NotEdited> {
    let contract = at(plan, index)?;
    let label = contract.label().to_owned();
    let steps = contract.steps.get_mut(term).ok_or_else(no_term)?;
    if row >= steps.rows.len() {
        return Err(no_term());
    }
    if steps.rows.len() == 1 {
        return Err(NotEdited::new("It is the only step.", "Delete the volume steps instead."));
    }
    steps.rows.remove(row);
    Ok(Done::once(format!("delete step {} of volume steps {} of {label}", row + 1, term + 1)))
}

fn row(spend: &Of<crate::plan::number::Amount>, like: Option<&StepRow>) -> StepRow {
    let off = like.map_or_else(|| Of::new("5%"), |row| Of::new(&row.off.text));
    StepRow { spend: Some(spend.clone()), units: None, off }
}

/// Steps begin at spend, or at units of the meter that they count.
fn count_by(steps: &mut Steps) {
    for row in &mut steps.rows {
        match (steps.meter, &row.spend, &row.units) {
            (Some(_), Some(spend), None) => {
                row.units = Some(Of::new(spend.text.trim_start_matches('$')));
                row.spend = None;
            }
            (None, None, Some(units)) => {
                row.spend = Some(Of::new(&format!("${}", units.text)));
                row.units = None;
            }
            (Some(_) | None, Some(_) | None, Some(_) | None) => {}
        }
    }
}

/// Models of the plan's calls that a contract is about, as the calls name them.
fn models(plan: &Plan, index: usize) -> Vec<String> {
    let provider = plan.contracts.get(index).and_then(|contract| contract.provider.as_deref());
    let mut models: Vec<String> = vec![];
    for (_, model) in plan.models() {
        let seller = model.split_once('/').map(|(seller, _)| seller);
        let is_about = provider.is_none() || seller.is_none() || seller == provider;
        if is_about && !models.iter().any(|known| known == model) {
            models.push(model.to_owned());
        }
    }
    models
}

fn count(contract: &Contract, kind: TermKind) -> usize {
    match kind {
        TermKind::Price => contract.prices.len(),
        TermKind::Discount => contract.discounts.len(),
        TermKind::Free => contract.free.len(),
        TermKind::Steps => contract.steps.len(),
        TermKind::Fee => contract.fees.len(),
        TermKind::Commitment => contract.commitments.len(),
        TermKind::Credit => contract.credits.len(),
    }
}

fn fitted(name: &str) -> Result<String, NotEdited> {
    check::contract_name(name)
        .map_err(|hint| NotEdited::new(format!("`{name}` cannot be the name of a contract."), hint))
}

fn not_taken(plan: &Plan, index: Option<usize>, name: &str) -> Result<(), NotEdited> {
    let mut others = plan.contracts.iter().enumerate().filter(|(other, _)| Some(*other) != index);
    if others.any(|(_, known)| known.name == name) {
        let message = format!("Another contract is called `{name}`.");
        return Err(NotEdited::new(message, "Choose another name; a label may be any text."));
    }
    Ok(())
}

fn at(plan: &mut Plan, index: usize) -> Result<&mut Contract, NotEdited> {
    plan.contracts.get_mut(index).ok_or_else(|| {
        NotEdited::new("There is no such contract.", "It may have been removed: select it again.")
    })
}

fn no_term() -> NotEdited {
    NotEdited::new("There is no such term.", "It may have been removed: select it again.")
}
