//! `prices import` and what follows: books of one's own, kept once, activated, compared, checked.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use crate::desk::{PLAN, Plan, answer, text};
use crate::program::{Ran, program_at, ran};

/// Somebody with a folder for what the program keeps, and a file of prices.
struct Somebody {
    folder: TempDir,
}

const NANO: &str = "provider = \"openai\"\nname = \"OpenAI\"\n\n[[model]]\nid = \"gpt-5-nano\"\n\
    source = \"https://own.example/prices\"\nchecked = 2026-11-20\nbasis = \"documented\"\n\n\
    [[model.price]]\nfrom = 2026-11-01\ninput = \"0.04\"\ncache_read = \"0.005\"\noutput = \"0.4\"\n";

impl Somebody {
    fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder") }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        ran(program_at(arguments, &self.folder.path().join("data")), b"")
    }

    fn json(&self, arguments: &[&str]) -> Value {
        answer(&self.run(&[arguments, &["--json"]].concat()))
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, content).expect("a new folder can be written to");
        text(path)
    }

    /// Imports a file and says its id.
    fn import(&self, name: &str, content: &str) -> String {
        let imported = self.json(&["prices", "import", &self.file(name, content)]);
        imported["id"].as_str().expect("an id").to_owned()
    }

    fn books(&self) -> PathBuf {
        self.folder.path().join("data/forebill/books")
    }

    /// The price of a million tokens of input on a day.
    fn input(&self, model: &str, at: &str) -> String {
        let list = self.json(&["prices", "list", model, "--at", at]);
        let rates = list["models"][0]["rates"].as_array().expect("a list");
        let input = rates.iter().find(|rate| rate["meter"] == "input").expect("a price");
        input["per_million"].as_str().expect("a decimal").to_owned()
    }
}

#[test]
fn an_import_is_shown_and_changes_nothing_until_it_is_activated() {
    let me = Somebody::new();
    let file = me.file("mine.toml", NANO);
    let imported = me.run(&["prices", "import", &file]);
    assert_eq!(imported.code, 0, "{}", imported.stderr);
    insta::assert_snapshot!(imported.stdout, @"
    1 price of 1 model in mine, kept as 0c7cc0e91ba8

    changed            for                        billed    now   then
    openai/gpt-5-nano  standard, from 2026-11-01  input   $0.05  $0.04

    1 price changes, 15 are the same
    ");
    let id = me.json(&["prices", "books"])["books"][0]["id"].as_str().expect("an id").to_owned();
    let short = &id[..12];
    let said =
        format!("No price has changed yet. To take these: forebill prices activate {short}\n");
    assert_eq!(imported.stderr, said);
    assert_eq!(me.input("openai/gpt-5-nano", "2026-11-20"), "0.05");

    let again = me.run(&["prices", "import", &file]);
    assert!(again.stdout.contains(&format!("was kept before as {short}")), "{}", again.stdout);
    assert_eq!(fs::read_dir(me.books()).expect("it is there").count(), 1);

    let books = me.run(&["prices", "activate", &short[..6]]);
    assert_eq!(books.code, 0, "{}", books.stderr);
    assert!(books.stdout.contains("yes, before all others"), "{}", books.stdout);
    assert_eq!(me.input("openai/gpt-5-nano", "2026-11-20"), "0.04");
    assert_eq!(me.input("openai/gpt-5-nano", "2026-10-31"), "0.05", "before its day nothing moves");
    // A folder of price files replaces everything, the user's books included.
    let book = me.folder.path().join("default");
    fs::create_dir(&book).expect("a new folder");
    fs::write(book.join("openai.toml"), NANO.replace("0.04", "0.03")).expect("written");
    let of = ["prices", "list", "gpt-5-nano", "--at", "2026-11-20", "--book", &text(book)];
    assert!(me.run(&of).stdout.contains("$0.03"));

    let before = me.run(&["prices", "show", "gpt-5-nano", "--at", "2026-10-20"]).stdout;
    assert!(
        before.contains("from 2026-11-01  standard  input   $0.04 per million tokens       $0.05"),
        "{before}"
    );
    let shown = me.run(&["prices", "show", "gpt-5-nano", "--at", "2026-11-20"]).stdout;
    assert!(shown.contains("checked 2026-11-20, documented (user)"), "{shown}");
    assert!(shown.contains("openai/gpt-5-nano in default"), "{shown}");

    assert_eq!(me.run(&["prices", "remove", short]).code, 2, "an active book is not removed");
    let aside = me.run(&["prices", "set-aside", short]);
    assert!(aside.stdout.contains("  no\n"), "{}", aside.stdout);
    assert_eq!(me.input("openai/gpt-5-nano", "2026-11-20"), "0.05");
    let gone = me.run(&["prices", "remove", short]);
    assert_eq!(gone.stdout, "No books of your own: the program's own prices hold.\n");
    assert_eq!(me.run(&["prices", "activate", short]).code, 2);
}

/// Somebody else's list, of the day told: a model under its name and under its dated one.
const LISTED: &str = r#"{
    "gpt-5.4": {"litellm_provider": "openai", "input_cost_per_token": 3e-06},
    "gpt-5.4-2026-03-05": {"litellm_provider": "openai", "input_cost_per_token": 3e-06}
}"#;

