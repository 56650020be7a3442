//! Every operation, once.

mod calls;
mod error;
mod runtime;
pub mod samples;

pub use calls::{NAMES, call, types};
pub use error::{At, Code, Error};
pub use runtime::runtime;
