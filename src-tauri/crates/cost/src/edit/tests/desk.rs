//! The plan that edits are tried on.

use crate::check::check;
use crate::edit::Edit;
use crate::plan::{Measures, Plan};
use crate::sample::book;

const PLAN: &str = "
forebill: 1
name: Desk
starts: 2027-01
months: 12
prompts:
  system: { tokens: 700, role: system }
  question: { tokens: 40..220 }
features:
  - name: desk
    unit: answer
    volume: { units: 300/day }
    step:
      conversation:
        turns: 2..6
        turn:
          - call: { name: rewrite, model: acme/small, input: [question], output: 30..60 }
          - route:
              - { share: 70%, step: { call: { name: easy, answer: true, model: acme/small, input: [system, history, question], output: { value: 120..300, source: logs } } } }
              - { share: rest, step: { call: { name: hard, answer: true, model: acme/large, input: [system, history, question x2], output: 350 } } }
  - name: search
    unit: query
    volume: { users: 2k, adoption: { from: 8%, to: 65%, by: month 9 }, each: 3/week }
    step: { call: { name: find, model: acme/small, input: [question], output: 10 } }
other_costs:
  - { name: Review, cost: $1.10, share: 2%, of: search }
";

/// The place of the first feature's steps.
pub const TURN: &str = "features/0/step/conversation/turn";

/// The plan.
pub fn plan() -> Plan {
    serde_saphyr::from_str::<Plan>(PLAN).expect("a plan").addressed()
}

/// An edit as the page writes it.
pub fn edits(json: &str) -> Edit {
    serde_saphyr::from_str(json).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_plan_of_these_tests_can_be_worked_out() {
    let measures = Measures::default();
    check(&plan(), &measures, &[&book()]).expect("no problems");
}
