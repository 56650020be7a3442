//! One execution: steps played call by call, every call billed on its own prompt.

use super::chance::Chance;
use super::script::{Act, BilledShares, Content, Kept, Script};

/// Plays executions of a script, one after another.
pub(super) struct Stage<'s, C> {
    script: &'s Script,
    pub(super) chance: C,
    billed: Vec<Billed>,
    said: Vec<Said>,
}

/// What one call was billed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Billed {
    /// The call's index in the script.
    pub(super) call: usize,
    /// The whole prompt, in tokens, whatever of it was billed.
    pub(super) prompt: f64,
    /// Tokens sent for the first time.
    pub(super) input: f64,
    /// Tokens of earlier turns sent again.
    pub(super) history: f64,
    pub(super) output: f64,
    pub(super) reasoning: f64,
    pub(super) input_usd: f64,
    pub(super) output_usd: f64,
    /// Whether its attempt failed.
    pub(super) failed: bool,
}

/// What an answer adds to its conversation.
#[derive(Clone, Copy, Debug)]
enum Said {
    Tokens(f64),
    /// The text with this index.
    Text(usize),
}

/// What earlier turns of one conversation said.
#[derive(Default)]
struct Memory {
    tokens: f64,
    /// How often each text was said.
    texts: Vec<f64>,
}

impl Memory {
    fn tokens(&self, remembered: &[f64]) -> f64 {
        self.tokens
            + self.texts.iter().zip(remembered).map(|(times, size)| times * size).sum::<f64>()
    }

    fn keep(&mut self, said: Said) {
        match said {
            Said::Tokens(tokens) => self.tokens += tokens,
            Said::Text(index) => self.texts[index] += 1.0,
        }
    }
}

impl<'s, C: Chance> Stage<'s, C> {
    pub(super) fn new(script: &'s Script, chance: C) -> Self {
        Self { script, chance, billed: vec![], said: vec![] }
    }

    /// Plays one execution: what its calls were billed, in their order, and whether it has an answer.
    pub(super) fn execute(&mut self) -> (&[Billed], bool) {
        self.billed.clear();
        self.said.clear();
        let answered = self.act(&self.script.root, &Memory::default());
        (&self.billed, answered)
    }

    /// Plays a step: whether it has an answer.
    fn act(&mut self, act: &'s Act, memory: &Memory) -> bool {
        match act {
            Act::Call(call) => {
                self.call(*call, memory);
                true
            }
            Act::Chain(acts) => acts.iter().all(|act| self.act(act, memory)),
            Act::Route { weights, branches } => {
                let branch = self.chance.pick(weights);
                self.act(&branches[branch], memory)
            }
            Act::Retry { attempts, weights, billed, tried, then } => {
                for _ in 0..attempts.pick(&mut self.chance) {
                    let (bill, words) = (self.billed.len(), self.said.len());
                    // 0 is success.
                    let outcome = self.chance.pick(weights);
                    let answered = self.act(tried, memory);
                    match outcome.checked_sub(1) {
                        None => return answered,
                        Some(kind) => self.fail(bill, words, billed[kind]),
                    }
                }
                then.as_ref().is_some_and(|then| self.act(then, memory))
            }
            Act::FanOut { copies, copied } => {
                // Every copy is played, also after one without an answer.
                (0..copies.pick(&mut self.chance))
                    .fold(true, |answered, _| self.act(copied, memory) && answered)
            }
            Act::Conversation { turns, turn } => {
                let texts = vec![0.0; self.script.kept_texts];
                let mut memory = Memory { tokens: 0.0, texts };
                for _ in 0..turns.pick(&mut self.chance) {
                    let words = self.said.len();
                    let answered = turn.iter().all(|act| self.act(act, &memory));
                    let said = self.said.drain(words..);
                    if answered {
                        said.for_each(|said| memory.keep(said));
                    }
                }
                true
            }
        }
    }

    fn call(&mut self, index: usize, memory: &Memory) {
        let call = &self.script.calls[index];
        let (mut input, mut history) = (0.0, 0.0);
        for piece in &call.input {
            for _ in 0..piece.copies.pick(&mut self.chance) {
                match &piece.content {
                    Content::History => history += memory.tokens(&call.remembered),
                    Content::Words { size, growth, kept } => {
                        let tokens = self.chance.draw(size) * growth;
                        input += tokens;
                        match *kept {
                            Kept::Tokens if call.answer => self.said.push(Said::Tokens(tokens)),
                            Kept::Text(text) if call.answer => self.said.push(Said::Text(text)),
                            Kept::Nothing | Kept::Tokens | Kept::Text(_) => {}
                        }
                    }
                }
            }
        }
        let output = self.chance.draw(&call.output);
        let reasoning = self.chance.draw(&call.reasoning);
        if call.answer {
            self.said.push(Said::Tokens(output));
        }
        let prompt = input + history;
        let band = call.tariff.at(prompt);
        self.billed.push(Billed {
            call: index,
            prompt,
            input,
            history,
            output,
            reasoning,
            input_usd: prompt * band.input + band.request,
            output_usd: (output + reasoning) * band.output,
            failed: false,
        });
    }

    /// Turns everything since an attempt began into a failed attempt: billed in part, and never said.
    fn fail(&mut self, bill: usize, words: usize, shares: BilledShares) {
        self.said.truncate(words);
        for billed in &mut self.billed[bill..] {
            billed.input *= shares.input;
            billed.history *= shares.input;
            billed.input_usd *= shares.input;
            billed.output *= shares.output;
            billed.reasoning *= shares.output;
            billed.output_usd *= shares.output;
            billed.failed = true;
        }
    }
}
