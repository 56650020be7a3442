//! Summary: what it comes to on one page, with a chart of the months.

use cost::workings::{Driver, FeatureRows, Purpose, RowId, serial};
use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartFont, ChartFormat, ChartLegendPosition, ChartLine,
    ChartSolidFill, ChartType, Color, ConditionalFormatFormula,
};

use super::a1::cell;
use super::cell::Value;
use super::grid::{
    ADDRESS, CONSTANT, FIRST_DAY, FIRST_INPUT, FIRST_MONTH, HEADER, LABEL, MONTHS, QUARTER, Sheet,
    UNIT,
};
use super::inputs::{self, GUESSED, leads};
use super::layout::count;
use super::page::{Book, Finished, Page, Paper};
use super::rows;
use super::style::{self, Show};
use crate::error::Error;
use crate::figures::Figures;
use crate::number::grouped;
use crate::palette;
use crate::text::clean;

/// Costs in the tables.
pub const COST: u16 = CONSTANT;
/// What the figures leave out.
const NOT_MODELLED: &str = "Ranges of the result: every figure is an expected value.";
/// How many characters of a line about the workbook fit on the page.
const LINE: usize = 110;
/// Shares of the total.
pub const SHARE: u16 = CONSTANT + 1;

/// Writes the sheet.
pub fn write(book: Book) -> Result<Finished, Error> {
    let purpose = "What it comes to. Every figure is a formula and follows the blue cells on \
                   Inputs and PriceBook.";
    let mut page = Page::new(book, Sheet::Summary, "summary", purpose)?;
    page.header(HEADER, &["Address", "Figure", "Unit", "Value", ""], 3)?;
    write_sentence(&mut page)?;
    rows::write(&mut page, &book.layout.summary)?;
    name_figures(&mut page);
    write_split(&mut page)?;
    write_peak(&mut page)?;
    write_ratios(&mut page)?;
    insert_chart(&mut page)?;
    write_drivers(&mut page)?;
    write_quarters(&mut page)?;
    write_about(&mut page)?;
    page.set_widths(&[
        (ADDRESS, 26.0),
        (LABEL, 56.0),
        (UNIT, 24.0),
        (CONSTANT, 18.0),
        (SHARE, 14.0),
    ])?;
    warn(&mut page)?;
    page.freeze(HEADER + 1, 0)?;
    let last = book.layout.sums.about + count(about(book.figures).len()) - 1;
    page.sheet.set_print_area(0, 0, last, SHARE)?;
    page.finish(Paper::OnePage)
}

/// The answer in one sentence.
fn write_sentence(page: &mut Page) -> Result<(), Error> {
    let Book { figures, .. } = page.book;
    let Some(totals) = figures.workings.totals else { return Ok(()) };
    let total = figures.values.at(totals.total, 0);
    // The sentence keeps its format when inputs move.
    let (format, shown) = match total {
        100.0.. => ("#,##0", grouped(total, 0)),
        _ => ("#,##0.00", grouped(total, 2)),
    };
    let currency = &figures.about.currency;
    let months = page.here(HEADER - 1, 0, 0).on(Sheet::Inputs, &cell(CONSTANT, MONTHS, "$", "$"));
    let formula = format!(
        "IF(Chk_Failed<=0,\"Expected cost: \"&TEXT(Out_Total_Cost,\"{format}\")&\" {currency} over \"\
         &{months}&\" months from \"&TEXT(In_start,\"mmm yyyy\"),\"Checks fail: see Checks\")"
    );
    let starts = figures.workings.starts.strftime("%b %Y");
    let months = figures.workings.months;
    let shown = format!("Expected cost: {shown} {currency} over {months} months from {starts}");
    page.sheet.set_row_height(HEADER - 1, 26)?;
    page.formula((HEADER - 1, ADDRESS), &formula, Value::Text(&shown), &style::heading())
}

