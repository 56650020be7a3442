//! Projects as the window works with them, call by call: opened, edited, undone, saved, opened again.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::run;
use crate::project::{Desk, ask, call, decimal, refused, text};

#[test]
fn an_edit_changes_the_figures_and_undo_brings_them_back() {
    let desk = Desk::sample("support-desk");
    let before = desk.view();
    let view =
        desk.edit(json!({"edit": "number", "address": "support.hard.output", "text": "100..700"}));
    let [total, changed] = [&before, &view].map(|view| decimal(&view["figures"]["total"]));
    assert!(changed > total, "{total} {changed}");
    let last = &view["last"];
    assert_eq!(last["label"], "output of Hard answer 50..350 → 100..700");
    assert!((decimal(&last["total"]) - (changed - total)).abs() < 1e-6, "{last}");
    let undone = desk.call("projects.undo", json!({}));
    assert_eq!(undone["figures"], before["figures"]);
    assert_eq!(undone["redo"], last["label"]);
    let redone = desk.call("projects.redo", json!({}));
    assert_eq!(redone["figures"], view["figures"]);
}

#[test]
fn a_contract_is_agreed_term_by_term_and_taken_back() {
    let desk = Desk::sample("support-desk");
    let before = desk.view();
    desk.edit(json!({"edit": "add-contract", "name": "Order form"}));
    desk.edit(json!({"edit": "add-term", "contract": 0, "kind": "discount"}));
    let off = "contracts.order-form.discount.off";
    let view = desk.edit(json!({"edit": "number", "address": off, "text": "50%"}));
    let node = view["nodes"].as_array().and_then(|nodes| nodes.last()).expect("nodes");
    assert_eq!((&node["kind"], &node["at"]), (&json!("contract"), &json!("contracts/0")));
    let (contract, month) = (&node["contract"], view["month"].as_u64().expect("a month") as usize);
    assert_eq!(contract["terms"][0]["inputs"], json!([off]));
    assert_eq!(contract["terms"][0]["label"], "percentage");
    assert_eq!(contract["optional"], json!(["contracts.order-form.tax"]));
    let of_month = |view: &Value| decimal(&view["figures"]["months"][month]);
    let change = decimal(&contract["change"]);
    assert!(
        change < 0.0 && (of_month(&view) - of_month(&before) - change).abs() < 1e-6,
        "{change}"
    );
    // A field that names nothing keeps the figures, and says what is wrong at the contract.
    let term = json!({"edit": "term", "contract": 0, "kind": "discount", "index": 0});
    let set = |field: &str, value: &str| {
        let mut edit = term.clone();
        (edit["field"], edit["value"]) = (json!(field), json!(value));
        desk.edit(edit)
    };
    let wrong = set("model", "openai/gpt-5.44");
    assert_eq!(wrong["problems"][0]["at"], "contracts/0");
    assert_eq!((&wrong["problems"][0]["field"], &wrong["stale"]), (&json!("model"), &json!(true)));
    set("model", "");
    let taxed = desk.edit(json!({"edit": "add-number", "address": "contracts.order-form.tax"}));
    assert!(of_month(&taxed) > of_month(&view));
    let input = taxed["inputs"].as_array().and_then(|all| all.last()).expect("inputs");
    assert_eq!((&input["label"], &input["guess"]), (&json!("Tax"), &json!(false)));
    let gone = desk.edit(json!({"edit": "remove-contract", "contract": 0}));
    assert_eq!(gone["figures"], before["figures"]);
    let undone = desk.call("projects.undo", json!({}));
    assert_eq!(undone["figures"], taxed["figures"]);
    assert_eq!(undone["redo"], "delete contract order-form");
}

