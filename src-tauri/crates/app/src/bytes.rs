//! How a result crosses to the page: as JSON, or as the bytes that it is.

use serde::Serialize;
use ts_rs::{Config, TS};

/// A result that crosses as it is: token boundaries, pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

/// What a call can answer.
pub trait Answered {
    /// The bytes that the page is given.
    fn into_bytes(self) -> serde_json::Result<Vec<u8>>;
}

impl<R: Serialize> Answered for R {
    fn into_bytes(self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&self)
    }
}

impl Answered for Bytes {
    fn into_bytes(self) -> serde_json::Result<Vec<u8>> {
        Ok(self.0)
    }
}

impl TS for Bytes {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &Config) -> String {
        "ArrayBuffer".into()
    }

    fn inline(config: &Config) -> String {
        Self::name(config)
    }
}
