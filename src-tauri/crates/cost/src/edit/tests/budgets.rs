//! Limits set, changed, renamed with their calls, and taken out.

use super::desk::{TURN, edits, plan};
use crate::plan::number::Plain;
use crate::plan::{Budget, Of, Plan};

fn edited(plan: &Plan, edit: &str) -> Result<(Plan, String), String> {
    let edited = plan.edit(&edits(edit)).map_err(|why| format!("{} {}", why.message, why.hint))?;
    Ok((edited.plan, edited.label))
}

fn limit(feature: &str, limit: &str, value: &str) -> String {
    format!("{{ edit: budget, feature: {feature}, limit: {limit}, value: \"{value}\" }}")
}

#[test]
fn limits_come_and_go() {
    let (set, label) = edited(&plan(), &limit("0", "unit_cost", "$0.05")).expect("edited");
    assert_eq!(label, "limit of a unit's cost of desk: $0.05");
    let (set, _) = edited(&set, &limit("0", "hard.input", "6k")).expect("edited");
    let Some(Budget { tokens, unit_cost, month: None }) = &set.features[0].budget else {
        panic!("two limits: {:?}", set.features[0].budget)
    };
    assert_eq!(tokens["hard.input"].text, "6k");
    assert_eq!(unit_cost.as_ref().map(|it| it.text.as_str()), Some("$0.05"));
    let (set, _) = edited(&set, &limit("0", "unit_cost", "")).expect("edited");
    let (set, label) = edited(&set, &limit("0", "hard.input", "")).expect("edited");
    assert_eq!(label, "limit of hard.input of desk: nothing");
    assert_eq!(set, plan());
    let (set, label) = edited(&set, &limit("null", "month", "$9000 at P80")).expect("edited");
    assert_eq!(label, "limit of a month of the plan: $9000 at P80");
    assert_eq!(edited(&set, &limit("null", "month", "")).expect("edited").0, plan());
}

#[test]
fn rate_limits_come_and_go_and_keep_who_says_them() {
    let (set, label) = edited(&plan(), &limit("null", "acme/v1.5.itpm", "2M")).expect("edited");
    assert_eq!(label, "limit of input tokens a minute of acme/v1.5: 2M");
    let (set, _) = edited(&set, &limit("null", "acme/v1.5.rpm", "500")).expect("edited");
    let address = "rate-limits.acme/v1.5.itpm";
    let source =
        format!("{{ edit: provenance, address: {address}, field: source, value: their page }}");
    let (set, _) = edited(&set, &source).expect("edited");
    let (set, _) = edited(&set, &limit("null", "acme/v1.5.itpm", "4M")).expect("edited");
    let typed = "{ edit: number, address: rate-limits.acme/v1.5.rpm, text: \"800\" }";
    let (set, label) = edited(&set, typed).expect("edited");
    assert_eq!(label, "rpm of acme/v1.5 500 \u{2192} 800");
    let limits = &set.rate_limits["acme/v1.5"];
    let said =
        |limit: Option<&Of<Plain>>| limit.map(|it| (it.text.clone(), it.provenance.source.clone()));
    assert_eq!(said(limits.itpm.as_ref()), Some(("4M".to_owned(), Some("their page".to_owned()))));
    assert_eq!(said(limits.rpm.as_ref()), Some(("800".to_owned(), None)));
    let (set, _) = edited(&set, &limit("null", "acme/v1.5.itpm", "")).expect("edited");
    let (set, _) = edited(&set, &limit("null", "acme/v1.5.rpm", "")).expect("edited");
    assert_eq!(set, plan());
}

#[test]
fn a_renamed_call_takes_its_limits_along() {
    let (set, _) = edited(&plan(), &limit("0", "rewrite.output", "80")).expect("edited");
    let rename = format!("{{ edit: step, at: {TURN}/0, field: name, value: rephrase }}");
    let (set, _) = edited(&set, &rename).expect("edited");
    let budget = set.features[0].budget.as_ref().expect("it is there");
    assert_eq!(budget.tokens.keys().collect::<Vec<_>>(), ["rephrase.output"]);
}

/// The limits of tokens of a feature.
fn limits(plan: &Plan, feature: usize) -> Vec<&str> {
    let budget = plan.features[feature].budget.as_ref();
    budget.iter().flat_map(|budget| budget.tokens.keys()).map(String::as_str).collect()
}

