//! What every kind of step can be told, and how a tree takes it.

use super::desk::edits;
use crate::check::check;
use crate::plan::{Measures, Plan, Step};
use crate::sample::book;

const PLAN: &str = "
forebill: 1
name: Desk
starts: 2027-01
months: 12
prompts:
  system: { tokens: 700, role: system }
  question: { tokens: 40..220 }
  page: { tokens: 900, role: tools }
agents:
  scout:
    step:
      loop:
        steps: 2..5
        step:
          chain:
            - call: { name: look, model: acme/small, input: [system, question, context], output: 60, answer: true }
            - tool: { name: search, fee: $0.01, returns: page }
features:
  - name: desk
    unit: answer
    volume: { units: 300/day }
    budget: { tokens: { hard.input: 4000, scout.look.input: 9000 } }
    step:
      conversation:
        turns: 2..6
        turn:
          - agent: { use: scout }
          - cascade:
              tiers:
                - { step: { call: { name: easy, answer: true, model: acme/small, input: [system, history, question], output: 200 } }, accepts: 70% }
                - { step: { call: { name: hard, answer: true, model: acme/large, input: [system, history, question], output: 350 } } }
          - response-cache: { hits: 40%, step: { call: { name: note, model: acme/small, input: [question], output: 10 } } }
          - until: { rounds: 3, accepts: 60%, draft: { call: { name: draft, model: acme/small, input: [question, context], output: 90 } }, check: { call: { name: check, model: acme/small, input: [context], output: 9 } } }
";

const TURN: &str = "features/0/step/conversation/turn";

fn plan() -> Plan {
    serde_saphyr::from_str::<Plan>(PLAN).expect("a plan").addressed()
}

#[track_caller]
fn works(plan: &Plan, what: &str) {
    check(plan, &Measures::default(), &[&book()])
        .unwrap_or_else(|problems| panic!("{what}: {}", problems[0]));
}

/// What edits change in the written plan, line by line, and what the last is called; or why it is refused.
#[track_caller]
fn shows(made: &[&str], expected: &[&str]) {
    let written = |plan: &Plan| -> Vec<String> {
        let text = serde_saphyr::to_string(plan).expect("a plan can be written");
        let line = |line: &str| line.trim_start_matches([' ', '-']).replace(['"', '\''], "");
        text.lines().map(line).collect()
    };
    let (mut now, mut label) = (plan(), String::new());
    for edit in made {
        match now.edit(&edits(&edit.replace("TURN", TURN))) {
            Ok(edited) => (now, label) = (edited.plan, edited.label),
            Err(refused) => {
                return assert_eq!([format!("{} {}", refused.message, refused.hint)], *expected);
            }
        }
    }
    let (before, after) = (written(&plan()), written(&now));
    let gone = before.iter().filter(|line| !after.contains(line)).map(|line| format!("- {line}"));
    let new = after.iter().filter(|line| !before.contains(line)).map(|line| format!("+ {line}"));
    let shown: Vec<String> = gone.chain(new).chain([label]).collect();
    assert_eq!(shown, expected);
}

#[test]
fn the_plan_of_these_tests_can_be_worked_out() {
    works(&plan(), "as it is");
}

#[test]
fn every_kind_that_is_added_or_wrapped_can_be_worked_out_at_once() {
    let kinds =
        "call chain route retry fan-out conversation cascade until loop response-cache tool agent";
    let at = |edit: String| plan().edit(&edits(&edit));
    for kind in kinds.split(' ') {
        for at_step in [format!("{TURN}/0"), "agents/scout/step".to_owned()] {
            let edit = format!("{{ edit: add, at: {at_step}, place: after, kind: {kind} }}");
            let edited = at(edit).unwrap_or_else(|no| panic!("{kind} after: {no}"));
            works(&edited.plan, kind);
            let selected = edited.select.as_deref().and_then(|path| edited.plan.step_at(path));
            assert_eq!(selected.map(Step::kind), Some(kind));
        }
        if kind != "call" && kind != "tool" {
            let edit = format!("{{ edit: wrap, at: {TURN}/2, kind: {kind} }}");
            let edited = at(edit).unwrap_or_else(|no| panic!("around: {kind}: {no}"));
            works(&edited.plan, kind);
        }
    }
}

