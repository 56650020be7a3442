//! Walk: where the dollars of a plan go, and why.

use crate::walk::{Walk, walk};
use crate::window::Window;

const BOXES: &str = "document.querySelectorAll('[role=treeitem]').length";

#[test]
fn a_dollar_is_followed_to_what_it_is_paid_for() {
    walk("flame", person);
}

#[test]
fn dark_boxes_can_be_read() {
    Walk::new("flame-dark").dark().go(async |window| {
        open(&window).await;
        window.picture("unit").await;
        assert_eq!(window.axe().await, [""; 0]);
        window.zoom(2.0).await;
        window.picture("200").await;
    });
}

async fn person(window: Window) {
    open(&window).await;
    window.picture("unit").await;
    assert_eq!(window.axe().await, [""; 0]);

    // Down the dearest boxes to a cause, and why that is so.
    window.ask("document.querySelector('[role=treeitem][tabindex=\"0\"]').focus()").await;
    window.until_focus("support").await;
    for _ in 0..8 {
        window.press("↓").await;
    }
    window.press("?").await;
    window.until_shows("Why ").await;
    window.picture("why").await;
    window.press("Esc").await;

    // Into a box and out again; then the month.
    let all = window.ask(BOXES).await;
    window.press("↑").await;
    window.press("Enter").await;
    window.picture("inside").await;
    window.press("0").await;
    window.until_true(&format!("{BOXES} === {all}")).await;
    window.click("Dec 2027").await;
    window
        .until_true(
            "document.querySelector('[role=treeitem] title').textContent.startsWith('All of it')",
        )
        .await;
    window.picture("month").await;
    assert_eq!(window.axe().await, [""; 0]);
    assert_eq!(window.alerts().await, [""; 0]);
}

async fn open(window: &Window) {
    window.click("Support desk").await;
    window.go("Plan", "Ctrl 2").await;
    window.click("Flame").await;
    window.until_true(&format!("{BOXES} > 6")).await;
}
