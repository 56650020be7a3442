//! A plan opened, pinned, checked and worked out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use cost::book::{Provider, find};
use cost::check::{Checked, Models, check_beside, days_of_step};
use cost::estimate::{Estimate, estimate, estimate_after};
use cost::plan::{Contract, Plan, Step, Trail};
use cost::problem::{Lacks, Problem};
use jiff::civil::Date;

use crate::calibrations;
use crate::error::Error;
use crate::pins::{self, Pins};
use crate::plans::{self, Opened, Request};
use crate::shelf::{Shelf, full_name};

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
        Err(problems) => {
            let named = problems.into_iter().map(|it| with_models(it, &opened.plan, shelf));
            return Err(named.chain(more).collect());
        }
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

/// How many models a hint names.
const NAMED: usize = 3;

/// A problem of a call whose model cannot hold a beginning, with models of its seller that can.
fn with_models(mut problem: Problem, plan: &Plan, shelf: &Shelf) -> Problem {
    if problem.lacks == Lacks::Held
        && let Some(named) = that_hold(&problem.path.join("/"), plan, shelf)
    {
        problem.hint = format!("{} {named}", problem.hint);
    }
    problem
}

fn that_hold(path: &str, plan: &Plan, shelf: &Shelf) -> Option<String> {
    let trail = Trail::to(plan, path.strip_suffix("/call/cache")?)?;
    let Step::Call(call) = trail.step(plan)? else { return None };
    let found = shelf.find(None, &call.model).ok()?;
    let own = full_name(&found);
    let alike = |other: &String| own.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let mut models = Models::that_hold(found.provider, call, &days_of_step(plan, &trail)?);
    models.sort_by_key(|other| Reverse(alike(other)));
    models.truncate(NAMED);
    Some(match models.as_slice() {
        [] => format!("`{}` sells no model that has both.", found.provider.id),
        models => format!("Such models of its seller: {}.", models.join(", ")),
    })
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// What to do where a model cannot hold a beginning, behind what is told of any.
    #[track_caller]
    fn check(model: &str, expected: &str) {
        let text = format!(
            "{{ forebill: 1, name: Held, starts: 2027-01, months: 3, prompts: {{ manual: {{ tokens: 60k, \
             role: system }} }}, features: [ {{ name: ask, unit: question, volume: {{ units: 9/month }}, step: \
             {{ call: {{ name: reply, answer: true, model: {model}, input: [manual], output: 300, cache: \
             {{ held: 24 h }} }} }} }} ] }}"
        );
        let folder = tempfile::tempdir().expect("a folder");
        let plan = folder.path().join("plan.yaml");
        fs::write(&plan, text).expect("the folder can be written to");
        let book = Shelf::of(None).expect("the book inside the program");
        let opened = plans::open_set(&Request { plan, ..Request::default() }, &book);
        let opened = opened.map_err(|errors| format!("{errors:?}")).expect("it can be read");
        let pins = pins::of_text(&opened, None, &book).expect("the book's prices");
        let refused = attempt(opened, &book, pins, None).expect_err("it is refused");
        let [problem] = &refused.problems[..] else { panic!("{:?}", refused.problems) };
        let (_, named) = problem.hint.split_once(" a book of your own. ").expect(&problem.hint);
        assert_eq!(named, expected);
    }

    #[test]
    fn models_that_hold_a_beginning_are_named_where_one_cannot() {
        check(
            "google/gemini-3.6-flash",
            "Such models of its seller: google/gemini-3.1-pro-preview, google/gemini-3.8-flash, \
             google/gemini-2.5-flash-lite.",
        );
        check("openai/gpt-5.4", "`openai` sells no model that has both.");
    }
}
