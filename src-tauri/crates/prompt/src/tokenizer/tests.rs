//! Counts held against reference counts, and against OpenAI's own library.

use std::path::Path;
use std::{env, fs};

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::Value;
use tiktoken_rs::CoreBPE;

use super::tokens::count_in_chunks;
use super::{Lanes, Vocabulary, count, token_ends};

#[test]
fn the_reference_texts_have_the_reference_counts() {
    let cases: Value =
        serde_json::from_str(include_str!("../../../../../tests/files/token_cases.json"))
            .expect("the cases are JSON");
    let texts = cases["texts"].as_array().expect("the cases hold texts");
    assert_eq!(texts.len(), 63);
    for case in texts {
        let text = case["text"].as_str().expect("a text");
        for vocabulary in Vocabulary::ALL {
            let expected = case["counts"][vocabulary.name()].as_u64();
            assert_eq!(Some(count(text, vocabulary)), expected, "{vocabulary} {}", case["name"]);
        }
    }
}

/// Lines that `tests/oracles/counts.py` wrote, each a text and what vendors' libraries count.
fn assert_counts(lines: &str) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let bulk = cfg!(feature = "bulk").then(|| Lanes::for_bytes(Lanes::BULK_BYTES));
    let mut counted = 0;
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).expect("a line of JSON");
        let text = match line["file"].as_str() {
            Some(file) => fs::read_to_string(root.join(file)).expect("a file of the tests"),
            None => line["text"].as_str().expect("a text").to_owned(),
        };
        for (name, theirs) in line["counts"].as_object().expect("counts by vocabulary") {
            let vocabulary = name.parse().expect("a vocabulary");
            let start: String = text.chars().take(200).collect();
            assert_eq!(Some(count(&text, vocabulary)), theirs.as_u64(), "{name} {start:?}");
            let in_bulk = bulk.as_ref().map(|lanes| lanes.count(&text, vocabulary.into()));
            assert!(in_bulk.is_none() || in_bulk == theirs.as_u64(), "{name} {start:?} in bulk");
        }
        counted += text.len();
    }
    counted
}

#[test]
fn the_vendors_libraries_count_the_same() {
    let bytes = assert_counts(include_str!("../../../../../tests/files/vendor_counts.jsonl"));
    assert!(bytes > 200_000, "{bytes}");
}

#[test]
#[ignore = "takes minutes; `cargo xtask prove` asks the libraries first"]
fn prove_the_vendors_libraries_count_the_same() {
    let path = env::var("FOREBILL_VENDOR_COUNTS").expect("`cargo xtask prove` says where they are");
    let lines = fs::read_to_string(path).expect("what the libraries counted");
    let bytes = assert_counts(&lines);
    println!("{} texts, {} MB: no difference", lines.lines().count(), bytes / 1_000_000);
    assert!(bytes > 20_000_000, "{bytes}");
}

#[test]
#[ignore = "takes minutes"]
fn prove_the_library_counts_the_same() {
    let mut runner = TestRunner::new(seeded(500_000));
    let counted = runner.run(&text(30, 9), |text| {
        for (vocabulary, library) in libraries() {
            let whole = library.encode_ordinary(&text).len() as u64;
            prop_assert_eq!(count(&text, vocabulary), whole, "{}", vocabulary);
        }
        Ok(())
    });
    counted.expect("no difference");
    println!("500000 strings in 4 vocabularies of OpenAI: no difference");
}

#[test]
fn special_tokens_are_plain_text() {
    for vocabulary in Vocabulary::ALL {
        assert!(count("<|endoftext|>", vocabulary) > 1, "{vocabulary}");
    }
}

#[test]
fn a_megabyte_of_blanks_before_a_word_is_counted() {
    // 7,812 runs of 128 spaces, one of 63, and " x".
    let spaces = " ".repeat(1_000_000) + "x";
    assert_eq!(count(&spaces, Vocabulary::O200kBase), 7_814);
    // 62,499 runs of 16 tabs, one of 15, and "\tx".
    let tabs = "\t".repeat(1_000_000) + "x";
    assert_eq!(count(&tabs, Vocabulary::Cl100kBase), 62_501);
}

