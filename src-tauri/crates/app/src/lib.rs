//! Every operation, once.

mod answers;
mod bytes;
pub mod calibrate;
pub mod calibrations;
mod calls;
pub mod costs;
mod error;
pub mod estimates;
pub mod files;
mod foot;
mod hash;
pub mod home;
pub mod jobs;
mod json;
pub mod pins;
pub mod plans;
pub mod prices;
pub mod projects;
pub mod prompts;
pub mod reports;
mod runtime;
pub mod samples;
pub mod schemas;
pub mod settings;
pub mod shelf;
mod stored;
mod suggest;
pub mod texts;
mod vocabularies;

pub use answers::{Answer, NoAnswer, answer, json_line, no_answer};
pub use bytes::Bytes;
pub use calls::{NAMES, call, types};
pub use cost::plan::plural;
pub use error::{At, Code, Error, More};
pub use foot::unit_decimals;
pub use runtime::runtime;
