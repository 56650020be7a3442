//! A feature of one month, ready to be played: sizes, tables and prices looked up once.

use super::cache::Keeps;
use super::chance::{Count, Size};
use super::held::Held;
use super::tariff::Tariff;

/// A feature of one month, ready to be played.
#[derive(Clone, Debug)]
pub struct Script {
    pub(super) root: Act,
    /// Calls and tools in reading order.
    pub(super) names: Vec<String>,
    pub(super) calls: Vec<Spoken>,
    pub(super) tools: Vec<Handed>,
    /// How many calls have their prompts kept by a provider.
    pub(super) cached: usize,
    /// How many ways are kept for a whole conversation.
    pub(super) sticky: usize,
    /// Whether pauses matter.
    pub(super) timed: bool,
    /// The address of a number that varies beyond listing, if one does.
    pub(super) varying: Option<String>,
    /// Costs beside the calls that come with units.
    pub(super) beside: Vec<Beside>,
}

/// A cost that a part of all units has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beside {
    pub(super) share: f64,
    /// US dollars each time.
    pub(super) cost: f64,
}

/// One step. Those that repeat something have a number of their own.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// A call, by its index.
    Call(usize),
    /// A tool, by its index.
    Tool(usize),
    Chain(Vec<Act>),
    Route {
        weights: Vec<f64>,
        branches: Vec<Act>,
        /// Its index, where a way is kept for a whole conversation.
        sticky: Option<usize>,
    },
    Retry(Box<Tries>),
    FanOut {
        number: usize,
        copies: Count,
        warm_first: bool,
        copied: Box<Act>,
    },
    Conversation(Box<Talk>),
    Cascade(Vec<Tier>),
    Until(Box<Drafts>),
    Loop(Box<Repeated>),
    ResponseCache(Box<Reused>),
    Agent {
        /// Whether it stands beside or inside another one.
        beyond: bool,
        /// Whether the user sees what it answers.
        answers: bool,
        does: Box<Act>,
    },
}

/// A step tried again when it fails.
#[derive(Clone, Debug)]
pub(super) struct Tries {
    pub(super) attempts: Count,
    /// Of success, then of each kind of failure.
    pub(super) weights: Vec<f64>,
    /// By kind of failure.
    pub(super) billed: Vec<BilledShares>,
    /// The chance of an outage, and what is billed in one.
    pub(super) outage: Option<(f64, BilledShares)>,
    pub(super) tried: Act,
    pub(super) then: Option<Act>,
}

/// What of a failed attempt is billed.
#[derive(Clone, Copy, Debug)]
pub(super) struct BilledShares {
    pub(super) input: f64,
    pub(super) output: f64,
}

/// A conversation.
#[derive(Clone, Debug)]
pub(super) struct Talk {
    pub(super) turns: Count,
    /// The mean pause between two turns, in seconds.
    pub(super) pause: Option<f64>,
    pub(super) history: Remembered,
    pub(super) turn: Vec<Act>,
}

/// What of earlier turns is sent again.
#[derive(Clone, Debug)]
pub(super) enum Remembered {
    Full,
    Last(Count),
    Summary { last: Count, step: Act },
}

/// One tier of a cascade.
#[derive(Clone, Debug)]
pub(super) struct Tier {
    pub(super) step: Act,
    pub(super) judge: Option<Act>,
    pub(super) accepts: Accepts,
    /// The chances to be right after the first tier was right, and after it was wrong.
    pub(super) after: Option<(f64, f64)>,
}

/// The chance that an answer stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Accepts {
    Share(f64),
    ByTruth { right: f64, wrong: f64 },
}

/// Drafts until one is accepted.
#[derive(Clone, Debug)]
pub(super) struct Drafts {
    pub(super) number: usize,
    pub(super) rounds: Count,
    pub(super) accepts: f64,
    pub(super) draft: Act,
    pub(super) check: Act,
}

/// Steps of a loop.
#[derive(Clone, Debug)]
pub(super) struct Repeated {
    pub(super) number: usize,
    pub(super) steps: Count,
    pub(super) adds: Option<Size>,
    /// The mean pause between two steps, in seconds.
    pub(super) pause: Option<f64>,
    pub(super) step: Act,
}

/// Answers that are kept.
#[derive(Clone, Debug)]
pub(super) struct Reused {
    pub(super) hits: f64,
    pub(super) wrong: f64,
    pub(super) excluded: f64,
    pub(super) lookup: Option<Act>,
    pub(super) insert: Option<Act>,
    pub(super) step: Act,
}

/// A tool with what one use costs and returns.
#[derive(Clone, Debug)]
pub(super) struct Handed {
    /// Its place among the names.
    pub(super) nth: usize,
    pub(super) uses: Count,
    pub(super) fee: f64,
    pub(super) returns: Option<Said>,
}

/// A call with everything it needs.
#[derive(Clone, Debug)]
pub(super) struct Spoken {
    /// Its place among the names.
    pub(super) nth: usize,
    pub(super) input: Vec<Piece>,
    /// How many pieces stand before the context that it reads.
    pub(super) task: usize,
    /// Tokens of each text that may be sent again, for this call's model; 0 for those that never reach it.
    pub(super) texts: Vec<f64>,
    pub(super) output: Size,
    pub(super) reasoning: Size,
    pub(super) most: Option<f64>,
    pub(super) answer: bool,
    /// Whether later turns send it again although it is no answer.
    pub(super) keep: bool,
    pub(super) keep_reasoning: bool,
    pub(super) quality: Option<f64>,
    pub(super) keeps: Option<Keeps>,
    pub(super) held: Option<Held>,
    pub(super) tariff: Tariff,
}

/// A part of a prompt, so many times.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) copies: Count,
    pub(super) content: Content,
}

/// What is sent.
#[derive(Clone, Debug)]
pub(super) enum Content {
    /// What earlier turns left.
    History,
    /// What earlier steps left.
    Context,
    Part {
        /// Its place among the plan's parts.
        part: usize,
        /// Whether every session sends it alike.
        shared: bool,
        words: Said,
        /// Whether later turns send it again when an answer call was sent it.
        kept: bool,
    },
}

/// A part's length as it is drawn.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) size: Size,
    /// How many times its first length it has.
    pub(super) growth: f64,
    /// Its index, where it is a text that may be sent again.
    pub(super) text: Option<usize>,
}
