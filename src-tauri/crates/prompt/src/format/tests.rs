//! Each format as its vendor takes it.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::message::{Content, Role};

/// 1024 by 768 pixels; the beginning is enough.
const PNG: &str = "iVBORw0KGgoAAAANSUhEUgAABAAAAAMACAIAAAA=";

fn given() -> Given {
    Given::new()
}

fn requests(text: &str) -> Requests {
    read(text, &given(), None).expect("it is a request")
}

/// A prompt in one line: `tool lookup | system text 9 | user image 1024x768`.
fn shown(prompt: &Prompt) -> String {
    let content = |content: &Content| match content {
        Content::Text(text) => format!("text {}", text.text),
        Content::Retrieved(text) => format!("retrieved {}", text.text),
        Content::Document(text) => format!("document {}", text.text),
        Content::ToolCall(name, arguments) => format!("call {name} {arguments}"),
        Content::ToolResult(text) => format!("result {}", text.text),
        Content::Image(image) => match image.size {
            Some(Pixels { width, height }) => format!("image {width}x{height} {:?}", image.detail),
            None => format!("image {:?}", image.detail),
        },
    };
    let tools = prompt.tools.iter().map(|tool| format!("tool {}: {}", tool.name, tool.description));
    let messages = prompt.messages.iter().map(|message| {
        let role = match message.role {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
            Role::Tool => "tool",
        };
        let name = message.name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
        let contents: Vec<String> = message.contents.iter().map(content).collect();
        format!("{role}{name} {}", contents.join(" + "))
    });
    let gaps = prompt.gaps.iter().map(|gap| format!("gap {}: {}", gap.place, gap.message));
    tools.chain(messages).chain(gaps).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(text: &str, format: Format, expected: &str) -> Requests {
    let read = requests(text);
    assert_eq!(read.format, format);
    assert_eq!(shown(&read.prompts[0]), expected);
    assert_eq!(read_as(text, format, &given(), None).as_ref(), Ok(&read));
    read
}

#[test]
fn a_text_is_a_text_with_variables() {
    let read = check(
        "Answer {{question}} now.",
        Format::Text,
        "user text Answer  now.\n\
         gap : The variable `question` counts as 0 tokens: it has no text yet.",
    );
    assert_eq!(
        read.prompts[0].messages[0].contents[0].template().map(|it| it.variables.len()),
        Some(1)
    );
    assert!(read.prompts[0].is_bare);
    for text in ["", "# Title", "[see below] {a}", "{not json", "123"] {
        check(text, Format::Text, &format!("user text {text}"));
    }
}

#[test]
fn openai_chat_has_roles_tools_and_pictures() {
    let text = format!(
        r#"{{"model": "gpt-5", "tool_choice": "required", "tools": [
            {{"type": "function", "function": {{"name": "find", "description": "Finds.", "parameters": {{"type": "object"}}}}}},
            {{"type": "web_search"}}
        ], "messages": [
            {{"role": "developer", "content": "Be kind."}},
            {{"role": "user", "name": "ann", "content": [
                {{"type": "text", "text": "What is it?"}},
                {{"type": "image_url", "image_url": {{"url": "data:image/png;base64,{PNG}", "detail": "low"}}}},
                {{"type": "image_url", "image_url": {{"url": "https://example.com/a.png"}}}},
                {{"type": "input_audio", "input_audio": {{}}}}
            ]}},
            {{"role": "assistant", "content": null, "tool_calls": [
                {{"id": "1", "type": "function", "function": {{"name": "find", "arguments": "{{\"a\":1}}"}}}}
            ]}},
            {{"role": "tool", "tool_call_id": "1", "content": "Found."}}
        ]}}"#
    );
    let read = check(
        &text,
        Format::OpenAiChat,
        "tool find: Finds.\n\
         system text Be kind.\n\
         user (ann) text What is it? + image 1024x768 Low + image Auto\n\
         assistant call find {\"a\":1}\n\
         tool result Found.\n\
         gap tools[1]: `web_search` is not counted here.\n\
         gap messages[1].content[2]: The size of an image cannot be read from its address.\n\
         gap messages[1].content[3]: `input_audio` is not counted here.",
    );
    assert_eq!(read.prompts[0].model.as_deref(), Some("gpt-5"));
    assert!(read.prompts[0].must_call);
    check(r#"[{"role": "user", "content": "Hi"}]"#, Format::OpenAiChat, "user text Hi");
}

