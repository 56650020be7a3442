//! What becomes of numbers and of fields that are none.

use super::desk::{TURN, edits, plan};
use crate::check::check;
use crate::edit::{Edit, FeatureField, SeasonForm, StepKind};
use crate::load::Load;
use crate::plan::{Measures, Plan};
use crate::sample::book;

/// The number at an address after an edit, as text, and what the edit is called.
#[track_caller]
fn numbers(edit: &str, address: &str, expected: &str) {
    let shown = match plan().edit(&edits(edit)) {
        Ok(edited) => {
            let numbers = edited.plan.numbers();
            let number = numbers.into_iter().find(|number| number.address == address);
            let text = number.map_or("none".to_owned(), |number| {
                let source = number.provenance.source.map(|source| format!(" ({source})"));
                format!("{}{}", number.text, source.unwrap_or_default())
            });
            format!("{text} | {}", edited.label)
        }
        Err(refused) => format!("{} {}", refused.message, refused.hint),
    };
    assert_eq!(shown, expected);
}

#[test]
fn a_number_is_kept_as_it_is_typed() {
    let edit = "{ edit: number, address: desk.easy.output, text: ";
    let address = "desk.easy.output";
    numbers(
        &format!("{edit}1..450 }}"),
        address,
        "1..450 (logs) | output of easy 120..300 → 1..450",
    );
    numbers(
        &format!("{edit}450..1 }}"),
        address,
        "450..1 (logs) | output of easy 120..300 → 450..1",
    );
    numbers(&format!("{edit}'' }}"), address, "none | output of easy 120..300 → nothing");
    numbers(
        "{ edit: number, address: desk.conversation.turns, text: '' }",
        "desk.conversation.turns",
        " | turns of conversation 2..6 → nothing",
    );
    numbers(
        "{ edit: number, address: desk.eazy.output, text: '3' }",
        address,
        "There is no input at `desk.eazy.output`. It may have been removed or renamed: select it again.",
    );
}

#[test]
fn what_is_sent_once_is_sent_more_often_when_its_copies_are_typed() {
    numbers(
        "{ edit: number, address: desk.easy.question.copies, text: '20' }",
        "desk.easy.question.copies",
        "20 | copies of question in easy 20",
    );
}

#[test]
fn units_may_be_named_where_a_volume_is_typed() {
    numbers(
        "{ edit: number, address: desk.units, text: '10,000 answers a day' }",
        "desk.units",
        "10,000/day | units of desk 300/day → 10,000/day",
    );
    // So many units are no people, and nobody adopts them.
    let edit = "{ edit: number, address: search.users, text: '40k queries a month' }";
    numbers(edit, "search.units", "40k/month | volume of search: 40k/month");
    numbers(edit, "search.adoption.from", "none | volume of search: 40k/month");
    numbers(
        "{ edit: number, address: search.users, text: '40k people a month' }",
        "search.users",
        "40k people a month | users of search 2k → 40k people a month",
    );
}

#[test]
fn a_number_is_named_as_people_name_it() {
    let named = [
        ("prompts.system.tokens", "tokens of system 700 → 3"),
        ("desk.units", "units of desk 300/day → 3"),
        ("search.adoption.from", "adoption from of search 8% → 3"),
        ("desk.route.share", "share of easy 70% → 3"),
        ("desk.hard.question.copies", "copies of question in hard 2 → 3"),
        ("other-costs.review.share", "share of Review 2% → 3"),
    ];
    for (address, label) in named {
        let edit = format!("{{ edit: number, address: {address}, text: '3' }}");
        numbers(&edit, address, &format!("3 | {label}"));
    }
}

#[test]
fn an_optional_number_is_added_with_a_usual_value() {
    numbers(
        "{ edit: add-number, address: desk.hard.reasoning }",
        "desk.hard.reasoning",
        "200..800 | add reasoning of hard 200..800",
    );
    numbers(
        "{ edit: add-number, address: desk.hard.output }",
        "desk.hard.output",
        "`desk.hard.output` is there already. Change its value instead.",
    );
    let absent: Vec<String> =
        plan().absent_numbers().into_iter().map(|(address, _)| address).collect();
    for address in &absent {
        let edit = Edit::AddNumber { address: address.clone() };
        let plan = plan().edit(&edit).expect("it was offered").plan;
        check(&plan, &Measures::default(), &[&book()])
            .unwrap_or_else(|problems| panic!("{address}: {}", problems[0]));
    }
    // A given volume has no people, and the last branch no share.
    assert_eq!(
        absent.join(" "),
        "prompts.system.grows prompts.system.used prompts.question.grows prompts.question.used \
         desk.starts desk.grows desk.success desk.conversation.pause desk.rewrite.question.copies desk.rewrite.reasoning \
         desk.rewrite.max_tokens desk.rewrite.quality desk.easy.system.copies desk.easy.question.copies \
         desk.easy.reasoning desk.easy.max_tokens desk.easy.quality desk.hard.system.copies desk.hard.reasoning \
         desk.hard.max_tokens desk.hard.quality search.starts search.grows search.success \
         search.find.question.copies search.find.reasoning search.find.max_tokens search.find.quality"
    );
}

