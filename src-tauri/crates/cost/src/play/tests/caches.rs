//! Providers' caches, worked out by hand.

use super::*;
use crate::book::{CacheMode, CacheRule, Models, Origin, Span, Tier};
use crate::load::Load;
use crate::meter::Meter;
use crate::money::Rate;
use crate::play::cache::{Caches, Classes, Keeps, Writes};
use crate::play::memory::{From, Heard, Key};
use crate::play::tariff::{Needs, Tariff};

/// $3 and $15, $0.30 to read, $3.75 to write, $6 to write for an hour; $0.01 for a search.
pub(super) fn keeper() -> Model {
    model(vec![with_caches(entry("3", "15"), ["0.3", "3.75", "6"])])
}

/// $1 and $10, $0.10 to read, $1.25 to write; for more than 1,000 tokens twice as much. An hour has no price.
pub(super) fn steep() -> Model {
    let long = Entry { bracket: Some(Bracket::Over(1000)), ..entry("2", "20") };
    let mut prices = vec![
        with_caches(entry("1", "10"), ["0.1", "1.25", "0"]),
        with_caches(long, ["0.2", "2.5", "0"]),
    ];
    for entry in &mut prices {
        entry.rates.remove(&Meter::CacheWrite1h);
    }
    model(prices)
}

/// $1 and $10, $0.10 to read.
pub(super) fn lender() -> Model {
    let mut entry = entry("1", "10");
    entry.rates.insert(Meter::CacheRead, Rate::parse_per_million("0.1").expect("a rate"));
    model(vec![entry])
}

fn with_caches(mut entry: Entry, [read, write, hour]: [&str; 3]) -> Entry {
    for (meter, rate) in
        [(Meter::CacheRead, read), (Meter::CacheWrite, write), (Meter::CacheWrite1h, hour)]
    {
        entry.rates.insert(meter, Rate::parse_per_million(rate).expect("a rate"));
    }
    entry.rates.insert(Meter::WebSearch, Rate::parse("0.01").expect("a rate"));
    entry
}

/// A provider that keeps so many tokens at least, in such blocks, for five minutes.
fn rules(minimum_tokens: u64, granularity_tokens: u64) -> Around {
    let rule = CacheRule {
        models: Models::All,
        span: Span::default(),
        mode: CacheMode::Explicit,
        minimum_tokens,
        granularity_tokens,
        ttl_seconds: vec![300],
        refreshes: true,
        breakpoints: None,
        storage: None,
        origin: Origin::default(),
    };
    let rules = ["keeper", "steep"].map(|model| (model.to_owned(), rule.clone()));
    Around { rules: rules.into(), ..Around::default() }
}

fn kept(around: &Around, prompts: &str, step: &str) -> Script {
    written(1, [prompts, "", step], around).expect("a script")
}

/// Read, written, written for an hour.
#[track_caller]
fn classes(script: &Script, expected: [f64; 3]) {
    let expected_unit = enumerate(script).expect("fixed sizes").unit;
    let Used { cache_read, cache_write, cache_write_1h, uncached, .. } = expected_unit;
    let found = [cache_read, cache_write, cache_write_1h];
    for (found, expected) in found.into_iter().zip(expected) {
        assert!((found - expected).abs() < 1e-9 * expected.max(1.0), "{found}, not {expected}");
    }
    let rest = expected_unit.prompt_tokens() - found.iter().sum::<f64>();
    assert!((uncached - rest).abs() < 1e-9 * rest.max(1.0));
    let (name, errors) = play(script, 7, 2000).unit.furthest_from(&expected_unit);
    assert!(errors < 4.5, "{name} is {errors} standard errors away");
}

/// A conversation of so many turns, with this cache and input.
fn talk(turns: &str, more: &str, cache: &str, input: &str) -> String {
    format!(
        "{{ conversation: {{ turns: {turns}, {more} turn: [{{ call: {{ answer: true, model: keeper, input: [{input}], output: 250, cache: {{ {cache} }} }} }}] }} }}"
    )
}

const PARTS: &str = "system: { tokens: 3k, role: system }, q: { tokens: 120 }, found: { tokens: 80, role: retrieved }";