#[test]
fn a_call_is_told_how_its_provider_caches_it_and_what_is_kept() {
    shows(
        &["{ edit: step, at: TURN/1/cascade/tiers/0/step, field: cache, value: whole }"],
        &["+ cache:", "+ in_time: 90%", "cache of easy: the whole prompt"],
    );
    shows(
        &[
            "{ edit: step, at: agents/scout/step/loop/step/chain/0, field: cache, value: shared }",
            "{ edit: add-number, address: agents.scout.look.cache.ttl }",
        ],
        &[
            "+ cache:",
            "+ ttl: 5 min",
            "+ in_time: 90%",
            "+ prefix: shared",
            "add cache ttl of look 5 min",
        ],
    );
    shows(
        &[
            "{ edit: step, at: TURN/1/cascade/tiers/0/step, field: cache, value: shared }",
            "{ edit: step, at: TURN/1/cascade/tiers/0/step, field: cache, value: held }",
        ],
        &["+ cache:", "+ held: 24 h", "cache of easy: what all share, held by the hour"],
    );
    shows(
        &[
            "{ edit: step, at: TURN/1/cascade/tiers/0/step, field: cache, value: held }",
            "{ edit: step, at: TURN/1/cascade/tiers/0/step, field: cache, value: whole }",
        ],
        &["+ cache:", "+ in_time: 90%", "cache of easy: the whole prompt"],
    );
    shows(
        &["{ edit: step, at: TURN/2, field: cache, value: whole }"],
        &["Only a call has a model, a label and something to send. Select a call."],
    );
    shows(
        &["{ edit: step, at: TURN/1/cascade/tiers/0/step, field: keep, value: 'true' }"],
        &["+ keep: true", "easy is sent again in later turns"],
    );
}

#[test]
fn a_conversation_forgets_or_sums_up_what_was_said() {
    shows(
        &[
            "{ edit: step, at: features/0/step, field: history, value: last }",
            "{ edit: number, address: desk.conversation.last, text: '3' }",
            "{ edit: step, at: features/0/step, field: history, value: summary }",
        ],
        &[
            "+ history:",
            "+ summary:",
            "+ last: 3",
            "+ name: summary",
            "+ output: 100..300",
            "history of conversation: a summary and the last turns",
        ],
    );
    shows(
        &["{ edit: step, at: features/0/step, field: history, value: half }"],
        &["`half` cannot be chosen here. Choose full, last or summary."],
    );
}

#[test]
fn a_tier_is_judged_by_right_and_wrong_or_given_its_part() {
    let judged = "{ edit: tier-form, at: TURN/1, tier: 0, form: judged }";
    shows(
        &["{ edit: add-judge, at: TURN/1, tier: 0 }", judged],
        &[
            "- accepts: 70%",
            "+ easy-output:",
            "+ label: What is written: easy (length copied when its output was 200)",
            "+ tokens: 200",
            "+ keep: false",
            "+ quality: 80%",
            "+ judge:",
            "+ name: judge",
            "+ easy-output",
            "+ output: 5..20",
            "+ accepts_right: 90%",
            "+ accepts_wrong: 20%",
            "accepted of tier 1 of cascade: as its judge finds",
        ],
    );
    shows(
        &[judged, "{ edit: tier-form, at: TURN/1, tier: 0, form: given }"],
        &["+ quality: 80%", "accepted of tier 1 of cascade: a part of all"],
    );
    shows(
        &[judged, "{ edit: add-number, address: desk.cascade.tier-2.after_right }"],
        &[
            "- accepts: 70%",
            "+ quality: 80%",
            "+ accepts_right: 90%",
            "+ accepts_wrong: 20%",
            "+ after_right: 90%",
            "+ after_wrong: 50%",
            "add after right of tier 2 of cascade 90%",
        ],
    );
    shows(
        &["{ edit: add-judge, at: TURN/1, tier: 1 }"],
        &["The answer of the last tier stands: nobody judges it. Add a tier after it first."],
    );
    shows(
        &[
            "{ edit: add, at: TURN/1, place: inside, kind: call }",
            "{ edit: add-judge, at: TURN/1, tier: 1 }",
        ],
        &[
            "+ call-output:",
            "+ label: What is written: call (length copied when its output was 100..300)",
            "+ tokens: 100..300",
            "+ keep: false",
            "+ output: 100..300",
            "+ judge:",
            "+ name: judge",
            "+ call-output",
            "+ output: 5..20",
            "add a judge to tier 2 of cascade",
        ],
    );
}

