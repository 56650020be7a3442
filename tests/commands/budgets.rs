//! `check`: a plan held against its limits, as a gate.

use crate::desk::{PLAN, Plan, answer, refusal, same_fields};
use crate::program::run;

/// The plan with these limits of its feature and of itself.
fn limited(feature: &str, plan: &str) -> Plan {
    let feature = format!("    budget: {{ {feature} }}\n    step: {{ call");
    let text = PLAN.replace("    step: { call", &feature);
    Plan::new(&text.replace("features:", &format!("budget: {{ {plan} }}\nfeatures:")))
}

#[test]
fn check_passes_what_stays_below_its_limits() {
    let plan = limited("unit_cost: $1, month: $500, tokens: { easy.input: 6000 }", "month: $2.5k");
    let ran = run(&["check", &plan.path()]);
    assert_eq!(ran.code, 0, "{}{}", ran.stderr, ran.stdout);
    insta::assert_snapshot!(ran.stdout, @"
    Desk: 4 limits, 0 over; 20,000 units played, seed 1

            limit                               most         comes to  in       over by
    within  budget.month                   $2,500.00           $0.874  2027-02
    within  desk.budget.month                $500.00           $0.874  2027-02
    within  desk.budget.unit_cost              $1.00       $0.0000874  2027-02
    within  desk.budget.tokens.easy.input      6,000  P95         297  2027-01
    ");
}

#[test]
fn check_of_a_plan_without_limits_says_what_to_write() {
    let ran = run(&["check", &Plan::new(PLAN).path()]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @"
    Desk: no limits in this plan. Add `budget:` at a feature, at the plan, or at both, or `rate_limits:` at the plan:

    features:
      - name: ...
        budget: { unit_cost: $0.05, month: $9000 }

    budget: { month: $20k }

    rate_limits: { openai/gpt-5: { rpm: 10k, tpm: 2M } }
    ");
    // What it says can be written: the limits of its feature, and those of the plan.
    let said = |before: &str| {
        let line = ran.stdout.lines().find_map(|line| line.strip_prefix(before)).expect(before);
        line.trim_start_matches("{ ").trim_end_matches(" }").to_owned()
    };
    let rates = ran.stdout.lines().find(|line| line.starts_with("rate_limits: ")).expect("a line");
    let of_rate = format!("{rates}\nfeatures:");
    let plan = limited(&said("    budget: "), &said("budget: "));
    let held = run(&["check", &plan.path()]);
    assert_eq!(held.code, 0, "{}{}", held.stdout, held.stderr);
    let plan = Plan::new(&PLAN.replace("features:", &of_rate).replace("gpt-5-nano", "gpt-5"));
    let rates = run(&["check", &plan.path()]);
    assert!(rates.stdout.starts_with("Desk: 2 limits, 0 over"), "{}{}", rates.stdout, rates.stderr);
    assert!(held.stdout.starts_with("Desk: 3 limits, 0 over"), "{}", held.stdout);
}

#[test]
fn check_names_the_step_the_cause_and_the_excess_of_a_breach() {
    let limits = "unit_cost: $0.00005, month: $0.80, tokens: { easy.input: 200, easy.output: 250 }";
    let plan = limited(limits, "month: $0.80, draws: 4000, seed: 7");
    let ran = run(&["check", &plan.path()]);
    assert_eq!(ran.code, 1, "{}{}", ran.stderr, ran.stdout);
    insta::assert_snapshot!(ran.stdout, @"
    Desk: 5 limits, 5 over; 4,000 units played, seed 7

          limit                                 most         comes to  in          over by
    OVER  budget.month                        $0.800           $0.874  2027-02     $0.0739
    OVER  desk.budget.month                   $0.800           $0.874  2027-02     $0.0739
    OVER  desk.budget.unit_cost           $0.0000500       $0.0000874  2027-02  $0.0000374
    OVER  desk.budget.tokens.easy.input          200  P95         290  2027-01          90
    OVER  desk.budget.tokens.easy.output         250  P95         338  2027-01          88

    budget.month is first passed in 2027-01. Most of it: desk.easy, Output (93 % of 2027-02).

    desk.budget.month is first passed in 2027-01. Most of it: desk.easy, Output (93 % of 2027-02).

    desk.budget.unit_cost is first passed in 2027-01. Most of it: desk.easy, Output (93 % of 2027-02).

    desk.budget.tokens.easy.input is first passed in 2027-01. Most of it: desk.easy, Base prompt.

    desk.budget.tokens.easy.output is first passed in 2027-01. Most of it: desk.easy, Output.
    ");
    // The same draws every time, and others with another seed.
    assert_eq!(run(&["check", &plan.path()]).stdout, ran.stdout);
    let checked = run(&["check", &plan.path(), "--set", "desk.units=1k/month", "--json"]);
    assert_eq!(checked.code, 1, "a change of volume moves no limit of a unit");
}

#[test]
fn check_says_what_it_cannot_judge() {
    let plan = limited("unit_cost: $1", "month: $9000 at P80");
    let ran = run(&["check", &plan.path()]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(ran.stdout.contains("budget.month is not judged: P80 of a month needs a simulation"));
    // A breach is a breach, whatever else is not known.
    let plan = limited("unit_cost: $0.00005", "month: $9000 at P80");
    assert_eq!(run(&["check", &plan.path()]).code, 1);
}

#[test]
fn check_holds_the_calls_of_agents_against_their_limits() {
    let call = PLAN.split("step: ").last().expect("a step").trim();
    let step = format!("step: {{ chain: [{{ agent: {{ use: scout }} }}, {call}] }}");
    let agents = "agents:\n  scout: { step: { call: { name: look, model: openai/gpt-5-nano, input: [question], output: 50 } } }\n";
    let text = PLAN.replace(&format!("step: {call}"), &step) + agents;
    let limits = "budget: { tokens: { scout.look.output: 40 } }\n    step:";
    let plan = Plan::new(&text.replace("step: { chain", &format!("{limits} {{ chain")));
    let ran = run(&["check", &plan.path(), "--json"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stderr, ran.stdout);
    let checked: serde_json::Value = serde_json::from_str(&ran.stdout).expect("an answer is JSON");
    let held = &checked["limits"][0];
    assert_eq!(held["address"], "desk.budget.tokens.scout.look.output");
    assert_eq!((&held["comes_to"], &held["excess"]), (&"50".into(), &"10".into()));
    assert_eq!((&held["step"], &held["driver"]), (&"desk.scout.look".into(), &"output".into()));
}

#[test]
fn check_answers_what_its_schema_describes() {
    let plan = limited("month: $0.80", "");
    let ran = run(&["check", &plan.path(), "--json"]);
    assert_eq!(ran.code, 1);
    let checked: serde_json::Value = serde_json::from_str(&ran.stdout).expect("an answer is JSON");
    let schema = run(&["schema", "--of", "check"]).stdout;
    same_fields(&checked, &serde_json::from_str(&schema).expect("a schema"), "check");
    assert_eq!(checked["limits"][0]["address"], "desk.budget.month");
    assert_eq!(checked["limits"][0]["verdict"], "over");
    let excess = checked["limits"][0]["excess"].as_str().expect("it is over");
    assert!(excess.parse::<f64>().is_ok_and(|excess| excess > 0.0), "{excess}");
    let without = run(&["check", &Plan::new(PLAN).path(), "--json"]);
    assert_eq!(answer(&without)["limits"], serde_json::json!([]));
}

#[test]
fn check_refuses_limits_that_cannot_be_meant_with_their_place() {
    let plan = limited("month: $5 at P81", "");
    let error = refusal(&run(&["check", &plan.path(), "--json"]));
    assert_eq!(error["message"], "`$5 at P81` names no percentile that is told.");
    assert_eq!((&error["at"]["line"], &error["at"]["column"]), (&13.into(), &22.into()));
    assert_eq!(run(&["check", "nowhere"]).code, 2);
}

/// The plan with these rate limits of its model.
fn rated(limits: &str) -> Plan {
    let limits = format!("rate_limits: {{ openai/gpt-5-nano: {{ {limits} }} }}\nfeatures:");
    Plan::new(&PLAN.replace("features:", &limits))
}

#[test]
fn rate_limits_are_held_against_the_busiest_hour() {
    let plan = rated("rpm: 0.2, tpm: 50k, otpm: { value: 30, source: their page }");
    let ran = run(&["check", &plan.path()]);
    assert_eq!(ran.code, 1, "{}{}", ran.stderr, ran.stdout);
    insta::assert_snapshot!(ran.stdout, @"
    Desk: 3 limits, 2 over; 20,000 units played, seed 1

            limit                                 most        comes to  in       over by
    OVER    rate-limits.openai/gpt-5-nano.rpm     0.20  peak      0.25  2027-02     0.05
    OVER    rate-limits.openai/gpt-5-nano.otpm      30  peak     50.16  2027-02    20.16
    within  rate-limits.openai/gpt-5-nano.tpm   50,000  peak     82.34  2027-02

    rate-limits.openai/gpt-5-nano.rpm is first passed in 2027-01. Most of it in the busiest hour of 2027-02: desk.easy 100 %.

    rate-limits.openai/gpt-5-nano.otpm is first passed in 2027-01. Most of it in the busiest hour of 2027-02: desk.easy 100 %.
    ");
    let ran = run(&["estimate", &plan.path()]);
    let from = ran.stdout.find("a minute in").expect("limits are told");
    let (table, _) = ran.stdout[from..].split_once("\n\n").expect("steps follow");
    insta::assert_snapshot!(table, @"
    a minute in the busiest hour                  peak   limit  used  in
    openai/gpt-5-nano             requests        0.25    0.20  124%  2027-02
    openai/gpt-5-nano             tokens         82.34  50,000   <1%  2027-02
    openai/gpt-5-nano             output tokens  50.16      30  167%  2027-02
    ");
    let why = run(&["estimate", &plan.path(), "--why", "rate-limits.openai/gpt-5-nano.otpm.used"]);
    assert!(why.stdout.contains("rate-limits.openai/gpt-5-nano.otpm.peak"), "{}", why.stdout);
    // A limit is typed anew like any number.
    let raised = "rate-limits.openai/gpt-5-nano.otpm=90";
    let ran = run(&["check", &plan.path(), "--set", raised, "--json"]);
    let checked: serde_json::Value = serde_json::from_str(&ran.stdout).expect("an answer is JSON");
    assert_eq!((ran.code, &checked["over"]), (1, &1.into()), "{}", ran.stdout);
    assert_eq!(checked["limits"][0]["senders"][0]["step"], "desk.easy");
    // Without a limit nothing is said of minutes.
    let ran = run(&["estimate", &Plan::new(PLAN).path()]);
    assert!(!ran.stdout.contains("minute"), "{}", ran.stdout);
    let answered = answer(&run(&["estimate", &Plan::new(PLAN).path(), "--json"]));
    assert_eq!(answered["peaks"], serde_json::json!([]));
}

#[test]
fn rate_limits_that_cannot_be_meant_are_refused_with_their_place() {
    let error = refusal(&run(&["check", &rated("rpm: 0").path(), "--json"]));
    assert_eq!(error["message"], "`0` lets no call through.");
    let hint = "Write the most requests a minute that the provider allows: 50k.";
    assert_eq!(error["hint"], hint);
    assert_eq!(error["at"]["address"], "rate-limits.openai/gpt-5-nano.rpm", "{error}");
    let text =
        PLAN.replace("features:", "rate_limits: { openai/gpt-5-nono: { rpm: 5 } }\nfeatures:");
    let error = refusal(&run(&["check", &Plan::new(&text).path(), "--json"]));
    assert_eq!(error["message"], "The book has no model called `openai/gpt-5-nono`.");
    let error = refusal(&run(&["check", &rated("itpn: 5").path(), "--json"]));
    assert_eq!(error["message"], "There is no field `itpn` here.");
}

#[test]
fn limits_toward_which_nothing_counts_are_noted() {
    let notes = |model: &str, limited: &str, tier: &str| {
        let limits = format!("rate_limits: {{ {limited}: {{ rpm: 5 }} }}\nfeatures:");
        let text = PLAN.replace("features:", &limits).replace("openai/gpt-5-nano", model);
        let text = text.replace("120..300 }", &format!("120..300{tier} }}"));
        let plan = Plan::new(&text);
        let ran = run(&["check", &plan.path()]);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        let estimate = run(&["estimate", &plan.path()]);
        let of_limits = |text: &str| -> Vec<String> {
            let notes = text.lines().filter_map(|line| line.trim().strip_prefix("note: "));
            notes.filter(|note| note.starts_with("rate_limits")).map(str::to_owned).collect()
        };
        let said = of_limits(&ran.stderr);
        assert_eq!(of_limits(&estimate.stderr), said, "{}", estimate.stdout);
        said
    };
    let nothing: [&str; 0] = [];
    assert_eq!(notes("openai/gpt-5", "openai/gpt-5", ""), nothing);
    let noted = |model, limited, tier, note: &str| {
        assert_eq!(notes(model, limited, tier), [format!("rate_limits: {note}")]);
    };
    noted(
        "openai/gpt-5",
        "openai/gpt-5-mini",
        "",
        "the plan never calls `openai/gpt-5-mini`, so nothing counts toward its limits. Write the name \
         that calls have: `openai/gpt-5`.",
    );
    noted(
        "openai/gpt-5",
        "openai/gpt-5",
        ", tier: batch",
        "calls on `openai/gpt-5` are all in batch, which has limits of its own, so nothing counts toward \
         those of `openai/gpt-5`. Take them out, or the batch.",
    );
    noted(
        "google/gemini-2.5-pro",
        "google/gemini-3.8-flash",
        "",
        "`google/gemini-3.8-flash` answers calls on `google/gemini-2.5-pro` within the plan, and these \
         count toward limits of `google/gemini-2.5-pro` alone. Write limits of `google/gemini-2.5-pro` \
         as well.",
    );
}
