//! The workbook: the workings printed as live formulas, each with the core's value beside it.

mod a1;
mod cell;
mod checks;
mod find;
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

use std::ops::ControlFlow;

use rust_xlsxwriter::{DocProperties, Workbook};

use crate::error::Error;
use crate::figures::Figures;
use crate::text::clean;
use grid::Sheet;
use layout::Layout;
use names::Names;
use page::{Book, Finished};

pub use checks::Verdict;
pub use find::cell_of;

/// How far a workbook is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The sheet that comes next; nothing when they are packed into a file.
    pub sheet: Option<&'static str>,
    /// So many steps are done.
    pub done: usize,
    /// Of so many.
    pub of: usize,
}

/// What a workbook holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// Its sheets, in their order.
    pub sheets: Vec<OutlineSheet>,
    /// What its checks find.
    pub checks: Vec<Verdict>,
}

/// What a sheet holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineSheet {
    /// As it stands on its tab.
    pub name: &'static str,
    /// What it says, in a sentence or two.
    pub purpose: String,
    /// How many of its cells are formulas.
    pub formulas: usize,
}

/// Writes the workbook. The same figures give the same bytes.
pub fn workbook(figures: &Figures) -> Result<Vec<u8>, Error> {
    workbook_in_steps(figures, &mut |_| ControlFlow::Continue(()))
}

/// The same, told before each step: whoever answers `Break` ends it with [`Error::Cancelled`].
pub fn workbook_in_steps(
    figures: &Figures,
    watch: &mut dyn FnMut(Step) -> ControlFlow<()>,
) -> Result<Vec<u8>, Error> {
    let mut names = Names::new(figures.workings)?;
    let layout = Layout::new(figures.workings);
    let book = Book { figures, layout: &layout, names: &names };
    let sheets = sheets(&layout);
    let of = sheets.len() + 1;
    let mut ask = |sheet, done| match watch(Step { sheet, done, of }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Error::Cancelled),
    };
    let mut pages = vec![];
    for (done, sheet) in sheets.into_iter().enumerate() {
        ask(Some(sheet.name()), done)?;
        pages.push(write(sheet, book)?);
    }

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
    ask(None, of - 1)?;
    Ok(workbook.save_to_buffer()?)
}

/// What the workbook of these figures would hold.
pub fn outline(figures: &Figures) -> Result<Outline, Error> {
    let names = Names::new(figures.workings)?;
    let layout = Layout::new(figures.workings);
    let book = Book { figures, layout: &layout, names: &names };
    let outlined = |sheet: Sheet| {
        let Finished { purpose, formulas, .. } = write(sheet, book)?;
        Ok(OutlineSheet { name: sheet.name(), purpose, formulas })
    };
    let sheets = sheets(&layout).into_iter().map(outlined).collect::<Result<_, Error>>()?;
    Ok(Outline { sheets, checks: checks::verdicts(book)? })
}

/// The sheets that have anything to show, in their order.
fn sheets(layout: &Layout) -> Vec<Sheet> {
    Sheet::ALL.into_iter().filter(|sheet| layout.shows(*sheet)).collect()
}

fn write(sheet: Sheet, book: Book) -> Result<Finished, Error> {
    match sheet {
        Sheet::Summary => summary::write(book),
        Sheet::Inputs => inputs::write(book),
        Sheet::PriceBook => price_book::write(book),
        Sheet::UnitCost => unit_cost::write(book),
        Sheet::Projection => projection::write(book),
        Sheet::Tables => tables::write_tables(book),
        Sheet::Turns => tables::write_turns(book),
        Sheet::Checks => checks::write(book),
    }
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
