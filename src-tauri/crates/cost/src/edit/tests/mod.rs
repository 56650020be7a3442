//! What edits do to a plan.

mod causes;
mod contracts;
mod desk;
mod fields;
mod tree;