const NEGOTIATED: &str = "provider = \"openai\"\nname = \"OpenAI\"\n\n[[model]]\nid = \"gpt-5.4\"\n\
    source = \"Order 4711\"\nchecked = 2026-11-20\nbasis = \"contract\"\n\n\
    [[model.price]]\ninput = \"2\"\noutput = \"9\"\n";

#[test]
fn a_negotiated_price_holds_for_the_dated_name_whatever_other_books_list() {
    let me = Somebody::new();
    let listed = me.file("listed.json", LISTED);
    let listed = me.json(&["prices", "import", &listed, "--checked", "2026-11-01"]);
    let listed = listed["id"].as_str().expect("an id");
    for own in [NEGOTIATED, &NEGOTIATED.replace("gpt-5.4", "gpt-5.4-2026-03-05")] {
        let own = me.import("own.toml", own);
        me.run(&["prices", "activate", listed]);
        me.run(&["prices", "activate", &own]);
        for name in ["gpt-5.4", "gpt-5.4-2026-03-05"] {
            let model = format!("openai/{name}");
            let usage = r#"{"input_tokens": 100000}"#;
            let at = ["--at", "2026-11-21"];
            let ran = me.json(&[&["cost", "--model", &model, "--usage", usage], &at[..]].concat());
            assert_eq!(ran["total_usd"], "0.2", "{model}");
        }
        me.run(&["prices", "set-aside", &own]);
    }
}

#[test]
fn a_list_without_days_says_nothing_of_the_past() {
    let me = Somebody::new();
    let file = me.file("listed.json", LISTED);
    let imported = me.run(&["prices", "import", &file, "--checked", "2026-11-10"]);
    let said = "One price has no first day. It holds from 2026-11-10 on, the day of the list, where another \
                book has a price before.";
    assert!(imported.stderr.contains(said), "{}", imported.stderr);
    assert!(imported.stdout.contains("standard, from 2026-11-10"), "{}", imported.stdout);
    let id = me.json(&["prices", "import", &file, "--checked", "2026-11-10"])["id"].clone();
    me.run(&["prices", "activate", id.as_str().expect("an id")]);
    assert_eq!(me.input("openai/gpt-5.4-2026-03-05", "2026-11-10"), "3");
    assert_eq!(me.input("openai/gpt-5.4-2026-03-05", "2026-11-09"), "2.5");
    // What somebody wrote without a day is meant always.
    let own = me.file("own.toml", NEGOTIATED);
    let imported = me.run(&["prices", "import", &own]);
    let said =
        "One price has no first day. It holds always; give a first day to leave the past as it is.";
    assert!(imported.stderr.contains(said), "{}", imported.stderr);
    me.run(&["prices", "activate", &me.import("own.toml", NEGOTIATED)]);
    assert_eq!(me.input("openai/gpt-5.4-2026-03-05", "2026-06-01"), "2");
}

