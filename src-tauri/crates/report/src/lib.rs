//! Ledgers and workings as workbook, charts and CSV.

mod palette;

mod error;

mod figures;

mod workbook;

pub use error::Error;
pub use figures::{About, Figures};
pub use workbook::workbook;
