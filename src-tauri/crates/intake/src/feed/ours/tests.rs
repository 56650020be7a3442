//! A table with a line for each of its rules.

use super::super::format::Format;
use super::super::tests::{check, excerpt, said, unread};

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

#[test]
fn the_second_price_for_one_call_is_left_out() {
    let table = "provider,model,meter,per_million,source,checked\n\
                 acme,large,input,1,https://acme.example,2026-11-20\n\
                 acme,large,input,2,https://acme.example,2026-11-20\n";
    let day = jiff::civil::date(2026, 11, 20);
    let feed = super::csv(table.as_bytes(), None, day).expect("a table");
    assert_eq!(
        said(&feed),
        [
            "acme.large: It has two prices for one call: standard input 2. The one that is listed first is kept."
        ]
    );
}
