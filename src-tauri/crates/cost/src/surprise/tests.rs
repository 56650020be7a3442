//! The surprise by figures that anybody can check by hand, and laws that hold for any plan.

use proptest::prelude::*;

use super::*;
use crate::check::check as check_all;
use crate::estimate::estimate;
use crate::plan::Measures;
use crate::sample::{any_step, book, checked, plan, plan_of};

const PROMPTS: &str = "{ system: { tokens: 1000, role: system }, user: { tokens: 100 }, \
                       page: { tokens: 500, role: retrieved }, tools: { tokens: 200, role: tools } }";

fn told(plan: &Plan) -> Vec<Surprise> {
    let measures = Measures::default();
    let checked = checked(plan, &measures);
    let estimate = estimate(&checked).expect("a plan of sensible size");
    surprise(&checked, &estimate)
}

/// Naive and every step of a month add up to what one unit costs.
#[track_caller]
fn adds_up(surprise: &Surprise) {
    for (month, cost) in surprise.unit_costs.iter().enumerate() {
        let steps = surprise.steps.iter().map(|step| step.units[month]);
        let sum: f64 = surprise.naive.unwrap_or_default() + steps.sum::<f64>();
        let scale = cost.abs().max(1e-12);
        assert!((sum - cost).abs() <= 1e-9 * scale, "{sum} is not {cost} in month {month}");
    }
}

/// The naive figure and what the causes add, in millionths of a dollar, in the last month.
#[track_caller]
fn check_plan(plan: &Plan, naive: f64, expected: &[(Cause, f64)]) {
    let found = told(plan).remove(0);
    adds_up(&found);
    let said = found.naive.unwrap_or_default() * 1e6;
    assert!((said - naive).abs() <= 1e-9 * naive.max(1.0), "naive {said} is not {naive}");
    let last = found.unit_costs.len() - 1;
    let mut steps: Vec<(Cause, f64)> =
        found.in_month(last).iter().map(|step| (step.cause, step.units[last] * 1e6)).collect();
    steps.sort_by_key(|(cause, _)| *cause);
    let causes = |steps: &[(Cause, f64)]| steps.iter().map(|(cause, _)| *cause).collect::<Vec<_>>();
    assert_eq!(causes(&steps), causes(expected), "{steps:?}");
    for ((cause, amount), (_, expected)) in steps.iter().zip(expected) {
        let off = (amount - expected).abs();
        assert!(off <= 1e-9 * expected.abs(), "{}: {amount} is not {expected}", cause.name());
    }
}

#[track_caller]
fn check(step: &str, naive: f64, expected: &[(Cause, f64)]) {
    check_plan(&plan(1, PROMPTS, step), naive, expected);
}

/// One call, whose launch prompt of 1,100 tokens at $0.40 and 100 tokens at $1.60 are 440 + 160.
fn answer(more: &str, input: &str) -> String {
    format!(
        "{{ call: {{ name: reply, model: acme/small, answer: true, input: [{input}], output: 100{more} }} }}"
    )
}

#[test]
fn a_call_alone_is_what_one_would_have_said() {
    check(&answer("", "system, user"), 600.0, &[]);
}

#[test]
fn what_is_sent_and_thought_beside_is_added_to_the_answer() {
    check(
        &answer(", reasoning: 50", "system, page, tools, user"),
        600.0,
        &[(Cause::Retrieved, 700.0 * 0.4), (Cause::Reasoning, 50.0 * 1.6)],
    );
}

#[test]
fn turns_and_the_history_that_they_make_share_it() {
    // Three turns: two more answers, and 200 tokens of history in the second, 400 in the third.
    let step = format!(
        "{{ conversation: {{ turns: 3, turn: [{}] }} }}",
        answer("", "system, history, user")
    );
    let history = 600.0 * 0.4;
    check(&step, 600.0, &[(Cause::Turns, 1200.0 + history / 2.0), (Cause::History, history / 2.0)]);
}

