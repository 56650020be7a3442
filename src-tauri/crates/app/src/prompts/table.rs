//! What one call made of parts costs on every model of the book: the rows that are looked at.

use std::path::PathBuf;

use cost::book::{Found, Match};
use cost::units::Kind;
use jiff::civil::DateTime;
use prompt::Counting;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::boundaries::counting_of;
use super::certainty::Certainty;
use super::count::full_name;
use super::look::{Line, Look, looked_at};
use super::parts::{CallPart, Parts, WayCounted, expected, whole};
use super::price::{check_output, fits, one_call, thousand};
use super::told::Pairs;
use crate::calibrations::Calibrations;
use crate::error::Error;
use crate::prices::moment;
use crate::shelf::Shelf;

/// One call, made of parts, and the rows of its table that are looked at.
#[derive(Debug, Default, Deserialize, TS)]
#[serde(deny_unknown_fields, default)]
pub struct PartedCall {
    /// What is sent.
    pub parts: Vec<CallPart>,
    /// The tokens of the answer, as typed: `300`, `180..450`.
    pub output: String,
    /// What vendors billed, by model: estimates are corrected by it.
    pub told: Pairs,
    /// A vocabulary, as `o200k_base`, or a model, as the plan names it: the way that is asked about.
    pub counted_as: Option<String>,
    /// The day of the prices, as `2026-11-20`; today when left out.
    pub at: Option<String>,
    /// A folder of price files instead of the book inside the program.
    pub book: Option<PathBuf>,
    /// Which models are looked at.
    pub look: Look,
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
    /// How many models the book has.
    pub models: usize,
    /// How many of them are looked at.
    pub found: usize,
    /// What a thousand calls cost on the cheapest that is looked at and that the call fits.
    pub cheapest_per_1000: Option<String>,
    /// The place of the first row.
    pub from: usize,
    /// The rows in view.
    pub rows: Vec<TableRow>,
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
    /// What the call costs on it.
    pub price: RowPrice,
}

/// What a call costs on a model, or why that has no price for it.
#[derive(Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RowPrice {
    /// It has one.
    Priced(ModelPrice),
    /// It has none; why, as a sentence.
    Unpriced(String),
}

/// What a call costs on a model.
#[derive(Debug, PartialEq, Serialize, TS)]
pub struct ModelPrice {
    /// US dollars for one call, as an exact decimal.
    pub per_call: String,
    /// US dollars for a thousand calls, as an exact decimal.
    pub per_1000: String,
    /// The same with the fewest and the most tokens of an estimate, where that has a price.
    pub band_per_1000: Option<(String, String)>,
    /// The part of the model's window that prompt and answer take, where that is known.
    pub window: Option<f64>,
    /// Whether they fit; nothing where that is not known.
    pub fits: Option<bool>,
}

/// Prices a call on every model of the book, and shows those that are looked at.
pub fn table(call: PartedCall) -> Result<PriceTable, Error> {
    let output = whole(expected(&call.output, Kind::Tokens, || "output".into())?);
    check_output(output)?;
    let shelf = Shelf::of(call.book.as_deref())?;
    let at = moment(call.at.as_deref())?.at;
    let mut ways = Ways { parts: Parts::of(&call.parts)?, counted: vec![] };
    let (mut counted, mut asked_about) = (None, None);
    let taught = Calibrations::of(&call.told, &shelf);
    if let Some(Ok((counting, model))) = call.counted_as.as_deref().map(counting_of) {
        let own = model.as_deref().map(|name| taught.counted_as(&shelf, name).counting);
        counted = Some(ways.place(own.unwrap_or(counting)));
        asked_about = model;
    }
    let providers = shelf.providers();
    let mut lines: Vec<Line> = vec![];
    for &provider in &providers {
        for model in &provider.models {
            let found = Found { provider, model, matched: Match::Exact };
            let way = ways.place(taught.counting(&found));
            let tokens = ways.counted[way].tokens;
            let total = one_call(found, tokens, output, at);
            lines.push(Line { found, name: full_name(&found), way, tokens, total });
        }
    }
    let models = lines.len();
    let lines = looked_at(lines, &call.look, output);
    let fitting = lines.iter().filter(|line| fits(&line.found, line.tokens, output) != Some(false));
    let cheapest = fitting.filter_map(|line| line.total.as_ref().ok()).min();
    let from = call.look.from.min(lines.len());
    let view = lines[from..].iter().take(call.look.most);
    Ok(PriceTable {
        at: at.date().to_string(),
        output,
        counted,
        model: asked_about,
        sellers: providers
            .iter()
            .map(|provider| Seller { id: provider.id.clone(), name: provider.name.clone() })
            .collect(),
        models,
        found: lines.len(),
        cheapest_per_1000: cheapest.map(|total| thousand(*total).to_string()),
        from,
        rows: view.map(|line| line.row(&ways.counted[line.way], output, at)).collect(),
        ways: ways.counted,
    })
}

