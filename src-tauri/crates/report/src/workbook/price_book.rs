//! PriceBook: every price that the plan uses, with its dates, its hours and its source.

use cost::book::{Bracket, Window};
use cost::money::Rate;
use cost::workings::{Price, PriceId, SeriesId, serial};
use jiff::civil::{Date, date};

use super::a1::cell;
use super::grid::{ADDRESS, HEADER, Sheet, price};
use super::page::{Book, Finished, Page, Paper};
use super::style::{self, Show};
use crate::error::Error;

/// Writes the sheet.
pub fn write(book: Book) -> Result<Finished, Error> {
    let purpose = "Prices as listed, and for one unit. Dates are inclusive at the start and \
                   exclusive at the end; a price ends where the next begins.";
    let mut page = Page::new(book, Sheet::PriceBook, "price book", purpose)?;
    let heads = [
        "Address",
        "Sold as",
        "Meter",
        "Tier",
        "Prompt",
        "Limit, tokens",
        "Hours (UTC)",
        "Part of the time",
        "List price",
        "per",
        "for one unit",
        "From",
        "To",
        "Read from",
        "Checked",
        "Basis",
    ];
    page.header(HEADER, &heads, usize::from(price::LIMIT))?;
    page.sheet.set_row_height(HEADER, 28)?;
    for column in [
        price::MODEL,
        price::METER,
        price::TIER,
        price::BRACKET,
        price::HOURS,
        price::CHECKED,
        price::SOURCE,
        price::BASIS,
    ] {
        page.put_text((HEADER, column), heads[usize::from(column)], &style::text_header())?;
    }
    for (id, entry) in book.figures.workings.prices.iter().enumerate() {
        write_price(&mut page, PriceId(id), entry)?;
    }
    write_series(&mut page)?;
    page.set_widths(&[
        (ADDRESS, 36.0),
        (price::MODEL, 28.0),
        (price::METER, 16.0),
        (price::TIER, 10.0),
        (price::BRACKET, 9.0),
        (price::LIMIT, 9.0),
        (price::HOURS, 13.0),
        (price::DAY_SHARE, 9.0),
        (price::LIST, 12.0),
        (price::PER, 11.0),
        (price::NET, 16.0),
        (price::FROM, 12.0),
        (price::TO, 12.0),
        (price::SOURCE, 46.0),
        (price::CHECKED, 12.0),
        (price::BASIS, 14.0),
    ])?;
    page.freeze(HEADER + 1, price::MODEL)?;
    page.finish(Paper::Wide)
}

fn write_price(page: &mut Page, id: PriceId, entry: &Price) -> Result<(), Error> {
    let row = page.book.layout.price_row(id);
    let (per, list) = listed(entry);
    page.put_text((row, ADDRESS), &entry.address, &style::address())?;
    page.put_text((row, price::MODEL), &entry.sold_as(), &style::quoted())?;
    page.put_text((row, price::METER), entry.meter.name(), &style::quoted())?;
    page.put_text((row, price::TIER), entry.tier.name(), &style::quoted())?;
    if let Some(bracket) = entry.bracket {
        let word = match bracket {
            Bracket::Over(_) => "over",
            Bracket::AtLeast(_) => "from",
        };
        page.put_text((row, price::BRACKET), word, &style::quoted())?;
        page.typed((row, price::LIMIT), bracket.limit_tokens() as f64, Show::Whole)?;
    }
    let hours = entry.window.map_or_else(|| "all day".to_owned(), hours);
    page.put_text((row, price::HOURS), &hours, &style::quoted())?;
    page.typed((row, price::DAY_SHARE), entry.day_share, Show::Share)?;
    page.typed((row, price::LIST), list, Show::Listed)?;
    page.typed((row, price::PER), per, Show::Whole)?;
    let formula = format!("{}/{}", cell(price::LIST, row, "$", ""), cell(price::PER, row, "$", ""));
    page.computed((row, price::NET), &formula, entry.rate.to_f64(), Show::Rate)?;
    let (name, list_name) = (page.book.names.price(id).to_owned(), page.book.names.list_price(id));
    page.name(&name, (row, price::NET));
    page.name(&list_name, (row, price::LIST));
    write_dates(page, row, id, entry)?;
    page.link((row, price::SOURCE), &entry.source)?;
    page.put_text((row, price::CHECKED), &entry.checked.to_string(), &style::quoted())?;
    page.put_text((row, price::BASIS), &entry.basis, &style::quoted())
}