#[test]
fn g_1a_turns_add_nine_answers_and_resend_what_was_said() {
    // 35 + 23 tokens in, 64 out; of 4,495 tokens sent 3,915 are history.
    let plan = plan(
        1,
        "{ system: { tokens: 35, role: system }, user: { tokens: 23 } }",
        "{ conversation: { turns: 10, turn: [ { call: { name: a, model: acme/small, answer: true, \
         input: [system, history, user], output: 64 } } ] } }",
    );
    let naive = 58.0 * 0.4 + 64.0 * 1.6;
    let history = 3915.0 * 0.4;
    check_plan(
        &plan,
        naive,
        &[(Cause::Turns, 9.0 * naive + history / 2.0), (Cause::History, history / 2.0)],
    );
}

#[test]
fn helpers_are_what_nobody_sees_and_share_the_turns_that_repeat_them() {
    let helper = "{ call: { name: guard, model: acme/small, input: [user], output: 10 } }";
    let each = 100.0 * 0.4 + 10.0 * 1.6;
    let once = format!("{{ chain: [{helper}, {}] }}", answer("", "system, user"));
    check(&once, 600.0, &[(Cause::Helpers, each)]);
    let talk = format!(
        "{{ conversation: {{ turns: 3, turn: [{helper}, {}] }} }}",
        answer("", "system, user")
    );
    // Of the helper's two more calls half comes with the turns: there would be none without either.
    check(&talk, 600.0, &[(Cause::Turns, 1200.0 + each), (Cause::Helpers, 2.0 * each)]);
}

#[test]
fn a_tool_that_is_used_is_a_helper() {
    let reply = answer("", "system, user");
    let step = format!("{{ chain: [{{ tool: {{ uses: 2, fee: $0.01 }} }}, {reply}] }}");
    check(&step, 600.0, &[(Cause::Helpers, 20_000.0)]);
}

#[test]
fn failed_attempts_are_what_is_billed_without_an_answer() {
    let step = format!(
        "{{ retry: {{ attempts: 2, fails: {{ invalid: 10% }}, step: {} }} }}",
        answer("", "system, user")
    );
    // 1.1 attempts are billed.
    check(&step, 600.0, &[(Cause::FailedAttempts, 60.0)]);
}

#[test]
fn what_stands_in_for_failed_attempts_is_theirs() {
    let step = format!(
        "{{ retry: {{ attempts: 1, fails: {{ rejected: 20% }}, step: {}, then: \
         {{ call: {{ name: other, model: acme/large, answer: true, input: [user], output: 10 }} }} }} }}",
        answer("", "system, user")
    );
    check(&step, 600.0, &[(Cause::FailedAttempts, 0.2 * (100.0 * 3.0 + 10.0 * 15.0 - 600.0))]);
}

#[test]
fn routing_to_a_cheaper_model_takes_off() {
    let step = format!(
        "{{ route: [ {{ share: 75%, step: {} }}, {{ share: rest, step: \
         {{ call: {{ name: large, model: acme/large, answer: true, input: [system, user], output: 100 }} }} }} ] }}",
        answer("", "system, user")
    );
    let naive = 1100.0 * 3.0 + 100.0 * 15.0;
    check(&step, naive, &[(Cause::Routing, 0.75 * (600.0 - naive))]);
}

#[test]
fn a_cascade_spares_its_last_tier_and_pays_its_first_and_the_judge() {
    let step = "{ cascade: { tiers: [ \
        { step: { call: { name: small, model: acme/small, answer: true, input: [user], output: 10 } }, \
          judge: { call: { name: judge, model: acme/small, input: [user], output: 1 } }, accepts: 60% }, \
        { step: { call: { name: large, model: acme/large, answer: true, input: [user], output: 30 } } } ] } }";
    let naive = 100.0 * 3.0 + 30.0 * 15.0;
    let judge = 100.0 * 0.4 + 1.6;
    let small = 100.0 * 0.4 + 10.0 * 1.6;
    // Who judges every answer of the first tier is a helper; what is asked after it has a name of its own.
    check(
        step,
        naive,
        &[
            (Cause::Helpers, judge),
            (Cause::Routing, small - naive),
            (Cause::Escalation, 0.4 * naive),
        ],
    );
}

