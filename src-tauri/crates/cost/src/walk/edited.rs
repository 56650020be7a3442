//! Plans whose structure is edited, worked out after what they were: the same as from nothing.

use std::sync::Arc;

use super::made::random_plan;
use super::retyped::{every_shape, said};
use crate::check::check;
use crate::edit::{Edit, EditPlace, StepKind};
use crate::estimate::{estimate, estimate_after};
use crate::plan::{Measures, Plan};
use crate::sample::book;

/// Choices among so many, from a seed.
struct Choices(u64);

impl Choices {
    fn below(&mut self, many: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % many
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// An edit of the tree, or of a number in it.
    fn edit(&mut self, plan: &Plan) -> Edit {
        let paths: Vec<String> = plan.steps().into_iter().map(|standing| standing.path).collect();
        let at = self.one(&paths);
        let kinds = [
            StepKind::Call,
            StepKind::Route,
            StepKind::Retry,
            StepKind::FanOut,
            StepKind::Conversation,
            StepKind::Cascade,
            StepKind::Until,
            StepKind::Loop,
            StepKind::ResponseCache,
            StepKind::Tool,
        ];
        let kind = self.one(&kinds);
        match self.below(8) {
            0 | 1 => {
                let places = [EditPlace::Before, EditPlace::After, EditPlace::Inside];
                Edit::Add { at, place: self.one(&places), kind }
            }
            2 => Edit::Wrap { at, kind },
            3 => Edit::Unwrap { at },
            4 => Edit::Duplicate { at },
            5 => Edit::Remove { at },
            6 => Edit::MoveTo { at, parent: self.one(&paths), index: self.below(4) },
            _ => {
                let number = self.one(&plan.numbers());
                Edit::Number { address: number.address, text: "2".to_owned() }
            }
        }
    }
}

/// Edits of a plan, one after another.
#[derive(Debug, Default)]
pub struct Tried {
    /// How many could be made.
    pub edited: usize,
    /// Rows that stood before, written again or not.
    pub kept: usize,
    /// Other rows.
    pub written: usize,
}

impl Tried {
    /// Makes so many edits, chosen by a seed.
    pub fn plan(&mut self, plan: &Plan, seed: u64, edits: usize) {
        let (measures, book, mut choices) = (Measures::default(), book(), Choices(seed));
        let mut plan = plan.clone();
        let was = check(&plan, &measures, &[&book]).expect("a plan without problems");
        let mut before = estimate(&was).expect("a plan of sensible size");
        for _ in 0..edits {
            let edit = choices.edit(&plan);
            let Ok(done) = plan.edit(&edit) else { continue };
            let was = check(&plan, &measures, &[&book]).expect("it was checked before");
            let Ok(checked) = check(&done.plan, &measures, &[&book]) else { continue };
            let (after, anew) = (estimate_after((&was, &before), &checked), estimate(&checked));
            assert!(said(&after) == said(&anew), "{edit:?} of {plan:?}");
            let Ok(after) = after else { continue };
            self.edited += 1;
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
        tried.plan(&several([3 * seed + 1, 3 * seed + 2, 3 * seed + 3]), seed, 6);
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
        tried.plan(&shapes.clone().addressed(), seed, 8);
    }
    println!("{tried:?}");
    assert!(tried.edited > 12 && tried.kept > tried.written / 3, "{tried:?}");
}

#[test]
fn calls_of_several_features_that_send_the_same_beginning_cost_what_they_do_from_nothing() {
    let feature = |name: &str, load: &str| {
        format!(
            "{{ name: {name}, unit: unit, {load} volume: {{ units: 40000/month }}, step: {{ chain: [ \
             {{ call: {{ name: a, model: acme/cached, cache: {{}}, answer: true, input: [system, user], output: 50..350 }} }}, \
             {{ call: {{ name: b, model: acme/small, input: [page x3, user], output: 80 }} }} ] }} }}"
        )
    };
    let features = [
        feature("f", ""),
        feature("g", "load: office hours,"),
        feature("h", "load: office hours,"),
        feature("i", ""),
    ];
    let text = format!(
        "{{ forebill: 1, name: Test, starts: 2027-01, months: 2, prompts: {{ system: {{ tokens: 1400, role: system }}, \
         user: {{ tokens: 30..900 }}, page: {{ tokens: 200 x40 | 900 x8 | 3000 x1, role: tools }} }}, features: [ {} ] }}",
        features.join(", ")
    );
    let plan: Plan = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    let mut tried = Tried::default();
    for seed in 0..6 {
        tried.plan(&plan.clone().addressed(), seed, 10);
    }
    println!("{tried:?}");
    assert!(tried.edited > 25 && tried.kept > tried.written / 3, "{tried:?}");
}
