//! What is known of a step by what stands under it.

/// What is known on the way up.
#[derive(Clone, Copy, Default)]
pub struct Below {
    /// Whether the step can end without an answer.
    pub can_fail: bool,
    /// The most calls marked `answer` that one run makes.
    pub answers: u32,
    /// Whether a call in it reads the history.
    pub reads_history: bool,
}
