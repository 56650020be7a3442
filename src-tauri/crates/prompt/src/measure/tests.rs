//! Prompts as vendors count them.

use super::*;
use crate::counting;
use crate::format::read;
use crate::message::Pixels;
use crate::variable::Given;

fn measured(text: &str, provider: &str, model: &str, given: &Given) -> Measured {
    let image = Some(Pixels { width: 1024, height: 1024 });
    let requests = read(text, given, image).expect("it is a request");
    Measurer::new(&requests.prompts[0], |text, of| of.count(text)).on(
        provider,
        model,
        counting(provider, model),
    )
}

fn on(text: &str, model: &str) -> Measured {
    measured(text, "", model, &Given::new())
}

/// Its sections and its sum, as `system 12, framing 11: 23`.
fn shown(measured: &Measured) -> String {
    let about = |counted: Counted| match counted.plus_minus_percent() {
        None => counted.tokens.to_string(),
        Some(_) => format!("≈{}", counted.tokens),
    };
    let shares: Vec<String> = measured
        .shares
        .iter()
        .map(|share| format!("{} {}", share.section.name(), about(share.counted)))
        .collect();
    format!("{}: {}", shares.join(", "), about(measured.total))
}

/// The cookbook's own example, and what OpenAI billed for it.
const JARGON: &str = r#"{"messages": [
    {"role": "system", "content": "You are a helpful, pattern-following assistant that translates corporate jargon into plain English."},
    {"role": "system", "name": "example_user", "content": "New synergies will help drive top-line growth."},
    {"role": "system", "name": "example_assistant", "content": "Things working well together will increase revenue."},
    {"role": "system", "name": "example_user", "content": "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage."},
    {"role": "system", "name": "example_assistant", "content": "Let's talk later when we're less busy about how to do better."},
    {"role": "user", "content": "This late pivot means we don't have time to boil the ocean for the client deliverable."}
]}"#;

const WEATHER: &str = r#"{"messages": [
    {"role": "system", "content": "You are a helpful assistant that can answer to questions about the weather."},
    {"role": "user", "content": "What's the weather like in San Francisco?"}
], "tools": [{"type": "function", "function": {
    "name": "get_current_weather",
    "description": "Get the current weather in a given location",
    "parameters": {"type": "object", "properties": {
        "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
        "unit": {"type": "string", "description": "The unit of temperature to return", "enum": ["celsius", "fahrenheit"]}
    }, "required": ["location"]}
}}]}"#;

#[test]
fn openais_own_examples_are_counted_as_they_were_billed() {
    for (model, jargon, weather) in [
        ("gpt-3.5-turbo", 129, 105),
        ("gpt-4-0613", 129, 105),
        ("gpt-4o", 124, 101),
        ("gpt-4o-mini", 124, 101),
    ] {
        let exactly = |tokens| Counted::between(tokens, tokens, tokens);
        assert_eq!(on(JARGON, model).total, exactly(jargon), "{model}");
        assert_eq!(on(WEATHER, model).total, exactly(weather), "{model}");
    }
    assert_eq!(shown(&on(WEATHER, "gpt-4o")), "system 14, tools 68, user 8, framing 11: 101");
    let later = "system 14, tools ≈68, user 8, framing ≈11: ≈101";
    assert_eq!(shown(&on(WEATHER, "gpt-5")), later);
}

/// 10 tokens of text were counted where 531 were billed: the tool and the prompt that Claude is
/// given for tools were forgotten (litellm, pull request 22301).
#[test]
fn a_tool_is_most_of_a_short_question() {
    let request = r#"{"model": "claude-sonnet-4-5", "max_tokens": 100, "tools": [{
        "name": "get_weather", "description": "Get the weather",
        "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}
    }], "messages": [{"role": "user", "content": "What is the weather in Paris?"}]}"#;
    let measured = on(request, "claude-sonnet-4-5");
    let (low, high) = measured.total.bounds();
    assert!(low <= 531 && 531 <= high, "{low}..{high}");
    assert_eq!(shown(&measured), "tools ≈528, user ≈8, framing ≈7: ≈543");
    let forced =
        request.replace("\"messages\"", "\"tool_choice\": {\"type\": \"any\"}, \"messages\"");
    let more = on(&forced, "claude-sonnet-4-5").total.tokens - measured.total.tokens;
    assert_eq!(more, 588 - 496);
}

#[test]
fn a_text_alone_is_counted_as_it_is() {
    let text = "The refund was sent on Tuesday, but the customer has not seen it yet.";
    for model in ["gpt-5", "claude-opus-5-5", "gemini-3-pro-preview", "mistral-large"] {
        let measured = on(text, model);
        assert_eq!(measured.total, crate::count_for_model("", model, text), "{model}");
        assert_eq!(measured.shares.len(), 1, "{model}");
        assert_eq!(measured.cacheable, measured.total, "{model}");
    }
}