#[test]
fn a_fee_may_stand_in_a_price_list() {
    let step = "{ tool: { model: keeper, meter: web_search, uses: 3 } }";
    expect(&script("", step), &[("uses", 3.0), ("cost", 30_000.0)]);
}

#[test]
fn each_write_is_the_last_answer_plus_the_new_text() {
    // The published run G-4: four turns, four tokens of each never kept.
    let (tariff, keeps) = (
        Tariff::new(
            &keeper(),
            Tier::Standard,
            &[jiff::civil::date(2027, 1, 1)],
            &Load::flat(),
            Needs { input: true, output: true, read: true, writes: Writes::Default },
        )
        .expect("prices"),
        Keeps {
            shelf: None,
            index: 0,
            ttl: 300.0,
            in_time: None,
            alive: vec![],
            shared_only: false,
            minimum: 1024.0,
            block: 1.0,
            writes: Writes::Default,
        },
    );
    let band = tariff.at(0.0);
    let (mut caches, mut chance) = (Caches::new(1), Seeded::new(1));
    let mut prompt = vec![];
    let mut found = vec![];
    let mut usd = 0.0;
    let say = |prompt: &mut Vec<Heard>, tokens: f64| {
        let key = Key::Said(prompt.len() as u64);
        prompt.push(Heard { key, tokens, from: From::Now });
    };
    // What is new in each turn, and what is answered.
    let turns = [(187_354.0, 22.0), (14.0, 297.0), (11.0, 289.0), (12.0, 300.0)];
    for (turn, (new, answer)) in turns.into_iter().enumerate() {
        say(&mut prompt, new);
        let at = (60.0 * turn as f64, turn as u64 + 1);
        let Classes { read, written, .. } = caches.send(&keeps, &prompt, at, &mut chance);
        found.push((written, read));
        usd += 4.0 * band.input + read * band.read + written * band.write + answer * band.output;
        say(&mut prompt, answer);
    }
    let published = [(187_354.0, 0.0), (36.0, 187_354.0), (308.0, 187_390.0), (301.0, 187_698.0)];
    assert_eq!(found, published);
    assert!((usd - 0.887397).abs() < 5e-7, "{usd}");
    let sent: f64 = published.iter().map(|(written, read)| written + read + 4.0).sum();
    let uncached = sent * band.input + 908.0 * band.output;
    assert!((uncached - 2.264991).abs() < 5e-7, "{uncached}");
}

#[test]
fn a_conversation_reads_what_it_sent_and_what_others_keep_alive() {
    let step = talk("3", "", "alive: 95%, in_time: 80%", "system, history, q");
    // Prompts of 3,120, 3,490 and 3,860 tokens; late ones read the 3,000 that others keep alive.
    let late = 0.95 * 3000.0;
    let read = late + (0.8 * 3120.0 + 0.2 * late) + (0.8 * 3490.0 + 0.2 * late);
    classes(&kept(&Around::default(), PARTS, &step), [read, 3120.0 + 3490.0 + 3860.0 - read, 0.0]);
    // Only what is shared: kept warm by others or by the session itself, and the rest is plain input.
    let step = talk("3", "", "alive: 95%, in_time: 80%, prefix: shared", "system, history, q");
    let read = 3000.0 * (0.95 + 2.0 * (0.8 + 0.2 * 0.95));
    classes(&kept(&Around::default(), PARTS, &step), [read, 9000.0 - read, 0.0]);
}

