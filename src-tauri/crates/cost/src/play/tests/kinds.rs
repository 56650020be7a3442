//! Each kind of step, worked out by hand.

use super::*;

fn calls(script: &Script) -> Vec<(String, f64)> {
    let expected = enumerate(script).expect("fixed sizes");
    expected.calls.into_iter().map(|call| (call.name, call.used.calls)).collect()
}

#[test]
fn an_escalated_request_still_pays_its_cheap_attempt() {
    let cascade = "
      cascade:
        tiers:
          - { step: { call: { name: cheap, model: small, input: [question], output: 10 } }, judge: { call: { name: judge, model: small, input: [question], output: 2 } }, accepts: 70% }
          - { step: { call: { name: middle, model: small, input: [question], output: 15 } }, judge: { call: { name: second, model: small, input: [question], output: 3 } }, accepts: 50% }
          - { step: { call: { name: dear, model: large, input: [question], output: 20 } } }
";
    let escalated = 0.3 * (200.0 + 10.0 * 18.0) + 0.15 * (500.0 + 600.0);
    expect(
        &script("question: { tokens: 100 }", cascade),
        &[
            ("calls", 2.0 + 0.3 * 2.0 + 0.15),
            ("input", 200.0),
            ("output", 12.0),
            ("escalated_input", 0.3 * 200.0 + 0.15 * 100.0),
            ("escalated_output", 0.3 * 18.0 + 0.15 * 20.0),
            ("escalated_cost", escalated),
            ("cost", 200.0 + 120.0 + escalated),
        ],
    );
}

#[test]
fn what_fails_in_a_later_tier_is_failed_and_not_escalated() {
    let cascade = "
      cascade:
        tiers:
          - { step: { call: { model: small, input: [question], output: 10 } }, accepts: 60% }
          - { step: { retry: { attempts: 2, fails: { invalid: 50% }, step: { call: { model: small, input: [question], output: 20 } } } } }
";
    let (good, bad) = (0.4 * 0.75, 0.4 * 0.75);
    expect(
        &script("question: { tokens: 100 }", cascade),
        &[
            ("calls", 1.0 + good + bad),
            ("input", 100.0),
            ("output", 10.0),
            ("failed_input", bad * 100.0),
            ("failed_output", bad * 20.0),
            ("failed_cost", bad * 300.0),
            ("escalated_input", good * 100.0),
            ("escalated_output", good * 20.0),
            ("escalated_cost", good * 300.0),
            ("cost", 200.0 + (good + bad) * 300.0),
        ],
    );
}

#[test]
fn a_judge_accepts_by_what_is_right() {
    let judged = |accepts: &str, second: &str| {
        let step = format!(
            "{{ cascade: {{ tiers: [{{ step: {{ call: {{ answer: true, model: small, input: [q], output: 1, quality: 60% }} }}, {accepts} }}, {{ step: {{ call: {{ answer: true, model: small, input: [q], output: 1, quality: 50% }} }}{second} }}] }} }}"
        );
        enumerate(&script("q: { tokens: 1 }", &step)).expect("fixed sizes").unit
    };
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found}");
    // Right and accepted; and of the 46 in a hundred that are not accepted, a half.
    let unit = judged("accepts_right: 80%, accepts_wrong: 15%", "");
    near(unit.calls, 1.0 + (0.6 * 0.2 + 0.4 * 0.85));
    near(unit.right, 0.6 * 0.8 + (0.6 * 0.2 + 0.4 * 0.85) * 0.5);
    assert_eq!((unit.answers, unit.measured), (1.0, 1.0));
    // A second tier that knows what the first one knew.
    let unit =
        judged("accepts_right: 90%, accepts_wrong: 20%", ", after_right: 95%, after_wrong: 30%");
    near(unit.right, 0.6 * 0.9 + 0.6 * 0.1 * 0.95 + 0.4 * 0.8 * 0.3);
    // Whoever accepts whatever comes accepts right and wrong alike.
    near(judged("accepts: 70%", "").right, 0.7 * 0.6 + 0.3 * 0.5);
    near(judged("accepts: 70%", ", after_right: 95%, after_wrong: 30%").right, {
        0.7 * 0.6 + 0.3 * (0.6 * 0.95 + 0.4 * 0.3)
    });
}

