//! What is refused: the message, its place, what to do now, and exit code 2.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::desk::{PLAN, Plan, refusal, refuses, text};
use crate::program::{run, run_with};

#[test]
fn what_is_refused_pins_nothing() {
    let plan = Plan::new(PLAN);
    let out = text(plan.folder.path().join("gone/desk.xlsx"));
    let refused: [&[&str]; 2] = [
        &["estimate", &plan.path(), "--why", "desk.nowhere"],
        &["report", &plan.path(), "--out", &out],
    ];
    for typed in refused {
        assert_eq!(run(typed).code, 2, "{typed:?}");
        assert!(!plan.folder.path().join("prices.lock.toml").exists(), "{typed:?}");
    }
}

#[test]
fn prices_that_were_read_after_the_plans_day_are_refused() {
    let plan = Plan::new(&PLAN.replace("starts:", "prices: { as_of: 1999-01-01 }\nstarts:"));
    refuses(
        &run(&["estimate", &plan.path()]),
        &plan,
        "error: PLAN/plan.yaml:3:18: prices.as_of: The prices are said to be known on 1999-01-01, \
         but those of `openai/gpt-5-nano` were read on 2026-11-09.\n\
         hint: Write `as_of: 2026-11-09` or a later day, or leave it out.\n",
    );
}

#[test]
fn a_price_of_nothing_or_of_too_much_is_refused() {
    let prompt = "examples/hello/prompts/answer.md";
    for wrong in [["--output", "18446744073709551615"], ["--top", "0"]] {
        let ran = run(&[&["price", prompt][..], &wrong].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{wrong:?}");
        assert!(ran.stderr.starts_with("error: "), "{}", ran.stderr);
    }
}

#[test]
fn usage_with_a_field_twice_is_refused_by_its_name() {
    let usage = r#"{"input_tokens": 10, "output_tokens": 5, "output_tokens": 6}"#;
    let ran = run(&["cost", "--model", "gpt-5", "--usage", usage]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("`output_tokens` is there twice"), "{}", ran.stderr);
}

#[test]
fn a_file_that_is_named_twice_is_refused() {
    let plan = Plan::new(PLAN);
    let out = text(plan.folder.path().join("lines.csv"));
    let ran = run(&["report", &plan.path(), "--out", &out, "--out", &out]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("lines.csv` is to be written twice."), "{}", ran.stderr);
    assert!(!Path::new(&out).exists());
}

#[test]
fn a_malformed_plan_is_refused_with_line_and_column() {
    let plan = Plan::new(&PLAN.replace("output: 120..300", "ouput: 120..300"));
    let said = "error: PLAN/plan.yaml:12:100: There is no field `ouput` here.\n\
                hint: Did you mean `output`? The fields here are: \
                name, label, model, tier, input, output, reasoning, answer, max_tokens, quality, keep, keep_reasoning, cache.\n";
    refuses(&run(&["estimate", &plan.path()]), &plan, said);
    let error = refusal(&run(&["estimate", &plan.path(), "--json"]));
    assert_eq!(error["code"], "malformed_plan");
    assert_eq!((&error["at"]["line"], &error["at"]["column"]), (&12.into(), &100.into()));
    assert!(error["at"]["file"].as_str().is_some_and(|file| file.ends_with("plan.yaml")));
}

#[test]
fn every_problem_of_a_plan_is_told_at_its_place() {
    let wrong = PLAN
        .replace("40..220", "0..220")
        .replace("gpt-5-nano", "gpt-5-nona")
        .replace("10k/month", "10k");
    let plan = Plan::new(&wrong);
    refuses(
        &run(&["estimate", &plan.path()]),
        &plan,
        "error: PLAN/plan.yaml:7:23: prompts.question.tokens: `0..220` starts at 0, which a range of this kind cannot.\n\
         hint: Write 1..220, or low/likely/high: 0/110/220.\n\
         error: PLAN/plan.yaml:11:31: desk.units: `10k` does not say in how much time.\n\
         hint: Write 1.4/month, 10k/day or 3/business day.\n\
         error: PLAN/plan.yaml:12:54: The book has no model called `openai/gpt-5-nona`.\n\
         hint: Did you mean openai/gpt-5-nano, openai/gpt-5.4-nano, openai/gpt-4.1-nano?\n",
    );
    let ran = run(&["estimate", &plan.path(), "--json"]);
    assert_eq!(refusal(&ran)["at"]["address"], "prompts.question.tokens");
    let all: Value = serde_json::from_str(&ran.stdout).expect("an error is JSON");
    assert_eq!(all["errors"].as_array().map(Vec::len), Some(3));
}

#[test]
fn an_unknown_model_is_refused_with_suggestions() {
    let typed: [&[&str]; 3] = [
        &["count", "examples/hello/prompts/answer.md", "--model", "gpt-5-nona"],
        &["price", "examples/hello/prompts/answer.md", "--model", "gpt-5-nona"],
        &["cost", "--model", "gpt-5-nona", "--usage", r#"{"input_tokens": 1, "output_tokens": 1}"#],
    ];
    for typed in typed {
        let ran = run(typed);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{typed:?}");
        assert!(ran.stderr.contains("Did you mean openai/gpt-5-nano"), "{}", ran.stderr);
        assert_eq!(refusal(&run(&[typed, &["--json"]].concat()))["code"], "unknown_model");
    }
}

#[test]
fn a_missing_prompt_file_is_named_where_the_plan_names_it() {
    let plan = Plan::new(&PLAN.replace("system.md", "gone.md"));
    refuses(
        &run(&["inputs", &plan.path()]),
        &plan,
        "error: PLAN/plan.yaml:6:19: prompts.system.file: There is no file `PLAN/gone.md`.\n\
         hint: Check the name and the folder.\n",
    );
    assert_eq!(refusal(&run(&["inputs", &plan.path(), "--json"]))["code"], "missing_file");
}

#[test]
fn a_missing_plan_or_file_is_named() {
    let empty = TempDir::new().expect("a folder");
    for typed in [["estimate", &text(empty.path())], ["inputs", "nowhere"], ["count", "nowhere.md"]]
    {
        let ran = run(&typed);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{typed:?}");
        assert!(ran.stderr.contains(typed[1]), "{}", ran.stderr);
        assert_eq!(refusal(&run(&[&typed[..], &["--json"]].concat()))["code"], "missing_file");
    }
}

#[test]
fn a_text_that_is_none_is_refused() {
    let ran = run_with(&["count"], b"Gr\xfc\xdfe");
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.stderr,
        "error: `standard input` is not a text in UTF-8: byte 2 is none.\nhint: Save it as UTF-8.\n"
    );
}

#[test]
fn an_unreadable_price_file_is_refused() {
    let plan = Plan::new(PLAN);
    let book = plan.folder.path().join("book");
    fs::create_dir(&book).expect("it can be written to");
    fs::write(book.join("acme.toml"), "provider = \"acme\"\nname = 1\n").expect("written");
    let typed = ["estimate", &plan.path(), "--book", &text(&book)];
    let ran = run(&typed);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("acme.toml:2:8: "), "{}", ran.stderr);
    let error = refusal(&run(&[&typed[..], &["--json"]].concat()));
    assert_eq!((&error["code"], &error["at"]["line"]), (&"bad_prices".into(), &2.into()));
    fs::write(book.join("acme.toml"), b"\xff\xfe").expect("written");
    assert_eq!(run(&typed).code, 2);
    let gone = run(&["prices", "list", "--book", &text(plan.folder.path().join("gone"))]);
    assert_eq!(gone.code, 2);
}