#[test]
fn the_checked_conversation_costs_what_it_costs_in_the_handbook() {
    let table = crate::spread::count_table(&crate::spread::Spread::Range { low: 3.0, high: 9.0 });
    let table = table.expect("a table");
    let moment = |f: &dyn Fn(f64) -> f64| -> f64 {
        table.iter().zip(1..).map(|(p, k)| p * f(f64::from(k))).sum()
    };
    let (s, u, o, p, q) = (3000.0, 120.0, 250.0, 0.95, 0.8);
    let again = moment(&|n| n - 1.0);
    let total = moment(&|n| n * s + u * n * (n + 1.0) / 2.0 + o * n * (n - 1.0) / 2.0);
    let earlier =
        moment(&|n| (n - 1.0) * s + u * n * (n - 1.0) / 2.0 + o * (n - 1.0) * (n - 2.0) / 2.0);
    let check = |cache: &str, printed: f64, read: f64, written: f64| {
        let usd = 0.3 * read + 3.75 * written + 3.0 * (total - read - written);
        assert!((usd / 1e3 - printed).abs() < 0.005, "{} is not {printed}", usd / 1e3);
        let step = talk("3..9", "", cache, "system, history, q");
        let unit = play(&kept(&Around::default(), PARTS, &step), 18, UNITS).unit;
        for (figure, expected) in [(unit.cache_read, read), (unit.cache_write, written)] {
            let errors = figure.errors_from(expected);
            assert!(errors < 4.0, "{figure:?} is {errors} standard errors from {expected}");
        }
        let cost = Figure { mean: unit.cost.mean * 1e6, ..unit.cost };
        let cost = Figure { standard_error: cost.standard_error * 1e6, ..cost };
        let errors = cost.errors_from(usd + 15.0 * moment(&|n| n) * o);
        assert!(errors < 4.0, "{cost:?} is {errors} standard errors away");
    };
    let read = p * s * (1.0 + (1.0 - q) * again) + q * earlier;
    check("alive: 95%, in_time: 80%", 18.02, read, total - read);
    let shared = s * (p + (q + (1.0 - q) * p) * again);
    let of_shared = s * (1.0 + again);
    check("alive: 95%, in_time: 80%, prefix: shared", 26.65, shared, of_shared - shared);
    // One share of everything would say that nearly all of it is read.
    assert!((total * (p * 0.3 + (1.0 - p) * 3.75) / 1e3 - 11.30).abs() < 0.005);
    // Prompts too short to be kept are plain input.
    let none = talk("3..9", "", "alive: 95%, in_time: 80%", "system, history, q");
    let unit = play(&kept(&rules(1 << 40, 1), PARTS, &none), 18, UNITS).unit;
    assert!((total * 3.0 / 1e3 - 71.76).abs() < 0.005);
    assert!(unit.uncached.errors_from(total) < 4.0);
    assert_eq!((unit.cache_read.mean, unit.cache_write.mean), (0.0, 0.0));
}

#[test]
fn a_beginning_below_the_minimum_is_not_kept() {
    let parts = "system: { tokens: 900, role: system }, q: { tokens: 100 }";
    let step = |cache: &str| talk("3", "", cache, "system, history, q");
    // Prompts of 1,000, 1,350 and 1,700 tokens: the first one is not even written.
    let always = step("alive: 100%, in_time: 100%");
    classes(&kept(&rules(1024, 1), parts, &always), [1350.0, 1350.0 + 350.0, 0.0]);
    // Nothing of 900 tokens is alive, whatever others do.
    let late = step("alive: 100%, in_time: 0%");
    classes(&kept(&rules(1024, 1), parts, &late), [0.0, 1350.0 + 1700.0, 0.0]);
    classes(&kept(&rules(900, 1), parts, &late), [2700.0, 100.0 + 450.0 + 800.0, 0.0]);
}

#[test]
fn what_two_prompts_have_in_common_has_to_be_long_enough_too() {
    // Prompts of 1,100 tokens, of which 900 come again.
    let parts = "system: { tokens: 900, role: system }, q: { tokens: 200 }";
    let step = "{ loop: { steps: 2, step: { call: { model: keeper, input: [system, context, q], cache: { alive: 100% } } } } }";
    classes(&kept(&rules(1024, 1), parts, step), [0.0, 2200.0, 0.0]);
    classes(&kept(&rules(900, 1), parts, step), [1800.0, 400.0, 0.0]);
}

#[test]
fn what_is_read_is_whole_blocks() {
    let step = talk("3", "", "alive: 0%, in_time: 100%", "system, history, q");
    // Of 3,120 tokens 24 blocks of 128, of 3,490 tokens 27.
    let read = 3072.0 + 3456.0;
    classes(&kept(&rules(1024, 128), PARTS, &step), [read, 3120.0 + 3490.0 + 3860.0 - read, 0.0]);
}

