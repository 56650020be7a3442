//! Workbooks: written, calculated again in-process, and every formula equal to what the core says.

mod plans;
mod reader;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::Arc;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use cost::estimate::Estimate;
use cost::money::Rate;
use cost::workings::{Driver, RowId, addresses, evaluate};
use report::Figures;

use self::plans::{
    AGREED, EVERYTHING, HELD, LIMITED, LITTLE, MEASURED, NOTE, SWITCHED, WEEKDAYS, about,
    worked_out, written,
};
use self::reader::{Book, Shown};

#[test]
fn every_formula_gives_the_figure_of_the_core() {
    for (name, plan, least) in [
        ("everything", EVERYTHING, 3000),
        ("measured", MEASURED, 1000),
        ("weekdays", WEEKDAYS, 300),
        ("limited", LIMITED, 900),
        ("switched", SWITCHED, 300),
        ("agreed", AGREED, 800),
        ("held", HELD, 500),
        ("little", LITTLE, 100),
    ] {
        let bytes = written(&worked_out(plan));
        // Kept, so that other spreadsheet programs can be asked too.
        std::fs::write(format!("{}/{name}.xlsx", env!("CARGO_TARGET_TMPDIR")), &bytes)
            .expect("the build has a folder for this");
        let shown = Shown::of(&bytes);
        assert!(shown.count() > least, "{} formulas", shown.count());
        let mut book = Book::open(&bytes);
        book.calculate();
        book.says(&shown, "as exported");
        assert_eq!(book.number("Chk_Failed"), 0.0);
    }
}

#[test]
fn moving_an_input_in_the_workbook_is_moving_it_in_the_plan() {
    // One of each kind: every number would take minutes.
    moves(
        EVERYTHING,
        &[
            "prompts.system.grows",
            "prompts.article.tokens.likely",
            "support-desk.users",
            "support-desk.adoption.to.low",
            "support-desk.conversation.turns.high",
            "support-desk.route.share",
            "support-desk.retry.attempts",
            "support-desk.retry.fails.timeout",
            "letters.units",
            "letters.fan-out.copies.high",
            "other-costs.platform.cost",
            "settings.two-z90",
        ],
    );
    moves(
        MEASURED,
        &[
            "prompts.article.tokens.value-3",
            "prompts.article.tokens.times-4",
            "articles.units.times-1",
            "articles.read.output.value-2",
            "talks.conversation.turns.times-3",
        ],
    );
}

#[test]
fn moving_a_share_beside_a_switch_in_the_workbook_is_moving_it_in_the_plan() {
    moves(SWITCHED, &["talks.route.share", "talks.units", "talks.conversation.turns.high"]);
}

#[test]
fn moving_the_hours_of_a_cache_in_the_workbook_is_moving_them_in_the_plan() {
    moves(HELD, &["talks.trial.cache.held", "prompts.manual.tokens", "later.units"]);
}

#[test]
fn moving_a_volume_in_the_workbook_moves_what_its_busiest_hour_takes() {
    let limit = "rate-limits.acme/large.itpm";
    moves(LIMITED, &["evenings.units", "mornings.retry.fails.rejected", limit]);
}

/// Each input set in the workbook says what it says in the workings.
fn moves(plan: &str, addresses: &[&str]) {
    let estimate = worked_out(plan);
    let mut book = Book::open(&written(&estimate));
    for &address in addresses {
        let mut moved = estimate.clone();
        let inputs = &mut moved.workings.inputs;
        let input = inputs.iter_mut().find(|input| input.address == address).expect(address);
        let before = input.value;
        Arc::make_mut(input).value *= 1.05;
        let after = input.value;
        moved.values = evaluate(&moved.workings);
        let name = format!("In_{}", address.replace(['.', '-', '/'], "_"));
        book.set(&name, after);
        book.calculate();
        book.says(&Shown::of(&written(&moved)), address);
        book.set(&name, before);
    }
}

