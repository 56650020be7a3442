//! `inputs`, `estimate` and `report`: a plan as a table, as JSON and as files.

use std::fs;

use crate::desk::{PLAN, Plan, answer, number, refuses, text};
use crate::program::run;

#[test]
fn inputs_are_listed_with_their_sources() {
    let plan = Plan::new(PLAN);
    let ran = run(&["inputs", &plan.path(), "--set", "desk.easy.output.low=100"]);
    insta::assert_snapshot!(ran.stdout, @"
    address                          value  expected  unit           doubt         source
    prompts.system.tokens.o200k         12            tokens                       counted
    prompts.system.grows          6%/month            share a month  ±30% assumed  guess
    prompts.question.tokens        40..220       117  tokens         ±30% assumed  guess
    desk.units                   10k/month            times a month  ±10% assumed  last year
    desk.easy.output              100..300       190  tokens         ±10% assumed  set for this run, instead of 120..300

    a..b: four in five lie between; figures use the mean.
    doubt: of the mean, 30% assumed of a guess and 10% of a source without evidence; figures do not move by it.
    5 inputs, 2 of them guesses

    call             model
    desk.easy.model  openai/gpt-5-nano
    ");
    let inputs = answer(&run(&["inputs", &plan.path(), "--json"]));
    let scalars = &inputs["inputs"][2]["scalars"];
    assert_eq!(scalars[0]["address"], "prompts.question.tokens.low");
    assert_eq!(scalars[0]["value"], "40");
}

#[test]
fn an_estimate_is_a_table_or_json() {
    let plan = Plan::new(PLAN);
    let ran = run(&["estimate", &plan.path()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @"
    Desk: $1.75 over 2 months from 2027-01, in USD

    desk
    one answer  $0.0000874  over 2 months
    naive       $0.0000874  desk.easy alone, once, at launch; really 1.0 times that

    why              cost  share
    Base prompt     $0.13     7%
    Prompt growth  <$0.01    <1%
    Output          $1.62    93%

    month    answers  one answer   cost
    2027-01   10,000  $0.0000874  $0.87
    2027-02   10,000  $0.0000874  $0.87
    total     20,000  $0.0000874  $1.75

    No figure for one active user and month, one seat and working day: no users in this volume.
    No figure for one accepted answer: no accepted part is typed.

    step        cost  share
    desk.easy  $1.75   100%

    5 inputs, 3 of them guesses: `forebill inputs` lists them.
    ");
    let json = run(&["estimate", &plan.path(), "--json"]);
    assert_eq!(json.stdout, run(&["estimate", &plan.path(), "--json"]).stdout);
    let estimate = answer(&json);
    let sum = |list: &str, field: &str| -> f64 {
        let amounts = estimate[list].as_array().expect("a list").iter();
        amounts.map(|part| number(&part[field])).sum()
    };
    let total = number(&estimate["total"]);
    assert!((sum("months", "total") - total).abs() < 1e-12, "months add up to the total");
    assert!((sum("lines", "amount") - total).abs() < 1e-12, "lines add up to the total");
    assert_eq!(estimate["currency"], "USD");
    assert_eq!(estimate["plan"]["hash"].as_str().map(str::len), Some(64));
    assert_eq!(estimate["features"][0]["unit"], "answer");
}

#[test]
fn an_input_is_set_for_one_run() {
    let plan = Plan::new(PLAN);
    let path = plan.path();
    let total = |changes: &[&str]| {
        let typed = [&["estimate", &path, "--json"][..], changes].concat();
        number(&answer(&run(&typed))["total"])
    };
    let (before, after) = (total(&[]), total(&["--set", "desk.units=20000"]));
    assert!((after / before - 2.0).abs() < 1e-9, "{before} {after}");
    let longer = total(&["--set", "desk.units=20000", "--set", "desk.easy.output.high=600"]);
    assert!(longer > after);
    refuses(
        &run(&["estimate", &plan.path(), "--set", "desk.easy.ouput=100"]),
        &plan,
        "error: The plan has no input at `desk.easy.ouput`.\n\
         hint: Did you mean `desk.easy.output`? `forebill inputs PLAN` lists every address.\n",
    );
    refuses(
        &run(&["estimate", &plan.path(), "--set", "desk.easy.output=200..100"]),
        &plan,
        "error: desk.easy.output: `desk.easy.output` cannot be set: `200..100` runs backwards.\n\
         hint: Write 350, 1.2k or 40..220.\n",
    );
}

#[test]
fn what_is_set_is_told_and_pins_nothing() {
    let plan = Plan::new(PLAN);
    let typed =
        ["estimate", &plan.path(), "--set", "desk.units=20000", "--set", "desk.easy.output=90"];
    let ran = run(&typed);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let second = ran.stdout.lines().nth(1);
    assert_eq!(second, Some("set: desk.units=20000, desk.easy.output=90"));
    assert!(!plan.folder.path().join("prices.lock.toml").exists(), "a trial pins nothing");
    let [set, plain] = [&typed[..], &typed[..2]]
        .map(|typed| answer(&run(&[typed, &["--json"]].concat()))["plan"].clone());
    assert_eq!(set["set"], serde_json::json!(["desk.units=20000", "desk.easy.output=90"]));
    assert_eq!(plain["set"], serde_json::json!([]));
    assert_ne!(set["hash"], plain["hash"]);
}

#[test]
fn a_pinned_model_does_not_lend_its_price_to_a_dated_name() {
    let model = |name: &str| PLAN.replace("openai/gpt-5-nano", name);
    let total = |plan: &Plan| answer(&run(&["estimate", &plan.path(), "--json"]))["total"].clone();
    let [plan, dated] =
        ["openai/gpt-4o", "openai/gpt-4o-2024-05-13"].map(|name| Plan::new(&model(name)));
    let undated = total(&plan);
    fs::write(plan.folder.path().join("plan.yaml"), model("openai/gpt-4o-2024-05-13"))
        .expect("it can be written to");
    assert_eq!(total(&plan), total(&dated));
    assert_ne!(total(&plan), undated);
}

#[test]
fn another_models_tokens_are_counted_anew_for_one_run() {
    let plan = Plan::new(PLAN);
    let path = plan.path();
    let with = |set: &[&str]| {
        let set: Vec<&str> = set.iter().flat_map(|set| ["--set", set]).collect();
        run(&[&["estimate", &path, "--json"], &set[..]].concat())
    };
    let input = |set: &[&str]| -> f64 {
        let estimate = answer(&with(set));
        let drivers = estimate["features"][0]["drivers"].as_array().expect("drivers").clone();
        let base = drivers.iter().find(|it| it["driver"] == "base-prompt").expect("a prompt");
        number(&base["total"])
    };
    answer(&with(&[])); // pins the prices of its own model
    let older = "desk.easy.model=anthropic/claude-opus-4-6";
    let newer = "desk.easy.model=anthropic/claude-opus-4-7";
    // The question is typed: without it, only the system's text is left.
    let no_question = "prompts.question.tokens=0";
    let ratio = input(&[newer, no_question]) / input(&[no_question, older]);
    assert!((1.25..1.42).contains(&ratio), "{ratio}");
    // A length is set in the vocabulary of the model that was set, in whatever order.
    let set = ["prompts.system.tokens.claude-newer=1000", newer, no_question];
    assert!(input(&set) > 20.0 * input(&[newer, no_question]));

    let ran = run(&["estimate", &path, "--set", newer]);
    assert_eq!(
        ran.stderr,
        "The plan has pinned no prices of anthropic/claude-opus-4-7: the book's are taken for this run.\n\
         note: desk.easy.model: texts are counted anew for anthropic/claude-opus-4-7; numbers of \
         tokens that are typed stay as they are.\n"
    );
    refuses(
        &run(&["estimate", &path, "--set", "desk.easy.model=anthropic/claude-opus-4-71"]),
        &plan,
        "error: desk.easy.model: `desk.easy.model` cannot be set: The book has no model called \
         `anthropic/claude-opus-4-71`. Did you mean anthropic/claude-opus-4-1, \
         anthropic/claude-opus-4-7, anthropic/claude-opus-4-0?\n\
         hint: Names are never guessed: write one of the price book's, or add its price to a book \
         of your own. `forebill prices list` shows every provider and model.\n",
    );
    refuses(
        &run(&["estimate", &path, "--set", "desk.hard.model=openai/gpt-5"]),
        &plan,
        "error: The plan has no input at `desk.hard.model`.\n\
         hint: Did you mean `desk.easy.model`? `forebill inputs PLAN` lists every address.\n",
    );
}

#[test]
fn of_no_units_there_is_no_cost_of_one() {
    let plan = Plan::new(&PLAN.replace("10k/month", "0/month"));
    let ran = run(&["estimate", &plan.path()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("one answer        –\n"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("really"), "{}", ran.stdout);
    let out = text(plan.folder.path().join("months.svg"));
    assert_eq!(run(&["report", &plan.path(), "--out", &out]).code, 0);
}

#[test]
fn a_figure_is_explained() {
    let plan = Plan::new(PLAN);
    let ran = run(&["estimate", &plan.path(), "--why", "desk.easy.output"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @"
    desk.easy.output = 0.0000809027 USD per answer
      Output (in 2027-01), tokens assumed

      = desk.easy.output.tokens × price.openai/gpt-5-nano.output
      = 202.257 × 0.0000004

    desk.easy.output.tokens           202.257  tokens per answer  Output
    price.openai/gpt-5-nano.output  0.0000004  USD per token      https://developers.openai.com/api/docs/pricing, checked 2026-11-09
    ");
    let why = answer(&run(&["estimate", &plan.path(), "--why", "desk.units", "--json"]));
    assert_eq!(why["figure"]["value"], "10000");
    let unknown = run(&["estimate", &plan.path(), "--why", "desk.unit-costs"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("Did you mean `desk.unit-cost`?"), "{}", unknown.stderr);
}

#[test]
fn a_report_is_written_by_the_endings_of_its_files() {
    let plan = Plan::new(PLAN);
    let [workbook, json] =
        ["desk.xlsx", "desk.json"].map(|name| text(plan.folder.path().join(name)));
    let ran = run(&["report", &plan.path(), "--out", &workbook, "--out", &json]);
    assert_eq!((ran.code, ran.stdout), (0, format!("{workbook}\n{json}\n")));
    assert!(fs::read(&workbook).is_ok_and(|bytes| bytes.starts_with(b"PK")));
    let estimate = run(&["estimate", &plan.path(), "--json"]).stdout;
    assert_eq!(fs::read_to_string(&json).ok(), Some(estimate));
    for (name, starts) in [("lines.csv", "\"month\","), ("months.svg", "<svg")] {
        let out = text(plan.folder.path().join(name));
        assert_eq!(run(&["report", &plan.path(), "--out", &out]).code, 0);
        assert!(fs::read_to_string(&out).is_ok_and(|text| text.starts_with(starts)), "{name}");
    }
}

/// A plan of a thousand calls in each of two months.
fn of_two_months(model: &str) -> Plan {
    Plan::new(&format!(
        "\
forebill: 1
name: Desk
starts: 2026-11
months: 2
prompts: {{ question: {{ tokens: 1k }} }}
features:
  - name: desk
    unit: answer
    volume: {{ units: 1k/month }}
    step: {{ call: {{ name: easy, answer: true, {model}, input: [question], output: 1k }} }}
"
    ))
}

#[test]
fn a_model_that_another_answers_for_is_priced_as_that_one_from_its_day_on() {
    let plan = of_two_months("model: google/gemini-2.5-pro");
    let answered = answer(&run(&["estimate", &plan.path(), "--json"]));
    let months = answered["months"].as_array().expect("months");
    let paid: Vec<f64> = months.iter().map(|month| number(&month["total"])).collect();
    // What a call of each month costs by itself.
    let cost = |day: &str| {
        let record = r#"{"input_tokens": 1000, "output_tokens": 1000}"#;
        let model = "google/gemini-2.5-pro";
        let args = ["cost", "--model", model, "--usage", record, "--at", day, "--json"];
        1000.0 * number(&answer(&run(&args))["total_usd"])
    };
    assert_eq!(paid, [cost("2026-11-15"), cost("2026-12-15")]);
    assert_ne!(paid[0], paid[1]);
    insta::assert_snapshot!(answered["notes"], @r#"["google/gemini-2.5-pro: rerouted to `gemini-3.8-flash` from 2026-12-01 on, and priced as that."]"#);
}

#[test]
fn a_model_that_ended_is_refused_with_the_one_to_write() {
    let plan = of_two_months("model: deepseek/deepseek-chat");
    refuses(
        &run(&["estimate", &plan.path()]),
        &plan,
        "error: PLAN/plan.yaml:10:54: `deepseek/deepseek-chat` is retired on 2026-07-24, before the plan ends.\n\
         hint: Write `model: deepseek/deepseek-v4-flash`, which its seller names instead.\n",
    );
    let answered = of_two_months("model: deepseek/deepseek-v4-flash");
    assert_eq!(run(&["estimate", &answered.path()]).code, 0);
}

#[test]
fn a_plan_says_which_prices_a_tier_lacks() {
    let notes = |model: &str| {
        let plan = of_two_months(model);
        answer(&run(&["estimate", &plan.path(), "--json"]))["notes"].to_string()
    };
    insta::assert_snapshot!(notes("model: openai/gpt-5.4, tier: priority"), @r#"["desk.easy: the book has no priority price for prompts of 272,001 tokens and more, as it has in the standard tier; they are priced as shorter ones."]"#);
}
