//! Where a figure stands in the workbook, by its address.

use cost::workings::{Driver, Workings};

use super::a1::cell;
use super::grid::{CONSTANT, Sheet, price};
use super::layout::{Layout, Spot};

/// The cell of a figure: `Projection!Q18`; in a month counted from 0, or over all of them.
///
/// Nothing where the workbook has no such cell: tables, and sums that it does not make.
pub fn cell_of(workings: &Workings, address: &str, month: Option<usize>) -> Option<String> {
    let layout = Layout::new(workings);
    let (sheet, column, row) = place(workings, &layout, address, month)?;
    Some(format!("{}!{}", sheet.name(), cell(column, row, "", "")))
}

fn place(
    workings: &Workings,
    layout: &Layout,
    address: &str,
    month: Option<usize>,
) -> Option<(Sheet, u16, u32)> {
    let column = |month: Option<usize>| month.map_or(CONSTANT, |month| layout.month_column(month));
    let of_row = |id, month: Option<usize>| match layout.spot(id) {
        Spot::Scalar(sheet, row) => Some((sheet, CONSTANT, row)),
        Spot::Month(sheet, row) => {
            let is_there = month.is_some() || layout.totalled.contains(&id);
            is_there.then(|| (sheet, column(month), row))
        }
        Spot::Table { .. } | Spot::TableMonth { .. } => None,
    };
    if address == "total" {
        let totals = workings.totals?;
        return of_row(if month.is_some() { totals.month } else { totals.total }, month);
    }
    let feature = address.strip_suffix(".total").unwrap_or(address);
    if let Some(rows) = workings.features.iter().find(|known| known.name == feature) {
        return of_row(if month.is_some() { rows.month } else { rows.total }, month);
    }
    if let Some(id) = workings.find(address) {
        return of_row(id, month);
    }
    if let Some(id) = workings.inputs.iter().position(|input| input.address == address) {
        return Some((Sheet::Inputs, CONSTANT, layout.input_row(cost::workings::InputId(id))));
    }
    if let Some(id) = workings.prices.iter().position(|price| price.address == address) {
        let row = layout.price_row(cost::workings::PriceId(id));
        return Some((Sheet::PriceBook, price::NET, row));
    }
    let is_named = |driver: &Driver| driver.name() == address;
    let (_, row, _) = layout.feet.drivers.iter().find(|(driver, ..)| is_named(driver))?;
    Some((Sheet::Projection, column(month), *row))
}
