//! A text's tokens: as models count it, and in every vocabulary.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cost::book::Match;
use indexmap::IndexMap;
use prompt::{Counted, CountedIn, Counting, Format, Gap, Kinds, Requests, Vocabulary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::cached::Caching;
use super::certainty::Certainty;
use super::editing::Edited;
use super::lately::Lately;
use super::requests::{
    Note, PartTokens, Reading, Total, Way, has_variables, notes, parts, read, totals, variables,
};
use super::told::{Pairs, calibrations};
use crate::calibrations::{Calibrations, Learned};
use crate::error::{Code, Error};
use crate::shelf::Shelf;
pub use crate::shelf::full_name;
use crate::vocabularies;

/// A text to count.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Models to count as, as the book names them.
    pub models: Vec<String>,
    /// Vocabularies to count in, as `o200k_base`, or files of one: a `tokenizer.json`, or
    /// `acme.tiktoken:cl100k_base`, which is cut as `cl100k_base` cuts.
    pub vocabularies: Vec<String>,
    /// How it is read.
    pub reading: Reading,
    /// What vendors billed, by model: estimates are corrected by it.
    pub told: Pairs,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
}

/// The tokens of a text, counted in several ways.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Counts {
    /// What it is written in: `text`, `openai-chat`, `openai-responses`, `anthropic`, `gemini`;
    /// `folder` for the files of one.
    pub format: String,
    /// How many requests it holds.
    pub requests: u64,
    /// One for each model and vocabulary that was asked for; if none was, one for each model that
    /// requests ask for, or one for each way there is.
    pub counts: Vec<Count>,
    /// What is not counted, or not as one might think.
    pub notes: Vec<Note>,
    /// The files of a folder, each counted in the same ways.
    pub files: Vec<FileCounts>,
}

/// The tokens of a file of a folder.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct FileCounts {
    /// Its path.
    pub file: String,
    /// What it is written in.
    pub format: String,
    /// How many requests it holds.
    pub requests: u64,
    /// Its tokens in each way.
    pub counts: Vec<Count>,
}

/// The tokens of a text, counted in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Count {
    /// The model, as `provider/id`; nothing where a vocabulary was asked for.
    pub model: Option<String>,
    /// How the model's name was recognised.
    #[serde(rename = "match")]
    pub matched: Option<Match>,
    /// The vocabulary, or the family whose tokens are estimated.
    pub vocabulary: String,
    /// What its vendor's counts taught; nothing where none was told.
    pub learned: Option<Learned>,
    /// Tokens; the likely count where it is an estimate.
    pub tokens: u64,
    /// How sure it is.
    pub certainty: Certainty,
    /// The fewest tokens of an estimate, or of what is counted of it.
    pub low: Option<u64>,
    /// The most tokens of an estimate.
    pub high: Option<u64>,
    /// The tokens of a request in the mean, where there are several.
    pub mean: Option<u64>,
    /// The tokens of the beginning that stays the same from call to call, which a vendor may cache.
    pub cacheable: u64,
    /// Where that beginning ends, and whether it is long enough to be cached.
    pub caching: Caching,
    /// What the tokens are of; they add up.
    pub parts: Vec<PartTokens>,
    /// What is not among them, as `1 image`.
    pub without: Vec<String>,
}

/// Texts to count, as a case file has them.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// The cases: an object with the list as `texts`, as text.
    pub cases: String,
}

/// The counts of every text of a case file.
#[derive(Debug, PartialEq, Eq, Serialize, TS)]
pub struct BatchCounts {
    /// In the file's order.
    pub lines: Vec<CaseCounts>,
    /// Vocabularies that the cases list and that cannot be counted in.
    pub left_out: BTreeSet<String>,
}

/// The counts of one text.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct CaseCounts {
    /// The case's name.
    pub id: String,
    /// Tokens by vocabulary, in the case's order.
    #[ts(type = "Record<string, number>")]
    pub counts: IndexMap<String, u64>,
}

/// Counts a text as models or vocabularies do; when neither is asked for, as the models that it
/// asks for itself, or in every way there is.
pub fn count(text: Text) -> Result<Counts, Error> {
    let requests = read(&text.text, &text.reading)?;
    has_variables(&text.reading, &variables(&requests.prompts))?;
    count_requests(&text, &requests)
}

