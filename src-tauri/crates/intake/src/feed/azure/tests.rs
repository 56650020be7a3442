//! An excerpt of the meters with one for each rule.

use super::super::format::Format;
use super::super::tests::{check, excerpt, names, said, unread};

#[test]
fn meters_become_models_by_the_kind_of_their_deployment() {
    let expected = [
        "azure/Cohere-rerank-v4.0-pro",
        "azure/DeepSeek-V4-Pro",
        "azure/data-zone/gpt-5.4",
        "azure/gpt-4.1",
        "azure/gpt-5.4",
        "azure/grok-4.3",
    ];
    assert_eq!(names(&excerpt(Format::Azure)), expected);
    check(
        &excerpt(Format::Azure),
        "azure",
        "gpt-5.4",
        r#"
source = "https://prices.azure.com/api/retail/prices"
checked = 2026-08-11
basis = "book"
[[model.price]]
from = 2026-03-01
input = "2.5"
cache_read = "0.25"
output = "15"
[[model.price]]
from = 2026-03-01
over = 272000
input = "5"
cache_read = "0.25"
output = "22.5"
[[model.price]]
from = 2026-03-01
tier = "batch"
input = "1.25"
output = "7.5"
"#,
    );
    check(
        &excerpt(Format::Azure),
        "azure",
        "Cohere-rerank-v4.0-pro",
        r#"
source = "https://prices.azure.com/api/retail/prices"
checked = 2026-08-11
basis = "book"
[[model.price]]
from = 2026-07-01
rerank_search = "2500"
"#,
    );
}

#[test]
fn the_price_of_the_most_regions_is_taken_and_the_others_are_kept() {
    check(
        &excerpt(Format::Azure),
        "azure",
        "data-zone/gpt-5.4",
        r#"
source = "https://prices.azure.com/api/retail/prices"
checked = 2026-08-11
basis = "book"
[[model.price]]
from = 2026-03-01
input = "2.75"
output = "16.5"
"#,
    );
    let feed = excerpt(Format::Azure);
    assert_eq!(
        said(&feed)[2],
        "azure.data-zone/gpt-5.4: Its prices are others in australiaeast, centralindia, eastasia, \
         koreacentral, southindia. Those of the most regions are taken; the others are kept as unread."
    );
    let expected = "1 standard output of other regions azure/data-zone/gpt-5.4 \
                    australiaeast, centralindia, eastasia: 18";
    assert!(unread(&feed).contains(&expected.into()), "{:?}", unread(&feed));
}

#[test]
fn what_no_model_is_certain_for_is_unread() {
    let feed = excerpt(Format::Azure);
    let meters = |product: &str| {
        let unread = feed.unread.iter().find(|unread| unread.key == product).expect("unread");
        unread.kept.iter().map(|kept| kept.model.as_str()).collect::<Vec<_>>()
    };
    let openai = ["gpt-4.1-nano-ft mdl grdr inpt Tokens", "Provisioned Managed Global Unit"];
    let mut found = meters("Azure OpenAI");
    found.sort_unstable_by_key(|name| name.to_lowercase());
    assert_eq!(found, openai);
}

/// The service itself answers with other words, and a region for each item.
#[test]
fn an_answer_of_the_service_is_read_as_the_snapshot_is() {
    let item = |region: &str, price: f64, from: &str, currency: &str| {
        serde_json::json!({
            "currencyCode": currency, "retailPrice": price, "armRegionName": region, "type": "Consumption",
            "effectiveStartDate": from, "meterName": "5.4 inp Gl 1M Tokens",
            "productName": "Azure OpenAI GPT5", "unitOfMeasure": "1M",
        })
    };
    let items = [
        item("eastus", 3.0, "2026-01-01T00:00:00Z", "USD"),
        item("eastus", 2.5, "2026-03-01T00:00:00Z", "USD"),
        item("westus", 2.5, "2026-04-01T00:00:00Z", "USD"),
        item("westus", 2.2, "2026-04-01T00:00:00Z", "EUR"),
    ];
    let answer = serde_json::json!({"BillingCurrency": "USD", "Items": items});
    let day = jiff::civil::date(2026, 11, 20);
    let feed = super::read(answer.to_string().as_bytes(), Some(day), day).expect("an answer");
    let expected = r#"
source = "https://prices.azure.com/api/retail/prices"
checked = 2026-11-20
basis = "book"
[[model.price]]
from = 2026-03-01
input = "2.5"
"#;
    check(&feed, "azure", "gpt-5.4", expected);
    assert_eq!(unread(&feed), ["1 Azure OpenAI GPT5 5.4 inp Gl 1M Tokens 2.2 for \"1M\""]);
}