#[test]
fn a_part_that_is_not_kept_ends_what_can_be_read() {
    // The first of 3,200 tokens, then 370 more each turn.
    let of = |input: &str| {
        let step = talk("3", "", "alive: 0%, in_time: 100%", input);
        let unit = enumerate(&kept(&Around::default(), PARTS, &step)).expect("fixed sizes").unit;
        assert_eq!(unit.cache_read + unit.cache_write, 3200.0 + 3570.0 + 3940.0);
        unit.cache_read
    };
    // At the end: all that was sent before it.
    assert_eq!(of("system, history, q, found"), 3120.0 + 3490.0);
    // Before the question: up to the history.
    assert_eq!(of("system, history, found, q"), 3000.0 + 3370.0);
    // Before the history: what is shared.
    assert_eq!(of("system, found, history, q"), 2.0 * 3000.0);
}

#[test]
fn who_asks_the_same_question_finds_it_in_the_history() {
    let turn = "
      conversation:
        turns: 2
        turn:
          - call: { name: guard, model: keeper, input: [system, history, q], cache: { alive: 0%, in_time: 100% } }
          - call: { name: reply, answer: true, model: small, input: [q], output: 250 }
";
    classes(&kept(&Around::default(), PARTS, turn), [3120.0, 3120.0 + 370.0, 0.0]);
    // Also where it asks it several times: copies do not find each other's question, but the turn's before.
    let guard = "- call: { name: guard, model: keeper, input: [system, history, q], cache: { alive: 0%, in_time: 100% } }";
    let copies = "- fan-out: { copies: 2, step: { call: { name: guard, model: keeper, input: [system, history, q], cache: { alive: 0%, in_time: 100% } } } }";
    let turn = turn.replace(guard, copies);
    classes(&kept(&Around::default(), PARTS, &turn), [2.0 * 3120.0, 2.0 * (3120.0 + 370.0), 0.0]);
}

#[test]
fn each_model_finds_only_its_own_last_visit() {
    let turn = "
      conversation:
        turns: 3
        turn:
          - route:
              - { share: 50%, step: { call: { name: one, answer: true, model: keeper, input: [system, history, q], output: 250, cache: { alive: 0%, in_time: 100% } } } }
              - { share: rest, step: { call: { name: two, answer: true, model: small, input: [system, history, q], output: 250 } } }
";
    // In turn 2 it reads turn 1 if it answered both; in turn 3 turn 2, or else turn 1.
    let read = 0.25 * 3120.0 + 0.5 * (0.5 * 3490.0 + 0.25 * 3120.0);
    let written = 0.5 * (3120.0 + 3490.0 + 3860.0) - read;
    classes(&kept(&Around::default(), PARTS, turn), [read, written, 0.0]);
}

#[test]
fn a_loop_reads_its_own_steps() {
    let step = "{ loop: { steps: 4, adds: 8, step: { call: { model: keeper, input: [system, q, context], output: 5, cache: { alive: 0% } } } } }";
    let read = 3120.0 + 3128.0 + 3136.0;
    classes(&kept(&Around::default(), PARTS, step), [read, 3120.0 + 3.0 * 8.0, 0.0]);
    // What comes after the context was never sent before.
    let step = "{ loop: { steps: 4, adds: 8, step: { call: { model: keeper, input: [system, context, q], output: 5, cache: { alive: 0% } } } } }";
    let read = 3000.0 + 3008.0 + 3016.0;
    classes(&kept(&Around::default(), PARTS, step), [read, 3120.0 + 3.0 * 128.0, 0.0]);
    // Another run has another task.
    let step = "{ loop: { steps: 2, step: { loop: { steps: 2, step: { call: { model: keeper, input: [system, q, context], cache: { alive: 0% } } } } } } }";
    classes(&kept(&Around::default(), PARTS, step), [2.0 * 3120.0 + 3000.0, 3120.0 + 120.0, 0.0]);
}

