//! What turns leave to later ones, worked out by hand.

use super::*;

#[test]
fn only_the_draft_that_stands_is_left() {
    let turn = "
      conversation:
        turns: 2
        turn:
          - until:
              rounds: 2
              accepts: 0%
              draft: { call: { name: draft, answer: true, model: small, input: [history, question], output: 100 } }
              check: { call: { name: check, keep: true, model: small, output: 10 } }
";
    // Two drafts in each turn. The second turn's read a question, a draft, and both checks, which are kept.
    expect(
        &script("question: { tokens: 20 }", turn),
        &[
            ("calls", 8.0),
            ("input", 80.0),
            ("history", 2.0 * (20.0 + 100.0 + 20.0)),
            ("output", 440.0),
            ("cost", 80.0 + 280.0 + 4400.0),
            ("answers", 2.0),
        ],
    );
}

#[test]
fn an_answer_given_again_stays_in_the_history_like_any_other() {
    let turn = "
      conversation:
        turns: 2
        turn:
          - response-cache:
              hits: 50%
              excluded: 0%
              step: { call: { name: reply, answer: true, model: small, input: [history, question], output: 30, quality: 90% } }
";
    expect(
        &script("question: { tokens: 20 }", turn),
        &[
            ("calls", 1.0),
            ("input", 20.0),
            ("history", 0.5 * 50.0),
            ("output", 30.0),
            ("cost", 20.0 + 25.0 + 300.0),
            ("answers", 2.0),
            ("measured", 2.0),
            ("right", 1.8),
        ],
    );
}

#[test]
fn only_an_agent_that_answers_stays_in_the_history() {
    let history = |answer: bool| {
        let step = format!(
            "{{ conversation: {{ turns: 2, turn: [{{ call: {{ name: read, model: small, input: [history] }} }}, {{ agent: {{ use: scout, answer: {answer} }} }}] }} }}"
        );
        let scout = "scout: { step: { call: { name: tell, answer: true, model: small, input: [q], output: 30 } } }";
        enumerate(&with_agents("q: { tokens: 10 }", scout, &step)).expect("fixed").unit.history
    };
    assert_eq!((history(true), history(false)), (40.0, 0.0));
}

#[test]
fn a_way_may_be_kept_for_a_whole_conversation() {
    let history = |sticky: &str| {
        let step = format!(
            "{{ conversation: {{ turns: 2, turn: [{{ route: {{ sticky: {sticky}, branches: [{{ share: 50%, step: {{ call: {{ name: short, answer: true, model: small, input: [q], output: 10 }} }} }}, {{ share: rest, step: {{ call: {{ name: long, answer: true, model: small, input: [history, q], output: 30 }} }} }}] }} }}] }} }}"
        );
        let script = script("q: { tokens: 20 }", &step);
        let expected = enumerate(&script).expect("fixed sizes");
        (expected.paths, expected.unit.history)
    };
    // Who reads the history reads long answers alone, where every turn goes the same way.
    assert_eq!(history("conversation"), (2, 0.5 * 50.0));
    assert_eq!(history("turn"), (4, 0.5 * 40.0));
}

#[test]
fn the_last_turns_alone_are_sent_again() {
    let talk = |history: &str| {
        let step = format!(
            "{{ conversation: {{ turns: 4, history: {history}, turn: [{{ call: {{ name: reply, answer: true, model: small, input: [history, q], output: 30 }} }}] }} }}"
        );
        script("q: { tokens: 20 }", &step)
    };
    let turns = [("calls", 4.0), ("input", 80.0), ("output", 120.0), ("answers", 4.0)];
    let more = |history: f64| [("history", history), ("cost", 80.0 + history + 1200.0)];
    expect(&talk("full"), &[turns.as_slice(), &more(50.0 + 100.0 + 150.0)].concat());
    expect(&talk("{ last: 2 }"), &[turns.as_slice(), &more(50.0 + 100.0 + 100.0)].concat());
    expect(&talk("{ last: 1 }"), &[turns.as_slice(), &more(150.0)].concat());
    // The third and fourth turn sum up the first, then the second and the summary before.
    let sum_up = "{ summary: { last: 1, step: { call: { name: sum-up, model: small, input: [history], output: 12 } } } }";
    let (read, summed) = (50.0 + 62.0 + 62.0, 50.0 + 62.0);
    expect(
        &talk(sum_up),
        &[
            ("calls", 6.0),
            ("input", 80.0),
            ("history", read + summed),
            ("output", 144.0),
            ("cost", 80.0 + read + summed + 1440.0),
            ("answers", 4.0),
        ],
    );
}

