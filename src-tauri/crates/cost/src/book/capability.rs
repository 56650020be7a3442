//! What a model can do besides reading text and answering in it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Something that not every model can do.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Calls the tools that it is sent.
    Tools,
    /// Reasons before it answers.
    Reasoning,
    /// Reads images.
    Images,
    /// Reads PDF files.
    Pdf,
    /// Hears audio.
    Audio,
    /// Watches video.
    Video,
}

impl Capability {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 6] =
        [Self::Tools, Self::Reasoning, Self::Images, Self::Pdf, Self::Audio, Self::Video];

    /// Its name in price files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Reasoning => "reasoning",
            Self::Images => "images",
            Self::Pdf => "pdf",
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}
