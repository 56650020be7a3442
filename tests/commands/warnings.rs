//! What may go wrong though a plan can be worked out: said wherever its figures are shown.

use calamine::{Reader, Xlsx, open_workbook};

use crate::desk::{PLAN, Plan, answer, text};
use crate::program::run;

#[test]
fn a_tail_over_the_context_is_told_wherever_the_plan_is_shown() {
    let plan =
        Plan::new(&PLAN.replace("40..220", "30k..125k").replace("gpt-5-nano", "gpt-4o-mini"));
    let told = "desk.easy: 9.3% of its prompts, with what it writes, pass the 128000 tokens that \
                `openai/gpt-4o-mini` takes, in 2027-02. Such calls fail. Keep fewer turns or steps, send less, \
                or choose a model with a longer context.";
    let estimated = run(&["estimate", &plan.path()]);
    assert!(estimated.code == 0 && estimated.stderr.contains(told), "{}", estimated.stderr);
    let notes = answer(&run(&["estimate", &plan.path(), "--json"]))["notes"].take();
    assert!(notes.as_array().expect("notes").iter().any(|note| note == told), "{notes}");
    let checked = run(&["check", &plan.path()]);
    assert!(checked.code == 0 && checked.stderr.contains(told), "{}", checked.stderr);
    let out = text(plan.folder.path().join("desk.xlsx"));
    assert_eq!(run(&["report", &plan.path(), "--out", &out]).code, 0);
    let mut book: Xlsx<_> = open_workbook(&out).expect("a workbook");
    let mut cells = book.worksheets().into_iter().flat_map(|(_, sheet)| {
        sheet.cells().map(|(_, _, cell)| cell.to_string()).collect::<Vec<_>>()
    });
    assert!(cells.any(|cell| cell.contains("pass the 128000 tokens")));
}

#[test]
fn what_stays_within_the_context_is_not_told() {
    for tokens in ["40..220", "30k..40k"] {
        let plan = Plan::new(&PLAN.replace("40..220", tokens).replace("gpt-5-nano", "gpt-4o-mini"));
        let checked = run(&["check", &plan.path()]);
        assert!(!checked.stderr.contains("pass the"), "{}", checked.stderr);
    }
}
