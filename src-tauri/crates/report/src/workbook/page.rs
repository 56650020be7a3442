//! A sheet while it is written: its head, its cells, its months, and how it prints.

use cost::workings::serial;
use rust_xlsxwriter::utility::row_col_to_cell_absolute;
use rust_xlsxwriter::{ConditionalFormatFormula, Format, ProtectionOptions, Worksheet};

use super::a1::Here;
use super::cell::{self, At, Value};
use super::grid::{CONSTANT, FIRST_DAY, HEADER, KEY, LABEL, NEXT_FIRST_DAY, NUMBER, Sheet, UNIT};
use super::layout::Layout;
use super::names::Names;
use super::style::{self, Show};
use crate::error::Error;
use crate::figures::Figures;
use crate::text::clean;

/// What every sheet is written from.
#[derive(Clone, Copy)]
pub struct Book<'b> {
    /// What the workbook says.
    pub figures: &'b Figures<'b>,
    /// Where everything stands.
    pub layout: &'b Layout,
    /// What cells are called.
    pub names: &'b Names,
}

/// A sheet.
pub struct Page<'b> {
    /// What it is written from.
    pub book: Book<'b>,
    /// Which one it is.
    pub kind: Sheet,
    /// The sheet itself.
    pub sheet: Worksheet,
    named: Vec<(String, String)>,
    widths: Vec<usize>,
    purpose: String,
    formulas: usize,
}

/// What a finished page leaves behind.
pub struct Finished {
    /// The sheet.
    pub sheet: Worksheet,
    /// Names and the cells they stand for.
    pub named: Vec<(String, String)>,
    /// The line under its title.
    pub purpose: String,
    /// How many of its cells are formulas.
    pub formulas: usize,
}

/// How a sheet is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// All of it on one page.
    OnePage,
    /// One page wide.
    Landscape,
    /// One large page wide.
    Wide,
    /// One page wide, and at most so many long.
    Pages(u16),
    /// On large pages, as many wide as its months need, with labels on every page.
    Months,
}

/// The text in the strip while every check passes.
pub const PASS: &str = "all checks pass";

/// The height of one line of text, in points: printers cut what is lower.
pub const LINE_HEIGHT: u32 = 16;

impl<'b> Page<'b> {
    /// A sheet with its head: title, purpose, and the state of the checks.
    pub fn new(book: Book<'b>, kind: Sheet, title: &str, purpose: &str) -> Result<Self, Error> {
        let mut sheet = Worksheet::new();
        sheet.set_name(kind.name())?;
        let mut page = Self {
            book,
            kind,
            sheet,
            named: vec![],
            widths: vec![],
            purpose: purpose.to_owned(),
            formulas: 0,
        };
        let about = &book.figures.about;
        page.put_text((0, 0), &format!("{}: {title}", about.name), &style::title())?;
        page.put_text((1, 0), purpose, &style::purpose())?;
        let formula = "\"Checks: \"&Chk_Master";
        let shown = format!("Checks: {PASS}");
        page.formula((2, 0), formula, Value::Text(&shown), &style::strip())?;
        for column in 1..=CONSTANT {
            page.sheet.write_blank(2, column, &style::strip())?;
        }
        let alarm = ConditionalFormatFormula::new();
        let alarm = alarm.set_rule("=Chk_Failed>0").set_format(style::failed());
        page.sheet.add_conditional_format(2, 0, 2, CONSTANT, &alarm)?;
        page.sheet.set_default_row_height(LINE_HEIGHT).set_row_height(0, 21)?;
        Ok(page)
    }

    /// A text. Its width is not counted: texts run on or are wrapped.
    pub fn put_text(&mut self, at: At, text: &str, format: &Format) -> Result<(), Error> {
        cell::text(&mut self.sheet, at, text, format)
    }

    /// A link to a page.
    pub fn link(&mut self, at: At, page: &str) -> Result<(), Error> {
        cell::link(&mut self.sheet, at, page, &style::link())
    }

    /// A typed number.
    pub fn typed(&mut self, at: At, value: f64, show: Show) -> Result<(), Error> {
        self.measure(at.1, show.width(value));
        cell::number(&mut self.sheet, at, value, &style::typed(show))
    }

    /// A formula in the style of computed numbers.
    pub fn computed(&mut self, at: At, formula: &str, value: f64, show: Show) -> Result<(), Error> {
        self.measure(at.1, show.width(value));
        self.formula(at, formula, Value::Number(value), &style::computed(show))
    }

    /// A formula in any style.
    pub fn formula(
        &mut self,
        at: At,
        formula: &str,
        value: Value,
        format: &Format,
    ) -> Result<(), Error> {
        self.formulas += 1;
        cell::formula(&mut self.sheet, at, formula, value, format)
    }

    /// The head of a group of rows.
    pub fn heading(&mut self, row: u32, text: &str) -> Result<(), Error> {
        self.sheet.set_row_height(row, 20)?;
        self.put_text((row, 0), text, &style::heading())
    }

    /// Heads of columns; those from `numbers` on stand over numbers.
    pub fn header(&mut self, row: u32, heads: &[&str], numbers: usize) -> Result<(), Error> {
        // The row below needs room under the rule.
        self.sheet.set_row_height(row, 20)?.set_row_height(row + 1, 20)?;
        for (index, (head, column)) in heads.iter().zip(0u16..).enumerate() {
            let style = match index {
                0 | 1 => style::header(),
                _ if index < numbers => style::text_header(),
                _ => style::number_header(),
            };
            self.put_text((row, column), head, &style)?;
        }
        Ok(())
    }

