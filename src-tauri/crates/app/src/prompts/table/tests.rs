//! A call on every model: what rows say, and which are looked at.

use super::*;
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
    let list = price(Prompt { text: TEXT.into(), output: 300, all: true, at, ..Prompt::default() })
        .expect("a list");
    let line = |model: &str, tokens: u64, per_call: &str, per_1000: &str, fits: Option<bool>| {
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
fn a_model_that_another_answers_for_says_so_in_its_row() {
    let row = |at: &str| {
        let (parts, output, at) = (vec![text()], "300".to_owned(), Some(at.to_owned()));
        let call = PartedCall { parts, output, at, look: everything(), ..PartedCall::default() };
        let table = table(call).expect("the call is good");
        let row = table.rows.into_iter().find(|row| row.model == "google/gemini-2.5-pro");
        row.expect("the book has it").price
    };
    assert!(matches!(row("2026-11-30"), RowPrice::Priced(_)));
    let why =
        "`gemini-2.5-pro` is rerouted to `gemini-3.8-flash` since 2026-12-01, and billed as that.";
    assert_eq!(row("2026-12-01"), RowPrice::Unpriced(why.into()));
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
fn models_are_found_by_what_they_can_do_and_by_what_fits() {
    use cost::book::Capability::{Images, Tools};
    let all = looked(everything());
    assert_eq!(all.capabilities_unknown, 0);
    let able = looked(Look { capabilities: vec![Tools, Images], ..everything() });
    assert!(names(&able).contains(&"openai/gpt-5") && !names(&able).contains(&"openai/gpt-4"));
    assert!(able.capabilities_unknown > 500);
    assert!(able.found + able.capabilities_unknown < all.found, "some are known to lack one");
    let long = |fits| {
        let look = Look { fits, ..everything() };
        asked(vec![typed("500000", None)], "300", look).expect("the call is good")
    };
    assert!(prices(&long(false)).any(|(_, price)| price.fits != Some(true)));
    assert!(prices(&long(true)).all(|(_, price)| price.fits == Some(true)));
    assert!(long(true).found > 10);
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

/// What the list of models says of the same text.
fn listed(text: &str, reading: Reading) -> Vec<String> {
    let at = Some("2026-11-20".into());
    let text = text.to_owned();
    let asked = Prompt { text, reading, output: 300, all: true, at, ..Prompt::default() };
    let list = price(asked).expect("a list").models;
    list.iter().map(|one| format!("{} {} {}", one.model, one.tokens, one.per_call)).collect()
}

fn pasted(text: &str, reading: Reading, counted_as: &str) -> PriceTable {
    table(PartedCall {
        parts: vec![CallPart { size: Size::Text(text.into()), copies: None }],
        reading: Some(reading),
        output: "300".into(),
        counted_as: Some(counted_as.into()),
        at: Some("2026-11-20".into()),
        look: everything(),
        ..PartedCall::default()
    })
    .expect("the call is good")
}

fn rows(table: &PriceTable) -> Vec<String> {
    let rows = prices(table);
    rows.map(|(row, price)| {
        format!("{} {} {}", row.model, table.ways[row.way].tokens, price.per_call)
    })
    .collect()
}

const ASKED: &str = r#"{
    "model": "claude-opus-5-5",
    "system": "You are kind. {{policy}}",
    "tools": [{"name": "find", "description": "Finds an order.",
        "input_schema": {"type": "object", "properties": {"id": {"type": "string"}}}}],
    "messages": [
        {"role": "user", "content": "Where is my order?"},
        {"role": "assistant", "content": [{"type": "tool_use", "name": "find", "input": {"id": "7"}}]},
        {"role": "user", "content": [{"type": "tool_result", "content": "On its way."}]},
        {"role": "user", "content": "When will it come?"}
    ]
}"#;

#[test]
fn a_pasted_request_costs_what_its_file_does() {
    let given = [("policy".to_owned(), "Refunds take three days.".to_owned())];
    let reading = || Reading { variables: given.clone().into(), ..Reading::default() };
    let lines = "{\"messages\": [{\"role\": \"user\", \"content\": \"Where is it? {{policy}}\"}]}\n\
                 {\"messages\": [{\"role\": \"user\", \"content\": \"Where is my refund? I wait.\"}]}\n";
    for text in [ASKED, lines, "Answer {{policy}} now."] {
        let table = pasted(text, reading(), "claude-opus-5-5");
        assert_eq!(rows(&table), listed(text, reading()), "{text}");
        let read = table.read.expect("it is more than a text");
        let way = &table.ways[table.counted.expect("a model")];
        assert_eq!(read.parts.iter().map(|part| part.tokens).sum::<u64>(), way.tokens);
        assert_eq!(way.parts, [way.tokens]);
    }
}

#[test]
fn the_band_of_several_requests_holds_their_own_price() {
    let line =
        |text: &str| format!(r#"{{"messages": [{{"role": "user", "content": "{text}"}}]}}"#) + "\n";
    // One of them costs more a token, and a call of their mean length does not.
    let text = line("Where is it?") + &line(&"Where is my refund? ".repeat(60_000));
    let table = pasted(&text, Reading::default(), "gemini-2.5-pro");
    let price = price_of(&table, "google/gemini-2.5-pro");
    let (low, high) = price.band_per_1000.clone().expect("it is an estimate");
    let dollars = |text: &str| text.parse::<f64>().expect("a decimal");
    let [low, own, high] = [&low, &price.per_1000, &high].map(|text| dollars(text));
    assert!(low < own && own < high, "{low} {own} {high}");
}

#[test]
fn a_pasted_request_says_what_it_was_read_as() {
    let read = pasted(ASKED, Reading::default(), "claude-opus-5-5").read.expect("a request");
    assert_eq!((read.format.as_str(), read.requests), ("anthropic", 1));
    assert_eq!((read.messages, read.tools), (5, 1));
    assert_eq!(read.model.as_deref(), Some("anthropic/claude-opus-5-5"));
    assert_eq!(read.variables, ["policy"]);
    let parts: Vec<&str> = read.parts.iter().map(|part| part.part.as_str()).collect();
    assert_eq!(parts, ["system", "tools", "history", "user", "framing"]);
    assert!(read.cacheable > 0, "tools and the first words stay the same");
    let messages: Vec<&str> = read.notes.iter().map(|note| note.message.as_str()).collect();
    assert_eq!(messages, ["The variable `policy` counts as 0 tokens: it has no text yet."]);
    let plain = Reading { format: Some("text".into()), ..Reading::default() };
    let read = pasted(ASKED, plain, "gpt-5").read.expect("it has variables");
    assert_eq!((read.format.as_str(), read.variables.len()), ("text", 1));
}

#[test]
fn a_model_whose_rule_for_an_image_is_not_known_has_no_price() {
    let image = r#"[{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": "https://acme.example/a.png"}}]}]"#;
    let sized = Reading { image: Some("1024x768".into()), ..Reading::default() };
    let table = pasted(image, sized.clone(), "gpt-4o");
    assert_eq!(rows(&table), listed(image, sized));
    let why = |name: &str| {
        let row = table.rows.iter().find(|row| row.model == name).expect("the book has it");
        match &row.price {
            RowPrice::Priced(_) => String::new(),
            RowPrice::Unpriced(why) => why.clone(),
        }
    };
    assert_eq!(why("openai/gpt-4o"), "");
    assert_eq!(why("x-ai/grok-4.7"), "How many tokens an image takes on `grok-4.7` is not known.");
    let table = pasted(image, Reading::default(), "gpt-4o");
    assert_eq!(rows(&table), Vec::<String>::new(), "nobody knows its size");
    let why = |row: &TableRow| match &row.price {
        RowPrice::Priced(_) => String::new(),
        RowPrice::Unpriced(why) => why.clone(),
    };
    let unsized_image = "The size of an image cannot be read from its address.";
    assert!(table.rows.iter().any(|row| why(row) == unsized_image));
    assert_eq!(table.ways[table.counted.expect("a model")].certainty, Certainty::AtLeast);
    let read = table.read.expect("a request");
    assert_eq!(read.far_images, 1);
    assert_eq!(read.notes[0].place.as_deref(), Some("[0].content[0]"));
}

#[test]
fn what_nearly_is_a_request_is_a_text_and_says_where_it_ends_to_be_one() {
    let note = |text: &str| {
        let table = pasted(text, Reading::default(), "gpt-5");
        assert_eq!(
            rows(&table),
            rows(&priced(vec![CallPart { size: Size::Text(text.into()), copies: None }], "300")),
            "{text}"
        );
        let read = table.read.expect("there is something to say");
        assert_eq!(read.format, "text");
        let note = &read.notes[0];
        format!("{} {}", note.place.as_deref().unwrap_or_default(), note.message)
    };
    assert_eq!(
        note("{\"messages\": [\n  {\"role\": \"user\"\n  \"content\": \"Hi\"}]}"),
        " It begins like JSON and is none (expected `,` or `}` at line 3 column 3): counted as a \
         plain text."
    );
    assert_eq!(
        note(r#"{"messages": [{"role": "human", "content": "Hi"}]}"#),
        " `messages[0].role` is `human`, and may be `system`, `developer`, `user`, `assistant`, \
         `tool`, `function`. All of it is counted as plain text."
    );
    assert_eq!(
        note("{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}\n{\"messages\"\n"),
        "line 2 `the line` is not JSON: EOF while parsing an object at line 1 column 11. All of it \
         is counted as plain text."
    );
}

#[test]
fn a_text_is_a_text_whoever_reads_it() {
    let table = pasted(TEXT, Reading::default(), "gpt-5");
    assert_eq!((rows(&table), table.read), (rows(&priced(vec![text()], "300")), None));
    let refused = |parts, reading| {
        let call = PartedCall {
            parts,
            reading: Some(reading),
            output: "1".into(),
            ..PartedCall::default()
        };
        table_error(call)
    };
    let parts = refused(vec![text(), typed("9", None)], Reading::default());
    assert_eq!(parts.code, Code::BadArguments);
    let reading = Reading { image: Some("big".into()), ..Reading::default() };
    let image = refused(vec![text()], reading);
    assert_eq!(image.at.and_then(|at| at.address).as_deref(), Some("reading.image"));
}

fn table_error(call: PartedCall) -> Error {
    table(call).expect_err("it must be refused")
}
