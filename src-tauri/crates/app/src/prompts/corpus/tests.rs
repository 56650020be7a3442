//! Corpora are counted as their documents are.

use std::fs;
use std::thread;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::jobs::{Number, Outcome, cancel, poll};

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }
    folder
}

fn at(path: &Path) -> Corpus {
    Corpus { path: path.to_owned(), ..Corpus::default() }
}

fn lengths(corpus: &Corpus, threads: usize) -> CorpusLengths {
    let documents = Documents::of(&corpus.path).expect("there are some");
    let ways = ways(corpus).expect("they are known");
    let counted = counted(&corpus.path, documents, &ways, threads, &|_, _| true);
    counted.expect("they can be read").expect("they are wanted")
}

#[test]
fn documents_are_counted_apart_each_as_it_is() {
    let folder = folder(&[
        ("a.md", b"Where is my refund?"),
        ("deep/b.txt", b"Where is my refund? Where is my refund?"),
        ("c.jsonl", b"\"Where is my refund?\"\n{\"text\": \"Where\"}\n{\"id\": 3}\n"),
        ("picture.png", b"\x89PNG"),
        (".hidden", b"not counted"),
    ]);
    let models = vec!["anthropic/claude-opus-5-5".to_owned()];
    let vocabularies = vec!["o200k_base".to_owned()];
    let counted = lengths(&Corpus { models, vocabularies, ..at(folder.path()) }, 2);
    assert_eq!((counted.documents, counted.left_out), (4, 2));
    let notes: Vec<String> = counted
        .notes
        .iter()
        .map(|note| format!("{} {}", note.place.as_deref().unwrap_or_default(), note.message))
        .collect();
    assert_eq!(
        notes,
        ["c.jsonl:3 It has neither a text nor a request.", "picture.png It is no text in UTF-8."]
    );
    let [claude, exact] = &counted.ways[..] else { panic!("two ways were asked for") };
    assert_eq!(
        (exact.tokens, exact.mean.as_str(), exact.value.as_str()),
        (21, "5.25", "1 x1 | 5 x2 | 10 x1")
    );
    assert_eq!((exact.least, exact.p50, exact.most), (1, 5, 10));
    let source = format!("4 documents of {}, counted in o200k_base", counted.name);
    assert_eq!((&exact.source, exact.counted.as_deref()), (&source, Some("o200k")));
    assert_eq!(claude.certainty, Certainty::Estimated);
    assert!(claude.low < Some(claude.tokens) && Some(claude.tokens) < claude.high);
    assert!(claude.value.contains(" ±"), "{}", claude.value);
    assert!(claude.source.contains("estimated for claude-newer"), "{}", claude.source);
    let band = claude.counted.as_deref().and_then(|counted| counted.strip_prefix("claude-newer ±"));
    let band = band.and_then(|band| band.strip_suffix('%')?.parse::<f64>().ok()).expect("a band");
    let ends = [claude.low, claude.high].map(|end| end.expect("it is an estimate"));
    let wider = ends.map(|end| end.abs_diff(claude.tokens)).into_iter().max().expect("two ends");
    let wider = wider as f64 / claude.tokens as f64 * 100.0;
    assert!((wider..wider + 1.0).contains(&band), "{band} for {wider}");
}

#[test]
fn requests_are_documents_with_what_vendors_put_around_them() {
    let line =
        r#"{"model": "gpt-4o", "messages": [{"role": "user", "content": "Where is my refund?"}]}"#;
    let folder = folder(&[("asked.jsonl", format!("{line}\n{line}\n").as_bytes())]);
    let models = vec!["openai/gpt-4o".to_owned()];
    let counted = lengths(&Corpus { models, ..at(&folder.path().join("asked.jsonl")) }, 2);
    assert_eq!((counted.name.as_str(), counted.documents), ("asked.jsonl", 2));
    assert_eq!(counted.ways[0].value, "12 x2");
    assert_eq!(counted.ways[0].counted.as_deref(), Some("o200k"));
}