#[test]
fn an_output_that_cannot_be_written_is_refused() {
    let plan = Plan::new(PLAN);
    let out = text(plan.folder.path().join("gone/desk.xlsx"));
    let typed = ["report", &plan.path(), "--out", &out];
    let ran = run(&typed);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("gone/desk.xlsx` cannot be written: "), "{}", ran.stderr);
    assert_eq!(refusal(&run(&[&typed[..], &["--json"]].concat()))["code"], "bad_output");
    let endings = run(&["report", &plan.path(), "--out", "desk.docx"]);
    assert_eq!(endings.code, 2);
    assert!(endings.stderr.contains("does not say what to write"), "{}", endings.stderr);
    let import = ["prices", "import", "tests/files/genai-prices-excerpt.json", "--out"];
    let file = text(plan.folder.path().join("plan.yaml"));
    assert_eq!(run(&[&import[..], &[&file]].concat()).code, 2);
}

#[test]
fn a_wrong_call_is_refused_and_help_is_an_answer() {
    for typed in [&["estimates"][..], &["cost"], &["estimate"], &["count", "--tokens"], &[]] {
        let ran = run(typed);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{typed:?}");
    }
    let error = refusal(&run(&["cost", "--json"]));
    assert_eq!(error["code"], "bad_arguments");
    assert!(error["message"].as_str().is_some_and(|message| message.contains("--usage")));
    for typed in [&["--help"][..], &["--version"], &["estimate", "--help"]] {
        let ran = run(typed);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{typed:?}");
    }
}

/// A hint is read in the window too, where nobody can type a command: the terminal adds its own.
#[test]
fn hints_of_the_crates_name_no_commands() {
    let mut folders = vec![Path::new("src-tauri/crates").to_owned()];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("it is there").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let source = fs::read_to_string(&path).expect("it is a text");
                let shipped = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
                let lines = shipped.lines().filter(|line| !line.trim_start().starts_with("//"));
                for line in lines {
                    let names = line.contains("`forebill ") || line.contains("`--book");
                    assert!(!names, "{}: {line}", path.display());
                }
                read += 1;
            }
        }
    }
    assert!(read > 100, "{read} files were read");
}

#[test]
fn a_terminal_adds_the_verb_that_helps_further() {
    let plan = Plan::new(&PLAN.replace("openai/gpt-5-nano", "nobody/nothing"));
    let said = run(&["estimate", &plan.path()]).stderr;
    assert!(
        said.ends_with(
            ": provider/model. `forebill prices list` shows every provider and model.\n"
        ),
        "{said}"
    );
    let said = run(&["count", "--model", "nobody/gpt-5", "-"]).stderr;
    assert!(said.ends_with(" `forebill prices list` shows every provider and model.\n"), "{said}");
    // What is no price of one's own to add names no book.
    let usage = r#"{"prompt_tokens": 10, "completion_tokens": 5}"#;
    let cost = |rest: &[&str]| run(&[&["cost", "--usage", usage], rest].concat()).stderr;
    let said = cost(&["--model", "text-embedding-3-small"]);
    assert!(said.ends_with(" to a book of your own. `--book DIR` takes another book.\n"), "{said}");
    let said = cost(&["--model", "gpt-5-nano", "--tier", "fast"]);
    assert!(said.contains("hint: ") && !said.contains("--book"), "{said}");
    let empty = plan.folder.path().join("empty");
    fs::create_dir(&empty).expect("it can be written to");
    let said = run(&["prices", "list", "--book", &text(&empty)]).stderr;
    assert!(said.ends_with("`forebill prices import FILE --out DIR` writes one.\n"), "{said}");
}
