//! The workings' formulas in A1 notation, in the words that every spreadsheet knows.

use cost::workings::{Expr, Function, Node, Operation, PriceId, RowId, Spelling, print};
use rust_xlsxwriter::utility::column_number_to_name;

use super::layout::{
    ADDRESS, CONSTANT, FIRST_DAY, FIRST_MONTH, LABEL, Layout, NEXT_FIRST_DAY, NUMBER, Sheet, Spot,
    price,
};
use super::names::Names;

/// A cell that is about to hold a formula.
#[derive(Clone, Copy)]
pub struct Here<'b> {
    /// Where everything stands.
    pub layout: &'b Layout,
    /// What cells are called.
    pub names: &'b Names,
    /// Its sheet.
    pub sheet: Sheet,
    /// Its row.
    pub row: u32,
    /// Its month, counted from 0; of no matter for what has none.
    pub month: usize,
    /// Its place in its table, counted from 0; of no matter for what has none.
    pub k: u32,
    /// Whether what it gathers by stands in its own row.
    pub keyed: bool,
}

impl Here<'_> {
    /// A formula of the workings as it stands in this cell.
    pub fn formula(&self, expr: &Expr) -> String {
        let text = print(expr, self);
        let mut refers = false;
        expr.visit(&mut |node| refers |= !matches!(node, Node::Whole(_) | Node::Binary(..)));
        // A bare number would look as if somebody had typed it over a formula.
        if refers { text } else { format!("{text}+0*In_start") }
    }

    /// The one value of a row, or its value in this cell's month and k.
    pub fn value(&self, row: RowId) -> String {
        match self.layout.spot(row) {
            Spot::Scalar(sheet, at) => self.on(sheet, &cell(CONSTANT, at, "$", "$")),
            Spot::Month(sheet, at) => self.on(sheet, &cell(self.month_column(), at, "", "$")),
            Spot::Table { first, column, .. } => {
                self.on(Sheet::Tables, &cell(column, first + self.k, "$", ""))
            }
            Spot::TableMonth { first, .. } => {
                self.on(Sheet::Turns, &cell(self.month_column(), first + self.k, "", ""))
            }
        }
    }

    /// A row's cells: all months, or all k.
    pub fn range(&self, row: RowId) -> String {
        match self.layout.spot(row) {
            Spot::Scalar(..) => self.value(row),
            Spot::Month(sheet, at) => self.months(sheet, at),
            Spot::Table { first, rows, column } => {
                self.on(Sheet::Tables, &down(column, first, rows, "$"))
            }
            Spot::TableMonth { first, rows, .. } => {
                self.on(Sheet::Turns, &down(self.month_column(), first, rows, ""))
            }
        }
    }

    /// All months of a row of a sheet.
    pub fn months(&self, sheet: Sheet, row: u32) -> String {
        let first = cell(FIRST_MONTH, row, "$", "$");
        let last = cell(self.layout.last_column(), row, "$", "$");
        self.on(sheet, &format!("{first}:{last}"))
    }

    /// What a month row comes to over all months.
    pub fn total(&self, row: RowId) -> String {
        match self.layout.spot(row) {
            Spot::Month(sheet, at) if self.layout.totalled.contains(&row) => {
                self.on(sheet, &cell(CONSTANT, at, "$", "$"))
            }
            Spot::Scalar(..) => {
                let months = self.months(Sheet::Projection, NUMBER);
                format!("({}*COUNT({months}))", self.value(row))
            }
            Spot::Month(..) | Spot::Table { .. } | Spot::TableMonth { .. } => {
                format!("SUM({})", self.range(row))
            }
        }
    }

    /// A reference, with its sheet where that is another.
    pub fn on(&self, sheet: Sheet, reference: &str) -> String {
        if sheet == self.sheet {
            reference.to_owned()
        } else {
            format!("{}!{reference}", sheet.name())
        }
    }

    fn month_column(&self) -> u16 {
        self.layout.month_column(self.month)
    }

    fn axis(&self, row: u32) -> String {
        cell(self.month_column(), row, "", "$")
    }

    fn price(&self, id: PriceId, column: u16) -> String {
        self.on(Sheet::PriceBook, &cell(column, self.layout.price_row(id), "$", "$"))
    }

    fn dot(&self, left: RowId, right: RowId) -> String {
        let is_table = |row: RowId| {
            matches!(self.layout.spot(row), Spot::Table { .. } | Spot::TableMonth { .. })
        };
        match (is_table(left), is_table(right)) {
            (true, true) => format!("SUMPRODUCT({},{})", self.range(left), self.range(right)),
            (true, false) => format!("(SUM({})*{})", self.range(left), self.value(right)),
            (false, _) => format!("({}*SUM({}))", self.value(left), self.range(right)),
        }
    }

    fn gather(&self, key: &str) -> String {
        let Some((first, last)) = self.layout.lines else { return "0".to_owned() };
        let rows = last - first + 1;
        let keys = self.on(Sheet::UnitCost, &down(LABEL, first, rows, "$"));
        let lines = self.on(Sheet::UnitCost, &down(self.month_column(), first, rows, ""));
        let wanted = if self.keyed { cell(LABEL, self.row, "$", "") } else { format!("\"{key}\"") };
        format!("SUMIF({keys},{wanted},{lines})")
    }
}