/// `Out_Total_Cost`, and for each feature `Out_Cost_`, `Out_Units_`, `Out_Unit_Cost_` and `Out_Naive_` with its name.
fn name_figures(page: &mut Page) {
    let Book { figures, layout, .. } = page.book;
    let workings = figures.workings;
    let mut named = vec![];
    if let Some(totals) = workings.totals {
        named.push(("Out_Total_Cost".to_owned(), totals.total));
    }
    for feature in &workings.features {
        let name = feature.name.replace('-', "_");
        named.push((format!("Out_Cost_{name}"), feature.total));
        named.push((format!("Out_Units_{name}"), feature.units));
        named.push((format!("Out_Unit_Cost_{name}"), feature.unit_cost));
        named.extend(feature.naive_unit_cost.map(|row| (format!("Out_Naive_{name}"), row)));
    }
    for (name, row) in named {
        if let super::layout::Spot::Scalar(Sheet::Summary, at) = layout.spot(row) {
            page.name(&name, (at, CONSTANT));
        }
    }
}

/// Figures are red while a check fails.
fn warn(page: &mut Page) -> Result<(), Error> {
    let sums = &page.book.layout.sums;
    let alarm = ConditionalFormatFormula::new();
    let alarm = alarm.set_rule("=Chk_Failed>0").set_format(style::failed());
    page.sheet.add_conditional_format(HEADER - 1, ADDRESS, HEADER - 1, CONSTANT, &alarm)?;
    page.sheet.add_conditional_format(HEADER + 1, CONSTANT, sums.chart - 1, CONSTANT, &alarm)?;
    Ok(())
}

/// What the models cost, and what is paid beside them.
fn write_split(page: &mut Page) -> Result<(), Error> {
    let Book { figures, layout, .. } = page.book;
    let Some(row) = layout.sums.split else { return Ok(()) };
    let currency = figures.about.currency.clone();
    let here = page.here(row, 0, 0);
    let cost = |wanted: bool| {
        let drivers = figures.drivers().into_iter().zip(&layout.feet.drivers);
        let drivers = drivers.filter(|((driver, _), _)| (*driver == Driver::OtherCosts) == wanted);
        let (values, cells): (Vec<f64>, Vec<String>) = drivers
            .map(|((_, months), (_, at, _))| {
                let cell = here.on(Sheet::Projection, &cell(CONSTANT, *at, "$", "$"));
                (months.iter().fold(0.0, |sum, month| sum + month), cell)
            })
            .unzip();
        // A plan may have other costs alone.
        let formula = if cells.is_empty() { "0".to_owned() } else { cells.join("+") };
        (formula, values.iter().fold(0.0, |sum, value| sum + value))
    };
    for (row, label, name, other) in [
        (row, "Model calls, all months", "Out_Model_Calls", false),
        (row + 1, "Other costs, all months", "Out_Other_Costs", true),
    ] {
        let (formula, value) = cost(other);
        labels(page, row, label, &currency)?;
        headline(page, row, &formula, value, Show::Money)?;
        page.name(name, (row, CONSTANT));
    }
    Ok(())
}