/// The same of requests that were read, whatever the text says.
pub(super) fn count_requests(text: &Text, requests: &Requests) -> Result<Counts, Error> {
    let Requests { format, prompts, .. } = requests;
    let format = *format;
    let mut names: Vec<Named> = vec![];
    let mut ways: Vec<Way> = vec![];
    let taught = calibrations(&text.told, text.book.as_deref())?;
    if !text.models.is_empty() {
        let shelf = Shelf::of(text.book.as_deref())?;
        for name in &text.models {
            let found = shelf.find(None, name)?;
            names.push((Some(full_name(&found)), Some(found.matched)));
            let on = Some((found.provider.id.clone(), found.model.id.clone()));
            ways.push(Way { on, counting: taught.counting(&shelf, &found)?, asked: None });
        }
    }
    for name in &text.vocabularies {
        let counting = vocabularies::counting(name, Path::new(""))?;
        ways.push(Way { on: None, counting, asked: None });
    }
    if ways.is_empty() {
        for asked in models_of(prompts) {
            let (name, way) = asked_for(asked, format, &taught, text.book.as_deref())?;
            names.push(name);
            ways.push(way);
        }
    }
    let mut own = None;
    if ways.is_empty() {
        ways.extend(every_way().map(|counting| Way { on: None, counting, asked: None }));
        own = (format != Format::Text).then(unnamed);
    }
    names.resize(ways.len(), (None, None));
    let shelf = Shelf::of(text.book.as_deref())?;
    let mut totals = totals(&shelf, prompts, &ways);
    for total in &mut totals {
        total.measured.gaps.extend(own.iter().cloned());
    }
    let gaps = totals.iter().flat_map(|total| &total.measured.gaps);
    let notes = notes(gaps);
    let counts = totals.iter().zip(&ways).zip(names);
    let counts = counts.map(|((total, way), (model, matched))| Count {
        model,
        matched,
        ..one(way.counting, total)
    });
    Ok(Counts {
        format: format.name().into(),
        requests: prompts.len() as u64,
        counts: counts.collect(),
        notes,
        files: vec![],
    })
}

/// The models that requests ask for; none where one asks for none.
fn models_of(prompts: &[prompt::Prompt]) -> Vec<&str> {
    let mut models: Vec<&str> = vec![];
    for prompt in prompts {
        match prompt.model.as_deref() {
            None => return vec![],
            Some(model) if models.contains(&model) => {}
            Some(model) => models.push(model),
        }
    }
    models
}

/// A model's name, and how it was recognised.
pub(super) type Named = (Option<String>, Option<Match>);

/// The way in which a model counts that requests ask for: as the book knows it, or else by its name.
pub(super) fn asked_for(
    asked: &str,
    format: Format,
    taught: &Calibrations,
    book: Option<&Path>,
) -> Result<(Named, Way), Error> {
    let shelf = Shelf::of(book)?;
    let own = Some(asked.to_owned());
    Ok(match shelf.find(None, asked) {
        Ok(found) => {
            let on = Some((found.provider.id.clone(), found.model.id.clone()));
            let name = (Some(full_name(&found)), Some(found.matched));
            (name, Way { on, counting: taught.counting(&shelf, &found)?, asked: own })
        }
        Err(_) => {
            let counting = prompt::counting(format.maker(), asked);
            let on = Some((format.maker().to_owned(), asked.to_owned()));
            ((own.clone(), None), Way { on, counting, asked: own })
        }
    })
}

pub(super) fn unnamed() -> Gap {
    let message = "What vendors put around messages is not counted: no model is named.";
    Gap::new("", message, "Name one.")
}

/// Counts every text of a case file in the vocabularies that the case lists.
pub fn batch(batch: Batch) -> Result<BatchCounts, Error> {
    let cases: Cases = serde_json::from_str(&batch.cases).map_err(|error| {
        Error::new(
            Code::BadArguments,
            format!("The cases cannot be read: {error}."),
            r#"Write an object with the list as `texts`, each as {"name", "text", "counts"}."#,
        )
    })?;
    let mut left_out = BTreeSet::new();
    let lines = cases.texts.into_iter().map(|case| {
        let mut counter = Counter::new(&case.text);
        let mut counts = IndexMap::new();
        for name in case.counts.into_keys() {
            match name.parse::<Vocabulary>() {
                Ok(vocabulary) => {
                    let counted = counter.as_by(Counting::Exact(vocabulary));
                    counts.insert(name, counted.tokens);
                }
                Err(_) => {
                    left_out.insert(name);
                }
            }
        }
        CaseCounts { id: case.name, counts }
    });
    Ok(BatchCounts { lines: lines.collect(), left_out })
}

/// A case file; what else it says is not read.
#[derive(Deserialize)]
struct Cases {
    texts: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    text: String,
    counts: IndexMap<String, serde_json::Value>,
}

/// Counts one text, once in each vocabulary.
pub struct Counter<'t> {
    text: Subject<'t>,
    counted: HashMap<CountedIn, u64>,
    kinds: OnceCell<Kinds>,
}

/// What is counted.
enum Subject<'t> {
    /// A text as it is.
    Whole(&'t str, Lately),
    /// A text that is edited: it knows what it came to before.
    Edited(Arc<Edited>),
}

impl<'t> Counter<'t> {
    /// Nothing counted yet.
    pub fn new(text: &'t str) -> Self {
        Counter::of(Subject::Whole(text, Lately::of(text)))
    }

    /// A text that is edited, as it stands.
    pub fn edited(text: Arc<Edited>) -> Self {
        Counter::of(Subject::Edited(text))
    }

