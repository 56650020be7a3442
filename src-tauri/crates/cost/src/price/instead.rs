//! What a vendor bills where a meter has no price of its own.

use crate::meter::Meter;

/// The meter that a vendor bills instead where a meter has no price of its own, the nearest first.
pub const fn stands_for(meter: Meter) -> &'static [Meter] {
    match meter {
        Meter::CacheRead | Meter::CacheWrite => &[Meter::Input],
        Meter::CacheWrite1h => &[Meter::CacheWrite, Meter::Input],
        Meter::CacheReadAudio => &[Meter::InputAudio],
        Meter::CacheReadImage => &[Meter::InputImage, Meter::CacheRead, Meter::Input],
        // Vision models bill pictures and frames as prompt text; audio has prices of its own.
        Meter::InputImage | Meter::InputVideo => &[Meter::Input],
        Meter::OutputReasoning | Meter::OutputCitation => &[Meter::Output],
        Meter::Input
        | Meter::Output
        | Meter::InputAudio
        | Meter::OutputAudio
        | Meter::OutputImage
        | Meter::OutputVideo
        | Meter::InputCharacter
        | Meter::Request
        | Meter::WebSearch
        | Meter::FileSearch
        | Meter::Page
        | Meter::AnnotatedPage
        | Meter::AudioHour
        | Meter::InputAudioHour
        | Meter::TextMessage
        | Meter::CodeExecutionHour
        | Meter::Session
        | Meter::SessionHour
        | Meter::CacheStorage
        | Meter::TextUnit
        | Meter::RerankSearch
        | Meter::TrainingToken
        | Meter::TrainingHour
        | Meter::HostingHour
        | Meter::CapacityUnitHour
        | Meter::CapacityUnitMonth
        | Meter::StorageGbDay
        | Meter::StorageGbMonth
        | Meter::ReadUnit
        | Meter::WriteUnit
        | Meter::WrittenGb
        | Meter::QueriedGb
        | Meter::ReturnedGb
        | Meter::AcceleratorHour
        | Meter::Image
        | Meter::Minute
        | Meter::OutputCharacter
        | Meter::Step
        | Meter::Credit => &[],
    }
}

/// The meter that already says what this one is, where both have one price.
pub fn is_inside(meter: Meter) -> Option<Meter> {
    let inside = matches!(meter, Meter::OutputReasoning | Meter::OutputCitation);
    inside.then_some(Meter::Output)
}