/// The dearest month, and how much of the plan is guessed.
fn write_peak(page: &mut Page) -> Result<(), Error> {
    let Book { figures, layout, .. } = page.book;
    let Some(totals) = figures.workings.totals else { return Ok(()) };
    let sums = &layout.sums;
    let here = page.here(sums.peak, 0, 0);
    let months = here.range(totals.month);
    let costs = figures.months();
    let largest = costs.iter().fold(0.0_f64, |largest, cost| largest.max(*cost));
    let at = costs.iter().position(|cost| *cost == largest).unwrap_or(0);
    let currency = figures.about.currency.clone();
    labels(page, sums.peak, "Cost of the dearest month", &currency)?;
    let formula = format!("MAX({months})");
    headline(page, sums.peak, &formula, largest, Show::Money)?;
    page.name("Out_Peak_Month", (sums.peak, CONSTANT));
    labels(page, sums.peak_month, "The dearest month is", "month")?;
    let days = here.months(Sheet::Projection, FIRST_DAY);
    let formula =
        format!("INDEX({days},1,MATCH({},{months},0))", cell(CONSTANT, sums.peak, "$", "$"));
    let day = serial(figures.workings.first_day(at));
    headline(page, sums.peak_month, &formula, day, Show::Month)?;
    page.name("Out_Peak_Month_Begins", (sums.peak_month, CONSTANT));
    let inputs = &figures.workings.inputs;
    let numbers: Vec<_> =
        inputs.iter().filter(|input| input.purpose != Purpose::Setting && leads(input)).collect();
    let guesses = numbers.iter().filter(|input| input.provenance.source.is_none()).count();
    labels(page, sums.guesses, "Inputs that are guesses", &format!("of {}", numbers.len()))?;
    let last = layout.last_row(Sheet::Inputs, figures.workings).max(FIRST_INPUT);
    let marks = format!(
        "{}:{}",
        cell(inputs::GUESS, FIRST_INPUT, "$", "$"),
        cell(inputs::GUESS, last, "$", "$")
    );
    let formula = format!("COUNTIF({},\"{GUESSED}\")", here.on(Sheet::Inputs, &marks));
    headline(page, sums.guesses, &formula, guesses as f64, Show::Whole)
}

/// What one unit costs against what one would have said.
fn write_ratios(page: &mut Page) -> Result<(), Error> {
    let Book { figures, layout, .. } = page.book;
    for ratio in &layout.sums.ratios {
        let feature = &figures.workings.features[ratio.feature];
        let Some(naive) = feature.naive_unit_cost else { continue };
        let name = feature.name.replace('-', "_");
        let label = match ratio.model {
            Some((row, other)) => {
                write_model_ratio(page, row, feature, naive, other)?;
                "All costs of one unit, other costs too ÷ what one would have said"
            }
            None => "Real cost of one unit ÷ what one would have said",
        };
        let real = page.here(ratio.all, 0, 0).value(feature.unit_cost);
        let value = figures.values.at(feature.unit_cost, 0);
        write_ratio(page, ratio.all, label, (&real, value), naive)?;
        page.name(&format!("Out_Ratio_{name}"), (ratio.all, CONSTANT));
    }
    Ok(())
}

/// The same for the model calls alone: what one would have said has no other costs.
fn write_model_ratio(
    page: &mut Page,
    row: u32,
    feature: &FeatureRows,
    naive: RowId,
    other: RowId,
) -> Result<(), Error> {
    let figures = page.book.figures;
    let name = feature.name.replace('-', "_");
    let here = page.here(row, 0, 0);
    let (total, units) = (here.value(feature.total), here.value(feature.units));
    let others = figures.sum_by_month(&[other]).iter().fold(0.0, |sum, month| sum + month);
    let values = (figures.values.at(feature.total, 0), figures.values.at(feature.units, 0));
    let value = if values.1 <= 0.0 { 0.0 } else { (values.0 - others) / values.1 };
    let unit = &figures.workings.row(feature.unit_cost).unit;
    labels(page, row, "Model calls of one unit, over all months", unit)?;
    let formula = format!("IF({units}<=0,0,({total}-{})/{units})", here.total(other));
    headline(page, row, &formula, value, Show::of_unit(value))?;
    page.name(&format!("Out_Model_Unit_Cost_{name}"), (row, CONSTANT));
    let real = cell(CONSTANT, row, "$", "$");
    let label = "Model calls of one unit ÷ what one would have said";
    write_ratio(page, row + 1, label, (&real, value), naive)?;
    page.name(&format!("Out_Model_Ratio_{name}"), (row + 1, CONSTANT));
    Ok(())
}

/// A cost of one unit, as cell and value, over the naive one.
fn write_ratio(
    page: &mut Page,
    row: u32,
    label: &str,
    (real, value): (&str, f64),
    naive: RowId,
) -> Result<(), Error> {
    let said = page.here(row, 0, 0).value(naive);
    let naive = page.book.figures.values.at(naive, 0);
    let ratio = if naive <= 0.0 { 0.0 } else { value / naive };
    labels(page, row, label, "times")?;
    headline(page, row, &format!("IF({said}<=0,0,{real}/{said})"), ratio, Show::Some)
}

