//! Plans whose structure is edited, worked out after what they were: the same as from nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::made::random_plan;
use super::retyped::every_shape;
use crate::check::check;
use crate::edit::Edit;
use crate::edit::any::{Choice, Sort, any_edit, structural};
use crate::estimate::{Estimate, estimate, estimate_after};
use crate::plan::{Measures, Plan};
use crate::problem::Problem;
use crate::sample::book;

/// Choices from a seed.
struct Choices(u64);

impl Choices {
    fn next(&mut self) -> Choice {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [.., a, b, c, d] = (self.0 >> 24).to_be_bytes();
        [a, b, c, d]
    }
}

/// An edit of the tree, or of a number in it.
pub fn of_tree(plan: &Plan, choice: Choice) -> Edit {
    let [kind, step, ..] = choice;
    let at = || plan.steps()[usize::from(step) % plan.steps().len()].path.clone();
    match kind % 16 {
        13 => Edit::Unwrap { at: at() },
        14 => Edit::Remove { at: at() },
        15 => {
            let numbers = plan.numbers();
            let address = numbers[usize::from(step) % numbers.len()].address.clone();
            Edit::Number { address, text: "2".to_owned() }
        }
        _ => structural(plan, choice),
    }
}

/// All of an estimate that others read. What sections say for themselves shows in the edits that come after.
fn shown(estimate: &Result<Estimate, Vec<Problem>>) -> String {
    let shown = estimate.as_ref();
    format!("{:?}", shown.map(|it| (&it.workings, &it.values, &it.ledger)))
}

/// Edits of a plan, one after another.
#[derive(Debug, Default)]
pub struct Tried {
    /// How many could be made.
    pub edited: usize,
    /// Their sorts.
    pub sorts: BTreeSet<String>,
    /// Rows that stood before, written again or not.
    pub kept: usize,
    /// Other rows.
    pub written: usize,
}

impl Tried {
    /// Makes so many edits, chosen by a seed.
    pub fn plan(
        &mut self,
        plan: &Plan,
        (seed, edits): (u64, usize),
        choose: impl Fn(&Plan, Choice) -> Edit,
    ) {
        let (measures, book, mut choices) = (Measures::default(), book(), Choices(seed));
        let mut plan = plan.clone();
        let was = check(&plan, &measures, &[&book]).expect("a plan without problems");
        let mut before = estimate(&was).expect("a plan of sensible size");
        for _ in 0..edits {
            let edit = choose(&plan, choices.next());
            let Ok(done) = plan.edit(&edit) else { continue };
            let was = check(&plan, &measures, &[&book]).expect("it was checked before");
            let Ok(checked) = check(&done.plan, &measures, &[&book]) else { continue };
            let (after, anew) = (estimate_after((&was, &before), &checked), estimate(&checked));
            assert!(shown(&after) == shown(&anew), "{edit:?} of {plan:?}");
            let Ok(after) = after else { continue };
            self.edited += 1;
            let sort = format!("{edit:?}");
            self.sorts.insert(sort.split_once(' ').map_or(sort.clone(), |sort| sort.0.to_owned()));
            for row in after.workings.rows.iter() {
                let was = before.workings.find(&row.address).map(|was| before.workings.row(was));
                let is_kept = was.is_some_and(|was| Arc::ptr_eq(&was.said, &row.said));
                *if is_kept { &mut self.kept } else { &mut self.written } += 1;
            }
            (before, plan) = (after, done.plan);
        }
    }
}

/// A plan with the trees of several, which share their prompts and agents.
fn several(seeds: [u64; 3]) -> Plan {
    let [mut plan, second, third] = seeds.map(random_plan);
    for (name, other) in [("g", second), ("h", third)] {
        let mut feature = other.features[0].clone();
        feature.name = name.to_owned();
        plan.features.push(feature);
    }
    plan.months = 3;
    plan.addressed()
}

#[test]
fn random_trees_that_are_edited_cost_what_they_do_from_nothing() {
    let mut tried = Tried::default();
    for seed in 0..8 {
        tried.plan(&several([3 * seed + 1, 3 * seed + 2, 3 * seed + 3]), (seed, 6), of_tree);
    }
    println!("{tried:?}");
    assert!(tried.edited > 20 && tried.kept > tried.written / 3, "{tried:?}");
}

#[test]
fn features_that_share_rows_are_kept_where_these_stand() {
    let mut tried = Tried::default();
    let mut shapes = every_shape();
    let mut third = shapes.features[1].clone();
    third.name = "third".to_owned();
    shapes.features.push(third);
    for seed in 0..4 {
        tried.plan(&shapes.clone().addressed(), (seed, 8), of_tree);
    }
    println!("{tried:?}");
    assert!(tried.edited > 12 && tried.kept > tried.written / 3, "{tried:?}");
}

/// Four features that send one beginning, at hours of two kinds.
fn sharing(third: &str) -> Plan {
    let feature = |name: &str, first: &str, load: &str| {
        format!(
            "{{ name: {name}, unit: unit, {load} volume: {{ units: 40000/month }}, step: {{ chain: [ \
             {{ call: {{ name: a, model: acme/cached, cache: {{}}, answer: true, input: [{first}, user], output: 50..350 }} }}, \
             {{ call: {{ name: b, model: acme/small, input: [page x3, user], output: 80 }} }} ] }} }}"
        )
    };
    let features = [
        feature("f", "system", ""),
        feature("g", "system", "load: office hours,"),
        feature("h", third, "load: office hours,"),
        feature("i", "system", ""),
    ];
    let text = format!(
        "{{ forebill: 1, name: Test, starts: 2027-01, months: 2, prompts: {{ system: {{ tokens: 1400, role: system }}, \
         user: {{ tokens: 30..900 }}, page: {{ tokens: 200 x40 | 900 x8 | 3000 x1, role: tools }} }}, features: [ {} ] }}",
        features.join(", ")
    );
    let plan: Plan = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    plan.addressed()
}

#[test]
fn calls_of_several_features_that_send_the_same_beginning_cost_what_they_do_from_nothing() {
    let mut tried = Tried::default();
    for seed in 0..6 {
        tried.plan(&sharing("system"), (seed, 10), of_tree);
    }
    println!("{tried:?}");
    assert!(tried.edited > 25 && tried.kept > tried.written / 3, "{tried:?}");
}

#[test]
fn what_a_feature_chose_for_others_is_forgotten_with_it() {
    let rename = "{ edit: feature, feature: 2, field: name, value: batch }";
    let rename: Edit = serde_saphyr::from_str(rename).expect("an edit");
    let mut tried = Tried::default();
    tried.plan(&sharing("system x2"), (1, 1), |_, _| rename.clone());
    assert_eq!(tried.edited, 1);
}

#[test]
fn whatever_is_edited_costs_what_it_does_from_nothing() {
    let mut tried = Tried::default();
    for seed in 0..12 {
        tried.plan(&sharing("system"), (seed, 40), any_edit);
        tried.plan(&every_shape().addressed(), (seed, 30), any_edit);
    }
    println!("{tried:?}");
    let never = Sort::ALL.iter().filter(|sort| !tried.sorts.contains(&format!("{sort:?}")));
    let never: Vec<&Sort> = never.collect();
    // The first input of a cause shares it with nothing: a plan that is checked after each edit gets no further.
    assert!(tried.edited > 200 && never == [&Sort::Cause], "{tried:?} {never:?}");
}