#[test]
fn moving_a_term_in_the_workbook_is_moving_it_in_the_plan() {
    let addresses = [
        "contracts.acme.price.per-million",
        "contracts.acme.discount.2.off",
        "contracts.acme.free.units",
        "contracts.acme.steps.row.spend",
        "contracts.acme.fee.share",
        "contracts.acme.commitment.amount",
        "contracts.acme.credit.2.amount",
        "contracts.acme.tax",
        "exchange.rate",
    ];
    moves(AGREED, &addresses);
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let bytes = || {
        let estimate = worked_out(EVERYTHING);
        let figures = Figures::new(about("Everything & more"), &estimate);
        let workbook = written(&estimate);
        (workbook, report::months_svg(&figures), report::csv(&figures))
    };
    assert!(bytes() == bytes());
}

#[test]
fn a_wrong_figure_is_seen() {
    let mut estimate = worked_out(LITTLE);
    estimate.workings.prices[0].rate = Rate::parse_per_million("1.01").expect("a rate");
    let shown = Shown::of(&written(&estimate));
    let mut book = Book::open(&written(&estimate));
    book.calculate();
    let seen = std::panic::catch_unwind(|| book.says(&shown, "with a price that moved"));
    assert!(seen.is_err(), "the total was worked out with another price");
}

#[test]
fn no_text_becomes_a_formula_or_breaks_the_file() {
    let texts = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1:A9)",
        "=HYPERLINK(\"http://evil.example\",\"x\")",
        "=cmd|'/C calc'!A0",
        "\t=1",
        "\r\n=1",
        "\u{0}nul \u{7} bell \u{1b}",
        "_x0041_ _x005F_",
        "<c r=\"A1\"><f>1</f></c> & ]]>",
        "\u{202e}txt.exe",
        "😀👩‍👩‍👧 שלום",
        "\u{fffe}\u{ffff}",
        "",
        "TRUE",
        "inf",
        "1e5",
    ];
    let long = "long ".repeat(8000);
    let texts: Vec<&str> = texts.into_iter().chain([long.as_str()]).collect();
    let mut estimate = worked_out(EVERYTHING);
    let plain = Shown::of(&written(&estimate)).count();
    for (input, text) in estimate.workings.inputs.iter_mut().zip(&texts) {
        let input = Arc::make_mut(input);
        input.provenance.source = Some((*text).to_owned());
        input.text = (*text).to_owned();
    }
    for (price, text) in estimate.workings.prices.iter_mut().zip(&texts) {
        price.source = (*text).to_owned();
        price.basis = (*text).to_owned();
    }
    let bytes = written(&estimate);
    assert_eq!(Shown::of(&bytes).count(), plain);
    Book::open(&bytes).calculate();
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).expect("it opens");
    let inputs = book.worksheet_range("Inputs").expect("a sheet");
    for text in &texts {
        let kept = inputs.used_cells().any(|(_, _, cell)| *cell == *text);
        let changed = text.chars().any(|c| c.is_control() || c > '\u{2029}');
        assert!(kept || changed || text.len() > 2000 || text.is_empty(), "{text} is gone");
    }
    let little = worked_out(LITTLE);
    for name in ["=1+1", "&P &[Tab] <b>", "😀 \u{0}", long.as_str()] {
        let figures = Figures::new(about(name), &little);
        let bytes = report::workbook(&figures).unwrap_or_else(|error| panic!("{name}: {error}"));
        Book::open(&bytes).calculate();
        let svg = report::months_svg(&figures);
        assert!(!svg.contains("<b>") && svg.ends_with("</svg>\n"), "{name}");
    }
}

#[test]
fn every_number_of_the_plan_has_a_cell() {
    let book = Book::open(&written(&worked_out(EVERYTHING)));
    for (name, value) in [
        ("In_support_desk_users", 12_000.0),
        ("In_support_desk_conversation_turns_high", 6.0),
        ("In_prompts_article_tokens_likely", 40_000.0),
        ("In_prompts_system_tokens_small", 812.0),
        ("In_other_costs_platform_cost", 500.0),
        // No formula needs it, and it is there all the same.
        ("In_prompts_article_used", 0.4),
        ("Px_acme_small_input_2_list", 0.1),
    ] {
        assert_eq!(book.number(name), value, "{name}");
    }
}

