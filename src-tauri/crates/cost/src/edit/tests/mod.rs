//! What edits do to a plan.

mod contracts;
mod desk;
mod fields;
mod tree;
