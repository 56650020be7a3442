//! A plan opened, pinned, checked and worked out.

use std::collections::{BTreeMap, BTreeSet};

use cost::book::{Provider, find};
use cost::check::{Checked, Models, check_beside};
use cost::estimate::{Estimate, estimate, estimate_after};
use cost::plan::{Contract, Plan};
use cost::problem::{Lacks, Problem};
use jiff::civil::Date;

use crate::calibrations;
use crate::error::Error;
use crate::pins::{self, Pins};
use crate::plans::{self, Opened, Request};
use crate::shelf::Shelf;

/// A plan that was worked out.
#[derive(Clone, Debug)]
pub struct Worked {
    /// The plan.
    pub opened: Opened,
    /// Its models, by the names it uses.
    pub models: Models,
    /// The models that its contracts name, by the names they use.
    pub named: BTreeMap<String, String>,
    /// Its rows, their values, and the ledger.
    pub estimate: Estimate,
    /// Where its prices come from.
    pub pins: Pins,
}

/// Works a plan out. Everything that is wrong with it is an error of its own.
pub fn work(request: &Request) -> Result<Worked, Vec<Error>> {
    let shelf = Shelf::of(request.book.as_deref()).map_err(|error| vec![error])?;
    let opened = plans::open_set(request, &shelf)?;
    let pins = match &request.book {
        Some(folder) => Pins::set_aside(folder),
        None => pins::read(&opened, &shelf).map_err(|error| vec![error])?,
    };
    work_out(opened, &shelf, pins)
}

/// Works an opened plan out with the prices it has pinned, and those of a shelf for the rest.
pub fn work_out(opened: Opened, shelf: &Shelf, pins: Pins) -> Result<Worked, Vec<Error>> {
    attempt(opened, shelf, pins, None).map_err(|refused| {
        let Refused { opened, problems } = refused;
        problems.iter().map(|problem| opened.invalid(problem)).collect()
    })
}

/// A plan that cannot be worked out, and everything that is wrong with it.
#[derive(Debug)]
pub struct Refused {
    /// The plan.
    pub opened: Box<Opened>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// The same as [`work_out`], for whoever knows where the plan's problems stand, and may have worked it out before.
pub fn attempt(
    opened: Opened,
    shelf: &Shelf,
    pins: Pins,
    before: Option<&Worked>,
) -> Result<Worked, Refused> {
    match estimated(&opened, shelf, &pins, before) {
        Ok((models, named, estimate)) => Ok(Worked { opened, models, named, estimate, pins }),
        Err(problems) => Err(Refused { opened: Box::new(opened), problems }),
    }
}

fn estimated(
    opened: &Opened,
    shelf: &Shelf,
    pins: &Pins,
    before: Option<&Worked>,
) -> Result<(Models, BTreeMap<String, String>, Estimate), Vec<Problem>> {
    let providers = pins.providers(shelf);
    let mut more = calibrations::problems(&opened.plan, shelf);
    more.extend(uncounted(&opened.plan, &providers, shelf));
    let rest = named(&opened.plan, &providers, shelf);
    let checked = match check_beside(&opened.plan, &opened.measures, &providers, &rest) {
        Ok(checked) if more.is_empty() => checked,
        Ok(_) => return Err(more),
        Err(problems) => return Err([problems, more].concat()),
    };
    let estimate = match before {
        Some(before) => estimate_after((&before.checked_plan(), &before.estimate), &checked)?,
        None => estimate(&checked)?,
    };
    let Checked { models, named, .. } = checked;
    match read_later(&opened.plan, &estimate) {
        Some(problem) => Err(vec![problem]),
        None => Ok((models, named, estimate)),
    }
}

/// `2027-01`
pub fn month_name(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

impl Worked {
    /// Its plan as it was checked.
    pub fn checked_plan(&self) -> Checked<'_> {
        Checked {
            plan: &self.opened.plan,
            models: self.models.clone(),
            measures: &self.opened.measures,
            named: self.named.clone(),
        }
    }

    /// What all would come to if no number followed a driver, as an exact decimal; nothing where none does.
    pub fn without_follows(&self) -> Option<String> {
        let total = self.estimate.without_follows(&self.checked_plan());
        total.map(|total| total.to_string())
    }

    /// The oldest and the newest day on which a price in use was last checked; nothing without any.
    pub fn checked(&self) -> Option<(Date, Date)> {
        let days = || self.estimate.workings.prices.iter().map(|price| price.checked);
        days().min().zip(days().max())
    }
}

/// Where contracts look up what they name: the whole book where that is more than the plan's calls do.
fn named<'a>(plan: &Plan, providers: &[&'a Provider], shelf: &'a Shelf) -> Vec<&'a Provider> {
    let calls: BTreeSet<&str> = plan.models().into_iter().map(|(_, name)| name).collect();
    let contracts = || plan.contracts.iter();
    let sellers = contracts().filter_map(|contract| contract.provider.as_deref());
    let agreed = contracts().flat_map(Contract::models).map(|(_, _, model)| model);
    let limited = plan.rate_limits.keys().map(String::as_str);
    let known = |seller: &str| providers.iter().any(|provider| provider.id == seller);
    if sellers.into_iter().all(known) && agreed.chain(limited).all(|model| calls.contains(model)) {
        return providers.to_vec();
    }
    shelf.providers()
}

/// Models that are pinned with a vocabulary from a file, which only their own book has: the shelf
/// would judge them by their names.
fn uncounted(plan: &Plan, providers: &[&Provider], shelf: &Shelf) -> Vec<Problem> {
    let names: BTreeSet<&str> = plan.models().into_iter().map(|(_, name)| name).collect();
    let unknown = names.into_iter().filter(|name| shelf.find(None, name).is_err());
    let refused = unknown.filter_map(|name| {
        let found = find(providers, None, name).ok()?;
        let error = shelf.counting(&found).err()?;
        Some(Problem {
            path: vec!["prices".to_owned()],
            address: None,
            message: error.message,
            hint: error.hint,
            lacks: Lacks::Nothing,
        })
    });
    refused.collect()
}

/// A plan cannot rest on what is known on a day and use prices that were read after it.
fn read_later(plan: &Plan, estimate: &Estimate) -> Option<Problem> {
    let as_of = plan.prices.as_ref()?.as_of;
    let newest = estimate.workings.prices.iter().max_by_key(|price| price.checked)?;
    (as_of < newest.checked).then(|| Problem {
        path: vec!["prices".to_owned(), "as_of".to_owned()],
        address: Some("prices.as_of".to_owned()),
        message: format!(
            "The prices are said to be known on {as_of}, but those of `{}` were read on {}.",
            newest.model, newest.checked
        ),
        hint: format!("Write `as_of: {}` or a later day, or leave it out.", newest.checked),
        lacks: Lacks::Nothing,
    })
}
