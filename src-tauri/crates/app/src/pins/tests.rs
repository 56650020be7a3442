//! What a plan has pinned, and what becomes of it as the book moves on.

use std::fs;

use super::*;
use crate::plans;

/// A plan that calls these models, one after another.
fn folder(models: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write_plan(&folder, models);
    folder
}

fn write_plan(folder: &tempfile::TempDir, models: &[&str]) {
    let calls: String = models
        .iter()
        .enumerate()
        .map(|(i, model)| format!("{{ call: {{ name: c{i}, model: {model}, output: 5 }} }},"))
        .collect();
    let plan = format!(
        "{{ forebill: 1, name: Desk, starts: 2027-01, months: 1, features: [ {{ name: desk, \
         unit: answer, volume: {{ units: 1/day }}, step: {{ chain: [ {calls} ] }} }} ] }}"
    );
    fs::write(folder.path().join("plan.yaml"), plan).expect("it can be written to");
}

fn opened(folder: &tempfile::TempDir) -> Opened {
    plans::open(folder.path(), &shelf()).expect("a plan")
}

fn shelf() -> std::sync::Arc<Shelf> {
    Shelf::of(None).expect("the book inside the program")
}

fn models(pins: &Pins) -> Vec<String> {
    let book = pins.book.as_ref().expect("every model is known");
    let models = |provider: &Provider| -> Vec<String> {
        provider.models.iter().map(|model| format!("{}/{}", provider.id, model.id)).collect()
    };
    book.providers.iter().flat_map(models).collect()
}

#[test]
fn what_was_pinned_stays_and_what_is_new_is_added() {
    let folder = folder(&["openai/gpt-5-nano"]);
    let first = read(&opened(&folder), &shelf()).expect("nothing is pinned");
    assert!(!first.complete);
    let lock = folder.path().join(LOCK_FILE);
    assert_eq!(first.save(), Ok(Saved::Written(lock.clone())));

    let again = read(&opened(&folder), &shelf()).expect("it was just written");
    assert_eq!((again.complete, again.moved, again.save()), (true, 0, Ok(Saved::Unchanged)));
    assert_eq!(again.edition, first.edition);

    write_plan(&folder, &["gpt-5-nano", "anthropic/claude-opus-5-5"]);
    let more = read(&opened(&folder), &shelf()).expect("it was just written");
    assert_eq!(models(&more), ["anthropic/claude-opus-5-5", "openai/gpt-5-nano"]);
    assert_eq!(more.save(), Ok(Saved::Written(lock)));
}

#[test]
fn what_answers_in_the_place_of_a_model_is_pinned_beside_it() {
    let folder = folder(&["google/gemini-2.5-flash"]);
    let both = ["google/gemini-2.5-flash", "google/gemini-3.5-flash-lite"];
    let first = read(&opened(&folder), &shelf()).expect("nothing is pinned");
    assert_eq!(models(&first), both);
    first.save().expect("it can be written to");
    let again = read(&opened(&folder), &shelf()).expect("it was just written");
    assert_eq!((again.complete, models(&again)), (true, both.map(str::to_owned).to_vec()));

    // A lock file of before has the reroute and not the model.
    let lock = folder.path().join(LOCK_FILE);
    let mut book = again.book.clone().expect("every model is known");
    book.providers[0].models.retain(|model| model.id == "gemini-2.5-flash");
    fs::write(&lock, intake::book::lock::write(&book)).expect("it can be written to");
    let mended = read(&opened(&folder), &shelf()).expect("a lock file");
    assert_eq!((mended.complete, models(&mended)), (false, both.map(str::to_owned).to_vec()));
}

#[test]
fn an_older_price_holds_until_it_is_pinned_anew() {
    let folder = folder(&["openai/gpt-5-nano"]);
    let mut pins = read(&opened(&folder), &shelf()).expect("nothing is pinned");
    let older = pins.book.as_mut().expect("every model is known");
    let prices = &mut older.providers[0].models[0].prices;
    prices.truncate(1);
    let (older, kept) = (prices.clone(), prices.len());
    pins.save().expect("the folder can be written to");

    let now = shelf().find(None, "openai/gpt-5-nano").expect("a model").model.prices.len();
    let read_again = read(&opened(&folder), &shelf()).expect("it was just written");
    assert_eq!(read_again.moved, now - kept);
    let shelf_now = shelf();
    let providers = read_again.providers(&shelf_now);
    assert_eq!(providers[0].models[0].prices, older);

    let pinned = pin(&opened(&folder), &shelf()).expect("the folder can be written to");
    let models = vec!["openai/gpt-5-nano".to_owned()];
    assert_eq!((pinned.models, pinned.moved), (models, Some(now - kept)));
    assert_eq!(read(&opened(&folder), &shelf()).map(|pins| pins.moved), Ok(0));
}

