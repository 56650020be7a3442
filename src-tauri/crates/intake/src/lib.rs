//! What others write, read into our own words: price feeds and price files into a book, records into usage.

pub mod book;
mod decimal;
pub mod feed;
pub mod usage;
