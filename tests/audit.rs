//! What vendors published of their own arithmetic, held to what they printed.

use std::fs;
use std::path::Path;

use app::Code;
use app::audit::{Audited, Seen, Status, Wanted, run};
use cost::money::Money;

#[test]
fn the_published_examples_come_to_what_was_printed() {
    let audit = run(Wanted::default()).expect("the examples are worked out");
    let failing = audit.examples.iter().filter(|each| !each.holds);
    assert_eq!(failing.map(|each| each.id.as_str()).collect::<Vec<_>>(), Vec::<&str>::new());
    assert_eq!(audit.passed, audit.examples.len() as u64);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/worked_examples.csv");
    let table = fs::read_to_string(path).expect("the list is there");
    let mut listed = 0;
    for row in table.lines().skip(1) {
        let (id, rest) = row.split_once(',').expect("an id");
        let (rest, status) = rest.rsplit_once(',').expect("a status");
        let (_, printed) = rest.rsplit_once(',').expect("a result");
        let each = audit.examples.iter().find(|each| each.id == id).expect(id);
        assert_eq!(Money::parse(&each.printed), Money::parse(printed), "{id}");
        assert_eq!(word(each.status), status, "{id}");
        listed += 1;
    }
    assert_eq!(listed, 27);
}

#[test]
fn the_lines_of_an_example_add_up_to_it() {
    let audit = run(Wanted::default()).expect("the examples are worked out");
    for each in audit.examples.iter().filter(|each| each.lines.iter().all(|it| it.rate.is_some())) {
        let amount = |amount: &Option<String>| {
            Money::parse(amount.as_deref().expect("an amount")).expect("a decimal")
        };
        let sum: Money = each.lines.iter().map(|line| amount(&line.amount)).sum();
        let computed = Money::parse(&each.computed).expect("a decimal");
        let difference = (sum - computed).to_f64().abs();
        assert!(difference <= 5e-13, "{}: {sum} and {computed}", each.id);
    }
}

#[test]
fn a_mistake_is_told_with_what_is_right() {
    let wanted = Wanted { ids: vec!["a-9".into(), "A-5".into(), "C-2".into()] };
    let audit = run(wanted).expect("three examples");
    let told = |each: &Audited| {
        let right = each.right.clone().expect("a right figure");
        assert!(each.note.is_some());
        (each.id.clone(), each.printed.clone(), each.computed.clone(), right)
    };
    let expected = [
        ("A-5", "2590", "2590", "9017.86"),
        ("A-9", "21.96", "21.9375", "21.94"),
        ("C-2", "200", "400", "400"),
    ];
    let told: Vec<_> = audit.examples.iter().map(told).collect();
    let expected = expected.map(|(id, printed, computed, right)| {
        (id.to_owned(), printed.to_owned(), computed.to_owned(), right.to_owned())
    });
    assert_eq!(told, expected);
    assert_eq!(audit.flagged, 3);
}

#[test]
fn tiers_areas_and_contracts_run_through_the_engine() {
    let ids = ["A-12a", "B-9b", "B-9d", "G-5a", "G-5b"].map(str::to_owned).to_vec();
    let audit = run(Wanted { ids }).expect("five examples");
    let told = |each: &Audited| {
        let line = |line: &app::audit::Line| {
            format!(
                "{} {} at {}",
                line.label,
                line.quantity,
                line.rate.as_deref().unwrap_or("nothing")
            )
        };
        format!(
            "{} {}: {}",
            each.id,
            each.computed,
            each.lines.iter().map(line).collect::<Vec<_>>().join(", ")
        )
    };
    let told: Vec<String> = audit.examples.iter().map(told).collect();
    insta::assert_debug_snapshot!(told, @r#"
    [
        "A-12a 0.000162: input image 54 at 3",
        "B-9b 4.07365: input 1000000 at 1.04545, output 1000000 at 3.0282",
        "B-9d 1.804045: priority: input 100000 at 1.04545, priority: output 100000 at 3.0282, flex: input 600000 at 0.2987, flex: output 600000 at 0.8652, standard: input 300000 at 0.5974, standard: output 300000 at 1.7304",
        "G-5a 200000: Base prompt 100000000000 at 2",
        "G-5b 100000: Base prompt 100000000000 at 2, Contract -100000 at 1",
    ]
    "#);
}

#[test]
fn every_example_says_how_its_page_was_read() {
    let audit = run(Wanted::default()).expect("the examples are worked out");
    let seen = |id: &str| {
        let each = audit.examples.iter().find(|each| each.id == id).expect(id);
        (each.seen, each.via.is_some())
    };
    assert_eq!(seen("B-3"), (Seen::Page, false));
    assert_eq!(seen("A-5"), (Seen::Copy, true));
    // The usual page of its vendor, which nobody opened.
    assert_eq!(seen("B-6"), (Seen::Quoted, false));
    let shown = run(Wanted { ids: vec!["B-6".into()] }).expect("an example");
    assert_eq!(shown.examples[0].seen.label(), "as others quote it; its own page was not opened");
}

#[test]
fn an_example_that_is_none_is_named_beside_those_there_are() {
    let error = run(Wanted { ids: vec!["A-2".into()] }).expect_err("there is none");
    assert_eq!(error.code, Code::NotFound);
    assert_eq!(error.message, "There is no worked example `A-2`.");
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Exact => "exact",
        Status::Rounded => "rounded",
        Status::VendorError => "vendor-error",
        Status::PriceInferred => "price-inferred",
        Status::Tokens => "tokens",
    }
}