#[test]
fn a_later_tier_is_named_and_shares_the_turns() {
    let call = |name: &str, more: &str| {
        format!(
            "{{ call: {{ name: {name}, model: acme/large, {more}input: [user], output: 30 }} }}"
        )
    };
    let step = format!(
        "{{ conversation: {{ turns: 3, turn: [ {{ cascade: {{ tiers: [ {{ step: {}, accepts: 60% }}, {{ step: {} }} ] }} }} ] }} }}",
        call("first", "answer: true, "),
        call("second", "answer: true, ")
    );
    let naive = 100.0 * 3.0 + 30.0 * 15.0;
    let escalated = 0.4 * naive;
    // Of three escalations one needs no turns; the turns and the second tier share the others.
    check(
        &step,
        naive,
        &[(Cause::Turns, 2.0 * naive + escalated), (Cause::Escalation, 2.0 * escalated)],
    );
    let found = told(&plan(1, PROMPTS, &step)).remove(0);
    let of = |cause| found.steps.iter().find(|step| step.cause == cause).expect("it is there");
    assert_eq!(of(Cause::Escalation).from, ["f.second"]);
}

#[test]
fn what_a_batch_spares_is_told_by_its_name() {
    let helper =
        "{ call: { name: sort, model: acme/nightly, tier: batch, input: [user], output: 10 } }";
    let step = format!("{{ chain: [ {helper}, {} ] }}", answer("", "system, user"));
    let standard = 100.0 * 2.0 + 10.0 * 10.0;
    // The helper is told at the standard price, and half of that is spared.
    check(&step, 600.0, &[(Cause::Helpers, standard), (Cause::Service, -0.5 * standard)]);
    let found = told(&plan(1, PROMPTS, &step)).remove(0);
    let service = found.steps.iter().find(|step| step.cause == Cause::Service);
    assert_eq!(service.expect("it is there").from, ["f.sort"]);
}

#[test]
fn what_a_batch_spares_is_spared_on_the_call_that_was_tried_and_its_failures_too() {
    let tried = "{ call: { name: sort, model: acme/nightly, answer: true, tier: batch, input: [user], output: 10 } }";
    let standard = 100.0 * 2.0 + 10.0 * 10.0;
    check(tried, standard, &[(Cause::Service, -0.5 * standard)]);
    let retried =
        format!("{{ retry: {{ attempts: 2, fails: {{ invalid: 10% }}, step: {tried} }} }}");
    // 1.1 attempts are billed, each at half the price.
    check(
        &retried,
        standard,
        &[(Cause::FailedAttempts, 0.1 * standard), (Cause::Service, -0.55 * standard)],
    );
    let found = told(&plan(1, PROMPTS, &retried)).remove(0);
    let service = found.steps.iter().find(|step| step.cause == Cause::Service);
    assert_eq!(service.expect("it is there").from, ["f.sort"]);
    assert_eq!(found.tier, crate::book::Tier::Standard);
}

#[test]
fn what_is_sold_in_one_way_alone_is_compared_with_none() {
    let mut book = book();
    let nightly = book.models.iter_mut().find(|model| model.id == "nightly").expect("it is there");
    nightly.prices.retain(|entry| entry.tier == crate::book::Tier::Batch);
    let helper =
        "{ call: { name: sort, model: acme/nightly, tier: batch, input: [user], output: 10 } }";
    let plan =
        plan(1, PROMPTS, &format!("{{ chain: [ {helper}, {} ] }}", answer("", "system, user")));
    let measures = Measures::default();
    let checked = check_all(&plan, &measures, &[&book]).expect("a plan");
    let estimate = estimate(&checked).expect("a plan of sensible size");
    let found = surprise(&checked, &estimate).remove(0);
    adds_up(&found);
    let causes: Vec<Cause> = found.in_month(0).iter().map(|step| step.cause).collect();
    assert_eq!(causes, [Cause::Helpers]);
}

