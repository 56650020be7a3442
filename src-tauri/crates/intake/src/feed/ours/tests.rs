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
                "xai.grok-4.7.line 3: `1.234,5` has a comma: write the price with a point alone, as 1234.5. The line \
              is left out."
            ]
        );
        assert_eq!(names(&feed), ["x-ai/grok-4.7"]);
        assert_eq!(feed.providers[0].models[0].origin.source, "Order 4711, page 2");
    }
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