#[test]
fn a_turn_without_an_answer_counts_among_the_last_ones() {
    let turn = "
      conversation:
        turns: 3
        history: { last: 1 }
        turn:
          - retry: { attempts: 1, fails: { rejected: 50% }, step: { call: { name: reply, answer: true, model: small, input: [history, q], output: 30 } } }
";
    // A turn reads the one before it, where both were answered.
    let history = 2.0 * 0.25 * 50.0;
    expect(
        &script("q: { tokens: 20 }", turn),
        &[
            ("calls", 3.0),
            ("input", 30.0),
            ("history", history),
            ("output", 45.0),
            ("cost", 30.0 + history + 450.0),
            ("answers", 1.5),
        ],
    );
}

#[test]
fn an_answer_before_a_failure_is_forgotten() {
    let turn = "
      conversation:
        turns: 2
        turn:
          - call: { name: reply, answer: true, model: small, input: [history, q], output: 30 }
          - retry: { attempts: 1, fails: { rejected: 50% }, step: { call: { name: check, model: small } } }
";
    expect(
        &script("q: { tokens: 20 }", turn),
        &[
            ("calls", 4.0),
            ("input", 40.0),
            ("history", 0.5 * 50.0),
            ("output", 60.0),
            ("cost", 40.0 + 25.0 + 600.0),
            ("answers", 1.0),
        ],
    );
}

#[test]
fn each_conversation_goes_its_own_way() {
    let talk = "{ conversation: { turns: 3, turn: [{ route: { sticky: conversation, branches: [{ share: 50%, step: { call: { name: one, model: small, output: 1 } } }, { share: rest, step: { call: { name: two, model: small, output: 1 } } }] } }] } }";
    let twice = script(
        "",
        &format!("{{ chain: [{talk}, {}] }}", talk.replace("one", "three").replace("two", "four")),
    );
    assert_eq!(enumerate(&twice).expect("fixed sizes").paths, 4);
    let copies = script("", &format!("{{ fan-out: {{ copies: 3, step: {talk} }} }}"));
    assert_eq!(enumerate(&copies).expect("fixed sizes").paths, 8);
}

#[test]
fn helpers_and_thoughts_stay_where_somebody_says_so() {
    let turn = "
      conversation:
        turns: 2
        turn:
          - call: { name: look-up, keep: true, model: small, input: [q], output: 7 }
          - call: { name: reply, answer: true, keep_reasoning: true, model: small, input: [history, q], output: 50, reasoning: 40 }
";
    let history = 20.0 + 7.0 + 40.0 + 50.0;
    expect(
        &script("q: { tokens: 20 }", turn),
        &[
            ("calls", 4.0),
            ("input", 80.0),
            ("history", history),
            ("output", 114.0),
            ("reasoning", 80.0),
            ("cost", 80.0 + history + 1940.0),
            ("answers", 2.0),
        ],
    );
}

#[test]
fn a_limit_is_spent_on_hidden_tokens_first() {
    let turn = "{ conversation: { turns: 2, turn: [{ call: { answer: true, model: small, input: [history], output: 200, reasoning: 100 x1 | 350 x1 | 500 x2, max_tokens: 400 } }] } }";
    // 100 + 200, 350 + 50, 400 + 0, 400 + 0.
    let (visible, hidden) = (250.0 / 4.0, 1250.0 / 4.0);
    expect(
        &script("", turn),
        &[
            ("calls", 2.0),
            ("history", visible),
            ("output", 2.0 * visible),
            ("reasoning", 2.0 * hidden),
            ("cost", visible + 20.0 * (visible + hidden)),
            ("answers", 2.0),
        ],
    );
}

#[test]
fn quality_is_known_where_every_answer_was_measured() {
    let route = "{ route: [{ share: 75%, step: { call: { name: a, answer: true, model: small, output: 1, quality: 80% } } }, { share: rest, step: { call: { name: b, answer: true, model: small, output: 1 } } }] }";
    let unit = enumerate(&script("", route)).expect("fixed sizes").unit;
    assert_eq!((unit.answers, unit.measured), (1.0, 0.75));
    assert!((unit.right - 0.6).abs() < 1e-12);
    // What failed or was never seen answers nobody.
    let lost = "{ retry: { attempts: 1, fails: { invalid: 25% }, step: { call: { answer: true, model: small, output: 1, quality: 80% } } } }";
    let unit = enumerate(&script("", lost)).expect("fixed sizes").unit;
    assert_eq!((unit.answers, unit.measured), (0.75, 0.75));
}