#[test]
fn who_judges_reads_a_part_of_the_plan_only_where_it_is_what_the_answer_is_now() {
    let add = "{ edit: add-judge, at: TURN/1, tier: 0 }";
    let remove = "{ edit: remove, at: TURN/1/cascade/tiers/0/judge }";
    // The same judge once more reads the part that is left from the first.
    shows(
        &[add, remove, add],
        &[
            "+ easy-output:",
            "+ label: What is written: easy (length copied when its output was 200)",
            "+ tokens: 200",
            "+ keep: false",
            "+ judge:",
            "+ name: judge",
            "+ easy-output",
            "+ output: 5..20",
            "add a judge to tier 1 of cascade",
        ],
    );
    // After another length, or where somebody else made a part of that name, it is none of it.
    shows(
        &[add, remove, "{ edit: number, address: desk.easy.output, text: '260' }", add],
        &[
            "- output: 200",
            "+ easy-output:",
            "+ label: What is written: easy (length copied when its output was 200)",
            "+ tokens: 200",
            "+ keep: false",
            "+ easy-output-2:",
            "+ label: What is written: easy (length copied when its output was 260)",
            "+ tokens: 260",
            "+ keep: false",
            "+ output: 260",
            "+ judge:",
            "+ name: judge",
            "+ easy-output-2",
            "+ output: 5..20",
            "add a judge to tier 1 of cascade",
        ],
    );
    shows(
        &["{ edit: add-part, name: easy-output, tokens: '9' }", add],
        &[
            "+ easy-output:",
            "+ tokens: 9",
            "+ easy-output-2:",
            "+ label: What is written: easy (length copied when its output was 200)",
            "+ tokens: 200",
            "+ keep: false",
            "+ judge:",
            "+ name: judge",
            "+ easy-output-2",
            "+ output: 5..20",
            "add a judge to tier 1 of cascade",
        ],
    );
}

/// What a call of the first feature sends after one edit.
#[track_caller]
fn sends(edit: &str, call: &str, expected: &[&str]) {
    let edited = plan().edit(&edits(&edit.replace("TURN", TURN))).expect("it can be made").plan;
    works(&edited, edit);
    let calls = edited.calls();
    let call = calls.into_iter().find(|it| it.name == call).expect("it was made");
    assert_eq!(call.input.iter().map(|it| it.part.as_str()).collect::<Vec<_>>(), expected);
}

#[test]
fn who_judges_a_step_reads_what_it_wrote_and_what_was_asked() {
    let easy = "TURN/1/cascade/tiers/0/step";
    sends(
        &format!("{{ edit: wrap, at: {easy}, kind: cascade }}"),
        "judge",
        &["system", "history", "question", "easy-output"],
    );
    sends(
        &format!("{{ edit: wrap, at: {easy}, kind: until }}"),
        "check-2",
        &["system", "history", "question", "context"],
    );
    // What an agent writes is what its last call does.
    sends(
        "{ edit: wrap, at: TURN/0, kind: cascade }",
        "judge",
        &["system", "history", "question", "look-output"],
    );
    // In a loop the answer stands in the context.
    sends(
        "{ edit: wrap, at: agents/scout/step/loop/step/chain/0, kind: cascade }",
        "judge",
        &["system", "question", "context"],
    );
}

#[test]
fn who_judges_is_asked_by_the_user_also_where_the_step_beside_it_is_not() {
    let mut plan = plan();
    plan = plan
        .edit(&edits(&format!(
            "{{ edit: remove-input, at: {TURN}/2/response-cache/step, index: 0 }}"
        )))
        .and_then(|it| {
            let send = "{ edit: add-input, at: TURN/2/response-cache/step, part: system }";
            it.plan.edit(&edits(&send.replace("TURN", TURN)))
        })
        .expect("it sends something else")
        .plan;
    let wrap = format!("{{ edit: wrap, at: {TURN}/2/response-cache/step, kind: until }}");
    let edited = plan.edit(&edits(&wrap)).expect("it can be wrapped").plan;
    works(&edited, "until");
    let calls = edited.calls();
    let check = calls.into_iter().find(|it| it.name == "check-2").expect("it was made");
    let sent: Vec<&str> = check.input.iter().map(|it| it.part.as_str()).collect();
    assert_eq!(sent, ["system", "question", "context"]);
}