#[test]
fn variables_are_counted_apart_and_end_the_beginning() {
    let text = "Answer in one sentence.\n\nQuestion: {{question}}\nAnswer:";
    let empty = on(text, "gpt-5");
    assert_eq!(shown(&empty), "user 10: 10");
    assert_eq!(empty.cacheable.tokens, 8);
    let question = "Where is my refund? I sent the shoes back two weeks ago.";
    let given = Given::from([("question".to_owned(), question.to_owned())]);
    let filled = measured(text, "", "gpt-5", &given);
    assert_eq!(shown(&filled), "user 9, variables 14: 23");
    assert_eq!(
        filled.total,
        crate::count_for_model("", "gpt-5", &text.replace("{{question}}", question))
    );
    assert_eq!(filled.cacheable, empty.cacheable);
}

#[test]
fn the_beginning_ends_before_the_users_last_turn() {
    let request = r#"{"messages": [
        {"role": "system", "content": "You answer questions about orders."},
        {"role": "user", "content": "Where is it?"},
        {"role": "assistant", "content": "On its way."},
        {"role": "user", "content": "When will it arrive?"}
    ]}"#;
    let measured = on(request, "gpt-4o");
    assert_eq!(shown(&measured), "system 6, history 8, user 5, framing 19: 38");
    assert_eq!(measured.cacheable.tokens, 6 + 8 + 3 * 4);
}

/// A request to Claude with these marks in it, and what is counted as its beginning.
fn beginning(tools: [&str; 2], system: &str, asked: [&str; 2]) -> u64 {
    let request = serde_json::json!({
        "tools": [
            {"name": "find", "description": "Finds an order.", "input_schema": {}},
            {"name": "pay", "description": "Pays money back.", "input_schema": {}}
        ],
        "system": [{"type": "text", "text": "You answer questions about orders."}],
        "messages": [{"role": "user", "content": [
            {"type": "text", "text": "This is my letter, and there is much in it."},
            {"type": "text", "text": "What do I want?"}
        ]}]
    });
    let mut request = request;
    let places = [
        ("/tools/0", tools[0]),
        ("/tools/1", tools[1]),
        ("/system/0", system),
        ("/messages/0/content/0", asked[0]),
        ("/messages/0/content/1", asked[1]),
    ];
    for (place, mark) in places.into_iter().filter(|(_, mark)| !mark.is_empty()) {
        let block = request.pointer_mut(place).expect("it is there");
        block["cache_control"] = serde_json::json!({"type": mark});
    }
    on(&request.to_string(), "claude-opus-4-8").cacheable.tokens
}

#[test]
fn the_beginning_ends_where_a_request_marks_its_end() {
    const MARK: &str = "ephemeral";
    let unmarked = beginning(["", ""], "", ["", ""]);
    let first_tool = beginning([MARK, ""], "", ["", ""]);
    let tools = beginning([MARK, MARK], "", ["", ""]);
    let system = beginning(["", MARK], MARK, ["", ""]);
    let letter = beginning(["", ""], MARK, [MARK, ""]);
    let all = beginning(["", ""], "", [MARK, MARK]);
    // Anthropic's own prompt for tools, each tool, what the model is told.
    assert!(290 < first_tool && first_tool < tools && tools < system, "{first_tool} {tools}");
    assert_eq!(system, unmarked, "the last of several marks is the end");
    assert!(system < letter && letter < all, "{system} {letter} {all}");
    let request = r#"{"system": "Be kind.", "messages": [
        {"role": "user", "content": [{"type": "text", "text": "{{letter}} Read it.",
            "cache_control": {"type": "ephemeral"}}]},
        {"role": "assistant", "content": "I did."},
        {"role": "user", "content": [{"type": "tool_result", "content": [
            {"type": "text", "text": "On its way.", "cache_control": {"type": "ephemeral"}},
            {"type": "text", "text": "On Tuesday."}]}]}
    ]}"#;
    let marked = on(request, "claude-opus-4-8").cacheable.tokens;
    let less = on(&request.replace("On its way.", ""), "claude-opus-4-8").cacheable.tokens;
    let same = on(&request.replace("On Tuesday.", "Soon."), "claude-opus-4-8").cacheable.tokens;
    assert!(less < marked && same == marked, "{less} {marked} {same}");
}

#[test]
fn pictures_and_documents_are_sections_of_their_own() {
    let request = r#"{"messages": [{"role": "user", "content": [
        {"type": "text", "text": "What is it?"},
        {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}},
        {"type": "document", "source": {"type": "text", "data": "A page about shoes."}}
    ]}]}"#;
    let measured = on(request, "claude-opus-4-8");
    assert_eq!(shown(&measured), "user ≈6, images 1369, documents ≈8, framing ≈6: ≈1389");
    let image = measured.shares.iter().find(|share| share.section == Section::Images);
    let source = image.and_then(|share| share.source).unwrap_or_default();
    assert!(source.contains("28 pixels"), "{source}");
}

#[test]
fn a_picture_on_a_model_without_a_formula_is_a_gap() {
    let request =
        r#"[{"role": "user", "content": [{"type": "image_url", "image_url": "https://a/b"}]}]"#;
    let measured = on(request, "pixtral-12b");
    let gaps: Vec<String> =
        measured.gaps.iter().map(|gap| format!("{}: {}", gap.place, gap.message)).collect();
    assert_eq!(
        gaps,
        ["[0].content[0]: How many tokens an image takes on `pixtral-12b` is not known."]
    );
}