#[test]
fn the_cell_of_a_figure_holds_it() {
    const MONTH: usize = 7;
    let estimate = worked_out(EVERYTHING);
    let Estimate { workings, values, ledger, .. } = &estimate;
    let mut book: Xlsx<_> =
        open_workbook_from_rs(Cursor::new(written(&estimate))).expect("it opens");
    let sheets: BTreeMap<String, _> = book.worksheets().into_iter().collect();
    let number = |cell: &str| -> f64 {
        let (sheet, at) = cell.split_once('!').expect("a sheet and a cell");
        let letters = at.trim_end_matches(|c: char| c.is_ascii_digit());
        let column = letters.bytes().fold(0, |sum, letter| sum * 26 + u32::from(letter - b'@'));
        let row: u32 = at[letters.len()..].parse().expect("a row");
        match sheets[sheet].get_value((row - 1, column - 1)) {
            Some(Data::Float(value)) => *value,
            Some(Data::DateTime(value)) => value.as_f64(),
            other => panic!("{cell} holds {other:?}"),
        }
    };
    let cell = |address: &str, month| report::cell_of(workings, address, month);
    let mut seen = BTreeSet::new();
    for (id, row) in workings.rows.iter().enumerate() {
        // A whole that is asked for in a month is that month's.
        let month = (!row.address.ends_with("total")).then_some(MONTH);
        let Some(cell) = cell(&row.address, month) else { continue };
        // −0 is written as 0.
        assert_eq!(number(&cell), values.at(RowId(id), MONTH) + 0.0, "{}", row.address);
        seen.insert(cell.split('!').next().expect("a sheet").to_owned());
    }
    // Where a row reads nothing but an input, the address is the row's.
    let is_row = |address: &str| workings.find(address).is_some();
    for input in workings.inputs.iter().filter(|input| !is_row(&input.address)) {
        let cell = cell(&input.address, None).unwrap_or_else(|| panic!("{}", input.address));
        assert_eq!(number(&cell), input.value, "{}", input.address);
    }
    for price in &workings.prices {
        let cell = cell(&price.address, None).expect("every price has a cell");
        assert_eq!(number(&cell), price.rate.to_f64(), "{}", price.address);
    }
    assert_eq!(
        seen.iter().map(String::as_str).collect::<Vec<_>>(),
        ["Checks", "Projection", "Summary", "UnitCost"]
    );
    let close = |address: &str, month, expected: f64| {
        let cell = cell(address, month).expect("sums have cells");
        let off = (number(&cell) - expected).abs();
        assert!(off < 1e-6, "{address}: {} is no {expected}", number(&cell));
    };
    close("total", None, ledger.total().to_f64());
    close("total", Some(MONTH), ledger.month(MONTH).to_f64());
    close("letters", Some(MONTH), {
        ledger.sum(|line| line.feature == "letters" && line.month == MONTH).to_f64()
    });
    for driver in Driver::ALL {
        let sum = ledger.sum(|line| line.driver == driver);
        if cell(driver.name(), None).is_some() {
            close(driver.name(), None, sum.to_f64());
            let month = ledger.sum(|line| line.driver == driver && line.month == MONTH);
            close(driver.name(), Some(MONTH), month.to_f64());
        } else {
            assert_eq!(sum.to_f64(), 0.0, "{}", driver.name());
        }
    }
    assert_eq!(cell("support-desk.conversation.turns.k", None), None);
    assert_eq!(cell("nothing.of.that.name", None), None);
}