#[test]
fn the_outline_adds_up() {
    let view = Desk::sample("support-desk").view();
    let nodes = view["nodes"].as_array().expect("a list");
    let cost = |node: &Value| decimal(&node["figures"]["cost"]);
    let leaves = nodes.iter().filter(|node| ["call", "other-cost"].contains(&text(&node["kind"])));
    let sum: f64 = leaves.map(cost).sum();
    assert!((sum - cost(&nodes[0])).abs() < 1e-9, "{sum}");
    assert_eq!(nodes[0]["figures"]["share"], "100.0");
    let by_name = |name: &str| nodes.iter().find(|node| node["name"] == name).expect(name);
    assert_eq!(
        by_name("hard")["at"],
        "features/0/step/chain/0/conversation/turn/4/route/1/step/chain/1/retry/step"
    );
    assert_eq!(by_name("fallback")["place"], "then");
    assert_eq!(by_name("route")["main"]["text"], "55% / rest");
    // What is under a node adds up to it, at every level, in dollars and in shares.
    for parent in nodes {
        let under: Vec<&Value> =
            nodes.iter().filter(|node| node["parent"] == parent["at"]).collect();
        for field in ["cost", "share"] {
            let sum: f64 = under.iter().map(|node| decimal(&node["figures"][field])).sum();
            let own = decimal(&parent["figures"][field]);
            assert!(under.is_empty() || (sum - own).abs() < 1e-9, "{field} of {parent}: {sum}");
        }
        // No figure is off by a whole step of what it is rounded to, but for what is above it.
        let off = cost(parent) - decimal(&parent["figures"]["cost_exact"]);
        assert!(off.abs() < 2e-4, "{off} at {parent}");
    }
    // The month in view is the year's last; its unit cost is the tree's.
    let feature = &view["figures"]["features"][0];
    let unit_cost = decimal(&feature["unit_costs"][11]);
    assert!((unit_cost - cost(&nodes[0])).abs() < 5e-5, "{unit_cost}");
}

#[test]
fn a_row_of_the_outline_is_explained_for_one_unit() {
    let desk = Desk::sample("support-desk");
    let view = desk.view();
    let mut asked = 0;
    for node in view["nodes"].as_array().expect("a list") {
        let address = text(&node["figures"]["why"]);
        if address.is_empty() {
            continue;
        }
        let why = desk.call("projects.why", json!({"address": address, "month": "2027-12"}));
        assert_eq!(why["figure"]["unit"], "USD per conversation", "{address}");
        let [one, shown] = [&why["figure"]["value"], &node["figures"]["cost_exact"]].map(decimal);
        assert!((one / shown - 1.0).abs() < 1e-12, "{address}: {one} {shown}");
        asked += 1;
    }
    assert!(asked > 10, "{asked}");
    let why = desk.call("projects.why", json!({"address": "support.easy", "month": "2027-12"}));
    assert_eq!(why["operands"][0]["address"], "support.easy.retrieved.month");
    assert_eq!(why["figure"]["unit"], "USD");
}

#[test]
fn a_step_that_moves_and_costs_the_same_moves_no_figure() {
    let desk = Desk::sample("support-desk");
    desk.view();
    let turn = "features/0/step/chain/0/conversation/turn";
    for (at, by) in [(format!("{turn}/0"), "down"), (format!("{turn}/1"), "up")] {
        let view = desk.edit(json!({"edit": "move", "at": at, "by": by}));
        let last = &view["last"];
        let moved: Vec<f64> =
            [&last["unit_costs"][0][1], &last["month"], &last["total"]].map(decimal).to_vec();
        assert_eq!(moved, [0.0, 0.0, 0.0], "{last}");
    }
}

#[test]
fn what_a_call_sends_adds_up_to_its_tokens_earlier_turns_included() {
    let view = Desk::sample("support-desk").view();
    let nodes = view["nodes"].as_array().expect("a list");
    let easy = nodes.iter().find(|node| node["name"] == "easy").expect("it is in the sample");
    let sends = easy["sends"].as_array().expect("a list");
    assert!(sends.iter().any(|sent| sent["part"] == "history"));
    let sent: f64 = sends.iter().map(|sent| decimal(&sent["tokens"])).sum();
    let one_call = decimal(&easy["figures"]["tokens_in"]) / decimal(&easy["figures"]["calls"]);
    assert!((sent / one_call - 1.0).abs() < 1e-3, "{sent} {one_call}");
}