#[test]
fn a_perfect_judge_passes_on_the_hard_ones() {
    // RouteLLM's GSM8K: 63.84 % right, 56.63 % right by both, 85.67 % by the strong model.
    let cascade = "
      cascade:
        tiers:
          - { step: { call: { name: weak, answer: true, model: small, input: [q], output: 1, quality: 63.84% } }, accepts_right: 100%, accepts_wrong: 0% }
          - { step: { call: { name: strong, answer: true, model: small, input: [q], output: 1 } }, after_right: 88.71%, after_wrong: 80.31% }
";
    let expected = enumerate(&script("q: { tokens: 1 }", cascade)).expect("fixed sizes");
    let strong = &expected.calls[1].used;
    assert!((strong.right / strong.answers - 0.8031).abs() < 1e-12);
    assert!((expected.unit.right - (0.6384 + 0.3616 * 0.8031)).abs() < 1e-12);
}

#[test]
fn drafts_and_critiques_make_the_prompt_grow() {
    let until = "
      until:
        rounds: 3
        accepts: 60%
        draft: { call: { name: draft, model: small, input: [task, context], output: 100 } }
        check: { call: { name: check, model: small, input: [context], output: 10 } }
";
    let rounds = 1.0 + 0.4 + 0.16;
    // Before the second round stand 110 tokens, before the third 220; a check also reads its draft.
    let context = 100.0 + 0.4 * (110.0 + 210.0) + 0.16 * (220.0 + 320.0);
    let output = 110.0 * rounds;
    expect(
        &script("task: { tokens: 50 }", until),
        &[
            ("calls", 2.0 * rounds),
            ("input", 50.0 * rounds),
            ("context", context),
            ("output", output),
            ("cost", 50.0 * rounds + context + 10.0 * output),
        ],
    );
}

#[test]
fn checks_judges_and_look_ups_leave_nothing() {
    let context = |before: &str| {
        let step = format!(
            "{{ loop: {{ steps: 2, step: {{ chain: [{before}, {{ call: {{ name: note, model: small, input: [context], output: 5 }} }}] }} }} }}"
        );
        enumerate(&script("", &step)).expect("fixed sizes").unit.context
    };
    let call = |name: &str, output: u32| {
        format!("{{ call: {{ name: {name}, model: small, output: {output} }} }}")
    };
    let (say, aside) = (call("say", 30), call("aside", 7));
    // The first note reads 30 tokens, the second one two times 30 and the first note.
    let expected = 30.0 + 65.0;
    assert_eq!(context(&say), expected);
    assert_eq!(
        context(&format!(
            "{{ until: {{ rounds: 2, accepts: 0%, draft: {say}, check: {aside} }} }}"
        )),
        expected
    );
    assert_eq!(
        context(&format!(
            "{{ cascade: {{ tiers: [{{ step: {say}, judge: {aside}, accepts: 100% }}, {{ step: {} }}] }} }}",
            call("dear", 1)
        )),
        expected
    );
    assert_eq!(
        context(&format!(
            "{{ cascade: {{ tiers: [{{ step: {}, judge: {aside}, accepts: 0% }}, {{ step: {say} }}] }} }}",
            call("cheap", 1)
        )),
        expected
    );
    assert_eq!(
        context(&format!(
            "{{ response-cache: {{ hits: 50%, lookup: {aside}, insert: {}, step: {say} }} }}",
            call("insert", 9)
        )),
        expected
    );
}

