//! Plans whose numbers are typed anew, worked out after what they were: the same as from nothing.

use std::sync::Arc;

use super::made::random_plan;
use crate::book::Provider;
use crate::check::check;
use crate::edit::Edit;
use crate::estimate::{Estimate, estimate, estimate_after};
use crate::plan::{Measures, Plan};
use crate::problem::Problem;
use crate::sample::book;

/// A text whose numbers are so many times as large; whole ones stay whole and above 0.
pub fn retyped(text: &str, factor: f64) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|it: char| it.is_ascii_digit()) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(rest.len());
        // A range has two dots between its ends.
        let end = rest[..end].find("..").unwrap_or(end);
        let number = rest[..end].trim_end_matches('.');
        let value = number.parse::<f64>().expect("digits are a number") * factor;
        match number.contains('.') {
            true => out.push_str(&format!("{value:.4}")),
            false => out.push_str(&value.round().max(1.0).to_string()),
        }
        rest = &rest[number.len()..];
    }
    out + rest
}

/// What is typed over each number of a plan, one at a time, and what came of all of them.
#[derive(Debug, Default)]
pub struct Tried {
    /// Worked out with the rows that were there.
    pub revised: usize,
    /// Walked again.
    pub written_anew: usize,
    /// Refused.
    pub refused: usize,
}

impl Tried {
    /// Types each number of a plan so many times as large.
    pub fn plan(&mut self, plan: &Plan, factors: &[f64]) {
        self.plan_with(&book(), plan, factors);
    }

    fn plan_with(&mut self, book: &Provider, plan: &Plan, factors: &[f64]) {
        let measures = Measures::default();
        let was = check(plan, &measures, &[book]).expect("a plan without problems");
        let before = estimate(&was).expect("a plan of sensible size");
        for number in plan.numbers() {
            for factor in factors {
                let (address, text) = (number.address.clone(), retyped(&number.text, *factor));
                let edit = Edit::Number { address: address.clone(), text: text.clone() };
                let Ok(edited) = plan.edit(&edit) else { continue };
                let Ok(checked) = check(&edited.plan, &measures, &[book]) else {
                    self.refused += 1;
                    continue;
                };
                let after = estimate_after((&was, &before), &checked);
                let anew = estimate(&checked);
                assert!(said(&after) == said(&anew), "{address} from {} to {text}", number.text);
                let of_same_rows = after
                    .is_ok_and(|after| Arc::ptr_eq(&after.workings.rows, &before.workings.rows));
                *if of_same_rows { &mut self.revised } else { &mut self.written_anew } += 1;
            }
        }
    }
}

/// A plan whose rows have one value, one a month, one for each k, or both, near a cliff and with a cache.
pub fn every_shape() -> Plan {
    let text = "{ forebill: 1, name: Test, starts: 2027-01, months: 14, prompts: { \
         system: { tokens: 1400, role: system, grows: 4%/month }, user: { tokens: 30..900 }, \
         page: { tokens: 200 x40 | 900 x8 | 3000 x1, role: tools } }, features: [ \
         { name: near, unit: unit, starts: month 2, volume: { users: 4000, adoption: { from: 5%, to: 60%, by: month 9 }, \
           each: 3/week, season: [ 1, 1, 1, 1, 1, 1, 1.2, 0.8, 1, 1, 1, 1 ] }, step: { conversation: { turns: 2..6, pause: 40 s, turn: [ \
           { call: { name: a, model: acme/steps, answer: true, input: [system, history, page, user], output: 50..350 } } ] } } }, \
         { name: kept, unit: unit, load: office hours, volume: { units: 900/month }, step: { retry: { attempts: 1..3, \
           fails: { timeout: { value: 3%, billed_input: 50%, billed_output: 10% } }, outage: 0.5%, step: { call: { name: b, \
           model: acme/cached, cache: { ttl: 50 min }, input: [system, page, user], output: 300, max_tokens: 400 } } } } } ], \
         other_costs: [ { name: review, of: kept, share: 2%, cost: $1.10 }, { name: desk, cost: $500 } ] }";
    let plan: Plan = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    plan.addressed()
}