#[test]
fn requests_go_by_the_models_that_they_name_when_nobody_says_how() {
    let asks = |model: &str| {
        format!(r#"{{{model}"messages": [{{"role": "user", "content": "Where is my refund?"}}]}}"#)
    };
    let (named, small) = (asks(r#""model": "gpt-4o", "#), asks(r#""model": "gpt-4", "#));
    let messages = |counted: &CorpusLengths| {
        counted.notes.iter().map(|note| note.message.clone()).collect::<Vec<_>>()
    };
    let one = folder(&[("a.jsonl", named.as_bytes()), ("b.json", named.as_bytes())]);
    let counted = lengths(&at(one.path()), 2);
    let way = &counted.ways[0];
    assert_eq!((way.model.as_deref(), way.value.as_str()), (Some("openai/gpt-4o"), "12 x2"));
    assert_eq!((way.vocabulary.as_str(), messages(&counted)), ("o200k_base", vec![]));
    let models = vec!["openai/gpt-4o".to_owned()];
    assert_eq!(way.value, lengths(&Corpus { models, ..at(one.path()) }, 2).ways[0].value);

    let text = b"Where is my refund?".as_slice();
    let both =
        folder(&[("a.json", named.as_bytes()), ("b.json", small.as_bytes()), ("c.md", text)]);
    let counted = lengths(&at(both.path()), 2);
    let way = &counted.ways[0];
    assert_eq!(
        (way.model.as_deref(), way.vocabulary.as_str()),
        (None, "cl100k_base and o200k_base")
    );
    assert_eq!((way.value.as_str(), way.counted.as_deref()), ("5 x1 | 12 x2", None));
    assert_eq!(
        messages(&counted),
        ["Requests are counted on the models that they name: openai/gpt-4, openai/gpt-4o."]
    );

    let unnamed = folder(&[("a.json", asks("").as_bytes())]);
    let counted = lengths(&at(unnamed.path()), 2);
    assert_eq!(counted.ways[0].value, "5 x1");
    assert_eq!(counted.ways[0].counted, None);
    assert_eq!(
        messages(&counted),
        ["What vendors put around messages is not counted: no model is named."]
    );
}

#[test]
fn a_long_document_is_counted_step_by_step_and_as_a_short_one_is() {
    let text = "Where is my refund? ".repeat(200_000);
    let folder = folder(&[("long.md", text.as_bytes())]);
    let vocabularies = ["o200k_base", "cl100k_base"].map(str::to_owned).to_vec();
    let asked = Corpus { vocabularies, ..at(&folder.path().join("long.md")) };
    let steps = Mutex::new(vec![]);
    let counted = corpus(&asked, &|done, of| {
        assert_eq!(of, text.len() as u64);
        steps.lock().expect("no step breaks").push(done);
        true
    });
    let counted = counted.expect("it can be counted").expect("it is wanted");
    let steps = steps.into_inner().expect("no step broke");
    assert!(steps.is_sorted() && steps.len() >= 8, "{steps:?}");
    assert_eq!(steps.last(), Some(&(text.len() as u64)));
    for (way, vocabulary) in
        counted.ways.iter().zip([Vocabulary::O200kBase, Vocabulary::Cl100kBase])
    {
        assert_eq!(way.tokens, prompt::count(&text, vocabulary));
    }
    let first = AtomicU64::new(0);
    let stopped = corpus(&asked, &|_, _| first.fetch_add(1, Ordering::Relaxed) > 0);
    assert_eq!(stopped.expect("it can be counted"), None);
    assert_eq!(first.into_inner(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn threads_and_order_are_of_no_matter(texts in prop::collection::vec("[a-z ]{0,60}", 1..40)) {
        let lines = |texts: &mut dyn Iterator<Item = &String>| -> String {
            texts.map(|text| serde_json::to_string(text).expect("a text") + "\n").collect()
        };
        let there = lines(&mut texts.iter());
        let back = lines(&mut texts.iter().rev());
        let folder = folder(&[("d.jsonl", there.as_bytes()), ("back/d.jsonl", back.as_bytes())]);
        let one = lengths(&at(&folder.path().join("d.jsonl")), 1);
        let two = lengths(&at(&folder.path().join("d.jsonl")), 2);
        prop_assert_eq!(&one, &two);
        prop_assert_eq!(&one, &lengths(&at(&folder.path().join("back/d.jsonl")), 2));
        prop_assert_eq!(one.documents, texts.len() as u64);
        let whole: u64 = texts.iter().map(|text| prompt::count(text, USUAL)).sum();
        prop_assert_eq!(one.ways[0].tokens, whole);
    }
}

#[test]
fn a_job_says_how_far_it_is_and_gives_its_lengths_once() {
    let folder = folder(&[("a.md", b"Where is my refund?"), ("b.md", b"Here.")]);
    let CorpusStarted { job, corpus } = start(at(folder.path())).expect("it can be counted");
    let ended = loop {
        let progress = poll(Number { job }).expect("it was started");
        assert!(progress.done <= progress.of.max(1), "{progress:?}");
        if let Some(outcome) = progress.outcome {
            break outcome;
        }
        thread::sleep(Duration::from_millis(1));
    };
    assert_eq!(ended, Outcome::Written { files: vec![] });
    assert_eq!(take(CorpusNumber { corpus }).expect("it is there").documents, 2);
    assert_eq!(take(CorpusNumber { corpus }).expect_err("it was told").code, Code::NotFound);
}

#[test]
fn a_cancelled_job_counts_no_further() {
    let line = format!("\"{}\"\n", "Where is my refund? ".repeat(500));
    let folder = folder(&[("long.jsonl", line.repeat(2000).as_bytes())]);
    let CorpusStarted { job, corpus } = start(at(folder.path())).expect("it can be counted");
    cancel(Number { job }).expect("any job can be cancelled");
    let ended = loop {
        match poll(Number { job }).expect("it was started").outcome {
            Some(outcome) => break outcome,
            None => thread::sleep(Duration::from_millis(1)),
        }
    };
    assert_eq!(ended, Outcome::Cancelled);
    assert_eq!(take(CorpusNumber { corpus }).expect_err("nothing").code, Code::NotFound);
}

#[test]
fn what_holds_no_documents_says_so() {
    let refused = |path: &Path| corpus(&at(path), &|_, _| true).expect_err("it cannot be");
    assert_eq!(refused(Path::new("nowhere")).code, Code::MissingFile);
    let empty = folder(&[(".hidden", b"x")]);
    assert!(refused(empty.path()).message.starts_with("There are no documents in "));
    let pictures = folder(&[("a.png", b"\x89PNG")]);
    let message = refused(pictures.path()).message;
    assert!(message.ends_with("a.png: It is no text in UTF-8."), "{message}");
    let unknown = Corpus { vocabularies: vec!["o200k_bass".into()], ..at(pictures.path()) };
    let error = corpus(&unknown, &|_, _| true).expect_err("no such vocabulary");
    assert_eq!(error.message, "No vocabulary is called `o200k_bass`.");
    let closed = Corpus { project: Some(0), ..at(pictures.path()) };
    assert_eq!(start(closed).expect_err("no such project").code, Code::NotFound);
}
