//! Prompts: their tokens, and what they cost on every model.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

use cost::book::{Found, MAKERS, Match, Tier};
use cost::money::Money;
use cost::price::price as price_call;
use cost::usage::{Tokens, Usage};
use indexmap::IndexMap;
use prompt::{Counted, Counting, Vocabulary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::costs::not_priced;
use crate::error::{Code, Error};
use crate::prices::moment;
use crate::shelf::{Shelf, counting};
use crate::suggest::did_you_mean;

/// A text to count.
#[derive(Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Models to count as, as the book names them.
    pub models: Vec<String>,
    /// Vocabularies to count in, as `o200k_base`.
    pub vocabularies: Vec<String>,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
}

/// The tokens of a text, counted in several ways.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Counts {
    /// One for each model and vocabulary that was asked for, or one for each way there is.
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
    /// Tokens; the likely count where it is an estimate.
    pub tokens: u64,
    /// How sure it is.
    pub certainty: Certainty,
    /// The fewest tokens of an estimate.
    pub low: Option<u64>,
    /// The most tokens of an estimate.
    pub high: Option<u64>,
}

/// How sure a count is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "CountCertainty")]
pub enum Certainty {
    /// Counted with the model's own vocabulary.
    Exact,
    /// Between `low` and `high` for nearly all texts.
    Estimated,
}

/// A prompt to price.
#[derive(Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct Prompt {
    /// The prompt.
    pub text: String,
    /// The length of the answer in tokens.
    pub output: u64,
    /// The models to price on; when empty, the makers' own that write and that the prompt fits.
    pub models: Vec<String>,
    /// Whether every model of every seller is listed.
    pub all: bool,
    /// Only the cheapest so many.
    pub top: Option<usize>,
    /// The day of the prices, as `2026-11-20`; today when left out.
    pub at: Option<String>,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
}

/// What a prompt costs, cheapest first.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct Prices {
    /// The day of the prices.
    pub at: String,
    /// The length of the answer in tokens.
    pub output: u64,
    /// Models, cheapest first.
    pub models: Vec<PricedModel>,
    /// How many models were left out, because nobody asked for all of them.
    pub left_out: LeftOut,
}

/// How many models of a book are not in a list.
#[derive(Debug, Default, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct LeftOut {
    /// Sold by others than their makers.
    pub resold: usize,
    /// For images, speech, search or moderation, or trained for somebody.
    pub not_writers: usize,
    /// Too short for the prompt and its answer.
    pub too_short: usize,
    /// The same under another name, at the same price.
    pub doubled: usize,
}

/// What a prompt costs on one model.
#[derive(Debug, PartialEq, Eq, Serialize, TS, JsonSchema)]
pub struct PricedModel {
    /// `provider/id`
    pub model: String,
    /// How the name was recognised.
    #[serde(rename = "match")]
    pub matched: Match,
    /// The prompt's tokens.
    pub tokens: u64,
    /// How sure the count is.
    pub certainty: Certainty,
    /// US dollars for one call, as an exact decimal.
    pub per_call: String,
    /// US dollars for a thousand calls, as an exact decimal.
    pub per_1000: String,
    /// Whether prompt and answer fit the model; nothing where its length is not known.
    pub fits: Option<bool>,
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

/// Counts a text as models or vocabularies do; in every way there is when neither is asked for.
pub fn count(text: Text) -> Result<Counts, Error> {
    let mut counted = Counter::new(&text.text);
    let mut counts = vec![];
    if !text.models.is_empty() {
        let shelf = Shelf::of(text.book.as_deref())?;
        for name in &text.models {
            let found = shelf.find(None, name)?;
            let counting = counting(&found);
            counts.push(Count {
                model: Some(full_name(&found)),
                matched: Some(found.matched),
                ..one(counting, counted.as_by(counting))
            });
        }
    }
    for name in &text.vocabularies {
        let vocabulary: Vocabulary = name.parse().map_err(|_| unknown_vocabulary(name))?;
        let counting = Counting::Exact(vocabulary);
        counts.push(one(counting, counted.as_by(counting)));
    }
    if counts.is_empty() {
        counts = every_way().map(|counting| one(counting, counted.as_by(counting))).collect();
    }
    Ok(Counts { counts })
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

/// An answer of more tokens than this is a slip of the hand.
const LONGEST_OUTPUT: u64 = 1_000_000_000;

/// Prices a prompt on models by name, or on every model that writes text, cheapest first.
pub fn price(prompt: Prompt) -> Result<Prices, Error> {
    if prompt.output > LONGEST_OUTPUT {
        return Err(Error::new(
            Code::BadArguments,
            format!("No model answers in {} tokens.", prompt.output),
            "Give the length of one answer, up to 1000000000 tokens.",
        ));
    }
    if prompt.top == Some(0) {
        return Err(Error::new(
            Code::BadArguments,
            "The cheapest 0 models are none.",
            "Ask for 1 or more, or leave the limit out.",
        ));
    }
    if prompt.text.trim().is_empty() {
        return Err(Error::new(
            Code::BadArguments,
            "The prompt is empty.",
            "Name a file with a prompt in it, or send one to standard input.",
        ));
    }
    let shelf = Shelf::of(prompt.book.as_deref())?;
    let at = moment(prompt.at.as_deref())?.at;
    let mut counter = Counter::new(&prompt.text);
    let mut priced: Vec<(Money, PricedModel)> = vec![];
    let mut left_out = LeftOut::default();
    for name in &prompt.models {
        let found = shelf.find(None, name)?;
        let (cost, model) =
            on_model(&mut counter, found, prompt.output, at).map_err(|error| not_priced(&error))?;
        priced.push((cost, model));
    }
    if prompt.models.is_empty() {
        for provider in shelf.providers() {
            for model in &provider.models {
                let found = Found { provider, model, matched: Match::Exact };
                // What has no price for text in and text out is not a model for a prompt.
                let Ok((cost, one)) = on_model(&mut counter, found, prompt.output, at) else {
                    continue;
                };
                if prompt.all {
                    priced.push((cost, one));
                } else if prompt.book.is_none() && !is_makers_own(&provider.id, &model.id) {
                    left_out.resold += 1;
                } else if !writes(&model.id) {
                    left_out.not_writers += 1;
                } else if one.fits == Some(false) {
                    left_out.too_short += 1;
                } else {
                    priced.push((cost, one));
                }
            }
        }
    }
    priced.sort_by(|a, b| (a.0, &a.1.model).cmp(&(b.0, &b.1.model)));
    if prompt.models.is_empty() && !prompt.all {
        let (before, mut seen) = (priced.len(), HashSet::new());
        priced.retain(|(cost, one)| seen.insert((*cost, without_version(&one.model).to_owned())));
        left_out.doubled = before - priced.len();
    }
    priced.truncate(prompt.top.unwrap_or(usize::MAX));
    let models = priced.into_iter().map(|(_, model)| model).collect();
    Ok(Prices { at: at.date().to_string(), output: prompt.output, models, left_out })
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

/// Counts one text, once in each way.
struct Counter<'t> {
    text: &'t str,
    counted: HashMap<&'static str, Counted>,
}

impl<'t> Counter<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, counted: HashMap::new() }
    }