#[test]
fn a_judge_sees_what_it_judges() {
    let judge = "{ call: { name: judge, model: small, input: [context], output: 1 } }";
    let step = format!(
        "{{ loop: {{ steps: 2, step: {{ cascade: {{ tiers: [{{ step: {{ call: {{ name: cheap, model: small, output: 10 }} }}, judge: {judge}, accepts: 100% }}, {{ step: {{ call: {{ name: dear, model: small, output: 1 }} }} }}] }} }} }} }}"
    );
    assert_eq!(enumerate(&script("", &step)).expect("fixed sizes").unit.context, 10.0 + 20.0);
}

#[test]
fn a_loop_reads_what_its_steps_wrote_and_were_returned() {
    let step = "
      loop:
        steps: 3
        step:
          chain:
            - tool: { name: search, uses: 2, fee: $0.001, returns: page }
            - call: { name: think, model: small, input: [goal, context], output: 20 }
";
    // The first thought reads two pages, each later one another two and the thoughts before it.
    let context = 60.0 + 140.0 + 220.0;
    expect(
        &script("goal: { tokens: 50 }, page: { tokens: 30 }", step),
        &[
            ("calls", 3.0),
            ("uses", 6.0),
            ("input", 150.0),
            ("context", context),
            ("output", 60.0),
            ("cost", 6000.0 + 150.0 + context + 600.0),
        ],
    );
}

#[test]
fn what_a_step_adds_may_be_typed() {
    let step = "{ loop: { steps: 4, adds: 8, step: { chain: [{ call: { name: plan, model: small, output: 100 } }, { call: { name: act, model: small, input: [goal, context], output: 5 } }] } } }";
    expect(
        &script("goal: { tokens: 20 }", step),
        &[
            ("calls", 8.0),
            ("input", 80.0),
            ("context", 8.0 + 16.0 + 24.0),
            ("output", 420.0),
            ("cost", 80.0 + 48.0 + 4200.0),
        ],
    );
}

#[test]
fn a_loop_leaves_the_last_answer_alone() {
    let step = "
      loop:
        steps: 2
        step:
          chain:
            - loop:
                steps: 3
                step:
                  chain:
                    - call: { name: look, model: small, output: 7 }
                    - call: { name: say, answer: true, model: small, output: 20 }
            - call: { name: note, model: small, input: [context], output: 5 }
";
    // The first note reads one answer, the second one two and the note before it.
    expect(
        &script("", step),
        &[
            ("calls", 14.0),
            ("context", 20.0 + 45.0),
            ("output", 6.0 * 27.0 + 10.0),
            ("cost", 65.0 + 10.0 * 172.0),
            // The answer of the last step of the last step.
            ("answers", 1.0),
        ],
    );
}

#[test]
fn a_task_is_drawn_once_and_what_comes_after_the_context_each_time() {
    let paths = |input: &str| {
        let step = format!(
            "{{ loop: {{ steps: 3, step: {{ call: {{ model: small, input: [{input}], output: 1 }} }} }} }}"
        );
        let script = script("task: { tokens: 100 x1 | 300 x1 }", &step);
        let expected = enumerate(&script).expect("listed sizes");
        assert!((expected.unit.input - 600.0).abs() < 1e-10);
        expected.paths
    };
    assert_eq!((paths("task, context"), paths("context, task")), (2, 8));
    // Two copies of the loop have two tasks.
    let copies = "{ fan-out: { copies: 2, step: { loop: { steps: 2, step: { call: { model: small, input: [task, context], output: 1 } } } } } }";
    let script = script("task: { tokens: 100 x1 | 300 x1 }", copies);
    assert_eq!(enumerate(&script).expect("listed sizes").paths, 4);
}

#[test]
fn copies_side_by_side_do_not_read_each_other() {
    let step = "
      loop:
        steps: 2
        step:
          fan-out:
            copies: 3
            step: { call: { model: small, input: [context], output: 10 } }
";
    expect(
        &script("", step),
        &[("calls", 6.0), ("context", 3.0 * 30.0), ("output", 60.0), ("cost", 90.0 + 600.0)],
    );
}