/// Every field of it, to the last digit.
pub fn said(estimate: &Result<Estimate, Vec<Problem>>) -> String {
    format!("{estimate:?}")
}

#[test]
fn a_text_is_typed_anew() {
    assert_eq!(retyped("50..350", 2.0), "100..700");
    assert_eq!(retyped("1.5% ±20%", 2.0), "3.0000% ±40%");
    assert_eq!(retyped("month 9", 0.01), "month 1");
    assert_eq!(retyped("200 x40 | 3000 x1", 3.0), "600 x120 | 9000 x3");
}

#[test]
fn numbers_of_random_trees_typed_anew_cost_what_they_do_from_nothing() {
    let mut tried = Tried::default();
    for seed in 1..=40 {
        tried.plan(&random_plan(seed), &[[0.4, 1.3, 30.0][seed as usize % 3]]);
    }
    let Tried { revised, written_anew, refused } = tried;
    assert!(revised > 500 && written_anew > 50 && refused < revised, "{tried:?}");
}

#[test]
fn numbers_that_follow_drivers_are_typed_anew() {
    let text = "{ forebill: 1, name: Test, starts: 2027-01, months: 12, prompts: { \
         system: { tokens: { value: 900, follows: { driver: f.volume, doubled: 5% } }, role: system }, user: { tokens: 30..90 } }, \
         features: [ { name: f, unit: unit, starts: month 3, volume: { users: 10k, adoption: { from: 10%, to: 40%, by: month 9 }, \
           each: 2/business day, grows: 3%/month }, step: { chain: [ \
             { call: { name: a, model: acme/large, answer: true, input: [system, user], \
               output: { value: 50..350, follows: { driver: f.volume.adoption, doubled: 15% } } } }, \
             { call: { name: b, model: acme/small, input: [user], \
               output: { value: 80, grows: 2%/month, follows: { driver: f.a.output, doubled: -20% } } } } ] } } ] }";
    let plan: Plan = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    let mut tried = Tried::default();
    tried.plan(&plan.addressed(), &[0.05, 0.7, 1.4, 50.0]);
    assert!(tried.revised > 20, "{tried:?}");
}

#[test]
fn numbers_that_choose_between_rows_are_walked_anew() {
    let mut tried = Tried::default();
    tried.plan(&every_shape(), &[0.05, 0.7, 1.4, 50.0]);
    assert!(tried.revised > 20 && tried.written_anew > 20, "{tried:?}");
}

#[test]
fn what_is_told_of_long_prompts_is_told_anew() {
    let mut small = book();
    small.models.iter_mut().for_each(|model| model.context_tokens = Some(9_000));
    let text = "{ forebill: 1, name: Test, starts: 2027-01, months: 2, prompts: { \
         task: { tokens: 2000 }, page: { tokens: 300..1500 } }, features: [ { name: f, unit: unit, \
         volume: { units: 900/month }, step: { until: { rounds: 2..8, accepts: 60%, \
         draft: { call: { name: a, model: acme/small, answer: true, input: [task, page, context], output: 50..350 } }, \
         check: { call: { name: b, model: acme/small, input: [task, context], output: 20 } } } } } ] }";
    let plan: Plan = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    let plan = plan.addressed();
    let measures = Measures::default();
    let checked = check(&plan, &measures, &[&small]).expect("a plan without problems");
    let warned = estimate(&checked).expect("few prompts are too long").warnings(&plan);
    assert!(!warned.is_empty());
    let mut tried = Tried::default();
    tried.plan_with(&small, &plan, &[0.5, 0.9, 1.1, 1.5]);
    assert!(tried.revised > 0 && tried.written_anew > 8, "{tried:?}");
}
