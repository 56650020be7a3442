//! A workbook as it is read: what it shows, and what a spreadsheet program makes of it.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use ironcalc::base::Model as Engine;
use ironcalc::base::cell::CellValue;
use ironcalc::import::load_from_xlsx_bytes;

/// Formulas and what they show, as a reader without a spreadsheet program sees them.
pub struct Shown {
    formulas: BTreeMap<(String, u32, u32), (String, Data)>,
}

impl Shown {
    pub fn of(bytes: &[u8]) -> Self {
        let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
        let mut formulas = BTreeMap::new();
        for sheet in book.sheet_names() {
            let values = book.worksheet_range(&sheet).expect("values");
            let written = book.worksheet_formula(&sheet).expect("formulas");
            let (top, left) = written.start().unwrap_or_default();
            for (row, column, formula) in written.used_cells() {
                let (row, column) = (top + row as u32, left + column as u32);
                let value = values.get_value((row, column)).expect("a formula shows something");
                formulas.insert((sheet.clone(), row, column), (formula.clone(), value.clone()));
            }
        }
        Self { formulas }
    }

    /// How many formulas there are.
    pub fn count(&self) -> usize {
        self.formulas.len()
    }
}

/// A workbook in a spreadsheet program.
pub struct Book(Engine<'static>);

impl Book {
    pub fn open(bytes: &[u8]) -> Self {
        let workbook = load_from_xlsx_bytes(bytes, "book", "en", "UTC").expect("it opens");
        Self(Engine::from_workbook(workbook, "en").expect("it is a workbook"))
    }

    pub fn calculate(&mut self) {
        self.0.evaluate();
    }

    pub fn set(&mut self, name: &str, value: f64) {
        let (sheet, row, column) = self.cell(name);
        self.0.update_cell_with_number(sheet, row, column, value).expect("a typed cell");
    }

    pub fn number(&self, name: &str) -> f64 {
        let (sheet, row, column) = self.cell(name);
        match self.0.get_cell_value_by_index(sheet, row, column) {
            Ok(CellValue::Number(value)) => value,
            other => panic!("{name} is {other:?}"),
        }
    }

    pub fn text(&self, sheet: &str, row: i32, column: i32) -> String {
        let sheets = self.0.get_worksheets_properties();
        let index = sheets.iter().position(|known| known.name == sheet).expect(sheet);
        match self.0.get_cell_value_by_index(index as u32, row, column) {
            Ok(CellValue::String(text)) => text,
            other => panic!("{sheet} holds {other:?}"),
        }
    }

    pub fn cell(&self, name: &str) -> (u32, i32, i32) {
        let names = self.0.get_defined_name_list();
        let (_, _, cell) = names.iter().find(|(known, ..)| known == name).expect(name);
        let cell = self.0.parse_reference(&cell.replace(['=', '$'], "")).expect("one cell");
        (cell.sheet, cell.row, cell.column)
    }

    /// Every formula gives what is shown: to 1e-9, to 1e-8 where counts come from Φ.
    pub fn says(&self, shown: &Shown, when: &str) {
        let sheets = self.0.get_worksheets_properties();
        let mut wrong = vec![];
        for ((sheet, row, column), (formula, expected)) in &shown.formulas {
            let index = sheets.iter().position(|known| known.name == *sheet).expect(sheet);
            let (at_row, at_column) = (*row as i32 + 1, *column as i32 + 1);
            let given = self.0.get_cell_value_by_index(index as u32, at_row, at_column);
            let given = given.expect("a cell");
            let near =
                if ["Tables", "Turns", "Checks"].contains(&sheet.as_str()) { 1e-8 } else { 1e-9 };
            if !same(&given, expected, near) {
                wrong.push(format!(
                    "{sheet}!R{at_row}C{at_column} ={formula}\n    shows {expected:?}, is {given:?}"
                ));
            }
        }
        let few: Vec<_> = wrong.iter().take(20).cloned().collect();
        assert!(wrong.is_empty(), "{when}: {} wrong\n{}", wrong.len(), few.join("\n"));
    }
}

fn same(given: &CellValue, expected: &Data, near: f64) -> bool {
    let number = match expected {
        Data::Int(value) => *value as f64,
        Data::Float(value) => *value,
        Data::DateTime(day) => day.as_f64(),
        Data::String(text) => return matches!(given, CellValue::String(given) if given == text),
        _ => return false,
    };
    let CellValue::Number(given) = given else { return false };
    let (off, size) = ((given - number).abs(), given.abs().max(number.abs()));
    off <= near * size || off <= 1e-9
}