#[test]
fn failed_attempts_leave_nothing_in_the_context() {
    let step = "
      loop:
        steps: 2
        step:
          retry:
            attempts: 2
            fails: { invalid: 50% }
            step: { call: { name: try, model: small, input: [context], output: 10 } }
            then: { call: { name: else, model: small, output: 40 } }
";
    // A step says 10 tokens with a chance of 3/4, else 40. The second step tries 1.5 times, a half of that fails.
    let said = 0.75 * 10.0 + 0.25 * 40.0;
    expect(
        &script("", step),
        &[
            ("calls", 2.0 * 1.75),
            ("context", 0.75 * said),
            ("failed_input", 0.75 * said),
            ("output", 2.0 * said),
            ("failed_output", 2.0 * 7.5),
            ("failed_cost", 0.75 * said + 150.0),
            ("cost", 1.5 * said + 20.0 * (said + 7.5)),
        ],
    );
}

#[test]
fn an_outage_outlasts_every_attempt() {
    let retry = "
      retry:
        attempts: 2
        fails: { invalid: 20% }
        outage: { value: 10%, billed_input: 50%, billed_output: 0% }
        step: { call: { name: try, model: small, input: [question], output: 10 } }
        then: { call: { name: else, model: large, input: [question], output: 20 } }
";
    let (tried, then) = (0.9 * 1.2, 0.1 + 0.9 * 0.04);
    let failed_input = tried * 0.2 * 100.0 + 0.1 * 2.0 * 50.0;
    let failed_output = tried * 0.2 * 10.0;
    expect(
        &script("question: { tokens: 100 }", retry),
        &[
            ("calls", tried + 0.2 + then),
            ("input", tried * 0.8 * 100.0 + then * 100.0),
            ("output", tried * 0.8 * 10.0 + then * 20.0),
            ("failed_input", failed_input),
            ("failed_output", failed_output),
            ("failed_cost", failed_input + 10.0 * failed_output),
            ("cost", tried * 200.0 + 0.1 * 100.0 + then * 1100.0),
        ],
    );
}

#[test]
fn kept_answers_are_asked_for_first() {
    let cache = "
      response-cache:
        hits: 40%
        wrong: 25%
        excluded: 10%
        lookup: { call: { name: find, model: small, input: [question] } }
        insert: { call: { name: keep, model: small, input: [question] } }
        step: { call: { name: reply, model: small, input: [question], output: 10 } }
";
    let script = script("question: { tokens: 100 }", cache);
    let runs = calls(&script);
    let expected = [("find", 0.9), ("reply", 0.1 + 0.9 * (0.6 + 0.4 * 0.25)), ("keep", 0.9 * 0.6)];
    for ((name, runs), (called, times)) in runs.iter().zip(expected) {
        assert!(name == called && (runs - times).abs() < 1e-12, "{name} runs {runs} times");
    }
    let unsaid = written(
        1,
        [
            "q: { tokens: 1 }",
            "",
            "{ response-cache: { name: faq, traffic: { distinct: 10, zipf: 1, max_age: 1 h }, step: { call: { model: small, input: [q] } } } }",
        ],
        &Around::default(),
    );
    insta::assert_snapshot!(unsaid.expect_err("refused"), @"What part of requests meets an answer kept by `faq`? Write `hits`, or work it out before playing.");
}

const SCOUT: &str = "scout: { step: { chain: [{ call: { name: look, model: small, input: [q], output: 100 } }, { call: { name: tell, answer: true, model: small, output: 30 } }] } }";

#[test]
fn an_agent_leaves_its_answer() {
    let step = "
      loop:
        steps: 2
        step:
          chain:
            - agent: { use: scout }
            - call: { name: note, model: small, input: [context], output: 5 }
";
    let script = with_agents("q: { tokens: 10 }", SCOUT, step);
    expect(
        &script,
        &[
            ("calls", 6.0),
            ("input", 20.0),
            ("context", 30.0 + (30.0 + 5.0 + 30.0)),
            ("output", 270.0),
            ("cost", 20.0 + 95.0 + 2700.0),
        ],
    );
    let names: Vec<String> = calls(&script).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["scout.look", "scout.tell", "note"]);
}

