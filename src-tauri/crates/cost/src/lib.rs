//! What things cost: prices, plans, ledgers. Pure: no files, no clock, no text formats.
//!
//! From the ground up: a module uses only the ones listed above it.

#![warn(clippy::wildcard_enum_match_arm)]

pub mod money;

pub mod histogram;

pub mod spread;

pub mod units;

pub mod load;

pub mod meter;

pub mod usage;

pub mod problem;

pub mod book;

pub mod price;

pub mod plan;

pub mod workings;

pub mod play;

pub mod check;

pub mod edit;

pub mod walk;

pub mod kept;

pub mod unread;

pub mod ledger;

pub mod budget;

pub mod estimate;

pub mod surprise;

#[cfg(test)]
mod sample;
