//! Each call with good and bad arguments, and the page's types current.

use std::path::Path;

use crate::program::expect_file;
use crate::project::at_home;

#[test]
fn a_missing_sample_is_named_beside_those_there_are() {
    refuses(
        "projects.sample",
        r#"{"name":"nowhere"}"#,
        r#"{"code":"not_found","message":"There is no sample called `nowhere`.","hint":"The samples are: support-desk, sales-copilot, coding-assistant, document-processing, research-agents, rag-answers, hello.","at":null}"#,
    );
}

#[test]
fn arguments_of_another_shape_are_refused() {
    for arguments in ["", "{}", r#"{"name":1}"#, r#"{"name":"hello","more":1}"#, r#"["hello"] x"#] {
        let error = call("projects.sample", arguments).expect_err(arguments);
        assert_eq!(error.code, app::Code::BadArguments, "{arguments}: {error}");
    }
}

#[test]
fn a_plan_is_previewed_and_its_inputs_are_listed() {
    let estimate = value(
        "estimates.preview",
        r#"{"plan":"examples/hello","set":["front-desk.units=3k/day"]}"#,
    );
    assert_eq!(estimate["plan"]["set"], serde_json::json!(["front-desk.units=3k/day"]));
    assert_eq!(estimate["features"][0]["unit"], "question");
    let inputs = value("plans.inputs", r#"{"plan":"examples/hello"}"#);
    assert_eq!(inputs["inputs"][0]["address"], "prompts.system.tokens.o200k");
    for name in ["estimates.preview", "plans.inputs"] {
        let error = call(name, r#"{"plan":"nowhere"}"#).expect_err("there is no such plan");
        assert_eq!(error.code, app::Code::MissingFile);
        let twice = r#"{"plan":"examples/hello","set":["a=1","b=2","c=3"]}"#;
        let error = call(name, twice).expect_err("no such inputs");
        assert_eq!(error.code, app::Code::NotFound);
        assert!(error.hint.ends_with(" There are 2 more errors."), "{}", error.hint);
    }
}

#[test]
fn a_prompt_is_counted_and_priced() {
    let counts = value("prompts.count", r#"{"text":"Order?","vocabularies":["r50k_base"]}"#);
    assert_eq!(counts["counts"][0]["tokens"], 2);
    let error = call("prompts.count", r#"{"text":"","vocabularies":["r51k"]}"#);
    assert_eq!(error.expect_err("no such vocabulary").code, app::Code::NotFound);
    let asked = r#"{"text":"Order?","output":10,"models":["gpt-5"],"at":"2026-11-20"}"#;
    assert_eq!(value("prompts.price", asked)["models"][0]["model"], "openai/gpt-5");
    let error = call("prompts.price", r#"{"text":"Order?","output":1,"top":0}"#);
    assert_eq!(error.expect_err("none is asked for").code, app::Code::BadArguments);
}

#[test]
fn a_call_made_of_parts_is_priced_on_every_model() {
    let asked = r#"{"parts":[{"size":{"text":"Order?"}},{"size":{"tokens":"350..900"},"copies":"4"}],"output":"1.2k","look":{"sellers":{"one":"openai"},"order":"name","most":9}}"#;
    let table = value("prompts.table", asked);
    assert_eq!(table["output"], 1200);
    assert!(table["models"].as_u64().is_some_and(|models| models > 2000));
    assert_eq!(table["rows"].as_array().map(Vec::len), Some(9));
    let unsaid = value("prompts.table", r#"{"parts":[{"size":{"text":"Order?"}}],"output":"9"}"#);
    assert_eq!(unsaid["rows"].as_array().map(Vec::len), Some(60), "a screenful");
    let asked = r#"{"parts":[],"output":"a few"}"#;
    let error = call("prompts.table", asked).expect_err("no number");
    assert_eq!(error.code, app::Code::InvalidValue);
    assert_eq!(error.at.and_then(|at| at.address).as_deref(), Some("output"));
}

#[test]
fn token_boundaries_cross_as_the_bytes_that_they_are() {
    let opened = value("prompts.open", r#"{"text":"Order","generation":3}"#);
    let handle = &opened["handle"];
    let asked = |counted_as| format!(r#"{{"handle":{handle},"counted_as":"{counted_as}"}}"#);
    let words = |words: &[u32]| words.iter().flat_map(|it| it.to_le_bytes()).collect::<Vec<_>>();
    let answer = call("prompts.boundaries", &asked("r50k_base")).expect("a vocabulary");
    assert_eq!(answer, words(&[3, 1, 1, 1, 1, 5]));
    let set = r#"[[{"from":5,"to":5,"insert":"?"}]]"#;
    let edits =
        |since| format!(r#"{{"handle":{handle},"since":{since},"generation":4,"sets":{set}}}"#);
    assert_eq!(call("prompts.change", &edits(3)).expect("it is in step"), b"null");
    let answer = call("prompts.boundaries", &asked("r50k_base")).expect("a vocabulary");
    assert_eq!(answer, words(&[4, 1, 2, 2, 2, 5, 6]));
    let error = call("prompts.change", &edits(3)).expect_err("it was told already");
    assert_eq!(error.code, app::Code::BadArguments);
    let error = call("prompts.boundaries", &asked("r51k")).expect_err("no such vocabulary");
    assert_eq!(error.code, app::Code::UnknownModel);
    let table = format!(r#"{{"parts":[{{"size":{{"live":{handle}}}}}],"output":"300"}}"#);
    assert_eq!(value("prompts.table", &table)["ways"][0]["parts"][0], 2);
    call("prompts.close", &opened.to_string()).expect("it is open");
    for (name, asked) in [("prompts.boundaries", asked("r50k_base")), ("prompts.table", table)] {
        let error = call(name, &asked).expect_err("it is closed");
        assert_eq!(error.code, app::Code::NotFound);
    }
    assert!(app::types().contains(r#"new Set(["prompts.boundaries"])"#));
}

#[test]
fn what_a_person_likes_is_kept() {
    let liked = r#"{"theme":"dark","zoom":1.25,"commands":["edit.undo"]}"#;
    assert_eq!(call("settings.write", liked).expect("there is room"), b"null");
    assert_eq!(value("settings.read", "{}").to_string(), value_of(liked));
    let error = call("settings.write", r#"{"theme":"pink","zoom":1,"commands":[]}"#);
    assert_eq!(error.expect_err("no theme").code, app::Code::BadArguments);
}

#[test]
fn a_book_of_prices_is_proposed_looked_at_and_removed() {
    let proposed = value("prices.propose", r#"{"file":"tests/files/own-prices.toml"}"#);
    assert_eq!((&proposed["name"], &proposed["active"]), (&"own-prices".into(), &false.into()));
    assert_eq!(proposed["diff"]["changed"][0]["entry"], "standard, from 2026-12-01");
    let id = proposed["id"].as_str().expect("an id");
    let all = value("prices.books", "{}");
    let own = all["books"].as_array().expect("a list").iter().find(|book| book["id"] == id);
    assert_eq!(own.expect("it is kept")["models"], 1);
    let of = |name: &str| format!(r#"{{"{name}":"{id}"}}"#);
    let compared = value("prices.compare", &of("old"));
    assert_eq!(compared["diff"], proposed["diff"]);
    let asked = format!(r#"{{"books":["{id}"],"at":"2026-11-23"}}"#);
    assert_eq!(value("prices.check", &asked)["findings"][0]["what"], "disagrees");
    let left = value("prices.remove", &of("id"));
    assert!(left["books"].as_array().expect("a list").iter().all(|book| book["id"] != id));
    for name in ["prices.activate", "prices.set_aside", "prices.remove"] {
        let error = call(name, r#"{"id":"0000"}"#).expect_err("no such book");
        assert_eq!(error.code, app::Code::NotFound, "{name}");
    }
    let error = call("prices.propose", r#"{"file":"nowhere.json"}"#).expect_err("no such file");
    assert_eq!(error.code, app::Code::BadPrices);
    let shown = value("prices.show", r#"{"model":"gpt-5.4-mini","at":"2026-11-20"}"#);
    assert_eq!(shown["pays"][0]["per_million"], "0.75");
}

#[test]
fn a_dropped_text_is_read() {
    let read = value("texts.read", r#"{"path":"examples/hello/prompts/answer.md"}"#);
    assert!(read["text"].as_str().is_some_and(|text| !text.is_empty()));
    let error = call("texts.read", r#"{"path":"nowhere.md"}"#).expect_err("no such file");
    assert_eq!(error.code, app::Code::MissingFile);
    let error = call("texts.read", r#"{"path":"examples"}"#).expect_err("a folder");
    assert_eq!(error.code, app::Code::UnreadableFile);
}

#[test]
fn a_field_that_is_there_twice_is_refused() {
    let usage = r#"{"model":"gpt-5","usage":{"input_tokens":1,"input_tokens":2}}"#;
    let error = call("costs.cost", usage).expect_err("which of them is meant");
    assert!(error.message.contains("`input_tokens` is there twice"), "{}", error.message);
}

#[test]
fn a_call_that_is_not_in_the_table_is_refused() {
    for name in ["", "projects", "projects.opens", "Projects.open"] {
        let error = call(name, "{}").expect_err(name);
        assert_eq!(error.code, app::Code::UnknownCall, "{name}: {error}");
    }
}

#[test]
fn generated_types_are_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/types/calls.ts");
    let types = app::types();
    expect_file(&file, &types).unwrap_or_else(|difference| panic!("{difference}"));
}

fn value_of(json: &str) -> String {
    serde_json::from_str::<serde_json::Value>(json).expect("it is JSON").to_string()
}

fn value(name: &str, arguments: &str) -> serde_json::Value {
    let answer = call(name, arguments).unwrap_or_else(|error| panic!("{error:?}"));
    serde_json::from_slice(&answer).expect("an answer is JSON")
}

fn refuses(name: &str, arguments: &str, expected: &str) {
    let error = call(name, arguments).expect_err("the arguments are bad");
    assert_eq!(serde_json::to_string(&error).expect("an error is JSON"), expected);
}

fn call(name: &str, arguments: &str) -> Result<Vec<u8>, app::Error> {
    at_home();
    app::runtime().block_on(app::call(name, arguments.as_bytes()))
}