    /// Calls a cell by a name.
    pub fn name(&mut self, name: &str, at: At) {
        let cell = format!("{}!{}", self.kind.name(), row_col_to_cell_absolute(at.0, at.1));
        self.named.push((name.to_owned(), cell));
    }

    /// This sheet's cell as formulas on it see the rest of the workbook.
    pub fn here(&self, row: u32, month: usize, k: u32) -> Here<'b> {
        let Book { layout, names, .. } = self.book;
        Here { layout, names, sheet: self.kind, row, month, k, keyed: false }
    }

    /// The heads of months, and their numbers and days below.
    pub fn axis(&mut self) -> Result<(), Error> {
        self.header(HEADER, &["Address", "What", "Unit", "Value or total", ""], 3)?;
        let labels = [
            (NUMBER, "Month of the plan", "number"),
            (FIRST_DAY, "First day", "date"),
            (NEXT_FIRST_DAY, "Day after the last", "date"),
        ];
        for (row, label, unit) in labels {
            self.put_text((row, LABEL), label, &style::label())?;
            self.put_text((row, UNIT), unit, &style::unit())?;
        }
        let workings = self.book.figures.workings;
        for month in 0..workings.months {
            let column = self.book.layout.month_column(month);
            let at = |row: u32| super::a1::cell(column, row, "", "$");
            let number = super::a1::cell(column - 1, NUMBER, "", "$");
            let first = serial(workings.first_day(month));
            let next = serial(workings.first_day(month + 1));
            let head = Value::Number(first);
            self.formula((HEADER, column), &at(FIRST_DAY), head, &style::month_header())?;
            let counted = month as f64 + 1.0;
            self.computed((NUMBER, column), &format!("{number}+1"), counted, Show::Whole)?;
            let day = format!("EDATE(In_start,{}-1)", at(NUMBER));
            self.computed((FIRST_DAY, column), &day, first, Show::Date)?;
            let day = format!("EDATE(In_start,{})", at(NUMBER));
            self.computed((NEXT_FIRST_DAY, column), &day, next, Show::Date)?;
        }
        Ok(())
    }

    /// Makes a column at least so wide, in characters.
    pub fn measure(&mut self, column: u16, characters: usize) {
        let column = usize::from(column);
        if self.widths.len() <= column {
            self.widths.resize(column + 1, 0);
        }
        self.widths[column] = self.widths[column].max(characters);
    }

    /// Widths of the columns that hold text; the others are as wide as their numbers, with room for ten times as much.
    pub fn set_widths(&mut self, texts: &[(u16, f64)]) -> Result<(), Error> {
        const ROOM: usize = 3;
        const LEAST: usize = 9;
        let measured: Vec<usize> = self.widths.clone();
        for (characters, column) in measured.into_iter().zip(0u16..) {
            let characters = (characters + ROOM).max(LEAST);
            let characters = u32::try_from(characters).expect("a number has some digits");
            self.sheet.set_column_width(column, characters)?;
        }
        for (column, characters) in texts {
            self.sheet.set_column_width(*column, *characters)?;
        }
        Ok(())
    }

    /// Keeps rows and columns in view, and repeats the rows on every printed page.
    pub fn freeze(&mut self, rows: u32, columns: u16) -> Result<(), Error> {
        self.sheet.set_freeze_panes(rows, columns)?;
        self.sheet.set_repeat_rows(0, rows - 1)?;
        Ok(())
    }

    /// The width of the columns of sheets with months.
    pub fn set_month_widths(&mut self) -> Result<(), Error> {
        self.measure(CONSTANT, 11);
        for month in 0..self.book.layout.months {
            self.measure(self.book.layout.month_column(month), 9);
        }
        self.set_widths(&[(0, 30.0), (LABEL, 42.0), (UNIT, 22.0), (KEY, 2.0)])
    }

    /// Sets paper and protection, and hands the sheet over.
    pub fn finish(mut self, paper: Paper) -> Result<Finished, Error> {
        const A3: u8 = 8;
        const A4: u8 = 9;
        // More would be printed too small to read.
        const MONTHS_ACROSS: u16 = 14;
        let about = &self.book.figures.about;
        // `&` starts a code in heads and feet.
        let name = clean(&about.name).replace('&', "&&");
        let name: String = name.chars().take(80).collect();
        let months = u16::try_from(self.book.layout.months).unwrap_or(u16::MAX);
        let sheet = &mut self.sheet;
        sheet.set_paper_size(A4).set_screen_gridlines(false);
        match paper {
            Paper::OnePage => sheet.set_print_fit_to_pages(1, 1),
            Paper::Pages(high) => sheet.set_print_fit_to_pages(1, high),
            Paper::Landscape => sheet.set_landscape().set_print_fit_to_pages(1, 0),
            Paper::Wide => sheet.set_paper_size(A3).set_landscape().set_print_fit_to_pages(1, 0),
            Paper::Months => {
                sheet.set_repeat_columns(0, CONSTANT)?;
                let pages = months.div_ceil(MONTHS_ACROSS);
                sheet.set_paper_size(A3).set_landscape().set_print_fit_to_pages(pages, 0)
            }
        };
        sheet.set_margins(0.5, 0.5, 0.7, 0.7, 0.3, 0.3);
        sheet.set_header(format!("&L&9{name}&R&9{}", self.kind.name()));
        sheet.set_footer(format!("&L&9Exported {}&R&9Page &P of &N", about.exported));
        let options = ProtectionOptions {
            format_cells: true,
            format_columns: true,
            format_rows: true,
            ..ProtectionOptions::new()
        };
        sheet.protect_with_options(&options);
        let Self { sheet, named, purpose, formulas, .. } = self;
        Ok(Finished { sheet, named, purpose, formulas })
    }
}