#[test]
fn a_billed_attempt_leaves_its_prompt_to_the_next_one() {
    let step = "{ retry: { attempts: 2, fails: { invalid: 40%, rejected: 10% }, step: { call: { model: keeper, input: [system, q], output: 1, cache: { alive: 0%, in_time: 0% } } } } }";
    let unit = enumerate(&kept(&Around::default(), PARTS, step)).expect("fixed sizes").unit;
    // After an invalid answer all is read, after a rejection nothing; one in ten attempts is not billed.
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9, "{found}");
    near(unit.cache_read, 0.4 * 0.9 * 3120.0);
    near(unit.cache_write, (0.9 + 0.1 * 0.9) * 3120.0);
    let step = step.replace("in_time: 0%", "in_time: 100%");
    let unit = enumerate(&kept(&Around::default(), PARTS, &step)).expect("fixed sizes").unit;
    near(unit.cache_read, 0.4 * 0.9 * 3120.0);
    // What stands in for them is a first call.
    let step = "{ conversation: { turns: 2, turn: [{ retry: { attempts: 1, fails: { invalid: 100% }, step: { call: { name: a, model: keeper, input: [system], cache: { alive: 0%, in_time: 0% } } }, then: { call: { name: b, model: keeper, input: [system], cache: { alive: 0%, in_time: 0% } } } } }] } }";
    classes(&kept(&Around::default(), PARTS, step), [0.0, 4.0 * 3000.0, 0.0]);
}

#[test]
fn copies_side_by_side_all_miss_unless_one_goes_first() {
    let step = |warm: bool| {
        format!(
            "{{ fan-out: {{ copies: 3, warm_first: {warm}, step: {{ call: {{ model: keeper, input: [system, q], output: 1, cache: {{ alive: 0%, in_time: 0% }} }} }} }} }}"
        )
    };
    classes(&kept(&Around::default(), PARTS, &step(false)), [0.0, 3.0 * 3120.0, 0.0]);
    classes(&kept(&Around::default(), PARTS, &step(true)), [6000.0, 3120.0 + 240.0, 0.0]);
    // Next time each finds what was sent before.
    let twice =
        format!("{{ loop: {{ steps: 2, step: {} }} }}", step(false).replace(", in_time: 0%", ""));
    classes(&kept(&Around::default(), PARTS, &twice), [9000.0, 3.0 * 3120.0 + 360.0, 0.0]);
}

#[test]
fn an_answer_given_again_warms_nothing() {
    let step = "{ loop: { steps: 2, step: { response-cache: { hits: 50%, step: { call: { model: keeper, input: [system], cache: { alive: 0% } } } } } } }";
    classes(&kept(&Around::default(), PARTS, step), [0.25 * 3000.0, 0.75 * 3000.0, 0.0]);
}

#[test]
fn what_is_kept_for_an_hour_has_a_price_of_its_own() {
    let step = talk("2", "", "alive: 0%, in_time: 100%, ttl: 1 h", "system, history, q");
    let script = kept(&rules(1024, 1), PARTS, &step);
    classes(&script, [3120.0, 0.0, 3490.0]);
    let cost = enumerate(&script).expect("fixed sizes").unit.cost * 1e6;
    assert!((cost - (0.3 * 3120.0 + 6.0 * 3490.0 + 15.0 * 500.0)).abs() < 1e-6);
    // Where an hour has no price of its own, it is that of writing.
    let step = step.replace("keeper", "steep");
    classes(&kept(&rules(1024, 1), PARTS, &step), [3120.0, 3490.0, 0.0]);
}

#[test]
fn where_writing_has_no_price_it_is_plain_input() {
    let step = talk("2", "", "alive: 0%, in_time: 100%", "system, history, q");
    let script = kept(&rules(1024, 1), PARTS, &step.replace("keeper", "lender"));
    classes(&script, [3120.0, 0.0, 0.0]);
    let cost = enumerate(&script).expect("fixed sizes").unit.cost * 1e6;
    assert!((cost - (3490.0 + 0.1 * 3120.0 + 10.0 * 500.0)).abs() < 1e-6);
}

