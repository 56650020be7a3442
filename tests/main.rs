//! The house seen from outside; one test program.

mod calls;
mod play;
mod prices;
mod workbooks;
