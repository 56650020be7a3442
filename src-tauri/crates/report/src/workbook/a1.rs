//! The workings' formulas in A1 notation, in the words that every spreadsheet knows.

use cost::workings::{Expr, Function, Node, Operation, PriceId, RowId, Spelling, print};
use rust_xlsxwriter::utility::column_number_to_name;

use super::grid::{
    ADDRESS, CONSTANT, FIRST_DAY, FIRST_MONTH, KEY, NEXT_FIRST_DAY, NUMBER, Sheet, price,
};
use super::layout::{Layout, Spot};
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

    /// From the first k to the one before this cell's.
    fn before(&self, row: RowId) -> String {
        let (sheet, column, first) = match self.layout.spot(row) {
            Spot::Table { first, column, .. } => (Sheet::Tables, cell_column(column, "$"), first),
            Spot::TableMonth { first, .. } => {
                (Sheet::Turns, cell_column(self.month_column(), ""), first)
            }
            Spot::Scalar(..) | Spot::Month(..) => {
                unreachable!("what is added up over a table has a value for each k")
            }
        };
        let from = format!("{column}${}", first + 1);
        match self.k {
            0 => format!("(0*{})", self.on(sheet, &from)),
            k => format!("SUM({})", self.on(sheet, &format!("{from}:{column}{}", first + k))),
        }
    }

    /// From the first month to this one.
    fn so_far(&self, row: RowId) -> String {
        match self.layout.spot(row) {
            Spot::Month(sheet, at) => {
                let first = cell(FIRST_MONTH, at, "$", "$");
                let here = cell(self.month_column(), at, "", "$");
                format!("SUM({})", self.on(sheet, &format!("{first}:{here}")))
            }
            Spot::Scalar(..) => format!("({}*{})", self.value(row), self.axis(NUMBER)),
            Spot::Table { .. } | Spot::TableMonth { .. } => {
                unreachable!("what is added up month by month has one value a month")
            }
        }
    }

    fn gather(&self, key: &str) -> String {
        let Some((first, last)) = self.layout.lines else { return "0".to_owned() };
        let rows = last - first + 1;
        let keys = self.on(Sheet::UnitCost, &down(KEY, first, rows, "$"));
        let lines = self.on(Sheet::UnitCost, &down(self.month_column(), first, rows, ""));
        let wanted = if self.keyed { cell(KEY, self.row, "$", "") } else { format!("\"{key}\"") };
        format!("SUMIF({keys},{wanted},{lines})")
    }
}