fn write_drivers(page: &mut Page) -> Result<(), Error> {
    let Book { figures, layout, .. } = page.book;
    let head = layout.sums.drivers;
    page.header(head, &["Address", "Driver", "Unit", "Cost", "Share"], 3)?;
    let currency = figures.about.currency.clone();
    for ((driver, months), row) in figures.drivers().into_iter().zip(head + 1..) {
        let (_, source, _) = &layout.feet.drivers[(row - head - 1) as usize];
        let cost = months.iter().fold(0.0, |sum, month| sum + month);
        page.put_text((row, ADDRESS), driver.name(), &style::address())?;
        labels(page, row, driver.label(), &currency)?;
        let here = page.here(row, 0, 0);
        let formula = here.on(Sheet::Projection, &cell(CONSTANT, *source, "$", "$"));
        page.computed((row, COST), &formula, cost, Show::Money)?;
        write_share(page, row, cost)?;
    }
    Ok(())
}

fn write_quarters(page: &mut Page) -> Result<(), Error> {
    let Book { figures, layout, .. } = page.book;
    let Some(totals) = figures.workings.totals else { return Ok(()) };
    let head = layout.sums.quarters;
    page.header(head, &["Number", "Quarter of the plan", "Unit", "Cost", "Share"], 3)?;
    let costs = figures.months();
    let currency = figures.about.currency.clone();
    for (quarter, row) in (0..layout.sums.quarter_count).zip(head + 1..) {
        let number = format!("N({})+1", cell(ADDRESS, row - 1, "$", ""));
        let count = Value::Number(f64::from(quarter) + 1.0);
        page.formula((row, ADDRESS), &number, count, &style::index())?;
        let label = format!("\"Quarter \"&{}", cell(ADDRESS, row, "$", ""));
        let shown = format!("Quarter {}", quarter + 1);
        page.formula((row, LABEL), &label, Value::Text(&shown), &style::label())?;
        page.put_text((row, UNIT), &currency, &style::unit())?;
        let here = page.here(row, 0, 0);
        let quarters = here.months(Sheet::Projection, QUARTER);
        let wanted = cell(ADDRESS, row, "$", "");
        let formula = format!("SUMIF({quarters},{wanted},{})", here.range(totals.month));
        let first = quarter as usize * inputs::QUARTER;
        let months = costs.iter().skip(first).take(inputs::QUARTER);
        let cost = months.fold(0.0, |sum, month| sum + month);
        page.computed((row, COST), &formula, cost, Show::Money)?;
        write_share(page, row, cost)?;
    }
    Ok(())
}

/// The part of the total that stands in the row.
fn write_share(page: &mut Page, row: u32, cost: f64) -> Result<(), Error> {
    let figures = page.book.figures;
    let Some(totals) = figures.workings.totals else { return Ok(()) };
    let total = figures.values.at(totals.total, 0);
    let all = page.here(row, 0, 0).value(totals.total);
    let formula = format!("IF({all}<=0,0,{}/{all})", cell(COST, row, "$", ""));
    let share = if total <= 0.0 { 0.0 } else { cost / total };
    page.computed((row, SHARE), &formula, share, Show::Share)
}

/// Where the figures come from, and how to read the sheets.
fn write_about(page: &mut Page) -> Result<(), Error> {
    let row = page.book.layout.sums.about;
    for ((label, text), row) in about(page.book.figures).iter().zip(row..) {
        page.put_text((row, ADDRESS), label, &style::label().set_bold())?;
        page.put_text((row, LABEL), text, &style::label().set_quote_prefix())?;
    }
    Ok(())
}

