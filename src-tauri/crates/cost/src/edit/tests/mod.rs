//! What edits do to a plan.

mod desk;
mod fields;
mod tree;
