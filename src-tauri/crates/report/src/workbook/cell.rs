//! What goes into a cell: the one place where formulas, numbers and texts are written.

use rust_xlsxwriter::utility::row_col_to_cell;
use rust_xlsxwriter::{Format, Formula, Url, Worksheet};

use crate::error::Error;
use crate::text::clean;

/// A row and a column, counted from 0.
pub type At = (u32, u16);

/// What a formula shows until somebody recalculates it.
#[derive(Clone, Copy, Debug)]
pub enum Value<'v> {
    /// A number.
    Number(f64),
    /// A text.
    Text(&'v str),
}

/// The longest formula that spreadsheets read.
const LONGEST_FORMULA: usize = 8192;

/// The longest address of a page that spreadsheets follow.
const LONGEST_LINK: usize = 2000;

/// Writes a formula with the value that the core gave it.
pub fn formula(
    sheet: &mut Worksheet,
    at: At,
    formula: &str,
    value: Value,
    format: &Format,
) -> Result<(), Error> {
    guard_formula(sheet, at, formula)?;
    let result = match value {
        Value::Number(value) => {
            let value = finite(sheet, at, value)?;
            // Adding 0 turns −0 into 0.
            (value + 0.0).to_string()
        }
        Value::Text(text) => guard_result(sheet, at, text)?,
    };
    let formula = Formula::new(formula).set_result(result);
    sheet.write_formula_with_format(at.0, at.1, formula, format)?;
    Ok(())
}

/// Writes a typed number.
pub fn number(sheet: &mut Worksheet, at: At, value: f64, format: &Format) -> Result<(), Error> {
    let value = finite(sheet, at, value)?;
    // Spreadsheets read numbers below the normal range as errors.
    let value = if value.is_subnormal() { 0.0 } else { value };
    sheet.write_number_with_format(at.0, at.1, value, format)?;
    Ok(())
}

/// Writes a text, cleaned of what could act or mislead.
pub fn text(sheet: &mut Worksheet, at: At, text: &str, format: &Format) -> Result<(), Error> {
    sheet.write_string_with_format(at.0, at.1, clean(text), format)?;
    Ok(())
}

/// Writes a page's address: a link where it is https, a text otherwise.
pub fn link(sheet: &mut Worksheet, at: At, page: &str, format: &Format) -> Result<(), Error> {
    let plain = page.bytes().all(|byte| byte.is_ascii_graphic());
    if !page.starts_with("https://") || !plain || page.len() > LONGEST_LINK {
        return text(sheet, at, page, format);
    }
    sheet.write_url_with_format(at.0, at.1, Url::new(page), format)?;
    Ok(())
}

fn finite(sheet: &Worksheet, at: At, value: f64) -> Result<f64, Error> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(Error::NotFinite { cell: cell(sheet, at), value })
    }
}

/// Refuses what reaches outside the workbook: other files, pages, programs.
fn guard_formula(sheet: &Worksheet, at: At, formula: &str) -> Result<(), Error> {
    let outside = ["[", "://", "|", "\\"].iter().any(|mark| formula.contains(mark));
    if outside || formula.is_empty() || formula.len() > LONGEST_FORMULA {
        let formula = formula.chars().take(160).collect();
        return Err(Error::Formula { cell: cell(sheet, at), formula });
    }
    Ok(())
}

/// Refuses text results that the file format would store as a number, a truth value or nothing.
fn guard_result(sheet: &Worksheet, at: At, text: &str) -> Result<String, Error> {
    let taken = text.is_empty()
        || text.trim().parse::<f64>().is_ok()
        || ["true", "false"].contains(&text.trim().to_ascii_lowercase().as_str())
        || text.starts_with('#');
    if taken {
        return Err(Error::TextResult { cell: cell(sheet, at), text: text.to_owned() });
    }
    Ok(clean(text))
}

fn cell(sheet: &Worksheet, at: At) -> String {
    format!("{}!{}", sheet.name(), row_col_to_cell(at.0, at.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str, value: Value) -> String {
        let mut sheet = Worksheet::new();
        match formula(&mut sheet, (4, 3), text, value, &Format::new()) {
            Ok(()) => "written".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_formula_stays_in_its_workbook() {
        let value = Value::Number(1.0);
        assert_eq!(refused("SUM(A1:A3)", value), "written");
        for outside in
            ["[other.xlsx]Sheet1!A1", "WEBSERVICE(\"http://a\")", "cmd|'/c'!A1", "\\\\a\\b"]
        {
            assert!(refused(outside, value).starts_with("The formula of `!D5`"), "{outside}");
        }
    }

    #[test]
    fn a_result_is_what_it_looks_like() {
        assert_eq!(
            refused("A1", Value::Number(f64::NAN)),
            "`!D5` would hold NaN, which is no number for a spreadsheet."
        );
        for taken in ["007", "1e5", "+5", "inf", "NaN", "TRUE", "", "#REF!"] {
            assert!(refused("A1", Value::Text(taken)).contains("may not show"), "{taken}");
        }
        assert_eq!(refused("A1", Value::Text("ALL CHECKS PASS")), "written");
    }
}
