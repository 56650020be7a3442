//! A table with a line for each of its rules.

use super::super::answer::Feed;
use super::super::format::Format;
use super::super::tests::{assert_whole, check, excerpt, names, said, unread};
use crate::book::Lack;

#[test]
fn lines_of_one_time_become_one_entry() {
    check(
        &excerpt(Format::OursCsv),
        "acme",
        "large",
        r#"
source = "https://acme.example/prices"
checked = 2026-11-20
basis = "documented"
[[model.price]]
web_search = "10000"
[[model.price]]
from = 2026-01-01
to = 2026-09-01
input = "3"
output = "15"
[[model.price]]
from = 2026-09-01
input = "2"
output = "10"
[[model.price]]
from = 2026-09-01
at_least = 200000
input = "4"
output = "15"
[[model.price]]
from = 2026-09-01
window = "22:00-06:00"
days = "mon-fri"
input = "1.5"
[[model.price]]
from = 2026-09-01
tier = "batch"
input = "1"
output = "5"
source = "Order 4711"
checked = 2026-11-22
basis = "contract"
note = "Agreed on 20 August."
"#,
    );
}

#[test]
fn a_price_of_nothing_is_meant() {
    check(
        &excerpt(Format::OursCsv),
        "acme",
        "small",
        r#"
source = "Order 4711"
checked = 2026-11-20
basis = "contract"
[[model.price]]
input = "0"
"#,
    );
    let feed = excerpt(Format::OursCsv);
    assert_eq!(unread(&feed), ["1 cost_centre acme/large r-and-d"]);
    assert_eq!(
        said(&feed),
        [
            "feed: The file does not say of which day it is. Its prices are marked as checked today: give \
          the day of the file if it is older."
        ]
    );
}

#[test]
fn a_line_that_is_wrong_says_why_and_stops_no_other() {
    #[track_caller]
    fn check(line: &str, expected: &str) {
        let table = format!(
            "Provider,Model,Meter,per_million,each,tier,from,to,over,at_least,window,days,source,checked\n{line}\n\
             acme,large,input,1,,,,,,,,,https://acme.example,2026-11-20\n"
        );
        let day = jiff::civil::date(2026, 11, 20);
        let feed = super::csv(table.as_bytes(), None, day).expect("a table");
        assert_eq!(feed.providers[0].models[0].prices.len(), 1);
        let said = said(&feed);
        assert_eq!(said, [format!("acme.large.line 2: {expected} The line is left out.")]);
    }
    let end = "https://acme.example,2026-11-20";
    check(
        &format!("acme,large,imput,1,,,,,,,,,{end}"),
        "There is no meter `imput`: it is one such as `input`.",
    );
    check(
        &format!("acme,large,output,-1,,,,,,,,,{end}"),
        "`-1` is no price: it is a decimal of 0 or more, as 0.25.",
    );
    check(
        &format!("acme,large,output,1,1,,,,,,,,{end}"),
        "A price is `per_million` or `each`: one of them.",
    );
    check(
        &format!("acme,large,output,1,,bach,,,,,,,{end}"),
        "There is no tier `bach`: it is one of standard, batch, flex, priority, fast, ultrafast.",
    );
    check(
        &format!("acme,large,output,1,,,soon,,,,,,{end}"),
        "`from` is `soon`, no day as 2026-11-20.",
    );
    check(
        &format!("acme,large,output,1,,,2026-02-01,2026-01-01,,,,,{end}"),
        "`to` is the first day without this price, and has to come after `from`.",
    );
    check(
        &format!("acme,large,output,1,,,,,1,1,,,{end}"),
        "A price has `over` or `at_least`, not both.",
    );
    check(
        &format!("acme,large,output,1,,,,,,,22-6,,{end}"),
        "`window` is `22-6`, not hours in UTC as 01:00-04:00.",
    );
    check(
        &format!("acme,large,output,1,,,,,,,,monday,{end}"),
        "`days` is `monday`, not days as mon-fri.",
    );
    check("acme,large,output,1,,,,,,,,,,2026-11-20", "It has no `source`.");
}

/// What is said of a table with these lines under its heading, and its prices.
fn table(lines: &str) -> (Feed, Vec<String>) {
    let heading =
        "provider,model,tier,from,meter,per_million,source,checked,basis,note,guaranteed_to";
    let day = jiff::civil::date(2026, 11, 20);
    let feed = super::csv(format!("{heading}\n{lines}").as_bytes(), None, day).expect("a table");
    assert_whole(&feed);
    let said = said(&feed);
    (feed, said)
}

#[test]
fn the_second_price_for_one_call_is_left_out() {
    let (_, said) = table(
        "acme,large,,,input,1,Order 4711,2026-11-20\n\
         acme,large,,,input,1,Order 4712,2026-11-20\n\
         acme,large,,,input,2,Order 4711,2026-11-20\n\
         acme,large,,2026-12-01,input,2,Order 4711,2026-11-20\n",
    );
    assert_eq!(
        said,
        [
            "acme.large.line 4: It has `input` already, at 1 and not at 2. The one that is listed first is kept.",
            "acme.large.line 5: It prices calls that another line prices: standard input 2 from 2026-12-01, \
             standard input 1. The one that is listed first is kept.",
        ]
    );
}