#[test]
fn what_stands_under_address_can_be_explained() {
    let estimate = worked_out(EVERYTHING);
    // A driver's name asks for its cost over everything.
    let drivers = Driver::ALL.map(Driver::name);
    let known: BTreeSet<&str> = addresses(&estimate.workings).chain(drivers).collect();
    let mut book: Xlsx<_> =
        open_workbook_from_rs(Cursor::new(written(&estimate))).expect("it opens");
    let mut seen = 0;
    for sheet in ["Summary", "Inputs", "PriceBook", "UnitCost", "Projection", "Checks"] {
        let cells = book.worksheet_range(sheet).expect("a sheet");
        let mut under = false;
        for row in cells.rows() {
            let (Data::String(first), beside) = (&row[0], &row[1]) else { continue };
            // Heads of groups have nothing beside them.
            if *beside == Data::Empty {
                continue;
            }
            match first.as_str() {
                "Address" => under = true,
                "Number" | "Plan" => under = false,
                address if under => {
                    assert!(known.contains(address), "{sheet}: `{address}` is unknown");
                    seen += 1;
                }
                _ => {}
            }
        }
    }
    assert!(seen > 200, "{seen} addresses");
}

#[test]
fn the_answer_is_withdrawn_while_a_check_fails() {
    let mut book = Book::open(&written(&worked_out(EVERYTHING)));
    book.calculate();
    assert_eq!(
        book.text("Summary", 4, 1),
        "Expected cost: 183,626 USD over 14 months from Jan 2027"
    );
    // More turns than the table of counts has rows for.
    book.set("In_support_desk_conversation_turns_high", 4000.0);
    book.calculate();
    assert!(book.number("Chk_Failed") > 0.0);
    assert_eq!(book.text("Summary", 4, 1), "Checks fail: see Checks");
}

/// Notes stand at the end of the summary, in lines that fit.
#[test]
fn notes_stand_on_the_summary() {
    let mut book: Xlsx<_> =
        open_workbook_from_rs(Cursor::new(written(&worked_out(LITTLE)))).expect("it opens");
    let summary = book.worksheet_range("Summary").expect("a sheet");
    let told: Vec<String> =
        summary.rows().skip_while(|row| row[0] != "Notes").map(|row| row[1].to_string()).collect();
    assert!(told.len() > 1 && told.iter().all(|line| line.len() <= 110), "{told:?}");
    assert_eq!(told.join(" "), NOTE);
}

#[test]
fn model_calls_and_other_costs_are_told_apart() {
    let estimate = worked_out(EVERYTHING);
    let book = Book::open(&written(&estimate));
    let lines = &estimate.ledger.lines;
    let others = lines.iter().filter(|line| line.driver == Driver::OtherCosts);
    let others: f64 = others.map(|line| line.amount.to_f64()).sum();
    let near = |given: f64, expected: f64| {
        assert!((given / expected - 1.0).abs() < 1e-9, "{given} is not {expected}")
    };
    near(book.number("Out_Other_Costs"), others);
    near(book.number("Out_Model_Calls"), book.number("Out_Total_Cost") - others);
    let ratio =
        book.number("Out_Model_Unit_Cost_support_desk") / book.number("Out_Naive_support_desk");
    near(book.number("Out_Model_Ratio_support_desk"), ratio);
    assert!(ratio < book.number("Out_Ratio_support_desk"));
}

#[test]
fn what_one_right_answer_costs_is_a_formula_on_the_summary() {
    let plan = "
forebill: 1
name: Right
starts: 2027-01
months: 2
prompts: { question: { tokens: 40 } }
features:
  - name: answer
    unit: answer
    volume: { units: 100/month }
    success: 50%
    step: { call: { name: say, answer: true, model: acme/small, input: [question], output: 90, quality: 80% } }
";
    let estimate = worked_out(plan);
    let mut book: Xlsx<_> =
        open_workbook_from_rs(Cursor::new(written(&estimate))).expect("it opens");
    let formulas = book.worksheet_formula("Summary").expect("formulas");
    for (field, part) in [("accepted", 0.5), ("right", 0.8)] {
        let address = format!("answer.unit-cost.{field}");
        let cell = report::cell_of(&estimate.workings, &address, None).expect("it has a cell");
        let row = cell.strip_prefix("Summary!D").expect("it stands on the Summary");
        let row: u32 = row.parse().expect("a row");
        let formula = formulas.get_value((row - 1, 3)).expect("a formula");
        assert!(formula.contains('/'), "{address}: {formula}");
        let feature = &estimate.workings.features[0];
        let one = estimate.unit_cost(feature).expect("there are units");
        let cost = estimate.values.at(estimate.workings.find(&address).expect("a figure"), 0);
        assert!((cost * part / one - 1.0).abs() < 1e-12, "{address}: {cost}, of {one}");
    }
}

