//! What becomes of the tree.

use super::desk::{TURN, edits, plan};
use crate::plan::Step;

/// A feature's tree in one line.
fn tree(step: &Step) -> String {
    let below: Vec<String> = step.children().into_iter().map(|(_, child)| tree(child)).collect();
    match (step.name(), &below[..]) {
        (Some(name), []) => name.to_owned(),
        _ => format!("{}[{}]", step.kind(), below.join(" ")),
    }
}

/// The tree of the first feature after one edit, what the edit is called and what is selected then;
/// or why it cannot be made.
#[track_caller]
fn shapes(edit: &str, expected: &str) {
    let edit = edits(&edit.replace("TURN", TURN));
    let shown = match plan().edit(&edit) {
        Ok(edited) => {
            let select = edited.select.unwrap_or_default().replace(TURN, "TURN");
            format!("{} | {} | {select}", tree(&edited.plan.features[0].step), edited.label)
        }
        Err(refused) => format!("{} {}", refused.message, refused.hint),
    };
    assert_eq!(shown, expected);
}

#[test]
fn a_step_is_added_beside_or_inside_another() {
    shapes(
        "{ edit: add, at: TURN/0, place: before, kind: retry }",
        "conversation[retry[call] rewrite route[easy hard]] | add retry before rewrite | TURN/0",
    );
    shapes(
        "{ edit: add, at: TURN/1, place: inside, kind: call }",
        "conversation[rewrite route[easy call hard]] | add call inside route | TURN/1/route/1/step",
    );
    shapes(
        "{ edit: add, at: TURN/1/route/0/step, place: after, kind: fan-out }",
        "conversation[rewrite route[chain[easy fan-out[call]] hard]] | add fan-out after easy | TURN/1/route/0/step/chain/1",
    );
    shapes(
        "{ edit: add, at: features/0/step, place: after, kind: chain }",
        "chain[conversation[rewrite route[easy hard]] chain[call call-2]] | add chain after conversation | features/0/step/chain/1",
    );
    shapes(
        "{ edit: add, at: features/0/step, place: after, kind: conversation }",
        "chain[conversation[rewrite route[easy hard]] conversation[call]] | add conversation after conversation | features/0/step/chain/1",
    );
    shapes(
        "{ edit: add, at: TURN/0, place: inside, kind: call }",
        "`rewrite` is a call: no step can stand in it. Put the step beside it, or wrap the call first.",
    );
    shapes(
        "{ edit: add-branch, at: TURN/1 }",
        "conversation[rewrite route[easy call hard]] | add call inside route | TURN/1/route/1/step",
    );
}

#[test]
fn a_step_is_wrapped_and_unwrapped() {
    shapes(
        "{ edit: wrap, at: TURN/0, kind: retry }",
        "conversation[retry[rewrite] route[easy hard]] | wrap rewrite in retry | TURN/0",
    );
    shapes(
        "{ edit: wrap, at: TURN/1, kind: retry }",
        "conversation[rewrite retry[route[easy hard]]] | wrap route in retry | TURN/1",
    );
    shapes(
        "{ edit: wrap, at: TURN/1, kind: fan-out }",
        "Copies side by side cannot be the one answer of a turn. Take `answer: true` off, and add a call that writes the answer from the copies.",
    );
    shapes(
        "{ edit: wrap, at: TURN/1/route/0/step, kind: route }",
        "conversation[rewrite route[route[easy call] hard]] | wrap easy in route | TURN/1/route/0/step",
    );
    shapes(
        "{ edit: wrap, at: TURN/1/route/0/step, kind: cascade }",
        "conversation[rewrite route[cascade[easy judge easy-2] hard]] | wrap easy in cascade | TURN/1/route/0/step",
    );
    shapes(
        "{ edit: wrap, at: TURN/1, kind: conversation }",
        "conversation[rewrite conversation[route[easy hard]]] | wrap route in conversation | TURN/1",
    );
    shapes(
        "{ edit: unwrap, at: features/0/step }",
        "chain[rewrite route[easy hard]] | unwrap conversation | features/0/step",
    );
    shapes(
        "{ edit: unwrap, at: TURN/1 }",
        "A route of several ways cannot become all of them. Remove the branches that go, until one is left.",
    );
}

