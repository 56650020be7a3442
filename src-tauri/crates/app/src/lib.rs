//! Every operation, once.

mod calls;
pub mod costs;
mod error;
pub mod files;
pub mod plans;
pub mod prices;
mod runtime;
pub mod samples;
pub mod shelf;
mod suggest;

pub use calls::{NAMES, call, types};
pub use error::{At, Code, Error};
pub use runtime::runtime;
