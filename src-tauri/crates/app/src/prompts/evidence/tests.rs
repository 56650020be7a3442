//! What is found in samples, and what is said to be missing.

use std::fs;

use super::*;

const TALK: &str =
    "User: Where is my order?\nAssistant: It comes tomorrow.\nUser: Thanks!\nAssistant: Gladly.";

fn measured(text: &str) -> Evidence {
    evidence(Sampling { text: Some(text.to_owned()), ..Sampling::default() }).expect("a sample")
}

fn numbers(evidence: &Evidence) -> Vec<String> {
    let number = |it: &Found| format!("{}: {}", it.label, it.value);
    evidence.numbers.iter().map(number).collect()
}

fn says(evidence: &Evidence, wanted: &str) -> bool {
    evidence.notes.iter().any(|note| note.message.contains(wanted))
}

#[test]
fn a_transcript_gives_turns_and_lengths() {
    let found = measured(TALK);
    assert_eq!(
        numbers(&found),
        ["turns: 2 x1", "question: 2 x1 | 5 x1", "answer: 3 x1 | 4 x1", "added to history: 9 x1"]
    );
    assert_eq!((found.conversations, found.turns, found.answers), (1, 2, 0));
    let turns = &found.numbers[0];
    assert_eq!(turns.field.as_deref(), Some("turns"));
    assert!(
        turns.source.starts_with("1 conversation in pasted text, SHA-256 "),
        "{}",
        turns.source
    );
    assert_eq!(turns.counted, None);
    let question = &found.numbers[1];
    assert_eq!(question.counted.as_deref(), Some("o200k"));
    assert!(question.source.ends_with(", counted in o200k_base"), "{}", question.source);
    assert!(says(&found, "One conversation says nothing"));
    assert!(says(&found, "No sample says what the model is told first"));
    assert!(says(&found, "No sample says how many hidden tokens"));
}

#[test]
fn an_answer_alone_says_how_long_answers_are() {
    let found = measured("It comes tomorrow.");
    assert_eq!(numbers(&found), ["answer: 4 x1"]);
    assert_eq!((found.conversations, found.answers), (0, 1));
    assert!(says(&found, "answers alone"));
}

#[test]
fn what_was_answered_stands_beside_what_was_asked() {
    let chat = r#"{"model": "gpt-5", "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Where is it?"}]}"#;
    let openai = format!(
        r#"{{"request": {chat}, "response": {{"choices": [{{"message": {{"role": "assistant", "content": "On its way."}}}}], "usage": {{"completion_tokens_details": {{"reasoning_tokens": 64}}}}}}}}"#
    );
    let anthropic = r#"{"request": {"model": "claude-opus-4-7", "system": "Be kind.", "messages": [{"role": "user", "content": "Where is it?"}]},
        "response": {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "On its way."}]}}"#;
    let gemini = r#"{"request": {"contents": [{"role": "user", "parts": [{"text": "Where is it?"}]}]},
        "response": {"candidates": [{"content": {"role": "model", "parts": [{"text": "On its way."}]}}], "usageMetadata": {"thoughtsTokenCount": 12}}}"#;
    let responses = r#"{"request": {"model": "gpt-5", "instructions": "Be kind.", "input": "Where is it?"},
        "response": {"object": "response", "output": [{"type": "reasoning"}, {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "On its way."}]}]}}"#;
    for (text, reasoning) in [
        (openai.as_str(), Some("64 x1")),
        (anthropic, None),
        (gemini, Some("12 x1")),
        (responses, None),
    ] {
        let found = measured(text);
        assert_eq!((found.conversations, found.turns, found.left_out), (1, 1, 0), "{text}");
        let value = |what: What| {
            let number = found.numbers.iter().find(|it| it.what == what);
            number.map(|it| it.value.split(' ').take(2).collect::<Vec<_>>().join(" "))
        };
        assert!(value(What::Answer).is_some(), "{text}");
        assert_eq!(value(What::Reasoning).as_deref(), reasoning, "{text}");
        assert!(!says(&found, "no answer"), "{:?}", found.notes);
    }
    assert_eq!(measured(&openai).model.as_deref(), Some("openai/gpt-5"));
    assert_eq!(measured(anthropic).certainty, Certainty::Estimated);
}

