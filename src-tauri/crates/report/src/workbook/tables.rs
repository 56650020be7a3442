//! Tables and Turns: counts k by k, and what depends on k and the month.

use cost::workings::{Node, RowId, Shape};

use rust_xlsxwriter::{Format, FormatAlign};

use super::a1::cell;
use super::cell::Value;
use super::grid::{ADDRESS, BODY, CONSTANT, HEADER, Sheet};
use super::layout::Spot;
use super::page::{Book, Finished, Page, Paper};
use super::rows::show;
use super::style::{self, Show};
use crate::error::Error;

/// Rows of a table on one printed page.
const ROWS_A_PAGE: u32 = 90;

/// Writes the tables of counts: one block each, k downwards.
pub fn write_tables(book: Book) -> Result<Finished, Error> {
    let purpose = "How likely a count is to reach k. Tables have more rows than are used, so that \
                   inputs have room to move; the rows beyond add nothing.";
    let mut page = Page::new(book, Sheet::Tables, "tables of counts", purpose)?;
    let workings = book.figures.workings;
    for (id, row) in workings.rows.iter().enumerate() {
        if let Shape::Table(table) = row.shape {
            if row.expr.node() == &Node::Index {
                let first = book.layout.tables[table.0];
                let heading = &workings.tables[table.0].address;
                page.heading(first - 4, heading)?;
            }
            write_column(&mut page, RowId(id))?;
        }
    }
    let widths: Vec<(u16, f64)> = (1..12).map(|column| (column, 22.0)).collect();
    page.set_widths(&[&[(ADDRESS, 26.0)], widths.as_slice()].concat())?;
    page.freeze(HEADER, ADDRESS + 1)?;
    let rows = book.layout.last_row(Sheet::Tables, workings);
    page.finish(Paper::Pages(u16::try_from(rows.div_ceil(ROWS_A_PAGE)).unwrap_or(u16::MAX)))
}

/// Writes what depends on k and the month: one block a row, k downwards, months across.
pub fn write_turns(book: Book) -> Result<Finished, Error> {
    let purpose = "What depends on k and on the month, one block for each figure.";
    let mut page = Page::new(book, Sheet::Turns, "turn by turn", purpose)?;
    page.axis()?;
    for (id, row) in book.figures.workings.rows.iter().enumerate() {
        if matches!(row.shape, Shape::TableMonth(_)) {
            write_block(&mut page, RowId(id))?;
        }
    }
    page.set_month_widths()?;
    page.freeze(BODY - 1, CONSTANT + 1)?;
    page.finish(Paper::Months)
}

fn write_column(page: &mut Page, id: RowId) -> Result<(), Error> {
    let Spot::Table { first, rows, column } = page.book.layout.spot(id) else { return Ok(()) };
    let figures = page.book.figures;
    let row = figures.workings.row(id);
    // Over numbers heads stand right; the first column's stay left.
    let side = if column == ADDRESS { FormatAlign::Left } else { FormatAlign::Right };
    let head = |format: Format| format.set_text_wrap().set_align(side);
    page.sheet.set_row_height(first - 3, 34)?.set_row_height(first - 2, 28)?;
    page.put_text((first - 3, column), &row.address, &head(style::address()))?;
    page.put_text((first - 2, column), &row.label, &head(style::label()))?;
    page.put_text((first - 1, column), &row.unit, &head(style::header()))?;
    let shown = if row.expr.node() == &Node::Index { Show::Whole } else { show(page, id) };
    for (k, value) in (0..rows).zip(figures.values.all(id)) {
        let at = first + k;
        let formula = match row.expr.node() {
            // Above the first stands the unit, a text: N gives 0.
            Node::Index => format!("N({})+1", cell(column, at - 1, "$", "")),
            _ => page.here(at, 0, k).formula(&row.expr),
        };
        page.computed((at, column), &formula, *value, shown)?;
    }
    Ok(())
}

fn write_block(page: &mut Page, id: RowId) -> Result<(), Error> {
    let Spot::TableMonth { first, rows, table } = page.book.layout.spot(id) else { return Ok(()) };
    let figures = page.book.figures;
    let row = figures.workings.row(id);
    page.heading(first - 1, &row.address)?;
    page.put_text((first - 1, CONSTANT), &format!("{} ({})", row.label, row.unit), &style::unit())?;
    let shown = show(page, id);
    for k in 0..rows {
        let at = first + k;
        let index = page.here(at, 0, k).on(Sheet::Tables, &cell(ADDRESS, table + k, "$", ""));
        let style = style::computed(Show::Whole);
        page.formula((at, ADDRESS), &index, Value::Number(f64::from(k) + 1.0), &style)?;
        for month in 0..figures.workings.months {
            let column = page.book.layout.month_column(month);
            let value = figures.values.at_index(id, k as usize, month);
            let formula = page.here(at, month, k).formula(&row.expr);
            page.computed((at, column), &formula, value, shown)?;
        }
    }
    Ok(())
}
