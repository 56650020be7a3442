//! A pasted text as the requests that it holds: what it was read as, and what it comes to in each way of counting.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use prompt::{Billing, Content, Counted, Counting, Format, Gap, Live, Lost, Measured, Requests};
use serde::Serialize;
use ts_rs::TS;

use super::cached::Caching;
use super::certainty::Certainty;
use super::count::rounded;
use super::editing::{self, Edited, Handle};
use super::parts::{Size, WayCounted, footed};
use super::requests::{Note, PartTokens, Reading, measurer, notes, parts, read};
use crate::calibrations::Learned;
use crate::error::{At, Code, Error};
use crate::shelf::{Shelf, full_name};

/// What a text was read as, where it is more than a text.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct CallRead {
    /// `text`, `openai-chat`, `openai-responses`, `anthropic`, `gemini`
    pub format: String,
    /// How many requests it holds.
    pub requests: u64,
    /// How many messages they have.
    pub messages: u64,
    /// How many tools they offer.
    pub tools: u64,
    /// The model that all of them ask for, as `provider/id`, where the book knows it.
    pub model: Option<String>,
    /// The names of its variables, in the order of the text.
    pub variables: Vec<String>,
    /// How many images it has of which only the address is known.
    pub far_images: u64,
    /// What one call's tokens are of, in the way that is asked about; they add up.
    pub parts: Vec<PartTokens>,
    /// The tokens of the beginning that stays the same from call to call, which a vendor may cache.
    pub cacheable: u64,
    /// Where that beginning ends, and whether it is long enough to be cached.
    pub caching: Caching,
    /// What is not counted, or not as one might think.
    pub notes: Vec<Note>,
}

/// A way of counting: how texts are counted, and whose rules hold for the rest.
pub(super) type Way = (Counting, Billing);

/// What a call comes to in one way.
#[derive(Clone, Debug)]
pub(super) struct Come {
    /// As it is shown.
    pub shown: WayCounted,
    /// Each request.
    pub each: Vec<Counted>,
    /// Why it is not all of it: no model is priced by less than it bills.
    pub lacks: Option<String>,
    /// What it is made of, where it is made of requests.
    measured: Option<Measured>,
    /// The tokens of each request's beginning that stays the same, where all of it is counted.
    beginnings: Vec<Option<u64>>,
}

impl Come {
    /// A call that is one of its kind.
    pub fn one(shown: WayCounted) -> Self {
        let certainty = prompt::Certainty::Estimated { low: shown.low, high: shown.high };
        let all = Counted { tokens: shown.tokens, certainty };
        Come { each: vec![all], shown, lacks: None, measured: None, beginnings: vec![] }
    }

    /// The longest request.
    pub fn longest(&self) -> u64 {
        self.each.iter().map(|one| one.tokens).max().unwrap_or(0)
    }
}

/// A text, read.
#[derive(Debug)]
pub(super) struct Pasted {
    reading: Reading,
    requests: Requests,
    /// What is already known of it.
    come: Mutex<HashMap<Way, Arc<Come>>>,
}

/// The text that was read last: its rows are looked at more often than it changes.
static LAST: Mutex<Option<Last>> = Mutex::new(None);

struct Last {
    handle: u64,
    of: Weak<Edited>,
    pasted: Arc<Pasted>,
}

/// Forgets a text, and what was read of it.
pub fn close(handle: Handle) -> Result<(), Error> {
    last().take_if(|last| last.handle == handle.handle);
    editing::close(handle)
}

fn last() -> MutexGuard<'static, Option<Last>> {
    LAST.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A longer text is a corpus.
const MOST_BYTES: usize = 10 << 20;

impl Pasted {
    /// Reads a text; one that is no request after all is a plain text, with a note why.
    pub fn of(size: &Size, reading: &Reading) -> Result<Arc<Self>, Error> {
        match size {
            Size::Text(text) => Self::read(text, reading).map(Arc::new),
            Size::Live(handle) => {
                let edited = editing::now(*handle)?;
                let mut last = last();
                if let Some(Last { of, pasted, .. }) = &*last
                    && of.upgrade().is_some_and(|of| Arc::ptr_eq(&of, &edited))
                    && pasted.reading == *reading
                {
                    return Ok(pasted.clone());
                }
                let pasted = Arc::new(match edited.text.bytes() {
                    0..=MOST_BYTES => Self::read(&edited.text.text(), reading)?,
                    _ => Self::plain(reading, too_long(&edited.text)),
                });
                let of = Arc::downgrade(&edited);
                *last = Some(Last { handle: *handle, of, pasted: pasted.clone() });
                Ok(pasted)
            }
            Size::Tokens(_) => Err(Error::new(
                Code::BadArguments,
                "A length is typed, and there is nothing to be read.",
                "Read a text, or leave the reading out.",
            )),
        }
    }