#[test]
fn an_image_by_its_address_takes_the_size_that_is_given() {
    let text =
        r#"[{"role": "user", "content": [{"type": "image_url", "image_url": "https://a/b"}]}]"#;
    let size = Some(Pixels { width: 20, height: 10 });
    let read = read(text, &given(), size).expect("it is a request");
    assert_eq!(shown(&read.prompts[0]), "user image 20x10 Auto");
}

#[test]
fn every_kind_of_picture_has_its_size_at_its_beginning() {
    for (kind, data, size) in [
        ("png", PNG, "1024x768"),
        ("gif", "R0lGODlhgALgAQAAAA==", "640x480"),
        ("jpeg", "/9j/4AAQSkZJRgABAQAAAQABAAD/wAARCAJYAyADASIAAhEBAxEB", "800x600"),
        ("webp", "UklGRhYAAABXRUJQVlA4WAoAAAAAAAAAKwEAxwAA", "300x200"),
    ] {
        let text = format!(
            r#"{{"contents": [{{"parts": [{{"inlineData": {{"mimeType": "image/{kind}", "data": "{data}"}}}}]}}]}}"#
        );
        check(&text, Format::Gemini, &format!("user image {size} Auto"));
    }
}

#[test]
fn openai_responses_have_items() {
    check(
        r#"{"model": "gpt-5", "instructions": "Be kind.", "previous_response_id": "r1", "tools": [
            {"type": "function", "name": "find", "parameters": {}}
        ], "input": [
            {"role": "user", "content": [{"type": "input_text", "text": "Hi"}, {"type": "input_file", "file_id": "f"}]},
            {"type": "function_call", "name": "find", "arguments": "{}"},
            {"type": "function_call_output", "output": "Found."},
            {"type": "file_search_call", "results": [{"text": "A page."}]},
            {"type": "reasoning", "summary": []}
        ]}"#,
        Format::OpenAiResponses,
        "tool find: \n\
         system text Be kind.\n\
         user text Hi\n\
         assistant call find {}\n\
         tool result Found.\n\
         tool retrieved A page.\n\
         gap input[0].content[1]: A file is not counted: its text is not at hand.\n\
         gap input[4]: `reasoning` is not counted here.\n\
         gap previous_response_id: What an earlier response said is sent again and not counted.",
    );
    check(r#"{"model": "gpt-5", "input": "Hi"}"#, Format::OpenAiResponses, "user text Hi");
}

#[test]
fn anthropic_messages_have_blocks() {
    let text = format!(
        r#"{{"model": "claude-opus-4-8", "system": [{{"type": "text", "text": "Be kind."}}], "tools": [
            {{"name": "find", "description": "Finds.", "input_schema": {{"type": "object"}}}},
            {{"type": "bash_20250124", "name": "bash"}}
        ], "messages": [
            {{"role": "user", "content": [
                {{"type": "image", "source": {{"type": "base64", "media_type": "image/png", "data": "{PNG}"}}}},
                {{"type": "document", "title": "T", "source": {{"type": "text", "data": "A page."}}}},
                {{"type": "document", "source": {{"type": "base64", "data": "JVBERi0="}}}},
                {{"type": "search_result", "content": [{{"type": "text", "text": "Found."}}]}},
                {{"type": "text", "text": "Hi"}}
            ]}},
            {{"role": "assistant", "content": [{{"type": "tool_use", "name": "find", "input": {{"a": 1}}}}]}},
            {{"role": "user", "content": [{{"type": "tool_result", "content": "Yes."}}]}}
        ]}}"#
    );
    check(
        &text,
        Format::Anthropic,
        "tool find: Finds.\n\
         system text Be kind.\n\
         user image 1024x768 Auto + document T + document A page. + retrieved Found. + text Hi\n\
         assistant call find {\"a\":1}\n\
         tool result Yes.\n\
         gap messages[0].content[2]: A document is not counted: its text is not at hand.\n\
         gap tools[1]: The tool `bash_20250124` is the vendor's own.",
    );
}

#[test]
fn gemini_contents_have_parts() {
    check(
        r#"{"system_instruction": {"parts": {"text": "Be kind."}},
            "generationConfig": {"mediaResolution": "MEDIA_RESOLUTION_LOW"},
            "tools": [{"functionDeclarations": [{"name": "find", "description": "Finds."}]}, {"googleSearch": {}}],
            "contents": [
                {"role": "user", "parts": [{"text": "Hi"}, {"fileData": {"mimeType": "image/png", "fileUri": "x"}}]},
                {"role": "model", "parts": [{"functionCall": {"name": "find", "args": {"a": 1}}}]},
                {"role": "user", "parts": [{"functionResponse": {"name": "find", "response": {"b": 2}}}]}
            ]}"#,
        Format::Gemini,
        "tool find: Finds.\n\
         system text Be kind.\n\
         user text Hi + image Low\n\
         assistant call find {\"a\":1}\n\
         tool result {\"b\":2}\n\
         gap contents[0].parts[1]: The size of an image cannot be read from its address.\n\
         gap tools[1]: `googleSearch` is not counted here.",
    );
}

