//! An excerpt of the export with one model for each of its rules.

use super::super::format::Format;
use super::super::tests::{check, excerpt, names, said, unread};

#[test]
fn a_model_has_its_lengths_and_modes() {
    check(
        &excerpt(Format::ModelsDev),
        "openai",
        "gpt-5.5",
        r#"
name = "GPT-5.5"
context_tokens = 1050000
capabilities = ["tools", "reasoning", "images", "pdf"]
source = "https://platform.openai.com/docs/models"
checked = 2026-08-18
basis = "book"
[[model.price]]
input = "5"
cache_read = "0.5"
output = "30"
[[model.price]]
over = 200000
input = "10"
cache_read = "1"
output = "45"
[[model.price]]
tier = "fast"
input = "12.5"
cache_read = "1.25"
output = "75"
"#,
    );
    check(
        &excerpt(Format::ModelsDev),
        "alibaba",
        "qwen3.7-plus",
        r#"
name = "Qwen3.7 Plus"
context_tokens = 1000000
capabilities = ["tools", "reasoning", "images", "video"]
source = "https://www.alibabacloud.com/help/en/model-studio/models"
checked = 2026-08-18
basis = "book"
[[model.price]]
input = "0.5"
cache_read = "0.05"
cache_write = "0.625"
output = "3"
[[model.price]]
over = 200000
input = "2"
cache_read = "0.2"
cache_write = "2.5"
output = "6"
"#,
    );
}

/// Its limits have no sign: xAI's higher price begins with token 200,000.
#[test]
fn a_long_prompt_of_xai_begins_at_its_limit() {
    let feed = excerpt(Format::ModelsDev);
    let seller = feed.providers.iter().find(|provider| provider.id == "x-ai").expect("listed");
    let limits: Vec<_> = seller.models[0].prices.iter().filter_map(|entry| entry.bracket).collect();
    assert_eq!(limits, [cost::book::Bracket::AtLeast(200_000)]);
}

#[test]
fn reasoning_is_output_unless_it_has_a_price_of_its_own() {
    check(
        &excerpt(Format::ModelsDev),
        "alibaba",
        "qwen-plus",
        r#"
name = "Qwen Plus"
context_tokens = 1000000
capabilities = ["tools", "reasoning"]
source = "https://www.alibabacloud.com/help/en/model-studio/models"
checked = 2026-08-18
basis = "book"
[[model.price]]
input = "0.4"
output = "1.2"
output_reasoning = "4"
"#,
    );
    check(
        &excerpt(Format::ModelsDev),
        "perplexity",
        "sonar",
        r#"
name = "Sonar"
context_tokens = 128000
capabilities = []
source = "https://docs.perplexity.ai"
checked = 2026-08-18
basis = "book"
[[model.price]]
input = "1"
output = "1"
"#,
    );
}

#[test]
fn nothing_is_lost_in_silence() {
    let feed = excerpt(Format::ModelsDev);
    assert_eq!(
        said(&feed),
        [
            "google.gemini-2.5-flash: The feed has other prices for it as well, under `google-vertex`. \
             They are listed as `google-vertex/gemini-2.5-flash`.",
            "feed: `cache_read` is 0 for 1 model: openai/gpt-3.5-turbo. It is left out: set it yourself \
             where it really is free.",
            "feed: `output` is 0 for 1 model: openai/text-embedding-3-small. It is left out: set it \
             yourself where it really is free.",
        ]
    );
    assert_eq!(names(&feed).len(), 13);
    assert!(unread(&feed).is_empty());
}

/// The file that models.dev itself publishes has no `providers` around it, and other words here and there.
#[test]
fn the_published_file_is_read_as_the_export_is() {
    let file = r#"{"acme": {"id": "acme", "name": "Acme", "doc": "https://acme.example/docs", "models": {
        "large": {"id": "large", "name": "Large", "release_date": "2026-01-01", "smell": "roses",
            "limit": {"context": 1000}, "cost": {"input": 1, "output": 2, "cache_smell": 3,
            "context_over_200k": {"input": 4}, "tiers": [{"input": 5, "tier": {"type": "context", "size": 300000}}]},
            "experimental": {"modes": {"fast": {"cost": {"input": 6}}, "slow": {"cost": {"input": 7}}}}}}}}"#;
    let day = jiff::civil::date(2026, 11, 20);
    let feed = super::read(file.as_bytes(), Some(day), day).expect("a file");
    check(
        &feed,
        "acme",
        "large",
        r#"
name = "Large"
context_tokens = 1000
source = "https://acme.example/docs"
checked = 2026-11-20
basis = "book"
[[model.price]]
input = "1"
output = "2"
[[model.price]]
over = 200000
input = "4"
output = "2"
[[model.price]]
over = 300000
input = "5"
output = "2"
[[model.price]]
tier = "fast"
input = "6"
"#,
    );
    let expected = [
        "1 cost.cache_smell acme/large 3",
        "1 experimental.modes.slow acme/large {\"cost\":{\"input\":7}}",
        "1 smell acme/large roses",
    ];
    assert_eq!((unread(&feed), said(&feed)), (expected.map(Into::into).into(), vec![]));
}
