//! Inputs: every number of the plan, typed, with who says so.

use cost::plan::Certainty;
use cost::workings::{Input, InputId, serial};
use rust_xlsxwriter::{DataValidation, DataValidationRule, Format};

use super::cell::Value;
use super::grid::{
    ADDRESS, CONSTANT, HEADER, LABEL, MONEY_TOLERANCE, MONTHS, NUMBER, QUARTER_MONTHS,
    SHARE_TOLERANCE, START, Sheet, UNIT,
};
use super::layout::count;
use super::names::words_of;
use super::page::{Book, Finished, LINE_HEIGHT, Page, Paper};
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
/// 1 where a range runs backwards or a share leaves 0 to 1.
pub const WRONG: u16 = 6;
/// The first of the columns that only some plans fill.
const FIRST_SAID: u16 = 7;

/// A column of what was said about inputs; left out where nothing was.
struct Said {
    head: &'static str,
    width: u32,
    text: fn(&Input) -> Option<String>,
    format: fn(&Input) -> Format,
}

const SAID: [Said; 6] = [
    Said::new("Doubt", 8, doubt),
    Said { format: counted_format, ..Said::new("Counted", 18, Input::sure) },
    Said::new("Source", 80, |input| input.provenance.source.clone()),
    Said::new("Evidence", 36, |input| input.provenance.evidence.clone()),
    Said::new("As of", 11, |input| Some(input.provenance.as_of?.to_string())),
    Said::new("Owner", 16, |input| input.provenance.owner.clone()),
];

impl Said {
    const fn new(head: &'static str, width: u32, text: fn(&Input) -> Option<String>) -> Self {
        Self { head, width, text, format: |_| style::quoted() }
    }
}

/// Writes the sheet.
pub fn write(book: Book) -> Result<Finished, Error> {
    let purpose = "Blue cells are typed and may be changed: everything else follows. \
                   A number without a source is marked as a guess.";
    let mut page = Page::new(book, Sheet::Inputs, "inputs", purpose)?;
    let heads = ["Address", "Input", "Unit", "Value", "As typed", "Guess?", "In range"];
    page.header(HEADER, &heads, 3)?;
    // Texts stand left, whatever is around them.
    for column in [TYPED, GUESS] {
        page.put_text((HEADER, column), heads[usize::from(column)], &style::text_header())?;
    }
    write_calendar(&mut page)?;
    let workings = book.figures.workings;
    let filled = |said: &&Said| workings.inputs.iter().any(|input| (said.text)(input).is_some());
    let said: Vec<(u16, &Said)> = (FIRST_SAID..).zip(SAID.iter().filter(filled)).collect();
    for (row, heading) in &book.layout.input_blocks {
        page.heading(*row, heading)?;
    }
    for (id, input) in workings.inputs.iter().enumerate() {
        write_input(&mut page, InputId(id), input)?;
        write_said(&mut page, InputId(id), input, &said)?;
    }
    page.set_widths(&[
        (ADDRESS, 34.0),
        (LABEL, 40.0),
        (UNIT, 18.0),
        (CONSTANT, 15.0),
        (TYPED, 20.0),
        (GUESS, 9.0),
        (WRONG, 9.0),
    ])?;
    for (column, said) in said {
        page.put_text((HEADER, column), said.head, &style::text_header())?;
        page.sheet.set_column_width(column, said.width)?;
    }
    page.freeze(HEADER + 1, LABEL + 1)?;
    page.finish(Paper::Wide)
}

fn write_calendar(page: &mut Page) -> Result<(), Error> {
    let workings = page.book.figures.workings;
    let currency = &page.book.figures.about.currency;
    page.heading(START - 1, "Calendar and checks")?;
    let rows = [
        (START, "First month of the plan", "date"),
        (MONTHS, "Months of the plan", "months"),
        (QUARTER_MONTHS, "Months in a quarter", "months"),
        (MONEY_TOLERANCE, "What a check of money may be off by", currency.as_str()),
        (SHARE_TOLERANCE, "What any other check may be off by", "number"),
    ];
    for (row, label, unit) in rows {
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

/// Whether an input is the first cell of its number: the number itself, the low end of its range, its first value.
pub fn leads(input: &Input) -> bool {
    let end = input.address.strip_prefix(&input.number).unwrap_or_default();
    ["", ".low", ".value-1"].contains(&end)
}

/// What is said of an input that is a later cell of a list of values.
const ABOVE: &str = "as above";

/// Whether an input is a later cell of a list of values: what is said of it is said once, at the first.
fn follows(input: &Input) -> bool {
    let end = input.address.strip_prefix(&input.number).unwrap_or_default();
    (end.starts_with(".value-") || end.starts_with(".times-")) && !leads(input)
}

fn write_input(page: &mut Page, id: InputId, input: &Input) -> Result<(), Error> {
    let row = page.book.layout.input_row(id);
    page.put_text((row, ADDRESS), &input.address, &style::address())?;
    let label = words_of(&input.address, page.book.figures.workings);
    page.put_text((row, LABEL), &label, &style::label())?;
    page.put_text((row, UNIT), &input.unit, &style::unit())?;
    let is_share = input.unit.starts_with("share");
    let show = if is_share { Show::of_share(input.value.abs()) } else { Show::Typed };
    page.typed((row, CONSTANT), input.value, show)?;
    let name = page.book.names.input(id).to_owned();
    page.name(&name, (row, CONSTANT));
    validate(page, row, input)?;
    let typed = if follows(input) { ABOVE } else { &input.text };
    page.put_text((row, TYPED), typed, &style::quoted())?;
    if input.provenance.source.is_none() {
        // One guess, however many cells its range has.
        let word = if leads(input) { GUESSED } else { ABOVE };
        page.put_text((row, GUESS), word, &style::guess())?;
    }
    write_wrong(page, row, input)
}

/// Writes what was said about an input, in a row that is high enough for it.
fn write_said(
    page: &mut Page,
    id: InputId,
    input: &Input,
    said: &[(u16, &Said)],
) -> Result<(), Error> {
    const MOST_LINES: usize = 8;
    if follows(input) {
        return Ok(());
    }
    let row = page.book.layout.input_row(id);
    let mut lines = 1;
    for (column, said) in said {
        let Some(text) = (said.text)(input) else { continue };
        lines = lines.max(text.chars().count().div_ceil(said.width as usize).min(MOST_LINES));
        page.put_text((row, *column), &text, &(said.format)(input).set_text_wrap())?;
    }
    page.sheet.set_row_height(row, LINE_HEIGHT * count(lines))?;
    Ok(())
}

fn doubt(input: &Input) -> Option<String> {
    input.doubt.map(|doubt| format!("±{}", percent(doubt)))
}

/// An estimated length is marked as a guess is.
fn counted_format(input: &Input) -> Format {
    match input.certainty {
        Certainty::Exact | Certainty::Assumed => style::quoted(),
        Certainty::Estimated(_) => style::guess(),
    }
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
    let end = input.address.strip_prefix(&input.number)?;
    let inputs = &page.book.figures.workings.inputs;
    if let Some(nth) = end.strip_prefix(".value-").and_then(|nth| nth.parse::<usize>().ok()) {
        let address = format!("{}.value-{}", input.number, nth.checked_sub(1)?);
        return inputs.iter().position(|other| other.address == address).map(InputId);
    }
    let before = match end {
        ".likely" => ["low", "low"],
        ".high" => ["likely", "low"],
        _ => return None,
    };
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