impl Spelling for Here<'_> {
    fn leaf(&self, node: &Node) -> String {
        match node {
            Node::Whole(value) => value.to_string(),
            Node::Input(input) => self.names.input(*input).to_owned(),
            Node::Listed(_, first) => {
                let row = self.layout.input_row(*first) + self.k;
                self.on(Sheet::Inputs, &cell(CONSTANT, row, "$", ""))
            }
            Node::OfYear(january) => {
                let first = self.layout.input_row(*january);
                let months = self.on(Sheet::Inputs, &down(CONSTANT, first, 12, "$"));
                format!("INDEX({months},MONTH({}))", self.axis(FIRST_DAY))
            }
            Node::Net(price) => self.names.price(*price).to_owned(),
            Node::From(price) => self.price(*price, price::FROM),
            Node::To(price) => self.price(*price, price::TO),
            Node::DayShare(price) => self.price(*price, price::DAY_SHARE),
            Node::Limit(price) => self.price(*price, price::LIMIT),
            Node::Given(series) => {
                let at = self.layout.series_row(*series);
                self.on(Sheet::PriceBook, &cell(self.month_column(), at, "", "$"))
            }
            Node::MonthNumber => self.axis(NUMBER),
            Node::FirstDay => self.axis(FIRST_DAY),
            Node::NextFirstDay => self.axis(NEXT_FIRST_DAY),
            Node::Index => cell(ADDRESS, self.row, "$", ""),
            Node::Row(row) => self.value(*row),
            Node::Sum(row) => format!("SUM({})", self.range(*row)),
            Node::Before(row) => self.before(*row),
            Node::Dot(left, right) => self.dot(*left, *right),
            Node::Total(row) => self.total(*row),
            Node::SoFar(row) => self.so_far(*row),
            Node::Gather(key) => self.gather(key),
            Node::Binary(..)
            | Node::Apply(..)
            | Node::If { .. }
            | Node::Beyond { .. }
            | Node::InMonth(..) => {
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

    fn in_month(&self, row: RowId, month: &str) -> String {
        format!("INDEX({},{month})", self.range(row))
    }

    fn beyond(&self, of: RowId, add: RowId, limit: &str, inclusive: bool) -> String {
        let sign = if inclusive { ">=" } else { ">" };
        format!("SUMIF({},\"{sign}\"&{limit},{})", self.range(of), self.range(add))
    }
}

fn cell_column(column: u16, mark: &str) -> String {
    format!("{mark}{}", column_number_to_name(column))
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cost::plan::{Certainty, Provenance};
    use cost::workings::{Input, InputId, NewRow, Place, Purpose, Workings};
    use jiff::civil::date;

    use super::*;

    /// Rows of every shape, each with the formula that its first cell holds.
    #[test]
    fn each_shape_is_read_in_its_own_way() {
        let mut w = Workings::new(date(2027, 1, 1), 3);
        let x = input(&mut w, "f.x");
        let share = row(&mut w, Place::Unit, "f.share", &x / (&x + Expr::whole(1)));
        check(&w, &share, "In_f_x/(In_f_x+1)");
        let month = Expr::from(Node::MonthNumber);
        let volume = row(&mut w, Place::Volume, "f.volume", &x * &month.power(&share));
        check(&w, &volume, "In_f_x*POWER(F$7,UnitCost!$D$13)");
        let all = row(&mut w, Place::Figure, "f.all", Expr::from(Node::Total(id(&volume))));
        check(&w, &all, "Projection!$D$13");
        let (_, index) = w.push_table("f", "f.table", 9);
        let k = Expr::from(Node::Row(index));
        let below = (k.clone() - Expr::whole(1)).ln().normal_cdf();
        let below = Expr::if_at_most(&k, &Expr::whole(1), &Expr::whole(0), &below);
        let below = row(&mut w, Place::Unit, "f.below", below);
        check(&w, &below, "IF($A10<=1,0,NORMSDIST(LN($A10-1)))");
        let turn = row(&mut w, Place::Unit, "f.turn", &below * &volume);
        check(&w, &turn, "Tables!$B10*Projection!F$13");
        let dot = Expr::from(Node::Dot(id(&below), id(&turn)));
        let dot = row(&mut w, Place::Unit, "f.dot", dot);
        check(&w, &dot, "SUMPRODUCT(Tables!$B$10:$B$18,Turns!F$13:F$21)");
        let sum = row(&mut w, Place::Unit, "f.sum", Expr::from(Node::Sum(id(&below))));
        check(&w, &sum, "SUM(Tables!$B$10:$B$18)");
        let line = NewRow {
            label: "line".into(),
            unit: "USD".into(),
            key: Some("f: output".into()),
            expr: share_of(&volume),
        };
        w.push(Place::Line, "f", "f.line".into(), line);
        let gather = Expr::from(Node::Gather("f: output".into()));
        let money = row(&mut w, Place::Month, "f.money", &volume * gather);
        check(&w, &money, "F$13*SUMIF(UnitCost!$E$18:$E$18,$E16,UnitCost!F$18:F$18)");
    }

    #[test]
    fn brackets_stand_where_order_matters() {
        let mut w = Workings::new(date(2027, 1, 1), 1);
        let [a, b, c] = ["a", "b", "c"].map(|name| input(&mut w, name));
        for (expr, expected) in [
            (&a * (&b + &c), "In_a*(In_b+In_c)"),
            (&a - (&b - &c), "In_a-(In_b-In_c)"),
            (&a - &b - &c, "In_a-In_b-In_c"),
            (&a / (&b * &c), "In_a/(In_b*In_c)"),
            (Expr::whole(0) - &a * &b, "0-In_a*In_b"),
            (Expr::whole(0).max(&a).min(&b), "MIN(MAX(0,In_a),In_b)"),
            ((&a + &b).floor().sqrt().exp(), "EXP(SQRT(INT(In_a+In_b)))"),
            (Expr::whole(1), "1+0*In_start"),
        ] {
            let number = w.rows.len();
            let written = row(&mut w, Place::Unit, &format!("r{number}"), expr);
            check(&w, &written, expected);
        }
    }

    fn check(w: &Workings, row: &Expr, expected: &str) {
        let names = Names::new(w).expect("short addresses");
        let layout = Layout::new(w);
        let id = id(row);
        let (sheet, at) = match layout.spot(id) {
            Spot::Scalar(sheet, at) | Spot::Month(sheet, at) => (sheet, at),
            Spot::Table { first, .. } => (Sheet::Tables, first),
            Spot::TableMonth { first, .. } => (Sheet::Turns, first),
        };
        let (layout, names) = (&layout, &names);
        let here = Here { layout, names, sheet, row: at, month: 0, k: 0, keyed: true };
        assert_eq!(here.formula(&w.row(id).expr), expected);
    }

    fn input(w: &mut Workings, address: &str) -> Expr {
        let id = InputId(w.inputs.len());
        w.inputs.push(Arc::new(Input {
            address: address.to_owned(),
            number: address.to_owned(),
            value: 2.0,
            unit: "count".to_owned(),
            text: "2".to_owned(),
            provenance: Provenance::default(),
            doubt: None,
            certainty: Certainty::Exact,
            purpose: Purpose::Typed,
        }));
        w.reading_order.push(id);
        Expr::from(Node::Input(id))
    }

    fn row(w: &mut Workings, place: Place, address: &str, expr: Expr) -> Expr {
        let new = NewRow { label: "row".into(), unit: "count".into(), key: None, expr };
        Expr::from(Node::Row(w.push(place, "f", address.into(), new)))
    }

    fn share_of(row: &Expr) -> Expr {
        row / (row + Expr::whole(1))
    }

    fn id(row: &Expr) -> RowId {
        match row.node() {
            Node::Row(id) => *id,
            other => panic!("{other:?} is no row"),
        }
    }
}
