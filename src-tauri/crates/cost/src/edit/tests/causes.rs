//! What becomes of causes when inputs get one, lose it, and get other names.

use super::desk::{edits, plan};
use crate::plan::Plan;

/// The causes of a plan in one line, after edits.
fn after(typed: &[&str]) -> String {
    let edited = typed.iter().fold(plan(), |plan: Plan, edit| {
        plan.edit(&edits(edit)).unwrap_or_else(|error| panic!("{error:?}")).plan
    });
    let cause = |(name, cause): (&String, &crate::plan::Cause)| {
        let parts = cause.iter().map(|(address, part)| format!("{address} {}", part.text));
        format!("{name}: {}", parts.collect::<Vec<_>>().join(", "))
    };
    edited.causes.iter().map(cause).collect::<Vec<_>>().join("; ")
}

const BOTH: [&str; 2] = [
    "{ edit: cause, address: desk.units, text: hype 60% }",
    "{ edit: cause, address: search.users, text: hype }",
];

#[test]
fn an_input_moves_with_one_cause_or_alone() {
    assert_eq!(after(&BOTH), "hype: desk.units 60%, search.users 50%");
    let other = "{ edit: cause, address: desk.units, text: news 10% }";
    assert_eq!(
        after(&[&BOTH[..], &[other]].concat()),
        "hype: search.users 50%; news: desk.units 10%"
    );
    let alone = BOTH.map(|edit| edit.replace("hype 60%", "''").replace("hype", "''"));
    let alone: Vec<&str> = BOTH.iter().copied().chain(alone.iter().map(String::as_str)).collect();
    assert_eq!(after(&alone), "");
}

#[test]
fn drivers_go_with_the_names_of_their_features() {
    let typed = [
        "{ edit: over-time, address: desk.hard.output, field: follows, value: search.volume.adoption }",
        "{ edit: over-time, address: desk.easy.output, field: follows, value: desk.hard.output }",
        "{ edit: over-time, address: desk.conversation.turns, field: grows, value: 2%/month }",
        "{ edit: feature, feature: 1, field: name, value: find }",
        "{ edit: step, at: features/0/step/conversation/turn/1/route/1/step, field: name, value: deep }",
        "{ edit: number, address: desk.conversation.turns, text: 3..7 }",
    ];
    let edited = typed.iter().fold(plan(), |plan: Plan, edit| {
        plan.edit(&edits(edit)).unwrap_or_else(|error| panic!("{error:?}")).plan
    });
    let numbers = edited.numbers();
    let at = |address: &str| numbers.iter().find(|it| it.address == address).expect("it is there");
    let driver = |address: &str| at(address).over_time.follows.as_ref().map(|it| it.driver.clone());
    assert_eq!(driver("desk.deep.output").as_deref(), Some("find.volume.adoption"));
    assert_eq!(driver("desk.easy.output").as_deref(), Some("desk.deep.output"));
    assert_eq!(at("desk.deep.output.follows.doubled").text, "15%");
    assert_eq!(at("desk.conversation.turns.grows").text, "2%/month");
    let gone = edits("{ edit: over-time, address: desk.deep.output, field: follows, value: '' }");
    let gone = edited.edit(&gone).expect("it follows").plan.numbers();
    assert!(gone.iter().all(|it| it.address != "desk.deep.output.follows.doubled"));
}

#[test]
fn addresses_go_with_the_names_of_what_they_lead_to() {
    let rename = "{ edit: feature, feature: 0, field: name, value: front }";
    assert_eq!(after(&[&BOTH[..], &[rename]].concat()), "hype: front.units 60%, search.users 50%");
    let part = [
        "{ edit: cause, address: prompts.question.tokens, text: chatty }",
        "{ edit: rename-part, name: question, to: ask }",
    ];
    assert_eq!(after(&part), "chatty: prompts.ask.tokens 50%");
    // What moves to another place keeps its name.
    let shift = "{ edit: move-feature, feature: 0, to: 1 }";
    assert_eq!(after(&[&BOTH[..], &[shift]].concat()), after(&BOTH));
}