#[test]
fn who_says_a_number_is_said_piece_by_piece() {
    let edit = "{ edit: provenance, address: desk.hard.output, field: ";
    numbers(
        &format!("{edit}source, value: a study }}"),
        "desk.hard.output",
        "350 (a study) | source for output of hard: a study",
    );
    numbers(
        &format!("{edit}as-of, value: yesterday }}"),
        "desk.hard.output",
        "`yesterday` is not a day. Write it as 2026-11-20.",
    );
}

/// What an edit changes in the written plan, line by line, and what it is called.
#[track_caller]
pub fn fields(edit: &str, expected: &[&str]) {
    let written = |plan: &Plan| -> Vec<String> {
        let text = serde_saphyr::to_string(plan).expect("a plan can be written");
        text.lines().map(|line| line.trim_start_matches([' ', '-']).to_owned()).collect()
    };
    let edited = match plan().edit(&edits(&edit.replace("TURN", TURN))) {
        Ok(edited) => edited,
        Err(refused) => {
            return assert_eq!([format!("{} {}", refused.message, refused.hint)], *expected);
        }
    };
    let (before, after) = (written(&plan()), written(&edited.plan));
    let gone = before.iter().filter(|line| !after.contains(line)).map(|line| format!("- {line}"));
    let new = after.iter().filter(|line| !before.contains(line)).map(|line| format!("+ {line}"));
    let shown: Vec<String> = gone.chain(new).chain([edited.label]).collect();
    assert_eq!(shown, expected);
}

#[test]
fn names_are_changed_wherever_they_are_written() {
    fields(
        "{ edit: step, at: TURN/0, field: name, value: rephrase }",
        &["- name: rewrite", "+ name: rephrase", "rename rewrite → rephrase"],
    );
    fields(
        "{ edit: step, at: TURN/0, field: name, value: easy }",
        &["Another step of the feature is called `easy`. \
           Choose another name; a label may be any text."],
    );
    fields(
        "{ edit: step, at: TURN/0, field: name, value: Search query (new) }",
        &["- name: rewrite", "+ name: search-query-new", "rename rewrite → search-query-new"],
    );
    fields(
        "{ edit: step, at: TURN/0, field: name, value: 答え }",
        &["`答え` cannot be the name of a step. Write small letters, digits and dashes, a letter \
           first; a `label` may be any text."],
    );
    fields(
        "{ edit: step, at: TURN/0, field: name, value: Unit cost }",
        &["`Unit cost` cannot be the name of a step. It stands for a figure of the feature; \
           choose another."],
    );
    fields(
        "{ edit: feature, feature: 1, field: name, value: Other costs }",
        &["`Other costs` cannot be the name of a feature. The name is taken by the plan itself; \
           choose another."],
    );
    fields(
        "{ edit: step, at: TURN/1, field: name, value: choice }",
        &["A route has no name of its own. Name the steps in it."],
    );
    fields(
        "{ edit: rename-part, name: question, to: query }",
        &[
            "- question:",
            "- question",
            "- question",
            "- question x2",
            "- question",
            "+ query:",
            "+ query",
            "+ query",
            "+ query x2",
            "+ query",
            "rename part question → query",
        ],
    );
    fields(
        "{ edit: feature, feature: 1, field: name, value: Look up }",
        &[
            "- name: search",
            "- of: search",
            "+ name: look-up",
            "+ of: look-up",
            "rename search → look-up",
        ],
    );
}

