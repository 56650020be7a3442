//! Worked examples as their files have them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use toml::value::Datetime;

use super::result::{Seen, Status, Unit};

/// A file of examples.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Whose they are, where they do not say.
    vendor: Option<String>,
    example: Vec<Example>,
}

/// A worked example as somebody published it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it is called here: `A-1`.
    pub id: String,
    /// Who published it.
    #[serde(default)]
    pub vendor: String,
    /// What it is about.
    pub title: String,
    /// Where it stands.
    pub source: String,
    /// How it was read.
    pub seen: Seen,
    /// Who has the copy that was read, or quotes it.
    pub via: Option<String>,
    /// The day on which somebody last looked.
    read: Datetime,
    /// What goes in, for people.
    pub inputs: String,
    /// What comes out, as a decimal with the digits that were printed.
    pub printed: String,
    /// What it is printed in.
    #[serde(default)]
    pub unit: Unit,
    /// How what was printed stands to what comes out.
    pub status: Status,
    /// Whether digits were cut off rather than rounded.
    #[serde(default)]
    pub truncated: bool,
    /// What is right, where what was printed is wrong.
    pub right: Option<String>,
    /// What a reader should know.
    pub note: Option<String>,
    /// The prices that it prints for more than one tier.
    #[serde(default)]
    pub price: Vec<Price>,
    /// What comes to what was printed.
    #[serde(default)]
    pub call: Vec<Call>,
    /// What comes to what is right.
    #[serde(default)]
    pub corrected: Vec<Call>,
}

/// What an example prints of a tier's prices.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Price {
    /// The tier; the standard one when left out.
    pub tier: Option<String>,
    /// Its prices: a sum `per 1M`, `per 1K` or `each`.
    pub rates: BTreeMap<String, String>,
}

/// Something that is priced or counted, in one of several ways.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Call {
    /// Which part of the example it is.
    pub what: Option<String>,
    /// So much of each meter, as a sum.
    pub used: BTreeMap<String, String>,
    /// Their prices: a sum `per 1M`, `per 1K` or `each`; those of the example when left out.
    pub rates: BTreeMap<String, String>,
    /// The tier that served it; the standard one when left out.
    pub tier: Option<String>,
    /// An image that is billed by its area.
    pub area: Option<Picture>,
    /// A model of the book.
    pub model: Option<String>,
    /// When it was called.
    pub at: Option<String>,
    /// Usage as it was recorded.
    pub recorded: BTreeMap<String, u64>,
    /// An image that the model sees.
    pub image: Option<Picture>,
    /// An image in patches, of no model.
    pub patches: Option<Picture>,
    /// A request that the model counts.
    pub request: Option<String>,
    /// A plan whose tokens of prompts are counted.
    pub plan: Option<String>,
}

/// An image, in pixels.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
    /// How closely it is looked at.
    #[serde(default)]
    pub detail: Look,
}

/// How closely an image is looked at.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// As the vendor does when nothing is said.
    #[default]
    Auto,
    /// Roughly.
    Low,
    /// Closely.
    High,
}

impl Example {
    /// The day on which somebody last looked.
    pub fn read(&self) -> Option<Date> {
        self.read.to_string().parse().ok()
    }
}

/// Reads a file of examples.
pub fn read(text: &str) -> Result<Vec<Example>, toml::de::Error> {
    let File { vendor, mut example } = toml::from_str(text)?;
    for each in &mut example {
        if let Some(vendor) = &vendor {
            each.vendor.clone_from(vendor);
        }
    }
    Ok(example)
}