    fn as_by(&mut self, counting: Counting) -> Counted {
        let text = self.text;
        let count = || prompt::count_as(text, counting);
        *self.counted.entry(counting.short_name()).or_insert_with(count)
    }
}

fn one(counting: Counting, counted: Counted) -> Count {
    let vocabulary = match counting {
        Counting::Exact(vocabulary) => vocabulary.name(),
        Counting::Estimated(family) => family.short_name(),
    };
    let (certainty, low, high) = match counted.certainty {
        prompt::Certainty::Exact => (Certainty::Exact, None, None),
        prompt::Certainty::Estimated { low, high } => (Certainty::Estimated, Some(low), Some(high)),
    };
    Count {
        model: None,
        matched: None,
        vocabulary: vocabulary.to_owned(),
        tokens: counted.tokens,
        certainty,
        low,
        high,
    }
}

fn every_way() -> impl Iterator<Item = Counting> {
    let exact = Vocabulary::ALL.into_iter().map(Counting::Exact);
    exact.chain(prompt::Family::ALL.into_iter().map(Counting::Estimated))
}

fn on_model(
    counter: &mut Counter,
    found: Found,
    output: u64,
    at: jiff::civil::DateTime,
) -> Result<(Money, PricedModel), cost::price::PriceError> {
    let counted = counter.as_by(counting(&found));
    let tokens = Tokens { input: counted.tokens, output, ..Tokens::default() };
    let usage = Usage::from_tokens(&tokens).expect("two totals do not contradict each other");
    let total = price_call(found, &usage, Tier::Standard, at)?.total;
    let (per_call, per_1000) = (total, std::iter::repeat_n(total, 1000).sum::<Money>());
    let fits = found.model.context_tokens.map(|limit| counted.tokens + output <= limit);
    let certainty = match counted.certainty {
        prompt::Certainty::Exact => Certainty::Exact,
        prompt::Certainty::Estimated { .. } => Certainty::Estimated,
    };
    let model = PricedModel {
        model: full_name(&found),
        matched: found.matched,
        tokens: counted.tokens,
        certainty,
        per_call: per_call.to_string(),
        per_1000: per_1000.to_string(),
        fits,
    };
    Ok((total, model))
}

/// Families of models, and who makes them: some makers sell those of others too.
const FAMILIES: &[(&str, &str)] = &[
    ("claude", "anthropic"),
    ("deepseek", "deepseek"),
    ("glm", "zai"),
    ("zai-glm", "zai"),
    ("kimi", "moonshotai"),
    ("llama", "meta"),
    ("nemotron", "nvidia"),
];

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

fn is_makers_own(provider: &str, id: &str) -> bool {
    let name = id.rsplit('/').next().unwrap_or(id).to_lowercase();
    let family = FAMILIES.iter().find(|(family, _)| name.starts_with(family));
    MAKERS.contains(&provider) && family.is_none_or(|(_, maker)| *maker == provider)
}