#[test]
fn what_comes_once_a_month_belongs_to_no_unit() {
    let desk = Desk::sample("support-desk");
    let before = desk.view();
    desk.edit(json!({"edit": "add-feature", "name": "search"}));
    let view = desk.edit(json!({"edit": "add-other-cost", "name": "Licence"}));
    let nodes = view["nodes"].as_array().expect("a list");
    let licence = nodes.iter().find(|node| node["label"] == "Licence").expect("it has a line");
    assert_eq!((&licence["parent"], &licence["figures"]), (&Value::Null, &Value::Null));
    // The features' lines are those of their own steps and costs.
    for field in ["cost_exact", "month", "share", "calls", "tokens_in", "tokens_out"] {
        let [now, then] = [&nodes[0], &before["nodes"][0]].map(|node| &node["figures"][field]);
        assert_eq!(now, then, "{field}");
    }
    // A cheap unit beside it has digits that count, in the one column that both stand in.
    assert_eq!(
        (&before["figures"]["unit_decimals"], &nodes[0]["figures"]["cost"]),
        (&json!(4), &json!("0.1871888"))
    );
    for feature in view["figures"]["features"].as_array().expect("a list") {
        let node = nodes.iter().find(|node| node["name"] == feature["name"]).expect("its line");
        let unit_cost = decimal(&feature["unit_costs"][11]);
        let shown = decimal(&node["figures"]["cost_exact"]);
        assert!((unit_cost - shown).abs() < 1e-9, "{unit_cost} {shown}");
    }
}

#[test]
fn a_step_without_figures_yet_shows_none() {
    let desk = Desk::sample("hello");
    desk.edit(json!({"edit": "number", "address": "front-desk.answer.output", "text": "0..1"}));
    let added = json!({"edit": "add", "at": "features/0/step", "place": "after", "kind": "call"});
    let view = desk.edit(added);
    let figures: Vec<bool> = view["nodes"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|node| node["kind"] == "call")
        .map(|node| node["figures"].is_null())
        .collect();
    assert_eq!((&view["stale"], figures), (&json!(true), vec![false, true]));
}

#[test]
fn while_a_number_cannot_be_meant_the_figures_stand_and_say_so() {
    let desk = Desk::sample("hello");
    let before = desk.view();
    let address = "front-desk.answer.output";
    let view = desk.edit(json!({"edit": "number", "address": address, "text": "0..120"}));
    assert_eq!((&view["stale"], &view["figures"]), (&json!(true), &before["figures"]));
    // A number on the way to another is nobody's last word.
    desk.edit(json!({"edit": "number", "address": address, "text": "1"}));
    let view = desk.edit(json!({"edit": "number", "address": address, "text": "0..120"}));
    assert_eq!(view["figures"], before["figures"]);
    let problem = &view["problems"][0];
    assert_eq!((text(&problem["at"]), text(&problem["address"])), ("features/0/step", address));
    assert_eq!(problem["meanwhile"], "40..120");
    let input = inputs(&view).into_iter().find(|input| input["address"] == address);
    assert_eq!(input.expect("it is still there")["value"], "0..120");
    // Closed and opened again, it is as it was.
    let again = desk.reopened();
    let seen = again.view();
    assert_eq!((&seen["stale"], &seen["problems"]), (&json!(true), &view["problems"]));
    assert_eq!(seen["figures"], before["figures"]);
}

#[test]
fn a_new_text_and_the_length_of_its_answer_are_one_change() {
    let desk = Desk::sample("hello");
    let call = "features/0/step";
    let output = |view: &Value| {
        let number = |input: &Value| input["address"] == "front-desk.answer.output";
        inputs(view).into_iter().find(number).expect("it is there")["value"].clone()
    };
    let before = desk.view();
    let added = |output: Value| json!({"part": "tone", "text": "Be kind.", "calls": [call], "output": output});
    // A length that is none stays out of the plan, and so does its text.
    let mut wrong = added(json!("40.."));
    wrong["project"] = desk.project.clone();
    assert_eq!(refused("projects.write_text", wrong).code, app::Code::InvalidValue);
    assert_eq!(desk.view()["parts"], before["parts"]);
    let view = desk.call("projects.write_text", added(json!("1.2k")));
    assert_eq!(output(&view), "1.2k");
    assert_eq!(view["undo"], "add part tone");
    // Taken back together.
    let view = desk.call("projects.undo", json!({}));
    assert_eq!((&view["parts"], output(&view)), (&before["parts"], output(&before)));
    // Where nobody said a word about it, it stays.
    let view = desk.call("projects.write_text", added(json!(null)));
    assert_eq!(output(&view), output(&before));
}

