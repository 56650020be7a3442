//! A text read as the requests that it holds, and measured on models; the one place that does.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use prompt::{Billing, Counting, Format, Gap, Measured, Measurer, Pixels, Requests, Unreadable};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::cached::Caching;
use super::certainty::Certainty;
use super::lately::Lately;
use crate::error::{At, Code, Error};
use crate::shelf::Shelf;
use crate::suggest::did_you_mean;

/// How a text is read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct Reading {
    /// `text`, `openai-chat`, `openai-responses`, `anthropic`, `gemini`; by its shape when left out.
    pub format: Option<String>,
    /// Texts for the variables that it has as `{{name}}`.
    pub variables: BTreeMap<String, String>,
    /// The size of images of which only the address is known, as `1024x768`.
    pub image: Option<String>,
}

/// One part of a prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct PartTokens {
    /// `system`, `tools`, `history`, `retrieved`, `user`, `variables`, `images`, `documents` or
    /// `framing`: what the vendor puts around messages.
    pub part: String,
    /// Its tokens; the likely count where it is an estimate.
    pub tokens: u64,
    /// How sure the count is.
    pub certainty: Certainty,
    /// The fewest tokens; `tokens` where the count is exact.
    pub low: u64,
    /// The most tokens; `tokens` where the count is exact.
    pub high: u64,
    /// The rule that it is counted by, with its source; nothing for texts.
    pub source: Option<String>,
}

/// Something in a prompt that is not counted, or not as one might think.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, TS, JsonSchema)]
pub struct Note {
    /// Where, as `messages[3].content[1]`; nothing where it is about the whole text.
    pub place: Option<String>,
    /// What, as a sentence.
    pub message: String,
    /// What to do, as a sentence.
    pub hint: String,
}

/// Reads the requests of a text.
pub(super) fn read(text: &str, reading: &Reading) -> Result<Requests, Error> {
    let image = reading.image.as_deref().map(pixels).transpose()?;
    let given = &reading.variables;
    let read = match reading.format.as_deref() {
        None => prompt::read(text, given, image),
        Some(name) => {
            let format: Format = name.parse().map_err(|error: prompt::UnknownFormat| {
                Error::new(Code::NotFound, error.to_string(), "Leave it out to go by its shape.")
            })?;
            prompt::read_as(text, format, given, image)
        }
    };
    read.map_err(|error| {
        let hint = "Mend it there, or read it as `text` to count it as it stands.";
        let line = error.line.and_then(|line| u32::try_from(line).ok());
        let message = Unreadable { line: None, ..error }.to_string();
        Error::new(Code::UnreadableFile, message, hint).at(At { line, ..At::default() })
    })
}

/// The names of the variables in requests.
pub(super) fn variables(prompts: &[prompt::Prompt]) -> BTreeSet<String> {
    let variables = prompts.iter().flat_map(prompt::Prompt::variables);
    variables.map(|variable| variable.name.clone()).collect()
}

/// Refuses a text for a variable that is not among these.
pub(super) fn has_variables(reading: &Reading, known: &BTreeSet<String>) -> Result<(), Error> {
    let Some(name) = reading.variables.keys().find(|name| !known.contains(*name)) else {
        return Ok(());
    };
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let hint = match known.is_empty() {
        true => format!("It has none. Write it there as {{{{{name}}}}}, or leave it out."),
        false => did_you_mean(name, &known, "It has"),
    };
    Err(Error::new(Code::NotFound, format!("The prompt has no variable `{name}`."), hint))
}

/// A measurer that takes the counts of texts that were counted lately.
pub(super) fn measurer(prompt: &prompt::Prompt) -> Measurer<'_, CountText> {
    Measurer::new(prompt, |text, counted_in| {
        Lately::of(text).tokens(counted_in, || counted_in.count(text))
    })
}

/// Counts a text in a vocabulary.
type CountText = fn(&str, prompt::CountedIn) -> u64;

/// Requests on models, measured once for all that count and bill alike.
pub(super) struct Measuring<'p> {
    prompts: &'p [prompt::Prompt],
    measurers: Vec<Measurer<'p, CountText>>,
    known: HashMap<(Counting, Billing), Rc<OnModel>>,
}

/// Requests, measured on a model.
pub(super) struct OnModel {
    /// The tokens of each.
    pub each: Vec<u64>,
    /// All of them.
    pub sum: Measured,
}

impl<'p> Measuring<'p> {
    pub fn of(prompts: &'p [prompt::Prompt]) -> Self {
        let measurers = prompts.iter().map(measurer).collect();
        Self { prompts, measurers, known: HashMap::new() }
    }

