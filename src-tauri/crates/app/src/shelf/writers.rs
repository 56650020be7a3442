//! Which models of the book write text.

/// Words in the ids of models that write no answers.
const NOT_WRITERS: &[&str] = &[
    "moderation",
    "guard",
    "safeguard",
    "ocr",
    "embed",
    "embedding",
    "rerank",
    "tts",
    "transcribe",
    "image",
    "audio",
    "realtime",
    "live",
    "banana",
    "robotics",
];

/// Whether a model writes text for whoever asks: not one for other things, nor one trained by a customer.
pub fn writes(id: &str) -> bool {
    let id = id.to_lowercase();
    let mut words = id.split(['-', '_', '.', ':', '/']);
    !words.any(|word| word == "ft" || NOT_WRITERS.contains(&word))
}
