//! The model that answers what a step's own model does not: a dearer one of the same seller.

use std::cmp::Reverse;

use cost::book::Found;
use cost::edit::{Edit, StepField};
use cost::money::Money;
use cost::plan::{Call, Plan, Step};
use cost::price::{PriceError, Service, price};
use cost::usage::{Tokens, Usage};
use jiff::civil::DateTime;

use crate::shelf::{Shelf, full_name, writes};

/// How many models are tried before the step keeps its own.
const TRIED: usize = 5;

/// A plan's cascade at a place with a dearer model in its second tier, the first with which the plan `works`; nothing
/// where there is none.
pub fn escalated(
    plan: &Plan,
    at: &str,
    shelf: &Shelf,
    mut works: impl FnMut(&Plan) -> bool,
) -> Option<Plan> {
    let top = format!("{at}/cascade/tiers/1/step");
    let calls = calls_under(plan, &top);
    let (_, first) = calls.iter().find(|(_, call)| call.answer).or_else(|| calls.first())?;
    let model = first.model.clone();
    let same: Vec<&String> =
        calls.iter().filter(|(_, call)| call.model == model).map(|(path, _)| path).collect();
    let day = plan.first_day()?.at(0, 0, 0, 0);
    let on = |name: &String| {
        same.iter().try_fold(plan.clone(), |plan, at| {
            let (at, value) = ((*at).clone(), name.clone());
            let edit = Edit::Step { at, field: StepField::Model, value };
            plan.edit(&edit).map(|edited| edited.plan).ok()
        })
    };
    let service = Service::of(first.tier);
    let names = dearer(shelf, &model, &service, day);
    names.iter().take(TRIED).filter_map(on).find(|plan| works(plan))
}

/// Calls at a place and under it, each with its own.
fn calls_under<'p>(plan: &'p Plan, top: &str) -> Vec<(String, &'p Call)> {
    let under = format!("{top}/");
    let steps = plan.steps().into_iter();
    steps
        .filter(|standing| standing.path == top || standing.path.starts_with(&under))
        .filter_map(|standing| {
            let Step::Call(call) = standing.step else { return None };
            call.output.is_some().then_some((standing.path, call))
        })
        .collect()
}

/// Dearer models of the same seller: those called alike first, of these the cheapest.
fn dearer(shelf: &Shelf, model: &str, service: &Service, day: DateTime) -> Vec<String> {
    let Ok(own) = shelf.find(None, model) else { return vec![] };
    let Ok(own_cost) = usual(own, service, day) else { return vec![] };
    let alike = |id: &str| {
        let same = id.split('-').zip(own.model.id.split('-'));
        same.take_while(|(one, other)| one == other).count()
    };
    let others = own.provider.models.iter().filter(|other| writes(&other.id));
    let mut dearer: Vec<(Reverse<usize>, Money, String)> = others
        .filter_map(|other| {
            let found = Found { model: other, ..own };
            let cost = usual(found, service, day).ok().filter(|it| *it > own_cost)?;
            Some((Reverse(alike(&other.id)), cost, full_name(&found)))
        })
        .collect();
    dearer.sort();
    dearer.into_iter().map(|(_, _, name)| name).collect()
}

/// What a prompt of a thousand tokens costs with an answer of three hundred.
fn usual(found: Found, service: &Service, day: DateTime) -> Result<Money, PriceError> {
    let tokens = Tokens { input: 1_000, output: 300, ..Tokens::default() };
    let usage = Usage::from_tokens(&tokens).expect("two totals do not contradict each other");
    Ok(price(found, &usage, service, day)?.total)
}
