//! Ledgers and workings as workbook, charts and CSV.

mod number;

mod palette;

mod text;

mod error;

mod figures;

mod chart;

mod csv;

mod workbook;

pub use chart::months_svg;
pub use csv::csv;
pub use error::Error;
pub use figures::{About, Figures};
pub use number::grouped;
pub use workbook::{
    Outline, OutlineSheet, Step, Verdict, cell_of, outline, workbook, workbook_in_steps,
};
