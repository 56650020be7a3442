//! What one call made of parts costs on every model of the book, cheapest first.

use std::collections::HashSet;
use std::path::PathBuf;

use cost::book::{Found, Match, Model, Provider};
use cost::money::Money;
use cost::units::{self, Kind};
use jiff::civil::DateTime;
use prompt::{Counted, Counting};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::boundaries::counting_of;
use super::count::{Certainty, Counter};
use super::price::{
    check_output, fits, is_makers_own, one_call, thousand, without_version, writes,
};
use crate::error::{At, Code, Error};
use crate::prices::moment;
use crate::shelf::{Shelf, counting};

/// One call, made of parts.
#[derive(Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct PartedCall {
    /// What is sent.
    pub parts: Vec<CallPart>,
    /// The tokens of the answer, as typed: `300`, `180..450`.
    pub output: String,
    /// A vocabulary, as `o200k_base`, or a model, as the plan names it: the way that is asked about.
    pub counted_as: Option<String>,
    /// The day of the prices, as `2026-11-20`; today when left out.
    pub at: Option<String>,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
}

/// One part of what a call sends.
#[derive(Debug, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CallPart {
    /// How long it is.
    pub size: Size,
    /// How many of it, as typed: `4`, `3..6`; one when left out.
    #[serde(default)]
    pub copies: Option<String>,
}

/// How long a part is.
#[derive(Debug, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "PartSize")]
pub enum Size {
    /// A text, counted as each model does.
    Text(String),
    /// So many tokens on every model, as typed: `350..900`.
    Tokens(String),
}

/// What one call costs on every model.
#[derive(Debug, PartialEq, Serialize, TS)]
pub struct PriceTable {
    /// The day of the prices.
    pub at: String,
    /// The tokens of the answer, as they are priced.
    pub output: u64,
    /// The ways in which models count.
    pub ways: Vec<WayCounted>,
    /// Which of them was asked about; nothing where the book knows no such model.
    pub counted: Option<usize>,
    /// The model that was asked about, as `provider/id`.
    pub model: Option<String>,
    /// Who sells models, by id.
    pub sellers: Vec<Seller>,
    /// Models with a price, cheapest first.
    pub models: Vec<TableRow>,
    /// Models that cannot be priced for this call.
    pub unpriced: Vec<Unpriced>,
}

/// The call's prompt, counted in one way.
#[derive(Debug, PartialEq, Serialize, TS)]
pub struct WayCounted {
    /// The vocabulary, or the family whose tokens are estimated: `o200k`, `claude-newer`.
    pub name: String,
    /// The prompt's tokens.
    pub tokens: u64,
    /// How sure the count is.
    pub certainty: Certainty,
    /// The fewest tokens; `tokens` where the count is exact.
    pub low: u64,
    /// The most tokens; `tokens` where the count is exact.
    pub high: u64,
    /// The wider side of an estimate's band in percent.
    pub plus_minus_percent: Option<u64>,
    /// The tokens of each part; they add up.
    pub parts: Vec<u64>,
}

/// Who sells models.
#[derive(Debug, PartialEq, Serialize, TS)]
pub struct Seller {
    /// `openai`
    pub id: String,
    /// `OpenAI`
    pub name: String,
}

/// One model and its price.
#[derive(Debug, PartialEq, Serialize, TS)]
pub struct TableRow {
    /// `provider/id`
    pub model: String,
    /// Its place in `ways`.
    pub way: usize,
    /// US dollars for one call, as an exact decimal.
    pub per_call: String,
    /// US dollars for a thousand calls, as an exact decimal.
    pub per_1000: String,
    /// The same with the fewest and the most tokens of an estimate, where that has a price.
    pub band_per_1000: Option<(String, String)>,
    /// The longest prompt and answer together, where known.
    pub context_tokens: Option<u64>,
    /// Whether prompt and answer fit; nothing where that is not known.
    pub fits: Option<bool>,
    /// Sold by who makes it, for writing text, and not the same model under a second name.
    pub makers_own: bool,
}

/// A model without a price for this call.
#[derive(Debug, PartialEq, Serialize, TS)]
pub struct Unpriced {
    /// `provider/id`
    pub model: String,
    /// Why, as a sentence.
    pub why: String,
}

const LONGEST_PROMPT: f64 = 1e9;