    fn read(text: &str, reading: &Reading) -> Result<Self, Error> {
        match read(text, reading) {
            Ok(requests) => {
                let come = Mutex::default();
                Ok(Self { reading: reading.clone(), requests, come })
            }
            Err(error) if error.code == Code::UnreadableFile => {
                let line = error.at.and_then(|at| at.line).map(|line| format!("line {line}"));
                let message = format!("{} All of it is counted as plain text.", error.message);
                let place = line.unwrap_or_default();
                Ok(Self::plain(
                    reading,
                    Some(Gap::new(place, message, error.hint).without(Lost::Nothing)),
                ))
            }
            Err(error) => {
                let address = Some("reading.image".to_owned());
                Err(error.at(At { address, ..At::default() }))
            }
        }
    }

    fn plain(reading: &Reading, gap: Option<Gap>) -> Self {
        let mut prompt = prompt::Prompt::bare(prompt::Template::default());
        prompt.gaps.extend(gap);
        let requests = Requests { format: Format::Text, are_lines: false, prompts: vec![prompt] };
        Self { reading: reading.clone(), requests, come: Mutex::default() }
    }

    /// Whether it is counted as it stands.
    pub fn is_plain(&self) -> bool {
        let mut variables = self.requests.prompts.iter().flat_map(|prompt| prompt.variables());
        self.requests.format == Format::Text && variables.next().is_none()
    }

    /// Whose rules hold for it on a provider's model.
    pub fn billing(&self, provider: &str, model: &str) -> Billing {
        Billing::of(&self.requests.prompts, provider, model)
    }

    /// What it comes to, in each of these ways.
    pub fn counted(&self, ways: &[Way]) -> Vec<Arc<Come>> {
        let mut come = self.come.lock().unwrap_or_else(PoisonError::into_inner);
        let new: Vec<&Way> = ways.iter().filter(|way| !come.contains_key(way)).collect();
        let mut each: Vec<Vec<Measured>> = vec![vec![]; new.len()];
        for prompt in &self.requests.prompts {
            let mut measurer = measurer(prompt);
            for ((counting, billing), each) in new.iter().zip(&mut each) {
                each.push(measurer.by(billing, *counting));
            }
        }
        for (way, each) in new.into_iter().zip(each) {
            come.insert(way.clone(), Arc::new(self.come(way, each)));
        }
        ways.iter().map(|way| come[way].clone()).collect()
    }

    fn come(&self, (counting, _): &Way, measured: Vec<Measured>) -> Come {
        let each = measured.iter().map(|one| one.total).collect();
        let beginnings = measured.iter().map(Caching::beginning).collect();
        let requests = measured.len() as u64;
        let sum = measured.into_iter().fold(Measured::NONE, Measured::plus);
        let lacks = sum.unpriced().map(|gap| gap.message.clone());
        let (low, high) = sum.total.bounds();
        let [tokens, low, high] =
            [sum.total.tokens, low, high].map(|tokens| rounded(tokens, requests));
        let certainty = match sum.total.certainty {
            prompt::Certainty::Exact => prompt::Certainty::Exact,
            prompt::Certainty::Estimated { .. } => prompt::Certainty::Estimated { low, high },
        };
        let shown = WayCounted {
            name: counting.short_name().into(),
            tokens,
            certainty: Certainty::of(&sum),
            low,
            high,
            plus_minus_percent: Counted { tokens, certainty }
                .plus_minus_percent()
                .filter(|_| sum.without().is_empty()),
            learned: Learned::of(*counting),
            parts: vec![tokens],
        };
        Come { shown, each, lacks, measured: Some(sum), beginnings }
    }

    fn gaps(&self) -> impl Iterator<Item = &Gap> {
        self.requests.prompts.iter().flat_map(|prompt| &prompt.gaps)
    }