/// What is given for each month, under the months' columns of the other sheets.
fn write_series(page: &mut Page) -> Result<(), Error> {
    let workings = page.book.figures.workings;
    if workings.series.is_empty() {
        return Ok(());
    }
    let head = page.book.layout.series_row(SeriesId(0)) - 1;
    page.heading(head - 1, "Month by month, as calendars and contracts have it")?;
    for month in 0..workings.months {
        let column = page.book.layout.month_column(month);
        let shown = format!("month {}", month + 1);
        page.put_text((head, column), &shown, &style::number_header())?;
    }
    for (id, series) in workings.series.iter().enumerate() {
        let row = page.book.layout.series_row(SeriesId(id));
        page.put_text((row, ADDRESS), &series.address, &style::address())?;
        page.put_text((row, price::MODEL), &series.label, &style::quoted())?;
        let largest = series.values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        let show = Show::of(&series.unit, &page.book.figures.about.currency, largest);
        for (month, value) in series.values.iter().enumerate() {
            page.typed((row, page.book.layout.month_column(month)), *value, show)?;
        }
    }
    Ok(())
}

fn write_dates(page: &mut Page, row: u32, id: PriceId, entry: &Price) -> Result<(), Error> {
    match entry.from {
        None => page.put_text((row, price::FROM), "always", &style::quoted())?,
        Some(from) => {
            let day = within_calendar(entry, from)?;
            page.typed((row, price::FROM), day, Show::Date)?;
        }
    }
    let prices = &page.book.figures.workings.prices;
    let next = prices.iter().position(|next| follows(entry, next)).map(PriceId);
    match (entry.to, next.filter(|next| *next != id)) {
        (None, _) => page.put_text((row, price::TO), "open", &style::quoted()),
        // One cell moves the day on which the price changes.
        (Some(to), Some(next)) => {
            let from = cell(price::FROM, page.book.layout.price_row(next), "$", "");
            page.computed((row, price::TO), &from, within_calendar(entry, to)?, Show::Date)
        }
        (Some(to), None) => {
            let day = within_calendar(entry, to)?;
            page.typed((row, price::TO), day, Show::Date)
        }
    }
}

/// Whether a price begins on the day on which this one ends.
fn follows(entry: &Price, next: &Price) -> bool {
    let of =
        |price: &Price| (price.model.clone(), price.meter, price.tier, price.bracket, price.window);
    let dated = entry.months.is_none() && entry.to.is_some() && entry.to == next.from;
    dated && of(entry) == of(next)
}

fn within_calendar(entry: &Price, day: Date) -> Result<f64, Error> {
    if (date(2000, 1, 1)..=date(2100, 12, 31)).contains(&day) {
        Ok(serial(day))
    } else {
        Err(Error::Date { address: entry.address.clone(), date: day })
    }
}

/// A price as vendors list it: for so many units, so much.
fn listed(entry: &Price) -> (f64, f64) {
    let decimal = |text: String| text.parse().expect("a decimal is a number");
    let rate: Rate = entry.rate;
    match entry.meter.unit() {
        "token" | "token-hour" | "character" => (1e6, decimal(rate.per_million())),
        _ => (1.0, decimal(rate.to_string())),
    }
}

fn hours(window: Window) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    format!("{}–{}", clock(window.start_minute), clock(window.end_minute))
}