/// Whether a model writes text for whoever asks: not one for other things, nor one trained by a customer.
fn writes(id: &str) -> bool {
    let id = id.to_lowercase();
    let mut words = id.split(['-', '_', '.', ':', '/']);
    !words.any(|word| word == "ft" || NOT_WRITERS.contains(&word))
}

/// A model's name without `-latest` or the number of its version at the end.
fn without_version(name: &str) -> &str {
    let is_version = |end: &str| {
        end == "latest" || (end.len() >= 4 && end.bytes().all(|digit| digit.is_ascii_digit()))
    };
    match name.rsplit_once('-') {
        Some((stem, end)) if is_version(end) => stem,
        _ => name,
    }
}

fn full_name(found: &Found) -> String {
    format!("{}/{}", found.provider.id, found.model.id)
}

fn unknown_vocabulary(name: &str) -> Error {
    let known: Vec<&str> = Vocabulary::ALL.iter().map(|vocabulary| vocabulary.name()).collect();
    Error::new(
        Code::NotFound,
        format!("No vocabulary is called `{name}`."),
        did_you_mean(name, &known, "They are"),
    )
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
                "anthropic/claude-opus-5-5 claude-newer 25 19..30"
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
            {"name": "a", "text": "one two", "counts": {"r50k_base": 0, "llama3": 0, "o200k_base": 0}},
            {"name": "b", "text": "", "counts": {}}
        ]}"#;
        let counted = batch(Batch { cases: cases.into() }).expect("a case file");
        assert_eq!(
            counted.lines.iter().map(crate::json_line).collect::<String>(),
            "{\"id\":\"a\",\"counts\":{\"r50k_base\":2,\"o200k_base\":2}}\n\
             {\"id\":\"b\",\"counts\":{}}\n"
        );
        assert_eq!(counted.left_out, BTreeSet::from(["llama3".to_owned()]));
        assert_eq!(batch(Batch { cases: "[]".into() }).expect_err("no").code, Code::BadArguments);
    }

    fn priced(models: &[&str], output: u64, top: Option<usize>) -> Prices {
        price(Prompt {
            text: TEXT.into(),
            output,
            models: models.iter().map(|name| (*name).to_owned()).collect(),
            top,
            at: Some("2026-11-20".into()),
            ..Prompt::default()
        })
        .expect("the models are priced on this day")
    }

    #[test]
    fn a_prompt_is_priced_cheapest_first() {
        let prices = priced(&["gpt-5", "gpt-5-nano"], 1000, None);
        let line = |model: &PricedModel| format!("{} {}", model.model, model.per_1000);
        assert_eq!(
            prices.models.iter().map(line).collect::<Vec<_>>(),
            ["openai/gpt-5-nano 0.4008", "openai/gpt-5 10.02"]
        );
        let cheapest = priced(&[], 1000, Some(50)).models;
        assert_eq!(cheapest.len(), 50);
        let dollars = |model: &PricedModel| model.per_call.parse::<f64>().expect("a decimal");
        assert!(cheapest.iter().map(dollars).is_sorted());
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let refused = |output, top| {
            let asked = Prompt { text: TEXT.into(), output, top, ..Prompt::default() };
            price(asked).expect_err("it must be refused").message
        };
        assert_eq!(refused(u64::MAX, None), "No model answers in 18446744073709551615 tokens.");
        assert_eq!(refused(1, Some(0)), "The cheapest 0 models are none.");
        assert_eq!(priced(&["gpt-5-nano"], LONGEST_OUTPUT, None).models[0].fits, Some(false));
    }

    #[test]
    fn an_answer_that_is_too_long_does_not_fit() {
        let fits = |output| priced(&["gpt-5-nano"], output, None).models[0].fits;
        assert_eq!((fits(300), fits(400_000)), (Some(true), Some(false)));
    }

    #[test]
    fn a_list_nobody_limited_is_of_makers_models_that_write() {
        let list = priced(&[], 300, None);
        let has = |name: &str| list.models.iter().any(|model| model.model == name);
        assert!(has("openai/gpt-5-nano") && has("anthropic/claude-opus-5-5"));
        for other in ["google/claude-opus-5-5", "zai/GLM-OCR", "mistral/mistral-embed"] {
            assert!(!has(other), "{other} is listed");
        }
        assert!(!has("openai/gpt-oss-safeguard-20b") && !has("openai/ft:gpt-4o"));
        assert!(has("mistral/ministral-8b") && !has("mistral/ministral-8b-latest"));
        assert!(list.models.iter().all(|model| model.fits != Some(false)));
        let text: String = TEXT.into();
        let at = Some("2026-11-20".into());
        let all = price(Prompt { text, output: 300, all: true, at, ..Prompt::default() });
        let LeftOut { resold, not_writers, too_short, doubled } = list.left_out;
        let left_out = resold + not_writers + too_short + doubled;
        assert_eq!(all.expect("a list").models.len(), list.models.len() + left_out);
        let empty = Prompt { text: " \n".into(), ..Prompt::default() };
        assert_eq!(price(empty).expect_err("nothing to price").message, "The prompt is empty.");
    }
}
