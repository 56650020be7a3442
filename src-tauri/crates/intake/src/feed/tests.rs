//! Which format a file is of, and whole files as they are published.

use std::path::PathBuf;

use cost::book::Provider;
use jiff::civil::{Date, date};

use super::*;
use crate::book;

pub const TODAY: Date = date(2026, 11, 22);

/// A file of the tests.
pub fn file(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/files").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Everything that comes out can be written as a price file and reads back the same.
#[track_caller]
pub fn assert_whole(feed: &Feed) {
    let mut ids: Vec<_> = feed.providers.iter().map(|provider| &provider.id).collect();
    let sorted = ids.clone();
    ids.sort();
    ids.dedup();
    assert_eq!(ids, sorted);
    for provider in &feed.providers {
        let text = book::write(provider);
        assert_eq!(book::read(&text).as_ref(), Ok(provider), "{text}");
        assert_eq!(book::write(&book::read(&text).expect("just read")), text);
    }
}

/// Published price books by the names of their files, where the handbook is at hand.
pub fn published() -> Vec<(String, Vec<u8>)> {
    let own = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data");
    let folder = std::env::var_os("FOREBILL_BOOKS").map_or_else(own, PathBuf::from);
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("{} is not there: no published book was read", folder.display());
        return vec![];
    };
    let paths = files.map(|file| file.expect("readable").path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension != "md"))
        .map(|path| {
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("readable"))
        })
        .collect();
    files.sort();
    files
}

/// Excerpts of at most 8 KB, one of each format, as they were published.
pub const EXCERPTS: &[(Format, &str)] = &[
    (Format::LiteLlm, "books/litellm.json"),
    (Format::ModelsDev, "books/models-dev.json"),
    (Format::ModelPrices, "books/model-prices.json"),
    (Format::Metergraph, "books/metergraph.yaml"),
    (Format::Azure, "books/azure.json"),
    (Format::OursCsv, "books/own.csv"),
];

/// What an importer makes of an excerpt.
pub fn excerpt(format: Format) -> Feed {
    let (_, name) = EXCERPTS.iter().find(|(known, _)| *known == format).expect("an excerpt");
    let (found, feed) = read(&file(name), None, TODAY).expect("a book");
    assert_eq!(found, format);
    feed
}

/// A model as its price file has it, without its head and without blank lines.
#[track_caller]
pub fn check(feed: &Feed, provider: &str, id: &str, expected: &str) {
    let mut providers = feed.providers.iter().filter(|found| found.id == provider);
    let model = providers.next().and_then(|found| found.models.iter().find(|model| model.id == id));
    let model = model.unwrap_or_else(|| panic!("no {provider}/{id}: {:?}", names(feed)));
    let mut text = String::new();
    book::write_model(&mut text, None, model);
    let lines: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines[2..].join("\n"), expected.trim());
}

/// Every model as `provider/id`.
pub fn names(feed: &Feed) -> Vec<String> {
    let of = |provider: &Provider| {
        let id = provider.id.clone();
        provider.models.iter().map(move |model| format!("{id}/{}", model.id)).collect::<Vec<_>>()
    };
    feed.providers.iter().flat_map(of).collect()
}

/// What was said of a model, or of the whole feed.
pub fn said(feed: &Feed) -> Vec<String> {
    feed.problems.iter().map(ToString::to_string).collect()
}

/// The keys that were not read, with what the first model has there.
pub fn unread(feed: &Feed) -> Vec<String> {
    let of = |unread: &Unread| {
        let first = &unread.kept[0];
        format!("{} {} {} {}", unread.kept.len(), unread.key, first.model, first.value)
    };
    feed.unread.iter().map(of).collect()
}

#[test]
fn every_excerpt_is_of_its_format_and_comes_out_whole() {
    for (format, name) in EXCERPTS {
        let bytes = file(name);
        assert!(bytes.len() <= 8192, "{name} has {} bytes", bytes.len());
        assert_eq!(Format::of(&bytes), Some(*format), "{name}");
        let feed = excerpt(*format);
        assert!(!feed.providers.is_empty(), "{name}");
        assert_whole(&feed);
        assert_eq!(excerpt(*format), feed, "{name} twice");
    }
    assert_eq!(Format::of(&file("genai-prices-excerpt.json")), Some(Format::Genai));
}

#[test]
fn a_price_file_of_ours_comes_back_as_it_is() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../prices/curated/deepseek.toml");
    let text = std::fs::read_to_string(path).expect("it ships");
    let (format, feed) = read(text.as_bytes(), None, TODAY).expect("a book");
    assert_eq!((format, feed.problems.len(), feed.unread.len()), (Format::OursToml, 0, 0));
    assert_eq!(feed.providers.iter().map(book::write).collect::<String>(), text);
}

/// Names that differ by letter case alone, in any script, mean one model.
#[test]
fn a_name_means_one_model() {
    let table = "provider,model,meter,per_million,source,checked\n\
                 acme,Ärger,input,1,https://acme.example,2026-11-20\n\
                 acme,ärger,input,2,https://acme.example,2026-11-20\n";
    let (_, feed) = read(table.as_bytes(), None, TODAY).expect("a table");
    assert_eq!(names(&feed), ["acme/Ärger"]);
    assert_eq!(
        said(&feed),
        [
            "acme.ärger.line 3: It has `input` already, at 1 and not at 2. The one that is listed first is kept."
        ]
    );
    assert_whole(&feed);
}

