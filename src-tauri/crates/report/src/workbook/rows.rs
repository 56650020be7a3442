//! Rows of the workings on a sheet: address, label, unit, then one value or one a month.

use cost::workings::{Node, Place, Row, RowId, Shape};

use super::cell::Value;
use super::grid::{ADDRESS, CONSTANT, HEADER, KEY, LABEL, UNIT};
use super::layout::{Entry, Spot};
use super::names::words;
use super::page::Page;
use super::style::{self, Show};
use crate::error::Error;

/// The width of the column of keys, in characters.
pub const KEY_WIDTH: u32 = 22;

/// The head of the column of keys.
pub fn write_key_head(page: &mut Page) -> Result<(), Error> {
    page.put_text((HEADER, KEY), "Gathered as", &style::text_header())
}

/// Writes what stands in the rows of a sheet.
pub fn write(page: &mut Page, entries: &[(u32, Entry)]) -> Result<(), Error> {
    for (row, entry) in entries {
        match entry {
            Entry::Heading(text) => page.heading(*row, text)?,
            Entry::Row(id) => write_row(page, *row, *id)?,
        }
    }
    Ok(())
}

/// Writes address, label, unit and key.
fn write_labels(page: &mut Page, at: u32, id: RowId) -> Result<(), Error> {
    let row = page.book.figures.workings.row(id);
    page.put_text((at, ADDRESS), &row.address, &style::address())?;
    page.put_text((at, LABEL), &label(page, id), &style::label())?;
    page.put_text((at, UNIT), &row.unit, &style::unit())?;
    match key(row) {
        Some(key) => page.put_text((at, KEY), &key, &style::key()),
        None => Ok(()),
    }
}

/// What a row is, in words that stand alone.
fn label(page: &Page, id: RowId) -> String {
    let workings = page.book.figures.workings;
    let row = workings.row(id);
    if workings.features.iter().any(|feature| feature.naive_unit_cost == Some(id)) {
        return "What one would have said: the answer alone, once, at launch".to_owned();
    }
    let label = sentence(&row.label);
    // Lines of all steps stand together: each says whose it is.
    let step = words(row.group.rsplit('.').next().unwrap_or_default());
    let named = row.place == Place::Line && !step.is_empty() && !step.eq_ignore_ascii_case(&label);
    if named { format!("{}: {}", sentence(&step), lower(&label)) } else { label }
}

/// What a line is gathered by, or what a row gathers by.
pub fn key(row: &Row) -> Option<String> {
    let mut keys: Vec<String> = row.key.iter().cloned().collect();
    row.expr.visit(&mut |node| {
        if let Node::Gather(key) = node {
            keys.push(key.clone());
        }
    });
    // Of two, neither may stand for the other.
    if keys.len() == 1 { keys.pop() } else { None }
}

/// How a row's values are shown: one format for all its months.
pub fn show(page: &Page, id: RowId) -> Show {
    let figures = page.book.figures;
    let row = figures.workings.row(id);
    let all = figures.values.all(id).iter();
    let largest = all.fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let currency = &figures.about.currency;
    match row.place {
        // Side by side in one format: the eye compares them.
        Place::Line => Show::Line,
        Place::Rate if row.unit.starts_with(currency.as_str()) => Show::Rate,
        Place::Volume | Place::Rate | Place::Unit | Place::Month | Place::Figure | Place::Check => {
            Show::of(&row.unit, currency, largest)
        }
    }
}

fn write_row(page: &mut Page, at: u32, id: RowId) -> Result<(), Error> {
    let figures = page.book.figures;
    let row = figures.workings.row(id);
    write_labels(page, at, id)?;
    let show = show(page, id);
    let keyed = key(row).is_some();
    match row.shape {
        Shape::Scalar => {
            let mut here = page.here(at, 0, 0);
            here.keyed = keyed;
            let value = figures.values.at(id, 0);
            let formula = here.formula(&row.expr);
            match row.place {
                Place::Figure => {
                    page.measure(CONSTANT, show.width(value));
                    let style = style::headline(show);
                    page.formula((at, CONSTANT), &formula, Value::Number(value), &style)
                }
                _ => page.computed((at, CONSTANT), &formula, value, show),
            }
        }
        Shape::Month => {
            let features = &figures.workings.features;
            let style = match () {
                () if is_sum(page, id) => style::sum(show),
                // Without units nothing can be said of what one costs.
                () if features.iter().any(|it| it.is_of_one(id)) => style::or_nothing(show),
                () => style::computed(show),
            };
            for month in 0..figures.workings.months {
                let mut here = page.here(at, month, 0);
                here.keyed = keyed;
                let column = page.book.layout.month_column(month);
                let value = figures.values.at(id, month);
                page.measure(column, show.width(value));
                let formula = here.formula(&row.expr);
                page.formula((at, column), &formula, Value::Number(value), &style)?;
            }
            if page.book.layout.totalled.contains(&id) {
                write_total(page, at, id, show)
            } else {
                Ok(())
            }
        }
        Shape::Table(_) | Shape::TableMonth(_) => unreachable!("tables have sheets of their own"),
    }
}

/// Whether it is what a feature, or everything, comes to in a month.
fn is_sum(page: &Page, id: RowId) -> bool {
    let workings = page.book.figures.workings;
    workings.features.iter().any(|feature| feature.month == id)
        || workings.totals.is_some_and(|totals| totals.month == id)
}

/// The sum over all months, in the column of constants.
fn write_total(page: &mut Page, at: u32, id: RowId, show: Show) -> Result<(), Error> {
    let Spot::Month(sheet, row) = page.book.layout.spot(id) else { return Ok(()) };
    let values = page.book.figures.values.all(id);
    let total = values.iter().fold(0.0, |sum, value| sum + value);
    let formula = format!("SUM({})", page.here(at, 0, 0).months(sheet, row));
    page.measure(CONSTANT, show.width(total));
    let style = if is_sum(page, id) { style::sum(show) } else { style::computed(show).set_bold() };
    page.formula((at, CONSTANT), &formula, Value::Number(total), &style)
}

/// Without the capital, unless it begins with a symbol or an abbreviation.
fn lower(label: &str) -> String {
    let word = label.as_bytes().get(1).is_some_and(|byte| byte.is_ascii_lowercase());
    if !word || !label.as_bytes()[0].is_ascii_uppercase() {
        return label.to_owned();
    }
    label[..1].to_ascii_lowercase() + &label[1..]
}

/// With a capital, unless it begins with a symbol.
fn sentence(label: &str) -> String {
    let word = label.bytes().take(2).filter(u8::is_ascii_lowercase).count() == 2;
    // What begins with an address keeps it.
    let address = label.split(' ').next().is_some_and(|first| first.contains('.'));
    if !word || address {
        return label.to_owned();
    }
    label[..1].to_ascii_uppercase() + &label[1..]
}
