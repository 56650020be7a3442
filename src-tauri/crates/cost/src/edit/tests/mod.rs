//! What edits do to a plan.

mod budgets;
mod causes;
mod contracts;
mod desk;
mod evidence;
mod fields;
mod kinds;
mod tree;
