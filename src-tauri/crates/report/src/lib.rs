//! Ledgers and workings as workbook, charts and CSV.