    /// On a provider's model, which counts in this way.
    pub fn on(&mut self, provider: &str, model: &str, counting: Counting) -> Rc<OnModel> {
        let way = (counting, Billing::of(self.prompts, provider, model));
        let measured = self.known.entry(way).or_insert_with_key(|(counting, billing)| {
            let all = self.measurers.iter_mut().map(|it| it.by(billing, *counting));
            let (mut each, mut sum) = (vec![], Measured::NONE);
            for one in all {
                each.push(one.total.tokens);
                sum = sum.plus(one);
            }
            Rc::new(OnModel { each, sum })
        });
        measured.clone()
    }
}

/// One way in which requests are counted.
pub(super) struct Way {
    /// The provider and the model, or the texts alone.
    pub on: Option<(String, String)>,
    pub counting: Counting,
    /// The name that requests have for the model, where only those that ask for it count.
    pub asked: Option<String>,
}

/// What requests come to.
pub(super) struct Total {
    pub requests: u64,
    pub measured: Measured,
    pub caching: Caching,
}

/// All requests, in each way.
pub(super) fn totals(shelf: &Shelf, prompts: &[prompt::Prompt], ways: &[Way]) -> Vec<Total> {
    let nothing = |way: &Way| {
        let on = way.on.as_ref().map(|(provider, model)| (provider.as_str(), model.as_str()));
        Total { requests: 0, measured: Measured::NONE, caching: Caching::on(shelf, on) }
    };
    let mut totals: Vec<Total> = ways.iter().map(nothing).collect();
    for prompt in prompts {
        let mut measurer = measurer(prompt);
        for (way, total) in ways.iter().zip(&mut totals) {
            if way.asked.is_some() && way.asked != prompt.model {
                continue;
            }
            let one = match &way.on {
                Some((provider, model)) => measurer.on(provider, model, way.counting),
                None => measurer.texts(way.counting),
            };
            let sum = std::mem::replace(&mut total.measured, Measured::NONE);
            total.caching.add(prompt, Caching::beginning(&one));
            total.requests += 1;
            total.measured = sum.plus(one);
        }
    }
    totals
}

/// The parts of a count.
pub(super) fn parts(measured: &Measured) -> Vec<PartTokens> {
    let parts = measured.shares.iter().map(|share| {
        let (low, high) = share.counted.bounds();
        PartTokens {
            part: share.section.name().to_owned(),
            tokens: share.counted.tokens,
            certainty: share.counted.certainty.into(),
            low,
            high,
            source: share.source.map(str::to_owned),
        }
    });
    parts.collect()
}

/// So many notes say enough about a file with thousands of requests.
const MOST_NOTES: usize = 20;

/// What is not counted, each said once.
pub(super) fn notes<'g>(gaps: impl IntoIterator<Item = &'g Gap>) -> Vec<Note> {
    let mut seen = HashSet::new();
    let mut notes: Vec<Note> = gaps
        .into_iter()
        .map(|gap| Note {
            place: Some(gap.place.clone()).filter(|place| !place.is_empty()),
            message: gap.message.clone(),
            hint: gap.hint.clone(),
        })
        .filter(|note| seen.insert(note.clone()))
        .collect();
    let more = notes.len().saturating_sub(MOST_NOTES);
    if more > 0 {
        notes.truncate(MOST_NOTES);
        notes.push(Note {
            place: None,
            message: format!("{more} more are not counted."),
            hint: "Look at the requests one by one.".into(),
        });
    }
    notes
}

/// A size as `1024x768`.
fn pixels(typed: &str) -> Result<Pixels, Error> {
    let side = |text: &str| text.trim().parse::<u32>().ok().filter(|side| *side > 0);
    let sides = typed.split_once(['x', '×']);
    let size = sides
        .and_then(|(width, height)| Some(Pixels { width: side(width)?, height: side(height)? }));
    size.ok_or_else(|| {
        let message = format!("`{typed}` is not the size of an image.");
        Error::new(Code::InvalidValue, message, "Give it in pixels, as 1024x768.")
    })
}

#[cfg(test)]
mod tests {
    use prompt::{Family, Vocabulary};

    use super::*;

    #[test]
    fn models_that_count_and_bill_alike_share_one_measure() {
        let line = |text: &str| {
            format!(r#"{{"messages": [{{"role": "user", "content": "{text}"}}]}}"#) + "\n"
        };
        let text = line("Where is it?") + &line("It has not come, and nobody answers.");
        let requests = read(&text, &Reading::default()).expect("two requests");
        let mut measuring = Measuring::of(&requests.prompts);
        let exact = Counting::Exact(Vocabulary::O200kBase);
        let mut on = |model, counting| measuring.on("openai", model, counting);
        let gpt = on("gpt-5", exact);
        assert!(Rc::ptr_eq(&gpt, &on("gpt-5-nano", exact)));
        let estimated = on("gpt-5", Counting::Estimated(Family::ClaudeNewer));
        assert!(!Rc::ptr_eq(&gpt, &estimated));
        assert_eq!(gpt.each.len(), 2);
        assert_eq!(gpt.each.iter().sum::<u64>(), gpt.sum.total.tokens);
    }
}