#[test]
fn a_wrapped_step_is_the_first_tier_and_a_copy_answers_what_is_not_accepted() {
    let wrap = "{ edit: wrap, at: TURN/1/cascade/tiers/0/step, kind: cascade }";
    let mut measured = plan();
    let quality = "{ edit: add-number, address: desk.easy.quality }";
    measured = measured.edit(&edits(quality)).expect("a quality").plan;
    let edited = measured.edit(&edits(&wrap.replace("TURN", TURN))).expect("wrapped").plan;
    works(&edited, "wrapped");
    let path = format!("{TURN}/1/cascade/tiers/0/step");
    let Some(Step::Cascade(cascade)) = edited.step_at(&path) else { panic!("a cascade") };
    let calls: Vec<_> = cascade.tiers.iter().flat_map(|tier| tier.step.calls()).collect();
    let of: Vec<_> = calls
        .iter()
        .map(|it| (it.name.as_str(), it.answer, it.output.as_ref().map(|it| it.text.as_str())))
        .collect();
    assert_eq!(of, [("easy", true, Some("200")), ("easy-2", true, Some("200"))]);
    assert!(calls[0].quality.is_some() && calls[1].quality.is_none());
}

#[test]
fn tiers_change_places_and_what_is_accepted_stays() {
    let edit = "{ edit: move, at: TURN/1/cascade/tiers/0/step, by: down }".replace("TURN", TURN);
    let edited = plan().edit(&edits(&edit)).expect("a tier can move");
    let names: Vec<&str> =
        edited.plan.features[0].step.calls().into_iter().map(|call| call.name.as_str()).collect();
    assert_eq!(names[..2], ["hard", "easy"]);
    assert_eq!(edited.select, Some(format!("{TURN}/1/cascade/tiers/1/step")));
    works(&edited.plan, "tiers");
}

#[test]
fn a_tier_does_not_go_into_its_own_judge() {
    shows(
        &[
            "{ edit: add-judge, at: TURN/1, tier: 0 }",
            "{ edit: wrap, at: TURN/1/cascade/tiers/0/judge, kind: chain }",
            "{ edit: move-to, at: TURN/1/cascade/tiers/0/step, parent: TURN/1/cascade/tiers/0/judge, index: 0 }",
        ],
        &[
            "What `easy` would go into goes with it. A tier takes its judge along: choose another place.",
        ],
    );
}

#[test]
fn hits_are_given_or_follow_from_traffic() {
    let traffic = "{ edit: step, at: TURN/2, field: hits, value: traffic }";
    shows(
        &[traffic, "{ edit: add-number, address: desk.response-cache.scopes }"],
        &[
            "- hits: 40%",
            "+ traffic:",
            "+ distinct: 10k",
            "+ zipf: 1",
            "+ max_age: 1 h",
            "+ scopes: 10",
            "add traffic scopes of response-cache 10",
        ],
    );
    shows(
        &[traffic, "{ edit: step, at: TURN/2, field: hits, value: given }"],
        &["- hits: 40%", "+ hits: 30%", "hits of response-cache: given"],
    );
    shows(
        &["{ edit: number, address: desk.response-cache.hits, text: '' }"],
        &["- hits: 40%", "+ hits: ", "hits of response-cache 40% → nothing"],
    );
    shows(
        &["{ edit: add-lookup, at: TURN/2 }", "{ edit: add-insert, at: TURN/2 }"],
        &[
            "+ lookup:",
            "+ name: lookup",
            "+ output: 5..20",
            "+ insert:",
            "+ name: insert",
            "+ output: 5..20",
            "add an insertion to response-cache",
        ],
    );
    shows(
        &["{ edit: add-lookup, at: TURN/1 }"],
        &["Only a response cache has hits. Wrap the step in a response cache."],
    );
}

