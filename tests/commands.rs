//! Each verb: what was typed, what came out, and the exit code.

use std::fs;
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;

use crate::desk::{PLAN, Plan, answer, json_lines, number, refuses, root, text};
use crate::program::{program, run, run_with};

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
    cacheable: 1,024 tokens or more, the fewest that OpenAI caches (prompt caching page, read 2026-11)
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
    cacheable: 1,024 tokens or more, the fewest that Anthropic caches (prompt caching page, read 2026-11)
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
            "source": "the fewest that Anthropic caches (prompt caching page, read 2026-11)",
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

    cacheable: 1,024 tokens or more, the fewest that OpenAI caches (prompt caching page, read 2026-11)
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
    cacheable: 1,024 tokens or more, the fewest that OpenAI caches (prompt caching page, read 2026-11)
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
fn price_bills_tools_and_framing_beside_the_texts() {
    let models = ["--model", "gpt-4o", "--model", "claude-sonnet-4-5"];
    let typed = ["price", "tests/files/prompts/openai-chat.json", "--at", "2026-11-20"];
    let ran = run(&[&typed[..], &models].concat());
    insta::assert_snapshot!(ran.stdout, @"
    prices of 2026-11-20, with an answer of 300 tokens (--output)

    model                        tokens   one call  1,000 calls
    openai/gpt-4o                   101  $0.003252        $3.25
    anthropic/claude-sonnet-4-5   ≈ 629  $0.006387        $6.39
    ");
    let lines = ["price", "tests/files/prompts/requests.jsonl", "--at", "2026-11-20"];
    let ran = run(&[&lines[..], &models].concat());
    insta::assert_snapshot!(ran.stdout, @"
    prices of 2026-11-20, with an answer of 300 tokens (--output), means of the requests

    model                        tokens   one call  1,000 calls        all 2
    openai/gpt-4o                    17  $0.003042        $3.04    $0.006085
    anthropic/claude-sonnet-4-5    ≈ 20  $0.004560        $4.56    $0.009120
    ");
    let prices = answer(&run(&[&lines[..], &models, &["--json"]].concat()));
    assert_eq!((&prices["requests"], &prices["models"][0]["tokens"]), (&2.into(), &17.into()));
}

#[test]
fn price_takes_the_files_of_a_folder_as_what_is_sent() {
    let typed = ["price", "tests/files/prompts", "--at", "2026-11-20", "--model", "gpt-4o"];
    let ran = run(&typed);
    insta::assert_snapshot!(ran.stderr, @"note: answer.md: The variable `question` counts as 0 tokens: it has no text yet. Give it one, as question=TEXT.");
    insta::assert_snapshot!(ran.stdout, @"
    prices of 2026-11-20, with an answer of 300 tokens (--output), means of the requests

    model          tokens   one call  1,000 calls        all 5
    openai/gpt-4o    ≥ 38  $0.003095        $3.10    $0.015475
    ");
    let prices = answer(&run(&[&typed[..], &["--json"]].concat()));
    assert_eq!((&prices["format"], &prices["requests"]), (&"folder".into(), &5.into()));
    // Every request is a call with an answer of its own.
    let each = ["answer.md", "anthropic.json", "openai-chat.json", "requests.jsonl"].map(|file| {
        let path = format!("tests/files/prompts/{file}");
        let one = answer(&run(&[&["price", path.as_str()], &typed[2..], &["--json"]].concat()));
        let model = &one["models"][0];
        number(if model["total"].is_null() { &model["per_call"] } else { &model["total"] })
    });
    let total = number(&prices["models"][0]["total"]);
    assert!((each.iter().sum::<f64>() - total).abs() < 1e-12, "{each:?} {total}");
}

#[test]
fn price_says_in_which_file_of_a_folder_something_is_left_out() {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &[u8]| {
        fs::write(folder.path().join(name), text).expect("written");
    };
    let price = || run(&["price", &text(folder.path()), "--model", "gpt-5.4"]);
    let ran = price();
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("There are no texts in"), "{}", ran.stderr);
    write("empty.md", b" \n");
    let ran = price();
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("The prompt is empty."), "{}", ran.stderr);
    write("a.md", b"Where is my refund?");
    write("logo.png", b"\x89PNG");
    write("seen.json", br#"[{"role": "user", "content": [{"type": "image_url", "image_url": "https://example.com/a.png"}]}]"#);
    insta::assert_snapshot!(price().stderr, @"
    error: No model has a price for it. seen.json: [0].content[0]: The size of an image cannot be read from its address.
    hint: Give it in pixels: --image WIDTHxHEIGHT.
    ");
    let sized = ["price", &text(folder.path()), "--model", "gpt-5.4", "--image", "1024x768"];
    insta::assert_snapshot!(run(&sized).stderr, @"
    note: empty.md: It is empty, and left out. Put a prompt into it, or remove it.
    note: logo.png: It is no text in UTF-8, and left out. Save it as UTF-8, if it is a prompt.
    ");
    write("wrong.json", br#"{"messages": [{"role": "usr", "content": "Hi"}]}"#);
    let ran = price();
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("wrong.json: `messages[0].role` is `usr`"), "{}", ran.stderr);
}

#[test]
fn a_model_that_counts_no_images_never_looks_cheap() {
    let asked = br#"[{"role": "user", "content": [{"type": "image_url", "image_url": "https://example.com/a.png"}]}]"#;
    let typed = ["price", "--image", "1024x1024", "--json"];
    let prices = answer(&run_with(&typed, asked));
    assert_ne!(prices["left_out"]["not_counted"], 0);
    let models = prices["models"].as_array().expect("a list");
    assert!(models.iter().all(|model| model["tokens"].as_u64() > Some(80)), "{models:?}");
    for typed in [&["price", "--model", "gpt-5.4"][..], &["price"]] {
        let refused = run_with(typed, asked);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{typed:?}");
        insta::allow_duplicates!(insta::assert_snapshot!(refused.stderr, @"
    error: No model has a price for it. [0].content[0]: The size of an image cannot be read from its address.
    hint: Give it in pixels: --image WIDTHxHEIGHT.
    "));
    }
    let deepseek = ["price", "--image", "1024x768", "--model", "deepseek/deepseek-chat"];
    insta::assert_snapshot!(run_with(&deepseek, asked).stderr, @"
    error: `deepseek/deepseek-chat` has no price for it. [0].content[0]: How many tokens an image takes on `deepseek-chat` is not known.
    hint: Price it on a model whose images are counted.
    ");
    let listed = run_with(&["price", "--image", "1024x768"], asked).stdout;
    assert!(listed.contains(" whose images are not known\n"), "{listed}");
    insta::assert_snapshot!(run_with(&["count", "--model", "gpt-5.4"], asked).stdout, @"
    openai-chat

    openai/gpt-5.4, counted in o200k_base

    part       tokens
    framing       ≈ 7  estimated, 5 to 17
    total         ≥ 5  at least: 1 image of unknown size not counted
    cacheable     ≥ 0  the beginning that stays the same

    framing: as for gpt-4o, by OpenAI's cookbook, read 2026-11; not confirmed for later models
    cacheable: 1,024 tokens or more, the fewest that OpenAI caches (prompt caching page, read 2026-11)
    ");
    let file = br#"[{"role": "user", "content": [{"type": "text", "text": "Hi"},
        {"type": "file", "file": {"file_id": "f"}}, {"type": "input_audio"}]}]"#;
    let counted = run_with(&["count"], file).stdout;
    assert!(counted.contains("at least: 2 files, 1 other part not counted"), "{counted}");
    insta::assert_snapshot!(run_with(&["price", "--model", "gpt-4o"], file).stderr, @"
    error: No model has a price for it. [0].content[1]: `file` is not counted here.
    hint: Take it out, and add what its tokens cost.
    ");
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

#[test]
fn price_ranks_models_by_what_a_prompt_costs() {
    let prompt = "examples/hello/prompts/answer.md";
    let at = ["--at", "2026-11-20"];
    let models = ["--model", "gpt-5", "--model", "gpt-5-nano", "--model", "claude-opus-5-5"];
    let ran = run(&[&["price", prompt][..], &at, &models, &["--output", "80"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @"
    prices of 2026-11-20, with an answer of 80 tokens (--output)

    model                      tokens   one call  1,000 calls
    openai/gpt-5-nano             168  $0.000040        $0.04
    openai/gpt-5                  168  $0.001010        $1.01
    anthropic/claude-opus-5-5   ≈ 255  $0.002620        $2.62
    ");
    let sold = ["price", prompt, "--provider", "groq", "--fits", "--json"];
    let sold = answer(&run(&[&sold[..], &at].concat()));
    let sold = sold["models"].as_array().expect("a list");
    let is_groqs =
        |one: &serde_json::Value| one["model"].as_str().is_some_and(|it| it.starts_with("groq/"));
    assert!(!sold.is_empty() && sold.iter().all(|one| is_groqs(one) && one["fits"] == true));
    let able = ["price", prompt, "--with", "tools,audio", "--with", "pdf", "--top", "2"];
    insta::assert_snapshot!(run(&[&able[..], &at].concat()).stdout, @"
    prices of 2026-11-20, with an answer of 300 tokens (--output)

    model                            tokens   one call  1,000 calls
    meta/muse-spark-1.2-contributor   ≈ 176  $0.000078        $0.08
    google/gemini-2.5-flash-lite        189  $0.000139        $0.14

    left out: 1,746 of other sellers, 45 that write no answers, 0 too short, 0 doubles (--all shows them)

    left out: 107 known to lack tools or audio or pdf, 133 of which that is not known
    ");
    let unable = run(&["price", prompt, "--with", "tools", "--with", "vision"]);
    assert_eq!(unable.code, 2);
    assert!(unable.stderr.contains("There are: tools, reasoning, images,"), "{}", unable.stderr);
    let all = answer(&run(&[&["price", prompt, "--all", "--json"][..], &at].concat()));
    assert!(all["models"].as_array().is_some_and(|models| models.len() > 1000));
    let top =
        answer(&run(&[&["price", prompt, "--all", "--json", "--top", "3"][..], &at].concat()));
    assert_eq!(top["models"].as_array().map(Vec::len), Some(3));
    assert_eq!(top["models"][0], all["models"][0]);
}

#[test]
fn cost_prices_recorded_usage_line_by_line() {
    let usage = r#"{"input_tokens": 12000, "input_tokens_details": {"cached_tokens": 8000}, "output_tokens": 567}"#;
    let typed = ["cost", "--model", "gpt-5-nano", "--usage", usage, "--at", "2026-11-20"];
    let ran = run(&typed);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @"
    openai/gpt-5-nano, prices of https://developers.openai.com/api/docs/pricing, checked 2026-11-09

    billed      quantity          per million        cost
    input          4,000  tokens        $0.05     $0.0002
    cache_read     8,000  tokens       $0.005    $0.00004
    output           567  tokens        $0.40  $0.0002268
    total                                      $0.0004668
    ");
    let cost = answer(&run(&[&typed[..], &["--json"]].concat()));
    assert_eq!(cost["total_usd"], "0.0004668");
    assert_eq!(cost["match"], "exact");
}

#[test]
fn cost_runs_a_case_file_line_by_line() {
    let ran = run(&["cost", "--batch", "tests/files/price_cases.json"]);
    let lines = ran.stdout.lines();
    assert_eq!((ran.code, lines.clone().count()), (0, 85));
    assert_eq!(
        lines.clone().next(),
        Some(r#"{"id":"P-001","total_usd":"0.008138","match":"exact","error":null}"#)
    );
    let unknown = lines.clone().find(|line| line.contains("\"P-083\"")).expect("a case");
    assert!(unknown.contains(r#""total_usd":null,"match":null,"error":{"code":"unknown_model""#));
}

#[test]
fn prices_are_listed_and_shown() {
    let ran = run(&["prices", "list", "openai/gpt-5-nano", "--at", "2026-11-20"]);
    insta::assert_snapshot!(ran.stdout, @"
    model                                input  output  context  other prices
    openai/gpt-5-nano                    $0.05   $0.40  400,000  cache_read, web_search, file_search
    openrouter/openai/gpt-5-nano         $0.05   $0.40  400,000  cache_read
    openrouter/openai/gpt-5-nano:batch  $0.025   $0.20  400,000  cache_read

    3 models, prices per million units
    ");
    let ran = run(&["prices", "show", "gpt-5-nano", "--at", "2026-10-13"]);
    insta::assert_snapshot!(ran.stdout, @"
    openai/gpt-5-nano
    takes 400,000 tokens
    can do tools, reasoning, images
    read from https://developers.openai.com/api/docs/pricing, checked 2026-11-09

    holds                              for       billed                                 price
    always, as far as known            standard  input               $0.05 per million tokens
                                                 cache_read         $0.005 per million tokens
                                                 output              $0.40 per million tokens
                                                 web_search   $10,000.00 per million searches
                                                 file_search   $2,500.00 per million searches
    from 2026-10-14 (not on this day)  batch     input              $0.025 per million tokens
                                                 cache_read        $0.0025 per million tokens
                                                 output              $0.20 per million tokens
                                                 web_search   $10,000.00 per million searches
                                                 file_search   $2,500.00 per million searches
    from 2026-10-12                    flex      input              $0.025 per million tokens
                                                 cache_read        $0.0025 per million tokens
                                                 output              $0.20 per million tokens
                                                 web_search   $10,000.00 per million searches
                                                 file_search   $2,500.00 per million searches
    ");
    let shown = answer(&run(&["prices", "show", "gpt-5-nano-2025-08-07", "--json"]));
    assert_eq!((&shown["model"], &shown["match"]), (&"gpt-5-nano".into(), &"alias".into()));
}

#[test]
fn an_imported_book_prices_what_it_has() {
    let folder = TempDir::new().expect("a folder");
    let book = text(folder.path().join("book"));
    let ran = run(&["prices", "import", "tests/files/genai-prices-excerpt.json", "--out", &book]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.ends_with(&format!("written to {book}\n")), "{}", ran.stdout);
    let list = answer(&run(&["prices", "list", "--book", &book, "--json"]));
    let models = list["models"].as_array().expect("a list");
    // A feed does not say what its models can do; the book inside the program does.
    let able = |model: &serde_json::Value| {
        let name = format!("{}/{}", model["provider"], model["model"]).replace('"', "");
        let shown = answer(&run(&["prices", "show", &name, "--book", &book, "--json"]));
        shown["capabilities"].as_array().is_some_and(|some| !some.is_empty())
    };
    assert!(models.iter().any(able));
    let all = answer(&run(&["prices", "list", "--json"]));
    assert!(!models.is_empty() && models.len() < all["models"].as_array().map_or(0, Vec::len));
}

#[test]
fn a_plan_keeps_the_prices_it_was_estimated_with() {
    let plan = Plan::new(PLAN);
    let lock = plan.folder.path().join("prices.lock.toml");
    let first = run(&["estimate", &plan.path()]);
    assert_eq!(first.stderr, format!("Prices are pinned in {}.\n", lock.display()));
    assert_eq!(run(&["estimate", &plan.path()]).stderr, "");

    // Nobody edits a lock file by hand unnoticed.
    let text = fs::read_to_string(&lock).expect("it was written");
    fs::write(&lock, text.replace("0.05", "0.06")).expect("it can be written to");
    let edited = run(&["estimate", &plan.path()]);
    assert_eq!(edited.code, 2);
    assert!(edited.stderr.contains("their hash differs"), "{}", edited.stderr);

    let pinned = run(&["prices", "pin", &plan.path()]);
    assert_eq!((pinned.code, fs::read_to_string(&lock).ok()), (0, Some(text)));
    assert_eq!(run(&["estimate", &plan.path()]).stdout, first.stdout);

    let book = root().join("src-tauri/prices");
    let aside = run(&["estimate", &plan.path(), "--book", &self::text(&book)]);
    assert_eq!(aside.stdout, first.stdout);
    assert!(aside.stderr.contains("set aside for this run"), "{}", aside.stderr);
}

#[test]
fn a_plan_beside_which_nothing_can_be_written_is_estimated_all_the_same() {
    let plan = Plan::new(PLAN);
    // A folder stands where the lock file is written first.
    fs::create_dir(plan.folder.path().join(".prices.lock.toml.part")).expect("a new folder");
    let ran = run(&["estimate", &plan.path()]);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.starts_with("The prices are not pinned: "), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("Desk: $1.75"), "{}", ran.stdout);
}

#[test]
fn inputs_are_listed_with_their_sources() {
    let plan = Plan::new(PLAN);
    let ran = run(&["inputs", &plan.path(), "--set", "desk.easy.output.low=100"]);
    insta::assert_snapshot!(ran.stdout, @"
    address                          value  expected  unit           source
    prompts.system.tokens.o200k         12            tokens         counted
    prompts.system.grows          6%/month            share a month  guess
    prompts.question.tokens        40..220       117  tokens         guess
    desk.units                   10k/month            times a month  last year
    desk.easy.output              100..300       190  tokens         set for this run, instead of 120..300

    a..b: four in five lie between; figures use the mean.
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
    naive       $0.0000874  the answer call alone, once, at launch; really 1.0 times that

    why              cost  share
    Base prompt     $0.13     7%
    Prompt growth  <$0.01    <1%
    Output          $1.62    93%

    month    answers  one answer   cost
    2027-01   10,000  $0.0000874  $0.87
    2027-02   10,000  $0.0000874  $0.87
    total     20,000  $0.0000874  $1.75

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

/// Every verb's answer has the fields that its schema asks for, and none that it does not know.
#[test]
fn schemas_are_those_of_the_answers() {
    let schema = |verb: &[&str]| -> Value {
        let ran = run(&[&["schema"], verb].concat());
        assert_eq!(ran.code, 0, "{verb:?}: {}", ran.stderr);
        serde_json::from_str(&ran.stdout).expect("a schema is JSON")
    };
    assert_eq!(schema(&[])["title"], "Plan");
    let plan = Plan::new(PLAN);
    let path = plan.path();
    let workbook = text(plan.folder.path().join("desk.xlsx"));
    let usage = r#"{"input_tokens": 1, "output_tokens": 1}"#;
    let prompt = "examples/hello/prompts/answer.md";
    let answers: [(&str, &[&str]); 11] = [
        ("count", &["count", prompt]),
        ("price", &["price", prompt]),
        ("cost", &["cost", "--model", "gpt-5", "--usage", usage]),
        ("prices list", &["prices", "list"]),
        ("prices show", &["prices", "show", "gpt-5"]),
        ("prices pin", &["prices", "pin", &path]),
        ("inputs", &["inputs", &path]),
        ("estimate", &["estimate", &path]),
        ("estimate --why", &["estimate", &path, "--why", "total"]),
        ("report", &["report", &path, "--out", &workbook]),
        ("calibrate", &["calibrate", &path, "--told", "tests/files/billed.jsonl"]),
    ];
    for (verb, typed) in answers {
        let answer = answer(&run(&[typed, &["--json"]].concat()));
        same_fields(&answer, &schema(&["--of", verb]), verb);
    }
    for (verb, typed) in [
        ("count --batch", ["count", "--batch", "tests/files/token_cases.json"]),
        ("cost --batch", ["cost", "--batch", "tests/files/price_cases.json"]),
    ] {
        same_fields(&json_lines(&run(&typed))[0], &schema(&["--of", verb]), verb);
    }
    let refused = run(&["inputs", "nowhere", "--json"]);
    let refused: Value = serde_json::from_str(&refused.stdout).expect("an error is JSON");
    same_fields(&refused, &schema(&["--of", "error"]), "error");
    assert_eq!(run(&["schema", "--of", "estimat"]).code, 2);
}

fn same_fields(answer: &Value, schema: &Value, verb: &str) {
    let mut fields: Vec<&str> =
        answer.as_object().expect("an object").keys().map(String::as_str).collect();
    let mut known: Vec<&str> =
        schema["properties"].as_object().expect("an object").keys().map(String::as_str).collect();
    fields.sort_unstable();
    known.sort_unstable();
    assert_eq!(fields, known, "{verb}");
}

#[test]
fn whoever_reads_may_stop_reading() {
    let mut child = program(&["prices", "list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program was built beside its tests");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}
