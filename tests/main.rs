//! The house seen from outside; one test program.

mod calls;
mod prices;
mod workbooks;
