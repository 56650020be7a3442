//! What was sent and said, as it was drawn: what later calls send again, and what steps leave behind.

/// A piece of a prompt that may be sent again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Word {
    pub(super) key: Key,
    pub(super) length: Length,
}

/// How long it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Length {
    Tokens(f64),
    /// As long as the text with this index is for whoever reads it.
    Text(usize),
}

/// What it is: two words are the same where their keys are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Key {
    /// A part that every session sends alike.
    Shared(usize),
    /// A part as it was sent in one place.
    Sent { part: usize, place: Place },
    /// What was written or returned: each has a number of its own.
    Said(u64),
}

/// Where in an execution something is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Place {
    /// The turn of the conversation around it.
    pub(super) turn: u64,
    /// The copies and steps around it.
    spot: u64,
}

impl Place {
    /// A turn with this number of its own.
    pub(super) fn in_turn(turn: u64) -> Self {
        Self { turn, spot: turn }
    }

    /// The `nth` repetition inside a step.
    pub(super) fn under(self, step: usize, nth: usize) -> Self {
        let spot = [step as u64, nth as u64].into_iter().fold(self.spot, mixed);
        Self { spot, ..self }
    }
}

/// Another number for each pair, as good as always (SplitMix64).
fn mixed(left: u64, right: u64) -> u64 {
    let mut z = left.rotate_left(32) ^ right.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Word {
    /// How long it is for who knows the lengths of texts.
    pub(super) fn tokens(&self, texts: &[f64]) -> f64 {
        match self.length {
            Length::Tokens(tokens) => tokens,
            Length::Text(text) => texts[text],
        }
    }
}

/// A prompt in parts, as its reader counts them.
pub(super) type Prompt = Vec<Heard>;

/// A part of a prompt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    pub(super) key: Key,
    pub(super) tokens: f64,
    pub(super) from: From,
}

/// Where a part of a prompt comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    Now,
    History,
    Context,
}

impl Heard {
    /// Whether it was there before as well.
    pub(super) fn is(&self, before: &Self) -> bool {
        match (self.key, before.key) {
            // A history has one place for a part in a turn, wherever in the turn it was sent.
            (Key::Sent { part, place }, Key::Sent { part: other, place: then }) => {
                let alike = place == then || self.from == From::History;
                part == other && place.turn == then.turn && alike
            }
            (Key::Shared(_) | Key::Said(_) | Key::Sent { .. }, _) => self.key == before.key,
        }
    }
}

/// What grows in one run of a loop.
#[derive(Debug, Default)]
pub(super) struct Context {
    pub(super) words: Vec<Word>,
    /// Whether somebody typed what it grows by.
    pub(super) typed: bool,
    /// What was sent before the context, by call and place in its input: drawn once.
    pub(super) tasks: Vec<((usize, usize), Prompt)>,
}

/// What steps have left so far.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// What those who read the context around a step see of it.
    pub(super) left: Vec<Word>,
    /// What the user would see.
    pub(super) answers: Vec<Answer>,
    /// What else stays in the history.
    pub(super) kept: Vec<Word>,
    /// Answers that were given in the turns of a conversation: by whom, and whether they are right.
    pub(super) given: Vec<Verdict>,
}

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) verdict: Verdict,
    /// What its call was sent and keeps.
    pub(super) sent: Vec<Word>,
    pub(super) said: Vec<Word>,
}

/// Whether an answer is right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict {
    /// The index of the call.
    pub(super) call: usize,
    /// Unknown where nobody measured it.
    pub(super) right: Option<bool>,
}

/// How much was left at some time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    pub(super) left: usize,
    answers: usize,
    kept: usize,
    given: usize,
}

impl Trace {
    pub(super) fn mark(&self) -> Mark {
        Mark {
            left: self.left.len(),
            answers: self.answers.len(),
            kept: self.kept.len(),
            given: self.given.len(),
        }
    }

    /// As if nothing had happened since.
    pub(super) fn forget(&mut self, since: Mark) {
        self.unsay(since);
        self.kept.truncate(since.kept);
    }

    /// Without what was said since; what is kept besides stays.
    pub(super) fn unsay(&mut self, since: Mark) {
        self.left.truncate(since.left);
        self.answers.truncate(since.answers);
        self.given.truncate(since.given);
    }

    /// Those outside see the answers alone.
    pub(super) fn leave_answers(&mut self, since: Mark) {
        self.left.truncate(since.left);
        let said = self.answers[since.answers..].iter().flat_map(|answer| &answer.said);
        self.left.extend(said);
    }

    /// The answers are nobody's outside.
    pub(super) fn drop_answers(&mut self, since: Mark) {
        self.answers.truncate(since.answers);
    }

    /// The answers since then.
    pub(super) fn answers(&mut self, since: Mark) -> &mut [Answer] {
        &mut self.answers[since.answers..]
    }

    /// A turn ends: what it adds to the history. Parts that were sent, what is kept besides, answers.
    pub(super) fn end_turn(&mut self, since: Mark) -> Vec<Word> {
        let answers = &self.answers[since.answers..];
        let sent = answers.iter().flat_map(|answer| &answer.sent);
        let said = answers.iter().flat_map(|answer| &answer.said);
        let words = sent.chain(&self.kept[since.kept..]).chain(said).copied().collect();
        self.give(since);
        self.kept.truncate(since.kept);
        words
    }

    /// The answers since then were given.
    pub(super) fn give(&mut self, since: Mark) {
        let verdicts = self.answers[since.answers..].iter().map(|answer| answer.verdict);
        self.given.extend(verdicts);
    }
}