    fn of(text: Subject<'t>) -> Self {
        Self { text, counted: HashMap::new(), kinds: OnceCell::new() }
    }

    /// The count in one way.
    pub fn as_by(&mut self, counting: Counting) -> Counted {
        let counted_in = counting.counted_in();
        let tokens = self.counted.entry(counted_in).or_insert_with(|| match &self.text {
            Subject::Whole(text, lately) => lately.tokens(counted_in, || counted_in.count(text)),
            Subject::Edited(edited) => match counted_in {
                CountedIn::Public(vocabulary) => edited.text.count(vocabulary),
                // Nobody says where such a vocabulary lets a text be cut.
                CountedIn::Own(_) => {
                    let text = edited.text.text();
                    Lately::of(&text).tokens(counted_in, || counted_in.count(&text))
                }
            },
        });
        let kinds = || {
            *self.kinds.get_or_init(|| match &self.text {
                Subject::Whole(text, _) => Kinds::of(text),
                Subject::Edited(edited) => *edited.kinds(),
            })
        };
        prompt::counted_as(*tokens, kinds, counting)
    }
}

fn one(counting: Counting, total: &Total) -> Count {
    let counted = total.measured.total;
    let (low, high) = match counted.certainty {
        prompt::Certainty::Exact => (None, None),
        prompt::Certainty::Estimated { low, high } => (Some(low), Some(high)),
    };
    let certainty = Certainty::of(&total.measured);
    // How many more there are is not known.
    let high = high.filter(|_| certainty == Certainty::Estimated);
    Count {
        model: None,
        matched: None,
        vocabulary: counting.name().to_owned(),
        learned: Learned::of(counting),
        tokens: counted.tokens,
        certainty,
        low,
        high,
        mean: (total.requests > 1).then(|| rounded(counted.tokens, total.requests)),
        cacheable: total.measured.cacheable.tokens,
        caching: total.caching.clone(),
        parts: parts(&total.measured),
        without: total.measured.without(),
    }
}

/// A mean in whole tokens.
pub(super) fn rounded(tokens: u64, requests: u64) -> u64 {
    (tokens + requests / 2) / requests.max(1)
}

fn every_way() -> impl Iterator<Item = Counting> {
    let exact = Vocabulary::ALL.into_iter().map(Counting::Exact);
    exact.chain(prompt::Family::ALL.into_iter().map(Counting::Estimated))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "The refund was sent on Tuesday, but the customer has not seen it yet.";

    #[test]
    fn a_text_is_counted_as_each_model_does() {
        let models = ["gpt-5", "openai/gpt-4", "anthropic/claude-opus-5-5"].map(str::to_owned);
        let text = Text { text: TEXT.into(), models: models.into(), ..Text::default() };
        let line = |count: &Count| {
            let band = count.low.zip(count.high).map(|(low, high)| format!(" {low}..{high}"));
            let model = count.model.as_deref().unwrap_or_default();
            format!("{model} {} {}{}", count.vocabulary, count.tokens, band.unwrap_or_default())
        };
        let counts = count(text).expect("the book has these models").counts;
        assert_eq!(
            counts.iter().map(line).collect::<Vec<_>>(),
            [
                "openai/gpt-5 o200k_base 16",
                "openai/gpt-4 cl100k_base 16",
                "anthropic/claude-opus-5-5 claude-newer 24 21..28"
            ]
        );
    }

    #[test]
    fn names_are_never_guessed() {
        let models = vec!["openai/gpt-7-nope".to_owned()];
        let error = count(Text { models, ..Text::default() }).expect_err("no such model");
        assert_eq!(error.code, Code::UnknownModel);
        let vocabularies = vec!["o200k_bass".to_owned()];
        let error =
            count(Text { vocabularies, ..Text::default() }).expect_err("no such vocabulary");
        assert_eq!(error.message, "No vocabulary is called `o200k_bass`.");
        assert!(error.hint.starts_with("Did you mean `o200k_base`? They are: "), "{}", error.hint);
    }

    #[test]
    fn a_case_file_is_counted_in_the_vocabularies_that_it_lists() {
        let cases = r#"{"set": "x", "texts": [
            {"name": "a", "text": "one two", "counts": {"r50k_base": 0, "llama4": 0, "o200k_base": 0}},
            {"name": "b", "text": "", "counts": {}}
        ]}"#;
        let counted = batch(Batch { cases: cases.into() }).expect("a case file");
        assert_eq!(
            counted.lines.iter().map(crate::json_line).collect::<String>(),
            "{\"id\":\"a\",\"counts\":{\"r50k_base\":2,\"o200k_base\":2}}\n\
             {\"id\":\"b\",\"counts\":{}}\n"
        );
        assert_eq!(counted.left_out, BTreeSet::from(["llama4".to_owned()]));
        assert_eq!(batch(Batch { cases: "[]".into() }).expect_err("no").code, Code::BadArguments);
    }
}
