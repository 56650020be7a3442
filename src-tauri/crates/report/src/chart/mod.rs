//! Pictures as SVG: real text, the same bytes for the same figures.

mod months;
mod scale;

pub use months::months_svg;
