//! Inputs: every number of the plan, typed, with who says so.

use cost::plan::Certainty;
use cost::workings::{Input, InputId, Purpose, serial};
use rust_xlsxwriter::{DataValidation, DataValidationRule};

use super::cell::Value;
use super::grid::{
    ADDRESS, CONSTANT, HEADER, LABEL, MONEY_TOLERANCE, MONTHS, NUMBER, QUARTER_MONTHS,
    SHARE_TOLERANCE, START, Sheet, UNIT,
};
use super::layout::count;
use super::names::words;
use super::page::{Book, Finished, Page, Paper};
use super::style::{self, Show};
use crate::error::Error;

/// What a sum of money may be off by before a check fails.
pub const MONEY_OFF: f64 = 0.005;
/// What a share or a count may be off by.
pub const SHARE_OFF: f64 = 1e-9;
/// Months in a quarter.
pub const QUARTER: usize = 3;

const TYPED: u16 = 4;
/// The word `guess`, where nobody has said where the number comes from.
pub const GUESS: u16 = 5;
const DOUBT: u16 = 6;
const LENGTH: u16 = 7;
/// 1 where a range runs backwards or a share leaves 0 to 1.
pub const WRONG: u16 = 8;
const SOURCE: u16 = 9;
/// How many characters of a source fit on a line, about.
const SOURCE_WIDTH: usize = 84;
const AS_OF: u16 = 10;
const OWNER: u16 = 11;

/// Writes the sheet.
pub fn write(book: Book) -> Result<Finished, Error> {
    let purpose = "Blue cells are typed and may be changed: everything else follows. \
                   A number without a source is marked as a guess.";
    let mut page = Page::new(book, Sheet::Inputs, "inputs", purpose)?;
    let heads = [
        "Address", "Input", "Unit", "Value", "As typed", "Guess?", "Doubt", "Counted", "In range",
        "Source", "As of", "Owner",
    ];
    page.header(HEADER, &heads, 3)?;
    // Texts stand left, whatever is around them.
    for column in [TYPED, GUESS, DOUBT, LENGTH, SOURCE, AS_OF, OWNER] {
        page.put_text((HEADER, column), heads[usize::from(column)], &style::text_header())?;
    }
    write_calendar(&mut page)?;
    let workings = book.figures.workings;
    for (row, heading) in &book.layout.input_blocks {
        page.heading(*row, heading)?;
    }
    for (id, input) in workings.inputs.iter().enumerate() {
        write_input(&mut page, InputId(id), input)?;
    }
    page.set_widths(&[
        (ADDRESS, 34.0),
        (LABEL, 40.0),
        (UNIT, 18.0),
        (CONSTANT, 15.0),
        (TYPED, 20.0),
        (GUESS, 9.0),
        (DOUBT, 8.0),
        (LENGTH, 15.0),
        (WRONG, 9.0),
        (SOURCE, 80.0),
        (AS_OF, 11.0),
        (OWNER, 16.0),
    ])?;
    page.freeze(HEADER + 1, LABEL + 1)?;
    page.finish(Paper::Landscape)
}

fn write_calendar(page: &mut Page) -> Result<(), Error> {
    let workings = page.book.figures.workings;
    let currency = &page.book.figures.about.currency;
    page.heading(START - 1, "Calendar and checks")?;
    let rows = [
        (START, "start", "First month of the plan", "date"),
        (MONTHS, "", "Months of the plan", "months"),
        (QUARTER_MONTHS, "", "Months in a quarter", "months"),
        (MONEY_TOLERANCE, "", "What a check of money may be off by", currency.as_str()),
        (SHARE_TOLERANCE, "", "What any other check may be off by", "number"),
    ];
    for (row, address, label, unit) in rows {
        page.put_text((row, ADDRESS), address, &style::address())?;
        page.put_text((row, LABEL), label, &style::label())?;
        page.put_text((row, UNIT), unit, &style::unit())?;
    }
    page.typed((START, CONSTANT), serial(workings.starts), Show::Date)?;
    page.name("In_start", (START, CONSTANT));
    let formula = format!("COUNT({})", page.here(MONTHS, 0, 0).months(Sheet::Projection, NUMBER));
    page.computed((MONTHS, CONSTANT), &formula, workings.months as f64, Show::Whole)?;
    page.typed((QUARTER_MONTHS, CONSTANT), QUARTER as f64, Show::Whole)?;
    page.typed((MONEY_TOLERANCE, CONSTANT), MONEY_OFF, Show::Typed)?;
    page.typed((SHARE_TOLERANCE, CONSTANT), SHARE_OFF, Show::Typed)
}

/// What marks a guess.
pub const GUESSED: &str = "guess";

