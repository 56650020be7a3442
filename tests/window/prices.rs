//! Walk: what a model costs and who says so; a price file looked through and activated; the vendors' examples.

use crate::walk::walk;
use crate::window::Window;

/// A model that the book knows, at another price, and one of the house's own.
const FEED: &str = r#"[{
  "id": "openai",
  "name": "OpenAI",
  "api_pattern": "https://api\\.openai\\.com",
  "pricing_urls": ["https://example.com/our-rates"],
  "models": [
    { "id": "gpt-5.4", "match": { "equals": "gpt-5.4" }, "prices": { "input_mtok": 2, "output_mtok": 12 } },
    { "id": "house-1", "match": { "equals": "house-1" }, "prices": { "input_mtok": 1, "output_mtok": 3 } }
  ]
}]"#;

#[test]
fn a_price_says_its_source_and_gives_way_to_ones_own() {
    walk("prices", person);
}

/// What the person does: no plan is open.
async fn person(window: Window) {
    // A model by its name: what it costs, and who says so.
    window.go("Prices", "Ctrl 8").await;
    window.until_shows("models, checked").await;
    window.press("/").await;
    window.type_text("openai/gpt-5.4").await;
    window.press("↓").await;
    window.until_shows("Who says so").await;
    window.until_shows("$2.50/1M tokens").await;
    window.until_shows("https://developers.openai.com/api/docs/pricing").await;
    assert_eq!(window.cell("gpt-5.4 openai", "Output").await, "15.00");
    window.picture("model").await;

    // A file of one's own prices is looked through before it counts.
    let feed = window.home().write("our-rates.json", FEED);
    window.home().will_pick(&feed);
    window.press("Ctrl Shift O").await;
    window.until_shows("before it counts").await;
    window.until_shows("openai/house-1").await;
    assert_eq!(window.cell("openai/gpt-5.4", "Now").await, "$2.50/1M tokens");
    assert_eq!(window.cell("openai/gpt-5.4", "With this book").await, "$2.00/1M tokens");
    window.picture("proposed").await;
    window.press("Ctrl Enter").await;
    window.until_shows("counts now.").await;

    // Activated, it decides, and the model says so.
    window.press("Alt 1").await;
    window.until_shows("your book").await;
    assert_eq!(window.cell("gpt-5.4 openai", "Output").await, "12.00");
    window.picture("own").await;

    // Set aside, the program's book holds again.
    window.press("Alt 2").await;
    window.click("Set aside").await;
    window.until_shows("is set aside.").await;
    window.press("Alt 1").await;
    window.until_shows("$2.50/1M tokens").await;
    assert_eq!(window.cell("gpt-5.4 openai", "Output").await, "15.00");

    // What the vendors printed, worked out again.
    window.press("Alt 4").await;
    window.until_shows("come to what is said of them").await;
    window.click("A-1").await;
    window.until_shows("Amount").await;
    window.picture("examples").await;
    assert_eq!(window.alerts().await, [""; 0]);
}
