//! What becomes of branches that run for some months only.

use super::desk::{TURN, edits, plan};
use crate::edit::graft::get;
use crate::plan::{BranchShare, Plan, Route, Step, Trail, When};

fn route(plan: &Plan) -> &Route {
    let trail = Trail::to(plan, &format!("{TURN}/1")).expect("the route");
    let Ok(Step::Route(route)) = get(plan, &trail) else { panic!("a route") };
    route
}

/// Each branch of the turn's route after some edits in a row, or why the last one cannot be made.
#[track_caller]
fn says(fields: &[&str], expected: &str) {
    let mut plan = plan();
    let mut label = String::new();
    for field in fields {
        let edit = format!("{{ edit: branch, at: {TURN}/1, {field} }}");
        match plan.edit(&edits(&edit)) {
            Ok(edited) => (plan, label) = (edited.plan, edited.label),
            Err(refused) => {
                return assert_eq!(format!("{} {}", refused.message, refused.hint), expected);
            }
        }
    }
    let branches: Vec<String> = route(&plan)
        .branches
        .iter()
        .map(|branch| {
            let share = match &branch.share {
                BranchShare::All => "all".to_owned(),
                BranchShare::Named(share) => share.text.clone(),
                BranchShare::Rest => "rest".to_owned(),
            };
            let of = |word: &str, when: &Option<When>| {
                when.as_ref().map(|when| format!(" {word} {}", when.0)).unwrap_or_default()
            };
            share + &of("from", &branch.from) + &of("until", &branch.until)
        })
        .collect();
    assert_eq!(format!("{} | {label}", branches.join(", ")), expected);
}

#[test]
fn a_branch_is_dated_and_takes_all_or_a_part() {
    let until = "index: 0, field: until, value: month 7";
    says(&[until], "70% until month 7, rest | end of easy nothing → month 7");
    let all = "index: 0, field: takes, value: all";
    says(&[until, all], "all until month 7, rest | easy takes all");
    let from = "index: 0, field: from, value: 2027-03-15";
    says(
        &[until, all, from],
        "all from 2027-03-15 until month 7, rest | start of easy nothing → 2027-03-15",
    );
    let part = "index: 0, field: takes, value: part";
    says(&[until, all, part], "50% until month 7, rest | easy takes part");
    // What took all while it ran goes on to, where nothing says when.
    let never = "index: 0, field: until, value: ''";
    says(&[until, all, never], "100%, rest | end of easy month 7 → nothing");
    says(
        &[all],
        "A branch that always takes all leaves the others nothing. Say first when it starts or ends.",
    );
    says(
        &["index: 1, field: from, value: month 2"],
        "The rest takes what is left, whenever that is. Say when the other branches run.",
    );
    says(
        &["index: 7, field: from, value: month 2"],
        "`route` has only 2 branches. Select the route again.",
    );
}

#[test]
fn a_step_gives_way_to_its_copy_in_mid_plan() {
    let edited = plan().edit(&edits("{ edit: switch, at: features/1/step }")).expect("a switch");
    assert_eq!(edited.label, "switch find in mid-plan");
    assert_eq!(edited.select.as_deref(), Some("features/1/step/route/1/step"));
    let Step::Route(route) = &edited.plan.features[1].step else { panic!("a route") };
    let names: Vec<_> = route.branches.iter().map(|branch| branch.step.name()).collect();
    assert_eq!(names, [Some("find"), Some("find-2")]);
    let until = route.branches[0].until.as_ref().map(|when| when.0.as_str());
    assert_eq!(until, Some("month 7"));
    // The branch that is left when the first one goes takes the rest: its step alone is what is left.
    let removed = edited.plan.edit(&edits("{ edit: remove, at: features/1/step/route/0/step }"));
    let removed = removed.expect("one branch less").plan;
    assert_eq!(removed.features[1].step.name(), Some("find-2"));
}
