//! UnitCost: what one unit of work uses and costs, step by step, then line by line.

use super::grid::{BODY, CONSTANT, Sheet};
use super::page::{Book, Finished, Page, Paper};
use super::rows;
use crate::error::Error;

/// Writes the sheet.
pub fn write(book: Book) -> Result<Finished, Error> {
    let purpose = "One unit of work: prices by month, usage step by step, and its cost line by \
                   line at the foot.";
    let mut page = Page::new(book, Sheet::UnitCost, "unit cost", purpose)?;
    page.axis()?;
    rows::write(&mut page, &book.layout.unit_cost)?;
    page.set_month_widths()?;
    page.freeze(BODY - 1, CONSTANT + 1)?;
    page.finish(Paper::Months)
}