/// Prices a call on every model of the book, cheapest first.
pub fn table(call: PartedCall) -> Result<PriceTable, Error> {
    let output = whole(expected(&call.output, Kind::Tokens, || "output".into())?);
    check_output(output)?;
    let parts = call.parts.iter().enumerate();
    let parts: Vec<Part> =
        parts.map(|(index, part)| Part::new(index, part)).collect::<Result<_, _>>()?;
    let mut prompt = Parts(parts);
    prompt.check()?;
    let shelf = Shelf::of(call.book.as_deref())?;
    let at = moment(call.at.as_deref())?.at;
    let mut table = PriceTable {
        at: at.date().to_string(),
        output,
        ways: vec![],
        counted: None,
        model: None,
        sellers: vec![],
        models: vec![],
        unpriced: vec![],
    };
    if let Some(Ok((counting, model))) = call.counted_as.as_deref().map(counting_of) {
        table.counted = Some(table.way(&mut prompt, counting));
        table.model = model;
    }
    let mut priced: Vec<(Money, TableRow)> = vec![];
    for provider in shelf.providers() {
        table.sellers.push(Seller { id: provider.id.clone(), name: provider.name.clone() });
        for model in &provider.models {
            let found = Found { provider, model, matched: Match::Exact };
            let way = table.way(&mut prompt, counting(&found));
            match row(found, &table, way, at) {
                Ok(row) => priced.push(row),
                Err(why) => table.unpriced.push(Unpriced { model: name(provider, model), why }),
            }
        }
    }
    priced.sort_by(|a, b| (a.0, &a.1.model).cmp(&(b.0, &b.1.model)));
    let mut seen = HashSet::new();
    for (cost, row) in &mut priced {
        row.makers_own =
            row.makers_own && seen.insert((*cost, without_version(&row.model).to_owned()));
    }
    table.models = priced.into_iter().map(|(_, row)| row).collect();
    Ok(table)
}

impl PriceTable {
    /// The place of a way of counting, counted when a model first asks for it.
    fn way(&mut self, prompt: &mut Parts, counting: Counting) -> usize {
        let name = counting.short_name();
        self.ways.iter().position(|way| way.name == name).unwrap_or_else(|| {
            self.ways.push(prompt.counted(counting));
            self.ways.len() - 1
        })
    }
}

fn row(
    found: Found,
    table: &PriceTable,
    way: usize,
    at: DateTime,
) -> Result<(Money, TableRow), String> {
    let counted = &table.ways[way];
    let cost = |tokens| one_call(found, tokens, table.output, at);
    let total = cost(counted.tokens).map_err(|error| error.to_string())?;
    let band_per_1000 = match counted.certainty {
        Certainty::Exact => None,
        Certainty::Estimated => {
            let band = cost(counted.low).ok().zip(cost(counted.high).ok());
            band.map(|(low, high)| (thousand(low).to_string(), thousand(high).to_string()))
        }
    };
    let Found { provider, model, .. } = found;
    let row = TableRow {
        model: name(provider, model),
        way,
        per_call: total.to_string(),
        per_1000: thousand(total).to_string(),
        band_per_1000,
        context_tokens: model.context_tokens,
        fits: fits(&found, counted.tokens, table.output),
        makers_own: is_makers_own(&provider.id, &model.id) && writes(&model.id),
    };
    Ok((total, row))
}

fn name(provider: &Provider, model: &Model) -> String {
    format!("{}/{}", provider.id, model.id)
}

/// What a call sends, each text counted once in each vocabulary.
struct Parts<'t>(Vec<Part<'t>>);

struct Part<'t> {
    copies: f64,
    length: Length<'t>,
}

enum Length<'t> {
    Text(Counter<'t>),
    Tokens(f64),
}

impl<'t> Part<'t> {
    fn new(index: usize, part: &'t CallPart) -> Result<Self, Error> {
        let place = |field: &str| format!("parts.{index}.{field}");
        let copies = match &part.copies {
            Some(typed) => expected(typed, Kind::Count, || place("copies"))?,
            None => 1.0,
        };
        let length = match &part.size {
            Size::Text(text) => Length::Text(Counter::new(text)),
            Size::Tokens(typed) => {
                Length::Tokens(expected(typed, Kind::Tokens, || place("tokens"))?)
            }
        };
        Ok(Self { copies, length })
    }

    /// Its tokens: likely, fewest, most.
    fn tokens(&mut self, counting: Counting) -> [f64; 3] {
        let each = match &mut self.length {
            Length::Tokens(tokens) => [*tokens; 3],
            Length::Text(counter) => {
                let Counted { tokens, certainty } = counter.as_by(counting);
                let (low, high) = match certainty {
                    prompt::Certainty::Exact => (tokens, tokens),
                    prompt::Certainty::Estimated { low, high } => (low, high),
                };
                [tokens, low, high].map(|tokens| tokens as f64)
            }
        };
        each.map(|tokens| tokens * self.copies)
    }
}

