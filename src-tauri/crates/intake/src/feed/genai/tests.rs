//! An excerpt of the feed with one model for each of its rules.

use super::*;

fn excerpt() -> Feed {
    let file =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/files/genai-prices-excerpt.json");
    let bytes = std::fs::read(file).expect("the excerpt is there");
    read(&bytes, None, jiff::civil::date(2026, 11, 22)).expect("a feed")
}

/// The prices of a model as its file has them, without blank lines.
#[track_caller]
fn check(model: &str, expected: &str) {
    let feed = excerpt();
    let mut models = feed.providers.iter().flat_map(|provider| &provider.models);
    let found = models.find(|found| found.id == model).expect("a model of the excerpt");
    let mut text = String::new();
    crate::book::write_model(&mut text, None, found);
    let (_, prices) = text.split_once("[[model.price]]\n").unwrap_or_default();
    assert_eq!(prices.replace("\n\n", "\n"), expected);
}

#[test]
fn a_dated_change_ends_the_entries_before_it() {
    check(
        "claude-opus-4-6",
        r#"to = 2026-03-13
input = "5"
cache_read = "0.5"
cache_write = "6.25"
cache_write_1h = "10"
output = "25"
web_search = "10000"
[[model.price]]
to = 2026-03-13
over = 200000
input = "10"
cache_read = "1"
cache_write = "12.5"
cache_write_1h = "20"
output = "37.5"
web_search = "10000"
[[model.price]]
from = 2026-03-13
input = "5"
cache_read = "0.5"
cache_write = "6.25"
cache_write_1h = "10"
output = "25"
web_search = "10000"
[[model.price]]
from = 2026-10-14
tier = "batch"
input = "2.5"
cache_read = "0.25"
cache_write = "3.125"
cache_write_1h = "5"
output = "12.5"
web_search = "10000"
"#,
    );
}

#[test]
fn a_tiers_prices_are_laid_over_the_base_of_their_dates() {
    check(
        "gemini-3.8-flash",
        r#"to = 2027-01-01
input = "0.75"
cache_read = "0.075"
output = "3.75"
web_search = "14000"
[[model.price]]
from = 2027-01-01
input = "1.5"
cache_read = "0.15"
output = "7.5"
web_search = "14000"
[[model.price]]
from = 2026-10-14
to = 2027-01-01
tier = "batch"
input = "0.375"
cache_read = "0.0375"
output = "1.875"
web_search = "14000"
[[model.price]]
from = 2027-01-01
tier = "batch"
input = "0.75"
cache_read = "0.075"
output = "3.75"
web_search = "14000"
"#,
    );
}

#[test]
fn what_a_tier_does_not_name_keeps_its_brackets() {
    check(
        "gemini-2.5-pro",
        r#"input = "1.25"
cache_read = "0.125"
output = "10"
web_search = "35000"
[[model.price]]
over = 200000
input = "2.5"
cache_read = "0.25"
output = "15"
web_search = "35000"
[[model.price]]
from = 2026-10-14
tier = "batch"
input = "0.625"
cache_read = "0.125"
output = "5"
web_search = "35000"
[[model.price]]
from = 2026-10-14
tier = "batch"
over = 200000
input = "1.25"
cache_read = "0.25"
output = "7.5"
web_search = "35000"
"#,
    );
}

#[test]
fn hours_hold_since_the_dated_change_before_them() {
    check(
        "deepseek-v4-pro",
        r#"to = 2026-08-17
input = "0.435"
cache_read = "0.003625"
output = "0.87"
[[model.price]]
from = 2026-08-17
input = "0.66"
cache_read = "0.022"
output = "1.98"
[[model.price]]
from = 2026-08-17
window = "01:00-04:00"
input = "1.32"
cache_read = "0.044"
output = "3.96"
[[model.price]]
from = 2026-08-17
window = "06:00-10:00"
input = "1.32"
cache_read = "0.044"
output = "3.96"
"#,
    );
}

#[test]
fn just_below_a_round_number_means_from_the_round_number() {
    check(
        "grok-4.7",
        r#"input = "2"
cache_read = "0.5"
output = "6"
[[model.price]]
at_least = 200000
input = "4"
cache_read = "1"
output = "12"
"#,
    );
}