/// Whatever the format, a dated id that costs the same is another name, and its terms go with it.
#[test]
fn a_dated_id_that_costs_the_same_is_another_name() {
    let map = r#"{
        "gpt-5.4": {"litellm_provider": "openai", "input_cost_per_token": 2.5e-06},
        "gpt-5.4-2026-03-05": {
            "litellm_provider": "openai", "input_cost_per_token": 2.5e-06, "prompt_cache_min_tokens": 1024
        },
        "gpt-4o": {"litellm_provider": "openai", "input_cost_per_token": 2.5e-06},
        "gpt-4o-2024-05-13": {"litellm_provider": "openai", "input_cost_per_token": 5e-06}
    }"#;
    let table = "provider,model,meter,per_million,source,checked\n\
                 openai,gpt-5.4,input,2,Order 4711,2026-11-20\n\
                 openai,gpt-5.4-2026-03-05,input,2,Order 4712,2026-11-20\n";
    let head = "provider = \"openai\"\nname = \"OpenAI\"\n";
    let model = |id: &str| {
        format!(
            "[[model]]\nid = \"{id}\"\nsource = \"Order 4711\"\nchecked = 2026-11-20\n\
             basis = \"contract\"\n[[model.price]]\ninput = \"2\"\n"
        )
    };
    let own = head.to_owned() + &model("gpt-5.4") + &model("gpt-5.4-2026-03-05");
    let expected = "openai: `gpt-5.4-2026-03-05` costs what the model without the day does. Each is another \
                    name: a price of yours holds for both.";
    for text in [map, table, &own] {
        let (_, feed) = read(text.as_bytes(), Some(TODAY), TODAY).expect("a book");
        let model = feed.providers[0].models.iter().find(|model| model.id == "gpt-5.4");
        assert_eq!(model.expect("it is listed").aliases, ["gpt-5.4-2026-03-05"]);
        assert_eq!(said(&feed), [expected]);
        assert_whole(&feed);
    }
    let (_, feed) = read(map.as_bytes(), Some(TODAY), TODAY).expect("a book");
    assert_eq!(names(&feed), ["openai/gpt-4o", "openai/gpt-4o-2024-05-13", "openai/gpt-5.4"]);
    let day = jiff::civil::date(2026, 11, 20);
    assert!(feed.providers[0].terms.cache("gpt-5.4", day).is_some());
}

/// A price of a single token where one of a million belongs is kept, and told.
#[test]
fn a_price_of_one_token_is_told() {
    let table = "provider,model,meter,per_million,source,checked\n\
                 acme,large,input,0.000002,Order 4711,2026-11-20\n\
                 acme,large,output,0,Order 4711,2026-11-20\n";
    let (_, feed) = read(table.as_bytes(), None, TODAY).expect("a table");
    assert_eq!(
        said(&feed),
        [
            "acme.large: Its `input` is 0.000002 for a million: that looks like the price of one. Write it for a \
          million, or as `each`, and import the file again."
        ]
    );
}

#[test]
fn what_is_no_book_is_named() {
    #[track_caller]
    fn check(bytes: &[u8], seen: &str) {
        let error = read(bytes, None, TODAY).expect_err("refused").to_string();
        let read = "Read are genai-prices v2, LiteLLM, models.dev, model-prices, metergraph, \
                    Azure retail meters, Forebill TOML, Forebill CSV.";
        assert_eq!(error, format!("This is {seen}, and no price book that is known. {read}"));
    }
    check(b"", "an empty file");
    check(b" \n", "an empty file");
    check(b"\xff\xfe", "no text in UTF-8 from byte 0 on");
    check(b"Dear customer,\nwe", "a text that begins with `Dear customer,`");
    check(b"{\"a\": 1, \"b\": 2}", "a JSON object with the keys a, b");
    check(b"[1, 2]", "a JSON list of 2");
    check(b"{\"a\": ", "broken JSON (EOF while parsing a value at line 1 column 6)");
}

#[test]
fn what_is_broken_says_so() {
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(read(text.as_bytes(), None, TODAY).expect_err("refused").to_string(), expected);
    }
    check(
        r#"[{"id": "acme", "models": []}]"#,
        "This is not a genai-prices v2 file: missing field `name` at line 1 column 29.",
    );
    check(
        "provider = \"acme\"\n[[model]]\nid = \"large\"\n",
        "This is not a Forebill TOML file: line 2, column 1: model `large`: `source` is missing.",
    );
    check(
        "currency: EUR\nmodels:\n  - canonical_id: a/b\n",
        "This is not a metergraph file: its prices are in EUR, not in USD.",
    );
}

#[test]
#[ignore = "reads published files of megabytes; run by `cargo xtask prove`"]
fn prove_published_books_are_read_whole() {
    for (_, bytes) in published() {
        let start = std::time::Instant::now();
        let (format, feed) = read(&bytes, None, TODAY).expect("a book");
        let models = || feed.providers.iter().flat_map(|provider| &provider.models);
        println!(
            "{}: {} providers, {} models ({} priced), {} entries, {} problems, {} unread keys, {:.1?}",
            format.name(),
            feed.providers.len(),
            models().count(),
            models().filter(|model| !model.prices.is_empty()).count(),
            models().map(|model| model.prices.len()).sum::<usize>(),
            feed.problems.len(),
            feed.unread.len(),
            start.elapsed(),
        );
        assert_whole(&feed);
        assert_eq!(read(&bytes, None, TODAY).expect("a book"), (format, feed));
    }
}