#[test]
fn prices_of_one_condition_are_one_entry_whoever_says_each() {
    let (feed, said) = table(
        "acme,large,,,input,1,Order 4711,2026-11-20,contract,Agreed.,2027-02-01\n\
         acme,large,,,output,2,Order 4712,2026-11-18,contract,Agreed later.,2027-01-01\n\
         acme,large,,,cache_read,0.1,Order 4711,2026-11-20,documented,,\n\
         acme,large,,,web_search,10000,https://acme.example,2026-11-20,documented,,\n",
    );
    assert_eq!(said, [""; 0]);
    check(
        &feed,
        "acme",
        "large",
        r#"
source = "Order 4711; Order 4712"
checked = 2026-11-18
basis = "contract; documented"
[[model.price]]
guaranteed_to = 2027-01-01
input = "1"
cache_read = "0.1"
output = "2"
note = "Agreed. Agreed later."
[[model.price]]
web_search = "10000"
source = "https://acme.example"
checked = 2026-11-20
basis = "documented"
"#,
    );
}

/// Spreadsheets of half the world write tables with semicolons, and decimals with commas.
#[test]
fn a_table_with_semicolons_is_read_and_a_comma_in_a_price_is_refused() {
    let table = "Provider;Model;Meter;Per_million;Source;Checked\n\
                 xai;grok-4.7;input;2.5;Order 4711, page 2;2026-11-20\n\
                 xai;grok-4.7;output;1.234,5;Order 4711, page 2;2026-11-20\n";
    let day = jiff::civil::date(2026, 11, 20);
    for table in [table.to_owned(), table.replace(';', "\t")] {
        let (format, feed) = super::super::read(table.as_bytes(), None, day).expect("a table");
        assert_eq!(format, Format::OursCsv);
        assert_eq!(
            said(&feed),
            [
                "feed: `xai` is read as the provider `x-ai`. Its prices are of that one.",
                "xai.grok-4.7.line 3: `1.234,5` has a comma: write the price with a point alone, as 1234.5. The line \
              is left out."
            ]
        );
        assert_eq!(names(&feed), ["x-ai/grok-4.7"]);
        assert_eq!(feed.providers[0].models[0].origin.source, "Order 4711, page 2");
    }
}

/// What is said of a file that is a table of these lines, and its models.
fn file(text: &str) -> (Vec<String>, Vec<String>) {
    let day = jiff::civil::date(2026, 11, 20);
    let (_, feed) = super::super::read(text.as_bytes(), None, day).expect("a table");
    assert_whole(&feed);
    (said(&feed), names(&feed))
}

#[test]
fn letters_make_neither_another_provider_nor_another_model() {
    let (said, names) = file(
        "provider,model,meter,per_million,source,checked\n\
         OpenAI,GPT-5.1,input,1,Order 4711,2026-11-20\n\
         openai,gpt-5.1,output,2,Order 4711,2026-11-20\n\
         gcp.gemini,gemini-3-pro,input,1,Order 4711,2026-11-20\n\
         X AI,grok-4.7,input,1,Order 4711,2026-11-20\n",
    );
    assert_eq!(names, ["google/gemini-3-pro", "openai/GPT-5.1", "x-ai/grok-4.7"]);
    let read_as = |word: &str, id: &str| {
        format!("feed: `{word}` is read as the provider `{id}`. Its prices are of that one.")
    };
    let expected = [("OpenAI", "openai"), ("gcp.gemini", "google"), ("X AI", "x-ai")]
        .map(|(w, i)| read_as(w, i));
    assert_eq!(said, expected);
}

#[test]
fn a_price_in_another_currency_is_refused_by_its_line() {
    let table = |column: &str, word: &str| {
        file(&format!(
            "provider,model,meter,per_million,source,checked,{column}\n\
             acme,large,input,1,Order 4711,2026-11-20,\n\
             acme,large,output,2,Order 4711,2026-11-20,{word}\n"
        ))
        .0
    };
    for word in ["USD", "usd", "$"] {
        assert_eq!(table("currency", word), [""; 0], "{word}");
    }
    for (column, word) in [("currency", "EUR"), ("Currency", "€"), ("unit", "EUR")] {
        let why = format!(
            "acme.large.line 3: The price is in {word}; prices are in USD: convert it, or set the rate in the \
             plan's contract. The line is left out."
        );
        assert_eq!(table(column, word), [why]);
    }
    assert_eq!(table("unit", "tokens"), [""; 0]);
    let file = |place: &str| {
        let text = "provider = \"acme\"\nHEAD[[model]]\nid = \"large\"\nsource = \"Order 4711\"\n\
                    checked = 2026-11-20\nbasis = \"contract\"\n[[model.price]]\ninput = \"1\"\nPRICE";
        let text = text.replace(place, "currency = \"EUR\"\n");
        let text = text.replace("HEAD", "").replace("PRICE", "");
        super::super::read(text.as_bytes(), None, jiff::civil::date(2026, 11, 20))
    };
    for (place, line) in [("HEAD", 2), ("PRICE", 9)] {
        let error = file(place).expect_err("it is in euros").to_string();
        assert!(error.contains(&format!("line {line}, column 1: ")), "{error}");
        assert!(error.contains("The price is in EUR; prices are in USD"), "{error}");
    }
}

