//! Project files seen from inside the crate; `tests/projects.rs` at the root sees them from outside.

mod backup;
mod broken_off;
mod damage;
mod migrate;
mod project;
mod sample;
