//! UnitCost: what one unit of work uses and costs, step by step, then line by line.

use cost::plan::Certainty;
use cost::workings::Place;

use super::grid::{BODY, CONSTANT, HEADER, KEY, Sheet};
use super::layout::Entry;
use super::page::{Book, Finished, Page, Paper};
use super::rows;
use super::style;
use crate::error::Error;

/// Writes the sheet.
pub fn write(book: Book) -> Result<Finished, Error> {
    let entries = &book.layout.unit_cost;
    let purpose = match entries.iter().any(|(_, entry)| is_rate(book, entry)) {
        true => {
            "One unit of work: prices by month, usage step by step, and its cost line by line at \
             the foot."
        }
        false => {
            "One unit of work: usage step by step, and its cost line by line at the foot. Prices \
             are on PriceBook."
        }
    };
    let mut page = Page::new(book, Sheet::UnitCost, "unit cost", purpose)?;
    page.axis()?;
    rows::write_key_head(&mut page)?;
    rows::write(&mut page, entries)?;
    write_certainty(&mut page)?;
    page.set_month_widths()?;
    page.sheet.set_column_width(KEY, rows::KEY_WIDTH)?;
    page.freeze(BODY - 1, CONSTANT + 1)?;
    page.finish(Paper::Months)
}

/// How sure the tokens of each line are, behind its months.
fn write_certainty(page: &mut Page) -> Result<(), Error> {
    let workings = page.book.figures.workings;
    let column = page.book.layout.month_column(workings.months);
    page.put_text((HEADER, column), "Tokens are", &style::text_header())?;
    page.sheet.set_column_width(column, 18)?;
    for (row, entry) in &page.book.layout.unit_cost {
        let Entry::Row(id) = entry else { continue };
        if let Some(line) = workings.lines.iter().find(|line| line.amount == *id) {
            let style = match line.certainty {
                Certainty::Exact | Certainty::Assumed => style::quoted(),
                Certainty::Estimated(_) => style::guess(),
            };
            page.put_text((*row, column), &line.certainty.to_string(), &style)?;
        }
    }
    Ok(())
}

/// Whether it is a price that depends on the month.
fn is_rate(book: Book, entry: &Entry) -> bool {
    match entry {
        Entry::Row(id) => book.figures.workings.row(*id).place == Place::Rate,
        Entry::Heading(_) => false,
    }
}
