//! Checks: differences that must be zero, each with what it may be off by, and the master check.

use cost::workings::{RowId, Shape};

use super::a1::cell;
use super::cell::Value;
use super::grid::{
    ADDRESS, BODY, CONSTANT, FAILED, FIRST_CHECK, FIRST_INPUT, FIRST_PRICE, HEADER, LABEL, MASTER,
    MONEY_TOLERANCE, SHARE_TOLERANCE, START, Sheet, UNIT, price,
};
use super::inputs::{MONEY_OFF, SHARE_OFF, WRONG};
use super::layout::{Spot, count};
use super::page::{Book, Finished, LINE_HEIGHT, PASS, Page, Paper};
use super::style::{self, Show};
use super::summary::{COST, SHARE};
use crate::error::Error;

const TOLERANCE: u16 = 4;
const FAILS: u16 = 5;
/// How many characters of a label fit on a line, about.
const LABEL_WIDTH: usize = 70;
const PURPOSE: &str = "Every difference must be zero. One that is not turns the line under every \
                       sheet's title red.";

/// A difference that must be zero.
struct Check {
    address: String,
    label: String,
    unit: String,
    formula: String,
    value: f64,
    money: bool,
}

impl Check {
    fn passes(&self) -> bool {
        self.value.abs() <= self.tolerance()
    }

    const fn tolerance(&self) -> f64 {
        if self.money { MONEY_OFF } else { SHARE_OFF }
    }
}

/// A check's outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What must be zero.
    pub label: String,
    /// What it is off by.
    pub off: f64,
    /// What one of that is.
    pub unit: String,
    /// Whether that is little enough.
    pub passes: bool,
}

/// What the sheet finds, check by check.
pub fn verdicts(book: Book) -> Result<Vec<Verdict>, Error> {
    let page = Page::new(book, Sheet::Checks, "checks", PURPOSE)?;
    let verdict = |check: Check| Verdict {
        passes: check.passes(),
        off: check.value,
        label: check.label,
        unit: check.unit,
    };
    Ok(all(&page).into_iter().map(verdict).collect())
}

/// Writes the sheet.
pub fn write(book: Book) -> Result<Finished, Error> {
    let mut page = Page::new(book, Sheet::Checks, "checks", PURPOSE)?;
    let heads = ["Address", "Check", "Unit", "Difference", "Off by at most", "Verdict"];
    page.header(HEADER, &heads, 3)?;
    let checks = all(&page);
    let mut failed = 0.0;
    for (check, row) in checks.iter().zip(FIRST_CHECK..) {
        failed += write_check(&mut page, row, check)?;
    }
    let last = FIRST_CHECK + count(checks.len()) - 1;
    let flags = format!("{}:{}", cell(FAILS, FIRST_CHECK, "$", "$"), cell(FAILS, last, "$", "$"));
    page.put_text((FAILED, LABEL), "Checks that fail", &style::label().set_bold())?;
    let style = style::headline(Show::Flag);
    page.formula((FAILED, FAILS), &format!("SUM({flags})"), Value::Number(failed), &style)?;
    page.name("Chk_Failed", (FAILED, FAILS));
    page.put_text((MASTER, LABEL), "Master check", &style::label().set_bold())?;
    let fail = "CHECKS FAIL: see the sheet Checks";
    let formula = format!("IF(Chk_Failed<=0,\"{PASS}\",\"{fail}\")");
    let shown = if failed <= 0.0 { PASS } else { fail };
    page.formula((MASTER, CONSTANT), &formula, Value::Text(shown), &style::strip())?;
    page.name("Chk_Master", (MASTER, CONSTANT));
    page.set_widths(&[
        (ADDRESS, 44.0),
        (LABEL, LABEL_WIDTH as f64 + 4.0),
        (UNIT, 14.0),
        (CONSTANT, 16.0),
        (TOLERANCE, 14.0),
        (FAILS, 10.0),
    ])?;
    page.freeze(HEADER + 1, LABEL + 1)?;
    page.finish(Paper::Landscape)
}