#[test]
fn a_call_that_goes_takes_its_limits_along() {
    let (set, _) = edited(&plan(), &limit("0", "rewrite.output", "80")).expect("edited");
    let (set, _) = edited(&set, &limit("0", "hard.input", "6k")).expect("edited");
    let (set, _) = edited(&set, &limit("0", "never.input", "6k")).expect("it was typed");
    let remove = format!("{{ edit: remove, at: {TURN}/0 }}");
    let (gone, _) = edited(&set, &remove).expect("edited");
    assert_eq!(limits(&gone, 0), ["hard.input", "never.input"], "who names no call is told");
    let (set, _) = edited(&plan(), &limit("0", "rewrite.output", "80")).expect("edited");
    let (gone, _) = edited(&set, &remove).expect("edited");
    assert_eq!(gone.features[0].budget, None);
}

#[test]
fn a_call_that_moves_to_another_feature_takes_its_limits_along() {
    let (set, _) = edited(&plan(), &limit("0", "rewrite.output", "80")).expect("edited");
    let chain = "{ edit: wrap, at: features/1/step, kind: chain }";
    let (set, _) = edited(&set, chain).expect("edited");
    let away = format!("{{ edit: move-to, at: {TURN}/0, parent: features/1/step, index: 0 }}");
    let (moved, _) = edited(&set, &away).expect("edited");
    assert_eq!((limits(&moved, 0), limits(&moved, 1)), (vec![], vec!["rewrite.output"]));
}

#[test]
fn limits_follow_their_calls_into_an_agent_and_out_of_it() {
    let (set, _) = edited(&plan(), &limit("0", "rewrite.output", "80")).expect("edited");
    let (set, _) = edited(&set, &limit("0", "hard.input", "6k")).expect("edited");
    let wrap = format!("{{ edit: wrap, at: {TURN}/0, kind: agent }}");
    let (inside, _) = edited(&set, &wrap).expect("edited");
    assert_eq!(limits(&inside, 0), ["rewrite.rewrite.output", "hard.input"]);
    let rename = "{ edit: step, at: agents/rewrite/step, field: name, value: rephrase }";
    let (renamed, _) = edited(&inside, rename).expect("edited");
    assert_eq!(limits(&renamed, 0), ["rewrite.rephrase.output", "hard.input"]);
    let unwrap = format!("{{ edit: unwrap, at: {TURN}/0 }}");
    let (outside, _) = edited(&renamed, &unwrap).expect("edited");
    assert_eq!(limits(&outside, 0), ["rephrase.output", "hard.input"]);
}

/// `rewrite`, then `find` by an agent, and `rewrite` in another feature.
fn desk_with_an_agent() -> Plan {
    let call = |name: &str| {
        format!("{{ call: {{ name: {name}, model: acme/small, input: [text], output: 1 }} }}")
    };
    let (look, rewrite) = (call("look"), call("rewrite"));
    let text = format!(
        "{{ forebill: 1, name: Desk, starts: 2027-01, months: 1, prompts: {{ text: {{ tokens: 1 }} }}, \
         agents: {{ scout: {{ step: {{ chain: [{look}] }} }} }}, features: [ \
         {{ name: desk, unit: answer, volume: {{ units: 1/day }}, budget: {{ tokens: {{ rewrite.output: 80 }} }}, \
            step: {{ chain: [{rewrite}, {{ agent: {{ name: use, use: scout }} }}, {}] }} }}, \
         {{ name: more, unit: answer, volume: {{ units: 1/day }}, step: {{ chain: [{rewrite}] }} }} ] }}",
        call("last")
    );
    serde_saphyr::from_str::<Plan>(&text).expect("a plan").addressed()
}

#[test]
fn a_limit_stays_with_its_call_where_another_comes_to_its_place() {
    let from = "{ edit: move-to, at: features/0/step/chain/0, parent: ";
    let into = format!("{from}agents/scout/step, index: 1 }}");
    let (moved, _) = edited(&desk_with_an_agent(), &into).expect("edited");
    assert_eq!(moved.called(&moved.features[0].step), ["use.look", "use.rewrite", "last"]);
    assert_eq!(limits(&moved, 0), ["use.rewrite.output"]);
    let (other, _) =
        edited(&moved, "{ edit: remove, at: agents/scout/step/chain/0 }").expect("edited");
    assert_eq!(limits(&other, 0), ["use.rewrite.output"]);
}

#[test]
fn what_is_no_limit_is_refused() {
    let refused = |feature, of| edited(&plan(), &limit(feature, of, "5")).expect_err("refused");
    assert_eq!(
        refused("0", "tokens"),
        "There is no limit called `tokens`. Write month, unit_cost, or a call and its side: hard.input."
    );
    assert_eq!(
        refused("null", "unit_cost"),
        "There is no limit called `unit_cost`. Of a whole plan, write month, or a model and what of it: openai/gpt-5.tpm."
    );
    assert_eq!(
        refused("7", "month"),
        "The plan has no such feature. It may have been removed: select it again."
    );
}
