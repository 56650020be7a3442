//! Foreign price data into book entries.
