//! Projection: units of work and money, month by month, and what was spent so far.

use super::a1::cell;
use super::cell::Value;
use super::grid::{BODY, CONSTANT, KEY, LABEL, NUMBER, QUARTER, QUARTER_MONTHS, Sheet, UNIT};
use super::inputs;
use super::page::{Book, Finished, Page, Paper};
use super::rows;
use super::style::{self, Show};
use crate::error::Error;

/// Writes the sheet.
pub fn write(book: Book) -> Result<Finished, Error> {
    let purpose = "Units of work by month, times what one costs: money by feature and driver, and \
                   the balance so far.";
    let mut page = Page::new(book, Sheet::Projection, "projection", purpose)?;
    page.axis()?;
    rows::write_key_head(&mut page)?;
    write_quarters(&mut page)?;
    rows::write(&mut page, &book.layout.projection)?;
    write_drivers(&mut page)?;
    write_balance(&mut page)?;
    page.set_month_widths()?;
    page.sheet.set_column_width(KEY, rows::KEY_WIDTH)?;
    page.freeze(BODY - 1, CONSTANT + 1)?;
    page.finish(Paper::Months)
}

fn write_quarters(page: &mut Page) -> Result<(), Error> {
    page.put_text((QUARTER, LABEL), "Quarter of the plan", &style::label())?;
    page.put_text((QUARTER, UNIT), "number", &style::unit())?;
    let here = page.here(QUARTER, 0, 0);
    let months = here.on(Sheet::Inputs, &cell(CONSTANT, QUARTER_MONTHS, "$", "$"));
    for month in 0..page.book.layout.months {
        let column = page.book.layout.month_column(month);
        let formula = format!("INT(({}-1)/{months})+1", cell(column, NUMBER, "", "$"));
        let value = (month / inputs::QUARTER) as f64 + 1.0;
        page.computed((QUARTER, column), &formula, value, Show::Whole)?;
    }
    Ok(())
}

/// All features by driver, and whether the drivers add up to the months.
fn write_drivers(page: &mut Page) -> Result<(), Error> {
    let Book { figures, layout, .. } = page.book;
    let feet = &layout.feet;
    let Some((_, first, _)) = feet.drivers.first() else { return Ok(()) };
    let heading = "All features, by driver";
    page.heading(first - 1, heading)?;
    let mut all = vec![0.0; layout.months];
    for (driver, row, terms) in &feet.drivers {
        let values = figures.sum_by_month(terms);
        let formula = |page: &Page, month| {
            let here = page.here(*row, month, 0);
            let terms: Vec<String> = terms.iter().map(|term| here.value(*term)).collect();
            terms.join("+")
        };
        write_sum(page, *row, driver.label(), &values, formula)?;
        all.iter_mut().zip(&values).for_each(|(all, value)| *all += value);
    }
    let last = feet.all - 1;
    let formula = |page: &Page, month| {
        let column = page.book.layout.month_column(month);
        format!("SUM({}:{})", cell(column, *first, "", "$"), cell(column, last, "", "$"))
    };
    write_sum(page, feet.all, "All drivers", &all, formula)?;
    let Some(totals) = figures.workings.totals else { return Ok(()) };
    let difference = vec![0.0; layout.months];
    let formula = |page: &Page, month| {
        let here = page.here(feet.difference, month, 0);
        let column = page.book.layout.month_column(month);
        format!("ROUND({}-{},2)", cell(column, feet.all, "", "$"), here.value(totals.month))
    };
    write_sum(page, feet.difference, "Drivers less months", &difference, formula)
}

/// What was spent before a month, what it adds, what is spent after it.
fn write_balance(page: &mut Page) -> Result<(), Error> {
    let Book { figures, layout, .. } = page.book;
    let feet = &layout.feet;
    let Some(totals) = figures.workings.totals else { return Ok(()) };
    page.heading(feet.opening - 1, "Spent so far")?;
    let months = figures.months();
    let mut closing: Vec<f64> = vec![];
    for month in &months {
        closing.push(closing.last().unwrap_or(&0.0) + month);
    }
    let opening: Vec<f64> =
        std::iter::once(0.0).chain(closing.iter().copied()).take(months.len()).collect();
    let before = |page: &Page, month| {
        // In the first month this is the empty column: 0.
        let column = page.book.layout.month_column(month) - 1;
        format!("N({})", cell(column, feet.closing, "", "$"))
    };
    write_months(page, feet.opening, "Opening", &opening, before)?;
    let added = |page: &Page, month| page.here(feet.added, month, 0).value(totals.month);
    write_months(page, feet.added, "Added in the month", &months, added)?;
    let after = |page: &Page, month| {
        let column = page.book.layout.month_column(month);
        format!("{}+{}", cell(column, feet.opening, "", "$"), cell(column, feet.added, "", "$"))
    };
    write_months(page, feet.closing, "Closing", &closing, after)
}

/// A row of money with its total.
fn write_sum(
    page: &mut Page,
    row: u32,
    label: &str,
    values: &[f64],
    formula: impl Fn(&Page, usize) -> String,
) -> Result<(), Error> {
    write_months(page, row, label, values, formula)?;
    let total = values.iter().fold(0.0, |sum, value| sum + value);
    let months = page.here(row, 0, 0).months(Sheet::Projection, row);
    page.measure(CONSTANT, Show::Money.width(total));
    let style = style::computed(Show::Money).set_bold();
    page.formula((row, CONSTANT), &format!("SUM({months})"), Value::Number(total), &style)
}

fn write_months(
    page: &mut Page,
    row: u32,
    label: &str,
    values: &[f64],
    formula: impl Fn(&Page, usize) -> String,
) -> Result<(), Error> {
    let currency = page.book.figures.about.currency.clone();
    page.put_text((row, LABEL), label, &style::label())?;
    page.put_text((row, UNIT), &currency, &style::unit())?;
    for (month, value) in values.iter().enumerate() {
        let column = page.book.layout.month_column(month);
        page.computed((row, column), &formula(page, month), *value, Show::Money)?;
    }
    Ok(())
}
