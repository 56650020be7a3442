//! What edits do to a plan.

mod branches;
mod budgets;
mod causes;
mod contracts;
mod desk;
mod evidence;
mod fields;
mod kinds;
mod tree;