#[test]
fn fields_that_are_no_numbers_are_changed() {
    fields(
        "{ edit: step, at: TURN/0, field: model, value: acme/steps }",
        &["+ model: acme/steps", "model of rewrite acme/small → acme/steps"],
    );
    fields(
        "{ edit: step, at: TURN/0, field: tier, value: cheapest }",
        &["`cheapest` is no tier. Write one of standard, batch, flex, priority, fast, ultrafast."],
    );
    fields(
        "{ edit: step, at: TURN/0, field: label, value: Search query }",
        &["+ label: Search query", "label rewrite → Search query"],
    );
    fields(
        "{ edit: plan, field: months, value: \"24\" }",
        &["- months: 12", "+ months: 24", "months 12 → 24"],
    );
    fields(
        "{ edit: plan, field: prices-as-of, value: 2026-11-20 }",
        &["+ prices:", "+ as_of: \"2026-11-20\"", "prices as of 2026-11-20"],
    );
    fields(
        "{ edit: part, name: question, field: role, value: tools }",
        &["+ role: tools", "role of question: tools"],
    );
}

#[test]
fn a_part_has_one_length() {
    fields(
        "{ edit: part, name: system, field: text, value: You help. }",
        &["- tokens: 700", "+ text: You help.", "text of system"],
    );
    fields(
        "{ edit: part, name: system, field: tokens, value: 1..2k }",
        &["- tokens: 700", "+ tokens: 1..2k", "tokens of system: 1..2k"],
    );
    fields(
        "{ edit: measured, name: system, value: 120 x14 | 350 x88, source: 102 articles, as_of: 2026-11-20 }",
        &[
            "- tokens: 700",
            "+ tokens:",
            "+ value: 120 x14 | 350 x88",
            "+ source: 102 articles",
            "+ as_of: \"2026-11-20\"",
            "tokens of system: 102 articles",
        ],
    );
    fields(
        "{ edit: measured, name: system, value: 350 x88, source: 88 articles, as_of: 2026-11-20, counted: gemini±8% }",
        &[
            "- tokens: 700",
            "+ tokens:",
            "+ value: 350 x88",
            "+ source: 88 articles",
            "+ as_of: \"2026-11-20\"",
            "+ counted: gemini ±8%",
            "tokens of system: 88 articles",
        ],
    );
    fields(
        "{ edit: measured, name: system, value: 350 x88, source: x, as_of: 2026-11-20, counted: gemini ±8 }",
        &[
            "`gemini ±8` names no vocabulary, or no band. Write `o200k`, or `claude-newer ±12%` for an estimate.",
        ],
    );
    fields(
        "{ edit: measured, name: system, value: 350 x88 | 120 x14, source: x, as_of: 2026-11-20 }",
        &["Its values do not rise: 120 follows 350. List each value once, from small to large."],
    );
    fields(
        "{ edit: measured, name: system, value: 120 x14, source: x, as_of: today }",
        &["`today` is not a day. Write it as 2026-11-20."],
    );
    fields(
        "{ edit: add-part, name: page, text: null, tokens: null }",
        &["+ page:", "+ tokens: \"100..500\"", "add part page"],
    );
    fields(
        "{ edit: add-part, name: system, text: Hi., tokens: null }",
        &["The plan has a part called `system` already. Choose another name."],
    );
    fields(
        "{ edit: send-part, at: TURN/0, name: page, label: The page, tokens: '560', copies: '20' }",
        &[
            "+ page:",
            "+ label: The page",
            "+ tokens: 560",
            "+ page x20",
            "add part page, send page in rewrite",
        ],
    );
    fields(
        "{ edit: send-part, at: TURN/0, name: page, label: page }",
        &["+ page:", "+ tokens: \"100..500\"", "+ page", "add part page, send page in rewrite"],
    );
    fields(
        "{ edit: send-part, at: TURN/0, name: system, label: Rules }",
        &["The plan has a part called `system` already. Choose another name."],
    );
    fields(
        "{ edit: send-part, at: TURN/1, name: page }",
        &["Only a call has a model, a label and something to send. Select a call."],
    );
    fields(
        "{ edit: remove-part, name: system }",
        &[
            "- system:",
            "- role: system",
            "- tokens: 700",
            "- system",
            "- system",
            "delete part system, sent by 2 calls",
        ],
    );
}