#[test]
fn a_long_prompt_pays_more_for_what_it_reads_as_well() {
    let parts = "system: { tokens: 900, role: system }, q: { tokens: 60 }";
    let step = talk("2", "", "alive: 100%, in_time: 100%", "system, history, q");
    let step = step.replace("keeper", "steep").replace("250", "40");
    // Prompts of 960 and 1,060 tokens.
    let first = 0.1 * 900.0 + 1.25 * 60.0 + 10.0 * 40.0;
    let second = 0.2 * 960.0 + 2.5 * 100.0 + 20.0 * 40.0;
    let found = enumerate(&kept(&Around::default(), parts, &step)).expect("fixed sizes").unit;
    assert!((found.cost * 1e6 - (first + second)).abs() < 1e-6, "{}", found.cost);
}

#[test]
fn a_pause_outlasts_the_cache_by_chance() {
    let step = talk("2", "pause: 10 min,", "alive: 0%", "system, history, q");
    let script = kept(&rules(1024, 1), PARTS, &step);
    let in_time = 1.0 - libm::exp(-0.5);
    let unit = play(&script, 3, UNITS).unit;
    let errors = unit.cache_read.errors_from(in_time * 3120.0);
    assert!(errors < 4.0, "{errors}");
    // Steps of a loop follow at once, unless somebody waits between them.
    let looped = |pause: &str| {
        let step = format!(
            "{{ loop: {{ steps: 2, {pause} step: {{ call: {{ model: keeper, input: [system, context], output: 5, cache: {{ alive: 0%, ttl: 2 min }} }} }} }} }}"
        );
        play(&kept(&rules(1024, 1), PARTS, &step), 3, UNITS).unit.cache_read
    };
    assert_eq!(looped("").mean, 3000.0);
    let errors = looped("pause: 2 min,").errors_from((1.0 - libm::exp(-1.0)) * 3000.0);
    assert!(errors < 4.0, "{errors}");
}

#[test]
fn a_model_without_a_price_for_reading_keeps_nothing() {
    let step = talk("2", "", "alive: 100%, in_time: 100%", "system, history, q");
    classes(&kept(&Around::default(), PARTS, &step.replace("keeper", "small")), [0.0; 3]);
}

#[test]
fn what_follows_from_traffic_is_worked_out_elsewhere() {
    let step = "{ call: { name: ask, model: keeper, input: [system], cache: { in_time: 0% } } }";
    let refused = |around: &Around, step: &str| {
        written(1, [PARTS, "", step], around).expect_err("refused").to_string()
    };
    insta::assert_snapshot!(refused(&Around::default(), step), @"How likely do other sessions keep alive what `ask` sends? Write `alive` at its cache, or work it out before playing.");
    let around =
        Around { alive: [("ask".to_owned(), vec![(0, 0.25)])].into(), ..Around::default() };
    classes(&kept(&around, PARTS, step), [750.0, 2250.0, 0.0]);
    let talk = |more: &str| {
        talk("2", more, "alive: 0%", "system").replace("{ answer", "{ name: ask, answer")
    };
    insta::assert_snapshot!(refused(&around, &talk("")), @"How soon does the session call `ask` again? Write a `pause` at the conversation, or `in_time` at its cache.");
    insta::assert_snapshot!(refused(&around, &talk("pause: 1 min,")), @"How long does the provider of `keeper` keep what `ask` sends? Write `ttl` at its cache.");
    let paused = kept(&rules(0, 1), PARTS, &talk("pause: 1 min,"));
    let listed = enumerate(&paused).expect_err("refused");
    insta::assert_snapshot!(listed, @"f.conversation.pause varies, so its outcomes cannot be listed one by one. Play the feature with a seed instead.");
    let around = Around { hits: [("faq".to_owned(), 0.25)].into(), ..Around::default() };
    let faq = "{ response-cache: { name: faq, traffic: { distinct: 10, zipf: 1, max_age: 1 h }, step: { call: { model: small, input: [q] } } } }";
    expect(&kept(&around, PARTS, faq), &[("calls", 0.75), ("input", 90.0), ("cost", 90.0)]);
}