#[test]
fn an_agent_after_the_first_is_its_own_cause() {
    let text = "{ forebill: 1, name: Test, starts: 2027-01, months: 1, prompts: { user: { tokens: 100 } }, \
        agents: { search: { step: { call: { name: look, model: acme/small, input: [user], output: 10 } } }, \
          write: { step: { call: { name: say, model: acme/small, answer: true, input: [user], output: 50 } } } }, \
        features: [ { name: f, unit: unit, volume: { units: 10/month }, step: { chain: [ \
          { agent: { name: one, use: search } }, { agent: { name: two, use: search } }, \
          { agent: { name: three, use: write, answer: true } } ] } } ] }";
    let plan: Plan = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    let look = 100.0 * 0.4 + 10.0 * 1.6;
    // The first search is a helper of the answer; what is written is the answer itself.
    check_plan(
        &plan.addressed(),
        100.0 * 0.4 + 50.0 * 1.6,
        &[(Cause::Helpers, look), (Cause::Agents, look)],
    );
}

#[test]
fn an_agent_repeats_the_answer_of_one_feature_and_helps_another() {
    let text = "{ forebill: 1, name: Test, starts: 2027-01, months: 1, prompts: { user: { tokens: 100 } }, \
        agents: { work: { step: { loop: { steps: 3, step: { call: { name: say, model: acme/small, \
          answer: true, input: [user], output: 50 } } } } } }, \
        features: [ \
          { name: f, unit: unit, volume: { units: 10/month }, step: { agent: { name: one, use: work, answer: true } } }, \
          { name: g, unit: unit, volume: { units: 10/month }, step: { chain: [ { agent: { name: two, use: work } }, \
            { call: { name: reply, model: acme/small, answer: true, input: [user], output: 100 } } ] } } ] }";
    let plan: Plan = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    let plan = plan.addressed();
    let say = 100.0 * 0.4 + 50.0 * 1.6;
    check_plan(&plan, say, &[(Cause::Turns, 2.0 * say)]);
    let other = told(&plan).remove(1);
    adds_up(&other);
    let steps: Vec<_> = other.in_month(0).iter().map(|it| (it.cause, it.units[0] * 1e6)).collect();
    let [(Cause::Helpers, amount)] = steps[..] else { panic!("{steps:?}") };
    assert!((amount - 3.0 * say).abs() < 1e-9, "{amount}");
    assert_eq!(other.in_month(0)[0].from, ["g.two.say"]);
}

#[test]
fn what_holding_costs_is_taken_off_what_a_cache_spares() {
    let prompts = "{ system: { tokens: 2000, role: system }, tools: { tokens: 1000, role: tools }, \
                   user: { tokens: 100 } }";
    let step = "{ call: { name: reply, model: acme/held, answer: true, \
                input: [system, tools, user], output: 100, cache: { held: 24 h } } }";
    // Ten units share a month of 744 hours, and making it once: of each token that is held, in millionths.
    let holding = (744.0 * 4.5 + 1.25) / 10.0;
    let sent = (3000.0 * 0.125 + 100.0 * 1.25) / 3100.0;
    let (base, tools) = (2100.0 * sent + 2000.0 * holding, 1000.0 * (sent + holding));
    // Of what tools cost more while their descriptions are held, caches have half.
    let half = (tools - 1250.0) / 2.0;
    let caches = base - 2100.0 * 1.25 + half;
    let expected = [(Cause::Retrieved, 1250.0 + half), (Cause::Caches, caches)];
    check_plan(&plan(1, prompts, step), 2100.0 * 1.25 + 1000.0, &expected);
}

#[test]
fn caches_take_off_what_is_read_and_turns_share_it() {
    let step = "{ call: { name: reply, model: acme/cached, answer: true, input: [lead, user], output: 100, \
                 cache: { alive: 50% } } }";
    let prompts = "{ lead: { tokens: 2000, role: system }, user: { tokens: 100 } }";
    let naive = 2100.0 * 3.0 + 100.0 * 15.0;
    // Half of the time 2,000 tokens are read at $0.30; all that is not read is written at $3.75.
    let cached = 1000.0 * 0.3 + 1100.0 * 3.75 - 2100.0 * 3.0;
    check_plan(&plan(1, prompts, step), naive, &[(Cause::Caches, cached)]);
}