#[test]
fn columns_that_nobody_fills_are_left_out() {
    let heads = |estimate: &Estimate| -> String {
        let mut book: Xlsx<_> =
            open_workbook_from_rs(Cursor::new(written(estimate))).expect("it opens");
        let inputs = book.worksheet_range("Inputs").expect("a sheet");
        let heads = inputs.rows().nth(4).expect("a head").iter().skip(7);
        heads.map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(heads(&worked_out(LITTLE)), "Counted, Source");
    let mut estimate = worked_out(EVERYTHING);
    assert_eq!(heads(&estimate), "Doubt, Counted, Source, As of, Owner");
    let input = Arc::make_mut(&mut estimate.workings.inputs[0]);
    input.provenance.evidence = Some("logs of May".to_owned());
    assert_eq!(heads(&estimate), "Doubt, Counted, Source, Evidence, As of, Owner");
}

#[test]
fn the_ledger_is_written_to_the_last_digit() {
    let estimate = worked_out(LITTLE);
    let csv = report::csv(&Figures::new(about("Little"), &estimate));
    insta::assert_snapshot!(String::from_utf8(csv).expect("text"), @r#"
    "month","feature","step","item","meter","driver","quantity","unit","rate","amount","currency","certainty","price","source","checked","basis"
    "2027-02","answer","answer.answer","acme/flat","input","base-prompt",812000,"token",0.000001,0.812,"USD","exact","price.acme/flat.input","https://acme.example/prices","2026-11-09","book"
    "2027-02","answer","answer.answer","acme/flat","output","output",100000,"token",0.000002,0.2,"USD","assumed","price.acme/flat.output","https://acme.example/prices","2026-11-09","book"
    "#);
}

#[test]
fn each_line_says_how_sure_its_tokens_are() {
    let plan = "
forebill: 1
name: Sure
starts: 2027-02
months: 1
prompts:
  system: { text: You help., grows: 2%/month }
  question: { tokens: 40 }
  page: { tokens: { value: 350, source: logs }, role: retrieved }
features:
  - name: answer
    unit: answer
    volume: { units: 100/month }
    step:
      conversation:
        turns: 3
        turn:
          - call: { name: look, model: acme/large, input: [system, page], output: 20 }
          - call: { name: say, answer: true, model: acme/small, input: [system, history, question], output: 90 }
other_costs:
  - { name: review, cost: $1.10 }
";
    let estimate = worked_out(plan);
    let csv = report::csv(&Figures::new(about("Sure"), &estimate));
    let csv = String::from_utf8(csv).expect("text");
    let fields = |line: &str| {
        let fields: Vec<&str> = line.split(',').map(|field| field.trim_matches('"')).collect();
        format!("{} {}: {}", fields[2], fields[5], fields[11])
    };
    let lines: Vec<String> = csv.lines().skip(1).map(fields).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    answer.look base-prompt: estimated ±7 %
    answer.look retrieved: assumed
    answer.look output: assumed
    answer.say base-prompt: assumed
    answer.say history: assumed
    answer.say output: assumed
    other-costs.review other-costs: assumed
    ");
    let mut book: Xlsx<_> =
        open_workbook_from_rs(Cursor::new(written(&estimate))).expect("it opens");
    let unit_cost = book.worksheet_range("UnitCost").expect("a sheet");
    let words: Vec<String> = unit_cost
        .rows()
        .filter_map(|row| row.get(6).filter(|cell| matches!(cell, Data::String(_))))
        .map(ToString::to_string)
        .collect();
    assert_eq!(words[..2], ["Tokens are", "estimated ±7 %"]);
    assert_eq!(words.len(), 9, "{words:?}"); // the ledger leaves out growth of nothing
}