#[test]
fn everything_is_as_it_was_after_closing_undo_included() {
    let desk = Desk::sample("support-desk");
    desk.edit(json!({"edit": "wrap", "at": "features/0/step/chain/1", "kind": "retry"}));
    desk.write_text("system", "You are brief.");
    desk.call("projects.keep", json!({"desk": r#"{"place":"plan"}"#}));
    let view = desk.view();
    let (again, desk_kept) = desk.reopened_with_desk();
    assert_eq!(desk_kept, r#"{"place":"plan"}"#);
    let seen = again.view();
    for field in ["nodes", "parts", "inputs", "figures", "undo", "redo"] {
        assert_eq!(seen[field], view[field], "{field}");
    }
    assert_eq!(again.call("projects.text", json!({"part": "system"}))["text"], "You are brief.");
    again.call("projects.undo", json!({}));
    let undone = again.call("projects.undo", json!({}));
    assert_eq!(undone["undo"], Value::Null);
    let text = again.call("projects.text", json!({"part": "system"}));
    let original = include_str!("../examples/support-desk/prompts/system.md");
    assert_eq!(text["text"], original);
}

#[test]
fn a_second_opening_looks_and_does_not_touch() {
    let desk = Desk::sample("hello");
    desk.call("projects.saved", json!({}));
    // The command line reads what the window has open, and leaves it as it is.
    let bytes = fs::read(desk.file()).expect("it is there");
    let figures = run(&["estimate", &desk.file(), "--json"]);
    assert_eq!(figures.code, 0, "{}", figures.stderr);
    let answer: Value = serde_json::from_str(&figures.stdout).expect("JSON");
    assert_eq!(answer["total"], desk.view()["figures"]["total"]);
    assert_eq!(fs::read(desk.file()).expect("it is there"), bytes);
}

#[test]
fn six_questions_make_a_plan_whose_unit_cost_is_the_command_lines() {
    let answers = json!({
        "unit": "conversation", "users": "12k users", "each": "1.4/month", "office_hours": false,
        "prompt": "You help customers of a shop.", "model": "openai/gpt-5.4-mini",
    });
    let desk = Desk::opened(&ask("projects.new", answers));
    let chain = json!({"edit": "add", "at": "features/0/step/conversation/turn/0", "place": "before", "kind": "call"});
    let view = desk.edit(chain);
    assert_eq!(view["problems"], json!([]));
    desk.edit(
        json!({"edit": "wrap", "at": "features/0/step/conversation/turn/1", "kind": "route"}),
    );
    let view = desk.edit(json!({
        "edit": "wrap", "at": "features/0/step/conversation/turn/1/route/0/step", "kind": "retry",
    }));
    assert_eq!(view["problems"], json!([]));
    desk.call("projects.saved", json!({}));
    let ran = run(&["estimate", &desk.file(), "--json"]);
    let answer: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(answer["features"][0]["unit_cost"], view["figures"]["features"][0]["unit_cost"]);
    assert_eq!(answer["total"], view["figures"]["total"]);
}

#[test]
fn a_project_is_written_out_and_read_back() {
    let desk = Desk::sample("support-desk");
    let folder = tempfile::tempdir().expect("a folder");
    desk.call("projects.write_out", json!({"path": folder.path()}));
    let open = || Desk::opened(&ask("projects.open", json!({"path": folder.path()})));
    let back = open();
    // What was not changed is opened again, not copied again.
    let file = back.file();
    assert_eq!(open().file(), file);
    let (one, other) = (desk.view(), back.view());
    for field in ["nodes", "parts", "inputs", "figures"] {
        assert_eq!(one[field], other[field], "{field}");
    }
    let estimate = run(&["estimate", &folder.path().display().to_string(), "--json"]);
    let answer: Value = serde_json::from_str(&estimate.stdout).expect("JSON");
    assert_eq!(answer["total"], one["figures"]["total"]);
}

#[test]
fn what_cannot_be_opened_says_what_now_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |name: &str, bytes: &[u8], code: &str| {
        let file = folder.path().join(name);
        fs::write(&file, bytes).expect("the folder can be written to");
        let error = refused("projects.open", json!({"path": file}));
        let found = serde_json::to_value(error.code).expect("a code");
        assert_eq!(found, code, "{name}: {error:?}");
        assert!(!error.hint.is_empty());
        assert_eq!(fs::read(&file).expect("it is there"), bytes, "{name}");
    };
    check("empty.forebill", b"", "unreadable_file");
    check("note.forebill", b"Dear finance team", "unreadable_file");
    check("plan.yaml", b"forebill: 1\nname: [", "malformed_plan");
    let mut damaged = fs::read(saved_sample(folder.path())).expect("it is there");
    damaged.truncate(damaged.len() / 2);
    check("half.forebill", &damaged, "damaged_project");
    let missing = refused("projects.open", json!({"path": folder.path().join("gone.forebill")}));
    assert_eq!(missing.code, app::Code::MissingFile);
}

/// Whoever sits at the window has no command line.
#[test]
fn hints_in_the_window_say_what_to_do_there() {
    let mut hints = vec![];
    for folder in fs::read_dir("examples/broken").expect("it is there").flatten() {
        let opened = json!({"path": folder.path()});
        match call("projects.open", &opened) {
            Ok(opened) => hints.extend(hints_of(&opened["view"])),
            Err(error) => hints.push(error.hint),
        }
    }
    assert!(hints.len() > 30, "every one of them has one: {hints:?}");
    let desk = Desk::sample("hello");
    let other = |model: &str| json!({"edit": "step", "at": "features/0/step", "field": "model", "value": model});
    for model in ["nobody/nothing", "nothing", "openai/zzz"] {
        let view = desk.edit(other(model));
        hints.extend(hints_of(&view));
        let question = json!({
            "unit": "call", "users": "1k", "each": "1/day", "office_hours": false,
            "prompt": "Hi.", "model": model,
        });
        hints.push(refused("projects.new", question).hint);
    }
    let why = json!({"project": desk.project, "address": "nowhere", "month": null});
    hints.push(refused("projects.why", why).hint);
    for hint in hints {
        let is_typed = hint.contains("forebill ") || hint.contains("--") || hint.is_empty();
        assert!(!is_typed, "{hint}");
    }
}

#[test]
fn a_damaged_project_comes_back_from_its_backup() {
    let desk = Desk::sample("hello");
    let file = desk.file();
    desk.edit(json!({"edit": "number", "address": "front-desk.answer.output", "text": "50"}));
    desk.close();
    // Opening makes the backup.
    let again = Desk::opened(&ask("projects.open", json!({"path": file})));
    let view = again.view();
    again.close();
    let bytes = fs::read(&file).expect("it is there");
    fs::write(&file, &bytes[..bytes.len() / 3]).expect("it can be written to");
    let error = refused("projects.open", json!({"path": file}));
    assert_eq!(error.code, app::Code::DamagedProject);
    let start = ask("projects.start", json!({}));
    let recent =
        start["recents"].as_array().expect("a list").iter().find(|recent| recent["file"] == file);
    let recent = recent.expect("it was open");
    assert_eq!(recent["state"], "damaged");
    assert_ne!(recent["backups"], 0);
    let restored = ask("projects.restore", json!({"path": file}));
    assert!(text(&restored["note"]).contains("backup"), "{}", restored["note"]);
    assert_eq!(restored["view"]["figures"], view["figures"]);
}

#[test]
fn saving_under_another_name_takes_the_whole_list_along() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::sample("hello");
    desk.edit(json!({"edit": "number", "address": "front-desk.answer.output", "text": "50"}));
    let target = folder.path().join("Copy");
    let moved = Desk::opened(&desk.call("projects.save_as", json!({"path": target})));
    assert!(moved.file().ends_with("Copy.forebill"), "{}", moved.file());
    assert_eq!(moved.call("projects.past", json!({})).as_array().expect("a list").len(), 2);
    let refusal = refused("projects.undo", json!({"project": desk.project}));
    assert_eq!(refusal.code, app::Code::NotFound);
}

/// A sample as a closed project file.
fn saved_sample(folder: &Path) -> std::path::PathBuf {
    let desk = Desk::sample("hello");
    let file = folder.join("whole.forebill");
    let copy = Desk::opened(&desk.call("projects.save_as", json!({"path": file})));
    copy.close();
    file
}

fn inputs(view: &Value) -> Vec<Value> {
    view["inputs"].as_array().expect("a list").clone()
}

fn hints_of(view: &Value) -> Vec<String> {
    let problems = view["problems"].as_array().expect("a list");
    problems.iter().map(|problem| text(&problem["hint"]).to_owned()).collect()
}