/// Writes a check and answers its flag.
fn write_check(page: &mut Page, row: u32, check: &Check) -> Result<f64, Error> {
    page.put_text((row, ADDRESS), &check.address, &style::address())?;
    let lines = check.label.chars().count().div_ceil(LABEL_WIDTH).max(1);
    page.sheet.set_row_height(row, LINE_HEIGHT * count(lines))?;
    page.put_text((row, LABEL), &check.label, &style::label().set_text_wrap())?;
    page.put_text((row, UNIT), &check.unit, &style::unit())?;
    let (tolerance_row, show) = match check.money {
        true => (MONEY_TOLERANCE, Show::Money),
        false => (SHARE_TOLERANCE, Show::Typed),
    };
    page.computed((row, CONSTANT), &check.formula, check.value, show)?;
    let allowed = page.here(row, 0, 0).on(Sheet::Inputs, &cell(CONSTANT, tolerance_row, "$", "$"));
    page.computed((row, TOLERANCE), &allowed, check.tolerance(), Show::Typed)?;
    let own = |column| cell(column, row, "$", "");
    // Without ISERROR the sum of flags would be an error itself.
    let formula = format!(
        "IF(ISERROR({difference}),1,IF(ABS({difference})<={allowed},0,1))",
        difference = own(CONSTANT),
        allowed = own(TOLERANCE)
    );
    let flag = if check.passes() { 0.0 } else { 1.0 };
    page.computed((row, FAILS), &formula, flag, Show::Verdict)?;
    Ok(flag)
}

fn all(page: &Page) -> Vec<Check> {
    let mut checks = of_workings(page);
    checks.extend(fixed(page));
    checks
}

/// The checks that the walk wrote.
fn of_workings(page: &Page) -> Vec<Check> {
    let Book { figures, layout, .. } = page.book;
    let check = |(at, id): &(u32, RowId)| {
        let row = figures.workings.row(*id);
        let here = page.here(*at, 0, 0);
        let values = figures.values.all(*id);
        let farthest = |range: &str| format!("MAX({range},0)-MIN({range},0)");
        let formula = match row.shape {
            Shape::Scalar => here.formula(&row.expr),
            Shape::Month | Shape::Table(_) => farthest(&here.range(*id)),
            Shape::TableMonth(_) => farthest(&block(page, *id)),
        };
        let value = match row.shape {
            Shape::Scalar => values[0],
            Shape::Month | Shape::Table(_) | Shape::TableMonth(_) => {
                let most = values.iter().fold(0.0_f64, |most, value| most.max(*value));
                most - values.iter().fold(0.0_f64, |least, value| least.min(*value))
            }
        };
        Check {
            address: row.address.clone(),
            label: row.label.clone(),
            unit: row.unit.clone(),
            formula,
            value,
            money: row.unit == figures.about.currency,
        }
    };
    layout.checks.iter().map(check).collect()
}

/// The checks that every workbook has.
fn fixed(page: &Page) -> Vec<Check> {
    let mut checks = money(page);
    let Book { figures, layout, .. } = page.book;
    let here = page.here(layout.fixed_checks, 0, 0);
    let workings = figures.workings;
    // Σ P(n = k) is the first P(n ≥ k) less the last.
    for table in &workings.tables {
        let Some(row) = workings.find(&format!("{}.at-least", table.address)) else { continue };
        let Spot::Table { first, rows, column } = layout.spot(row) else { continue };
        let on_tables = |row| here.on(Sheet::Tables, &cell(column, row, "$", "$"));
        let (most, least) = (on_tables(first), on_tables(first + rows - 1));
        let values = figures.values.all(row);
        checks.push(Check {
            address: workings.row(row).address.clone(),
            label: format!(
                "{}: the table is long enough. If not, an input has outgrown the table: export \
                 again from Forebill",
                table.address
            ),
            unit: "share".to_owned(),
            formula: format!("{most}-{least}-1"),
            value: values[0] - values[values.len() - 1] - 1.0,
            money: false,
        });
    }
    let mut flag = |label: &str, formula: String| {
        checks.push(Check {
            address: String::new(),
            label: label.to_owned(),
            unit: "flag".to_owned(),
            formula,
            value: 0.0,
            money: false,
        });
    };
    let inputs = layout.last_row(Sheet::Inputs, workings).max(FIRST_INPUT);
    let wrong = span(&[(WRONG, FIRST_INPUT), (WRONG, inputs)]);
    let wrong = here.on(Sheet::Inputs, &wrong);
    flag("Inputs: shares within 0 and 1, ranges upwards", format!("SUM({wrong})"));
    let prices = layout.last_row(Sheet::PriceBook, workings);
    let net = span(&[(price::NET, FIRST_PRICE), (price::NET, prices)]);
    let net = here.on(Sheet::PriceBook, &net);
    flag("PriceBook: no price below 0", format!("IF(0<=MIN({net}),0,1)"));
    let last = layout.last_column();
    let sheets = [
        (Sheet::Inputs, CONSTANT, START, CONSTANT),
        (Sheet::PriceBook, price::NET, FIRST_PRICE, price::TO),
        (Sheet::UnitCost, CONSTANT, BODY, last),
        (Sheet::Projection, CONSTANT, BODY, last),
        (Sheet::Tables, ADDRESS, BODY, UNIT.max(9)),
        (Sheet::Turns, ADDRESS, BODY, last),
    ];
    for (sheet, left, top, right) in sheets.into_iter().filter(|(sheet, ..)| layout.shows(*sheet)) {
        let area = span(&[(left, top), (right, layout.last_row(sheet, workings))]);
        let area = here.on(sheet, &area);
        let label = format!("{}: no error values", sheet.name());
        flag(&label, format!("IF(ISERROR(SUM({area})),1,0)"));
    }
    checks
}

