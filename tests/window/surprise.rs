//! Walk: from what one would have said to what it costs, and why.

use crate::walk::{Walk, walk};
use crate::window::Window;

const ROWS: &str = "document.querySelectorAll('[data-row]').length";

/// Whether the words of every row are whole, and its bar as high as they are.
const WORDS_ARE_WHOLE: &str = "[...document.querySelectorAll('[data-row]')].every((row) => { \
    const bar = row.closest('tr').querySelector('svg').getBoundingClientRect().height; \
    return bar >= row.getBoundingClientRect().height && [...row.children].every((words) => \
      words.scrollWidth <= words.clientWidth); })";

#[test]
fn the_naive_figure_becomes_the_real_one() {
    walk("surprise", person);
}

#[test]
fn a_dark_surprise_can_be_read() {
    Walk::new("surprise-dark").dark().go(async |window| {
        open(&window).await;
        window.picture("unit").await;
        assert_eq!(window.axe().await, [""; 0]);
        window.zoom(2.0).await;
        window.picture("200").await;
    });
}

async fn person(window: Window) {
    open(&window).await;
    window.until_true(WORDS_ARE_WHOLE).await;
    window.picture("unit").await;
    assert_eq!(window.axe().await, [""; 0]);

    // Down to the first cause, and why it is so.
    window.ask("document.querySelector('[data-row][tabindex=\"0\"]').focus()").await;
    window.press("↓").await;
    window.press("?").await;
    window.until_shows("Why ").await;
    window.picture("why").await;
    assert_eq!(window.alerts().await, [""; 0]);
}

async fn open(window: &Window) {
    window.click("Support desk").await;
    window.go("Plan", "Ctrl 2").await;
    window.click("Surprise").await;
    window.until_true(&format!("{ROWS} > 6")).await;
}
