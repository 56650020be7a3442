//! An excerpt of the map with one model for each of its rules.

use cost::book::Models;

use super::super::format::Format;
use super::super::tests::{check, excerpt, names, said, unread};
use super::*;

#[test]
fn a_price_of_one_token_becomes_one_of_a_million_with_its_tiers_and_lengths() {
    check(
        &excerpt(Format::LiteLlm),
        "anthropic",
        "claude-haiku-5-5",
        r#"
source = "https://platform.claude.com/docs/en/models/haiku-5-5/overview"
checked = 2026-11-22
basis = "book"
[[model.price]]
input = "0.1"
cache_read = "0.01"
cache_write = "0.125"
cache_write_1h = "0.2"
output = "0.5"
web_search = "10000"
[[model.price]]
over = 100000
input = "0.5"
cache_read = "0.05"
cache_write = "0.625"
cache_write_1h = "1"
output = "2.5"
web_search = "10000"
[[model.price]]
tier = "batch"
input = "0.05"
cache_read = "0.005"
cache_write = "0.0625"
output = "0.25"
web_search = "10000"
[[model.price]]
tier = "batch"
over = 100000
input = "0.25"
cache_read = "0.025"
cache_write = "0.3125"
output = "1.25"
web_search = "10000"
"#,
    );
}

#[test]
fn a_faster_answer_is_a_factor_of_every_token() {
    check(
        &excerpt(Format::LiteLlm),
        "anthropic",
        "claude-opus-5-5",
        r#"
source = "https://platform.claude.com/docs/en/about-claude/pricing"
checked = 2026-11-22
basis = "book"
[[model.price]]
input = "4"
cache_read = "0.2"
cache_write = "5"
cache_write_1h = "8"
output = "20"
web_search = "10000"
[[model.price]]
tier = "batch"
input = "2"
cache_read = "0.1"
cache_write = "2.5"
output = "10"
web_search = "10000"
[[model.price]]
tier = "fast"
input = "8"
cache_read = "0.4"
cache_write = "10"
cache_write_1h = "16"
output = "40"
web_search = "10000"
"#,
    );
}

#[test]
fn cheap_hours_go_before_the_rest_of_the_week() {
    check(
        &excerpt(Format::LiteLlm),
        "deepseek",
        "deepseek-v4-pro",
        r#"
source = "https://api-docs.deepseek.com/quick_start/pricing"
checked = 2026-11-22
basis = "book"
[[model.price]]
input = "1.32"
cache_read = "0.044"
output = "3.96"
[[model.price]]
days = "sat-sun"
input = "0.66"
cache_read = "0.022"
output = "1.98"
[[model.price]]
window = "00:00-01:00"
days = "mon-fri"
input = "0.66"
cache_read = "0.022"
output = "1.98"
[[model.price]]
window = "04:00-06:00"
days = "mon-fri"
input = "0.66"
cache_read = "0.022"
output = "1.98"
[[model.price]]
window = "10:00-00:00"
days = "mon-fri"
input = "0.66"
cache_read = "0.022"
output = "1.98"
"#,
    );
}

#[test]
fn the_longer_prompts_of_xai_begin_at_the_limit() {
    check(
        &excerpt(Format::LiteLlm),
        "x-ai",
        "grok-4.7",
        r#"
source = "https://api.x.ai/v1/language-models"
checked = 2026-11-22
basis = "book"
[[model.price]]
input = "2"
cache_read = "0.5"
output = "6"
input_image = "2"
[[model.price]]
at_least = 200000
input = "4"
cache_read = "1"
output = "12"
input_image = "2"
[[model.price]]
tier = "batch"
input = "1.6"
cache_read = "0.4"
output = "4.8"
input_image = "2"
[[model.price]]
tier = "batch"
at_least = 200000
input = "3.2"
cache_read = "0.8"
output = "9.6"
input_image = "2"
"#,
    );
}

#[test]
fn a_list_of_lengths_becomes_brackets() {
    check(
        &excerpt(Format::LiteLlm),
        "dashscope",
        "qwen-flash",
        r#"
source = "https://www.alibabacloud.com/help/en/model-studio/models"
checked = 2026-11-22
basis = "book"
[[model.price]]
input = "0.05"
output = "0.4"
[[model.price]]
over = 256000
input = "0.25"
output = "2"
"#,
    );
}

#[test]
fn what_is_not_sold_by_the_token_has_its_own_meters() {
    check(
        &excerpt(Format::LiteLlm),
        "azure",
        "whisper-1",
        r#"
source = "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json"
checked = 2026-11-22
basis = "book"
[[model.price]]
input_audio_hour = "360000"
"#,
    );
    check(
        &excerpt(Format::LiteLlm),
        "cohere",
        "rerank-v4.0-pro",
        r#"
source = "https://cohere.com/pricing"
checked = 2026-11-22
basis = "book"
[[model.price]]
rerank_search = "2500"
"#,
    );
    check(
        &excerpt(Format::LiteLlm),
        "mistral",
        "mistral-ocr-latest",
        r#"
source = "https://mistral.ai/pricing#api-pricing"
checked = 2026-11-22
basis = "book"
[[model.price]]
page = "4000"
annotated_page = "5000"
[[model.price]]
tier = "batch"
page = "2000"
annotated_page = "2500"
"#,
    );
    check(
        &excerpt(Format::LiteLlm),
        "perplexity",
        "sonar-deep-research",
        r#"
source = "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json"
checked = 2026-11-22
basis = "book"
[[model.price]]
input = "2"
output = "8"
output_reasoning = "3"
output_citation = "2"
web_search = "5000"
"#,
    );
}

