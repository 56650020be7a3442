//! Each call with good and bad arguments, and the page's types current.

use std::fs;
use std::path::Path;

#[test]
fn a_sample_shows_its_figure() {
    answers(
        "samples.figure",
        r#"{"name":"hello"}"#,
        r#"{"label":"Unit cost","value":"0.000494","unit":"USD per question"}"#,
    );
}

#[test]
fn a_missing_sample_is_named_beside_those_there_are() {
    refuses(
        "samples.figure",
        r#"{"name":"nowhere"}"#,
        r#"{"code":"not_found","message":"There is no sample called `nowhere`.","hint":"The samples are: hello.","at":null}"#,
    );
}

#[test]
fn arguments_of_another_shape_are_refused() {
    for arguments in ["", "{}", r#"{"name":1}"#, r#"{"name":"hello","more":1}"#, r#"["hello"] x"#] {
        let error = call("samples.figure", arguments).expect_err(arguments);
        assert_eq!(error.code, app::Code::BadArguments, "{arguments}: {error}");
    }
}

#[test]
fn a_call_that_is_not_in_the_table_is_refused() {
    for name in ["", "samples", "samples.figures", "Samples.figure"] {
        let error = call(name, "{}").expect_err(name);
        assert_eq!(error.code, app::Code::UnknownCall, "{name}: {error}");
    }
}

/// Writes the page's types, and fails when that changed them.
#[test]
fn generated_types_are_current() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/types/calls.ts");
    let types = app::types();
    let current = fs::read_to_string(&file).is_ok_and(|written| written == types);
    if !current {
        fs::create_dir_all(file.parent().expect("the file is in a folder")).expect("ui/ is there");
        fs::write(&file, types).expect("ui/ can be written to");
    }
    assert!(current, "ui/src/types/calls.ts was out of date and is written anew: commit it");
}

fn answers(name: &str, arguments: &str, expected: &str) {
    let answer = call(name, arguments).expect("the arguments are good");
    assert_eq!(String::from_utf8(answer).expect("JSON is UTF-8"), expected);
}

fn refuses(name: &str, arguments: &str, expected: &str) {
    let error = call(name, arguments).expect_err("the arguments are bad");
    assert_eq!(serde_json::to_string(&error).expect("an error is JSON"), expected);
}

fn call(name: &str, arguments: &str) -> Result<Vec<u8>, app::Error> {
    app::runtime().block_on(app::call(name, arguments.as_bytes()))
}
