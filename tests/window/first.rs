//! Walk (a): a product manager's first hour, and everything as it was the next morning.

use std::fs;

use crate::walk::walk;
use crate::window::Window;

const PROMPT: &str = "You help customers of a shop for espresso machines. Answer in three sentences at most. \
                      If an order number is missing, ask for it, and promise no refund.";

#[test]
fn a_first_hour_and_the_next_morning() {
    walk("first", person);
}

/// What the person does.
pub async fn person(window: Window) {
    window.click("Support desk").await;
    let month = window.figure("Month in view").await;

    // A prompt is pasted: its tokens, and what it costs everywhere.
    window.go("Prompts", "Ctrl 1").await;
    window.choose("Call", "Scratch text").await;
    window.click_into("Scratch text").await;
    window.paste(PROMPT).await;
    window.until_shows("33 tokens a call in o200k; the cheapest model takes $").await;
    window.until_true("document.querySelectorAll('.cm-content .tok').length > 10").await;
    window.fill("Find a model", "gpt-5.4-mini").await;
    assert_eq!(window.cell("gpt-5.4-mini", "Tokens").await, "33");
    assert_eq!(window.cell("gpt-5.4-mini", "$ / 1,000").await, "1.37");
    window.picture("prompt").await;

    // A step is edited: the month changes.
    window.go("Plan", "Ctrl 2").await;
    window.click("hard").await;
    window.fill("Output", "1..450").await;
    window.until_shows("50..350 → 1..450").await;
    let dearer = window.figure("Month in view").await;
    assert_ne!(dearer, month);
    window.picture("edited").await;

    // The workbook is exported.
    window.go("Report", "Ctrl 9").await;
    let workbook = window.home().path("desk.xlsx");
    window.home().will_pick(&workbook);
    window.click("Export workbook…").await;
    window.until_shows("Written to").await;
    assert!(fs::read(&workbook).expect("it was written").starts_with(b"PK"));
    window.picture("exported").await;

    // Undone, and done again.
    window.press("Ctrl Z").await;
    window.until("Month in view", &month).await;
    window.press("Ctrl Shift Z").await;
    window.until("Month in view", &dearer).await;

    // The next morning the plan is back, where it was left.
    window.close().await;
    window.reopen().await;
    window.until_true("tidy(document.querySelector('main h1')?.innerText) === 'Report'").await;
    assert_eq!(window.figure("Month in view").await, dearer);
    window.go("Plan", "Ctrl 2").await;
    assert_eq!(window.read("Output").await, "1..450");
    window.press("Ctrl Z").await;
    window.until("Month in view", &month).await;
    assert_eq!(window.alerts().await, [""; 0]);
}
