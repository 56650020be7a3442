//! What sample conversations and answers say of a plan's numbers, so that nobody has to guess them.

mod found;
mod proposal;
mod sample;

use std::collections::BTreeMap;
use std::path::PathBuf;

use cost::book::Match;
use cost::edit::Evidenced;
use prompt::{Content, Conversation, Counted, Reply, Section};
use report::grouped;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use self::found::{Come, Values};
pub use self::found::{Found, What};
use self::sample::{Sample, Samples};
use super::certainty::Certainty;
use super::corpus::{Corpus, ways};
use super::requests::{Note, measurer, notes};
use super::told::Pairs;
use super::ways::Way;
use crate::calibrations::Learned;
use crate::error::{Code, Error};
use crate::hash;
use crate::prices::today;
use crate::projects;
use crate::shelf::Shelf;

/// Samples to measure.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct Sampling {
    /// What was pasted.
    pub text: Option<String>,
    /// A file, or a folder of them, where nothing was pasted.
    pub path: Option<PathBuf>,
    /// The model to count as, as the book names it; the one that the samples name when left out.
    pub model: Option<String>,
    /// The vocabulary to count in where no model is named; `o200k_base` when left out.
    pub vocabulary: Option<String>,
    /// What vendors billed, by model: estimates are corrected by it.
    pub told: Pairs,
    /// The open project that it is for.
    pub project: Option<u64>,
    /// The step of its plan, by its place in the document.
    pub at: Option<String>,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
}

/// What samples say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Evidence {
    /// The file's or the folder's name, or the beginning of the hash of what was pasted.
    pub name: String,
    /// How many conversations were measured.
    pub conversations: u64,
    /// How many turns they have.
    pub turns: u64,
    /// How many samples are answers alone.
    pub answers: u64,
    /// How many requests were the beginnings of others, and are not counted again.
    pub beginnings: u64,
    /// How many samples were left out.
    pub left_out: u64,
    /// The day on which they were measured.
    pub as_of: String,
    /// The model, as `provider/id`; nothing where a vocabulary was asked for.
    pub model: Option<String>,
    /// How the model's name was recognised.
    #[serde(rename = "match")]
    pub matched: Option<Match>,
    /// The vocabulary, or the family whose tokens are estimated.
    pub vocabulary: String,
    /// What its vendor's counts taught; nothing where none was told.
    pub learned: Option<Learned>,
    /// How sure the counts are.
    pub certainty: Certainty,
    /// What was measured.
    pub numbers: Vec<Found>,
    /// What the step of a plan would take of it, as one edit.
    pub proposed: Vec<Evidenced>,
    /// What samples cannot say, and what was left out.
    pub notes: Vec<Note>,
}

/// What is counted in when nobody says.
const USUAL: &str = "o200k_base";

/// Measures samples.
pub fn evidence(mut asked: Sampling) -> Result<Evidence, Error> {
    let plan = asked.project.map(projects::plan).transpose()?;
    if let Some(plan) = &plan {
        asked.told.extend(plan.calibration.clone());
        asked.model = asked.model.or_else(|| proposal::model(plan, asked.at.as_deref()?));
    }
    let (name, samples) = read(&asked)?;
    let way = way(&asked, &samples)?;
    let tally = Tally::of(&samples, &way);
    let counted_in = format!(
        "{} {}",
        if tally.is_estimated() { "estimated for" } else { "counted in" },
        way.counting.name()
    );
    let numbers: Vec<Found> = tally
        .values
        .keys()
        .filter_map(|what| found(*what, &tally, &name, &counted_in, &way))
        .collect();
    let mut notes = tally.notes(&samples);
    let mut proposed = vec![];
    if let (Some(plan), Some(at)) = (&plan, &asked.at) {
        let (numbers, more) = proposal::of(plan, at, &numbers, &today().to_string());
        proposed = numbers;
        notes.extend(more);
    }
    let certainty = if tally.is_estimated() { Certainty::Estimated } else { Certainty::Exact };
    let (model, matched) = way.model.clone().unzip();
    Ok(Evidence {
        name,
        conversations: tally.conversations,
        turns: tally.turns,
        answers: tally.answers,
        beginnings: samples.beginnings,
        left_out: samples.left_out,
        as_of: today().to_string(),
        model,
        matched: matched.flatten(),
        vocabulary: way.counting.name().to_owned(),
        learned: Learned::of(way.counting),
        certainty,
        numbers,
        proposed,
        notes,
    })
}

