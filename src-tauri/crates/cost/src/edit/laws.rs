//! Laws that hold for every edit of every plan, over random ones.

use proptest::prelude::*;

use super::any::{Choice, any_edit, structural};
use crate::check::check;
use crate::plan::{Measures, Plan};
use crate::sample::{any_step, book, plan_of};

fn choices(most: usize) -> impl Strategy<Value = Vec<Choice>> {
    prop::collection::vec(any::<Choice>(), 1..most)
}

/// A plan as a document, and the document as a plan.
fn read_back(plan: &Plan) -> Plan {
    let options = serde_saphyr::ser_options! { yaml_12: true, no_lang_directive: true };
    let text = serde_saphyr::to_string_with_options(plan, options).expect("a plan can be written");
    let options = serde_saphyr::options! { strict_booleans: true };
    let read: Plan = serde_saphyr::from_str_with_options(&text, options)
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    read.addressed()
}

/// Makes edits one after another. Each that is made can be read back, and what it selects is there.
fn edited(mut plan: Plan, choices: Vec<Choice>) -> Result<(), TestCaseError> {
    for choice in choices {
        let edit = any_edit(&plan, choice);
        let Ok(edited) = plan.edit(&edit) else { continue };
        plan = edited.plan;
        prop_assert_eq!(&read_back(&plan), &plan, "{:?}", edit);
        prop_assert!(!edited.label.contains(char::is_control), "{:?}", edited.label);
        if let Some(path) = &edited.select {
            prop_assert!(plan.step_at(path).is_some(), "{:?} selects {}", edit, path);
        }
    }
    Ok(())
}

fn example(text: &str) -> Plan {
    serde_saphyr::from_str::<Plan>(text).expect("an example").addressed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_edited_is_read_back_as_it_is(step in any_step(), choices in choices(24)) {
        edited(plan_of(&step, 1000), choices)?;
    }

    #[test]
    fn a_tree_that_can_be_walked_still_can_be(step in any_step(), choices in choices(16)) {
        let (book, measures) = (book(), Measures::default());
        let mut plan = plan_of(&step, 1000);
        for choice in choices {
            let edit = structural(&plan, choice);
            let Ok(edited) = plan.edit(&edit) else { continue };
            plan = edited.plan;
            let problems = check(&plan, &measures, &[&book]).err().unwrap_or_default();
            prop_assert!(problems.is_empty(), "{:?}: {}", edit, problems[0]);
        }
    }

    #[test]
    fn a_step_that_was_moved_is_still_there_once(step in any_step(), choices in choices(12)) {
        let mut plan = plan_of(&step, 1000);
        for [kind, step, other, more] in choices {
            // Only the moves among the edits of the tree.
            let edit = structural(&plan, [4 + kind % 3, step, other, more]);
            let names = |plan: &Plan| {
                let calls = plan.calls();
                let mut names: Vec<String> = calls.iter().map(|call| call.name.clone()).collect();
                names.sort();
                names
            };
            let before = names(&plan);
            let Ok(edited) = plan.edit(&edit) else { continue };
            plan = edited.plan;
            prop_assert_eq!(names(&plan), before, "{:?}", edit);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn an_edited_example_is_read_back_as_it_is(desk in any::<bool>(), choices in choices(24)) {
        let plan = if desk {
            include_str!("../../../../../examples/support-desk/plan.yaml")
        } else {
            include_str!("../../../../../examples/hello/plan.yaml")
        };
        edited(example(plan), choices)?;
    }
}
