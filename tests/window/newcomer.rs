//! Walk: somebody new models a feature that reads documents, in a window of 1280 by 800, and stumbles over nothing.

use crate::walk::walk;
use crate::window::Window;

#[test]
fn a_newcomer_models_documents() {
    walk("newcomer", async |window| {
        begin(&window).await;
        the_panel_offers_models(&window).await;
        nothing_moves_under_a_click(&window).await;
        pages_are_a_part(&window).await;
        some_go_to_a_person(&window).await;
        the_months_can_be_read(&window).await;
        limits_are_bare_numbers(&window).await;
        assert_eq!(window.alerts().await, [""; 0]);
    });
}

/// Answers the questions: so many units, whoever uses them.
async fn begin(window: &Window) {
    window.tab_to("What is one unit?").await;
    window.type_text("document").await;
    window.tab_to("Who uses it?").await;
    window.type_text("10,000 documents a day").await;
    window.click_into("Which model answers?").await;
    window.type_text("gpt").await;
    window.until_true(MODELS_ON_ONE_LINE).await;
    window.picture("models").await;
    window.press("Esc").await;
    window.fill("Which model answers?", "openai/gpt-5.4-mini").await;
    window.press("Ctrl Enter").await;
    window.figure("Unit cost, per document").await;
    window.go("Plan", "Ctrl 2").await;
    window.until_shows("10,000/day").await;
    window.click("answer").await;
}

/// Whether an open list has its models on one line each, whole and in the window.
const MODELS_ON_ONE_LINE: &str = "(() => { \
    const list = document.querySelector('[role=listbox]')?.getBoundingClientRect(); \
    const models = [...document.querySelectorAll('[role=listbox] [role=option]')]; \
    return !!list && models.length > 3 \
      && list.left >= 0 && list.top >= 0 && list.right <= innerWidth && list.bottom <= innerHeight \
      && models.every((it) => it.getBoundingClientRect().height <= 30 \
        && [it, ...it.children].every((part) => part.scrollWidth <= part.clientWidth)); })()";

async fn the_panel_offers_models(window: &Window) {
    window.click_into("Model").await;
    window.press("Ctrl A").await;
    window.type_text("claude").await;
    window.until_true(MODELS_ON_ONE_LINE).await;
    window.picture("panel").await;
    window.press("Esc").await;
    window.press("Ctrl A").await;
    window.type_text("openai/gpt-5.4-mini").await;
    window.press("Tab").await;
    window.until_shows("$0.75 in, $4.50 out per 1M").await;
    window.choose("Tier", "batch").await;
    window.until_shows("$0.375 in, $2.25 out per 1M, batch").await;
}

/// A click below the field of a range, whose curve goes with the focus, does what it says.
async fn nothing_moves_under_a_click(window: &Window) {
    window.click_into("Output").await;
    let curve = "!!document.querySelector('aside [role=img][aria-label^=\"Eight in ten\"]')";
    window.until_true(curve).await;
    window.click("Part").await;
    window.until_focus("A new part").await;
}

/// Twenty pages of 560 tokens, typed where the part is added.
async fn pages_are_a_part(window: &Window) {
    window.press("Enter").await;
    window.until_focus("Name").await;
    window.type_text("Page").await;
    window.tab_to("How many").await;
    window.type_text("20").await;
    window.tab_to("Tokens each").await;
    window.type_text("560").await;
    window.picture("part").await;
    window.press("Enter").await;
    window.until_shows("Page ×20").await;
    window.until_shows("11,200").await;
    window.picture("pages").await;
    assert_eq!(window.axe().await, [""; 0]);
}

/// One document in fifty costs a person's time; the figures stay while it is said.
async fn some_go_to_a_person(window: &Window) {
    const FIGURES: &str =
        "tidy(document.querySelector('main').innerText).includes('Behind one document')";
    window.click("Add a step").await;
    window.until_focus("Call").await;
    window.click("Cost beside the model calls").await;
    window.until_shows("It is paid by the month").await;
    window.until_true(FIGURES).await;
    window.picture("cost").await;
    window.click("share").await;
    window.fill("Share", "2%").await;
    window.until_true(FIGURES).await;
    window.fill("Cost", "1.10").await;
    window.until_shows("2% × 1.10").await;
    assert!(!window.shows("No figures yet").await);
}

/// Whether every row of the months' table has its whole name.
const NO_NAME_IS_CUT: &str = "[...document.querySelectorAll('main [role=grid] th[scope=row] .name')] \
    .every((it) => it.scrollWidth <= it.clientWidth)";

/// Whether the months' figures are whole, each apart from the next.
const NO_FIGURE_IS_CUT: &str = "[...document.querySelectorAll('main [role=grid] tbody td')].every((cell) => { \
    const words = document.createRange(); words.selectNodeContents(cell); \
    return words.getBoundingClientRect().left >= cell.getBoundingClientRect().left + 4; })";

async fn the_months_can_be_read(window: &Window) {
    window.go("Projection", "Ctrl 3").await;
    window.until_true("!!document.querySelector('main [role=grid]')").await;
    window.until_shows("Add users to the volume to see the cost").await;
    window.picture("projection").await;
    window.until_true(NO_NAME_IS_CUT).await;
    window.until_true(NO_FIGURE_IS_CUT).await;
    assert!(!window.shows("–").await);
}

/// Limits of money need no sign.
async fn limits_are_bare_numbers(window: &Window) {
    window.go("Budgets", "Ctrl 6").await;
    limited(window, "A month", "50000").await;
    window.choose("Of", "document").await;
    limited(window, "A unit", "0.05").await;
    window.until_shows("within").await;
    window.picture("budgets").await;
}

async fn limited(window: &Window, what: &str, most: &str) {
    window.choose("What", what).await;
    window.click_into("The most").await;
    window.type_text(most).await;
    window.press("Ctrl Enter").await;
    let row = "[...document.querySelectorAll('table[aria-label=Limits] input')]";
    window.until_true(&format!("{row}.some((it) => it.value === '{most}')")).await;
}