#[test]
fn a_dated_name_is_not_taken_for_the_model_that_is_pinned() {
    let folder = folder(&["openai/gpt-4o"]);
    read(&opened(&folder), &shelf()).and_then(|pins| pins.save()).expect("it is pinned");
    write_plan(&folder, &["openai/gpt-4o-2024-05-13"]);
    let pins = read(&opened(&folder), &shelf()).expect("it was just written");
    assert_eq!(models(&pins), ["openai/gpt-4o", "openai/gpt-4o-2024-05-13"]);
    let shelf = shelf();
    let found = find(&pins.providers(&shelf), None, "openai/gpt-4o-2024-05-13");
    assert_eq!(found.expect("it is in use").model.id, "gpt-4o-2024-05-13");
    assert!(!pins.complete);
}

#[test]
fn what_the_shelf_no_longer_knows_is_found_among_the_pins() {
    let folder = folder(&["openai/gpt-5-nano"]);
    let mut pins = read(&opened(&folder), &shelf()).expect("nothing is pinned");
    let book = pins.book.as_mut().expect("every model is known");
    book.providers[0].models[0].id = "gpt-withdrawn".to_owned();
    pins.save().expect("the folder can be written to");
    write_plan(&folder, &["openai/GPT-withdrawn"]);
    let again = read(&opened(&folder), &shelf()).expect("it was just written");
    assert_eq!(models(&again), ["openai/gpt-withdrawn"]);
    assert!(again.complete && again.providers(&shelf()).len() == 1);
}

#[test]
fn a_model_that_is_not_known_is_left_to_the_check() {
    let folder = folder(&["openai/gpt-7-nope"]);
    let pins = read(&opened(&folder), &shelf()).expect("nothing is pinned");
    assert_eq!(pins.save(), Ok(Saved::Unchanged));
    assert!(pins.providers(&shelf()).len() > 40, "the whole book is looked into");
    let error = pin(&opened(&folder), &shelf()).expect_err("it cannot be pinned");
    assert_eq!(error.code, Code::UnknownModel);
}

#[test]
fn a_lock_file_that_was_edited_is_refused() {
    let folder = folder(&["openai/gpt-5-nano"]);
    let file = folder.path().join(LOCK_FILE);
    read(&opened(&folder), &shelf()).and_then(|pins| pins.save()).expect("it is pinned");
    let text = fs::read_to_string(&file).expect("it was written");
    fs::write(&file, text.replace("0.05", "0.04")).expect("it can be written to");
    let error = read(&opened(&folder), &shelf()).expect_err("its hash differs");
    assert_eq!(error.code, Code::BadPrices);
    assert!(error.hint.contains("accept the book's prices"), "{}", error.hint);
    assert_eq!(error.more, Some(More::Pin));
    let again = pin(&opened(&folder), &shelf()).expect("pinning again mends it");
    assert_eq!(again.moved, None, "what cannot be read is not compared");
    assert_eq!(read(&opened(&folder), &shelf()).map(|pins| pins.moved), Ok(0));
}

/// A book of one seller in a folder: what it says of models, and these terms.
fn acme(models: &[&str], terms: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let models: String = models
        .iter()
        .map(|id| {
            format!(
                "[[model]]\nid = \"{id}\"\nsource = \"https://acme.example\"\nchecked = 2026-11-09\n\
                 basis = \"documented\"\n[[model.price]]\ninput = \"1\"\noutput = \"2\"\n"
            )
        })
        .collect();
    let text = format!("provider = \"acme\"\nname = \"Acme\"\n{models}{terms}");
    fs::write(folder.path().join("acme.toml"), text).expect("it can be written to");
    folder
}

const ORIGIN: &str =
    "source = \"https://acme.example\"\nchecked = 2026-11-09\nbasis = \"documented\"\n";

fn free(units: u32) -> String {
    format!("[[metering]]\nmeter = \"request\"\nfree = \"{units}\"\n{ORIGIN}")
}

fn reroute(model: &str, answers: &str) -> String {
    format!("[[reroute]]\nmodel = \"{model}\"\nanswers = \"{answers}\"\n{ORIGIN}")
}