#[test]
fn an_answer_that_is_kept_is_not_paid_again() {
    let step =
        format!("{{ response-cache: {{ hits: 30%, step: {} }} }}", answer("", "system, user"));
    check(&step, 600.0, &[(Cause::Caches, -0.3 * 600.0)]);
}

#[test]
fn months_tell_growth_from_prices() {
    // In August the small model costs half.
    let prompts =
        "{ system: { tokens: 1000, role: system, grows: 10%/month }, user: { tokens: 100 } }";
    let plan = plan(8, prompts, &answer("", "system, user"));
    let gained = 1000.0 * (1.1_f64.powi(7) - 1.0) * 0.2;
    check_plan(&plan, 600.0, &[(Cause::PromptGrowth, gained), (Cause::SinceLaunch, -300.0)]);
    let found = told(&plan).remove(0);
    assert!(found.in_month(0).is_empty(), "{:?}", found.in_month(0));
}

#[test]
fn a_longer_prompt_that_meets_a_dearer_price_pays_for_that_too() {
    let prompts =
        "{ system: { tokens: 900, role: system }, page: { tokens: 500, role: retrieved } }";
    let step = "{ call: { name: reply, model: acme/steps, answer: true, input: [system, page], output: 100 } }";
    // From 1,000 tokens on all cost 3 and 4 instead of 1 and 2.
    let naive = 900.0 + 200.0;
    let real = 1400.0 * 3.0 + 400.0;
    check_plan(&plan(1, prompts, step), naive, &[(Cause::Retrieved, real - naive)]);
}

#[test]
fn what_is_paid_beside_the_calls_and_agreed_with_sellers_stands_last() {
    let text = format!(
        "{{ forebill: 1, name: Test, starts: 2027-01, months: 1, prompts: {PROMPTS}, \
          features: [ {{ name: f, unit: unit, volume: {{ units: 10/month }}, step: {} }} ], \
          other_costs: [ {{ name: review, share: 2%, cost: $1.10 }}, {{ name: platform, cost: $500 }} ], \
          contracts: [ {{ name: acme, provider: acme, discounts: [ {{ off: 10% }} ] }} ] }}",
        answer("", "system, user")
    );
    let plan: Plan = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    check_plan(
        &plan.addressed(),
        600.0,
        &[(Cause::OtherCosts, 22_000.0), (Cause::Contract, -60.0)],
    );
}

#[test]
fn where_no_call_is_marked_the_dearest_stands_for_the_answer() {
    let small = "{ call: { name: read, model: acme/small, input: [user], output: 10 } }";
    let (read, write) = (100.0 * 0.4 + 10.0 * 1.6, 100.0 * 3.0 + 30.0 * 15.0);
    check(small, read, &[]);
    let large = "{ call: { name: write, model: acme/large, input: [user], output: 30 } }";
    let other = "{ call: { name: other, model: acme/large, input: [user], output: 90 } }";
    let step = format!(
        "{{ chain: [ {small}, {{ retry: {{ attempts: 1, fails: {{ rejected: 20% }}, step: {large}, \
         then: {other} }} }} ] }}"
    );
    let then = 100.0 * 3.0 + 90.0 * 15.0;
    // What only stands in for it is not what was tried.
    check(
        &step,
        write,
        &[(Cause::Helpers, read + 0.1 * then), (Cause::FailedAttempts, 0.1 * then - 0.2 * write)],
    );
    let found = told(&plan(1, PROMPTS, &step)).remove(0);
    assert_eq!((found.tried.as_deref(), found.is_assumed), (Some("f.write"), true));
    // In an agent it has the address of its use.
    let text = "{ forebill: 1, name: Test, starts: 2027-01, months: 1, prompts: { user: { tokens: 100 } }, \
        agents: { work: { step: { call: { name: say, model: acme/small, input: [user], output: 50 } } } }, \
        features: [ { name: f, unit: unit, volume: { units: 10/month }, step: { agent: { name: one, use: work } } } ] }";
    let plan: Plan = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    let plan = plan.addressed();
    check_plan(&plan, 100.0 * 0.4 + 50.0 * 1.6, &[]);
    assert_eq!(told(&plan)[0].tried.as_deref(), Some("f.one.say"));
    // A mark decides.
    let marked = "{ chain: [ { call: { name: read, model: acme/small, answer: true, input: [user], output: 10 } }, \
        { call: { name: write, model: acme/large, input: [user], output: 30 } } ] }";
    check(marked, read, &[(Cause::Helpers, write)]);
}