#[test]
fn agents_beside_and_inside_the_first_are_beyond_it() {
    let two = "{ chain: [{ agent: { use: scout } }, { route: [{ share: 50%, step: { agent: { name: other, use: scout } } }, { share: rest, step: { call: { name: last, model: small, output: 1 } } }] }] }";
    // An agent costs 10 tokens in and 130 out.
    expect(
        &with_agents("q: { tokens: 10 }", SCOUT, two),
        &[
            ("calls", 2.0 + 1.0 + 0.5),
            ("input", 10.0),
            ("output", 130.5),
            ("beyond_input", 5.0),
            ("beyond_output", 65.0),
            ("beyond_cost", 0.5 * 1310.0),
            ("cost", 1.5 * 1310.0 + 5.0),
        ],
    );
    let copies = "{ fan-out: { copies: 3, step: { chain: [{ agent: { use: scout } }, { call: { name: own, model: small, output: 1 } }] } } }";
    expect(
        &with_agents("q: { tokens: 10 }", SCOUT, copies),
        &[
            ("calls", 9.0),
            ("input", 10.0),
            ("output", 133.0),
            ("beyond_input", 20.0),
            ("beyond_output", 260.0),
            ("beyond_cost", 2620.0),
            ("cost", 3.0 * 1320.0),
        ],
    );
    // Turns do the same again: their agents are the first in each.
    let turns = "{ conversation: { turns: 2, turn: [{ agent: { use: scout } }] } }";
    expect(
        &with_agents("q: { tokens: 10 }", SCOUT, turns),
        &[("calls", 4.0), ("input", 20.0), ("output", 260.0), ("cost", 2620.0)],
    );
}

#[test]
fn an_agent_stands_inside_itself_as_often_as_it_is_allowed_to() {
    let team = "team: { step: { chain: [{ call: { name: ask, model: small, output: 10 } }, { agent: { use: team, depth: 2 } }] } }";
    let script = with_agents("", team, "{ agent: { use: team } }");
    assert_eq!(calls(&script), [("team.ask".to_owned(), 1.0), ("team.team.ask".to_owned(), 1.0)]);
    let inside = [("beyond_output", 10.0), ("beyond_cost", 100.0)];
    expect(
        &script,
        &[[("calls", 2.0), ("output", 10.0), ("cost", 200.0)].as_slice(), &inside].concat(),
    );
}

#[test]
fn what_decides_a_cascade_has_to_be_known() {
    let blind = "{ cascade: { name: tiers, tiers: [{ step: { call: { answer: true, model: small, output: 1 } }, accepts_right: 90%, accepts_wrong: 10% }, { step: { call: { answer: true, model: small, output: 1 } } }] } }";
    let refused = written(1, ["", "", blind], &Around::default()).expect_err("refused");
    insta::assert_snapshot!(refused, @"What part of tier 1 of `tiers` is accepted? Write `accepts`, or what the judge accepts and how good the answers are.");
    let nobody = written(1, ["", "", "{ agent: { use: nobody } }"], &Around::default());
    insta::assert_snapshot!(nobody.expect_err("refused"), @"The plan has no agent called `nobody`. Add it under `agents`.");
}

#[test]
fn a_returned_text_is_counted_for_who_reads_it() {
    let step = "{ loop: { steps: 2, step: { chain: [{ tool: { returns: manual } }, { call: { name: a, model: small, input: [context] } }, { call: { name: b, model: large, input: [context] } }] } } }";
    // One text, then two: 100 tokens each for the one, 130 for the other.
    expect(
        &script("manual: { text: Read this. }", step),
        &[("calls", 4.0), ("uses", 2.0), ("context", 3.0 * 230.0), ("cost", 300.0 + 5.0 * 390.0)],
    );
}