#[test]
fn another_length_is_not_what_was_counted() {
    let measured = "{ edit: measured, name: system, value: 120 x14, source: 14 articles, \
                    as_of: 2026-11-20, counted: o200k }";
    let plan = plan().edit(&edits(measured)).expect("edited").plan;
    let provenance = |text: &str| {
        let edit = format!("{{ edit: number, address: prompts.system.tokens, text: {text} }}");
        let plan = plan.edit(&edits(&edit)).expect("edited").plan;
        let number = plan.numbers().into_iter().find(|it| it.part() == Some("system"));
        let said = number.expect("it is there").provenance;
        (said.source, said.counted.map(|counted| counted.to_string()))
    };
    let source = Some("14 articles".to_owned());
    assert_eq!(provenance("120 x14"), (source.clone(), Some("o200k".to_owned())));
    assert_eq!(provenance("130 x14"), (source, None));
}

#[test]
fn what_a_call_sends_is_added_moved_and_removed() {
    fields(
        "{ edit: add-input, at: TURN/0, part: system, copies: \"3\" }",
        &["+ system x3", "send system in rewrite"],
    );
    fields(
        "{ edit: add-input, at: TURN/0, part: question, copies: null }",
        &["`rewrite` sends `question` already. Change how many copies of it are sent."],
    );
    fields(
        "{ edit: remove-input, at: TURN/1/route/1/step, index: 2 }",
        &["- question x2", "send no question in hard"],
    );
    fields(
        "{ edit: move-input, at: TURN/1/route/1/step, index: 2, to: 0 }",
        &["send question earlier in hard"],
    );
}

#[test]
fn a_volume_changes_its_form_and_keeps_its_size() {
    fields(
        "{ edit: volume-form, feature: 0, form: users }",
        &["- units: 300/day", "+ users: 300", "+ each: 1/day", "volume of desk from people"],
    );
    fields(
        "{ edit: volume-form, feature: 1, form: units }",
        &[
            "- users: 2k",
            "- adoption:",
            "- from: 8%",
            "- to: 65%",
            "- by: month 9",
            "- each: 3/week",
            "+ units: 3900/week",
            "volume of search given",
        ],
    );
    fields(
        "{ edit: adoption-form, feature: 1, form: steady }",
        &[
            "- adoption:",
            "- from: 8%",
            "- to: 65%",
            "- by: month 9",
            "+ adoption: 65%",
            "adoption of search: steady",
        ],
    );
    fields(
        "{ edit: adoption-form, feature: 1, form: linear }",
        &["+ shape: linear", "adoption of search: the same step each month"],
    );
    fields(
        "{ edit: adoption-form, feature: 0, form: linear }",
        &["The volume of desk is given: nobody has to adopt it. \
           Let the volume come from people first."],
    );
}

#[test]
fn features_and_other_costs_come_and_go() {
    fields(
        "{ edit: add-feature, name: digest }",
        &[
            "+ name: digest",
            "+ unit: request",
            "+ units: 1k/month",
            "+ output: \"100..300\"",
            "add feature digest",
        ],
    );
    fields(
        "{ edit: remove-feature, feature: 1 }",
        &["Units of search have costs of their own: Review. \
           Remove these costs first, or give them another feature."],
    );
    fields(
        "{ edit: add-other-cost, name: Platform }",
        &["+ name: Platform", "+ cost: $100", "add cost Platform"],
    );
    fields(
        "{ edit: add-other-cost, name: review }",
        &["Another cost is called `review`. Choose another name."],
    );
}

#[test]
fn a_second_feature_asks_nothing_of_the_first() {
    let mut plan = plan();
    for edit in [
        "{ edit: remove-other-cost, index: 0 }",
        "{ edit: remove-feature, feature: 0 }",
        "{ edit: add-other-cost, name: Review }",
        "{ edit: add-number, address: other-costs.review.share }",
        "{ edit: add-feature, name: second }",
    ] {
        plan = plan.edit(&edits(edit)).expect("edited").plan;
        check(&plan, &Measures::default(), &[&book()]).expect("no problems");
    }
    assert_eq!(plan.other_costs[0].of.as_deref(), Some("search"));
}

#[test]
fn typing_goes_on_in_the_field_that_it_began_in() {
    let field = |edit: &str| {
        let edited = plan().edit(&edits(&edit.replace("TURN", TURN))).expect("edited");
        edited.field.unwrap_or_default()
    };
    let output = "{ edit: number, address: desk.easy.output, text: ";
    assert_eq!(field(&format!("{output}'1' }}")), field(&format!("{output}'12' }}")));
    let renamed = |to: &str| field(&format!("{{ edit: rename-part, name: system, to: {to} }}"));
    assert_eq!(renamed("syst"), renamed("rules"));
    assert_ne!(renamed("rules"), field("{ edit: rename-part, name: question, to: rules }"));
    assert_eq!(field("{ edit: remove, at: TURN/0 }"), "", "an edit of the tree stands for itself");
}