/// Lines about the workbook, each with what stands before it.
fn about(figures: &Figures) -> Vec<(&'static str, String)> {
    let about = &figures.about;
    let set = match about.set.as_slice() {
        [] => String::new(),
        set => format!(", set: {}", set.join(", ")),
    };
    let mut lines = vec![
        ("Plan", format!("{} (hash {}){set}", about.name, about.plan_hash)),
        ("Prices", format!("{}, {}", about.book, figures.checked())),
        ("Exported", about.exported.to_string()),
        (
            "How to read",
            "Blue: typed, may be changed. Black: computed. Amber, `guess`: nobody has said where \
             it comes from."
                .to_owned(),
        ),
        (
            "",
            "Column A is the address that Forebill explains: forebill estimate PLAN --why ADDRESS. \
             Rows without one are sums of this workbook."
                .to_owned(),
        ),
        (
            "",
            "Inputs and PriceBook feed UnitCost, which feeds Projection; Checks watches them all."
                .to_owned(),
        ),
        ("Not modelled", NOT_MODELLED.to_owned()),
    ];
    for (index, note) in about.notes.iter().enumerate() {
        for (line, text) in broken(note).into_iter().enumerate() {
            lines.push((if index == 0 && line == 0 { "Notes" } else { "" }, text));
        }
    }
    lines
}

/// A text in lines that fit on the page.
fn broken(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= LINE => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The months, stacked by driver, as a chart of the spreadsheet's own.
fn insert_chart(page: &mut Page) -> Result<(), Error> {
    let Book { figures, layout, .. } = page.book;
    if layout.feet.drivers.is_empty() {
        return Err(Error::Nothing);
    }
    let (first, last) = (FIRST_MONTH, layout.last_column());
    let name = Sheet::Projection.name();
    let mut chart = Chart::new(ChartType::ColumnStacked);
    for (driver, row, _) in &layout.feet.drivers {
        let fill = ChartSolidFill::new().set_color(Color::RGB(palette::driver(*driver))).clone();

        chart
            .add_series()
            .set_name((name, *row, LABEL))
            .set_categories((name, HEADER, first, HEADER, last))
            .set_values((name, *row, first, *row, last))
            .set_gap(40)
            .set_overlap(100)
            .set_format(ChartFormat::new().set_solid_fill(&fill));
    }
    let currency = clean(&figures.about.currency);
    let mut title = ChartFont::new();
    title.set_name(style::FONT).set_size(12).set_color(Color::RGB(palette::INK));
    let mut words = ChartFont::new();
    words.set_name(style::FONT).set_size(9).set_color(Color::RGB(palette::INK2));
    let grid = ChartLine::new().set_color(Color::RGB(palette::HAIR)).set_width(0.5).clone();
    chart.title().set_name(&format!("Cost by month and driver, {currency}")).set_font(&title);
    let months = chart.x_axis().set_num_format("mmm yy").set_font(&words).set_text_axis(true);
    // What a contract takes off stands below zero: the months are named under it.
    months.set_label_position(ChartAxisLabelPosition::Low);
    chart.y_axis().set_num_format("#,##0").set_font(&words).set_major_gridlines_line(&grid);
    chart.legend().set_position(ChartLegendPosition::Bottom).set_font(&words);
    let total = figures.months().iter().fold(0.0, |sum, month| sum + month);
    chart.set_alt_text(format!(
        "Stacked columns: cost of each month by driver, {} months, {total:.2} {currency} in all.",
        layout.months
    ));
    chart.set_name("Months by driver").set_width(960).set_height(350);
    page.sheet.insert_chart(layout.sums.chart, ADDRESS, &chart)?;
    Ok(())
}

fn labels(page: &mut Page, row: u32, label: &str, unit: &str) -> Result<(), Error> {
    page.put_text((row, LABEL), label, &style::label())?;
    page.put_text((row, UNIT), unit, &style::unit())
}

fn headline(page: &mut Page, row: u32, formula: &str, value: f64, show: Show) -> Result<(), Error> {
    page.measure(CONSTANT, show.width(value));
    page.formula((row, CONSTANT), formula, Value::Number(value), &style::headline(show))
}