#[test]
fn the_day_is_told_as_missing_where_it_is_used_alone_and_may_not_be_to_come() {
    let head = "provider,model,meter,per_million,source,checked";
    let (said, _) = file(&format!(
        "{head}\nacme,large,input,1,Order 4711,2026-11-20\nacme,large,imput,1,Order 4711,\n"
    ));
    assert_eq!(said.len(), 1, "{said:?}");
    let (said, names) = file(&format!(
        "{head}\nacme,large,input,1,Order 4711,2026-11-20\nacme,small,input,1,Order 4711,2027-01-01\n"
    ));
    assert_eq!(
        (said, names),
        (
            vec![
                "acme.small.line 3: `checked` is 2027-01-01, a day that is yet to come. The line is left out."
                    .to_owned()
            ],
            vec!["acme/large".to_owned()]
        )
    );
    let toml = "provider = \"acme\"\n[[model]]\nid = \"large\"\nsource = \"SOURCE\"\nchecked = 2027-01-01\n\
                basis = \"own\"\n[[model.price]]\ninput = \"1\"\n";
    let day = jiff::civil::date(2026, 11, 20);
    let error = |text: &str| super::super::read(text.as_bytes(), None, day).expect_err("refused");
    assert_eq!(
        error(toml).to_string(),
        "This is not a Forebill TOML file: model `large`: `checked` is 2027-01-01, a day that is yet to come."
    );
    let empty = error(&toml.replace("SOURCE", "")).to_string();
    assert!(empty.contains("`source` is empty"), "{empty}");
}

#[test]
fn what_spreadsheets_save_is_read_or_named() {
    let (said, names) = file(
        "sep=;\nprovider;model;meter;per_million;source;checked\n\
         acme;large;input;1;Order 4711;2026-11-20\n\
         acme;large;imput;1;Order 4711;2026-11-20\n",
    );
    assert_eq!(names, ["acme/large"]);
    assert!(said[0].starts_with("acme.large.line 4: "), "{said:?}");
    let day = jiff::civil::date(2026, 11, 20);
    let refused =
        |bytes: &[u8]| super::super::read(bytes, None, day).expect_err("no table").to_string();
    assert_eq!(
        refused(b"PK\x03\x04\x14\0\x06\0\x08\0xl/workbook.xml\xff\xfe"),
        "This is an Excel workbook: save it as CSV, and import that."
    );
    assert_eq!(
        refused(b"provider,model,meter,per_million,source,checked\n"),
        "This is not a Forebill CSV file: there is no line under its heading."
    );
}

/// A line is looked at beside those of its model once: five thousand take no time that somebody would notice.
#[test]
fn thousands_of_lines_of_one_model_are_read_at_once() {
    let mut table = "provider,model,from,to,meter,per_million,source,checked\n".to_owned();
    let mut day = jiff::civil::date(2018, 1, 1);
    for _ in 0..1_200 {
        let next = day.tomorrow().expect("a day");
        table += &format!("acme,large,{day},{next},input,1,Order 4711,2026-11-20\n");
        day = next;
    }
    let start = std::time::Instant::now();
    let (said, _) = file(&table);
    assert_eq!(said, [""; 0]);
    // It took 23 s when every line compared all pairs.
    assert!(start.elapsed() < std::time::Duration::from_secs(8), "{:?}", start.elapsed());
}

#[test]
fn what_keeps_a_table_from_being_a_book_is_told_by_its_lines() {
    let table = "provider,model,meter,per_million,source,checked\n\
                 acme,large,input,1,Order 4711,\n\
                 \n\
                 acme,large,imput,1,Order 4711,2026-11-20\n\
                 acme,large,output,1,,2026-11-20\n\
                 acme,large,input,2,Order 4711,2026-11-20\n";
    let day = jiff::civil::date(2026, 11, 20);
    let found = super::survey(table.as_bytes(), day).expect("a table");
    let found: Vec<_> = found.iter().map(|it| (it.what, it.line, it.message.as_str())).collect();
    assert_eq!(
        found,
        [
            (Lack::Date, 2, "nobody says when it was looked at"),
            (Lack::Line, 4, "There is no meter `imput`: it is one such as `input`."),
            (Lack::Source, 5, "It has no `source`."),
            (Lack::Overlap, 6, "It has `input` already, at 1 and not at 2."),
        ]
    );
}