impl Parts<'_> {
    /// A prompt of more tokens than any model reads is a slip of the hand.
    fn check(&self) -> Result<(), Error> {
        let typed = |part: &Part| match part.length {
            Length::Text(_) => part.copies,
            Length::Tokens(tokens) => tokens * part.copies,
        };
        let tokens: f64 = self.0.iter().map(typed).sum();
        if tokens <= LONGEST_PROMPT {
            return Ok(());
        }
        Err(Error::new(
            Code::InvalidValue,
            format!("No model reads {} tokens.", whole(tokens)),
            "Give the length of one call, up to 1000000000 tokens.",
        ))
    }

    fn counted(&mut self, counting: Counting) -> WayCounted {
        let parts: Vec<[f64; 3]> = self.0.iter_mut().map(|part| part.tokens(counting)).collect();
        let sum = |which: usize| whole(parts.iter().map(|part| part[which]).sum());
        let (tokens, low, high) = (sum(0), sum(1), sum(2));
        let (certainty, plus_minus_percent) = match counting {
            Counting::Exact(_) => (Certainty::Exact, None),
            Counting::Estimated(_) => {
                let certainty = prompt::Certainty::Estimated { low, high };
                (Certainty::Estimated, Counted { tokens, certainty }.plus_minus_percent())
            }
        };
        let likely: Vec<f64> = parts.iter().map(|part| part[0]).collect();
        WayCounted {
            name: counting.short_name().into(),
            tokens,
            certainty,
            low,
            high,
            plus_minus_percent,
            parts: footed(&likely, tokens),
        }
    }
}

/// Whole numbers that add up to `total`: what is missing goes to the largest remainders.
fn footed(parts: &[f64], total: u64) -> Vec<u64> {
    let mut whole: Vec<u64> = parts.iter().map(|part| part.floor() as u64).collect();
    let missing = total.saturating_sub(whole.iter().sum());
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| parts[*b].fract().total_cmp(&parts[*a].fract()));
    for index in order.into_iter().take(missing as usize) {
        whole[index] += 1;
    }
    whole
}

/// The expected value of what somebody typed.
fn expected(typed: &str, kind: Kind, place: impl FnOnce() -> String) -> Result<f64, Error> {
    match units::read(typed, kind) {
        Ok(read) => Ok(read.spread.mean(kind.law())),
        Err(unread) => {
            let at = At { address: Some(place()), ..At::default() };
            Err(Error::new(Code::InvalidValue, unread.message, unread.hint).at(at))
        }
    }
}