#[test]
fn a_plans_pinned_prices_do_not_move_with_the_books() {
    let (me, plan) = (Somebody::new(), Plan::new(PLAN));
    let first = me.run(&["estimate", &plan.path()]).stdout;
    let id = me.import("mine.toml", &NANO.replace("from = 2026-11-01\n", ""));
    me.run(&["prices", "activate", &id]);
    let after = me.run(&["estimate", &plan.path()]);
    assert_eq!(after.stdout, first);
    assert!(after.stderr.contains("changed in the book since the plan's prices were pinned"));
    assert_eq!(me.run(&["prices", "pin", &plan.path()]).code, 0);
    assert_ne!(me.run(&["estimate", &plan.path()]).stdout, first);
    // What was pinned of the user's book needs it no more.
    me.run(&["prices", "set-aside", &id]);
    assert_eq!(me.run(&["estimate", &plan.path()]).code, 0);
}

#[test]
fn a_damaged_book_is_named_and_the_program_goes_on() {
    let me = Somebody::new();
    let id = me.import("mine.toml", NANO);
    me.run(&["prices", "activate", &id]);
    let place = me.books().join(&id);
    fs::write(place.join("000-openai.toml"), NANO.replace("0.04", "0")).expect("it is there");
    let refused = me.run(&["prices", "list", "gpt-5-nano"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused
            .stderr
            .contains("Your book `mine` is damaged. `000-openai.toml` is not as it was written."),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("`forebill prices books` lists them."), "{}", refused.stderr);
    // Another folder of prices needs none of it.
    let books = me.json(&["prices", "books"]);
    assert_eq!(books["books"][0]["damaged"]["code"], "bad_prices");
    assert_eq!(books["books"][0]["active"], true);

    fs::remove_dir_all(&place).expect("it is there");
    let refused = me.run(&["cost", "--model", "gpt-5", "--usage", r#"{"input_tokens": 1}"#]);
    assert!(refused.stderr.contains(&format!("Your book {} cannot be read.", &id[..12])));
    assert_eq!(me.import("mine.toml", NANO), id, "its file mends it");
    assert_eq!(me.input("openai/gpt-5-nano", "2026-11-20"), "0.04");

    fs::remove_dir_all(&place).expect("it is there");
    assert_eq!(me.run(&["prices", "set-aside", &id[..8]]).code, 0, "so does setting it aside");
    assert_eq!(me.input("openai/gpt-5-nano", "2026-11-20"), "0.05");
}

#[test]
fn books_are_compared_by_whatever_names_them() {
    let me = Somebody::new();
    let (mine, yours) =
        (me.file("mine.toml", NANO), me.file("yours.toml", &NANO.replace("0.04", "0.03")));
    let ran = me.run(&["prices", "diff", &mine, &yours]);
    insta::assert_snapshot!(ran.stdout.replace(&text(me.folder.path()), "DIR"), @"
    changed            for                        billed  mine.toml  yours.toml
    openai/gpt-5-nano  standard, from 2026-11-01  input       $0.04       $0.03

    1 price changes, 2 are the same
    ");
    let id = me.import("mine.toml", NANO);
    me.run(&["prices", "activate", &id]);
    let of = |names: [&str; 2]| {
        let diff = me.json(&["prices", "diff", names[0], names[1]]);
        diff["diff"]["changed"].as_array().expect("a list").len()
    };
    assert_eq!(of(["default", "active"]), 1);
    assert_eq!(of([&id[..8], &mine]), 0);
    let against = me.json(&["prices", "import", &yours]);
    let conflict = &against["diff"]["conflicts"][0];
    assert_eq!(
        [&conflict["model"], &conflict["here"], &conflict["there"], &conflict["book"]],
        ["openai/gpt-5-nano", "0.03", "0.04", "mine"]
    );
    let refused = me.run(&["prices", "diff", "nowhere", "default"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("`nowhere` is no file, no folder and none of your books."));
}

#[test]
fn the_check_is_a_gate_for_errors_and_tells_the_rest() {
    let me = Somebody::new();
    let own = me.run(&["prices", "check", "--at", "2026-11-23"]);
    assert_eq!(own.code, 0, "{}{}", own.stdout, own.stderr);
    assert!(own.stdout.ends_with(", for 2026-11-23\n"), "{}", own.stdout);

    let unsaid = NANO.replace("source = \"https://own.example/prices\"\n", "");
    let unsaid = unsaid + "[[model.price]]\nfrom = 2027-01-01\ninput = \"0.03\"\n";
    let ran = me.run(&["prices", "check", &me.file("unsaid.toml", &unsaid), "--at", "2026-11-23"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @"
           found      model       what
    error  no source  gpt-5-nano  line 4: nobody says where it was read
    error  overlap    gpt-5-nano  line 14: another price holds for the same calls

    2 errors and 0 notes in 0 prices of 0 models, for 2026-11-23
    ");

    let gap = NANO.replace("input = \"0.04\"", "to = 2026-12-01\ninput = \"0.04\"")
        + "[[model.price]]\nfrom = 2027-01-01\nguaranteed_to = 2026-11-01\ninput = \"0.03\"\n";
    let ran = me.run(&["prices", "check", &me.file("gap.toml", &gap), "--at", "2027-06-01"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout.replace(&text(me.folder.path()), "DIR"), @"
           found         model              what
    error  gap           openai/gpt-5-nano  no price: standard, 2026-12-01 to 2027-01-01
    note   past promise  openai/gpt-5-nano  its price was promised until 2026-11-01 at least
    note   disagrees     openai/gpt-5-nano  the active book disagrees: input (standard, from 2027-01-01) $0.03 here, $0.05 there
    note   old           openai/gpt-5-nano  last checked on 2026-11-20, 193 days before 2027-06-01

    1 error and 3 notes in 2 prices of 1 model, for 2027-06-01
    ");

    let id = me.import("mine.toml", NANO);
    let checked = me.json(&["prices", "check", &id, "--at", "2026-11-23"]);
    let kinds: Vec<&Value> =
        checked["findings"].as_array().expect("a list").iter().map(|it| &it["what"]).collect();
    assert_eq!((kinds, &checked["errors"]), (vec![&Value::from("disagrees")], &Value::from(0)));
}

#[test]
fn a_diff_and_a_check_are_of_the_models_that_are_asked_for() {
    let somebody = Somebody::new();
    let both = somebody.file(
        "nano.toml",
        &(NANO.to_owned()
            + &NANO[NANO.find("[[model]]").expect("one")..].replace("gpt-5-nano", "gpt-5-mini")),
    );
    let changed = |more: &[&str]| -> Vec<String> {
        let diff = somebody.json(&[&["prices", "diff", &both], more].concat());
        let changed = diff["diff"]["changed"].as_array().expect("a list").clone();
        let mut models: Vec<String> =
            changed.iter().filter_map(|it| Some(it["model"].as_str()?.to_owned())).collect();
        models.dedup();
        models
    };
    assert_eq!(changed(&[]), ["openai/gpt-5-mini", "openai/gpt-5-nano"]);
    assert_eq!(changed(&["--provider", "openai"]), ["openai/gpt-5-mini", "openai/gpt-5-nano"]);
    assert_eq!(changed(&["--model", "gpt-5-nano"]), ["openai/gpt-5-nano"]);
    let ran = somebody.run(&["prices", "diff", &both, "--provider", "acme"]);
    assert!(ran.code == 2 && ran.stderr.contains("no model of `acme`"), "{}", ran.stderr);

    let checked = |more: &[&str]| {
        let checked =
            somebody.json(&[&["prices", "check", &both, "--at", "2026-11-23"], more].concat());
        let models = checked["findings"].as_array().expect("a list").iter();
        let models: Vec<_> =
            models.map(|it| it["model"].as_str().expect("a name").to_owned()).collect();
        (checked["models"].as_u64().expect("a count"), models)
    };
    assert_eq!(checked(&[]), (2, vec!["openai/gpt-5-mini".into(), "openai/gpt-5-nano".into()]));
    assert_eq!(checked(&["--model", "openai/gpt-5-mini"]), (1, vec!["openai/gpt-5-mini".into()]));
}

#[test]
fn a_file_without_a_price_is_refused_with_what_is_wrong_in_each_line() {
    let me = Somebody::new();
    let table = "provider,model,meter,per_million,source,checked\n\
                 acme,large,imput,1,Order 4711,2026-11-20\n\
                 acme,large,output,-1,Order 4711,2026-11-20\n";
    for out in [&[][..], &["--out", "book"]] {
        let file = me.file("mine.csv", table);
        let ran = me.run(&[&["prices", "import", &file], out].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        insta::allow_duplicates! {
            insta::assert_snapshot!(ran.stderr.replace(&text(me.folder.path()), "DIR"), @"
            error: Nothing in `DIR/mine.csv` could be read as a price, and nothing is kept.
            hint: Mend what is wrong in it, and import it again.
            error: `DIR/mine.csv`, acme, large, line 2: There is no meter `imput`: it is one such as `input`.
            error: `DIR/mine.csv`, acme, large, line 3: `-1` is no price: it is a decimal of 0 or more, as 0.25.
            ");
        }
    }
    assert_eq!(me.json(&["prices", "books"])["books"], Value::Array(vec![]));
    let ran = me.run(&["prices", "check", &me.file("mine.csv", table), "--at", "2026-11-23"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.contains("2 errors and 0 notes in 0 prices of 0 models"), "{}", ran.stdout);
}

#[test]
fn the_check_tells_of_a_table_what_an_import_would_leave_out() {
    let me = Somebody::new();
    let table = "provider,model,from,to,meter,per_million,source,checked\n\
                 openai,gpt-5.4-mni,,2026-12-01,input,0.000001,Order 4711,2026-11-20\n\
                 openai,gpt-5.4-mni,2027-01-01,,input,0.7,Order 4711,\n\
                 openai,gpt-5.4-mni,2027-01-01,,output,4.2,,2026-11-20\n\
                 openai,gpt-5.4-mni,2027-01-01,,input,0.8,Order 4711,2026-11-20\n\
                 openai,gpt-5.4-mni,2027-01-01,,imput,0.8,Order 4711,2026-11-20\n";
    let ran = me.run(&["prices", "check", &me.file("mine.csv", table), "--at", "2026-11-23"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout.replace(&text(me.folder.path()), "DIR"), @"
           found      model               what
    error  no source  openai/gpt-5.4-mni  line 4: It has no `source`.
    error  no date    openai/gpt-5.4-mni  line 3: nobody says when it was looked at
    error  overlap    openai/gpt-5.4-mni  line 5: It has `input` already, at 0.7 and not at 0.8.
    error  line       openai/gpt-5.4-mni  line 6: There is no meter `imput`: it is one such as `input`.
    error  gap        openai/gpt-5.4-mni  no price: standard, 2026-12-01 to 2027-01-01
    note   reading    feed                The file does not say of which day it is.
    note   reading    openai/gpt-5.4-mni  Its `input` is 0.000001 for a million: that looks like the price of one.
    note   reading    openai/gpt-5.4-mni  The book has no model called `openai/gpt-5.4-mni`.

    5 errors and 3 notes in 2 prices of 1 model, for 2026-11-23
    ");
}

#[test]
fn a_folder_of_price_files_is_not_written_over_without_a_word() {
    let me = Somebody::new();
    let out = text(me.folder.path().join("book"));
    let import = |content: &str, more: &[&str]| {
        let file = me.file("mine.toml", content);
        me.run(&[&["prices", "import", &file, "--out", &out], more].concat())
    };
    assert_eq!(import(NANO, &[]).code, 0);
    assert_eq!(import(NANO, &[]).code, 0, "the same again changes nothing");
    let other = NANO.replace("0.04", "0.03");
    let refused = import(&other, &[]);
    assert_eq!(refused.code, 2);
    let said = "openai.toml` is there already and says otherwise: nothing is written.";
    assert!(refused.stderr.contains(said), "{}", refused.stderr);
    assert!(
        fs::read_to_string(me.folder.path().join("book/openai.toml"))
            .expect("it stays")
            .contains("0.04")
    );
    let replaced = import(&other, &["--replace"]);
    assert_eq!(replaced.code, 0, "{}", replaced.stderr);
    assert!(replaced.stderr.contains("openai.toml is replaced."), "{}", replaced.stderr);
}

#[test]
fn an_own_price_for_every_prompt_is_shown_under_the_limits_that_it_takes_the_place_of() {
    let me = Somebody::new();
    let own = NANO.replace("gpt-5-nano", "gpt-5.4").replace("cache_read = \"0.005\"\n", "");
    let id = me.import("mine.toml", &own);
    assert_eq!(me.run(&["prices", "activate", &id]).code, 0);
    let shown = me.json(&["prices", "show", "gpt-5.4", "--at", "2026-11-20"]);
    let pays = shown["pays"].as_array().expect("a list");
    let of = |meter: &str| -> Vec<(&str, &str)> {
        let of_meter = pays.iter().filter(|it| it["tier"] == "standard" && it["meter"] == meter);
        of_meter
            .map(|it| (it["condition"].as_str(), it["per_million"].as_str()))
            .map(|(condition, rate)| (condition.unwrap_or_default(), rate.unwrap_or_default()))
            .collect()
    };
    let long = "standard, prompts over 272,000 tokens";
    assert_eq!(of("input"), [("standard", "0.04"), (long, "0.04")]);
    assert_eq!(of("cache_read"), [("standard", "0.25"), (long, "0.5")]);
}

#[test]
fn what_was_not_read_is_kept_and_shown() {
    let me = Somebody::new();
    let table = "provider,model,meter,per_million,source,checked,cost_centre\n\
                 acme,large,input,1,Order 4711,2026-11-20,r-and-d\n\
                 acme,large,output,2,Order 4711,2026-11-20,sales\n";
    let file = me.file("mine.csv", table);
    let imported = me.run(&["prices", "import", &file]);
    assert!(
        imported.stdout.contains("cost_centre       2  acme/large r-and-d"),
        "{}",
        imported.stdout
    );
    let id = me.json(&["prices", "import", &file])["id"].as_str().expect("an id").to_owned();
    let shown = me.run(&["prices", "books", &id[..8]]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    assert!(shown.stdout.contains("not read in mine.csv"), "{}", shown.stdout);
    assert!(shown.stdout.contains("One price has no first day."), "{}", shown.stdout);
    let kept = fs::read_to_string(me.books().join(&id).join("unread.toml")).expect("it is there");
    assert!(kept.contains("sales"), "{kept}");
    // The day that somebody says is part of the book.
    let dated = me.json(&["prices", "import", &file, "--checked", "2026-11-01"]);
    assert_ne!(dated["id"], id.as_str());
    assert_eq!(me.run(&["prices", "books", "0000"]).code, 2);
}

#[test]
fn a_table_means_the_models_that_its_names_mean_whatever_their_letters() {
    let me = Somebody::new();
    let table = "provider,model,meter,per_million,source,checked\n\
                 OpenAI,GPT-5.1,input,1,Order 4711,2026-11-20\n\
                 OpenAI,GPT-5.1,output,5,Order 4711,2026-11-20\n";
    let toml = "provider = \"OpenAI\"\n[[model]]\nid = \"GPT-5.1\"\nsource = \"Order 4711\"\n\
                checked = 2026-11-20\nbasis = \"contract\"\n[[model.price]]\ninput = \"1\"\noutput = \"5\"\n";
    for (name, content) in [("mine.csv", table), ("mine.toml", toml)] {
        let imported = me.run(&["prices", "import", &me.file(name, content)]);
        let said = "`GPT-5.1` means `gpt-5.1`, which the program's own book has.";
        assert!(imported.stderr.contains(said), "{}", imported.stderr);
        assert!(!imported.stdout.contains("added"), "{}", imported.stdout);
        let id = me.import(name, content);
        me.run(&["prices", "activate", &id]);
        assert_eq!(me.input("openai/gpt-5.1", "2026-11-20"), "1", "{name}");
        me.run(&["prices", "set-aside", &id]);
    }
}

/// A list that is activated later goes before what was negotiated: that is told, with how to have it otherwise.
#[test]
fn activating_a_book_tells_which_prices_of_others_it_takes_over() {
    let me = Somebody::new();
    let own = "provider,model,meter,per_million,source,checked\n\
               openai,gpt-5.4-mini,input,0.5,Order 4711,2026-11-20\n";
    let own = me.import("k.csv", own);
    let listed =
        r#"{"gpt-5.4-mini": {"litellm_provider": "openai", "input_cost_per_token": 7.5e-07}}"#;
    let listed = me.import("listed.json", listed);
    assert_eq!(me.run(&["prices", "activate", &own]).stderr, "");
    let ran = me.run(&["prices", "activate", &listed]);
    assert_eq!(
        ran.stderr,
        "note: It goes before 1 price of your other books (k): openai/gpt-5.4-mini input (standard) $0.50 → $0.75. To \
         have those first, activate their book after this one; what a plan's contract says goes before every book.\n"
    );
    let over = &me.json(&["prices", "activate", &listed])["over"][0];
    assert_eq!(
        [&over["model"], &over["there"], &over["here"], &over["book"]],
        ["openai/gpt-5.4-mini", "0.5", "0.75", "k"]
    );
    me.run(&["prices", "activate", &own]);
    assert_eq!(me.input("openai/gpt-5.4-mini", "2026-11-21"), "0.5");
}

#[test]
fn the_lines_that_an_import_left_out_are_counted_and_stay_errors_of_the_book() {
    let me = Somebody::new();
    let table = "provider,model,meter,per_million,currency,source,checked\n\
                 acme,large,input,1,,Order 4711,2026-11-20\n\
                 acme,large,output,2,EUR,Order 4711,2026-11-20\n\
                 acme,large,imput,2,,Order 4711,2026-11-20\n";
    let file = me.file("mine.csv", table);
    let imported = me.run(&["prices", "import", &file]);
    assert_eq!(imported.code, 0, "{}", imported.stderr);
    let first = imported.stdout.lines().next().expect("a line");
    assert!(first.starts_with("1 price of 1 model in mine, kept as "), "{first}");
    assert!(first.ends_with("; 2 lines left out"), "{first}");
    let imported = me.json(&["prices", "import", &file]);
    assert_eq!(imported["left_out"], 2);
    let id = imported["id"].as_str().expect("an id");
    let ran = me.run(&["prices", "check", id, "--at", "2026-11-23"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    insta::assert_snapshot!(ran.stdout, @"
           found    model       what
    error  line     acme/large  line 3: The price is in EUR; prices are in USD: convert it, or set the rate in the plan's contract.
    error  line     acme/large  line 4: There is no meter `imput`: it is one such as `input`.
    note   reading  feed        One price has no first day.

    2 errors and 1 note in 1 price of 1 model, for 2026-11-23
    ");
}