#[test]
fn long_texts_without_a_safe_cut_are_counted_as_the_library_does() {
    for run in ["a", "7", " \n", "\u{3000}", "-", "/\n", "😀", "退", "e\u{301}"] {
        let text = run.repeat((64 << 10) / run.len()) + "x";
        for (vocabulary, library) in libraries() {
            let whole = library.encode_ordinary(&text).len() as u64;
            assert_eq!(count(&text, vocabulary), whole, "{vocabulary} {run:?}");
        }
    }
}

/// The library that each vocabulary of OpenAI is held against.
fn libraries() -> [(Vocabulary, &'static CoreBPE); 4] {
    [
        (Vocabulary::O200kBase, tiktoken_rs::o200k_base_singleton()),
        (Vocabulary::Cl100kBase, tiktoken_rs::cl100k_base_singleton()),
        (Vocabulary::P50kBase, tiktoken_rs::p50k_base_singleton()),
        (Vocabulary::R50kBase, tiktoken_rs::r50k_base_singleton()),
    ]
}

/// What patterns and merges treat apart, next to what they join.
fn fragment() -> impl Strategy<Value = &'static str> {
    let blanks = [" ", "  ", "\t", "\n", "\r\n", "\r", "\u{a0}", "\u{3000}", "\u{85}", "\u{2028}"];
    let words = [
        "a", "the", "Refund", "ABC", "iPhone", "s", "S", "ll", "re", "don't", "é", "ß", "ǅ", "Ω",
        "ж",
    ];
    let marks = [
        "'", "'s", "'S", "'ll", "'\u{17f}", "’", "\"", ".", ",", "-", "--", "=", "/", "//", "_",
        "(", "}",
    ];
    let others = [
        "7",
        "42",
        "1000",
        "Ⅷ",
        "²",
        "٣",
        "<|endoftext|>",
        "<|im_start|>",
        "\u{301}",
        "\u{3099}",
        "\u{200d}",
        "\u{feff}",
        "ʰ",
        "א",
        "م",
        "ह",
        "ि",
        "ไทย",
        "退",
        "款",
        "か",
        "ー",
        "データ",
        "エラー",
        "・",
        "한",
        "、",
        "。",
        "，",
        "「",
        "😀",
        "👩‍👧",
        "🇩🇪",
        "𝒳",
        "\0",
        "\u{b}",
        "\u{10ffff}",
    ];
    prop_oneof![
        3 => select(blanks.to_vec()),
        3 => select(words.to_vec()),
        2 => select(marks.to_vec()),
        2 => select(others.to_vec()),
    ]
}

pub(super) fn text(parts: usize, longest_run: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(
        (fragment(), prop_oneof![3 => 1_usize..=2, 1 => 1..=longest_run]),
        0..parts,
    )
    .prop_map(|parts| parts.into_iter().map(|(part, times)| part.repeat(times)).collect())
}

pub(super) fn seeded(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(seeded(400))]

    #[test]
    fn the_library_counts_the_same(text in text(40, 8), least in 1_usize..48) {
        for (vocabulary, library) in libraries() {
            let whole = library.encode_ordinary(&text).len() as u64;
            prop_assert_eq!(count_in_chunks(&text, vocabulary, least), whole, "{}", vocabulary);
        }
    }
}

proptest! {
    #![proptest_config(seeded(200))]

    #[test]
    fn chunks_add_up_to_the_whole(text in text(40, 60), least in 1_usize..48) {
        for vocabulary in Vocabulary::ALL {
            let whole = count_in_chunks(&text, vocabulary, usize::MAX);
            prop_assert_eq!(count_in_chunks(&text, vocabulary, least), whole, "{}", vocabulary);
            prop_assert_eq!(token_ends(&text, vocabulary).len() as u64, whole, "{}", vocabulary);
        }
    }
}
