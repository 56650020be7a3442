//! What is billed: token classes by direction, cache and modality, and the fees beside them.
#![deny(clippy::float_arithmetic)]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::money::{Money, Quantity, Rate, settle, settle_hours};

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

            /// Whether it counts tokens.
            pub fn is_tokens(self) -> bool {
                self.unit() == "token"
            }

            /// Whether it counts hours of something.
            pub fn is_hours(self) -> bool {
                matches!(self.unit(), "hour" | "unit-hour")
            }

            /// What so much of it costs at a price for one, rounded once.
            pub fn settle(self, quantity: Quantity, rate: Rate) -> Money {
                match self.is_hours() {
                    true => settle_hours(quantity, rate),
                    false => settle(quantity, rate),
                }
            }

            /// Prices of it are told for so many units.
            pub fn told_for(self) -> u64 {
                match self.unit() {
                    "token" | "trained token" | "token-hour" | "character" => 1_000_000,
                    "search" | "request" | "page" | "message" | "image" => 1_000,
                    _ => 1,
                }
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
    CodeExecutionHour "code_execution_hour" "hour" "A container that runs code, for an hour.";
    Session "session" "session" "One session of a container.";
    SessionHour "session_hour" "hour" "An agent's session, for an hour.";
    CacheStorage "cache_storage" "token-hour" "A token kept in a cache for an hour.";
    TextUnit "text_unit" "unit" "Up to 1,000 characters looked at by a guardrail.";
    RerankSearch "rerank_search" "search" "One query with its documents put in order.";
    TrainingToken "training_token" "trained token" "A token of a training file, for each epoch.";
    TrainingHour "training_hour" "hour" "An hour of training.";
    HostingHour "hosting_hour" "hour" "A fine-tuned model kept deployed for an hour.";
    CapacityUnitHour "capacity_unit_hour" "unit-hour" "A unit of provisioned capacity for an hour.";
    CapacityUnitMonth "capacity_unit_month" "unit-month" "A unit of provisioned capacity reserved for a month.";
    StorageGbDay "storage_gb_day" "GB-day" "A gigabyte kept for a day.";
    StorageGbMonth "storage_gb_month" "GB-month" "A gigabyte kept for a month.";
    ReadUnit "read_unit" "unit" "One unit of reading from a vector store.";
    WriteUnit "write_unit" "unit" "One unit of writing to a vector store.";
    WrittenGb "written_gb" "GB" "A gigabyte written to a vector store.";
    QueriedGb "queried_gb" "GB" "A gigabyte looked through by queries.";
    ReturnedGb "returned_gb" "GB" "A gigabyte returned by queries.";
    AcceleratorHour "accelerator_hour" "hour" "An accelerator for an hour.";
    Image "image" "image" "One image made or read, whatever its size.";
    Minute "minute" "minute" "A minute of audio or video, in or out.";
    OutputCharacter "output_character" "character" "A character of text written by the model.";
    Step "step" "step" "One step of a workflow.";
    Credit "credit" "credit" "A seller's own unit of account.";
}
