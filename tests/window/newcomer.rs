//! Walk: somebody new models a feature that reads documents, in a window of 1280 by 800, and stumbles over nothing.

use crate::walk::walk;
use crate::window::Window;

#[test]
fn a_newcomer_models_documents() {
    walk("newcomer", async |window| {
        window.tab_to("What is one unit?").await;
        window.type_text("document").await;
        window.click_into("Which model answers?").await;
        window.type_text("gpt").await;
        window.until_true(MODELS_ON_ONE_LINE).await;
        window.picture("models").await;
        window.press("Esc").await;
        window.fill("Which model answers?", "openai/gpt-5.4-mini").await;
        window.press("Ctrl Enter").await;
        window.figure("Unit cost, per document").await;

        window.go("Plan", "Ctrl 2").await;
        window.click("answer").await;
        window.picture("plan").await;
        the_panel_offers_models(&window).await;
        nothing_moves_under_a_click(&window).await;
        window.go("Projection", "Ctrl 3").await;
        window.until_true("!!document.querySelector('main [role=grid]')").await;
        window.picture("projection").await;
        window.until_true(NO_NAME_IS_CUT).await;
        window.until_true(NO_FIGURE_IS_CUT).await;
    });
}

/// Whether an open list has its models on one line each, whole and in the window.
const MODELS_ON_ONE_LINE: &str = "(() => { \
    const list = document.querySelector('[role=listbox]')?.getBoundingClientRect(); \
    const models = [...document.querySelectorAll('[role=listbox] [role=option]')]; \
    return !!list && models.length > 3 \
      && list.left >= 0 && list.top >= 0 && list.right <= innerWidth && list.bottom <= innerHeight \
      && models.every((it) => it.getBoundingClientRect().height <= 30 \
        && [it, ...it.children].every((part) => part.scrollWidth <= part.clientWidth)); })()";

/// Whether every row of the months' table has its whole name.
const NO_NAME_IS_CUT: &str = "[...document.querySelectorAll('main [role=grid] th[scope=row] .name')] \
    .every((it) => it.scrollWidth <= it.clientWidth)";

/// Whether the months' figures are whole, each apart from the next.
const NO_FIGURE_IS_CUT: &str = "[...document.querySelectorAll('main [role=grid] tbody td')].every((cell) => { \
    const words = document.createRange(); words.selectNodeContents(cell); \
    return words.getBoundingClientRect().left >= cell.getBoundingClientRect().left + 4; })";

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
}

/// A click below the field of a range, whose curve goes with the focus, does what it says.
async fn nothing_moves_under_a_click(window: &Window) {
    window.click_into("Output").await;
    window.until_true("!!document.querySelector('aside [role=img][aria-label^=\"Eight in ten\"]')").await;
    window.click("Part").await;
    window.until_focus("A new part").await;
    window.press("Esc").await;
}