#[test]
fn the_fee_of_a_tool_is_its_own_or_stands_in_a_price_list() {
    let at = "at: agents/scout/step/loop/step/chain/1";
    shows(
        &[
            &format!("{{ edit: step, {at}, field: fee, value: list }}"),
            &format!("{{ edit: step, {at}, field: model, value: acme/cached }}"),
        ],
        &[
            "- fee: $0.01",
            "+ model: acme/cached",
            "+ meter: web_search",
            "price list of search acme/small → acme/cached",
        ],
    );
    shows(
        &[&format!("{{ edit: step, {at}, field: meter, value: gold }}")],
        &[
            "`gold` is nothing that is sold by use. Write `web_search`, or another meter of the price list.",
        ],
    );
    shows(
        &[&format!("{{ edit: step, {at}, field: returns, value: '' }}")],
        &["- returns: page", "search returns nothing"],
    );
    shows(
        &["{ edit: rename-part, name: page, to: result }"],
        &[
            "- page:",
            "- returns: page",
            "+ result:",
            "+ returns: result",
            "rename part page → result",
        ],
    );
}

#[test]
fn a_retry_meets_outages_a_route_keeps_its_way_and_a_copy_runs_first() {
    let retry = "{ edit: wrap, at: TURN/3, kind: retry }";
    let outage = "{ edit: add-failure, at: TURN/3, kind: outage }";
    shows(
        &[retry, outage, "{ edit: remove-failure, at: TURN/3, kind: outage }"],
        &["+ retry:", "+ attempts: 3", "+ fails:", "+ timeout: 2%", "delete outage from retry"],
    );
    shows(
        &[retry, outage, outage],
        &["`retry` meets outages already. Change how often, or remove them first."],
    );
    shows(
        &[
            "{ edit: wrap, at: TURN/3, kind: route }",
            "{ edit: step, at: TURN/3, field: sticky, value: conversation }",
        ],
        &[
            "+ route:",
            "+ sticky: conversation",
            "+ branches:",
            "+ share: 50%",
            "+ share: rest",
            "+ output: 100..300",
            "route keeps its way for a conversation",
        ],
    );
    shows(
        &[
            "{ edit: wrap, at: TURN/3, kind: fan-out }",
            "{ edit: step, at: TURN/3, field: warm-first, value: 'true' }",
        ],
        &["+ fan-out:", "+ copies: 3", "+ warm_first: true", "fan-out: one copy first"],
    );
}

#[test]
fn a_step_becomes_an_agent_and_its_use_gives_way_to_it() {
    let wrap = "{ edit: wrap, at: TURN/2, kind: agent }";
    let now = plan().edit(&edits(&wrap.replace("TURN", TURN))).expect("it reads no history").plan;
    works(&now, "an agent of its own");
    let names = |plan: &Plan| plan.agents.keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(names(&now), "scout response-cache");
    let unwrap = edits(&format!("{{ edit: unwrap, at: {TURN}/2 }}"));
    let back = now.edit(&unwrap).expect("it uses no agent").plan;
    assert_eq!(back, plan());
    // What reads the history of its conversation cannot stand for itself.
    shows(
        &["{ edit: wrap, at: TURN/1, kind: agent }"],
        &[
            "`easy` reads `history` outside a conversation. Put the call into a `conversation`, or take `history` off.",
        ],
    );
    // The limits of its calls go with them.
    shows(
        &[
            "{ edit: remove-input, at: TURN/1/cascade/tiers/1/step, index: 1 }",
            "{ edit: wrap, at: TURN/1/cascade/tiers/1/step, kind: agent }",
        ],
        &[
            "- hard.input: 4000",
            "+ hard:",
            "+ hard.hard.input: 4000",
            "+ use: hard",
            "wrap hard in agent",
        ],
    );
}

#[test]
fn agents_are_added_named_copied_and_removed() {
    shows(
        &["{ edit: add-agent, name: Writer }"],
        &["+ writer:", "+ output: 100..300", "add agent writer"],
    );
    shows(
        &["{ edit: agent, name: scout, field: name, value: finder }"],
        &[
            "- scout:",
            "- use: scout",
            "+ finder:",
            "+ name: scout",
            "+ use: finder",
            "rename agent scout → finder",
        ],
    );
    shows(
        &["{ edit: remove-agent, name: scout }"],
        &[
            "`scout` is used by `desk.scout`. Remove these uses first, or let them use another agent.",
        ],
    );
    shows(
        &["{ edit: remove, at: TURN/0 }", "{ edit: remove-agent, name: nobody }"],
        &["The plan has no agent called `nobody`. Agents of this plan: scout."],
    );
}