#[test]
fn other_units_and_noise_become_prices_for_a_million() {
    check(
        "meta-llama/Llama-3.3-70B-Instruct",
        r#"to = 2026-10-19
input = "0.88"
output = "0.88"
[[model.price]]
from = 2026-10-19
input = "1.04"
output = "1.04"
"#,
    );
    check(
        "whisper-large-v3",
        r#"audio_hour = "111000"
input_audio_hour = "111000"
[[model.price]]
from = 2026-10-14
tier = "batch"
audio_hour = "55500"
input_audio_hour = "55500"
"#,
    );
    check("tts-1", "input_character = \"15\"\n");
}

#[test]
fn names_that_mean_one_model_are_aliases() {
    let feed = excerpt();
    let aliases = |id: &str| {
        let mut models = feed.providers.iter().flat_map(|provider| &provider.models);
        models.find(|model| model.id == id).map(|model| model.aliases.join(" "))
    };
    assert_eq!(aliases("gpt-5.6-terra").as_deref(), Some("gpt-5-6-terra"));
    assert_eq!(aliases("gemini-3.8-flash").as_deref(), Some("gemini-flash-latest"));
    assert_eq!(aliases("claude-3-5-haiku-latest").as_deref(), Some("claude-3-5-haiku"));
    assert_eq!(aliases("claude-opus-4-6").as_deref(), Some(""));
    let google = feed.providers.iter().find(|provider| provider.id == "google");
    let google = google.map(|provider| provider.aliases.join(" "));
    assert_eq!(
        google.as_deref(),
        Some("gcp.gemini gcp.gen_ai gcp.vertex_ai gemini vertex vertex_ai")
    );
}

#[test]
fn nothing_is_lost_in_silence() {
    let problems: Vec<_> = excerpt().problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, PROBLEMS);
}

const PROBLEMS: &[&str] = &[
    "deepseek.deepseek-v4-pro: Its daily hours have no date: they are taken to hold since 2026-08-17. \
     That is the last dated change listed before them.",
    "huggingface_together.meta-llama/Llama-3.3-70B-Instruct: `input_mtok` 1.0399999999999998 has more digits \
     than a price. It is read as 1.04 for a million.",
    "huggingface_together.meta-llama/Llama-3.3-70B-Instruct: `output_mtok` 1.0399999999999998 has more digits \
     than a price. It is read as 1.04 for a million.",
    "openai.moderation: The feed lists the model without any price. It is kept, but nothing is priced by it.",
    "openrouter.mistralai/mistral-large-4-0: Its prices for {\"route\":\"mistral/eu\"} are of no tier. \
     They are left out.",
    "perplexity.perplexity/sonar: Its prices for {\"search_type\":\"fast\"} are of no tier. They are left out.",
    "x-ai.grok-4.7: Its long-prompt price starts above 199999 tokens. It is read as 200000 tokens or more, \
     which is what such a limit means.",
];

#[test]
fn the_newest_price_dates_the_check_unless_a_date_is_given() {
    let file = r#"[{"id": "acme", "name": "Acme", "pricing_urls": ["https://acme.example"], "models": [
            {"id": "large", "match": {"equals": "large"}, "prices": [
                {"prices": {"input_mtok": 1, "input_smells": 2}},
                {"constraint": {"start_date": "2026-10-01"}, "prices": {"input_mtok": 2}},
                {"constraint": {"start_date": "2027-01-01"}, "prices": {"input_mtok": 3}}]}]}]"#;
    let today = jiff::civil::date(2026, 11, 22);
    let checked = |given| {
        read(file.as_bytes(), given, today).expect("a feed").providers[0].models[0].origin.checked
    };
    assert_eq!(checked(None).to_string(), "2026-10-01");
    assert_eq!(checked(Some(today)).to_string(), "2026-11-22");
    let problems = read(file.as_bytes(), None, today).expect("a feed").problems;
    assert_eq!(
        problems[0].to_string(),
        "acme.large: No meter stands for its price `input_smells`: 2. It is left out."
    );
}

#[test]
fn another_file_is_refused() {
    let error = read(b"{\"models\": []}", None, jiff::civil::date(2026, 11, 22));
    let message = error.expect_err("refused").to_string();
    assert!(
        message.starts_with("This is not a genai-prices v2 file: invalid type: map"),
        "{message}"
    );
}