/// The samples, and what they are called.
fn read(asked: &Sampling) -> Result<(String, Samples), Error> {
    match (&asked.text, &asked.path) {
        (Some(text), None) => {
            // Whoever has the sample can tell that it is this one; the plan keeps nothing of it.
            let name = format!("pasted text, SHA-256 {}", &hash::of([text.as_str()])[..12]);
            Ok((name, Samples::of(text)?))
        }
        (None, Some(path)) => {
            let whole = std::path::absolute(path).unwrap_or_else(|_| path.clone());
            let name = whole.file_name().unwrap_or(whole.as_os_str()).to_string_lossy();
            Ok((name.into_owned(), Samples::at(path)?))
        }
        (None, None) | (Some(_), Some(_)) => Err(Error::new(
            Code::BadArguments,
            "A sample is a text, or a file or a folder.",
            "Give one of the two.",
        )),
    }
}

/// The way that is asked for, or that of the model which all samples name, or the usual one.
fn way(asked: &Sampling, samples: &Samples) -> Result<Way, Error> {
    let mut models: Vec<String> = asked.model.iter().cloned().collect();
    if models.is_empty() && asked.vocabulary.is_none() {
        let mut named = samples.read.iter().map(|sample| sample.prompt.model.as_deref());
        let first = named.next().flatten().filter(|first| named.all(|it| it == Some(*first)));
        let shelf = Shelf::of(asked.book.as_deref())?;
        models.extend(first.filter(|name| shelf.find(None, name).is_ok()).map(str::to_owned));
    }
    let vocabularies = match models.is_empty() {
        true => vec![asked.vocabulary.clone().unwrap_or_else(|| USUAL.to_owned())],
        false => vec![],
    };
    let (told, book) = (asked.told.clone(), asked.book.clone());
    let corpus = Corpus { models, vocabularies, told, book, ..Corpus::default() };
    Ok(ways(&corpus)?.each.remove(0))
}

/// What all samples come to.
#[derive(Default)]
struct Tally {
    conversations: u64,
    turns: u64,
    answers: u64,
    values: BTreeMap<What, Values>,
    /// Turns whose answer is not there.
    unanswered: u64,
    images: usize,
    /// Whether what tools answered, or what was searched for, was sent again in a later turn.
    keeps: [bool; 2],
    is_any_sent: bool,
}

impl Tally {
    fn of(samples: &Samples, way: &Way) -> Self {
        let mut tally = Self::default();
        for sample in &samples.read {
            tally.add(sample, way);
        }
        for tokens in &samples.reasoning {
            let told = Counted { tokens: *tokens, certainty: prompt::Certainty::Exact };
            tally.put(What::Reasoning, vec![told]);
        }
        tally
    }

