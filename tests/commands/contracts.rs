//! Contracts in a plan: what is told of terms that do not do all that they say.

use std::fs;

use serde_json::json;

use crate::desk::{Plan, answer, number, text as text_of};
use crate::program::run;

/// 2M tokens are written and 1M sent each month, for $0.80 and $0.05.
fn plan(contracts: &str) -> Plan {
    Plan::new(&format!(
        "\
forebill: 1
name: Desk
starts: 2027-01
months: 4
prompts: {{ question: {{ tokens: 100 }} }}
features:
  - name: desk
    unit: answer
    volume: {{ units: 10k/month }}
    step: {{ call: {{ name: easy, answer: true, model: openai/gpt-5-nano, input: [question], output: 200 }} }}
other_costs: [ {{ name: platform, cost: $0.50 }} ]
contracts:
{contracts}"
    ))
}

#[test]
fn what_is_agreed_for_a_model_ends_where_another_answers_in_its_place() {
    let plan = Plan::new(
        "\
forebill: 1
name: Desk
starts: 2026-11
months: 2
prompts: { question: { tokens: 1k } }
features:
  - name: desk
    unit: answer
    volume: { units: 1k/month }
    step: { call: { name: easy, answer: true, model: google/gemini-2.5-pro, input: [question], output: 1k } }
contracts:
  - { name: google, prices: [ { model: google/gemini-2.5-pro, meter: output, per_million: $1 } ] }
",
    );
    let answered = answer(&run(&["estimate", &plan.path(), "--json"]));
    insta::assert_snapshot!(answered["notes"], @r#"["google/gemini-2.5-pro: rerouted to `gemini-3.8-flash` from 2026-12-01 on, and priced as that.","contracts.google.price: `google/gemini-3.8-flash` answers for `google/gemini-2.5-pro` from 2026-12-01 on: the term is not about that."]"#);
    let prices = answered["prices"].as_array().expect("prices");
    let outputs =
        prices.iter().filter(|price| price["meter"] == "output" && price["from_tokens"].is_null());
    let (before, after): (Vec<_>, Vec<_>) =
        outputs.partition(|price| price["from"].as_str() < Some("2026-12-01"));
    assert!(!before.is_empty() && before.iter().all(|price| price["answers"].is_null()));
    let answers = json!("google/gemini-3.8-flash");
    assert!(!after.is_empty() && after.iter().all(|price| price["answers"] == answers));
    // 1,000 calls that write 1,000 tokens: $1 as agreed in November, December at list prices.
    let changed = |month: usize| {
        let lines = answered["lines"].as_array().expect("lines");
        let of = lines.iter().filter(|line| line["month"] == ["2026-11", "2026-12"][month]);
        let of = of.filter(|line| line["meter"] == "output" || line["meter"].is_null());
        of.map(|line| number(&line["amount"])).sum::<f64>()
    };
    assert!((changed(0) - 1.0).abs() < 1e-9, "{}", changed(0));
    assert!(changed(1) > 1.0, "{}", changed(1));
}

#[test]
fn terms_that_do_not_do_all_that_they_say_are_told() {
    let plan = plan("  - name: openai
    provider: openai
    discounts: [ { off: 10%, meter: cache_read }, { off: 5%, to: 2026-12 } ]
    free: [ { meter: input, units: 3M } ]
    commitments: [ { amount: $3, every: quarter }, { amount: $1, every: month, from: 2027-03 } ]
    credits: [ { amount: $2, to: 2027-03 }, { amount: $50, from: 2027-03 }, { amount: $9, from: 2028-01 } ]
  - name: gateway
    fees: [ { name: purchase, share: 5% } ]
  - name: other
    provider: anthropic
    discounts: [ { off: 10% } ]
");
    let notes = answer(&run(&["estimate", &plan.path(), "--json"]))["notes"].take();
    let notes: Vec<String> = serde_json::from_value(notes).expect("a list of texts");
    insta::assert_snapshot!(notes.join("\n"), @"
    contracts.openai.discount.2: it ended before the plan begins, and changes nothing.
    contracts.openai.credit.3: it begins after the plan ends, and changes nothing.
    contracts.openai.discount: no call of the plan pays for cache_read.
    contracts.openai.free: 8,000,000 of 12,000,000 free units of input are not used.
    contracts.openai.commitment: what is missing at the end of 2027-06 is judged after the plan, and in no figure. By the plan's end $0.80 of $3.00 are drawn; month by month alike it would be $1.00.
    contracts.openai.commitment.2: it holds beside another commitment: the same spend is drawn from both.
    contracts.openai.credit: $0.40 of $2.00 expire unused at the end of 2027-02.
    contracts.openai.credit.2: $47.40 of $50.00 are left when the plan ends.
    contracts.gateway.fee: it comes to nothing: nothing is spent that it is a part of.
    contracts.other: no call of the plan is made of `anthropic`.
    ");
    let told = run(&["estimate", &plan.path()]).stderr;
    assert!(notes.iter().all(|note| told.contains(&format!("note: {note}\n"))), "{told}");
}

#[test]
fn what_was_agreed_is_no_guess() {
    let plan = plan(
        "  - name: openai
    discounts: [ { off: 90% }, { off: { value: 1%, source: a letter } } ]
",
    );
    let inputs = answer(&run(&["inputs", &plan.path(), "--json"]));
    let of = |address: &str| {
        let inputs = inputs["inputs"].as_array().expect("a list");
        let input = inputs.iter().find(|input| input["address"] == address).expect("it is there");
        (input["source"].clone(), input["guess"].clone())
    };
    assert_eq!(of("contracts.openai.discount.off"), ("contract".into(), false.into()));
    assert_eq!(of("contracts.openai.discount.2.off"), ("a letter".into(), false.into()));
}

#[test]
fn what_is_taken_off_stands_among_the_steps_by_its_size() {
    let plan = plan(
        "  - name: openai
    discounts: [ { off: 90% } ]
",
    );
    let estimate = answer(&run(&["estimate", &plan.path(), "--json"]));
    let steps = estimate["steps"].as_array().expect("a list");
    let steps: Vec<_> =
        steps.iter().map(|it| (it["step"].as_str(), number(&it["total"]))).collect();
    let expected = [
        (Some("desk.easy"), 3.4),
        (Some("contracts.openai.prices"), -3.06),
        (Some("other-costs.platform"), 2.0),
    ];
    assert_eq!(steps, expected);
}

#[test]
fn what_a_book_frees_each_day_is_a_line_of_the_account() {
    let plan = plan("  []\n");
    let text = fs::read_to_string(plan.folder.path().join("plan.yaml")).expect("it was written");
    let text = text.replace("openai/gpt-5-nano", "acme/small");
    fs::write(plan.folder.path().join("plan.yaml"), text).expect("it can be written");
    let book = plan.folder.path().join("book");
    fs::create_dir(&book).expect("a new folder");
    let prices = "\
provider = \"acme\"
name = \"Acme\"

[[model]]
id = \"small\"
source = \"https://acme.example/prices\"
checked = 2026-11-09
basis = \"book\"

[[model.price]]
input = \"1\"
output = \"0\"

[[metering]]
meter = \"input\"
free = \"10000\"
per = \"day\"
source = \"https://acme.example/free\"
checked = 2026-11-09
basis = \"book\"
";
    fs::write(book.join("acme.toml"), prices).expect("a new folder can be written to");
    let ran = run(&["estimate", &plan.path(), "--book", &text_of(&book), "--json"]);
    let estimate = answer(&ran);
    // A million tokens a month; 120 days of the four months have 10,000 of them each for nothing.
    let contract = &estimate["contracts"][0];
    assert_eq!(contract["label"], "acme by its book");
    assert_eq!(contract["source"], "https://acme.example/free");
    assert_eq!(number(&contract["change"]), -1.2);
    let note = estimate["notes"][0].as_str().expect("a text");
    assert!(
        note.starts_with("contracts.book/acme.allowance: 10,000 input are free each day"),
        "{note}"
    );
}
