//! The workbook: the workings printed as live formulas, each with the core's value beside it.

mod a1;
mod cell;
mod checks;
mod grid;
mod inputs;
mod layout;
mod names;
mod page;
mod price_book;
mod projection;
mod rows;
mod style;
mod summary;
mod tables;
mod unit_cost;

use rust_xlsxwriter::{DocProperties, Workbook};

use crate::error::Error;
use crate::figures::Figures;
use crate::text::clean;
use grid::Sheet;
use layout::Layout;
use names::Names;
use page::Book;

/// Writes the workbook. The same figures give the same bytes.
pub fn workbook(figures: &Figures) -> Result<Vec<u8>, Error> {
    let mut names = Names::new(figures.workings)?;
    let layout = Layout::new(figures.workings);
    let book = Book { figures, layout: &layout, names: &names };
    let mut pages = vec![
        summary::write(book)?,
        inputs::write(book)?,
        price_book::write(book)?,
        unit_cost::write(book)?,
        projection::write(book)?,
    ];
    if layout.shows(Sheet::Tables) {
        pages.push(tables::write_tables(book)?);
    }
    if layout.shows(Sheet::Turns) {
        pages.push(tables::write_turns(book)?);
    }
    pages.push(checks::write(book)?);

    let mut workbook = Workbook::new();
    // The usual heights of rows and widths of columns, in pixels.
    workbook.set_default_format(&style::plain(), 20, 64)?;
    workbook.set_properties(&properties(figures)?);
    for page in pages {
        for (name, cell) in page.named {
            names.define(&name, cell)?;
        }
        workbook.push_worksheet(page.sheet);
    }
    for (name, cell) in names.cells() {
        workbook.define_name(name, &format!("={cell}"))?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn properties(figures: &Figures) -> Result<DocProperties, Error> {
    let about = &figures.about;
    let created = rust_xlsxwriter::ExcelDateTime::parse_from_str(&about.exported.to_string())?;
    Ok(DocProperties::new()
        .set_title(format!("{}: cost model", clean(&about.name)))
        .set_subject("Forecast of model costs, every figure a formula")
        .set_author("Forebill")
        .set_comment(format!(
            "Plan {}, prices of {}, {}.",
            clean(&about.plan_hash),
            clean(&about.book),
            figures.checked()
        ))
        .set_creation_datetime(&created))
}
