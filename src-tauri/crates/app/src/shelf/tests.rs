//! The book found, laid over and refused.

use super::*;

#[test]
fn every_price_file_is_embedded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prices");
    let files = std::fs::read_dir(folder).expect("the prices are there");
    let mut ids: Vec<_> = files
        .filter_map(|file| {
            file.expect("readable")
                .path()
                .file_name()?
                .to_str()?
                .strip_suffix(".toml")
                .map(Into::into)
        })
        .collect::<Vec<String>>();
    ids.sort();
    let embedded: Vec<_> = EMBEDDED.iter().map(|(id, _)| *id).collect();
    assert_eq!(embedded, ids);
    let shelf = Shelf::embedded();
    assert!(shelf.providers().iter().zip(&ids).all(|(provider, id)| provider.id == *id));
}

#[test]
fn a_name_with_its_provider_reads_one_file() {
    let shelf = Shelf::embedded();
    let found = shelf.find(None, "openai/gpt-5-nano").expect("a model");
    assert_eq!(found.model.id, "gpt-5-nano");
    let read: Vec<_> = shelf
        .files
        .iter()
        .filter(|file| file.provider.get().is_some())
        .map(|file| &file.id)
        .collect();
    assert_eq!(read, ["openai"]);
}

/// A book that prices one model's input, since a day.
fn book(provider: &str, model: &str, from: &str, input: &str) -> Provider {
    let text = format!(
        "provider = \"{provider}\"\nname = \"{provider}\"\n[[model]]\nid = \"{model}\"\n\
         source = \"https://own.example\"\nchecked = 2026-11-09\nbasis = \"documented\"\n\
         [[model.price]]\nfrom = {from}\ninput = \"{input}\"\n"
    );
    intake::book::read(&text).expect("a price file")
}

#[test]
fn a_users_book_goes_before_the_programs_own_from_its_day_on() {
    let before = Shelf::embedded();
    let own = book("openai", "gpt-5-nano", "2027-01-01", "0.04");
    let new = book("acme", "large", "2027-01-01", "7");
    // Whether the provider was read before or not, it is the same.
    before.find(None, "openai/gpt-5-nano").expect("a model");
    for shelf in [before.under(&[own.clone(), new.clone()], Layer::User), {
        let mut fresh = Shelf::embedded();
        fresh.lay(&[own, new], Layer::User);
        fresh
    }] {
        let input = |name: &str, at: &str| {
            let found = shelf.find(None, name).expect("a model");
            let at = at.parse().expect("a moment");
            let entry = found.model.holding(at, cost::book::Tier::Standard, 0).ok()?.first();
            Some(entry.rates[&cost::meter::Meter::Input].per_million())
        };
        assert_eq!(input("gpt-5-nano", "2026-12-31T12:00").as_deref(), Some("0.05"));
        assert_eq!(input("gpt-5-nano", "2027-01-01T12:00").as_deref(), Some("0.04"));
        assert_eq!(input("acme/large", "2027-01-01T12:00").as_deref(), Some("7"));
        assert_eq!(input("acme/large", "2026-12-31T12:00"), None);
        assert!(shelf.providers().is_sorted_by_key(|provider| &provider.id));
    }
    assert!(before.find(None, "acme/large").is_err());
}

#[test]
fn what_is_activated_is_seen_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::at(folder.path().to_owned());
    let is_known = || Shelf::with(&library).map(|shelf| shelf.find(None, "acme/large").is_ok());
    assert_eq!(is_known(), Ok(false));
    let proposed = crate::books::Proposed {
        format: "forebill".into(),
        providers: vec![book("acme", "large", "2026-01-01", "7")],
        problems: vec![],
        unread: vec![],
    };
    let when = "2026-11-23T01:00:00.000Z".to_owned();
    let (id, _) = library
        .keep(b"acme", Path::new("acme.toml"), None, when, &proposed)
        .expect("there is room");
    assert_eq!(is_known(), Ok(false), "an import alone changes nothing");
    library.activate(&id).expect("it is there");
    assert_eq!(is_known(), Ok(true));
    library.set_aside(&id).expect("it is active");
    assert_eq!(is_known(), Ok(false));
    std::fs::remove_dir_all(folder.path().join(&id)).expect("it is there");
    let error = library.activate(&id).expect_err("the book is gone");
    assert!(error.message.contains(&id[..12]), "{error}");
}

#[test]
fn other_names_of_a_provider_are_known() {
    let shelf = Shelf::embedded();
    for (name, expected) in [
        ("gemini/gemini-2.5-pro", "google"),
        ("xai/grok-4.7", "x-ai"),
        ("bedrock/amazon.nova-pro-v1:0", "aws"),
        ("moonshot/kimi-k3", "moonshotai"),
    ] {
        assert_eq!(shelf.find(None, name).expect(name).provider.id, expected);
    }
}

#[test]
fn a_plans_book_holds_its_models_only() {
    let names = ["openai/gpt-5-nano", "claude-opus-5-5", "gpt-5-nano"];
    let book = Shelf::embedded().book(&names).expect("known models");
    let ids: Vec<_> = book
        .providers
        .iter()
        .flat_map(|provider| {
            provider.models.iter().map(|model| format!("{}/{}", provider.id, model.id))
        })
        .collect();
    assert_eq!(ids, ["anthropic/claude-opus-5-5", "openai/gpt-5-nano"]);
}

#[test]
fn tokens_are_counted_in_the_vocabulary_that_the_book_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let model = |id: &str, vocabulary: &str| {
        format!(
            "[[model]]\nid = \"{id}\"\n{vocabulary}source = \"https://acme.example\"\n\
             checked = 2026-11-09\nbasis = \"documented\"\naliases = [\"{id}-alias\"]\n\
             [[model.price]]\ninput = \"1\"\noutput = \"2\"\n"
        )
    };
    let named = model("named", "vocabulary = \"cl100k_base\"\n");
    let text = format!("provider = \"acme\"\nname = \"Acme\"\n{named}{}", model("plain", ""));
    std::fs::write(folder.path().join("acme.toml"), text).expect("written");
    let shelf = Shelf::of(Some(folder.path())).expect("a book");
    for (name, expected) in [
        ("acme/named", "cl100k"),
        ("named-alias", "cl100k"),
        ("acme/plain", "other"),
        ("openai/gpt-5", "o200k"),
    ] {
        let counting = shelf.counting_of(name).expect(name);
        assert_eq!(counting.short_name(), expected, "{name}");
    }
}

#[test]
fn a_folder_that_is_no_book_is_refused_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |expected: &str| {
        let error = Shelf::of(Some(folder.path())).err().expect("refused");
        let here = folder.path().display().to_string();
        assert_eq!(error.message.replace(&here, "DIR").replace('\\', "/"), expected);
        error
    };
    check("There are no price files in `DIR`.");
    std::fs::write(folder.path().join("acme.toml"), "provider = \"acme\"\nname = 1\n")
        .expect("written");
    let error =
        check("`DIR/acme.toml` is not a price file: line 2, column 8: `name` is a text in quotes.");
    assert_eq!(error.at.map(|at| (at.line, at.column)), Some((Some(2), Some(8))));
    let nowhere = folder.path().join("nowhere");
    let error = Shelf::of(Some(&nowhere)).err().expect("refused");
    assert_eq!(error.code, Code::BadPrices);
}