/// Whole tokens, as calls are billed.
fn whole(tokens: f64) -> u64 {
    tokens.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompts::{Prompt, price};

    const TEXT: &str = "The refund was sent on Tuesday, but the customer has not seen it yet.";

    fn text() -> CallPart {
        CallPart { size: Size::Text(TEXT.into()), copies: None }
    }

    fn typed(tokens: &str, copies: Option<&str>) -> CallPart {
        CallPart { size: Size::Tokens(tokens.into()), copies: copies.map(str::to_owned) }
    }

    fn asked(parts: Vec<CallPart>, output: &str) -> Result<PriceTable, Error> {
        let at = Some("2026-11-20".into());
        table(PartedCall { parts, output: output.into(), at, ..PartedCall::default() })
    }

    fn priced(parts: Vec<CallPart>, output: &str) -> PriceTable {
        asked(parts, output).expect("the call is good")
    }

    fn row<'t>(table: &'t PriceTable, name: &str) -> &'t TableRow {
        table.models.iter().find(|row| row.model == name).expect("the book has it")
    }

    #[test]
    fn a_text_alone_costs_what_the_list_of_models_says() {
        let table = priced(vec![text()], "300");
        let at = Some("2026-11-20".into());
        let list =
            price(Prompt { text: TEXT.into(), output: 300, all: true, at, ..Prompt::default() })
                .expect("a list");
        let line =
            |model: &str, tokens: u64, per_call: &str, per_1000: &str, fits: Option<bool>| {
                format!("{model} {tokens} {per_call} {per_1000} {fits:?}")
            };
        let rows = table.models.iter().map(|row| {
            let tokens = table.ways[row.way].tokens;
            line(&row.model, tokens, &row.per_call, &row.per_1000, row.fits)
        });
        let listed = list
            .models
            .iter()
            .map(|one| line(&one.model, one.tokens, &one.per_call, &one.per_1000, one.fits));
        assert_eq!(rows.collect::<Vec<_>>(), listed.collect::<Vec<_>>());
    }

    #[test]
    fn every_model_of_the_book_is_priced_or_says_why_not() {
        let table = priced(vec![text()], "300");
        let shelf = Shelf::of(None).expect("the book inside the program");
        let models: usize = shelf.providers().iter().map(|provider| provider.models.len()).sum();
        assert_eq!(table.models.len() + table.unpriced.len(), models);
        assert_eq!(table.sellers.len(), shelf.providers().len());
        let speech = table.unpriced.iter().find(|one| one.model == "openai/whisper-1");
        let why = "The book has no input price for `whisper-1`, and the call used 16.";
        assert_eq!(speech.map(|one| one.why.as_str()), Some(why));
    }

    #[test]
    fn the_makers_own_are_those_that_the_short_list_has() {
        let table = priced(vec![text()], "300");
        let at = Some("2026-11-20".into());
        let list = price(Prompt { text: TEXT.into(), output: 300, at, ..Prompt::default() });
        let listed: Vec<_> =
            list.expect("a list").models.into_iter().map(|one| one.model).collect();
        let own = |row: &&TableRow| row.makers_own && row.fits != Some(false);
        let own: Vec<_> = table.models.iter().filter(own).map(|row| row.model.clone()).collect();
        assert_eq!(own, listed);
    }

    #[test]
    fn typed_lengths_count_by_their_mean_and_parts_add_up() {
        let table =
            priced(vec![text(), typed("350..900", Some("4")), typed("40..220", None)], "200..410");
        let o200k = table.ways.iter().find(|way| way.name == "o200k").expect("OpenAI's");
        assert_eq!((o200k.tokens, o200k.parts.as_slice()), (2536, &[16, 2403, 117][..]));
        assert_eq!(table.output, 298);
        for way in &table.ways {
            assert_eq!(way.parts.iter().sum::<u64>(), way.tokens, "{}", way.name);
            assert!((way.low..=way.high).contains(&way.tokens), "{}", way.name);
        }
        let claude = table.ways.iter().find(|way| way.name == "claude-newer").expect("Anthropic's");
        assert_eq!((claude.tokens, claude.low, claude.high), (2545, 2539, 2550));
    }

    #[test]
    fn an_estimate_has_a_band_of_prices_and_an_exact_count_has_none() {
        let table = priced(vec![text()], "300");
        assert_eq!(row(&table, "openai/gpt-5").band_per_1000, None);
        let claude = row(&table, "anthropic/claude-opus-5-5");
        let (low, high) = claude.band_per_1000.clone().expect("a band");
        let money = |text: &str| Money::parse(text).expect("a decimal");
        assert!(money(&low) < money(&claude.per_1000) && money(&claude.per_1000) < money(&high));
    }

    #[test]
    fn the_way_that_is_asked_about_is_found_by_any_name_of_a_model() {
        let asked = |name: &str| {
            let counted_as = Some(name.into());
            let call = PartedCall { output: "1".into(), counted_as, ..PartedCall::default() };
            let table = table(call).expect("the call is good");
            let way = table.counted.map(|way| table.ways[way].name.clone());
            (way.unwrap_or_default(), table.model.unwrap_or_default())
        };
        let pair = |way: &str, model: &str| (way.to_owned(), model.to_owned());
        assert_eq!(asked("gpt-5"), pair("o200k", "openai/gpt-5"));
        assert_eq!(asked("claude-opus-5-5"), pair("claude-newer", "anthropic/claude-opus-5-5"));
        assert_eq!(asked("cl100k_base"), pair("cl100k", ""));
        assert_eq!(asked("gpt-7-nope"), pair("", ""));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_at_its_place() {
        let place = |parts, output| {
            let error = asked(parts, output).expect_err("it must be refused");
            assert_eq!(error.code, Code::InvalidValue, "{error}");
            error.at.and_then(|at| at.address).unwrap_or_default()
        };
        assert_eq!(place(vec![text()], "lots"), "output");
        assert_eq!(place(vec![text(), typed("0..450", None)], "1"), "parts.1.tokens");
        assert_eq!(place(vec![typed("9", Some("many"))], "1"), "parts.0.copies");
        assert_eq!(place(vec![typed("900M", Some("2"))], "1"), "");
    }
}