/// What must come to the same amount.
fn money(page: &Page) -> Vec<Check> {
    let Book { figures, layout, .. } = page.book;
    let Some(totals) = figures.workings.totals else { return vec![] };
    let here = page.here(layout.fixed_checks, 0, 0);
    let (feet, sums) = (&layout.feet, &layout.sums);
    let total = here.value(totals.total);
    let rounded = |what: String| format!("ROUND({what}-{total},2)");
    let closing = here.on(Sheet::Projection, &cell(layout.last_column(), feet.closing, "$", "$"));
    let row = here.months(Sheet::Projection, feet.difference);
    let on_summary = |first: u32, rows: u32, column: u16| {
        here.on(Sheet::Summary, &span(&[(column, first + 1), (column, first + rows)]))
    };
    let drivers = on_summary(sums.drivers, count(feet.drivers.len()), COST);
    let shares = on_summary(sums.drivers, count(feet.drivers.len()), SHARE);
    let quarters = on_summary(sums.quarters, sums.quarter_count, COST);
    let features = figures.workings.features.iter().map(|feature| here.value(feature.total));
    // What belongs to no feature, once a month.
    let lines = figures.workings.lines.iter().filter(|line| line.feature.is_empty());
    let others = lines.map(|line| here.total(line.amount));
    let parts: Vec<String> = features.chain(others).collect();
    let check = |label: &str, unit: &str, formula: String, money: bool| Check {
        address: String::new(),
        label: label.to_owned(),
        unit: unit.to_owned(),
        formula,
        value: 0.0,
        money,
    };
    let currency = figures.about.currency.as_str();
    vec![
        check(
            "Drivers add up to the total in every month",
            currency,
            format!("MAX({row},0)-MIN({row},0)"),
            true,
        ),
        check("Features add up to the total", currency, rounded(parts.join("+")), true),
        check("The balance closes at the total", currency, rounded(closing), true),
        check(
            "Summary: drivers add up to the total",
            currency,
            rounded(format!("SUM({drivers})")),
            true,
        ),
        check(
            "Summary: shares of drivers add up to 1",
            "share",
            format!("IF({total}<=0,0,SUM({shares})-1)"),
            false,
        ),
        check(
            "Summary: quarters add up to the total",
            currency,
            rounded(format!("SUM({quarters})")),
            true,
        ),
    ]
}

/// All cells of a block of Turns.
fn block(page: &Page, id: RowId) -> String {
    let Spot::TableMonth { first, rows, .. } = page.book.layout.spot(id) else {
        unreachable!("only these have blocks")
    };
    let left = page.book.layout.month_column(0);
    let right = page.book.layout.last_column();
    page.here(0, 0, 0).on(Sheet::Turns, &span(&[(left, first), (right, first + rows - 1)]))
}

fn span(corners: &[(u16, u32); 2]) -> String {
    let [first, last] = corners.map(|(column, row)| cell(column, row, "$", "$"));
    format!("{first}:{last}")
}