/// Whether an input is the first cell of its number: the number itself, or the low end of its range.
pub fn leads(input: &Input) -> bool {
    input.address == input.number || input.address.ends_with(".low")
}

fn write_input(page: &mut Page, id: InputId, input: &Input) -> Result<(), Error> {
    let row = page.book.layout.input_row(id);
    page.put_text((row, ADDRESS), &input.address, &style::address())?;
    page.put_text((row, LABEL), &words(&input.address), &style::label())?;
    page.put_text((row, UNIT), &input.unit, &style::unit())?;
    let show = if input.unit.starts_with("share") { Show::Share } else { Show::Typed };
    page.typed((row, CONSTANT), input.value, show)?;
    let name = page.book.names.input(id).to_owned();
    page.name(&name, (row, CONSTANT));
    validate(page, row, input)?;
    page.put_text((row, TYPED), &input.text, &style::quoted())?;
    let provenance = &input.provenance;
    match &provenance.source {
        // One guess, however many cells its range has.
        None if leads(input) => page.put_text((row, GUESS), GUESSED, &style::guess())?,
        None => page.put_text((row, GUESS), "as above", &style::guess())?,
        Some(source) => {
            let lines = source.chars().count().div_ceil(SOURCE_WIDTH).clamp(1, 8);
            page.sheet.set_row_height(row, 14 * count(lines))?;
            page.put_text((row, SOURCE), source, &style::quoted().set_text_wrap())?;
        }
    }
    if let Some(doubt) = input.doubt {
        page.put_text((row, DOUBT), &format!("±{}", percent(doubt)), &style::quoted())?;
    }
    if input.purpose == Purpose::Measured {
        let (counted, style) = match input.certainty {
            Certainty::Exact => ("exact".to_owned(), style::quoted()),
            Certainty::Estimated(band) => (format!("estimated ±{}", percent(band)), style::guess()),
        };
        page.put_text((row, LENGTH), &counted, &style)?;
    }
    if let Some(as_of) = provenance.as_of {
        page.put_text((row, AS_OF), &as_of.to_string(), &style::quoted())?;
    }
    if let Some(owner) = &provenance.owner {
        page.put_text((row, OWNER), owner, &style::quoted())?;
    }
    write_wrong(page, row, input)
}

/// 1 where the value cannot be meant, so that a check sees it.
fn write_wrong(page: &mut Page, row: u32, input: &Input) -> Result<(), Error> {
    let own = super::a1::cell(CONSTANT, row, "$", "");
    let formula = match low_end(page, input) {
        Some(low) => format!("IF({}<={own},0,1)", page.book.names.input(low)),
        None if input.unit == "share" => format!("IF(ABS({own}-1/2)<=1/2,0,1)"),
        None if input.unit == "share a month" => format!("IF(0<={own}+1,0,1)"),
        None => format!("IF(0<={own},0,1)"),
    };
    page.formula((row, WRONG), &formula, Value::Number(0.0), &style::computed(Show::Verdict))
}

/// The end of the range that must not lie above this one.
fn low_end(page: &Page, input: &Input) -> Option<InputId> {
    let before = match input.address.strip_prefix(&input.number)? {
        ".likely" => ["low", "low"],
        ".high" => ["likely", "low"],
        _ => return None,
    };
    let inputs = &page.book.figures.workings.inputs;
    let find = |end: &str| {
        let address = format!("{}.{end}", input.number);
        inputs.iter().position(|other| other.address == address)
    };
    before.into_iter().find_map(find).map(InputId)
}

/// What may be typed. Wider than what makes sense: the sheet warns, Forebill refuses.
fn validate(page: &mut Page, row: u32, input: &Input) -> Result<(), Error> {
    let (rule, message) = match input.unit.as_str() {
        "share" => (DataValidationRule::Between(0.0, 1.0), "A share lies between 0 and 1."),
        "share a month" => {
            (DataValidationRule::GreaterThan(-1.0), "A change lies above -100 % a month.")
        }
        _ => (DataValidationRule::GreaterThanOrEqualTo(0.0), "Type a number, 0 or more."),
    };
    let validation = DataValidation::new().allow_decimal_number(rule).set_error_message(message)?;
    page.sheet.add_data_validation(row, CONSTANT, row, CONSTANT, &validation)?;
    Ok(())
}

fn percent(share: f64) -> String {
    // Twelve digits hide what binary fractions leave behind: 7.000000000000001.
    let percent = format!("{:.10}", share * 100.0);
    format!("{} %", percent.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_said_in_percent() {
        assert_eq!(percent(0.07), "7 %");
        assert_eq!(percent(0.125), "12.5 %");
        assert_eq!(percent(0.0), "0 %");
    }
}