/// A log has each request with all that was said before: the last of them is the conversation.
#[test]
fn requests_that_go_on_in_others_count_once() {
    let user = |text: &str| format!(r#"{{"role": "user", "content": "{text}"}}"#);
    let model = |text: &str| format!(r#"{{"role": "assistant", "content": "{text}"}}"#);
    let request = |messages: &[String]| format!(r#"{{"messages": [{}]}}"#, messages.join(", "));
    let first = [user("Where is it?")];
    let second = [user("Where is it?"), model("On its way."), user("Thanks!")];
    let other = [user("Why?"), model("So.")];
    let text = [request(&first), request(&second), request(&other), request(&other)].join("\n");
    let found = measured(&text);
    assert_eq!((found.conversations, found.beginnings), (3, 1));
    assert_eq!(numbers(&found)[0], "turns: 1 x2 | 2 x1");
    assert!(says(&found, "1 turn has no answer"), "{:?}", found.notes);
}

#[test]
fn tools_are_counted_apart_from_the_answer() {
    let text = r#"{"model": "gpt-5", "messages": [
        {"role": "user", "content": "Where is it?"},
        {"role": "assistant", "content": null, "tool_calls": [{"function": {"name": "find", "arguments": "{\"order\": 7}"}}]},
        {"role": "tool", "content": "on the way"},
        {"role": "assistant", "content": "It comes tomorrow."},
        {"role": "user", "content": "Thanks!"},
        {"role": "assistant", "content": "Gladly."}]}"#;
    let found = measured(text);
    assert_eq!(
        numbers(&found),
        [
            "turns: 2 x1",
            "question: 2 x1 | 4 x1",
            "answer: 3 x1 | 4 x1",
            "model calls: 1 x1 | 2 x1",
            "tool calls: 0 x1 | 1 x1",
            "tool call output: 7 x1",
            "tool results: 0 x1 | 3 x1",
            "added to history: 18 x1",
        ]
    );
    assert!(says(&found, "What tools answered is sent again in later turns."));
}

#[test]
fn a_folder_holds_samples_of_every_shape() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [
        ("a.txt", TALK),
        (
            "b.json",
            r#"[[{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]]"#,
        ),
        (
            "c.jsonl",
            "{\"conversations\": [{\"from\": \"human\", \"value\": \"Why?\"}, {\"from\": \"gpt\", \"value\": \"So.\"}]}\n{\"id\": 7}\n{",
        ),
        ("d.md", ""),
    ] {
        fs::write(folder.path().join(name), text).expect("written");
    }
    let path = Some(folder.path().to_owned());
    let found = evidence(Sampling { path, ..Sampling::default() }).expect("samples");
    assert_eq!((found.conversations, found.turns, found.left_out), (3, 4, 3));
    let places: Vec<_> = found.notes.iter().filter_map(|note| note.place.as_deref()).collect();
    assert_eq!(places, ["c.jsonl:2", "c.jsonl:3", "d.md"]);
}

#[test]
fn what_holds_no_sample_is_refused() {
    let refused = |text: &str| {
        let asked = Sampling { text: Some(text.to_owned()), ..Sampling::default() };
        evidence(asked).expect_err("it must be refused").message
    };
    assert_eq!(refused("  "), "It is empty. There is no sample in it.");
    assert_eq!(refused("[1, 2]"), "It is no conversation. There is no sample in it.");
    assert_eq!(
        evidence(Sampling::default()).expect_err("it must be refused").message,
        "A sample is a text, or a file or a folder."
    );
}

/// What is found is what a plan reads: every value with a field, by that field's own rule.
#[test]
fn a_plan_reads_what_is_found() {
    use cost::units::{Kind, read};
    let found = measured(TALK);
    for number in &found.numbers {
        let kind = match number.field.as_deref() {
            Some("turns") => Kind::Count,
            Some(_) => Kind::Tokens,
            None => continue,
        };
        read(&number.value, kind).unwrap_or_else(|why| panic!("{}: {}", number.value, why.message));
    }
}