    /// What it was read as, where there is something to say, with the way that was asked about, and the
    /// provider and the model whose way that is.
    pub fn told(
        &self,
        shelf: &Shelf,
        asked: Option<(&Way, &Come)>,
        on: Option<(&str, &str)>,
    ) -> Option<CallRead> {
        let come = asked.map(|(_, come)| come);
        let unnamed =
            asked.filter(|((_, billing), _)| *billing == Billing::none()).map(|_| unnamed());
        let prompts = &self.requests.prompts;
        if self.is_plain() && self.gaps().next().is_none() {
            return None;
        }
        let requests = prompts.len() as u64;
        let measured = come.and_then(|come| come.measured.as_ref());
        let mut parts = measured.map(parts).unwrap_or_default();
        if requests > 1 {
            let mean = |tokens: u64| tokens as f64 / requests as f64;
            let likely: Vec<f64> = parts.iter().map(|part| mean(part.tokens)).collect();
            let whole = footed(&likely, come.map_or(0, |come| come.shown.tokens));
            for (part, tokens) in parts.iter_mut().zip(whole) {
                let (low, high) = (rounded(part.low, requests), rounded(part.high, requests));
                (part.tokens, part.low, part.high) = (tokens, low.min(tokens), high.max(tokens));
            }
        }
        let contents = prompts.iter().flat_map(|prompt| &prompt.messages);
        let contents = contents.flat_map(|message| &message.contents);
        let far = contents.filter(|content| match content {
            Content::Image(image) => image.is_far,
            _ => false,
        });
        let mut variables: Vec<String> = vec![];
        for variable in prompts.iter().flat_map(|prompt| prompt.variables()) {
            if !variables.contains(&variable.name) {
                variables.push(variable.name.clone());
            }
        }
        let gaps = measured.map_or_else(|| self.gaps().collect(), |it| it.gaps.iter().collect());
        let mut gaps: Vec<&Gap> = gaps;
        let mut caching = Caching::on(shelf, on);
        let beginnings = come.map(|come| come.beginnings.as_slice()).unwrap_or_default();
        for (prompt, beginning) in prompts.iter().zip(beginnings) {
            caching.add(prompt, *beginning);
        }
        gaps.extend(unnamed.as_ref().filter(|_| self.requests.format != Format::Text));
        Some(CallRead {
            format: self.requests.format.name().into(),
            requests,
            messages: prompts.iter().map(|prompt| prompt.messages.len() as u64).sum(),
            tools: prompts.iter().map(|prompt| prompt.tools.len() as u64).sum(),
            model: self.model(shelf),
            variables,
            far_images: far.count() as u64,
            parts,
            cacheable: measured.map_or(0, |it| rounded(it.cacheable.tokens, requests)),
            caching,
            notes: notes(gaps),
        })
    }

    /// The model that all requests ask for.
    fn model(&self, shelf: &Shelf) -> Option<String> {
        let mut asked = self.requests.prompts.iter().map(|prompt| prompt.model.as_deref());
        let first = asked.next()??;
        if asked.any(|other| other != Some(first)) {
            return None;
        }
        let maker = Some(self.requests.format.maker()).filter(|maker| !maker.is_empty());
        let found = shelf.find(maker, first).or_else(|_| shelf.find(None, first));
        found.ok().map(|found| full_name(&found))
    }
}

fn unnamed() -> Gap {
    let message = "What vendors put around messages is not counted: no model is chosen.";
    Gap::new("", message, "Choose one.")
}

/// Said of what may be requests.
fn too_long(text: &Live) -> Option<Gap> {
    matches!(text.first(), Some('{' | '[')).then(|| {
        let message = "It is too long to be read as requests here, and counted as plain text.";
        let hint = format!("Take some of its requests, {} MB at most.", MOST_BYTES >> 20);
        Gap::new("", message, hint).without(Lost::Nothing)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(text: String) -> Handle {
        editing::open(editing::Text { text, generation: 1 }).expect("there is room")
    }

    fn read(handle: Handle) -> Arc<Pasted> {
        let live = Size::Live(handle.handle);
        Pasted::of(&live, &Reading::default()).expect("it can be read")
    }

    #[test]
    fn what_was_read_of_a_text_is_forgotten_with_it() {
        let handle = opened("Where is {{order}}?".into());
        let pasted = read(handle);
        assert!(Arc::ptr_eq(&pasted, &read(handle)));
        let kept = Arc::downgrade(&pasted);
        drop(pasted);
        close(handle).expect("it is open");
        assert!(kept.upgrade().is_none());
    }

    #[test]
    fn a_long_text_is_plain_and_says_so_where_it_may_be_requests() {
        let gaps = |start: &str| {
            let pasted = read(opened(start.to_owned() + &"word ".repeat(MOST_BYTES / 5 + 1)));
            assert!(pasted.is_plain());
            pasted.gaps().count()
        };
        assert_eq!((gaps(" \n{"), gaps("Some ")), (1, 0));
    }
}
