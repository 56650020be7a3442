//! `count`: what was typed, what came out, and the exit code.

use std::fs;

use serde_json::Value;

use crate::desk::{answer, json_lines, root};
use crate::program::{run, run_with};

#[test]
fn count_tells_exact_from_estimated() {
    let ran = run_with(
        &["count", "--model", "gpt-5", "--model", "anthropic/claude-opus-5-5"],
        b"Where is my order?",
    );
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(ran.stdout, @"
    model                      counted in    tokens
    openai/gpt-5               o200k_base         5  exact
    anthropic/claude-opus-5-5  claude-newer     ≈ 8  estimated, 6 to 9
    ");
    let counts =
        answer(&run_with(&["count", "-", "--vocabulary", "r50k_base", "--json"], b"Order?"));
    assert_eq!(counts["counts"][0]["tokens"], 2);
    assert_eq!(counts["counts"][0]["certainty"], "exact");
}

#[test]
fn count_without_a_way_counts_in_every_way() {
    let ran = run(&["count", "examples/hello/prompts/answer.md"]);
    insta::assert_snapshot!(ran.stdout, @"
    model  counted in         tokens
    any    o200k_base            168  exact
    any    o200k_harmony         168  exact
    any    cl100k_base           168  exact
    any    p50k_base             172  exact
    any    r50k_base             172  exact
    any    llama3                168  exact
    any    qwen3                 180  exact
    any    qwen3_5               187  exact
    any    deepseek_v3           168  exact
    any    mistral_tekken_v3     181  exact
    any    gemma3                189  exact
    any    claude-newer        ≈ 255  estimated, 224 to 287
    any    claude-older        ≈ 192  estimated, 168 to 215
    any    gemma4              ≈ 189  estimated, 179 to 199
    any    gemini              ≈ 191  estimated, 168 to 215
    any    nova                ≈ 168  estimated, 148 to 189
    any    openai-other        ≈ 168  estimated, 159 to 177
    any    other               ≈ 176  estimated, 157 to 214
    ");
}

#[test]
fn count_reads_a_request_as_its_vendor_bills_it() {
    let ran = run(&["count", "tests/files/prompts/openai-chat.json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(ran.stdout, @"
    openai-chat

    openai/gpt-4o, counted in o200k_base

    part       tokens
    system         14  exact
    tools          68  exact
    user            8  exact
    framing        11  exact
    total         101  exact
    cacheable      86  the beginning that stays the same: too short, under 1,024

    tools: 7 a function (gpt-4 and gpt-3.5: 10), 3 a property, its texts, 12 once: exact for gpt-4o, gpt-4o-mini, gpt-3.5-turbo and gpt-4 on flat schemas (OpenAI's cookbook, read 2026-11)
    framing: 3 a message and its role, 1 a name, 3 once: exact for gpt-4o, gpt-4o-mini, gpt-3.5-turbo and gpt-4 (OpenAI's cookbook, read 2026-11)
    cacheable: 1,024 tokens or more, the fewest that OpenAI caches (https://developers.openai.com/api/docs/guides/prompt-caching, checked 2026-11-22)
    ");
    let ran = run(&["count", "tests/files/prompts/anthropic.json"]);
    insta::assert_snapshot!(ran.stdout, @"
    anthropic

    anthropic/claude-sonnet-4-5, counted in claude-older

    part       tokens
    tools       ≈ 528  estimated, 517 to 544
    user          ≈ 8  estimated, 7 to 9
    framing       ≈ 7  estimated, 3 to 8
    total       ≈ 543  estimated, 527 to 561
    cacheable   ≈ 528  the beginning that stays the same: too short, under 1,024

    tools: Anthropic's own prompt for tools (tool use overview, read 2026-11), and their schemas as JSON
    framing: 6 or 7 a message by an unofficial reconstruction (ctok 1.3.0); Anthropic publishes none
    cacheable: 1,024 tokens or more, the fewest that Anthropic caches (https://platform.claude.com/docs/en/build-with-claude/prompt-caching, checked 2026-11-22)
    ");
    let counts = answer(&run(&["count", "tests/files/prompts/anthropic.json", "--json"]));
    let bound = |name: &str| counts["counts"][0][name].as_u64().expect("a band");
    let (low, high) = (bound("low"), bound("high"));
    assert!(low <= 531 && 531 <= high, "{low}..{high} where 531 were billed");
}

#[test]
fn count_ends_the_beginning_where_a_request_marks_it() {
    let request = |letter: &str| {
        let block = serde_json::json!({
            "type": "text", "text": letter, "cache_control": {"type": "ephemeral"}
        });
        let content = serde_json::json!([block, {"type": "text", "text": "What do I want?"}]);
        let messages = serde_json::json!([{"role": "user", "content": content}]);
        let model = "claude-opus-4-8";
        serde_json::json!({"model": model, "max_tokens": 9, "messages": messages}).to_string()
    };
    let [short, long] = [1, 400].map(|times| request(&"Where is my refund? ".repeat(times)));
    let row = |request: &str| {
        let shown = run_with(&["count"], request.as_bytes()).stdout;
        let row = shown.lines().find(|line| line.starts_with("cacheable ")).expect("a row");
        row.split_once("up to").expect("it is marked").1.to_owned()
    };
    assert_eq!(row(&short), " the last cache_control: too short, under 1,024");
    assert_eq!(row(&long), " the last cache_control");
    let counted = answer(&run_with(&["count", "--json"], short.as_bytes()))["counts"][0].take();
    assert_eq!(
        counted["caching"],
        serde_json::json!({
            "least": 1024,
            "source": "the fewest that Anthropic caches (https://platform.claude.com/docs/en/build-with-claude/prompt-caching, checked 2026-11-22)",
            "too_short": 1,
            "marked": 1
        })
    );
    // A model that is named decides, whoever the request is for.
    let on = |model: &str| {
        let counted = run_with(&["count", "--json", "--model", model], short.as_bytes());
        answer(&counted)["counts"][0]["caching"]["least"].clone()
    };
    assert_eq!((on("claude-opus-5-5"), on("mistral-large-latest")), (512.into(), Value::Null));
}

#[test]
fn count_names_variables_that_have_no_text() {
    let typed = ["count", "tests/files/prompts/answer.md", "--model", "gpt-5"];
    let ran = run(&typed);
    insta::assert_snapshot!(ran.stderr, @"note: The variable `question` counts as 0 tokens: it has no text yet. Give it one, as question=TEXT.");
    insta::assert_snapshot!(ran.stdout, @"
    model         counted in  tokens
    openai/gpt-5  o200k_base     ≥ 8  at least: 1 variable not counted
    ");
    let ran = run(&[&typed[..], &["--var", "question=Where is my refund?"]].concat());
    assert_eq!(ran.stderr, "");
    insta::assert_snapshot!(ran.stdout, @"
    text

    openai/gpt-5, counted in o200k_base

    part       tokens
    user            7  exact
    variables       5  exact
    total          12  exact
    cacheable       8  the beginning that stays the same: too short, under 1,024

    cacheable: 1,024 tokens or more, the fewest that OpenAI caches (https://developers.openai.com/api/docs/guides/prompt-caching, checked 2026-11-22)
    ");
}

#[test]
fn count_sums_lines_and_folders() {
    let ran = run(&["count", "tests/files/prompts/requests.jsonl"]);
    insta::assert_snapshot!(ran.stdout, @"
    openai-chat, 2 requests

    openai/gpt-4o, counted in o200k_base

    part       tokens
    system          5  exact
    user           11  exact
    framing        18  exact
    total          34  exact
    a request      17  mean
    cacheable       9  the beginning that stays the same: too short in 2 requests, under 1,024

    framing: 3 a message and its role, 1 a name, 3 once: exact for gpt-4o, gpt-4o-mini, gpt-3.5-turbo and gpt-4 (OpenAI's cookbook, read 2026-11)
    cacheable: 1,024 tokens or more, the fewest that OpenAI caches (https://developers.openai.com/api/docs/guides/prompt-caching, checked 2026-11-22)
    ");
    let ran = run(&["count", "tests/files/prompts", "--model", "gpt-4o"]);
    insta::assert_snapshot!(ran.stderr, @"note: answer.md: The variable `question` counts as 0 tokens: it has no text yet. Give it one, as question=TEXT.");
    insta::assert_snapshot!(ran.stdout, @"
    file              format       requests  openai/gpt-4o
    answer.md         text                1            ≥ 8
    anthropic.json    anthropic           1           ≈ 47
    openai-chat.json  openai-chat         1            101
    requests.jsonl    openai-chat         2             34

    4 files, 5 requests

    model          counted in  tokens                                    a request
    openai/gpt-4o  o200k_base   ≥ 190  at least: 1 variable not counted         38
    ");
}

#[test]
fn a_request_that_cannot_be_read_is_refused_with_its_place() {
    let wrong = br#"{"messages": [{"role": "usr", "content": "Hi"}]}"#;
    insta::assert_snapshot!(run_with(&["count"], wrong).stderr, @"
    error: standard input: `messages[0].role` is `usr`, and may be `system`, `developer`, `user`, `assistant`, `tool`, `function`.
    hint: Mend it there, or read it as `text` to count it as it stands.
    ");
    let counted = run_with(&["count", "--format", "text", "--model", "gpt-5"], wrong);
    assert_eq!(counted.code, 0, "{}", counted.stderr);
    insta::assert_snapshot!(run_with(&["count", "--format", "word"], b"Hi").stderr, @"
    error: No format is called `word`. Take one of text, openai-chat, openai-responses, anthropic, gemini.
    hint: Leave it out to go by its shape.
    ");
    let ran = run_with(&["count", "--model", "gpt-5"], br#"{"question": "Hi"}"#);
    insta::assert_snapshot!(ran.stderr, @"note: It is JSON that no vendor takes as a request: counted as a plain text. Say `text` if it is meant as one.");
}

#[test]
fn what_is_not_counted_is_never_called_exact() {
    let text = ["count", "--vocabulary", "o200k_base"];
    insta::assert_snapshot!(run_with(&text, b"Hello {{name}}, it is {{item}}.").stdout, @"
    model  counted in  tokens
    any    o200k_base     ≥ 5  at least: 2 variables not counted
    ");
    let given = [&text[..], &["--var", "name=Ada", "--var", "item=a chair"]].concat();
    insta::assert_snapshot!(run_with(&given, b"Hello {{name}}, it is {{item}}.").stdout, @"
    text

    model  counted in  tokens
    any    o200k_base       8  exact
    ");
    let gemini = br#"{"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}"#;
    let counted = run_with(&["count"], gemini).stdout;
    assert!(!counted.contains("exact") && counted.contains("at least"), "{counted}");
}

#[test]
fn count_takes_vocabularies_from_files() {
    let file = "src-tauri/crates/prompt/vocabularies/qwen3.5.tiktoken";
    let count = |vocabulary: &str| {
        run_with(&["count", "-", "--json", "--vocabulary", vocabulary], b"Where is my refund?")
    };
    let own = answer(&count(&format!("{file}:qwen3_5")));
    let known = answer(&count("qwen3_5"));
    assert_eq!(own["counts"][0]["tokens"], known["counts"][0]["tokens"]);
    let refused = count(file);
    assert_eq!(refused.code, 2);
    assert!(refused.stdout.contains("does not say how a text is cut"), "{}", refused.stdout);
}

#[test]
fn count_runs_a_case_file_line_by_line() {
    let cases = fs::read_to_string(root().join("tests/files/token_cases.json")).expect("the cases");
    let cases: Value = serde_json::from_str(&cases).expect("they are JSON");
    let ran = run(&["count", "--batch", "tests/files/token_cases.json"]);
    assert_eq!(ran.code, 0);
    let texts = cases["texts"].as_array().expect("a list");
    let lines: Vec<Value> = json_lines(&ran);
    assert_eq!(lines.len(), texts.len());
    let mut counted = 0;
    for (line, case) in lines.iter().zip(texts) {
        assert_eq!(line["id"], case["name"]);
        for (vocabulary, tokens) in line["counts"].as_object().expect("by vocabulary") {
            assert_eq!(*tokens, case["counts"][vocabulary], "{} {vocabulary}", case["name"]);
            counted += 1;
        }
    }
    assert_eq!(counted, texts.len() * 11, "every vocabulary of the cases is public");
    assert_eq!(ran.stderr, "");
}