#[test]
fn what_both_could_mean_goes_by_the_model() {
    let format = |model: &str| {
        let text =
            format!(r#"{{"model": "{model}", "messages": [{{"role": "user", "content": "Hi"}}]}}"#);
        requests(&text).format
    };
    assert_eq!(format("gpt-5"), Format::OpenAiChat);
    assert_eq!(format("claude-opus-4-8"), Format::Anthropic);
}

#[test]
fn lines_hold_a_request_each_also_inside_a_batch() {
    let text = "{\"custom_id\": \"a\", \"body\": {\"messages\": [{\"role\": \"user\", \"content\": \"One\"}]}}\n\n\
                {\"messages\": [{\"role\": \"user\", \"content\": \"Two\"}]}\n";
    let read = requests(text);
    assert_eq!((read.format, read.are_lines, read.prompts.len()), (Format::OpenAiChat, true, 2));
    assert_eq!(shown(&read.prompts[1]), "user text Two");
    let anthropic = r#"{"custom_id": "a", "params": {"system": "S", "messages": [{"role": "user", "content": "Hi"}]}}"#;
    check(anthropic, Format::Anthropic, "system text S\nuser text Hi");
}

#[test]
fn json_that_no_vendor_takes_is_a_text_and_says_so() {
    for (text, why) in [
        (
            r#"{"question": "Hi"}"#,
            "It is JSON that no vendor takes as a request: counted as a plain text.",
        ),
        ("[1, 2]", "It is JSON that no vendor takes as a request: counted as a plain text."),
        (
            r#"{"messages": ["#,
            "It begins like JSON and is none (EOF while parsing a list at line 1 column 14): counted as a plain text.",
        ),
    ] {
        let read = requests(text);
        assert_eq!(read.format, Format::Text);
        assert_eq!(
            read.prompts[0].gaps.iter().map(|gap| gap.message.as_str()).collect::<Vec<_>>(),
            [why]
        );
    }
}

#[test]
fn what_is_wrong_has_its_place() {
    let error = |text: &str| read(text, &given(), None).expect_err("it is wrong").to_string();
    assert_eq!(
        error(r#"{"messages": [{"role": "usr", "content": "Hi"}]}"#),
        "`messages[0].role` is `usr`, and may be `system`, `developer`, `user`, `assistant`, `tool`, `function`."
    );
    assert_eq!(
        error(r#"{"messages": [{"role": "user", "content": [{"type": "text"}]}]}"#),
        "`messages[0].content[0]` has no `text`."
    );
    assert_eq!(error(r#"{"contents": []}"#), "`the request` has no messages.");
    assert_eq!(
        error("{\"contents\": [{\"parts\": [{\"text\": \"a\"}]}]}\n{\"contents\": [{}]}"),
        "line 2: `contents[0]` has no `parts`."
    );
    let forced = read_as("Hi", Format::Gemini, &given(), None).expect_err("no JSON").to_string();
    assert_eq!(forced, "`the request` is not JSON: expected value at line 1 column 1.");
}

/// Values of every kind where a request could have them.
fn values() -> impl Strategy<Value = Value> {
    let key = prop::sample::select(vec![
        "messages",
        "contents",
        "input",
        "role",
        "content",
        "parts",
        "type",
        "text",
        "tools",
        "function",
        "name",
        "source",
        "image_url",
        "url",
        "system",
        "tool_calls",
        "parameters",
    ]);
    let word = prop::sample::select(vec![
        "user",
        "text",
        "image",
        "image_url",
        "document",
        "tool_use",
        "function",
        "base64",
        "data:image/png;base64,AAAA",
        "{{a}}",
        "",
    ]);
    let leaf = prop_oneof![word.prop_map(|it| json!(it)), Just(json!(null)), Just(json!(1))];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map(key.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn whatever_is_sent_is_read_or_refused(value in values()) {
        let text = value.to_string();
        read(&text, &given(), None).ok();
        for format in Format::ALL {
            if let Ok(requests) = read_as(&text, format, &given(), None) {
                prop_assert!(!requests.prompts.is_empty());
            }
        }
    }
}