/// What a folder's plan has pinned, beside a book of Acme; written beside it.
fn pinned(plan: &tempfile::TempDir, models: &[&str], terms: &str) -> Pins {
    let book = acme(models, terms);
    let shelf = Shelf::of(Some(book.path())).expect("a book");
    let opened = plans::open(plan.path(), &shelf).expect("a plan");
    let pins = read(&opened, &shelf).expect("what is pinned");
    pins.save().expect("the folder can be written to");
    pins
}

/// How many requests of a model are free at once.
fn requests_free(pins: &Pins, model: &str) -> String {
    let terms = &pins.book.as_ref().expect("every model is known").providers[0].terms;
    let day = jiff::civil::date(2027, 1, 1);
    let rule = terms.metering(model, day, cost::meter::Meter::Request).expect("some are free");
    rule.free.expect("a quantity").to_string()
}

#[test]
fn a_model_that_is_added_leaves_the_pinned_terms_as_they_are() {
    let plan = folder(&["acme/a"]);
    assert_eq!(requests_free(&pinned(&plan, &["a", "b"], &free(100)), "a"), "100");
    write_plan(&plan, &["acme/a", "acme/b"]);
    let more = pinned(&plan, &["a", "b"], &free(900));
    assert_eq!([requests_free(&more, "a"), requests_free(&more, "b")], ["100", "900"]);
    let again = pinned(&plan, &["a", "b"], &free(900));
    assert_eq!([requests_free(&again, "a"), requests_free(&again, "b")], ["100", "900"]);
    assert_eq!((again.complete, again.moved), (true, 1));
}

#[test]
fn what_is_free_for_both_of_two_models_is_free_once() {
    let plan = folder(&["acme/a"]);
    pinned(&plan, &["a", "b"], &free(100));
    write_plan(&plan, &["acme/a", "acme/b"]);
    let more = pinned(&plan, &["a", "b"], &free(100));
    let rules = &more.book.as_ref().expect("every model is known").providers[0].terms.metering;
    assert_eq!((rules.len(), more.moved), (1, 0));
    assert_eq!([requests_free(&more, "a"), requests_free(&more, "b")], ["100", "100"]);
}

#[test]
fn what_was_pinned_for_all_models_says_nothing_of_one_that_is_added() {
    let plan = folder(&["acme/a"]);
    pinned(&plan, &["a", "b"], &free(100));
    write_plan(&plan, &["acme/a", "acme/b"]);
    let more = pinned(&plan, &["a", "b"], "");
    let terms = &more.book.as_ref().expect("every model is known").providers[0].terms;
    let day = jiff::civil::date(2027, 1, 1);
    assert_eq!(terms.metering("b", day, cost::meter::Meter::Request), None);
    assert_eq!(requests_free(&more, "a"), "100");
}

#[test]
fn terms_that_the_book_says_otherwise_by_now_are_counted() {
    let plan = folder(&["acme/a"]);
    pinned(&plan, &["a", "b"], &free(100));
    for (terms, moved) in [
        (free(100), 0),
        (free(100).replace("2026-11-09", "2026-11-20"), 0),
        (free(900), 1),
        (String::new(), 1),
        (free(100) + &reroute("a", "b"), 1),
        (free(900) + &reroute("a", "b"), 2),
        (free(100) + &reroute("b", "a"), 0),
    ] {
        assert_eq!(pinned(&plan, &["a", "b"], &terms).moved, moved, "{terms}");
    }
}

#[test]
fn one_that_answers_by_now_for_the_one_that_was_to_answer_is_pinned_as_well() {
    let plan = folder(&["acme/a"]);
    let lock = plan.path().join(LOCK_FILE);
    let first = pinned(&plan, &["a", "b"], &reroute("a", "b"));
    // A lock file of before has the reroute and not the model.
    let mut book = first.book.expect("every model is known");
    book.providers[0].models.retain(|model| model.id == "a");
    fs::write(&lock, intake::book::lock::write(&book)).expect("it can be written to");

    let terms = reroute("a", "b") + &reroute("b", "c");
    let chain = pinned(&plan, &["a", "b", "c"], &terms);
    assert_eq!(
        (chain.complete, models(&chain)),
        (false, ["acme/a", "acme/b", "acme/c"].map(str::to_owned).to_vec())
    );
    assert_eq!(chain.in_use.providers[0].models.len(), 3);
    assert!(pinned(&plan, &["a", "b", "c"], &terms).complete);
}