    fn add(&mut self, sample: &Sample, way: &Way) {
        let conversation = Conversation::of(&sample.prompt);
        let mut measurer = measurer(&sample.prompt);
        let measured = match &way.on {
            Some((provider, model)) => measurer.on(provider, model, way.counting),
            None => measurer.texts(way.counting),
        };
        let tools = measured.shares.iter().find(|share| share.section == Section::Tools);
        self.put(What::Tools, tools.map(|share| share.counted).into_iter().collect());
        let count = |contents: &[&Content]| tokens(contents, way);
        if conversation.turns.is_empty() {
            self.answers += conversation.unasked.len() as u64;
            let answers = conversation.unasked.iter().map(|reply| visible(reply, way));
            self.put(What::Answer, answers.collect());
            return;
        }
        let turns = &conversation.turns;
        let each = |of: &dyn Fn(&prompt::Turn) -> Counted| turns.iter().map(of).collect::<Vec<_>>();
        self.conversations += 1;
        self.turns += turns.len() as u64;
        self.unanswered += turns.iter().filter(|turn| turn.answer().is_none()).count() as u64;
        self.images += turns.iter().map(|turn| turn.images).sum::<usize>();
        self.put(What::Turns, vec![whole(turns.len())]);
        if !conversation.system.is_empty() {
            self.put(What::System, vec![count(&conversation.system)]);
        }
        self.put(What::Question, each(&|turn| count(&turn.question)));
        let answers = turns.iter().filter_map(|turn| turn.answer());
        self.put(What::Answer, answers.map(|reply| visible(reply, way)).collect());
        self.put(What::Retrieved, each(&|turn| count(&turn.retrieved)));
        let answered: Vec<&prompt::Turn> =
            turns.iter().filter(|turn| turn.answer().is_some()).collect();
        self.put(What::Calls, answered.iter().map(|it| whole(it.replies.len())).collect());
        self.put(What::ToolCalls, answered.iter().map(|it| whole(it.tool_calls())).collect());
        let asks = turns.iter().flat_map(|turn| turn.on_the_way());
        self.put(What::ToolOutput, asks.map(|reply| count(reply)).collect());
        self.put(What::ToolResults, each(&|turn| count(&turn.results)));
        let before = &turns[..turns.len() - 1];
        let all = |turn: &prompt::Turn| {
            let said = turn.replies.iter().map(|reply| count(reply));
            let sent = [&turn.question, &turn.retrieved, &turn.results].map(|it| count(it));
            said.chain(sent).fold(Counted::NONE, Counted::plus)
        };
        self.put(What::Growth, before.iter().map(all).collect());
        if sample.is_sent && !before.is_empty() {
            self.is_any_sent = true;
            self.keeps[0] |= before.iter().any(|turn| !turn.results.is_empty());
            self.keeps[1] |= before.iter().any(|turn| !turn.retrieved.is_empty());
        }
    }

    fn put(&mut self, what: What, values: Vec<Counted>) {
        self.values.entry(what).or_default().add(values);
    }

    /// What the values of one thing come to; nothing where it was never met.
    fn come(&self, what: What) -> Option<Come> {
        let come = self.values.get(&what)?.come()?;
        let usual = match what {
            // One call a turn is no news.
            What::Calls => 1,
            What::Retrieved | What::ToolCalls | What::ToolResults => 0,
            What::Turns
            | What::Question
            | What::Answer
            | What::System
            | What::Tools
            | What::ToolOutput
            | What::Reasoning
            | What::Growth => return Some(come),
        };
        (come.lengths.most() > usual).then_some(come)
    }

    fn is_estimated(&self) -> bool {
        let what = self.values.keys().filter(|what| **what != What::Reasoning);
        what.filter_map(|what| self.come(*what)).any(|come| come.is_estimated)
    }