#[test]
fn what_follows_the_turns_still_finds_them() {
    let step = "{ conversation: { turns: { value: 2..6, grows: 5%/month }, turn: [ { call: { name: reply, \
        model: acme/small, answer: true, input: [system, history, user], \
        output: { value: 50..200, follows: { driver: f.conversation.turns, doubled: 20% } } } } ] } }";
    adds_up(&told(&plan(6, PROMPTS, step)).remove(0));
}

#[test]
fn facts_tell_how_often_and_from_what() {
    let step = format!(
        "{{ conversation: {{ turns: 2..6, turn: [\
           {{ call: {{ name: guard, model: acme/small, input: [user], output: 10 }} }}, {}] }} }}",
        answer("", "system, history, user")
    );
    let found = told(&plan(1, PROMPTS, &step)).remove(0);
    assert_eq!(found.tried.as_deref(), Some("f.reply"));
    let of = |cause| found.steps.iter().find(|step| step.cause == cause).expect("it is there");
    assert_eq!(of(Cause::Turns).numbers, ["f.conversation.turns"]);
    assert!((of(Cause::Turns).times[0] - 3.7).abs() < 0.1, "{:?}", of(Cause::Turns).times);
    assert_eq!(of(Cause::Helpers).from, ["f.guard"]);
    assert!(of(Cause::History).tokens[0] > 1000.0);
}

/// Any tree, some of whose calls answer, in a step of any other kind.
fn any_answers() -> impl Strategy<Value = String> {
    let wrapped = [
        "STEP",
        "{ loop: { steps: 2..4, step: STEP } }",
        "{ until: { rounds: 3, accepts: 60%, draft: STEP, check: OTHER } }",
        "{ cascade: { tiers: [ { step: OTHER, judge: OTHER, accepts: 40% }, { step: STEP } ] } }",
        "{ response-cache: { hits: 30%, wrong: 5%, lookup: OTHER, insert: OTHER, step: STEP } }",
        "{ chain: [ { tool: { uses: 2, fee: $0.01 } }, STEP ] }",
    ];
    let other = "{ call: { model: acme/small, input: [user], output: 10 } }";
    (any_step(), prop::sample::select(wrapped.to_vec()), any::<u32>()).prop_map(
        move |(step, around, answers)| {
            let mut pieces = step.split("{ call: {");
            let first = pieces.next().unwrap_or_default().to_owned();
            let marked = pieces.enumerate().map(|(nth, piece)| {
                let answer = if answers & (1 << (nth % 32)) != 0 { " answer: true," } else { "" };
                format!("{{ call: {{{answer}{piece}")
            });
            let step = marked.fold(first, |text, piece| text + &piece);
            around.replace("OTHER", other).replace("STEP", &step)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_plan_adds_up(step in any_answers()) {
        let plan = plan_of(&step, 1000);
        let measures = Measures::default();
        // Two answers in one turn cannot be meant.
        let book = book();
        let Ok(checked) = check_all(&plan, &measures, &[&book]) else { return Ok(()) };
        let estimate = estimate(&checked).expect("a plan of sensible size");
        let found = surprise(&checked, &estimate).remove(0);
        // Asked once, at launch, the answer is what one would have said.
        let since = found.steps.iter().find(|step| step.cause == Cause::SinceLaunch);
        prop_assert!(since.is_none_or(|since| since.units[0].abs() <= 1e-12 * found.unit_costs[0]));
        for (month, cost) in found.unit_costs.iter().enumerate() {
            for steps in [found.steps.iter().collect(), found.in_month(month)] {
                let sum: f64 = steps.iter().map(|step| step.units[month]).sum();
                let sum = sum + found.naive.unwrap_or_default();
                prop_assert!((sum - cost).abs() <= 1e-9 * cost, "{} is not {}", sum, cost);
            }
        }
    }
}
