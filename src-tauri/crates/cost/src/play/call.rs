//! Calls and tools: what is sent, what is written, and what it costs by the size of the prompt.

use super::cache::Classes;
use super::chance::Chance;
use super::memory::{Answer, From, Heard, Key, Length, Verdict, Word};
use super::script::{Content, Said, Spoken};
use super::stage::{Billed, Stage};

impl<'s, C: Chance> Stage<'s, C> {
    /// Plays a call, which always has an answer.
    pub(super) fn call(&mut self, index: usize) -> bool {
        let call = &self.script.calls[index];
        let mut prompt = std::mem::take(&mut self.prompt);
        prompt.clear();
        let mut sent = vec![];
        for nth in 0..call.input.len() {
            self.send(index, nth, &mut prompt, &mut sent);
        }
        let of = |from: From| -> f64 {
            prompt.iter().filter(|part| part.from == from).map(|part| part.tokens).sum()
        };
        let (input, history, context) = (of(From::Now), of(From::History), of(From::Context));
        let serial = self.number();
        let classes = match (&call.keeps, &call.held) {
            _ if self.part.kept_answer => Classes::default(),
            (_, Some(held)) => held.send(&prompt, &mut self.chance),
            (Some(keeps), None) => {
                self.caches.send(keeps, &prompt, (self.clock, serial), &mut self.chance)
            }
            (None, None) => Classes::default(),
        };
        self.prompt = prompt;
        let (output, reasoning) = self.write(call);
        let length = input + history + context;
        let band = call.tariff.at(length);
        let kept = classes.read + classes.written + classes.written_hour;
        let input_usd = (length - kept) * band.input
            + classes.read * band.read
            + classes.written * band.write
            + classes.written_hour * band.write_hour;
        self.bill(Billed {
            nth: call.nth,
            calls: 1.0,
            prompt: length,
            input,
            history,
            context,
            read: classes.read,
            written: classes.written,
            written_hour: classes.written_hour,
            output,
            reasoning,
            input_usd: input_usd + band.request,
            output_usd: (output + reasoning) * band.output,
            ..Billed::default()
        });
        self.leave(call, sent, output, reasoning);
        true
    }

    /// Plays the uses of a tool.
    pub(super) fn tool(&mut self, index: usize) -> bool {
        let tool = &self.script.tools[index];
        let uses = tool.uses.pick(&mut self.chance);
        for returned in std::iter::repeat_n(&tool.returns, uses).flatten() {
            let tokens = self.draw(returned);
            let length = returned.text.map_or(Length::Tokens(tokens), Length::Text);
            let key = Key::Said(self.number());
            self.trace.left.push(Word { key, length });
        }
        let uses = uses as f64;
        self.bill(Billed { nth: tool.nth, uses, input_usd: uses * tool.fee, ..Billed::default() });
        true
    }

    fn bill(&mut self, billed: Billed) {
        if !self.part.kept_answer {
            let (escalated, beyond) = (self.part.escalated, self.part.beyond);
            self.billed.push(Billed { at: self.clock, escalated, beyond, ..billed });
        }
    }

    /// Adds a piece to the prompt, and what of it stays in the history to `sent`.
    fn send(&mut self, call: usize, nth: usize, prompt: &mut Vec<Heard>, sent: &mut Vec<Word>) {
        let spoken = &self.script.calls[call];
        let piece = &spoken.input[nth];
        let (part, shared, words, kept) = match &piece.content {
            Content::History => return hear(&self.history, From::History, spoken, prompt),
            Content::Context => {
                let words = self.context.as_ref().map_or(&[][..], |context| &context.words);
                return hear(words, From::Context, spoken, prompt);
            }
            Content::Part { part, shared, words, kept } => (*part, *shared, words, *kept),
        };
        let first = prompt.len();
        let key = match shared {
            true => Key::Shared(part),
            false => Key::Sent { part, place: self.place },
        };
        let is_task = nth < spoken.task;
        let tasks = self.context.as_ref().map(|context| &context.tasks);
        match tasks.and_then(|tasks| tasks.iter().find(|(known, _)| *known == (call, nth))) {
            Some((_, drawn)) => prompt.extend_from_slice(drawn),
            None => {
                for _ in 0..piece.copies.pick(&mut self.chance) {
                    let tokens = self.draw(words);
                    prompt.push(Heard { key, tokens, from: From::Now });
                }
                if is_task && let Some(context) = &mut self.context {
                    context.tasks.push(((call, nth), prompt[first..].to_vec()));
                }
            }
        }
        if kept && spoken.answer {
            let length = |tokens| words.text.map_or(Length::Tokens(tokens), Length::Text);
            let word = |heard: &Heard| Word { key: heard.key, length: length(heard.tokens) };
            sent.extend(prompt[first..].iter().map(word));
        }
    }

    fn draw(&mut self, said: &Said) -> f64 {
        self.chance.draw(&said.size) * said.growth
    }

    /// What is written, visible and hidden; hidden tokens are spent first.
    fn write(&mut self, call: &Spoken) -> (f64, f64) {
        let output = self.chance.draw(&call.output);
        let reasoning = self.chance.draw(&call.reasoning);
        let most = call.most.unwrap_or(f64::INFINITY);
        let hidden = reasoning.min(most);
        let visible = if reasoning + output > most { most - hidden } else { output };
        (visible, hidden)
    }

    /// What those after it see of a call.
    fn leave(&mut self, call: &Spoken, sent: Vec<Word>, output: f64, reasoning: f64) {
        let hidden = call.keep_reasoning.then_some(reasoning);
        let mut said = vec![];
        for tokens in hidden.into_iter().chain([output]) {
            said.push(Word { key: Key::Said(self.number()), length: Length::Tokens(tokens) });
        }
        self.trace.left.extend_from_slice(&said);
        if call.answer {
            let right = call.quality.map(|share| self.chance.toss(share));
            self.trace.answers.push(Answer {
                verdict: Verdict { call: call.nth, right },
                sent,
                said,
            });
        } else if call.keep {
            self.trace.kept.extend(said);
        }
    }
}

fn hear(words: &[Word], from: From, call: &Spoken, prompt: &mut Vec<Heard>) {
    let heard = |word: &Word| Heard { key: word.key, tokens: word.tokens(&call.texts), from };
    prompt.extend(words.iter().map(heard));
}
