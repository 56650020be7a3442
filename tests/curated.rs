//! What the book has beside the prices of tokens: fees, allowances, capacity, caches, names that another model answers.

use app::shelf::Shelf;
use cost::book::{CacheMode, Found, Layer, Match, Models};
use cost::meter::Meter;
use cost::money::Quantity;
use cost::price::{Service, price};
use cost::usage::Usage;
use jiff::civil::{Date, date};

#[test]
fn what_is_sold_beside_tokens_has_its_price() {
    let check = |model: &str, used: &[(Meter, &str)], expected: &str| {
        let (total, _) = priced(model, used, date(2026, 11, 20));
        assert_eq!(total, expected, "{model} {used:?}");
    };
    // A minute of a container is billed as five, an agent's session by the hour.
    check(
        "anthropic/claude-opus-5",
        &[(Meter::CodeExecutionHour, "0.016666666667")],
        "0.004166666666666667",
    );
    check("anthropic/claude-opus-5", &[(Meter::SessionHour, "1.5")], "0.12");
    check(
        "openai/vector-store",
        &[(Meter::StorageGbDay, "30"), (Meter::FileSearch, "1000")],
        "5.5",
    );
    check("openai/container-4gb", &[(Meter::Session, "1")], "0.12");
    check("openai/gpt-4o-search-preview", &[(Meter::WebSearch, "2")], "0.05");
    check("x-ai/grok-4.7", &[(Meter::WebSearch, "200")], "1");
    check("google/gemini-2.5-pro", &[(Meter::CacheStorage, "2000000")], "9");
    check("cohere/rerank-v4.0-pro", &[(Meter::RerankSearch, "1000")], "2.5");
    check("aws/guardrail-content-filter", &[(Meter::TextUnit, "1000")], "0.15");
    check(
        "aws/reserved-claude-sonnet-4-6-input-1-month",
        &[(Meter::CapacityUnitHour, "100")],
        "18",
    );
    check("azure/ptu-global", &[(Meter::CapacityUnitHour, "12.5")], "12.5");
    check("azure/ptu-global-1-year", &[(Meter::CapacityUnitMonth, "12")], "2652");
    check("google/gsu-1-year", &[(Meter::CapacityUnitHour, "730")], "1999.981");
    check(
        "azure/fine-tuning-gpt-4.1-global",
        &[(Meter::TrainingToken, "2000000"), (Meter::HostingHour, "24")],
        "90.8",
    );
    check("azure/fine-tuning-o4-mini-global", &[(Meter::TrainingHour, "4")], "400");
    check("pinecone/standard-us-east-1", &[(Meter::ReadUnit, "1000000")], "16");
    // A query of a vector store looks through 1.28 GB at least.
    check("turbopuffer/launch", &[(Meter::QueriedGb, "0.5")], "0.00000128");
    check("turbopuffer/launch", &[(Meter::StorageGbMonth, "10"), (Meter::WrittenGb, "1")], "5.3");
}

#[test]
fn announced_prices_of_storage_hold_from_their_day() {
    let stored =
        |day| priced("google/gemini-3.8-flash", &[(Meter::CacheStorage, "1000000")], day).0;
    assert_eq!((stored(date(2026, 12, 31)), stored(date(2027, 1, 1))), ("0.5".into(), "1".into()));
}

#[test]
fn what_is_free_or_promised_or_disputed_is_said() {
    let says = |model: &str, used: &[(Meter, &str)], day, expected: &str| {
        let (_, warnings) = priced(model, used, day);
        assert!(warnings.iter().any(|warning| warning.contains(expected)), "{warnings:?}");
    };
    let today = date(2026, 11, 20);
    says("google/gemini-3.8-flash", &[(Meter::WebSearch, "1")], today, "5000 web_search are free");
    says("google/gemini-3.5-flash", &[(Meter::Input, "1")], today, "is not verified");
    says("mistral/mistral-large-4", &[(Meter::Input, "1")], today, "Books disagree");
    says(
        "openai/gpt-5.6-sol",
        &[(Meter::Input, "1")],
        date(2026, 11, 22),
        "promised until 2026-11-21",
    );
    assert_eq!(priced("openai/gpt-5.6-sol", &[(Meter::Input, "1")], today).1, Vec::<String>::new());
}

#[test]
fn a_name_bills_another_model_where_its_seller_says_so() {
    let shelf = Shelf::of(None).expect("the book");
    let named = shelf.find(None, "gemini-2.5-pro").expect("a model");
    let on = |day: Date| {
        let found = named.on(day).expect("the book has what answers");
        (found.model.id.clone(), found.matched == Match::Rerouted)
    };
    assert_eq!(on(date(2026, 11, 30)), ("gemini-2.5-pro".into(), false));
    assert_eq!(on(date(2026, 12, 1)), ("gemini-3.8-flash".into(), true));
    let three = shelf.find(None, "gemini-3.5-flash").expect("a model").on(date(2026, 11, 20));
    assert_eq!(three.expect("a model").model.id, "gemini-3.5-flash");
}