/// The ways of counting that models ask for.
struct Ways<'t> {
    parts: Parts<'t>,
    counted: Vec<WayCounted>,
}

impl Ways<'_> {
    /// The place of a way, counted when a model first asks for it.
    fn place(&mut self, counting: Counting) -> usize {
        let name = counting.short_name();
        self.counted.iter().position(|way| way.name == name).unwrap_or_else(|| {
            self.counted.push(self.parts.counted(counting));
            self.counted.len() - 1
        })
    }
}

impl Line<'_> {
    fn row(&self, way: &WayCounted, output: u64, at: DateTime) -> TableRow {
        let price = match &self.total {
            Ok(total) => RowPrice::Priced(ModelPrice {
                per_call: total.to_string(),
                per_1000: thousand(*total).to_string(),
                band_per_1000: self.band(way, output, at),
                window: self.window(output),
                fits: fits(&self.found, self.tokens, output),
            }),
            Err(why) => RowPrice::Unpriced(why.to_string()),
        };
        TableRow { model: self.name.clone(), way: self.way, price }
    }

    fn band(&self, way: &WayCounted, output: u64, at: DateTime) -> Option<(String, String)> {
        let per_1000 = |tokens| {
            let total = one_call(self.found, tokens, output, at).ok()?;
            Some(thousand(total).to_string())
        };
        match way.certainty {
            Certainty::Exact => None,
            Certainty::Estimated => per_1000(way.low).zip(per_1000(way.high)),
        }
    }
}

#[cfg(test)]
mod tests {
    use cost::money::Money;

    use super::*;
    use crate::error::Code;
    use crate::prompts::look::{Order, Sellers};
    use crate::prompts::{Prompt, Size, price};

    const TEXT: &str = "The refund was sent on Tuesday, but the customer has not seen it yet.";

    fn text() -> CallPart {
        CallPart { size: Size::Text(TEXT.into()), copies: None }
    }

    fn typed(tokens: &str, copies: Option<&str>) -> CallPart {
        CallPart { size: Size::Tokens(tokens.into()), copies: copies.map(str::to_owned) }
    }

    fn everything() -> Look {
        Look { sellers: Sellers::All, most: usize::MAX, ..Look::default() }
    }

    fn asked(parts: Vec<CallPart>, output: &str, look: Look) -> Result<PriceTable, Error> {
        let at = Some("2026-11-20".into());
        table(PartedCall { parts, output: output.into(), at, look, ..PartedCall::default() })
    }

    fn priced(parts: Vec<CallPart>, output: &str) -> PriceTable {
        asked(parts, output, everything()).expect("the call is good")
    }

    fn looked(look: Look) -> PriceTable {
        asked(vec![text()], "300", look).expect("the call is good")
    }

    fn names(table: &PriceTable) -> Vec<&str> {
        table.rows.iter().map(|row| row.model.as_str()).collect()
    }

    fn prices(table: &PriceTable) -> impl Iterator<Item = (&TableRow, &ModelPrice)> {
        table.rows.iter().filter_map(|row| match &row.price {
            RowPrice::Priced(price) => Some((row, price)),
            RowPrice::Unpriced(_) => None,
        })
    }

