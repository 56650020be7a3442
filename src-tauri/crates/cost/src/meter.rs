//! What is billed: token classes by direction, cache and modality, and the fees beside them.
#![deny(clippy::float_arithmetic)]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

macro_rules! meters {
    ($($variant:ident $name:literal $unit:literal $doc:literal;)*) => {
        /// One thing that is billed. Token classes are disjoint.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Meter {
            $(#[doc = $doc] #[serde(rename = $name)] $variant,)*
        }

        impl Meter {
            /// Every meter, in the order in which lines are printed.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in price files and JSON.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The meter of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|meter| meter.name() == name)
            }

            /// What one unit of it is.
            pub const fn unit(self) -> &'static str {
                match self { $(Self::$variant => $unit,)* }
            }
        }
    };
}

meters! {
    Input "input" "token" "Prompt text that came from no cache.";
    CacheRead "cache_read" "token" "Prompt text served from the provider's cache.";
    CacheWrite "cache_write" "token" "Prompt text written to the cache for its default time.";
    CacheWrite1h "cache_write_1h" "token" "Prompt text written to the cache for an hour.";
    Output "output" "token" "Text written by the model, hidden reasoning included.";
    InputAudio "input_audio" "token" "Prompt audio.";
    CacheReadAudio "cache_read_audio" "token" "Prompt audio served from the cache.";
    OutputAudio "output_audio" "token" "Audio made by the model.";
    InputImage "input_image" "token" "Prompt images.";
    CacheReadImage "cache_read_image" "token" "Prompt images served from the cache.";
    OutputImage "output_image" "token" "Images made by the model.";
    InputVideo "input_video" "token" "Prompt video.";
    OutputVideo "output_video" "token" "Video made by the model.";
    OutputReasoning "output_reasoning" "token" "Hidden reasoning, where it has a price of its own.";
    OutputCitation "output_citation" "token" "Citations, where they have a price of their own.";
    InputCharacter "input_character" "character" "Characters read aloud or embedded.";
    Request "request" "request" "One call.";
    WebSearch "web_search" "search" "One web search.";
    FileSearch "file_search" "search" "One search of stored files.";
    Page "page" "page" "One page of a document.";
    AnnotatedPage "annotated_page" "page" "One page read with structured annotations.";
    AudioHour "audio_hour" "hour" "An hour of audio, in or out.";
    InputAudioHour "input_audio_hour" "hour" "An hour of audio read.";
    TextMessage "text_message" "message" "One text message of a spoken session.";
}