#[test]
fn caches_are_those_of_their_vendors_pages() {
    let shelf = Shelf::of(None).expect("the book");
    let check = |provider, model, minimum: Option<u64>, ttl: &[u64]| {
        let found = shelf.exact(provider, model).expect(model);
        let rule = found.provider.terms.cache(model, date(2026, 11, 20));
        assert_eq!(rule.map(|rule| rule.minimum_tokens), minimum, "{model}");
        assert_eq!(rule.map_or(&[][..], |rule| &rule.ttl_seconds), ttl, "{model}");
    };
    let hour: &[u64] = &[300, 3600];
    check("anthropic", "claude-opus-5-5", Some(512), hour);
    check("anthropic", "claude-haiku-5-5", Some(512), hour);
    check("anthropic", "claude-fable-5-1", Some(512), hour);
    check("anthropic", "claude-sonnet-5-5", Some(512), hour);
    check("anthropic", "claude-sonnet-5", Some(1024), hour);
    check("anthropic", "claude-sonnet-4-6", Some(1024), hour);
    check("anthropic", "claude-opus-4-8", Some(1024), hour);
    check("anthropic", "claude-opus-4-7", Some(2048), hour);
    check("aws", "global.anthropic.claude-opus-4-7-v1:0", Some(4096), hour);
    check("anthropic", "claude-opus-4-6", Some(4096), hour);
    check("anthropic", "claude-haiku-4-5", Some(4096), hour);
    check("openai", "gpt-5.4-mini", Some(1024), &[86_400, 600]);
    check("openai", "gpt-4o", Some(1024), &[86_400, 600]);
    check("openai", "gpt-5.6-sol", Some(1024), &[1800]);
    check("google", "gemini-2.5-pro", Some(2048), &[]);
    check("google", "gemini-3.1-pro-preview", Some(4096), &[]);
    check("google", "gemini-3.5-flash", Some(4096), &[]);
    check("mistral", "mistral-large-4", Some(64), &[]);
    // No page names these.
    check("anthropic", "claude-opus-4-1", None, &[]);
    check("anthropic", "claude-3-5-haiku-latest", None, &[]);
    check("openai", "gpt-4-turbo", None, &[]);
    check("google", "gemini-2.0-flash", None, &[]);
}

#[test]
fn terms_name_models_that_there_are_and_everything_has_a_source() {
    let shelf = Shelf::of(None).expect("the book");
    for provider in shelf.providers() {
        let is_one = |id: &String| provider.models.iter().any(|model| model.id == *id);
        let are = |models: &Models| match models {
            Models::All => true,
            Models::These(ids) => ids.iter().all(is_one),
        };
        let terms = &provider.terms;
        let id = &provider.id;
        assert!(terms.multipliers.iter().all(|rule| are(&rule.models)), "{id}");
        assert!(terms.metering.iter().all(|rule| are(&rule.models)), "{id}");
        assert!(terms.caches.iter().all(|rule| are(&rule.models)), "{id}");
        assert!(terms.reroutes.iter().all(|it| is_one(&it.model) && is_one(&it.to)), "{id}");
        let ends = terms.retirements.iter();
        let mut ends = ends.map(|end| (is_one(&end.model), end.successor.as_ref()));
        assert!(ends.all(|(is, next)| is && next.is_none_or(is_one)), "{id}");
        // What a named cache costs to keep is one price, said once as a rule and once as a meter.
        for rule in terms.caches.iter().filter(|rule| rule.mode == CacheMode::Named) {
            let Models::These(ids) = &rule.models else { panic!("{id}: named caches are listed") };
            let day = rule.span.from.unwrap_or(date(2026, 11, 20));
            for model in ids {
                let found = shelf.exact(id, model).expect("it is one");
                let holding = found.model.holding(day.into(), Default::default(), 0).ok();
                let fee = holding.and_then(|holding| holding.of(Meter::CacheStorage));
                let rate = fee.and_then(|entry| entry.rates.get(&Meter::CacheStorage));
                assert_eq!(rate, rule.storage.as_ref(), "{model}");
            }
        }
        let curated = provider.models.iter().flat_map(|model| {
            model.prices.iter().map(move |entry| (model.origin_of(entry), entry.layer))
        });
        for (origin, _) in curated.filter(|(_, layer)| *layer == Layer::Curated) {
            assert!(origin.source.starts_with("https://"), "{id}");
            let bases = ["documented", "quoted", "recorded", "book", "inferred"];
            assert!(bases.contains(&origin.basis.as_str()), "{id}: {}", origin.basis);
        }
    }
}

/// What so much costs on a day, and what is said of it.
fn priced(model: &str, used: &[(Meter, &str)], day: Date) -> (String, Vec<String>) {
    let shelf = Shelf::of(None).expect("the book");
    let (provider, id) = model.split_once('/').expect("a provider");
    let found: Found = shelf.exact(provider, id).expect(model);
    let usage = used.iter().fold(Usage::default(), |usage, (meter, quantity)| {
        usage.with(*meter, Quantity::parse(quantity).expect("a decimal"))
    });
    let priced = price(found, &usage, &Service::default(), day.at(12, 0, 0, 0)).expect(model);
    (priced.total.to_string(), priced.warnings())
}