#[test]
fn a_copy_has_names_of_its_own_and_gives_no_second_answer() {
    shapes(
        "{ edit: duplicate, at: TURN/1 }",
        "conversation[rewrite route[easy hard] route[easy-2 hard-2]] | copy route | TURN/2",
    );
    shapes(
        "{ edit: duplicate, at: TURN/1/route/0/step }",
        "conversation[rewrite route[easy easy-2 hard]] | copy easy | TURN/1/route/1/step",
    );
    shapes(
        "{ edit: duplicate, at: features/0/step }",
        "chain[conversation[rewrite route[easy hard]] conversation[rewrite-2 route[easy-2 hard-2]]] | copy conversation | features/0/step/chain/1",
    );
}

#[test]
fn what_is_left_with_one_step_gives_way_to_it() {
    shapes(
        "{ edit: remove, at: TURN/0 }",
        "conversation[route[easy hard]] | delete rewrite | TURN/0",
    );
    shapes(
        "{ edit: remove, at: TURN/1/route/0/step }",
        "conversation[rewrite hard] | delete easy | TURN/1",
    );
    shapes(
        "{ edit: remove, at: TURN/1/route/1/step }",
        "conversation[rewrite easy] | delete hard | TURN/1",
    );
    shapes("{ edit: remove, at: TURN/1 }", "conversation[rewrite] | delete route | TURN/0");
    shapes(
        "{ edit: remove, at: features/0/step }",
        "A feature needs a step, and this is its only one. Remove the feature, or add another step first.",
    );
}

#[test]
fn a_step_moves_where_it_can_stand() {
    shapes(
        "{ edit: move, at: TURN/0, by: up }",
        "`rewrite` is the first here. Move it out to go past the step around it.",
    );
    shapes(
        "{ edit: move, at: TURN/0, by: down }",
        "conversation[route[easy hard] rewrite] | move rewrite down | TURN/1",
    );
    shapes(
        "{ edit: move, at: TURN/1, by: up }",
        "conversation[route[easy hard] rewrite] | move route up | TURN/0",
    );
    shapes(
        "{ edit: move, at: TURN/1, by: in }",
        "`rewrite` is a call: no step can stand in it. Put the step beside it, or wrap the call first.",
    );
    shapes(
        "{ edit: move, at: TURN/0, by: out }",
        "chain[conversation[route[easy hard]] rewrite] | move rewrite out of conversation | features/0/step/chain/1",
    );
    shapes(
        "{ edit: move, at: TURN/1, by: out }",
        "`easy` reads `history` outside a conversation. Put the call into a `conversation`, or take `history` off.",
    );
    shapes(
        "{ edit: move, at: TURN/1/route/0/step, by: out }",
        "More than one call of a turn is marked `answer: true`. Keep the mark on the call whose output the user sees; branches of a route may each have one.",
    );
    shapes(
        "{ edit: move, at: TURN/1/route/0/step, by: down }",
        "The branch that takes the rest stands last. Change the shares, or move the steps inside the branches.",
    );
    shapes(
        "{ edit: move, at: TURN/1/route/1/step, by: in }",
        "`easy` is a call: no step can stand in it. Put the step beside it, or wrap the call first.",
    );
    shapes(
        "{ edit: move-to, at: TURN/0, parent: TURN/1, index: 0 }",
        "conversation[route[rewrite easy hard]] | move rewrite into route | TURN/0/route/0/step",
    );
    shapes(
        "{ edit: move-to, at: TURN/1, parent: TURN/1/route/0/step, index: 0 }",
        "`route` cannot go into itself. Choose a step that does not stand in it.",
    );
}