#[test]
fn failures_come_with_what_is_billed_of_them() {
    let at = format!("{TURN}/0");
    let wrap = Edit::Wrap { at: at.clone(), kind: StepKind::Retry };
    let plan = plan().edit(&wrap).expect("edited").plan;
    for kind in ["rejected", "odd"] {
        let edit = Edit::AddFailure { at: at.clone(), kind: kind.to_owned() };
        let plan = plan.edit(&edit).expect("edited").plan;
        check(&plan, &Measures::default(), &[&book()]).expect("no problems");
        let address = format!("desk.retry.fails.{kind}.billed_input");
        let edit = Edit::Number { address: address.clone(), text: "4%".to_owned() };
        let numbers = plan.edit(&edit).expect("edited").plan.numbers();
        let number = numbers.iter().find(|number| number.address == address).expect("just typed");
        assert_eq!((number.text.as_str(), number.is_guess()), ("4%", true), "nobody said it");
    }
    let last = Edit::RemoveFailure { at, kind: "timeout".to_owned() };
    let refused = plan.edit(&last).expect_err("it is the only one");
    assert_eq!(refused.message, "A retry needs a way to fail, and this is its only one.");
}

#[test]
fn an_edit_with_a_field_too_many_is_refused() {
    let json = "{ edit: remove, at: features/0/step, step: 1 }";
    serde_saphyr::from_str::<Edit>(json).expect_err("a field too many");
}

#[test]
fn users_come_in_named_hours_or_in_24_weights_on_the_clocks_of_a_zone() {
    let edit = |plan: &Plan, field, value: &str| {
        let edit = Edit::Feature { feature: 0, field, value: value.to_owned() };
        plan.edit(&edit).map(|edited| edited.plan)
    };
    let office = edit(&plan(), FeatureField::Load, "office hours").expect("a name");
    assert_eq!(office.features[0].arrivals(), Load::office_hours());
    let berlin = edit(&office, FeatureField::Zone, "Europe/Berlin").expect("any text");
    assert_eq!(Some(berlin.features[0].arrivals()), Load::office_hours().in_zone("Europe/Berlin"));
    let weights = ["1"; 24].join(", ");
    let even = edit(&berlin, FeatureField::Load, &weights).expect("24 numbers");
    let label = |value: &str| {
        let load = FeatureField::Load;
        let edit = Edit::Feature { feature: 0, field: load, value: value.to_owned() };
        plan().edit(&edit).expect("edited").label
    };
    assert_eq!(label(&weights), "hours of desk");
    assert_eq!(label("office hours"), "hours of desk: office hours");
    assert_eq!(label("flat"), "hours of desk: flat");
    assert!(even.features[0].arrivals().is_flat());
    assert!(edit(&plan(), FeatureField::Load, "at night").is_err());
    let utc =
        edit(&berlin, FeatureField::Zone, "").and_then(|it| edit(&it, FeatureField::Load, ""));
    assert_eq!(utc, Ok(plan()));
    let nowhere = edit(&plan(), FeatureField::Zone, "Atlantis").expect("any text");
    let refused = check(&nowhere, &Measures::default(), &[&book()]).expect_err("no such zone");
    assert_eq!(refused[0].path.join("/"), "features/0/load/zone");
}

#[test]
fn months_of_a_year_get_a_factor_each_and_are_scaled_to_a_mean_of_1() {
    let edit = |plan: &Plan, form| {
        plan.edit(&Edit::SeasonForm { feature: 0, form }).expect("there is a feature").plan
    };
    let with = edit(&plan(), SeasonForm::ByMonth);
    let text = Edit::Number { address: "desk.season.december".into(), text: "2.2".into() };
    let off = with.edit(&text).expect("it is there").plan;
    let refused = check(&off, &Measures::default(), &[&book()]).expect_err("the mean is 1.1");
    assert_eq!(refused[0].path.join("/"), "features/0/volume/season");
    let scaled = edit(&off, SeasonForm::Scaled);
    check(&scaled, &Measures::default(), &[&book()]).expect("the mean is 1");
    let december = scaled.numbers().into_iter().find(|it| it.address == "desk.season.december");
    assert_eq!(december.map(|it| it.text), Some("2".to_owned()));
    assert_eq!(edit(&scaled, SeasonForm::None), plan());
}