#[test]
fn nothing_for_nothing_is_listed_without_a_price() {
    check(
        &excerpt(Format::LiteLlm),
        "ollama",
        "llama3",
        r#"
source = "https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json"
checked = 2026-11-22
basis = "book"
"#,
    );
}

/// A model that is listed with and without its seller is one; with other prices it is another seller's.
#[test]
fn sellers_have_our_names_and_a_model_is_listed_once() {
    let expected = [
        "anthropic/claude-haiku-5-5",
        "anthropic/claude-opus-5-5",
        "azure/whisper-1",
        "cohere/rerank-v4.0-pro",
        "dashscope/qwen-flash",
        "deepseek/deepseek-v4-pro",
        "google/gemini-2.5-flash-lite",
        "google/vertex_ai/gemini-2.5-flash-lite",
        "mistral/mistral-ocr-latest",
        "ollama/llama3",
        "openai/gpt-6-sol",
        "openai/text-embedding-3-small",
        "perplexity/sonar-deep-research",
        "x-ai/grok-4.7",
    ];
    assert_eq!(names(&excerpt(Format::LiteLlm)), expected);
}

#[test]
fn what_holds_for_several_models_is_said_once() {
    let feed = excerpt(Format::LiteLlm);
    let terms = |id: &str| {
        &feed.providers.iter().find(|provider| provider.id == id).expect("a provider").terms
    };
    let both = Models::These(vec!["claude-haiku-5-5".into(), "claude-opus-5-5".into()]);
    let [us] = &terms("anthropic").multipliers[..] else { panic!("one") };
    assert_eq!(
        (&us.models, us.key.as_str(), us.factor.to_string().as_str()),
        (&both, "inference_geo", "1.1")
    );
    let [cache] = &terms("anthropic").caches[..] else { panic!("one") };
    assert_eq!((&cache.models, cache.minimum_tokens), (&both, 512));
    let regions: Vec<_> =
        terms("openai").multipliers.iter().flat_map(|rule| &rule.values).collect();
    assert_eq!(regions, ["eu", "us"]);
    let [free] = &terms("google").metering[..] else { panic!("one") };
    let said = format!("{} {} {}", free.free.expect("free"), free.meter.name(), free.per.name());
    assert_eq!(said, "1500 web_search day");
    let ends = &terms("google").retirements;
    assert_eq!((ends.len(), ends[0].model.as_str()), (1, "vertex_ai/gemini-2.5-flash-lite"));
}

#[test]
fn nothing_is_lost_in_silence() {
    let feed = excerpt(Format::LiteLlm);
    assert_eq!(said(&feed), PROBLEMS);
    assert_eq!(
        unread(&feed),
        [
            "1 cache_creation_input_token_cost_above_12hr openai/gpt-6-sol 5e-6",
            "1 output_cost_per_second azure/whisper-1 0.0001",
        ]
    );
}

const PROBLEMS: &[&str] = &[
    "feed: The file does not say of which day it is. Its prices are marked as checked today: give the day of \
     the file if it is older.",
    "anthropic.claude-haiku-5-5: It has no batch price for what is kept for an hour. It is left out: the \
     standard one would be too much.",
    "anthropic.claude-opus-5-5: It has no batch price for what is kept for an hour. It is left out: the \
     standard one would be too much.",
    "google.gemini-2.5-flash-lite: The feed has other prices for it as well, under `vertex_ai`. They are \
     listed as `vertex_ai/gemini-2.5-flash-lite`.",
    "ollama.llama3: All its prices are 0: free, or not known? It is listed without a price: confirm what it \
     costs.",
    "openai.gpt-6-sol: It has no priority price for prompts of 272001 tokens. The standard one is taken, as \
     LiteLLM does.",
    "feed: `input` is 0 for 1 model: cohere/rerank-v4.0-pro. It is left out: set it yourself where it really \
     is free.",
    "feed: `cache_write` is 0 for 1 model: deepseek/deepseek-v4-pro. It is left out: set it yourself where it \
     really is free.",
    "feed: `output` is 0 for 2 models: cohere/rerank-v4.0-pro, openai/text-embedding-3-small. It is left out: \
     set it yourself where it really is free.",
];

#[test]
fn a_seller_that_no_file_can_be_called_after_is_left_out() {
    let map = r#"{"a": {"litellm_provider": "../../etc", "input_cost_per_token": 1e-6},
                  "b": {"litellm_provider": "acme", "input_cost_per_token": 1e-6, "rules": 1},
                  "c": {"input_cost_per_token": 1e-6}}"#;
    let today = jiff::civil::date(2026, 11, 22);
    let feed = read(map.as_bytes(), Some(today), today).expect("a map");
    assert_eq!(names(&feed), ["acme/b"]);
    assert_eq!(
        said(&feed),
        [
            "feed: No provider can be called `../../etc`. Its models are left out: an id is of letters, digits, - _ and ."
        ]
    );
    assert_eq!(
        unread(&feed),
        ["1 an entry without a provider c {\"input_cost_per_token\":1e-6}", "1 rules acme/b 1",]
    );
}