    fn price_of<'t>(table: &'t PriceTable, name: &str) -> &'t ModelPrice {
        prices(table).find(|(row, _)| row.model == name).expect("the book has it").1
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
        let rows = prices(&table).map(|(row, price)| {
            let tokens = table.ways[row.way].tokens;
            line(&row.model, tokens, &price.per_call, &price.per_1000, price.fits)
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
        assert_eq!((table.models, table.found, table.rows.len()), (models, models, models));
        assert_eq!(table.sellers.len(), shelf.providers().len());
        let priced = prices(&table).count();
        let speech = table.rows[priced..].iter().find(|row| row.model == "openai/whisper-1");
        let why = "The book has no input price for `whisper-1`, and the call used 16.";
        assert_eq!(speech.map(|row| &row.price), Some(&RowPrice::Unpriced(why.into())));
    }

    #[test]
    fn the_makers_own_are_those_that_the_short_list_has() {
        let table = looked(Look { most: usize::MAX, ..Look::default() });
        let at = Some("2026-11-20".into());
        let list = price(Prompt { text: TEXT.into(), output: 300, at, ..Prompt::default() });
        let list = list.expect("a list").models;
        let fitting = prices(&table).filter(|(_, price)| price.fits != Some(false));
        let own: Vec<_> = fitting.map(|(row, _)| row.model.clone()).collect();
        let listed: Vec<_> = list.iter().map(|one| one.model.clone()).collect();
        assert_eq!(own, listed);
        assert_eq!(table.cheapest_per_1000.as_ref(), list.first().map(|one| &one.per_1000));
    }

    #[test]
    fn only_rows_in_view_are_told_and_all_are_counted() {
        let all = looked(everything());
        let view = looked(Look { from: 40, most: 3, ..everything() });
        assert_eq!((view.from, view.found, view.models), (40, all.found, all.models));
        assert_eq!(view.rows, all.rows[40..43]);
        let past = looked(Look { from: all.found + 9, most: 3, ..everything() });
        assert_eq!((past.from, past.rows.len()), (all.found, 0));
        let most = looked(Look { from: usize::MAX, most: usize::MAX, ..everything() });
        assert_eq!((most.from, most.rows.len()), (all.found, 0));
    }

    #[test]
    fn models_are_found_by_their_seller_and_by_words_of_their_name() {
        let openai = || Sellers::One("openai".into());
        let seller = looked(Look { sellers: openai(), ..everything() });
        assert!(seller.found > 0 && seller.rows.len() == seller.found);
        assert!(names(&seller).iter().all(|name| name.starts_with("openai/")));
        let query = "NANO  gpt-5".to_owned();
        let found = looked(Look { sellers: openai(), query, ..everything() });
        assert!(names(&found).contains(&"openai/gpt-5-nano"));
        assert!(names(&found).iter().all(|name| name.contains("nano") && name.contains("gpt-5")));
        let query = "no such model".to_owned();
        let none = looked(Look { query, ..everything() });
        assert_eq!((none.found, none.cheapest_per_1000), (0, None));
    }

    #[test]
    fn models_are_sorted_up_and_down_and_those_without_a_price_stay_at_the_end() {
        let sorted = |order, down| {
            let table = looked(Look { order, down, ..everything() });
            let priced = prices(&table).count();
            let first = |row: &TableRow| matches!(row.price, RowPrice::Priced(_));
            assert!(table.rows[..priced].iter().all(first), "{order:?}");
            table
        };
        let key = |order, table: &PriceTable| -> Vec<f64> {
            let of = |(row, price): (&TableRow, &ModelPrice)| match order {
                Order::Price | Order::Name => price.per_1000.parse().expect("a decimal"),
                Order::Tokens => table.ways[row.way].tokens as f64,
                Order::Window => price.window.unwrap_or(f64::INFINITY),
            };
            prices(table).map(of).collect()
        };
        for order in [Order::Price, Order::Tokens, Order::Window] {
            assert!(key(order, &sorted(order, false)).is_sorted(), "{order:?}");
            assert!(key(order, &sorted(order, true)).is_sorted_by(|a, b| a >= b), "{order:?}");
        }
        let ids = |table: &PriceTable| -> Vec<String> {
            let id = |name: &str| name.split_once('/').expect("a seller").1.to_owned();
            prices(table).map(|(row, _)| id(&row.model)).collect()
        };
        assert!(ids(&sorted(Order::Name, false)).is_sorted());
        assert!(ids(&sorted(Order::Name, true)).is_sorted_by(|a, b| a >= b));
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
        assert_eq!((claude.tokens, claude.low, claude.high), (2544, 2541, 2548));
    }

    #[test]
    fn an_estimate_has_a_band_of_prices_and_an_exact_count_has_none() {
        let table = priced(vec![text()], "300");
        assert_eq!(price_of(&table, "openai/gpt-5").band_per_1000, None);
        let claude = price_of(&table, "anthropic/claude-opus-5-5");
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
            let error = asked(parts, output, Look::default()).expect_err("it must be refused");
            assert_eq!(error.code, Code::InvalidValue, "{error}");
            error.at.and_then(|at| at.address).unwrap_or_default()
        };
        assert_eq!(place(vec![text()], "lots"), "output");
        assert_eq!(place(vec![text(), typed("0..450", None)], "1"), "parts.1.tokens");
        assert_eq!(place(vec![typed("9", Some("many"))], "1"), "parts.0.copies");
        assert_eq!(place(vec![typed("900M", Some("2"))], "1"), "");
    }
}
