//! `price`: what a prompt costs, and what is left out.

use std::fs;

use tempfile::TempDir;

use crate::desk::{answer, number, text};
use crate::program::{run, run_with};

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
    cacheable: 1,024 tokens or more, the fewest that OpenAI caches (https://developers.openai.com/api/docs/guides/prompt-caching, checked 2026-11-22)
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