    /// What samples cannot say.
    fn notes(&self, samples: &Samples) -> Vec<Note> {
        let note =
            |message: String, hint: &str| Note { place: None, message, hint: hint.to_owned() };
        let has = |what: What| self.come(what).is_some();
        let mut said = vec![];
        if self.conversations == 0 {
            let message = "These are answers alone: they say nothing of turns and questions.";
            said.push(note(message.into(), "Give whole conversations to have these, too."));
        } else {
            if self.conversations == 1 {
                let message = "One conversation says nothing of how conversations differ.";
                said.push(note(
                    message.into(),
                    "Give several, or write a range around its values.",
                ));
            }
            if !has(What::System) {
                let message = "No sample says what the model is told first.";
                said.push(note(
                    message.into(),
                    "Give requests as they were sent, or count the prompt apart.",
                ));
            }
            if self.is_any_sent && self.keeps[0] {
                let message = "What tools answered is sent again in later turns.";
                said.push(note(message.into(), "Let its part say `keep: true`."));
            }
            if self.is_any_sent && self.keeps[1] {
                let message = "What was searched for is sent again in later turns.";
                said.push(note(message.into(), "Let its part say `keep: true`."));
            }
            if !self.is_any_sent && (has(What::ToolResults) || has(What::Retrieved)) {
                let message =
                    "Whether what tools and searches gave is sent again cannot be told from these.";
                said.push(note(message.into(), "Give requests as they were sent."));
            }
        }
        if self.unanswered > 0 {
            let turns = if self.unanswered == 1 { "turn has" } else { "turns have" };
            let message =
                format!("{} {turns} no answer: its length is not known.", self.unanswered);
            said.push(note(message, "Give responses beside their requests."));
        }
        if !has(What::Reasoning) {
            let message = "No sample says how many hidden tokens the model thought.";
            said.push(note(message.into(), "Give responses with their usage, if it thinks."));
        }
        if self.images > 0 {
            let message =
                format!("Images are in none of these lengths: there are {}.", self.images);
            said.push(note(message, "Count a request with one."));
        }
        let gaps = samples.read.iter().flat_map(|sample| &sample.prompt.gaps);
        said.extend(notes(gaps));
        said.extend(samples.notes.iter().cloned());
        said
    }
}

fn whole(count: usize) -> Counted {
    Counted { tokens: count as u64, certainty: prompt::Certainty::Exact }
}

/// What a person sees of a reply.
fn visible(reply: &Reply, way: &Way) -> Counted {
    let texts: Vec<&Content> =
        reply.iter().copied().filter(|content| content.template().is_some()).collect();
    tokens(&texts, way)
}

/// The texts of contents; pictures are counted elsewhere.
fn tokens(contents: &[&Content], way: &Way) -> Counted {
    let count = |text: &str| prompt::count_as(text, way.counting);
    let one = |content: &&Content| match content {
        Content::Text(text)
        | Content::Retrieved(text)
        | Content::Document(text)
        | Content::ToolResult(text) => count(&text.text),
        Content::ToolCall(name, arguments) => count(name).plus(count(arguments)),
        Content::Image(_) => Counted::NONE,
    };
    contents.iter().map(one).fold(Counted::NONE, Counted::plus)
}

fn found(what: What, tally: &Tally, name: &str, counted_in: &str, way: &Way) -> Option<Found> {
    let come = tally.come(what)?;
    let lengths = &come.lengths;
    let (times, sum) = (lengths.documents(), lengths.tokens());
    let many = |count: u64, one: &str| {
        let s = if count == 1 { "" } else { "s" };
        format!("{} {one}{s}", grouped(count as f64, 0))
    };
    let of = match what.each() {
        "turn" => format!(" of {}", many(tally.conversations, "conversation")),
        _ => String::new(),
    };
    let is_ours = what.is_tokens() && what != What::Reasoning;
    let counted = if is_ours { format!(", {counted_in}") } else { String::new() };
    let wider = sum.saturating_sub(come.low).max(come.high.saturating_sub(sum));
    let percent = (wider * 100).div_ceil(sum.max(1)).clamp(1, 99) as u8;
    Some(Found {
        what,
        label: what.label().to_owned(),
        each: what.each().to_owned(),
        times,
        mean: format!("{:.2}", sum as f64 / times as f64),
        least: lengths.least(),
        p10: lengths.percentile(10),
        p50: lengths.percentile(50),
        p90: lengths.percentile(90),
        most: lengths.most(),
        value: come.value,
        field: what.field().map(str::to_owned),
        source: format!("{}{of} in {name}{counted}", many(times, what.each())),
        evidence: name.to_owned(),
        counted: (what.field() == Some("tokens")).then(|| {
            let plus_minus_percent = come.is_estimated.then_some(percent);
            cost::plan::Counted { vocabulary: way.called.clone(), plus_minus_percent }.to_string()
        }),
    })
}

#[cfg(test)]
mod tests;