impl Spelling for Here<'_> {
    fn leaf(&self, node: &Node) -> String {
        match node {
            Node::Whole(value) => value.to_string(),
            Node::Input(input) => self.names.input(*input).to_owned(),
            Node::Net(price) => self.names.price(*price).to_owned(),
            Node::From(price) => self.price(*price, price::FROM),
            Node::To(price) => self.price(*price, price::TO),
            Node::DayShare(price) => self.price(*price, price::DAY_SHARE),
            Node::Limit(price) => self.price(*price, price::LIMIT),
            Node::MonthNumber => self.axis(NUMBER),
            Node::FirstDay => self.axis(FIRST_DAY),
            Node::NextFirstDay => self.axis(NEXT_FIRST_DAY),
            Node::Index => cell(ADDRESS, self.row, "$", ""),
            Node::Row(row) => self.value(*row),
            Node::Sum(row) => format!("SUM({})", self.range(*row)),
            Node::Dot(left, right) => self.dot(*left, *right),
            Node::Total(row) => self.total(*row),
            Node::Gather(key) => self.gather(key),
            Node::Binary(..) | Node::Apply(..) | Node::If { .. } => {
                unreachable!("operations are no leaves")
            }
        }
    }

    fn operator(&self, operation: Operation) -> Option<&'static str> {
        match operation {
            Operation::Add => Some("+"),
            Operation::Subtract => Some("-"),
            Operation::Multiply => Some("*"),
            Operation::Divide => Some("/"),
            Operation::Min | Operation::Max | Operation::Power => None,
        }
    }

    fn operation(&self, operation: Operation) -> &'static str {
        match operation {
            Operation::Min => "MIN",
            Operation::Max => "MAX",
            // Signs and chains of ^ mean different things in different programs.
            Operation::Power => "POWER",
            Operation::Add | Operation::Subtract | Operation::Multiply | Operation::Divide => {
                unreachable!("written as operators")
            }
        }
    }

    fn function(&self, function: Function) -> &'static str {
        match function {
            Function::Floor => "INT",
            Function::Exp => "EXP",
            Function::Ln => "LN",
            Function::Sqrt => "SQRT",
            Function::NormalCdf => "NORMSDIST",
        }
    }

    fn choice(&self, left: &str, right: &str, then: &str, otherwise: &str) -> String {
        format!("IF({left}<={right},{then},{otherwise})")
    }
}

/// A cell, each part with or without `$`.
pub fn cell(column: u16, row: u32, column_mark: &str, row_mark: &str) -> String {
    format!("{column_mark}{}{row_mark}{}", column_number_to_name(column), row + 1)
}

/// So many cells downwards, their rows fixed.
pub fn down(column: u16, first: u32, rows: u32, column_mark: &str) -> String {
    let last = first + rows - 1;
    format!("{}:{}", cell(column, first, column_mark, "$"), cell(column, last, column_mark, "$"))
}
